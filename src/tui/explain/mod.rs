//! Popup: why a list is empty or a call fails, with the evidence and the step that helps.

mod remedy;
pub mod tasks;
mod view;

use ratatui::layout::Rect;

use self::tasks::{ExplainStep, ExplainTask, Explained};
use crate::domain::Fault;
use crate::flow::explain::{Cause, Diagnosis, Question, Step};
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::Body;
use crate::tui::core::message::Message;
use crate::tui::core::messages::CopyText;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context::{self, self as C};
use crate::tui::input::spec::Spec;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::{Cursor, Move};

/// Rows of the action table that belong to explanations, and the one that asks for them.
#[rustfmt::skip]
pub const ACTIONS: &[Spec] = &[
    Spec { action: Action::Explain, name: "explain", hint: "why?", keys: &["X"], footer: None, contexts: &[C::Accounts, C::AccountDetail, C::Tools, C::Schema, C::Output, C::Activity, C::Entry],
           title: "Explain: why?", also: "empty fail failed reason cause diagnose debug wrong missing doctor",
           sentence: "Find out why a list is empty or a call failed, and what helps" },
    Spec { action: Action::ApplyFix, name: "apply-remedy", hint: "do it", keys: &["Enter"], footer: Some(1), contexts: &[C::Explanation],
           title: "Do what helps", also: "fix repair remedy",
           sentence: "Take the step that helps, where jackfield can take it" },
    Spec { action: Action::Copy, name: "copy-report", hint: "copy report", keys: &["y"], footer: Some(2), contexts: &[C::Explanation],
           title: "Copy report", also: "ticket clipboard",
           sentence: "Copy the answer as a report for a ticket, without credentials" },
    Spec { action: Action::AskOthers, name: "ask-others", hint: "other environments", keys: &["X"], footer: Some(3), contexts: &[C::Explanation],
           title: "Ask other environments", also: "profiles elsewhere",
           sentence: "Ask this computer's other environments whose key needs no keychain" },
    Spec { action: Action::AskAgain, name: "ask-again", hint: "ask again", keys: &["r"], footer: Some(4), contexts: &[C::Explanation],
           title: "Ask again", also: "retry",
           sentence: "Ask the control questions again" },
];

/// An explanation, on its way or found.
pub struct Explanation {
    question: Question,
    /// Whether other environments are asked too.
    others: bool,
    /// Control questions so far, and whether each is answered.
    steps: Vec<(&'static str, bool)>,
    outcome: Outcome,
    /// First line that is shown.
    top: usize,
    /// Lines that there are, and rows for them.
    rows: (usize, usize),
    screen: Rect,
}

/// How far it is.
enum Outcome {
    Asking,
    Found(Box<Diagnosis>),
    Broken(Fault),
}

impl Explanation {
    /// Asks the control questions, and shows the answer.
    pub fn open(question: Question, cx: &mut Cx) {
        cx.close_popup::<Self>();
        let mut popup = Self {
            question,
            others: false,
            steps: Vec::new(),
            outcome: Outcome::Asking,
            top: 0,
            rows: (0, 0),
            screen: cx.screen,
        };
        popup.ask(cx);
        cx.open(popup);
    }

    fn ask(&mut self, cx: &mut Cx) {
        (self.outcome, self.top) = (Outcome::Asking, 0);
        self.steps.clear();
        cx.start(ExplainTask { question: self.question.clone(), others: self.others });
    }

    fn finding(&self) -> Option<&Diagnosis> {
        match &self.outcome {
            Outcome::Found(finding) => Some(finding),
            Outcome::Asking | Outcome::Broken(_) => None,
        }
    }

    fn cause(&self) -> Option<&Cause> {
        self.finding()?.cause.as_ref()
    }

    fn step(&mut self, step: Move) {
        let (lines, height) = self.rows;
        let mut cursor = Cursor { row: self.top, top: self.top };
        cursor.step(step.in_rows(height), lines.saturating_sub(height) + 1, 1);
        self.top = cursor.row;
    }

    fn note(&mut self, step: Step) {
        match step {
            Step::Asked(name) => self.steps.push((name, false)),
            Step::Answered(name) => {
                let asked = self.steps.iter_mut().find(|(known, _)| *known == name);
                asked.into_iter().for_each(|(_, answered)| *answered = true);
            }
        }
    }

    fn end(&mut self, result: Result<Box<Diagnosis>, Fault>, cx: &mut Cx) {
        cx.jobs.finish(ExplainTask::SLOT);
        self.outcome = result.map_or_else(Outcome::Broken, Outcome::Found);
    }
}

impl Component for Explanation {
    fn context(&self) -> Context {
        Context::Explanation
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        let is_asking = cx.is_running(ExplainTask::SLOT);
        match action {
            Action::ApplyFix => match self.cause().map(Cause::remedy) {
                None => Availability::NotHere,
                Some(remedy) => Availability::when(
                    remedy::is_ours(&remedy),
                    "This is done outside of jackfield: in the environment's dashboard, or by whoever may.",
                ),
            },
            Action::Copy => Availability::here(self.finding().is_some()),
            Action::AskOthers => match self.others {
                true => Availability::NotHere,
                false => Availability::here(!is_asking && self.cause().is_some()),
            },
            Action::AskAgain => Availability::when(!is_asking, "The questions are being asked already."),
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::ApplyFix => {
                if let Some(remedy) = self.cause().map(Cause::remedy) {
                    match remedy {
                        crate::flow::explain::Remedy::AskAgain => self.ask(cx),
                        remedy => remedy::apply(remedy, cx),
                    }
                }
            }
            Action::Copy => {
                let text = self.finding().map(Diagnosis::report);
                text.into_iter().for_each(|text| cx.send(CopyText { text, what: "the report".to_owned() }));
            }
            Action::AskOthers => {
                self.others = true;
                self.ask(cx);
            }
            Action::AskAgain => self.ask(cx),
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, _cx: &mut Cx) {
        match input {
            Input::Step(step) => self.step(*step),
            Input::Scroll(_, by) => self.step(Move::By(*by)),
            _ => {}
        }
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        let taken = message.take().map(|ExplainStep(step)| self.note(step));
        taken.or_else(|message| message.take().map(|Explained(result)| self.end(result, cx)))
    }

    fn layout(&mut self, body: Body, cx: &Cx) {
        self.screen = body.area;
        self.rows = view::rows(self, cx);
        self.top = self.top.min(self.rows.0.saturating_sub(self.rows.1));
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }

    fn close(&mut self, cx: &mut Cx) {
        cx.cancel(ExplainTask::SLOT);
    }
}
