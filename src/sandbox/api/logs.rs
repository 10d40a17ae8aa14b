//! The log of tool calls. Reference: section 3.6.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use jiff::Timestamp;

use crate::backend::scalekit::wire::logs::{MAX_PAGE_SIZE, ToolCallLog};
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::error::RpcError;
use crate::sandbox::limits::{EXECUTION_ID, LOG_WORD, MOMENT, check, of_query};
use crate::sandbox::paging::{Most, PageRequest, PageResponse, PageSize};
use crate::sandbox::params::Params;
use crate::sandbox::world::Logged;

const DEFAULT_SIZE: usize = 20;

/// Lists logged calls, newest first.
pub async fn list(
    State(env): State<Arc<SandboxEnvironment>>,
    params: Params,
) -> Result<Json<PageResponse<ToolCallLog>>, RpcError> {
    let words = ["connection_id", "connected_account_id", "identifier", "agent_run_id", "connection_name"];
    let words = words.map(|name| (name, params.one(name), LOG_WORD));
    check(words.into_iter().chain(of_query(&params, &[("start_time", MOMENT), ("end_time", MOMENT)])))?;
    let page = PageRequest::read(&params, PageSize { default: DEFAULT_SIZE, most: Most::Refused(MAX_PAGE_SIZE) })?;

    // Their rules have been checked, so only unset ones are none here.
    let moment = |name| params.one(name).and_then(|text| text.parse::<Timestamp>().ok());
    let (start, end) = (moment("start_time"), moment("end_time"));
    let is = |name: &'static str, value: &str| params.one(name).is_none_or(|wanted| wanted == value);
    let among =
        |name: &'static str, value: &str| params.one(name).is_none() || params.all(name).any(|one| one == value);
    let part = params.one("connection_name").map(str::to_lowercase);
    let wanted = |logged: &&Logged| {
        let Logged { started_at, row, .. } = logged;
        start.is_none_or(|start| *started_at >= start)
            && end.is_none_or(|end| *started_at <= end)
            && among("status", &row.status)
            && among("provider", &row.provider)
            && among("source", &row.source)
            && is("connection_id", &row.connection_id)
            && is("connected_account_id", &row.connected_account_id)
            && is("identifier", &row.identifier)
            && is("agent_run_id", &row.agent_run_id)
            && part.as_ref().is_none_or(|part| row.connection_name.to_lowercase().contains(part))
    };
    let world = env.world();
    // Rows are sorted by their keys, and the newest comes first.
    let page =
        page.cut("tool_call_logs", world.history().filter(wanted).collect(), |logged| vec![u64::MAX - logged.number]);
    Ok(Json(page.map(wire).with_total_as_text()))
}

pub async fn get(
    State(env): State<Arc<SandboxEnvironment>>,
    Path(id): Path<String>,
) -> Result<Json<ToolCallLog>, RpcError> {
    check([("execution_id", Some(id.as_str()), EXECUTION_ID)])?;
    let world = env.world();
    let found = world.history().find(|logged| logged.row.execution_id == id);
    found.map(|logged| Json(wire(logged))).ok_or_else(|| RpcError::not_found("tool call log not found"))
}

fn wire(logged: &Logged) -> ToolCallLog {
    ToolCallLog { started_at: Some(super::json_body::timestamp(logged.started_at)), ..logged.row.clone() }
}
