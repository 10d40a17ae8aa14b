//! Hints, help and the table behind them.

use std::time::Duration;

use jackfield::testing::tui::core::effect::Effect;
use jackfield::testing::tui::input::action::Availability;
use jackfield::testing::tui::input::spec::Spec;
use jackfield::testing::tui::shell::action_table::rows;
use jackfield::testing::tui::shell::dispatch;

use super::stage::{Stage, accounts};

/// Every hint in the footer names a key that does something here and now.
#[test]
fn a_hint_is_only_shown_for_what_can_be_done() {
    let mut stage = Stage::new(200, 40);
    for (setup, least) in [("", 3), ("?", 1), ("Esc", 3), ("2", 3), ("3", 1), ("1", 3)] {
        if !setup.is_empty() {
            stage.press(setup);
        }
        let screen = stage.text();
        let footer = screen.lines().last().unwrap();
        let contexts = stage.model.contexts();
        let hinted = |spec: &Spec| format!("{} {}", stage.model.cx.keymap.shown(spec), spec.hint);
        let mut seen = 0;
        for spec in rows().filter(|spec| spec.footer.is_some()) {
            let shown = footer.split("   ").any(|hint| hint.trim() == hinted(spec));
            // Another row may be told of in the same words.
            let true_here = rows().filter(|other| hinted(other) == hinted(spec)).any(|other| {
                other.contexts.iter().any(|context| contexts.contains(context))
                    && dispatch::availability(other.action, &stage.model) == Availability::Yes
            });
            assert!(!shown || true_here, "{} in {footer:?}", spec.name);
            seen += usize::from(shown);
        }
        assert!(seen >= least, "{seen} hints in {footer:?}");
    }
}

#[test]
fn a_key_that_does_not_apply_says_why() {
    let mut stage = Stage::new(120, 36);
    stage.press("a");
    assert!(stage.text().contains("The environment is not open yet."));
    stage.load(Vec::new());
    stage.press("a");
    assert!(stage.text().contains("No account is selected."));
    stage.press("2 s");
    assert!(stage.text().contains("There is nobody to act as yet"));
}

#[test]
fn help_tells_the_keys_of_the_place_and_why_some_do_not_work() {
    let mut stage = Stage::new(120, 60);
    stage.press("?");
    let screen = stage.text();
    assert!(screen.contains("Make an authorization link"));
    assert!(screen.contains("not now: The environment is not open yet."));
    assert!(!screen.contains("Run the tool"), "keys of other screens are not told here");
}

#[test]
fn quitting_works_from_a_list_and_while_typing() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("q");
    assert!(matches!(stage.effects[..], [Effect::Quit(0)]));
    stage.press("/ Ctrl-C");
    assert!(matches!(stage.effects[..], [Effect::Quit(0), Effect::Quit(0)]));
}

#[test]
fn messages_are_kept_and_can_be_read_again() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("y");
    stage.wait(Duration::from_secs(60));
    assert!(!stage.text().contains("Asked the terminal"), "it goes by itself");
    stage.press("m");
    assert!(
        stage.text().contains("1:00  Asked the terminal to copy the account's id; if it refuses, F9 leaves it the"),
        "{}",
        stage.text()
    );
    stage.press("Esc");
    assert!(!stage.text().contains("Messages"));
}

#[test]
fn the_mouse_can_be_left_to_the_terminal() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("F9");
    assert!(matches!(stage.effects[..], [Effect::Mouse(false)]));
    assert!(stage.text().contains("F9 takes it back"));
    stage.press("F9");
    assert!(matches!(stage.effects[..], [Effect::Mouse(false), Effect::Mouse(true)]));
}
