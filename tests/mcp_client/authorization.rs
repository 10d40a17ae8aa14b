//! Tokens: who gets them, and what becomes of refused ones.

use std::sync::{Arc, Mutex};

use jackfield::testing::domain::{Fault, FaultKind, Secret};
use jackfield::testing::mcp::client::{ClientLimits, Endpoint, HttpEndpoint, McpClient, McpFault, NoListener};

use super::peer::{Heard, Peer, Reply, Seen, Tokens, json};

fn tokens(tokens: &[&'static str]) -> Arc<Tokens> {
    Arc::new(Tokens { tokens: Mutex::new(tokens.to_vec()), refused: Mutex::default() })
}

const CHALLENGE: &str =
    r#"Bearer resource_metadata="https://a.example/.well-known/oauth-protected-resource", scope="read write""#;

/// A server that takes no token but this.
fn takes(token: &'static str) -> impl Fn(&Seen) -> Option<Reply> + Send + Sync + 'static {
    move |seen| {
        let is_right = seen.header("authorization") == format!("Bearer {token}");
        (!is_right).then(|| Reply::Header(401, "www-authenticate", CHALLENGE.to_owned()))
    }
}

#[tokio::test]
async fn without_a_token_the_challenge_comes_back() {
    let peer = Peer::new(takes("good")).await;
    let (client, _) = peer.client();
    let McpFault::Unauthorized(challenge, fault) = client.tools().await.unwrap_err() else { panic!("a challenge") };
    assert_eq!(challenge.resource_metadata.unwrap().host_str(), Some("a.example"));
    assert_eq!(challenge.scopes, ["read", "write"]);
    assert_eq!((fault.kind, fault.http_status), (FaultKind::NeedsAuthorization, Some(401)));
    assert_eq!(peer.seen().len(), 1);
}

#[tokio::test]
async fn a_refused_token_is_replaced_once() {
    let peer = Peer::old(takes("good")).await;
    let source = tokens(&["stale", "good"]);
    let (client, _) = peer.client_with(Some(source.clone()), ClientLimits::default());
    client.call("echo", &json("{}"), Arc::new(NoListener)).await.unwrap();
    assert_eq!(*source.refused.lock().unwrap(), ["stale"]);
    // The refused request was not carried out, so it is the one that is sent again.
    assert_eq!(peer.count("server/discover"), 2);
    assert!(peer.seen()[1..].iter().all(|seen| seen.header("authorization") == "Bearer good"));

    let source = tokens(&["stale", "staler", "good"]);
    let (client, _) = peer.client_with(Some(source.clone()), ClientLimits::default());
    let fault = client.tools().await.unwrap_err();
    assert!(matches!(&fault, McpFault::Unauthorized(challenge, _) if challenge.scopes.len() == 2), "{fault:?}");
    assert!(!format!("{fault:?}").contains("stale"));
    assert_eq!(*source.refused.lock().unwrap(), ["stale"]);
}

#[tokio::test]
async fn a_source_without_another_token_says_why() {
    let peer = Peer::old(takes("good")).await;
    let (client, _) = peer.client_with(Some(tokens(&[])), ClientLimits::default());
    let McpFault::Unauthorized(challenge, fault) = client.tools().await.unwrap_err() else { panic!("a challenge") };
    assert_eq!((challenge.scopes.len(), fault.kind), (2, FaultKind::NeedsAuthorization));
    assert_eq!(&*fault.message, "There is no token.");
    assert_eq!(peer.seen().len(), 1);
}

#[tokio::test]
async fn a_token_that_reaches_not_far_enough_is_told_from_a_refused_one() {
    let peer = Peer::new(|seen| {
        let challenge = r#"Bearer error="insufficient_scope", scope="admin", error_description="Ask for admin""#;
        (seen.method() == "tools/call").then(|| Reply::Header(403, "www-authenticate", challenge.to_owned()))
    })
    .await;
    let source = tokens(&["good"]);
    let (client, _) = peer.client_with(Some(source.clone()), ClientLimits::default());
    let fault = client.call("echo", &json("{}"), Arc::new(NoListener)).await.unwrap_err();
    let McpFault::InsufficientScope(challenge, fault) = fault else { panic!("{fault:?}") };
    assert_eq!(challenge.scopes, ["admin"]);
    assert_eq!((fault.http_status, fault.said.as_ref().unwrap().raw()), (Some(403), "Ask for admin"));
    assert!(!fault.may_have_been_carried_out() && source.refused.lock().unwrap().is_empty());
}

#[tokio::test]
async fn no_other_server_gets_a_token_and_nobody_is_told_one() {
    let other = Peer::old(|_| None).await;
    let target = other.url.to_string();
    let peer = Peer::old(move |seen| match seen.method() {
        "tools/list" => Some(Reply::Header(307, "location", target.clone())),
        "tools/call" => Some(Reply::Text(500, "text/plain", "bad token hunter2hunter2, key key-1234".to_owned())),
        _ => None,
    })
    .await;
    let heard = Heard::default();
    let endpoint = HttpEndpoint {
        url: peer.url.clone(),
        headers: vec![("X-Api-Key".to_owned(), Secret::new("key-1234".to_owned()))],
        bearer: Some(tokens(&["hunter2hunter2"])),
    };
    assert!(!format!("{endpoint:?}").contains("key-1234"));
    let client = McpClient::new(Endpoint::Http(endpoint), heard.options(ClientLimits::default()));
    let fault = client.tools().await.unwrap_err();
    assert_eq!((fault.fault().kind, other.seen().len()), (FaultKind::BadAnswer, 0));
    let fault = Fault::from(client.call("echo", &json("{}"), Arc::new(NoListener)).await.unwrap_err());
    assert_eq!(fault.said.as_ref().unwrap().raw(), "bad token …, key …");
    assert!(peer.seen().iter().all(|seen| {
        seen.header("x-api-key") == "key-1234" && seen.header("authorization") == "Bearer hunter2hunter2"
    }));
    let told = format!("{client:?} {:?} {:?}", heard.exchanges.lock().unwrap(), heard.messages.lock().unwrap());
    assert!(!told.contains("hunter2") && !told.contains("key-1234"), "{told}");
}
