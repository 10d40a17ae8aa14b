//! The JSON on screen: moving, folding, searching.

use jackfield::testing::tui::core::effect::Effect;
use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::core::message::Message;
use jackfield::testing::tui::explorer::json_find::{Find, MatchesFound};
use jackfield::testing::tui::playground::tasks::RunTool;

use super::playground::{opened, ran};
use super::stage::Stage;

/// A tool that was run and gave this.
pub fn exploring(columns: u16, rows: u16, json: &str) -> Stage {
    let mut stage = opened(columns, rows);
    stage.press("Ctrl-R");
    stage.send(RunTool::SLOT, ran(json));
    stage
}

/// What was put on the clipboard last.
pub fn copied(stage: &Stage) -> &str {
    let mut copied =
        stage.effects.iter().rev().filter_map(|effect| if let Effect::Copy(text) = effect { Some(text) } else { None });
    copied.next().expect("something was copied")
}

const NESTED: &str = r#"{"a":{"b":{"c":{"d":1}}},"list":[[1],[2],[3]],"last":true}"#;

/// Where the cursor is, as its path is copied.
fn path(stage: &mut Stage) -> String {
    stage.press("Y");
    copied(stage).to_owned()
}

#[test]
fn one_goes_up_and_along_without_passing_what_is_inside() {
    let mut stage = exploring(120, 36, NESTED);
    stage.press("j j");
    assert_eq!(path(&mut stage), ".a.b");
    stage.press("H J");
    assert_eq!(path(&mut stage), ".list");
    stage.press("j J J");
    assert_eq!(path(&mut stage), ".list[2]");
    stage.press("J");
    assert!(stage.text().contains("This is the last value in its object or array."));
    stage.press("K H K");
    assert_eq!(path(&mut stage), ".a");
    stage.press("H H");
    assert!(stage.text().contains("This is the outermost value."));
    assert_eq!(path(&mut stage), ".");
}

#[test]
fn everything_unfolds_level_by_level_and_one_part_alone() {
    let mut stage = exploring(120, 36, NESTED);
    stage.press("-");
    assert!(
        stage.text().contains("Unfolded to level 3 of 4.") && !stage.text().contains("\"d\": 1"),
        "{}",
        stage.text()
    );
    stage.press("- -");
    assert!(stage.text().contains("Unfolded to level 1 of 4.") && stage.text().contains("3 items"));
    stage.press("- j *");
    assert!(stage.text().contains("\"d\": 1") && stage.text().contains("3 items"), "{}", stage.text());
    stage.press("+ +");
    assert!(stage.text().contains("Unfolded to level 3 of 4.") && !stage.text().contains("3 items"));
    stage.press("+ +");
    assert!(stage.text().contains("All 4 levels are unfolded."));
}

#[test]
fn what_is_folded_takes_the_cursor_along() {
    let mut stage = exploring(120, 36, NESTED);
    stage.press("j j j j -");
    assert_eq!(path(&mut stage), ".a.b.c");
    stage.press("C");
    assert_eq!(path(&mut stage), ".a");
}

/// Does what the runner would: searches.
fn searched(stage: &mut Stage) {
    let outcome = outcome(stage);
    stage.send(Find::SLOT, outcome);
}

fn outcome(stage: &Stage) -> MatchesFound {
    let find = stage.task_of::<Find>();
    MatchesFound(Ok(find.search(&false.into())))
}

const ISSUES: &str =
    r#"{"issues":[{"id":"ENG-1","title":"one"},{"id":"ENG-27","title":"engine 2"},{"id":"OPS-3","title":"x"}]}"#;

#[test]
fn a_search_moves_along_while_it_is_typed_and_back_when_it_is_given_up() {
    let mut stage = exploring(120, 36, ISSUES);
    stage.press("j /").type_in("e");
    assert!(stage.text().contains("searching"), "{}", stage.text());
    searched(&mut stage);
    stage.type_in("ng");
    searched(&mut stage);
    assert!(stage.text().contains("/ eng   1 of 3"), "{}", stage.text());
    stage.type_in("i");
    searched(&mut stage);
    assert!(stage.text().contains("/ engi   1 of 1"));
    stage.press("Backspace Backspace");
    searched(&mut stage);
    stage.press("Esc");
    assert_eq!(path(&mut stage), ".issues");
    assert!(!stage.runs(Find::SLOT));
}

#[test]
fn an_expression_can_be_looked_for_and_what_is_wrong_with_it_is_said_while_typing() {
    let mut stage = exploring(120, 36, ISSUES);
    stage.press("C / Ctrl-T").type_in(r"^eng-(\d");
    let screen = stage.text();
    assert!(screen.contains(r"/ ^eng-(\d   regex  unclosed group, at character 6"), "{screen}");
    assert!(!stage.runs(Find::SLOT), "there is nothing to look for yet");
    stage.type_in("{2})$");
    searched(&mut stage);
    assert!(stage.text().contains("1 of 1") && stage.text().contains("ENG-27"), "the folds are open");
    stage.press("Ctrl-T");
    searched(&mut stage);
    assert!(stage.text().contains("no match") && !stage.text().contains("regex  "), "{}", stage.text());
}

#[test]
fn a_search_that_was_overtaken_or_is_about_something_else_says_nothing() {
    let mut stage = exploring(120, 36, ISSUES);
    stage.press("/").type_in("e");
    let (overtaken, older) = (stage.job(Find::SLOT), outcome(&stage));
    stage.type_in("z");
    stage.event(Event::Task(overtaken, Message::new(older)));
    assert!(stage.text().contains("searching"));
    stage.press("F1");
    assert!(stage.text().contains("Keys: "), "help comes while it runs");
    stage.press("Esc");
    let stale = outcome(&exploring_with("/", "e"));
    stage.send(Find::SLOT, stale);
    assert!(!stage.text().contains(" of "), "{}", stage.text());
}

fn exploring_with(keys: &str, text: &str) -> Stage {
    let mut stage = exploring(120, 36, ISSUES);
    stage.press(keys).type_in(text);
    stage
}

/// One long value among short ones.
fn long() -> String {
    let words = "a word and another ".repeat(12);
    format!(r#"{{"first":1,"text":"{words}end","odd":"\u202e\n","last":[1.10,"x"]}}"#)
}

#[test]
fn a_long_value_is_wrapped_on_request() {
    let mut stage = exploring(120, 36, &long());
    assert!(!stage.text().contains("end\""));
    stage.press("W");
    let screen = stage.text();
    assert!(screen.contains("end\"") && screen.contains("wrapped"), "{screen}");
    stage.press("j j j");
    assert_eq!(path(&mut stage), ".odd", "the cursor goes by values, not by lines");
    stage.press("W");
    assert!(!stage.text().contains("end\""));
}

#[test]
fn a_wrapped_value_is_seen_whole_wherever_the_cursor_comes_from() {
    let json = format!("[{}]", vec![long(); 30].join(","));
    let mut stage = exploring(80, 24, &json);
    stage.press("W");
    for keys in ["G", "k k k k k k", "PageUp", "PageUp PageDown", "g j j j"] {
        stage.press(keys);
        let screen = stage.text();
        assert!(screen.contains('▌'), "{keys}: {screen}");
    }
    assert_eq!(path(&mut stage), "[0].text".replacen('[', ".[", 1));
    assert!(stage.text().contains("end\""), "{}", stage.text());
}

#[test]
fn the_text_can_be_seen_as_it_came_and_nothing_in_it_steers_the_terminal() {
    let mut stage = exploring(120, 36, "{\"a\" :\t[1.10,\n   2], \"b\":\"\u{202e}\\u202e\"}");
    stage.press("j b");
    let screen = stage.text();
    assert!(screen.contains("\"a\" :") && screen.contains("[1.10,") && screen.contains("raw · 0 %"), "{screen}");
    assert!(screen.contains("\"‹202E›\\u202e\""), "{screen}");
    stage.press("j J");
    assert_eq!(path(&mut stage), ".b", "one value is picked out, and another can be");
    stage.press("b");
    assert!(!stage.text().contains("raw ·"));
}

#[test]
fn a_match_is_brought_into_view_in_the_text_too() {
    let items: Vec<_> = (0..2_000).map(|n| format!("{{\"n\":{n}}}")).collect();
    let mut stage = exploring(120, 36, &format!("[{}]", items.join(",")));
    stage.press("b /").type_in("1733");
    searched(&mut stage);
    assert!(stage.text().contains("1732") && stage.text().contains("1734"), "{}", stage.text());
}

#[test]
fn pictures() {
    for (columns, rows) in [(120, 36), (80, 24), (40, 12)] {
        let mut stage = exploring(columns, rows, &long());
        stage.press("j j W");
        insta::assert_snapshot!(format!("explorer_wrapped_{columns}x{rows}"), stage.text());
        stage.press("b");
        insta::assert_snapshot!(format!("explorer_raw_{columns}x{rows}"), stage.text());
    }
}
