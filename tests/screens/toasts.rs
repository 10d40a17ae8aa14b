//! Messages on a small terminal: what somebody is about to answer or to act on stays in sight.

use std::time::Duration;

use super::playground::opened;
use super::stage::{Stage, accounts};

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (40, 12)];

#[test]
fn a_message_never_lies_over_the_answers_to_a_question() {
    for (columns, rows) in SIZES {
        let mut stage = Stage::with_accounts(columns, rows, accounts());
        stage.press("D");
        let question = stage.text();
        stage.press("F10");
        let with_message = stage.text();
        assert!(with_message.contains("Recording is off"), "{with_message}");
        let inside = |text: &str| text.lines().filter(|line| line.contains('│')).map(str::to_owned).collect::<Vec<_>>();
        let popup =
            |text: &str| inside(text).into_iter().filter(|line| line.contains("yes") || line.contains("no ")).count();
        assert_eq!(popup(&question), popup(&with_message), "{with_message}");
        stage.wait(Duration::from_secs(60));
        assert!(!stage.text().contains("Recording is off"));
    }
}

#[test]
fn a_message_never_lies_over_the_row_with_the_cursor_or_over_the_caret() {
    for (columns, rows) in SIZES {
        for keys in ["G", "g", "G k", "G k k", "j j"] {
            let mut stage = Stage::with_accounts(columns, rows, accounts());
            stage.press(keys);
            let row = |stage: &Stage| stage.text().lines().find(|line| line.contains('▌')).map(str::to_owned);
            let before = row(&stage).expect("a row with the cursor");
            stage.press("F9");
            assert!(stage.text().contains("Mouse off"), "{}", stage.text());
            assert_eq!(row(&stage), Some(before), "{keys} at {columns}x{rows}");
        }
        let mut stage = opened(columns, rows);
        stage.press("Ctrl-A").type_in(&"[\n".repeat(30).replace('\n', ""));
        stage.press("F9");
        let (x, y) = stage.caret().expect("a caret");
        let line = stage.text().lines().nth(usize::from(y)).unwrap_or_default().to_owned();
        assert!(line.chars().take(usize::from(x)).collect::<String>().contains('['), "{line}");
    }
}

#[test]
fn messages_say_what_is_on_and_which_key_turns_it_the_other_way() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    let mut said = |key: &str| {
        stage.press(key);
        stage.model.cx.toasts.said().last().unwrap().text.clone()
    };
    assert_eq!(said("F10"), "Recording is off (F10 turns it on).");
    assert_eq!(said("F10"), "Recording is on.");
    assert_eq!(said("F9"), "Mouse off: select text as usual. F9 turns it on.");
    assert_eq!(said("F9"), "Mouse on.");
    assert_eq!([said("F8"), said("F8"), said("F8")], ["Theme: light", "Theme: no colour", "Theme: dark"]);
    let copied =
        "Sent the account's id to the terminal's clipboard (OSC 52). Nothing there? F9, then select with the mouse.";
    assert_eq!(said("y"), copied);
}
