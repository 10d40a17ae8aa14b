//! Fixes where tools are missing, and the question that explains why they are.

use crate::flow::explain::Question;
use crate::tui::core::cx::Cx;
use crate::tui::core::state::tool_store::{Scope, ToolLoad};
use crate::tui::core::suggested_fix::SuggestedFix;
use crate::tui::tools::screen::Tools;

impl Tools {
    /// Step that helps where tools are missing.
    pub(super) fn fix(&self, cx: &Cx) -> Option<SuggestedFix> {
        cx.environment.open()?;
        match (&cx.tools.load, self.scope()) {
            (ToolLoad::Complete(Some(cause)), Scope::Person(who, _)) if cx.tools.rows().is_empty() => {
                SuggestedFix::for_empty_list(cause, who)
            }
            _ => {
                if let Some(lacking) = self.scopes_fix(cx) {
                    return Some(lacking);
                }
                let unlisted = self.unlisted.iter().find_map(|id| cx.accounts.by_id(id));
                unlisted.map(|account| SuggestedFix::Authorize(Box::new(account.clone())))
            }
        }
    }

    /// Step that helps where the account of the selected tool lacks scopes.
    fn scopes_fix(&self, cx: &Cx) -> Option<SuggestedFix> {
        let tool = self.selected(&cx.tools)?;
        SuggestedFix::for_scopes(tool, cx.accounts.by_id(tool.account.as_ref()?)?, cx)
    }

    /// Question about what is listed, or about the selected tool where it is one person's.
    pub(super) fn question(&self, cx: &Cx) -> Question {
        let selected = self.selected(&cx.tools);
        match (self.scope(), selected) {
            (Scope::Person(who, connection), None) => Question::person(who.clone(), connection.clone()),
            (Scope::Person(who, connection), Some(tool)) => {
                let account = self.account(cx).map(|account| account.connection.clone());
                let tool = Some(tool.name.clone());
                Question { tool, ..Question::person(who.clone(), account.or_else(|| connection.clone())) }
            }
            (Scope::Environment, selected) => Question {
                identifier: cx.acting_as.clone().filter(|_| selected.is_some()),
                tool: selected.map(|tool| tool.name.clone()),
                ..Question::default()
            },
        }
    }

    /// Whether there is one.
    pub(super) fn has_fix(&self, cx: &Cx) -> bool {
        let is_empty = cx.tools.rows().is_empty();
        cx.environment.open().is_some()
            && match (&cx.tools.load, self.scope()) {
                (ToolLoad::Complete(Some(cause)), Scope::Person(..)) if is_empty => SuggestedFix::exists_for(cause),
                _ => self.unlisted.iter().any(|id| cx.accounts.by_id(id).is_some()) || self.scopes_fix(cx).is_some(),
            }
    }
}
