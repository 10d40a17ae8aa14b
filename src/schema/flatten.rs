//! One schema put together from the parts that apply at one place: itself, what it refers to, and
//! everything under `allOf`.

use std::collections::HashSet;

use indexmap::{IndexMap, IndexSet};
use percent_encoding::percent_decode_str;

use super::tree::{Tree, TreeKind};

/// Parts that are looked at for one place; more are left out. Real schemas need a handful.
const MAX_PARTS: usize = 256;

/// Alternatives that are looked at; no outline has room for more.
const MAX_VARIANTS: usize = 5_000;

/// Keywords that may stand beside `const` in an entry of an enumeration.
const BESIDE_A_CONSTANT: [&str; 5] = ["const", "title", "description", "type", "deprecated"];

/// Treatment of alternatives (`oneOf`, `anyOf`).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Alternatives {
    /// Keep all, to be listed.
    List,
    /// Take the first that is not `null`.
    TakeFirst,
}

/// References that were followed on the way to a place.
#[derive(Clone)]
pub(super) struct Trail<'t>(Vec<&'t str>);

impl Trail<'_> {
    /// At the root, which `#` refers to.
    pub(super) fn new() -> Self {
        Self(vec!["#"])
    }
}

/// Everything a schema says at one place.
pub(super) struct FlatSchema<'t, 'a> {
    parts: Vec<&'t Tree<'a>>,
    /// The first reference that led here.
    pub(super) reference: Option<&'t str>,
    /// A reference leads to nothing in this document.
    pub(super) unresolved: bool,
    /// References lead here, and all of them to places that we came from.
    pub(super) recursive: bool,
    /// `false` stands somewhere: no value fits.
    pub(super) never: bool,
    /// `null` is allowed beside everything else.
    pub(super) nullable: bool,
    /// Alternatives that are really alternatives: two or more besides `null`.
    pub(super) variants: Vec<&'t Tree<'a>>,
    /// The way to here and through its references, for what is inside.
    pub(super) trail: Trail<'t>,
}

impl<'t, 'a> FlatSchema<'t, 'a> {
    /// Merges `schemas`, which all apply. Never follows a reference twice.
    pub(super) fn new(
        root: &'t Tree<'a>,
        schemas: &[&'t Tree<'a>],
        trail: &Trail<'t>,
        alternatives: Alternatives,
    ) -> Self {
        let mut merged = Self {
            parts: schemas.to_vec(),
            reference: None,
            unresolved: false,
            recursive: false,
            never: false,
            nullable: false,
            variants: Vec::new(),
            trail: trail.clone(),
        };
        let mut followed = HashSet::new();
        let mut next = 0;
        while let Some(part) = merged.parts.get(next).copied() {
            next += 1;
            if part.bool() == Some(false) {
                merged.never = true;
            }
            merged.nullable |= part.get("nullable").and_then(Tree::bool) == Some(true);
            if let Some(reference) = part.get("$ref").and_then(Tree::text) {
                merged.reference.get_or_insert(reference);
                match resolve(root, reference) {
                    Some(target) if followed.insert(reference) => merged.add(target),
                    Some(_) => {}
                    None => merged.unresolved = true,
                }
            }
            part.get("allOf").map_or(&[][..], Tree::items).iter().for_each(|part| merged.add(part));
            for keyword in ["anyOf", "oneOf"] {
                let listed = part.get(keyword).map_or(&[][..], Tree::items).iter().take(MAX_VARIANTS);
                let (null, real): (Vec<_>, Vec<_>) = listed.partition(|part| is_null(part));
                merged.nullable |= !null.is_empty() && !real.is_empty();
                match (real.as_slice(), null.first()) {
                    ([only], _) | ([], Some(only)) => merged.add(only),
                    ([first, ..], _) if alternatives == Alternatives::TakeFirst => merged.add(first),
                    _ => merged.variants.extend(real),
                }
            }
        }
        // A part seen before beside one that is new does not make the whole a repetition.
        merged.recursive = !followed.is_empty() && followed.iter().all(|reference| trail.0.contains(reference));
        merged.trail.0.extend(followed);
        merged
    }

    /// The same for schemas whose alternatives have been chosen from: they no longer count.
    pub(super) fn without_alternatives(root: &'t Tree<'a>, schemas: &[&'t Tree<'a>], trail: &Trail<'t>) -> Self {
        let mut merged = Self::new(root, schemas, trail, Alternatives::List);
        merged.variants.clear();
        merged
    }

    /// Everything that applies at this place.
    pub(super) fn parts(&self) -> &[&'t Tree<'a>] {
        &self.parts
    }

    fn add(&mut self, part: &'t Tree<'a>) {
        if self.parts.len() < MAX_PARTS {
            self.parts.push(part);
        }
    }

    /// Value of a keyword in the first part that has it.
    pub(super) fn get(&self, keyword: &str) -> Option<&'t Tree<'a>> {
        self.parts.iter().find_map(|part| part.get(keyword))
    }

    /// Values of a keyword in every part that has it.
    pub(super) fn all(&self, keyword: &str) -> Vec<&'t Tree<'a>> {
        self.parts.iter().filter_map(|part| part.get(keyword)).collect()
    }

    /// Patterns of names, each with the schema of the members that match it.
    pub(super) fn patterns(&self) -> Vec<(&'t str, &'t Tree<'a>)> {
        self.all("patternProperties").into_iter().flat_map(Tree::members).collect()
    }

    /// The text of a keyword.
    pub(super) fn text(&self, keyword: &str) -> Option<&'t str> {
        self.parts.iter().find_map(|part| part.get(keyword).and_then(Tree::text))
    }

    /// The number of a keyword.
    pub(super) fn number(&self, keyword: &str) -> Option<f64> {
        self.get(keyword).and_then(Tree::number)
    }

    /// The names under `type`, as they stand there; `null` included where it is allowed.
    pub(super) fn types(&self) -> Vec<&'t str> {
        let mut types: Vec<&str> = match self.get("type") {
            Some(Tree { shape: TreeKind::String(word), .. }) => vec![word],
            Some(types) => types.items().iter().filter_map(Tree::text).collect(),
            None => Vec::new(),
        };
        if self.nullable && !types.is_empty() && !types.contains(&"null") {
            types.push("null");
        }
        types
    }

    /// The type that other keywords speak of, for schemas that do not name one.
    pub(super) fn implied_type(&self) -> Option<&'static str> {
        const SIGNS: [(&str, &[&str]); 4] = [
            ("object", &["properties", "patternProperties", "additionalProperties", "required"]),
            ("array", &["items", "prefixItems", "minItems", "maxItems"]),
            ("string", &["format", "pattern", "minLength", "maxLength"]),
            ("number", &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]),
        ];
        SIGNS.into_iter().find(|(_, keywords)| keywords.iter().any(|k| self.get(k).is_some())).map(|(kind, _)| kind)
    }

    /// True if it speaks of values inside its values, or offers alternatives.
    pub(super) fn has_inside(&self) -> bool {
        let keywords = ["properties", "patternProperties", "items", "prefixItems"];
        keywords.iter().any(|k| self.get(k).is_some()) || self.other_members().is_some() || !self.variants.is_empty()
    }

    /// The properties in the order in which they are first named, each with all schemas for it.
    pub(super) fn properties(&self) -> IndexMap<&'t str, Vec<&'t Tree<'a>>> {
        let mut properties: IndexMap<&str, Vec<&Tree<'_>>> = IndexMap::new();
        for (name, schema) in self.parts.iter().filter_map(|part| part.get("properties")).flat_map(Tree::members) {
            properties.entry(name).or_default().push(schema);
        }
        properties
    }

    /// True if any part names this property.
    pub(super) fn has_property(&self, name: &str) -> bool {
        self.parts.iter().any(|part| part.get("properties").is_some_and(|all| all.get(name).is_some()))
    }

    /// The names under `required`, in order, each once.
    pub(super) fn required(&self) -> IndexSet<&'t str> {
        let lists = self.parts.iter().filter_map(|part| part.get("required"));
        lists.flat_map(Tree::items).filter_map(Tree::text).collect()
    }

    /// The schema of a list's items, where all have the same, or of those behind the ones that have each
    /// its own.
    pub(super) fn item(&self) -> Option<&'t Tree<'a>> {
        let rest = || self.get("additionalItems").filter(|_| self.get("prefixItems").is_none());
        let items = self.get("items");
        items.filter(|items| is_schema(items)).or_else(|| items.and_then(|_| rest())).filter(|items| is_schema(items))
    }

    /// The schemas of a list's first items, where each has its own.
    pub(super) fn tuple(&self) -> &'t [Tree<'a>] {
        self.get("prefixItems").or(self.get("items")).map_or(&[], Tree::items)
    }

    /// Constants with their titles, where every alternative is a single value: an enumeration that says
    /// what its values are called. Empty where it is not.
    pub(super) fn constants(&self) -> Vec<(&'t Tree<'a>, Option<&'t str>)> {
        let constant = |variant: &&'t Tree<'a>| {
            let title = variant.get("title").or(variant.get("description")).and_then(Tree::text);
            // One that is more than a value is an alternative.
            let bare = variant.members().all(|(keyword, _)| BESIDE_A_CONSTANT.contains(&keyword));
            Some((variant.get("const").filter(|_| bare)?, title))
        };
        self.variants.iter().map(constant).collect::<Option<_>>().unwrap_or_default()
    }

    /// The schema of members that have no name in the schema, where it says anything of them.
    pub(super) fn other_members(&self) -> Option<&'t Tree<'a>> {
        self.get("additionalProperties").filter(|schema| schema.members().next().is_some())
    }
}

fn is_schema(tree: &Tree<'_>) -> bool {
    matches!(tree.shape, TreeKind::Object(_) | TreeKind::Bool(_))
}

fn is_null(schema: &Tree<'_>) -> bool {
    schema.get("type").and_then(Tree::text) == Some("null")
}

/// Target of a reference within the document: `#`, or `#/…` as a JSON Pointer (RFC 6901, section 6).
fn resolve<'t, 'a>(root: &'t Tree<'a>, reference: &str) -> Option<&'t Tree<'a>> {
    let pointer = percent_decode_str(reference.strip_prefix('#')?).decode_utf8_lossy();
    let mut steps = pointer.split('/');
    if steps.next() != Some("") {
        return None;
    }
    steps.try_fold(root, |at, step| {
        let name = step.replace("~1", "/").replace("~0", "~");
        at.get(&name).or_else(|| at.items().get(name.parse::<usize>().ok()?))
    })
}
