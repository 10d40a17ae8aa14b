//! Tools, from the wire to the domain.

use bytes::Bytes;
use serde_json::value::RawValue;

use super::super::effect::effect;
use super::lenient::lenient;
use super::some;
use crate::backend::scalekit::wire::tools::{self, Definition, ScopedTool};
use crate::domain::{AccountId, Identifier, JsonText, Provider, Tool, ToolName, ToolOrigin};

/// A tool of the scoped list. `raw` must be a part of `body`.
pub fn scoped_tool(body: &Bytes, raw: &RawValue) -> Tool {
    let wire: ScopedTool<Option<&RawValue>> = lenient(raw);
    let tool = from_parts(body, wire.tool.map(lenient).unwrap_or_default(), JsonText::within(body, raw));
    Tool {
        account: some(wire.connected_account_id).map(AccountId::new),
        identifier: some(wire.identifier).map(Identifier::new),
        ..tool
    }
}

/// A tool that is bound to nobody. `raw` must be a part of `body`.
pub fn tool(body: &Bytes, raw: &RawValue) -> Tool {
    from_parts(body, lenient(raw), JsonText::within(body, raw))
}

/// A tool without a name is shown under its id. Its schema, which is most of it, is a part of `body`.
fn from_parts(body: &Bytes, wire: tools::WireTool<'_>, raw: JsonText) -> Tool {
    let definition: Definition<'_> = wire.definition.map(lenient).unwrap_or_default();
    let (effect, effect_source) = effect(&definition);
    let name = if definition.name.is_empty() { wire.id } else { definition.name };
    Tool {
        name: ToolName::new(name),
        title: definition.display_name.into(),
        description: definition.description.into(),
        provider: Provider::new(wire.provider),
        input_schema: definition.input_schema.or(definition.input).map(|schema| JsonText::within(body, schema)),
        effect,
        effect_source,
        account: None,
        identifier: None,
        origin: ToolOrigin::Environment,
        scopes: Vec::new(),
        raw,
    }
}

#[cfg(test)]
mod tests {
    use super::super::row;
    use super::*;
    use crate::domain::{EffectSource, ToolEffect};

    fn tool_of(json: &str) -> Tool {
        row(scoped_tool, json)
    }

    #[test]
    fn a_tool_is_taken_out_of_its_nest() {
        let tool = tool_of(
            r#"{"tool":{"id":"tol_1","provider":"GOOGLEDRIVE","definition":{"name":"googledrive_search_files",
            "display_name":"Search Drive Files","description":"…","input_schema":{"type":"object","required":["q"]},
            "rest_api_info":{"method":"GET","base_url":"https://www.googleapis.com"}}},
            "identifier":"user_123","connected_account_id":"ca_1"}"#,
        );
        assert_eq!((tool.name.raw(), tool.title.raw()), ("googledrive_search_files", "Search Drive Files"));
        assert_eq!(tool.input_schema.expect("a schema").raw(), r#"{"type":"object","required":["q"]}"#);
        assert_eq!((tool.effect, tool.effect_source), (ToolEffect::Reads, EffectSource::Method));
        assert_eq!((tool.account, tool.identifier), (Some("ca_1".into()), Some("user_123".into())));
    }

    #[test]
    fn a_schema_shares_the_bytes_it_came_in() {
        let body = Bytes::from_static(br#"{"tool":{"definition":{"name":"x","input_schema":{"type":"object"}}}}"#);
        let tool = scoped_tool(&body, serde_json::from_slice(&body).expect("JSON"));
        let place = body.as_ptr_range();
        for part in [&tool.raw, tool.input_schema.as_ref().expect("a schema")] {
            assert!(place.contains(&part.bytes().as_ptr()), "{}", part.raw());
        }
    }

    #[test]
    fn a_tool_of_the_whole_environment_stands_by_itself() {
        let wire = r#"{"id":"tol_1","provider":"LINEAR","definition":{"name":"linear_issue_delete"},"metadata":null}"#;
        let tool = row(tool, wire);
        assert_eq!(
            (tool.name.raw(), tool.provider.raw(), tool.effect),
            ("linear_issue_delete", "LINEAR", ToolEffect::Destroys)
        );
        assert_eq!((tool.account, tool.raw.raw()), (None, wire));
    }

    #[test]
    fn a_definition_that_cannot_be_read_costs_only_what_is_wrong_with_it() {
        let tool = tool_of(
            r#"{"tool":{"id":null,"provider":"LINEAR","definition":{"name":"linear_issue_delete","description":7,
            "input":{"type":"object"},"input_schema":null,"annotations":"none"}},"connected_account_id":null}"#,
        );
        assert_eq!((tool.name.raw(), tool.description.raw()), ("linear_issue_delete", "7"));
        assert_eq!(tool.provider.raw(), "LINEAR");
        assert_eq!(tool.input_schema.expect("the other name").raw(), r#"{"type":"object"}"#);
        assert_eq!((tool.effect, tool.account), (ToolEffect::Destroys, None));
    }

    #[test]
    fn a_hint_in_a_text_is_one_and_nonsense_leaves_it_open() {
        let of = |hints: &str| {
            let tool = tool_of(&format!(r#"{{"tool":{{"definition":{{"name":"x_get","annotations":{hints}}}}}}}"#));
            (tool.effect, tool.effect_source)
        };
        assert_eq!(of(r#"{"destructive_hint":"true"}"#), (ToolEffect::Destroys, EffectSource::Declared));
        assert_eq!(
            of(r#"{"read_only_hint":{},"destructive_hint":true}"#),
            (ToolEffect::Destroys, EffectSource::Declared)
        );
        assert_eq!(of(r#"{"read_only_hint":"x"}"#), of("null"));
    }

    #[test]
    fn a_definition_may_hold_its_schema_under_both_names() {
        let tool = tool_of(
            r#"{"tool":{"definition":{"name":"x","input":{"a":1},"input_schema":{"type":"object"},"description":"Both"}}}"#,
        );
        assert_eq!((tool.name.raw(), tool.description.raw()), ("x", "Both"));
        assert_eq!(tool.input_schema.expect("a schema").raw(), r#"{"type":"object"}"#);
    }

    #[test]
    fn a_tool_without_a_definition_still_appears() {
        for definition in ["null", "[]", "\"x\"", "{}"] {
            let tool =
                tool_of(&format!(r#"{{"tool":{{"id":"tol_1","provider":"LINEAR","definition":{definition}}}}}"#));
            assert_eq!((tool.name.raw(), tool.provider.raw()), ("tol_1", "LINEAR"), "{definition}");
            assert_eq!((tool.input_schema, tool.effect), (None, ToolEffect::Unknown), "{definition}");
        }
    }
}
