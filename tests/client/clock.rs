//! What the client makes of the dates of answers.

use std::sync::Arc;
use std::time::Duration;

use jackfield::testing::backend::clock::Clock;
use jackfield::testing::domain::{FaultKind, ProxyBody, ProxyMethod, ProxyRequest};
use jiff::fmt::rfc2822::DateTimePrinter;
use jiff::{SignedDuration, Timestamp};

use super::server::{Reply, Server};
use super::{NO_ACCOUNTS, everything};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// The header of a server whose clock is so far ahead of ours.
fn date(ahead: SignedDuration) -> String {
    format!("date: {}\r\n", DateTimePrinter::new().timestamp_to_rfc9110_string(&(Timestamp::now() + ahead)).unwrap())
}

/// How far ahead the clock was found to be, in minutes.
fn minutes(clock: &Clock) -> i64 {
    let ours = Timestamp::now();
    let seconds = clock.skew().to_brokers(ours).duration_since(ours).as_secs_f64();
    (seconds / 60.0).round() as i64
}

#[tokio::test]
async fn the_difference_is_that_of_the_latest_answer_with_a_date() {
    let server = Server::with_tokens(|_, before| {
        let headers = match before {
            0 => date(HOUR),
            1 => String::new(),
            2 => "date: soon\r\n".into(),
            3 => "date: Mon, 31 Feb 2026 12:00:00 GMT\r\n".into(),
            4 => format!("age: 7\r\n{}", date(HOUR * 5)),
            5 => date(-HOUR * 2),
            _ => date(SignedDuration::from_secs(-80)),
        };
        Reply::with(200, &headers, NO_ACCOUNTS)
    })
    .await;
    let clock = Arc::new(Clock::default());
    let client = server.client().with_clock(Arc::clone(&clock));
    let mut found = Vec::new();
    for _ in 0..7 {
        client.accounts(&everything(), None).await.expect("a page");
        found.push(minutes(&clock));
    }
    assert_eq!(found, [60, 60, 60, 60, 60, -120, 0]);
}

#[tokio::test]
async fn refusals_and_tokens_have_a_date_too() {
    let clock = Arc::new(Clock::default());
    let server = Server::start(|seen, _| match seen.is_token_request() {
        true => Reply::with(401, &date(HOUR), "{}"),
        false => Reply::json(200, NO_ACCOUNTS),
    })
    .await;
    let client = server.client().with_clock(Arc::clone(&clock));
    client.accounts(&everything(), None).await.expect_err("no token");
    assert_eq!(minutes(&clock), 60);
}

#[tokio::test]
async fn a_date_that_may_be_the_providers_tells_nothing() {
    let clock = Arc::new(Clock::default());
    let server = Server::with_tokens(|_, _| Reply::with(200, &date(HOUR), "{}")).await;
    let request = ProxyRequest {
        connection: "linear".into(),
        identifier: "user_123".into(),
        method: ProxyMethod::Get,
        path: "/me".into(),
        query: Vec::new(),
        headers: Vec::new(),
        body: ProxyBody::None,
    };
    server.client().with_clock(Arc::clone(&clock)).proxy(&request).await.expect("an answer");
    assert_eq!(minutes(&clock), 0);
}

#[tokio::test]
async fn a_date_to_wait_for_counts_from_the_answers_own() {
    for ahead in [HOUR * 24, -HOUR * 24] {
        let server = Server::with_tokens(move |_, before| match before {
            // Now, by the broker's clock: at once.
            0 => Reply::with(429, &format!("{0}{1}", date(ahead), date(ahead).replace("date", "retry-after")), "{}"),
            _ => {
                let fixed = "date: Sun, 06 Nov 1994 08:49:37 GMT\r\nretry-after: Sun, 06 Nov 1994 08:59:37 GMT\r\n";
                Reply::with(429, fixed, "{}")
            }
        })
        .await;
        let fault = server.client().accounts(&everything(), None).await.expect_err("limited");
        assert_eq!((fault.kind, fault.retry_after), (FaultKind::RateLimited, Some(Duration::from_secs(600))));
        assert_eq!(server.calls().len(), 2, "again at once, and then not for longer than our patience");
    }
}

#[tokio::test]
async fn without_a_date_of_its_own_it_counts_from_ours() {
    let server = Server::with_tokens(|_, _| Reply::with(429, &date(HOUR).replace("date", "retry-after"), "{}")).await;
    let fault = server.client().accounts(&everything(), None).await.expect_err("limited");
    let wait = fault.retry_after.expect("a wait").as_secs();
    assert!((3_000..=3_600).contains(&wait), "{wait}");
}
