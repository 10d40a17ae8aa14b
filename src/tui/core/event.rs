//! What can happen: a key, a click, a finished task, a timer, a signal.

use std::time::Duration;

use crossterm::event::KeyEvent;

use crate::domain::{Account, AccountId, AuthorizationType, ClockOffset, Connection, Fault, Untrusted};
use crate::flow::authorize::Progress;
use crate::flow::credentials::Asked;
use crate::flow::tally::Mismatch;
use crate::tui::core::effect::Job;
use crate::tui::core::message::Message;
use crate::tui::input::hit_test::Target;
use crate::tui::runtime::external_program::HandedBack;

pub use crate::tui::core::environment::EnvironmentCard;

/// One thing that happened. [`update`](crate::tui::shell::update::update) turns it into a changed model and
/// effects, and does nothing else.
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
    HandedBack(Result<HandedBack, Fault>),
    /// The terminal is gone, or a signal asks us to end; the exit code says which.
    End(u8),
    /// A message from outside a job, which counts whether or not anybody waits for it.
    Message(Message),
    /// A task has something to say. Dropped when its job is no longer the current one of its slot.
    Task(Job, Outcome),
}

/// What tasks have to say.
#[derive(Debug)]
pub enum Outcome {
    /// A message of one feature.
    Room(Message),
    /// Some more accounts, and how many there are in all if the broker says so.
    AccountsPage(Vec<Account>, Option<u64>),
    /// No more accounts will come.
    AccountsEnd(Result<Option<Mismatch>, Fault>),
    /// One account, read again.
    AccountRead(Result<Account, Fault>),
    /// The connections there are.
    Connections(Result<(Vec<Connection>, Option<Mismatch>), Fault>),
    /// What a provider asks of a person whose account authorizes this way.
    Asked(Asked, AuthorizationType),
    /// An account was changed, or made.
    AccountChanged(Result<Account, Fault>),
    /// An account was deleted.
    AccountDeleted(AccountId, Result<(), Fault>),
    /// The authorization came a step further.
    AuthorizeStep(Progress),
    /// The authorization ended.
    AuthorizeEnd(Result<Account, Fault>),
    /// How far the broker's clock is from ours.
    Skew(ClockOffset),
}

/// The time, as the loop saw it just before an event; the model never asks a clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct Now {
    /// Wall clock of this machine, UTC. What the broker says is held against
    /// `Cx::brokers_now` instead.
    pub wall: jiff::Timestamp,
    /// Since the program began; never jumps.
    pub uptime: Duration,
}
