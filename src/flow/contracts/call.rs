//! One call of a contract: its requests, pages and bytes, and the result.

use std::time::Instant;

use super::upload;
use crate::backend::{Proxy, ProxyCall};
use crate::contract::{Contract, Inputs, Jq, Step};
use crate::domain::{Execution, Fault, FaultKind, ToolCall};
use crate::provider::ErrorShape;

/// Runs a contract once over `proxy`. `errors` is the shape in which its provider tells of errors.
///
/// # Errors
/// [`FaultKind::InvalidInput`] before anything is sent; those of
/// [`Proxy::send`]; what the provider reports, by its status or in the body of a good answer.
pub(super) async fn run(
    contract: &Contract,
    proxy: &dyn Proxy,
    call: &ToolCall,
    jq: &dyn Jq,
    errors: &ErrorShape,
) -> Result<Execution, Fault> {
    let inputs = Inputs::read(contract, &call.input)?;
    let bytes = contract.bytes(&inputs)?;
    let mut asked = contract.request(&inputs, jq).await?;
    let mut pages = contract.pages(&inputs);
    // One credential does for all pages.
    let part_of = ProxyCall::new(call.tool.clone(), contract.scopes().to_vec());
    let begun = Instant::now();
    let (answer, http_status) = loop {
        let response = proxy.send_for(&asked.for_account(&call.connection, &call.identifier), &part_of).await?;
        let page = contract.answer(&asked, &response, errors).map_err(|fault| of_target(fault, &part_of))?;
        match pages.take(&asked, page, &response)? {
            Step::Next(next) => asked = *next,
            Step::Whole(answer) => break (answer, response.status),
        }
    };
    let from_here = bytes.is_some() && proxy.is_on_this_machine(&call.connection).await;
    if let Some(handover) = contract.handover(&inputs, &answer, bytes, from_here)? {
        upload::send(handover).await?;
    }
    let took = begun.elapsed();
    let data = contract.result(answer, jq).await?;
    Ok(Execution { id: None, data, http_status, took })
}

/// A provider that refuses a token which was got for this very call is not helped by another sign-in.
fn of_target(fault: Fault, call: &ProxyCall) -> Fault {
    if fault.kind != FaultKind::NeedsAuthorization || !call.was_exchanged() {
        return fault;
    }
    let message = "The provider refused a token that was exchanged for this call a moment ago.";
    Fault { kind: FaultKind::ProviderFailed, message: message.into(), ..fault }
}
