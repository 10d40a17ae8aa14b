//! Wishes of which nobody heard the end, because the program ended before it.

use super::documents::{Fate, FateDocument, json};
use crate::agent::event::CallReturn;
use crate::agent::told::{self, Told};
use crate::domain::{Fault, FaultKind};
use crate::flow::delegated_call::next_step;
use crate::journal::{CallOutcome, Journal, JournalEntry, RunNumber, StoredBody, StoredWish};

const NOT_SENT: &str =
    "The program ended before this call was sent. Nothing was sent. Call again if it is still needed.";

const UNKNOWN: &str = "The program ended while this call was under way. Whether it was carried out is not known. Look \
                       whether it was before you call it again.";

/// Writes down what is known of every wish of a run that has no fate yet. Nothing is sent for it. Blocks.
///
/// # Errors
/// The journal cannot be read or written.
pub(in crate::agent) fn settle(journal: &Journal, run: RunNumber) -> Result<(), Fault> {
    for wish in journal.run_wishes(run)?.into_iter().filter(|wish| wish.fate.is_none()) {
        let fate = fate(journal, &wish)?;
        journal.end_wish(wish.number, &json(&FateDocument::new(&fate)))?;
    }
    Ok(())
}

/// What is known of a wish without a fate, by the entry that was begun for it.
///
/// # Errors
/// The journal cannot be read.
pub(super) fn fate(journal: &Journal, wish: &StoredWish) -> Result<Fate, Fault> {
    let entry = match wish.entry {
        Some(entry) => journal.entry(entry)?,
        None => None,
    };
    Ok(of_entry(entry))
}

fn of_entry(entry: Option<JournalEntry>) -> Fate {
    let number = entry.as_ref().map(|entry| entry.summary.id);
    let took = entry.as_ref().and_then(|entry| entry.summary.took);
    let fate = |told: Told, result, fault: Option<Fault>, not_sent, is_unknown| {
        let mut fate = Fate::told(told);
        *fate.returned = CallReturn { entry: number, result, fault, not_sent, took, ..*fate.returned };
        Fate { is_unknown, ..fate }
    };
    let Some(entry) = entry else {
        let fault = Fault::new(FaultKind::Cancelled, "The program ended before it was sent.");
        return fate(Told::failed(NOT_SENT), None, Some(fault), true, false);
    };
    let fault = entry.summary.fault.as_ref().map(|(kind, words)| {
        let kind = kind.parse().unwrap_or(FaultKind::ProviderFailed);
        Fault::new(kind, words.raw())
    });
    match (entry.summary.outcome, entry.result) {
        (CallOutcome::Succeeded, StoredBody::Kept(result)) => {
            fate(told::result(&result, None, &[]), Some(result), None, false, false)
        }
        (CallOutcome::Reported, StoredBody::Kept(result)) => {
            fate(told::result(&result, fault.as_ref(), &[]), Some(result), fault, false, false)
        }
        (CallOutcome::Succeeded | CallOutcome::Reported, _) => {
            let words = "The call was carried out, and its result is not kept. Call again only if that does no harm.";
            fate(Told::failed(words), None, fault, false, false)
        }
        (CallOutcome::Failed, _) => {
            let fault = fault.unwrap_or_else(|| Fault::new(FaultKind::ProviderFailed, "The call failed."));
            let not_sent = fault.kind == FaultKind::Denied;
            fate(told::failure(&fault, &next_step(&fault)), None, Some(fault), not_sent, false)
        }
        (CallOutcome::Running | CallOutcome::Stopped | CallOutcome::Unknown, _) => {
            let fault = Fault::new(FaultKind::Cancelled, "The program ended while it was under way.");
            fate(Told::failed(UNKNOWN), None, Some(fault.perhaps_carried_out()), false, true)
        }
    }
}
