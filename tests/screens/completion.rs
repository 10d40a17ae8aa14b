//! Names and values offered while JSON is typed, and what else the editor does for it.

use jackfield::testing::domain::ToolEffect;
use jackfield::testing::tui::input::context::Context;
use jackfield::testing::tui::input::tabs::Tab;
use jackfield::testing::tui::tools::loading::{LOADING, ToolsLoaded, ToolsPage};

use super::form::value;
use super::stage::{Stage, accounts, tool};

const SCHEMA: &str = r#"{"type":"object","required":["channel"],"properties":{
    "channel":{"type":"string","pattern":"^[CGD][A-Z0-9]{8,}$"},"note":{"type":"string"},
    "priority":{"enum":["low","high"]},"nested":{"type":"object","properties":{"name":{"type":"string"}}},
    "when":{"type":"string","format":"date-time"}}}"#;

fn opened(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::with_accounts(columns, rows, accounts());
    stage.press("/").type_in("ada asana").press("Enter t");
    stage.send(LOADING, ToolsPage(vec![tool("asana_say", ToolEffect::Writes, SCHEMA)], Some(1)));
    stage.send(LOADING, ToolsLoaded(Ok(None)));
    stage.press("Enter");
    stage
}

fn text(stage: &Stage) -> &str {
    stage.model.playground.input_text()
}

#[test]
fn names_and_values_are_completed_from_the_schema() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-A").type_in("{\"no");
    assert!(stage.text().contains("note  string"), "{}", stage.text());
    stage.press("Tab");
    assert_eq!(text(&stage), "{\"note\": \"\"");
    stage.type_in("x").press("Right").type_in(", \"pri").press("Enter").type_in("\"h").press("Tab").type_in("}");
    assert_eq!(text(&stage), "{\"note\": \"x\", \"priority\": \"high\"}");
    stage.press("Ctrl-Z");
    assert_eq!(text(&stage), "{\"note\": \"x\", \"priority\": \"high\"", "{}", stage.text());
}

#[test]
fn nothing_is_taken_unless_it_was_chosen_and_escape_closes_the_list_first() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-A").type_in("{\"");
    assert!(stage.text().contains("priority  enum"), "{}", stage.text());
    stage.press("Esc");
    assert!(!stage.text().contains("priority  enum"));
    assert_eq!((stage.model.cx.tab, stage.model.contexts()[0]), (Tab::Playground, Context::Input));
    stage.press("Backspace").type_in("\"");
    stage.press("Down Down Enter");
    assert_eq!(text(&stage), "{\"note\": \"\"");
    stage.press("Esc Esc");
    assert_eq!(stage.model.cx.tab, Tab::Tools);
}

#[test]
fn formatting_is_one_step_and_needs_json() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-A").type_in("{\"note\":\"a\",\"priority\":\"low\"");
    stage.press("Ctrl-L");
    assert!(stage.text().contains("not valid JSON"), "{}", stage.text());
    stage.type_in("}").press("Ctrl-L");
    assert_eq!(text(&stage), "{\n  \"note\": \"a\",\n  \"priority\": \"low\"\n}");
    stage.press("Ctrl-Z");
    assert_eq!(text(&stage), "{\"note\":\"a\",\"priority\":\"low\"}");
}

#[test]
fn long_lines_are_marked_where_they_are_cut() {
    let mut stage = opened(80, 24);
    let line = format!("{{\"note\":\"{}\"}}", "x".repeat(120));
    stage.press("Ctrl-A").type_in(&line);
    assert!(stage.text().contains('‹'), "{}", stage.text());
    stage.press("Home");
    assert!(stage.text().contains('›') && !stage.text().contains('‹'), "{}", stage.text());
}

#[test]
fn the_first_sample_fits_its_schema_and_the_next_has_every_field() {
    let mut stage = opened(120, 36);
    assert_eq!(value(&stage), serde_json::json!({"channel": "C23456789"}));
    stage.press("Ctrl-S");
    let all = value(&stage);
    assert_eq!((&all["when"], &all["note"]), (&"2026-03-11T09:00:00Z".into(), &"Example note".into()));
    stage.press("Ctrl-S");
    assert_eq!(value(&stage), serde_json::json!({"channel": "C23456789"}));
}

#[test]
fn a_sample_that_changes_nothing_says_so() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("/").type_in("ada asana").press("Enter t");
    stage.send(LOADING, ToolsPage(vec![tool("asana_me_get", ToolEffect::Reads, r#"{"type":"object"}"#)], Some(1)));
    stage.send(LOADING, ToolsLoaded(Ok(None)));
    stage.press("Enter Ctrl-S");
    assert!(stage.text().contains("no more fields to fill in"), "{}", stage.text());
}

#[test]
fn a_small_screen_gives_the_result_what_the_input_does_not_need() {
    let mut stage = Stage::with_accounts(80, 24, accounts());
    stage.press("/").type_in("ada asana").press("Enter t");
    stage.send(LOADING, ToolsPage(vec![tool("asana_me_get", ToolEffect::Reads, r#"{"type":"object"}"#)], Some(1)));
    stage.send(LOADING, ToolsLoaded(Ok(None)));
    stage.press("Enter");
    let (_, input) = stage.find("╭ Input");
    let (_, output) = stage.find("╭ Output");
    assert_eq!((input, output - input), (3, 6), "{}", stage.text());
}
