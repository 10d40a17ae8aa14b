//! Definitions of servers' tools, as they were trusted: a server may change what a tool is under the same name.

use async_trait::async_trait;
use serde_json::{Map, Value};
use tokio::sync::watch;

use crate::backend::TrustedDefinitions;
use crate::backend::local::Local;
use crate::domain::{ConnectionName, Fault, FaultKind, JsonText, Tool, ToolName, ToolOrigin};

/// Members of a definition that say what a tool does, and what a model is told of it. Pictures and a server's own
/// remarks say nothing of that.
const MEMBERS: [&str; 6] = ["name", "title", "description", "inputSchema", "outputSchema", "annotations"];

/// Part of a definition that is trusted, written in one way: with its names in order.
pub(super) fn definition(raw: &JsonText) -> JsonText {
    let whole: Value = serde_json::from_slice(raw.bytes()).unwrap_or_default();
    let members = MEMBERS.iter().filter_map(|name| Some(((*name).to_owned(), ordered(whole.get(name)?))));
    let text = Value::Object(members.collect()).to_string();
    JsonText::parse(text).unwrap_or_else(|_| JsonText::empty_object())
}

fn ordered(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(ordered).collect(),
        Value::Object(members) => {
            let mut names: Vec<_> = members.iter().collect();
            names.sort_unstable_by_key(|(name, _)| name.as_str());
            Value::Object(names.into_iter().map(|(name, value)| (name.clone(), ordered(value))).collect::<Map<_, _>>())
        }
        plain => plain.clone(),
    }
}

impl Local {
    /// Refuses a call of a tool whose definition is another than the one that is trusted, whoever calls.
    pub(super) async fn ensure_trusted(
        &self,
        connection: &ConnectionName,
        tool: &ToolName,
        raw: &JsonText,
    ) -> Result<(), Fault> {
        let (now, name, called) = (definition(raw), connection.clone(), tool.clone());
        let trusted = self.blocking(move |inner| inner.accounts()?.trusted_definition(&name, &called)).await?;
        if trusted.is_none_or(|trusted| trusted == now) {
            return Ok(());
        }
        let message = format!(
            "The server of {connection} has changed the definition of {tool} since it was trusted. Nothing was sent."
        );
        Err(Fault::new(FaultKind::Conflict, message))
    }
}

#[async_trait]
impl TrustedDefinitions for Local {
    async fn trusted(&self, connection: &ConnectionName, tool: &Tool) -> Result<Option<JsonText>, Fault> {
        if !matches!(tool.origin, ToolOrigin::Server(_)) {
            return Ok(None);
        }
        let (connection, name, now) = (connection.clone(), tool.name.clone(), definition(&tool.raw));
        self.blocking(move |inner| {
            let accounts = inner.accounts()?;
            accounts.trust_definitions(&connection, &[(name.clone(), now)], true)?;
            accounts.trusted_definition(&connection, &name)
        })
        .await
    }

    async fn trust(&self, connection: &ConnectionName, tool: &Tool) -> Result<(), Fault> {
        let (connection, name, now) = (connection.clone(), tool.name.clone(), definition(&tool.raw));
        self.blocking(move |inner| inner.accounts()?.trust_definitions(&connection, &[(name, now)], false)).await
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.0.servers.changes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_tool_does_is_trusted_and_how_it_is_written_is_not() {
        let of = |text: &str| definition(&JsonText::parse(text.to_owned()).unwrap()).raw().to_owned();
        let one = of(r#"{"name":"a","inputSchema":{"type":"object","properties":{}},"icons":[1],"_meta":{"at":1}}"#);
        let other = of(r#"{"inputSchema": {"properties": {}, "type": "object"}, "name": "a", "_meta": {"at": 2}}"#);
        assert_eq!(one, other);
        assert_ne!(one, of(r#"{"name":"a","inputSchema":{"type":"object","properties":{"x":{}}}}"#));
        assert_ne!(one, of(r#"{"name":"a","description":"b","inputSchema":{"type":"object","properties":{}}}"#));
        assert_eq!(of("[1]"), "{}");
    }
}
