//! The palette.

use jackfield::testing::tui::core::effect::Effect;
use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::input::tabs::Tab;
use jackfield::testing::tui::shell::model::Model;

use super::stage::{Stage, accounts};
use super::tools::listed;

fn selected(model: &Model) -> Option<String> {
    model.accounts.selected(&model.cx.accounts).map(|account| account.label())
}

#[test]
fn it_offers_what_can_be_done_here_with_its_key() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("Ctrl-P");
    let screen = stage.text();
    assert!(screen.contains("Make an authorization link for the selected account"), "{screen}");
    stage.type_in("quit").press("Enter");
    assert!(matches!(stage.effects[..], [Effect::Quit(0)]));
}

#[test]
fn it_goes_to_an_account_whatever_the_filters_hide() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("s Ctrl-P").type_in("grace asana");
    assert!(stage.text().contains("account, to verify"));
    stage.press("Enter");
    assert_eq!(selected(&stage.model).as_deref(), Some("asana/grace@acme.dev"));
    assert_eq!(stage.model.accounts.shown(), 8);
}

#[test]
fn it_goes_to_a_tool() {
    let mut stage = listed(120, 36);
    stage.press("1 Ctrl-P").type_in("task_cr").press("Enter");
    assert_eq!(stage.model.cx.tab, Tab::Tools);
    assert_eq!(
        stage.model.tools.selected(&stage.model.cx.tools).map(|tool| tool.name.raw()),
        Some("asana_task_create")
    );
}

#[test]
fn what_does_not_apply_is_offered_with_its_reason_and_not_done() {
    let mut stage = Stage::new(120, 36);
    stage.load(Vec::new());
    stage.press("Ctrl-P").type_in("authorization link");
    assert!(stage.text().contains("No account is selected."));
    stage.press("Enter");
    assert!(!stage.authorizes());
    assert!(stage.text().contains("Do, or go to"), "it stays open");
}

#[test]
fn an_entry_can_be_clicked_and_escape_closes() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("Ctrl-P").type_in("margaret");
    let (column, row) = stage.find("asana/margaret@acme.dev");
    let target = stage.hits().at(column, row).unwrap();
    stage.event(Event::Click(target));
    assert_eq!(selected(&stage.model).as_deref(), Some("asana/margaret@acme.dev"));
    stage.press("Ctrl-P Esc");
    assert!(!stage.text().contains("Do, or go to"));
}
