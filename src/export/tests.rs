//! Definitions, as models and protocols want them.

use serde_json::{Value, json};

use super::*;
use crate::domain::{EffectSource, JsonText, Tool, ToolEffect, ToolOrigin};

fn tool(name: &str, schema: &str) -> Tool {
    Tool {
        name: name.into(),
        title: "Title".into(),
        description: "Does it.".into(),
        provider: "LINEAR".into(),
        input_schema: Some(JsonText::parse(schema.to_owned()).unwrap()),
        effect: ToolEffect::Reads,
        effect_source: EffectSource::Declared,
        account: None,
        identifier: None,
        origin: ToolOrigin::Environment,
        scopes: Vec::new(),
        raw: JsonText::empty_object(),
    }
}

#[test]
fn definitions_are_what_each_dialect_wants() {
    let schema = r#"{"type":"object","properties":{"b":{},"a":{"default":1.10}}}"#;
    let tools = [tool("x", schema), Tool { input_schema: None, ..tool("y", "{}") }];
    let parsed = |dialect| serde_json::from_str::<Value>(&definitions(&tools, dialect)).unwrap();
    let wanted: Value = serde_json::from_str(schema).unwrap();
    assert_eq!(parsed(Dialect::Anthropic)[0], json!({"name":"x","description":"Does it.","input_schema":wanted}));
    assert_eq!(parsed(Dialect::OpenAi)[0]["function"]["parameters"], wanted);
    let mcp = &parsed(Dialect::Mcp)[0];
    assert_eq!((&mcp["inputSchema"], &mcp["annotations"]), (&wanted, &json!({"readOnlyHint":true})));
    assert_eq!(parsed(Dialect::Mcp)[1]["inputSchema"]["type"], "object");
    assert!(definitions(&tools, Dialect::Anthropic).contains(schema), "byte for byte");
    assert_eq!(definitions(&[], Dialect::Mcp), "[]");
}

#[test]
fn a_tool_weighs_about_as_much_as_its_definition() {
    let schema = r#"{"type":"object","properties":{"b":{"description":"Wie heißt es?"},"a":{"default":1.10}}}"#;
    let tool = tool("linear_issue_create", schema);
    let exact = tokens(definitions(std::slice::from_ref(&tool), Dialect::Anthropic).as_bytes());
    assert!(tool_tokens(&tool).abs_diff(exact) <= 3, "{} {exact}", tool_tokens(&tool));
}

#[test]
fn what_would_be_refused_is_named_with_its_place() {
    let bad = r##"{"type":"object","oneOf":[],"properties":{"a b":{"type":"file"},"list":{"type":"array"},
        "to":{"$ref":"#/$defs/none"},"far":{"$ref":"https://x.example/s"},"e":{"enum":[]},"r":{"required":true}}}"##;
    let said = |schema: &str, name: &str, dialect| {
        lint(&[tool(name, schema)], dialect).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let anthropic = said(bad, "x", Dialect::Anthropic).join("\n");
    for place in
        ["/oneOf", "/properties/a b:", "/properties/a b/type", "/to/$ref", "/far/$ref", "/e/enum", "/r/required"]
    {
        assert!(anthropic.contains(place), "{place}\n{anthropic}");
    }
    assert!(!anthropic.contains("items"));
    assert!(said(bad, "x", Dialect::OpenAi).join("\n").contains("x at /properties/list: An array must say"));
    let long = "n".repeat(65);
    assert_eq!(said(r#"{"type":"object"}"#, &long, Dialect::OpenAi).len(), 1);
    assert!(said(r#"{"type":"object"}"#, "a.b", Dialect::Anthropic)[0].contains("`.`"));
    assert!(said(r#"{"type":"object"}"#, "a.b", Dialect::Mcp).is_empty());
    assert!(said("{}", "x", Dialect::Mcp)[0].contains("no `type`"));
    assert!(said("[]", "x", Dialect::Mcp)[0].contains("no object"));
    let twice = [tool("x", r#"{"type":"object"}"#), tool("x", r#"{"type":"object"}"#)];
    assert!(lint(&twice, Dialect::Mcp)[0].message.contains("same name"));
}

/// Flaws of a schema: `!` before what would be refused, the place, the sentence.
fn flaws(schema: &str, dialect: Dialect) -> Vec<String> {
    let complaints = lint(&[tool("x", schema)], dialect);
    let said = |one: &LintProblem| format!("{}{} {}", if one.refused { "!" } else { "" }, one.path.raw(), one.message);
    complaints.iter().map(said).collect()
}

/// A schema of older drafts and of none, which no model takes.
const OLD: &str = r##"{"type":"object","id":"http://x.example/s","properties":{
    "min":{"type":"integer","minimum":0,"exclusiveMinimum":true},
    "pair":{"type":"array","items":[{"type":"string"}],"additionalItems":false},
    "must":{"type":"string","required":true},
    "wrong":{"type":"string","maxLength":"9","description":["a"]},
    "when":{"dependencies":{"a":["b"]},"nullable":true},
    "ref":{"$ref":"#/definitions/d"}},"definitions":{"d":{"type":"string","pattern":"((("}}}"##;

#[test]
fn older_drafts_and_wrong_keywords_are_named_with_their_place() {
    for dialect in Dialect::ALL.iter().copied() {
        let said = flaws(OLD, dialect);
        for place in [
            "!/properties/min/exclusiveMinimum ",
            "!/properties/pair/items ",
            "!/properties/must/required ",
            "!/properties/wrong/maxLength ",
            "!/properties/wrong/description ",
            "!/definitions/d/pattern ",
            "/id ",
            "/properties/pair/additionalItems ",
            "/properties/when/dependencies ",
            "/properties/when/nullable ",
            "/definitions ",
        ] {
            assert_eq!(said.iter().filter(|line| line.starts_with(place)).count(), 1, "{place} {said:#?}");
        }
        assert_eq!(said.len(), 11, "{said:#?}");
    }
    let named = r#"{"type":"object","properties":{"id":{"type":"string"},"definitions":{},"nullable":{"const":1}}}"#;
    assert!(flaws(named, Dialect::Anthropic).is_empty(), "a property may be called like a keyword");
}

#[test]
fn patterns_are_held_against_what_each_model_reads() {
    let with =
        |pattern: &str| json!({"type":"object","properties":{"a":{"type":"string","pattern":pattern}}}).to_string();
    for pattern in ["^(?!x)", "a(?<=b)", r"[^\]]\\(?=x)"] {
        assert!(flaws(&with(pattern), Dialect::Anthropic).is_empty(), "{pattern}");
        assert!(
            flaws(&with(pattern), Dialect::OpenAi)[0].starts_with("!/properties/a/pattern The pattern looks"),
            "{pattern}"
        );
    }
    assert!(flaws(&with(r"^\p{L}+$"), Dialect::OpenAi)[0].contains(r"has `\p{…}`"));
    for pattern in ["^(?:x)(y)$", r"\(?=x", "[(?=]", r"\\p{2}"] {
        assert!(
            flaws(&with(pattern), Dialect::OpenAi).is_empty(),
            "{pattern} {:?}",
            flaws(&with(pattern), Dialect::OpenAi)
        );
    }
    let names = r#"{"type":"object","patternProperties":{"[z-a]":{}}}"#;
    assert_eq!(flaws(names, Dialect::Mcp), ["!/patternProperties/[z-a] The pattern cannot be read."]);
}

#[test]
fn what_is_mended_is_refused_no_more() {
    let top = r##"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],
        "oneOf":[{"properties":{"b":{"type":"integer"},"k":{"const":1}},"required":["b","k"]},
            {"$ref":"#/$defs/c"}],
        "allOf":[{"properties":{"a":{"minLength":1}},"required":["d"]}],
        "$defs":{"c":{"properties":{"c":{"type":"array"},"k":{"const":2}},"required":["c","k"]}}}"##;
    let names = r#"{"type":"object","properties":{"$filter":{},"ok":{"pattern":"^(?=a)\\p{L}"},"e":{"enum":[]}}}"#;
    let deep = r#"{"properties":{"far":{"$ref":"https://x.example/s"},"list":{"type":["array","null"]}},"anyOf":7}"#;
    for schema in [OLD, top, names, deep, "[]", r#"{"type":["object","null"],"not":{}}"#] {
        for dialect in Dialect::ALL.iter().copied() {
            let tool = tool("x", schema);
            let better = autofix(&tool, dialect).unwrap_or_else(|| tool.clone());
            let left: Vec<_> = lint(std::slice::from_ref(&better), dialect).iter().map(ToString::to_string).collect();
            assert_eq!(left, [""; 0], "{dialect:?} {schema}\n{}", better.input_schema.unwrap().raw());
            assert_eq!(autofix(&better, dialect).map(|tool| tool.input_schema), None, "once is enough");
        }
    }
    let better = |schema: &str| -> Value {
        serde_json::from_str(autofix(&tool("x", schema), Dialect::Anthropic).unwrap().input_schema.unwrap().raw())
            .unwrap()
    };
    let flat = better(top);
    assert_eq!(flat["required"], json!(["a", "k", "d"]), "what all of them ask for");
    assert_eq!(flat["properties"]["a"], json!({"allOf":[{"type":"string"},{"minLength":1}]}));
    assert_eq!(flat["properties"]["k"], json!({"anyOf":[{"const":1},{"const":2}]}));
    assert!(flat["properties"]["b"].is_object() && flat["properties"]["c"].is_object());
    assert_eq!(better(OLD)["properties"]["min"], json!({"type":"integer","exclusiveMinimum":0}));
    assert_eq!(better(OLD)["required"], json!(["must"]));
    assert_eq!(better(names)["properties"], json!({"ok":{"pattern":"^(?=a)\\p{L}"},"e":{}}));
}

#[test]
fn what_cannot_be_mended_stays_and_is_told() {
    let required = r#"{"type":"object","properties":{"$filter":{}},"required":["$filter"]}"#;
    assert!(autofix(&tool("x", required), Dialect::Anthropic).is_none());
    assert!(
        autofix(&tool("a.b", r#"{"type":"object"}"#), Dialect::Anthropic).is_none(),
        "a name is what it is called by"
    );
    let long = Tool { description: "d".repeat(2_000).into(), ..tool("x", r#"{"type":"object"}"#) };
    assert_eq!(autofix(&long, Dialect::OpenAi).unwrap().description.raw().chars().count(), 1024);
    assert!(autofix(&long, Dialect::Anthropic).is_none());
    assert!(autofix(&tool("x", r#"{"type":"object","properties":{"n":{"maximum":1.10}}}"#), Dialect::OpenAi).is_none());
}
