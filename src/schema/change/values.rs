//! Types and enumerated values of one place.

use super::super::flatten::FlatSchema;
use super::super::tree::{Tree, TreeKind};

/// Types that values may have, `integer` included in `number`.
const ALL: [&str; 7] = ["null", "boolean", "object", "array", "number", "integer", "string"];

/// Types that every part allows; all of them where none says anything. The input as a whole is an object.
pub(super) fn types(flat: &FlatSchema<'_, '_>, is_root: bool) -> Vec<&'static str> {
    let mut allowed: Vec<&'static str> = ALL.to_vec();
    for listed in flat.all("type") {
        let named: Vec<&str> = match &listed.shape {
            TreeKind::String(word) => vec![word.as_str()],
            _ => listed.items().iter().filter_map(Tree::text).collect(),
        };
        if named.is_empty() {
            continue;
        }
        let is_named = |kind: &str| named.contains(&kind) || (kind == "integer" && named.contains(&"number"));
        allowed.retain(|kind| is_named(kind) || (*kind == "null" && flat.nullable));
    }
    if is_root {
        allowed.retain(|kind| *kind == "object");
    }
    allowed
}

/// Types in words: `string or null`, `anything`.
pub(super) fn told(types: &[&'static str]) -> String {
    if types.len() == ALL.len() {
        return "anything".into();
    }
    let shown: Vec<_> =
        types.iter().filter(|kind| **kind != "integer" || !types.contains(&"number")).copied().collect();
    match shown.as_slice() {
        [] => "nothing".into(),
        shown => shown.join(" or "),
    }
}

/// Values that an enumeration or a constant allows, by all parts; none where there is no such list.
pub(super) fn values<'t, 'a>(flat: &FlatSchema<'t, 'a>) -> Option<Vec<&'t Tree<'a>>> {
    let constants = flat.constants();
    let mut lists: Vec<Vec<&Tree<'_>>> =
        flat.all("enum").into_iter().map(|list| list.items().iter().collect()).collect();
    lists.extend(flat.all("const").into_iter().map(|value| vec![value]));
    if !constants.is_empty() {
        lists.push(constants.into_iter().map(|(value, _)| value).collect());
    }
    let mut lists = lists.into_iter();
    let first = lists.next()?;
    Some(lists.fold(first, |mut kept, list| {
        kept.retain(|value| list.iter().any(|other| other.equals(value.raw)));
        kept
    }))
}
