//! The input of a tool as a form.

use jackfield::testing::domain::ToolEffect;
use jackfield::testing::json::edit::PathStep;
use jackfield::testing::schema::{InputCheck, Validator};
use jackfield::testing::tui::core::effect::Effect;
use jackfield::testing::tui::core::effect::ExternalProgram;
use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::core::event::Returned;
use jackfield::testing::tui::input::context::Context;
use jackfield::testing::tui::playground::tasks::{CheckInput, InputChecked};
use jackfield::testing::tui::tools::loading::{LOADING, ToolsLoaded, ToolsPage};

use super::playground::done;
use super::stage::{Stage, accounts, tool};

/// Every kind of field that there is.
const SCHEMA: &str = r##"{"type":"object","required":["title","to"],"properties":{
    "title":{"type":"string","description":"What the event is called.","maxLength":40},
    "starts_at":{"type":"string","format":"date-time","description":"When it begins."},
    "visibility":{"type":"string","enum":["default","public","private"],"default":"default"},
    "all_day":{"type":["boolean","null"],"description":"Without hours."},
    "minutes":{"type":"integer","minimum":5,"examples":[30,60]},
    "place":{"$ref":"#/$defs/place"},
    "to":{"type":"array","items":{"type":"string","format":"email"},"minItems":1},
    "repeat":{"oneOf":[
        {"title":"every few days","type":"object","required":["kind","days"],
         "properties":{"kind":{"const":"daily"},"days":{"type":"integer"},"until":{"type":"string","format":"date"}}},
        {"title":"on certain weekdays","type":"object","required":["kind","on"],
         "properties":{"kind":{"const":"weekly"},"on":{"type":"array","items":{"enum":["mon","tue"]}},"until":{"type":"string","format":"date"}}}]},
    "anything":{}},
    "$defs":{"place":{"type":"object","required":["name"],"properties":{"name":{"type":"string"},"inside":{"$ref":"#/$defs/place"}}}}}"##;

/// A tool with such an input, its form on screen.
pub fn form(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::with_accounts(columns, rows, accounts());
    stage.press("/").type_in("ada asana").press("Enter t");
    stage.send(LOADING, ToolsPage(vec![tool("asana_event_create", ToolEffect::Writes, SCHEMA)], Some(1)));
    stage.send(LOADING, ToolsLoaded(Ok(None)));
    stage.press("Enter F2");
    stage
}

/// The same, filled in for the most part, with something wrong.
pub fn filled_in(columns: u16, rows: u16) -> Stage {
    let mut stage = form(columns, rows);
    stage.type_in("Lu");
    go_to(&mut stage, "place");
    stage.press("Enter");
    go_to(&mut stage, "minutes");
    stage.type_in("1.5x");
    go_to(&mut stage, "repeat");
    stage.press("Enter Down Enter");
    go_to(&mut stage, "starts_at");
    stage.type_in("2026-03-04T09:3");
    stage
}

/// To the next row of this name, from the top.
pub fn go_to(stage: &mut Stage, label: &str) {
    let row = |stage: &Stage| stage.model.playground.form.selected().map(|field| field.label.raw().to_owned());
    stage.press("Up ".repeat(40).trim());
    for _ in 0..40 {
        if row(stage).as_deref() == Some(label) {
            return;
        }
        stage.press("Down");
    }
    panic!("no row {label}: {}", stage.text());
}

/// The input as it stands.
pub fn value(stage: &Stage) -> serde_json::Value {
    serde_json::from_str(stage.model.playground.input_text()).expect("JSON")
}

#[test]
fn what_is_typed_into_a_field_stands_in_the_json() {
    let mut stage = form(120, 36);
    stage.type_in("Lunch \"é\"");
    assert_eq!(value(&stage)["title"], "Lunch \"é\"");
    go_to(&mut stage, "minutes");
    stage.type_in("45");
    assert_eq!(value(&stage)["minutes"], 45);
    stage.press("Backspace Backspace");
    assert!(value(&stage).get("minutes").is_none(), "a number of which nothing is left is left out");
    stage.type_in("12345678901234567890123.10");
    assert!(stage.model.playground.input_text().contains("\"minutes\": 12345678901234567890123.10"));
    stage.press("Ctrl-X").type_in("soon");
    assert_eq!(value(&stage)["minutes"], "soon", "what is no number is not lost, and is told to be none");
    go_to(&mut stage, "title");
    assert!(stage.text().contains("✗ must be an integer, not \"soon\""), "{}", stage.text());
}

#[test]
fn switches_turn_and_values_are_picked_by_typing() {
    let mut stage = form(120, 36);
    go_to(&mut stage, "all_day");
    stage.press("Enter");
    assert_eq!(value(&stage)["all_day"], true);
    stage.press("Space");
    assert_eq!(value(&stage)["all_day"], false);
    stage.press("Ctrl-N");
    assert_eq!(value(&stage)["all_day"], serde_json::Value::Null);
    stage.press("Backspace");
    assert!(value(&stage).get("all_day").is_none());
    go_to(&mut stage, "visibility");
    stage.type_in("pri");
    assert_eq!(stage.model.contexts()[0], Context::Picker);
    assert!(stage.text().contains("╭ visibility"), "{}", stage.text());
    stage.press("Enter");
    assert_eq!(value(&stage)["visibility"], "private");
    stage.press("Right");
    assert_eq!(value(&stage)["visibility"], "default");
    stage.press("Enter").type_in("omit").press("Enter");
    assert!(value(&stage).get("visibility").is_none());
}

#[test]
fn items_are_added_and_removed() {
    let mut stage = form(120, 36);
    go_to(&mut stage, "add item");
    stage.type_in("ada@acme.dev");
    assert_eq!(value(&stage)["to"], serde_json::json!(["ada@example.com", "ada@acme.dev"]));
    go_to(&mut stage, "add item");
    stage.press("Enter Ctrl-B").type_in("b@acme.dev");
    assert_eq!(value(&stage)["to"], serde_json::json!(["ada@example.com", "ada@acme.dev", "b@acme.dev"]));
    go_to(&mut stage, "item 1");
    stage.press("Ctrl-X");
    assert_eq!(value(&stage)["to"], serde_json::json!(["ada@acme.dev", "b@acme.dev"]));
}

#[test]
fn what_is_nested_opens_as_it_is_made() {
    let mut stage = form(120, 36);
    go_to(&mut stage, "place");
    stage.press("Enter");
    go_to(&mut stage, "name");
    stage.type_in("Café");
    go_to(&mut stage, "inside");
    stage.press("Enter Down").type_in("City");
    assert_eq!(value(&stage)["place"], serde_json::json!({"name":"Café","inside":{"name":"City"}}));
}

#[test]
fn another_alternative_keeps_what_both_know() {
    let mut stage = form(120, 36);
    go_to(&mut stage, "repeat");
    stage.press("Enter Enter");
    assert_eq!(value(&stage)["repeat"], serde_json::json!({"kind":"daily","days":0}));
    go_to(&mut stage, "until");
    stage.type_in("2026-12-31");
    go_to(&mut stage, "repeat");
    stage.press("Enter Down Enter");
    let weekly = serde_json::json!({"kind":"weekly","on":[],"until":"2026-12-31"});
    assert_eq!(value(&stage)["repeat"], weekly);
    stage.press("Ctrl-Z");
    assert_eq!(value(&stage)["repeat"]["kind"], "daily");
}

#[test]
fn left_out_null_and_empty_are_three_things() {
    let mut stage = form(120, 36);
    go_to(&mut stage, "starts_at");
    let row = |stage: &Stage| stage.text().lines().find(|line| line.contains("starts_at")).unwrap().to_owned();
    assert!(row(&stage).contains("– date-time"), "{}", row(&stage));
    stage.press("Ctrl-B");
    assert_eq!(value(&stage)["starts_at"], "");
    assert!(row(&stage).contains("empty"), "{}", row(&stage));
    stage.press("Ctrl-N");
    assert!(value(&stage)["starts_at"].is_null() && row(&stage).contains("null"), "{}", row(&stage));
    stage.press("Ctrl-X");
    assert!(value(&stage).get("starts_at").is_none());
    stage.press("Ctrl-X");
    assert!(stage.text().contains("Already omitted."), "{}", stage.text());
}

#[test]
fn values_are_offered_for_formats() {
    let mut stage = form(120, 36);
    go_to(&mut stage, "starts_at");
    stage.press("Ctrl-T");
    assert!(stage.text().contains("in an hour"), "{}", stage.text());
    stage.press("Enter");
    let now = super::stage::now().to_string();
    assert_eq!(value(&stage)["starts_at"], now.as_str());
    go_to(&mut stage, "minutes");
    stage.press("Ctrl-T").type_in("60").press("Enter");
    assert_eq!(value(&stage)["minutes"], 60);
}

#[test]
fn undo_goes_across_both_views_and_nothing_is_lost_on_the_way() {
    let mut stage = form(120, 36);
    stage.press("F2 Ctrl-A");
    let odd = r#"{"new":1.10,"title":"a","big":123456789012345678901234567890,"to":[],"new":2}"#;
    stage.type_in(odd);
    stage.press("F2");
    go_to(&mut stage, "title");
    stage.type_in("bc");
    assert_eq!(stage.model.playground.input_text(), odd.replace("\"a\"", "\"abc\""));
    stage.press("F2 Ctrl-Z");
    assert_eq!(stage.model.playground.input_text(), odd, "what was typed into one field is one step");
    stage.press("F2 Ctrl-Y");
    assert_eq!(stage.model.playground.input_text(), odd.replace("\"a\"", "\"abc\""));
}

#[test]
fn json_that_is_not_finished_stays_as_it_was_typed() {
    let mut stage = form(120, 36);
    stage.press("F2 Ctrl-A").type_in("{\"title\": \"x");
    stage.press("F2");
    assert!(stage.text().contains("The input is not valid JSON"), "{}", stage.text());
    stage.type_in("zzz").press("Enter F2");
    assert_eq!(stage.model.playground.input_text(), "{\"title\": \"x");
}

#[test]
fn the_cursor_is_at_the_same_place_in_both() {
    let mut stage = form(120, 36);
    go_to(&mut stage, "to");
    stage.press("F2");
    let text = stage.model.playground.input_text();
    assert_eq!(stage.model.playground.editor.offset(), text.find('[').unwrap());
    stage.press("Ctrl-A").type_in("{\"to\": [1, 2], \"minutes\": 5");
    stage.type_in("0}").press("Left F2");
    let path = [PathStep::Key("minutes".into())];
    assert_eq!(stage.model.playground.form.selected().unwrap().path, path);
}

#[test]
fn a_text_can_be_written_in_the_persons_own_editor() {
    let mut stage = form(120, 36);
    stage.type_in("one").press("Ctrl-E");
    assert!(matches!(&stage.effects[..], [Effect::Lend(ExternalProgram::Edit(text))] if text == "one"));
    stage.event(Event::Returned(Ok(Returned::Edited("one\ntwo\n".into()))));
    assert_eq!(value(&stage)["title"], "one\ntwo");
}

#[test]
fn what_came_back_can_go_into_a_field() {
    let mut stage = done(120, 36);
    stage.press("Down Down u");
    assert!(stage.text().contains("╭ Use \"1204\" as"), "{}", stage.text());
    stage.type_in("name").press("Enter");
    assert_eq!(value(&stage)["name"], "1204");
    assert!(stage.text().contains("name of asana_task_create filled in."), "{}", stage.text());
}

#[test]
fn a_value_that_does_not_fit_is_cut_where_one_sees_it() {
    let mut stage = form(80, 24);
    stage.type_in(&format!("{}end", "all of it ".repeat(12)));
    assert!(stage.text().contains("it end"), "what is typed is seen where it is typed: {}", stage.text());
    stage.press("Down");
    let row = stage.text().lines().find(|line| line.contains("all of it")).unwrap().to_owned();
    assert!(row.contains('…') && !row.contains("end"), "{row}");
}

#[test]
fn items_are_duplicated_and_moved() {
    let mut stage = form(120, 36);
    stage.press("F2 Ctrl-A").type_in(r#"{"to": ["a", "b"]}"#).press("F2");
    go_to(&mut stage, "item 1");
    stage.press("Alt-c");
    assert_eq!(value(&stage)["to"], serde_json::json!(["a", "a", "b"]));
    stage.type_in("x");
    assert_eq!(value(&stage)["to"], serde_json::json!(["a", "ax", "b"]), "the copy has the keyboard");
    stage.press("Alt-Down").type_in("y");
    assert_eq!(value(&stage)["to"], serde_json::json!(["a", "b", "axy"]));
    stage.press("Alt-Down");
    assert!(stage.text().contains("It is the last item."), "{}", stage.text());
    stage.press("Alt-Up Alt-Up Ctrl-Z");
    assert_eq!(value(&stage)["to"], serde_json::json!(["a", "axy", "b"]));
}

/// Two texts that only their pattern tells apart, and a word of which there are two.
const ODD: &str = r#"{"type":"object","required":["when"],"properties":{
    "when":{"oneOf":[{"type":"string","pattern":"^day-"},{"type":"string","pattern":"^week-"}]},
    "state":{"enum":["open","closed"]},"last":{"type":"string"}}}"#;

fn odd(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::with_accounts(columns, rows, accounts());
    stage.press("/").type_in("ada asana").press("Enter t");
    stage.send(LOADING, ToolsPage(vec![tool("asana_odd", ToolEffect::Writes, ODD)], Some(1)));
    stage.send(LOADING, ToolsLoaded(Ok(None)));
    stage.press("Enter F2");
    stage
}

#[test]
fn variants_say_what_differs_and_enter_goes_on_after_typing() {
    let mut stage = odd(120, 36);
    go_to(&mut stage, "when");
    stage.press("Enter");
    let screen = stage.text();
    assert!(screen.contains("string matches ^day-") && screen.contains("string matches ^week-"), "{screen}");
    stage.press("Esc");
    stage.type_in("1").press("Enter");
    assert_eq!(stage.model.contexts()[0], Context::InputForm, "{}", stage.text());
    assert_eq!(stage.model.playground.form.selected().unwrap().label.raw(), "state");
    assert!(stage.text().contains("one of open, closed"), "{}", stage.text());
}

#[test]
fn errors_stand_there_in_full() {
    let mut stage = form(80, 24);
    go_to(&mut stage, "starts_at");
    stage.type_in("tomorrow or the day after");
    let check = &stage.task_of::<CheckInput>().check;
    let compiled = Validator::compile(&check.schema);
    let problems = compiled.validator.validate(&check.input).unwrap();
    stage.send(CheckInput::SLOT, InputChecked(Ok(InputCheck { problems, dropped: compiled.dropped })));
    let screen: String = stage.text().split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
    assert!(
        screen.contains("must be a date and time, 2025-01-31T09:00:00Z (is \"tomorrow or the day after\")"),
        "{}",
        stage.text()
    );
}
