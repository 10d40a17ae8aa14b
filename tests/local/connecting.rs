//! From nothing to an active account.

use futures_util::TryStreamExt as _;
use jackfield::testing::backend::local::ConnectionAuth;
use jackfield::testing::domain::{ConnectionStatus, FaultKind, Mode, Secret, Status};
use jackfield::testing::flow::connect::{add_scopes, guide};
use serde_json::Value;
use tokio::sync::mpsc;

use super::environment::{Own, visit};
use crate::waiting::soon;

#[tokio::test]
async fn a_consent_makes_an_active_account_and_what_was_granted_stands_with_it() {
    let own = Own::new().await;
    own.provider.answers().scope = Some("read".into());
    let draft = own.draft("acme", ConnectionAuth::OAuth).await;
    let account = soon("the account", own.consent(draft)).await.unwrap();
    assert_eq!((account.status.clone(), account.label().as_str()), (Status::Active, "acme/ada"));
    assert!(account.id.raw().starts_with("la_"));
    let raw: Value = serde_json::from_slice(account.raw.bytes()).unwrap();
    assert_eq!(raw["scopes_asked"], serde_json::json!(["read", "write"]));
    assert_eq!(raw["scopes_granted"], serde_json::json!(["read"]));
    assert_eq!((&raw["provider_user"], &raw["auth"]), (&"ada@acme.dev".into(), &"oauth".into()));
    assert!(account.token_expires_at.is_some() && raw["authorized_at"].is_string());

    let [asked] = &own.provider.seen("/authorize")[..] else { panic!("asked once") };
    assert!(asked.query.contains("code_challenge_method=S256") && asked.query.contains("client_id=client_1"));
    let [exchanged] = &own.provider.seen("/token")[..] else { panic!("exchanged once") };
    assert_eq!(exchanged.form["client_secret"], "client_hunter2");
    let connections = own.opened.backend.connections().unwrap().stream().try_next().await.unwrap().unwrap().items;
    assert_eq!(connections[0].status, ConnectionStatus::Completed);
    // Nothing of it lies in a file, and nothing in the log of requests.
    let files = own.files();
    assert!(!String::from_utf8_lossy(&files).contains("hunter2"));
    assert!(!format!("{:?} {account:?}", own.log.after(0)).contains("hunter2"));
}

#[tokio::test]
async fn more_scopes_are_asked_for_and_everything_else_of_the_connection_stays() {
    let own = Own::new().await;
    own.provider.answers().scope = Some("read".into());
    let draft = own.draft("linear", ConnectionAuth::OAuth).await;
    let account = soon("the account", own.consent(draft.clone())).await.unwrap();
    let backend = own.opened.backend.as_ref();
    add_scopes(backend, &account, &["read".into(), "issues:create".into()]).await.unwrap();
    let target = jackfield::testing::backend::ConnectTarget::Provider("linear".into());
    let now = guide(backend, &target, None).await.unwrap().spec;
    assert_eq!(now.scopes, ["read", "write", "issues:create"]);
    assert!(now.is_confidential, "its secret is still in use");
    let before = jackfield::testing::backend::local::ConnectionSpec { is_confidential: true, ..draft.spec };
    assert_eq!(jackfield::testing::backend::local::ConnectionSpec { scopes: before.scopes.clone(), ..now }, before);
    own.provider.answers().scope = None;
    let again = jackfield::testing::backend::ConnectTarget::Provider("linear".into());
    let spec = guide(backend, &again, None).await.unwrap().spec;
    let draft = jackfield::testing::backend::ConnectionDraft { spec, client_secret: None };
    let account = soon("the account", own.consent(draft)).await.unwrap();
    let raw: Value = serde_json::from_slice(account.raw.bytes()).unwrap();
    assert_eq!(raw["scopes_asked"], serde_json::json!(["read", "write", "issues:create"]));
    own.opened.mode.set(Mode::Read);
    let refused = add_scopes(backend, &account, &["admin".into()]).await.unwrap_err();
    assert_eq!(refused.kind, FaultKind::ReadOnly);
}

#[tokio::test]
async fn somebody_who_says_no_leaves_an_account_that_waits() {
    let own = Own::new().await;
    own.provider.answers().denies = Some("access_denied");
    let draft = own.draft("acme", ConnectionAuth::OAuth).await;
    let fault = soon("the end", own.consent(draft)).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Denied);
    assert_eq!(own.account("acme").await.status, Status::PendingAuth);
    assert!(own.provider.seen("/token").is_empty());
}

#[tokio::test]
async fn the_address_that_a_browser_elsewhere_ended_at_can_be_pasted() {
    let own = Own::new().await;
    let draft = own.draft("acme", ConnectionAuth::OAuth).await;
    let (sender, pasted) = mpsc::unbounded_channel();
    let open = |url: url::Url| {
        let query: std::collections::HashMap<String, String> = url.query_pairs().into_owned().collect();
        sender.send(Secret::new("not an address".into())).unwrap();
        let back = format!("{}?code=code_hunter2&state={}", query["redirect_uri"], query["state"]);
        sender.send(Secret::new(back)).unwrap();
    };
    let account = soon("the account", own.follow(draft, Some(pasted), open)).await.unwrap();
    assert_eq!(account.status, Status::Active);
    let [exchanged] = &own.provider.seen("/token")[..] else { panic!("exchanged once") };
    assert_eq!(exchanged.form["code"], "code_hunter2");
}

#[tokio::test]
async fn a_code_is_typed_on_another_device() {
    let own = Own::new().await;
    let draft = own.draft("acme", ConnectionAuth::Device).await;
    let account = soon("the account", own.follow(draft, None, |url| assert!(url.path() == "/activate"))).await.unwrap();
    assert_eq!(account.status, Status::Active);
    assert_eq!(own.provider.seen("/token")[0].form["device_code"], "device_hunter2");
}

#[tokio::test]
async fn a_key_makes_an_active_account_and_can_be_replaced() {
    let own = Own::new().await;
    let account = own.key("linear", ConnectionAuth::ApiKey, " lin_api_hunter2\n").await.unwrap();
    assert_eq!(account.status, Status::Active);
    own.get("linear", "/graphql").await.unwrap();
    // Linear takes it bare.
    assert_eq!(own.provider.seen("/api/graphql")[0].authorization, "lin_api_hunter2");
    let again = own.key("linear", ConnectionAuth::ApiKey, "lin_api_hunter3").await.unwrap();
    assert_eq!(again.id, account.id, "the same account");
    own.get("linear", "/graphql").await.unwrap();
    assert_eq!(own.provider.seen("/api/graphql")[1].authorization, "lin_api_hunter3");
    let text = format!("{:?} {} {again:?}", own.log.after(0), again.raw.raw());
    assert!(!text.contains("hunter") && !String::from_utf8_lossy(&own.files()).contains("hunter"));
    for wrong in ["", "a b", "a\nb"] {
        let fault = own.key("linear", ConnectionAuth::ApiKey, wrong).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::InvalidInput, "{wrong:?}");
    }
}

#[tokio::test]
async fn nothing_is_made_in_a_read_only_environment() {
    let own = Own::new().await;
    let draft = own.draft("acme", ConnectionAuth::OAuth).await;
    own.opened.mode.set(Mode::Read);
    let fault = own.consent(draft.clone()).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::ReadOnly);
    assert!(own.files().is_empty(), "no file is made");
    assert!(own.opened.backend.connection_admin().unwrap().save(draft).await.is_err());
}

#[tokio::test]
async fn a_name_stands_for_one_provider() {
    let own = Own::new().await;
    own.key("linear", ConnectionAuth::Token, "t").await.unwrap();
    let backend = own.opened.backend.as_ref();
    let again = guide(backend, &jackfield::testing::backend::ConnectTarget::Provider("LINEAR".into()), None).await;
    let again = again.unwrap();
    assert!(again.is_known && again.spec.auth == ConnectionAuth::Token);
    let name = "linear".into();
    let other = jackfield::testing::backend::ConnectTarget::Provider("asana".into());
    assert_eq!(guide(backend, &other, Some(&name)).await.unwrap_err().kind, FaultKind::Conflict);
}

#[tokio::test]
async fn what_the_page_says_is_the_end_of_it() {
    let own = Own::new().await;
    let draft = own.draft("acme", ConnectionAuth::OAuth).await;
    let (sender, mut page) = mpsc::unbounded_channel();
    let open = |url| {
        let sender = sender.clone();
        tokio::spawn(async move { sender.send(visit(url).await) });
    };
    soon("the account", own.follow(draft, None, open)).await.unwrap();
    let page = soon("the page", page.recv()).await.unwrap();
    assert!(page.contains("acme for ada"), "{page}");
}
