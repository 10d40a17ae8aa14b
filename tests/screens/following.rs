//! Calls of other programs come into the list of past calls while somebody looks.

use std::time::Duration;

use jackfield::testing::backend::Abilities;
use jackfield::testing::domain::{CallSource, CallStatus, Fault, FaultKind, JsonText, LoggedCall, MatchRule, Mode};
use jackfield::testing::journal::CallOutcome as Came;
use jackfield::testing::profile::Source;
use jackfield::testing::tui::activity::following::{JUST_CAME, LONGEST_PAUSE, NEW_FOR, PAUSE};
use jackfield::testing::tui::activity::screen::Found;
use jackfield::testing::tui::activity::tasks::{
    EntryRead, FollowLog, LogFollowed, LogRead, PageRead, ReadEntry, ReadLog, ReadPage,
};
use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::core::state::environment::EnvironmentCard;
use jackfield::testing::tui::core::state::session::Session;
use jackfield::testing::tui::environments::open_environment::{self, OpeningReport};
use jackfield::testing::tui::input::tabs::Tab;
use jackfield::testing::tui::shell::redraw as timer;

use super::activity::{call, remembered, theirs};
use super::stage::{Stage, accounts, now};

/// Whether the log is followed right now.
fn follows(stage: &Stage) -> bool {
    stage.model.cx.is_running(FollowLog::SLOT)
}

/// A call that another program made so many seconds ago.
fn made(name: &str, seconds_ago: i64) -> LoggedCall {
    LoggedCall {
        execution: Some(format!("exec_{name}").as_str().into()),
        tool: Some(name.into()),
        source: CallSource::Api,
        status: CallStatus::Success,
        error_code: None,
        error_message: None,
        started_at: Some(now() - jiff::SignedDuration::from_secs(seconds_ago)),
        ..theirs()
    }
}

fn failed(name: &str, seconds_ago: i64) -> LoggedCall {
    LoggedCall {
        status: CallStatus::PlatformError,
        error_code: Some("NOT_ACTIVE".into()),
        error_message: Some("the account is not active".into()),
        run: Some("run_outside".into()),
        ..made(name, seconds_ago)
    }
}

fn come_in(stage: &mut Stage, calls: Vec<LoggedCall>) {
    stage.send(FollowLog::SLOT, LogFollowed(Ok(calls)));
}

/// The line under the cursor, without what it begins with.
fn under_cursor(stage: &Stage) -> String {
    let screen = stage.text();
    let line = screen.lines().find(|line| line.contains('▌')).unwrap_or_default();
    line.split("││").next().unwrap_or_default().to_owned()
}

fn fail(stage: &mut Stage, fault: Fault) {
    stage.send(FollowLog::SLOT, LogFollowed(Err(fault)));
}

fn unreachable() -> Fault {
    Fault::new(FaultKind::Unreachable, "Nobody answers.")
}

#[test]
fn on_this_machine_calls_come_in_by_themselves_and_are_marked_for_a_moment() {
    let mut stage = remembered(120, 36);
    assert!(stage.text().contains(" following "), "{}", stage.text());
    let before = stage.text();
    let asked = stage.task_of::<FollowLog>();
    assert_eq!((asked.wait, asked.reports_answer), (PAUSE, false));
    come_in(&mut stage, vec![failed("linear_issue_create", 3)]);
    let screen = stage.text();
    let row = screen.lines().find(|line| line.contains("↗ new")).unwrap().to_owned();
    assert!(row.contains("linear_issue_create") && row.contains("✖ failed"), "{row}");
    assert!(screen.contains("following · 1 new") && screen.contains("2 made elsewhere"), "{screen}");
    assert!(!before.contains("linear_issue_create"));
    assert!(stage.runs(ReadPage::SLOT), "it may have been made from here");
    assert!(!screen.contains("reading"), "nobody asked for that: {screen}");
    stage.wait(NEW_FOR - Duration::from_millis(1));
    assert!(stage.text().contains("1 new"));
    assert!(timer::next(&stage.model).is_some_and(|wait| wait <= Duration::from_millis(1)));
    stage.wait(Duration::from_millis(1));
    assert!(!stage.text().contains("1 new") && stage.text().contains(" following "), "{}", stage.text());
}

#[test]
fn on_the_newest_call_the_cursor_stays_on_the_newest() {
    let mut stage = remembered(120, 36);
    come_in(&mut stage, vec![made("first", 2)]);
    assert!(under_cursor(&stage).contains("first"), "{}", stage.text());
    come_in(&mut stage, vec![made("third", 0), made("second", 1)]);
    assert!(under_cursor(&stage).contains("third"), "{}", stage.text());
    assert!(stage.text().contains("following · 3 new"), "{}", stage.text());
}

#[test]
fn elsewhere_the_cursor_stays_on_its_call_and_the_lines_stay_where_they_are() {
    let mut stage = remembered(120, 12);
    stage.press("j j j");
    let before = (under_cursor(&stage), stage.find("▌"));
    assert!(before.0.contains("asana_tasks_list"), "{}", stage.text());
    stage.press("G");
    let last = (under_cursor(&stage), stage.find("▌"));
    let many = (0..20).map(|n| made(&format!("tool_{n}"), n)).collect();
    come_in(&mut stage, many);
    assert_eq!(under_cursor(&stage), last.0, "{}", stage.text());
    stage.press("k");
    let before = (under_cursor(&stage), stage.find("▌"));
    come_in(&mut stage, vec![made("one_more", 0)]);
    assert_eq!((under_cursor(&stage), stage.find("▌")), before, "{}", stage.text());
    assert!(stage.text().contains("21 new"), "nobody has seen them: {}", stage.text());
    stage.press("g");
    stage.wait(NEW_FOR);
    assert!(!stage.text().contains("21 new"), "{}", stage.text());
}

#[test]
fn what_was_read_by_itself_is_the_same_call_once_it_is_found_in_the_journal() {
    let mut stage = remembered(120, 36);
    let own = call(5, "asana_task_update", Came::Succeeded);
    come_in(&mut stage, vec![LoggedCall { execution: own.execution.clone(), ..made("asana_task_update", 1) }]);
    assert!(under_cursor(&stage).contains("↗"), "{}", stage.text());
    let calls = [5, 4, 3, 2, 1].map(|n| call(n, "asana_task_update", Came::Succeeded)).into();
    let found = Found { calls, runs: Default::default(), unreadable: 0, total: 5, first: true };
    stage.send(ReadPage::SLOT, PageRead(Ok(found)));
    let row = under_cursor(&stage);
    assert!(row.contains("new") && !row.contains("↗"), "{}", stage.text());
    assert!(stage.text().contains("following · 1 new"), "no call is new twice: {}", stage.text());
}

#[test]
fn the_filter_applies_to_what_comes_in() {
    let mut stage = remembered(120, 36);
    stage.press("/").type_in("status:failed").press("Enter");
    let calls = vec![call(3, "asana_task_get", Came::Failed)];
    let found = Found { calls, runs: Default::default(), unreadable: 0, total: 1, first: true };
    stage.send(ReadPage::SLOT, PageRead(Ok(found)));
    come_in(&mut stage, vec![made("linear_issue_get", 1), failed("linear_issue_create", 2)]);
    let screen = stage.text();
    assert!(screen.contains("linear_issue_create") && !screen.contains("linear_issue_get"), "{screen}");
    assert!(screen.contains("following · 1 new"), "{screen}");
}

#[test]
fn the_log_is_asked_only_while_somebody_looks() {
    let mut stage = remembered(120, 36);
    assert!(follows(&stage));
    stage.press("2");
    assert!(!follows(&stage), "another tab");
    stage.wait(PAUSE * 10);
    assert!(!follows(&stage));
    stage.press("4");
    assert!(!follows(&stage), "it is read as a whole first");
    stage.send(ReadLog::SLOT, LogRead(Ok(vec![theirs()])));
    assert!(follows(&stage));
    stage.event(Event::Focus(false));
    assert!(!follows(&stage), "nobody looks at the terminal");
    stage.event(Event::Focus(true));
    assert!(follows(&stage) && stage.task_of::<FollowLog>().wait == PAUSE, "not at once each time");
    stage.press("?");
    stage.event(Event::Tick);
    assert!(!follows(&stage), "a popup lies over it");
    stage.press("Esc");
    stage.event(Event::Tick);
    assert!(follows(&stage));
}

#[test]
fn a_log_that_cannot_be_read_is_asked_more_and_more_slowly() {
    let mut stage = remembered(120, 36);
    let mut waits = Vec::new();
    for _ in 0..7 {
        fail(&mut stage, unreachable());
        let asked = stage.task_of::<FollowLog>();
        assert!(asked.reports_answer, "the first answer ends the trouble");
        waits.push(asked.wait);
    }
    assert_eq!(waits[..4], [4, 8, 16, 32].map(Duration::from_secs));
    assert_eq!(waits[4..], [LONGEST_PAUSE; 3]);
    assert!(stage.text().contains("the environment does not answer; trying again in 60 s"), "{}", stage.text());
    stage.wait(Duration::from_millis(52_500));
    assert!(stage.text().contains("trying again in 8 s"), "{}", stage.text());
    assert_eq!(timer::next(&stage.model), Some(Duration::from_millis(500)), "it counts down");
    let limited = Fault {
        retry_after: Some(Duration::from_secs(90)),
        ..Fault::new(FaultKind::RateLimited, "Too many requests.")
    };
    fail(&mut stage, limited);
    assert!(stage.text().contains("asked too often; trying again in 90 s"), "{}", stage.text());
    come_in(&mut stage, Vec::new());
    assert!(stage.text().contains(" following ") && !stage.text().contains("trying"), "{}", stage.text());
    assert_eq!(stage.task_of::<FollowLog>().wait, PAUSE);
}

#[test]
fn an_environment_that_shows_no_log_is_not_asked_again() {
    let mut stage = remembered(120, 36);
    fail(&mut stage, Fault::new(FaultKind::NotOffered, "This environment does not show its log of calls."));
    assert!(!follows(&stage));
    assert!(stage.text().contains("does not show its log"), "{}", stage.text());
    stage.wait(LONGEST_PAUSE);
    assert!(!follows(&stage));
}

/// An environment at this URL, with the list of past calls on screen.
fn at(url: &str, memory: Session) -> Stage {
    let mut stage = Stage::begun(120, 36, "", memory);
    let card = EnvironmentCard {
        name: "acme".into(),
        recorded_as: url.to_owned(),
        source: Source::Variables,
        user_verify_url: None,
        match_rule: MatchRule::Auto,
        remark: None,
        abilities: Abilities::ALL,
        mode: Mode::Free,
    };
    stage.send(open_environment::SLOT, OpeningReport::Opened(Ok(card)));
    stage.load_into_open(accounts());
    stage.press("4");
    stage.send(ReadLog::SLOT, LogRead(Ok(vec![theirs()])));
    stage
}

#[test]
fn elsewhere_it_is_off_until_somebody_wants_it_and_that_is_remembered() {
    let url = "https://acme.scalekit.dev";
    let mut stage = at(url, Session::default());
    assert!(!follows(&stage));
    assert!(stage.text().contains("not following: F"), "{}", stage.text());
    stage.press("F");
    assert!(follows(&stage) && stage.text().contains(" following "), "{}", stage.text());
    let memory = stage.model.session();
    assert_eq!(memory.follow_switched, [url]);
    let mut stage = at(url, memory.clone());
    assert!(follows(&stage));
    stage.press("F");
    assert!(!follows(&stage) && stage.text().contains("not following: F"), "{}", stage.text());
    assert_eq!(stage.model.session().follow_switched, [""; 0]);
    let other = at("https://other.scalekit.dev", memory);
    assert!(!follows(&other), "what was wanted there is not wanted everywhere");
}

#[test]
fn a_served_sandbox_is_followed_and_can_be_left_alone() {
    let url = "http://127.0.0.1:8920/";
    let mut stage = at(url, Session::default());
    assert!(follows(&stage));
    stage.press("F");
    assert!(!follows(&stage));
    let again = at(url, stage.model.session());
    assert!(!follows(&again));
}

#[test]
fn a_key_that_was_meant_for_the_call_before_sends_nothing() {
    let mut stage = remembered(120, 36);
    let calls: Vec<_> = [5, 4].map(|n| call(n, "asana_task_create", Came::Succeeded)).into();
    let found = Found { calls, runs: Default::default(), unreadable: 0, total: 5, first: true };
    let own = call(5, "asana_task_create", Came::Succeeded);
    come_in(&mut stage, vec![LoggedCall { execution: own.execution.clone(), ..made("asana_task_create", 1) }]);
    stage.send(ReadPage::SLOT, PageRead(Ok(found)));
    let read = super::activity::shown(own, &[]);
    stage.send(ReadEntry::SLOT, EntryRead(Ok(Box::new(read))));
    stage.press("x");
    assert!(stage.text().contains("Another call has just come in here"), "{}", stage.text());
    stage.wait(JUST_CAME);
    stage.press("x");
    assert!(!stage.text().contains("Another call has just come in"), "{}", stage.text());
    assert_eq!(stage.model.cx.tab, Tab::Playground);
}

#[test]
fn the_row_of_the_log_is_looked_through_as_any_value() {
    let mut stage = remembered(120, 36);
    let raw = r#"{"id":"tcl_7","tool_name":"linear_issue_create","source":"API"}"#;
    let raw = JsonText::parse(raw.to_owned()).unwrap();
    come_in(&mut stage, vec![LoggedCall { raw, ..failed("linear_issue_create", 3) }]);
    let screen = stage.text();
    assert!(screen.contains("\"id\": \"tcl_7\"") && screen.contains("through API"), "{screen}");
    assert!(screen.contains("run run_outside") && screen.contains("made elsewhere"), "{screen}");
    stage.press("Enter j j");
    assert!(stage.text().contains(".tool_name"), "{}", stage.text());
}

#[test]
fn pictures_in_three_sizes() {
    for (columns, rows) in [(120, 36), (80, 24), (40, 12)] {
        let mut stage = remembered(columns, rows);
        come_in(&mut stage, vec![failed("linear_issue_create", 3), made("gmail_fetch_mails", 9)]);
        insta::assert_snapshot!(format!("following_{columns}x{rows}"), stage.text());
        fail(&mut stage, unreachable());
        insta::assert_snapshot!(format!("following_trouble_{columns}x{rows}"), stage.text());
    }
}
