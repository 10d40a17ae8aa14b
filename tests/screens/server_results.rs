//! Results of servers, part by part; and what a server declares of its tool.

use jackfield::testing::domain::{ResourceBody, ResourceContent};
use jackfield::testing::tui::core::effect::Effect;
use jackfield::testing::tui::core::messages::SaveFile;
use jackfield::testing::tui::explorer::content::popup::ContentPopup;
use jackfield::testing::tui::explorer::content::tasks::{
    ContentArrived, ContentRead, DecodeMedia, MediaDecoded, ReadContent, Wanted,
};
use jackfield::testing::tui::input::action::{Action, Availability};
use jackfield::testing::tui::input::context::Context;
use jackfield::testing::tui::playground::tasks::RunTool;
use jackfield::testing::tui::shell::dispatch;
use jackfield::testing::tui::widgets::debounced_cursor::REST;

use super::elicitation::{listed, running, served};
use super::playground::ran;
use super::stage::Stage;

const RESULT: &str = r##"{"structuredContent":{"trips":[{"id":7,"to":"Oslo"}]},"content":[
    {"type":"text","text":"# One trip\n\n* Oslo, on *Friday*\n    * window seat"},
    {"type":"text","text":"{\"price\":{\"amount\":99,\"currency\":\"NOK\"}}"},
    {"type":"image","mimeType":"image/png","data":"iVBORw0KGgo="},
    {"type":"resource_link","uri":"trips://7/ticket","name":"ticket","title":"The ticket","mimeType":"text/plain"},
    {"type":"resource","resource":{"uri":"trips://7/terms","mimeType":"text/markdown","text":"No refunds."}},
    {"type":"hologram","data":"?"}]}"##;

fn done(columns: u16, rows: u16, result: &str) -> Stage {
    let mut stage = running(columns, rows);
    stage.send(RunTool::SLOT, ran(result));
    stage
}

/// Moves to the part with this on screen.
fn go_to(stage: &mut Stage, text: &str) {
    for _ in 0..60 {
        let screen = stage.text();
        if screen.lines().any(|line| line.contains('▌') && line.contains(text)) {
            return;
        }
        stage.press("j");
    }
    panic!("no part with {text}:\n{}", stage.text());
}

#[test]
fn pictures() {
    for (columns, rows) in [(120, 40), (80, 24), (40, 12)] {
        insta::assert_snapshot!(format!("server_result_{columns}x{rows}"), done(columns, rows, RESULT).text());
        let mut stage = done(columns, rows, RESULT);
        go_to(&mut stage, "ticket");
        stage.press("Enter");
        let text = ResourceBody::Text("Flight AC 7\n  Seat 4A\n".into());
        let content = ResourceContent { uri: "trips://7/ticket".into(), media_type: "text/plain".into(), body: text };
        stage.send(ReadContent::SLOT, ContentArrived(Ok(ContentRead::Resource(vec![content]))));
        insta::assert_snapshot!(format!("server_resource_{columns}x{rows}"), stage.text());
    }
}

#[test]
fn what_is_structured_comes_first_and_opens_in_the_explorer() {
    let mut stage = done(120, 40, RESULT);
    let screen = stage.text();
    assert!(screen.find("structured content").unwrap() < screen.find("# One trip").unwrap(), "{screen}");
    stage.press("Enter");
    assert!(stage.text().contains("jq .structuredContent"), "{}", stage.text());
    stage.press("Esc");
    assert!(!stage.text().contains("jq ."), "back to the JSON: {}", stage.text());
    stage.press("Esc");
    assert!(stage.text().contains("structured content"), "{}", stage.text());
}

#[test]
fn a_text_that_is_json_is_explored() {
    let mut stage = done(120, 40, RESULT);
    go_to(&mut stage, "text that is JSON");
    stage.press("Enter");
    let screen = stage.text();
    assert!(screen.contains(".content[1].text | fromjson") && screen.contains("\"currency\""), "{screen}");
}

#[test]
fn the_raw_document_is_one_key_away_and_stays_searchable() {
    let mut stage = done(120, 40, RESULT);
    stage.press("e");
    assert!(stage.text().contains("\"structuredContent\""), "{}", stage.text());
    stage.press("e");
    assert!(!stage.text().contains("\"structuredContent\""));
    stage.press("/");
    assert_eq!(stage.model.contexts()[0], Context::Find);
    assert!(stage.text().contains("\"structuredContent\""), "a search shows what it searches: {}", stage.text());
}

#[test]
fn parts_say_why_an_action_does_not_apply() {
    let mut stage = done(120, 40, RESULT);
    let why = |stage: &Stage, action| match dispatch::availability(action, &stage.model) {
        Availability::No(why) => why.into_owned(),
        other => panic!("{other:?}"),
    };
    go_to(&mut stage, "text");
    go_to(&mut stage, "# One trip");
    assert!(why(&stage, Action::OpenPart).contains("plain text"));
    go_to(&mut stage, "image/png");
    assert!(why(&stage, Action::OpenPart).contains("no pictures") && why(&stage, Action::Copy).contains("save them"));
    go_to(&mut stage, "ticket");
    assert!(why(&stage, Action::SavePart).contains("read it first"));
}

#[test]
fn a_picture_is_decoded_elsewhere_and_saved_under_an_ending_of_ours() {
    let mut stage = done(120, 40, RESULT);
    go_to(&mut stage, "image/png");
    stage.press("s");
    let name = stage.task_of::<DecodeMedia>().name.clone();
    assert!(name.ends_with(".png"), "{name}");
    stage.send(DecodeMedia::SLOT, MediaDecoded(Ok(SaveFile { name, bytes: "x".into() })));
    assert_eq!(stage.model.contexts()[0], Context::SaveFile, "{}", stage.text());
}

#[test]
fn a_link_is_read_with_the_same_account() {
    let mut stage = done(120, 40, RESULT);
    go_to(&mut stage, "ticket");
    stage.press("Enter");
    let ReadContent { whose, wanted } = stage.task_of();
    assert_eq!((whose.account.raw(), whose.connection.raw()), ("ca_102", "asana"));
    assert_eq!(*wanted, Wanted::Resource("trips://7/ticket".into()));
    assert!(stage.popup::<ContentPopup>().is_some());
    stage.press("Esc");
    assert!(!stage.runs(ReadContent::SLOT), "who leaves does not wait");
}

#[test]
fn odd_results_are_shown_all_the_same() {
    for odd in [r#"{"content":[]}"#, r#"{"content":[null,7,{"type":7}]}"#, r#"{"structuredContent":{}}"#] {
        let stage = done(80, 24, odd);
        assert!(stage.model.playground.content.is_some(), "{odd}: {}", stage.text());
    }
    for other in [r#"{"data":1}"#, "[]", "7"] {
        assert!(done(80, 24, other).model.playground.content.is_none(), "{other}");
    }
}

#[test]
fn a_text_is_copied() {
    let mut stage = done(120, 40, RESULT);
    go_to(&mut stage, "# One trip");
    stage.press("y");
    assert!(stage.effects.iter().any(|effect| matches!(effect, Effect::Copy(text) if text.starts_with("# One trip"))));
}

const DECLARED: &str = r#"{"name":"trip_find","outputSchema":{"type":"object","properties":{"trips":{"type":"array"}}},
    "annotations":{"readOnlyHint":false,"destructiveHint":true,"idempotentHint":true,"openWorldHint":true}}"#;

#[test]
fn what_a_server_declares_is_told_as_its_word_alone() {
    let mut stage = listed(120, 40, vec![served("trip_find", DECLARED), served("plain", "{}")]);
    stage.wait(REST);
    let screen = stage.text();
    assert!(
        screen.contains("declared by the server:") && screen.contains("writes · may destroy · repeatable"),
        "{screen}"
    );
    assert!(screen.contains("reads?"), "{screen}");
    stage.press("i");
    assert!(stage.text().contains("trips"), "{}", stage.text());
    stage.press("j");
    stage.wait(REST);
    stage.wait(REST);
    assert!(stage.text().contains("nothing about its effects"), "{}", stage.text());
    let Availability::No(why) = dispatch::availability(Action::SwitchSchema, &stage.model) else { panic!("no output") };
    assert!(why.contains("does not declare what it gives back"));
}

#[test]
fn a_tool_of_a_server_has_its_pictures() {
    for (columns, rows) in [(120, 40), (80, 24), (40, 12)] {
        let mut stage = listed(columns, rows, vec![served("trip_find", DECLARED)]);
        stage.wait(REST);
        stage.press("Tab");
        insta::assert_snapshot!(format!("server_tool_{columns}x{rows}"), stage.text());
    }
}
