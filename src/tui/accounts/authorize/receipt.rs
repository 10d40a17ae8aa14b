//! The receipt of an authorization, as its popup shows it.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::flow::receipt::{FailedCall, Outcome, Receipt};
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::messages::OpenCall;
use crate::tui::core::state::authorization::{Authorization, AuthorizationId};
use crate::tui::widgets::{spinner, text, time};

/// The call that failed before and can be tried again now.
pub(in crate::tui::accounts) fn failed_call(authorization: &Authorization) -> Option<&FailedCall> {
    authorization.receipt.as_ref().filter(|_| authorization.is_done())?.failed_call.as_ref()
}

/// Puts the call that failed before into the playground.
pub(in crate::tui::accounts) fn retry(id: AuthorizationId, cx: &mut Cx) {
    let Some(entry) = cx.authorizations.get(id).and_then(failed_call).map(|call| call.entry) else { return };
    if let Some(authorization) = cx.authorizations.get_mut(id) {
        (authorization.is_watched, authorization.is_seen) = (false, true);
    }
    cx.request(Request::CloseAll);
    cx.send(OpenCall(entry));
}

/// Mark and style of a receipt: only what is proven is green.
pub(in crate::tui::accounts) fn mark(receipt: &Receipt, cx: &Cx) -> (&'static str, Style) {
    let theme = &cx.theme;
    match receipt.outcome() {
        Outcome::Proven if receipt.is_clean() => ("✓", theme.ok),
        Outcome::Proven | Outcome::Unproven(_) => ("!", theme.warn),
        Outcome::SomebodyElse(_) | Outcome::StillFailing(_) | Outcome::NotAuthorized(_) => ("✖", theme.bad),
    }
}

/// Columns of the names of facts.
const NAMES: usize = 13;

/// Lines of the receipt of an authorization that ended well.
pub(super) fn lines(authorization: &Authorization, cx: &Cx, width: usize) -> Vec<Line<'static>> {
    let theme = &cx.theme;
    let Some(receipt) = &authorization.receipt else {
        if !authorization.is_receipt_due {
            return Vec::new();
        }
        let spin = Span::styled(spinner::frame(cx.now.uptime), theme.accent);
        return vec![Line::from(vec![spin, Span::raw(" Asking who it is, and for its tools …")])];
    };
    let (glyph, style) = mark(receipt, cx);
    let head = format!("{glyph} {}", receipt.headline());
    let mut lines: Vec<Line<'static>> =
        text::paragraph(&head, width).into_iter().map(|line| Line::styled(line, style)).collect();
    for (name, fact) in receipt.facts(time::absolute) {
        let room = width.saturating_sub(NAMES + 1).max(8);
        for (at, line) in text::wrap(&fact, room).into_iter().take(3).enumerate() {
            let name = if at == 0 { name } else { "" };
            lines
                .push(Line::from(vec![Span::styled(format!(" {name:<NAMES$}"), theme.muted), Span::raw(line.clone())]));
        }
    }
    lines
}
