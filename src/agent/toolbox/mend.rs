//! Input schemas as a model's API takes them.

use crate::domain::{JsonText, Tool};
use crate::export::{Dialect, autofix, lint};

/// Change to a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mended {
    /// Nothing.
    No,
    /// It was mended.
    Schema,
    /// It could not be, and any object stands in its place.
    GivenUp,
}

/// Schema of a tool's input that is not refused. One refused tool would refuse the whole request.
pub(super) fn schema(tool: &Tool) -> (JsonText, Mended) {
    // Its name is another matter, and is mended elsewhere.
    let named = Tool { name: "tool".into(), ..tool.clone() };
    let any = || JsonText::checked(r#"{"type":"object"}"#.into());
    let Some(own) = named.input_schema.clone() else { return (any(), Mended::No) };
    let is_refused =
        |tool: &Tool| lint(std::slice::from_ref(tool), Dialect::Anthropic).iter().any(|problem| problem.refused);
    if !is_refused(&named) {
        return (own, Mended::No);
    }
    match autofix(&named, Dialect::Anthropic).filter(|fixed| !is_refused(fixed)).and_then(|fixed| fixed.input_schema) {
        Some(fixed) => (fixed, Mended::Schema),
        None => (any(), Mended::GivenUp),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(schema: &str) -> (String, Mended) {
        let input_schema = Some(JsonText::parse(schema.to_owned()).unwrap());
        let (schema, mended) = super::schema(&Tool { input_schema, ..Tool::unknown("odd.name") });
        (schema.raw().to_owned(), mended)
    }

    #[test]
    fn a_good_one_stays_byte_for_byte_whatever_the_tool_is_called() {
        let good = r#"{"type": "object", "properties": {"q": {"type": "string"}}}"#;
        assert_eq!(of(good), (good.to_owned(), Mended::No));
        let (none, mended) = super::schema(&Tool::unknown("x"));
        assert_eq!((none.raw(), mended), (r#"{"type":"object"}"#, Mended::No));
    }

    #[test]
    fn one_that_would_be_refused_is_mended_or_given_up() {
        let (mended, how) = of(r#"{"oneOf":[{"properties":{"a":{"type":"string"}}}]}"#);
        assert!(mended.contains(r#""type":"object""#) && !mended.contains("oneOf"), "{mended}");
        assert_eq!(how, Mended::Schema);
        let (given_up, how) = of(r#"{"type":"object","properties":{"a b":{}},"required":["a b"]}"#);
        assert_eq!((given_up.as_str(), how), (r#"{"type":"object"}"#, Mended::GivenUp));
    }
}
