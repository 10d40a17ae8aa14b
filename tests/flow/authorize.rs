//! From a link to an account that is proven to work.

use std::time::Duration;

use jackfield::testing::backend::scalekit::AuthRequestId;
use jackfield::testing::domain::{AccountRef, FaultKind, Status};
use jackfield::testing::flow::authorize::{Progress, Verification, make_link};
use jackfield::testing::sandbox::{Options, VerifyMode};
use jiff::{SignedDuration, Timestamp};

use super::{World, pair};
use crate::browser::{decide, visit};
use crate::sandbox::{client, query};

const ADA: &str = "ada@acme.dev";

fn seen(step: Progress) -> Option<Status> {
    match step {
        Progress::Seen(account) => Some(account.status),
        _ => None,
    }
}

#[tokio::test]
async fn active_is_done_only_once_the_account_has_moved() {
    let world = World::start(VerifyMode::None).await;
    let before = world.account("asana", ADA).await;
    assert_eq!(before.status, Status::Active, "a claim that was there before proves nothing");
    let mut following = world.authorize(pair("asana", ADA), Verification::ThisMachine(None));
    let link = following.link().await;
    assert_eq!(following.wait(seen).await, Status::Active);
    assert!(!following.is_over());

    let page = visit(&link, None, "allow").await;
    assert!(page.text.contains("Asana is connected"), "{}", page.text);
    let (outcome, steps) = following.outcome().await;
    let after = outcome.unwrap();
    assert_eq!((after.status, steps), (Status::Active, vec![]), "nothing was verified");
    assert!(after.updated_at > before.updated_at && after.token_expires_at > before.token_expires_at);
}

#[tokio::test]
async fn what_is_done_is_told_by_the_brokers_clock_alone() {
    for hours in [1, -1] {
        let options =
            Options { verify: VerifyMode::None, clock: SignedDuration::from_hours(hours), ..Options::default() };
        let world = World::with(options, |_| {}).await;
        let mut following = world.authorize(pair("asana", ADA), Verification::None);
        let link = following.link().await;
        assert_eq!(following.wait(seen).await, Status::Active);
        assert!(!following.is_over(), "a moment of before, however new it looks here");
        visit(&link, None, "allow").await;
        assert_eq!(following.outcome().await.0.unwrap().status, Status::Active);
    }
}

#[tokio::test]
async fn a_browser_on_this_machine_verifies_at_the_loopback_page() {
    let world = World::start(VerifyMode::Custom).await;
    let mut following = world.authorize(pair("linear", ADA), Verification::ThisMachine(None));
    let Progress::Found(found) = following.step().await else { panic!("it begins with the account") };
    assert_eq!((found.label(), found.status), ("linear/ada@acme.dev".into(), Status::Expired));
    let page = visit(&following.link().await, None, "allow").await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("<h1>Connected</h1>"), "{}", page.text);
    assert!(page.text.contains("Connected linear for ada@acme.dev."), "{}", page.text);

    let (outcome, steps) = following.outcome().await;
    assert_eq!(steps, ["consented", "verified"]);
    assert_eq!(outcome.unwrap(), world.account("linear", ADA).await);
    assert_eq!(world.account("linear", ADA).await.status, Status::Active);
}

#[tokio::test]
async fn a_denial_ends_it_and_changes_nothing() {
    for verify in [VerifyMode::None, VerifyMode::Custom] {
        let world = World::start(verify).await;
        let before = world.account("linear", ADA).await;
        let mut following = world.authorize(pair("linear", ADA), Verification::ThisMachine(None));
        let page = visit(&following.link().await, None, "deny").await;
        assert!(page.text.contains("<h1>Not connected</h1>") && page.text.contains("linear for ada"), "{}", page.text);

        let fault = following.outcome().await.0.unwrap_err();
        assert_eq!((fault.kind, fault.code.unwrap().raw()), (FaultKind::Denied, "access_denied"));
        assert_eq!(fault.said.unwrap().raw(), "The person denied access.");
        assert_eq!(world.account("linear", ADA).await, before);
    }
}

#[tokio::test]
async fn verified_as_somebody_else_is_a_denial_on_the_page_too() {
    let world = World::meddled(VerifyMode::Custom, |backend| backend.verifies_as = Some("grace@acme.dev".into())).await;
    let mut following = world.authorize(pair("linear", ADA), Verification::ThisMachine(None));
    let page = visit(&following.link().await, None, "allow").await;
    assert!(page.text.contains("<h1>Not connected</h1>") && page.text.contains("somebody else"), "{}", page.text);
    let (outcome, steps) = following.outcome().await;
    assert_eq!((outcome.unwrap_err().kind, steps), (FaultKind::Denied, vec!["consented"]));
    assert_eq!(world.account("linear", ADA).await.status, Status::PendingVerification);
}

#[tokio::test]
async fn consent_that_nobody_can_verify_is_never_done() {
    let world = World::start(VerifyMode::Custom).await;
    // ACTIVE before and after: the status alone would look like success.
    let mut following = world.authorize(pair("asana", ADA), Verification::None);
    let page = visit(&following.link().await, None, "allow").await;
    assert_eq!(page.status, 400);
    assert!(page.text.contains("user_verify_url not configured"), "{}", page.text);
    following.forget();
    assert_eq!(following.wait(seen).await, Status::Active);
    assert!(!following.is_over());
}

#[tokio::test]
async fn an_application_elsewhere_may_verify() {
    let world = World::start(VerifyMode::Custom).await;
    let application = "http://127.0.0.1:9/verify?tenant=a";
    let mut following = world.authorize(pair("linear", ADA), Verification::Elsewhere(application.parse().unwrap()));
    let landed = decide(&client(), &following.link().await, None, "allow").await;
    let back = landed.location();
    assert!(back.starts_with(application), "{back}");
    assert!(query(back, "state").unwrap().len() >= 32, "not to be guessed: {back}");
    following.wait(|step| matches!(step, Progress::Consented).then_some(())).await;

    let request = AuthRequestId::new(query(back, "auth_request_id").unwrap());
    world.client.verify_user(&request, &ADA.into()).await.unwrap();
    let (outcome, steps) = following.outcome().await;
    assert_eq!((outcome.unwrap().status, steps), (Status::Active, vec![]), "consent is said once");
}

#[tokio::test]
async fn a_pair_that_does_not_exist_yet_is_created() {
    let world = World::start(VerifyMode::Custom).await;
    let mut following = world.authorize(pair("linear", "zoe@acme.dev"), Verification::ThisMachine(None));
    let Progress::Found(found) = following.step().await else { panic!("it begins with the account") };
    assert_eq!((found.label(), found.status), ("linear/zoe@acme.dev".into(), Status::PendingAuth));
    let page = visit(&following.link().await, Some("ada"), "allow").await;
    assert!(page.text.contains("Connected linear for zoe@acme.dev."), "{}", page.text);
    let account = following.outcome().await.0.unwrap();
    assert_eq!((account.id, account.status), (found.id, Status::Active));
}

#[tokio::test]
async fn losing_the_race_for_creating_it_is_no_fault() {
    let world = World::meddled(VerifyMode::Custom, |backend| backend.rival = true).await;
    let mut following = world.authorize(pair("linear", "zoe@acme.dev"), Verification::ThisMachine(None));
    let Progress::Found(found) = following.step().await else { panic!("it begins with the account") };
    assert_eq!(found, world.account("linear", "zoe@acme.dev").await);
    visit(&following.link().await, Some("ada"), "allow").await;
    assert_eq!(following.outcome().await.0.unwrap().id, found.id);
}

#[tokio::test]
async fn what_cannot_exist_is_not_found() {
    let world = World::start(VerifyMode::Custom).await;
    for account in [pair("Linear", ADA), pair("zoom", ADA), AccountRef::Id("ca_1".into())] {
        let (outcome, steps) = world.authorize(account, Verification::ThisMachine(None)).outcome().await;
        assert_eq!((outcome.unwrap_err().kind, steps), (FaultKind::NotFound, vec![]));
    }
}

#[tokio::test]
async fn a_link_can_be_made_and_left_alone() {
    let world = World::start(VerifyMode::None).await;
    let before = world.account("linear", ADA).await;
    let (_, link) = make_link(world.backend.as_ref(), &pair("linear", ADA), None).await.unwrap();
    assert!(link.url.as_str().starts_with(world.sandbox.url().join("/magicLink/").unwrap().as_str()), "{}", link.url);
    assert!(link.expires_at.unwrap() > Timestamp::now());
    assert_eq!(world.account("linear", ADA).await, before);
    visit(link.url.as_str(), None, "allow").await;
    assert_eq!(world.account("linear", ADA).await.status, Status::Active);

    make_link(world.backend.as_ref(), &pair("linear", "zoe@acme.dev"), None).await.unwrap();
    assert_eq!(world.account("linear", "zoe@acme.dev").await.status, Status::PendingAuth);
}

#[tokio::test]
async fn a_link_that_nobody_uses_is_followed_by_another_which_comes_back_to_the_same_page() {
    let options = Options { link_lifetime: Duration::from_secs(2), ..Options::default() };
    let world = World::with(options, |_| {}).await;
    let mut following = world.authorize(pair("linear", ADA), Verification::ThisMachine(None));
    let first = following.wait(|step| if let Progress::Link(link) = step { Some(link) } else { None }).await;
    assert!(first.renews_at.unwrap() < first.expires_at.unwrap());
    let renewed = |step| if let Progress::Renewed(link) = step { Some(link) } else { None };
    let second = following.wait(renewed).await;
    assert_eq!(second.callback_port, first.callback_port, "whoever is on the old page finds us");
    assert_ne!(second.url, first.url);
    assert!(second.expires_at.unwrap() > first.expires_at.unwrap());
    following.wait(renewed).await;
    assert!(!following.is_over(), "a new link alone proves nothing");
}

#[tokio::test]
async fn a_link_that_is_consented_to_is_not_replaced() {
    let options = Options { link_lifetime: Duration::from_secs(60), ..Options::default() };
    let world = World::with(options, |_| {}).await;
    let mut following = world.authorize(pair("linear", ADA), Verification::ThisMachine(None));
    let page = visit(&following.link().await, None, "allow").await;
    assert!(page.text.contains("<h1>Connected</h1>"), "{}", page.text);
    assert_eq!(following.outcome().await.1, ["consented", "verified"]);
}

#[tokio::test]
async fn a_limit_on_links_is_waited_out_and_told() {
    let world = World::meddled(VerifyMode::Custom, |backend| *backend.limits.get_mut() = 3).await;
    let mut following = world.authorize(pair("linear", ADA), Verification::ThisMachine(None));
    for _ in 0..3 {
        following.wait(|step| matches!(step, Progress::Limited(_)).then_some(())).await;
    }
    visit(&following.link().await, None, "allow").await;
    assert_eq!(following.outcome().await.0.unwrap().status, Status::Active);
}

#[tokio::test]
async fn forty_at_once_are_followed_to_their_ends() {
    let world = World::start(VerifyMode::Custom).await;
    let people: Vec<String> = (0..40).map(|n| format!("user{n}@acme.dev")).collect();
    let mut all: Vec<_> =
        people.iter().map(|who| world.authorize(pair("linear", who), Verification::ThisMachine(None))).collect();
    for following in &mut all {
        let link = following.link().await;
        let page = visit(&link, Some("ada"), "allow").await;
        assert!(page.text.contains("<h1>Connected</h1>"), "{}", page.text);
    }
    for following in all {
        assert_eq!(following.outcome().await.0.unwrap().status, Status::Active);
    }
}
