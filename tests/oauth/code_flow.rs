//! Consent by way of a browser that comes back to this machine.

use std::sync::Arc;
use std::time::Duration;

use jackfield::testing::domain::{Fault, FaultKind, Secret, Untrusted};
use jackfield::testing::loopback::PageVerdict;
use jackfield::testing::oauth::{
    ClientAuth, CodeEvent, CodeFlow, CodeRequest, OAuthApp, OAuthHttp, Quirks, RefusalKind, RefusalRule, TokenGrant,
};
use jackfield::testing::provider::ProviderTable;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use url::Url;

use crate::sandbox::{Answer, client, send};
use crate::support::oauth_server::{Consent, OAuthServer, Reply};
use crate::waiting::soon;

fn request(server: &OAuthServer) -> CodeRequest {
    CodeRequest {
        endpoints: server.endpoints(),
        app: OAuthApp { client_id: "app".to_owned(), client_secret: None },
        scopes: vec!["read".to_owned(), "issues:create".to_owned()],
        actor: None,
        resource: None,
        whom: "linear for ada".to_owned(),
        quirks: Quirks::default(),
    }
}

async fn begin(request: CodeRequest) -> CodeFlow {
    CodeFlow::begin(request, OAuthHttp::default()).await.unwrap()
}

/// A browser without scripts: opens the page, is sent back, and ends there.
async fn browse(url: Url) -> Answer {
    let http = client();
    let consented = send(http.get(url)).await;
    assert_eq!(consented.status, 302, "{}", consented.text);
    send(http.get(consented.location())).await
}

/// Goes through with it; the last page besides.
pub(super) async fn finish(flow: &mut CodeFlow) -> (Result<TokenGrant, Fault>, Answer) {
    let browser = tokio::spawn(browse(flow.url().clone()));
    let end = match soon("an end", flow.next()).await {
        CodeEvent::Granted(grant, page) => {
            page.show(PageVerdict::Connected);
            Ok(*grant)
        }
        CodeEvent::Refused(fault) => Err(fault),
        CodeEvent::Stray => panic!("a stray visit"),
    };
    (end, browser.await.unwrap())
}

#[tokio::test]
async fn a_consent_becomes_a_grant() {
    let server = OAuthServer::start().await;
    let mut flow = begin(request(&server)).await;
    let (grant, page) = finish(&mut flow).await;
    let grant = grant.unwrap();
    assert!(page.text.contains("Connected linear for ada."), "{}", page.text);
    assert_eq!(grant.terms.asked, ["read", "issues:create"]);
    assert_eq!(grant.granted.as_ref().unwrap(), &["read", "issues:create"].map(Untrusted::from));
    assert_eq!((grant.terms.client_id.as_str(), &grant.terms.token_url), ("app", &server.url("/token")));
    let life = grant.expires_at.unwrap().duration_since(grant.obtained_at).as_secs();
    assert_eq!(life, 3_600);
    let asked = &server.received("/authorize")[0];
    assert_eq!(asked.field("scope").as_deref(), Some("read issues:create"));
    assert_eq!(asked.field("redirect_uri").unwrap(), format!("http://127.0.0.1:{}/callback", flow.port()));
    let sent = &server.received("/token")[0];
    assert_eq!(sent.field("client_id").as_deref(), Some("app"));
    assert!(sent.field("client_secret").is_none() && sent.authorization.is_none());
    flow.close().await;
}

#[tokio::test]
async fn a_confidential_client_proves_itself_in_the_providers_way() {
    for auth in [ClientAuth::Body, ClientAuth::Basic] {
        let server = OAuthServer::start().await;
        server.require_secret("hunter2");
        let mut request = request(&server);
        request.app.client_secret = Some(Secret::new("hunter2".to_owned()));
        request.quirks.client_auth = auth;
        let (grant, _) = finish(&mut begin(request).await).await;
        assert_eq!(grant.unwrap().terms.client_auth, auth);
        let sent = &server.received("/token")[0];
        assert_eq!(sent.authorization.is_some(), auth == ClientAuth::Basic);
    }
}

#[tokio::test]
async fn a_provider_is_asked_in_its_own_words() {
    let server = OAuthServer::start().await;
    let table = ProviderTable::built_in();
    let linear = table.get(&"LINEAR".into()).unwrap().oauth.clone().unwrap();
    let quirks = Quirks { redirect_ports: Vec::new(), params: vec![("x".into(), "y z".into())], ..linear.quirks };
    let flow = begin(CodeRequest { quirks, actor: Some("app".to_owned()), ..request(&server) }).await;
    let get = |name: &str| flow.url().query_pairs().find(|(n, _)| n == name).map(|(_, value)| value.into_owned());
    assert_eq!(get("scope").as_deref(), Some("read,issues:create"));
    assert_eq!((get("prompt").as_deref(), get("actor").as_deref()), (Some("consent"), Some("app")));
    assert_eq!((get("response_type").as_deref(), get("x").as_deref()), (Some("code"), Some("y z")));
    assert_eq!(get("code_challenge_method").as_deref(), Some("S256"));
    assert_eq!(get("redirect_uri").unwrap(), format!("http://localhost:{}/oauth/callback", flow.port()));
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_before_anything_is_sent() {
    let server = OAuthServer::start().await;
    let with = |change: &dyn Fn(&mut CodeRequest)| {
        let mut request = request(&server);
        change(&mut request);
        request
    };
    let implicit = |name: &'static str| {
        move |request: &mut CodeRequest| request.quirks.params = vec![(name.into(), "token".into())]
    };
    for (request, says) in [
        (with(&implicit("response_type")), "response_type is set by the flow"),
        (with(&implicit("code_challenge_method")), "code_challenge_method is set by the flow"),
        (with(&|request| request.actor = Some("root".into())), "no actors"),
        (with(&|request| request.app.client_id = " ".into()), "client id is empty"),
        (with(&|request| request.scopes.push("a b".into())), "holds a blank"),
        (with(&|request| request.endpoints.token = Url::parse("http://a.example/t").unwrap()), "must start with https"),
    ] {
        let fault = CodeFlow::begin(request, OAuthHttp::default()).await.err().expect(says);
        assert!(fault.kind == FaultKind::InvalidInput && fault.message.contains(says), "{fault}");
    }
}

#[tokio::test]
async fn each_refusal_is_told_in_words_and_on_the_page() {
    let server = OAuthServer::start().await;
    for (error, description, kind, says) in [
        ("access_denied", "", FaultKind::Denied, "Access was denied"),
        ("access_denied", "Your admin must approve this app", FaultKind::Denied, "administrator"),
        ("access_denied", "wrong team", FaultKind::OtherAccount, "another workspace"),
        ("invalid_scope", "<b>admin</b>", FaultKind::InvalidInput, "read issues:create"),
        ("unauthorized_client", "", FaultKind::KeyRefused, "client id"),
        ("no_install", "", FaultKind::KeyRefused, "not released"),
        ("server_error", "", FaultKind::ProviderFailed, "at the moment"),
        ("odd", "because", FaultKind::ProviderFailed, "It said: because"),
    ] {
        server.consent(Consent::Refuse { error, description });
        let rule = |code: Option<&str>, says: Option<&str>, means| RefusalRule {
            code: code.map(str::to_owned),
            says: says.map(str::to_owned),
            means,
        };
        let mut request = request(&server);
        request.quirks.refusals = vec![
            rule(Some("access_denied"), Some("approve"), RefusalKind::ApprovalPending),
            rule(None, Some("wrong team"), RefusalKind::WrongWorkspace),
            rule(Some("no_install"), None, RefusalKind::NotDistributed),
        ];
        let (end, page) = finish(&mut begin(request).await).await;
        let fault = end.unwrap_err();
        assert_eq!(fault.kind, kind, "{error}");
        assert!(fault.to_string().contains(says), "{fault}");
        assert!(page.text.contains("Not connected") && !page.text.contains("<b>"), "{}", page.text);
    }
    assert!(server.received("/token").is_empty());
}

#[tokio::test]
async fn an_answer_of_another_server_is_dropped_whole() {
    let server = OAuthServer::start().await;
    let named = |announces| {
        let mut request = request(&server);
        request.endpoints.issuer = Some("https://a.example".to_owned());
        request.endpoints.announces_iss = announces;
        request
    };
    let refused = Consent::RefuseAs { issuer: "https://evil.example", error: "x", description: "call 555" };
    for (consent, announces) in
        [(Consent::GrantAs("https://evil.example"), false), (Consent::Grant, true), (refused, true)]
    {
        server.consent(consent);
        let (end, page) = finish(&mut begin(named(announces)).await).await;
        let fault = end.unwrap_err();
        assert!(fault.kind == FaultKind::BadAnswer && fault.message.contains("server that was asked"), "{fault}");
        assert!(!fault.to_string().contains("555") && !page.text.contains("555"));
    }
    assert!(server.received("/token").is_empty());
    server.consent(Consent::GrantAs("https://a.example"));
    assert!(finish(&mut begin(named(true)).await).await.0.is_ok());
    assert!(finish(&mut begin(named(false)).await).await.0.is_ok(), "one that announces nothing may say nothing");
}

#[tokio::test]
async fn an_exchange_that_fails_is_told_on_the_page_and_tells_no_secret() {
    for (reply, kind) in [
        (Reply::error(400, "invalid_grant", "hunter2 is old"), FaultKind::LinkExpired),
        (Reply::error(401, "invalid_client", "hunter2 is wrong"), FaultKind::KeyRefused),
        (Reply::error(200, "incorrect_client_credentials", "hunter2"), FaultKind::ProviderFailed),
        (Reply::text(500, "text/html", "hunter2"), FaultKind::ProviderFailed),
        (Reply::json(200, &json!({ "token": "hunter2" })), FaultKind::BadAnswer),
        (Reply::json(200, &json!({ "access_token": "hunter2", "token_type": "mac" })), FaultKind::BadAnswer),
    ] {
        let server = OAuthServer::start().await;
        server.answer("/token", reply);
        let mut request = request(&server);
        request.app.client_secret = Some(Secret::new("hunter2".to_owned()));
        let (end, page) = finish(&mut begin(request).await).await;
        let fault = end.unwrap_err();
        assert_eq!(fault.kind, kind, "{fault}");
        assert!(page.text.contains("Not connected"), "{}", page.text);
        assert!(!format!("{fault:?}{}", page.text).contains("hunter2"), "{fault:?}");
    }
}

#[tokio::test]
async fn an_exchange_goes_on_when_it_is_not_waited_for() {
    let server = OAuthServer::start().await;
    let gate = Arc::new(Semaphore::new(0));
    server.hold(&gate);
    let mut flow = begin(request(&server)).await;
    let browser = tokio::spawn(browse(flow.url().clone()));
    while server.received("/token").is_empty() {
        let _ = tokio::time::timeout(Duration::from_millis(5), flow.next()).await;
    }
    gate.add_permits(1);
    let CodeEvent::Granted(grant, page) = soon("a grant", flow.next()).await else { panic!("refused") };
    page.show(PageVerdict::Failed("It could not be kept.".to_owned()));
    assert_eq!(grant.access.expose(), "access-2");
    assert!(browser.await.unwrap().text.contains("It could not be kept."));
    assert_eq!(server.received("/token").len(), 1);
}

#[tokio::test]
async fn a_form_is_understood_as_well_as_json() {
    let server = OAuthServer::start().await;
    let form = "access_token=gho_1&scope=repo%2Cgist&token_type=bearer";
    server.answer("/token", Reply::text(200, "application/x-www-form-urlencoded", form));
    let grant = finish(&mut begin(request(&server)).await).await.0.unwrap();
    assert_eq!((grant.access.expose(), grant.expires_at, grant.refresh.is_none()), ("gho_1", None, true));
    assert_eq!(grant.granted.unwrap(), ["repo", "gist"].map(Untrusted::from));
}

#[tokio::test]
async fn the_url_that_a_browser_elsewhere_ended_at_can_be_pasted_once() {
    let server = OAuthServer::start().await;
    let mut flow = begin(request(&server)).await;
    for (text, says) in [
        ("https://linear.app/login", "question mark"),
        ("http://127.0.0.1:1/callback?code=x&state=forged", "not the URL that this attempt ended at"),
    ] {
        let fault = flow.paste(text).await.unwrap_err();
        assert!(fault.kind == FaultKind::InvalidInput && fault.message.contains(says), "{fault}");
    }
    let ended = send(client().get(flow.url().clone())).await.location().to_owned();
    assert_eq!(flow.paste(&ended).await.unwrap().access.expose(), "access-2");
    let fault = flow.paste(&ended).await.unwrap_err();
    assert!(fault.message.contains("used before"), "{fault}");
    let page = send(client().get(&ended)).await;
    assert_eq!(page.status, 403, "the state counts once, whichever way it came");
    assert!(matches!(flow.next().await, CodeEvent::Stray));
    server.consent(Consent::Refuse { error: "access_denied", description: "" });
    let mut flow = begin(request(&server)).await;
    let ended = send(client().get(flow.url().clone())).await.location().to_owned();
    assert_eq!(flow.paste(&ended).await.unwrap_err().kind, FaultKind::Denied);
}

#[tokio::test]
async fn ports_are_tried_in_turn_and_named_when_all_are_taken() {
    let server = OAuthServer::start().await;
    let taken = [TcpListener::bind("127.0.0.1:0").await.unwrap(), TcpListener::bind("127.0.0.1:0").await.unwrap()];
    let mut ports: Vec<u16> = taken.iter().map(|socket| socket.local_addr().unwrap().port()).collect();
    let with = |ports: &[u16]| {
        let mut request = request(&server);
        request.quirks.redirect_ports = ports.to_vec();
        request
    };
    let fault = CodeFlow::begin(with(&ports), OAuthHttp::default()).await.err().unwrap();
    let named = format!("None of the ports {}, {}", ports[0], ports[1]);
    assert!(fault.kind == FaultKind::Local && fault.message.starts_with(&named), "{fault}");
    drop(taken);
    ports.reverse();
    let held = TcpListener::bind(("127.0.0.1", ports[0])).await.unwrap();
    assert_eq!(begin(with(&ports)).await.port(), ports[1]);
    drop(held);
}
