//! Fathom: meetings by team, transcripts, webhooks.

use reqwest::Method;
use serde_json::{Value, json};

use super::Env;
use super::provider_calls::{Caller, fields};

async fn caller<'a>(env: &'a Env, person: &str) -> Caller<'a> {
    Caller::with_key(env, "fathom", person, json!({"api_key": format!("{person}-1")})).await
}

#[tokio::test]
async fn meetings_show_to_their_teams() {
    let env = Env::start().await;
    let (ada, margaret) = (caller(&env, "ada").await, caller(&env, "margaret").await);
    let list = async |who: &Caller<'_>, params: Value| who.run("list_meetings", params).await;
    let adas = list(&ada, json!({})).await;
    assert_eq!(fields(&adas, "/items", "/title"), ["Sprint planning", "Northwind: go-live check"]);
    assert_eq!(adas["items"][0]["transcript"], Value::Null);
    let titles = ["Ken's first month", "Board preparation", "Northwind: go-live check"];
    assert_eq!(fields(&list(&margaret, json!({})).await, "/items", "/title"), titles);

    let outside = json!({"calendar_invitees_domains_type": "one_or_more_external", "include_summary": true, "include_action_items": true, "include_crm_matches": true, "include_transcript": true});
    let outside = list(&ada, outside).await["items"].clone();
    assert_eq!(outside.as_array().unwrap().len(), 1);
    assert!(outside[0]["default_summary"]["markdown_formatted"].as_str().unwrap().contains("3rd"));
    assert_eq!(outside[0]["action_items"][0]["assignee"]["email"], "ada@acme.dev");
    assert_eq!(outside[0]["crm_matches"]["companies"][0]["name"], "Northwind");
    for (filter, found) in [
        (json!({"calendar_invitees_domains": ["northwind.example"]}), 1),
        (json!({"recorded_by": ["ada@acme.dev"]}), 1),
        (json!({"teams": ["Customers"]}), 1),
        (json!({"meeting_type": "Planning"}), 1),
        (json!({"created_after": outside[0]["recording_end_time"]}), 1),
        (json!({"created_before": "1999-01-01T00:00:00Z"}), 0),
    ] {
        let rows = list(&ada, filter.clone()).await["items"].as_array().unwrap().len();
        assert_eq!(rows, found, "{filter}");
    }
    let rest = ada.rest(Method::GET, "/v1/meetings?calendar_invitees_domains[]=northwind.example", None).await.json();
    assert_eq!(fields(&rest, "/items", "/title"), ["Northwind: go-live check"]);

    let id = adas["items"][0]["recording_id"].clone();
    let summary = ada.run("get_recording_summary", json!({"recording_id": id})).await;
    assert!(summary["summary"]["markdown_formatted"].as_str().unwrap().starts_with("## Plan"));
    let said = ada.run("get_recording_transcript", json!({"recording_id": id})).await;
    assert_eq!(said["transcript"][0]["speaker"]["display_name"], "Ada Marlow");
    for tool in ["get_recording_summary", "get_recording_transcript", "request_recording_download"] {
        margaret.refused(404, tool, json!({"recording_id": id})).await;
        ada.refused(400, tool, json!({})).await;
    }
    let told = ada.refused(400, "request_recording_download", json!({"recording_id": id})).await;
    assert!(told.contains("no downloadable media"), "{told}");
    ada.refused(404, "get_recording_download_status", json!({"recording_id": id, "download_id": "x"})).await;
    ada.refused(400, "get_recording_summary", json!({"recording_id": id, "destination_url": "https://x.example"}))
        .await;
    for bad in
        [json!({"created_after": "soon"}), json!({"calendar_invitees_domains_type": "some"}), json!({"cursor": "x"})]
    {
        ada.refused(400, "list_meetings", bad).await;
    }
}

#[tokio::test]
async fn people_teams_and_webhooks() {
    let env = Env::start().await;
    let (ada, margaret) = (caller(&env, "ada").await, caller(&env, "margaret").await);
    assert_eq!(fields(&ada.run("list_teams", json!({})).await, "/items", "/name"), ["Engineering", "Customers"]);
    assert_eq!(ada.run("list_meeting_types", json!({})).await["items"][0]["name"], "Customer call");
    let members = ada.run("list_team_members", json!({"team": "Customers"})).await;
    assert_eq!(fields(&members, "/items", "/email"), ["grace@acme.dev", "margaret@acme.dev", "ken@acme.dev"]);
    ada.refused(403, "list_users", json!({})).await;
    let admins = margaret.run("list_users", json!({"settings_access": "account_admin"})).await;
    assert_eq!(fields(&admins, "/items", "/email"), ["margaret@acme.dev"]);
    margaret.refused(400, "list_users", json!({"status": "invited", "settings_access": "none"})).await;

    let wanted = json!({"destination_url": "https://app.example/x", "triggered_for": ["my_recordings"], "include_summary": true});
    let made = ada.run("create_webhook", wanted.clone()).await;
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
    assert_eq!((&made["include_summary"], &made["include_transcript"]), (&json!(true), &json!(false)));
    for (field, bad) in [
        ("destination_url", json!("http://app.example")),
        ("triggered_for", json!([])),
        ("triggered_for", json!(["rain"])),
        ("include_summary", json!(false)),
    ] {
        let mut params = wanted.clone();
        params[field] = bad;
        ada.refused(400, "create_webhook", params).await;
    }
    margaret.refused(404, "delete_webhook", json!({"id": made["id"]})).await;
    assert_eq!(ada.run("delete_webhook", json!({"id": made["id"]})).await, json!({}));
    let gone = ada.rest(Method::DELETE, &format!("/v1/webhooks/{}", made["id"].as_str().unwrap()), None).await;
    assert_eq!((gone.status, gone.json()), (404, json!({"error": "Webhook not found"})));
}
