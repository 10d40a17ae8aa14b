//! Calls whose account has to be authorized first.

use jackfield::testing::agent::{AgentCommand, AgentEvent, CallDecision, RunEnd};
use jackfield::testing::domain::{AccountRef, FaultKind, Mode};
use jackfield::testing::flow::authorize::Verification;

use super::{BARBARA, Place, Run, assert_valid, order, words};
use crate::browser::visit;
use crate::flow::pair;
use crate::support::ModelReply;

async fn authorize(place: &Place, connection: &str, identifier: &str) {
    let mut following = place.world.authorize(pair(connection, identifier), Verification::ThisMachine(None));
    visit(&following.link().await, None, "allow").await;
    following.outcome().await.0.unwrap();
}

/// A call waits for its account; which.
async fn awaiting(run: &mut Run) -> AccountRef {
    run.wait(|event| match event {
        AgentEvent::AwaitingAccount { account, .. } => Some(account.clone()),
        AgentEvent::Rests(end) => panic!("it rests: {end:?}"),
        _ => None,
    })
    .await
}

/// Reads the tools, then loses the account.
async fn begun(place: &Place, deleted: bool) -> Run {
    place.server.reply(ModelReply::says("Ready."));
    let mut run = place.usual();
    run.say("Hello");
    run.answered().await;
    let account = place.world.account("linear", BARBARA).await;
    let admin = place.opened.backend.account_admin().unwrap();
    match deleted {
        true => admin.delete(&AccountRef::Id(account.id)).await.unwrap(),
        false => drop(admin.disconnect(&account.id).await.unwrap()),
    }
    place.server.reply(ModelReply::stream().tool("t1", "linear_viewer_get", "{}").stop("tool_use"));
    place.server.reply(ModelReply::says("There."));
    run
}

#[tokio::test]
async fn a_call_waits_for_its_account_and_goes_on_once_it_is_authorized() {
    for deleted in [false, true] {
        let place = Place::new(Mode::Free).await;
        let mut run = begun(&place, deleted).await;
        run.say("Who am I?");
        assert_eq!(awaiting(&mut run).await, pair("linear", BARBARA));
        // Trying too early only asks again.
        run.handle.send(AgentCommand::GoOn("t1".into()));
        awaiting(&mut run).await;
        assert!(place.carried_out(&run.id()).await.is_empty());
        authorize(&place, "linear", BARBARA).await;
        run.handle.send(AgentCommand::GoOn("t1".into()));
        run.answered().await;
        assert!(words(&place.told("t1")).contains(BARBARA));
        assert_eq!(place.carried_out(&run.id()).await.len(), 1);
        run.leave().await;
    }
}

#[tokio::test]
async fn a_person_who_does_not_want_to_authorize_it_ends_the_call() {
    let place = Place::new(Mode::Free).await;
    let mut run = begun(&place, false).await;
    run.say("Who am I?");
    awaiting(&mut run).await;
    // Allowing it does not help.
    run.decide("t1", CallDecision::Once);
    run.decide("t1", CallDecision::Deny("Not now".into()));
    run.answered().await;
    assert_eq!(run.returned("t1").fault.unwrap().kind, FaultKind::Denied);
    assert_valid(&place.messages());
    run.leave().await;
}

#[tokio::test]
async fn a_run_that_is_stopped_meanwhile_says_that_nobody_authorized_it() {
    let place = Place::new(Mode::Free).await;
    let mut run = begun(&place, false).await;
    run.say("Who am I?");
    awaiting(&mut run).await;
    run.stop();
    assert_eq!(run.rests().await, RunEnd::Stopped);
    let returned = run.returned("t1");
    let fault = returned.fault.unwrap();
    assert!(returned.not_sent && returned.entry.is_none());
    assert!(fault.message.contains("It was not sent, and waited for somebody to authorize that"), "{fault}");
    assert!(!fault.message.contains("Stopped by the person") && !fault.may_have_been_carried_out());
    run.say("And now?");
    run.answered().await;
    assert!(words(&place.told("t1")).contains("Nobody did before the run ended"));
    assert_valid(&place.messages());
    run.leave().await;
}

/// Has the model call a tool, then finish.
fn calls(place: &Place, tool: &str) {
    place.server.reply(ModelReply::stream().tool("t1", tool, "{}").stop("tool_use"));
    place.server.reply(ModelReply::says("There."));
}

fn offered(place: &Place) -> Vec<String> {
    let request = place.server.requests().pop().unwrap().body;
    let tools = request["tools"].as_array().cloned().unwrap_or_default();
    tools.iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn tools_of_an_account_that_is_not_active_are_offered_and_their_calls_wait_for_it() {
    let place = Place::new(Mode::Free).await;
    let account = place.world.account("linear", BARBARA).await;
    place.opened.backend.account_admin().unwrap().disconnect(&account.id).await.unwrap();
    let mut run = place.run(order(BARBARA, &["linear"]));
    calls(&place, "linear_viewer_get");
    run.say("Who am I?");
    assert_eq!(awaiting(&mut run).await, pair("linear", BARBARA));
    assert!(offered(&place).contains(&"linear_viewer_get".to_owned()), "{:?}", offered(&place));
    let said =
        |words: &str| matches!(&run.seen[0], AgentEvent::Began { remarks, .. } if remarks.concat().contains(words));
    assert!(said("is disconnected") && said("goes on once it is authorized"), "{:?}", run.seen[0]);
    authorize(&place, "linear", BARBARA).await;
    run.handle.send(AgentCommand::GoOn("t1".into()));
    run.answered().await;
    assert!(words(&place.told("t1")).contains(BARBARA));
    assert_eq!(place.carried_out(&run.id()).await.len(), 1);
    run.leave().await;
}

#[tokio::test]
async fn an_account_that_is_not_there_is_waited_for_too_where_its_connection_was_named() {
    let place = Place::new(Mode::Free).await;
    let mut run = place.run(order(BARBARA, &["asana"]));
    calls(&place, "asana_me_get");
    run.say("Who am I there?");
    assert_eq!(awaiting(&mut run).await, pair("asana", BARBARA));
    run.decide("t1", CallDecision::Deny("Not now".into()));
    run.answered().await;
    assert!(place.carried_out(&run.id()).await.is_empty());
    run.leave().await;
}

#[tokio::test]
async fn in_read_mode_tools_that_wait_only_read() {
    let place = Place::new(Mode::Read).await;
    let account = place.world.account("linear", BARBARA).await;
    place.server.reply(ModelReply::says("Ready."));
    let mut run = place.run(order(BARBARA, &["linear"]));
    run.say("Hello");
    run.answered().await;
    let active = offered(&place);
    run.leave().await;
    assert!(!active.is_empty() && !active.contains(&"linear_issue_create".to_owned()), "{active:?}");
    place.opened.mode.set(Mode::Free);
    place.opened.backend.account_admin().unwrap().disconnect(&account.id).await.unwrap();
    place.opened.mode.set(Mode::Read);
    place.server.reply(ModelReply::says("Ready."));
    let mut run = place.run(order(BARBARA, &["linear"]));
    run.say("Hello");
    run.answered().await;
    assert_eq!(offered(&place), active);
    run.leave().await;
}
