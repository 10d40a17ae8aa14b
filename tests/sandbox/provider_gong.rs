//! Gong: calls, transcripts, and what is private.

use reqwest::Method;
use serde_json::{Value, json};

use super::Env;
use super::provider_calls::{Caller, fields};

async fn caller<'a>(env: &'a Env, person: &str) -> Caller<'a> {
    let details = json!({"domain": "acme.api.gong.io", "username": "acme", "password": format!("{person}-1")});
    Caller::with_key(env, "gong", person, details).await
}

async fn call(caller: &Caller<'_>, title: &str) -> Value {
    let list = caller.run("calls_list", json!({})).await;
    let found = list["calls"].as_array().unwrap().iter().find(|call| call["title"] == title);
    found.unwrap_or_else(|| panic!("no {title} in {list}")).clone()
}

#[tokio::test]
async fn calls_are_listed_and_told_of() {
    let env = Env::start().await;
    let ada = caller(&env, "ada").await;
    let list = ada.run("calls_list", json!({})).await;
    let titles = ["Northwind: four shops", "Umbrella: invoices in euro", "Pim's shop: first call"];
    assert_eq!(fields(&list, "/calls", "/title"), titles);
    assert_eq!((&list["records"]["totalRecords"], list["requestId"].is_string()), (&json!(3), true));
    let umbrella = call(&ada, "Umbrella: invoices in euro").await;
    assert_eq!(
        (&umbrella["duration"], &umbrella["isPrivate"], &umbrella["scope"]),
        (&json!(1320), &json!(false), &json!("External"))
    );
    let id = umbrella["id"].clone();
    assert_eq!(ada.run("call_get", json!({"id": id})).await["call"], umbrella);
    let later = ada.run("calls_list", json!({"from_date_time": umbrella["started"], "call_ids": id})).await;
    assert_eq!(fields(&later, "/calls", "/id"), [&id]);
    let whole = ada.run("calls_get", json!({"call_ids": [id]})).await;
    assert_eq!(fields(&whole["calls"][0], "/parties", "/affiliation"), ["Internal", "Internal", "External"]);
    let said =
        ada.run("calls_transcript_get", json!({"call_ids": [id]})).await["callTranscripts"][0]["transcript"].clone();
    let first = &said[0]["sentences"];
    assert_eq!((first.as_array().unwrap().len(), &first[0]["start"]), (2, &json!(0)));
    assert_eq!((&first[1]["start"], &first[1]["text"]), (&first[0]["end"], &json!("How did the quarter go?")));
    let ai =
        ada.run("calls_ai_content_get", json!({"call_ids": [id], "content_selector": ["brief", "keyPoints"]})).await;
    assert_eq!(ai["calls"][0]["content"].as_object().unwrap().keys().collect::<Vec<_>>(), ["brief", "keyPoints"]);

    let users = ada.run("users_list", json!({})).await;
    let lead = ada.run("user_get", json!({"id": umbrella["primaryUserId"]})).await["user"].clone();
    assert_eq!(lead["emailAddress"], "barbara@acme.dev");
    assert!(users["users"].as_array().unwrap().contains(&lead));
    assert_eq!(ada.run("call_outcomes_list", json!({})).await["callOutcomes"][0]["name"], "Connected");
    let workspace = ada.run("engage_workspaces_list", json!({})).await["workspaces"][0]["id"].clone();
    assert_eq!(workspace, umbrella["workspaceId"]);
    let folders = ada.run("library_folders_list", json!({"workspace_id": workspace})).await;
    let large = folders["folders"][1]["id"].clone();
    let inside = ada.run("library_folder_content_get", json!({"folder_id": large})).await;
    assert_eq!(fields(&inside, "/calls", "/title"), titles[..2]);
    let users = ada.rest(Method::GET, "/v2/users", None).await;
    assert_eq!((users.status, users.json()["users"].as_array().unwrap().len()), (200, 5));
}

#[tokio::test]
async fn private_calls_show_to_those_who_took_part() {
    let env = Env::start().await;
    let (ada, grace) = (caller(&env, "ada").await, caller(&env, "grace").await);
    let private = call(&grace, "Investor update").await["id"].clone();
    ada.refused(404, "call_get", json!({"id": private})).await;
    let told = ada.refused(404, "calls_transcript_get", json!({"call_ids": [private]})).await;
    assert!(told.contains("No calls found corresponding to the provided filters"), "{told}");
}

#[tokio::test]
async fn calls_are_entered_once() {
    let env = Env::start().await;
    let ada = caller(&env, "ada").await;
    let new = json!({"actual_start": "2026-01-02T10:00:00Z", "title": "By telephone", "direction": "Inbound", "duration": 60,
        "client_unique_id": "t-1", "parties": [{"emailAddress": "jo@northwind.example", "name": "Jo"}]});
    let id = ada.run("calls_create", new.clone()).await["callId"].clone();
    let made = ada.run("calls_get", json!({"call_ids": [id]})).await["calls"][0].clone();
    assert_eq!((&made["metaData"]["system"], &made["parties"][1]["name"]), (&json!("Telephony"), &json!("Jo")));
    assert!(ada.refused(400, "calls_create", new).await.contains("created before"));
    for (tool, status, bad) in [
        ("calls_create", 400, json!({})),
        ("calls_create", 400, json!({"actual_start": "today"})),
        ("calls_create", 400, json!({"actual_start": "2026-01-02T10:00:00Z", "direction": "Up"})),
        ("calls_create", 400, json!({"actual_start": "2026-01-02T10:00:00Z", "duration": -1})),
        ("calls_list", 400, json!({"cursor": "x"})),
        ("calls_list", 404, json!({"workspace_id": "1"})),
        ("calls_get", 400, json!({})),
        ("calls_ai_content_get", 400, json!({"call_ids": [id], "content_selector": ["poem"]})),
        ("user_get", 404, json!({"id": "1"})),
        ("library_folder_content_get", 404, json!({"folder_id": "1"})),
    ] {
        ada.refused(status, tool, bad).await;
    }
    let rest = ada.rest(Method::GET, "/v2/calls/1", None).await;
    assert_eq!((rest.status, &rest.json()["errors"]), (404, &json!(["Call not found"])));
}
