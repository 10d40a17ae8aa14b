//! Asking again, and when not.

use std::time::Duration;

use jackfield::testing::domain::FaultKind;
use jackfield::testing::model_api::StreamEvent;
use serde_json::json;

use super::{ask, retries};
use crate::support::ModelReply;
use crate::support::model_server::ModelServer;

/// A refusal that asks for no more than a moment.
fn refusal(status: u16, kind: &str) -> ModelReply {
    ModelReply::error(status, kind, "Not now.").with_header("retry-after-ms", "1")
}

#[tokio::test]
async fn passing_failures_are_waited_out() {
    for (status, kind, why) in [
        (408, "timeout_error", "gave up waiting"),
        (409, "conflict_error", "HTTP 409"),
        (429, "rate_limit_error", "limit of requests"),
        (500, "api_error", "HTTP 500"),
        (504, "timeout_error", "gave up waiting"),
        (529, "overloaded_error", "overloaded"),
    ] {
        let server = ModelServer::start().await;
        server.reply(refusal(status, kind));
        server.reply(ModelReply::says("Here I am."));
        let (answer, heard) = ask(&server).await;
        answer.unwrap();
        let told = retries(&heard);
        assert!(told.len() == 1 && told[0].0 == 2 && told[0].1.contains(why), "{told:?}");
        // It is told of before anything of the answer.
        let StreamEvent::Retrying { after, .. } = heard[0] else { panic!("{heard:?}") };
        assert_eq!((after, &heard[1]), (Duration::from_millis(1), &StreamEvent::Started));
        let requests = server.requests();
        assert_eq!((requests.len(), &requests[0].text), (2, &requests[1].text));
    }
}

#[tokio::test]
async fn it_is_asked_three_times_and_no_more() {
    let server = ModelServer::start().await;
    for _ in 0..4 {
        server.reply(refusal(529, "overloaded_error"));
    }
    let (answer, heard) = ask(&server).await;
    assert_eq!(answer.unwrap_err().kind, FaultKind::ModelFailed);
    assert_eq!(retries(&heard).iter().map(|(attempt, _)| *attempt).collect::<Vec<_>>(), [2, 3]);
    assert_eq!((server.requests().len(), server.replies_left()), (3, 1));
}

#[tokio::test]
async fn the_server_may_say_otherwise() {
    let server = ModelServer::start().await;
    server.reply(refusal(500, "api_error").with_header("x-should-retry", "false"));
    assert_eq!(ask(&server).await.0.unwrap_err().kind, FaultKind::ModelFailed);
    server.reply(refusal(400, "invalid_request_error").with_header("x-should-retry", "true"));
    server.reply(ModelReply::says("Here I am."));
    ask(&server).await.0.unwrap();
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_wait_may_be_seconds_or_a_date() {
    let server = ModelServer::start().await;
    // Milliseconds count more; a moment that is past counts as none.
    let past = "Sun, 06 Nov 1994 08:49:37 GMT";
    server.reply(refusal(429, "rate_limit_error").with_header("retry-after", "3000"));
    server.reply(ModelReply::error(429, "rate_limit_error", "").with_header("retry-after", "0.002"));
    server.reply(ModelReply::says("Here I am."));
    let (answer, heard) = ask(&server).await;
    answer.unwrap();
    let waits: Vec<_> = heard
        .iter()
        .filter_map(|event| if let StreamEvent::Retrying { after, .. } = event { Some(*after) } else { None })
        .collect();
    assert_eq!(waits, [Duration::from_millis(1), Duration::from_millis(2)]);
    server.reply(ModelReply::error(429, "rate_limit_error", "").with_header("retry-after", past));
    server.reply(ModelReply::says("Here I am."));
    let (answer, heard) = ask(&server).await;
    answer.unwrap();
    let StreamEvent::Retrying { after, .. } = heard[0] else { panic!("{heard:?}") };
    assert!(after >= Duration::from_millis(500) && after <= Duration::from_secs(2), "the usual pause: {after:?}");
    let ahead = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1);
    let ahead = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&ahead).unwrap();
    server.reply(ModelReply::error(429, "rate_limit_error", "").with_header("retry-after", &ahead));
    let wait = ask(&server).await.0.unwrap_err().retry_after.unwrap();
    assert!(wait > Duration::from_secs(3_000) && wait <= Duration::from_secs(3_600), "{wait:?}");
}

#[tokio::test]
async fn after_the_first_word_nothing_is_sent_again() {
    let error = json!({ "type": "error", "error": { "type": "overloaded_error", "message": "Overloaded" } });
    let server = ModelServer::start().await;
    server.reply(ModelReply::stream().text("I was about").event(&error).unfinished());
    let (answer, heard) = ask(&server).await;
    let fault = answer.unwrap_err();
    assert_eq!((fault.kind, fault.said.unwrap().raw()), (FaultKind::ModelFailed, "Overloaded"));
    assert!(retries(&heard).is_empty() && server.requests().len() == 1);
    // Before it, nothing is lost.
    server.reply(ModelReply::stream().event(&error).unfinished());
    server.reply(ModelReply::says("Here I am."));
    let (answer, heard) = ask(&server).await;
    assert_eq!(answer.unwrap().content.raw(), r#"[{"type":"text","text":"Here I am."}]"#);
    assert_eq!((&heard[0], retries(&heard).len(), &heard[2]), (&StreamEvent::Started, 1, &StreamEvent::Started));
    // What will not pass is not tried.
    let error = json!({ "type": "error", "error": { "type": "authentication_error", "message": "Revoked" } });
    server.reply(ModelReply::stream().event(&error).unfinished());
    assert_eq!(ask(&server).await.0.unwrap_err().kind, FaultKind::ModelKeyRefused);
}
