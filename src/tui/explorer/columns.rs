//! Popup: the columns of a table, to show and to hide.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crossterm::event::KeyCode;

use crate::domain::Untrusted;
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::layout::{self, Body};
use crate::tui::core::message::Message;
use crate::tui::explorer::json_view::JsonView;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::input::typed::{self, Typed};
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::{Cursor, Move, bar, draw_row};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::text;
use crate::tui::widgets::typing::filter::{Filter, matches, pointed_out};

/// Column of the table that is explored.
#[derive(Debug)]
pub struct ColumnChoice {
    /// Name of the column.
    pub name: Untrusted,
    /// Rows that have it.
    pub count: usize,
    /// Whether it is shown.
    pub shown: bool,
}

/// Popup: the columns, and those of them that fit what is typed.
pub struct Columns {
    columns: Vec<ColumnChoice>,
    /// Number of rows of the table.
    rows: usize,
    filter: Filter,
    fitting: Vec<usize>,
    cursor: Cursor,
    height: usize,
}

/// Show or hide this column of the table, counted from 0.
#[derive(Debug)]
struct ShowColumn(usize);

/// The columns as they are shown now.
#[derive(Debug)]
struct ColumnsShown(Vec<ColumnChoice>);

impl Columns {
    /// Opens the list of the table's columns.
    pub fn open(view: &JsonView, cx: &mut Cx) {
        let Some(table) = view.table() else { return };
        let columns = table.choices();
        let fitting = (0..columns.len()).collect();
        let (filter, cursor) = (Filter::being_typed(), Cursor::default());
        cx.open(Self { columns, rows: table.all_rows(), filter, fitting, cursor, height: 0 });
    }

    fn picked(&self) -> Option<usize> {
        self.fitting.get(self.cursor.row).copied()
    }

    fn is_last(&self, at: usize) -> bool {
        self.columns.iter().filter(|column| column.shown).count() == 1
            && self.columns.get(at).is_some_and(|column| column.shown)
    }

    fn narrow(&mut self, typed: &Typed) {
        if self.filter.take(typed) {
            let wanted = self.filter.text();
            let fits = |column: &ColumnChoice| matches(wanted, &[column.name.raw()]);
            self.fitting =
                self.columns.iter().enumerate().filter(|(_, column)| fits(column)).map(|(at, _)| at).collect();
            self.cursor = Cursor::default();
        }
    }
}

impl Component for Columns {
    fn context(&self) -> Context {
        Context::Columns
    }

    fn availability(&self, action: Action, _cx: &Cx) -> Availability {
        match (action, self.picked()) {
            (Action::ToggleColumn, None) => Availability::No("No column matches.".into()),
            (Action::ToggleColumn, Some(at)) => {
                Availability::when(!self.is_last(at), "The last column cannot be hidden.")
            }
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        if let (Action::ToggleColumn, Some(at)) = (action, self.picked()) {
            cx.send(ShowColumn(at));
        }
    }

    /// Takes letters for the filter, and a space for the column under the cursor.
    fn input(&mut self, input: &Input, cx: &mut Cx) {
        match input {
            Input::Typed(Typed::Key(key)) if typed::is_letter(*key) && key.code == KeyCode::Char(' ') => {
                cx.request(Request::Do(Action::ToggleColumn));
            }
            Input::Typed(typed) => self.narrow(typed),
            Input::Step(step) => self.cursor.step(*step, self.fitting.len(), self.height),
            Input::Scroll(_, rows) => self.cursor.step(Move::By(*rows), self.fitting.len(), self.height),
            Input::Click(Target::Entry(row)) => {
                self.cursor.row = *row;
                cx.request(Request::Do(Action::ToggleColumn));
            }
            Input::Click(_) => {}
        }
    }

    fn line(&self) -> Option<typed::Line> {
        Some(self.filter.capacity())
    }

    fn receive(&mut self, message: Message, _cx: &mut Cx) -> Result<(), Message> {
        let ColumnsShown(columns) = message.take()?;
        self.columns = columns;
        Ok(())
    }

    fn layout(&mut self, body: Body, _cx: &Cx) {
        self.height = layout::palette_rows(body.area);
        self.cursor.settle(self.fitting.len(), self.height);
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        let theme = &cx.theme;
        let area = layout::palette(cx.screen);
        canvas.clear(area);
        canvas.hit(area, Target::Popup);
        let shown = self.columns.iter().filter(|column| column.shown).count();
        let titles = Titles {
            title: vec!["Columns".into()],
            right: vec![Span::styled("Space shows and hides, letters filter", theme.muted)],
            foot: vec![Span::styled(format!("{shown} of {} shown", self.columns.len()), theme.muted)],
            ..Titles::default()
        };
        let inner = pane::framed(canvas, area, true, titles);
        let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
        canvas.line(nth_line(inner, 0), Line::from(self.filter.spans(theme, usize::from(inner.width))));
        let list = Rect { y: inner.y + 1.min(inner.height), height: inner.height.saturating_sub(1), ..inner };
        if self.fitting.is_empty() {
            canvas.line(nth_line(list, 0), Line::styled("  No column matches.", theme.muted));
        }
        let room = usize::from(list.width).saturating_sub(4);
        let rows = self.fitting.iter().filter_map(|at| self.columns.get(*at)).enumerate();
        for (at, column) in rows.skip(self.cursor.top).take(usize::from(list.height)) {
            let row = nth_line(list, at - self.cursor.top);
            let selected = at == self.cursor.row;
            let style = match (selected, column.shown) {
                (true, _) => theme.strong,
                (false, true) => Style::new(),
                (false, false) => theme.muted,
            };
            let note = format!("in {} of {} rows", column.count, self.rows);
            let name = column.name.scrubbed();
            let name = text::fit(&name, room.saturating_sub(text::width(&note) + 2));
            let mark = if column.shown { Span::styled("✓ ", theme.ok) } else { Span::raw("  ") };
            let mut spans = vec![bar(selected, true, theme), mark];
            spans.extend(pointed_out(&name, self.filter.text(), style, theme.found));
            spans.push(Span::styled(format!("  {note}"), theme.muted));
            draw_row(canvas, row, Line::from(spans), (selected, true));
            canvas.hit(row, Target::Entry(at));
        }
    }
}

/// Shows or hides a column; the list stays open for the next.
///
/// # Errors
/// The message, where it is for somebody else.
pub fn receive(view: Option<&mut JsonView>, message: Message, cx: &mut Cx) -> Result<(), Message> {
    let ShowColumn(column) = message.take()?;
    if let Some(view) = view {
        view.in_table(|table| table.toggle_column(column));
        cx.send(ColumnsShown(view.table().map(|table| table.choices()).unwrap_or_default()));
    }
    Ok(())
}
