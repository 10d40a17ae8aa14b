//! One authorization as a row of the board: a mark, what is going on, and what comes next.

use ratatui::style::Style;

use crate::flow::receipt::{Outcome, Receipt, SamePerson};
use crate::tui::accounts::authorize::{limited, mark};
use crate::tui::core::cx::Cx;
use crate::tui::core::state::authorization::Authorization;
use crate::tui::input::action::Action;
use crate::tui::widgets::{spinner, time};

/// Words on a row.
pub(super) struct Row {
    /// Mark before it.
    pub(super) glyph: &'static str,
    /// Style of mark and words.
    pub(super) style: Style,
    /// State of the authorization, safe to show.
    pub(super) words: String,
    /// Time left, time taken, or the key that helps.
    pub(super) note: String,
}

/// Whether something in the row turns or counts.
pub(super) fn turns(one: &Authorization, cx: &Cx) -> bool {
    let waits = !one.is_over() && !one.is_queued && !one.has_expired(cx.server_now());
    waits || one.is_receipt_due
}

/// The row of an authorization.
pub(super) fn row(one: &Authorization, cx: &Cx) -> Row {
    let theme = &cx.theme;
    let took = || time::elapsed(one.took(cx.now.uptime));
    match (&one.ended, &one.receipt) {
        (None, _) => under_way(one, cx),
        (Some((_, Err(fault))), _) => {
            let new = match cx.key_for(Action::RenewLink) {
                "" => String::new(),
                key => format!("{key}  new link"),
            };
            let words = fault.message.trim_end_matches('.').to_owned();
            Row { glyph: "✖", style: theme.bad, words, note: new }
        }
        (Some((_, Ok(account))), None) => {
            let change = match &one.was {
                Some(was) => format!("{was} → {}", account.status.word()),
                None => account.status.word(),
            };
            if one.is_receipt_due {
                let words = format!("{change} · asking who it is");
                return Row { glyph: spinner::frame(cx.now.uptime), style: theme.accent, words, note: took() };
            }
            Row { glyph: "!", style: theme.warn, words: format!("{change} · not checked"), note: took() }
        }
        (Some((_, Ok(_))), Some(receipt)) => {
            let (glyph, style) = mark(receipt, cx);
            Row { glyph, style, words: receipt.line(), note: took() }
        }
    }
}

fn under_way(one: &Authorization, cx: &Cx) -> Row {
    let theme = &cx.theme;
    let now = cx.server_now();
    let running = |words: &str, note: String| Row {
        glyph: spinner::frame(cx.now.uptime),
        style: theme.accent,
        words: words.to_owned(),
        note,
    };
    if one.is_queued {
        return Row { glyph: "·", style: theme.muted, words: "waits for its turn".to_owned(), note: String::new() };
    }
    if let Some(words) = limited(one, cx) {
        return Row { glyph: "!", style: theme.warn, words, note: String::new() };
    }
    if one.linked.is_none() {
        return running("making the link", String::new());
    }
    if one.verified.is_some() {
        return running("identity confirmed, reading the account", String::new());
    }
    if one.consented.is_some() {
        let words =
            if one.is_for_somebody_else() { "consent given, to be confirmed" } else { "consent given, confirming" };
        return running(words, String::new());
    }
    if one.has_expired(now) {
        let note = format!("{}  new link", cx.key_for(Action::RenewLink));
        return Row { glyph: "!", style: theme.warn, words: "the link has expired".to_owned(), note };
    }
    let left = match (one.renewal_seconds(now), one.link_seconds(now)) {
        (Some(left), _) => format!("renews in {}", time::clock(left.unsigned_abs())),
        (None, Some(left)) => format!("link good for {}", time::clock(left.max(0).unsigned_abs())),
        (None, None) => String::new(),
    };
    let words = match (one.renewed > 0, one.is_for_somebody_else(), one.opened.is_some()) {
        (true, true, _) => "new link, to be sent",
        (true, false, _) => "new link: nobody used the one before",
        (false, true, _) => "link for somebody else",
        (false, false, true) => "waiting for consent",
        (false, false, false) => "link to be opened",
    };
    running(words, left)
}

/// The numbers of the title: how many there are of what.
pub(super) fn title(cx: &Cx) -> String {
    let tally = cx.authorizations.tally();
    let receipts =
        || cx.authorizations.oldest_first().filter_map(|(_, one)| one.receipt.as_deref().filter(|_| one.is_done()));
    let failing = receipts().filter(|receipt| matches!(receipt.outcome(), Outcome::StillFailing(_))).count();
    let others = receipts().filter(|receipt| is_another(receipt)).count();
    let verb = if tally.waiting() > 0 { "Authorizing" } else { "Authorized" };
    let head = match tally.waiting() {
        0 => format!("{verb} {} of {}", tally.done, tally.all),
        _ => format!("{verb} {}", tally.all),
    };
    let counts = [
        (tally.waiting(), "waiting"),
        (if tally.waiting() > 0 { tally.done } else { 0 }, "done"),
        (tally.proven, "proven"),
        (failing, "still failing"),
        (others, "as another person"),
        (tally.failed, "not authorized"),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}"));
    std::iter::once(head).chain(counts).collect::<Vec<_>>().join(" · ")
}

fn is_another(receipt: &Receipt) -> bool {
    match receipt.outcome() {
        Outcome::SomebodyElse(_) => true,
        Outcome::Proven => !receipt.is_clean() && matches!(receipt.same, SamePerson::Another(_)),
        _ => false,
    }
}
