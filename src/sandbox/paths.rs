//! Paths of the hosted pages and of the MCP servers. Reference: sections 1.1 and 3.5.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Whatever is not plain in one part of a path: names of connections may hold spaces and colons.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// The authorization link itself.
pub fn link(id: &str) -> String {
    format!("/magicLink/{id}")
}

/// Page after a completed link.
pub fn done(id: &str) -> String {
    format!("/magicLink/{id}/done")
}

/// Our stand-in for the provider's consent page.
pub fn consent(provider: &str) -> String {
    format!("/provider/{}/authorize", provider.to_lowercase())
}

/// Callback that the provider sends the browser back to.
pub fn callback(connection_id: &str) -> String {
    format!("/sso/v1/oauth/{connection_id}/callback")
}

/// Sign-in to the broker's dashboard, where somebody says who they are.
pub const SIGN_IN: &str = "/dashboard/sign-in";

pub const STYLE: &str = "/style.css";

/// Server of a configuration.
pub fn config_server(server_id: &str) -> String {
    format!("/mcp/v3/servers/{server_id}")
}

/// Server of a connection.
pub fn connection_server(connection: &str) -> String {
    format!("/mcp/v3/connections/{}", utf8_percent_encode(connection, SEGMENT))
}

/// Server of an instance. Below `/mcp/` the form is a guess.
pub fn instance_server(key: &str) -> String {
    format!("/mcp/instances/{key}")
}

/// What tests ask for and change.
pub const CONTROL: &str = "/__jackfield";

/// Keys that signatures are verified with.
pub const KEYS: &str = "/keys";
