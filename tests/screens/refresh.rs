//! The list of accounts reads itself again while somebody looks at it.

use std::time::Duration;

use jackfield::testing::domain::{Account, Fault, FaultKind};
use jackfield::testing::tui::accounts::refresh::{ReadRows, RowsRead};
use jackfield::testing::tui::accounts::tasks::{AccountsEnd, AccountsPage, LoadAccounts};
use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::core::state::session::Session;
use jackfield::testing::tui::shell::redraw as timer;

use super::stage::{Stage, account, accounts};

const INTERVAL: Duration = Duration::from_secs(30);

fn stage(settings: &str, accounts: Vec<Account>) -> Stage {
    let mut stage = Stage::begun(120, 36, settings, Session::default());
    stage.load(accounts);
    stage
}

fn many() -> Vec<Account> {
    (0..3_000).map(|n| account(&format!("ca_{n}"), "linear", &format!("user{n:05}"), "ACTIVE", None, None)).collect()
}

fn selected(stage: &Stage) -> String {
    stage.model.accounts.selected(&stage.model.cx.accounts).map(Account::label).unwrap_or_default()
}

#[test]
fn a_short_list_is_read_again_and_keeps_cursor_marks_and_filter() {
    let mut stage = stage("refresh = '30s'", accounts());
    stage.press("j j Space /").type_in("acme").press("Enter");
    let (before, marks) = (selected(&stage), stage.model.accounts.marks());
    stage.wait(INTERVAL - Duration::from_secs(1));
    assert!(!stage.model.cx.is_running(LoadAccounts::SLOT));
    assert!(timer::next(&stage.model).is_some_and(|wait| wait <= Duration::from_secs(1)));
    stage.wait(Duration::from_secs(1));
    assert!(stage.model.cx.is_running(LoadAccounts::SLOT));
    assert!(!stage.text().contains("reloading"), "nobody asked for it: {}", stage.text());
    let mut later = accounts();
    later.reverse();
    later.push(account("ca_1", "asana", "aaron@acme.dev", "EXPIRED", None, None));
    stage.send(LoadAccounts::SLOT, AccountsPage(later, Some(9)));
    stage.send(LoadAccounts::SLOT, AccountsEnd(Ok(None)));
    assert_eq!((selected(&stage), stage.model.accounts.marks()), (before, marks));
    assert_eq!(stage.model.accounts.filter.text(), "acme");
    assert!(stage.text().contains("aaron@acme.dev"), "{}", stage.text());
    assert!(!stage.model.cx.is_running(LoadAccounts::SLOT), "the next one waits for its time");
}

#[test]
fn of_a_long_list_only_the_rows_on_screen_are_read() {
    let mut stage = stage("refresh = '30s'", many());
    stage.press("G");
    let before = selected(&stage);
    stage.wait(INTERVAL);
    assert!(!stage.model.cx.is_running(LoadAccounts::SLOT));
    let ids = stage.task_of::<ReadRows>().0.clone();
    assert!((10..36).contains(&ids.len()), "{}", ids.len());
    let mut read: Vec<_> = many().into_iter().filter(|account| ids.contains(&account.id)).collect();
    read.truncate(ids.len() - 2);
    read[0].status = accounts()[0].status.clone();
    let gone = vec![ids[ids.len() - 2].clone()];
    stage.send(ReadRows::SLOT, RowsRead { read, gone, fault: None });
    assert_eq!(stage.model.cx.accounts.all().len(), 2_999);
    assert_eq!(stage.model.cx.accounts.needing_you(), 1);
    assert_eq!(selected(&stage), before);
}

#[test]
fn nothing_is_read_while_something_else_comes_first() {
    let session = || stage("refresh = '30s'", accounts());
    let mut asked = session();
    asked.press("D");
    assert!(!asked.model.popups.is_empty());
    asked.wait(INTERVAL * 2);
    assert!(!asked.model.cx.is_running(LoadAccounts::SLOT));
    asked.press("n");
    assert!(asked.model.cx.is_running(LoadAccounts::SLOT), "it was due all the while");

    let mut typing = session();
    typing.press("/");
    typing.wait(INTERVAL * 2);
    assert!(!typing.model.cx.is_running(LoadAccounts::SLOT));

    let mut away = session();
    away.event(Event::Focus(false));
    away.wait(INTERVAL * 2);
    assert!(!away.model.cx.is_running(LoadAccounts::SLOT));
    away.event(Event::Focus(true));
    assert!(away.model.cx.is_running(LoadAccounts::SLOT));

    let mut elsewhere = session();
    elsewhere.press("4");
    elsewhere.wait(INTERVAL * 2);
    assert!(!elsewhere.model.cx.is_running(LoadAccounts::SLOT));

    let mut off = stage("refresh = 'off'", accounts());
    off.wait(INTERVAL * 20);
    assert!(!off.model.cx.is_running(LoadAccounts::SLOT));
}

#[test]
fn a_failure_is_told_once_and_tried_less_often() {
    let mut stage = stage("refresh = '30s'", accounts());
    let fail = |stage: &mut Stage| {
        let fault = Fault::new(FaultKind::Network, "The network is away.");
        stage.send(LoadAccounts::SLOT, AccountsEnd(Err(fault)));
    };
    stage.wait(INTERVAL);
    fail(&mut stage);
    assert!(stage.text().contains("The network is away."), "{}", stage.text());
    stage.wait(INTERVAL);
    assert!(!stage.model.cx.is_running(LoadAccounts::SLOT));
    stage.wait(INTERVAL);
    assert!(stage.model.cx.is_running(LoadAccounts::SLOT));
    fail(&mut stage);
    assert!(!stage.text().contains("The network is away."), "{}", stage.text());
    assert!(stage.text().contains("ada@acme.dev"), "what came before stays");
    stage.press("r");
    assert!(stage.model.cx.is_running(LoadAccounts::SLOT));
    fail(&mut stage);
    assert!(stage.text().contains("The network is away."), "whoever asks is told: {}", stage.text());
}
