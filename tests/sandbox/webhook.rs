//! What an application is told of its accounts, as a receiver on loopback gets it.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jackfield::testing::domain::{FaultKind, Secret};
use jackfield::testing::sandbox::{Options, Sandbox, VerifyMode, WebhookTarget};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{Env, query};
use crate::waiting::soon;

/// One message as it came.
pub struct Message {
    pub headers: HeaderMap,
    pub body: String,
}

impl Message {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

#[derive(Clone)]
struct Inbox {
    messages: UnboundedSender<Message>,
    answers: Arc<Mutex<Vec<u16>>>,
}

/// An application that is told of its accounts.
pub struct Receiver {
    pub url: url::Url,
    messages: UnboundedReceiver<Message>,
    /// Answers to the next messages, the last first; then it says 200.
    answers: Arc<Mutex<Vec<u16>>>,
}

async fn take(State(inbox): State<Inbox>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let status = inbox.answers.lock().unwrap().pop().unwrap_or(200);
    inbox.messages.send(Message { headers, body: String::from_utf8(body.to_vec()).unwrap() }).unwrap();
    StatusCode::from_u16(status).unwrap()
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks", listener.local_addr().unwrap()).parse().unwrap();
        let (sender, messages) = unbounded_channel();
        let answers = Arc::new(Mutex::new(Vec::new()));
        let inbox = Inbox { messages: sender, answers: Arc::clone(&answers) };
        let routes = Router::new().route("/hooks", post(take)).with_state(inbox);
        tokio::spawn(axum::serve(listener, routes).into_future());
        Self { url, messages, answers }
    }

    pub fn target(&self) -> Option<WebhookTarget> {
        Some(WebhookTarget { url: self.url.clone(), secret: None })
    }

    pub async fn next(&mut self) -> Message {
        soon("a message", self.messages.recv()).await.unwrap()
    }

    /// Types of the next messages, with their old status where they have one.
    async fn types(&mut self, count: usize) -> Vec<String> {
        let mut types = Vec::new();
        for _ in 0..count {
            let message = self.next().await.json();
            let kind = message["type"].as_str().unwrap().strip_prefix("connected_account.").unwrap().to_owned();
            types.push(match message["data"]["old_status"].as_str() {
                Some(old) => format!("{kind} {old} {}", message["data"]["status"].as_str().unwrap()),
                None => kind,
            });
        }
        types
    }
}

/// HMAC as RFC 2104 defines it, by nothing but a hash function.
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = [0; 64];
    block[..key.len()].copy_from_slice(key);
    let pad = |byte: u8| block.map(|known| known ^ byte);
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().to_vec()
}

async fn started(receiver: &Receiver, verify: VerifyMode) -> Env {
    Env::with(Options { webhook: receiver.target(), verify, ..Options::default() }).await
}

#[tokio::test]
async fn a_message_is_complete_and_signed() {
    let mut receiver = Receiver::start().await;
    let ahead = SignedDuration::from_hours(30);
    let env = Env::with(Options { webhook: receiver.target(), clock: ahead, ..Options::default() }).await;
    let created =
        env.post("connected_accounts", json!({"connector": "linear", "identifier": "new", "connected_account": {}}));
    let account = created.await.json()["connected_account"].clone();

    let message = receiver.next().await;
    let body = message.json();
    let occurred: Timestamp = body["occurred_at"].as_str().unwrap().parse().unwrap();
    assert!(occurred - SignedDuration::from_hours(29) > Timestamp::now(), "by the sandbox's clock: {occurred}");
    let logs = env.get("agentkit/tool_call_logs", &[]).await.json();
    let expected = json!({
        "spec_version": "1",
        "id": message.header("webhook-id"),
        "type": "connected_account.created",
        "occurred_at": body["occurred_at"],
        "environment_id": logs["tool_call_logs"][0]["environment_id"],
        "object": "ConnectedAccount",
        "data": {
            "id": account["id"], "identifier": "new", "connection_id": account["connection_id"],
            "connection_name": "linear", "provider": "LINEAR", "authorization_type": "OAUTH", "status": "PENDING_AUTH",
        },
    });
    assert_eq!(body, expected);
    assert!(message.header("webhook-id").starts_with("evt_"));
    assert_eq!(message.header("content-type"), "application/json");

    let timestamp: i64 = message.header("webhook-timestamp").parse().unwrap();
    assert!((timestamp - Timestamp::now().as_second()).abs() < 300, "by this machine's clock: {timestamp}");
    let secret = env.sandbox.webhook_secret().unwrap().expose();
    let key = BASE64_STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let signed = format!("{}.{timestamp}.{}", message.header("webhook-id"), message.body);
    let signature = BASE64_STANDARD.encode(hmac(&key, signed.as_bytes()));
    assert_eq!(message.header("webhook-signature"), format!("v1,{signature}"));
}

#[tokio::test]
async fn every_step_of_an_authorization_is_told_in_its_order() {
    let mut receiver = Receiver::start().await;
    let env = started(&receiver, VerifyMode::Custom).await;
    let link = env.link("linear", "ada@acme.dev", json!({"user_verify_url": "http://127.0.0.1:9/v"})).await;
    let landed = env.decide(&link, None, "allow").await;
    assert_eq!(
        receiver.types(3).await,
        ["magic_link_generated", "oauth_tokens_fetched", "status_updated EXPIRED PENDING_VERIFICATION"]
    );
    let request = query(landed.location(), "auth_request_id").unwrap();
    let body = json!({"auth_request_id": request, "identifier": "ada@acme.dev"});
    assert_eq!(env.post("connected_accounts/user/verify", body).await.status, 200);
    assert_eq!(receiver.types(2).await, ["status_updated PENDING_VERIFICATION ACTIVE", "oauth_succeeded"]);

    let selection = json!({"connector": "linear", "identifier": "ada@acme.dev"});
    let id = env.account("linear", "ada@acme.dev").await["id"].as_str().unwrap().to_owned();
    env.post(&format!("connected_accounts/{id}:disconnect"), json!({})).await;
    assert_eq!(receiver.types(1).await, ["status_updated ACTIVE DISCONNECTED"]);
    let settings =
        json!({"connector": "linear", "identifier": "ada@acme.dev", "connected_account": {"api_config": {"a": 1}}});
    env.put("connected_accounts", settings).await;
    env.post("connected_accounts:delete", selection).await;
    assert_eq!(receiver.types(2).await, ["updated", "deleted"]);
}

#[tokio::test]
async fn without_verification_and_with_a_key_it_is_shorter() {
    let mut receiver = Receiver::start().await;
    let env = started(&receiver, VerifyMode::None).await;
    env.connect("linear", "linus@acme.dev", "linus").await;
    assert_eq!(
        receiver.types(4).await,
        ["magic_link_generated", "oauth_tokens_fetched", "status_updated PENDING_AUTH ACTIVE", "oauth_succeeded"]
    );
    let key = json!({"authorization_details": {"static_auth": {"details": {"api_key": "ken-1"}}}});
    env.put(
        "connected_accounts",
        json!({"connector": "freshdesk", "identifier": "ken@acme.dev", "connected_account": key}),
    )
    .await;
    assert_eq!(receiver.types(2).await, ["updated", "status_updated PENDING_AUTH ACTIVE"]);
    let new = json!({"connector": "freshdesk", "identifier": "new", "connected_account": key});
    env.post("connected_accounts", new).await;
    let created = receiver.next().await.json();
    assert_eq!((&created["type"], &created["data"]["status"]), (&json!("connected_account.created"), &json!("ACTIVE")));
    // Nothing more comes before the next change.
    env.post("connected_accounts:delete", json!({"connector": "freshdesk", "identifier": "new"})).await;
    assert_eq!(receiver.types(1).await, ["deleted"]);
}

#[tokio::test]
async fn a_receiver_that_fails_gets_it_again_before_anything_newer() {
    let mut receiver = Receiver::start().await;
    *receiver.answers.lock().unwrap() = vec![500, 503];
    let env = started(&receiver, VerifyMode::None).await;
    for identifier in ["one", "two"] {
        let body = json!({"connector": "linear", "identifier": identifier, "connected_account": {}});
        assert_eq!(env.post("connected_accounts", body).await.status, 201);
    }
    let mut came = Vec::new();
    for _ in 0..4 {
        let message = receiver.next().await;
        let identifier = message.json()["data"]["identifier"].as_str().unwrap().to_owned();
        came.push((identifier, message.header("webhook-id").to_owned()));
    }
    assert_eq!(
        came.iter().map(|(identifier, _)| identifier.as_str()).collect::<Vec<_>>(),
        ["one", "one", "one", "two"]
    );
    assert!(came[0].1 == came[1].1 && came[1].1 == came[2].1 && came[2].1 != came[3].1, "one id a message: {came:?}");
}

#[tokio::test]
async fn a_refusal_is_told_and_what_cannot_work_is_refused_at_the_start() {
    let mut receiver = Receiver::start().await;
    *receiver.answers.lock().unwrap() = vec![401];
    let env = started(&receiver, VerifyMode::None).await;
    let mut failures = env.sandbox.webhook_failures().unwrap();
    env.link("linear", "ada@acme.dev", json!({})).await;
    receiver.next().await;
    let told = soon("a failure", failures.recv()).await.unwrap();
    assert!(told.contains("magic_link_generated") && told.contains("The application answered 401."), "{told}");

    let secret = |text: &str| Some(WebhookTarget { url: receiver.url.clone(), secret: Some(Secret::new(text.into())) });
    let fault = Sandbox::start(Options { webhook: secret("hunter2"), ..Options::default() }).await.err().unwrap();
    assert_eq!(fault.kind, FaultKind::Usage);
    assert!(!fault.to_string().contains("hunter2"), "{fault}");
    let env = Env::with(Options { webhook: secret("whsec_c2VjcmV0"), ..Options::default() }).await;
    assert_eq!(env.sandbox.webhook_secret().unwrap().expose(), "whsec_c2VjcmV0");
    assert!(Env::start().await.sandbox.webhook_secret().is_none());
}
