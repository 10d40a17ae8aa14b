//! Exchanges that gave no token: which of the states a person can do something about it is, and the server's words.

use serde_json::{Map, Value};
use strum::{EnumString, IntoStaticStr, VariantArray};
use url::Url;

use super::request::ExchangeTarget;
use crate::domain::{CredentialOutcome, Fault, FaultKind, Secret, Untrusted, is_loopback};
use crate::oauth::http::host;

/// Longest text of a server that is kept, in bytes.
const LONGEST: usize = 4_096;

/// Longest code of a server that is kept, in bytes.
const LONGEST_CODE: usize = 128;

/// Longest link that is taken from a server, in bytes.
const LONGEST_LINK: usize = 2_048;

/// Members of a refusal that may hold a page for the person, the best first. None of them is part of RFC 8693, and many
/// servers send none.
const LINKS: [&str; 3] = ["authorization_url", "authorization_uri", "error_uri"];

/// Codes of a server that cannot at the moment.
const PASSING: [&str; 3] = ["temporarily_unavailable", "server_error", "slow_down"];

/// An exchange that gave no token.
#[derive(Clone, Debug, PartialEq)]
pub struct ExchangeFault {
    /// State that it shows.
    pub state: ExchangeState,
    /// What happened, with the server's own words (`said`) and code.
    pub fault: Box<Fault>,
    /// Page that the server named for the person to grant the resource on; never one of our making.
    pub link: Option<Box<Url>>,
}

/// State of a person's access to a resource, as a failed exchange shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum ExchangeState {
    /// A policy said no (`access_denied`). The words tell which; asking again gives the same.
    DeniedByPolicy,
    /// The person has not granted this resource, or does so no longer (`insufficient_authorization`). The same sign-in
    /// will do once they have.
    NotGranted,
    /// The sign-in is over (`invalid_grant`): the person must sign in again.
    SignInNeeded,
    /// The server has no such resource (`invalid_target`): it compares names letter by letter.
    ResourceUnknown,
    /// The server refuses the application (`invalid_client`, `unauthorized_client`).
    ApplicationRefused,
    /// The server refuses the scopes (`invalid_scope`).
    ScopeRefused,
    /// Anything else: the network, a failing server, an answer that is none. It says nothing of the person's access.
    Failed,
}

impl ExchangeState {
    /// All states.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// Word for it, in files and exports.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// State that a server's code means.
    fn of(code: &str, description: &str, status: u16) -> Self {
        match code {
            "access_denied" => Self::DeniedByPolicy,
            // The last three are words of servers that follow OpenID.
            "insufficient_authorization" | "authorization_required" | "consent_required" | "interaction_required" => {
                Self::NotGranted
            }
            "invalid_grant" | "invalid_token" | "expired_token" | "login_required" => Self::SignInNeeded,
            "invalid_target" => Self::ResourceUnknown,
            "invalid_client" | "unauthorized_client" => Self::ApplicationRefused,
            "invalid_scope" => Self::ScopeRefused,
            // RFC 8693, 2.2.2, has no other code for a subject that is over, nor one that tells it from a bad form.
            "invalid_request" if tells_of_the_subject(description) => Self::SignInNeeded,
            // RFC 6749, 5.2: the status of a client that is not known.
            "" if status == 401 => Self::ApplicationRefused,
            _ => Self::Failed,
        }
    }
}

fn tells_of_the_subject(description: &str) -> bool {
    let words = description.to_ascii_lowercase().replace('_', " ");
    let over = ["expired", "revoked", "invalid", "not valid", "inactive", "not active"];
    words.contains("subject token")
        && !words.contains("subject token type")
        && over.iter().any(|word| words.contains(word))
}

impl ExchangeFault {
    /// One that says nothing of the person's access.
    pub(super) fn failed(fault: Fault) -> Self {
        Self { state: ExchangeState::Failed, fault: Box::new(fault), link: None }
    }

    /// Outcome of it for an audit.
    pub fn outcome(&self) -> CredentialOutcome {
        match self.state {
            ExchangeState::DeniedByPolicy => CredentialOutcome::Denied,
            ExchangeState::NotGranted | ExchangeState::SignInNeeded => CredentialOutcome::NotGranted,
            ExchangeState::Failed if matches!(self.fault.kind, FaultKind::Network | FaultKind::TimedOut) => {
                CredentialOutcome::Unknown
            }
            ExchangeState::ResourceUnknown
            | ExchangeState::ApplicationRefused
            | ExchangeState::ScopeRefused
            | ExchangeState::Failed => CredentialOutcome::Failure,
        }
    }

    /// The same without any of these secrets, which the server may have repeated.
    pub(super) fn without<'s>(self, secrets: impl Iterator<Item = &'s Secret> + Clone) -> Self {
        let repeats =
            |link: &Url| secrets.clone().any(|secret| !secret.is_empty() && link.as_str().contains(secret.expose()));
        let link = self.link.filter(|link| !repeats(link));
        Self { fault: Box::new(self.fault.without(secrets)), link, ..self }
    }

    /// True if the same exchange may give a token in a moment: the way there, a server that is busy or failing.
    pub(super) fn is_passing(&self) -> bool {
        let is_passing = self.fault.kind.is_passing()
            || matches!(self.fault.kind, FaultKind::ProviderLimited)
            || self.is_server_down();
        self.state == ExchangeState::Failed && is_passing
    }

    fn is_server_down(&self) -> bool {
        let code = self.fault.code.as_ref().map_or("", Untrusted::raw);
        let status = self.fault.http_status.unwrap_or_default();
        PASSING.contains(&code) || self.fault.kind == FaultKind::ProviderFailed && (status >= 500 || status == 408)
    }
}

/// Refusal in the server's own words.
#[derive(Default)]
pub(super) struct ServerRefusal {
    pub code: String,
    description: String,
    link: Option<Box<Url>>,
}

impl ServerRefusal {
    /// Members of an answer.
    pub fn read(members: &Map<String, Value>) -> Self {
        let told = |name: &str| members.get(name).and_then(Value::as_str).unwrap_or_default();
        let description = ["error_description", "message", "detail"].map(told).into_iter().find(|t| !t.is_empty());
        let link = LINKS.into_iter().find_map(|name| page(told(name)));
        Self {
            code: cut(told("error"), LONGEST_CODE).to_owned(),
            description: cut(description.unwrap_or_default(), LONGEST).to_owned(),
            link: link.map(Box::new),
        }
    }

    /// What it means for whoever asked.
    pub fn into_fault(self, url: &Url, status: u16, target: &ExchangeTarget) -> ExchangeFault {
        let state = ExchangeState::of(&self.code, &self.description, status);
        let host = host(url);
        let resource = Untrusted::from(target.named());
        let (kind, message) = match state {
            ExchangeState::DeniedByPolicy => {
                (FaultKind::PolicyDenied, format!("A policy of {host} denies the access to {resource}."))
            }
            ExchangeState::NotGranted => {
                let message = format!("The person has not granted {resource} at {host}, or does so no longer.");
                (FaultKind::NeedsAuthorization, message)
            }
            ExchangeState::SignInNeeded => {
                (FaultKind::NeedsAuthorization, format!("The sign-in at {host} is over. Sign in again."))
            }
            ExchangeState::ResourceUnknown => {
                let message = format!("{host} does not know {resource}. The name must be the same to the letter.");
                (FaultKind::InvalidInput, message)
            }
            ExchangeState::ApplicationRefused => {
                let message = format!(
                    "{host} refused the application: its client id or its proof is wrong, or it may not exchange tokens."
                );
                (FaultKind::KeyRefused, message)
            }
            ExchangeState::ScopeRefused => (FaultKind::InvalidInput, scopes_refused(&host, target)),
            ExchangeState::Failed => match &*self.code {
                code if PASSING.contains(&code) => {
                    (FaultKind::ProviderFailed, format!("{host} cannot exchange the token at the moment."))
                }
                "unsupported_grant_type" => (FaultKind::NotOffered, format!("{host} does not exchange tokens.")),
                _ => (FaultKind::ProviderFailed, format!("{host} refused the exchange with status {status}.")),
            },
        };
        // The code often says no more than “error”; the description then says all there is.
        let mut fault = Fault::new(kind, message).said(self.description);
        if fault.said.is_none() && state == ExchangeState::Failed {
            fault = fault.said(&*self.code);
        }
        fault.code = (!self.code.is_empty()).then(|| self.code.into());
        fault.http_status = Some(status);
        ExchangeFault { state, fault: Box::new(fault), link: self.link.filter(|_| state == ExchangeState::NotGranted) }
    }
}

fn scopes_refused(host: &str, target: &ExchangeTarget) -> String {
    match &*target.scopes {
        [] => format!("{host} wants to be asked for scopes."),
        asked => format!("{host} does not give one of these scopes: {}.", Untrusted::from(asked.join(" "))),
    }
}

/// Page that a person can be sent to: over https, or on this machine.
fn page(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok().filter(|_| text.len() <= LONGEST_LINK)?;
    let is_safe = url.scheme() == "https" || url.scheme() == "http" && is_loopback(&url);
    (is_safe && url.username().is_empty() && url.password().is_none()).then_some(url)
}

/// The beginning of a text, of so many bytes at most.
fn cut(text: &str, longest: usize) -> &str {
    text.get(..text.floor_char_boundary(longest)).unwrap_or_default()
}

/// The beginning of a foreign text.
pub(super) fn text(text: &str, longest: usize) -> Untrusted {
    cut(text, longest).into()
}

#[cfg(test)]
mod tests {
    use super::super::answer::tests::answered;
    use super::*;

    fn refused(status: u16, body: &Value) -> ExchangeFault {
        answered(status, body.to_string().as_bytes()).unwrap_err()
    }

    #[test]
    fn each_code_is_a_state_of_its_own() {
        use ExchangeState::*;
        for (status, code, description, state, kind, says) in [
            (
                403,
                "access_denied",
                "policy set p1 v3: no-writes",
                DeniedByPolicy,
                FaultKind::PolicyDenied,
                "It said: policy set p1 v3: no-writes",
            ),
            (
                400,
                "insufficient_authorization",
                "",
                NotGranted,
                FaultKind::NeedsAuthorization,
                "not granted https://api.linear.app",
            ),
            (400, "consent_required", "", NotGranted, FaultKind::NeedsAuthorization, "not granted"),
            (
                400,
                "invalid_grant",
                "expired",
                SignInNeeded,
                FaultKind::NeedsAuthorization,
                "Sign in again. It said: expired",
            ),
            (401, "invalid_token", "", SignInNeeded, FaultKind::NeedsAuthorization, "Sign in again"),
            (
                400,
                "invalid_request",
                "The subject_token has expired",
                SignInNeeded,
                FaultKind::NeedsAuthorization,
                "Sign in again",
            ),
            (400, "invalid_request", "subject_token_type is invalid", Failed, FaultKind::ProviderFailed, "status 400"),
            (
                400,
                "invalid_request",
                "resource is missing",
                Failed,
                FaultKind::ProviderFailed,
                "It said: resource is missing",
            ),
            (
                400,
                "invalid_target",
                "",
                ResourceUnknown,
                FaultKind::InvalidInput,
                "does not know https://api.linear.app",
            ),
            (401, "invalid_client", "", ApplicationRefused, FaultKind::KeyRefused, "its client id or its proof"),
            (400, "unauthorized_client", "", ApplicationRefused, FaultKind::KeyRefused, "may not exchange"),
            (400, "invalid_scope", "", ScopeRefused, FaultKind::InvalidInput, "read issues:create"),
            (400, "unsupported_grant_type", "", Failed, FaultKind::NotOffered, "does not exchange tokens"),
            (400, "temporarily_unavailable", "", Failed, FaultKind::ProviderFailed, "at the moment"),
            (400, "odd\u{1b}[2J", "", Failed, FaultKind::ProviderFailed, "It said: odd␛[2J"),
            (200, "access_denied", "", DeniedByPolicy, FaultKind::PolicyDenied, "denies"),
        ] {
            let fault = refused(status, &serde_json::json!({"error": code, "error_description": description}));
            assert_eq!((fault.state, fault.fault.kind, fault.fault.http_status), (state, kind, Some(status)), "{code}");
            assert!(fault.fault.to_string().contains(says), "{code}: {}", fault.fault);
            assert_eq!(fault.fault.code.as_ref().map(Untrusted::raw), Some(code));
        }
        assert_eq!(answered(401, b"").unwrap_err().state, ApplicationRefused);
        assert_eq!(answered(403, b"<h1>no</h1>").unwrap_err().state, Failed);
    }

    #[test]
    fn only_what_passes_is_worth_another_try() {
        for (status, code, is_passing) in [
            (500, "", true),
            (503, "access_denied", true),
            (429, "", true),
            (408, "", true),
            (400, "temporarily_unavailable", true),
            (400, "access_denied", false),
            (400, "insufficient_authorization", false),
            (400, "invalid_request", false),
            (404, "", false),
            (307, "", false),
        ] {
            let fault = refused(status, &serde_json::json!({ "error": code }));
            assert_eq!(fault.is_passing(), is_passing, "{status} {code}");
        }
    }

    #[test]
    fn a_page_is_taken_from_the_server_alone_and_only_where_it_helps() {
        let link = |code: &str, more: Value| {
            let mut body = serde_json::json!({ "error": code });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            refused(400, &body).link.map(|url| url.to_string())
        };
        let url = |name: &str, url: &str| serde_json::json!({ name: url });
        let code = "insufficient_authorization";
        let page = "https://zone.example/connect?r=1#top";
        assert_eq!(link(code, url("authorization_url", page)).as_deref(), Some(page));
        assert_eq!(link(code, url("error_uri", page)).as_deref(), Some(page));
        assert_eq!(link(code, url("error_uri", "http://127.0.0.1:1/x")).as_deref(), Some("http://127.0.0.1:1/x"));
        let both = serde_json::json!({"error_uri": "https://docs.example/", "authorization_url": page});
        assert_eq!(link(code, both).as_deref(), Some(page));
        assert_eq!(link("access_denied", url("error_uri", page)), None);
        for odd in
            ["http://zone.example/", "javascript:alert(1)", "https://u:p@zone.example/", "", "connect", "file:///etc"]
        {
            assert_eq!(link(code, url("authorization_url", odd)), None, "{odd}");
        }
        assert_eq!(link(code, url("authorization_url", &format!("https://a.example/{}", "x".repeat(3_000)))), None);
        assert_eq!(link(code, serde_json::json!({})), None);
    }

    #[test]
    fn words_are_kept_up_to_a_bound() {
        let fault =
            refused(400, &serde_json::json!({"error": "ä".repeat(500), "error_description": "ä".repeat(9_000)}));
        assert_eq!(fault.fault.said.as_ref().unwrap().raw().len(), LONGEST);
        assert_eq!(fault.fault.code.as_ref().unwrap().raw().len(), LONGEST_CODE);
    }
}
