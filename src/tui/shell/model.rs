//! Everything the screen is drawn from. Changed only by [`update`](crate::tui::shell::update::update).

use std::collections::HashMap;

use ratatui::layout::Rect;

use crate::domain::{Fault, Identifier};
use crate::profile::{OpenTarget, ProfileName};
use crate::settings::ThemeVariant;
use crate::tui::accounts::screen::Accounts;
use crate::tui::activity::screen::Activity;
use crate::tui::core::effect::{Effect, Jobs};
use crate::tui::core::event::{EnvironmentCard, Now};
use crate::tui::core::layout;
use crate::tui::core::server_clock::BrokersClock;
use crate::tui::core::toast::Toasts;
use crate::tui::explorer::json_view::JsonView;
use crate::tui::input::context::Context;
use crate::tui::input::keymap::Keymap;
use crate::tui::input::tabs::{Pane, Tab};
use crate::tui::playground::screen::{InputView, Playground};
use crate::tui::runtime::session_file::Memory;
use crate::tui::shell::popup::Popup;
use crate::tui::theme::Theme;
use crate::tui::tools::screen::Tools;

/// How far opening the environment got.
#[derive(Debug)]
pub enum Environment {
    /// Being opened.
    Opening,
    /// The keychain is being asked for the secret of this profile.
    AtKeychain(ProfileName),
    /// Somebody has to say first whether they want it.
    Asking,
    /// Open.
    Open(EnvironmentCard),
    /// Cannot be opened.
    Failed(Fault),
}

/// Something on its way to the clipboard.
#[derive(Debug)]
pub struct Copying {
    /// The text.
    pub text: String,
    /// What it is, for the message: “the link”. Safe to show.
    pub what: String,
}

/// The whole state of the full-screen front.
pub struct Model {
    /// The time of the event being handled.
    pub now: Now,
    /// Whether the pane with the keyboard has the screen alone.
    pub zoomed: bool,
    /// How far the broker's clock is from that.
    pub clock: BrokersClock,
    /// The terminal, all of it.
    pub screen: Rect,
    /// Its colours.
    pub theme: Theme,
    /// The look that somebody chose while it ran, now or in an earlier run.
    pub look: Option<ThemeVariant>,
    /// What its keys do.
    pub keymap: Keymap,
    /// Whether a browser started here opens where the person sits.
    pub browser_is_local: bool,
    /// Whether the terminal makes links of text that is marked as one.
    pub hyperlinks: bool,
    /// Whether the mouse is ours.
    pub mouse: bool,
    /// Whether the desktop's clipboard is tried before the terminal is asked.
    pub desktop_clipboard: bool,
    /// What is on its way there.
    pub copying: Option<Copying>,
    /// What is called.
    pub environment: Environment,
    /// What is to be opened; none for what the program was started for.
    pub wanted: Option<OpenTarget>,
    /// What was typed in other environments, by their URLs.
    pub shelf: HashMap<String, Playground>,
    /// As whom: the identifier whose tools are browsed and run.
    pub acting_as: Option<Identifier>,
    /// Which screen is shown.
    pub tab: Tab,
    /// The first screen.
    pub accounts: Accounts,
    /// The second.
    pub tools: Tools,
    /// The third.
    pub playground: Playground,
    /// The fourth.
    pub activity: Activity,
    /// Whether calls are written down.
    pub recording: bool,
    /// The jq filters that were run, the newest last.
    pub queries: Vec<String>,
    /// What lies on top, the last one uppermost.
    pub popups: Vec<Popup>,
    /// Short messages.
    pub toasts: Toasts,
    /// What runs in the background.
    pub jobs: Jobs,
    /// What an earlier run left, until it has found its use.
    pub remembered: Option<Memory>,
}

impl Model {
    /// A program that has just been started, and the first thing it does.
    pub fn start(screen: Rect, theme: Theme, browser_is_local: bool) -> (Self, Vec<Effect>) {
        let mut model = Self {
            now: Now::default(),
            zoomed: false,
            clock: BrokersClock::default(),
            screen: layout::screen(screen.width, screen.height),
            theme,
            look: None,
            keymap: Keymap::default(),
            browser_is_local,
            hyperlinks: false,
            mouse: true,
            desktop_clipboard: false,
            copying: None,
            environment: Environment::Opening,
            wanted: None,
            shelf: HashMap::new(),
            acting_as: None,
            tab: Tab::Accounts,
            accounts: Accounts::default(),
            tools: Tools::default(),
            playground: Playground::default(),
            activity: Activity::default(),
            recording: true,
            queries: Vec::new(),
            popups: Vec::new(),
            toasts: Toasts::default(),
            jobs: Jobs::default(),
            remembered: None,
        };
        let effects = vec![model.open_wanted(None)];
        (model, effects)
    }

    /// Where the keyboard is, innermost first.
    pub fn contexts(&self) -> Vec<Context> {
        if let Some(popup) = self.popups.last() {
            return vec![popup.context(), Context::Everywhere];
        }
        match self.inner_context() {
            typing if typing.types() => vec![typing, Context::Everywhere],
            inner => vec![inner, Context::Screen, Context::Everywhere],
        }
    }

    fn inner_context(&self) -> Context {
        match self.tab {
            Tab::Accounts if self.accounts.filter.typing => Context::Filter,
            Tab::Tools if self.tools.filter.typing => Context::Filter,
            Tab::Activity if self.activity.filter.typing => Context::Filter,
            Tab::Activity => match self.activity.focus {
                Pane::Side if self.explorer().is_some_and(|view| view.find.input.typing) => Context::Find,
                Pane::List => Context::Activity,
                Pane::Side => Context::Entry,
            },
            Tab::Accounts => match self.accounts.focus {
                Pane::List => Context::Accounts,
                Pane::Side => Context::AccountDetail,
            },
            Tab::Tools => match self.tools.focus {
                Pane::List => Context::Tools,
                Pane::Side => Context::Schema,
            },
            Tab::Playground => match self.playground.focus {
                Pane::Side if self.playground.output.view().is_some_and(|view| view.find.input.typing) => Context::Find,
                Pane::List if self.playground.subject.is_some() => match self.playground.view {
                    InputView::Json => Context::Input,
                    InputView::Form => Context::InputForm,
                },
                _ => Context::Output,
            },
        }
    }

    /// As whom whatever is on screen acts: the playground keeps the person its tool was opened for.
    pub fn acting_as(&self) -> Option<&Identifier> {
        match (self.tab, &self.playground.subject) {
            (Tab::Playground, Some(subject)) => Some(&subject.identifier),
            _ => self.acting_as.as_ref(),
        }
    }

    /// The pane that the keyboard is in.
    pub fn focus(&self) -> Pane {
        match self.tab {
            Tab::Accounts => self.accounts.focus,
            Tab::Tools => self.tools.focus,
            Tab::Playground => self.playground.focus,
            Tab::Activity => self.activity.focus,
        }
    }

    /// Moves the keyboard to a pane of this screen.
    pub fn set_focus(&mut self, pane: Pane) {
        match self.tab {
            Tab::Accounts => self.accounts.focus = pane,
            Tab::Tools => self.tools.focus = pane,
            Tab::Playground => self.playground.focus = pane,
            Tab::Activity => self.activity.focus = pane,
        }
    }

    /// The JSON that this screen looks at, if it does.
    pub fn explorer(&self) -> Option<&JsonView> {
        match self.tab {
            Tab::Playground => self.playground.output.view(),
            Tab::Activity => self.activity.view(),
            Tab::Accounts | Tab::Tools => None,
        }
    }

    /// The same, to move in.
    pub fn explorer_mut(&mut self) -> Option<&mut JsonView> {
        match self.tab {
            Tab::Playground => self.playground.output.view_mut(),
            Tab::Activity => self.activity.view_mut(),
            Tab::Accounts | Tab::Tools => None,
        }
    }
}
