//! Saving to a file, and the menu of what can be copied.

use jackfield::testing::domain::{AnswerBody, Fault, FaultKind, JsonText};
use jackfield::testing::json::Document;
use jackfield::testing::tui::explorer::copy::{TextWritten, WriteText};
use jackfield::testing::tui::explorer::jq::{Query, QueryAnswer, QueryAnswered, RunQuery};
use jackfield::testing::tui::playground::tasks::{CallEnded, RunTool};
use jackfield::testing::tui::shell::save::{
    FileSaved, FoundName, LookUpName, NameLookedUp, SavePopup, SavedFile, WriteFile,
};

use super::explorer::{copied, exploring};
use super::playground::opened;
use super::stage::{Stage, accounts};

#[test]
fn a_file_gets_a_name_before_it_is_written_and_the_message_names_the_folder() {
    let mut stage = exploring(120, 36, r#"{"a":1}"#);
    stage.press("w");
    assert!(stage.popup::<SavePopup>().is_some() && !stage.runs(WriteFile::SLOT), "{}", stage.text());
    assert!(stage.text().contains("name asana_task_create-result.json"), "{}", stage.text());
    let LookUpName(asked) = stage.task_of::<LookUpName>();
    let (asked, instead) = (asked.clone(), Some("asana_task_create-result-2.json".into()));
    let found = FoundName { folder: "/home/ada/work".into(), instead };
    stage.send(LookUpName::SLOT, NameLookedUp { asked, result: Ok(found) });
    let screen = stage.text();
    assert!(screen.contains("exists: this will be asana_task_create-result-2.json."), "{screen}");
    assert!(screen.contains("in /home/ada/work"), "{screen}");
    stage.press("Esc");
    assert!(!stage.runs(WriteFile::SLOT) && !stage.runs(LookUpName::SLOT));
    stage.press("w Ctrl-U Ctrl-K Enter");
    assert!(stage.text().contains("Type a file name.") && !stage.runs(WriteFile::SLOT), "{}", stage.text());
    stage.type_in("q.json").press("Enter");
    let WriteFile(file, table) = stage.task_of::<WriteFile>();
    assert_eq!((file.name.as_str(), &file.bytes[..], table.is_some()), ("q.json", br#"{"a":1}"#.as_slice(), false));
    let saved = SavedFile { name: "q-2.json".into(), folder: "/home/ada/work".into(), taken: Some("q.json".into()) };
    stage.send(WriteFile::SLOT, FileSaved(Ok(saved)));
    assert!(stage.text().contains("Saved q-2.json in /home/ada/work. q.json was there already."), "{}", stage.text());
}

#[test]
fn a_result_is_copied_part_by_part() {
    let mut stage = exploring(120, 36, r#"{"list":[{"name":"Ada \"L\""}]}"#);
    stage.press("j j j");
    for (letter, text) in [
        ("y", r#""Ada \"L\"""#),
        ("v", "Ada \"L\""),
        ("p", ".list[0].name"),
        ("/", "/list/0/name"),
        ("n", "name"),
        ("a", "{\n  \"list\": [\n    {\n      \"name\": \"Ada \\\"L\\\"\"\n    }\n  ]\n}"),
    ] {
        stage.press("Ctrl-Y").press(letter);
        assert_eq!(copied(&stage), text);
        assert!(stage.model.popups.is_empty());
    }
    stage.press("k Ctrl-Y v");
    assert_eq!(copied(&stage), r#"{"name":"Ada \"L\""}"#);
    stage.press("Ctrl-Y j j Enter");
    assert_eq!(copied(&stage), ".list[0]", "the cursor chooses too");
    let before = stage.effects.len();
    stage.press("Ctrl-Y q Esc");
    assert_eq!((stage.effects.len(), stage.model.popups.len()), (before, 0), "other letters do nothing");
}

#[test]
fn a_large_value_is_written_elsewhere_before_it_is_copied() {
    let mut stage = exploring(120, 36, &format!("[\"{}\"]", "x".repeat(2 << 20)));
    stage.press("y");
    let text = stage.task_of::<WriteText>().write(&false.into());
    assert!(text.text.len() > 2 << 20);
    stage.send(WriteText::SLOT, TextWritten(Ok(text)));
    assert!(copied(&stage).starts_with("[\n  \"xxx"));
}

#[test]
fn an_account_is_copied_part_by_part() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    for (letter, text) in [
        ("y", "ca_101"),
        ("i", "ada@acme.dev"),
        ("c", "linear"),
        ("n", "conn_linear"),
        ("l", "linear/ada@acme.dev"),
        ("r", "{}"),
    ] {
        stage.press("Ctrl-Y").press(letter);
        assert_eq!(copied(&stage), text);
    }
    stage.press("Ctrl-Y");
    insta::assert_snapshot!("copy_menu_120x36", stage.text());
}

fn answered(stage: &mut Stage, json: &str, count: usize) {
    let document = Document::index(JsonText::parse(json.to_owned()).unwrap()).unwrap();
    stage.send(RunQuery::SLOT, QueryAnswered(Ok(QueryAnswer { document, count, cut_short: None })));
}

#[test]
fn a_filter_runs_while_it_is_typed_and_the_newest_wins() {
    let mut stage = exploring(120, 36, r#"{"issues":[{"id":1,"title":"one"},{"id":2,"title":"two"}]}"#);
    stage.press(":");
    assert!(stage.text().contains("jq  ") && !stage.runs(RunQuery::SLOT), "{}", stage.text());
    stage.type_in(".i");
    let first = stage.job(RunQuery::SLOT);
    stage.press("Tab").type_in("[].id");
    let question = stage.task_of::<RunQuery>();
    assert!(question.filter == ".issues[].id" && !question.rest.is_zero() && stage.job(RunQuery::SLOT) != first);
    answered(&mut stage, "[1,2]", 2);
    let screen = stage.text();
    assert!(screen.contains("2 results") && stage.popup::<Query>().is_some(), "{screen}");
    stage.type_in("x");
    let fault = Fault::new(FaultKind::InvalidInput, "Missing “]” (column 4)");
    stage.send(RunQuery::SLOT, QueryAnswered(Err(fault)));
    let screen = stage.text();
    assert!(screen.contains("Missing “]” (column 4)") && !screen.contains("2 results"), "{screen}");
    assert!(stage.model.cx.queries.is_empty(), "only what is kept is history");
    stage.press("Backspace Enter");
    assert!(stage.task_of::<RunQuery>().rest.is_zero(), "nobody waits for more letters");
    answered(&mut stage, "[1,2]", 2);
    let screen = stage.text();
    assert!(stage.model.popups.is_empty() && screen.contains("jq .issues[].id · 2 results"), "{screen}");
    assert_eq!(stage.model.cx.queries, [".issues[].id"]);
    stage.press("w");
    assert!(stage.text().contains("name asana_task_create-result-jq.json"), "{}", stage.text());
    stage.press("Esc Ctrl-Y f");
    assert_eq!(copied(&stage), ".issues[].id");
    stage.press("Esc : . Esc");
    assert!(!stage.runs(RunQuery::SLOT) && stage.text().contains("\"title\": \"one\""), "{}", stage.text());
}

#[test]
fn a_result_that_is_seen_already_is_kept_at_once() {
    let mut stage = exploring(120, 36, r#"{"a":[]}"#);
    stage.press(":").type_in(".a[]");
    answered(&mut stage, "[]", 0);
    let before = stage.job(RunQuery::SLOT);
    stage.press("Enter");
    assert_eq!(stage.job(RunQuery::SLOT), before, "it is not run again");
    assert!(stage.text().contains("jq .a[] · no result"), "{}", stage.text());
}

#[test]
fn pictures_of_jq_and_save() {
    for (columns, rows) in [(120, 36), (80, 24), (40, 12)] {
        let mut stage = exploring(columns, rows, r#"{"issues":[{"id":1,"title":"one"},{"id":2,"title":"two"}]}"#);
        stage.press("z :").type_in(".issues[] | {id, t");
        answered(&mut stage, r#"[{"id":1,"title":"one"},{"id":2,"title":"two"}]"#, 2);
        insta::assert_snapshot!(format!("jq_{columns}x{rows}"), stage.text());
        stage.press("Esc w");
        let LookUpName(asked) = stage.task_of::<LookUpName>();
        let found = FoundName { folder: "/home/ada/work".into(), instead: None };
        let found = NameLookedUp { asked: asked.clone(), result: Ok(found) };
        stage.send(LookUpName::SLOT, found);
        insta::assert_snapshot!(format!("save_{columns}x{rows}"), stage.text());
    }
}

#[test]
fn the_answer_of_a_failed_call_can_be_read() {
    for (columns, rows) in [(120, 36), (80, 24)] {
        let mut stage = opened(columns, rows);
        stage.press("Ctrl-R");
        let body = r#"{"code":9,"details":[{"error":"project_archived","project":"P-7"}]}"#;
        let answer = Some(Box::new(AnswerBody(JsonText::parse(body).unwrap())));
        let fault = Fault::new(FaultKind::ProviderFailed, "The tool failed, or the provider behind it.");
        let fault = Fault { http_status: Some(400), answer, ..fault.said("It is archived.") };
        stage.send(RunTool::SLOT, CallEnded(Err(fault)));
        let screen = stage.text();
        assert!(screen.contains("It is archived.") && screen.contains("\"code\": 9"), "{screen}");
        stage.press("Tab j j j j y");
        assert_eq!(copied(&stage), "\"project_archived\"");
        insta::assert_snapshot!(format!("failed_answer_{columns}x{rows}"), stage.text());
    }
}
