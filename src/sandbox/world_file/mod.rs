//! A world of one's own, from one file: people, connections, accounts, tools, and how they answer.
//!
//! The format is documented in `docs/sandbox-world.md`. A file is read whole or not at all: all that is wrong in it is
//! told at once, each with its place. What it says becomes rows of the world in `world`; what happens while it runs is
//! in [`MockTools`].

mod accounts;
mod answer;
mod base;
mod codes;
mod collections;
mod connections;
mod error_answer;
mod fields;
mod mistakes;
mod mock;
mod people;
mod servers;
mod source;
mod template;
mod template_reader;
mod tools;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

pub use self::accounts::AccountEntry;
pub use self::base::{Base, BaseConnection, BaseProvider};
pub use self::collections::CollectionEntry;
pub use self::connections::{ConnectionEntry, ProviderEntry};
pub use self::error_answer::{BrokerRefusal, rpc_code};
use self::fields::Fields;
use self::mistakes::{Mistakes, Place, WorldMistake};
pub use self::mock::{CallFacts, MockState, MockTools, Picked};
pub use self::servers::ServerEntry;
use self::source::Source;
use self::tools::ToolScope;
pub use self::tools::{RouteEntry, ToolEntry};
use super::people::Persona;
use crate::domain::{Fault, FaultKind, Untrusted, Violation, pluralize, strip_bom};
use crate::files;

/// Version of the format.
const FORMAT: u64 = 1;

/// Larger files are not read, in bytes.
const LARGEST: u64 = 1 << 20;

/// Everything that a file says.
#[derive(Debug)]
pub struct WorldFile {
    /// Mark of its text.
    pub digest: String,
    /// The people, connections and tools that are built in stand beside its own.
    pub extends: bool,
    pub people: Vec<Arc<Persona>>,
    pub providers: Vec<ProviderEntry>,
    pub connections: Vec<ConnectionEntry>,
    pub accounts: Vec<AccountEntry>,
    pub collections: BTreeMap<String, CollectionEntry>,
    pub tools: Vec<ToolEntry>,
    pub routes: Vec<RouteEntry>,
    pub servers: Vec<ServerEntry>,
}

impl WorldFile {
    /// Reads a file. `base` tells what is there before it, with all that is built in or with its providers alone.
    ///
    /// # Errors
    /// [`FaultKind::Local`] where it cannot be read, [`FaultKind::Usage`] with all that is wrong in it.
    pub fn read(path: &Path, base: impl FnOnce(bool) -> Result<Base, Fault>) -> Result<Self, Fault> {
        let shown = Untrusted::from(path.to_string_lossy().as_ref());
        let bytes = contents(path).map_err(|error| {
            Fault::new(FaultKind::Local, format!("The world file {shown} cannot be read.")).because(error)
        })?;
        let text = std::str::from_utf8(strip_bom(&bytes)).map_err(|error| {
            Fault::new(FaultKind::Usage, format!("The world file {shown} is not text in UTF-8.")).because(error)
        })?;
        let mut failed = None;
        let read = Self::parse(text, path, |extends| match base(extends) {
            Ok(base) => base,
            Err(fault) => {
                failed = Some(fault);
                Base::default()
            }
        });
        if let Some(fault) = failed {
            return Err(fault);
        }
        read.map_err(|mistakes| {
            let count = pluralize(mistakes.len() as u64, "mistake");
            let mut fault = Fault::new(FaultKind::Usage, format!("{count} in the world file {shown}."));
            let violation = |mistake: WorldMistake| Violation {
                field: mistake.label().into(),
                description: mistake.sentence.into(),
            };
            fault.violations = mistakes.into_iter().map(violation).collect();
            fault
        })
    }

    fn parse(text: &str, path: &Path, base: impl FnOnce(bool) -> Base) -> Result<Self, Vec<WorldMistake>> {
        let (source, members) = Source::read(text, path).map_err(|mistake| vec![mistake])?;
        let mistakes = Mistakes::default();
        let root = Fields::new(&members, Place::default(), &mistakes);
        match root.get("format").map(|format| format.as_u64()) {
            Some(Some(FORMAT)) => {}
            Some(_) => root.tell("format", format!("This version reads “format = {FORMAT}”.")),
            None => root.tell_here(format!("“format = {FORMAT}” is missing.")),
        }
        let extends = root.word("extends", &[("sandbox", true)]).unwrap_or_default();
        let base = base(extends);
        let mut collections = collections::read(&root);
        let people = people::read(&root, &base, &mut collections);
        let mut providers = connections::read_providers(&root, &base);
        let connections = connections::read(&root, &base, &mut providers);
        let accounts = accounts::read(&root, &base, &people, &connections);
        let scope = ToolScope {
            base: &base,
            extends,
            providers: &providers,
            connections: &connections,
            collections: &collections,
        };
        let tools = tools::read(&root, &scope);
        let routes = tools::read_routes(&root, &scope);
        let servers = servers::read(&root, &base, &connections, &tools);
        root.end();
        let found = mistakes.located(&source);
        if !found.is_empty() {
            return Err(found);
        }
        let digest = Sha256::digest(text.as_bytes());
        let digest = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { digest, extends, people, providers, connections, accounts, collections, tools, routes, servers })
    }

    /// Whether a provider is one of the file's own, and requests are passed on to it.
    pub fn has_proxy(&self, provider: &str) -> bool {
        let has_url = |known: &ProviderEntry| known.key == provider && known.proxy_url.is_some();
        let has_rest = |tool: &ToolEntry| {
            tool.provider == provider && tool.definition.as_ref().is_some_and(|definition| definition.rest.is_some())
        };
        self.providers.iter().any(has_url)
            || self.tools.iter().any(has_rest)
            || self.routes.iter().any(|route| route.provider == provider)
    }

    /// What is in it, in words.
    pub fn summary(&self) -> String {
        let counts = [
            (self.people.len(), "person", "people"),
            (self.connections.len(), "connection", "connections"),
            (self.accounts.len(), "account", "accounts"),
            (self.tools.len(), "tool", "tools"),
        ];
        let counts = counts.map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }));
        counts.join(", ")
    }
}

fn contents(path: &Path) -> io::Result<Vec<u8>> {
    files::regular(path)?;
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is larger than {} MB", LARGEST >> 20)));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests;
