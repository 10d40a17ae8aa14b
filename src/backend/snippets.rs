//! Calls as code for other programs.

use strum::{IntoStaticStr, VariantArray};

use super::local::Local;
use super::scalekit::Scalekit;
use crate::domain::{ProxyRequest, ToolCall};
use crate::modifier::Modifier;

/// Calls as code for other programs. Pure: nothing is read and nothing is sent, so no open environment is
/// needed for it.
pub trait Snippets: Send + Sync {
    /// Forms that calls can be had in, in the order they are offered.
    fn forms(&self) -> &'static [SnippetKind];

    /// A tool call in one of these forms; none in any other. What looks like a credential becomes a variable.
    fn tool_call(&self, call: &ToolCall, form: SnippetKind, target: &SnippetTarget) -> Option<String>;

    /// The same where modifiers have to do with the call. A form that has nothing like them names them in a remark: its
    /// input is the one that was typed.
    fn modified_tool_call(
        &self,
        call: &ToolCall,
        form: SnippetKind,
        target: &SnippetTarget,
        modifiers: SnippetModifiers<'_>,
    ) -> Option<String>;

    /// A proxy request in one of these forms, in the same way. A raw body is left to a file, `body`.
    fn proxy_request(&self, request: &ProxyRequest, form: SnippetKind, target: &SnippetTarget) -> Option<String>;
}

/// Modifiers of a call that is written down.
#[derive(Clone, Copy, Debug)]
pub enum SnippetModifiers<'a> {
    /// These take part: its input is the one that was typed.
    TakePart(&'a [Modifier]),
    /// None must: its input is as it is sent.
    Done,
}

/// Way to the environment that a call belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SnippetTarget {
    /// Environment variables.
    #[default]
    Variables,
    /// The embedded sandbox.
    Sandbox,
    /// The environment of one's own that is always there.
    Local,
    /// A saved profile of this name.
    Profile(String),
    /// The variables in this file.
    EnvFile(String),
}

/// Snippets of the environment that the journal calls `recorded_as`, whether it is open or not; none where its
/// kind has none.
///
/// The journal notes no kind beside an entry, and entries from before there was a second kind could not have
/// one. The name tells it: no two kinds share a form of names, see
/// [`About::recorded_as`](super::About::recorded_as).
pub fn snippets_of(recorded_as: &str) -> Option<&'static dyn Snippets> {
    if Local::is_recorded_as(recorded_as) {
        return Some(Local::SNIPPETS);
    }
    Scalekit::is_recorded_as(recorded_as).then_some(Scalekit::SNIPPETS)
}

/// Language or tool that a call is written down for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum SnippetKind {
    /// A command of this program.
    Jackfield,
    /// Requests with curl: one for a token, one for the call.
    Curl,
    /// The vendor's Python SDK, `scalekit-sdk-python` 2.21.
    Python,
    /// The vendor's Node SDK, `@scalekit-sdk/node` 2.11.
    Node,
}

impl SnippetKind {
    /// All kinds, in the order they are offered.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// Name to show.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jackfield => "jackfield",
            Self::Curl => "curl",
            Self::Python => "Python SDK",
            Self::Node => "Node SDK",
        }
    }

    /// Word for it on a command line.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// File name extension, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jackfield | Self::Curl => "sh",
            Self::Python => "py",
            Self::Node => "mjs",
        }
    }
}
