//! The names nearest to one that does not exist.

use crate::order::StableOrder as _;

/// Likeness from which one name may be meant for another, of 1 for the same name.
const ALIKE: f64 = 0.75;

/// So many are named.
const MAX_NAMED: usize = 3;

/// Of `known`, those whose name (which `name` gives) is most like `wanted`, the likest first. Case does not count.
pub fn nearest<T>(wanted: &str, known: impl IntoIterator<Item = T>, name: impl Fn(&T) -> &str) -> Vec<T> {
    let wanted = wanted.to_lowercase();
    let likeness = |known: T| (strsim::jaro_winkler(&name(&known).to_lowercase(), &wanted), known);
    let mut near: Vec<_> = known.into_iter().map(likeness).filter(|(likeness, _)| *likeness > ALIKE).collect();
    near.order_by(|a, b| b.0.total_cmp(&a.0));
    near.dedup_by(|a, b| name(&a.1) == name(&b.1));
    near.truncate(MAX_NAMED);
    near.into_iter().map(|(_, known)| known).collect()
}

/// The one of `known` that is most like `wanted`; none where nothing is like it.
pub fn nearest_name<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest(wanted, known, |name| name).first().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likest_name_comes_first_and_strangers_do_not_come() {
        let known = ["asana_task_get", "zoom", "asana_tasks_list", "ASANA_TASK_LISTS", "asana_task_get"];
        let near = nearest("asana_task_list", known, |name| name);
        assert_eq!(near[..2], ["ASANA_TASK_LISTS", "asana_tasks_list"]);
        assert_eq!((near.len(), near.contains(&"zoom")), (3, false));
        assert_eq!(nearest_name("Asana_Task_List", known), Some("ASANA_TASK_LISTS"));
        assert_eq!(nearest_name("xylophone", known), None);
    }
}
