//! The words around a run: as whom, on what, what may happen without asking, which model, how full it is.

use ratatui::text::Span;

use crate::domain::{Mode, Untrusted, listed};
use crate::tui::agent::screen::Agent;
use crate::tui::core::cx::Cx;
use crate::tui::widgets::text;

/// Words on the edges of the frame.
pub(super) struct Edges {
    pub(super) left: Vec<Span<'static>>,
    pub(super) right: Vec<Span<'static>>,
    /// What found no room above.
    pub(super) below: String,
}

/// A number of tokens in few digits: `912`, `12 k`, `1.2 M`.
pub(super) fn tokens(count: u64) -> String {
    match count {
        0..1_000 => count.to_string(),
        1_000..1_000_000 => format!("{} k", count / 1_000),
        _ => format!("{:.1} M", count as f64 / 1e6),
    }
}

/// Words for what a mode lets happen without asking.
pub(super) fn mode_words(mode: Mode) -> &'static str {
    match mode {
        Mode::Read => "reads only",
        Mode::Ask => "reads free, writes ask",
        Mode::Free => "writes free, deletes ask",
    }
}

/// Edges of a frame of so many columns.
pub(super) fn edges(agent: &Agent, cx: &Cx, columns: u16) -> Edges {
    let theme = &cx.theme;
    let whom = match agent.identifier(cx) {
        Some(identifier) => format!("as {identifier}"),
        None => "as nobody".to_owned(),
    };
    let on = match agent.connections() {
        [] => "on every connection".to_owned(),
        names => format!("on {}", listed(names, ", ")),
    };
    let mode = mode_words(cx.environment.open().map_or(Mode::Ask, |card| card.mode));
    let model = match agent.model_id() {
        _ if agent.is_script() => "script, not a model".to_owned(),
        Some(model) if !model.is_empty() => Untrusted::from(model).to_string(),
        _ => "no model yet".to_owned(),
    };
    let used = used(agent);
    let cost = agent.cost().unwrap_or_default();
    let said = |parts: &[&str]| parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" · ");
    let lefts =
        [vec![format!("{whom} {on}"), mode.to_owned()], vec![whom.clone(), mode.to_owned()], vec![whom.clone()]];
    let rights = [said(&[&model, &used, &cost]), said(&[&model, &used]), model.clone(), String::new()];
    // The corners, the air beside each text, and the name of the screen.
    let room = usize::from(columns).saturating_sub(8 + NAME.len());
    let fits = |left: &[String], right: &str| {
        let left: usize = left.iter().map(|part| text::width(part) + 3).sum();
        left + text::width(right) <= room
    };
    let pairs = lefts.iter().flat_map(|left| rights.iter().map(move |right| (left, right)));
    let shortest = (vec![whom], String::new());
    let (left, right) = pairs.into_iter().find(|(left, right)| fits(left, right)).unwrap_or((&shortest.0, &shortest.1));
    let mut below = Vec::new();
    if left.len() < 2 {
        below.push(mode);
    }
    if !right.contains(&model) {
        below.push(&model);
    }
    if !right.contains(&used) {
        below.push(&used);
    }
    let below = said(&below);
    let mut spans = vec![Span::raw(NAME)];
    for (at, part) in left.iter().enumerate() {
        spans.push(Span::styled(" · ", theme.border));
        let style = if at == 0 { theme.accent } else { theme.muted };
        spans.push(Span::styled(text::fit(part, room.max(8)).into_owned(), style));
    }
    let right = if right.is_empty() { Vec::new() } else { vec![Span::styled(right.clone(), theme.muted)] };
    Edges { left: spans, right, below }
}

const NAME: &str = "Agent";

/// `12 k of 200 k`; nothing before anything was used.
fn used(agent: &Agent) -> String {
    let Some(run) = agent.shown() else { return String::new() };
    let transcript = run.view.transcript();
    let now = transcript.last.conversation();
    match (now, transcript.context_limit) {
        (0, _) => String::new(),
        (now, Some(limit)) => format!("{} of {}", tokens(now), tokens(limit)),
        (now, None) => format!("{} tokens", tokens(now)),
    }
}
