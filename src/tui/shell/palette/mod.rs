//! Popup: everything by name: commands of this place and of others, accounts, tools, presets, environments.

pub mod choosing;
mod commands;
pub mod entry;
pub mod preset;
pub mod ranking;
pub mod tasks;
pub mod things;
mod view;

use std::sync::Arc;
use std::time::Duration;

pub use self::commands::offered;
use crate::domain::Fault;
use crate::journal::Preset;
use crate::order::StableOrder as _;
use crate::profile::{SourceEntry, SourceState};
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::layout;
use crate::tui::core::message::Message;
use crate::tui::core::messages::ReadToolUsage;
use crate::tui::core::state::catalogue::CatalogueLoad;
use crate::tui::environments::profile_task::{self, ProfileTask, SourcesListed};
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::input::spec::Spec;
use crate::tui::input::typed::Line;
use crate::tui::shell::palette::choosing::Chosen;
use crate::tui::shell::palette::entry::{Choice, Entry};
use crate::tui::shell::palette::ranking::{Fit, Texts, Wanted};
use crate::tui::shell::palette::tasks::{
    CatalogueEnd, CataloguePage, FindThings, ListCatalogue, PresetsRead, ReadPresets, ThingsFound,
};
use crate::tui::shell::palette::things::{AccountTexts, FoundThings, ThingSearch, account_texts};
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::{Cursor, Move};
use crate::tui::widgets::spinner;
use crate::tui::widgets::typing::filter::Filter;

/// Popup: a search over commands, accounts, tools, presets and environments.
pub struct Palette {
    /// Text that is searched for, as it is typed.
    pub input: Filter,
    commands: Vec<Command>,
    /// Reason why nothing of another place can be chosen.
    blocked: Option<&'static str>,
    accounts: Arc<Vec<AccountTexts>>,
    presets: Vec<Preset>,
    sources: Vec<SourceEntry>,
    /// Accounts and tools that fit.
    found: FoundThings,
    entries: Vec<Entry>,
    /// The entry under the cursor.
    pub cursor: Cursor,
}

/// Command, and the texts it is found by.
pub struct Command {
    entry: Entry,
    name: String,
    also: String,
    sentence: String,
}

impl Command {
    fn new(spec: &Spec, entry: Entry) -> Self {
        let also = format!("{} {} {}", spec.hint, spec.name.replace('-', " "), spec.also).to_lowercase();
        Self { name: spec.title.to_lowercase(), also, sentence: spec.sentence.to_lowercase(), entry }
    }
}

impl Palette {
    fn new(commands: Vec<Command>, blocked: Option<&'static str>) -> Self {
        let entries = commands.iter().map(|command| command.entry.clone()).collect();
        Self {
            input: Filter::being_typed(),
            commands,
            blocked,
            accounts: Arc::default(),
            presets: Vec::new(),
            sources: Vec::new(),
            found: FoundThings::default(),
            entries,
            cursor: Cursor::default(),
        }
    }

    /// Asks for what is not here yet: the presets, the environments, and the first time the names of all tools.
    pub fn load(&self, cx: &mut Cx) {
        cx.start(ReadPresets);
        cx.send(ReadToolUsage);
        // Another step would be lost: one task runs there.
        if !cx.is_running(profile_task::SLOT) {
            cx.start(ProfileTask::List);
        }
        if cx.environment.open().is_some() && cx.catalogue.is_wanted() {
            cx.catalogue.begin();
            cx.start(ListCatalogue);
        }
    }

    /// Entries that fit, best first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry under the cursor.
    pub fn selected(&self) -> Option<&Entry> {
        self.entries.get(self.cursor.row)
    }

    /// Number of accounts and tools that fit and are not listed.
    pub fn more(&self) -> usize {
        self.found.more
    }

    fn step(&mut self, step: Move, height: usize) {
        self.cursor.step(step, self.entries.len(), height);
    }

    /// Searches anew. Many things are searched elsewhere, and until they are found, those found before stay.
    fn search(&mut self, cx: &mut Cx) {
        if self.input.text().trim().is_empty() {
            self.found = FoundThings::default();
            return self.stop_search(cx);
        }
        if self.accounts.len() != cx.accounts.all().len() {
            self.accounts = account_texts(cx.accounts.all());
        }
        let search = ThingSearch::new(self.input.text(), Arc::clone(&self.accounts), cx);
        if search.is_short() {
            self.found = search.run();
            self.stop_search(cx);
        } else {
            cx.start(FindThings(search));
        }
    }

    fn stop_search(&self, cx: &mut Cx) {
        if cx.is_running(FindThings::SLOT) {
            cx.cancel(FindThings::SLOT);
        }
    }

    /// Lists what fits, best first; of things that fit alike, commands, presets, unsent inputs, environments, accounts, tools.
    fn list(&mut self, cx: &Cx) {
        let mut wanted = Wanted::new(self.input.text());
        if wanted.is_empty() {
            self.entries = self.commands.iter().map(|command| command.entry.clone()).collect();
            return;
        }
        let mut fitting: Vec<(Fit, Entry)> = Vec::new();
        for Command { entry, name, also, sentence } in &self.commands {
            let fit = wanted.fit(Texts { name, also, sentence }).map(Fit::without_tie);
            fitting.extend(fit.map(|fit| (fit, entry.clone())));
        }
        for (name, entry) in self.presets().chain(self.unsent(cx)).chain(self.environments(cx)) {
            let (name, also) = (name.to_lowercase(), format!("{} {}", entry.key, entry.note).to_lowercase());
            fitting.extend(wanted.fit(Texts { name: &name, also: &also, sentence: "" }).map(|fit| (fit, entry)));
        }
        fitting.extend(self.found.entries(cx, self.blocked));
        fitting.order_by_key(|(fit, _)| *fit);
        let by_letters = |(fit, entry): (Fit, Entry)| Entry { by_letters: fit.by_letters(), ..entry };
        self.entries = fitting.into_iter().map(by_letters).collect();
    }

    fn presets(&self) -> impl Iterator<Item = (String, Entry)> {
        self.presets.iter().map(|preset| {
            let name = preset.name.to_string();
            let choice = Choice::Preset(Box::new(preset.clone()));
            (name.clone(), self.thing(name, "preset", preset.tool.to_string(), choice))
        })
    }

    fn unsent<'a>(&'a self, cx: &'a Cx) -> impl Iterator<Item = (String, Entry)> + 'a {
        let open = cx.environment.open().map(|card| card.recorded_as.as_str());
        let here = cx.unsent.iter().filter(move |input| Some(input.environment.as_str()) == open);
        here.map(|input| {
            let name = format!("Unsent input: {}", input.label());
            let choice = Choice::Unsent(Box::new(input.clone()));
            (name.clone(), self.thing(name, "draft", input.connection.to_string(), choice))
        })
    }

    fn environments(&self, cx: &Cx) -> impl Iterator<Item = (String, Entry)> {
        let open = cx.environment.open().map(|card| card.source.clone());
        self.sources.iter().map(move |source| {
            let name = source.source.short();
            let leads_to = source.leads_to.as_ref().map(|(url, _)| url.to_string());
            let choice = Choice::Environment(Box::new(source.clone()));
            let mut entry = self.thing(name.clone(), "environment", leads_to.unwrap_or_default(), choice);
            let broken = match &source.state {
                SourceState::Broken(fault) => Some(fault.message.to_string()),
                _ => None,
            };
            let is_open = (open.as_ref() == Some(&source.source)).then(|| "It is open.".to_owned());
            entry.reason = entry.reason.or(is_open.or(broken).map(Into::into));
            (name, entry)
        })
    }

    fn thing(&self, label: String, kind: &str, note: String, choice: Choice) -> Entry {
        let (key, reason) = (kind.to_owned(), self.blocked.map(Into::into));
        Entry { label: label.into(), key, note: note.into(), reason, choice, by_letters: false }
    }

    /// Lists anew after something arrived. The cursor stays on its entry if it was put there.
    fn list_again(&mut self, cx: &Cx) {
        let before = self.selected().filter(|_| self.cursor.row > 0).map(|entry| entry.choice.clone());
        self.list(cx);
        let row = before.and_then(|choice| self.entries.iter().position(|entry| entry.choice == choice));
        let height = layout::palette_rows(cx.screen);
        self.cursor.go(row.unwrap_or_default(), self.entries.len(), height);
    }

    /// Searches again, now that there is more.
    fn search_again(&mut self, cx: &mut Cx) {
        // A search that is under way is let through: pages come faster than it ends.
        if !cx.is_running(FindThings::SLOT) {
            self.search(cx);
            self.list_again(cx);
        }
    }

    fn choose(&mut self, cx: &mut Cx) {
        let Some(choice) = self.selected().map(|entry| entry.choice.clone()) else { return };
        self.stop_search(cx);
        cx.close();
        match choice {
            Choice::Do(action) => cx.request(Request::Do(action)),
            choice => cx.send(Chosen(choice)),
        }
    }
}

impl Component for Palette {
    fn context(&self) -> Context {
        Context::Palette
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        match (action, self.selected()) {
            (Action::Choose, Some(entry)) => match &entry.reason {
                Some(reason) => Availability::No(reason.clone()),
                None => Availability::Yes,
            },
            (Action::StopLoading, _) => Availability::here(cx.is_running(ListCatalogue::SLOT)),
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::StopLoading => {
                cx.cancel(ListCatalogue::SLOT);
                cx.catalogue.load = CatalogueLoad::Stopped;
            }
            _ => self.choose(cx),
        }
    }

    fn input(&mut self, input: &Input, cx: &mut Cx) {
        match input {
            Input::Typed(typed) => {
                if self.input.take(typed) {
                    self.search(cx);
                    self.list(cx);
                    self.cursor = Cursor::default();
                }
            }
            Input::Step(step) => self.step(*step, layout::palette_rows(cx.screen)),
            Input::Scroll(_, rows) => self.step(Move::By(*rows), layout::palette_rows(cx.screen)),
            Input::Click(Target::Entry(row)) => {
                self.cursor.row = *row;
                cx.request(Request::Do(Action::Choose));
            }
            Input::Click(_) => {}
        }
    }

    fn line(&self) -> Option<Line> {
        Some(self.input.capacity())
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        if let Some(SourcesListed(Ok(sources))) = message.peek() {
            // The list of environments may wait for it too.
            self.sources.clone_from(&sources.entries);
            self.list_again(cx);
            return Err(message);
        }
        match receive(message, cx)? {
            Arrived::Tools => self.search_again(cx),
            Arrived::Presets(presets) => {
                self.presets = presets;
                self.list_again(cx);
            }
            Arrived::Found(found) => {
                self.found = found;
                self.list_again(cx);
            }
        }
        Ok(())
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }

    fn wakes_in(&self, cx: &Cx) -> Option<Duration> {
        cx.is_running(ListCatalogue::SLOT).then_some(spinner::PERIOD)
    }

    fn close(&mut self, cx: &mut Cx) {
        self.stop_search(cx);
    }
}

/// Report of one of the palette's tasks.
pub enum Arrived {
    /// Some tools, or the end of them.
    Tools,
    /// All presets.
    Presets(Vec<Preset>),
    /// Things that fit what was typed.
    Found(FoundThings),
}

/// Takes the reports of the palette's tasks, whether or not it is open: tools that arrive are kept.
///
/// # Errors
/// The message, where it is none of them.
pub fn receive(message: Message, cx: &mut Cx) -> Result<Arrived, Message> {
    let message = match message.take() {
        Ok(CataloguePage(tools, total)) => {
            if !cx.catalogue.page(tools, total) {
                cx.cancel(ListCatalogue::SLOT);
                cx.catalogue.load = CatalogueLoad::Stopped;
            }
            return Ok(Arrived::Tools);
        }
        Err(message) => message,
    };
    let message = match message.take() {
        Ok(CatalogueEnd(result)) => {
            cx.jobs.finish(ListCatalogue::SLOT);
            cx.catalogue.end(result);
            return Ok(Arrived::Tools);
        }
        Err(message) => message,
    };
    let message = match message.take() {
        Ok(PresetsRead(presets)) => {
            cx.jobs.finish(ReadPresets::SLOT);
            return Ok(Arrived::Presets(presets));
        }
        Err(message) => message,
    };
    let ThingsFound(found) = message.take()?;
    cx.jobs.finish(FindThings::SLOT);
    Ok(Arrived::Found(found))
}

/// Sentence on tools that are not all here; none where they are, or nobody asked.
fn incomplete(cx: &Cx) -> Option<(String, Option<&Fault>)> {
    let catalogue = &cx.catalogue;
    let so_far = match catalogue.total {
        Some(total) => format!("{} of {total}", catalogue.len()),
        None => catalogue.len().to_string(),
    };
    match &catalogue.load {
        CatalogueLoad::Running => Some((format!("{} tools: {so_far}", spinner::frame(cx.now.uptime)), None)),
        CatalogueLoad::Stopped => Some((format!("tools: {so_far}, stopped"), None)),
        CatalogueLoad::Failed(fault) => Some((format!("tools: {so_far}"), Some(fault))),
        CatalogueLoad::Idle | CatalogueLoad::Complete => None,
    }
}
