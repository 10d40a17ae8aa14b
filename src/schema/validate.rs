//! Validation of an input against a tool's schema, on this machine: nothing is ever fetched.

use std::collections::HashSet;
use std::sync::LazyLock;

use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{PatternOptions, ValidationError};
use serde_json::Value;

use super::complexity::is_affordable;
use super::problem::{InputProblem, Wording, excerpt, sentence};
use super::sanitize::{UncheckedKeyword, drop_at, drop_names, prepare};
use crate::domain::JsonText;

/// Bytes of a schema at most; real ones are a tenth of that.
const MAX_BYTES: usize = 500_000;

/// Rounds at most in which a schema is relieved of what cannot be compiled, before it is given up: each of its
/// patterns may take one.
const MAX_ROUNDS: usize = 250;

/// Problems that are named at once.
const MAX_PROBLEMS: usize = 50;

/// Memory for one pattern, in bytes; larger ones are dropped.
const MAX_PATTERN: usize = 1 << 18;

/// A tool's schema, ready to be held against inputs. Compiling takes milliseconds and belongs off the
/// thread that draws.
#[derive(Debug)]
pub struct Validator {
    checker: Option<jsonschema::Validator>,
    schema: Value,
    loosened: bool,
}

/// A compiled schema, and what of it could not be.
#[derive(Debug)]
pub struct CompiledSchema {
    /// Validator for everything that can be checked.
    pub validator: Validator,
    /// Keywords that are not checked, each with the reason.
    pub dropped: Vec<UncheckedKeyword>,
}

/// Result of holding an input against a schema.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InputCheck {
    /// Faults of the input.
    pub problems: Vec<InputProblem>,
    /// Parts of the schema that were not checked, or the input as a whole.
    pub dropped: Vec<UncheckedKeyword>,
}

impl CompiledSchema {
    /// Holds an input against the schema.
    pub fn check(&self, input: &JsonText) -> InputCheck {
        match self.validator.validate(input) {
            Ok(problems) => InputCheck { problems, dropped: self.dropped.clone() },
            Err(unchecked) => InputCheck { problems: Vec::new(), dropped: vec![unchecked] },
        }
    }
}

impl Validator {
    /// Compiles a schema of any kind. Where a keyword makes no sense, that keyword is dropped and
    /// named; where nothing does, the result lets everything pass and says so.
    pub fn compile(schema: &JsonText) -> CompiledSchema {
        let mut dropped = Vec::new();
        let compiled = Self::attempt(schema, &mut dropped);
        let (checker, schema) = compiled.unwrap_or_else(|why| {
            dropped.push(UncheckedKeyword::everything(why));
            (None, Value::Null)
        });
        CompiledSchema { validator: Self { checker, schema, loosened: !dropped.is_empty() }, dropped }
    }

    fn attempt(
        schema: &JsonText,
        dropped: &mut Vec<UncheckedKeyword>,
    ) -> Result<(Option<jsonschema::Validator>, Value), &'static str> {
        if schema.bytes().len() > MAX_BYTES {
            return Err("its schema is too long");
        }
        // Nesting beyond 128 levels, numbers beyond the range and texts beyond Unicode end here.
        let mut schema: Value = serde_json::from_str(schema.raw())
            .map_err(|_| "its schema is nested too deeply, or holds a number or text that no program would take")?;
        prepare(&mut schema, dropped)?;
        let patterns = PatternOptions::regex().size_limit(MAX_PATTERN).dfa_size_limit(MAX_PATTERN);
        let options = jsonschema::options()
            .with_pattern_options(patterns)
            .should_validate_formats(true)
            .should_ignore_unknown_formats(true)
            .offline();
        let mut names_are_gone = false;
        for _ in 0..MAX_ROUNDS {
            let faults = match faults(&schema) {
                faults if !faults.is_empty() => faults,
                _ if !is_affordable(&schema, &Value::Null) => return Err("its schema refers to itself too often"),
                _ => match options.build(&schema) {
                    Ok(checker) => return Ok((Some(checker), schema)),
                    Err(error) => vec![fault(&error)],
                },
            };
            let mut better = false;
            for (place, why) in faults {
                better |= drop_at(&mut schema, &place, why, dropped);
            }
            // A fault without a place is one of names: a reference, or what it refers to.
            if !better {
                if names_are_gone {
                    break;
                }
                names_are_gone = true;
                drop_names(&mut schema, dropped);
            }
        }
        Err("its schema makes no sense")
    }

    /// Problems of an input, at most fifty. None where it fits, or where the schema is one that nothing can
    /// be held against.
    ///
    /// # Errors
    /// Why this input cannot be checked; nothing is known to be wrong with it.
    pub fn validate(&self, input: &JsonText) -> Result<Vec<InputProblem>, UncheckedKeyword> {
        let Some(checker) = &self.checker else { return Ok(Vec::new()) };
        let Ok(input) = serde_json::from_str::<Value>(input.raw()) else {
            return Err(UncheckedKeyword::everything(
                "nested too deeply, or with a number or text that no program would take",
            ));
        };
        if !is_affordable(&self.schema, &input) {
            return Err(UncheckedKeyword::everything("nested too deeply to be held against its schema in good time"));
        }
        let wording = Wording { input: &input, schema: &self.schema, loosened: self.loosened };
        let mut problems: Vec<InputProblem> = Vec::new();
        for problem in checker.iter_errors(&input).flat_map(|error| wording.problems(&error)) {
            if problems.len() == MAX_PROBLEMS {
                break;
            }
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
        Ok(problems)
    }
}

/// Everything that the schema's own draft finds wrong with it: where, and why.
fn faults(schema: &Value) -> Vec<(String, String)> {
    match jsonschema::meta::validator_for(schema) {
        Ok(meta) => each_once(meta.iter_errors(schema)),
        Err(error) => vec![fault(&error)],
    }
}

/// Everything that draft 2020-12 finds wrong with a schema, whatever draft that says it is of.
pub(super) fn faults_of_2020_12(schema: &Value) -> Vec<(String, String)> {
    each_once(jsonschema::draft202012::meta::validator().iter_errors(schema))
}

/// True if a pattern can be read as JSON Schema has it: a regular expression of JavaScript.
pub fn is_pattern(pattern: &str) -> bool {
    static CHECKER: LazyLock<Option<jsonschema::Validator>> = LazyLock::new(|| {
        let options = jsonschema::draft202012::options().should_validate_formats(true).offline();
        options.build(&serde_json::json!({ "format": "regex" })).ok()
    });
    CHECKER.as_ref().is_none_or(|checker| checker.is_valid(&Value::from(pattern)))
}

fn each_once<'v>(errors: impl Iterator<Item = ValidationError<'v>>) -> Vec<(String, String)> {
    let mut faults: Vec<_> = errors.map(|error| fault(&error)).collect();
    // Each part of a draft says of the same value that it is no schema.
    let mut seen = HashSet::new();
    faults.retain(|(place, _)| seen.insert(place.clone()));
    faults
}

/// Place of an error in the schema, and the reason in words.
fn fault(error: &ValidationError<'_>) -> (String, String) {
    let place = error.instance_path().as_str();
    let keyword = place.rsplit('/').next().unwrap_or_default();
    let why = match (keyword, error.kind()) {
        ("type", _) => match error.instance().as_str() {
            Some(word) => format!("there is no type {}", excerpt(word, 30)),
            None => "it names no type".into(),
        },
        (_, Kind::Format { format }) if format == "regex" => {
            "the pattern is too large, or written in a way that is not understood here".into()
        }
        (_, Kind::Referencing(_)) => "it refers to something that is not here".into(),
        (_, kind) => sentence(kind, error.instance()).unwrap_or_else(|| "it makes no sense".into()),
    };
    (place.to_owned(), why)
}
