//! An input to begin with, made from a schema.

use jiff::Timestamp;

use super::filler::{Filler, fits_limits};
use super::flatten::{Alternatives, FlatSchema, Trail};
use super::member_names::{Patterns, member};
use super::tree::{Tree, TreeKind};
use crate::domain::JsonText;
use crate::json::escaped;

/// Objects and lists nested deeper come out empty.
const MAX_DEPTH: usize = 16;

/// After so many values nothing optional is added.
const MAX_VALUES: usize = 2_000;

/// Lists are made as long as asked for up to here.
const MAX_ITEMS: f64 = 10.0;

/// Amount of a schema that a sample fills in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SampleScope {
    /// Required fields alone.
    RequiredOnly,
    /// Optional members and one item a list as well.
    Everything,
}

/// An input that fits `schema`, as far as that is easy: indented JSON with the keys in the schema's
/// order. At each place stands the default, the constant, an example, the first of the enumerated
/// values, or else a filler of the right type, format and pattern; dates lie ahead of `now`. A required text
/// of which nothing is known is empty, to be filled in. Always well-formed; `{}` where the schema asks for
/// nothing, or for more than can be read (2 MB). What would not be seen in an editor is written `\uXXXX`.
pub fn sample(schema: &JsonText, fill: SampleScope, now: Timestamp) -> String {
    let Some(root) = Tree::schema(schema) else { return "{}".into() };
    let mut writer = SampleWriter::new(&root, fill, now);
    let merged = writer.merge(&[&root], &Trail::new());
    writer.value(&merged, "", 0);
    escaped(&writer.out).into_owned()
}

/// The same for one place, of which what applies is settled already; what must be there.
pub(super) fn begin<'t, 'a>(root: &'t Tree<'a>, merged: &FlatSchema<'t, 'a>, now: Timestamp) -> String {
    let mut writer = SampleWriter::new(root, SampleScope::RequiredOnly, now);
    writer.value(merged, "", 0);
    escaped(&writer.out).into_owned()
}

struct SampleWriter<'t, 'a> {
    root: &'t Tree<'a>,
    fill: SampleScope,
    now: Timestamp,
    values: usize,
    out: String,
    patterns: Patterns<'t>,
}

impl<'t, 'a> SampleWriter<'t, 'a> {
    fn new(root: &'t Tree<'a>, fill: SampleScope, now: Timestamp) -> Self {
        Self { root, fill, now, values: 0, out: String::new(), patterns: Patterns::default() }
    }

    fn merge(&self, schemas: &[&'t Tree<'a>], trail: &Trail<'t>) -> FlatSchema<'t, 'a> {
        FlatSchema::new(self.root, schemas, trail, Alternatives::TakeFirst)
    }

    /// Recursion ends at [`MAX_DEPTH`].
    fn value(&mut self, merged: &FlatSchema<'t, 'a>, name: &str, depth: usize) {
        self.values += 1;
        let full = depth >= MAX_DEPTH || self.values > MAX_VALUES;
        match (given(merged), kind(merged, depth)) {
            (Some(given), _) => self.copy(given, depth),
            (_, "object") if full => self.out.push_str("{}"),
            (_, "array") if full => self.out.push_str("[]"),
            (_, "object") => self.object(merged, depth),
            (_, "array") => self.array(merged, name, depth),
            (_, "string") => {
                let may_be_empty = self.fill == SampleScope::RequiredOnly;
                let text = Filler { merged, name, now: self.now, may_be_empty }.text();
                self.out.push_str(&serde_json::Value::from(text).to_string());
            }
            (_, "integer") => self.out.push_str(&number(merged, true)),
            (_, "number") => self.out.push_str(&number(merged, false)),
            (_, "boolean") => self.out.push_str("false"),
            _ => self.out.push_str("null"),
        }
    }

    fn object(&mut self, merged: &FlatSchema<'t, 'a>, depth: usize) {
        let required = merged.required();
        let mut properties = merged.properties();
        for name in &required {
            // A name that is asked for without a schema of its own has one that is for several.
            properties.entry(name).or_insert_with(|| member(merged, name, &self.patterns));
        }
        self.out.push('{');
        let mut first = true;
        for (name, schemas) in properties {
            let member = self.merge(&schemas, &merged.trail);
            if required.contains(name)
                || self.fill == SampleScope::Everything && self.values < MAX_VALUES && wanted(&member)
            {
                self.next(&mut first, depth + 1);
                self.key(name);
                self.value(&member, name, depth + 1);
            }
        }
        self.end('}', first, depth);
    }

    fn array(&mut self, merged: &FlatSchema<'t, 'a>, name: &str, depth: usize) {
        let tuple = merged.tuple();
        let item = merged.item().map(|item| self.merge(&[item], &merged.trail));
        let least = merged.number("minItems").unwrap_or(0.0);
        let filled = match (self.fill, &item) {
            (SampleScope::RequiredOnly, _) => 0,
            (SampleScope::Everything, Some(item)) if tuple.is_empty() && wanted(item) => 1,
            (SampleScope::Everything, _) => tuple.len(),
        };
        let most = merged.number("maxItems").unwrap_or(f64::INFINITY);
        self.out.push('[');
        let mut first = true;
        for n in 0..count(least, MAX_ITEMS).max(filled).min(count(most, f64::INFINITY)) {
            self.next(&mut first, depth + 1);
            match (tuple.get(n), &item) {
                (Some(schema), _) => {
                    let member = self.merge(&[schema], &merged.trail);
                    self.value(&member, name, depth + 1);
                }
                (None, Some(item)) => self.value(item, name, depth + 1),
                (None, None) => self.out.push_str("null"),
            }
        }
        self.end(']', first, depth);
    }

    /// A value that stands in the schema, its numbers in their own spelling. As deep as trees are, at most.
    fn copy(&mut self, value: &Tree<'_>, depth: usize) {
        let mut first = true;
        match &value.shape {
            TreeKind::Object(members) => {
                self.out.push('{');
                for (name, value) in members {
                    self.next(&mut first, depth + 1);
                    self.key(name);
                    self.copy(value, depth + 1);
                }
                self.end('}', first, depth);
            }
            TreeKind::Array(items) => {
                self.out.push('[');
                for value in items {
                    self.next(&mut first, depth + 1);
                    self.copy(value, depth + 1);
                }
                self.end(']', first, depth);
            }
            _ => self.out.push_str(&value.decoded()),
        }
    }

    fn next(&mut self, first: &mut bool, depth: usize) {
        if !std::mem::take(first) {
            self.out.push(',');
        }
        self.line(depth);
    }

    fn end(&mut self, bracket: char, empty: bool, depth: usize) {
        if !empty {
            self.line(depth);
        }
        self.out.push(bracket);
    }

    fn line(&mut self, depth: usize) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n("  ", depth));
    }

    fn key(&mut self, name: &str) {
        self.out.push_str(&serde_json::Value::from(name).to_string());
        self.out.push_str(": ");
    }
}

/// True if an optional value is worth filling in.
fn wanted(merged: &FlatSchema<'_, '_>) -> bool {
    let on = |keyword| merged.get(keyword).and_then(Tree::bool) == Some(true);
    !merged.recursive && !merged.never && !on("readOnly") && !on("deprecated")
}

/// A value that the schema itself offers.
fn given<'t, 'a>(merged: &FlatSchema<'t, 'a>) -> Option<&'t Tree<'a>> {
    let types = merged.types();
    let is_of_type = |value: &&Tree<'_>| types.is_empty() || types.iter().any(|kind| value.is_a(kind));
    let choices = merged.get("enum").map_or(&[][..], Tree::items);
    let constant = merged.get("const");
    let fits = |value: &&Tree<'_>| {
        let allowed = choices.is_empty() || choices.iter().any(|choice| choice.equals(value.raw));
        is_of_type(value)
            && fits_limits(merged, value)
            && allowed
            && constant.is_none_or(|constant| constant.equals(value.raw))
    };
    let examples = merged.get("examples").map_or(&[][..], Tree::items).iter().chain(merged.get("example"));
    let choice = choices.iter().find(is_of_type).or(choices.first());
    merged.get("default").filter(fits).or(constant).or_else(|| examples.into_iter().find(fits)).or(choice)
}

/// The type to fill in.
fn kind<'t>(merged: &FlatSchema<'t, '_>, depth: usize) -> &'t str {
    let types = merged.types();
    match types.iter().find(|kind| **kind != "null").or(types.first()) {
        Some(kind) => kind,
        // The input of a tool is an object, even when its schema forgets to say so.
        None => merged.implied_type().unwrap_or(if depth == 0 { "object" } else { "null" }),
    }
}

/// The number nearest to zero that the limits allow.
fn number(merged: &FlatSchema<'_, '_>, whole: bool) -> String {
    let limit = |inclusive, exclusive, step: f64| {
        let flag = merged.get(exclusive).and_then(Tree::bool) == Some(true);
        let beside = merged.number(exclusive).map(|n| if whole && n.fract() != 0.0 { n } else { n + step });
        merged.number(inclusive).map(|n| if flag { n + step } else { n }).or(beside)
    };
    let least = limit("minimum", "exclusiveMinimum", 1.0).unwrap_or(f64::NEG_INFINITY);
    let most = limit("maximum", "exclusiveMaximum", -1.0).unwrap_or(f64::INFINITY);
    let (least, most) = if whole { (least.ceil(), most.floor()) } else { (least, most) };
    let near = 0_f64.min(most).max(least);
    let step = merged.number("multipleOf").filter(|step| *step > 0.0);
    let up = step.map_or(near, |step| (near / step).ceil() * step);
    let fitting = match step {
        Some(step) if up > most => (near / step).floor() * step,
        _ => up,
    };
    // No negative zero.
    (fitting + 0.0).to_string()
}

/// A count from a schema, which may be any number.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn count(number: f64, most: f64) -> usize {
    number.min(most) as usize
}
