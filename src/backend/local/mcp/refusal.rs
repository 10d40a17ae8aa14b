//! What the refusal of a server means for the account that was refused.

use super::convert::granted;
use super::state::KeptChallenge;
use crate::backend::local::account_store::{AccountFacts, StoredAccount};
use crate::backend::local::connection_spec::{ConnectionAuth, ConnectionSpec};
use crate::backend::local::{Inner, Local};
use crate::domain::{AccountRef, Fault, FaultKind, Status, ToolName, Untrusted};
use crate::mcp::client::McpFault;
use crate::oauth::ServerChallenge;

impl From<&ServerChallenge> for KeptChallenge {
    fn from(challenge: &ServerChallenge) -> Self {
        Self { resource_metadata: challenge.resource_metadata.clone(), scopes: challenge.scopes.clone() }
    }
}

impl Local {
    /// Notes what a server's refusal says of the account, and of the tool that was called, and says it in a fault.
    pub(super) async fn refused(
        &self,
        spec: &ConnectionSpec,
        account: &StoredAccount,
        tool: Option<&ToolName>,
        fault: McpFault,
    ) -> Fault {
        let pair = AccountRef::Pair(account.connection.clone(), account.identifier.clone());
        let told = match fault {
            McpFault::Other(fault) => fault,
            McpFault::NoToken(fault) => *fault,
            McpFault::InsufficientScope(challenge, fault) if spec.exchange.is_some() => {
                wants_scopes(spec, tool, &challenge, *fault)
            }
            McpFault::Unauthorized(_, fault) if spec.exchange.is_some() => *fault,
            McpFault::Unauthorized(challenge, fault) => {
                let (spec, account) = (spec.clone(), account.clone());
                let kept = KeptChallenge::from(&*challenge);
                // The refusal stands, whatever becomes of what is noted of it.
                let _ = self.blocking(move |inner| inner.note_unauthorized(&spec, &account, kept)).await;
                Fault { kind: FaultKind::NeedsAuthorization, ..*fault }
            }
            McpFault::InsufficientScope(challenge, fault) => self.lacks_scope(account, tool, *challenge, *fault).await,
        };
        told.about(pair)
    }

    async fn lacks_scope(
        &self,
        account: &StoredAccount,
        tool: Option<&ToolName>,
        challenge: ServerChallenge,
        fault: Fault,
    ) -> Fault {
        let whom = format!("{}/{}", account.connection, account.identifier);
        let has = granted(account);
        let lacking: Vec<_> = challenge.scopes.iter().filter(|scope| !has.contains(scope)).cloned().collect();
        if lacking.is_empty() {
            // To ask for what is there already would go on for ever.
            let message = match &*challenge.scopes {
                [] => format!("The server refuses {whom} for want of scopes, and does not say which."),
                wanted => format!(
                    "The server refuses {whom} for want of scopes that were granted: {}. Another consent would change \
                     nothing.",
                    named(wanted)
                ),
            };
            return Fault { kind: FaultKind::ProviderFailed, message: message.into(), ..fault };
        }
        if lacking.iter().all(|scope| account.facts.asked.contains(scope)) {
            let message = format!(
                "{whom} lacks {}, which was asked for when it was authorized, and not granted. Another consent would change \
                 nothing unless somebody grants more there.",
                named(&lacking)
            );
            return Fault { kind: FaultKind::ProviderFailed, message: message.into(), ..fault };
        }
        let (id, tool, kept) = (account.id.clone(), tool.cloned(), KeptChallenge::from(&challenge));
        let what = tool.as_ref().map_or_else(|| "the server".to_owned(), ToString::to_string);
        let noted = self.blocking(move |inner| {
            inner.accounts()?.change_server_state(&id, |state| {
                if let Some(tool) = &tool {
                    state.needs(tool, &kept.scopes);
                }
                state.challenge = Some(kept);
            })
        });
        let _ = noted.await;
        // The list says from now on what the tool needs.
        self.0.servers.changed();
        let message = format!("{whom} was not granted what {what} needs: {}. Authorize it again.", named(&lacking));
        Fault { kind: FaultKind::NeedsAuthorization, message: message.into(), ..fault }
    }
}

/// What a server wants of a token that was exchanged for this call: which scopes that asks for stands in the file.
fn wants_scopes(spec: &ConnectionSpec, tool: Option<&ToolName>, challenge: &ServerChallenge, fault: Fault) -> Fault {
    let what = tool.map_or_else(|| "the server".to_owned(), ToString::to_string);
    let wanted = if challenge.scopes.is_empty() { "more scopes".to_owned() } else { named(&challenge.scopes) };
    let message = format!("For {what} the server wants {wanted}: see tool_scopes of connection {}.", spec.name);
    Fault { kind: FaultKind::Misconfigured, message: message.into(), ..fault }
}

/// Scopes in a row, safe to show.
fn named(scopes: &[String]) -> String {
    let names: Vec<_> = scopes.iter().map(|scope| Untrusted::from(scope.as_str()).to_string()).collect();
    names.join(", ")
}

impl Inner {
    /// Notes that a server answered an account. A token that was refused once is good again.
    pub fn note_good(&self, account: &StoredAccount) -> Result<(), Fault> {
        let accounts = self.accounts()?;
        accounts.used(&account.id)?;
        if account.status != Status::KeyRefused {
            return Ok(());
        }
        let facts = AccountFacts { reason: None, ..account.facts.clone() };
        accounts.update(&account.id, &Status::Active, &facts).map(drop)
    }

    /// An account whose server wants a token waits for a consent, unless it has a grant, whose end is noted where it is
    /// renewed.
    fn note_unauthorized(
        &self,
        spec: &ConnectionSpec,
        account: &StoredAccount,
        challenge: KeptChallenge,
    ) -> Result<(), Fault> {
        if spec.auth == ConnectionAuth::Token {
            let reason = Some("The server refused its token. Replace it with a new one.".to_owned());
            let facts = AccountFacts { reason, ..account.facts.clone() };
            return self.accounts()?.update(&account.id, &Status::KeyRefused, &facts).map(drop);
        }
        let state = self.accounts()?.change_server_state(&account.id, |state| state.challenge = Some(challenge))?;
        let Some(found) = self.accounts()?.find(&AccountRef::Id(account.id.clone()))? else { return Ok(()) };
        if state.grant.is_some() || found.status == Status::PendingAuth {
            return Ok(());
        }
        let reason = Some("Its server asks for authorization.".to_owned());
        let facts = AccountFacts { reason, ..found.facts };
        self.accounts()?.update(&account.id, &Status::PendingAuth, &facts).map(drop)
    }
}
