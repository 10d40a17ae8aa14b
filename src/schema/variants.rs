//! Schema that applies at a place of a value, once alternatives are chosen.

use std::collections::HashMap;

use jiff::Timestamp;

use super::flatten::{Alternatives, FlatSchema, Trail};
use super::match_variant::match_variant;
use super::member_names::{Patterns, member};
use super::sample::begin;
use super::tree::Tree;
use crate::domain::JsonText;
use crate::json::edit::{PathStep, set};
use crate::json::{Document, NodeId, NodeKind};

/// Alternatives that somebody chose, by their place; counted from 0.
pub type VariantChoices = HashMap<Vec<PathStep>, usize>;

/// A schema, a value that is made for it, and what was chosen.
pub(super) struct VariantResolver<'t, 'a> {
    pub(super) root: &'t Tree<'a>,
    pub(super) value: &'t Document,
    pub(super) choices: &'t VariantChoices,
    /// Patterns of names that were tried.
    pub(super) patterns: Patterns<'t>,
}

impl<'t, 'a> VariantResolver<'t, 'a> {
    pub(super) fn new(root: &'t Tree<'a>, value: &'t Document, choices: &'t VariantChoices) -> Self {
        Self { root, value, choices, patterns: Patterns::default() }
    }

    /// Schema of the value as a whole.
    pub(super) fn top(&self) -> FlatSchema<'t, 'a> {
        FlatSchema::new(self.root, &[self.root], &Trail::new(), Alternatives::List)
    }

    /// Alternative that applies at a place, where there are any: the one that was chosen, the one that what
    /// stands there looks like, the first.
    pub(super) fn variant(
        &self,
        merged: &FlatSchema<'t, 'a>,
        path: &[PathStep],
        node: Option<NodeId>,
    ) -> Option<usize> {
        let last = merged.variants.len().checked_sub(1)?;
        let found = self.choices.get(path).copied();
        let fits = || node.and_then(|node| match_variant(self.root, merged, self.value, node));
        Some(found.or_else(fits).unwrap_or(0).min(last))
    }

    /// Schema once this alternative is chosen.
    pub(super) fn whole(&self, merged: &FlatSchema<'t, 'a>, chosen: usize) -> FlatSchema<'t, 'a> {
        let variant = merged.variants.get(chosen).copied();
        let schemas: Vec<&'t Tree<'a>> = merged.parts().iter().copied().chain(variant).collect();
        FlatSchema::without_alternatives(self.root, &schemas, &merged.trail)
    }

    /// Schema of a member or item.
    pub(super) fn inside(&self, merged: &FlatSchema<'t, 'a>, step: &PathStep) -> FlatSchema<'t, 'a> {
        let schemas = match step {
            PathStep::Key(name) => member(merged, name, &self.patterns),
            PathStep::Item(at) => merged.tuple().get(*at).or_else(|| merged.item()).into_iter().collect(),
        };
        FlatSchema::new(self.root, &schemas, &merged.trail, Alternatives::List)
    }
}

/// JSON to begin with at a place of a value: the required fields of the alternatives that are chosen,
/// indented. `null` for a schema that cannot be read.
pub fn initial_value(
    schema: &JsonText,
    value: &Document,
    choices: &VariantChoices,
    path: &[PathStep],
    now: Timestamp,
) -> String {
    let Some(root) = Tree::schema(schema) else { return "null".into() };
    begin(&root, &settled(&VariantResolver::new(&root, value, choices), path), now)
}

/// The same where another alternative was chosen than the one that what stands there was made for. That
/// stays as far as it can be meant for the new one: all of it, or the members that both know.
pub fn switch_variant(
    schema: &JsonText,
    value: &Document,
    choices: &VariantChoices,
    path: &[PathStep],
    now: Timestamp,
) -> String {
    let Some(root) = Tree::schema(schema) else { return "null".into() };
    let merged = settled(&VariantResolver::new(&root, value, choices), path);
    let mut begun = begin(&root, &merged, now);
    let Some(there) = value.at(path) else { return begun };
    let raw = |node| String::from_utf8_lossy(value.raw(node)).into_owned();
    let document = |text: &str| JsonText::parse(text.to_owned()).ok().and_then(|text| Document::index(text).ok());
    let Some(new) = document(&begun) else { return begun };
    match (value.kind(there), new.kind(new.root())) {
        (NodeKind::Object, NodeKind::Object) => {
            let is_fixed = |name: &str| {
                let schemas = merged.properties().swap_remove(name).unwrap_or_default();
                schemas.is_empty() || schemas.iter().any(|schema| schema.get("const").is_some())
            };
            for child in value.children(there) {
                let step = value.steps_to(child).pop();
                let Some(PathStep::Key(name)) =
                    step.filter(|step| matches!(step, PathStep::Key(name) if !is_fixed(name)))
                else {
                    continue;
                };
                if let Some(document) = document(&begun) {
                    begun = set(&document, &[PathStep::Key(name)], &raw(child));
                }
            }
            begun
        }
        (old, new) if old == new && merged.get("const").is_none() && merged.get("enum").is_none() => raw(there),
        _ => begun,
    }
}

/// Schema at a place once all alternatives on the way are chosen.
fn settled<'t, 'a>(chosen: &VariantResolver<'t, 'a>, path: &[PathStep]) -> FlatSchema<'t, 'a> {
    let mut merged = chosen.top();
    let mut node = Some(chosen.value.root());
    for at in 0..=path.len() {
        let (above, rest) = path.split_at(at);
        // What stands at the place itself is on its way out and says nothing.
        let there = node.filter(|_| !rest.is_empty());
        if let Some(variant) = chosen.variant(&merged, above, there) {
            merged = chosen.whole(&merged, variant);
        }
        if let Some(step) = rest.first() {
            merged = chosen.inside(&merged, step);
            node = path.get(..=at).and_then(|path| chosen.value.at(path));
        }
    }
    merged
}
