//! Drawing of an authorization: its link, its steps, and the keys that help now.

use std::time::Duration;

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::FaultKind;
use crate::flow::authorize::Verification;
use crate::tui::accounts::authorize::state::Authorize;
use crate::tui::core::component::Component;
use crate::tui::core::cx::Cx;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::{qr, spinner, text, time};

/// Columns of the popup, and of its words beside a QR code.
const WIDTH: u16 = 86;
const WIDTH_BESIDE: u16 = 76;

/// Draws it in the middle of the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, popup: &Authorize, cx: &Cx) {
    let code = popup.link.as_ref().filter(|_| !popup.is_over()).and_then(|link| qr::Code::of(&link.url));
    let room = cx.screen;
    let code = code.filter(|code| room.width >= WIDTH_BESIDE + code.width() && room.height >= code.height() + 4);
    let columns = code.as_ref().map_or(WIDTH, |code| WIDTH_BESIDE + code.width());
    let width = columns.min(room.width);
    let inner_width = usize::from(width.saturating_sub(4)) - usize::from(code.as_ref().map_or(0, qr::Code::width));
    let mut lines = lines(popup, cx, inner_width, false);
    if lines.len() + 2 > usize::from(room.height) {
        // The steps are what matters, and the footer hints at the keys as well.
        lines = self::lines(popup, cx, inner_width, true);
    }
    let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX).max(code.as_ref().map_or(0, qr::Code::height));
    let area = pane::centred(room, columns, rows.saturating_add(2));
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let verb = match popup.was.as_deref() {
        None | Some("to authorize") => "Authorize",
        Some(_) => "Re-authorize",
    };
    let title = format!("{verb} {} for {}", popup.connection, popup.identifier);
    let title = text::fit(&title, usize::from(area.width.saturating_sub(6))).into_owned();
    let inner = pane::framed(canvas, area, true, Titles { title: vec![title.into()], ..Titles::default() });
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    // In a low terminal the last lines, which say what is going on, matter more than the first.
    let skip = lines.len().saturating_sub(usize::from(inner.height));
    for (at, (line, mark)) in lines.into_iter().skip(skip).enumerate() {
        let row = nth_line(inner, at);
        let used = canvas.line(row, line);
        match (mark, &popup.link) {
            (Mark::Action(action), _) => canvas.hit(row, Target::Action(action)),
            (Mark::Link, Some(link)) if cx.hyperlinks && used > 1 => canvas.link(row, used, &link.url),
            (Mark::Link | Mark::None, _) => {}
        }
    }
    if let Some(code) = code {
        let corner = Rect { x: inner.right().saturating_sub(code.width()), width: code.width(), ..inner };
        code.draw(canvas, corner);
    }
}

type PopupLine = (Line<'static>, Mark);

/// Meaning of a line for the mouse.
enum Mark {
    None,
    /// Clicking it does this.
    Action(Action),
    /// Line with the link.
    Link,
}

fn lines(popup: &Authorize, cx: &Cx, width: usize, brief: bool) -> Vec<PopupLine> {
    let theme = &cx.theme;
    let mut lines: Vec<PopupLine> = Vec::new();
    let mut say = |text: &str, style: Style| {
        lines.extend(text::paragraph(text, width).into_iter().map(|line| (Line::styled(line, style), Mark::None)));
    };
    if !popup.is_over() {
        let words = if popup.consents {
            format!("Sign in to {} as the person behind {}, then allow access.", popup.provider, popup.identifier)
        } else {
            format!("The page asks for the credentials of {} at {}.", popup.identifier, popup.provider)
        };
        say(&words, Style::new());
        say("", Style::new());
    }
    if let Some(link) = popup.link.as_ref().filter(|_| !popup.is_over()) {
        let shown = text::fit(link.url.as_str(), width).into_owned();
        lines.push((Line::styled(shown, theme.accent), Mark::Link));
        if let Some(code) = &popup.code {
            lines.push((Line::raw(format!("There, type this code: {code}")), Mark::None));
        }
        lines.push((Line::default(), Mark::None));
    }
    lines.extend(steps(popup, cx).into_iter().map(|line| (line, Mark::None)));
    lines.push((Line::default(), Mark::None));
    lines.extend(ending(popup, cx, width, brief));
    lines
}

enum StepState {
    Done(Duration),
    Running(String),
    Failed,
    Ahead,
}

fn steps(popup: &Authorize, cx: &Cx) -> Vec<Line<'static>> {
    let now = cx.now.uptime;
    let since = |from: Duration, to: Duration| to.saturating_sub(from);
    let failed = matches!(popup.ended, Some((_, Err(_))));
    let done = popup.is_done();
    let linked = popup.linked.unwrap_or(now);

    let link = match popup.linked {
        Some(at) => StepState::Done(since(popup.started, at)),
        None if failed => StepState::Failed,
        None => StepState::Running(String::new()),
    };
    let browser = match &popup.opened {
        Some((_, Some(_))) => StepState::Failed,
        Some((at, None)) => StepState::Done(since(linked, *at)),
        None => StepState::Ahead,
    };
    let ended = popup.ended.as_ref().map_or(now, |(at, _)| *at);
    let consent = match popup.consented {
        Some(at) => StepState::Done(since(linked, at)),
        None if done => StepState::Done(since(linked, ended)),
        None if popup.linked.is_none() => StepState::Ahead,
        None if failed => StepState::Failed,
        None => StepState::Running(waiting(popup, cx, since(linked, now))),
    };
    let consented = popup.consented.unwrap_or(linked);
    let verify = match popup.verified {
        Some(at) => StepState::Done(since(consented, at)),
        None if popup.consented.is_some() && failed => StepState::Failed,
        None if popup.consented.is_some() && !done => StepState::Running(time::elapsed(since(consented, now))),
        None => StepState::Ahead,
    };
    let active = if done { StepState::Done(since(popup.started, ended)) } else { StepState::Ahead };

    let consent_name = if popup.consents { "consent" } else { "form filled in" };
    let mut steps = vec![("link made", link), ("opened in browser", browser), (consent_name, consent)];
    // Environments without custom verification go straight from consent to ACTIVE, and what is typed
    // in is never verified.
    if popup.consents && (!done || popup.verified.is_some()) {
        steps.push(("verify the user", verify));
    }
    steps.push(("ACTIVE", active));
    let theme = &cx.theme;
    steps
        .into_iter()
        .map(|(name, step)| {
            let (glyph, style, right) = match step {
                StepState::Done(took) => ("✓", theme.ok, time::elapsed(took)),
                StepState::Running(note) => (spinner::frame(now), theme.accent, note),
                StepState::Failed => ("✖", theme.bad, String::new()),
                StepState::Ahead => ("·", theme.muted, String::new()),
            };
            let name_style = if matches!(style, s if s == theme.muted) { theme.muted } else { Style::new() };
            Line::from(vec![
                Span::styled(format!(" {glyph} "), style),
                Span::styled(format!("{name:<20}"), name_style),
                Span::styled(right, theme.muted),
            ])
        })
        .collect()
}

fn waiting(popup: &Authorize, cx: &Cx, waited: Duration) -> String {
    let waited = time::clock(waited.as_secs());
    match popup.link_seconds(cx.server_now()) {
        Some(left @ 1..) => format!("waiting {waited}   link good for {}", time::clock(left.unsigned_abs())),
        Some(_) => format!("waiting {waited}   the link ran out"),
        None => format!("waiting {waited}"),
    }
}

/// Time after a step in which the next one comes, if it comes by itself.
const SOON: Duration = Duration::from_secs(3);

/// Time that people take on a page.
const LONG: Duration = Duration::from_secs(30);

/// Reason why it does not go on, if that can be told.
fn stuck(popup: &Authorize, now: Duration) -> Option<&'static str> {
    if let Some(consented) = popup.consented {
        let words = match popup.verification {
            Verification::ThisMachine => {
                "Consent is given, but the browser has not come back here. If its page was closed, make a new link."
            }
            Verification::Elsewhere(_) => "Consent is given. Your application must confirm who gave it now.",
            Verification::None => {
                "Consent is given, but nobody confirms who gave it: this environment verifies users, and no \
                 user_verify_url is known. It cannot finish this way."
            }
        };
        return (popup.verified.is_none() && now >= consented + SOON).then_some(words);
    }
    let opened = popup.opened.as_ref().filter(|(_, fault)| fault.is_none()).map(|(at, _)| *at)?;
    (now >= opened + LONG).then_some("If the page was closed, the link can be opened again while it is good.")
}

/// Lines for the outcome, with the keys that help now.
fn ending(popup: &Authorize, cx: &Cx, width: usize, brief: bool) -> Vec<PopupLine> {
    let theme = &cx.theme;
    let mut lines: Vec<PopupLine> = Vec::new();
    let mut say = |text: &str, style: Style| {
        lines.extend(text::paragraph(text, width).into_iter().map(|line| (Line::styled(line, style), Mark::None)));
    };
    match &popup.ended {
        Some((_, Ok(account))) => {
            let now = account.status.word();
            let words = match &popup.was {
                Some(was) => format!("{} was {was} and is {now} now.", account.label()),
                None => format!("{} is {now}.", account.label()),
            };
            say(&words, theme.ok);
            if let Some(moment) = account.token_expires_at {
                say(&format!("Its token is good until {}.", time::absolute(moment)), theme.muted);
            }
        }
        Some((_, Err(fault))) => {
            say(&format!("✖ {}", fault.whose()), theme.bad);
            say(&fault.to_string(), theme.strong);
            match (fault.kind, popup.consented) {
                (FaultKind::Denied, Some(_)) => {
                    let words = format!("The account is not connected. A new link is for {} alone.", popup.identifier);
                    say(&words, theme.muted);
                }
                (FaultKind::Denied, None) => {
                    say("Nothing was changed. A new link lets them try again.", theme.muted);
                }
                _ => {}
            }
        }
        None => {
            if let Some((_, Some(fault))) = &popup.opened {
                say(&fault.to_string(), theme.warn);
                say("Copy the link and open it yourself; this page keeps watching.", Style::new());
            } else if popup.link_seconds(cx.server_now()).is_some_and(|left| left <= 0) {
                say(
                    "The link ran out. Whoever opened it in time can still finish; otherwise make a new one.",
                    theme.warn,
                );
            }
            if let Some(words) = stuck(popup, cx.now.uptime) {
                say(words, theme.warn);
            }
            let caution = match &popup.verification {
                Verification::ThisMachine => {
                    "Open it on this machine: where the environment verifies users, the browser comes back here."
                }
                Verification::Elsewhere(_) => {
                    "For somebody else: where the environment verifies users, your application confirms them."
                }
                Verification::None => {
                    "An environment that verifies users cannot finish this way: no user_verify_url is known."
                }
            };
            if popup.link.is_some() && popup.consents && !brief {
                say(caution, theme.muted);
            }
            if popup.strays > 0 {
                let times = if popup.strays > 1 { format!(" ({} so far)", popup.strays) } else { String::new() };
                let words = format!(
                    "A page came back without the right proof and was turned away{times}. Still waiting for the real one."
                );
                say(&words, theme.warn);
            }
        }
    }
    if brief {
        return lines;
    }
    if !lines.is_empty() {
        lines.push((Line::default(), Mark::None));
    }
    let keys = [
        (Action::OpenBrowser, "open in browser"),
        (Action::Copy, "copy the link"),
        (Action::WholeLink, "whole link"),
        (Action::LinkForOthers, "a link for somebody else"),
        (Action::RenewLink, "new link"),
        (Action::BrowseTools, "see the tools they may call"),
        (Action::Back, if popup.is_over() { "close" } else { "stop waiting" }),
    ];
    for (action, words) in keys {
        if action == Action::Back || popup.availability(action, cx).is_yes() {
            let key = Span::styled(format!(" {:>5}", cx.key_for(action)), theme.accent);
            lines.push((Line::from(vec![key, Span::raw(format!("  {words}"))]), Mark::Action(action)));
        }
    }
    lines
}
