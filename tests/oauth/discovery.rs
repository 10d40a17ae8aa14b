//! Asking a server for its endpoints.

use jackfield::testing::domain::FaultKind;
use jackfield::testing::oauth::{ClientAuth, OAuthHttp, discover};
use serde_json::json;

use crate::support::oauth_server::{OAuthServer, Reply};

const WELL_KNOWN: &str = "/.well-known/oauth-authorization-server";

#[tokio::test]
async fn a_server_tells_its_endpoints() {
    let server = OAuthServer::start().await;
    let found = discover(&server.url("/"), &OAuthHttp::default()).await.unwrap();
    assert_eq!((&found.endpoints.token, found.endpoints.announces_iss), (&server.url("/token"), true));
    assert!(found.takes_public_clients && found.client_auth == ClientAuth::Body);
    assert_eq!(found.endpoints.revoke, Some(server.url("/revoke")));
}

#[tokio::test]
async fn another_issuer_and_a_page_are_no_metadata() {
    let server = OAuthServer::start().await;
    server.describe("issuer", json!("https://evil.example"));
    let fault = discover(&server.url("/"), &OAuthHttp::default()).await.unwrap_err();
    assert!(fault.kind == FaultKind::BadAnswer && fault.message.contains("https://evil.example"), "{fault}");
    server.answer(WELL_KNOWN, Reply::text(200, "text/html", "<h1>Welcome</h1>"));
    let fault = discover(&server.url("/"), &OAuthHttp::default()).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::NotFound);
    assert_eq!(server.received("/.well-known/openid-configuration").len(), 1, "the older path is asked as well");
    server.answer(WELL_KNOWN, Reply::text(503, "text/html", ""));
    let fault = discover(&server.url("/"), &OAuthHttp::default()).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::ProviderFailed, "what may pass is not taken for an answer");
}
