//! Start of the program: from the settings, and from where an earlier run left off.

use ratatui::layout::Rect;

use crate::flow::browser;
use crate::order::StableOrder as _;
use crate::settings::{Settings, SettingsProblem, ThemeChoice, ThemeVariant};
use crate::tui::core::effect::Effect;
use crate::tui::core::state::session::Session;
use crate::tui::core::toast::Level;
use crate::tui::input::action::Action;
use crate::tui::input::keymap_config::remap;
use crate::tui::input::tabs::Tab;
use crate::tui::shell::action_table::rows;
use crate::tui::shell::desktop::clipboard;
use crate::tui::shell::model::Model;
use crate::tui::theme::{Depth, Theme, look};

impl Model {
    /// A program that has just been started in a terminal of this size. What is set counts; what is
    /// not, is as it was left; `var` reads the process's environment.
    pub fn begin(
        screen: Rect,
        settings: &Settings,
        session: Session,
        var: impl Fn(&str) -> Option<String>,
    ) -> (Self, Vec<Effect>) {
        let remembered = session.theme.parse::<ThemeVariant>().ok();
        let choice = settings.theme.or(remembered.map(ThemeChoice::Always)).unwrap_or_default();
        let theme = Theme::new(look(choice, &var), Depth::detect(&var));
        let is_local = browser::is_local(&var);
        let (mut model, effects) = Self::start(screen, theme, is_local);
        model.cx.look = remembered;
        model.cx.ssh_host = browser::ssh_host(&var);
        model.cx.hyperlinks = !matches!(var("TERM").as_deref(), Some("linux" | "dumb") | None);
        // Over SSH the desktop here is not the one where the person sits.
        model.cx.desktop_clipboard = !browser::is_over_ssh(&var) && clipboard::BUILT_IN;
        let (screens, _) = model.screens_mut();
        screens.into_iter().for_each(|screen| screen.prefer(&session));
        model.cx.recording = settings.record.unwrap_or(true);
        model.cx.refresh = settings.refresh.unwrap_or_default().0;
        model.cx.masked = settings.screen_share.unwrap_or(false);
        let at_once = settings.proofs_at_once.map(usize::from);
        model.cx.proofs_at_once = at_once.unwrap_or(model.cx.proofs_at_once);
        model.agent.set(&settings.agent);
        model.cx.notify = settings.notify.unwrap_or_default();
        model.cx.mouse = settings.mouse.unwrap_or(session.mouse);
        model.remembered = Some(session);
        let (keymap, conflicts) = remap(rows(), &settings.keys);
        model.cx.keymap = keymap;
        model.report(settings.problems.iter().chain(&conflicts));
        (model, effects)
    }

    /// Says what of the settings could not be done: all of it among the messages, and on screen where
    /// to find it.
    fn report<'a>(&mut self, problems: impl Iterator<Item = &'a SettingsProblem>) {
        let mut problems: Vec<_> = problems.collect();
        problems.order_by_key(|problem| problem.line);
        for problem in problems.iter().rev() {
            self.cx.toasts.say(Level::Problem, problem.to_string(), self.cx.now.uptime);
        }
        if let count @ 2.. = problems.len() {
            let where_to = match self.cx.key_for(Action::Messages) {
                "" => "the messages tell them all".to_owned(),
                key => format!("{key} tells them all"),
            };
            let text = format!("{count} things in the settings are not as you may think: {where_to}.");
            self.cx.toasts.say(Level::Problem, text, self.cx.now.uptime);
        }
    }

    /// The environment is open: goes back to where the person was in it, unless they have begun to do
    /// something else already.
    pub(super) fn resume(&mut self, environment: &str) {
        let Some(session) = self.remembered.take().filter(|session| session.environment == environment) else { return };
        self.cx.acting_as = session.acting_as();
        let typing = self.component().context().types();
        if self.cx.tab == Tab::Accounts && self.popups.is_empty() && !typing {
            self.cx.tab = session.tab();
            let (screens, _) = self.screens_mut();
            screens.into_iter().for_each(|screen| screen.restore(&session));
        }
    }

    /// Session for the next run.
    pub fn session(&self) -> Session {
        let mut session = match (self.cx.environment.open(), &self.remembered) {
            (Some(card), _) => Session {
                environment: card.name.clone(),
                acting_as: self.cx.acting_as.as_ref().map(|who| who.raw().to_owned()).unwrap_or_default(),
                tab: self.cx.tab.name().to_owned(),
                ..Session::default()
            },
            // What it brought along has found no use yet.
            (None, Some(session)) => session.clone(),
            (None, None) => Session::default(),
        };
        session.mouse = self.cx.mouse;
        session.theme = self.cx.look.map(ThemeVariant::name).unwrap_or_default().to_owned();
        self.screens().into_iter().for_each(|screen| screen.remember(&mut session, &self.cx));
        session
    }
}
