//! One environment of a broker: its URL and its key.

use std::fmt;

use url::{Host, Url};

use super::{Fault, FaultKind, Secret, Untrusted, reject_placeholder};

/// One environment, with the key that opens it. `Debug` says nothing of the secret.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Base URL of its API.
    pub url: EnvironmentUrl,
    /// `skc_…`; not a secret, but names whose environment it is.
    pub client_id: Untrusted,
    /// Secret that belongs to the client id.
    pub client_secret: Secret,
}

impl Environment {
    /// Reads a client id as a person or a file gives it.
    ///
    /// # Errors
    /// [`FaultKind::InvalidInput`] for nothing, and for a variable that nothing has filled in.
    pub fn read_client_id(text: &str) -> Result<Untrusted, Fault> {
        some(text, "The client id").map(Untrusted::from)
    }

    /// Reads a client secret as a person or a file gives it. No error repeats it.
    ///
    /// # Errors
    /// As [`Environment::read_client_id`].
    pub fn read_client_secret(text: &str) -> Result<Secret, Fault> {
        some(text, "The client secret").map(|text| Secret::new(text.to_owned()))
    }
}

fn some<'a>(text: &'a str, name: &str) -> Result<&'a str, Fault> {
    let text = reject_placeholder(text, name)?;
    if text.is_empty() {
        return Err(Fault::new(FaultKind::InvalidInput, format!("{name} is empty.")));
    }
    Ok(text)
}

/// The base URL of an environment: `https`, or `http` on loopback, where no stranger listens.
/// Reference: section 1.1.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EnvironmentUrl(Url);

impl EnvironmentUrl {
    /// Reads a URL as a person or a file gives it; what surrounds a copied value and trailing slashes do
    /// not count.
    ///
    /// # Errors
    /// [`FaultKind::InvalidInput`] for anything that a key must not be sent to.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let refuse = |why: &str| Err(Fault::new(FaultKind::InvalidInput, format!("The environment URL {why}")));
        let Ok(mut url) = Url::parse(reject_placeholder(text, "The environment URL")?) else {
            return refuse("is not a URL. It looks like https://acme.scalekit.dev.");
        };
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return refuse("must start with https: over plain http anybody on the way could read the key."),
            _ => return refuse("must start with https://."),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("must not hold a user name or password.");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refuse("must end with its host or path, without ? and #.");
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(Self(url))
    }

    /// The URL of `path`, which starts with a slash and holds nothing that needs encoding.
    pub fn at(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}{path}", self.0.path().trim_end_matches('/')));
        url
    }

    /// True for this machine: the one case in which plain `http` is accepted.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }

    /// True if requests are encrypted on their way.
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Host and port, to name the environment by; safe to show.
    pub fn host(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        self.0.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Without a trailing slash.
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }
}

impl fmt::Display for EnvironmentUrl {
    /// Percent-encoded ASCII throughout, so safe to show.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for EnvironmentUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// True if nobody but this machine listens there.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> EnvironmentUrl {
        EnvironmentUrl::parse(text).expect(text)
    }

    #[test]
    fn slashes_at_the_end_do_not_count() {
        for text in [
            "https://acme.scalekit.dev",
            "https://ACME.scalekit.dev//",
            " https://acme.scalekit.dev:443/\n",
            "\u{feff}`https://acme.scalekit.dev`\r",
        ] {
            let url = parse(text);
            assert_eq!(url.as_str(), "https://acme.scalekit.dev", "{text:?}");
            assert_eq!(url.at("/oauth/token").as_str(), "https://acme.scalekit.dev/oauth/token", "{text:?}");
        }
        assert_eq!(parse("https://x.dev/environment/").at("/keys").as_str(), "https://x.dev/environment/keys");
    }

    #[test]
    fn plain_http_is_for_this_machine_alone() {
        for text in ["http://127.0.0.1:8080", "http://127.9.9.9", "http://[::1]:1", "http://localhost:3000"] {
            assert!(parse(text).is_loopback(), "{text}");
        }
        for text in
            ["http://acme.scalekit.dev", "http://10.0.0.1", "http://localhost.evil.dev", "http://127.0.0.1.nip.io"]
        {
            let fault = EnvironmentUrl::parse(text).expect_err(text);
            assert!(fault.message.contains("must start with https"), "{fault}");
        }
    }

    #[test]
    fn what_a_key_must_not_be_sent_to_is_refused() {
        for text in [
            "",
            "acme.scalekit.dev",
            "ftp://a.dev",
            "file:///etc",
            "https://u:p@a.dev",
            "https://a.dev/?x=1",
            "https://a.dev/#x",
            "https://",
        ] {
            assert_eq!(EnvironmentUrl::parse(text).expect_err(text).kind, FaultKind::InvalidInput, "{text}");
        }
    }

    #[test]
    fn all_three_are_read_alike_and_a_variable_in_them_is_told() {
        assert_eq!(Environment::read_client_id("\u{200b}'skc_1'\r\n").expect("an id").raw(), "skc_1");
        assert_eq!(Environment::read_client_secret("`sks_1`\r").expect("a secret").expose(), "sks_1");
        let refused = [
            EnvironmentUrl::parse("https://${HOST}").map(drop),
            Environment::read_client_id("${ID}").map(drop),
            Environment::read_client_secret("$SECRET").map(drop),
        ];
        for refused in refused {
            let fault = refused.expect_err("not filled in");
            assert!(fault.message.contains("still refers to a variable"), "{fault}");
        }
        for empty in ["", " ", "\"\"", "\u{feff}\r"] {
            assert_eq!(Environment::read_client_secret(empty).expect_err(empty).message, "The client secret is empty.");
        }
    }

    #[test]
    fn debug_keeps_the_secret() {
        let environment = Environment {
            url: parse("https://acme.scalekit.dev"),
            client_id: "skc_1".into(),
            client_secret: Secret::new("sks_hunter2".into()),
        };
        let shown = format!("{environment:?}");
        assert!(shown.contains("skc_1") && !shown.contains("hunter2"), "{shown}");
    }
}
