//! The authorization popup.

use std::time::Duration;

use jackfield::testing::backend::AuthorizationLink;
use jackfield::testing::backend::scalekit::words;
use jackfield::testing::domain::{Account, Fault, FaultKind};
use jackfield::testing::flow::authorize::{Progress, Verification};
use jackfield::testing::tui::accounts::authorize::state::Authorize;
use jackfield::testing::tui::accounts::authorize::tasks::AuthorizeEnd;
use jackfield::testing::tui::accounts::authorize::tasks::AuthorizeStep;
use jackfield::testing::tui::accounts::authorize::tasks::FollowAuthorization;
use jackfield::testing::tui::accounts::tasks::ReadAccount;
use jackfield::testing::tui::core::effect::Effect;
use jackfield::testing::tui::core::messages::BROWSER;
use jackfield::testing::tui::core::messages::BrowserOpened;
use jackfield::testing::tui::core::state::environment::Environment;
use jackfield::testing::tui::shell::desktop::tasks::OpenBrowser;
use jackfield::testing::tui::tools::loading::LoadTools;
use jackfield::testing::tui::tools::screen::Scope;
use jiff::SignedDuration;

use super::stage::{Stage, account, accounts, now};

const LINK: &str = "https://acme.scalekit.dev/magicLink/fa138abe-b4a6-4ac7-9d9e-9d813e770eb2_o";

/// An authorization of the expired account with its link made, good for a minute.
pub fn waiting(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::with_accounts(columns, rows, accounts());
    stage.press("a");
    let link =
        AuthorizationLink { url: LINK.parse().unwrap(), expires_at: Some(now() + SignedDuration::from_secs(60)) };
    stage.send(FollowAuthorization::SLOT, AuthorizeStep(Progress::Link(link)));
    stage
}

#[test]
fn the_flow_is_started_for_the_selected_account_with_verification_on_this_machine() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("a");
    let FollowAuthorization { account, verification } = stage.task_of();
    assert_eq!(account.to_string(), "ca_101");
    assert!(matches!(verification, Verification::ThisMachine));
    assert!(stage.text().contains("Re-authorize linear for ada@acme.dev"));
    assert!(!stage.text().contains("open in browser   "), "no key for a link that is not there yet");
}

#[test]
fn pages_without_the_right_proof_are_counted_in_one_line() {
    let mut stage = waiting(120, 36);
    for strays in 1..=3 {
        stage.send(FollowAuthorization::SLOT, AuthorizeStep(Progress::Stray(strays)));
    }
    let screen = stage.text();
    assert!(screen.contains("(3 so far)"), "{screen}");
    assert_eq!(screen.matches("without the right proof").count(), 1, "{screen}");
}

#[test]
fn enter_opens_the_browser_and_the_steps_are_ticked_off() {
    let mut stage = waiting(120, 36);
    stage.press("Enter");
    let OpenBrowser(url) = stage.task_of::<OpenBrowser>();
    assert_eq!(url.as_str(), LINK);
    stage.send(BROWSER, BrowserOpened(Ok(())));
    stage.wait(Duration::from_secs(14));
    assert!(stage.text().contains("waiting 0:14   link good for 0:46"), "{}", stage.text());
    stage.send(FollowAuthorization::SLOT, AuthorizeStep(Progress::Consented));
    stage.send(FollowAuthorization::SLOT, AuthorizeStep(Progress::Verified));
    let fresh = account("ca_101", "linear", "ada@acme.dev", "ACTIVE", Some(60), Some(-121));
    stage.send(FollowAuthorization::SLOT, AuthorizeEnd(Ok(fresh)));
    let screen = stage.text();
    for step in ["✓ link made", "✓ opened in browser", "✓ consent", "✓ verify the user", "✓ ACTIVE"] {
        assert!(screen.contains(step), "{step}: {screen}");
    }
    assert!(screen.contains("linear/ada@acme.dev was expired and is active now."));
    assert!(screen.contains("3 need you"), "the list behind it knows too");
    stage.press("t");
    let LoadTools(scope) = stage.task_of();
    assert_eq!(*scope, Scope::Person("ada@acme.dev".into(), Some("linear".into())));
    assert!(stage.text().contains("as ada@acme.dev"));
}

#[test]
fn a_browser_that_cannot_be_started_leaves_the_other_ways() {
    let mut stage = waiting(120, 36);
    stage.press("Enter");
    let fault = Fault::new(FaultKind::Local, "No browser could be started on this machine.");
    stage.send(BROWSER, BrowserOpened(Err(fault)));
    let screen = stage.text();
    assert!(screen.contains("✖ opened in browser"));
    assert!(screen.contains("Copy the link and open it yourself"));
    assert!(stage.runs(FollowAuthorization::SLOT), "it keeps watching");
}

#[test]
fn over_ssh_no_browser_is_tried_and_the_reason_is_said() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.model.cx.browser_is_local = false;
    stage.press("a");
    let FollowAuthorization { verification, .. } = stage.task_of();
    assert!(matches!(verification, Verification::None), "a page on this machine could not be reached");
    let link = AuthorizationLink { url: LINK.parse().unwrap(), expires_at: None };
    stage.send(FollowAuthorization::SLOT, AuthorizeStep(Progress::Link(link)));
    stage.press("Enter");
    assert!(!stage.runs(BROWSER));
    assert!(stage.text().contains("over SSH"), "{}", stage.text());
}

#[test]
fn copying_says_only_that_the_terminal_was_asked() {
    let mut stage = waiting(120, 36);
    stage.press("y");
    assert!(matches!(&stage.effects[..], [Effect::Copy(text)] if text == LINK));
    assert!(stage.text().contains("Asked the terminal to copy the link; if it refuses, u shows it alone."));
}

#[test]
fn the_whole_link_stands_alone_and_unbroken() {
    let mut stage = waiting(40, 12);
    stage.press("u");
    let screen = stage.text();
    let joined: String = screen.lines().skip(2).take(2).collect();
    assert_eq!(joined, LINK);
    stage.press("Esc");
    assert!(stage.text().contains("Re-authorize linear"));
}

#[test]
fn a_link_that_ran_out_says_so_and_can_be_renewed() {
    let mut stage = waiting(120, 36);
    stage.wait(Duration::from_secs(61));
    assert!(stage.text().contains("The link ran out."));
    let old = stage.job(FollowAuthorization::SLOT);
    stage.press("r");
    assert_ne!(stage.job(FollowAuthorization::SLOT), old);
    assert!(!stage.text().contains("The link ran out."));
}

#[test]
fn denied_is_said_in_words_with_a_key() {
    let mut stage = waiting(120, 36);
    let fault = Fault::new(FaultKind::Denied, "Access to linear for ada@acme.dev was denied on the provider's page.");
    stage.send(FollowAuthorization::SLOT, AuthorizeEnd(Err(fault)));
    let screen = stage.text();
    assert!(screen.contains("✖ this account") && screen.contains("was denied"), "{screen}");
    assert!(screen.contains("r  new link"));
    stage.press("r");
    assert!(stage.runs(FollowAuthorization::SLOT));
}

#[test]
fn escape_stops_waiting_and_nothing_comes_back_later() {
    let mut stage = waiting(120, 36);
    stage.press("Esc");
    assert!(!stage.runs(FollowAuthorization::SLOT));
    assert!(!stage.text().contains("Re-authorize linear for"));
}

#[test]
fn a_link_for_somebody_else_does_not_come_back_to_this_machine() {
    let mut stage = waiting(120, 36);
    assert!(stage.text().contains("Open it on this machine"));
    stage.press("h");
    let FollowAuthorization { verification, .. } = stage.task_of();
    assert!(matches!(verification, Verification::None));
    let link = AuthorizationLink { url: LINK.parse().unwrap(), expires_at: None };
    stage.send(FollowAuthorization::SLOT, AuthorizeStep(Progress::Link(link)));
    assert!(stage.text().contains("cannot finish this way"), "{}", stage.text());
}

#[test]
fn a_link_for_somebody_else_comes_back_to_the_application_where_that_is_known() {
    let mut stage = waiting(120, 36);
    let application: url::Url = "https://app.example.com/verify".parse().unwrap();
    let Environment::Open(card) = &mut stage.model.cx.environment else { panic!() };
    card.user_verify_url = Some(application.clone());
    stage.press("h");
    let FollowAuthorization { verification: Verification::Elsewhere(url), .. } = stage.task_of() else { panic!() };
    assert_eq!(*url, application);
}

#[test]
fn over_ssh_a_browser_is_tried_only_by_somebody_who_was_asked() {
    let mut stage = waiting(120, 36);
    stage.model.cx.browser_is_local = false;
    stage.press("Enter n");
    assert!(!stage.runs(BROWSER));
    stage.press("Enter y");
    let OpenBrowser(url) = stage.task_of::<OpenBrowser>();
    assert_eq!(url.as_str(), LINK);
    assert!(stage.runs(FollowAuthorization::SLOT), "it was followed all the while");
}

#[test]
fn over_ssh_the_application_confirms_who_consented_where_that_is_known() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.model.cx.browser_is_local = false;
    let application: url::Url = "https://app.example.com/verify".parse().unwrap();
    let Environment::Open(card) = &mut stage.model.cx.environment else { panic!() };
    card.user_verify_url = Some(application.clone());
    stage.press("a");
    let FollowAuthorization { verification: Verification::Elsewhere(url), .. } = stage.task_of() else { panic!() };
    assert_eq!(*url, application);
}

#[test]
fn an_authorization_that_does_not_go_on_says_why() {
    let stuck = |verification: Verification| {
        let mut stage = waiting(120, 36);
        stage.popup_mut::<Authorize>().expect("the popup").verification = verification;
        stage.send(FollowAuthorization::SLOT, AuthorizeStep(Progress::Consented));
        assert!(!stage.text().contains("Consent is given"), "not before it should have gone on");
        stage.wait(Duration::from_secs(5));
        stage.text()
    };
    assert!(stuck(Verification::None).contains("user_verify_url"));
    let application = "https://app.example.com/verify".parse().unwrap();
    assert!(stuck(Verification::Elsewhere(application)).contains("Your application must confirm"));
    let screen = stuck(Verification::ThisMachine);
    assert!(screen.contains("the browser has not come back here") && screen.contains("r  new link"), "{screen}");
    let mut stage = waiting(120, 36);
    stage.press("Enter");
    stage.send(BROWSER, BrowserOpened(Ok(())));
    stage.wait(Duration::from_secs(31));
    assert!(stage.text().contains("If the page was closed"), "{}", stage.text());
}

#[test]
fn somebody_else_than_was_meant_is_told_apart_from_a_no() {
    let mut stage = waiting(120, 36);
    stage.send(FollowAuthorization::SLOT, AuthorizeStep(Progress::Consented));
    let message = "The authorization was begun for somebody else, so it was not confirmed.";
    stage.send(FollowAuthorization::SLOT, AuthorizeEnd(Err(Fault::new(FaultKind::Denied, message))));
    let screen = stage.text();
    assert!(screen.contains("A new link is for ada@acme.dev alone.") && screen.contains("r  new link"), "{screen}");
    let ReadAccount(account) = stage.task_of();
    assert_eq!(account.to_string(), "ca_101", "what it left behind is looked up");
}

#[test]
fn who_stops_waiting_is_told_what_is_left() {
    let mut stage = waiting(120, 36);
    stage.press("Esc");
    let screen = stage.text();
    assert!(screen.contains("Stopped waiting for ada@acme.dev on linear. The link stays good for 1:00."), "{screen}");
    assert!(stage.runs(ReadAccount::SLOT));
}

#[test]
fn what_is_typed_in_at_the_page_is_not_called_consent() {
    let mut world = accounts();
    let authorization = words::authorization("API_KEY");
    world.push(Account { authorization, ..account("ca_0", "freshdesk", "ken@acme.dev", "EXPIRED", Some(-999), None) });
    let mut stage = Stage::with_accounts(120, 36, world);
    stage.press("/").type_in("fresh").press("Enter a");
    let screen = stage.text();
    assert!(screen.contains("The page asks for the credentials of ken@acme.dev at Freshdesk."), "{screen}");
    assert!(screen.contains("form filled in") && !screen.contains("verify the user"), "{screen}");
}

#[test]
fn an_account_that_was_just_made_is_in_the_list_whatever_becomes_of_its_link() {
    let mut stage = waiting(120, 36);
    let made = account("ca_200", "linear", "zoe@acme.dev", "PENDING_AUTH", None, None);
    stage.send(FollowAuthorization::SLOT, AuthorizeStep(Progress::Found(made)));
    stage.press("Esc");
    assert_eq!(stage.model.accounts.shown(), 9);
}

#[test]
fn the_page_of_the_whole_link_has_room_for_a_code() {
    let mut stage = waiting(80, 24);
    stage.press("u");
    let screen = stage.text();
    assert!(screen.lines().nth(2) == Some(LINK) && screen.contains('▄'), "{screen}");
    insta::assert_snapshot!("whole_link_80x24", screen);
}
