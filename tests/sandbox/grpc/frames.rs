//! Calls that are none, or not quite.

use axum::http::{HeaderValue, Method};
use bytes::Bytes;
use prost_reflect::DynamicMessage;
use serde_json::json;

use super::super::send;
use super::Sdk;
use super::json::plain;
use crate::support::grpc_client::{Outcome, frame, json as json_of};

const LIST: &str = "/scalekit.v1.connected_accounts.ConnectedAccountService/ListConnectedAccounts";

async fn sent(sdk: &Sdk, pieces: &[&[u8]]) -> Outcome {
    let pieces: Vec<_> = pieces.iter().map(|piece| Bytes::copy_from_slice(piece)).collect();
    sdk.grpc.send(sdk.grpc.head(LIST), &pieces).await
}

#[tokio::test]
async fn a_call_has_one_message() {
    let sdk = Sdk::start().await;
    let empty = frame(b"");
    assert_eq!(sent(&sdk, &[&empty]).await.code(), 0);
    assert_eq!(sent(&sdk, &[]).await.refused(13), "The call has no message.");
    assert_eq!(sent(&sdk, &[b""]).await.refused(13), "The call has no message.");
    assert_eq!(sent(&sdk, &[&empty, &empty]).await.refused(13), "The call has more than one message.");
    assert_eq!(
        sent(&sdk, &[&[empty.clone(), empty].concat()]).await.refused(13),
        "The call has more than one message."
    );
}

#[tokio::test]
async fn a_message_may_come_in_pieces() {
    let sdk = Sdk::start().await;
    // Field 6, page_size = 1.
    let message = frame(&[0x30, 0x01]);
    let pieces: Vec<&[u8]> = message.chunks(1).collect();
    let outcome = sent(&sdk, &pieces).await;
    let rest = sdk.env.get("connected_accounts", &[("page_size", "1")]).await.json();
    let (_, output) = sdk.grpc.method("connected_accounts.ConnectedAccountService/ListConnectedAccounts");
    let message = DynamicMessage::decode(output, outcome.only_message()).unwrap();
    assert_eq!(plain(&json_of(&message)), plain(&rest));
}

#[tokio::test]
async fn broken_messages_are_refused() {
    let sdk = Sdk::start().await;
    for (what, bytes) in [
        ("half a head", &b"\0\0\0"[..]),
        ("half a message", b"\0\0\0\0\x05ab"),
        ("too short a length", b"\0\0\0\0\x01\x30\x01"),
        ("a compressed message", b"\x01\0\0\0\0"),
        ("a flag that is none", b"\x05\0\0\0\0"),
        ("no message of the type", b"\0\0\0\0\x03\xff\xff\xff"),
        ("a text that is not UTF-8", b"\0\0\0\0\x04\x0a\x02\xff\xfe"),
        ("JSON", br#"{"page_size": 1}"#),
    ] {
        let outcome = sent(&sdk, &[bytes]).await;
        // The first letters of a text read as a length are a very long one.
        let code = if what == "JSON" { 13 } else { outcome.code() };
        assert!(!outcome.refused(code).is_empty() && outcome.code() == 13, "{what}: {outcome:?}");
    }
    assert_eq!(sent(&sdk, &[&frame(b"")]).await.code(), 0, "the connection stands");
}

#[tokio::test]
async fn messages_are_bounded() {
    let sdk = Sdk::start().await;
    let large = frame(&vec![0; 5_000_000]);
    assert_eq!(sent(&sdk, &[&large]).await.refused(8), "The message is larger than 4 MB, the most that is taken.");
    // Whoever only says so need not send it.
    assert_eq!(sent(&sdk, &[b"\0\xff\xff\xff\xff"]).await.code(), 8);
    let text = [&b"\x42\xf0\xa2\x04"[..], &vec![b'x'; 70_000]].concat();
    let message = sent(&sdk, &[&frame(&text)]).await.refused(3);
    assert!(message.contains("too long"), "{message}");
}

#[tokio::test]
async fn compressed_calls_are_told_what_is_taken() {
    let sdk = Sdk::start().await;
    let mut head = sdk.grpc.head(LIST);
    head.headers_mut().insert("grpc-encoding", HeaderValue::from_static("gzip"));
    let outcome = sdk.grpc.send(head, &[frame(b"")]).await;
    outcome.refused(12);
    assert_eq!(outcome.trailers["grpc-accept-encoding"], "identity");
    let mut head = sdk.grpc.head(LIST);
    head.headers_mut().insert("grpc-encoding", HeaderValue::from_static("identity"));
    head.headers_mut().insert("grpc-accept-encoding", HeaderValue::from_static("gzip, deflate"));
    assert_eq!(sdk.grpc.send(head, &[frame(b"")]).await.code(), 0);
}

#[tokio::test]
async fn heads_are_read_leniently_where_nothing_hangs_on_it() {
    let sdk = Sdk::start().await;
    let mut head = sdk.grpc.head(LIST);
    head.headers_mut().remove("te");
    assert_eq!(sdk.grpc.send(head, &[frame(b"")]).await.code(), 0);
    let mut head = sdk.grpc.head(LIST);
    head.headers_mut().insert("content-type", HeaderValue::from_static("application/grpc+proto"));
    assert_eq!(sdk.grpc.send(head, &[frame(b"")]).await.code(), 0);
    let mut head = sdk.grpc.head(LIST);
    head.headers_mut().insert("grpc-timeout", HeaderValue::from_static("soon"));
    assert_eq!(sdk.grpc.send(head, &[frame(b"")]).await.refused(13), "grpc-timeout is no time: soon.");
}

#[tokio::test]
async fn what_is_no_call_is_refused_in_words() {
    let sdk = Sdk::start().await;
    for codec in ["application/grpc-web", "application/grpc+json"] {
        let mut head = sdk.grpc.head(LIST);
        head.headers_mut().insert("content-type", HeaderValue::from_static(codec));
        let outcome = sdk.grpc.send(head, &[frame(b"")]).await;
        assert_eq!(outcome.http, 415);
        assert!(String::from_utf8_lossy(&outcome.body).contains("protobuf"), "{outcome:?}");
    }
    let mut head = sdk.grpc.head(LIST);
    *head.method_mut() = Method::GET;
    assert_eq!(sdk.grpc.send(head, &[]).await.http, 405);
    let request = sdk.env.http.post(sdk.env.at(LIST)).header("content-type", "application/grpc").body(frame(b""));
    let answer = send(request).await;
    assert_eq!(answer.status, 415);
    assert!(answer.text.contains("HTTP/2"), "{}", answer.text);
}

#[tokio::test]
async fn requests_of_rest_are_answered_over_http_2_too() {
    let sdk = Sdk::start().await;
    let mut head = sdk.grpc.head("/api/v1/providers");
    head.headers_mut().remove("content-type");
    *head.method_mut() = Method::GET;
    // Until a name stands in `:authority` for the check of names, it stands in both.
    let host = HeaderValue::from_str(head.uri().authority().unwrap().as_str()).unwrap();
    head.headers_mut().insert("host", host);
    let outcome = sdk.grpc.send(head, &[]).await;
    let body: serde_json::Value = serde_json::from_slice(&outcome.body).unwrap();
    assert_eq!((outcome.http, body), (200, sdk.env.get("providers", &[]).await.json()));
}

#[tokio::test]
async fn many_calls_share_a_connection() {
    let sdk = Sdk::start().await;
    let calls = (1..=20).map(|size| {
        sdk.grpc.answer("connected_accounts.ConnectedAccountService/ListConnectedAccounts", json!({"page_size": size}))
    });
    let answers = futures_util::future::join_all(calls).await;
    for (at, answer) in answers.iter().enumerate() {
        assert_eq!(answer["connected_accounts"].as_array().unwrap().len(), at + 1);
    }
}
