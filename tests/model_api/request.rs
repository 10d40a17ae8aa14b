//! Requests as they go over the wire.

use jackfield::testing::domain::{JsonText, Secret};
use jackfield::testing::model_api::{
    CreateMessage, ModelClient, ModelEndpoint, ModelKey, ModelMessage, Role, ToolDefinition,
};

use super::{ask, ask_by, message};
use crate::support::ModelReply;
use crate::support::model_server::{KEY, ModelServer};
use crate::waiting::soon;

fn tool(name: &str, schema: &str) -> ToolDefinition {
    let input_schema = JsonText::parse(schema.to_owned()).unwrap();
    ToolDefinition { name: name.to_owned(), description: format!("Does {name}."), input_schema }
}

/// The body that these messages become.
async fn body(system: &str, tools: &[ToolDefinition], messages: &[ModelMessage]) -> String {
    let server = ModelServer::start().await;
    server.reply(ModelReply::says("Yes."));
    let request = CreateMessage { model: "claude-sonnet-5-5", max_tokens: 4_096, system, tools, messages };
    let client = ModelClient::new(server.endpoint());
    soon("an answer", client.create(&request, &mut |_| {})).await.unwrap();
    server.requests().remove(0).text
}

#[tokio::test]
async fn a_conversation_goes_out_byte_for_byte_but_for_its_marks() {
    let tools =
        [tool("first", r#"{"type":"object","properties":{}}"#), tool("second", r#"{"z":1.0, "type":"object"}"#)];
    let messages = [
        message(Role::User, r#"[{"type":"text","text":"One."}]"#),
        message(
            Role::Assistant,
            r#"[{"type":"thinking","thinking":"?","signature":"c2ln"},{"type":"hologram", "n":1.10}]"#,
        ),
        message(Role::User, r#"[ {"type":"text","text":"Two."} ]"#),
        message(Role::Assistant, "[]"),
        message(
            Role::Assistant,
            r#"[{"type":"tool_use","id":"t1","name":"first","input":{"b":1.0,"a":123456789012345678901}}]"#,
        ),
        message(
            Role::User,
            r#"[{"type":"tool_result","tool_use_id":"t1","content":"{}"},{"is_error":true,"type":"tool_result","tool_use_id":"t2"}]"#,
        ),
    ];
    let mark = r#""cache_control":{"type":"ephemeral"}"#;
    let expected = [
        r#"{"model":"claude-sonnet-5-5","max_tokens":4096,"system":[{"type":"text","text":"Be \"brief\".",MARK}],"#,
        r#""tools":[{"name":"first","description":"Does first.","input_schema":{"type":"object","properties":{}}},"#,
        r#"{"name":"second","description":"Does second.","input_schema":{"z":1.0, "type":"object"},MARK}],"#,
        r#""messages":[{"role":"user","content":[{"type":"text","text":"One."}]},"#,
        r#"{"role":"assistant","content":[{"type":"thinking","thinking":"?","signature":"c2ln"},{"type":"hologram", "n":1.10}]},"#,
        r#"{"role":"user","content":[ {"type":"text","text":"Two.",MARK} ]},"#,
        r#"{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"first","input":{"b":1.0,"a":123456789012345678901}}]},"#,
        r#"{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"{}"},{"is_error":true,"type":"tool_result","tool_use_id":"t2",MARK}]}],"#,
        r#""stream":true}"#,
    ];
    assert_eq!(body("Be \"brief\".", &tools, &messages).await, expected.concat().replace("MARK", mark));
}

#[tokio::test]
async fn what_is_not_there_is_not_sent() {
    let one = body("", &[], &[message(Role::User, r#"[{"type":"text","text":"Hi."}]"#)]).await;
    assert_eq!(
        one,
        r#"{"model":"claude-sonnet-5-5","max_tokens":4096,"messages":[{"role":"user","content":[{"type":"text","text":"Hi.","cache_control":{"type":"ephemeral"}}]}],"stream":true}"#
    );
}

#[tokio::test]
async fn a_long_conversation_carries_no_more_marks_than_the_api_takes() {
    let messages: Vec<_> = (0..20)
        .map(|n| match n % 2 {
            0 => message(Role::User, r#"[{"type":"text","text":"And?"}]"#),
            _ => message(Role::Assistant, r#"[{"type":"text","text":"And."}]"#),
        })
        .collect();
    let text = body("System.", &[tool("one", "{}"), tool("two", "{}")], &messages).await;
    assert_eq!(text.matches("cache_control").count(), 4);
    assert!(!text.contains("temperature") && !text.contains("top_"));
}

#[tokio::test]
async fn the_key_and_the_version_go_in_their_headers() {
    let server = ModelServer::start().await;
    server.reply(ModelReply::says("Yes."));
    ask(&server).await.0.unwrap();
    let token = ModelKey::Bearer(Secret::new("gateway-token".to_owned()));
    for (key, path) in [(Some(token), "/"), (None, "")] {
        server.reply(ModelReply::says("Yes."));
        let base_url = server.url().join(path).unwrap();
        let endpoint = ModelEndpoint { base_url, key, version: "2026-10-21".to_owned() };
        ask_by(&ModelClient::new(endpoint)).await.0.unwrap();
    }
    let requests = server.requests();
    let headers: Vec<_> = requests
        .iter()
        .map(|it| {
            [it.target.as_str(), it.header("x-api-key"), it.header("authorization"), it.header("anthropic-version")]
        })
        .collect();
    assert_eq!(
        headers,
        [
            ["/v1/messages", KEY, "", "2023-06-01"],
            ["/v1/messages", "", "Bearer gateway-token", "2026-10-21"],
            ["/v1/messages", "", "", "2026-10-21"],
        ]
    );
    assert_eq!(
        (requests[0].header("content-type"), requests[0].header("accept")),
        ("application/json", "text/event-stream")
    );
    assert!(requests[0].header("user-agent").starts_with("jackfield/"));
}
