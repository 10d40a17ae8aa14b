//! Decisions on calls that wait for the person. Nothing here listens while a message is typed.

use std::time::Duration;

use crate::agent::{AgentCommand, CallDecision, CallRow, CallState, TranscriptItem};
use crate::domain::{Account, AccountRef, Status, Untrusted};
use crate::tui::agent::edit::EditPopup;
use crate::tui::agent::line::{Decided, LinePopup, Purpose};
use crate::tui::agent::screen::{Agent, ShownRun};
use crate::tui::core::cx::Cx;
use crate::tui::core::effect::Effect;
use crate::tui::core::messages::{AuthorizeAccount, ConnectAccount};
use crate::tui::core::toast::Level;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::tabs::{Pane, Tab};

/// Time for reading before an answer counts: keys that were meant for something else answer nothing.
const READING: Duration = Duration::from_millis(800);

/// Whether an answer to the call under the cursor applies.
pub(super) fn availability(agent: &Agent, action: Action, cx: &Cx) -> Availability {
    let Some((call, since)) = agent.question() else {
        // While a run is under way the same key has just answered, or is about to.
        let rests = action == Action::Authorize && !agent.is_busy();
        return Availability::here(rests && unusable(agent, cx).is_some());
    };
    let fits = matches!(
        (&call.state, action),
        (CallState::Asking(_), Action::AllowOnce | Action::AllowRun | Action::EditCall | Action::DenyCall)
            | (CallState::AwaitingAccount(..), Action::Authorize | Action::GoOn | Action::DenyCall)
    );
    if !fits {
        return Availability::NotHere;
    }
    let is_read = cx.now.uptime >= since + READING;
    Availability::when(is_read, "This question has just come up: read it first.")
}

/// Time until an answer to the call under the cursor counts.
pub(super) fn unread(agent: &Agent, cx: &Cx) -> Option<Duration> {
    let (_, since) = agent.question()?;
    (since + READING).checked_sub(cx.now.uptime).filter(|rest| !rest.is_zero())
}

/// Answers the call under the cursor.
pub(super) fn act(agent: &mut Agent, action: Action, cx: &mut Cx) {
    let Some((call, _)) = agent.question() else {
        if let Some(account) = unusable(agent, cx).filter(|_| action == Action::Authorize) {
            cx.send(AuthorizeAccount(Box::new(account.clone())));
        }
        return;
    };
    let call = call.clone();
    match action {
        Action::AllowOnce => decide(agent, Decided(call.id, CallDecision::Once), cx),
        Action::AllowRun => decide(agent, Decided(call.id, CallDecision::Run), cx),
        Action::DenyCall => LinePopup::open(Purpose::Reason(call.id, call.tool.to_string()), cx),
        Action::GoOn => send(agent, AgentCommand::GoOn(call.id), cx),
        Action::EditCall => {
            let identifier = agent.current.as_ref().map(|run| run.order.acting_as.identifier().clone());
            identifier.into_iter().for_each(|identifier| EditPopup::open(&call, &identifier, cx));
        }
        Action::Authorize => authorize(&call, cx),
        _ => {}
    }
}

/// Tells the run what was decided.
pub(super) fn decide(agent: &mut Agent, Decided(call, decision): Decided, cx: &mut Cx) {
    send(agent, AgentCommand::Decide(call, decision), cx);
}

fn send(agent: &mut Agent, command: AgentCommand, cx: &mut Cx) {
    let Some(run) = &mut agent.current else { return };
    run.view.follow_end();
    if !run.send(command) {
        cx.say(Level::Problem, "The run did not wait for your answer any more. Nothing was sent.");
    }
}

/// The first account of the person on screen, on the connections there, that no call works with now.
fn unusable<'a>(agent: &Agent, cx: &'a Cx) -> Option<&'a Account> {
    let identifier = agent.identifier(cx)?;
    let connections = agent.connections();
    cx.accounts.all().iter().find(|account| {
        account.identifier == *identifier
            && account.status != Status::Active
            && (connections.is_empty() || connections.contains(&account.connection))
    })
}

/// Authorizes the account that a call waits for, or connects one.
fn authorize(call: &CallRow, cx: &mut Cx) {
    let CallState::AwaitingAccount(wanted, _) = &call.state else { return };
    match cx.accounts.all().iter().find(|account| is_meant(wanted, account)).cloned() {
        Some(account) => cx.send(AuthorizeAccount(Box::new(account))),
        None => {
            let (identifier, like) = match wanted {
                AccountRef::Pair(connection, identifier) => (Some(identifier.clone()), connection.raw().into()),
                AccountRef::Id(_) => (None, call.connection.raw().into()),
            };
            cx.send(ConnectAccount { identifier, like: Some(like) });
        }
    }
}

fn is_meant(wanted: &AccountRef, account: &Account) -> bool {
    match wanted {
        AccountRef::Id(id) => account.id == *id,
        AccountRef::Pair(connection, identifier) => {
            account.connection == *connection && account.identifier == *identifier
        }
    }
}

/// An account is another one now: calls that waited for it go on.
pub(super) fn account_changed(agent: &Agent, account: &Account) {
    let Some(run) = agent.current.as_ref().filter(|_| account.status == Status::Active) else { return };
    let items = &run.view.transcript().items;
    let waiting = run.view.waiting().filter_map(|at| match items.get(at) {
        Some(TranscriptItem::Call(call)) => Some(call),
        _ => None,
    });
    for call in waiting {
        if let CallState::AwaitingAccount(wanted, _) = &call.state
            && is_meant(wanted, account)
        {
            run.send(AgentCommand::GoOn(call.id.clone()));
        }
    }
}

/// Tells the person of a call that waits, where they do not see it: nobody is interrupted.
pub(super) fn tell(agent: &Agent, call: &Untrusted, cx: &mut Cx) {
    let Some(row) = agent.current.as_ref().and_then(|run: &ShownRun| run.view.transcript().call(call)) else { return };
    let needs = if matches!(row.state, CallState::Asking(_)) { "asks to run" } else { "needs an account for" };
    let words = format!("The agent {needs} {}", row.tool);
    cx.effect(Effect::Bell);
    cx.effect(Effect::Notify(cx.notify, words.clone()));
    let is_here = cx.tab == Tab::Agent && !cx.is_covered && agent.past.is_none();
    if is_here && agent.focus == Pane::List {
        return;
    }
    let key = if is_here { Action::Back } else { Action::ShowApprovals };
    let said = match (is_here, cx.key_for(key)) {
        (true, "") => format!("{words}. Leave the message to answer."),
        (true, key) => format!("{words}. {key} leaves the message, so that you can answer."),
        (false, "") => format!("{words}: see Agent."),
        (false, key) => format!("{words}. {key} on any screen shows it."),
    };
    cx.say(Level::Note, said);
}
