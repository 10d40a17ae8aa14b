//! Slack: people, channels, answers, reactions.

use reqwest::Method;
use serde_json::{Value, json};

use super::Env;
use super::provider_calls::{Caller, fields};

/// The name of a call's refusal, which is a result at Slack.
async fn error(caller: &Caller<'_>, tool: &str, params: Value) -> String {
    let answer = caller.run(tool, params).await;
    assert_eq!(answer["ok"], false, "{answer}");
    answer["error"].as_str().unwrap().to_owned()
}

async fn people(env: &Env) -> (Caller<'_>, Caller<'_>) {
    (Caller::signed_in(env, "slack", "ada").await, Caller::signed_in(env, "slack", "grace").await)
}

#[tokio::test]
async fn people_and_the_app_are_told_of() {
    let env = Env::without_verification().await;
    let (ada, _) = people(&env).await;
    let grace = ada.run("lookup_user_by_email", json!({"email": "grace@acme.dev"})).await["user"].clone();
    assert_eq!(ada.run("get_user_info", json!({"user": grace["id"]})).await["user"], grace);
    assert_eq!(ada.run("get_user_profile", json!({})).await["profile"]["email"], "ada@acme.dev");
    assert_eq!(ada.run("get_team_info", json!({})).await["team"]["name"], "Acme");
    let bot = ada.run("get_bot_info", json!({})).await["bot"].clone();
    assert_eq!(ada.run("get_bot_info", json!({"bot": bot["id"]})).await["bot"], bot);
    assert_eq!(error(&ada, "get_user_info", json!({"user": "U0"})).await, "user_not_found");
    assert_eq!(error(&ada, "lookup_user_by_email", json!({"email": "x@y"})).await, "users_not_found");
    assert_eq!(error(&ada, "get_bot_info", json!({"bot": "B0"})).await, "bot_not_found");
    let me = ada.rest(Method::POST, "/api/auth.test", None).await;
    assert_eq!((me.status, &me.json()["user"]), (200, &json!("ada")), "the path may begin where the host ends");
}

#[tokio::test]
async fn channels_are_made_joined_and_left() {
    let env = Env::without_verification().await;
    let (ada, grace) = people(&env).await;
    let id = async |email: &str| ada.run("lookup_user_by_email", json!({"email": email})).await["user"]["id"].clone();
    let made = ada.run("create_channel", json!({"name": "launch", "is_private": true})).await["channel"].clone();
    let channel = json!({"channel": made["id"]});
    assert_eq!(error(&grace, "get_conversation_info", channel.clone()).await, "channel_not_found");
    for (name, told) in
        [("launch", "name_taken"), ("Two Words", "invalid_name_specials"), (&"x".repeat(81), "invalid_name_maxlength")]
    {
        assert_eq!(error(&ada, "create_channel", json!({"name": name})).await, told);
    }
    let invite = json!({"channel": "launch", "users": id("grace@acme.dev").await});
    assert_eq!(ada.run("invite_users_to_channel", invite.clone()).await["channel"]["num_members"], 2);
    assert_eq!(error(&ada, "invite_users_to_channel", invite).await, "already_in_channel");
    let topic = json!({"channel": made["id"], "topic": "The 3rd"});
    assert_eq!(grace.run("set_conversation_topic", topic).await["channel"]["topic"]["value"], "The 3rd");
    assert_eq!(grace.run("list_channel_members", channel.clone()).await["members"].as_array().unwrap().len(), 2);
    let hers = grace.run("list_user_conversations", json!({"types": "private_channel"})).await;
    assert_eq!(fields(&hers, "/channels", "/name"), ["leadership", "launch"]);
    assert_eq!(grace.run("leave_conversation", channel.clone()).await["ok"], true);
    assert_eq!(error(&grace, "join_conversation", channel).await, "channel_not_found", "it is private");

    let engineering = json!({"channel": "engineering"});
    assert_eq!(grace.run("get_conversation_info", engineering.clone()).await["channel"]["is_member"], false);
    assert_eq!(grace.run("join_conversation", engineering.clone()).await["channel"]["is_member"], true);
    let history = grace.run("fetch_conversation_history", engineering).await;
    assert!(history["messages"].as_array().unwrap().len() >= 3);
    assert_eq!(error(&grace, "leave_conversation", json!({"channel": "general"})).await, "cant_leave_general");
    let direct =
        ada.run("open_conversation", json!({"users": id("grace@acme.dev").await})).await["channel"]["id"].clone();
    ada.run("send_message", json!({"channel": direct, "text": "psst"})).await;
    let back = grace.run("open_conversation", json!({"channel": direct, "return_im": true})).await;
    assert_eq!((&back["channel"]["id"], &back["channel"]["is_im"]), (&direct, &json!(true)));
    assert_eq!(error(&ada, "open_conversation", json!({})).await, "users_list_not_supplied");
    assert_eq!(error(&ada, "list_channels", json!({"types": "secret"})).await, "invalid_types");
}

#[tokio::test]
async fn messages_are_answered_changed_and_reacted_to() {
    let env = Env::without_verification().await;
    let (ada, grace) = people(&env).await;
    let sent = ada.run("send_message", json!({"channel": "general", "text": "Go?"})).await;
    let at = |name: &str| json!({"channel": "general", name: sent["ts"]});
    grace.run("send_message", json!({"channel": "general", "text": "Go!", "thread_ts": sent["ts"]})).await;
    let replies = ada.run("get_conversation_replies", at("ts")).await;
    assert_eq!(fields(&replies, "/messages", "/text"), ["Go?", "Go!"]);
    assert_eq!(replies["messages"][0]["reply_count"], 1);
    assert_eq!(
        error(&ada, "get_conversation_replies", json!({"channel": "general", "ts": "1"})).await,
        "message_not_found"
    );

    let react = json!({"channel": "general", "timestamp": sent["ts"], "name": "rocket"});
    assert_eq!(grace.run("add_reaction", react.clone()).await, json!({"ok": true}));
    assert_eq!(error(&grace, "add_reaction", react.clone()).await, "already_reacted");
    let seen = ada.run("get_reactions", at("timestamp")).await["message"]["reactions"].clone();
    assert_eq!((&seen[0]["name"], &seen[0]["count"]), (&json!("rocket"), &json!(1)));
    grace.run("remove_reaction", react.clone()).await;
    assert_eq!(error(&grace, "remove_reaction", react).await, "no_reaction");
    assert_eq!(
        error(&ada, "add_reaction", json!({"channel": "general", "timestamp": sent["ts"], "name": "no such"})).await,
        "invalid_name"
    );

    let link = ada.run("get_permalink", at("message_ts")).await["permalink"].clone();
    assert!(link.as_str().unwrap().starts_with("https://acme.slack.com/archives/C"));
    let change = json!({"channel": "general", "ts": sent["ts"], "text": "Go on Thursday?"});
    assert_eq!(error(&grace, "update_message", change.clone()).await, "cant_update_message");
    let changed = ada.run("update_message", change).await;
    assert_eq!((&changed["text"], changed["message"]["edited"]["ts"].is_string()), (&json!("Go on Thursday?"), true));
    assert_eq!(error(&ada, "update_message", at("ts")).await, "no_text");
    assert_eq!(error(&grace, "delete_message", at("ts")).await, "cant_delete_message");
    assert_eq!(ada.run("delete_message", at("ts")).await["ts"], sent["ts"]);
    assert_eq!(error(&ada, "get_permalink", at("message_ts")).await, "message_not_found");
}
