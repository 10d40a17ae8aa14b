//! Names and pages that are not of this machine, each way.

use axum::http::Method;
use reqwest::header::{CONTENT_TYPE, HOST, HeaderName, ORIGIN};

use super::super::{Answer, Env};
use super::peer::Peer;

#[tokio::test]
async fn only_loopback_names_are_answered() {
    let env = Env::start().await;
    for peer in Peer::all(&env).await {
        for (name, is_ours) in
            [("rebound.example:80", false), ("localhost:9999", true), ("10.0.0.1", false), ("127.0.0.1", true)]
        {
            // Over HTTP/1.1 the address that is connected to is the URL's own.
            let answer = match peer.is_http2() {
                true => peer.calling(name).ask(Method::GET, "/style.css", &[], "").await,
                false => peer.ask(Method::GET, "/style.css", &[(HOST, name)], "").await,
            };
            let answer = answer.expect("an answer");
            match is_ours {
                true => assert_eq!(answer.status, 200, "{name}"),
                false => drop(answer.refused(403, 7, "PERMISSION_DENIED")),
            }
        }
    }
}

#[tokio::test]
async fn two_names_must_be_one() {
    let env = Env::start().await;
    for peer in Peer::all(&env).await.into_iter().filter(Peer::is_http2) {
        let peer = peer.calling("localhost:1");
        for (host, is_one) in [("localhost:1", true), ("localhost:2", false), ("rebound.example", false)] {
            let answer = peer.ask(Method::GET, "/style.css", &[(HOST, host)], "").await.expect("an answer");
            assert_eq!(answer.status, if is_one { 200 } else { 403 }, "{host}");
        }
        let answer = peer.calling("rebound.example").ask(Method::GET, "/style.css", &[(HOST, "localhost:1")], "").await;
        answer.expect("an answer").refused(403, 7, "PERMISSION_DENIED");
    }
}

/// A form that any page may send.
async fn post(peer: &Peer, headers: &[(HeaderName, &str)]) -> Answer {
    let form = (CONTENT_TYPE, "application/x-www-form-urlencoded");
    let headers: Vec<_> = headers.iter().cloned().chain([form]).collect();
    peer.ask(Method::POST, "/oauth/token", &headers, "grant_type=password").await.expect("an answer")
}

#[tokio::test]
async fn pages_of_strangers_are_refused_and_pages_of_this_machine_are_not() {
    let env = Env::start().await;
    let site = HeaderName::from_static("sec-fetch-site");
    for peer in Peer::all(&env).await {
        assert_eq!(post(&peer, &[]).await.status, 400, "no browser at all");
        assert_eq!(post(&peer, &[(ORIGIN, "http://localhost:6274")]).await.status, 400);
        assert_eq!(post(&peer, &[(ORIGIN, "null"), (site.clone(), "same-origin")]).await.status, 400);
        post(&peer, &[(ORIGIN, "https://evil.example")]).await.refused(403, 7, "PERMISSION_DENIED");
        post(&peer, &[(ORIGIN, "null"), (site.clone(), "cross-site")]).await.refused(403, 7, "PERMISSION_DENIED");
        post(&peer, &[(site.clone(), "cross-site")]).await.refused(403, 7, "PERMISSION_DENIED");
        let link = [(site.clone(), "cross-site")];
        let followed = peer.ask(Method::GET, "/style.css", &link, "").await.expect("an answer");
        assert_eq!(followed.status, 200, "anybody may link here");
    }
}
