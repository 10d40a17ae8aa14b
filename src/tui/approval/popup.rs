//! Popup: a call of an agent, to be allowed or denied. One at a time, the one that came first.

use std::time::Duration;

use bytes::Bytes;
use ratatui::layout::Size;

use crate::domain::{JsonText, Untrusted};
use crate::flow::approval::Decision;
use crate::json::pretty;
use crate::tui::approval::view;
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::Body;
use crate::tui::core::toast::Level;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::text_view::TextView;

/// Time for reading before an answer counts: keys that were meant for something else answer nothing.
const READING: Duration = Duration::from_millis(800);

/// The question about the call that came first.
pub struct ApprovalPopup {
    /// Uptime at which this question came up.
    since: Duration,
    /// Number of the call whose arguments are laid out.
    number: Option<u64>,
    pub(super) arguments: TextView,
    /// Cells that the arguments have.
    pub(super) room: Size,
}

impl ApprovalPopup {
    /// The question, as it comes up now.
    pub fn new(uptime: Duration) -> Self {
        Self { since: uptime, number: None, arguments: TextView::new(Bytes::new()), room: Size::default() }
    }

    fn is_read(&self, cx: &Cx) -> bool {
        cx.now.uptime >= self.since + READING
    }
}

impl Component for ApprovalPopup {
    fn context(&self) -> Context {
        Context::Approval
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        match action {
            Action::AllowOnce | Action::AllowRun | Action::DenyCall => {
                Availability::when(self.is_read(cx), "This question has just come up: read it first.")
            }
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        let (decision, words) = match action {
            Action::AllowOnce => (Decision::Once, "Allowed once"),
            Action::AllowRun => (Decision::Run, "Allowed for this run"),
            Action::DenyCall => (Decision::Deny, "Denied"),
            _ => return,
        };
        match cx.approvals.decide(decision) {
            Some(call) => cx.say(Level::Done, format!("{words}: {}.", Untrusted::from(call))),
            None => cx.say(Level::Problem, "The agent did not wait for your answer any more. Nothing was sent."),
        }
        if cx.approvals.count() == 0 {
            return cx.close();
        }
        self.since = cx.now.uptime;
    }

    fn input(&mut self, input: &Input, _cx: &mut Cx) {
        match input {
            Input::Step(step) => self.arguments.step(*step, self.room),
            Input::Scroll(_, rows) => self.arguments.step(crate::tui::widgets::list::Move::By(*rows), self.room),
            Input::Typed(_) | Input::Click(_) => {}
        }
    }

    fn layout(&mut self, _body: Body, cx: &Cx) {
        let Some(first) = cx.approvals.first() else { return };
        if self.number != Some(first.pending.number) {
            self.number = Some(first.pending.number);
            let text = &first.pending.request.arguments;
            let text = JsonText::parse(text.clone()).map_or_else(|_| text.clone(), |json| pretty(&json));
            self.arguments = TextView::new(Bytes::from(text));
        }
        self.room = view::arguments(cx, view::area(cx)).as_size();
        self.arguments.fit(self.room);
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }

    fn wakes_in(&self, cx: &Cx) -> Option<Duration> {
        let unread = (self.since + READING).checked_sub(cx.now.uptime).filter(|rest| !rest.is_zero());
        let second = cx.approvals.first().map(|first| {
            let left = first.left(cx.now.uptime);
            Duration::from_nanos(u64::from(left.subsec_nanos()) + 1)
        });
        [unread, second].into_iter().flatten().min()
    }
}
