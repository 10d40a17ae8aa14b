//! Drawing of the playground.

use std::borrow::Cow;

use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use crate::domain::{Execution, Fault, FaultKind, Status, ToolEffect, pluralize};
use crate::export::{estimate_tokens, tool_tokens};
use crate::tui::core::cx::Cx;
use crate::tui::core::state::subject::Subject;
use crate::tui::explorer::content::ContentView;
use crate::tui::input::action::Action;
use crate::tui::input::tabs::Pane;
use crate::tui::playground::completion::view as completion;
use crate::tui::playground::component::too_long;
use crate::tui::playground::drafts::tasks::FindTool;
use crate::tui::playground::form_view as input_form;
use crate::tui::playground::modifiers;
use crate::tui::playground::recent;
use crate::tui::playground::screen::{InputView, Output, Playground, areas};
use crate::tui::theme::Theme;
use crate::tui::widgets::call_progress::CallProgress;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::card;
use crate::tui::widgets::card::Card;
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::{spinner, text, time};

/// Advice before a call is sent again that may have been carried out.
const LOOK_FIRST: &str = "check in Activity whether it ran";

/// Draws the screen and its two panes.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, playground: &Playground) {
    let body = cx.body();
    let Some(subject) = &playground.subject else {
        let inner = pane::draw(
            canvas,
            body.area,
            Pane::Side,
            true,
            Titles { title: vec!["Playground".into()], ..Titles::default() },
        );
        let below = recent::draw(canvas, cx, playground, inner);
        card::draw(canvas, below, &nothing_yet(cx, playground));
        return;
    };
    let (bar, panes) = areas(body, playground.focus, playground.rows());
    let head = Rect { y: bar.bottom().saturating_sub(playground.head_rows()), height: playground.head_rows(), ..bar };
    identity(canvas, subject, Rect { height: bar.height.saturating_sub(head.height), ..bar });
    if !head.is_empty() {
        modifiers::head(canvas, cx, playground, head);
    }
    if !panes.list.is_empty() {
        match playground.view {
            InputView::Json => input(canvas, cx, playground, panes.list),
            InputView::Form => input_form::draw(canvas, cx, playground, panes.list),
        }
    }
    if !panes.side.is_empty() {
        output(canvas, cx, playground, panes.side);
    }
}

/// Columns of a tool's name that are shown in any case.
const NAME: usize = 16;

/// The loudest line: what, as whom, on what, is it healthy, does it change anything.
fn identity(canvas: &mut Canvas<'_>, subject: &Subject, area: Rect) {
    let theme = canvas.theme;
    let row = if area.height == 3 {
        let inner = pane::framed(canvas, area, false, Titles::default());
        Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }
    } else {
        Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area }
    };
    let (effect, effect_style) = (subject.tool.effect_mark(), theme.effect(subject.tool.effect));
    let health = match &subject.status {
        Some(status) => {
            let (glyph, style) = theme.status(status);
            let words = if *status == Status::Active { String::new() } else { format!(" {}", status.word()) };
            Span::styled(format!("{glyph}{words}"), style)
        }
        None => Span::styled("? status not known", theme.warn),
    };
    // However long a stranger makes a name: as whom stays in sight.
    let share = |name: Cow<'_, str>, part: u16| text::fit(&name, usize::from(row.width / part)).into_owned();
    let whom = vec![
        Span::styled("as ", theme.muted),
        Span::styled(share(subject.identifier.scrubbed(), 3), theme.accent),
        Span::styled(" on ", theme.muted),
        Span::styled(share(subject.connection.scrubbed(), 4), theme.strong),
        Span::raw(" "),
        health,
    ];
    let taken: usize = whom.iter().map(Span::width).sum();
    let row_below = nth_line(row, 1);
    let row = nth_line(row, 0);
    let mut right = vec![Span::styled(effect, effect_style.patch(theme.strong))];
    if row.width >= 60 && !subject.is_request() {
        right.insert(0, Span::styled(format!("{}  ", text::tokens(tool_tokens(&subject.tool))), theme.muted));
    }
    let used = canvas.line_right(row, Line::from(right));
    let row = Rect { width: row.width.saturating_sub(used + 1), ..row };
    let room = usize::from(row.width).saturating_sub(if area.height == 2 { 0 } else { taken + 2 });
    let name = subject.tool.name.scrubbed();
    let mut what = vec![Span::styled(text::fit(&name, room.max(NAME)).into_owned(), theme.strong)];
    if area.height == 2 {
        canvas.line(row_below, Line::from(whom));
    } else {
        what.push(Span::raw("  "));
        what.extend(whom);
    }
    canvas.line(row, Line::from(what));
}

fn input(canvas: &mut Canvas<'_>, cx: &Cx, playground: &Playground, area: Rect) {
    let theme = canvas.theme;
    let focused = playground.focus == Pane::List;
    let foot = if focused { vec![Span::styled(playground.editor.position(), theme.muted)] } else { Vec::new() };
    let titles = Titles {
        title: vec!["Input".into()],
        right: input_form::views(InputView::Json, theme),
        foot,
        note: input_form::origin(cx, playground, area),
    };
    let inner = pane::draw(canvas, area, Pane::List, focused, titles);
    let width = usize::from(inner.width.saturating_sub(4));
    let mut notes: Vec<Line<'_>> = Vec::new();
    let syntax = playground.syntax.iter().map(ToString::to_string);
    for problem in syntax.chain(playground.problems.iter().map(ToString::to_string)) {
        for (at, words) in text::wrap(&problem, width).into_iter().enumerate() {
            let mark = if at == 0 { " ✗ " } else { "   " };
            notes.push(Line::from(vec![Span::styled(mark, theme.bad), Span::styled(words, theme.warn)]));
        }
    }
    if !playground.unfilled.is_empty() {
        let words = text::wrap(&format!("to fill in: {}", playground.unfilled.join(", ")), width);
        notes.extend(words.into_iter().map(|words| Line::styled(format!("   {words}"), theme.warn)));
    }
    if let [first, more @ ..] = playground.unchecked.as_slice() {
        let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
        let words = text::wrap(&format!("not checked: {first}{more}"), width);
        notes.extend(words.into_iter().map(|words| Line::styled(format!("   {words}"), theme.muted)));
    }
    if playground.editor.is_long() {
        let lines = pluralize(playground.editor.lines() as u64, "line");
        let words = format!(
            "{lines}, {}: {} Looked over when it is run.",
            text::size(playground.input_text().len()),
            too_long(cx)
        );
        notes.extend(
            text::wrap(&words, width).into_iter().map(|words| Line::styled(format!("   {words}"), theme.muted)),
        );
    }
    notes.truncate(usize::from(inner.height / 3).max(1));
    let below = u16::try_from(notes.len()).unwrap_or(0).min(inner.height);
    let editor = Rect { height: inner.height - below, ..inner };
    let wrong = playground.syntax.as_ref().map(|problem| (problem.line, problem.column));
    playground.editor.draw(canvas, editor, focused, wrong);
    for (at, note) in notes.into_iter().enumerate() {
        let row = nth_line(Rect { y: editor.bottom(), height: below, ..inner }, at);
        canvas.line(row, note);
    }
    if focused {
        completion::draw(canvas, &playground.completion, inner);
    }
}

fn output(canvas: &mut Canvas<'_>, cx: &Cx, playground: &Playground, area: Rect) {
    let theme = canvas.theme;
    let focused = playground.focus == Pane::Side;
    let mut titles = Titles { title: vec!["Output".into()], ..Titles::default() };
    if let Output::Failed(_, took, _) | Output::Stopped { after: took, .. } = &playground.output {
        titles.right = vec![Span::styled(format!("after {}", time::took(*took)), theme.muted)];
    }
    if let Output::Coming(_, view) | Output::Stopped { part: Some(view), .. } = &playground.output {
        titles.title.extend(view.find_spans(theme, pane::room_for_typing(area)));
        let taken: usize = titles.title.iter().map(|span| text::width(&span.content)).sum();
        titles.right = arrival_facts(cx, playground, theme, usize::from(area.width).saturating_sub(10 + taken));
        titles.note = view.note(theme).into_iter().collect();
        let room = usize::from(area.width / 2);
        titles.foot = vec![Span::styled(text::fit(&view.path(), room).into_owned(), theme.muted)];
    }
    if let Output::Failed(_, _, Some(view)) = &playground.output {
        titles.title.extend(view.origin(theme, usize::from(area.width / 2) + 5));
        titles.title.extend(view.find_spans(theme, pane::room_for_typing(area)));
        titles.note = view.note(theme).into_iter().collect();
        let of = if view.document().is_part() { "part of the result" } else { "answer" };
        let path = format!("{of} {}", view.path());
        titles.foot = vec![Span::styled(text::fit(&path, usize::from(area.width / 2)).into_owned(), theme.muted)];
    }
    if let Output::Done(view, execution, reported) = &playground.output {
        titles.title.extend(view.origin(theme, usize::from(area.width / 2) + 5));
        if let Some(face) = playground.content.as_ref().filter(|_| area.width >= 50 && view.raw_filter().is_none()) {
            let style = |shown| if shown { theme.accent.add_modifier(Modifier::UNDERLINED) } else { theme.muted };
            titles.title.extend([Span::raw("  "), Span::styled("content", style(face.is_shown))]);
            titles.title.extend([Span::raw(" "), Span::styled("JSON", style(!face.is_shown))]);
        }
        if let Some(other) = &playground.modifiers.other {
            let words = if other.came { " as shown" } else { " as it came" };
            titles.title.push(Span::styled(words, theme.accent));
        }
        let find = view.find_spans(theme, pane::room_for_typing(area));
        if !find.is_empty() {
            titles.title.push("  ".into());
            titles.title.extend(find);
        }
        let taken: usize = titles.title.iter().map(|span| text::width(&span.content)).sum();
        let room = usize::from(area.width).saturating_sub(10 + taken);
        titles.right = result_facts(execution, reported.as_ref(), theme, room);
        let tokens = text::tokens(estimate_tokens(playground.shown_bytes(execution)));
        titles.note = vec![Span::styled(tokens, theme.muted)];
        titles.note.extend(view.note(theme).into_iter().flat_map(|note| [Span::raw("  "), note]));
        let taken: usize = titles.note.iter().map(|span| text::width(&span.content)).sum();
        let room = usize::from(area.width).saturating_sub(9 + taken);
        let place = playground.shown_content().map_or_else(|| view.path(), ContentView::place);
        titles.foot = vec![Span::styled(text::fit(&place, room).into_owned(), theme.muted)];
    }
    let inner = pane::draw(canvas, area, Pane::Side, focused, titles);
    if let Some(view) = playground.shown_content() {
        return view.draw(canvas, inner, focused);
    }
    match &playground.output {
        Output::Empty => {
            let card = Card::note("Not run yet.", None, "");
            card::draw(canvas, inner, &before_it_goes(card, playground.subject.as_ref()));
        }
        Output::Running(since) => running(canvas, cx, inner, *since, playground),
        Output::Coming(_, view) | Output::Stopped { part: Some(view), .. } => view.draw(canvas, inner, focused),
        Output::Stopped { gone: true, .. } => {
            let words = "Cancelled while waiting. The call may still have run.";
            let card = Card::note(words, Some(Action::GoActivity), LOOK_FIRST);
            card::draw(canvas, inner, &card.and_key(Action::Run, "run again"));
        }
        Output::Stopped { gone: false, .. } => {
            let words = "Cancelled before sending. Nothing was sent.";
            card::draw(canvas, inner, &Card::note(words, Some(Action::Run), "run"));
        }
        Output::Failed(fault, _, view) => {
            let card = Card::fault(fault, None);
            let card = match playground.account_to_authorize(cx) {
                Some(account) => card.and_key(Action::ApplyFix, format!("authorize {}", account.label())),
                None if playground.grant_page().is_some() => {
                    card.and_key(Action::ApplyFix, "open the page where it is granted")
                }
                None if fault.kind == FaultKind::NeedsAuthorization => {
                    card.and_key(Action::GoAccounts, "go to the accounts and re-authorize it")
                }
                None if fault.kind == FaultKind::OtherAccount => {
                    card.and_key(Action::GoAccounts, "go to the accounts and look whose it is")
                }
                None if fault.may_have_been_carried_out() => card.and_key(Action::GoActivity, LOOK_FIRST),
                None => card,
            };
            let card = card.and_key(Action::Explain, "find out why");
            let card = match fault.kind {
                // The same again gets the same answer.
                FaultKind::PolicyDenied => card,
                FaultKind::NotGranted => card.and_key(Action::Run, "run again, once it is granted"),
                _ => card.and_key(Action::Run, "run again"),
            };
            let Some(view) = view else { return card::draw(canvas, inner, &card) };
            let below = playground.output.place(inner);
            if below.is_empty() {
                return card::draw(canvas, inner, &card.and_key(Action::Zoom, "read the whole answer"));
            }
            card::draw(canvas, Rect { height: inner.height - below.height, ..inner }, &card);
            view.draw(canvas, below, focused);
        }
        Output::Done(view, ..) => view.draw(canvas, inner, focused),
    }
}

/// No tool was chosen yet.
fn nothing_yet(cx: &Cx, playground: &Playground) -> Card {
    if cx.is_running(FindTool::SLOT) {
        return Card::waiting("Looking for the tool", cx.now.uptime);
    }
    if let Some(input) = playground.offered(cx) {
        let changed = time::relative(input.changed, cx.now.wall);
        return Card::note(
            format!("Unsent input from {changed}: {} on {}.", input.label(), input.connection),
            None,
            "",
        )
        .and_key(Action::ContinueUnsent, "continue")
        .and_key(Action::DropUnsent, "drop it")
        .and_key(Action::GoTools, "choose another tool")
        .and_key(Action::Palette, "search");
    }
    Card::note("No tool open. Choose one on Tools (2).", None, "")
        .and_key(Action::GoTools, "choose a tool")
        .and_key(Action::Palette, "search")
        .and_key(Action::GoAccounts, "choose an account first")
}

/// Card with the effect of the call on the world, before it is run.
fn before_it_goes(card: Card, subject: Option<&Subject>) -> Card {
    let Some(Subject { tool, identifier, connection, .. }) = subject else { return card };
    let it = if subject.is_some_and(Subject::is_request) { "This request" } else { "This tool" };
    let words = match tool.effect {
        ToolEffect::Reads => format!("{it} reads as {identifier}; it changes nothing ({}).", tool.effect_reason()),
        ToolEffect::Writes => {
            format!("{it} writes: it changes data in {connection} as {identifier} ({}).", tool.effect_reason())
        }
        ToolEffect::Destroys => {
            format!("{it} is destructive: it removes data in {connection} as {identifier} ({}).", tool.effect_reason())
        }
        ToolEffect::Unknown if it != "This tool" => format!("{it} is not complete: {}.", tool.effect_reason()),
        ToolEffect::Unknown => format!("Unknown whether this tool changes data: {}.", tool.effect_reason()),
    };
    let words_of_key = if tool.effect == ToolEffect::Destroys { "run (asks first)" } else { "run" };
    card.saying(words).and_key(Action::Run, words_of_key)
}

/// A call that takes longer is said to be still running: on the screen nothing gives it up but a person.
const LONG: std::time::Duration = std::time::Duration::from_secs(60);

fn running(canvas: &mut Canvas<'_>, cx: &Cx, area: Rect, since: std::time::Duration, playground: &Playground) {
    let theme = canvas.theme;
    let came = playground.came;
    let waited = cx.now.uptime.saturating_sub(since);
    let line = Line::from(vec![
        Span::styled(spinner::frame(cx.now.uptime), theme.accent),
        Span::raw(if waited < LONG { " running  " } else { " still running  " }),
        Span::styled(time::elapsed(waited), theme.strong),
        Span::raw(if came > 0 { format!("   {}", so_far(came)) } else { String::new() }),
        Span::styled(format!("   {}  stop waiting", cx.key_for(Action::Stop)), theme.muted),
    ]);
    let top = usize::from(area.height / 3);
    let area = Rect { x: area.x + 2.min(area.width), width: area.width.saturating_sub(2), ..area };
    canvas.line(nth_line(area, top), line);
    let told = playground.progress.iter().flat_map(|progress| progress.lines(usize::from(area.width), theme));
    for (at, line) in told.enumerate() {
        canvas.line(nth_line(area, top + 2 + at), line);
    }
}

/// `12.3 MB so far`.
fn so_far(came: u64) -> String {
    format!("{} so far", text::size(usize::try_from(came).unwrap_or(usize::MAX)))
}

/// Progress of a result that comes, or end of one that was stopped, as much of it as fits.
fn arrival_facts(cx: &Cx, playground: &Playground, theme: &Theme, room: usize) -> Vec<Span<'static>> {
    if let Some(since) = playground.output.since() {
        let waited = cx.now.uptime.saturating_sub(since);
        let mut facts = vec![so_far(playground.came), time::elapsed(waited)];
        facts.extend(playground.progress.as_ref().map(CallProgress::words));
        let facts = text::as_many_as_fit(facts, room.saturating_sub(2));
        let turning = format!("{} ", spinner::frame(cx.now.uptime));
        return vec![Span::styled(turning, theme.accent), Span::styled(facts, theme.strong)];
    }
    let came = text::size(usize::try_from(playground.came).unwrap_or(usize::MAX));
    let long = format!("stopped after {came}: not the whole answer");
    let words = if text::width(&long) <= room { long } else { format!("{came}, not all of it") };
    vec![Span::styled(text::fit(&words, room).into_owned(), theme.warn)]
}

/// `200 · 412 ms · 1.3 kB · exec_81f2`, as much of it as fits; before it that the tool reports a failure,
/// where it does.
fn result_facts(execution: &Execution, reported: Option<&Fault>, theme: &Theme, room: usize) -> Vec<Span<'static>> {
    let words = |fault: &Fault| match fault.kind {
        FaultKind::ProviderFailed | FaultKind::ProviderLimited => "▲ provider error".to_owned(),
        _ => "▲ tool error".to_owned(),
    };
    let mut facts: Vec<String> = reported.map(words).into_iter().collect();
    facts.extend([
        execution.http_status.to_string(),
        time::took(execution.took),
        text::size(execution.data.bytes().len()),
    ]);
    facts.extend(execution.id.iter().map(ToString::to_string));
    let facts = text::as_many_as_fit(facts, room);
    let style = if reported.is_some() { theme.warn } else { theme.ok };
    if facts.is_empty() { Vec::new() } else { vec![Span::styled(facts, style)] }
}
