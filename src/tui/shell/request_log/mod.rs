//! Popup: the requests that went over the wire, the newest first.

mod view;

use std::sync::Arc;

use async_trait::async_trait;

use crate::backend::http_log::Exchange;
use crate::domain::Fault;
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::{Cursor, Move};

/// Exchanges that the page holds.
const KEPT: usize = 500;

/// The last exchanges, and how far down the page is scrolled.
#[derive(Default)]
pub struct RequestLog {
    exchanges: Vec<Arc<Exchange>>,
    /// The first exchange that is shown, the newest being 0.
    pub top: usize,
}

impl RequestLog {
    /// An empty page, and the task that fills it.
    pub fn open(cx: &mut Cx) {
        cx.open(Self::default());
        cx.start(WatchRequests);
    }

    /// Adds exchanges that have ended. A page that is scrolled down stays on what it shows.
    fn add(&mut self, more: Vec<Arc<Exchange>>) {
        if self.top > 0 {
            self.top += more.len();
        }
        self.exchanges.extend(more);
        let surplus = self.exchanges.len().saturating_sub(KEPT);
        self.exchanges.drain(..surplus);
    }

    /// Exchanges, the newest first.
    pub fn newest(&self) -> impl Iterator<Item = &Exchange> {
        self.exchanges.iter().rev().map(AsRef::as_ref)
    }

    /// Whether nothing has been sent yet.
    pub fn is_empty(&self) -> bool {
        self.exchanges.is_empty()
    }

    /// Scrolls the page.
    fn step(&mut self, step: Move) {
        let mut cursor = Cursor { row: self.top, top: self.top };
        match step {
            Move::Pages(by) => cursor.step(Move::By(by * 10), self.exchanges.len(), 1),
            step => cursor.step(step, self.exchanges.len(), 1),
        }
        self.top = cursor.row;
    }
}

impl Component for RequestLog {
    fn context(&self) -> Context {
        Context::Help
    }

    fn availability(&self, _action: Action, _cx: &Cx) -> Availability {
        Availability::NotHere
    }

    fn act(&mut self, _action: Action, _cx: &mut Cx) {}

    fn input(&mut self, input: &Input, _cx: &mut Cx) {
        if let Input::Step(step) = input {
            self.step(*step);
        }
    }

    fn receive(&mut self, message: Message, _cx: &mut Cx) -> Result<(), Message> {
        let Exchanges(more) = message.take()?;
        self.add(more);
        Ok(())
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }

    fn close(&mut self, cx: &mut Cx) {
        cx.cancel(WatchRequests::SLOT);
    }
}

/// Requests that have ended.
#[derive(Debug)]
struct Exchanges(Vec<Arc<Exchange>>);

/// Tells of every request that ends, for as long as anybody looks; those of the past first.
#[derive(Debug)]
struct WatchRequests;

impl WatchRequests {
    const SLOT: Slot = Slot::new("requests");
}

#[async_trait]
impl Task for WatchRequests {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, _fault: Fault) -> Message {
        Message::new(Exchanges(Vec::new()))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let Some(opened) = services.opened() else { return };
        let mut changes = opened.http_log.subscribe();
        let mut last = 0;
        loop {
            reporter.events.room().await;
            let more = opened.http_log.after(last);
            if let Some(newest) = more.last() {
                last = newest.number;
                reporter.send(Exchanges(more));
            }
            if changes.changed().await.is_err() {
                return;
            }
        }
    }
}
