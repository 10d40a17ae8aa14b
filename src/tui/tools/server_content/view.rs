//! Drawing of resources and prompts: the list, what is known of the row under the cursor, and its values.

use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::domain::{Prompt, Resource, ServerAccount, pluralize};
use crate::tui::core::cx::Cx;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::Pane;
use crate::tui::theme::Theme;
use crate::tui::tools::server_content::ServerContentPopup;
use crate::tui::tools::server_content::shelf::{Offer, Shelf, ShelfLoad};
use crate::tui::tools::server_content::values::ValuesForm;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::card::{self, Card};
use crate::tui::widgets::list::{bar, draw_row};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::text;

/// Columns from which the detail stands beside the list, and rows from which it stands below.
const BESIDE: u16 = 100;
const BELOW: u16 = 20;

/// Rows of the detail where it stands below.
const DETAIL: u16 = 7;

/// Columns of the name of a value.
const NAME: usize = 18;

/// Columns of the form.
const FORM: u16 = 76;

/// Place of the popup: between header and footer.
fn place(screen: Rect) -> Rect {
    Rect { y: screen.y + 1.min(screen.height), height: screen.height.saturating_sub(2), ..screen }
}

/// Place of the list and of the detail, which has no area where there is no room for it.
fn places(screen: Rect) -> (Rect, Rect) {
    let area = place(screen);
    if area.width >= BESIDE {
        let width = area.width * 55 / 100;
        return (Rect { width, ..area }, Rect { x: area.x + width, width: area.width - width, ..area });
    }
    let detail = if area.height >= BELOW { DETAIL } else { 0 };
    let height = area.height - detail;
    (Rect { height, ..area }, Rect { y: area.y + height, height: detail, ..area })
}

/// Rows of the list.
pub(super) fn list_rows(screen: Rect) -> usize {
    usize::from(places(screen).0.height.saturating_sub(2))
}

/// Draws the popup.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &ServerContentPopup) {
    let (list_area, detail_area) = places(cx.screen);
    canvas.clear(place(cx.screen));
    canvas.hit(place(cx.screen), Target::Popup);
    list(canvas, cx, popup, list_area);
    if !detail_area.is_empty() {
        detail(canvas, popup, detail_area);
    }
    if let Some(form) = &popup.form {
        values(canvas, cx, popup, form);
    }
}

/// Tools, resources and prompts, what is looked at standing out.
fn switch(shelf: Shelf, theme: &Theme) -> Vec<Span<'static>> {
    let style = |now: bool| if now { theme.accent.add_modifier(Modifier::UNDERLINED) } else { theme.muted };
    let dot = || Span::styled(" · ", theme.muted);
    vec![
        Span::styled("Tools", theme.muted),
        dot(),
        Span::styled("Resources", style(shelf == Shelf::Resources)),
        dot(),
        Span::styled("Prompts", style(shelf == Shelf::Prompts)),
    ]
}

fn list(canvas: &mut Canvas<'_>, cx: &Cx, popup: &ServerContentPopup, area: Rect) {
    let theme = &cx.theme;
    let whom = match &popup.connection {
        Some(connection) => format!("{} on {connection}", popup.identifier),
        None => format!("{} on every connection", popup.identifier),
    };
    let filter = popup.filter.spans(theme, pane::room_for_typing(area).saturating_sub(16));
    let note = text::fit(&format!("as {whom}"), usize::from(area.width / 2)).into_owned();
    let titles = Titles {
        title: switch(popup.shelf, theme),
        right: filter,
        note: vec![Span::styled(note, theme.muted)],
        foot: vec![count(popup, theme)],
    };
    let inner = pane::draw(canvas, area, Pane::List, true, titles);
    if let Some(card) = emptiness(cx, popup) {
        return card::draw(canvas, inner, &card);
    }
    let width = usize::from(inner.width.saturating_sub(3));
    let shown = popup.order.iter().enumerate().skip(popup.cursor.top).take(usize::from(inner.height));
    for (at, row) in shown {
        let Some(offer) = popup.rows().rows.get(*row) else { continue };
        let line = nth_line(inner, at - popup.cursor.top);
        let selected = at == popup.cursor.row;
        let title = offer.title().scrubbed();
        let wide = (width / 2).max(12).min(width);
        let name = text::fit(&title, wide).into_owned();
        let gap = wide.saturating_sub(text::width(&name)) + 2;
        let rest = text::fit(&remark(offer), width.saturating_sub(wide + 2)).into_owned();
        let spans = vec![
            bar(selected, true, theme),
            Span::styled(name, if selected { theme.strong } else { Style::new() }),
            Span::raw(" ".repeat(gap)),
            Span::styled(rest, theme.muted),
        ];
        draw_row(canvas, line, Line::from(spans), (selected, true));
        canvas.hit(line, Target::Row(Pane::List, at));
    }
}

/// A few words on a row.
fn remark(offer: &Offer) -> String {
    match offer {
        Offer::Resource(Resource { is_template: true, uri, .. }) => format!("template {uri}"),
        Offer::Resource(Resource { uri, .. }) => uri.to_string(),
        Offer::Prompt(Prompt { arguments, description, .. }) => match arguments.len() {
            0 => description.to_string(),
            count => format!("{} · {description}", pluralize(count as u64, "argument")),
        },
    }
}

fn count(popup: &ServerContentPopup, theme: &Theme) -> Span<'static> {
    let all = popup.rows().rows.len();
    let at = if popup.order.is_empty() { 0 } else { popup.cursor.row + 1 };
    let words = match &popup.rows().load {
        ShelfLoad::Idle => String::new(),
        ShelfLoad::Running => format!("loading {all}"),
        ShelfLoad::Here if popup.order.len() == all => format!("{at} of {all}"),
        ShelfLoad::Here => format!("{at} of {} shown · {all} in all", popup.order.len()),
        ShelfLoad::Failed(_) => format!("{at} of {all} · incomplete"),
    };
    let words = if popup.rows().goes_on { format!("{words} · and more that are not kept") } else { words };
    let words = if popup.is_outdated { format!("{words} · changed since") } else { words };
    let bad = popup.rows().goes_on || matches!(popup.rows().load, ShelfLoad::Failed(_));
    Span::styled(words, if bad || popup.is_outdated { theme.warn } else { theme.muted })
}

/// Card in the list's place while there is no row to show.
fn emptiness(cx: &Cx, popup: &ServerContentPopup) -> Option<Card> {
    if !popup.order.is_empty() {
        return None;
    }
    let (things, who) = (popup.shelf.name().to_lowercase(), &popup.identifier);
    if !popup.rows().rows.is_empty() {
        return Some(Card::note(format!("None of the {things} matches."), Some(Action::Back), "clear the filter"));
    }
    Some(match &popup.rows().load {
        ShelfLoad::Idle | ShelfLoad::Running => Card::waiting(&format!("Loading the {things} of {who}"), cx.now.uptime),
        ShelfLoad::Failed(fault) => Card::fault(fault, Some(Action::Refresh)),
        ShelfLoad::Here => Card::note(format!("{who} sees no {things} here."), None, "")
            .saying("Only servers of the Model Context Protocol have some, and not all of them do.")
            .and_key(Action::SwitchShelf, "the other list")
            .and_key(Action::Refresh, "load again"),
    })
}

fn detail(canvas: &mut Canvas<'_>, popup: &ServerContentPopup, area: Rect) {
    let theme = canvas.theme;
    let selected = popup.selected();
    let room = usize::from(area.width.saturating_sub(6));
    let title = selected.map_or_else(String::new, |offer| offer.title().to_string());
    let title = text::fit(&title, room).into_owned();
    let titles = Titles { title: vec![title.into()], ..Titles::default() };
    let inner = pane::framed(canvas, area, false, titles);
    let Some(offer) = selected else { return };
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let width = usize::from(inner.width);
    let mut lines: Vec<Line<'_>> = Vec::new();
    let mut say = |words: &str, most: usize, style: Style| {
        lines.extend(text::wrap_in(words, width, most).into_iter().map(|line| Line::styled(line, style)));
    };
    say(&offer.key().scrubbed(), 3, theme.accent);
    let mut facts = Vec::new();
    if let Offer::Resource(Resource { media_type, size, is_template, .. }) = offer {
        facts.extend((!media_type.is_empty()).then(|| media_type.to_string()));
        facts.extend(size.map(|size| text::size(usize::try_from(size).unwrap_or(usize::MAX))));
        facts.extend(is_template.then(|| "a template: its variables are asked for".to_owned()));
    }
    let ServerAccount { connection, identifier, .. } = offer.seen_by();
    facts.push(format!("{connection} as {identifier}"));
    say(&facts.join(" · "), 2, theme.muted);
    for line in offer.description().scrubbed_lines().take(12) {
        say(&line, 12, Style::new());
    }
    if let Offer::Prompt(Prompt { arguments, .. }) = offer {
        for argument in arguments.iter().take(20) {
            let required = if argument.is_required { " required" } else { "" };
            say(&format!("{}{required}  {}", argument.name, argument.description), 2, theme.muted);
        }
    }
    for (at, line) in lines.into_iter().take(usize::from(inner.height)).enumerate() {
        canvas.line(nth_line(inner, at), line);
    }
}

/// The values of the row that is opened.
fn values(canvas: &mut Canvas<'_>, cx: &Cx, popup: &ServerContentPopup, form: &ValuesForm) {
    let theme = &cx.theme;
    let screen = Rect { height: cx.screen.height.saturating_sub(1), ..cx.screen };
    let width = usize::from(FORM.min(screen.width).saturating_sub(4));
    let mut lines: Vec<(Line<'static>, Option<usize>, Option<usize>)> = Vec::new();
    for (at, field) in form.fields.iter().enumerate() {
        let focused = at == form.at;
        let wide = NAME.min(width / 3);
        let star = if field.is_required { "*" } else { "" };
        let name = format!("{}{star}", text::fit(&field.name.scrubbed(), wide.saturating_sub(2)));
        let gap = wide.saturating_sub(text::width(&name));
        let room = width.saturating_sub(wide + 2);
        let (shown, column) = field.input.shown(false, room);
        let rest = " ".repeat(room.saturating_sub(text::width(&shown)));
        let style = if focused { theme.strong } else { Style::new() }.add_modifier(Modifier::UNDERLINED);
        let spans = vec![
            bar(focused, true, theme),
            Span::styled(format!("{name}{}", " ".repeat(gap)), theme.muted),
            Span::styled(format!("{shown}{rest}"), style),
        ];
        lines.push((Line::from(spans), Some(at), focused.then_some(2 + wide + column)));
        let problem = form.problem.filter(|(field, _)| *field == at).map(|(_, words)| words);
        if let Some(words) = problem {
            lines.push((Line::styled(format!("  ✗ {words}"), theme.bad), None, None));
        }
        if focused && !field.description.is_empty() {
            for line in text::wrap_in(&field.description.scrubbed(), width.saturating_sub(2), 3) {
                lines.push((Line::styled(format!("  {line}"), theme.muted), None, None));
            }
        }
    }
    let area = pane::centred(screen, FORM, u16::try_from(lines.len() + 2).unwrap_or(u16::MAX));
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let title = popup.selected().map_or_else(String::new, |offer| offer.title().to_string());
    let title = text::fit(&title, width.saturating_sub(2)).into_owned();
    let inner = pane::framed(canvas, area, true, Titles { title: vec![title.into()], ..Titles::default() });
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let room = usize::from(inner.height);
    let last = lines.iter().rposition(|(.., cursor)| cursor.is_some()).map_or(0, |at| at + 1);
    for (at, (line, field, cursor)) in lines.into_iter().skip(last.saturating_sub(room)).take(room).enumerate() {
        let row = nth_line(inner, at);
        canvas.line(row, line);
        field.into_iter().for_each(|field| canvas.hit(row, Target::Entry(field)));
        if let Some(column) = cursor {
            let x = row.x.saturating_add(u16::try_from(column).unwrap_or(u16::MAX));
            canvas.cursor = Some(Position::new(x.min(row.right().saturating_sub(1)), row.y));
        }
    }
}
