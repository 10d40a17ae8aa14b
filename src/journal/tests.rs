//! The journal as its users see it.

use std::time::Duration;

use super::*;
use crate::domain::{Fault, FaultKind, JsonText};

fn open(folder: &std::path::Path) -> Journal {
    Journal::open(folder, Retention::default()).unwrap()
}

fn json(text: &str) -> JsonText {
    JsonText::parse(text.to_owned()).unwrap()
}

fn call(name: &str, identifier: &str, arguments: &str) -> NewCall {
    NewCall {
        environment: "http://127.0.0.1:1".into(),
        kind: CallKind::Tool,
        name: name.into(),
        connection: "linear".into(),
        identifier: identifier.into(),
        account: "ca_1".into(),
        arguments: json(arguments),
        agent_run: None,
        front: Front::CommandLine,
        probe: false,
        modifiers: Vec::new(),
        client: None,
        wish: None,
    }
}

fn success(result: &str) -> Ending {
    Ending {
        outcome: CallOutcome::Succeeded,
        fault: None,
        status: Some(200),
        execution: Some("exec_1".into()),
        took: Duration::from_micros(1_500),
        result: Some(json(result)),
    }
}

fn names(journal: &Journal, filter: &str) -> Vec<String> {
    let filter = JournalFilter::parse(filter, jiff::Timestamp::now()).unwrap();
    let list = journal.list(&filter, None, 100).unwrap().calls;
    assert_eq!(journal.count(&filter).unwrap(), list.len() as u64);
    list.iter().map(|entry| entry.name.to_string()).collect()
}

#[test]
fn a_call_is_there_before_it_is_sent_and_complete_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    let call = call("linear_issue_create", "ada@acme.dev", r#"{"title": "x", "n": 1.10}"#);
    let id = journal.begin(&call).unwrap();
    let entry = journal.entry(id).unwrap().unwrap();
    assert_eq!(
        (entry.summary.outcome, &entry.arguments),
        (CallOutcome::Running, &StoredBody::Kept(call.arguments.clone()))
    );
    journal.complete(id, &call, &success(r#"{"ok": true}"#)).unwrap();
    let entry = journal.entry(id).unwrap().unwrap();
    assert_eq!(entry.result, StoredBody::Kept(json(r#"{"ok": true}"#)));
    let summary = &entry.summary;
    assert_eq!((summary.outcome, summary.status, summary.size), (CallOutcome::Succeeded, Some(200), Some(12)));
    assert_eq!(summary.took, Some(Duration::from_micros(1_500)));
    assert_eq!(journal.by_execution("exec_1").unwrap(), Some(id));
    // What is known is not overwritten.
    journal.complete(id, &call, &Ending::stopped(Duration::ZERO)).unwrap();
    assert_eq!(journal.entry(id).unwrap().unwrap().summary.outcome, CallOutcome::Succeeded);
}

#[test]
fn what_a_program_left_open_has_no_known_outcome_once_it_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let (ours, theirs) = (open(folder.path()), open(folder.path()));
    let id = theirs.begin(&call("slow", "ada", "{}")).unwrap();
    assert_eq!(ours.list(&JournalFilter::default(), None, 1).unwrap().calls[0].outcome, CallOutcome::Running);
    drop(theirs);
    assert_eq!(ours.list(&JournalFilter::default(), None, 1).unwrap().calls[0].outcome, CallOutcome::Unknown);
    assert_eq!(open(folder.path()).entry(id).unwrap().unwrap().summary.outcome, CallOutcome::Unknown);
}

#[test]
fn credentials_never_reach_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    let secret = "ghp_abcdefghijklmnopqrstuvwxyz0123";
    let call =
        call(&format!("GET /x?access_token={secret}"), "ada", &format!(r#"{{"a":"{secret}","password":"hunter2"}}"#));
    let id = journal.begin(&call).unwrap();
    let fault = Fault::new(FaultKind::ProviderFailed, "No.").said(format!("Bearer {secret} is bad"));
    let ending = Ending { result: Some(json(&format!(r#"["{secret}"]"#))), ..Ending::failed(fault, Duration::ZERO) };
    journal.complete(id, &call, &ending).unwrap();
    let entry = journal.entry(id).unwrap().unwrap();
    let hidden: Vec<String> = entry.hidden.iter().map(ToString::to_string).collect();
    assert_eq!(hidden, ["/a", "/password"]);
    assert!(names(&journal, secret).is_empty() && names(&journal, "hunter2").is_empty());
    drop(journal);
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for secret in [secret, "hunter2"] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
        }
    }
}

#[test]
fn entries_are_found_by_every_part_of_a_filter() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    let first = call("linear_issue_create", "ada@acme.dev", r#"{"title":"Login is broken"}"#);
    let id = journal.begin(&first).unwrap();
    journal.complete(id, &first, &success(r#"{"number":"ENG-7"}"#)).unwrap();
    let second = call("linear_issue_get", "grace@acme.dev", r#"{"id":"x"}"#);
    let id = journal.begin(&second).unwrap();
    let fault = Fault::new(FaultKind::ProviderFailed, "The provider failed.").said("no such issue");
    journal.complete(id, &second, &Ending::failed(fault, Duration::ZERO)).unwrap();
    journal.begin(&call("asana_me_get", "ada@acme.dev", "{}")).unwrap();
    for (filter, found) in [
        ("", &["asana_me_get", "linear_issue_get", "linear_issue_create"][..]),
        ("tool:linear_", &["linear_issue_get", "linear_issue_create"]),
        ("tool:linear%", &[]),
        ("status:failed", &["linear_issue_get"]),
        ("status:failed status:ok", &["linear_issue_get", "linear_issue_create"]),
        ("as:ada@ tool:lin", &["linear_issue_create"]),
        ("broken", &["linear_issue_create"]),
        ("brok login", &["linear_issue_create"]),
        ("\"is broken\"", &["linear_issue_create"]),
        ("eng-7", &["linear_issue_create"]),
        ("\"such issue\" since:1h", &["linear_issue_get"]),
        ("until:1h", &[]),
        ("id:exec_1", &["linear_issue_create"]),
        ("from:screen", &[]),
        ("AND OR NOT *", &[]),
    ] {
        assert_eq!(names(&journal, filter), found, "{filter}");
    }
}

#[test]
fn pages_go_back_in_time_without_gaps() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    let ids: Vec<EntryId> = (0..7).map(|n| journal.begin(&call(&format!("t{n}"), "ada", "{}")).unwrap()).collect();
    let mut seen = Vec::new();
    loop {
        let page = journal.list(&JournalFilter::default(), seen.last().copied(), 3).unwrap().calls;
        seen.extend(page.iter().map(|entry| entry.id));
        if page.len() < 3 {
            break;
        }
    }
    assert!(seen.iter().eq(ids.iter().rev()));
}

#[test]
fn the_oldest_go_when_the_file_grows_too_large() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path(), Retention { size: 400 << 10, ..Retention::default() }).unwrap();
    // Text that does not shrink.
    let noise: String =
        (0..40_000_u64).map(|n| char::from(b'a' + (n.wrapping_mul(n ^ 0x9e37) >> 5) as u8 % 26)).collect();
    for n in 0..64 {
        let call = call(&format!("t{n}"), "ada", &format!(r#"["{n}{noise}"]"#));
        let id = journal.begin(&call).unwrap();
        journal.complete(id, &call, &success("1")).unwrap();
    }
    drop(journal);
    let journal = Journal::open(folder.path(), Retention { size: 400 << 10, ..Retention::default() }).unwrap();
    let names = names(&journal, "");
    assert!(names.len() < 64 && !names.is_empty(), "{}", names.len());
    assert_eq!(names[0], "t63", "the newest stays");
    drop(journal);
    let journal = Journal::open(folder.path(), Retention { age: Duration::ZERO, ..Retention::default() }).unwrap();
    assert_eq!(journal.count(&JournalFilter::default()).unwrap(), 0);
}

#[test]
fn a_damaged_file_or_one_of_a_later_version_is_said_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("journal.sqlite");
    let damaged = b"this is no database, and it is long enough to be looked at as one".repeat(40);
    std::fs::write(&file, &damaged).unwrap();
    let fault = Journal::open(folder.path(), Retention::default()).err().unwrap();
    assert!(fault.message.contains("damaged"), "{fault}");
    assert_eq!(std::fs::read(&file).unwrap(), damaged);
    std::fs::remove_file(&file).unwrap();
    drop(open(folder.path()));
    rusqlite::Connection::open(&file).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let fault = Journal::open(folder.path(), Retention::default()).err().unwrap();
    assert!(fault.message.contains("later version"), "{fault}");
}

#[test]
fn its_files_are_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    journal.begin(&call("t", "ada", "{}")).unwrap();
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(Result::unwrap).collect();
    assert!(files.len() >= 3, "the file, its log, our lock");
    for file in files {
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode & 0o077, 0, "{:?} has {mode:o}", file.path());
    }
}

#[test]
fn the_last_arguments_of_a_tool_for_a_person_on_an_account_are_known() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    for arguments in ["{}", r#"{"a":1}"#] {
        journal.begin(&call("t", "ada", arguments)).unwrap();
    }
    let last = |environment: &str, account: &str, identifier: &str| {
        let (account, identifier) = (account.into(), identifier.into());
        journal.last_arguments(environment, &"t".into(), &account, &identifier).unwrap()
    };
    let here = "http://127.0.0.1:1";
    assert_eq!(last(here, "ca_1", "ada").unwrap().arguments.json, json(r#"{"a":1}"#));
    assert_eq!(last(here, "ca_2", "ada"), None);
    assert_eq!(last("http://127.0.0.1:2", "ca_1", "ada"), None);
    assert_eq!(last(here, "ca_1", "Ada"), None, "what somebody else was given is not hers");
}

#[test]
fn the_modifiers_of_a_call_are_named_and_its_arguments_are_nobodys_last() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    journal.begin(&call("t", "ada", r#"{"a":1}"#)).unwrap();
    let modified = NewCall { modifiers: vec!["short".into(), "b\"c".into()], ..call("t", "ada", r#"{"a":2}"#) };
    let id = journal.begin(&modified).unwrap();
    assert_eq!(journal.entry(id).unwrap().unwrap().summary.modifiers, modified.modifiers);
    let listed = journal.list(&JournalFilter::default(), None, 2).unwrap().calls;
    assert_eq!(listed.iter().map(|call| call.modifiers.len()).collect::<Vec<_>>(), [2, 0]);
    let last = journal.last_arguments("http://127.0.0.1:1", &"t".into(), &"ca_1".into(), &"ada".into()).unwrap();
    assert_eq!(last.unwrap().arguments.json, json(r#"{"a":1}"#), "they would be changed once more");
}

#[test]
fn a_journal_of_the_version_before_is_brought_up_to_date_with_its_calls() {
    let folder = tempfile::tempdir().unwrap();
    let id = open(folder.path()).begin(&call("t", "ada", "{}")).unwrap();
    meddle(
        folder.path(),
        "ALTER TABLE entry DROP COLUMN modifiers; ALTER TABLE entry DROP COLUMN client; PRAGMA user_version = 4",
    );
    let journal = open(folder.path());
    let entry = journal.entry(id).unwrap().unwrap();
    assert_eq!((entry.summary.name.raw(), entry.summary.modifiers.len()), ("t", 0));
}

#[test]
fn a_call_of_an_agent_is_kept_with_its_client_and_found_by_it() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).begin(&call("old", "ada", "{}")).unwrap();
    meddle(folder.path(), "ALTER TABLE entry DROP COLUMN client; PRAGMA user_version = 5");
    let journal = open(folder.path());
    let served = NewCall {
        front: Front::Server,
        client: Some("claude-code 2.1".into()),
        agent_run: Some("r1".into()),
        ..call("new", "ada", "{}")
    };
    journal.begin(&served).unwrap();
    for filter in ["front:serve", "client:claude-code", "client:2.1", "run:r1"] {
        assert_eq!(names(&journal, filter), ["new"], "{filter}");
    }
    assert_eq!(names(&journal, "from:cli"), ["old"]);
    let wanted = JournalFilter::parse("run:r1", jiff::Timestamp::now()).unwrap();
    let found = journal.list(&wanted, None, 1).unwrap().calls;
    assert_eq!((found[0].front, found[0].client.as_ref().unwrap().raw()), (Front::Server, "claude-code 2.1"));
}

#[test]
fn what_fits_a_filter_can_be_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    for (name, arguments) in [("a", r#"["login"]"#), ("b", r#"["login"]"#), ("c", "[]")] {
        journal.begin(&call(name, "ada", arguments)).unwrap();
    }
    let filter = JournalFilter::parse("login tool:a", jiff::Timestamp::now()).unwrap();
    assert_eq!(journal.forget(&filter).unwrap(), 1);
    assert_eq!(names(&journal, ""), ["c", "b"]);
    assert_eq!(names(&journal, "login"), ["b"], "its words are gone as well");
}

#[test]
fn what_may_have_been_carried_out_is_of_unknown_outcome_and_never_failed() {
    let ending = |fault: Fault| Ending::failed(fault, Duration::ZERO).outcome;
    let fault = || Fault::new(FaultKind::Network, "It broke off.");
    for (fault, outcome, says) in [
        (fault(), CallOutcome::Failed, "It broke off."),
        (fault().perhaps_carried_out(), CallOutcome::Unknown, "carried out is not known"),
        (fault().after_it_was_carried_out(), CallOutcome::Unknown, "The call ran; only its answer is lost"),
        (Fault::new(FaultKind::Cancelled, "Stopped."), CallOutcome::Stopped, "Stopped."),
    ] {
        assert!(fault.message.contains(says), "{fault}");
        assert_eq!(ending(fault), outcome, "{says}");
    }
}

#[test]
fn every_outcome_keeps_its_number_and_its_word() {
    for (outcome, number, word) in [
        (CallOutcome::Running, 0, "running"),
        (CallOutcome::Succeeded, 1, "ok"),
        (CallOutcome::Failed, 2, "failed"),
        (CallOutcome::Stopped, 3, "stopped"),
        (CallOutcome::Unknown, 4, "unknown"),
        (CallOutcome::Reported, 5, "reported"),
    ] {
        assert_eq!((outcome.number(), outcome.word()), (number, word));
        assert_eq!(CallOutcome::from_number(number), outcome);
    }
    assert_eq!(CallOutcome::from_number(6), CallOutcome::Unknown, "what a later version wrote");
}

/// Changes a journal as another program might.
fn meddle(folder: &std::path::Path, sql: &str) {
    rusqlite::Connection::open(folder.join("journal.sqlite")).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn a_row_that_cannot_be_read_costs_only_itself_and_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    let ids: Vec<_> = ["a", "b", "c", "d"].iter().map(|name| journal.begin(&call(name, "x", "{}")).unwrap()).collect();
    meddle(
        folder.path(),
        "UPDATE entry SET began = 'yesterday' WHERE name = 'b'; UPDATE entry SET identifier = x'ff' WHERE name = 'd'; \
         UPDATE entry SET program = x'ff' WHERE name = 'c'",
    );
    let listed = journal.list(&JournalFilter::default(), None, 100).unwrap();
    assert_eq!(
        (listed.calls.iter().map(|call| call.id).collect::<Vec<_>>(), listed.unreadable),
        (vec![ids[2], ids[0]], 2)
    );
    let first = journal.list(&JournalFilter::default(), None, 1).unwrap();
    assert_eq!((first.calls[0].id, first.unreadable), (ids[2], 1), "as many as were asked for");
    let next = journal.list(&JournalFilter::default(), Some(ids[2]), 1).unwrap();
    assert_eq!((next.calls[0].id, next.unreadable), (ids[0], 1));
    let fault = journal.entry(ids[1]).unwrap_err();
    assert_eq!(fault.message, "This call cannot be read: something else has written to the journal.");
}

#[test]
fn a_file_of_another_program_is_named_and_left_alone() {
    for schema in [
        "CREATE TABLE entry (id INTEGER PRIMARY KEY, title TEXT)",
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)",
        "CREATE TABLE notes (id INTEGER PRIMARY KEY); PRAGMA user_version = 2",
        "CREATE TABLE entry (id INTEGER PRIMARY KEY); PRAGMA user_version = 1",
    ] {
        let folder = tempfile::tempdir().unwrap();
        meddle(folder.path(), schema);
        let fault = Journal::open(folder.path(), Retention::default()).err().unwrap();
        let path = folder.path().join("journal.sqlite");
        let says = format!("{} is not a journal of jackfield. Move it away, and a new one is begun.", path.display());
        assert_eq!((fault.kind, fault.message), (FaultKind::Local, says.into()), "{schema}");
        let file = rusqlite::Connection::open(path).unwrap();
        let tables: i64 = file.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0)).unwrap();
        assert_eq!(tables, 1, "{schema}");
    }
}
