//! Contracts held against everything that can be known without a provider.

use crate::contract::{Contract, ContractProblem, Jq};
use crate::domain::{Fault, FaultKind};

/// Reads a contract with its filters.
///
/// # Errors
/// [`FaultKind::Local`]: no filter could be looked at. What is wrong in the file is an answer.
pub async fn check(text: &str, file: &str, jq: &dyn Jq) -> Result<Result<Contract, Vec<ContractProblem>>, Fault> {
    let contract = match Contract::parse(text, file) {
        Ok(contract) => contract,
        Err(problems) => return Ok(Err(problems)),
    };
    let mut problems = Vec::new();
    for (key, filter) in contract.filters() {
        match jq.check(filter).await {
            Ok(()) => {}
            Err(fault) if fault.kind == FaultKind::Local => return Err(fault),
            Err(fault) => problems.push(ContractProblem::of_key(text, key, &fault.message)),
        }
    }
    Ok(if problems.is_empty() { Ok(contract) } else { Err(problems) })
}
