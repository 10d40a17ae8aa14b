//! Asking who one account is.

use std::time::Duration;

use jiff::Timestamp;

use crate::backend::Backend;
use crate::domain::{
    Account, EffectSource, ExecutionId, Fault, FaultKind, Identity, JsonText, Proof, ProofOutcome, ProxyBody,
    ProxyMethod, ProxyRequest, Status, Tool, ToolCall, ToolEffect, ToolName, Untrusted,
};
use crate::flow::preflight::{Claim, Claimant, Cleared};
use crate::flow::proxy_journal;
use crate::flow::record::Recorder;
use crate::identity::{IdentityCall, IdentityTable, Lookup};
use crate::profile::Home;
use crate::provider::OwnFileProblem;

/// Calls that ask who an account is: the built-in ones and this person's own; and the files that do not count.
pub fn table(home: Option<&Home>) -> (IdentityTable, Vec<OwnFileProblem>) {
    home.map_or_else(|| (IdentityTable::built_in(), Vec::new()), |home| IdentityTable::read(&home.config))
}

const NO_PROXY: &str = "It could only be asked by a request to the provider, and this environment passes none on.";

/// Answer to a probe, before it is a proof.
struct Answer {
    outcome: ProofOutcome,
    took: Duration,
    execution: Option<ExecutionId>,
}

/// Asks who `account` is, once. `account` was just read: its own word is what the call is held against. Whatever comes
/// of it is a proof.
///
/// # Errors
/// A limit of the environment or the provider, which says nothing of the account: ask again later.
pub async fn probe(
    backend: &dyn Backend,
    recorder: &Recorder,
    table: &IdentityTable,
    account: &Account,
) -> Result<Proof, Fault> {
    let answer = match table.get(&account.provider) {
        None if account.provider.server().is_some() => nothing("MCP has no call that says who an account is.".into()),
        None => nothing(format!("No call is known that asks {} who an account is.", account.provider)),
        Some(call) => match &call.lookup {
            Lookup::Tool { name, input } => {
                let cleared = cleared(backend, account, &asking_tool(name, call), input);
                run(backend, recorder, call, cleared, account).await?
            }
            Lookup::Get { .. } if backend.proxy().is_none() => nothing(NO_PROXY.into()),
            Lookup::Get { path, query } => {
                let cleared = Cleared::request_of(get(account, path, query), account);
                send(backend, recorder, call, cleared, account).await?
            }
        },
    };
    let Answer { outcome, took, execution } = answer;
    Ok(Proof::new(account, Timestamp::now(), took, execution, outcome))
}

/// A call of `tool` with an account that was just read.
fn cleared(
    backend: &dyn Backend,
    account: &Account,
    tool: &Tool,
    input: &JsonText,
) -> Result<Cleared<ToolCall>, Fault> {
    claim(account).resolve(account.clone())?.call(backend, tool, input.clone(), None)
}

async fn run(
    backend: &dyn Backend,
    recorder: &Recorder,
    call: &IdentityCall,
    cleared: Result<Cleared<ToolCall>, Fault>,
    account: &Account,
) -> Result<Answer, Fault> {
    let cleared = match cleared {
        Ok(cleared) => cleared,
        Err(fault) => return failed(account, &fault, Duration::ZERO),
    };
    let begun = std::time::Instant::now();
    let recorded = recorder.run(backend, &cleared).await;
    match (recorded.result, recorded.reported) {
        (Ok(execution), None) => Ok(Answer {
            outcome: named(call, call.identity(&execution.data)),
            took: execution.took,
            execution: execution.id,
        }),
        (Ok(execution), Some(reported)) => {
            Ok(Answer { execution: execution.id, ..failed(account, &reported, execution.took)? })
        }
        (Err(fault), _) => failed(account, &fault, begun.elapsed()),
    }
}

fn get(account: &Account, path: &str, query: &[(String, String)]) -> ProxyRequest {
    ProxyRequest {
        connection: account.connection.clone(),
        identifier: account.identifier.clone(),
        method: ProxyMethod::Get,
        path: path.into(),
        query: query.iter().map(|(name, value)| (name.as_str().into(), value.as_str().into())).collect(),
        headers: Vec::new(),
        body: ProxyBody::None,
    }
}

async fn send(
    backend: &dyn Backend,
    recorder: &Recorder,
    call: &IdentityCall,
    cleared: Result<Cleared<ProxyRequest>, Fault>,
    account: &Account,
) -> Result<Answer, Fault> {
    let cleared = match cleared {
        Ok(cleared) => cleared,
        Err(fault) => return failed(account, &fault, Duration::ZERO),
    };
    let begun = std::time::Instant::now();
    let recorded = recorder.request(backend, &cleared).await;
    match (recorded.result, recorded.reported) {
        (Ok(response), None) => {
            let answer: JsonText = proxy_journal::as_json(&response.body);
            Ok(Answer { outcome: named(call, call.identity(&answer)), took: response.took, execution: None })
        }
        (Ok(response), Some(reported)) => failed(account, &reported, response.took),
        (Err(fault), _) => failed(account, &fault, begun.elapsed()),
    }
}

/// Tool of a call that asks who an account is. Those of the built-in table were looked at, so they are known to read; of
/// a person's own only the name tells, which is a guess.
fn asking_tool(name: &ToolName, call: &IdentityCall) -> Tool {
    let tool = Tool::unknown(name.raw());
    if !call.is_built_in {
        return tool;
    }
    Tool { effect: ToolEffect::Reads, effect_source: EffectSource::Declared, ..tool }
}

fn claim(account: &Account) -> Claim {
    Claim {
        by: Claimant::Caller,
        account: Some(account.id.clone()),
        identifier: account.identifier.clone(),
        connection: Some(account.connection.clone()),
    }
}

fn named(call: &IdentityCall, identity: Identity) -> ProofOutcome {
    if identity.is_empty() {
        return ProofOutcome::NotProvable(format!("The answer of {} names nobody.", call.label()).into());
    }
    ProofOutcome::Identified(identity)
}

fn nothing(sentence: String) -> Answer {
    Answer { outcome: ProofOutcome::NotProvable(sentence.into()), took: Duration::ZERO, execution: None }
}

/// A failure, as an outcome.
///
/// # Errors
/// A limit.
fn failed(account: &Account, fault: &Fault, took: Duration) -> Result<Answer, Fault> {
    let said = fault.said.clone().unwrap_or_else(|| Untrusted::from(&*fault.message));
    let outcome = match (fault.kind, fault.http_status) {
        (FaultKind::RateLimited | FaultKind::ProviderLimited, _) => return Err(fault.clone()),
        (FaultKind::NeedsAuthorization, _) => ProofOutcome::Refused(said),
        (FaultKind::PolicyDenied | FaultKind::NotGranted | FaultKind::Misconfigured, _) => {
            // Whose words they are has to be said with them.
            ProofOutcome::Refused(Untrusted::from(fault.to_string()))
        }
        // The code for an account that cannot be used is not documented (reference: section 13).
        (FaultKind::InvalidInput | FaultKind::NotFound | FaultKind::ProviderFailed | FaultKind::BrokerFailed, _)
            if account.status != Status::Active =>
        {
            ProofOutcome::Refused(said)
        }
        (FaultKind::ProviderFailed | FaultKind::ReportedFailure, Some(401 | 403)) => ProofOutcome::Refused(said),
        (FaultKind::ReportedFailure, _) if is_about_the_token(&said) => ProofOutcome::Refused(said),
        (FaultKind::NotOffered | FaultKind::ReadOnly, _) => ProofOutcome::NotProvable(said),
        (FaultKind::NotFound | FaultKind::InvalidInput, _) => ProofOutcome::NotProvable(said),
        _ => ProofOutcome::Failed(said),
    };
    Ok(Answer { outcome, took, execution: fault.execution_id.as_deref().cloned() })
}

/// Whether a provider that reports failures in its answers speaks of the token.
fn is_about_the_token(said: &Untrusted) -> bool {
    let said = said.raw().to_lowercase();
    let words = ["auth", "token", "revoked", "inactive", "expired", "forbidden", "denied", "scope"];
    words.iter().any(|word| said.contains(word))
}
