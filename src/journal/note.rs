//! Notes of a person on calls.

use rusqlite::{OptionalExtension as _, params};

use super::body::unpack;
use super::record::{EntryId, StoredBody};
use super::store::{Journal, beginning, unusable, write_words};
use crate::domain::{Fault, FaultKind};
use crate::redact;

/// Characters of a note.
const LONGEST: usize = 500;

impl Journal {
    /// Writes a note on a call, in the place of an earlier one; an empty one takes it away. One line; what looks like a
    /// credential is replaced. The call is found by its words.
    ///
    /// # Errors
    /// [`FaultKind::NotFound`]: there is no such call; [`FaultKind::InvalidInput`]: it is too long;
    /// [`FaultKind::Local`]: the file cannot be written.
    pub fn set_note(&self, id: EntryId, note: &str) -> Result<(), Fault> {
        let note = note.split_whitespace().collect::<Vec<_>>().join(" ");
        if note.chars().count() > LONGEST {
            return Err(Fault::new(FaultKind::InvalidInput, format!("A note has at most {LONGEST} characters.")));
        }
        let note = redact::text(&note).into_owned();
        let mut connection = self.connection();
        let mut write = || -> rusqlite::Result<bool> {
            let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let sql = "UPDATE entry SET note = nullif(?2, '') WHERE id = ?1";
            if transaction.execute(sql, params![id.0, note])? == 0 {
                return Ok(false);
            }
            // The index keeps no copy of a text, so all of it is made anew.
            let sql = "SELECT name, connection, identifier, ifnull(fault, ''), arguments, result \
                       FROM entry LEFT JOIN body ON body.entry = entry.id WHERE id = ?1";
            let words = transaction.query_row(sql, [id.0], |row| {
                let text = |at: usize| row.get::<_, String>(at);
                let body = |at: usize| -> rusqlite::Result<String> {
                    let stored: Option<Vec<u8>> = row.get(at)?;
                    Ok(match unpack(stored.as_deref()) {
                        StoredBody::Kept(json) => beginning(&json),
                        StoredBody::None | StoredBody::TooLarge => String::new(),
                    })
                };
                Ok([text(0)?, text(1)?, text(2)?, body(4)?, text(3)?, body(5)?, note.clone()].join("\n"))
            });
            if let Some(words) = words.optional()? {
                write_words(&transaction, id, &words)?;
            }
            transaction.commit()?;
            Ok(true)
        };
        match write().map_err(unusable)? {
            true => Ok(()),
            false => Err(Fault::new(FaultKind::NotFound, format!("There is no call {id} in the history."))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;

    use super::*;
    use crate::domain::JsonText;
    use crate::journal::{CallKind, CallOutcome, Ending, Front, JournalFilter, NewCall, Retention};

    fn call() -> NewCall {
        NewCall {
            environment: "sandbox".into(),
            kind: CallKind::Tool,
            name: "linear_issue_get".into(),
            connection: "linear".into(),
            identifier: "ada".into(),
            account: "ca_1".into(),
            arguments: JsonText::parse(r#"{"id":"LIN-1"}"#).unwrap(),
            agent_run: None,
            front: Front::Screen,
            probe: false,
            modifiers: Vec::new(),
            client: None,
            wish: None,
        }
    }

    fn ending() -> Ending {
        Ending {
            outcome: CallOutcome::Succeeded,
            fault: None,
            status: Some(200),
            execution: None,
            took: Duration::from_millis(1),
            result: Some(JsonText::parse(r#"{"title":"Checkout"}"#).unwrap()),
        }
    }

    fn found(journal: &Journal, words: &str) -> Vec<i64> {
        let filter = JournalFilter::parse(words, Timestamp::UNIX_EPOCH).unwrap();
        journal.list(&filter, None, 9).unwrap().calls.iter().map(|call| call.id.0).collect()
    }

    fn note(journal: &Journal, id: EntryId) -> Option<String> {
        journal.entry(id).unwrap().unwrap().summary.note.map(|note| note.raw().to_owned())
    }

    #[test]
    fn a_note_is_shown_found_and_taken_away_and_nothing_else_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(folder.path(), Retention::default()).unwrap();
        let id = journal.begin(&call()).unwrap();
        journal.complete(id, &call(), &ending()).unwrap();
        journal.set_note(id, "  the one that\nbroke production ").unwrap();
        assert_eq!(note(&journal, id).as_deref(), Some("the one that broke production"));
        for words in ["production", "brok checkout", "lin-1 production ada"] {
            assert_eq!(found(&journal, words), [id.0], "{words}");
        }
        journal.set_note(id, "known").unwrap();
        assert_eq!((found(&journal, "production"), found(&journal, "known")), (vec![], vec![id.0]));
        journal.set_note(id, " ").unwrap();
        assert_eq!(
            (note(&journal, id), found(&journal, "known"), found(&journal, "checkout")),
            (None, vec![], vec![id.0])
        );
    }

    #[test]
    fn a_note_on_a_call_that_is_out_survives_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(folder.path(), Retention::default()).unwrap();
        let id = journal.begin(&call()).unwrap();
        journal.set_note(id, "slow").unwrap();
        journal.complete(id, &call(), &ending()).unwrap();
        assert_eq!((found(&journal, "slow checkout"), note(&journal, id).as_deref()), (vec![id.0], Some("slow")));
    }

    #[test]
    fn what_cannot_be_a_note_is_refused_and_credentials_are_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(folder.path(), Retention::default()).unwrap();
        assert_eq!(journal.set_note(EntryId(7), "x").unwrap_err().kind, FaultKind::NotFound);
        let id = journal.begin(&call()).unwrap();
        assert_eq!(journal.set_note(id, &"x".repeat(501)).unwrap_err().kind, FaultKind::InvalidInput);
        journal.set_note(id, "token=ghp_abcdefghijklmnopqrstuvwxyz0123456789").unwrap();
        assert!(note(&journal, id).is_some_and(|note| !note.contains("abcdefghij")));
    }
}
