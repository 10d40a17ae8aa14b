//! A zone: a token service on loopback, beside an environment of one's own that signs in there.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use jackfield::testing::backend::local::ExchangeSpec;
use jackfield::testing::backend::{ConnectTarget, ConnectionDraft};
use jackfield::testing::domain::{Account, CredentialEvent, CredentialUse, Execution, Fault, JsonText, Secret};
use jackfield::testing::flow::authorize::{Progress, Verification};
use jackfield::testing::flow::connect::{ConnectRequest, ConnectStep, connect, guide};
use jackfield::testing::flow::contracts::ContractLibrary;
use jackfield::testing::flow::environment::Opened;
use jackfield::testing::flow::receipt::Receipt;
use jackfield::testing::secrets::{SecretKey, SecretStore};
use serde_json::{Value, json};

use super::environment::{Own, recorder, visit};
use super::mcp::{call, free_port};
use super::mcp_server::McpServer;
use crate::support::token_service::{LINEAR, TokenService};
use crate::waiting::soon;

/// Secrets that a test can look at.
#[derive(Default)]
pub struct OpenStore(Mutex<HashMap<SecretKey, Secret>>);

impl SecretStore for OpenStore {
    fn get(&self, key: &SecretKey) -> Result<Option<Secret>, Fault> {
        Ok(self.0.lock().unwrap().get(key).cloned())
    }

    fn set(&self, key: &SecretKey, secret: &Secret) -> Result<(), Fault> {
        self.0.lock().unwrap().insert(key.clone(), secret.clone());
        Ok(())
    }

    fn delete(&self, key: &SecretKey) -> Result<(), Fault> {
        self.0.lock().unwrap().remove(key);
        Ok(())
    }
}

/// An environment of one's own beside a token service.
pub struct Zone {
    pub own: Own,
    store: Arc<OpenStore>,
    pub opened: Opened,
    pub service: TokenService,
    pub uses: Arc<Mutex<Vec<CredentialUse>>>,
}

impl Zone {
    pub async fn new() -> Self {
        let store = Arc::<OpenStore>::default();
        let (own, service) = (Own::with(Arc::clone(&store) as Arc<dyn SecretStore>).await, TokenService::start().await);
        let uses = Arc::<Mutex<Vec<CredentialUse>>>::default();
        let into = Arc::clone(&uses);
        let opened = own.another().with_contracts(ContractLibrary::new(None, None));
        opened.uses.listen(move |used| into.lock().unwrap().push(used));
        Self { own, store, opened, service, uses }
    }

    /// A draft of a connection that exchanges for `resource`, of an application that proves itself by a secret.
    pub async fn draft(&self, provider: &str, resource: &str) -> ConnectionDraft {
        let target = ConnectTarget::Provider(provider.into());
        let mut spec = guide(self.opened.backend.as_ref(), &target, None).await.unwrap().spec;
        let issuer = self.service.url("/");
        spec.exchange_at(issuer.as_str().trim_end_matches('/'), resource);
        spec.client_id = Some("app-post".into());
        spec.api_url = Some(self.own.provider.at("/api"));
        spec.ports = vec![free_port()];
        ConnectionDraft { spec, client_secret: Some(Secret::new("hunter2-post".into())) }
    }

    /// A draft of a connection that leads to an MCP server, with a token of `resource` for each message.
    pub async fn server_draft(&self, server: &McpServer, resource: &str) -> ConnectionDraft {
        let target = ConnectTarget::Url(server.url());
        let mut draft = self.draft("acme", LINEAR).await;
        draft.spec = guide(self.opened.backend.as_ref(), &target, Some(&"acme".into())).await.unwrap().spec;
        draft.spec.exchange_at(self.service.url("/").as_str().trim_end_matches('/'), resource);
        draft.spec.client_id = Some("app-post".into());
        draft.spec.ports = vec![free_port()];
        draft
    }

    /// Signs in, and tells what is proven of it.
    pub async fn sign_in(&self, draft: ConnectionDraft) -> Result<(Account, Receipt), Fault> {
        let request = ConnectRequest {
            draft,
            identifier: "ada".into(),
            typed: None,
            verification: Verification::ThisMachine(None),
        };
        let on = |step| {
            if let ConnectStep::Authorizing(Progress::Link(link)) = step {
                tokio::spawn(visit(link.url));
            }
        };
        soon("the sign-in", connect(&self.opened, &recorder(), request, None, on)).await
    }

    pub async fn run(&self, account: &Account, tool: &str, input: Value) -> Result<Execution, Fault> {
        let mut asked = call(account, tool, json!({}));
        asked.input = JsonText::parse(input.to_string()).unwrap();
        soon("the call", self.opened.backend.tools().call(&asked)).await
    }

    /// All secrets that are kept.
    pub fn kept(&self) -> String {
        self.store.0.lock().unwrap().values().map(|secret| format!("{}\n", secret.expose())).collect()
    }

    pub fn exchanges(&self) -> usize {
        let is_exchange = |body: &str| body.contains("token-exchange");
        self.service.received("/token").iter().filter(|asked| is_exchange(&asked.body)).count()
    }

    pub fn told(&self) -> Vec<CredentialUse> {
        let uses = self.uses.lock().unwrap();
        uses.iter().filter(|used| used.event == CredentialEvent::Exchange).cloned().collect()
    }

    /// The scopes of the last exchange.
    pub fn scopes(&self) -> Vec<String> {
        self.service.issued().last().unwrap().scopes.clone()
    }
}

pub fn exchange(draft: &mut ConnectionDraft) -> &mut ExchangeSpec {
    draft.spec.exchange.as_mut().unwrap()
}

pub fn viewer() -> Value {
    json!({"data": {"viewer": {"id": "u1", "name": "Ada", "displayName": "ada", "email": "ada@acme.dev"}}})
}
