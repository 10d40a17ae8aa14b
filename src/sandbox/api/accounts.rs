//! Reading connected accounts. Reference: sections 3.1 and 4.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};

use super::account_row::AccountRow;
use super::selection::{AccountSelection, no_account};
use crate::backend::scalekit::wire::accounts::{AccountResponse, MAX_PAGE_SIZE, MAX_SEARCH_PAGE_SIZE};
use crate::domain::AccountRef;
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::error::RpcError;
use crate::sandbox::limits::{
    ACCOUNT_ID, ACCOUNT_PAGE_TOKEN, ACCOUNT_QUERY, ACCOUNT_SEARCH, CONNECTION_ID, CONNECTION_NAMES_ITEM, CONNECTOR,
    IDENTIFIER, ORGANIZATION_ID, PROVIDER, USER_ID, check, of_query,
};
use crate::sandbox::paging::{Most, PageRequest, PageResponse, PageSize};
use crate::sandbox::params::Params;
use crate::sandbox::world::AccountRecord;

/// At most this many `connection_names`.
const MOST_NAMES: usize = 20;

pub async fn list(
    State(env): State<Arc<SandboxEnvironment>>,
    params: Params,
) -> Result<Json<PageResponse<AccountRow>>, RpcError> {
    let rules = [
        ("organization_id", ORGANIZATION_ID),
        ("user_id", USER_ID),
        ("connector", CONNECTOR),
        ("identifier", IDENTIFIER),
        ("provider", PROVIDER),
        ("query", ACCOUNT_QUERY),
        ("page_token", ACCOUNT_PAGE_TOKEN),
    ];
    let names: Vec<&str> = params.all("connection_names").collect();
    let items = names.iter().map(|name| ("connection_names", Some(*name), CONNECTION_NAMES_ITEM));
    check(of_query(&params, &rules).chain(items))?;
    if names.len() > MOST_NAMES {
        let description = format!("value must contain no more than {MOST_NAMES} item(s)");
        return Err(RpcError::violation("connection_names", description, "repeated.max_items"));
    }
    let connector = params.one("connector");
    if connector.is_some() && !names.is_empty() {
        return Err(RpcError::invalid("connection_names cannot be combined with connector"));
    }
    let org_wide = match params.one("is_org_wide_credential") {
        None => None,
        Some(flag @ ("true" | "false")) => Some(flag == "true"),
        Some(_) => return Err(RpcError::violation("is_org_wide_credential", "value must be a bool", "bool")),
    };
    let page = PageRequest::read(&params, PageSize::ten(Most::Refused(MAX_PAGE_SIZE)))?;

    // No account of this world belongs to an organization or a user of one, and none is for everybody.
    let nobodys = params.one("organization_id").or(params.one("user_id")).is_some() || org_wide == Some(true);
    let (identifier, provider) = (params.one("identifier"), params.one("provider"));
    let query = params.one("query").map(str::to_lowercase);
    let wanted = |account: &&AccountRecord| {
        let name = account.connection.name.as_str();
        !nobodys
            && connector.is_none_or(|connector| name == connector)
            && (names.is_empty() || names.contains(&name))
            && identifier.is_none_or(|identifier| account.identifier == identifier)
            && provider.is_none_or(|provider| account.connection.provider.key() == provider)
            && query.as_ref().is_none_or(|query| mentions(account, query))
    };
    let world = env.world();
    let rows = world.accounts().filter(wanted).collect();
    let page = page.cut("connected_accounts", rows, |account| vec![account.number]);
    Ok(Json(page.map(|account| AccountRow::listed(account, env.unset))))
}

pub async fn search(
    State(env): State<Arc<SandboxEnvironment>>,
    params: Params,
) -> Result<Json<PageResponse<AccountRow>>, RpcError> {
    check(of_query(
        &params,
        &[("query", ACCOUNT_SEARCH), ("connection_id", CONNECTION_ID), ("page_token", ACCOUNT_PAGE_TOKEN)],
    ))?;
    let page = PageRequest::read(&params, PageSize::ten(Most::Refused(MAX_SEARCH_PAGE_SIZE)))?;
    let query = params.one("query").unwrap_or_default().to_lowercase();
    let connection = params.one("connection_id");
    let world = env.world();
    let found = world.accounts().filter(|account| {
        connection.is_none_or(|id| account.connection.id() == id)
            && (mentions(account, &query) || account.id() == query)
    });
    let page = page.cut("connected_accounts", found.collect(), |account| vec![account.number]);
    Ok(Json(page.map(|account| AccountRow::listed(account, env.unset))))
}

/// True if a search for `query`, in lower case, finds the account. The texts that are looked at, the names
/// on an account, are a guess.
fn mentions(account: &AccountRecord, query: &str) -> bool {
    let texts = [&account.connection.name, &account.identifier, account.connection.provider.key()];
    texts.iter().any(|text| text.to_lowercase().contains(query))
}

pub async fn details(
    State(env): State<Arc<SandboxEnvironment>>,
    params: Params,
) -> Result<Json<AccountResponse<AccountRow>>, RpcError> {
    let named = named(&params)?;
    let world = env.world();
    let account = world.account(&named).ok_or_else(no_account)?;
    Ok(Json(AccountResponse { connected_account: AccountRow::full(account, env.unset) }))
}

/// The one read with secrets.
pub async fn auth(
    State(env): State<Arc<SandboxEnvironment>>,
    params: Params,
) -> Result<Json<AccountResponse<AccountRow>>, RpcError> {
    let named = named(&params)?;
    let world = env.world();
    let account = world.account(&named).ok_or_else(no_account)?;
    let secrets = world.credentials(account);
    Ok(Json(AccountResponse { connected_account: AccountRow::with_secrets(account, secrets, env.unset) }))
}

/// `this` means the account of a hosted page's session, which an API client does not have.
pub async fn get(
    State(env): State<Arc<SandboxEnvironment>>,
    Path(id): Path<String>,
) -> Result<Json<AccountResponse<AccountRow>>, RpcError> {
    if id == "this" {
        return Err(no_account());
    }
    check([("id", Some(id.as_str()), ACCOUNT_ID)])?;
    let world = env.world();
    let account = world.account(&AccountRef::Id(id.as_str().into())).ok_or_else(no_account)?;
    Ok(Json(AccountResponse { connected_account: AccountRow::full(account, env.unset) }))
}

fn named(params: &Params) -> Result<AccountRef, RpcError> {
    let selection = AccountSelection::from_fields(|name| params.one(name));
    check(selection.rules())?;
    selection.named()
}
