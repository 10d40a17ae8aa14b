//! A call of a run that is looked at: what was sent, and what came back.

pub mod tasks;
mod view;

use bytes::Bytes;
use ratatui::layout::{Rect, Size};

pub(super) use self::view::draw;
use crate::agent::{CallRow, CallState};
use crate::domain::{Identifier, JsonText};
use crate::journal::EntryId;
use crate::json::Document;
use crate::tui::agent::opened::tasks::{CallBodies, ReadBodies};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::{self, Body, Panes};
use crate::tui::explorer::actions as explorer;
use crate::tui::explorer::json_view::JsonView;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::tabs::Pane;
use crate::tui::widgets::list::Move;
use crate::tui::widgets::text_view::TextView;

/// The input's part of the screen, in percent.
const SHARE: u16 = 40;

/// Bytes up to which a body is indexed at once; larger ones elsewhere.
const AT_ONCE: usize = 1 << 20;

/// A call with its bodies.
#[derive(Debug)]
pub(super) struct OpenedCall {
    call: CallRow,
    identifier: Identifier,
    input: Half,
    output: Half,
    /// Words that the model was told.
    told: TextView,
    /// Half that has the keyboard: the input is [`Pane::List`].
    focus: Pane,
    shows_told: bool,
    told_size: Size,
}

/// A half of a call.
#[derive(Debug)]
enum Half {
    /// It is being read.
    Reading,
    /// It can be explored.
    Json(Box<JsonView>),
    /// There is nothing to explore, and why.
    None(String),
}

impl Half {
    fn view(&self) -> Option<&JsonView> {
        match self {
            Self::Json(view) => Some(view),
            Self::Reading | Self::None(_) => None,
        }
    }

    fn view_mut(&mut self) -> Option<&mut JsonView> {
        match self {
            Self::Json(view) => Some(view),
            Self::Reading | Self::None(_) => None,
        }
    }

    fn of(document: Option<Document>, name: &str, why: impl FnOnce() -> String) -> Self {
        document.map_or_else(|| Self::None(why()), |document| Self::Json(Box::new(JsonView::new(document).named(name))))
    }
}

impl OpenedCall {
    /// Opens a call; what is large, or lies in the journal alone, is read meanwhile.
    pub(super) fn new(call: &CallRow, identifier: &Identifier, cx: &mut Cx) -> Self {
        let told = call.returned().map(|returned| returned.told.clone()).unwrap_or_default();
        let told: String = told.whole_lines().flat_map(|line| [line, "\n".into()]).collect();
        let mut opened = Self {
            call: call.clone(),
            identifier: identifier.clone(),
            input: Half::Reading,
            output: Half::Reading,
            told: TextView::new(Bytes::from(told)),
            focus: Pane::Side,
            shows_told: false,
            told_size: Size::default(),
        };
        let bodies =
            ReadBodies { input: opened.sent().cloned(), result: opened.result().cloned(), entry: opened.entry() };
        match bodies.is_small(AT_ONCE) {
            true => opened.take(bodies.indexed()),
            false => cx.start(bodies),
        }
        opened
    }

    /// Input that was sent, or would be.
    fn sent(&self) -> Option<&JsonText> {
        self.call.sent().ok()
    }

    fn result(&self) -> Option<&JsonText> {
        self.call.returned()?.result.as_ref()
    }

    /// View of its result.
    pub(super) fn result_view(&self) -> Option<&JsonView> {
        self.output.view()
    }

    /// Its entry in the journal.
    pub(super) fn entry(&self) -> Option<EntryId> {
        self.call.returned()?.entry
    }

    /// Takes its bodies.
    pub(super) fn take(&mut self, bodies: CallBodies) {
        let name = self.call.tool.raw();
        let input = self.call.input.as_ref().err();
        let no_input = || {
            input.map_or_else(|| "No input stored.".to_owned(), |text| format!("The model sent no JSON object: {text}"))
        };
        self.input = Half::of(bodies.input, &format!("{name}-input"), no_input);
        let state = &self.call.state;
        self.output = Half::of(bodies.result, &format!("{name}-result"), || no_output(state));
        if self.output.view().is_none() && self.input.view().is_some() {
            self.focus = Pane::List;
        }
        self.shows_told = false;
    }

    fn half_mut(&mut self) -> &mut Half {
        match self.focus {
            Pane::List => &mut self.input,
            Pane::Side => &mut self.output,
        }
    }

    /// View that has the keyboard.
    pub(super) fn view(&self) -> Option<&JsonView> {
        match self.focus {
            Pane::List => self.input.view(),
            Pane::Side if self.shows_told => None,
            Pane::Side => self.output.view(),
        }
    }

    /// The same, to move in.
    pub(super) fn view_mut(&mut self) -> Option<&mut JsonView> {
        if self.focus == Pane::Side && self.shows_told {
            return None;
        }
        self.half_mut().view_mut()
    }

    /// Moves the keyboard to the other half.
    pub(super) fn switch(&mut self) {
        self.focus = self.focus.other();
    }

    /// Moves the keyboard to a half.
    pub(super) fn go_to(&mut self, pane: Pane) {
        self.focus = pane;
    }

    /// Shows what the model was told, or the result again.
    pub(super) fn switch_told(&mut self) {
        (self.focus, self.shows_told) = (Pane::Side, !self.shows_told);
    }

    /// Moves in the half with the keyboard.
    pub(super) fn step(&mut self, step: Move) {
        match self.view_mut() {
            Some(view) => view.step(step),
            None => self.told.step(step, self.told_size),
        }
    }

    /// Whether an action applies to it.
    pub(super) fn availability(&self, action: Action) -> Availability {
        match action {
            Action::Back | Action::SwitchHalf | Action::NextPane | Action::PreviousPane => Availability::Yes,
            Action::GoActivity => match self.entry() {
                Some(_) => Availability::Yes,
                None => Availability::NotHere,
            },
            Action::SwitchTold => {
                Availability::when(self.call.returned().is_some(), "The model was told nothing of this call yet.")
            }
            _ => explorer::availability(self.view(), action),
        }
    }

    /// Fits into its place.
    pub(super) fn layout(&mut self, body: Body) {
        let Panes { list, side } = panes(body, self.focus);
        let inner = |area: Rect| Size::new(area.width.saturating_sub(4), area.height.saturating_sub(2));
        self.input.view_mut().into_iter().for_each(|view| view.fit(inner(list)));
        self.output.view_mut().into_iter().for_each(|view| view.fit(inner(side)));
        self.told_size = inner(side);
        self.told.fit(self.told_size);
    }
}

/// Why there is no result to explore.
fn no_output(state: &CallState) -> String {
    match state {
        CallState::Returned(returned) => match &returned.fault {
            Some(fault) => {
                let said = fault.said.as_ref().map(|words| format!(" “{words}”")).unwrap_or_default();
                format!("{}: {}{said}", fault.headline(), fault.message)
            }
            None if returned.not_sent => "It was not sent.".to_owned(),
            None => "No result stored.".to_owned(),
        },
        CallState::Unknown => "jackfield ended before the answer came. The call may still have run.".to_owned(),
        CallState::Running(_) => "It is under way.".to_owned(),
        CallState::Proposed | CallState::Asking(_) | CallState::AwaitingAccount(..) => {
            "It was not sent yet.".to_owned()
        }
    }
}

/// Places of the two halves, below a line of facts.
fn panes(body: Body, focus: Pane) -> Panes {
    let area = Rect { y: body.area.y + 1, height: body.area.height.saturating_sub(1), ..body.area };
    layout::panes(Body { area, ..body }, focus, SHARE)
}
