//! One port: HTTP/1.1 and HTTP/2, in plaintext and over TLS.

mod certificate;
mod faults;
mod hostile;
mod peer;
mod stopping;
mod strangers;

use axum::http::Method;
use futures_util::future::join_all;
use jackfield::testing::sandbox::{FaultRule, Options};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};

use self::peer::{Peer, Way};
use super::Env;
use crate::support::h2_client;
use crate::waiting::soon;

async fn with(rules: &[&str]) -> Env {
    let faults = rules.iter().map(|rule| rule.parse::<FaultRule>().expect("a rule")).collect();
    Env::with(Options { faults, ..Options::default() }).await
}

#[tokio::test]
async fn all_ways_lead_to_the_same_answers() {
    let env = Env::start().await;
    let bearer = format!("Bearer {}", env.token);
    let asked = [
        (Method::GET, "/style.css", vec![], ""),
        (Method::GET, "/api/v1/connected_accounts?page_size=3", vec![(AUTHORIZATION, bearer.as_str())], ""),
        (Method::GET, "/api/v1/connected_accounts", vec![], ""),
        (Method::GET, "/api/v1/nothing", vec![(AUTHORIZATION, bearer.as_str())], ""),
        (Method::POST, "/mcp/v3/servers/0", vec![(CONTENT_TYPE, "application/json")], "{}"),
        (Method::POST, "/oauth/token", vec![(CONTENT_TYPE, "application/x-www-form-urlencoded")], "grant_type=x"),
    ];
    let mut statuses = Vec::new();
    for (method, path, headers, body) in asked {
        let mut answers = Vec::new();
        for peer in Peer::all(&env).await {
            let answer = peer.ask(method.clone(), path, &headers, body).await.expect("an answer");
            let kind = answer.headers.get(CONTENT_TYPE).cloned();
            assert!(answer.headers.contains_key("date"), "{path}");
            answers.push((answer.status, kind, answer.text));
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{path}: {answers:?}");
        statuses.push(answers[0].0);
    }
    assert_eq!(statuses, [200, 200, 401, 404, 404, 400]);
}

#[tokio::test]
async fn many_requests_share_a_connection_and_none_waits_for_another() {
    let env = with(&["/api/v1/tools hang"]).await;
    for way in [Way::PlainHttp2, Way::TlsHttp2] {
        let peer = Peer::new(&env, way).await;
        // Before a client knows how many streams there may be, it may open too many, and is refused some of them.
        assert_eq!(peer.ask(Method::GET, "/style.css", &[], "").await.expect("an answer").status, 200);
        let hanging = tokio::spawn({
            let peer = peer.clone();
            async move { peer.ask(Method::GET, "/api/v1/tools", &[], "").await }
        });
        let asks = (0..300).map(|_| peer.ask(Method::GET, "/style.css", &[], ""));
        let answers = soon("the answers", join_all(asks)).await;
        assert!(answers.into_iter().all(|answer| answer.expect("an answer").status == 200));
        assert!(!hanging.is_finished());
        // Whoever gives one up keeps the connection.
        hanging.abort();
        let _ = hanging.await;
        assert_eq!(peer.ask(Method::GET, "/style.css", &[], "").await.expect("an answer").status, 200);
    }
}

#[tokio::test]
async fn over_tls_the_handshake_chooses_the_protocol_and_the_preface_where_it_does_not() {
    let env = Env::start().await;
    let (url, root) = (env.sandbox.url().as_str(), env.sandbox.certificate().unwrap());
    for (offered, chosen) in
        [(&["h2"][..], Some("h2")), (&["http/1.1"], Some("http/1.1")), (&["http/1.1", "h2"], Some("h2")), (&[], None)]
    {
        let stream = h2_client::tls(url, &root, offered).await.unwrap();
        let protocol = stream.get_ref().1.alpn_protocol();
        assert_eq!(protocol.map(String::from_utf8_lossy).as_deref(), chosen);
    }
    assert!(h2_client::tls(url, &root, &["spdy/3"]).await.is_err(), "nothing in common");
    let unsaid = h2_client::tls(url, &root, &[]).await.unwrap();
    let peer = Peer::http2(&env, h2_client::shake_hands(unsaid).await);
    assert_eq!(peer.ask(Method::GET, "/style.css", &[], "").await.expect("an answer").status, 200);
}

#[tokio::test]
async fn pings_are_answered_and_nobody_is_blamed_for_them() {
    let env = Env::start().await;
    let (requests, mut connection) =
        h2::client::handshake(h2_client::tcp(env.sandbox.url().as_str()).await).await.unwrap();
    let mut pings = connection.ping_pong().unwrap();
    tokio::spawn(connection);
    for _ in 0..200 {
        soon("a pong", pings.ping(h2::Ping::opaque())).await.expect("a pong");
    }
    let peer = Peer::http2(&env, requests);
    assert_eq!(peer.ask(Method::GET, "/style.css", &[], "").await.expect("an answer").status, 200);
}
