//! New accounts, disconnecting, deleting.

use jackfield::testing::backend::scalekit::words;
use jackfield::testing::domain::{Connection, ConnectionStatus, Fault, FaultKind, JsonText};
use jackfield::testing::flow::tally::Mismatch;
use jackfield::testing::tui::accounts::authorize::tasks::FollowAuthorization;
use jackfield::testing::tui::accounts::new_account::tasks::ConnectionsRead;
use jackfield::testing::tui::accounts::new_account::tasks::ReadConnections;
use jackfield::testing::tui::accounts::tasks::Delete;
use jackfield::testing::tui::accounts::tasks::Deleted;
use jackfield::testing::tui::accounts::tasks::Disconnect;
use jackfield::testing::tui::accounts::tasks::Disconnected;
use jackfield::testing::tui::core::state::account_store::CHANGING;
use jackfield::testing::tui::shell::confirm::Question;

use jackfield::testing::tui::tools::loading::LoadTools;
use jackfield::testing::tui::tools::screen::Scope;

use super::stage::{Stage, account, accounts};

fn connection(name: &str, enabled: bool) -> Connection {
    Connection {
        id: format!("conn_{name}").as_str().into(),
        name: name.into(),
        provider: name.to_uppercase().as_str().into(),
        authorization: words::authorization("OAUTH"),
        status: ConnectionStatus::Completed,
        enabled,
        raw: JsonText::empty_object(),
    }
}

#[test]
fn a_new_account_is_a_connection_and_a_person_and_then_a_link() {
    let mut stage = Stage::with_accounts(100, 30, accounts());
    stage.press("n");
    assert!(stage.runs(ReadConnections::SLOT));
    let connections = vec![connection("asana", true), connection("linear", true), connection("old-linear", false)];
    stage.send(ReadConnections::SLOT, ConnectionsRead(Ok((connections, None))));
    stage.type_in("lin").press("Down Enter");
    assert!(stage.text().contains("This connection is switched off"), "{}", stage.text());
    stage.press("Up Enter").type_in("zoe@acme.dev").press("Enter");
    let FollowAuthorization { account, .. } = stage.task_of();
    assert_eq!(account.to_string(), "linear/zoe@acme.dev");
    assert!(stage.text().contains("Authorize linear for zoe@acme.dev"), "{}", stage.text());
}

#[test]
fn connections_that_are_missing_are_told_over_those_that_came() {
    let mut stage = Stage::with_accounts(120, 30, accounts());
    stage.press("n");
    let short = Mismatch { first: 3, last: 3, arrived: 1, repeated: 0, overlaps: false };
    stage.send(ReadConnections::SLOT, ConnectionsRead(Ok((vec![connection("linear", true)], Some(short)))));
    let screen = stage.text();
    assert!(screen.contains("its pages held only 1: 2 are missing.") && screen.contains("LINEAR"), "{screen}");
}

#[test]
fn a_form_that_is_not_filled_in_says_what_is_missing() {
    let mut stage = Stage::with_accounts(100, 30, accounts());
    stage.press("n Enter");
    assert!(stage.text().contains("Choose a connection first."));
    stage.send(ReadConnections::SLOT, ConnectionsRead(Ok((vec![connection("linear", true)], None))));
    stage.press("Enter Enter");
    assert!(stage.text().contains("Enter the user's id"));
    assert!(!stage.authorizes());
    stage.press("Esc");
    assert!(!stage.text().contains("Connect an account"));
}

#[test]
fn disconnecting_says_what_is_lost_and_waits_for_a_yes() {
    let mut stage = Stage::with_accounts(100, 30, accounts());
    stage.press("d");
    let screen = stage.text();
    assert!(
        screen.contains("Disconnect linear/ada@acme.dev")
            && screen.contains("credentials are dropped")
            && screen.contains("ada@acme.dev must consent again"),
        "{screen}"
    );
    stage.press("n");
    assert!(!stage.runs(CHANGING));
    stage.press("d y");
    let Disconnect(id) = stage.task_of();
    assert_eq!(id.raw(), "ca_101");
    let changed = account("ca_101", "linear", "ada@acme.dev", "DISCONNECTED", None, None);
    stage.send(CHANGING, Disconnected(Ok(changed)));
    assert!(stage.text().contains("linear/ada@acme.dev is disconnected now."));
    assert!(stage.text().contains("3 need you"));
}

#[test]
fn deleting_says_what_is_lost_with_it() {
    let mut working = account("ca_1", "linear", "ada@acme.dev", "ACTIVE", Some(9), Some(-3));
    working.org_wide = true;
    let mut typed_in = account("ca_2", "freshdesk", "ken@acme.dev", "PENDING_AUTH", None, None);
    typed_in.authorization = words::authorization("API_KEY");
    let mut stage = Stage::with_accounts(100, 30, vec![working, typed_in]);
    let asked = |stage: &mut Stage, row: &str| {
        stage.press(row).press("D");
        let lines = stage.popup::<Question>().expect("a question").lines.clone();
        stage.press("n");
        lines
    };
    assert_eq!(
        asked(&mut stage, "G"),
        [
            "Deletes ca_1 and its credentials for good.",
            "It is active, last used 3 min ago: calls as ada@acme.dev on linear will fail.",
            "It is shared: the whole organization loses it.",
            "Only a new account brings it back: ada@acme.dev must consent again.",
        ]
    );
    assert_eq!(
        asked(&mut stage, "g"),
        [
            "Deletes ca_2 for good.",
            "It is to authorize, never used: calls as ken@acme.dev on freshdesk fail already.",
            "Only a new account brings it back: somebody must type in the credentials of ken@acme.dev.",
        ]
    );
    for (columns, rows) in [(80, 24), (40, 12)] {
        let mut stage = Stage::with_accounts(columns, rows, accounts());
        stage.press("D");
        insta::assert_snapshot!(format!("delete_{columns}x{rows}"), stage.text());
    }
}

#[test]
fn a_deleted_account_is_gone_from_the_list() {
    let mut stage = Stage::with_accounts(100, 30, accounts());
    stage.press("j D y");
    let Delete(id) = stage.task_of();
    let id = id.clone();
    stage.send(CHANGING, Deleted(id, Ok(())));
    assert_eq!(stage.model.accounts.shown(), 7);
    assert_eq!(stage.model.accounts.cursor.row, 1, "the cursor stays where it was");
    assert!(!stage.text().contains("REVOKED"));
}

#[test]
fn what_the_environment_does_not_offer_is_said() {
    let mut stage = Stage::with_accounts(100, 30, accounts());
    stage.press("d y");
    let fault = Fault::new(FaultKind::NotOffered, "This environment does not disconnect accounts.");
    stage.send(CHANGING, Disconnected(Err(fault)));
    assert!(stage.text().contains("This environment does not disconnect accounts."));
    assert_eq!(stage.model.accounts.shown(), 8);
}

#[test]
fn acting_as_somebody_lists_their_tools_on_every_connection() {
    let mut stage = Stage::with_accounts(100, 30, accounts());
    stage.press("T");
    let LoadTools(scope) = stage.task_of();
    assert_eq!(*scope, Scope::Person("ada@acme.dev".into(), None));
}
