//! Lines are added at the end, whoever else adds some.

use rusqlite::{OptionalExtension as _, TransactionBehavior, params};

use super::line::{ChainHash, Document};
use crate::domain::{CredentialUse, Fault, FaultKind};
use crate::journal::store::{Journal, unusable};

/// Says that nothing can be added to a chain whose head is gone.
const HEADLESS: &str = "The head of the audit is gone, so nothing is added to it. jackfield audit verify tells more.";

impl Journal {
    /// Adds a line, and gives its number. No other program comes between the reading of the head and the writing of it.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: it could not be written, or something else has changed the head.
    pub fn append_use(&self, environment: &str, used: &CredentialUse) -> Result<u64, Fault> {
        let mut connection = self.connection();
        let mut write = || -> rusqlite::Result<Option<u64>> {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let head = transaction.query_row("SELECT lines, hash FROM audit_head", [], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
            });
            let head = head.optional()?.and_then(|(lines, hash)| Some((lines, ChainHash::from_bytes(&hash)?)));
            let Some((lines, hash)) = head else { return Ok(None) };
            let number = u64::try_from(lines).unwrap_or_default() + 1;
            let document = serde_json::to_string(&Document::new(number, environment, used)).unwrap_or_default();
            let hash = hash.then(document.as_bytes());
            let row = params![lines + 1, document, hash.bytes()];
            transaction.execute("INSERT INTO audit (number, document, hash) VALUES (?1, ?2, ?3)", row)?;
            transaction.execute("UPDATE audit_head SET lines = ?1, hash = ?2", params![lines + 1, hash.bytes()])?;
            transaction.commit()?;
            Ok(Some(number))
        };
        write().map_err(unusable)?.ok_or_else(|| Fault::new(FaultKind::Local, HEADLESS))
    }
}
