//! Options of a sandbox.

use std::path::PathBuf;
use std::time::Duration;

use jiff::SignedDuration;
use url::Url;

use super::fault_rule::FaultRule;
use crate::domain::Secret;

/// So far ahead of this machine's clock its own may be, and so far behind: a year.
pub const FARTHEST: SignedDuration = SignedDuration::from_hours(24 * 365);

/// Options of a sandbox, as the command line and tests set them.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port on 127.0.0.1; any free one when none is named.
    pub port: Option<u16>,
    /// Verification between consent and ACTIVE.
    pub verify: VerifyMode,
    /// Id of its one client; one that follows from the seed where none is given.
    pub client_id: Option<String>,
    /// Secret of its one client; another one at each start where none is given.
    pub client_secret: Option<Secret>,
    /// Decides every id of the world; the same seed gives the same ids.
    pub seed: u64,
    /// Lifetime of an authorization link.
    pub link_lifetime: Duration,
    /// That many made-up accounts beside the ones that tell a story.
    pub accounts: Option<usize>,
    /// File of a world of one's own: connections, people, accounts, tools and their answers.
    pub world: Option<PathBuf>,
    /// Address that changes of accounts are told to.
    pub webhook: Option<WebhookTarget>,
    /// Whether tests may ask for its calls and change its accounts, under `/__jackfield`.
    pub control: bool,
    /// A file of more tools: one JSON object `{connector, name, description, input_schema}` a line,
    /// plain or gzip. A connector nobody has configured gets a connection of its own.
    pub catalog: Option<PathBuf>,
    /// Person who has an ACTIVE account on every connection that the catalog brings.
    pub catalog_for: String,
    /// Time by which its clock is ahead of this machine's; negative where it is behind.
    pub clock: SignedDuration,
    /// Delay of every answer of the API.
    pub latency: Duration,
    /// Faults that are caused on purpose.
    pub faults: Vec<FaultRule>,
    /// File that the world is kept in; it ends with the process where there is none.
    pub state: Option<PathBuf>,
    /// Whether it begins anew all the same, and takes the place of what the file holds.
    pub anew: bool,
    /// Form of unset messages.
    pub unset: Unset,
    /// Status of a successful create.
    pub create_status: CreateStatus,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: None,
            verify: VerifyMode::Custom,
            client_id: None,
            client_secret: None,
            seed: 1,
            link_lifetime: Duration::from_secs(300),
            accounts: None,
            world: None,
            webhook: None,
            control: false,
            catalog: None,
            catalog_for: "ada@acme.dev".into(),
            clock: SignedDuration::ZERO,
            latency: Duration::ZERO,
            faults: Vec::new(),
            state: None,
            anew: false,
            unset: Unset::Absent,
            create_status: CreateStatus::Created,
        }
    }
}

/// Where changes of accounts are told to, and the secret that the messages are signed with.
#[derive(Clone, Debug)]
pub struct WebhookTarget {
    /// Address of the application under test.
    pub url: Url,
    /// Secret, `whsec_` and the key in base64; another one at each start where none is given.
    pub secret: Option<Secret>,
}

/// Verification of the person who consented. Reference: section 5, step 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyMode {
    /// Not at all: consent makes the account ACTIVE.
    None,
    /// By the application (wire: B2B): consent waits for `user/verify`.
    Custom,
    /// By the broker's own dashboard: the hosted page asks for a sign-in there, and finishes.
    Platform,
}

/// Form of timestamps and other messages that were never set. Reference: section 1.4; the samples do not
/// settle it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unset {
    /// Left out of the object.
    Absent,
    /// Written as `null`.
    Null,
}

/// The status of a successful create. Reference: section 3.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreateStatus {
    /// 200, as a gateway answers by itself.
    Ok,
    /// 201, as the reference has it.
    Created,
}
