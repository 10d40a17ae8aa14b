//! What an input begins with: the arguments that were sent last.

use jackfield::testing::domain::{JsonText, Untrusted};
use jackfield::testing::journal::SentArguments;
use jackfield::testing::redact::Redacted;
use jackfield::testing::tui::core::state::session::Session;
use jackfield::testing::tui::playground::tasks::{LastArguments, ReadLastArguments, Recording, RunTool};
use jackfield::testing::tui::tools::loading::{LOADING, ToolsLoaded, ToolsPage};

use super::playground::{done, opened};
use super::stage::{Stage, accounts, now, tools};

fn sent(arguments: &str, hidden: &[&str]) -> LastArguments {
    LastArguments(Ok(Some(SentArguments {
        began: now() - jiff::SignedDuration::from_hours(2),
        arguments: Redacted {
            json: JsonText::parse(arguments.to_owned()).unwrap(),
            hidden: hidden.iter().map(|pointer| Untrusted::from(*pointer)).collect(),
        },
    })))
}

#[test]
fn a_tool_that_is_opened_begins_with_what_was_sent_last() {
    let mut stage = opened(120, 36);
    let wanted: &ReadLastArguments = stage.task_of();
    assert_eq!(
        (wanted.environment.as_str(), wanted.tool.raw(), wanted.account.raw()),
        ("sandbox", "asana_task_create", "ca_102")
    );
    let sample = stage.model.playground.input_text().to_owned();
    stage.send(ReadLastArguments::SLOT, sent(r#"{"name":"Call back","n":1.10}"#, &[]));
    assert!(stage.model.playground.input_text().contains("\"n\": 1.10"));
    assert!(stage.text().contains("as last sent 2 h ago; Ctrl-S for a sample"), "{}", stage.text());
    stage.press("F2");
    assert!(stage.text().contains("as last sent 2 h ago"), "{}", stage.text());
    stage.press("F2").type_in(" ");
    assert!(!stage.text().contains("as last sent"), "it is something else now");
    stage.press("Ctrl-S");
    assert_eq!(stage.model.playground.input_text(), sample);
}

#[test]
fn credentials_wait_to_be_filled_in() {
    let mut stage = opened(120, 36);
    stage.send(ReadLastArguments::SLOT, sent(r#"{"name":"x","token":"[redacted]"}"#, &["/token"]));
    assert!(stage.model.playground.input_text().contains("\"token\": \"\""));
    assert!(stage.text().contains("Credentials are never saved"), "{}", stage.text());
}

#[test]
fn nothing_that_was_typed_or_run_is_overwritten() {
    let mut stage = opened(120, 36);
    stage.type_in("mine");
    let typed = stage.model.playground.input_text().to_owned();
    stage.send(ReadLastArguments::SLOT, sent("{}", &[]));
    assert_eq!(stage.model.playground.input_text(), typed);

    let mut stage = done(120, 36);
    let run = stage.model.playground.input_text().to_owned();
    stage.send(ReadLastArguments::SLOT, sent("{}", &[]));
    assert_eq!(stage.model.playground.input_text(), run);
}

#[test]
fn a_draft_is_not_asked_about_and_another_tool_takes_no_answer() {
    let mut stage = opened(120, 36);
    stage.type_in("mine");
    let first = stage.job(ReadLastArguments::SLOT);
    stage.press("Esc Esc g Enter");
    assert_ne!(stage.job(ReadLastArguments::SLOT), first);
    stage.send(ReadLastArguments::SLOT, LastArguments(Ok(None)));
    stage.press("Esc Esc G Enter");
    assert!(!stage.model.cx.jobs.is_running(ReadLastArguments::SLOT));
    assert!(stage.model.playground.input_text().contains("mine"));
}

#[test]
fn calls_are_not_written_down_where_the_settings_say_so() {
    for (settings, expected) in [("record = false", Recording::Off), ("", Recording::On)] {
        let mut stage = Stage::begun(120, 36, settings, Session::default());
        stage.load(accounts());
        stage.press("/").type_in("ada asana").press("Enter t");
        stage.send(LOADING, ToolsPage(tools(), Some(3)));
        stage.send(LOADING, ToolsLoaded(Ok(None)));
        stage.press("G Enter Ctrl-R");
        assert_eq!(stage.task_of::<RunTool>().recording, expected);
    }
}
