//! Floor 1: tools that are written down, one TOML file each, and run over whatever passes requests on to a provider.
//!
//! A contract names a tool, what it does to the provider's data, the scopes it needs, the schema of its input and one
//! request: a method and a path with placeholders, or a GraphQL document. The same file runs over a broker's proxy and
//! over a direct way, for it says nothing of hosts and credentials:
//!
//! ```toml
//! name = "acme_ticket_get"
//! description = "Get one ticket."
//! provider = "ACME"
//! effect = "reads"                     # reads, writes, destroys
//! scopes = ["tickets:read"]            # any of them is enough
//! answer = "/data"                     # JSON Pointer: the part of the answer that is the result
//! output = '{id, title}'               # jq over that part; `input = '…'` makes the body or the variables
//!
//! [schema]
//! required = ["id"]
//! properties.id = { type = "string", description = "Id of the ticket" }
//!
//! [request]                            # or [graphql] with document, path and variables
//! method = "GET"
//! path = "/tickets/{id}"
//! query = { fields = "{fields}" }      # what the input lacks is left out
//! ```
//!
//! Everything here is pure: requests go out and jq runs in [`crate::flow`].

mod answer;
mod built_in;
mod check;
mod curl;
mod file;
mod graphql;
mod jq;
mod page;
mod problem;
mod request;
mod template;
mod upload;
mod write;

use std::sync::Arc;

use self::answer::ErrorRule;
use self::page::Page;
use self::template::{Template, ValueTemplate};
use self::upload::UploadStep;
use crate::domain::{
    AccountId, EffectSource, Identifier, JsonText, Provider, ProxyMethod, Tool, ToolEffect, ToolName, ToolOrigin,
    Untrusted,
};

pub use self::built_in::{built_in, built_in_text};
pub use self::curl::from_curl;
pub use self::jq::Jq;
pub use self::page::Step;
pub use self::problem::ContractProblem;
pub use self::request::{Inputs, Outgoing};
pub use self::upload::Handover;
pub use self::write::{Draft, write};

/// Folder of contracts, below that of what a person may edit and below a project's own.
pub const FOLDER: &str = "contracts";

/// Contract as it was read and checked. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Contract(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    name: ToolName,
    title: Untrusted,
    description: Untrusted,
    provider: Provider,
    effect: ToolEffect,
    /// Any of them is enough; none are needed where there are none.
    scopes: Vec<Untrusted>,
    schema: JsonText,
    /// Members of the schema that stand in where the input lacks them, each as JSON.
    defaults: Vec<(String, String)>,
    /// jq from the input to the body, or to the variables of a document.
    input: Option<String>,
    /// jq from the answer to the result.
    output: Option<String>,
    /// JSON Pointer to the part of the answer that is the result.
    answer: String,
    method: ProxyMethod,
    path: Template,
    query: Vec<(String, Template)>,
    headers: Vec<(String, Template)>,
    body: BodyTemplate,
    page: Option<Page>,
    upload: Option<UploadStep>,
    errors: ErrorRule,
    /// Name of its file, for people.
    file: Untrusted,
}

/// Body of the request, still with its placeholders.
#[derive(Debug)]
enum BodyTemplate {
    None,
    /// What jq makes of the input.
    Input,
    Json(ValueTemplate),
    Form(Vec<(String, Template)>),
    Graphql {
        document: Arc<str>,
        /// None takes the members of the input that the document declares.
        variables: Option<ValueTemplate>,
        /// Variables with whether they must be given.
        declared: Vec<(String, bool)>,
    },
}

impl Contract {
    /// Reads and checks a file; `file` is its name for people. The filters are not read: that takes a process, see
    /// [`Contract::filters`].
    ///
    /// # Errors
    /// Everything that is wrong in it, with lines.
    pub fn parse(text: &str, file: &str) -> Result<Self, Vec<ContractProblem>> {
        check::contract(text, file).map(|parts| Self(Arc::new(parts)))
    }

    /// Name of the tool.
    pub fn name(&self) -> &ToolName {
        &self.0.name
    }

    /// Key of the provider: `LINEAR`.
    pub fn provider(&self) -> &Provider {
        &self.0.provider
    }

    /// True for a provider in whatever case it is written.
    pub fn is_for(&self, provider: &Provider) -> bool {
        self.0.provider.raw().eq_ignore_ascii_case(provider.raw())
    }

    /// Name of its file, for people.
    pub fn file(&self) -> &Untrusted {
        &self.0.file
    }

    /// The jq filters in it, each with the name of its key.
    pub fn filters(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let named = [("input", &self.0.input), ("output", &self.0.output)];
        named.into_iter().filter_map(|(name, filter)| Some((name, filter.as_deref()?)))
    }

    /// The contract as a row of the tool list: for one account and the person it belongs to, or for nobody.
    pub fn tool(&self, account: Option<(&AccountId, &Identifier)>) -> Tool {
        let Parts { name, title, description, provider, effect, scopes, schema, file, .. } = self.0.as_ref();
        Tool {
            name: name.clone(),
            title: title.clone(),
            description: description.clone(),
            provider: provider.clone(),
            input_schema: Some(schema.clone()),
            effect: *effect,
            effect_source: EffectSource::Contract,
            account: account.map(|(account, _)| account.clone()),
            identifier: account.map(|(_, identifier)| identifier.clone()),
            origin: ToolOrigin::Contract(file.clone()),
            scopes: scopes.clone(),
            raw: self.raw(account),
        }
    }

    /// The row as an environment's own would come over the wire, with its origin.
    fn raw(&self, account: Option<(&AccountId, &Identifier)>) -> JsonText {
        let parts = self.0.as_ref();
        let tool = serde_json::json!({
            "id": format!("contract:{}", parts.name.raw()),
            "provider": parts.provider.raw(),
            "definition": {
                "name": parts.name.raw(),
                "display_name": parts.title.raw(),
                "description": parts.description.raw(),
                "input_schema": serde_json::from_slice::<serde_json::Value>(parts.schema.bytes()).unwrap_or_default(),
                "annotations": {
                    "read_only_hint": parts.effect == ToolEffect::Reads,
                    "destructive_hint": parts.effect == ToolEffect::Destroys,
                },
            },
            "origin": "contract",
            "contract": parts.file.raw(),
            "scopes": parts.scopes.iter().map(Untrusted::raw).collect::<Vec<_>>(),
        });
        let row = match account {
            None => tool,
            Some((account, identifier)) => serde_json::json!({
                "tool": tool, "connected_account_id": account.raw(), "identifier": identifier.raw(),
            }),
        };
        JsonText::parse(row.to_string()).unwrap_or_else(|_| JsonText::empty_object())
    }

    /// Effect on the provider's data.
    pub fn effect(&self) -> ToolEffect {
        self.0.effect
    }

    /// Scopes of which any is enough.
    pub fn scopes(&self) -> &[Untrusted] {
        &self.0.scopes
    }

    /// Schema of the input.
    pub fn schema(&self) -> &JsonText {
        &self.0.schema
    }
}

#[cfg(test)]
mod tests;
