//! Sending a past call again: as whom, with which account, and why it may not go.

use std::borrow::Cow;

use crate::domain::Tool;
use crate::flow::preflight::{Claim, Claimant};
use crate::journal::{CallKind, JournalEntry, StoredBody};
use crate::tui::activity::entry::Shown;
use crate::tui::core::cx::Cx;
use crate::tui::core::state::environment::{Environment, NOT_OPEN};
use crate::tui::core::state::subject::Subject;
use crate::tui::input::action::Action;

/// Subject for the playground: the call's own account, or that of whoever is acted as now.
pub(super) fn subject(cx: &Cx, entry: &JournalEntry, as_acting: bool) -> Option<Subject> {
    let call = &entry.summary;
    if !as_acting {
        let account = cx.accounts.by_id(&call.account);
        return Some(Subject { status: account.map(|account| account.status.clone()), ..bare(cx, entry) });
    }
    let identifier = cx.acting_as.as_ref()?;
    let account = cx
        .accounts
        .all()
        .iter()
        .find(|account| account.identifier == *identifier && account.connection == call.connection)?;
    Some(Subject {
        account: account.id.clone(),
        identifier: account.identifier.clone(),
        connection: account.connection.clone(),
        status: Some(account.status.clone()),
        ..bare(cx, entry)
    })
}

/// Subject from the entry alone, with the tool's schema if its tool is in the list.
fn bare(cx: &Cx, entry: &JournalEntry) -> Subject {
    let call = &entry.summary;
    let known = cx.tools.rows().iter().find(|tool| tool.name.raw() == call.name.raw()).cloned();
    Subject {
        tool: known.unwrap_or_else(|| Tool::unknown(call.name.raw())),
        account: call.account.clone(),
        identifier: call.identifier.clone(),
        connection: call.connection.clone(),
        status: None,
    }
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
    if entry.summary.kind == CallKind::Proxy {
        let id = entry.summary.id;
        return Some(
            format!("The playground runs tools. `jackfield history replay {id}` sends this request again.").into(),
        );
    }
    if !matches!(entry.arguments, StoredBody::Kept(_)) {
        return Some("What went along was too large to keep.".into());
    }
    if as_acting {
        return match &cx.acting_as {
            None => Some("You act as nobody yet: T on an account changes that.".into()),
            Some(who) if *who == entry.summary.identifier => Some(format!("It was made as {who} already.").into()),
            Some(who) if subject(cx, entry, true).is_none() => {
                Some(format!("{who} has no account on {}.", entry.summary.connection).into())
            }
            Some(_) => None,
        };
    }
    // An id may have changed hands since.
    let account = cx.accounts.by_id(&entry.summary.account)?;
    of_then(entry).check(account, "the list of accounts").err().map(|other| other.message.to_string().into())
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
