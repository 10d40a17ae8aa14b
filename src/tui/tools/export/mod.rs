//! Popup: tools as definitions for a model or a protocol.

pub mod definitions;
mod view;

use std::sync::Arc;

use crate::domain::Tool;
use crate::export::Dialect;
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::Body;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{CopyText, SaveFile};
use crate::tui::core::toast::Level;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::tools::export::definitions::{Definitions, SLOT, WriteDefinitions, Written};
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::{Cursor, Move};

/// The tools, and their definitions in one dialect at a time.
pub struct Export {
    tools: Arc<[Tool]>,
    /// Whether somebody has selected them one by one.
    selected: bool,
    /// Cursor over the dialects.
    cursor: Cursor,
    /// Definitions in the dialect under the cursor; none while they are being written.
    written: Option<Definitions>,
    /// The first of their lines that is shown.
    top: usize,
    /// Lines that are shown at once.
    height: usize,
    /// Whether what would be refused is mended.
    mended: bool,
}

impl Export {
    /// Shows these tools in the first dialect.
    pub fn open(tools: Vec<Tool>, selected: bool, cx: &mut Cx) {
        let mut popup = Self {
            tools: tools.into(),
            selected,
            cursor: Cursor::default(),
            written: None,
            top: 0,
            height: 0,
            mended: false,
        };
        popup.write(cx);
        cx.open(popup);
    }

    fn dialect(&self) -> Dialect {
        Dialect::ALL.get(self.cursor.row).copied().unwrap_or(Dialect::Mcp)
    }

    /// Has the definitions written anew.
    fn write(&mut self, cx: &mut Cx) {
        self.written = None;
        self.top = 0;
        cx.start(WriteDefinitions { tools: Arc::clone(&self.tools), dialect: self.dialect(), mended: self.mended });
    }

    /// Row by row to another dialect, else through the lines of this one.
    fn step(&mut self, step: Move, cx: &mut Cx) {
        let before = self.cursor.row;
        match step {
            Move::By(_) => self.cursor.step(step, Dialect::ALL.len(), Dialect::ALL.len()),
            Move::Pages(_) | Move::Halves(_) => {
                if let Move::By(rows) = step.in_rows(self.height) {
                    self.scroll(rows);
                }
            }
            Move::Top => self.scroll(isize::MIN),
            Move::Bottom => self.scroll(isize::MAX),
        }
        if self.cursor.row != before {
            self.write(cx);
        }
    }

    fn scroll(&mut self, lines: isize) {
        let all = self.written.as_ref().map_or(0, |written| written.lines.len());
        self.top = self.top.saturating_add_signed(lines).min(all.saturating_sub(self.height));
    }
}

impl Component for Export {
    fn context(&self) -> Context {
        Context::Export
    }

    fn availability(&self, action: Action, _cx: &Cx) -> Availability {
        match (action, &self.written) {
            (Action::Sanitize, Some(written)) if !self.mended && written.refused == 0 => {
                Availability::No("There is nothing to mend.".into())
            }
            (Action::Sanitize | Action::Copy | Action::Save, written) => {
                Availability::when(written.is_some(), "They are still being written.")
            }
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match (action, &self.written) {
            (Action::Sanitize, _) => {
                self.mended = !self.mended;
                self.write(cx);
            }
            (Action::Copy, Some(written)) => {
                let text = String::from_utf8_lossy(&written.text).into_owned();
                cx.send(CopyText { text, what: "the definitions".to_owned() });
            }
            (Action::Save, Some(written)) => {
                let name = format!("tools-{}.json", written.dialect.word());
                cx.send(SaveFile { name, bytes: written.text.clone() });
            }
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, cx: &mut Cx) {
        match input {
            Input::Step(step) => self.step(*step, cx),
            Input::Scroll(_, lines) => self.scroll(*lines),
            Input::Click(Target::Entry(row)) if *row != self.cursor.row => {
                self.cursor.row = *row;
                self.write(cx);
            }
            Input::Click(_) | Input::Typed(_) => {}
        }
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        let Written(result) = message.take()?;
        cx.jobs.finish(SLOT);
        match result {
            Ok(written) => self.written = Some(written),
            Err(fault) => cx.say(Level::Problem, fault.to_string()),
        }
        Ok(())
    }

    fn layout(&mut self, body: Body, _cx: &Cx) {
        self.height = view::lines_shown(body.area);
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }

    fn close(&mut self, cx: &mut Cx) {
        cx.cancel(SLOT);
    }
}
