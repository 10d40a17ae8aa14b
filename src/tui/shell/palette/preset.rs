//! Way of a preset that was chosen in the palette: its tool is opened, with whatever has to be asked for that, then the
//! preset is filled in.

use crate::journal::Preset;
use crate::tui::core::cx::Request;
use crate::tui::core::messages::GoToTool;
use crate::tui::input::action::Action;
use crate::tui::input::tabs::Tab;
use crate::tui::playground::presets::FillInPreset;
use crate::tui::shell::dispatch;
use crate::tui::shell::model::Model;

/// Preset that waits for its tool to be open.
#[derive(Debug)]
pub struct AwaitedPreset {
    preset: Preset,
    /// Whether the tool was asked for.
    asked: bool,
}

impl Model {
    /// Goes to the tool of a preset, to fill it in there.
    pub(in crate::tui::shell) fn open_preset(&mut self, preset: Preset) {
        let open = self.playground.subject.as_ref().map(|subject| &subject.tool.name);
        match open == Some(&preset.tool) {
            true => self.cx.request(Request::Show(Tab::Playground)),
            false => self.cx.send(GoToTool(preset.tool.clone())),
        }
        self.awaited = Some(AwaitedPreset { preset, asked: false });
    }

    /// Goes on with it as far as that is possible now: once the tool is found, and once it is open.
    pub(in crate::tui::shell) fn follow_preset(&mut self) {
        let Some(awaited) = &mut self.awaited else { return };
        if !self.popups.is_empty() {
            return;
        }
        let tool = &awaited.preset.tool;
        let is_open = self.playground.subject.as_ref().is_some_and(|subject| subject.tool.name == *tool);
        let is_found = self.tools.selected(&self.cx.tools).is_some_and(|found| found.name == *tool);
        match self.cx.tab {
            Tab::Playground if is_open => {
                if let Some(AwaitedPreset { preset, .. }) = self.awaited.take() {
                    self.cx.send(FillInPreset(preset));
                }
            }
            Tab::Tools if is_found && !awaited.asked => {
                awaited.asked = true;
                dispatch::run_first_available(self, std::iter::once(Action::TryTool));
            }
            _ => {}
        }
    }

    /// Somebody pressed a key: whoever does something else does not want it any more.
    pub(in crate::tui::shell) fn forget_preset(&mut self) {
        if self.popups.is_empty() && self.cx.tab != Tab::Playground {
            self.awaited = None;
        }
    }
}
