//! Tools that somebody comes back to: favourites, and those that ran lately.

use rusqlite::params;

use super::store::{Journal, unusable};
use crate::domain::{AccountId, ConnectionName, Fault, Identifier, ToolName};

/// Newest calls among which those of an environment are looked for: enough to find a few tools, whatever else ran.
const LOOKED_AT: i64 = 5_000;

/// Tool that ran lately, and as whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecentTool {
    /// Name of the tool.
    pub tool: ToolName,
    /// Account that it ran with.
    pub account: AccountId,
    /// Connection of the account.
    pub connection: ConnectionName,
    /// Identifier of the account.
    pub identifier: Identifier,
}

impl Journal {
    /// Favourite tools of an environment, by name.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local): the file cannot be read.
    pub fn favourites(&self, environment: &str) -> Result<Vec<ToolName>, Fault> {
        let sql = "SELECT tool FROM favourite WHERE environment = ?1 ORDER BY tool";
        let connection = self.connection();
        let read = || -> rusqlite::Result<Vec<ToolName>> {
            let mut statement = connection.prepare_cached(sql)?;
            statement.query_map([environment], |row| row.get::<_, String>(0).map(ToolName::new))?.collect()
        };
        read().map_err(unusable)
    }

    /// Makes a tool a favourite of an environment, or no longer.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local): the file cannot be written.
    pub fn set_favourite(&self, environment: &str, tool: &ToolName, is_favourite: bool) -> Result<(), Fault> {
        let sql = match is_favourite {
            true => "INSERT OR IGNORE INTO favourite (environment, tool) VALUES (?1, ?2)",
            false => "DELETE FROM favourite WHERE environment = ?1 AND tool = ?2",
        };
        self.connection().execute(sql, params![environment, tool.raw()]).map(drop).map_err(unusable)
    }

    /// Tools that ran last in an environment, the newest first, each once for each account.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local): the file cannot be read.
    pub fn recent_tools(&self, environment: &str, most: usize) -> Result<Vec<RecentTool>, Fault> {
        let sql = "SELECT name, account, connection, identifier FROM entry WHERE +environment = ?1 AND kind = 0 AND probe = 0 \
                   AND id > (SELECT ifnull(max(id), 0) FROM entry) - ?2 ORDER BY id DESC";
        let connection = self.connection();
        let read = || -> rusqlite::Result<Vec<RecentTool>> {
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query(params![environment, LOOKED_AT])?;
            let mut found: Vec<RecentTool> = Vec::new();
            while found.len() < most
                && let Some(row) = rows.next()?
            {
                let text = |at: usize| row.get::<_, String>(at);
                let (tool, account) = (ToolName::new(text(0)?), AccountId::new(text(1)?));
                if !found.iter().any(|other| other.tool == tool && other.account == account) {
                    let (connection, identifier) = (ConnectionName::new(text(2)?), Identifier::new(text(3)?));
                    found.push(RecentTool { tool, account, connection, identifier });
                }
            }
            Ok(found)
        };
        read().map_err(unusable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::JsonText;
    use crate::journal::{CallKind, Front, NewCall, Retention};

    fn journal() -> (tempfile::TempDir, Journal) {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(folder.path(), Retention::default()).unwrap();
        (folder, journal)
    }

    #[test]
    fn favourites_are_those_of_one_environment() {
        let (_folder, journal) = journal();
        for (environment, tool) in [("a", "z_get"), ("a", "a_get"), ("a", "a_get"), ("b", "b_get")] {
            journal.set_favourite(environment, &tool.into(), true).unwrap();
        }
        assert_eq!(journal.favourites("a").unwrap(), ["a_get".into(), "z_get".into()]);
        journal.set_favourite("a", &"a_get".into(), false).unwrap();
        assert_eq!(journal.favourites("a").unwrap(), ["z_get".into()]);
        assert_eq!(journal.favourites("b").unwrap(), ["b_get".into()]);
    }

    #[test]
    fn the_tools_that_ran_last_come_once_each_with_their_accounts() {
        let (_folder, journal) = journal();
        let run = |environment: &str, kind, name: &str, account: &str| {
            let call = NewCall {
                environment: environment.into(),
                kind,
                name: name.into(),
                connection: "linear".into(),
                identifier: "ada".into(),
                account: account.into(),
                arguments: JsonText::empty_object(),
                agent_run: None,
                front: Front::CommandLine,
                probe: false,
                modifiers: Vec::new(),
                client: None,
                wish: None,
            };
            journal.begin(&call).unwrap();
        };
        run("a", CallKind::Tool, "one", "ca_1");
        run("a", CallKind::Tool, "two", "ca_1");
        run("a", CallKind::Tool, "one", "ca_2");
        run("a", CallKind::Tool, "two", "ca_1");
        run("a", CallKind::Proxy, "GET /", "");
        run("b", CallKind::Tool, "three", "ca_3");
        let found = |most| {
            let found = journal.recent_tools("a", most).unwrap();
            found.iter().map(|tool| format!("{} {}", tool.tool, tool.account)).collect::<Vec<_>>()
        };
        assert_eq!(found(9), ["two ca_1", "one ca_2", "one ca_1"]);
        assert_eq!(found(1), ["two ca_1"]);
    }
}
