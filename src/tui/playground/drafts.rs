//! Inputs that are not on screen: kept while the program runs, the oldest given up first.

use crate::domain::{AccountId, ToolName};
use crate::tui::core::recent::Recent;
use crate::tui::core::state::subject::Subject;
use crate::tui::playground::prefill::Prefill;
use crate::tui::widgets::typing::editor::Editor;

/// Inputs that are kept: more tools than anybody comes back to in one run.
const KEPT: usize = 200;

/// Bytes of all inputs: the steps of one long input alone may take half of that.
const BYTES: usize = 64 << 20;

/// Environments for which is kept what was on screen there: more than anybody has sources for.
const ENVIRONMENTS: usize = 32;

/// Inputs put away, undo steps included, and the tools that were on screen when their environments were left.
pub(super) struct Drafts {
    kept: Recent<DraftKey, Editor>,
    left: Recent<String, LeftTool>,
}

/// Key of a draft: one tool with one account in one environment.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DraftKey {
    environment: String,
    tool: ToolName,
    account: AccountId,
}

/// Tool that was on screen when its environment was left.
pub(super) struct LeftTool {
    pub(super) subject: Subject,
    pub(super) prefill: Prefill,
}

impl Default for Drafts {
    fn default() -> Self {
        Self { kept: Recent::new(KEPT, BYTES), left: Recent::new(ENVIRONMENTS, BYTES) }
    }
}

impl DraftKey {
    pub(super) fn new(environment: &str, subject: &Subject) -> Self {
        let (tool, account) = (subject.tool.name.clone(), subject.account.clone());
        Self { environment: environment.to_owned(), tool, account }
    }
}

impl Drafts {
    /// Keeps an input with its undo steps.
    pub(super) fn put(&mut self, key: DraftKey, editor: Editor) {
        let weight = editor.weight();
        self.kept.insert(key, editor, weight);
    }

    /// Takes an input out.
    pub(super) fn take(&mut self, key: &DraftKey) -> Option<Editor> {
        self.kept.remove(key)
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
