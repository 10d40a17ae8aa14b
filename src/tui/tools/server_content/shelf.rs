//! Lists of what servers offer beside tools: resources, and prompts.

use crate::domain::{Fault, Prompt, Resource, ServerAccount, Untrusted};
use crate::tui::widgets::typing::filter;

/// Kind of what is listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shelf {
    /// Resources, and templates of some.
    #[default]
    Resources,
    /// Prompts.
    Prompts,
}

impl Shelf {
    /// Name of the list.
    pub fn name(self) -> &'static str {
        match self {
            Self::Resources => "Resources",
            Self::Prompts => "Prompts",
        }
    }
}

/// One row of a list.
#[derive(Clone, Debug, PartialEq)]
pub enum Offer {
    /// A resource, or the template of some.
    Resource(Resource),
    /// A prompt.
    Prompt(Prompt),
}

impl Offer {
    /// Account that sees it.
    pub fn seen_by(&self) -> &ServerAccount {
        match self {
            Self::Resource(resource) => &resource.seen_by,
            Self::Prompt(prompt) => &prompt.seen_by,
        }
    }

    /// Name for people.
    pub fn title(&self) -> &Untrusted {
        match self {
            Self::Resource(Resource { title, uri, .. }) => {
                if title.is_empty() {
                    uri
                } else {
                    title
                }
            }
            Self::Prompt(Prompt { title, name, .. }) => {
                if title.is_empty() {
                    name
                } else {
                    title
                }
            }
        }
    }

    /// Description in the server's words.
    pub fn description(&self) -> &Untrusted {
        match self {
            Self::Resource(resource) => &resource.description,
            Self::Prompt(prompt) => &prompt.description,
        }
    }

    /// Name by which the server knows it.
    pub fn key(&self) -> &Untrusted {
        match self {
            Self::Resource(resource) => &resource.uri,
            Self::Prompt(prompt) => &prompt.name,
        }
    }

    fn fits(&self, wanted: &str) -> bool {
        let texts = [self.title().raw(), self.key().raw(), self.description().raw(), self.seen_by().connection.raw()];
        filter::matches(wanted, &texts)
    }
}

/// State of loading a list.
#[derive(Debug, Default)]
pub enum ShelfLoad {
    /// Nobody asked for it yet.
    #[default]
    Idle,
    /// Pages are arriving.
    Running,
    /// All of it came.
    Here,
    /// It ended early; what arrived before stays.
    Failed(Fault),
}

/// Rows of one list that are kept; a server that goes on has no end.
const MOST_ROWS: usize = 50_000;

/// A list as far as it came.
#[derive(Debug, Default)]
pub struct ShelfRows {
    /// Rows in the order in which they came.
    pub rows: Vec<Offer>,
    /// State of loading.
    pub load: ShelfLoad,
    /// Whether it goes on beyond what is kept of one.
    pub goes_on: bool,
}

impl ShelfRows {
    /// Takes some more rows.
    pub fn page(&mut self, mut rows: Vec<Offer>) {
        let room = MOST_ROWS.saturating_sub(self.rows.len());
        self.goes_on |= rows.len() > room;
        rows.truncate(room);
        self.rows.extend(rows);
    }

    /// Places of the rows that fit a filter.
    pub fn fitting(&self, wanted: &str) -> Vec<usize> {
        let rows = self.rows.iter().enumerate();
        rows.filter(|(_, offer)| wanted.trim().is_empty() || offer.fits(wanted)).map(|(at, _)| at).collect()
    }
}
