//! Questions of a server in the middle of a call, and its progress.

use jackfield::testing::backend::Arrival;
use jackfield::testing::domain::{
    EffectSource, Elicitation, ElicitationAnswer, ElicitationRequest, JsonText, Tool, ToolEffect, ToolOrigin,
};
use jackfield::testing::schema::InputCheck;
use jackfield::testing::tui::core::effect::Effect;
use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::core::message::Message;
use jackfield::testing::tui::core::messages::BROWSER;
use jackfield::testing::tui::input::action::{Action, Availability};
use jackfield::testing::tui::input::tabs::Tab;
use jackfield::testing::tui::playground::drift::tasks::{CheckDefinition, DefinitionChecked};
use jackfield::testing::tui::playground::elicitation::ElicitationPopup;
use jackfield::testing::tui::playground::elicitation::tasks::{AnswerChecked, CheckAnswer};
use jackfield::testing::tui::playground::tasks::{CallEnded, ResultArrived, RunTool};
use jackfield::testing::tui::shell::dispatch;
use jackfield::testing::tui::tools::loading::{LOADING, ToolsLoaded, ToolsPage};
use tokio::sync::oneshot::{self, Receiver};

use super::playground::ran;
use super::stage::{Stage, accounts, tool};

/// A tool of a server, with this definition.
pub fn served(name: &str, definition: &str) -> Tool {
    Tool {
        provider: "MCP.ASANA".into(),
        account: Some("ca_102".into()),
        identifier: Some("ada@acme.dev".into()),
        origin: ToolOrigin::Server("asana".into()),
        effect_source: EffectSource::Server,
        raw: JsonText::parse(definition.to_owned()).unwrap(),
        ..tool(name, ToolEffect::Reads, r#"{"type":"object"}"#)
    }
}

/// Tools of a server, listed for ada.
pub fn listed(columns: u16, rows: u16, tools: Vec<Tool>) -> Stage {
    let mut stage = Stage::with_accounts(columns, rows, accounts());
    stage.press("/").type_in("asana ada").press("Enter t");
    let count = tools.len() as u64;
    stage.send(LOADING, ToolsPage(tools, Some(count)));
    stage.send(LOADING, ToolsLoaded(Ok(None)));
    stage
}

/// A call of a server's tool that is out.
pub fn running(columns: u16, rows: u16) -> Stage {
    let mut stage = listed(columns, rows, vec![served("trip_book", r#"{"name":"trip_book"}"#)]);
    stage.press("Enter Ctrl-R");
    let tool = stage.task_of::<CheckDefinition>().tool.name.clone();
    stage.send(CheckDefinition::SLOT, DefinitionChecked { tool, again: false, result: Ok(None) });
    assert!(stage.runs(RunTool::SLOT), "{}", stage.text());
    stage
}

fn arrive(stage: &mut Stage, arrival: Arrival) {
    let number = stage.task_of::<RunTool>().number;
    stage.event(Event::Message(Message::new(ResultArrived(number, arrival))));
}

fn ask(stage: &mut Stage, request: ElicitationRequest) -> Receiver<ElicitationAnswer> {
    let (reply, answer) = oneshot::channel();
    let message = "Which flight shall I book?\nThe price is good until noon.".into();
    let question = Elicitation { server: "Trips of Acme".into(), message, request };
    arrive(stage, Arrival::Asked(Box::new(question), reply));
    answer
}

const FLIGHT: &str = r#"{"type":"object","required":["seat"],"properties":{
    "seat":{"type":"string","title":"Seat","oneOf":[{"const":"w","title":"Window"},{"const":"a","title":"Aisle"}]},
    "mail":{"type":"string","title":"E-mail","format":"email","description":"Where the ticket goes."},
    "bags":{"type":"integer","title":"Bags","default":1,"maximum":3},
    "meal":{"type":"boolean","title":"Meal"}}}"#;

fn form() -> ElicitationRequest {
    ElicitationRequest::Form(JsonText::parse(FLIGHT.to_owned()).unwrap())
}

fn page(url: &str) -> ElicitationRequest {
    ElicitationRequest::Url(url.parse().unwrap())
}

fn checked(stage: &mut Stage, found: InputCheck) {
    let answer = stage.task_of::<CheckAnswer>().answer.clone();
    stage.send(CheckAnswer::SLOT, AnswerChecked(answer, Ok(found)));
}

#[test]
fn pictures() {
    for (columns, rows) in [(120, 40), (80, 24), (40, 12)] {
        let size = format!("{columns}x{rows}");
        let mut stage = running(columns, rows);
        let progress = Arrival::Progress { done: 3.0, total: Some(10.0), message: "Asking airlines".into() };
        arrive(&mut stage, progress);
        insta::assert_snapshot!(format!("progress_{size}"), stage.text());
        let _answer = ask(&mut stage, form());
        insta::assert_snapshot!(format!("elicitation_form_{size}"), stage.text());
        let mut stage = running(columns, rows);
        let _answer = ask(&mut stage, page("http://xn--80ak6aa92e.com:8080/pay?order=7"));
        insta::assert_snapshot!(format!("elicitation_page_{size}"), stage.text());
    }
}

#[test]
fn progress_without_a_whole_is_a_count_and_the_time_goes_on() {
    let mut stage = running(120, 40);
    arrive(&mut stage, Arrival::Progress { done: 7.0, total: None, message: "".into() });
    arrive(&mut stage, Arrival::Progress { done: f64::NAN, total: None, message: "".into() });
    stage.wait(std::time::Duration::from_secs(5));
    let screen = stage.text();
    assert!(screen.contains("7 so far") && screen.contains("running  5.0 s"), "{screen}");
}

#[test]
fn values_are_held_against_the_schema_before_they_are_sent() {
    let mut stage = running(120, 40);
    let mut answer = ask(&mut stage, form());
    let screen = stage.text();
    assert!(screen.contains("Trips of Acme asks") && screen.contains("on asana as ada@acme.dev"), "{screen}");
    stage.press("Ctrl-R");
    assert!(stage.text().contains("Something is missing"), "{}", stage.text());
    assert!(!stage.runs(CheckAnswer::SLOT));
    stage.press("Right Tab").type_in("ada@acme.dev").press("Ctrl-R");
    checked(&mut stage, InputCheck::default());
    let Ok(ElicitationAnswer::Accept(Some(values))) = answer.try_recv() else { panic!("accepted") };
    let values: serde_json::Value = serde_json::from_str(values.raw()).unwrap();
    assert_eq!(values, serde_json::json!({"bags": 1, "seat": "w", "mail": "ada@acme.dev"}));
    assert!(stage.popup::<ElicitationPopup>().is_none() && stage.runs(RunTool::SLOT));
}

#[test]
fn leaving_asks_only_where_something_would_be_lost() {
    let mut stage = running(120, 40);
    let mut answer = ask(&mut stage, form());
    stage.press("Esc");
    assert_eq!(answer.try_recv(), Ok(ElicitationAnswer::Cancel));
    let mut answer = ask(&mut stage, form());
    stage.press("Right Esc");
    assert!(stage.text().contains("Leave the question?"), "{}", stage.text());
    stage.press("n");
    assert!(answer.try_recv().is_err() && stage.popup::<ElicitationPopup>().is_some());
    stage.press("Esc y");
    assert_eq!(answer.try_recv(), Ok(ElicitationAnswer::Cancel));
    let mut answer = ask(&mut stage, form());
    stage.press("Alt-n");
    assert_eq!(answer.try_recv(), Ok(ElicitationAnswer::Decline));
}

#[test]
fn a_page_is_opened_by_the_person_alone_and_accepted_after_that() {
    let mut stage = running(120, 40);
    let mut answer = ask(&mut stage, page("https://pay.acme.dev/order?id=7"));
    let screen = stage.text();
    assert!(screen.lines().any(|line| line.trim_matches(['│', ' ', '─']).trim() == "pay.acme.dev"), "{screen}");
    assert!(!stage.runs(BROWSER));
    let Availability::No(why) = dispatch::availability(Action::Submit, &stage.model) else { panic!("nothing is open") };
    assert!(why.contains("Open the page first"), "{why}");
    stage.press("Enter");
    assert!(answer.try_recv().is_err());
    stage.press("o");
    assert!(stage.runs(BROWSER));
    stage.press("Enter");
    assert_eq!(answer.try_recv(), Ok(ElicitationAnswer::Accept(None)));
}

#[test]
fn the_link_is_copied_for_a_browser_elsewhere() {
    let mut stage = running(120, 40);
    let mut answer = ask(&mut stage, page("https://pay.acme.dev/order?id=7"));
    stage.press("y");
    let copied = |effect: &Effect| matches!(effect, Effect::Copy(text) if text == "https://pay.acme.dev/order?id=7");
    assert!(stage.effects.iter().any(copied));
    stage.press("d");
    assert_eq!(answer.try_recv(), Ok(ElicitationAnswer::Decline));
}

#[test]
fn questions_come_one_after_another() {
    let mut stage = running(120, 40);
    let mut first = ask(&mut stage, form());
    let mut second = ask(&mut stage, page("https://pay.acme.dev/"));
    assert!(stage.text().contains("Seat") && !stage.text().contains("pay.acme.dev"));
    stage.press("Alt-n");
    assert_eq!(first.try_recv(), Ok(ElicitationAnswer::Decline));
    assert!(stage.text().contains("pay.acme.dev"), "{}", stage.text());
    stage.press("Esc");
    assert_eq!(second.try_recv(), Ok(ElicitationAnswer::Cancel));
    assert!(stage.model.popups.is_empty());
}

#[test]
fn a_question_waits_while_the_keyboard_is_elsewhere() {
    let mut stage = running(120, 40);
    stage.press("F1");
    let mut answer = ask(&mut stage, form());
    assert!(stage.popup::<ElicitationPopup>().is_none() && stage.text().contains("asks you something"));
    stage.press("Esc");
    assert!(stage.popup::<ElicitationPopup>().is_some(), "{}", stage.text());
    assert!(answer.try_recv().is_err());
    assert_eq!(stage.model.cx.tab, Tab::Playground);
}

#[test]
fn stopping_the_call_takes_its_questions_away() {
    let mut stage = running(120, 40);
    let mut first = ask(&mut stage, form());
    let mut second = ask(&mut stage, form());
    stage.press("Ctrl-C");
    assert!(stage.model.popups.is_empty() && !stage.runs(RunTool::SLOT), "{}", stage.text());
    assert!(first.try_recv().is_err() && second.try_recv().is_err());
    let mut stage = running(120, 40);
    let mut late = ask(&mut stage, form());
    let CallEnded(ended) = ran("{}");
    stage.send(RunTool::SLOT, CallEnded(ended));
    assert!(stage.model.popups.is_empty() && late.try_recv().is_err());
}

#[test]
fn a_question_of_a_call_that_was_given_up_is_not_shown() {
    let mut stage = running(120, 40);
    let number = stage.task_of::<RunTool>().number;
    stage.press("Esc Esc Ctrl-C");
    let (reply, mut answer) = oneshot::channel();
    let question = Elicitation { server: "s".into(), message: "m".into(), request: form() };
    let late = ResultArrived(number, Arrival::Asked(Box::new(question), reply));
    stage.event(Event::Message(Message::new(late)));
    assert!(stage.model.popups.is_empty() && answer.try_recv().is_err());
}
