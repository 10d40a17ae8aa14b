//! Accounts that are created, changed, disconnected and deleted.

use jackfield::testing::backend::scalekit::Client;
use jackfield::testing::domain::{AccountRef, Credentials, Fault, FaultKind, Secret, Status};

use super::coded;
use super::server::{Reply, Server};

const ACCOUNT: &str = r#"{"connected_account":{"id":"ca_1","status":"DISCONNECTED"}}"#;

fn password() -> Credentials {
    [("domain", "acme.freshdesk.com"), ("password", "hunter2 \"é")]
        .into_iter()
        .map(|(name, value)| (name, Secret::new(value.into())))
        .collect()
}

fn id() -> AccountRef {
    AccountRef::Id("ca_1".into())
}

fn pair() -> AccountRef {
    AccountRef::Pair("my conn".into(), "user_123".into())
}

/// Every change there is, one after the other.
async fn every_change(client: &Client) -> Vec<Result<(), Fault>> {
    vec![
        client.create_account(&"linear".into(), &"user_123".into(), None).await.map(drop),
        client.update_account(&id(), &password()).await.map(drop),
        client.disconnect_account(&"ca_1".into()).await.map(drop),
        client.delete_account(&id()).await,
    ]
}

#[tokio::test]
async fn changes_go_out_as_the_wire_wants_them() {
    let server = Server::with_tokens(|seen, _| match seen.target.ends_with(":delete") {
        true => Reply::json(200, "{}"),
        false => Reply::json(200, ACCOUNT),
    })
    .await;
    let client = server.client();
    client.create_account(&"freshdesk-8".into(), &"user_123".into(), Some(&password())).await.expect("created");
    client.update_account(&pair(), &password()).await.expect("changed");
    let account = client.disconnect_account(&"ca_1".into()).await.expect("disconnected");
    assert_eq!(account.status, Status::Disconnected);
    client.delete_account(&id()).await.expect("deleted");
    client.delete_account(&pair()).await.expect("deleted");
    let sent: Vec<_> = server.calls().into_iter().map(|call| (call.method, call.target, call.body)).collect();
    let details = r#""authorization_details":{"static_auth":{"details":{"domain":"acme.freshdesk.com","password":"hunter2 \"é"}}}"#;
    let expected = [
        (
            "POST",
            "connected_accounts",
            format!(r#"{{"connector":"freshdesk-8","identifier":"user_123","connected_account":{{{details}}}}}"#),
        ),
        (
            "PUT",
            "connected_accounts",
            format!(r#"{{"connector":"my conn","identifier":"user_123","connected_account":{{{details}}}}}"#),
        ),
        ("POST", "connected_accounts/ca_1:disconnect", "{}".into()),
        ("POST", "connected_accounts:delete", r#"{"id":"ca_1"}"#.into()),
        ("POST", "connected_accounts:delete", r#"{"connector":"my conn","identifier":"user_123"}"#.into()),
    ];
    assert_eq!(sent, expected.map(|(method, path, body)| (method.to_owned(), format!("/api/v1/{path}"), body)));
}

#[tokio::test]
async fn a_change_is_sent_once() {
    for reply in [
        || Reply::json(503, r#"{"code":14,"message":"unavailable","details":[]}"#),
        || Reply::with(429, "retry-after: 0\r\n", "{}"),
        || Reply::raw("").then_reset(),
    ] {
        let server = Server::with_tokens(move |_, _| reply()).await;
        for change in every_change(&server.client()).await {
            change.expect_err("failed");
        }
        assert_eq!(server.calls().len(), 4);
    }
}

#[tokio::test]
async fn a_change_whose_end_nobody_saw_says_so() {
    let server = Server::with_tokens(|_, _| Reply::raw("").then_reset()).await;
    for change in every_change(&server.client()).await {
        let fault = change.expect_err("failed");
        assert!(fault.message.contains("Whether it was carried out is not known"), "{fault}");
    }
}

#[tokio::test]
async fn every_refusal_has_its_own_words() {
    use FaultKind::*;
    let cases = [
        (403, [Forbidden, Forbidden, Forbidden, Forbidden]),
        (404, [NotFound, NotFound, NotFound, NotFound]),
        (409, [Conflict, Conflict, Conflict, Conflict]),
        (400, [InvalidInput, InvalidInput, InvalidInput, InvalidInput]),
    ];
    for (status, kinds) in cases {
        let server = Server::with_tokens(move |_, _| coded(status, "SOME_CODE")).await;
        let faults: Vec<_> =
            every_change(&server.client()).await.into_iter().map(|change| change.expect_err("refused")).collect();
        assert_eq!(faults.iter().map(|fault| fault.kind).collect::<Vec<_>>(), kinds, "{status}");
        assert!(!format!("{faults:?}").contains("hunter2"));
        if matches!(status, 403 | 404) {
            let mut words: Vec<_> = faults.iter().map(|fault| &*fault.message).collect();
            words.sort_unstable();
            words.dedup();
            assert!(words.len() >= 3, "{words:?}");
        }
    }
}

#[tokio::test]
async fn to_disconnect_may_be_missing() {
    let server = Server::with_tokens(|_, _| Reply::json(404, r#"{"code":5,"message":"Not Found","details":[]}"#)).await;
    let fault = server.client().disconnect_account(&"ca_1".into()).await.expect_err("missing");
    assert_eq!(fault.kind, FaultKind::NotOffered);
}

#[tokio::test]
async fn what_changes_nothing_or_names_nothing_is_not_sent() {
    let server = Server::with_tokens(|_, _| Reply::json(200, ACCOUNT)).await;
    let client = server.client();
    let fault = client.update_account(&id(), &Credentials::default()).await.expect_err("refused");
    assert_eq!(fault.kind, FaultKind::InvalidInput);
    for id in ["", "-", "this", "..", "conn_1"] {
        let fault = client.disconnect_account(&id.into()).await.expect_err("refused");
        assert_eq!(fault.kind, FaultKind::InvalidInput, "{id}");
    }
    client.disconnect_account(&"ca_1/../../x?y".into()).await.expect("sent as one step");
    assert_eq!(server.calls()[0].target, "/api/v1/connected_accounts/ca_1%2F..%2F..%2Fx%3Fy:disconnect");
}
