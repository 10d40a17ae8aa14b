//! Choosing a person to act as, or an account to try a tool with.

use std::collections::HashMap;

use crate::domain::{Account, Identifier, Status, Tool, Untrusted};
use crate::tui::input::typed::Typed;
use crate::tui::widgets::filter::{Filter, matches};
use crate::tui::widgets::list::{Cursor, Move};

/// What can be chosen, narrowed down by what is typed.
pub struct Chooser {
    /// What is chosen.
    pub title: String,
    /// Why it is asked, safe to show; empty where that is plain.
    pub why: String,
    /// What is typed.
    pub input: Filter,
    entries: Vec<Entry>,
    /// The entries that fit what is typed.
    fitting: Vec<usize>,
    /// The entry under the cursor, among those that fit.
    pub cursor: Cursor,
    /// The tool to be tried; none where a person is chosen.
    tool: Option<Box<Tool>>,
}

/// One thing that can be chosen.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What it is called.
    pub label: Untrusted,
    /// How many accounts of each status it stands for.
    pub standing: Vec<(Status, usize)>,
    /// More about it, safe to show.
    pub note: String,
    choice: Choice,
}

/// What was chosen.
#[derive(Clone, Debug, PartialEq)]
pub enum Choice {
    /// To act as this person.
    Person(Identifier),
    /// To try the tool with this account.
    Account(Box<Tool>, Box<Account>),
}

impl Chooser {
    /// Everybody who has an account, by name; the cursor on whoever is acted as now.
    pub fn persons(accounts: &[Account], now: Option<&Identifier>) -> Self {
        let mut people: HashMap<&Identifier, Vec<&Account>> = HashMap::new();
        for account in accounts {
            people.entry(&account.identifier).or_default().push(account);
        }
        let mut people: Vec<_> = people.into_iter().collect();
        people.sort_unstable_by_key(|(identifier, _)| *identifier);
        let entries = people.into_iter().map(|(identifier, accounts)| person(identifier, &accounts)).collect();
        let mut chooser = Self::new("Act as", entries, None);
        let row = chooser.entries.iter().position(|entry| now.is_some_and(|now| entry.label.raw() == now.raw()));
        chooser.cursor.row = row.unwrap_or(0);
        chooser
    }

    /// These accounts, the active ones first, for trying `tool`.
    pub fn accounts<'a>(tool: &Tool, accounts: impl Iterator<Item = &'a Account>) -> Self {
        let mut accounts: Vec<&Account> = accounts.collect();
        accounts.sort_by_key(|account| (account.status != Status::Active, &account.identifier, &account.connection));
        let entry = |account: &Account| Entry {
            label: format!("{}/{}", account.connection.raw(), account.identifier.raw()).into(),
            standing: vec![(account.status.clone(), 1)],
            note: account.status.word(),
            choice: Choice::Account(Box::new(tool.clone()), Box::new(account.clone())),
        };
        let entries = accounts.into_iter().map(entry).collect();
        let mut chooser = Self::new("With which account", entries, Some(Box::new(tool.clone())));
        chooser.why = format!("{} can be tried with any of these.", tool.name);
        chooser
    }

    fn new(title: &str, entries: Vec<Entry>, tool: Option<Box<Tool>>) -> Self {
        let mut chooser = Self {
            title: title.to_owned(),
            why: String::new(),
            input: Filter::being_typed(),
            entries,
            fitting: Vec::new(),
            cursor: Cursor::default(),
            tool,
        };
        chooser.look();
        chooser
    }

    /// The entries that fit what is typed.
    pub fn fitting(&self) -> impl Iterator<Item = &Entry> {
        self.fitting.iter().filter_map(|row| self.entries.get(*row))
    }

    /// How many rows there are: the entries that fit, and what is typed where that is nobody's name.
    pub fn rows(&self) -> usize {
        self.fitting.len() + usize::from(self.typed().is_some())
    }

    /// Somebody who is not in the list, by the name that is typed.
    pub fn typed(&self) -> Option<Identifier> {
        let typed = self.input.text().trim();
        let free = self.tool.is_none() && !typed.is_empty();
        let known = || self.fitting().any(|entry| entry.label.raw() == typed);
        (free && !known()).then(|| Identifier::from(typed))
    }

    /// What the cursor is on.
    pub fn chosen(&self) -> Option<Choice> {
        match self.fitting().nth(self.cursor.row) {
            Some(entry) => Some(entry.choice.clone()),
            None => self.typed().map(Choice::Person),
        }
    }

    /// Whether a line says why it is asked.
    pub fn has_reason(&self) -> bool {
        !self.why.is_empty()
    }

    /// Takes what is typed, and looks again.
    pub fn take(&mut self, typed: &Typed) {
        if self.input.take(typed) {
            self.look();
        }
    }

    /// Looks again, after what is typed has changed.
    pub fn look(&mut self) {
        let wanted = self.input.text();
        let fits = |entry: &Entry| matches(wanted, &[entry.label.raw(), &entry.note]);
        self.fitting = self.entries.iter().enumerate().filter(|(_, entry)| fits(entry)).map(|(row, _)| row).collect();
        self.cursor = Cursor::default();
    }

    /// Moves the cursor.
    pub fn step(&mut self, step: Move, height: usize) {
        self.cursor.step(step, self.rows(), height);
    }
}

fn person(identifier: &Identifier, accounts: &[&Account]) -> Entry {
    let mut standing: Vec<(Status, usize)> = Vec::new();
    for account in accounts {
        match standing.iter_mut().find(|(status, _)| *status == account.status) {
            Some((_, count)) => *count += 1,
            None => standing.push((account.status.clone(), 1)),
        }
    }
    standing.sort_by_key(|(status, _)| *status != Status::Active);
    let names: Vec<_> = accounts.iter().map(|account| account.connection.to_string()).collect();
    Entry {
        label: identifier.raw().into(),
        standing,
        note: names.join(", "),
        choice: Choice::Person(identifier.clone()),
    }
}
