//! The account list in groups, its filter tokens, and what the detail says.

use std::time::Duration;

use jackfield::testing::domain::{Account, Fault, FaultKind, JsonText};
use jackfield::testing::tui::accounts::detail::loader::WHILE;
use jackfield::testing::tui::accounts::lines::ShownLine;
use jackfield::testing::tui::accounts::tasks::AccountRead;
use jackfield::testing::tui::accounts::tasks::ReadAccount;

use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::input::hit_test::Target;
use jackfield::testing::tui::input::tabs::Pane;
use jackfield::testing::tui::shell::redraw as timer;
use jackfield::testing::tui::theme::Depth;

use super::stage::{Stage, account, accounts};

/// The list line by line: headings as `= title count`, accounts by their label.
fn lines(stage: &Stage) -> Vec<String> {
    let lines = stage.model.accounts.lines_from(&stage.model.cx.accounts, 0);
    let line = |shown| match shown {
        ShownLine::Heading(heading) => format!("= {} {}", heading.title, heading.count),
        ShownLine::Account(account) => account.label(),
    };
    lines.map(|(_, shown)| line(shown)).collect()
}

fn on_a_heading(stage: &Stage) -> bool {
    stage.model.accounts.shown() > 0 && stage.model.accounts.selected(&stage.model.cx.accounts).is_none()
}

fn many() -> Vec<Account> {
    let status = |n| ["ACTIVE", "EXPIRED", "REVOKED", "DISCONNECTED"][n % 4];
    let one = |n: usize| {
        account(&format!("ca_{n}"), &format!("c{:03}", n % 100), &format!("user{n:05}"), status(n), None, None)
    };
    (0..10_000).map(one).collect()
}

#[test]
fn groups_stand_under_headings_with_counts_and_keep_the_order_inside() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("b");
    assert_eq!(
        lines(&stage),
        [
            "= asana 4",
            "asana/grace@acme.dev",
            "asana/ada@acme.dev",
            "asana/margaret@acme.dev",
            "asana/linus@acme.dev",
            "= linear 4",
            "linear/ada@acme.dev",
            "linear/margaret@acme.dev",
            "linear/linus@acme.dev",
            "linear/grace@acme.dev",
        ]
    );
    assert!(stage.text().contains("linear  4  ✖ 1  ? 1  ◐ 1"), "{}", stage.text());
    assert_eq!(
        stage.model.accounts.selected(&stage.model.cx.accounts).map(Account::label).as_deref(),
        Some("linear/ada@acme.dev")
    );
    assert!(stage.text().contains("5 of 8"), "headings are not counted");
    stage.press("b");
    assert_eq!(lines(&stage).first().map(String::as_str), Some("= ada@acme.dev 2"));
    stage.press("b");
    assert_eq!(lines(&stage).first().map(String::as_str), Some("= expired 1"));
    stage.press("b");
    assert_eq!(lines(&stage).first().map(String::as_str), Some("= ASANA 4"));
    stage.press("b");
    assert_eq!(lines(&stage).len(), 8);
}

#[test]
fn the_cursor_never_rests_on_a_heading() {
    let mut stage = Stage::with_accounts(120, 20, accounts());
    stage.press("b");
    let keys = ["g", "k", "j", "j", "j", "j", "j", "k", "k", "G", "PageUp", "PageUp", "PageDown", "j", "g", "k"];
    for keys in keys {
        stage.press(keys);
        assert!(!on_a_heading(&stage), "{keys}");
    }
    assert!(
        stage.text().contains("asana  4"),
        "at the top, the heading over the first row is shown:\n{}",
        stage.text()
    );
    for by in [3, 3, 3, -3, -3, -3] {
        stage.event(Event::Scroll(Target::Pane(Pane::List), by));
        assert!(!on_a_heading(&stage), "{by}");
    }
    stage.press("/").type_in("grace");
    assert!(!on_a_heading(&stage));
    assert_eq!(lines(&stage), ["= asana 1", "asana/grace@acme.dev", "= linear 1", "linear/grace@acme.dev"]);
}

#[test]
fn ten_thousand_accounts_are_grouped_and_walked() {
    let mut stage = Stage::with_accounts(120, 36, many());
    stage.press("b G");
    assert!(stage.text().contains("10000 of 10000"), "{}", stage.text());
    stage.press("g");
    assert!(stage.text().contains("1 of 10000") && stage.text().contains("c000  100"), "{}", stage.text());
    (0..300).for_each(|_| {
        stage.press("j");
        assert!(!on_a_heading(&stage));
    });
    assert!(stage.text().contains("301 of 10000"));
}

#[test]
fn the_grouping_is_remembered() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("b b");
    let session = stage.model.session();
    assert_eq!(session.group, "identifier");
    assert_eq!(Stage::begun(120, 36, "", session).model.accounts.group.name(), "identifier");
}

#[test]
fn tokens_narrow_the_list_and_are_hinted_at_while_typing() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("/");
    assert!(stage.text().contains("status:  connection:  as:  provider:"), "{}", stage.text());
    stage.type_in("connection:");
    assert!(stage.text().contains("  asana  linear"), "{}", stage.text());
    stage.type_in("lin status:expired status:to-auth");
    assert_eq!(lines(&stage), ["linear/ada@acme.dev", "linear/linus@acme.dev"]);
    stage.press("Enter");
    assert!(stage.text().contains("  status ↓"), "the columns have their names again");
    stage.press("s a");
    assert_eq!(lines(&stage), ["linear/ada@acme.dev"], "another status, the rest as it was typed");
    assert_eq!(stage.model.accounts.filter.text(), "connection:lin status:expired");
    stage.press("Esc /").type_in("status:expird");
    let screen = stage.text();
    assert!(screen.contains("Unknown status “expird”."), "{screen}");
}

fn with_details(raw: &str) -> Account {
    let raw = JsonText::parse(raw.to_owned()).unwrap();
    Account { raw, ..account("ca_101", "linear", "ada@acme.dev", "EXPIRED", Some(-120), Some(-121)) }
}

#[test]
fn details_are_asked_for_once_when_somebody_looks_for_a_while() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    assert!(!stage.runs(ReadAccount::SLOT));
    assert!(timer::next(&stage.model).is_some_and(|wait| wait <= WHILE));
    for _ in 0..4 {
        stage.wait(WHILE / 2);
        stage.press("j");
        assert!(!stage.runs(ReadAccount::SLOT), "nobody asks in passing");
    }
    stage.press("g");
    stage.wait(WHILE);
    stage.wait(WHILE);
    let ReadAccount(read) = stage.task_of();
    assert_eq!(read.to_string(), "ca_101");
    let raw =
        r#"{"id":"ca_101","api_config":{"rate_limit":5},"scopes":["read","issues:create"],"created_at":"2025-01-01"}"#;
    stage.send(ReadAccount::SLOT, AccountRead(Ok(with_details(raw))));
    let screen = stage.text();
    for said in ["settings (API: api_config)", "\"rate_limit\": 5", "read, issues:create", "created_at", "2025-01-01"] {
        assert!(screen.contains(said), "{said}:\n{screen}");
    }
    let job = stage.job(ReadAccount::SLOT);
    stage.wait(WHILE * 9);
    assert_eq!(stage.job(ReadAccount::SLOT), job, "once is enough");
    assert!(timer::next(&stage.model).is_none_or(|wait| wait > Duration::from_secs(1)), "and nothing waits");
}

#[test]
fn nobody_asks_for_the_details_of_a_pane_that_is_not_there() {
    let mut stage = Stage::with_accounts(40, 12, accounts());
    stage.wait(WHILE * 2);
    assert!(!stage.runs(ReadAccount::SLOT));
    stage.press("Enter");
    assert!(stage.runs(ReadAccount::SLOT));
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("?");
    stage.wait(WHILE * 2);
    assert!(!stage.runs(ReadAccount::SLOT), "something else lies upon it");
}

#[test]
fn details_that_cannot_be_read_say_so_in_their_place() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.wait(WHILE);
    stage.send(ReadAccount::SLOT, AccountRead(Err(Fault::new(FaultKind::NotFound, "There is no such account."))));
    let shown = |stage: &Stage| stage.text().contains("Its details could not be read.");
    assert!(shown(&stage), "{}", stage.text());
    stage.press("j");
    assert!(!shown(&stage), "that was another account");
}

#[test]
fn the_detail_says_both_words_and_what_can_be_done() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    let screen = stage.text();
    for said in
        ["expired (API: EXPIRED)", "OAuth (API: OAUTH)", "a  re-authorize", "d  disconnect", "none while it is expired"]
    {
        assert!(screen.contains(said), "{said}:\n{screen}");
    }
    assert!(!screen.contains("act as this user, see"), "its tools are not worth a key now");
    stage.press("j Tab");
    let screen = stage.text();
    assert!(screen.contains("? REVOKED") && screen.contains("may not work."), "{screen}");
    assert!(screen.contains("REVOKED (unknown to jackfield)"), "{screen}");
    stage.press("Esc G Tab");
    assert!(!stage.text().contains("d  disconnect"), "{}", stage.text());
}

#[test]
fn groups_and_tokens_in_pictures() {
    for (columns, rows) in [(120, 40), (80, 24), (40, 12)] {
        let mut stage = Stage::with_accounts(columns, rows, accounts());
        stage.press("b g");
        insta::assert_snapshot!(format!("grouped_{columns}x{rows}"), stage.text());
        stage.press("/").type_in("status:expird");
        insta::assert_snapshot!(format!("slip_{columns}x{rows}"), stage.text());
    }
    let mut stage = Stage::with_depth(80, 24, Depth::None);
    stage.load(accounts());
    stage.press("b");
    insta::assert_snapshot!("grouped_no_color", stage.attributes());
}
