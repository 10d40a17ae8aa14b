//! Messages about inputs, and about schemas that cannot be checked.

use super::samples::{self, simple};
use super::*;

/// Problems of the input, then what is not checked.
fn said(schema: &str, input: &str) -> (Vec<String>, Vec<String>) {
    let CompiledSchema { validator, dropped } = Validator::compile(&json(schema));
    let problems = validator.validate(&json(input)).unwrap_or_default();
    (problems.iter().map(ToString::to_string).collect(), dropped.iter().map(ToString::to_string).collect())
}

/// Problems of the input, under a schema that is checked whole.
fn wrong(schema: &str, input: &str) -> String {
    let (problems, dropped) = said(schema, input);
    assert_eq!(dropped, [""; 0], "{schema}");
    problems.join("; ")
}

#[test]
fn every_kind_of_problem_in_plain_words() {
    for (schema, input, expected) in [
        (r#"{"type":"string"}"#, "1", "must be a string, not 1"),
        (r#"{"type":"object"}"#, "[1]", "must be an object, not an array"),
        (r#"{"type":["integer","null"]}"#, "1.5", "must be an integer or null, not 1.5"),
        (r#"{"enum":["low","high"]}"#, r#""mid""#, r#"must be one of "low", "high" (is "mid")"#),
        (r#"{"enum":["a b",1,null]}"#, "2", r#"must be one of "a b", 1, null (is 2)"#),
        (r#"{"enum":["1","2"]}"#, "1", r#"must be one of "1", "2" (is 1)"#),
        (r#"{"const":"\u65e5\u672c"}"#, r#""\u65e5""#, r#"must be "日本" (is "日")"#),
        (r#"{"enum":["only"]}"#, "2", r#"must be "only" (is 2)"#),
        (r#"{"enum":[0,1,2,3,4,5,6,7,8,9]}"#, "10", "must be one of 0, 1, 2, 3, 4, 5, 6, 7 and 2 more (is 10)"),
        (r#"{"const":"issue"}"#, r#""task""#, r#"must be "issue" (is "task")"#),
        (r#"{"format":"date"}"#, r#""tomorrow""#, r#"must be a date, YYYY-MM-DD (is "tomorrow")"#),
        (
            r#"{"format":"date-time"}"#,
            r#""2025-01-31""#,
            r#"must be a date and time, 2025-01-31T09:00:00Z (is "2025-01-31")"#,
        ),
        (r#"{"format":"email"}"#, r#""ada""#, r#"must be an e-mail address (is "ada")"#),
        (r#"{"format":"uri"}"#, r#""a b""#, r#"must be a URI, https://… (is "a b")"#),
        (r#"{"format":"uuid"}"#, r#""1""#, r#"must be a UUID (is "1")"#),
        (r#"{"minimum":1}"#, "0", "must be at least 1 (is 0)"),
        (r#"{"maximum":4.5}"#, "9", "must be at most 4.5 (is 9)"),
        (r#"{"exclusiveMinimum":1}"#, "1", "must be more than 1 (is 1)"),
        (r#"{"minimum":1,"exclusiveMinimum":true}"#, "1", "must be more than 1 (is 1)"),
        (r#"{"exclusiveMaximum":1}"#, "1", "must be less than 1 (is 1)"),
        (r#"{"multipleOf":5}"#, "3", "must be a multiple of 5 (is 3)"),
        (r#"{"minLength":1}"#, r#""""#, "must have at least 1 character (is empty)"),
        (r#"{"maxLength":2}"#, r#""abc""#, "must have at most 2 characters"),
        (r#"{"minItems":2}"#, "[1]", "must have at least 2 items"),
        (r#"{"maxItems":1}"#, "[1,2]", "must have at most 1 item"),
        (r#"{"minProperties":1}"#, "{}", "must have at least 1 field"),
        (r#"{"maxProperties":0}"#, r#"{"a":1}"#, "must have at most 0 fields"),
        (r#"{"uniqueItems":true}"#, "[1,1]", "holds the same item twice"),
        (r#"{"contains":{"type":"string"}}"#, "[1]", "must hold a certain kind of item, and none is"),
        (r#"{"pattern":"^x+$"}"#, r#""y""#, r#"must match ^x+$ (is "y")"#),
        (r#"{"not":{"type":"string"}}"#, r#""y""#, r#"must not be a value of this kind (is "y")"#),
        (
            r#"{"propertyNames":{"maxLength":1}}"#,
            r#"{"ab":1}"#,
            "holds a bad field name: must have at most 1 character",
        ),
        ("false", "1", "is not allowed here"),
        ("true", "1", ""),
        ("{}", "1", ""),
    ] {
        let expected = if expected.is_empty() { String::new() } else { format!("the input {expected}") };
        assert_eq!(wrong(schema, input), expected, "{schema} {input}");
    }
}

/// Reason why the input is not checked at all.
fn unchecked(schema: &str, input: &str) -> String {
    let compiled = Validator::compile(&json(schema));
    compiled.validator.validate(&json(input)).expect_err("not checked").to_string()
}

#[test]
fn problems_name_the_field_as_people_do_and_point_at_it() {
    let schema = r#"{"type":"object","required":["title"],"properties":{
        "labels":{"type":"array","items":{"type":"string"}},"a/b":{"type":"string"},
        "issue":{"required":["id"],"properties":{"list":{"items":{"items":{"type":"boolean"}}}}}}}"#;
    let compiled = Validator::compile(&json(schema));
    let input = r#"{"labels":["x","y",3],"a/b":1,"issue":{"list":[[true],[true,"x"]]}}"#;
    let mut problems: Vec<_> = compiled.validator.validate(&json(input)).unwrap_or_default();
    problems.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    let found: Vec<_> =
        problems.iter().map(|problem| (problem.pointer.raw(), problem.field.as_str(), problem.to_string())).collect();
    assert_eq!(
        found,
        [
            ("/a~1b", "a/b", "a/b must be a string, not 1".into()),
            ("/issue/id", "issue.id", "issue.id is required".into()),
            ("/issue/list/1/1", "issue.list[1][1]", "issue.list[1][1] must be a boolean, not \"x\"".into()),
            ("/labels/2", "labels[2]", "labels[2] must be a string, not 3".into()),
            ("/title", "title", "title is required".into()),
        ]
    );
}

#[test]
fn an_unknown_field_is_said_with_the_one_that_was_meant() {
    let closed = r#"{"properties":{"title":{},"teamId":{}},"additionalProperties":false}"#;
    assert_eq!(wrong(closed, r#"{"titel":1}"#), "titel: no such field; did you mean title?");
    assert_eq!(wrong(closed, r#"{"team_id":1}"#), "team_id: no such field; did you mean teamId?");
    assert_eq!(wrong(closed, r#"{"zzz":1}"#), "zzz: no such field");
    let inner =
        r##"{"properties":{"of":{"$ref":"#/$defs/Closed"}},"$defs":{"Closed":CLOSED}}"##.replace("CLOSED", closed);
    assert_eq!(wrong(&inner, r#"{"of":{"Title":1}}"#), "of.Title: no such field; did you mean title?");
}

#[test]
fn alternatives_are_told_in_one_sentence() {
    let two = r#"{"properties":{"who":{"ALT":[{"type":"string"},{"type":"null"}]}}}"#;
    let many = r#"{"properties":{"when":{"ALT":[{"type":"string","format":"date"},
        {"type":"object","required":["from","to"]},{"type":"object","required":["day"]}]}}}"#;
    for keyword in ["anyOf", "oneOf"] {
        let wrong = |schema: &str, input: &str| wrong(&schema.replace("ALT", keyword), input);
        assert_eq!(wrong(two, r#"{"who":1}"#), "who must be a string or null, not 1");
        assert_eq!(wrong(many, r#"{"when":"x"}"#), "when must be a date, YYYY-MM-DD (is \"x\")");
        assert_eq!(wrong(many, r#"{"when":{}}"#), "when matches none of 3 variants; closest: when.day is required");
    }
    let twice = r#"{"oneOf":[{"type":"integer"},{"minimum":2}]}"#;
    assert_eq!(wrong(twice, "3"), "the input matches more than one variant, must match exactly one");
    assert_eq!(wrong(r#"{"anyOf":[{"required":["a"]}]}"#, "{}"), "a is required");
}

#[test]
fn vendors_words_are_understood() {
    let nullable = r##"{"properties":{"a":{"type":"string","nullable":true},"b":{"enum":["x"],"nullable":true},
        "c":{"$ref":"#/$defs/C","nullable":true},"d":{"type":"string","nullable":false}},"$defs":{"C":{"type":"integer"}}}"##;
    assert_eq!(wrong(nullable, r#"{"a":null,"b":null,"c":null}"#), "");
    assert_eq!(
        wrong(nullable, r#"{"a":1,"b":"y","c":"z","d":null}"#),
        concat!(
            r#"a must be a string or null, not 1; b must be one of "x", null (is "y"); "#,
            r#"c must be an integer or null, not "z"; d must be a string, not null"#
        )
    );
    let tree = r##"{"$ref":"#/$defs/Node","$defs":{"Node":{"type":"object","properties":{
        "id":{"type":"string"},"children":{"type":"array","items":{"$ref":"#/$defs/Node"}}}}}}"##;
    assert_eq!(wrong(tree, r#"{"children":[{"children":[{"id":1}]}]}"#), "children[0].id must be a string, not 1");
    let old = r##"{"$schema":"http://json-schema.org/draft-04/schema#","definitions":{"p":{"minimum":1,"exclusiveMinimum":true}},
        "properties":{"n":{"$ref":"#/definitions/p"}}}"##;
    assert_eq!(wrong(old, r#"{"n":1}"#), "n must be more than 1 (is 1)");
    let strange = r#"{"$schema":"https://example.com/own","required":["a","a"],"properties":{"b":{"$schema":"x:y","type":"null"}}}"#;
    assert_eq!(wrong(strange, r#"{"b":1}"#).matches(';').count(), 1);
    let named = r##"{"$id":"https://example.com/s","properties":{"a":{"$ref":"#name"},"b":{"$ref":"https://example.com/s#/$defs/N"}},
        "$defs":{"N":{"$anchor":"name","type":"string"}}}"##;
    assert_eq!(wrong(named, r#"{"a":1}"#), "a must be a string, not 1");
    assert_eq!(wrong(named, r#"{"b":1}"#), "b must be a string, not 1");
}

#[test]
fn lists_with_a_schema_for_each_item_are_checked_whatever_their_draft() {
    for draft in ["", r#""$schema":"http://json-schema.org/draft-07/schema#","#, r#""$schema":"https://x.example","#] {
        let schema = |more: &str| format!(r#"{{{draft}"items":[{{"type":"string"}},{{"type":"integer"}}]{more}}}"#);
        let only = schema(r#","additionalItems":false"#);
        assert_eq!(wrong(&only, r#"["a",1]"#), "");
        assert_eq!(wrong(&only, r#"["a","b"]"#), r#"[1] must be an integer, not "b""#);
        assert_ne!(wrong(&only, r#"["a",1,2]"#), "");
        let rest = schema(r#","additionalItems":{"type":"null"}"#);
        assert_eq!(wrong(&rest, r#"["a",1,null,2]"#), "[3] must be null, not 2");
        assert_eq!(wrong(&schema(""), r#"["a",1,2]"#), "");
    }
    let depends = r#"{"dependencies":{"a":["b"],"c":{"required":["d"]}}}"#;
    assert_eq!(wrong(depends, r#"{"a":1,"c":1}"#), "b is required; d is required");
}

#[test]
fn what_cannot_be_checked_is_named_and_the_rest_is_checked() {
    let rest = r#""x":{"type":"string"}"#;
    for (bad, dropped) in [
        (r#""f":{"type":"file"}"#, "type at /properties/f (there is no type file)"),
        (r#""f":{"type":7}"#, "type at /properties/f (it names no type)"),
        (r##""f":{"$ref":"#/$defs/Gone"}"##, "$ref at /properties/f (it refers to something that is not here)"),
        (
            r#""f":{"$ref":"https://example.com/x.json"}"#,
            "$ref at /properties/f (it refers to another document, and nothing is fetched)",
        ),
        (
            r#""f":{"pattern":"^(?<a>x)\\k<a>$"}"#,
            "pattern at /properties/f (the pattern is too large, or written in a way that is not understood here)",
        ),
        (
            r#""f":{"pattern":"^(?!x)"}"#,
            "pattern at /properties/f (the pattern is too large, or written in a way that is not understood here)",
        ),
        (
            r#""f":{"pattern":"(a{1000}){1000}"}"#,
            "pattern at /properties/f (the pattern is too large, or written in a way that is not understood here)",
        ),
        (r#""f":{"minLength":-1}"#, "minLength at /properties/f (must be at least 0 (is -1))"),
        (r#""f":{"required":true}"#, "required at /properties/f (must be an array, not true)"),
        (r#""f":7"#, "f at /properties (must be an object or a boolean, not 7)"),
        (r#""f":{"anyOf":[{"type":"null"},3]}"#, "anyOf at /properties/f (must be an object or a boolean, not 3)"),
        (r#""f":{"not":{"type":"file"}}"#, "not at /properties/f (there is no type file)"),
        (r#""f":{"items":{"type":"file"}}"#, "type at /properties/f/items (there is no type file)"),
        (r#""a/b":{"allOf":[{"type":"file"}]}"#, "type at /properties/a~1b/allOf/0 (there is no type file)"),
    ] {
        let schema = format!(r#"{{"properties":{{{bad},{rest}}}}}"#);
        let (problems, named) = said(&schema, r#"{"x":1,"f":["anything"],"a/b":2}"#);
        assert_eq!(problems, ["x must be a string, not 1"], "{schema}");
        let named: Vec<_> =
            named.iter().map(|line| line.replace("a boolean or an object", "an object or a boolean")).collect();
        assert_eq!(named, [dropped], "{schema}");
    }
}

#[test]
fn what_was_dropped_never_makes_the_rest_stricter() {
    for (schema, input) in [
        (r#"{"properties":[1],"additionalProperties":false}"#, r#"{"a":1}"#),
        (r#"{"properties":{"a":1},"additionalProperties":false}"#, r#"{"a":1}"#),
        (r#"{"patternProperties":{"^(?!x)":{}},"additionalProperties":false}"#, r#"{"a":1}"#),
        (r#"{"oneOf":[{"type":"file"},{"type":"string"}]}"#, r#""a""#),
        (r#"{"type":["string","file"]}"#, "[]"),
        (r#"{"if":{"type":"file"},"then":false}"#, "1"),
        (r#"{"prefixItems":[{"type":"file"},7],"items":false}"#, "[1,2]"),
        (r##"{"$ref":"#/nowhere","unevaluatedProperties":false}"##, r#"{"a":1}"#),
    ] {
        let (problems, dropped) = said(schema, input);
        assert_eq!(problems, [""; 0], "{schema}");
        assert!(!dropped.is_empty(), "{schema}");
    }
}

#[test]
fn a_schema_that_makes_no_sense_lets_everything_pass_and_says_so() {
    let deep = format!("{}{{}}{}", r#"{"items":"#.repeat(2_000), "}".repeat(2_000));
    let patterns: Vec<_> = (0..500).map(|n| format!(r#""p{n}":{{"pattern":"a{n}"}}"#)).collect();
    let patterns = format!(r#"{{"properties":{{{}}}}}"#, patterns.join(","));
    for schema in ["7", "null", "[]", r#""object""#, r#"{"minimum":1e999}"#, r#"{"\ud800":1}"#, &deep, &patterns] {
        let (problems, dropped) = said(schema, "[1]");
        assert_eq!(problems, [""; 0], "{schema}");
        assert!(dropped.len() == 1 && dropped[0].starts_with("the input (its schema "), "{dropped:?}");
    }
    let defs: Vec<_> = (0..40)
        .map(|n| {
            let next = n + 1;
            format!(r##""d{n}":{{"allOf":[{{"$ref":"#/$defs/d{next}"}},{{"$ref":"#/$defs/d{next}"}}]}}"##)
        })
        .collect();
    let schema = format!(r##"{{"$ref":"#/$defs/d0","$defs":{{{},"d40":{{"type":"string"}}}}}}"##, defs.join(","));
    assert_eq!(said(&schema, "1"), (vec![], vec!["the input (its schema refers to itself too often)".into()]));
}

#[test]
fn every_bad_pattern_is_dropped_however_many_there_are() {
    let bad: Vec<_> = (0..99).map(|n| format!(r#""p{n}":{{"pattern":"^(?!x{n})"}}"#)).collect();
    let schema = format!(r#"{{"properties":{{{},"x":{{"pattern":"^y"}}}}}}"#, bad.join(","));
    let (problems, dropped) = said(&schema, r#"{"x":"x","p1":"x1"}"#);
    assert_eq!((problems.join(""), dropped.len()), (r#"x must match ^y (is "x")"#.into(), 99));
}

#[test]
fn ways_that_multiply_with_the_inputs_depth_are_not_walked() {
    let twice = r##"{"$ref":"#/$defs/N","$defs":{"N":{"type":"object","allOf":[
        {"properties":{"a":{"$ref":"#/$defs/N"}}},{"properties":{"a":{"$ref":"#/$defs/N"}}}]}}}"##;
    let nested = |depth| format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));
    assert_eq!(wrong(twice, &nested(3)), "a.a must be an object, not 1");
    assert!(unchecked(twice, &nested(100)).contains("in good time"));
    let chain: Vec<_> = (0..5).map(|n| format!(r##""d{n}":{{"allOf":[{{"$ref":"#/$defs/d{}"}}]}}"##, n + 1)).collect();
    let chain = format!(
        r##"{{"$ref":"#/$defs/d0","$defs":{{{},"d5":{{"type":"object","properties":{{"a":{{"$ref":"#/$defs/d0"}}}}}}}}}}"##,
        chain.join(",")
    );
    assert_eq!(wrong(&chain, &nested(60)), "a.a must be an object, not 1");
    assert!(unchecked(&chain, &nested(100)).contains("in good time"), "too deep for the stack");
}

#[test]
fn an_input_that_cannot_be_checked_says_so() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    for input in [deep.as_str(), r#"{"a":1e999}"#, r#"{"a":"\ud800"}"#] {
        let said = unchecked(r#"{"type":"string"}"#, input);
        assert!(said.starts_with("the input (nested too deeply, or with a number or text"), "{said}");
    }
}

#[test]
fn endless_references_end() {
    for schema in [
        r##"{"$ref":"#"}"##,
        r##"{"allOf":[{"$ref":"#"},{"$ref":"#"}],"anyOf":[{"$ref":"#"}],"not":{"$ref":"#"}}"##,
        r##"{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}}"##,
    ] {
        said(schema, r#"{"a":[1]}"#);
    }
}

#[test]
fn nothing_foreign_reaches_the_screen_as_it_is_and_nothing_is_long() {
    let (problems, _) = said(
        r#"{"properties":{"a\u001b[31m":{"type":"null"},"b":{"enum":["\u202e"]},"c":{"pattern":"\u0007$"},"d":{"format":"date"}},
            "required":["\u009b"],"additionalProperties":false}"#,
        &format!(r#"{{"a\u001b[31m":1,"b":"\u202e!","c":"x\u0007y","d":"{}","\u200b":1}}"#, "x".repeat(999)),
    );
    assert_eq!(problems.len(), 6);
    for line in problems {
        assert!(!line.chars().any(crate::domain::is_hostile) && line.chars().count() < 200, "{line}");
    }
    let (_, dropped) = said(r#"{"properties":{"a\u001b[31m":{"type":"fi\u001ble","\u202e":1}}}"#, "1");
    assert!(dropped.iter().all(|line| !line.chars().any(crate::domain::is_hostile)), "{dropped:?}");
}

#[test]
fn at_most_fifty_problems_are_told() {
    let input: Vec<_> = (0..1_000).map(|n| n.to_string()).collect();
    let (problems, _) = said(r#"{"items":{"type":"string"}}"#, &format!("[{}]", input.join(",")));
    assert_eq!((problems.len(), problems[49].as_str()), (50, "[49] must be a string, not 49"));
}

proptest! {
    #[test]
    fn any_json_is_compiled_and_any_json_is_checked(schema in nonsense(), input in nonsense()) {
        let (problems, dropped) = said(&schema, &input);
        prop_assert!(problems.iter().chain(&dropped).all(|line| !line.chars().any(crate::domain::is_hostile)));
    }

    #[test]
    fn a_sample_is_valid(schema in simple()) {
        let schema = schema.to_string();
        for fill in [SampleScope::RequiredOnly, SampleScope::Everything] {
            let sample = sample(&json(&schema), fill, samples::now());
            let (problems, dropped) = said(&schema, &sample);
            prop_assert_eq!((problems, dropped), (vec![], vec![]), "{} for {}", sample, schema);
        }
    }
}
