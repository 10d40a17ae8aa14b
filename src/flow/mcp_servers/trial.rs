//! Trying a provisioned server as one person: what it offers, held against the tools that the person may call on the same
//! connections, and calls through it.
//!
//! Each look and each call has a session token of its own, minted for it and forgotten after it.

use std::collections::HashSet;
use std::sync::Arc;

use super::{mint_token, url_of};
use crate::backend::Backend;
use crate::domain::Execution;
use crate::domain::Secret;
use crate::domain::{
    AccessLevel, ConnectionName, EffectSource, Fault, FaultKind, Identifier, JsonText, Mode, ServerConfig,
    TokenRequest, TokenTarget, Tool, ToolCall, ToolEffect, ToolMapping, ToolName, ToolOrigin, Untrusted,
};
use crate::flow::mcp_servers::door::ServerDoor;
use crate::flow::preflight::{Claim, Claimant, Cleared, ResolvedAccount, resolve_account};
use crate::flow::record::{Recorded, Recorder};
use crate::flow::tools;
use crate::mcp::client::{BearerSource, ClientOptions, Endpoint, HttpEndpoint, McpClient, ServerTool};
use crate::oauth::ServerChallenge;
use crate::schema::{SchemaChange, schema_changes};

/// A provisioned server as one person finds it.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Its configuration.
    pub config: ServerConfig,
    /// The person.
    pub identifier: Identifier,
    /// Freedom of the session tokens that it is opened with.
    pub access: AccessLevel,
    /// Name and version that it gives itself; empty where it tells none.
    pub server: Untrusted,
    /// Version of the protocol that was agreed on.
    pub protocol: Untrusted,
    /// Its tools, and those that it was expected to have, by name.
    pub tools: Vec<TriedTool>,
}

/// One tool that the server offers, or does not.
#[derive(Clone, Debug, PartialEq)]
pub struct TriedTool {
    /// The tool: as the environment lists it where it does, else as the server does.
    pub tool: Tool,
    /// Connection that it belongs to, as far as that is known.
    pub connection: Option<ConnectionName>,
    /// Where it is found.
    pub presence: ToolPresence,
}

/// Where a tool is found: on the server, and among the tools that the person may call on the same connections.
#[derive(Clone, Debug, PartialEq)]
pub enum ToolPresence {
    /// In both places, with one input schema.
    Same,
    /// In both, with these differences from the environment's schema to the server's.
    Differs(Vec<SchemaChange>),
    /// Only on the server.
    OnlyOnServer,
    /// Only among the person's tools, although the configuration names it.
    Missing,
    /// Only among the person's tools, and the configuration leaves it out.
    LeftOut,
}

impl ToolPresence {
    /// True if the server does not offer what it was set up to.
    pub fn is_odd(&self) -> bool {
        match self {
            Self::Same | Self::LeftOut => false,
            Self::Differs(_) | Self::OnlyOnServer | Self::Missing => true,
        }
    }

    /// True if it can be called through the server.
    pub fn is_offered(&self) -> bool {
        match self {
            Self::Same | Self::Differs(_) | Self::OnlyOnServer => true,
            Self::Missing | Self::LeftOut => false,
        }
    }

    /// Words for it.
    pub fn words(&self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Differs(_) => "other schema",
            Self::OnlyOnServer => "only on the server",
            Self::Missing => "missing on the server",
            Self::LeftOut => "left out",
        }
    }

    /// Stable name for programs.
    pub fn slug(&self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Differs(_) => "differs",
            Self::OnlyOnServer => "only_on_server",
            Self::Missing => "missing",
            Self::LeftOut => "left_out",
        }
    }
}

impl Trial {
    /// The tool of this name, if the server offers it.
    pub fn offered(&self, name: &str) -> Option<&TriedTool> {
        self.tools.iter().find(|tried| tried.tool.name.raw() == name && tried.presence.is_offered())
    }

    /// Number of tools that the server offers.
    pub fn count(&self) -> usize {
        self.tools.iter().filter(|tried| tried.presence.is_offered()).count()
    }

    /// Number of tools that are not as the configuration has them.
    pub fn odd(&self) -> usize {
        self.tools.iter().filter(|tried| tried.presence.is_odd()).count()
    }
}

/// Opens the server of `config` as `identifier`, and lists what it offers beside what the person may call.
///
/// # Errors
/// [`FaultKind::NeedsAuthorization`] where an account that it needs is not active; else as the back-end's, or the
/// server's.
pub async fn look(
    backend: &dyn Backend,
    config: &ServerConfig,
    identifier: &Identifier,
    access: AccessLevel,
) -> Result<Trial, Fault> {
    let access = permitted(backend, access);
    let client = open(backend, config, identifier, access).await?;
    let looked = async {
        let server = client.server().await?;
        let offered = client.tools().await?;
        Ok::<_, Fault>((server, offered))
    };
    let looked = looked.await;
    client.close().await;
    let (server, offered) = looked?;
    let mut scoped = Vec::new();
    tools::load(backend, identifier, &config.connections(), |page, _| scoped.extend(page)).await?;
    let named = format!("{} {}", server.name.raw(), server.version.raw());
    Ok(Trial {
        config: config.clone(),
        identifier: identifier.clone(),
        access,
        server: named.trim().into(),
        protocol: server.protocol.clone(),
        tools: compare(config, access, offered, scoped),
    })
}

/// The freedom that is asked for, or less where the environment is open read-only.
fn permitted(backend: &dyn Backend, access: AccessLevel) -> AccessLevel {
    match backend.mode() {
        Mode::Read => AccessLevel::ReadOnly,
        Mode::Ask | Mode::Free => access,
    }
}

/// The account that a call of `tried` acts as, by its own word.
///
/// # Errors
/// [`FaultKind::Ambiguous`] where nobody says on which connection the tool runs; else as [`resolve_account`].
pub async fn account(
    backend: &dyn Backend,
    identifier: &Identifier,
    tried: &TriedTool,
) -> Result<ResolvedAccount, Fault> {
    if tried.tool.account.is_none() && tried.connection.is_none() {
        let message = format!("The server does not say on which connection {} runs.", tried.tool.name);
        return Err(Fault::new(FaultKind::Ambiguous, message));
    }
    let claim = Claim {
        by: Claimant::ToolList,
        account: tried.tool.account.clone(),
        identifier: identifier.clone(),
        connection: tried.connection.clone(),
    };
    resolve_account(backend, &claim).await
}

/// Calls a tool through the server of `config`, once, and writes it down like any call.
pub async fn call(
    backend: &dyn Backend,
    recorder: &Recorder,
    config: &ServerConfig,
    access: AccessLevel,
    call: &Cleared<ToolCall>,
) -> Recorded<Execution> {
    let door = ServerDoor::new(backend, config, permitted(backend, access));
    recorder.run(&door, call).await
}

/// A client of the server, with a token for it that was minted for this one use.
///
/// # Errors
/// As of [`look`].
pub(super) async fn open(
    backend: &dyn Backend,
    config: &ServerConfig,
    identifier: &Identifier,
    access: AccessLevel,
) -> Result<McpClient, Fault> {
    let url = url_of(config)?;
    let request = TokenRequest {
        target: TokenTarget::Config(config.id.clone()),
        identifier: identifier.clone(),
        lifetime: Some(TokenRequest::SHORTEST),
        access,
    };
    let token = mint_token(backend, &request).await?.token;
    let bearer: Arc<dyn BearerSource> = Arc::new(MintedToken(token));
    let endpoint = HttpEndpoint { url, headers: Vec::new(), bearer: Some(bearer) };
    Ok(McpClient::new(Endpoint::Http(endpoint), ClientOptions::default()))
}

/// Token that there is only one of.
struct MintedToken(Secret);

#[async_trait::async_trait]
impl BearerSource for MintedToken {
    async fn token(&self) -> Result<Option<Secret>, Fault> {
        Ok(Some(self.0.clone()))
    }

    async fn refused(&self, _token: Option<&Secret>, challenge: &ServerChallenge) -> Result<Secret, Fault> {
        let message = "The server refused the session token that the environment had just minted for it.";
        let fault = Fault::new(FaultKind::Forbidden, message);
        let said = challenge.description.as_ref().or(challenge.error.as_ref());
        Err(said.map_or(fault.clone(), |said| fault.said(said.clone())))
    }
}

/// The tools of both sides, by name.
fn compare(config: &ServerConfig, access: AccessLevel, offered: Vec<ServerTool>, scoped: Vec<Tool>) -> Vec<TriedTool> {
    let mut seen = HashSet::new();
    // What this program runs by itself is no tool of the environment's.
    let scoped: Vec<_> = scoped.into_iter().filter(|tool| !matches!(tool.origin, ToolOrigin::Contract(_))).collect();
    let mut tried = Vec::new();
    for offer in &offered {
        let name = ToolName::from(offer.name.raw());
        if !seen.insert(name.clone()) {
            continue;
        }
        let listed = scoped.iter().find(|tool| tool.name == name);
        tried.push(match listed {
            Some(tool) => {
                let changes = schema_changes(tool.input_schema.as_ref(), offer.input_schema.as_ref());
                let presence = if changes.is_empty() { ToolPresence::Same } else { ToolPresence::Differs(changes) };
                TriedTool { connection: connection(config, tool), tool: tool.clone(), presence }
            }
            None => {
                let tool = of_server(offer);
                TriedTool { connection: connection(config, &tool), tool, presence: ToolPresence::OnlyOnServer }
            }
        });
    }
    for tool in scoped.into_iter().filter(|tool| seen.insert(tool.name.clone())) {
        // A token that only reads is not offered the others.
        let reads = access == AccessLevel::Full || tool.effect == ToolEffect::Reads;
        let mapped = reads && config.mappings.iter().any(|mapping| names(mapping, &tool));
        let presence = if mapped { ToolPresence::Missing } else { ToolPresence::LeftOut };
        tried.push(TriedTool { connection: connection(config, &tool), tool, presence });
    }
    tried.sort_by(|a, b| a.tool.name.raw().cmp(b.tool.name.raw()));
    tried
}

/// True if a mapping offers a tool, as far as can be told.
fn names(mapping: &ToolMapping, tool: &Tool) -> bool {
    let is_its = mapping.provider.is_empty() || tool.provider.is_empty() || mapping.provider == tool.provider;
    (mapping.is_whole() && is_its) || mapping.tools.contains(&tool.name)
}

/// Connection of a tool: the only one whose mapping fits it.
fn connection(config: &ServerConfig, tool: &Tool) -> Option<ConnectionName> {
    let fitting: Vec<_> = match config.mappings.as_slice() {
        [only] => vec![only],
        several => {
            let named: Vec<_> = several.iter().filter(|mapping| mapping.tools.contains(&tool.name)).collect();
            let account = |mapping: &&ToolMapping| mapping.account.is_some() && mapping.account == tool.account;
            match several.iter().find(account) {
                Some(mapping) => vec![mapping],
                None if !named.is_empty() => named,
                None => several.iter().filter(|mapping| names(mapping, tool) && !tool.provider.is_empty()).collect(),
            }
        }
    };
    match fitting.as_slice() {
        [only] => Some(only.connection.clone()),
        _ => None,
    }
}

/// A tool of which only the server tells.
fn of_server(offer: &ServerTool) -> Tool {
    let hints = offer.annotations;
    let effect = match (hints.read_only, hints.destructive) {
        (Some(true), _) => Some(ToolEffect::Reads),
        (_, Some(true)) => Some(ToolEffect::Destroys),
        (Some(false), _) | (_, Some(false)) => Some(ToolEffect::Writes),
        (None, None) => None,
    };
    let guess = Tool::unknown(offer.name.raw());
    Tool {
        title: offer.title.clone(),
        description: offer.description.clone(),
        input_schema: offer.input_schema.clone(),
        effect: effect.unwrap_or(guess.effect),
        effect_source: if effect.is_some() { EffectSource::Server } else { guess.effect_source },
        raw: offer.raw.clone(),
        ..guess
    }
}

/// The input of a call, which must be an object.
///
/// # Errors
/// [`FaultKind::InvalidInput`].
pub(super) fn require_object(input: &JsonText) -> Result<(), Fault> {
    match input.raw().trim_start().starts_with('{') {
        true => Ok(()),
        false => Err(Fault::new(FaultKind::InvalidInput, "A tool's input must be a JSON object.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ConnectionId, Provider};
    use crate::mcp::client::ToolAnnotations;

    fn mapping(connection: &str, provider: &str, tools: &[&str]) -> ToolMapping {
        ToolMapping {
            connection: connection.into(),
            connection_id: ConnectionId::default(),
            provider: provider.into(),
            tools: tools.iter().map(|name| ToolName::from(*name)).collect(),
            account: None,
            status: None,
        }
    }

    fn config(mappings: Vec<ToolMapping>) -> ServerConfig {
        ServerConfig {
            id: "cfg_1".into(),
            name: "mail".into(),
            description: "".into(),
            mappings,
            url: None,
            raw: JsonText::empty_object(),
        }
    }

    fn offer(name: &str, schema: &str) -> ServerTool {
        ServerTool {
            name: name.into(),
            title: name.into(),
            description: "".into(),
            input_schema: JsonText::parse(schema.to_owned()).ok(),
            output_schema: None,
            annotations: ToolAnnotations::default(),
            raw: JsonText::empty_object(),
        }
    }

    fn scoped(name: &str, provider: &str, schema: &str) -> Tool {
        Tool {
            provider: Provider::from(provider),
            input_schema: JsonText::parse(schema.to_owned()).ok(),
            account: Some("ca_1".into()),
            ..Tool::unknown(name)
        }
    }

    const NONE: &str = r#"{"type":"object","properties":{}}"#;

    fn told(tried: &[TriedTool]) -> Vec<(String, &'static str, Option<String>)> {
        let row = |tried: &TriedTool| {
            let connection = tried.connection.as_ref().map(|name| name.raw().to_owned());
            (tried.tool.name.raw().to_owned(), tried.presence.slug(), connection)
        };
        tried.iter().map(row).collect()
    }

    #[test]
    fn every_tool_is_found_on_one_side_or_on_both() {
        let config = config(vec![
            mapping("gmail", "GMAIL", &["gmail_a", "gmail_b", "gmail_c"]),
            mapping("linear", "LINEAR", &[]),
        ]);
        let offered = vec![
            offer("gmail_a", NONE),
            offer("gmail_b", r#"{"type":"object","required":["x"],"properties":{"x":{"type":"string"}}}"#),
            offer("gmail_a", NONE),
            offer("other", NONE),
        ];
        let listed = vec![
            scoped("gmail_a", "GMAIL", NONE),
            scoped("gmail_b", "GMAIL", NONE),
            scoped("gmail_c", "GMAIL", NONE),
            scoped("gmail_d", "GMAIL", NONE),
            scoped("linear_x", "LINEAR", NONE),
        ];
        let tried = compare(&config, AccessLevel::Full, offered, listed);
        let gmail = || Some("gmail".to_owned());
        assert_eq!(
            told(&tried),
            [
                ("gmail_a".to_owned(), "same", gmail()),
                ("gmail_b".to_owned(), "differs", gmail()),
                ("gmail_c".to_owned(), "missing", gmail()),
                ("gmail_d".to_owned(), "left_out", None),
                ("linear_x".to_owned(), "missing", Some("linear".to_owned())),
                ("other".to_owned(), "only_on_server", None),
            ]
        );
    }

    #[test]
    fn a_token_that_only_reads_misses_no_tool_that_writes() {
        let config = config(vec![mapping("gmail", "GMAIL", &[])]);
        let listed = vec![scoped("gmail_send_mail", "GMAIL", NONE), scoped("gmail_fetch_mails", "GMAIL", NONE)];
        let slugs = |access| -> Vec<_> {
            compare(&config, access, Vec::new(), listed.clone()).iter().map(|tried| tried.presence.slug()).collect()
        };
        assert_eq!(slugs(AccessLevel::Full), ["missing", "missing"]);
        assert_eq!(slugs(AccessLevel::ReadOnly), ["missing", "left_out"]);
    }

    #[test]
    fn what_only_the_server_says_of_an_effect_is_known_as_its_word() {
        let hinted = |read_only, destructive| {
            let annotations = ToolAnnotations { read_only, destructive, ..ToolAnnotations::default() };
            let tool = of_server(&ServerTool { annotations, ..offer("x_frobnicate", NONE) });
            (tool.effect, tool.effect_source)
        };
        assert_eq!(hinted(Some(true), None), (ToolEffect::Reads, EffectSource::Server));
        assert_eq!(hinted(Some(false), Some(true)), (ToolEffect::Destroys, EffectSource::Server));
        assert_eq!(hinted(Some(false), None), (ToolEffect::Writes, EffectSource::Server));
        assert_eq!(hinted(None, None), (ToolEffect::Unknown, EffectSource::Name));
    }
}
