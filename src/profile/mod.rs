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
mod dotenv;
mod edit;
mod env_file_trust;
mod file;
mod file_trust;
mod folder_trust;
mod home;
mod memory_profiles;
mod name;
mod profiles;
mod sources;
mod variables;

pub use choice::{OpenChoice, OpenTarget, Source, choose};
pub use env_file_trust::{ANSWERS, TrustQuestion, TrustStore};
pub use file::{LocalTarget, Profile, ProfileTarget, Saved, ScalekitTarget, verify_url};
pub use file_trust::{FILE_ANSWERS, FileQuestion, FileTrust};
pub use folder_trust::{FolderTrust, LARGEST as LARGEST_AGREED, PROJECT};
pub use home::{Home, create_private, lock, write_private};
pub use name::ProfileName;
pub use profiles::Profiles;
pub use sources::{SourceEntry, SourceList, SourceState, list_sources};
pub use variables::CLIENT_SECRET;
