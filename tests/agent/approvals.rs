//! Calls that a person has to allow.

use jackfield::testing::agent::{AgentEvent, CallDecision, RunEnd};
use jackfield::testing::domain::{FaultKind, JsonText, Mode};
use jackfield::testing::journal::StoredBody;
use serde_json::{Value, json};

use super::calls::team;
use super::{Place, Run, assert_valid, words};
use crate::support::ModelReply;

fn input(team: &str, title: &str) -> String {
    json!({ "teamId": team, "title": title }).to_string()
}

/// Has the model create an issue, then finish.
fn creates(place: &Place, id: &str, team: &str, title: &str) {
    place.server.reply(ModelReply::stream().tool(id, "linear_issue_create", &input(team, title)).stop("tool_use"));
    place.server.reply(ModelReply::says("Done."));
}

/// Titles of all that were created in this run, by the results.
async fn titles(place: &Place, run: &Run) -> Vec<String> {
    let mut titles = Vec::new();
    for entry in place.entries(&format!("run:{} tool:create status:ok", run.id())).await {
        let entry = place.journal().await.entry(entry.id).unwrap().unwrap();
        let StoredBody::Kept(arguments) = entry.arguments else { panic!("not kept") };
        let arguments: Value = serde_json::from_str(arguments.raw()).unwrap();
        titles.push(arguments["title"].as_str().unwrap().to_owned());
    }
    titles.sort();
    titles
}

#[tokio::test]
async fn a_write_waits_for_the_person_and_is_sent_once() {
    let place = Place::new(Mode::Ask).await;
    let team = team(&place).await;
    creates(&place, "t1", &team, "One");
    let mut run = place.usual();
    run.say("Create One");
    let (call, reasons) = run.asking().await;
    assert!(call == "t1" && reasons.concat().contains("linear_issue_create writes"), "{reasons:?}");
    assert!(place.entries(&format!("run:{}", run.id())).await.is_empty(), "nothing is written, and nothing sent");
    // Decisions on other calls, and words, are no answers.
    run.decide("t2", CallDecision::Once);
    run.say("yes, do it");
    run.decide("t1", CallDecision::Once);
    // Said twice, it is still one call.
    run.decide("t1", CallDecision::Once);
    run.answered().await;
    assert_eq!(titles(&place, &run).await, ["One"]);
    assert_eq!(place.carried_out(&run.id()).await.len(), 1);
    let messages = place.messages();
    assert_valid(&messages);
    assert_eq!(messages[2]["content"][1]["text"], "yes, do it", "behind the result, in the same message");
    run.leave().await;
}

#[tokio::test]
async fn a_denied_call_is_not_sent_and_the_model_hears_the_reason() {
    let place = Place::new(Mode::Ask).await;
    creates(&place, "t1", "team", "One");
    let mut run = place.usual();
    run.say("Create One");
    run.asking().await;
    run.decide("t1", CallDecision::Deny("Not before Monday".into()));
    run.answered().await;
    let told = words(&place.told("t1"));
    assert!(told.contains("The person denied this call: Not before Monday. Nothing was sent."), "{told}");
    assert!(told.contains("Do not try it again unless the person asks for it."), "{told}");
    assert!(place.carried_out(&run.id()).await.is_empty());
    let returned = run.returned("t1");
    assert!(returned.not_sent && returned.fault.as_ref().unwrap().kind == FaultKind::Denied);
    let entry = place.entry(&returned).await;
    assert_eq!(entry.summary.fault.unwrap().0, "denied", "a denial is written down");
    run.leave().await;
}

#[tokio::test]
async fn what_the_person_makes_of_an_input_is_what_is_sent_and_recorded() {
    let place = Place::new(Mode::Ask).await;
    let team = team(&place).await;
    creates(&place, "t1", &team, "One");
    let mut run = place.usual();
    run.say("Create One");
    run.asking().await;
    // An input that does not fit is asked about again, whatever the person says but another input.
    run.decide("t1", CallDecision::Edited(JsonText::parse(r#"{"title": 7}"#.to_owned()).unwrap()));
    let (_, reasons) = run.asking().await;
    assert!(reasons.concat().contains("Your input does not fit."), "{reasons:?}");
    // What is asked about is what would go out, not what the model wished for.
    assert_eq!(run.transcript.call(&"t1".into()).unwrap().sent().unwrap().raw(), r#"{"title": 7}"#);
    run.decide("t1", CallDecision::Once);
    run.asking().await;
    run.decide("t1", CallDecision::Edited(JsonText::parse("[]".to_owned()).unwrap()));
    run.asking().await;
    run.decide("t1", CallDecision::Edited(JsonText::parse(input(&team, "Two")).unwrap()));
    run.answered().await;
    assert_eq!(titles(&place, &run).await, ["Two"]);
    assert_eq!(place.carried_out(&run.id()).await.len(), 1);
    let row = run.transcript.call(&"t1".into()).unwrap();
    assert!(row.edited.as_ref().unwrap().raw().contains("Two") && row.input.as_ref().unwrap().raw().contains("One"));
    let stored = place.stored(&run.id()).await;
    assert_eq!(stored.transcript.call(&"t1".into()).unwrap().edited, row.edited);
    run.leave().await;
}

#[tokio::test]
async fn what_is_allowed_for_the_run_is_not_asked_about_again_and_nothing_else_is() {
    let place = Place::new(Mode::Ask).await;
    let team = team(&place).await;
    creates(&place, "t1", &team, "One");
    let mut run = place.usual();
    run.say("Create One");
    run.asking().await;
    run.decide("t1", CallDecision::Run);
    run.answered().await;
    creates(&place, "t2", &team, "Two");
    run.say("Create Two");
    run.answered().await;
    assert_eq!(titles(&place, &run).await, ["One", "Two"]);
    let update = json!({ "issueId": "ENG-1", "title": "x" }).to_string();
    place.server.reply(ModelReply::stream().tool("t3", "linear_issue_update", &update).stop("tool_use"));
    place.server.reply(ModelReply::says("No."));
    run.say("Change it");
    assert_eq!(run.asking().await.0, "t3");
    run.decide("t3", CallDecision::Deny(String::new()));
    run.answered().await;
    // Another run asks anew.
    creates(&place, "t4", &team, "Three");
    let mut other = place.usual();
    other.say("Create Three");
    other.asking().await;
    other.stop();
    assert_eq!(other.rests().await, RunEnd::Stopped);
    run.leave().await;
    other.leave().await;
}

#[tokio::test]
async fn several_questions_are_each_answered_by_their_own_decision() {
    let place = Place::new(Mode::Ask).await;
    let team = team(&place).await;
    let reply = (0..6).fold(ModelReply::stream(), |stream, n| {
        stream.tool(&format!("t{n}"), "linear_issue_create", &input(&team, &format!("Title {n}")))
    });
    place.server.reply(reply.stop("tool_use"));
    place.server.reply(ModelReply::says("Done."));
    let mut run = place.usual();
    run.say("Create six");
    // More than run at once: a question takes no place.
    for _ in 0..6 {
        run.asking().await;
    }
    for n in (0..6).rev() {
        let decision = if n % 2 == 0 { CallDecision::Once } else { CallDecision::Deny("odd".into()) };
        run.decide(&format!("t{n}"), decision);
    }
    run.answered().await;
    assert_eq!(titles(&place, &run).await, ["Title 0", "Title 2", "Title 4"]);
    assert_valid(&place.messages());
    run.leave().await;
}

#[tokio::test]
async fn in_free_mode_only_what_takes_something_away_is_asked_about() {
    let place = Place::new(Mode::Free).await;
    let team = team(&place).await;
    creates(&place, "t1", &team, "One");
    let mut run = place.usual();
    run.say("Create One");
    run.answered().await;
    assert!(!run.seen.iter().any(|event| matches!(event, AgentEvent::Asking { .. })));
    assert_eq!(titles(&place, &run).await, ["One"]);
    run.leave().await;
}

#[tokio::test]
async fn a_mode_that_becomes_stricter_while_a_call_waits_holds_it() {
    let place = Place::new(Mode::Ask).await;
    let team = team(&place).await;
    creates(&place, "t1", &team, "One");
    let mut run = place.usual();
    run.say("Create One");
    run.asking().await;
    place.opened.mode.set(Mode::Read);
    run.decide("t1", CallDecision::Once);
    run.answered().await;
    assert_eq!(run.returned("t1").fault.unwrap().kind, FaultKind::ReadOnly);
    assert!(place.carried_out(&run.id()).await.is_empty());
    run.leave().await;
}
