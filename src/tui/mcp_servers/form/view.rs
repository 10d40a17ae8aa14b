//! Drawing of the form for a configuration.

use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::{Untrusted, pluralize};
use crate::tui::core::cx::Cx;
use crate::tui::input::hit_test::Target;
use crate::tui::mcp_servers::form::ServerForm;
use crate::tui::mcp_servers::form::state::{ConfigForm, ConnectionChoice, Ticked, ToolChoice};
use crate::tui::mcp_servers::frame;
use crate::tui::mcp_servers::tasks::ChangeServer;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::bar;
use crate::tui::widgets::text;
use crate::tui::widgets::typing::line_input::LineInput;

/// Columns before a value: the bar and the field's name.
const INDENT: usize = 2 + 13;

/// Line of the form: the row it belongs to, and the column of the terminal's cursor.
struct FormLine {
    text: Line<'static>,
    row: Option<usize>,
    caret: Option<usize>,
}

/// Draws the popup.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &ServerForm) {
    let theme = &cx.theme;
    let title = match &popup.form.of {
        None => "New configuration".to_owned(),
        Some(config) => format!("Edit {}", config.name),
    };
    let foot = "Space ticks · → opens a connection";
    let inner = frame::draw(canvas, cx, frame::large(cx.screen), &title, foot);
    let columns = usize::from(inner.width);
    let lines = lines(&popup.form, cx, columns);
    // How the saving goes stays in sight below the rows.
    let said = match &popup.refusal {
        _ if cx.is_running(ChangeServer::SLOT) => vec![frame::waiting(cx, "Saving it …")],
        Some(fault) => text::wrap(&format!("✗ {fault}"), columns)
            .into_iter()
            .take(3)
            .map(|line| Line::styled(line, theme.bad))
            .collect(),
        None => Vec::new(),
    };
    let room = usize::from(inner.height).saturating_sub(said.len());
    let focused = lines.iter().position(|line| line.row == Some(popup.form.at)).unwrap_or(0);
    let top = (focused + 1).saturating_sub(room);
    for (at, line) in lines.into_iter().skip(top).take(room).enumerate() {
        let place = nth_line(inner, at);
        canvas.line(place, line.text);
        if let Some(row) = line.row {
            canvas.hit(place, Target::Entry(row));
        }
        if let Some(column) = line.caret {
            let x = place.x.saturating_add(u16::try_from(column).unwrap_or(u16::MAX));
            canvas.cursor = Some(Position::new(x.min(place.right().saturating_sub(1)), place.y));
        }
    }
    let below = Rect { y: inner.y + u16::try_from(room).unwrap_or(0).min(inner.height), ..inner };
    for (at, line) in said.into_iter().enumerate() {
        canvas.line(nth_line(below, at), line);
    }
}

fn lines(form: &ConfigForm, cx: &Cx, columns: usize) -> Vec<FormLine> {
    let theme = &cx.theme;
    let (mut lines, mut row) = (Vec::new(), 0);
    let mut next = || {
        row += 1;
        row - 1
    };
    match &form.of {
        None => {
            lines.push(field(next(), "name", &form.name, "lower-case letters, digits, - and _", form, columns, theme))
        }
        Some(config) => lines.push(note(format!("  {:<13}{}", "name", config.name), theme.muted)),
    }
    lines.push(field(next(), "description", &form.description, "for people; optional", form, columns, theme));
    lines.push(note(String::new(), theme.muted));
    match &form.connections {
        None => {
            lines.push(FormLine { text: frame::waiting(cx, "Asking for the connections …"), row: None, caret: None })
        }
        Some(Err(fault)) => lines.extend(wrapped(&fault.to_string(), columns, theme.bad)),
        Some(Ok(choices)) if choices.is_empty() => {
            lines.push(note("  This environment has no connections.".to_owned(), theme.muted));
        }
        Some(Ok(choices)) => {
            for choice in choices {
                let at = next();
                lines.push(FormLine {
                    text: connection(choice, at == form.at, columns, theme),
                    row: Some(at),
                    caret: None,
                });
                if !choice.is_open {
                    continue;
                }
                match &choice.tools {
                    None => {
                        let text = frame::waiting(cx, "Asking for its tools …");
                        lines.push(FormLine { text, row: None, caret: None });
                    }
                    Some(Err(fault)) => lines.extend(wrapped(&format!("    {fault}"), columns, theme.bad)),
                    Some(Ok(tools)) if tools.is_empty() => {
                        lines.push(note("      no tools are listed".to_owned(), theme.muted));
                    }
                    Some(Ok(tools)) => lines.extend(tools.iter().map(|one| {
                        let at = next();
                        let ticked = choice.offers(&one.name);
                        FormLine { text: tool(one, ticked, at == form.at, columns, theme), row: Some(at), caret: None }
                    })),
                }
            }
        }
    }
    lines
}

fn note(words: String, style: Style) -> FormLine {
    FormLine { text: Line::styled(words, style), row: None, caret: None }
}

fn wrapped(words: &str, columns: usize, style: Style) -> Vec<FormLine> {
    text::wrap(words, columns).into_iter().map(|line| note(line, style)).collect()
}

fn field(
    row: usize,
    name: &'static str,
    input: &LineInput,
    hint: &'static str,
    form: &ConfigForm,
    columns: usize,
    theme: &Theme,
) -> FormLine {
    let focused = row == form.at;
    let room = columns.saturating_sub(INDENT);
    let (mut shown, column) = input.shown(false, room);
    if !focused {
        shown = text::fit(&Untrusted::from(input.raw()).scrubbed(), room).into_owned();
    }
    let value = match shown.is_empty() {
        true => Span::styled(text::fit(hint, room).into_owned(), theme.muted),
        false => Span::styled(shown, if focused { theme.strong } else { Style::new() }),
    };
    let name = Span::styled(format!("{name:<13}"), if focused { theme.accent } else { theme.muted });
    let text = Line::from(vec![bar(focused, true, theme), name, value]);
    FormLine { text, row: Some(row), caret: focused.then_some(INDENT + column) }
}

fn connection(choice: &ConnectionChoice, focused: bool, columns: usize, theme: &Theme) -> Line<'static> {
    let (mark, facts) = match &choice.ticked {
        Ticked::Nothing => ("[ ] ", String::new()),
        Ticked::All => ("[x] ", "all tools".to_owned()),
        Ticked::Some(names) => ("[~] ", pluralize(names.len() as u64, "tool")),
    };
    let fold = if choice.is_open { "▾ " } else { "▸ " };
    let name = text::fit(&choice.name.to_string(), columns.saturating_sub(24)).into_owned();
    let style = if focused { theme.strong } else { Style::new() };
    Line::from(vec![
        bar(focused, true, theme),
        Span::styled(mark, theme.accent),
        Span::styled(fold, theme.muted),
        Span::styled(name, style),
        Span::styled(format!("  {facts}"), theme.muted),
    ])
}

fn tool(tool: &ToolChoice, ticked: bool, focused: bool, columns: usize, theme: &Theme) -> Line<'static> {
    let names = 36.min(columns.saturating_sub(10));
    let name = text::fit(&tool.name.to_string(), names).into_owned();
    let gap = " ".repeat(names.saturating_sub(text::width(&name)) + 1);
    let room = columns.saturating_sub(names + 11);
    Line::from(vec![
        bar(focused, true, theme),
        Span::raw("    "),
        Span::styled(if ticked { "[x] " } else { "[ ] " }, theme.accent),
        Span::styled(name, if focused { theme.strong } else { Style::new() }),
        Span::raw(gap),
        Span::styled(text::fit(&tool.summary.to_string(), room).into_owned(), theme.muted),
    ])
}
