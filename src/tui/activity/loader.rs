//! Reading of the journal for the Activity screen's tasks.

use std::collections::HashMap;

use crate::domain::{Fault, FaultKind, JsonText};
use crate::flow::record::{Records, blocking};
use crate::journal::{EntryId, EntryOrder, EntryPage, EntrySummary, Front, Journal, RunSummary, StoredBody};
use crate::json::Document;
use crate::tui::activity::diff::{Compared, Comparison, Side};
use crate::tui::activity::runs::RunFacts;
use crate::tui::activity::screen::{Found, PAGE, Page, Shown};
use crate::tui::widgets::columns::Direction;

/// Reads one page of the journal.
pub async fn page(records: &Records, page: Page) -> Result<Found, Fault> {
    let journal = records.journal().await?;
    blocking(move || {
        let EntryPage { calls, unreadable } = match page.order {
            (EntryOrder::Began, Direction::Forward) => journal.list(&page.wanted, page.before, PAGE)?,
            (by, direction) => {
                journal.list_by(&page.wanted, by, direction == Direction::Reverse, page.skipped, PAGE)?
            }
        };
        let total = journal.count(&page.wanted)?;
        let runs = runs(&journal, &calls);
        Ok(Found { calls, unreadable, total, runs, first: page.before.is_none() })
    })
    .await
}

/// What is kept of the runs that calls belong to. A run that cannot be read hides no call.
fn runs(journal: &Journal, calls: &[EntrySummary]) -> HashMap<String, RunFacts> {
    let mut runs: HashMap<String, RunFacts> = HashMap::new();
    let ids = calls.iter().filter(|call| call.front == Front::Agent).filter_map(|call| call.agent_run.as_ref());
    for id in ids {
        if runs.contains_key(id.raw()) {
            continue;
        }
        if let Ok(Some(RunSummary { title, model, .. })) = journal.run(id.raw()) {
            runs.insert(id.raw().to_owned(), RunFacts { title, model });
        }
    }
    runs
}

/// Reads one entry, its bodies indexed.
pub async fn entry(records: &Records, id: EntryId) -> Result<Shown, Fault> {
    let journal = records.journal().await?;
    blocking(move || {
        let entry = journal.entry(id)?.ok_or_else(|| gone(id))?;
        let (arguments, result) = (document(&entry.arguments), document(&entry.result));
        // An audit that cannot be read does not hide the call.
        let uses = journal.uses_of(id).unwrap_or_default().into_iter().map(|line| line.used).collect();
        let run = entry.summary.agent_run.as_ref();
        // Without its title it is told by its id.
        let run_title = run.and_then(|run| journal.run_title(run.raw()).ok().flatten());
        let mut shown = Shown::new(entry, arguments, result).with_uses(uses);
        shown.run_title = run_title;
        Ok(shown)
    })
    .await
}

/// Reads two entries and compares them.
pub async fn compare(records: &Records, comparison: Comparison) -> Result<Compared, Fault> {
    let Comparison { left, right, arguments, ignore } = comparison;
    // A result that is at hand needs no journal.
    let journal = match (&left, &right) {
        (Side::Result(..), Side::Result(..)) => None,
        _ => Some(records.journal().await?),
    };
    blocking(move || {
        let body = |side: &Side| match (side, &journal) {
            (Side::Call(id), Some(journal)) => half(journal, *id, arguments),
            (Side::Call(id), None) => Err(gone(*id)),
            (Side::Result(_, result), _) => {
                Document::index(result.clone()).map_err(|fault| Fault::new(FaultKind::TooLarge, fault.to_string()))
            }
        };
        Ok(Compared::of(&body(&left)?, &body(&right)?, &ignore))
    })
    .await
}

fn half(journal: &Journal, id: EntryId, arguments: bool) -> Result<Document, Fault> {
    let entry = journal.entry(id)?.ok_or_else(|| gone(id))?;
    let body = if arguments { &entry.arguments } else { &entry.result };
    let none = || {
        Fault::new(
            FaultKind::NotFound,
            format!("Call {id} has no stored {}.", if arguments { "input" } else { "result" }),
        )
    };
    document(body).ok_or_else(none)
}

fn gone(id: EntryId) -> Fault {
    Fault::new(FaultKind::NotFound, format!("Call number {id} is no longer in the journal."))
}

fn document(body: &StoredBody) -> Option<Document> {
    let json: &JsonText = match body {
        StoredBody::Kept(json) => json,
        StoredBody::None | StoredBody::TooLarge => return None,
    };
    Document::index(json.clone()).ok()
}
