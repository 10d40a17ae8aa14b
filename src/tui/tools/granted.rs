//! Scopes that accounts were granted, held against those that listed tools need.

use std::collections::HashMap;

use crate::domain::{AccountId, Tool, Untrusted};
use crate::flow::preflight::{granted_scopes, lacks};
use crate::tui::core::cx::Cx;

/// Scopes by account, each looked up once: they stand in the account's own document.
#[derive(Default)]
pub(super) struct Granted(HashMap<AccountId, Option<Vec<Untrusted>>>);

impl Granted {
    /// Words on what the account of a tool lacks; none where it lacks nothing, or nobody knows.
    pub(super) fn lacks(&mut self, tool: &Tool, cx: &Cx) -> Option<String> {
        let id = tool.account.as_ref().filter(|_| !tool.scopes.is_empty())?;
        let look_up = || cx.accounts.by_id(id).and_then(granted_scopes);
        lacks(tool, self.0.entry(id.clone()).or_insert_with(look_up).as_ref()?)
    }
}
