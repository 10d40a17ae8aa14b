//! Freshdesk: a request from the first word to the last.

use reqwest::Method;
use serde_json::{Value, json};

use super::Env;
use super::provider_calls::{Caller, fields};

async fn caller<'a>(env: &'a Env, person: &str) -> Caller<'a> {
    let key =
        json!({"domain": "acme.freshdesk.com", "username": format!("{person}-1"), "password": format!("{person}-1")});
    Caller::with_key(env, "freshdesk", &format!("{person}-again"), key).await
}

#[tokio::test]
async fn a_contact_asks_and_is_answered() {
    let env = Env::start().await;
    let ken = caller(&env, "ken").await;
    let new = json!({"name": "Saif", "email": "saif@small.example", "job_title": "Buyer", "phone": "+1-555-0123"});
    let contact = ken.run("contact_create", new.clone()).await;
    assert_eq!((&contact["phone"], &contact["company_id"]), (&json!("+1-555-0123"), &Value::Null));
    assert!(ken.refused(400, "contact_create", new).await.contains("unique value"));
    ken.refused(400, "contact_create", json!({"name": "x", "email": "nowhere"})).await;

    let ticket = json!({"requester_id": contact["id"], "subject": "Down", "description": "All of it", "priority": 3,
        "type": "Problem", "cc_emails": ["boss@small.example"], "tags": ["urgent"]});
    let ticket = ken.run("ticket_create", ticket).await;
    assert_eq!((&ticket["requester"]["email"], &ticket["type"]), (&json!("saif@small.example"), &json!("Problem")));
    let agents = ken.run("agents_list", json!({})).await;
    let agent =
        agents["array"].as_array().unwrap().iter().find(|row| row["contact"]["name"] == "Margaret Tanaka").unwrap();
    assert_eq!(ken.run("agent_get", json!({"agent_id": agent["id"]})).await, *agent);
    let given =
        ken.run("ticket_update", json!({"ticket_id": ticket["id"], "responder_id": agent["id"], "status": 3})).await;
    assert_eq!((&given["responder_id"], &given["status"]), (&agent["id"], &json!(3)));
    ken.run("ticket_note_create", json!({"ticket_id": ticket["id"], "body": "Looks bad."})).await;
    ken.run("tickets_reply", json!({"ticket_id": ticket["id"], "body": "We are on it."})).await;
    let whole = ken.run("ticket_get", json!({"ticket_id": ticket["id"], "include": "conversations"})).await;
    assert_eq!(fields(&whole, "/conversations", "/private"), [true, false]);
    let recent = ken.run("tickets_list", json!({"updated_since": ticket["created_at"]})).await;
    assert_eq!(fields(&recent, "/array", "/id"), [&ticket["id"]]);
    let asked = ken.run("tickets_list", json!({"requester_id": contact["id"]})).await;
    assert_eq!(fields(&asked, "/array", "/id"), [&ticket["id"]]);

    let groups = ken.run("groups_list", json!({})).await;
    let group = groups["array"].as_array().unwrap().iter().find(|row| row["name"] == "Billing").unwrap()["id"].clone();
    assert_eq!(
        ken.run("ticket_update", json!({"ticket_id": ticket["id"], "group_id": group})).await["group_id"],
        group
    );
    assert_eq!(ken.run("ticket_delete", json!({"ticket_id": ticket["id"]})).await, json!({}));
    ken.refused(404, "ticket_get", json!({"ticket_id": ticket["id"]})).await;
    let after =
        ken.run("ticket_create", json!({"email": "lee@customer.example", "subject": "x", "description": "y"})).await;
    assert_ne!(after["id"], ticket["id"], "no number comes twice");
    for bad in [json!({"group_id": 1}), json!({"responder_id": 1}), json!({"requester_id": 1}), json!({})] {
        let mut params = json!({"subject": "x", "description": "y"});
        params.as_object_mut().unwrap().extend(bad.as_object().unwrap().clone());
        let status = if params.get("requester_id").is_some() { 404 } else { 400 };
        ken.refused(status, "ticket_create", params).await;
    }
    ken.refused(404, "agent_get", json!({"agent_id": 1})).await;
    ken.refused(400, "tickets_list", json!({"updated_since": "today"})).await;
    let me = ken.rest(Method::GET, "/v2/agents/me", None).await;
    assert_eq!((me.status, &me.json()["contact"]["email"]), (200, &json!("ken@acme.dev")));
}

#[tokio::test]
async fn tickets_are_filtered() {
    let env = Env::start().await;
    let (ken, ada) = (caller(&env, "ken").await, caller(&env, "ada").await);
    let total =
        async |who: &Caller<'_>, query: &str| who.run("tickets_filter", json!({"query": query})).await["total"].clone();
    assert_eq!(total(&ken, "\"priority:4\"").await, 1);
    assert_eq!(total(&ada, "\"priority:4\"").await, 0, "not in her group");
    assert_eq!(total(&ken, "priority:>2 AND status:2 OR tag:'nothing'").await, 2);
    assert_eq!(total(&ken, "tag:cart").await, 1);
    assert_eq!(total(&ken, "agent_id:null").await, 5);
    assert_eq!(total(&ken, "created_at:<'1999-01-01'").await, 0);
    assert_eq!(total(&ken, "updated_at:>'1999-01-01' AND type:'Problem'").await, 0);
    for bad in [
        json!({}),
        json!({"query": "priority"}),
        json!({"query": "mood:bad"}),
        json!({"query": "status:2", "page": 11}),
    ] {
        ken.refused(400, "tickets_filter", bad).await;
    }
}

#[tokio::test]
async fn contacts_belong_to_companies() {
    let env = Env::start().await;
    let ken = caller(&env, "ken").await;
    let companies = ken.run("companies_list", json!({})).await;
    let northwind = companies["array"][0].clone();
    assert_eq!(ken.run("company_get", json!({"company_id": northwind["id"]})).await, northwind);
    let list = async |filter: Value| ken.run("contacts_list", filter).await["array"].clone();
    let jo = list(json!({"company_id": northwind["id"]})).await[0].clone();
    assert_eq!(jo["name"], "Jo Park");
    assert_eq!(list(json!({"email": "jo@northwind.example"})).await, json!([jo]));
    assert_eq!(list(json!({"updated_since": "2999-01-01T00:00:00Z"})).await, json!([]));
    let id = json!({"contact_id": jo["id"]});
    assert_eq!(ken.run("contact_get", id.clone()).await, jo);
    let update = json!({"contact_id": jo["id"], "email": "jo@umbrella.example", "mobile": "1"});
    let moved = ken.run("contact_update", update).await;
    assert_eq!((&moved["email"], &moved["job_title"]), (&json!("jo@umbrella.example"), &jo["job_title"]));
    let tickets = ken.run("tickets_list", json!({"email": "jo@umbrella.example"})).await;
    assert_eq!(tickets["array"].as_array().unwrap().len(), 2, "tickets go with their requester");
    ken.refused(400, "contact_update", json!({"contact_id": jo["id"], "company_id": 1})).await;
    ken.refused(400, "contact_update", json!({"contact_id": jo["id"], "email": "lee@customer.example"})).await;
    assert_eq!(ken.run("roles_list", json!({})).await["array"].as_array().unwrap().len(), 2);
    assert_eq!(ken.run("contact_delete", id.clone()).await, json!({}));
    for tool in ["contact_get", "contact_delete", "contact_update"] {
        ken.refused(404, tool, id.clone()).await;
    }
    ken.refused(404, "company_get", json!({"company_id": 1})).await;
}
