//! What tools weigh, tools that are marked, and tools as definitions.

use jackfield::testing::domain::ToolEffect;
use jackfield::testing::tui::core::effect::Effect;
use jackfield::testing::tui::input::tabs::Tab;
use jackfield::testing::tui::shell::save::WriteFile;
use jackfield::testing::tui::tools::export::definitions::{SLOT, WriteDefinitions, Written};
use jackfield::testing::tui::tools::loading::{LOADING, ToolsLoaded, ToolsPage};
use serde_json::Value;

use super::stage::{Stage, accounts, tool};
use super::tools::listed;

/// Does what the runner would: writes the definitions that are wanted.
fn written(stage: &mut Stage) {
    let written = stage.task_of::<WriteDefinitions>().write();
    stage.send(SLOT, Written(Ok(written)));
}

/// The names of the tools in what would be saved.
fn names(stage: &Stage) -> Vec<String> {
    let WriteFile(saving, _) = stage.task_of::<WriteFile>();
    let tools: Value = serde_json::from_slice(&saving.bytes).unwrap();
    tools.as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
}

/// One sound tool, and one that nobody would take.
fn odd(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::with_accounts(columns, rows, accounts());
    stage.press("/").type_in("ada asana").press("Enter t");
    let good = r#"{"type":"object","properties":{}}"#;
    let bad = r#"{"type":"object","oneOf":[],"properties":{"list":{"type":"array"}}}"#;
    let tools = vec![tool("asana.bad", ToolEffect::Writes, bad), tool("asana_me_get", ToolEffect::Reads, good)];
    stage.send(LOADING, ToolsPage(tools, Some(2)));
    stage.send(LOADING, ToolsLoaded(Ok(None)));
    stage
}

#[test]
fn every_tool_and_result_shows_its_weight_as_an_estimate() {
    let mut stage = listed(120, 36);
    let row = |stage: &Stage, name: &str| stage.text().lines().find(|line| line.contains(name)).unwrap().to_owned();
    assert!(row(&stage, "asana_task_create").contains(" ~1"), "{}", stage.text());
    assert!(stage.text().contains("1 of 3 · ~"), "what is shown, together: {}", stage.text());
    stage.press("G");
    stage.wait(jackfield::testing::tui::widgets::debounced_cursor::REST);
    assert!(stage.text().contains("╯╰ ~") && stage.text().contains(" tokens ──"), "below the schema: {}", stage.text());
    stage.press("Enter");
    assert!(row(&stage, "asana_task_create  as").contains(" tokens  writes?"), "{}", stage.text());
    let done = super::playground::done(120, 36);
    assert!(done.text().contains("exec_81f2") && done.text().contains("╰ ~"), "{}", done.text());
}

#[test]
fn tools_are_ordered_by_weight_and_back() {
    let mut stage = listed(120, 36);
    let shown = |stage: &Stage| {
        stage.model.tools.tools(&stage.model.cx.tools).map(|tool| tool.name.raw().to_owned()).collect::<Vec<_>>()
    };
    let before = shown(&stage);
    stage.press("o t");
    assert_eq!(shown(&stage), ["asana_task_create", "asana_projects_list", "asana_me_get"]);
    assert_eq!(
        stage.model.tools.selected(&stage.model.cx.tools).unwrap().name.raw(),
        "asana_me_get",
        "the cursor stays on its tool"
    );
    stage.press("/").type_in("get").press("Enter");
    assert_eq!(shown(&stage), ["asana_me_get"]);
    stage.press("Esc o l");
    assert_eq!(shown(&stage), before);
}

#[test]
fn tools_are_marked_counted_and_let_go_of() {
    let mut stage = listed(120, 36);
    stage.press("Space");
    assert_eq!(stage.model.tools.position(), Some(1), "on to the next");
    stage.press("Space");
    assert!(stage.text().contains("2 marked ~") && stage.text().contains("◆asana_me_get"), "{}", stage.text());
    stage.press("/").type_in("create").press("Enter");
    assert!(stage.text().contains("2 marked ~"), "a filter takes no mark away");
    stage.press("A");
    assert!(stage.text().contains("3 marked ~"), "{}", stage.text());
    stage.press("A Esc Esc");
    assert!(!stage.text().contains("marked") && stage.model.cx.tab == Tab::Tools, "{}", stage.text());
    stage.press("Esc");
    assert_eq!(stage.model.cx.tab, Tab::Accounts);
}

#[test]
fn the_marked_tools_are_exported_else_those_that_are_shown() {
    let mut stage = listed(120, 36);
    stage.press("Space G Space e");
    assert!(stage.text().contains("2 marked tools as definitions"), "{}", stage.text());
    stage.press("w");
    assert!(!stage.runs(WriteFile::SLOT) && stage.text().contains("still being written"), "{}", stage.text());
    written(&mut stage);
    stage.press("w Enter");
    assert_eq!(names(&stage), ["asana_me_get", "asana_task_create"]);
    stage.press("Esc Esc / p r o j Enter e");
    written(&mut stage);
    assert!(stage.text().contains("1 tool as a definition"), "{}", stage.text());
    stage.press("w Enter");
    assert_eq!(names(&stage), ["asana_projects_list"]);
}

#[test]
fn each_form_is_copied_and_saved_under_its_own_name() {
    let mut stage = listed(120, 36);
    stage.press("e");
    written(&mut stage);
    stage.press("j");
    written(&mut stage);
    stage.press("y w Enter");
    let Some(Effect::Copy(text)) = stage.effects.last() else { panic!() };
    let tools: Value = serde_json::from_str(text).unwrap();
    assert_eq!(tools[0]["function"]["name"], "asana_me_get");
    let WriteFile(saving, _) = stage.task_of::<WriteFile>();
    assert_eq!((saving.name.as_str(), &saving.bytes[..]), ("tools-openai.json", text.as_bytes()));
    stage.press("j");
    assert_eq!(stage.task_of::<WriteDefinitions>().dialect.word(), "mcp");
    assert!(stage.text().contains("Writing"), "{}", stage.text());
}

#[test]
fn what_would_be_refused_is_listed_with_tool_and_path() {
    let mut stage = odd(120, 36);
    stage.press("e j");
    written(&mut stage);
    let screen = stage.text();
    for words in [
        "1 of 2 to look at",
        "✗ asana.bad: The name holds `.`",
        "✗ asana.bad at /oneOf:",
        "✗ asana.bad at /properties/list:",
        "\"name\": \"asana.bad\"",
    ] {
        assert!(screen.contains(words), "{words}: {screen}");
    }
    stage.press("G");
    assert!(!stage.text().contains("✗ asana.bad at /oneOf") && stage.text().contains("asana_me_get"));
    stage.press("g");
    assert!(stage.text().contains("✗ asana.bad at /oneOf"));
}

#[test]
fn what_would_be_refused_is_mended_on_a_key_and_back() {
    let mut stage = odd(120, 36);
    stage.press("e j");
    written(&mut stage);
    stage.press("m");
    written(&mut stage);
    assert!(!stage.text().contains("asana.bad at"), "{}", stage.text());
    assert!(stage.text().contains("1 of 2 to look at · 1 mended"), "a name stays: {}", stage.text());
    stage.press("y");
    let Some(Effect::Copy(text)) = stage.effects.last() else { panic!() };
    let tools: Value = serde_json::from_str(text).unwrap();
    let mended = serde_json::json!({"type":"object","properties":{"list":{"type":"array","items":{}}}});
    assert_eq!(tools[0]["function"]["parameters"], mended);
    stage.press("m");
    written(&mut stage);
    assert!(stage.text().contains("✗ asana.bad at /oneOf:"), "{}", stage.text());
}

#[test]
fn pictures() {
    for (columns, rows) in [(120, 40), (80, 24), (40, 12)] {
        let mut stage = odd(columns, rows);
        stage.press("Space");
        insta::assert_snapshot!(format!("marked_{columns}x{rows}"), stage.text());
        stage.press("Esc e");
        written(&mut stage);
        insta::assert_snapshot!(format!("export_{columns}x{rows}"), stage.text());
    }
}
