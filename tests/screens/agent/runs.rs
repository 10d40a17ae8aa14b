//! New runs, earlier ones, and the way from a run to its calls.

use std::sync::Arc;
use std::time::Duration;

use jackfield::testing::agent::{
    AgentEvent, AgentStart, ReplayVerdict, ReplayedCall, RunEnd, RunHead, RunId, Transcript,
};
use jackfield::testing::domain::{Fault, FaultKind, JsonText};
use jackfield::testing::flow::compare::{Comparison, PersonResult};
use jackfield::testing::journal::{EntryId, RunNumber};
use jackfield::testing::json::Document;
use jackfield::testing::model_api::ModelInfo;
use jackfield::testing::tui::activity::diff::{Comparison as BodiesToCompare, Side};
use jackfield::testing::tui::agent::export::{RunWritten, WriteRun};
use jackfield::testing::tui::agent::replay::{CallReplayed, ReplayTask, Replayed};
use jackfield::testing::tui::agent::tasks::{ListModels, ListRuns, ModelsListed, ReadRun, RunRead, RunsListed};
use jackfield::testing::tui::core::messages::SaveFile;
use jackfield::testing::tui::input::tabs::Tab;

use super::super::stage::now;
use super::*;

fn head(id: &str, title: &str) -> RunHead {
    RunHead {
        id: RunId::known(id),
        environment: "sandbox".into(),
        mode: "ask".into(),
        began: now() - jiff::SignedDuration::from_hours(4),
        state: "answered".into(),
        total: Default::default(),
        number: RunNumber(1),
        title: title.into(),
        identifier: "grace@acme.dev".into(),
        connections: vec!["linear".into()],
        model: "claude-sonnet-5-5".into(),
        changed: now() - jiff::SignedDuration::from_hours(3),
        calls: 4,
        limits: Default::default(),
    }
}

fn past() -> Transcript {
    let mut transcript = Transcript::default();
    let began = AgentEvent::Began { run: RunId::known("agent-past"), tools: 3, remarks: vec![], context_limit: None };
    let events = [
        began,
        AgentEvent::Said("Who is on call?".into()),
        AgentEvent::Turn(1),
        AgentEvent::Text("Grace is.".into()),
        AgentEvent::Rests(RunEnd::Answered),
    ];
    events.into_iter().for_each(|event| transcript.apply(event));
    transcript
}

#[test]
fn a_new_run_is_begun_as_whom_on_what_and_with_which_model() {
    let mut stage = known(80, 24);
    stage.press("n");
    insta::assert_snapshot!("agent_new_run_80x24", stage.text());
    stage.press("j Enter");
    let model = |id: &str| ModelInfo {
        id: id.into(),
        title: "Opus".into(),
        max_input_tokens: Some(1_000_000),
        max_tokens: None,
        lifecycle: Some("deprecated".into()),
        retires_at: Some(now() + jiff::SignedDuration::from_hours(24 * 40)),
    };
    stage.send(ListModels::SLOT, ModelsListed(Ok(vec![model("claude-opus-5-5"), model("claude-haiku-5")])));
    insta::assert_snapshot!("agent_models_80x24", stage.text());
    stage.type_in("opus").press("Enter");
    assert!(stage.text().contains("claude-opus-5-5"), "{}", stage.text());
    // The first connection takes no part.
    stage.press("j Space i");
    stage.type_in("Hello").press("Enter");
    let AgentStart::New(order) = &stage.task_of::<DriveRun>().start else { panic!() };
    assert_eq!(order.model, "claude-opus-5-5");
    assert_eq!(order.connections, ["linear".into()]);
    assert!(stage.text().contains("as ada@acme.dev on linear"), "{}", stage.text());
}

#[test]
fn a_model_of_another_id_can_be_typed() {
    let mut stage = known(80, 24);
    stage.press("n j Enter");
    let fault = jackfield::testing::domain::Fault::new(jackfield::testing::domain::FaultKind::Network, "No answer.");
    stage.send(ListModels::SLOT, ModelsListed(Err(fault)));
    stage.type_in("my-own").press("Enter");
    assert!(stage.text().contains("my-own"), "{}", stage.text());
}

#[test]
fn an_earlier_run_is_found_read_and_gone_on_with() {
    let mut stage = known(80, 24);
    stage.press("r");
    stage.send(ListRuns::SLOT, RunsListed(Ok(vec![head("agent-past", "Who is on call?"), head("agent-2", "Tidy up")])));
    insta::assert_snapshot!("agent_earlier_80x24", stage.text());
    stage.type_in("call").press("Enter");
    stage.send(ReadRun::SLOT, RunRead(Ok(Box::new((head("agent-past", "Who is on call?"), past())))));
    assert!(
        stage.text().contains("Grace is.") && stage.text().contains("as grace@acme.dev on linear"),
        "{}",
        stage.text()
    );
    say(&mut stage, "And tomorrow?");
    let AgentStart::Continue(run, order) = &stage.task_of::<DriveRun>().start else { panic!() };
    assert_eq!((run.as_str(), order.acting_as.identifier().raw()), ("agent-past", "grace@acme.dev"));
}

#[test]
fn an_earlier_run_is_read_while_another_is_under_way_and_not_gone_on_with() {
    let mut stage = story(80, 24);
    stage.press("r");
    stage.send(ListRuns::SLOT, RunsListed(Ok(vec![head("agent-past", "Who is on call?")])));
    stage.press("Enter");
    stage.send(ReadRun::SLOT, RunRead(Ok(Box::new((head("agent-past", "Who is on call?"), past())))));
    assert!(stage.text().contains("an earlier run · another is under way"), "{}", stage.text());
    commands(&mut stage);
    say(&mut stage, "And tomorrow?");
    assert!(stage.text().contains("Another run is under way"), "{}", stage.text());
    assert_eq!(commands(&mut stage), []);
    stage.press("Esc Esc");
    assert!(stage.text().contains("› Link ABC-142"), "{}", stage.text());
}

#[test]
fn prompts_to_try_are_put_into_the_message() {
    let mut stage = unknown(80, 24);
    seen(&mut stage, "script", true);
    stage.press("t b");
    assert!(stage.text().contains("What is on the Leadership board?"), "{}", stage.text());
    stage.press("Enter");
    assert_eq!(commands(&mut stage).len(), 1);
    assert!(stage.text().contains("script, not a model"), "{}", stage.text());
}

#[test]
fn a_run_leads_to_its_calls() {
    let mut stage = story(80, 24);
    stage.press("c");
    assert_eq!(stage.model.cx.tab, Tab::Activity);
    assert_eq!(stage.model.activity.filter.text(), "run:agent-0123456789ab");
}

#[test]
fn a_call_leads_to_its_entry() {
    let mut stage = story(80, 24);
    propose(&mut stage, "t3", "linear_viewer_get", "{}");
    sending(&mut stage, "t3");
    returns(&mut stage, "t3", CallReturn { entry: Some(EntryId(17)), ..returned("{}") });
    stage.press("G Enter");
    assert!(stage.text().contains("number 17"), "{}", stage.text());
    stage.press("4");
    assert_eq!(stage.model.cx.tab, Tab::Activity);
    assert_eq!(stage.model.activity.filter.text(), "run:agent-0123456789ab");
}

#[test]
fn a_run_is_exported_in_the_form_that_is_chosen() {
    let mut stage = story(80, 24);
    stage.press("w m");
    let task = stage.task_of::<WriteRun>();
    assert_eq!((task.run.as_str(), task.format.word()), ("agent-0123456789ab", "markdown"));
    let file = SaveFile { name: "agent-0123456789ab.md".into(), bytes: "# Run".into() };
    stage.send(WriteRun::SLOT, RunWritten(Ok(file)));
    assert!(stage.text().contains("agent-0123456789ab.md"), "{}", stage.text());
}

#[test]
fn a_run_is_replayed_as_somebody_else() {
    let mut stage = story(80, 24);
    stage.press("R").type_in("grace").press("Enter");
    let task = stage.task_of::<ReplayTask>();
    assert_eq!(task.order.acting_as.identifier().raw(), "grace@acme.dev");
    let call = |verdict, sentence: &str| ReplayedCall {
        entry: EntryId(1),
        tool: "linear_issue_search".into(),
        connection: "linear".into(),
        verdict,
        sentence: sentence.into(),
        comparison: None,
    };
    let same = call(ReplayVerdict::Same, "Both see the same.");
    let more = call(ReplayVerdict::OnlyTheRun, "ada@acme.dev sees 1 record that grace@acme.dev does not: Leadership.");
    for call in [same, more] {
        stage.send(ReplayTask::SLOT, CallReplayed(Box::new(call)));
    }
    stage.send(ReplayTask::SLOT, Replayed(Ok(())));
    stage.press("j");
    insta::assert_snapshot!("agent_replay_80x24", stage.text());
    stage.press("c");
    assert_eq!(stage.model.cx.tab, Tab::Activity);
}

/// What somebody was given.
fn given(who: &str, result: Option<&str>) -> PersonResult {
    let result = result.map(|result| Document::index(JsonText::parse(result.to_owned()).unwrap()).unwrap());
    PersonResult {
        identifier: who.into(),
        connection: Some("linear".into()),
        account: None,
        fault: result.is_none().then(|| Fault::new(FaultKind::Forbidden, "No such board.")),
        result,
        sent: true,
        took: Duration::from_millis(9),
        execution: None,
        unrecorded: None,
    }
}

#[test]
fn a_replayed_call_is_opened_with_both_results() {
    let mut stage = story(120, 36);
    stage.press("R").type_in("grace").press("Enter");
    let replayed = |entry, theirs| {
        let people = vec![given("ada@acme.dev", Some(r#"{"board":"Leadership"}"#)), given("grace@acme.dev", theirs)];
        CallReplayed(Box::new(ReplayedCall {
            entry: EntryId(entry),
            tool: "linear_issue_search".into(),
            connection: "linear".into(),
            verdict: ReplayVerdict::Differs,
            sentence: "They see other values.".into(),
            comparison: Some(Arc::new(Comparison::compare(people))),
        }))
    };
    stage.press("Enter");
    assert!(stage.text().contains("No call came back yet."), "{}", stage.text());
    stage.send(ReplayTask::SLOT, replayed(1, Some(r#"{"board":"Website"}"#)));
    stage.send(ReplayTask::SLOT, replayed(2, None));
    stage.press("Enter");
    let task = stage.task_of::<BodiesToCompare>();
    let side = |who: &str, result: &str| Side::Result(who.into(), JsonText::parse(result.to_owned()).unwrap());
    assert_eq!(task.left, side("ada@acme.dev", r#"{"board":"Leadership"}"#));
    assert_eq!(task.right, side("grace@acme.dev", r#"{"board":"Website"}"#));
    stage.press("Esc j");
    assert!(stage.text().contains("Replay as"), "back in the list: {}", stage.text());
    stage.press("Enter");
    assert_eq!(stage.model.cx.tab, Tab::Activity, "there is one result only: the call as it was");
    assert!(stage.text().contains("run:agent-0123456789ab"), "{}", stage.text());
}
