//! The requests that were sent.

use std::sync::Arc;
use std::time::Duration;

use jackfield::testing::backend::http_log::{Exchange, ExchangeKind, KeptBody};
use jackfield::testing::domain::FaultKind;
use jackfield::testing::tui::core::effect::Effect;
use jackfield::testing::tui::input::action::{Action, Availability};
use jackfield::testing::tui::input::context::Context;
use jackfield::testing::tui::shell::dispatch;
use jackfield::testing::tui::shell::request_log::{Exchanges, WatchRequests};

use super::stage::{Stage, accounts, now};

fn exchanges() -> Vec<Arc<Exchange>> {
    let exchange = |number, method: &str, target: &str, status, bytes| Exchange {
        number,
        at: now() - Duration::from_secs(60 * number),
        method: method.into(),
        origin: "https://acme.scalekit.dev".into(),
        target: target.into(),
        attempt: 1,
        status: Some(status),
        received: bytes,
        took: Duration::from_micros(1_500),
        ..Exchange::default()
    };
    let failed = Exchange {
        attempt: 2,
        sent: 27,
        sent_headers: vec![("authorization".into(), "…".into()), ("content-type".into(), "application/json".into())],
        received_headers: vec![("x-request-id".into(), "req_1\u{202e}".into())],
        sent_body: Some(KeptBody { text: r#"{"tool_name":"slack_say"}"#.into(), cut: false }),
        received_body: Some(KeptBody { text: r#"{"error":{"code":"channel_not_found"}}"#.into(), cut: true }),
        problem: Some("The provider refused the call.".into()),
        fault: Some(FaultKind::ProviderFailed),
        ..exchange(2, "POST", "/api/v1/execute_tool", 400, 120)
    };
    [exchange(1, "GET", "/api/v1/tools?page_size=99", 200, 7_980), failed].map(Arc::new).into()
}

pub fn listed(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::with_accounts(columns, rows, accounts());
    stage.press("L");
    stage.send(WatchRequests::SLOT, Exchanges(exchanges()));
    stage
}

#[test]
fn rows_line_up_and_sizes_are_in_their_unit() {
    let stage = listed(120, 36);
    let screen = stage.text();
    let rows: Vec<&str> = screen.lines().filter(|line| line.contains("/api/v1/")).collect();
    let column =
        |row: &str, text: &str| row[..row.find(text).unwrap_or_else(|| panic!("{text}: {row}"))].chars().count();
    assert_eq!(column(rows[0], "1.5 ms"), column(rows[1], "1.5 ms"), "{screen}");
    assert!(rows[1].contains("8.0 kB") && rows[0].contains("(try 2)"), "{screen}");
    insta::assert_snapshot!("requests_120x36", screen);
    insta::assert_snapshot!("requests_80x24", listed(80, 24).text());
    insta::assert_snapshot!("requests_40x12", listed(40, 12).text());
}

#[test]
fn a_request_opens_with_both_bodies_and_closes_to_the_list() {
    let mut stage = listed(120, 36);
    stage.press("Enter");
    let screen = stage.text();
    for words in [
        "POST https://acme.scalekit.dev/api/v1/execute_tool",
        "✗ The provider refused the call.",
        "authorization: …",
        "\"tool_name\": \"slack_say\"",
        "\"code\": \"channel_not_found\"",
        "cut here",
        "attempt 2",
        "‹202E›",
    ] {
        assert!(screen.contains(words), "{words}: {screen}");
    }
    insta::assert_snapshot!("request_120x36", screen);
    stage.press("Esc");
    assert!(stage.text().contains("╭ Requests"));
    stage.press("q");
    assert_ne!(stage.model.contexts()[0], Context::Requests, "closes, and does not end the program");
    assert!(!stage.effects.iter().any(|effect| matches!(effect, Effect::Quit(_))));
}

#[test]
fn a_new_request_moves_no_cursor_that_was_moved() {
    let mut stage = listed(80, 24);
    stage.press("j");
    let mut newer = Exchange::clone(&exchanges()[0]);
    newer.number = 3;
    newer.target = "/api/v1/newer".into();
    stage.send(WatchRequests::SLOT, Exchanges(vec![Arc::new(newer)]));
    let screen = stage.text();
    let selected = screen.lines().find(|line| line.contains('▌') && line.contains("GET")).unwrap();
    assert!(selected.contains("/api/v1/tools"), "{screen}");
}

#[test]
fn messages_of_a_protocol_and_words_of_a_process_read_as_what_they_are() {
    let rpc = Exchange {
        kind: ExchangeKind::Rpc,
        number: 1,
        at: now(),
        method: "MCP".into(),
        origin: "npx".into(),
        target: "tools/call trip_book".into(),
        attempt: 1,
        sent: 7,
        received: 9,
        took: Duration::from_millis(12),
        sent_body: Some(KeptBody { text: r#"{"id":3}"#.into(), cut: false }),
        received_body: Some(KeptBody { text: r#"{"id":3,"result":{}}"#.into(), cut: false }),
        ..Exchange::default()
    };
    let line = KeptBody { text: "started with two workers".into(), cut: false };
    let said = Exchange {
        kind: ExchangeKind::Message,
        number: 2,
        method: "STDERR".into(),
        target: "started with two workers".into(),
        sent_body: None,
        received_body: Some(line),
        ..rpc.clone()
    };
    for (columns, rows) in [(120, 36), (80, 24), (40, 12)] {
        let mut stage = Stage::with_accounts(columns, rows, accounts());
        stage.press("L");
        stage.send(WatchRequests::SLOT, Exchanges(vec![Arc::new(rpc.clone()), Arc::new(said.clone())]));
        insta::assert_snapshot!(format!("requests_rpc_{columns}x{rows}"), stage.text());
        let copies = dispatch::availability(Action::Copy, &stage.model);
        assert!(matches!(copies, Availability::No(why) if why.contains("Only HTTP requests")));
        stage.press("Enter");
        assert!(stage.text().contains("STDERR of npx") && !stage.text().contains("no answer"), "{}", stage.text());
        stage.press("Esc j Enter");
        assert!(stage.text().contains("tools/call trip_book at npx"), "{}", stage.text());
        assert!(columns < 80 || stage.text().contains("answered · 12 ms"), "{}", stage.text());
    }
}
