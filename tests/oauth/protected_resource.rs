//! Asking a server how it is authorized for.

use jackfield::testing::domain::{Fault, FaultKind};
use jackfield::testing::oauth::{ClientAuth, OAuthHttp, ServerAuth, ServerChallenge, discover_server};
use serde_json::{Value, json};
use url::Url;

use crate::support::oauth_server::{OAuthServer, Reply};

pub const PRM: &str = "/.well-known/oauth-protected-resource";
pub const WELL_KNOWN: &str = "/.well-known/oauth-authorization-server";

/// Issuer of a server, as it spells it.
pub fn issuer(server: &OAuthServer) -> String {
    server.url("/").as_str().trim_end_matches('/').to_owned()
}

/// Document of a server at `/mcp` that is authorized for at `authority`.
pub fn document(server: &OAuthServer, authority: &OAuthServer) -> Value {
    json!({
        "resource": server.url("/mcp"), "authorization_servers": [issuer(authority)],
        "scopes_supported": ["read", "write"], "bearer_methods_supported": ["header"],
    })
}

/// A server at `/mcp`, and what authorizes for it.
pub async fn protected() -> (OAuthServer, OAuthServer) {
    let (server, authority) = (OAuthServer::start().await, OAuthServer::start().await);
    server.show(&format!("{PRM}/mcp"), document(&server, &authority));
    (server, authority)
}

async fn find(server: &OAuthServer, challenge: Option<&ServerChallenge>) -> Result<ServerAuth, Fault> {
    discover_server(&server.url("/mcp"), challenge, &OAuthHttp::default()).await
}

fn challenge(at: &Url) -> ServerChallenge {
    ServerChallenge::parse(&format!("Bearer resource_metadata=\"{at}\"")).unwrap()
}

#[tokio::test]
async fn a_server_names_what_authorizes_for_it() {
    let (server, authority) = protected().await;
    authority.describe("client_id_metadata_document_supported", json!(true));
    authority.describe("scopes_supported", json!(["read", "offline_access"]));
    let auth = find(&server, None).await.unwrap();
    assert_eq!(auth.resource.as_str(), server.url("/mcp").as_str());
    assert_eq!((&auth.issuer, auth.endpoints.issuer.as_ref()), (&issuer(&authority), Some(&issuer(&authority))));
    assert_eq!(
        (&auth.endpoints.token, &auth.registration),
        (&authority.url("/token"), &Some(authority.url("/register")))
    );
    assert!(auth.endpoints.announces_iss && auth.supports_metadata_document && auth.offers_offline_access);
    assert_eq!(auth.scopes_supported, ["read", "write"], "those of the server, not of its authorization server");
    assert_eq!(auth.client_auth, [ClientAuth::None, ClientAuth::Body]);
    assert!(auth.notes.is_empty(), "{:?}", auth.notes);
    assert_eq!(server.asked(), [format!("{PRM}/mcp")]);
    assert_eq!(authority.asked(), [WELL_KNOWN]);
}

#[tokio::test]
async fn the_document_is_where_the_challenge_says_else_at_the_path_else_at_the_root() {
    let (server, authority) = protected().await;
    server.show("/custom/place.json", document(&server, &authority));
    find(&server, Some(&challenge(&server.url("/custom/place.json")))).await.unwrap();
    assert_eq!(server.asked(), ["/custom/place.json"]);

    // A page, and a document that is none, are passed over.
    server.answer("/gone", Reply::text(200, "text/html", "<h1>Welcome</h1>"));
    server
        .answer("/.well-known/oauth-protected-resource/mcp", Reply::text(200, "application/json", &"[".repeat(5_000)));
    let at_root = json!({ "resource": issuer(&server), "authorization_servers": [issuer(&authority)] });
    server.show(PRM, at_root);
    let auth = find(&server, Some(&challenge(&server.url("/gone")))).await.unwrap();
    assert_eq!(server.asked()[1..], ["/gone", &format!("{PRM}/mcp"), PRM]);
    assert_eq!(auth.resource.as_str(), issuer(&server), "letter by letter as the server has it");
    assert_eq!(auth.scopes_supported, [""; 0]);
}

#[tokio::test]
async fn a_document_about_another_server_ends_it() {
    let (server, authority) = protected().await;
    for other in [json!("https://evil.example/mcp"), json!(authority.url("/mcp")), json!(server.url("/mcp/admin"))] {
        let mut document = document(&server, &authority);
        document["resource"] = other.clone();
        server.show(&format!("{PRM}/mcp"), document);
        let fault = find(&server, None).await.unwrap_err();
        assert!(fault.kind == FaultKind::BadAnswer && fault.message.contains(other.as_str().unwrap()), "{fault}");
    }
    assert_eq!(authority.asked(), [""; 0]);
    server.show(&format!("{PRM}/mcp"), json!({ "resource": server.url("/mcp") }));
    let fault = find(&server, None).await.unwrap_err();
    assert!(fault.kind == FaultKind::BadAnswer && fault.message.contains("names no authorization server"), "{fault}");
}

#[tokio::test]
async fn an_answer_without_end_is_not_read() {
    let (server, authority) = protected().await;
    let huge = || Reply::text(200, "application/json", &format!("{{\"x\":\"{}\"}}", "x".repeat(10 << 20)));
    server.answer("/.well-known/oauth-protected-resource/mcp", huge());
    let fault = find(&server, None).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::TooLarge, "{fault}");
    authority.answer(WELL_KNOWN, huge());
    let fault = find(&server, None).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::TooLarge, "{fault}");
}

#[tokio::test]
async fn no_other_host_is_asked_in_a_servers_place() {
    let (server, authority) = protected().await;
    let other = OAuthServer::start().await;
    other.show("/x", document(&server, &authority));
    server.answer("/.well-known/oauth-protected-resource/mcp", Reply::redirect(other.url("/x").as_str()));
    let fault = find(&server, None).await.unwrap_err();
    let names = format!("127.0.0.1:{}", other.url("/").port().unwrap());
    assert!(fault.kind == FaultKind::BadAnswer && fault.message.contains(&names), "{fault}");
    authority.answer(WELL_KNOWN, Reply::redirect(other.url("/x").as_str()));
    let fault = find(&server, None).await.unwrap_err();
    assert!(fault.kind == FaultKind::NotFound && fault.message.contains(&names), "{fault}");
    assert_eq!(other.asked(), [""; 0]);

    // Within the server it is followed, for a while.
    server.answer("/.well-known/oauth-protected-resource/mcp", Reply::redirect("/moved"));
    server.show("/moved", document(&server, &authority));
    assert!(find(&server, None).await.is_ok());
    for _ in 0..9 {
        server.answer("/round", Reply::redirect("/round"));
    }
    assert!(find(&server, Some(&challenge(&server.url("/round")))).await.is_ok(), "the well-known place is asked then");
    assert_eq!(server.received("/round").len(), 4);
}

#[tokio::test]
async fn an_authorization_server_that_is_not_the_one_that_was_named_is_refused() {
    let (server, authority) = protected().await;
    for (name, value, says) in [
        ("issuer", json!("https://evil.example"), "names itself https://evil.example"),
        ("issuer", json!(authority.url("/")), "slash more or less"),
        ("issuer", json!(format!("{}/t", issuer(&authority))), "not the URL that was asked"),
        ("code_challenge_methods_supported", json!(["plain"]), "S256"),
        ("code_challenge_methods_supported", json!(null), "does not say that it takes PKCE"),
        ("response_types_supported", json!(["token"]), "no authorization codes"),
        ("token_endpoint", json!(null), "no token endpoint"),
        ("token_endpoint", json!("http://a.example/token"), "must start with https"),
        ("registration_endpoint", json!("ftp://a.example/"), "must start with https"),
    ] {
        let well = find(&server, None).await.unwrap();
        let before = match name {
            "issuer" => json!(well.issuer),
            "token_endpoint" => json!(well.endpoints.token),
            "registration_endpoint" => json!(well.registration),
            "response_types_supported" => json!(["code"]),
            _ => json!(["S256"]),
        };
        authority.describe(name, value.clone());
        let fault = find(&server, None).await.unwrap_err();
        assert!(fault.message.contains(says), "{name}={value}: {fault}");
        authority.describe(name, before);
    }
}

#[tokio::test]
async fn the_first_authorization_server_that_works_is_used_and_told() {
    let (server, authority) = protected().await;
    let broken = OAuthServer::start().await;
    broken.describe("issuer", json!("https://evil.example"));
    let mut two = document(&server, &authority);
    two["authorization_servers"] = json!(["not a url", issuer(&broken), issuer(&authority)]);
    server.show(&format!("{PRM}/mcp"), two.clone());
    let auth = find(&server, None).await.unwrap();
    assert_eq!(auth.issuer, issuer(&authority));
    let note = auth.notes[0].to_string();
    assert!(note.contains("names 3 authorization servers") && note.contains(&issuer(&authority)), "{note}");
    assert!(note.contains("no URL"), "{note}");
    two["authorization_servers"] = json!([issuer(&broken), "https://u:hunter2@a.example"]);
    server.show(&format!("{PRM}/mcp"), two.clone());
    let fault = find(&server, None).await.unwrap_err();
    assert!(fault.message.contains("evil.example") && fault.message.contains("Nor can any other"), "{fault}");
    assert!(!fault.to_string().contains("hunter2"));
    two["authorization_servers"] = json!(vec![issuer(&broken); 1_000]);
    server.show(&format!("{PRM}/mcp"), two);
    let before = broken.asked().len();
    find(&server, None).await.unwrap_err();
    assert_eq!(broken.asked().len() - before, 5, "not a thousand times");
}

#[tokio::test]
async fn tokens_may_come_from_another_host_which_is_told() {
    let (server, authority) = protected().await;
    let other = OAuthServer::start().await;
    authority.describe("token_endpoint", json!(other.url("/token")));
    let auth = find(&server, None).await.unwrap();
    assert_eq!(auth.endpoints.token, other.url("/token"));
    let port = other.url("/").port().unwrap().to_string();
    assert!(
        auth.notes.iter().any(|note| note.contains("gives its tokens at") && note.contains(&port)),
        "{:?}",
        auth.notes
    );
}

#[tokio::test]
async fn a_server_without_a_document_may_be_its_own_authorization_server() {
    let server = OAuthServer::start().await;
    server.describe("scopes_supported", json!(["everything"]));
    let auth = find(&server, None).await.unwrap();
    assert_eq!((auth.resource.as_str(), &auth.issuer), (server.url("/mcp").as_str(), &issuer(&server)));
    assert_eq!(auth.scopes_supported, [""; 0], "what it can grant is not what is needed");
    assert!(auth.notes[0].contains("older way"), "{:?}", auth.notes);
    server.describe("issuer", json!(format!("{}/oauth", issuer(&server))));
    assert_eq!(find(&server, None).await.unwrap().issuer, format!("{}/oauth", issuer(&server)));
    server.describe("issuer", json!("https://evil.example"));
    assert_eq!(find(&server, None).await.unwrap_err().kind, FaultKind::BadAnswer);
    server.answer(WELL_KNOWN, Reply::text(404, "text/plain", "no"));
    let fault = find(&server, None).await.unwrap_err();
    assert!(fault.kind == FaultKind::NotFound && fault.message.contains("does not say how"), "{fault}");
    server.answer("/.well-known/oauth-protected-resource/mcp", Reply::text(503, "text/plain", "down"));
    assert_eq!(find(&server, None).await.unwrap_err().kind, FaultKind::ProviderFailed, "what may pass is no answer");
}

#[tokio::test]
async fn a_server_far_away_has_nothing_asked_on_this_machine() {
    let near = OAuthServer::start().await;
    let far = Url::parse("https://203.0.113.5/mcp").unwrap();
    let fault = discover_server(&far, Some(&challenge(&near.url("/x"))), &OAuthHttp::default()).await.unwrap_err();
    assert!(fault.kind == FaultKind::BadAnswer && fault.message.contains("on this machine"), "{fault}");
    let plain = challenge(&Url::parse("http://203.0.113.5/x").unwrap());
    let fault = discover_server(&far, Some(&plain), &OAuthHttp::default()).await.unwrap_err();
    assert!(fault.kind == FaultKind::BadAnswer && fault.message.contains("must start with https"), "{fault}");
    assert_eq!(near.asked(), [""; 0]);
    let open = Url::parse("http://203.0.113.5/mcp").unwrap();
    assert_eq!(discover_server(&open, None, &OAuthHttp::default()).await.unwrap_err().kind, FaultKind::InvalidInput);
}
