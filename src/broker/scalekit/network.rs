//! What went wrong below HTTP, in plain words.

use std::error::Error;
use std::io::ErrorKind;
use std::time::Duration;

use super::route::{Kind, Route};
use crate::domain::{EnvironmentUrl, Fault, FaultKind, Untrusted};

/// The fault behind an error of the HTTP client. The error's own text is never shown whole: it
/// quotes the request.
pub(super) fn fault(error: &reqwest::Error, environment: &EnvironmentUrl, route: &Route) -> Fault {
    let host = environment.host();
    if error.is_builder() {
        let cause = innermost(error);
        return Fault::new(
            FaultKind::Local,
            format!("This machine's TLS cannot be set up, so nothing was sent: {cause}."),
        );
    }
    if error.is_timeout() && error.is_connect() {
        return Fault::new(FaultKind::TimedOut, format!("No connection to {host} came about in time."));
    }
    if error.is_timeout() {
        return underway(FaultKind::TimedOut, format!("{host} did not answer in time."), route);
    }
    if error.is_connect() {
        return not_connected(error, &host);
    }
    let what = match io_kind(error) {
        // This is how the unpacker's errors arrive.
        Some(ErrorKind::InvalidData) => {
            return underway(FaultKind::BadAnswer, format!("The answer from {host} cannot be unpacked."), route);
        }
        Some(ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe) => {
            format!("The connection to {host} was reset before the whole answer had come.")
        }
        Some(ErrorKind::UnexpectedEof) => {
            format!("The connection to {host} broke off before the whole answer had come.")
        }
        _ => format!("The exchange with {host} failed: {}.", innermost(error)),
    };
    underway(FaultKind::Network, what, route)
}

/// No whole answer within what the route allows.
pub(super) fn too_slow(environment: &EnvironmentUrl, route: &Route, waited: Duration) -> Fault {
    let message = format!("{} did not answer within {} seconds.", environment.host(), waited.as_secs_f32());
    underway(FaultKind::TimedOut, message, route)
}

/// A failure after the request may have arrived: says so where it matters.
pub(super) fn underway(kind: FaultKind, mut message: String, route: &Route) -> Fault {
    if route.kind == Kind::Act {
        message.push_str(" Whether it was carried out is not known.");
    }
    Fault::new(kind, message)
}

fn not_connected(error: &reqwest::Error, host: &str) -> Fault {
    let nobody = |message| Fault::new(FaultKind::Unreachable, message);
    let message = match io_kind(error) {
        _ if error.is_dns() => return nobody(format!("The name of {host} cannot be found (DNS).")),
        Some(ErrorKind::ConnectionRefused) => {
            return nobody(format!("{host} refused the connection: nothing listens there."));
        }
        Some(ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable) => {
            return nobody(format!("There is no way from this machine to {host}."));
        }
        Some(ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::UnexpectedEof) => {
            format!("{host} closed the connection before it stood.")
        }
        _ => {
            let cause = innermost(error);
            let is_tls = ["certificate", "tls", "handshake"].iter().any(|word| cause.to_lowercase().contains(word));
            let what = if is_tls { "secure connection (TLS)" } else { "connection" };
            format!("No {what} to {host} came about: {cause}.")
        }
    };
    Fault::new(FaultKind::Network, message)
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
