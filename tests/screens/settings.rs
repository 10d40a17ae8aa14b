//! What a settings file changes on screen, and what is said of one that is wrong.

use std::fmt::Write as _;
use std::time::Duration;

use jackfield::testing::backend::AuthorizationLink;
use jackfield::testing::flow::authorize::{Progress, Verification};
use jackfield::testing::settings::ThemeVariant;
use jackfield::testing::tui::accounts::authorize::tasks::FollowAuthorization;
use jackfield::testing::tui::core::effect::Effect;
use jackfield::testing::tui::core::state::session::Session;
use jackfield::testing::tui::shell::desktop::tasks::{CopiedToDesktop, CopyToDesktop};
use jackfield::testing::tui::theme::{Depth, Theme};
use jiff::SignedDuration;

use super::stage::{Stage, accounts, now};

fn with(settings: &str) -> Stage {
    let mut stage = Stage::begun(120, 40, settings, Session::default());
    stage.load(accounts());
    stage
}

#[test]
fn a_key_that_was_moved_works_and_every_hint_knows() {
    let mut stage = with("[keys]\nauthorize = ['U', 'F6']\nhelp = 'Z'\ntools = '9'\nback = ['Ctrl-G']");
    let screen = stage.text();
    assert!(screen.lines().last().unwrap().contains("U authorize"), "{screen}");
    assert!(screen.contains("U  re-authorize") && screen.contains("9 Tools"), "{screen}");
    stage.press("a");
    assert!(!stage.authorizes(), "its old key does nothing any more");
    stage.press("Ctrl-P").type_in("authorize");
    let screen = stage.text();
    let line = screen.lines().find(|line| line.contains("Make an authorization link")).unwrap();
    assert!(line.contains("Authorize                   U "), "{screen}");
    stage.press("Ctrl-G Z");
    let screen = stage.text();
    let line = screen.lines().find(|line| line.contains("Make an authorization link")).unwrap();
    assert!(line.contains("U F6 ") && line.contains("  Authorize  "), "{screen}");
    assert!(screen.contains("Ctrl-G back"), "{screen}");
    stage.press("Esc");
    assert!(stage.text().contains("Keys: "), "no longer a key that closes");
    stage.press("Ctrl-G F6");
    assert!(stage.authorizes());
    assert!(stage.text().contains("Ctrl-G  leave it running"), "{}", stage.text());
}

#[test]
fn an_action_without_keys_is_hinted_at_nowhere_but_can_be_found() {
    let mut stage = with("[keys]\nauthorize = []\nmouse = []");
    let screen = stage.text();
    assert!(!screen.lines().last().unwrap().contains("authorize"), "{screen}");
    stage.press("Ctrl-P").type_in("mouse").press("Enter");
    assert!(!stage.model.cx.mouse);
    assert!(stage.text().contains("select text as usual."), "{}", stage.text());
    assert!(!stage.text().contains("turns it on"));
    stage.press("?");
    let screen = stage.text();
    let line = screen.lines().find(|line| line.contains("Make an authorization link")).unwrap();
    assert!(line.contains("no key") && line.contains("  Authorize  "), "{screen}");
}

#[test]
fn what_cannot_be_done_is_said_at_the_start_and_all_of_it_is_kept() {
    let stage = with("[keys]\nauthorize = 'd'");
    let screen = stage.text();
    assert!(screen.contains("settings.toml, line 2: d would be both “authorize” and “disconnect”"), "{screen}");

    let mut stage = with("theem = 'dark'\n[keys]\nauthorize = 'd'\nathorize = 'x'");
    let screen = stage.text();
    assert!(screen.contains("3 things in the settings are not as you may think: m tells them all."), "{screen}");
    stage.press("m");
    let screen = stage.text();
    for said in ["line 1: There is no setting “theem”", "line 3: d would be both", "line 4: There is no action"] {
        assert!(screen.contains(said), "{said}: {screen}");
    }
    stage.press("Esc a");
    assert!(stage.authorizes(), "the usual key is in force");
}

#[test]
fn what_is_set_counts_and_what_is_not_is_remembered() {
    let memory = Session { theme: "light".into(), mouse: false, ..Session::default() };
    let look = |settings: &str| {
        let stage = Stage::begun(80, 24, settings, memory.clone());
        (stage.model.cx.theme.look, stage.model.cx.mouse)
    };
    assert_eq!(look(""), (ThemeVariant::Light, false));
    assert_eq!(look("theme = 'dark'\nmouse = true"), (ThemeVariant::Dark, true));
    assert_eq!(look("theme = 'auto'"), (ThemeVariant::Dark, false));
}

#[test]
fn the_theme_can_be_changed_while_it_runs_unless_there_are_no_colours() {
    let mut stage = with("");
    assert_eq!(stage.model.session().theme, "", "nothing was chosen yet");
    stage.press("F8");
    assert!(stage.text().contains("Theme: light"), "{}", stage.text());
    assert_eq!(stage.model.session().theme, "light");
    stage.press("F8");
    let picture = stage.attributes();
    assert!(!picture.split("--- attributes").nth(1).unwrap().contains('c'));
    stage.press("F8");
    assert_eq!(stage.model.cx.theme.look, ThemeVariant::Dark);

    let mut stage = Stage::with_depth(80, 24, Depth::None);
    stage.press("F8");
    assert!(stage.text().contains("NO_COLOR is set"), "{}", stage.text());
}

#[test]
fn the_styles_of_every_theme() {
    let mut all = String::new();
    for (look, depth) in [
        (ThemeVariant::Dark, Depth::Sixteen),
        (ThemeVariant::Dark, Depth::True),
        (ThemeVariant::Light, Depth::Sixteen),
        (ThemeVariant::Light, Depth::True),
        (ThemeVariant::Attributes, Depth::True),
    ] {
        let theme = format!("{:#?}", Theme::new(look, depth));
        let styles = theme.lines().skip(3).take_while(|line| *line != "}");
        writeln!(all, "{} {depth:?}\n{}\n", look.name(), styles.collect::<Vec<_>>().join("\n")).unwrap();
    }
    insta::assert_snapshot!("themes", all);
}

#[test]
fn the_desktop_is_tried_first_and_the_message_says_what_was_done() {
    let mut stage = with("");
    stage.press("y");
    let text = &stage.task_of::<CopyToDesktop>().text;
    assert_eq!(text, "ca_101");
    stage.send(CopyToDesktop::SLOT, CopiedToDesktop(true));
    assert!(stage.text().contains("✓ Copied the account's id."), "{}", stage.text());
    assert!(stage.effects.is_empty(), "the terminal is not asked as well");

    stage.press("y");
    stage.send(CopyToDesktop::SLOT, CopiedToDesktop(false));
    assert!(matches!(&stage.effects[..], [Effect::Copy(text)] if text == "ca_101"));
    let said =
        "Sent the account's id to the terminal's clipboard (OSC 52). Nothing there? F9, then select with the mouse.";
    assert!(stage.text().contains(said), "{}", stage.text());
}

#[test]
fn over_ssh_only_the_terminal_is_asked() {
    let stage = Stage::new(80, 24);
    assert!(!stage.model.cx.desktop_clipboard);
    let ssh = |name: &str| (name == "SSH_TTY").then(|| "/dev/pts/1".to_owned());
    let settings = jackfield::testing::settings::Settings::default();
    let screen = ratatui::layout::Rect::new(0, 0, 80, 24);
    let (model, _) = jackfield::testing::tui::shell::model::Model::begin(screen, &settings, Session::default(), ssh);
    assert!(!model.cx.desktop_clipboard && !model.cx.browser_is_local);
}

#[test]
fn a_link_for_somebody_else_is_copied_as_soon_as_it_is_there() {
    let mut stage = with("");
    stage.press("Y");
    let FollowAuthorization { account, verification, .. } = stage.task_of();
    assert_eq!(account.to_string(), "ca_101");
    assert!(matches!(verification, Verification::None), "it cannot come back to this machine");
    assert!(!stage.runs(CopyToDesktop::SLOT));
    let link = AuthorizationLink {
        url: "https://acme.scalekit.dev/magicLink/x".parse().unwrap(),
        expires_at: Some(now() + SignedDuration::from_secs(60)),
        callback_port: None,
        renews_at: None,
    };
    stage.authorize_step(Progress::Link(link.clone()));
    assert!(stage.task_of::<CopyToDesktop>().text.ends_with("/magicLink/x"));
    stage.send(CopyToDesktop::SLOT, CopiedToDesktop(true));
    let screen = stage.text();
    assert!(screen.contains("Copied a link for ada@acme.dev on linear, good for 1:00."), "{screen}");
    assert!(screen.contains("set a verify URL in the profile"), "it says what is missing: {screen}");
    stage.wait(Duration::from_secs(1));
    stage.authorize_step(Progress::Consented);
    assert!(!stage.model.cx.jobs.is_running(CopyToDesktop::SLOT), "once is enough");
}
