//! Problems that a model's API would refuse a tool for, found before it does.
//!
//! One refused tool refuses the whole request it is in, so the tool and the place are named.

use std::collections::HashSet;
use std::fmt;

use super::definitions::Dialect;
use super::flaws::{Flaw, PatternPart, flaws};
use crate::domain::{Tool, ToolName, Untrusted};

/// One thing that would be refused, or not be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LintProblem {
    /// Name of the tool.
    pub tool: ToolName,
    /// Place in its schema, as a JSON Pointer; empty for the tool itself or the schema as a whole.
    pub path: Untrusted,
    /// Problem in one sentence, without the place.
    pub message: String,
    /// True if the request is refused for it; else something is passed over, or made up for.
    pub refused: bool,
}

impl fmt::Display for LintProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.is_empty() {
            true => write!(f, "{}: {}", self.tool, self.message),
            false => write!(f, "{} at {}: {}", self.tool, self.path, self.message),
        }
    }
}

/// Demands of each dialect, as published by its maker or as its API answers.
pub(super) struct DialectRules {
    longest_name: usize,
    /// Beside letters, digits, `_` and `-`.
    name_signs: &'static str,
    pub(super) longest_description: Option<usize>,
    pub(super) longest_property: Option<usize>,
    /// Not allowed beside the `type` of the whole schema.
    pub(super) not_on_top: &'static [&'static str],
    /// True if an array must say what its items are.
    pub(super) items: bool,
    /// Parts that a pattern may not hold, and their names.
    pub(super) not_in_patterns: &'static [(PatternPart, &'static str)],
}

pub(super) fn rules(dialect: Dialect) -> DialectRules {
    match dialect {
        Dialect::Anthropic => DialectRules {
            longest_name: 128,
            name_signs: "",
            longest_description: None,
            longest_property: Some(64),
            not_on_top: &["oneOf", "anyOf", "allOf"],
            items: false,
            not_in_patterns: &[],
        },
        Dialect::OpenAi => DialectRules {
            longest_name: 64,
            name_signs: "",
            longest_description: Some(1024),
            longest_property: None,
            not_on_top: &["oneOf", "anyOf", "allOf", "enum", "not"],
            items: true,
            // Patterns are compiled by Python's `re`, and of its abilities without these.
            not_in_patterns: &[
                (PatternPart::Lookaround, "looks ahead or behind"),
                (PatternPart::Property, "has `\\p{…}`"),
            ],
        },
        Dialect::Mcp => DialectRules {
            longest_name: 128,
            name_signs: ".",
            longest_description: None,
            longest_property: None,
            not_on_top: &[],
            items: false,
            not_in_patterns: &[],
        },
    }
}

/// Everything about these tools that the dialect would refuse or pass over; in the order of the tools.
pub fn lint(tools: &[Tool], dialect: Dialect) -> Vec<LintProblem> {
    let rules = rules(dialect);
    let mut seen = HashSet::new();
    let mut complaints = Vec::new();
    for tool in tools {
        let mut say = |path: String, message: String, refused: bool| {
            complaints.push(LintProblem { tool: tool.name.clone(), path: path.into(), message, refused });
        };
        if !seen.insert(tool.name.raw()) {
            say(String::new(), "Another tool has the same name.".into(), true);
        }
        name(tool.name.raw(), &rules, &mut |message| say(String::new(), message, true));
        let length = tool.description.raw().chars().count();
        if let Some(longest) = rules.longest_description.filter(|longest| length > *longest) {
            say(String::new(), format!("The description has {length} characters, and {longest} are allowed."), true);
        }
        match &tool.input_schema {
            None => say(String::new(), "It declares no input schema; an empty one stands in its place.".into(), false),
            Some(schema) => match serde_json::from_slice(schema.bytes()) {
                Ok(schema) => {
                    for Flaw { path, message, refused } in flaws(&schema, &rules) {
                        say(path, message, refused);
                    }
                }
                Err(_) => say(String::new(), "The input schema is nested too deeply to be read.".into(), true),
            },
        }
    }
    complaints
}

fn name(name: &str, rules: &DialectRules, say: &mut dyn FnMut(String)) {
    let length = name.chars().count();
    if length == 0 || length > rules.longest_name {
        say(format!("The name has {length} characters, and 1 to {} are allowed.", rules.longest_name));
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c) || rules.name_signs.contains(c);
    if let Some(bad) = name.chars().find(|c| !fits(*c)) {
        say(format!("The name holds {}, which is not allowed.", Untrusted::from(format!("`{bad}`"))));
    }
}
