//! Failures below HTTP, in plain words.

use std::error::Error;
use std::io::ErrorKind;
use std::time::Duration;

use reqwest::StatusCode;
use rustls::CertificateError;

use super::network_path::{NetworkPath, NetworkProxy};
use super::route::{Kind, Route};
use crate::domain::{Fault, FaultKind, Untrusted};

/// The fault behind an error of the HTTP client. The error's own text is never shown whole: it
/// quotes the request.
pub(in crate::backend) fn fault(error: reqwest::Error, way: &NetworkPath, route: &Route) -> Fault {
    in_words(&error, way, route).caused_by(error.without_url())
}

fn in_words(error: &reqwest::Error, way: &NetworkPath, route: &Route) -> Fault {
    if error.is_builder() {
        let cause = innermost(error);
        let hint = if cause.contains("No CA certificates") { NO_CERTIFICATES } else { "" };
        let message = format!("This machine's TLS cannot be set up, so nothing was sent: {cause}.{hint}");
        return Fault::new(FaultKind::Local, message);
    }
    if error.is_timeout() && error.is_connect() {
        return Fault::new(FaultKind::TimedOut, format!("No connection to {way} came about in time."));
    }
    if error.is_timeout() {
        return underway(FaultKind::TimedOut, format!("{way} did not answer in time."), route);
    }
    if error.is_connect() {
        return not_connected(error, way);
    }
    let what = match io_kind(error) {
        // This is how the unpacker's errors arrive.
        Some(ErrorKind::InvalidData) => {
            let message = format!("The answer from {} cannot be unpacked.", way.host());
            return underway(FaultKind::BadAnswer, message, route);
        }
        Some(ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe) => {
            format!("The connection to {way} was reset before the whole answer had come.")
        }
        Some(ErrorKind::UnexpectedEof) => {
            format!("The connection to {way} broke off before the whole answer had come.")
        }
        _ => format!("The exchange with {way} failed: {}.", innermost(error)),
    };
    underway(FaultKind::Network, what, route)
}

/// No whole answer within what the route allows.
pub(in crate::backend) fn too_slow(way: &NetworkPath, route: &Route, waited: Duration) -> Fault {
    let message = format!("{way} did not answer within {} seconds.", waited.as_secs_f32());
    underway(FaultKind::TimedOut, message, route)
}

/// A failure after the request may have arrived: says so where it matters.
pub(in crate::backend) fn underway(kind: FaultKind, message: String, route: &Route) -> Fault {
    let fault = Fault::new(kind, message);
    if route.kind == Kind::Act { fault.perhaps_carried_out() } else { fault }
}

/// A failure to take in an answer whose status is known. A success was carried out, whatever else the
/// answer said; an error of a server, or of a gateway before it, leaves that open.
pub(in crate::backend) fn unheard(kind: FaultKind, message: String, route: &Route, status: StatusCode) -> Fault {
    let fault = Fault::new(kind, message);
    let fault = match route.kind {
        Kind::Act if status.is_success() => fault.after_it_was_carried_out(),
        Kind::Act if status.is_server_error() => fault.perhaps_carried_out(),
        _ => fault,
    };
    Fault { http_status: Some(status.as_u16()), ..fault }
}

fn not_connected(error: &reqwest::Error, way: &NetworkPath) -> Fault {
    if let Some(tls) = causes(error).find_map(tls_error) {
        return not_secure(tls, way);
    }
    let cause = innermost(error);
    if let Some(fault) = way.proxy().and_then(|proxy| refused_by(proxy, way.host(), &cause)) {
        return fault;
    }
    // Where a proxy stands between, it is that which is connected to.
    let (at_start, within, name) = match way.proxy() {
        Some(proxy) => ("The proxy ", "the proxy ", proxy.to_string()),
        None => ("", "", way.host().to_owned()),
    };
    let nobody = |message| Fault::new(FaultKind::Unreachable, message);
    let message = match io_kind(error) {
        _ if error.is_dns() => return nobody(format!("The name of {within}{name} cannot be found (DNS).")),
        Some(ErrorKind::ConnectionRefused) => {
            return nobody(format!("{at_start}{name} refused the connection: nothing listens there."));
        }
        Some(ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable) => {
            return nobody(format!("There is no way from this machine to {within}{name}."));
        }
        Some(ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::UnexpectedEof) => {
            format!("{at_start}{name} closed the connection before it stood.")
        }
        // The end of a connection during the handshake is no TLS error by its type.
        _ => {
            let what = if cause.contains("tls handshake") { "secure connection (TLS)" } else { "connection" };
            format!("No {what} to {way} came about: {cause}.")
        }
    };
    Fault::new(FaultKind::Network, message)
}

/// Fault for a refusal by a proxy that was reached, told by the client's words for it: its errors have no
/// types.
fn refused_by(proxy: &NetworkProxy, host: &str, cause: &str) -> Option<Fault> {
    let has = |words: &str| cause.contains(words);
    Some(if has("proxy authorization required") || has("credentials") || has("authentication") {
        let remedy = proxy.credentials_hint();
        let message = format!("The proxy {proxy} wants a user name and a password that it knows. {remedy}");
        Fault::new(FaultKind::Blocked, message)
    } else if has("failed to create underlying connection") {
        Fault::new(FaultKind::Unreachable, format!("The proxy {proxy} cannot be reached."))
    } else if has("tunnel error: unsuccessful") {
        Fault::new(FaultKind::Network, format!("The proxy {proxy} did not let the connection to {host} through."))
    } else {
        let why = cause.strip_prefix("SOCKS error: ")?;
        Fault::new(FaultKind::Network, format!("The proxy {proxy} did not connect to {host}: {why}."))
    })
}

/// A certificate that is refused now is refused a moment later as well; what the other side complains
/// of may pass.
fn not_secure(tls: &rustls::Error, way: &NetworkPath) -> Fault {
    let kind = match tls {
        rustls::Error::AlertReceived(_) | rustls::Error::General(_) => FaultKind::Network,
        _ => FaultKind::Blocked,
    };
    let hint = match tls {
        rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer) => UNKNOWN_ISSUER,
        _ => "",
    };
    let cause = Untrusted::from(tls.to_string());
    Fault::new(kind, format!("No secure connection (TLS) to {way} came about: {cause}.{hint}"))
}

const UNKNOWN_ISSUER: &str = if cfg!(target_os = "macos") {
    " If a proxy or firewall of your own opens connections, its certificate belongs into the system's store."
} else {
    " If a proxy or firewall of your own opens connections, SSL_CERT_FILE can name a file with its certificate (PEM)."
};

const NO_CERTIFICATES: &str =
    " SSL_CERT_FILE or SSL_CERT_DIR, where one is set, must name certificates (PEM) that can be read.";

/// The TLS error that `cause` is, or that an I/O error wraps.
fn tls_error<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    if let Some(tls) = cause.downcast_ref() {
        return Some(tls);
    }
    tls_error(cause.downcast_ref::<std::io::Error>()?.get_ref()?)
}

/// The kind of the I/O error at the bottom, if there is one.
fn io_kind(error: &reqwest::Error) -> Option<ErrorKind> {
    causes(error).filter_map(|cause| cause.downcast_ref::<std::io::Error>()).last().map(std::io::Error::kind)
}

/// The last and most precise cause, safe to show.
fn innermost(error: &reqwest::Error) -> String {
    let text = causes(error).last().map(ToString::to_string).unwrap_or_default();
    Untrusted::from(text.trim_end_matches('.')).to_string()
}

fn causes<'a>(error: &'a reqwest::Error) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(error.source(), |&cause| cause.source())
}
