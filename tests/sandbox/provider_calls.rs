//! One person's calls of one connection.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Answer, Env, send};

/// A person at a connection, known there as `KEY@acme.dev`.
pub struct Caller<'a> {
    env: &'a Env,
    connector: &'static str,
    identifier: String,
}

impl<'a> Caller<'a> {
    /// Somebody who signs in. Needs an environment without verification.
    pub async fn signed_in(env: &'a Env, connector: &'static str, person: &str) -> Self {
        let caller = Self { env, connector, identifier: format!("{person}@acme.dev") };
        let account = json!({"connector": connector, "identifier": caller.identifier, "connected_account": {}});
        assert!([201, 409].contains(&env.post("connected_accounts", account).await.status));
        env.connect(connector, &caller.identifier, person).await;
        caller
    }

    /// Somebody with a key of their own, given over the API.
    pub async fn with_key(env: &'a Env, connector: &'static str, person: &str, details: Value) -> Self {
        let caller = Self { env, connector, identifier: format!("{person}@acme.dev") };
        let details = json!({"authorization_details": {"static_auth": {"details": details}}});
        let account = json!({"connector": connector, "identifier": caller.identifier, "connected_account": details});
        let answer = env.post("connected_accounts", account).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        caller
    }

    /// Result of a call that must succeed; the tool goes by its name without the connector's.
    pub async fn run(&self, tool: &str, params: Value) -> Value {
        self.env.run(&format!("{}_{tool}", self.connector), &self.identifier, params).await
    }

    /// Message of a call that must be refused with this status.
    pub async fn refused(&self, status: u16, tool: &str, params: Value) -> String {
        let tool = format!("{}_{tool}", self.connector);
        let answer = self.env.execute(&tool, self.connector, &self.identifier, params.clone()).await;
        let code = match status {
            403 => 7,
            404 => 5,
            _ => 3,
        };
        assert_eq!(answer.status, status, "{tool} {params}: {}", answer.text);
        let detail = answer.refused(status, code, "TOOL_ERROR");
        format!("{} {detail}", answer.json()["message"])
    }

    /// Answer over REST.
    pub async fn rest(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let request = self.env.proxy(method, path, self.connector, &self.identifier);
        send(match body {
            Some(body) => request.json(&body),
            None => request,
        })
        .await
    }

    /// A request over REST that is not sent yet.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.env.proxy(method, path, self.connector, &self.identifier)
    }
}

/// One field of all rows of a list.
pub fn fields<'a>(list: &'a Value, rows: &str, field: &str) -> Vec<&'a Value> {
    let rows = list.pointer(rows).and_then(Value::as_array).unwrap_or_else(|| panic!("no {rows} in {list}"));
    rows.iter().map(|row| row.pointer(field).unwrap_or(&Value::Null)).collect()
}
