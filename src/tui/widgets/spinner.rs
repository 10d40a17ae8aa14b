//! Spinner, which turns while something is on its way.

use std::time::Duration;

/// Time that one picture of it stands.
pub const PERIOD: Duration = Duration::from_millis(100);

const FRAMES: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/// The picture for this moment.
pub fn frame(uptime: Duration) -> &'static str {
    let turn = uptime.as_millis() / PERIOD.as_millis();
    FRAMES.get((turn % FRAMES.len() as u128) as usize).copied().unwrap_or("·")
}
