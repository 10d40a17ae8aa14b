//! The end of an account: revoked, dropped, and said.

use jackfield::testing::backend::local::ConnectionAuth;
use jackfield::testing::domain::{AccountRef, FaultKind, Status};
use serde_json::Value;

use super::environment::Own;
use crate::waiting::soon;

async fn consented() -> Own {
    let own = Own::new().await;
    let draft = own.draft("acme", ConnectionAuth::OAuth).await;
    soon("the account", own.consent(draft)).await.unwrap();
    own
}

async fn disconnect(own: &Own) -> Value {
    let account = own.account("acme").await;
    let ended = own.opened.backend.account_admin().unwrap().disconnect(&account.id).await.unwrap();
    assert_eq!(ended.status, Status::Disconnected);
    serde_json::from_slice(ended.raw.bytes()).unwrap()
}

#[tokio::test]
async fn a_disconnected_account_has_no_token_here_nor_there() {
    let own = consented().await;
    let raw = disconnect(&own).await;
    assert!(raw.get("reason").is_none(), "{raw}");
    let [revoked] = &own.provider.seen("/revoke")[..] else { panic!("told once") };
    assert_eq!(revoked.form["token"], "refresh_hunter2_1");
    let fault = own.get("acme", "/me").await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::NeedsAuthorization);
    assert!(own.provider.seen("/api/me").is_empty());
    // Scopes that were asked for stay to be seen.
    assert_eq!(raw["scopes_asked"], serde_json::json!(["read", "write"]));
    disconnect(&own).await;
    assert_eq!(own.provider.seen("/revoke").len(), 1, "there is nothing left to take back");
}

#[tokio::test]
async fn a_provider_that_does_not_take_it_back_is_said() {
    for (status, says) in [(400, "did not take the token back"), (503, "the token back")] {
        let own = consented().await;
        own.provider.answers().revoke = status;
        let raw = disconnect(&own).await;
        assert!(raw["reason"].as_str().is_some_and(|reason| reason.contains(says)), "{status}: {raw}");
        assert_eq!(own.get("acme", "/me").await.unwrap_err().kind, FaultKind::NeedsAuthorization);
    }
}

#[tokio::test]
async fn a_deleted_account_is_gone_and_can_be_made_anew() {
    let own = consented().await;
    let before = own.account("acme").await;
    own.opened.backend.account_admin().unwrap().delete(&before.pair()).await.unwrap();
    assert_eq!(own.provider.seen("/revoke").len(), 1);
    let pair = AccountRef::Pair("acme".into(), "ada".into());
    assert_eq!(own.opened.backend.accounts().get(&pair).await.unwrap_err().kind, FaultKind::NotFound);
    let draft = own.draft("acme", ConnectionAuth::OAuth).await;
    assert_ne!(soon("the account", own.consent(draft)).await.unwrap().id, before.id);
}
