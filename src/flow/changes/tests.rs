//! Changes between two states, and what each does to calls.

use super::*;
use crate::journal::{CallKind, Front, IfTaken, NewCall, PresetName, Retention};

fn json(text: &str) -> JsonText {
    JsonText::parse(text.to_owned()).unwrap()
}

fn account(id: &str, identifier: &str, status: &str) -> AccountState {
    AccountState { id: id.into(), connection: "linear".into(), identifier: identifier.into(), status: status.into() }
}

fn tool(name: &str, schema: &str) -> ToolState<JsonText> {
    ToolState { name: name.into(), provider: "LINEAR".into(), schema: Some(json(schema)) }
}

fn connection(name: &str, enabled: bool) -> ConnectionState {
    ConnectionState { name: name.into(), provider: "LINEAR".into(), enabled }
}

/// Changes between two states as lines: judgement, kind, subject, sentence.
fn told(journal: &Journal, old: State<JsonText>, new: State<JsonText>) -> Vec<String> {
    let save = |at, state| journal.save_snapshot("a", Timestamp::from_second(at).unwrap(), state).unwrap();
    let (old, new) = (save(100_000, old), save(300_000, new));
    let changes = between(journal, "a", &old, &new).unwrap();
    assert_eq!((changes.since, changes.until), (old.at, new.at));
    let line = |change: &Change| {
        format!("{} {} {}: {}", change.judgement.slug(), change.kind.slug(), change.subject, change.sentence)
    };
    changes.changes.iter().map(line).collect()
}

fn journal() -> (tempfile::TempDir, Journal) {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path(), Retention::default()).unwrap();
    (folder, journal)
}

const NOTHING: State<JsonText> = State { accounts: None, connections: None, tools: None };

#[test]
fn accounts_and_connections_come_go_and_change() {
    let (_folder, journal) = journal();
    let old = State {
        accounts: Some(vec![
            account("1", "ada", "ACTIVE"),
            account("2", "ben", "ACTIVE"),
            account("3", "cy", "EXPIRED"),
            account("4", "dee", "ACTIVE"),
        ]),
        connections: Some(vec![connection("linear", true), connection("gone", true)]),
        ..NOTHING
    };
    let new = State {
        accounts: Some(vec![
            account("1", "ada", "EXPIRED"),
            account("3", "cy", "ACTIVE"),
            account("5", "dee", "PENDING_AUTH"),
            account("6", "eve", "REVOKED"),
        ]),
        connections: Some(vec![connection("linear", false), connection("new", true)]),
        ..NOTHING
    };
    assert_eq!(
        told(&journal, old, new),
        [
            "breaks account_removed linear/ben: The account is gone; it was active.",
            "breaks account_status linear/ada: It was active, and is expired now.",
            "breaks connection_removed gone: The connection is gone.",
            "breaks connection_changed linear: The connection was switched off: calls through it fail.",
            "may_break account_recreated linear/dee: It was deleted and made again; it is to authorize now.",
            "harmless account_status linear/cy: It was expired, and is active now.",
            "harmless connection_added new: The connection is new.",
            "harmless account_added linear/eve: The account is new, and REVOKED.",
        ]
    );
}

#[test]
fn tools_are_renamed_where_their_input_is_the_same_and_their_name_alike() {
    let (_folder, journal) = journal();
    let issue = r#"{"type":"object","properties":{"title":{"type":"string"}},"required":["title"]}"#;
    let old = State {
        tools: Some(vec![
            tool("linear_issue_create", issue),
            tool("linear_team_list", "{}"),
            tool("linear_user_get", r#"{"type":"object","properties":{"id":{"type":"string"}}}"#),
        ]),
        ..NOTHING
    };
    let new = State {
        tools: Some(vec![
            tool("linear_issues_create", issue),
            tool("zoom", "{}"),
            tool("linear_user_get", r#"{"type":"object","properties":{"id":{"type":"integer"}}}"#),
        ]),
        ..NOTHING
    };
    assert_eq!(
        told(&journal, old, new),
        [
            "breaks tool_removed linear_team_list: The tool of LINEAR is gone.",
            "breaks tool_renamed linear_issues_create: It was called linear_issue_create before; its input is the same.",
            "breaks schema_changed linear_user_get: id: The type changed from string to integer.",
            "harmless tool_added zoom: The tool of LINEAR is new.",
        ]
    );
}

#[test]
fn presets_and_remembered_arguments_are_told_once_they_no_longer_fit() {
    let (_folder, journal) = journal();
    let preset = |name: &str, tool: &str, input: &str| {
        journal.save_preset(&tool.into(), &PresetName::parse(name).unwrap(), &json(input), IfTaken::Refuse).unwrap();
    };
    preset("fits", "t", r#"{"a":"x","b":1}"#);
    preset("lacks", "t", r#"{"a":"x"}"#);
    preset("never fitted", "t", r#"{"a":7}"#);
    preset("orphan", "gone", "{}");
    for (identifier, input) in [("ada", r#"{"a":"x"}"#), ("ben", r#"{"a":"x","b":2}"#)] {
        let call = NewCall {
            environment: "a".into(),
            kind: CallKind::Tool,
            name: "t".into(),
            connection: "linear".into(),
            identifier: identifier.into(),
            account: identifier.into(),
            arguments: json(input),
            agent_run: None,
            front: Front::Screen,
            probe: false,
            modifiers: Vec::new(),
            client: None,
            wish: None,
        };
        journal.begin(&call).unwrap();
    }
    let before = r#"{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"}}}"#;
    let now = r#"{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"}},"required":["b"]}"#;
    let old = State { tools: Some(vec![tool("t", before), tool("gone", "{}")]), ..NOTHING };
    let new = State { tools: Some(vec![tool("t", now)]), ..NOTHING };
    let told = told(&journal, old, new);
    let expected = [
        "breaks tool_removed gone: ",
        "breaks schema_changed t: b: It is required now.",
        "breaks preset_invalid gone: The preset “orphan” is for a tool that is gone.",
        "breaks preset_invalid t: The preset “lacks” no longer fits: ",
        "may_break arguments_invalid t: The last input as linear/ada no longer fits: ",
    ];
    assert_eq!(told.len(), expected.len(), "{told:?}");
    assert!(told.iter().zip(expected).all(|(told, expected)| told.starts_with(expected)), "{told:?}");
}

#[test]
fn a_part_that_was_not_read_is_unknown_and_not_gone() {
    let (_folder, journal) = journal();
    let old = State { accounts: Some(vec![account("1", "ada", "ACTIVE")]), tools: Some(Vec::new()), ..NOTHING };
    let save = |at, state| journal.save_snapshot("a", Timestamp::from_second(at).unwrap(), state).unwrap();
    let (old, new) = (save(0, old), save(200_000, State { tools: Some(Vec::new()), ..NOTHING }));
    let changes = between(&journal, "a", &old, &new).unwrap();
    assert_eq!((changes.changes, changes.unknown), (Vec::new(), vec!["accounts"]));
}
