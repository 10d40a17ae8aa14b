//! Credentials that a person types in: what is asked for, and handing them over.

use super::account_changes::admin;
use crate::backend::{Ability, Backend};
use crate::domain::{
    Account, AccountRef, AuthPattern, AuthorizationType, ConnectionName, Credentials, Fault, Identifier, Provider,
    Untrusted,
};

/// Fields that a provider asks of a person.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// The provider declares them.
    Declared {
        /// Its name for people.
        provider: Untrusted,
        /// The way to authorize, with its fields.
        pattern: AuthPattern,
    },
    /// Nobody says; why, in a sentence that is safe to show.
    Unknown(String),
}

/// Finds out what `provider` asks for where accounts authorize by `authorization`. Where that cannot be
/// found out, the reason is an answer too: whoever knows the names can type them.
pub async fn asked(backend: &dyn Backend, provider: &Provider, authorization: &AuthorizationType) -> Asked {
    let Some(forms) = backend.credential_forms() else {
        return Asked::Unknown(Ability::CredentialForms.refusal().to_owned());
    };
    let info = match forms.provider(provider).await {
        Ok(Some(info)) => info,
        Ok(None) => return Asked::Unknown(format!("The environment's catalogue does not list {provider}.")),
        Err(fault) => return Asked::Unknown(format!("What {provider} asks for could not be found out. {fault}")),
    };
    let asks = |pattern: &&AuthPattern| !pattern.fields.is_empty() || !pattern.account_fields.is_empty();
    let fitting = info.patterns.iter().filter(|pattern| pattern.authorization.is_like(authorization)).find(asks);
    match fitting {
        Some(pattern) => {
            let title = if info.title.is_empty() { Untrusted::from(info.key.raw()) } else { info.title.clone() };
            Asked::Declared { provider: title, pattern: pattern.clone() }
        }
        None => Asked::Unknown(format!("{provider} declares no fields for accounts of the type {authorization}.")),
    }
}

/// Account that credentials are for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialTarget {
    /// New account, made with them.
    New(ConnectionName, Identifier),
    /// Existing account; they replace those it has.
    Known(AccountRef),
}

/// Hands credentials over; none make an account that has none.
///
/// # Errors
/// The broker refused, or could not be reached. Whatever it says, the credentials are not in it.
pub async fn hand_over(
    backend: &dyn Backend,
    holder: &CredentialTarget,
    credentials: Credentials,
) -> Result<Account, Fault> {
    let admin = admin(backend)?;
    let account = match holder {
        CredentialTarget::New(connection, identifier) => {
            let given = (!credentials.is_empty()).then_some(&credentials);
            admin.create(connection, identifier, given).await
        }
        CredentialTarget::Known(account) => admin.update(account, &credentials).await,
    };
    account.map_err(|fault| fault.without(credentials.values()))
}
