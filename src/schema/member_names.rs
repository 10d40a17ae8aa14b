//! Names of members that a schema leaves to whoever fills it in.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use regex::{Regex, RegexBuilder};

use super::flatten::FlatSchema;
use super::problem::excerpt;
use super::tree::{Tree, TreeKind};
use crate::domain::{Untrusted, pluralize};

/// Patterns of one schema that are tried; names are held against no others.
const MAX_PATTERNS: usize = 10;

/// Memory for one pattern, in bytes. What takes more would be felt while somebody types.
const MAX_PATTERN: usize = 1 << 16;

/// Characters of a pattern that are quoted.
const MAX_QUOTED: usize = 60;

/// Patterns as they are needed, each compiled once.
#[derive(Default)]
pub(super) struct Patterns<'t>(RefCell<HashMap<&'t str, Option<Regex>>>);

impl<'t> Patterns<'t> {
    /// Result of matching a name; none where the pattern cannot be read here.
    fn matches(&self, pattern: &'t str, name: &str) -> Option<bool> {
        let mut known = self.0.borrow_mut();
        let room = known.len() < MAX_PATTERNS;
        let compiled = known.entry(pattern).or_insert_with(|| room.then(|| compile(pattern)).flatten());
        compiled.as_ref().map(|pattern| pattern.is_match(name))
    }
}

fn compile(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(pattern).size_limit(MAX_PATTERN).dfa_size_limit(MAX_PATTERN).build().ok()
}

/// The schemas for a member of this name: its own, those whose pattern it matches, else the one for all
/// others.
pub(super) fn member<'t, 'a>(merged: &FlatSchema<'t, 'a>, name: &str, patterns: &Patterns<'t>) -> Vec<&'t Tree<'a>> {
    let mut schemas = merged.properties().swap_remove(name).unwrap_or_default();
    let all = merged.patterns();
    // One pattern that cannot be read is the only thing that can be meant.
    let alone = all.len() == 1 && merged.other_members().is_none();
    let fits = |pattern: &&'t str| patterns.matches(pattern, name).unwrap_or(alone);
    schemas.extend(all.iter().filter(|(pattern, _)| fits(pattern)).map(|(_, schema)| *schema));
    if schemas.is_empty() {
        schemas.extend(merged.other_members());
    }
    schemas
}

/// Names that an object takes beside those that its schema names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameRules {
    /// Patterns that names may match.
    patterns: Vec<Untrusted>,
    /// True if names that match none of the patterns are allowed too.
    others: bool,
    /// Patterns that every name must match.
    all: Vec<Untrusted>,
    /// The only names there are; empty where there are others.
    only: Vec<String>,
    least: usize,
    most: Option<usize>,
    /// Names that stand there already, and those that the schema has a row for.
    taken: HashSet<String>,
}

impl NameRules {
    /// The names that an object takes beside its schema's; none where that leaves none open, or does not
    /// speak of it. `there` are the names it has, `full` says that it takes no more.
    pub(super) fn open(merged: &FlatSchema<'_, '_>, there: impl Iterator<Item = String>) -> Option<Self> {
        if !is_open(merged) {
            return None;
        }
        let rules = merged.all("propertyNames");
        if rules.iter().any(|rule| rule.bool() == Some(false)) {
            return None;
        }
        let texts = |keyword: &'static str| rules.iter().filter_map(move |rule| rule.get(keyword).and_then(Tree::text));
        let number = |keyword| rules.iter().find_map(|rule| rule.get(keyword).and_then(Tree::number));
        let only = rules.iter().find_map(|rule| rule.get("enum")).map_or(&[][..], Tree::items);
        let named = merged.properties().into_keys().map(str::to_owned);
        Some(Self {
            patterns: merged.patterns().iter().map(|(pattern, _)| Untrusted::from(*pattern)).collect(),
            others: merged.patterns().is_empty()
                || merged.other_members().is_some()
                || says_others(merged) == Some(true),
            all: texts("pattern").map(Untrusted::from).collect(),
            only: only.iter().filter_map(Tree::text).map(str::to_owned).collect(),
            least: number("minLength").map_or(0, length),
            most: number("maxLength").map(length),
            taken: named.chain(there).collect(),
        })
    }

    /// The only names there are, without those that stand there already.
    pub fn offered(&self) -> impl Iterator<Item = &str> {
        self.only.iter().filter(|name| !self.taken.contains(*name)).map(String::as_str)
    }

    /// Rules in a few words each.
    pub(super) fn in_words(&self) -> Vec<Untrusted> {
        let mut words: Vec<String> = Vec::new();
        let like = |pattern: &Untrusted| format!("names like {}", pattern.raw());
        words.extend(self.patterns.iter().filter(|_| !self.others).chain(&self.all).map(like));
        words.extend((!self.only.is_empty()).then(|| format!("names: {}", self.only.join(", "))));
        words.into_iter().map(Untrusted::from).collect()
    }

    /// Objection to a name, in a sentence; safe to show. None where the name will do.
    pub fn objection(&self, name: &str) -> Option<String> {
        let quoted = |pattern: &Untrusted| excerpt(pattern.raw(), MAX_QUOTED);
        // A pattern that cannot be read here stands in nobody's way.
        let matches = |pattern: &Untrusted| compile(pattern.raw()).is_none_or(|pattern| pattern.is_match(name));
        let length = name.chars().count();
        if name.is_empty() {
            return Some("Type a name first.".into());
        }
        if self.taken.contains(name) {
            return Some(format!("There is a field {} already.", excerpt(name, MAX_QUOTED)));
        }
        if !self.only.is_empty() && !self.only.iter().any(|only| only == name) {
            return Some(format!("It is one of {}.", excerpt(&self.only.join(", "), MAX_QUOTED * 2)));
        }
        if let Some(pattern) = self.all.iter().take(MAX_PATTERNS).find(|pattern| !matches(pattern)) {
            return Some(format!("The name must match {}.", quoted(pattern)));
        }
        let known = self.others || self.patterns.len() > MAX_PATTERNS;
        if !known && !self.patterns.iter().any(matches) {
            let patterns: Vec<_> = self.patterns.iter().take(3).map(quoted).collect();
            return Some(format!("The name must match {}.", patterns.join(" or ")));
        }
        if length < self.least {
            return Some(format!(
                "The name is too short, at least {} expected.",
                pluralize(self.least as u64, "character")
            ));
        }
        let longest = self.most.filter(|most| length > *most)?;
        Some(format!("The name is too long, at most {} allowed.", pluralize(longest as u64, "character")))
    }
}

/// True if a schema leaves names open and says so: by what it says of them, or with the word `true`.
pub(super) fn is_open(merged: &FlatSchema<'_, '_>) -> bool {
    !merged.patterns().is_empty() || merged.other_members().is_some() || says_others(merged) == Some(true)
}

/// Value of `additionalProperties` where it is a mere yes or no.
fn says_others(merged: &FlatSchema<'_, '_>) -> Option<bool> {
    let schemas = merged.all("additionalProperties");
    let says = |schema: &&Tree<'_>| match &schema.shape {
        TreeKind::Bool(allowed) => Some(*allowed),
        TreeKind::Object(members) => members.is_empty().then_some(true),
        _ => None,
    };
    // Of several the strictest holds.
    schemas.iter().filter_map(says).min()
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn length(number: f64) -> usize {
    number as usize
}
