//! Gmail: conversations, drafts, labels, rules, attachments, contacts.

use reqwest::Method;
use serde_json::{Value, json};

use super::Env;
use super::provider_calls::{Caller, fields};

async fn people(env: &Env) -> (Caller<'_>, Caller<'_>) {
    (Caller::signed_in(env, "gmail", "ada").await, Caller::signed_in(env, "gmail", "grace").await)
}

async fn subjects(caller: &Caller<'_>, query: &str) -> Vec<String> {
    let found = caller.run("fetch_mails", json!({"query": query})).await;
    let subject = |message: &Value| {
        let headers = message["payload"]["headers"].as_array().unwrap();
        headers.iter().find(|header| header["name"] == "Subject").unwrap()["value"].as_str().unwrap().to_owned()
    };
    found["messages"].as_array().unwrap().iter().map(subject).collect()
}

#[tokio::test]
async fn queries_take_dates_quotes_and_attachments() {
    let env = Env::without_verification().await;
    let (ada, _) = people(&env).await;
    assert_eq!(subjects(&ada, "has:attachment").await, ["Invoice 2041 was paid twice"]);
    assert_eq!(subjects(&ada, "filename:csv is:unread").await, ["Invoice 2041 was paid twice"]);
    assert_eq!(subjects(&ada, "\"charged twice\" -from:grace").await, ["Invoice 2041 was paid twice"]);
    assert_eq!(subjects(&ada, "newer_than:3h").await, ["Emoji in names: fixed in staging 🙈"]);
    assert_eq!(subjects(&ada, "older_than:3d is:read -in:sent").await, ["Checkout: what we promised Northwind"]);
    assert_eq!(subjects(&ada, "after:2999/01/01").await, [""; 0]);
    assert_eq!(subjects(&ada, "before:2999/01/01 subject:password").await, ["Your password runs out today"]);

    let found = ada.run("fetch_mails", json!({"query": "has:attachment"})).await["messages"][0].clone();
    let part = &found["payload"]["parts"][1];
    assert_eq!((&part["filename"], &part["mimeType"]), (&json!("invoice-2041.csv"), &json!("text/csv")));
    let wanted = json!({"message_id": found["id"], "attachment_id": part["body"]["attachmentId"]});
    let file = ada.run("get_attachment_by_id", wanted).await;
    assert_eq!((&file["size"], file["data"].as_str().unwrap().starts_with("aW52b2lj")), (&part["body"]["size"], true));
    ada.refused(404, "get_attachment_by_id", json!({"message_id": found["id"], "attachment_id": "x"})).await;
    let path = "/gmail/v1/users/me/messages?q=is:unread&maxResults=2";
    assert_eq!(ada.rest(Method::GET, path, None).await.json()["messages"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn conversations_go_on() {
    let env = Env::without_verification().await;
    let (ada, grace) = people(&env).await;
    let threads = ada.run("list_threads", json!({"query": "northwind", "max_results": 1})).await;
    assert_eq!((threads["threads"].as_array().unwrap().len(), &threads["resultSizeEstimate"]), (1, &json!(2)));
    let next = json!({"query": "northwind", "max_results": 1, "page_token": threads["nextPageToken"]});
    let second = ada.run("list_threads", next).await["threads"][0].clone();
    let thread = async |format: &str| {
        let wanted = json!({"thread_id": second["id"], "format": format, "metadata_headers": ["Subject"]});
        ada.run("get_thread_by_id", wanted).await
    };
    assert_eq!(fields(&thread("full").await, "/messages", "/threadId"), [&second["id"], &second["id"]]);
    assert_eq!(thread("metadata").await["messages"][0]["payload"]["headers"].as_array().unwrap().len(), 1);
    let reply = json!({"thread_id": second["id"], "to": "grace@acme.dev", "body": "Thursday it is."});
    let sent = ada.run("reply_to_thread", reply).await;
    assert_eq!(sent["threadId"], second["id"]);
    assert_eq!(subjects(&grace, "is:unread thursday").await, ["Re: Checkout: what we promised Northwind"]);
    let marked = json!({"thread_id": second["id"], "add_label_ids": ["STARRED"], "remove_label_ids": ["UNREAD"]});
    assert_eq!(grace.run("modify_thread_labels", marked.clone()).await["messages"].as_array().unwrap().len(), 3);
    assert_eq!(subjects(&grace, "is:starred is:read").await.len(), 3);
    for (tool, bad) in [
        ("get_thread_by_id", json!({"thread_id": "x"})),
        ("reply_to_thread", json!({"thread_id": "x", "to": "a@b", "body": "x"})),
        ("modify_thread_labels", json!({"thread_id": "x", "add_label_ids": ["STARRED"]})),
    ] {
        ada.refused(404, tool, bad).await;
    }
}

#[tokio::test]
async fn drafts_wait_until_they_are_sent() {
    let env = Env::without_verification().await;
    let (ada, grace) = people(&env).await;
    let draft = json!({"to": "grace@acme.dev", "bcc": "dennis@acme.dev", "subject": "Soon", "body": "Not yet"});
    let made = ada.run("create_draft", draft).await;
    let id = made["id"].clone();
    assert_eq!(made["message"]["labelIds"], json!(["DRAFT"]));
    assert_eq!(subjects(&grace, "subject:soon").await, [""; 0]);
    let update =
        json!({"draft_id": id, "to": "grace@acme.dev", "subject": "Soon", "body": "Now", "bcc": "dennis@acme.dev"});
    ada.run("update_draft", update).await;
    let read = ada.run("get_draft", json!({"draft_id": id})).await;
    assert_eq!(read["message"]["payload"]["body"]["data"], "Tm93");
    assert_eq!(fields(&ada.run("list_drafts", json!({})).await, "/drafts", "/id"), [&id]);
    grace.refused(404, "get_draft", json!({"draft_id": id})).await;
    assert_eq!(ada.run("send_draft", json!({"draft_id": id})).await["labelIds"], json!(["SENT"]));
    assert_eq!(subjects(&grace, "subject:soon").await, ["Soon"]);
    ada.refused(404, "send_draft", json!({"draft_id": id})).await;
    ada.refused(400, "create_draft", json!({"subject": "x", "body": "y"})).await;
    let other = ada.run("create_draft", json!({"to": "a@b", "subject": "x", "body": "y"})).await["id"].clone();
    assert_eq!(ada.run("delete_draft", json!({"draft_id": other})).await, json!({}));
    ada.refused(404, "delete_draft", json!({"draft_id": other})).await;
    ada.refused(404, "update_draft", json!({"draft_id": other, "to": "a@b", "subject": "x", "body": "y"})).await;
}

#[tokio::test]
async fn labels_and_rules() {
    let env = Env::without_verification().await;
    let (ada, grace) = people(&env).await;
    let label = grace.run("create_label", json!({"name": "From Ada"})).await["id"].clone();
    assert!(grace.refused(400, "create_label", json!({"name": "from ada"})).await.contains("exists"));
    grace.refused(400, "create_label", json!({"name": "x", "label_list_visibility": "never"})).await;
    let rule = json!({"from": "ada@acme.dev", "add_label_ids": [label], "should_archive": true});
    let filter = grace.run("create_filter", rule).await;
    assert_eq!(
        (&filter["criteria"], &filter["action"]["removeLabelIds"]),
        (&json!({"from": "ada@acme.dev"}), &json!(["INBOX"]))
    );
    assert_eq!(grace.run("list_filters", json!({})).await["filter"], json!([filter]));
    let rest = grace.rest(Method::GET, "/gmail/v1/users/me/settings/filters", None).await.json();
    assert_eq!(rest["filter"][0]["id"], filter["id"]);
    for bad in [json!({}), json!({"from": "x"}), json!({"from": "x", "add_label_ids": ["NOPE"]})] {
        grace.refused(400, "create_filter", bad).await;
    }
    ada.run("send_message", json!({"to": "grace@acme.dev", "subject": "Sorted", "body": "x"})).await;
    let found = grace.run("fetch_mails", json!({"query": "label:from-ada"})).await["messages"][0].clone();
    assert_eq!(found["labelIds"], json!(["UNREAD", label]));
    let counted = grace.run("get_label", json!({"label_id": label})).await;
    assert_eq!((&counted["messagesTotal"], &counted["messagesUnread"]), (&json!(1), &json!(1)));
    let id = found["id"].clone();
    let modify = json!({"message_id": id, "add_label_ids": ["INBOX"], "remove_label_ids": ["UNREAD"]});
    assert_eq!(grace.run("modify_message_labels", modify).await["labelIds"], json!([label, "INBOX"]));
    grace.refused(400, "modify_message_labels", json!({"message_id": id, "add_label_ids": ["SENT"]})).await;
    grace.refused(400, "modify_message_labels", json!({"message_id": id})).await;
    ada.refused(400, "modify_message_labels", json!({"message_id": id, "add_label_ids": [label]})).await;
    grace.run("batch_modify_messages", json!({"message_ids": [id], "add_label_ids": ["STARRED"]})).await;
    grace
        .refused(404, "batch_modify_messages", json!({"message_ids": [id, "x"], "remove_label_ids": ["STARRED"]}))
        .await;
    assert_eq!(subjects(&grace, "is:starred").await, ["Sorted"], "all of them, or none");
    grace.run("trash_message", json!({"message_id": id})).await;
    assert_eq!(grace.run("untrash_message", json!({"message_id": id})).await["labelIds"], json!(["INBOX"]));
    assert_eq!(grace.run("delete_filter", json!({"filter_id": filter["id"]})).await, json!({}));
    grace.refused(404, "delete_filter", json!({"filter_id": filter["id"]})).await;
    grace.run("delete_label", json!({"label_id": label})).await;
    grace.refused(404, "get_label", json!({"label_id": label})).await;
    grace.refused(400, "delete_label", json!({"label_id": "INBOX"})).await;
    assert_eq!(grace.run("delete_message", json!({"message_id": id})).await, json!({}));
    grace.refused(404, "get_message_by_id", json!({"message_id": id})).await;
    assert_eq!(subjects(&ada, "in:sent subject:sorted").await, ["Sorted"], "the sender keeps a copy");
}

#[tokio::test]
async fn contacts_are_the_company() {
    let env = Env::without_verification().await;
    let (ada, _) = people(&env).await;
    let first = ada.run("get_contacts", json!({"max_results": 3})).await;
    assert_eq!((first["connections"].as_array().unwrap().len(), &first["totalPeople"]), (3, &json!(8)));
    let found = ada.run("search_people", json!({"query": "gra"})).await;
    assert_eq!(found["results"][0]["person"]["emailAddresses"][0]["value"], "grace@acme.dev");
    ada.refused(400, "search_people", json!({})).await;
    ada.refused(400, "get_contacts", json!({"max_results": 0})).await;
}
