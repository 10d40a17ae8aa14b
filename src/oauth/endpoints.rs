//! Where an authorization server is asked, and as whom.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};
use url::Url;

use crate::domain::{Fault, FaultKind, Secret, is_loopback};

/// Endpoints of one authorization server, each as [`endpoint`] allows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// Page on which a person consents.
    pub authorize: Url,
    /// Gives tokens.
    pub token: Url,
    /// Takes them back; none where the provider has no such thing.
    pub revoke: Option<Url>,
    /// Begins the device flow; none where the provider has none.
    pub device: Option<Url>,
    /// The server's own name for itself (RFC 8414).
    pub issuer: Option<String>,
    /// It says that it names itself in its answers (RFC 9207): one that does not is then refused.
    pub announces_iss: bool,
}

/// Application that a person has registered with the provider.
#[derive(Clone, Debug)]
pub struct OAuthApp {
    /// Public name of the application.
    pub client_id: String,
    /// None for a public client.
    pub client_secret: Option<Secret>,
}

/// Way in which the client proves who it is to the token endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ClientAuth {
    /// Its id alone: a public client.
    None,
    /// Id and secret in the form.
    #[default]
    Body,
    /// Id and secret as HTTP Basic.
    Basic,
    /// An assertion that it signs for each request (RFC 7523); its secret is the private key, as PEM.
    PrivateKeyJwt,
    /// An assertion that something else signed, which stands in the place of a secret.
    Assertion,
}

impl ClientAuth {
    /// The way that `app` can go.
    pub(super) fn with(self, app: &OAuthApp) -> Self {
        match (&app.client_secret, self) {
            (None, _) => Self::None,
            (Some(_), Self::None) => Self::Body,
            (Some(_), way) => way,
        }
    }
}

/// Reads a URL that tokens or secrets are sent to.
///
/// # Errors
/// [`FaultKind::InvalidInput`] for anything but https, or http on loopback; `name` says whose URL it is.
pub fn endpoint(name: &str, text: &str) -> Result<Url, Fault> {
    let refuse = |why: &str| Fault::new(FaultKind::InvalidInput, format!("The {name} {why}"));
    let url = Url::parse(text.trim()).map_err(|_| refuse("is not a URL. It looks like https://example.com/token."))?;
    checked(name, &url)?;
    Ok(url)
}

/// The same for a URL that is one already.
pub(super) fn checked(name: &str, url: &Url) -> Result<(), Fault> {
    let refuse = |why: &str| Err(Fault::new(FaultKind::InvalidInput, format!("The {name} {why}")));
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(url) => {}
        "http" => return refuse("must start with https: over plain http anybody on the way could read tokens."),
        _ => return refuse("must start with https://."),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("must not hold a user name or password.");
    }
    if url.fragment().is_some() {
        return refuse("must not hold a #.");
    }
    Ok(())
}

impl Endpoints {
    /// Refuses endpoints that nothing may be sent to.
    ///
    /// # Errors
    /// As [`endpoint`].
    pub fn check(&self) -> Result<(), Fault> {
        checked("authorization URL", &self.authorize)?;
        checked("token URL", &self.token)?;
        self.revoke.iter().try_for_each(|url| checked("revocation URL", url))?;
        self.device.iter().try_for_each(|url| checked("device URL", url))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_go_over_https_or_stay_on_this_machine() {
        for good in ["https://a.example/t?x=1", "http://127.0.0.1:1/t", "http://[::1]:1/t", "http://localhost/t"] {
            assert!(endpoint("token URL", good).is_ok(), "{good}");
        }
        for (bad, says) in [
            ("http://a.example/t", "must start with https:"),
            ("http://localhost.a.example/t", "must start with https:"),
            ("ftp://a.example", "must start with https://."),
            ("a.example", "not a URL"),
            ("https://u:hunter2@a.example", "user name"),
            ("https://a.example/#x", "hold a #"),
        ] {
            let fault = endpoint("token URL", bad).unwrap_err();
            assert!(fault.message.contains(says) && !fault.message.contains("hunter2"), "{bad}: {fault}");
        }
    }
}
