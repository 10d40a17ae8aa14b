//! The account list.

use std::time::Duration;

use jackfield::testing::domain::{Account, Fault, FaultKind, Status};
use jackfield::testing::flow::tally::Mismatch;
use jackfield::testing::tui::accounts::lines::ShownLine;
use jackfield::testing::tui::accounts::tasks::AccountsEnd;
use jackfield::testing::tui::accounts::tasks::AccountsPage;
use jackfield::testing::tui::accounts::tasks::LoadAccounts;
use jackfield::testing::tui::accounts::tasks::ReadAccount;
use jackfield::testing::tui::accounts::tasks::{Disconnect, Disconnected};
use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::core::message::Message;
use jackfield::testing::tui::core::state::account_store::CHANGING;
use jackfield::testing::tui::environments::open_environment::{self, OpenEnvironment, OpeningReport};
use jackfield::testing::tui::input::hit_test::Target;
use jackfield::testing::tui::input::tabs::{Pane, Tab};
use jackfield::testing::tui::shell::redraw as timer;
use jackfield::testing::tui::shell::save::TabulateList;
use jackfield::testing::tui::shell::saved_filters::{FilterTask, FiltersRead, SavedFilter};
use jackfield::testing::tui::widgets::debounced_cursor::REST;

use super::stage::{Stage, account, accounts};

/// The accounts on the list, without headings.
fn listed(stage: &Stage) -> Vec<Account> {
    let lines = stage.model.accounts.lines_from(&stage.model.cx.accounts, 0);
    let account = |shown| match shown {
        ShownLine::Account(account) => Some(account.clone()),
        ShownLine::Heading(_) => None,
    };
    lines.filter_map(|(_, shown)| account(shown)).collect()
}

#[test]
fn opening_the_environment_is_the_first_thing_and_loading_accounts_the_second() {
    let mut stage = Stage::new(120, 36);
    stage.task_of::<OpenEnvironment>();
    assert!(stage.text().contains("Opening the environment"));
    stage.open();
    assert!(stage.runs(LoadAccounts::SLOT));
    assert!(stage.text().contains("Loading accounts"));
}

#[test]
fn the_first_page_is_usable_before_the_last_one_comes() {
    let mut stage = Stage::new(120, 36);
    stage.open();
    stage.send(LoadAccounts::SLOT, AccountsPage(accounts(), Some(500)));
    assert!(stage.text().contains("ada@acme.dev"));
    assert!(stage.text().contains("loading 8 of 500"));
    stage.press("j");
    assert_eq!(stage.model.accounts.cursor.row, 1);
}

#[test]
fn what_needs_somebody_stands_on_top_and_is_counted() {
    let stage = Stage::with_accounts(120, 36, accounts());
    let order: Vec<_> = listed(&stage).iter().map(|a| a.status.word()).collect();
    assert_eq!(
        order,
        ["expired", "REVOKED", "to verify", "to authorize", "active", "active", "active", "disconnected"]
    );
    assert!(stage.text().contains("4 need you"));
}

#[test]
fn a_filter_shows_only_what_fits_and_escape_forgets_it() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("/").type_in("grace asana");
    assert_eq!(stage.model.accounts.shown(), 1);
    assert!(stage.text().contains("1 of 1 shown · 8 in all"));
    stage.press("Enter j q");
    assert!(!stage.effects.is_empty(), "after Enter keys are keys again");
    stage.press("Esc");
    assert_eq!(stage.model.accounts.shown(), 8);
}

#[test]
fn letters_that_are_keys_elsewhere_are_text_in_a_filter() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("/").type_in("q?1aR");
    assert_eq!(stage.model.accounts.filter.text(), "q?1aR");
    assert!(stage.effects.is_empty());
    assert!(stage.text().contains("No account matches."));
    stage.press("F1");
    assert!(stage.text().contains("Keys: "), "function keys still work");
}

#[test]
fn the_cursor_stays_on_its_account_when_rows_come_and_go() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("G");
    let before = stage.model.accounts.selected(&stage.model.cx.accounts).map(|a| a.id.clone());
    stage.press("R");
    let mut more = accounts();
    more.push(account("ca_100", "linear", "zoe@acme.dev", "EXPIRED", Some(-1), None));
    stage.send(LoadAccounts::SLOT, AccountsPage(more, Some(9)));
    assert_eq!(stage.model.accounts.shown(), 8, "a reload keeps the old rows until it is complete");
    stage.send(LoadAccounts::SLOT, AccountsEnd(Ok(None)));
    assert_eq!(stage.model.accounts.shown(), 9);
    assert_eq!(stage.model.accounts.selected(&stage.model.cx.accounts).map(|a| a.id.clone()), before);
}

#[test]
fn the_status_menu_writes_into_the_filter() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    let mut shown = |keys: &str| {
        stage.press(keys);
        (stage.model.accounts.filter.text().to_owned(), stage.model.accounts.shown())
    };
    assert_eq!(shown("s n"), ("status:needs-you".into(), 4));
    assert_eq!(shown("s a"), ("status:expired".into(), 1));
    assert_eq!(shown("s e"), ("status:active".into(), 3));
    assert_eq!(shown("s s"), (String::new(), 8));
    assert_eq!(shown("!"), ("status:needs-you".into(), 4));
    assert_eq!(shown("!"), (String::new(), 8));
}

#[test]
fn the_next_that_needs_you_is_found_from_anywhere_and_behind_a_filter() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    let status = |stage: &Stage| {
        stage.model.accounts.selected(&stage.model.cx.accounts).map(|account| account.status.needs_you())
    };
    stage.press("o i G e");
    assert_eq!(status(&stage), Some(true));
    let first = stage.model.accounts.cursor.row;
    stage.press("e");
    assert_ne!(stage.model.accounts.cursor.row, first);
    stage.press("/").type_in("status:active").press("Enter e");
    assert_eq!((status(&stage), stage.model.accounts.filter.text()), (Some(true), ""));
    stage.press("g 0 5 e");
    assert_eq!(status(&stage), Some(true), "four need you: the fifth is the first again");
}

#[test]
fn the_order_is_chosen_by_letter_and_reversed_by_the_same_again() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    let identifiers = |stage: &Stage| -> Vec<String> {
        let lines = stage.model.accounts.lines_from(&stage.model.cx.accounts, 0);
        lines
            .filter_map(|(_, line)| match line {
                ShownLine::Account(account) => Some(account.identifier.raw().to_owned()),
                ShownLine::Heading(_) => None,
            })
            .collect()
    };
    stage.press("o i");
    let forward = identifiers(&stage);
    assert!(forward.is_sorted());
    for keys in ["o i", "o o"] {
        let before = identifiers(&stage);
        stage.press(keys);
        let after = identifiers(&stage);
        assert_eq!(before.first(), after.last(), "{keys}");
    }
    // The head of the identifiers, clicked.
    let (column, row) = stage.find("identifier");
    stage.event(Event::Click(stage.hits().at(column, row).unwrap()));
    assert_eq!(identifiers(&stage).first(), forward.last());
}

#[test]
fn marked_accounts_are_disconnected_one_after_the_other_after_one_question() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("/").type_in("status:active").press("Enter Space Space");
    assert_eq!(stage.model.accounts.marks(), 2);
    stage.press("d");
    let question = stage.text();
    assert!(question.contains("Disconnect 2 accounts"), "{question}");
    stage.press("y");
    let Disconnect(first) = stage.task_of::<Disconnect>();
    let first = first.clone();
    let mut account = stage.model.cx.accounts.by_id(&first).unwrap().clone();
    account.status = Status::Disconnected;
    stage.send(CHANGING, Disconnected(Ok(account)));
    let Disconnect(second) = stage.task_of::<Disconnect>();
    assert_ne!(*second, first);
    assert_eq!(stage.model.accounts.marks(), 0);
}

#[test]
fn numbers_repeat_motions_and_screens_keep_their_digits() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    let row = |stage: &Stage| stage.model.accounts.cursor.row;
    stage.press("7 j");
    assert_eq!(row(&stage), 7);
    stage.press("0 2 k");
    assert_eq!(row(&stage), 5);
    stage.press("7 G");
    assert_eq!(row(&stage), 6);
    stage.press("g g");
    assert_eq!(row(&stage), 0);
    stage.press("2");
    assert_eq!(stage.model.cx.tab, Tab::Tools);
}

#[test]
fn tab_completes_the_filter() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    let text = |stage: &Stage| stage.model.accounts.filter.text().to_owned();
    stage.press("/").type_in("st").press("Tab");
    assert_eq!(text(&stage), "status:");
    stage.press("Tab");
    assert_eq!(text(&stage), "status:needs-you");
    stage.press("Tab");
    let second = text(&stage);
    assert!(second.starts_with("status:") && second != "status:needs-you", "{second}");
    stage.press("Shift-Tab");
    assert_eq!(text(&stage), "status:needs-you");
    stage.press("Enter");
    assert!(!stage.model.accounts.filter.typing);
}

#[test]
fn a_failed_load_says_whose_fault_it_is_and_what_to_press() {
    let mut stage = Stage::new(100, 30);
    stage.open();
    let fault =
        Fault::new(FaultKind::KeyRefused, "The environment refused the client id or secret.").said("invalid_client");
    stage.send(LoadAccounts::SLOT, AccountsEnd(Err(fault)));
    let screen = stage.text();
    assert!(screen.contains("✖ Key refused"));
    assert!(screen.contains("The environment refused the client id or secret."));
    assert!(screen.contains("“invalid_client”"));
    assert!(screen.contains("r  refresh"));
    stage.press("R");
    assert!(stage.runs(LoadAccounts::SLOT));
}

#[test]
fn a_list_that_differs_from_its_total_is_given_and_told() {
    let short = |stated, repeated| Mismatch { first: stated, last: stated, arrived: 8, repeated, overlaps: false };
    let mut stage = Stage::new(120, 36);
    stage.open();
    stage.send(LoadAccounts::SLOT, AccountsPage(accounts(), Some(9)));
    stage.send(LoadAccounts::SLOT, AccountsEnd(Ok(Some(short(9, 0)))));
    assert!(stage.text().contains("its pages held only 8: 1 is missing."), "{}", stage.text());
    stage.wait(Duration::from_secs(60));
    assert!(stage.text().contains("1 of 8 shown · 9 in all · incomplete"), "{}", stage.text());

    // A reload takes the place of the old rows, as far as it goes.
    stage.press("R");
    let mut fewer = accounts();
    fewer.pop();
    stage.send(LoadAccounts::SLOT, AccountsPage(fewer, Some(8)));
    stage.send(LoadAccounts::SLOT, AccountsEnd(Ok(Some(Mismatch { arrived: 7, ..short(8, 0) }))));
    assert_eq!(stage.model.accounts.shown(), 7);
    stage.wait(Duration::from_secs(60));
    assert!(stage.text().contains("incomplete"), "{}", stage.text());

    stage.press("R");
    stage.send(LoadAccounts::SLOT, AccountsPage(accounts(), Some(9)));
    stage.send(LoadAccounts::SLOT, AccountsEnd(Ok(Some(short(9, 1)))));
    assert!(stage.text().contains("1 account came more than once and is listed once."), "{}", stage.text());
    stage.wait(Duration::from_secs(60));
    assert!(!stage.text().contains("incomplete"), "{}", stage.text());

    let mut stage = Stage::new(120, 36);
    stage.open();
    stage.send(LoadAccounts::SLOT, AccountsPage(Vec::new(), Some(3)));
    stage.send(LoadAccounts::SLOT, AccountsEnd(Ok(Some(Mismatch { arrived: 0, ..short(3, 0) }))));
    assert!(stage.text().contains("pages held only 0"), "{}", stage.text());
}

#[test]
fn an_environment_that_does_not_open_can_be_tried_again() {
    let mut stage = Stage::new(100, 30);
    stage.send(open_environment::SLOT, OpeningReport::Opened(Err(Fault::new(FaultKind::Local, "No port is free."))));
    assert!(stage.text().contains("No port is free."));
    stage.press("R");
    stage.task_of::<OpenEnvironment>();
}

#[test]
fn stopping_a_load_keeps_what_arrived() {
    let mut stage = Stage::new(120, 36);
    stage.open();
    stage.send(LoadAccounts::SLOT, AccountsPage(accounts(), Some(500)));
    let old = stage.job(LoadAccounts::SLOT);
    stage.press("Esc");
    assert!(!stage.runs(LoadAccounts::SLOT));
    stage.event(Event::Task(old, Message::new(AccountsPage(accounts(), Some(500)))));
    assert_eq!(stage.model.accounts.shown(), 8, "what an old job still says is dropped");
}

#[test]
fn enter_moves_into_the_detail_and_reads_the_account_again() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("Enter");
    assert_eq!(stage.model.accounts.focus, Pane::Side);
    let ReadAccount(account) = stage.task_of();
    assert_eq!(account.to_string(), "ca_101");
    stage.press("Esc");
    assert_eq!(stage.model.accounts.focus, Pane::List);
}

#[test]
fn a_click_selects_a_row_and_a_hint_does_what_it_says() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    let (column, row) = stage.find("grace@acme.dev");
    let target = stage.hits().at(column, row).unwrap();
    assert_eq!(target, Target::Row(Pane::List, 2));
    stage.event(Event::Click(target));
    assert_eq!(stage.model.accounts.cursor.row, 2);
    let (column, row) = stage.find("? help");
    let target = stage.hits().at(column, row).unwrap();
    stage.event(Event::Click(target));
    assert!(stage.text().contains("Keys: "));
}

#[test]
fn hostile_text_is_marked_wherever_it_is_shown() {
    let evil = "e\x1b]0;owned\x07\u{202e}\u{200b}vil\u{9b}31m";
    let row = account("ca_1\x1b[2J", evil, evil, "ACTIVE\x1b[5m", Some(5), None);
    for (columns, rows) in [(120, 40), (80, 24), (40, 12)] {
        let mut stage = Stage::with_accounts(columns, rows, vec![row.clone()]);
        for keys in ["j", "?", "Esc", "Enter", "a", "Esc"] {
            stage.press(keys);
            let screen = stage.text();
            let bad = |c: &char| (c.is_control() && *c != '\n') || "\u{202e}\u{200b}\u{9b}".contains(*c);
            assert_eq!(screen.chars().find(bad), None, "{screen}");
        }
        assert!(stage.text().contains('␛'));
    }
}

#[test]
fn ten_thousand_rows_are_walked_to_the_end_and_back() {
    let many = (0..10_000).map(|n| account(&format!("ca_{n}"), "linear", &format!("user{n:05}"), "ACTIVE", None, None));
    let mut stage = Stage::with_accounts(120, 36, many.collect());
    stage.press("G");
    assert!(stage.text().contains("10000 of 10000"));
    assert!(stage.text().contains("user09999"));
    stage.press("g");
    assert!(stage.text().contains("user00000"));
}

#[test]
fn until_it_is_moved_the_cursor_stays_on_what_needs_somebody_most() {
    let mut stage = Stage::new(120, 36);
    stage.open();
    let calm = vec![account("ca_1", "linear", "zoe@acme.dev", "ACTIVE", Some(5), None)];
    stage.send(LoadAccounts::SLOT, AccountsPage(calm, Some(9)));
    stage.send(LoadAccounts::SLOT, AccountsPage(accounts(), Some(9)));
    assert_eq!(
        stage.model.accounts.selected(&stage.model.cx.accounts).map(|a| a.id.raw().to_owned()).as_deref(),
        Some("ca_101")
    );
}

#[test]
fn the_list_can_be_ordered_by_other_things() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    let first = |stage: &Stage| listed(stage).first().map(|a| a.label()).unwrap();
    assert_eq!(first(&stage), "linear/ada@acme.dev");
    stage.press("o c");
    assert!(stage.text().contains("connection ↓"), "{}", stage.text());
    assert_eq!(first(&stage), "asana/ada@acme.dev");
    stage.press("o e");
    assert!(!listed(&stage).first().unwrap().status.needs_you(), "what runs out next, not what ran out long ago");
    stage.press("o u");
    assert_eq!(first(&stage), "asana/ada@acme.dev", "what was used last");
    stage.press("o n");
    assert!(stage.text().contains("status ↓"), "{}", stage.text());
}

#[test]
fn the_detail_waits_for_a_cursor_on_the_run() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    let title = |stage: &Stage| stage.text().lines().nth(2).unwrap_or_default().to_owned();
    let first = title(&stage);
    stage.wait(REST);
    stage.press("j");
    let second = title(&stage);
    assert_ne!(first, second, "a single step is followed at once");
    stage.press("j j");
    assert_eq!(title(&stage), second);
    assert_eq!(timer::next(&stage.model), Some(REST));
    stage.wait(REST);
    let last = title(&stage);
    assert_ne!(last, second);
    let selected =
        stage.model.accounts.selected(&stage.model.cx.accounts).map(|account| account.identifier.to_string());
    assert!(last.contains(&selected.unwrap()), "{last}");
    // Who steps over to look does not wait.
    stage.press("k Tab");
    assert_ne!(title(&stage), last);
}

#[test]
fn one_is_no_plural() {
    let stage = Stage::with_accounts(120, 36, accounts().into_iter().take(1).collect());
    let header = stage.text().lines().next().unwrap().to_owned();
    assert!(header.contains("1 needs you") && header.ends_with("1 account"), "{header}");
}

#[test]
fn a_pane_can_have_the_screen_alone() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    let both = stage.text();
    stage.press("z");
    let alone = stage.text();
    assert!(both.contains("re-authorize") && !alone.contains("re-authorize"), "{alone}");
    stage.press("Enter");
    assert!(stage.text().contains("re-authorize") && !stage.text().contains("identifier         expires"));
    stage.press("Esc z");
    assert_eq!(stage.text(), both);
    let mut narrow = Stage::with_accounts(40, 12, accounts());
    narrow.press("z");
    assert!(narrow.text().contains("has room for"), "{}", narrow.text());
}

#[test]
fn letters_label_everything_that_can_be_clicked() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press(";");
    assert!(stage.model.jump.is_some());
    let row = Target::Row(Pane::List, 4);
    stage.event(Event::Jump('a', None));
    stage.event(Event::Jump('s', Some(row)));
    assert_eq!((stage.model.accounts.cursor.row, stage.model.jump.is_none()), (4, true));
    stage.press("; D");
    assert!(stage.model.jump.is_none() && stage.model.popups.is_empty(), "a slip of the finger deletes nothing");
}

#[test]
fn a_second_click_on_a_row_opens_it() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    for _ in 0..2 {
        stage.event(Event::Click(Target::Row(Pane::List, 3)));
    }
    assert_eq!((stage.model.accounts.cursor.row, stage.model.accounts.focus), (3, Pane::Side));
}

#[test]
fn the_numbers_in_the_header_filter_the_list() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    let (column, row) = stage.find("4 need you");
    stage.event(Event::Click(stage.hits().at(column, row).unwrap()));
    assert_eq!(stage.model.accounts.filter.text(), "status:needs-you");
    let (column, row) = stage.find("✖ 1");
    stage.event(Event::Click(stage.hits().at(column, row).unwrap()));
    assert_eq!(stage.model.accounts.filter.text(), "status:expired");
}

#[test]
fn the_list_is_saved_as_it_stands() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("/").type_in("status:expired").press("Enter w");
    let TabulateList(list) = stage.task_of::<TabulateList>();
    assert_eq!((list.name.as_str(), list.rows.len()), ("accounts.csv", 1));
    assert_eq!(list.rows[0][..3], ["EXPIRED", "linear", "ada@acme.dev"]);
}

#[test]
fn a_filter_is_saved_and_applied_by_its_list() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("/").type_in("as:grace").press("Enter f");
    stage.send(FilterTask::SLOT, FiltersRead(Ok(Vec::new())));
    assert!(stage.text().contains("status:needs-you"), "{}", stage.text());
    stage.press("s");
    assert!(matches!(stage.task_of::<FilterTask>(), FilterTask::Save(filter) if filter.text == "as:grace"));
    let saved = vec![SavedFilter::new(Tab::Accounts, "as:grace"), SavedFilter::new(Tab::Tools, "effect:reads")];
    stage.send(FilterTask::SLOT, FiltersRead(Ok(saved)));
    assert!(stage.text().contains("saved") && !stage.text().contains("effect:reads"), "{}", stage.text());
    stage.press("j Enter");
    assert_eq!(stage.model.accounts.filter.text(), "status:needs-you");
    assert!(stage.model.popups.is_empty());
}

#[test]
fn a_mark_alone_comes_before_the_cursor_which_has_gone_on() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    let marked = stage.model.accounts.selected(&stage.model.cx.accounts).unwrap().label();
    stage.press("Space D");
    assert!(stage.text().contains(&format!("Delete {marked}")), "{}", stage.text());
    stage.press("n d");
    assert!(stage.text().contains(&format!("Disconnect {marked}")), "{}", stage.text());
    stage.press("n a");
    assert!(stage.text().contains("Re-authorize linear for ada@acme.dev"), "{}", stage.text());
    assert_eq!(stage.model.accounts.marks(), 0);
}
