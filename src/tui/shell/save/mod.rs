//! Popup: the name of a file that is about to be saved.

mod list;
mod tasks;
mod view;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

pub use self::list::{ListTabulated, TabulateList};
pub use self::tasks::{FileSaved, FoundName, LookUpName, NameLookedUp, SavedFile, WriteFile};
use crate::json::{TableExport, TableFormat};
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{SaveFile, SaveTable};
use crate::tui::core::toast::Level;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::typed::Line;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::typing::filter::Filter;

/// Popup: a file to save, and the name that is typed for it.
pub struct SavePopup {
    name: Filter,
    file: SaveFile,
    /// Table that is written where the name ends as one of its formats does.
    table: Option<TableExport>,
    /// Findings about a name that was typed.
    found: Option<NameLookedUp>,
}

impl SavePopup {
    /// Asks for the name of a file.
    pub fn open(file: SaveFile, cx: &mut Cx) {
        Self::begin(file, None, cx);
    }

    /// Asks for the name of a file that may hold a table.
    pub fn open_table(SaveTable { file, table }: SaveTable, cx: &mut Cx) {
        Self::begin(file, Some(table), cx);
    }

    fn begin(file: SaveFile, table: Option<TableExport>, cx: &mut Cx) {
        let mut name = Filter::being_typed();
        name.paste(&file.name.as_str().into());
        // Before the ending, which is seldom what somebody wants to change.
        let ending = file.name.rsplit_once('.').map_or(0, |(_, ending)| ending.chars().count() + 1);
        (0..ending).for_each(|_| {
            name.key(KeyEvent::new(KeyCode::Left, KeyModifiers::NONE));
        });
        let popup = Self { name, file, table, found: None };
        cx.start(LookUpName(popup.typed()));
        cx.open(popup);
    }

    /// The name as it is typed.
    fn typed(&self) -> String {
        self.name.text().trim().to_owned()
    }

    /// Findings about the name that stands there now.
    fn found(&self) -> Option<&FoundName> {
        let found = self.found.as_ref().filter(|found| found.asked == self.typed())?;
        found.result.as_ref().ok()
    }

    /// Reason why nothing can be saved under that name.
    fn refused(&self) -> Option<String> {
        let found = self.found.as_ref().filter(|found| found.asked == self.typed())?;
        found.result.as_ref().err().map(ToString::to_string)
    }

    /// Format that the name asks for, where there is a table.
    fn format(&self) -> Option<TableFormat> {
        TableFormat::of_file(&self.typed()).filter(|_| self.table.is_some())
    }
}

impl Component for SavePopup {
    fn context(&self) -> Context {
        Context::SaveFile
    }

    fn availability(&self, action: Action, _cx: &Cx) -> Availability {
        match action {
            Action::Submit => Availability::when(!self.name.text().trim().is_empty(), "Type a file name."),
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        if action == Action::Submit {
            let file = SaveFile { name: self.typed(), bytes: self.file.bytes.clone() };
            cx.start(WriteFile(file, self.format().and(self.table.clone())));
            cx.cancel(LookUpName::SLOT);
            cx.close();
        }
    }

    fn input(&mut self, input: &Input, cx: &mut Cx) {
        if let Input::Typed(typed) = input
            && self.name.take(typed)
        {
            cx.start(LookUpName(self.typed()));
        }
    }

    fn line(&self) -> Option<Line> {
        Some(self.name.capacity())
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        let found: NameLookedUp = message.take()?;
        cx.jobs.finish(LookUpName::SLOT);
        self.found = Some(found);
        Ok(())
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }

    fn close(&mut self, cx: &mut Cx) {
        cx.cancel(LookUpName::SLOT);
    }
}

/// Takes what the tasks report once the popup is gone.
///
/// # Errors
/// The message, where it is for somebody else.
pub fn receive(message: Message, cx: &mut Cx) -> Result<(), Message> {
    let FileSaved(result) = match message.take::<NameLookedUp>() {
        Ok(_) => {
            cx.jobs.finish(LookUpName::SLOT);
            return Ok(());
        }
        Err(message) => message.take()?,
    };
    cx.jobs.finish(WriteFile::SLOT);
    match result {
        Ok(SavedFile { name, folder, taken }) => {
            let taken = taken.map_or_else(String::new, |taken| format!(" {taken} was there already."));
            cx.say(Level::Done, format!("Saved {name} in {folder}.{taken}"));
        }
        Err(fault) => cx.say(Level::Problem, fault.to_string()),
    }
    Ok(())
}
