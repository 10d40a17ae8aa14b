//! Orders to the world outside: plain data, carried out by the loop and its runner.

use crate::settings::NotifyChoice;
use crate::tui::core::work::job::{Job, Slot};
use crate::tui::core::work::task::Task;

/// Work for the runtime.
#[derive(Debug)]
pub enum Effect {
    /// Start a task in its job's slot; whatever ran there before is cancelled.
    Start(Job, Box<dyn Task>),
    /// Cancel what runs in a slot.
    Cancel(Slot),
    /// Ask the terminal to put this on the clipboard.
    Copy(String),
    /// Lend the terminal to another program.
    Lend(ExternalProgram),
    /// Take the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Draw every cell again: something else has written on the terminal.
    Redraw,
    /// Ring the terminal's bell.
    Bell,
    /// Ask the terminal for a notification on the desktop, in this way and with this text, which is safe to show.
    Notify(NotifyChoice, String),
    /// Give the terminal back to the shell until it wakes us again.
    Suspend,
    /// Leave the program with this exit code.
    Quit(u8),
}

/// A program of the person's own, and the text that it works on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExternalProgram {
    /// An editor.
    Edit(String),
    /// A pager, for a text that is safe to show.
    Page(String),
}
