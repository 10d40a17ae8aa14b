//! Ways to sign in at one provider, each with what it costs before it is chosen.

use crate::flow::connect::{ConnectOffer, ConnectTarget, ConnectionAuth, ServerSpec};
use crate::tui::widgets::list::{Cursor, Move};

/// Ways of one provider, and the one under the cursor.
pub struct WayChoice {
    /// Name of the provider for people.
    pub title: String,
    /// The ways, the easiest first.
    pub ways: Vec<WayOffer>,
    /// The one under the cursor.
    pub cursor: Cursor,
}

/// One way.
pub struct WayOffer {
    /// What it is, in a few words.
    pub words: String,
    /// What a person needs for it.
    pub cost: &'static str,
    /// What is connected.
    pub target: ConnectTarget,
    /// Way of authorization; none where the server says it.
    pub auth: Option<ConnectionAuth>,
}

impl WayChoice {
    /// The ways of a provider; none where there is nothing to choose from.
    pub(super) fn new(offer: &ConnectOffer) -> Option<Self> {
        let url = offer.mcp_url.clone()?;
        let server = WayOffer {
            words: format!("through {}'s MCP server", offer.title),
            cost: "nothing to register, consent in the browser",
            target: ConnectTarget::Server(ServerSpec::at(url)),
            auth: None,
        };
        let other = |auth: &ConnectionAuth| {
            let (words, cost) = match auth {
                ConnectionAuth::OAuth => ("with an OAuth app of yours", "an app to register; you choose the scopes"),
                ConnectionAuth::Device => ("with a device code", "an app to register; a code to type in"),
                ConnectionAuth::ApiKey => ("with an API key", "one page to visit, a key to paste"),
                ConnectionAuth::Token => ("with a token", "one that you have already"),
                ConnectionAuth::Exchange => ("by token exchange", "through a zone (RFC 8693)"),
                ConnectionAuth::Mcp => return None,
            };
            let target = ConnectTarget::Provider(offer.provider.clone());
            Some(WayOffer { words: words.to_owned(), cost, target, auth: Some(*auth) })
        };
        let ways = [server].into_iter().chain(offer.ways.iter().filter_map(other)).collect();
        Some(Self { title: offer.title.clone(), ways, cursor: Cursor::default() })
    }

    /// The way under the cursor.
    pub(super) fn chosen(&self) -> Option<&WayOffer> {
        self.ways.get(self.cursor.row)
    }

    /// Moves among the ways.
    pub(super) fn step(&mut self, step: Move) {
        self.cursor.step(step, self.ways.len(), self.ways.len());
    }
}
