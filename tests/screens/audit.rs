//! Uses of credentials beside the call that they belong to.

use jackfield::testing::domain::{CredentialEvent, CredentialOutcome, CredentialPurpose, CredentialUse, TokenMark};
use jackfield::testing::journal::CallOutcome as Came;

use super::activity::{call, remembered_and_read, shown};
use super::stage::{Stage, now};

fn used(event: CredentialEvent, outcome: CredentialOutcome, mark: &str) -> CredentialUse {
    let account = "ca_1".into();
    CredentialUse {
        application: Some("client_1".into()),
        asked: vec!["tasks:write".into()],
        outcome,
        token: TokenMark::from_digits(mark),
        purpose: CredentialPurpose { call: Some(4), ..CredentialPurpose::default() },
        ..CredentialUse::new(event, &"ada@acme.dev".into(), &"asana".into(), &account, now())
    }
}

fn stage(columns: u16, rows: u16, uses: Vec<CredentialUse>) -> Stage {
    let newest = shown(call(4, "asana_task_create", Came::Succeeded), &[]).with_uses(uses);
    remembered_and_read(columns, rows, newest)
}

fn renewed() -> Vec<CredentialUse> {
    let reason = Some("The provider answered with HTTP 401.".into());
    vec![
        CredentialUse { reason, ..used(CredentialEvent::Token, CredentialOutcome::Failure, "0000aaaa") },
        used(CredentialEvent::Refresh, CredentialOutcome::Success, "9f2c01ab"),
        used(CredentialEvent::Token, CredentialOutcome::Success, "9f2c01ab"),
    ]
}

#[test]
fn each_use_is_a_line_below_the_result() {
    let screen = stage(160, 40, renewed()).text();
    assert!(screen.contains("✖ token application client_1 on behalf of ada@acme.dev"), "{screen}");
    assert!(screen.contains("● refresh application client_1") && screen.contains("\"gid\": \"7\""), "{screen}");
    let none = stage(160, 40, Vec::new()).text();
    assert!(!none.contains("on behalf of"), "{none}");
}

#[test]
fn what_there_is_no_room_for_is_counted() {
    let many = (0..9).map(|_| used(CredentialEvent::Token, CredentialOutcome::Success, "9f2c01ab")).collect();
    let screen = stage(160, 40, many).text();
    assert!(screen.contains("6 more uses of credentials: jackfield audit list call:4"), "{screen}");
}

#[test]
fn pictures() {
    for (columns, rows) in [(120, 40), (80, 24), (40, 12)] {
        let mut stage = stage(columns, rows, renewed());
        if columns == 40 {
            stage.press("Enter");
        }
        insta::assert_snapshot!(format!("audit_{columns}x{rows}"), stage.text());
    }
}
