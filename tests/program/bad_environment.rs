//! An environment that cannot be used: whose fault it is, and what to press.

use super::terminal::Terminal;
use crate::cli::process::{Running, Served, jackfield};

/// The screen once it says `whose`; the program is still there and leaves when asked.
fn screen(variables: &[(&str, &str)], whose: &str) -> String {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start((120, 40), home.path(), &[], variables);
    let screen = terminal.wait_for(&format!("✖ {whose}"));
    assert!(screen.contains("R  refresh"), "{screen}");
    terminal.send("q");
    assert_eq!(terminal.ended().code, 0);
    screen
}

#[test]
fn incomplete_variables_are_the_keys_fault_and_do_not_open_the_sandbox() {
    let variables =
        [("SCALEKIT_ENVIRONMENT_URL", "https://acme.scalekit.dev"), ("SCALEKIT_CLIENT_SECRET", "sks_hunter2")];
    let screen = screen(&variables, "environment key");
    assert!(screen.contains("SCALEKIT_CLIENT_ID, set SCALEKIT_ENVIRONMENT_URL"), "{screen}");
    assert!(!screen.contains("hunter2") && !screen.contains("23 accounts"), "{screen}");
}

#[test]
fn a_wrong_secret_is_the_keys_fault() {
    let served = Served::start(&[]);
    let mut variables: Vec<_> = served.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    variables[2].1 = "sks_hunter2";
    let screen = screen(&variables, "environment key");
    assert!(screen.contains("The environment refused the client id or the client secret."), "{screen}");
    assert!(screen.contains("HTTP 401 · invalid_client") && !screen.contains("hunter2"), "{screen}");
}

#[test]
fn nothing_that_listens_is_the_networks_fault_on_the_screen_and_8_from_a_command() {
    // A port that is taken, by somebody who does not listen.
    let taken = tokio::net::TcpSocket::new_v4().unwrap();
    taken.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("http://{}", taken.local_addr().unwrap());
    let variables = [
        ("SCALEKIT_ENVIRONMENT_URL", url.as_str()),
        ("SCALEKIT_CLIENT_ID", "skc_1"),
        ("SCALEKIT_CLIENT_SECRET", "sks_1"),
    ];
    let home = tempfile::tempdir().unwrap();
    let mut command = jackfield(home.path(), &["accounts", "list", "--json"]);
    command.envs(variables);
    let command = Running::start(command);

    let host = url.strip_prefix("http://").unwrap();
    let said = format!("{host} refused the connection: nothing listens there.");
    let screen = screen(&variables, "the network");
    assert!(screen.contains(&said), "{screen}");
    let ran = command.ended();
    let fault = ran.refused_json(8, "unreachable");
    assert_eq!((fault["message"].as_str(), fault["whose"].as_str()), (Some(said.as_str()), Some("the network")));
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
}
