//! The way to an environment: straight, or through a proxy that a variable or the system names.
//!
//! The client finds its proxy by itself; here it is found once more by the same rules, so that a fault can
//! name what stands between, and a variable that the client would pass over in silence is told.

use std::ffi::OsString;
use std::fmt;

use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use crate::domain::{EnvironmentUrl, Fault, FaultKind, Untrusted};

/// Variables that name a proxy, in the order in which the client looks: of each pair the first that is set
/// counts. Only `https` ever leaves this machine.
const VARIABLES: [[&str; 2]; 2] = [["HTTPS_PROXY", "https_proxy"], ["ALL_PROXY", "all_proxy"]];

/// The hosts that are reached without one.
const EXEMPT: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// Variable that is set for a CGI script. Whoever sends it a request could choose the proxy, so none is
/// used then.
const CGI: &str = "REQUEST_METHOD";

/// The way to one environment.
#[derive(Debug)]
pub(in crate::backend) struct NetworkPath {
    host: String,
    proxy: Option<NetworkProxy>,
    /// Fault where a variable names a proxy that cannot be understood.
    unclear: Option<Fault>,
}

/// Proxy between here and the environment. `Display` names it without the credentials that go with it.
#[derive(Debug)]
pub(in crate::backend) struct NetworkProxy {
    address: String,
    /// The variable that names it; none for the system's settings.
    variable: Option<&'static str>,
    /// `http`, `https`, `socks5h` and so on.
    scheme: String,
}

impl NetworkProxy {
    /// Of the address only scheme, host and port: what stands before an @ is nobody's business.
    fn at(found: &Intercept, variable: Option<&'static str>) -> Option<Self> {
        let host = found.uri().host().filter(|host| !host.is_empty())?;
        let address = found.uri().port_u16().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let scheme = found.uri().scheme_str().unwrap_or("http").to_owned();
        Some(Self { address: Untrusted::from(address).to_string(), variable, scheme })
    }

    /// Advice on how user name and password are given to it.
    pub fn credentials_hint(&self) -> String {
        match self.variable {
            Some(variable) => {
                format!("They belong into the variable: {variable}={}://USER:PASSWORD@HOST:PORT.", self.scheme)
            }
            None => "They belong into the system's settings.".into(),
        }
    }
}

impl fmt::Display for NetworkProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.address, self.variable.unwrap_or("of the system's settings"))
    }
}

impl NetworkPath {
    /// The way to `environment`, as `vars` have it.
    pub fn to(environment: &EnvironmentUrl, vars: &dyn Fn(&str) -> Option<OsString>) -> Self {
        let found = if environment.is_loopback() { Ok(None) } else { proxy(environment, vars) };
        let (proxy, unclear) = found.map_or_else(|fault| (None, Some(fault)), |proxy| (proxy, None));
        Self { host: environment.host(), proxy, unclear }
    }

    /// Refuses a path whose proxy cannot be understood.
    ///
    /// # Errors
    /// [`FaultKind::Blocked`] where a variable names a proxy that cannot be understood: what somebody wants
    /// to go through one does not go without.
    pub fn is_clear(&self) -> Result<(), Fault> {
        self.unclear.clone().map_or(Ok(()), Err)
    }

    /// Host and port of the environment.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Proxy on the path, if there is one.
    pub fn proxy(&self) -> Option<&NetworkProxy> {
        self.proxy.as_ref()
    }
}

/// The host, and what it is reached through.
impl fmt::Display for NetworkPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.host)?;
        self.proxy.as_ref().map_or(Ok(()), |proxy| write!(f, " through the proxy {proxy}"))
    }
}

fn proxy(environment: &EnvironmentUrl, vars: &dyn Fn(&str) -> Option<OsString>) -> Result<Option<NetworkProxy>, Fault> {
    let unclear = |name: &str, why: &str| {
        let message =
            format!("The variable {name} {why}, so nothing was sent. It looks like http://proxy.acme.dev:3128.");
        Fault::new(FaultKind::Blocked, message)
    };
    let first = |names: [&'static str; 2]| names.into_iter().find_map(|name| Some((name, vars(name)?)));
    let text = |(name, value): (&'static str, OsString)| match value.into_string() {
        Ok(value) => Ok((name, value)),
        Err(_) => Err(unclear(name, "is not UTF-8 text")),
    };
    let Ok(there) = environment.as_str().parse() else { return Ok(None) };
    let exempt = first(EXEMPT).map(text).transpose()?.unwrap_or_default().1;
    let any = Matcher::builder().all("http://proxy").no(exempt).build();
    if vars(CGI).is_some() || any.intercept(&there).is_none() {
        return Ok(None);
    }
    for names in VARIABLES {
        let Some((name, value)) = first(names).map(text).transpose()?.filter(|(_, value)| !value.is_empty()) else {
            continue;
        };
        let found = Matcher::builder().all(value).build().intercept(&there);
        return match found.as_ref().and_then(|found| NetworkProxy::at(found, Some(name))) {
            Some(proxy) => Ok(Some(proxy)),
            None => Err(unclear(name, "is not the address of a proxy")),
        };
    }
    // Elsewhere the system's settings are those variables.
    let asks_the_system = cfg!(target_os = "macos");
    let found = asks_the_system.then(Matcher::from_system).and_then(|system| system.intercept(&there));
    Ok(found.and_then(|found| NetworkProxy::at(&found, None)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(url: &str, set: &[(&str, &str)]) -> NetworkPath {
        let url = EnvironmentUrl::parse(url).expect(url);
        NetworkPath::to(&url, &|name| set.iter().find(|(other, _)| *other == name).map(|(_, value)| value.into()))
    }

    fn said(set: &[(&str, &str)]) -> String {
        let way = way("https://acme.test", set);
        way.is_clear().map_or_else(|fault| fault.message.into(), |()| way.to_string())
    }

    #[test]
    fn the_first_variable_that_is_set_names_the_proxy() {
        let straight = "acme.test";
        for (set, is) in [
            (&[][..], straight),
            (&[("HTTP_PROXY", "http://p:1")], straight),
            (&[("HTTPS_PROXY", "")], straight),
            (&[("HTTPS_PROXY", "http://p:1")], "acme.test through the proxy p:1 (HTTPS_PROXY)"),
            (&[("https_proxy", "p:1")], "acme.test through the proxy p:1 (https_proxy)"),
            (&[("ALL_PROXY", "socks5h://p"), ("https_proxy", "")], "acme.test through the proxy p (ALL_PROXY)"),
            (
                &[("ALL_PROXY", "socks5://a:1"), ("HTTPS_PROXY", "http://p:1")],
                "acme.test through the proxy p:1 (HTTPS_PROXY)",
            ),
            (&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", "other.dev, .test")], straight),
            (
                &[("HTTPS_PROXY", "http://p:1"), ("no_proxy", "other.dev")],
                "acme.test through the proxy p:1 (HTTPS_PROXY)",
            ),
            (&[("HTTPS_PROXY", "http://p:1"), ("REQUEST_METHOD", "GET")], straight),
        ] {
            assert_eq!(said(set), is, "{set:?}");
        }
    }

    #[test]
    fn nobody_on_this_machine_is_reached_through_one() {
        for url in ["http://127.0.0.1:1", "http://localhost:1", "https://[::1]:1"] {
            for proxy in ["http://p:1", "\u{1}"] {
                let way = way(url, &[("HTTPS_PROXY", proxy), ("HTTP_PROXY", proxy), ("ALL_PROXY", proxy)]);
                assert!(way.proxy().is_none() && way.is_clear().is_ok(), "{url} {way}");
            }
        }
    }

    #[test]
    fn a_variable_that_names_no_proxy_is_told_and_nothing_goes_without() {
        let exempt = said;
        for value in ["http://[bad", "ftp://p:1", "http://", "p q", "socks6://p"] {
            let said = said(&[("https_proxy", value), ("ALL_PROXY", "http://p:1")]);
            assert!(said.starts_with("The variable https_proxy is not the address of a proxy"), "{value}: {said}");
            assert_eq!(exempt(&[("https_proxy", value), ("NO_PROXY", "acme.test")]), "acme.test");
        }
    }

    #[test]
    fn a_variable_that_is_no_text_is_told() {
        use std::os::unix::ffi::OsStringExt as _;
        let url = EnvironmentUrl::parse("https://acme.test").expect("a URL");
        let way = NetworkPath::to(&url, &|name| (name == "ALL_PROXY").then(|| OsString::from_vec(vec![b'p', 0xff])));
        let fault = way.is_clear().expect_err("no text");
        assert!(fault.message.starts_with("The variable ALL_PROXY is not UTF-8 text"), "{fault}");
    }

    #[test]
    fn credentials_in_its_address_are_never_shown() {
        for address in
            ["http://ada:hunter2@p:1", "ada:hunter2@p:1", "socks5h://ada:hun%40ter2@p:1", "http://ada:x@hunter2@p:1"]
        {
            let way = way("https://acme.test", &[("HTTPS_PROXY", address)]);
            let all = format!("{way} {way:?} {}", way.proxy().map(NetworkProxy::credentials_hint).unwrap_or_default());
            assert!(!all.contains("hunter2") && !all.contains("ter2") && !all.contains("ada"), "{all}");
        }
    }
}
