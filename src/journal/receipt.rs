//! Receipts of authorizations: what each of them changed, as documents that somebody else writes and reads.

use jiff::Timestamp;
use rusqlite::params;

use super::body::{pack, unpack};
use super::record::StoredBody;
use super::store::{Journal, unusable};
use crate::domain::{AccountId, Fault, FaultKind, JsonText};
use crate::redact;

/// Receipts of one account that are kept.
const KEPT: i64 = 50;

/// Receipt as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptReceipt {
    /// Id of the account.
    pub account: AccountId,
    /// End of the authorization.
    pub at: Timestamp,
    /// The receipt, credentials replaced.
    pub document: JsonText,
}

impl Journal {
    /// Keeps a receipt, credentials replaced. Of each account the newest fifty stay.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: it could not be written.
    pub fn keep_receipt(
        &self,
        environment: &str,
        account: &AccountId,
        at: Timestamp,
        document: &JsonText,
    ) -> Result<(), Fault> {
        let redacted = redact::json(document).json;
        let packed =
            pack(&redacted).ok_or_else(|| Fault::new(FaultKind::TooLarge, "The receipt is too large to keep."))?;
        let mut connection = self.connection();
        let mut write = || -> rusqlite::Result<()> {
            let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            transaction.execute(
                "INSERT INTO receipt (environment, account, at, document) VALUES (?1, ?2, ?3, ?4)",
                params![environment, account.raw(), at.as_millisecond(), packed],
            )?;
            transaction.execute(
                "DELETE FROM receipt WHERE environment = ?1 AND account = ?2 AND id NOT IN \
                 (SELECT id FROM receipt WHERE environment = ?1 AND account = ?2 ORDER BY id DESC LIMIT ?3)",
                params![environment, account.raw(), KEPT],
            )?;
            transaction.commit()
        };
        write().map_err(unusable)
    }

    /// Receipts of one account of an environment, or of all, the newest first.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: the file cannot be read.
    pub fn receipts(
        &self,
        environment: &str,
        account: Option<&AccountId>,
        limit: usize,
    ) -> Result<Vec<KeptReceipt>, Fault> {
        let sql = "SELECT account, at, document FROM receipt WHERE environment = ?1 AND (?2 IS NULL OR account = ?2) \
                   ORDER BY id DESC LIMIT ?3";
        let connection = self.connection();
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let read = || -> rusqlite::Result<Vec<Option<KeptReceipt>>> {
            connection
                .prepare_cached(sql)?
                .query_map(params![environment, account.map(AccountId::raw), limit], |row| {
                    let (account, at, stored): (String, i64, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
                    let StoredBody::Kept(document) = unpack(Some(&stored)) else { return Ok(None) };
                    let at = Timestamp::from_millisecond(at).unwrap_or_default();
                    Ok(Some(KeptReceipt { account: AccountId::new(account), at, document }))
                })?
                .collect()
        };
        // A row that somebody else has written to may be none.
        read().map(|receipts| receipts.into_iter().flatten().collect()).map_err(unusable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Retention;

    fn journal(folder: &std::path::Path) -> Journal {
        Journal::open(folder, Retention::default()).unwrap()
    }

    fn json(text: &str) -> JsonText {
        JsonText::parse(text.to_owned()).unwrap()
    }

    #[test]
    fn receipts_come_back_newest_first_by_environment_and_account() {
        let folder = tempfile::tempdir().unwrap();
        let journal = journal(folder.path());
        let at = |second| Timestamp::from_second(second).unwrap();
        for (environment, account, second) in [("a", "ca_1", 1), ("a", "ca_2", 2), ("b", "ca_1", 3), ("a", "ca_1", 4)] {
            journal.keep_receipt(environment, &account.into(), at(second), &json("{\"n\": 1.10}")).unwrap();
        }
        let found = |account: Option<&str>, limit| {
            let account = account.map(AccountId::from);
            let receipts = journal.receipts("a", account.as_ref(), limit).unwrap();
            receipts.into_iter().map(|receipt| (receipt.account.raw().to_owned(), receipt.at.as_second())).collect()
        };
        let pair = |account: &str, second: i64| (account.to_owned(), second);
        let all: Vec<_> = found(None, 9);
        assert_eq!(all, [pair("ca_1", 4), pair("ca_2", 2), pair("ca_1", 1)]);
        let one: Vec<_> = found(Some("ca_1"), 1);
        assert_eq!(one, [pair("ca_1", 4)]);
        assert_eq!(journal.receipts("b", None, 9).unwrap()[0].document.raw(), "{\"n\": 1.10}");
    }

    #[test]
    fn of_an_account_the_newest_stay_and_no_credential_does() {
        let folder = tempfile::tempdir().unwrap();
        let journal = journal(folder.path());
        let account = AccountId::from("ca_1");
        let document = json(r#"{"fault":"refused","token":"hunter2hunter2"}"#);
        for second in 0..KEPT + 7 {
            journal.keep_receipt("a", &account, Timestamp::from_second(second).unwrap(), &document).unwrap();
        }
        let kept = journal.receipts("a", Some(&account), 1_000).unwrap();
        assert_eq!((kept.len() as i64, kept[0].at.as_second()), (KEPT, KEPT + 6));
        assert!(!kept[0].document.raw().contains("hunter2"), "{}", kept[0].document.raw());
    }
}
