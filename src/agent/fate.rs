//! Fate of a wish, for the person and for the model.

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

/// Fate of a call that somebody stopped waiting for.
pub(super) fn stopped(wish: &Wish, entry: Option<EntryId>) -> Fate {
    if !wish.is_sending.load(Ordering::SeqCst) {
        let words = "Stopped by the person before it was sent. Nothing was sent.";
        return not_sent(words.into(), Fault::new(FaultKind::Cancelled, words));
    }
    let words = "Stopped by the person while it was under way. Whether it was carried out is not known. Look whether it was \
                 before you call it again.";
    let fault = Fault::new(FaultKind::Cancelled, "Stopped while it was under way.").perhaps_carried_out();
    fate(Told::failed(words), None, Some(fault), false, entry, None)
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
