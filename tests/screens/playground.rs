//! The playground.

use std::time::Duration;

use jackfield::testing::backend::Arrival;
use jackfield::testing::domain::{Execution, Fault, FaultKind, JsonText, ToolEffect};
use jackfield::testing::json::{Document, Indexer};
use jackfield::testing::schema::InputCheck;
use jackfield::testing::schema::Validator;
use jackfield::testing::tui::accounts::authorize::tasks::FollowAuthorization;
use jackfield::testing::tui::core::effect::Effect;
use jackfield::testing::tui::core::effect::ExternalProgram;
use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::core::event::Returned;
use jackfield::testing::tui::core::message::Message;
use jackfield::testing::tui::explorer::json_find::{Find, MatchesFound};
use jackfield::testing::tui::input::tabs::{Pane, Tab};
use jackfield::testing::tui::playground::tasks::{
    CallEnded, CallSent, CheckInput, InputChecked, ResultArrived, RunResult, RunTool,
};
use jackfield::testing::tui::shell::redraw as timer;
use jackfield::testing::tui::tools::loading::{LOADING, ToolsLoaded, ToolsPage};

use super::stage::{Stage, account, accounts, tool};
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
    stage.send(RunTool::SLOT, ran(RESULT));
    stage
}

const RESULT: &str = r#"{"data":{"gid":"1204","name":"Call back","done":false,"weight":1.10,
    "big":123456789012345678901234567890,"tags":["a","b"],"notes":"one\ntwo","nothing":null}}"#;

pub fn ran(json: &str) -> CallEnded {
    let data = JsonText::parse(json.to_owned()).unwrap();
    let document = Document::index(data.clone()).unwrap();
    let execution =
        Execution { id: Some("exec_81f2".into()), data, http_status: 200, took: Duration::from_millis(412) };
    CallEnded(Ok(RunResult { execution, document, reported: None, shown: None }))
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
    let RunTool { call, .. } = stage.task_of();
    assert_eq!(
        (call.account.raw(), call.identifier.raw(), call.tool.raw()),
        ("ca_102", "ada@acme.dev", "asana_task_create")
    );
    assert!(stage.text().contains("running") && !stage.text().contains("still running"));
    stage.wait(Duration::from_secs(61));
    assert!(stage.text().contains("still running  1:01"), "{}", stage.text());
    assert!(stage.model.cx.jobs.is_running(RunTool::SLOT), "nobody but a person gives it up");
}

#[test]
fn letters_type_and_the_help_key_still_helps() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-A").type_in("q?1");
    assert_eq!(stage.model.playground.input_text(), "q?1");
    stage.press("F1");
    assert!(stage.text().contains("Keys: "));
}

#[test]
fn input_that_is_not_json_is_not_sent_and_the_place_is_named() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-A").type_in("{\"name\": ");
    assert!(stage.text().contains("line 1"), "{}", stage.text());
    stage.press("Ctrl-R");
    assert!(!stage.runs(RunTool::SLOT));
    assert!(stage.text().contains("The input is not valid JSON."));
}

#[test]
fn running_with_problems_asks_once() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-A").type_in("{}");
    assert!(stage.text().contains("name"), "the missing field is named");
    stage.press("Ctrl-R");
    assert!(!stage.runs(RunTool::SLOT));
    assert!(stage.text().contains("Run it anyway as ada@acme.dev on asana with {}?"), "{}", stage.text());
    stage.press("n");
    assert!(!stage.runs(RunTool::SLOT));
    stage.press("Ctrl-R y");
    assert!(stage.runs(RunTool::SLOT));
}

#[test]
fn an_account_that_is_not_active_is_refused_unless_the_person_insists() {
    let mut stage = opened(120, 36);
    stage.model.playground.account_changed(&account("ca_102", "asana", "ada@acme.dev", "EXPIRED", None, None));
    stage.press("Ctrl-R");
    assert!(!stage.runs(RunTool::SLOT));
    let screen = stage.text();
    assert!(screen.contains("Not sent") && screen.contains("asana/ada@acme.dev is expired."), "{screen}");
    stage.press("Esc");
    assert!(!stage.runs(RunTool::SLOT));
    stage.press("Ctrl-R Ctrl-R y");
    assert!(!stage.runs(RunTool::SLOT), "nothing but the one key insists");
    stage.press("i");
    assert!(stage.runs(RunTool::SLOT));
}

#[test]
fn what_is_refused_can_be_repaired_on_the_spot_and_is_sent_then() {
    let mut stage = opened(120, 36);
    stage.model.playground.account_changed(&account("ca_102", "asana", "ada@acme.dev", "EXPIRED", None, None));
    stage.press("Ctrl-R Enter");
    let FollowAuthorization { account: whom, .. } = stage.task_of();
    assert_eq!(whom.to_string(), "ca_102");
    stage.authorize_end(Ok(accounts().swap_remove(1)));
    stage.press("Esc Ctrl-R");
    assert!(stage.runs(RunTool::SLOT), "{}", stage.text());
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
    fault.execution_id = Some(Box::new("exec_9".into()));
    stage.send(RunTool::SLOT, CallEnded(Err(fault)));
    let screen = stage.text();
    for words in
        ["✖ Failed at the provider", "“projects: Not a recognized ID”", "BAD_REQUEST", "execution exec_9", "run again"]
    {
        assert!(screen.contains(words), "{words}: {screen}");
    }
}

#[test]
fn a_running_call_can_be_stopped_and_the_doubt_is_told() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-R");
    let number = stage.task_of::<RunTool>().number;
    stage.send(RunTool::SLOT, CallSent(number));
    stage.wait(Duration::from_secs(5));
    assert!(stage.text().contains("5.0 s"));
    stage.press("Esc");
    assert!(!stage.runs(RunTool::SLOT));
    assert!(stage.text().contains("may still have run"));
}

#[test]
fn escape_leaves_the_input_and_not_the_screen() {
    for keys in ["", "F2"] {
        let mut stage = opened(120, 36);
        stage.press("Ctrl-A").type_in(r#"{"name":"mine"}"#);
        if !keys.is_empty() {
            stage.press(keys);
        }
        let typed = stage.model.playground.input_text().to_owned();
        stage.press("Esc");
        assert_eq!((stage.model.cx.tab, stage.model.playground.focus), (Tab::Playground, Pane::Side));
        assert!(stage.text().lines().last().unwrap().contains("i type"), "{}", stage.text());
        stage.press("i").type_in("x");
        assert_ne!(stage.model.playground.input_text(), typed, "it types again");
        stage.press("Esc Esc");
        assert_eq!(stage.model.cx.tab, Tab::Tools);
        stage.press("3");
        assert!(stage.model.playground.input_text().contains("mine"), "nothing is lost");
    }
}

#[test]
fn what_was_typed_for_a_tool_is_there_when_it_is_opened_again() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-A").type_in("{\"name\":\"mine\"");
    stage.press("Esc Esc g Enter");
    assert!(stage.text().contains("asana_me_get  as"));
    stage.press("Esc Esc G Enter");
    assert_eq!(stage.model.playground.input_text(), "{\"name\":\"mine\"");
}

#[test]
fn the_header_names_the_person_the_tool_was_opened_for() {
    let mut stage = opened(120, 36);
    stage.press("Esc Esc 1 Esc");
    stage.type_in("/grace").press("Enter t");
    assert!(stage.text().lines().next().unwrap().contains("as grace@acme.dev"));
    stage.press("3");
    assert!(stage.text().lines().next().unwrap().contains("as ada@acme.dev"));
}

#[test]
fn the_input_goes_to_the_editor_and_comes_back_as_one_undo_step() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-E");
    let before = stage.model.playground.input_text().to_owned();
    assert!(matches!(&stage.effects[..], [Effect::Lend(ExternalProgram::Edit(text))] if *text == before));
    stage.event(Event::Returned(Ok(Returned::Edited("{\"name\": \"mine\"}\n".into()))));
    assert_eq!(stage.model.playground.input_text(), "{\"name\": \"mine\"}");
    stage.press("Ctrl-Z");
    assert_eq!(stage.model.playground.input_text(), before);
}

#[test]
fn an_editor_that_fails_costs_nothing() {
    let mut stage = opened(120, 36);
    let before = stage.model.playground.input_text().to_owned();
    let fault = Fault::new(FaultKind::Local, "nonesuch could not be used.");
    stage.event(Event::Returned(Err(fault)));
    assert_eq!(stage.model.playground.input_text(), before);
    assert!(stage.text().contains("nonesuch could not be used."));
}

#[test]
fn the_pager_gets_the_result_with_nothing_in_it_that_steers_a_terminal() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-R");
    stage.send(RunTool::SLOT, ran("{\"a\":\"\u{9b}31m\u{202e}\"}"));
    stage.press("P");
    let Some(Effect::Lend(ExternalProgram::Page(text))) = stage.effects.last() else { panic!() };
    assert!(text.contains("\\u009b31m\\u202e"), "{text}");
}

#[test]
fn a_search_opens_what_hides_it_and_goes_around() {
    let mut stage = done(120, 36);
    stage.press("C /").type_in("b");
    let find = stage.task_of::<Find>();
    let found = find.search(&false.into());
    assert_eq!(found.values.len(), 3, "Call back, big, b");
    stage.send(Find::SLOT, MatchesFound(Ok(found)));
    assert!(stage.text().contains("/ b   1 of 3"), "{}", stage.text());
    stage.press("Enter n n");
    assert!(stage.text().contains("3 of 3"));
    stage.press("n");
    assert!(stage.text().contains("1 of 3"));
    stage.press("N Esc");
    assert!(!stage.text().contains(" of 3"));
    assert_eq!(stage.model.playground.focus, Pane::Side);
}

/// Does what the runner would: checks the input that is to be checked.
fn checked(stage: &mut Stage) {
    let check = &stage.task_of::<CheckInput>().check;
    let compiled = Validator::compile(&check.schema);
    let problems = compiled.validator.validate(&check.input).unwrap();
    stage.send(CheckInput::SLOT, InputChecked(Ok(InputCheck { problems, dropped: compiled.dropped })));
}

#[test]
fn everything_that_is_wrong_is_said_a_moment_after_what_is_seen_at_once() {
    let mut stage = opened(120, 36);
    checked(&mut stage);
    stage.press("Ctrl-A").type_in(r#"{"priority": "mid", "due_on": "soon", "projects": ["a", 1]}"#);
    assert!(stage.text().contains("name is required"), "{}", stage.text());
    assert!(!stage.text().contains("must be one of"));
    checked(&mut stage);
    let screen = stage.text();
    for words in [
        "priority must be one of \"low\", \"high\"",
        "due_on must be a date, YYYY-MM-DD",
        "projects[1] must be a string, not 1",
        "name is required",
    ] {
        assert!(screen.contains(words), "{words}: {screen}");
    }
    stage.press("Ctrl-R");
    assert!(!stage.runs(RunTool::SLOT));
    assert!(stage.text().contains("Input: due_on must be a date,"), "{}", stage.text());
}

#[test]
fn only_the_newest_input_is_checked_and_running_waits_for_no_check() {
    let mut stage = opened(120, 36);
    let first = stage.job(CheckInput::SLOT);
    stage.press("Left Right");
    assert_eq!(stage.job(CheckInput::SLOT), first, "the input is what it was");
    stage.press("Ctrl-A").type_in(r#"{"name": 1"#);
    assert!(!stage.runs(CheckInput::SLOT), "what is not JSON is not held against a schema");
    stage.type_in("}");
    let older = stage.job(CheckInput::SLOT);
    stage.press("Ctrl-A").type_in(r#"{"name": "x"}"#);
    assert_ne!(stage.job(CheckInput::SLOT), older);
    let problem =
        Validator::compile(&JsonText::parse("false").unwrap()).validator.validate(&JsonText::empty_object()).unwrap();
    let stale = InputCheck { problems: problem, ..InputCheck::default() };
    stage.event(Event::Task(older, Message::new(InputChecked(Ok(stale)))));
    assert!(stage.model.playground.problems.is_empty());
    stage.press("Ctrl-R");
    assert!(stage.runs(RunTool::SLOT));
}

#[test]
fn what_is_not_checked_is_said_beside_the_input() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("/").type_in("ada asana").press("Enter t");
    let odd = r#"{"type":"object","properties":{"file":{"type":"file"},"code":{"pattern":"^(?!x)"}}}"#;
    let mut bare = tool("asana_zzz", ToolEffect::Reads, "{}");
    bare.input_schema = None;
    let tools = vec![tool("asana_file_put", ToolEffect::Writes, odd), bare];
    stage.send(LOADING, ToolsPage(tools, Some(2)));
    stage.send(LOADING, ToolsLoaded(Ok(None)));
    stage.press("g Enter");
    checked(&mut stage);
    let screen = stage.text();
    assert!(screen.contains("not checked: type at /properties/file"), "{screen}");
    assert!(screen.contains("and 1 more"), "{screen}");
    stage.press("Ctrl-R");
    assert!(stage.runs(RunTool::SLOT), "it is no doubt about the input");

    stage.press("Esc Esc Esc G Enter");
    assert!(stage.text().contains("asana_zzz  as"), "{}", stage.text());
    assert!(!stage.model.cx.jobs.is_running(CheckInput::SLOT), "there is nothing to check it against");
    assert!(!stage.text().contains("not checked"));
}

#[test]
fn a_check_turns_nothing_on_the_screen() {
    let stage = opened(120, 36);
    assert!(stage.runs(CheckInput::SLOT));
    assert_eq!(timer::next(&stage.model), None);
}

#[test]
fn a_long_list_of_problems_is_asked_about_in_short() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-A").type_in(r#"{"name":"x","projects":[1,2,3,4,5,6,7,8,9]}"#);
    checked(&mut stage);
    stage.press("Ctrl-R");
    let screen = stage.text();
    assert!(screen.contains("projects[5]") && screen.contains("And 3 more in the input."), "{screen}");
}

/// What has come of a result, told to a stage in which a call is out.
fn arrives(stage: &mut Stage, came: &str, megabytes: u64) {
    let RunTool { number, .. } = stage.task_of();
    let arrival = Arrival::Coming { beginning: Indexer::beginning(came.as_bytes()), bytes: megabytes * 1_000_000 };
    let number = *number;
    stage.event(Event::Message(Message::new(ResultArrived(number, arrival))));
}

const COMING: &str = r#"{"issues":[{"id":"first","labels":["a","b"]},{"id":"second","lab"#;

/// A result of which the beginning is there.
fn coming(columns: u16, rows: u16) -> Stage {
    let mut stage = opened(columns, rows);
    stage.press("Ctrl-R");
    arrives(&mut stage, COMING, 12);
    stage
}

#[test]
fn the_first_rows_are_shown_while_the_rest_comes() {
    let mut stage = coming(120, 36);
    let screen = stage.text();
    assert!(screen.contains("12.0 MB so far") && screen.contains("\"id\": \"second\""), "{screen}");
    assert!(screen.contains("…"), "{screen}");
    assert_eq!(stage.model.playground.focus, Pane::Side);
    // What needs all of it waits.
    stage.press("w");
    assert!(stage.text().contains("The result is still coming."), "{}", stage.text());
    // The cursor is on the second issue, and the first is folded; more comes.
    stage.press("j j Space J");
    assert!(stage.text().contains(".issues[1]"), "{}", stage.text());
    let more = format!("{}{}", COMING, r#"els":[]},{"id":"third"},"#);
    arrives(&mut stage, &more, 24);
    let screen = stage.text();
    assert!(screen.contains("24.0 MB so far") && screen.contains("\"id\": \"third\""), "{screen}");
    assert!(screen.contains(".issues[1]") && screen.contains("▶"), "{screen}");
    // The end of it: everything as it was, and nothing is missing.
    stage.send(RunTool::SLOT, ran(&format!("{more}{}", r#"{"id":"last"}]}"#)));
    let screen = stage.text();
    assert!(screen.contains("\"id\": \"last\"") && screen.contains("200 · 412 ms"), "{screen}");
    assert!(screen.contains(".issues[1]") && screen.contains("▶") && !screen.contains("so far"), "{screen}");
}

#[test]
fn rows_that_join_are_searched_and_folded_as_the_others() {
    let mut stage = coming(120, 36);
    stage.press("C");
    arrives(&mut stage, &format!("{COMING}{}", r#"els":[]},{"id":"third"}"#), 13);
    stage.press("l j l");
    assert!(!stage.text().contains("third"), "{}", stage.text());
    stage.press("E /").type_in("third");
    let Find { .. } = stage.task_of();
    stage.press("Enter");
    arrives(&mut stage, &format!("{COMING}{}", r#"els":[]},{"id":"third"},{"id":"third"},"#), 14);
    assert!(stage.runs(Find::SLOT), "searched anew");
}

#[test]
fn whoever_stops_keeps_what_came_and_is_told_that_it_is_not_all() {
    let mut stage = coming(120, 36);
    let RunTool { number, .. } = stage.task_of();
    let number = *number;
    stage.press("Esc");
    assert!(!stage.runs(RunTool::SLOT));
    let part = Indexer::beginning(format!("{COMING}{}", r#"els":[]},{"id":"third"},"#).as_bytes());
    let arrival = Arrival::Broken { part, bytes: 12_600_000 };
    stage.event(Event::Message(Message::new(ResultArrived(number, arrival))));
    let screen = stage.text();
    assert!(screen.contains("stopped after 12.6 MB: not the whole answer"), "{screen}");
    assert!(screen.contains("\"id\": \"third\""), "{screen}");
    // It can be used now, under a name of its own.
    stage.press("w");
    assert!(stage.text().contains("asana_task_create-result-part.json"), "{}", stage.text());
}

#[test]
fn what_came_of_an_older_run_changes_nothing() {
    let mut stage = coming(120, 36);
    let RunTool { number, .. } = stage.task_of();
    let number = *number;
    stage.press("Esc Ctrl-R");
    let arrival = Arrival::Broken { part: Indexer::beginning(b"[\"old\"]"), bytes: 7 };
    stage.event(Event::Message(Message::new(ResultArrived(number, arrival))));
    let screen = stage.text();
    assert!(screen.contains("running") && !screen.contains("old"), "{screen}");
}

#[test]
fn a_result_that_breaks_off_leaves_its_rows_below_the_words() {
    let mut stage = coming(120, 36);
    let fault =
        Fault::new(FaultKind::Network, "The connection to acme.dev was reset before the whole answer had come.");
    stage.send(RunTool::SLOT, CallEnded(Err(fault.after_it_was_carried_out())));
    let screen = stage.text();
    assert!(screen.contains("was reset before the whole") && screen.contains("\"id\": \"first\""), "{screen}");
    assert!(screen.contains("part of the result"), "{screen}");
}

#[test]
fn a_result_that_comes_is_drawn_at_every_size() {
    for (columns, rows) in [(120, 40), (80, 24), (40, 12)] {
        insta::assert_snapshot!(format!("coming_{columns}x{rows}"), coming(columns, rows).text());
        let mut stage = coming(columns, rows);
        stage.press("Esc");
        insta::assert_snapshot!(format!("stopped_{columns}x{rows}"), stage.text());
    }
}
