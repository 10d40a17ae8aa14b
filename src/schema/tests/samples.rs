//! Inputs to begin with.

use serde_json::Value;

use super::*;

/// The moment of all samples.
pub(super) fn now() -> jiff::Timestamp {
    "2026-03-04T12:00:00Z".parse().expect("a moment")
}

fn filled(schema: &str, fill: SampleScope) -> String {
    let text = sample(&json(schema), fill, now());
    text.lines().map(str::trim).collect()
}

#[test]
fn required_members_or_all_of_them_in_the_schema_s_order() {
    let schema = r#"{"type":"object","required":["title","teamId","undeclared"],"properties":{
        "teamId":{"type":"string"},"title":{"type":"string","minLength":2},"priority":{"type":"integer","minimum":1.5},
        "due":{"type":"string","format":"date"},"ratio":{"type":"number","default":0.50},"done":{"type":"boolean"},
        "state":{"enum":["open","closed"]},"kind":{"const":"issue"},"mail":{"type":"string","examples":["a@b.c"]},
        "labels":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string"}}}},
        "who":{"type":["null","string"]},"id":{"type":"string","readOnly":true},"never":false}}"#;
    assert_eq!(
        sample(&json(schema), SampleScope::RequiredOnly, now()),
        "{\n  \"teamId\": \"\",\n  \"title\": \"Example title\",\n  \"undeclared\": null\n}"
    );
    assert_eq!(
        filled(schema, SampleScope::Everything),
        concat!(
            r#"{"teamId": "1234567890","title": "Example title","priority": 2,"due": "2026-03-11","ratio": 0.50,"done": false,"#,
            r#""state": "open","kind": "issue","mail": "a@b.c","labels": [{"name": "Example name"}],"who": "Example who","undeclared": null}"#
        )
    );
}

#[test]
fn what_the_schema_offers_is_taken_if_it_fits() {
    for (schema, expected) in [
        (r#"{"type":"integer","default":"5"}"#, "0"),
        (r#"{"type":"integer","default":5.0,"examples":[7]}"#, "5.0"),
        (r#"{"type":"integer","examples":["x",7]}"#, "7"),
        (r#"{"type":"string","enum":["a","b"],"default":"c"}"#, r#""a""#),
        (r#"{"type":"string","enum":[null,"b"],"default":"\u0062"}"#, r#""b""#),
        (r#"{"enum":["\u65e5\u672c"]}"#, r#""日本""#),
        // What would not be seen stays written out.
        (r#"{"const":{"\u00e9":["\u202e",1.10]}}"#, r#"{"é": ["\u202e",1.10]}"#),
        (r#"{"const":"\ud800"}"#, r#""\ud800""#),
        (r#"{"type":["string","null"],"enum":[1,null]}"#, "null"),
        (r#"{"default":{"b":[1.10,{}],"a":[]}}"#, r#"{"b": [1.10,{}],"a": []}"#),
        (r#"{"type":"object"}"#, "{}"),
        ("true", "{}"),
        ("3", "{}"),
        (r#"{"type":"array","items":{"type":"integer","exclusiveMinimum":3},"minItems":2}"#, "[4,4]"),
        (r#"{"type":"array","prefixItems":[{"type":"string"}],"items":{"type":"null"},"minItems":2}"#, r#"["",null]"#),
        (r#"{"type":"array","items":{"type":"string"},"minItems":4,"maxItems":1}"#, r#"[""]"#),
        (r#"{"type":"integer","maximum":-2.5}"#, "-3"),
        (r#"{"type":"number","minimum":0.25,"maximum":1}"#, "0.25"),
        (r#"{"type":"object","required":["a"],"additionalProperties":{"type":"boolean"}}"#, r#"{"a": false}"#),
        (r#"{"type":"string","pattern":"^[CGD][A-Z0-9]{8,}$"}"#, r#""C23456789""#),
        (r#"{"type":"string","pattern":"^x","default":"y","examples":["xz"]}"#, r#""xz""#),
        (r#"{"type":"string","format":"date-time","default":"tomorrow"}"#, r#""2026-03-11T09:00:00Z""#),
        (r#"{"type":"integer","minimum":7,"multipleOf":5,"default":3}"#, "10"),
        (r#"{"required":["a\"\n"]}"#, r#"{"a\"\n": null}"#),
    ] {
        assert_eq!(filled(schema, SampleScope::RequiredOnly), expected, "{schema}");
    }
}

#[test]
fn recursion_ends_where_it_may() {
    let schema = r##"{"$ref":"#/$defs/Node","$defs":{"Node":{"type":"object","required":["id","next"],"properties":{
        "id":{"type":"string"},"next":{"anyOf":[{"$ref":"#/$defs/Node"},{"type":"null"}]},
        "children":{"type":"array","items":{"$ref":"#/$defs/Node"}},"parent":{"$ref":"#/$defs/Node"}}}}}"##;
    let all = sample(&json(schema), SampleScope::Everything, now());
    assert!(all.contains("\"children\": []") && !all.contains("parent"), "{all}");
    let depth = all.lines().map(|line| line.len() - line.trim_start().len()).max();
    assert_eq!(depth, Some(32), "sixteen levels of two spaces");
}

#[test]
fn the_first_alternative_is_filled_in() {
    let schema = r#"{"oneOf":[{"type":"null"},{"properties":{"url":{"type":"string","format":"uri"}},"required":["url"]},
        {"properties":{"id":{"type":"string"}},"required":["id"]}]}"#;
    assert_eq!(filled(schema, SampleScope::RequiredOnly), r#"{"url": "https://example.com/"}"#);
}

/// Simple schemas that a sample can be expected to satisfy.
pub(super) fn simple() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(serde_json::json!({"type": "string"})),
        (0u8..9).prop_map(|n| serde_json::json!({"type": "string", "minLength": n})),
        prop::sample::select(vec!["date", "uuid", "email", "odd"])
            .prop_map(|f| serde_json::json!({"type": "string", "format": f})),
        (-9i32..9).prop_map(|n| serde_json::json!({"type": "integer", "minimum": n})),
        (-9i32..9).prop_map(|n| serde_json::json!({"type": "number", "maximum": n, "nullable": true})),
        Just(serde_json::json!({"type": ["null", "boolean"]})),
        Just(serde_json::json!({"type": "integer", "enum": ["x", 3, 4], "default": "x"})),
        prop::collection::vec(0u8..5, 1..4).prop_map(|list| serde_json::json!({"enum": list})),
        Just(serde_json::json!({"type": "string", "default": 7})),
        Just(serde_json::json!({"const": {"a": [1]}})),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let members = prop::collection::vec(("[a-e]", inner.clone(), any::<bool>()), 0..5);
        prop_oneof![
            (inner, 0u8..4).prop_map(|(items, n)| serde_json::json!({"type": "array", "items": items, "minItems": n})),
            (members, any::<bool>()).prop_map(|(members, typed)| {
                let required: Vec<_> =
                    members.iter().filter(|(.., required)| *required).map(|(name, ..)| name).collect();
                let properties: serde_json::Map<_, _> =
                    members.iter().map(|(name, schema, _)| (name.clone(), schema.clone())).collect();
                let mut schema = serde_json::json!({"properties": properties, "required": required});
                if typed {
                    schema["type"] = "object".into();
                }
                schema
            }),
        ]
    })
}

/// True if `value` satisfies the few keywords of [`simple`].
fn satisfies(schema: &Value, value: &Value) -> bool {
    let is = |kind: &Value| match kind.as_str().expect("a type") {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|n| n.fract() == 0.0),
        "array" => value.is_array(),
        _ => value.is_object(),
    };
    let types_fit = match &schema["type"] {
        Value::Null => true,
        Value::Array(kinds) => kinds.iter().any(is),
        kind => is(kind) || schema["nullable"] == true && value.is_null(),
    };
    let within = |limit: &Value, fits: fn(f64, f64) -> bool| {
        limit.as_f64().zip(value.as_f64()).is_none_or(|(limit, value)| fits(value, limit))
    };
    let long_enough = value.as_str().is_none_or(|text| text.len() as u64 >= schema["minLength"].as_u64().unwrap_or(0));
    let items_fit = value.as_array().is_none_or(|items| {
        items.len() as u64 >= schema["minItems"].as_u64().unwrap_or(0)
            && items.iter().all(|item| satisfies(&schema["items"], item))
    });
    let members_fit = value.as_object().is_none_or(|members| {
        let there = |name: &Value| members.contains_key(name.as_str().expect("a name"));
        schema["required"].as_array().is_none_or(|names| names.iter().all(there))
            && members.iter().all(|(name, value)| satisfies(&schema["properties"][name], value))
    });
    types_fit
        && within(&schema["minimum"], |value, limit| value >= limit)
        && within(&schema["maximum"], |value, limit| value <= limit)
        && schema["enum"].as_array().is_none_or(|values| values.contains(value))
        && (schema["const"].is_null() || schema["const"] == *value)
        && long_enough
        && items_fit
        && members_fit
}

proptest! {
    #[test]
    fn a_sample_satisfies_its_schema(schema in simple()) {
        for fill in [SampleScope::RequiredOnly, SampleScope::Everything] {
            let text = sample(&json(&schema.to_string()), fill, now());
            let value: Value = serde_json::from_str(&text).expect("JSON");
            prop_assert!(satisfies(&schema, &value), "{text} for {schema}");
            let members = value.as_object().map_or(0, serde_json::Map::len);
            if fill == SampleScope::Everything && schema["properties"].is_object() {
                prop_assert_eq!(members, schema["properties"].as_object().map_or(0, serde_json::Map::len));
            }
        }
    }
}
