//! How far away a host is: what a server names must not lie nearer to us than the server itself.
//!
//! Otherwise a stranger's server could have this machine ask the router, or a service of the company's network, in its
//! place.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use url::{Host, Url};

use crate::domain::{Fault, FaultKind};
use crate::oauth::http::host;

/// Time that a name may take to be looked up. The request itself then says what is wrong.
const PATIENCE: Duration = Duration::from_secs(5);

/// Distance of a host, the far one first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// Anybody's.
    Public,
    /// On a network of its own: RFC 1918, RFC 6598, link-local and unique local addresses.
    Private,
    /// This machine.
    Loopback,
}

impl Reach {
    /// Distance of the host of a URL; the nearest, where its name has several addresses. A name that cannot be looked up
    /// is taken for public, such as where only a proxy can.
    pub async fn of(url: &Url) -> Self {
        let name = match url.host() {
            Some(Host::Ipv4(address)) => return Self::of_address(address.into()),
            Some(Host::Ipv6(address)) => return Self::of_address(address.into()),
            Some(Host::Domain(name)) => name,
            None => return Self::Public,
        };
        if name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost") {
            return Self::Loopback;
        }
        let looked_up = tokio::net::lookup_host((name, url.port_or_known_default().unwrap_or(443)));
        match tokio::time::timeout(PATIENCE, looked_up).await {
            Ok(Ok(found)) => found.map(|address| Self::of_address(address.ip())).max().unwrap_or(Self::Public),
            Ok(Err(_)) | Err(_) => Self::Public,
        }
    }

    fn of_address(address: IpAddr) -> Self {
        match address.to_canonical() {
            address if address.is_loopback() || address.is_unspecified() => Self::Loopback,
            IpAddr::V4(address) if is_private_v4(address) => Self::Private,
            IpAddr::V6(address) if is_private_v6(address) => Self::Private,
            _ => Self::Public,
        }
    }

    /// Refuses a URL that lies nearer than this; `what` says what it is: `metadata`.
    ///
    /// # Errors
    /// [`FaultKind::BadAnswer`].
    pub async fn allow(self, what: &str, url: &Url) -> Result<(), Fault> {
        // Nothing is nearer than this machine.
        if self == Self::Loopback {
            return Ok(());
        }
        let place = match Self::of(url).await {
            near if near <= self => return Ok(()),
            Self::Loopback => "this machine",
            Self::Public | Self::Private => "a private network",
        };
        let message =
            format!("The server names a {what} on {place} ({}), and is not there itself. Nothing was sent.", host(url));
        Err(Fault::new(FaultKind::BadAnswer, message))
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    address.is_private() || address.is_link_local() || first == 0 || (first == 100 && second & 0xc0 == 64)
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    address.is_unique_local() || address.is_unicast_link_local()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_nearer_than_the_server_is_asked() {
        let url = |text: &str| Url::parse(text).unwrap();
        for (text, reach) in [
            ("https://203.0.113.5/x", Reach::Public),
            ("https://[2001:db8::1]/", Reach::Public),
            ("https://10.1.2.3/", Reach::Private),
            ("https://172.31.0.1/", Reach::Private),
            ("https://169.254.169.254/latest", Reach::Private),
            ("https://100.64.0.1/", Reach::Private),
            ("https://100.128.0.1/", Reach::Public),
            ("https://[fd00::1]/", Reach::Private),
            ("https://[fe80::1]/", Reach::Private),
            ("https://[::ffff:192.168.0.1]/", Reach::Private),
            ("https://[::ffff:127.0.0.1]/", Reach::Loopback),
            ("https://0.0.0.0/", Reach::Loopback),
            ("https://2130706433/", Reach::Loopback),
            ("http://[::1]:1/", Reach::Loopback),
            ("http://LOCALHOST:1/", Reach::Loopback),
            ("http://a.localhost:1/", Reach::Loopback),
        ] {
            assert_eq!(Reach::of(&url(text)).await, reach, "{text}");
        }
        for (server, named, says) in [
            (Reach::Public, "https://192.168.0.1/", Some("a private network")),
            (Reach::Public, "http://127.0.0.1:1/", Some("this machine")),
            (Reach::Private, "http://127.0.0.1:1/", Some("this machine")),
            (Reach::Private, "https://10.0.0.1/", None),
            (Reach::Private, "https://203.0.113.5/", None),
            (Reach::Loopback, "https://10.0.0.1/", None),
        ] {
            let fault = server.allow("metadata document", &url(named)).await.err();
            assert_eq!(fault.is_some(), says.is_some(), "{server:?} {named}");
            assert!(fault.is_none_or(|fault| fault.message.contains(says.unwrap_or_default())));
        }
    }
}
