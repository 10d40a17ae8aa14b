//! Forms: rows, kinds of input, choices.

use proptest::prelude::*;
use serde_json::Value;

use super::{json, samples};
use crate::json::Document;
use crate::json::edit::{PathStep, remove, set};
use crate::schema::{FieldKind, FieldValue, SampleScope, SchemaForm, VariantChoices, sample};

fn document(text: &str) -> Document {
    Document::index(json(text)).unwrap()
}

fn form(schema: &str, value: &str) -> SchemaForm {
    SchemaForm::new(&json(schema), &document(value), &VariantChoices::new())
}

/// `a* Text left-out` for each row.
fn rows(form: &SchemaForm) -> Vec<String> {
    let row = |field: &crate::schema::FormField| {
        let kind = match &field.kind {
            FieldKind::Choice(values) => format!("Choice({})", values.len()),
            FieldKind::Variant { names, chosen, .. } => format!("Variant({} of {})", chosen + 1, names.len()),
            FieldKind::AddItem(_) => "AddItem".to_owned(),
            FieldKind::List(count) => format!("List({count})"),
            kind => format!("{kind:?}"),
        };
        let filled = match &field.filled {
            FieldValue::LeftOut => "left out".to_owned(),
            FieldValue::Null => "null".to_owned(),
            FieldValue::Value(value) => value.to_string(),
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
        "  add item AddItem left out",
        "free Json left out",
        "no Json left out",
        "gone Json left out",
        "extra Json [1]",
    ];
    assert_eq!(rows(&form(schema, value)), expected);
}

#[test]
fn a_name_can_be_added_where_names_are_left_open() {
    let schema = r##"{"properties":{
        "texts":{"type":"object","properties":{"own":{"type":"integer"}},"additionalProperties":{"type":"string"}},
        "like":{"type":"object","patternProperties":{"^x-":{"type":"boolean"},"_at$":{"type":"string","format":"date"}},
            "additionalProperties":false},
        "any":{"type":"object","additionalProperties":true},
        "full":{"additionalProperties":{"type":"string"},"maxProperties":1},
        "free":{"type":"object"},"closed":{"type":"object","properties":{"a":{}}}}}"##;
    let value = r#"{"texts":{"own":1,"more":"m"},"like":{"x-a":true,"b_at":"","odd":1},"any":{"a":[1]},"full":{"a":""},
        "closed":{"b":1}}"#;
    let form = form(schema, value);
    let expected = [
        r#"texts Object {"own":1,"more":"m"}"#,
        "  own Number 1",
        r#"  more Text "m""#,
        "  add field AddName left out",
        r#"like Object {"x-a":true,"b_at":"","odd":1}"#,
        "  x-a Switch true",
        r#"  b_at Text """#,
        "  odd Json 1",
        "  add field AddName left out",
        r#"any Object {"a":[1]}"#,
        "  a Json [1]",
        "  add field AddName left out",
        r#"full Object {"a":""}"#,
        r#"  a Text """#,
        "free Json left out",
        r#"closed Object {"b":1}"#,
        "  a Json left out",
        "  b Json 1",
    ];
    assert_eq!(rows(&form), expected);
    let row = |label: &str, after: &str| {
        let from = form.fields.iter().position(|field| field.label.raw() == after).unwrap();
        form.fields[from..].iter().find(|field| field.label.raw() == label).unwrap()
    };
    assert!(row("own", "texts").names.is_none(), "the schema's own names are not to be changed");
    assert!(row("more", "texts").names.is_some() && row("b", "closed").names.is_none());
    let objection = |after: &str, name: &str| row("add field", after).names.as_ref().unwrap().objection(name);
    assert_eq!(objection("texts", "new"), None);
    assert_eq!(objection("texts", "more").as_deref(), Some("There is a field more already."));
    assert_eq!(objection("texts", "own").as_deref(), Some("There is a field own already."));
    assert_eq!(objection("texts", "").as_deref(), Some("Type a name first."));
    assert_eq!(objection("like", "y-b").as_deref(), Some("The name must match ^x- or _at$."));
    assert_eq!((objection("like", "x-b"), objection("any", "\u{1b}")), (None, None));
    let facts: Vec<_> = row("add field", "like").constraints.iter().map(ToString::to_string).collect();
    assert_eq!(facts, ["names like ^x-", "names like _at$"]);
}

#[test]
fn rules_for_all_names_are_kept() {
    let schema = r#"{"additionalProperties":{"type":"string"},"propertyNames":{"pattern":"^[a-z]+$","minLength":2,"maxLength":4}}"#;
    let names = |schema: &str| form(schema, "{}").fields[0].names.clone().unwrap();
    let said = |name: &str| names(schema).objection(name).unwrap_or_default();
    assert_eq!(
        [said("ab"), said("A1"), said("a"), said("abcde")],
        [
            "",
            "The name must match ^[a-z]+$.",
            "The name is too short, at least 2 characters expected.",
            "The name is too long, at most 4 characters allowed."
        ]
    );
    let only = names(r#"{"additionalProperties":{},"propertyNames":{"enum":["\u00e9","b"]}}"#);
    assert_eq!((only.offered().collect::<Vec<_>>(), only.objection("é")), (vec!["é", "b"], None));
    assert_eq!(only.objection("c").as_deref(), Some("It is one of é, b."));
    // A pattern that is not read here keeps nobody from typing.
    let unread = names(r#"{"patternProperties":{"^(?!x)":{"type":"integer"}},"additionalProperties":false}"#);
    assert_eq!(unread.objection("x"), None);
}

#[test]
fn an_enumeration_has_the_names_of_its_values() {
    let schema = r#"{"properties":{"n":{"enum":[1,2],"enumNames":["one"]},
        "o":{"anyOf":[{"const":"\u65e5","title":"day"},{"const":"m"}]}}}"#;
    let form = form(schema, r#"{"o":"日"}"#);
    let FieldKind::Choice(n) = &form.fields[0].kind else { panic!("{:?}", form.fields[0].kind) };
    let label = |value: &crate::schema::Allowed| value.label.as_ref().map(ToString::to_string);
    assert_eq!(n.iter().map(label).collect::<Vec<_>>(), [Some("one".into()), None]);
    let FieldKind::Choice(o) = &form.fields[1].kind else { panic!("{:?}", form.fields[1].kind) };
    assert_eq!((o[0].json.raw(), label(&o[0]).as_deref()), ("\"日\"", Some("day")));
    assert!(o[0].is(r#""\u65e5""#) && !o[0].is(r#""m""#));
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
    let to = by_id.at(&[PathStep::Key("to".into())]).unwrap();
    let FieldKind::Variant { names, chosen: 1, .. } = &to.kind else { panic!("{:?}", to.kind) };
    let names: Vec<_> = names.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["By name", "kind: id", "3 string"]);
    assert!(rows(&by_id).contains(&"  id Number 7".to_owned()), "{:?}", rows(&by_id));
    assert_eq!(rows(&by_id).iter().filter(|row| row.starts_with("a*")).count(), 1);
    let text = form_of(r#"{"to":"x"}"#);
    assert!(matches!(&text.at(&[PathStep::Key("to".into())]).unwrap().kind, FieldKind::Variant { chosen: 2, .. }));
    // What somebody chose counts more than what stands there.
    let choices = VariantChoices::from([(vec![PathStep::Key("to".into())], 0)]);
    let chosen = SchemaForm::new(&json(schema), &document(r#"{"to":{}}"#), &choices);
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
        let text = sample(&schema, SampleScope::Everything, samples::now());
        let value = document(&text);
        let form = SchemaForm::new(&schema, &value, &VariantChoices::new());
        // The row that adds a name has no place yet.
        let fields: Vec<_> = form.fields.iter().filter(|field| field.kind != FieldKind::AddName).collect();
        for field in &fields {
            match (&field.filled, value.at(&field.path)) {
                (FieldValue::LeftOut, None) | (FieldValue::Null, Some(_)) => {}
                (FieldValue::Value(shown), Some(node)) => prop_assert!(value.raw(node).starts_with(shown.raw().as_bytes()), "{:?}", field.path),
                other => prop_assert!(false, "{:?} {:?}", field, other.1),
            }
        }
        if fields.is_empty() {
            return Ok(());
        }
        let field = *which.get(&fields);
        let filled = document(&set(&value, &field.path, "\"new\""));
        let node = filled.at(&field.path);
        prop_assert_eq!(node.map(|node| filled.raw(node)), Some(&b"\"new\""[..]));
        // A change and its way back are no change.
        if field.filled == FieldValue::LeftOut && field.path.len() == 1 && value.kind(value.root()) == crate::json::NodeKind::Object {
            let back: Value = serde_json::from_str(&remove(&filled, &field.path)).unwrap();
            prop_assert_eq!(back, serde_json::from_str::<Value>(&text).unwrap());
        }
    }
}
