//! The Checks screen: findings, the key that repairs each, and what changed.

use std::time::Duration;

use jackfield::testing::domain::{Fault, FaultKind, Untrusted};
use jackfield::testing::flow::changes::{Change, ChangeKind, Changes};
use jackfield::testing::flow::doctor::{Check, Finding, Remedy, Report, Severity, Step};
use jackfield::testing::flow::snapshot::Progress;
use jackfield::testing::schema::Judgement;
use jackfield::testing::tui::checks::tasks::{
    ChecksEnd, ChecksStep, LookForSnapshot, RunChecks, SnapshotDue, TakeSnapshot,
};
use jackfield::testing::tui::input::hit_test::Target;
use jackfield::testing::tui::input::tabs::{Pane, Tab};
use jackfield::testing::tui::shell::redraw as timer;
use jackfield::testing::tui::shell::save::TabulateList;
use jackfield::testing::tui::widgets::debounced_cursor::REST;

use super::stage::{Stage, accounts, now};

fn finding(check: Check, severity: Severity, subject: &str, sentence: &str) -> Finding {
    Finding::new(check, severity, subject, sentence)
}

fn report() -> Report {
    let ada = Remedy::Authorize("ca_101".into(), "linear".into(), "ada@acme.dev".into());
    let mut expired = finding(
        Check::Accounts,
        Severity::Bad,
        "linear/ada@acme.dev",
        "Expired. The access token expired and was not renewed. Calls as this user fail.",
    );
    expired.evidence = vec!["account ca_101".to_owned(), "status EXPIRED".to_owned()];
    let schema = "id: The type changed from string to integer. And 2 other changes.";
    let mut breaks = finding(Check::Drift, Severity::Bad, "linear_issue_get", schema);
    breaks.evidence = vec!["id: The type changed (breaks calls)".to_owned()];
    let off =
        finding(Check::Connections, Severity::Warning, "hubspot", "It is switched off; no active account is on it.");
    let since = now() - jiff::SignedDuration::from_hours(26);
    let change = |subject: &str, sentence: &str| {
        Change::new(ChangeKind::ToolAdded, Judgement::Harmless, Untrusted::from(subject), sentence)
    };
    Report {
        at: now(),
        findings: vec![
            expired.remedied(ada),
            breaks.remedied(Remedy::OpenTool("linear_issue_get".into())),
            off.remedied(Remedy::OpenConnection("hubspot".into())),
            finding(Check::Verification, Severity::Note, "links", "No verify URL is set."),
            finding(Check::Environment, Severity::Ok, "sandbox", "It answers and takes the key."),
            finding(Check::Clock, Severity::Ok, "clock", "It agrees with the environment's."),
        ],
        changes: Some(Changes {
            since,
            until: now(),
            changes: vec![change("zoom_meeting_list", "The tool of ZOOM is new.")],
            unknown: Vec::new(),
        }),
        proofs: Vec::new(),
        accounts: 8,
        tools: 41,
    }
}

fn all_well() -> Report {
    let ok = |finding: &Finding| finding.severity == Severity::Ok;
    let findings = report().findings.into_iter().filter(ok).collect();
    Report { findings, changes: None, ..report() }
}

/// The screen, with nothing checked yet.
fn checks(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::with_accounts(columns, rows, accounts());
    stage.press("6");
    stage
}

/// The screen after the checks have found something.
fn found(columns: u16, rows: u16, report: Report) -> Stage {
    let mut stage = checks(columns, rows);
    stage.press("r").send(RunChecks::SLOT, ChecksEnd(Ok(report)));
    stage.wait(REST);
    stage
}

fn selected(stage: &Stage) -> String {
    stage.model.checks.selected().map(|row| row.subject.raw().to_owned()).unwrap_or_default()
}

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (40, 12)];

#[test]
fn nothing_is_checked_before_somebody_asks() {
    let stage = checks(120, 36);
    assert!(!stage.runs(RunChecks::SLOT));
    assert!(stage.text().contains("Nothing was checked yet."), "{}", stage.text());
    for (columns, rows) in SIZES {
        insta::assert_snapshot!(format!("checks_never_{columns}x{rows}"), checks(columns, rows).text());
    }
}

#[test]
fn progress_is_told_and_esc_stops_it_and_keeps_what_was_found() {
    let mut stage = checks(120, 36);
    stage.press("r");
    assert_eq!(stage.task_of::<RunChecks>().prove, None);
    let progress = Progress { accounts: 4_000, of_accounts: Some(10_000), tools: 41, of_tools: Some(41) };
    stage.send(RunChecks::SLOT, ChecksStep(Step::Reading(progress)));
    assert!(stage.text().contains("4000 of 10000 accounts · 41 of 41 tools"), "{}", stage.text());
    insta::assert_snapshot!("checks_running_120x36", stage.text());
    stage.press("r");
    assert!(stage.text().contains("The checks are running already."), "{}", stage.text());
    stage.press("Esc");
    assert!(!stage.runs(RunChecks::SLOT));
    assert!(stage.text().contains("The checks were stopped."), "{}", stage.text());

    let mut stage = found(120, 36, report());
    stage.press("v");
    assert_eq!(stage.task_of::<RunChecks>().prove, Some(8));
    stage.send(RunChecks::SLOT, ChecksStep(Step::Proving { done: 2, of: 8 }));
    assert!(stage.text().contains("2 of 8 proven") && stage.text().contains("hubspot"), "{}", stage.text());
    stage.press("Esc");
    assert!(stage.text().contains("1 of 7") && !stage.runs(RunChecks::SLOT), "{}", stage.text());
}

#[test]
fn findings_and_changes_stand_in_one_list_the_worst_first() {
    let stage = found(120, 36, report());
    let rows: Vec<_> = stage.model.checks.shown().map(|row| row.subject.raw().to_owned()).collect();
    let worst_first =
        ["linear/ada@acme.dev", "linear_issue_get", "hubspot", "links", "zoom_meeting_list", "sandbox", "clock"];
    assert_eq!(rows, worst_first);
    assert!(stage.text().contains("2 problems · 1 warning · as of "), "{}", stage.text());
    for (columns, rows) in SIZES {
        insta::assert_snapshot!(format!("checks_{columns}x{rows}"), found(columns, rows, report()).text());
    }
    let mut narrow = found(40, 12, report());
    narrow.press("Enter");
    assert!(narrow.text().contains("authorize it"), "{}", narrow.text());
    insta::assert_snapshot!("checks_detail_40x12", narrow.text());
    insta::assert_snapshot!("checks_no_color", found(80, 24, report()).attributes());
}

#[test]
fn all_is_well_is_said_with_its_time() {
    let stage = found(120, 36, all_well());
    assert!(stage.text().contains("All is well, as of "), "{}", stage.text());
    for (columns, rows) in SIZES {
        insta::assert_snapshot!(format!("checks_well_{columns}x{rows}"), found(columns, rows, all_well()).text());
    }
}

#[test]
fn what_broke_down_is_told_and_can_be_tried_again() {
    let mut stage = checks(80, 24);
    let fault = Fault::new(FaultKind::Local, "The journal broke down.");
    stage.press("r").send(RunChecks::SLOT, ChecksEnd(Err(fault)));
    assert!(stage.text().contains("The journal broke down."), "{}", stage.text());
    stage.press("r");
    assert!(stage.runs(RunChecks::SLOT));
}

#[test]
fn the_list_is_filtered_grouped_and_walked_with_keys() {
    let mut stage = found(120, 36, report());
    stage.press("j j");
    assert_eq!(selected(&stage), "hubspot");
    stage.press("b");
    assert!(stage.text().contains("grouped by check"), "{}", stage.text());
    assert!(!selected(&stage).is_empty(), "the cursor is on no heading");
    stage.press("g");
    let first = selected(&stage);
    stage.press("}");
    assert_ne!(selected(&stage), first);
    stage.press("{");
    assert_eq!(selected(&stage), first);
    stage.press("b b /").type_in("drift linear").press("Enter");
    assert_eq!(stage.model.checks.shown_rows(), 1);
    assert_eq!(selected(&stage), "linear_issue_get");
    stage.press("Esc");
    assert_eq!(stage.model.checks.shown_rows(), 7);
    stage.press("/").type_in("nothing like it");
    assert!(stage.text().contains("No finding matches."), "{}", stage.text());
}

#[test]
fn each_finding_has_the_key_that_repairs_it() {
    let mut stage = found(120, 36, report());
    stage.press("a");
    assert!(stage.authorizes(), "{}", stage.text());

    let mut stage = found(120, 36, report());
    stage.press("j a");
    assert_eq!(stage.model.cx.tab, Tab::Tools);
    assert!(stage.text().contains("linear_issue_get"), "{}", stage.text());

    let mut stage = found(120, 36, report());
    stage.press("j j a");
    assert_eq!((stage.model.cx.tab, stage.model.accounts.filter.text()), (Tab::Accounts, "connection:hubspot"));

    let mut stage = found(120, 36, report());
    stage.press("j j j a");
    assert!(stage.text().contains("Nothing here repairs it."), "{}", stage.text());
    let (column, row) = found(120, 36, report()).find("authorize it");
    assert!(matches!(found(120, 36, report()).hits().at(column, row), Some(Target::Action(_))));
}

#[test]
fn a_second_look_keeps_the_cursor_on_its_finding() {
    let mut stage = found(120, 36, report());
    stage.press("j j r");
    let mut later = report();
    later.findings.remove(0);
    stage.send(RunChecks::SLOT, ChecksEnd(Ok(later)));
    assert_eq!((selected(&stage).as_str(), stage.model.checks.place()), ("hubspot", 2));
    stage.press("Tab");
    assert_eq!(stage.model.checks.focus, Pane::Side);
    stage.press("Esc Esc");
    assert_eq!(stage.model.cx.tab, Tab::Accounts);
}

#[test]
fn the_findings_are_saved_as_any_list() {
    let mut stage = found(120, 36, report());
    stage.press("w");
    let TabulateList(list) = stage.task_of::<TabulateList>();
    assert_eq!((list.name.as_str(), list.rows.len()), ("checks.csv", 7));
    assert_eq!(list.rows[0][..3], ["bad", "accounts", "linear/ada@acme.dev"]);
}

#[test]
fn the_days_snapshot_is_looked_for_once_and_nothing_moves_meanwhile() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    assert!(stage.runs(LookForSnapshot::SLOT));
    stage.send(LookForSnapshot::SLOT, SnapshotDue);
    assert_eq!(stage.task_of::<TakeSnapshot>().0.len(), accounts().len());
    let wakes = timer::next(&stage.model);
    assert!(wakes.is_none_or(|wait| wait >= Duration::from_millis(100)), "{wakes:?}");
    // Whoever records nothing keeps no snapshots.
    let mut private = Stage::begun(120, 36, "record = false", jackfield_session());
    private.load(accounts());
    assert!(!private.runs(LookForSnapshot::SLOT));
}

fn jackfield_session() -> jackfield::testing::tui::core::state::session::Session {
    jackfield::testing::tui::core::state::session::Session::default()
}
