//! Causes from facts, without an environment.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::diagnose;
use crate::backend::scalekit::words;
use crate::domain::{
    Account, Connection, ConnectionStatus, Fault, FaultKind, Identity, JsonText, MatchRule, Proof, ProofOutcome,
    Status, Tool, Untrusted,
};
use crate::flow::explain::facts::{Answer, Facts, FirstAccounts, Offered};
use crate::flow::explain::past_calls::{OwnCalls, PastCall, PastOutcome};
use crate::flow::explain::{Cause, FailedCall, Question};
use crate::flow::identity::Proofs;

fn now() -> Timestamp {
    "2026-03-04T12:00:00Z".parse().unwrap()
}

fn account(connection: &str, identifier: &str, status: Status) -> Account {
    Account {
        id: format!("ca_{connection}").as_str().into(),
        identifier: identifier.into(),
        connection: connection.into(),
        connection_id: "conn_1".into(),
        provider: connection.to_uppercase().as_str().into(),
        status,
        authorization: words::authorization("OAUTH"),
        token_expires_at: None,
        updated_at: Some(now() - SignedDuration::from_hours(3)),
        last_used_at: None,
        org_wide: false,
        raw: JsonText::empty_object(),
    }
}

fn connection(name: &str, provider: &str) -> Connection {
    Connection {
        id: "conn_1".into(),
        name: name.into(),
        provider: provider.into(),
        authorization: words::authorization("OAUTH"),
        status: ConnectionStatus::Completed,
        enabled: true,
        raw: JsonText::empty_object(),
    }
}

/// Ada, who is active on linear and asana.
fn facts() -> Facts {
    Facts {
        connections: Answer::Told(vec![connection("linear", "LINEAR"), connection("asana", "ASANA")]),
        own: Answer::Told(vec![account("linear", "ada", Status::Active), account("asana", "ada", Status::Active)]),
        now: now(),
        ..Facts::default()
    }
}

fn on(connection: &str) -> Question {
    Question::person("ada".into(), Some(connection.into()))
}

fn past(hours: i64, outcome: PastOutcome, said: &str) -> PastCall {
    PastCall {
        at: Some(now() - SignedDuration::from_hours(hours)),
        identifier: "ada".into(),
        connection: "linear".into(),
        account: "ca_linear".into(),
        tool: Some("linear_issue_create".into()),
        outcome,
        said: said.into(),
        number: None,
        execution: None,
    }
}

fn slug(question: Question, facts: &Facts) -> &'static str {
    diagnose(question, facts).cause.map_or("nothing", |cause| cause.slug())
}

#[test]
fn an_account_with_nothing_wrong_has_no_cause() {
    let finding = diagnose(on("linear"), &facts());
    assert_eq!((finding.cause, finding.also_possible), (None, vec![]));
    assert!(finding.evidence.iter().any(|told| told.asked == "ada on linear" && told.answer == "active"));
}

#[test]
fn a_connection_that_cannot_be_used_is_the_cause_before_the_account() {
    for (change, slug) in [
        ((|at| at.enabled = false) as fn(&mut Connection), "connection_disabled"),
        (|at| at.status = ConnectionStatus::Draft, "connection_incomplete"),
        (|at| at.status = ConnectionStatus::InProgress, "connection_incomplete"),
    ] {
        let mut known = vec![connection("linear", "LINEAR")];
        change(&mut known[0]);
        let own = Answer::Told(vec![account("linear", "ada", Status::Expired)]);
        let facts = Facts { connections: Answer::Told(known), own, ..facts() };
        let finding = diagnose(on("linear"), &facts);
        assert_eq!(finding.cause.as_ref().map(Cause::slug), Some(slug));
        assert_eq!(finding.also_possible.iter().map(Cause::slug).collect::<Vec<_>>(), ["expired"]);
    }
}

#[test]
fn a_name_that_nothing_has_means_the_nearest() {
    assert_eq!(slug(on("Linear"), &facts()), "connection_case");
    assert_eq!(slug(on("linear-prod"), &facts()), "other_connection");
    let finding = diagnose(on("lineal"), &facts());
    let Some(Cause::ConnectionUnknown { near, .. }) = &finding.cause else { panic!("{:?}", finding.cause) };
    assert_eq!(near.first().map(|name| name.raw()), Some("linear"));
    assert_eq!(slug(on("zzz"), &facts()), "connection_unknown");
}

#[test]
fn a_refusal_by_the_provider_counts_until_a_later_call_succeeds_or_the_account_changes() {
    let with =
        |calls: Vec<PastCall>| Facts { journal: Answer::Told(OwnCalls { here: calls, elsewhere: vec![] }), ..facts() };
    let refused = past(1, PastOutcome::Unauthorized, "It said: token revoked");
    assert_eq!(slug(on("linear"), &with(vec![refused.clone()])), "revoked_at_provider");
    assert_eq!(slug(on("asana"), &with(vec![refused.clone()])), "nothing", "another account's call");
    let later = past(0, PastOutcome::Succeeded, "");
    assert_eq!(slug(on("linear"), &with(vec![refused.clone(), later])), "nothing");
    let before = past(2, PastOutcome::Succeeded, "");
    assert_eq!(slug(on("linear"), &with(vec![before, refused])), "revoked_at_provider");
    // It was authorized three hours ago.
    let old = diagnose(on("linear"), &with(vec![past(5, PastOutcome::Unauthorized, "")]));
    assert_eq!(old.cause, None);
    assert_eq!(old.also_possible.iter().map(Cause::slug).collect::<Vec<_>>(), ["revoked_at_provider"]);
}

#[test]
fn whoever_acts_as_somebody_else_is_told_so() {
    let proven = |email: &str| {
        let account = account("linear", "ada@acme.dev", Status::Active);
        let identity = Identity { email: Some(email.into()), ..Identity::default() };
        let mut proofs = Proofs::new(MatchRule::Auto);
        proofs.insert(Proof {
            account: account.id.clone(),
            connection: account.connection.clone(),
            identifier: account.identifier.clone(),
            provider: account.provider.clone(),
            status: Status::Active,
            token_expires_at: None,
            at: now(),
            took: Duration::ZERO,
            execution: None,
            outcome: ProofOutcome::Identified(identity),
        });
        let facts = Facts { own: Answer::Told(vec![account]), proofs, ..facts() };
        diagnose(Question::person("ada@acme.dev".into(), Some("linear".into())), &facts)
    };
    assert_eq!(proven("ada@acme.dev").cause, None);
    let finding = proven("mallory@else.where");
    let cause = finding.cause.as_ref().expect("a cause");
    assert_eq!(cause.slug(), "somebody_else");
    assert_eq!(cause.to_string(), "Calls as linear/ada@acme.dev act as mallory@else.where.");
}

#[test]
fn scopes_are_told_in_the_providers_words() {
    let question = || Question { tool: Some("linear_issue_create".into()), ..on("linear") };
    let tool = Tool { provider: "LINEAR".into(), ..Tool::unknown("linear_issue_create") };
    let with = |call| Facts {
        journal: Answer::Told(OwnCalls { here: vec![call], elsewhere: vec![] }),
        tool: Answer::Told(vec![tool.clone()]),
        ..facts()
    };
    let refused = "The provider does not let this account do that. It said: missing scope: write";
    let finding = diagnose(question(), &with(past(1, PastOutcome::Forbidden, refused)));
    let Some(Cause::ScopeMissing { scopes, said, .. }) = &finding.cause else { panic!("{:?}", finding.cause) };
    assert_eq!((scopes.as_slice(), said.as_str()), (["write".to_owned()].as_slice(), "missing scope: write"));
    assert!(finding.evidence.iter().any(|told| told.answer.contains("“missing scope: write”")));
    let forbidden = diagnose(question(), &with(past(1, PastOutcome::Forbidden, "It said: You may not")));
    assert_eq!(forbidden.cause.as_ref().map(Cause::slug), Some("forbidden_at_provider"));
    // Some answer with a success and say it inside.
    let reported = past(1, PastOutcome::Other, "missing_scope, needed: chat:write");
    assert_eq!(slug(question(), &with(reported)), "scope_missing");
    assert_eq!(slug(on("linear"), &with(past(1, PastOutcome::Forbidden, refused))), "nothing", "of another tool");
}

#[test]
fn a_list_that_ends_early_is_cut_off() {
    let offered = |names: &[&str], stated, whole| Facts {
        offered: Answer::Told(Offered {
            names: names.iter().map(|name| (*name).into()).collect(),
            stated: Some(stated),
            batches: 1,
            whole,
        }),
        ..facts()
    };
    assert_eq!(slug(on("linear"), &offered(&["a", "b"], 2, true)), "nothing");
    let cut = diagnose(on("linear"), &offered(&["a", "b"], 62, true));
    assert_eq!(cut.cause, Some(Cause::ListCutOff { stated: 62, listed: 2 }));
    assert_eq!(slug(on("linear"), &offered(&["a", "b"], 62, false)), "nothing", "it was not read to its end");
    assert_eq!(slug(on("linear"), &offered(&[], 0, true)), "nothing_listed");
}

#[test]
fn a_key_that_may_not_is_the_cause_of_everything() {
    let refused = |kind| Fault::new(kind, "Refused.").said("no");
    let own = |kind| Facts { own: Answer::Failed(refused(kind)), ..facts() };
    assert_eq!(slug(on("linear"), &own(FaultKind::KeyRefused)), "key_refused");
    let forbidden = diagnose(on("linear"), &own(FaultKind::Forbidden));
    assert_eq!(forbidden.sentence(), "The environment's key may not read connected accounts.");
    assert_eq!(slug(on("linear"), &own(FaultKind::Unreachable)), "not_answered");
    // Without the connections, the account still tells.
    let blind = Facts { connections: Answer::Failed(refused(FaultKind::Forbidden)), ..facts() };
    let finding = diagnose(on("linear"), &blind);
    assert_eq!(finding.cause, None);
    assert_eq!(finding.also_possible, [Cause::KeyForbidden("list connections")]);
}

#[test]
fn a_call_that_never_came_to_an_account_explains_itself() {
    let failed = |kind: FaultKind, said: &str| Question {
        call: Some(FailedCall {
            number: None,
            environment: None,
            began: None,
            account: "".into(),
            fault: Some(kind.slug().to_owned()),
            status: None,
            said: Untrusted::from(said),
        }),
        ..on("linear")
    };
    let expired = Facts { own: Answer::Told(vec![account("linear", "ada", Status::Expired)]), ..facts() };
    assert_eq!(slug(failed(FaultKind::RateLimited, "slow down"), &expired), "call_failed");
    assert_eq!(slug(failed(FaultKind::InvalidInput, "bad"), &expired), "expired", "the account comes before the input");
    let finding = diagnose(failed(FaultKind::InvalidInput, "teamId is missing"), &facts());
    assert_eq!(finding.sentence(), "The input of the call was refused. teamId is missing");
    assert_eq!(slug(failed(FaultKind::Forbidden, ""), &facts()), "key_forbidden");
}

#[test]
fn where_nobody_is_named_the_list_is_asked_about() {
    let first = |total| Facts {
        first: Answer::Told(FirstAccounts { accounts: vec![], total: Some(total) }),
        own: Answer::NotAsked,
        ..facts()
    };
    assert_eq!(slug(Question::default(), &first(0)), "no_accounts");
    assert_eq!(slug(Question::default(), &first(7)), "nothing");
    let of = |name: &str| Question { connection: Some(name.into()), ..Question::default() };
    assert_eq!(diagnose(of("asana"), &first(0)).cause, Some(Cause::NoAccountsOn("asana".into())));
    assert_eq!(slug(of("Asana"), &first(0)), "connection_case");
}

#[test]
fn one_sentence_and_one_remedy_belong_to_each_cause_and_the_report_holds_no_credential() {
    let refused = past(1, PastOutcome::Unauthorized, "It said: Authorization: Bearer sk-live-0123456789abcdef0123");
    let facts = Facts { journal: Answer::Told(OwnCalls { here: vec![refused], elsewhere: vec![] }), ..facts() };
    let finding = diagnose(on("linear"), &facts);
    let report = finding.report();
    assert!(!report.contains("0123456789abcdef"), "{report}");
    assert!(!finding.document().to_string().contains("0123456789abcdef"));
    for part in
        ["Why are there no tools for ada on linear?", "revoked_at_provider", "authorize linear/ada", "refused with 401"]
    {
        assert!(report.contains(part), "{part}: {report}");
    }
}
