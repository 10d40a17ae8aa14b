//! The tool list.

use jackfield::testing::domain::ToolEffect;
use jackfield::testing::flow::tools::ToolsGap;
use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::core::message::Message;
use jackfield::testing::tui::input::tabs::Tab;
use jackfield::testing::tui::tools::loading::{
    LOADING, LoadTools, Ranked, SEARCHING, SearchTools, ToolsLoaded, ToolsPage,
};
use jackfield::testing::tui::tools::screen::Scope;
use jackfield::testing::tui::widgets::debounced_cursor::REST;

use super::stage::{Stage, accounts, tools};

/// Ada's tools on asana, loaded.
pub fn listed(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::with_accounts(columns, rows, accounts());
    stage.press("/").type_in("ada asana").press("Enter t");
    let total = tools().len() as u64;
    stage.send(LOADING, ToolsPage(tools(), Some(total)));
    stage.send(LOADING, ToolsLoaded(Ok(None)));
    stage
}

#[test]
fn browsing_acts_as_the_accounts_person_on_its_connection() {
    let stage = listed(120, 36);
    assert_eq!(stage.model.cx.tab, Tab::Tools);
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
    stage.wait(REST);
    stage.press("G");
    let screen = stage.text();
    assert!(screen.contains("due_on") && screen.contains("required"), "{screen}");
}

#[test]
fn an_empty_list_says_why() {
    let mut stage = Stage::with_accounts(100, 30, accounts());
    stage.press("t");
    let expired = ToolsGap::Inactive(Box::new(accounts().swap_remove(0)));
    stage.send(LOADING, ToolsLoaded(Ok(Some(expired))));
    assert!(stage.text().contains("linear/ada@acme.dev is expired, not active."));
}

#[test]
fn refreshing_asks_for_the_same_person_again() {
    let mut stage = listed(120, 36);
    stage.press("R");
    let LoadTools(scope) = stage.task_of();
    assert_eq!(*scope, Scope::Person("ada@acme.dev".into(), Some("asana".into())));
}

#[test]
fn the_filter_looks_at_names_and_descriptions() {
    let mut stage = listed(120, 36);
    stage.press("/").type_in("create");
    assert_eq!(stage.model.tools.shown(), 1);
    stage.press("Enter Enter");
    assert_eq!(stage.model.cx.tab, Tab::Playground);
}

#[test]
fn a_long_list_is_searched_without_holding_the_keyboard_up() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("t");
    let many: Vec<_> =
        (0..3_000).map(|n| super::stage::tool(&format!("linear_tool_{n:04}"), ToolEffect::Reads, "{}")).collect();
    stage.send(LOADING, ToolsPage(many, Some(3_000)));
    stage.send(LOADING, ToolsLoaded(Ok(None)));
    stage.press("/").type_in("2999");
    assert_eq!(stage.model.tools.shown(), 3_000, "the old rows stay until the new ones are known");
    let ranked = stage.task_of::<SearchTools>().0.run();
    stage.send(SEARCHING, Ranked(ranked));
    assert_eq!(stage.model.tools.shown(), 1);
    assert!(stage.text().contains("linear_tool_2999"));
    stage.press("Backspace");
    let old = stage.job(SEARCHING);
    stage.press("Esc");
    stage.event(Event::Task(old, Message::new(Ranked(vec![7]))));
    assert_eq!(stage.model.tools.shown(), 3_000, "a search that was overtaken changes nothing");
}

#[test]
fn a_few_letters_find_a_tool_by_name() {
    let mut stage = listed(120, 36);
    stage.press("/").type_in("tskcr");
    assert_eq!(
        stage.model.tools.selected(&stage.model.cx.tools).map(|tool| tool.name.raw()),
        Some("asana_task_create")
    );
}
