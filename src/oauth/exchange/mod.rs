//! Token exchange (RFC 8693): a person's token becomes one for a single resource, with no more scopes than one call needs.
//!
//! The subject is the access token of the person's sign-in at the authorization server; the application proves who it is
//! by a secret, by an assertion that it signs (RFC 7523), or by one that was made elsewhere; or it is a public one. What
//! comes out is used once and dropped: nothing here keeps a token.
//!
//! Not spoken: tokens for somebody who never signed in (a “substitute user”, told by an unsigned token), actor tokens, and
//! subjects other than access tokens. A refresh token in the answer is wiped unread: who needs another token exchanges
//! again.

mod answer;
mod application;
mod assertion;
mod fault;
mod request;

pub use self::answer::{ExchangedToken, IssuedUse};
pub use self::application::{ClientProof, ExchangeApplication};
pub use self::assertion::AssertionKey;
pub use self::fault::{ExchangeFault, ExchangeState};
pub(super) use self::request::JWT_BEARER;
pub(super) use self::request::TOKEN_EXCHANGE;
pub use self::request::{ExchangeTarget, TokenExchange, TokenExchanger};
