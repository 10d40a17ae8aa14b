//! One call that a program makes for a person: examined like any other, allowed where it has to be, sent once, and
//! written down. Agents of other programs, which are served tools, and our own go the same way.
//!
//! Whom a call acts as is said once, by whoever begins the work for a person ([`Delegate::new`]). A call itself says
//! which tool on which connection, and with what input; nothing that it is made of can name another person, and the
//! account that is found is held against the one that was said before anything is sent.
//!
//! The steps are types, so that none can be left out: [`Examined`], then [`AllowedCall`], which a person makes of an
//! [`AskedCall`], and which alone can be sent.

mod examine;
mod permissions;
mod send;
mod words;

pub use examine::{AllowedCall, AskedCall, Delegate, Examined, HeldCall};
pub use permissions::Permissions;
pub use send::Sent;
pub use words::{CallRefusal, denied, next_step, unasked};
