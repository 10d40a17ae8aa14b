//! A call that is out when the program ends: the journal says what came of it.

use std::path::Path;

use super::handover::editor;
use super::small_world::{SmallWorld, path};
use super::terminal::Terminal;
use crate::cli::process::{script, signal};
use crate::client::server::Reply;
use crate::waiting::until;

/// An editor that does not end with the program.
const REFUSES: &str = "trap '' TERM; echo $$ > \"$HOME/editor\"; while :; do sleep 1; done";

async fn outcome_of_a_call(home: &Path, end: impl FnOnce(&mut Terminal)) -> String {
    let world = SmallWorld::start(|seen, _| {
        (path(seen) == "/api/v1/execute_tool").then(|| Reply::raw("HTTP/1.1 200 OK\r\n").then_hang())
    })
    .await;
    let refuses = home.join("refuses");
    script(&refuses, REFUSES);
    let variables = world.variables();
    let variables = [&variables[..], &[("EDITOR", refuses.to_str().unwrap())]].concat();
    let mut terminal = Terminal::start((120, 40), home, &["--mode", "free"], &variables);
    SmallWorld::open_playground(&mut terminal, "{ }");
    terminal.send("\x12");
    until("the call", || world.server.seen().iter().any(|seen| path(seen) == "/api/v1/execute_tool").then_some(()));
    end(&mut terminal);
    assert_eq!(terminal.ended().code, 143);
    let listed = world.run(home, &["history", "list", "--json"]).json();
    listed["calls"][0]["outcome"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signal_stops_the_call_and_says_so() {
    let home = tempfile::tempdir().unwrap();
    assert_eq!(outcome_of_a_call(home.path(), |terminal| terminal.signal("TERM")).await, "stopped");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signal_is_seen_while_an_editor_has_the_terminal_and_refuses_to_end() {
    let home = tempfile::tempdir().unwrap();
    let end = |terminal: &mut Terminal| {
        terminal.send("\x05");
        let process = editor(home.path());
        terminal.signal("TERM");
        // Its terminal is read until everybody has let go of it.
        until("the end of all but the editor", || terminal.has_ended().then_some(()));
        signal(process, "KILL");
    };
    assert_eq!(outcome_of_a_call(home.path(), end).await, "stopped");
}
