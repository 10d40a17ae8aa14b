//! Authorization for a server that protects itself and says how (RFC 9728), as MCP servers do: which authorization server
//! gives tokens for it, as which client they are asked for, and with which scopes.
//!
//! Nothing that is found here is trusted further than it was checked: the document names the server that was asked, the
//! authorization server names itself as the document did, and every URL is one that credentials may be sent to.
//! Reference: docs/mcp.md, “Authorization”.

mod challenge;
mod client;
mod discovery;
mod metadata;
mod reach;
mod registration;
mod registration_store;
mod scopes;

use url::Url;

pub use self::challenge::ServerChallenge;
pub use self::client::{
    ClientChoice, ClientOrigin, ServerClient, client_for, forget_refused_client, is_client_refused,
};
pub use self::discovery::discover_server;
pub use self::registration::Registration;
pub use self::registration_store::{KeptRegistrations, RegistrationKey, RegistrationStore};
pub use self::scopes::scopes_for;
use super::code_flow::CodeRequest;
use super::endpoints::{ClientAuth, Endpoints};
use super::quirks::Quirks;
use super::resource_indicator::ResourceIndicator;
use crate::domain::SafeMessage;

/// Ports that the browser comes back to. Fixed ones, for many authorization servers compare the whole redirect URI.
const PORTS: [u16; 3] = [51763, 51764, 51765];

/// How a server wants to be authorized for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerAuth {
    /// Name of the server, as tokens are bound to it.
    pub resource: ResourceIndicator,
    /// The authorization server's name, letter by letter as it has it; ASCII. Whatever is kept of it is kept by this.
    pub issuer: String,
    /// Its endpoints, with that issuer.
    pub endpoints: Endpoints,
    /// Scopes that the server lists; none where it does not say.
    pub scopes_supported: Vec<String>,
    /// The authorization server gives refresh tokens for the scope `offline_access`.
    pub offers_offline_access: bool,
    /// Ways in which clients can prove who they are there, the best first; none where it offers only ways that are not
    /// spoken here.
    pub client_auth: Vec<ClientAuth>,
    /// It takes the URL of a client id metadata document for a client id.
    pub supports_metadata_document: bool,
    /// Endpoint at which a client registers itself (RFC 7591).
    pub registration: Option<Url>,
    /// Sentences for the person: what is allowed, and unusual.
    pub notes: Vec<SafeMessage>,
}

impl ServerAuth {
    /// Ways of the redirect that clients are registered with, unless a person sets other ones.
    pub fn quirks() -> Quirks {
        Quirks { redirect_ports: PORTS.to_vec(), ..Quirks::default() }
    }

    /// The consent to ask for. `whom` is as in [`CodeRequest::whom`]; `quirks` have the redirect that the client was
    /// registered with.
    pub fn code_request(
        &self,
        client: &ServerClient,
        scopes: Vec<String>,
        whom: String,
        quirks: Quirks,
    ) -> CodeRequest {
        CodeRequest {
            endpoints: self.endpoints.clone(),
            app: client.app.clone(),
            scopes,
            actor: None,
            resource: Some(self.resource.clone()),
            whom,
            quirks: Quirks { client_auth: client.client_auth, ..quirks },
        }
    }
}
