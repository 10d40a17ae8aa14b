//! The client as which a server's authorization server is asked.

use std::sync::Arc;

use jackfield::testing::domain::{Fault, FaultKind, Secret};
use jackfield::testing::oauth::{
    ClientAuth, ClientChoice, ClientOrigin, ClientSecret, KeptRegistrations, OAuthApp, OAuthHttp, ServerAuth,
    ServerClient, client_for, discover_server, forget_refused_client,
};
use jackfield::testing::secrets::MemoryStore;
use serde_json::{Value, json};
use url::Url;

use super::protected_resource::{issuer, protected};
use crate::support::oauth_server::{OAuthServer, Reply};

pub struct Registrations {
    pub kept: KeptRegistrations,
    _folder: tempfile::TempDir,
}

pub fn registrations() -> Registrations {
    let folder = tempfile::tempdir().unwrap();
    let kept = KeptRegistrations::new(folder.path().join("registrations"), Arc::new(MemoryStore::default()));
    Registrations { kept, _folder: folder }
}

pub fn uris() -> Vec<String> {
    ServerAuth::quirks().redirect_uris()
}

async fn auth(server: &OAuthServer) -> ServerAuth {
    discover_server(&server.url("/mcp"), None, &OAuthHttp::default()).await.unwrap()
}

async fn client(auth: &ServerAuth, choice: &ClientChoice, kept: &Registrations) -> Result<ServerClient, Fault> {
    client_for(auth, choice, &uris(), &kept.kept, &OAuthHttp::default()).await
}

#[tokio::test]
async fn a_registration_is_made_once_and_used_again() {
    let (server, authority) = protected().await;
    let (auth, kept) = (auth(&server).await, registrations());
    let first = client(&auth, &ClientChoice::Register, &kept).await.unwrap();
    assert_eq!(
        (&*first.app.client_id, first.client_auth, first.origin),
        ("client-1", ClientAuth::None, ClientOrigin::Registered)
    );
    assert!(first.app.client_secret.is_none() && matches!(first.secret, ClientSecret::None));
    let sent: Value = serde_json::from_str(&authority.received("/register")[0].body).unwrap();
    let expected = json!({
        "client_name": "jackfield", "application_type": "native", "redirect_uris": uris(),
        "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    });
    assert_eq!(sent, expected);
    assert_eq!(client(&auth, &ClientChoice::Register, &kept).await.unwrap().app.client_id, "client-1");
    assert_eq!(authority.received("/register").len(), 1);
    let elsewhere = ["http://127.0.0.1:4000/callback".to_owned()];
    let other =
        client_for(&auth, &ClientChoice::Register, &elsewhere, &kept.kept, &OAuthHttp::default()).await.unwrap();
    assert_eq!(other.app.client_id, "client-2", "another redirect is another registration");
    let moved = ServerAuth { issuer: "https://other.example".to_owned(), ..auth };
    let other = client(&moved, &ClientChoice::Register, &kept).await.unwrap();
    assert_eq!(other.app.client_id, "client-3", "no issuer is shown the client of another");
}

#[tokio::test]
async fn a_client_proves_itself_as_the_server_wants_it() {
    for (offered, sent, way) in [
        (json!(["client_secret_basic", "none"]), "none", ClientAuth::None),
        (json!(["client_secret_basic", "client_secret_post"]), "client_secret_post", ClientAuth::Body),
        (json!(["private_key_jwt", "client_secret_basic"]), "client_secret_basic", ClientAuth::Basic),
        (json!(null), "client_secret_basic", ClientAuth::Basic),
    ] {
        let (server, authority) = protected().await;
        authority.describe("token_endpoint_auth_methods_supported", offered);
        let (auth, kept) = (auth(&server).await, registrations());
        let made = client(&auth, &ClientChoice::Register, &kept).await.unwrap();
        let asked: Value = serde_json::from_str(&authority.received("/register")[0].body).unwrap();
        assert_eq!((&asked["token_endpoint_auth_method"], made.client_auth), (&json!(sent), way));
        let again = client(&auth, &ClientChoice::Register, &kept).await.unwrap();
        assert_eq!(again.client_auth, way);
        let secret = again.app.client_secret.as_ref().map(Secret::expose);
        assert_eq!(secret, (way != ClientAuth::None).then_some("hunter-1"));
        assert_eq!(matches!(again.secret, ClientSecret::Kept(_)), way != ClientAuth::None);
        assert!(!format!("{again:?}").contains("hunter"));
    }
    let (server, authority) = protected().await;
    authority.describe("token_endpoint_auth_methods_supported", json!(["private_key_jwt"]));
    let fault = client(&auth(&server).await, &ClientChoice::Register, &registrations()).await.unwrap_err();
    assert!(fault.message.contains("not supported here"), "{fault}");
    assert!(authority.received("/register").is_empty());
}

#[tokio::test]
async fn a_refused_registration_says_what_to_do_by_hand() {
    let (server, authority) = protected().await;
    let (auth, kept) = (auth(&server).await, registrations());
    for (reply, kind, says) in [
        (Reply::error(400, "invalid_redirect_uri", "no loopback"), FaultKind::NoEnvironment, "It said: no loopback"),
        (Reply::error(403, "access_denied", ""), FaultKind::NoEnvironment, "(status 403). Register an application"),
        (Reply::text(404, "text/html", "<h1>no</h1>"), FaultKind::NoEnvironment, "http://127.0.0.1:51763/callback"),
        (Reply::text(429, "text/html", ""), FaultKind::ProviderLimited, "too often"),
        (Reply::text(502, "text/html", ""), FaultKind::ProviderFailed, "status 502"),
        (Reply::redirect("https://evil.example/"), FaultKind::BadAnswer, "not followed"),
        (Reply::text(200, "text/html", "<h1>hello</h1>"), FaultKind::BadAnswer, "no client id"),
        (
            Reply::json(201, &json!({ "client_id": "x", "redirect_uris": [] })),
            FaultKind::BadAnswer,
            "changed the address",
        ),
        (Reply::text(201, "application/json", &" ".repeat(10 << 20)), FaultKind::TooLarge, "1 MiB"),
    ] {
        authority.answer("/register", reply);
        let before = authority.received("/register").len();
        let fault = client(&auth, &ClientChoice::Register, &kept).await.unwrap_err();
        assert!(fault.kind == kind && fault.to_string().contains(says), "{fault:?}");
        assert_eq!(authority.received("/register").len() - before, 1, "sent once");
    }
    let closed = ServerAuth { registration: None, ..auth };
    let fault = client(&closed, &ClientChoice::Register, &kept).await.unwrap_err();
    assert!(fault.kind == FaultKind::NoEnvironment && fault.message.contains("give its client id"), "{fault}");
}

#[tokio::test]
async fn a_registration_that_ran_out_or_was_forgotten_by_the_server_is_made_anew() {
    let (server, authority) = protected().await;
    authority.describe("token_endpoint_auth_methods_supported", json!(["client_secret_post"]));
    let (auth, kept) = (auth(&server).await, registrations());
    let over = json!({ "client_id": "short", "client_secret": "hunter2", "client_secret_expires_at": 1_000 });
    authority.answer("/register", Reply::json(201, &over));
    assert_eq!(client(&auth, &ClientChoice::Register, &kept).await.unwrap().app.client_id, "short");
    assert_eq!(client(&auth, &ClientChoice::Register, &kept).await.unwrap().app.client_id, "client-1");
    assert_eq!(client(&auth, &ClientChoice::Register, &kept).await.unwrap().app.client_id, "client-1");

    let forget = |id: &'static str| forget_refused_client(&auth.issuer, id, &[], &kept.kept);
    assert!(!forget("client-1").await.unwrap(), "for other redirects");
    let forget = async |id: &str| forget_refused_client(&auth.issuer, id, &uris(), &kept.kept).await.unwrap();
    assert!(!forget("short").await, "another has taken its place");
    assert!(forget("client-1").await && !forget("client-1").await);
    assert_eq!(client(&auth, &ClientChoice::Register, &kept).await.unwrap().app.client_id, "client-2");
}

#[tokio::test]
async fn a_metadata_document_is_a_client_where_the_server_takes_one() {
    let (server, authority) = protected().await;
    let (auth, kept) = (auth(&server).await, registrations());
    let document = ClientChoice::MetadataDocument(Url::parse("https://jackfield.example/client.json").unwrap());
    assert_eq!(client(&auth, &document, &kept).await.unwrap().origin, ClientOrigin::Registered, "it takes none");
    let takes = ServerAuth { supports_metadata_document: true, ..auth };
    let made = client(&takes, &document, &kept).await.unwrap();
    assert_eq!((&*made.app.client_id, made.client_auth), ("https://jackfield.example/client.json", ClientAuth::None));
    assert_eq!(authority.received("/register").len(), 1);
    for odd in ["http://jackfield.example/client.json", "https://jackfield.example", "https://a.example/x#y"] {
        let odd = ClientChoice::MetadataDocument(Url::parse(odd).unwrap());
        assert_eq!(client(&takes, &odd, &kept).await.unwrap_err().kind, FaultKind::InvalidInput);
    }
}

#[tokio::test]
async fn an_application_of_ones_own_goes_to_its_issuer_alone() {
    let (server, authority) = protected().await;
    let (auth, kept) = (auth(&server).await, registrations());
    let own = |secret: Option<&str>, issuer: Option<String>| ClientChoice::ByHand {
        app: OAuthApp {
            client_id: "mine".to_owned(),
            client_secret: secret.map(|secret| Secret::new(secret.to_owned())),
        },
        issuer,
    };
    let fault = client(&auth, &own(Some("hunter2"), Some("https://as.example".to_owned())), &kept).await.unwrap_err();
    assert!(fault.kind == FaultKind::NoEnvironment && fault.message.contains("https://as.example"), "{fault}");
    assert!(fault.message.contains(&issuer(&authority)) && !fault.to_string().contains("hunter2"), "{fault}");
    for (offered, secret, way) in [
        (vec![ClientAuth::None, ClientAuth::Basic], Some("hunter2"), ClientAuth::Basic),
        (vec![ClientAuth::Body], Some("hunter2"), ClientAuth::Body),
        (vec![ClientAuth::None], Some("hunter2"), ClientAuth::None),
        (vec![ClientAuth::Basic], None, ClientAuth::None),
    ] {
        let auth = ServerAuth { client_auth: offered, ..auth.clone() };
        let made = client(&auth, &own(secret, Some(issuer(&authority))), &kept).await.unwrap();
        assert_eq!((made.client_auth, made.origin), (way, ClientOrigin::ByHand));
        assert_eq!(made.app.client_secret.is_some(), way != ClientAuth::None);
    }
    let odd = ServerAuth { client_auth: Vec::new(), ..auth };
    assert!(client(&odd, &own(Some("hunter2"), None), &kept).await.is_err());
    assert!(authority.received("/register").is_empty());
}
