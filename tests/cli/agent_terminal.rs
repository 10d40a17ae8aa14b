//! `agent` with a person at the terminal: questions, interrupts, a conversation, an account that has to be authorized.

use std::path::Path;

use serde_json::json;

use super::process::{jackfield, run};
use crate::browser::visit_blocking;
use crate::program::terminal::Terminal;

const SIZE: (u16, u16) = (160, 60);

/// A call that the mode asks about, carried out by the sandbox.
const WRITE: &str = r##"call slack_send_message {"channel":"#general","text":"hello"}"##;

/// Ends the line under every question.
const QUESTION: &str = "n deny (n WHY tells the model why)";

/// Where typing ends, as a terminal sends it.
const CTRL_C: &str = "\x03";
const CTRL_D: &str = "\x04";

fn at_terminal(home: &Path, who: &str, prompt: &[&str], environment: &[(&str, &str)]) -> Terminal {
    let state = home.join("world").to_string_lossy().into_owned();
    let arguments = [&["--sandbox-state", &state, "--mode", "ask", "agent", "--as", who], prompt].concat();
    Terminal::start(SIZE, home, &arguments, environment)
}

fn ada(home: &Path, prompt: &[&str]) -> Terminal {
    at_terminal(home, "ada@acme.dev", prompt, &[])
}

/// Whether so many messages were answered, and the next is asked for: what is typed earlier is thrown away.
fn answered(screen: &str, messages: usize) -> bool {
    let last = screen.lines().map(str::trim_end).rfind(|line| !line.is_empty());
    screen.matches(" tokens read").count() == messages && last == Some("›")
}

/// Texts of the messages that were sent for good.
fn sent(home: &Path) -> Vec<String> {
    let list = ["history", "list", "tool:slack_send_message", "status:ok", "--json"];
    let calls = run(jackfield(home, &list), "").json()["calls"].clone();
    let inputs = calls.as_array().unwrap().iter().map(|call| {
        let entry = call["number"].to_string();
        let shown = run(jackfield(home, &["history", "show", &entry, "--json"]), "").json();
        shown["arguments"]["text"].as_str().unwrap_or_else(|| panic!("{shown}")).to_owned()
    });
    inputs.collect()
}

#[test]
fn a_person_allows_denies_edits_and_allows_for_the_rest_of_the_run() {
    let home = tempfile::tempdir().unwrap();
    for (typed, shown) in [("n\r", "not sent: The person denied this call."), ("n too early\r", "too early")] {
        let mut terminal = ada(home.path(), &[WRITE]);
        let question = terminal.wait_for(QUESTION);
        for said in ["slack_send_message as ada@acme.dev on slack (sandbox)", "\"text\": \"hello\""] {
            assert!(question.contains(said), "{said}: {question}");
        }
        terminal.send(typed);
        terminal.wait_for(shown);
        assert_eq!(terminal.ended().code, 0);
    }
    assert_eq!(sent(home.path()), [""; 0]);

    let mut terminal = ada(home.path(), &[WRITE]);
    terminal.wait_for(QUESTION);
    terminal.send("perhaps\r");
    terminal.wait_until("the question again", |screen| screen.matches(QUESTION).count() == 2);
    terminal.send("y\r");
    assert_eq!(terminal.ended().code, 0);
    assert_eq!(sent(home.path()), ["hello"]);

    let editor = [("VISUAL", "sed -i s/hello/mended/")];
    let mut terminal = at_terminal(home.path(), "ada@acme.dev", &[WRITE], &editor);
    terminal.wait_for(QUESTION);
    terminal.send("e\r");
    assert_eq!(terminal.ended().code, 0);
    assert_eq!(sent(home.path()), ["mended", "hello"]);

    let twice = format!("{WRITE}, then slack_send_message {}", r##"{"channel":"#general","text":"again"}"##);
    let mut terminal = ada(home.path(), &[&twice]);
    terminal.wait_for(QUESTION);
    terminal.send("a\r");
    let ended = terminal.ended();
    assert_eq!((ended.code, ended.raw.matches(QUESTION).count()), (0, 1), "{}", ended.raw);
    assert_eq!(sent(home.path()), ["again", "hello", "mended", "hello"]);
}

#[test]
fn what_was_typed_before_a_question_is_no_answer_to_it() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = ada(home.path(), &[WRITE]);
    terminal.send("y\ry\ra\r");
    terminal.wait_for(QUESTION);
    terminal.send(CTRL_C);
    let ended = terminal.ended();
    assert_eq!(ended.code, 130, "{}", ended.raw);
    assert!(ended.raw.contains("not sent: Stopped by the person"), "{}", ended.raw);
    assert_eq!(sent(home.path()), [""; 0]);
}

#[test]
fn a_conversation_is_held_stopped_and_left() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = ada(home.path(), &[]);
    terminal.wait_for("Ctrl-D ends the conversation.");
    terminal.send("call slack_auth_test\r");
    terminal.wait_until("the first answer", |screen| answered(screen, 1));
    terminal.send("say 2000 words slowly\r");
    terminal.wait_for("these words say");
    terminal.send(CTRL_C);
    terminal.wait_for("Stopped.");
    terminal.wait_until("the prompt after the stop", |screen| answered(screen, 2));
    // What comes next is answered, and not what was stopped.
    terminal.send("say 5 words\r");
    terminal.wait_until("the third answer", |screen| answered(screen, 3));
    terminal.send("status 400\r");
    terminal.wait_until("the failure", |screen| answered(screen, 4));
    terminal.send(CTRL_D);
    let ended = terminal.ended();
    assert_eq!(ended.code, 0, "{}", ended.raw);
    assert!(ended.raw.contains("\nthese words say nothing at\r\n"), "{}", ended.raw);
    assert_eq!(ended.raw.matches("refused the request").count(), 1, "{}", ended.raw);
    assert!(ended.raw.contains("jackfield agent continue agent-"), "{}", ended.raw);

    let mut terminal = ada(home.path(), &[]);
    terminal.wait_for("Ctrl-D ends the conversation.");
    terminal.send(CTRL_C);
    assert_eq!(terminal.ended().code, 130);
}

#[test]
fn an_account_is_authorized_in_the_middle_and_the_call_goes_on() {
    let home = tempfile::tempdir().unwrap();
    // The environment takes this account for active, and the provider does not.
    let terminal =
        at_terminal(home.path(), "grace@acme.dev", &["call linear_viewer_get"], &[("SSH_CONNECTION", "a b c d")]);
    let screen = terminal.wait_for("Waiting for consent");
    let link = screen.lines().find(|line| line.starts_with("http://127.0.0.1:")).unwrap_or_else(|| panic!("{screen}"));
    assert!(!screen.contains("next:"), "nothing else is to be done: {screen}");
    let page = visit_blocking(link.trim(), None, "allow");
    assert!(page.text.contains("grace@acme.dev"), "{}", page.text);
    let ended = terminal.ended();
    assert_eq!(ended.code, 0, "{}", ended.raw);
    for said in ["Identity confirmed.", "it works.", "linear_viewer_get answered: "] {
        assert!(ended.raw.contains(said), "{said}: {}", ended.raw);
    }
    let receipts = run(jackfield(home.path(), &["--sandbox", "accounts", "receipts", "--json"]), "").json();
    let receipts = receipts["receipts"].as_array().unwrap();
    assert_eq!((receipts.len(), &receipts[0]["outcome"]), (1, &json!("proven")), "{receipts:?}");
}

#[test]
fn a_program_that_is_told_to_end_leaves_the_run_in_order() {
    let home = tempfile::tempdir().unwrap();
    let terminal = ada(home.path(), &[WRITE]);
    terminal.wait_for(QUESTION);
    terminal.signal("TERM");
    let ended = terminal.ended();
    assert_eq!(ended.code, 143, "{}", ended.raw);
    let runs = run(jackfield(home.path(), &["agent", "list", "--json"]), "").json()["runs"].clone();
    assert_eq!((&runs[0]["state"], &runs[0]["identifier"]), (&json!("stopped"), &json!("ada@acme.dev")), "{runs}");
    assert_eq!(sent(home.path()), [""; 0]);
}
