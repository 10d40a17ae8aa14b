//! The troubles that real environments have.

use serde_json::{Value, json};

use super::Env;

const RADIA: &str = "radia@acme.dev";

async fn warehouse(env: &Env, tool: &str, params: Value) -> Value {
    let answer = env.execute(&format!("c-warehouse_{tool}"), "warehouse", RADIA, params).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["data"].clone()
}

#[tokio::test]
async fn a_tool_may_be_called_so_often_and_no_more() {
    let env = Env::start().await;
    let search = async |identifier: &str| {
        env.execute("github_search_issues", "github", identifier, json!({"q": "invoice is:open"})).await
    };
    let mut allowed = 0;
    let limited = loop {
        let answer = search("ada@acme.dev").await;
        if answer.status != 200 {
            break answer;
        }
        assert_eq!(answer.json()["data"]["total_count"], 1);
        allowed += 1;
    };
    assert_eq!(allowed, 5);
    let detail = limited.refused(429, 8, "TOOL_ERROR");
    assert_eq!(detail["tool_error_info"]["tool_error_code"], "RATE_LIMITED");
    let wait: u64 = limited.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(search("linus@acme.dev").await.status, 200, "each account has its own limit");
}

#[tokio::test]
async fn a_slow_tool_holds_nobody_up_and_may_be_given_up() {
    let env = Env::start().await;
    let slow = env.execute("slack_search_messages", "slack", "ada@acme.dev", json!({"query": "invoice"}));
    let quick = async {
        for _ in 0..3 {
            assert_eq!(env.execute("slack_auth_test", "slack", "ada@acme.dev", json!({})).await.status, 200);
        }
    };
    // Whichever is done first ends the other: the slow one is dropped half way.
    tokio::select! {
        biased;
        () = quick => {}
        answer = slow => panic!("the slow tool was quicker: {}", answer.text),
    }
    let logs = env.get("agentkit/tool_call_logs", &[("page_size", "1")]).await.json();
    assert_eq!(logs["tool_call_logs"][0]["tool_name"], "slack_auth_test", "what was given up was not called");
}

#[tokio::test]
async fn an_answer_may_be_large() {
    let env = Env::start().await;
    let size = async |megabytes: Value| {
        let answer =
            env.execute("c-warehouse_orders_export", "warehouse", RADIA, json!({"megabytes": megabytes})).await;
        assert_eq!(answer.status, 200);
        let rows = answer.json()["data"]["structuredContent"]["parts"][0]["rows"].as_array().map(Vec::len);
        (answer.text.len() / 1_000_000, rows)
    };
    assert_eq!(size(json!(3)).await, (3, Some(1000)));
    assert_eq!(size(json!(null)).await, (1, Some(1000)));
    let refused = warehouse(&env, "orders_export", json!({"megabytes": 65})).await;
    assert_eq!(
        (&refused["isError"], &refused["content"][0]["text"]),
        (&json!(true), &json!("megabytes must be between 1 and 64"))
    );
}

#[tokio::test]
async fn conditions_nest() {
    let env = Env::start().await;
    let count = async |condition: Value| {
        let answer = warehouse(&env, "orders_query", json!({"where": condition, "limit": 1000})).await;
        answer["structuredContent"]["count"].as_u64().unwrap_or_else(|| panic!("{answer}"))
    };
    let paid = json!({"column": "paid", "value": true});
    let large = json!({"column": "total", "op": ">", "value": 500});
    let (paid_count, large_count) = (count(paid.clone()).await, count(large.clone()).await);
    assert!((600..900).contains(&paid_count) && (400..600).contains(&large_count), "{paid_count} {large_count}");
    let both = count(json!({"all": [paid, large]})).await;
    let either = count(json!({"any": [paid, large]})).await;
    assert_eq!(both + either, paid_count + large_count);
    assert_eq!(count(json!({"not": {"any": [paid, large]}})).await, 1000 - either);

    let two = warehouse(&env, "orders_query", json!({"limit": 2, "columns": ["order_id"]})).await;
    assert_eq!(two["structuredContent"]["rows"], json!([{"order_id": 1}, {"order_id": 2}]));
    let first = warehouse(&env, "orders_get", json!({"row": 1})).await["structuredContent"].clone();
    assert_eq!(
        warehouse(&env, "orders_get", json!({"row": "1"})).await["structuredContent"],
        first,
        "the same every time"
    );
    let columns = warehouse(&env, "orders_describe", json!({})).await["structuredContent"]["columns"].clone();
    assert_eq!(columns[0], json!({"name": "order_id", "type": "integer"}));
    for bad in [
        json!({"column": "nothing", "value": 1}),
        json!({"all": [], "any": []}),
        json!({"all": 1}),
        json!("x"),
        json!({"column": "total", "op": "~", "value": 1}),
        json!({"column": "total"}),
    ] {
        let answer = warehouse(&env, "orders_query", json!({"where": bad})).await;
        assert_eq!(answer["isError"], true, "{bad}");
    }
}

#[tokio::test]
async fn hostile_texts_stand_in_names_and_in_answers() {
    let env = Env::start().await;
    let hostile = |text: &str| text.contains('\u{1b}') && text.contains('\u{202e}');
    let list = env.get("connected_accounts", &[("connector", "slack")]).await.json();
    let identifiers: Vec<_> =
        list["connected_accounts"].as_array().unwrap().iter().map(|row| row["identifier"].as_str().unwrap()).collect();
    let name = identifiers.into_iter().find(|identifier| hostile(identifier)).expect("one");
    assert_eq!(
        env.run("slack_auth_test", name, json!({})).await["user"],
        "ada",
        "it works like any other, as the user of another identifier"
    );
    let history = env.run("slack_fetch_conversation_history", "ada@acme.dev", json!({"channel": "engineering"})).await;
    assert!(history["messages"].as_array().unwrap().iter().any(|message| hostile(message["text"].as_str().unwrap())));
    let issues = env.run("github_issues_list", "ada@acme.dev", json!({"owner": "acme", "repo": "storefront"})).await;
    assert!(issues["array"].as_array().unwrap().iter().any(|issue| hostile(issue["title"].as_str().unwrap())));
}
