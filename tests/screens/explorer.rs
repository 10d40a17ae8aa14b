//! The JSON on screen: moving, folding.

use jackfield::tui::effect::{Effect, Slot};

use super::playground::{opened, ran};
use super::stage::Stage;

/// A tool that was run and gave this.
pub fn exploring(columns: u16, rows: u16, json: &str) -> Stage {
    let mut stage = opened(columns, rows);
    stage.press("Ctrl-R");
    stage.say(Slot::Run, ran(json));
    stage
}

/// What was put on the clipboard last.
pub fn copied(stage: &Stage) -> &str {
    let copied =
        stage.effects.iter().filter_map(|effect| if let Effect::Copy(text) = effect { Some(text) } else { None });
    copied.last().expect("something was copied")
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
    assert!(stage.text().contains("It is the last value in what it stands in."));
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
