//! Creating, changing and ending connected accounts. Reference: sections 3.1 and 4.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequest as _, Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};

use super::account_row::AccountRow;
use super::json_body::JsonBody;
use super::selection::{AccountSelection, no_account, no_connection};
use crate::backend::scalekit::wire::accounts::{AccountResponse, CreateAccountRequest};
use crate::backend::scalekit::wire::credentials::{
    AccountChange, AuthorizationDetails, SelectAccountRequest, UpdateAccountRequest,
};
use crate::domain::AccountRef;
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::error::{RpcError, no_such_method, no_such_route};
use crate::sandbox::limits::{ACCOUNT_ID, CONNECTOR, IDENTIFIER, check, required};
use crate::sandbox::options::CreateStatus;
use crate::sandbox::world::{ConnectionRecord, CredentialRecord, StaticDetails, World};

pub async fn create(
    State(env): State<Arc<SandboxEnvironment>>,
    JsonBody(request): JsonBody<CreateAccountRequest<AccountChange>>,
) -> Result<(StatusCode, Json<AccountResponse<AccountRow>>), RpcError> {
    let CreateAccountRequest { connector, identifier, connected_account } = request;
    check([
        ("connector", Some(connector.as_str()), required(CONNECTOR)),
        ("identifier", Some(identifier.as_str()), required(IDENTIFIER)),
    ])?;
    let mut world = env.world();
    let connection = world.connection(&connector).ok_or_else(|| no_connection(&connector))?;
    let pair = AccountRef::Pair(connector.as_str().into(), identifier.as_str().into());
    if world.account(&pair).is_some() {
        return Err(RpcError::exists("a connected account with this identifier already exists"));
    }
    let AccountChange { authorization_details, api_config } = connected_account;
    let credentials = accepted(&connection, authorization_details)?;
    world.create_account(&connection, &identifier, credentials, api_config, env.now());
    let status = match env.create_status {
        CreateStatus::Ok => StatusCode::OK,
        CreateStatus::Created => StatusCode::CREATED,
    };
    Ok((status, Json(with_secrets(&env, &world, &pair)?)))
}

pub async fn update(
    State(env): State<Arc<SandboxEnvironment>>,
    JsonBody(request): JsonBody<UpdateAccountRequest>,
) -> Result<Json<AccountResponse<AccountRow>>, RpcError> {
    let UpdateAccountRequest {
        id,
        connector,
        identifier,
        organization_id,
        user_id,
        connected_account,
        scope_selection,
    } = request;
    let named = select(&SelectAccountRequest { id, connector, identifier, organization_id, user_id })?;
    let change =
        connected_account.ok_or_else(|| RpcError::violation("connected_account", "value is required", "required"))?;
    let mut world = env.world();
    let account = world.account(&named).ok_or_else(no_account)?;
    if scope_selection.is_some_and(|selection| !selection.scopes.is_empty() || !selection.optional_scopes.is_empty())
        && !SCOPES_CHOSEN.contains(&account.connection.kind.as_str())
    {
        let description = format!("a connection of type {} takes no choice of scopes", account.connection.kind);
        return Err(RpcError::violation("scope_selection", description, "scope_selection"));
    }
    let AccountChange { authorization_details, api_config } = change;
    let credentials = accepted(&account.connection, authorization_details)?;
    let number = account.number;
    world.change_account(number, credentials, api_config, env.now()).ok_or_else(no_account)?;
    Ok(Json(with_secrets(&env, &world, &named)?))
}

/// The vendor's examples read the credentials that they sent from these answers.
fn with_secrets(
    env: &SandboxEnvironment,
    world: &World,
    named: &AccountRef,
) -> Result<AccountResponse<AccountRow>, RpcError> {
    let account = world.account(named).ok_or_else(no_account)?;
    let secrets = world.credentials(account);
    Ok(AccountResponse { connected_account: AccountRow::with_secrets(account, secrets, env.unset) })
}

/// The only types of connection on which scopes may be chosen. This world has none of them.
const SCOPES_CHOSEN: [&str; 2] = ["OAUTH_M2M", "GOOGLE_DWD"];

pub async fn delete(
    State(env): State<Arc<SandboxEnvironment>>,
    JsonBody(request): JsonBody<SelectAccountRequest>,
) -> Result<Json<Value>, RpcError> {
    let named = select(&request)?;
    let mut world = env.world();
    let number = world.account(&named).ok_or_else(no_account)?.number;
    world.delete_account(number, env.now());
    Ok(Json(json!({})))
}

/// `POST …/{id}:verb`. A verb cannot be told apart from an id in the route itself.
pub async fn verb(
    State(env): State<Arc<SandboxEnvironment>>,
    Path(segment): Path<String>,
    request: Request,
) -> Response {
    match segment.rsplit_once(':') {
        Some((id, "disconnect")) => disconnect(&env, id, request).await.into_response(),
        Some(_) => no_such_route().await.into_response(),
        None => no_such_method().await.into_response(),
    }
}

/// `-` stands for the account that the body names (a guess), `this` for the one of a hosted page's
/// session, which an API client does not have.
async fn disconnect(
    env: &SandboxEnvironment,
    id: &str,
    request: Request,
) -> Result<Json<AccountResponse<AccountRow>>, RpcError> {
    let named = match id {
        "this" => return Err(no_account()),
        "-" => {
            let JsonBody(selection) = JsonBody::<SelectAccountRequest>::from_request(request, &()).await?;
            select(&selection)?
        }
        id => {
            check([("id", Some(id), ACCOUNT_ID)])?;
            AccountRef::Id(id.into())
        }
    };
    let mut world = env.world();
    let number = world.account(&named).ok_or_else(no_account)?.number;
    let account = world.disconnect_account(number, env.now()).ok_or_else(no_account)?;
    Ok(Json(AccountResponse { connected_account: AccountRow::full(account, env.unset) }))
}

fn select(request: &SelectAccountRequest) -> Result<AccountRef, RpcError> {
    let SelectAccountRequest { id, connector, identifier, organization_id, user_id } = request;
    let selection = AccountSelection::from_fields(|name| {
        let field = match name {
            "id" => id,
            "connector" => connector,
            "identifier" => identifier,
            "organization_id" => organization_id,
            _ => user_id,
        };
        field.as_deref()
    });
    check(selection.rules())?;
    selection.named()
}

/// Credentials that fit the connection. None were given where a token is empty, which one SDK sends for connections of
/// every type. What a mismatch gets is a guess.
fn accepted(
    connection: &ConnectionRecord,
    details: Option<AuthorizationDetails>,
) -> Result<Option<CredentialRecord>, RpcError> {
    let Some(AuthorizationDetails { oauth_token, static_auth, google_dwd, trusted_idp }) = details else {
        return Ok(None);
    };
    let unfit = |field: &str| {
        let field = format!("connected_account.authorization_details.{field}");
        Err(RpcError::violation(
            &field,
            format!("a connection of type {} does not take this", connection.kind),
            "oneof",
        ))
    };
    let oauth_token = oauth_token.filter(|token| token.access_token.as_ref().is_some_and(|token| !token.is_empty()));
    match (oauth_token, static_auth, google_dwd.or(trusted_idp)) {
        (None, None, None) => Ok(None),
        (Some(token), None, None) if connection.is_oauth() => Ok(Some(CredentialRecord::Oauth(token))),
        (None, Some(auth), None) if !connection.is_oauth() => {
            let given = !Map::is_empty(&auth.details);
            Ok(given.then(|| CredentialRecord::Static(StaticDetails::new(auth.details))))
        }
        (Some(_), None, None) => unfit("oauth_token"),
        (None, Some(_), None) => unfit("static_auth"),
        (None, None, Some(_)) => unfit("google_dwd"),
        _ => Err(RpcError::invalid("authorization_details must hold exactly one kind of credentials")),
    }
}
