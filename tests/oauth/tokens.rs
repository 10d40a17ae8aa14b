//! Keeping tokens good.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jackfield::testing::domain::{FaultKind, Secret};
use jackfield::testing::oauth::{
    ClientAuth, ClientSecret, OAuthHttp, RefusalKind, RefusalRule, Revocation, RevocationForm, TokenFault, TokenKeeper,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{Kept, grant, key};
use crate::support::oauth_server::{OAuthServer, Reply, Rotation};

#[tokio::test]
async fn a_fresh_token_is_given_out_without_asking() {
    let server = OAuthServer::start().await;
    let kept = Kept::new(&grant(&server, Some("refresh-0"), 3_600)).await;
    assert_eq!(kept.access().await.unwrap(), "access-0");
    assert!(server.received("/token").is_empty());
}

#[tokio::test]
async fn a_second_refresh_works_as_the_first_did() {
    let server = OAuthServer::start().await;
    server.require_secret("hunter2");
    let mut first = grant(&server, Some("refresh-0"), 60);
    first.terms.client_auth = ClientAuth::Basic;
    let kept = Kept::new(&first).await;
    let client = ClientSecret::Given(Secret::new("hunter2".to_owned()));
    let access = async || kept.keeper.access(&key(), &client).await.unwrap().expose().to_owned();
    assert_eq!(access().await, "access-1");
    // A keeper of another day has nothing but what is kept.
    let later = || Timestamp::now() + SignedDuration::from_hours(9);
    let later = TokenKeeper::with_clock(
        Arc::new(kept.store.clone()),
        kept.folder.path().join("locks"),
        OAuthHttp::default(),
        later,
    );
    assert_eq!(later.access(&key(), &client).await.unwrap().expose(), "access-2");
    let sent = server.received("/token");
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[1].field("refresh_token").as_deref(), Some("refresh-1"));
    assert_eq!(sent[1].field("grant_type").as_deref(), Some("refresh_token"));
    assert!(sent.iter().all(|request| request.authorization.as_deref() == Some("Basic YXBwOmh1bnRlcjI=")));
    assert!(sent.iter().all(|request| request.accept.as_deref() == Some("application/json")));
}

#[tokio::test]
async fn an_answer_without_refresh_token_keeps_the_old_one() {
    let server = OAuthServer::start().await;
    server.rotate(Rotation::Kept);
    let kept = Kept::new(&grant(&server, Some("refresh-0"), -1)).await;
    assert_eq!(kept.access().await.unwrap(), "access-1");
    assert_eq!(kept.grant().await.refresh.unwrap().expose(), "refresh-0");
}

#[tokio::test]
async fn a_lifetime_counts_however_it_is_written() {
    let server = OAuthServer::start().await;
    server.rotate(Rotation::Kept);
    for (written, seconds) in [(json!("7200"), Some(7_200)), (json!(7200.5), Some(7_200)), (json!(null), None)] {
        server.expires_in(written);
        let kept = Kept::new(&grant(&server, Some("refresh-0"), -1)).await;
        kept.access().await.unwrap();
        let grant = kept.grant().await;
        let life = grant.expires_at.map(|end| end.duration_since(grant.obtained_at).as_secs());
        assert_eq!(life, seconds);
        kept.access().await.unwrap();
    }
    assert_eq!(server.received("/token").len(), 3, "a token without end is not renewed by the clock");
}

#[tokio::test]
async fn many_at_once_refresh_once() {
    let server = OAuthServer::start().await;
    let kept = Arc::new(Kept::new(&grant(&server, Some("refresh-0"), -1)).await);
    let asked: Vec<_> = (0..8)
        .map(|_| {
            let kept = Arc::clone(&kept);
            tokio::spawn(async move { kept.after_refusal("access-0").await })
        })
        .collect();
    for one in asked {
        assert_eq!(one.await.unwrap().unwrap(), "access-1");
    }
    assert_eq!(server.received("/token").len(), 1);
}

#[tokio::test]
async fn a_failure_is_shared_by_whoever_waited_for_it() {
    let server = OAuthServer::start().await;
    let gate = Arc::new(tokio::sync::Semaphore::new(0));
    server.hold(&gate);
    let kept = Arc::new(Kept::new(&grant(&server, Some("refresh-0"), -1)).await);
    server.answer("/token", Reply::text(503, "text/html", "<h1>down</h1>"));
    let ask = || {
        let kept = Arc::clone(&kept);
        tokio::spawn(async move { kept.access().await })
    };
    let first = ask();
    while server.received("/token").is_empty() {
        tokio::task::yield_now().await;
    }
    let others = [ask(), ask()];
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    gate.add_permits(10);
    assert!(matches!(first.await.unwrap(), Err(TokenFault::Passing(_))));
    for other in others {
        let other = other.await.unwrap();
        // One that came late asks for itself, and then gets a token.
        assert!(matches!(&other, Err(TokenFault::Passing(_))) || other.is_ok(), "{other:?}");
    }
}

#[tokio::test]
async fn what_passes_changes_nothing() {
    let server = OAuthServer::start().await;
    let kept = Kept::new(&grant(&server, Some("refresh-0"), -1)).await;
    for (reply, kind) in [
        (Reply::error(500, "invalid_grant", "database gone"), FaultKind::ProviderFailed),
        (Reply::text(502, "text/html", "<h1>Bad gateway</h1>"), FaultKind::ProviderFailed),
        (Reply::error(429, "invalid_grant", "slow down"), FaultKind::ProviderLimited),
        (Reply::text(200, "text/html", "<h1>Sign in to the hotel</h1>"), FaultKind::BadAnswer),
        (Reply::json(200, &json!({ "ok": true })), FaultKind::BadAnswer),
        (Reply::redirect("http://127.0.0.1:9/steal"), FaultKind::BadAnswer),
        (Reply::error(400, "temporarily_unavailable", ""), FaultKind::ProviderFailed),
    ] {
        server.answer("/token", reply);
        let Err(TokenFault::Passing(fault)) = kept.access().await else { panic!("not passing") };
        assert_eq!(fault.kind, kind, "{fault}");
        assert!(!kept.grant().await.is_ended());
    }
    assert_eq!(kept.access().await.unwrap(), "access-1", "nothing was lost");
}

#[tokio::test]
async fn a_network_that_fails_is_not_the_end_and_a_token_that_is_still_good_is_given_out() {
    let server = OAuthServer::start().await;
    let (over, aging) = (grant(&server, Some("r"), -1), grant(&server, Some("r"), 30));
    drop(server);
    let kept = Kept::new(&over).await;
    let Err(TokenFault::Passing(fault)) = kept.access().await else { panic!("not passing") };
    assert_eq!(fault.kind, FaultKind::Unreachable);
    assert_eq!(Kept::new(&aging).await.access().await.unwrap(), "access-0");
    assert!(matches!(Kept::new(&aging).await.after_refusal("access-0").await, Err(TokenFault::Passing(_))));
}

#[tokio::test]
async fn a_server_that_fails_is_not_asked_with_every_call_while_the_token_is_good() {
    let server = OAuthServer::start().await;
    let kept = Kept::new(&grant(&server, Some("refresh-0"), 200)).await;
    server.answer("/token", Reply::text(503, "text/html", ""));
    for _ in 0..3 {
        assert_eq!(kept.access().await.unwrap(), "access-0");
    }
    assert_eq!(server.received("/token").len(), 1);
    assert_eq!(kept.after_refusal("access-0").await.unwrap(), "access-1", "a refused one is renewed at once");
}

#[tokio::test]
async fn a_definite_refusal_is_the_end_and_is_not_asked_again() {
    for (status, code) in [(400, "invalid_grant"), (401, "invalid_grant"), (200, "bad_refresh_token")] {
        let server = OAuthServer::start().await;
        let mut given = grant(&server, Some("refresh-0"), -1);
        let rule = RefusalRule { code: Some("bad_refresh_token".into()), says: None, means: RefusalKind::GrantEnded };
        given.terms.refusals = vec![rule];
        let kept = Kept::new(&given).await;
        server.answer("/token", Reply::error(status, code, "refresh-0 is no more"));
        let Err(TokenFault::Dead(fault)) = kept.access().await else { panic!("not dead") };
        assert_eq!(fault.kind, FaultKind::NeedsAuthorization);
        assert_eq!(fault.said.as_ref().unwrap().raw(), "… is no more", "the token is not repeated");
        assert!(!fault.message.contains("cut off"));
        assert!(matches!(kept.access().await, Err(TokenFault::Dead(_))));
        assert!(matches!(kept.after_refusal("access-0").await, Err(TokenFault::Dead(_))));
        assert_eq!(server.received("/token").len(), 1);
        // Authorized again, it lives.
        kept.keeper.save(&key(), &grant(&server, Some("refresh-9"), 3_600)).await.unwrap();
        assert_eq!(kept.access().await.unwrap(), "access-0");
    }
}

#[tokio::test]
async fn a_refused_application_is_not_a_dead_account() {
    let server = OAuthServer::start().await;
    server.require_secret("hunter2");
    let kept = Kept::new(&grant(&server, Some("refresh-0"), -1)).await;
    let Err(TokenFault::Refused(fault)) = kept.access().await else { panic!("not refused") };
    assert_eq!(fault.kind, FaultKind::KeyRefused);
    assert!(!kept.grant().await.is_ended());
    let mut confidential = grant(&server, Some("refresh-0"), -1);
    confidential.terms.client_auth = ClientAuth::Body;
    kept.keeper.save(&key(), &confidential).await.unwrap();
    let Err(TokenFault::Refused(fault)) = kept.access().await else { panic!("not refused") };
    assert!(fault.message.contains("client secret is missing"), "{fault}");
    let client = ClientSecret::Given(Secret::new("hunter2".to_owned()));
    assert_eq!(kept.keeper.access(&key(), &client).await.unwrap().expose(), "access-1");
    assert_eq!(server.received("/token").last().unwrap().field("client_secret").as_deref(), Some("hunter2"));
}

#[tokio::test]
async fn without_refresh_token_the_end_is_the_end() {
    let server = OAuthServer::start().await;
    let kept = Kept::new(&grant(&server, None, 30)).await;
    assert_eq!(kept.access().await.unwrap(), "access-0", "near its end, it is still good");
    assert!(matches!(kept.after_refusal("access-0").await, Err(TokenFault::Dead(_))));
    let Err(TokenFault::Dead(fault)) = Kept::new(&grant(&server, None, -1)).await.access().await else { panic!() };
    assert!(fault.message.contains("nothing to renew it with"), "{fault}");
    let nothing = kept.keeper.forget(&key()).await;
    assert!(nothing.is_ok() && matches!(kept.access().await, Err(TokenFault::Dead(_))));
    assert!(server.received("/token").is_empty());
}

#[tokio::test]
async fn a_token_refused_right_after_its_refresh_is_not_refreshed_again() {
    let server = OAuthServer::start().await;
    let kept = Kept::new(&grant(&server, Some("refresh-0"), 3_600)).await;
    let next = kept.after_refusal("access-0").await.unwrap();
    assert_eq!(kept.after_refusal("access-0").await.unwrap(), next, "refused was another one");
    let Err(TokenFault::Refused(fault)) = kept.after_refusal(&next).await else { panic!("not refused") };
    assert!(fault.message.contains("gave a moment ago"));
    assert_eq!(server.received("/token").len(), 1, "a rotating grant is not used up");
}

#[tokio::test]
async fn a_clock_that_is_off_neither_refreshes_all_the_time_nor_never() {
    let server = OAuthServer::start().await;
    let offset = Arc::new(AtomicI64::new(0));
    let folder = tempfile::tempdir().unwrap();
    let store = super::FolderStore::new(folder.path());
    let by = Arc::clone(&offset);
    let now = move || Timestamp::now() + SignedDuration::from_secs(by.load(Ordering::Relaxed));
    let keeper = TokenKeeper::with_clock(Arc::new(store), folder.path().join("locks"), OAuthHttp::default(), now);
    keeper.save(&key(), &grant(&server, Some("refresh-0"), -1)).await.unwrap();
    let asked = async |seconds: i64, times: u32| {
        offset.store(seconds, Ordering::Relaxed);
        for _ in 0..times {
            keeper.access(&key(), &ClientSecret::None).await.unwrap();
        }
        server.received("/token").len()
    };
    assert_eq!(asked(3_600, 3).await, 1, "an hour ahead of the server: once, for it was over");
    assert_eq!(asked(3_600 + 1_800, 3).await, 1, "its life counts from the answer, by the same clock");
    assert_eq!(asked(0, 3).await, 2, "set back by an hour: once, as nobody knows how old it is");
    assert_eq!(asked(-3_600, 3).await, 3, "and once more");
    assert_eq!(asked(3_400 - 3_600, 3).await, 4, "and ahead of its end");
}

#[tokio::test]
async fn a_token_that_could_not_be_kept_is_kept_with_the_next_call() {
    let server = OAuthServer::start().await;
    let kept = Kept::new(&grant(&server, Some("refresh-0"), -1)).await;
    // The mark is kept, the answer is not.
    let gate = Arc::new(tokio::sync::Semaphore::new(0));
    server.hold(&gate);
    let asked = {
        let keeper = kept.keeper.clone();
        tokio::spawn(async move { keeper.access(&key(), &ClientSecret::None).await })
    };
    while server.received("/token").is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    kept.store.fail(3);
    gate.add_permits(10);
    let Err(TokenFault::Local(fault)) = asked.await.unwrap() else { panic!("kept") };
    assert!(fault.message.contains("could not be kept") && fault.message.contains("keychain is locked"), "{fault}");
    assert_eq!(kept.access().await.unwrap(), "access-1");
    assert_eq!(kept.grant().await.refresh.unwrap().expose(), "refresh-1");
    assert_eq!(server.received("/token").len(), 1);
}

#[tokio::test]
async fn a_refresh_goes_on_when_nobody_waits_for_it() {
    let server = OAuthServer::start().await;
    let gate = Arc::new(tokio::sync::Semaphore::new(0));
    server.hold(&gate);
    let kept = Kept::new(&grant(&server, Some("refresh-0"), -1)).await;
    let asked = tokio::spawn({
        let keeper = kept.keeper.clone();
        async move { keeper.access(&key(), &ClientSecret::None).await }
    });
    while server.received("/token").is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    asked.abort();
    gate.add_permits(10);
    assert_eq!(kept.access().await.unwrap(), "access-1");
    assert_eq!(server.received("/token").len(), 1);
}

#[tokio::test]
async fn a_log_hears_of_exchanges_and_of_nothing_secret() {
    let server = OAuthServer::start().await;
    let mut given = grant(&server, Some("refresh-0"), -1);
    given.terms.token_url.set_query(Some("key=hunter2"));
    let kept = Kept::new(&given).await;
    let heard = Arc::new(std::sync::Mutex::new(Vec::new()));
    let note = Arc::clone(&heard);
    let http = OAuthHttp::observed(move |exchange| note.lock().unwrap().push(format!("{exchange:?}")));
    let keeper = TokenKeeper::new(Arc::new(kept.store.clone()), kept.folder.path().join("locks"), http);
    keeper.access(&key(), &ClientSecret::None).await.unwrap();
    let heard = heard.lock().unwrap().concat();
    assert!(heard.contains("POST") && heard.contains("Some(200)"), "{heard}");
    assert!(!["hunter2", "refresh-", "access-"].iter().any(|secret| heard.contains(secret)), "{heard}");
}

#[tokio::test]
async fn a_grant_is_taken_back_in_the_providers_own_form() {
    let server = OAuthServer::start().await;
    let mut given = grant(&server, Some("refresh-0"), 3_600);
    let client = ClientSecret::Given(Secret::new("hunter2".to_owned()));
    given.terms.client_auth = ClientAuth::Body;
    let kept = Kept::new(&given).await;
    assert_eq!(kept.keeper.revoke(&key(), &client).await.unwrap(), Revocation::Done);
    given.terms.revocation = RevocationForm::NamedField;
    kept.keeper.save(&key(), &given).await.unwrap();
    assert_eq!(kept.keeper.revoke(&key(), &client).await.unwrap(), Revocation::Done);
    let sent = server.received("/revoke");
    let fields = |at: usize, names: [&str; 4]| names.map(|name| sent[at].field(name));
    let some = |text: &str| Some(text.to_owned());
    let names = ["token", "token_type_hint", "client_id", "client_secret"];
    assert_eq!(fields(0, names), [some("refresh-0"), some("refresh_token"), some("app"), some("hunter2")]);
    assert_eq!(
        fields(1, ["refresh_token", "token", "client_id", "client_secret"]),
        [some("refresh-0"), None, some("app"), some("hunter2")]
    );
    given.terms.revocation = RevocationForm::DeleteGrant;
    given.terms.revoke_url = Some(server.url("/applications/{client_id}/grant"));
    kept.keeper.save(&key(), &given).await.unwrap();
    server.answer("/applications/app/grant", Reply::text(204, "text/plain", ""));
    assert_eq!(kept.keeper.revoke(&key(), &client).await.unwrap(), Revocation::Done);
    let sent = server.received("/applications/app/grant");
    assert_eq!((sent[0].method.as_str(), sent[0].body.as_str()), ("DELETE", r#"{"access_token":"access-0"}"#));
    assert_eq!(sent[0].authorization.as_deref(), Some("Basic YXBwOmh1bnRlcjI="));
    assert!(kept.keeper.grant(&key()).await.unwrap().is_some(), "what is kept is dropped by another call");
}

#[tokio::test]
async fn a_refused_revocation_is_told_and_tells_no_token() {
    let server = OAuthServer::start().await;
    let mut given = grant(&server, Some("refresh-0"), 3_600);
    let kept = Kept::new(&given).await;
    server.answer("/revoke", Reply::error(400, "invalid_request", "refresh-0 was revoked"));
    let Revocation::Refused(fault) = kept.keeper.revoke(&key(), &ClientSecret::None).await.unwrap() else { panic!() };
    assert!(fault.message.contains("refused") && !format!("{fault:?}").contains("refresh-0"), "{fault:?}");
    server.answer("/revoke", Reply::text(503, "text/html", ""));
    assert!(matches!(kept.keeper.revoke(&key(), &ClientSecret::None).await.unwrap(), Revocation::Unknown(_)));
    given.terms.revoke_url = None;
    kept.keeper.save(&key(), &given).await.unwrap();
    assert_eq!(kept.keeper.revoke(&key(), &ClientSecret::None).await.unwrap(), Revocation::NotOffered);
}
