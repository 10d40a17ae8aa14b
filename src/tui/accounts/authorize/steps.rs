//! Drawing of the steps of an authorization. All times count from its start.

use std::time::Duration;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::tui::core::cx::Cx;
use crate::tui::core::state::authorization::Authorization;
use crate::tui::widgets::{spinner, time};

/// State of one step.
enum StepState {
    /// Done, so long after the start.
    Done(Duration),
    /// Under way, with a few words on it.
    Running(String),
    /// Nothing comes of it any more by itself.
    Stalled(&'static str),
    Failed,
    Ahead,
}

/// Draws the steps, one a line.
pub(super) fn steps(authorization: &Authorization, cx: &Cx) -> Vec<Line<'static>> {
    let now = cx.now.uptime;
    let from_start = |at: Duration| at.saturating_sub(authorization.started);
    let failed = matches!(authorization.ended, Some((_, Err(_))));
    let done = authorization.is_done();
    let ended = authorization.ended.as_ref().map_or(now, |(at, _)| *at);

    // Whoever needs no person got no link either.
    if done && authorization.linked.is_none() {
        let took = || StepState::Done(from_start(ended));
        return vec![line("no consent needed", took(), cx), line("active", took(), cx)];
    }
    let link = match authorization.linked {
        Some(at) => StepState::Done(from_start(at)),
        None if failed => StepState::Failed,
        None => StepState::Running(limited(authorization, cx).unwrap_or_default()),
    };
    let browser = match &authorization.opened {
        Some((_, Some(_))) => StepState::Failed,
        Some((at, None)) => StepState::Done(from_start(*at)),
        None => StepState::Ahead,
    };
    let consent = match authorization.consented {
        Some(at) => StepState::Done(from_start(at)),
        None if done => StepState::Done(from_start(ended)),
        None if authorization.linked.is_none() => StepState::Ahead,
        None if failed => StepState::Failed,
        None if authorization.has_expired(cx.server_now()) => StepState::Stalled("the link has expired"),
        None => StepState::Running(waiting(authorization, cx)),
    };
    let verify = match authorization.verified {
        Some(at) => StepState::Done(from_start(at)),
        None if authorization.consented.is_some() && failed => StepState::Failed,
        None if authorization.consented.is_some() && !done => StepState::Running(time::elapsed(from_start(now))),
        None => StepState::Ahead,
    };
    let active = if done { StepState::Done(from_start(ended)) } else { StepState::Ahead };

    let consent_name = if authorization.consents { "consent" } else { "form filled in" };
    let mut steps = vec![("link created", link)];
    // Nobody here knows when somebody else opens it.
    if !authorization.is_for_somebody_else() || authorization.opened.is_some() {
        steps.push(("opened in browser", browser));
    }
    steps.push((consent_name, consent));
    // Environments without custom verification go straight from consent to ACTIVE, and what is typed
    // in is never verified.
    if authorization.consents && (!done || authorization.verified.is_some()) {
        steps.push(("identity confirmed", verify));
    }
    steps.push(("active", active));
    steps.into_iter().map(|(name, state)| line(name, state, cx)).collect()
}

fn line(name: &str, state: StepState, cx: &Cx) -> Line<'static> {
    let theme = &cx.theme;
    let (glyph, style, right) = match state {
        StepState::Done(took) => ("✓", theme.ok, time::elapsed(took)),
        StepState::Running(note) => (spinner::frame(cx.now.uptime), theme.accent, note),
        StepState::Stalled(note) => ("!", theme.warn, note.to_owned()),
        StepState::Failed => ("✖", theme.bad, String::new()),
        StepState::Ahead => ("·", theme.muted, String::new()),
    };
    let name_style = if style == theme.muted { theme.muted } else { Style::new() };
    Line::from(vec![
        Span::styled(format!(" {glyph} "), style),
        Span::styled(format!("{name:<20}"), name_style),
        Span::styled(right, theme.muted),
    ])
}

/// Words on the environment's limit, where that is reached.
pub(in crate::tui::accounts) fn limited(authorization: &Authorization, cx: &Cx) -> Option<String> {
    let left = authorization.limited?.saturating_sub(cx.now.uptime).as_secs();
    Some(format!("the environment's limit is reached, again in {}", time::clock(left)))
}

fn waiting(authorization: &Authorization, cx: &Cx) -> String {
    let since = authorization.linked.unwrap_or(cx.now.uptime);
    let waited = time::clock(cx.now.uptime.saturating_sub(since).as_secs());
    let renews = if authorization.renewal_seconds(cx.server_now()).is_some() { ", then a new one" } else { "" };
    match authorization.link_seconds(cx.server_now()) {
        Some(left) => {
            let left = time::clock(left.max(0).unsigned_abs());
            format!("waiting {waited}   link expires in {left}{renews}")
        }
        None => format!("waiting {waited}"),
    }
}
