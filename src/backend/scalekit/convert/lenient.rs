//! Reading a row in which something has another type than it should.

use std::collections::HashMap;

use serde::de::Deserialize;
use serde::de::value::MapDeserializer;
use serde_json::value::RawValue;

/// The row as `T`. Where it does not fit as a whole, every member that does not fit by itself (a
/// `null` where a text should be, a number, an object) is left out, so that it costs neither its
/// neighbours nor the page. Every member of `T` must have a default.
pub(in crate::backend::scalekit) fn lenient<'a, T: Deserialize<'a> + Default>(raw: &'a RawValue) -> T {
    // The members would be filled from a list as well.
    if raw.get().starts_with('[') {
        return T::default();
    }
    serde_json::from_str(raw.get()).unwrap_or_else(|_| {
        // A member that stands there twice counts once.
        let members: HashMap<String, &RawValue> = serde_json::from_str(raw.get()).unwrap_or_default();
        let read = |members: &[(&str, &'a RawValue)]| {
            T::deserialize(MapDeserializer::<_, serde_json::Error>::new(members.iter().copied()))
        };
        let mut fitting: Vec<(&str, &'a RawValue)> =
            members.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        fitting.retain(|member| read(&[*member]).is_ok());
        read(&fitting).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Default, Deserialize)]
    struct Row<'a> {
        #[serde(default)]
        name: String,
        #[serde(default)]
        size: u64,
        #[serde(default, rename = "type")]
        kind: String,
        #[serde(borrow, default)]
        rest: Option<&'a RawValue>,
    }

    fn read(json: &str) -> (String, u64, String, Option<String>) {
        let raw: Box<RawValue> = serde_json::from_str(json).expect("JSON");
        let row: Row<'_> = lenient(&raw);
        (row.name, row.size, row.kind, row.rest.map(|rest| rest.get().to_owned()))
    }

    #[test]
    fn what_does_not_fit_costs_only_itself() {
        let all = ("a".into(), 3, "b".into(), Some("[1.10]".into()));
        assert_eq!(read(r#"{"name":"a","size":3,"type":"b","rest":[1.10],"new":{}}"#), all);
        assert_eq!(read(r#"{"name":"a","size":3,"type":"b","rest":[1.10],"name":"a"}"#), all, "said twice");
        assert_eq!(read(r#"{"name":null,"size":3,"type":"b","rest":[1.10]}"#), (String::new(), all.1, all.2, all.3));
        assert_eq!(read(r#"{"name":["x"],"size":"3","type":7}"#), Default::default());
    }

    #[test]
    fn what_is_no_row_at_all_is_an_empty_one() {
        for json in ["null", "7", "[]", r#"["x",3]"#, r#""x""#, "{}"] {
            assert_eq!(read(json), Default::default(), "{json}");
        }
    }
}
