//! Which environment is used, and what is said where there is none or the wrong one.

use serde_json::json;

use super::process::{Ran, Served, jackfield, run};

/// One call of every command that needs an environment.
const COMMANDS: [&[&str]; 7] = [
    &["accounts", "list"],
    &["accounts", "show", "asana/ada@acme.dev"],
    &["accounts", "authorize", "asana/ada@acme.dev", "--no-wait"],
    &["connections", "list"],
    &["tools", "list", "--as", "ada@acme.dev"],
    &["tools", "show", "asana_me_get", "--as", "ada@acme.dev"],
    &["run", "asana_me_get", "--as", "ada@acme.dev"],
];

fn call(arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
    let home = tempfile::tempdir().unwrap();
    let mut command = jackfield(home.path(), arguments);
    command.envs(variables.iter().copied());
    run(command, "")
}

#[test]
fn without_any_every_command_says_what_to_set() {
    for arguments in COMMANDS {
        let ran = call(arguments, &[]);
        let said = ran.refused(2);
        for name in ["SCALEKIT_ENVIRONMENT_URL", "SCALEKIT_CLIENT_ID", "SCALEKIT_CLIENT_SECRET", "--sandbox"] {
            assert!(said.contains(name), "{arguments:?}: {said}");
        }
        let ran = call(&[arguments, &["--json"]].concat(), &[]);
        ran.refused_json(2, "no_environment");
        assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    }
}

#[test]
fn an_incomplete_one_is_not_filled_up_and_says_what_is_missing() {
    let set = [("SCALEKIT_ENV_URL", "https://acme.scalekit.dev"), ("SCALEKIT_CLIENT_SECRET", "sks_hunter2")];
    let ran = call(&["accounts", "list"], &set);
    assert!(ran.refused(2).contains("missing SCALEKIT_CLIENT_ID, set SCALEKIT_ENV_URL"), "{}", ran.err);
    assert!(!ran.err.contains("hunter2"), "{}", ran.err);
    call(&["accounts", "list", "--json"], &set[1..]).refused_json(2, "no_environment");
}

#[test]
fn a_key_is_never_sent_where_anybody_could_read_it() {
    let set = [
        ("SCALEKIT_ENVIRONMENT_URL", "http://acme.scalekit.dev"),
        ("SCALEKIT_CLIENT_ID", "skc_1"),
        ("SCALEKIT_CLIENT_SECRET", "sks_hunter2"),
    ];
    let ran = call(&["accounts", "list"], &set);
    assert!(
        ran.refused(2).contains("SCALEKIT_ENVIRONMENT_URL: The environment URL must start with https"),
        "{}",
        ran.err
    );
}

#[test]
fn a_wrong_secret_is_3_for_every_command() {
    let served = Served::start(&[]);
    for arguments in COMMANDS {
        let mut command = served.command(arguments);
        command.env("SCALEKIT_CLIENT_SECRET", "sks_hunter2");
        let ran = run(command, "");
        let said = ran.refused(3);
        assert!(said.contains("Key refused: ") && said.contains("SCALEKIT_CLIENT_SECRET"), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
    let mut command = served.command(&["accounts", "list", "--json"]);
    command.env("SCALEKIT_CLIENT_ID", "skc_somebody");
    let fault = run(command, "").refused_json(3, "key_refused");
    assert_eq!((&fault["http_status"], &fault["code"]), (&json!(401), &json!("invalid_client")));
}

#[test]
fn the_embedded_sandbox_serves_every_command_and_is_asked_for_by_name() {
    for arguments in COMMANDS {
        // Variables of a real environment do not matter then.
        let variables = [("SCALEKIT_ENVIRONMENT_URL", "https://acme.scalekit.dev")];
        let ran = call(&[&["--sandbox"], arguments].concat(), &variables);
        assert!(!ran.text().is_empty(), "{arguments:?}");
        call(&[arguments, &["--sandbox", "--json"]].concat(), &[]).json();
    }
}

#[test]
fn a_profile_that_was_never_saved_is_5() {
    let ran = call(&["accounts", "list", "--profile", "acme"], &[]);
    assert!(ran.refused(5).contains("There is no profile “acme”."), "{}", ran.err);
}

#[test]
fn only_one_environment_can_be_named_wherever_in_the_line() {
    for arguments in [
        &["--sandbox", "accounts", "list", "--profile", "acme"][..],
        &["accounts", "list", "--profile", "acme", "--sandbox"],
        &["accounts", "--env-file", "x", "list", "--profile", "acme"],
        &["--env-file", "x", "--sandbox"],
    ] {
        let ran = call(arguments, &[]);
        assert!(ran.refused(2).contains("Use only one of --sandbox, --local, --profile and --env-file"), "{}", ran.err);
    }
}

#[test]
fn a_file_of_variables_counts_alone() {
    let served = Served::start(&[]);
    let lines: Vec<_> =
        served.variables.iter().map(|(name, value)| format!("export {name}='{value}' # ours")).collect();
    std::fs::write(served.home.path().join("acme.env"), lines.join("\n")).unwrap();
    std::fs::write(served.home.path().join("half.env"), &lines[0]).unwrap();
    let with = |file: &str, set: &[(&str, &str)]| {
        let mut command = jackfield(served.home.path(), &["accounts", "list", "--json", "--env-file", file]);
        command.envs(set.iter().copied());
        served.keeps_the_secret(run(command, ""))
    };
    let others = [("SCALEKIT_ENVIRONMENT_URL", "https://nowhere.invalid"), ("SCALEKIT_CLIENT_ID", "skc_1")];
    assert_eq!(with("acme.env", &others).json()["total_size"], 23);
    let fault = with("half.env", &others).refused_json(2, "no_environment");
    assert_eq!(
        fault["message"],
        "half.env is incomplete: missing SCALEKIT_CLIENT_ID and SCALEKIT_CLIENT_SECRET, set SCALEKIT_ENVIRONMENT_URL."
    );
    with("missing.env", &others).refused_json(2, "no_environment");
    // A file that nobody names is nobody's environment.
    std::fs::rename(served.home.path().join("acme.env"), served.home.path().join(".env")).unwrap();
    run(jackfield(served.home.path(), &["accounts", "list"]), "").refused(2);
}

#[test]
fn without_a_terminal_the_full_screen_program_says_so() {
    for arguments in [&[][..], &["--sandbox"]] {
        let ran = call(arguments, &[]);
        assert!(ran.refused(2).contains("Cannot be done: The full-screen program needs a terminal."), "{}", ran.err);
        assert!(ran.err.contains("--help"), "{}", ran.err);
    }
}

#[test]
fn help_and_version_are_answers() {
    let help = call(&["--help"], &[]);
    for command in ["accounts", "tools", "run", "sandbox", "--json", "--profile"] {
        assert!(help.text().contains(command), "{}", help.out);
    }
    assert_eq!(call(&["--version"], &[]).text(), concat!("jackfield ", env!("CARGO_PKG_VERSION"), "\n"));
    call(&["acounts"], &[]).refused(2);
}

#[test]
fn a_foreign_line_and_what_surrounds_the_values_do_not_stop_the_start() {
    let served = Served::start(&[]);
    let values = ["`", "“", "'"].iter().zip(["`", "”", "'"]).zip(&served.variables);
    let lines: Vec<_> =
        values.map(|((open, close), (name, value))| format!("{name}={open}{value}{close}\r\n")).collect();
    std::fs::write(served.home.path().join("acme.env"), format!("\u{feff}source ./other.sh\r\n{}", lines.concat()))
        .unwrap();
    let arguments = ["accounts", "list", "--json", "--env-file", "acme.env"];
    let ran = served.keeps_the_secret(run(jackfield(served.home.path(), &arguments), ""));
    assert_eq!(ran.json()["total_size"], 23);
    let said: serde_json::Value = serde_json::from_str(&ran.err).unwrap();
    assert_eq!(said["warning"], "acme.env: line 1 is not NAME=VALUE and was skipped.");

    let mut command = served.command(&["accounts", "list", "--json"]);
    command.envs(served.variables.iter().map(|(name, value)| (name, format!("\"{value}\"\r\n"))));
    assert_eq!(served.keeps_the_secret(run(command, "")).json()["total_size"], 23);
}

#[test]
fn a_file_in_utf_16_is_named() {
    let home = tempfile::tempdir().unwrap();
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    std::fs::write(home.path().join("acme.env"), utf16("\u{feff}SCALEKIT_CLIENT_ID=skc_1\r\n")).unwrap();
    std::fs::write(home.path().join("in.json"), utf16("\u{feff}{}")).unwrap();
    let ran = run(jackfield(home.path(), &["accounts", "list", "--env-file", "acme.env"]), "");
    assert!(ran.refused(2).contains("acme.env cannot be read: it is UTF-16; save it as UTF-8."), "{}", ran.err);
    let arguments = ["--sandbox", "run", "asana_me_get", "--as", "ada@acme.dev", "--input", "@in.json"];
    let ran = run(jackfield(home.path(), &arguments), "");
    assert!(ran.refused(7).contains("The input cannot be read: it is UTF-16; save it as UTF-8."), "{}", ran.err);
    std::fs::write(home.path().join("in.json"), "\u{feff}{}").unwrap();
    run(jackfield(home.path(), &arguments), "").text();
}

#[test]
fn a_variable_that_is_no_text_is_named() {
    use std::os::unix::ffi::OsStrExt as _;
    let home = tempfile::tempdir().unwrap();
    let mut command = jackfield(home.path(), &["accounts", "list"]);
    command.envs([("SCALEKIT_ENVIRONMENT_URL", "https://acme.scalekit.dev"), ("SCALEKIT_CLIENT_ID", "skc_1")]);
    command.env("SCALEKIT_CLIENT_SECRET", std::ffi::OsStr::from_bytes(b"hunter2\xff"));
    let ran = run(command, "");
    assert!(ran.refused(2).contains("SCALEKIT_CLIENT_SECRET: it is not UTF-8 text."), "{}", ran.err);
    assert!(!ran.err.contains("hunter2"), "{}", ran.err);
}
