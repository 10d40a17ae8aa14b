//! A request to a provider's own API, from the account to the answer and back from the history.

use super::terminal::Terminal;

#[test]
fn a_request_is_written_sent_recorded_and_sent_again() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start((120, 40), home.path(), &[], &[]);
    terminal.wait_for("23 accounts");
    terminal.send("/asana ada\r");
    terminal.wait_for("1 of 1");
    terminal.send("p");
    terminal.wait_for("GET /  as ada@acme.dev on asana ●");
    terminal.send("\x01{\"method\":\"GET\",\"path\":\"/users/me\"}");
    terminal.wait_for("GET /users/me  as ada@acme.dev on asana ●");
    terminal.send("\x12");
    let screen = terminal.wait_for("\"gid\"");
    assert!(screen.contains("200 · "), "{screen}");

    // What the provider does not know is its error, with its words.
    terminal.send("\t\x01{\"method\":\"GET\",\"path\":\"/nowhere\"}\x12");
    terminal.wait_for("▲ provider error · 404");

    terminal.send("4");
    terminal.wait_for("GET /nowhere");
    // By its words, wherever the environment's own log puts its row.
    terminal.send("/users\r");
    terminal.wait_gone("GET /nowhere");
    terminal.wait_for("the provider's own API");
    terminal.wait_for("\"gid\"");
    terminal.send("x");
    terminal.wait_for("GET /users/me  as ada@acme.dev on asana ●");
    terminal.wait_for("200 · ");

    // A note is kept, found by its words, and so is a favourite.
    terminal.send("4");
    terminal.wait_for("GET /users/me");
    terminal.send("\x1b");
    terminal.wait_for("GET /nowhere");
    terminal.send("nwho am I\r");
    terminal.wait_for("✎ who am I");
    terminal.send("/who am\r");
    terminal.wait_gone("GET /nowhere");
    terminal.send("\x1b");
    terminal.wait_for("GET /nowhere");
    terminal.send("1");
    terminal.wait_for("asana · ada@acme.dev");
    terminal.send("t");
    terminal.wait_for("Tools of ada@acme.dev on asana");
    terminal.wait_for("asana_me_get");
    terminal.send("*");
    terminal.wait_for("★ ");
    terminal.send("\x03\x03");
    assert_eq!(terminal.ended().code, 0);

    let mut terminal = Terminal::start((120, 40), home.path(), &[], &[]);
    terminal.wait_for("★ ");
    terminal.send("4");
    terminal.wait_for("✎");
    terminal.send("\x03\x03");
    assert_eq!(terminal.ended().code, 0);
}
