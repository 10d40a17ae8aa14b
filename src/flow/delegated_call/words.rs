//! Next steps for a model whose call was refused or failed.

use crate::domain::{Fault, FaultKind};

/// Refusal or failure of a call, and what to do next.
#[derive(Clone, Debug, PartialEq)]
pub struct CallRefusal {
    /// What happened, and whose fault it is.
    pub fault: Box<Fault>,
    /// Next step for a model, in a sentence or more; empty where there is none to tell.
    pub next: String,
}

impl From<Fault> for CallRefusal {
    fn from(fault: Fault) -> Self {
        Self { next: next_step(&fault), fault: Box::new(fault) }
    }
}

/// Next step for a model after a failure; empty where there is none to tell.
pub fn next_step(fault: &Fault) -> String {
    if fault.may_have_been_carried_out() {
        return "Look whether it was carried out before you call it again.".into();
    }
    if let (FaultKind::NotGranted, Some(page)) = (fault.kind, fault.page()) {
        return format!("Give this link to the person, who grants it there, then call again: {page}");
    }
    let words = match fault.kind {
        FaultKind::InvalidInput => "Mend the arguments, and call again.",
        FaultKind::RateLimited | FaultKind::ProviderLimited => "Wait before you call again.",
        FaultKind::ReadOnly => "Only the person can allow changes, by another mode (ask or free).",
        FaultKind::PolicyDenied => "A policy denied it. Do not try again; tell the person what it said.",
        FaultKind::NotGranted | FaultKind::Misconfigured => "Only the person can mend this. Tell them what it says.",
        FaultKind::KeyRefused | FaultKind::Forbidden => {
            "Only the person can mend this: the environment's key is refused."
        }
        FaultKind::Denied => "Do not try it again unless the person asks for it.",
        kind if kind.is_passing() => "It may work later.",
        _ => "",
    };
    words.to_owned()
}

/// Fault of a call that a person denied, in their words where they gave some.
pub fn denied(reason: &str) -> Fault {
    match reason.trim() {
        "" => Fault::new(FaultKind::Denied, "The person denied this call. Nothing was sent."),
        reason => {
            let message = format!("The person denied this call: {}. Nothing was sent.", reason.trim_end_matches('.'));
            Fault::new(FaultKind::Denied, message)
        }
    }
}

/// Fault of a call that nobody could be asked about, for this reason.
pub fn unasked(why: &str) -> Fault {
    let message = format!("This call was not allowed: {}. Nothing was sent.", why.trim().trim_end_matches('.'));
    Fault::new(FaultKind::Denied, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_denied_is_said_to_have_denied() {
        let words = unasked("Nobody could be asked.").message.to_string();
        assert_eq!(words, "This call was not allowed: Nobody could be asked. Nothing was sent.");
        assert_eq!(denied("too early.").message, "The person denied this call: too early. Nothing was sent.");
        assert_eq!(denied(" ").message, "The person denied this call. Nothing was sent.");
    }
}
