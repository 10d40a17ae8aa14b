//! Events: a key, a click, a report of a task, a timer, a signal.

use std::time::Duration;

use crossterm::event::KeyEvent;

use crate::domain::{Fault, Untrusted};
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Job;
use crate::tui::input::hit_test::Target;

/// One thing that happened. The shell turns it into a changed model and effects, and does nothing else.
#[derive(Debug)]
pub enum Event {
    /// A key was pressed.
    Key(KeyEvent),
    /// The left button was pressed on something the last frame drew.
    Click(Target),
    /// The wheel turned over something; rows, negative is up.
    Scroll(Target, i32),
    /// Text was pasted.
    Paste(Untrusted),
    /// The terminal has this many columns and rows now.
    Resize(u16, u16),
    /// Something on screen moves by itself and it is time to draw it again.
    Tick,
    /// The terminal was lent to another program and is ours again.
    Returned(Result<Returned, Fault>),
    /// The terminal is gone, or a signal asks us to end; the exit code says which.
    End(u8),
    /// A message from outside a job, which counts whether or not anybody waits for it.
    Message(Message),
    /// A task reports. Dropped when its job is no longer the current one of its slot.
    Task(Job, Message),
}

/// An external program came to its end.
#[derive(Debug)]
pub enum Returned {
    /// The text as the editor left it.
    Edited(String),
    /// Somebody has read enough.
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
