//! When the screen must be drawn again although nobody did anything.

use std::time::Duration;

use crate::tui::core::effect::Slot;
use crate::tui::input::tabs::Tab;
use crate::tui::shell::model::Model;
use crate::tui::widgets::spinner;

/// Slots whose work shows something that turns or counts.
const MOVING: [Slot; 13] = [
    Slot::Environment,
    Slot::Books,
    Slot::Accounts,
    Slot::Connections,
    Slot::Form,
    Slot::Change,
    Slot::Tools,
    Slot::Authorize,
    Slot::Run,
    Slot::Query,
    Slot::Compare,
    Slot::Look,
    Slot::Export,
];

/// Until the next moment at which something on screen moves by itself; none while nothing does.
pub fn next(model: &Model) -> Option<Duration> {
    let spinner = MOVING
        .into_iter()
        .any(|slot| model.jobs.is_running(slot))
        .then(|| until_next(model.now.uptime, spinner::PERIOD));
    let toast = model.toasts.current(model.now.uptime).map(|toast| toast.until().saturating_sub(model.now.uptime));
    // "in 41 min" becomes "in 40 min": once a minute, where such words are shown.
    let times = (model.tab == Tab::Accounts && model.accounts.shown() > 0).then_some(Duration::from_secs(60));
    let rest = match model.tab {
        Tab::Accounts => model.accounts.waits(model.now.uptime),
        Tab::Tools => model.tools.waits(model.now.uptime),
        Tab::Playground => None,
        Tab::Activity => model.activity.waits(model.now.uptime),
    };
    [spinner, toast, times, rest, model.look_is_due()]
        .into_iter()
        .flatten()
        .min()
        .map(|wait| wait.max(Duration::from_millis(1)))
}

fn until_next(uptime: Duration, period: Duration) -> Duration {
    let period_nanos = period.as_nanos().max(1);
    let into = uptime.as_nanos() % period_nanos;
    Duration::from_nanos(u64::try_from(period_nanos - into).unwrap_or(u64::MAX))
}
