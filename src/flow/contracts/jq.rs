//! The filters of contracts, in a child process.

use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;

use crate::contract::Jq;
use crate::domain::{Fault, FaultKind, JsonText};
use crate::flow::query;

/// Time that a filter of a contract may take.
const LIMIT: Duration = Duration::from_secs(30);

/// jq in a process of its own.
#[derive(Clone, Debug, Default)]
pub struct ChildJq {
    /// Program whose child it is; this one where none is named.
    pub program: Option<PathBuf>,
}

#[async_trait]
impl Jq for ChildJq {
    async fn run(&self, filter: &str, value: &JsonText) -> Result<JsonText, Fault> {
        let result = match &self.program {
            Some(program) => query::query_in(program, filter, value.bytes(), LIMIT).await?,
            None => query::query(filter, value.bytes()).await?,
        };
        match result.broken {
            Some(broken) => Err(Fault::new(FaultKind::InvalidInput, broken)),
            None => Ok(result.value),
        }
    }

    async fn check(&self, filter: &str) -> Result<(), Fault> {
        query::check(filter).await
    }
}
