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
    pub effect: Effect,
    /// How we know.
    pub effect_source: EffectSource,
    /// The account it would run with (scoped list only).
    pub account: Option<AccountId>,
    /// The identifier it would run for (scoped list only).
    pub identifier: Option<Identifier>,
    /// Everything the broker sent of it, as it came.
    pub raw: JsonText,
}

/// Whether a tool changes anything at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Looks, and leaves everything as it is.
    Reads,
    /// Creates or changes something.
    Writes,
    /// Takes something away.
    Destroys,
    /// Nobody said, and the name does not tell.
    Unknown,
}

/// How we came to know a tool's [`Effect`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EffectSource {
    /// The definition's annotations say so.
    Declared,
    /// Guessed from the HTTP method or the verb in the name; shown as a guess.
    Guessed,
}
