//! A first start: the sandbox says that it is one, and each step to an environment of one's own names the next.

use std::time::Duration;

use jackfield::testing::backend::Abilities;
use jackfield::testing::profile::{ProfileName, Source, SourceEntry, SourceList, SourceState};
use jackfield::testing::tui::accounts::new_account::tasks::{ConnectionsRead, ReadConnections};
use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::core::state::environment::Environment;
use jackfield::testing::tui::environments::open_environment::{self, OpeningReport};
use jackfield::testing::tui::environments::profile_task::{self, ProfileAdded, SourcesListed};
use jackfield::testing::tui::input::action::Action;
use jackfield::testing::tui::input::hit_test::Target;

use super::stage::{Stage, accounts};

fn first(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::new(columns, rows);
    stage.send(open_environment::SLOT, OpeningReport::NothingConfigured);
    stage.load(accounts());
    stage
}

fn listed(stage: &mut Stage, sources: Vec<Source>) {
    let entry = |source| SourceEntry::new(source, None, SourceState::Ready);
    let entries = sources.into_iter().map(entry).collect();
    stage.send(profile_task::SLOT, SourcesListed(Ok(SourceList { entries, ..SourceList::default() })));
}

#[test]
fn one_line_says_where_one_is_and_how_to_leave() {
    let words = "this computer only. O opens your own environment.";
    for (columns, rows) in [(120, 36), (80, 24)] {
        let mut stage = first(columns, rows);
        let line = stage.text().lines().nth(2).unwrap().to_owned();
        assert!(line.starts_with(" Sandbox: sample") && line.ends_with(words), "{line}");
        let rows_of = |stage: &Stage| stage.text().lines().count();
        assert_eq!(rows_of(&stage), usize::from(rows));
        let (x, y) = stage.find("Sandbox: sample");
        assert_eq!(stage.hits().at(x, y), Some(Target::Action(Action::Environments)));
        stage.press("2");
        assert!(stage.text().contains(words), "on every screen: {}", stage.text());
    }
    let mut small = first(40, 12);
    assert!(small.text().contains("Sandbox: sample data"), "a message where rows are few: {}", small.text());
    small.wait(Duration::from_secs(60));
    assert!(!small.text().contains("Sandbox: sample"));
    let asked_for = Stage::with_accounts(120, 36, accounts());
    assert!(!asked_for.text().contains("Sandbox: sample"), "who asks for the sandbox knows");
}

#[test]
fn the_line_goes_with_the_first_profile() {
    let mut stage = first(120, 36);
    stage.press("O");
    listed(&mut stage, vec![Source::Sandbox]);
    let (_, first_row) = stage.find("New profile: an environment of your own");
    assert!(first_row < stage.find("● sandbox").1, "{}", stage.text());
    let (x, y) = stage.find("New profile:");
    let target = stage.hits().at(x, y).unwrap();
    stage.event(Event::Click(target));
    assert!(stage.text().contains("client id"), "{}", stage.text());
    stage
        .press("Esc n Tab")
        .type_in("dev")
        .press("Tab")
        .type_in("https://dev.scalekit.dev")
        .press("Tab")
        .type_in("skc_9");
    stage.press("Tab").type_in("sks_1").press("Enter Enter Enter");
    let name = ProfileName::parse("dev").unwrap();
    stage.send(profile_task::SLOT, ProfileAdded { name: name.clone(), in_memory: false, result: Ok(()) });
    assert!(
        stage.text().contains("Profile dev is saved, its secret in the keychain. Enter opens it."),
        "{}",
        stage.text()
    );
    listed(&mut stage, vec![Source::Profile(name), Source::Sandbox]);
    assert!(!stage.text().contains("New profile:") && !stage.text().contains("Sandbox: sample people"));
    stage.press("Enter");
    assert!(stage.runs(open_environment::SLOT));
}

#[test]
fn the_way_to_a_first_profile_fits_every_size() {
    for (columns, rows) in [(120, 36), (80, 24), (40, 12)] {
        let mut stage = first(columns, rows);
        stage.press("O");
        listed(&mut stage, vec![Source::Variables, Source::Sandbox]);
        stage.wait(Duration::from_secs(60));
        assert!(stage.text().contains("n  New profile") && stage.text().contains("sandbox"), "{}", stage.text());
    }
}

#[test]
fn an_environment_without_accounts_names_the_next_step() {
    let mut stage = Stage::with_accounts(120, 36, Vec::new());
    let screen = stage.text();
    assert!(screen.contains("n  connect the first account") && screen.contains("needs a connection"), "{screen}");
    stage.press("n");
    stage.send(ReadConnections::SLOT, ConnectionsRead(Ok((Vec::new(), None))));
    assert!(stage.text().contains("No connections in this environment yet."), "{}", stage.text());
    stage.type_in("x");
    assert!(stage.text().contains("No match."), "{}", stage.text());
    let mut stage = Stage::new(120, 36);
    stage.open();
    stage.model.cx.environment = without_administration(&stage);
    stage.load_into_open(Vec::new());
    assert!(!stage.text().contains("connect the first account"), "{}", stage.text());
}

/// The open environment, which cannot make accounts.
fn without_administration(stage: &Stage) -> Environment {
    let mut card = stage.model.cx.environment.open().unwrap().clone();
    card.abilities = Abilities { account_admin: false, ..Abilities::ALL };
    Environment::Open(card)
}

#[test]
fn a_list_says_how_old_it_is_once_it_is() {
    let mut stage = Stage::with_accounts(80, 24, accounts());
    assert!(!stage.text().contains("as of "), "{}", stage.text());
    stage.wait(Duration::from_secs(70));
    let shown = stage.text();
    assert!(shown.contains("as of ") && !shown.contains("r refreshes"), "{shown}");
    stage.wait(Duration::from_secs(700));
    assert!(stage.text().contains(", r refreshes"), "{}", stage.text());
    stage.press("R");
    assert!(!stage.text().contains("as of "), "it is being read: {}", stage.text());
    stage.load_into_open(accounts());
    assert!(!stage.text().contains("as of "), "{}", stage.text());
}
