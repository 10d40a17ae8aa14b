//! One call of a contract: its requests, pages and bytes, and the result.

use std::time::Instant;

use super::upload;
use crate::backend::Proxy;
use crate::contract::{Contract, Inputs, Jq, Step};
use crate::domain::{Execution, Fault, ToolCall};
use crate::provider::ErrorShape;

/// Runs a contract once over `proxy`. `errors` is the shape in which its provider tells of errors.
///
/// # Errors
/// [`FaultKind::InvalidInput`](crate::domain::FaultKind::InvalidInput) before anything is sent; those of
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
    let begun = Instant::now();
    let (answer, http_status) = loop {
        let response = proxy.send(&asked.for_account(&call.connection, &call.identifier)).await?;
        let page = contract.answer(&asked, &response, errors)?;
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
