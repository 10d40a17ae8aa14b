//! Members of a row that are not kept.

use bytes::Bytes;
use indexmap::IndexMap;
use serde_json::value::RawValue;

use crate::domain::JsonText;

type Members<'a> = IndexMap<String, &'a RawValue>;

/// The text of a row without a member that holds a credential; as it came where it has none. `raw` must be a part of
/// `body`.
pub(super) fn without_member(body: &Bytes, raw: &RawValue, name: &str) -> JsonText {
    // A name may be spelled with escapes, so only a row without both is passed over.
    let looks_like_it = raw.get().contains(name) || raw.get().contains('\\');
    let mut members = if looks_like_it { members(raw) } else { Members::new() };
    match members.shift_remove(name) {
        Some(_) => serde_json::value::to_raw_value(&members).map_or_else(|_| JsonText::empty_object(), JsonText::from),
        None => JsonText::within(body, raw),
    }
}

fn members(raw: &RawValue) -> Members<'_> {
    serde_json::from_str(raw.get()).unwrap_or_default()
}
