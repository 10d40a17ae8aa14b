//! Sending a past call again: as whom, with which account, and why it may not go.

use std::borrow::Cow;

use crate::backend::Ability;
use crate::domain::{Account, Fault, FaultKind, Identifier, JsonText, ProxyMethod, Reading, Tool};
use crate::flow::preflight::{Claim, Claimant};
use crate::flow::{proxy_journal, request_input};
use crate::journal::{CallKind, JournalEntry, StoredBody};
use crate::redact::{self, blank_credentials};
use crate::tui::activity::entry::Shown;
use crate::tui::core::cx::Cx;
use crate::tui::core::state::environment::{Environment, NOT_OPEN};
use crate::tui::core::state::subject::Subject;
use crate::tui::input::action::Action;

/// Reason where the arguments are gone.
const NOT_KEPT: &str = "The input was too large to keep.";

/// Subject for the playground: the call's own account, or that of whoever is acted as now.
pub(super) fn subject(cx: &Cx, entry: &JournalEntry, as_acting: bool) -> Option<Subject> {
    let call = &entry.summary;
    let account = match as_acting {
        true => on_connection(cx, cx.acting_as.as_ref()?, entry)?,
        false => match of_entry(cx, entry) {
            Some(account) => account,
            None => return Some(bare(cx, entry)),
        },
    };
    let mut subject = Subject { status: Some(account.status.clone()), ..bare(cx, entry) };
    // The own account of a tool's call stays the one that is named there.
    if as_acting || call.kind == CallKind::Proxy {
        subject.account = account.id.clone();
        subject.identifier = account.identifier.clone();
        subject.connection = account.connection.clone();
    }
    Some(subject)
}

/// Account of the call in the list. A request names none: the environment takes the one of its pair.
fn of_entry<'a>(cx: &'a Cx, entry: &JournalEntry) -> Option<&'a Account> {
    match entry.summary.kind {
        CallKind::Tool => cx.accounts.by_id(&entry.summary.account),
        CallKind::Proxy => on_connection(cx, &entry.summary.identifier, entry),
    }
}

/// Account of this person on the connection of the call.
fn on_connection<'a>(cx: &'a Cx, identifier: &Identifier, entry: &JournalEntry) -> Option<&'a Account> {
    let is_meant =
        |account: &&Account| account.identifier == *identifier && account.connection == entry.summary.connection;
    cx.accounts.all().iter().find(is_meant)
}

/// Subject from the entry alone, with the tool's schema if its tool is in the list.
fn bare(cx: &Cx, entry: &JournalEntry) -> Subject {
    let call = &entry.summary;
    let tool = match call.kind {
        CallKind::Proxy => request_input::as_tool(None),
        CallKind::Tool => {
            let known = cx.tools.rows().iter().find(|tool| tool.name.raw() == call.name.raw()).cloned();
            known.unwrap_or_else(|| Tool::unknown(call.name.raw()))
        }
    };
    Subject {
        kind: call.kind,
        tool,
        account: call.account.clone(),
        identifier: call.identifier.clone(),
        connection: call.connection.clone(),
        status: None,
    }
}

/// Input that sends the call again, and whether all of it is there. Credentials were never kept: their places are
/// empty.
///
/// # Errors
/// [`FaultKind::NotFound`]: it was not kept. [`FaultKind::Local`]: the entry holds something else.
pub(super) fn input(entry: &JournalEntry) -> Result<(JsonText, bool), Fault> {
    let StoredBody::Kept(arguments) = &entry.arguments else { return Err(Fault::new(FaultKind::NotFound, NOT_KEPT)) };
    let call = &entry.summary;
    let is_whole = entry.hidden.is_empty() && !has_hidden_name(entry);
    let arguments = if is_whole { arguments.clone() } else { blank_credentials(arguments, &entry.hidden) };
    let input = match call.kind {
        CallKind::Tool => arguments,
        CallKind::Proxy => {
            let (name, connection, identifier) = (call.name.raw(), call.connection.raw(), call.identifier.raw());
            request_input::input(&proxy_journal::request(name, connection, identifier, &arguments)?)
        }
    };
    Ok((input, is_whole))
}

/// Whether a credential stood in the path of a request.
fn has_hidden_name(entry: &JournalEntry) -> bool {
    entry.summary.kind == CallKind::Proxy && entry.summary.name.raw().contains(redact::MARK)
}

/// Reason why the entry beside the list cannot be sent again, if it cannot.
pub(super) fn objection(shown: Option<&Shown>, cx: &Cx, as_acting: bool) -> Option<Cow<'static, str>> {
    let Some(shown) = shown else {
        return Some("Only calls made from here can be sent again: what went into others is not known.".into());
    };
    let entry = &shown.entry;
    let Environment::Open(card) = &cx.environment else { return Some(NOT_OPEN.into()) };
    if entry.summary.environment.raw() != card.recorded_as {
        let key = cx.key_for(Action::Environments);
        let with = if key.is_empty() { String::new() } else { format!(" with {key}") };
        let made_in = &entry.summary.environment;
        return Some(format!("This call was made in {made_in}; open that environment first{with}.").into());
    }
    if !matches!(entry.arguments, StoredBody::Kept(_)) {
        return Some(NOT_KEPT.into());
    }
    if entry.summary.kind == CallKind::Proxy
        && let Some(refusal) = cx.environment.lacks(Ability::Proxy)
    {
        return Some(refusal.into());
    }
    if as_acting {
        return match &cx.acting_as {
            None => Some("You act as nobody: T on an account changes that.".into()),
            Some(who) if *who == entry.summary.identifier => Some(format!("It was made as {who} already.").into()),
            Some(who) if subject(cx, entry, true).is_none() => {
                Some(format!("{who} has no account on {}.", entry.summary.connection).into())
            }
            Some(_) => None,
        };
    }
    if entry.summary.kind == CallKind::Proxy {
        return None;
    }
    // An id may have changed hands since.
    let account = cx.accounts.by_id(&entry.summary.account)?;
    of_then(entry).check(account, "the list of accounts").err().map(|other| other.message.to_string().into())
}

/// Reason why it cannot be sent at once, the environment's mode included.
pub(super) fn refusal(shown: Option<&Shown>, cx: &Cx, as_acting: bool) -> Option<Cow<'static, str>> {
    objection(shown, cx, as_acting).or_else(|| {
        let (mode, entry) = (cx.environment.open()?.mode, &shown?.entry);
        mode.refuses(reading(cx, entry)).map(Into::into)
    })
}

/// Evidence that sending the entry again only reads.
fn reading(cx: &Cx, entry: &JournalEntry) -> Reading {
    let name = entry.summary.name.raw();
    match entry.summary.kind {
        CallKind::Tool => bare(cx, entry).tool.reading(),
        CallKind::Proxy => {
            let method = name.split(' ').next().and_then(|method| method.parse::<ProxyMethod>().ok());
            method.map_or(Reading::No, ProxyMethod::reading)
        }
    }
}

/// The account that the entry was made with, as it was then.
fn of_then(entry: &JournalEntry) -> Claim {
    let call = &entry.summary;
    Claim {
        by: Claimant::History,
        account: Some(call.account.clone()),
        identifier: call.identifier.clone(),
        connection: Some(call.connection.clone()),
    }
}
