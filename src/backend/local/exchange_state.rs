//! The states that an exchange shows, in words: whose they are, and what a person can do.

use super::account_store::StoredAccount;
use super::connection_spec::ConnectionSpec;
use crate::domain::{AccountRef, Fault, FaultKind, ToolName, Untrusted};
use crate::oauth::{ExchangeFault, ExchangeState};

/// What an exchange was asked for.
pub(super) struct Asked<'a> {
    pub connection: &'a ConnectionSpec,
    pub account: &'a StoredAccount,
    pub scopes: &'a [String],
    pub tool: Option<&'a ToolName>,
}

impl Asked<'_> {
    fn whom(&self) -> String {
        format!("{}/{}", self.account.connection, self.account.identifier)
    }

    fn issuer(&self) -> String {
        let issuer = self.connection.issuer.as_deref().unwrap_or_default();
        let host = url::Url::parse(issuer).ok().and_then(|url| url.host_str().map(str::to_owned));
        Untrusted::from(host.as_deref().unwrap_or(issuer)).to_string()
    }

    fn resource(&self) -> String {
        let resource = self.connection.exchange.as_ref().map(|exchange| exchange.resource.as_str());
        Untrusted::from(resource.unwrap_or_default()).to_string()
    }

    fn for_what(&self) -> String {
        let scopes: Vec<_> = self.scopes.iter().map(|scope| Untrusted::from(scope.as_str()).to_string()).collect();
        let tool = self.tool.map(|tool| format!(" for {tool}")).unwrap_or_default();
        match &*scopes {
            [] => tool,
            [scope] => format!("{tool} with scope {scope}"),
            scopes => format!("{tool} with scopes {}", scopes.join(", ")),
        }
    }
}

/// The fault of an exchange as a person reads it. `file` is the name of the file of connections.
pub(super) fn in_words(refused: ExchangeFault, asked: &Asked<'_>, file: &str) -> Fault {
    let ExchangeFault { state, fault, link } = refused;
    let (whom, issuer, resource) = (asked.whom(), asked.issuer(), asked.resource());
    let own_page = asked.connection.exchange.as_ref().and_then(|exchange| exchange.grant_url.clone());
    let name = &asked.connection.name;
    let (kind, message, page) = match state {
        ExchangeState::DeniedByPolicy => {
            let message = format!(
                "{issuer} denied {whom} a token for {resource}{} by policy. Nothing was sent to the provider, and asking \
                 again gives the same.",
                asked.for_what()
            );
            (FaultKind::PolicyDenied, message, None)
        }
        ExchangeState::NotGranted => {
            let page = link.map(|link| *link).or(own_page);
            let what = format!("{whom} has not granted {resource} at {issuer} yet. Nothing was sent to the provider.");
            let message = match &page {
                Some(page) => format!("{what} Grant it at {page}, then send the same call again."),
                None => format!(
                    "{what} {issuer} named no page for it: whoever runs it can say where a person grants a resource \
                     (grant_url of connection {name} in {file} can name that page)."
                ),
            };
            (FaultKind::NotGranted, message, page)
        }
        ExchangeState::SignInNeeded => {
            let message = format!("The sign-in of {whom} at {issuer} is over. Sign in again.");
            (FaultKind::NeedsAuthorization, message, None)
        }
        ExchangeState::ResourceUnknown => {
            let message = format!(
                "{issuer} knows no resource {resource}. It compares names letter by letter: see resource of connection \
                 {name} in {file}."
            );
            (FaultKind::Misconfigured, message, None)
        }
        ExchangeState::ApplicationRefused => {
            let message = format!(
                "{issuer} refuses the application itself: see client_id of connection {name} in {file}, and its secret or \
                 key."
            );
            (FaultKind::Misconfigured, message, None)
        }
        ExchangeState::ScopeRefused => {
            let message = format!(
                "{issuer} gives no token for {resource}{}: see tool_scopes of connection {name} in {file}.",
                asked.for_what()
            );
            (FaultKind::Misconfigured, message, None)
        }
        ExchangeState::Failed => {
            let message = format!("{} No token was exchanged, and nothing was sent to the provider.", fault.message);
            (fault.kind, message, None)
        }
    };
    let pair = AccountRef::Pair(asked.account.connection.clone(), asked.account.identifier.clone());
    // The status is not the provider's, and says no more than the state does.
    Fault { kind, message: message.into(), http_status: None, ..*fault }.about(pair).mended_at(page)
}
