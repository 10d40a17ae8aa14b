//! The one examination of a call before it is sent, for every front.
//!
//! Lists, the journal and a person's own words all name accounts, and any of them may be wrong: a list
//! may give a row to somebody else's account, and an id may have changed hands since it was written
//! down. So nothing is sent but a [`Cleared`] call, and only `cleared` makes one. Identifiers and
//! connections are compared letter by letter: `Ada@` and `ada@` are two people.
//!
//! The mode of the environment is held here as well: in read-only mode no call is cleared that is not known to read
//! ([`Reading`](crate::domain::Reading)), and a [`GuardedBackend`], which is all that an open environment gives away,
//! refuses every other change. Nobody can insist.
//!
//! Whatever else speaks against a call is an [`Objection`]: a front puts it to the person, or takes a
//! [`Waiver`] for the answer.

mod claim;
mod cleared;
mod guard;
mod objection;
mod scopes;

pub use claim::{Claim, Claimant};
pub use cleared::{Cleared, ResolvedAccount, clear_request, permit_tool, resolve_account};
pub(super) use cleared::{nothing_was_sent, read};
pub use guard::{GuardedBackend, ModeSwitch};
pub use objection::{Objection, ObjectionKind, ProposedCall, Waiver, inactive, objections, question, refusal};
pub use scopes::{ASKED, AccountScopes, GRANTED, granted_scopes, lacks, scopes_to_ask};
