//! Calls that a model wishes for.

use jackfield::testing::agent::{AgentEvent, RunEnd};
use jackfield::testing::domain::{FaultKind, Mode};
use jackfield::testing::journal::{CallOutcome, Front, JournalFilter};
use serde_json::{Value, json};

use super::{BARBARA, Place, assert_valid, order, words};
use crate::support::ModelReply;

/// Team that Barbara may write to, from an issue that she sees.
pub async fn team(place: &Place) -> String {
    place.server.reply(ModelReply::stream().tool("team", "linear_issues_list", "{}").stop("tool_use"));
    place.server.reply(ModelReply::says("Found."));
    let mut run = place.usual();
    run.say("Which team?");
    run.answered().await;
    let result: Value = serde_json::from_str(run.returned("team").result.unwrap().raw()).unwrap();
    run.leave().await;
    find(&result, "team").expect("a team")
}

fn find(value: &Value, name: &str) -> Option<String> {
    match value {
        Value::Object(members) => match members.get(name) {
            Some(teams) => first_id(teams),
            None => members.values().find_map(|member| find(member, name)),
        },
        Value::Array(items) => items.iter().find_map(|item| find(item, name)),
        _ => None,
    }
}

fn first_id(value: &Value) -> Option<String> {
    match value {
        Value::Object(members) => match members.get("id") {
            Some(Value::String(id)) => Some(id.clone()),
            _ => members.values().find_map(first_id),
        },
        Value::Array(items) => items.iter().find_map(first_id),
        _ => None,
    }
}

#[tokio::test]
async fn results_keep_the_order_of_the_wishes_whichever_comes_first() {
    // One of them is late.
    let place = Place::with(Mode::Ask, &["POST /api/v1/execute_tool slow=100ms every=2"]).await;
    let reply = ModelReply::stream()
        .text("I look.")
        .tool("toolu_1", "linear_viewer_get", "{}")
        .tool("toolu_2", "linear_issues_list", r#"{"first": 2}"#)
        .stop("tool_use");
    place.server.reply(reply);
    place.server.reply(ModelReply::says("Done."));
    let mut run = place.usual();
    run.say("Look");
    run.answered().await;
    let messages = place.messages();
    assert_valid(&messages);
    let results = messages[2]["content"].as_array().unwrap();
    assert_eq!(
        (results[0]["tool_use_id"].as_str(), results[1]["tool_use_id"].as_str()),
        (Some("toolu_1"), Some("toolu_2"))
    );
    assert!(words(&results[0]).contains(BARBARA), "{}", results[0]);
    assert_eq!(results[0].get("is_error"), None);
    let entries = place.entries("from:agent").await;
    assert_eq!(entries.len(), 2);
    for entry in &entries {
        assert_eq!((entry.front, entry.outcome, entry.client.clone()), (Front::Agent, CallOutcome::Succeeded, None));
        assert_eq!(entry.agent_run.as_ref().unwrap().raw(), run.id().as_str());
        assert_eq!(entry.identifier.raw(), BARBARA);
    }
    assert_eq!(place.carried_out(&run.id()).await.len(), 2);
    run.leave().await;
}

#[tokio::test]
async fn what_cannot_be_called_is_told_in_words_that_say_what_to_do() {
    let place = Place::new(Mode::Free).await;
    let reply = ModelReply::stream()
        .tool("unknown", "linear_viewer_gett", "{}")
        .tool("malformed", "linear_issue_get", r#"{"issueId": "#)
        .tool("list", "linear_issue_get", "[1]")
        .tool("misfit", "linear_issue_get", r#"{"issue": "ENG-1"}"#)
        .tool("nothing", "linear_issue_get", r#"{"issueId": "ENG-99999"}"#)
        .stop("tool_use");
    place.server.reply(reply);
    place.server.reply(ModelReply::says("I see."));
    let mut run = place.usual();
    run.say("Try");
    run.answered().await;
    assert_valid(&place.messages());
    for (id, said) in [
        ("unknown", "There is no tool named \"linear_viewer_gett\". Nothing was sent. Perhaps linear_viewer_get or"),
        ("malformed", "The input is no JSON object. Nothing was sent. Send the whole input again"),
        ("list", "The input is no JSON object."),
        ("misfit", "Next: Mend the input by the tool's schema"),
        ("nothing", "Whose fault: "),
    ] {
        let told = place.told(id);
        assert!(told["is_error"] == true && words(&told).contains(said), "{id}: {told}");
    }
    assert!(run.returned("misfit").not_sent && !run.returned("nothing").not_sent);
    assert_eq!(place.carried_out(&run.id()).await.len(), 1);
    run.leave().await;
}

#[tokio::test]
async fn tools_of_another_person_or_connection_are_not_there() {
    let place = Place::new(Mode::Free).await;
    // Barbara has an account on Gmail too, and Ada one on Asana.
    for tool in ["gmail_messages_list", "asana_me_get"] {
        place.server.reply(ModelReply::stream().tool(tool, tool, "{}").stop("tool_use"));
    }
    place.server.reply(ModelReply::says("No."));
    let mut run = place.usual();
    run.say("Try");
    run.answered().await;
    for tool in ["gmail_messages_list", "asana_me_get"] {
        assert_eq!(run.returned(tool).fault.unwrap().kind, FaultKind::NotFound);
    }
    let tools = place.server.requests().last().unwrap().body["tools"].clone();
    let names: Vec<_> = tools.as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert!(names.iter().all(|name| name.starts_with("linear_")) && names.is_sorted(), "{names:?}");
    run.leave().await;
}

#[tokio::test]
async fn in_read_mode_only_what_is_known_to_read_is_offered() {
    let place = Place::new(Mode::Read).await;
    place
        .server
        .reply(ModelReply::stream().tool("t", "linear_issue_create", r#"{"teamId":"a","title":"b"}"#).stop("tool_use"));
    place.server.reply(ModelReply::says("No."));
    let mut run = place.usual();
    run.say("Create");
    run.answered().await;
    assert!(run.returned("t").not_sent && place.carried_out(&run.id()).await.is_empty());
    let told = run.seen.iter().any(|event| {
        matches!(event, AgentEvent::Began { remarks, .. } if remarks.iter().any(|it| it.starts_with("The mode is read")))
    });
    assert!(told, "{:#?}", run.seen);
    run.leave().await;
}

#[tokio::test]
async fn a_long_result_is_cut_for_the_model_and_kept_whole_for_the_person() {
    let place = Place::new(Mode::Free).await;
    let team = team(&place).await;
    let body = "Lorem ipsum 界 ".repeat(8_000);
    let input = json!({ "teamId": team, "title": "Long", "description": body }).to_string();
    place.server.reply(ModelReply::stream().tool("create", "linear_issue_create", &input).stop("tool_use"));
    let search = json!({ "query": "Long" }).to_string();
    place.server.reply(ModelReply::stream().tool("search", "linear_issue_search", &search).stop("tool_use"));
    place.server.reply(ModelReply::says("Long."));
    let mut run = place.usual();
    run.say("Write and find it");
    run.answered().await;
    let returned = run.returned("search");
    assert!(returned.result.as_ref().unwrap().raw().contains(&body), "whole for the person");
    assert!(returned.told.raw().len() <= 64 << 10 && returned.cut.is_some());
    let told = place.told("search");
    let blocks = told["content"].as_array().unwrap();
    assert!(serde_json::from_str::<Value>(blocks[0]["text"].as_str().unwrap()).is_ok());
    assert!(blocks[1]["text"].as_str().unwrap().contains("was shortened"), "{told}");
    let entry = place.entry(&returned).await;
    assert!(format!("{:?}", entry.result).contains("Kept"));
    run.leave().await;
}

/// Calls that have no outcome yet. Their end is not waited for.
async fn running(place: &Place) -> usize {
    let filter = JournalFilter::parse("from:agent status:running", jiff::Timestamp::now()).unwrap();
    place.records.journal().await.unwrap().list(&filter, None, 9).unwrap().calls.len()
}

#[tokio::test]
async fn a_run_that_is_stopped_during_calls_knows_what_was_sent() {
    let place = Place::with(Mode::Ask, &["POST /api/v1/execute_tool hang"]).await;
    let reply = ModelReply::stream()
        .tool("out", "linear_viewer_get", "{}")
        .tool("out_too", "linear_viewer_get", "{}")
        .tool("asked", "linear_issue_create", r#"{"teamId":"a","title":"b"}"#)
        .stop("tool_use");
    place.server.reply(reply);
    place.server.reply(ModelReply::says("Fine."));
    let mut run = place.usual();
    run.say("Go");
    run.asking().await;
    // Both are out at once, as neither comes back.
    while running(&place).await < 2 {
        tokio::task::yield_now().await;
    }
    run.stop();
    assert_eq!(run.rests().await, RunEnd::Stopped);
    assert!(!run.returned("out").not_sent && run.returned("asked").not_sent);
    run.say("And now?");
    run.answered().await;
    assert_valid(&place.messages());
    assert!(words(&place.told("out")).contains("Whether it was carried out is not known"));
    assert!(words(&place.told("asked")).contains("Stopped by the person before it was sent"));
    let entries = place.entries("from:agent").await;
    assert_eq!(entries.iter().map(|entry| entry.outcome).collect::<Vec<_>>(), [CallOutcome::Stopped; 2]);
    run.leave().await;
}

#[tokio::test]
async fn two_wishes_by_one_id_are_answered_once() {
    let place = Place::new(Mode::Free).await;
    let reply = ModelReply::stream()
        .tool("same", "linear_viewer_get", "{}")
        .tool("same", "linear_viewer_get", "{}")
        .stop("tool_use");
    place.server.reply(reply);
    place.server.reply(ModelReply::says("Once."));
    let mut run = place.usual();
    run.say("Twice");
    run.answered().await;
    assert_eq!(place.carried_out(&run.id()).await.len(), 1);
    assert_eq!(place.messages()[2]["content"].as_array().unwrap().len(), 1);
    run.leave().await;
}

#[tokio::test]
async fn a_person_without_tools_can_still_talk_and_is_told_why() {
    let place = Place::new(Mode::Free).await;
    place.server.reply(ModelReply::says("Without tools."));
    let mut run = place.run(order("nobody@acme.dev", &[]));
    run.say("Hello");
    run.answered().await;
    assert_eq!(run.transcript.tools, 0);
    let told = run.seen.iter().any(|event| matches!(event, AgentEvent::Began { remarks, .. } if !remarks.is_empty()));
    assert!(told, "{:#?}", run.seen);
    run.leave().await;
}
