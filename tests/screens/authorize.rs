//! The authorization popup.

use std::time::Duration;

use jackfield::testing::backend::AuthorizationLink;
use jackfield::testing::backend::scalekit::words;
use jackfield::testing::domain::{Account, Fault, FaultKind};
use jackfield::testing::flow::authorize::{Progress, Verification};
use jackfield::testing::tui::accounts::authorize::Authorize;
use jackfield::testing::tui::accounts::authorize::paste_address::PasteAddress;
use jackfield::testing::tui::accounts::authorize::tasks::FollowAuthorization;
use jackfield::testing::tui::accounts::tasks::ReadAccount;
use jackfield::testing::tui::core::effect::Effect;
use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::core::messages::BROWSER;
use jackfield::testing::tui::core::messages::BrowserOpened;
use jackfield::testing::tui::core::state::environment::Environment;
use jackfield::testing::tui::shell::desktop::tasks::OpenBrowser;
use jackfield::testing::tui::tools::loading::LoadTools;
use jackfield::testing::tui::tools::screen::Scope;
use jiff::SignedDuration;

use super::stage::{Stage, account, accounts, now};

pub const LINK: &str = "https://acme.scalekit.dev/magicLink/fa138abe-b4a6-4ac7-9d9e-9d813e770eb2_o";

/// A link that is good for so many seconds.
pub fn link(seconds: i64) -> AuthorizationLink {
    let expires_at = Some(now() + SignedDuration::from_secs(seconds));
    AuthorizationLink { url: LINK.parse().unwrap(), expires_at, callback_port: None, renews_at: None }
}

/// An authorization of the expired account with its link made, good for a minute.
pub fn waiting(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::with_accounts(columns, rows, accounts());
    stage.press("a");
    stage.authorize_step(Progress::Link(link(60)));
    stage
}

#[test]
fn the_flow_is_started_for_the_selected_account_with_verification_on_this_machine() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("a");
    let FollowAuthorization { account, verification, .. } = stage.task_of();
    assert_eq!(account.to_string(), "ca_101");
    assert!(matches!(verification, Verification::ThisMachine(None)));
    assert!(stage.text().contains("Re-authorize linear for ada@acme.dev"));
    assert!(!stage.text().contains("open in browser   "), "no key for a link that is not there yet");
}

#[test]
fn pages_without_the_right_proof_are_counted_in_one_line() {
    let mut stage = waiting(120, 36);
    for strays in 1..=3 {
        stage.authorize_step(Progress::Stray(strays));
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
    assert!(stage.text().contains("waiting 0:14   link expires in 0:46"), "{}", stage.text());
    stage.authorize_step(Progress::Consented);
    stage.authorize_step(Progress::Verified);
    let fresh = account("ca_101", "linear", "ada@acme.dev", "ACTIVE", Some(60), Some(-121));
    stage.authorize_end(Ok(fresh));
    let screen = stage.text();
    for step in ["✓ link created", "✓ opened in browser", "✓ consent", "✓ identity confirmed", "✓ active"] {
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
    assert!(stage.authorizes(), "it keeps watching");
}

#[test]
fn over_ssh_no_browser_is_tried_and_the_reason_is_said() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.model.cx.browser_is_local = false;
    stage.press("a");
    let FollowAuthorization { verification, .. } = stage.task_of();
    assert!(matches!(verification, Verification::ThisMachine(_)), "by a tunnel");
    stage.model.cx.ssh_host = Some("-p 2222 build.acme.dev".into());
    let link =
        AuthorizationLink { url: LINK.parse().unwrap(), expires_at: None, callback_port: Some(8765), renews_at: None };
    stage.authorize_step(Progress::Link(link));
    assert!(stage.text().contains("ssh -N -L 8765:127.0.0.1:8765 -p 2222 build.acme.dev"), "{}", stage.text());
    stage.press("Enter");
    assert!(!stage.runs(BROWSER));
    assert!(stage.text().contains("over SSH"), "{}", stage.text());
}

const ADDRESS: &str = "http://127.0.0.1:51763/callback?code=code_hunter2&state=s";

/// An authorization that takes the address that a browser elsewhere ended at.
fn pasting(columns: u16, rows: u16) -> Stage {
    let mut stage = waiting(columns, rows);
    stage.authorize_step(Progress::TakesPaste);
    stage
}

fn handed_in(stage: &mut Stage) -> Option<String> {
    stage.task_mut::<FollowAuthorization>().pasted.try_recv().ok().map(|text| text.expose().to_owned())
}

#[test]
fn the_address_of_a_browser_elsewhere_is_pasted_masked_and_tried_again() {
    let mut stage = pasting(120, 36);
    assert!(stage.text().contains("p  paste the address"), "{}", stage.text());
    stage.press("p Enter");
    assert!(stage.text().contains("Paste the address first."), "{}", stage.text());
    stage.event(Event::Paste("not an address".into()));
    assert_eq!(handed_in(&mut stage).as_deref(), Some("not an address"));
    assert!(stage.text().contains("Checking it"), "{}", stage.text());
    stage.event(Event::Paste("another".into()));
    assert_eq!(handed_in(&mut stage), None, "one at a time");
    let refused = Fault::new(FaultKind::InvalidInput, "This is not the URL that the browser ended at.");
    stage.authorize_step(Progress::NotTaken(refused));
    assert!(stage.text().contains("✗ This is not the URL"), "{}", stage.text());
    assert!(stage.popup::<PasteAddress>().is_some(), "it can be tried again");
    stage.event(Event::Paste(format!("{ADDRESS}\n").as_str().into()));
    assert_eq!(handed_in(&mut stage).as_deref(), Some(ADDRESS));
    assert!(!stage.text().contains("hunter2"), "{}", stage.text());
    stage.authorize_step(Progress::Consented);
    assert!(stage.popup::<Authorize>().is_some(), "the field goes by itself");
    stage.press("p");
    assert!(stage.text().contains("Consent has come already"), "{}", stage.text());
}

#[test]
fn what_is_pasted_over_the_authorization_is_the_address() {
    let mut stage = pasting(80, 24);
    stage.event(Event::Paste(ADDRESS.into()));
    assert_eq!(handed_in(&mut stage).as_deref(), Some(ADDRESS));
    assert!(stage.popup::<PasteAddress>().is_some() && !stage.text().contains("hunter2"), "{}", stage.text());
    stage.authorize_end(Err(Fault::new(FaultKind::BadAnswer, "The code was used before.")));
    assert!(stage.popup::<Authorize>().is_some() && stage.text().contains("The code was used before."));
}

#[test]
fn where_no_address_is_taken_it_is_said_why() {
    let mut stage = waiting(120, 36);
    assert!(!stage.text().contains("paste the address"), "{}", stage.text());
    stage.press("p");
    assert!(stage.text().contains("the browser must return by itself"), "{}", stage.text());
    stage.event(Event::Paste(ADDRESS.into()));
    assert!(stage.popup::<Authorize>().is_some() && handed_in(&mut stage).is_none());
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("a");
    stage.authorize_step(Progress::Code(link(60), "BIRD-42".into()));
    stage.press("p");
    assert!(stage.text().contains("type the code on the page"), "{}", stage.text());
}

#[test]
fn pictures_of_the_pasted_address() {
    for (columns, rows) in [(120, 40), (80, 24), (40, 12)] {
        let mut stage = pasting(columns, rows);
        insta::assert_snapshot!(format!("takes_paste_{columns}x{rows}"), stage.text());
        stage.press("p");
        stage.event(Event::Paste(ADDRESS.into()));
        let refused = Fault::new(FaultKind::InvalidInput, "This is not the URL that the browser ended at.");
        stage.authorize_step(Progress::NotTaken(refused));
        insta::assert_snapshot!(format!("pasted_address_{columns}x{rows}"), stage.text());
    }
}

#[test]
fn copying_says_only_that_the_terminal_was_asked() {
    let mut stage = waiting(120, 36);
    stage.press("y");
    assert!(matches!(&stage.effects[..], [Effect::Copy(text)] if text == LINK));
    assert!(
        stage.text().contains("Sent the link to the terminal's clipboard (OSC 52). Nothing there? u shows it alone.")
    );
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
    assert!(stage.text().contains("The link has expired. Press r for a new one."));
    let old = stage.authorization_job();
    stage.press("r");
    assert_ne!(stage.authorization_job(), old);
    assert!(!stage.text().contains("The link has expired. Press r for a new one."));
}

#[test]
fn denied_is_said_in_words_with_a_key() {
    let mut stage = waiting(120, 36);
    let fault = Fault::new(FaultKind::Denied, "Access to linear for ada@acme.dev was denied on the provider's page.");
    stage.authorize_end(Err(fault));
    let screen = stage.text();
    assert!(screen.contains("✖ Denied") && screen.contains("was denied"), "{screen}");
    assert!(screen.contains("r  new link"));
    stage.press("r");
    assert!(stage.authorizes());
}

#[test]
fn an_authorization_goes_on_when_its_popup_is_left_and_tells_its_end() {
    let mut stage = waiting(120, 36);
    stage.press("Esc");
    assert!(stage.authorizes());
    let screen = stage.text();
    assert!(!screen.contains("Re-authorize linear for"), "{screen}");
    assert!(screen.contains("◔ authorizing linear/ada@acme.dev"), "{screen}");
    assert!(screen.contains("Still waiting for ada@acme.dev on linear. B shows it again."), "{screen}");
    stage.press("3 B");
    assert!(stage.text().contains("Re-authorize linear for"), "from wherever one is");
    stage.press("Esc 1 a");
    assert_eq!(stage.model.cx.authorizations.newest_first().count(), 1, "its own key shows it as well");
    stage.press("Esc");
    let fresh = account("ca_101", "linear", "ada@acme.dev", "ACTIVE", Some(60), Some(-121));
    stage.effects.clear();
    stage.authorize_end(Ok(fresh));
    assert!(matches!(stage.effects[..], [Effect::Bell]));
    let screen = stage.text();
    assert!(screen.contains("linear/ada@acme.dev is active now.") && !screen.contains("authorizing"), "{screen}");
    assert!(screen.contains("3 need you"), "{screen}");
}

#[test]
fn one_that_fails_unseen_waits_to_be_looked_at() {
    let mut stage = waiting(120, 36);
    stage.press("Esc");
    stage.authorize_end(Err(Fault::new(FaultKind::Denied, "Access to linear was denied.")));
    let screen = stage.text();
    assert!(screen.contains("✖ authorizing linear/ada@acme.dev"), "{screen}");
    assert!(screen.contains("linear/ada@acme.dev is not authorized. Access to linear was denied. B shows more."));
    stage.press("B");
    assert!(stage.text().contains("✖ Denied"));
    stage.press("Enter");
    let screen = stage.text();
    assert!(!screen.contains("Denied") && !screen.contains("authorizing"), "seen: {screen}");
}

#[test]
fn several_go_on_side_by_side() {
    let mut stage = waiting(120, 36);
    stage.press("Esc j a");
    assert_eq!(stage.model.cx.authorizations.newest_first().count(), 2);
    stage.press("Esc");
    assert!(stage.text().contains("authorizing linear/margaret@acme.dev +1"), "{}", stage.text());
    stage.press("O");
    stage.press("Esc");
    assert_eq!(stage.model.cx.authorizations.newest_first().count(), 2);
}

#[test]
fn who_stops_waiting_is_told_what_the_link_is_worth() {
    let mut stage = waiting(120, 36);
    stage.press("x");
    assert!(!stage.authorizes());
    let screen = stage.text();
    assert!(screen.contains("Stopped waiting for ada@acme.dev on linear."), "{screen}");
    assert!(screen.contains("this link can no longer be"), "{screen}");
    assert!(stage.runs(ReadAccount::SLOT), "what has become of the account is looked up");
    let mut stage = waiting(120, 36);
    stage.press("h");
    stage.authorize_step(Progress::Link(link(60)));
    stage.press("x");
    assert!(stage.text().contains("The link is good for 1:00 more."), "{}", stage.text());
}

#[test]
fn a_link_for_somebody_else_does_not_come_back_to_this_machine() {
    let mut stage = waiting(120, 36);
    assert!(stage.text().contains("Open it on this computer"));
    stage.press("h");
    let FollowAuthorization { verification, .. } = stage.task_of();
    assert!(matches!(verification, Verification::None));
    let link = AuthorizationLink { url: LINK.parse().unwrap(), expires_at: None, callback_port: None, renews_at: None };
    stage.authorize_step(Progress::Link(link));
    let screen = stage.text();
    assert!(screen.contains("Re-authorize linear for ada@acme.dev · link for somebody else"), "{screen}");
    assert!(screen.contains("set a verify URL in the profile"), "{screen}");
    stage.press("h");
    let FollowAuthorization { verification, .. } = stage.task_of();
    assert!(matches!(verification, Verification::ThisMachine(None)), "and back again");
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
    assert!(stage.authorizes(), "it was followed all the while");
}

#[test]
fn an_authorization_that_does_not_go_on_says_why() {
    let stuck = |verification: Verification| {
        let mut stage = waiting(120, 36);
        let id = stage.popup::<Authorize>().expect("the popup").id;
        stage.model.cx.authorizations.get_mut(id).unwrap().verification = verification;
        stage.authorize_step(Progress::Consented);
        assert!(!stage.text().contains("Consent given"), "not before it should have gone on");
        stage.wait(Duration::from_secs(5));
        stage.text()
    };
    assert!(stuck(Verification::None).contains("no verify URL"));
    let application = "https://app.example.com/verify".parse().unwrap();
    assert!(stuck(Verification::Elsewhere(application)).contains("Your application must confirm"));
    let screen = stuck(Verification::ThisMachine(None));
    assert!(screen.contains("the browser has not come back here") && screen.contains("r  new link"), "{screen}");
    let mut stage = waiting(120, 36);
    stage.press("Enter");
    stage.send(BROWSER, BrowserOpened(Ok(())));
    stage.wait(Duration::from_secs(31));
    assert!(stage.text().contains("Closed the page?"), "{}", stage.text());
}

#[test]
fn somebody_else_than_was_meant_is_told_apart_from_a_no() {
    let mut stage = waiting(120, 36);
    stage.authorize_step(Progress::Consented);
    let message = "The authorization was begun for somebody else, so it was not confirmed.";
    stage.authorize_end(Err(Fault::new(FaultKind::Denied, message)));
    let screen = stage.text();
    assert!(screen.contains("A new link is for ada@acme.dev alone.") && screen.contains("r  new link"), "{screen}");
    let ReadAccount(account) = stage.task_of();
    assert_eq!(account.to_string(), "ca_101", "what it left behind is looked up");
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
    assert!(screen.contains("form filled in") && !screen.contains("identity confirmed"), "{screen}");
}

#[test]
fn an_account_that_was_just_made_is_in_the_list_whatever_becomes_of_its_link() {
    let mut stage = waiting(120, 36);
    let made = account("ca_200", "linear", "zoe@acme.dev", "PENDING_AUTH", None, None);
    stage.authorize_step(Progress::Found(made));
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

#[test]
fn a_link_that_nobody_used_says_which_keys_make_a_new_one() {
    let expired = || Fault::new(FaultKind::LinkExpired, "The link expired a quarter of an hour ago.");
    let mut stage = waiting(120, 36);
    stage.press("Esc");
    stage.authorize_end(Err(expired()));
    assert!(stage.text().contains("not authorized. The link expired"), "{}", stage.text());
    assert!(stage.text().contains("B, then r, makes a new link."), "{}", stage.text());
    let before = stage.authorization_job();
    stage.press("B");
    assert!(stage.text().contains("Nobody waits for it any more. r makes a new link."), "{}", stage.text());
    stage.press("r");
    assert_ne!(stage.authorization_job(), before);
}
