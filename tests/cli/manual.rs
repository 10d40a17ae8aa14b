//! What the program says of itself: help, the manual page and completions. Every word is a
//! recorded one, so that none changes unseen.

use std::fmt::Write as _;

use clap::CommandFactory as _;
use jackfield::testing::cli::Cli;

use super::process::{jackfield, run};

fn answer(arguments: &[&str]) -> String {
    let home = tempfile::tempdir().unwrap();
    run(jackfield(home.path(), arguments), "").text().replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

/// Every command and everything below it, by its words.
fn commands() -> Vec<Vec<String>> {
    let mut found = vec![vec![]];
    let mut open = vec![(Vec::new(), Cli::command())];
    while let Some((words, command)) = open.pop() {
        let below: Vec<_> = command.get_subcommands().map(|below| (extended(&words, below), below.clone())).collect();
        found.extend(below.iter().map(|(words, _)| words.clone()));
        open.extend(below.into_iter().rev());
    }
    found.sort();
    found
}

fn extended(words: &[String], command: &clap::Command) -> Vec<String> {
    words.iter().cloned().chain([command.get_name().to_owned()]).collect()
}

#[test]
fn every_command_has_its_help() {
    let mut all = String::new();
    for words in commands() {
        let mut arguments: Vec<_> = words.iter().map(String::as_str).collect();
        arguments.push("--help");
        write!(all, "$ jackfield {}\n{}\n", arguments.join(" "), answer(&arguments)).unwrap();
    }
    insta::assert_snapshot!("help", all);
}

#[test]
fn the_manual_page() {
    insta::assert_snapshot!("man", answer(&["man"]));
    for words in commands() {
        let arguments: Vec<_> = std::iter::once("man").chain(words.iter().map(String::as_str)).collect();
        let title = std::iter::once("jackfield").chain(arguments[1..].iter().copied()).collect::<Vec<_>>().join("-");
        assert!(answer(&arguments).contains(&format!(".TH {title} 1")), "{words:?}");
    }
    let home = tempfile::tempdir().unwrap();
    run(jackfield(home.path(), &["man", "acounts"]), "").refused(2);
}

/// What a shell is offered after these words, the last of which is being typed.
fn offered(home: &std::path::Path, words: &[&str]) -> Vec<String> {
    let mut command = jackfield(home, &[&["--", "jackfield"], words].concat());
    command.env("JACKFIELD_COMPLETE", "bash").env("_CLAP_COMPLETE_INDEX", words.len().to_string());
    command.env("_CLAP_COMPLETE_COMP_TYPE", "9").env("_CLAP_COMPLETE_SPACE", "false").env("_CLAP_IFS", "\n");
    let ran = run(command, "");
    assert_eq!(ran.err, "");
    ran.text().lines().map(str::to_owned).collect()
}

#[test]
fn shells_can_complete_every_command() {
    let home = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(answer(&["completions", shell]).contains("JACKFIELD_COMPLETE"), "{shell}");
    }
    for words in commands().iter().filter(|words| !words.is_empty()) {
        let (last, before) = words.split_last().unwrap();
        let line: Vec<_> = before.iter().map(String::as_str).chain([""]).collect();
        assert!(offered(home.path(), &line).contains(last), "{words:?}");
    }
    run(jackfield(home.path(), &["completions", "csh"]), "").refused(2);
}

#[test]
fn shells_offer_words_that_are_known_and_no_files_in_their_place() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("a-file"), "").unwrap();
    let words: [(&[&str], &[&str]); 7] = [
        (&["tools", "export", "--for", ""], &["anthropic", "openai", "mcp"]),
        (&["history", "show", "1", "--as-code", ""], &["jackfield", "curl", "python", "node"]),
        (&["--log", ""], &["off", "error", "warn", "info", "debug"]),
        (&["--color", ""], &["auto", "always", "never"]),
        (&["accounts", "list", "--status", "e"], &["expired"]),
        (&["sandbox", "--verify", ""], &["none", "custom", "platform"]),
        (&["help", "e"], &["environment", "exit-codes"]),
    ];
    for (line, known) in words {
        assert_eq!(offered(home.path(), line), known, "{line:?}");
    }
    assert!(offered(home.path(), &["run", "x", "--as", ""]).is_empty(), "no environment, no names, no files");
    assert!(offered(home.path(), &["run", "x", "--jq", ""]).is_empty());
    let files = offered(home.path(), &["request", "GET", "/x", "--output", ""]);
    assert!(files.iter().any(|name| name == "a-file"), "{files:?}");
}

#[test]
fn shells_offer_names_of_the_environment_that_the_line_means() {
    let home = tempfile::tempdir().unwrap();
    let offered = |words: &[&str]| offered(home.path(), words);
    assert_eq!(offered(&["accounts", "show", "--sandbox", "linear/a"]), ["linear/ada@acme.dev"]);
    assert!(offered(&["run", "--sandbox", "--as", "gr"]).contains(&"grace@acme.dev".to_owned()));
    assert_eq!(offered(&["tools", "list", "--sandbox", "--connection", "lin"]), ["linear"]);
    let tools = offered(&["run", "--sandbox", "--as", "ada@acme.dev", "asana_m"]);
    assert!(tools.contains(&"asana_me_get".to_owned()), "{tools:?}");
    std::fs::create_dir_all(home.path().join("config")).unwrap();
    let profile = "[profile.staging]\nurl = \"https://a.scalekit.dev\"\nclient_id = \"skc_1\"\n";
    std::fs::write(home.path().join("config/profiles.toml"), profile).unwrap();
    assert_eq!(offered(&["--profile", "st"]), ["staging"]);
}

#[test]
fn help_has_topics_and_commands() {
    let home = tempfile::tempdir().unwrap();
    for (topic, says) in [
        ("environment", "SCALEKIT_CLIENT_SECRET"),
        ("exit-codes", "  5    not found"),
        ("files", "~/.local/state/jackfield/env-answers.json"),
        ("filters", "since:2h"),
    ] {
        assert!(answer(&["help", topic]).contains(says), "{topic}");
        assert!(answer(&["help"]).contains(topic) && answer(&["--help"]).contains(topic));
    }
    assert_eq!(answer(&["help", "accounts", "list"]), answer(&["accounts", "list", "--help"]));
    let said = run(jackfield(home.path(), &["help", "acounts"]), "");
    assert!(said.refused(2).contains("No command or topic is called acounts."), "{}", said.err);
}

#[test]
fn the_child_that_runs_jq_is_no_command_of_ours_to_tell_of() {
    assert!(commands().into_iter().flatten().all(|word| word != "evaluate-query"));
    let home = tempfile::tempdir().unwrap();
    run(jackfield(home.path(), &["evaluate-query", "x"]), "").refused(2);
}
