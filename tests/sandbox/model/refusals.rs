//! Requests that the API refuses, with its words where they are known.

use serde_json::{Value, json};

use super::super::{Env, send};
use super::{ask, ask_version, prompt, tool, with};

/// Asserts a refusal in the API's shape, and returns its words.
async fn refused(env: &Env, body: &Value, version: &str, status: u16, kind: &str) -> String {
    let answer = ask_version(env, body, version).await;
    let error = answer.json();
    assert_eq!(
        (answer.status, &error["type"], &error["error"]["type"]),
        (status, &json!("error"), &json!(kind)),
        "{error}"
    );
    assert_eq!(error["request_id"], answer.headers["request-id"].to_str().unwrap());
    error["error"]["message"].as_str().unwrap().to_owned()
}

async fn invalid(env: &Env, body: &Value) -> String {
    refused(env, body, "2023-06-01", 400, "invalid_request_error").await
}

#[tokio::test]
async fn every_field_is_checked() {
    let env = Env::start().await;
    for (fields, words) in [
        (json!({"model": null}), "model: Field required"),
        (json!({"model": 1}), "model: Input should be a valid string"),
        (json!({"max_tokens": null}), "max_tokens: Field required"),
        (json!({"max_tokens": "many"}), "max_tokens: Input should be a valid integer"),
        (json!({"max_tokens": 0}), "max_tokens: Input should be greater than or equal to 1"),
        (json!({"max_tokens": 128_001}), "max_tokens: 128001 > 128000"),
        (json!({"messages": null}), "messages: Field required"),
        (json!({"messages": "hello"}), "messages: Input should be a valid list"),
        (json!({"messages": []}), "messages: at least one message is required"),
        (json!({"stream": "yes"}), "stream: Input should be a valid boolean"),
        (json!({"system": 1}), "system: Input should be"),
        (json!({"system": [{"type": "image"}]}), "system.0.text: Field required"),
        (json!({"stop_sequences": [1]}), "stop_sequences.0: Input should be a valid string"),
        (json!({"stop_sequences": [" "]}), "stop_sequences: each stop sequence must contain non-whitespace"),
        (json!({"temperature": 2}), "temperature: range: 0..1"),
        (json!({"colour": "red"}), "colour: Extra inputs are not permitted"),
        (json!({"thinking": {"type": "enabled"}}), "thinking.enabled.budget_tokens: Field required"),
        (json!({"thinking": {"type": "enabled", "budget_tokens": 9}}), "greater than or equal to 1024"),
        (json!({"thinking": {"type": "enabled", "budget_tokens": 4096}}), "`max_tokens` must be greater than"),
        (json!({"tools": {}}), "tools: Input should be a valid list"),
        (json!({"tools": [{"name": "a"}]}), "tools.0.custom.input_schema: Field required"),
        (json!({"tools": [{"name": "a", "input_schema": {}}]}), "tools.0.custom.input_schema.type"),
        (json!({"tools": [tool("a.b")]}), "tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'"),
        (json!({"tools": [tool(&"a".repeat(129))]}), "String should match pattern"),
        (json!({"tools": [tool("a"), tool("a")]}), "tools: Tool names must be unique."),
        (json!({"tool_choice": {"type": "any"}}), "tool_choice may only be specified while providing tools"),
        (json!({"tools": [tool("a")], "tool_choice": {"type": "tool", "name": "b"}}), "Tool 'b' not found"),
        (json!({"tools": [tool("a")], "tool_choice": {"type": "maybe"}}), "tool_choice: Input tag 'maybe'"),
    ] {
        let said = invalid(&env, &with(prompt("hello"), fields.clone())).await;
        assert!(said.contains(words), "{fields}: {said}");
    }
    assert_eq!(ask(&env, &with(prompt("hello"), json!({"tools": [tool(&"a".repeat(128))]}))).await.status, 200);
    assert_eq!(invalid(&env, &json!([])).await, "Input should be a valid dictionary");
    let beta = env.http.post(env.at("/v1/messages?beta=true")).header("anthropic-version", "2023-06-01");
    assert_eq!(send(beta.json(&with(prompt("hello"), json!({"colour": "red"})))).await.status, 200);
    let beta = env.http.post(env.at("/v1/messages?beta=true")).header("anthropic-version", "2023-06-01");
    let kept = send(beta.json(&with(prompt("hello"), json!({"thread": {"type": "create"}})))).await;
    assert!(kept.status == 400 && kept.text.contains("keeps no conversations"), "{}", kept.text);
    let other = ask(&env, &with(prompt("hello"), json!({"model": "claude", "max_tokens": 128_000}))).await;
    assert_eq!((other.status, &other.json()["model"]), (200, &json!("claude")), "whatever a program names");
    let nothing = send(env.http.get(env.at("/v1/models/claude"))).await;
    assert_eq!((nothing.status, &nothing.json()["error"]["type"]), (404, &json!("not_found_error")));
}

#[tokio::test]
async fn the_version_is_named_and_the_newer_one_takes_less() {
    let env = Env::start().await;
    let bare = send(env.http.post(env.at("/v1/messages")).json(&prompt("hello"))).await;
    assert_eq!((bare.status, &bare.json()["error"]["message"]), (400, &json!("anthropic-version: header is required")));
    let odd = refused(&env, &prompt("hello"), "soon", 400, "invalid_request_error").await;
    assert_eq!(odd, "anthropic-version: \"soon\" is not a valid version");
    let document = json!({"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "x"}});
    let by_model = json!([
        {"role": "user", "content": "a"},
        {"role": "assistant", "content": [document]},
        {"role": "user", "content": "b"},
    ]);
    let cited = json!([{"role": "user", "content": [{"type": "text", "text": "a", "citations": []}]}]);
    for (fields, words) in [
        (json!({"temperature": 1.0}), "temperature"),
        (json!({"top_p": 1.0}), "top_p"),
        (json!({"top_k": 5}), "top_k"),
        (json!({"messages": by_model}), "`document` blocks"),
        (json!({"messages": cited}), "messages.0.content.0.citations"),
    ] {
        let body = with(prompt("hello"), fields);
        assert_eq!(ask_version(&env, &body, "2023-06-01").await.status, 200, "{body}");
        let said = refused(&env, &body, "2026-10-21", 400, "invalid_request_error").await;
        assert!(said.contains(words), "{said}");
    }
    assert_eq!(ask_version(&env, &prompt("hello"), "2026-10-21").await.status, 200);
}

#[tokio::test]
async fn bodies_that_are_no_requests_are_refused() {
    let env = Env::start().await;
    let raw = |body: Vec<u8>| {
        send(env.http.post(env.at("/v1/messages")).header("anthropic-version", "2023-06-01").body(body))
    };
    let broken = raw(b"{\"model\": ".to_vec()).await;
    assert_eq!((broken.status, &broken.json()["error"]["type"]), (400, &json!("invalid_request_error")));
    let large = raw(vec![b' '; 3_000_000]).await;
    assert_eq!(large.status, 400, "large, and read");
    let too_large = raw(vec![b' '; 33 * 1024 * 1024]).await;
    assert_eq!((too_large.status, &too_large.json()["error"]["type"]), (413, &json!("request_too_large")));
}

fn use_of(id: &str) -> Value {
    json!({"type": "tool_use", "id": id, "name": "a", "input": {}})
}

fn result_of(id: &str) -> Value {
    json!({"type": "tool_result", "tool_use_id": id, "content": "done"})
}

#[tokio::test]
async fn messages_are_held_against_their_rules() {
    let env = Env::start().await;
    let user = |content: Value| json!({"role": "user", "content": content});
    let model = |content: Value| json!({"role": "assistant", "content": content});
    let text = json!({"type": "text", "text": "x"});
    let missing = "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: t2";
    for (messages, words) in [
        (json!([{"content": "x"}]), "messages.0.role: Field required"),
        (json!([{"role": "user"}]), "messages.0.content: Field required"),
        (json!([{"role": "robot", "content": "x"}]), "messages.0.role: Input should be 'user', 'assistant'"),
        (json!([user(json!(1))]), "messages.0.content: Input should be a valid string or a valid list"),
        (json!([user(json!(""))]), "messages.0: all messages must have non-empty content"),
        (json!([user(json!([{"type": "text"}]))]), "messages.0.content.0.text: Field required"),
        (json!([user(json!([{"type": "text", "text": " "}]))]), "must contain non-whitespace text"),
        (json!([user(json!([{"type": "song"}]))]), "messages.0.content.0: Input tag 'song' found using 'type'"),
        (json!([model(json!("x"))]), "first message must use the \"user\" role"),
        (json!([user(json!("x")), model(json!("y"))]), "does not support assistant message prefill"),
        (json!([user(json!([use_of("t1")]))]), "`tool_use` blocks can only be in `assistant` messages"),
        (
            json!([user(json!("x")), model(json!([result_of("t1")])), user(json!("y"))]),
            "`tool_result` blocks can only be in `user` messages",
        ),
        (json!([user(json!([result_of("t1")]))]), "messages.0.content.0: unexpected `tool_use_id` found"),
        (json!([user(json!("x")), model(json!([use_of("t2")])), user(json!("y"))]), missing),
        (
            json!([user(json!("x")), model(json!([use_of("t1"), use_of("t2")])), user(json!([result_of("t1")]))]),
            missing,
        ),
        (json!([user(json!("x")), model(json!([use_of("t2")])), user(json!([text, result_of("t2")]))]), missing),
        (json!([user(json!("x")), model(json!([use_of("t2")]))]), missing),
        (
            json!([user(json!("x")), model(json!([use_of("t1")])), user(json!([result_of("t1"), result_of("t1")]))]),
            "each tool_use must have a single result",
        ),
        (
            json!([user(json!("x")), model(json!([use_of("t1"), use_of("t1")])), user(json!([result_of("t1")]))]),
            "`tool_use` ids must be unique",
        ),
        (
            json!([
                user(json!("x")),
                model(json!([{"type": "tool_use", "id": "t", "name": "a", "input": "{"}])),
                user(json!([result_of("t")]))
            ]),
            "messages.1.content.0.tool_use.input: Input should be a valid dictionary",
        ),
        (
            json!([
                user(json!("x")),
                model(json!([{"type": "thinking", "thinking": "hm", "signature": "forged"}])),
                user(json!("y"))
            ]),
            "messages.1.content.0: Invalid `signature` in `thinking` block",
        ),
        (
            json!([
                user(json!("x")),
                model(json!([use_of("t1")])),
                user(json!([{"type": "tool_result", "tool_use_id": "t1", "is_error": "yes"}]))
            ]),
            "is_error: Input should be a valid boolean",
        ),
        (
            json!([
                user(json!("x")),
                model(json!([use_of("t1")])),
                user(json!([{"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "tool_use"}]}]))
            ]),
            "messages.2.content.0.content.0: Input tag 'tool_use'",
        ),
    ] {
        let said = invalid(&env, &with(prompt(""), json!({"messages": messages.clone()}))).await;
        assert!(said.contains(words), "{messages}: {said}");
    }
    let fine = [
        json!([user(json!("x")), user(json!("y")), {"role": "system", "content": "z"}]),
        json!([user(json!("x")), model(json!("one")), model(json!("two")), user(json!("y"))]),
        json!([user(json!("x")), model(json!([use_of("t1")])), user(json!([result_of("t1")])), user(json!("y"))]),
        json!([user(json!("x")), model(json!([use_of("t1")])), user(json!([result_of("t1"), text]))]),
    ];
    for messages in fine {
        let answer = ask(&env, &with(prompt(""), json!({"messages": messages}))).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
}
