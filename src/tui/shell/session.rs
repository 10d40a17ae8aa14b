//! How a program begins: with what was set, and where an earlier run left off.

use ratatui::layout::Rect;

use crate::domain::{AccountId, Status, Untrusted};
use crate::flow::browser;
use crate::settings::{Settings, SettingsProblem, ThemeChoice, ThemeVariant};
use crate::tui::core::effect::Effect;
use crate::tui::core::toast::Level;
use crate::tui::input::action::Action;
use crate::tui::input::keymap_config::remap;
use crate::tui::input::tabs::Tab;
use crate::tui::playground::screen::InputView;
use crate::tui::runtime::session_file::Memory;
use crate::tui::shell::availability;
use crate::tui::shell::desktop::clipboard;
use crate::tui::shell::model::{Environment, Model};
use crate::tui::theme::{Depth, Theme, look};

impl Model {
    /// A program that has just been started in a terminal of this size. What is set counts; what is
    /// not, is as it was left; `var` reads the process's environment.
    pub fn begin(
        screen: Rect,
        settings: &Settings,
        memory: Memory,
        var: impl Fn(&str) -> Option<String>,
    ) -> (Self, Vec<Effect>) {
        let remembered = memory.theme.parse::<ThemeVariant>().ok();
        let choice = settings.theme.or(remembered.map(ThemeChoice::Always)).unwrap_or_default();
        let theme = Theme::new(look(choice, &var), Depth::detect(&var));
        let is_local = browser::is_local(&var);
        let (mut model, effects) = Self::start(screen, theme, is_local);
        model.cx.look = remembered;
        model.cx.hyperlinks = !matches!(var("TERM").as_deref(), Some("linux" | "dumb") | None);
        // Over SSH the desktop here is not the one where the person sits.
        model.cx.desktop_clipboard = !browser::is_over_ssh(&var) && clipboard::BUILT_IN;
        model.accounts.by = memory.order();
        model.accounts.group = memory.group();
        model.playground.preferred = if memory.form { InputView::Form } else { InputView::Json };
        model.cx.recording = settings.record.unwrap_or(true);
        model.cx.mouse = settings.mouse.unwrap_or(memory.mouse);
        model.remembered = Some(memory);
        let (keymap, conflicts) = remap(&settings.keys);
        model.cx.keymap = keymap;
        model.report(settings.problems.iter().chain(&conflicts));
        (model, effects)
    }

    /// Says what of the settings could not be done: all of it among the messages, and on screen where
    /// to find it.
    fn report<'a>(&mut self, problems: impl Iterator<Item = &'a SettingsProblem>) {
        let mut problems: Vec<_> = problems.collect();
        problems.sort_by_key(|problem| problem.line);
        for problem in problems.iter().rev() {
            self.cx.toasts.say(Level::Problem, problem.to_string(), self.cx.now.uptime);
        }
        if let count @ 2.. = problems.len() {
            let where_to = match availability::key_for(Action::Messages, self) {
                "" => "the messages tell them all".to_owned(),
                key => format!("{key} tells them all"),
            };
            let text = format!("{count} things in the settings are not as you may think: {where_to}.");
            self.cx.toasts.say(Level::Problem, text, self.cx.now.uptime);
        }
    }

    /// The environment is open: goes back to where the person was in it, unless they have begun to do
    /// something else already.
    pub fn resume(&mut self, environment: &str) {
        let Some(memory) = self.remembered.take().filter(|memory| memory.environment == environment) else { return };
        self.cx.acting_as = memory.acting_as();
        let untouched = self.cx.tab == Tab::Accounts && self.popups.is_empty() && !self.accounts.filter.typing;
        if untouched {
            self.cx.tab = memory.tab();
            self.accounts.filter.paste(&Untrusted::from(memory.filter));
            self.accounts.status = (!memory.status.is_empty()).then(|| Status::from_name(&memory.status));
            self.accounts.wanted = (!memory.account.is_empty()).then(|| AccountId::from(memory.account.as_str()));
        }
    }

    /// What the next run should know.
    pub fn memory(&self) -> Memory {
        let program = Memory {
            order: self.accounts.by.name().to_owned(),
            group: self.accounts.group.name().to_owned(),
            form: self.playground.preferred == InputView::Form,
            mouse: self.cx.mouse,
            theme: self.cx.look.map(ThemeVariant::name).unwrap_or_default().to_owned(),
            ..Memory::default()
        };
        match (&self.cx.environment, &self.remembered) {
            (Environment::Open(card), _) => Memory {
                environment: card.name.clone(),
                acting_as: self.cx.acting_as.as_ref().map(|who| who.raw().to_owned()).unwrap_or_default(),
                tab: self.cx.tab.name().to_owned(),
                filter: self.accounts.filter.text().to_owned(),
                status: self.accounts.status.as_ref().map(Status::name).unwrap_or_default(),
                account: self.accounts.wanted(&self.cx.accounts).map(|id| id.raw().to_owned()).unwrap_or_default(),
                ..program
            },
            // What it brought along has found no use yet.
            (_, Some(memory)) => {
                let Memory { order, group, form, mouse, theme, .. } = program;
                Memory { order, group, form, mouse, theme, ..memory.clone() }
            }
            _ => program,
        }
    }
}
