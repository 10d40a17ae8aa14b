//! Exit codes: one table.

use super::output::CliOutput;
use crate::domain::{Fault, FaultKind};
use crate::flow::doctor::Problem;

/// Every exit code, and its meaning.
pub(super) const CODES: [(&str, &str); 19] = [
    ("0", "success"),
    ("1", "any other failure"),
    ("2", "wrong usage, ambiguous target, wrong account, missing confirmation, no environment, or no key for a model"),
    ("3", "the environment or the model's server refused the key, or the environment is open read-only (mode = read)"),
    ("4", "the account needs authorization, or it was denied, by a person or a policy"),
    ("5", "not found; the nearest names are shown"),
    ("6", "failed at the provider; what it answered is printed"),
    ("7", "invalid input"),
    ("8", "network, environment, model's server or time-out; the message says if the call may have run"),
    ("9", "checked or compared, and something differs or is not as it should be"),
    ("10", "doctor: an account acts as somebody else than it is for"),
    ("11", "doctor: a connection is off or not configured; codes 3, 4 and 8 mean the same there as elsewhere"),
    ("12", "doctor: something changed that breaks calls"),
    ("13", "doctor: the catalogue is not whole, or a model refuses a schema"),
    ("14", "doctor: nothing is broken, but there are warnings"),
    ("126", "jackfield sandbox -- COMMAND: the command may not be run; once it runs, the code is the command's own"),
    ("127", "jackfield sandbox -- COMMAND: the command was not found"),
    ("130", "interrupted"),
    ("143", "terminated"),
];

/// The exit code of a failure.
pub(super) fn code(kind: FaultKind) -> u8 {
    match kind {
        FaultKind::NoEnvironment
        | FaultKind::NoModelKey
        | FaultKind::Misconfigured
        | FaultKind::Usage
        | FaultKind::Ambiguous
        | FaultKind::OtherAccount => 2,
        FaultKind::KeyRefused | FaultKind::Forbidden | FaultKind::ReadOnly | FaultKind::ModelKeyRefused => 3,
        FaultKind::NeedsAuthorization
        | FaultKind::Denied
        | FaultKind::PolicyDenied
        | FaultKind::NotGranted
        | FaultKind::LinkExpired => 4,
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
        | FaultKind::Unfinished
        | FaultKind::ModelLimited
        | FaultKind::ModelFailed
        | FaultKind::ModelUnreachable => 8,
        FaultKind::Conflict | FaultKind::NotOffered | FaultKind::Local => 1,
        FaultKind::Cancelled => 130,
    }
}

/// The exit code of an examination, by the worst that was found.
pub(super) fn problem(worst: Problem) -> u8 {
    match worst {
        Problem::Environment => 8,
        Problem::Key => 3,
        Problem::Person => 10,
        Problem::Account => 4,
        Problem::Connection => 11,
        Problem::Drift => 12,
        Problem::Catalogue => 13,
        Problem::Warning => 14,
    }
}

/// The exit code after an answer was printed; says what the answer says against itself.
pub(super) fn reported(output: &CliOutput, fault: Option<&Fault>) -> u8 {
    let Some(fault) = fault else { return 0 };
    output.fault(fault);
    code(fault.kind)
}
