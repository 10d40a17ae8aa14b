//! Floor 2: where an environment and its key come from.
//!
//! Every source is all or nothing: what one leaves out is never filled in from another, so that a
//! key cannot end up at a URL it was not meant for. URLs and client ids may lie in a file; secrets
//! lie in the environment variables, a file of such variables that a person names or agrees to, the
//! keychain, or where there is none, in memory; this program writes them nowhere else.
//!
//! Nothing here is async. Reading files is quick; the keychain may wait for a person, so whatever
//! takes a [`Profiles`] belongs on a blocking thread.

mod choice;
mod consent;
mod dotenv;
mod file;
mod home;
mod kept;
mod name;
mod profiles;
mod secrets;
mod survey;
mod variables;

pub use choice::{Choice, Request, Source, choose};
pub use consent::{ANSWERS, Place, Question};
pub use file::{Profile, Saved, verify_url};
pub use home::{Home, create_private, turn, write_private};
pub use name::ProfileName;
pub use profiles::Profiles;
pub use secrets::{Keychain, Memory, SecretKey, SecretStore};
pub use survey::{Entry, Standing, Survey, survey};
pub use variables::CLIENT_SECRET;
