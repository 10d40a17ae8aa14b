//! The routes about provisioned MCP servers. Reference: section 3.5.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use reqwest::Method;
use serde_json::value::RawValue;
use url::Url;
use zeroize::Zeroizing;

use super::answer::{HttpAnswer, parse, parse_secret};
use super::api::Api;
use super::client::Client;
use super::convert;
use super::pages::{ListPage, PageToken, batches};
use super::route::{Kind, Limits, Refusal, Route, When};
use crate::backend::scalekit::wire::mcp::{
    self, CreateMcpSessionTokenRequest, EnsureMcpInstanceRequest, ListMcpConfigsResponse,
    ListMcpConnectedAccountsRequest, ListMcpConnectedAccountsResponse, ListMcpInstancesResponse, McpConfig,
    McpConfigResponse, McpInstanceAuthStateResponse, McpInstanceResponse, McpSessionTokenResponse, McpToolMapping,
    UpdateMcpConfigRequest, UpdateMcpInstanceRequest,
};
use crate::backend::{Batches, McpServers};
use crate::domain::{
    AccessLevel, ConnectionAuthState, ConnectionName, Fault, FaultKind, Identifier, ServerConfig, ServerConfigDraft,
    ServerConfigId, ServerConfigName, ServerInstance, ServerInstanceFilter, ServerInstanceId, ServerOfPerson,
    SessionToken, TokenRequest, TokenTarget, ToolSelection,
};

const NO_SUCH_CONFIG: Refusal = Refusal {
    when: When::Coded(404),
    kind: FaultKind::NotFound,
    message: "There is no such MCP configuration, or one of its connections does not exist.",
};

const NO_SUCH_INSTANCE: Refusal =
    Refusal { when: When::Coded(404), kind: FaultKind::NotFound, message: "There is no such MCP instance." };

const MAY_NOT: Refusal = Refusal {
    when: When::Coded(403),
    kind: FaultKind::Forbidden,
    message: "This environment's key may not do that with MCP servers.",
};

/// The older half of these routes is a preview, and the newer one newer than many environments (section 13).
const NOT_OFFERED: Refusal = Refusal {
    when: When::Missing,
    kind: FaultKind::NotOffered,
    message: "This environment does not provision MCP servers, or not in this way.",
};

const CONFIGS: Route = Route {
    kind: Kind::Read,
    path: "/api/v1/mcp/configs",
    patience: |limits: &Limits| Some(limits.control),
    expects: "a page of MCP configurations",
    refusals: &[MAY_NOT, NOT_OFFERED],
};

const CONFIG: Route = Route {
    path: "/api/v1/mcp/configs/{}",
    expects: "an MCP configuration",
    refusals: &[NO_SUCH_CONFIG, MAY_NOT, NOT_OFFERED],
    ..CONFIGS
};

const CREATE_CONFIG: Route = Route {
    kind: Kind::Act,
    expects: "the MCP configuration that was created",
    refusals: &[
        Refusal {
            when: When::Coded(404),
            kind: FaultKind::NotFound,
            message: "A connection or a tool of this MCP configuration does not exist.",
        },
        Refusal {
            when: When::Status(409),
            kind: FaultKind::Conflict,
            message: "There is an MCP configuration of this name already.",
        },
        MAY_NOT,
        NOT_OFFERED,
    ],
    ..CONFIGS
};

const UPDATE_CONFIG: Route = Route { kind: Kind::Act, expects: "the MCP configuration that was changed", ..CONFIG };

const DELETE_CONFIG: Route = Route { kind: Kind::Act, expects: "a deletion", ..CONFIG };

const INSTANCES: Route = Route { path: "/api/v1/mcp/instances", expects: "a page of MCP instances", ..CONFIGS };

const ENSURE_INSTANCE: Route = Route {
    kind: Kind::Act,
    expects: "an MCP instance",
    refusals: &[NO_SUCH_CONFIG, MAY_NOT, NOT_OFFERED],
    ..INSTANCES
};

const CHANGE_INSTANCE: Route = Route {
    kind: Kind::Act,
    path: "/api/v1/mcp/instances/{}",
    expects: "an MCP instance",
    refusals: &[NO_SUCH_INSTANCE, MAY_NOT, NOT_OFFERED],
    ..INSTANCES
};

const CONFIG_ACCOUNTS: Route = Route {
    path: "/api/v1/mcp/configs/{}/connected_accounts",
    expects: "the accounts of an MCP configuration",
    ..CONFIG
};

const INSTANCE_ACCOUNTS: Route = Route {
    path: "/api/v1/mcp/instances/{}:get_auth_state",
    expects: "the accounts of an MCP instance",
    refusals: &[NO_SUCH_INSTANCE, MAY_NOT, NOT_OFFERED],
    ..CONFIG
};

/// Minting for a server of which a connection has no active account is refused; with which words is not documented.
const NOT_READY: Refusal = Refusal {
    when: When::AccountNotReady,
    kind: FaultKind::NeedsAuthorization,
    message: "An account that this server needs is not active, so there is no token for it.",
};

const NO_ACCOUNT: Refusal = Refusal {
    when: When::Says("active account"),
    kind: FaultKind::NeedsAuthorization,
    message: "An account that this server needs is not active, so there is no token for it.",
};

const CONFIG_TOKEN: Route = Route {
    kind: Kind::Act,
    path: "/api/v1/mcp/configs/{}/tokens",
    expects: "a session token",
    refusals: &[NOT_READY, NO_ACCOUNT, NO_SUCH_CONFIG, MAY_NOT, NOT_OFFERED],
    ..CONFIGS
};

const CONNECTION_TOKEN: Route = Route {
    path: "/api/v1/mcp/connections/{}/tokens",
    refusals: &[
        NOT_READY,
        NO_ACCOUNT,
        Refusal { when: When::Coded(404), kind: FaultKind::NotFound, message: "There is no such connection." },
        MAY_NOT,
        NOT_OFFERED,
    ],
    ..CONFIG_TOKEN
};

pub(super) async fn configs(api: &Api, page: Option<&PageToken>) -> Result<ListPage<ServerConfig>, Fault> {
    let size = mcp::MAX_PAGE_SIZE.to_string();
    let mut query = vec![("page_size", size.as_str())];
    query.extend(page.map(|token| ("page_token", token.raw())));
    let answer = api.get(&CONFIGS, &query).await?;
    let body = Bytes::from(answer.body);
    let wire: ListMcpConfigsResponse<&RawValue> = parse(&CONFIGS, answer.status, &body)?;
    Ok(convert::page(&body, wire.configs, convert::server_config, wire.paging))
}

pub(super) async fn config(api: &Api, id: &ServerConfigId) -> Result<ServerConfig, Fault> {
    one_config(&CONFIG, api.get_one(&CONFIG, id.raw()).await?)
}

pub(super) async fn create_config(api: &Api, draft: &ServerConfigDraft) -> Result<ServerConfig, Fault> {
    let request = McpConfig {
        name: draft.name.raw().to_owned(),
        description: draft.description.raw().to_owned(),
        connection_tool_mappings: mappings(&draft.mappings),
        ..McpConfig::default()
    };
    one_config(&CREATE_CONFIG, api.post(&CREATE_CONFIG, &request).await?)
}

pub(super) async fn update_config(
    api: &Api,
    id: &ServerConfigId,
    draft: &ServerConfigDraft,
) -> Result<ServerConfig, Fault> {
    let request = UpdateMcpConfigRequest {
        description: draft.description.raw().to_owned(),
        connection_tool_mappings: mappings(&draft.mappings),
    };
    one_config(&UPDATE_CONFIG, api.act_on(&UPDATE_CONFIG, Method::PUT, id.raw(), &[], Some(&request)).await?)
}

pub(super) async fn delete_config(api: &Api, id: &ServerConfigId) -> Result<(), Fault> {
    api.act_on(&DELETE_CONFIG, Method::DELETE, id.raw(), &[], NO_BODY).await.map(drop)
}

pub(super) async fn instances(
    api: &Api,
    filter: &ServerInstanceFilter,
    page: Option<&PageToken>,
) -> Result<ListPage<ServerInstance>, Fault> {
    let size = mcp::MAX_PAGE_SIZE.to_string();
    let mut query = vec![("page_size", size.as_str())];
    query.extend(page.map(|token| ("page_token", token.raw())));
    query.extend(filter.config.as_ref().map(|name| ("filter.config_name", name.raw())));
    query.extend(filter.identifier.as_ref().map(|identifier| ("filter.user_identifier", identifier.raw())));
    let answer = api.get(&INSTANCES, &query).await?;
    let body = wiped(answer.body);
    let wire: ListMcpInstancesResponse<&RawValue> = parse_secret(&INSTANCES, answer.status, &body)?;
    Ok(convert::page(&body, wire.instances, convert::server_instance, wire.paging))
}

pub(super) async fn ensure_instance(
    api: &Api,
    config: &ServerConfigName,
    identifier: &Identifier,
    name: Option<&str>,
) -> Result<ServerInstance, Fault> {
    let request = EnsureMcpInstanceRequest {
        name: name.map(str::to_owned),
        config_name: config.raw().to_owned(),
        user_identifier: identifier.raw().to_owned(),
    };
    one_instance(&ENSURE_INSTANCE, api.post(&ENSURE_INSTANCE, &request).await?)
}

pub(super) async fn rename_instance(api: &Api, id: &ServerInstanceId, name: &str) -> Result<ServerInstance, Fault> {
    let request = UpdateMcpInstanceRequest { name: Some(name.to_owned()), config_name: None };
    one_instance(&CHANGE_INSTANCE, api.act_on(&CHANGE_INSTANCE, Method::PATCH, id.raw(), &[], Some(&request)).await?)
}

pub(super) async fn delete_instance(api: &Api, id: &ServerInstanceId) -> Result<(), Fault> {
    let route = Route { expects: "a deletion", ..CHANGE_INSTANCE };
    api.act_on(&route, Method::DELETE, id.raw(), &[], NO_BODY).await.map(drop)
}

/// Accounts of a server. With links, those that do not exist are made, and every link is a new one: it acts then.
pub(super) async fn auth_states(
    api: &Api,
    server: &ServerOfPerson,
    with_links: bool,
) -> Result<Vec<ConnectionAuthState>, Fault> {
    let kind = if with_links { Kind::Act } else { Kind::Read };
    match server {
        ServerOfPerson::Config(id, identifier) => {
            let route = Route { kind, ..CONFIG_ACCOUNTS };
            let request = ListMcpConnectedAccountsRequest {
                identifier: identifier.raw().to_owned(),
                include_auth_link: with_links,
            };
            let answer = api.act_on(&route, Method::POST, id.raw(), &[], Some(&request)).await?;
            let body = wiped(answer.body);
            let wire: ListMcpConnectedAccountsResponse<&RawValue> = parse_secret(&route, answer.status, &body)?;
            Ok(wire.connected_accounts.into_iter().map(convert::auth_state).collect())
        }
        ServerOfPerson::Instance(id) => {
            let route = Route { kind, ..INSTANCE_ACCOUNTS };
            // This route has no body (section 1.5).
            let links: &[(&str, &str)] = if with_links { &[("include_auth_links", "true")] } else { &[] };
            let answer = api.act_on(&route, Method::POST, id.raw(), links, NO_BODY).await?;
            let body = wiped(answer.body);
            let wire: McpInstanceAuthStateResponse<&RawValue> = parse_secret(&route, answer.status, &body)?;
            Ok(wire.connections.into_iter().map(convert::auth_state).collect())
        }
    }
}

pub(super) async fn mint_token(api: &Api, request: &TokenRequest) -> Result<SessionToken, Fault> {
    let body = CreateMcpSessionTokenRequest {
        identifier: request.identifier.raw().to_owned(),
        expiry: request.lifetime.map(seconds),
        access_level: match request.access {
            // What is not said is full: a broker that does not know the levels yet would refuse the word.
            AccessLevel::Full => None,
            AccessLevel::ReadOnly => Some(mcp::READ_ONLY.to_owned()),
        },
    };
    let (route, parameter) = match &request.target {
        TokenTarget::Config(id) => (&CONFIG_TOKEN, id.raw()),
        TokenTarget::Connection(name) => (&CONNECTION_TOKEN, name.raw()),
    };
    let answer = api.act_on(route, Method::POST, parameter, &[], Some(&body)).await?;
    let body = Zeroizing::new(answer.body);
    let wire: McpSessionTokenResponse = parse_secret(route, answer.status, &body)?;
    if wire.token.is_empty() {
        return Err(Fault::new(FaultKind::BadAnswer, "The environment answered without a session token."));
    }
    Ok(SessionToken { token: wire.token, expires_at: convert::timestamp(Some(wire.expires_at)) })
}

/// For requests that have no body.
const NO_BODY: Option<&()> = None;

/// A duration as the wire writes it (section 1.4).
fn seconds(duration: Duration) -> String {
    format!("{}s", duration.as_secs())
}

fn mappings(selections: &[ToolSelection]) -> Vec<McpToolMapping> {
    let mapping = |selection: &ToolSelection| McpToolMapping {
        connection_name: selection.connection.raw().to_owned(),
        tools: selection.tools.iter().map(|tool| tool.raw().to_owned()).collect(),
        ..McpToolMapping::default()
    };
    selections.iter().map(mapping).collect()
}

fn one_config(route: &Route, answer: HttpAnswer) -> Result<ServerConfig, Fault> {
    let body = Bytes::from(answer.body);
    let wire: McpConfigResponse<&RawValue> = parse(route, answer.status, &body)?;
    Ok(convert::server_config(&body, wire.config))
}

fn one_instance(route: &Route, answer: HttpAnswer) -> Result<ServerInstance, Fault> {
    let body = wiped(answer.body);
    let wire: McpInstanceResponse<&RawValue> = parse_secret(route, answer.status, &body)?;
    Ok(convert::server_instance(&body, wire.instance))
}

/// A body that is wiped when it is done with: it holds credentials.
fn wiped(body: Vec<u8>) -> Bytes {
    Bytes::from_owner(Zeroizing::new(body))
}

#[async_trait]
impl McpServers for Client {
    fn configs(&self) -> Batches<'_, ServerConfig> {
        batches(move |token| async move { configs(self.api(), token.as_ref()).await })
    }

    async fn config(&self, id: &ServerConfigId) -> Result<ServerConfig, Fault> {
        config(self.api(), id).await
    }

    async fn create_config(&self, draft: &ServerConfigDraft) -> Result<ServerConfig, Fault> {
        create_config(self.api(), draft).await
    }

    async fn update_config(&self, id: &ServerConfigId, draft: &ServerConfigDraft) -> Result<ServerConfig, Fault> {
        update_config(self.api(), id, draft).await
    }

    async fn delete_config(&self, id: &ServerConfigId) -> Result<(), Fault> {
        delete_config(self.api(), id).await
    }

    fn instances(&self, filter: ServerInstanceFilter) -> Batches<'_, ServerInstance> {
        batches(move |token| {
            let filter = filter.clone();
            async move { instances(self.api(), &filter, token.as_ref()).await }
        })
    }

    async fn ensure_instance(
        &self,
        config: &ServerConfigName,
        identifier: &Identifier,
        name: Option<&str>,
    ) -> Result<ServerInstance, Fault> {
        ensure_instance(self.api(), config, identifier, name).await
    }

    async fn rename_instance(&self, id: &ServerInstanceId, name: &str) -> Result<ServerInstance, Fault> {
        rename_instance(self.api(), id, name).await
    }

    async fn delete_instance(&self, id: &ServerInstanceId) -> Result<(), Fault> {
        delete_instance(self.api(), id).await
    }

    async fn auth_states(&self, server: &ServerOfPerson, with_links: bool) -> Result<Vec<ConnectionAuthState>, Fault> {
        auth_states(self.api(), server, with_links).await
    }

    async fn mint_token(&self, request: &TokenRequest) -> Result<SessionToken, Fault> {
        mint_token(self.api(), request).await
    }

    /// Reference: section 3.5.
    fn connection_url(&self, connection: &ConnectionName) -> Option<Url> {
        self.api().url_with("/mcp/v3/connections/{}", connection.raw()).ok()
    }
}
