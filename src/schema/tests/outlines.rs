//! Outlines as people see them.

use super::*;

/// One line an entry, indented: name, type word, then everything else it says.
fn drawn(schema: &str) -> Vec<String> {
    let outline = read(&json(schema));
    assert!(!outline.cut);
    let line = |entry: &OutlineEntry| {
        let mut line = format!("{}{} {}", "  ".repeat(entry.depth.into()), entry.label(), entry.type_word);
        let words = |texts: &[crate::domain::Untrusted]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
        let mut say = |what: &str, text: String| {
            if !text.is_empty() {
                line += &format!("; {what}{text}");
            }
        };
        say("", if entry.required { "required".into() } else { String::new() });
        say("of ", words(&entry.values).join(","));
        say("default ", entry.default.iter().map(ToString::to_string).collect());
        say("as ", entry.format.iter().map(ToString::to_string).collect());
        say("", words(&entry.constraints).join(", "));
        say("from ", entry.reference.iter().map(ToString::to_string).collect());
        say("note ", entry.note.iter().map(ToString::to_string).collect());
        say("“", entry.description.to_string());
        line
    };
    outline.entries.iter().map(line).collect()
}

#[test]
fn a_flat_tool() {
    let schema = r#"{"type":"object","description":"Create an issue.","properties":{
        "title":{"type":"string","minLength":1,"maxLength":255,"description":"The title."},
        "teamId":{"type":"string","format":"uuid"},
        "priority":{"type":"integer","enum":[0,1,2],"default":0},
        "estimate":{"type":["number","null"],"minimum":0.50,"exclusiveMaximum":9},
        "labelIds":{"type":"array","items":{"type":"string"},"maxItems":1,"uniqueItems":true},
        "big":{"default":12345678901234567890.10}},
        "required":["teamId","title"],"additionalProperties":false}"#;
    let expected = [
        " object; no other members; “Create an issue.",
        "  title string; required; min 1 character, max 255 characters; “The title.",
        "  teamId string; required; as uuid",
        "  priority enum; of 0,1,2; default 0",
        "  estimate number | null; ≥ 0.50, < 9",
        "  labelIds array of string; max 1 item, no duplicates",
        "  big anything; default 12345678901234567890.10",
    ];
    assert_eq!(drawn(schema), expected);
}

#[test]
fn lists_maps_and_tuples() {
    let schema = r#"{"type":"object","properties":{
        "matrix":{"type":"array","items":{"type":"array","items":{"type":"number"}}},
        "people":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}},
        "headers":{"type":"object","additionalProperties":{"type":"string"}},
        "fields":{"properties":{"id":{"type":"string"}},"additionalProperties":{"type":"number"},
                  "patternProperties":{"^x-":{"type":"boolean"}}},
        "pair":{"type":"array","prefixItems":[{"type":"number","description":"longitude"},{"type":"number"}]},
        "kinds":{"items":{"enum":["a","b"]}}}}"#;
    let expected = [
        " object",
        "  matrix array of array of number",
        "  people array of object",
        "    each item object",
        "      name string; required",
        "  headers object of string",
        "  fields object",
        "    id string",
        "    names like ^x- boolean",
        "    any other name number",
        "  pair array",
        "    item 1 number; “longitude",
        "    item 2 number",
        "  kinds array of enum",
        "    each item enum; of \"a\",\"b\"",
    ];
    assert_eq!(drawn(schema), expected);
}

#[test]
fn references_and_trees() {
    let schema = r##"{"type":"object","properties":{
        "filter":{"$ref":"#/$defs/Filter","description":"Which ones."},
        "owner":{"$ref":"#/definitions/A%20user~1person"},
        "gone":{"$ref":"#/$defs/Gone"},"far":{"$ref":"https://example.com/x.json"}},
        "$defs":{"Filter":{"type":"object","description":"A filter.","properties":{
            "and":{"type":"array","items":{"$ref":"#/$defs/Filter"}},"not":{"$ref":"#/$defs/Filter"},"field":{"const":"id"}}}},
        "definitions":{"A user/person":{"type":"string","format":"email"}}}"##;
    let expected = [
        " object",
        "  filter object; from #/$defs/Filter; “Which ones.",
        "    and array of object",
        "      each item object; from #/$defs/Filter; note the same again; “A filter.",
        "    not object; from #/$defs/Filter; note the same again; “A filter.",
        "    field constant; of \"id\"",
        "  owner string; as email; from #/definitions/A%20user~1person",
        "  gone unknown; from #/$defs/Gone; note refers to something that is not here",
        "  far unknown; from https://example.com/x.json; note refers to something that is not here",
    ];
    assert_eq!(drawn(schema), expected);
    let derived = r##"{"$ref":"#/$defs/Base","$defs":{
        "Base":{"properties":{"kind":{"type":"string"},"inner":{"$ref":"#/$defs/Derived"}}},
        "Derived":{"allOf":[{"$ref":"#/$defs/Base"}],"properties":{"extra":{"type":"string"}}}}}"##;
    let expected = [
        " object; from #/$defs/Base",
        "  kind string",
        "  inner object; from #/$defs/Derived",
        "    extra string",
        "    kind string",
        "    inner object; from #/$defs/Derived; note the same again",
    ];
    assert_eq!(drawn(derived), expected);
    let half = r#"{"$ref":"other.json","properties":{"a":{"type":"string"}}}"#;
    assert_eq!(drawn(half)[1..], ["  a string"]);
    assert_eq!(drawn(r##"{"properties":{"self":{"$ref":"#"}}}"##)[1], "  self object; from #; note the same again");
}

#[test]
fn parts_are_merged_and_alternatives_listed() {
    let schema = r##"{"allOf":[{"$ref":"#/$defs/Base"},{"properties":{"id":{"minLength":3},"more":{"type":"string"}},"required":["more"]}],
        "$defs":{"Base":{"type":"object","properties":{"id":{"type":"string"}},"required":["id"]}},
        "properties":{
            "who":{"anyOf":[{"type":"string"},{"type":"null"}],"title":"Who","default":null},
            "when":{"oneOf":[{"type":"string","format":"date"},{"type":"object","title":"range","properties":{"from":{"type":"string"}}}]},
            "either":{"anyOf":[{"type":"string"},{"type":"integer"},{"type":"null"}]},
            "maybe":{"type":"string","nullable":true}},
        "anyOf":[{"required":["who"]},{"required":["email"]}]}"##;
    let expected = [
        " object; from #/$defs/Base",
        "  who string | null; default null; “Who",
        "  when string | object",
        "    variant 1 string; as date",
        "    variant 2: range object",
        "      from string",
        "  either string | integer | null",
        "  maybe string | null",
        "  id string; required; min 3 characters",
        "  more string; required",
        "  variant 1 object; needs who",
        "  variant 2 object; needs email",
    ];
    assert_eq!(drawn(schema), expected);
}

#[test]
fn booleans_strangers_and_drafts_of_old() {
    let schema = r#"{"properties":{"yes":true,"no":false,"odd":{"type":"fi\u001ble"},"many":{"oneOf":[
        {"type":"string"},{"type":"integer"},{"type":"boolean"},{"type":"array"},{"type":"object"}]},
        "old":{"type":"number","minimum":1,"exclusiveMinimum":true,"required":true},
        "twice":{"type":"string"},"twice":{"type":"integer"}}}"#;
    let expected = [
        " object",
        "  yes anything",
        "  no nothing",
        "  odd fi␛le",
        "  many one of 5",
        "    variant 1 string",
        "    variant 2 integer",
        "    variant 3 boolean",
        "    variant 4 array",
        "    variant 5 object",
        "  old number; required; > 1",
        "  twice integer",
    ];
    assert_eq!(drawn(schema), expected);
    assert_eq!(drawn("true"), [" anything"]);
    assert_eq!(drawn("[]"), [" anything"]);
}

#[test]
fn values_are_shown_decoded_and_by_the_names_they_have() {
    let schema = r#"{"properties":{
        "in":{"enum":["\u65e5\u672c","\u001b[31m",1.10],"default":"\u65e5\u672c"},
        "level":{"enum":[1,2,"3"],"enumNames":["low","h\u00f6her"]},
        "state":{"oneOf":[{"const":"o","title":"open"},{"const":"c","title":"closed"},{"type":"null"}]},
        "same":{"enum":["a"],"enumNames":["a"]},
        "no":{"oneOf":[{"const":1,"minimum":0},{"const":2}]}}}"#;
    let expected = [
        " object",
        r#"  in enum; of "日本","\u001b[31m",1.10; default "日本""#,
        r#"  level enum; of 1 (low),2 (höher),"3""#,
        r#"  state enum | null; of "o" (open),"c" (closed)"#,
        r#"  same enum; of "a""#,
        "  no constant",
        "    variant 1 constant; of 1; ≥ 0",
        "    variant 2 constant; of 2",
    ];
    assert_eq!(drawn(schema), expected);
}
