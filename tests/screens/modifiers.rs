//! Modifiers in the playground: what is told of them, what is sent, and the result in both forms.

use std::fs;

use jackfield::testing::domain::{Fault, FaultKind, JsonText};
use jackfield::testing::flow::modifiers::{ModifierFiles, Selection};
use jackfield::testing::json::Document;
use jackfield::testing::profile::Home;
use jackfield::testing::schema::{InputCheck, Validator};
use jackfield::testing::tui::activity::diff::{BodiesCompared, Compared, Comparison};
use jackfield::testing::tui::playground::modifiers::tasks::{
    Aim, AnswerModifiers, InputModified, ModifiedInput, ModifiersAnswered, ModifiersRead, ModifyInput, ReadModifiers,
};
use jackfield::testing::tui::playground::modifiers::trust::ModifiersQuestion;
use jackfield::testing::tui::playground::modifiers::{CallModifiers, Usage};
use jackfield::testing::tui::playground::tasks::{CallEnded, RunTool};
use jackfield::testing::tui::shell::confirm::Question;

use super::playground::{opened, ran};
use super::stage::Stage;

const TOOL: &str = "asana_task_create";

const MINE: &str = "[[modifier]]\nname = 'keep-it-short'\ntools = 'asana_*'\nbefore = '.name = \"short\"'\n\
                    after = '{ id: .data.gid }'\n";

fn json(text: &str) -> JsonText {
    JsonText::parse(text.to_owned()).unwrap()
}

/// Modifiers of the tool, where this user has `own` and the folder `project`.
async fn selection(own: &str, project: &str) -> Selection {
    let root = tempfile::tempdir().unwrap();
    let home = Home::resolve(Some(root.path().join("home"))).unwrap();
    for (folder, text) in [(home.config.clone(), own), (root.path().join(".jackfield"), project)] {
        fs::create_dir_all(&folder).unwrap();
        if !text.is_empty() {
            fs::write(folder.join("modifiers.toml"), text).unwrap();
        }
    }
    ModifierFiles::new(&home, Some(root.path())).select(&TOOL.into(), None).await.unwrap()
}

/// The tool, opened, with its modifiers read.
fn read(columns: u16, rows: u16, selection: &Selection) -> Stage {
    let mut stage = opened(columns, rows);
    assert_eq!(stage.task_of::<ReadModifiers>().tool.raw(), TOOL);
    stage.send(ReadModifiers::SLOT, ModifiersRead(TOOL.into(), Ok(selection.clone())));
    stage
}

fn modified(stage: &Stage, sent: &str, selection: &Selection, check: InputCheck) -> InputModified {
    let ModifyInput { typed, aim, .. } = stage.task_of();
    let (typed, sent, selection) = (typed.clone(), json(sent), selection.clone());
    InputModified(*aim, Ok(Box::new(ModifiedInput { typed, sent, selection, check })))
}

/// The same, run, with the input changed.
fn sent(columns: u16, rows: u16, selection: &Selection) -> Stage {
    let mut stage = read(columns, rows, selection);
    stage.press("Ctrl-R");
    let report = modified(&stage, r#"{"name":"short"}"#, selection, InputCheck::default());
    stage.send(ModifyInput::SLOT, report);
    stage
}

fn line(stage: &Stage) -> String {
    let screen = stage.text();
    screen.lines().find(|line| line.contains("modifiers: ")).unwrap_or_else(|| panic!("{screen}")).trim().to_owned()
}

#[tokio::test]
async fn the_head_names_the_modifiers_of_the_tool_with_their_keys() {
    let selection = selection(MINE, "").await;
    assert!(!opened(120, 36).text().contains("modifiers"), "nothing where there are none");
    for (columns, rows) in [(120, 40), (80, 24), (40, 12)] {
        let stage = read(columns, rows, &selection);
        assert!(line(&stage).starts_with("modifiers: keep-it"), "{}", stage.text());
        insta::assert_snapshot!(format!("modifiers_{columns}x{rows}"), stage.text());
    }
    assert_eq!(line(&read(120, 40, &selection)), "modifiers: keep-it-short (Alt-o: off, Alt-s: as sent)");
}

#[tokio::test]
async fn what_the_modifiers_made_of_the_input_is_sent() {
    let selection = selection(MINE, "").await;
    let mut stage = read(120, 36, &selection);
    stage.press("Ctrl-R");
    assert!(!stage.runs(RunTool::SLOT), "first it is changed");
    stage.press("Ctrl-R");
    assert!(stage.text().contains("Already running."), "{}", stage.text());
    let typed = stage.model.playground.input_text().to_owned();
    let report = modified(&stage, r#"{"name":"short"}"#, &selection, InputCheck::default());
    stage.send(ModifyInput::SLOT, report);
    let RunTool { call, modifiers, .. } = stage.task_of();
    assert_eq!((call.input.raw(), modifiers), (r#"{"name":"short"}"#, &CallModifiers::As(selection)));
    assert_eq!(stage.model.playground.input_text(), typed, "what was typed stays");
}

#[tokio::test]
async fn what_is_asked_about_is_what_is_sent() {
    let selection = selection(MINE, "").await;
    let mut stage = read(120, 36, &selection);
    stage.press("Ctrl-R");
    let check = Validator::compile(&json(r#"{"required":["color"]}"#)).check(&json("{}"));
    let report = modified(&stage, r#"{"name":"short"}"#, &selection, check);
    stage.send(ModifyInput::SLOT, report);
    assert!(!stage.runs(RunTool::SLOT) && stage.popup::<Question>().is_some());
    let screen = stage.text();
    assert!(screen.contains("color") && screen.contains(r#"{"name":"short"}"#), "{screen}");
    stage.press("y");
    assert_eq!(stage.task_of::<RunTool>().call.input.raw(), r#"{"name":"short"}"#);
}

#[tokio::test]
async fn one_that_fails_sends_nothing_and_says_so() {
    let selection = selection(MINE, "").await;
    let mut stage = read(120, 36, &selection);
    stage.press("Ctrl-R");
    let fault =
        Fault::new(FaultKind::InvalidInput, "Modifier “keep-it-short” failed on the input: no. Nothing was sent.");
    stage.send(ModifyInput::SLOT, InputModified(Aim::Run { again: false }, Err(fault)));
    assert!(!stage.runs(RunTool::SLOT));
    let screen = stage.text();
    assert!(screen.contains("Modifier “keep-it-short” failed on the input: no. Nothing"), "{screen}");
    assert!(screen.contains("was sent."), "{screen}");
}

#[tokio::test]
async fn an_input_that_was_changed_meanwhile_is_not_sent() {
    let selection = selection(MINE, "").await;
    let mut stage = read(120, 36, &selection);
    stage.press("Ctrl-R");
    let report = modified(&stage, r#"{"name":"short"}"#, &selection, InputCheck::default());
    stage.press("Ctrl-A").type_in("{}");
    stage.send(ModifyInput::SLOT, report);
    assert!(!stage.runs(RunTool::SLOT));
    assert!(stage.text().contains("The input was changed meanwhile."), "{}", stage.text());
}

#[tokio::test]
async fn they_are_turned_off_for_one_call() {
    let selection = selection(MINE, "").await;
    let mut stage = read(120, 36, &selection);
    stage.press("Alt-o");
    assert_eq!(line(&stage), "modifiers: off for the next call (Alt-o: on)");
    stage.press("Ctrl-R");
    let typed = stage.model.playground.input_text().to_owned();
    let RunTool { call, modifiers, .. } = stage.task_of();
    assert_eq!((call.input.raw(), modifiers), (typed.as_str(), &CallModifiers::Off));
    assert!(!stage.runs(ModifyInput::SLOT));
    assert_eq!(stage.model.playground.modifiers.usage, Usage::On, "for one call");
    stage.press("Alt-o").press("Alt-o");
    assert!(line(&stage).starts_with("modifiers: keep-it-short ("), "{}", line(&stage));
    let mut none = opened(120, 36);
    none.press("Alt-o");
    assert!(none.text().contains("No modifier is for this tool."), "{}", none.text());
}

#[tokio::test]
async fn a_result_is_looked_at_as_it_is_shown_and_as_it_came() {
    let selection = selection(MINE, "").await;
    let mut stage = sent(120, 36, &selection);
    let CallEnded(Ok(mut result)) = ran(r#"{"data":{"gid":"1204","name":"short"}}"#) else { panic!("a result") };
    result.shown = Some(Ok(Document::index(json(r#"{"id":"1204"}"#)).unwrap()));
    stage.send(RunTool::SLOT, CallEnded(Ok(result)));
    let screen = stage.text();
    assert!(screen.contains("Output as shown") && screen.contains(r#""id": "1204""#), "{screen}");
    assert!(!screen.contains("\"gid\""), "{screen}");
    insta::assert_snapshot!("modifiers_result_120x36", screen);
    stage.press("M");
    let screen = stage.text();
    assert!(screen.contains("Output as it came") && screen.contains(r#""gid": "1204""#), "{screen}");
    stage.press("M");
    assert!(stage.text().contains("Output as shown"), "{}", stage.text());
}

#[tokio::test]
async fn a_result_that_a_modifier_fails_on_is_shown_as_it_came() {
    let selection = selection(MINE, "").await;
    let mut stage = sent(120, 36, &selection);
    let CallEnded(Ok(mut result)) = ran(r#"{"data":[]}"#) else { panic!("a result") };
    result.shown = Some(Err(Fault::new(FaultKind::InvalidInput, "Modifier “keep-it-short” failed on the result: no.")));
    stage.send(RunTool::SLOT, CallEnded(Ok(result)));
    let screen = stage.text();
    assert!(screen.contains("“keep-it-short” failed on the result: no."), "{screen}");
    assert!(screen.contains("\"data\": []"), "{screen}");
    stage.press("M");
    assert!(stage.text().contains("No modifier changed the result."), "{}", stage.text());
}

#[tokio::test]
async fn the_input_is_looked_at_as_typed_and_as_sent() {
    let selection = selection(MINE, "").await;
    let mut stage = read(120, 36, &selection);
    stage.press("Ctrl-A").type_in(r#"{"name":"long"}"#).press("Alt-s");
    assert_eq!(stage.task_of::<ModifyInput>().aim, Aim::Show);
    let report = modified(&stage, r#"{"name":"short"}"#, &selection, InputCheck::default());
    stage.send(ModifyInput::SLOT, report);
    let documents = [r#"{"name":"long"}"#, r#"{"name":"short"}"#].map(|text| Document::index(json(text)).unwrap());
    let Comparison { ignore, arguments, .. } = stage.task_of();
    assert!(*arguments);
    let compared = Compared::of(&documents[0], &documents[1], ignore);
    stage.send(Comparison::SLOT, BodiesCompared(Ok(compared)));
    let screen = stage.text();
    assert!(screen.contains("Arguments of as typed and as sent"), "{screen}");
    assert!(screen.contains("- long") || screen.contains("- \"long\""), "{screen}");
    assert!(!stage.runs(RunTool::SLOT));
}

#[tokio::test]
async fn those_of_a_folder_are_asked_about_before_the_tool_runs() {
    let asked = selection("", MINE).await;
    let question = asked.question.clone().unwrap();
    let mut stage = read(120, 36, &asked);
    assert!(line(&stage).contains("those of this folder are asked about before the tool runs"), "{}", line(&stage));
    stage.press("Ctrl-R");
    assert!(!stage.runs(RunTool::SLOT) && !stage.runs(ModifyInput::SLOT));
    assert!(stage.popup::<ModifiersQuestion>().is_some());
    let screen = stage.text();
    assert!(screen.contains("after = '{ id: .data.gid }'"), "what would be agreed to is seen: {screen}");
    stage.press("Esc");
    assert!(!stage.runs(RunTool::SLOT) && stage.popup::<ModifiersQuestion>().is_none(), "undecided");
    stage.press("Ctrl-R").press("n");
    assert_eq!(
        (&stage.task_of::<AnswerModifiers>().question, stage.task_of::<AnswerModifiers>().agreed),
        (&question, false)
    );
    let aim = Aim::Run { again: false };
    let refused = selection("", "").await;
    stage.send(ReadModifiers::SLOT, ModifiersAnswered { aim, selection: Ok(refused), not_kept: None });
    assert!(stage.runs(RunTool::SLOT), "it goes out without them");

    let mut stage = read(120, 36, &asked);
    stage.press("Ctrl-R").press("y");
    assert!(stage.task_of::<AnswerModifiers>().agreed);
    let agreed = selection(MINE, "").await;
    stage.send(ReadModifiers::SLOT, ModifiersAnswered { aim, selection: Ok(agreed), not_kept: None });
    assert!(stage.runs(ModifyInput::SLOT) && !stage.runs(RunTool::SLOT));
}

#[tokio::test]
async fn a_mistake_is_told_where_it_would_change_the_call() {
    let selection = selection("[[modifier]]\nname = 'typo'\ntools = 'asana_*'\nbefor = '.'\n", "").await;
    let stage = read(120, 36, &selection);
    assert!(line(&stage).contains("line 4: Modifier “typo” does not count"), "{}", line(&stage));
}

#[tokio::test]
async fn what_was_sent_before_is_sent_as_it_stands() {
    let selection = selection(MINE, "").await;
    let mut stage = super::activity::remembered(120, 36);
    stage.press("x").press("y");
    assert_eq!(stage.task_of::<RunTool>().modifiers, CallModifiers::Off);
    stage.send(ReadModifiers::SLOT, ModifiersRead(TOOL.into(), Ok(selection)));
    assert_eq!(line(&stage), "modifiers: off, this input is as it was sent before (Alt-o: on)");
}
