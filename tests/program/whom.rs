//! As whom a call goes out from the screen: where the broker's answers differ on that, nothing does.

use super::terminal::Terminal;
use crate::cli::whom::{ADA, BOB, Echo};

/// The screen without its borders, words apart by one blank: sentences are wrapped.
fn flat(screen: &str) -> String {
    screen.split(['│', '\n']).flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

fn wait_for(terminal: &Terminal, words: &str) {
    terminal.wait_until(words, |screen| flat(screen).contains(words));
}

/// The program with the tool under the cursor, as bob.
fn listed(echo: &Echo) -> Terminal {
    let variables = [
        ("SCALEKIT_ENVIRONMENT_URL", echo.server.url.as_str()),
        ("SCALEKIT_CLIENT_ID", "skc_1"),
        ("SCALEKIT_CLIENT_SECRET", "sks_1"),
    ];
    let mut terminal = Terminal::start((120, 40), echo.home(), &["--mode", "free"], &variables);
    terminal.wait_for("1 of 2");
    terminal.send("/bob\r");
    terminal.wait_for("1 of 1");
    terminal.send("t");
    terminal.wait_for("Tools of bob@acme.dev on echo");
    terminal.wait_for("echoer");
    terminal
}

/// The same with the tool opened.
fn opened(echo: &Echo) -> Terminal {
    let mut terminal = listed(echo);
    terminal.send("\r");
    terminal.wait_for("Not run yet.");
    terminal
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_names_somebody_elses_account_is_not_even_opened() {
    let echo = Echo::start().await;
    echo.list("ca_1", BOB);
    let mut terminal = listed(&echo);
    terminal.send("\r");
    let says = "The tool list says ca_1 is bob@acme.dev's on echo; the list of accounts says it is ada@acme.dev's on \
                echo. Nothing was sent.";
    wait_for(&terminal, says);
    terminal.send("i\r");
    wait_for(&terminal, "load the accounts again");
    assert_eq!(echo.sent(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_somebody_elses_by_now_is_not_sent_as_whoever_insists() {
    let says = "The screen says ca_2 is bob@acme.dev's on echo; the account itself says it is";
    for (answer, is) in [
        (("ca_2", ADA, "echo"), "ada@acme.dev's on echo."),
        (("ca_2", BOB, "Echo"), "bob@acme.dev's on Echo."),
        (("ca_2", "Bob@acme.dev", "echo"), "Bob@acme.dev's on echo."),
        (("ca_1", BOB, "echo"), "ca_1, bob@acme.dev's on echo."),
    ] {
        let echo = Echo::start().await;
        let mut terminal = opened(&echo);
        echo.say("ca_2", answer);
        terminal.send("\x12");
        wait_for(&terminal, &format!("{says} {is} Nothing was sent."));
        assert_eq!(echo.sent(), 0);
    }
    let echo = Echo::start().await;
    echo.expire();
    let mut terminal = opened(&echo);
    echo.say("ca_2", ("ca_2", ADA, "echo"));
    terminal.send("\x12");
    terminal.wait_for("send anyway");
    terminal.send("i");
    wait_for(&terminal, says);
    assert_eq!(echo.sent(), 0, "nobody can insist on that");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_past_call_whose_account_changed_hands_is_not_sent_again() {
    let echo = Echo::start().await;
    let mut terminal = opened(&echo);
    terminal.send("\x12");
    terminal.wait_for("\"echo\": 1");
    assert_eq!(echo.sent(), 1);
    terminal.send("\x1b");
    terminal.wait_for("Tools of bob@acme.dev on echo");
    terminal.send("4");
    terminal.wait_for("● ok");
    echo.say("ca_2", ("ca_2", ADA, "echo"));
    terminal.wait_for("number 1");
    terminal.send("x");
    terminal.wait_for("Run this?");
    terminal.send("y");
    wait_for(&terminal, "the account itself says it is ada@acme.dev's on echo. Nothing was sent.");
    assert_eq!(echo.sent(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stops_before_the_call_went_out_is_told_that_nothing_was_sent() {
    let echo = Echo::start().await;
    let mut terminal = opened(&echo);
    echo.hang();
    terminal.send("\x12");
    terminal.wait_for("running");
    terminal.send("\x1b");
    wait_for(&terminal, "Cancelled before sending. Nothing was sent.");
    terminal.send("\x1b");
    terminal.wait_for("i type");
    terminal.send("\x1b");
    terminal.wait_for("Tools of bob@acme.dev on echo");
    terminal.send("4");
    wait_for(&terminal, "No calls yet.");
    assert_eq!(echo.sent(), 0);
}
