//! Providers to choose from, and a URL in the place of one.

use url::Url;

use crate::domain::Fault;
use crate::flow::connect::{ConnectOffer, ConnectTarget};
use crate::tui::input::typed::Typed;
use crate::tui::widgets::list::{Cursor, Move};
use crate::tui::widgets::matching::holds;
use crate::tui::widgets::typing::filter::Filter;

/// Name of the row below the providers.
pub(super) const COMMAND: &str = "MCP server by command";

/// The providers that can be connected.
#[derive(Debug)]
pub enum OfferList {
    /// They are being read.
    Loading,
    /// All of them.
    Here(Vec<ConnectOffer>),
    /// They could not be read; a URL still does.
    Failed(Fault),
}

/// State of the choice.
pub struct Offers {
    /// The providers.
    pub list: OfferList,
    /// Narrows them down, or is a URL.
    pub wanted: Filter,
    /// The one under the cursor, among those that fit.
    pub cursor: Cursor,
    /// Rows that are seen.
    pub(super) height: usize,
}

impl Default for Offers {
    fn default() -> Self {
        Self { list: OfferList::Loading, wanted: Filter::being_typed(), cursor: Cursor::default(), height: 0 }
    }
}

impl Offers {
    /// The URL that is typed, if it is one.
    pub fn url(&self) -> Option<Url> {
        let text = self.wanted.text().trim();
        text.contains("://").then(|| Url::parse(text).ok()).flatten().filter(Url::has_host)
    }

    /// The providers that fit what was typed.
    pub fn fitting(&self) -> Vec<&ConnectOffer> {
        let OfferList::Here(offers) = &self.list else { return Vec::new() };
        let wanted = self.wanted.text().to_lowercase();
        let fits = |offer: &&ConnectOffer| {
            wanted.split_whitespace().all(|word| holds(&offer.title, word) || holds(offer.provider.raw(), word))
        };
        offers.iter().filter(fits).collect()
    }

    /// The provider under the cursor.
    pub fn offer(&self) -> Option<&ConnectOffer> {
        self.fitting().get(self.cursor.row).copied().filter(|_| self.url().is_none())
    }

    /// What Enter connects.
    pub fn target(&self) -> Option<ConnectTarget> {
        match self.url() {
            Some(url) => Some(ConnectTarget::Url(url)),
            None => self.offer().map(|offer| ConnectTarget::Provider(offer.provider.clone())),
        }
    }

    /// What is typed where it names neither a provider nor the row below them: the command itself.
    pub fn unfit(&self) -> &str {
        let text = self.wanted.text().trim();
        let names_row = COMMAND.to_lowercase().starts_with(&text.to_lowercase());
        if names_row || !self.fitting().is_empty() { "" } else { text }
    }

    /// Whether the row below the providers is under the cursor: a server that runs on this machine.
    pub fn is_on_command(&self) -> bool {
        self.url().is_none() && self.cursor.row >= self.fitting().len()
    }

    /// Takes what is typed: the cursor goes back to the best fit.
    pub fn take(&mut self, typed: &Typed) {
        if self.wanted.take(typed) {
            self.cursor = Cursor::default();
        }
    }

    /// Moves among the providers.
    pub fn step(&mut self, step: Move) {
        let rows = self.fitting().len() + 1;
        self.cursor.step(step, rows, self.height);
    }
}
