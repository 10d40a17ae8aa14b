//! Popup: a question of a server in the middle of a call. A form is filled in, or a page is visited; the call waits.

pub mod answer_form;
mod page;
pub mod queue;
pub mod tasks;
mod view;

use ratatui::layout::Rect;
use tokio::sync::oneshot;

use crate::domain::{Elicitation, ElicitationAnswer, ElicitationRequest, JsonText, Untrusted};
use crate::schema::InputCheck;
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::Body;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{Ask, CopyText, OpenInBrowser, StopCall};
use crate::tui::core::toast::Level;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::Pane;
use crate::tui::input::typed::Line;
use crate::tui::playground::elicitation::answer_form::AnswerForm;
use crate::tui::playground::elicitation::page::Page;
use crate::tui::playground::elicitation::tasks::{AnswerChecked, CheckAnswer};
use crate::tui::playground::form_actions::{begins_a_word, pick_value};
use crate::tui::playground::suggestions::FillRow;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::Move;

/// Way back to the call that waits for the answer.
pub type Reply = oneshot::Sender<ElicitationAnswer>;

/// A question, and who asks it for whom.
pub struct ElicitationPopup {
    /// Server that asks.
    server: Untrusted,
    /// Connection and identifier of the account, safe to show.
    whom: String,
    /// The question.
    message: Untrusted,
    /// What it asks for.
    body: ElicitationBody,
    reply: Option<Reply>,
    screen: Rect,
}

/// What the person answers with.
enum ElicitationBody {
    /// Values of a form.
    Form(Box<AnswerForm>),
    /// A visit to a page.
    Page(Page),
}

/// Leave the question without an answer, whatever was typed.
#[derive(Debug)]
struct LeaveQuestion;

impl ElicitationPopup {
    /// The question on screen. `whom` tells connection and identifier, safe to show.
    pub(super) fn new(elicitation: Elicitation, whom: String, reply: Reply, cx: &Cx) -> Self {
        let Elicitation { server, message, request } = elicitation;
        let body = match request {
            ElicitationRequest::Form(schema) => {
                ElicitationBody::Form(Box::new(AnswerForm::new(schema, cx.server_now())))
            }
            ElicitationRequest::Url(url) => ElicitationBody::Page(Page::new(url)),
        };
        Self { server, whom, message, body, reply: Some(reply), screen: Rect::default() }
    }

    fn form_mut(&mut self) -> Option<&mut AnswerForm> {
        match &mut self.body {
            ElicitationBody::Form(form) => Some(form),
            ElicitationBody::Page(_) => None,
        }
    }

    /// Answers, and makes room for what comes next.
    fn answer(&mut self, answer: ElicitationAnswer, cx: &mut Cx) {
        let waited = self.reply.take().is_some_and(|reply| reply.send(answer).is_ok());
        if !waited {
            cx.say(Level::Note, "The call did not wait for the answer any more.");
        }
        cx.cancel(CheckAnswer::SLOT);
        cx.close();
    }

    fn submit(&mut self, cx: &mut Cx) {
        match &mut self.body {
            ElicitationBody::Page(_) => self.answer(ElicitationAnswer::Accept(None), cx),
            ElicitationBody::Form(form) => match form.filled_in() {
                Some(answer) => cx.start(CheckAnswer { schema: form.schema().clone(), answer }),
                None => cx.say(Level::Reason, "Something is missing: it is marked in the form."),
            },
        }
    }

    /// Sends the values, if nothing is wrong with them.
    fn checked(&mut self, AnswerChecked(answer, found): AnswerChecked, cx: &mut Cx) {
        cx.jobs.finish(CheckAnswer::SLOT);
        let Some(form) = self.form_mut() else { return };
        match found {
            Ok(InputCheck { problems, dropped }) if problems.is_empty() => {
                form.note_unchecked(&dropped);
                self.send(answer, cx);
            }
            Ok(found) => form.judge(found),
            Err(fault) => cx.say(Level::Problem, fault.to_string()),
        }
    }

    fn send(&mut self, answer: JsonText, cx: &mut Cx) {
        self.answer(ElicitationAnswer::Accept(Some(answer)), cx);
    }

    /// Leaves without an answer; asks first where something was typed.
    fn leave(&mut self, cx: &mut Cx) {
        let typed = self.form_mut().is_some_and(|form| form.was_typed());
        if !typed {
            return self.answer(ElicitationAnswer::Cancel, cx);
        }
        cx.send(Ask {
            title: "Leave the question?".into(),
            lines: vec![format!("What you typed is lost then, and {} gets no answer.", self.server)],
            yes: "leave it".into(),
            then: Message::new(LeaveQuestion),
        });
    }

    fn row_action(&mut self, action: Action, cx: &mut Cx) {
        let Some(form) = self.form_mut() else { return };
        match action {
            Action::NextField => form.step(Move::By(1)),
            Action::PreviousField => form.step(Move::By(-1)),
            Action::PageDown => form.step(Move::Pages(1)),
            Action::PageUp => form.step(Move::Pages(-1)),
            Action::LeaveOut => form.leave_out(),
            Action::FillIn if form.picks() => pick_value(&form.form, None, cx),
            Action::FillIn => form.fill_in(),
            _ => {}
        }
    }
}

/// Reason against accepting a page that nobody has seen.
const NOT_OPENED: &str = "Open the page first, or copy its link: accepting says that you have gone there.";

impl Component for ElicitationPopup {
    fn context(&self) -> Context {
        match self.body {
            ElicitationBody::Form(_) => Context::Elicitation,
            ElicitationBody::Page(_) => Context::ElicitationPage,
        }
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        use Availability::{NotHere, Yes};
        match (action, &self.body) {
            (Action::Back | Action::Decline | Action::Stop, _) => Yes,
            (Action::Submit, ElicitationBody::Form(_)) => {
                Availability::when(!cx.is_running(CheckAnswer::SLOT), "It is being checked already.")
            }
            (Action::Submit, ElicitationBody::Page(page)) => Availability::when(page.was_taken(), NOT_OPENED),
            (Action::OpenBrowser | Action::Copy, ElicitationBody::Page(_)) => Yes,
            (Action::FillIn | Action::NextField | Action::PreviousField, ElicitationBody::Form(form)) => {
                Availability::when(form.has_rows(), "It asks for no values: send it, or decline.")
            }
            (Action::PageUp | Action::PageDown, ElicitationBody::Form(_)) => Yes,
            (Action::LeaveOut, ElicitationBody::Form(form)) => {
                Availability::when(form.can_leave_out(), "Already omitted.")
            }
            _ => NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Back => self.leave(cx),
            Action::Decline => self.answer(ElicitationAnswer::Decline, cx),
            Action::Stop => cx.send(StopCall),
            Action::Submit => self.submit(cx),
            Action::OpenBrowser | Action::Copy => {
                if let ElicitationBody::Page(page) = &mut self.body {
                    page.take();
                    match action {
                        Action::Copy => cx.send(CopyText { text: page.url().to_string(), what: "the link".into() }),
                        _ => cx.send(OpenInBrowser(page.url().clone())),
                    }
                }
            }
            _ => self.row_action(action, cx),
        }
    }

    fn input(&mut self, input: &Input, cx: &mut Cx) {
        let Some(form) = self.form_mut() else { return };
        match input {
            Input::Typed(typed) => match typed {
                crate::tui::input::typed::Typed::Key(key) if begins_a_word(*key) && form.picks() => {
                    pick_value(&form.form, Some(typed.clone()), cx);
                }
                _ => form.typed(typed),
            },
            Input::Step(step) => form.step(*step),
            Input::Click(Target::Row(Pane::List, row)) => form.select(*row),
            Input::Scroll(_, rows) => form.step(Move::By(*rows)),
            Input::Click(_) => {}
        }
    }

    fn line(&self) -> Option<Line> {
        match &self.body {
            ElicitationBody::Form(form) => form.line(),
            ElicitationBody::Page(_) => None,
        }
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        message
            .take()
            .map(|checked: AnswerChecked| self.checked(checked, cx))
            .or_else(|message| message.take().map(|LeaveQuestion| self.answer(ElicitationAnswer::Cancel, cx)))
            .or_else(|message| match self.form_mut() {
                Some(form) => message.take().map(|row: FillRow| form.fill_row(row)),
                None => Err(message),
            })
    }

    fn layout(&mut self, body: Body, _cx: &Cx) {
        self.screen = body.area;
        let rows = view::form_rows(self);
        if let Some(form) = self.form_mut() {
            form.fit(rows);
        }
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }

    fn holds_back_quit(&self, _cx: &Cx) -> Option<&'static str> {
        Some("A call waits for your answer.")
    }

    fn close(&mut self, cx: &mut Cx) {
        cx.cancel(CheckAnswer::SLOT);
    }
}
