//! People who write to each other, and who see different things: mail, chat, code, tickets.

use serde_json::{Value, json};

use super::Env;

const ADA: &str = "ada@acme.dev";
const GRACE: &str = "grace@acme.dev";
const LINUS: &str = "linus@acme.dev";

fn rows<'a>(list: &'a Value, name: &str) -> &'a Vec<Value> {
    list[name].as_array().unwrap_or_else(|| panic!("no {name} in {list}"))
}

#[tokio::test]
async fn everybody_is_who_they_signed_in_as() {
    let env = Env::start().await;
    let who = async |tool: &str, identifier: &str, field: &str| {
        env.run(tool, identifier, json!({})).await.pointer(field).cloned().unwrap_or_default()
    };
    assert_eq!(who("gmail_get_profile", ADA, "/emailAddress").await, ADA);
    assert_eq!(who("gmail_get_profile", "barbara@acme.dev", "/emailAddress").await, "dennis@acme.dev");
    assert_eq!(who("github_user_get_authenticated", LINUS, "/email").await, LINUS);
    assert_eq!(who("slack_auth_test", LINUS, "/user").await, "linus");
    assert_eq!(who("linear_viewer_get", "barbara@acme.dev", "/viewer/email").await, "barbara@acme.dev");
    assert_eq!(who("asana_me_get", ADA, "/data/email").await, ADA);
}

#[tokio::test]
async fn mail_from_one_person_arrives_at_another() {
    let env = Env::start().await;
    let mail =
        json!({"to": "Grace <grace@acme.dev>", "bcc": "dennis@acme.dev", "subject": "Lunch?", "body": "At noon — Ada"});
    let sent = env.run("gmail_send_message", ADA, mail).await;
    let fetch = async |identifier: &str, params: Value| env.run("gmail_fetch_mails", identifier, params).await;
    let inbox = fetch(GRACE, json!({"query": "from:ada@acme.dev subject:lunch is:unread"})).await;
    let message = &rows(&inbox, "messages")[0];
    assert_eq!((&message["id"], &message["labelIds"]), (&sent["id"], &json!(["INBOX", "UNREAD"])));
    let headers = rows(&message["payload"], "headers");
    assert!(headers.contains(&json!({"name": "From", "value": "Ada Marlow <ada@acme.dev>"})), "{headers:?}");
    assert!(!inbox.to_string().contains("dennis"), "a blind copy is blind");
    assert_eq!(message["payload"]["body"]["data"], "QXQgbm9vbiDigJQgQWRh");
    // Barbara's account acts as Dennis, so his mail is what it reads.
    assert_eq!(rows(&fetch("barbara@acme.dev", json!({"query": "lunch"})).await, "messages").len(), 1);

    let id = sent["id"].clone();
    let get = async |identifier: &str| {
        env.execute("gmail_get_message_by_id", "gmail", identifier, json!({"message_id": id})).await.status
    };
    assert_eq!((get(ADA).await, get(GRACE).await), (200, 200));
    let mine = env.run("gmail_fetch_mails", ADA, json!({"query": "in:sent lunch"})).await;
    assert_eq!(rows(&mine, "messages").len(), 1);
    env.run("gmail_trash_message", GRACE, json!({"message_id": id})).await;
    assert_eq!(rows(&fetch(GRACE, json!({"query": "lunch"})).await, "messages").len(), 0);
    assert_eq!(rows(&fetch(GRACE, json!({"query": "lunch", "include_spam_trash": true})).await, "messages").len(), 1);
    assert_eq!(rows(&fetch(ADA, json!({"query": "lunch"})).await, "messages").len(), 1, "only her own copy went");
}

#[tokio::test]
async fn mail_is_private_paged_and_checked() {
    let env = Env::start().await;
    let secret = env.run("gmail_fetch_mails", GRACE, json!({"query": "term sheet"})).await;
    let id = rows(&secret, "messages")[0]["id"].clone();
    let as_ada = env.execute("gmail_get_message_by_id", "gmail", ADA, json!({"message_id": id})).await;
    as_ada.refused(404, 5, "TOOL_ERROR");

    let first = env.run("gmail_fetch_mails", ADA, json!({"max_results": 3, "format": "minimal"})).await;
    assert_eq!((rows(&first, "messages").len(), &first["resultSizeEstimate"]), (3, &json!(6)));
    assert!(first["messages"][0].get("payload").is_none());
    let second =
        env.run("gmail_fetch_mails", ADA, json!({"max_results": 3, "page_token": first["nextPageToken"]})).await;
    assert_eq!((rows(&second, "messages").len(), second.get("nextPageToken")), (3, None));
    for bad in
        [json!({"max_results": 0}), json!({"format": "raw"}), json!({"page_token": "x"}), json!({"label_ids": "INBOX"})]
    {
        assert_eq!(env.execute("gmail_fetch_mails", "gmail", ADA, bad).await.status, 400);
    }
    for bad in [json!({"subject": "x", "body": "y"}), json!({"to": "nobody", "subject": "x", "body": "y"})] {
        assert_eq!(env.execute("gmail_send_message", "gmail", ADA, bad).await.status, 400);
    }
}

#[tokio::test]
async fn a_slack_message_is_seen_by_the_channels_members_only() {
    let env = Env::without_verification().await;
    env.post("connected_accounts", json!({"connector": "slack", "identifier": GRACE, "connected_account": {}})).await;
    env.connect("slack", GRACE, "grace").await;
    let say = async |identifier: &str, channel: &str, text: &str| {
        env.run("slack_send_message", identifier, json!({"channel": channel, "text": text})).await
    };
    let history = async |identifier: &str, channel: &str| {
        env.run("slack_fetch_conversation_history", identifier, json!({"channel": channel, "limit": 1})).await
    };
    let sent = say(LINUS, "#payments-incident", "All refunded.").await;
    assert_eq!(sent["ok"], true);
    let seen = history(ADA, "payments-incident").await;
    assert_eq!((&seen["messages"][0]["text"], &seen["messages"][0]["ts"]), (&json!("All refunded."), &sent["ts"]));
    assert_eq!(seen["has_more"], true);
    assert_eq!(history(GRACE, "payments-incident").await, json!({"ok": false, "error": "channel_not_found"}));
    assert_eq!(
        history(GRACE, "engineering").await,
        json!({"ok": false, "error": "not_in_channel"}),
        "public, but not hers"
    );
    assert_eq!(say(ADA, "leadership", "Hello?").await["error"], "channel_not_found");

    let channels = async |identifier: &str| {
        let list = env.run("slack_list_channels", identifier, json!({"types": "public_channel,private_channel"})).await;
        rows(&list, "channels").iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(channels(ADA).await, ["general", "engineering", "support", "payments-incident"]);
    assert_eq!(channels(GRACE).await, ["general", "engineering", "support", "leadership"]);

    let users = env.run("slack_list_users", ADA, json!({})).await;
    let linus = rows(&users, "members").iter().find(|user| user["name"] == "linus").unwrap()["id"].clone();
    say(ADA, linus.as_str().unwrap(), "Between us.").await;
    let ada = rows(&users, "members").iter().find(|user| user["name"] == "ada").unwrap()["id"].clone();
    assert_eq!(history(LINUS, ada.as_str().unwrap()).await["messages"][0]["text"], "Between us.");
}

#[tokio::test]
async fn rich_messages_carry_blocks() {
    let env = Env::start().await;
    let send = async |blocks: Value| {
        env.run("slack_send_rich_message", ADA, json!({"channel": "#general", "text": "fallback", "blocks": blocks}))
            .await
    };
    let blocks = json!([{"type": "divider"}, {"type": "section", "text": {"type": "mrkdwn", "text": "*Hi*"}}]);
    assert_eq!(send(blocks.clone()).await["message"]["blocks"], blocks);
    assert_eq!(send(json!([{"text": "no type"}])).await["error"], "invalid_blocks");
    let tools = env.get("tools", &[("filter.tool_name", "slack_send_rich_message")]).await.json();
    let schema = tools["tools"][0]["definition"]["input_schema"].to_string();
    for word in [
        "$ref",
        "$defs",
        "oneOf",
        "anyOf",
        "allOf",
        "patternProperties",
        "\"pattern\"",
        "\"type\":[",
        "const",
        "\"if\"",
    ] {
        assert!(schema.contains(word), "{word}");
    }
    assert!(schema.contains(r##"{"$ref":"#/$defs/list"}"##), "it refers to itself");
}

#[tokio::test]
async fn github_issues_are_made_found_and_hidden() {
    let env = Env::without_verification().await;
    env.connect("github", ADA, "grace").await;
    let in_repo = |name: &str, more: Value| {
        let mut params = json!({"owner": "acme", "repo": name});
        params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        params
    };
    let made = env
        .run("github_issue_create", LINUS, in_repo("storefront", json!({"title": "Dark mode", "labels": ["bug"]})))
        .await;
    assert_eq!((&made["number"], &made["user"]["login"]), (&json!(8), &json!("linusok")));
    let list = env.run("github_issues_list", ADA, in_repo("storefront", json!({"per_page": 1}))).await;
    assert_eq!(rows(&list, "array")[0]["title"], "Dark mode", "grace finds it too");
    let open =
        env.run("github_issues_list", ADA, in_repo("storefront", json!({"labels": "bug", "state": "all"}))).await;
    assert_eq!(rows(&open, "array").len(), 3);

    let repos = async |identifier: &str| {
        let list = env.run("github_user_repos_list", identifier, json!({})).await;
        rows(&list, "array").iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(repos(ADA).await, ["board-papers", "legacy-import", "storefront"]);
    assert_eq!(repos(LINUS).await, ["legacy-import", "payments", "storefront"]);
    let hidden = env.execute("github_issues_list", "github", LINUS, in_repo("board-papers", json!({}))).await;
    hidden.refused(404, 5, "TOOL_ERROR");
    let frozen =
        env.execute("github_issue_create", "github", LINUS, in_repo("legacy-import", json!({"title": "x"}))).await;
    frozen.refused(403, 7, "TOOL_ERROR");
    let comments =
        env.run("github_issue_comments_list", LINUS, in_repo("storefront", json!({"issue_number": 1}))).await;
    let comment = rows(&comments, "array")[0]["id"].clone();
    let others = env
        .execute("github_issue_comment_delete", "github", LINUS, in_repo("storefront", json!({"comment_id": comment})))
        .await;
    others.refused(403, 7, "TOOL_ERROR");
    let mine = env
        .run("github_issue_comment_create", LINUS, in_repo("storefront", json!({"issue_number": 1, "body": "x"})))
        .await;
    let gone =
        env.run("github_issue_comment_delete", LINUS, in_repo("storefront", json!({"comment_id": mine["id"]}))).await;
    assert_eq!(gone, json!({}));
}

#[tokio::test]
async fn a_linear_issue_is_searched_for_and_changed() {
    let env = Env::without_verification().await;
    env.connect("linear", GRACE, "grace").await;
    let barbara = "barbara@acme.dev";
    let search = async |identifier: &str, query: &str| {
        env.run("linear_issue_search", identifier, json!({"query": query})).await["searchIssues"].clone()
    };
    assert_eq!(search(GRACE, "term SHEET").await["totalCount"], 1);
    assert_eq!(search(barbara, "term sheet").await["totalCount"], 0, "the leadership's own");
    let found = search(barbara, "webhooks jitter").await["nodes"][0].clone();
    let change = json!({"issueId": found["identifier"], "title": "Retry webhooks", "priority": "1"});
    let updated = env.run("linear_issue_update", barbara, change).await["issueUpdate"]["issue"].clone();
    assert_eq!((&updated["title"], &updated["priorityLabel"]), (&json!("Retry webhooks"), &json!("Urgent")));
    assert_eq!(updated["assignee"], found["assignee"], "what is left out stays");
    let get = env.run("linear_issue_get", GRACE, json!({"issueId": found["id"]})).await;
    assert!(updated.as_object().unwrap().iter().all(|(field, value)| get["issue"][field] == *value), "{get}");
    let hidden = json!({"issueId": "LEAD-1", "title": "x"});
    assert_eq!(env.execute("linear_issue_update", "linear", barbara, hidden).await.status, 400);
}

#[tokio::test]
async fn linear_issues_are_commented_on_related_and_closed() {
    let env = Env::without_verification().await;
    env.connect("linear", GRACE, "grace").await;
    let barbara = "barbara@acme.dev";
    let comment = json!({"issueId": "ENG-2", "body": "Seen."});
    let made = env.run("linear_comment_create", barbara, comment).await["commentCreate"].clone();
    assert_eq!((&made["success"], &made["comment"]["user"]["email"]), (&json!(true), &json!(barbara)));
    let relate = async |who: &str, from: &str, to: &str| {
        let input = json!({"issueId": from, "relatedIssueId": to, "type": "blocks"});
        env.execute("linear_issue_relation_create", "linear", who, input).await
    };
    let relation =
        relate(barbara, "ENG-2", "ENG-3").await.json()["data"]["issueRelationCreate"]["issueRelation"].clone();
    assert_eq!(
        (&relation["issue"]["identifier"], &relation["relatedIssue"]["identifier"]),
        (&json!("ENG-2"), &json!("ENG-3"))
    );
    assert_eq!(relate(GRACE, "ENG-2", "LEAD-1").await.status, 200);
    assert_eq!(relate(barbara, "ENG-2", "LEAD-1").await.status, 400, "not seen");
    let bad = json!({"issueId": "ENG-2", "relatedIssueId": "ENG-3", "type": "hates"});
    assert_eq!(env.execute("linear_issue_relation_create", "linear", barbara, bad).await.status, 400);

    let issue =
        async |who: &str, id: &str| env.run("linear_issue_get", who, json!({"issueId": id})).await["issue"].clone();
    let count = |issue: &Value, list: &str| issue[list]["nodes"].as_array().unwrap().len();
    let (seen, whole) = (issue(barbara, "ENG-2").await, issue(GRACE, "ENG-2").await);
    assert_eq!((count(&seen, "comments"), count(&seen, "relations"), count(&whole, "relations")), (1, 1, 2));
    assert_eq!(issue(barbara, "ENG-3").await["inverseRelations"]["nodes"][0]["issue"]["identifier"], "ENG-2");

    let done = env.run("linear_issues_list", barbara, json!({"state": "Done"})).await["issues"].clone();
    let done = rows(&done, "nodes");
    assert!(done.len() == 2 && done.iter().all(|issue| issue["completedAt"].is_string()), "{done:?}");
    let close = json!({"issueId": "ENG-2", "stateId": done[1]["state"]["id"]});
    assert_eq!(seen["completedAt"], Value::Null);
    let closed = env.run("linear_issue_update", barbara, close).await["issueUpdate"]["issue"].clone();
    assert!(closed["completedAt"].is_string(), "{closed}");
    let found = env.run("linear_issue_search", barbara, json!({"query": "eng-2"})).await["searchIssues"].clone();
    assert_eq!(found["nodes"][0]["identifier"], "ENG-2");
}

#[tokio::test]
async fn an_asana_task_is_read_and_deleted() {
    let env = Env::start().await;
    let project = env.run("asana_projects_list", ADA, json!({})).await["data"][0]["gid"].clone();
    let list = async || env.run("asana_tasks_list", ADA, json!({"project": project})).await["data"].clone();
    let gid = list().await[0]["gid"].clone();
    let task = env.run("asana_task_get", ADA, json!({"task_gid": gid, "opt_fields": "notes"})).await["data"].clone();
    assert_eq!(task["notes"], "Two screens long at most.");
    env.run("asana_task_delete", ADA, json!({"task_gid": gid})).await;
    assert!(list().await.as_array().unwrap().iter().all(|task| task["gid"] != gid));
    env.execute("asana_task_get", "asana", ADA, json!({"task_gid": gid})).await.refused(404, 5, "TOOL_ERROR");
    let made = env.run("asana_task_create", ADA, json!({"name": "Again", "projects": project})).await;
    assert_ne!(made["data"]["gid"], gid, "no gid comes twice");
}

#[tokio::test]
async fn tickets_show_to_the_groups_that_deal_with_them() {
    let env = Env::start().await;
    let run =
        async |tool: &str, params: Value| env.run(&format!("freshdesk_{tool}"), "margaret@acme.dev", params).await;
    let list = run("tickets_list", json!({"filter": "new_and_my_open"})).await;
    assert_eq!(rows(&list, "array").len(), 4);
    let legal = rows(&list, "array").iter().find(|row| row["tags"] == json!(["privacy"])).unwrap()["id"].clone();
    let made =
        run("ticket_create", json!({"email": "max@customer.example", "subject": "Broken", "description": "It is."}))
            .await;
    run("tickets_reply", json!({"ticket_id": made["id"], "body": "Sorry."})).await;
    let solved = run("ticket_update", json!({"ticket_id": made["id"], "status": 4, "tags": ["sorry"]})).await;
    assert_eq!((&solved["status"], &solved["tags"], &solved["priority"]), (&json!(4), &json!(["sorry"]), &json!(1)));
    let whole = run("ticket_get", json!({"ticket_id": made["id"], "include": "conversations"})).await;
    assert_eq!(whole["conversations"][0]["from_email"], "margaret@acme.dev");
    assert_eq!(rows(&run("agents_list", json!({})).await, "array").len(), 3);

    let body = json!({"connector": "freshdesk", "identifier": "ken2", "connected_account":
        {"authorization_details": {"static_auth": {"details": {"api_key": "ken-1"}}}}});
    env.post("connected_accounts", body).await;
    let hidden = env.execute("freshdesk_ticket_get", "freshdesk", "ken2", json!({"ticket_id": legal})).await;
    hidden.refused(403, 7, "TOOL_ERROR");
    let bad =
        env.execute("freshdesk_ticket_update", "freshdesk", "ken2", json!({"ticket_id": 4001, "status": 9})).await;
    bad.refused(400, 3, "TOOL_ERROR");
}
