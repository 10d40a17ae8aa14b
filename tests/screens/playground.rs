//! The playground.

use std::time::Duration;

use jackfield::domain::{Execution, Fault, FaultKind, JsonText};
use jackfield::json::Document;
use jackfield::tui::effect::{Effect, Slot, Task};
use jackfield::tui::event::{Event, Outcome, Ran};
use jackfield::tui::handover::{HandedBack, Handover};
use jackfield::tui::place::Pane;

use super::stage::{Stage, account};
use super::tools::listed;

/// The task-creating tool, opened.
pub fn opened(columns: u16, rows: u16) -> Stage {
    let mut stage = listed(columns, rows);
    stage.press("G Enter");
    stage
}

/// The same, run, with its result.
pub fn done(columns: u16, rows: u16) -> Stage {
    let mut stage = opened(columns, rows);
    stage.press("Ctrl-R");
    stage.say(Slot::Run, ran(RESULT));
    stage
}

const RESULT: &str = r#"{"data":{"gid":"1204","name":"Call back","done":false,"weight":1.10,
    "big":123456789012345678901234567890,"tags":["a","b"],"notes":"one\ntwo","nothing":null}}"#;

fn ran(json: &str) -> Outcome {
    let data = JsonText::parse(json.to_owned()).unwrap();
    let document = Document::index(data.clone()).unwrap();
    let execution =
        Execution { id: Some("exec_81f2".into()), data, http_status: 200, took: Duration::from_millis(412) };
    Outcome::Ran(Ok(Ran { execution, document }))
}

#[test]
fn the_identity_bar_says_what_as_whom_on_what_and_whether_it_writes() {
    let screen = opened(120, 36).text();
    let bar = screen.lines().find(|line| line.contains("asana_task_create  as")).expect("the bar");
    assert!(bar.contains("asana_task_create  as ada@acme.dev on asana ●") && bar.contains("writes"), "{bar}");
}

#[test]
fn the_input_begins_with_a_sample_that_can_be_run() {
    let mut stage = opened(120, 36);
    assert!(stage.model.playground.input_text().contains("\"name\""));
    stage.press("Ctrl-R");
    let Task::Run(call) = stage.task(Slot::Run) else { panic!() };
    assert_eq!(
        (call.account.raw(), call.identifier.raw(), call.tool.raw()),
        ("ca_102", "ada@acme.dev", "asana_task_create")
    );
    assert!(stage.text().contains("running"));
}

#[test]
fn letters_type_and_the_help_key_still_helps() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-A").type_in("q?1");
    assert_eq!(stage.model.playground.input_text(), "q?1");
    stage.press("F1");
    assert!(stage.text().contains("What the keys do here"));
}

#[test]
fn input_that_is_not_json_is_not_sent_and_the_place_is_named() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-A").type_in("{\"name\": ");
    assert!(stage.text().contains("line 1"), "{}", stage.text());
    stage.press("Ctrl-R");
    assert!(!stage.runs(Slot::Run));
    assert!(stage.text().contains("The input is not JSON yet."));
}

#[test]
fn running_with_problems_asks_once() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-A").type_in("{}");
    assert!(stage.text().contains("name"), "the missing field is named");
    stage.press("Ctrl-R");
    assert!(!stage.runs(Slot::Run));
    assert!(stage.text().contains("Run it all the same?"));
    stage.press("n");
    assert!(!stage.runs(Slot::Run));
    stage.press("Ctrl-R y");
    assert!(stage.runs(Slot::Run));
}

#[test]
fn an_account_that_is_not_active_is_refused_unless_the_person_insists() {
    let mut stage = opened(120, 36);
    stage.model.playground.account_changed(&account("ca_102", "asana", "ada@acme.dev", "EXPIRED", None, None));
    stage.press("Ctrl-R");
    assert!(!stage.runs(Slot::Run));
    assert!(stage.text().contains("asana/ada@acme.dev is expired."));
}

#[test]
fn a_result_is_shown_with_its_facts_and_numbers_as_they_came() {
    let stage = done(120, 36);
    let screen = stage.text();
    for fact in ["200 · 412 ms", "exec_81f2", "1.10", "123456789012345678901234567890", "one␊two"] {
        assert!(screen.contains(fact), "{fact}: {screen}");
    }
    assert_eq!(stage.model.playground.focus, Pane::Side);
}

#[test]
fn results_fold_and_their_paths_and_values_are_copied() {
    let mut stage = done(120, 36);
    stage.press("j Space");
    assert!(stage.text().contains("8 keys"), "{}", stage.text());
    stage.press("Space j j y Y");
    let copied: Vec<_> =
        stage.effects.iter().filter_map(|e| if let Effect::Copy(t) = e { Some(t.as_str()) } else { None }).collect();
    assert_eq!(copied, ["\"Call back\"", ".data.name"]);
}

#[test]
fn a_failed_call_shows_whose_fault_it_is_in_the_providers_own_words() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-R");
    let mut fault =
        Fault::new(FaultKind::ProviderFailed, "The provider refused the call.").said("projects: Not a recognized ID");
    fault.code = Some("BAD_REQUEST".into());
    fault.execution_id = Some("exec_9".into());
    stage.say(Slot::Run, Outcome::Ran(Err(fault)));
    let screen = stage.text();
    for words in
        ["✖ the provider", "“projects: Not a recognized ID”", "BAD_REQUEST", "execution exec_9", "run it again"]
    {
        assert!(screen.contains(words), "{words}: {screen}");
    }
}

#[test]
fn a_running_call_can_be_stopped_and_the_doubt_is_told() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-R");
    stage.wait(Duration::from_secs(5));
    assert!(stage.text().contains("5.0 s"));
    stage.press("Esc");
    assert!(!stage.runs(Slot::Run));
    assert!(stage.text().contains("may have carried it out all the same"));
}

#[test]
fn what_was_typed_for_a_tool_is_there_when_it_is_opened_again() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-A").type_in("{\"name\":\"mine\"");
    stage.press("Esc g Enter");
    assert!(stage.text().contains("asana_me_get  as"));
    stage.press("Esc G Enter");
    assert_eq!(stage.model.playground.input_text(), "{\"name\":\"mine\"");
}

#[test]
fn the_header_names_the_person_the_tool_was_opened_for() {
    let mut stage = opened(120, 36);
    stage.press("Esc Esc Esc");
    stage.type_in("/grace").press("Enter t");
    assert!(stage.text().lines().next().unwrap().contains("as grace@acme.dev"));
    stage.press("3");
    assert!(stage.text().lines().next().unwrap().contains("as ada@acme.dev"));
}

#[test]
fn the_input_goes_to_the_editor_and_comes_back_as_one_undo_step() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-E");
    let before = stage.model.playground.input_text();
    assert!(matches!(&stage.effects[..], [Effect::HandOver(Handover::Edit(text))] if *text == before));
    stage.event(Event::HandedBack(Ok(HandedBack::Edited("{\"name\": \"mine\"}\n".into()))));
    assert_eq!(stage.model.playground.input_text(), "{\"name\": \"mine\"}");
    stage.press("Ctrl-Z Ctrl-Z");
    assert_eq!(stage.model.playground.input_text(), before);
}

#[test]
fn an_editor_that_fails_costs_nothing() {
    let mut stage = opened(120, 36);
    let before = stage.model.playground.input_text();
    let fault = Fault::new(FaultKind::Local, "nonesuch could not be used.");
    stage.event(Event::HandedBack(Err(fault)));
    assert_eq!(stage.model.playground.input_text(), before);
    assert!(stage.text().contains("nonesuch could not be used."));
}

#[test]
fn the_pager_gets_the_result_with_nothing_in_it_that_steers_a_terminal() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-R");
    stage.say(Slot::Run, ran("{\"a\":\"\u{9b}31m\u{202e}\"}"));
    stage.press("P");
    let Some(Effect::HandOver(Handover::Page(text))) = stage.effects.last() else { panic!() };
    assert!(text.contains("\\u009b31m\\u202e"), "{text}");
}

#[test]
fn a_search_opens_what_hides_it_and_goes_around() {
    let mut stage = done(120, 36);
    stage.press("C /").type_in("b");
    let Task::Find(find) = stage.task(Slot::Find) else { panic!() };
    let mut found = Vec::new();
    jackfield::json::Search::new(find.document.clone(), &find.text).run(usize::MAX, &false.into(), &mut found);
    assert_eq!(found.len(), 3, "Call back, big, b");
    stage.say(Slot::Find, Outcome::Found(found));
    assert!(stage.text().contains("/ b▏  1 of 3"), "{}", stage.text());
    stage.press("Enter n n");
    assert!(stage.text().contains("3 of 3"));
    stage.press("n");
    assert!(stage.text().contains("1 of 3"));
    stage.press("N Esc");
    assert!(!stage.text().contains(" of 3"));
    assert_eq!(stage.model.playground.focus, Pane::Side);
}
