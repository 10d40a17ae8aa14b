//! Exit codes: one table.

use crate::domain::FaultKind;

/// The exit code of a failure.
pub(super) fn code(kind: FaultKind) -> u8 {
    match kind {
        FaultKind::NoEnvironment | FaultKind::Usage | FaultKind::Ambiguous => 2,
        FaultKind::KeyRefused | FaultKind::Forbidden => 3,
        FaultKind::NeedsAuthorization | FaultKind::Denied | FaultKind::LinkExpired => 4,
        FaultKind::NotFound => 5,
        FaultKind::ProviderFailed | FaultKind::ProviderLimited => 6,
        FaultKind::InvalidInput => 7,
        FaultKind::RateLimited
        | FaultKind::BrokerFailed
        | FaultKind::BadAnswer
        | FaultKind::TooLarge
        | FaultKind::Network
        | FaultKind::Unreachable
        | FaultKind::Blocked
        | FaultKind::TimedOut
        | FaultKind::Unfinished => 8,
        FaultKind::Conflict | FaultKind::NotOffered | FaultKind::Local => 1,
        FaultKind::Cancelled => 130,
    }
}
