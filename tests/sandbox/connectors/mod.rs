//! What the tools of single providers do, each at least once, and what they refuse.

mod asana;
mod googlecalendar;
mod hubspot;
mod linear;
mod notion;
mod salesforce;

use reqwest::Method;
use serde_json::{Value, json};

use super::{Answer, Env, send};

/// A sandbox in which these people have signed in on a connection.
async fn signed_in(connector: &str, people: &[&str]) -> Env {
    let env = Env::without_verification().await;
    for person in people {
        let identifier = format!("{person}@acme.dev");
        let body = json!({"connector": connector, "identifier": identifier, "connected_account": {}});
        let made = env.post("connected_accounts", body).await;
        assert!([201, 409].contains(&made.status), "{}", made.text);
        env.connect(connector, &identifier, person).await;
    }
    env
}

/// One person's tools of one connection.
struct Hand<'a> {
    env: &'a Env,
    connector: &'static str,
    identifier: String,
}

impl<'a> Hand<'a> {
    fn of(env: &'a Env, connector: &'static str, person: &str) -> Self {
        Self { env, connector, identifier: format!("{person}@acme.dev") }
    }

    /// Result of a call that must succeed; the tool's name without the connector's.
    async fn run(&self, tool: &str, params: Value) -> Value {
        self.env.run(&format!("{}_{tool}", self.connector), &self.identifier, params).await
    }

    /// What a call that must not succeed is told, and the status.
    async fn refused(&self, tool: &str, params: Value) -> (u16, String) {
        let tool = format!("{}_{tool}", self.connector);
        let answer = self.env.execute(&tool, self.connector, &self.identifier, params.clone()).await;
        assert!(answer.status >= 400, "{tool} {params}: {}", answer.text);
        let code = match answer.status {
            403 => 7,
            404 => 5,
            _ => 3,
        };
        let detail = answer.refused(answer.status, code, "TOOL_ERROR");
        (answer.status, format!("{} {detail}", answer.json()["message"]))
    }

    /// An answer over REST.
    async fn rest(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let request = self.env.proxy(method, path, self.connector, &self.identifier);
        send(match body {
            Some(body) => request.json(&body),
            None => request,
        })
        .await
    }
}

/// The texts in one field of all rows of a list.
fn texts(list: &Value, path: &str, field: &str) -> Vec<String> {
    let rows = list.pointer(path).and_then(Value::as_array).unwrap_or_else(|| panic!("no {path} in {list}"));
    rows.iter().map(|row| row.pointer(field).and_then(Value::as_str).unwrap_or("-").to_owned()).collect()
}

const CONNECTORS: [&str; 6] = ["LINEAR", "ASANA", "GOOGLECALENDAR", "NOTION", "HUBSPOT", "SALESFORCE"];

/// Every definition is a JSON Schema that programs can build types from.
#[tokio::test]
async fn schemas_can_be_read_by_programs() {
    let env = Env::start().await;
    let list = env.get("tools", &[("page_size", "1000")]).await.json();
    let of_these = |tool: &&Value| CONNECTORS.iter().any(|known| tool["provider"] == *known);
    let tools: Vec<_> = list["tools"].as_array().unwrap().iter().filter(of_these).collect();
    assert!(tools.len() > 150, "{}", tools.len());
    for tool in tools {
        let definition = &tool["definition"];
        let properties = definition["input_schema"]["properties"].as_object().unwrap_or_else(|| panic!("{definition}"));
        for (name, schema) in properties {
            let kinds = schema["type"].as_array().cloned().unwrap_or_else(|| vec![schema["type"].clone()]);
            assert!(!kinds.is_empty() && kinds.iter().all(Value::is_string), "{definition} {name}");
            if kinds.contains(&json!("array")) {
                assert!(schema["items"].is_object(), "{} {name}: what is in it?", definition["name"]);
            }
        }
    }
}
