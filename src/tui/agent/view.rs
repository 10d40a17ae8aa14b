//! Drawing of the agent's screen.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::agent::TranscriptItem;
use crate::domain::{Mode, pluralize};
use crate::tui::agent::actions::PROMPTS;
use crate::tui::agent::rows::{Row, RowKind};
use crate::tui::agent::screen::{Agent, ModelState, ShownRun};
use crate::tui::agent::title::{self, Edges};
use crate::tui::agent::{call_line, opened, timing};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::Body;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::Pane;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::card::{self, Card};
use crate::tui::widgets::list::{bar, draw_row};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::text;

/// Places of the screen's parts.
pub(super) struct Places {
    transcript: Rect,
    /// Rows of the transcript, inside its frame.
    pub(super) rows: Rect,
    message: Rect,
}

/// Rows of a message without its frame, at the most, in a screen of so many.
fn most_rows(height: u16) -> usize {
    usize::from((height / 4).max(1))
}

/// Cuts the screen into its parts. The message has as many rows as it needs.
pub(super) fn places(agent: &mut Agent, body: Body) -> Places {
    let width = body.area.width.saturating_sub(4);
    let rows = agent.field.fit(width, most_rows(body.area.height));
    cut(body.area, rows)
}

fn cut(area: Rect, message_rows: usize) -> Places {
    let height = u16::try_from(message_rows + 2).unwrap_or(u16::MAX).min(area.height);
    let transcript = Rect { height: area.height - height, ..area };
    let message = Rect { y: area.y + transcript.height, height, ..area };
    let rows = Rect {
        x: transcript.x + 1,
        y: transcript.y + 1,
        width: transcript.width.saturating_sub(2),
        height: transcript.height.saturating_sub(2),
    };
    Places { transcript, rows, message }
}

/// Draws the screen into its place.
pub(super) fn draw(canvas: &mut Canvas<'_>, agent: &Agent, cx: &Cx) {
    if let Some(opened) = &agent.opened {
        return opened::draw(canvas, opened, cx);
    }
    let area = cx.body().area;
    let rows = agent.field.rows_wanted(most_rows(area.height));
    let Places { transcript, message, .. } = cut(area, rows);
    draw_transcript(canvas, agent, cx, transcript);
    draw_message(canvas, agent, cx, message);
}

fn draw_transcript(canvas: &mut Canvas<'_>, agent: &Agent, cx: &Cx, area: Rect) {
    let theme = canvas.theme;
    let Edges { left, right, below } = title::edges(agent, cx, area.width);
    let (status, style) = status(agent, cx);
    let room = usize::from(area.width).saturating_sub(8);
    let mut note = Vec::new();
    if !status.is_empty() {
        note.push(Span::styled(
            text::fit(&status, room.saturating_sub(text::width(&below).min(room / 2))).into_owned(),
            style,
        ));
    }
    let away = agent.shown().is_some_and(|run| run.view.has_more());
    let foot = if away { format!("▼ {}", if below.is_empty() { "more below" } else { &below }) } else { below };
    let left_over = room.saturating_sub(note.iter().map(Span::width).sum());
    let foot = text::fit(&foot, left_over).into_owned();
    let titles = Titles { title: left, right, foot: vec![Span::styled(foot, theme.muted)], note };
    let inner = pane::draw(canvas, area, Pane::List, agent.focus == Pane::List, titles);
    let Some(run) = agent.shown().filter(|run| !run.view.transcript().items.is_empty()) else {
        let card = empty(agent, cx);
        return card::draw(canvas, inner, &card);
    };
    let focused = agent.focus == Pane::List;
    for (at, (item, is_here, row)) in run.view.window().enumerate() {
        let place = nth_line(inner, at);
        if place.is_empty() {
            break;
        }
        canvas.hit(place, Target::Row(Pane::List, at));
        let is_here = is_here && (focused || row.kind != RowKind::Blank);
        let room = usize::from(place.width).saturating_sub(2);
        let mut spans = vec![bar(is_here && focused, focused, theme)];
        spans.extend(words(run, item, row, room, cx).spans);
        draw_row(canvas, place, Line::from(spans), (is_here && focused, focused));
        if matches!(row.kind, RowKind::QuestionKeys | RowKind::AccountKeys) {
            keys(canvas, cx, row.kind, place);
        }
    }
}

/// A row without its bar.
fn words(run: &ShownRun, item: usize, row: &Row, room: usize, cx: &Cx) -> Line<'static> {
    let theme = &cx.theme;
    let text = row.text.clone();
    let at =
        |indent: &str, style: Style| Line::from(vec![Span::raw(indent.to_owned()), Span::styled(text.clone(), style)]);
    match row.kind {
        RowKind::Blank => Line::default(),
        RowKind::Said => Line::from(vec![Span::styled("› ", theme.accent), Span::styled(text, theme.strong)]),
        RowKind::SaidOn => at("  ", theme.strong),
        RowKind::Text => at("  ", Style::new()),
        RowKind::Heading => at("  ", Style::new().add_modifier(Modifier::BOLD)),
        RowKind::Code => at("  ", theme.json_string),
        RowKind::Quiet => at("  ", theme.muted),
        RowKind::End => at("  ", theme.warn),
        RowKind::Reason => at("      ", theme.warn),
        RowKind::Argument => at("      ", Style::new()),
        RowKind::QuestionKeys | RowKind::AccountKeys => Line::default(),
        RowKind::Call => match run.view.transcript().items.get(item) {
            Some(TranscriptItem::Call(call)) => {
                let times = (run.view.sent(&call.id), cx.now.uptime);
                let mut line = call_line::line(call, row, room.saturating_sub(2), times, theme);
                line.spans.insert(0, Span::raw("  "));
                line
            }
            _ => Line::default(),
        },
    }
}

/// The keys that answer, each to be clicked, in as many words as fit.
fn keys(canvas: &mut Canvas<'_>, cx: &Cx, kind: RowKind, place: Rect) {
    const QUESTION: [(Action, &str, &str); 5] = [
        (Action::AllowOnce, "allow", "allow"),
        (Action::AllowRun, "allow for this run", "for run"),
        (Action::EditCall, "edit", "edit"),
        (Action::DenyCall, "deny and say why", "deny"),
        (Action::OpenItem, "all of it", "all"),
    ];
    const ACCOUNT: [(Action, &str, &str); 3] = [
        (Action::Authorize, "authorize it", "authorize"),
        (Action::GoOn, "try again", "again"),
        (Action::DenyCall, "deny", "deny"),
    ];
    let answers: &[(Action, &str, &str)] = if kind == RowKind::QuestionKeys { &QUESTION } else { &ACCOUNT };
    let theme = &cx.theme;
    let home = [crate::tui::input::context::Context::Agent];
    let width = |long: bool| {
        let each = |(action, words, short): &(Action, &str, &str)| {
            text::width(cx.keymap.key_for(*action, &home)) + 1 + text::width(if long { words } else { short }) + 3
        };
        answers.iter().map(each).sum::<usize>()
    };
    let indent = if place.width < 60 { 4 } else { 8 };
    let is_long = width(true) <= usize::from(place.width.saturating_sub(indent));
    let mut x = place.x.saturating_add(indent);
    for (action, words, short) in answers {
        let key = cx.keymap.key_for(*action, &home);
        if key.is_empty() || x >= place.right() {
            continue;
        }
        let spot = Rect { x, width: place.right() - x, ..place };
        let words = if is_long { words } else { short };
        let used = canvas
            .line(spot, Line::from(vec![Span::styled(key.to_owned(), theme.accent), Span::raw(format!(" {words}"))]));
        canvas.hit(Rect { width: used, ..spot }, Target::Action(*action));
        x = x.saturating_add(used + 3);
    }
}

/// State of the run, for the lower edge.
fn status(agent: &Agent, cx: &Cx) -> (String, Style) {
    let theme = &cx.theme;
    let Some(run) = agent.shown() else { return (String::new(), theme.muted) };
    if agent.past.is_some() {
        let words = if agent.is_busy() { "an earlier run · another is under way" } else { "an earlier run" };
        let title = if run.title.is_empty() { String::new() } else { format!(" · {}", run.title) };
        return (format!("{words}{title}"), theme.accent);
    }
    let waiting = agent.asks() as u64;
    if waiting > 0 {
        return (format!("{} for you", pluralize(waiting, "question")), theme.warn.add_modifier(Modifier::BOLD));
    }
    if let Some((why, until)) = &run.retrying {
        let left = until.saturating_sub(cx.now.uptime);
        let why = crate::domain::Untrusted::from(why.trim_end_matches('.'));
        return (format!("◔ {why}; again in {}", timing::seconds(left)), theme.warn);
    }
    if run.is_busy() {
        let since = run.asked_at.map(|since| cx.now.uptime.saturating_sub(since));
        let words = match since {
            Some(since) => format!("◔ at work · {}", timing::seconds(since)),
            None => "◔ at work".to_owned(),
        };
        return (words, theme.accent);
    }
    (String::new(), theme.muted)
}

fn draw_message(canvas: &mut Canvas<'_>, agent: &Agent, cx: &Cx, area: Rect) {
    let theme = canvas.theme;
    let focused = agent.focus == Pane::Side;
    let waits = match agent.is_busy() {
        true if agent.past.is_some() => "another run is under way",
        true => "sent once the model has answered",
        false => "",
    };
    let right = if area.width >= 60 && !waits.is_empty() { vec![Span::styled(waits, theme.muted)] } else { Vec::new() };
    let titles = Titles { title: vec!["Message".into()], right, ..Titles::default() };
    let inner = pane::draw(canvas, area, Pane::Side, focused, titles);
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    if agent.field.text().is_empty() && !focused {
        let key = cx.key_for(Action::TypeMessage);
        let words = match key {
            "" => Line::styled("Type a message to the model.", theme.muted),
            key => Line::from(vec![
                Span::styled(key.to_owned(), theme.accent),
                Span::styled("  type a message to the model", theme.muted),
            ]),
        };
        canvas.line(inner, words);
        return;
    }
    agent.field.draw(canvas, inner, focused);
}

/// Card in the place of a run that has not begun.
fn empty(agent: &Agent, cx: &Cx) -> Card {
    if agent.is_busy() {
        return Card::note("Beginning the run …", Some(Action::Stop), "stop");
    }
    if cx.environment.open().is_none() {
        return Card::note("The environment is not open yet.", None, "");
    }
    let what = "A conversation with a model that may call the tools of one user, as that user, and nothing else.";
    let whom = match agent.identifier(cx) {
        Some(identifier) => {
            let mode = cx.environment.open().map_or(Mode::Ask, |card| card.mode);
            format!("It acts as {identifier}: {}.", title::mode_words(mode))
        }
        None => "It acts as nobody yet: choose whom.".to_owned(),
    };
    match &agent.model {
        ModelState::Unknown => Card::note(what, None, "").saying("Looking for a model …"),
        ModelState::Missing(fault) => Card::fault(fault, None)
            .saying("Type a key, or set ANTHROPIC_API_KEY (ANTHROPIC_BASE_URL for another server) and start again.")
            .and_key(Action::ModelKey, "type a key, to be kept in the keychain")
            .and_key(Action::EarlierRuns, "earlier runs"),
        ModelState::Known(facts) => {
            let mut card = Card::note(what, Some(Action::TypeMessage), "type a message").saying(whom);
            if facts.is_script {
                card = card.saying("There is no key for a model: the sandbox answers by a script, which can do this:");
                card = PROMPTS.iter().fold(card, |card, (_, prompt)| card.saying(format!("› {prompt}")));
                card = card.and_key(Action::TryPrompt, "choose one of these");
            }
            card = card.and_key(Action::NewRun, "choose whom, on what, with which model");
            card = card.and_key(Action::EarlierRuns, "earlier runs");
            if facts.is_script { card.and_key(Action::ModelKey, "type a key for a model") } else { card }
        }
    }
}
