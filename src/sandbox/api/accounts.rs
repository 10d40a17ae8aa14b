//! Connected accounts. Reference: sections 3.1 and 4.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;

use super::body::{Body, timestamp};
use super::selection::{Selection, no_account, no_connection};
use crate::domain::AccountRef;
use crate::sandbox::environment::Environment;
use crate::sandbox::error::RpcError;
use crate::sandbox::limits::{
    ACCOUNT_PAGE_TOKEN, ACCOUNT_QUERY, CONNECTION_NAMES_ITEM, CONNECTOR, IDENTIFIER, ORGANIZATION_ID, PROVIDER,
    USER_ID, check, required,
};
use crate::sandbox::paging::{Listing, PageRequest};
use crate::sandbox::params::Params;
use crate::sandbox::world::Account;
use crate::wire::accounts::{AccountResponse, ConnectedAccount, CreateAccountRequest, MAX_PAGE_SIZE};

/// At most this many `connection_names`.
const MOST_NAMES: usize = 20;

pub async fn list(
    State(env): State<Arc<Environment>>,
    params: Params,
) -> Result<Json<Listing<ConnectedAccount>>, RpcError> {
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
    check(rules.into_iter().map(|(field, rule)| (field, params.one(field), rule)).chain(items))?;
    if names.len() > MOST_NAMES {
        let description = format!("value must contain no more than {MOST_NAMES} item(s)");
        return Err(RpcError::violation("connection_names", description, "repeated.max_items"));
    }
    let connector = params.one("connector");
    if connector.is_some() && !names.is_empty() {
        return Err(RpcError::invalid("connection_names cannot be combined with connector"));
    }
    let page = PageRequest::read(&params, Some(MAX_PAGE_SIZE))?;

    // No account of this world belongs to an organization or a user of one.
    let nobodys = params.one("organization_id").or(params.one("user_id")).is_some();
    let (identifier, provider) = (params.one("identifier"), params.one("provider"));
    let query = params.one("query").map(str::to_lowercase);
    let wanted = |account: &&Account| {
        let name = account.connection.name.as_str();
        let texts = [name, &account.identifier, &account.connection.provider];
        !nobodys
            && connector.is_none_or(|connector| name == connector)
            && (names.is_empty() || names.contains(&name))
            && identifier.is_none_or(|identifier| account.identifier == identifier)
            && provider.is_none_or(|provider| account.connection.provider == provider)
            && query.as_ref().is_none_or(|query| texts.iter().any(|text| text.to_lowercase().contains(query)))
    };
    let world = env.world();
    let rows = world.accounts().filter(wanted).collect();
    Ok(Json(page.cut("connected_accounts", rows, |account| vec![account.number]).map(wire)))
}

pub async fn details(State(env): State<Arc<Environment>>, params: Params) -> Result<Json<AccountResponse>, RpcError> {
    let selection =
        Selection { id: params.one("id"), connector: params.one("connector"), identifier: params.one("identifier") };
    check(selection.rules())?;
    let named = selection.named()?;
    let world = env.world();
    let account = world.account(&named).ok_or_else(no_account)?;
    Ok(Json(AccountResponse { connected_account: wire(account) }))
}

/// Answers 201 as documented, although a grpc-gateway would say 200. Credentials that come along are
/// not looked at: all connections of this world are authorized by link.
pub async fn create(
    State(env): State<Arc<Environment>>,
    Body(request): Body<CreateAccountRequest>,
) -> Result<(StatusCode, Json<AccountResponse>), RpcError> {
    let CreateAccountRequest { connector, identifier, .. } = &request;
    check([
        ("connector", Some(connector.as_str()), required(CONNECTOR)),
        ("identifier", Some(identifier.as_str()), required(IDENTIFIER)),
    ])?;
    let mut world = env.world();
    let connection = world.connection(connector).ok_or_else(|| no_connection(connector))?;
    let pair = AccountRef::Pair(connector.as_str().into(), identifier.as_str().into());
    if world.account(&pair).is_some() {
        return Err(RpcError::exists("a connected account with this identifier already exists"));
    }
    let account = world.create_account(&connection, identifier, Timestamp::now());
    Ok((StatusCode::CREATED, Json(AccountResponse { connected_account: wire(account) })))
}

/// An account in its wire form. Reference: section 4.1.
fn wire(account: &Account) -> ConnectedAccount {
    ConnectedAccount {
        id: account.id(),
        identifier: account.identifier.clone(),
        provider: account.connection.provider.clone(),
        connector: account.connection.name.clone(),
        connection_id: account.connection.id(),
        status: account.status.wire(),
        authorization_type: account.connection.kind.clone(),
        token_expires_at: account.token_expires_at.map(timestamp),
        updated_at: Some(timestamp(account.updated_at)),
        last_used_at: account.last_used_at.map(timestamp),
        api_config: None,
        is_org_wide_credential: false,
    }
}
