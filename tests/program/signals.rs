//! Signals that come while something else goes on, and a terminal that is not one.

use std::io::Read as _;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use super::terminal::Terminal;
use crate::cli::process::signal;
#[cfg(target_os = "linux")]
use crate::cli::process::wait_until_stopped;
use crate::waiting::until;

#[test]
fn one_that_ends_it_is_heard_while_the_terminal_takes_nothing() {
    for (name, times, code) in [("TERM", 1, 143), ("HUP", 2, 129), ("INT", 2, 130), ("QUIT", 1, 131)] {
        let home = tempfile::tempdir().unwrap();
        // A frame that is larger than what a terminal holds unread.
        let size = PtySize { rows: 300, cols: 500, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_jackfield"));
        command.env_clear();
        for (variable, value) in [("TERM", "xterm-256color"), ("LANG", "C.UTF-8")] {
            command.env(variable, value);
        }
        command.env("JACKFIELD_HOME", home.path());
        command.cwd(home.path());
        let mut child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut output = pair.master.try_clone_reader().unwrap();
        // Up to the first byte of a frame, and then nothing more.
        let mut seen = Vec::new();
        while !seen.windows(8).any(|bytes| bytes == b"\x1b[?2026h") {
            let mut byte = [0];
            output.read_exact(&mut byte).unwrap();
            seen.push(byte[0]);
        }
        for _ in 0..times {
            signal(child.process_id().unwrap(), name);
        }
        let status = until("its end", || child.try_wait().unwrap());
        assert_eq!(status.exit_code(), code, "{name}");
        // The terminal itself is as it was.
        let settings = format!("{:?}", pair.master.get_termios().unwrap().local_flags);
        assert!(settings.contains("ICANON") && settings.contains("ECHO"), "{name}: {settings}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn stopped_by_a_signal_it_gives_the_terminal_back_and_woken_it_takes_it_again() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start((120, 40), home.path(), &[], &[]);
    terminal.wait_for("need you");
    terminal.signal("TSTP");
    wait_until_stopped(terminal.process());
    assert_eq!(terminal.wait_gone("need you"), "", "the screen of before");
    assert!(!terminal.is_raw());
    terminal.signal("CONT");
    terminal.wait_for("need you");
    assert!(terminal.is_raw());
    // One that nobody can refuse leaves no time to give anything back.
    terminal.signal("STOP");
    wait_until_stopped(terminal.process());
    let before = terminal.printed();
    terminal.signal("CONT");
    terminal.wait_printed(before);
    terminal.wait_for("need you");
    terminal.send("j");
    terminal.wait_for("2 of 23");
    terminal.send("qq");
    let ended = terminal.ended();
    assert_eq!(ended.code, 0);
    assert_eq!(ended.raw.matches("\x1b[?1049h").count(), 3, "taken at the start and twice again");
}

#[test]
fn what_was_on_the_screen_is_remembered_when_a_signal_ends_it() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start((120, 40), home.path(), &[], &[]);
    terminal.wait_for("need you");
    terminal.send("/linus");
    terminal.wait_for("shown");
    terminal.signal("TERM");
    assert_eq!(terminal.ended().code, 143);
    let session = std::fs::read_to_string(home.path().join("state/session.json")).unwrap();
    assert!(session.contains("linus"), "{session}");
}

#[test]
fn a_terminal_that_cannot_place_text_is_refused_with_a_way_on() {
    let home = tempfile::tempdir().unwrap();
    let ended = Terminal::start((80, 24), home.path(), &[], &[("TERM", "dumb")]).ended();
    assert_eq!(ended.code, 2);
    assert!(ended.raw.contains("TERM=dumb") && ended.raw.contains("jackfield accounts list"), "{}", ended.raw);
    assert!(!ended.raw.contains("\x1b["), "{}", ended.raw);
}
