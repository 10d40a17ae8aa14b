//! Kinds of failure, and whose they are.

use strum::{EnumString, IntoStaticStr};

/// The kinds of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum FaultKind {
    /// The input was refused, by us or by the broker.
    InvalidInput,
    /// Something that was named does not exist, or may not be seen.
    NotFound,
    /// The command line asks for what cannot be done.
    Usage,
    /// It could mean several things, or contradicts itself.
    Ambiguous,
    /// An account is somebody else's, or on another connection, than was asked for or said before.
    OtherAccount,
    /// It exists already, or changed meanwhile.
    Conflict,
    /// No environment is configured, or its source is incomplete.
    NoEnvironment,
    /// The broker refused the client id or secret.
    KeyRefused,
    /// The environment's key may not do this.
    Forbidden,
    /// The environment is open read-only.
    ReadOnly,
    /// This environment does not offer this route.
    NotOffered,
    /// The account must be authorized before it can be used.
    NeedsAuthorization,
    /// The person, or the check of who they are, said no.
    Denied,
    /// A rule of whoever gives out the tokens said no.
    PolicyDenied,
    /// The person has not granted the resource yet, at the authorization server that gives tokens for it.
    NotGranted,
    /// What a connection says of itself is refused: its application, or the resource that it names.
    Misconfigured,
    /// An authorization link ran out before it was used.
    LinkExpired,
    /// Nobody finished authorizing it while we waited.
    Unfinished,
    /// The tool or the provider behind it failed.
    ProviderFailed,
    /// The answer is a success by its status, and reports a failure in its body.
    ReportedFailure,
    /// The provider's own limit.
    ProviderLimited,
    /// The broker's own limit.
    RateLimited,
    /// The broker answered with a failure of its own (5xx).
    BrokerFailed,
    /// The broker's answer could not be understood.
    BadAnswer,
    /// The answer is larger than we accept.
    TooLarge,
    /// The way there broke off, or never came about.
    Network,
    /// Nobody is there: no such name, nothing that listens, no way to it.
    Unreachable,
    /// Something stands in the way that does not go by itself: a certificate that is not trusted, a
    /// proxy that wants credentials or is named wrongly.
    Blocked,
    /// No answer in time.
    TimedOut,
    /// There is no key for the server that answers for models.
    NoModelKey,
    /// The model's server refused the key, or what the key is good for.
    ModelKeyRefused,
    /// The limit of requests or tokens at the model's server.
    ModelLimited,
    /// The model's server failed, or its answer could not be understood.
    ModelFailed,
    /// The way to the model's server broke off, or never came about.
    ModelUnreachable,
    /// The person stopped it.
    Cancelled,
    /// Something on this machine: a file, a port, the keychain.
    Local,
}

/// Party at fault, and so the one who can mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::Display)]
pub enum Party {
    /// Input of the person: what was typed or asked for.
    #[strum(to_string = "your input")]
    YourInput,
    /// The environment's client id or secret.
    #[strum(to_string = "environment key")]
    EnvironmentKey,
    /// The person who was asked, and did not agree.
    #[strum(to_string = "the person")]
    ThePerson,
    /// Whoever writes the rules by which tokens are given out.
    #[strum(to_string = "the policy")]
    ThePolicy,
    /// The connected account: its credentials or its status.
    #[strum(to_string = "this account")]
    ThisAccount,
    /// The connection: its application, or the resource that it names.
    #[strum(to_string = "the connection")]
    TheConnection,
    /// The provider behind the tool.
    #[strum(to_string = "the provider")]
    TheProvider,
    /// The broker, which did not do its part.
    #[strum(to_string = "the environment")]
    TheBroker,
    /// The key for the server that answers for models.
    #[strum(to_string = "the model's key")]
    ModelKey,
    /// The server that answers for models.
    #[strum(to_string = "the model's server")]
    ModelServer,
    /// The network between here and the broker.
    #[strum(to_string = "the network")]
    TheNetwork,
    /// This machine: files, terminal, keychain.
    #[strum(to_string = "this machine")]
    ThisMachine,
}

impl FaultKind {
    /// Party at fault for this kind.
    pub fn whose(self) -> Party {
        match self {
            Self::InvalidInput
            | Self::NotFound
            | Self::Usage
            | Self::Ambiguous
            | Self::Conflict
            | Self::ReadOnly
            | Self::Cancelled => Party::YourInput,
            Self::NoEnvironment | Self::KeyRefused | Self::Forbidden => Party::EnvironmentKey,
            Self::Denied | Self::NotGranted => Party::ThePerson,
            Self::PolicyDenied => Party::ThePolicy,
            Self::Misconfigured => Party::TheConnection,
            Self::OtherAccount | Self::NeedsAuthorization | Self::LinkExpired | Self::Unfinished => Party::ThisAccount,
            Self::ProviderFailed | Self::ReportedFailure | Self::ProviderLimited => Party::TheProvider,
            Self::NotOffered | Self::RateLimited | Self::BrokerFailed | Self::BadAnswer | Self::TooLarge => {
                Party::TheBroker
            }
            Self::NoModelKey | Self::ModelKeyRefused => Party::ModelKey,
            Self::ModelLimited | Self::ModelFailed => Party::ModelServer,
            Self::Network | Self::Unreachable | Self::Blocked | Self::TimedOut | Self::ModelUnreachable => {
                Party::TheNetwork
            }
            Self::Local => Party::ThisMachine,
        }
    }

    /// Headline to stand before the message: what failed, in a few words.
    pub fn headline(self) -> &'static str {
        match self {
            Self::InvalidInput => "Invalid input",
            Self::NotFound => "Not found",
            Self::Usage => "Cannot be done",
            Self::Ambiguous => "Ambiguous",
            Self::OtherAccount => "Wrong account",
            Self::Conflict => "Conflict",
            Self::NoEnvironment => "No environment",
            Self::KeyRefused => "Key refused",
            Self::Forbidden => "Not allowed",
            Self::ReadOnly => "Read-only",
            Self::NotOffered => "Not supported",
            Self::NeedsAuthorization => "Needs authorization",
            Self::Denied => "Denied",
            Self::PolicyDenied => "Denied by policy",
            Self::NotGranted => "Not granted yet",
            Self::Misconfigured => "Wrong settings",
            Self::LinkExpired => "Link expired",
            Self::Unfinished => "Timed out",
            Self::ProviderFailed | Self::ReportedFailure => "Failed at the provider",
            Self::ProviderLimited => "Rate limited by the provider",
            Self::RateLimited => "Rate limited by the environment",
            Self::BrokerFailed => "Failed in the environment",
            Self::BadAnswer => "Unexpected answer",
            Self::TooLarge => "Too large",
            Self::Network => "Network error",
            Self::Unreachable => "Unreachable",
            Self::Blocked => "Blocked",
            Self::TimedOut => "Timed out",
            Self::NoModelKey => "No key for a model",
            Self::ModelKeyRefused => "Key refused by the model's server",
            Self::ModelLimited => "Rate limited by the model's server",
            Self::ModelFailed => "Failed at the model's server",
            Self::ModelUnreachable => "No connection to the model",
            Self::Cancelled => "Cancelled",
            Self::Local => "Failed on this machine",
        }
    }

    /// A stable name for programs to match on.
    pub fn slug(self) -> &'static str {
        self.into()
    }

    /// True if the same read, sent again, may well succeed.
    pub fn is_passing(self) -> bool {
        matches!(
            self,
            Self::RateLimited
                | Self::BrokerFailed
                | Self::Network
                | Self::Unreachable
                | Self::TimedOut
                | Self::ModelLimited
                | Self::ModelFailed
                | Self::ModelUnreachable
        )
    }
}
