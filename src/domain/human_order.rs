//! Order of names as people expect it: `Github` beside `github`, `user-9` before `user-10`.

use std::cmp::Ordering;

/// Orders two names: numbers in them by their value, letters whatever their case. Names that differ in nothing else
/// are ordered by their bytes, so that no two names are equal.
pub fn human_order(a: &str, b: &str) -> Ordering {
    at_a_glance(a.as_bytes(), b.as_bytes()).unwrap_or_else(|| natord::compare_ignore_case(a, b)).then_with(|| a.cmp(b))
}

/// The same for names of which the first difference decides, which are nearly all: thousands are ordered anew with
/// every page that arrives. None where it does not: blanks, numbers of different lengths, other scripts.
fn at_a_glance(a: &[u8], b: &[u8]) -> Option<Ordering> {
    let at = a.iter().zip(b).position(|(one, other)| !one.eq_ignore_ascii_case(other))?;
    let (one, other) = (a.get(at)?, b.get(at)?);
    let decides = |byte: &u8| byte.is_ascii_graphic() && !byte.is_ascii_digit();
    let same_letters = a.get(..=at)?.is_ascii() && b.get(..=at)?.is_ascii();
    let digits = |bytes: &[u8]| bytes.iter().skip(at).take_while(|byte| byte.is_ascii_digit()).count();
    let same_length = one.is_ascii_digit() && other.is_ascii_digit() && digits(a) == digits(b);
    let is_plain = same_letters && (same_length || decides(one) && decides(other));
    is_plain.then(|| one.to_ascii_lowercase().cmp(&other.to_ascii_lowercase()))
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
        fn a_glance_sees_what_a_close_look_does(a in "[aAbB0-9 .é_-]{0,8}", b in "[aAbB0-9 .é_-]{0,8}") {
            if let Some(seen) = at_a_glance(a.as_bytes(), b.as_bytes()) {
                prop_assert_eq!(seen, natord::compare_ignore_case(&a, &b), "{} {}", a, b);
            }
        }

        #[test]
        fn it_is_an_order(mut names in proptest::collection::vec("[aAbB0-9 é]{0,5}", 0..30)) {
            // Sorting panics where it finds that this is none.
            names.sort_by(|a, b| human_order(a, b));
            prop_assert!(names.windows(2).all(|pair| human_order(&pair[0], &pair[1]) != Ordering::Greater));
        }
    }
}
