//! Why a list is empty or a call failed, on the screen.

use std::time::Duration;

use jackfield::testing::domain::{Fault, FaultKind};
use jackfield::testing::flow::explain::{Cause, Diagnosis, Evidence, EvidenceKind, Question, Step};
use jackfield::testing::flow::tools::ToolsGap;
use jackfield::testing::journal::CallOutcome;
use jackfield::testing::tui::core::effect::Effect;
use jackfield::testing::tui::explain::Explanation;
use jackfield::testing::tui::explain::tasks::{ExplainStep, ExplainTask, Explained};
use jackfield::testing::tui::input::tabs::Tab;
use jackfield::testing::tui::playground::tasks::{CallEnded, RunTool};
use jackfield::testing::tui::tools::loading::{LOADING, LoadTools, ToolsLoaded};
use jackfield::testing::tui::tools::screen::Scope;

use super::activity::{call, remembered};
use super::playground::opened;
use super::stage::{Stage, account, accounts, now};

fn told(kind: EvidenceKind, asked: &str, answer: &str) -> Evidence {
    Evidence { asked: asked.into(), answer: answer.into(), kind, other_case: Vec::new() }
}

fn finding(question: Question) -> Diagnosis {
    Diagnosis {
        question,
        environment: "sandbox".into(),
        cause: Some(Cause::ConnectionCase {
            wanted: "github-connect".into(),
            meant: "GitHub-Connect".into(),
            identifier: Some("ada@acme.dev".into()),
        }),
        evidence: vec![
            told(EvidenceKind::Good, "accounts of ada@acme.dev", "2: linear, GitHub-Connect"),
            told(EvidenceKind::Bad, "connections of this environment", "9, none named github-connect"),
            Evidence {
                other_case: vec![0, 3, 7],
                ..told(EvidenceKind::Plain, "nearest", "GitHub-Connect  (only the case)")
            },
            told(EvidenceKind::Good, "ada@acme.dev on GitHub-Connect", "active"),
        ],
        also_possible: vec![Cause::AccountMissing { identifier: "ada@acme.dev".into(), connection: "github".into() }],
        at: now(),
    }
}

fn expired() -> Diagnosis {
    let account = account("ca_101", "linear", "ada@acme.dev", "EXPIRED", Some(-120), Some(-121));
    Diagnosis {
        cause: Some(Cause::Status(Box::new(account))),
        also_possible: Vec::new(),
        ..finding(Question::person("ada@acme.dev".into(), Some("linear".into())))
    }
}

/// The popup over the accounts, with its answer.
fn shown(columns: u16, rows: u16, finding: Diagnosis) -> Stage {
    let mut stage = Stage::with_accounts(columns, rows, accounts());
    stage.press("X");
    stage.send(ExplainTask::SLOT, Explained(Ok(Box::new(finding))));
    stage
}

fn asked(stage: &Stage) -> &Question {
    &stage.task_of::<ExplainTask>().question
}

#[test]
fn the_account_under_the_cursor_is_asked_about_and_the_questions_are_told() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("X");
    assert_eq!(*asked(&stage), Question::person("ada@acme.dev".into(), Some("linear".into())));
    assert!(!stage.task_of::<ExplainTask>().others, "no other environment is spoken to unasked");
    stage.send(ExplainTask::SLOT, ExplainStep(Step::Asked("connections")));
    stage.send(ExplainTask::SLOT, ExplainStep(Step::Asked("accounts")));
    stage.send(ExplainTask::SLOT, ExplainStep(Step::Answered("connections")));
    let text = stage.text();
    assert!(text.contains("✓ connections") && text.contains("accounts") && text.contains("Esc"), "{text}");
    stage.press("Esc");
    assert!(stage.popup::<Explanation>().is_none() && !stage.runs(ExplainTask::SLOT), "Esc stops the asking");
}

#[test]
fn an_empty_list_of_accounts_asks_for_what_its_filter_names() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("/").type_in("ada@acme.dve").press("Enter");
    assert!(stage.text().contains("find out why"), "{}", stage.text());
    stage.press("X");
    assert_eq!(*asked(&stage), Question { identifier: Some("ada@acme.dve".into()), ..Question::default() });
    stage.press("Esc Esc /").type_in("on:lineal as:ada").press("Enter X");
    assert_eq!(*asked(&stage), Question::person("ada".into(), Some("lineal".into())));
}

#[test]
fn an_empty_list_of_tools_offers_it() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("t");
    let expired = ToolsGap::Inactive(Box::new(accounts().swap_remove(0)));
    stage.send(LOADING, ToolsLoaded(Ok(Some(expired))));
    assert!(stage.text().contains("X  find out why"), "{}", stage.text());
    stage.press("X");
    assert_eq!(*asked(&stage), Question::person("ada@acme.dev".into(), Some("linear".into())));
}

#[test]
fn a_failed_call_in_the_playground_offers_it() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-R");
    let fault =
        Fault { http_status: Some(403), ..Fault::new(FaultKind::ProviderFailed, "No.").said("missing scope: write") };
    stage.send(RunTool::SLOT, CallEnded(Err(fault)));
    assert!(stage.text().contains("find out why"), "{}", stage.text());
    stage.press("Esc X");
    let question = asked(&stage);
    assert_eq!(question.tool.as_ref().map(|tool| tool.raw()), Some("asana_task_create"));
    assert_eq!(question.identifier.as_ref().map(|who| who.raw()), Some("ada@acme.dev"));
    let call = question.call.as_ref().unwrap();
    assert_eq!((call.fault.as_deref(), call.status), (Some("provider_failed"), Some(403)));
    assert!(call.said.raw().contains("missing scope: write"));
}

#[test]
fn a_failed_entry_of_activity_offers_it_and_others_say_why_not() {
    let mut stage = remembered(120, 36);
    stage.press("X");
    assert!(stage.text().contains("This call did not fail."), "{}", stage.text());
    stage.press("j").wait(Duration::from_secs(1));
    assert!(stage.text().contains("X why?"), "{}", stage.text());
    stage.press("X");
    let question = asked(&stage);
    assert_eq!(*question, Question::entry(&call(3, "asana_task_get", CallOutcome::Failed)));
    assert!(question.call.as_ref().unwrap().failed());
    // One that somebody else made is explained from the environment's log.
    stage.press("Esc j X");
    let question = asked(&stage);
    assert_eq!(question.tool.as_ref().map(|tool| tool.raw()), Some("gmail_send_message"));
    assert_eq!(question.call.as_ref().unwrap().said.raw(), "QUOTA: too many messages");
}

#[test]
fn enter_takes_the_step_that_helps() {
    let question = || Question::person("ada@acme.dev".into(), Some("github-connect".into()));
    let mut stage = shown(120, 36, finding(question()));
    stage.press("Enter");
    assert!(stage.popup::<Explanation>().is_none());
    let scope = Scope::Person("ada@acme.dev".into(), Some("GitHub-Connect".into()));
    assert_eq!((&stage.task_of::<LoadTools>().0, stage.model.cx.tab), (&scope, Tab::Tools));

    let mut stage = shown(120, 36, expired());
    stage.press("Enter");
    assert!(stage.authorizes(), "{}", stage.text());

    // What is done in the dashboard has no key, and the reason is told.
    let disabled = Diagnosis { cause: Some(Cause::ConnectionDisabled("hubspot".into())), ..finding(question()) };
    let mut stage = shown(120, 36, disabled);
    assert!(stage.text().contains("→") && stage.text().contains("switch hubspot on"), "{}", stage.text());
    stage.press("Enter");
    assert!(
        stage.popup::<Explanation>().is_some() && stage.text().contains("outside of jackfield"),
        "{}",
        stage.text()
    );
}

#[test]
fn the_report_is_copied_and_other_environments_are_asked_by_a_second_press() {
    let mut stage = shown(120, 36, expired());
    stage.press("y");
    let copied = stage.effects.iter().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.clone()),
        _ => None,
    });
    let copied = copied.unwrap_or_else(|| panic!("{:?}", stage.effects));
    assert!(copied.contains("linear/ada@acme.dev is EXPIRED") && copied.contains("remedy"), "{copied}");
    stage.press("X");
    let task = stage.task_of::<ExplainTask>();
    assert!(task.others && task.question == expired().question);
    stage.send(ExplainTask::SLOT, Explained(Ok(Box::new(expired()))));
    assert!(!stage.text().contains("other environments of this computer"), "it was done");
    stage.press("r");
    assert!(stage.runs(ExplainTask::SLOT));
}

#[test]
fn identifiers_are_masked_while_the_screen_is_shared() {
    let mut stage = shown(120, 36, expired());
    stage.press("F12");
    let text = stage.text();
    assert!(!text.contains("ada@acme.dev") && text.contains("is EXPIRED"), "{text}");
}

#[test]
fn the_answer_fits_every_terminal() {
    for (columns, rows) in [(120, 36), (80, 24), (40, 12)] {
        let question = Question::person("ada@acme.dev".into(), Some("github-connect".into()));
        let mut stage = shown(columns, rows, finding(question));
        insta::assert_snapshot!(format!("explanation_{columns}x{rows}"), stage.text());
        let before = stage.text();
        stage.press("G");
        if rows == 12 {
            assert_ne!(stage.text(), before, "what does not fit is scrolled to");
            assert!(stage.text().contains("github.") && stage.text().contains("Enter"), "{}", stage.text());
        }
    }
}

#[test]
fn nothing_wrong_is_said_too() {
    let fine = Diagnosis { cause: None, also_possible: Vec::new(), ..expired() };
    let stage = shown(80, 24, fine);
    assert!(stage.text().contains("Nothing is wrong here"), "{}", stage.text());
    assert!(!stage.text().contains("other environments of"), "{}", stage.text());
}
