//! Popup: a person to act as, or an account to try a tool with.

mod view;

use std::collections::HashMap;

use crate::domain::{Account, Identifier, Status, Tool, Untrusted};
use crate::order::StableOrder as _;
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::layout::{Body, palette_rows};
use crate::tui::core::messages::{ActAs, OpenInPlayground};
use crate::tui::core::state::subject::Subject;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::input::typed::{Line, Typed};
use crate::tui::tools::blocked::Blocked;
use crate::tui::tools::try_tool::inactive;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::Cursor;
use crate::tui::widgets::typing::filter::{Filter, matches};

/// The entries, narrowed down by what is typed.
pub struct AccountPicker {
    title: &'static str,
    /// Reason for which it is asked, safe to show; empty where that is plain.
    reason: String,
    /// Text that narrows the list down.
    pub filter: Filter,
    entries: Vec<PickerEntry>,
    /// Indices of the entries that fit the filter.
    fitting: Vec<usize>,
    /// Identifier that is typed and not in the list.
    typed: Option<Identifier>,
    /// Cursor over the entries that fit, and over the name that is typed.
    cursor: Cursor,
    /// The tool to be tried; none where a person is picked.
    tool: Option<Box<Tool>>,
}

/// Person or account in the list.
struct PickerEntry {
    label: Untrusted,
    /// Number of accounts of each status that it stands for.
    statuses: Vec<(Status, usize)>,
    /// More about it, safe to show.
    note: String,
    choice: PickerChoice,
}

#[derive(Clone)]
enum PickerChoice {
    /// Act as this person.
    Person(Identifier),
    /// Try the tool with this account.
    Account(Box<Tool>, Box<Account>),
}

impl AccountPicker {
    /// Everybody who has an account, by name; the cursor on whoever is acted as now.
    pub fn people(cx: &Cx) -> Self {
        let mut people: HashMap<&Identifier, Vec<&Account>> = HashMap::new();
        for account in cx.accounts.all() {
            people.entry(&account.identifier).or_default().push(account);
        }
        let mut people: Vec<_> = people.into_iter().collect();
        people.sort_unstable_by_key(|(identifier, _)| *identifier);
        let now = cx.acting_as.as_ref();
        let row = people.iter().position(|(identifier, _)| now == Some(*identifier));
        let entries = people.into_iter().map(|(identifier, accounts)| person(identifier, &accounts)).collect();
        let mut picker = Self::new("Act as", entries, None);
        picker.cursor.row = row.unwrap_or(0);
        picker
    }

    /// Picker of these accounts, the active ones first, for trying `tool`.
    pub fn accounts<'a>(tool: &Tool, accounts: impl Iterator<Item = &'a Account>) -> Self {
        let mut accounts: Vec<&Account> = accounts.collect();
        accounts.order_by_key(|account| (account.status != Status::Active, &account.identifier, &account.connection));
        let entry = |account: &Account| PickerEntry {
            label: format!("{}/{}", account.connection.raw(), account.identifier.raw()).into(),
            statuses: vec![(account.status.clone(), 1)],
            note: account.status.word(),
            choice: PickerChoice::Account(Box::new(tool.clone()), Box::new(account.clone())),
        };
        let entries = accounts.into_iter().map(entry).collect();
        let mut picker = Self::new("With which account", entries, Some(Box::new(tool.clone())));
        picker.reason = format!("{} can be tried with any of these.", tool.name);
        picker
    }

    fn new(title: &'static str, entries: Vec<PickerEntry>, tool: Option<Box<Tool>>) -> Self {
        let mut picker = Self {
            title,
            reason: String::new(),
            filter: Filter::being_typed(),
            entries,
            fitting: Vec::new(),
            typed: None,
            cursor: Cursor::default(),
            tool,
        };
        picker.narrow();
        picker
    }

    fn fitting(&self) -> impl Iterator<Item = &PickerEntry> {
        self.fitting.iter().filter_map(|row| self.entries.get(*row))
    }

    /// Number of rows: the entries that fit, and what is typed where that is nobody's name.
    fn rows(&self) -> usize {
        self.fitting.len() + usize::from(self.typed.is_some())
    }

    fn take(&mut self, typed: &Typed) {
        if self.filter.take(typed) {
            self.narrow();
        }
    }

    /// Looks for what fits, after the filter has changed.
    fn narrow(&mut self) {
        let wanted = self.filter.text();
        let fits = |entry: &PickerEntry| matches(wanted, &[entry.label.raw(), &entry.note]);
        self.fitting = self.entries.iter().enumerate().filter(|(_, entry)| fits(entry)).map(|(row, _)| row).collect();
        let name = wanted.trim();
        let is_free = self.tool.is_none() && !name.is_empty();
        let is_known = || self.fitting().any(|entry| entry.label.raw() == name);
        self.typed = (is_free && !is_known()).then(|| Identifier::from(name));
        self.cursor = Cursor::default();
    }

    fn choose(&self, cx: &mut Cx) {
        let choice = self.fitting().nth(self.cursor.row).map(|entry| entry.choice.clone());
        match choice.or_else(|| self.typed.clone().map(PickerChoice::Person)) {
            Some(PickerChoice::Person(identifier)) => cx.send(ActAs { identifier, connection: None, anew: false }),
            Some(PickerChoice::Account(tool, account)) => {
                cx.acting_as.get_or_insert_with(|| account.identifier.clone());
                if account.status == Status::Active {
                    cx.send(OpenInPlayground(Box::new(Subject::new(&tool, &account))));
                } else {
                    cx.open(Blocked::from(inactive(&tool, &account)));
                }
            }
            None => {}
        }
    }
}

impl Component for AccountPicker {
    fn context(&self) -> Context {
        Context::AccountPicker
    }

    fn availability(&self, action: Action, _cx: &Cx) -> Availability {
        match action {
            Action::Choose => Availability::when(self.cursor.row < self.rows(), "No match."),
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, _action: Action, cx: &mut Cx) {
        cx.close();
        self.choose(cx);
    }

    fn input(&mut self, input: &Input, cx: &mut Cx) {
        match input {
            Input::Typed(typed) => self.take(typed),
            Input::Step(step) => self.cursor.step(*step, self.rows(), self.height(cx)),
            Input::Click(Target::Entry(row)) => {
                self.cursor.row = *row;
                cx.request(Request::Do(Action::Choose));
            }
            Input::Click(_) | Input::Scroll(..) => {}
        }
    }

    fn line(&self) -> Option<Line> {
        Some(self.filter.capacity())
    }

    fn layout(&mut self, _body: Body, cx: &Cx) {
        self.cursor.settle(self.rows(), self.height(cx));
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }
}

impl AccountPicker {
    /// Rows of the list that are seen, below the filter and perhaps a line that says why.
    fn height(&self, cx: &Cx) -> usize {
        palette_rows(cx.screen).saturating_sub(usize::from(!self.reason.is_empty()))
    }
}

fn person(identifier: &Identifier, accounts: &[&Account]) -> PickerEntry {
    let mut statuses: Vec<(Status, usize)> = Vec::new();
    for account in accounts {
        match statuses.iter_mut().find(|(status, _)| *status == account.status) {
            Some((_, count)) => *count += 1,
            None => statuses.push((account.status.clone(), 1)),
        }
    }
    statuses.order_by_key(|(status, _)| *status != Status::Active);
    let names: Vec<_> = accounts.iter().map(|account| account.connection.to_string()).collect();
    PickerEntry {
        label: identifier.raw().into(),
        statuses,
        note: names.join(", "),
        choice: PickerChoice::Person(identifier.clone()),
    }
}
