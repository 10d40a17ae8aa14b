//! Tools that ran lately, offered while no tool is open.

mod tasks;
mod view;

pub use self::tasks::{ReadTool, ToolRead};
pub(super) use self::view::draw;
use crate::tui::core::cx::Cx;
use crate::tui::core::messages::OpenInPlayground;
use crate::tui::core::state::subject::Subject;
use crate::tui::core::toast::Level;
use crate::tui::playground::screen::Playground;

impl Playground {
    /// Whether they are offered.
    pub(super) fn offers_recent(&self, cx: &Cx) -> bool {
        self.subject.is_none() && !cx.usage.recent().is_empty()
    }

    /// Opens the one under the cursor, with the account that it ran with. What is not in the lists is read first.
    pub(super) fn open_recent(&self, cx: &mut Cx) {
        let Some(recent) = cx.usage.recent().get(self.recent.row).cloned() else { return };
        let tool = cx.tools.rows().iter().find(|tool| tool.name == recent.tool);
        let account = cx.accounts.by_id(&recent.account);
        let is_same = |account: &crate::domain::Account| {
            account.identifier == recent.identifier && account.connection == recent.connection
        };
        match (tool, account.filter(|account| is_same(account))) {
            (Some(tool), Some(account)) => {
                let subject = Subject::new(tool, account);
                cx.send(OpenInPlayground(Box::new(subject)));
            }
            _ => cx.start(ReadTool(recent)),
        }
    }

    /// Opens what was read.
    pub(super) fn tool_read(&mut self, ToolRead(result): ToolRead, cx: &mut Cx) {
        cx.jobs.finish(ReadTool::SLOT);
        match result {
            // Somebody may have opened another one meanwhile.
            Ok(subject) if self.subject.is_none() => cx.send(OpenInPlayground(subject)),
            Ok(_) => {}
            Err(fault) => cx.say(Level::Problem, fault.to_string()),
        }
    }
}
