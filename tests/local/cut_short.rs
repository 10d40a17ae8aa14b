//! Connecting that is cut off at one of its steps, and begun again.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jackfield::testing::backend::ConnectionDraft;
use jackfield::testing::backend::local::ConnectionAuth;
use jackfield::testing::domain::{AccountRef, Credentials, Fault, FaultKind, Secret, Status};
use jackfield::testing::flow::environment::Opened;
use jackfield::testing::secrets::{MemoryStore, SecretKey, SecretStore};
use tokio::sync::{Semaphore, mpsc};

use super::environment::{Own, visit};
use crate::waiting::soon;

/// The same environment after a new start of the program.
fn restarted(own: Own) -> Own {
    let opened: Opened = own.another();
    Own { opened, ..own }
}

/// Waits until the provider was asked to exchange a code.
async fn asked_for_a_token(own: &Own) {
    while own.provider.seen("/token").is_empty() {
        tokio::task::yield_now().await;
    }
}

async fn active(own: &Own) {
    while own.account("acme").await.status != Status::Active {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_code_is_exchanged_and_its_tokens_kept_whatever_becomes_of_whoever_waited() {
    for is_pasted in [true, false] {
        let own = Own::new().await;
        let gate = Arc::new(Semaphore::new(0));
        own.provider.answers().gate = Some(Arc::clone(&gate));
        let draft = own.draft("acme", ConnectionAuth::OAuth).await;
        let (sender, pasted) = mpsc::unbounded_channel();
        let open = |url: url::Url| {
            if !is_pasted {
                tokio::spawn(visit(url));
                return;
            }
            let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
            let back = format!("{}?code=code_hunter2&state={}", query["redirect_uri"], query["state"]);
            sender.send(Secret::new(back)).unwrap();
        };
        {
            let follow = own.follow(draft, Some(pasted), open);
            tokio::select! {
                ended = follow => panic!("{ended:?}"),
                () = soon("the exchange", asked_for_a_token(&own)) => {}
            }
        }
        assert_eq!(own.account("acme").await.status, Status::PendingAuth);
        gate.add_permits(1);
        soon("the account", active(&own)).await;
        assert_eq!(own.get("acme", "/me").await.unwrap().status, 200, "pasted: {is_pasted}");
        assert_eq!(own.provider.seen("/token").len(), 1);
    }
}

#[tokio::test]
async fn a_connection_that_was_saved_and_never_authorized_is_finished() {
    let own = Own::new().await;
    let draft = own.draft("acme", ConnectionAuth::OAuth).await;
    own.opened.backend.connection_admin().unwrap().save(draft.clone()).await.unwrap();
    let own = restarted(own);
    let account = soon("the account", own.consent(draft)).await.unwrap();
    assert_eq!(account.status, Status::Active);
}

#[tokio::test]
async fn an_account_that_was_made_without_its_key_gets_it() {
    for by_connecting in [true, false] {
        let own = Own::new().await;
        let draft = own.draft("acme", ConnectionAuth::Token).await;
        own.opened.backend.connection_admin().unwrap().save(draft).await.unwrap();
        let admin = own.opened.backend.account_admin().unwrap();
        let half = admin.create(&"acme".into(), &"ada".into(), None).await.unwrap();
        let fault = own.get("acme", "/me").await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::NeedsAuthorization, "{fault}");
        let own = restarted(own);
        let whole = if by_connecting {
            own.key("acme", ConnectionAuth::Token, "hunter2").await.unwrap()
        } else {
            let key: Credentials = [("token", Secret::new("hunter2".into()))].into_iter().collect();
            let admin = own.opened.backend.account_admin().unwrap();
            let made = admin.create(&"acme".into(), &"ada".into(), Some(&key)).await.unwrap();
            let again = admin.create(&"acme".into(), &"ada".into(), Some(&key)).await.unwrap_err();
            assert_eq!(again.kind, FaultKind::Conflict, "one that is whole is not made twice");
            made
        };
        assert_eq!((whole.id, whole.status), (half.id, Status::Active));
        assert_eq!(own.get("acme", "/me").await.unwrap().status, 200);
    }
}

#[tokio::test]
async fn tokens_that_were_kept_before_the_account_was_told_of_are_replaced() {
    let own = Own::new().await;
    let draft = own.draft("acme", ConnectionAuth::OAuth).await;
    let account = soon("the account", own.consent(draft.clone())).await.unwrap();
    let file = own.folder.path().join("own/accounts.sqlite");
    let row = "UPDATE account SET status = 'PENDING_AUTH', authorized_at = NULL, expires_at = NULL";
    rusqlite::Connection::open(file).unwrap().execute(row, []).unwrap();
    let own = restarted(own);
    let fault = own.get("acme", "/me").await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::NeedsAuthorization, "{fault}");
    let again = soon("the account", own.consent(draft)).await.unwrap();
    assert_eq!((again.id, again.status), (account.id, Status::Active));
    own.get("acme", "/me").await.unwrap();
    assert_eq!(own.provider.seen("/api/me")[0].authorization, "Bearer access_hunter2_2");
}

/// A store that takes nothing for a while.
#[derive(Default)]
struct Full {
    inner: MemoryStore,
    is_full: AtomicBool,
}

impl SecretStore for Full {
    fn get(&self, key: &SecretKey) -> Result<Option<Secret>, Fault> {
        self.inner.get(key)
    }

    fn set(&self, key: &SecretKey, secret: &Secret) -> Result<(), Fault> {
        match self.is_full.load(Ordering::Relaxed) {
            true => Err(Fault::new(FaultKind::Local, "The keychain is full.")),
            false => self.inner.set(key, secret),
        }
    }

    fn delete(&self, key: &SecretKey) -> Result<(), Fault> {
        self.inner.delete(key)
    }
}

#[tokio::test]
async fn tokens_that_came_and_were_not_kept_leave_an_account_that_is_authorized_again() {
    let store = Arc::new(Full::default());
    let own = Own::with(store.clone()).await;
    let draft = own.draft("acme", ConnectionAuth::OAuth).await;
    own.opened.backend.connection_admin().unwrap().save(draft).await.unwrap();
    store.is_full.store(true, Ordering::Relaxed);
    // Its secret is kept already.
    let again = ConnectionDraft { client_secret: None, ..own.draft("acme", ConnectionAuth::OAuth).await };
    let fault = soon("the end", own.consent(again.clone())).await.unwrap_err();
    assert!(fault.message.contains("The keychain is full."), "{fault}");
    assert_eq!(own.account("acme").await.status, Status::PendingAuth);
    store.is_full.store(false, Ordering::Relaxed);
    let own = restarted(own);
    assert_eq!(soon("the account", own.consent(again)).await.unwrap().status, Status::Active);
    let pair = AccountRef::Pair("acme".into(), "ada".into());
    assert_eq!(own.opened.backend.accounts().get(&pair).await.unwrap().status, Status::Active);
}
