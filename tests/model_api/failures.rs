//! Refusals and failures, and what is said of them.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jackfield::testing::domain::{FaultKind, Secret};
use jackfield::testing::model_api::{ModelClient, ModelEndpoint, ModelKey, StopReason, exceeds_context};
use serde_json::json;
use url::Url;

use super::{ask, ask_by, fault};
use crate::support::ModelReply;
use crate::support::model_server::{KEY, ModelServer};

#[tokio::test]
async fn each_refusal_is_told_with_the_servers_words() {
    let server = ModelServer::start().await;
    for (status, code, kind, says) in [
        (400, "invalid_request_error", FaultKind::InvalidInput, "refused the request"),
        (401, "authentication_error", FaultKind::ModelKeyRefused, "refused the key"),
        (402, "billing_error", FaultKind::ModelKeyRefused, "billing"),
        (403, "permission_error", FaultKind::ModelKeyRefused, "does not allow this key"),
        (404, "not_found_error", FaultKind::NotFound, "does not know the model claude-sonnet-5-5"),
        (413, "request_too_large", FaultKind::InvalidInput, "larger than"),
        (418, "teapot", FaultKind::ModelFailed, "HTTP 418"),
    ] {
        server.reply(ModelReply::error(status, code, "In our words."));
        let fault = fault(&server).await;
        assert_eq!((fault.kind, fault.http_status), (kind, Some(status)), "{fault}");
        assert!(fault.message.contains(says) && fault.message.contains("Id of the request: req_test."), "{fault}");
        assert_eq!((fault.said.unwrap().raw(), fault.code.unwrap().raw()), ("In our words.", code));
    }
    assert_eq!(server.requests().len(), 7, "none of them is sent again");
}

#[tokio::test]
async fn who_sent_no_key_is_told_that_one_is_wanted() {
    let server = ModelServer::start().await;
    server.reply(ModelReply::error(401, "authentication_error", "x-api-key header is required"));
    let fault = ask_by(&ModelClient::new(ModelEndpoint { key: None, ..server.endpoint() })).await.0.unwrap_err();
    assert_eq!(fault.kind, FaultKind::NoModelKey, "{fault}");
}

#[tokio::test]
async fn a_conversation_that_is_too_long_is_known_by_words_and_by_reason() {
    let server = ModelServer::start().await;
    for (status, code, words, too_long) in [
        (400, "invalid_request_error", "prompt is too long: 200100 tokens > 200000 maximum", true),
        (400, "invalid_request_error", "input length and `max_tokens` exceed context limit: 1 + 2 > 2", true),
        (400, "invalid_request_error", "messages.1: roles must alternate", false),
        (413, "request_too_large", "Request exceeds the maximum size", true),
        (401, "authentication_error", "prompt is too long", false),
    ] {
        server.reply(ModelReply::error(status, code, words));
        assert_eq!(exceeds_context(&fault(&server).await), too_long, "{words}");
    }
    let error = json!({ "type": "invalid_request_error", "message": "prompt is too long" });
    server.reply(ModelReply::stream().event(&json!({ "type": "error", "error": error })).unfinished());
    assert!(exceeds_context(&fault(&server).await), "after the beginning");
    server.reply(ModelReply::stream().text("I was").stop("model_context_window_exceeded"));
    assert_eq!(ask(&server).await.0.unwrap().stop, StopReason::ContextExceeded);
}

#[tokio::test]
async fn a_refusing_model_is_no_failure() {
    let server = ModelServer::start().await;
    let details = json!({ "type": "refusal", "category": "cyber", "explanation": "This could do harm." });
    server.reply(ModelReply::stream().stop_with(&json!({ "stop_reason": "refusal", "stop_details": details })));
    let answer = ask(&server).await.0.unwrap();
    assert_eq!((answer.stop, answer.stop_details.unwrap().raw()), (StopReason::Refusal, "This could do harm."));
}

#[tokio::test]
async fn the_key_goes_to_no_other_place() {
    let (server, other) = (ModelServer::start().await, ModelServer::start().await);
    let target = other.url().join("/v1/messages").unwrap();
    for status in [301, 302, 307, 308] {
        server.reply(ModelReply::other(status, "text/plain", "").with_header("location", target.as_str()));
        let fault = fault(&server).await;
        let origin = target.origin().ascii_serialization();
        assert!(fault.kind == FaultKind::ModelFailed && fault.message.contains(&origin), "{fault}");
    }
    assert_eq!((server.requests().len(), other.requests().len()), (4, 0));
}

#[tokio::test]
async fn a_base_url_that_is_none_of_the_api_is_said() {
    let server = ModelServer::start().await;
    server.reply(ModelReply::other(404, "text/html", "<h1>Nothing here</h1>"));
    let wrong = fault(&server).await;
    assert!(wrong.kind == FaultKind::ModelFailed && wrong.message.contains("Is the base URL right?"), "{wrong}");
    let key = || Some(ModelKey::ApiKey(Secret::new(KEY.to_owned())));
    let at = |url: &str| ModelEndpoint { base_url: Url::parse(url).unwrap(), key: key(), version: "2023-06-01".into() };
    let plain = ask_by(&ModelClient::new(at("http://models.example"))).await.0.unwrap_err();
    assert!(plain.kind == FaultKind::InvalidInput && plain.message.contains("https"), "{plain}");
    // Nobody listens there any more.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (gone, heard) = ask_by(&ModelClient::new(at(&format!("http://127.0.0.1:{port}")))).await;
    let gone = gone.unwrap_err();
    assert!(gone.kind == FaultKind::ModelUnreachable && heard.is_empty(), "{gone}");
}

/// What is logged on this thread.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_key_is_told_to_nobody() {
    let lines = Lines::default();
    let writer = lines.clone();
    let log =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(log);
    let server = ModelServer::start().await;
    let client = ModelClient::new(server.endpoint());
    assert!(!format!("{client:?} {:?}", client.endpoint()).contains("hunter2"));
    // A server that repeats it wherever it can.
    let words = format!("invalid x-api-key: {KEY}");
    server.reply(ModelReply::error(401, KEY, &words).with_header("request-id", KEY));
    let error = json!({ "type": "error", "error": { "type": "api_error", "message": words } });
    server.reply(ModelReply::stream().text("Hm.").event(&error).unfinished());
    server.reply(ModelReply::says("Yes."));
    for _ in 0..2 {
        let fault = ask_by(&client).await.0.unwrap_err();
        assert!(!format!("{fault} {fault:?}").contains("hunter2"), "{fault:?}");
        assert!(fault.said.unwrap().raw().contains("invalid x-api-key"));
    }
    ask_by(&client).await.0.unwrap();
    let odd = ModelKey::ApiKey(Secret::new("hunter2\n".to_owned()));
    let fault = ask_by(&ModelClient::new(ModelEndpoint { key: Some(odd), ..server.endpoint() })).await.0.unwrap_err();
    assert!(fault.kind == FaultKind::ModelKeyRefused && !format!("{fault:?}").contains("hunter2"), "{fault:?}");
    let lines = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(!lines.contains("hunter2"), "{lines}");
}

#[tokio::test]
async fn a_long_wait_is_left_to_the_person() {
    let server = ModelServer::start().await;
    server.reply(ModelReply::error(429, "rate_limit_error", "Too many.").with_header("retry-after", "120"));
    let (answer, heard) = ask(&server).await;
    let fault = answer.unwrap_err();
    assert_eq!((fault.kind, fault.retry_after), (FaultKind::ModelLimited, Some(Duration::from_secs(120))));
    assert!(heard.is_empty() && server.requests().len() == 1);
}
