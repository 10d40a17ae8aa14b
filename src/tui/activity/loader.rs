//! What tasks do with the journal.

use std::fs::OpenOptions;
use std::io::Write as _;

use crate::domain::{Fault, FaultKind, JsonText, Untrusted};
use crate::flow::record::{Records, blocking};
use crate::journal::{EntryId, EntryPage, Journal, StoredBody};
use crate::json::Document;
use crate::tui::activity::diff::{Compared, Comparison};
use crate::tui::activity::screen::{Found, PAGE, Page, Shown};
use crate::tui::core::effect::Saving;

/// Reads one page.
pub async fn page(records: &Records, page: Page) -> Result<Found, Fault> {
    let journal = records.journal().await?;
    blocking(move || {
        let EntryPage { calls, unreadable } = journal.list(&page.wanted, page.before, PAGE)?;
        let total = journal.count(&page.wanted)?;
        Ok(Found { calls, unreadable, total, first: page.before.is_none() })
    })
    .await
}

/// Reads one entry, its bodies indexed.
pub async fn entry(records: &Records, id: EntryId) -> Result<Shown, Fault> {
    let journal = records.journal().await?;
    blocking(move || {
        let entry = journal.entry(id)?.ok_or_else(|| gone(id))?;
        let (arguments, result) = (document(&entry.arguments), document(&entry.result));
        Ok(Shown::new(entry, arguments, result))
    })
    .await
}

/// Compares two entries.
pub async fn compare(records: &Records, comparison: Comparison) -> Result<Compared, Fault> {
    let journal = records.journal().await?;
    blocking(move || {
        let body = |id| half(&journal, id, comparison.arguments);
        Ok(Compared::of(&body(comparison.left)?, &body(comparison.right)?, &comparison.ignore))
    })
    .await
}

fn half(journal: &Journal, id: EntryId, arguments: bool) -> Result<Document, Fault> {
    let entry = journal.entry(id)?.ok_or_else(|| gone(id))?;
    let body = if arguments { &entry.arguments } else { &entry.result };
    let none = || Fault::new(FaultKind::NotFound, format!("Of call number {id} nothing was kept to compare."));
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

/// So many names are tried before giving up.
const NAMES: u32 = 10_000;

/// Writes a file that was not there before, and returns its name.
pub async fn save(saving: Saving) -> Result<Untrusted, Fault> {
    blocking(move || {
        let (stem, extension) = saving.name.rsplit_once('.').unwrap_or((&saving.name, "txt"));
        for n in 1..NAMES {
            let name = if n == 1 { saving.name.clone() } else { format!("{stem}-{n}.{extension}") };
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            // What came back from a provider is nobody else's business.
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            match options.open(&name).and_then(|mut file| file.write_all(&saving.bytes)) {
                Ok(()) => return Ok(name.into()),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => {
                    let message = "It could not be saved in the folder the program was started in.";
                    return Err(Fault::new(FaultKind::Local, message).because(error));
                }
            }
        }
        Err(Fault::new(FaultKind::Local, "Every name for it is taken already."))
    })
    .await
}
