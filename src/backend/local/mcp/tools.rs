//! Tools of servers: listed and called.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::stream::{self, StreamExt as _};
use jiff::Timestamp;

use super::clients::OpenServer;
use super::convert::Reader;
use super::patience::call_within;
use super::state::{KnownServer, ServerState};
use crate::backend::call_watcher::CallWatcher;
use crate::backend::local::account_store::{AccountFacts, StoredAccount};
use crate::backend::local::accounts::status;
use crate::backend::local::connections_file::ConnectionEntry;
use crate::backend::local::credential::not_ready;
use crate::backend::local::resolved::ResolvedConnection;
use crate::backend::local::{Inner, Local, not_found};
use crate::backend::{Answered, Batch, Batches, ToolScope, Tools, Watch};
use crate::domain::{
    AccountRef, ConnectionName, Execution, Fault, FaultKind, Identifier, JsonText, Provider, Status, Tool, ToolCall,
    ToolName, definition,
};
use crate::mcp::client::{CallAnswer, CallListener, McpFault, NoListener, ServerTool};

/// Servers that are asked for their tools at once.
const AT_ONCE: usize = 4;

/// HTTP status of an answer that was one: the protocol has no other word for it.
const ANSWERED: u16 = 200;

/// An account with its connection, whose server can be spoken to.
#[derive(Clone)]
pub(super) struct ServerUser {
    pub account: StoredAccount,
    pub connection: Arc<ResolvedConnection>,
}

impl Inner {
    /// Active accounts on connections to servers that fit.
    fn server_users(&self, fits: impl Fn(&StoredAccount, &Provider) -> bool) -> Result<Vec<ServerUser>, Fault> {
        let connections = self.connections.all()?;
        let is_server = |entry: &ConnectionEntry| matches!(entry, ConnectionEntry::Good(spec) if spec.server.is_some());
        if !connections.iter().any(is_server) {
            // An environment that nobody uses stays without files.
            return Ok(Vec::new());
        }
        let mut users = Vec::new();
        for entry in connections.iter().filter(|entry| is_server(entry)) {
            let ConnectionEntry::Good(spec) = entry else { continue };
            self.ensure_referred(spec)?;
            let connection = Arc::new(ResolvedConnection::new(Arc::clone(spec), &self.providers));
            let of_it = self.accounts()?.all()?.into_iter().filter(|account| {
                account.connection == spec.name
                    && status(account, Timestamp::now()) == Status::Active
                    && fits(account, &spec.provider)
            });
            users.extend(of_it.map(|account| ServerUser { account, connection: Arc::clone(&connection) }));
        }
        Ok(users)
    }

    /// Notes that a server answered, and who it says it is.
    fn note_answer(&self, account: &StoredAccount, server: KnownServer) -> Result<ServerState, Fault> {
        self.accounts()?.change_server_state(&account.id, |state| state.server = Some(server))
    }
}

impl Local {
    /// Accounts of one person on these connections, or the first one of each connection, as far as their servers can be
    /// asked now.
    pub(super) async fn users(
        &self,
        identifier: Option<Identifier>,
        connections: Vec<ConnectionName>,
        provider: Option<Provider>,
    ) -> Result<Vec<ServerUser>, Fault> {
        let is_person = identifier.is_some();
        let mut users = self
            .blocking(move |inner| {
                inner.server_users(|account, key| match &identifier {
                    Some(identifier) => account.identifier == *identifier && connections.contains(&account.connection),
                    None => provider.as_ref().is_none_or(|wanted| wanted == key),
                })
            })
            .await?;
        if !is_person {
            users.dedup_by(|later, earlier| later.account.connection == earlier.account.connection);
        }
        Ok(users)
    }

    /// Tools as the account's server lists them; remembered until it says that they changed.
    ///
    /// # Errors
    /// What keeps the server from listing them, told of the account.
    pub(super) async fn listed(&self, user: &ServerUser) -> Result<(Arc<[ServerTool]>, ServerState), Fault> {
        let ServerUser { account, connection } = user;
        let open = self.server_of(connection, account).await?;
        if let (Some(listed), _) = open.tools.get() {
            let id = account.id.clone();
            let state = self.blocking(move |inner| inner.accounts()?.server_state(&id)).await?;
            return Ok((listed, state));
        }
        match self.list(&open, user).await {
            Ok(listed) => Ok(listed),
            Err(fault) => Err(self.refused(&connection.spec, account, None, fault).await),
        }
    }

    async fn list(&self, open: &OpenServer, user: &ServerUser) -> Result<(Arc<[ServerTool]>, ServerState), McpFault> {
        let (_, asked_at) = open.tools.get();
        let server = open.client.server().await?;
        let listed: Arc<[ServerTool]> =
            if server.capabilities.tools { open.client.tools().await?.into() } else { Arc::default() };
        let known = KnownServer {
            name: server.name.raw().to_owned(),
            title: server.title.raw().to_owned(),
            version: server.version.raw().to_owned(),
            protocol: server.protocol.raw().to_owned(),
        };
        let (account, connection, tools) =
            (user.account.clone(), user.connection.spec.name.clone(), Arc::clone(&listed));
        let state = self
            .blocking(move |inner| {
                let seen: Vec<_> =
                    tools.iter().map(|tool| (ToolName::from(tool.name.raw()), definition(&tool.raw))).collect();
                inner.accounts()?.trust_definitions(&connection, &seen, true)?;
                inner.note_answer(&account, known)
            })
            .await
            .map_err(McpFault::Other)?;
        open.tools.put(&listed, asked_at);
        Ok((listed, state))
    }

    /// Makes an account active whose server answered without asking for anything.
    pub(super) async fn note_open(&self, account: &StoredAccount) -> Result<StoredAccount, Fault> {
        let account = account.clone();
        self.blocking(move |inner| {
            inner.accounts()?.change_server_state(&account.id, |state| state.challenge = None)?;
            let facts = AccountFacts { authorized_at: Some(Timestamp::now()), ..AccountFacts::default() };
            inner.accounts()?.update(&account.id, &Status::Active, &facts)
        })
        .await
    }

    async fn tools_of(&self, user: ServerUser, names: &[ToolName], is_scoped: bool) -> Result<Vec<Tool>, Fault> {
        let (listed, state) = self.listed(&user).await?;
        let reader = Reader { spec: &user.connection.spec, account: &user.account, state: &state, is_scoped };
        let wanted = |tool: &&ServerTool| names.is_empty() || names.iter().any(|name| name.raw() == tool.name.raw());
        Ok(listed.iter().filter(wanted).map(|tool| reader.tool(tool)).collect())
    }

    /// The account of a call, which must be the one that the call says it is.
    async fn caller(&self, call: &ToolCall) -> Result<ServerUser, Fault> {
        let id = AccountRef::Id(call.account.clone());
        let user = self.user(id).await?;
        let account = &user.account;
        if account.connection != call.connection || account.identifier != call.identifier {
            let message = format!(
                "{} is {}/{}, not {}/{}. Nothing was sent.",
                account.id, account.connection, account.identifier, call.connection, call.identifier
            );
            return Err(Fault::new(FaultKind::OtherAccount, message));
        }
        Ok(user)
    }

    /// An account whose server can be spoken to.
    ///
    /// # Errors
    /// [`FaultKind::NotFound`] where there is no such account or no server; [`FaultKind::NeedsAuthorization`] where it is
    /// in no state for it.
    pub(super) async fn user(&self, account: AccountRef) -> Result<ServerUser, Fault> {
        let user = self
            .blocking(move |inner| {
                let account = inner.find(&account)?;
                let connection = Arc::new(inner.resolve(&account.connection)?);
                Ok(ServerUser { account, connection })
            })
            .await?;
        if user.connection.spec.server.is_none() {
            return Err(not_found(format!("Connection {} leads to no MCP server.", user.account.connection)));
        }
        match status(&user.account, Timestamp::now()) {
            // A token that was refused once may be good again, and only a request tells.
            Status::Active | Status::KeyRefused => Ok(user),
            other => Err(not_ready(&user.account, &other)),
        }
    }

    async fn run(&self, call: &ToolCall, listener: Arc<dyn CallListener>) -> Result<CallAnswer, Fault> {
        let user = self.caller(call).await.map_err(|fault| match fault.kind {
            FaultKind::NotFound => not_found(format!("There is no tool {} in this environment.", call.tool)),
            _ => fault,
        })?;
        let (listed, _) = self.listed(&user).await?;
        if let Some(tool) = listed.iter().find(|tool| tool.name.raw() == call.tool.raw()) {
            self.ensure_trusted(&call.connection, &call.tool, &tool.raw).await?;
        }
        let open = self.server_of(&user.connection, &user.account).await?;
        let (limit, label) = (self.0.transports.call_limit(), open.client.label());
        let send = |listener| open.client.call(call.tool.raw(), &call.input, listener);
        let used = self.begin_use(&open, &user).await;
        let under_way = open.bearer.calling(self.0.uses.in_this_call());
        let answer = call_within(limit, &label, listener, send).await;
        if let Err(fault) = &answer
            && user.connection.spec.exchange.is_some()
            && fault.fault().http_status == Some(403)
        {
            let reason = "The server answered with HTTP 403.".into();
            // The refusal stands, whether it can be told or not.
            let _ = open.bearer.tell_refused_exchange(None, reason).await;
        }
        drop(under_way);
        used.end(&open, answer.as_ref().err());
        match answer {
            Ok(answer) => {
                // The server has answered: what cannot be noted here takes nothing from that.
                let _ = self.blocking(move |inner| inner.note_good(&user.account)).await;
                Ok(answer)
            }
            Err(fault) => Err(self.refused(&user.connection.spec, &user.account, Some(&call.tool), fault).await),
        }
    }
}

/// Lists of several servers as one, of which nobody told how long it is: what some have, then why others told nothing.
pub(super) fn merged<T>(lists: Vec<Result<Vec<T>, Fault>>) -> Vec<Batch<T>> {
    let (mut batches, mut left_out) = (Vec::new(), Vec::new());
    for list in lists {
        match list {
            Ok(items) => batches.push(Batch { items, total: None, more: true, left_out: Vec::new() }),
            Err(fault) => left_out.push(fault),
        }
    }
    batches.push(Batch { items: Vec::new(), total: None, more: false, left_out });
    batches
}

fn execution(answer: CallAnswer) -> Execution {
    Execution { id: None, data: answer.result, http_status: ANSWERED, took: answer.took }
}

#[async_trait]
impl Tools for Local {
    fn stream(&self, scope: ToolScope, names: Vec<ToolName>) -> Batches<'_, Tool> {
        let names: Arc<[ToolName]> = names.into();
        let begin = async move {
            let (users, is_scoped) = match scope {
                ToolScope::Person(identifier, connections) => {
                    (self.users(Some(identifier), connections, None).await, true)
                }
                ToolScope::Environment(provider) => (self.users(None, Vec::new(), provider).await, false),
            };
            let users = match users {
                Ok(users) => users,
                Err(fault) => return stream::iter([Err(fault)]).boxed(),
            };
            let lists = users.into_iter().map(move |user| {
                let names = Arc::clone(&names);
                async move { self.tools_of(user, &names, is_scoped).await }
            });
            let lists = stream::iter(lists).buffered(AT_ONCE).collect().await;
            stream::iter(merged(lists).into_iter().map(Ok)).boxed()
        };
        stream::once(begin).flatten().boxed()
    }

    async fn call(&self, call: &ToolCall) -> Result<Execution, Fault> {
        self.run(call, Arc::new(NoListener)).await.map(execution)
    }

    async fn call_watched(&self, call: &ToolCall, watch: Watch) -> Result<Answered, Fault> {
        let answer = self.run(call, Arc::new(CallWatcher(watch))).await?;
        Ok(Answered { execution: execution(answer), document: None })
    }
}

/// A JSON object of a prompt's values, or nothing.
pub(super) fn arguments(arguments: &JsonText) -> Result<&JsonText, Fault> {
    if arguments.is_object() {
        return Ok(arguments);
    }
    Err(Fault::new(FaultKind::InvalidInput, "The values of a prompt are a JSON object."))
}
