//! Copies of the program that run at the same time in one home: nothing that one of them writes is lost.

use std::fs;

use serde_json::Value;

use super::small_world::{SmallWorld, WHO};
use crate::cli::process::{Running, against, jackfield};

#[test]
fn profiles_removed_at_the_same_time_are_all_gone_and_the_others_stay() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("config/profiles.toml");
    fs::create_dir(home.path().join("config")).unwrap();
    let profile =
        |n: usize| format!("# number {n}\n[profile.p{n}]\nurl = \"https://p{n}.dev\"\nclient_id = \"skc_{n}\"\n\n");
    fs::write(&file, (0..16).map(profile).collect::<String>()).unwrap();
    let copies: Vec<_> = (0..8)
        .map(|n| {
            let mut command = jackfield(home.path(), &["profile", "remove", &format!("p{n}"), "--yes"]);
            command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
            Running::start(command)
        })
        .collect();
    for copy in copies {
        // Its secret may have been in a keychain that is not here.
        let ended = copy.ended();
        assert!(ended.code == 0 || ended.err.contains("The profile is removed"), "{}", ended.err);
    }
    assert_eq!(fs::read_to_string(&file).unwrap().trim_start(), (8..16).map(profile).collect::<String>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn journal_log_and_session_take_what_all_of_them_write() {
    let world = SmallWorld::start(|_, _| None).await;
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("config")).unwrap();
    fs::write(home.path().join("config/settings.toml"), "log = \"info\"\n").unwrap();
    let mut screens: Vec<_> = (0..2).map(|_| world.playground((120, 40), home.path(), r#"{"note": "x"}"#)).collect();
    let command = || against(&world.server.url, home.path(), &["run", "linear_viewer_get", "--as", WHO]);
    let copies: Vec<_> = (0..6).map(|_| Running::start(command())).collect();
    for screen in &mut screens {
        screen.send("\x12");
    }
    for screen in &mut screens {
        screen.wait_for("\"viewer\": \"Ada\"");
    }
    for copy in copies {
        let ended = copy.ended();
        assert!(ended.text().contains("Ada") && !ended.err.contains("ecorded"), "{}", ended.err);
    }
    for mut screen in screens {
        screen.send("qq");
        assert_eq!(screen.ended().code, 0);
    }
    let calls = world.run(home.path(), &["history", "list", "--json"]).json();
    let calls = calls["calls"].as_array().unwrap();
    assert_eq!(calls.len(), 8);
    assert!(calls.iter().all(|call| call["outcome"] == "ok"), "{calls:?}");
    let state = home.path().join("state");
    let session: Value = serde_json::from_slice(&fs::read(state.join("session.json")).unwrap()).unwrap();
    assert_eq!(session["acting_as"], WHO);
    let log = fs::read_to_string(state.join("jackfield.log")).unwrap();
    assert_eq!(log.matches("environment opened").count(), 8, "{log}");
    assert!(log.lines().all(|line| line.starts_with("20")), "{log}");
}
