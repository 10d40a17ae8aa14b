//! The guard that enters the full screen and always leaves it.

use std::io::{self, IsTerminal as _, Write};
use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};

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
        execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, EnableMouseCapture, Hide)
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
        let _ = execute!(out, DisableMouseCapture, DisableBracketedPaste, LeaveAlternateScreen, Show);
        let _ = disable_raw_mode();
        let _ = out.flush();
    }
}

/// A panic on the thread that owns the screen restores the terminal and is printed as usual. One
/// in a background task must neither tear the screen down nor write over it: the loop reports it.
fn install_panic_hook() {
    let owner = std::thread::current().id();
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        // Its message may hold anything; where it happened holds nothing.
        tracing::error!(at = info.location().map(ToString::to_string), "panic");
        if std::thread::current().id() == owner {
            leave();
            usual(info);
        } else if !ENTERED.load(Ordering::SeqCst) {
            usual(info);
        }
    }));
}
