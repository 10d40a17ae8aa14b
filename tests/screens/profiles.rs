//! Profiles that are there already: changed, tested; and the sandbox, begun anew.

use std::time::Duration;

use jackfield::testing::domain::{Fault, FaultKind, MatchRule};
use jackfield::testing::flow::connection_test::Answered;
use jackfield::testing::profile::{OpenTarget, Profile, ProfileTarget, ScalekitTarget, Source};
use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::environments::connection_test::{ConnectionTested, TestConnection};
use jackfield::testing::tui::environments::open_environment::{self, OpenEnvironment};
use jackfield::testing::tui::environments::profile_task::{ProfileEdited, ProfileRead, ProfileTask, SLOT};

use super::environments::{list, name, url, words};
use super::stage::Stage;

/// The profile under the cursor after `k k` in the list.
fn other() -> Profile {
    Profile {
        name: name("other"),
        target: ProfileTarget::Scalekit(ScalekitTarget {
            url: url("https://other.dev"),
            client_id: "skc_2".into(),
            user_verify_url: None,
        }),
        mode: None,
        match_rule: MatchRule::Auto,
    }
}

/// Its form.
fn form(columns: u16, rows: u16) -> Stage {
    let mut stage = list(columns, rows);
    stage.press("k k e");
    assert!(matches!(stage.task_of(), ProfileTask::Read(read) if *read == name("other")));
    stage.send(SLOT, ProfileRead(Ok((Box::new(other()), false))));
    stage
}

fn tested(stage: &mut Stage, result: Result<Answered, Fault>) {
    stage.send(TestConnection::SLOT, ConnectionTested { source: Source::Profile(name("other")), result });
}

#[test]
fn pictures() {
    for (columns, rows) in [(120, 40), (80, 24), (40, 12)] {
        insta::assert_snapshot!(format!("edit_{columns}x{rows}"), form(columns, rows).text());
        let mut stage = list(columns, rows);
        stage.press("k k t");
        let refused = Fault::new(FaultKind::KeyRefused, "The environment refused client id or secret.");
        tested(&mut stage, Err(refused));
        insta::assert_snapshot!(format!("tested_{columns}x{rows}"), stage.text());
    }
}

#[test]
fn a_name_changes_and_the_secret_stays() {
    let mut stage = form(100, 30);
    assert!(stage.text().contains("Edit profile other") && stage.text().contains("unchanged, unless you enter"));
    stage.press("Ctrl-U").type_in("staging").press("Tab Tab Tab Tab Tab Enter");
    let ProfileTask::Edit(of, changed, None) = stage.task_of() else { panic!("changed without a secret") };
    assert_eq!((of.as_str(), changed.name.as_str()), ("other", "staging"));
    assert_eq!(changed.target, other().target);
    stage.send(SLOT, ProfileEdited { of: name("other"), name: name("staging"), result: Ok(()) });
    assert!(!stage.text().contains("Edit profile") && stage.text().contains("Profile staging is changed."));
    assert!(matches!(stage.task_of(), ProfileTask::List), "the list is read again");
}

#[test]
fn another_url_asks_for_the_secret_that_goes_with_it() {
    let mut stage = form(100, 30);
    stage.press("Tab Ctrl-U").type_in("https://else.dev").press("Tab Tab Tab Tab Enter");
    assert!(!stage.model.cx.jobs.is_running(SLOT), "no secret goes to another place by itself");
    assert!(words(&stage).contains("The URL or the client id is another one"), "{}", stage.text());
    stage.event(Event::Paste("sks_hunter2".into()));
    assert!(!stage.text().contains("hunter2"));
    stage.press("Tab Tab Enter");
    let ProfileTask::Edit(_, _, Some(secret)) = stage.task_of() else { panic!("changed with a secret") };
    assert_eq!(secret.expose(), "sks_hunter2");
}

#[test]
fn a_change_that_fails_leaves_the_form_as_it_is() {
    let mut stage = form(100, 30);
    stage.press("Ctrl-U").type_in("acme").press("Tab Tab Tab Tab Tab Enter");
    let taken = Fault::new(FaultKind::Conflict, "There is a profile “acme” already.");
    stage.send(SLOT, ProfileEdited { of: name("other"), name: name("acme"), result: Err(taken) });
    assert!(stage.text().contains("✗ There is a profile “acme” already."), "{}", stage.text());
}

#[test]
fn a_test_opens_nothing_and_says_whose_the_trouble_is() {
    let mut stage = list(100, 30);
    stage.press("k k t");
    let TestConnection(source) = stage.task_of();
    assert_eq!(*source, Source::Profile(name("other")));
    assert!(stage.text().contains("Testing: a token, and a page of accounts"), "{}", stage.text());
    tested(&mut stage, Ok(Answered { accounts: Some(17), took: Duration::from_millis(123) }));
    assert!(stage.text().contains("It answers and takes the key: 123 ms, 17 accounts."), "{}", stage.text());
    stage.press("k");
    assert!(!stage.text().contains("It answers"), "that was another one");
    stage.press("j t");
    tested(&mut stage, Err(Fault::new(FaultKind::Unreachable, "other.dev cannot be reached.")));
    assert!(stage.text().contains("the network: other.dev cannot be reached."), "{}", stage.text());
    assert!(stage.text().contains("Check the URL (e) and the network; t tests again."), "{}", stage.text());
    assert!(!stage.model.cx.jobs.is_running(open_environment::SLOT));
}

#[test]
fn what_there_is_nothing_to_test_or_edit_about_says_so() {
    let mut stage = list(100, 30);
    stage.press("G t");
    assert!(stage.text().contains("there is no key to test"), "{}", stage.text());
    stage.press("e");
    assert!(stage.text().contains("Only a profile can be edited."), "{}", stage.text());
    stage.press("g t");
    assert!(words(&stage).contains("environment variables are incomplete"), "{}", stage.text());
}

#[test]
fn a_test_ends_with_the_list() {
    let mut stage = list(100, 30);
    stage.press("k k t Esc");
    assert!(!stage.runs(TestConnection::SLOT));
}

#[test]
fn the_sandbox_begins_anew_after_a_question_that_enter_does_not_answer() {
    let mut stage = list(100, 30);
    stage.press("G R");
    assert!(stage.text().contains("Start the sandbox over"), "{}", stage.text());
    stage.press("Enter");
    assert!(stage.model.cx.environment.open().is_some(), "Enter is a no");
    stage.press("R y");
    let OpenEnvironment { target, anew, .. } = stage.task_of();
    assert_eq!((target, *anew), (&Some(OpenTarget::Sandbox), true));
    assert!(stage.model.cx.accounts.all().is_empty(), "nothing of the old world is left on screen");
    let mut stage = list(100, 30);
    stage.press("g R");
    assert!(stage.text().contains("Environments") && !stage.text().contains("Start the sandbox over"));
}
