//! From a server's refusal to a token that is for this server alone.

use jackfield::testing::domain::{Fault, FaultKind};
use jackfield::testing::oauth::{
    ClientChoice, ClientSecret, CodeFlow, CodeRequest, OAuthHttp, Quirks, Revocation, ServerAuth, ServerChallenge,
    TokenFault, TokenGrant, client_for, discover_server, is_client_refused, scopes_for,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::code_flow::finish;
use super::protected_resource::{issuer, protected};
use super::registration::{Registrations, registrations, uris};
use super::{Kept, key};
use crate::sandbox::Answer;
use crate::support::oauth_server::{Consent, OAuthServer, Reply};

async fn auth(server: &OAuthServer) -> ServerAuth {
    discover_server(&server.url("/mcp"), None, &OAuthHttp::default()).await.unwrap()
}

/// The consent for a server. It comes back to any free port: the authorization server of these tests takes any.
async fn request(auth: &ServerAuth, kept: &Registrations) -> CodeRequest {
    let http = OAuthHttp::default();
    let client = client_for(auth, &ClientChoice::Register, &uris(), &kept.kept, &http).await.unwrap();
    let quirks = Quirks { redirect_ports: Vec::new(), ..ServerAuth::quirks() };
    auth.code_request(&client, scopes_for(auth, None, &[]), "linear for ada".to_owned(), quirks)
}

async fn consent(request: CodeRequest) -> (Result<TokenGrant, Fault>, Answer) {
    finish(&mut CodeFlow::begin(request, OAuthHttp::default()).await.unwrap()).await
}

#[tokio::test]
async fn every_request_names_the_server_that_the_token_is_for() {
    let (server, authority) = protected().await;
    authority.name_itself();
    let resource = server.url("/mcp").to_string();
    let asked = request(&auth(&server).await, &registrations()).await;
    let grant = consent(asked).await.0.unwrap();
    for path in ["/authorize", "/token"] {
        assert_eq!(authority.received(path)[0].field("resource"), Some(resource.clone()), "{path}");
    }
    let sent = &authority.received("/authorize")[0];
    assert_eq!(sent.field("scope").as_deref(), Some("read write"));
    assert_eq!(sent.field("client_id").as_deref(), Some("client-1"));
    assert_eq!(sent.field("code_challenge_method").as_deref(), Some("S256"));
    assert_eq!(grant.terms.issuer, Some(issuer(&authority)));

    let mut kept = TokenGrant::from_secret(&grant.to_secret().unwrap()).unwrap();
    assert_eq!(kept.terms.resource.as_ref().map(|resource| resource.as_str()), Some(&*resource));
    kept.expires_at = Some(Timestamp::now() - SignedDuration::from_mins(1));
    let kept = Kept::new(&kept).await;
    kept.access().await.unwrap();
    let refresh = &authority.received("/token")[1];
    assert_eq!(refresh.field("grant_type").as_deref(), Some("refresh_token"));
    assert_eq!(refresh.field("resource"), Some(resource.clone()));
    assert_eq!(kept.grant().await.terms.resource.map(String::from), Some(resource));
    let revoked = kept.keeper.revoke(&key(), &ClientSecret::None).await.unwrap();
    assert_eq!(revoked, Revocation::Done);
    assert!(server.received("/token").is_empty(), "the server itself is shown no grant");
}

#[tokio::test]
async fn a_registered_secret_is_sent_with_each_exchange() {
    let (server, authority) = protected().await;
    authority.describe("token_endpoint_auth_methods_supported", json!(["client_secret_basic"]));
    authority.name_itself();
    let asked = request(&auth(&server).await, &registrations()).await;
    consent(asked).await.0.unwrap();
    use base64::Engine as _;
    let basic = base64::engine::general_purpose::STANDARD.encode("client-1:hunter-1");
    assert_eq!(authority.received("/token")[0].authorization, Some(format!("Basic {basic}")));
    assert_eq!(authority.received("/token")[0].field("client_secret"), None);
}

#[tokio::test]
async fn an_answer_that_names_another_issuer_or_none_is_dropped_whole() {
    let (server, authority) = protected().await;
    let (auth, kept) = (auth(&server).await, registrations());
    let evil = "https://evil.example";
    for answer in [
        Consent::GrantAs(evil),
        Consent::Grant,
        Consent::RefuseAs { issuer: evil, error: "access_denied", description: "call 555" },
        Consent::Refuse { error: "access_denied", description: "call 555" },
    ] {
        authority.consent(answer);
        let (end, page) = consent(request(&auth, &kept).await).await;
        let fault = end.unwrap_err();
        assert!(fault.kind == FaultKind::BadAnswer && fault.message.contains("server that was asked"), "{fault}");
        assert!(!format!("{fault:?}{}", page.text).contains("555"), "{fault:?}");
    }
    assert!(authority.received("/token").is_empty());
}

#[tokio::test]
async fn a_person_who_says_no_ends_it_in_words() {
    let (server, authority) = protected().await;
    authority.name_itself();
    authority.consent(Consent::Refuse { error: "access_denied", description: "The user said no" });
    let (end, page) = consent(request(&auth(&server).await, &registrations()).await).await;
    let fault = end.unwrap_err();
    assert!(fault.kind == FaultKind::Denied && fault.to_string().contains("The user said no"), "{fault}");
    assert!(page.text.contains("Not connected") && authority.received("/token").is_empty());
}

#[tokio::test]
async fn a_client_that_is_no_longer_known_is_told_apart() {
    let (server, authority) = protected().await;
    authority.name_itself();
    let (auth, kept) = (auth(&server).await, registrations());
    authority.answer("/token", Reply::error(401, "invalid_client", "unknown client"));
    let fault = consent(request(&auth, &kept).await).await.0.unwrap_err();
    assert!(is_client_refused(&fault), "{fault}");
    authority.answer("/token", Reply::error(400, "invalid_grant", "used"));
    assert!(!is_client_refused(&consent(request(&auth, &kept).await).await.0.unwrap_err()));

    let mut grant = consent(request(&auth, &kept).await).await.0.unwrap();
    grant.expires_at = Some(Timestamp::now() - SignedDuration::from_mins(1));
    let held = Kept::new(&grant).await;
    authority.answer("/token", Reply::error(401, "invalid_client", "unknown client"));
    match held.access().await {
        Err(TokenFault::Refused(fault)) => assert!(is_client_refused(&fault), "{fault}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(held.access().await.unwrap(), "access-5", "the grant itself was not given up");
}

#[tokio::test]
async fn an_extra_parameter_cannot_name_another_resource() {
    let (server, _authority) = protected().await;
    let mut asked = request(&auth(&server).await, &registrations()).await;
    asked.quirks.params = vec![("resource".to_owned(), "https://evil.example".to_owned())];
    let fault = CodeFlow::begin(asked.clone(), OAuthHttp::default()).await.err().unwrap();
    assert!(fault.kind == FaultKind::InvalidInput && fault.message.contains("resource is set by the flow"), "{fault}");
    asked.resource = None;
    assert!(
        CodeFlow::begin(asked, OAuthHttp::default()).await.is_ok(),
        "a provider that has a way of its own keeps it"
    );
}

#[tokio::test]
async fn scopes_are_those_of_the_challenge_else_of_the_server_else_none() {
    let (server, authority) = protected().await;
    let plain = auth(&server).await;
    authority.describe("scopes_supported", json!(["read", "offline_access"]));
    let offline = auth(&server).await;
    let challenge = |scope: &str| ServerChallenge::parse(&format!("Bearer scope=\"{scope}\"")).unwrap();
    let none = ServerAuth { scopes_supported: Vec::new(), ..plain.clone() };
    let none_offline = ServerAuth { scopes_supported: Vec::new(), ..offline.clone() };
    let listed = ServerAuth { scopes_supported: vec!["read".into(), "offline_access".into()], ..plain.clone() };
    let asked = |auth: &ServerAuth, challenge: Option<&ServerChallenge>, granted: &[&str]| {
        let granted: Vec<String> = granted.iter().map(|scope| (*scope).to_owned()).collect();
        scopes_for(auth, challenge, &granted).join(" ")
    };
    assert_eq!(asked(&plain, Some(&challenge("admin")), &[]), "admin");
    assert_eq!(asked(&plain, Some(&challenge("")), &[]), "read write");
    assert_eq!(asked(&plain, None, &[]), "read write");
    assert_eq!(asked(&none, None, &[]), "");
    assert_eq!(asked(&offline, None, &[]), "read write offline_access");
    assert_eq!(asked(&none_offline, None, &[]), "", "alone, it would ask for less than nothing does");
    assert_eq!(asked(&listed, None, &[]), "read", "the authorization server does not know it");
    assert_eq!(asked(&plain, Some(&challenge("write admin")), &["read", "write", "a b", ""]), "read write admin");
}
