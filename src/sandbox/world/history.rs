//! The log of calls: what agents did before the start, and everything since.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::Error as _;

use super::accounts::{AccountRecord, AccountTable};
use crate::backend::scalekit::wire::logs::ToolCallLog;
use crate::sandbox::ids::Ids;
use crate::sandbox::provider::ProviderRefusal;
use crate::sandbox::refs::resolve;

const DATA: &str = include_str!("../../../assets/sandbox/history.json");

/// More than anybody looks back; beyond that the oldest call is forgotten.
const MOST_CALLS: usize = 2000;

/// One earlier call as the data file has it; `started` counts from the start.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallData {
    started: SignedDuration,
    run: String,
    tool: String,
    connection: String,
    identifier: String,
    millis: u64,
    /// Code and message of the provider's refusal.
    refused: Option<(String, String)>,
}

/// Call in the log.
#[derive(Debug)]
pub struct Logged {
    /// Its id without the prefix; grows with time.
    pub number: u64,
    pub started_at: Timestamp,
    pub row: ToolCallLog,
}

/// A call that is under way: what is known of it so far.
#[derive(Debug)]
pub struct Record {
    started_at: Timestamp,
    row: ToolCallLog,
}

impl Record {
    /// `source` is one of the wire's words, `API`, `MCP` or `PROXY`.
    pub fn begin(source: &str, tool: &str, agent_run_id: &str, started_at: Timestamp) -> Self {
        let row = ToolCallLog {
            source: source.into(),
            tool_name: tool.into(),
            agent_run_id: agent_run_id.into(),
            ..ToolCallLog::default()
        };
        Self { started_at, row }
    }

    /// What is known of it.
    pub fn row(&self) -> &ToolCallLog {
        &self.row
    }

    /// Time it began.
    pub fn started_at(&self) -> Timestamp {
        self.started_at
    }

    /// It goes out with this account.
    pub fn on(&mut self, account: &AccountRecord) {
        self.row.provider = account.connection.provider.key().into();
        self.row.connected_account_id = account.id();
        self.row.connection_id = account.connection.id();
        self.row.connection_name = account.connection.name.clone();
        self.row.identifier = account.identifier.clone();
    }

    /// It turned out to be a call of this tool.
    pub fn set_tool(&mut self, tool: &str) {
        self.row.tool_name = tool.into();
    }

    pub fn executed(&mut self, execution_id: &str) {
        self.row.execution_id = execution_id.into();
    }

    pub fn succeeded(&mut self) {
        self.row.status = "success".into();
    }

    /// The words for the tier are a guess.
    pub fn refused(&mut self, trouble: &ProviderRefusal) {
        self.failed("provider_error", "provider", trouble.code, &trouble.message);
    }

    /// The broker itself turned it away.
    pub fn turned_away(&mut self, code: &str, message: &str) {
        self.failed("platform_error", "platform", code, message);
    }

    fn failed(&mut self, status: &str, tier: &str, code: &str, message: &str) {
        self.row.status = status.into();
        self.row.error_tier = tier.into();
        self.row.error_code = code.into();
        self.row.error_message = message.into();
    }
}

/// All calls, oldest first.
pub struct History {
    ids: Ids,
    pub(super) calls: VecDeque<Logged>,
    /// Calls logged so far; the next id follows from it.
    pub(super) made: u64,
}

impl History {
    /// Nothing was called yet.
    pub fn empty(ids: Ids) -> Self {
        Self { ids, calls: VecDeque::new(), made: 0 }
    }

    pub fn read(ids: Ids, accounts: &AccountTable, now: Timestamp) -> Result<Self, serde_json::Error> {
        let mut history = Self::empty(ids);
        for data in serde_json::from_str::<Vec<CallData>>(DATA)? {
            let started_at = now.checked_add(data.started).map_err(serde_json::Error::custom)?;
            let is_meant = |account: &&AccountRecord| {
                account.connection.name == data.connection && account.identifier == data.identifier
            };
            let account = resolve(accounts.iter(), is_meant, &data.identifier)?;
            let mut record = Record::begin("API", &data.tool, &data.run, started_at);
            record.on(account);
            record.executed(&format!("exec_{}", ids.snowflake("earlier", history.made)));
            match &data.refused {
                None => record.succeeded(),
                Some((code, message)) => record.failed("provider_error", "provider", code, message),
            }
            history.add(record, Duration::from_millis(data.millis));
        }
        Ok(history)
    }

    /// The call is over.
    pub fn add(&mut self, record: Record, took: Duration) {
        let Record { started_at, row } = record;
        // As exact as it is written, so that a time that was read finds its row again.
        let started_at = Timestamp::from_microsecond(started_at.as_microsecond()).unwrap_or(started_at);
        let number = self.ids.snowflake("tcl", self.made);
        self.made += 1;
        if self.calls.len() == MOST_CALLS {
            self.calls.pop_front();
        }
        let row = ToolCallLog {
            id: format!("tcl_{number}"),
            environment_id: format!("env_{}", self.ids.snowflake("env", 0)),
            workspace_id: format!("wks_{}", self.ids.snowflake("wks", 0)),
            duration_ms: i64::try_from(took.as_millis()).unwrap_or(i64::MAX),
            ..row
        };
        self.calls.push_back(Logged { number, started_at, row });
    }

    /// Logged calls, newest first.
    pub fn iter(&self) -> impl Iterator<Item = &Logged> {
        self.calls.iter().rev()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::world::World;

    #[test]
    fn what_was_called_earlier_can_be_called() {
        let world = World::new(Ids::new(1), Timestamp::now()).expect("good data");
        let tools = world.tools().expect("good data");
        assert!(world.history().count() > 10);
        for Logged { row, .. } in world.history() {
            let tool = tools.named(&row.tool_name).unwrap_or_else(|| panic!("no {}", row.tool_name));
            assert_eq!(*tool.provider, *row.provider, "{}", row.tool_name);
        }
    }

    #[test]
    fn the_oldest_calls_are_forgotten() {
        let mut world = World::new(Ids::new(1), Timestamp::now()).expect("good data");
        for _ in 0..MOST_CALLS + 10 {
            world.log(Record::begin("API", "x", "", Timestamp::now()), Duration::ZERO);
        }
        assert_eq!(world.history().count(), MOST_CALLS);
        assert!(world.history().all(|logged| logged.row.agent_run_id.is_empty()));
    }
}
