//! Requests with the account's credential, and its renewal.

use jackfield::testing::backend::local::ConnectionAuth;
use jackfield::testing::domain::{FaultKind, Status};
use serde_json::Value;

use super::environment::{Own, request};
use crate::waiting::soon;

/// An environment with one account by consent.
async fn consented(prepare: impl FnOnce(&Own)) -> Own {
    let own = Own::new().await;
    prepare(&own);
    let draft = own.draft("acme", ConnectionAuth::OAuth).await;
    soon("the account", own.consent(draft)).await.unwrap();
    own
}

#[tokio::test]
async fn a_request_goes_below_the_api_and_nowhere_else() {
    let own = consented(|_| ()).await;
    let answer = own.get("acme", "users/me").await.unwrap();
    assert_eq!(answer.status, 200);
    let [seen] = &own.provider.seen("/api/users/me")[..] else { panic!("sent once") };
    assert_eq!((seen.method.as_str(), seen.authorization.as_str()), ("GET", "Bearer access_hunter2_1"));
    for path in ["https://evil.test/x", "//evil.test/x", "../token", "/a/%2e%2e/%2e%2e/token", "/x?y=1"] {
        let fault = own.get("acme", path).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::InvalidInput, "{path}");
    }
    let mut as_another = request("acme", "/x");
    as_another.headers.push(("Authorization".into(), "Bearer mine".into()));
    assert!(own.opened.backend.proxy().unwrap().send(&as_another).await.is_err());
    // A redirect is an answer, and the credential stays here.
    let answer = own.get("acme", "/elsewhere").await.unwrap();
    assert_eq!((answer.status, answer.header("location").unwrap().raw()), (307, "https://evil.test/steal"));
    assert!(own.account("acme").await.last_used_at.is_some());
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_and_the_request_sent_again() {
    let own = consented(|_| ()).await;
    own.provider.answers().good = vec!["access_hunter2_2".into()];
    assert_eq!(own.get("acme", "/me").await.unwrap().status, 200);
    assert_eq!(own.provider.seen("/api/me").len(), 2);
    let tokens = own.provider.seen("/token");
    assert_eq!((tokens.len(), tokens[1].form["refresh_token"].as_str()), (2, "refresh_hunter2_1"));
    assert_eq!(own.account("acme").await.status, Status::Active);
}

#[tokio::test]
async fn a_token_is_renewed_ahead_of_its_end() {
    let own = consented(|own| own.provider.answers().expires_in = Some(1)).await;
    own.provider.answers().expires_in = Some(3_600);
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let before = own.account("acme").await.token_expires_at.unwrap();
    own.get("acme", "/me").await.unwrap();
    assert_eq!(own.provider.seen("/api/me")[0].authorization, "Bearer access_hunter2_2");
    assert!(own.account("acme").await.token_expires_at.unwrap() > before);
}

#[tokio::test]
async fn two_processes_that_renew_at_once_ask_once() {
    let own = consented(|own| own.provider.answers().expires_in = Some(1)).await;
    own.provider.answers().expires_in = Some(3_600);
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let other = own.another();
    let asked = request("acme", "/me");
    let send = |opened: &jackfield::testing::flow::environment::Opened| {
        let (backend, asked) = (std::sync::Arc::clone(&opened.backend), asked.clone());
        async move { backend.proxy().unwrap().send(&asked).await.unwrap().status }
    };
    let (one, two, three) = tokio::join!(send(&own.opened), send(&other), send(&other));
    assert_eq!([one, two, three], [200; 3]);
    assert_eq!(own.provider.seen("/token").len(), 2, "one consent, one renewal");
}

#[tokio::test]
async fn a_grant_that_the_provider_ended_makes_the_account_expired() {
    let own = consented(|_| ()).await;
    own.provider.answers().good = vec!["none".into()];
    own.provider.answers().refresh = Some((400, r#"{"error":"invalid_grant","error_description":"revoked by admin"}"#));
    let fault = own.get("acme", "/me").await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::NeedsAuthorization);
    let account = own.account("acme").await;
    let raw: Value = serde_json::from_slice(account.raw.bytes()).unwrap();
    assert_eq!(account.status, Status::Expired);
    assert!(raw["reason"].is_string(), "{raw}");
    let sent = own.provider.seen("/api/me").len();
    assert_eq!(own.get("acme", "/me").await.unwrap_err().kind, FaultKind::NeedsAuthorization);
    assert_eq!((own.provider.seen("/api/me").len(), own.provider.seen("/token").len()), (sent, 2), "nothing is sent");
    // Authorized again, it works again.
    own.provider.answers().good.clear();
    let draft = own.draft("acme", ConnectionAuth::OAuth).await;
    assert_eq!(soon("the account", own.consent(draft)).await.unwrap().id, account.id);
    assert_eq!(own.get("acme", "/me").await.unwrap().status, 200);
}

#[tokio::test]
async fn a_failing_provider_says_nothing_of_the_account() {
    let own = consented(|_| ()).await;
    own.provider.answers().good = vec!["none".into()];
    for refresh in [(500, "oops"), (503, "{}"), (429, r#"{"error":"invalid_grant"}"#)] {
        own.provider.answers().refresh = Some(refresh);
        assert_eq!(own.get("acme", "/me").await.unwrap().status, 401, "the provider's own word");
        assert_eq!(own.account("acme").await.status, Status::Active, "{refresh:?}");
    }
}

#[tokio::test]
async fn without_a_refresh_token_an_account_is_expired_once_its_token_is() {
    let own = consented(|own| {
        own.provider.answers().gives_refresh = false;
        own.provider.answers().expires_in = Some(1);
    })
    .await;
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    assert_eq!(own.account("acme").await.status, Status::Expired);
    assert_eq!(own.get("acme", "/me").await.unwrap_err().kind, FaultKind::NeedsAuthorization);
    assert!(own.provider.seen("/api/me").is_empty());
}

#[tokio::test]
async fn it_is_known_whether_an_api_is_on_this_machine() {
    let own = Own::new().await;
    own.key("acme", ConnectionAuth::Token, "hunter2").await.unwrap();
    let mut draft = own.draft("far", ConnectionAuth::Token).await;
    draft.spec.api_url = Some("https://api.acme.dev".parse().unwrap());
    own.opened.backend.connection_admin().unwrap().save(draft).await.unwrap();
    let proxy = own.opened.backend.proxy().unwrap();
    assert!(proxy.is_on_this_machine(&"acme".into()).await);
    assert!(!proxy.is_on_this_machine(&"far".into()).await && !proxy.is_on_this_machine(&"none".into()).await);
}
