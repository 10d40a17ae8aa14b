//! Popup: everything by name: what can be done here, every account, every tool.

mod view;

use std::borrow::Cow;

use crate::domain::{AccountId, ToolName};
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::layout;
use crate::tui::core::messages::{GoToAccount, GoToTool};
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::input::spec::Spec;
use crate::tui::input::typed::Line;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::{Cursor, Move};
use crate::tui::widgets::matching::{Corpus, holds};
use crate::tui::widgets::typing::filter::Filter;

/// Accounts, and tools, that are offered at most: more letters find the rest.
const OFFERED: usize = 30;

/// Popup: a search over actions, accounts and tools.
pub struct Palette {
    /// Text that is searched for, as it is typed.
    pub input: Filter,
    actions: Vec<Offer>,
    corpus: Corpus,
    entries: Vec<Entry>,
    /// The entry under the cursor.
    pub cursor: Cursor,
}

/// An action, the key that does it here, and whether it applies.
pub type Offer = (&'static Spec, String, Availability);

/// Thing that can be chosen.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Name of the thing, safe to show.
    pub label: String,
    /// A key, or what kind of thing it is.
    pub note: String,
    /// Reason why it cannot be chosen now.
    pub reason: Option<Cow<'static, str>>,
    /// Effect of choosing it.
    pub choice: Choice,
}

/// Effect of choosing an entry.
#[derive(Clone, Debug)]
pub enum Choice {
    /// Carries out an action.
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
        palette.rank();
        palette
    }

    /// Entries that fit, best first: actions, then accounts, then tools.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry under the cursor.
    pub fn selected(&self) -> Option<&Entry> {
        self.entries.get(self.cursor.row)
    }

    /// Moves the cursor; `height` is in rows.
    fn step(&mut self, step: Move, height: usize) {
        self.cursor.step(step, self.entries.len(), height);
    }

    /// The actions that fit what is typed, best first.
    fn rank(&mut self) {
        let actions = self.corpus.rank(self.input.text()).into_iter().filter_map(|row| self.actions.get(row));
        self.entries = actions.map(action).collect();
        self.cursor = Cursor::default();
    }

    /// Looks again, after what is typed has changed.
    fn search(&mut self, cx: &Cx) {
        self.rank();
        let words: Vec<String> = self.input.text().split_whitespace().map(str::to_lowercase).collect();
        if words.is_empty() {
            return;
        }
        let named = |texts: &[&str]| words.iter().all(|word| texts.iter().any(|text| holds(text, word)));
        let accounts = cx.accounts.all().iter();
        let accounts = accounts.filter(|account| named(&[account.connection.raw(), account.identifier.raw()]));
        self.entries.extend(accounts.take(OFFERED).map(|account| Entry {
            label: account.label(),
            note: format!("account, {}", account.status.word()),
            reason: None,
            choice: Choice::Account(account.id.clone()),
        }));
        let tools = cx.tools.rows().iter().filter(|tool| named(&[tool.name.raw()]));
        self.entries.extend(tools.take(OFFERED).map(|tool| Entry {
            label: tool.name.to_string(),
            note: "tool".to_owned(),
            reason: None,
            choice: Choice::Tool(tool.name.clone()),
        }));
    }
}

impl Component for Palette {
    fn context(&self) -> Context {
        Context::Palette
    }

    fn availability(&self, action: Action, _cx: &Cx) -> Availability {
        match (action, self.selected()) {
            (Action::Choose, Some(entry)) => Availability::unless(entry.reason.clone()),
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, _action: Action, cx: &mut Cx) {
        let Some(choice) = self.selected().map(|entry| entry.choice.clone()) else { return };
        cx.close();
        match choice {
            Choice::Do(action) => cx.request(Request::Do(action)),
            Choice::Account(id) => cx.send(GoToAccount(id)),
            Choice::Tool(name) => cx.send(GoToTool(name)),
        }
    }

    fn input(&mut self, input: &Input, cx: &mut Cx) {
        match input {
            Input::Typed(typed) => {
                if self.input.take(typed) {
                    self.search(cx);
                }
            }
            Input::Step(step) => self.step(*step, layout::palette_rows(cx.screen)),
            Input::Click(Target::Entry(row)) => {
                self.cursor.row = *row;
                cx.request(Request::Do(Action::Choose));
            }
            Input::Click(_) | Input::Scroll(..) => {}
        }
    }

    fn line(&self) -> Option<Line> {
        Some(self.input.capacity())
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }
}

fn action((spec, key, availability): &Offer) -> Entry {
    let reason = match availability {
        Availability::No(reason) => Some(reason.clone()),
        Availability::Yes | Availability::NotHere => None,
    };
    Entry { label: spec.sentence.to_owned(), note: key.clone(), reason, choice: Choice::Do(spec.action) }
}
