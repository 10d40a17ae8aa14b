//! Schemas as vendors write them, and as nobody should.

mod forms;
mod modern;
mod outlines;
mod samples;
mod validation;

use crate::schema::outline::Note;
use proptest::prelude::*;

use super::*;
use crate::domain::JsonText;

fn json(text: &str) -> JsonText {
    JsonText::parse(text.to_owned()).expect("JSON")
}

/// Everything this module does with a schema.
fn read(schema: &JsonText) -> Outline {
    for fill in [SampleScope::RequiredOnly, SampleScope::Everything] {
        let sample = sample(schema, fill, samples::now());
        missing_required(schema, &JsonText::parse(sample).expect("a sample is JSON"));
    }
    let outline = Outline::from_schema(schema);
    for (at, entry) in outline.entries.iter().enumerate() {
        assert!(entry.inside.is_empty() || entry.inside.start == at + 1 && entry.inside.end <= outline.entries.len());
        assert!(outline.entries[entry.inside.clone()].iter().all(|inner| inner.depth > entry.depth));
        let _ = entry.label();
    }
    outline
}

#[test]
fn absurd_schemas_are_read_as_far_as_they_make_sense() {
    for schema in [
        "true",
        "false",
        "null",
        "7",
        "\"object\"",
        "[]",
        r#"[{"type":"object"}]"#,
        r#"{"type":7,"properties":[1,2],"required":"title","enum":{},"items":3,"allOf":{"a":1},"anyOf":"x"}"#,
        r#"{"type":["object",7,null,"file\u001b[31m"],"properties":{"a":1,"b":null,"c":[],"d":"string","e":true,"f":false}}"#,
        r##"{"$ref":7,"properties":{"a":{"$ref":"#/nowhere"},"b":{"$ref":"other.json#/x"},"c":{"$ref":""},"d":{"$ref":"#"}}}"##,
        r##"{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}}"##,
        r##"{"allOf":[{"$ref":"#"},{"allOf":[{"$ref":"#"}]}],"anyOf":[{"$ref":"#"}],"oneOf":[{"type":"null"}]}"##,
        r#"{"type":"string","minLength":1e300,"maxLength":-4,"pattern":"(((("}"#,
        r#"{"type":"array","minItems":1e999,"maxItems":"many","items":{"type":"integer","minimum":1e999}}"#,
        r#"{"properties":{"\ud800":{"type":"string"}},"required":["\udc00",3]}"#,
        r#"{"type":"number","minimum":5,"maximum":-5,"exclusiveMinimum":true,"exclusiveMaximum":-7.5}"#,
    ] {
        read(&json(schema));
    }
}

#[test]
fn deep_nesting_is_said_and_ends() {
    for (open, close) in [
        (r#"{"properties":{"a":"#, "}}"),
        (r#"{"items":"#, "}"),
        (r#"{"allOf":["#, "]}"),
        (r#"{"anyOf":[{"type":"string"},"#, "]}"),
        (r#"{"default":"#, "}"),
        ("[", "]"),
    ] {
        read(&json(&format!("{}{{}}{}", open.repeat(2_000), close.repeat(2_000))));
    }
    for levels in [50, 50_000] {
        let schema = format!("{}{{}}{}", r#"{"properties":{"a":"#.repeat(levels), "}}".repeat(levels));
        let outline = read(&json(&schema));
        assert_eq!(outline.entries.len(), 33);
        let notes = outline.entries.iter().filter_map(|entry| entry.note.map(|note| (entry.depth, note)));
        assert_eq!(notes.collect::<Vec<_>>(), [(32, Note::TooDeep)]);
    }
}

#[test]
fn references_cannot_multiply_without_end() {
    // Thirty definitions, each holding the next one twice: 2³⁰ places.
    let defs: Vec<_> = (0..30)
        .map(|n| {
            let next = n + 1;
            format!(
                r##""d{n}":{{"type":"object","required":["a","b"],"properties":{{"a":{{"$ref":"#/$defs/d{next}"}},"b":{{"$ref":"#/$defs/d{next}"}}}}}}"##
            )
        })
        .collect();
    let schema = format!(r##"{{"$ref":"#/$defs/d0","$defs":{{{},"d30":{{"type":"string"}}}}}}"##, defs.join(","));
    let outline = read(&json(&schema));
    assert_eq!((outline.entries.len(), outline.cut), (5_000, true));
}

#[test]
fn long_texts_cannot_multiply_without_end() {
    let properties: Vec<_> = (0..4_000).map(|n| format!(r##""p{n}":{{"$ref":"#/$defs/d"}}"##)).collect();
    let text = "long ".repeat(100_000);
    let schema = format!(r#"{{"properties":{{{}}},"$defs":{{"d":{{"description":"{text}"}}}}}}"#, properties.join(","));
    let outline = read(&json(&schema));
    assert!(outline.cut && outline.entries.len() < 100);
    let schema = format!(r#"{{"description":"{}"}}"#, "long ".repeat(500_000));
    assert_eq!(read(&json(&schema)), Outline { entries: vec![], cut: true });
}

/// JSON that looks like a schema here and there.
fn nonsense() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "type",
        "properties",
        "items",
        "$ref",
        "$defs",
        "allOf",
        "anyOf",
        "oneOf",
        "required",
        "enum",
        "const",
        "default",
        "examples",
        "format",
        "minItems",
        "minimum",
        "additionalProperties",
        "nullable",
        "not",
        "if",
        "then",
        "prefixItems",
        "pattern",
        "patternProperties",
        "unevaluatedProperties",
        "$id",
        "$anchor",
        "$schema",
        "(?!a)",
        "a",
        "object",
        "array",
        "string",
        "null",
        "#",
        "#/$defs/a",
        "#/properties/a",
    ])
    .prop_map(|word| format!("\"{word}\""));
    let leaf = prop_oneof![
        4 => word.clone(),
        1 => prop::sample::select(vec!["true", "false", "null", "-1.5", "3", "1e999", "{}", "[]"]).prop_map(String::from),
    ];
    leaf.prop_recursive(8, 96, 5, move |inner| {
        let members = prop::collection::vec((word.clone(), inner.clone()), 0..5);
        prop_oneof![
            1 => prop::collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            3 => members.prop_map(|members| {
                let members: Vec<_> = members.into_iter().map(|(key, value)| format!("{key}:{value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn no_schema_is_too_absurd(schema in nonsense()) {
        read(&json(&schema));
    }
}

#[test]
fn what_an_input_lacks() {
    let schema = json(
        r##"{"type":"object","required":["teamId","title","labels"],"$defs":{"p":{"type":"integer"}},"properties":{
            "teamId":{"type":"string"},"title":{"type":"string"},"priority":{"$ref":"#/$defs/p"},
            "estimate":{"type":["number","null"]},"labels":{"type":"array"},"done":{"type":"boolean"},
            "who":{"anyOf":[{"type":"string"},{"type":"null"}]},"either":{"oneOf":[{"type":"string"},{"type":"integer"}]},
            "any":{},"loose":{"anyOf":[{"enum":[1]},{"type":"null"}]},"file":{"type":"file"}}}"##,
    );
    let lack = |input: &str| -> Vec<String> {
        missing_required(&schema, &json(input)).iter().map(ToString::to_string).collect()
    };
    let missing = ["teamId", "title", "labels"].map(|name| format!("{name} is required"));
    assert_eq!(lack("{}"), missing);
    assert_eq!(
        lack(r#"{"labels":{"a":[1]},"title":1,"priority":1.5,"estimate":"x","done":null,"teamId":["T"]}"#),
        [
            "labels must be an array, not an object",
            "title must be a string, not 1",
            "priority must be an integer, not 1.5",
            "estimate must be a number or null, not \"x\"",
            "done must be a boolean, not null",
            "teamId must be a string, not an array",
        ]
    );
    let fits = r#"{"teamId":"T","title":"","labels":[[]],"priority":2.0,"estimate":null,"who":null,"either":1,"any":1,"loose":1,"file":1,"new":1}"#;
    assert!(lack(fits).is_empty());
    assert_eq!(lack(r#"{"who":true,"either":null,"teamId":"","title":"","labels":[]}"#).len(), 2);
    assert_eq!(lack("[1]"), ["the input must be an object, not an array"]);
    let long = lack(&format!(r#"{{"done":"{}{}"}}"#, "\u{202e}", "x".repeat(99)));
    assert_eq!(long[3..], ["done must be a boolean, not \"‹202E›xxxxxxxxxxxxxxxxxxxxxxxxxxxx…"]);
}
