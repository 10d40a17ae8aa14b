//! Modes of an environment: what is refused, what is asked before, and where the mode is seen and changed.

use jackfield::testing::domain::{EffectSource, Mode, Tool, ToolEffect};
use jackfield::testing::profile::{ProfileName, Source, SourceEntry, SourceList, SourceState};
use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::core::state::account_store::CHANGING;
use jackfield::testing::tui::core::state::environment::Environment;
use jackfield::testing::tui::environments::mode::SetMode;
use jackfield::testing::tui::environments::profile_task::{self, SourcesListed};
use jackfield::testing::tui::input::tabs::Tab;
use jackfield::testing::tui::playground::tasks::RunTool;
use jackfield::testing::tui::shell::confirm::Question;
use jackfield::testing::tui::shell::palette::Palette;
use jackfield::testing::tui::tools::loading::{LOADING, ToolsLoaded, ToolsPage};

use super::activity::remembered;
use super::stage::{Stage, accounts, tool};
use super::tools::listed;

const REFUSED: &str = "open read-only (mode = read)";

/// Puts a mode in force as if the environment had been opened in it.
fn in_mode(mut stage: Stage, mode: Mode) -> Stage {
    let Environment::Open(card) = &mut stage.model.cx.environment else { panic!("{}", stage.text()) };
    card.mode = mode;
    stage
}

/// The same in an environment of the person's own.
fn own(mut stage: Stage, mode: Mode) -> Stage {
    let Environment::Open(card) = &mut stage.model.cx.environment else { panic!("{}", stage.text()) };
    card.name = "acme.scalekit.dev".into();
    card.source = Source::Profile(ProfileName::parse("acme").unwrap());
    in_mode(stage, mode)
}

/// The tool with this effect, opened in the playground.
fn opened(mode: Mode, effect: ToolEffect, source: EffectSource) -> Stage {
    let one = Tool { effect_source: source, ..tool("asana_thing", effect, r#"{"type":"object","properties":{}}"#) };
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("/").type_in("ada asana").press("Enter t");
    stage.send(LOADING, ToolsPage(vec![one], Some(1)));
    stage.send(LOADING, ToolsLoaded(Ok(None)));
    stage.press("Enter");
    in_mode(stage, mode)
}

/// The whole screen as one line of words.
fn flat(stage: &Stage) -> String {
    stage.text().split(['│', '\n']).flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

#[test]
fn each_mode_runs_asks_or_refuses_as_its_table_says() {
    use EffectSource::{Declared, Method, Name};
    use ToolEffect::{Destroys, Reads, Unknown, Writes};
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Comes {
        Sent,
        Asked,
        Refused,
    }
    use Comes::{Asked, Refused, Sent};
    for (effect, source, comes) in [
        (Reads, Declared, [Sent, Sent, Sent]),
        (Reads, Method, [Refused, Asked, Sent]),
        (Reads, Name, [Refused, Asked, Sent]),
        (Writes, Declared, [Refused, Asked, Sent]),
        (Unknown, Name, [Refused, Asked, Sent]),
        (Destroys, Declared, [Refused, Asked, Asked]),
    ] {
        for (mode, comes) in [Mode::Read, Mode::Ask, Mode::Free].into_iter().zip(comes) {
            let mut stage = opened(mode, effect, source);
            stage.press("Ctrl-R");
            let came = match (stage.runs(RunTool::SLOT), stage.popup::<Question>()) {
                (true, None) => Sent,
                (false, Some(_)) => Asked,
                (false, None) => Refused,
                both => panic!("{:?}", both.0),
            };
            assert_eq!(came, comes, "{effect:?} {source:?} {mode:?}\n{}", stage.text());
            assert_eq!(flat(&stage).contains(REFUSED), came == Refused, "{}", stage.text());
        }
    }
}

#[test]
fn the_question_has_the_input_and_as_whom_and_enter_is_no() {
    for (key, runs) in [("Enter", false), ("n", false), ("Esc", false), ("y", true)] {
        let mut stage = in_mode(listed(120, 36), Mode::Ask);
        stage.press("G Enter Ctrl-R");
        let asked = flat(&stage);
        assert!(asked.contains("asana_task_create writes (a guess from its name)."), "{asked}");
        assert!(asked.contains("Run it as ada@acme.dev on asana with {"), "{asked}");
        assert!(asked.contains("\"name\"") && asked.contains("n, Enter no, go back"), "{asked}");
        stage.press(key);
        assert_eq!((stage.runs(RunTool::SLOT), stage.popup::<Question>().is_some()), (runs, false), "{key}");
    }
}

#[test]
fn an_account_that_is_not_active_and_the_mode_are_one_question() {
    let mut stage = in_mode(listed(120, 36), Mode::Ask);
    stage.press("G Enter");
    stage.model.playground.subject.as_mut().unwrap().status = Some(accounts()[0].status.clone());
    stage.press("Ctrl-R");
    let blocked = flat(&stage);
    assert!(blocked.contains("is expired.") && blocked.contains("asana_task_create writes ("), "{blocked}");
    assert!(!stage.runs(RunTool::SLOT));
}

#[test]
fn in_read_only_the_reason_is_told_before_the_key() {
    let mut stage = in_mode(Stage::with_accounts(120, 36, accounts()), Mode::Read);
    let footer = stage.text().lines().last().unwrap().to_owned();
    assert!(!footer.contains("authorize"), "{footer}");
    stage.press("Ctrl-P");
    let palette: &Palette = stage.popup().unwrap();
    for title in ["Authorize", "New account", "Disconnect", "Delete account"] {
        let entries = palette.entries();
        let entry = entries.iter().find(|entry| entry.label.to_string().starts_with(title));
        let entry =
            entry.unwrap_or_else(|| panic!("{title}: {:?}", entries.iter().map(|e| &e.label).collect::<Vec<_>>()));
        assert!(entry.reason.as_ref().is_some_and(|reason| reason.contains(REFUSED)), "{title}: {:?}", entry.reason);
    }
    stage.press("Esc");
    for key in ["a", "n", "c", "d", "D", "Y"] {
        stage.press("j").press(key);
        assert!(stage.model.popups.is_empty() && !stage.authorizes(), "{key}: {}", stage.text());
        assert!(flat(&stage).contains(REFUSED), "{key}: {}", stage.text());
    }
}

/// Keys that a person may press: every letter, digit and sign, Enter, function keys, and Ctrl with a letter.
fn keys() -> Vec<String> {
    let signs = ('!'..='~').map(|c| c.to_string());
    let named = ["Enter", "Tab", "Space", "Down", "Left", "Right"].map(str::to_owned);
    let functions = (1..=12).map(|n| format!("F{n}"));
    let control = ('A'..='Y').map(|c| format!("Ctrl-{c}"));
    signs.chain(named).chain(functions).chain(control).collect()
}

#[test]
fn in_read_only_no_two_keys_start_anything_that_changes_something() {
    let screens: [fn() -> Stage; 4] = [
        || Stage::with_accounts(120, 36, accounts()),
        || listed(120, 36),
        || {
            let mut stage = listed(120, 36);
            stage.press("G Enter");
            stage
        },
        || remembered(120, 36),
    ];
    for (which, screen) in screens.into_iter().enumerate() {
        for key in keys() {
            let mut stage = in_mode(screen(), Mode::Read);
            for key in [key.as_str(), "y", "Enter", "y", "Ctrl-R", "y", "Enter"] {
                stage.press(key);
                let changes = stage.authorizes() || [CHANGING, RunTool::SLOT].into_iter().any(|slot| stage.runs(slot));
                assert!(!changes, "screen {which}, {key}\n{}", stage.text());
                let Some(card) = stage.model.cx.environment.open() else { break };
                assert_eq!(card.mode, Mode::Read, "screen {which}, {key}");
            }
        }
    }
}

#[test]
fn a_past_call_that_writes_is_shown_but_not_sent_again() {
    let mut stage = in_mode(remembered(120, 36), Mode::Read);
    stage.press("x");
    assert_eq!(stage.model.cx.tab, Tab::Activity);
    assert!(flat(&stage).contains(REFUSED) && !stage.runs(RunTool::SLOT), "{}", stage.text());
    // To look at its input is no call.
    stage.press("e");
    assert_eq!(stage.model.cx.tab, Tab::Playground);
}

#[test]
fn the_header_tells_what_is_not_usual_and_what_is_read_only() {
    let line = |stage: &Stage| stage.text().lines().nth(1).unwrap_or_default().to_owned();
    let at = |columns| Stage::with_accounts(columns, 24, accounts());
    for columns in [120, 80, 40] {
        assert!(line(&in_mode(at(columns), Mode::Read)).contains("⊖ read"), "{columns}");
        assert!(line(&own(at(columns), Mode::Read)).contains("⊖ read"), "{columns}");
        assert!(line(&own(at(columns), Mode::Free)).contains("▲ free"), "{columns}");
        assert!(line(&in_mode(at(columns), Mode::Ask)).contains("? asks"), "{columns}");
        for usual in [in_mode(at(columns), Mode::Free), own(at(columns), Mode::Ask)] {
            assert!(!line(&usual).contains(['⊖', '▲', '?']), "{}", line(&usual));
        }
    }
    for (columns, rows) in [(120, 36), (80, 24), (40, 12)] {
        let stage = own(Stage::with_accounts(columns, rows, accounts()), Mode::Read);
        insta::assert_snapshot!(format!("read_only_{columns}x{rows}"), stage.text());
    }
}

#[test]
fn stricter_is_at_once_and_looser_is_asked() {
    let mut stage = own(Stage::with_accounts(120, 36, accounts()), Mode::Ask);
    stage.press("Ctrl-P").type_in("mode read only").press("Enter");
    assert_eq!(stage.task_of::<SetMode>().0, Mode::Read);
    assert!(flat(&stage).contains("Mode “read” for this run."), "{}", stage.text());
    for key in ["Enter", "n", "Esc"] {
        stage.press("Ctrl-P").type_in("mode free").press("Enter");
        let asked = flat(&stage);
        assert!(asked.contains("acme.scalekit.dev is open in the mode “read”."), "{asked}");
        stage.press(key);
        assert_eq!(stage.model.cx.environment.open().unwrap().mode, Mode::Read, "{key}");
        assert_eq!(stage.task_of::<SetMode>().0, Mode::Read, "{key}");
    }
    stage.press("Ctrl-P").type_in("mode free").press("Enter y");
    assert_eq!(stage.task_of::<SetMode>().0, Mode::Free);
    assert!(stage.text().contains("▲ free"), "{}", stage.text());
    // The mark in the header leads to all three, and so does its key.
    let (x, y) = stage.find("▲ free");
    stage.event(Event::Click(stage.hits().at(x, y).unwrap()));
    assert!(flat(&stage).contains("Mode of this environment"), "{}", stage.text());
    stage.press("a");
    assert_eq!(stage.model.cx.environment.open().unwrap().mode, Mode::Ask);
    stage.press("Alt-m f y");
    assert_eq!(stage.model.cx.environment.open().unwrap().mode, Mode::Free);
}

#[test]
fn the_list_of_environments_tells_the_mode_of_a_profile() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("O");
    let profile = Source::Profile(ProfileName::parse("prod").unwrap());
    let entry = SourceEntry { mode: Mode::Read, ..SourceEntry::new(profile, None, SourceState::Ready) };
    let sandbox = SourceEntry::new(Source::Sandbox, None, SourceState::Ready);
    let list = SourceList { entries: vec![entry, sandbox], troubles: Vec::new() };
    stage.send(profile_task::SLOT, SourcesListed(Ok(list)));
    assert!(!flat(&stage).contains("Mode read."), "the sandbox has the cursor: {}", stage.text());
    stage.press("k");
    assert!(
        flat(&stage).contains("Mode read. Read only: whatever is not known to read is refused."),
        "{}",
        stage.text()
    );
}
