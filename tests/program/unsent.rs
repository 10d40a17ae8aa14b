//! Input that was not sent outlives the program, however that ends.

use std::fs;
use std::path::Path;

use super::small_world::SmallWorld;
use crate::waiting::until;

const TYPED: &str = r#"{"note": "half a th"#;

fn file(home: &Path) -> String {
    fs::read_to_string(home.join("state/drafts.json")).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_after_a_pause_it_has_lost_nothing() {
    let world = SmallWorld::start(|_, _| None).await;
    let home = tempfile::tempdir().unwrap();
    let terminal = world.playground((120, 40), home.path(), TYPED);
    until("the file", || file(home.path()).contains("half a th").then_some(()));
    terminal.signal("KILL");
    assert_ne!(terminal.ended().code, 0);

    let mut terminal = world.terminal((120, 40), home.path());
    terminal.wait_for("Unsent input from last time: linear_viewer_get as ada@acme.dev.");
    terminal.send("3");
    terminal.wait_for("continue");
    terminal.send("\r");
    let screen = terminal.wait_for(TYPED);
    assert!(screen.contains("Alt-x drops it"), "{screen}");
    // Dropped, it is gone from the file too.
    terminal.send("\x1bx");
    terminal.wait_gone(TYPED);
    until("its end", || (!file(home.path()).contains("half a th")).then_some(()));
    terminal.send("\x1b");
    terminal.wait_gone("F2 form");
    terminal.send("qq");
    assert_eq!(terminal.ended().code, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signal_or_quitting_leaves_no_time_to_lose_it() {
    let world = SmallWorld::start(|_, _| None).await;
    for how in ["TERM", "HUP", "quit"] {
        let home = tempfile::tempdir().unwrap();
        let mut terminal = world.playground((120, 40), home.path(), TYPED);
        match how {
            "quit" => {
                terminal.send("\x1b");
                terminal.wait_gone("F2 form");
                terminal.send("qq");
            }
            name => terminal.signal(name),
        }
        terminal.ended();
        assert!(file(home.path()).contains("half a th"), "{how}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn switched_off_nothing_is_written_and_a_file_of_somebody_else_is_said_and_left() {
    let world = SmallWorld::start(|_, _| None).await;
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("config")).unwrap();
    fs::write(home.path().join("config/settings.toml"), "keep_drafts = false\n").unwrap();
    let terminal = world.playground((120, 40), home.path(), TYPED);
    terminal.signal("TERM");
    assert_eq!(terminal.ended().code, 143);
    assert!(!home.path().join("state/drafts.json").exists());

    fs::write(home.path().join("config/settings.toml"), "").unwrap();
    fs::write(home.path().join("state/drafts.json"), "my own drafts").unwrap();
    let mut terminal = world.terminal((160, 40), home.path());
    terminal.wait_for("was not written by jackfield, or is damaged");
    SmallWorld::open_playground(&mut terminal, TYPED);
    terminal.signal("TERM");
    assert_eq!(terminal.ended().code, 143);
    assert_eq!(file(home.path()), "my own drafts");
}
