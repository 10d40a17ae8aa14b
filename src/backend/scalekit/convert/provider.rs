//! Providers and what they ask of a person.

use bytes::Bytes;
use serde_json::value::RawValue;

use super::lenient::lenient;
use crate::backend::scalekit::wire::providers as wire;
use crate::backend::scalekit::words;
use crate::domain::{AuthField, AuthPattern, FieldOption, Provider, ProviderInfo};

/// Provider out of one item of the catalogue.
pub fn provider(_: &Bytes, raw: &RawValue) -> ProviderInfo {
    let wire: wire::WireProvider = lenient(raw);
    ProviderInfo {
        key: Provider::new(wire.identifier),
        title: wire.display_name.into(),
        patterns: wire.auth_patterns.iter().map(|raw| pattern(raw)).collect(),
    }
}

fn pattern(raw: &RawValue) -> AuthPattern {
    let wire: wire::WireAuthPattern<Box<RawValue>> = lenient(raw);
    AuthPattern {
        authorization: words::authorization(&wire.kind),
        title: wire.display_name.into(),
        description: wire.description.into(),
        fields: wire.fields.iter().map(|raw| field(raw)).collect(),
        account_fields: wire.account_fields.iter().map(|raw| field(raw)).collect(),
    }
}

fn field(raw: &RawValue) -> AuthField {
    let wire: wire::WireAuthField = lenient(raw);
    AuthField {
        name: wire.field_name.into(),
        label: wire.label.into(),
        input: words::input_kind(&wire.input_type),
        hint: wire.hint.into(),
        required: wire.required,
        options: wire.options.iter().filter_map(|raw| option(raw)).collect(),
    }
}

/// The shape of an option is not stated: a text is both value and label, an object names them.
fn option(raw: &RawValue) -> Option<FieldOption> {
    if let Ok(text) = serde_json::from_str::<String>(raw.get()) {
        return Some(FieldOption { value: text.as_str().into(), label: text.into() });
    }
    let wire: wire::WireFieldOption = lenient(raw);
    let label = if wire.label.is_empty() { &wire.value } else { &wire.label };
    (!wire.value.is_empty()).then(|| FieldOption { label: label.as_str().into(), value: wire.value.as_str().into() })
}

#[cfg(test)]
mod tests {
    use super::super::row;
    use super::*;
    use crate::domain::InputKind;

    #[test]
    fn a_provider_comes_with_what_it_asks_for() {
        let wire = r#"{"id":"p1","identifier":"FRESHDESK","display_name":"Freshdesk","description":null,
            "categories":["support"],"auth_patterns":[{"type":"BASIC","display_name":"Key","fields":[
            {"field_name":"api_key","label":"API key","input_type":"password","hint":"In your profile","required":true},
            {"field_name":"region","input_type":"select","required":null,"options":["eu",{"value":"us","label":"US"},{"value":"in"},7,{}]}],
            "account_fields":[{"field_name":"domain","input_type":"text","is_path_param":true}],"is_mcp":false}],
            "proxy_enabled":true,"is_custom":false,"is_custom_mcp":true,"metadata":{}}"#;
        let provider = row(provider, wire);
        assert_eq!((provider.key.raw(), provider.title.raw()), ("FRESHDESK", "Freshdesk"));
        let [pattern] = provider.patterns.as_slice() else { panic!("one pattern") };
        assert_eq!((pattern.authorization.to_string(), pattern.title.raw()), ("basic".into(), "Key"));
        let [key, region] = pattern.fields.as_slice() else { panic!("two fields") };
        assert_eq!((key.name.raw(), key.label.raw(), key.hint.raw()), ("api_key", "API key", "In your profile"));
        assert_eq!((key.input.is_secret(), key.required), (true, true));
        assert_eq!((&region.input, region.required), (&InputKind::Select, false));
        let options: Vec<_> = region.options.iter().map(|o| (o.value.raw(), o.label.raw())).collect();
        assert_eq!(options, [("eu", "eu"), ("us", "US"), ("in", "in")]);
        assert_eq!(pattern.account_fields.first().map(|field| field.name.raw()), Some("domain"));
    }

    #[test]
    fn an_odd_pattern_costs_only_itself() {
        let provider = row(
            provider,
            r#"{"identifier":"X","display_name":7,"auth_patterns":["OAUTH",{"type":"NEW","fields":{"a":1}},
            {"type":"API_KEY","fields":[null,{"field_name":"api_key","input_type":"pin","hint":3}]}]}"#,
        );
        let words: Vec<_> = provider.patterns.iter().map(|pattern| pattern.authorization.to_string()).collect();
        assert_eq!(words, ["unknown", "NEW", "API key"]);
        let fields: Vec<_> = provider.patterns.iter().flat_map(|pattern| &pattern.fields).collect();
        assert_eq!(fields.iter().map(|field| field.name.raw()).collect::<Vec<_>>(), ["", "api_key"]);
        assert_eq!(fields.last().map(|field| &field.input), Some(&InputKind::Other("pin".into())));
    }
}
