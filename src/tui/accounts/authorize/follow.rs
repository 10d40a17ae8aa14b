//! Reports of authorizations, whether or not their popup is open.

use crate::domain::{AccountRef, Fault, FaultKind, pluralize};
use crate::flow::authorize::Progress;
use crate::flow::receipt::{Authorized, Outcome};
use crate::settings::NotifyChoice;
use crate::tui::accounts::actions::{AccountFound, PointAt, ReadAgain};
use crate::tui::accounts::authorize::Authorize;
use crate::tui::accounts::authorize::paste_address::PasteAddress;
use crate::tui::accounts::authorize::tasks::{
    AccountProven, AuthorizeEnd, AuthorizeStep, FollowAuthorization, MakeReceipt, ReceiptMade,
};
use crate::tui::accounts::authorize::whole_link::WholeLink;
use crate::tui::core::cx::Cx;
use crate::tui::core::effect::Effect;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{AccountChanged, CopyText};
use crate::tui::core::state::authorization::{Authorization, AuthorizationId};
use crate::tui::core::toast::Level;
use crate::tui::input::action::Action;
use crate::tui::input::context::Context;
use crate::tui::widgets::time;

/// Takes what the tasks report.
///
/// # Errors
/// The message, where it is for somebody else.
pub(in crate::tui::accounts) fn receive(message: Message, cx: &mut Cx) -> Result<(), Message> {
    message
        .take()
        .map(|AuthorizeStep(id, progress)| step(id, progress, cx))
        .or_else(|message| message.take().map(|end| take_end(end, cx)))
        .or_else(|message| message.take().map(|made| take_receipt(made, cx)))
        .or_else(|message| message.take().map(|AccountProven(proof)| cx.accounts.prove(vec![*proof])))
}

/// Opens the popup of an authorization.
pub(in crate::tui::accounts) fn show(id: AuthorizationId, cx: &mut Cx) {
    if let Some(authorization) = cx.authorizations.get_mut(id) {
        authorization.is_watched = true;
        cx.open(Authorize { id });
    }
}

/// Makes a new link in the place of the old one.
pub(in crate::tui::accounts) fn begin_again(id: AuthorizationId, cx: &mut Cx) {
    let uptime = cx.now.uptime;
    if let Some(authorization) = cx.authorizations.get_mut(id) {
        authorization.renew(uptime);
        follow(id, cx);
    }
}

/// Starts what follows an authorization.
pub(super) fn follow(id: AuthorizationId, cx: &mut Cx) {
    let uptime = cx.now.uptime;
    if let Some(authorization) = cx.authorizations.get_mut(id) {
        if std::mem::take(&mut authorization.is_queued) {
            authorization.started = uptime;
        }
        let (account, verification) = (authorization.account.clone(), authorization.verification.clone());
        let pasted = authorization.paste.begin();
        cx.start(FollowAuthorization { id, account, verification, pasted, is_recorded: cx.recording });
    }
}

/// Starts those that wait for their turn, as many as may have a link made at a time.
pub(in crate::tui::accounts) fn follow_next(cx: &mut Cx) {
    while let Some(id) = cx.authorizations.next_in_line() {
        follow(id, cx);
    }
}

fn step(id: AuthorizationId, progress: Progress, cx: &mut Cx) {
    let Some(authorization) = cx.authorizations.get_mut(id) else { return };
    let is_new = matches!(authorization.account, AccountRef::Pair(..)) && authorization.found.is_none();
    if let Progress::Found(account) = &progress {
        let account = account.clone();
        authorization.progress(progress, cx.now.uptime);
        let made = is_new.then(|| PointAt(account.id.clone()));
        cx.send(AccountFound(Box::new(account)));
        // The one that was just made is what the person thinks of.
        return made.into_iter().for_each(|point| cx.send(point));
    }
    let is_renewed = matches!(progress, Progress::Renewed(_));
    let has_consented = matches!(progress, Progress::Consented);
    authorization.progress(progress, cx.now.uptime);
    let is_elsewhere = is_renewed && authorization.is_for_somebody_else();
    let label = authorization.label();
    if is_elsewhere {
        cx.say(Level::Note, format!("The link for {label} ran out unused. There is a new one to send."));
    }
    if has_consented {
        cx.close_popup::<PasteAddress>();
    }
    copy_awaited_link(id, cx);
    copy_together(cx);
    follow_next(cx);
}

/// Copies the links of several as soon as all of them are there, those left out that failed.
pub(in crate::tui::accounts) fn copy_together(cx: &mut Cx) {
    let all: Vec<&Authorization> =
        cx.authorizations.copied_together.iter().filter_map(|id| cx.authorizations.get(*id)).collect();
    let is_ready = |one: &&Authorization| one.link.is_some() || one.is_over();
    if cx.authorizations.copied_together.is_empty() || !all.iter().all(is_ready) {
        return;
    }
    let links = all.into_iter().filter(|one| !one.is_over()).filter_map(|one| {
        let link = one.link.as_ref()?;
        Some(format!("{}\t{}\t{}", one.connection, one.identifier, link.url))
    });
    let links: Vec<String> = links.collect();
    cx.authorizations.copied_together.clear();
    if !links.is_empty() {
        let what = pluralize(links.len() as u64, "link");
        cx.send(CopyText { text: links.join("\n"), what });
    }
}

/// Copies the link that somebody waits for to copy, once it has come.
fn copy_awaited_link(id: AuthorizationId, cx: &mut Cx) {
    let now = cx.server_now();
    let Some(authorization) = cx.authorizations.get_mut(id).filter(|authorization| authorization.copy) else { return };
    let Some(link) = authorization.link.as_ref() else { return };
    let text = link.url.to_string();
    let left = authorization.link_seconds(now);
    let good = left.map(|left| format!(", good for {}", time::clock(left.max(0).unsigned_abs())));
    let (who, connection) = (&authorization.identifier, &authorization.connection);
    let what = format!("a link for {who} on {connection}{}", good.unwrap_or_default());
    authorization.copy = false;
    cx.send(CopyText { text, what });
}

fn take_end(AuthorizeEnd(id, result): AuthorizeEnd, cx: &mut Cx) {
    cx.jobs.finish(FollowAuthorization::slot_of(id));
    let (uptime, board) = (cx.now.uptime, is_on_board(cx));
    let Some(authorization) = cx.authorizations.get_mut(id) else { return };
    authorization.end(result.clone(), uptime);
    let (is_watched, found) = (authorization.is_watched || board, authorization.found.clone());
    let label = authorization.label();
    let before = authorization.before.clone();
    let took = authorization.took(uptime);
    authorization.is_kept |= !authorization.is_watched;
    // Whoever it was for is most likely in their browser.
    cx.effect(Effect::Bell);
    cx.close_popup::<PasteAddress>();
    match &result {
        Ok(account) => {
            if !is_watched {
                cx.say(Level::Note, format!("{label} is {} now.", account.status.word()));
            }
            cx.send(AccountChanged(Box::new(account.clone())));
            // The link has done its work: the page that shows it alone goes too.
            cx.close_popup::<WholeLink>();
        }
        Err(fault) => {
            if !is_watched {
                cx.say(Level::Problem, failed(&label, fault, cx));
            }
            notify(cx, &label, &format!("not authorized. {}", fault.message));
            // Consent that was not confirmed leaves another status behind than before.
            found.into_iter().for_each(|id| cx.send(ReadAgain(id)));
        }
    }
    if let Some(before) = before {
        make_receipt(id, Authorized { before, result, took }, cx);
    }
    copy_together(cx);
    follow_next(cx);
}

/// Whether somebody looks at the board, where every end is seen.
fn is_on_board(cx: &Cx) -> bool {
    cx.contexts.first() == Some(&Context::Board)
}

/// Sentence on an authorization that failed while nobody looked.
fn failed(label: &str, fault: &Fault, cx: &Cx) -> String {
    let (key, renew) = (cx.key_for(Action::ShowAuthorization), cx.key_for(Action::RenewLink));
    let more = match (key, renew, fault.kind) {
        ("", ..) => String::new(),
        (key, renew, FaultKind::LinkExpired) if !renew.is_empty() => {
            format!(" {key}, then {renew}, makes a new link.")
        }
        (key, ..) => format!(" {key} shows more."),
    };
    format!("{label} is not authorized. {}{more}", fault.message)
}

fn make_receipt(id: AuthorizationId, ended: Authorized, cx: &mut Cx) {
    if let Some(authorization) = cx.authorizations.get_mut(id) {
        authorization.is_receipt_due = true;
    }
    let is_recorded = cx.recording;
    cx.start(MakeReceipt { id, ended, is_recorded });
}

fn take_receipt(ReceiptMade(id, receipt): ReceiptMade, cx: &mut Cx) {
    cx.jobs.finish(MakeReceipt::slot_of(id));
    let board = is_on_board(cx);
    let Some(authorization) = cx.authorizations.get_mut(id) else { return };
    authorization.is_receipt_due = false;
    authorization.receipt.clone_from(&receipt);
    let (is_watched, is_done) = (authorization.is_watched || board, authorization.is_done());
    let Some(receipt) = receipt.filter(|_| is_done) else { return };
    let (label, line) = (receipt.label(), receipt.line());
    notify(cx, &label, &line);
    if receipt.needs_you() {
        cx.effect(Effect::Bell);
    }
    if is_watched {
        return;
    }
    let level = match receipt.outcome() {
        _ if receipt.is_clean() => Level::Done,
        Outcome::Unproven(_) => Level::Note,
        _ => Level::Problem,
    };
    cx.say(level, format!("{label}: {line}."));
}

/// Tells the desktop, where that is set.
fn notify(cx: &mut Cx, label: &str, words: &str) {
    // A notification stays on screen, and on a lock screen, when nobody shares anything any more.
    let text = match cx.masked {
        true => "An authorization has ended.".to_owned(),
        false => format!("{label}: {words}"),
    };
    if cx.notify != NotifyChoice::Off {
        cx.effect(Effect::Notify(cx.notify, text));
    }
}
