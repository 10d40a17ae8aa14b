//! Filters of the list of accounts that somebody did not type: by key, from a menu, the header, or a list of filters.

use crate::tui::accounts::filter::{self, NEEDS_YOU};
use crate::tui::accounts::screen::Accounts;
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::message::Message;
use crate::tui::core::messages::ApplyFilter;
use crate::tui::core::toast::Level;
use crate::tui::input::tabs::{Pane, Tab};

impl Accounts {
    /// Shows what needs somebody and nothing else, or everything again.
    pub(super) fn toggle_needy(&mut self, cx: &Cx) {
        let is_on = self.filter.text().contains(&format!("status:{NEEDS_YOU}"));
        self.show_status(if is_on { "" } else { NEEDS_YOU }, cx);
    }

    /// Shows the accounts of one status, or of any, and otherwise what the filter shows.
    pub(super) fn show_status(&mut self, word: &str, cx: &Cx) {
        let text = filter::with_status(self.filter.text(), word);
        self.filter_by(&cx.accounts, &text);
    }

    /// Goes to the next account that needs somebody; where the filter hides it, without the filter.
    pub(super) fn next_needy(&mut self, cx: &mut Cx) {
        self.focus = Pane::List;
        if !self.go_to_needy(&cx.accounts) {
            self.filter_by(&cx.accounts, "");
            self.go_to_needy(&cx.accounts);
            cx.say(Level::Note, "The filter is off: it hid every account that needs you.");
        }
    }

    /// Takes a filter of this screen; one of another is given back.
    pub(super) fn apply_filter(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        match message.peek::<ApplyFilter>().map(|filter| filter.tab) {
            Some(Tab::Accounts) => message.take().map(|ApplyFilter { text, .. }| {
                cx.request(Request::Show(Tab::Accounts));
                self.filter_by(&cx.accounts, &text);
            }),
            _ => Err(message),
        }
    }
}
