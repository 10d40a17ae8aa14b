//! Rehearsals of verification against the sandbox, with a person at a browser.

use std::sync::{Arc, Mutex};

use jackfield::testing::backend::Backend;
use jackfield::testing::domain::{Fault, FaultKind};
use jackfield::testing::flow::rehearsal::{Rehearsal, RehearsalStep, Remains, markdown, rehearse};
use jackfield::testing::sandbox::VerifyMode;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{World, pair};
use crate::browser::{decide, visit};
use crate::sandbox::client;
use crate::waiting::soon;

/// A rehearsal under way, and its steps.
struct UnderWay {
    steps: mpsc::UnboundedReceiver<RehearsalStep>,
    task: JoinHandle<Result<Rehearsal, Fault>>,
    stop: CancellationToken,
    identifier: Arc<Mutex<String>>,
}

impl UnderWay {
    fn begin(world: &World, connection: &str) -> Self {
        let backend: Arc<dyn Backend> = Arc::<super::meddler::Meddler>::clone(&world.backend);
        let (say, steps) = mpsc::unbounded_channel();
        let stop = CancellationToken::new();
        let identifier = Arc::new(Mutex::new(String::new()));
        let noted = Arc::clone(&identifier);
        let on = move |step| {
            if let RehearsalStep::Account(name) = &step {
                *noted.lock().unwrap() = name.raw().to_owned();
            }
            drop(say.send(step));
        };
        let task = tokio::spawn(rehearse(backend, connection.into(), None, stop.clone(), on));
        Self { steps, task, stop, identifier }
    }

    /// The next link that waits for a consent.
    async fn link(&mut self) -> String {
        loop {
            match soon("a step", self.steps.recv()).await.expect("it ended instead") {
                RehearsalStep::Consent(link, _) => return link.url.into(),
                _ => continue,
            }
        }
    }

    async fn ended(self) -> Rehearsal {
        soon("its end", self.task).await.unwrap().unwrap()
    }
}

fn names(rehearsal: &Rehearsal, passed: bool) -> Vec<&'static str> {
    rehearsal.checks.iter().filter(|check| check.passed == passed).map(|check| check.name).collect()
}

async fn is_gone(world: &World, identifier: &str) -> bool {
    let found = world.backend.accounts().get(&pair("linear", identifier)).await;
    found.is_err_and(|fault| fault.kind == FaultKind::NotFound)
}

const ALL: [&str; 7] = [
    "throw-away account created",
    "wrong state refused",
    "consent comes back to be verified",
    "not active before it is verified",
    "wrong identifier refused",
    "right person accepted",
    "active once it is verified",
];

#[tokio::test]
async fn an_environment_that_verifies_passes_and_keeps_no_account() {
    let world = World::start(VerifyMode::Custom).await;
    let mut under_way = UnderWay::begin(&world, "linear");
    let page = visit(&under_way.link().await, Some("ada"), "allow").await;
    assert!(page.text.contains("<h1>Connected</h1>"), "{}", page.text);
    let rehearsal = under_way.ended().await;
    assert!(rehearsal.passed(), "{rehearsal:?}");
    assert_eq!(names(&rehearsal, true), [&ALL[..], &["used request refused"]].concat());
    let came = |name: &str| rehearsal.checks.iter().find(|check| check.name == name).unwrap().came.to_string();
    assert!(came("wrong identifier refused").starts_with("403 · "), "{}", came("wrong identifier refused"));
    assert!(came("used request refused").starts_with("404 · "), "{}", came("used request refused"));
    assert_eq!(rehearsal.remains, Remains::Deleted);
    let identifier = rehearsal.identifier.raw();
    assert!(identifier.starts_with("jackfield-rehearsal-") && is_gone(&world, identifier).await);
    let checklist = markdown(&rehearsal);
    assert_eq!(checklist.matches("- [x] ").count(), 8, "{checklist}");
    assert!(checklist.contains(&format!("The account {identifier} is deleted.")), "{checklist}");
}

#[tokio::test]
async fn an_environment_that_believes_everybody_is_found_out() {
    let world = World::meddled(VerifyMode::Custom, |backend| backend.believes_everybody = true).await;
    let mut under_way = UnderWay::begin(&world, "linear");
    visit(&under_way.link().await, Some("ada"), "allow").await;
    let rehearsal = under_way.ended().await;
    assert!(!rehearsal.passed());
    let failed = ["wrong identifier refused", "active once it is verified", "used request refused"];
    assert_eq!(names(&rehearsal, false), failed);
    assert_eq!(rehearsal.verdict(), "3 checks failed: this verification does not hold.");
    assert!(markdown(&rehearsal).contains("- [ ] wrong identifier refused"));
    assert!(is_gone(&world, rehearsal.identifier.raw()).await);
}

#[tokio::test]
async fn where_a_wrong_answer_uses_the_consent_up_a_second_one_is_asked_for() {
    let world = World::meddled(VerifyMode::Custom, |backend| backend.spends_consents = true).await;
    let mut under_way = UnderWay::begin(&world, "linear");
    let page = visit(&under_way.link().await, Some("ada"), "allow").await;
    assert!(page.text.contains("Open the second link"), "{}", page.text);
    visit(&under_way.link().await, Some("ada"), "allow").await;
    let rehearsal = under_way.ended().await;
    assert!(rehearsal.passed(), "{rehearsal:?}");
    assert_eq!(names(&rehearsal, true).iter().filter(|name| name.starts_with("consent comes")).count(), 2);
}

#[tokio::test]
async fn an_environment_that_does_not_verify_is_told_so_in_a_sentence() {
    let world = World::start(VerifyMode::None).await;
    let mut under_way = UnderWay::begin(&world, "linear");
    decide(&client(), &under_way.link().await, Some("ada"), "allow").await;
    let rehearsal = under_way.ended().await;
    let fault = rehearsal.fault.clone().expect("a reason");
    assert_eq!(fault.kind, FaultKind::NotOffered);
    assert!(fault.message.starts_with("This environment does not verify users"), "{fault}");
    assert!(is_gone(&world, rehearsal.identifier.raw()).await);
}

#[tokio::test]
async fn nothing_is_made_where_nobody_consents() {
    let world = World::start(VerifyMode::Custom).await;
    let under_way = UnderWay::begin(&world, "freshdesk");
    let fault = soon("its end", under_way.task).await.unwrap().unwrap_err();
    assert!(fault.message.contains("are never verified"), "{fault}");
    assert_eq!(*under_way.identifier.lock().unwrap(), "", "no account was made");
    let nowhere = UnderWay::begin(&world, "nowhere").ended().await;
    assert_eq!((nowhere.fault.unwrap().kind, nowhere.remains), (FaultKind::NotFound, Remains::NotMade));
}

#[tokio::test]
async fn a_denial_ends_it_and_the_account_goes_all_the_same() {
    let world = World::start(VerifyMode::Custom).await;
    let mut under_way = UnderWay::begin(&world, "linear");
    visit(&under_way.link().await, Some("ada"), "deny").await;
    let rehearsal = under_way.ended().await;
    assert_eq!(rehearsal.fault.as_ref().map(|fault| fault.kind), Some(FaultKind::Denied));
    assert!(rehearsal.verdict().starts_with("The rehearsal came to no end."), "{}", rehearsal.verdict());
    assert!(is_gone(&world, rehearsal.identifier.raw()).await);
}

#[tokio::test]
async fn whoever_stops_it_or_goes_away_leaves_no_account_behind() {
    let world = World::start(VerifyMode::Custom).await;
    let mut stopped = UnderWay::begin(&world, "linear");
    stopped.link().await;
    stopped.stop.cancel();
    let rehearsal = stopped.ended().await;
    assert_eq!((rehearsal.fault.unwrap().kind, rehearsal.remains), (FaultKind::Cancelled, Remains::Deleted));

    let mut dropped = UnderWay::begin(&world, "linear");
    dropped.link().await;
    let identifier = dropped.identifier.lock().unwrap().clone();
    assert!(!is_gone(&world, &identifier).await);
    dropped.task.abort();
    let gone = async {
        while !is_gone(&world, &identifier).await {
            tokio::task::yield_now().await;
        }
    };
    soon("the account is gone", gone).await;
}

#[tokio::test]
async fn an_account_that_cannot_be_deleted_is_named() {
    let world = World::meddled(VerifyMode::Custom, |backend| backend.deletes_nothing = true).await;
    let mut under_way = UnderWay::begin(&world, "linear");
    visit(&under_way.link().await, Some("ada"), "allow").await;
    let rehearsal = under_way.ended().await;
    let words = rehearsal.remains();
    assert!(words.contains(rehearsal.identifier.raw()) && words.contains("is still there"), "{words}");
    assert!(matches!(rehearsal.remains, Remains::Left(_)));
    assert!(!is_gone(&world, rehearsal.identifier.raw()).await);
}
