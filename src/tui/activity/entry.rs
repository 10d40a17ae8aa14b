//! A past call, read whole.

use crate::domain::CredentialUse;
use crate::journal::{JournalEntry, StoredBody};
use crate::json::Document;
use crate::tui::explorer::json_view::JsonView;

/// Half of a call that is shown beside the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Half {
    /// Answer of the call.
    #[default]
    Result,
    /// Arguments that were sent.
    Arguments,
}

/// An entry, read whole.
pub struct Shown {
    /// Entry of the journal.
    pub entry: JournalEntry,
    arguments: Option<JsonView>,
    result: Option<JsonView>,
    /// Uses of credentials that belong to it.
    pub uses: Vec<CredentialUse>,
}

impl Shown {
    /// An entry with its bodies indexed.
    pub fn new(entry: JournalEntry, arguments: Option<Document>, result: Option<Document>) -> Self {
        let name = entry.summary.name.raw();
        let view = |document, half| JsonView::new(document).named(&format!("{name}-{half}"));
        let arguments = arguments.map(|document| view(document, "input"));
        let result = result.map(|document| view(document, "result"));
        Self { entry, arguments, result, uses: Vec::new() }
    }

    /// The same with the uses of credentials that belong to it.
    #[must_use]
    pub fn with_uses(self, uses: Vec<CredentialUse>) -> Self {
        Self { uses, ..self }
    }

    /// View of a half, or the reason why there is none to show.
    pub fn half(&self, half: Half) -> Result<&JsonView, &'static str> {
        let (view, body) = match half {
            Half::Result => (&self.result, &self.entry.result),
            Half::Arguments => (&self.arguments, &self.entry.arguments),
        };
        view.as_ref().ok_or(match (body, half) {
            (StoredBody::TooLarge, _) => "Too large to store.",
            (StoredBody::None | StoredBody::Kept(_), Half::Result) => "No result stored.",
            (StoredBody::None | StoredBody::Kept(_), Half::Arguments) => "No input stored.",
        })
    }

    /// View of a half, to move in.
    pub fn half_mut(&mut self, half: Half) -> Option<&mut JsonView> {
        match half {
            Half::Result => self.result.as_mut(),
            Half::Arguments => self.arguments.as_mut(),
        }
    }
}

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Shown({})", self.entry.summary.id)
    }
}
