//! The presets of one tool: to be filled in, saved, deleted.

use ratatui::layout::Rect;

use crate::domain::{JsonText, ToolName};
use crate::journal::{IfTaken, Preset, PresetName};
use crate::tui::core::layout::inner_rows;
use crate::tui::widgets::filter::Filter;
use crate::tui::widgets::list::{Cursor, Move};
use crate::tui::widgets::pane;

/// The list, and the name that is being typed.
pub struct Presets {
    /// Whose they are.
    pub tool: ToolName,
    /// What is saved; none while it is being read.
    pub kept: Option<Vec<Preset>>,
    /// The one under the cursor.
    pub cursor: Cursor,
    /// The name to save under; none while the list has the keyboard.
    pub naming: Option<Filter>,
    /// Why something could not be done, safe to show.
    pub broken: Option<String>,
}

/// What is to be done with the presets of a tool.
#[derive(Clone, Debug)]
pub struct Work {
    /// Which tool.
    pub tool: ToolName,
    /// What.
    pub step: Step,
}

/// One thing to do; the list is read again afterwards in any case.
#[derive(Clone, Debug)]
pub enum Step {
    /// Nothing else.
    Read,
    /// Save these arguments.
    Save(PresetName, JsonText, IfTaken),
    /// Delete one.
    Delete(PresetName),
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Done {
    /// All there are now.
    pub kept: Vec<Preset>,
    /// The one that was saved.
    pub saved: Option<Preset>,
    /// What was done, in a sentence, if it was more than reading.
    pub said: Option<String>,
}

impl Presets {
    /// The presets of a tool, which are yet to be read.
    pub fn of(tool: ToolName) -> Self {
        Self { tool, kept: None, cursor: Cursor::default(), naming: None, broken: None }
    }

    /// All that is here.
    pub fn all(&self) -> &[Preset] {
        self.kept.as_deref().unwrap_or_default()
    }

    /// The one under the cursor.
    pub fn selected(&self) -> Option<&Preset> {
        self.all().get(self.cursor.row)
    }

    /// The one that would be replaced by saving under the name that is typed.
    pub fn replaced(&self) -> Option<&Preset> {
        let typed = self.naming.as_ref()?.text().trim();
        self.all().iter().find(|preset| preset.name.raw() == typed)
    }

    /// The list has come.
    pub fn read(&mut self, done: Done, screen: Rect) {
        if done.said.is_some() {
            self.broken = None;
        }
        let saved = done.saved.map(|preset| preset.name);
        if saved.is_some() {
            self.naming = None;
        }
        let before = saved.or_else(|| self.selected().map(|preset| preset.name.clone()));
        self.kept = Some(done.kept);
        let row = self.all().iter().position(|preset| Some(&preset.name) == before.as_ref());
        let rows = self.all().len();
        self.cursor.go(row.unwrap_or(self.cursor.row), rows, rows_shown(screen, rows));
    }

    /// Moves the cursor.
    pub fn step(&mut self, step: Move, screen: Rect) {
        let rows = self.all().len();
        self.cursor.step(step, rows, rows_shown(screen, rows));
    }
}

/// Where it stands: room for the footer stays, which tells its keys.
pub fn area(screen: Rect) -> Rect {
    let above = Rect { height: screen.height.saturating_sub(1), ..screen };
    pane::centred(above, 96, 22)
}

/// How many of so many are shown at once; below them stands what is in the one under the cursor.
pub fn rows_shown(screen: Rect, presets: usize) -> usize {
    let rows = inner_rows(area(screen)).saturating_sub(2);
    presets.clamp(1, (rows / 2).max(1))
}
