//! Drawing of the popup that connects a provider.

use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::domain::{Fault, Untrusted, pluralize};
use crate::flow::connect::{ConnectOffer, ConnectionAuth, sign_in_redirects};
use crate::tui::accounts::connect::form::{Cell, ConnectForm};
use crate::tui::accounts::connect::offers::{COMMAND, OfferList, Offers};
use crate::tui::accounts::connect::server_view::{server_needs, typed_command, way_choice};
use crate::tui::accounts::connect::{Connect, Waiting};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::{bar, draw_row};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::typing::filter;
use crate::tui::widgets::{spinner, text};

/// Columns of the form.
pub(super) const WIDTH: u16 = 84;

/// Columns before a value: the bar and the cell's name.
pub(super) const INDENT: usize = 2 + 15;

/// Sentence on a connection that is there already.
const KNOWN: &str = "This connection exists: what is changed here holds for all its accounts.";

/// Sentence on what the scopes of an exchange do.
const SCOPES_OF_EXCHANGE: &str = "Each call exchanges the sign-in for a token of its own, with the tool's scopes. They are \
                                  recorded and judged by the zone's policy; what the provider lets the token do is its own.";

/// Line of the form: the cell it belongs to, whether that has the keyboard, and the column of the terminal's cursor.
#[derive(Default)]
struct FormLine {
    text: Line<'static>,
    cell: Option<usize>,
    focused: bool,
    cursor: Option<usize>,
}

impl From<Line<'static>> for FormLine {
    fn from(text: Line<'static>) -> Self {
        Self { text, ..Self::default() }
    }
}

pub(super) fn draw(canvas: &mut Canvas<'_>, popup: &Connect, cx: &Cx) {
    match &popup.form {
        None => match (&popup.command, &popup.ways) {
            (Some(command), _) => typed_command(canvas, popup, command, cx),
            (None, Some(ways)) => way_choice(canvas, popup, ways, cx),
            (None, None) => choice(canvas, popup, cx),
        },
        Some(form) => filled(canvas, popup, form, cx),
    }
}

/// The providers, near the top of the screen.
fn choice(canvas: &mut Canvas<'_>, popup: &Connect, cx: &Cx) {
    let theme = &cx.theme;
    let area = layout::palette(cx.screen);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let titles = Titles { title: vec!["Connect a provider".into()], ..Titles::default() };
    let inner = pane::framed(canvas, area, true, titles);
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let room = usize::from(inner.width).saturating_sub(4);
    let spans = [bar(true, true, theme)].into_iter().chain(popup.offers.wanted.line(theme, room));
    canvas.line(nth_line(inner, 0), Line::from_iter(spans));
    if popup.offers.wanted.is_empty() {
        let hint = Rect { x: inner.x + 4.min(inner.width), width: inner.width.saturating_sub(4), ..nth_line(inner, 0) };
        canvas.line(hint, Line::styled("a provider's name, or the URL of an MCP server or an API", theme.muted));
    }
    let below = Rect { y: inner.y + 2.min(inner.height), height: inner.height.saturating_sub(2), ..inner };
    if let Some(waiting) = popup.waits {
        return canvas_line(canvas, below, waiting_line(waiting, cx));
    }
    if let Some(fault) = &popup.refusal {
        return said(canvas, below, &format!("✖ {}: {fault}", fault.headline()), theme.bad);
    }
    offers(canvas, &popup.offers, below, cx);
}

pub(super) fn canvas_line(canvas: &mut Canvas<'_>, area: Rect, line: Line<'static>) {
    canvas.line(area, line);
}

pub(super) fn said(canvas: &mut Canvas<'_>, area: Rect, words: &str, style: Style) {
    for (at, line) in text::paragraph(words, usize::from(area.width)).into_iter().enumerate() {
        if at < usize::from(area.height) {
            canvas.line(nth_line(area, at), Line::styled(line, style));
        }
    }
}

fn offers(canvas: &mut Canvas<'_>, offers: &Offers, area: Rect, cx: &Cx) {
    let theme = &cx.theme;
    if let Some(url) = offers.url() {
        let host = url.host_str().unwrap_or_default().to_owned();
        let words = format!("Enter asks {} how it is connected to; nothing is sent but that.", Untrusted::from(host));
        return said(canvas, area, &words, theme.muted);
    }
    if let OfferList::Loading = offers.list {
        return canvas_line(canvas, area, Line::from(vec![Span::styled(spinner::frame(cx.now.uptime), theme.accent)]));
    }
    if let OfferList::Failed(fault) = &offers.list {
        return said(canvas, area, &format!("✖ {}: {fault}", fault.headline()), theme.bad);
    }
    let fitting = offers.fitting();
    let last = fitting.len();
    if last == 0 {
        let words = "No such provider. Type the URL of its MCP server or its API to connect it all the same. Enter takes what \
                     is typed for the command of an MCP server.";
        let below = Rect { y: area.y + 2.min(area.height), height: area.height.saturating_sub(2), ..area };
        said(canvas, below, words, theme.muted);
    }
    let room = usize::from(area.height).saturating_sub(1);
    if area.height > 0 {
        let at = last.saturating_sub(offers.cursor.top).min(room);
        let selected = offers.is_on_command();
        let words = Span::styled("a server that runs on this machine", theme.muted);
        let style = if selected { theme.strong } else { Style::new() };
        let spans = vec![bar(selected, true, theme), Span::styled(format!("{COMMAND:<24}"), style), words];
        draw_row(canvas, nth_line(area, at), Line::from(spans), (selected, true));
        canvas.hit(nth_line(area, at), Target::Entry(last));
    }
    let shown = fitting.into_iter().enumerate().skip(offers.cursor.top).take(room);
    for (at, offer) in shown {
        let row = nth_line(area, at - offers.cursor.top);
        let selected = at == offers.cursor.row;
        draw_row(canvas, row, offer_line(offer, offers.wanted.text(), selected, theme), (selected, true));
        canvas.hit(row, Target::Entry(at));
    }
}

fn offer_line(offer: &ConnectOffer, wanted: &str, selected: bool, theme: &Theme) -> Line<'static> {
    let title = Untrusted::from(offer.title.as_str()).to_string();
    let title = format!("{:<24}", text::fit(&title, 23));
    let server = offer.mcp_url.as_ref().map(|_| way_words(ConnectionAuth::Mcp));
    // Whoever has a zone knows it: the way is everywhere, and would only fill the line.
    let own = offer.ways.iter().filter(|way| **way != ConnectionAuth::Exchange).map(|way| way_words(*way));
    let ways: Vec<_> = server.into_iter().chain(own).collect();
    let style = if selected { theme.strong } else { Style::new() };
    let mut spans = vec![bar(selected, true, theme)];
    spans.extend(filter::pointed_out(&title, wanted, style, theme.found));
    spans.push(Span::styled(ways.join(" · "), theme.muted));
    Line::from(spans)
}

/// Way of authorization in a word.
fn way_words(way: ConnectionAuth) -> &'static str {
    match way {
        ConnectionAuth::OAuth => "browser",
        ConnectionAuth::Device => "device code",
        ConnectionAuth::ApiKey => "API key",
        ConnectionAuth::Token => "token",
        ConnectionAuth::Mcp => "MCP server",
        ConnectionAuth::Exchange => "token exchange",
    }
}

pub(super) fn waiting_line(waiting: Waiting, cx: &Cx) -> Line<'static> {
    let words = match waiting {
        Waiting::Guide => " Finding out what is needed …",
        Waiting::Saving => " Saving the connection …",
        Waiting::Key => " Storing the key, and asking the provider whose it is …",
    };
    Line::from(vec![Span::styled(spinner::frame(cx.now.uptime), cx.theme.accent), Span::raw(words)])
}

/// The form, in the middle of the screen.
fn filled(canvas: &mut Canvas<'_>, popup: &Connect, form: &ConnectForm, cx: &Cx) {
    let theme = &cx.theme;
    let screen = Rect { height: cx.screen.height.saturating_sub(1), ..cx.screen };
    let columns = usize::from(WIDTH.min(screen.width).saturating_sub(4));
    let lines = lines(popup, form, cx, columns);
    let area = pane::centred(screen, WIDTH, u16::try_from(lines.len() + 2).unwrap_or(u16::MAX));
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let title = format!("Connect {}", Untrusted::from(form.guide.title.as_str()));
    let kept =
        if columns < 50 { "secrets: keychain only" } else { "secrets go into the keychain or the vault, nowhere else" };
    let titles = Titles {
        title: vec![text::fit(&title, columns.saturating_sub(2)).into_owned().into()],
        foot: vec![Span::styled(kept, theme.muted)],
        ..Titles::default()
    };
    let inner = pane::framed(canvas, area, true, titles);
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let room = usize::from(inner.height);
    let last = match popup.waits.is_some() || popup.refusal.is_some() {
        true => lines.len(),
        false => lines.iter().rposition(|line| line.focused).map_or(0, |at| at + 1),
    };
    for (at, line) in lines.into_iter().skip(last.saturating_sub(room)).take(room).enumerate() {
        let row = nth_line(inner, at);
        canvas.line(row, line.text);
        if let Some(cell) = line.cell {
            canvas.hit(row, Target::Entry(cell));
        }
        if let Some(column) = line.cursor {
            let x = row.x.saturating_add(u16::try_from(column).unwrap_or(u16::MAX)).min(row.right().saturating_sub(1));
            canvas.cursor = Some(Position::new(x, row.y));
        }
    }
}

fn lines(popup: &Connect, form: &ConnectForm, cx: &Cx, width: usize) -> Vec<FormLine> {
    let theme = &cx.theme;
    let mut lines = needs(form, cx, width);
    let mut headed = false;
    for (at, cell) in form.cells().into_iter().enumerate() {
        let focused = form.focus() == Some(cell);
        if let (Cell::Scope(_), false) = (cell, headed) {
            headed = true;
            lines.push(FormLine::default());
            let words = "Scopes: Space ticks. Ask for as little as the tools need.";
            lines.extend(text::paragraph(words, width).into_iter().map(|line| Line::styled(line, theme.muted).into()));
        }
        let (line, cursor) = cell_line(form, cell, focused, width, theme);
        lines.push(FormLine { text: line, cell: Some(at), focused, cursor });
        if let (Cell::Scope(scope), true) = (cell, focused) {
            let meaning = Untrusted::from(form.meaning(scope)).to_string();
            for line in text::wrap_in(&meaning, width.saturating_sub(6), 4) {
                let spans = vec![Span::raw("      "), Span::styled(line, theme.muted)];
                lines.push(FormLine { text: Line::from(spans), cell: Some(at), focused, cursor: None });
            }
        }
        if let Some((_, problem)) = form.problem.filter(|(at, _)| *at == cell) {
            for line in text::paragraph(&format!("✗ {problem}"), width.saturating_sub(INDENT)) {
                let spans = vec![Span::raw(" ".repeat(INDENT)), Span::styled(line, theme.bad)];
                lines.push(FormLine { text: Line::from(spans), cell: Some(at), focused, cursor: None });
            }
        }
    }
    if let Some(waiting) = popup.waits {
        lines.extend([FormLine::default(), waiting_line(waiting, cx).into()]);
    }
    if let Some(fault) = &popup.refusal {
        lines.push(FormLine::default());
        lines.extend(refusal(fault, theme, width));
    }
    lines
}

fn refusal(fault: &Fault, theme: &Theme, width: usize) -> Vec<FormLine> {
    let words = text::paragraph(&format!("✖ {}: {fault}", fault.headline()), width);
    let mut lines: Vec<FormLine> = words.into_iter().map(|line| Line::styled(line, theme.bad).into()).collect();
    lines.push(Line::styled("Everything you typed is still here.", theme.muted).into());
    lines
}

/// What a person must have before they can go on.
fn needs(form: &ConnectForm, cx: &Cx, width: usize) -> Vec<FormLine> {
    let theme = &cx.theme;
    let mut lines: Vec<FormLine> = Vec::new();
    let mut say = |words: &str, style: Style| {
        lines.extend(text::paragraph(words, width).into_iter().map(|line| Line::styled(line, style).into()));
    };
    let opens = match cx.keymap.key_for(Action::OpenBrowser, &[crate::tui::input::context::Context::Credentials]) {
        "" => String::new(),
        key => format!(" ({key} opens the page)"),
    };
    let way = form.way();
    if way == ConnectionAuth::Exchange {
        let uris = sign_in_redirects(&form.guide.spec).join("  ");
        say("1  Register an application at your authorization server (the zone), and the resource.", Style::new());
        say(&format!("2  Give it these redirect URIs: {uris}"), Style::new());
        say("3  Enter both. The browser opens next, to sign in at the zone.", Style::new());
        say(SCOPES_OF_EXCHANGE, theme.muted);
        if form.guide.is_known {
            say(KNOWN, theme.warn);
        }
        lines.push(FormLine::default());
        return lines;
    }
    if let Some(server) = &form.guide.server {
        for (words, style) in server_needs(form, server, theme) {
            say(&words, style);
        }
        lines.push(FormLine::default());
        return lines;
    }
    match (way.field(), form.page()) {
        (None, Some(page)) => say(&format!("1  Register an app at {page}{opens}."), Style::new()),
        (None, None) => say("1  Register an app at the provider.", Style::new()),
        (Some(_), Some(page)) => say(&format!("1  Make a key at {page}{opens}."), Style::new()),
        (Some(_), None) => say("1  Get a key or a token from the provider.", Style::new()),
    }
    match way {
        ConnectionAuth::OAuth => {
            let uris = form.guide.redirect_uris.join("  ");
            say(&format!("2  Give it these redirect URIs: {uris}"), Style::new());
            say("3  Enter what it got. The browser opens next.", Style::new());
        }
        ConnectionAuth::Device => {
            say("2  Switch on its device flow.", Style::new());
            say("3  Enter its client id. A code to type in a browser comes next.", Style::new());
        }
        // Said above.
        ConnectionAuth::Exchange => {}
        ConnectionAuth::Mcp => say("2  The server says what it needs.", Style::new()),
        ConnectionAuth::ApiKey | ConnectionAuth::Token => {
            say("2  Paste it. The provider is asked whose it is.", Style::new())
        }
    }
    if form.guide.is_known {
        say(KNOWN, theme.warn);
    }
    lines.push(FormLine::default());
    lines
}

fn cell_line(
    form: &ConnectForm,
    cell: Cell,
    focused: bool,
    width: usize,
    theme: &Theme,
) -> (Line<'static>, Option<usize>) {
    let style = if focused { theme.strong } else { Style::new() };
    let room = width.saturating_sub(INDENT);
    let name = match cell {
        Cell::Way => "authorize by",
        Cell::Issuer => "issuer",
        Cell::Resource => "resource",
        Cell::ClientId => "client id",
        Cell::ClientSecret => "client secret",
        Cell::Key if form.way() == ConnectionAuth::Token => "token",
        Cell::Key => "API key",
        Cell::Identifier => "identifier",
        Cell::Name => "connection",
        Cell::Actor => "acts as",
        Cell::Scope(at) => return (scope_line(form, at, focused, width, theme), None),
    };
    let head = [bar(focused, true, theme), Span::styled(format!("{name:<15}"), theme.muted)];
    let Some(input) = form.input(cell) else {
        let chosen = match cell {
            Cell::Way => way_words(form.way()).to_owned(),
            _ => Untrusted::from(form.actor().unwrap_or_default()).to_string(),
        };
        let (open, close) = if focused { ("◀ ", " ▶") } else { ("  ", "") };
        let value = [Span::styled(open, theme.accent), Span::styled(chosen, style), Span::styled(close, theme.accent)];
        return (Line::from_iter(head.into_iter().chain(value)), None);
    };
    let is_masked = matches!(cell, Cell::Key | Cell::ClientSecret);
    let (shown, column) = input.shown(is_masked && !(focused && form.revealed), room.min(60));
    let value = match (cell, shown.is_empty()) {
        (Cell::ClientSecret, true) if form.has_client_secret() => {
            Span::styled("kept, unless you enter a new one", theme.muted)
        }
        (Cell::ClientSecret, true) if form.secret_need() == crate::provider::SecretNeed::Optional => {
            Span::styled("may be left out", theme.muted)
        }
        _ => Span::styled(shown.clone(), style.add_modifier(Modifier::UNDERLINED)),
    };
    let rest = " ".repeat(room.min(60).saturating_sub(text::width(&value.content)));
    let line = if focused { theme.accent } else { theme.muted }.remove_modifier(Modifier::BOLD);
    let rest = Span::styled(rest, line.add_modifier(Modifier::UNDERLINED));
    (Line::from_iter(head.into_iter().chain([value, rest])), focused.then_some(INDENT + column))
}

fn scope_line(form: &ConnectForm, at: usize, focused: bool, width: usize, theme: &Theme) -> Line<'static> {
    let Some(scope) = form.guide.scopes.get(at) else { return Line::default() };
    let mark = if form.ticked.contains(&at) { "[x] " } else { "[ ] " };
    let style = if focused { theme.strong } else { Style::new() };
    let name = Untrusted::from(scope.name.as_str()).to_string();
    let wide = (width / 3).clamp(8, 24);
    let name = format!("{:<wide$} ", text::fit(&name, wide));
    // The one with the keyboard tells everything below itself.
    let meaning = match (focused, form.unlocks(at)) {
        (true, _) => String::new(),
        (false, 0) => Untrusted::from(scope.meaning.as_str()).to_string(),
        (false, count) => format!("{:<9} {}", pluralize(count as u64, "tool"), Untrusted::from(scope.meaning.as_str())),
    };
    let meaning = text::fit(&meaning, width.saturating_sub(7 + wide)).into_owned();
    Line::from(vec![
        bar(focused, true, theme),
        Span::styled(mark, theme.accent),
        Span::styled(name, style),
        Span::styled(meaning, theme.muted),
    ])
}
