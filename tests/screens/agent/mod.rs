//! The agent's screen: a conversation, its calls, and who decides on them.

mod deciding;
mod looks;
mod runs;
mod typing;

use std::time::Duration;

use jackfield::testing::agent::{AgentCommand, AgentEvent, CallReturn, Question};
use jackfield::testing::domain::{Account, JsonText, Untrusted};
use jackfield::testing::model_api::Usage;
use jackfield::testing::tui::agent::tasks::{AgentHeard, DriveRun, LookAtModel, ModelFacts, ModelSeen};
use jackfield::testing::tui::input::tabs::Pane;

use super::stage::{Stage, accounts};

pub const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 12)];

pub fn json(text: &str) -> JsonText {
    JsonText::parse(text.to_owned()).unwrap()
}

/// The screen, acting as Ada, before anybody knows of a model.
pub fn unknown(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::with_accounts(columns, rows, everybody());
    stage.model.cx.acting_as = Some("ada@acme.dev".into());
    stage.press("5");
    stage
}

fn everybody() -> Vec<Account> {
    accounts()
}

/// The same with a model.
pub fn known(columns: u16, rows: u16) -> Stage {
    let mut stage = unknown(columns, rows);
    seen(&mut stage, "claude-sonnet-5-5", false);
    stage
}

pub fn seen(stage: &mut Stage, model: &str, is_script: bool) {
    let server = if is_script { "the sandbox's script" } else { "api.example.com" };
    let facts = ModelFacts { usual_model: model.into(), server: server.into(), is_script };
    stage.send(LookAtModel::SLOT, ModelSeen(Ok(facts)));
}

/// Sends a message, which begins a run.
pub fn say(stage: &mut Stage, message: &str) {
    if stage.model.agent.focus == Pane::List {
        stage.press("i");
    }
    stage.type_in(message).press("Enter");
}

pub fn hear(stage: &mut Stage, event: AgentEvent) {
    stage.send(DriveRun::SLOT, AgentHeard(event));
}

/// A run that has begun with this message, the keyboard in the transcript.
pub fn begun(columns: u16, rows: u16, message: &str) -> Stage {
    let mut stage = known(columns, rows);
    say(&mut stage, message);
    stage.press("Esc");
    hear(&mut stage, AgentEvent::Began { run: run_id(), tools: 24, remarks: Vec::new(), context_limit: Some(200_000) });
    hear(&mut stage, AgentEvent::Said(message.to_owned()));
    hear(&mut stage, AgentEvent::Turn(1));
    stage
}

pub fn run_id() -> jackfield::testing::agent::RunId {
    jackfield::testing::agent::RunId::known("agent-0123456789ab")
}

/// Commands that were sent to the run since this was asked last.
pub fn commands(stage: &mut Stage) -> Vec<AgentCommand> {
    let receiver = stage.task_mut::<DriveRun>().commands.as_mut().unwrap();
    std::iter::from_fn(|| receiver.try_recv().ok()).collect()
}

pub fn propose(stage: &mut Stage, call: &str, tool: &str, input: &str) {
    let (call, connection) = (Untrusted::from(call), "linear".into());
    hear(stage, AgentEvent::Proposed { call, tool: tool.into(), connection, input: Ok(json(input)) });
}

pub fn sending(stage: &mut Stage, call: &str) {
    hear(stage, AgentEvent::Sending { call: call.into(), edited: None });
}

pub fn returned(result: &str) -> CallReturn {
    CallReturn {
        entry: None,
        result: Some(json(result)),
        fault: None,
        not_sent: false,
        told: result.into(),
        is_error: false,
        cut: None,
        took: Some(Duration::from_millis(412)),
    }
}

pub fn returns(stage: &mut Stage, call: &str, result: CallReturn) {
    hear(stage, AgentEvent::Returned { call: call.into(), result: Box::new(result) });
}

pub fn asks(stage: &mut Stage, call: &str) {
    let reasons = vec!["This tool writes, and the environment asks before that.".to_owned()];
    let question = Question { reasons, ..Question::default() };
    hear(stage, AgentEvent::Asking { call: call.into(), question });
}

/// A call that waits for a decision.
pub fn wishes(stage: &mut Stage, call: &str) {
    let input = r#"{"issueId":"ABC-142","relatedIssueId":"ABC-155","type":"blocks"}"#;
    propose(stage, call, "linear_issue_relation_create", input);
    asks(stage, call);
}

pub fn read(stage: &mut Stage) {
    stage.wait(Duration::from_secs(1));
}

pub fn usage(stage: &mut Stage) {
    let total = Usage { input: 30_000, output: 900, ..Usage::default() };
    hear(stage, AgentEvent::Usage { total, last: Usage { input: 12_000, output: 400, ..Usage::default() } });
}

/// A read that tells of people, then a write that names one and waits.
pub fn about_people(columns: u16, rows: u16) -> Stage {
    let mut stage = begun(columns, rows, "Give grace@acme.dev what linus@acme.dev had");
    hear(&mut stage, AgentEvent::Text("I look who linus@acme.dev is.".into()));
    propose(&mut stage, "t1", "linear_users_list", r#"{"email":"linus@acme.dev"}"#);
    sending(&mut stage, "t1");
    returns(&mut stage, "t1", returned(r#"{"users":[{"email":"linus@acme.dev","account":"ca_1"}]}"#));
    propose(&mut stage, "t2", "linear_issue_update", r#"{"assignee":"grace@acme.dev"}"#);
    asks(&mut stage, "t2");
    stage
}

/// The story of the two issues: two reads that went well, a write that waits.
pub fn story(columns: u16, rows: u16) -> Stage {
    let mut stage = begun(columns, rows, "Link ABC-142 as blocking ABC-155 and tell me who closed what last week");
    hear(&mut stage, AgentEvent::Thinking("I look for both issues first, then link them.".into()));
    hear(&mut stage, AgentEvent::Text("I look for both issues first.".into()));
    for (call, key) in [("t1", "ABC-142"), ("t2", "ABC-155")] {
        propose(&mut stage, call, "linear_issue_search", &format!(r#"{{"query":"{key}"}}"#));
        sending(&mut stage, call);
    }
    for call in ["t1", "t2"] {
        returns(&mut stage, call, returned(r#"{"data":{"issues":{"nodes":[{"id":"i1","title":"Checkout"}]}}}"#));
    }
    usage(&mut stage);
    stage
}

/// The same, asked about.
pub fn asked(columns: u16, rows: u16) -> Stage {
    let mut stage = story(columns, rows);
    wishes(&mut stage, "t3");
    read(&mut stage);
    stage
}
