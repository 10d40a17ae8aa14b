//! A schema as a flat list of what it asks for, to be shown with folds.

use std::fmt;
use std::ops::Range;

use super::allowed::{Allowed, allowed};
use super::flatten::{Alternatives, FlatSchema, Trail};
use super::labels::{MAX_NAMED, constraints, type_word};
use super::tree::Tree;
use crate::domain::{JsonText, Untrusted};

/// Entries nested deeper are not listed; the entry above says so ([`Note::TooDeep`]).
const MAX_DEPTH: u16 = 32;

/// Further entries are not listed ([`Outline::cut`]).
const MAX_ENTRIES: usize = 5_000;

/// Nor are entries after so many bytes of text, which references can multiply.
const MAX_TEXT: usize = 16_000_000;

/// Fields and types that a schema asks for, as a list to read.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Outline {
    /// First the schema itself, then everything inside in the schema's order, depth first. Empty
    /// only when the schema is too long to be read at all (2 MB).
    pub entries: Vec<OutlineEntry>,
    /// True if something is left out at the end: there were more than 5,000 entries, or more text than
    /// anyone reads.
    pub cut: bool,
}

/// One place in a schema.
#[derive(Clone, Debug, PartialEq)]
pub struct OutlineEntry {
    /// 0 for the schema itself.
    pub depth: u16,
    /// Relation to the entry around it.
    pub role: Role,
    /// The property's name, the pattern of names, a variant's title; empty for other roles.
    pub name: Untrusted,
    /// Type that fits: `string`, `string | null`, `array of object`, `enum`, `anything`.
    pub type_word: Untrusted,
    /// True if the object around it must have it.
    pub required: bool,
    /// Default that is assumed when it is left out, as JSON.
    pub default: Option<Untrusted>,
    /// The only values that fit, each as JSON with what it is called; empty where more do.
    pub values: Vec<Untrusted>,
    /// `date-time`, `email` and the like.
    pub format: Option<Untrusted>,
    /// The description, or else the title.
    pub description: Untrusted,
    /// Constraints in a few words each: `≥ 1`, `max 20 characters`.
    pub constraints: Vec<Untrusted>,
    /// The `$ref` that led here.
    pub reference: Option<Untrusted>,
    /// Reason why nothing, or not everything, is listed inside.
    pub note: Option<Note>,
    /// Indexes of everything inside; empty when there is nothing.
    pub inside: Range<usize>,
}

/// Relation of an entry to the one around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The schema itself, which has no name.
    Root,
    /// Member with a name in the schema.
    Property,
    /// All members whose names match a pattern.
    Pattern,
    /// All members that are not named.
    OtherMembers,
    /// Every item of a list.
    Item,
    /// One item of a list, counted from 1.
    ItemAt(usize),
    /// One of several schemas to choose from, counted from 1.
    Variant(usize),
}

/// Reason why nothing, or not everything, is listed inside an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Note {
    /// It refers to something it stands in.
    Recursive,
    /// It refers to something that is not in this schema.
    Unresolved,
    /// Deeper than 32 levels.
    TooDeep,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Recursive => "the same again",
            Self::Unresolved => "refers to something that is not here",
            Self::TooDeep => "deeper levels are not shown",
        })
    }
}

impl OutlineEntry {
    /// Label on the screen, scrubbed: `teamId`, `each item`, `variant 2: by name`.
    pub fn label(&self) -> String {
        match self.role {
            Role::Root => String::new(),
            Role::Property => self.name.to_string(),
            Role::Pattern => format!("names like {}", self.name),
            Role::OtherMembers => "any other name".into(),
            Role::Item => "each item".into(),
            Role::ItemAt(n) => format!("item {n}"),
            Role::Variant(n) if self.name.is_empty() => format!("variant {n}"),
            Role::Variant(n) => format!("variant {n}: {}", self.name),
        }
    }

    /// True if there is something inside to fold.
    pub fn has_children(&self) -> bool {
        !self.inside.is_empty()
    }

    /// True if it tells nothing that the type word of the entry around it does not.
    fn is_bare(&self) -> bool {
        let silent = self.description.is_empty() && self.name.is_empty() && self.format.is_none();
        silent
            && self.default.is_none()
            && self.values.is_empty()
            && self.constraints.is_empty()
            && self.reference.is_none()
            && self.note.is_none()
            && !self.has_children()
    }

    fn text_len(&self) -> usize {
        let lists = self.values.iter().chain(&self.constraints);
        let all = lists.chain(&self.default).chain(&self.format).chain([&self.name, &self.description]);
        all.map(|text| text.raw().len()).sum()
    }
}

impl Outline {
    /// Reads any schema; what makes no sense in it is left out.
    pub fn from_schema(schema: &JsonText) -> Self {
        let Some(root) = Tree::schema(schema) else { return Self { entries: Vec::new(), cut: true } };
        let mut writer = OutlineWriter { root: &root, outline: Self::default(), room: MAX_TEXT };
        let place = OutlinePlace { role: Role::Root, name: "", depth: 0, required: false };
        writer.entry(place, &[&root], &Trail::new());
        writer.outline
    }
}

impl Outline {
    /// Path of the value that the entry is about, as jq writes it: `.projects[].name`; `[]` for whatever
    /// has no name or place of its own. A variant has the path of its choice.
    pub fn path(&self, at: usize) -> Untrusted {
        let mut path = String::new();
        for entry in self.around(at).chain([at]).filter_map(|at| self.entries.get(at)) {
            match entry.role {
                Role::Root | Role::Variant(_) => {}
                Role::Property => member(&mut path, entry.name.raw()),
                Role::ItemAt(n) => path.push_str(&format!("{}[{}]", dot(&path), n - 1)),
                Role::Pattern | Role::OtherMembers | Role::Item => path.push_str(&format!("{}[]", dot(&path))),
            }
        }
        if path.is_empty() { ".".into() } else { path.into() }
    }

    /// Entry that the reference of this one leads to: for one that is the same again, the entry it stands
    /// in; for another, the next that came by the same reference. None where there is none.
    pub fn follow(&self, at: usize) -> Option<usize> {
        let entry = self.entries.get(at)?;
        let reference = entry.reference.as_ref()?;
        let same = |at: &usize| self.entries.get(*at).is_some_and(|other| other.reference.as_ref() == Some(reference));
        match entry.note {
            Some(Note::Recursive) => Some(self.around(at).filter(same).last().unwrap_or(0)),
            _ => (at + 1..self.entries.len()).chain(0..at).find(same),
        }
    }

    /// The entries that this one stands in, outermost first.
    fn around(&self, at: usize) -> impl Iterator<Item = usize> {
        let inside = move |(_, entry): &(usize, &OutlineEntry)| entry.inside.contains(&at);
        self.entries.iter().enumerate().take(at).filter(inside).map(|(at, _)| at)
    }
}

fn dot(path: &str) -> &'static str {
    if path.is_empty() { "." } else { "" }
}

fn member(path: &mut String, name: &str) {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.chars().next().is_some_and(|c| !c.is_ascii_digit());
    if plain {
        path.push_str(&format!(".{name}"));
    } else {
        // A string is always written.
        let name = serde_json::to_string(name).unwrap_or_default();
        path.push_str(&format!("{}[{name}]", dot(path)));
    }
}

/// Role, name and depth of an entry that is about to be added.
#[derive(Clone, Copy)]
struct OutlinePlace<'t> {
    role: Role,
    name: &'t str,
    depth: u16,
    required: bool,
}

struct OutlineWriter<'t, 'a> {
    root: &'t Tree<'a>,
    outline: Outline,
    /// Bytes of text that may still be copied.
    room: usize,
}

impl<'t, 'a> OutlineWriter<'t, 'a> {
    /// Writes the entry and everything inside. Recursion ends at [`MAX_DEPTH`].
    fn entry(&mut self, place: OutlinePlace<'t>, schemas: &[&'t Tree<'a>], trail: &Trail<'t>) {
        if self.outline.entries.len() >= MAX_ENTRIES || self.room == 0 {
            self.outline.cut = true;
            return;
        }
        let merged = FlatSchema::new(self.root, schemas, trail, Alternatives::List);
        let mut entry = describe(self.root, &merged, place);
        if place.depth == MAX_DEPTH && !merged.recursive && merged.has_inside() {
            entry.note = Some(Note::TooDeep);
        }
        let ends_here = matches!(entry.note, Some(Note::Recursive | Note::TooDeep));
        self.room = self.room.saturating_sub(entry.text_len());
        let at = self.outline.entries.len();
        self.outline.entries.push(entry);
        if ends_here {
            return;
        }
        for (place, schemas) in children(&merged, place.depth + 1) {
            if self.outline.cut {
                break;
            }
            self.entry(place, &schemas, &merged.trail);
        }
        self.drop_what_the_type_says(at + 1, &merged);
        let end = self.outline.entries.len();
        if let Some(entry) = self.outline.entries.get_mut(at) {
            entry.inside = at + 1..end;
        }
    }

    /// Takes back the entries inside if the type word above says all that they do: `array of string`.
    fn drop_what_the_type_says(&mut self, from: usize, merged: &FlatSchema<'t, 'a>) {
        let told = |entry: &OutlineEntry| match entry.role {
            Role::Item | Role::OtherMembers => true,
            Role::Variant(_) => merged.variants.len() <= MAX_NAMED,
            _ => false,
        };
        if self.outline.entries.iter().skip(from).all(|entry| told(entry) && entry.is_bare()) {
            self.outline.entries.truncate(from);
        }
    }
}

fn describe<'t, 'a>(root: &'t Tree<'a>, merged: &FlatSchema<'t, 'a>, place: OutlinePlace<'t>) -> OutlineEntry {
    let text = |keyword| merged.text(keyword).map(Untrusted::from);
    let title = text("title").unwrap_or_default();
    let json = |tree: &Tree<'_>| Untrusted::from(tree.decoded().as_ref());
    let is_variant = matches!(place.role, Role::Variant(_));
    OutlineEntry {
        depth: place.depth,
        role: place.role,
        name: if is_variant { title.clone() } else { place.name.into() },
        type_word: type_word(root, merged),
        required: place.required || merged.get("required").and_then(Tree::bool) == Some(true),
        default: merged.get("default").map(json),
        values: allowed(merged).iter().map(Allowed::in_words).collect(),
        format: text("format"),
        description: text("description").or((!is_variant).then_some(title)).unwrap_or_default(),
        constraints: constraints(merged),
        reference: merged.reference.map(Untrusted::from),
        note: match (merged.recursive, merged.unresolved) {
            (true, _) => Some(Note::Recursive),
            (_, true) => Some(Note::Unresolved),
            _ => None,
        },
        inside: 0..0,
    }
}

/// Entries to list inside, in order, with the schemas that apply there.
fn children<'t, 'a>(merged: &FlatSchema<'t, 'a>, depth: u16) -> Vec<(OutlinePlace<'t>, Vec<&'t Tree<'a>>)> {
    let required = merged.required();
    let place =
        |role, name| OutlinePlace { role, name, depth, required: role == Role::Property && required.contains(name) };
    let mut children: Vec<_> =
        merged.properties().into_iter().map(|(name, schemas)| (place(Role::Property, name), schemas)).collect();
    let mut add = |role, name, schema| children.push((place(role, name), vec![schema]));
    for (name, schema) in merged.get("patternProperties").into_iter().flat_map(Tree::members) {
        add(Role::Pattern, name, schema);
    }
    merged.other_members().into_iter().for_each(|schema| add(Role::OtherMembers, "", schema));
    merged.tuple().iter().zip(1..).for_each(|(schema, n)| add(Role::ItemAt(n), "", schema));
    merged.item().into_iter().for_each(|schema| add(Role::Item, "", schema));
    if merged.constants().is_empty() {
        merged.variants.iter().zip(1..).for_each(|(schema, n)| add(Role::Variant(n), "", schema));
    }
    children
}
