//! Tools that somebody comes back to in the open environment: favourites, and those that ran lately.

use std::collections::HashSet;

use crate::domain::{ToolCall, ToolName};
use crate::journal::RecentTool;

/// Tools that ran lately which are remembered.
pub const RECENT: usize = 5;

/// Favourites and recent tools, as far as they were read.
#[derive(Clone, Debug, Default)]
pub struct ToolUsage {
    favourites: HashSet<ToolName>,
    /// The newest first.
    recent: Vec<RecentTool>,
}

impl ToolUsage {
    /// What was read of one environment.
    pub fn new(favourites: Vec<ToolName>, recent: Vec<RecentTool>) -> Self {
        Self { favourites: favourites.into_iter().collect(), recent }
    }

    /// Whether a tool is a favourite.
    pub fn is_favourite(&self, tool: &ToolName) -> bool {
        self.favourites.contains(tool)
    }

    /// Makes a tool a favourite, or no longer.
    pub fn set_favourite(&mut self, tool: &ToolName, is_favourite: bool) {
        match is_favourite {
            true => drop(self.favourites.insert(tool.clone())),
            false => drop(self.favourites.remove(tool)),
        }
    }

    /// Tools that ran lately, the newest first.
    pub fn recent(&self) -> &[RecentTool] {
        &self.recent
    }

    /// Takes note that a tool runs now.
    pub fn runs(&mut self, call: &ToolCall) {
        let now = RecentTool {
            tool: call.tool.clone(),
            account: call.account.clone(),
            connection: call.connection.clone(),
            identifier: call.identifier.clone(),
        };
        self.recent.retain(|other| *other != now);
        self.recent.insert(0, now);
        self.recent.truncate(RECENT);
    }

    /// Place of a tool among others that fit as well: favourites, then recent ones, then the rest.
    pub fn rank(&self, tool: &ToolName) -> usize {
        let recent = || self.recent.iter().position(|recent| recent.tool == *tool);
        if self.is_favourite(tool) { 0 } else { recent().map_or(RECENT + 1, |at| at + 1) }
    }

    /// Whether a tool comes before others that fit as well.
    pub fn is_preferred(&self, tool: &ToolName) -> bool {
        self.rank(tool) <= RECENT
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::JsonText;

    fn call(tool: &str) -> ToolCall {
        ToolCall {
            tool: tool.into(),
            account: "ca_1".into(),
            identifier: "ada".into(),
            connection: "linear".into(),
            input: JsonText::empty_object(),
            agent_run: None,
        }
    }

    #[test]
    fn favourites_come_first_then_what_ran_last() {
        let mut usage = ToolUsage::new(vec!["star".into()], Vec::new());
        for tool in ["a", "b", "c", "d", "e", "f", "b"] {
            usage.runs(&call(tool));
        }
        let names: Vec<_> = usage.recent().iter().map(|recent| recent.tool.to_string()).collect();
        assert_eq!(names, ["b", "f", "e", "d", "c"]);
        assert!(usage.rank(&"star".into()) < usage.rank(&"b".into()));
        assert!(usage.rank(&"c".into()) < usage.rank(&"a".into()) && !usage.is_preferred(&"a".into()));
        usage.set_favourite(&"star".into(), false);
        assert!(!usage.is_favourite(&"star".into()));
    }
}
