//! Everything by name: what can be done here, every account, every tool.

use std::borrow::Cow;

use crate::domain::{Account, AccountId, Tool, ToolName};
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::actions::Spec;
use crate::tui::input::typed::Typed;
use crate::tui::widgets::filter::Filter;
use crate::tui::widgets::list::{Cursor, Move};
use crate::tui::widgets::matching::{Corpus, holds};

/// So many accounts, and so many tools, are offered at most: more letters find the rest.
const OFFERED: usize = 30;

/// What is being looked for, and what was found.
pub struct Palette {
    /// What is typed.
    pub input: Filter,
    actions: Vec<Offer>,
    corpus: Corpus,
    entries: Vec<Entry>,
    /// The entry under the cursor.
    pub cursor: Cursor,
}

/// An action, the key that does it here, and whether it applies.
pub type Offer = (&'static Spec, String, Availability);

/// One thing that can be chosen.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What it is, safe to show.
    pub label: String,
    /// A key, or what kind of thing it is.
    pub note: String,
    /// Why it cannot be chosen now.
    pub reason: Option<Cow<'static, str>>,
    /// What choosing it does.
    pub choice: Choice,
}

/// What choosing an entry does.
#[derive(Clone, Debug)]
pub enum Choice {
    /// Does something.
    Do(Action),
    /// Goes to an account.
    Account(AccountId),
    /// Goes to a tool.
    Tool(ToolName),
}

impl Palette {
    /// A palette over these actions, in their order; each is offered once.
    pub fn new(actions: impl Iterator<Item = Offer>) -> Self {
        let mut offered: Vec<Offer> = Vec::new();
        for (spec, key, availability) in actions {
            let again = offered.iter().any(|(other, ..)| other.action == spec.action);
            if !again && availability != Availability::NotHere {
                offered.push((spec, key, availability));
            }
        }
        let mut corpus = Corpus::default();
        for (spec, ..) in &offered {
            corpus.push(&format!("{} {}", spec.hint, spec.name), spec.sentence);
        }
        let input = Filter::being_typed();
        let mut palette = Self { input, actions: offered, corpus, entries: Vec::new(), cursor: Cursor::default() };
        palette.look(&[], &[]);
        palette
    }

    /// What was found, best first: actions, then accounts, then tools.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry under the cursor.
    pub fn selected(&self) -> Option<&Entry> {
        self.entries.get(self.cursor.row)
    }

    /// Moves the cursor.
    pub fn step(&mut self, step: Move, height: usize) {
        self.cursor.step(step, self.entries.len(), height);
    }

    /// Takes what is typed, and looks again.
    pub fn take(&mut self, typed: &Typed, accounts: &[Account], tools: &[Tool]) {
        if self.input.take(typed) {
            self.look(accounts, tools);
        }
    }

    /// Looks again, after what is looked for has changed.
    pub fn look(&mut self, accounts: &[Account], tools: &[Tool]) {
        let wanted = self.input.text();
        let actions = self.corpus.rank(wanted).into_iter().filter_map(|row| self.actions.get(row));
        let mut entries: Vec<Entry> = actions.map(action).collect();
        let words: Vec<String> = wanted.split_whitespace().map(str::to_lowercase).collect();
        if !words.is_empty() {
            let named = |texts: &[&str]| words.iter().all(|word| texts.iter().any(|text| holds(text, word)));
            let accounts =
                accounts.iter().filter(|account| named(&[account.connection.raw(), account.identifier.raw()]));
            entries.extend(accounts.take(OFFERED).map(|account| Entry {
                label: account.label(),
                note: format!("account, {}", account.status.word()),
                reason: None,
                choice: Choice::Account(account.id.clone()),
            }));
            let tools = tools.iter().filter(|tool| named(&[tool.name.raw()]));
            entries.extend(tools.take(OFFERED).map(|tool| Entry {
                label: tool.name.to_string(),
                note: "tool".to_owned(),
                reason: None,
                choice: Choice::Tool(tool.name.clone()),
            }));
        }
        self.entries = entries;
        self.cursor = Cursor::default();
    }
}

fn action((spec, key, availability): &Offer) -> Entry {
    let reason = match availability {
        Availability::No(reason) => Some(reason.clone()),
        Availability::Yes | Availability::NotHere => None,
    };
    Entry { label: spec.sentence.to_owned(), note: key.clone(), reason, choice: Choice::Do(spec.action) }
}
