//! Arguments that a tool was last called with, by each person.

use jiff::Timestamp;
use rusqlite::params;

use super::body::unpack;
use super::record::{SentArguments, StoredBody};
use super::store::{Journal, texts, unusable};
use crate::domain::{AccountId, ConnectionName, Fault, Identifier, ToolName};
use crate::redact::Redacted;

/// Arguments that would be offered for the next call of a tool as one person.
#[derive(Clone, Debug, PartialEq)]
pub struct RememberedArguments {
    /// Account that the tool was called with.
    pub account: AccountId,
    /// Connection of the account.
    pub connection: ConnectionName,
    /// Identifier of the account.
    pub identifier: Identifier,
    /// The arguments, and when they were sent.
    pub sent: SentArguments,
}

impl Journal {
    /// Arguments that a tool was last called with in an environment, one set for each account, the newest first.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local): the file cannot be read.
    pub fn remembered_arguments(
        &self,
        environment: &str,
        tool: &ToolName,
        most: usize,
    ) -> Result<Vec<RememberedArguments>, Fault> {
        let sql = "SELECT account, connection, identifier, began, arguments, hidden \
                   FROM entry JOIN body ON body.entry = entry.id WHERE id IN \
                   (SELECT max(id) FROM entry WHERE name = ?1 AND environment = ?2 AND kind = 0 AND probe = 0 \
                   GROUP BY account, identifier) ORDER BY id DESC LIMIT ?3";
        let connection = self.connection();
        let read = || -> rusqlite::Result<Vec<RememberedArguments>> {
            let mut statement = connection.prepare_cached(sql)?;
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let mut rows = statement.query(params![tool.raw(), environment, most])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let text = |at: usize| row.get::<_, String>(at);
                let stored: Option<Vec<u8>> = row.get(4)?;
                let StoredBody::Kept(json) = unpack(stored.as_deref()) else { continue };
                let arguments = Redacted { json, hidden: texts(&text(5)?) };
                found.push(RememberedArguments {
                    account: AccountId::new(text(0)?),
                    connection: ConnectionName::new(text(1)?),
                    identifier: Identifier::new(text(2)?),
                    sent: SentArguments {
                        began: Timestamp::from_millisecond(row.get(3)?).unwrap_or_default(),
                        arguments,
                    },
                });
            }
            Ok(found)
        };
        read().map_err(unusable)
    }
}
