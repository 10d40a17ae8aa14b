//! Popup: differences between the results of two calls.

mod view;

use async_trait::async_trait;

use crate::domain::{Fault, JsonText};
use crate::journal::EntryId;
use crate::json::{self, Document, Ignore};
use crate::tui::activity::loader;
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout;
use crate::tui::core::message::Message;
use crate::tui::core::messages::ShowDifference;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::{Cursor, Move};

/// Characters of a value that are shown.
const SHOWN: usize = 120;

/// Difference in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Place of the difference, as a jq path, safe to show.
    pub path: String,
    /// Value in the older body; none where it is not there.
    pub left: Option<String>,
    /// Value in the newer body; none where it is not there.
    pub right: Option<String>,
}

/// Outcome of a comparison of two bodies.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// Differences, in document order.
    pub lines: Vec<Line>,
}

/// Something to compare.
#[derive(Clone, Debug, PartialEq)]
pub enum Side {
    /// A call of the journal.
    Call(EntryId),
    /// A result that is at hand, and its name.
    Result(String, JsonText),
}

impl Side {
    /// Name of the side, safe to show.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Call(id) => id.to_string(),
            Self::Result(name, _) => name.clone(),
        }
    }
}

/// Two calls or results to compare, and the terms.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Older call, or first result.
    pub left: Side,
    /// Newer call, or second result.
    pub right: Side,
    /// Whether what went along is compared, rather than what came back.
    pub arguments: bool,
    /// Members that do not count.
    pub ignore: Ignore,
}

/// The page, while it is being found out and after.
pub struct Difference {
    /// Comparison that the page shows.
    pub of: Comparison,
    /// Differences, or why there are none to show; none while they are being worked out.
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
    /// A page for two results, or two inputs, that are at hand.
    pub fn open_results(ShowDifference { left, right, inputs, ignore }: ShowDifference, cx: &mut Cx) {
        let side = |(name, result)| Side::Result(name, result);
        Self::open(Comparison { left: side(left), right: side(right), arguments: inputs, ignore }, cx);
    }

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

    /// Differences, as far as they are known.
    pub fn lines(&self) -> &[Line] {
        match &self.compared {
            Some(Ok(compared)) => &compared.lines,
            _ => &[],
        }
    }

    /// Moves the cursor; `height` is in rows.
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
        match action {
            Action::IgnoreTimes | Action::IgnoreIds => Availability::Yes,
            Action::SwitchHalf => Availability::here(matches!(self.of.left, Side::Call(_))),
            _ => Availability::NotHere,
        }
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
