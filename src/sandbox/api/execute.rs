//! Running a tool. Reference: section 3.3, ExecuteTool, and section 6.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::State;
use axum::{Extension, Json};
use serde_json::{Map, Value};

use super::json_body::JsonBody;
use super::selection::{AccountSelection, no_account, switched_off};
use crate::backend::scalekit::wire::error::ToolErrorInfo;
use crate::backend::scalekit::wire::tools::{ExecuteToolRequest, ExecuteToolResponse};
use crate::backend::scalekit::words;
use crate::domain::Status;
use crate::sandbox::call_origin::CallOrigin;
use crate::sandbox::control::Call;
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::error::{RpcCode, RpcError};
use crate::sandbox::limits::{AGENT_RUN_ID, CONNECTOR, EXECUTE_ACCOUNT_ID, IDENTIFIER, TOOL_NAME, check};
use crate::sandbox::people::Persona;
use crate::sandbox::provider::{ProviderData, ProviderRefusal, ProviderRefusalKind};
use crate::sandbox::world::{AccountRecord, Executed, Record, ToolRecord, World};

type ExecuteAnswer = Json<ExecuteToolResponse<ProviderData>>;

pub async fn execute(
    State(env): State<Arc<SandboxEnvironment>>,
    origin: Option<Extension<CallOrigin>>,
    JsonBody(request): JsonBody<ExecuteToolRequest>,
) -> Result<ExecuteAnswer, RpcError> {
    check([
        ("tool_name", Some(request.tool_name.as_str()), TOOL_NAME),
        ("connected_account_id", request.connected_account_id.as_deref(), EXECUTE_ACCOUNT_ID),
        ("connector", request.connector.as_deref(), CONNECTOR),
        ("identifier", request.identifier.as_deref(), IDENTIFIER),
        ("agent_run_id", request.agent_run_id.as_deref(), AGENT_RUN_ID),
    ])?;
    let arguments: Map<String, Value> = match &request.params {
        None => Map::new(),
        Some(params) => serde_json::from_str(params.get())
            .map_err(|_| RpcError::violation("params", "value must be an object", "struct"))?,
    };

    let origin = origin.map_or(CallOrigin::Rest, |Extension(origin)| origin);
    let answered = carry_out(&env, origin, &request, &arguments).await;
    answered.map(|(data, execution_id)| Json(ExecuteToolResponse { data, execution_id })).map_err(RpcError::from)
}

/// Failure of an execution.
pub enum ExecuteFailure {
    /// The provider refused the call of this id.
    Provider(ProviderRefusal, String),
    /// The broker refused it; nothing was called.
    TurnedAway(RpcError),
}

impl From<ExecuteFailure> for RpcError {
    fn from(failure: ExecuteFailure) -> Self {
        match failure {
            ExecuteFailure::Provider(trouble, id) => refusal(trouble, id),
            ExecuteFailure::TurnedAway(error) => error,
        }
    }
}

/// Result and id of an execution, which is logged under its origin whatever becomes of it.
pub async fn carry_out(
    env: &SandboxEnvironment,
    origin: CallOrigin,
    request: &ExecuteToolRequest,
    arguments: &Map<String, Value>,
) -> Result<(ProviderData, String), ExecuteFailure> {
    let (began, clock) = (env.now(), Instant::now());
    let run = request.agent_run_id.as_deref().unwrap_or_default();
    let mut record = Record::begin(origin.logged(), &request.tool_name, run, began);
    let outcome = run_tool(env, request, arguments, &mut record).await;
    let mut acted_as = None;
    let answer = match outcome {
        Ok((Executed { id, outcome }, person)) => {
            acted_as = person;
            record.executed(&id);
            match outcome {
                Ok(data) => {
                    record.succeeded();
                    Ok((data.into_object(), id))
                }
                Err(trouble) => {
                    record.refused(&trouble);
                    Err(ExecuteFailure::Provider(trouble, id))
                }
            }
        }
        Err(error) => {
            let (code, message) = error.said();
            record.turned_away(code, message);
            Err(ExecuteFailure::TurnedAway(error))
        }
    };
    let took = clock.elapsed();
    if let Some(control) = &env.control {
        let result = answer.as_ref().ok().map(|(data, _)| data);
        control.calls.add(Call::new(&record, origin, took).of(arguments).by(acted_as).gave(result));
    }
    env.world().log(record, took);
    answer
}

/// With the person that the provider took the caller for. A caller that goes away while a slow tool is still busy has not called it.
async fn run_tool(
    env: &SandboxEnvironment,
    request: &ExecuteToolRequest,
    arguments: &Map<String, Value>,
    record: &mut Record,
) -> Result<(Executed, Option<Arc<Persona>>), RpcError> {
    let no_tool = || RpcError::not_found(format!("tool not found: {}", request.tool_name));
    let (tool, number, takes) = {
        let world = env.world();
        let tool = Arc::clone(world.tools()?.named(&request.tool_name).ok_or_else(no_tool)?);
        let account = select(&world, request, &tool)?;
        record.on(account);
        let connection = &account.connection;
        if connection.provider.key() != &*tool.provider {
            return Err(RpcError::invalid(format!("the connected account does not belong to {}", tool.provider)));
        }
        usable(account)?;
        let takes = world.takes(&tool);
        (tool, account.number, takes)
    };
    if !takes.is_zero() {
        tokio::time::sleep(takes).await;
    }
    let mut world = env.world();
    let person = world.acting(number).cloned();
    let executed = world.execute(number, &tool, arguments, env.now()).ok_or_else(no_account)?;
    Ok((executed, person))
}

/// Refuses calls on an account that cannot make them. The refusal for one that is not ACTIVE is a guess.
pub fn usable(account: &AccountRecord) -> Result<(), RpcError> {
    if !account.connection.enabled() {
        return Err(switched_off(&account.connection.name));
    }
    match &account.status {
        Status::Active => Ok(()),
        other => Err(RpcError::precondition(format!("connected account is not active: {}", words::status_word(other)))),
    }
}

fn refusal(trouble: ProviderRefusal, execution_id: String) -> RpcError {
    let code = match trouble.kind {
        ProviderRefusalKind::Input => RpcCode::InvalidArgument,
        ProviderRefusalKind::NotFound => RpcCode::NotFound,
        ProviderRefusalKind::Forbidden => RpcCode::PermissionDenied,
        ProviderRefusalKind::Unauthorized => RpcCode::Unauthenticated,
        ProviderRefusalKind::TooOften(_) => RpcCode::ResourceExhausted,
    };
    let wait = trouble.wait();
    let info =
        ToolErrorInfo { execution_id, tool_error_message: trouble.message, tool_error_code: trouble.code.into() };
    RpcError::tool(code, info, wait)
}

/// By id, by the pair, or by the identifier alone, which means its account at the tool's provider.
fn select<'a>(
    world: &'a World,
    request: &ExecuteToolRequest,
    tool: &ToolRecord,
) -> Result<&'a AccountRecord, RpcError> {
    let ExecuteToolRequest { connected_account_id, connector, identifier, .. } = request;
    let unset = |field: &Option<String>| field.as_deref().is_none_or(str::is_empty);
    if unset(connected_account_id) && unset(connector) {
        let theirs = |account: &&AccountRecord| {
            Some(&account.identifier) == identifier.as_ref() && account.connection.provider.key() == &*tool.provider
        };
        return world.accounts().find(theirs).ok_or_else(no_account);
    }
    let selection = AccountSelection {
        id: connected_account_id.as_deref(),
        connector: connector.as_deref(),
        identifier: identifier.as_deref(),
        ..AccountSelection::default()
    };
    world.account(&selection.named()?).ok_or_else(no_account)
}
