//! `profile`, as far as it goes without a keychain, and with a person at a terminal.

use std::fs;
use std::path::Path;

use serde_json::json;
use tempfile::TempDir;

use super::process::{Ran, jackfield, run};
use crate::program::terminal::Terminal;

const SAVED: &str = "use = \"acme\"\n\n[profile.acme]\nurl = \"https://acme.scalekit.dev\"\nclient_id = \"skc_1\"\n\n\
    [profile.other]\nurl = \"https://other.dev\"\nclient_id = \"skc_2\"\nuser_verify_url = \"https://app.dev/verify\"\n";

/// Wherever the tests run, there is no keychain here.
const NO_KEYCHAIN: (&str, &str) = ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");

const ADD: [&str; 7] = ["profile", "add", "new", "--url", "https://new.dev/", "--client-id", "skc_3"];

/// A home with what is saved above.
fn home() -> TempDir {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("config")).unwrap();
    fs::write(file(home.path()), SAVED).unwrap();
    home
}

fn file(home: &Path) -> std::path::PathBuf {
    home.join("config/profiles.toml")
}

fn call(home: &TempDir, arguments: &[&str], input: &str) -> Ran {
    let mut command = jackfield(home.path(), arguments);
    command.env(NO_KEYCHAIN.0, NO_KEYCHAIN.1);
    run(command, input)
}

#[test]
fn the_list_tells_which_one_is_in_use() {
    let home = home();
    let ran = call(&home, &["profile", "list"], "");
    let lines: Vec<_> = ran.text().lines().collect();
    assert_eq!(lines.len(), 3, "{}", ran.out);
    assert!(lines[1].starts_with("* ") && lines[1].contains("acme"), "{}", ran.out);
    assert!(lines[2].starts_with("  ") && lines[2].contains("https://app.dev/verify"), "{}", ran.out);

    call(&home, &["profile", "use", "other"], "").text();
    let list = call(&home, &["profile", "list", "--json"], "").json();
    assert_eq!(
        list["profiles"][1],
        json!({
            "name": "other", "kind": "scalekit", "folder": null, "url": "https://other.dev", "client_id": "skc_2",
            "user_verify_url": "https://app.dev/verify", "mode": "ask", "match": "auto", "in_use": true,
        })
    );
    assert_eq!(
        (&list["profiles"][0]["in_use"], &list["profiles"][0]["user_verify_url"]),
        (&json!(false), &json!(null))
    );
    let none = tempfile::tempdir().unwrap();
    assert_eq!(
        call(&none, &["profile", "list", "--json"], "").json(),
        json!({ "profiles": [], "total_size": 0, "complete": true })
    );
}

#[test]
fn a_name_that_is_not_saved_is_5_and_a_name_that_cannot_be_is_2() {
    let home = home();
    for command in ["use", "remove"] {
        call(&home, &["profile", command, "acm", "--json"], "").refused_json(5, "not_found");
        call(&home, &["profile", command, "a/b"], "").refused(2);
    }
    assert_eq!(fs::read_to_string(file(home.path())).unwrap(), SAVED);
}

#[test]
fn what_cannot_be_saved_is_refused_before_a_secret_is_read() {
    let home = home();
    for wrong in [
        &["profile", "add", "new", "--url", "http://new.dev", "--client-id", "skc_3", "--secret-stdin"][..],
        &["profile", "add", "new", "--url", "https://new.dev", "--secret-stdin"],
        &["profile", "add", "new", "--url", "https://new.dev", "--client-id", "x", "--verify-url", "ftp://x"],
        &["profile", "add", "new", "--url", "https://new.dev", "--client-id", "x", "--secret", "sks_hunter2"],
    ] {
        call(&home, wrong, "sks_hunter2").refused(2);
    }
}

#[test]
fn an_environment_of_ones_own_is_saved_by_its_folder_and_has_no_secret() {
    let home = home();
    let folder = home.path().join("team");
    let saved = call(&home, &["profile", "add", "team", "--folder", folder.to_str().unwrap(), "--json"], "").json();
    assert_eq!(saved["kind"], "local");
    let text = fs::read_to_string(file(home.path())).unwrap();
    assert!(text.contains("[profile.team]\nkind = \"local\"") && text.starts_with(SAVED), "{text}");
    assert!(!folder.exists(), "saving makes nothing");
    assert_eq!(
        call(&home, &["--profile", "team", "accounts", "list", "--json"], "").json()["connected_accounts"],
        json!([])
    );
    for wrong in [&["--folder", "x", "--url", "https://new.dev"], &["--folder", "x", "--client-id", "skc_3"]] {
        call(&home, &[&["profile", "add", "new"][..], wrong].concat(), "").refused(2);
    }
}

#[test]
fn a_profile_is_changed_where_it_stands_and_its_secret_never_goes_elsewhere() {
    let home = home();
    let edit = ["profile", "edit", "acme", "--rename", "eu", "--verify-url", "https://app.dev/v", "--json"];
    let changed = call(&home, &edit, "").json();
    assert_eq!((&changed["name"], &changed["in_use"]), (&json!("eu"), &json!(true)));
    let text = SAVED.replace("acme\"\n", "eu\"\n").replace("[profile.acme]", "[profile.eu]");
    let text = text.replace("\"skc_1\"\n", "\"skc_1\"\nuser_verify_url = \"https://app.dev/v\"\n");
    assert_eq!(fs::read_to_string(file(home.path())).unwrap(), text);
    call(&home, &["profile", "edit", "eu", "--url", "https://evil.dev", "--json"], "").refused_json(7, "invalid_input");
    call(&home, &["profile", "edit", "eu", "--rename", "other", "--json"], "").refused_json(1, "conflict");
    call(&home, &["profile", "edit", "none", "--rename", "x", "--json"], "").refused_json(5, "not_found");
    assert_eq!(fs::read_to_string(file(home.path())).unwrap(), text);
    call(&home, &["profile", "edit", "eu", "--verify-url", ""], "").text();
    assert!(!fs::read_to_string(file(home.path())).unwrap().contains("app.dev/v\""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_test_without_a_keychain_says_whose_the_trouble_is() {
    let home = home();
    call(&home, &["profile", "test", "acme", "--json"], "").refused_json(1, "local");
    call(&home, &["profile", "test", "none", "--json"], "").refused_json(5, "not_found");
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_keychain_nothing_is_saved_and_it_says_so() {
    let home = home();
    let add = [&ADD[..], &["--secret-stdin"]].concat();
    let ran = call(&home, &add, "sks_hunter2\n");
    assert!(ran.refused(1).contains("no keychain"), "{}", ran.err);
    assert!(!ran.err.contains("hunter2"), "{}", ran.err);
    call(&home, &[&add[..], &["--json"]].concat(), "sks_hunter2\n").refused_json(1, "local");
    call(&home, &[&add[..], &["--json"]].concat(), " \n").refused_json(7, "invalid_input");
    assert_eq!(fs::read_to_string(file(home.path())).unwrap(), SAVED);
}

#[test]
fn without_a_terminal_nobody_is_asked() {
    let home = home();
    let ran = call(&home, &ADD, "sks_hunter2\n");
    assert!(ran.refused(2).contains("--secret-stdin"), "{}", ran.err);
    let ran = call(&home, &["profile", "remove", "other"], "y\n");
    assert!(ran.refused(2).contains("--yes"), "{}", ran.err);
    assert_eq!(fs::read_to_string(file(home.path())).unwrap(), SAVED);
}

#[cfg(target_os = "linux")]
#[test]
fn a_secret_that_is_typed_is_not_shown() {
    let home = home();
    let mut terminal = Terminal::start((100, 10), home.path(), &ADD, &[NO_KEYCHAIN]);
    terminal.wait_for("Client secret of new: ");
    terminal.send("sks_hunter2\r");
    let ended = terminal.ended();
    assert!(ended.code == 1 && ended.raw.contains("no keychain"), "{}", ended.raw);
    assert!(!ended.raw.contains("hunter2"), "{}", ended.raw);

    let mut terminal = Terminal::start((100, 10), home.path(), &ADD, &[NO_KEYCHAIN]);
    terminal.wait_for("Client secret of new: ");
    terminal.send("sks_hunter2\x03");
    let ended = terminal.ended();
    assert!(ended.code == 130 && ended.raw.contains("Interrupted."), "{}", ended.raw);
    assert_eq!(fs::read_to_string(file(home.path())).unwrap(), SAVED);
}

#[cfg(target_os = "linux")]
#[test]
fn removing_asks_first() {
    let home = home();
    let remove = |answer: &str| {
        let mut terminal = Terminal::start((100, 10), home.path(), &["profile", "remove", "other"], &[NO_KEYCHAIN]);
        terminal.wait_for("Remove profile other (https://other.dev) and its secret? [y/N]");
        terminal.send(answer);
        terminal.ended()
    };
    let ended = remove("\r");
    assert!(ended.code == 130 && ended.raw.contains("Nothing was changed."), "{}", ended.raw);
    assert_eq!(fs::read_to_string(file(home.path())).unwrap(), SAVED);
    let ended = remove("y\r");
    assert!(ended.code == 1 && ended.raw.contains("still in the keychain"), "{}", ended.raw);
    let ran = call(&home, &["profile", "remove", "acme", "--yes"], "");
    assert!(ran.refused(1).contains("still in the keychain"), "{}", ran.err);
    assert!(!fs::read_to_string(file(home.path())).unwrap().contains("[profile"));
}
