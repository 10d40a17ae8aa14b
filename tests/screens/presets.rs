//! The presets of a tool in the playground.

use jackfield::testing::domain::{Fault, FaultKind, JsonText};
use jackfield::testing::journal::{IfTaken, Preset, PresetName};
use jackfield::testing::redact::Redacted;
use jackfield::testing::tui::playground::presets::PresetsReport;
use jackfield::testing::tui::playground::presets::tasks::{PresetList, PresetStep, PresetTask};

use super::playground::opened;
use super::stage::{Stage, now};

pub fn preset(name: &str, arguments: &str, hidden: &[&str]) -> Preset {
    Preset {
        tool: "asana_task_create".into(),
        name: PresetName::parse(name).unwrap(),
        saved: now() - jiff::SignedDuration::from_hours(2),
        arguments: Redacted {
            json: JsonText::parse(arguments.to_owned()).unwrap(),
            hidden: hidden.iter().map(|pointer| (*pointer).into()).collect(),
        },
    }
}

fn read(kept: Vec<Preset>) -> PresetsReport {
    PresetsReport(Ok(PresetList { kept, saved: None, said: None }))
}

/// The popup, with two presets in it.
fn shown(columns: u16, rows: u16) -> Stage {
    let mut stage = opened(columns, rows);
    stage.press("F6");
    let one = preset("Call back", r#"{"name":"Call back","n":1.10,"due_on":"2026-03-05"}"#, &[]);
    let other = preset("With a key", r#"{"name":"x","token":"[redacted]"}"#, &["/token"]);
    stage.send(PresetTask::SLOT, read(vec![one, other]));
    stage
}

fn step(stage: &Stage) -> &PresetStep {
    let work: &PresetTask = stage.task_of();
    assert_eq!(work.tool.raw(), "asana_task_create");
    &work.step
}

#[test]
fn one_is_filled_in_and_undone() {
    let mut stage = shown(120, 36);
    let before = stage.model.playground.input_text().to_owned();
    assert!(stage.text().contains("Presets of asana_task_create") && stage.text().contains("1.10"));
    stage.press("Enter");
    let input = stage.model.playground.input_text();
    assert!(input.contains("\"n\": 1.10") && stage.text().contains("Filled in “Call back”."), "{input}");
    stage.press("Ctrl-Z Ctrl-Z");
    assert_eq!(stage.model.playground.input_text(), before);
}

#[test]
fn what_was_left_out_is_empty_and_said() {
    let mut stage = shown(120, 36);
    stage.press("j");
    assert!(stage.text().contains("1 left out"));
    stage.press("Enter");
    assert!(stage.model.playground.input_text().contains("\"token\": \"\""));
    assert!(stage.text().contains("fill in the empty fields"), "{}", stage.text());
}

#[test]
fn the_input_is_saved_under_a_name() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-A").type_in(r#"{"name":"mine"}"#);
    stage.press("F6");
    assert!(matches!(step(&stage), PresetStep::Read));
    stage.press("s");
    assert!(stage.text().contains("Still reading"), "{}", stage.text());
    stage.send(PresetTask::SLOT, read(Vec::new()));
    assert!(stage.text().contains("s saves the input that stands there now"), "{}", stage.text());
    stage.press("s").type_in("sj?").press("Enter");
    let PresetStep::Save(name, arguments, IfTaken::Refuse) = step(&stage) else { panic!() };
    assert_eq!((name.raw(), arguments.raw()), ("sj?", r#"{"name":"mine"}"#), "letters type");
    let saved = preset("sj?", r#"{"name":"mine"}"#, &[]);
    let said = Some("“sj?” is saved for asana_task_create.".to_owned());
    stage.send(PresetTask::SLOT, PresetsReport(Ok(PresetList { kept: vec![saved.clone()], saved: Some(saved), said })));
    assert!(stage.text().contains("is saved for asana_task_create."));
    stage.press("Esc");
    assert!(!stage.text().contains("Presets of"), "the name was let go of already");
}

#[test]
fn a_name_that_is_taken_is_told_before_it_is_replaced() {
    let mut stage = shown(120, 36);
    stage.press("s").type_in("Call back");
    assert!(stage.text().contains("It takes the place of what is saved under this name."));
    stage.press("Enter");
    assert!(matches!(step(&stage), PresetStep::Save(_, _, IfTaken::Replace)));
    let fault = Fault::new(FaultKind::Local, "The disk is full.");
    stage.send(PresetTask::SLOT, PresetsReport(Err(fault)));
    assert!(stage.text().contains("The disk is full.") && stage.text().contains("Save the input as Call back"));
    stage.press("Esc Esc F6");
    stage.send(PresetTask::SLOT, read(Vec::new()));
    stage.press("s Enter");
    assert!(stage.text().contains("A preset's name is one line"), "{}", stage.text());
    stage.type_in("x").press("Enter");
    let taken = Fault::new(FaultKind::Conflict, "There is a preset “x” already.");
    stage.send(PresetTask::SLOT, PresetsReport(Err(taken)));
    assert!(matches!(step(&stage), PresetStep::Read), "it is looked at again");
}

#[test]
fn input_that_is_not_json_is_not_saved() {
    let mut stage = opened(120, 36);
    stage.press("Ctrl-A").type_in("{").press("F6");
    stage.send(PresetTask::SLOT, read(Vec::new()));
    stage.press("s");
    assert!(stage.text().contains("The input is not valid JSON"));
}

#[test]
fn one_is_deleted_after_a_question() {
    let mut stage = shown(120, 36);
    stage.press("D n");
    assert!(!stage.runs(PresetTask::SLOT) || matches!(step(&stage), PresetStep::Read));
    stage.press("D y");
    let PresetStep::Delete(name) = step(&stage) else { panic!() };
    assert_eq!(name.raw(), "Call back");
    let left = vec![preset("With a key", "{}", &[])];
    let said = Some("“Call back” is deleted.".to_owned());
    stage.send(PresetTask::SLOT, PresetsReport(Ok(PresetList { kept: left, saved: None, said })));
    assert!(stage.text().contains("is deleted.") && stage.text().contains("With a key"));
}

#[test]
fn pictures() {
    for (columns, rows) in [(120, 40), (80, 24), (40, 12)] {
        insta::assert_snapshot!(format!("presets_{columns}x{rows}"), shown(columns, rows).text());
        let mut naming = shown(columns, rows);
        naming.press("s").type_in("Call back");
        insta::assert_snapshot!(format!("preset_name_{columns}x{rows}"), naming.text());
    }
}
