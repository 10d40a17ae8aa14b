//! Tools, resources and prompts of a server, as everybody else knows them.

use super::state::ServerState;
use crate::backend::local::account_store::StoredAccount;
use crate::backend::local::connection_spec::ConnectionSpec;
use crate::domain::{
    AccountId, EffectSource, Identifier, Prompt, Resource, ServerAccount, Tool, ToolEffect, ToolOrigin, Untrusted,
};
use crate::mcp::client::{ServerPrompt, ServerResource, ServerTool, ToolAnnotations};

/// Account that a list of tools was read with.
pub(super) struct Reader<'a> {
    pub spec: &'a ConnectionSpec,
    pub account: &'a StoredAccount,
    pub state: &'a ServerState,
    /// True where the list is one person's.
    pub is_scoped: bool,
}

impl Reader<'_> {
    /// A tool of the list.
    pub fn tool(&self, tool: &ServerTool) -> Tool {
        let trusts = self.spec.server.as_ref().is_some_and(|server| server.trust_hints);
        let whose: Option<(AccountId, Identifier)> =
            self.is_scoped.then(|| (self.account.id.clone(), self.account.identifier.clone()));
        let (account, identifier) = whose.unzip();
        Tool {
            name: tool.name.raw().into(),
            title: tool.title.clone(),
            description: tool.description.clone(),
            provider: self.spec.provider.clone(),
            input_schema: tool.input_schema.clone(),
            effect: effect(&tool.annotations),
            effect_source: if trusts { EffectSource::TrustedServer } else { EffectSource::Server },
            account,
            identifier,
            origin: ToolOrigin::Server(self.spec.name.clone()),
            scopes: self.scopes(tool.name.raw()),
            raw: tool.raw.clone(),
        }
    }

    /// Scopes that the tool needs, as the server said when it refused a call: those that the account lacks, while it
    /// lacks any.
    fn scopes(&self, tool: &str) -> Vec<Untrusted> {
        let Some(needed) = self.state.tool_scopes.get(tool) else { return Vec::new() };
        let granted = granted(self.account);
        let lacking: Vec<_> = needed.iter().filter(|scope| !granted.contains(scope)).collect();
        let shown = if lacking.is_empty() { needed.iter().collect() } else { lacking };
        shown.into_iter().map(|scope| Untrusted::from(scope.as_str())).collect()
    }
}

/// Scopes of an account. A server that does not say what it granted has granted what was asked for (RFC 6749, 5.1).
pub(super) fn granted(account: &StoredAccount) -> &[String] {
    account.facts.granted.as_ref().unwrap_or(&account.facts.asked)
}

/// Effect by the hints of a server. What says nothing of itself writes, as far as anybody knows.
fn effect(annotations: &ToolAnnotations) -> ToolEffect {
    match (annotations.read_only, annotations.destructive) {
        (Some(true), _) => ToolEffect::Reads,
        (_, Some(true)) => ToolEffect::Destroys,
        (_, Some(false) | None) => ToolEffect::Writes,
    }
}

/// A resource, as the account sees it.
pub(super) fn resource(resource: ServerResource, seen_by: &ServerAccount) -> Resource {
    let ServerResource { uri, is_template, title, description, media_type, size } = resource;
    Resource { seen_by: seen_by.clone(), uri, is_template, title, description, media_type, size }
}

/// A prompt, as the account sees it.
pub(super) fn prompt(prompt: ServerPrompt, seen_by: &ServerAccount) -> Prompt {
    let ServerPrompt { name, title, description, arguments } = prompt;
    Prompt { seen_by: seen_by.clone(), name, title, description, arguments }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_tell_the_effect_and_what_is_not_said_writes() {
        let of =
            |read_only, destructive| effect(&ToolAnnotations { read_only, destructive, ..ToolAnnotations::default() });
        assert_eq!(of(Some(true), None), ToolEffect::Reads);
        assert_eq!(of(Some(true), Some(true)), ToolEffect::Reads, "the hint means nothing where nothing is changed");
        assert_eq!(of(Some(false), Some(false)), ToolEffect::Writes);
        assert_eq!(of(None, Some(true)), ToolEffect::Destroys);
        assert_eq!(of(None, None), ToolEffect::Writes);
    }
}
