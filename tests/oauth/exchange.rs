//! Exchanging tokens with a token service.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jackfield::testing::domain::{CredentialOutcome, FaultKind, Secret};
use jackfield::testing::oauth::{
    AssertionKey, ClientProof, ExchangeApplication, ExchangeFault, ExchangeState, ExchangeTarget, ExchangedToken,
    IssuedUse, OAuthHttp, TokenExchange, TokenExchanger, discover,
};
use serde_json::json;
use url::Url;

use crate::support::oauth_server::Reply;
use crate::support::token_service::{
    ACCESS_TOKEN, DENIAL, EC_KEY, EXCHANGE, GITHUB, LINEAR, PAYROLL, STORED_SECRET, TokenService, VAULT,
};

pub fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

pub fn application(id: &str, proof: ClientProof) -> ExchangeApplication {
    ExchangeApplication { client_id: id.to_owned(), proof }
}

pub fn by_basic() -> ExchangeApplication {
    application("app-basic", ClientProof::Basic(secret("hunter2-basic")))
}

pub fn signed(id: &str, pem: &str) -> ExchangeApplication {
    let key = AssertionKey::from_pem(&secret(pem), None).unwrap();
    application(id, ClientProof::Signed { key, audience: None })
}

pub fn target(resource: &str, scopes: &[&str]) -> ExchangeTarget {
    ExchangeTarget {
        resource: Some(resource.to_owned()),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        ..ExchangeTarget::default()
    }
}

fn exchanger() -> TokenExchanger {
    TokenExchanger::new(OAuthHttp::default()).with_first_pause(Duration::from_millis(1))
}

pub async fn service() -> TokenService {
    let service = TokenService::start().await;
    service.know_subject("subject-hunter2", "ada");
    service
}

async fn exchange_at(
    url: &Url,
    application: &ExchangeApplication,
    target: &ExchangeTarget,
) -> Result<ExchangedToken, ExchangeFault> {
    let subject = secret("subject-hunter2");
    exchanger().exchange(TokenExchange { token_url: url, application, subject: &subject, target }).await
}

pub async fn exchange(
    service: &TokenService,
    application: &ExchangeApplication,
    target: &ExchangeTarget,
) -> Result<ExchangedToken, ExchangeFault> {
    exchange_at(&service.url("/token"), application, target).await
}

fn fields(service: &TokenService) -> Vec<(String, String)> {
    let sent = service.received("/token").pop().unwrap();
    url::form_urlencoded::parse(sent.body.as_bytes()).into_owned().collect()
}

#[tokio::test]
async fn a_token_becomes_one_for_a_single_resource() {
    let service = service().await;
    let before = jiff::Timestamp::now();
    let token = exchange(&service, &by_basic(), &target(LINEAR, &["issues:create"])).await.unwrap();
    assert_eq!((token.token.expose(), &token.issued_use), ("exchanged-1-hunter2", &IssuedUse::Bearer));
    assert_eq!(token.issued_type.as_ref().unwrap().raw(), ACCESS_TOKEN);
    let life = token.expires_at.unwrap().duration_since(before).as_secs();
    assert!((3_600..3_700).contains(&life), "{life}");
    assert_eq!(token.given, Some(vec!["issues:create".into()]));
    let issued = &service.issued()[0];
    assert_eq!((&*issued.person, &*issued.application, &*issued.resource), ("ada", "app-basic", LINEAR));
    let expected = [
        ("grant_type", EXCHANGE),
        ("resource", LINEAR),
        ("scope", "issues:create"),
        ("subject_token", "subject-hunter2"),
        ("subject_token_type", ACCESS_TOKEN),
    ];
    assert_eq!(fields(&service), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let sent = &service.received("/token")[0];
    assert_eq!(sent.authorization.as_deref(), Some("Basic YXBwLWJhc2ljOmh1bnRlcjItYmFzaWM="));
    assert_eq!(service.complaints(), [""; 0]);
}

#[tokio::test]
async fn fields_that_nobody_asked_for_are_not_sent() {
    let service = service().await;
    let public = application("app-public", ClientProof::None);
    exchange(&service, &public, &target(LINEAR, &[])).await.unwrap();
    let names: Vec<_> = fields(&service).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["grant_type", "resource", "subject_token", "subject_token_type", "client_id"]);
    let all = ExchangeTarget {
        audience: Some("linear".to_owned()),
        requested_type: Some(ACCESS_TOKEN.to_owned()),
        ..target(LINEAR, &["read", "write"])
    };
    exchange(&service, &public, &all).await.unwrap();
    let sent = fields(&service);
    for (name, value) in [("audience", "linear"), ("requested_token_type", ACCESS_TOKEN), ("scope", "read write")] {
        assert!(sent.contains(&(name.to_owned(), value.to_owned())), "{sent:?}");
    }
    assert_eq!(service.complaints(), [""; 0]);
}

#[tokio::test]
async fn each_refusal_is_a_state_of_its_own_and_the_last_word() {
    let service = service().await;
    let cases = [
        (target(PAYROLL, &["read"]), ExchangeState::DeniedByPolicy, CredentialOutcome::Denied, DENIAL),
        (target(GITHUB, &[]), ExchangeState::NotGranted, CredentialOutcome::NotGranted, "No grant"),
        (
            target("https://api.linear.app/", &[]),
            ExchangeState::ResourceUnknown,
            CredentialOutcome::Failure,
            "does not know",
        ),
        (target(LINEAR, &["admin"]), ExchangeState::ScopeRefused, CredentialOutcome::Failure, "admin"),
    ];
    for (count, (target, state, outcome, says)) in cases.into_iter().enumerate() {
        let fault = exchange(&service, &by_basic(), &target).await.unwrap_err();
        assert_eq!((fault.state, fault.outcome(), fault.link.as_ref()), (state, outcome, None));
        assert!(fault.fault.to_string().contains(says), "{}", fault.fault);
        assert_eq!(service.received("/token").len(), count + 1, "asked once");
    }
    service.expire("subject-hunter2");
    let fault = exchange(&service, &by_basic(), &target(LINEAR, &[])).await.unwrap_err();
    assert_eq!((fault.state, fault.fault.kind), (ExchangeState::SignInNeeded, FaultKind::NeedsAuthorization));
    assert_eq!(service.issued(), []);
}

#[tokio::test]
async fn the_same_sign_in_will_do_once_the_person_has_granted() {
    let service = service().await;
    service.name_page();
    let fault = exchange(&service, &by_basic(), &target(GITHUB, &[])).await.unwrap_err();
    let page = fault.link.unwrap();
    assert_eq!((page.path(), page.origin()), ("/connect", service.url("/").origin()));
    service.grant("ada", GITHUB);
    assert!(exchange(&service, &by_basic(), &target(GITHUB, &[])).await.is_ok());
    service.know_subject("subject-hunter2", "grace");
    assert!(exchange(&service, &by_basic(), &target(GITHUB, &[])).await.is_err(), "each person grants for themselves");
}

#[tokio::test]
async fn a_resource_may_give_a_secret_that_the_server_keeps() {
    let service = service().await;
    let token = exchange(&service, &by_basic(), &target(VAULT, &[])).await.unwrap();
    assert_eq!((token.token.expose(), token.issued_use), (STORED_SECRET, IssuedUse::NotAnAccessToken));
}

#[tokio::test]
async fn scopes_may_be_fewer_or_more_than_asked() {
    let service = service().await;
    let asked = target(LINEAR, &["read", "write"]);
    for (given, missing, beyond) in
        [(json!("read"), vec!["write"], 0), (json!("read write issues:create"), vec![], 1), (json!(null), vec![], 0)]
    {
        service.give(given);
        let token = exchange(&service, &by_basic(), &asked).await.unwrap();
        assert_eq!((token.missing(&asked.scopes), token.beyond(&asked.scopes).len()), (missing, beyond));
    }
}

#[tokio::test]
async fn what_failed_by_the_way_is_tried_again_and_with_a_new_assertion() {
    let service = service().await;
    service.answer("/token", Reply::text(503, "text/html", "<h1>down</h1>"));
    service.answer("/token", Reply::error(400, "temporarily_unavailable", ""));
    exchange(&service, &signed("app-ec", EC_KEY), &target(LINEAR, &[])).await.unwrap();
    let sent = service.received("/token");
    let assertions: std::collections::HashSet<_> =
        sent.iter().map(|sent| sent.field("client_assertion").unwrap()).collect();
    assert_eq!((sent.len(), assertions.len()), (3, 3));
    for _ in 0..4 {
        service.answer("/token", Reply::error(500, "access_denied", "hunter"));
    }
    let fault = exchange(&service, &by_basic(), &target(LINEAR, &[])).await.unwrap_err();
    assert_eq!((fault.state, fault.fault.http_status), (ExchangeState::Failed, Some(500)));
    assert_eq!(service.received("/token").len(), 6, "three times, and no more");
}

#[tokio::test]
async fn a_pause_that_is_too_long_is_not_waited_for() {
    let service = service().await;
    service.answer("/token", Reply::error(429, "slow_down", "").after(3_600));
    let fault = exchange(&service, &by_basic(), &target(LINEAR, &[])).await.unwrap_err();
    assert_eq!(fault.fault.kind, FaultKind::ProviderLimited);
    assert_eq!(fault.fault.retry_after, Some(Duration::from_secs(3_600)));
    assert_eq!(service.received("/token").len(), 1);
    service.answer("/token", Reply::error(429, "slow_down", "").after(0));
    assert!(exchange(&service, &by_basic(), &target(LINEAR, &[])).await.is_ok());
}

#[tokio::test]
async fn a_server_that_is_not_there_or_does_not_answer_says_nothing_of_the_person() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = Url::parse(&format!("http://{nobody}/token")).unwrap();
    let fault = exchange_at(&url, &by_basic(), &target(LINEAR, &[])).await.unwrap_err();
    assert_eq!((fault.state, fault.fault.kind), (ExchangeState::Failed, FaultKind::Unreachable));
    assert_eq!(fault.outcome(), CredentialOutcome::Failure);
    let service = service().await;
    service.hold(&Arc::new(tokio::sync::Semaphore::new(0)));
    let (url, subject) = (service.url("/token"), secret("subject-hunter2"));
    let (application, target) = (by_basic(), target(LINEAR, &[]));
    let exchange = TokenExchange { token_url: &url, application: &application, subject: &subject, target: &target };
    let impatient =
        TokenExchanger::new(OAuthHttp::new(Duration::from_millis(20))).with_first_pause(Duration::from_millis(1));
    let fault = impatient.exchange(exchange).await.unwrap_err();
    assert_eq!((fault.fault.kind, fault.outcome()), (FaultKind::TimedOut, CredentialOutcome::Unknown));
}

#[tokio::test]
async fn nothing_is_sent_where_it_could_be_read_or_carried_on() {
    let fault = exchange_at(&Url::parse("http://zone.example/token").unwrap(), &by_basic(), &target(LINEAR, &[])).await;
    assert!(fault.unwrap_err().fault.message.contains("must start with https"));
    let (service, elsewhere) = (service().await, TokenService::start().await);
    service.answer("/token", Reply::redirect(elsewhere.url("/token").as_str()));
    let fault = exchange(&service, &by_basic(), &target(LINEAR, &[])).await.unwrap_err();
    assert_eq!((fault.fault.kind, fault.fault.http_status), (FaultKind::BadAnswer, Some(307)));
    assert!(elsewhere.asked().is_empty());
    let no_id = application("", ClientProof::Basic(secret("hunter2-basic")));
    assert!(exchange(&service, &no_id, &target(LINEAR, &[])).await.unwrap_err().fault.message.contains("client id"));
    assert!(
        exchange(&service, &by_basic(), &target(LINEAR, &["a b"])).await.unwrap_err().fault.message.contains("scope")
    );
    assert_eq!(service.received("/token").len(), 1);
}

#[tokio::test]
async fn answers_that_make_no_sense_are_faults() {
    let service = service().await;
    let large = format!(r#"{{"access_token":"{}"}}"#, "x".repeat(2 << 20));
    for (reply, kind) in [
        (Reply::text(200, "application/json", &large), FaultKind::TooLarge),
        (Reply::text(200, "text/html", "<h1>Sign in</h1>"), FaultKind::BadAnswer),
        (Reply::text(200, "application/json", r#"{"access_token":"hunter2"#), FaultKind::BadAnswer),
        (Reply::json(200, &json!({"access_token": "a\nb"})), FaultKind::BadAnswer),
        (Reply::json(200, &json!({"access_token": "a\u{0}b"})), FaultKind::BadAnswer),
        (Reply::json(200, &json!({"access_token": "a", "token_type": "DPoP"})), FaultKind::BadAnswer),
        // What was sent is no token of a resource.
        (Reply::json(200, &json!({"access_token": "subject-hunter2"})), FaultKind::BadAnswer),
        (Reply::json(200, &json!({"access_token": "hunter2-basic"})), FaultKind::BadAnswer),
        (Reply::text(404, "text/html", "<h1>no</h1>"), FaultKind::ProviderFailed),
    ] {
        service.answer("/token", reply);
        let fault = exchange(&service, &by_basic(), &target(LINEAR, &[])).await.unwrap_err();
        assert_eq!((fault.state, fault.fault.kind), (ExchangeState::Failed, kind));
    }
    assert_eq!(service.received("/token").len(), 9);
}

#[tokio::test]
async fn words_of_a_megabyte_are_cut_and_steer_nothing() {
    let service = service().await;
    let words = "\u{1b}[2J\u{202e}".repeat(150_000);
    service.answer("/token", Reply::error(400, "access_denied", &words));
    let fault = exchange(&service, &by_basic(), &target(LINEAR, &[])).await.unwrap_err();
    let shown = fault.fault.to_string();
    assert!(shown.len() < 10_000 && !shown.chars().any(|c| c.is_control() || c == '\u{202e}'), "{}", shown.len());
}

#[tokio::test]
async fn no_credential_is_in_what_is_told() {
    let service = service().await;
    let log = Arc::new(Mutex::new(String::new()));
    let http = {
        let log = Arc::clone(&log);
        OAuthHttp::observed(move |exchange| log.lock().unwrap().push_str(&format!("{exchange:?}")))
    };
    let subject = secret("subject-hunter2");
    let (url, linear) = (service.url("/token"), target(LINEAR, &["read"]));
    let exchanger = TokenExchanger::new(http);
    let mut told = String::new();
    for application in
        [by_basic(), signed("app-ec", EC_KEY), application("app-post", ClientProof::Body(secret("hunter2-post")))]
    {
        let exchange = TokenExchange { token_url: &url, application: &application, subject: &subject, target: &linear };
        told.push_str(&format!("{exchange:?} {:?}", exchanger.exchange(exchange).await.unwrap()));
        let echo = "no subject-hunter2 nor hunter2-basic nor hunter2-post";
        let said = json!({ "error": "insufficient_authorization", "error_description": echo,
            "authorization_url": "https://zone.example/?t=subject-hunter2" });
        service.answer("/token", Reply::json(400, &said));
        let fault = exchanger.exchange(exchange).await.unwrap_err();
        let sent = service.received("/token").pop().unwrap().field("client_assertion");
        assert!(sent.is_none_or(|assertion| !format!("{fault:?}").contains(&assertion)));
        let own = format!("{fault:?} {}", fault.fault);
        assert!(!own.contains("subject-hunter2") && fault.link.is_none(), "{own}");
        if let Some(secret) = match &application.proof {
            ClientProof::Basic(secret) | ClientProof::Body(secret) => Some(secret.expose()),
            _ => None,
        } {
            assert!(!own.contains(secret), "{own}");
        }
    }
    told.push_str(&log.lock().unwrap());
    assert!(!told.contains("hunter"), "{told}");
    assert!(told.contains("/token"), "the log heard of it: {told}");
}

#[tokio::test]
async fn a_service_says_that_it_exchanges_tokens() {
    let service = service().await;
    let found = discover(&service.url("/"), &OAuthHttp::default()).await.unwrap();
    assert_eq!(
        (found.exchanges_tokens, found.takes_client_assertions, found.takes_public_clients),
        (Some(true), true, true)
    );
    assert_eq!(found.endpoints.token, service.url("/token"));
}

/// For trying other clients against the service: `cargo test --test all serve_token_service -- --ignored --nocapture`.
#[tokio::test]
#[ignore = "serves until it is killed"]
async fn serve_token_service() {
    use std::io::Write as _;
    let service = service().await;
    writeln!(std::io::stderr(), "token service at {}", service.url("/")).unwrap();
    std::future::pending::<()>().await;
}
