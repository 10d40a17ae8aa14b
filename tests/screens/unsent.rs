//! Input that was not sent: kept for the next run, given back, dropped.

use std::fs;

use jackfield::testing::domain::{Fault, FaultKind};
use jackfield::testing::profile::Home;
use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::core::message::Message;
use jackfield::testing::tui::input::tabs::Tab;
use jackfield::testing::tui::playground::drafts::earlier::InputNotKept;
use jackfield::testing::tui::playground::drafts::tasks::{FindTool, ToolFound};
use jackfield::testing::tui::playground::tasks::{CallSent, ReadLastArguments, RunTool};
use jackfield::testing::tui::runtime::drafts_file::{DraftsKeeper, FILE, read};
use jiff::SignedDuration;

use super::playground::opened;
use super::stage::{Stage, accounts, now, tools};
use super::tools::listed;

/// A home, what is in it going with the folder.
fn home() -> (tempfile::TempDir, Home) {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::resolve(Some(folder.path().to_owned())).unwrap();
    (folder, home)
}

/// Ends this run in that home.
fn end(stage: &Stage, home: &Home) {
    let keeper = DraftsKeeper::new(home.clone());
    keeper.note((stage.model.playground.revision(), true), || stage.model.playground.unsent(&stage.model.cx));
    keeper.save().unwrap();
}

/// The same, for stages whose time stands still: what is kept for weeks is measured by it.
fn begin(stage: &mut Stage, home: &Home) {
    stage.model.cx.unsent = read(home, now()).unwrap().inputs;
}

/// A run in which something was typed and not sent.
fn typed(text: &str) -> Stage {
    let mut stage = opened(120, 36);
    // The file keeps what is younger than a month by the clock of this machine.
    stage.model.cx.now.wall = jiff::Timestamp::now();
    stage.press("Ctrl-a").type_in(text);
    stage
}

/// Texts that stand unsent in a run.
fn unsent(stage: &Stage) -> Vec<String> {
    stage.model.playground.unsent(&stage.model.cx).inputs.iter().map(|input| input.text.clone()).collect()
}

/// The next run, with the tools listed.
fn next_run(home: &Home) -> Stage {
    let mut stage = listed(120, 36);
    begin(&mut stage, home);
    stage
}

#[test]
fn what_was_typed_comes_back_with_its_tool_and_one_key_drops_it() {
    let (_folder, home) = home();
    let first = typed(r#"{"name": "Call ba"#);
    assert_eq!(unsent(&first), [r#"{"name": "Call ba"#]);
    end(&first, &home);

    let mut stage = next_run(&home);
    stage.model.cx.now.wall = jiff::Timestamp::now() + SignedDuration::from_mins(5);
    stage.press("G Enter");
    assert_eq!(stage.model.playground.input_text(), r#"{"name": "Call ba"#);
    assert!(stage.text().contains("unsent, from 5 min ago; Alt-x drops it"), "{}", stage.text());
    assert!(!stage.runs(ReadLastArguments::SLOT), "nothing takes its place");
    stage.press("Alt-x");
    assert!(
        stage.model.playground.input_text().contains("\"priority\"")
            || stage.model.playground.input_text().contains("\"name\": \"\"")
    );
    assert!(!stage.text().contains("unsent, from"), "{}", stage.text());
    assert_eq!(unsent(&stage), [""; 0]);
    end(&stage, &home);
    assert_eq!(read(&home, now()).unwrap().inputs, [], "dropped is dropped");
    stage.press("Ctrl-z");
    assert_eq!(stage.model.playground.input_text(), r#"{"name": "Call ba"#, "undo brings it back");
    assert_eq!(unsent(&stage).len(), 1);
}

#[test]
fn what_was_sent_or_taken_back_is_not_kept() {
    let mut stage = opened(120, 36);
    assert_eq!(unsent(&stage), [""; 0], "a sample is nobody's work");
    stage.type_in("x").press("Backspace");
    assert_eq!(unsent(&stage), [""; 0], "as it was");

    let mut stage = typed(r#"{"name":"x"}"#);
    assert_eq!(unsent(&stage).len(), 1);
    stage.press("Ctrl-R");
    assert_eq!(unsent(&stage).len(), 1, "it has not gone out yet");
    stage.send(RunTool::SLOT, CallSent(1));
    assert_eq!(unsent(&stage), [""; 0]);
    stage.type_in(" ");
    assert_eq!(unsent(&stage).len(), 1);
}

#[test]
fn what_was_typed_for_several_tools_is_kept() {
    let mut stage = typed("[1]");
    stage.press("Esc Esc g Enter").press("Ctrl-a").type_in("[2]");
    assert_eq!(unsent(&stage), ["[1]", "[2]"]);
    stage.press("Esc Esc G Enter");
    assert_eq!(unsent(&stage), ["[2]", "[1]"], "each once");
}

#[test]
fn nothing_goes_from_one_environment_or_person_to_another() {
    let (_folder, home) = home();
    end(&typed("[1]"), &home);
    for change in [
        |environment: &mut String, _: &mut String| *environment = "https://acme.scalekit.dev".into(),
        |_: &mut String, identifier: &mut String| *identifier = "grace@acme.dev".into(),
    ] {
        let mut stage = Stage::new(120, 36);
        begin(&mut stage, &home);
        let input = &mut stage.model.cx.unsent[0];
        let mut identifier = input.identifier.raw().to_owned();
        change(&mut input.environment, &mut identifier);
        input.identifier = identifier.as_str().into();
        let is_elsewhere = input.environment != "sandbox";
        stage.load(accounts());
        assert_eq!(stage.text().contains("Unsent input"), !is_elsewhere, "{}", stage.text());
        let mut listed = listed(120, 36);
        listed.model.cx.unsent = stage.model.cx.unsent.clone();
        listed.press("Ctrl-P").type_in("unsent input:");
        assert_eq!(listed.text().contains("Unsent input: asana_task_create"), !is_elsewhere, "{}", listed.text());
        listed.press("Esc G Enter");
        assert_ne!(listed.model.playground.input_text(), "[1]");
    }
}

#[test]
fn credentials_are_not_written_and_their_places_are_said() {
    let (folder, home) = home();
    end(&typed(r#"{"name":"x","token":"hunter2hunter2"}"#), &home);
    let file = fs::read_to_string(folder.path().join("state").join(FILE)).unwrap();
    assert!(file.contains("ada@acme.dev") && !file.contains("hunter2"), "{file}");
    let mut stage = next_run(&home);
    stage.press("G Enter");
    assert_eq!(stage.model.playground.input_text(), r#"{"name":"x","token":""}"#);
    assert!(stage.text().contains("Credentials are never saved: fill in the empty fields first."), "{}", stage.text());
    // It is still so the run after, whether or not somebody touched it.
    end(&stage, &home);
    assert!(read(&home, now()).unwrap().inputs[0].left_out);
}

#[test]
fn nothing_is_kept_while_calls_are_not_recorded() {
    let (_folder, home) = home();
    let mut stage = typed("[1]");
    stage.press("F10");
    assert_eq!(unsent(&stage), [""; 0]);
    end(&stage, &home);
    assert!(!home.state.join(FILE).exists());
    stage.press("F10");
    assert_eq!(unsent(&stage), ["[1]"]);
}

#[test]
fn the_empty_playground_offers_the_newest_and_opens_it_with_its_schema() {
    let (_folder, home) = home();
    end(&typed(r#"{"name": "x"}"#), &home);
    let mut stage = Stage::new(120, 36);
    begin(&mut stage, &home);
    stage.model.cx.unsent[0].changed = now();
    stage.load(accounts());
    assert!(
        stage.text().contains("Unsent input from last time: asana_task_create as ada@acme.dev."),
        "{}",
        stage.text()
    );
    stage.press("3");
    let screen = stage.text();
    assert!(screen.contains("asana_task_create as ada@acme.dev on asana") && screen.contains("continue"), "{screen}");
    stage.press("Enter");
    let FindTool(input) = stage.task_of::<FindTool>().clone();
    stage.send(FindTool::SLOT, ToolFound(input, Ok(tools().pop())));
    assert_eq!(stage.model.playground.input_text(), r#"{"name": "x"}"#);
    let bar = stage.text();
    assert!(bar.contains("asana_task_create  as ada@acme.dev on asana ●") && bar.contains("writes"), "{bar}");
}

#[test]
fn whoever_shows_their_screen_does_not_show_whose_input_it_is() {
    let (_folder, home) = home();
    end(&typed("[1]"), &home);
    let mut stage = Stage::new(120, 36);
    begin(&mut stage, &home);
    stage.model.cx.unsent[0].identifier = "workspace-ada".into();
    stage.load(accounts());
    stage.press("3");
    assert!(stage.text().contains("as workspace-ada"), "{}", stage.text());
    stage.press("F12");
    assert!(!stage.text().contains("workspace-ada"), "{}", stage.text());
}

#[test]
fn a_tool_that_is_gone_loses_nobody_their_input() {
    let (_folder, home) = home();
    end(&typed("[1]"), &home);
    for found in [Ok(None), Err(Fault::new(FaultKind::Unreachable, "No answer."))] {
        let mut stage = Stage::new(120, 36);
        begin(&mut stage, &home);
        stage.load(accounts());
        stage.press("3 Enter");
        let FindTool(input) = stage.task_of::<FindTool>().clone();
        stage.send(FindTool::SLOT, ToolFound(input, found));
        assert_eq!(stage.model.playground.input_text(), "[1]");
    }
}

#[test]
fn an_offer_can_be_dropped_and_the_palette_finds_it() {
    let (_folder, home) = home();
    end(&typed("[1]"), &home);
    let mut stage = next_run(&home);
    stage.press("Ctrl-P").type_in("unsent").press("Enter");
    assert_eq!((stage.model.cx.tab, stage.model.playground.input_text()), (Tab::Playground, "[1]"));

    let mut stage = next_run(&home);
    stage.press("3 x");
    assert!(stage.text().contains("Dropped the unsent input of asana_task_create as ada@acme.dev."));
    assert!(stage.text().contains("No tool open."), "{}", stage.text());
    end(&stage, &home);
    assert_eq!(read(&home, now()).unwrap().inputs, []);
}

#[test]
fn what_cannot_be_kept_is_said_once() {
    let mut stage = typed("[1]");
    for _ in 0..2 {
        let fault = Fault::new(FaultKind::Local, "No space left.");
        stage.event(Event::Message(Message::new(InputNotKept(fault))));
    }
    assert!(stage.text().contains("Unsent input is not kept: No space left."), "{}", stage.text());
    let said = stage.model.cx.toasts.said().iter().filter(|toast| toast.text.contains("not kept")).count();
    assert_eq!(said, 1);
}

#[test]
fn the_offer_looks_like_this() {
    let (_folder, home) = home();
    end(&typed("[1]"), &home);
    for (columns, rows) in [(120, 40), (80, 24), (40, 12)] {
        let mut stage = Stage::new(columns, rows);
        begin(&mut stage, &home);
        stage.model.cx.unsent[0].changed = now() - SignedDuration::from_mins(5);
        stage.load(accounts());
        stage.press("3");
        insta::assert_snapshot!(format!("unsent_{columns}x{rows}"), stage.text());
    }
}

/// A run on the agent's screen, in which `message` is typed after what an earlier run left in this home came back.
fn with_message(home: &Home, message: &str) -> Stage {
    let mut stage = Stage::new(80, 24);
    stage.model.cx.unsent_messages = read(home, now()).unwrap().messages;
    stage.load(accounts());
    // The file keeps what is younger than a month by the clock of this machine.
    stage.model.cx.now.wall = jiff::Timestamp::now();
    stage.press("5 i").type_in(message);
    stage
}

fn end_with_message(stage: &Stage, home: &Home) {
    let keeper = DraftsKeeper::new(home.clone());
    let Stage { model, .. } = stage;
    let unsent = || model.agent.with_unsent(model.playground.unsent(&model.cx), &model.cx);
    keeper.note((model.playground.revision() + model.agent.message_revision(), true), unsent);
    keeper.save().unwrap();
}

#[test]
fn a_message_to_the_agent_that_was_not_sent_stands_there_in_the_next_run() {
    let (_folder, home) = home();
    end_with_message(&with_message(&home, "Who closed what, with ghp_abcdefghijklmnopqrstuvwxyz0123456789?"), &home);
    assert!(!fs::read_to_string(home.state.join(FILE)).unwrap().contains("ghp_"));
    let next = with_message(&home, "");
    assert!(next.text().contains("Who closed what, with"), "{}", next.text());
    assert!(next.text().contains("is still unsent. Credentials are"), "{}", next.text());
    // Whoever leaves it as it is, leaves it to the run after.
    end_with_message(&next, &home);
    let mut after = with_message(&home, "!");
    assert!(after.text().contains("!Who closed what") || after.text().contains("?!"), "{}", after.text());
    after.press("Ctrl-a");
    assert_eq!(read(&home, now()).unwrap().messages.len(), 1);
    after.model.cx.recording = false;
    end_with_message(&after, &home);
    assert_eq!(read(&home, now()).unwrap().messages, [], "nothing is kept while nothing is recorded");
}
