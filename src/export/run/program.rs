//! The run as a program: the loop around a model, done right, with what was said in it.
//!
//! The programs are files with places that are filled in; whatever is put there is a literal of the language, in which
//! nothing of it can be code.

use super::{ExportedItem, ExportedRun};
use crate::json::Language;

const PYTHON: &str = include_str!("../../../assets/agent/program.py");
const PYTHON_SCALEKIT: &str = include_str!("../../../assets/agent/scalekit.py");
const PYTHON_JACKFIELD: &str = include_str!("../../../assets/agent/jackfield.py");
const NODE: &str = include_str!("../../../assets/agent/program.mjs");
const NODE_SCALEKIT: &str = include_str!("../../../assets/agent/scalekit.mjs");
const NODE_JACKFIELD: &str = include_str!("../../../assets/agent/jackfield.mjs");

/// Mark of a place in a program, around its name.
const MARK: &str = "@@";

/// Plan for a program that does what a run did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramPlan {
    /// Way to the tools.
    pub access: ProgramAccess,
    /// Requests to the model for one message of the person.
    pub max_turns: u32,
    /// Tokens of one answer.
    pub max_tokens: u32,
}

/// Way of a program to the tools.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProgramAccess {
    /// The vendor's SDK.
    Scalekit,
    /// This program, with these options in front, which select the environment; a sentence tells why and what is missing.
    Jackfield(Vec<String>, &'static str),
}

/// Parts of a program.
struct Parts {
    language: &'static Language,
    /// What a comment begins with.
    comment: &'static str,
    whole: &'static str,
    access: &'static str,
}

/// The program in Python, for the official SDK `anthropic` and `scalekit-sdk-python`.
pub(super) fn python(run: &ExportedRun, plan: &ProgramPlan) -> String {
    let access = match plan.access {
        ProgramAccess::Scalekit => PYTHON_SCALEKIT,
        ProgramAccess::Jackfield(..) => PYTHON_JACKFIELD,
    };
    write(run, plan, &Parts { language: &Language::PYTHON, comment: "#", whole: PYTHON, access })
}

/// The program for Node, for the official SDK `@anthropic-ai/sdk` and `@scalekit-sdk/node`.
pub(super) fn node(run: &ExportedRun, plan: &ProgramPlan) -> String {
    let access = match plan.access {
        ProgramAccess::Scalekit => NODE_SCALEKIT,
        ProgramAccess::Jackfield(..) => NODE_JACKFIELD,
    };
    write(run, plan, &Parts { language: &Language::NODE, comment: "//", whole: NODE, access })
}

fn write(run: &ExportedRun, plan: &ProgramPlan, parts: &Parts) -> String {
    let text = |text: &str| parts.language.text(text);
    let list = |items: Vec<&str>| {
        let items: Vec<_> = items.into_iter().map(text).collect();
        format!("[{}]", items.join(", "))
    };
    let said = run.items.iter().filter_map(|item| match item {
        ExportedItem::Said(words) => Some(format!("\n{}{},", " ".repeat(parts.language.indent), text(words.raw()))),
        _ => None,
    });
    let said: String = said.collect();
    let options = match &plan.access {
        ProgramAccess::Scalekit => Vec::new(),
        ProgramAccess::Jackfield(options, _) => options.iter().map(String::as_str).collect(),
    };
    let note = match &plan.access {
        ProgramAccess::Scalekit => String::new(),
        ProgramAccess::Jackfield(_, why) => format!("{} {why}\n", parts.comment),
    };
    let fill = |name: &str| match name {
        // The id of a run may be anything that was typed: a literal in a comment stays on its line.
        "RUN" => text(run.id.raw()),
        "NOTE" => note.clone(),
        "ACCESS" => String::new(),
        "IDENTIFIER" => text(run.identifier.raw()),
        "CONNECTIONS" => list(run.connections.iter().map(|name| name.raw()).collect()),
        "MODEL" => text(run.model.raw()),
        "MAX_TURNS" => plan.max_turns.to_string(),
        "MAX_TOKENS" => plan.max_tokens.to_string(),
        "PROMPTS" if said.is_empty() => "[]".to_owned(),
        "PROMPTS" => format!("[{said}\n]"),
        "OPTIONS" => list(options.clone()),
        _ => String::new(),
    };
    let access = filled(parts.access, &fill);
    filled(parts.whole, &|name| if name == "ACCESS" { access.clone() } else { fill(name) })
}

/// The text with its places filled in, in one pass: what is put in is not looked at again.
fn filled(text: &str, fill: &dyn Fn(&str) -> String) -> String {
    let parts = text.split(MARK).enumerate();
    parts.map(|(at, part)| if at % 2 == 0 { part.to_owned() } else { fill(part) }).collect()
}
