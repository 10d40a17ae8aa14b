//! Forms of values.

use proptest::prelude::*;
use serde_json::Value;

use super::json;
use crate::json::Document;
use crate::json::edit::{Step, remove, set};
use crate::schema::{Choices, FieldKind, Fill, Filled, Form, sample};

fn document(text: &str) -> Document {
    Document::index(json(text)).unwrap()
}

fn form(schema: &str, value: &str) -> Form {
    Form::of(&json(schema), &document(value), &Choices::new())
}

/// `a* Text left-out` for each row.
fn rows(form: &Form) -> Vec<String> {
    let row = |field: &crate::schema::Field| {
        let kind = match &field.kind {
            FieldKind::Choice(values) => format!("Choice({})", values.len()),
            FieldKind::Variant { names, chosen, .. } => format!("Variant({} of {})", chosen + 1, names.len()),
            FieldKind::AddItem(_) => "AddItem".to_owned(),
            FieldKind::List(count) => format!("List({count})"),
            kind => format!("{kind:?}"),
        };
        let filled = match &field.filled {
            Filled::LeftOut => "left out".to_owned(),
            Filled::Null => "null".to_owned(),
            Filled::Value(value) => value.to_string(),
        };
        let star = if field.required { "*" } else { "" };
        format!("{}{}{star} {kind} {filled}", "  ".repeat(field.depth), field.label)
    };
    form.fields.iter().map(row).collect()
}

#[test]
fn every_kind_of_value_has_its_row() {
    let schema = r##"{"type":"object","required":["title","in"],"properties":{
        "title":{"type":"string"},"n":{"type":["integer","null"]},"ok":{"type":"boolean"},
        "level":{"enum":["low","high"]},"fixed":{"const":1},"any":{},"two":{"type":["string","number"]},
        "in":{"type":"object","properties":{"x":{"type":"number"}}},
        "list":{"type":"array","items":{"type":"string"}},"free":{"type":"object"},
        "no":false,"gone":{"$ref":"#/nowhere"}}}"##;
    let value = r#"{"title":"x","n":null,"in":{"x":1.10},"list":["a",""],"extra":[1]}"#;
    let expected = [
        r#"title* Text "x""#,
        "n Number null",
        "ok Switch left out",
        "level Choice(2) left out",
        "fixed Choice(1) left out",
        "any Json left out",
        "two Json left out",
        r#"in* Object {"x":1.10}"#,
        "  x Number 1.10",
        r#"list List(2) ["a",""]"#,
        r#"  item 1 Text "a""#,
        r#"  item 2 Text """#,
        "  one more AddItem left out",
        "free Json left out",
        "no Json left out",
        "gone Json left out",
        "extra Json [1]",
    ];
    assert_eq!(rows(&form(schema, value)), expected);
}

#[test]
fn references_to_itself_go_as_deep_as_the_value() {
    let schema = r##"{"type":"object","properties":{"name":{"type":"string"},"child":{"$ref":"#"}}}"##;
    assert_eq!(rows(&form(schema, "{}")), ["name Text left out", "child Object left out"]);
    let rows = rows(&form(schema, r#"{"child":{"child":{}}}"#));
    assert_eq!(rows[3..], ["  child Object {}", "    name Text left out", "    child Object left out"]);
}

#[test]
fn all_of_is_merged_and_one_of_is_a_choice() {
    let schema = r#"{"allOf":[{"properties":{"a":{"type":"string"}}},{"required":["a"]}],"properties":{"to":{"oneOf":[
        {"title":"By name","type":"object","properties":{"kind":{"const":"name"},"name":{"type":"string"}}},
        {"type":"object","properties":{"kind":{"const":"id"},"id":{"type":"integer"}}},{"type":"string"}]}}}"#;
    let form_of = |value: &str| form(schema, value);
    let by_id = form_of(r#"{"to":{"kind":"id","id":7}}"#);
    let to = by_id.at(&[Step::Key("to".into())]).unwrap();
    let FieldKind::Variant { names, chosen: 1, .. } = &to.kind else { panic!("{:?}", to.kind) };
    let names: Vec<_> = names.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["By name", "kind: id", "3 string"]);
    assert!(rows(&by_id).contains(&"  id Number 7".to_owned()), "{:?}", rows(&by_id));
    assert_eq!(rows(&by_id).iter().filter(|row| row.starts_with("a*")).count(), 1);
    let text = form_of(r#"{"to":"x"}"#);
    assert!(matches!(&text.at(&[Step::Key("to".into())]).unwrap().kind, FieldKind::Variant { chosen: 2, .. }));
    // What somebody chose counts more than what stands there.
    let choices = Choices::from([(vec![Step::Key("to".into())], 0)]);
    let chosen = Form::of(&json(schema), &document(r#"{"to":{}}"#), &choices);
    assert!(rows(&chosen).contains(&"  name Text left out".to_owned()));
}

#[test]
fn a_row_tells_what_helps_to_fill_it_in() {
    let schema = r#"{"properties":{"when":{"type":["string","null"],"format":"date","default":"2026-01-01","examples":["2026-02-03"],
        "description":"The day","maxLength":10,"display_properties":{"placeholder":"a day","help_link":"https://x.example"}}}}"#;
    let form = form(schema, r#"{"when":"tomorrow"}"#);
    let field = &form.fields[0];
    assert!(field.nullable);
    let said = [&field.format, &field.default, &field.placeholder, &field.help_link]
        .map(|text| text.clone().unwrap().to_string());
    assert_eq!(said, ["date", "\"2026-01-01\"", "a day", "https://x.example"]);
    assert_eq!(
        (field.description.to_string(), field.constraints.len(), field.examples.len()),
        ("The day".into(), 1, 1)
    );
}

#[test]
fn what_does_not_fit_is_shown_as_what_it_is() {
    let form = form(
        r#"{"properties":{"n":{"type":"number"},"o":{"type":"object","properties":{"a":{}}}}}"#,
        r#"{"n":"1","o":[2]}"#,
    );
    assert_eq!(rows(&form), [r#"n Json "1""#, "o Json [2]"]);
    assert!(form.fields[0].note.is_some());
}

/// Any schema made of the parts that forms know, with a few that make no sense.
fn any_schema() -> impl Strategy<Value = Value> {
    let leaf = prop::sample::select(vec![
        r#"{"type":"string"}"#,
        r#"{"type":"integer"}"#,
        r#"{"type":["boolean","null"]}"#,
        r#"{"enum":["a",1,null]}"#,
        r#"{"const":{}}"#,
        "true",
        "false",
        "{}",
        r##"{"$ref":"#"}"##,
        r##"{"$ref":"#/properties/b"}"##,
        r#"{"type":"file"}"#,
        r#"{"type":7}"#,
        "[]",
        "1",
    ]);
    let leaf = leaf.prop_map(|text| serde_json::from_str::<Value>(text).unwrap());
    leaf.prop_recursive(4, 40, 4, |inner| {
        let named = prop::collection::btree_map("[abc]", inner.clone(), 0..4);
        prop_oneof![
            (named, prop::collection::vec("[abcd]", 0..3))
                .prop_map(|(properties, required)| serde_json::json!({"type":"object","properties":properties,"required":required})),
            inner.clone().prop_map(|items| serde_json::json!({"type":"array","items":items})),
            prop::collection::vec(inner.clone(), 0..3).prop_map(|items| serde_json::json!({"prefixItems":items})),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|some| serde_json::json!({"oneOf":some})),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|some| serde_json::json!({"allOf":some})),
            inner.prop_map(|other| serde_json::json!({"additionalProperties":other})),
        ]
    })
}

proptest! {
    #[test]
    fn each_row_stands_where_it_says_and_filling_it_in_changes_nothing_else(schema in any_schema(), which in any::<prop::sample::Index>()) {
        let schema = json(&schema.to_string());
        let text = sample(&schema, Fill::Everything);
        let value = document(&text);
        let form = Form::of(&schema, &value, &Choices::new());
        for field in &form.fields {
            match (&field.filled, value.at(&field.path)) {
                (Filled::LeftOut, None) | (Filled::Null, Some(_)) => {}
                (Filled::Value(shown), Some(node)) => prop_assert!(value.raw(node).starts_with(shown.raw().as_bytes()), "{:?}", field.path),
                other => prop_assert!(false, "{:?} {:?}", field, other.1),
            }
        }
        if form.fields.is_empty() {
            return Ok(());
        }
        let field = which.get(&form.fields);
        let filled = document(&set(&value, &field.path, "\"new\""));
        let node = filled.at(&field.path);
        prop_assert_eq!(node.map(|node| filled.raw(node)), Some(&b"\"new\""[..]));
        // A change and its way back are no change.
        if field.filled == Filled::LeftOut && field.path.len() == 1 && value.kind(value.root()) == crate::json::Kind::Object {
            let back: Value = serde_json::from_str(&remove(&filled, &field.path)).unwrap();
            prop_assert_eq!(back, serde_json::from_str::<Value>(&text).unwrap());
        }
    }
}
