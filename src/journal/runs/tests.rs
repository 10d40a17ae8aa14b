//! Runs as they are written and read.

use super::*;
use crate::journal::{Journal, JournalFilter, Retention};

const KEY: &str = "lin_api_0123456789abcdefghijABCDEFGHIJ0123456789";

fn journal() -> (tempfile::TempDir, Journal) {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path(), Retention::default()).unwrap();
    (folder, journal)
}

fn new(id: &str, title: &str) -> NewRun {
    NewRun {
        id: id.into(),
        environment: "e".into(),
        identifier: "ada@acme.dev".into(),
        connections: vec!["linear".into()],
        model: "m".into(),
        mode: "ask".into(),
        title: title.into(),
        limits: "{}".into(),
    }
}

fn json(text: impl Into<String>) -> JsonText {
    JsonText::parse(text.into()).unwrap()
}

#[test]
fn a_run_is_read_as_it_was_written_without_credentials() {
    let (folder, journal) = journal();
    let (run, lock) = journal.begin_run(&new("agent-1", &format!("Use {KEY} now"))).unwrap();
    journal.append_to_run(run, RunItemKind::Said, &json(format!(r#"{{"text":"{KEY}"}}"#))).unwrap();
    let answered = json(format!(r#"[{{"type":"text","text":"{KEY}"}}]"#));
    let total = Usage { input: 7, ..Usage::default() };
    let wish = json(format!(r#"{{"input":{{"token":"{KEY}"}}}}"#));
    let wishes = journal.append_answer(run, &answered, &json("{}"), &[wish], total).unwrap();
    journal.end_wish(wishes[0], &json(format!(r#"{{"told":"{KEY}"}}"#))).unwrap();
    journal.end_wish(wishes[0], &json(r#"{"told":"other"}"#)).unwrap();
    journal.rest_run(run, "answered", &json("{}")).unwrap();
    drop(lock);

    let head = journal.run("agent-1").unwrap().unwrap();
    assert_eq!((head.total.input, head.calls, head.state.raw()), (7, 1, "answered"));
    assert_eq!((head.identifier.raw(), head.connections[0].raw()), ("ada@acme.dev", "linear"));
    let kinds: Vec<_> = journal.run_items(run).unwrap().into_iter().map(|item| item.kind).collect();
    assert_eq!(kinds, [RunItemKind::Said, RunItemKind::Answer, RunItemKind::Rest]);
    let stored = journal.run_wishes(run).unwrap();
    assert!(!stored[0].fate.as_ref().unwrap().raw().contains("other"), "a fate is not written over");
    assert!(journal.run_title("agent-1").unwrap().unwrap().raw().starts_with("Use "));
    drop(journal);
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(KEY.len()).any(|part| part == KEY.as_bytes()));
    }
}

#[test]
fn runs_are_found_by_environment_identifier_and_words() {
    let (_folder, journal) = journal();
    let _held = [("agent-1", "The login page"), ("agent-2", "100% of it")]
        .map(|(id, title)| journal.begin_run(&new(id, title)).unwrap());
    let other = NewRun { environment: "f".into(), identifier: "linus@acme.dev".into(), ..new("agent-3", "x") };
    let _held_too = journal.begin_run(&other).unwrap();
    let found = |filter: RunFilter| -> Vec<String> {
        journal.runs(&filter, usize::MAX).unwrap().into_iter().map(|run| run.id.raw().to_owned()).collect()
    };
    let mut all = found(RunFilter::default());
    all.sort();
    assert_eq!(all, ["agent-1", "agent-2", "agent-3"]);
    assert_eq!(found(RunFilter { environment: Some("f".into()), ..RunFilter::default() }), ["agent-3"]);
    assert_eq!(found(RunFilter { identifier: Some("linus".into()), ..RunFilter::default() }), ["agent-3"]);
    assert_eq!(found(RunFilter { words: vec!["LOGIN".into(), "page".into()], ..RunFilter::default() }), ["agent-1"]);
    assert_eq!(found(RunFilter { words: vec!["%".into()], ..RunFilter::default() }), ["agent-2"]);
}

#[test]
fn one_at_a_time_holds_a_run() {
    let (folder, journal) = journal();
    let (run, lock) = journal.begin_run(&new("agent-1", "x")).unwrap();
    let other = Journal::open(folder.path(), Retention::default()).unwrap();
    let refused = other.hold_run(run).unwrap_err();
    assert!(refused.message.contains("under way in another window"), "{refused}");
    drop(lock);
    let again = other.hold_run(run).unwrap();
    assert!(journal.hold_run(run).is_err());
    drop(again);
    assert!(journal.hold_run(run).is_ok());
}

#[test]
fn who_forgets_all_calls_of_a_run_forgets_what_was_said_in_it() {
    let (_folder, journal) = journal();
    let _held = ["agent-1", "agent-2"].map(|id| journal.begin_run(&new(id, "x")).unwrap());
    let forget = |text: &str| {
        let filter = JournalFilter::parse(text, Timestamp::UNIX_EPOCH).unwrap();
        journal.forget(&filter).unwrap();
        journal.runs(&RunFilter::default(), 9).unwrap().len()
    };
    assert_eq!(forget("tool:x run:agent-1"), 2);
    assert_eq!(forget("run:agent-1"), 1);
    assert_eq!(forget(""), 0);
}
