//! A clock of this machine that is wrong: the broker's is shifted, which looks the same from here.

use super::terminal::Terminal;
use crate::cli::process::Served;

/// The number behind `before` on the screen.
fn number(screen: &str, before: &str) -> Option<u64> {
    let (_, rest) = screen.split_once(before)?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

fn wrong_by_an_hour(clock: &str, said: &str) {
    let served = Served::start(&["--clock", clock]);
    let variables: Vec<_> = served.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut terminal = Terminal::start((140, 40), served.home.path(), &[], &variables);
    let message =
        format!("This machine's clock is 1 h {said} the environment's. Times are shown by the environment's clock.");
    terminal.wait_for(&message);
    let screen = terminal.wait_for("23 accounts");
    // It runs out 41 minutes after the sandbox began; wrong by an hour it would be "2 h" or "19 min ago".
    let ada = screen.lines().find(|line| line.contains("asana") && line.contains("ada@acme.dev")).unwrap();
    assert!(number(ada, "in ").is_some_and(|minutes| (20..=41).contains(&minutes)) && ada.contains(" min"), "{screen}");

    terminal.send("a");
    terminal.wait_for("Re-authorize linear for ada@acme.dev");
    let screen = terminal.wait_for("link expires in ");
    assert!(number(&screen, "link expires in ").is_some_and(|minutes| minutes <= 5), "{screen}");
    terminal.send("\x1b");
    terminal.wait_gone("Re-authorize linear for ada@acme.dev");

    terminal.send("m");
    let screen = terminal.wait_until("no list of messages", |screen| {
        screen.contains("Messages") && screen.contains("Still waiting for") && screen.contains(said)
    });
    assert_eq!(screen.matches("This machine's clock").count(), 1, "{screen}");
    terminal.send("\x1b");
    terminal.wait_gone("Messages");
    terminal.send("qq");
    assert_eq!(terminal.ended().code, 0);
}

#[test]
fn a_clock_that_is_ahead_misleads_nobody() {
    wrong_by_an_hour("-1h", "ahead of");
}

#[test]
fn a_clock_that_is_behind_misleads_nobody() {
    wrong_by_an_hour("1h", "behind");
}
