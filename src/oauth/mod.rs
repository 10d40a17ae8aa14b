//! Floor 1: OAuth 2 as a client: how a person's consent becomes a token, and how a token is kept good.
//!
//! The protocol's messages are the crate `oauth2`'s; here is what it leaves open: the listener that a browser comes back
//! to, the odd answers of providers, words for each refusal, and the keeping of tokens ([`TokenKeeper`]).
//!
//! * Authorization code with PKCE S256, always (RFC 7636, 8252, 9207): [`CodeFlow`]. There is no implicit flow, no
//!   password grant, and no plain challenge.
//! * Device flow (RFC 8628): [`DeviceFlow`].
//! * Discovery (RFC 8414): [`discover`].
//! * A server that says by itself how it is authorized for, as MCP servers do (RFC 9728, 7591, 8707): [`discover_server`],
//!   [`client_for`], [`scopes_for`].
//! * Token exchange (RFC 8693), with client assertions (RFC 7523): [`TokenExchanger`].
//! * Revocation (RFC 7009, and what providers made of it): [`TokenKeeper::revoke`].
//!
//! Credentials are sent to https alone, or to http on loopback, where tests listen. No redirect is followed.

mod answer;
mod client;
mod code_flow;
mod device_flow;
mod discovery;
mod endpoints;
mod exchange;
mod file_lock;
mod grant;
mod http;
mod keeper;
mod metadata;
mod network_fault;
mod protected_resource;
mod quirks;
mod refusal;
mod resource_indicator;
mod revocation;
mod token_fault;

pub use self::code_flow::{CodeEvent, CodeFlow, CodeRequest, KeepGrant};
pub use self::device_flow::{DeviceFlow, DeviceRequest};
pub use self::discovery::{Discovered, discover};
pub use self::endpoints::{ClientAuth, Endpoints, OAuthApp, endpoint};
pub use self::exchange::{
    AssertionKey, ClientProof, ExchangeApplication, ExchangeFault, ExchangeState, ExchangeTarget, ExchangedToken,
    IssuedUse, TokenExchange, TokenExchanger,
};
pub use self::grant::{GrantTerms, GrantedAccount, TokenGrant};
pub use self::http::{OAuthExchange, OAuthHttp, host};
pub use self::keeper::{ClientSecret, Renewal, TokenKeeper};
pub use self::network_fault::network_fault;
pub use self::protected_resource::{
    ClientChoice, ClientOrigin, KeptRegistrations, Registration, RegistrationKey, RegistrationStore, ServerAuth,
    ServerChallenge, ServerClient, client_for, discover_server, forget_refused_client, is_client_refused, scopes_for,
};
pub use self::quirks::{Quirks, RefusalKind, RefusalRule, RevocationForm};
pub use self::resource_indicator::ResourceIndicator;
pub use self::revocation::Revocation;
pub use self::token_fault::TokenFault;
