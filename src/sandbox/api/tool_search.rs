//! Tools found by what they do. Reference: section 3.3, SearchTools. How the real one ranks is not
//! known; here a word in the name weighs more than one in the description.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use super::json_body::JsonBody;
use crate::backend::scalekit::wire::tool_search::{
    FoundTool, NEEDS_CONNECTION, NEEDS_REAUTH, READY, SearchToolsRequest, SearchToolsResponse, ToolConnection,
};
use crate::domain::Status;
use crate::order::StableOrder as _;
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::error::RpcError;
use crate::sandbox::limits::{IDENTIFIER, TOOL_SEARCH, check};
use crate::sandbox::world::{AccountRecord, ToolRecord};

/// Results when no number is asked for, and the most there are.
const DEFAULT: u32 = 10;
const MOST: u32 = 50;

const IN_NAME: f64 = 3.0;
const IN_DESCRIPTION: f64 = 1.0;

pub async fn search(
    State(env): State<Arc<SandboxEnvironment>>,
    JsonBody(request): JsonBody<SearchToolsRequest>,
) -> Result<Json<SearchToolsResponse>, RpcError> {
    let SearchToolsRequest { query, identifier, top_k } = &request;
    let identifier = identifier.as_deref().filter(|identifier| !identifier.is_empty());
    check([("query", Some(query.as_str()), TOOL_SEARCH), ("identifier", identifier, IDENTIFIER)])?;
    let top = top_k.filter(|top| *top > 0).unwrap_or(DEFAULT).min(MOST);
    let query = query.to_lowercase();
    let words: Vec<&str> = query.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 1).collect();

    let world = env.world();
    let theirs: Vec<&AccountRecord> = match identifier {
        None => Vec::new(),
        Some(identifier) => world.accounts().filter(|account| account.identifier == identifier).collect(),
    };
    let has = |tool: &ToolRecord, account: &AccountRecord| account.connection.provider.key() == &*tool.provider;
    let usable = world.tools()?.iter();
    let usable = usable.filter(|tool| !tool.custom || theirs.iter().any(|account| has(tool, account)));
    let mut found: Vec<(f64, &Arc<ToolRecord>)> =
        usable.map(|tool| (score(tool, &words), tool)).filter(|(score, _)| *score > 0.0).collect();
    found.order_by(|(a, first), (b, second)| b.total_cmp(a).then(first.number.cmp(&second.number)));
    found.truncate(usize::try_from(top).unwrap_or(usize::MAX));
    let tools = found.into_iter().map(|(score, tool)| FoundTool {
        name: tool.name.to_string(),
        provider: tool.provider.to_string(),
        description: tool.description.to_string(),
        score,
        connections: theirs.iter().filter(|account| has(tool, account)).map(|account| connection(account)).collect(),
    });
    Ok(Json(SearchToolsResponse { tools: tools.collect() }))
}

/// Between 0 and 1: how much of the query is found.
fn score(tool: &ToolRecord, words: &[&str]) -> f64 {
    let (name, description) = (tool.name.to_lowercase(), tool.description.to_lowercase());
    let found = words.iter().map(|word| {
        let named = if name.split('_').any(|part| part == *word) { IN_NAME } else { 0.0 };
        named + if description.contains(word) { IN_DESCRIPTION } else { 0.0 }
    });
    let most = (IN_NAME + IN_DESCRIPTION) * words.len().max(1) as f64;
    found.sum::<f64>() / most
}

fn connection(account: &AccountRecord) -> ToolConnection {
    let state = match account.status {
        _ if account.works() => READY,
        Status::Expired => NEEDS_REAUTH,
        _ => NEEDS_CONNECTION,
    };
    ToolConnection {
        connection_name: account.connection.name.clone(),
        connected_account_id: account.id(),
        readiness_state: state.into(),
    }
}
