//! Bound on the cost of validation: schemas that would run on for ever are not tried.
//!
//! A validator looks at a value once for every way that leads to it. Thirty definitions that each refer
//! to the next one twice are a billion ways; so are two that refer to each other, and an input nested
//! thirty deep.

use percent_encoding::percent_decode_str;
use serde_json::Value;

/// Schemas that are held against values, in all: a second's work at most.
const MAX_LOOKS: u32 = 500_000;

/// References and levels that lead to one another; each takes room on the stack.
const MAX_DEPTH: u32 = 800;

/// True if `input` can be held against `schema` within the bounds.
pub(super) fn is_affordable(schema: &Value, input: &Value) -> bool {
    let mut count = Count { root: schema, looks: 0, followed: Vec::new() };
    count.look(schema, input, 0).is_some()
}

struct Count<'v> {
    root: &'v Value,
    looks: u32,
    /// References being followed, and for which value. Validators do not follow one twice.
    followed: Vec<(*const Value, *const Value)>,
}

impl<'v> Count<'v> {
    /// Counts a schema and all that it leads to; nothing when that is too much.
    fn look(&mut self, schema: &'v Value, value: &'v Value, depth: u32) -> Option<()> {
        self.looks += 1;
        if self.looks > MAX_LOOKS || depth > MAX_DEPTH {
            return None;
        }
        for (keyword, inner) in schema.as_object().into_iter().flatten() {
            self.keyword(keyword, inner, value, depth + 1)?;
        }
        Some(())
    }

    fn keyword(&mut self, keyword: &str, inner: &'v Value, value: &'v Value, depth: u32) -> Option<()> {
        match (keyword, inner, value) {
            ("allOf" | "anyOf" | "oneOf", Value::Array(list), _) => {
                list.iter().try_for_each(|inner| self.look(inner, value, depth))
            }
            ("not" | "if" | "then" | "else", ..) => self.look(inner, value, depth),
            ("dependentSchemas" | "dependencies", Value::Object(named), _) => {
                named.values().try_for_each(|inner| self.look(inner, value, depth))
            }
            ("$ref" | "$dynamicRef" | "$recursiveRef", Value::String(reference), _) => {
                let place = percent_decode_str(reference.trim_start_matches('#')).decode_utf8_lossy();
                let Some(target) = self.root.pointer(&place) else { return Some(()) };
                let step = (std::ptr::from_ref(target), std::ptr::from_ref(value));
                if self.followed.contains(&step) {
                    return Some(());
                }
                self.followed.push(step);
                let looked = self.look(target, value, depth);
                self.followed.pop();
                looked
            }
            ("properties", Value::Object(named), Value::Object(members)) => {
                let mut both = named.iter().filter_map(|(name, inner)| Some((inner, members.get(name)?)));
                both.try_for_each(|(inner, member)| self.look(inner, member, depth))
            }
            ("patternProperties", Value::Object(named), Value::Object(members)) => {
                let mut all = named.values().flat_map(|inner| members.values().map(move |member| (inner, member)));
                all.try_for_each(|(inner, member)| self.look(inner, member, depth))
            }
            ("additionalProperties" | "unevaluatedProperties", _, Value::Object(members)) => {
                members.values().try_for_each(|member| self.look(inner, member, depth))
            }
            ("items" | "prefixItems", Value::Array(list), Value::Array(items)) => {
                list.iter().zip(items).try_for_each(|(inner, item)| self.look(inner, item, depth))
            }
            ("items" | "additionalItems" | "unevaluatedItems" | "contains", _, Value::Array(items)) => {
                items.iter().try_for_each(|item| self.look(inner, item, depth))
            }
            _ => Some(()),
        }
    }
}
