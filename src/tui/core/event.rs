//! Events: a key, a click, a report of a task, a timer, a signal.

use std::time::Duration;

use crossterm::event::KeyEvent;

use crate::domain::{Fault, Untrusted};
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Job;
use crate::tui::input::hit_test::Target;

/// Event that the loop brings. The shell turns it into a changed model and effects, and does nothing else.
#[derive(Debug)]
pub enum Event {
    /// Key that was pressed.
    Key(KeyEvent),
    /// Letter of a label, and once that is whole what it stands on.
    Jump(char, Option<Target>),
    /// Press of the left button on a target of the last frame.
    Click(Target),
    /// The wheel turned over something; rows, negative is up.
    Scroll(Target, i32),
    /// Text that the terminal says was pasted.
    Paste(Untrusted),
    /// New size of the terminal in columns and rows.
    Resize(u16, u16),
    /// The terminal got the focus, or lost it.
    Focus(bool),
    /// Time to draw again, because something on screen moves by itself.
    Tick,
    /// Return of the terminal from another program.
    Returned(Result<Returned, Fault>),
    /// End of the program, asked for by a signal or because the terminal is gone, with the exit code.
    End(u8),
    /// A message from outside a job, which counts whether or not anybody waits for it.
    Message(Message),
    /// A task reports. Dropped when its job is no longer the current one of its slot.
    Task(Job, Message),
}

/// Outcome of an external program.
#[derive(Debug)]
pub enum Returned {
    /// The text as the editor left it.
    Edited(String),
    /// End of reading.
    Read,
}

/// The time, as the loop saw it just before an event; nothing else asks a clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct Now {
    /// Wall clock of this machine, UTC. What the back-end says of a moment is held against `Cx::server_now` instead.
    pub wall: jiff::Timestamp,
    /// Since the program began; never jumps.
    pub uptime: Duration,
}
