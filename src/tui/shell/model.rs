//! Everything the screen is drawn from. Changed only by [`update`](crate::tui::shell::update::update).

use ratatui::layout::Rect;

use crate::domain::Identifier;
use crate::tui::accounts::screen::Accounts;
use crate::tui::activity::screen::Activity;
use crate::tui::core::component::Component as _;
use crate::tui::core::cx::Cx;
use crate::tui::core::effect::Effect;
pub use crate::tui::core::environment::Environment;
use crate::tui::core::screen::Screen as _;
use crate::tui::environments::opener::Opener;
use crate::tui::explorer::json_view::JsonView;
use crate::tui::input::context::Context;
use crate::tui::input::keymap::Keymap;
use crate::tui::input::tabs::{Pane, Tab};
use crate::tui::playground::screen::Playground;
use crate::tui::runtime::session_file::Memory;
use crate::tui::shell::desktop::Desktop;
use crate::tui::shell::popup::Popup;
use crate::tui::theme::Theme;
use crate::tui::tools::screen::Tools;

/// The whole state of the full-screen front.
pub struct Model {
    /// What every feature sees.
    pub cx: Cx,
    /// The program as a whole.
    pub desktop: Desktop,
    /// What opens environments.
    pub opener: Opener,
    /// The first screen.
    pub accounts: Accounts,
    /// The second.
    pub tools: Tools,
    /// The third.
    pub playground: Playground,
    /// The fourth.
    pub activity: Activity,
    /// What lies on top, the last one uppermost.
    pub popups: Vec<Popup>,
    /// What an earlier run left, until it has found its use.
    pub remembered: Option<Memory>,
}

impl Model {
    /// A program that has just been started, and the first thing it does.
    pub fn start(screen: Rect, theme: Theme, browser_is_local: bool) -> (Self, Vec<Effect>) {
        let mut model = Self {
            cx: Cx::new(screen, theme, Keymap::default(), browser_is_local),
            desktop: Desktop::default(),
            opener: Opener::default(),
            accounts: Accounts::default(),
            tools: Tools::default(),
            playground: Playground::default(),
            activity: Activity::default(),
            popups: Vec::new(),
            remembered: None,
        };
        model.opener.open(None, &mut model.cx);
        model.lay_out();
        model.note_place();
        let effects = model.cx.take_effects();
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
        match self.cx.tab {
            Tab::Accounts if self.accounts.filter.typing => Context::Filter,
            Tab::Activity => self.activity.context(),
            Tab::Accounts => match self.accounts.focus {
                Pane::List => Context::Accounts,
                Pane::Side => Context::AccountDetail,
            },
            Tab::Tools => self.tools.context(),
            Tab::Playground => self.playground.context(),
        }
    }

    /// As whom whatever is on screen acts: the playground keeps the person its tool was opened for.
    pub fn acting_as(&self) -> Option<&Identifier> {
        match self.cx.tab {
            Tab::Playground => self.playground.acting_as(&self.cx),
            Tab::Accounts | Tab::Tools | Tab::Activity => self.cx.acting_as.as_ref(),
        }
    }

    /// The pane that the keyboard is in.
    pub fn focus(&self) -> Pane {
        match self.cx.tab {
            Tab::Accounts => self.accounts.focus,
            Tab::Tools => self.tools.focus,
            Tab::Playground => self.playground.focus,
            Tab::Activity => self.activity.focus,
        }
    }

    /// Moves the keyboard to a pane of this screen.
    pub fn set_focus(&mut self, pane: Pane) {
        match self.cx.tab {
            Tab::Accounts => self.accounts.focus = pane,
            Tab::Tools => self.tools.focus = pane,
            Tab::Playground => self.playground.focus = pane,
            Tab::Activity => self.activity.focus = pane,
        }
    }

    /// The JSON that this screen looks at, if it does.
    pub fn explorer(&self) -> Option<&JsonView> {
        match self.cx.tab {
            Tab::Playground => self.playground.output.view(),
            Tab::Activity => self.activity.view(),
            Tab::Accounts | Tab::Tools => None,
        }
    }

    /// The same, to move in.
    pub fn explorer_mut(&mut self) -> Option<&mut JsonView> {
        match self.cx.tab {
            Tab::Playground => self.playground.output.view_mut(),
            Tab::Activity => self.activity.view_mut(),
            Tab::Accounts | Tab::Tools => None,
        }
    }
}
