//! Failures of the model's server, and whether asking again is worth it.

use std::time::Duration;

use reqwest::header::HeaderMap;
use serde::Deserialize;

use super::assembler::StreamFailure;
use super::event::WireError;
use super::retry;
use crate::domain::{Fault, FaultKind, Secret, Untrusted};

/// One try that failed.
pub(super) struct Failure {
    pub fault: Fault,
    pub again: Again,
}

/// Whether the same is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Again {
    No,
    /// After the usual pause.
    Usual,
    /// After the time that the server names.
    After(Duration),
}

/// Whom a failure is told of.
pub(super) struct Told<'a> {
    /// Server, by its host.
    pub host: &'a str,
    /// Model that was asked for; none where models are listed.
    pub model: Option<&'a str>,
    /// Key that was sent, which the server may repeat.
    pub key: Option<&'a Secret>,
}

/// An answer that is no success.
pub(super) struct RefusedAnswer<'a> {
    pub status: u16,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
    /// Place that it sends us on to.
    pub target: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ErrorBody {
    error: WireError,
    request_id: Option<String>,
}

impl Failure {
    /// One that is not tried again.
    pub fn last(fault: Fault) -> Self {
        Self { fault, again: Again::No }
    }
}

impl Told<'_> {
    /// The failure behind an answer.
    pub fn refused(&self, answer: &RefusedAnswer<'_>) -> Failure {
        let body: Option<ErrorBody> = serde_json::from_slice(answer.body).ok();
        let is_the_apis = body.as_ref().is_some_and(|body| !body.error.kind.is_empty());
        let ErrorBody { error, request_id } = body.unwrap_or_default();
        let wait = retry::asked_wait(answer.headers);
        let again = match header(answer.headers, "x-should-retry") {
            Some("true") => true,
            Some("false") => false,
            _ => is_passing(answer.status),
        };
        let (kind, message) = match (answer.status, &answer.target) {
            (300..=399, Some(target)) => (
                FaultKind::ModelFailed,
                format!("{} sends us on to {target}, and redirects are not followed. {RIGHT}", self.host),
            ),
            (404 | 405, _) if !is_the_apis => {
                (FaultKind::ModelFailed, format!("{} does not speak the Messages API there. {RIGHT}", self.host))
            }
            _ => self.by_status(answer.status),
        };
        let request_id = header(answer.headers, "request-id").map(str::to_owned).or(request_id);
        let fault = Fault { http_status: Some(answer.status), retry_after: wait, ..Fault::new(kind, message) };
        Failure { fault: self.finished(fault, &error, request_id.map(Untrusted::from)), again: after(again, wait) }
    }

    /// The failure that ends a stream. `began` tells that something of the model's own had come, after which nothing is
    /// sent again.
    pub fn broken(&self, failure: StreamFailure, began: bool, request_id: Option<Untrusted>) -> Failure {
        let host = self.host;
        match failure {
            StreamFailure::Told(error) => {
                let status = status_of(&error.kind);
                let (kind, message) = self.by_status(status);
                let fault = Fault::new(kind, message);
                let again = after(is_passing(status) && !began, None);
                Failure { fault: self.finished(fault, &error, request_id), again }
            }
            StreamFailure::Senseless(what) => {
                let fault = Fault::new(FaultKind::ModelFailed, format!("{host} sent {what}, which is no answer."));
                Failure::last(self.finished(fault, &WireError::default(), request_id))
            }
            StreamFailure::TooLarge => {
                let fault = Fault::new(FaultKind::ModelFailed, format!("The answer of {host} is larger than is read."));
                Failure::last(self.finished(fault, &WireError::default(), request_id))
            }
        }
    }

    /// The failure of a stream that ended before the answer did.
    pub fn ended_early(&self, request_id: Option<Untrusted>) -> Failure {
        let message = format!("The answer of {} ended before it was whole. Nothing of it counts.", self.host);
        let fault = Fault::new(FaultKind::ModelUnreachable, message);
        Failure::last(self.finished(fault, &WireError::default(), request_id))
    }

    fn finished(&self, mut fault: Fault, error: &WireError, request_id: Option<Untrusted>) -> Fault {
        if let Some(id) = request_id.filter(|id| !id.is_empty()) {
            fault.message.push_str(&format!(" Id of the request: {id}."));
        }
        fault.code = (!error.kind.is_empty()).then(|| error.kind.as_str().into());
        fault.said(error.message.as_str()).without(self.key)
    }

    fn by_status(&self, status: u16) -> (FaultKind, String) {
        let host = self.host;
        match status {
            400 | 422 => (FaultKind::InvalidInput, format!("{host} refused the request.")),
            401 if self.key.is_none() => {
                (FaultKind::NoModelKey, format!("{host} wants a key, and there is none for it."))
            }
            401 => (FaultKind::ModelKeyRefused, format!("{host} refused the key.")),
            402 => (FaultKind::ModelKeyRefused, format!("{host} does not serve this key because of its billing.")),
            403 => (FaultKind::ModelKeyRefused, format!("{host} does not allow this key to do that.")),
            404 => match self.model {
                Some(model) => {
                    (FaultKind::NotFound, format!("{host} does not know the model {}.", Untrusted::from(model)))
                }
                None => (FaultKind::NotFound, format!("{host} does not list its models.")),
            },
            413 => (FaultKind::InvalidInput, format!("The conversation is larger than {host} takes.")),
            408 | 504 => (FaultKind::ModelFailed, format!("{host} gave up waiting for the model.")),
            429 => (FaultKind::ModelLimited, format!("The limit of requests or tokens at {host} is reached.")),
            529 => (FaultKind::ModelFailed, format!("{host} is overloaded.")),
            409 | 500..=599 => (FaultKind::ModelFailed, format!("{host} failed (HTTP {status}).")),
            _ => (FaultKind::ModelFailed, format!("{host} answered HTTP {status}, which makes no sense here. {RIGHT}")),
        }
    }
}

const RIGHT: &str = "Is the base URL right?";

/// Whether a failure says that the conversation does not fit into the model any more. The API has no code for it.
pub fn exceeds_context(fault: &Fault) -> bool {
    const SIGNS: [&str; 5] =
        ["prompt is too long", "context window", "context limit", "context length", "maximum context"];
    let said = || fault.said.as_ref().map(|said| said.raw().to_lowercase()).unwrap_or_default();
    fault.kind == FaultKind::InvalidInput
        && match fault.http_status {
            Some(413) => true,
            Some(400) => SIGNS.iter().any(|sign| said().contains(sign)),
            _ => fault.code.as_ref().is_some_and(|code| code.raw() == "request_too_large"),
        }
}

fn after(again: bool, wait: Option<Duration>) -> Again {
    match (again, wait) {
        (false, _) => Again::No,
        (true, Some(wait)) if wait > retry::LONGEST_WAIT => Again::No,
        (true, Some(wait)) => Again::After(wait),
        (true, None) => Again::Usual,
    }
}

fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 409 | 429 | 500..=599)
}

/// Status that an error would have had, had it come at the beginning.
fn status_of(kind: &str) -> u16 {
    match kind {
        "invalid_request_error" => 400,
        "authentication_error" => 401,
        "billing_error" => 402,
        "permission_error" => 403,
        "not_found_error" => 404,
        "request_too_large" => 413,
        "rate_limit_error" => 429,
        "timeout_error" => 504,
        "overloaded_error" => 529,
        _ => 500,
    }
}

pub(super) fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
