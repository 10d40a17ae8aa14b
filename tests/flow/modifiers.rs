//! Modifiers over the sandbox: what is sent, what is shown, and what is not sent at all.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use jackfield::testing::backend::scalekit::Limits;
use jackfield::testing::domain::{FaultKind, JsonText};
use jackfield::testing::flow::environment::{Attempt, IfNone, Opened, open_from};
use jackfield::testing::flow::modifiers::{ModifierFiles, Selection};
use jackfield::testing::flow::query::pipe;
use jackfield::testing::flow::run::run;
use jackfield::testing::flow::sources::Sources;
use jackfield::testing::flow::target::{CallRequest, find};
use jackfield::testing::profile::{Home, OpenTarget, Profiles, TrustStore};
use jackfield::testing::secrets::MemoryStore;
use serde_json::Value;

use crate::waiting::soon;

const PROGRAM: &str = env!("CARGO_BIN_EXE_jackfield");

fn json(text: &str) -> JsonText {
    JsonText::parse(text.to_owned()).unwrap()
}

/// A sandbox that was opened as a program opens it, with these modifiers of its user.
async fn opened(root: &Path, modifiers: &str) -> Opened {
    let home = Home::resolve(Some(root.join("home"))).unwrap();
    let profiles = Profiles::new(&home, Arc::new(MemoryStore::default()));
    let sources = Sources::new(profiles, TrustStore::new(Some(root.to_owned()), &home), Arc::new(|_| None));
    let attempt = open_from(&sources, OpenTarget::Sandbox, IfNone::Refuse, Limits::default(), |_| {});
    let Ok(Attempt::Open(mut opened)) = soon("an environment", attempt).await else { panic!("it opens") };
    fs::create_dir_all(&home.config).unwrap();
    fs::write(home.config.join("modifiers.toml"), modifiers).unwrap();
    opened.modifiers = opened.modifiers.map(|files| files.run_by(Path::new(PROGRAM)));
    *opened
}

async fn selection(opened: &Opened, tool: &str) -> Selection {
    opened.modifiers_for(&tool.into()).await.unwrap()
}

/// Requests that reached the environment's route for calls.
fn calls(opened: &Opened) -> usize {
    opened.http_log.after(0).iter().filter(|exchange| exchange.target.contains("execute_tool")).count()
}

const FILE: &str = r#"
[[modifier]]
name = "of-mine"
tools = ["asana_projects_*", "asana_tasks_list"]
before = '.project = (.wanted // .project) | del(.wanted)'
after = '{ names: [.data[].name] }'

[[modifier]]
name = "first"
tools = "asana_*"
after = '.names[0]'

[[modifier]]
name = "elsewhere"
tools = "linear_*"
before = 'error("never")'
"#;

#[tokio::test]
async fn filters_follow_one_another_in_one_child_and_the_one_that_fails_is_known() {
    let pipe = async |filters: &[&str], value: &str| pipe(Some(Path::new(PROGRAM)), filters, &json(value)).await;
    assert_eq!(pipe(&[], "1.10").await.unwrap().raw(), "1.10");
    assert_eq!(pipe(&[".a", "# nothing\n. + 1", "{n: .}"], r#"{"a":1}"#).await.unwrap().raw(), r#"{"n":2}"#);
    let big = "123456789012345678901234567890";
    assert_eq!(pipe(&[".", "."], big).await.unwrap().raw(), big);
    for (filters, at, words) in [
        (&[".", ".a.b", "."][..], 1, "cannot index"),
        (&[".", ".", ".) | (."], 2, "(column 2)"),
        (&["empty", "."], 0, "no result"),
        (&[".a", ".,."], 1, "2 results"),
    ] {
        let value = r#"{"a":1}"#;
        let failed = pipe(filters, value).await.unwrap_err();
        assert_eq!(failed.filter, Some(at), "{filters:?}: {}", failed.fault);
        assert!(failed.fault.message.contains(words), "{filters:?}: {}", failed.fault);
    }
}

#[tokio::test]
async fn what_is_sent_and_what_is_shown_are_what_the_modifiers_make_of_them() {
    let root = tempfile::tempdir().unwrap();
    let opened = opened(root.path(), FILE).await;
    let backend = opened.backend.as_ref();
    let wanted = CallRequest {
        tool: "asana_tasks_list".into(),
        identifier: "ada@acme.dev".into(),
        connection: None,
        account: None,
    };
    let found = find(backend, &wanted, false).await.unwrap();
    let modifiers = selection(&opened, "asana_tasks_list").await;
    let names: Vec<_> = modifiers.names().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["of-mine", "first"], "in the order of the file, and no other");
    let project = some_project(&opened).await;
    let typed = json(&format!(r#"{{"wanted":"{project}"}}"#));
    let sent = modifiers.before(&typed).await.unwrap();
    assert_eq!(sent.raw(), format!(r#"{{"project":"{project}"}}"#));
    let call = found.account.call(backend, &found.tool.unwrap(), sent, None).unwrap();
    let came = run(backend, &call).await.unwrap().data;
    let shown = modifiers.after(&came).await.unwrap();
    let whole: Value = serde_json::from_slice(came.bytes()).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(shown.bytes()).unwrap(), whole["data"][0]["name"]);
}

/// Id of a project of the sandbox's Asana.
async fn some_project(opened: &Opened) -> String {
    let backend = opened.backend.as_ref();
    let wanted = CallRequest {
        tool: "asana_projects_list".into(),
        identifier: "ada@acme.dev".into(),
        connection: None,
        account: None,
    };
    let found = find(backend, &wanted, false).await.unwrap();
    let call = found.account.call(backend, &found.tool.unwrap(), json("{}"), None).unwrap();
    let data: Value = serde_json::from_slice(run(backend, &call).await.unwrap().data.bytes()).unwrap();
    data["data"][0]["gid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn one_that_fails_is_named_and_nothing_is_sent() {
    let root = tempfile::tempdir().unwrap();
    let opened = opened(root.path(), FILE).await;
    let fault = selection(&opened, "linear_viewer_get").await.before(&json("{}")).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::InvalidInput);
    assert_eq!(fault.message, "Modifier “elsewhere” failed on the input: \"never\". Nothing was sent.");
    let config = root.path().join("home/config/modifiers.toml");
    fs::write(&config, "[[modifier]]\nname = 'list'\ntools = '*'\nbefore = '[.]'").unwrap();
    let fault = selection(&opened, "linear_viewer_get").await.before(&json("{}")).await.unwrap_err();
    assert_eq!(fault.message, "Modifier “list” makes no object of the input. Nothing was sent.");
    fs::write(&config, "[[modifier]]\nname = 'a'\ntools = '*'\nafter = '.items'").unwrap();
    let selected = selection(&opened, "linear_viewer_get").await;
    assert!(selected.changes_result() && !selected.changes_input());
    let fault = selected.after(&json("[1]")).await.unwrap_err();
    assert!(fault.message.starts_with("Modifier “a” failed on the result: "), "{fault}");
    assert_eq!(calls(&opened), 0, "nothing went over the wire");
}

#[tokio::test]
async fn an_environment_without_files_has_none() {
    let root = tempfile::tempdir().unwrap();
    let home = Home::resolve(Some(root.path().join("home"))).unwrap();
    let files = ModifierFiles::new(&home, None);
    assert!(files.select(&"x".into(), None).await.unwrap().is_empty());
    let mut opened = opened(root.path(), "").await;
    assert!(selection(&opened, "x").await.is_empty());
    opened.modifiers = None;
    assert!(selection(&opened, "x").await.is_empty());
}

#[tokio::test]
async fn the_footer_names_who_submitted_a_text_and_on_whose_behalf_once() {
    let root = tempfile::tempdir().unwrap();
    let opened = opened(root.path(), "footer = true\n").await;
    let of = selection(&opened, "linear_issue_create").await;
    let names: Vec<_> = of.names().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["footer"]);
    let typed = json(r#"{"title":"t","description":"It broke."}"#);
    let nameless = of.before(&typed).await.unwrap_err();
    assert!(nameless.message.contains("on whose behalf"), "{nameless}");
    let signed = of.signed(None, &"ada@acme.dev".into());
    let sent = signed.before(&typed).await.unwrap();
    let text = "It broke.\\n\\nSubmitted by jackfield on behalf of ada@acme.dev";
    assert_eq!(sent.raw(), format!("{{\"title\":\"t\",\"description\":\"{text}\"}}"));
    assert_eq!(signed.before(&sent).await.unwrap().raw(), sent.raw(), "once");
    let bare = json(r#"{"title":"t"}"#);
    assert_eq!(signed.before(&bare).await.unwrap().raw(), bare.raw(), "there is no text to end");
    let odd = signed.signed(Some(&r#"a "client" \(1)"#.into()), &"b\u{1b}".into());
    let sent: Value = serde_json::from_str(odd.before(&json(r#"{"body":""}"#)).await.unwrap().raw()).unwrap();
    let body = sent["body"].as_str().unwrap();
    assert!(body.starts_with(r#"Submitted by a "client" \(1) on behalf of b"#) && !body.contains('\u{1b}'), "{body}");
    assert!(selection(&opened, "linear_issue_get").await.is_empty());
}
