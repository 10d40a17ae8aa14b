//! Calls of one run of an agent stand in one line of the list of past calls.

use jackfield::testing::domain::{CallStatus, LoggedCall};
use jackfield::testing::journal::{CallOutcome as Came, EntrySummary, Front};
use jackfield::testing::tui::activity::runs::RunFacts;
use jackfield::testing::tui::activity::screen::Found;
use jackfield::testing::tui::activity::tasks::{FollowLog, LogFollowed, LogRead, PageRead, ReadLog, ReadPage};
use jackfield::testing::tui::agent::tasks::ReadRun;
use jackfield::testing::tui::input::tabs::Tab;
use jackfield::testing::tui::widgets::debounced_cursor::REST;

use super::activity::{call, theirs};
use super::stage::{Stage, accounts, now};

const RUN: &str = "agent-0123456789ab";

fn of_run(number: i64, name: &str, outcome: Came) -> EntrySummary {
    EntrySummary { agent_run: Some(RUN.into()), front: Front::Agent, ..call(number, name, outcome) }
}

fn outside(name: &str, seconds_ago: i64) -> LoggedCall {
    LoggedCall {
        execution: Some(format!("exec_{name}").as_str().into()),
        tool: Some(name.into()),
        run: Some("run_of_my_app".into()),
        status: CallStatus::Success,
        error_code: None,
        error_message: None,
        started_at: Some(now() - jiff::SignedDuration::from_secs(seconds_ago)),
        ..theirs()
    }
}

/// A call of a person, three of a run of the agent with one by another program in between, and two of a run of that.
fn listed(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::with_accounts(columns, rows, accounts());
    stage.press("4");
    let calls = vec![
        call(8, "asana_me_get", Came::Succeeded),
        of_run(7, "linear_issue_relation_create", Came::Failed),
        of_run(5, "linear_issue_search", Came::Succeeded),
        of_run(4, "linear_viewer_get", Came::Succeeded),
    ];
    let facts = RunFacts { title: "Link ENG-2 as blocking ENG-3".into(), model: "claude-sonnet-5-5".into() };
    let runs = [(RUN.to_owned(), facts)].into();
    stage.send(ReadPage::SLOT, PageRead(Ok(Found { calls, unreadable: 0, total: 4, runs, first: true })));
    let others = vec![outside("gmail_fetch_mails", 60), outside("gmail_send_message", 90), theirs()];
    stage.send(ReadLog::SLOT, LogRead(Ok(others)));
    stage.wait(REST);
    stage
}

fn under_cursor(stage: &Stage) -> String {
    stage.text().lines().find(|line| line.contains('▌')).unwrap_or_default().to_owned()
}

#[test]
fn a_run_is_one_line_until_it_is_unfolded() {
    let mut stage = listed(120, 36);
    let screen = stage.text();
    assert!(screen.contains("3 calls · “Link ENG-2") && screen.contains("1 failed"), "{screen}");
    assert!(!screen.contains("  linear_issue_search"), "{screen}");
    assert!(screen.contains("1 of 7 · 3 made elsewhere"), "folded calls are counted: {screen}");
    stage.press("j j").wait(REST);
    assert!(under_cursor(&stage).contains("▸") && under_cursor(&stage).contains("Link ENG-2"), "{}", stage.text());
    assert!(stage.text().contains("claude-sonnet-5-5") && stage.text().contains("Space shows its calls"));
    stage.press("Enter");
    let screen = stage.text();
    let at = |name: &str| screen.find(name).unwrap_or_else(|| panic!("{name}\n{screen}"));
    assert!(at("  linear_issue_relation") < at("  linear_issue_search"), "{screen}");
    assert!(under_cursor(&stage).contains("▾"), "the cursor stays on the run: {screen}");
    stage.press("j");
    assert!(under_cursor(&stage).contains("linear_issue_relation"), "{}", stage.text());
    stage.press("k Space");
    assert!(!stage.text().contains("  linear_issue_search"), "{}", stage.text());
}

#[test]
fn a_run_of_another_program_is_one_line_too_and_new_calls_of_it_are_told() {
    let mut stage = listed(120, 36);
    assert!(stage.text().contains("2 calls") && stage.text().contains("run_of_my_app"), "{}", stage.text());
    stage.send(FollowLog::SLOT, LogFollowed(Ok(vec![outside("gmail_search", 1)])));
    let row = under_cursor(&stage);
    assert!(row.contains("new") && row.contains("3 calls"), "on the newest it stays on the newest: {}", stage.text());
}

#[test]
fn what_is_meant_for_a_call_is_not_done_to_a_run() {
    let mut stage = listed(120, 36);
    stage.press("j j").wait(REST);
    stage.press("x");
    assert!(stage.text().contains("This is a run: unfold it, and choose a call of it."), "{}", stage.text());
    stage.press("a");
    assert!(stage.runs(ReadRun::SLOT) && stage.model.cx.tab == Tab::Agent, "{}", stage.text());
    stage.press("4").wait(REST);
    stage.press("u");
    assert!(stage.text().contains(&format!("run:{RUN}")), "{}", stage.text());
}

#[test]
fn in_a_run_alone_each_call_has_its_line() {
    let mut stage = listed(120, 36);
    stage.press("/").type_in(&format!("run:{RUN}")).press("Enter");
    let calls = vec![
        of_run(7, "linear_issue_relation_create", Came::Failed),
        of_run(5, "linear_issue_search", Came::Succeeded),
    ];
    let found = Found { calls, unreadable: 0, total: 2, runs: Default::default(), first: true };
    stage.send(ReadPage::SLOT, PageRead(Ok(found)));
    assert!(stage.text().contains("linear_issue_search") && !stage.text().contains("▸ "), "{}", stage.text());
}

#[test]
fn pictures() {
    for (columns, rows) in [(120, 36), (80, 24), (40, 12)] {
        let mut stage = listed(columns, rows);
        stage.press("j j").wait(REST);
        insta::assert_snapshot!(format!("run_groups_{columns}x{rows}"), stage.text());
        stage.press("Space");
        insta::assert_snapshot!(format!("run_groups_unfolded_{columns}x{rows}"), stage.text());
    }
}
