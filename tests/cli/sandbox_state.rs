//! The sandbox, kept in a file from one command to the next.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use super::process::{Ran, Running, jackfield, run};
use crate::browser::{Script, visit_blocking};

const ADA: &str = "linear/ada@acme.dev";

fn command(home: &Path, file: &Path, arguments: &[&str]) -> Command {
    let mut command = jackfield(home, arguments);
    command.arg("--sandbox-state").arg(file);
    command
}

fn ran(home: &Path, file: &Path, arguments: &[&str]) -> Ran {
    run(command(home, file, arguments), "")
}

#[test]
fn an_account_authorized_in_one_command_runs_a_tool_in_the_next() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("demo.json");
    assert_eq!(ran(home.path(), &file, &["run", "linear_viewer_get", "--as", "ada@acme.dev"]).code, 4, "expired");
    let script = Script::new(home.path());
    let mut authorize = command(home.path(), &file, &["accounts", "authorize", ADA]);
    authorize.env("BROWSER", script.program());
    let authorize = Running::start(authorize);
    let page = visit_blocking(&script.page(), None, "allow");
    assert!(page.text.contains("Connected linear for ada@acme.dev."), "{}", page.text);
    let authorized = authorize.ended();
    assert_eq!(authorized.code, 0, "{}", authorized.err);
    assert!(!authorized.err.contains("starts afresh"), "{}", authorized.err);
    let viewer = ran(home.path(), &file, &["run", "linear_viewer_get", "--as", "ada@acme.dev", "--json"]).json();
    let team = &viewer["data"]["viewer"]["teams"]["nodes"][0]["id"];
    let input = format!(r#"{{"teamId": {team}, "title": "Kept from one command to the next"}}"#);
    let made =
        ran(home.path(), &file, &["run", "linear_issue_create", "--as", "ada@acme.dev", "--input", &input, "--yes"]);
    assert_eq!(made.code, 0, "{}", made.err);
    let search =
        ["run", "linear_issue_search", "--as", "ada@acme.dev", "--input", r#"{"query": "Kept from one command"}"#];
    assert!(ran(home.path(), &file, &search).text().contains("Kept from one command to the next"));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    // Another file is another world.
    let other = ran(home.path(), &home.path().join("other.json"), &["accounts", "show", ADA, "--json"]);
    assert!(other.out.contains("EXPIRED"), "{}", other.out);
}

#[test]
fn a_file_that_is_not_ours_is_refused_and_left() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("notes.json");
    for text in ["my notes", r#"{"format": "jackfield sandbox 99", "world": {}}"#, ""] {
        fs::write(&file, text).unwrap();
        let refused = ran(home.path(), &file, &["accounts", "list"]);
        assert!(refused.err.contains("is not a sandbox that this version wrote"), "{}", refused.err);
        assert_ne!(refused.code, 0);
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    }
    let nowhere = ran(home.path(), &home.path().join("no/where.json"), &["accounts", "list"]);
    assert_ne!(nowhere.code, 0);
}

#[test]
fn commands_at_the_same_time_lose_nothing_of_each_other() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("demo.json");
    let add = |n: usize| {
        let identifier = format!("user-{n}");
        command(home.path(), &file, &["accounts", "add", "--connection", "linear", "--identifier", &identifier])
    };
    let running: Vec<_> = (0..4).map(|n| Running::start(add(n))).collect();
    for one in running {
        let ended = one.ended();
        assert_eq!(ended.code, 0, "{}", ended.err);
    }
    let list = ran(home.path(), &file, &["accounts", "list", "--json"]);
    for n in 0..4 {
        assert!(list.out.contains(&format!("user-{n}")), "{n}: {}", list.out);
    }
}

#[test]
fn the_server_has_its_file_alone_and_leaves_it_to_the_next() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("demo.json");
    let path = file.to_str().unwrap();
    let server = Running::start(jackfield(home.path(), &["sandbox", "--state", path]));
    server.wait_err(|said| said.contains("The sandbox is running"));
    let refused = ran(home.path(), &file, &["accounts", "list"]);
    assert!(refused.err.contains("is in use by another jackfield"), "{}", refused.err);
    assert_ne!(refused.code, 0);
    server.signal("TERM");
    assert_eq!(server.ended().code, 0);
    let mut by_variable = jackfield(home.path(), &["accounts", "delete", ADA, "--yes", "--sandbox"]);
    by_variable.env("JACKFIELD_SANDBOX_STATE", &file);
    assert_eq!(run(by_variable, "").code, 0);
    assert_eq!(ran(home.path(), &file, &["accounts", "show", ADA]).code, 5);
    let seed = ran(home.path(), &file, &["sandbox", "--seed", "7"]);
    assert_eq!(seed.code, 2);
    assert!(seed.err.contains("holds a sandbox of seed 1, not 7"), "{}", seed.err);
    let two = jackfield(home.path(), &["sandbox", "--state", path, "--catalog", "x"]);
    assert!(run(two, "").err.contains("cannot be used with"), "a catalog is read anew each time");
}
