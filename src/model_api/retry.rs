//! Asking again: how often, and after how long. As the official clients do it.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};
use jiff::Timestamp;
use reqwest::header::HeaderMap;

use super::answer::StreamEvent;
use super::failure::{Again, Failure, header};
use crate::domain::Fault;

/// Longest pause that is waited out because the server asks for it. After a longer one a person asks again.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Times that a request is sent again.
const REPEATS: usize = 2;

/// Shortest and longest of the usual pauses, before a random part is added.
const PAUSES: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(8)];

/// The tries of one request.
pub(super) struct Tries {
    pauses: ExponentialBackoff,
    attempt: u32,
}

impl Tries {
    /// Before the first.
    pub fn new() -> Self {
        let [shortest, longest] = PAUSES;
        let pauses = ExponentialBuilder::default().with_min_delay(shortest).with_max_delay(longest);
        Self { pauses: pauses.with_max_times(REPEATS).with_jitter().build(), attempt: 1 }
    }

    /// Tells that the request is sent again, and waits until then.
    ///
    /// # Errors
    /// The fault, where it is not.
    pub async fn again(&mut self, failure: Failure, on: &mut (dyn FnMut(StreamEvent) + Send)) -> Result<(), Fault> {
        let Failure { fault, again } = failure;
        let after = match (again, self.pauses.next()) {
            (Again::No, _) | (_, None) => return Err(fault),
            (Again::Usual, Some(usual)) => usual,
            (Again::After(asked), Some(_)) => asked,
        };
        self.attempt += 1;
        on(StreamEvent::Retrying { after, why: fault.message.to_string(), attempt: self.attempt });
        tokio::time::sleep(after).await;
        Ok(())
    }
}

/// Time that an answer asks to be waited for: `retry-after-ms`, else `retry-after` in seconds or as a date. None where
/// it names none, or none that lies ahead.
pub(super) fn asked_wait(headers: &HeaderMap) -> Option<Duration> {
    let number = |name| header(headers, name)?.trim().parse::<f64>().ok();
    let until = || {
        let date = jiff::fmt::rfc2822::parse(header(headers, "retry-after")?.trim()).ok()?;
        Some(date.timestamp().duration_since(Timestamp::now()).as_secs_f64())
    };
    let milliseconds = number("retry-after-ms").map(|milliseconds| milliseconds / 1_000.0);
    let seconds = milliseconds.or_else(|| number("retry-after")).or_else(until)?;
    Duration::try_from_secs_f64(seconds).ok().filter(|wait| !wait.is_zero())
}
