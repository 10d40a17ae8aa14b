//! Drawing of the form of an input.

use std::collections::HashMap;

use jiff::Timestamp;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use url::Url;

use crate::domain::{Untrusted, pluralize};
use crate::schema::{Allowed, FieldKind, FieldValue, FormField, InputProblem};
use crate::tui::core::cx::Cx;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::Pane;
use crate::tui::playground::drafts::earlier;
use crate::tui::playground::form::{InputForm, Reading, inner_kind};
use crate::tui::playground::formats;
use crate::tui::playground::screen::{InputView, Playground};
use crate::tui::playground::suggestions::in_words;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::card;
use crate::tui::widgets::card::Card;
use crate::tui::widgets::list::bar;
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::{text, time};

/// Problems told under one row, and lines of each.
const TOLD: usize = 2;
const TOLD_LINES: usize = 4;

/// Columns before a problem, less where a name is short or the pane narrow.
const INDENT: usize = 16;

/// Values named in the foot.
const NAMED: usize = 12;

/// Draws it where the JSON would stand.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, playground: &Playground, area: Rect) {
    let theme = canvas.theme;
    let form = &playground.form;
    let focused = playground.focus == Pane::List;
    let rows = form.form.fields.len();
    let foot = if focused && rows > 0 {
        vec![Span::styled(format!("{} of {rows}", form.cursor.row + 1), theme.muted)]
    } else {
        Vec::new()
    };
    let titles = Titles {
        title: vec!["Input".into()],
        right: views(InputView::Form, theme),
        foot,
        note: origin(cx, playground, area),
    };
    let inner = pane::draw(canvas, area, Pane::List, focused, titles);
    if let Some(card) = instead(playground) {
        return card::draw(canvas, inner, &card);
    }
    let rows = FormRows { form, problems: &playground.problems, unchecked: &playground.unchecked };
    rows.draw(canvas, cx, inner, focused);
}

/// Rows of a form, and what is wrong with them.
pub(super) struct FormRows<'a> {
    /// The rows, and the place among them.
    pub form: &'a InputForm,
    /// Problems of what is filled in.
    pub problems: &'a [InputProblem],
    /// Parts of the schema that are not checked, a line each.
    pub unchecked: &'a [String],
}

impl FormRows<'_> {
    /// Draws the rows, and below them what is known of the one that has the keyboard.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx, inner: Rect, focused: bool) {
        draw_rows(canvas, cx, self, inner, focused);
    }
}

fn draw_rows(canvas: &mut Canvas<'_>, cx: &Cx, rows: &FormRows<'_>, inner: Rect, focused: bool) {
    let about = about(cx, rows, usize::from(inner.width.saturating_sub(3)), usize::from(inner.height) / 3);
    let below = u16::try_from(about.len()).unwrap_or(0).min(inner.height);
    let list = Rect { height: inner.height - below, ..inner };
    fields(canvas, rows, list, focused);
    for (at, line) in about.into_iter().enumerate() {
        let row = nth_line(Rect { y: list.bottom(), height: below, ..inner }, at);
        let row = Rect { x: row.x + 1, width: row.width.saturating_sub(2), ..row };
        let link = line.link.and_then(|url| Url::parse(&url).ok());
        let width = canvas.line(row, line.text);
        if let Some(url) = link {
            canvas.link(row, width, &url);
        }
    }
}

/// Source of an input that nobody has typed, for the edge of its pane.
pub(super) fn origin(cx: &Cx, playground: &Playground, area: Rect) -> Vec<Span<'static>> {
    let (mut words, with_key) = match playground.origin.earlier_change() {
        Some(changed) => earlier::words(cx, changed),
        None => match playground.prefill.sent(playground.input_text()) {
            Some(sent) => as_last_sent(cx, sent),
            None => return Vec::new(),
        },
    };
    // The place of the cursor stands on the same edge.
    if text::width(&with_key) + 14 <= usize::from(area.width) {
        words = with_key;
    }
    vec![Span::styled(words, cx.theme.muted)]
}

/// Words on what was sent last, without and with the key for something else.
fn as_last_sent(cx: &Cx, sent: Timestamp) -> (String, String) {
    let words = format!("as last sent {}", time::relative(sent, cx.now.wall));
    let with_key = match cx.key_for(Action::Sample) {
        "" => words.clone(),
        key => format!("{words}; {key} for a sample"),
    };
    (words, with_key)
}

/// The two ways to look at an input, the one in use standing out.
pub(super) fn views(now: InputView, theme: &Theme) -> Vec<Span<'static>> {
    let style = |view| if view == now { theme.accent.add_modifier(Modifier::UNDERLINED) } else { theme.muted };
    vec![Span::styled("JSON", style(InputView::Json)), Span::raw(" "), Span::styled("form", style(InputView::Form))]
}

/// Card in the form's place where there are no rows.
fn instead(playground: &Playground) -> Option<Card> {
    let form = &playground.form;
    if let Some(problem) = &playground.syntax {
        let words = format!("The input is not valid JSON, so it cannot be shown as a form: {problem}");
        return Some(Card::note(words, None, "").and_key(Action::SwitchInputView, "fix it as JSON"));
    }
    if !form.is_there() {
        return Some(
            Card::note("This input cannot be shown as a form.", None, "")
                .and_key(Action::SwitchInputView, "edit it as JSON"),
        );
    }
    let nothing = form.form.fields.is_empty();
    nothing.then(|| Card::note("This tool takes no input.", Some(Action::Run), "run"))
}

fn fields(canvas: &mut Canvas<'_>, rows: &FormRows<'_>, area: Rect, focused: bool) {
    let form = rows.form;
    let height = usize::from(area.height);
    let mut problems: HashMap<usize, Vec<&InputProblem>> = HashMap::new();
    for problem in rows.problems {
        if let Some(row) = form.row_of(problem) {
            problems.entry(row).or_default().push(problem);
        }
    }
    let labels = form.widest.min(usize::from(area.width) * 2 / 5);
    let indent = (labels + 5).min(INDENT).min(usize::from(area.width) / 4);
    let columns = usize::from(area.width).saturating_sub(indent + 3);
    let lines: HashMap<usize, Vec<(bool, String)>> = problems
        .into_iter()
        .map(|(row, problems)| {
            let wrapped = problems.into_iter().take(TOLD).flat_map(|problem| {
                let lines = text::wrap_in(&problem.message, columns, TOLD_LINES).into_iter();
                lines.enumerate().map(|(at, line)| (at == 0, line))
            });
            (row, wrapped.collect())
        })
        .collect();
    let told = |row: usize| lines.get(&row).map_or(&[][..], Vec::as_slice);
    let tall = |row: usize| 1 + told(row).len();
    // As far down as the row with the keyboard needs, with what is wrong with it.
    let mut top = form.cursor.top.min(form.cursor.row);
    let mut needed: usize = (top..=form.cursor.row).map(tall).sum();
    while needed > height && top < form.cursor.row {
        needed -= tall(top);
        top += 1;
    }
    let mut at = 0;
    for (row, field) in form.form.fields.iter().enumerate().skip(top) {
        if at >= height {
            break;
        }
        let line = nth_line(area, at);
        let on_it = row == form.cursor.row;
        draw_field(canvas, form, field, line, labels, (on_it, on_it && focused));
        canvas.hit(line, Target::Row(Pane::List, row));
        at += 1;
        for (begins, words) in told(row) {
            let spans = vec![
                Span::raw(" ".repeat(indent)),
                Span::styled(if *begins { "✗ " } else { "  " }, canvas.theme.bad),
                Span::styled(words.clone(), canvas.theme.warn),
            ];
            if at < height {
                canvas.line(nth_line(area, at), Line::from(spans));
            }
            at += 1;
        }
    }
}

fn draw_field(
    canvas: &mut Canvas<'_>,
    form: &InputForm,
    field: &FormField,
    area: Rect,
    labels: usize,
    (on_it, focused): (bool, bool),
) {
    let theme = canvas.theme;
    let label = field.label.scrubbed();
    let indent = (field.depth * 2).min(labels / 2);
    let star = usize::from(field.required);
    let name = text::fit(&label, labels.saturating_sub(indent + star)).into_owned();
    let gap = labels.saturating_sub(indent + star + text::width(&name)) + 2;
    let adds = matches!(field.kind, FieldKind::AddItem(_) | FieldKind::AddName);
    let style = match (on_it, adds) {
        (true, _) => theme.strong,
        (false, true) => theme.muted,
        (false, false) => theme.json_key,
    };
    let head = vec![
        bar(on_it, focused, theme),
        Span::raw(" ".repeat(indent)),
        Span::styled(name, style),
        Span::styled("*".repeat(star), theme.warn),
        Span::raw(" ".repeat(gap)),
    ];
    let used = canvas.line(area, Line::from(head));
    let place = Rect { x: area.x + used, width: area.width.saturating_sub(used + 1), ..area };
    let mut spans = variant(field, theme);
    let before: usize = spans.iter().map(|span| text::width(&span.content)).sum();
    let columns = usize::from(place.width).saturating_sub(before);
    if let Some(cell) = form.cell.as_ref().filter(|_| focused) {
        let (shown, column) = cell.input.shown(false, columns);
        let kind = match cell.input_reading() {
            Reading::Text => theme.json_string,
            Reading::Number => theme.json_number,
            Reading::Json => Style::new(),
            Reading::Name => theme.json_key,
        };
        let empty = shown.is_empty();
        spans.push(Span::styled(shown, kind.add_modifier(Modifier::UNDERLINED)));
        if empty {
            spans.push(Span::raw(" "));
            spans.extend(absent(field, theme));
        }
        canvas.line(place, Line::from(spans));
        let x = place.x.saturating_add(u16::try_from(before + column).unwrap_or(u16::MAX));
        canvas.cursor = Some(Position::new(x.min(place.right().saturating_sub(1)), place.y));
        return;
    }
    let turns = focused && matches!(inner_kind(&field.kind), FieldKind::Choice(_) | FieldKind::Switch);
    let room = columns.saturating_sub(if turns { 4 } else { 0 });
    spans.extend(shown(field, theme).into_iter().map(|span| {
        let content = text::fit(&span.content, room).into_owned();
        span.content(content)
    }));
    if turns {
        spans.insert(0, Span::styled("◂ ", theme.accent));
        spans.push(Span::styled(" ▸", theme.accent));
    }
    canvas.line(place, Line::from(spans));
}

/// The alternative that is chosen, where there are any.
fn variant(field: &FormField, theme: &Theme) -> Vec<Span<'static>> {
    match &field.kind {
        FieldKind::Variant { names, chosen, .. } => {
            let name = names.get(*chosen).map(ToString::to_string).unwrap_or_default();
            let name = text::fit(&name, 24).into_owned();
            vec![Span::styled(name, theme.accent), Span::styled(" ▾ ", theme.muted)]
        }
        _ => Vec::new(),
    }
}

/// Value of a row, for reading.
fn shown(field: &FormField, theme: &Theme) -> Vec<Span<'static>> {
    let FieldValue::Value(raw) = &field.filled else { return absent(field, theme) };
    let as_json = |style: Style| vec![Span::styled(raw.to_string(), style)];
    match inner_kind(&field.kind) {
        FieldKind::Text if raw.raw() == "\"\"" => absent(field, theme),
        FieldKind::Text => text_of(raw, theme),
        FieldKind::Choice(values) => choice(values, raw, theme),
        FieldKind::Number => as_json(theme.json_number),
        FieldKind::Switch => as_json(theme.json_literal),
        FieldKind::List(count) => vec![Span::styled(pluralize(*count as u64, "item"), theme.muted)],
        FieldKind::Object if raw.raw().trim_matches(['{', '}']).trim().is_empty() => {
            vec![Span::styled("empty", theme.muted)]
        }
        // Its members follow.
        FieldKind::Object => Vec::new(),
        _ => as_json(Style::new()),
    }
}

/// A text without its quotes, unless it could be taken for something else.
fn text_of(raw: &Untrusted, theme: &Theme) -> Vec<Span<'static>> {
    vec![Span::styled(in_words(raw).to_string(), theme.json_string)]
}

/// Name of the value among those that fit, or the value itself.
fn choice(values: &[Allowed], raw: &Untrusted, theme: &Theme) -> Vec<Span<'static>> {
    let style = if raw.raw().starts_with('"') { theme.json_string } else { Style::new() };
    match values.iter().find(|value| value.is(raw.raw())).and_then(|value| value.label.as_ref()) {
        Some(label) => {
            vec![Span::styled(label.to_string(), style), Span::styled(format!(" {}", in_words(raw)), theme.muted)]
        }
        None => vec![Span::styled(in_words(raw).to_string(), style)],
    }
}

/// Words for a value that is not there: left out, `null`, empty.
fn absent(field: &FormField, theme: &Theme) -> Vec<Span<'static>> {
    match &field.filled {
        FieldValue::Null => vec![Span::styled("null", theme.json_literal)],
        FieldValue::Value(raw) if raw.raw() != "\"\"" => vec![Span::styled(raw.to_string(), theme.muted)],
        FieldValue::Value(_) if field.required => vec![Span::styled("empty, to fill in", theme.warn)],
        FieldValue::Value(_) => vec![Span::styled("empty", theme.muted)],
        FieldValue::LeftOut if matches!(field.kind, FieldKind::AddItem(_) | FieldKind::AddName) => {
            vec![Span::styled("+", theme.accent)]
        }
        FieldValue::LeftOut if field.required => vec![Span::styled("– required", theme.warn)],
        FieldValue::LeftOut => {
            let words = match (&field.placeholder, &field.default) {
                (Some(placeholder), _) => placeholder.to_string(),
                (None, Some(default)) => format!("default {default}"),
                (None, None) => field.format.as_ref().unwrap_or(&field.type_word).to_string(),
            };
            vec![Span::styled(format!("– {words}"), theme.muted)]
        }
    }
}

/// The values that a row can have, as a fact about it.
fn one_of(values: &[Allowed]) -> String {
    let name = |value: &Allowed| match &value.label {
        Some(label) => format!("{label} ({})", in_words(&value.json)),
        None => in_words(&value.json).to_string(),
    };
    let named: Vec<_> = values.iter().take(NAMED).map(name).collect();
    let more = values.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("one of {}{more}", named.join(", "))
}

/// A line about the row that has the keyboard.
struct FieldAbout {
    text: Line<'static>,
    link: Option<String>,
}

/// Lines about the row: its kind, what holds for it, what it is for, and the problems of places that have no row.
fn about(cx: &Cx, rows: &FormRows<'_>, columns: usize, most: usize) -> Vec<FieldAbout> {
    let theme = &cx.theme;
    let form = rows.form;
    let mut lines: Vec<FieldAbout> = Vec::new();
    let mut say = |words: &str, style: Style, link: Option<String>| {
        for line in text::wrap_in(words, columns, most.max(1)) {
            lines.push(FieldAbout { text: Line::styled(line, style), link: link.clone() });
        }
    };
    for problem in rows.problems.iter().filter(|problem| form.row_of(problem).is_none()) {
        say(&format!("✗ {problem}"), theme.warn, None);
    }
    if let [first, more @ ..] = rows.unchecked {
        let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
        say(&format!("not checked: {first}{more}"), theme.muted, None);
    }
    if form.form.cut {
        say("Some fields are not listed; edit them as JSON.", theme.muted, None);
    }
    if let Some(field) = form.selected() {
        let typed = form.cell.as_ref().map(|cell| cell.input.raw()).unwrap_or_default();
        let mut facts = vec![field.type_word.to_string()];
        if let FieldKind::Choice(values) = inner_kind(&field.kind) {
            facts = vec![one_of(values)];
        }
        facts.extend(field.format.iter().map(ToString::to_string));
        if let (Some(format), false) = (&field.format, typed.is_empty()) {
            facts.extend(formats::reading(format.raw(), typed, cx.server_now()));
        }
        facts.extend(field.required.then(|| "required".to_owned()));
        facts.extend(field.constraints.iter().map(ToString::to_string));
        if let (Some(default), true) = (&field.default, field.placeholder.is_some()) {
            facts.push(format!("default {default}"));
        }
        facts.retain(|fact| !fact.is_empty());
        facts.dedup();
        say(&facts.join(" · "), theme.muted, None);
        let objection = form.cell.as_ref().and_then(|cell| cell.objection.as_ref());
        if let Some(objection) = objection.filter(|_| !typed.is_empty()) {
            say(&format!("✗ {objection}"), theme.warn, None);
        }
        if form.is_renaming() {
            say("Enter renames it, Esc cancels.", theme.muted, None);
        }
        if let Some(note) = field.note {
            say(&format!("{note} Enter JSON."), theme.muted, None);
        }
        if !field.description.is_empty() {
            say(&field.description.to_string(), Style::new(), None);
        }
        if let Some(link) = &field.help_link {
            say(&link.to_string(), theme.muted, Some(link.raw().to_owned()));
        }
    }
    lines.truncate(most.max(1));
    lines
}
