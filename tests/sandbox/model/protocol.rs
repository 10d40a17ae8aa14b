//! Shape of answers and streams, models, usage, and limits.

use serde_json::{Value, json};

use super::super::{Env, send};
use super::{ask, ask_version, assembled, events, prompt, texts, tool, wishes, with};

#[tokio::test]
async fn it_says_what_it_is() {
    let env = Env::start().await;
    let list = send(env.http.get(env.at("/v1/models"))).await;
    let models = list.json();
    assert_eq!((list.status, models["has_more"].clone()), (200, json!(false)));
    let model = &models["data"][0];
    assert_eq!(
        (&model["id"], &model["type"], &model["lifecycle"]),
        (&json!("script"), &json!("model"), &json!("active"))
    );
    assert!(model["display_name"].as_str().unwrap().contains("script that stands in for a model"), "{model}");
    assert_eq!(send(env.http.get(env.at("/v1/models/script"))).await.json(), *model);

    let answer = ask(&env, &prompt("Good morning!")).await;
    let message = answer.json();
    let texts = texts(&message);
    assert!(texts[0].starts_with("I am a script that stands in for a model"), "{message}");
    assert!(texts[1].contains("Who closed what last week?") && texts[1].contains("No tools were given"), "{message}");
    assert!(answer.headers["request-id"].to_str().unwrap().starts_with("req_"));
    assert_eq!(
        (&message["type"], &message["role"], &message["model"]),
        (&json!("message"), &json!("assistant"), &json!("script"))
    );
    assert_eq!((&message["stop_reason"], &message["stop_sequence"]), (&json!("end_turn"), &Value::Null));
    let next = json!([
        {"role": "user", "content": "Good morning!"},
        {"role": "assistant", "content": message["content"]},
        {"role": "user", "content": "And now?"},
    ]);
    let next = ask(&env, &with(prompt(""), json!({"messages": next}))).await.json();
    assert!(!super::texts(&next)[0].starts_with("I am a script"), "said once in a conversation: {next}");
}

#[tokio::test]
async fn any_key_will_do_and_no_stranger_may_ask() {
    let env = Env::start().await;
    let request =
        || env.http.post(env.at("/v1/messages")).header("anthropic-version", "2023-06-01").json(&prompt("hi"));
    assert_eq!(send(request()).await.status, 200);
    assert_eq!(send(request().header("x-api-key", "anything")).await.status, 200);
    assert_eq!(send(request().bearer_auth("anything")).await.status, 200);
    assert_eq!(send(request().header("host", "rebound.example")).await.status, 403);
    let other = send(env.http.get(env.at("/v1/messages"))).await;
    assert_eq!((other.status, &other.json()["type"]), (405, &json!("error")));
}

#[tokio::test]
async fn a_stream_makes_the_same_message() {
    let env = Env::start().await;
    let tools = json!({"tools": [tool("linear_issue_search"), tool("a")]});
    let prompts = [
        "Good morning!",
        "think",
        "unknown block",
        "say 40 words",
        "stop refusal",
        "stop pause_turn",
        "call a {\"text\": \"äöü and a longer text that takes several pieces\"} and a",
        "call a badly",
        "Find the checkout issue and the webhooks issue",
    ];
    for text in prompts {
        let body = with(prompt(text), tools.clone());
        let whole = ask(&env, &body).await.json();
        let answer = ask(&env, &with(body.clone(), json!({"stream": true}))).await;
        assert_eq!(answer.headers["content-type"], "text/event-stream; charset=utf-8");
        let events = events(&answer.text);
        let names: Vec<_> = events.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            (names[0], names[names.len() - 2], names[names.len() - 1]),
            ("message_start", "message_delta", "message_stop")
        );
        assert!(names.contains(&"ping"), "{names:?}");
        let start = &events[0].1["message"];
        assert_eq!((&start["stop_reason"], &start["usage"]["output_tokens"]), (&Value::Null, &json!(1)));
        let mut made = assembled(&events);
        let mut whole = whole;
        for block in whole["content"].as_array_mut().unwrap() {
            block.as_object_mut().unwrap().remove("citations");
        }
        if made["stop_details"].is_null() {
            made["stop_details"] = Value::Null;
        }
        assert_eq!(made, whole, "{text}");
    }
    let body = with(prompt("call a {\"text\": \"a longer text that takes pieces\"}"), tools);
    let answer = ask(&env, &with(body, json!({"stream": true}))).await;
    let kinds = |kind: &str| events(&answer.text).iter().filter(|(_, event)| event["delta"]["type"] == kind).count();
    assert!(kinds("text_delta") > 3 && kinds("input_json_delta") > 2, "{}", answer.text);
}

#[tokio::test]
async fn thinking_is_signed_and_may_be_switched_off() {
    let env = Env::start().await;
    let message = ask(&env, &prompt("think")).await.json();
    let thinking = message["content"].as_array().unwrap().iter().find(|block| block["type"] == "thinking").unwrap();
    assert!(thinking["signature"].as_str().unwrap().len() > 16, "{message}");
    let off = with(prompt("think"), json!({"thinking": {"type": "disabled"}}));
    let message = ask(&env, &off).await.json();
    assert!(message["content"].as_array().unwrap().iter().all(|block| block["type"] == "text"), "{message}");
}

#[tokio::test]
async fn an_answer_ends_at_its_limits() {
    let env = Env::start().await;
    let cut = ask(&env, &with(prompt("say 200 words"), json!({"max_tokens": 60}))).await.json();
    assert_eq!((&cut["stop_reason"], &cut["usage"]["output_tokens"]), (&json!("max_tokens"), &json!(60)));
    let whole = ask(&env, &prompt("say 200 words")).await.json();
    let (short, long) = (texts(&cut), texts(&whole));
    assert!(long[1].starts_with(&short[1]) && long[1].split(' ').count() == 200, "{whole}");
    let tiny = ask(&env, &with(prompt("say 200 words"), json!({"max_tokens": 1}))).await.json();
    assert_eq!((texts(&tiny), &tiny["stop_reason"]), (vec!["I am".to_owned()], &json!("max_tokens")));

    let wish = with(
        prompt("call a {\"text\": \"long enough to be cut off somewhere in the middle\"}"),
        json!({"tools": [tool("a")]}),
    );
    let needed = ask(&env, &wish).await.json()["usage"]["output_tokens"].as_u64().unwrap();
    let limited = with(wish.clone(), json!({"max_tokens": needed - 5}));
    let cut = ask(&env, &limited).await.json();
    assert_eq!((&cut["stop_reason"], &wishes(&cut)[0]["input"]), (&json!("max_tokens"), &json!({})));
    let streamed = assembled(&events(&ask(&env, &with(limited, json!({"stream": true}))).await.text));
    let part = wishes(&streamed)[0]["input"].clone();
    assert!(
        part.as_str().unwrap().starts_with("{\"text\":\"long")
            || part.as_str().unwrap().starts_with("{\"text\": \"long"),
        "{part}"
    );

    let stopped = ask(&env, &with(prompt("say 40 words"), json!({"stop_sequences": ["many", "nothing"]}))).await.json();
    assert_eq!((&stopped["stop_reason"], &stopped["stop_sequence"]), (&json!("stop_sequence"), &json!("nothing")));
    assert_eq!(texts(&stopped)[1], "these words say ");
}

#[tokio::test]
async fn tokens_are_counted_and_what_was_sent_before_is_read_from_the_cache() {
    let env = Env::start().await;
    let system = json!([{"type": "text", "text": "s".repeat(400), "cache_control": {"type": "ephemeral"}}]);
    let first = with(prompt("say 5 words"), json!({"system": system}));
    let message = ask(&env, &first).await.json();
    let usage = &message["usage"];
    assert_eq!(usage["cache_read_input_tokens"], 0);
    assert!(usage["cache_creation_input_tokens"].as_u64().unwrap() >= 100, "{usage}");
    assert!(usage["input_tokens"].as_u64().unwrap() < 20, "{usage}");
    let marked = json!([{"type": "text", "text": "say 6 words", "cache_control": {"type": "ephemeral"}}]);
    let messages = json!([
        {"role": "user", "content": "say 5 words"},
        {"role": "assistant", "content": message["content"]},
        {"role": "user", "content": marked},
    ]);
    let second = ask(&env, &with(first, json!({"messages": messages}))).await.json()["usage"].clone();
    let sum = |usage: &Value| {
        usage["input_tokens"].as_u64().unwrap() + usage["cache_creation_input_tokens"].as_u64().unwrap()
    };
    assert_eq!(second["cache_read_input_tokens"], sum(usage), "all that was sent the first time");
    assert_eq!(second["input_tokens"], 0);
    assert!(second["cache_creation_input_tokens"].as_u64().unwrap() > 10, "{second}");
}

#[tokio::test]
async fn the_same_request_has_the_same_answer() {
    let (one, other) = (Env::start().await, Env::start().await);
    let body = with(prompt("call a 3 times"), json!({"tools": [tool("a")]}));
    let answer = ask(&one, &body).await.json();
    assert_eq!(answer, ask(&one, &body).await.json());
    assert_eq!(answer, ask(&other, &body).await.json());
    assert_eq!(answer, ask_version(&one, &body, "2026-10-21").await.json());
    let ids: std::collections::BTreeSet<_> = wishes(&answer).iter().map(|wish| wish["id"].to_string()).collect();
    assert_eq!(ids.len(), 3);
}
