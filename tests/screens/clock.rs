//! A broker whose clock is another than ours.

use std::time::Duration;

use jackfield::testing::backend::AuthorizationLink;
use jackfield::testing::domain::{Account, ClockOffset};
use jackfield::testing::flow::authorize::Progress;
use jackfield::testing::profile::OpenTarget;
use jackfield::testing::tui::environments::clock::ClockRead;
use jackfield::testing::tui::environments::clock::WatchClock;
use jackfield::testing::tui::environments::opener::OpenOrder;
use jiff::SignedDuration;

use super::activity::remembered;
use super::stage::{Stage, accounts, now};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// The broker's clock is exactly so far ahead of ours.
fn ahead(by: SignedDuration) -> ClockOffset {
    // A date stands for a whole second, and this answer leaves none of it open.
    ClockOffset::default().corrected(now() + by, now() + SECOND, now())
}

/// Accounts of a broker with such a clock.
fn shifted(by: SignedDuration) -> Vec<Account> {
    let shift = |mut account: Account| {
        for moment in [&mut account.token_expires_at, &mut account.updated_at, &mut account.last_used_at] {
            *moment = moment.map(|moment| moment + by);
        }
        account
    };
    accounts().into_iter().map(shift).collect()
}

fn said(stage: &Stage) -> Vec<&str> {
    stage.model.cx.toasts.said().iter().map(|toast| toast.text.as_str()).collect()
}

#[test]
fn a_difference_is_told_once_and_again_only_when_it_is_another() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.send(WatchClock::SLOT, ClockRead(ClockOffset::default()));
    assert_eq!(said(&stage), [""; 0]);
    for seconds in [-3_600, -3_601, -3_650, -3_590] {
        stage.send(WatchClock::SLOT, ClockRead(ahead(SignedDuration::from_secs(seconds))));
    }
    let hour = "This machine's clock is 1 h ahead of the environment's. Times are shown by the environment's clock.";
    assert_eq!(said(&stage), [hour]);
    assert!(stage.text().contains(hour), "{}", stage.text());
    stage.send(WatchClock::SLOT, ClockRead(ahead(HOUR)));
    stage.send(WatchClock::SLOT, ClockRead(ClockOffset::default()));
    let behind = "This machine's clock is 1 h behind the environment's. Times are shown by the environment's clock.";
    assert_eq!(said(&stage), [hour, behind, "This machine's clock agrees with the environment's again."]);
}

#[test]
fn moments_of_the_broker_are_as_far_away_as_they_are_there() {
    let right = Stage::with_accounts(70, 30, accounts());
    for by in [HOUR, -HOUR] {
        let mut stage = Stage::with_accounts(70, 30, shifted(by));
        assert_ne!(stage.text(), right.text());
        stage.send(WatchClock::SLOT, ClockRead(ahead(by)));
        // The message goes by itself.
        stage.model.cx.now.uptime += Duration::from_secs(60);
        assert_eq!(stage.text(), right.text());
    }
}

#[test]
fn the_detail_and_its_doubts_go_by_the_brokers_clock_too() {
    let mut stage = Stage::with_accounts(120, 36, shifted(-HOUR));
    stage.press("j j j j");
    stage.wait(Duration::from_secs(1));
    assert!(stage.text().contains("But its token has expired."), "{}", stage.text());
    stage.send(WatchClock::SLOT, ClockRead(ahead(-HOUR)));
    let screen = stage.text();
    assert!(!screen.contains("But its token has expired.") && screen.contains("in 40 min ("), "{screen}");
}

#[test]
fn a_link_is_good_for_as_long_as_the_broker_says() {
    for by in [HOUR, -HOUR] {
        let mut stage = Stage::with_accounts(120, 36, shifted(by));
        stage.send(WatchClock::SLOT, ClockRead(ahead(by)));
        stage.press("a");
        let expires_at = Some(now() + by + SECOND * 60);
        let link = AuthorizationLink {
            url: "https://acme.dev/magicLink/1".parse().unwrap(),
            expires_at,
            callback_port: None,
            renews_at: None,
        };
        stage.authorize_step(Progress::Link(link));
        assert!(stage.text().contains("link expires in 1:00"), "{}", stage.text());
        stage.wait(Duration::from_secs(61));
        assert!(stage.text().contains("the link has expired"), "{}", stage.text());
    }
}

#[test]
fn calls_of_both_clocks_stand_in_the_order_in_which_they_were_made() {
    let mut stage = remembered(120, 36);
    let row = |stage: &Stage, text: &str| stage.find(text).1;
    assert!(row(&stage, "↗") < row(&stage, "asana_tasks_list"));
    stage.send(WatchClock::SLOT, ClockRead(ahead(HOUR)));
    assert!(row(&stage, "↗") > row(&stage, "asana_me_get"), "{}", stage.text());
    let screen = stage.text();
    let line = screen.lines().find(|line| line.contains('↗')).unwrap();
    assert!(line.contains("2 h "), "{line}");
    let ours = screen.lines().find(|line| line.contains("asana_me_get")).unwrap();
    assert!(ours.contains("1 h "), "what was noted down here stays on our clock: {ours}");
}

#[test]
fn another_environment_has_a_clock_of_its_own() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.send(WatchClock::SLOT, ClockRead(ahead(HOUR)));
    assert_eq!(stage.model.cx.server_now(), now() + HOUR);
    stage.model.cx.send(OpenOrder::Switch(OpenTarget::Sandbox, None));
    stage.wait(Duration::ZERO);
    assert_eq!(stage.model.cx.server_now(), now());
}
