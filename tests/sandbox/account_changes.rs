//! Searching, reading with secrets, creating with credentials, changing and ending accounts.

use serde_json::{Value, json};

use super::Env;

fn pair(connector: &str, identifier: &str) -> Value {
    json!({"connector": connector, "identifier": identifier})
}

fn with_key(identifier: &str, key: &str) -> Value {
    json!({"connector": "freshdesk", "identifier": identifier, "connected_account": {"authorization_details":
        {"static_auth": {"details": {"domain": "acme.freshdesk.com", "api_key": key}}}}})
}

#[tokio::test]
async fn accounts_are_searched_for() {
    let env = Env::start().await;
    let search = async |query: &[(&str, &str)]| env.get("connected_accounts:search", query).await;
    let found = search(&[("query", "LINUS")]).await.json();
    assert_eq!(found["total_size"], 4);
    assert_eq!(found["connected_accounts"][0]["identifier"], "linus@acme.dev");
    assert_eq!(search(&[("query", "github")]).await.json()["total_size"], 3, "the connection counts, in any case");
    let connection = env.account("asana", "linus@acme.dev").await["connection_id"].clone();
    let narrow = [("query", "linus"), ("connection_id", connection.as_str().unwrap())];
    assert_eq!(search(&narrow).await.json()["total_size"], 1);
    let first = search(&[("query", "acme"), ("page_size", "20")]).await.json();
    let token = first["next_page_token"].as_str().unwrap();
    let second = search(&[("query", "acme"), ("page_size", "20"), ("page_token", token)]).await.json();
    assert_eq!(second["connected_accounts"].as_array().unwrap().len(), 2);

    search(&[]).await.violates(&["query"]);
    search(&[("query", "ab")]).await.violates(&["query"]);
    search(&[("query", &"x".repeat(201))]).await.violates(&["query"]);
    search(&[("query", "abc"), ("page_size", "31")]).await.violates(&["page_size"]);
}

#[tokio::test]
async fn one_account_is_read_by_its_id_in_the_path() {
    let env = Env::start().await;
    let account = env.account("slack", "ada@acme.dev").await;
    let id = account["id"].as_str().unwrap();
    assert_eq!(env.get(&format!("connected_accounts/{id}"), &[]).await.json()["connected_account"], account);
    for missing in ["ca_1", "this"] {
        env.get(&format!("connected_accounts/{missing}"), &[]).await.refused(404, 5, "RESOURCE_NOT_FOUND");
    }
    env.get("connected_accounts/conn_1", &[]).await.violates(&["id"]);
}

#[tokio::test]
async fn of_what_reads_only_auth_tells_secrets() {
    let env = Env::without_verification().await;
    let auth = async |connector: &str, identifier: &str| {
        let query = [("connector", connector), ("identifier", identifier)];
        env.get("connected_accounts/auth", &query).await.json()["connected_account"].clone()
    };
    let token = |account: &Value| account["authorization_details"]["oauth_token"].clone();
    let ada = auth("github", "ada@acme.dev").await;
    assert!(token(&ada)["access_token"].as_str().unwrap().starts_with("gho_"));
    assert_eq!((&token(&ada)["scopes"], &token(&ada)["domain"]), (&json!(["repo", "read:user"]), &json!("")));
    assert_eq!(auth("github", "ada@acme.dev").await, ada, "the same until it is renewed");
    assert_ne!(token(&auth("github", "linus@acme.dev").await), token(&ada));

    let before = auth("linear", "ada@acme.dev").await;
    env.connect("linear", "ada@acme.dev", "ada").await;
    assert_ne!(token(&auth("linear", "ada@acme.dev").await), token(&before), "another consent, another token");

    let key = auth("freshdesk", "margaret@acme.dev").await;
    let details = &key["authorization_details"]["static_auth"]["details"];
    assert_eq!(details, &json!({"domain": "acme.freshdesk.com", "api_key": "margaret-7d1f"}));
    assert_eq!(auth("linear", "linus@acme.dev").await.get("authorization_details"), None, "nobody consented");

    let secret = token(&ada)["access_token"].as_str().unwrap().to_owned();
    let id = ada["id"].as_str().unwrap().to_owned();
    for (path, query) in [
        ("connected_accounts".to_owned(), vec![("identifier", "ada@acme.dev")]),
        ("connected_accounts:search".to_owned(), vec![("query", "ada@acme")]),
        ("connected_accounts/details".to_owned(), vec![("id", id.as_str())]),
        (format!("connected_accounts/{id}"), vec![]),
    ] {
        let answer = env.get(&path, &query).await;
        assert!(answer.text.contains(&id) && !answer.text.contains(&secret), "{path}");
    }
}

#[tokio::test]
async fn an_account_that_comes_with_a_key_is_active_at_once() {
    let env = Env::start().await;
    let created = env.post("connected_accounts", with_key("zoe@acme.dev", "ken-1234")).await;
    assert_eq!(created.status, 201);
    let account = created.json()["connected_account"].clone();
    assert_eq!((&account["status"], &account["authorization_type"]), (&json!("ACTIVE"), &json!("API_KEY")));
    assert_eq!(account.get("token_expires_at"), None, "keys do not run out");
    assert_eq!(account["authorization_details"]["static_auth"]["details"]["api_key"], "ken-1234");
    let tickets = env.execute("freshdesk_tickets_list", "freshdesk", "zoe@acme.dev", json!({})).await;
    assert_eq!(tickets.json()["data"]["array"].as_array().unwrap().len(), 5, "ken sees all but the legal one");

    // The broker believes any key; the provider does not.
    env.post("connected_accounts", with_key("max@acme.dev", "nonsense")).await;
    assert_eq!(env.account("freshdesk", "max@acme.dev").await["status"], "ACTIVE");
    let answer = env.execute("freshdesk_tickets_list", "freshdesk", "max@acme.dev", json!({})).await;
    answer.refused(401, 16, "TOOL_ERROR");
}

#[tokio::test]
async fn tokens_may_be_handed_over_and_empty_ones_are_none() {
    let env = Env::start().await;
    let create = async |identifier: &str, token: Value| {
        let body = json!({"connector": "slack", "identifier": identifier,
            "connected_account": {"authorization_details": {"oauth_token": token}}});
        env.post("connected_accounts", body).await
    };
    assert_eq!(create("a@acme.dev", json!({})).await.json()["connected_account"]["status"], "PENDING_AUTH");
    let token = json!({"access_token": "radia-token", "refresh_token": "r", "scopes": ["chat:write"]});
    assert_eq!(create("b@acme.dev", token).await.json()["connected_account"]["status"], "ACTIVE");
    assert_eq!(env.run("slack_auth_test", "b@acme.dev", json!({})).await["user"], "radia");
}

#[tokio::test]
async fn credentials_must_fit_the_connection() {
    let env = Env::start().await;
    let refused = async |connector: &str, details: Value| {
        let body = json!({"connector": connector, "identifier": "zoe@acme.dev",
            "connected_account": {"authorization_details": details}});
        env.post("connected_accounts", body).await.refused(400, 3, "INVALID_ARGUMENT");
    };
    refused("freshdesk", json!({"oauth_token": {"access_token": "x"}})).await;
    refused("slack", json!({"static_auth": {"details": {"api_key": "x"}}})).await;
    refused("gmail", json!({"google_dwd": {"subject": "ada@acme.dev"}})).await;
    refused("slack", json!({"oauth_token": {"access_token": "x"}, "static_auth": {"details": {"a": 1}}})).await;
    let search = env.get("connected_accounts:search", &[("query", "zoe@acme.dev")]).await.json();
    assert_eq!(search["total_size"], 0, "nothing was made");
}

#[tokio::test]
async fn an_update_replaces_credentials_and_merges_settings() {
    let env = Env::start().await;
    let update = async |extra: Value| {
        let mut body = pair("freshdesk", "ken@acme.dev");
        body["connected_account"] = extra;
        env.put("connected_accounts", body).await
    };
    assert_eq!(env.account("freshdesk", "ken@acme.dev").await["status"], "PENDING_AUTH");
    let settings = update(json!({"api_config": {"region": "eu", "rate": 5}})).await.json()["connected_account"].clone();
    assert_eq!((&settings["status"], &settings["api_config"]["rate"]), (&json!("PENDING_AUTH"), &json!(5)));

    let key =
        json!({"authorization_details": {"static_auth": {"details": {"api_key": "ken-1"}}}, "api_config": {"rate": 9}});
    let account = update(key).await.json()["connected_account"].clone();
    assert_eq!(account["status"], "ACTIVE");
    assert_eq!(account["api_config"], json!({"region": "eu", "rate": 9}));
    assert_eq!(account["authorization_details"]["static_auth"]["details"], json!({"api_key": "ken-1"}));
    let auth = env.get("connected_accounts/auth", &[("id", account["id"].as_str().unwrap())]).await.json();
    let details = &auth["connected_account"]["authorization_details"]["static_auth"]["details"];
    assert_eq!(details, &json!({"api_key": "ken-1"}));
    assert!(
        !env.get("connected_accounts", &[("connector", "freshdesk")]).await.text.contains("region"),
        "not in lists"
    );
}

#[tokio::test]
async fn limits_of_an_update_are_kept() {
    let env = Env::start().await;
    let put = async |body: Value| env.put("connected_accounts", body).await;
    put(json!({"connected_account": {}})).await.refused(400, 3, "INVALID_ARGUMENT");
    put(json!({"id": "ca_1", "connected_account": {}})).await.refused(404, 5, "RESOURCE_NOT_FOUND");
    put(json!({"id": "x", "connected_account": {}})).await.violates(&["id"]);
    put(pair("slack", "ada@acme.dev")).await.violates(&["connected_account"]);
    let mut scopes = pair("slack", "ada@acme.dev");
    scopes["connected_account"] = json!({});
    assert_eq!(put(scopes.clone()).await.status, 200);
    scopes["scope_selection"] = json!({"scopes": [], "optional_scopes": []});
    assert_eq!(put(scopes.clone()).await.status, 200, "an empty choice is none");
    scopes["scope_selection"] = json!({"scopes": ["chat:write"]});
    put(scopes).await.violates(&["scope_selection"]);
    let mut narrowed = pair("slack", "ada@acme.dev");
    narrowed["connected_account"] = json!({});
    narrowed["organization_id"] = json!("org_1");
    put(narrowed).await.refused(404, 5, "RESOURCE_NOT_FOUND");
}

#[tokio::test]
async fn disconnecting_keeps_the_row_and_nothing_else() {
    let env = Env::start().await;
    let disconnect = async |id: &str, body: Value| env.post(&format!("connected_accounts/{id}:disconnect"), body).await;
    let id = env.account("slack", "ada@acme.dev").await["id"].as_str().unwrap().to_owned();
    let answer = disconnect(&id, json!({})).await;
    assert_eq!((answer.status, &answer.json()["connected_account"]["status"]), (200, &json!("DISCONNECTED")));
    let auth = env.get("connected_accounts/auth", &[("id", &id)]).await.json();
    assert_eq!(auth["connected_account"].get("authorization_details"), None);
    env.execute("slack_auth_test", "slack", "ada@acme.dev", json!({})).await.refused(400, 9, "FAILED_PRECONDITION");

    let answer = disconnect("-", pair("slack", "linus@acme.dev")).await;
    assert_eq!(answer.json()["connected_account"]["identifier"], "linus@acme.dev");
    assert_eq!(env.account("slack", "linus@acme.dev").await["status"], "DISCONNECTED");

    disconnect("this", json!({})).await.refused(404, 5, "RESOURCE_NOT_FOUND");
    disconnect("ca_1", json!({})).await.refused(404, 5, "RESOURCE_NOT_FOUND");
    disconnect("conn_1", json!({})).await.violates(&["id"]);
    disconnect("-", json!({})).await.refused(400, 3, "INVALID_ARGUMENT");
    assert_eq!(env.post(&format!("connected_accounts/{id}:explode"), json!({})).await.status, 404);
    assert_eq!(env.post(&format!("connected_accounts/{id}"), json!({})).await.status, 501);
}

#[tokio::test]
async fn a_deleted_account_is_gone_and_may_be_made_again() {
    let env = Env::start().await;
    let before = env.account("github", "ada@acme.dev").await;
    let link = env.link("github", "ada@acme.dev", json!({})).await;
    let delete = async |body: Value| env.post("connected_accounts:delete", body).await;
    let answer = delete(pair("github", "ada@acme.dev")).await;
    assert_eq!((answer.status, answer.json()), (200, json!({})));
    delete(pair("github", "ada@acme.dev")).await.refused(404, 5, "RESOURCE_NOT_FOUND");
    delete(json!({})).await.refused(400, 3, "INVALID_ARGUMENT");
    assert_eq!(env.open(&link).await.status, 404, "its links lead nowhere");

    let mut body = pair("github", "ada@acme.dev");
    body["connected_account"] = json!({});
    let made = env.post("connected_accounts", body).await.json()["connected_account"].clone();
    assert_ne!(made["id"], before["id"]);
    assert_eq!(made["status"], "PENDING_AUTH");
}
