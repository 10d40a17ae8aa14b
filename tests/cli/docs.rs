//! The reference pages in `docs`, which the program writes of itself.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use jackfield::testing::cli::Cli;

use super::process::{jackfield, run};

fn answer(arguments: &[&str]) -> String {
    let home = tempfile::tempdir().unwrap();
    run(jackfield(home.path(), arguments), "").text().to_owned()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

/// Each page with what the program says for it.
fn pages() -> [(&'static str, String); 4] {
    [("commands.md", commands()), ("keys.md", keys()), ("settings.md", settings()), ("files.md", files())]
}

/// Stands before and after what is generated in a page.
const MARKS: [&str; 2] = ["<!-- generated: cargo test --test all docs -- --ignored -->\n", "<!-- end -->\n"];

/// A page with its generated part replaced.
fn with(page: &str, generated: &str) -> String {
    let (before, rest) = page.split_once(MARKS[0]).expect("the mark before what is generated");
    let (_, after) = rest.split_once(MARKS[1]).expect("the mark after it");
    format!("{before}{}\n{}\n{}{after}", MARKS[0], generated.trim(), MARKS[1])
}

#[test]
#[ignore = "writes into docs"]
fn pages_are_written() {
    for (name, generated) in pages() {
        let page = std::fs::read_to_string(folder().join(name)).unwrap();
        std::fs::write(folder().join(name), with(&page, &generated)).unwrap();
    }
}

#[test]
fn the_pages_say_what_the_program_says() {
    for (name, generated) in pages() {
        let page = std::fs::read_to_string(folder().join(name)).unwrap();
        assert!(with(&page, &generated) == page, "docs/{name} is old: cargo test --test all docs -- --ignored");
    }
}

/// The README stays short, and every link in it and in the pages leads to a file.
#[test]
fn links_between_documents_lead_somewhere() {
    let root = folder().parent().unwrap().to_owned();
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    assert!(readme.lines().count() <= 120, "{}", readme.lines().count());
    let mut documents = vec![root.join("README.md")];
    documents.extend(std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()));
    for document in documents.iter().filter(|path| path.extension().is_some_and(|end| end == "md")) {
        let text = std::fs::read_to_string(document).unwrap();
        for link in text.split("](").skip(1).map(|rest| rest.split([')', '#']).next().unwrap()) {
            if !link.is_empty() && !link.contains("://") {
                let target = document.parent().unwrap().join(link);
                assert!(target.exists(), "{} links to {link}", document.display());
            }
        }
    }
}

/// Text of a cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// Rows of a topic of `jackfield help`, as a table.
fn topic(name: &str, head: [&str; 2]) -> String {
    let mut table = format!("| {} | {} |\n|---|---|\n", head[0], head[1]);
    for line in answer(&["help", name]).lines().filter_map(|line| line.strip_prefix("  ")) {
        if let Some((what, about)) = line.split_once("  ") {
            writeln!(table, "| `{}` | {} |", cell(what), cell(about.trim())).unwrap();
        }
    }
    table
}

fn commands() -> String {
    let mut root = Cli::command();
    root.build();
    let mut text = format!(
        "## Exit codes\n\n{}\n## Global options\n\n{}",
        topic("exit-codes", ["code", "meaning"]),
        options(&root, true)
    );
    let mut open: Vec<_> = root.get_subcommands().collect();
    open.reverse();
    while let Some(command) = open.pop() {
        let below: Vec<_> = command.get_subcommands().filter(|below| below.get_name() != "help").collect();
        let is_group = !below.is_empty();
        open.extend(below.into_iter().rev());
        // A command that does something by itself is told before those below it.
        let own = |argument: &&clap::Arg| !argument.is_global_set() && argument.get_id() != "help";
        if is_group && command.get_arguments().filter(own).count() == 0 {
            continue;
        }
        if command.is_hide_set() {
            continue;
        }
        let name = command.get_bin_name().unwrap();
        let named = |argument: &&clap::Arg| argument.is_positional() || argument.is_required_set();
        let operands: Vec<_> = command.get_arguments().filter(named).map(ToString::to_string).collect();
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let usage = std::iter::once(name.to_owned()).chain(operands).collect::<Vec<_>>().join(" ");
        write!(text, "\n## {name}\n\n{about}.\n\n```\n{usage}\n```\n").unwrap();
        let options = options(command, false);
        if !options.is_empty() {
            write!(text, "\n{options}").unwrap();
        }
    }
    text
}

/// Operands and options of a command, either those that every command has or its own.
fn options(command: &clap::Command, global: bool) -> String {
    let mut table = String::new();
    let listed = |argument: &&clap::Arg| {
        argument.is_global_set() == global && !["help", "version"].contains(&argument.get_id().as_str())
    };
    for argument in command.get_arguments().filter(listed) {
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        let default: Vec<_> = argument.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
        let is_told =
            !default.is_empty() && !argument.is_hide_default_value_set() && argument.get_action().takes_values();
        let default = if is_told { format!(" [default: {}]", default.join(", ")) } else { String::new() };
        if table.is_empty() {
            table.push_str("| argument | meaning |\n|---|---|\n");
        }
        let name = argument.to_string();
        writeln!(table, "| `{}` | {}{default} |", cell(&name), cell(&help)).unwrap();
    }
    table
}

fn keys() -> String {
    let document: serde_json::Value = serde_json::from_str(&answer(&["settings", "keys", "--json"])).unwrap();
    let mut places: Vec<(String, String)> = Vec::new();
    for action in document["actions"].as_array().unwrap() {
        let words = |field: &str| -> Vec<String> {
            action[field].as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect()
        };
        let keys: Vec<_> =
            words("keys").iter().map(|key| format!("`{}`", cell(&key.replace('`', "\u{2018}")))).collect();
        let places_of_it = words("where");
        let (first, others) = places_of_it.split_first().unwrap();
        let also =
            if others.is_empty() { String::new() } else { format!(" (also: {})", others.join(", ").to_lowercase()) };
        let what = cell(action["what"].as_str().unwrap());
        let row = format!("| {} | {what}{also} | `{}` |\n", keys.join(" "), action["name"].as_str().unwrap());
        match places.iter_mut().find(|(place, _)| place == first) {
            Some((_, rows)) => rows.push_str(&row),
            None => places.push((first.clone(), row)),
        }
    }
    places.iter().fold(String::new(), |mut text, (place, rows)| {
        write!(text, "## {place}\n\n| keys | what it does | name in the settings |\n|---|---|---|\n{rows}\n").unwrap();
        text
    })
}

/// The example up to the keys, which have a page of their own.
fn settings() -> String {
    let example = answer(&["settings", "example"]);
    let (head, _) = example.split_once("[keys]\n").unwrap();
    format!("```toml\n{head}[keys]\n#authorize = [\"A\", \"F6\"]\n#mouse = []\n```\n")
}

fn files() -> String {
    format!(
        "## Files\n\n{}\n## Environment variables\n\n{}",
        topic("files", ["file", "contents"]),
        topic("environment", ["variable", "meaning"])
    )
}
