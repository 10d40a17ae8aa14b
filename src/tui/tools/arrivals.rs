//! What arrives at the list of tools: pages, ranks, and who or what to show.

use crate::domain::ToolName;
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::messages::{ActAs, GoToTool};
use crate::tui::core::state::tool_store::Scope;
use crate::tui::core::toast::Level;
use crate::tui::input::tabs::Tab;
use crate::tui::tools::loading::{LOADING, Ranked, SEARCHING, ToolsLoaded, ToolsPage};
use crate::tui::tools::screen::Tools;

impl Tools {
    pub(super) fn receive_page(&mut self, ToolsPage(items, total): ToolsPage, cx: &mut Cx) {
        cx.tools.page(items, total);
        self.rearrange(cx);
        self.go_to_wanted(cx);
    }

    pub(super) fn receive_end(&mut self, ToolsLoaded(result): ToolsLoaded, cx: &mut Cx) {
        cx.jobs.finish(LOADING);
        let said = match &result {
            Ok(cause) => cause.as_ref().map(|cause| (cause.is_incomplete(), cause.to_string())),
            Err(fault) => Some((true, fault.to_string())),
        };
        // Where nothing came, a card says it.
        if let Some((bad, words)) = said.filter(|_| !cx.tools.rows().is_empty()) {
            cx.say(if bad { Level::Problem } else { Level::Note }, words);
        }
        cx.tools.end(result);
        self.note_unlisted(cx);
    }

    pub(super) fn receive_ranked(&mut self, Ranked(order): Ranked, cx: &mut Cx) {
        cx.jobs.finish(SEARCHING);
        self.ranked(&cx.tools, order);
        self.go_to_wanted(cx);
    }

    pub(super) fn act_as(&mut self, ActAs { identifier, connection, anew }: ActAs, cx: &mut Cx) {
        if anew {
            self.filter.clear();
        }
        self.show(Scope::Person(identifier, connection), false, cx);
    }

    pub(super) fn go_to_tool(&mut self, GoToTool(name): GoToTool, cx: &mut Cx) {
        self.filter.clear();
        self.wanted = Some(name.clone());
        match cx.tools.rows().iter().any(|tool| tool.name == name) {
            true => {
                cx.request(Request::Show(Tab::Tools));
                self.rearrange(cx);
            }
            // None of those that are listed: it is looked for among all there are.
            false => self.show(Scope::Environment, !cx.tools.load.is_whole(), cx),
        }
        self.go_to_wanted(cx);
    }

    /// Puts the cursor onto the tool that somebody goes to, once it is here.
    pub(super) fn go_to_wanted(&mut self, cx: &mut Cx) {
        let here = |name: &ToolName| self.tools(&cx.tools).any(|tool| tool.name == *name);
        if self.wanted.as_ref().is_some_and(here)
            && let Some(name) = self.wanted.take()
        {
            self.go_to(&cx.tools, &name);
        }
    }
}
