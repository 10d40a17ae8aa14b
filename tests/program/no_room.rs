//! A disk that takes nothing: what was there stays, and nobody is kept from working.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::small_world::{SmallWorld, WHO};
use super::terminal::Terminal;
use crate::cli::process::run;

/// Becomes the program, which can make files but not put anything into them; a terminal and pipes take
/// what they are given.
const FULL: &str = r#"trap '' XFSZ; ulimit -f 0; exec "$0" "$@""#;

const PROFILES: &str = "use = \"one\"\n\n[profile.one]\nurl = \"https://one.dev\"\nclient_id = \"skc_1\"\n\n\
    [profile.two]\nurl = \"https://two.dev\"\nclient_id = \"skc_2\"\n";

const SESSION: &str = r#"{ "theme": "light" }"#;

/// A home with what was saved when there was still room.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    for (file, text) in [("config/profiles.toml", PROFILES), ("state/session.json", SESSION)] {
        let file = home.path().join(file);
        fs::create_dir(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    home
}

/// What was saved is there as it was, with nothing half-written beside it.
fn check(home: &Path) {
    assert_eq!(fs::read_to_string(home.join("config/profiles.toml")).unwrap(), PROFILES);
    assert_eq!(fs::read_to_string(home.join("state/session.json")).unwrap(), SESSION);
    assert_eq!(fs::read_dir(home.join("config")).unwrap().count(), 1);
}

fn full(world: &SmallWorld, home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", FULL, env!("CARGO_BIN_EXE_jackfield")]).args(arguments).current_dir(home).env_clear();
    command.env("PATH", "/usr/bin:/bin").env("HOME", home).env("JACKFIELD_HOME", home);
    command.envs(world.variables());
    command
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_the_screen_work_goes_on_and_it_is_said_what_is_not_kept() {
    let world = SmallWorld::start(|_, _| None).await;
    let home = home();
    let command = ["-c", FULL, env!("CARGO_BIN_EXE_jackfield"), "--mode", "free"];
    let mut terminal = Terminal::start_as("/bin/sh", &command, (160, 40), home.path(), &world.variables());
    let typed = r#"{"note": "an hour of work"}"#;
    SmallWorld::open_playground(&mut terminal, typed);
    terminal.send("\x12");
    terminal.wait_for("\"viewer\": \"Ada\"");
    assert!(terminal.wait_for("Not recorded: ").contains(typed));
    terminal.send("qq");
    assert_eq!(terminal.ended().code, 0);
    check(home.path());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_do_what_they_can_and_say_what_they_cannot() {
    let world = SmallWorld::start(|_, _| None).await;
    let home = home();
    let ran = run(full(&world, home.path(), &["run", "linear_viewer_get", "--as", WHO, "--json"]), "");
    assert_eq!(ran.json()["data"]["viewer"], "Ada");
    assert!(ran.err.contains("Not recorded: "), "{}", ran.err);
    let ran = run(full(&world, home.path(), &["profile", "use", "two"]), "");
    assert!(ran.refused(1).contains("this machine: Cannot write"), "{}", ran.err);
    check(home.path());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_home_that_cannot_be_made_is_done_without() {
    let world = SmallWorld::start(|_, _| None).await;
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("state"), "in the way").unwrap();
    let mut terminal = world.playground((160, 40), home.path(), r#"{"note": "x"}"#);
    terminal.send("\x12");
    terminal.wait_for("\"viewer\": \"Ada\"");
    terminal.wait_for("Not recorded: Cannot create");
    terminal.send("qq");
    assert_eq!(terminal.ended().code, 0);
    let ran = world.run(home.path(), &["run", "linear_viewer_get", "--as", WHO, "--json"]);
    assert_eq!(ran.json()["data"]["viewer"], "Ada");
    assert!(ran.err.contains("Not recorded: Cannot create"), "{}", ran.err);
}
