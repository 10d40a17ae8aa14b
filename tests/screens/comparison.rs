//! One tool as several people, on the screen.

use std::time::Duration;

use jackfield::testing::domain::{EffectSource, Fault, FaultKind, JsonText, Tool, ToolEffect};
use jackfield::testing::flow::compare::{Comparison, PersonResult, Refusal, Step};
use jackfield::testing::json::Document;
use jackfield::testing::tui::activity::diff::{Comparison as Difference, Side};
use jackfield::testing::tui::comparison::tasks::{CompareSoFar, ComparisonEnded, ComparisonStep, RunComparison};
use jackfield::testing::tui::shell::save::TabulateList;
use jackfield::testing::tui::tools::loading::{LOADING, ToolsLoaded, ToolsPage};

use super::playground::opened;
use super::stage::{Stage, accounts, tool};

/// The tools of ada on asana: a list, declared to read or not, and one that deletes.
fn listed(columns: u16, rows: u16, effect_source: EffectSource) -> Stage {
    let mut stage = Stage::with_accounts(columns, rows, accounts());
    stage.press("/").type_in("ada asana").press("Enter t");
    let reads = Tool { effect_source, ..tool("asana_projects_list", ToolEffect::Reads, "{}") };
    let deletes = tool("asana_task_delete", ToolEffect::Destroys, "{}");
    stage.send(LOADING, ToolsPage(vec![reads, deletes], Some(2)));
    stage.send(LOADING, ToolsLoaded(Ok(None)));
    stage
}

/// The choice of people for a tool that is declared to read.
fn choosing(columns: u16, rows: u16) -> Stage {
    let mut stage = listed(columns, rows, EffectSource::Declared);
    stage.press("c");
    stage
}

fn boards(names: &[&str]) -> JsonText {
    let items: Vec<_> = names.iter().map(|name| format!(r#"{{"gid":"{name}","name":"{name}"}}"#)).collect();
    JsonText::parse(format!(r#"{{"data":[{}]}}"#, items.join(","))).unwrap()
}

fn person(identifier: &str, result: Result<JsonText, Fault>) -> PersonResult {
    let (result, fault) = match result {
        Ok(json) => (Some(Document::index(json).unwrap()), None),
        Err(fault) => (None, Some(fault)),
    };
    PersonResult {
        identifier: identifier.into(),
        connection: Some("asana".into()),
        account: None,
        sent: fault.is_none(),
        result,
        fault,
        took: Duration::from_millis(212),
        execution: None,
        unrecorded: None,
    }
}

fn everybody() -> Vec<PersonResult> {
    let disconnected = Fault::new(FaultKind::NeedsAuthorization, "asana/linus@acme.dev is disconnected.");
    vec![
        person("ada@acme.dev", Ok(boards(&["Website relaunch", "Autumn campaign"]))),
        person("linus@acme.dev", Err(disconnected)),
        person("margaret@acme.dev", Ok(boards(&["Autumn campaign", "Website relaunch", "Leadership"]))),
    ]
}

/// Three people, run.
fn running(columns: u16, rows: u16) -> Stage {
    let mut stage = choosing(columns, rows);
    stage.press("j j Space Space Enter");
    let task: &RunComparison = stage.task_of();
    let people: Vec<_> = task.request.people.iter().map(|who| who.raw().to_owned()).collect();
    assert_eq!(people, ["ada@acme.dev", "linus@acme.dev", "margaret@acme.dev"]);
    assert!(task.recorded && !task.request.anyway && task.request.label.raw().starts_with("compare-20260304-120000"));
    stage.send(RunComparison::SLOT, ComparisonStep(0, Step::Ended(Box::new(everybody().remove(0)))));
    stage.send(RunComparison::SLOT, ComparisonStep(2, Step::Calling));
    stage
}

/// The same, over.
fn done(columns: u16, rows: u16) -> Stage {
    let mut stage = running(columns, rows);
    for (at, person) in everybody().into_iter().enumerate() {
        stage.send(RunComparison::SLOT, ComparisonStep(at, Step::Ended(Box::new(person))));
    }
    let comparison = Comparison::compare(everybody());
    stage.send(RunComparison::SLOT, ComparisonEnded(Ok(Box::new(comparison))));
    stage
}

#[test]
fn people_are_chosen_and_the_sentence_says_who_sees_what() {
    let mut stage = choosing(120, 36);
    let screen = stage.text();
    assert!(
        screen.contains("Compare asana_projects_list for several users") && screen.contains("1 chosen"),
        "{screen}"
    );
    stage.press("Space Enter");
    assert!(stage.text().contains("Choose at least two users."), "{}", stage.text());
    let mut stage = running(120, 36);
    assert!(stage.text().contains("1 of 3 done") && stage.text().contains("running"), "{}", stage.text());
    stage.press("d");
    assert!(stage.text().contains("Mark one result"), "{}", stage.text());
    let mut stage = done(120, 36);
    let screen = stage.text();
    assert!(screen.contains("margaret@acme.dev sees 1 record that ada@acme.dev does not: Leadership."), "{screen}");
    assert!(screen.contains("lacks 1") && screen.contains("asana/linus@acme.dev is disconnected"), "{screen}");
    stage.press("j Enter");
    assert!(stage.text().contains("✖ asana/linus@acme.dev is disconnected."), "{}", stage.text());
}

#[test]
fn all_who_are_active_are_chosen_at_once_and_a_filter_narrows() {
    let mut stage = choosing(120, 36);
    stage.press("A");
    assert!(stage.text().contains("2 chosen · 1 of 4"), "{}", stage.text());
    stage.press("A");
    assert!(stage.text().contains("0 chosen"), "{}", stage.text());
    stage.press("/").type_in("li A").press("Esc");
    assert!(stage.text().contains("1 of 4"), "Esc forgets the filter: {}", stage.text());
    stage.press("/").type_in("linus").press("Enter Space");
    assert!(stage.text().contains("1 chosen · 1 of 1"), "{}", stage.text());
    stage.press("Esc Esc");
    assert!(!stage.text().contains("for several users"), "{}", stage.text());
}

#[test]
fn what_runs_is_stopped_and_what_came_is_compared() {
    let mut stage = running(120, 36);
    stage.press("Esc");
    let CompareSoFar(people) = stage.task_of();
    let faults: Vec<_> = people.iter().map(|person| person.fault.as_ref().map(|fault| fault.kind)).collect();
    assert_eq!(faults, [None, Some(FaultKind::Cancelled), Some(FaultKind::Cancelled)]);
    assert_eq!(people.iter().map(|person| person.sent).collect::<Vec<_>>(), [true, false, true]);
    let comparison = Comparison::compare(people.clone());
    stage.send(RunComparison::SLOT, ComparisonEnded(Ok(Box::new(comparison))));
    assert!(stage.text().contains("Only ada@acme.dev was answered"), "{}", stage.text());
    stage.press("Esc");
    assert!(!stage.text().contains("as 3 users"), "{}", stage.text());
    let mut stage = done(120, 36);
    stage.press("r");
    assert!(stage.runs(RunComparison::SLOT) && stage.text().contains("0 of 3 done"), "{}", stage.text());
    stage.press("c");
    assert!(stage.text().contains("Still running."), "{}", stage.text());
    stage.press("Esc");
    stage.send(RunComparison::SLOT, ComparisonEnded(Ok(Box::new(Comparison::compare(everybody())))));
    stage.press("c");
    assert!(stage.text().contains("3 chosen"), "the choice is as it was: {}", stage.text());
}

#[test]
fn a_result_is_explored_and_two_are_compared() {
    let mut stage = done(120, 36);
    stage.press("Enter");
    let screen = stage.text();
    assert!(
        screen.contains("asana_projects_list as ada@acme.dev") && screen.contains("\"Website relaunch\""),
        "{screen}"
    );
    stage.press("/").type_in("Autumn").press("Enter Esc Esc");
    assert!(stage.text().contains("lacks 1"), "back at the table: {}", stage.text());
    stage.press("Space G d");
    let comparison: &Difference = stage.task_of();
    let names = [&comparison.left, &comparison.right].map(|side| match side {
        Side::Result(name, _) => name.as_str(),
        Side::Call(_) => "a call",
    });
    assert_eq!(names, ["ada@acme.dev", "margaret@acme.dev"]);
    assert!(comparison.ignore.moments && comparison.ignore.order);
    assert!(stage.text().contains("Results of ada@acme.dev and margaret@acme.dev"), "{}", stage.text());
    stage.press("Esc w");
    let TabulateList(list) = stage.task_of::<TabulateList>();
    assert_eq!(list.rows[0][..4], ["ada@acme.dev", "asana", "2", "Leadership"]);
    assert_eq!((list.rows[1][5].as_str(), list.rows.len()), ("asana/linus@acme.dev is disconnected.", 3));
}

#[test]
fn a_tool_that_is_not_declared_to_read_is_asked_about_and_one_that_deletes_is_not_run() {
    let mut stage = listed(120, 36, EffectSource::Name);
    stage.press("c");
    assert!(stage.text().contains("You are asked before"), "{}", stage.text());
    stage.press("A Enter");
    let refusal = || Refusal::Insist(Fault::new(FaultKind::Usage, "It is not declared to read only."));
    stage.send(RunComparison::SLOT, ComparisonEnded(Err(refusal())));
    assert!(stage.text().contains("It is not declared to read only."), "{}", stage.text());
    stage.press("n");
    assert!(stage.text().contains("2 chosen"), "a no leaves the choice: {}", stage.text());
    stage.press("Enter");
    stage.send(RunComparison::SLOT, ComparisonEnded(Err(refusal())));
    stage.press("y");
    assert!(stage.task_of::<RunComparison>().request.anyway);
    let fault = Fault::new(FaultKind::NotFound, "There is no such tool.");
    stage.send(RunComparison::SLOT, ComparisonEnded(Err(Refusal::Final(fault))));
    assert!(stage.text().contains("There is no such tool."), "{}", stage.text());

    let mut stage = listed(120, 36, EffectSource::Declared);
    stage.press("j c");
    assert!(stage.text().contains("never run for several people"), "{}", stage.text());
}

#[test]
fn the_input_of_the_playground_goes_along() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-A").type_in(r#"{"name":"mine"}"#);
    stage.press("Alt-u");
    let screen = stage.text();
    assert!(screen.contains("for several users") && screen.contains("You are asked before"), "{screen}");
    stage.press("A Enter");
    let task: &RunComparison = stage.task_of();
    assert_eq!((task.request.input.raw(), task.request.tool.raw()), (r#"{"name":"mine"}"#, "asana_task_create"));
    assert_eq!(task.request.connection.as_ref().map(|connection| connection.raw()), Some("asana"));
}

#[test]
fn closing_it_gives_the_calls_up() {
    let mut stage = running(120, 36);
    assert!(stage.runs(RunComparison::SLOT));
    stage.press("Esc Esc");
    assert!(!stage.runs(RunComparison::SLOT), "nothing is compared for nobody");
}

#[test]
fn pictures() {
    for (columns, rows) in [(120, 40), (80, 24), (40, 12)] {
        let size = format!("{columns}x{rows}");
        insta::assert_snapshot!(format!("comparison_people_{size}"), choosing(columns, rows).text());
        insta::assert_snapshot!(format!("comparison_running_{size}"), running(columns, rows).text());
        insta::assert_snapshot!(format!("comparison_{size}"), done(columns, rows).text());
        let mut looked_at = done(columns, rows);
        looked_at.press("Enter");
        insta::assert_snapshot!(format!("comparison_result_{size}"), looked_at.text());
    }
    let mut nobody = Stage::with_accounts(80, 24, accounts());
    nobody.press("/").type_in("ada asana").press("Enter t");
    let other = Tool { provider: "NOTION".into(), account: None, ..tool("notion_list", ToolEffect::Reads, "{}") };
    nobody.send(LOADING, ToolsPage(vec![other], Some(1)));
    nobody.send(LOADING, ToolsLoaded(Ok(None)));
    nobody.press("c");
    insta::assert_snapshot!("comparison_nobody_80x24", nobody.text());
}
