//! The short words of an outline: types and constraints.

use super::flatten::{Alternatives, FlatSchema};
use super::tree::{Tree, TreeKind};
use crate::domain::Untrusted;

/// Levels of lists and alternatives that a type word looks into.
const MAX_LEVELS: u32 = 3;

/// More alternatives than this are counted instead of named.
pub(super) const MAX_NAMED: usize = 4;

/// Required names that are looked at for a `needs …`.
const MAX_NEEDS: usize = 100;

/// Limits as people read them: keyword, what stands before its value, and what behind.
const LIMITS: [(&str, &str, &str); 12] = [
    ("minimum", "≥ ", ""),
    ("maximum", "≤ ", ""),
    ("exclusiveMinimum", "> ", ""),
    ("exclusiveMaximum", "< ", ""),
    ("multipleOf", "multiple of ", ""),
    ("minLength", "min ", " characters"),
    ("maxLength", "max ", " characters"),
    ("pattern", "matches ", ""),
    ("minItems", "min ", " items"),
    ("maxItems", "max ", " items"),
    ("minProperties", "min ", " members"),
    ("maxProperties", "max ", " members"),
];

/// Keywords that say something when they are `true`.
const FLAGS: [(&str, &str); 4] = [
    ("uniqueItems", "no duplicates"),
    ("readOnly", "read-only"),
    ("writeOnly", "write-only"),
    ("deprecated", "deprecated"),
];

/// Type that fits, in words: `string`, `string | null`, `array of object`, `enum`, `anything`. Only type
/// names that JSON Schema does not have come from the schema itself.
pub(super) fn type_word<'t, 'a>(root: &'t Tree<'a>, merged: &FlatSchema<'t, 'a>) -> Untrusted {
    word(root, merged, MAX_LEVELS).into()
}

fn word<'t, 'a>(root: &'t Tree<'a>, merged: &FlatSchema<'t, 'a>, levels: u32) -> String {
    let inner = |schema: &'t Tree<'a>| {
        let levels = levels.checked_sub(1)?;
        Some(word(root, &FlatSchema::new(root, &[schema], &merged.trail, Alternatives::List), levels))
    };
    let of = |container: &str, schema: Option<&'t Tree<'a>>| match schema.and_then(inner) {
        Some(inside) if inside != "anything" => format!("{container} of {inside}"),
        _ => container.to_owned(),
    };
    let named = |name: &str| match name {
        "array" => of(name, merged.item()),
        "object" if merged.get("properties").is_none() => of(name, merged.other_members()),
        name => name.to_owned(),
    };
    let null = if merged.nullable { " | null" } else { "" };
    let has = |keywords: &[&str]| keywords.iter().any(|keyword| merged.get(keyword).is_some());
    let types = merged.types();
    if merged.never {
        "nothing".into()
    } else if has(&["enum"]) {
        "enum".into()
    } else if !merged.constants().is_empty() {
        "enum".to_owned() + null
    } else if has(&["const"]) {
        "constant".into()
    } else if !types.is_empty() {
        types.into_iter().map(named).collect::<Vec<_>>().join(" | ")
    } else if let Some(kind) = merged.implied_type() {
        named(kind) + null
    } else if !merged.variants.is_empty() {
        let mut words = Vec::new();
        for variant in merged.variants.iter().take(MAX_NAMED + 1) {
            let word = inner(variant).unwrap_or_else(|| "anything".into());
            if !words.contains(&word) {
                words.push(word);
            }
        }
        match merged.variants.len() {
            n if n > MAX_NAMED => format!("one of {n}{null}"),
            _ => words.join(" | ") + null,
        }
    } else if merged.unresolved {
        "unknown".into()
    } else {
        "anything".into()
    }
}

/// Constraints, a few words each; names and numbers in them come from the schema.
pub(super) fn constraints(merged: &FlatSchema<'_, '_>) -> Vec<Untrusted> {
    let on = |keyword: &str| merged.get(keyword).and_then(Tree::bool) == Some(true);
    let mut words = Vec::new();
    for (keyword, before, behind) in LIMITS {
        let Some(limit) = merged.get(keyword) else { continue };
        let before = match keyword {
            // In draft 4 these are flags on the others.
            "minimum" if on("exclusiveMinimum") => "> ",
            "maximum" if on("exclusiveMaximum") => "< ",
            _ => before,
        };
        match limit.text().or(limit.number().map(|_| limit.raw)) {
            Some("1") => words.push(format!("{before}1{}", behind.strip_suffix('s').unwrap_or(behind))),
            Some(limit) => words.push(format!("{before}{limit}{behind}")),
            None => {}
        }
    }
    words.extend(FLAGS.into_iter().filter(|(keyword, _)| on(keyword)).map(|(_, word)| word.to_owned()));
    if merged.get("additionalProperties").and_then(Tree::bool) == Some(false) {
        words.push("no other members".into());
    }
    let unlisted = merged.required().into_iter().take(MAX_NEEDS).filter(|name| !merged.has_property(name));
    words.extend(unlisted.map(|name| format!("needs {name}")));
    words.into_iter().map(Untrusted::from).collect()
}

/// Fields that are named of an alternative.
const MAX_FIELDS: usize = 4;

/// Name of each alternative: its title, the constant that tells it apart, or its type and what is asked of it; and
/// what else tells it from the others.
pub(super) fn variant_names<'t, 'a>(
    root: &'t Tree<'a>,
    merged: &FlatSchema<'t, 'a>,
) -> (Vec<Untrusted>, Vec<Untrusted>) {
    let name = |(at, variant): (usize, &&'t Tree<'a>)| {
        let whole = FlatSchema::new(root, &[*variant], &merged.trail, Alternatives::List);
        let details = differs(&whole);
        if let Some(title) = whole.text("title").filter(|title| !title.is_empty()) {
            return (Untrusted::from(title), details.into());
        }
        let constants = whole.properties().into_iter().find_map(|(name, schemas)| {
            let constant = schemas.iter().find_map(|schema| match schema.get("const") {
                Some(Tree { shape: TreeKind::String(text), .. }) => Some(text.clone()),
                _ => None,
            });
            constant.map(|constant| format!("{name}: {constant}"))
        });
        let named = match (constants, details.is_empty()) {
            (Some(named), _) => return (named.into(), details.into()),
            (None, true) => format!("{} {}", at + 1, type_word(root, &whole).raw()),
            (None, false) => format!("{} {details}", type_word(root, &whole).raw()),
        };
        (named.into(), Untrusted::default())
    };
    merged.variants.iter().enumerate().map(name).unzip()
}

/// What is asked of a value: values, format, limits, the fields that must be there.
fn differs(whole: &FlatSchema<'_, '_>) -> String {
    let mut words: Vec<String> = Vec::new();
    let values = whole.get("const").into_iter().chain(whole.get("enum").map_or(&[][..], Tree::items));
    let values: Vec<_> = values.take(MAX_FIELDS).map(|value| value.decoded().into_owned()).collect();
    words.extend((!values.is_empty()).then(|| values.join(", ")));
    words.extend(whole.text("format").map(str::to_owned));
    let limits = constraints(whole);
    words.extend(limits.iter().map(Untrusted::raw).filter(|limit| !limit.starts_with("needs ")).map(str::to_owned));
    let required: Vec<_> = whole.required().into_iter().take(MAX_FIELDS).collect();
    words.extend((!required.is_empty()).then(|| format!("needs {}", required.join(", "))));
    words.join(", ")
}
