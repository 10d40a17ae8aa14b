//! Connections of the environment, and the forms of what is typed in for them.

use async_trait::async_trait;
use futures_util::StreamExt as _;
use futures_util::stream;

use super::connection_spec::{ConnectionAuth, ConnectionSpec};
use super::connections_file::ConnectionEntry;
use super::resolved::{ResolvedConnection, title};
use super::{Inner, Local};
use crate::backend::{Batch, Batches, Connections, CredentialForms};
use crate::domain::{
    AuthField, AuthPattern, AuthorizationType, Connection, ConnectionStatus, Fault, InputKind, JsonText, Provider,
    ProviderInfo,
};

impl Inner {
    /// A connection as everybody else knows connections.
    pub fn shown_connection(&self, entry: &ConnectionEntry) -> Connection {
        match entry {
            ConnectionEntry::Good(spec) => {
                let resolved = ResolvedConnection::new(std::sync::Arc::clone(spec), &self.providers);
                let lacks = match spec.auth.field() {
                    Some(_) => None,
                    // Whatever it needs, its server says.
                    None if spec.server.is_some() => None,
                    // Its issuer says the rest.
                    None if spec.exchange.is_some() => resolved.issuer().and(resolved.client_id().map(drop)).err(),
                    None => resolved.endpoints().and(resolved.client_id().map(drop)).err(),
                };
                let status = if lacks.is_some() { ConnectionStatus::InProgress } else { ConnectionStatus::Completed };
                shown(spec, status)
            }
            ConnectionEntry::Broken { name, why } => Connection {
                id: name.raw().into(),
                name: name.clone(),
                provider: "".into(),
                authorization: AuthorizationType::unknown(),
                status: ConnectionStatus::Other(why.as_str().into()),
                enabled: false,
                raw: JsonText::parse(serde_json::json!({ "name": name.raw(), "problem": why }).to_string())
                    .unwrap_or_else(|_| JsonText::empty_object()),
            },
        }
    }
}

fn shown(spec: &ConnectionSpec, status: ConnectionStatus) -> Connection {
    Connection {
        id: spec.name.raw().into(),
        name: spec.name.clone(),
        provider: spec.provider.clone(),
        authorization: spec.auth.authorization(),
        status,
        enabled: true,
        raw: JsonText::parse(spec.document().to_string()).unwrap_or_else(|_| JsonText::empty_object()),
    }
}

impl Connections for Local {
    fn stream(&self) -> Batches<'_, Connection> {
        let read = async move {
            let read = |inner: &Inner| {
                let all = inner.connections.all()?;
                Ok(all.iter().map(|entry| inner.shown_connection(entry)).collect())
            };
            self.blocking(read).await.map(Batch::whole)
        };
        stream::once(read).boxed()
    }
}

#[async_trait]
impl CredentialForms for Local {
    async fn provider(&self, provider: &Provider) -> Result<Option<ProviderInfo>, Fault> {
        let pattern = |auth: ConnectionAuth, label: &str| AuthPattern {
            authorization: auth.authorization(),
            title: label.into(),
            description: "".into(),
            fields: vec![AuthField {
                name: auth.field().unwrap_or_default().into(),
                label: label.into(),
                input: InputKind::Password,
                hint: "".into(),
                required: true,
                options: Vec::new(),
            }],
            account_fields: Vec::new(),
        };
        Ok(Some(ProviderInfo {
            key: provider.clone(),
            title: title(&self.0.providers, provider).into(),
            patterns: vec![pattern(ConnectionAuth::ApiKey, "API key"), pattern(ConnectionAuth::Token, "Token")],
        }))
    }
}
