//! What tests of an application ask of the sandbox and do to it.

use jackfield::testing::sandbox::{Options, VerifyMode};
use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, ORIGIN};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tempfile::tempdir;

use super::mcp_client::{BOTH, McpClient};
use super::mcp_configs::create;
use super::mcp_tokens::token;
use super::webhook::Receiver;
use super::{Answer, Env, query, send};
use crate::waiting::PATIENCE;

const APP: &str = "http://127.0.0.1:7777/verify";

async fn controlled(verify: VerifyMode) -> Env {
    Env::with(Options { control: true, verify, ..Options::default() }).await
}

/// A request with the key of the environment.
fn request(env: &Env, method: Method, path: &str) -> RequestBuilder {
    let secret = env.sandbox.client_secret().expose();
    env.http.request(method, env.at(&format!("/__jackfield/{path}"))).basic_auth(env.sandbox.client_id(), Some(secret))
}

async fn get(env: &Env, path: &str) -> Value {
    let answer = send(request(env, Method::GET, path)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

async fn tried(env: &Env, path: &str, body: Value) -> Answer {
    send(request(env, Method::POST, path).json(&body)).await
}

async fn post(env: &Env, path: &str, body: Value) -> Value {
    let answer = tried(env, path, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

/// Asserts a refusal and returns its sentence.
fn refused(answer: &Answer, status: u16) -> String {
    assert_eq!(answer.status, status, "{}", answer.text);
    let body = answer.json();
    assert_eq!(body.as_object().unwrap().len(), 1);
    body["error"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn it_is_off_unless_asked_for() {
    let env = Env::start().await;
    for path in ["calls", "accounts", "reset", "anything"] {
        let answer = send(request(&env, Method::GET, path)).await;
        assert_eq!((answer.status, answer.json()), (404, json!({"code": 5, "message": "Not Found", "details": []})));
    }
}

#[tokio::test]
async fn whoever_has_the_key_comes_in_and_no_web_page_does() {
    let env = controlled(VerifyMode::None).await;
    let (id, secret) = (env.sandbox.client_id(), env.sandbox.client_secret().expose());
    let url = env.at("/__jackfield/calls");
    let bearer = env.token("client_credentials", id, secret).await.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(send(env.http.get(&url).bearer_auth(&bearer)).await.status, 200);
    let wrong = [
        env.http.get(&url),
        env.http.get(&url).bearer_auth("nonsense"),
        env.http.get(&url).basic_auth(id, Some("sks_wrong")),
        env.http.get(&url).basic_auth("skc_1", Some(secret)),
        env.http.get(&url).header("authorization", "Basic ???"),
        env.http.post(env.at("/__jackfield/reset")),
    ];
    for request in wrong {
        let answer = send(request).await;
        assert!(refused(&answer, 401).contains("client id and secret"), "{}", answer.text);
        assert_eq!(answer.headers["www-authenticate"], "Bearer", "browsers must not ask for it");
    }
    for (header, value) in [
        (ORIGIN.as_str(), "https://evil.example"),
        (ORIGIN.as_str(), "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let answer = send(request(&env, Method::POST, "reset").header(header, value)).await;
        assert!(answer.status == 403 && answer.text.to_lowercase().contains("web pages"), "{header}: {value}");
    }
    assert_eq!(send(request(&env, Method::GET, "calls").header("sec-fetch-site", "none")).await.status, 200);
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        let body = request(&env, Method::POST, "clock").header(CONTENT_TYPE, kind).body(r#"{"advance": "1h"}"#);
        assert!(refused(&send(body).await, 415).contains("application/json"), "{kind}");
    }
    let huge = request(&env, Method::POST, "faults").json(&json!({"rule": "x".repeat(70_000)}));
    refused(&send(huge).await, 413);
    assert!(refused(&tried(&env, "clock", json!({"advanse": "1h"})).await, 400).contains("advanse"));
    assert!(refused(&send(request(&env, Method::GET, "calls?tol=x")).await, 400).contains("tol"));
    assert!(refused(&send(request(&env, Method::GET, "calls?limit=0")).await, 400).contains("limit"));
    assert!(refused(&send(request(&env, Method::GET, "nothing")).await, 404).contains("/__jackfield/nothing"));
}

#[tokio::test]
async fn a_call_is_listed_with_whose_account_it_was() {
    let env = controlled(VerifyMode::None).await;
    env.connect("linear", "ada@acme.dev", "grace").await;
    let body = json!({"tool_name": "linear_viewer_get", "connector": "linear", "identifier": "ada@acme.dev",
        "params": {"note": 1}, "agent_run_id": "run-7"});
    let answer = env.post("execute_tool", body).await.json();
    let page = get(&env, "calls").await;
    let call = &page["calls"][0];
    let account = env.account("linear", "ada@acme.dev").await;
    let person = json!({"name": "Grace Lindqvist", "email": "grace@acme.dev"});
    let is = [
        ("cursor", json!(1)),
        ("tool_name", json!("linear_viewer_get")),
        ("provider", json!("LINEAR")),
        ("connection_name", json!("linear")),
        ("identifier", json!("ada@acme.dev")),
        ("connected_account_id", account["id"].clone()),
        ("execution_id", answer["execution_id"].clone()),
        ("acted_as", person),
        ("source", json!("REST")),
        ("agent_run_id", json!("run-7")),
        ("status", json!("success")),
        ("input", json!({"note": 1})),
        ("result", answer["data"].clone()),
    ];
    for (field, expected) in is {
        assert_eq!(call[field], expected, "{field}");
    }
    assert!(call.get("error").is_none() && call["duration_ms"].is_u64(), "{call}");
    assert!(call["started_at"].as_str().unwrap().parse::<Timestamp>().is_ok());
    assert_eq!((&page["cursor"], &page["more"], &page["forgotten"]), (&json!(1), &json!(false), &json!(0)));

    // One that the broker turns away, one that the provider refuses.
    env.execute("linear_viewer_get", "linear", "linus@acme.dev", json!({})).await;
    env.execute("linear_viewer_get", "linear", "grace@acme.dev", json!({})).await;
    let calls = get(&env, "calls?since=1").await["calls"].clone();
    assert_eq!(
        (&calls[0]["status"], &calls[0]["error"]["code"]),
        (&json!("platform_error"), &json!("FAILED_PRECONDITION"))
    );
    assert_eq!((&calls[1]["status"], &calls[1]["error"]["code"]), (&json!("provider_error"), &json!("UNAUTHORIZED")));
    assert!(calls.as_array().unwrap().iter().all(|call| call["acted_as"].is_null() && call.get("result").is_none()));

    let found = async |filter: &str| get(&env, &format!("calls?{filter}")).await["calls"].as_array().unwrap().len();
    for (filter, count) in [
        ("run=run-7", 1),
        ("run=run-8", 0),
        ("tool=linear_viewer_get", 3),
        ("identifier=linus@acme.dev", 1),
        ("connection=linear&status=success", 1),
        ("connection=github", 0),
        ("source=MCP", 0),
        ("since=3", 0),
        ("limit=2", 2),
    ] {
        assert_eq!(found(filter).await, count, "{filter}");
    }
    let first = get(&env, "calls?limit=2").await;
    assert_eq!((&first["more"], &first["cursor"]), (&json!(true), &json!(2)));
    let forgotten = send(request(&env, Method::DELETE, "calls")).await;
    assert_eq!(forgotten.json(), json!({"forgotten": 3}));
    assert_eq!(get(&env, "calls").await, json!({"calls": [], "cursor": 3, "more": false, "forgotten": 0}));
}

#[tokio::test]
async fn calls_by_mcp_and_through_the_proxy_are_listed_too() {
    let env = controlled(VerifyMode::None).await;
    let config = create(&env, "agent", json!([{"connection_name": "gmail"}])).await;
    // Her mailbox is in truth that of somebody else.
    let token = token(&env, &config, "barbara@acme.dev", "").await;
    let client = McpClient::connect(config["mcp_server_url"].as_str().unwrap(), Some(&token), BOTH[0]).await;
    client.result("gmail_fetch_mails", json!({})).await;
    let call = get(&env, "calls?source=MCP").await["calls"][0].clone();
    assert_eq!((&call["tool_name"], &call["identifier"]), (&json!("gmail_fetch_mails"), &json!("barbara@acme.dev")));
    assert_eq!(call["acted_as"]["email"], "dennis@acme.dev");

    let answer = send(env.proxy(Method::GET, "/repos/acme/storefront/issues", "github", "ada@acme.dev")).await;
    let call = get(&env, "calls?source=PROXY").await["calls"][0].clone();
    let asked = json!({"method": "GET", "path": "/repos/acme/storefront/issues", "answered": 200});
    assert_eq!((&call["request"], &call["result"]), (&asked, &answer.json()));
    assert_eq!(
        (&call["acted_as"]["email"], &call["tool_name"]),
        (&json!("ada@acme.dev"), &json!("github_issues_list"))
    );
}

#[tokio::test]
async fn an_account_that_expired_needs_authorization() {
    let mut receiver = Receiver::start().await;
    let options = Options { control: true, verify: VerifyMode::None, webhook: receiver.target(), ..Options::default() };
    let env = Env::with(options).await;
    let expired = post(&env, "accounts/asana/ada@acme.dev:expire", json!({})).await;
    assert_eq!((&expired["status"], &expired["acts_as"]["email"]), (&json!("EXPIRED"), &json!("ada@acme.dev")));
    assert_eq!(receiver.next().await.json()["type"], "connected_account.token_refresh_failed");
    let told = receiver.next().await.json();
    assert_eq!((&told["data"]["old_status"], &told["data"]["status"]), (&json!("ACTIVE"), &json!("EXPIRED")));
    env.execute("asana_me_get", "asana", "ada@acme.dev", json!({})).await;
    let call = get(&env, "calls").await["calls"][0].clone();
    assert_eq!(call["error"]["message"], "connected account is not active: EXPIRED");
    let again = tried(&env, "accounts/asana/ada@acme.dev:expire", json!({})).await;
    assert!(refused(&again, 409).contains("EXPIRED"), "{}", again.text);

    // By its id, as somebody else.
    let path = format!("accounts/{}:activate", expired["id"].as_str().unwrap());
    let active = post(&env, &path, json!({"as": "grace@acme.dev"})).await;
    assert_eq!((&active["status"], &active["acts_as"]["email"]), (&json!("ACTIVE"), &json!("grace@acme.dev")));
    let types = [receiver.next().await.json(), receiver.next().await.json(), receiver.next().await.json()];
    let types = types.map(|message| message["type"].as_str().unwrap().replace("connected_account.", ""));
    assert_eq!(types, ["oauth_tokens_fetched", "status_updated", "oauth_succeeded"]);
}

#[tokio::test]
async fn consent_that_is_taken_back_shows_at_the_provider_and_then_to_the_broker() {
    let mut receiver = Receiver::start().await;
    let options = Options { control: true, webhook: receiver.target(), ..Options::default() };
    let env = Env::with(options).await;
    let me = async || env.execute("slack_auth_test", "slack", "ada@acme.dev", json!({})).await;
    assert_eq!(me().await.status, 200);
    let revoked = post(&env, "accounts/slack/ada@acme.dev:revoke", json!({})).await;
    assert_eq!((&revoked["status"], &revoked["revoked"]), (&json!("ACTIVE"), &json!(true)));
    me().await.refused(401, 16, "TOOL_ERROR");
    assert_eq!(env.account("slack", "ada@acme.dev").await["status"], "ACTIVE", "the broker has not noticed");

    // Another account's token is renewed when it ran out; this one's cannot be.
    let before = get(&env, "clock").await;
    let after = post(&env, "clock", json!({"advance": "12h"})).await;
    assert_eq!(after["ahead_seconds"].as_i64().unwrap() - before["ahead_seconds"].as_i64().unwrap(), 12 * 3600);
    env.run("slack_auth_test", "linus@acme.dev", json!({})).await;
    assert_eq!(receiver.next().await.json()["type"], "connected_account.token_refresh_succeeded");
    me().await.refused(401, 16, "TOOL_ERROR");
    assert_eq!(receiver.next().await.json()["type"], "connected_account.token_refresh_failed");
    assert_eq!(receiver.next().await.json()["data"]["status"], "EXPIRED");
    me().await.refused(400, 9, "FAILED_PRECONDITION");

    assert!(refused(&tried(&env, "clock", json!({"advance": "-1h"})).await, 400).contains("-1h"));
    refused(&tried(&env, "clock", json!({"advance": "9000h"})).await, 409);
}

#[tokio::test]
async fn the_next_consent_is_denied_and_the_one_after_it_is_not() {
    let env = controlled(VerifyMode::None).await;
    let account = post(&env, "accounts/linear/ada@acme.dev:deny_next_consent", json!({})).await;
    assert_eq!(account["deny_next_consent"], true);
    let link = env.link("linear", "ada@acme.dev", json!({"user_verify_url": APP, "state": "s1"})).await;
    let back = env.decide(&link, Some("ada"), "allow").await;
    assert_eq!(query(back.location(), "error").as_deref(), Some("access_denied"));
    assert_eq!(get(&env, "accounts/linear/ada@acme.dev").await["deny_next_consent"], false);
    let back = env.decide(&link, Some("ada"), "allow").await;
    assert!(back.location().ends_with("/done"), "{}", back.location());

    post(&env, "accounts/linear/ada@acme.dev:deny_next_consent", json!({})).await;
    let link = env.link("linear", "ada@acme.dev", json!({"user_verify_url": APP, "state": "s1"})).await;
    let denied = post(&env, "links:consent", json!({"link": link})).await;
    assert_eq!((&denied["outcome"], &denied["account"]["status"]), (&json!("denied"), &json!("ACTIVE")));
    let back = denied["continue_at"].as_str().unwrap();
    assert_eq!((query(back, "error"), query(back, "state")), (Some("access_denied".into()), Some("s1".into())));
    assert_eq!(post(&env, "links:consent", json!({"link": link})).await["outcome"], "active");
    refused(&tried(&env, "accounts/freshdesk/ken@acme.dev:deny_next_consent", json!({})).await, 409);
}

#[tokio::test]
async fn an_authorization_is_finished_without_a_browser() {
    let env = controlled(VerifyMode::Custom).await;
    let path = |link: &str| format!("links/{}:consent", link.rsplit('/').next().unwrap());
    let link = env.link("linear", "ada@acme.dev", json!({"user_verify_url": APP, "state": "s1"})).await;
    let waits = post(&env, &path(&link), json!({"as": "grace@acme.dev"})).await;
    assert_eq!(
        (&waits["outcome"], &waits["person"]["email"]),
        (&json!("pending_verification"), &json!("grace@acme.dev"))
    );
    let next = waits["continue_at"].as_str().unwrap();
    let request = query(next, "auth_request_id").unwrap();
    assert!(next.starts_with(APP) && query(next, "state").as_deref() == Some("s1"), "{next}");
    assert_eq!(waits["auth_request_id"], request);
    let body = json!({"auth_request_id": request, "identifier": "ada@acme.dev"});
    assert_eq!(env.post("connected_accounts/user/verify", body).await.status, 200);
    assert_eq!(env.run("linear_viewer_get", "ada@acme.dev", json!({})).await["viewer"]["email"], "grace@acme.dev");
    assert!(refused(&tried(&env, &path(&link), json!({})).await, 409).contains("has been used"));

    // The verification as well, with an address to verify at and without one.
    for extra in [json!({"user_verify_url": APP}), json!({})] {
        let link = env.link("linear", "linus@acme.dev", extra).await;
        let done = post(&env, "links:consent", json!({"link": link, "verify": true})).await;
        assert_eq!((&done["outcome"], &done["account"]["status"]), (&json!("active"), &json!("ACTIVE")));
        assert_eq!(done["account"]["acts_as"]["email"], "linus@acme.dev", "whoever the identifier means");
    }
    let link = env.link("linear", "ada@acme.dev", json!({})).await;
    assert!(refused(&tried(&env, &path(&link), json!({})).await, 409).contains("user_verify_url"));
    assert!(refused(&tried(&env, &path(&link), json!({"as": "nobody"})).await, 400).contains("ada@acme.dev"));
    refused(&tried(&env, "links/nothing_o:consent", json!({})).await, 404);

    // A form that asks for a key.
    let link = env.link("freshdesk", "ken@acme.dev", json!({})).await;
    let done = post(&env, &path(&link), json!({"as": "margaret"})).await;
    assert_eq!(
        (&done["outcome"], &done["account"]["acts_as"]["email"]),
        (&json!("active"), &json!("margaret@acme.dev"))
    );

    let env = controlled(VerifyMode::Platform).await;
    let link = env.link("linear", "ada@acme.dev", json!({})).await;
    let waits = post(&env, &path(&link), json!({})).await;
    assert_eq!(waits["outcome"], "pending_verification");
    assert_eq!(env.open(waits["continue_at"].as_str().unwrap()).await.status, 200);
    let link = env.link("linear", "ada@acme.dev", json!({})).await;
    assert_eq!(post(&env, &path(&link), json!({"verify": true})).await["outcome"], "active");
}

#[tokio::test]
async fn accounts_are_found_by_what_they_are_called() {
    let env = controlled(VerifyMode::None).await;
    let list = get(&env, "accounts?connection=gmail&status=ACTIVE&limit=2").await;
    assert_eq!((list["accounts"].as_array().unwrap().len(), &list["total"]), (2, &json!(3)));
    let odd = get(&env, "accounts?connection=slack&limit=1000").await["accounts"].as_array().unwrap().clone();
    let odd = odd.iter().find(|account| account["identifier"].as_str().unwrap().starts_with("ken")).unwrap().clone();
    let path = format!("accounts/{}:revoke", odd["id"].as_str().unwrap());
    assert_eq!(post(&env, &path, json!({})).await["identifier"], odd["identifier"]);

    // Slashes and colons in an identifier are no verbs.
    let body = json!({"connector": "linear", "identifier": "team/a:b", "connected_account": {}});
    assert_eq!(env.post("connected_accounts", body).await.status, 201);
    assert_eq!(get(&env, "accounts/linear/team/a:b").await["identifier"], "team/a:b");
    let active = post(&env, "accounts/linear/team%2Fa%3Ab:activate", json!({"as": "ada"})).await;
    assert_eq!((&active["identifier"], &active["status"]), (&json!("team/a:b"), &json!("ACTIVE")));
    assert!(refused(&tried(&env, "accounts/linear/team/a:b:activate", json!({})).await, 400).contains("team/a:b"));
    assert!(refused(&tried(&env, "accounts/linear/nobody:expire", json!({})).await, 404).contains("linear/nobody"));
    refused(&tried(&env, "accounts/linear/ada@acme.dev:explode", json!({})).await, 404);
    refused(&tried(&env, "accounts/linear/linus@acme.dev:revoke", json!({})).await, 409);
}

#[tokio::test]
async fn faults_come_and_go_and_never_hit_the_control_itself() {
    let faults = vec!["/* status=503".parse().unwrap()];
    let latency = PATIENCE * 100;
    let env = Env::with(Options { control: true, ..Options::default() }).await;
    assert_eq!(
        post(&env, "faults", json!({"rule": " GET  /api/v1/providers status=502"})).await,
        json!({"rules": ["GET /api/v1/providers status=502"]})
    );
    assert_eq!(env.get("providers", &[]).await.status, 502);
    assert!(
        refused(&tried(&env, "faults", json!({"rule": "/x boom"})).await, 400).contains("\"boom\" is not an effect")
    );
    let cleared = send(request(&env, Method::DELETE, "faults")).await;
    assert_eq!(cleared.json(), json!({"rules": []}));
    assert_eq!(env.get("providers", &[]).await.status, 200);

    // Everything else fails, and would take for ever.
    let sandbox =
        jackfield::testing::sandbox::Sandbox::start(Options { control: true, faults, latency, ..Options::default() });
    let env = Env { sandbox: sandbox.await.unwrap(), http: super::client(), token: String::new() };
    assert_eq!(env.open("/style.css").await.status, 503);
    assert_eq!(get(&env, "faults").await, json!({"rules": ["/* status=503"]}));
    send(request(&env, Method::DELETE, "faults")).await;
    assert_eq!(env.open("/style.css").await.status, 200);
    post(&env, "reset", json!({})).await;
    assert_eq!(env.open("/style.css").await.status, 503, "as it started");
}

#[tokio::test]
async fn a_reset_brings_back_the_start() {
    let folder = tempdir().unwrap();
    let state = Some(folder.path().join("state.json"));
    let receiver = Receiver::start().await;
    let options = Options {
        control: true,
        verify: VerifyMode::None,
        state,
        accounts: Some(5),
        webhook: receiver.target(),
        ..Options::default()
    };
    let env = Env::with(options).await;
    let start = get(&env, "accounts?limit=1000").await;
    env.connect("linear", "ada@acme.dev", "grace").await;
    env.post("connected_accounts:delete", json!({"connector": "gmail", "identifier": "ada@acme.dev"})).await;
    let config = create(&env, "agent", json!([{"connection_name": "gmail"}])).await;
    env.run("linear_viewer_get", "ada@acme.dev", json!({})).await;
    post(&env, "accounts/slack/ada@acme.dev:deny_next_consent", json!({})).await;
    post(&env, "clock", json!({"advance": "30h"})).await;
    // The access token has run out with the time.
    env.get("connections", &[]).await.refused(401, 16, "UNAUTHENTICATED");

    let clock = post(&env, "reset", json!({})).await;
    assert_eq!(clock["ahead_seconds"], 0);
    let ids = |list: &Value| {
        list["accounts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|account| {
                (
                    account["id"].clone(),
                    account["status"].clone(),
                    account["acts_as"].clone(),
                    account["deny_next_consent"].clone(),
                )
            })
            .collect::<Vec<_>>()
    };
    let after = get(&env, "accounts?limit=1000").await;
    assert_eq!(ids(&after), ids(&start));
    assert_eq!(get(&env, "calls").await["calls"], json!([]));
    let configs = env.get("mcp/configs", &[]).await.json();
    assert!(configs["configs"].as_array().unwrap().iter().all(|known| known["id"] != config["id"]), "{configs}");
    let kept = std::fs::read_to_string(folder.path().join("state.json")).unwrap();
    assert!(!kept.contains("\"agent\""), "the file begins anew as well");
}

#[tokio::test]
async fn deliveries_are_listed_and_sent_again() {
    let mut receiver = Receiver::start().await;
    let options = Options { control: true, webhook: receiver.target(), ..Options::default() };
    let env = Env::with(options).await;
    env.link("linear", "ada@acme.dev", json!({})).await;
    let message = receiver.next().await;
    let row = loop {
        let list = get(&env, "webhooks").await;
        let row = list["webhooks"][0].clone();
        if row["state"] == "delivered" {
            assert_eq!((&list["more"], &list["lost"]), (&json!(false), &json!(0)));
            break row;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!((&row["id"], &row["type"]), (&json!(message.header("webhook-id")), &message.json()["type"]));
    assert_eq!((&row["attempts"], &row["receiver_status"], &row["body"]), (&json!(1), &json!(200), &message.json()));

    let id = message.header("webhook-id").to_owned();
    assert_eq!(post(&env, &format!("webhooks/{id}:resend"), json!({})).await["id"], id);
    let again = receiver.next().await;
    assert_eq!((again.header("webhook-id"), &again.body), (id.as_str(), &message.body));
    let account = env.account("linear", "ada@acme.dev").await["id"].as_str().unwrap().to_owned();
    for (filter, count) in [
        (format!("account={account}"), 1),
        ("account=ca_1".into(), 0),
        ("type=connected_account.created".into(), 0),
        ("state=failed".into(), 0),
    ] {
        assert_eq!(
            get(&env, &format!("webhooks?{filter}")).await["webhooks"].as_array().unwrap().len(),
            count,
            "{filter}"
        );
    }
    refused(&tried(&env, "webhooks/evt_1:resend", json!({})).await, 404);
    let without = controlled(VerifyMode::None).await;
    assert!(refused(&send(request(&without, Method::GET, "webhooks")).await, 409).contains("--webhook URL"));
}
