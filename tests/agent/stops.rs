//! Every way in which an answer ends, and what becomes of the run.

use std::sync::Arc;

use jackfield::testing::agent::{AgentEvent, AgentLimits, AgentOrder, RunEnd};
use jackfield::testing::domain::{FaultKind, Mode};
use serde_json::json;
use tokio::sync::Semaphore;

use super::{BARBARA, Place, assert_valid, order, rows, words};
use crate::support::ModelReply;

#[tokio::test]
async fn an_answer_is_heard_piece_by_piece_and_ends_the_turn() {
    let place = Place::new(Mode::Ask).await;
    place.server.reply(ModelReply::stream().thinking("Hm.").text("You are Barbara.").stop("end_turn"));
    let mut run = place.usual();
    run.say("Who am I?");
    run.answered().await;
    assert_eq!(rows(&run.transcript), ["said Who am I?", "thinking Hm.", "text You are Barbara.", "rests Answered"]);
    let request = &place.server.requests().into_iter().find(|it| it.target == "/v1/messages").unwrap().body;
    let system = request["system"].to_string();
    assert!(system.contains("acts as barbara@acme.dev on linear"), "{system}");
    assert_eq!(run.transcript.total.input, 10);
    assert_eq!(run.transcript.context_limit, Some(200_000));
    run.leave().await;
}

#[tokio::test]
async fn reasons_that_end_a_run_are_told_and_the_next_message_fits() {
    let odd = json!({ "stop_reason": "new_reason", "stop_sequence": null });
    let refused = json!({ "stop_reason": "refusal", "stop_sequence": null, "stop_details": { "explanation": "No." } });
    for (reply, expected) in [
        (ModelReply::stream().text("a").stop("stop_sequence"), "Answered"),
        (ModelReply::stream().text("a").stop("max_tokens"), "MaxTokens"),
        (ModelReply::stream().text("a").stop("model_context_window_exceeded"), "ContextFull"),
        (ModelReply::stream().text("a").stop_with(&odd), "UnknownReason(\"new_reason\")"),
        (ModelReply::stream().text("a").stop_with(&refused), "Refused("),
        (ModelReply::error(400, "invalid_request_error", "prompt is too long: 201 tokens > 200"), "ContextFull"),
        (ModelReply::error(400, "invalid_request_error", "messages: odd"), "Failed("),
        (ModelReply::stream().text("a").stop("tool_use"), "Answered"),
    ] {
        let place = Place::new(Mode::Ask).await;
        place.server.reply(reply);
        place.server.reply(ModelReply::says("Fine."));
        let mut run = place.usual();
        run.say("One");
        let end = format!("{:?}", run.rests().await);
        assert!(end.starts_with(expected), "{end}");
        run.say("Two");
        run.answered().await;
        assert_valid(&place.messages());
        assert!(place.messages().last().unwrap().to_string().contains("Two"));
        run.leave().await;
    }
}

#[tokio::test]
async fn a_wish_that_was_cut_off_is_not_sent_and_the_model_is_told() {
    let place = Place::new(Mode::Free).await;
    let cut = ModelReply::stream()
        .tool("toolu_1", "linear_viewer_get", "{}")
        .tool("toolu_2", "linear_issue_create", r#"{"teamId":"x","tit"#)
        .stop("max_tokens");
    place.server.reply(cut);
    place.server.reply(ModelReply::says("Shorter then."));
    let mut run = place.usual();
    run.say("Write a lot");
    assert_eq!(run.rests().await, RunEnd::MaxTokens);
    assert!(run.returned("toolu_1").not_sent && run.returned("toolu_2").not_sent);
    run.say("Go on");
    run.answered().await;
    assert_valid(&place.messages());
    for id in ["toolu_1", "toolu_2"] {
        let told = place.told(id);
        assert!(told["is_error"] == true && words(&told).contains("cut off at the limit"), "{told}");
    }
    assert!(place.carried_out(&run.id()).await.is_empty());
    run.leave().await;
}

#[tokio::test]
async fn a_paused_turn_goes_on_with_what_came_and_not_for_ever() {
    let place = Place::new(Mode::Ask).await;
    place.server.reply(ModelReply::stream().text("First, ").stop("pause_turn"));
    place.server.reply(ModelReply::says("second."));
    let mut run = place.usual();
    run.say("Count");
    run.answered().await;
    let messages = place.messages();
    assert_eq!(messages.len(), 2, "{messages:#?}");
    assert_eq!(messages[1]["content"][0]["text"], "First, ");
    for _ in 0..50 {
        place.server.reply(ModelReply::stream().text("x").stop("pause_turn"));
    }
    run.say("Again");
    assert_eq!(run.rests().await, RunEnd::MaxTurns);
    assert!(place.server.replies_left() > 20);
    run.leave().await;
}

#[tokio::test]
async fn a_model_that_calls_for_ever_is_stopped_and_may_go_on() {
    let place = Place::new(Mode::Ask).await;
    for n in 0..4 {
        place.server.reply(ModelReply::stream().tool(&format!("t{n}"), "linear_viewer_get", "{}").stop("tool_use"));
    }
    let limits = AgentLimits { max_turns: 3, ..AgentLimits::default() };
    let mut run = place.run(AgentOrder { limits, ..order(BARBARA, &["linear"]) });
    run.say("Loop");
    assert_eq!(run.rests().await, RunEnd::MaxTurns);
    assert_eq!(place.carried_out(&run.id()).await.len(), 3);
    // Without a word the run goes on where it was.
    run.say("");
    run.wait(|event| matches!(event, AgentEvent::Returned { call, .. } if call.raw() == "t3").then_some(())).await;
    assert_valid(&place.messages());
    run.leave().await;
}

#[tokio::test]
async fn an_overloaded_server_is_tried_again_and_says_so() {
    let place = Place::new(Mode::Ask).await;
    place.server.reply(ModelReply::error(529, "overloaded_error", "Overloaded").with_header("retry-after-ms", "1"));
    place.server.reply(ModelReply::says("Here."));
    let mut run = place.usual();
    run.say("Hello");
    run.answered().await;
    assert!(run.seen.iter().any(|event| matches!(event, AgentEvent::Retrying { .. })), "{:#?}", run.seen);
    run.leave().await;
}

#[tokio::test]
async fn a_run_is_stopped_in_the_middle_of_an_answer_and_what_came_stays() {
    let place = Place::new(Mode::Ask).await;
    let gate = Arc::new(Semaphore::new(0));
    let reply = ModelReply::stream().text("A long story").text("never told").stop("end_turn");
    let at = reply.bytes().windows(4).position(|part| part == b"tory").unwrap() + 20;
    place.server.reply(reply.held_at(at, &gate));
    place.server.reply(ModelReply::says("Fine."));
    let mut run = place.usual();
    run.say("Tell me");
    run.wait(|event| matches!(event, AgentEvent::Text(text) if text.raw().contains("A long")).then_some(())).await;
    run.stop();
    assert_eq!(run.rests().await, RunEnd::Stopped);
    run.say("Something else");
    run.answered().await;
    let messages = place.messages();
    assert_valid(&messages);
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0]["content"][1]["text"], "Something else");
    let stored = rows(&place.stored(&run.id()).await.transcript);
    assert!(stored.iter().any(|row| row.starts_with("text A long")), "{stored:#?}");
    run.leave().await;
}

#[tokio::test]
async fn what_is_said_while_the_model_answers_goes_out_next() {
    let place = Place::new(Mode::Ask).await;
    let gate = Arc::new(Semaphore::new(0));
    place.server.reply(ModelReply::stream().text("One").stop("end_turn").held_at(0, &gate));
    place.server.reply(ModelReply::says("Two"));
    let mut run = place.usual();
    run.say("a");
    run.wait(|event| matches!(event, AgentEvent::Turn(_)).then_some(())).await;
    run.say("b");
    run.wait(|event| matches!(event, AgentEvent::Said(text) if text == "b").then_some(())).await;
    gate.add_permits(1);
    run.answered().await;
    let messages = place.messages();
    assert_valid(&messages);
    assert_eq!(messages[2]["content"][0]["text"], "b");
    assert_eq!(rows(&run.transcript), ["said a", "said b", "text One", "text Two", "rests Answered"]);
    let stored = rows(&place.stored(&run.id()).await.transcript);
    assert_eq!(stored, ["said a", "text One", "said b", "text Two", "rests Answered"]);
    run.leave().await;
}

#[tokio::test]
async fn a_refused_key_ends_the_run_and_says_whose_fault_it_is() {
    let place = Place::new(Mode::Ask).await;
    place.server.reply(ModelReply::error(401, "authentication_error", "invalid x-api-key"));
    let mut run = place.usual();
    run.say("Hello");
    let RunEnd::Failed(fault) = run.rests().await else { panic!("it went on") };
    assert_eq!(fault.http_status, Some(401));
    assert_ne!(fault.kind, FaultKind::KeyRefused, "the environment's key has nothing to do with it");
    run.leave().await;
}

#[tokio::test]
async fn blocks_of_kinds_that_nobody_knows_go_back_unchanged() {
    let place = Place::new(Mode::Ask).await;
    let odd = json!({ "type": "server_thing", "n": 1.5, "inner": { "b": 1, "a": [2] } });
    let reply =
        ModelReply::stream().thinking("Hm.").block(&odd, &[]).tool("t1", "linear_viewer_get", "{}").stop("tool_use");
    place.server.reply(reply);
    place.server.reply(ModelReply::says("Done."));
    let mut run = place.usual();
    run.say("Go");
    run.answered().await;
    let content = place.messages()[1]["content"].clone();
    assert_eq!(content[1], odd);
    assert_eq!(content[0], json!({ "type": "thinking", "thinking": "Hm.", "signature": "c2lnbmF0dXJl" }));
    assert!(run.seen.iter().any(|event| matches!(event, AgentEvent::OtherBlock(_))));
    run.leave().await;
}
