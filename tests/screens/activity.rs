//! The calls of the past.

use std::time::Duration;

use jackfield::testing::domain::{Fault, FaultKind, JsonText, LoggedCall};
use jackfield::testing::journal::{
    CallKind, CallOutcome as Came, EntryId, EntrySummary, Front, JournalEntry, StoredBody,
};
use jackfield::testing::json::Document;
use jackfield::testing::tui::activity::diff::{BodiesCompared, Compared, Comparison, Side};
use jackfield::testing::tui::activity::screen::{Found, Shown};
use jackfield::testing::tui::activity::tasks::{EntryRead, LogRead, PageRead, ReadEntry, ReadLog, ReadPage};
use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::core::message::Message;
use jackfield::testing::tui::explorer::jq::{KeepQuery, Query, QueryAnswer, QueryAnswered, QueryKept, RunQuery};
use jackfield::testing::tui::input::tabs::Tab;
use jackfield::testing::tui::playground::tasks::{NotRecorded, Recording, RunTool};
use jackfield::testing::tui::shell::save::WriteFile;
use jackfield::testing::tui::widgets::debounced_cursor::REST;

use super::stage::{Stage, accounts, now};

pub fn call(number: i64, name: &str, outcome: Came) -> EntrySummary {
    let ada = accounts().into_iter().find(|account| account.label().starts_with("asana/ada@")).unwrap();
    EntrySummary {
        id: EntryId(number),
        began: now() - jiff::SignedDuration::from_mins(100 - number * 10),
        environment: "sandbox".into(),
        kind: CallKind::Tool,
        name: name.into(),
        connection: ada.connection,
        identifier: ada.identifier,
        account: ada.id,
        outcome,
        fault: (outcome == Came::Failed)
            .then(|| ("provider_failed".into(), "The provider failed. It said: no such task".into())),
        status: (outcome == Came::Succeeded).then_some(200),
        execution: Some(format!("exec_{number}").as_str().into()),
        took: (outcome != Came::Unknown).then(|| Duration::from_millis(12)),
        size: Some(1_234),
        agent_run: None,
        front: Front::Screen,
        note: None,
        probe: false,
        modifiers: Vec::new(),
        client: None,
    }
}

pub fn theirs() -> LoggedCall {
    LoggedCall {
        execution: Some("exec_elsewhere".into()),
        tool: Some("gmail_send_message".into()),
        provider: "GMAIL".into(),
        account: None,
        connection: "gmail".into(),
        connection_id: "conn_1".into(),
        identifier: "grace@acme.dev".into(),
        source: jackfield::testing::domain::CallSource::Mcp,
        status: jackfield::testing::domain::CallStatus::ProviderError,
        error_code: Some("QUOTA".into()),
        error_message: Some("too many messages".into()),
        took: Some(Duration::from_millis(900)),
        started_at: Some(now() - jiff::SignedDuration::from_mins(75)),
        run: None,
        raw: JsonText::empty_object(),
    }
}

fn json(text: &str) -> JsonText {
    JsonText::parse(text.to_owned()).unwrap()
}

pub fn shown(summary: EntrySummary, hidden: &[&str]) -> Shown {
    let (arguments, result) = (json(r#"{"name":"Ship it","token":"[redacted]"}"#), json(r#"{"data":{"gid":"7"}}"#));
    let entry = JournalEntry {
        summary,
        arguments: StoredBody::Kept(arguments.clone()),
        hidden: hidden.iter().map(|path| (*path).into()).collect(),
        result: StoredBody::Kept(result.clone()),
    };
    Shown::new(entry, Document::index(arguments).ok(), Document::index(result).ok())
}

/// Four calls of ours, one of somebody else's, the newest looked at.
pub fn remembered(columns: u16, rows: u16) -> Stage {
    remembered_and_read(columns, rows, shown(call(4, "asana_task_create", Came::Succeeded), &[]))
}

/// The same with the newest call read as this.
pub fn remembered_and_read(columns: u16, rows: u16, newest: Shown) -> Stage {
    let mut stage = Stage::with_accounts(columns, rows, accounts());
    stage.press("4");
    let calls = vec![
        call(4, "asana_task_create", Came::Succeeded),
        call(3, "asana_task_get", Came::Failed),
        call(2, "asana_tasks_list", Came::Stopped),
        call(1, "asana_me_get", Came::Unknown),
    ];
    stage.send(
        ReadPage::SLOT,
        PageRead(Ok(Found { calls, runs: Default::default(), unreadable: 0, total: 4, first: true })),
    );
    stage.send(ReadLog::SLOT, LogRead(Ok(vec![theirs()])));
    stage.send(ReadEntry::SLOT, EntryRead(Ok(Box::new(newest))));
    stage
}

#[test]
fn calls_from_here_and_from_elsewhere_stand_together_the_newest_first() {
    let stage = remembered(120, 36);
    let screen = stage.text();
    let at = |text: &str| screen.find(text).unwrap_or_else(|| panic!("{text}\n{screen}"));
    assert!(at("asana_task_create") < at("asana_task_get") && at("asana_task_get") < at("↗"));
    assert!(at("gmail_send_message") < at("asana_tasks_list") && at("asana_tasks_list") < at("asana_me_get"));
    assert!(screen.contains("1 of 5 · 1 made elsewhere") && screen.contains("\"gid\": \"7\""), "{screen}");
}

#[test]
fn rows_that_cannot_be_read_are_counted() {
    let mut stage = remembered(120, 36);
    let calls = vec![call(4, "asana_task_create", Came::Succeeded)];
    stage.press("R");
    stage.send(
        ReadPage::SLOT,
        PageRead(Ok(Found { calls, runs: Default::default(), unreadable: 2, total: 3, first: true })),
    );
    assert!(stage.text().contains("1 of 4 · 1 made elsewhere · 2 unreadable"), "{}", stage.text());
}

#[test]
fn a_call_is_sent_again_as_it_was_by_the_same_person() {
    let mut stage = remembered(120, 36);
    stage.press("x");
    assert_eq!(stage.model.cx.tab, Tab::Playground);
    let screen = stage.text();
    assert!(!stage.runs(RunTool::SLOT) && screen.contains("(a guess from its name), and ran"), "it writes: {screen}");
    assert!(screen.contains("Run it as ada@acme.dev on"), "{screen}");
    stage.press("y");
    let RunTool { call, recording: Recording::On, .. } = stage.task_of() else { panic!("{}", stage.text()) };
    assert_eq!((call.tool.raw(), call.identifier.raw()), ("asana_task_create", "ada@acme.dev"));
    assert!(call.input.raw().contains("Ship it"));
}

#[test]
fn what_was_redacted_must_be_typed_again() {
    let mut stage = remembered(120, 36);
    let hidden = shown(call(4, "asana_task_create", Came::Succeeded), &["/token"]);
    stage.model.activity.shown = Some(hidden);
    stage.press("x");
    assert!(!stage.runs(RunTool::SLOT));
    assert!(stage.model.playground.input_text().contains("\"token\": \"\""), "{}", stage.text());
    assert!(stage.text().contains("Credentials are never saved"));
}

#[test]
fn calls_of_others_and_of_other_environments_cannot_be_sent_again() {
    let mut stage = remembered(120, 36);
    stage.wait(REST);
    stage.press("g j j").wait(REST);
    stage.press("x");
    assert!(stage.text().contains("what went into others is not known"), "{}", stage.text());
    let elsewhere =
        EntrySummary { environment: "https://acme.example".into(), ..call(4, "asana_task_create", Came::Succeeded) };
    let mut stage = remembered(120, 36);
    let found =
        Found { calls: vec![elsewhere.clone()], runs: Default::default(), unreadable: 0, total: 1, first: true };
    stage.press("R");
    stage.send(ReadPage::SLOT, PageRead(Ok(found)));
    stage.send(ReadEntry::SLOT, EntryRead(Ok(Box::new(shown(elsewhere, &[])))));
    stage.press("x");
    assert!(stage.text().contains("open that environment first with O"), "{}", stage.text());
}

#[test]
fn two_calls_are_compared_with_or_without_times_and_ids() {
    let mut stage = remembered(120, 36);
    stage.press("Space d");
    let comparison = stage.task_of::<Comparison>();
    let sides = (&comparison.left, &comparison.right, comparison.ignore.ids);
    assert_eq!(sides, (&Side::Call(EntryId(3)), &Side::Call(EntryId(4)), false));
    let document = |text: &str| Document::index(json(text)).unwrap();
    let (left, right) = (document(r#"{"a":1,"gid":"1"}"#), document(r#"{"a":2,"gid":"2"}"#));
    let compared = Compared::of(&left, &right, &comparison.ignore);
    stage.send(Comparison::SLOT, BodiesCompared(Ok(compared)));
    let screen = stage.text();
    assert!(screen.contains("Results of 3 and 4") && screen.contains(".gid") && screen.contains("1 of 2"), "{screen}");
    stage.press("d");
    let comparison = stage.task_of::<Comparison>();
    assert!(comparison.ignore.ids && stage.text().contains("without ids"));
    stage.send(Comparison::SLOT, BodiesCompared(Ok(Compared::of(&left, &left, &comparison.ignore.clone()))));
    assert!(stage.text().contains("No differences."));
}

#[test]
fn a_filter_is_looked_up_as_it_is_typed_and_nonsense_is_said() {
    let mut stage = remembered(120, 36);
    stage.press("/").type_in("status:failed");
    let ReadPage(page) = stage.task_of::<ReadPage>();
    assert_eq!(page.wanted.outcomes, [Came::Failed]);
    stage.type_in(" tol:x");
    assert!(stage.text().contains("There is no tol: filter."), "{}", stage.text());
}

#[test]
fn recording_can_be_switched_off_and_a_failure_to_record_is_said() {
    let mut stage = remembered(120, 36);
    stage.press("F10");
    assert!(stage.text().contains("not recording"));
    stage.press("x y");
    assert_eq!(stage.task_of::<RunTool>().recording, Recording::Off);
    let fault = Fault::new(FaultKind::Local, "The disk is full.");
    stage.event(Event::Message(Message::new(NotRecorded(fault))));
    assert!(stage.text().contains("Not recorded: The disk is full."));
}

#[test]
fn a_call_that_is_not_read_yet_is_not_said_to_have_no_input() {
    let mut stage = remembered(120, 36);
    stage.press("g Down c");
    assert!(stage.text().contains("This call is not read yet."), "{}", stage.text());
    stage.press("x");
    assert!(stage.text().contains("This call is not read yet."), "{}", stage.text());
}

#[test]
fn a_call_is_shown_and_copied_as_code() {
    let mut stage = remembered(120, 36);
    stage.press("c");
    assert!(stage.text().contains("jackfield run asana_task_create"), "{}", stage.text());
    stage.press("j j");
    assert!(stage.text().contains("actions.execute_tool("), "{}", stage.text());
    assert!(!stage.text().contains("[redacted]"));
    stage.press("w Enter");
    let WriteFile(saving, _) = stage.task_of::<WriteFile>();
    assert_eq!(saving.name, "call.py");
}

#[test]
fn a_value_is_asked_with_jq_and_the_result_looked_at_in_turn() {
    let mut stage = remembered(120, 36);
    stage.press("Tab :").type_in(".da").press("Tab Enter");
    let question = stage.task_of::<RunQuery>();
    assert_eq!(question.filter, ".data");
    stage.send(RunQuery::SLOT, QueryAnswered(Err(Fault::new(FaultKind::InvalidInput, "There is no filter x."))));
    assert!(stage.text().contains("There is no filter x.") && stage.text().contains(".data"), "what was typed stays");
    stage.press("Enter");
    let result = Document::index(json(r#"["from jq"]"#)).unwrap();
    stage.send(RunQuery::SLOT, QueryAnswered(Ok(QueryAnswer { document: result, count: 1, cut_short: None })));
    assert!(stage.text().contains("from jq") && stage.model.popups.is_empty(), "{}", stage.text());
    stage.press("Esc");
    assert!(stage.text().contains("\"gid\": \"7\""), "{}", stage.text());
    let KeepQuery(kept) = stage.task_of::<KeepQuery>();
    assert_eq!(kept, ".data");
    stage.send(KeepQuery::SLOT, QueryKept(Ok(())));
    let before = stage.job(KeepQuery::SLOT);
    stage.press("F10 : Up Enter");
    let result = Document::index(json("1")).unwrap();
    let answer = QueryAnswer { document: result, count: 1, cut_short: None };
    stage.send(RunQuery::SLOT, QueryAnswered(Ok(answer)));
    assert_eq!(stage.job(KeepQuery::SLOT), before, "nothing is written down while recording is off");
    stage.press("Esc : Up");
    assert!(stage.popup::<Query>().is_some_and(|query| query.input.text() == ".data"));
}

#[test]
fn pictures() {
    for (columns, rows) in [(120, 40), (80, 24), (40, 12)] {
        insta::assert_snapshot!(format!("activity_{columns}x{rows}"), remembered(columns, rows).text());
    }
    insta::assert_snapshot!("activity_no_color", remembered(80, 24).attributes());
    let mut code = remembered(80, 24);
    code.press("c");
    insta::assert_snapshot!("as_code_80x24", code.text());
}

#[test]
fn calls_of_other_environments_are_shown_on_demand_and_marked() {
    let mut stage = remembered(120, 36);
    let narrowed = |stage: &Stage| stage.task_of::<ReadPage>().0.wanted.made_in.clone();
    stage.press("R");
    assert_eq!(narrowed(&stage).as_deref(), Some("sandbox"));
    stage.press("E");
    assert_eq!(narrowed(&stage), None);
    let elsewhere =
        EntrySummary { environment: "https://acme.example".into(), ..call(4, "asana_task_create", Came::Succeeded) };
    let found = Found { calls: vec![elsewhere], runs: Default::default(), unreadable: 0, total: 1, first: true };
    stage.send(ReadPage::SLOT, PageRead(Ok(found)));
    let screen = stage.text();
    assert!(screen.contains("Activity · all environments") && screen.contains("acme.example ▸ "), "{screen}");
    stage.press("E");
    assert_eq!(narrowed(&stage).as_deref(), Some("sandbox"));
}
