//! Where the tools of a provisioned server are found: on the server, among the tools of its person, or on both sides.

use std::collections::HashSet;

use super::ProvisionedServer;
use crate::domain::{AccessLevel, ConnectionName, EffectSource, Tool, ToolEffect, ToolMapping, ToolName, ToolOrigin};
use crate::mcp::client::ServerTool;
use crate::schema::{SchemaChange, schema_changes};

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

/// The tools of both sides, by name.
pub(super) fn compare(
    server: &ProvisionedServer,
    access: AccessLevel,
    offered: Vec<ServerTool>,
    scoped: Vec<Tool>,
) -> Vec<TriedTool> {
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
                TriedTool { connection: connection(server, tool), tool: tool.clone(), presence }
            }
            None => {
                let tool = of_server(offer);
                TriedTool { connection: connection(server, &tool), tool, presence: ToolPresence::OnlyOnServer }
            }
        });
    }
    for tool in scoped.into_iter().filter(|tool| seen.insert(tool.name.clone())) {
        // A token that only reads is not offered the others.
        let reads = access == AccessLevel::Full || tool.effect == ToolEffect::Reads;
        let mapped = reads && server.mappings.iter().any(|mapping| names(mapping, &tool));
        let presence = if mapped { ToolPresence::Missing } else { ToolPresence::LeftOut };
        tried.push(TriedTool { connection: connection(server, &tool), tool, presence });
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
fn connection(server: &ProvisionedServer, tool: &Tool) -> Option<ConnectionName> {
    let fitting: Vec<_> = match server.mappings.as_slice() {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ConnectionId, JsonText, Provider, TokenTarget};
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

    fn server(mappings: Vec<ToolMapping>) -> ProvisionedServer {
        ProvisionedServer {
            name: "mail".into(),
            target: TokenTarget::Config("cfg_1".into()),
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
        let server = server(vec![
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
        let tried = compare(&server, AccessLevel::Full, offered, listed);
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
        let server = server(vec![mapping("gmail", "GMAIL", &[])]);
        let listed = vec![scoped("gmail_send_mail", "GMAIL", NONE), scoped("gmail_fetch_mails", "GMAIL", NONE)];
        let slugs = |access| -> Vec<_> {
            compare(&server, access, Vec::new(), listed.clone()).iter().map(|tried| tried.presence.slug()).collect()
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
