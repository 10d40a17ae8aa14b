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

#[test]
fn shells_offer_words_that_are_known_and_no_files_in_their_place() {
    let words = |shell: &str| answer(&["completions", shell]);
    let (bash, zsh, fish) = (words("bash"), words("zsh"), words("fish"));
    for script in [&bash, &zsh, &fish] {
        assert!(!script.contains("evaluate"), "nobody types that");
    }
    for known in [
        "anthropic openai mcp",
        "jackfield curl python node",
        "off error warn info debug",
        "active expired pending_auth pending_verification disconnected",
        "none custom platform",
    ] {
        assert!(bash.contains(&format!("$(compgen -W \"{known}\"")), "bash: {known}");
        assert!(zsh.contains(&format!("({known})")) || known == "none custom platform", "zsh: {known}");
    }
    assert!(bash.contains("GET HEAD POST PUT PATCH DELETE OPTIONS"));
    assert!(fish.contains("-l for -d 'Whose definitions' -r -f -a \"anthropic"), "{fish}");
    // After `--as` come names that no shell knows; after `--output` comes a file.
    let after = |option: &str| bash.split(&format!("{option})\n")).nth(1).unwrap().lines().next().unwrap().trim();
    assert_eq!(
        (after("--as"), after("--output")),
        (r#"COMPREPLY=("${cur}")"#, r#"COMPREPLY=($(compgen -f "${cur}"))"#)
    );
}

#[test]
fn the_child_that_runs_jq_is_no_command_of_ours_to_tell_of() {
    assert!(commands().into_iter().flatten().all(|word| word != "evaluate-query"));
    let home = tempfile::tempdir().unwrap();
    run(jackfield(home.path(), &["evaluate-query", "x"]), "").refused(2);
}

/// The commands of the README's table with the options it names, in its order.
fn readme() -> Vec<(Vec<String>, Vec<String>)> {
    let mut found: Vec<(Vec<String>, Vec<String>)> = Vec::new();
    for row in include_str!("../../README.md").lines().filter(|line| line.starts_with("| `jackfield ")) {
        let commands = row.split_once("` | ").unwrap().0;
        for written in commands.split('`').filter(|part| !part.trim_matches([' ', ',', '|']).is_empty()) {
            // What follows the first in a row stands beside it.
            let around = match written.strip_prefix("jackfield ") {
                Some(_) => Vec::new(),
                None => found.last().unwrap().0.split_last().unwrap().1.to_vec(),
            };
            let mut command = &Cli::command();
            for word in &around {
                command = command.find_subcommand(word).unwrap();
            }
            let mut words = around;
            for word in written.trim_start_matches("jackfield ").split(' ') {
                let Some(below) = command.find_subcommand(word) else { break };
                words.push(word.to_owned());
                command = below;
            }
            let option =
                |part: &str| part.split(|c: char| !c.is_ascii_lowercase() && c != '-').next().unwrap().to_owned();
            found.push((words, written.split("--").skip(1).map(option).collect()));
        }
    }
    found
}

#[test]
fn the_readmes_table_has_every_command_with_every_option() {
    let mut told = readme();
    for (_, options) in &mut told {
        options.sort();
    }
    told.sort();
    let mut there = Vec::new();
    for words in commands() {
        let mut command = &Cli::command();
        for word in &words {
            command = command.find_subcommand(word).unwrap();
        }
        if command.has_subcommands() || command.is_hide_set() {
            continue;
        }
        let own = command.get_arguments().filter(|argument| !argument.is_global_set());
        let mut options: Vec<_> = own.filter_map(|argument| argument.get_long().map(str::to_owned)).collect();
        options.sort();
        there.push((words, options));
    }
    there.sort();
    for (told, there) in told.iter().zip(&there) {
        assert_eq!(told, there);
    }
    assert_eq!(told.len(), there.len());
}
