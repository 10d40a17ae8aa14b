//! Times at which the screen must be drawn again although nobody did anything.

use std::time::Duration;

use crate::tui::shell::model::Model;
use crate::tui::widgets::spinner;

/// Time until something on screen moves by itself; none while nothing does.
pub fn next(model: &Model) -> Option<Duration> {
    let spinner = model.cx.jobs.are_shown().then(|| until_next(model.cx.now.uptime, spinner::PERIOD));
    let toast =
        model.cx.toasts.current(model.cx.now.uptime).map(|toast| toast.until().saturating_sub(model.cx.now.uptime));
    let components = model.seen().filter_map(|component| component.wakes_in(&model.cx)).min();
    [spinner, toast, components].into_iter().flatten().min().map(|wait| wait.max(Duration::from_millis(1)))
}

fn until_next(uptime: Duration, period: Duration) -> Duration {
    let period_nanos = period.as_nanos().max(1);
    let into = uptime.as_nanos() % period_nanos;
    Duration::from_nanos(u64::try_from(period_nanos - into).unwrap_or(u64::MAX))
}
