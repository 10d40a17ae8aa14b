//! State that several features read and none owns, and their requests to the shell.

use std::any::TypeId;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use ratatui::layout::Rect;

use crate::domain::Identifier;
use crate::settings::{NotifyChoice, ThemeVariant};
use crate::tui::core::component::Component;
use crate::tui::core::effect::Effect;
use crate::tui::core::event::Now;
use crate::tui::core::layout;
use crate::tui::core::message::{Message, Payload};
use crate::tui::core::state::account_store::AccountStore;
use crate::tui::core::state::approvals::Approvals;
use crate::tui::core::state::authorization::Authorizations;
use crate::tui::core::state::catalogue::Catalogue;
use crate::tui::core::state::draft::Draft;
use crate::tui::core::state::environment::Environment;
use crate::tui::core::state::server_clock::ServerClock;
use crate::tui::core::state::tool_store::ToolStore;
use crate::tui::core::state::tool_usage::ToolUsage;
use crate::tui::core::state::unsent::{UnsentInput, UnsentMessage};
use crate::tui::core::toast::{Level, Toasts};
use crate::tui::core::work::job::{Jobs, Slot};
use crate::tui::core::work::task::Task;
use crate::tui::input::action::Action;
use crate::tui::input::context::Context;
use crate::tui::input::keymap::Keymap;
use crate::tui::input::tabs::Tab;
use crate::tui::theme::Theme;

/// State that every feature sees.
pub struct Cx {
    /// Time of the event being handled.
    pub now: Now,
    /// Difference between that and the clock of the back-end.
    pub clock: ServerClock,
    /// The terminal, all of it.
    pub screen: Rect,
    /// Whether the pane with the keyboard has the screen alone.
    pub zoomed: bool,
    /// Colours and glyphs.
    pub theme: Theme,
    /// Theme that somebody chose while the program ran, now or in an earlier run.
    pub look: Option<ThemeVariant>,
    /// Keys in force.
    pub keymap: Keymap,
    /// Places of the keyboard, innermost first. Kept by the shell.
    pub contexts: Vec<Context>,
    /// Whether a browser started here opens where the person sits.
    pub browser_is_local: bool,
    /// Host to tunnel to for whoever sits at the other end of an SSH connection.
    pub ssh_host: Option<String>,
    /// Whether the terminal makes links of text that is marked as one.
    pub hyperlinks: bool,
    /// Whether the mouse is ours.
    pub mouse: bool,
    /// Whether the desktop's clipboard is tried before the terminal is asked.
    pub desktop_clipboard: bool,
    /// The environment, and how far opening it got.
    pub environment: Environment,
    /// Accounts of the environment, as far as they are loaded.
    pub accounts: AccountStore,
    /// Its tools, those of the scope that the Tools screen shows.
    pub tools: ToolStore,
    /// Favourite and recent tools of the environment, shared with a search that runs elsewhere.
    pub usage: Arc<ToolUsage>,
    /// Calls of agents that wait for a person to allow them.
    pub approvals: Approvals,
    /// Calls of the run here that wait for a person. Kept by the agent's screen.
    pub agent_asks: usize,
    /// Authorizations that were begun here.
    pub authorizations: Authorizations,
    /// Names of all tools of the environment, as far as somebody looked for them.
    pub catalogue: Catalogue,
    /// Identifier whose tools are browsed and run.
    pub acting_as: Option<Identifier>,
    /// Whether this is the sandbox because nothing is configured yet.
    pub nothing_configured: bool,
    /// Screen that is shown.
    pub tab: Tab,
    /// Whether a popup lies over the screen. Kept by the shell.
    pub is_covered: bool,
    /// The input in the playground.
    pub draft: Draft,
    /// Inputs that earlier runs left unsent in any environment, the newest first. Kept by the playground.
    pub unsent: Vec<UnsentInput>,
    /// Messages to the agent that earlier runs left unsent in any environment, the newest first. Kept by the agent's
    /// screen.
    pub unsent_messages: Vec<UnsentMessage>,
    /// Accounts that are asked about at once who they are.
    pub proofs_at_once: usize,
    /// Time after which what is visible is read again by itself; none where that is off.
    pub refresh: Option<Duration>,
    /// Whether the terminal has the focus, as far as it says.
    pub has_focus: bool,
    /// Whether calls are recorded.
    pub recording: bool,
    /// Way in which the desktop is told of what ends in the background.
    pub notify: NotifyChoice,
    /// Whether what is personal or secret is masked on screen.
    pub masked: bool,
    /// jq filters that were run, the newest last.
    pub queries: Vec<String>,
    /// Short messages, shown above the footer.
    pub toasts: Toasts,
    /// Uptime at which somebody who has something to lose asked to quit.
    pub quit_asked: Option<Duration>,
    /// Work in the background.
    pub jobs: Jobs,
    effects: Vec<Effect>,
    requests: VecDeque<Request>,
}

/// Request that only the shell can fulfil, which follows at once.
pub enum Request {
    /// Lay a popup over everything.
    Open(Box<dyn Component>),
    /// Take the uppermost popup away.
    Close,
    /// Take every popup of this type away, wherever it lies.
    CloseType(TypeId),
    /// Take every popup away.
    CloseAll,
    /// Deliver a message to whoever understands it.
    Send(Message),
    /// Do the first of these that applies, as if its key were pressed.
    Do(Action),
    /// Show another screen.
    Show(Tab),
}

impl Cx {
    /// A program that has just been started.
    pub fn new(screen: Rect, theme: Theme, keymap: Keymap, browser_is_local: bool) -> Self {
        Self {
            now: Now::default(),
            clock: ServerClock::default(),
            screen: layout::screen(screen.width, screen.height),
            zoomed: false,
            theme,
            look: None,
            keymap,
            contexts: Vec::new(),
            browser_is_local,
            ssh_host: None,
            hyperlinks: false,
            mouse: true,
            desktop_clipboard: false,
            environment: Environment::Opening,
            accounts: AccountStore::default(),
            tools: ToolStore::default(),
            usage: Arc::default(),
            approvals: Approvals::default(),
            agent_asks: 0,
            authorizations: Authorizations::default(),
            catalogue: Catalogue::default(),
            acting_as: None,
            nothing_configured: false,
            tab: Tab::Accounts,
            is_covered: false,
            draft: Draft::default(),
            unsent: Vec::new(),
            unsent_messages: Vec::new(),
            proofs_at_once: crate::flow::identity::AT_ONCE,
            refresh: None,
            has_focus: true,
            recording: true,
            notify: NotifyChoice::Off,
            masked: false,
            queries: Vec::new(),
            toasts: Toasts::default(),
            quit_asked: None,
            jobs: Jobs::default(),
            effects: Vec::new(),
            requests: VecDeque::new(),
        }
    }

    /// Shows a short message.
    pub fn say(&mut self, level: Level, text: impl Into<String>) {
        self.toasts.say(level, text, self.now.uptime);
    }

    /// Starts a task in its slot; whatever ran there before is cancelled.
    pub fn start(&mut self, task: impl Task) {
        let effect = self.jobs.start(Box::new(task));
        self.effects.push(effect);
    }

    /// Cancels what runs in a slot.
    pub fn cancel(&mut self, slot: Slot) {
        let effect = self.jobs.cancel(slot);
        self.effects.push(effect);
    }

    /// Cancels whatever has to do with the environment.
    pub fn cancel_all(&mut self) {
        let effects = self.jobs.cancel_all();
        self.effects.extend(effects);
    }

    /// Whether something runs in a slot.
    pub fn is_running(&self, slot: Slot) -> bool {
        self.jobs.is_running(slot)
    }

    /// Asks for an effect.
    pub fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Lays a popup over everything.
    pub fn open(&mut self, popup: impl Component) {
        self.requests.push_back(Request::Open(Box::new(popup)));
    }

    /// Takes the uppermost popup away.
    pub fn close(&mut self) {
        self.requests.push_back(Request::Close);
    }

    /// Takes every popup of this type away, wherever it lies: a report comes when it comes, whatever lies on top.
    pub fn close_popup<T: Component>(&mut self) {
        self.requests.push_back(Request::CloseType(TypeId::of::<T>()));
    }

    /// Delivers a message to whoever understands it.
    pub fn send(&mut self, payload: impl Payload) {
        self.requests.push_back(Request::Send(Message::new(payload)));
    }

    /// Asks the shell for something.
    pub fn request(&mut self, request: Request) {
        self.requests.push_back(request);
    }

    /// The next request, in the order in which they were made.
    pub fn next_request(&mut self) -> Option<Request> {
        self.requests.pop_front()
    }

    /// Effects that were asked for since they were taken last.
    pub fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// Key of `action` where the keyboard is now, or where the action is at home; empty if no key does it.
    pub fn key_for(&self, action: Action) -> &str {
        self.keymap.key_for(action, &self.contexts)
    }

    /// The time by the back-end's clock, for whatever the back-end says of a moment. What was noted down here is
    /// held against [`Now::wall`] instead.
    pub fn server_now(&self) -> Timestamp {
        self.clock.offset.to_brokers(self.now.wall)
    }

    /// The parts of the terminal.
    pub fn frame(&self) -> layout::Frame {
        layout::frame(self.screen, self.zoomed, self.nothing_configured)
    }

    /// Place of the screen between header and footer.
    pub fn body(&self) -> layout::Body {
        self.frame().body
    }
}
