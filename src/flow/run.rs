//! Running one tool, and finding out whose fault it was if it fails.

use super::preflight::{Claim, Claimant};
use crate::backend::Backend;
use crate::domain::{AccountRef, Execution, Fault, FaultKind, Status, ToolCall};

/// Runs `call` once. The broker's code for "this account cannot be used" is not documented
/// (reference: section 13), so when a call fails in a way that the account may explain, the account
/// is looked up and its status decides.
///
/// # Errors
/// What went wrong, as [`FaultKind::NeedsAuthorization`] that names the account where it is not active.
pub async fn run(backend: &dyn Backend, call: &ToolCall) -> Result<Execution, Fault> {
    let fault = match backend.tools().call(call).await {
        Ok(execution) => return Ok(execution),
        Err(fault) => fault,
    };
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
        return Err(fault);
    }
    match backend.accounts().get(&AccountRef::Id(call.account.clone())).await {
        Ok(account)
            if account.status != Status::Active
                && Claim::from_call(call, Claimant::Caller).check(&account, "the account itself").is_ok() =>
        {
            let message = format!("{} is {}, so nothing can run as it.", account.label(), account.status.word());
            Err(Fault { kind: FaultKind::NeedsAuthorization, message: message.into(), ..fault })
        }
        _ => Err(fault),
    }
}
