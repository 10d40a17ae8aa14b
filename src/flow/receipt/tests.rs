//! Words and documents of receipts.

use super::document::person_of;
use super::*;
use crate::domain::{FaultKind, Identity};

fn person(id: &str, email: &str) -> Identity {
    Identity { id: Some(id.into()), name: Some("Ada".into()), email: Some(email.into()), workspace: None }
}

fn state(status: Status) -> Option<AccountState> {
    Some(AccountState { status, token_expires_at: None, scopes: None })
}

fn receipt(proof: Option<ProofOutcome>, before: Option<&Identity>) -> Receipt {
    Receipt {
        account: "ca_1".into(),
        connection: "linear".into(),
        identifier: "ada@acme.dev".into(),
        at: Timestamp::UNIX_EPOCH,
        took: Duration::from_millis(14_230),
        before: state(Status::Expired),
        after: state(Status::Active),
        same: SamePerson::compare(before, proof.as_ref()),
        proof,
        verdict: Some(Verdict::Identified),
        tools: Some(6),
        failed_call: None,
        fault: None,
    }
}

#[test]
fn one_line_says_what_is_proven_and_what_is_not() {
    let ada = person("u_1", "ada@acme.dev");
    let mallory = person("u_2", "mallory@else.where");
    let proven = |before: Option<&Identity>| receipt(Some(ProofOutcome::Identified(ada.clone())), before);
    assert_eq!(proven(Some(&ada)).line(), "expired → active · same person · 6 tools");
    assert_eq!(proven(Some(&mallory)).line(), "expired → active · another person than before · 6 tools");
    assert_eq!(proven(None).line(), "expired → active · first proof of who it is · 6 tools");
    assert!(proven(Some(&ada)).is_clean() && proven(None).is_clean() && !proven(Some(&mallory)).is_clean());

    let refused = receipt(Some(ProofOutcome::Refused("HTTP 401. Token revoked.".into())), Some(&ada));
    assert_eq!(refused.line(), "authorized, and still failing: HTTP 401");
    assert_eq!(refused.outcome().name(), "still_failing");
    let unproven = receipt(Some(ProofOutcome::NotProvable("No tool tells.".into())), Some(&ada));
    assert_eq!(unproven.line(), "expired → active · not proven: No tool tells · 6 tools");
    assert!(!refused.is_clean() && !unproven.is_clean(), "only a proof is one");

    let mut denied = receipt(None, Some(&ada));
    denied.fault = Some(Fault::new(FaultKind::Denied, "Access to linear was denied."));
    denied.after = state(Status::Expired);
    assert_eq!(denied.line(), "still expired · Access to linear was denied");
}

#[test]
fn whoever_works_somewhere_else_now_is_another_person() {
    let ada = person("u_1", "ada@acme.dev");
    let compare = |before: &Identity, now: &Identity| {
        SamePerson::compare(Some(before), Some(&ProofOutcome::Identified(now.clone()))).name()
    };
    assert_eq!(compare(&ada, &person("u_1", "ada@new.dev")), "same");
    assert_eq!(compare(&ada, &person("u_2", "ada@acme.dev")), "another");
    assert_eq!(compare(&ada, &Identity::default()), "unknown");
    let at = |workspace: &str| Identity { workspace: Some(workspace.into()), ..ada.clone() };
    assert_eq!((compare(&at("acme"), &at("other")), compare(&at("acme"), &ada)), ("another", "same"));
}

#[test]
fn a_verdict_that_needs_somebody_is_never_a_tick() {
    let (ada, mallory) = (person("u_1", "ada@acme.dev"), person("u_2", "mallory@else.where"));
    let judged = |now: &Identity, before: &Identity, verdict| Receipt {
        verdict: Some(verdict),
        ..receipt(Some(ProofOutcome::Identified(now.clone())), Some(before))
    };
    let wrong = judged(&mallory, &ada, Verdict::Mismatch);
    assert_eq!(wrong.line(), "expired → active · Calls for ada@acme.dev act as Ada <mallory@else.where> · 6 tools");
    assert_eq!((wrong.outcome().name(), wrong.is_clean()), ("somebody_else", false));
    let repaired = judged(&ada, &mallory, Verdict::Proven);
    assert_eq!(repaired.line(), "expired → active · another person than before · 6 tools");
    assert!(repaired.is_clean(), "the right one now");
    let shared = judged(&ada, &ada, Verdict::Shared("eve@acme.dev".into()));
    assert_eq!(shared.line(), "expired → active · same person · same person as eve@acme.dev · 6 tools");
    assert!(!shared.is_clean());
}

#[test]
fn facts_tell_what_changed_and_what_may_be_tried_again() {
    let mut receipt = receipt(Some(ProofOutcome::Identified(person("u_1", "ada@acme.dev"))), None);
    let scopes = |scopes: &[&str]| Some(scopes.iter().map(|scope| Untrusted::from(*scope)).collect());
    if let (Some(before), Some(after)) = (&mut receipt.before, &mut receipt.after) {
        before.scopes = scopes(&["read"]);
        after.scopes = scopes(&["read", "write"]);
        (before.token_expires_at, after.token_expires_at) = (Some(Timestamp::UNIX_EPOCH), Some(Timestamp::MAX));
    }
    receipt.failed_call = Some(FailedCall {
        entry: EntryId(7),
        kind: CallKind::Tool,
        name: "linear_issue_create".into(),
        began: Timestamp::UNIX_EPOCH,
        fault: Some("Token \u{1b}expired.".into()),
    });
    let moment = |moment: Timestamp| if moment == Timestamp::MAX { "later".to_owned() } else { "then".to_owned() };
    assert_eq!(
        receipt.facts(moment),
        [
            ("status", "expired → active".to_owned()),
            ("person", "Ada <ada@acme.dev> · first proof of who it is".to_owned()),
            ("expires", "later (was then)".to_owned()),
            ("scopes", "read, write (were read)".to_owned()),
            ("tools", "6".to_owned()),
            ("last failure", "linear_issue_create on then: Token ␛expired.".to_owned()),
        ]
    );
}

#[test]
fn the_person_of_a_document_is_the_one_that_was_written() {
    let ada = person("u_1", "ada@acme.dev");
    let written = document(&receipt(Some(ProofOutcome::Identified(ada.clone())), None));
    assert_eq!(person_of(&written), Some(ada));
    assert_eq!((&written["outcome"], &written["took_seconds"]), (&"proven".into(), &14.2.into()));
    let refused = document(&receipt(Some(ProofOutcome::Refused("No.".into())), None));
    assert_eq!((person_of(&refused), &refused["why"]), (None, &"No.".into()));
}
