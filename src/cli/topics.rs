//! `jackfield help`: commands, and topics that belong to none.

use std::fmt::Write as _;

use clap::{Args, Command, CommandFactory as _};

use super::completions::Known;
use super::output::CliOutput;
use super::places::{VARIABLES, own_files};
use super::{Cli, exit};
use crate::domain::{Fault, FaultKind, Untrusted};
use crate::settings::ScreenReference;

/// Names of the topics.
const TOPICS: [&str; 4] = ["environment", "exit-codes", "files", "filters"];

/// Line below the help of the program.
pub(super) const LIST: &str = "Topics: jackfield help environment, exit-codes, files, filters";

#[derive(Debug, Args)]
pub(super) struct Help {
    /// Command or topic: environment, exit-codes, files, filters
    #[arg(value_name = "COMMAND|TOPIC", value_parser = Known(&TOPICS), hide_possible_values = true)]
    words: Vec<String>,
}

impl Help {
    pub(super) fn perform(&self, screen: &ScreenReference, output: &CliOutput) -> Result<u8, Fault> {
        let topic = match self.words.as_slice() {
            [word] => text(word, screen),
            _ => None,
        };
        let text = match topic {
            Some(text) => text,
            None => {
                let mut root = Cli::command();
                let styled = find(&mut root, &self.words)?.render_help();
                if output.is_colored() { styled.ansi().to_string() } else { styled.to_string() }
            }
        };
        output.print(text.trim_end())?;
        Ok(0)
    }
}

/// The command of these words below `root`.
///
/// # Errors
/// [`FaultKind::Usage`]: there is none.
pub(super) fn find<'a>(root: &'a mut Command, words: &[String]) -> Result<&'a mut Command, Fault> {
    // Gives each command its full name.
    root.build();
    let mut command = root;
    for word in words {
        command = command.find_subcommand_mut(word).ok_or_else(|| {
            let word = Untrusted::from(word.as_str());
            Fault::new(FaultKind::Usage, format!("No command or topic is called {word}. {LIST}."))
        })?;
    }
    Ok(command)
}

fn text(topic: &str, screen: &ScreenReference) -> Option<String> {
    let rows = |rows: &[(String, &str)]| {
        let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default() + 2;
        rows.iter().fold(String::new(), |mut text, (name, about)| {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "  {name:<width$}{about}");
            text
        })
    };
    let owned = |rows: &[(&str, &'static str)]| -> Vec<(String, &'static str)> {
        rows.iter().map(|(name, about)| ((*name).to_owned(), *about)).collect()
    };
    Some(match topic {
        "environment" => format!("Environment variables\n\n{}", rows(&owned(&VARIABLES))),
        "exit-codes" => format!("Exit codes\n\n{}", rows(&owned(&exit::CODES))),
        "files" => {
            let files: Vec<_> = own_files(screen).iter().map(|file| (file.usual_path(), file.about)).collect();
            format!("Files (jackfield settings path shows where they are here)\n\n{}", rows(&files))
        }
        "filters" => format!("{FILTERS}{}{AUDIT}{}", rows(&owned(&PARTS)), rows(&owned(&AUDIT_PARTS))),
        _ => return None,
    })
}

/// Parts of a filter over past calls.
pub(super) const PARTS: [(&str, &str); 12] = [
    ("tool:linear_", "name contains"),
    ("status:failed", "outcome: running, ok, reported, failed, stopped, unknown; may be repeated"),
    ("as:ada@", "identifier contains"),
    ("connection:linear", "connection contains; a capital makes its case matter"),
    ("account:ca_1", "account id"),
    ("env:acme", "environment contains"),
    ("run:nightly", "agent run"),
    ("id:exec_1", "execution id"),
    ("from:cli", "made from: screen, cli, serve"),
    ("client:claude", "client that a call was served to"),
    ("since:2h", "not older: 30m, 2h, 3d, a date or a timestamp"),
    ("until:2026-11-28", "not newer; a date includes the whole day"),
];

const FILTERS: &str = "\
Filters of jackfield history list and export, and of Activity on the screen

Words are searched for everywhere; parts narrow the result down. Three letters of a name are
enough (conn:linear), quotes hold a value together (tool:\"a b\").

  jackfield history list tool:linear_ status:failed since:2h timeout

";

/// Parts of a filter over the audit.
pub(super) const AUDIT_PARTS: [(&str, &str); 13] = [
    ("event:refresh", "exchange, refresh, authorization, token, key, broker_call; may be repeated"),
    ("status:denied", "outcome: success, denied, not_granted, failure, unknown; may be repeated"),
    ("as:ada@", "identifier contains"),
    ("application:web", "application contains"),
    ("connection:linear", "connection contains"),
    ("account:ca_1", "account id"),
    ("env:acme", "environment contains"),
    ("resource:api.", "resource contains"),
    ("tool:linear_", "tool, or method and path, contains"),
    ("call:42", "number of the call in the history"),
    ("run:nightly", "agent run"),
    ("token:9f2c01ab", "mark of a token"),
    ("since:2h", "since: and until: as above; before: is until:"),
];

const AUDIT: &str = "
Filters of jackfield audit list and export

";

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::journal::{AuditFilter, CallOutcome, JournalFilter};

    #[test]
    fn every_part_of_a_filter_is_one() {
        for (part, _) in PARTS {
            let now = Timestamp::now();
            assert!(JournalFilter::parse(part, now).is_ok_and(|filter| filter.words.is_empty()), "{part}");
        }
        for (part, _) in AUDIT_PARTS {
            let is_one =
                AuditFilter::parse(part, Timestamp::now()).is_ok_and(|filter| filter != AuditFilter::default());
            assert!(is_one, "{part}");
        }
        let told = PARTS.iter().find(|(part, _)| part.starts_with("status")).unwrap().1;
        assert!(CallOutcome::ALL.iter().all(|outcome| told.contains(outcome.word())), "{told}");
    }
}
