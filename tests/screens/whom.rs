//! As whom a tool would run, and what is known of a call that is over or stopped.

use std::time::Duration;

use jackfield::testing::domain::{Fault, FaultKind, Tool, ToolEffect};
use jackfield::testing::tui::accounts::tasks::AccountsEnd;
use jackfield::testing::tui::accounts::tasks::AccountsPage;
use jackfield::testing::tui::accounts::tasks::LoadAccounts;

use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::core::message::Message;
use jackfield::testing::tui::input::tabs::Tab;
use jackfield::testing::tui::playground::tasks::{CallEnded, CallSent, RunTool};
use jackfield::testing::tui::tools::loading::{LOADING, ToolsLoaded, ToolsPage};

use super::activity::remembered;
use super::playground::{opened, ran};
use super::stage::{Stage, account, accounts, tool};

/// What the tools of ada on asana are, by a list that names this account and person.
fn listed(account: &str, identifier: Option<&str>) -> Stage {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("/").type_in("ada asana").press("Enter t");
    let row = Tool {
        account: Some(account.into()),
        identifier: identifier.map(Into::into),
        ..tool("asana_me_get", ToolEffect::Reads, "{}")
    };
    stage.send(LOADING, ToolsPage(vec![row], Some(1)));
    stage.send(LOADING, ToolsLoaded(Ok(None)));
    stage
}

#[test]
fn a_row_that_names_somebody_elses_account_is_an_obstacle_that_nobody_can_insist_on() {
    for (id, identifier, says) in [
        ("ca_103", Some("ada@acme.dev"), "says ca_103 is ada@acme.dev's on asana; the list of"),
        ("ca_103", None, "says ca_103 is ada@acme.dev's on asana; the list of"),
        ("ca_102", Some("Ada@acme.dev"), "says ca_102 is Ada@acme.dev's on asana; the list of"),
        ("ca_108", Some("margaret@acme.dev"), "You asked for an account that is ada@acme.dev's on asana;"),
        ("ca_101", Some("ada@acme.dev"), "says ca_101 is ada@acme.dev's on asana; the list of"),
    ] {
        let mut stage = listed(id, identifier);
        stage.press("Enter");
        let screen = stage.text();
        assert!(screen.contains(says), "{says}: {screen}");
        assert!(!screen.contains("all the same"), "{screen}");
        stage.press("i");
        assert_eq!(stage.model.cx.tab, Tab::Tools);
        stage.press("a");
        assert!(stage.runs(LoadAccounts::SLOT));
    }
}

#[test]
fn a_tool_of_an_account_that_nobody_knows_is_not_opened_on_no_connection() {
    let mut stage = listed("ca_999", Some("ada@acme.dev"));
    stage.press("Enter");
    let screen = stage.text();
    assert!(screen.contains("runs with ca_999, and the list of accounts"), "{screen}");
    assert!(stage.model.playground.subject.is_none());
    stage.press("a Enter");
    assert!(stage.text().contains("The accounts are still being loaded"), "{}", stage.text());
    let mut all = accounts();
    all.push(account("ca_999", "asana", "ada@acme.dev", "ACTIVE", None, None));
    let total = all.len() as u64;
    stage.send(LoadAccounts::SLOT, AccountsPage(all, Some(total)));
    stage.send(LoadAccounts::SLOT, AccountsEnd(Ok(None)));
    stage.press("Enter");
    assert!(stage.text().contains("asana_me_get  as ada@acme.dev on asana"), "{}", stage.text());
}

#[test]
fn a_past_call_of_an_account_that_changed_hands_says_so_instead_of_being_sent() {
    let mut stage = remembered(120, 36);
    stage.press("1 R");
    let mut now = accounts();
    now[1].identifier = "grace@acme.dev".into();
    let total = now.len() as u64;
    stage.send(LoadAccounts::SLOT, AccountsPage(now, Some(total)));
    stage.send(LoadAccounts::SLOT, AccountsEnd(Ok(None)));
    stage.press("4 x");
    assert!(!stage.runs(RunTool::SLOT));
    let screen = stage.text();
    assert!(screen.contains("The history says ca_102 was ada@acme.dev's on asana"), "{screen}");
}

#[test]
fn the_same_account_under_another_name_is_another_subject() {
    let mut stage = opened(120, 36);
    let mut subject = stage.model.playground.subject.clone().unwrap();
    stage.press("Esc 1 Esc R");
    let mut now = accounts();
    now[1].identifier = "grace@acme.dev".into();
    let total = now.len() as u64;
    stage.send(LoadAccounts::SLOT, AccountsPage(now, Some(total)));
    stage.send(LoadAccounts::SLOT, AccountsEnd(Ok(None)));
    subject.tool.identifier = Some("grace@acme.dev".into());
    stage.press("/").type_in("grace").press("Enter g T");
    stage.send(LOADING, ToolsPage(vec![subject.tool], Some(1)));
    stage.send(LOADING, ToolsLoaded(Ok(None)));
    stage.press("Enter");
    assert!(stage.text().contains("asana_task_create  as grace@acme.dev on asana"), "{}", stage.text());
}

#[test]
fn who_stops_is_told_whether_the_call_had_gone_out() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-R");
    let number = stage.task_of::<RunTool>().number;
    stage.press("Esc");
    assert!(stage.text().contains("Cancelled before sending. Nothing was sent."), "{}", stage.text());
    // The news that it went out may have been under way.
    stage.event(Event::Message(Message::new(CallSent(number))));
    let screen = stage.text();
    assert!(screen.contains("may still have run"), "{screen}");
    assert!(screen.contains("4       check in Activity whether it ran"), "{screen}");
    stage.press("Ctrl-R Esc");
    assert!(stage.text().contains("Nothing was sent."), "that was another call: {}", stage.text());
}

#[test]
fn a_call_that_may_have_been_carried_out_is_looked_for_before_it_is_sent_again() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-R");
    let fault = Fault::new(FaultKind::Network, "The connection was reset.");
    stage.send(RunTool::SLOT, CallEnded(Err(fault.clone().perhaps_carried_out())));
    let screen = stage.text();
    let at = |words: &str| screen.find(words).unwrap_or_else(|| panic!("{words}: {screen}"));
    assert!(at("Whether it was carried out is not") < at("4       check in Activity whether it ran"), "{screen}");
    assert!(at("check in Activity") < at("run again"), "{screen}");
    stage.press("Ctrl-R");
    stage.send(RunTool::SLOT, CallEnded(Err(fault)));
    assert!(!stage.text().contains("see in Activity"), "{}", stage.text());
}

#[test]
fn a_result_that_reports_a_failure_is_told_from_one_that_does_not_by_words_and_mark() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-R");
    let CallEnded(Ok(mut result)) = ran(r#"{"ok":false,"error":"channel_not_found"}"#) else { panic!() };
    result.reported = Some(Fault::new(FaultKind::ReportedFailure, "The tool reports a failure."));
    stage.send(RunTool::SLOT, CallEnded(Ok(result)));
    let screen = stage.text();
    assert!(screen.contains("▲ tool error · 200"), "{screen}");
    assert!(screen.contains("\"channel_not_found\""), "the result is there: {screen}");
    stage.wait(Duration::from_secs(1));
    stage.press("Ctrl-R");
    stage.send(RunTool::SLOT, ran(r#"{"ok":true}"#));
    assert!(!stage.text().contains('▲'), "{}", stage.text());
}
