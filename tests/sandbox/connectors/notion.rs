//! Notion: pages, databases, blocks and comments.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Hand, signed_in, texts};

/// Ids of a page or database by its title.
async fn named(who: &Hand<'_>, query: &str) -> Value {
    who.run("page_search", json!({"query": query})).await["results"][0]["id"].clone()
}

#[tokio::test]
async fn pages_show_to_those_they_are_shared_with() {
    let env = signed_in("notion", &["ada", "grace"]).await;
    let (ada, grace) = (Hand::of(&env, "notion", "ada"), Hand::of(&env, "notion", "grace"));
    let me = ada.run("user_get_self", json!({})).await;
    assert_eq!(me["bot"]["owner"]["user"]["person"]["email"], "ada@acme.dev");
    assert_eq!(ada.rest(Method::GET, "/v1/users/me", None).await.json(), me);
    let users = ada.run("user_list", json!({})).await;
    assert_eq!(texts(&users, "/results", "/person/email").len(), 8);
    let user = users["results"][2].clone();
    assert_eq!(ada.run("user_get", json!({"user_id": user["id"]})).await, user);
    assert_eq!(ada.refused("user_get", json!({"user_id": "x"})).await.0, 404);

    assert_eq!(texts(&ada.run("page_search", json!({"query": "board"})).await, "/results", "/id").len(), 0);
    let board = named(&grace, "board").await;
    for (tool, field) in [("page_get", "page_id"), ("page_markdown_get", "page_id"), ("page_content_get", "block_id")] {
        assert_eq!(ada.refused(tool, json!({field: board})).await.0, 404, "{tool}");
    }
    let bands = named(&grace, "salary bands").await;
    assert_eq!(ada.refused("database_query", json!({"database_id": bands})).await.0, 404);
    assert_eq!(
        texts(
            &grace.run("database_query", json!({"database_id": bands})).await,
            "/results",
            "/properties/Role/title/0/plain_text"
        ),
        ["Engineer II"]
    );
    let first = ada.run("data_fetch", json!({"page_size": 3})).await;
    assert_eq!((first["results"].as_array().unwrap().len(), &first["has_more"]), (3, &json!(true)));
    let next = ada.run("data_fetch", json!({"page_size": 100, "start_cursor": first["next_cursor"]})).await;
    assert_eq!((&next["has_more"], &next["next_cursor"]), (&json!(false), &Value::Null));
    let oldest = ada
        .run("page_search", json!({"sort_direction": "ascending", "sort_timestamp": "created_time", "page_size": 1}))
        .await;
    assert_eq!(oldest["results"][0]["properties"]["title"]["title"][0]["plain_text"], "Handbook");
    for bad in [
        json!({"page_size": 0}),
        json!({"page_size": 101}),
        json!({"start_cursor": "x"}),
        json!({"sort_direction": "up"}),
        json!({"sort_timestamp": "noon"}),
    ] {
        assert_eq!(ada.refused("page_search", bad).await.0, 400);
    }
}

#[tokio::test]
async fn a_page_is_written_read_and_put_away() {
    let env = signed_in("notion", &["ada", "ken"]).await;
    let (ada, ken) = (Hand::of(&env, "notion", "ada"), Hand::of(&env, "notion", "ken"));
    let handbook = named(&ada, "handbook").await;
    let input = json!({
        "parent_page_id": handbook, "properties": {"title": {"title": [{"text": {"content": "Travel"}}]}},
        "child_blocks": [{"object": "block", "type": "paragraph", "paragraph": {"rich_text": [{"type": "text", "text": {"content": "By train."}}]}}],
        "icon": {"type": "emoji", "emoji": "🚆"}
    });
    let page = ada.run("page_create", input).await;
    assert_eq!((&page["parent"]["page_id"], &page["icon"]["emoji"]), (&handbook, &json!("🚆")));
    let id = page["id"].clone();
    let blocks = json!({"block_id": id, "blocks": [
        {"type": "heading_2", "text": "Money"}, {"type": "to_do", "text": "Keep receipts"}, {"type": "divider"},
        {"type": "code", "text": "cost = 3", "language": "python"}, {"type": "bulleted_list_item", "text": "Trains"}
    ]});
    let added = ken.run("page_content_append", blocks).await;
    assert_eq!(texts(&added, "/results", "/type"), ["heading_2", "to_do", "divider", "code", "bulleted_list_item"]);
    let text = "By train.\n## Money\n- [ ] Keep receipts\n---\n```python\ncost = 3\n```\n- Trains";
    assert_eq!(ada.run("page_markdown_get", json!({"page_id": id})).await["markdown"], text);
    let bare = id.as_str().unwrap().replace('-', "");
    let edited = ada.run("page_get", json!({"page_id": bare})).await;
    assert_ne!(edited["last_edited_by"], edited["created_by"], "ken changed it");
    let children = ada.run("page_content_get", json!({"block_id": id, "page_size": 2})).await;
    assert_eq!((texts(&children, "/results", "/type").len(), &children["has_more"]), (2, &json!(true)));

    let code = added["results"][3]["id"].clone();
    let changed = ada.run("block_update", json!({"block_id": code, "type": "code", "text": "cost = 4"})).await;
    assert_eq!(
        (&changed["code"]["language"], &changed["code"]["rich_text"][0]["plain_text"]),
        (&json!("python"), &json!("cost = 4"))
    );
    assert_eq!(ada.run("block_retrieve", json!({"block_id": code})).await["code"], changed["code"]);
    let list = added["results"][4]["id"].clone();
    let inner = json!({"block_id": list, "blocks": [{"type": "paragraph", "text": "First class, no."}]});
    let inner = ada.run("page_content_append", inner).await["results"][0]["id"].clone();
    assert_eq!(ada.run("block_retrieve", json!({"block_id": list})).await["has_children"], true);
    assert_eq!(ada.run("block_delete", json!({"block_id": list})).await["archived"], true);
    assert_eq!(
        ada.refused("block_retrieve", json!({"block_id": inner})).await.0,
        404,
        "what stands in it goes with it"
    );

    let comment = json!({"parent": {"page_id": id}, "comment": {"rich_text": [{"text": {"content": "And boats?"}}]}});
    let comment = ken.run("comment_create", comment).await;
    let answer =
        json!({"discussion_id": comment["discussion_id"], "comment": {"rich_text": [{"text": {"content": "Also."}}]}});
    ada.run("comment_create", answer).await;
    let comments = ada.run("comments_fetch", json!({"block_id": id})).await;
    assert_eq!(texts(&comments, "/results", "/rich_text/0/plain_text"), ["And boats?", "Also."]);
    assert_eq!(comments["results"][0]["discussion_id"], comments["results"][1]["discussion_id"]);

    let renamed = ada
        .run(
            "page_update",
            json!({"page_id": id, "properties": {"title": {"title": [{"text": {"content": "Trips"}}]}}}),
        )
        .await;
    assert_eq!(renamed["properties"]["title"]["title"][0]["plain_text"], "Trips");
    assert_eq!(ada.run("page_update", json!({"page_id": id, "archived": true})).await["in_trash"], true);
    assert!(texts(&ada.run("page_search", json!({"query": "trips"})).await, "/results", "/id").is_empty());
    assert_eq!(ada.refused("page_update", json!({"page_id": id, "properties": {}})).await.0, 400);
    assert_eq!(ada.run("page_update", json!({"page_id": id, "archived": false})).await["archived"], false);
    for (tool, bad) in [
        ("page_create", json!({"properties": {}})),
        ("page_create", json!({"parent_page_id": handbook, "database_id": handbook})),
        ("page_create", json!({"parent_page_id": handbook, "properties": {"Colour": "red"}})),
        ("page_create", json!({"parent_page_id": handbook, "child_blocks": [{"type": "video"}]})),
        ("page_content_append", json!({"block_id": id, "blocks": []})),
        ("page_content_append", json!({"block_id": id, "blocks": [{"text": "no type"}]})),
        ("page_content_append", json!({"block_id": id, "blocks": vec![json!({"type": "divider"}); 101]})),
        ("block_update", json!({"block_id": code, "type": "paragraph", "text": "x"})),
        ("block_update", json!({"block_id": code, "type": "code"})),
        ("comment_create", json!({"parent": {"page_id": id}, "comment": {}})),
        ("comment_create", json!({"comment": {"rich_text": [{"text": {"content": "Where?"}}]}})),
    ] {
        assert_eq!(ada.refused(tool, bad).await.0, 400, "{tool}");
    }
    let lost = json!({"discussion_id": "x", "comment": {"rich_text": [{"text": {"content": "Hm"}}]}});
    assert_eq!(ada.refused("comment_create", lost).await.0, 404);
    assert_eq!(ada.refused("block_delete", json!({"block_id": "x"})).await.0, 404);
}

#[tokio::test]
async fn a_database_is_queried_and_filled() {
    let env = signed_in("notion", &["ada"]).await;
    let ada = Hand::of(&env, "notion", "ada");
    let roadmap = named(&ada, "roadmap").await;
    let database = ada.run("database_fetch", json!({"database_id": roadmap})).await;
    assert_eq!(database["properties"]["Status"]["type"], "status");
    let source = ada.run("data_source_fetch", json!({"database_id": roadmap})).await["data_sources"][0]["id"].clone();
    let title = "/properties/Name/title/0/plain_text";
    let query = async |filter: Value, sorts: Value| {
        texts(
            &ada.run("database_query", json!({"database_id": roadmap, "filter": filter, "sorts": sorts})).await,
            "/results",
            title,
        )
    };
    let (carts, retries, delivery, icons) =
        ("Carts with more than 50 items", "Retries with jitter", "Delivery date before payment", "Sharper icons");
    let by_effort = json!([{"property": "Effort", "direction": "descending"}]);
    assert_eq!(query(json!({}), by_effort.clone()).await, [delivery, carts, retries, icons]);
    for (filter, expected) in [
        (json!({"property": "Status", "status": {"equals": "Not started"}}), &[delivery, retries][..]),
        (json!({"property": "Status", "status": {"does_not_equal": "Not started"}}), &[carts, icons]),
        (json!({"property": "Area", "select": {"equals": "Checkout"}}), &[delivery, carts]),
        (json!({"property": "Tags", "multi_select": {"contains": "Customer"}}), &[delivery, carts]),
        (json!({"property": "Tags", "multi_select": {"does_not_contain": "Customer"}}), &[retries, icons]),
        (json!({"property": "Effort", "number": {"greater_than": 3}}), &[delivery, carts]),
        (json!({"property": "Effort", "number": {"less_than_or_equal_to": 3}}), &[retries, icons]),
        (json!({"property": "Due", "date": {"is_empty": true}}), &[delivery, icons]),
        (json!({"property": "Due", "date": {"before": "2100-01-01"}}), &[carts, retries]),
        (json!({"property": "Due", "date": {"on_or_after": "2100-01-01"}}), &[]),
        (json!({"property": "Name", "title": {"contains": "jitter"}}), &[retries]),
        (json!({"property": "Name", "rich_text": {"starts_with": "sharp"}}), &[icons]),
        (
            json!({"timestamp": "created_time", "created_time": {"before": "2100-01-01"}}),
            &[delivery, carts, retries, icons],
        ),
        (
            json!({"and": [{"property": "Area", "select": {"equals": "Checkout"}}, {"or": [{"property": "Effort", "number": {"equals": 5}}, {"property": "Effort", "number": {"equals": 1}}]}]}),
            &[carts],
        ),
    ] {
        assert_eq!(query(filter.clone(), by_effort.clone()).await, expected, "{filter}");
    }
    let page = ada.run("data_source_query", json!({"data_source_id": source, "page_size": 3, "sorts": [{"timestamp": "created_time", "direction": "ascending"}]})).await;
    assert_eq!((texts(&page, "/results", title)[0].as_str(), &page["has_more"]), (carts, &json!(true)));

    let me = ada.run("user_list", json!({})).await["results"][0]["id"].clone();
    let row = json!({"database_id": roadmap, "properties": {
        "title": {"title": [{"text": {"content": "Dark mode"}}]}, "Status": {"status": {"name": "In progress"}},
        "Area": {"select": {"name": "Website"}}, "Tags": {"multi_select": [{"name": "Q4"}]}, "Due": {"date": {"start": "2030-01-31"}},
        "Effort": {"number": 2}, "Owner": {"people": [{"id": me}]}
    }});
    let made = ada.run("database_insert_row", row).await;
    assert_eq!(made["properties"]["Owner"]["people"][0]["person"]["email"], "ada@acme.dev");
    assert_eq!(
        query(json!({"property": "Owner", "people": {"contains": me}}), json!(null)).await,
        ["Dark mode", carts],
        "newest first"
    );
    let options = ada.run("database_fetch", json!({"database_id": roadmap})).await;
    assert!(
        texts(&options, "/properties/Area/select/options", "/name").contains(&"Website".to_owned()),
        "a new choice"
    );
    ada.run("data_source_insert_row", json!({"data_source_id": source, "properties": {"Name": "Plain"}})).await;
    assert_eq!(query(json!({"property": "Name", "title": {"equals": "plain"}}), json!([])).await, ["Plain"]);
    ada.run("page_create", json!({"database_id": roadmap, "properties": {"Name": "As a page", "Effort": 1}})).await;

    let handbook = named(&ada, "handbook").await;
    let own = json!({"parent": {"page_id": handbook}, "title": [{"text": {"content": "Books"}}], "properties": {"Title": {"title": {}}, "Read": {"checkbox": {}}}});
    let own = ada.run("database_create", own).await["id"].clone();
    ada.run(
        "database_insert_row",
        json!({"database_id": own, "properties": {"title": {"title": "Dune"}, "Read": {"checkbox": true}}}),
    )
    .await;
    let read = ada
        .run(
            "database_query",
            json!({"database_id": own, "filter": {"property": "Read", "checkbox": {"equals": true}}}),
        )
        .await;
    assert_eq!(texts(&read, "/results", "/properties/Title/title/0/plain_text"), ["Dune"]);
    let rest = ada.rest(Method::POST, &format!("/v1/databases/{}/query", own.as_str().unwrap()), Some(json!({}))).await;
    assert_eq!((rest.status, rest.json()["results"].as_array().unwrap().len()), (200, 1));
    let lost = ada.rest(Method::GET, "/v1/pages/00000000-0000-4000-8000-000000000000", None).await;
    assert_eq!((lost.status, &lost.json()["code"]), (404, &json!("object_not_found")));

    let insert = |properties: Value| json!({"database_id": roadmap, "properties": properties});
    for (tool, bad, said) in [
        ("database_insert_row", json!({"database_id": roadmap, "properties": null}), "should be defined"),
        (
            "database_insert_row",
            insert(json!({"Colour": {"select": {"name": "red"}}})),
            "is not a property that exists",
        ),
        ("database_insert_row", insert(json!({"Effort": {"number": "two"}})), "expected to be number"),
        ("database_insert_row", insert(json!({"Effort": {"select": {"name": "two"}}})), "expected to be number"),
        ("database_insert_row", insert(json!({"Status": {"status": {"name": "Soon"}}})), "does not exist"),
        ("database_insert_row", insert(json!({"Due": {"date": {"start": "soon"}}})), "ISO 8601"),
        ("database_insert_row", insert(json!({"Owner": {"people": [{"id": "x"}]}})), "Could not find user"),
        (
            "database_query",
            json!({"database_id": roadmap, "filter": {"property": "Colour", "select": {"equals": "red"}}}),
            "Could not find property",
        ),
        (
            "database_query",
            json!({"database_id": roadmap, "filter": {"property": "Effort", "select": {"equals": "red"}}}),
            "does not match filter",
        ),
        (
            "database_query",
            json!({"database_id": roadmap, "filter": {"property": "Effort", "number": {"nearly": 3}}}),
            "is not a condition",
        ),
        (
            "database_query",
            json!({"database_id": roadmap, "filter": {"and": [{"or": [{"and": [{"or": []}]}]}]}}),
            "too deeply",
        ),
        (
            "database_query",
            json!({"database_id": roadmap, "sorts": [{"property": "Effort", "direction": "up"}]}),
            "neither ascending",
        ),
        ("database_query", json!({"database_id": roadmap, "sorts": [{}]}), "either property or timestamp"),
        (
            "database_create",
            json!({"parent": {"page_id": handbook}, "title": [], "properties": {"Read": {"checkbox": {}}}}),
            "Title is not provided",
        ),
        ("database_create", json!({"title": [], "properties": {}}), "parent.page_id"),
    ] {
        let (status, told) = ada.refused(tool, bad).await;
        assert!(status == 400 && told.contains(said), "{tool} {said}: {told}");
    }
    assert_eq!(ada.refused("database_fetch", json!({"database_id": "x"})).await.0, 404);
    assert_eq!(ada.refused("data_source_query", json!({"data_source_id": "x"})).await.0, 404);
}
