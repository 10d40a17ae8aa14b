//! Requests to a provider's own API: written in the playground, sent, and sent again.

use std::time::Duration;

use jackfield::testing::domain::{Fault, FaultKind, JsonText, ProxyBody, ProxyMethod};
use jackfield::testing::journal::{CallKind, CallOutcome, EntrySummary, JournalEntry, StoredBody};
use jackfield::testing::tui::activity::screen::{Found, Shown};
use jackfield::testing::tui::activity::tasks::{EntryRead, PageRead, ReadEntry, ReadPage};
use jackfield::testing::tui::input::context::Context;
use jackfield::testing::tui::input::tabs::Tab;
use jackfield::testing::tui::playground::requests::SendRequest;
use jackfield::testing::tui::playground::tasks::{CallEnded, ReadLastArguments, RunTool};
use jackfield::testing::tui::shell::palette::Palette;

use super::activity::call;
use super::playground::{opened, ran};
use super::stage::{Stage, accounts};

/// The requests of ada on asana, in the playground.
fn builder(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::with_accounts(columns, rows, accounts());
    stage.press("/").type_in("ada asana").press("Enter p");
    stage
}

/// A request of the past: method, path and arguments as the journal keeps them.
fn past(name: &str, arguments: &str, hidden: &[&str]) -> Stage {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    let summary = EntrySummary {
        kind: CallKind::Proxy,
        account: "".into(),
        execution: None,
        ..call(1, name, CallOutcome::Succeeded)
    };
    let entry = JournalEntry {
        summary: summary.clone(),
        arguments: StoredBody::Kept(JsonText::parse(arguments.to_owned()).unwrap()),
        hidden: hidden.iter().map(|path| (*path).into()).collect(),
        result: StoredBody::None,
    };
    stage.press("4");
    let found = Found { calls: vec![summary], runs: Default::default(), unreadable: 0, total: 1, first: true };
    stage.send(ReadPage::SLOT, PageRead(Ok(found)));
    stage.send(ReadEntry::SLOT, EntryRead(Ok(Box::new(Shown::new(entry, None, None)))));
    stage
}

#[test]
fn as_whom_and_what_it_does_stand_above_from_the_first_key() {
    for (columns, rows) in [(120, 36), (80, 24), (40, 12)] {
        insta::assert_snapshot!(format!("builder_{columns}x{rows}"), builder(columns, rows).text());
    }
    let mut stage = builder(120, 36);
    assert!(stage.text().contains("GET /  as ada@acme.dev on asana ●"), "{}", stage.text());
    assert!(stage.text().contains("This request reads as ada@acme.dev; it changes nothing"));
    assert_eq!(stage.model.cx.tab, Tab::Playground);
    assert!(!stage.runs(ReadLastArguments::SLOT), "the journal is asked for tools alone");
    stage.press("Ctrl-A").type_in(r#"{"method": "POST", "path": "/tasks"}"#);
    let screen = stage.text();
    assert!(screen.contains("POST /tasks  as ada@acme.dev on asana ●") && screen.contains("writes"), "{screen}");
    assert!(screen.contains("This request writes: it changes data in asana as"), "{screen}");
}

#[test]
fn what_is_typed_is_what_is_sent_and_the_answer_is_explored() {
    let mut stage = builder(120, 36);
    stage.press("Ctrl-A").type_in(
        r#"{"method":"PUT","path":"/tasks/1","query":{"opt":["a","b"],"n":1},"headers":{"X-One":"1"},"body":{"n":1.10}}"#,
    );
    stage.press("Ctrl-R");
    let SendRequest { request, .. } = stage.task_of();
    assert_eq!((request.method, request.path.raw()), (ProxyMethod::Put, "/tasks/1"));
    assert_eq!((request.connection.raw(), request.identifier.raw()), ("asana", "ada@acme.dev"));
    let pairs = |pairs: &[(jackfield::testing::domain::Untrusted, jackfield::testing::domain::Untrusted)]| {
        pairs.iter().map(|(name, value)| format!("{}={}", name.raw(), value.raw())).collect::<Vec<_>>().join("&")
    };
    assert_eq!((pairs(&request.query), pairs(&request.headers)), ("opt=a&opt=b&n=1".into(), "X-One=1".into()));
    assert_eq!(request.body, ProxyBody::Json(JsonText::parse(r#"{"n":1.10}"#).unwrap()));
    stage.send(RunTool::SLOT, ran(r#"{"data":{"gid":"7"}}"#));
    assert_eq!(stage.model.component().context(), Context::Output);
    assert!(stage.text().contains(r#""gid": "7""#), "{}", stage.text());
}

#[test]
fn what_takes_something_away_is_asked_about_and_what_is_no_request_is_not_sent() {
    let mut stage = builder(120, 36);
    stage.press("Ctrl-A").type_in(r#"{"method": "DELETE", "path": "/tasks/1"}"#).press("Ctrl-R");
    assert!(!stage.runs(RunTool::SLOT));
    assert!(stage.text().contains("DELETE /tasks/1 is destructive (by the rules of HTTP)."), "{}", stage.text());
    stage.press("y");
    assert!(stage.runs(RunTool::SLOT));
    let mut stage = builder(120, 36);
    stage.press("Ctrl-A").type_in(r#"{"method": "PUT", "path": "/a", "body": 1, "form": {}}"#).press("Ctrl-R");
    assert!(!stage.runs(RunTool::SLOT));
    assert!(stage.text().contains("it has more than one of body, form and bytes"), "{}", stage.text());
}

#[test]
fn an_account_that_is_not_active_stands_in_the_way_as_it_does_for_tools() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("/").type_in("ada linear").press("Enter p Ctrl-R");
    assert!(!stage.runs(RunTool::SLOT));
    assert!(stage.text().contains("linear/ada@acme.dev is expired."), "{}", stage.text());
}

#[test]
fn it_is_a_form_too_and_is_kept_while_the_program_runs() {
    let mut stage = builder(120, 36);
    stage.press("F2");
    let screen = stage.text();
    for field in ["method", "path", "query", "headers", "body", "form"] {
        assert!(screen.contains(field), "{field}: {screen}");
    }
    stage.press("F2 Ctrl-S");
    assert!(stage.text().contains("\"limit\": \"10\"") && !stage.text().contains("bytes"), "{}", stage.text());
    stage.press("Ctrl-A").type_in(r#"{"method": "GET", "path": "/users/me"}"#);
    stage.press("Tab 1 Esc g p");
    assert!(stage.text().contains("GET /  as ada@acme.dev on linear"), "another account: {}", stage.text());
    stage.press("Tab 1 /").type_in("ada asana").press("Enter p");
    assert!(stage.text().contains("GET /users/me  as ada@acme.dev on asana"), "{}", stage.text());
}

#[test]
fn a_request_is_shown_as_code() {
    let mut stage = builder(120, 36);
    stage.press("Ctrl-A").type_in(r#"{"method": "GET", "path": "/users/me"}"#).press("F4");
    assert!(stage.text().contains("jackfield request GET /users/me"), "{}", stage.text());
}

#[test]
fn the_palette_says_as_whom_and_tools_lead_there_too() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("/").type_in("ada asana").press("Enter Ctrl-P").type_in("request");
    let palette: &Palette = stage.popup().expect("the palette");
    let label = "Request to provider's API as ada@acme.dev on asana";
    assert!(palette.entries().iter().any(|entry| entry.label == label), "{}", stage.text());
    let mut stage = opened(120, 36);
    stage.press("Tab 2 P");
    assert!(stage.text().contains("GET /  as ada@acme.dev on asana"), "{}", stage.text());
}

#[test]
fn a_request_of_the_past_is_sent_again_as_it_was() {
    let arguments = r#"{"query":[{"b":"1"},{"a":"2"},{"b":"3"}],"headers":[{"X-One":"1"}],"json":{"n":1.10}}"#;
    let mut stage = past("PATCH /a b", arguments, &[]);
    stage.press("e");
    let screen = stage.text();
    assert!(screen.contains("PATCH /a b  as ada@acme.dev on asana ●"), "{screen}");
    assert!(!stage.runs(RunTool::SLOT), "it waits to be edited");
    let mut stage = past("PATCH /a b", arguments, &[]);
    stage.press("x");
    assert!(stage.text().contains("PATCH /a b writes (by the rules of HTTP), and ran before."), "{}", stage.text());
    stage.press("y");
    let SendRequest { request, .. } = stage.task_of();
    assert_eq!(request.query.iter().map(|(name, _)| name.raw()).collect::<Vec<_>>(), ["b", "a", "b"]);
    let ProxyBody::Json(body) = &request.body else { panic!("a JSON body") };
    assert_eq!(body.raw().replace([' ', '\n'], ""), r#"{"n":1.10}"#);
    let mut stage = past("GET /users/me", "{}", &[]);
    stage.press("x");
    let SendRequest { request, .. } = stage.task_of();
    assert_eq!((request.method, request.path.raw()), (ProxyMethod::Get, "/users/me"), "reading is not asked about");
}

#[test]
fn credentials_that_were_not_kept_are_filled_in_first() {
    let mut stage = past("GET /a", r#"{"headers":[{"X-Api-Key":"[redacted]"}]}"#, &["/headers/0/X-Api-Key"]);
    stage.press("x");
    assert!(!stage.runs(RunTool::SLOT));
    let screen = stage.text();
    assert!(screen.contains("Credentials are never saved") && screen.contains(r#""X-Api-Key": """#), "{screen}");
    let mut stage = past("GET /a/[redacted]", "{}", &[]);
    stage.press("x");
    assert!(!stage.runs(RunTool::SLOT), "a path without its credential is another path");
}

#[test]
fn what_the_provider_refuses_is_no_tool_error() {
    let mut stage = builder(120, 36);
    stage.press("Ctrl-R");
    let CallEnded(Ok(mut result)) = ran(r#"{"errors":[{"message":"no"}]}"#) else { panic!("a result") };
    result.execution.http_status = 404;
    result.execution.id = None;
    result.execution.took = Duration::from_millis(9);
    result.reported = Some(Fault::new(FaultKind::ProviderFailed, "The provider answered with HTTP 404."));
    stage.send(RunTool::SLOT, CallEnded(Ok(result)));
    assert!(stage.text().contains("▲ provider error · 404 · 9.0 ms"), "{}", stage.text());
}
