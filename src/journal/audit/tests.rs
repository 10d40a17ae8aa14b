use std::thread;

use jiff::Timestamp;
use rusqlite::Connection;

use super::*;
use crate::domain::{CredentialEvent, CredentialOutcome, CredentialPurpose, CredentialUse, FaultKind, TokenMark};
use crate::journal::{EntryId, Journal, Retention};

fn open(folder: &tempfile::TempDir) -> Journal {
    Journal::open(folder.path(), Retention::default()).unwrap()
}

fn used(person: &str, call: i64) -> CredentialUse {
    let at: Timestamp = "2026-11-20T10:00:00.123456Z".parse().unwrap();
    CredentialUse {
        application: Some("app_1".into()),
        issuer: Some("https://zone.example".into()),
        resource: Some("https://api.example".into()),
        asked: vec!["read".into(), "write".into()],
        given: Some(vec!["read".into()]),
        outcome: CredentialOutcome::Success,
        expires_at: Some("2026-11-20T11:00:00Z".parse().unwrap()),
        token: TokenMark::from_digits("9f2c01ab"),
        purpose: CredentialPurpose { tool: Some("issue_create".into()), call: Some(call), run: Some("r1".into()) },
        ..CredentialUse::new(CredentialEvent::Token, &person.into(), &"linear".into(), &"la_1".into(), at)
    }
}

/// A journal with so many lines, and the file as somebody else opens it, triggers gone.
fn tampered(lines: i64) -> (tempfile::TempDir, Journal, Connection) {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(&folder);
    for call in 1..=lines {
        journal.append_use("sandbox", &used("ada", call)).unwrap();
    }
    let other = Connection::open(folder.path().join("journal.sqlite")).unwrap();
    let triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit%'";
    let names: Vec<String> =
        other.prepare(triggers).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(names.len(), GUARDS);
    for name in names {
        other.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
    }
    (folder, journal, other)
}

fn found(journal: &Journal) -> (u64, Option<ChainProblem>) {
    let verdict = journal.verify_audit(None).unwrap();
    assert!(!verdict.is_guarded, "the triggers are gone, and that is told");
    (verdict.good, verdict.problem)
}

#[test]
fn a_line_is_kept_as_it_was_told() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(&folder);
    assert_eq!(journal.append_use("sandbox", &used("ada", 4)).unwrap(), 1);
    let line = journal.audit_line(1).unwrap().unwrap();
    let at = "2026-11-20T10:00:00.123Z".parse().unwrap();
    assert_eq!(line.used, CredentialUse { at, ..used("ada", 4) });
    assert_eq!(journal.uses_of(EntryId(4)).unwrap(), std::slice::from_ref(&line));
    assert_eq!(journal.uses_of(EntryId(5)).unwrap(), []);
    let exported: serde_json::Value = serde_json::from_str(&line.exported()).unwrap();
    assert_eq!(exported["hash"], line.hash.to_string());
    // By hand, as docs/audit.md says.
    let bytes = line.exported().replace(&format!(",\"hash\":\"{}\"", line.hash), "");
    assert_eq!(ChainHash::FIRST.then(bytes.as_bytes()), line.hash);
    let verdict = journal.verify_audit(Some(&line.hash)).unwrap();
    let whole = AuditVerdict { good: 1, head: line.hash, problem: None, is_guarded: true, noted: Some(1) };
    assert_eq!(verdict, whole);
}

#[test]
fn nothing_can_be_changed_deleted_or_put_in() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(&folder);
    journal.append_use("sandbox", &used("ada", 1)).unwrap();
    let other = Connection::open(folder.path().join("journal.sqlite")).unwrap();
    for sql in [
        "UPDATE audit SET document = '{}'",
        "UPDATE audit SET number = 7",
        "DELETE FROM audit",
        "INSERT INTO audit (number, document, hash) VALUES (9, '{}', x'00')",
        "INSERT OR REPLACE INTO audit (number, document, hash) VALUES (1, '{}', x'00')",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET lines = 0",
        "UPDATE audit_head SET hash = x'00'",
    ] {
        let refused = other.execute(sql, []).unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{sql}: {refused}");
    }
    assert_eq!(journal.verify_audit(None).unwrap().problem, None);
}

#[test]
fn whatever_is_done_to_the_chain_is_named() {
    for (sql, good, problem) in [
        ("UPDATE audit SET document = replace(document, 'ada', 'bob') WHERE number = 3", 2, ChainProblem::Changed(3)),
        ("UPDATE audit SET document = x'00' WHERE number = 3", 2, ChainProblem::Changed(3)),
        ("UPDATE audit SET document = 'no json' WHERE number = 3", 2, ChainProblem::Changed(3)),
        ("UPDATE audit SET hash = zeroblob(32) WHERE number = 1", 0, ChainProblem::Changed(1)),
        ("UPDATE audit SET hash = 'text' WHERE number = 5", 4, ChainProblem::Changed(5)),
        ("DELETE FROM audit WHERE number = 1", 0, ChainProblem::Missing(1)),
        ("DELETE FROM audit WHERE number = 3", 2, ChainProblem::Missing(3)),
        (
            "DELETE FROM audit WHERE number = 3; UPDATE audit SET number = 3 WHERE number = 4",
            2,
            ChainProblem::Missing(3),
        ),
        ("DELETE FROM audit WHERE number = 5", 4, ChainProblem::CutOff(5, 5)),
        ("DELETE FROM audit WHERE number > 2", 2, ChainProblem::CutOff(3, 5)),
        ("DELETE FROM audit", 0, ChainProblem::CutOff(1, 5)),
        ("DELETE FROM audit_head", 5, ChainProblem::NoHead),
        ("UPDATE audit_head SET hash = zeroblob(32)", 5, ChainProblem::OtherHead),
        ("UPDATE audit_head SET lines = 4", 4, ChainProblem::Inserted(5)),
        (
            "UPDATE audit SET number = 99 WHERE number = 2; UPDATE audit SET number = 2 WHERE number = 3;
             UPDATE audit SET number = 3 WHERE number = 99",
            1,
            ChainProblem::OutOfPlace(2, 3),
        ),
        (
            "UPDATE audit SET number = 6 WHERE number = 5; UPDATE audit SET number = 5 WHERE number = 4;
             UPDATE audit SET number = 4 WHERE number = 3;
             INSERT INTO audit (number, document, hash) SELECT 3, document, hash FROM audit WHERE number = 1",
            2,
            ChainProblem::Inserted(3),
        ),
    ] {
        let (_folder, journal, other) = tampered(5);
        assert_eq!(found(&journal), (5, None));
        other.execute_batch(sql).unwrap();
        assert_eq!(found(&journal), (good, Some(problem)), "{sql}");
    }
}

#[test]
fn a_chain_that_was_written_anew_is_found_by_a_head_that_was_noted() {
    let (_folder, journal, other) = tampered(3);
    let noted = journal.verify_audit(None).unwrap().head;
    assert_eq!(journal.verify_audit(Some(&noted)).unwrap().noted, Some(3));
    journal.append_use("sandbox", &used("ada", 4)).unwrap();
    assert_eq!(journal.verify_audit(Some(&noted)).unwrap().noted, Some(3), "it is still in the chain");
    other.execute_batch("DELETE FROM audit; UPDATE audit_head SET lines = 0, hash = zeroblob(32)").unwrap();
    for call in 1..=4 {
        journal.append_use("sandbox", &used("bob", call)).unwrap();
    }
    let verdict = journal.verify_audit(Some(&noted)).unwrap();
    assert_eq!((verdict.problem, verdict.noted), (None, None));
}

#[test]
fn what_is_gone_stays_gone_when_lines_are_added() {
    let (_folder, journal, other) = tampered(4);
    other.execute_batch("DELETE FROM audit WHERE number = 4").unwrap();
    journal.append_use("sandbox", &used("ada", 5)).unwrap();
    assert_eq!(found(&journal), (3, Some(ChainProblem::Missing(4))));
    other.execute_batch("DELETE FROM audit_head").unwrap();
    let refused = journal.append_use("sandbox", &used("ada", 6)).unwrap_err();
    assert!(refused.kind == FaultKind::Local && refused.message.contains("head of the audit is gone"));
}

#[test]
fn several_programs_never_fork_the_chain() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(&folder));
    thread::scope(|scope| {
        for program in 0..4 {
            let folder = &folder;
            scope.spawn(move || {
                // Each has the file open by itself, as another process has.
                let journal = open(folder);
                for call in 0..25 {
                    journal.append_use("sandbox", &used("ada", program * 100 + call)).unwrap();
                }
            });
        }
    });
    let verdict = open(&folder).verify_audit(None).unwrap();
    assert_eq!((verdict.good, verdict.problem), (100, None));
}

#[test]
fn lines_are_found_by_filters_and_in_pages() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(&folder);
    for (person, event, outcome) in [
        ("ada", CredentialEvent::Token, CredentialOutcome::Success),
        ("bob", CredentialEvent::Refresh, CredentialOutcome::NotGranted),
        ("ada", CredentialEvent::BrokerCall, CredentialOutcome::Denied),
    ] {
        journal.append_use("sandbox", &CredentialUse { event, outcome, ..used(person, 7) }).unwrap();
    }
    let numbers = |text: &str| {
        let filter = AuditFilter::parse(text, "2026-11-20T12:00:00Z".parse().unwrap()).unwrap();
        let page = journal.audit(&filter, None, 10).unwrap();
        page.lines.iter().map(|line| line.number).collect::<Vec<_>>()
    };
    for (text, expected) in [
        ("", &[3, 2, 1][..]),
        ("as:ada", &[3, 1]),
        ("event:ref", &[2]),
        ("status:denied status:not", &[3, 2]),
        ("on:linear tool:issue application:app run:r1 call:7 token:9f2c01ab resource:api.example", &[3, 2, 1]),
        ("run:r", &[]),
        ("since:3h", &[3, 2, 1]),
        ("since:1h", &[]),
        ("before:1h", &[3, 2, 1]),
        ("broker", &[3]),
        ("%", &[]),
    ] {
        assert_eq!(numbers(text), expected, "{text}");
    }
    let all = AuditFilter::default();
    let first = journal.audit(&all, None, 2).unwrap();
    assert_eq!(first.last, Some(2));
    assert_eq!(journal.audit(&all, first.last, 2).unwrap().lines.len(), 1);
    let oldest = journal.audit_after(&all, 1, 10).unwrap();
    assert_eq!(oldest.lines.iter().map(|line| line.number).collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn a_line_that_cannot_be_read_costs_only_itself() {
    let (_folder, journal, other) = tampered(3);
    other.execute_batch("UPDATE audit SET document = 'no json' WHERE number = 2").unwrap();
    let page = journal.audit(&AuditFilter::default(), None, 10).unwrap();
    assert_eq!((page.lines.len(), page.unreadable), (2, 1));
    assert_eq!(journal.audit_line(2).unwrap(), None);
}

#[test]
fn credentials_in_free_texts_are_replaced_and_long_ones_cut() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(&folder);
    let secret = "ghp_0123456789abcdefghijklmnopqrstuvwxyz";
    let told = CredentialUse {
        reason: Some(format!("It said Bearer {secret} {}", "x".repeat(5_000)).into()),
        resource: Some(format!("https://api.example/?access_token={secret}").into()),
        ..used("ada", 1)
    };
    journal.append_use("sandbox", &told).unwrap();
    let line = journal.audit_line(1).unwrap().unwrap();
    assert!(!line.document.contains(secret), "{}", line.document);
    assert!(line.used.reason.unwrap().raw().chars().count() <= 1_001);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]

    #[test]
    fn a_changed_byte_is_always_found(line in 1_i64..=4, at in 0_usize..200, byte in 1_u8..=255) {
        let (_folder, journal, other) = tampered(4);
        let read = "SELECT document FROM audit WHERE number = ?1";
        let mut document: Vec<u8> = other.query_row(read, [line], |row| row.get::<_, String>(0)).unwrap().into_bytes();
        let at = at % document.len();
        document[at] ^= byte;
        let write = "UPDATE audit SET document = CAST(?2 AS TEXT) WHERE number = ?1";
        other.execute(write, rusqlite::params![line, document]).unwrap();
        let (good, problem) = found(&journal);
        proptest::prop_assert!(problem.is_some());
        proptest::prop_assert_eq!(good, u64::try_from(line).unwrap() - 1);
    }
}

#[test]
fn a_trigger_that_does_nothing_is_no_guard() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(&folder);
    journal.append_use("sandbox", &used("ada", 1)).unwrap();
    let is_guarded = || journal.verify_audit(None).unwrap().is_guarded;
    assert!(is_guarded());
    let other = Connection::open(folder.path().join("journal.sqlite")).unwrap();
    let hollow = "DROP TRIGGER audit_not_changed;
        CREATE TRIGGER audit_not_changed BEFORE UPDATE ON audit BEGIN SELECT 1; END;";
    other.execute_batch(hollow).unwrap();
    assert!(!is_guarded());
}
