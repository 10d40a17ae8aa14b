//! Tools: what a call may do, and with what input.

use super::{
    AccountId, ConnectionName, EffectSource, Identifier, JsonText, Provider, Reading, ToolEffect, ToolName, Untrusted,
};

/// One tool of the catalog, scoped to an account where it came from the scoped list.
/// Reference: sections 3.3 and 8.
#[derive(Clone, Debug, PartialEq)]
pub struct Tool {
    /// Name by which it is called.
    pub name: ToolName,
    /// A title for people; empty when the definition has none.
    pub title: Untrusted,
    /// Description in the vendor's words.
    pub description: Untrusted,
    /// Key of the provider: `LINEAR`.
    pub provider: Provider,
    /// JSON Schema of its input, as it came; none when the definition carries none.
    pub input_schema: Option<JsonText>,
    /// Effect on the provider's data; decides what asks before it runs.
    pub effect: ToolEffect,
    /// Source of that knowledge: the vendor says so, or we guess.
    pub effect_source: EffectSource,
    /// The account it would run with (scoped list only).
    pub account: Option<AccountId>,
    /// The identifier it would run for (scoped list only).
    pub identifier: Option<Identifier>,
    /// Side that runs it.
    pub origin: ToolOrigin,
    /// Scopes of which its account needs one; none where nothing is known of them.
    pub scopes: Vec<Untrusted>,
    /// Everything the broker sent of it, as it came.
    pub raw: JsonText,
}

/// Side that runs a tool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ToolOrigin {
    /// The environment, which also lists it.
    #[default]
    Environment,
    /// A server that speaks the Model Context Protocol, of this connection.
    Server(ConnectionName),
    /// This program, by the contract of this name: a request through the environment.
    Contract(Untrusted),
}

impl ToolOrigin {
    /// Words for a contract, safe to show; none for the environment's own tools.
    pub fn contract(&self) -> Option<String> {
        match self {
            Self::Environment | Self::Server(_) => None,
            Self::Contract(file) => Some(format!("contract {file}")),
        }
    }
}

impl Tool {
    /// Tool of which nothing is known but its name, which may tell its effect.
    pub fn unknown(name: &str) -> Self {
        Self {
            name: name.into(),
            title: Untrusted::default(),
            description: Untrusted::default(),
            provider: Provider::default(),
            input_schema: None,
            effect: ToolEffect::from_name(name),
            effect_source: EffectSource::Name,
            account: None,
            identifier: None,
            origin: ToolOrigin::Environment,
            scopes: Vec::new(),
            raw: JsonText::empty_object(),
        }
    }
}

impl Tool {
    /// Description for one line of a list, with its mark if a contract runs it. Not safe to show as it is.
    pub fn summary(&self) -> Untrusted {
        match self.origin {
            ToolOrigin::Environment | ToolOrigin::Server(_) => self.description.clone(),
            ToolOrigin::Contract(_) => format!("contract · {}", self.description.raw()).into(),
        }
    }

    /// Effect in one word; a guess has a question mark.
    pub fn effect_mark(&self) -> String {
        let guess = self.effect != ToolEffect::Unknown && !self.effect_source.is_known();
        format!("{}{}", self.effect.word(), if guess { "?" } else { "" })
    }

    /// Evidence that it only reads. A question mark behind its effect means that there is none.
    pub fn reading(&self) -> Reading {
        match self.effect {
            ToolEffect::Reads if self.effect_source.is_known() => Reading::Known,
            ToolEffect::Reads => Reading::Guessed,
            ToolEffect::Writes | ToolEffect::Destroys | ToolEffect::Unknown => Reading::No,
        }
    }

    /// Reason for the effect, for the sentence that names it.
    pub fn effect_reason(&self) -> &'static str {
        match self.effect {
            ToolEffect::Unknown if self.effect_source == EffectSource::Protocol => "the request names no method yet",
            ToolEffect::Unknown => "the vendor does not say, and its name does not tell",
            _ => self.effect_source.words(),
        }
    }
}
