//! Order of names as people expect it: `Github` beside `github`, `user-9` before `user-10`.

use std::cmp::Ordering;

/// Orders two names: numbers in them by their value, letters whatever their case. Names that differ in nothing else
/// are ordered by their bytes, so that no two names are equal.
pub fn human_order(a: &str, b: &str) -> Ordering {
    natord::compare_ignore_case(a, b).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_stand_where_people_look_for_them() {
        let mut names = ["github", "user-10", "asana", "Github", "user-9", "linear", "Asana-2", "asana-10"];
        names.sort_by(|a, b| human_order(a, b));
        assert_eq!(names, ["asana", "Asana-2", "asana-10", "Github", "github", "linear", "user-9", "user-10"]);
    }

    proptest! {
        #[test]
        fn only_equal_names_are_equal(a in "[aAbB0-9 .]{0,6}", b in "[aAbB0-9 .]{0,6}") {
            prop_assert_eq!(human_order(&a, &b) == Ordering::Equal, a == b);
            prop_assert_eq!(human_order(&a, &b), human_order(&b, &a).reverse());
        }

        #[test]
        fn it_is_an_order(mut names in proptest::collection::vec("[aAbB0-9 é]{0,5}", 0..30)) {
            // Sorting panics where it finds that this is none.
            names.sort_by(|a, b| human_order(a, b));
            prop_assert!(names.windows(2).all(|pair| human_order(&pair[0], &pair[1]) != Ordering::Greater));
        }
    }
}
