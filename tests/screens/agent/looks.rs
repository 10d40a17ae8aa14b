//! How the agent's screen looks in each of its states.

use std::time::Duration;

use jackfield::testing::agent::{AgentEvent, RunEnd};
use jackfield::testing::domain::{AccountRef, Fault, FaultKind};
use jackfield::testing::settings::ThemeVariant;
use jackfield::testing::tui::agent::tasks::{LookAtModel, ModelSeen};
use jackfield::testing::tui::theme::{Depth, Theme};

use super::*;

/// A picture at each size, of a stage made by `make`.
fn pictures(name: &str, make: impl Fn(u16, u16) -> Stage) {
    for (columns, rows) in SIZES {
        insta::assert_snapshot!(format!("agent_{name}_{columns}x{rows}"), make(columns, rows).text());
    }
}

#[test]
fn before_the_first_message() {
    pictures("real", known);
    pictures("script", |columns, rows| {
        let mut stage = unknown(columns, rows);
        seen(&mut stage, "script", true);
        stage
    });
    pictures("no_key", |columns, rows| {
        let mut stage = unknown(columns, rows);
        let fault = Fault::new(FaultKind::NoModelKey, "There is no key for api.example.com.");
        stage.send(LookAtModel::SLOT, ModelSeen(Err(fault)));
        stage
    });
}

#[test]
fn an_answer_comes() {
    pictures("streaming", |columns, rows| {
        let mut stage = begun(columns, rows, "Who closed what last week?");
        hear(&mut stage, AgentEvent::Thinking("First the issues.\nThen the people.".into()));
        hear(&mut stage, AgentEvent::Text("# Last week\n\n**Ada** closed:\n- ABC-1, 日本語のタイトル\n".into()));
        hear(
            &mut stage,
            AgentEvent::Text(
                "  - nested, and long enough to be broken where the edge of a narrow terminal is\n".into(),
            ),
        );
        hear(&mut stage, AgentEvent::Text("```sh\njackfield  history\n```\nAnd Gr".into()));
        hear(&mut stage, AgentEvent::Text("ace closed nothing.".into()));
        stage.wait(Duration::from_secs(7));
        stage
    });
}

#[test]
fn thinking_is_one_row_until_somebody_unfolds_it() {
    let mut stage = story(80, 24);
    stage.press("g j j");
    assert!(stage.text().contains("▸ thought for a while (9 words)"), "{}", stage.text());
    stage.press("Enter");
    assert!(stage.text().contains("▾ thought for a while (9 words)"), "{}", stage.text());
    insta::assert_snapshot!("agent_thinking_unfolded_80x24", stage.text());
    stage.press("Space");
    assert!(!stage.text().contains("then link them."), "{}", stage.text());
}

#[test]
fn calls_in_every_state() {
    pictures("calls", |columns, rows| {
        let mut stage = story(columns, rows);
        propose(&mut stage, "t3", "linear_issue_update", r#"{"id":"i1","title":"New"}"#);
        sending(&mut stage, "t3");
        let failed = Fault::new(FaultKind::ProviderFailed, "The provider refused the call.").said("No such issue.");
        returns(&mut stage, "t3", CallReturn { result: None, fault: Some(failed), is_error: true, ..returned("{}") });
        propose(&mut stage, "t4", "linear_issue_delete", r#"{"id":"i1"}"#);
        let denied = Fault::new(FaultKind::Denied, "You denied it.");
        let denied = CallReturn {
            result: None,
            fault: Some(denied),
            not_sent: true,
            took: None,
            is_error: true,
            ..returned("{}")
        };
        returns(&mut stage, "t4", denied);
        propose(&mut stage, "t5", "linear_issues_list", r#"{"first":50,"team":"ENG","state":"done"}"#);
        sending(&mut stage, "t5");
        stage.wait(Duration::from_secs(3));
        stage
    });
}

#[test]
fn a_question_stands_where_the_call_stands() {
    pictures("question", |columns, rows| {
        let mut stage = story(columns, rows);
        wishes(&mut stage, "t3");
        stage
    });
    pictures("questions", |columns, rows| {
        let mut stage = story(columns, rows);
        ["t3", "t4", "t5"].into_iter().for_each(|call| wishes(&mut stage, call));
        stage
    });
    pictures("account", |columns, rows| {
        let mut stage = story(columns, rows);
        propose(&mut stage, "t3", "asana_me_get", "{}");
        let account = AccountRef::Pair("linear".into(), "ada@acme.dev".into());
        let fault = Box::new(Fault::new(FaultKind::NeedsAuthorization, "The account is expired."));
        hear(&mut stage, AgentEvent::AwaitingAccount { call: "t3".into(), account, fault });
        stage
    });
}

#[test]
fn ends_that_are_no_answer() {
    let fault = Fault::new(FaultKind::Network, "The connection broke off.");
    let ends = [
        ("refused", RunEnd::Refused(Some("I cannot help with that.".into()))),
        ("full", RunEnd::ContextFull),
        ("cut", RunEnd::MaxTokens),
        ("turns", RunEnd::MaxTurns),
        ("stopped", RunEnd::Stopped),
        ("failed", RunEnd::Failed(Box::new(fault))),
    ];
    for (name, end) in ends {
        let mut stage = story(80, 24);
        hear(&mut stage, AgentEvent::Rests(end));
        insta::assert_snapshot!(format!("agent_end_{name}_80x24"), stage.text());
    }
}

#[test]
fn waiting_for_a_server_that_is_busy_is_told() {
    let mut stage = begun(80, 24, "Hello");
    hear(&mut stage, AgentEvent::Retrying { after: Duration::from_secs(8), why: "The server is overloaded.".into() });
    stage.wait(Duration::from_secs(3));
    assert!(stage.text().contains("The server is overloaded; again in 5 s"), "{}", stage.text());
    hear(&mut stage, AgentEvent::Text("Hello".into()));
    assert!(!stage.text().contains("overloaded"), "{}", stage.text());
}

#[test]
fn a_call_opens_with_input_and_output_side_by_side() {
    let opened = |columns, rows| {
        let mut stage = story(columns, rows);
        let result = r#"{"data":{"issues":{"nodes":[{"id":"i1","title":"Checkout"},{"id":"i2","title":"Login"}]}}}"#;
        propose(&mut stage, "t3", "linear_issue_search", r#"{"query":"login","first":50}"#);
        sending(&mut stage, "t3");
        let cut = Some("1 of 2 issues was left out.".to_owned());
        returns(&mut stage, "t3", CallReturn { cut, told: "1 issue: Checkout".into(), ..returned(result) });
        stage.press("G Enter");
        stage
    };
    pictures("opened", opened);
    let mut stage = opened(120, 40);
    stage.press("m");
    assert!(
        stage.text().contains("As the model was told") && stage.text().contains("1 issue: Checkout"),
        "{}",
        stage.text()
    );
    stage.press("m i j");
    assert!(stage.text().contains(".query"), "the cursor is in the input: {}", stage.text());
    stage.press("Esc");
    assert!(stage.text().contains("› Link ABC-142"), "{}", stage.text());
}

#[test]
fn without_colours_nothing_is_lost() {
    let mut stage = story(80, 24);
    stage.model.cx.theme = Theme::new(ThemeVariant::Dark, Depth::None);
    wishes(&mut stage, "t3");
    insta::assert_snapshot!("agent_no_color_80x24", stage.attributes());
}
