//! Uses of this environment's credentials, as an audit has them.

use std::sync::Arc;

use jiff::Timestamp;

use super::Local;
use super::account_store::StoredAccount;
use super::accounts::is_consent;
use super::exchange::ExchangeUse;
use super::mcp::GrantPlace;
use super::resolved::ResolvedConnection;
use super::server_spec::ServerSpec;
use crate::backend::credential_log::whole_reason;
use crate::domain::{CredentialEvent, CredentialOutcome, CredentialUse, Fault, Secret, TokenMark, Untrusted};
use crate::oauth::{ExchangeTarget, Renewal, TokenGrant, TokenKeeper};
use crate::secrets::token_mark;

/// Use of the credential that an account keeps, as its row tells of it. `place` is that of the tokens of a server.
pub(super) fn kept_use(
    connection: &ResolvedConnection,
    account: &StoredAccount,
    place: Option<&GrantPlace>,
    credential: Option<&Secret>,
) -> CredentialUse {
    let token = credential.and_then(token_mark);
    if !is_consent(connection.spec.auth) {
        let used = account_use(CredentialEvent::Key, connection, account);
        return CredentialUse { token, ..used };
    }
    let facts = &account.facts;
    let client_id = place.map(|place| place.client_id.as_str()).or(connection.spec.client_id.as_deref());
    CredentialUse {
        application: client_id.map(Untrusted::from),
        issuer: place.map(|place| place.issuer.as_str().into()).or_else(|| issuer(connection)),
        asked: facts.asked.clone(),
        given: facts.granted.as_ref().map(|scopes| scopes.iter().map(|scope| scope.as_str().into()).collect()),
        expires_at: facts.expires_at,
        token,
        ..account_use(CredentialEvent::Token, connection, account)
    }
}

/// Use of an account's credential of which nothing more is known.
pub(super) fn account_use(
    event: CredentialEvent,
    connection: &ResolvedConnection,
    account: &StoredAccount,
) -> CredentialUse {
    let used = CredentialUse::new(event, &account.identifier, &account.connection, &account.id, Timestamp::now());
    CredentialUse { resource: resource(connection), ..used }
}

/// Use by which a grant was got, or was meant to be.
fn grant_use(
    event: CredentialEvent,
    connection: &ResolvedConnection,
    account: &StoredAccount,
    grant: &TokenGrant,
) -> CredentialUse {
    let (used, terms) = (account_use(event, connection, account), &grant.terms);
    let issuer = terms.issuer.clone().unwrap_or_else(|| terms.token_url.origin().ascii_serialization());
    CredentialUse {
        application: Some(terms.client_id.as_str().into()),
        issuer: Some(issuer.into()),
        resource: terms
            .resource
            .as_ref()
            .map(|resource| resource.as_str().into())
            .or_else(|| sign_in_place(connection))
            .or(used.resource),
        asked: terms.asked.clone(),
        given: grant.granted.clone(),
        expires_at: grant.expires_at,
        token: token_mark(&grant.access),
        ..used
    }
}

/// Use by which a consent became these tokens.
pub(super) fn granted_use(
    connection: &ResolvedConnection,
    account: &StoredAccount,
    grant: &TokenGrant,
) -> CredentialUse {
    let used = grant_use(CredentialEvent::Authorization, connection, account, grant);
    CredentialUse { outcome: CredentialOutcome::Success, ..used }
}

/// Use by which a sign-in becomes a token of one resource, or is meant to.
pub(super) fn exchange_use(
    connection: &ResolvedConnection,
    account: &StoredAccount,
    target: &ExchangeTarget,
) -> CredentialUse {
    CredentialUse {
        application: connection.spec.client_id.as_deref().map(Untrusted::from),
        issuer: issuer(connection),
        resource: target.resource.as_deref().map(Untrusted::from),
        asked: target.scopes.clone(),
        ..account_use(CredentialEvent::Exchange, connection, account)
    }
}

/// Use by which a token that was exchanged for this use was refused by its resource.
pub(super) fn refused_use(
    connection: &ResolvedConnection,
    account: &StoredAccount,
    usage: &ExchangeUse,
    token: Option<TokenMark>,
) -> CredentialUse {
    let exchange = connection.spec.exchange.as_ref();
    let target = ExchangeTarget {
        resource: exchange.map(|exchange| exchange.resource.clone()),
        scopes: exchange.map(|exchange| exchange.scopes_for(usage)).unwrap_or_default(),
        ..ExchangeTarget::default()
    };
    CredentialUse {
        event: CredentialEvent::Token,
        outcome: CredentialOutcome::Failure,
        token,
        ..exchange_use(connection, account, &target)
    }
}

/// Place that a credential of this connection goes to.
fn resource(connection: &ResolvedConnection) -> Option<Untrusted> {
    match connection.spec.server.as_ref().and_then(ServerSpec::url) {
        Some(url) => Some(url.as_str().into()),
        None => connection.api().ok().map(|api| api.as_str().into()),
    }
}

/// Place that a sign-in is for, where its tokens only go to the server that exchanges them.
fn sign_in_place(connection: &ResolvedConnection) -> Option<Untrusted> {
    connection.spec.exchange.as_ref().and_then(|_| issuer(connection))
}

fn issuer(connection: &ResolvedConnection) -> Option<Untrusted> {
    if connection.spec.exchange.is_some() {
        return connection.spec.issuer.as_deref().map(Untrusted::from);
    }
    let endpoints = connection.endpoints().ok()?;
    Some(endpoints.issuer.unwrap_or_else(|| endpoints.token.origin().ascii_serialization()).into())
}

impl Local {
    /// Keeper that tells of each renewal of this account's grant, as part of the call that this task is part of.
    pub(super) fn telling_keeper(&self, connection: &Arc<ResolvedConnection>, account: &StoredAccount) -> TokenKeeper {
        let uses = self.0.uses.in_this_call();
        let (connection, account) = (Arc::clone(connection), account.clone());
        self.0.keeper.telling(move |renewal: &Renewal<'_>| {
            let used = grant_use(CredentialEvent::Refresh, &connection, &account, renewal.grant);
            let outcome = renewal.outcome;
            let reason = renewal.fault.and_then(whole_reason);
            // The token of before is not what was asked for.
            let used = match outcome {
                CredentialOutcome::Success => used,
                _ => CredentialUse { token: None, expires_at: None, given: None, ..used },
            };
            uses.record(CredentialUse { outcome, reason, ..used });
        })
    }

    /// Tells that a consent became nothing.
    pub(super) fn tell_not_granted(
        &self,
        connection: &ResolvedConnection,
        account: &StoredAccount,
        place: Option<&GrantPlace>,
        fault: &Fault,
    ) {
        let used = kept_use(connection, account, place, None);
        let asked = if connection.spec.scopes.is_empty() { used.asked } else { connection.spec.scopes.clone() };
        self.0.uses.record(CredentialUse {
            event: CredentialEvent::Authorization,
            resource: sign_in_place(connection).or(used.resource),
            asked,
            given: None,
            expires_at: None,
            outcome: CredentialOutcome::of_fault(fault),
            reason: whole_reason(fault),
            ..used
        });
    }
}
