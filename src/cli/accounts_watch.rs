//! `jackfield accounts watch`: every change of an account as it is seen.

use std::time::{Duration, Instant};

use clap::Args;
use jiff::Timestamp;
use serde_json::Value;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::output::CliOutput;
use super::time::local;
use super::{changes, completions, style};
use crate::backend::{AccountFilter, Backend};
use crate::domain::{Fault, FaultKind, pluralize};
use crate::flow::changes::{Change, of_accounts};
use crate::flow::suggest::WhyNone;
use crate::flow::{accounts, snapshot, suggest};
use crate::journal::AccountState;
use crate::json;
use crate::settings::TimeLimit;

/// Shortest time between two readings.
const LEAST: Duration = Duration::from_secs(1);

/// Longest time until the next try after failures.
const LONGEST: Duration = Duration::from_secs(300);

/// A reading may take this part of the time at most: a long list is read less often.
const REST: u32 = 4;

#[derive(Debug, Args)]
pub(super) struct WatchAccounts {
    /// Only accounts on this connection
    #[arg(long, value_name = "CONNECTION", add = completions::connections())]
    connection: Option<String>,
    /// Only accounts of this identifier
    #[arg(long, value_name = "IDENTIFIER", add = completions::identifiers())]
    identifier: Option<String>,
    /// Time between two readings: 10s, 5m
    #[arg(long, value_name = "TIME", default_value = "15s", value_parser = interval)]
    interval: Duration,
}

fn interval(text: &str) -> Result<Duration, String> {
    let limit: TimeLimit = text.parse()?;
    limit.0.filter(|time| *time >= LEAST).ok_or_else(|| "expected a time of a second or more, such as 10s or 5m".into())
}

impl WatchAccounts {
    /// Watches until a signal comes, or nobody reads any more.
    pub(super) async fn perform(&self, backend: &dyn Backend, output: &CliOutput) -> Result<u8, Fault> {
        let mut end = End::new()?;
        tokio::select! {
            () = end.wait() => Ok(0),
            ended = self.watch(backend, output) => ended,
        }
    }

    async fn watch(&self, backend: &dyn Backend, output: &CliOutput) -> Result<u8, Fault> {
        let filter = AccountFilter {
            connection: self.connection.as_deref().map(Into::into),
            identifier: self.identifier.as_deref().map(Into::into),
        };
        let (mut known, mut failures) = (None::<Vec<AccountState>>, 0_u32);
        loop {
            let began = Instant::now();
            let wait = match read(backend, &filter).await {
                Ok(now) => {
                    failures = 0;
                    match &known {
                        None => self.begin(backend, &filter, &now, output).await?,
                        Some(before) => {
                            for change in of_accounts(before, &now) {
                                if !output.write(line(&change, output).as_bytes())? {
                                    return Ok(0);
                                }
                            }
                        }
                    }
                    known = Some(now);
                    self.interval.max(began.elapsed().saturating_mul(REST))
                }
                // Before the first reading nothing is known that would be worth waiting with.
                Err(fault) if known.is_none() || !is_passing(&fault) => return Err(fault),
                Err(fault) => {
                    failures += 1;
                    if failures == 1 {
                        output.warning(&format!("Still watching; the last reading failed: {fault}"));
                    }
                    pause(self.interval, failures, fault.retry_after)
                }
            };
            tokio::time::sleep(wait).await;
        }
    }

    /// Says what is watched.
    async fn begin(
        &self,
        backend: &dyn Backend,
        filter: &AccountFilter,
        now: &[AccountState],
        output: &CliOutput,
    ) -> Result<(), Fault> {
        if now.is_empty()
            && let Some(WhyNone::NoSuchThing(cause)) = suggest::why_no_accounts(backend, filter).await
            && filter.connection.is_some()
        {
            return Err(Fault::new(FaultKind::NotFound, cause));
        }
        if !output.is_json() {
            let seconds = self.interval.as_secs();
            let accounts = pluralize(now.len() as u64, "account");
            output.remark(&format!("Watching {accounts} every {seconds} s. Ctrl-C ends it."));
        }
        Ok(())
    }
}

/// All accounts that fit. One that is missing has not gone.
async fn read(backend: &dyn Backend, filter: &AccountFilter) -> Result<Vec<AccountState>, Fault> {
    let mut found = Vec::new();
    match accounts::load(backend, filter, |page, _| found.extend(page)).await? {
        Some(gap) if gap.missing() > 0 => Err(Fault::new(FaultKind::BadAnswer, gap.told("account"))),
        _ => Ok(snapshot::account_states(&found)),
    }
}

fn is_passing(fault: &Fault) -> bool {
    fault.kind.is_passing() || fault.kind == FaultKind::BadAnswer
}

/// Time until the next try: longer after each failure, and at least as long as the environment asks for.
fn pause(interval: Duration, failures: u32, asked_for: Option<Duration>) -> Duration {
    let longer = interval.saturating_mul(2_u32.saturating_pow(failures.min(10)));
    longer.min(LONGEST.max(interval)).max(asked_for.unwrap_or_default())
}

/// A line for a person, or a document on a line.
fn line(change: &Change, output: &CliOutput) -> String {
    let now = Timestamp::now();
    if output.is_json() {
        let mut document = changes::change(change);
        if let Value::Object(fields) = &mut document {
            fields.shift_insert(0, "at".into(), Value::from(now.to_string()));
        }
        return format!("{}\n", json::escaped(&document.to_string()));
    }
    let (glyph, painted) = changes::judgement(change.judgement);
    let glyph = if output.has_glyphs() { format!("{glyph} ") } else { String::new() };
    let sentence = style::painted(&format!("{glyph}{}", change.sentence), painted, output.is_colored());
    format!("{}  {}  {sentence}\n", local(now), change.subject)
}

/// Signals that end it; both are its normal end.
struct End {
    interrupt: Signal,
    terminate: Signal,
}

impl End {
    fn new() -> Result<Self, Fault> {
        let listen = |kind| {
            signal(kind).map_err(|error| Fault::new(FaultKind::Local, "Signals cannot be listened to.").because(error))
        };
        Ok(Self { interrupt: listen(SignalKind::interrupt())?, terminate: listen(SignalKind::terminate())? })
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_waits_longer_after_each_failure_and_as_long_as_it_is_asked_to() {
        let seconds = |failures, asked: Option<u64>| {
            pause(Duration::from_secs(10), failures, asked.map(Duration::from_secs)).as_secs()
        };
        assert_eq!([1, 2, 3, 9, 99].map(|failures| seconds(failures, None)), [20, 40, 80, 300, 300]);
        assert_eq!([seconds(1, Some(5)), seconds(1, Some(900))], [20, 900]);
        assert_eq!(pause(Duration::from_secs(900), 1, None).as_secs(), 900);
    }

    #[test]
    fn an_interval_is_a_second_at_least() {
        assert_eq!(interval("90s"), Ok(Duration::from_secs(90)));
        assert!(["none", "0", "-5s", "soon"].iter().all(|wrong| interval(wrong).is_err()));
    }
}
