//! Running a tool. Reference: section 3.3, ExecuteTool, and section 6.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::body::Body;
use super::selection::{Selection, no_account};
use crate::domain::Status;
use crate::sandbox::environment::Environment;
use crate::sandbox::error::{Code, RpcError};
use crate::sandbox::limits::{AGENT_RUN_ID, CONNECTOR, EXECUTE_ACCOUNT_ID, IDENTIFIER, TOOL_NAME, check};
use crate::sandbox::provider::TroubleKind;
use crate::sandbox::world::{Account, Executed, Tool, World};
use crate::wire::error::ToolErrorInfo;
use crate::wire::tools::{ExecuteToolRequest, ExecuteToolResponse};

pub async fn execute(
    State(env): State<Arc<Environment>>,
    Body(request): Body<ExecuteToolRequest>,
) -> Result<Json<ExecuteToolResponse<Value>>, RpcError> {
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

    let mut world = env.world();
    let no_tool = || RpcError::not_found(format!("tool not found: {}", request.tool_name));
    let tool = *world.tools().find(|tool| tool.name == request.tool_name).ok_or_else(no_tool)?;
    let account = select(&world, &request, &tool)?;
    if account.connection.provider != tool.provider {
        return Err(RpcError::invalid(format!("the connected account does not belong to {}", tool.provider)));
    }
    if account.status != Status::Active {
        return Err(RpcError::precondition(format!("connected account is not active: {}", account.status.wire())));
    }
    let number = account.number;
    let Executed { id, outcome } = world.execute(number, &tool, &arguments, Timestamp::now()).ok_or_else(no_tool)?;
    match outcome {
        Ok(data) => Ok(Json(ExecuteToolResponse { data, execution_id: id })),
        Err(trouble) => {
            let code = match trouble.kind {
                TroubleKind::Input => Code::InvalidArgument,
                TroubleKind::NotFound => Code::NotFound,
                TroubleKind::Unauthorized => Code::Unauthenticated,
            };
            Err(RpcError::tool(
                code,
                ToolErrorInfo {
                    execution_id: id,
                    tool_error_message: trouble.message,
                    tool_error_code: trouble.code.into(),
                },
            ))
        }
    }
}

/// By id, by the pair, or by the identifier alone, which means its account at the tool's provider.
fn select<'a>(world: &'a World, request: &ExecuteToolRequest, tool: &Tool) -> Result<&'a Account, RpcError> {
    let ExecuteToolRequest { connected_account_id, connector, identifier, .. } = request;
    let unset = |field: &Option<String>| field.as_deref().is_none_or(str::is_empty);
    if unset(connected_account_id) && unset(connector) {
        let theirs = |account: &&Account| {
            Some(&account.identifier) == identifier.as_ref() && account.connection.provider == tool.provider
        };
        return world.accounts().find(theirs).ok_or_else(no_account);
    }
    let selection = Selection {
        id: connected_account_id.as_deref(),
        connector: connector.as_deref(),
        identifier: identifier.as_deref(),
    };
    world.account(&selection.named()?).ok_or_else(no_account)
}
