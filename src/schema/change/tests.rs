use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::schema::{SampleScope, Validator, sample};

fn text(value: &Value) -> JsonText {
    JsonText::parse(value.to_string()).unwrap()
}

/// Changes as lines: judgement, path, sentence.
fn told(old: &Value, new: &Value) -> Vec<String> {
    let changes = schema_changes(Some(&text(old)), Some(&text(new)));
    changes.iter().map(|change| format!("{} | {change}", change.judgement.words())).collect()
}

/// One property of an object that takes no others.
fn object(property: Value) -> Value {
    json!({ "type": "object", "properties": { "a": property }, "additionalProperties": false })
}

#[test]
fn each_kind_of_change_has_its_judgement() {
    let cases = [
        (
            json!({"type": "string"}),
            json!({"type": "integer"}),
            "breaks calls | a: The type changed from string to integer.",
        ),
        (
            json!({"type": "integer"}),
            json!({"type": "number"}),
            "harmless | a: The type changed from integer to number.",
        ),
        (
            json!({"type": "number"}),
            json!({"type": "integer"}),
            "breaks calls | a: The type changed from number to integer.",
        ),
        (json!({}), json!({"type": "string"}), "breaks calls | a: The type changed from anything to string."),
        (
            json!({"type": ["string", "null"]}),
            json!({"type": "string"}),
            "breaks calls | a: The type changed from null or string to string.",
        ),
        (json!({"enum": ["x", "y"]}), json!({"enum": ["y"]}), "breaks calls | a: No longer accepted: x."),
        (json!({"enum": ["y"]}), json!({"enum": ["x", "y"]}), "harmless | a: Accepted now: x."),
        (json!({"const": 1}), json!({}), "harmless | a: Values beyond the listed ones are accepted."),
        (json!({}), json!({"enum": [1, 2]}), "breaks calls | a: Only listed values are accepted now: 1, 2."),
        (json!({"minimum": 1}), json!({"minimum": 2}), "may break | a: The smallest value changed from 1 to 2."),
        (
            json!({"minimum": 2}),
            json!({"exclusiveMinimum": 1}),
            "harmless | a: The smallest value changed from 2 to above 1.",
        ),
        (json!({"maxLength": 9}), json!({}), "harmless | a: The longest text is no longer limited."),
        (json!({}), json!({"maxItems": 9}), "may break | a: The largest number of items is limited now: 9."),
        (json!({}), json!({"pattern": "^x"}), "may break | a: A pattern is asked for now: ^x."),
        (json!({"format": "date"}), json!({}), "harmless | a: The format is no longer asked for."),
        (json!({"default": 1}), json!({"default": 2}), "may break | a: The default is 2 now."),
        (
            json!({"description": "x"}),
            json!({"description": "y", "title": "A"}),
            "harmless | a: The description and the title changed.",
        ),
        (
            json!({"type": "array", "items": {"type": "string"}}),
            json!({"type": "array", "items": {"type": "number"}}),
            "breaks calls | a[]: The type changed from string to number.",
        ),
        (json!({"if": {}}), json!({"if": true}), "may break | a: The condition changed."),
        (json!({}), json!(false), "breaks calls | a: No value is accepted any more."),
        (
            json!({"anyOf": [{"type": "string"}, {"type": "integer"}]}),
            json!({"type": "string"}),
            "breaks calls | a: The type changed from integer to string.",
        ),
        (
            json!({"type": "string"}),
            json!({"anyOf": [{"type": "string"}, {"type": "integer"}]}),
            "harmless | a: Accepts 1 alternative more.",
        ),
        (
            json!({"type": "string"}),
            json!({"anyOf": [{"type": "string"}, {"type": "null"}]}),
            "harmless | a: The type changed from string to null or string.",
        ),
        (
            json!({"oneOf": [{"const": 1, "title": "One"}, {"const": 2}]}),
            json!({"oneOf": [{"const": 1}, {"const": 2}, {"const": 3}]}),
            "harmless | a: Accepted now: 3.",
        ),
    ];
    for (old, new, expected) in cases {
        assert_eq!(told(&object(old.clone()), &object(new.clone())), [expected], "{old} -> {new}");
    }
}

#[test]
fn members_come_and_go() {
    let old = json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {}}, "required": ["b"]});
    let new = json!({"type": "object", "properties": {"b": {}, "c": {}, "d": {}}, "required": ["c"], "additionalProperties": false});
    assert_eq!(
        told(&old, &new),
        [
            "breaks calls | c: It is new, and required.",
            "breaks calls | a: It was removed, and is refused now.",
            "may break | *: Fields that are not named are refused now.",
            "harmless | b: It is no longer required.",
            "harmless | d: It is new, and optional.",
        ]
    );
    let open = json!({"type": "object", "properties": {"b": {}}, "required": ["b"]});
    assert_eq!(told(&old, &open), ["may break | a: It was removed."]);
    let required = json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {}}, "required": ["b", "a"]});
    assert_eq!(told(&old, &required), ["breaks calls | a: It is required now."]);
    let unnamed = json!({"type": "object", "required": ["a"]});
    let named = json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]});
    assert_eq!(told(&unnamed, &named), ["breaks calls | a: The type changed from anything to string."]);
}

#[test]
fn references_are_followed_wherever_they_lead() {
    let with =
        |inner: Value| json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/x"}}, "$defs": {"x": inner}});
    let tree =
        |kind: &str| with(json!({"properties": {"id": {"type": kind}, "inside": {"items": {"$ref": "#/$defs/x"}}}}));
    assert_eq!(told(&tree("string"), &tree("string")), [""; 0]);
    assert_eq!(
        told(&tree("string"), &tree("number")),
        ["breaks calls | a.id: The type changed from string to number."]
    );
    let written_out = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    assert_eq!(told(&with(json!({"type": "string"})), &written_out), [""; 0]);
    let hidden = |inner: Value| json!({"properties": {"a": {"not": {"$ref": "#/$defs/x"}}}, "$defs": {"x": inner}});
    let found = told(&hidden(json!({"type": "string"})), &hidden(json!({"type": "number"})));
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("may break | a: The `not` changed"), "{found:?}");
}

#[test]
fn a_schema_that_is_missing_accepts_anything() {
    let schema = text(&json!({"type": "object", "properties": {"a": {}}, "required": ["a"]}));
    assert_eq!(worst(&schema_changes(None, Some(&schema))), Some(Judgement::Breaks));
    assert_eq!(worst(&schema_changes(Some(&schema), None)), Some(Judgement::MayBreak));
    assert_eq!(schema_changes(None, None), []);
}

#[test]
fn schemas_that_multiply_come_to_an_end() {
    let doubled = |kind: &str| {
        let mut defs = Map::new();
        for n in 0..40 {
            let next = json!({"$ref": format!("#/$defs/d{}", n + 1)});
            defs.insert(format!("d{n}"), json!({"anyOf": [{"properties": {"a": next, "b": next}}, {"items": next}]}));
        }
        defs.insert("d40".into(), json!({"type": kind}));
        json!({"$ref": "#/$defs/d0", "$defs": defs})
    };
    assert!(
        worst(&schema_changes(Some(&text(&doubled("string"))), Some(&text(&doubled("number")))))
            >= Some(Judgement::MayBreak)
    );
}

/// Values from a small world, so that many of them fit.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-1..4).prop_map(Value::from),
        Just(json!(1.5)),
        "[xy]{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[ab]", inner, 0..3).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Inputs: objects.
fn input() -> impl Strategy<Value = Value> {
    prop::collection::btree_map("[ab]", value(), 0..3).prop_map(|map| Value::Object(map.into_iter().collect()))
}

/// Schemas of the same world.
fn schema() -> impl Strategy<Value = Value> {
    let kind = prop::sample::select(vec!["string", "integer", "number", "boolean", "null", "array", "object"]);
    let leaf = prop_oneof![
        3 => kind.clone().prop_map(|kind| json!({"type": kind})),
        1 => (kind.clone(), kind).prop_map(|(a, b)| if a == b { json!({"type": a}) } else { json!({"type": [a, b]}) }),
        1 => Just(json!({})),
        1 => prop::collection::hash_set("[xy]{0,2}", 1..4).prop_map(|set| json!({"enum": set})),
        1 => (-1..4).prop_map(|n| json!({"const": n})),
        1 => (-1..3, 0..4).prop_map(|(low, more)| json!({"minimum": low, "maximum": low + more})),
        1 => (0..2, 0..3).prop_map(|(low, more)| json!({"type": "string", "minLength": low, "maxLength": low + more})),
        1 => Just(json!({"pattern": "^x"})),
        1 => (0..3).prop_map(|n| json!({"exclusiveMinimum": n})),
        1 => Just(json!({"not": {"type": "string"}})),
    ];
    leaf.prop_recursive(3, 16, 3, |inner| {
        let members = prop::collection::btree_map("[ab]", inner.clone(), 0..3);
        let required = prop::collection::hash_set("[ab]", 0..2);
        let others = prop_oneof![Just(None), Just(Some(json!(false))), inner.clone().prop_map(Some)];
        prop_oneof![
            4 => (members, required, others).prop_map(|(members, required, others)| {
                let mut schema = json!({"type": "object", "properties": members, "required": required});
                if let Some(others) = others {
                    schema["additionalProperties"] = others;
                }
                schema
            }),
            2 => inner.clone().prop_map(|items| json!({"type": "array", "items": items})),
            1 => prop::collection::vec(inner.clone(), 1..4).prop_map(|all| json!({"anyOf": all})),
            1 => prop::collection::vec(inner.clone(), 1..4).prop_map(|all| json!({"oneOf": all})),
            1 => prop::collection::vec(inner.clone(), 1..3).prop_map(|all| json!({"allOf": all})),
            1 => inner.prop_map(|inner| json!({"$ref": "#/$defs/d", "$defs": {"d": inner}})),
        ]
    })
}

/// An object schema whose members come from [`schema`], without definitions inside.
fn tool() -> impl Strategy<Value = Value> {
    let member = schema().prop_map(without_references);
    (prop::collection::btree_map("[ab]", member, 1..3), prop::collection::hash_set("[ab]", 0..2), any::<bool>())
        .prop_map(|(members, required, closed)| {
            let mut schema = json!({"type": "object", "properties": members, "required": required});
            if closed {
                schema["additionalProperties"] = json!(false);
            }
            schema
        })
}

/// References lead to the root of a document: those of a part would lead nowhere.
fn without_references(schema: Value) -> Value {
    match schema {
        Value::Object(mut map) if map.contains_key("$ref") => without_references(
            map.remove("$defs").and_then(|mut defs| defs.get_mut("d").map(Value::take)).unwrap_or(json!({})),
        ),
        Value::Object(map) => {
            map.into_iter().map(|(key, value)| (key, without_references(value))).collect::<Map<_, _>>().into()
        }
        Value::Array(items) => items.into_iter().map(without_references).collect::<Vec<_>>().into(),
        other => other,
    }
}

/// The same with every object closed: it accepts only inputs that name what the schema names.
fn strict(schema: &Value) -> Value {
    match schema {
        Value::Object(map) => {
            let mut map: Map<_, _> = map.iter().map(|(key, value)| (key.clone(), strict(value))).collect();
            let lets_all_through = |others: &Value| others.as_object().is_some_and(Map::is_empty);
            if map.get("properties").is_some_and(Value::is_object)
                && map.get("additionalProperties").is_none_or(lets_all_through)
            {
                map.insert("additionalProperties".into(), json!(false));
            }
            map.into()
        }
        Value::Array(items) => items.iter().map(strict).collect::<Vec<_>>().into(),
        other => other.clone(),
    }
}

/// One member of the old version in another form.
fn pair() -> impl Strategy<Value = (Value, Value)> {
    (tool(), schema().prop_map(without_references), tool(), 0..5).prop_map(|(old, other, another, way)| {
        let mut new = old.clone();
        match way {
            0 => new["properties"]["a"] = other,
            1 => new["properties"]["a"] = json!({"anyOf": [old["properties"]["a"], other]}),
            2 => new["required"] = another["required"].clone(),
            3 => {
                if let Some(map) = new["properties"]["a"].as_object_mut() {
                    let first = map.keys().next().cloned();
                    first.and_then(|key| map.remove(&key));
                }
            }
            _ => new = another,
        }
        (old, new)
    })
}

fn fits(schema: &Value, input: &Value) -> bool {
    Validator::compile(&text(schema)).validator.validate(&text(input)).is_ok_and(|problems| problems.is_empty())
}

proptest! {
    #[test]
    fn a_schema_does_not_differ_from_itself(schema in schema(), tool in tool()) {
        for schema in [&schema, &tool] {
            let spaced = JsonText::parse(serde_json::to_string_pretty(schema).unwrap()).unwrap();
            prop_assert_eq!(schema_changes(Some(&text(schema)), Some(&spaced)), []);
        }
    }

    #[test]
    fn inputs_that_fitted_still_fit_where_it_is_called_harmless((old, new) in pair(), inputs in prop::collection::vec(input(), 12)) {
        let changes = schema_changes(Some(&text(&old)), Some(&text(&new)));
        if worst(&changes).is_none_or(|worst| worst == Judgement::Harmless) {
            let now = jiff::Timestamp::UNIX_EPOCH;
            let samples = [SampleScope::RequiredOnly, SampleScope::Everything].map(|scope| sample(&text(&old), scope, now));
            let samples = samples.iter().filter_map(|sample| serde_json::from_str(sample).ok());
            let strict = strict(&old);
            for input in inputs.iter().cloned().chain(samples) {
                if fits(&strict, &input) && fits(&old, &input) {
                    prop_assert!(fits(&new, &input), "{} fits {} and not {}: {:?}", input, old, new, changes);
                }
            }
        }
    }

    #[test]
    fn no_pair_of_schemas_is_too_much(old in schema(), new in schema()) {
        let changes = schema_changes(Some(&text(&old)), Some(&text(&new)));
        prop_assert!(changes.is_sorted_by_key(|change| std::cmp::Reverse(change.judgement)));
    }
}
