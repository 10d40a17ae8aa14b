//! Inputs that are not on screen: kept while the program runs, the oldest given up first. Those that were not sent are
//! left to the next run.

pub mod earlier;
pub mod tasks;

use std::sync::Arc;

use crate::domain::{AccountId, ToolName};
use crate::tui::core::recent::Recent;
use crate::tui::core::state::subject::Subject;
use crate::tui::core::state::unsent::UnsentInput;
use crate::tui::playground::drafts::earlier::Origin;
use crate::tui::playground::prefill::Prefill;
use crate::tui::widgets::typing::editor::Editor;

/// Inputs that are kept: more tools than anybody comes back to in one run.
const KEPT: usize = 200;

/// Bytes of all inputs: the steps of one long input alone may take half of that.
const BYTES: usize = 64 << 20;

/// Environments for which is kept what was on screen there: more than anybody has sources for.
const ENVIRONMENTS: usize = 32;

/// Unsent inputs that are left to the next run, and bytes of all of them.
const UNSENT: usize = 50;
const UNSENT_BYTES: usize = 1 << 20;

/// Inputs put away, undo steps included, and the tools that were on screen when their environments were left.
pub(super) struct Drafts {
    kept: Recent<DraftKey, StoredInput>,
    left: Recent<String, LeftTool>,
    /// Texts of those that were not sent.
    unsent: Recent<DraftKey, Arc<UnsentInput>>,
}

/// Key of a draft: one tool, or the requests to the provider, with one account in one environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DraftKey {
    environment: String,
    /// None for requests.
    tool: Option<ToolName>,
    account: AccountId,
}

/// An input with its undo steps.
pub(super) struct StoredInput {
    pub(super) editor: Editor,
    pub(super) origin: Origin,
}

/// Tool that was on screen when its environment was left.
pub(super) struct LeftTool {
    pub(super) subject: Subject,
    pub(super) prefill: Prefill,
}

impl Default for Drafts {
    fn default() -> Self {
        Self {
            kept: Recent::new(KEPT, BYTES),
            left: Recent::new(ENVIRONMENTS, BYTES),
            unsent: Recent::new(UNSENT, UNSENT_BYTES),
        }
    }
}

impl DraftKey {
    pub(super) fn new(environment: &str, subject: &Subject) -> Self {
        let tool = (!subject.is_request()).then(|| subject.tool.name.clone());
        // A request of the past may be of an account that is in no list: it has no id then.
        let account = match subject.account.is_empty() {
            true => format!("{} {}", subject.connection.raw(), subject.identifier.raw()).as_str().into(),
            false => subject.account.clone(),
        };
        Self { environment: environment.to_owned(), tool, account }
    }
}

impl Drafts {
    /// Keeps an input with its undo steps, and its text if that was not sent.
    pub(super) fn put(&mut self, key: DraftKey, input: StoredInput, unsent: Option<UnsentInput>) {
        self.unsent.remove(&key);
        if let Some(unsent) = unsent {
            let weight = unsent.text.len();
            self.unsent.insert(key.clone(), Arc::new(unsent), weight);
        }
        let weight = input.editor.weight();
        self.kept.insert(key, input, weight);
    }

    /// Takes an input out.
    pub(super) fn take(&mut self, key: &DraftKey) -> Option<StoredInput> {
        self.unsent.remove(key);
        self.kept.remove(key)
    }

    /// Those that were not sent, the newest last.
    pub(super) fn unsent(&self) -> impl Iterator<Item = &Arc<UnsentInput>> {
        self.unsent.values()
    }

    /// Keeps what was on screen in an environment.
    pub(super) fn leave(&mut self, environment: String, tool: LeftTool) {
        self.left.insert(environment, tool, 0);
    }

    /// Takes out what was on screen in an environment.
    pub(super) fn come_back(&mut self, environment: &String) -> Option<LeftTool> {
        self.left.remove(environment)
    }
}
