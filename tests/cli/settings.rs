//! Settings, the key reference and the log, as commands see them.

use std::fs;
use std::path::Path;

use super::process::{Ran, Served, jackfield, run};

fn write(home: &Path, settings: &str) {
    fs::create_dir_all(home.join("config")).unwrap();
    fs::write(home.join("config/settings.toml"), settings).unwrap();
}

fn call(settings: &str, arguments: &[&str]) -> Ran {
    let home = tempfile::tempdir().unwrap();
    if !settings.is_empty() {
        write(home.path(), settings);
    }
    run(jackfield(home.path(), arguments), "")
}

#[test]
fn it_says_where_files_lie_without_making_any() {
    let home = tempfile::tempdir().unwrap();
    let ran = run(jackfield(home.path(), &["settings", "path"]), "");
    for file in [
        "config/settings.toml",
        "config/profiles.toml",
        "state/session.json",
        "state/jackfield.log",
        "state/jq-history.json",
        "state/journal",
        "state/env-answers.json",
        "state/texts",
    ] {
        assert!(ran.text().contains(&*home.path().join(file).to_string_lossy()), "{}", ran.out);
    }
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
    let document = run(jackfield(home.path(), &["settings", "path", "--json"]), "").json();
    let names: Vec<_> = document["files"].as_array().unwrap().iter().map(|file| &file["what"]).collect();
    assert!(names.iter().any(|name| *name == "journal") && names.iter().any(|name| *name == "modifiers"), "{names:?}");
}

#[test]
fn it_shows_what_counts_and_where_that_comes_from() {
    let ran = call("", &["settings", "show"]);
    let values: Vec<Vec<&str>> = ran.text().lines().skip(1).map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(values[0], ["theme", "auto", "default"]);
    assert_eq!(values[1], ["mouse", "true", "default"]);
    assert_eq!(values[2], ["record", "true", "default"]);
    assert_eq!(values[3], ["screen_share", "false", "default"]);
    assert_eq!(values[4], ["keep_drafts", "true", "default"]);
    assert_eq!(values[5], ["notify", "off", "default"]);
    assert_eq!(values[6], ["refresh", "1m", "default"]);
    assert_eq!(values[7], ["log", "off", "default"]);
    assert_eq!(values[8], ["timeout", "1m", "default"]);
    assert_eq!(values[9], ["max_answer_mib", "256", "default"]);

    let home = tempfile::tempdir().unwrap();
    write(home.path(), "theme = 'light'\n[keys]\nauthorize = 'U'");
    fs::create_dir_all(home.path().join("state")).unwrap();
    fs::write(home.path().join("state/session.json"), r#"{"theme":"dark","mouse":false}"#).unwrap();
    let document = run(jackfield(home.path(), &["settings", "show", "--json"]), "").json();
    let rows = document["settings"].as_array().unwrap();
    let row = |at: usize| [&rows[at]["value"], &rows[at]["from"]].map(|value| value.as_str().unwrap());
    assert_eq!((row(0), row(1)), (["light", "settings.toml"], ["false", "the last run"]));
    assert_eq!((row(11), row(16)), (["claude-sonnet-5-5", "default"], ["2023-06-01", "default"]));
    assert_eq!(row(17), ["1 changed", "settings.toml"]);
}

#[test]
fn the_key_reference_has_the_keys_in_force() {
    let usual = call("", &["settings", "keys"]);
    let line = |ran: &Ran, name: &str| {
        let found = ran.out.lines().find(|line| line.split("  ").any(|cell| cell.trim() == name));
        found.unwrap_or_else(|| panic!("{name}: {}", ran.out)).to_owned()
    };
    assert_eq!(usual.code, 0, "{}", usual.err);
    assert!(line(&usual, "run").starts_with("Ctrl-R F5 "), "{}", usual.out);
    let changed = call("[keys]\nrun = ['F11']\nmouse = []", &["settings", "keys"]);
    assert!(line(&changed, "run").starts_with("F11 "), "{}", changed.out);
    assert!(line(&changed, "mouse").starts_with("- "), "{}", changed.out);
    let document = call("[keys]\nrun = ['F11']", &["settings", "keys", "--json"]).json();
    let run = document["actions"].as_array().unwrap().iter().find(|action| action["name"] == "run").unwrap();
    assert_eq!(
        (run["keys"].to_string(), run["usual_keys"].to_string()),
        (r#"["F11"]"#.into(), r#"["Ctrl-R","F5"]"#.into())
    );
}

#[test]
fn what_cannot_be_done_is_told_in_full_after_the_answer_with_exit_code_2() {
    let wrong = "theem = 1\n[keys]\nauthorize = 'd'\nquit-anywhere = []";
    for command in ["show", "keys"] {
        let ran = call(wrong, &["settings", command]);
        assert_eq!(ran.code, 2);
        assert!(ran.out.lines().count() > 3, "{}", ran.out);
        for said in [
            "line 1: There is no setting “theem”. Is “theme” meant?",
            "line 3: d would be both “authorize” and “disconnect” (accounts). “authorize” keeps its default keys.",
            "line 4: No key would quit",
        ] {
            assert!(ran.err.contains(said), "{said}: {}", ran.err);
        }
        let ran = call(wrong, &["settings", command, "--json"]);
        serde_json::from_str::<serde_json::Value>(&ran.out).unwrap();
        let fault: serde_json::Value = serde_json::from_str(ran.err.trim()).unwrap();
        assert_eq!((ran.code, &fault["error"]["violations"][1]["field"]), (2, &"line 3".into()));
    }
    let ran = call("theme = ", &["settings", "path"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

#[test]
fn the_example_can_be_used_as_it_is() {
    let example = call("", &["settings", "example"]).text().to_owned();
    assert!(example.contains("#authorize = [\"a\"]"), "{example}");
    let ran = call(&example, &["settings", "show"]);
    assert!(ran.text().contains("0 changed"), "{}", ran.out);
}

#[test]
fn other_commands_work_whatever_the_file_says() {
    let ran = call("theme = ", &["completions", "bash"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

#[test]
fn the_log_is_written_when_asked_for_and_holds_no_secret() {
    let served = Served::start(&[]);
    let log = served.home.path().join("state/jackfield.log");
    let arguments = ["accounts", "list", "--identifier", "ada@acme.dev"];
    served.run(&arguments).text();
    assert!(!log.exists(), "off unless asked for");

    served.run(&[&arguments[..], &["--log", "debug"]].concat()).text();
    let text = fs::read_to_string(&log).unwrap();
    for said in ["INFO jackfield::cli: begins", "DEBUG", "/oauth/token", "status=200", "ends code=0"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    for (name, secret) in &served.variables[1..] {
        assert!(!text.contains(secret.as_str()), "{name}: {text}");
    }
    assert!(!text.contains("Bearer") && !text.contains("hyper"), "{text}");
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&log).unwrap().permissions().mode() & 0o777, 0o600);
    }

    fs::remove_file(&log).unwrap();
    write(served.home.path(), "log = 'info'");
    served.run(&arguments).text();
    assert!(fs::read_to_string(&log).unwrap().contains("environment opened"));
}

#[test]
fn a_log_that_cannot_be_written_changes_nothing() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("state"), "in the way").unwrap();
    let ran = run(jackfield(home.path(), &["settings", "keys", "--log", "debug"]), "");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    run(jackfield(home.path(), &["settings", "keys", "--log", "loud"]), "").refused(2);
}
