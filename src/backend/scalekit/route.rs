//! Routes of the API, each with its time limit and the refusals that mean something special there.

use std::time::Duration;

use crate::domain::FaultKind;

/// One route of the wire.
pub(in crate::backend) struct Route {
    /// Kind of request; repeats and warnings follow from it.
    pub kind: Kind,
    /// Below the environment's URL; nothing in it needs encoding, and `{}` stands for a parameter.
    pub path: &'static str,
    /// Time limit of the whole exchange; none for as long as it takes.
    pub patience: fn(&Limits) -> Option<Duration>,
    /// Contents of a good answer, for the sentence about one that is not.
    pub expects: &'static str,
    /// Refusals that mean something else here than elsewhere; the first that fits counts.
    pub refusals: &'static [Refusal],
}

/// Effect of a request, which decides whether it may be sent twice.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::backend) enum Kind {
    /// Gets us a token.
    Token,
    /// Changes nothing: may be sent again.
    Read,
    /// Changes something: sent once.
    Act,
}

/// Meaning of a refusal on one route.
pub(in crate::backend) struct Refusal {
    /// Refusals that are meant.
    pub when: When,
    /// Kind of fault that it becomes.
    pub kind: FaultKind,
    /// Sentence for a person.
    pub message: &'static str,
}

/// Condition on a refusal.
pub(in crate::backend) enum When {
    /// Every one with this HTTP status.
    Status(u16),
    /// One with this status and a code of the broker's own, so that it is not the route that is missing.
    Coded(u16),
    /// One with which an environment may turn away a route that it does not have (section 13).
    Missing,
    /// One that has these words in it, in lower case.
    Says(&'static str),
    /// One that says that the account is not ready for use.
    AccountNotReady,
}

/// Limits of time and size. The defaults are what people get; tests choose their own.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Time for setting up a connection.
    pub connect: Duration,
    /// Time for fetching a token.
    pub token: Duration,
    /// Time for everything about accounts and connections.
    pub control: Duration,
    /// Time for lists of tools.
    pub tools: Duration,
    /// Time for calls of tools and providers; none for as long as they take. Scalekit's own balancer cuts them at
    /// 62 s (reference: section 6.3), another's may not.
    pub calls: Option<Duration>,
    /// Time for a read with all its repeats: none is begun that would start later than this.
    pub repeats: Duration,
    /// Before the first repeat; doubles with every further one.
    pub first_pause: Duration,
    /// Bytes of an answer, unpacked.
    pub body: usize,
}

impl Limits {
    /// Time limit of a call where nothing else is said.
    pub const CALLS: Duration = Duration::from_secs(60);
    /// Bytes of an answer where nothing else is said.
    pub const BODY: usize = 256 << 20;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            token: Duration::from_secs(30),
            control: Duration::from_secs(20),
            tools: Duration::from_secs(60),
            calls: Some(Self::CALLS),
            repeats: Duration::from_secs(20),
            first_pause: Duration::from_millis(200),
            body: Self::BODY,
        }
    }
}
