//! Problems of an input, one sentence each, in words that need no knowledge of schemas.

use std::fmt;

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::Value;

use crate::domain::{Untrusted, nearest_name, pluralize};
use crate::order::StableOrder as _;

/// Characters of a foreign value or name that are quoted.
const MAX_QUOTED: usize = 30;

/// Characters of a pattern that are quoted.
const MAX_PATTERN: usize = 60;

/// More allowed values than this are counted instead of named.
const MAX_NAMED: usize = 8;

/// Alternatives inside alternatives are looked into this far.
const MAX_LEVELS: u32 = 4;

/// Formats as a person calls them.
const FORMATS: [(&str, &str); 10] = [
    ("date", "a date, YYYY-MM-DD"),
    ("date-time", "a date and time, 2025-01-31T09:00:00Z"),
    ("time", "a time, 09:00:00Z"),
    ("duration", "a duration, PT1H"),
    ("email", "an e-mail address"),
    ("hostname", "a host name"),
    ("ipv4", "an IPv4 address"),
    ("ipv6", "an IPv6 address"),
    ("uri", "a URI, https://…"),
    ("uuid", "a UUID"),
];

/// One thing that is wrong with an input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InputProblem {
    /// Place of the problem: a JSON Pointer into the input. A missing or unknown member's own place.
    pub pointer: Untrusted,
    /// The same as people read it, its last two names: `priority`, `issue.labels[2]`; safe to show.
    /// Empty for the input as a whole.
    pub field: String,
    /// Message in plain words without a full stop: `must be a string, not 1`; safe to show.
    pub message: String,
}

impl fmt::Display for InputProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.field.as_str(), self.message.as_str()) {
            ("", message) if is_predicate(message) => write!(f, "the input {message}"),
            ("", message) => f.write_str(message),
            (field, message) if is_predicate(message) => write!(f, "{field} {message}"),
            (field, message) => write!(f, "{field}: {message}"),
        }
    }
}

/// Whether a message goes on where the name of a field stands.
fn is_predicate(message: &str) -> bool {
    ["is ", "must ", "matches ", "holds "].iter().any(|begin| message.starts_with(begin))
}

/// Puts what the validator says into words.
pub(super) struct Wording<'v> {
    /// Input that is validated; messages quote from it.
    pub(super) input: &'v Value,
    /// The schema as it was compiled.
    pub(super) schema: &'v Value,
    /// Something was dropped from the schema: what fits too much may fit no more than it should.
    pub(super) loosened: bool,
}

impl Wording<'_> {
    /// Problems in one finding of the validator, usually one.
    pub(super) fn problems(&self, error: &ValidationError<'_>) -> Vec<InputProblem> {
        self.at_level(error, MAX_LEVELS)
    }

    fn at_level(&self, error: &ValidationError<'_>, levels: u32) -> Vec<InputProblem> {
        let at = error.instance_path().as_str();
        match error.kind() {
            Kind::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                vec![self.problem(&member(at, name), "is required".into())]
            }
            Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
                let known = self.known_names(error);
                let unexpected = unexpected.iter();
                unexpected.map(|name| self.problem(&member(at, name), no_such_field(name, &known))).collect()
            }
            Kind::AnyOf { context } | Kind::OneOfNotValid { context } => self.alternatives(error, context, levels),
            Kind::OneOfMultipleValid { .. } | Kind::Not { .. } if self.loosened => Vec::new(),
            kind => sentence(kind, error.instance()).map(|message| self.problem(at, message)).into_iter().collect(),
        }
    }

    /// None of some alternatives fits. Where only one has the right type, what it lacks is what the
    /// person wants to know; else all that can be said is said in one sentence.
    fn alternatives(
        &self,
        error: &ValidationError<'_>,
        branches: &[Vec<ValidationError<'static>>],
        levels: u32,
    ) -> Vec<InputProblem> {
        let at = error.instance_path().as_str();
        let wrong_type = |branch: &&Vec<ValidationError<'static>>| {
            branch.iter().find_map(|inner| match inner.kind() {
                Kind::Type { kind } if inner.instance_path().as_str() == at => Some(types(kind)),
                _ => None,
            })
        };
        let near: Vec<_> = branches.iter().filter(|branch| wrong_type(branch).is_none()).collect();
        match near.as_slice() {
            [] if branches.is_empty() => Vec::new(),
            [] => {
                let mut names: Vec<&str> = Vec::new();
                for name in branches.iter().filter_map(|branch| wrong_type(&branch)).flatten() {
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
                vec![self.problem(at, of_type(&names, &this(error.instance())))]
            }
            [only] if levels > 0 => only.iter().flat_map(|inner| self.at_level(inner, levels - 1)).collect(),
            near => {
                let nearest = near.iter().min_by_key(|branch| branch.len());
                let nearest = nearest.and_then(|branch| branch.first()).filter(|_| levels > 0);
                let lacks = nearest.and_then(|inner| self.at_level(inner, levels - 1).into_iter().next());
                let lacks = lacks.map(|problem| match problem.pointer.raw() == at {
                    true => format!("; closest: {}", problem.message),
                    false => format!("; closest: {problem}"),
                });
                let lacks = lacks.unwrap_or_default();
                vec![self.problem(at, format!("matches none of {} variants{lacks}", branches.len()))]
            }
        }
    }

    fn problem(&self, pointer: &str, message: String) -> InputProblem {
        InputProblem { pointer: pointer.into(), field: self.field(pointer), message }
    }

    /// The last two names of a pointer, with the places in lists behind them.
    fn field(&self, pointer: &str) -> String {
        let mut names: Vec<String> = Vec::new();
        let mut here = Some(self.input);
        for token in pointer.split('/').skip(1) {
            let name = token.replace("~1", "/").replace("~0", "~");
            if let Some(Value::Array(items)) = here {
                let place = format!("[{}]", excerpt(&name, MAX_QUOTED));
                match names.last_mut() {
                    Some(last) => last.push_str(&place),
                    None => names.push(place),
                }
                here = name.parse().ok().and_then(|at: usize| items.get(at));
            } else {
                here = here.and_then(|value| value.get(&name));
                names.push(excerpt(&name, MAX_QUOTED));
            }
        }
        let last = names.len().saturating_sub(2);
        names.split_off(last).join(".")
    }

    /// The members that the schema names at the place that refuses others.
    fn known_names(&self, error: &ValidationError<'_>) -> Vec<&str> {
        let place = error.schema_path().as_str();
        let around = place.rsplit_once('/').map_or("", |(around, _)| around);
        let properties = self.schema.pointer(around).and_then(|schema| schema.get("properties"));
        properties.and_then(Value::as_object).into_iter().flat_map(|names| names.keys().map(String::as_str)).collect()
    }
}

/// Sentence about the value of one finding; none where the schema is at fault.
pub(super) fn sentence(kind: &Kind, value: &Value) -> Option<String> {
    let is = || match value.as_str() {
        Some("") => "(is empty)".to_owned(),
        _ => format!("(is {})", this(value)),
    };
    Some(match kind {
        Kind::Type { kind } => of_type(&types(kind), &this(value)),
        // Both as JSON: the text "1" is not the number 1.
        Kind::Enum { options } => format!("must be {} {}", options_in_words(options), is()),
        Kind::Constant { expected_value } => format!("must be {} {}", json(expected_value), is()),
        Kind::Format { format } => match FORMATS.iter().find(|(name, _)| name == format) {
            Some((_, words)) => format!("must be {words} {}", is()),
            None => format!("must be a valid {} {}", excerpt(format, MAX_QUOTED), is()),
        },
        Kind::Minimum { limit } => format!("must be at least {} {}", json(limit), is()),
        Kind::Maximum { limit } => format!("must be at most {} {}", json(limit), is()),
        Kind::ExclusiveMinimum { limit } => format!("must be more than {} {}", json(limit), is()),
        Kind::ExclusiveMaximum { limit } => format!("must be less than {} {}", json(limit), is()),
        Kind::MultipleOf { multiple_of } => format!("must be a multiple of {multiple_of} {}", is()),
        Kind::MinLength { limit } => format!("must have at least {} {}", pluralize(*limit, "character"), is()),
        Kind::MaxLength { limit } => format!("must have at most {}", pluralize(*limit, "character")),
        Kind::MinItems { limit } => format!("must have at least {}", pluralize(*limit, "item")),
        Kind::MaxItems { limit } => format!("must have at most {}", pluralize(*limit, "item")),
        Kind::AdditionalItems { limit } => format!("must have at most {}", pluralize(*limit as u64, "item")),
        Kind::UnevaluatedItems { .. } => "holds items that are not allowed here".into(),
        Kind::MinProperties { limit } => format!("must have at least {}", pluralize(*limit, "field")),
        Kind::MaxProperties { limit } => format!("must have at most {}", pluralize(*limit, "field")),
        Kind::UniqueItems => "holds the same item twice".into(),
        Kind::Contains => "must hold a certain kind of item, and none is".into(),
        Kind::Pattern { pattern } => format!("must match {} {}", excerpt(pattern, MAX_PATTERN), is()),
        Kind::FalseSchema => "is not allowed here".into(),
        Kind::Not { .. } => format!("must not be a value of this kind {}", is()),
        Kind::OneOfMultipleValid { .. } => "matches more than one variant, must match exactly one".into(),
        Kind::PropertyNames { error } => {
            let why = sentence(error.kind(), error.instance());
            format!("holds a bad field name: {}", why.unwrap_or_else(|| this(error.instance())))
        }
        Kind::ContentEncoding { content_encoding } => {
            format!("must be encoded as {}", excerpt(content_encoding, MAX_QUOTED))
        }
        Kind::ContentMediaType { content_media_type } => format!("must be {}", excerpt(content_media_type, MAX_QUOTED)),
        Kind::FromUtf8 { .. } => "holds bytes that are not text".into(),
        _ => return None,
    })
}

/// Sentence on a value of another type than one of these.
pub(super) fn of_type(types: &[&str], is: &str) -> String {
    let types: Vec<_> = types.iter().map(|name| with_article(name)).collect();
    format!("must be {}, not {is}", types.join(" or "))
}

fn with_article(type_name: &str) -> String {
    match type_name {
        "null" => type_name.to_owned(),
        "array" | "object" | "integer" => format!("an {type_name}"),
        name => format!("a {name}"),
    }
}

/// The beginning of a foreign text, safe to show.
pub(super) fn excerpt(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", Untrusted::from(text.get(..end).unwrap_or_default())),
        None => Untrusted::from(text).to_string(),
    }
}

/// A value of the input as a sentence names it, given as JSON.
pub(super) fn this_json(raw: &str) -> String {
    match raw.bytes().next() {
        Some(b'{') => "an object".into(),
        Some(b'[') => "an array".into(),
        _ => excerpt(raw, MAX_QUOTED),
    }
}

fn this(value: &Value) -> String {
    match value {
        Value::Object(_) => "an object".into(),
        Value::Array(_) => "an array".into(),
        scalar => json(scalar),
    }
}

/// A value of the schema, as JSON.
fn json(value: &Value) -> String {
    excerpt(&value.to_string(), MAX_QUOTED)
}

fn options_in_words(options: &Value) -> String {
    match options.as_array().map(Vec::as_slice) {
        Some([only]) => json(only),
        Some(all) => {
            let named: Vec<_> = all.iter().take(MAX_NAMED).map(json).collect();
            let more = all.len().saturating_sub(MAX_NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("one of {}{more}", named.join(", "))
        }
        None => json(options),
    }
}

fn types(kind: &TypeKind) -> Vec<&'static str> {
    match kind {
        TypeKind::Single(one) => vec![one.as_str()],
        TypeKind::Multiple(set) => {
            let mut names: Vec<_> = set.iter().map(|one| one.as_str()).collect();
            names.order_by_key(|name| *name == "null");
            names
        }
    }
}

fn no_such_field(name: &str, known: &[&str]) -> String {
    match nearest_name(name, known.iter().copied()) {
        Some(near) => format!("no such field; did you mean {}?", excerpt(near, MAX_QUOTED)),
        None => "no such field".into(),
    }
}

/// The pointer to a member.
pub(super) fn member(at: &str, name: &str) -> String {
    format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"))
}
