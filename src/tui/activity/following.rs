//! Following the environment's log: calls of other programs stand in the list as they come in.

use std::time::Duration;

use url::Url;

use crate::domain::{Fault, FaultKind, LoggedCall, is_loopback};
use crate::flow::call_log::KnownCalls;
use crate::journal::EntryId;
use crate::profile::Source;
use crate::tui::activity::lines::name;
use crate::tui::activity::screen::{Activity, Call};
use crate::tui::activity::tasks::{FollowLog, ReadLog};
use crate::tui::core::cx::Cx;
use crate::tui::core::state::environment::EnvironmentCard;
use crate::tui::input::action::Action;
use crate::tui::input::tabs::Tab;

/// Time between two questions to the log: no vendor's limit is near.
pub const PAUSE: Duration = Duration::from_secs(2);

/// Longest time until the next try after failures.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Longest time that the environment may ask for.
const LONGEST_WISH: Duration = Duration::from_secs(600);

/// Time for which a call that has come into sight is marked as new.
pub const NEW_FOR: Duration = Duration::from_secs(6);

/// Time after which a key that sends a call again is known to mean the call under the cursor, where that came there by
/// itself.
pub const JUST_CAME: Duration = Duration::from_secs(1);

/// Calls that are marked as new at most.
const MOST_NEW: usize = 500;

/// Environments whose switch is remembered.
const MOST_SWITCHED: usize = 50;

/// State of following.
#[derive(Debug, Default)]
pub(super) struct Following {
    /// Environments, by their names in the journal, in which it is switched to what it is not by itself.
    switched: Vec<String>,
    /// Whether the log of the open environment is followed. Looked up after every event.
    pub(super) is_on: bool,
    /// Reason why the log cannot be read, and the uptime of the next try.
    trouble: Option<(Fault, Duration)>,
    /// Failures in a row.
    failures: u32,
    /// Whether the environment has no such log after all.
    is_missing: bool,
    /// Uptime at which the log was asked last.
    asked: Option<Duration>,
    new: Vec<NewCall>,
    /// Whether the cursor has just come onto another call by itself, and the uptime of that.
    pub(super) moved: bool,
    moved_at: Option<Duration>,
}

/// A call that came in while somebody looked.
#[derive(Debug)]
struct NewCall {
    entry: Option<EntryId>,
    name: Option<String>,
    /// Uptime at which it came into sight.
    seen: Option<Duration>,
}

impl NewCall {
    fn of(call: &Call) -> Self {
        let entry = match call {
            Call::Ours(ours) => Some(ours.id),
            Call::Theirs(_) => None,
        };
        Self { entry, name: name(call).map(str::to_owned), seen: None }
    }

    fn is(&self, call: &Call) -> bool {
        let is_entry = matches!(call, Call::Ours(ours) if self.entry == Some(ours.id));
        is_entry || self.name.is_some() && self.name.as_deref() == name(call)
    }
}

impl Following {
    /// Takes the switches of an earlier run.
    pub(super) fn prefer(&mut self, switched: &[String]) {
        self.switched = switched.to_vec();
    }

    /// Switches for the next run.
    pub(super) fn switches(&self) -> Vec<String> {
        self.switched.clone()
    }

    /// The same in another environment.
    pub(super) fn elsewhere(&mut self) -> Self {
        Self { switched: std::mem::take(&mut self.switched), ..Self::default() }
    }

    /// Whether the log of this environment is followed: of itself only on this machine, where asking costs nothing.
    fn is_on_in(&self, card: &EnvironmentCard) -> bool {
        let is_here =
            card.source == Source::Sandbox || card.recorded_as.parse().is_ok_and(|url: Url| is_loopback(&url));
        is_here != self.switched.contains(&card.recorded_as)
    }

    fn switch(&mut self, card: &EnvironmentCard) {
        let before = self.switched.len();
        self.switched.retain(|name| *name != card.recorded_as);
        if self.switched.len() == before {
            self.switched.push(card.recorded_as.clone());
            let surplus = self.switched.len().saturating_sub(MOST_SWITCHED);
            self.switched.drain(..surplus);
        }
    }

    /// The log answered.
    fn answered(&mut self, now: Duration) {
        (self.trouble, self.failures, self.is_missing, self.asked) = (None, 0, false, Some(now));
    }

    /// It did not, or refused: the next try waits longer each time, and as long as the environment asks for.
    fn failed(&mut self, fault: Fault, now: Duration) {
        self.asked = Some(now);
        if fault.kind == FaultKind::NotOffered {
            (self.is_missing, self.trouble) = (true, None);
            return;
        }
        self.failures = self.failures.saturating_add(1);
        let pause = PAUSE.saturating_mul(2_u32.saturating_pow(self.failures)).min(LONGEST_PAUSE);
        let wished = fault.retry_after.unwrap_or_default().min(LONGEST_WISH);
        self.trouble = Some((fault, now + pause.max(wished)));
    }

    /// Takes calls that came in; those that are in the list no more are forgotten.
    pub(super) fn take_news(&mut self, came: &[Call], rows: &[Call]) {
        self.new.extend(came.iter().map(NewCall::of));
        let surplus = self.new.len().saturating_sub(MOST_NEW);
        self.new.drain(..surplus);
        self.new.retain(|new| rows.iter().any(|row| new.is(row)));
    }

    /// Whether a call is marked as new.
    pub(super) fn is_new(&self, call: &Call) -> bool {
        self.new.iter().any(|new| new.is(call))
    }

    /// Number of calls that are.
    pub(super) fn new_calls(&self) -> usize {
        self.new.len()
    }

    /// Whether the cursor came onto its call by itself a moment ago.
    pub(super) fn has_just_moved(&self, now: Duration) -> bool {
        self.moved_at.is_some_and(|at| now.saturating_sub(at) < JUST_CAME)
    }

    /// Words on it, the longest first: there may be room for a shorter one only.
    pub(super) fn words(&self, cx: &Cx) -> Vec<String> {
        let new = match self.new_calls() {
            0 => String::new(),
            count => format!("{count} new"),
        };
        let with_new = |words: &str| if new.is_empty() { words.to_owned() } else { format!("{words} · {new}") };
        if !self.is_on {
            let key = cx.key_for(Action::Follow);
            let off = if key.is_empty() { "not following".to_owned() } else { format!("not following: {key}") };
            return vec![with_new(&off), off];
        }
        if self.is_missing {
            return vec!["this environment does not show its log".to_owned(), "no log".to_owned()];
        }
        let Some((fault, at)) = &self.trouble else {
            return vec![with_new("following"), if new.is_empty() { "following".to_owned() } else { new }];
        };
        let who = match fault.kind {
            FaultKind::RateLimited => "asked too often",
            FaultKind::KeyRefused | FaultKind::Forbidden => "the environment refuses its log",
            FaultKind::BrokerFailed | FaultKind::BadAnswer | FaultKind::TooLarge => {
                "the environment's log cannot be read"
            }
            _ => "the environment does not answer",
        };
        let left = at.saturating_sub(cx.now.uptime);
        let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
        let (again, short) = match seconds {
            0 => ("trying again".to_owned(), "now".to_owned()),
            seconds => (format!("trying again in {seconds} s"), format!("in {seconds} s")),
        };
        vec![format!("{who}; {again}"), again, short]
    }

    /// Whether a failure is told.
    pub(super) fn is_in_trouble(&self) -> bool {
        self.is_on && self.trouble.is_some()
    }

    /// Time until something of it changes on screen by itself.
    fn wakes_in(&self, now: Duration) -> Option<Duration> {
        let ends = self.new.iter().filter_map(|new| new.seen).map(|seen| (seen + NEW_FOR).saturating_sub(now));
        let counts = self.trouble.as_ref().filter(|_| self.is_on).and_then(|(_, at)| {
            let left = at.checked_sub(now).filter(|left| !left.is_zero())?;
            let part = Duration::from_nanos(u64::from(left.subsec_nanos()));
            Some(if part.is_zero() { Duration::from_secs(1) } else { part })
        });
        ends.chain(counts).min()
    }
}

impl Activity {
    /// Follows the log of the open environment from now on, or no more.
    pub(super) fn switch_following(&mut self, cx: &mut Cx) {
        if let Some(card) = cx.environment.open() {
            self.following.switch(card);
        }
        (self.following.trouble, self.following.failures) = (None, 0);
        self.keep_following(cx);
    }

    /// Asks the log, or leaves it alone: it is followed only while somebody looks at the list.
    pub(super) fn keep_following(&mut self, cx: &mut Cx) {
        let open = cx.environment.open().filter(|card| card.abilities.call_log);
        self.following.is_on = open.is_some_and(|card| self.following.is_on_in(card));
        let is_watched = cx.tab == Tab::Activity && cx.has_focus && !cx.is_covered;
        let wanted = self.following.is_on && is_watched && !self.following.is_missing && !cx.is_running(ReadLog::SLOT);
        match (wanted, cx.is_running(FollowLog::SLOT)) {
            (true, false) => {
                let now = cx.now.uptime;
                let due = match (&self.following.trouble, self.following.asked) {
                    (Some((_, at)), _) => *at,
                    (None, asked) => asked.map_or(now, |asked| asked + PAUSE),
                };
                cx.start(FollowLog {
                    known: KnownCalls::of(&self.theirs),
                    wait: due.saturating_sub(now),
                    reports_answer: self.following.trouble.is_some(),
                });
            }
            (false, true) => self.stop_following(cx),
            (true, true) | (false, false) => {}
        }
        if is_watched {
            self.note_seen(cx.now.uptime);
        }
        if std::mem::take(&mut self.following.moved) {
            self.following.moved_at = Some(cx.now.uptime);
        }
    }

    /// Leaves the log alone.
    pub(super) fn stop_following(&mut self, cx: &mut Cx) {
        if cx.is_running(FollowLog::SLOT) {
            cx.cancel(FollowLog::SLOT);
            // It may have been asked just now.
            self.following.asked = Some(cx.now.uptime);
        }
    }

    /// Takes note of the new calls that are in sight; those that were for long enough are new no more.
    fn note_seen(&mut self, now: Duration) {
        if self.following.new.is_empty() {
            return;
        }
        let mut new = std::mem::take(&mut self.following.new);
        for line in self.cursor.top..self.cursor.top + self.height.max(1) {
            let calls = self.calls_on(line);
            let unseen = new.iter_mut().filter(|new| new.seen.is_none());
            unseen.filter(|new| calls.iter().any(|call| new.is(call))).for_each(|new| new.seen = Some(now));
        }
        new.retain(|new| new.seen.is_none_or(|seen| now < seen + NEW_FOR));
        self.following.new = new;
    }

    /// Takes what the log told when it was read as a whole.
    pub(super) fn log_read(&mut self, result: Result<Vec<LoggedCall>, Fault>, now: Duration) {
        match result {
            Ok(calls) => {
                self.following.answered(now);
                self.logged(calls);
            }
            Err(fault) => self.following.failed(fault, now),
        }
    }

    /// Takes what came into the log. What is made from here may be among it, and stands in the journal then.
    pub(super) fn log_followed(&mut self, result: Result<Vec<LoggedCall>, Fault>, cx: &mut Cx) {
        match result {
            Ok(news) => {
                self.following.answered(cx.now.uptime);
                if !news.is_empty() {
                    self.logged_news(news);
                    self.calls_written(cx);
                }
            }
            Err(fault) => self.following.failed(fault, cx.now.uptime),
        }
    }

    /// Time until something of following changes on screen by itself.
    pub(super) fn following_wakes_in(&self, cx: &Cx) -> Option<Duration> {
        self.following.wakes_in(cx.now.uptime).filter(|_| cx.has_focus && !cx.is_covered)
    }
}
