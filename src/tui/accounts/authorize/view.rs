//! Drawing of an authorization: its link, its steps, and the keys that help now.

use std::time::Duration;

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::FaultKind;
use crate::flow::authorize::Verification;
use crate::flow::browser;
use crate::tui::accounts::authorize::steps::steps;
use crate::tui::accounts::authorize::{Authorize, receipt};
use crate::tui::core::component::Component;
use crate::tui::core::cx::Cx;
use crate::tui::core::state::authorization::Authorization;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::{qr, text, time};

/// Columns of the popup, and of its words beside a QR code.
const WIDTH: u16 = 86;
const WIDTH_BESIDE: u16 = 76;

/// What to do where a page does not know this program: it says so to nobody but the person.
const REGISTERED_BEFORE: &str =
    "If the page says that it does not know this program, register it anew: jackfield connect … --register-again";

/// Draws it in the middle of the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, component: &Authorize, popup: &Authorization, cx: &Cx) {
    // A link for this computer is worth nothing on a phone.
    let scanned = popup.link.as_ref().filter(|_| !popup.is_over() && popup.is_for_somebody_else());
    let code = scanned.and_then(|link| qr::Code::of(&link.url));
    let room = cx.screen;
    let code = code.filter(|code| room.width >= WIDTH_BESIDE + code.width() && room.height >= code.height() + 4);
    let columns = code.as_ref().map_or(WIDTH, |code| WIDTH_BESIDE + code.width());
    let width = columns.min(room.width);
    let inner_width =
        usize::from(width.saturating_sub(4)) - usize::from(code.as_ref().map_or(0, |code| code.width() + 2));
    let mut lines = lines(component, popup, cx, inner_width, false);
    if lines.len() + 2 > usize::from(room.height) {
        // The steps are what matters, and the footer hints at the keys as well.
        lines = self::lines(component, popup, cx, inner_width, true);
    }
    let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX).max(code.as_ref().map_or(0, qr::Code::height));
    let area = pane::centred(room, columns, rows.saturating_add(2));
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let verb = match popup.was.as_deref() {
        None | Some("to authorize") => "Authorize",
        Some(_) => "Re-authorize",
    };
    let whom = if popup.is_for_somebody_else() { " · link for somebody else" } else { "" };
    let title = format!("{verb} {} for {}{whom}", popup.connection, popup.identifier);
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

fn lines(component: &Authorize, popup: &Authorization, cx: &Cx, width: usize, brief: bool) -> Vec<PopupLine> {
    let theme = &cx.theme;
    let mut lines: Vec<PopupLine> = Vec::new();
    let mut say = |text: &str, style: Style| {
        lines.extend(text::paragraph(text, width).into_iter().map(|line| (Line::styled(line, style), Mark::None)));
    };
    if !popup.is_over() {
        let words = if popup.consents {
            format!("Sign in to {} as {}, then allow access.", popup.provider, popup.identifier)
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
    lines.extend(ending(component, popup, cx, width, brief));
    lines
}

/// Time after a step in which the next one comes, if it comes by itself.
const SOON: Duration = Duration::from_secs(3);

/// Time that people take on a page.
const LONG: Duration = Duration::from_secs(30);

/// Reason why it does not go on, if that can be told.
fn stuck(popup: &Authorization, cx: &Cx) -> Option<&'static str> {
    let now = cx.now.uptime;
    if let Some(consented) = popup.consented {
        let words = match popup.verification {
            Verification::ThisMachine(_) => {
                "Consent given, but the browser has not come back here. If its page was closed, create a new link."
            }
            Verification::Elsewhere(_) => "Consent given. Your application must confirm now who gave it.",
            Verification::None => {
                "Consent given, but not verified: this environment verifies users, and the profile has no verify URL. \
                 It cannot finish this way."
            }
        };
        return (popup.verified.is_none() && now >= consented + SOON).then_some(words);
    }
    if popup.has_expired(cx.server_now()) {
        return None;
    }
    let opened = popup.opened.as_ref().filter(|(_, fault)| fault.is_none()).map(|(at, _)| *at)?;
    (now >= opened + LONG).then_some("Closed the page? Open the link again, it is still good.")
}

/// Lines for the outcome, with the keys that help now.
fn ending(component: &Authorize, popup: &Authorization, cx: &Cx, width: usize, brief: bool) -> Vec<PopupLine> {
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
            say(&words, if popup.receipt.is_some() { theme.muted } else { theme.ok });
            match account.token_expires_at.filter(|_| popup.receipt.is_none()) {
                Some(moment) => say(&format!("Its token is good until {}.", time::absolute(moment)), theme.muted),
                None => say("", Style::new()),
            }
            lines.extend(receipt::lines(popup, cx, width).into_iter().map(|line| (line, Mark::None)));
        }
        Some((_, Err(fault))) => {
            say(&format!("✖ {}", fault.headline()), theme.bad);
            say(&fault.to_string(), theme.strong);
            match (fault.kind, popup.consented) {
                (FaultKind::Denied, Some(_)) => {
                    let words = format!("The account is not connected. A new link is for {} alone.", popup.identifier);
                    say(&words, theme.muted);
                }
                (FaultKind::Denied, None) => {
                    say("Nothing was changed. They can try again with a new link.", theme.muted);
                }
                (FaultKind::LinkExpired, _) => {
                    let key = cx.key_for(Action::RenewLink);
                    say(&format!("Nobody waits for it any more. {key} makes a new link."), theme.muted);
                }
                _ => {}
            }
        }
        None => {
            if let Some((_, Some(fault))) = &popup.opened {
                say(&fault.to_string(), theme.warn);
                say("Copy the link and open it yourself; jackfield keeps watching.", Style::new());
            } else if popup.has_expired(cx.server_now()) {
                let key = cx.key_for(Action::RenewLink);
                let words = "(Someone already on the page can still finish.)";
                say(&format!("The link has expired. Press {key} for a new one. {words}"), theme.warn);
            }
            if let Some(words) = stuck(popup, cx) {
                say(words, theme.warn);
            }
            if popup.link.is_some() && popup.consents && !brief && !popup.has_expired(cx.server_now()) {
                for words in where_to_open(popup, cx) {
                    say(&words, theme.muted);
                }
            }
            for note in popup.notes.iter().filter(|_| !brief) {
                say(&note.to_string(), theme.muted);
            }
            if popup.registered_before && !brief {
                say(REGISTERED_BEFORE, theme.muted);
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
    if popup.renewed > 0 && !popup.is_over() {
        let words =
            "Nobody used the link before, so this is a new one. Whoever has the old page open can still finish.";
        lines.extend(
            text::paragraph(words, width).into_iter().map(|line| (Line::styled(line, theme.muted), Mark::None)),
        );
    }
    if !lines.is_empty() {
        lines.push((Line::default(), Mark::None));
    }
    let others = popup.is_for_somebody_else();
    let other_kind = if others { "link for this computer" } else { "link for somebody else" };
    let open = (Action::OpenBrowser, "open in browser");
    let copy = (Action::Copy, "copy the link");
    let renew = (Action::RenewLink, "new link");
    let mut keys = match (others, popup.has_expired(cx.server_now())) {
        (_, true) => vec![renew, open, copy],
        (true, false) => vec![copy, open, renew],
        (false, false) => vec![open, copy, renew],
    };
    keys.splice(2..2, [(Action::WholeLink, "whole link, QR code"), (Action::LinkForOthers, other_kind)]);
    keys.push((Action::PasteAddress, "paste the address that a browser elsewhere ended at"));
    keys.extend([
        (Action::RetryFailed, "open the call that failed before in the playground"),
        (Action::BrowseTools, "see the tools they may call"),
        (Action::StopWaiting, "stop waiting"),
        (Action::Back, if popup.is_over() { "close" } else { "leave it running" }),
    ]);
    for (action, words) in keys {
        if action == Action::Back || component.availability(action, cx).is_yes() {
            let key = Span::styled(format!(" {:>5}", cx.key_for(action)), theme.accent);
            lines.push((Line::from(vec![key, Span::raw(format!("  {words}"))]), Mark::Action(action)));
        }
    }
    lines
}

/// Sentences on where the link is to be opened.
fn where_to_open(popup: &Authorization, cx: &Cx) -> Vec<String> {
    let port = popup.link.as_ref().and_then(|link| link.callback_port);
    match (&popup.verification, &cx.ssh_host, port) {
        (Verification::ThisMachine(_), Some(host), Some(port)) => vec![
            "Open it where you sit. For the browser to return here, run this there first:".to_owned(),
            browser::tunnel(port, host),
        ],
        (Verification::ThisMachine(_), ..) => {
            vec!["Open it on this computer: the browser returns here to confirm who signed in.".to_owned()]
        }
        (Verification::Elsewhere(_), ..) => {
            vec!["Whoever opens it may sit anywhere. Your application confirms who signed in.".to_owned()]
        }
        (Verification::None, ..) => vec![
            "This only works if the environment does not verify users. Otherwise set a verify URL in the profile."
                .to_owned(),
        ],
    }
}
