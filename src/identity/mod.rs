//! Floor 1: how each provider is asked who an account is, as data.
//!
//! A table of calls that only read, one file a provider (`assets/providers/*.toml`), and a person's own beside them in
//! their settings folder. A file names a tool, or a path below the provider's own API, and where in the answer the
//! user's id, name, e-mail address and workspace stand:
//!
//! ```toml
//! provider = "LINEAR"
//! tool = "linear_viewer_get"          # or: get = "/users/me"
//! id = ["/viewer/id"]                 # JSON Pointers (RFC 6901); the first that finds something counts
//! email = ["/viewer/email"]
//! ```
//!
//! The answers of the built-in table are those of the providers' published APIs. Where an environment hands them on
//! below `data`, they are found there too.

mod call;
mod table;

pub use call::{IdentityCall, Lookup};
pub use table::IdentityTable;
