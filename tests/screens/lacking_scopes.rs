//! Scopes that an account lacks: said in its detail, at the tool, and before a call; and authorizing again with them.

use jackfield::testing::backend::Abilities;
use jackfield::testing::backend::scalekit::words;
use jackfield::testing::domain::{Account, Fault, FaultKind, JsonText, Tool, ToolEffect, ToolOrigin};
use jackfield::testing::tui::accounts::authorize::more_scopes::{AddScopes, ScopesAdded};
use jackfield::testing::tui::core::state::environment::Environment;
use jackfield::testing::tui::playground::tasks::RunTool;
use jackfield::testing::tui::tools::blocked::Blocked;
use jackfield::testing::tui::tools::loading::{LOADING, ToolsLoaded, ToolsPage};
use jackfield::testing::tui::widgets::debounced_cursor::REST;

use super::stage::{Stage, account, tool};

fn linear() -> Account {
    let raw = r#"{"id":"la_1","scopes_asked":["read","write"],"scopes_granted":["read"]}"#;
    Account {
        raw: JsonText::parse(raw.to_owned()).unwrap(),
        authorization: words::authorization("OAUTH"),
        ..account("la_1", "linear", "ada", "ACTIVE", None, None)
    }
}

fn contract(name: &str, scopes: &[&str]) -> Tool {
    Tool {
        provider: "LINEAR".into(),
        account: Some("la_1".into()),
        identifier: Some("ada".into()),
        origin: ToolOrigin::Contract(format!("linear/{name}.toml").as_str().into()),
        scopes: scopes.iter().map(|scope| (*scope).into()).collect(),
        ..tool(name, ToolEffect::Reads, "{}")
    }
}

/// The tools of ada, the cursor on the one that needs more than its account has.
fn listed(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::with_accounts(columns, rows, vec![linear()]);
    // An environment of one's own makes connections.
    if let Environment::Open(card) = &mut stage.model.cx.environment {
        card.abilities = Abilities::ALL;
    }
    stage.press("t");
    let tools = vec![contract("linear_issue_create", &["write"]), contract("linear_issue_get", &["read", "write"])];
    stage.send(LOADING, ToolsPage(tools, Some(2)));
    stage.send(LOADING, ToolsLoaded(Ok(None)));
    stage
}

#[test]
fn pictures() {
    for (columns, rows) in [(120, 36), (80, 24), (40, 12)] {
        insta::assert_snapshot!(format!("lacking_tools_{columns}x{rows}"), listed(columns, rows).text());
        let mut stage = listed(columns, rows);
        stage.press("Enter Ctrl-R");
        insta::assert_snapshot!(format!("lacking_call_{columns}x{rows}"), stage.text());
    }
}

#[test]
fn the_detail_of_an_account_marks_what_was_not_granted() {
    let stage = Stage::with_accounts(120, 36, vec![linear()]);
    let screen = stage.text();
    assert!(screen.contains("read, write (not granted)"), "{screen}");
    assert_eq!(screen.matches("granted").count(), 2, "{screen}");
    assert!(!screen.contains("other API fields"), "{screen}");
}

#[test]
fn only_the_tool_that_lacks_something_says_so() {
    let mut stage = listed(120, 36);
    assert_eq!(stage.text().matches("lacks scope write").count(), 2, "row and detail: {}", stage.text());
    stage.press("G");
    stage.wait(REST);
    stage.wait(REST);
    assert_eq!(stage.text().matches("lacks scope").count(), 1, "{}", stage.text());
    stage.press("a");
    assert!(!stage.model.cx.jobs.is_running(AddScopes::SLOT), "there is nothing to repair");
}

#[test]
fn authorizing_again_asks_for_what_there_was_and_what_is_missing() {
    let mut stage = listed(120, 36);
    stage.press("a");
    let AddScopes { account, scopes } = stage.task_of();
    assert_eq!((account.id.raw(), scopes.as_slice()), ("la_1", &["read".into(), "write".into()][..]));
    let refused = Fault::new(FaultKind::Local, "connections.toml cannot be written.");
    stage.send(AddScopes::SLOT, ScopesAdded(Box::new(linear()), Err(refused)));
    assert!(stage.text().contains("cannot be written") && !stage.authorizes(), "{}", stage.text());
    stage.press("a");
    stage.send(AddScopes::SLOT, ScopesAdded(Box::new(linear()), Ok(())));
    assert!(stage.authorizes());
}

#[test]
fn a_call_is_held_back_until_somebody_insists() {
    let mut stage = listed(120, 36);
    stage.press("Enter Ctrl-R");
    assert!(stage.popup::<Blocked>().is_some() && !stage.runs(RunTool::SLOT), "{}", stage.text());
    let said = stage.text();
    assert!(said.contains("was not granted what linear_issue_create needs: write."), "{said}");
    assert!(said.contains("authorize linear/ada with read, write"), "{said}");
    stage.press("a");
    assert_eq!(stage.task_of::<AddScopes>().scopes, ["read".into(), "write".into()]);
}
