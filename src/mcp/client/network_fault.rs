//! Failures below HTTP.

use crate::domain::FaultKind;
pub(super) use crate::oauth::network_fault as in_words;

/// True if the request never left.
pub(super) fn never_left(kind: FaultKind) -> bool {
    matches!(kind, FaultKind::Local | FaultKind::Blocked | FaultKind::Unreachable | FaultKind::InvalidInput)
}
