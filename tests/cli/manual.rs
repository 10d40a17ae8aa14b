//! What the program says of itself: help, the manual page and completions. Every word is a
//! recorded one, so that none changes unseen.

use std::fmt::Write as _;

use clap::CommandFactory as _;
use jackfield::cli::Cli;

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

#[test]
fn shells_can_complete_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = answer(&["completions", shell]);
        for word in commands().into_iter().flatten() {
            assert!(script.contains(&word), "{shell}: {word}");
        }
    }
    let home = tempfile::tempdir().unwrap();
    run(jackfield(home.path(), &["completions", "csh"]), "").refused(2);
}
