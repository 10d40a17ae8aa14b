//! Resources and prompts of servers.

use async_trait::async_trait;
use futures_util::stream::{self, StreamExt as _};

use super::convert;
use super::tools::{ServerUser, arguments, merged};
use crate::backend::local::Local;
use crate::backend::{Batches, ServerContent};
use crate::domain::{
    AccountRef, ConnectionName, Fault, FaultKind, Identifier, JsonText, Prompt, PromptMessage, Resource,
    ResourceContent, ServerAccount, Untrusted,
};
use crate::mcp::client::McpFault;

/// Servers that are asked at once.
const AT_ONCE: usize = 4;

impl ServerUser {
    fn seen_by(&self) -> ServerAccount {
        ServerAccount {
            account: self.account.id.clone(),
            connection: self.account.connection.clone(),
            identifier: self.account.identifier.clone(),
        }
    }
}

impl Local {
    async fn resources_of(&self, user: &ServerUser) -> Result<Vec<Resource>, Fault> {
        let open = self.server_of(&user.connection, &user.account).await?;
        let read = async {
            if !open.client.server().await?.capabilities.resources {
                return Ok(Vec::new());
            }
            let mut found = open.client.resources().await?;
            match open.client.resource_templates().await {
                Ok(templates) => found.extend(templates),
                // A server without templates may not know the question.
                Err(McpFault::Other(fault)) if is_unknown(&fault) => {}
                Err(fault) => return Err(fault),
            }
            Ok(found)
        };
        let seen_by = user.seen_by();
        match read.await {
            Ok(found) => Ok(found.into_iter().map(|found| convert::resource(found, &seen_by)).collect()),
            Err(fault) => Err(self.refused(&user.connection.spec, &user.account, None, fault).await),
        }
    }

    async fn prompts_of(&self, user: &ServerUser) -> Result<Vec<Prompt>, Fault> {
        let open = self.server_of(&user.connection, &user.account).await?;
        let read = async {
            let has_some = open.client.server().await?.capabilities.prompts;
            if has_some { open.client.prompts().await } else { Ok(Vec::new()) }
        };
        let seen_by = user.seen_by();
        match read.await {
            Ok(found) => Ok(found.into_iter().map(|found| convert::prompt(found, &seen_by)).collect()),
            Err(fault) => Err(self.refused(&user.connection.spec, &user.account, None, fault).await),
        }
    }

    /// What each server of a person has.
    fn of_each<'a, T, F>(
        &'a self,
        identifier: Identifier,
        connections: Vec<ConnectionName>,
        read: impl Fn(ServerUser) -> F + Send + Sync + 'a,
    ) -> Batches<'a, T>
    where
        T: Send + 'a,
        F: Future<Output = Result<Vec<T>, Fault>> + Send + 'a,
    {
        let begin = async move {
            let users = match self.users(Some(identifier), connections, None).await {
                Ok(users) => users,
                Err(fault) => return stream::iter([Err(fault)]).boxed(),
            };
            let asked: Vec<F> = users.into_iter().map(read).collect();
            let lists = stream::iter(asked).buffered(AT_ONCE).collect().await;
            stream::iter(merged(lists).into_iter().map(Ok)).boxed()
        };
        stream::once(begin).flatten().boxed()
    }

    async fn reader(&self, whose: &ServerAccount) -> Result<ServerUser, Fault> {
        let user = self.user(AccountRef::Id(whose.account.clone())).await?;
        if user.seen_by() == *whose {
            return Ok(user);
        }
        let message = format!(
            "{} is {}/{}, not {}/{}. Nothing was sent.",
            whose.account, user.account.connection, user.account.identifier, whose.connection, whose.identifier
        );
        Err(Fault::new(FaultKind::OtherAccount, message))
    }
}

/// True where a server does not know what it was asked (−32601).
fn is_unknown(fault: &Fault) -> bool {
    fault.kind == FaultKind::NotFound || fault.code.as_ref().is_some_and(|code| code.raw() == "-32601")
}

#[async_trait]
impl ServerContent for Local {
    fn resources(&self, identifier: Identifier, connections: Vec<ConnectionName>) -> Batches<'_, Resource> {
        self.of_each(identifier, connections, move |user| async move { self.resources_of(&user).await })
    }

    async fn read(&self, whose: &ServerAccount, uri: &Untrusted) -> Result<Vec<ResourceContent>, Fault> {
        let user = self.reader(whose).await?;
        let open = self.server_of(&user.connection, &user.account).await?;
        match open.client.read(uri.raw()).await {
            Ok(content) => Ok(content),
            Err(fault) => Err(self.refused(&user.connection.spec, &user.account, None, fault).await),
        }
    }

    fn prompts(&self, identifier: Identifier, connections: Vec<ConnectionName>) -> Batches<'_, Prompt> {
        self.of_each(identifier, connections, move |user| async move { self.prompts_of(&user).await })
    }

    async fn prompt(
        &self,
        whose: &ServerAccount,
        name: &Untrusted,
        values: &JsonText,
    ) -> Result<Vec<PromptMessage>, Fault> {
        let values = arguments(values)?;
        let user = self.reader(whose).await?;
        let open = self.server_of(&user.connection, &user.account).await?;
        match open.client.prompt(name.raw(), values).await {
            Ok(messages) => Ok(messages),
            Err(fault) => Err(self.refused(&user.connection.spec, &user.account, None, fault).await),
        }
    }
}
