//! Older drafts rewritten as the newest has it.

use serde_json::{Value, json};

use super::super::drafts::{meta_schema_errors, upgrade};

fn better(schema: Value) -> Value {
    let mut schema = schema;
    upgrade(&mut schema);
    assert_eq!(meta_schema_errors(&schema), [], "{schema}");
    schema
}

#[test]
fn older_drafts_are_said_anew() {
    for (old, new) in [
        (json!({"minimum":0,"exclusiveMinimum":true}), json!({"exclusiveMinimum":0})),
        (json!({"maximum":9,"exclusiveMaximum":false}), json!({"maximum":9})),
        (
            json!({"items":[{"type":"string"},{}],"additionalItems":false}),
            json!({"prefixItems":[{"type":"string"},{}],"items":false}),
        ),
        (json!({"items":{"type":"string"},"additionalItems":false}), json!({"items":{"type":"string"}})),
        (json!({"items":[],"additionalItems":{"type":"null"}}), json!({"items":{"type":"null"}})),
        (
            json!({"dependencies":{"a":["b"],"c":{"minProperties":2}}}),
            json!({"dependentRequired":{"a":["b"]},"dependentSchemas":{"c":{"minProperties":2}}}),
        ),
        (
            json!({"properties":{"a":{"type":"string","required":true},"b":{"required":false}},"required":["b"]}),
            json!({"properties":{"a":{"type":"string"},"b":{}},"required":["b","a"]}),
        ),
        (
            json!({"$schema":"http://json-schema.org/draft-04/schema#","id":"http://x.example/s","divisibleBy":2,
                "properties":{"id":{"$ref":"#/definitions/id"}},"definitions":{"id":{"type":"string"}}}),
            json!({"properties":{"id":{"$ref":"#/$defs/id"}},"$defs":{"id":{"type":"string"}},"multipleOf":2}),
        ),
        (json!({"type":"string","nullable":true}), json!({"type":["string","null"]})),
    ] {
        assert_eq!(better(old.clone()), new, "{old}");
    }
}

#[test]
fn what_makes_no_sense_is_taken_out_and_everything_else_stays() {
    let odd = json!({"type":"object","required":"a","additionalProperties":"no","properties":{
        "a":{"type":"file","description":1,"title":"A"},"b":{"minimum":"1","maximum":2},"c":7,
        "d":{"type":["string","string"]},"e":{"$ref":"other.json"},"f":{"minLength":-1}}});
    let expected = json!({"type":"object","properties":{
        "a":{"title":"A"},"b":{"maximum":2},"c":true,"d":{"type":["string"]},"e":{},"f":{}}});
    assert_eq!(better(odd), expected);
}

#[test]
fn faults_are_named_with_their_places() {
    let odd = json!({"properties":{"a/b":{"minimum":"1"},"c":{"items":[{"type":"x"}]}},"required":["a","a"]});
    let places: Vec<String> = meta_schema_errors(&odd).into_iter().map(|(place, _)| place).collect();
    assert_eq!(places.len(), 3, "{places:?}");
    for place in ["/properties/a~1b/minimum", "/properties/c/items", "/required"] {
        assert!(places.iter().any(|one| one == place), "{place} {places:?}");
    }
}
