//! Runs that are kept: read back, gone on with, and cut off anywhere.

use jackfield::testing::agent::{
    AgentEvent, AgentOrder, AgentStart, CallDecision, CallState, RunEnd, RunId, list, load,
};
use jackfield::testing::domain::{FaultKind, Mode};
use jackfield::testing::flow::record::Recorder;
use jackfield::testing::journal::{Front, RunFilter};
use serde_json::json;

use super::calls::team;
use super::{BARBARA, Place, Run, assert_valid, order, rows, words};
use crate::support::ModelReply;

#[tokio::test]
async fn a_run_is_read_back_as_it_was_seen() {
    let place = Place::new(Mode::Ask).await;
    let reply = ModelReply::stream()
        .thinking("Hm.")
        .text("I look.")
        .tool("t1", "linear_viewer_get", "{}")
        .tool("t2", "linear_no", "{}")
        .stop("tool_use");
    place.server.reply(reply);
    place.server.reply(ModelReply::says("Done."));
    let mut run = place.usual();
    run.say("Look at this\nwell");
    run.answered().await;
    let id = run.id();
    let stored = place.stored(&id).await;
    assert_eq!(rows(&stored.transcript), rows(&run.transcript));
    assert_eq!(stored.transcript.total, run.transcript.total);
    assert_eq!(stored.transcript.last, run.transcript.last);
    let result =
        |transcript: &jackfield::testing::agent::Transcript| match &transcript.call(&"t1".into()).unwrap().state {
            CallState::Returned(returned) => returned.result.clone().unwrap(),
            other => panic!("{other:?}"),
        };
    assert_eq!(result(&stored.transcript), result(&run.transcript));
    let head = stored.head;
    assert_eq!((head.title.raw(), head.state.raw(), head.calls), ("Look at this", "answered", 2));
    assert_eq!((head.identifier.raw(), head.environment.raw(), head.mode.raw()), (BARBARA, "test", "ask"));
    let journal = place.journal().await;
    let found = list(&journal, &RunFilter { words: vec!["look".into()], ..RunFilter::default() }, 9).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(journal.run_title(id.as_str()).unwrap().unwrap().raw(), "Look at this");
    run.leave().await;
}

#[tokio::test]
async fn a_run_goes_on_with_everything_that_was_said() {
    let place = Place::new(Mode::Ask).await;
    let reply = ModelReply::stream().thinking("Hm.").tool("t1", "linear_viewer_get", "{}").stop("tool_use");
    place.server.reply(reply);
    place.server.reply(ModelReply::says("You are Barbara."));
    let mut run = place.usual();
    run.say("Who am I?");
    run.answered().await;
    let (id, before) = (run.id(), place.messages());
    run.leave().await;
    place.server.reply(ModelReply::says("Still Barbara."));
    let mut again = place.go_on(&id, order(BARBARA, &["linear"]));
    again.say("And now?");
    again.answered().await;
    let after = place.messages();
    assert_valid(&after);
    assert_eq!(after.len(), before.len() + 2);
    // The mark of the cache may stand elsewhere.
    let plain = |messages: &[serde_json::Value]| {
        serde_json::to_string(messages).unwrap().replace(r#","cache_control":{"type":"ephemeral"}"#, "")
    };
    assert_eq!(plain(&after[..before.len()]), plain(&before), "what was sent is sent again, byte for byte");
    assert_eq!(place.carried_out(&id).await.len(), 1, "nothing is sent again by itself");
    assert!(rows(&place.stored(&id).await.transcript).len() > 5);
    again.leave().await;
}

#[tokio::test]
async fn a_run_goes_on_in_one_place_at_a_time_and_as_nobody_else() {
    let place = Place::new(Mode::Ask).await;
    place.server.reply(ModelReply::says("Hello."));
    let mut run = place.usual();
    run.say("Hello");
    run.answered().await;
    let id = run.id();
    let failed = async |order: AgentOrder, id: &RunId| {
        let mut other = place.go_on(id, order);
        let RunEnd::Failed(fault) = other.rests().await else { panic!("it went on") };
        other.leave().await;
        fault
    };
    let fault = failed(order(BARBARA, &["linear"]), &id).await;
    assert!(fault.kind == FaultKind::Conflict && fault.message.contains("under way in another"), "{fault}");
    // A message that it cannot be said to goes back, once, and is not tried again by itself.
    let mut other = place.go_on(&id, order(BARBARA, &["linear"]));
    other.say("Are you there?");
    let is_back = |event: &AgentEvent| matches!(event, AgentEvent::NotTaken(text) if text == "Are you there?");
    other.wait(|event| is_back(event).then_some(())).await;
    let RunEnd::Failed(_) = other.rests().await else { panic!("it went on") };
    run.leave().await;
    place.server.reply(ModelReply::says("Yes."));
    other.say("And now?");
    other.answered().await;
    let ends = other.seen.iter().filter(|event| matches!(event, AgentEvent::Rests(_))).count();
    assert!(ends <= 3, "it tried by itself: {:?}", other.seen);
    assert!(!json!(place.messages()).to_string().contains("Are you there?"), "{:#?}", place.messages());
    other.leave().await;
    assert_eq!(failed(order("ada@acme.dev", &["linear"]), &id).await.kind, FaultKind::OtherAccount);
    assert_eq!(failed(order(BARBARA, &[]), &RunId::known("agent-../x")).await.kind, FaultKind::NotFound);
    place.server.reply(ModelReply::says("Again."));
    let mut again = place.go_on(&id, order(BARBARA, &["linear"]));
    again.say("Again");
    again.answered().await;
    again.leave().await;
}

#[tokio::test]
async fn without_records_a_run_works_and_is_not_kept() {
    let place = Place::new(Mode::Ask).await;
    place.server.reply(ModelReply::stream().tool("t1", "linear_viewer_get", "{}").stop("tool_use"));
    place.server.reply(ModelReply::says("Done."));
    let mut parts = place.parts();
    parts.recorder = Recorder::new("test", Front::Agent, None);
    let mut run = Run::new(parts, AgentStart::New(order(BARBARA, &["linear"])));
    run.say("Go");
    run.answered().await;
    assert_eq!(run.returned("t1").entry, None);
    assert!(load(&place.journal().await, &run.id()).unwrap().is_none());
    run.leave().await;
}

#[tokio::test]
async fn what_is_kept_holds_no_credential_and_no_broken_signature() {
    const KEY: &str = "lin_api_0123456789abcdefghijABCDEFGHIJ0123456789";
    let place = Place::new(Mode::Ask).await;
    place.server.reply(ModelReply::stream().thinking("Hm.").text(&format!("It is {KEY}.")).stop("end_turn"));
    let mut run = place.usual();
    run.say(&format!("My key is {KEY}"));
    run.answered().await;
    let id = run.id();
    assert!(
        run.transcript.items.iter().any(|item| format!("{item:?}").contains(KEY)),
        "the person sees their own words"
    );
    run.leave().await;
    let stored = place.stored(&id).await;
    assert!(!format!("{stored:?}").contains(KEY));
    place.server.reply(ModelReply::says("Fine."));
    let mut again = place.go_on(&id, order(BARBARA, &["linear"]));
    again.say("Go on");
    again.answered().await;
    let sent = serde_json::to_string(&place.messages()).unwrap();
    assert!(!sent.contains(KEY) && !sent.contains("signature"), "{sent}");
    assert_valid(&place.messages());
    again.leave().await;
}

/// Drives a run that reads and writes until `cut` events have come, then ends the program, and goes on.
async fn cut_off_after(cut: usize) -> bool {
    let place = Place::new(Mode::Ask).await;
    let team = team(&place).await;
    let input = json!({ "teamId": team, "title": "Once" }).to_string();
    let reply = ModelReply::stream()
        .text("Both.")
        .tool("read", "linear_viewer_get", "{}")
        .tool("write", "linear_issue_create", &input)
        .stop("tool_use");
    place.server.reply(reply);
    place.server.reply(ModelReply::says("Done."));
    let mut run = place.usual();
    run.say("Do it");
    let mut is_whole = false;
    for _ in 0..cut {
        let event = run.event().await;
        match event {
            AgentEvent::Asking { call, .. } => run.decide(call.raw(), CallDecision::Once),
            AgentEvent::Rests(_) => {
                is_whole = true;
                break;
            }
            _ => {}
        }
    }
    let heard_of: Vec<_> = run
        .transcript
        .items
        .iter()
        .filter_map(|item| match item {
            jackfield::testing::agent::TranscriptItem::Call(row) => Some(row.clone()),
            _ => None,
        })
        .collect();
    let id = run.transcript.run.clone();
    run.kill().await;
    let Some(id) = id else { return is_whole };
    let begun = place.entries(&format!("run:{id}")).await.len();
    if load(&place.journal().await, &id).unwrap().is_none() {
        return is_whole;
    }
    // Whatever the model's server still had to say was for the program that is gone.
    while place.server.replies_left() > 0 {
        let _ = drain(&place).await;
    }
    // One of its requests may be on its way still.
    for _ in 0..3 {
        place.server.reply(ModelReply::says("And now I know."));
    }
    let mut again = place.go_on(&id, order(BARBARA, &["linear"]));
    again.say("Go on");
    again.answered().await;
    let messages = place.messages();
    assert_valid(&messages);
    let whole = serde_json::to_string(&messages).unwrap();
    assert!(whole.contains("Go on"), "cut after {cut}: {whole}");
    for row in &heard_of {
        let told = place.told(row.id.raw());
        if let CallState::Returned(returned) = &row.state {
            assert_eq!(words(&told), returned.told.raw(), "what the person saw the model is told, cut after {cut}");
        }
    }
    // Nobody sends anything again, and what nobody knows is called unknown.
    let carried_out = place.carried_out(&id).await;
    assert_eq!(place.entries(&format!("run:{id}")).await.len(), begun, "cut after {cut}");
    assert!(carried_out.len() <= begun, "cut after {cut}");
    let writes =
        carried_out.iter().filter(|call| call.tool.as_ref().is_some_and(|tool| tool.raw().ends_with("create")));
    let writes = writes.count();
    assert!(writes <= 1, "cut after {cut}");
    if whole.contains("\"write\"") {
        let told = words(&place.told("write"));
        let is_known = !told.contains("is not known");
        if writes == 0 && is_known {
            assert!(told.contains("Nothing was sent"), "cut after {cut}: {told}");
        }
    }
    again.leave().await;
    is_whole
}

/// Fetches a reply that is left over.
async fn drain(place: &Place) -> Result<(), ()> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let url = format!("{}v1/messages", place.server.url());
    reqwest::Client::new().post(url).body("{}").send().await.map(drop).map_err(drop)
}

#[tokio::test]
async fn a_program_may_end_after_any_event_and_nothing_is_lost_or_sent_twice() {
    let mut cut = 0;
    while !cut_off_after(cut).await {
        cut += 1;
        assert!(cut < 100, "it ends");
    }
    assert!(cut > 10, "there were events to be cut after: {cut}");
}
