//! Fate of a wish, for the person and for the model.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::call::Wish;
use super::event::CallReturn;
use super::stored::Fate;
use super::told::{self, Told};
use crate::domain::{Fault, FaultKind, JsonText};
use crate::journal::EntryId;

/// Fate of a call that was not sent, for a reason in words.
pub(super) fn not_sent(words: String, fault: Fault) -> Fate {
    fate(Told::failed(words), None, Some(fault), true, None, None)
}

/// Fate of a call that somebody stopped waiting for; `entry` is the last one that was begun for it.
pub(super) fn stopped(wish: &Wish, entry: Option<EntryId>) -> Fate {
    let awaited = wish.awaits.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(fault) = awaited {
        return unauthorized(&fault, entry);
    }
    if !wish.is_sending.load(Ordering::SeqCst) {
        let words = "Stopped by the person before it was sent. Nothing was sent.";
        return not_sent(words.into(), Fault::new(FaultKind::Cancelled, words));
    }
    let words = "Stopped by the person while it was under way. Whether it was carried out is not known. Look whether it was \
                 before you call it again.";
    let fault = Fault::new(FaultKind::Cancelled, "Stopped while it was under way.").perhaps_carried_out();
    fate(Told::failed(words), None, Some(fault), false, entry, None)
}

/// Fate of a call that waited for its account until the run ended. Where it has an entry, it was sent before, and refused
/// for its account.
fn unauthorized(fault: &Fault, entry: Option<EntryId>) -> Fate {
    let refused = if entry.is_some() { "It was refused for its account" } else { "It was not sent" };
    let message = format!("{refused}, and waited for somebody to authorize that. Nobody did before the run ended.");
    let words = format!(
        "{message} Nothing was carried out: {} Tell the person that the account has to be authorized first.",
        fault.message
    );
    // The person was told of the account's own fault when the call began to wait.
    fate(Told::failed(words), None, Some(Fault::new(FaultKind::Cancelled, message)), entry.is_none(), entry, None)
}

/// Fate of a call, which the person did not change.
pub(super) fn fate(
    told: Told,
    result: Option<JsonText>,
    fault: Option<Fault>,
    not_sent: bool,
    entry: Option<EntryId>,
    took: Option<Duration>,
) -> Fate {
    let mut fate = Fate::told(told);
    *fate.returned = CallReturn { entry, result, fault, not_sent, took, ..*fate.returned };
    fate
}

/// Words on a name that stands for nothing.
pub(super) fn no_such_tool(wish: &Wish) -> String {
    let like = match wish.like.as_slice() {
        [] => String::new(),
        some => format!(" Perhaps {} is meant.", some.join(" or ")),
    };
    format!(
        "There is no tool named {}. Nothing was sent.{like} Call only tools that are offered.",
        told::quoted(&wish.name)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_was_refused_for_its_account_was_sent_and_says_what_it_waited_for() {
        let refused = Fault::new(FaultKind::NeedsAuthorization, "The provider refuses the account.");
        let fate = unauthorized(&refused, Some(EntryId(7)));
        assert!(!fate.returned.not_sent && fate.returned.entry == Some(EntryId(7)));
        let fault = fate.returned.fault.expect("a fault");
        assert!(fault.message.starts_with("It was refused for its account, and waited"), "{fault}");
        assert!(fault.message.contains("Nobody did before the run ended") && !fault.may_have_been_carried_out());
        assert!(fate.returned.told.raw().contains("The provider refuses the account."), "{:?}", fate.returned.told);
        let unsent = unauthorized(&refused, None).returned;
        assert!(unsent.not_sent && unsent.fault.expect("a fault").message.starts_with("It was not sent, and waited"));
    }
}
