//! Times of calls in a few words.

use std::time::Duration;

use crate::agent::{CallRow, CallState};
use crate::tui::widgets::time;

/// Time of a call: what it took, or how long it has been under way.
pub(super) fn timing(call: &CallRow, since: Option<Duration>, uptime: Duration) -> String {
    match &call.state {
        CallState::Returned(returned) => returned.took.map(time::took).unwrap_or_default(),
        CallState::Running(_) => since.map(|since| seconds(uptime.saturating_sub(since))).unwrap_or_default(),
        _ => String::new(),
    }
}

/// A time under way in whole seconds: it is drawn once a second, and tenths would only lie.
pub(super) fn seconds(under_way: Duration) -> String {
    match under_way.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds => time::clock(seconds),
    }
}
