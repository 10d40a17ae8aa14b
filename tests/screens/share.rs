//! Screen-share mode: whoever sees the screen sees nobody's name, address, id or link.

use std::time::Duration;

use jackfield::testing::flow::authorize::Progress;
use jackfield::testing::tui::core::effect::Effect;
use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::core::state::session::Session;
use jackfield::testing::tui::theme::Depth;

use super::activity::remembered;
use super::agent;
use super::authorize::{LINK, link, waiting};
use super::explorer::exploring;
use super::long::{fields, written};
use super::playground::{done, opened};
use super::requests::listed as requests;
use super::scopes::everything;
use super::stage::{Stage, account, accounts};
use super::table::issues;
use super::tools::listed;

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (40, 12)];

/// Beginnings of everything in the small world that says who or which.
const SEEDED: [&str; 9] = ["ada@", "grace@", "linus@", "margaret@", "@acme", "ca_1", "magicLink", "fa138abe", "%40"];

/// The screen as text without what frames and line ends do to it: a word that is broken is whole again.
fn seen(stage: &Stage) -> String {
    let text = stage.text();
    let joined: String = text.chars().filter(|c| !c.is_whitespace() && !"│╭╮╰╯─▌".contains(*c)).collect();
    format!("{text}\n{joined}")
}

fn assert_hides(stage: &Stage, secrets: &[&str], place: &str) {
    let seen = seen(stage);
    for secret in secrets {
        assert!(!seen.contains(secret), "{place} shows {secret}:\n{seen}");
    }
    let raw = stage.buffer().content.iter().any(|cell| secrets.iter().any(|secret| cell.symbol().contains(secret)));
    assert!(!raw, "{place} holds it in a link");
}

fn resized(mut stage: Stage, (columns, rows): (u16, u16)) -> Stage {
    stage.event(Event::Resize(columns, rows));
    stage
}

/// Every screen and popup that others have built, with the small world in it.
fn places() -> Vec<(&'static str, Stage)> {
    let then = |mut stage: Stage, keys: &str| {
        stage.press(keys);
        stage
    };
    let with = |keys: &str| then(Stage::with_accounts(120, 36, accounts()), keys);
    let mut links = waiting(120, 36);
    links.model.cx.hyperlinks = true;
    let mut others = then(waiting(140, 40), "h");
    others.authorize_step(Progress::Link(link(60)));
    vec![
        ("accounts", with("Home")),
        ("detail", with("Tab")),
        ("grouped", with("b b")),
        ("filter", with("/ a d a")),
        ("palette", then(with("Ctrl-P"), "a c a")),
        ("help", with("?")),
        ("new account", with("n")),
        ("disconnecting", with("d")),
        ("deleting", with("D")),
        ("copy menu", with("Ctrl-Y")),
        ("act as", with("2 w")),
        ("authorize", links),
        ("whole link", then(waiting(120, 36), "u")),
        ("for others", others),
        ("tools", listed(120, 36)),
        ("every tool", everything(120, 36)),
        ("playground", opened(120, 36)),
        ("result", done(120, 36)),
        ("as code", then(opened(120, 36), "F4")),
        ("table", issues(120, 36)),
        ("activity", remembered(120, 36)),
        ("requests", requests(120, 36)),
        ("messages", then(with("y"), "m")),
        ("agent", agent::story(120, 36)),
        ("agent's question", agent::about_people(120, 36)),
        ("agent's call", then(agent::about_people(120, 36), "[ Enter")),
        ("new run", then(agent::known(120, 36), "n")),
    ]
}

#[test]
fn no_screen_and_no_popup_shows_whom_it_is_about() {
    for size in SIZES {
        for (place, stage) in places() {
            let mut stage = resized(stage, size);
            stage.press("F12");
            stage.wait(Duration::from_secs(60));
            assert_hides(&stage, &SEEDED, &format!("{place} at {size:?}"));
        }
    }
}

#[test]
fn an_agents_run_is_masked_and_still_told() {
    let mut stage = agent::about_people(120, 36);
    stage.press("F12");
    stage.wait(Duration::from_secs(60));
    insta::assert_snapshot!("share_agent_120x36", stage.text());
    stage.press("[ Enter");
    insta::assert_snapshot!("share_agent_call_120x36", stage.text());
}

#[test]
fn what_strangers_wrote_is_masked_wherever_it_stands_cut_or_broken() {
    let texts = [
        ("zoe.quist@else.example", ["zoe.qu", "quist@", "else.ex"]),
        ("ca_9071536954551518", ["ca_9", "90715", "551518"]),
        ("https://else.example/magicLink/0b9c2e7a-11d4-4c36-9d9e-770eb2f00d51", ["example/m", "0b9c2e7a", "f00d51"]),
    ];
    for size in SIZES {
        for (text, pieces) in texts {
            for (place, open) in written() {
                let mut stage = resized(open(text), size);
                // Whoever has an account here is known by name.
                stage.model.cx.accounts.put(account("ca_9071536954551518", "linear", text, "ACTIVE", None, None));
                stage.press("F12");
                stage.wait(Duration::from_secs(60));
                // A profile's environment is no person.
                if place != "environment" {
                    assert_hides(&stage, &pieces, &format!("{place} at {size:?}"));
                }
            }
        }
    }
}

#[test]
fn what_is_typed_is_masked_where_it_looks_so_and_the_caret_stays_behind_it() {
    for field in fields() {
        let mut stage = (field.open)();
        stage.press("F12").type_in("eve@else.where");
        stage.wait(Duration::from_secs(60));
        assert!((field.text)(&stage).contains("eve@else.where"), "{}: F12 is no text", field.name);
        assert_hides(&stage, &["eve@", "else.where"], field.name);
    }
    let mut stage = Stage::with_accounts(80, 24, accounts());
    stage.press("F12 /").type_in("x ada@acme.dev");
    let (x, y) = stage.caret().unwrap();
    let row = stage.text().lines().nth(usize::from(y)).unwrap().to_owned();
    let before: String = row.chars().take(usize::from(x)).collect();
    assert!(before.ends_with("x user-1"), "{before:?} of {row}");
}

#[test]
fn the_same_person_is_the_same_number_everywhere() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("F12");
    let screen = stage.text();
    assert!(screen.matches("user-1 ").count() >= 4, "{screen}");
    let row = |stage: &Stage, words: &str| stage.text().lines().find(|line| line.contains(words)).unwrap().to_owned();
    assert!(row(&stage, "REVOKED").contains("user-4"), "{screen}");
    stage.press("F12 F12 2 T");
    stage.wait(Duration::from_secs(60));
    assert!(stage.text().contains("user-4"), "{}", stage.text());
    let mut stage =
        exploring(120, 36, r#"{"a":"ada@acme.dev","b":"Ada Marlow","c":"eve@else.where","d":"eve@else.where"}"#);
    stage.press("F12");
    let screen = stage.text();
    assert!(screen.contains(r#""a": "user-1""#) && screen.contains(r#""b": "user-1""#), "{screen}");
    let eve = |key: &str| screen.split_once(key).unwrap().1.split('"').nth(1).unwrap().to_owned();
    assert!(eve("\"c\":").starts_with("mail-") && eve("\"c\":") == eve("\"d\":"), "{screen}");
}

#[test]
fn it_is_seen_found_and_turned_off_and_off_changes_nothing() {
    for (columns, rows) in SIZES {
        for depth in [Depth::Sixteen, Depth::None] {
            let mut stage = Stage::with_depth(columns, rows, depth);
            stage.load(accounts());
            let mut other = Stage::with_depth(columns, rows, depth);
            other.load(accounts());
            assert_eq!(stage.buffer(), other.buffer());
            stage.press("F12");
            assert!(stage.text().contains("Screen-share mode"), "{}", stage.text());
            let head: Vec<String> = stage.text().lines().take(2).map(str::to_owned).collect();
            stage.wait(Duration::from_secs(60));
            let shown: Vec<String> = stage.text().lines().take(2).map(str::to_owned).collect();
            assert!(head.concat().contains("▒ masked") || shown.concat().contains("▒ masked"), "{shown:?}");
            stage.press("F12");
            stage.wait(Duration::from_secs(60));
            other.press("F10 F10");
            other.wait(Duration::from_secs(60));
            other.wait(Duration::from_secs(60));
            assert_eq!(stage.buffer(), other.buffer());
        }
    }
    let mut stage = Stage::with_accounts(120, 36, accounts());
    for word in ["privacy", "streaming", "hide personal"] {
        stage.press("Ctrl-P").type_in(word);
        assert!(stage.text().contains("Screen-share mode"), "{word}: {}", stage.text());
        stage.press("Esc");
    }
}

#[test]
fn every_switch_stands_in_the_header_and_is_turned_back_by_a_click() {
    let mut stage = Stage::with_accounts(40, 12, accounts());
    stage.press("F12 F9 F10");
    stage.wait(Duration::from_secs(60));
    let tabs = stage.text().lines().nth(1).unwrap().to_owned();
    for word in [" 1 ", " 6 ", " ▒ masked", "○ no rec", "⊘ mouse"] {
        assert!(tabs.contains(word), "{word}: {tabs}");
    }
    let (x, y) = stage.find("▒ masked");
    let target = stage.hits().at(x, y).unwrap();
    stage.event(Event::Click(target));
    assert!(!stage.model.cx.masked);
    let mut wide = Stage::with_accounts(120, 36, accounts());
    wide.press("F9 F10");
    wide.wait(Duration::from_secs(60));
    let tabs = wide.text().lines().nth(1).unwrap().to_owned();
    assert!(tabs.contains("○ not recording") && tabs.ends_with("⊘ mouse off"), "{tabs}");
}

#[test]
fn a_copy_is_the_real_thing_and_says_so() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("F12 y");
    let copied = stage.effects.iter().any(|effect| matches!(effect, Effect::Copy(text) if text == "ca_101"));
    let said = &stage.model.cx.toasts.said().last().unwrap().text;
    assert!(copied && said.ends_with("It is the real value (screen-share mode masks it only on screen)."), "{said}");
    stage.press("F12 y");
    assert!(!stage.text().contains("the real value"), "{}", stage.text());
}

#[test]
fn what_is_no_text_stays_away() {
    let mut stage = waiting(140, 44);
    stage.press("h");
    stage.authorize_step(Progress::Link(link(60)));
    assert!(stage.text().contains('█'), "{}", stage.text());
    stage.press("F12");
    stage.wait(Duration::from_secs(5));
    assert!(!stage.text().contains('█') && stage.text().contains("No QR code in"), "{}", stage.text());
    stage.press("u");
    assert!(!stage.text().contains('█') && !seen(&stage).contains(&LINK[30..]), "{}", stage.text());
    let mut stage = done(120, 36);
    stage.press("F12 P");
    assert!(stage.text().contains("another program would show what it masks"), "{}", stage.text());
    stage.press("Tab Ctrl-E");
    assert!(!stage.effects.iter().any(|effect| matches!(effect, Effect::Lend(_))));
    stage.press("F12 Ctrl-E");
    assert!(stage.effects.iter().any(|effect| matches!(effect, Effect::Lend(_))));
}

#[test]
fn it_starts_as_the_settings_say_and_nothing_remembers_it() {
    let begun = |settings: &str| Stage::begun(80, 24, settings, Session::default());
    assert!(!begun("").model.cx.masked);
    let mut stage = begun("screen_share = true");
    assert!(stage.model.cx.masked);
    stage.load(accounts());
    assert_hides(&stage, &SEEDED, "the first screen");
    let (on, mut off) = (stage.model.session(), begun(""));
    off.load(accounts());
    assert_eq!(on, off.model.session());
}
