//! Parts of a tool's definition by the Model Context Protocol that a server declares and nobody checks.
//!
//! Reference: the protocol's schema of 2025-11-25, `Tool`, `ToolAnnotations`.

use serde::Deserialize;

use crate::domain::JsonText;

/// Declarations of a server about its tool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToolDeclarations {
    /// Hints on its effects; none of them binds the server.
    pub hints: ToolHints,
    /// JSON Schema of its structured content.
    pub output_schema: Option<JsonText>,
}

/// Hints on the effects of a tool. What is not said is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ToolHints {
    /// It changes nothing.
    pub reads: Option<bool>,
    /// It may take something away.
    pub destroys: Option<bool>,
    /// Calling it twice does no more than calling it once.
    pub repeatable: Option<bool>,
    /// It reaches things outside of the server.
    pub reaches_outside: Option<bool>,
}

impl ToolHints {
    /// What is declared, in a few words each; none where nothing is.
    pub fn words(&self) -> Vec<&'static str> {
        let said = |hint: Option<bool>, yes, no| hint.map(|hint| if hint { yes } else { no });
        // A tool that only reads has nothing to destroy, and may be repeated, whatever else is said.
        let writes = self.reads != Some(true);
        [
            said(self.reads, "reads only", "writes"),
            said(self.destroys.filter(|_| writes), "may destroy", "destroys nothing"),
            said(self.repeatable.filter(|_| writes), "repeatable", "not repeatable"),
            said(self.reaches_outside, "reaches outside", "stays inside"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// The declarations in a definition as it came. What has another shape declares nothing.
pub fn tool_declarations(definition: &JsonText) -> ToolDeclarations {
    #[derive(Deserialize)]
    struct Definition<'a> {
        annotations: Option<serde_json::Value>,
        #[serde(borrow, rename = "outputSchema")]
        output_schema: Option<&'a serde_json::value::RawValue>,
    }
    let Ok(definition) = serde_json::from_str::<Definition<'_>>(definition.raw()) else {
        return ToolDeclarations::default();
    };
    let hints = definition.annotations.unwrap_or_default();
    let hint = |name: &str| hints.get(name).and_then(serde_json::Value::as_bool);
    let output_schema = definition.output_schema.map(|schema| schema.get().to_owned());
    ToolDeclarations {
        hints: ToolHints {
            reads: hint("readOnlyHint"),
            destroys: hint("destructiveHint"),
            repeatable: hint("idempotentHint"),
            reaches_outside: hint("openWorldHint"),
        },
        output_schema: output_schema
            .filter(|schema| schema.starts_with('{'))
            .and_then(|schema| JsonText::parse(schema).ok()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(definition: &str) -> ToolDeclarations {
        tool_declarations(&JsonText::parse(definition.to_owned()).expect("JSON"))
    }

    #[test]
    fn what_is_declared_is_told_in_words() {
        let words = |annotations: &str| declared(&format!(r#"{{"annotations":{annotations}}}"#)).hints.words();
        assert_eq!(
            words(r#"{"readOnlyHint":false,"destructiveHint":true,"idempotentHint":true,"openWorldHint":false}"#),
            ["writes", "may destroy", "repeatable", "stays inside"]
        );
        assert_eq!(
            words(r#"{"readOnlyHint":true,"destructiveHint":true,"openWorldHint":true}"#),
            ["reads only", "reaches outside"]
        );
        assert!(words("{}").is_empty());
    }

    #[test]
    fn odd_shapes_declare_nothing() {
        for odd in
            ["[]", "7", "{}", r#"{"annotations":7,"outputSchema":7}"#, r#"{"annotations":{"readOnlyHint":"yes"}}"#]
        {
            assert_eq!(declared(odd), ToolDeclarations::default(), "{odd}");
        }
        let schema = declared(r#"{"outputSchema":{"type":"object"}}"#).output_schema.expect("a schema");
        assert_eq!(schema.raw(), r#"{"type":"object"}"#);
    }
}
