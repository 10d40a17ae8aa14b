//! Peers that say too little, or nonsense, or too much.

use axum::http::{Method, Request};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::super::Env;
use super::peer::{Peer, Way};
use crate::support::h2_client;
use crate::waiting::soon;

/// Asks for a page on connections of its own, one each way.
async fn all_are_answered(env: &Env) {
    for peer in soon("four connections", Peer::all(env)).await {
        let answer = soon("an answer", peer.ask(Method::GET, "/style.css", &[], "")).await;
        assert_eq!(answer.expect("an answer").status, 200);
    }
}

#[tokio::test]
async fn who_says_too_little_holds_nobody_up() {
    let env = Env::start().await;
    let beginnings: [&[u8]; 6] = [
        b"",
        b"\x16",
        b"\x16\x03\x01\x02\x00\x01\x00\x01",
        b"GET /style.css HTTP/1.1\r\nhos",
        b"PRI * HTTP/2.0\r\n",
        b"P",
    ];
    let mut held = Vec::new();
    for beginning in beginnings.into_iter().cycle().take(60) {
        let mut stream = h2_client::tcp(env.sandbox.url().as_str()).await;
        stream.write_all(beginning).await.unwrap();
        held.push(stream);
    }
    all_are_answered(&env).await;
    drop(held);
    all_are_answered(&env).await;
}

#[tokio::test]
async fn nonsense_ends_its_own_connection_and_no_other() {
    let env = Env::start().await;
    let before = [Peer::new(&env, Way::PlainHttp2).await, Peer::new(&env, Way::TlsHttp2).await];
    let long = [b"\x16\x03\x01".as_slice(), &[0xff; 70_000]].concat();
    let nonsense: [&[u8]; 7] = [
        b"\x16 and then whatever comes to mind",
        b"\x16\x03\x01\x00\x05hello",
        b"\x15\x03\x03\x00\x02\x02\x28",
        b"\x00\xff\xfe\xfd\r\n\r\n",
        b"\x80\x2e\x01\x03\x01 a hello of SSL 2\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff\xff\xff\xff\xff\xff not a frame",
        &long,
    ];
    for words in nonsense {
        let mut stream = h2_client::tcp(env.sandbox.url().as_str()).await;
        // It may be closed before all is said.
        let _ = stream.write_all(words).await;
        let mut answer = Vec::new();
        let _ = soon("the end of the connection", stream.read_to_end(&mut answer)).await;
        let answer = String::from_utf8_lossy(&answer);
        assert!(!answer.contains("HTTP/1.1 200"), "{words:?}: {answer}");
    }
    for peer in before {
        assert_eq!(peer.ask(Method::GET, "/style.css", &[], "").await.expect("an answer").status, 200);
    }
    all_are_answered(&env).await;
}

#[tokio::test]
async fn streams_that_are_opened_and_given_up_in_masses_do_not_stop_the_port() {
    let env = Env::start().await;
    let url = env.sandbox.url().as_str();
    let requests = h2_client::connect(url, None).await;
    for _ in 0..5_000 {
        let Ok(mut ready) = soon("a stream or the end", requests.clone().ready()).await else { break };
        let request = Request::get(format!("{url}api/v1/tools")).body(()).unwrap();
        // Dropped at once: the server hears of a stream, and that nobody wants it.
        let Ok(given_up) = ready.send_request(request, true) else { break };
        drop(given_up);
    }
    all_are_answered(&env).await;
}

#[tokio::test]
async fn headers_have_a_bound() {
    let env = Env::start().await;
    let long = "x".repeat(900_000);
    for peer in Peer::all(&env).await {
        let header = [(axum::http::HeaderName::from_static("x-long"), long.as_str())];
        let asked = soon("a refusal", peer.ask(Method::GET, "/style.css", &header, "")).await;
        assert!(asked.is_err() || asked.is_ok_and(|answer| answer.status == 431));
    }
    all_are_answered(&env).await;
}
