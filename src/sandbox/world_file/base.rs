//! What there is before the file says anything, for its names to be held against.

use std::sync::Arc;

use crate::sandbox::people::Persona;

/// Names that the file may refer to, or must not take.
#[derive(Debug, Default)]
pub struct Base {
    pub people: Vec<Arc<Persona>>,
    pub providers: Vec<BaseProvider>,
    pub connections: Vec<BaseConnection>,
    /// Connection and identifier.
    pub accounts: Vec<(String, String)>,
    /// Name and provider of the tools that are built in.
    pub tools: Vec<(String, String)>,
}

/// A provider that is built in.
#[derive(Debug)]
pub struct BaseProvider {
    pub key: String,
    /// Types that its connections may have.
    pub types: Vec<String>,
    /// Whether requests are passed on to it.
    pub has_proxy: bool,
}

/// A connection that is there already.
#[derive(Debug)]
pub struct BaseConnection {
    pub name: String,
    pub provider: String,
    /// Its type on the wire.
    pub kind: String,
}
