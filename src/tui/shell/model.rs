//! Model that everything on screen is drawn from. Changed only by [`update`](crate::tui::shell::update::update).

use std::time::Duration;

use ratatui::layout::Rect;

use crate::tui::accounts::screen::Accounts;
use crate::tui::activity::screen::Activity;
use crate::tui::agent::screen::Agent;
use crate::tui::checks::screen::Checks;
use crate::tui::core::component::Component;
use crate::tui::core::cx::Cx;
use crate::tui::core::effect::Effect;
use crate::tui::core::state::session::Session;
use crate::tui::environments::opener::Opener;
use crate::tui::input::hit_test::Target;
use crate::tui::input::keymap::Keymap;
use crate::tui::playground::screen::Playground;
use crate::tui::shell::action_table::rows;
use crate::tui::shell::count::Count;
use crate::tui::shell::desktop::Desktop;
use crate::tui::shell::jump::Jump;
use crate::tui::shell::palette::preset::AwaitedPreset;
use crate::tui::shell::share::Names;
use crate::tui::theme::Theme;
use crate::tui::tools::screen::Tools;

/// The whole state of the full-screen front.
pub struct Model {
    /// State that every feature sees.
    pub cx: Cx,
    /// The program as a whole.
    pub desktop: Desktop,
    /// Opener of environments.
    pub opener: Opener,
    /// Accounts screen.
    pub accounts: Accounts,
    /// Tools screen.
    pub tools: Tools,
    /// Playground screen.
    pub playground: Playground,
    /// Activity screen.
    pub activity: Activity,
    /// Agent screen.
    pub agent: Agent,
    /// Checks screen.
    pub checks: Checks,
    /// Popups over the screen, the last one uppermost.
    pub popups: Vec<Box<dyn Component>>,
    /// Number that is typed before a motion.
    pub count: Count,
    /// Labels that are being typed; none while nobody jumps.
    pub jump: Option<Jump>,
    /// Where and when the last click was.
    pub clicked: Option<(Target, Duration)>,
    /// Names that screen-share mode masks.
    pub names: Names,
    /// Preset that is filled in as soon as its tool is open.
    pub awaited: Option<AwaitedPreset>,
    /// Session of an earlier run, until it has found its use.
    pub remembered: Option<Session>,
}

impl Model {
    /// A program that has just been started, and the first thing it does.
    pub fn start(screen: Rect, theme: Theme, browser_is_local: bool) -> (Self, Vec<Effect>) {
        let mut model = Self {
            cx: Cx::new(screen, theme, Keymap::usual(rows()), browser_is_local),
            desktop: Desktop::default(),
            opener: Opener::default(),
            accounts: Accounts::default(),
            tools: Tools::default(),
            playground: Playground::default(),
            activity: Activity::default(),
            agent: Agent::default(),
            checks: Checks::default(),
            popups: Vec::new(),
            count: Count::default(),
            jump: None,
            clicked: None,
            names: Names::default(),
            awaited: None,
            remembered: None,
        };
        model.opener.open(None, &mut model.cx);
        model.lay_out();
        model.note_place();
        let effects = model.cx.take_effects();
        (model, effects)
    }
}
