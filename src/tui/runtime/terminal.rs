//! The guard that enters the full screen and always leaves it.

use std::io::{self, IsTerminal as _, Write};
use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use crossterm::cursor::{Hide, Show};
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste, EnableFocusChange,
    EnableMouseCapture,
};
use crossterm::execute;
use crossterm::terminal::{
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};

use crate::domain::Untrusted;
use crate::flow::{log, sources};

/// Whether the screen is ours right now. Process-wide because the terminal is: the panic hook has
/// nothing else to ask.
static ENTERED: AtomicBool = AtomicBool::new(false);

/// While this lives the terminal is in full-screen mode; dropping it gives the terminal back, on
/// every way out, and a panic on the drawing thread gives it back before its message is printed.
pub struct Screen(());

impl Screen {
    /// Enters: raw mode, alternate screen, bracketed paste, mouse.
    ///
    /// # Errors
    /// Standard output is not a terminal, or refuses.
    pub fn enter() -> io::Result<Self> {
        if !io::stdout().is_terminal() {
            return Err(io::Error::other("standard output is not a terminal"));
        }
        install_panic_hook();
        let screen = Self(());
        screen.resume()?;
        Ok(screen)
    }

    /// Takes the screen again after [`Screen::pause`].
    ///
    /// # Errors
    /// The terminal refuses or is gone.
    pub fn resume(&self) -> io::Result<()> {
        ENTERED.store(true, Ordering::SeqCst);
        enable_raw_mode()?;
        execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, EnableFocusChange, EnableMouseCapture, Hide)
    }

    /// Gives the terminal back for a while: to another program, or to the shell.
    pub fn pause(&self) {
        leave();
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        leave();
    }
}

/// Leaves once, however often it is asked; failures are of no use to anybody on the way out.
fn leave() {
    if ENTERED.swap(false, Ordering::SeqCst) {
        let mut out = io::stdout();
        let _ =
            execute!(out, DisableMouseCapture, DisableFocusChange, DisableBracketedPaste, LeaveAlternateScreen, Show);
        let _ = disable_raw_mode();
        let _ = out.flush();
    }
}

/// Time that a terminal has to take what gives it back, where nobody can wait longer.
const TAKES: Duration = Duration::from_millis(300);

/// Leaves from any thread, in the middle of a frame, and even where the terminal takes nothing any more.
pub(crate) fn leave_at_once() {
    let (done, is_done) = sync_channel(1);
    let leaving = std::thread::Builder::new().spawn(move || {
        if ENTERED.load(Ordering::SeqCst) {
            let _ = execute!(io::stdout(), EndSynchronizedUpdate);
        }
        leave();
        let _ = done.send(());
    });
    if leaving.is_err() || is_done.recv_timeout(TAKES).is_err() {
        // The one thing that does not go through its output.
        let _ = disable_raw_mode();
    }
}

/// A panic on the thread that owns the screen restores the terminal and is printed as usual. One
/// in a background task must neither tear the screen down nor write over it: the loop reports it.
fn install_panic_hook() {
    let owner = std::thread::current().id();
    let log = sources::home().ok().map(|home| Untrusted::from(log::path(&home).to_string_lossy().as_ref()));
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        // Its message may hold anything; where it happened holds nothing.
        tracing::error!(at = info.location().map(ToString::to_string), "panic");
        if std::thread::current().id() == owner {
            leave();
            usual(info);
            if let Some(log) = &log {
                let what = "jackfield broke down. What went before stands in the log, if one is kept";
                let _ = writeln!(io::stderr(), "{what}: {log}");
            }
        } else if !ENTERED.load(Ordering::SeqCst) {
            usual(info);
        }
    }));
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use portable_pty::{CommandBuilder, PtySize, native_pty_system};

    use super::*;

    /// Set for the process that is to break down.
    const BREAK: &str = "JACKFIELD_TEST_BREAK";

    #[test]
    fn whoever_owns_the_screen_and_panics_gives_it_back_first() {
        if std::env::var_os(BREAK).is_some() {
            let _screen = Screen::enter().unwrap();
            panic!("something broke");
        }
        let home = tempfile::tempdir().unwrap();
        let pair = native_pty_system().openpty(PtySize::default()).unwrap();
        // This test once more, in a terminal of its own.
        let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
        let name = std::thread::current().name().unwrap().to_owned();
        command.args(["--exact", &name, "--nocapture", "--test-threads=2"]);
        command.env(BREAK, "1");
        command.env("JACKFIELD_HOME", home.path());
        let mut child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut printed = Vec::new();
        // The end of a terminal is an error on some systems.
        let _ = pair.master.try_clone_reader().unwrap().read_to_end(&mut printed);
        assert!(!child.wait().unwrap().success());
        let printed = String::from_utf8_lossy(&printed);
        assert!(printed.contains("\x1b[?1049h"), "{printed}");
        let (_, after) = printed.rsplit_once("\x1b[?1049l").unwrap();
        assert!(after.contains("something broke") && !printed.ends_with("\x1b[?25l"), "{printed}");
        let log = home.path().join("state/jackfield.log");
        assert!(after.contains(log.to_str().unwrap()), "{printed}");
    }
}
