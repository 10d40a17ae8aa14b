//! What can be set when a sandbox starts.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;

use flate2::write::GzEncoder;
use jackfield::testing::domain::FaultKind;
use jackfield::testing::sandbox::{CreateStatus, Options, Sandbox, Unset};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use super::Env;

async fn everybody(env: &Env) -> Vec<Value> {
    let (mut rows, mut token) = (Vec::new(), String::new());
    loop {
        let page = env.get("connected_accounts", &[("page_size", "99"), ("page_token", &token)]).await.json();
        rows.extend(page["connected_accounts"].as_array().unwrap().clone());
        token = page["next_page_token"].as_str().unwrap().to_owned();
        if token.is_empty() {
            return rows;
        }
    }
}

#[tokio::test]
async fn as_many_accounts_as_one_likes() {
    let options = Options { accounts: Some(1000), ..Options::default() };
    let env = Env::with(options.clone()).await;
    let rows = everybody(&env).await;
    assert_eq!(rows.len(), 1023);
    let distinct = |field: &str| rows.iter().map(|row| row[field].as_str().unwrap()).collect::<BTreeSet<_>>().len();
    assert_eq!((distinct("id"), distinct("status")), (1023, 7));
    let mut spread = BTreeMap::new();
    for row in &rows {
        *spread.entry(row["connector"].as_str().unwrap()).or_insert(0) += 1;
    }
    assert!(spread["linear"] > 60 && spread["Github"] > 60, "{spread:?}");
    assert_eq!(spread["hubspot-legacy"], 1, "a disabled connection gets none");
    let crowd: BTreeSet<_> = rows[23..].iter().map(|row| row["identifier"].as_str().unwrap()).collect();
    assert_eq!(crowd.len(), 1000);

    let status = |row: &&Value| (row["identifier"].clone(), row["status"].clone());
    let again = everybody(&Env::with(options.clone()).await).await;
    assert!(rows.iter().map(|row| status(&row)).eq(again.iter().map(|row| status(&row))), "the seed decides");
    let other = everybody(&Env::with(Options { seed: 2, ..options }).await).await;
    assert!(!rows.iter().map(|row| status(&row)).eq(other.iter().map(|row| status(&row))));

    let active = rows[23..].iter().find(|row| row["status"] == "ACTIVE" && row["connector"] == "slack").unwrap();
    assert_eq!(env.run("slack_auth_test", active["identifier"].as_str().unwrap(), json!({})).await["ok"], true);
}

#[tokio::test]
async fn its_clock_may_be_another() {
    for hours in [1, -1] {
        let shift = SignedDuration::from_hours(hours);
        let env = Env::with(Options { clock: shift, ..Options::default() }).await;
        let is_now = |moment: Timestamp| (moment.duration_since(Timestamp::now()) - shift).abs() < shift.abs() / 2;
        let answer = env.get("connected_accounts", &[]).await;
        let date = answer.headers["date"].to_str().unwrap();
        assert!(is_now(jiff::fmt::rfc2822::parse(date).unwrap().timestamp()), "{date}");
        let link =
            env.post("connected_accounts/magic_link", json!({"connector": "asana", "identifier": "ada@acme.dev"}));
        let expiry = link.await.json()["expiry"].as_str().unwrap().parse::<Timestamp>().unwrap();
        assert!(is_now(expiry - SignedDuration::from_mins(5)), "{expiry}");
        let used = |account: Value| account["last_used_at"].as_str().unwrap().parse::<Timestamp>().unwrap();
        assert!(is_now(used(env.account("asana", "ada@acme.dev").await)));
        env.run("asana_me_get", "ada@acme.dev", json!({})).await;
        assert!(is_now(used(env.account("asana", "ada@acme.dev").await)));
    }
}

fn file(content: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(content).unwrap();
    file
}

const CATALOG: &str = r#"{"connector":"zoom","name":"zoom_page_get","description":"A page.","input_schema":{"type":"object","properties":{"id":{"type":"string"}},"required":["id"]}}
{"connector":"linear","name":"linear_viewer_get","description":"Not this one.","input_schema":{}}

{"connector":"linear","name":"linear_cycle_get","description":"A cycle.","input_schema":{"type":"object"}}
{"connector":"zoom","name":"zoom_page_create","description":"A new page."}
"#;

#[tokio::test]
async fn a_catalog_brings_tools_and_the_connections_they_need() {
    let mut packed = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(CATALOG.as_bytes()).unwrap();
    for content in [CATALOG.as_bytes().to_vec(), packed.finish().unwrap()] {
        let file = file(&content);
        let options =
            Options { catalog: Some(file.path().into()), catalog_for: "barbara@acme.dev".into(), ..Options::default() };
        let env = Env::with(options).await;
        let scoped = async |filter: (&str, &str)| {
            let list =
                env.get("tools/scoped", &[("identifier", "barbara@acme.dev"), filter, ("page_size", "100")]).await;
            list.json()["tools"].clone()
        };
        let zoom = scoped(("filter.connection_names", "zoom")).await;
        let names: Vec<_> = zoom.as_array().unwrap().iter().map(|row| &row["tool"]["definition"]["name"]).collect();
        assert_eq!(names, ["zoom_page_get", "zoom_page_create"]);
        let definition = &zoom[0]["tool"]["definition"];
        assert_eq!((&definition["description"], definition.get("connector")), (&json!("A page."), None));
        assert_eq!(definition["input_schema"]["required"], json!(["id"]));
        let linear = scoped(("filter.providers", "LINEAR")).await;
        assert_eq!(linear.as_array().unwrap().len(), 27, "one more, and the one that was there stays");
        assert!(!linear.to_string().contains("Not this one"));

        let account = env.account("zoom", "barbara@acme.dev").await;
        assert_eq!((&account["status"], &account["provider"]), (&json!("ACTIVE"), &json!("ZOOM")));
        let answer = env.run("zoom_page_get", "barbara@acme.dev", json!({"id": "p1"})).await;
        assert_eq!(answer, json!({"tool": "zoom_page_get", "arguments": {"id": "p1"}}));
    }
}

#[tokio::test]
async fn a_catalog_that_cannot_be_read_is_said_to_be_at_fault() {
    let start = async |path: std::path::PathBuf| {
        Sandbox::start(Options { catalog: Some(path), ..Options::default() }).await.err().expect("a fault")
    };
    let missing = start("/nowhere/at/all.jsonl".into()).await;
    assert_eq!(missing.kind, FaultKind::Local);
    assert!(missing.message.contains("/nowhere/at/all.jsonl"), "{missing}");
    let broken = file(b"{\"connector\":\"a\",\"name\":\"a_b\"}\nnonsense\n");
    let fault = start(broken.path().into()).await;
    assert!(fault.said.as_ref().is_some_and(|said| said.raw().contains("line 2")), "{fault:?}");
}

#[tokio::test]
async fn a_whole_catalogue_is_listed_page_by_page() {
    let lines: String = (0..5000)
        .map(|n| {
            format!("{{\"connector\":\"c{}\",\"name\":\"c{}_tool_{n}\",\"description\":\"x\"}}\n", n / 100, n / 100)
        })
        .collect();
    let file = file(lines.as_bytes());
    let env = Env::with(Options { catalog: Some(file.path().into()), ..Options::default() }).await;
    let (mut seen, mut token) = (BTreeSet::new(), String::new());
    loop {
        let query = [("identifier", "ada@acme.dev"), ("page_size", "1000"), ("page_token", token.as_str())];
        let page = env.get("tools/available", &query).await.json();
        seen.extend(page["tools"].as_array().unwrap().iter().map(|tool| tool["definition"]["name"].to_string()));
        token = page["next_page_token"].as_str().unwrap().to_owned();
        if token.is_empty() {
            assert_eq!((seen.len(), &page["total_size"]), (5119, &json!(5119)));
            break;
        }
    }
}

#[tokio::test]
async fn unset_messages_are_absent_or_null() {
    let plain = Env::start().await;
    let nulls = Env::with(Options { unset: Unset::Null, ..Options::default() }).await;
    for (env, expected) in [(&plain, None), (&nulls, Some(&Value::Null))] {
        let account = env.account("linear", "linus@acme.dev").await;
        for field in ["token_expires_at", "last_used_at", "api_config", "authorization_details"] {
            assert_eq!(account.get(field), expected, "{field}");
        }
        let list = env.get("connected_accounts", &[("connector", "linear")]).await.json();
        let linus = &list["connected_accounts"][2];
        assert_eq!(linus.get("token_expires_at"), expected);
        assert_eq!(linus.get("api_config"), None, "lists do not have it at all");
        let tools = env.get("tools", &[("filter.tool_name", "asana_me_get")]).await.json();
        assert_eq!(tools["tools"][0].get("updated_at"), expected);
        let ada = env.account("asana", "ada@acme.dev").await;
        assert!(ada["token_expires_at"].is_string());
    }
}

#[tokio::test]
async fn a_create_answers_as_one_likes() {
    for (create_status, status) in [(CreateStatus::Created, 201), (CreateStatus::Ok, 200)] {
        let env = Env::with(Options { create_status, ..Options::default() }).await;
        let body = json!({"connector": "linear", "identifier": "zoe@acme.dev", "connected_account": {}});
        assert_eq!(env.post("connected_accounts", body).await.status, status);
    }
}
