//! What one run leaves to the next.

use jackfield::testing::settings::ThemeVariant;
use jackfield::testing::tui::accounts::tasks::AccountsPage;
use jackfield::testing::tui::accounts::tasks::LoadAccounts;
use jackfield::testing::tui::core::state::session::Session;
use jackfield::testing::tui::input::tabs::Tab;
use jackfield::testing::tui::playground::screen::InputView;
use jackfield::testing::tui::tools::loading::LoadTools;
use jackfield::testing::tui::tools::screen::Scope;
use jackfield::testing::tui::widgets::columns::Direction;

use super::stage::{Stage, accounts};
use super::tools::listed;

/// The next run, on the environment that tests open or on another one.
fn next(earlier: &Stage) -> Stage {
    Stage::begun(120, 36, "", earlier.model.session())
}

#[test]
fn who_was_acted_as_is_remembered_and_their_tools_come_on_the_first_visit() {
    let mut earlier = listed(120, 36);
    earlier.press("F9 1 o c Esc");
    let mut stage = next(&earlier);
    assert_eq!(stage.model.session(), earlier.model.session(), "a run that never got anywhere forgets nothing");
    stage.load(accounts());
    assert!(stage.text().contains("as ada@acme.dev"));
    assert!(stage.text().contains("connection ↓") && !stage.model.cx.mouse);
    stage.press("2");
    let LoadTools(scope) = stage.task_of();
    assert_eq!(*scope, Scope::Person("ada@acme.dev".into(), None));
}

#[test]
fn the_screen_that_was_shown_is_shown_again_with_its_tools() {
    let earlier = listed(120, 36);
    let mut stage = next(&earlier);
    stage.open();
    assert_eq!(stage.model.cx.tab, Tab::Tools);
    let LoadTools(scope) = stage.task_of();
    assert_eq!(*scope, Scope::Person("ada@acme.dev".into(), None));
    assert!(stage.runs(LoadAccounts::SLOT));
}

#[test]
fn filters_and_the_chosen_account_come_back_as_the_accounts_arrive() {
    let mut earlier = Stage::with_accounts(120, 36, accounts());
    earlier.press("/").type_in("acme status:active").press("Enter o e o o j");
    let chosen = earlier.model.accounts.selected(&earlier.model.cx.accounts).unwrap().label();
    let mut stage = next(&earlier);
    stage.open();
    for account in accounts() {
        stage.send(LoadAccounts::SLOT, AccountsPage(vec![account], Some(8)));
    }
    assert_eq!(stage.model.accounts.selected(&stage.model.cx.accounts).unwrap().label(), chosen);
    assert_eq!(stage.model.accounts.filter.text(), "acme status:active");
    assert_eq!(stage.model.accounts.shown(), 3);
    assert_eq!(stage.model.accounts.direction, Direction::Reverse);
    assert_eq!(stage.model.session(), earlier.model.session());
}

#[test]
fn an_account_that_is_gone_is_not_waited_for_and_the_cursor_is_the_persons() {
    let mut memory = Stage::with_accounts(120, 36, accounts()).model.session();
    assert_eq!(memory.account, "", "a cursor that was not moved has chosen nothing");
    memory.account = "ca_999".into();
    let mut stage = Stage::begun(120, 36, "", memory.clone());
    stage.load(accounts());
    assert_eq!(stage.model.accounts.cursor.row, 0);
    stage.press("j");
    let moved_to = stage.model.accounts.selected(&stage.model.cx.accounts).unwrap().id.clone();
    assert_eq!(stage.model.session().account, moved_to.raw());
}

#[test]
fn another_environment_gets_nothing_of_it_but_the_preferences() {
    let mut earlier = listed(120, 36);
    earlier.press("F8 1 j");
    let memory = Session { environment: "acme".into(), ..earlier.model.session() };
    let mut stage = Stage::begun(120, 36, "", memory);
    stage.load(accounts());
    let accounts = &stage.model.accounts;
    assert!(stage.model.cx.acting_as.is_none() && stage.model.cx.tab == Tab::Accounts);
    assert!(accounts.filter.is_empty() && accounts.cursor.row == 0);
    assert_eq!(stage.model.cx.theme.look, ThemeVariant::Light);
}

#[test]
fn whoever_is_busy_already_is_left_where_they_are() {
    let mut stage = Stage::begun(120, 36, "", listed(120, 36).model.session());
    stage.press("/").type_in("x");
    stage.open();
    assert_eq!((stage.model.cx.tab, stage.model.accounts.filter.text()), (Tab::Accounts, "x"));
}

#[test]
fn whoever_fills_in_forms_is_given_one_at_the_next_start() {
    let mut earlier = listed(120, 36);
    earlier.press("G Enter F2");
    let memory = earlier.model.session();
    assert!(memory.form);
    let mut stage = Stage::begun(120, 36, "", memory);
    assert_eq!(stage.model.playground.preferred, InputView::Form);
    stage.load(accounts());
    stage.press("F2");
    assert!(stage.model.session().form, "nothing to turn, nothing forgotten");
}
