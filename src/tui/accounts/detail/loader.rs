//! The account that is being looked at: since when, and what its details say.
//!
//! A list of accounts holds less of each than the broker knows. The rest is asked for when somebody
//! looks at one for a while, never while they pass by.

use std::collections::HashSet;
use std::time::Duration;

use crate::domain::{Account, AccountId, Fault};
use crate::tui::accounts::detail::extra::Extra;

/// Time that an account is looked at before its details are read.
pub const WHILE: Duration = Duration::from_millis(400);

/// Account beside the list, and the state of its details. Times are uptimes.
#[derive(Debug, Default)]
pub struct DetailLoader {
    at: Option<(AccountId, Duration)>,
    extra: Extra,
    /// Whether the row under it may have changed.
    stale: bool,
    /// Accounts of which details were asked for since the list was loaded.
    asked: HashSet<AccountId>,
    /// Account of which details are being read.
    reading: Option<AccountId>,
    /// Account of which details could not be read, and the reason.
    fault: Option<(AccountId, Fault)>,
}

impl DetailLoader {
    /// Takes note of the account that is shown now, or still.
    pub fn at(&mut self, account: Option<&Account>, now: Duration) {
        let same = match (&self.at, account) {
            (Some((id, _)), Some(account)) => *id == account.id,
            (None, None) => true,
            _ => false,
        };
        if !same {
            self.at = account.map(|account| (account.id.clone(), now));
        }
        if !same || std::mem::take(&mut self.stale) {
            self.extra = account.map(Extra::of).unwrap_or_default();
        }
    }

    /// Members of the account that the program has no words for.
    pub fn extra(&self) -> &Extra {
        &self.extra
    }

    /// Fault with which its details could not be read.
    pub fn fault(&self) -> Option<&Fault> {
        let (id, _) = self.at.as_ref()?;
        self.fault.as_ref().filter(|(other, _)| other == id).map(|(_, fault)| fault)
    }

    /// Time until its details are to be read; none where they were asked for already.
    pub fn due(&self, now: Duration) -> Option<Duration> {
        let (_, since) = self.at.as_ref().filter(|(id, _)| !self.asked.contains(id))?;
        Some((*since + WHILE).saturating_sub(now))
    }

    /// The details of this account are being read, in the place of any others.
    pub fn begin(&mut self, id: &AccountId) {
        if let Some(given_up) = self.reading.replace(id.clone()) {
            self.asked.remove(&given_up);
        }
        self.asked.insert(id.clone());
    }

    /// Takes note that the details are read, or could not be.
    pub fn end(&mut self, fault: Option<&Fault>) {
        let read = self.reading.take();
        self.fault = read.zip(fault.cloned());
    }

    /// Rows have changed, perhaps the one that is looked at.
    pub fn renew(&mut self) {
        self.stale = true;
    }

    /// Forgets which details were read: the list was loaded again, and holds none.
    pub fn forget_all(&mut self) {
        self.asked.clear();
        self.stale = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::scalekit::words;
    use crate::domain::{FaultKind, JsonText, Status};

    fn account(id: &str) -> Account {
        Account {
            id: id.into(),
            identifier: "ada".into(),
            connection: "linear".into(),
            connection_id: "conn_1".into(),
            provider: "LINEAR".into(),
            status: Status::Active,
            authorization: words::authorization("OAUTH"),
            token_expires_at: None,
            updated_at: None,
            last_used_at: None,
            org_wide: false,
            raw: JsonText::empty_object(),
        }
    }

    #[test]
    fn details_are_due_after_a_while_and_once() {
        let (one, two) = (account("ca_1"), account("ca_2"));
        let mut looking = DetailLoader::default();
        looking.at(Some(&one), Duration::ZERO);
        assert_eq!(looking.due(Duration::ZERO), Some(WHILE));
        looking.at(Some(&two), WHILE / 2);
        assert_eq!(looking.due(WHILE), Some(WHILE / 2), "who moves on begins again");
        looking.begin(&two.id);
        assert_eq!(looking.due(WHILE * 2), None);
        looking.end(None);
        looking.at(Some(&one), WHILE * 2);
        assert!(looking.due(WHILE * 2).is_some());
        looking.at(Some(&two), WHILE * 3);
        assert_eq!(looking.due(WHILE * 9), None);
        looking.forget_all();
        assert_eq!(looking.due(WHILE * 9), Some(Duration::ZERO));
    }

    #[test]
    fn what_was_given_up_for_another_is_asked_for_again() {
        let (one, two) = (account("ca_1"), account("ca_2"));
        let mut looking = DetailLoader::default();
        looking.begin(&one.id);
        looking.begin(&two.id);
        looking.at(Some(&one), Duration::ZERO);
        assert!(looking.due(WHILE).is_some());
    }

    #[test]
    fn a_fault_is_told_of_its_own_account_alone() {
        let mut looking = DetailLoader::default();
        looking.at(Some(&account("ca_1")), Duration::ZERO);
        looking.begin(&"ca_1".into());
        looking.end(Some(&Fault::new(FaultKind::NotFound, "There is no such account.")));
        assert!(looking.fault().is_some());
        looking.at(Some(&account("ca_2")), WHILE);
        assert!(looking.fault().is_none());
    }
}
