//! The tool list.

use jackfield::tui::effect::{Slot, Task};
use jackfield::tui::event::Outcome;
use jackfield::tui::place::Tab;

use super::stage::{Stage, accounts, tools};

/// Ada's tools on asana, loaded.
pub fn listed(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::with_accounts(columns, rows, accounts());
    stage.press("/").type_in("ada asana").press("Enter t");
    let total = tools().len() as u64;
    stage.say(Slot::Tools, Outcome::ToolsPage(tools(), Some(total)));
    stage.say(Slot::Tools, Outcome::ToolsEnd(Ok(None)));
    stage
}

#[test]
fn browsing_acts_as_the_accounts_person_on_its_connection() {
    let stage = listed(120, 36);
    assert_eq!(stage.model.tab, Tab::Tools);
    let screen = stage.text();
    assert!(screen.contains("as ada@acme.dev"));
    assert!(screen.contains("Tools of ada@acme.dev on asana"));
    assert!(screen.contains("asana_task_create"));
}

#[test]
fn a_guess_is_marked_as_one() {
    let stage = listed(120, 36);
    assert!(stage.text().contains("reads?"));
    assert!(stage.text().contains("a guess from its name"));
}

#[test]
fn the_schema_of_the_tool_under_the_cursor_is_shown() {
    let mut stage = listed(120, 36);
    stage.press("G");
    let screen = stage.text();
    assert!(screen.contains("due_on") && screen.contains("required"), "{screen}");
}

#[test]
fn an_empty_list_says_why() {
    let mut stage = Stage::with_accounts(100, 30, accounts());
    stage.press("t");
    stage.say(Slot::Tools, Outcome::ToolsEnd(Ok(Some("linear/ada@acme.dev is expired, not active.".into()))));
    assert!(stage.text().contains("is expired, not active."));
}

#[test]
fn refreshing_asks_for_the_same_person_again() {
    let mut stage = listed(120, 36);
    stage.press("R");
    let Task::LoadTools(identifier, connections) = stage.task(Slot::Tools) else { panic!() };
    assert_eq!((identifier.raw(), connections[0].raw()), ("ada@acme.dev", "asana"));
}

#[test]
fn the_filter_looks_at_names_and_descriptions() {
    let mut stage = listed(120, 36);
    stage.press("/").type_in("create");
    assert_eq!(stage.model.tools.shown(), 1);
    stage.press("Enter Enter");
    assert_eq!(stage.model.tab, Tab::Playground);
}
