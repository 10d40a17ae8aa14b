//! HubSpot: records of a CRM, searched and joined.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Hand, signed_in, texts};

#[tokio::test]
async fn a_contact_goes_from_lead_to_customer() {
    let env = signed_in("hubspot", &["ada", "barbara"]).await;
    let (ada, barbara) = (Hand::of(&env, "hubspot", "ada"), Hand::of(&env, "hubspot", "barbara"));
    let input = json!({"email": "test@example.com", "firstname": "John", "lastname": "Doe", "company": "Test Corp", "phone": "+1-555-123-4567"});
    let made = ada.run("contact_create", input).await;
    assert_eq!(
        (&made["properties"]["email"], &made["properties"]["lifecyclestage"]),
        (&json!("test@example.com"), &json!("lead"))
    );
    let id = made["id"].clone();
    let change = json!({"contact_id": id, "jobtitle": "Sales Manager", "lifecyclestage": "customer"});
    assert_eq!(ada.run("contact_update", change).await["properties"]["jobtitle"], "Sales Manager");
    let whole = ada.run("contact_get", json!({"contact_id": id, "properties": "firstname,jobtitle,phone"})).await;
    assert_eq!(whole["properties"]["phone"], "+1-555-123-4567");
    assert_eq!(whole["properties"].get("email"), None, "only what is asked for");
    let usual = ada.run("contact_get", json!({"contact_id": id})).await;
    assert_eq!(usual["properties"]["lastname"], "Doe");
    let groups = json!([{"filters": [{"propertyName": "jobtitle", "operator": "CONTAINS_TOKEN", "value": "sales"}]}]);
    let found = ada
        .run(
            "contacts_search",
            json!({"query": "john", "filterGroups": groups.to_string(), "properties": ["jobtitle"]}),
        )
        .await;
    assert_eq!((&found["total"], &found["results"][0]["id"]), (&json!(1), &id));
    assert_eq!(ada.refused("contact_delete", json!({"contact_id": id})).await.0, 403, "it is not hers");
    assert_eq!(barbara.run("contact_delete", json!({"contact_id": id})).await, json!({}));
    assert_eq!(ada.refused("contact_get", json!({"contact_id": id})).await.0, 404);

    for (bad, said) in [
        (json!({"email": "nonsense"}), "Email address nonsense is invalid"),
        (json!({"firstname": "x"}), "required properties were not set: email"),
        (json!({"email": "a@b.example", "shoesize": "44"}), "does not exist"),
        (json!({"email": "a@b.example", "lifecyclestage": "friend"}), "allowed options"),
        (json!({"email": "a@b.example", "hubspot_owner_id": "1"}), "is not an owner"),
        (json!({"email": "JO@northwind.example"}), "already exists. Existing ID"),
        (json!({"email": ["a@b.example"]}), "must be a single value"),
    ] {
        let (status, told) = ada.refused("contact_create", bad).await;
        assert!(status == 400 && told.contains(said), "{told}");
    }
    let taken = ada
        .rest(Method::POST, "/crm/v3/objects/contacts", Some(json!({"properties": {"email": "jo@northwind.example"}})))
        .await;
    assert_eq!((taken.status, &taken.json()["category"]), (409, &json!("CONFLICT")));
}

#[tokio::test]
async fn people_see_what_they_own_and_managers_everything() {
    let env = signed_in("hubspot", &["ada", "barbara"]).await;
    let (ada, barbara) = (Hand::of(&env, "hubspot", "ada"), Hand::of(&env, "hubspot", "barbara"));
    let names = async |who: &Hand<'_>, many: &str, property: &str| {
        texts(&who.run(&format!("{many}_list"), json!({})).await, "/results", &format!("/properties/{property}"))
    };
    assert_eq!(names(&ada, "deals", "dealname").await, ["United Ferries: pilot", "United Ferries: enterprise plan"]);
    assert_eq!(names(&barbara, "deals", "dealname").await.len(), 3);
    assert_eq!(names(&ada, "companies", "name").await, ["United Ferries", "Papermill & Sons"]);
    assert_eq!(names(&ada, "tickets", "subject").await, ["Where is the API key?"]);
    let contract = barbara.run("deals_search", json!({"query": "northwind"})).await["results"][0]["id"].clone();
    assert_eq!(ada.refused("deal_get", json!({"deal_id": contract})).await.0, 404);
    assert_eq!(ada.refused("deal_update", json!({"deal_id": contract, "amount": 1})).await.0, 404);
    let whole = barbara.run("deal_get", json!({"deal_id": contract, "associations": "contacts,companies,notes"})).await;
    assert_eq!(whole["associations"]["contacts"]["results"][0]["type"], "deal_to_contact");
    assert_eq!(whole["associations"]["companies"]["results"].as_array().unwrap().len(), 1);
    assert_eq!(whole["associations"]["notes"]["results"].as_array().unwrap().len(), 1);

    let page = barbara.run("contacts_list", json!({"limit": 3})).await;
    assert_eq!((page["results"].as_array().unwrap().len(), &page["paging"]["next"]["after"]), (3, &json!("3")));
    let rest = barbara.run("contacts_list", json!({"limit": 3, "after": "3"})).await;
    assert_eq!((rest["results"].as_array().unwrap().len(), rest.get("paging")), (1, None));
    for bad in [json!({"limit": 0}), json!({"limit": 101}), json!({"after": "-1"}), json!({"after": "x"})] {
        assert_eq!(barbara.refused("contacts_list", bad).await.0, 400);
    }
    let owners = ada.run("owners_list", json!({"email": "ada@acme.dev"})).await;
    assert_eq!(texts(&owners, "/results", "/lastName"), ["Marlow"]);
    let owner = ada.run("owner_get", json!({"owner_id": owners["results"][0]["id"]})).await;
    assert_eq!(owner["email"], "ada@acme.dev");
    assert_eq!(ada.refused("owner_get", json!({"owner_id": "1"})).await.0, 404);
    let account = ada.run("account_details_get", json!({})).await;
    let rest = ada.rest(Method::GET, "/account-info/v3/details", None).await.json();
    assert!(account["portalId"].is_u64() && rest == account, "{rest}");
    assert_eq!(ada.rest(Method::GET, "/crm/v3/owners", None).await.json()["results"].as_array().unwrap().len(), 8);
}

#[tokio::test]
async fn searches_take_groups_of_conditions() {
    let env = signed_in("hubspot", &["barbara"]).await;
    let barbara = Hand::of(&env, "hubspot", "barbara");
    let one = |property: &str, operator: &str, value: Value| {
        let mut filter = json!({"propertyName": property, "operator": operator});
        filter.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
        json!([{"filters": [filter]}])
    };
    let count = async |groups: Value| {
        barbara.run("deals_search", json!({"filterGroups": groups.to_string()})).await["total"].as_u64().unwrap()
    };
    for (property, operator, value, expected) in [
        ("dealstage", "EQ", json!({"value": "qualifiedtobuy"}), 1),
        ("dealstage", "NEQ", json!({"value": "qualifiedtobuy"}), 2),
        ("amount", "GT", json!({"value": "12500"}), 2),
        ("amount", "GTE", json!({"value": 12500}), 3),
        ("amount", "LT", json!({"value": "48000"}), 1),
        ("amount", "LTE", json!({"value": "48000"}), 2),
        ("amount", "BETWEEN", json!({"value": "10000", "highValue": "50000"}), 2),
        ("dealstage", "IN", json!({"values": ["closedlost", "closedwon"]}), 1),
        ("dealstage", "NOT_IN", json!({"values": ["closedlost", "closedwon"]}), 2),
        ("dealtype", "HAS_PROPERTY", json!({}), 2),
        ("dealtype", "NOT_HAS_PROPERTY", json!({}), 1),
        ("dealname", "CONTAINS_TOKEN", json!({"value": "ferries"}), 2),
        ("dealname", "NOT_CONTAINS_TOKEN", json!({"value": "ferries"}), 1),
        ("createdate", "LT", json!({"value": "2100-01-01T00:00:00Z"}), 3),
        ("createdate", "GT", json!({"value": "4102444800000"}), 0),
    ] {
        assert_eq!(count(one(property, operator, value)).await, expected, "{property} {operator}");
    }
    let both = json!([
        {"filters": [{"propertyName": "amount", "operator": "GT", "value": "80000"}]},
        {"filters": [{"propertyName": "dealname", "operator": "CONTAINS_TOKEN", "value": "northwind"},
                     {"propertyName": "amount", "operator": "LT", "value": "50000"}]}
    ]);
    assert_eq!(count(both.clone()).await, 2, "one group must hold whole");
    assert_eq!(barbara.run("deals_search", json!({"filterGroups": both})).await["total"], 2, "also as JSON itself");
    let text = barbara.run("deals_search", json!({"query": "pilot", "properties": "dealname,amount"})).await;
    assert_eq!(text["results"][0]["properties"]["amount"], "12500", "names in one text, as the documentation has it");
    let sorts =
        json!({"sorts": [{"propertyName": "amount", "direction": "DESCENDING"}], "properties": ["amount"], "limit": 2});
    let sorted = barbara.rest(Method::POST, "/crm/v3/objects/deals/search", Some(sorts)).await;
    assert_eq!(
        (sorted.status, texts(&sorted.json(), "/results", "/properties/amount")),
        (200, vec!["90000".to_owned(), "48000".to_owned()])
    );
    for (groups, said) in [
        ("{", "JSON array"),
        ("3", "JSON array"),
        ("[{}]", "needs filters"),
        ("[{\"filters\": [{}]}]", "needs a propertyName"),
        ("[{\"filters\": [{\"propertyName\": \"x\", \"operator\": \"EQ\", \"value\": 1}]}]", "unknown property"),
        (
            "[{\"filters\": [{\"propertyName\": \"amount\", \"operator\": \"IS\", \"value\": 1}]}]",
            "not a valid operator",
        ),
        ("[{\"filters\": [{\"propertyName\": \"amount\", \"operator\": \"EQ\"}]}]", "needs a value"),
    ] {
        let (status, told) = barbara.refused("deals_search", json!({"filterGroups": groups})).await;
        assert!(status == 400 && told.contains(said), "{groups}: {told}");
    }
    let many = Value::from(vec![json!({"filters": []}); 19]).to_string();
    assert_eq!(barbara.refused("deals_search", json!({"filterGroups": many})).await.0, 400);
}

#[tokio::test]
async fn every_kind_of_record_is_made_and_changed() {
    let env = signed_in("hubspot", &["ada", "barbara"]).await;
    let (ada, barbara) = (Hand::of(&env, "hubspot", "ada"), Hand::of(&env, "hubspot", "barbara"));
    let pipelines = ada.run("deal_pipelines_list", json!({})).await;
    let stage = pipelines["results"][0]["stages"][1]["id"].clone();
    assert_eq!(stage, "qualifiedtobuy");
    assert_eq!(ada.run("pipelines_list", json!({"object_type": "tickets"})).await["results"][0]["id"], "0");
    assert_eq!(ada.refused("pipelines_list", json!({"object_type": "contacts"})).await.0, 404);
    let made = [
        ("company", json!({"name": "Tidewater", "numberofemployees": 12}), json!({"city": "Hull"})),
        ("deal", json!({"dealname": "Tidewater: plan", "dealstage": stage, "amount": 900.5}), json!({"amount": 1000})),
        ("ticket", json!({"subject": "Broken", "hs_pipeline_stage": "1"}), json!({"hs_pipeline_stage": "4"})),
        (
            "task",
            json!({"hs_task_subject": "Call", "hs_timestamp": "2030-01-01T09:00:00Z"}),
            json!({"hs_task_priority": "HIGH"}),
        ),
    ];
    let mut ids = Vec::new();
    for (one, input, mut change) in made {
        let record = ada.run(&format!("{one}_create"), input).await;
        let id = record["id"].clone();
        change.as_object_mut().unwrap().insert(format!("{one}_id"), id.clone());
        ada.run(&format!("{one}_update"), change).await;
        let get = ada
            .run(
                &format!("{one}_get"),
                json!({format!("{one}_id"): id, "properties": "city,amount,hs_pipeline_stage,hs_task_priority"}),
            )
            .await;
        ids.push((one, id, get["properties"].clone()));
    }
    assert_eq!(ids[0].2["city"], "Hull");
    assert_eq!(ids[1].2["amount"], "1000");
    assert_eq!((&ids[2].2["hs_pipeline_stage"], &ids[3].2["hs_task_priority"]), (&json!("4"), &json!("HIGH")));
    let pair = json!({"from_object_type": "deals", "from_object_id": ids[1].1, "to_object_type": "company", "to_object_id": ids[0].1});
    assert_eq!(ada.run("association_create", pair.clone()).await["status"], "COMPLETE");
    let with = || json!({"deal_id": ids[1].1, "associations": "companies"});
    assert_eq!(ada.run("deal_get", with()).await["associations"]["companies"]["results"][0]["id"], ids[0].1);
    let apart =
        json!({"object_type": "0-3", "object_id": ids[1].1, "to_object_type": "companies", "to_object_id": ids[0].1});
    ada.run("association_delete", apart).await;
    assert_eq!(ada.run("deal_get", with()).await["associations"]["companies"]["results"], json!([]));
    assert_eq!(
        ada.refused(
            "association_create",
            json!({"from_object_type": "cats", "from_object_id": "1", "to_object_type": "deals", "to_object_id": "1"})
        )
        .await
        .0,
        400
    );

    let done = ada.run("task_complete", json!({"task_id": ids[3].1, "hs_task_body": "Reached them"})).await;
    assert_eq!(done["properties"]["hs_task_status"], "COMPLETED");
    assert_eq!(ada.run("tasks_search", json!({"query": "reached"})).await["total"], 1);
    assert_eq!(texts(&ada.run("tasks_list", json!({})).await, "/results", "/properties/hs_task_subject").len(), 2);
    let note = ada.run("note_log", json!({"hs_note_body": "Keen", "hs_timestamp": "2030-01-01T09:00:00Z"})).await["id"]
        .clone();
    ada.run("note_create", json!({"props": {"hs_note_body": "Keener", "hs_timestamp": "2030-01-02T09:00:00Z"}})).await;
    assert_eq!(ada.run("notes_search", json!({"query": "keen"})).await["total"], 2);
    assert_eq!(ada.run("note_get", json!({"note_id": note})).await["properties"]["hs_note_body"], "Keen");
    let call = json!({"hs_call_title": "Renewal", "hs_timestamp": "2030-01-01T09:00:00Z", "hs_call_direction": "OUTBOUND", "hs_call_duration": 900_000});
    assert!(ada.run("call_log", call).await["id"].is_string());
    assert_eq!(ada.run("calls_search", json!({"query": "renewal"})).await["total"], 1);
    assert_eq!(ada.run("companies_search", json!({"query": "tide"})).await["total"], 1);
    assert_eq!(ada.run("tickets_search", json!({"query": "broken"})).await["total"], 1);
    for (one, id, _) in &ids {
        barbara.run(&format!("{one}_delete"), json!({format!("{one}_id"): id})).await;
        assert_eq!(ada.refused(&format!("{one}_get"), json!({format!("{one}_id"): id})).await.0, 404);
    }
    for (tool, bad) in [
        ("deal_create", json!({"dealname": "x", "dealstage": "someday"})),
        ("deal_create", json!({"dealname": "x"})),
        ("deal_create", json!({"dealname": "x", "dealstage": stage, "amount": "much"})),
        ("ticket_create", json!({"subject": "x", "hs_pipeline_stage": "9"})),
        ("company_create", json!({})),
        ("task_create", json!({"hs_task_subject": "x"})),
        ("note_create", json!({"props": {}})),
        ("call_log", json!({"hs_call_title": "x", "hs_timestamp": "x", "hs_call_direction": "UP"})),
    ] {
        assert_eq!(ada.refused(tool, bad).await.0, 400, "{tool}");
    }
}
