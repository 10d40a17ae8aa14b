//! The question about contracts and modifiers of a folder, and what is said of broken ones.

use jackfield::testing::domain::{Fault, FaultKind};
use jackfield::testing::flow::contracts::ContractQuestion;
use jackfield::testing::flow::project_files::{ProjectFiles, ProjectQuestion};
use jackfield::testing::profile::FileQuestion;
use jackfield::testing::tui::environments::project::ProjectForm;
use jackfield::testing::tui::environments::project::tasks::{AnswerProject, ProjectAnswered, ProjectSeen, SLOT};
use jackfield::testing::tui::tools::loading::LOADING;

use super::stage::{Stage, accounts};
use super::tools::listed;

fn question() -> ProjectQuestion {
    let files = (1..=7).map(|n| format!(".jackfield/issue_{n}.toml").as_str().into()).collect();
    let folder = "/home/ada/shop/.jackfield/contracts".into();
    let modifiers = FileQuestion {
        file: "/home/ada/shop/.jackfield/modifiers.toml".into(),
        text: "[[modifier]]\n".into(),
        changed: true,
    };
    ProjectQuestion { contracts: Some(ContractQuestion::new(folder, files, "x", None)), modifiers: Some(modifiers) }
}

fn asked(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::with_accounts(columns, rows, accounts());
    stage.send(SLOT, ProjectSeen(Ok(ProjectFiles { broken: Vec::new(), question: Some(question()) })));
    stage
}

#[test]
fn pictures() {
    for (columns, rows) in [(120, 36), (80, 24), (40, 12)] {
        insta::assert_snapshot!(format!("project_{columns}x{rows}"), asked(columns, rows).text());
    }
}

#[test]
fn it_is_used_by_one_key_alone_and_never_by_enter() {
    let mut stage = asked(80, 24);
    stage.press("Enter");
    assert!(stage.popup::<ProjectForm>().is_some() && !stage.model.cx.jobs.is_running(SLOT));
    stage.press("y");
    let AnswerProject { agreed, question: answered } = stage.task_of();
    assert!(*agreed && *answered == question() && stage.popup::<ProjectForm>().is_none());
    let mut stage = asked(80, 24);
    stage.press("n");
    assert!(!stage.task_of::<AnswerProject>().agreed);
    let mut stage = asked(80, 24);
    stage.press("Esc");
    assert!(stage.popup::<ProjectForm>().is_none() && !stage.model.cx.jobs.is_running(SLOT), "not this time");
}

#[test]
fn tools_are_listed_again_once_there_are_more_of_them() {
    for (agreed, again) in [(true, true), (false, false)] {
        let mut stage = listed(80, 24);
        assert!(!stage.model.cx.jobs.is_running(LOADING));
        stage.send(SLOT, ProjectSeen(Ok(ProjectFiles { broken: Vec::new(), question: Some(question()) })));
        stage.press(if agreed { "y" } else { "n" });
        let kept = Err(Fault::new(FaultKind::Local, "The disk is full."));
        stage.send(SLOT, ProjectAnswered { agreed, kept });
        assert!(stage.text().contains("could not be kept"), "{}", stage.text());
        assert_eq!(stage.model.cx.jobs.is_running(LOADING), again);
    }
}

#[test]
fn a_key_for_something_else_is_no_answer() {
    let mut stage = Stage::with_accounts(80, 24, accounts());
    stage.press("/");
    stage.send(SLOT, ProjectSeen(Ok(ProjectFiles { broken: Vec::new(), question: Some(question()) })));
    assert!(stage.popup::<ProjectForm>().is_none() && stage.text().contains("are not used"), "{}", stage.text());
}

#[test]
fn broken_files_are_told_once_and_stand_in_the_messages() {
    let mut stage = Stage::with_accounts(100, 24, accounts());
    let broken = vec!["Contract a.toml, line 7: The path begins with /.".into(), "Contract b.toml, line 1: x.".into()];
    stage.send(SLOT, ProjectSeen(Ok(ProjectFiles { broken, question: None })));
    assert!(stage.text().contains("2 mistakes in contracts and modifiers."), "{}", stage.text());
    let said: Vec<_> = stage.model.cx.toasts.said().iter().map(|toast| toast.text.clone()).collect();
    assert_eq!(said.iter().filter(|text| text.contains("line 7: The path begins with /.")).count(), 1, "{said:?}");
}
