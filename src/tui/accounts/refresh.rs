//! The list reads itself again while somebody looks at it: all of it, or of a long one the rows on screen.

use std::time::Duration;

use async_trait::async_trait;

use crate::domain::{Account, AccountId, AccountRef, Fault, FaultKind};
use crate::flow::accounts;
use crate::tui::accounts::lines::ShownLine;
use crate::tui::accounts::proof::tasks::ProveAccounts;
use crate::tui::accounts::screen::Accounts;
use crate::tui::accounts::tasks::LoadAccounts;
use crate::tui::core::cx::Cx;
use crate::tui::core::message::Message;
use crate::tui::core::state::account_store::{CHANGING, Load};
use crate::tui::core::toast::Level;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// Accounts up to which the whole list is read again.
const MOST: usize = 1_000;

/// Longest time until the next try after failures, in intervals.
const SLOWEST: u32 = 16;

/// State of reading again.
#[derive(Debug, Default)]
pub struct LiveRefresh {
    /// Uptime at which the list, or the rows on screen, were read last.
    last: Duration,
    /// Readings in a row that failed.
    failures: u32,
    /// Whether the reading that is under way is one that nobody asked for.
    is_own: bool,
}

impl LiveRefresh {
    /// Whether the list is being read although nobody asked for it: nothing on screen tells of that.
    pub fn is_own(&self) -> bool {
        self.is_own
    }

    /// Takes note that a reading has ended. Whether its fault is worth a message: one that nobody asked for is told
    /// once.
    pub(super) fn ended(&mut self, is_ok: bool, now: Duration) -> bool {
        let was_own = std::mem::take(&mut self.is_own);
        self.last = now;
        self.failures = if is_ok { 0 } else { self.failures.saturating_add(1) };
        !was_own || self.failures <= 1
    }
}

/// Reads some accounts again, one after the other.
#[derive(Debug)]
pub struct ReadRows(pub Vec<AccountId>);

/// Report: those that could be read, those that are gone, and why the others could not be.
#[derive(Debug)]
pub struct RowsRead {
    /// Accounts as they are now.
    pub read: Vec<Account>,
    /// Accounts that are there no more.
    pub gone: Vec<AccountId>,
    /// Reason why it ended early.
    pub fault: Option<Fault>,
}

impl ReadRows {
    /// Place of the rows on screen.
    pub const SLOT: Slot = Slot::new("rows");
}

#[async_trait]
impl Task for ReadRows {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(RowsRead { read: Vec::new(), gone: Vec::new(), fault: Some(fault) })
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let mut report = RowsRead { read: Vec::new(), gone: Vec::new(), fault: None };
        match services.environment() {
            Err(fault) => report.fault = Some(fault),
            Ok(opened) => {
                for id in self.0 {
                    match accounts::get(opened.backend.as_ref(), &AccountRef::Id(id.clone())).await {
                        Ok(account) => report.read.push(account),
                        Err(fault) if fault.kind == FaultKind::NotFound => report.gone.push(id),
                        // The others would meet the same.
                        Err(fault) => {
                            report.fault = Some(fault);
                            break;
                        }
                    }
                }
            }
        }
        reporter.send(report);
    }
}

impl Accounts {
    /// Time until the list is read again; none where that is off, or something else comes first: a popup or a filter
    /// that is answered, a reading, a change, a terminal that nobody looks at.
    pub(super) fn refresh_is_due(&self, cx: &Cx) -> Option<Duration> {
        let interval = cx.refresh?;
        let is_busy = [LoadAccounts::SLOT, ReadRows::SLOT, ProveAccounts::SLOT, CHANGING]
            .into_iter()
            .any(|slot| cx.is_running(slot));
        let is_read = matches!(cx.accounts.load, Load::Complete(_) | Load::Failed(_));
        let is_watched = cx.environment.open().is_some() && cx.has_focus && !cx.is_covered && !self.filter.typing;
        if is_busy || !is_read || !is_watched {
            return None;
        }
        let slowed = 2_u32.saturating_pow(self.live.failures.min(8)).min(SLOWEST);
        Some((self.live.last + interval.saturating_mul(slowed)).saturating_sub(cx.now.uptime))
    }

    /// Reads again what is visible.
    pub(super) fn refresh(&mut self, cx: &mut Cx) {
        self.live.is_own = true;
        if cx.accounts.all().len() <= MOST {
            cx.accounts.begin();
            return cx.start(LoadAccounts);
        }
        let on_screen = self.lines_from(&cx.accounts, self.cursor.top).take(self.rows_on_screen());
        let ids = on_screen.filter_map(|(_, line)| match line {
            ShownLine::Account(account) => Some(account.id.clone()),
            ShownLine::Heading(_) => None,
        });
        let ids = ids.collect();
        cx.start(ReadRows(ids));
    }

    /// Takes the rows that were read again.
    pub(super) fn take_rows(&mut self, RowsRead { read, gone, fault }: RowsRead, cx: &mut Cx) {
        cx.jobs.finish(ReadRows::SLOT);
        let is_told = self.live.ended(fault.is_none(), cx.now.uptime);
        self.put_rows(&mut cx.accounts, read);
        gone.iter().for_each(|id| self.remove(&mut cx.accounts, id));
        if let Some(fault) = fault.filter(|_| is_told) {
            cx.say(Level::Problem, fault.to_string());
        }
    }
}
