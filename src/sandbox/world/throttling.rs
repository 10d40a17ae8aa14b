//! Slow tools, and tools with a rate limit.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

const DATA: &str = include_str!("../../../assets/sandbox/throttling.json");

/// The data file; tools go by their names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ThrottlingData {
    slow: HashMap<String, SignedDuration>,
    limited: HashMap<String, Limit>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Limit {
    calls: usize,
    per: SignedDuration,
}

/// Latency and rate limits of tools.
pub struct Throttling {
    slow: HashMap<String, SignedDuration>,
    limited: HashMap<String, Limit>,
    /// When an account last called a limited tool.
    recent: HashMap<(u64, String), VecDeque<Timestamp>>,
}

impl Throttling {
    pub fn read() -> Result<Self, serde_json::Error> {
        let ThrottlingData { slow, limited } = serde_json::from_str(DATA)?;
        Ok(Self { slow, limited, recent: HashMap::new() })
    }

    /// Latency of a tool.
    pub fn takes(&self, tool: &str) -> Duration {
        self.slow.get(tool).and_then(|time| Duration::try_from(*time).ok()).unwrap_or_default()
    }

    /// Counts a call. When there were too many, how many seconds the caller must wait; such a call
    /// does not count.
    pub fn admit(&mut self, account: u64, tool: &str, now: Timestamp) -> Result<(), u64> {
        let Some(Limit { calls, per }) = self.limited.get(tool) else { return Ok(()) };
        let recent = self.recent.entry((account, tool.into())).or_default();
        recent.retain(|at| now.duration_since(*at) < *per);
        match recent.front() {
            Some(oldest) if recent.len() >= *calls => {
                let wait = *per - now.duration_since(*oldest);
                Err(u64::try_from(wait.as_secs()).unwrap_or_default() + 1)
            }
            _ => {
                recent.push_back(now);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limited_tool_admits_so_many_calls_in_its_time() {
        let mut throttling = Throttling::read().expect("good data");
        let (tool, calls) = ("github_search_issues", 5);
        let at = |seconds| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds);
        for _ in 0..calls {
            assert_eq!(throttling.admit(1, tool, at(0)), Ok(()));
        }
        assert_eq!(throttling.admit(1, tool, at(20)), Err(41));
        assert_eq!(throttling.admit(2, tool, at(20)), Ok(()), "another account");
        assert_eq!(throttling.admit(1, "github_issue_get", at(20)), Ok(()), "another tool");
        assert_eq!(throttling.admit(1, tool, at(60)), Ok(()));
    }
}
