//! Trying a tool of the list: it opens in the playground, or something has to happen first.

use crate::domain::{Account, AccountId, Fault, Tool};
use crate::flow::account_resolution::{AccountChoice, AccountQuestion, able, resolve};
use crate::flow::preflight;
use crate::tui::core::cx::Cx;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{CallBlocked, OpenInPlayground, Override};
use crate::tui::core::state::subject::Subject;
use crate::tui::core::state::tool_store::Scope;
use crate::tui::core::suggested_fix::SuggestedFix;
use crate::tui::core::toast::Level;
use crate::tui::tools::account_picker::AccountPicker;
use crate::tui::tools::blocked::Blocked;

/// Account that a tool of the list of `scope` would run with, whatever its status; none while that is not certain.
pub(super) fn account_of<'a>(tool: &Tool, scope: &Scope, cx: &'a Cx) -> Option<&'a Account> {
    let id = match resolve(&question(tool, scope, cx), cx.accounts.all()) {
        AccountChoice::One(account) | AccountChoice::Inactive(account) => account.id.clone(),
        _ => return None,
    };
    cx.accounts.by_id(&id)
}

fn question<'a>(tool: &'a Tool, scope: &'a Scope, cx: &'a Cx) -> AccountQuestion<'a> {
    let (listed_for, connection) = match scope {
        Scope::Person(who, connection) => (Some(who), connection.as_ref()),
        Scope::Environment => (None, None),
    };
    let named = tool.account.as_ref().and_then(|id| cx.accounts.by_id(id));
    let (acting_as, witness) = (cx.acting_as.as_ref(), "the list of accounts");
    AccountQuestion { tool, listed_for, connection, acting_as, named, witness }
}

/// Tries a tool that stands in the list of `scope`.
pub(super) fn try_tool(tool: &Tool, scope: &Scope, cx: &mut Cx) {
    let blocked = match resolve(&question(tool, scope, cx), cx.accounts.all()) {
        AccountChoice::One(account) => {
            let subject = Subject::new(tool, account);
            return cx.send(OpenInPlayground(Box::new(subject)));
        }
        AccountChoice::Several(several) => {
            let picker = AccountPicker::accounts(tool, several.into_iter());
            return cx.open(picker);
        }
        AccountChoice::None | AccountChoice::Unknown(_) if cx.accounts.is_loading() => {
            let text = "The accounts are still being loaded, and none that fits is among those that are here.";
            return cx.say(Level::Note, text);
        }
        AccountChoice::None => no_account(tool, cx),
        AccountChoice::Unknown(id) => unknown_account(tool, id),
        AccountChoice::OtherAccount(other) => somebody_elses(tool, &other),
        AccountChoice::Inactive(account) => inactive(tool, account),
    };
    cx.open(Blocked::from(blocked));
}

fn no_account(tool: &Tool, cx: &Cx) -> CallBlocked {
    let others = able(tool, cx.accounts.all()).count();
    let (title, missing, fix) = match &cx.acting_as {
        Some(who) => (
            format!("{who} cannot call {}", tool.name),
            format!("{who} has no account at {}.", tool.provider),
            SuggestedFix::Connect(Some(who.clone()), tool.provider.raw().into()),
        ),
        None => (
            format!("Nobody can call {}", tool.name),
            format!("Nobody has an account at {} in this environment.", tool.provider),
            SuggestedFix::Connect(None, tool.provider.raw().into()),
        ),
    };
    let mut lines = vec![missing];
    if others > 0 {
        let have = if others == 1 { "account of somebody else exists" } else { "accounts of others exist" };
        lines.push(format!("{others} {have} there."));
    }
    let tool = (others > 0).then(|| Box::new(tool.clone()));
    CallBlocked { title, lines, fix: Some(fix), overriding: None, tool }
}

/// The list of tools and the list of accounts speak of two people. Nobody can override that.
fn somebody_elses(tool: &Tool, other: &Fault) -> CallBlocked {
    CallBlocked {
        title: format!("{} could run as more than one user", tool.name),
        lines: vec![other.message.to_string()],
        fix: Some(SuggestedFix::LoadAccounts),
        overriding: None,
        tool: None,
    }
}

/// The list of accounts does not hold the one that a tool is listed for.
fn unknown_account(tool: &Tool, id: &AccountId) -> CallBlocked {
    let message = format!(
        "The tool list says it runs with {id}, and the list of accounts holds no such account. So whose it is, and \
         on which connection, is not known."
    );
    CallBlocked {
        title: format!("{} has no user to run as", tool.name),
        lines: vec![message],
        fix: Some(SuggestedFix::LoadAccounts),
        overriding: None,
        tool: None,
    }
}

/// The one account that could be used is not active. Opening the tool all the same sends nothing.
pub(super) fn inactive(tool: &Tool, account: &Account) -> CallBlocked {
    let Account { connection, identifier, status, .. } = account;
    let then = Message::new(OpenInPlayground(Box::new(Subject::new(tool, account))));
    CallBlocked {
        title: format!("{identifier} cannot call {}", tool.name),
        lines: vec![preflight::inactive(connection, identifier, status)],
        fix: Some(SuggestedFix::Authorize(Box::new(account.clone()))),
        overriding: Some(Override { words: "open anyway", then }),
        tool: None,
    }
}
