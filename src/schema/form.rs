//! A value and the schema it is for, as rows that can be filled in one by one.
//!
//! The form holds nothing of its own: each row names a place in the JSON text, and whoever fills it
//! in changes the text there ([`json::edit`](crate::json::edit)). So nothing the form does not know
//! is ever lost: order of keys, spelling of numbers, members that no schema names.

use std::sync::Arc;

use indexmap::IndexMap;

use super::allowed::{Allowed, allowed};
use super::flatten::{Alternatives, FlatSchema};
use super::labels::{constraints, type_word, variant_names};
use super::member_names::{NameRules, is_open, member};
use super::tree::Tree;
use super::variants::{VariantChoices, VariantResolver};
use crate::domain::{JsonText, Untrusted};
use crate::json::edit::PathStep;
use crate::json::{Document, NodeId, NodeKind};

/// Rows are not made further in than this; what is there is edited as JSON.
const MAX_DEPTH: usize = 24;

/// Further rows are left out ([`SchemaForm::cut`]).
const MAX_FIELDS: usize = 5_000;

/// Places of a value as rows to fill in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SchemaForm {
    /// Depth first, in the schema's order; then what the schema does not name.
    pub fields: Vec<FormField>,
    /// True if rows are left out at the end.
    pub cut: bool,
}

/// Row for one place of the value.
#[derive(Clone, Debug, PartialEq)]
pub struct FormField {
    /// Steps to it from the root of the value.
    pub path: Vec<PathStep>,
    /// Nesting, 0 for what stands directly in the outermost object.
    pub depth: usize,
    /// Name to show: the title, or the key.
    pub label: Untrusted,
    /// Kind of input.
    pub kind: FieldKind,
    /// Value that stands there now.
    pub filled: FieldValue,
    /// True if the object around it must have it.
    pub required: bool,
    /// True if `null` fits.
    pub nullable: bool,
    /// Type in words, as in the outline.
    pub type_word: Untrusted,
    /// `date-time`, `email` and the like.
    pub format: Option<Untrusted>,
    /// Default that is assumed when it is left out, as JSON.
    pub default: Option<Untrusted>,
    /// Values that would do: JSON.
    pub examples: Vec<Untrusted>,
    /// Description from the schema.
    pub description: Untrusted,
    /// Text to show in an empty field (`display_properties`; reference: section 8).
    pub placeholder: Option<Untrusted>,
    /// Link to more about it, from the schema.
    pub help_link: Option<Untrusted>,
    /// Constraints in a few words each.
    pub constraints: Vec<Untrusted>,
    /// Reason why it is filled in as JSON, where it is.
    pub note: Option<&'static str>,
    /// Rules for its name, where that is left to whoever fills it in.
    pub names: Option<Arc<NameRules>>,
}

/// Kind of input for a place.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldKind {
    /// A text, without quotes.
    Text,
    /// A number, as it is written.
    Number,
    /// Switch between `true` and `false`.
    Switch,
    /// Choice among these values.
    Choice(Vec<Allowed>),
    /// One of several kinds of value.
    Variant {
        /// Names of the kinds.
        names: Vec<Untrusted>,
        /// What tells each from the others, in a few words.
        details: Vec<Untrusted>,
        /// Index of the kind that applies now.
        chosen: usize,
        /// Kind of input within it.
        inner: Box<FieldKind>,
    },
    /// Members of its own, which follow once it is there.
    Object,
    /// Items of its own, which follow once it is there; how many there are.
    List(usize),
    /// Room for one more item, and how that is filled in.
    AddItem(Box<FieldKind>),
    /// Room for one more member, whose name is typed first. Its place is the object's.
    AddName,
    /// Editor for any JSON, where no row would do.
    Json,
}

/// State of a place. Left out, `null` and empty are three different things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldValue {
    /// Nothing: it is not there.
    LeftOut,
    /// The place holds `null`.
    Null,
    /// The place holds this JSON.
    Value(Untrusted),
}

/// Bytes of a value that is shown in a row.
const SHOWN: usize = 4_096;

impl SchemaForm {
    /// The form of a value. Any schema will do: what makes no sense in it is filled in as JSON.
    pub fn new(schema: &JsonText, value: &Document, choices: &VariantChoices) -> Self {
        let Some(root) = Tree::schema(schema) else { return Self { fields: Vec::new(), cut: true } };
        let chosen = VariantResolver::new(&root, value, choices);
        let top = chosen.top();
        let mut writer = FormWriter { root: &root, value, chosen, form: Self::default() };
        writer.inside(&top, &[], Some(value.root()), 0);
        writer.form
    }

    /// The row at a place.
    pub fn at(&self, path: &[PathStep]) -> Option<&FormField> {
        self.fields.iter().find(|field| field.path == path)
    }
}

struct FormWriter<'t, 'a> {
    root: &'t Tree<'a>,
    value: &'t Document,
    chosen: VariantResolver<'t, 'a>,
    form: SchemaForm,
}

impl<'t, 'a> FormWriter<'t, 'a> {
    /// The rows of what stands inside a place. Recursion ends at [`MAX_DEPTH`]; it goes on only into
    /// what is there, so that schemas that refer to themselves end too.
    fn inside(&mut self, merged: &FlatSchema<'t, 'a>, path: &[PathStep], node: Option<NodeId>, depth: usize) {
        let Some(chosen) = self.chosen.variant(merged, path, node) else {
            return self.members(merged, path, node, depth);
        };
        // The row that chooses stands for the whole place; at the top it has no other row.
        if path.is_empty() {
            let kind = self.variants(merged, node, chosen);
            let field = FormField { kind, ..self.describe(merged, path, "variant", node, depth) };
            self.push(field);
        }
        let whole = self.chosen.whole(merged, chosen);
        self.members(&whole, path, node, depth);
    }

    fn variants(&self, merged: &FlatSchema<'t, 'a>, node: Option<NodeId>, chosen: usize) -> FieldKind {
        let whole = self.chosen.whole(merged, chosen);
        let inner = Box::new(self.kind(&whole, node, None).0);
        let (names, details) = variant_names(self.root, merged);
        FieldKind::Variant { names, details, chosen, inner }
    }

    fn members(&mut self, merged: &FlatSchema<'t, 'a>, path: &[PathStep], node: Option<NodeId>, depth: usize) {
        match node.map(|node| (node, self.value.kind(node))) {
            Some((node, NodeKind::Object)) => self.object(merged, path, node, depth),
            Some((node, NodeKind::Array)) => self.list(merged, path, node, depth),
            _ => {}
        }
    }

    fn object(&mut self, merged: &FlatSchema<'t, 'a>, path: &[PathStep], node: NodeId, depth: usize) {
        let required = merged.required();
        let mut properties = merged.properties();
        for name in &required {
            properties.entry(name).or_insert_with(|| member(merged, name, &self.chosen.patterns));
        }
        // Of members with the same name the last, as readers take it.
        let name = |child| self.value.key(child).and_then(|key| serde_json::from_slice::<String>(key).ok());
        let there: IndexMap<String, NodeId> =
            self.value.children(node).map(|child| (name(child).unwrap_or_default(), child)).collect();
        let inside = |name: &str| [path, &[PathStep::Key(name.to_owned())]].concat();
        for (name, schemas) in &properties {
            let member = FlatSchema::new(self.root, schemas, &merged.trail, Alternatives::List);
            self.field(&member, inside(name), name, there.get(*name).copied(), required.contains(*name), depth);
        }
        let names = NameRules::open(merged, there.keys().cloned()).map(Arc::new);
        for (name, child) in there.iter().filter(|(name, _)| !properties.contains_key(name.as_str())) {
            if self.form.cut {
                return;
            }
            let schemas = member(merged, name, &self.chosen.patterns);
            let member = FlatSchema::new(self.root, &schemas, &merged.trail, Alternatives::List);
            let at = self.form.fields.len();
            if schemas.is_empty() {
                let note = Some(if names.is_some() { "Any value is allowed." } else { "Not in the schema." });
                let about = self.describe(&member, &inside(name), name, Some(*child), depth);
                self.push(FormField { kind: FieldKind::Json, note, ..about });
            } else {
                self.field(&member, inside(name), name, Some(*child), false, depth);
            }
            if let Some(field) = self.form.fields.get_mut(at) {
                field.names.clone_from(&names);
            }
        }
        let room = merged.number("maxProperties").is_none_or(|most| (there.len() as f64) < most);
        if let Some(names) = names.filter(|_| room) {
            self.add_name(merged, path, names, depth);
        }
    }

    /// The row on which the name of one more member is typed.
    fn add_name(&mut self, merged: &FlatSchema<'t, 'a>, path: &[PathStep], names: Arc<NameRules>, depth: usize) {
        let schemas: Vec<_> = match merged.patterns().as_slice() {
            [] => merged.other_members().into_iter().collect(),
            [(_, only)] if merged.other_members().is_none() => vec![*only],
            _ => Vec::new(),
        };
        let member = FlatSchema::new(self.root, &schemas, &merged.trail, Alternatives::List);
        let field = self.describe(&member, path, "add field", None, depth);
        self.push(FormField { kind: FieldKind::AddName, constraints: names.in_words(), names: Some(names), ..field });
    }

    fn list(&mut self, merged: &FlatSchema<'t, 'a>, path: &[PathStep], node: NodeId, depth: usize) {
        let tuple = merged.tuple();
        let item = |at: usize| tuple.get(at).or_else(|| merged.item());
        let count = self.value.count(node) as usize;
        for (at, child) in self.value.children(node).enumerate() {
            if self.form.cut {
                return;
            }
            let schemas: Vec<_> = item(at).into_iter().collect();
            let member = FlatSchema::new(self.root, &schemas, &merged.trail, Alternatives::List);
            let path = [path, &[PathStep::Item(at)]].concat();
            self.field(&member, path, &format!("item {}", at + 1), Some(child), false, depth);
        }
        let room = merged.number("maxItems").is_none_or(|most| (count as f64) < most);
        let more = merged.item().map(|item| item.bool() != Some(false));
        let fits = count < tuple.len() || more.unwrap_or(tuple.is_empty());
        if room && fits {
            let schemas: Vec<_> = item(count).into_iter().collect();
            let member = FlatSchema::new(self.root, &schemas, &merged.trail, Alternatives::List);
            let path = [path, &[PathStep::Item(count)]].concat();
            let inner = self.kind(&member, None, self.chosen.variant(&member, &path, None)).0;
            let field = FormField {
                kind: FieldKind::AddItem(Box::new(inner)),
                ..self.describe(&member, &path, "add item", None, depth)
            };
            self.push(field);
        }
    }

    fn field(
        &mut self,
        merged: &FlatSchema<'t, 'a>,
        path: Vec<PathStep>,
        name: &str,
        node: Option<NodeId>,
        required: bool,
        depth: usize,
    ) {
        if self.form.cut {
            return;
        }
        let chosen = self.chosen.variant(merged, &path, node);
        let (mut kind, mut note) = self.kind(merged, node, chosen);
        if depth >= MAX_DEPTH && matches!(kind, FieldKind::Object | FieldKind::List(_) | FieldKind::Variant { .. }) {
            (kind, note) = (FieldKind::Json, Some("Nested too deeply for the form."));
        }
        let goes_on = matches!(kind, FieldKind::Object | FieldKind::List(_) | FieldKind::Variant { .. });
        let required = required || merged.get("required").and_then(Tree::bool) == Some(true);
        let field = FormField { kind, note, required, ..self.describe(merged, &path, name, node, depth) };
        self.push(field);
        if goes_on {
            self.inside(merged, &path, node, depth + 1);
        }
    }

    /// Kind of input for a place; what stands there already counts more than what should.
    fn kind(
        &self,
        merged: &FlatSchema<'t, 'a>,
        node: Option<NodeId>,
        chosen: Option<usize>,
    ) -> (FieldKind, Option<&'static str>) {
        let there = node.map(|node| self.value.kind(node)).filter(|kind| *kind != NodeKind::Null);
        if merged.never {
            return (FieldKind::Json, Some("The schema allows no value."));
        }
        if merged.unresolved {
            return (FieldKind::Json, Some("The schema has an unresolved $ref."));
        }
        let values = allowed(merged);
        if !values.is_empty() {
            return (FieldKind::Choice(values), None);
        }
        if let Some(chosen) = chosen {
            return (self.variants(merged, node, chosen), None);
        }
        let types: Vec<&str> = merged.types().into_iter().filter(|kind| *kind != "null").collect();
        let wanted = match types.as_slice() {
            [] => merged.implied_type(),
            [only] => Some(*only),
            // Of several, the one that stands there.
            several => there
                .and_then(|there| several.iter().copied().find(|kind| is(there, kind)))
                .or(several.first().copied()),
        };
        let several = types.len() > 1;
        match (wanted, there) {
            (Some(wanted), Some(there)) if !is(there, wanted) => {
                (FieldKind::Json, Some("The value has another type than the schema."))
            }
            (Some("string"), _) if several => (FieldKind::Json, Some("Several types are allowed.")),
            (Some("string"), _) => (FieldKind::Text, None),
            (Some("number" | "integer"), _) => (FieldKind::Number, None),
            (Some("boolean"), _) => (FieldKind::Switch, None),
            (Some("object"), _) if merged.properties().is_empty() && !is_open(merged) && there.is_none() => {
                (FieldKind::Json, Some("The schema does not list its fields."))
            }
            (Some("object"), _) => (FieldKind::Object, None),
            (Some("array"), _) => (FieldKind::List(node.map_or(0, |node| self.value.count(node) as usize)), None),
            _ => (FieldKind::Json, Some("Any value is allowed.")),
        }
    }

    fn describe(
        &self,
        merged: &FlatSchema<'t, 'a>,
        path: &[PathStep],
        name: &str,
        node: Option<NodeId>,
        depth: usize,
    ) -> FormField {
        let text = |keyword| merged.text(keyword).map(Untrusted::from);
        let json = |tree: &Tree<'_>| Untrusted::from(tree.decoded().as_ref());
        let display =
            |name: &str| merged.get("display_properties").and_then(|display| display.get(name)).and_then(Tree::text);
        FormField {
            path: path.to_vec(),
            depth,
            label: name.into(),
            kind: FieldKind::Json,
            filled: self.filled(node),
            required: false,
            nullable: merged.nullable || merged.types().contains(&"null"),
            type_word: type_word(self.root, merged),
            format: text("format"),
            default: merged.get("default").map(json),
            examples: merged.get("examples").map_or(&[][..], Tree::items).iter().map(json).collect(),
            description: text("description").or_else(|| text("title")).unwrap_or_default(),
            placeholder: display("placeholder").map(Untrusted::from),
            help_link: display("help_link").map(Untrusted::from),
            constraints: constraints(merged),
            note: None,
            names: None,
        }
    }

    fn filled(&self, node: Option<NodeId>) -> FieldValue {
        let Some(node) = node else { return FieldValue::LeftOut };
        if self.value.kind(node) == NodeKind::Null {
            return FieldValue::Null;
        }
        let raw = self.value.raw(node);
        FieldValue::Value(String::from_utf8_lossy(raw.get(..SHOWN).unwrap_or(raw)).into_owned().into())
    }

    fn push(&mut self, field: FormField) {
        if self.form.fields.len() < MAX_FIELDS {
            self.form.fields.push(field);
        } else {
            self.form.cut = true;
        }
    }
}

fn is(there: NodeKind, wanted: &str) -> bool {
    matches!(
        (there, wanted),
        (NodeKind::Object, "object")
            | (NodeKind::Array, "array")
            | (NodeKind::String, "string")
            | (NodeKind::Number, "number" | "integer")
            | (NodeKind::Bool, "boolean")
            | (NodeKind::Null, "null")
    )
}
