//! The rehearsal of verification.

use std::time::Duration;

use jackfield::testing::domain::{Fault, FaultKind};
use jackfield::testing::flow::rehearsal::{Check, Rehearsal, RehearsalStep, Remains};
use jackfield::testing::tui::accounts::rehearsal::RehearsalPopup;
use jackfield::testing::tui::accounts::rehearsal::tasks::{RehearsalEnded, RehearsalProgress, Rehearse};
use jackfield::testing::tui::core::effect::Effect;
use jackfield::testing::tui::core::messages::{BROWSER, BrowserOpened};
use jackfield::testing::tui::shell::desktop::tasks::OpenBrowser;

use super::authorize::{LINK, link};
use super::stage::{Stage, accounts, now};

const WHO: &str = "jackfield-rehearsal-k3x9";

fn check(name: &'static str, passed: bool, sent: &str, came: &str) -> Check {
    Check { name, passed, took: Duration::from_millis(210), sent: sent.into(), came: came.into() }
}

fn checks() -> Vec<Check> {
    vec![
        check("throw-away account created", true, &format!("create linear/{WHO}"), "ca_9 · to authorize"),
        check("wrong state refused", true, "GET /verified with a state that is not ours", "403 · nothing was changed"),
        check("wrong identifier refused", true, &format!("verify as {WHO}-somebody-else"), "403 · It was refused."),
        check("right person accepted", true, &format!("verify as {WHO}"), "accepted"),
        check("used request refused", false, &format!("verify as {WHO}"), "accepted"),
    ]
}

fn rehearsal(remains: Remains) -> Rehearsal {
    Rehearsal {
        connection: "linear".into(),
        environment: "sandbox".into(),
        identifier: WHO.into(),
        began: now(),
        checks: checks(),
        fault: None,
        remains,
    }
}

fn begun(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::with_accounts(columns, rows, accounts());
    stage.press("W");
    assert!(!stage.runs(Rehearse::SLOT), "it makes an account, so somebody is asked");
    stage.press("y");
    stage.send(Rehearse::SLOT, RehearsalProgress(RehearsalStep::Account(WHO.into())));
    stage
}

fn step(stage: &mut Stage, step: RehearsalStep) {
    stage.send(Rehearse::SLOT, RehearsalProgress(step));
}

#[test]
fn a_person_is_asked_to_consent_and_sees_each_check() {
    let mut stage = begun(120, 36);
    assert_eq!(stage.task_of::<Rehearse>().connection.raw(), "linear");
    step(&mut stage, RehearsalStep::Checked(checks().remove(0)));
    step(&mut stage, RehearsalStep::Consent(link(300), 1));
    stage.wait(Duration::from_secs(14));
    let screen = stage.text();
    assert!(screen.contains("waiting for consent  0:14") && screen.contains(LINK), "{screen}");
    stage.press("Enter");
    assert_eq!(stage.task_of::<OpenBrowser>().0.as_str(), LINK);
    stage.send(BROWSER, BrowserOpened(Ok(())));
    step(&mut stage, RehearsalStep::Checked(checks().remove(2)));
    let screen = stage.text();
    assert!(!screen.contains("waiting for consent") && screen.contains("✓ wrong identifier refused"), "{screen}");
    assert!(screen.contains(&format!("verify as {WHO}-somebody-else → 403")), "{screen}");
    step(&mut stage, RehearsalStep::CleaningUp);
    assert!(stage.text().contains("deleting the account"), "{}", stage.text());
}

#[test]
fn its_end_is_a_verdict_and_a_checklist_to_copy() {
    for (columns, rows) in [(120, 36), (80, 24), (40, 12)] {
        let mut stage = begun(columns, rows);
        for one in checks() {
            step(&mut stage, RehearsalStep::Checked(one));
        }
        stage.send(Rehearse::SLOT, RehearsalEnded(Ok(rehearsal(Remains::Deleted))));
        insta::assert_snapshot!(format!("rehearsal_{columns}x{rows}"), stage.text());
        stage.effects.clear();
        stage.press("y");
        let [Effect::Copy(text)] = &stage.effects[..] else { panic!("{:?}", stage.effects) };
        assert_eq!((text.matches("- [x] ").count(), text.matches("- [ ] ").count()), (4, 1), "{text}");
        stage.press("Enter");
        assert!(stage.popup::<RehearsalPopup>().is_none());
    }
}

#[test]
fn whoever_leaves_stops_it_and_hears_what_became_of_the_account() {
    let mut stage = begun(120, 36);
    step(&mut stage, RehearsalStep::Consent(link(300), 1));
    stage.press("Esc");
    assert!(stage.task_of::<Rehearse>().stop.is_cancelled());
    assert!(stage.text().contains("Its account is being deleted."), "{}", stage.text());
    stage.press("W");
    assert!(stage.text().contains("A rehearsal is under way, or ends."), "{}", stage.text());
    step(&mut stage, RehearsalStep::CleaningUp);
    let fault = Fault::new(FaultKind::Forbidden, "The key may not delete accounts.");
    stage.send(Rehearse::SLOT, RehearsalEnded(Ok(rehearsal(Remains::Left(fault)))));
    assert!(stage.text().contains("could not be deleted and is still there"), "{}", stage.text());
    assert!(!stage.runs(Rehearse::SLOT) || !stage.model.cx.is_running(Rehearse::SLOT));
}
