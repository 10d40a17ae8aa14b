//! Tools: what a call may do, and with what input.

use super::{AccountId, Identifier, JsonText, Provider, ToolName, Untrusted};

/// One tool of the catalog, scoped to an account where it came from the scoped list.
/// Reference: sections 3.3 and 8.
#[derive(Clone, Debug, PartialEq)]
pub struct Tool {
    /// As it is called.
    pub name: ToolName,
    /// A title for people; empty when the definition has none.
    pub title: Untrusted,
    /// What it does, in the vendor's words.
    pub description: Untrusted,
    /// The provider's key.
    pub provider: Provider,
    /// JSON Schema of its input, as it came; none when the definition carries none.
    pub input_schema: Option<JsonText>,
    /// Whether it changes anything.
    pub effect: ToolEffect,
    /// How we know.
    pub effect_source: EffectSource,
    /// The account it would run with (scoped list only).
    pub account: Option<AccountId>,
    /// The identifier it would run for (scoped list only).
    pub identifier: Option<Identifier>,
    /// Everything the broker sent of it, as it came.
    pub raw: JsonText,
}

impl Tool {
    /// A tool of which nothing is known but its name.
    pub fn unknown(name: &str) -> Self {
        Self {
            name: name.into(),
            title: Untrusted::default(),
            description: Untrusted::default(),
            provider: Provider::default(),
            input_schema: None,
            effect: ToolEffect::Unknown,
            effect_source: EffectSource::Name,
            account: None,
            identifier: None,
            raw: JsonText::empty_object(),
        }
    }
}

/// Whether a tool changes anything at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToolEffect {
    /// Looks, and leaves everything as it is.
    Reads,
    /// Creates or changes something.
    Writes,
    /// Takes something away.
    Destroys,
    /// Nobody said, and the name does not tell.
    Unknown,
}

/// How we came to know a tool's [`ToolEffect`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EffectSource {
    /// The definition's annotations say so.
    Declared,
    /// A guess from the HTTP method of the call behind it.
    Method,
    /// A guess from the verb in its name.
    Name,
}

impl ToolEffect {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Reads, Self::Writes, Self::Destroys, Self::Unknown];

    /// Our word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Writes => "writes",
            Self::Destroys => "destroys",
            Self::Unknown => "unknown",
        }
    }
}

impl EffectSource {
    /// How we know, in words that go behind the effect's own.
    pub fn words(self) -> &'static str {
        match self {
            Self::Declared => "declared by the vendor",
            Self::Method => "a guess from its HTTP method",
            Self::Name => "a guess from its name",
        }
    }
}

impl Tool {
    /// What it does to the world in one word; a guess has a question mark.
    pub fn effect_mark(&self) -> String {
        let guess = self.effect != ToolEffect::Unknown && self.effect_source != EffectSource::Declared;
        format!("{}{}", self.effect.word(), if guess { "?" } else { "" })
    }

    /// How we know what it does to the world.
    pub fn effect_reason(&self) -> &'static str {
        match self.effect {
            ToolEffect::Unknown => "the vendor does not say, and its name does not tell",
            _ => self.effect_source.words(),
        }
    }
}
