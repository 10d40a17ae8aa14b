//! Popup: what a server changed of a tool, before a call trusts it.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::flow::tool_trust::DefinitionChange;
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::Body;
use crate::tui::core::messages::CopyText;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::playground::drift::TrustAndSend;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::Move;
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::text;

/// Columns of the popup.
const WIDTH: u16 = 96;

/// Rows of one line of the difference, and of all of it.
const ROWS_OF_LINE: usize = 40;
const ROWS: usize = 4_000;

/// Popup: the difference, and what else speaks against the call.
pub struct DriftPopup {
    change: DefinitionChange,
    others: Vec<String>,
    top: usize,
    screen: Rect,
}

impl DriftPopup {
    /// The difference on screen; `others` are sentences, safe to show.
    pub(super) fn new(change: DefinitionChange, others: Vec<String>) -> Self {
        Self { change, others, top: 0, screen: Rect::default() }
    }

    /// Rows above the difference.
    fn head(&self, columns: usize) -> Vec<String> {
        let sentences = [self.change.sentence()].into_iter().chain(self.others.iter().cloned());
        let mut rows: Vec<String> = sentences.flat_map(|words| text::paragraph(&words, columns)).collect();
        let most = (usize::from(self.screen.height) / 3).max(2);
        rows = text::cut_off(rows, most, columns);
        rows.push(String::new());
        rows
    }

    /// Rows of the difference, in so many columns.
    fn rows(&self, columns: usize) -> Vec<String> {
        let rows = self.change.diff().into_iter().flat_map(|line| {
            let words = line.trim_start_matches(' ');
            // What is broken goes on below its words, so that no line looks like another of the difference.
            let mark = line.len() - words.len();
            let (mark, words) = match words.split_at_checked(2) {
                Some((sign @ ("- " | "+ "), rest)) => (" ".repeat(mark) + sign, rest),
                _ => (" ".repeat(mark), words),
            };
            let room = columns.saturating_sub(mark.len()).max(1);
            let rows = text::wrap_in(words, room, ROWS_OF_LINE).into_iter().enumerate();
            let next = " ".repeat(mark.len());
            rows.map(|(at, row)| format!("{}{row}", if at == 0 { &mark } else { &next })).collect::<Vec<_>>()
        });
        rows.take(ROWS).collect()
    }

    fn columns(&self) -> usize {
        usize::from(WIDTH.min(self.screen.width).saturating_sub(4))
    }

    /// Rows of the difference that are seen at once.
    fn height(&self) -> usize {
        let inside = usize::from(self.screen.height.saturating_sub(3));
        inside.saturating_sub(self.head(self.columns()).len()).max(1)
    }

    fn step(&mut self, step: Move) {
        let height = self.height();
        let most = self.rows(self.columns()).len().saturating_sub(height);
        self.top = match step.in_rows(height) {
            Move::By(by) | Move::Pages(by) | Move::Halves(by) => self.top.saturating_add_signed(by),
            Move::Top => 0,
            Move::Bottom => most,
        }
        .min(most);
    }
}

fn style(row: &str, theme: &Theme) -> Style {
    match row.get(..4) {
        Some("  - ") => theme.bad,
        Some("  + ") => theme.ok,
        _ if row.starts_with(' ') => Style::new(),
        _ => theme.strong,
    }
}

impl Component for DriftPopup {
    fn context(&self) -> Context {
        Context::Drift
    }

    fn availability(&self, action: Action, _cx: &Cx) -> Availability {
        match action {
            Action::TrustTool | Action::Copy | Action::No => Availability::Yes,
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::TrustTool => {
                cx.close();
                cx.send(TrustAndSend);
            }
            Action::No => cx.close(),
            Action::Copy => {
                let lines = [self.change.sentence()].into_iter().chain(self.change.diff());
                cx.send(CopyText { text: lines.collect::<Vec<_>>().join("\n"), what: "the difference".into() });
            }
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, _cx: &mut Cx) {
        match input {
            Input::Step(step) => self.step(*step),
            Input::Scroll(_, rows) => self.step(Move::By(*rows)),
            Input::Typed(_) | Input::Click(_) => {}
        }
    }

    fn layout(&mut self, body: Body, _cx: &Cx) {
        self.screen = body.area;
        self.step(Move::By(0));
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        let theme = &cx.theme;
        let columns = self.columns();
        let (head, rows) = (self.head(columns), self.rows(columns));
        let screen = Rect { height: self.screen.height.saturating_sub(1), ..self.screen };
        let area = pane::centred(screen, WIDTH, u16::try_from(head.len() + rows.len() + 2).unwrap_or(u16::MAX));
        canvas.clear(area);
        canvas.hit(area, Target::Popup);
        let title = format!("Not sent: {} has changed", self.change.tool);
        let height = usize::from(area.height.saturating_sub(2)).saturating_sub(head.len());
        let seen = (self.top + height).min(rows.len());
        let foot = if rows.len() > height { format!("{seen} of {}", rows.len()) } else { String::new() };
        let foot = if foot.is_empty() { Vec::new() } else { vec![Span::styled(foot, theme.muted)] };
        let note =
            vec![Span::styled(text::fit(&format!("on {}", self.change.connection), 40).into_owned(), theme.muted)];
        let title = vec![text::fit(&title, columns.saturating_sub(2)).into_owned().into()];
        let inner = pane::framed(canvas, area, true, Titles { title, foot, note, ..Titles::default() });
        let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
        let above = head.len();
        for (at, line) in head.into_iter().enumerate() {
            canvas.line(nth_line(inner, at), Line::styled(line, theme.warn));
        }
        for (at, row) in rows.iter().skip(self.top).take(height).enumerate() {
            canvas.line(nth_line(inner, above + at), Line::styled(row.as_str(), style(row, theme)));
        }
    }
}
