//! The `fields` of a request: which parts of an answer to return. `files(id,owners/emailAddress),nextPageToken`.

use serde_json::{Map, Value};

/// How deep selections nest at most.
const DEEPEST: usize = 16;

/// Fields to return, each with the fields of what is in it; all of those when there are none.
#[derive(Debug, PartialEq)]
pub struct FieldMask(Vec<(String, FieldMask)>);

impl FieldMask {
    /// None for what is no selection.
    pub fn read(text: &str) -> Option<Self> {
        let mut rest = text;
        let mask = Self::list(&mut rest, 0)?;
        rest.is_empty().then_some(mask)
    }

    fn list(rest: &mut &str, depth: usize) -> Option<Self> {
        let mut fields = Vec::new();
        loop {
            fields.push(Self::field(rest, depth)?);
            match rest.strip_prefix(',') {
                Some(more) => *rest = more,
                None => return Some(Self(fields)),
            }
        }
    }

    fn field(rest: &mut &str, depth: usize) -> Option<(String, Self)> {
        if depth > DEEPEST {
            return None;
        }
        let text = rest.trim_start();
        let end = text.find(|sign: char| !sign.is_ascii_alphanumeric() && sign != '*').unwrap_or(text.len());
        let (name, after) = text.split_at_checked(end).filter(|(name, _)| !name.is_empty())?;
        *rest = after.trim_start();
        let inner = if let Some(more) = rest.strip_prefix('/') {
            *rest = more;
            Self(vec![Self::field(rest, depth + 1)?])
        } else if let Some(more) = rest.strip_prefix('(') {
            *rest = more;
            let inner = Self::list(rest, depth + 1)?;
            *rest = rest.strip_prefix(')')?.trim_start();
            inner
        } else {
            Self(Vec::new())
        };
        Some((name.into(), inner))
    }

    /// Whether a field is asked for by name.
    pub fn names(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// The selected parts of a value.
    pub fn select(&self, value: Value) -> Value {
        if self.0.is_empty() || self.names("*") {
            return value;
        }
        match value {
            Value::Array(items) => items.into_iter().map(|item| self.select(item)).collect(),
            Value::Object(mut fields) => {
                let found = self.0.iter().filter_map(|(name, inner)| {
                    let (name, value) = fields.remove_entry(name)?;
                    Some((name, inner.select(value)))
                });
                Value::Object(found.collect::<Map<_, _>>())
            }
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_selected_parts_are_left() {
        let answer = json!({"kind": "k", "next": "2", "files": [
            {"id": "1", "name": "a", "owners": [{"email": "x", "me": true}]}, {"id": "2", "name": "b", "owners": []}
        ]});
        let select = |text| FieldMask::read(text).expect("a selection").select(answer.clone());
        assert_eq!(
            select("next, files(id,owners/email)"),
            json!({"next": "2", "files": [{"id": "1", "owners": [{"email": "x"}]}, {"id": "2", "owners": []}]})
        );
        assert_eq!(select("*"), answer);
        assert_eq!(select("files(*)"), json!({"files": answer["files"]}));
        assert_eq!(select("nothing"), json!({}));
    }

    #[test]
    fn what_is_no_selection_is_none() {
        for bad in ["", ",", "a,", "a(", "a()", "a)b", "a//b", "a b", &"a/".repeat(100)] {
            assert_eq!(FieldMask::read(bad), None, "{bad}");
        }
    }
}
