//! What stands between an input and a call: refusals, dangers, long inputs; and what is kept.

use std::time::Duration;

use jackfield::testing::domain::{EffectSource, Fault, FaultKind, Tool, ToolEffect};
use jackfield::testing::tui::accounts::authorize::tasks::FollowAuthorization;
use jackfield::testing::tui::core::effect::Effect;
use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::input::tabs::{Pane, Tab};
use jackfield::testing::tui::playground::tasks::{CallEnded, CheckInput, RunTool};
use jackfield::testing::tui::shell::desktop::tasks::OpenBrowser;
use jackfield::testing::tui::tools::loading::{LOADING, ToolsLoaded, ToolsPage};

use super::playground::{done, opened};
use super::stage::{Stage, accounts, tool};

/// A tool that takes something away, opened; and one that looks, listed before it.
pub fn dangerous(columns: u16, rows: u16) -> Stage {
    dangerous_named("asana_task_delete", columns, rows)
}

fn dangerous_named(name: &str, columns: u16, rows: u16) -> Stage {
    let schema = r#"{"type":"object","required":["gid"],"properties":{"gid":{"type":"string"}}}"#;
    let declared = Tool { effect_source: EffectSource::Declared, ..tool(name, ToolEffect::Destroys, schema) };
    let mut stage = Stage::with_accounts(columns, rows, accounts());
    stage.press("/").type_in("ada asana").press("Enter t");
    stage.send(LOADING, ToolsPage(vec![tool("asana_me_get", ToolEffect::Reads, "{}"), declared], Some(2)));
    stage.send(LOADING, ToolsLoaded(Ok(None)));
    stage.press("G Enter Ctrl-A").type_in(r#"{"gid": "7"}"#);
    stage
}

#[test]
fn what_takes_something_away_says_so_and_asks_before_it_goes() {
    let mut stage = dangerous(120, 36);
    assert!(stage.text().contains("This tool is destructive: it removes data in asana"), "{}", stage.text());
    stage.press("Ctrl-R");
    assert!(!stage.runs(RunTool::SLOT));
    let screen = stage.text();
    assert!(screen.contains("asana_task_delete is destructive"), "{screen}");
    assert!(screen.contains("Run it as ada@acme.dev on") && screen.contains("with {\"gid\": \"7\"}?"), "{screen}");
    stage.press("n");
    assert!(!stage.runs(RunTool::SLOT));
    stage.press("Ctrl-R y");
    assert!(stage.runs(RunTool::SLOT));
}

#[test]
fn a_name_of_any_length_leaves_as_whom_in_sight() {
    let mut stage = dangerous_named(&format!("asana_{}", "x".repeat(5_000)), 120, 36);
    stage.press("Ctrl-R");
    assert!(stage.text().contains("as ada@acme.dev on"), "{}", stage.text());
}

#[test]
fn what_writes_says_so_and_what_reads_says_that() {
    let stage = opened(120, 36);
    assert!(stage.text().contains("This tool writes: it changes data in asana as ada@acme.dev"), "{}", stage.text());
    let mut stage = dangerous(120, 36);
    stage.press("Esc Esc g Enter");
    assert!(stage.text().contains("This tool reads as ada@acme.dev; it changes nothing"), "{}", stage.text());
}

#[test]
fn a_failure_says_how_long_it_took_and_an_account_at_fault_is_one_key_away() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-R");
    stage.wait(Duration::from_secs(3));
    let fault = Fault::new(FaultKind::NeedsAuthorization, "asana/ada@acme.dev is expired, so nothing can run as it.");
    stage.send(RunTool::SLOT, CallEnded(Err(fault)));
    let screen = stage.text();
    assert!(screen.contains("after 3.0 s") && screen.contains("a       authorize asana/ada@acme.dev"), "{screen}");
    assert_eq!(stage.model.playground.focus, Pane::Side, "where the key is that helps");
    stage.press("a");
    let FollowAuthorization { account: whom, .. } = stage.task_of();
    assert_eq!(whom.to_string(), "ca_102");
}

#[test]
fn what_a_policy_denied_is_not_offered_again_and_what_is_not_granted_yet_has_its_page() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-R");
    let denied = Fault::new(FaultKind::PolicyDenied, "zone.acme.dev denied asana/ada@acme.dev a token by policy.");
    stage.send(RunTool::SLOT, CallEnded(Err(denied.said("Denied by policy no-writes of set acme"))));
    let screen = stage.text();
    assert!(screen.contains("Denied by policy") && screen.contains("no-writes of set acme"), "{screen}");
    assert!(screen.contains("find out why") && !screen.contains("run again"), "{screen}");

    stage.press("Ctrl-R");
    let page = "https://zone.acme.dev/connect?resource=asana";
    let not_granted = Fault::new(FaultKind::NotGranted, format!("Grant it at {page}, then send the same call again."));
    stage.send(RunTool::SLOT, CallEnded(Err(not_granted.clone().mended_at(page.parse().ok()))));
    let screen = stage.text();
    assert!(screen.contains("Not granted yet") && screen.contains("open the page where it is granted"), "{screen}");
    assert!(screen.contains("run again, once it is granted"), "{screen}");
    insta::assert_snapshot!("call_not_granted_yet", screen);
    stage.press("a");
    let screen = stage.text();
    assert!(screen.contains("Open zone.acme.dev in the browser?"), "the host is named first: {screen}");
    stage.press("y");
    let OpenBrowser(url) = stage.task_of();
    assert_eq!(url.as_str(), page);

    stage.press("Ctrl-R");
    stage.send(RunTool::SLOT, CallEnded(Err(not_granted)));
    assert!(!stage.text().contains("open the page"), "there is none: {}", stage.text());
}

#[test]
fn who_stops_waiting_is_told_how_long_they_waited() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-R");
    stage.wait(Duration::from_secs(7));
    stage.press("Esc");
    assert!(stage.text().contains("after 7.0 s"), "{}", stage.text());
}

#[test]
fn the_place_where_it_is_not_json_is_marked_while_typing() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-A").type_in("{\"name\" 1}");
    let screen = stage.text();
    assert!(screen.contains(" 1✗ {\"name\" 1}"), "{screen}");
    assert!(screen.contains("✗ line 1, column 9: a colon is missing after the"), "{screen}");
    assert!(screen.contains("1:11"), "where the cursor is: {screen}");
    stage.press("Left Left").type_in(":");
    assert!(!stage.text().contains("1✗"), "{}", stage.text());
}

#[test]
fn a_long_input_is_better_edited_elsewhere_and_looked_over_when_it_is_run() {
    let mut stage = opened(120, 36);
    let lines: Vec<String> = (0..10_001).map(|n| format!("  \"line {n}\",")).collect();
    stage.press("Ctrl-A");
    stage.event(Event::Paste(format!("[\n{}", lines.join("\n")).into()));
    let screen = stage.text();
    assert!(screen.contains("10002 lines") && screen.contains("Ctrl-E"), "{screen}");
    assert!(!stage.runs(CheckInput::SLOT), "no key waits for that");
    stage.press("Ctrl-R");
    assert!(!stage.runs(RunTool::SLOT));
    assert!(stage.text().contains("The input is not valid JSON. Line 10002"), "{}", stage.text());
    stage.press("Ctrl-Z");
    assert!(!stage.text().contains("10002 lines"), "one paste is one step: {}", stage.text());
}

#[test]
fn undo_goes_on_where_it_was_when_a_tool_comes_back() {
    let mut stage = dangerous(120, 36);
    stage.press("Ctrl-A").type_in("{}");
    stage.press("Esc Esc g Enter").type_in(" ");
    stage.press("Esc Esc G Enter");
    assert_eq!(stage.model.playground.input_text(), "{}");
    while stage.model.playground.input_text() != r#"{"gid": "7"}"# {
        let before = stage.model.playground.input_text().to_owned();
        stage.press("Ctrl-Z");
        assert_ne!(stage.model.playground.input_text(), before, "it was undone to the end");
    }
}

#[test]
fn what_was_typed_outlives_every_way_to_leave() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-A").type_in("{\"name\": \"mi");
    stage.press("Esc 1 3");
    assert_eq!(stage.model.playground.input_text(), "{\"name\": \"mi");
    let subject = stage.model.playground.subject.clone().unwrap();
    stage.model.playground.put_away();
    assert!(stage.model.playground.subject.is_none());
    assert!(stage.text().contains("No tool open."), "{}", stage.text());
    let _ = stage.model.playground.open(subject);
    assert_eq!(stage.model.playground.input_text(), "{\"name\": \"mi");
}

#[test]
fn a_path_is_copied_for_jq_or_as_a_pointer() {
    let mut stage = done(120, 36);
    stage.press("/").type_in("\"b\"").press("Esc j j j j j j j j Y Alt-y");
    let copied: Vec<_> =
        stage.effects.iter().filter_map(|e| if let Effect::Copy(t) = e { Some(t.as_str()) } else { None }).collect();
    assert_eq!(copied, [".data.tags[0]", "/data/tags/0"]);
}

const NESTED: &str = r##"{"type":"object","properties":{
    "odd key":{"type":"string"},
    "filter":{"$ref":"#/$defs/filter"}},
    "$defs":{"filter":{"type":"object","properties":{
        "field":{"type":"string","enum":["a","b"],"default":"a"},
        "all":{"type":"array","items":{"$ref":"#/$defs/filter"}}}}}}"##;

/// A schema that stands in itself, looked at.
fn nested() -> Stage {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("/").type_in("ada asana").press("Enter t");
    stage.send(LOADING, ToolsPage(vec![tool("asana_find", ToolEffect::Reads, NESTED)], Some(1)));
    stage.send(LOADING, ToolsLoaded(Ok(None)));
    stage.press("Tab");
    stage
}

#[test]
fn a_schema_that_stands_in_itself_ends_and_its_reference_leads_back() {
    let mut stage = nested();
    let screen = stage.text();
    assert!(screen.contains("the same again"), "{screen}");
    stage.press("G f Y");
    assert!(stage.text().contains("By reference: #/$defs/filter"), "{}", stage.text());
    let copied = stage.effects.iter().find_map(|e| if let Effect::Copy(t) = e { Some(t.as_str()) } else { None });
    assert_eq!(copied, Some(".filter"));
}

#[test]
fn the_path_of_a_schemas_entry_is_the_one_in_the_input() {
    let mut stage = nested();
    stage.press("Y j j Y j j Y");
    let copied: Vec<_> =
        stage.effects.iter().filter_map(|e| if let Effect::Copy(t) = e { Some(t.as_str()) } else { None }).collect();
    assert_eq!(copied, [".[\"odd key\"]", ".filter.field", ".filter.all[]"]);
}

#[test]
fn without_a_tool_the_playground_says_how_to_get_one() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("3");
    let screen = stage.text();
    for words in ["No tool open.", "2       choose a tool", "Ctrl-P  search"] {
        assert!(screen.contains(words), "{words}: {screen}");
    }
    let (column, row) = stage.find("choose a tool");
    let target = stage.hits().at(column, row).unwrap();
    stage.event(Event::Click(target));
    assert_eq!(stage.model.cx.tab, Tab::Tools);
}

#[test]
fn what_was_typed_is_not_lost_to_one_key() {
    for key in ["Ctrl-C", "Ctrl-Q"] {
        let mut stage = dangerous(120, 36);
        stage.effects.clear();
        stage.press(key);
        assert!(stage.effects.is_empty(), "{key}");
        assert!(stage.text().contains("The input in the playground has not been sent."), "{}", stage.text());
        stage.press(key);
        assert!(matches!(stage.effects[..], [Effect::Quit(0)]), "twice is meant: {key}");
    }
    let mut stage = dangerous(120, 36);
    stage.effects.clear();
    stage.press("Ctrl-C");
    stage.wait(Duration::from_secs(6));
    stage.press("Ctrl-C");
    assert!(stage.effects.is_empty(), "not a day later");
    let mut stage = opened(120, 36);
    stage.effects.clear();
    stage.press("Ctrl-C");
    assert!(matches!(stage.effects[..], [Effect::Quit(0)]), "nobody typed anything");
}
