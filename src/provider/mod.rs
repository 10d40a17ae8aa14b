//! Floor 1: providers as data: where one registers an application, endpoints, scopes with their meaning, the form of a
//! key, the shapes of errors, the headers of limits.
//!
//! One file a provider (`assets/providers/*.toml`), and a person's own beside them in their settings folder, which take
//! the place of ours. The parts that tell who an account is are read by `identity`.
//!
//! ```toml
//! provider = "ACME"
//! title = "Acme"
//!
//! [api]
//! base = "https://api.acme.example/v1"
//! headers = { "Acme-Version" = "2026-01-01" }
//!
//! [oauth]
//! authorize = "https://acme.example/oauth/authorize"
//! token = "https://acme.example/oauth/token"
//! revoke = "https://acme.example/oauth/revoke"
//! secret = "optional"                    # required, optional, none
//! client_auth = "body"                   # body, basic
//! separator = " "
//! prompt = "consent"
//! actors = ["user", "app"]
//! redirect = "http://127.0.0.1/callback" # host and path
//! ports = [51763, 51764]                 # none: any port
//! register = "https://acme.example/settings/apps"
//! params = { access_type = "offline" }
//! refusals = [{ code = "no_admin", means = "approval_pending" }]
//!
//! [key]
//! form = "bearer"                        # bearer, bare, header, query, basic_user, basic_password
//! page = "https://acme.example/settings/keys"
//!
//! [[scope]]
//! name = "read"
//! meaning = "Read everything."
//! default = true
//!
//! [errors]
//! message = ["/error/message"]           # JSON Pointers (RFC 6901); the first that finds something counts
//! code = ["/error/code"]
//! limited = ["rate_limited"]             # codes
//! refused = ["unauthenticated"]
//!
//! [rate]
//! remaining = "X-RateLimit-Remaining"
//! reset = "X-RateLimit-Reset"
//! unit = "epoch_seconds"                 # epoch_seconds, epoch_millis, seconds
//! ```

mod built_in;
mod own_files;
mod read;
mod shapes;
mod spec;
mod table;

pub use built_in::FILES;
pub use own_files::{FOLDER, OwnFileProblem, each_own_file};
pub use shapes::{ErrorShape, ProviderError, RateHeaders, RateLimit, ResetUnit};
pub use spec::{HeaderForm, KeySpec, OAuthSpec, ProviderSpec, ScopeSpec, SecretNeed};
pub use table::ProviderTable;

/// Sections of a provider's file that this module reads.
pub const SECTIONS: [&str; 8] = ["title", "api", "oauth", "key", "mcp", "scope", "errors", "rate"];
