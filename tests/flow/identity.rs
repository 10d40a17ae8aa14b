//! Proofs of who accounts are, over loopback.

use std::sync::Mutex;
use std::time::Duration;

use jackfield::testing::backend::AccountFilter;
use jackfield::testing::domain::{Account, Fault, FaultKind, MatchRule, Proof, ProofOutcome};
use jackfield::testing::flow::accounts::load;
use jackfield::testing::flow::authorize::Verification;
use jackfield::testing::flow::identity::{Proofs, Swept, sweep, table};
use jackfield::testing::flow::record::Recorder;
use jackfield::testing::journal::Front;
use jackfield::testing::sandbox::VerifyMode;

use super::{World, pair};
use crate::browser::visit;

async fn accounts(world: &World) -> Vec<Account> {
    let mut found = Vec::new();
    load(world.backend.as_ref(), &AccountFilter::default(), |page, _| found.extend(page)).await.unwrap();
    found
}

/// Proofs of all accounts, and the number of waits on the way.
async fn proven(world: &World, at_once: usize) -> (Proofs, usize) {
    let (found, waits) = (Mutex::new(Proofs::new(MatchRule::Auto)), Mutex::new(0));
    let on = |swept| match swept {
        Swept::Proof(proof) => found.lock().unwrap().insert(proof),
        Swept::Waits(_) => *waits.lock().unwrap() += 1,
        Swept::NotKept(fault) => panic!("{fault}"),
    };
    let recorder = Recorder::new("test", Front::CommandLine, None);
    sweep(world.backend.as_ref(), &recorder, &table(None).0, accounts(world).await, at_once, on).await;
    (found.into_inner().unwrap(), waits.into_inner().unwrap())
}

fn verdict(proofs: &Proofs, label: &str) -> String {
    let is = |proof: &&Proof| format!("{}/{}", proof.connection, proof.identifier) == label;
    let proof = proofs.iter().find(is).unwrap_or_else(|| panic!("{label} was asked about"));
    proofs.verdict(&proof.account).unwrap().word().to_owned()
}

#[tokio::test]
async fn a_limit_is_waited_out_and_no_more_is_asked_at_once_than_allowed() {
    let limit = |kind, wait| Fault { retry_after: Some(Duration::from_millis(wait)), ..Fault::new(kind, "Slow down.") };
    let world = World::meddled(VerifyMode::None, |backend| {
        *backend.turned_away.get_mut().unwrap() =
            vec![limit(FaultKind::ProviderLimited, 20), limit(FaultKind::RateLimited, 30)];
    })
    .await;
    let (proofs, waits) = proven(&world, 3).await;
    assert_eq!(proofs.len(), accounts(&world).await.len());
    assert!(waits >= 1, "it says that it waits");
    let is_limit = |proof: &&Proof| matches!(&proof.outcome, ProofOutcome::Failed(said) if said.raw().contains("Slow"));
    assert_eq!(proofs.iter().filter(is_limit).count(), 0, "nobody is given up for a limit");
    assert!(world.backend.out.lock().unwrap().1 <= 3);
    assert_eq!(verdict(&proofs, "gmail/barbara@acme.dev"), "mismatch");
    assert_eq!(verdict(&proofs, "linear/grace@acme.dev"), "refused");
    assert_eq!(verdict(&proofs, "slack/ada@acme.dev"), "shared");
}

#[tokio::test]
async fn whoever_consents_is_who_an_account_acts_as() {
    let world = World::start(VerifyMode::None).await;
    // An identifier of the application's own, behind which two people stand.
    for (connection, person) in [("linear", "ada"), ("asana", "grace")] {
        let mut following = world.authorize(pair(connection, "user_7"), Verification::None);
        visit(&following.link().await, Some(person), "allow").await;
        following.outcome().await.0.unwrap();
    }
    let (proofs, _) = proven(&world, 4).await;
    assert_eq!(verdict(&proofs, "linear/user_7"), "split");
    assert_eq!(verdict(&proofs, "asana/user_7"), "split");
    assert_eq!(verdict(&proofs, "github/ada@acme.dev"), "proven");
}
