//! Moving about: what a step means depends on what has the keyboard and on what fits the terminal.

use std::time::Duration;

use crate::tui::accounts::screen as accounts;
use crate::tui::core::account_store::Load;
use crate::tui::core::component::Input;
use crate::tui::core::effect::Effect;
use crate::tui::core::layout;
use crate::tui::input::tabs::{Pane, Tab};
use crate::tui::shell::model::Model;
use crate::tui::shell::popup::Popup;
use crate::tui::widgets::filter::Filter;
use crate::tui::widgets::list::Move;

impl Model {
    /// Moves in whatever has the keyboard.
    pub fn step(&mut self, step: Move) {
        if self.in_room(|room, cx| room.input(&Input::Step(step), cx)).is_some() {
            return;
        }
        if let Some(Popup::NewAccount(form)) = self.popups.last_mut() {
            return form.step(step, layout::palette_rows(self.cx.screen).saturating_sub(2));
        }
        let height = self.page_height();
        match self.cx.tab {
            Tab::Accounts => self.accounts.step(step, height),
            Tab::Tools => {}
            Tab::Playground => {}
            Tab::Activity => {}
        }
    }

    /// Rows that the focused pane shows.
    pub fn page_height(&self) -> usize {
        let body = self.cx.body();
        match self.cx.tab {
            Tab::Accounts => accounts::table_rows(body, self.accounts.focus),
            Tab::Tools => 0,
            Tab::Playground => 0,
            Tab::Activity => 0,
        }
    }

    /// Until the details of the account beside the list are to be asked for, if they ever are: nobody
    /// looks at a pane that is not there, or that something else lies upon.
    pub fn look_is_due(&self) -> Option<Duration> {
        let side = layout::panes(self.cx.body(), self.accounts.focus, accounts::SHARE).side;
        let looked_at = self.cx.tab == Tab::Accounts && self.popups.is_empty() && !side.is_empty();
        let loaded = matches!(self.cx.accounts.load, Load::Complete(_) | Load::Failed(_));
        if looked_at && loaded { self.accounts.looking.due(self.cx.now.uptime) } else { None }
    }

    /// The filter of this screen.
    pub fn filter_mut(&mut self) -> &mut Filter {
        match self.cx.tab {
            Tab::Activity => &mut self.activity.filter,
            Tab::Accounts | Tab::Tools | Tab::Playground => &mut self.accounts.filter,
        }
    }

    /// Filters, sorts and scrolls anew, after a filter or the size changed.
    pub fn rearrange(&mut self) -> Vec<Effect> {
        if self.cx.tab == Tab::Activity {
            return Vec::new();
        }
        let body = self.cx.body();
        self.accounts.arrange(&self.cx.accounts, accounts::table_rows(body, Pane::List));
        Vec::new()
    }
}
