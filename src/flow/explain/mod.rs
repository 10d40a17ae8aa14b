//! Reason why a list is empty or a call fails, found by control questions and told with its evidence and remedy.
//!
//! * [`Question`]: what is asked about; [`Diagnosis`]: the answer, with one [`Cause`] at most
//! * `reading`: the control questions, side by side where they do not depend on each other, each bounded in time. All
//!   of them only read, and none reads a large environment whole
//! * `control`: the questions themselves, which the short hints beside lists ask too
//! * `diagnosis`: the decision, from what was read alone
//! * `past_calls`, `scopes`: what earlier calls say of an account
//! * `elsewhere`: other environments that this machine can reach

mod cause;
pub(super) mod control;
pub(super) mod diagnosis;
mod elsewhere;
mod evidence;
pub(super) mod facts;
mod past_calls;
mod question;
mod reading;
mod remedy;
mod report;
mod scopes;

use std::sync::Arc;

use jiff::Timestamp;

pub use self::cause::Cause;
pub use self::evidence::{Evidence, EvidenceKind};
pub use self::question::{FailedCall, Question};
pub use self::reading::Step;
pub use self::remedy::Remedy;
use super::environment::Opened;
use super::record::Records;
use super::sources::Sources;
use crate::backend::scalekit::Limits;

/// Answer to a [`Question`].
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnosis {
    /// Question that it answers.
    pub question: Question,
    /// Name of the environment, safe to show.
    pub environment: String,
    /// The one cause; none where nothing is wrong, as far as anybody can tell from here.
    pub cause: Option<Cause>,
    /// Answers to the control questions, in the order in which they are told.
    pub evidence: Vec<Evidence>,
    /// Other causes that what was read does not rule out.
    pub also_possible: Vec<Cause>,
    /// Time at which it was found.
    pub at: Timestamp,
}

/// Everything that is asked to find a cause.
pub struct Witnesses<'a> {
    /// The open environment.
    pub opened: &'a Opened,
    /// Past calls of this machine; none where they are not to be read.
    pub records: Option<&'a Arc<Records>>,
    /// Other environments of this machine; none where nothing is said of them.
    pub sources: Option<&'a Sources>,
    /// Whether those are asked whose key can be reached without asking a person for anything. Each is spoken to with
    /// its own key at its own URL, and only read from.
    pub others: bool,
    /// Limits of requests to them.
    pub limits: Limits,
}

/// Asks the control questions and names the cause. `tell` hears of each as it is asked and answered. Dropping it
/// stops the reading.
pub async fn explain(question: Question, witnesses: &Witnesses<'_>, tell: &(dyn Fn(Step) + Sync)) -> Diagnosis {
    let facts = reading::read(&question, witnesses, tell).await;
    let mut finding = diagnosis::diagnose(question, &facts);
    finding.environment.clone_from(&witnesses.opened.about().name);
    let worked = facts.journal.told().map(|own| own.elsewhere.clone()).unwrap_or_default();
    elsewhere::add(&mut finding, worked, witnesses, tell).await;
    finding
}
