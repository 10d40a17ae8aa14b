//! Objects whose names the schema leaves open, in the form; values told apart without colours.

use jackfield::testing::domain::ToolEffect;
use jackfield::testing::tui::tools::loading::{LOADING, ToolsLoaded, ToolsPage};
use serde_json::json;

use super::form::{go_to, value};
use super::stage::{Stage, accounts, tool};

const SCHEMA: &str = r#"{"type":"object","properties":{
    "texts":{"type":"object","additionalProperties":{"type":"string"}},
    "like":{"type":"object","additionalProperties":false,"patternProperties":{
        "^x-":{"type":"object","required":["n"],"properties":{"n":{"type":"integer"}}},"^f-":{"type":"boolean"}}},
    "level":{"enum":[1,2,"1",null],"enumNames":["low","high"]},
    "some":{"type":["string","null"]},
    "few":{"type":"object","additionalProperties":{"type":"integer"},"propertyNames":{"enum":["a","b"]}}}}"#;

fn form(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::with_accounts(columns, rows, accounts());
    stage.press("/").type_in("ada asana").press("Enter t");
    stage.send(LOADING, ToolsPage(vec![tool("asana_event_create", ToolEffect::Writes, SCHEMA)], Some(1)));
    stage.send(LOADING, ToolsLoaded(Ok(None)));
    stage.press("Enter F2");
    stage
}

fn label(stage: &Stage) -> String {
    stage.model.playground.form.selected().map(|field| field.label.to_string()).unwrap_or_default()
}

#[test]
fn a_name_is_added_and_opens_as_its_value() {
    let mut stage = form(120, 36);
    go_to(&mut stage, "texts");
    stage.press("Enter");
    assert_eq!(label(&stage), "add field", "{}", stage.text());
    stage.press("Enter");
    assert!(stage.text().contains("Type a name first."), "{}", stage.text());
    stage.type_in("gr\u{fc}n").press("Enter");
    assert_eq!(label(&stage), "grün", "the keyboard is where the value goes");
    stage.type_in("go");
    assert_eq!(value(&stage), json!({"texts":{"grün":"go"}}));
    stage.press("Down").type_in("grün").press("Enter");
    assert!(stage.text().contains("There is a field grün already."), "{}", stage.text());
    stage.press("Ctrl-A Ctrl-K").type_in("red").press("Enter");
    assert_eq!(value(&stage)["texts"], json!({"grün":"go","red":""}));
    stage.press("Ctrl-X");
    assert_eq!(value(&stage)["texts"], json!({"grün":"go"}), "and goes again");
    stage.press("Ctrl-Z Ctrl-Z");
    assert_eq!(value(&stage)["texts"], json!({"grün":"go"}), "one step back each");
}

#[test]
fn what_is_typed_on_such_an_object_is_a_name() {
    let mut stage = form(120, 36);
    go_to(&mut stage, "texts");
    stage.type_in("red").press("Enter").type_in("go");
    assert_eq!(value(&stage), json!({"texts":{"red":"go"}}), "{}", stage.text());
    go_to(&mut stage, "texts");
    stage.type_in("blue").press("Enter");
    assert_eq!(value(&stage)["texts"], json!({"red":"go","blue":""}));
}

#[test]
fn a_name_is_held_against_the_patterns_and_gets_the_value_of_its_own() {
    let mut stage = form(120, 36);
    go_to(&mut stage, "like");
    stage.press("Enter").type_in("y");
    assert!(stage.text().contains("✗ The name must match ^x- or ^f-."), "{}", stage.text());
    stage.press("Enter");
    assert_eq!(value(&stage)["like"], json!({}));
    stage.press("Backspace").type_in("f-1").press("Enter Space");
    assert_eq!(value(&stage)["like"], json!({"f-1":true}));
    stage.press("Down").type_in("x-1").press("Enter");
    assert_eq!(value(&stage)["like"]["x-1"], json!({"n":0}));
    stage.press("Down");
    assert_eq!(label(&stage), "n");
}

#[test]
fn a_name_is_changed_where_it_stands_and_undone_in_one_step() {
    let mut stage = form(120, 36);
    stage.press("F2 Ctrl-A").type_in(r#"{"texts": {"a": "1", "b": "2"}}"#).press("F2");
    let text = stage.model.playground.input_text().to_owned();
    go_to(&mut stage, "a");
    stage.press("Ctrl-O Ctrl-A Ctrl-K").type_in("b").press("Enter");
    assert!(stage.text().contains("There is a field b already."), "{}", stage.text());
    stage.press("Esc");
    assert_eq!((value(&stage)["texts"].clone(), label(&stage)), (json!({"a":"1","b":"2"}), "a".to_owned()));
    stage.press("Ctrl-O").type_in("2").press("Enter");
    assert_eq!(stage.model.playground.input_text(), text.replace("\"a\"", "\"a2\""));
    assert_eq!(label(&stage), "a2");
    stage.type_in("!").press("F2");
    assert!(stage.text().contains("\"a2\": \"1!\""), "{}", stage.text());
    stage.press("Ctrl-Z Ctrl-Z");
    assert_eq!(stage.model.playground.input_text(), text);
    stage.press("F2");
    go_to(&mut stage, "level");
    stage.press("Ctrl-O");
    assert!(stage.text().contains("The schema fixes this name"), "{}", stage.text());
}

#[test]
fn the_only_names_there_are_are_offered() {
    let mut stage = form(120, 36);
    go_to(&mut stage, "few");
    stage.press("Enter Ctrl-T");
    assert!(stage.text().contains("╭ add field"), "{}", stage.text());
    stage.type_in("b").press("Enter");
    assert_eq!(value(&stage)["few"], json!({"b":0}));
    stage.type_in("7");
    assert_eq!(value(&stage)["few"], json!({"b":7}));
    stage.press("Down Ctrl-T Enter");
    assert_eq!(value(&stage)["few"], json!({"b":7,"a":0}));
    stage.press("Down Ctrl-N");
    assert!(stage.text().contains("Type the name first"), "{}", stage.text());
}

#[test]
fn values_are_told_apart_without_colours_and_by_their_names() {
    let mut stage = form(120, 36);
    let row = |stage: &Stage, name: &str| {
        stage.text().lines().find(|line| line.contains(name)).map(str::to_owned).unwrap_or_default()
    };
    go_to(&mut stage, "some");
    stage.press("Ctrl-N Up");
    assert!(row(&stage, " some ").contains(" null"), "{}", stage.text());
    assert!(!row(&stage, " some ").contains("\"null\""));
    for text in ["null", "true", "1"] {
        go_to(&mut stage, "some");
        stage.press("Ctrl-X").type_in(text).press("Up");
        assert!(row(&stage, " some ").contains(&format!("\"{text}\"")), "{}", stage.text());
    }
    go_to(&mut stage, "level");
    stage.press("Enter");
    for words in ["low  1", "high  2", "\"1\"", "null"] {
        assert!(stage.text().contains(words), "{words}: {}", stage.text());
    }
    stage.type_in("hi").press("Enter Down");
    assert_eq!(value(&stage)["level"], 2);
    assert!(row(&stage, " level ").contains("high 2"), "{}", stage.text());
}
