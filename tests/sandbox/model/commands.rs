//! Prompts that are orders to the script: what each of them provokes.

use std::time::Duration;

use jackfield::testing::sandbox::{FaultRule, Options};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::super::Env;
use super::{Agent, ask, assembled, events, prompt, texts, tool, wishes, with};

fn offered(text: &str) -> Value {
    with(prompt(text), json!({"tools": [tool("acme_linear_viewer_get"), tool("other-tool")]}))
}

/// The conversation goes on with these results.
fn answered(body: &Value, message: &Value, result: &str) -> Value {
    let mut messages = body["messages"].as_array().unwrap().clone();
    messages.push(json!({"role": "assistant", "content": message["content"]}));
    let results: Vec<_> = wishes(message)
        .iter()
        .map(|wish| json!({"type": "tool_result", "tool_use_id": wish["id"], "content": result}))
        .collect();
    messages.push(json!({"role": "user", "content": results}));
    with(body.clone(), json!({"messages": messages}))
}

#[tokio::test]
async fn tools_are_called_as_ordered_and_their_results_told() {
    let env = Env::start().await;
    let mut agent = Agent::of(&env, "ada@acme.dev").await;
    let said =
        agent.say("call asana_me_get {\"opt_fields\": \"name\"} and asana_projects_list, then asana_me_get").await;
    assert_eq!(agent.called(), [vec!["asana_me_get", "asana_projects_list"], vec!["asana_me_get"]]);
    assert_eq!(agent.rounds[0][0].1, json!({"opt_fields": "name"}));
    assert!(said.contains("asana_me_get answered: {\"data\":{\"gid\"") && said.contains("Ada Marlow"), "{said}");
    let said = agent.say("Please use asana_me_get once more.").await;
    assert_eq!(agent.rounds.len(), 3);
    assert!(said.contains("ada@acme.dev"), "{said}");
    let said = agent.say("call asana_task_get {\"task_gid\": \"1\"}").await;
    assert_eq!(said, "asana_task_get failed: task: Unknown object: 1");
    let said = agent.say("call xylophone_play").await;
    assert_eq!(said, "There is no tool xylophone_play among the 28 that I was given.");
}

#[tokio::test]
async fn wishes_are_as_odd_as_ordered() {
    let env = Env::start().await;
    let message = async |text: &str| ask(&env, &offered(text)).await.json();
    let many = message("call linear_viewer_get {\"a\": 1} 7 times").await;
    assert_eq!(wishes(&many).len(), 7);
    assert!(
        wishes(&many).iter().all(|wish| wish["name"] == "acme_linear_viewer_get" && wish["input"] == json!({"a": 1}))
    );
    assert_eq!(wishes(&message("call nothing_there anyway").await)[0]["name"], "nothing_there");
    let bad = message("call other-tool badly").await;
    assert_eq!((&bad["stop_reason"], wishes(&bad)[0]["input"].is_string()), (&json!("tool_use"), true));
    let cut = message("call other-tool cut").await;
    assert_eq!((&cut["stop_reason"], &wishes(&cut)[0]["input"]), (&json!("max_tokens"), &json!({})));
    let streamed = ask(&env, &with(offered("call other-tool cut"), json!({"stream": true}))).await;
    assert!(wishes(&assembled(&events(&streamed.text)))[0]["input"].is_string(), "half of it");

    let mut body = offered("call other-tool forever");
    for _ in 0..5 {
        let message = ask(&env, &body).await.json();
        assert_eq!(wishes(&message).len(), 1, "{message}");
        body = answered(&body, &message, "{}");
    }
}

#[tokio::test]
async fn choices_of_the_client_are_obeyed() {
    let env = Env::start().await;
    let message =
        async |text: &str, choice: Value| ask(&env, &with(offered(text), json!({"tool_choice": choice}))).await.json();
    let forced = message("say 3 words", json!({"type": "tool", "name": "other-tool"})).await;
    assert_eq!(
        (wishes(&forced)[0]["name"].as_str().unwrap(), &forced["stop_reason"]),
        ("other-tool", &json!("tool_use"))
    );
    assert_eq!(wishes(&message("hello", json!({"type": "any"})).await).len(), 1);
    let none = message("call other-tool", json!({"type": "none"})).await;
    assert!(wishes(&none).is_empty() && texts(&none)[1].contains("no tool other-tool"), "{none}");

    let single = json!({"tool_choice": {"type": "auto", "disable_parallel_tool_use": true}});
    let body = with(offered("call other-tool 2 times"), single);
    let first = ask(&env, &body).await.json();
    assert_eq!(wishes(&first).len(), 1);
    let second = answered(&body, &first, "one");
    let message = ask(&env, &second).await.json();
    assert_eq!(wishes(&message).len(), 1);
    let third = ask(&env, &answered(&second, &message, "two")).await.json();
    assert_eq!(texts(&third), ["other-tool answered: one\n\nother-tool answered: two"]);
}

#[tokio::test]
async fn answers_end_for_every_reason() {
    let env = Env::start().await;
    for reason in ["max_tokens", "model_context_window_exceeded", "something_new"] {
        let message = ask(&env, &prompt(&format!("stop {reason}"))).await.json();
        assert_eq!((&message["stop_reason"], &message["stop_details"]), (&json!(reason), &Value::Null));
    }
    let refusal = ask(&env, &prompt("stop refusal")).await.json();
    assert_eq!((&refusal["stop_reason"], &refusal["stop_details"]["type"]), (&json!("refusal"), &json!("refusal")));
    assert!(refusal["stop_details"]["explanation"].is_string());

    let mut messages = vec![json!({"role": "user", "content": "stop pause_turn 2 times"})];
    for _ in 0..2 {
        let paused = ask(&env, &with(prompt(""), json!({"messages": messages}))).await.json();
        assert_eq!(paused["stop_reason"], "pause_turn");
        messages.push(json!({"role": "assistant", "content": paused["content"]}));
    }
    let over = ask(&env, &with(prompt(""), json!({"messages": messages}))).await.json();
    assert_eq!(
        (texts(&over), &over["stop_reason"]),
        (vec!["I went on after the pause.".to_owned()], &json!("end_turn"))
    );
}

#[tokio::test]
async fn thinking_and_unknown_blocks_come_back_unchanged_or_are_refused() {
    let env = Env::start().await;
    for text in ["think", "unknown block"] {
        let message = ask(&env, &prompt(text)).await.json();
        let messages = |content: &Value| json!([{"role": "user", "content": text}, {"role": "assistant", "content": content}, {"role": "user", "content": "x"}]);
        let body = with(prompt(""), json!({"messages": messages(&message["content"])}));
        assert_eq!(ask(&env, &body).await.status, 200);
    }
    let mut message = ask(&env, &prompt("think")).await.json();
    let place = message["content"].as_array().unwrap().iter().position(|block| block["type"] == "thinking").unwrap();
    message["content"][place]["thinking"] = json!("something else");
    let messages = json!([{"role": "user", "content": "think"}, {"role": "assistant", "content": message["content"]}, {"role": "user", "content": "x"}]);
    assert_eq!(ask(&env, &with(prompt(""), json!({"messages": messages}))).await.status, 400);
}

#[tokio::test]
async fn it_fails_as_ordered() {
    let env = Env::start().await;
    let busy = prompt("status 529 once");
    let first = ask(&env, &busy).await;
    assert_eq!((first.status, &first.json()["error"]["type"]), (529, &json!("overloaded_error")));
    assert!(first.headers["retry-after-ms"].to_str().unwrap().parse::<u64>().unwrap() < 1000);
    let second = ask(&env, &busy).await;
    assert_eq!(second.status, 200, "{}", second.text);
    for (status, kind) in
        [(401, "authentication_error"), (402, "billing_error"), (429, "rate_limit_error"), (500, "api_error")]
    {
        for _ in 0..2 {
            let answer = ask(&env, &prompt(&format!("status {status}"))).await;
            assert_eq!((answer.status, &answer.json()["error"]["type"]), (status, &json!(kind)));
        }
    }
    let broken = ask(&env, &with(prompt("break off once"), json!({"stream": true}))).await;
    let came = events(&broken.text);
    let (last, error) = came.last().unwrap();
    assert_eq!((broken.status, last.as_str(), &error["error"]["type"]), (200, "error", &json!("overloaded_error")));
    assert!(came.iter().any(|(_, event)| event["delta"]["type"] == "text_delta"), "something was shown: {came:?}");
    let whole = ask(&env, &with(prompt("break off once"), json!({"stream": true}))).await;
    assert_eq!(events(&whole.text).last().unwrap().0, "message_stop");
}

#[tokio::test]
async fn a_slow_answer_comes_piece_by_piece() {
    let env = Env::start().await;
    let body = with(prompt("say 3 words slowly"), json!({"stream": true}));
    let request = env.http.post(env.at("/v1/messages")).header("anthropic-version", "2023-06-01").json(&body);
    let mut response = request.send().await.unwrap();
    let first = response.chunk().await.unwrap().unwrap();
    assert!(first.starts_with(b"event: message_start"));
    let mut rest = Vec::from(first);
    let mut pieces = 1;
    while let Some(piece) = response.chunk().await.unwrap() {
        pieces += 1;
        rest.extend_from_slice(&piece);
    }
    assert!(pieces > 3, "{pieces}");
    assert_eq!(texts(&assembled(&events(std::str::from_utf8(&rest).unwrap())))[1], "these words say");
}

#[tokio::test]
async fn faults_and_latency_reach_these_routes() {
    let faults = vec!["POST /v1/messages status=502 every=2".parse::<FaultRule>().unwrap()];
    let latency = Duration::from_millis(30);
    let env = Env::with(Options { faults, latency, ..Options::default() }).await;
    let asked = Instant::now();
    assert_eq!(ask(&env, &prompt("hello")).await.status, 200);
    assert!(asked.elapsed() >= latency, "never early");
    assert_eq!(ask(&env, &prompt("hello")).await.status, 502);
}
