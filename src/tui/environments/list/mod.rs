//! Popup: everything that environments can come from, to choose among.

mod view;

use ratatui::layout::Rect;

use crate::domain::Fault;
use crate::flow::connection_test::Answered;
use crate::profile::{Profile, ProfileName, Source, SourceEntry, SourceList, SourceState};
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::{Body, inner_rows};
use crate::tui::core::message::Message;
use crate::tui::core::messages::Ask;
use crate::tui::core::state::account_store::CHANGING;
use crate::tui::core::toast::Level;
use crate::tui::environments::connection_test::{ConnectionTested, TestConnection};
use crate::tui::environments::env_file::EnvFile;
use crate::tui::environments::opener::{OpenOrder, sources_changed};
use crate::tui::environments::profile_form::form::ProfileForm;
use crate::tui::environments::profile_task::{ProfileRead, ProfileTask, SLOT, SourcesChanged, SourcesListed};
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::{Cursor, Move};
use crate::tui::widgets::pane;

/// The list, and what is being done about it.
#[derive(Default)]
pub struct EnvironmentList {
    /// All sources; none while they are being looked for.
    sources: Option<SourceList>,
    cursor: Cursor,
    /// The source that the cursor goes to as soon as it is there.
    wanted: Option<Source>,
    /// The source that was tested last, and its answer once that is here.
    tested: Option<(Source, Option<Result<Answered, Fault>>)>,
    /// Whether the keychain is being asked to remove a secret.
    at_keychain: bool,
    /// The terminal, all of it.
    screen: Rect,
}

/// Message: go to this new profile.
#[derive(Debug)]
pub(super) struct GoToProfile(pub ProfileName);

#[derive(Debug)]
struct RemoveProfile(ProfileName);

impl EnvironmentList {
    /// Shows the list, with the cursor on what is open.
    pub fn open(cx: &mut Cx) {
        let wanted = cx.environment.open().map(|card| card.source.clone());
        cx.open(Self { wanted, ..Self::default() });
        cx.start(ProfileTask::List);
    }

    /// The sources, in the order in which they are tried.
    fn entries(&self) -> &[SourceEntry] {
        self.sources.as_ref().map_or(&[], |sources| &sources.entries)
    }

    /// Whether there is no profile yet: then how to get one stands first.
    fn lacks_profile(&self) -> bool {
        self.sources.is_some() && !self.entries().iter().any(|entry| matches!(entry.source, Source::Profile(_)))
    }

    /// Lines above the list.
    fn head(&self) -> usize {
        if self.lacks_profile() { HEAD } else { 0 }
    }

    /// Place of the popup.
    fn area(&self) -> Rect {
        area(self.screen, self.entries().len() + self.head())
    }

    /// Number of entries that are shown at once.
    fn rows_shown(&self) -> usize {
        let rows = inner_rows(self.area());
        rows.saturating_sub(BELOW + self.head()).max(rows / 3)
    }

    fn selected(&self) -> Option<&SourceEntry> {
        self.entries().get(self.cursor.row)
    }

    /// The profile under the cursor, and what is known of it.
    fn profile(&self) -> Option<(&ProfileName, &SourceState)> {
        match self.selected() {
            Some(SourceEntry { source: Source::Profile(name), state, .. }) => Some((name, state)),
            _ => None,
        }
    }

    /// Takes the list that was read. The cursor stays on its source unless it is to go to another.
    fn listed(&mut self, sources: SourceList) {
        let before = self.selected().map(|entry| entry.source.clone());
        let wanted = self.wanted.take().or(before);
        self.sources = Some(sources);
        let row = self.entries().iter().position(|entry| Some(&entry.source) == wanted.as_ref());
        let rows = self.entries().len();
        self.cursor.go(row.unwrap_or(self.cursor.row), rows, self.rows_shown());
    }

    fn step(&mut self, step: Move) {
        let rows = self.entries().len();
        self.cursor.step(step, rows, self.rows_shown());
    }

    /// Opens the selected one; about a `.env` that was not agreed to, a question comes first.
    fn open_selected(&self, cx: &mut Cx) {
        let Some(entry) = self.selected() else { return };
        match &entry.state {
            SourceState::Asked(question, agreed) if *agreed != Some(true) => EnvFile::open(question.clone(), cx),
            _ => cx.send(OpenOrder::Switch(entry.source.request(), None)),
        }
    }

    fn receive_list(&mut self, result: Result<SourceList, Fault>, cx: &mut Cx) {
        cx.jobs.finish(SLOT);
        let told = |fault: Fault| SourceList { troubles: vec![fault.message.into()], ..SourceList::default() };
        self.listed(result.unwrap_or_else(told));
    }

    fn receive_change(&mut self, result: Result<String, Fault>, cx: &mut Cx) {
        self.at_keychain = false;
        sources_changed(result, cx);
        cx.start(ProfileTask::List);
    }

    fn go_to(&mut self, name: ProfileName, cx: &mut Cx) {
        self.wanted = Some(Source::Profile(name));
        cx.start(ProfileTask::List);
    }

    fn remove(&mut self, name: ProfileName, cx: &mut Cx) {
        self.at_keychain = true;
        cx.start(ProfileTask::Remove(name));
    }

    /// Has the key of the selected source tested.
    fn test(&mut self, cx: &mut Cx) {
        let Some(source) = self.selected().map(|entry| entry.source.clone()) else { return };
        self.tested = Some((source.clone(), None));
        cx.start(TestConnection(source));
    }

    fn receive_test(&mut self, ConnectionTested { source, result }: ConnectionTested, cx: &mut Cx) {
        cx.jobs.finish(TestConnection::SLOT);
        self.tested = Some((source, Some(result)));
    }

    /// Opens the form of a profile that was read.
    fn edit(&mut self, result: Result<(Box<Profile>, bool), Fault>, cx: &mut Cx) {
        cx.jobs.finish(SLOT);
        match result {
            Ok((profile, in_memory)) => {
                self.tested = None;
                cx.open(ProfileForm::edit(*profile, in_memory));
            }
            Err(fault) => cx.say(Level::Problem, fault.to_string()),
        }
    }

    fn ask_to_start_over(cx: &mut Cx) {
        cx.send(Ask {
            title: "Start the sandbox over".to_owned(),
            lines: vec![
                "Accounts, authorizations and everything that tools have made there are as at its first start then."
                    .to_owned(),
                "The history of calls and what you typed stay.".to_owned(),
            ],
            yes: "start over".into(),
            then: Message::new(OpenOrder::StartOver),
        });
    }

    fn ask_to_remove(&self, cx: &mut Cx) {
        let Some((name, state)) = self.profile() else { return };
        let lost = match state {
            SourceState::Kept => "It and its secret are only in memory: both are gone then.",
            _ => "It is taken out of the file, and its secret out of the keychain.",
        };
        let mut lines = vec![lost.to_owned()];
        if cx.environment.open().is_some_and(|card| card.source == Source::Profile(name.clone())) {
            lines.push("What is open stays open until you leave or switch.".to_owned());
        }
        cx.send(Ask {
            title: format!("Remove profile {name}"),
            lines,
            yes: "remove it".into(),
            then: Message::new(RemoveProfile(name.clone())),
        });
    }
}

impl Component for EnvironmentList {
    fn context(&self) -> Context {
        Context::Environments
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        match action {
            Action::Back => return Availability::here(self.at_keychain),
            Action::TestConnection => return self.may_test(cx),
            Action::StartOver => return self.may_start_over(cx),
            Action::OpenSource
            | Action::AddProfile
            | Action::EditProfile
            | Action::UseProfile
            | Action::RemoveProfile => {}
            _ => return Availability::NotHere,
        }
        if cx.is_running(SLOT) {
            let busy = if self.at_keychain { "The keychain is still being asked." } else { "Still looking." };
            return Availability::No(busy.into());
        }
        match (action, self.selected(), self.profile()) {
            (Action::AddProfile, ..) => Availability::Yes,
            (_, None, _) => Availability::NotHere,
            (Action::OpenSource, Some(SourceEntry { state: SourceState::Broken(fault), .. }), _) => {
                Availability::No(fault.message.to_string().into())
            }
            (Action::OpenSource, Some(entry), _) => match cx.environment.open() {
                Some(card) if card.source == entry.source => Availability::No("It is open already.".into()),
                _ => Availability::when(
                    !cx.is_running(CHANGING),
                    "A change to an account is under way: it would not be known how it ended.",
                ),
            },
            (Action::EditProfile, Some(entry), Some(_)) if is_local(entry) => Availability::No(NO_KEY.into()),
            (Action::EditProfile, _, None) => Availability::No("Only a profile can be edited.".into()),
            (_, _, None) => Availability::No("Only a profile can be put in use or removed.".into()),
            (Action::UseProfile, _, Some((_, SourceState::InUse))) => Availability::No("It is in use already.".into()),
            (Action::UseProfile, _, Some((_, SourceState::Kept))) => {
                Availability::No("It is forgotten when the program ends: the next start would not find it.".into())
            }
            (_, _, Some(_)) => Availability::Yes,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::OpenSource => self.open_selected(cx),
            Action::AddProfile => cx.open(ProfileForm::default()),
            Action::EditProfile => {
                if let Some((name, _)) = self.profile() {
                    cx.start(ProfileTask::Read(name.clone()));
                }
            }
            Action::TestConnection => self.test(cx),
            Action::StartOver => Self::ask_to_start_over(cx),
            Action::UseProfile => {
                if let Some((name, _)) = self.profile() {
                    cx.start(ProfileTask::Use(name.clone()));
                }
            }
            Action::RemoveProfile => self.ask_to_remove(cx),
            // Only the wait ends.
            Action::Back => {
                self.at_keychain = false;
                cx.start(ProfileTask::List);
            }
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, _cx: &mut Cx) {
        match input {
            Input::Step(step) => self.step(*step),
            Input::Click(Target::Entry(row)) => self.cursor.row = *row,
            Input::Click(_) | Input::Typed(_) | Input::Scroll(..) => {}
        }
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        message
            .take()
            .map(|SourcesListed(result)| self.receive_list(result, cx))
            .or_else(|message| message.take().map(|SourcesChanged(result)| self.receive_change(result, cx)))
            .or_else(|message| message.take().map(|GoToProfile(name)| self.go_to(name, cx)))
            .or_else(|message| message.take().map(|RemoveProfile(name)| self.remove(name, cx)))
            .or_else(|message| message.take().map(|ProfileRead(result)| self.edit(result, cx)))
            .or_else(|message| message.take().map(|tested| self.receive_test(tested, cx)))
    }

    fn close(&mut self, cx: &mut Cx) {
        if cx.is_running(TestConnection::SLOT) {
            cx.cancel(TestConnection::SLOT);
        }
    }

    fn layout(&mut self, body: Body, _cx: &Cx) {
        self.screen = body.area;
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }
}

/// Reason why there is nothing to test or edit in an environment of one's own.
const NO_KEY: &str = "This environment is on this computer: it has no URL and no key.";

/// True for an environment of one's own: that is the one kind which leads nowhere but here.
fn is_local(entry: &SourceEntry) -> bool {
    let usable = !matches!(entry.state, SourceState::Broken(_));
    usable && entry.leads_to.is_none() && matches!(entry.source, Source::Local | Source::Profile(_))
}

/// Rows above the list where there is no profile: the way to one, and a space.
const HEAD: usize = 2;
impl EnvironmentList {
    fn may_test(&self, cx: &Cx) -> Availability {
        match self.selected() {
            None => Availability::NotHere,
            Some(SourceEntry { state: SourceState::Broken(fault), .. }) => {
                Availability::No(fault.message.to_string().into())
            }
            Some(SourceEntry { source: Source::Sandbox, .. }) => {
                Availability::No("The sandbox is on this computer: there is no key to test.".into())
            }
            Some(entry) if is_local(entry) => Availability::No(NO_KEY.into()),
            Some(SourceEntry { state: SourceState::Asked(_, agreed), .. }) if *agreed != Some(true) => {
                Availability::No("It is not used before you agree to it: Enter asks.".into())
            }
            Some(_) => Availability::when(!cx.is_running(TestConnection::SLOT), "A test is under way."),
        }
    }

    fn may_start_over(&self, cx: &Cx) -> Availability {
        let is_open = cx.environment.open().is_some_and(|card| card.source == Source::Sandbox);
        match self.selected().map(|entry| &entry.source) {
            Some(Source::Sandbox) if is_open => Availability::when(
                !cx.is_running(CHANGING),
                "A change to an account is under way: it would not be known how it ended.",
            ),
            Some(Source::Sandbox) => Availability::No("It begins anew when it is opened.".into()),
            _ => Availability::NotHere,
        }
    }
}

/// Rows below the list: a space, and what is said of the entry under the cursor.
const BELOW: usize = 7;

/// Place of the popup with so many entries: room for the footer stays, which tells its keys.
fn area(screen: Rect, entries: usize) -> Rect {
    let above = Rect { height: screen.height.saturating_sub(1), ..screen };
    let height = u16::try_from(entries.max(1) + BELOW + 2).unwrap_or(u16::MAX);
    pane::centred(above, 96, height)
}
