//! Hints, help and the table behind them.

use std::time::Duration;

use jackfield::testing::domain::ToolEffect;
use jackfield::testing::tui::core::effect::Effect;
use jackfield::testing::tui::input::action::Availability;
use jackfield::testing::tui::input::spec::Spec;
use jackfield::testing::tui::shell::action_table::rows;
use jackfield::testing::tui::shell::dispatch;
use jackfield::testing::tui::shell::help::Help;
use jackfield::testing::tui::tools::loading::{LOADING, ToolsLoaded, ToolsPage};

use super::activity::remembered;
use super::authorize::waiting;
use super::form::form;
use super::playground::{done, opened};
use super::scopes::{as_grace, everything};
use super::stage::{Stage, accounts, tool};
use super::table::issues;
use super::tools::listed;

fn with_accounts() -> Stage {
    Stage::with_accounts(200, 40, accounts())
}

/// A program, and the keys that lead to a place from there.
type Place = (&'static str, fn() -> Stage, &'static str);

/// Places of the keyboard.
const PLACES: [Place; 29] = [
    ("accounts", with_accounts, ""),
    ("account detail", with_accounts, "Tab"),
    ("filter", with_accounts, "/"),
    ("tools", || listed(200, 40), ""),
    ("schema", || listed(200, 40), "Tab"),
    ("tools of everybody", || everything(200, 40), ""),
    ("act as", || everything(200, 40), "T"),
    ("blocked call", || as_grace(200, 40), "G Enter"),
    ("export", || listed(200, 40), "e"),
    ("input", || opened(200, 40), ""),
    ("form", || form(200, 40), ""),
    ("output", || done(200, 40), ""),
    ("table", || issues(200, 40), ""),
    ("search", || done(200, 40), "/"),
    ("jq", || done(200, 40), ":"),
    ("presets", || opened(200, 40), "F6"),
    ("activity", || remembered(200, 40), ""),
    ("call", || remembered(200, 40), "Tab"),
    ("as code", || remembered(200, 40), "c"),
    ("authorize", || waiting(200, 40), ""),
    ("whole link", || waiting(200, 40), "u"),
    ("new account", with_accounts, "n"),
    ("question", with_accounts, "D"),
    ("environments", with_accounts, "O"),
    ("new profile", with_accounts, "O n"),
    ("messages", with_accounts, "m"),
    ("requests", with_accounts, "L"),
    ("help", with_accounts, "?"),
    ("palette", with_accounts, "Ctrl-P"),
];

fn at((_, start, keys): Place) -> Stage {
    let mut stage = start();
    if !keys.is_empty() {
        stage.press(keys);
    }
    stage
}

/// Everything that somebody could notice.
fn noticed(stage: &Stage) -> (String, usize, String) {
    (stage.attributes(), stage.effects.len(), format!("{:?}", stage.tasks()))
}

/// Whatever the footer offers does something there and then.
#[test]
fn every_hinted_key_does_something() {
    let mut dead = Vec::new();
    for place in PLACES {
        let stage = at(place);
        let contexts = stage.model.contexts();
        let screen = stage.text();
        let footer = screen.lines().last().unwrap();
        let mut hinted = 0;
        for spec in stage.model.cx.keymap.reachable(&contexts).filter(|spec| spec.footer.is_some()) {
            let Some(key) = dispatch::keys_here(spec, &contexts, &stage.model).next() else { continue };
            let applies = dispatch::availability(spec.action, &stage.model) == Availability::Yes;
            if !applies || !footer.split("   ").any(|hint| hint.trim() == format!("{key} {}", spec.hint)) {
                continue;
            }
            hinted += 1;
            let mut pressed = at(place);
            let before = noticed(&pressed);
            pressed.press(key);
            if noticed(&pressed) == before {
                dead.push(format!("{}: {key} {} does nothing", place.0, spec.hint));
            }
        }
        if hinted == 0 {
            dead.push(format!("{}: no hint in {footer}", place.0));
        }
        let keys: Vec<&str> = footer.split("   ").filter_map(|hint| hint.trim().split(' ').next()).collect();
        let twice = keys.iter().find(|key| !key.is_empty() && keys.iter().filter(|other| other == key).count() > 1);
        dead.extend(twice.map(|key| format!("{}: {key} stands for two things: {footer}", place.0)));
    }
    assert!(dead.is_empty(), "{dead:#?}");
}

/// What does not apply says why, and each key stands there once.
#[test]
fn help_works_everywhere_and_tells_why_not() {
    for place in PLACES {
        let mut stage = at(place);
        let popups = stage.model.popups.len();
        let is_help = stage.popup::<Help>().is_some();
        stage.press("F1");
        if is_help {
            assert!(stage.popup::<Help>().is_none(), "its key closes it");
            continue;
        }
        let help: &Help = stage.popup().unwrap_or_else(|| panic!("no help in {}", place.0));
        let mut seen = std::collections::HashSet::new();
        for row in help.sections().iter().flat_map(|section| &section.rows) {
            assert!(row.reason.as_ref().is_none_or(|reason| !reason.is_empty()), "{}: {}", place.0, row.title);
            if row.reason.is_none() && row.action.is_some() {
                let again = row.keys.split(' ').find(|key| *key != "no" && *key != "key" && !seen.insert(*key));
                assert_eq!(again, None, "{}: {} stands there twice", place.0, row.title);
            }
        }
        assert!(!seen.is_empty());
        for key in ["q", "?", "Esc", "F1"] {
            let mut stage = at(place);
            stage.press("F1").press(key);
            assert_eq!(stage.model.popups.len(), popups, "{}: {key} closes it", place.0);
            assert!(!stage.effects.iter().any(|effect| matches!(effect, Effect::Quit(_))), "{}: {key} quits", place.0);
        }
    }
}

/// A question mark is help wherever no letters are typed.
#[test]
fn a_question_mark_is_help_in_every_popup() {
    for place in PLACES {
        let mut stage = at(place);
        let types = stage.model.contexts().first().is_some_and(|context| context.types());
        if !types && stage.popup::<Help>().is_none() {
            stage.press("?");
            assert!(stage.popup::<Help>().is_some(), "{}", place.0);
        }
    }
}

#[test]
fn help_is_searched_and_does_what_is_chosen() {
    let mut stage = with_accounts();
    stage.press("?");
    let screen = stage.text();
    assert!(screen.contains("Keys: Accounts"), "{screen}");
    let titles: Vec<_> = stage.popup::<Help>().unwrap().sections().iter().map(|section| section.title).collect();
    assert_eq!((titles[0], *titles.last().unwrap()), ("Accounts", "Moving"));
    stage.press("/").type_in("delete acc");
    let screen = stage.text();
    assert!(screen.contains("Delete account") && !screen.contains("Disconnect"), "{screen}");
    stage.press("Enter");
    assert!(stage.popup::<Help>().is_none());
    assert!(stage.text().contains("for good"), "the question comes: {}", stage.text());
    let mut stage = with_accounts();
    stage.press("? / x x x x");
    assert!(stage.text().contains("No match."));
    stage.press("Esc");
    assert!(stage.text().contains("Disconnect"), "the filter goes first");
    stage.press("Esc");
    assert!(stage.popup::<Help>().is_none());
}

#[test]
fn help_tells_the_keys_that_edit_text() {
    let mut stage = opened(120, 60);
    stage.press("F1");
    let screen = stage.text();
    for words in ["Editing text", "Ctrl-Z", "Undo", "Ctrl-Y", "Redo", "Select all", "Delete word"] {
        assert!(screen.contains(words), "{words}: {screen}");
    }
    let nested = r#"{"type":"object","properties":{"team":{"type":"object","properties":{"id":{"type":"string"}}}}}"#;
    let mut stage = Stage::with_accounts(120, 40, accounts());
    stage.press("t");
    stage.send(LOADING, ToolsPage(vec![tool("asana_team_get", ToolEffect::Reads, nested)], Some(1)));
    stage.send(LOADING, ToolsLoaded(Ok(None)));
    stage.press("Tab ?");
    let screen = stage.text();
    let fold = screen.lines().find(|line| line.contains("  Fold  ")).unwrap_or_else(|| panic!("{screen}"));
    assert!(fold.contains("Space") && !fold.contains("Enter"), "Enter opens the playground: {fold}");
}

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
        let key = |spec: &'static Spec| dispatch::keys_here(spec, &contexts, &stage.model).next().unwrap_or_default();
        let hinted = |spec: &'static Spec| format!("{} {}", key(spec), spec.hint);
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
    assert!(stage.text().contains("No user to act as yet"));
}

#[test]
fn help_tells_the_keys_of_the_place_and_why_some_do_not_work() {
    let mut stage = Stage::new(120, 60);
    stage.press("?");
    let screen = stage.text();
    assert!(screen.contains("Make an authorization link"));
    assert!(screen.contains("not now: The environment is not open yet."));
    assert!(!screen.contains("Run tool"), "keys of other screens are not told here");
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
    assert!(!stage.text().contains("Sent the account"), "it goes by itself");
    stage.press("m");
    assert!(
        stage.text().contains("1:00  Sent the account's id to the terminal's clipboard (OSC 52). Nothing there?"),
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
    assert!(stage.text().contains("F9 turns it on"));
    stage.press("F9");
    assert!(matches!(stage.effects[..], [Effect::Mouse(false), Effect::Mouse(true)]));
}
