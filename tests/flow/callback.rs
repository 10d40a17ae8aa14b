//! The loopback page: who may come back to it, how often, and under which name.

use jackfield::testing::domain::{FaultKind, Status};
use jackfield::testing::flow::authorize::{Progress, Verification};
use jackfield::testing::sandbox::VerifyMode;
use reqwest::header::HOST;
use tokio::sync::Semaphore;
use url::Url;

use super::{Following, World, pair};
use crate::browser::decide;
use crate::sandbox::{Answer, client, send};

/// Up to the moment when the browser is about to come back: the flow, and where it is sent.
async fn sent_back(world: &World) -> (Following, Url) {
    let mut following = world.authorize(pair("linear", "ada@acme.dev"), Verification::ThisMachine(None));
    let landed = decide(&client(), &following.link().await, None, "allow").await;
    let back: Url = landed.location().parse().unwrap();
    assert_eq!((back.host_str(), back.path()), (Some("127.0.0.1"), "/verified"));
    (following, back)
}

/// The same page with other values in its query; an empty one is left out.
fn with(back: &Url, changes: &[(&str, &str)]) -> Url {
    let kept: Vec<_> =
        back.query_pairs().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name)).collect();
    let mut url = back.clone();
    let changes = changes.iter().filter(|(_, value)| !value.is_empty());
    url.query_pairs_mut().clear().extend_pairs(kept).extend_pairs(changes);
    url
}

async fn open(url: &Url) -> Answer {
    send(client().get(url.clone())).await
}

fn stray(step: Progress) -> Option<()> {
    matches!(step, Progress::Stray(_)).then_some(())
}

#[tokio::test]
async fn without_the_right_state_it_is_a_stray_and_the_real_one_still_counts() {
    let world = World::start(VerifyMode::Custom).await;
    let (mut following, back) = sent_back(&world).await;
    for state in ["", "guess", &"x".repeat(32)] {
        let page = open(&with(&back, &[("state", state)])).await;
        assert_eq!(page.status, 403);
        assert!(page.text.contains("Nothing was changed."), "{}", page.text);
        following.wait(stray).await;
    }
    assert_eq!(world.account("linear", "ada@acme.dev").await.status, Status::PendingVerification);

    assert_eq!(open(&back).await.status, 200);
    let (outcome, steps) = following.outcome().await;
    assert_eq!((outcome.unwrap().status, steps), (Status::Active, vec!["consented", "verified"]));
}

#[tokio::test]
async fn a_forged_refusal_does_not_end_it() {
    let world = World::start(VerifyMode::Custom).await;
    let (mut following, back) = sent_back(&world).await;
    let forged = with(&back, &[("auth_request_id", ""), ("error", "access_denied"), ("state", "guess")]);
    assert_eq!(open(&forged).await.status, 403);
    following.wait(stray).await;
    assert_eq!(open(&back).await.status, 200);
    assert_eq!(following.outcome().await.0.unwrap().status, Status::Active);
}

#[tokio::test]
async fn whoever_only_looks_ahead_uses_nothing_up() {
    let world = World::start(VerifyMode::Custom).await;
    let (following, back) = sent_back(&world).await;
    assert_eq!(send(client().head(back.clone())).await.status, 200);
    for (name, purpose) in [
        ("sec-purpose", "prefetch;prerender"),
        ("purpose", "prefetch"),
        ("x-moz", "Prefetch"),
        ("x-purpose", "preview"),
    ] {
        let page = send(client().get(back.clone()).header(name, purpose)).await;
        // Anything else a browser would keep and show as the page itself.
        assert_eq!(page.status, 503, "{name}");
        assert_eq!(page.headers["cache-control"], "no-store");
    }
    assert_eq!(open(&back).await.status, 200);
    let (outcome, steps) = following.outcome().await;
    assert_eq!((outcome.unwrap().status, steps), (Status::Active, vec!["consented", "verified"]));
}

#[tokio::test]
async fn the_same_proof_counts_once() {
    let world = World::meddled(VerifyMode::Custom, |backend| backend.verifications = Semaphore::new(0)).await;
    let (mut following, back) = sent_back(&world).await;
    let first = tokio::spawn({
        let back = back.clone();
        async move { open(&back).await }
    });
    following.wait(|step| matches!(step, Progress::Consented).then_some(())).await;
    let again = open(&back).await;
    assert_eq!(again.status, 403);
    assert!(again.text.contains("a second time"), "{}", again.text);

    world.backend.verifications.add_permits(1);
    assert!(first.await.unwrap().text.contains("Connected linear for ada@acme.dev."));
    assert_eq!(following.outcome().await.0.unwrap().status, Status::Active);
}

#[tokio::test]
async fn it_answers_under_no_name_but_loopback() {
    let world = World::start(VerifyMode::Custom).await;
    let (following, back) = sent_back(&world).await;
    for host in ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "10.0.0.1", ""] {
        let page = send(client().get(back.clone()).header(HOST, host)).await;
        assert_eq!((page.status, page.text.as_str()), (421, ""), "{host:?}");
    }
    let local = format!("localhost:{}", back.port().unwrap());
    assert_eq!(send(client().get(back).header(HOST, local)).await.status, 200);
    let (outcome, steps) = following.outcome().await;
    assert_eq!((outcome.unwrap().status, steps), (Status::Active, vec!["consented", "verified"]));
}

#[tokio::test]
async fn a_return_without_a_request_uses_nothing_up() {
    let world = World::start(VerifyMode::Custom).await;
    let (following, back) = sent_back(&world).await;
    assert_eq!(open(&with(&back, &[("auth_request_id", "")])).await.status, 400);
    assert_eq!(open(&back).await.status, 200);
    assert_eq!(following.outcome().await.0.unwrap().status, Status::Active);
}

#[tokio::test]
async fn an_error_that_is_no_denial_is_the_providers_and_is_shown_as_text() {
    let world = World::start(VerifyMode::Custom).await;
    let (following, back) = sent_back(&world).await;
    let words = "<script>alert(1)</script>";
    let back = with(&back, &[("auth_request_id", ""), ("error", "server_error"), ("error_description", words)]);
    let page = open(&back).await;
    assert!(page.text.contains("&lt;script&gt;alert(1)") && !page.text.contains("<script"), "{}", page.text);
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
    assert_eq!(page.headers["cache-control"], "no-store");
    assert!(page.headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none';"));

    let fault = following.outcome().await.0.unwrap_err();
    assert_eq!((fault.kind, fault.code.unwrap().raw()), (FaultKind::ProviderFailed, "server_error"));
    assert_eq!(fault.said.unwrap().raw(), words);
}
