//! Drawing of what only MCP servers have: the choice between one and an API, the command of one, and its needs.

use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::domain::Untrusted;
use crate::flow::connect::{ConnectionAuth, ServerNeeds, ServerSpec};
use crate::tui::accounts::connect::Connect;
use crate::tui::accounts::connect::command::CommandForm;
use crate::tui::accounts::connect::form::ConnectForm;
use crate::tui::accounts::connect::view::{INDENT, WIDTH, canvas_line, said, waiting_line};
use crate::tui::accounts::connect::ways::WayChoice;
use crate::tui::core::cx::Cx;
use crate::tui::input::hit_test::Target;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::{bar, draw_row};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::text;

/// The ways of one provider, each with what it costs.
pub(super) fn way_choice(canvas: &mut Canvas<'_>, popup: &Connect, choice: &WayChoice, cx: &Cx) {
    let theme = &cx.theme;
    let rows = u16::try_from(choice.ways.len()).unwrap_or(u16::MAX).saturating_add(6);
    let inner = asked(canvas, cx, &choice.title, rows);
    let columns = usize::from(inner.width);
    canvas.line(nth_line(inner, 0), Line::raw("How do you want to sign in?"));
    let wide = choice.ways.iter().map(|way| text::width(&way.words)).max().unwrap_or(0).min(columns * 3 / 5) + 3;
    for (at, way) in choice.ways.iter().enumerate() {
        let selected = at == choice.cursor.row;
        let words = text::fit(&Untrusted::from(way.words.as_str()).to_string(), wide - 3).into_owned();
        let gap = " ".repeat(wide.saturating_sub(text::width(&words)));
        let style = if selected { theme.strong } else { Style::new() };
        let spans = vec![
            bar(selected, true, theme),
            Span::styled(format!("{words}{gap}"), style),
            Span::styled(text::fit(way.cost, columns.saturating_sub(wide + 2)).into_owned(), theme.muted),
        ];
        let row = nth_line(inner, 2 + at);
        draw_row(canvas, row, Line::from(spans), (selected, true));
        canvas.hit(row, Target::Entry(at));
    }
    outcome(canvas, popup, nth_line_down(inner, 3 + choice.ways.len()), cx);
}

/// The command of a server on this machine.
pub(super) fn typed_command(canvas: &mut Canvas<'_>, popup: &Connect, form: &CommandForm, cx: &Cx) {
    let theme = &cx.theme;
    let inner = asked(canvas, cx, "a server that runs on this machine", 12);
    let columns = usize::from(inner.width);
    let about = "It is started when it is needed, with the rights that you have. Values of variables are read from your \
                 environment each time, and written nowhere.";
    let about = text::paragraph(about, columns);
    let mut at = about.len() + 1;
    for (row, line) in about.into_iter().enumerate() {
        canvas.line(nth_line(inner, row), Line::styled(line, theme.muted));
    }
    for (name, input, focused) in
        [("command", &form.command, !form.in_variables), ("variables", &form.variables, form.in_variables)]
    {
        let room = columns.saturating_sub(INDENT);
        let (shown, column) = input.shown(false, room);
        let hint = match (shown.is_empty(), name) {
            (false, _) => "",
            (true, "command") => "npx -y a-server",
            (true, _) => "NAME, or NAME=VARIABLE",
        };
        let rest = room.saturating_sub(text::width(&shown) + text::width(hint));
        let style = if focused { theme.strong } else { Style::new() }.add_modifier(Modifier::UNDERLINED);
        let spans = vec![
            bar(focused, true, theme),
            Span::styled(format!("{name:<15}"), theme.muted),
            Span::styled(shown, style),
            Span::styled(hint, theme.muted.add_modifier(Modifier::UNDERLINED)),
            Span::styled(" ".repeat(rest), style),
        ];
        let row = nth_line(inner, at);
        canvas.line(row, Line::from(spans));
        at += 1;
        if focused {
            let x = row.x.saturating_add(u16::try_from(INDENT + column).unwrap_or(u16::MAX));
            canvas.cursor = Some(Position::new(x.min(row.right().saturating_sub(1)), row.y));
            if let Some(problem) = form.problem {
                let words = format!("{}✗ {problem}", " ".repeat(INDENT.min(columns / 3)));
                canvas.line(nth_line(inner, at), Line::styled(text::fit(&words, columns).into_owned(), theme.bad));
                at += 1;
            }
        }
    }
    outcome(canvas, popup, nth_line_down(inner, at + 1), cx);
}

/// Frame of a question in the middle of the screen, and what is inside.
fn asked(canvas: &mut Canvas<'_>, cx: &Cx, what: &str, rows: u16) -> Rect {
    let screen = Rect { height: cx.screen.height.saturating_sub(1), ..cx.screen };
    let area = pane::centred(screen, WIDTH, rows);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let title = format!("Connect {}", Untrusted::from(what));
    let title = text::fit(&title, usize::from(area.width.saturating_sub(6))).into_owned();
    let inner = pane::framed(canvas, area, true, Titles { title: vec![title.into()], ..Titles::default() });
    Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }
}

/// Everything from the `n`-th line of `area` on.
fn nth_line_down(area: Rect, n: usize) -> Rect {
    let line = nth_line(area, n);
    Rect { height: area.bottom().saturating_sub(line.y), ..line }
}

/// What is waited for, or what went wrong.
fn outcome(canvas: &mut Canvas<'_>, popup: &Connect, area: Rect, cx: &Cx) {
    if let Some(waiting) = popup.waits {
        return canvas_line(canvas, area, waiting_line(waiting, cx));
    }
    if let Some(fault) = &popup.refusal {
        said(canvas, area, &format!("✖ {}: {fault}", fault.headline()), cx.theme.bad);
    }
}

/// What a person must know of an MCP server before they go on.
pub(super) fn server_needs(form: &ConnectForm, server: &ServerNeeds, theme: &Theme) -> Vec<(String, Style)> {
    let mut said = Vec::new();
    let place = form.guide.spec.server.as_ref().map(ServerSpec::origin).unwrap_or_default();
    said.push((format!("MCP server at {}", Untrusted::from(place)), theme.strong));
    said.push((
        match server {
            ServerNeeds::Nothing { title, version } if version.is_empty() => {
                format!("{title} answered. It asks for nothing.")
            }
            ServerNeeds::Nothing { title, version } => format!("{title} {version} answered. It asks for nothing."),
            ServerNeeds::Consent { issuer, registers_itself: true, .. } => {
                let issuer = Untrusted::from(issuer.as_str());
                format!("You consent at {issuer}, in the browser that opens next. Nothing has to be registered.")
            }
            ServerNeeds::Consent { issuer, registers_itself: false, .. } => {
                let issuer = Untrusted::from(issuer.as_str());
                let uris = form.guide.redirect_uris.join("  ");
                format!("You consent at {issuer}. Register an app there first, with these redirect URIs: {uris}")
            }
            ServerNeeds::Unknown(why) => {
                format!("{} Paste a token that was made by hand.", Untrusted::from(why.as_str()))
            }
            ServerNeeds::Started => "It is started next, and asked what it offers.".to_owned(),
        },
        Style::new(),
    ));
    let scopes = match server {
        ServerNeeds::Consent { scopes, .. } => scopes.as_slice(),
        ServerNeeds::Nothing { .. } | ServerNeeds::Unknown(_) | ServerNeeds::Started => &[],
    };
    if !scopes.is_empty() {
        let scopes = Untrusted::from(scopes.join(", "));
        said.push((format!("It asks for the scopes {scopes}."), theme.muted));
    }
    if form.way() == ConnectionAuth::Token {
        said.push(("The token goes to this server alone.".to_owned(), theme.muted));
    }
    if form.guide.is_known {
        let words = "This connection exists: what is changed here holds for all its accounts.";
        said.push((words.to_owned(), theme.warn));
    }
    said
}
