//! Two processes' worth of conversation over the socket.

use std::path::Path;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_util::task::AbortOnDropHandle;

use super::socket::{call, hold};
use super::*;

/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(60);

fn desk(state: &Path) -> (UnboundedReceiver<DeskEvent>, AbortOnDropHandle<()>) {
    let (sender, events) = unbounded_channel();
    let state = state.to_owned();
    let task = tokio::spawn(async move {
        listen(&state, move |event| drop(sender.send(event))).await.unwrap();
    });
    (events, AbortOnDropHandle::new(task))
}

async fn sits(state: &Path) {
    while call(state).await.is_err() {
        tokio::task::yield_now().await;
    }
}

fn request() -> ApprovalRequest {
    ApprovalRequest { tool: "linear_issue_create".into(), arguments: "{}".into(), ..ApprovalRequest::default() }
}

async fn asked(events: &mut UnboundedReceiver<DeskEvent>) -> PendingApproval {
    loop {
        match events.recv().await {
            Some(DeskEvent::Asked(pending)) => return *pending,
            Some(_) => {}
            None => panic!("the desk is gone"),
        }
    }
}

#[tokio::test]
async fn a_question_is_answered_by_whoever_sits_there() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path();
    assert_eq!(ask(state, &request(), LONG).await, Err(Unasked::Nobody));
    let (mut events, _desk) = desk(state);
    sits(state).await;
    for decision in [Decision::Once, Decision::Run, Decision::Deny] {
        let request = request();
        let (answer, ()) = tokio::join!(ask(state, &request, LONG), async {
            let pending = asked(&mut events).await;
            assert_eq!(pending.request, request);
            assert!(pending.decide(decision));
        });
        assert_eq!(answer, Ok(decision));
    }
}

#[tokio::test]
async fn a_question_that_nobody_waits_for_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path();
    let (mut events, _desk) = desk(state);
    sits(state).await;
    let request = request();
    let asking = tokio::spawn({
        let (state, request) = (state.to_owned(), request.clone());
        async move { ask(&state, &request, LONG).await }
    });
    let pending = asked(&mut events).await;
    asking.abort();
    loop {
        match events.recv().await {
            Some(DeskEvent::Withdrawn(number)) => break assert_eq!(number, pending.number),
            Some(_) => {}
            None => panic!("the desk is gone"),
        }
    }
    assert!(!pending.decide(Decision::Once));
}

#[tokio::test]
async fn a_second_screen_hears_of_calls_and_takes_over_when_the_first_ends() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path();
    let (mut first, desk_of_first) = desk(state);
    sits(state).await;
    let (mut second, _desk) = desk(state);
    // Both hear of calls, the second one as soon as it stands by.
    while second.is_empty() {
        tell_of_calls(state).await;
        tokio::task::yield_now().await;
    }
    assert!(matches!(first.recv().await, Some(DeskEvent::Calls)));
    let request = request();
    drop(desk_of_first);
    let answer = tokio::spawn({
        let state = state.to_owned();
        async move {
            loop {
                match ask(&state, &request, LONG).await {
                    Err(Unasked::Nobody | Unasked::Closed) => tokio::task::yield_now().await,
                    answer => return answer,
                }
            }
        }
    });
    asked(&mut second).await.decide(Decision::Run);
    assert_eq!(answer.await.unwrap(), Ok(Decision::Run));
}

#[tokio::test]
async fn a_socket_that_was_left_behind_is_replaced_and_only_its_owner_may_use_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path();
    let path = state.join("approval.sock");
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    assert!(path.exists() && call(state).await.is_err(), "nobody listens at it");
    let held = hold(state).unwrap().unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(hold(state).unwrap().is_none(), "one has it");
    drop(held);
    assert!(!path.exists());
}

#[tokio::test]
async fn arguments_that_cannot_be_shown_whole_are_not_asked_about() {
    let folder = tempfile::tempdir().unwrap();
    let (_events, _desk) = desk(folder.path());
    sits(folder.path()).await;
    let large = ApprovalRequest { arguments: "x".repeat(LARGEST), ..request() };
    assert_eq!(ask(folder.path(), &large, LONG).await, Err(Unasked::TooLarge));
}

#[tokio::test]
async fn a_screen_that_ends_without_an_answer_leaves_the_question_unanswered() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path();
    let (mut events, desk) = desk(state);
    sits(state).await;
    let request = request();
    let (answer, ()) = tokio::join!(ask(state, &request, LONG), async {
        let _pending = asked(&mut events).await;
        drop(desk);
    });
    assert_eq!(answer, Err(Unasked::Closed));
}

#[tokio::test]
async fn many_questions_at_once_are_each_answered_with_their_own_decision() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path();
    let (mut events, _desk) = desk(state);
    sits(state).await;
    let asking: Vec<_> = (0..20)
        .map(|number| {
            let request = ApprovalRequest { run: number.to_string(), ..request() };
            let state = state.to_owned();
            tokio::spawn(async move { (number, ask(&state, &request, LONG).await) })
        })
        .collect();
    let mut pending = Vec::new();
    while pending.len() < asking.len() {
        pending.push(asked(&mut events).await);
    }
    for pending in pending.into_iter().rev() {
        let even = pending.request.run.parse::<usize>().unwrap().is_multiple_of(2);
        pending.decide(if even { Decision::Once } else { Decision::Deny });
    }
    for asking in asking {
        let (number, answer) = asking.await.unwrap();
        assert_eq!(answer, Ok(if number % 2 == 0 { Decision::Once } else { Decision::Deny }));
    }
}

#[tokio::test]
async fn a_socket_whose_process_was_killed_is_taken_over_by_the_screen_that_stood_by() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path();
    let held = hold(state).unwrap().unwrap();
    let (mut second, _desk) = desk(state);
    let (stream, _) = held.listener.accept().await.unwrap();
    // A process that is killed takes nothing away: its socket stays, and its lock goes with it.
    let path = state.join("approval.sock");
    std::fs::hard_link(&path, state.join("kept")).unwrap();
    drop(held);
    std::fs::rename(state.join("kept"), &path).unwrap();
    drop(stream);
    let answer = tokio::spawn({
        let (state, request) = (state.to_owned(), request());
        async move {
            loop {
                match ask(&state, &request, LONG).await {
                    Err(Unasked::Nobody | Unasked::Closed) => tokio::task::yield_now().await,
                    answer => return answer,
                }
            }
        }
    });
    asked(&mut second).await.decide(Decision::Once);
    assert_eq!(answer.await.unwrap(), Ok(Decision::Once));
}
