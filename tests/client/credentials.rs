//! Credentials that somebody asked to see, and what must never show one.

use jackfield::backend::{AccountUpdate, Backend as _};
use jackfield::domain::{AccountRef, CredentialKind, Credentials, FaultKind, Secret};

use super::coded;
use super::server::{Reply, Server};

#[tokio::test]
async fn credentials_come_only_when_they_are_asked_for() {
    // Section 11, the answer of `auth`.
    let answer = r#"{"connected_account":{"id":"ca_1","identifier":"user_123","provider":"LINEAR","status":"ACTIVE",
        "authorization_details":{"oauth_token":{"access_token":"hunter2","refresh_token":"hunter3","scopes":["read"],"domain":""}},
        "token_expires_at":"2026-10-12T10:00:00Z"}}"#;
    let server = Server::with_tokens(move |_, _| Reply::json(200, answer)).await;
    let account = AccountRef::Pair("linear".into(), "user_123".into());
    let held = server.client().account_credentials(&account).await.expect("an answer").expect("credentials");
    assert_eq!(held.kind, CredentialKind::OauthToken);
    assert_eq!(held.fields.get("access_token").expect("a token").expose(), "hunter2");
    assert_eq!(held.fields.get("refresh_token").expect("a token").expose(), "hunter3");
    assert_eq!((held.fields.iter().len(), held.scopes.len()), (2, 1));
    assert!(!format!("{held:?}").contains("hunter"));
    let targets: Vec<_> = server.calls().into_iter().map(|call| call.target).collect();
    assert_eq!(targets, ["/api/v1/connected_accounts/auth?connector=linear&identifier=user_123"]);
}

#[tokio::test]
async fn an_account_that_nobody_authorized_has_none() {
    let answer = r#"{"connected_account":{"id":"ca_1","status":"PENDING_AUTH","authorization_details":null}}"#;
    let server = Server::with_tokens(move |_, _| Reply::json(200, answer)).await;
    let held = server.client().account_credentials(&AccountRef::Id("ca_1".into())).await.expect("an answer");
    assert!(held.is_none());
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_gives_nothing_away() {
    for body in [
        r#"{"connected_account":{"authorization_details":{"oauth_token":{"access_token":"hunter2","#,
        "access_token=hunter2",
        r#"{"access_token":"hunter2"}"#,
    ] {
        let server = Server::with_tokens(move |_, _| Reply::json(200, body)).await;
        let account = AccountRef::Id("ca_1".into());
        let fault = server.client().account_credentials(&account).await.expect_err("unreadable");
        assert_eq!(fault.kind, FaultKind::BadAnswer);
        assert!(!format!("{fault:?}{fault}").contains("hunter2"), "{fault:?}");
    }
    let server = Server::start(|_, _| Reply::json(200, "access_token=hunter2")).await;
    let fault = server.client().connections(None).await.expect_err("no token in that");
    assert!(!format!("{fault:?}{fault}").contains("hunter2"), "{fault:?}");
}

#[tokio::test]
async fn a_key_may_not_see_them() {
    for (status, kind) in [(403, FaultKind::Forbidden), (404, FaultKind::NotFound)] {
        let server = Server::with_tokens(move |_, _| coded(status, "X")).await;
        let fault = server.client().account_credentials(&AccountRef::Id("ca_1".into())).await.expect_err("refused");
        assert_eq!(fault.kind, kind);
    }
}

#[tokio::test]
async fn whoever_repeats_a_secret_is_not_repeated() {
    let refuse = |said: &str| Reply::json(400, &format!(r#"{{"code":3,"message":"what is {said}?"}}"#));
    let server = Server::with_tokens(move |seen, _| match seen.method.as_str() {
        "PUT" => refuse("hunter2"),
        _ => refuse(seen.header("authorization").unwrap_or_default()),
    })
    .await;
    let client = server.client();
    let credentials = Credentials::from_iter([("api_key".to_owned(), Secret::new("hunter2".into()))]);
    let update = AccountUpdate { credentials: Some(credentials), ..AccountUpdate::default() };
    let fault = client.update_account(&AccountRef::Id("ca_1".into()), &update).await.expect_err("refused");
    assert_eq!(fault.said.expect("words").raw(), "what is …?");
    let fault = client.account(&AccountRef::Id("ca_1".into())).await.expect_err("refused");
    assert_eq!(fault.said.expect("words").raw(), "what is Bearer …?");

    let said = r#"{"error":"invalid_client","error_description":"not the secret: sks_hunter2 &="}"#;
    let server = Server::start(move |_, _| Reply::json(401, said)).await;
    let fault = server.client().account(&AccountRef::Id("ca_1".into())).await.expect_err("refused");
    assert_eq!(fault.said.expect("words").raw(), "not the secret: …");
}
