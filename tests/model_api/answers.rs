//! Answers as they come over a socket.

use std::sync::Arc;
use std::time::Duration;

use jackfield::testing::domain::FaultKind;
use jackfield::testing::model_api::{
    ContentBlock, CreateMessage, ModelClient, ModelLimits, Role, StopReason, StreamEvent, Usage,
};
use serde_json::json;
use tokio::sync::Semaphore;

use super::{ask, ask_by, fault, message};
use crate::support::ModelReply;
use crate::support::model_server::ModelServer;
use crate::waiting::soon;

fn reply() -> ModelReply {
    ModelReply::stream()
        .thinking("Who is it?")
        .text("I look it up, Zoë.")
        .block(&json!({ "type": "hologram", "depth": 3 }), &[])
        .tool("toolu_1", "linear_viewer_get", r#"{ "n":1.0}"#)
        .stop("tool_use")
}

const CONTENT: &str = concat!(
    r#"[{"type":"thinking","thinking":"Who is it?","signature":"c2lnbmF0dXJl"},"#,
    r#"{"type":"text","text":"I look it up, Zoë."},{"type":"hologram","depth":3},"#,
    r#"{"type":"tool_use","id":"toolu_1","name":"linear_viewer_get","input":{ "n":1.0}}]"#,
);

#[tokio::test]
async fn an_answer_is_the_same_in_whatever_pieces_it_comes() {
    let server = ModelServer::start().await;
    for size in [1, 7, 100, 100_000] {
        server.reply(reply().in_pieces_of(size));
        let (answer, heard) = ask(&server).await;
        let answer = answer.unwrap();
        assert_eq!((answer.content.raw(), &answer.stop), (CONTENT, &StopReason::ToolUse));
        assert_eq!(answer.usage, Usage { input: 10, output: 20, cache_read: 3, cache_write: 2 });
        assert_eq!(answer.request_id.unwrap().raw(), "req_test");
        assert_eq!(answer.blocks[2], ContentBlock::Other("hologram".into()));
        assert_eq!((heard.len(), &heard[0]), (7, &StreamEvent::Started));
    }
}

#[tokio::test]
async fn a_stream_that_breaks_or_ends_early_is_no_answer() {
    let server = ModelServer::start().await;
    let whole = reply().bytes().len();
    for at in [0, 1, 50, 400, whole / 2, whole - 20, whole - 1] {
        for cut in [reply().broken_at(at), reply().ended_at(at)] {
            server.reply(cut);
            let fault = fault(&server).await;
            assert_eq!(fault.kind, FaultKind::ModelUnreachable, "at {at}: {fault}");
        }
    }
    server.reply(reply().ended_at(whole - 1));
    let fault = fault(&server).await;
    let host = format!("127.0.0.1:{}", server.url().port().unwrap());
    assert_eq!(
        fault.message.to_string(),
        format!("The answer of {host} ended before it was whole. Nothing of it counts. Id of the request: req_test.")
    );
    assert_eq!(server.replies_left(), 0);
    assert_eq!(server.requests().len(), 15, "none is sent again");
}

#[tokio::test]
async fn what_is_heard_comes_before_the_answer_is_whole() {
    let server = ModelServer::start().await;
    let gate = Arc::new(Semaphore::new(0));
    let stream = ModelReply::stream().text("Hello").stop("end_turn");
    let end = stream.bytes().windows(13).position(|bytes| bytes == b"message_delta").unwrap();
    server.reply(stream.held_at(end - 7, &gate));
    let client = ModelClient::new(server.endpoint());
    let messages = [message(Role::User, r#"[{"type":"text","text":"Hi"}]"#)];
    let request = CreateMessage { model: "m", max_tokens: 10, system: "", tools: &[], messages: &messages };
    let mut heard = String::new();
    // Only what is heard lets the rest come.
    let mut on = |event| {
        if let StreamEvent::Text(0, text) = event {
            heard.push_str(text.raw());
            if heard == "Hello" {
                gate.add_permits(1);
            }
        }
    };
    let answer = soon("an answer", client.create(&request, &mut on)).await.unwrap();
    assert_eq!((answer.stop, heard.as_str()), (StopReason::EndTurn, "Hello"));
}

#[tokio::test]
async fn silence_and_floods_end_an_answer() {
    let server = ModelServer::start().await;
    let never = Arc::new(Semaphore::new(0));
    let idle = ModelLimits { idle: Duration::from_millis(200), ..ModelLimits::default() };
    let client = ModelClient::with_limits(server.endpoint(), idle);
    server.reply(reply().held_at(300, &never));
    let (silent, _) = ask_by(&client).await;
    let silent = silent.unwrap_err();
    assert!(silent.kind == FaultKind::ModelUnreachable && silent.message.contains("Nothing came"), "{silent}");
    let narrow = ModelLimits { answer: 4_000, event: 1_000, ..ModelLimits::default() };
    let client = ModelClient::with_limits(server.endpoint(), narrow);
    let long = "x".repeat(3_000);
    for flood in [
        ModelReply::stream().text(&long).stop("end_turn"),
        ModelReply::raw(format!("data: {long}")),
        (0..400).fold(ModelReply::stream(), |stream, _| stream.raw("event: ping\n\n")).stop("end_turn"),
    ] {
        server.reply(flood);
        let fault = ask_by(&client).await.0.unwrap_err();
        assert!(fault.kind == FaultKind::ModelFailed && fault.message.contains("larger than is read"), "{fault}");
    }
}

#[tokio::test]
async fn an_answer_that_is_no_stream_is_none() {
    let server = ModelServer::start().await;
    server.reply(ModelReply::other(200, "text/html", "<h1>Sign in</h1>"));
    server.reply(ModelReply::json(200, &json!({ "type": "message", "content": [] })));
    for _ in 0..2 {
        let fault = fault(&server).await;
        assert!(fault.kind == FaultKind::ModelFailed && fault.message.contains("no stream of events"), "{fault}");
    }
}
