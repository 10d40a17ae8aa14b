//! A provider on loopback, and an environment that passes requests on to it.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::{self, StreamExt as _};
use jackfield::testing::backend::{
    About, AccountFilter, Accounts, Authorization, Authorizer, Backend, Batch, Batches, Proxy, ToolScope, Tools,
    Verification,
};
use jackfield::testing::domain::{
    Account, AccountRef, AuthorizationType, AuthorizedBy, ConnectionName, Execution, Fault, FaultKind, JsonText,
    ProxyBody, ProxyRequest, ProxyResponse, Status, Tool, ToolCall, ToolEffect, ToolName,
};
use jackfield::testing::flow::contracts::{ChildJq, ContractBackend, ContractLibrary};
use serde_json::{Value, json};

/// One request as the provider saw it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    /// Path with the query.
    pub target: String,
    pub authorization: Option<String>,
    pub headers: Vec<String>,
    pub body: Vec<u8>,
}

impl Seen {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

type Script = Arc<dyn Fn(&Seen) -> (u16, Vec<(&'static str, String)>, String) + Send + Sync>;

/// A provider that answers by a script and remembers what it was sent.
#[derive(Clone)]
pub struct Provider {
    pub url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Provider {
    pub async fn start(
        answer: impl Fn(&Seen) -> (u16, Vec<(&'static str, String)>, String) + Send + Sync + 'static,
    ) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let state: (Arc<Mutex<Vec<Seen>>>, Script) = (Arc::clone(&seen), Arc::new(answer));
        let router = Router::new().fallback(answered).with_state(state);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, seen }
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

async fn answered(State((seen, script)): State<(Arc<Mutex<Vec<Seen>>>, Script)>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let header = |name: &str| head.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    let body: Bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let request = Seen {
        method: head.method.to_string(),
        target: head.uri.to_string(),
        authorization: header("authorization"),
        headers: head.headers.keys().map(ToString::to_string).collect(),
        body: body.to_vec(),
    };
    let (status, headers, body) = script(&request);
    seen.lock().unwrap().push(request);
    let mut response = (axum::http::StatusCode::from_u16(status).unwrap(), body).into_response();
    for (name, value) in headers {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}

/// An environment with three accounts, two tools of its own, and a proxy.
pub struct World {
    about: About,
    base: String,
    accounts: Vec<Account>,
}

impl World {
    /// An environment of `kind` that passes requests on to `base`.
    pub fn new(kind: &'static str, base: &str) -> Self {
        let account = |id: &str, identifier: &str, provider: &str, status, raw: Value| Account {
            id: id.into(),
            identifier: identifier.into(),
            connection: provider.to_lowercase().as_str().into(),
            connection_id: "".into(),
            provider: provider.into(),
            status,
            authorization: AuthorizationType::new(AuthorizedBy::Consent, Some("oauth"), ""),
            token_expires_at: None,
            updated_at: None,
            last_used_at: None,
            org_wide: false,
            raw: JsonText::parse(raw.to_string()).unwrap(),
        };
        let some = json!({"scopes_granted": ["read", "comments:create"]});
        Self {
            about: About { kind, product: "World", name: kind.into(), recorded_as: format!("{kind}:one") },
            base: base.to_owned(),
            accounts: vec![
                account("1", "ada", "LINEAR", Status::Active, some),
                account("2", "ada", "ACME", Status::Active, json!({})),
                account("3", "bob", "LINEAR", Status::Expired, json!({})),
            ],
        }
    }

    /// The same with the contracts of `library`, whose filters run in the real program.
    pub fn with(self, library: ContractLibrary) -> ContractBackend {
        let program = Some(env!("CARGO_BIN_EXE_jackfield").into());
        ContractBackend::new(Arc::new(self), Arc::new(library)).with_jq(ChildJq { program })
    }

    /// Contracts of the program alone, over `base`.
    pub fn local(base: &str) -> ContractBackend {
        Self::new("local", base).with(ContractLibrary::new(None, None))
    }
}

/// A call with the account `id`, whose connection is named after its provider.
pub fn call(tool: &str, id: &str, input: Value) -> ToolCall {
    ToolCall {
        tool: tool.into(),
        account: id.into(),
        identifier: "ada".into(),
        connection: if id == "1" { "linear".into() } else { "acme".into() },
        input: JsonText::parse(input.to_string()).unwrap(),
        agent_run: None,
    }
}

impl Backend for World {
    fn about(&self) -> &About {
        &self.about
    }

    fn accounts(&self) -> &dyn Accounts {
        self
    }

    fn tools(&self) -> &dyn Tools {
        self
    }

    fn authorizer(&self) -> &dyn Authorizer {
        self
    }

    fn proxy(&self) -> Option<&dyn Proxy> {
        (!self.base.is_empty()).then_some(self)
    }
}

#[async_trait]
impl Accounts for World {
    fn stream(&self, filter: AccountFilter) -> Batches<'_, Account> {
        let fits = |account: &&Account| filter.identifier.as_ref().is_none_or(|wanted| *wanted == account.identifier);
        stream::iter([Ok(Batch::whole(self.accounts.iter().filter(fits).cloned().collect()))]).boxed()
    }

    async fn get(&self, account: &AccountRef) -> Result<Account, Fault> {
        let found = self.accounts.iter().find(|known| match account {
            AccountRef::Id(id) => known.id == *id,
            pair => known.pair() == *pair,
        });
        found.cloned().ok_or_else(|| Fault::new(FaultKind::NotFound, "There is no such account."))
    }
}

#[async_trait]
impl Tools for World {
    fn stream(&self, scope: ToolScope, _: Vec<ToolName>) -> Batches<'_, Tool> {
        let tool = |name: &str| Tool {
            effect: ToolEffect::Reads,
            provider: "LINEAR".into(),
            account: matches!(scope, ToolScope::Person(..)).then(|| "1".into()),
            ..Tool::unknown(name)
        };
        // On two pages, both of which state the total.
        let page = |name, more| Ok(Batch { items: vec![tool(name)], total: Some(2), more, left_out: Vec::new() });
        stream::iter([page("linear_issue_get", true), page("linear_own", false)]).boxed()
    }

    async fn call(&self, call: &ToolCall) -> Result<Execution, Fault> {
        let data = JsonText::parse(format!(r#"{{"own":"{}"}}"#, call.tool.raw())).unwrap();
        Ok(Execution { id: None, data, http_status: 200, took: Duration::ZERO })
    }
}

#[async_trait]
impl Authorizer for World {
    async fn begin(&self, _: &Account, _: Verification) -> Result<Box<dyn Authorization + '_>, Fault> {
        Err(Fault::new(FaultKind::NotOffered, "Nobody is asked here."))
    }
}

#[async_trait]
impl Proxy for World {
    async fn is_on_this_machine(&self, _: &ConnectionName) -> bool {
        // What `kind` a world is says whether it knows where its API is.
        self.about.kind == "local"
    }

    async fn send(&self, request: &ProxyRequest) -> Result<ProxyResponse, Fault> {
        let query: Vec<_> = request.query.iter().map(|(name, value)| (name.raw(), value.raw())).collect();
        let url = format!("{}{}", self.base, request.path.raw());
        let client = crate::sandbox::client();
        let mut outgoing = client.request(request.method.word().parse().unwrap(), url).query(&query);
        outgoing = outgoing.header("authorization", "Bearer hunter2");
        for (name, value) in &request.headers {
            outgoing = outgoing.header(name.raw(), value.raw());
        }
        outgoing = match &request.body {
            ProxyBody::Json(json) => outgoing.header("content-type", "application/json").body(json.raw().to_owned()),
            ProxyBody::None => outgoing,
            _ => panic!("no contract here sends anything else"),
        };
        let begun = Instant::now();
        let answer = outgoing.send().await.unwrap();
        let headers = answer.headers().iter();
        Ok(ProxyResponse {
            status: answer.status().as_u16(),
            headers: headers.map(|(name, value)| (name.as_str().into(), value.to_str().unwrap().into())).collect(),
            body: answer.bytes().await.unwrap(),
            took: begun.elapsed(),
        })
    }
}
