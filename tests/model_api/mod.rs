//! Models over the Messages API, against a server on loopback.

mod access;
mod answers;
mod failures;
mod models;
mod request;
mod retries;

use jackfield::testing::domain::{Fault, JsonText};
use jackfield::testing::model_api::{CreateMessage, ModelAnswer, ModelClient, ModelMessage, Role, StreamEvent};

use crate::support::model_server::ModelServer;
use crate::waiting::soon;

/// A message of these content blocks.
pub fn message(role: Role, content: &str) -> ModelMessage {
    ModelMessage { role, content: JsonText::parse(content.to_owned()).unwrap() }
}

/// Asks a short question by this client.
pub async fn ask_by(client: &ModelClient) -> (Result<ModelAnswer, Fault>, Vec<StreamEvent>) {
    let messages = [message(Role::User, r#"[{"type":"text","text":"Who am I?"}]"#)];
    let request =
        CreateMessage { model: "claude-sonnet-5-5", max_tokens: 1_000, system: "", tools: &[], messages: &messages };
    let mut heard = Vec::new();
    let answer = soon("an answer", client.create(&request, &mut |event| heard.push(event))).await;
    (answer, heard)
}

/// The same of this server.
pub async fn ask(server: &ModelServer) -> (Result<ModelAnswer, Fault>, Vec<StreamEvent>) {
    ask_by(&ModelClient::new(server.endpoint())).await
}

/// The failure of a short question.
pub async fn fault(server: &ModelServer) -> Fault {
    ask(server).await.0.expect_err("a failure")
}

/// How often and why the request was sent again.
pub fn retries(heard: &[StreamEvent]) -> Vec<(u32, &str)> {
    let told = heard.iter().filter_map(|event| match event {
        StreamEvent::Retrying { why, attempt, .. } => Some((*attempt, why.as_str())),
        _ => None,
    });
    told.collect()
}
