//! A call that a person at the screen allows: the server, the socket and the popup together.

use std::sync::Arc;
use std::time::Duration;

use jackfield::testing::domain::Mode;
use jackfield::testing::flow::approval::{ApprovalRequest, Decision, DeskEvent, PendingApproval, listen};
use jackfield::testing::tui::approval::popup::ApprovalPopup;
use jackfield::testing::tui::approval::tasks::AtDesk;
use jackfield::testing::tui::core::effect::Effect;
use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::core::message::Message;
use serde_json::json;
use tokio::sync::mpsc::unbounded_channel;
use tokio_util::task::AbortOnDropHandle;

use super::environment::{Served, Wanted};
use super::{Connected, eras};
use crate::screens::stage::{Stage, accounts};
use crate::waiting::soon;

fn request(tool: &str) -> ApprovalRequest {
    ApprovalRequest {
        tool: tool.into(),
        identifier: "ada@acme.dev".into(),
        connection: "linear".into(),
        environment: "acme.scalekit.dev".into(),
        client: "claude-code 2.1.9".into(),
        run: "serve-0123456789ab".into(),
        reasons: vec![format!("{tool} writes (declared by the vendor).")],
        arguments: r#"{"teamId":"LIN","title":"Login fails","description":"It says 500 since this morning.","labels":["bug","login"]}"#.into(),
        limit_seconds: 120,
    }
}

fn ask(stage: &mut Stage, number: u64, request: ApprovalRequest) -> tokio::sync::oneshot::Receiver<Decision> {
    let (pending, decision) = PendingApproval::new(number, request);
    stage.event(Event::Message(Message::new(AtDesk(DeskEvent::Asked(Box::new(pending))))));
    decision
}

fn read(stage: &mut Stage) {
    stage.wait(Duration::from_secs(1));
}

#[test]
fn a_call_of_an_agent_comes_up_with_all_that_is_known_of_it() {
    for (columns, rows) in [(120, 40), (80, 24), (40, 12)] {
        let mut stage = Stage::with_accounts(columns, rows, accounts());
        let _decision = ask(&mut stage, 1, request("linear_issue_create"));
        let _second = ask(&mut stage, 2, request("linear_issue_update"));
        assert!(stage.popup::<ApprovalPopup>().is_some());
        insta::assert_snapshot!(format!("approval_{columns}x{rows}"), stage.text());
    }
}

#[test]
fn it_rings_and_is_counted_and_no_key_answers_it_by_accident() {
    let mut stage = Stage::with_accounts(120, 40, accounts());
    let mut decision = ask(&mut stage, 1, request("linear_issue_create"));
    assert!(stage.effects.iter().any(|effect| matches!(effect, Effect::Bell)));
    assert!(stage.text().contains("1 call to allow"), "{}", stage.text());
    // Whatever was on its way when it came up.
    stage.press("o Enter r d");
    assert!(decision.try_recv().is_err() && stage.popup::<ApprovalPopup>().is_some());
    read(&mut stage);
    stage.press("Enter Space y");
    assert!(decision.try_recv().is_err(), "Enter is no answer");
    stage.press("Esc");
    assert!(stage.popup::<ApprovalPopup>().is_none() && decision.try_recv().is_err(), "it goes on waiting");
    stage.press("Q");
    read(&mut stage);
    stage.press("o");
    assert_eq!(decision.try_recv(), Ok(Decision::Once));
    assert!(stage.popup::<ApprovalPopup>().is_none() && !stage.text().contains("to allow"));
}

#[test]
fn several_come_one_after_another_each_with_time_to_read() {
    let mut stage = Stage::with_accounts(120, 40, accounts());
    let mut first = ask(&mut stage, 1, request("linear_issue_create"));
    let mut second = ask(&mut stage, 2, request("linear_issue_update"));
    read(&mut stage);
    stage.press("r r");
    assert_eq!((first.try_recv(), second.try_recv().is_err()), (Ok(Decision::Run), true), "one key, one answer");
    assert!(stage.text().contains("linear_issue_update"));
    read(&mut stage);
    stage.press("d");
    assert_eq!(second.try_recv(), Ok(Decision::Deny));
}

#[test]
fn a_question_that_is_taken_back_goes_and_keys_meant_for_it_do_not_answer_the_next() {
    let mut stage = Stage::with_accounts(120, 40, accounts());
    let _first = ask(&mut stage, 1, request("linear_issue_create"));
    let mut second = ask(&mut stage, 2, request("linear_issue_update"));
    read(&mut stage);
    stage.event(Event::Message(Message::new(AtDesk(DeskEvent::Withdrawn(1)))));
    stage.press("o");
    assert!(second.try_recv().is_err());
    stage.event(Event::Message(Message::new(AtDesk(DeskEvent::Withdrawn(2)))));
    assert!(stage.popup::<ApprovalPopup>().is_none());
}

#[test]
fn nothing_that_an_agent_says_draws_on_the_screen_or_hides_in_it() {
    for (columns, rows) in [(120, 40), (40, 12)] {
        let mut stage = Stage::with_accounts(columns, rows, accounts());
        let arguments = format!("{{\"to\":\"a\u{202e}b\u{200b}c\",\"text\":\"{}\"}}", "x".repeat(1 << 20));
        let wild = ApprovalRequest {
            client: "\u{1b}[2J\u{1b}]0;evil\u{7}\r\nclaude\u{202e}".into(),
            run: "\u{9b}31m".into(),
            arguments,
            ..request("linear_issue_create")
        };
        let mut decision = ask(&mut stage, 1, wild);
        let text = stage.text();
        let hidden = |c: char| c != '\n' && (c.is_control() || matches!(c, '\u{202e}' | '\u{200b}'));
        assert!(!text.contains(hidden), "{text:?}");
        read(&mut stage);
        stage.press("PageDown PageDown End o");
        assert_eq!(decision.try_recv(), Ok(Decision::Once));
    }
}

#[test]
fn twenty_at_once_are_counted_and_come_one_by_one() {
    let mut stage = Stage::with_accounts(120, 40, accounts());
    let mut asked: Vec<_> =
        (1..=20).map(|number| ask(&mut stage, number, request(&format!("tool_{number}")))).collect();
    assert!(stage.text().contains("20 calls to allow"), "{}", stage.text());
    for (at, decision) in asked.iter_mut().enumerate() {
        assert!(stage.text().contains(&format!("tool_{} ", at + 1)), "{}", stage.text());
        read(&mut stage);
        stage.press("d");
        assert_eq!(decision.try_recv(), Ok(Decision::Deny));
    }
    assert!(stage.popup::<ApprovalPopup>().is_none());
}

#[test]
fn nobody_is_interrupted_while_typing() {
    let mut stage = Stage::with_accounts(120, 40, accounts());
    stage.press("/").type_in("or");
    let mut decision = ask(&mut stage, 1, request("linear_issue_create"));
    stage.type_in("do");
    assert!(stage.popup::<ApprovalPopup>().is_none() && decision.try_recv().is_err());
    assert!(stage.text().contains("1 call to allow"), "{}", stage.text());
}

#[tokio::test]
async fn a_person_at_the_screen_allows_the_call_of_an_agent() {
    for era in eras() {
        let served = Served::new(Wanted::new("ada@acme.dev", Mode::Ask)).await;
        let state = served.home.path().join("state");
        let (sender, mut events) = unbounded_channel();
        let _desk = AbortOnDropHandle::new(tokio::spawn({
            let state = state.clone();
            async move {
                listen(&state, move |event| drop(sender.send(event))).await.unwrap();
            }
        }));
        while !state.join("approval.sock").exists() {
            tokio::task::yield_now().await;
        }
        let server = Arc::new(Connected::new(served.host.clone(), era, None).await);
        let calling = tokio::spawn({
            let server = Arc::clone(&server);
            async move { server.said("slack_send_message", json!({"channel": "C1", "text": "hello"})).await }
        });
        let mut stage = Stage::with_accounts(120, 40, accounts());
        loop {
            let event = soon("a question", events.recv()).await.unwrap();
            let is_question = matches!(event, DeskEvent::Asked(_));
            stage.event(Event::Message(Message::new(AtDesk(event))));
            if is_question {
                break;
            }
        }
        assert!(stage.text().contains("slack_send_message") && stage.text().contains("test-agent 1.2"));
        read(&mut stage);
        stage.press("o");
        let (_, words) = soon("an answer", calling).await.unwrap();
        assert!(!words.contains("Denied"), "{words}");
        assert!(matches!(soon("news", events.recv()).await, Some(DeskEvent::Calls)));
        assert_eq!(served.calls("front:serve").await.len(), 1);
    }
}
