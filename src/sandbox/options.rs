//! How a sandbox is set up.

use std::path::PathBuf;
use std::time::Duration;

use jiff::SignedDuration;

use super::fault_rule::FaultRule;

/// How a sandbox is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port on 127.0.0.1; any free one when none is named.
    pub port: Option<u16>,
    /// What happens between consent and ACTIVE.
    pub verify: VerifyMode,
    /// Decides every id of the world; the same seed gives the same ids.
    pub seed: u64,
    /// How long an authorization link works.
    pub link_lifetime: Duration,
    /// That many made-up accounts beside the ones that tell a story.
    pub accounts: Option<usize>,
    /// A file of more tools: one JSON object `{connector, name, description, input_schema}` a line,
    /// plain or gzip. A connector nobody has configured gets a connection of its own.
    pub catalog: Option<PathBuf>,
    /// Who has an ACTIVE account on every connection that the catalog brings.
    pub catalog_for: String,
    /// How far its clock is ahead of this machine's; behind, where that is negative.
    pub clock: SignedDuration,
    /// How long every answer of the API waits.
    pub latency: Duration,
    /// What goes wrong on purpose.
    pub faults: Vec<FaultRule>,
    /// How unset messages are written.
    pub unset: Unset,
    /// What a successful create answers with.
    pub create_status: CreateStatus,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: None,
            verify: VerifyMode::Custom,
            seed: 1,
            link_lifetime: Duration::from_secs(300),
            accounts: None,
            catalog: None,
            catalog_for: "ada@acme.dev".into(),
            clock: SignedDuration::ZERO,
            latency: Duration::ZERO,
            faults: Vec::new(),
            unset: Unset::Absent,
            create_status: CreateStatus::Created,
        }
    }
}

/// How the person who consented is verified. Reference: section 5, step 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyMode {
    /// Not at all: consent makes the account ACTIVE.
    None,
    /// By the application (wire: B2B): consent waits for `user/verify`.
    Custom,
    /// By the broker's own dashboard: the hosted page asks for a sign-in there, and finishes.
    Platform,
}

/// How timestamps and other messages are written that were never set. Reference: section 1.4; the
/// samples do not settle it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unset {
    /// Left out.
    Absent,
    /// `null`.
    Null,
}

/// The status of a successful create. Reference: section 3.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreateStatus {
    /// 200, as a gateway answers by itself.
    Ok,
    /// 201, as documented.
    Created,
}
