//! Running one tool, and finding out whose fault it was if it fails.

use super::preflight::{Claim, Claimant};
use crate::backend::{Answered, Backend, Watch};
use crate::domain::{AccountRef, Execution, Fault, FaultKind, Status, ToolCall};

/// Runs `call` once. The broker's code for "this account cannot be used" is not documented
/// (reference: section 13), so when a call fails in a way that the account may explain, the account
/// is looked up and its status decides.
///
/// # Errors
/// What went wrong, as [`FaultKind::NeedsAuthorization`] that names the account where it is not active.
pub async fn run(backend: &dyn Backend, call: &ToolCall) -> Result<Execution, Fault> {
    match backend.tools().call(call).await {
        Ok(execution) => Ok(execution),
        Err(fault) => Err(explained(backend, call, fault).await),
    }
}

/// The same, and tells of the result while it comes.
///
/// # Errors
/// Those of [`run`].
pub async fn run_watched(backend: &dyn Backend, call: &ToolCall, watch: Watch) -> Result<Answered, Fault> {
    match backend.tools().call_watched(call, watch).await {
        Ok(answered) => Ok(answered),
        Err(fault) => Err(explained(backend, call, fault).await),
    }
}

/// The failure of a call, as the account's where that is not active.
async fn explained(backend: &dyn Backend, call: &ToolCall, fault: Fault) -> Fault {
    let may_be_the_account = matches!(
        fault.kind,
        FaultKind::NeedsAuthorization
            | FaultKind::InvalidInput
            | FaultKind::NotFound
            | FaultKind::ProviderFailed
            | FaultKind::BrokerFailed
    );
    // What an account is now says nothing of a call that may have gone through.
    if !may_be_the_account || fault.may_have_been_carried_out() {
        return fault;
    }
    match backend.accounts().get(&AccountRef::Id(call.account.clone())).await {
        Ok(account)
            if account.status != Status::Active
                && Claim::from_call(call, Claimant::Caller).check(&account, "the account itself").is_ok() =>
        {
            let message = format!("{} is {}, so nothing can run as it.", account.label(), account.status.word());
            Fault { kind: FaultKind::NeedsAuthorization, message: message.into(), ..fault }
        }
        _ => fault,
    }
}
