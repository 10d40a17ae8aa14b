//! The tools that a request offers.

use serde_json::{Map, Value};

/// Longest name that clients send; longer ones are cut there.
const CUT: usize = 64;

/// Letters that a name which was cut must have in common with the one that is looked for.
const ENOUGH: usize = 12;

/// Tool that a request offers.
#[derive(Clone, Copy, Debug)]
pub struct OfferedTool<'a> {
    /// Name, as the request has it.
    pub name: &'a str,
    /// Its input's schema; null where it has none.
    pub schema: &'a Value,
}

/// The tools of a request, in its order.
#[derive(Clone, Debug, Default)]
pub struct Offered<'a>(pub Vec<OfferedTool<'a>>);

impl<'a> Offered<'a> {
    /// The tool that is known by this name elsewhere. Clients give tools names of their own: with the connection in
    /// front, in other signs, cut to 64.
    pub fn find(&self, known: &str) -> Option<OfferedTool<'a>> {
        let known = normal(known);
        let exact = self.0.iter().find(|tool| normal(tool.name) == known);
        let inside = || self.0.iter().find(|tool| normal(tool.name).contains(&known));
        let cut = || self.0.iter().find(|tool| was_cut(&normal(tool.name), &known));
        exact.or_else(inside).or_else(cut).copied()
    }

    /// The tools whose names stand in a text as words, in their order there.
    pub fn named_in(&self, text: &str) -> Vec<OfferedTool<'a>> {
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-')));
        words.filter_map(|word| self.0.iter().find(|tool| tool.name == word)).copied().collect()
    }
}

impl OfferedTool<'_> {
    /// The input without what this tool's schema does not know.
    pub fn fit(&self, input: &Value) -> Value {
        let known = self.schema.get("properties").and_then(Value::as_object);
        match (known, input) {
            (Some(known), Value::Object(fields)) => {
                let fields = fields.iter().filter(|(name, value)| known.contains_key(*name) && !value.is_null());
                Value::Object(fields.map(|(name, value)| (name.clone(), value.clone())).collect::<Map<_, _>>())
            }
            _ => input.clone(),
        }
    }
}

fn normal(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect()
}

fn was_cut(name: &str, known: &str) -> bool {
    let ends = (ENOUGH..known.len()).rev().filter_map(|length| known.get(..length));
    name.len() == CUT && ends.into_iter().any(|beginning| name.ends_with(beginning))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(names: &[&str], known: &str) -> Option<String> {
        let tools = names.iter().map(|name| OfferedTool { name, schema: &Value::Null });
        Offered(tools.collect()).find(known).map(|tool| tool.name.to_owned())
    }

    #[test]
    fn a_tool_is_found_under_the_names_that_clients_give_it() {
        assert_eq!(found(&["a_linear_issue_get", "linear_issue_get"], "linear_issue_get").unwrap(), "linear_issue_get");
        assert_eq!(found(&["acme-Linear-Issue-Get"], "linear_issue_get").unwrap(), "acme-Linear-Issue-Get");
        let long = format!("{}_linear_issue_relation", "c".repeat(42));
        assert_eq!(long.len(), 64);
        assert_eq!(found(&[&long], "linear_issue_relation_create"), Some(long.clone()));
        assert_eq!(found(&[&long[1..]], "linear_issue_relation_create"), None, "not cut");
        assert_eq!(found(&["asana_me_get"], "linear_viewer_get"), None);
    }

    #[test]
    fn an_input_is_fitted_to_the_schema() {
        let schema = json!({"type": "object", "properties": {"a": {}, "b": {}}});
        let tool = OfferedTool { name: "x", schema: &schema };
        assert_eq!(tool.fit(&json!({"a": 1, "c": 2, "b": null})), json!({"a": 1}));
        let open = OfferedTool { name: "x", schema: &Value::Null };
        assert_eq!(open.fit(&json!({"c": 2})), json!({"c": 2}));
    }
}
