//! Providers, the whole list of tools, what is available to somebody, and searching.

use serde_json::{Value, json};

use super::Env;

fn names(list: &Value, rows: &str) -> Vec<String> {
    let name = |row: &Value| match rows {
        "providers" => row["identifier"].as_str().map(str::to_owned),
        _ => row["definition"]["name"].as_str().or(row["name"].as_str()).map(str::to_owned),
    };
    list[rows].as_array().expect("rows").iter().map(|row| name(row).expect("a name")).collect()
}

#[tokio::test]
async fn providers_are_listed_by_kind() {
    let env = Env::start().await;
    let list = async |query: &[(&str, &str)]| env.get("providers", query).await.json();
    let usual = list(&[("page_size", "30")]).await;
    assert_eq!(
        names(&usual, "providers"),
        [
            "LINEAR",
            "ASANA",
            "GMAIL",
            "SLACK",
            "GITHUB",
            "FRESHDESK",
            "HUBSPOT",
            "GOOGLECALENDAR",
            "NOTION",
            "SALESFORCE",
            "GOOGLEDRIVE",
            "SNOWFLAKE",
            "GONG",
            "FATHOM"
        ]
    );
    assert_eq!(list(&[("filter.provider_type", "CUSTOM")]).await["total_size"], 1);
    let all = list(&[("filter.provider_type", "ALL"), ("page_size", "1000")]).await;
    assert_eq!(all["total_size"], 15);
    let first = list(&[("filter.provider_type", "2"), ("page_size", "5")]).await;
    let token = first["next_page_token"].as_str().unwrap();
    let rest = list(&[("filter.provider_type", "2"), ("page_size", "30"), ("page_token", token)]).await;
    assert_eq!((names(&rest, "providers").len(), &rest["next_page_token"]), (10, &json!("")));

    let one = list(&[("identifier", "WAREHOUSE:20417"), ("filter.provider_type", "ALL")]).await;
    let warehouse = &one["providers"][0];
    assert_eq!((&warehouse["is_custom"], &warehouse["is_custom_mcp"]), (&json!(true), &json!(true)));
    assert_eq!(warehouse["metadata"], json!({"team": "data"}));
    env.get("providers", &[("filter.provider_type", "ODD")]).await.violates(&["filter.provider_type"]);
    env.get("providers", &[("identifier", "a b")]).await.violates(&["identifier"]);
}

#[tokio::test]
async fn a_provider_says_what_its_form_asks_for() {
    let env = Env::start().await;
    let list = env.get("providers", &[("identifier", "FRESHDESK")]).await.json();
    let freshdesk = &list["providers"][0];
    assert_eq!((&freshdesk["display_name"], &freshdesk["coming_soon"]), (&json!("Freshdesk"), &json!(false)));
    let pattern = &freshdesk["auth_patterns"][0];
    assert_eq!(pattern["type"], "API_KEY");
    assert_eq!(pattern["fields"][0]["field_name"], "api_key");
    assert_eq!(pattern["fields"][0]["input_type"], "password");
    assert_eq!(pattern["account_fields"][0]["is_path_param"], true, "what our types do not know comes through");
}

#[tokio::test]
async fn every_tool_has_a_definition_that_can_be_read() {
    let env = Env::start().await;
    let list = env.get("tools", &[("page_size", "1000")]).await.json();
    let tools = list["tools"].as_array().unwrap();
    assert!(tools.len() >= 24, "{}", tools.len());
    assert_eq!(list["total_size"], tools.len());
    for tool in tools {
        let definition = &tool["definition"];
        let name = definition["name"].as_str().expect("a name");
        let provider = tool["provider"].as_str().unwrap().to_lowercase();
        assert!(name.starts_with(&format!("{provider}_")), "{name}");
        assert!(definition["description"].as_str().is_some_and(|text| text.len() > 10), "{name}");
        let schema = &definition["input_schema"];
        assert_eq!(schema["type"], "object", "{name}");
        for required in schema["required"].as_array().into_iter().flatten() {
            assert!(schema["properties"].get(required.as_str().unwrap()).is_some(), "{name} {required}");
        }
    }
    assert_eq!(list["tool_names"].as_array().unwrap().len(), tools.len());
    for probe in
        ["linear_viewer_get", "asana_me_get", "gmail_get_profile", "slack_auth_test", "github_user_get_authenticated"]
    {
        assert!(list["tool_names"].as_array().unwrap().contains(&json!(probe)), "{probe}");
    }
}

#[tokio::test]
async fn tools_are_filtered() {
    let env = Env::start().await;
    let list = async |query: &[(&str, &str)]| env.get("tools", query).await.json();
    assert_eq!(list(&[("filter.provider", "GMAIL")]).await["total_size"], 29);
    assert_eq!(list(&[("filter.provider", "gmail")]).await["total_size"], 0, "case matters");
    let two = list(&[("filter.tool_name", "asana_me_get"), ("filter.tool_name", "slack_auth_test")]).await;
    assert_eq!(names(&two, "tools"), ["asana_me_get", "slack_auth_test"]);
    let words = list(&[("filter.query", "ISSUE create")]).await;
    assert_eq!(
        names(&words, "tools"),
        ["linear_issue_create", "linear_issue_relation_create", "github_issue_create", "github_issue_comment_create"]
    );
    assert_eq!(list(&[("filter.query", "issue_create")]).await["total_size"], 4);
    let summary = list(&[("filter.summary", "true"), ("filter.provider", "SLACK")]).await;
    assert_eq!((&summary["tools"], summary["tool_names"].as_array().unwrap().len()), (&json!([]), 28));
    for (name, value) in [("filter.query", "ab"), ("filter.connected_account_id", "x"), ("page_size", "-1")] {
        env.get("tools", &[(name, value)]).await.violates(&[name]);
    }
}

#[tokio::test]
async fn custom_tools_are_listed_for_their_account_only() {
    let env = Env::start().await;
    let list = async |query: &[(&str, &str)]| env.get("tools", query).await.json();
    let plain = list(&[]).await["total_size"].as_u64().unwrap();
    let account = [("filter.connector", "warehouse"), ("filter.identifier", "radia@acme.dev")];
    let more = list(&[account[0], account[1], ("page_size", "1000")]).await;
    assert_eq!(more["total_size"], plain + 110);
    assert!(names(&more, "tools").contains(&"c-warehouse_order_lines_query".to_owned()));
    let id = env.account("warehouse", "radia@acme.dev").await["id"].as_str().unwrap().to_owned();
    assert_eq!(list(&[("filter.connected_account_id", &id)]).await["total_size"], plain + 110);
    assert_eq!(list(&[account[0], account[1], ("filter.query", "orders")]).await["total_size"], 0, "global tools only");
    assert_eq!(
        list(&[("filter.connector", "slack"), ("filter.identifier", "ada@acme.dev")]).await["total_size"],
        plain
    );
    let nobody = [("filter.connector", "warehouse"), ("filter.identifier", "nobody")];
    env.get("tools", &nobody).await.refused(404, 5, "RESOURCE_NOT_FOUND");
}

#[tokio::test]
async fn a_catalogue_may_be_longer_than_a_page() {
    let env = Env::start().await;
    let query = |token| {
        [
            ("identifier", "radia@acme.dev"),
            ("filter.connection_names", "warehouse"),
            ("page_size", "100"),
            ("page_token", token),
        ]
    };
    let first = env.get("tools/scoped", &query("")).await.json();
    assert_eq!((first["tools"].as_array().unwrap().len(), &first["total_size"]), (100, &json!(110)));
    let second = env.get("tools/scoped", &query(first["next_page_token"].as_str().unwrap())).await.json();
    assert_eq!((second["tools"].as_array().unwrap().len(), &second["next_page_token"]), (10, &json!("")));
}

#[tokio::test]
async fn what_is_available_needs_no_filter() {
    let env = Env::start().await;
    let list = async |query: &[(&str, &str)]| env.get("tools/available", query).await.json();
    let tools = list(&[("identifier", "ada@acme.dev"), ("page_size", "200")]).await;
    assert_eq!(tools["total_size"], 28 + 29 + 28 + 34, "asana, gmail, slack and github; linear has expired");
    assert_eq!(names(&tools, "tools").len(), 119);
    assert!(tools["tools"][0].get("tool").is_none(), "plain tools");
    assert_eq!(list(&[("identifier", "nobody@acme.dev")]).await["total_size"], 0);
    env.get("tools/available", &[]).await.violates(&["identifier"]);
}

#[tokio::test]
async fn tools_are_found_by_what_they_do() {
    let env = Env::start().await;
    let search = async |body: Value| env.post("tools:search", body).await.json()["tools"].clone();
    let found = search(json!({"query": "send a mail message", "identifier": "dennis@acme.dev"})).await;
    let rows = found.as_array().unwrap();
    assert!(rows.len() <= 10 && rows.iter().any(|row| row["name"] == "gmail_send_message"), "{found}");
    let scores: Vec<_> = rows.iter().map(|row| row["score"].as_f64().unwrap()).collect();
    assert!(scores.is_sorted_by(|a, b| a >= b) && scores.iter().all(|score| *score > 0.0), "{scores:?}");
    let slack = rows.iter().find(|row| row["provider"] == "SLACK").expect("slack sends messages too");
    let connection = &slack["connections"][0];
    assert_eq!(connection["connection_name"], "slack");
    assert_eq!(connection["readiness_state"], "TOOL_READINESS_STATE_NEEDS_REAUTH");
    assert!(rows.iter().filter(|row| row["provider"] == "GMAIL").all(|row| row["connections"] == json!([])));

    let state = async |identifier: &str| {
        let found = search(json!({"query": "asana_me_get", "identifier": identifier, "top_k": 1})).await;
        found[0]["connections"][0]["readiness_state"].clone()
    };
    assert_eq!(state("ada@acme.dev").await, "TOOL_READINESS_STATE_READY");
    assert_eq!(state("linus@acme.dev").await, "TOOL_READINESS_STATE_NEEDS_CONNECTION");
    assert_eq!(search(json!({"query": "zzz"})).await, json!([]));
    let nobodys = search(json!({"query": "warehouse orders query", "top_k": 50})).await;
    assert!(!nobodys.to_string().contains("c-warehouse"), "{nobodys}");
    let custom = search(json!({"query": "warehouse orders query", "identifier": "radia@acme.dev"})).await;
    assert_eq!(custom[0]["name"], "c-warehouse_orders_query");
    env.post("tools:search", json!({"query": ""})).await.violates(&["query"]);
    env.post("tools:search", json!({"query": "x".repeat(257)})).await.violates(&["query"]);
}
