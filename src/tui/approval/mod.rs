//! Calls of agents that a person has to allow: what comes over the socket, and the popup that asks.

pub mod popup;
pub mod tasks;
mod view;

pub use view::waiting;

use crate::domain::Untrusted;
use crate::flow::approval::DeskEvent;
use crate::tui::approval::popup::ApprovalPopup;
use crate::tui::approval::tasks::{AtDesk, DeskClosed, ListenAtDesk};
use crate::tui::core::cx::Cx;
use crate::tui::core::effect::Effect;
use crate::tui::core::message::Message;
use crate::tui::core::messages::CallsWritten;
use crate::tui::core::toast::Level;
use crate::tui::input::action::Action;
use crate::tui::input::context::Context as C;
use crate::tui::input::spec::Spec;

/// Rows of the action table that belong to calls of agents.
#[rustfmt::skip]
pub const ACTIONS: &[Spec] = &[
    Spec { action: Action::AllowOnce, name: "allow-once", hint: "allow once", keys: &["o"], footer: Some(1), contexts: &[C::Approval],
           title: "Allow once", also: "approve yes agent",
           sentence: "Let the agent make this call, once" },
    Spec { action: Action::AllowRun, name: "allow-run", hint: "allow for run", keys: &["r"], footer: Some(2), contexts: &[C::Approval],
           title: "Allow for this run", also: "approve always agent session",
           sentence: "Let the agent call this tool with this account until its run ends" },
    Spec { action: Action::DenyCall, name: "deny", hint: "deny", keys: &["d"], footer: Some(3), contexts: &[C::Approval],
           title: "Deny", also: "refuse no agent",
           sentence: "Refuse this call; the agent is told that you did" },
    Spec { action: Action::ShowApprovals, name: "approvals", hint: "agent asks", keys: &["Q"], footer: Some(0), contexts: &[C::Screen],
           title: "Calls to allow", also: "agent approve permission question serve",
           sentence: "Show the call of an agent that waits for you to allow it" },
];

/// Takes what the desk reports, or gives it back.
///
/// # Errors
/// The message, for whoever understands it.
pub fn receive(message: Message, cx: &mut Cx) -> Result<(), Message> {
    let message = match message.take::<AtDesk>() {
        Ok(AtDesk(event)) => {
            take(event, cx);
            return Ok(());
        }
        Err(message) => message,
    };
    let DeskClosed(fault) = message.take()?;
    cx.jobs.finish(ListenAtDesk::SLOT);
    if let Some(fault) = fault {
        cx.say(Level::Problem, fault.to_string());
    }
    Ok(())
}

fn take(event: DeskEvent, cx: &mut Cx) {
    match event {
        DeskEvent::Asked(pending) => {
            let client = Untrusted::from(pending.request.client.as_str());
            let tool = Untrusted::from(pending.request.tool.as_str());
            let words = format!("{client} asks to run {tool}");
            let at = cx.now.uptime;
            cx.approvals.add(*pending, at);
            cx.effect(Effect::Bell);
            cx.effect(Effect::Notify(cx.notify, words.clone()));
            // Nobody is interrupted in the middle of a word, or of another question.
            let place = cx.contexts.first();
            let busy = cx.is_covered || place.is_some_and(|context| context.types());
            match (busy, cx.key_for(Action::ShowApprovals)) {
                (false, _) => cx.open(ApprovalPopup::new(at)),
                // It is counted where the others are answered.
                _ if place == Some(&C::Approval) => {}
                (true, "") => cx.say(Level::Note, format!("{words}: see “Calls to allow” among the commands.")),
                (true, key) => cx.say(Level::Note, format!("{words}. {key} on any screen shows it.")),
            }
        }
        DeskEvent::Withdrawn(number) => {
            if cx.approvals.withdraw(number) {
                // Keys that are on their way were meant for the call that is gone.
                cx.close_popup::<ApprovalPopup>();
                match cx.approvals.count() {
                    0 => cx.say(Level::Note, "The agent does not wait for your answer any more."),
                    _ => cx.open(ApprovalPopup::new(cx.now.uptime)),
                }
            }
        }
        DeskEvent::Calls => cx.send(CallsWritten),
    }
}
