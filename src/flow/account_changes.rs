//! Creating, changing, disconnecting and deleting accounts.

use super::suggest;
use crate::backend::{Ability, AccountAdmin, Backend};
use crate::domain::{Account, AccountId, AccountRef, ConnectionName, Credentials, Fault, Identifier};

/// The ability to change accounts.
///
/// # Errors
/// [`FaultKind::NotOffered`](crate::domain::FaultKind::NotOffered), in words;
/// [`FaultKind::ReadOnly`](crate::domain::FaultKind::ReadOnly).
pub(super) fn admin(backend: &dyn Backend) -> Result<&dyn AccountAdmin, Fault> {
    backend.mode().require_writes()?;
    backend.account_admin().ok_or_else(|| Ability::AccountAdmin.fault())
}

/// Creates an account: one that waits for authorization, or with `credentials` one that is ready.
///
/// # Errors
/// As the back-end's; [`FaultKind::NotFound`](crate::domain::FaultKind::NotFound) with the nearest names.
pub async fn create(
    backend: &dyn Backend,
    connection: &ConnectionName,
    identifier: &Identifier,
    credentials: Option<&Credentials>,
) -> Result<Account, Fault> {
    match admin(backend)?.create(connection, identifier, credentials).await {
        Err(fault) => {
            let account = AccountRef::Pair(connection.clone(), identifier.clone());
            Err(suggest::explained(backend, &account, fault).await)
        }
        created => created,
    }
}

/// Replaces an account's credentials.
///
/// # Errors
/// As [`create`].
pub async fn update(backend: &dyn Backend, account: &AccountRef, credentials: &Credentials) -> Result<Account, Fault> {
    match admin(backend)?.update(account, credentials).await {
        Err(fault) => Err(suggest::explained(backend, account, fault).await),
        updated => updated,
    }
}

/// Drops an account's credentials and keeps the account.
///
/// # Errors
/// As the back-end's.
pub async fn disconnect(backend: &dyn Backend, account: &AccountId) -> Result<Account, Fault> {
    admin(backend)?.disconnect(account).await
}

/// Deletes an account with all that belongs to it, for good.
///
/// # Errors
/// As the back-end's.
pub async fn delete(backend: &dyn Backend, account: &AccountId) -> Result<(), Fault> {
    admin(backend)?.delete(&AccountRef::Id(account.clone())).await
}
