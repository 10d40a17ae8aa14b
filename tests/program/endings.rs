//! However it ends, the terminal is given back as it was.

use super::terminal::{Ended, Terminal};
#[cfg(target_os = "linux")]
use crate::cli::process::wait_until_stopped;

/// What the program switches on, and what switches it off again.
const SWITCHES: [(&str, &str); 8] = [
    ("\x1b[?1049h", "\x1b[?1049l"),
    ("\x1b[?2004h", "\x1b[?2004l"),
    ("\x1b[?1000h", "\x1b[?1000l"),
    ("\x1b[?1002h", "\x1b[?1002l"),
    ("\x1b[?1003h", "\x1b[?1003l"),
    ("\x1b[?1006h", "\x1b[?1006l"),
    ("\x1b[?2026h", "\x1b[?2026l"),
    ("\x1b[?25l", "\x1b[?25h"),
];

/// Checks that everything is off again, and gives what was printed after that.
fn given_back(ended: &Ended) -> &str {
    let raw = &ended.raw;
    for (on, off) in SWITCHES {
        assert!(raw.contains(on), "{on:?} was never on");
        assert!(raw.rfind(off) > raw.rfind(on), "{on:?} stays on");
    }
    let screen = &ended.screen;
    assert!(!screen.alternate_screen() && !screen.bracketed_paste() && !screen.hide_cursor());
    assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    let (_, after) = raw.rsplit_once("\x1b[?1049l").unwrap();
    after.strip_prefix("\x1b[?25h").expect("nothing but the cursor comes after the screen was left")
}

fn home() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// Started from a shell in a terminal, with the accounts on screen, and then whatever `end` does.
fn ends(code: u32, end: impl FnOnce(&mut Terminal)) {
    let home = home();
    let mut terminal = Terminal::start_from_shell((80, 24), home.path());
    terminal.wait_for("need you");
    end(&mut terminal);
    let ended = terminal.ended();
    let after = given_back(&ended);
    let (code_line, flags_after) = after.split_once("\r\n").unwrap();
    assert_eq!(code_line, format!("code {code}"));
    let flags_before = ended.raw.lines().next().unwrap();
    assert!(flags_before.contains(':'), "{flags_before}");
    assert_eq!(flags_after.trim_end(), flags_before, "the terminal's own settings");
}

#[test]
fn keys() {
    ends(0, |terminal| terminal.send("q"));
    ends(0, |terminal| terminal.send("\x03"));
    ends(0, |terminal| terminal.send("\x11"));
}

#[test]
fn keys_while_typing_or_being_asked() {
    ends(0, |terminal| {
        terminal.send("/q");
        terminal.wait_gone("linus");
        terminal.send("\x03");
    });
    ends(0, |terminal| {
        terminal.send("?");
        terminal.wait_for("Keys: Accounts");
        terminal.send("q");
        terminal.wait_gone("Keys: Accounts");
        terminal.send("q");
    });
    ends(0, |terminal| {
        terminal.send("a");
        terminal.wait_for("link expires in");
        terminal.send("\x03\x03");
    });
}

#[test]
fn signals() {
    for (name, code) in [("TERM", 143), ("INT", 130), ("HUP", 129), ("QUIT", 131)] {
        ends(code, |terminal| terminal.signal(name));
    }
}

#[test]
fn a_signal_while_something_is_going_on() {
    ends(143, |terminal| {
        terminal.send("a");
        terminal.wait_for("link expires in");
        terminal.signal("TERM");
    });
}

#[test]
fn a_terminal_that_closes_is_a_hang_up() {
    // In the larger ones the frame with the help is larger than what a terminal holds unread, so the
    // program is still printing it.
    for size in [(80, 24), (300, 100), (300, 100), (300, 100)] {
        let home = home();
        let mut terminal = Terminal::start(size, home.path(), &[], &[]);
        terminal.wait_for("1 of 23");
        terminal.hang_up();
        assert_eq!(terminal.ended().code, 129, "{size:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn suspended_it_gives_the_terminal_back_and_woken_it_takes_it_again() {
    let home = home();
    let mut terminal = Terminal::start((120, 40), home.path(), &[], &[]);
    terminal.wait_for("need you");
    terminal.send("\x1a");
    wait_until_stopped(terminal.process());
    assert_eq!(terminal.wait_gone("need you"), "", "the screen of before");
    // While it sleeps the terminal may change.
    terminal.resize(80, 24);
    terminal.signal("CONT");
    let screen = terminal.wait_for("need you");
    assert!(screen.lines().nth(3).is_some_and(|line| line.trim_end().chars().count() == 80), "{screen}");
    terminal.send("j");
    terminal.wait_for("2 of 23");
    terminal.send("qq");
    let ended = terminal.ended();
    assert_eq!((ended.code, given_back(&ended)), (0, ""));
}
