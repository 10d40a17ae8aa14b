//! How a sandbox is set up.

use std::time::Duration;

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
}

impl Default for Options {
    fn default() -> Self {
        Self { port: None, verify: VerifyMode::Custom, seed: 1, link_lifetime: Duration::from_secs(300) }
    }
}

/// How the person who consented is verified. Reference: section 5, step 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyMode {
    /// Not at all: consent makes the account ACTIVE.
    None,
    /// By the application (wire: B2B): consent waits for `user/verify`.
    Custom,
}
