//! Popup: in what the results of two calls differ.

mod view;

use async_trait::async_trait;

use crate::domain::Fault;
use crate::journal::EntryId;
use crate::json::{self, Document, Ignore};
use crate::tui::activity::loader;
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout;
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::{Cursor, Move};

/// So much of a value is shown.
const SHOWN: usize = 120;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where, as a jq path, safe to show.
    pub path: String,
    /// What stands there in the older one; none where it is not there.
    pub left: Option<String>,
    /// What stands there in the newer one.
    pub right: Option<String>,
}

/// Two bodies, compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// What differs, in document order.
    pub lines: Vec<Line>,
}

/// What is to be compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The older call.
    pub left: EntryId,
    /// The newer one.
    pub right: EntryId,
    /// Whether what went along is compared, rather than what came back.
    pub arguments: bool,
    /// What does not count.
    pub ignore: Ignore,
}

/// The page, while it is being found out and after.
pub struct Difference {
    /// What is compared.
    pub of: Comparison,
    /// What came of it; none while it is being found out.
    pub compared: Option<Result<Compared, String>>,
    /// The line under the cursor.
    pub cursor: Cursor,
}

impl Compared {
    /// Compares two documents. Takes a while for large ones.
    pub fn of(left: &Document, right: &Document, ignore: &Ignore) -> Self {
        let shown = |document: &Document, node| {
            let excerpt = document.display_string(node, SHOWN);
            format!("{}{}", excerpt.text, if excerpt.cut { "…" } else { "" })
        };
        let line = |difference| match difference {
            json::DiffEntry::Removed(node) => {
                Line { path: left.jq_path(node).to_string(), left: Some(shown(left, node)), right: None }
            }
            json::DiffEntry::Added(node) => {
                Line { path: right.jq_path(node).to_string(), left: None, right: Some(shown(right, node)) }
            }
            json::DiffEntry::Changed(l, r) => {
                Line { path: left.jq_path(l).to_string(), left: Some(shown(left, l)), right: Some(shown(right, r)) }
            }
        };
        Self { lines: json::diff(left, right, ignore).into_iter().map(line).collect() }
    }
}

impl Difference {
    /// A page for this comparison, and the task that makes it.
    pub fn open(of: Comparison, cx: &mut Cx) {
        cx.start(of.clone());
        cx.open(Self { of, compared: None, cursor: Cursor::default() });
    }

    /// Compares anew, with something else left out of account.
    fn compare(&mut self, cx: &mut Cx) {
        self.compared = None;
        self.cursor = Cursor::default();
        cx.start(self.of.clone());
    }

    /// What differs, as far as it is known.
    pub fn lines(&self) -> &[Line] {
        match &self.compared {
            Some(Ok(compared)) => &compared.lines,
            _ => &[],
        }
    }

    /// Moves about.
    fn step(&mut self, step: Move, height: usize) {
        let lines = self.lines().len();
        self.cursor.step(step, lines, height);
    }
}

impl Component for Difference {
    fn context(&self) -> Context {
        Context::Difference
    }

    fn availability(&self, action: Action, _cx: &Cx) -> Availability {
        Availability::here(matches!(action, Action::SwitchHalf | Action::IgnoreTimes | Action::IgnoreIds))
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::SwitchHalf => self.of.arguments = !self.of.arguments,
            Action::IgnoreTimes => self.of.ignore.moments = !self.of.ignore.moments,
            Action::IgnoreIds => self.of.ignore.ids = !self.of.ignore.ids,
            _ => return,
        }
        self.compare(cx);
    }

    fn input(&mut self, input: &Input, cx: &mut Cx) {
        match input {
            Input::Step(step) => self.step(*step, layout::difference_rows(cx.screen)),
            Input::Click(Target::Entry(row)) => self.cursor.row = *row,
            Input::Click(_) | Input::Scroll(..) | Input::Typed(_) => {}
        }
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        let BodiesCompared(result) = message.take()?;
        cx.jobs.finish(Comparison::SLOT);
        self.compared = Some(result.map_err(|fault| fault.to_string()));
        Ok(())
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }
}

/// Two bodies were compared, or could not be.
#[derive(Debug)]
pub struct BodiesCompared(pub Result<Compared, Fault>);

impl Comparison {
    /// Place of the comparison.
    pub const SLOT: Slot = Slot::new("compare").shown();
}

#[async_trait]
impl Task for Comparison {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(BodiesCompared(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        reporter.send(BodiesCompared(loader::compare(&services.records, *self).await));
    }
}
