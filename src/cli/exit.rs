//! Exit codes: one table.

use super::output::CliOutput;
use crate::domain::{Fault, FaultKind};

/// Every exit code, and its meaning.
pub(super) const CODES: [(&str, &str); 12] = [
    ("0", "success"),
    ("1", "any other failure"),
    ("2", "wrong usage, ambiguous target, wrong account, missing confirmation, or no environment"),
    ("3", "the environment refused the key, or is open read-only (mode = read)"),
    ("4", "the account needs authorization, or it was denied"),
    ("5", "not found; the nearest names are shown"),
    ("6", "failed at the provider; what it answered is printed"),
    ("7", "invalid input"),
    ("8", "network, environment or time-out; the message says if the call may have run"),
    ("9", "checked or compared, and something differs or is not as it should be"),
    ("130", "interrupted"),
    ("143", "terminated"),
];

/// The exit code of a failure.
pub(super) fn code(kind: FaultKind) -> u8 {
    match kind {
        FaultKind::NoEnvironment | FaultKind::Usage | FaultKind::Ambiguous | FaultKind::OtherAccount => 2,
        FaultKind::KeyRefused | FaultKind::Forbidden | FaultKind::ReadOnly => 3,
        FaultKind::NeedsAuthorization | FaultKind::Denied | FaultKind::LinkExpired => 4,
        FaultKind::NotFound => 5,
        FaultKind::ProviderFailed | FaultKind::ReportedFailure | FaultKind::ProviderLimited => 6,
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

/// The exit code after an answer was printed; says what the answer says against itself.
pub(super) fn reported(output: &CliOutput, fault: Option<&Fault>) -> u8 {
    let Some(fault) = fault else { return 0 };
    output.fault(fault);
    code(fault.kind)
}
