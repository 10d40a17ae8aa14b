//! Tasks: reading servers, changing them, and minting tokens.

use async_trait::async_trait;

use crate::domain::{
    Fault, Identifier, ServerConfig, ServerConfigDraft, ServerConfigId, ServerConfigName, ServerInstance,
    ServerInstanceFilter, ServerInstanceId, SessionToken, TokenRequest,
};
use crate::flow::mcp_servers;
use crate::tui::core::cx::Cx;
use crate::tui::core::message::Message;
use crate::tui::core::toast::Level;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// Reads all configurations and instances.
#[derive(Debug)]
pub struct ListServers;

/// Configurations and instances of the environment.
#[derive(Debug)]
pub struct ServerRows {
    /// Configurations, as the environment orders them.
    pub configs: Vec<ServerConfig>,
    /// Instances, or why they cannot be listed: an environment may have none of this generation.
    pub instances: Result<Vec<ServerInstance>, Fault>,
    /// Sentence on rows that were announced and did not come.
    pub remark: Option<String>,
}

/// Report: the servers.
#[derive(Debug)]
pub struct ServersListed(pub Result<ServerRows, Fault>);

impl ListServers {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("mcp-servers").shown();
}

#[async_trait]
impl Task for ListServers {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(ServersListed(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let listed = async {
            let opened = services.environment()?;
            let backend = opened.backend.as_ref();
            let mut configs = Vec::new();
            let gap = mcp_servers::configs(backend, |page| configs.extend(page)).await?;
            let mut instances = Vec::new();
            let filter = ServerInstanceFilter::default();
            let read = mcp_servers::instances(backend, filter, |page| instances.extend(page)).await;
            let remark = gap.map(|gap| gap.told("configuration"));
            let remark = remark.or_else(|| Some(read.as_ref().ok()?.as_ref()?.told("instance")));
            Ok(ServerRows { configs, instances: read.map(|_| instances), remark })
        };
        reporter.send(ServersListed(listed.await));
    }
}

/// A change of a configuration or an instance.
#[derive(Debug)]
pub enum ChangeServer {
    /// Make a configuration.
    Create(Box<ServerConfigDraft>),
    /// Change one to all of this.
    Update(ServerConfigId, Box<ServerConfigDraft>),
    /// Delete one.
    Delete(ServerConfigId, ServerConfigName),
    /// Give a person an instance.
    Ensure(ServerConfigName, Identifier),
    /// Rename an instance.
    Rename(ServerInstanceId, String),
    /// Delete one.
    DeleteInstance(ServerInstanceId, String),
}

/// Report: the change is made, in a sentence, or not.
#[derive(Debug)]
pub struct ServerChanged(pub Result<String, Fault>);

impl ServerChanged {
    /// Says what came of a change that nobody waits for any more.
    ///
    /// # Errors
    /// The message, where it is for somebody else.
    pub fn after_closing(message: Message, cx: &mut Cx) -> Result<(), Message> {
        let Self(result) = message.take()?;
        cx.jobs.finish(ChangeServer::SLOT);
        match result {
            Ok(said) => cx.say(Level::Done, said),
            Err(fault) => cx.say(Level::Problem, fault.to_string()),
        }
        Ok(())
    }
}

impl ChangeServer {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("mcp-server-change").shown();
}

#[async_trait]
impl Task for ChangeServer {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(ServerChanged(Err(fault.perhaps_carried_out())))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let changed = async {
            let opened = services.environment()?;
            let backend = opened.backend.as_ref();
            Ok(match *self {
                Self::Create(draft) => {
                    let config = mcp_servers::create(backend, &draft).await?;
                    format!("{} is created.", config.name)
                }
                Self::Update(id, draft) => {
                    let config = mcp_servers::update(backend, &id, &draft).await?;
                    format!("{} is changed.", config.name)
                }
                Self::Delete(id, name) => {
                    mcp_servers::delete(backend, &id).await?;
                    format!("{name} is deleted.")
                }
                Self::Ensure(config, identifier) => {
                    let instance = mcp_servers::ensure_instance(backend, &config, &identifier, None).await?;
                    format!("{identifier} has the instance {} of {config}.", instance.name)
                }
                Self::Rename(id, name) => {
                    let instance = mcp_servers::rename_instance(backend, &id, &name).await?;
                    format!("The instance is called {} now.", instance.name)
                }
                Self::DeleteInstance(id, label) => {
                    mcp_servers::delete_instance(backend, &id).await?;
                    format!("{label} is deleted.")
                }
            })
        };
        reporter.send(ServerChanged(changed.await));
    }
}

/// Mints a session token.
#[derive(Debug)]
pub struct MintToken(pub TokenRequest);

/// Report: the token.
#[derive(Debug)]
pub struct TokenMinted(pub Result<SessionToken, Fault>);

impl MintToken {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("mcp-token").shown();
}

#[async_trait]
impl Task for MintToken {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(TokenMinted(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let minted = async {
            let opened = services.environment()?;
            mcp_servers::mint_token(opened.backend.as_ref(), &self.0).await
        };
        reporter.send(TokenMinted(minted.await));
    }
}
