//! Filters, run by whoever has a process for them.

use async_trait::async_trait;

use crate::domain::{Fault, JsonText};

/// jq, somewhere else: a filter can end the process that it runs in.
#[async_trait]
pub trait Jq: Send + Sync {
    /// The one result of a filter, or all of them in an array.
    async fn run(&self, filter: &str, value: &JsonText) -> Result<JsonText, Fault>;

    /// Makes sure that a filter can be read.
    async fn check(&self, filter: &str) -> Result<(), Fault>;
}
