//! The accounts of the open environment, as far as they are loaded. Several features read them.

use jiff::Timestamp;

use crate::domain::{Account, AccountId, Fault, Proof, Status};
use crate::flow::tally::Mismatch;
use crate::order::StableOrder as _;
use crate::tui::core::state::proof_store::ProofStore;
use crate::tui::core::work::job::Slot;

/// Place of a change to an account: one at a time, and the environment is not switched meanwhile.
pub const CHANGING: Slot = Slot::new("account change").shown();

/// State of loading.
#[derive(Debug, Default)]
pub enum Load {
    /// Loading was not asked for yet.
    #[default]
    Idle,
    /// Pages are arriving; a reload keeps the old rows until it is complete.
    Running {
        /// Rows of a reload so far; none on the first load, which shows each page as it comes.
        fresh: Option<Vec<Account>>,
    },
    /// All pages came; with the difference from what was announced.
    Complete(Option<Mismatch>),
    /// Loading ended early; what arrived before stays.
    Failed(Fault),
}

/// Accounts in the order they came, with counts.
#[derive(Debug, Default)]
pub struct AccountStore {
    rows: Vec<Account>,
    /// Accounts of each status, the most urgent first.
    counts: Vec<(Status, usize)>,
    /// Number of accounts that the back-end announced.
    pub total: Option<u64>,
    /// State of loading.
    pub load: Load,
    /// Time at which all of it was read last, by our clock.
    pub read_at: Option<Timestamp>,
    /// Number of changes to the rows.
    revision: u64,
    /// Proofs of who they are.
    pub proofs: ProofStore,
    /// Number of accounts whose proof calls for attention while their status does not.
    doubted: usize,
}

impl AccountStore {
    /// Number that another set of rows never has.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Every account that is here, in the order it came.
    pub fn all(&self) -> &[Account] {
        &self.rows
    }

    /// The account in this row.
    pub fn row(&self, row: usize) -> Option<&Account> {
        self.rows.get(row)
    }

    /// The account with this id.
    pub fn by_id(&self, id: &AccountId) -> Option<&Account> {
        self.rows.iter().find(|account| account.id == *id)
    }

    /// Number of accounts that call for attention.
    pub fn needing_you(&self) -> usize {
        let by_status: usize =
            self.counts.iter().filter(|(status, _)| status.needs_you()).map(|(_, count)| count).sum();
        by_status + self.doubted
    }

    /// Whether an account calls for attention, by its status or its proof.
    pub fn needs_you(&self, account: &Account) -> bool {
        account.status.needs_you() || self.proofs.needs_you(account)
    }

    /// Number of accounts whose proof alone calls for attention.
    pub fn doubted(&self) -> usize {
        self.doubted
    }

    /// Takes proofs that were just made. What they say of other accounts shows once all are [judged](Self::judged).
    pub fn prove(&mut self, proofs: Vec<Proof>) {
        proofs.into_iter().for_each(|proof| self.proofs.insert(proof));
    }

    /// Counts anew what the proofs say.
    pub fn judged(&mut self) {
        self.count();
    }

    /// Number of accounts of each status, the most urgent first.
    pub fn counts(&self) -> &[(Status, usize)] {
        &self.counts
    }

    /// Number of accounts that are here, or that are announced if that is more.
    pub fn total(&self) -> u64 {
        self.total.unwrap_or(0).max(self.rows.len() as u64)
    }

    /// Whether pages are arriving.
    pub fn is_loading(&self) -> bool {
        matches!(self.load, Load::Running { .. })
    }

    /// Whether something is not here that was announced.
    pub fn is_incomplete(&self) -> bool {
        matches!(&self.load, Load::Complete(Some(mismatch)) if mismatch.missing() > 0)
    }

    /// Begins to load. Rows that are here stay until a reload is complete.
    pub fn begin(&mut self) {
        self.load = Load::Running { fresh: (!self.rows.is_empty()).then(Vec::new) };
    }

    /// Takes a page that arrived. Whether rows changed: those of a reload wait for its end.
    pub fn page(&mut self, mut items: Vec<Account>, total: Option<u64>) -> bool {
        items.iter_mut().for_each(|account| account.raw.close());
        self.total = total.or(self.total);
        match &mut self.load {
            Load::Running { fresh: Some(fresh) } => {
                fresh.extend(items);
                false
            }
            _ => {
                self.rows.extend(items);
                self.count();
                true
            }
        }
    }

    /// Takes note that no more pages come. Whether rows changed.
    pub fn end(&mut self, result: Result<Option<Mismatch>, Fault>) -> bool {
        let load = match result {
            Ok(mismatch) => Load::Complete(mismatch),
            Err(fault) => Load::Failed(fault),
        };
        match (std::mem::replace(&mut self.load, load), &self.load) {
            (Load::Running { fresh: Some(fresh) }, Load::Complete(_)) => {
                self.rows = fresh;
                self.count();
                true
            }
            _ => false,
        }
    }

    /// Loading was stopped: what arrived of a first load stays, a reload changes nothing.
    pub fn stop(&mut self) {
        self.load = Load::Complete(None);
    }

    /// Takes an account that was read again, or is new.
    pub fn put(&mut self, account: Account) {
        match self.rows.iter_mut().find(|row| row.id == account.id) {
            Some(row) => *row = account,
            None => self.rows.push(account),
        }
        self.count();
    }

    /// Details of an account came. Whether they say more than the details: none where the account is gone.
    pub fn read(&mut self, account: Account) -> Option<bool> {
        let row = self.rows.iter_mut().find(|row| row.id == account.id)?;
        let alike = Account { raw: account.raw.clone(), ..row.clone() } == account;
        *row = account;
        // Most often the details only say more, and every row stays where it is.
        if !alike {
            self.count();
        }
        Some(!alike)
    }

    /// Takes an account out.
    pub fn remove(&mut self, id: &AccountId) {
        self.rows.retain(|account| account.id != *id);
        self.total = self.total.map(|total| total.saturating_sub(1));
        self.count();
    }

    fn count(&mut self) {
        self.revision += 1;
        let mut counts: Vec<(Status, usize)> = Vec::new();
        for account in &self.rows {
            match counts.iter_mut().find(|(status, _)| *status == account.status) {
                Some((_, count)) => *count += 1,
                None => counts.push((account.status.clone(), 1)),
            }
        }
        counts.order_by_key(|(status, _)| urgency(status));
        self.counts = counts;
        let is_doubted = |account: &&Account| !account.status.needs_you() && self.proofs.needs_you(account);
        self.doubted = if self.proofs.is_empty() { 0 } else { self.rows.iter().filter(is_doubted).count() };
    }
}

/// Rank of a status by urgency: the worst is 0.
pub fn urgency(status: &Status) -> u8 {
    match status {
        Status::Expired | Status::KeyRefused => 0,
        Status::Other(_) => 1,
        Status::PendingVerification => 2,
        Status::PendingAuth => 3,
        Status::Unspecified => 4,
        Status::Active => 5,
        Status::Disconnected => 6,
    }
}
