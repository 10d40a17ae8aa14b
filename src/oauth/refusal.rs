//! Refusals of an authorization server, in words.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::quirks::{RefusalKind, RefusalRule};
use crate::domain::{Fault, FaultKind, Untrusted};

/// Answer of a token endpoint that refuses, as the HTTP adapter makes it of whatever came: only there the status is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Refusal {
    #[serde(default)]
    pub error: String,
    #[serde(default)]
    pub error_description: String,
    #[serde(default)]
    pub http_status: Option<u16>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", Untrusted::from(&*self.error), Untrusted::from(&*self.error_description))
    }
}

impl oauth2::ErrorResponse for Refusal {}

/// Step at which it was refused: the same code means other things at another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RefusedStep {
    /// The page on which a person consents.
    Consent,
    /// The exchange of a code.
    Exchange,
    /// The refresh of a token.
    Refresh,
    /// The begin of the device flow, or its end.
    Device,
}

impl Refusal {
    pub fn new(error: &str, description: &str) -> Self {
        Self { error: error.to_owned(), error_description: description.to_owned(), http_status: None }
    }

    /// Meaning, the provider's own rules first.
    pub fn kind(&self, rules: &[RefusalRule]) -> RefusalKind {
        if let Some(rule) = rules.iter().find(|rule| rule.fits(&self.error, &self.error_description)) {
            return rule.means;
        }
        match &*self.error {
            "access_denied" | "consent_denied" => RefusalKind::Denied,
            "consent_required" | "admin_consent_required" | "approval_required" => RefusalKind::ApprovalPending,
            "invalid_scope" => RefusalKind::ScopeForbidden,
            "unauthorized_client" | "invalid_client" => RefusalKind::UnknownApp,
            "redirect_uri_mismatch" | "invalid_redirect_uri" => RefusalKind::RedirectMismatch,
            // `interaction_required` and `login_required` are OpenID's words for a grant that is no longer enough.
            "invalid_grant" | "interaction_required" | "login_required" | "expired_token" => RefusalKind::GrantEnded,
            "temporarily_unavailable" | "server_error" | "slow_down" => RefusalKind::Passing,
            _ => RefusalKind::Failed,
        }
    }

    /// Fault for a person: what happened, and what to do.
    pub fn into_fault(self, step: RefusedStep, rules: &[RefusalRule], asked: &[String]) -> Fault {
        let (kind, message) = match (self.kind(rules), step) {
            (RefusalKind::Denied, RefusedStep::Refresh) => {
                (FaultKind::Denied, "The provider denied a new token.".to_owned())
            }
            (RefusalKind::Denied, _) => (FaultKind::Denied, "Access was denied on the provider's page.".to_owned()),
            (RefusalKind::ApprovalPending, _) => {
                let message =
                    "An administrator of the workspace has to approve the application first. Try again after that.";
                (FaultKind::Denied, message.to_owned())
            }
            (RefusalKind::WrongWorkspace, _) => {
                let message = "The application belongs to another workspace than the one that was chosen. Choose its own, or register one there.";
                (FaultKind::OtherAccount, message.to_owned())
            }
            (RefusalKind::ScopeForbidden, _) => (FaultKind::InvalidInput, scopes_forbidden(asked)),
            (RefusalKind::NotDistributed, _) => {
                let message = "The application is not released for this workspace. Release it at the provider, or sign in to its own workspace.";
                (FaultKind::KeyRefused, message.to_owned())
            }
            (RefusalKind::UnknownApp, _) => {
                let message = "The provider refused the application: its client id or client secret is wrong, or may not do this.";
                (FaultKind::KeyRefused, message.to_owned())
            }
            (RefusalKind::RedirectMismatch, _) => {
                let message =
                    "The redirect URI is not registered for the application. Add it at the provider, letter by letter.";
                (FaultKind::InvalidInput, message.to_owned())
            }
            (RefusalKind::GrantEnded, RefusedStep::Refresh) => {
                let message = "The provider ended this access. Authorize the account again.";
                (FaultKind::NeedsAuthorization, message.to_owned())
            }
            (RefusalKind::GrantEnded, RefusedStep::Device) => {
                (FaultKind::LinkExpired, "The device code ran out before it was used. Start again.".to_owned())
            }
            (RefusalKind::GrantEnded, _) => {
                let message = "The provider refused the code: it ran out, or was used before. Start again.";
                (FaultKind::LinkExpired, message.to_owned())
            }
            (RefusalKind::Passing, _) => {
                (FaultKind::ProviderFailed, "The provider cannot do this at the moment. Try again later.".to_owned())
            }
            (RefusalKind::Failed, RefusedStep::Refresh) => {
                (FaultKind::ProviderFailed, "The provider gave no new token.".to_owned())
            }
            (RefusalKind::Failed, _) => (FaultKind::ProviderFailed, "The provider did not finish this.".to_owned()),
        };
        // The code often says no more than “error”; the description then says all there is.
        let mut fault = Fault::new(kind, message).said(self.error_description);
        if fault.said.is_none() {
            fault = fault.said(&*self.error);
        }
        fault.code = (!self.error.is_empty()).then(|| self.error.into());
        fault.http_status = self.http_status;
        fault
    }
}

fn scopes_forbidden(asked: &[String]) -> String {
    match asked {
        [] => "The provider wants to be asked for scopes. Name those that the application may have.".to_owned(),
        asked => format!(
            "The application may not ask for one of these scopes: {}. Ask for fewer, or allow them at the provider.",
            asked.join(" ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_has_words_of_its_own() {
        let rules = [
            RefusalRule {
                code: Some("access_denied".into()),
                says: Some("Admin".into()),
                means: RefusalKind::ApprovalPending,
            },
            RefusalRule { code: Some("forbidden_scopes".into()), says: None, means: RefusalKind::ScopeForbidden },
            RefusalRule { code: None, says: Some("not distributed".into()), means: RefusalKind::NotDistributed },
        ];
        let asked = ["read".to_owned(), "admin".to_owned()];
        for (code, description, kind, says) in [
            ("access_denied", "", FaultKind::Denied, "denied on the provider's page"),
            ("access_denied", "an ADMIN must approve", FaultKind::Denied, "administrator"),
            ("forbidden_scopes", "", FaultKind::InvalidInput, "read admin"),
            ("invalid_request", "App is not distributed", FaultKind::KeyRefused, "not released"),
            ("invalid_client", "", FaultKind::KeyRefused, "client id"),
            ("invalid_grant", "", FaultKind::LinkExpired, "Start again"),
            ("Error", "Grant type is off", FaultKind::ProviderFailed, "It said: Grant type is off"),
            ("odd\u{1b}[2J", "", FaultKind::ProviderFailed, "It said: odd␛[2J"),
        ] {
            let fault = Refusal::new(code, description).into_fault(RefusedStep::Exchange, &rules, &asked);
            assert_eq!(fault.kind, kind, "{code}");
            assert!(fault.to_string().contains(says), "{code}: {fault}");
            assert_eq!(fault.code.as_ref().map(Untrusted::raw), Some(code));
        }
        let fault = Refusal::new("invalid_grant", "").into_fault(RefusedStep::Refresh, &rules, &asked);
        assert_eq!(fault.kind, FaultKind::NeedsAuthorization);
    }
}
