//! Paths of the hosted pages. Reference: section 1.1.

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
