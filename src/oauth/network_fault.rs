//! Failures below HTTP, in plain words.

use std::error::Error;
use std::io::ErrorKind;

use crate::domain::{Fault, FaultKind, Untrusted};

/// Fault behind an error of the HTTP client, told of `host`. Its own text quotes the request, and stays in the log.
pub fn network_fault(error: reqwest::Error, host: &str) -> Fault {
    let causes = || std::iter::successors(error.source(), |&cause| cause.source());
    let innermost = causes().last().map(|cause| Untrusted::from(cause.to_string()).to_string()).unwrap_or_default();
    let innermost = innermost.trim_end_matches('.');
    let io = causes().filter_map(|cause| cause.downcast_ref::<std::io::Error>()).last().map(std::io::Error::kind);
    let tls = causes().any(|cause| {
        let inner = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        inner.is_some_and(|inner| inner.is::<rustls::Error>()) || cause.is::<rustls::Error>()
    });
    let (kind, message) = if error.is_builder() {
        (FaultKind::Local, format!("Nothing was sent to {host}: {innermost}."))
    } else if error.is_connect() && error.is_timeout() {
        (FaultKind::Unreachable, format!("No connection to {host} came about in time."))
    } else if error.is_timeout() {
        (FaultKind::TimedOut, format!("{host} did not answer in time."))
    } else if error.is_connect() && tls {
        (FaultKind::Blocked, format!("No secure connection (TLS) to {host} came about: {innermost}."))
    } else if error.is_connect() && io == Some(ErrorKind::ConnectionRefused) {
        (FaultKind::Unreachable, format!("{host} refused the connection: nothing listens there."))
    } else if error.is_connect() {
        (FaultKind::Unreachable, format!("No connection to {host} came about: {innermost}."))
    } else if io == Some(ErrorKind::InvalidData) {
        (FaultKind::BadAnswer, format!("The answer of {host} cannot be unpacked."))
    } else {
        (FaultKind::Network, format!("The exchange with {host} broke off: {innermost}."))
    };
    Fault::new(kind, message).caused_by(error.without_url())
}
