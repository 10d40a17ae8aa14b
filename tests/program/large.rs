//! Answers that are larger than anybody reads: looked at, waited for, given up, refused.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::sync::Arc;

use tokio::sync::Semaphore;

use super::small_world::{SmallWorld, WHO, path};
use crate::cli::process::against;
use crate::client::server::{Reply, Seen};
use crate::waiting::{PATIENCE, until};

/// A thousand rows, of about 150 bytes each.
fn rows() -> String {
    let row = |n: usize| {
        let text = "All the words that a person wrote. ".repeat(2);
        format!(r#"{{"id":"row-{n}","number":{n},"open":true,"labels":["one","two"],"text":"{text}"}},"#)
    };
    (0..1_000).map(row).collect()
}

/// An answer of about so many megabytes that stops halfway for a permit. How long it is, is said or not.
fn answer(megabytes: usize, length_is_told: bool, halfway: &Arc<Semaphore>) -> Reply {
    let (first, part, last) = (r#"{"execution_id":"exec_1","data":{"rows":["#, rows(), r#"{"id":"the last"}]}}"#);
    let times = (megabytes << 20).div_ceil(part.len());
    let length = first.len() + times * part.len() + last.len();
    let length = if length_is_told { format!("content-length: {length}\r\n") } else { String::new() };
    Reply::raw(format!("HTTP/1.1 200 OK\r\nconnection: close\r\n{length}\r\n{first}"))
        .flood(&part, times, last, halfway)
}

/// How many calls have arrived.
fn calls(world: &SmallWorld) -> usize {
    world.server.seen().iter().filter(|seen| path(seen) == "/api/v1/execute_tool").count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_answer_leaves_the_keys_alive_and_can_be_given_up() {
    let halfway = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&halfway);
    let execute = move |seen: &Seen, _| (path(seen) == "/api/v1/execute_tool").then(|| answer(100, true, &held));
    let world = SmallWorld::start(execute).await;
    let home = tempfile::tempdir().unwrap();
    let typed = r#"{"note": "an hour of work"}"#;
    let mut terminal = world.playground((120, 40), home.path(), typed);
    // Half of it is here and to be seen, and nobody wants the rest.
    terminal.send("\x12");
    until("the call", || (calls(&world) == 1).then_some(()));
    let screen = terminal.wait_for("MB so far");
    assert!(screen.contains("\"row-0\"") && screen.contains(typed), "{screen}");
    terminal.send("\x1b");
    let screen = terminal.wait_for(": not the whole answer");
    assert!(screen.contains("stopped after") && screen.contains("\"row-0\"") && screen.contains(typed), "{screen}");
    // The next one comes, and all the while somebody reads the help.
    terminal.send("\x12");
    until("the next call", || (calls(&world) == 2).then_some(()));
    for _ in 0..2 {
        terminal.send("\x1bOP");
        terminal.wait_for("Keys: ");
        terminal.send("\x1b");
        terminal.wait_gone("Keys: ");
        halfway.add_permits(1);
    }
    // It takes its time where nothing is optimized.
    terminal.patience = 5 * PATIENCE;
    let screen = terminal.wait_for("exec_1");
    assert!(screen.contains("105.0 MB") && screen.contains("\"row-0\"") && screen.contains(typed), "{screen}");
    terminal.send("qq");
    assert_eq!(terminal.ended().code, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_answer_is_printed_whole() {
    let open = Arc::new(Semaphore::new(1));
    let execute = move |seen: &Seen, _| (path(seen) == "/api/v1/execute_tool").then(|| answer(30, false, &open));
    let world = SmallWorld::start(execute).await;
    let home = tempfile::tempdir().unwrap();
    let mut command = against(&world.server.url, home.path(), &["run", "linear_viewer_get", "--as", WHO, "--json"]);
    let (reader, writer) = std::io::pipe().unwrap();
    let mut child = command.stdin(Stdio::null()).stdout(writer).spawn().unwrap();
    drop(command);
    let (mut read, mut last) = (0, String::new());
    for line in BufReader::new(reader).lines().map(Result::unwrap) {
        read += line.len() + 1;
        if line.contains("\"id\"") {
            last = line;
        }
    }
    assert!(child.wait().unwrap().success());
    assert!(read > 30 << 20 && last.contains("the last"), "{read}: {last}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_beyond_all_measure_is_refused_and_the_input_is_still_there() {
    let open = Arc::new(Semaphore::new(Semaphore::MAX_PERMITS));
    // One is told how much is coming, for the other it is too much in the end.
    let execute =
        move |seen: &Seen, before| (path(seen) == "/api/v1/execute_tool").then(|| answer(257, before > 0, &open));
    let world = SmallWorld::start(execute).await;
    let home = tempfile::tempdir().unwrap();
    let typed = r#"{"note": "an hour of work"}"#;
    let mut terminal = world.playground((160, 40), home.path(), typed);
    terminal.send("\x12");
    let screen = terminal.wait_for("✖ Too large");
    assert!(screen.contains("larger than 256 MiB") && screen.contains(typed), "{screen}");
    terminal.send("\x03\x03");
    assert_eq!(terminal.ended().code, 0);
    let ran = world.run(home.path(), &["run", "linear_viewer_get", "--as", WHO, "--json"]);
    assert_eq!(ran.refused_json(8, "too_large")["whose"], "the environment");
}
