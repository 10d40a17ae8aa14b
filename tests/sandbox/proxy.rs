//! Requests passed on to the provider.

use reqwest::Method;
use serde_json::json;

use super::{Answer, Env, send};

const ADA: &str = "ada@acme.dev";

async fn github(env: &Env, method: Method, path: &str, body: Option<serde_json::Value>) -> Answer {
    let request = env.proxy(method, path, "github", ADA);
    send(match body {
        Some(body) => request.json(&body),
        None => request,
    })
    .await
}

#[tokio::test]
async fn the_providers_answer_comes_as_it_is() {
    let env = Env::start().await;
    let me = github(&env, Method::GET, "/user", None).await;
    assert_eq!((me.status, &me.json()["login"]), (200, &json!("adamarlow")));
    assert_eq!(me.headers["x-github-media-type"], "github.v3; format=json");
    let issues = github(&env, Method::GET, "/repos/acme/storefront/issues?state=closed&per_page=1", None).await.json();
    assert_eq!(issues[0]["title"], "Upgrade the router", "a list is a list here: {issues}");
}

#[tokio::test]
async fn one_world_stands_behind_proxy_and_tools() {
    let env = Env::start().await;
    let issues = "/repos/acme/payments/issues";
    let made = github(&env, Method::POST, issues, Some(json!({"title": "By proxy", "labels": ["bug"]}))).await;
    assert_eq!(made.status, 201);
    let number = made.json()["number"].clone();
    let found = env.run(
        "github_issue_get",
        "linus@acme.dev",
        json!({"owner": "acme", "repo": "payments", "issue_number": number}),
    );
    assert_eq!(found.await["title"], "By proxy");

    let issue = format!("{issues}/{number}");
    let closed = github(&env, Method::PATCH, &issue, Some(json!({"state": "closed"}))).await.json();
    assert_eq!((&closed["state"], &closed["state_reason"]), (&json!("closed"), &json!("completed")));
    let comment = github(&env, Method::POST, &format!("{issue}/comments"), Some(json!({"body": "Done."}))).await.json();
    let gone = github(&env, Method::DELETE, &format!("{issues}/comments/{}", comment["id"]), None).await;
    assert_eq!((gone.status, gone.text.as_str()), (204, ""));
    assert_eq!(github(&env, Method::GET, &format!("{issue}/comments"), None).await.json(), json!([]));
}

#[tokio::test]
async fn a_picture_is_a_picture() {
    let env = Env::start().await;
    let me = github(&env, Method::GET, "/user", None).await.json();
    let path = format!("/u/{}", me["id"]);
    assert!(me["avatar_url"].as_str().unwrap().ends_with(&path));
    let response = env.proxy(Method::GET, &path, "github", ADA).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "image/png");
    assert!(response.headers().contains_key("x-github-media-type"));
    let bytes = response.bytes().await.unwrap();
    assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
    assert_eq!(github(&env, Method::GET, "/u/1", None).await.status, 404);
}

#[tokio::test]
async fn the_providers_refusals_come_as_they_are() {
    let env = Env::start().await;
    let missing = github(&env, Method::GET, "/repos/acme/board-papers/issues", None).await;
    assert_eq!((missing.status, &missing.json()["message"]), (404, &json!("Not Found")));
    let nowhere = github(&env, Method::GET, "/rate_limit", None).await;
    assert_eq!((nowhere.status, nowhere.json().get("code")), (404, None), "the provider's words, not ours");
    let frozen = github(&env, Method::POST, "/repos/acme/legacy-import/issues", Some(json!({"title": "x"}))).await;
    assert_eq!((frozen.status, &frozen.json()["message"]), (403, &json!("Repository was archived so is read-only.")));
    let wrong = github(&env, Method::POST, "/repos/acme/storefront/issues", Some(json!({}))).await;
    assert_eq!(wrong.status, 422);

    let limited = loop {
        let answer = github(&env, Method::GET, "/search/issues?q=cart", None).await;
        if answer.status != 200 {
            break answer;
        }
    };
    assert_eq!(limited.status, 429);
    assert!(limited.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() <= 60);
    assert!(limited.json()["message"].as_str().unwrap().contains("Rate limit"));

    let body = json!({"connector": "github", "identifier": "max@acme.dev", "connected_account":
        {"authorization_details": {"oauth_token": {"access_token": "nobodys"}}}});
    env.post("connected_accounts", body).await;
    let answer = send(env.proxy(Method::GET, "/user", "github", "max@acme.dev")).await;
    assert_eq!((answer.status, &answer.json()["message"]), (401, &json!("Bad credentials")));
}

#[tokio::test]
async fn forms_are_read_and_keys_act_too() {
    let env = Env::start().await;
    let form = [("channel", "#general"), ("text", "Posted & done")];
    let posted = send(env.proxy(Method::POST, "/chat.postMessage", "slack", ADA).form(&form)).await;
    assert_eq!((posted.status, &posted.json()["message"]["text"]), (200, &json!("Posted & done")));
    let me = send(env.proxy(Method::GET, "/agents/me", "freshdesk", "margaret@acme.dev")).await.json();
    assert_eq!(me["contact"]["email"], "margaret@acme.dev");
    let profile = send(env.proxy(Method::GET, "/gmail/v1/users/me/profile", "gmail", "barbara@acme.dev")).await.json();
    assert_eq!(profile["emailAddress"], "dennis@acme.dev", "the wrong person signed in");
    let tasks = send(env.proxy(Method::GET, "/users/me?opt_fields=email", "asana", ADA)).await.json();
    assert_eq!(tasks["data"]["email"], ADA);
}

#[tokio::test]
async fn what_the_broker_refuses_it_says_itself() {
    let env = Env::start().await;
    let get =
        async |connector: &str, identifier: &str| send(env.proxy(Method::GET, "/user", connector, identifier)).await;
    let off = get("linear", "barbara@acme.dev").await;
    off.refused(400, 9, "FAILED_PRECONDITION");
    assert_eq!(off.json()["message"], "proxy not enabled for provider");
    get("nothing", ADA).await.refused(404, 5, "RESOURCE_NOT_FOUND");
    get("GITHUB", ADA).await.refused(404, 5, "RESOURCE_NOT_FOUND");
    get("github", "nobody@acme.dev").await.refused(404, 5, "RESOURCE_NOT_FOUND");
    get("slack", "dennis@acme.dev").await.refused(400, 9, "FAILED_PRECONDITION");
    get("", "").await.violates(&["connection_name", "identifier"]);
    let bad = send(env.proxy(Method::POST, "/repos/acme/storefront/issues", "github", ADA).body("[")).await;
    bad.refused(400, 3, "INVALID_ARGUMENT");
    send(env.http.get(env.at("/proxy/user"))).await.refused(401, 16, "UNAUTHENTICATED");
}
