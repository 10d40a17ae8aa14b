//! The board of authorizations, and their receipts.

use std::time::Duration;

use jackfield::testing::backend::AuthorizationLink;
use jackfield::testing::domain::{Account, Fault, FaultKind, Identity, ProofOutcome, Status};
use jackfield::testing::flow::authorize::{Progress, Verification};
use jackfield::testing::flow::receipt::{AccountState, FailedCall, Receipt, SamePerson};
use jackfield::testing::journal::{CallKind, EntryId};
use jackfield::testing::settings::NotifyChoice;
use jackfield::testing::tui::accounts::authorize::Authorize;
use jackfield::testing::tui::accounts::authorize::tasks::{
    AuthorizeEnd, AuthorizeStep, FollowAuthorization, MakeReceipt, ReceiptMade,
};
use jackfield::testing::tui::accounts::board::Board;
use jackfield::testing::tui::activity::tasks::ReadCall;
use jackfield::testing::tui::core::effect::Effect;
use jackfield::testing::tui::core::messages::{BROWSER, BrowserOpened};
use jackfield::testing::tui::core::state::authorization::AuthorizationId;
use jackfield::testing::tui::core::state::environment::Environment;
use jackfield::testing::tui::input::tabs::Tab;
use jackfield::testing::tui::shell::desktop::tasks::OpenBrowser;
use jackfield::testing::tui::shell::save::TabulateList;
use jiff::SignedDuration;

use super::authorize::{LINK, link, waiting};
use super::stage::{Stage, account, accounts, now};

/// Authorizations that have a task now.
fn followed(stage: &Stage) -> usize {
    (1..=60).filter(|n| stage.runs(FollowAuthorization::slot_of(AuthorizationId(*n)))).count()
}

fn step(stage: &mut Stage, number: u32, progress: Progress) {
    let id = AuthorizationId(number);
    stage.send(FollowAuthorization::slot_of(id), AuthorizeStep(id, progress));
}

fn end(stage: &mut Stage, number: u32, result: Result<Account, Fault>) {
    let id = AuthorizationId(number);
    stage.send(FollowAuthorization::slot_of(id), AuthorizeEnd(id, result));
}

fn person(id: &str, name: &str) -> Identity {
    Identity { id: Some(id.into()), name: Some(name.into()), email: None, workspace: None }
}

/// A receipt of an account that was expired and is active.
fn receipt(account: &Account, proof: ProofOutcome, before: Option<Identity>) -> Box<Receipt> {
    let state = |status| Some(AccountState { status, token_expires_at: account.token_expires_at, scopes: None });
    Box::new(Receipt {
        account: account.id.clone(),
        connection: account.connection.clone(),
        identifier: account.identifier.clone(),
        at: now(),
        took: Duration::from_secs(14),
        before: state(Status::Expired),
        after: state(Status::Active),
        same: SamePerson::compare(before.as_ref(), Some(&proof)),
        proof: Some(proof),
        verdict: None,
        tools: Some(6),
        failed_call: None,
        fault: None,
    })
}

fn made(stage: &mut Stage, number: u32, receipt: Box<Receipt>) {
    let id = AuthorizationId(number);
    stage.send(MakeReceipt::slot_of(id), ReceiptMade(id, Some(receipt)));
}

/// The popup of an authorization that has ended, with somebody else than before.
pub fn with_receipt(columns: u16, rows: u16) -> Stage {
    let mut stage = waiting(columns, rows);
    let account = stage.model.accounts.selected(&stage.model.cx.accounts).unwrap().clone();
    let account = Account { status: Status::Active, ..account };
    stage.authorize_end(Ok(account.clone()));
    let of = |id: &str, name: &str, email: &str| Identity { email: Some(email.into()), ..person(id, name) };
    let before = of("u_1", "Ada", "ada@acme.dev");
    made(
        &mut stage,
        1,
        receipt(&account, ProofOutcome::Identified(of("u_7", "Mallory", "mallory@else.where")), Some(before)),
    );
    stage
}

#[test]
fn a_receipt_says_that_it_is_somebody_else() {
    let stage = with_receipt(120, 32);
    assert!(stage.text().contains("mallory@else.where"), "{}", stage.text());
    insta::assert_snapshot!("receipt", stage.text());
}

/// So many expired accounts, all of them marked and authorized.
fn many(columns: u16, rows: u16, count: usize) -> Stage {
    let world = (0..count).map(|n| {
        let (id, who) = (format!("ca_{n:03}"), format!("user{n:02}@acme.dev"));
        account(&id, ["linear", "asana", "github-connect"][n % 3], &who, "EXPIRED", Some(-60), None)
    });
    let mut stage = Stage::with_accounts(columns, rows, world.collect());
    stage.press("A a");
    stage
}

fn fresh(n: usize) -> Account {
    let (id, who) = (format!("ca_{n:03}"), format!("user{n:02}@acme.dev"));
    account(&id, ["linear", "asana", "github-connect"][n % 3], &who, "ACTIVE", Some(60), None)
}

/// Number of the authorization of the `n`-th account, in the order of the board.
fn number_of(stage: &Stage, n: usize) -> u32 {
    let who = format!("user{n:02}@acme.dev");
    stage.model.cx.authorizations.oldest_first().find(|(_, one)| one.identifier == who).expect("it").0.0
}

#[test]
fn forty_at_once_have_their_links_made_a_few_at_a_time_and_no_browser_opens() {
    let mut stage = many(120, 36, 40);
    assert!(stage.popup::<Board>().is_some());
    assert_eq!(followed(&stage), 4);
    assert!(stage.text().contains("Authorizing 40 · 40 waiting"), "{}", stage.text());
    assert!(stage.text().matches("waits for its turn").count() > 15, "of those seen: {}", stage.text());
    for number in 1..=40 {
        assert!(stage.runs(FollowAuthorization::slot_of(AuthorizationId(number))), "{number} has its turn");
        step(&mut stage, number, Progress::Link(link(600)));
    }
    assert_eq!(followed(&stage), 40, "all of them are followed, whoever made their links");
    assert!(!stage.runs(BROWSER));
}

#[test]
fn one_that_cannot_be_begun_gives_its_turn_away() {
    let mut stage = many(120, 36, 6);
    end(&mut stage, 1, Err(Fault::new(FaultKind::Forbidden, "The key may not do that.")));
    assert!(stage.runs(FollowAuthorization::slot_of(AuthorizationId(5))));
    assert!(!stage.runs(FollowAuthorization::slot_of(AuthorizationId(6))));
    stage.press("j x");
    assert!(stage.runs(FollowAuthorization::slot_of(AuthorizationId(6))), "nor does one that is stopped keep it");
}

#[test]
fn the_limit_of_the_environment_is_said_while_it_is_waited_out() {
    let mut stage = many(120, 36, 2);
    step(&mut stage, 1, Progress::Limited(Duration::from_secs(12)));
    assert!(stage.text().contains("the environment's limit is reached, again in 0:12"), "{}", stage.text());
    stage.wait(Duration::from_secs(5));
    assert!(stage.text().contains("again in 0:07"), "{}", stage.text());
    step(&mut stage, 1, Progress::Link(link(60)));
    assert!(!stage.text().contains("limit is reached"), "{}", stage.text());
}

#[test]
fn it_is_left_and_comes_back_with_everything_that_has_ended_meanwhile() {
    let mut stage = many(120, 36, 3);
    for number in 1..=3 {
        step(&mut stage, number, Progress::Link(link(600)));
    }
    stage.press("Esc");
    let screen = stage.text();
    assert!(screen.contains("3 authorizations go on. B shows them again."), "{screen}");
    assert!(screen.contains("◔ authorizing"), "{screen}");
    let (first, second) = (number_of(&stage, 0), number_of(&stage, 1));
    stage.effects.clear();
    end(&mut stage, first, Ok(fresh(0)));
    assert!(matches!(stage.effects[..], [Effect::Bell]));
    let ada = person("u_1", "Ada");
    made(&mut stage, first, receipt(&fresh(0), ProofOutcome::Identified(ada.clone()), Some(ada)));
    let screen = stage.text();
    assert!(screen.contains("✓ linear/user00@acme.dev: expired → active · same person · 6 tools."), "{screen}");
    end(&mut stage, second, Err(Fault::new(FaultKind::Denied, "Access was denied on the provider's page.")));
    stage.press("3 B");
    let screen = stage.text();
    assert!(screen.contains("Authorizing 3 · 1 waiting · 1 done · 1 proven · 1 not authorized"), "{screen}");
    assert!(screen.contains("expired → active · same person · 6 tools"), "{screen}");
    assert!(screen.contains("✖ asana") && screen.contains("Access was denied"), "{screen}");
    stage.press("c");
    assert_eq!(stage.model.cx.authorizations.len(), 1, "what is finished goes when somebody says so");
}

#[test]
fn only_what_is_proven_is_ticked() {
    let mut stage = many(120, 36, 4);
    let (ada, mallory) = (person("u_1", "Ada"), person("u_2", "Mallory"));
    let proofs = [
        ProofOutcome::Identified(ada.clone()),
        ProofOutcome::Identified(mallory),
        ProofOutcome::Refused("The provider answered 401.".into()),
        ProofOutcome::NotProvable("No tool of it tells who it is.".into()),
    ];
    for (n, proof) in proofs.into_iter().enumerate() {
        let number = number_of(&stage, n);
        end(&mut stage, number, Ok(fresh(n)));
        made(&mut stage, number, receipt(&fresh(n), proof, Some(ada.clone())));
    }
    let screen = stage.text();
    let row = |who: &str| screen.lines().rev().find(|line| line.contains(&format!(" {who}"))).expect(who).to_owned();
    assert!(row("user00").contains("✓ ") && row("user00").contains("same person"), "{screen}");
    assert!(row("user01").contains("! ") && row("user01").contains("another person than before"), "{screen}");
    assert!(row("user02").contains("✖ "), "{screen}");
    assert!(row("user02").contains("authorized, and still failing: The provider answered 401"), "{screen}");
    assert!(row("user03").contains("! ") && row("user03").contains("not proven"), "{screen}");
    assert!(screen.contains("Authorized 4 of 4 · 1 proven · 1 still failing · 1 as another person"), "{screen}");
}

#[test]
fn enter_opens_the_one_under_the_cursor_and_o_the_next_that_waits() {
    let mut stage = many(120, 36, 3);
    let url = |n: u32| format!("{LINK}{n}");
    for number in 1..=3 {
        step(&mut stage, number, Progress::Link(AuthorizationLink { url: url(number).parse().unwrap(), ..link(600) }));
    }
    stage.press("j Enter");
    assert_eq!(stage.task_of::<OpenBrowser>().0.as_str(), url(2));
    stage.send(BROWSER, BrowserOpened(Ok(())));
    assert!(stage.text().contains("waiting for consent"), "{}", stage.text());
    stage.press("o");
    assert_eq!(stage.task_of::<OpenBrowser>().0.as_str(), url(3));
    stage.send(BROWSER, BrowserOpened(Ok(())));
    stage.press("o");
    assert_eq!(stage.task_of::<OpenBrowser>().0.as_str(), url(1), "and around");
    stage.send(BROWSER, BrowserOpened(Ok(())));
    stage.press("o");
    assert!(stage.text().contains("No link waits to be opened here."), "{}", stage.text());
    stage.press("y");
    assert!(matches!(stage.effects.last(), Some(Effect::Copy(text)) if *text == url(1)));
    stage.press("Y");
    let Some(Effect::Copy(all)) = stage.effects.last() else { panic!("nothing is copied") };
    assert_eq!(all.lines().count(), 3);
    assert!(all.lines().all(|line| line.split('\t').count() == 3), "{all}");
}

#[test]
fn a_link_that_nobody_uses_is_replaced_before_it_runs_out_and_the_row_says_so() {
    let mut stage = many(120, 36, 2);
    let renewed = |seconds: i64| AuthorizationLink {
        renews_at: Some(now() + SignedDuration::from_secs(seconds - 15)),
        ..link(seconds)
    };
    step(&mut stage, 1, Progress::Link(renewed(60)));
    step(&mut stage, 2, Progress::Link(link(60)));
    let screen = stage.text();
    assert!(screen.contains("renews in 0:45") && screen.contains("link good for 1:00"), "{screen}");
    stage.wait(Duration::from_secs(44));
    assert!(stage.text().contains("renews in 0:01"), "{}", stage.text());
    stage.wait(Duration::from_secs(1));
    step(&mut stage, 1, Progress::Renewed(renewed(105)));
    let screen = stage.text();
    assert!(screen.contains("new link: nobody used the one before"), "{screen}");
    stage.wait(Duration::from_secs(20));
    let screen = stage.text();
    assert!(screen.contains("the link has expired") && screen.contains("r  new link"), "the other ran out: {screen}");
    assert!(screen.contains("renews in 0:25"), "{screen}");
    stage.press("Right");
    stage.event(jackfield::testing::tui::core::event::Event::Tick);
    let screen = stage.text();
    assert!(
        stage.popup::<Authorize>().is_some() && screen.contains("link expires in 0:40, then a new one"),
        "{screen}"
    );
    assert!(screen.contains("Whoever has the old page open") && screen.contains("can still finish."), "{screen}");
}

#[test]
fn links_for_other_people_need_a_page_that_confirms_them() {
    let mut stage = many(120, 36, 2);
    step(&mut stage, 1, Progress::Link(link(60)));
    stage.press("h");
    assert!(stage.text().contains("The profile has no verify URL"), "{}", stage.text());
    let Environment::Open(card) = &mut stage.model.cx.environment else { panic!() };
    card.user_verify_url = Some("https://app.example.com/verify".parse().unwrap());
    stage.press("h");
    let FollowAuthorization { verification: Verification::Elsewhere(_), .. } = stage.task_of() else { panic!() };
    step(&mut stage, 1, Progress::Link(link(60)));
    assert!(stage.text().contains("link for somebody else"), "{}", stage.text());
    stage.press("u");
    assert!(stage.text().contains(LINK) && stage.text().contains('▄'), "{}", stage.text());
}

#[test]
fn links_for_all_that_are_marked_are_copied_together() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("Space Space Y");
    assert!(stage.text().contains("The profile has no verify URL"), "{}", stage.text());
    assert!(!stage.authorizes());
    let Environment::Open(card) = &mut stage.model.cx.environment else { panic!() };
    card.user_verify_url = Some("https://app.example.com/verify".parse().unwrap());
    stage.press("Y");
    assert_eq!(followed(&stage), 2);
    stage.effects.clear();
    step(&mut stage, 1, Progress::Link(link(60)));
    assert!(stage.effects.is_empty(), "not before all of them are there");
    step(&mut stage, 2, Progress::Link(link(60)));
    let [Effect::Copy(text)] = &stage.effects[..] else { panic!("{:?}", stage.effects) };
    assert_eq!(text.lines().count(), 2);
    assert!(text.starts_with("linear\tada@acme.dev\thttps://"), "{text}");
}

#[test]
fn the_board_is_exported_without_links() {
    let mut stage = many(120, 36, 2);
    let (first, second) = (number_of(&stage, 0), number_of(&stage, 1));
    step(&mut stage, second, Progress::Link(link(600)));
    end(&mut stage, first, Ok(fresh(0)));
    let ada = person("u_1", "Ada");
    made(&mut stage, first, receipt(&fresh(0), ProofOutcome::Identified(ada.clone()), Some(ada)));
    stage.effects.clear();
    stage.press("e m");
    let [Effect::Copy(text)] = &stage.effects[..] else { panic!("{:?}", stage.effects) };
    assert_eq!(
        text,
        "**Authorizing 2 · 1 waiting · 1 done · 1 proven**\n\n\
         - [x] linear/user00@acme.dev: expired → active · same person · 6 tools\n\
         - [ ] asana/user01@acme.dev: link to be opened\n"
    );
    stage.press("e c");
    let TabulateList(list) = stage.task_of();
    assert_eq!((list.name.as_str(), list.rows.len(), list.heads.len()), ("authorizations.csv", 2, 9));
    let row: Vec<&str> = list.rows[0].iter().map(String::as_str).collect();
    let words = "expired → active · same person · 6 tools";
    assert_eq!(row[..7], ["linear", "user00@acme.dev", words, "EXPIRED", "ACTIVE", "same", "6"]);
    assert!(!list.rows.iter().flatten().any(|value| value.contains("http")), "whoever holds a link can use it");
}

#[test]
fn the_receipt_ends_the_popup_and_offers_the_call_that_failed() {
    let mut stage = waiting(120, 36);
    let fresh = account("ca_101", "linear", "ada@acme.dev", "ACTIVE", Some(60), Some(-121));
    stage.authorize_end(Ok(fresh.clone()));
    let MakeReceipt { ended, is_recorded, .. } = stage.task_of();
    assert_eq!((ended.before.status.clone(), *is_recorded), (Status::Expired, true));
    assert!(stage.text().contains("Asking who it is, and for its tools"), "{}", stage.text());
    let failed = FailedCall {
        entry: EntryId(7),
        kind: CallKind::Tool,
        name: "linear_issue_create".into(),
        began: now(),
        fault: Some("The token has expired.".into()),
    };
    let proof = ProofOutcome::Identified(person("u_1", "Ada Lovelace"));
    let receipt = Receipt { failed_call: Some(failed), ..*receipt(&fresh, proof, None) };
    made(&mut stage, 1, Box::new(receipt));
    let screen = stage.text();
    for words in [
        "✓ Proven: it is authorized, and it works.",
        "status       expired → active",
        "person       Ada Lovelace · first proof of who it is",
        "tools        6",
        "linear_issue_create on",
        "f  open the call that failed before in the playground",
    ] {
        assert!(screen.contains(words), "{words}: {screen}");
    }
    stage.press("f");
    let ReadCall(entry) = stage.task_of();
    assert_eq!(*entry, EntryId(7));
    assert!(stage.popup::<Authorize>().is_none());
}

#[test]
fn authorized_and_still_failing_is_a_result_and_says_so() {
    let mut stage = waiting(120, 36);
    stage.press("Esc");
    let fresh = account("ca_101", "linear", "ada@acme.dev", "ACTIVE", Some(60), Some(-121));
    stage.authorize_end(Ok(fresh.clone()));
    stage.effects.clear();
    made(&mut stage, 1, receipt(&fresh, ProofOutcome::Refused("HTTP 403: suspended.".into()), None));
    assert!(matches!(stage.effects[..], [Effect::Bell]), "{:?}", stage.effects);
    let screen = stage.text();
    assert!(screen.contains("✖ linear/ada@acme.dev: authorized, and still failing: HTTP 403: suspended"), "{screen}");
}

#[test]
fn the_desktop_is_told_where_that_is_set_and_not_whom_it_is_about_while_masked() {
    let notified = |notify, masked| {
        let mut stage = waiting(120, 36);
        (stage.model.cx.notify, stage.model.cx.masked) = (notify, masked);
        stage.effects.clear();
        let fault = Fault::new(FaultKind::Denied, "Access to linear was denied.");
        stage.authorize_end(Err(fault));
        stage.effects.iter().find_map(|effect| match effect {
            Effect::Notify(way, text) => Some((*way, text.clone())),
            _ => None,
        })
    };
    assert_eq!(notified(NotifyChoice::Off, false), None);
    let told = "linear/ada@acme.dev: not authorized. Access to linear was denied.".to_owned();
    assert_eq!(notified(NotifyChoice::Osc9, false), Some((NotifyChoice::Osc9, told)));
    let (_, masked) = notified(NotifyChoice::Osc777, true).expect("a notification");
    assert!(!masked.contains("ada") && !masked.contains("linear"), "{masked}");
}

#[test]
fn nobody_who_looks_at_a_shared_screen_reads_who_it_is() {
    let mut stage = many(120, 36, 2);
    let number = number_of(&stage, 0);
    end(&mut stage, number, Ok(fresh(0)));
    let (ada, mallory) = (person("u_4711", "Ada Marlow"), person("u_4712", "Mallory Pike"));
    made(&mut stage, number, receipt(&fresh(0), ProofOutcome::Identified(mallory), Some(ada)));
    stage.press("Right");
    assert!(stage.text().contains("Mallory Pike") && stage.text().contains("Ada Marlow"), "{}", stage.text());
    stage.press("F12");
    let screen = stage.text();
    assert!(!screen.contains("Mallory") && !screen.contains("Marlow") && !screen.contains("user00@"), "{screen}");
}

#[test]
fn it_looks_like_this() {
    for (columns, rows) in [(120, 36), (80, 24), (40, 12)] {
        let mut stage = many(columns, rows, 6);
        let (ada, mallory) = (person("u_1", "Ada"), person("u_2", "Mallory"));
        for (n, proof) in [(0, ProofOutcome::Identified(ada.clone())), (1, ProofOutcome::Identified(mallory))] {
            let number = number_of(&stage, n);
            end(&mut stage, number, Ok(fresh(n)));
            made(&mut stage, number, receipt(&fresh(n), proof, Some(ada.clone())));
        }
        for n in [2, 3] {
            let number = number_of(&stage, n);
            step(&mut stage, number, Progress::Link(link(192)));
        }
        let number = number_of(&stage, 4);
        end(&mut stage, number, Err(Fault::new(FaultKind::Denied, "Access was denied on the provider's page.")));
        stage.press("j j j");
        stage.wait(Duration::from_secs(6));
        assert_eq!(stage.model.cx.tab, Tab::Accounts);
        insta::assert_snapshot!(format!("board_{columns}x{rows}"), stage.text());
    }
}
