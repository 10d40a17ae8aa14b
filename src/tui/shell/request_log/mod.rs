//! Popup: the requests that were sent, the newest first, and one of them in full.

mod curl;
mod detail;
mod view;

use std::sync::Arc;

use async_trait::async_trait;
use ratatui::layout::{Rect, Size};

use crate::backend::http_log::{Exchange, ExchangeKind};
use crate::domain::Fault;
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::Body;
use crate::tui::core::message::Message;
use crate::tui::core::messages::CopyText;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::Pane;
use crate::tui::shell::request_log::detail::Detail;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::{Cursor, Move};
use crate::tui::widgets::pane;

/// Exchanges that the page holds.
const KEPT: usize = 500;

/// Reason where nothing can be opened or copied.
const NOTHING: &str = "Nothing was sent yet.";

/// The last exchanges, the one under the cursor, and that one in full where it was opened.
#[derive(Default)]
pub struct RequestLog {
    exchanges: Vec<Arc<Exchange>>,
    /// Row under the cursor, the newest being 0.
    pub cursor: Cursor,
    /// The exchange that is read in full.
    pub detail: Option<Detail>,
    room: Size,
}

impl RequestLog {
    /// An empty page, and the task that fills it.
    pub fn open(cx: &mut Cx) {
        cx.open(Self::default());
        cx.start(WatchRequests);
    }

    /// Adds exchanges that have ended. A cursor that is not at the top stays on what it is on.
    fn add(&mut self, more: Vec<Arc<Exchange>>) {
        if self.cursor.row > 0 || self.detail.is_some() {
            self.cursor.row += more.len();
            self.cursor.top += more.len();
        }
        self.exchanges.extend(more);
        let surplus = self.exchanges.len().saturating_sub(KEPT);
        self.exchanges.drain(..surplus);
        self.cursor.settle(self.exchanges.len(), self.rows());
    }

    /// Exchanges, the newest first.
    pub fn newest(&self) -> impl Iterator<Item = &Exchange> {
        self.exchanges.iter().rev().map(AsRef::as_ref)
    }

    /// The exchange under the cursor.
    fn selected(&self) -> Option<&Exchange> {
        self.newest().nth(self.cursor.row)
    }

    /// Whether nothing has been sent yet.
    pub fn is_empty(&self) -> bool {
        self.exchanges.is_empty()
    }

    /// Rows of the list, below the names of its columns.
    fn rows(&self) -> usize {
        usize::from(self.room.height).saturating_sub(1)
    }

    fn step(&mut self, step: Move) {
        match &mut self.detail {
            Some(detail) => detail.step(step, self.room),
            None => self.cursor.step(step, self.exchanges.len(), self.rows()),
        }
    }

    fn read(&mut self) {
        let detail = self.selected().map(|exchange| Detail::new(exchange, self.room));
        self.detail = detail;
    }
}

/// Place of the popup: all but the edge of the terminal.
fn place(screen: Rect) -> Rect {
    pane::centred(screen, screen.width.saturating_sub(4), screen.height.saturating_sub(2))
}

impl Component for RequestLog {
    fn context(&self) -> Context {
        Context::Requests
    }

    fn availability(&self, action: Action, _cx: &Cx) -> Availability {
        match action {
            Action::Back => Availability::here(self.detail.is_some()),
            Action::Detail if self.detail.is_some() => Availability::NotHere,
            Action::Copy if self.selected().is_some_and(|exchange| exchange.kind != ExchangeKind::Http) => {
                Availability::No("Only HTTP requests can be copied as curl; open this one to read it.".into())
            }
            Action::Detail | Action::Copy => Availability::when(!self.is_empty(), NOTHING),
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Back => self.detail = None,
            Action::Detail => self.read(),
            Action::Copy => {
                if let Some(exchange) = self.selected() {
                    cx.send(CopyText { text: curl::command(exchange), what: "the request as curl".into() });
                }
            }
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, _cx: &mut Cx) {
        match input {
            Input::Step(step) => self.step(*step),
            Input::Scroll(_, rows) => self.step(Move::By(*rows)),
            Input::Click(Target::Row(Pane::List, row)) => {
                let again = self.cursor.row == *row;
                self.cursor.go(*row, self.exchanges.len(), self.rows());
                if again {
                    self.read();
                }
            }
            _ => {}
        }
    }

    fn receive(&mut self, message: Message, _cx: &mut Cx) -> Result<(), Message> {
        let Exchanges(more) = message.take()?;
        self.add(more);
        Ok(())
    }

    fn layout(&mut self, body: Body, _cx: &Cx) {
        let area = place(body.area);
        self.room = Size::new(area.width.saturating_sub(4), area.height.saturating_sub(2));
        self.cursor.settle(self.exchanges.len(), self.rows());
        if let Some(detail) = &mut self.detail {
            detail.fit(self.room);
        }
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
pub struct Exchanges(pub Vec<Arc<Exchange>>);

/// Tells of every request that ends, for as long as anybody looks; those of the past first.
#[derive(Debug)]
pub struct WatchRequests;

impl WatchRequests {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("requests");
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
