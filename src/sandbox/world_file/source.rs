//! Text of a world file, in TOML or JSON: its values, and where they stand.

use std::ops::Range;
use std::path::Path;

use indexmap::IndexMap;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use toml_edit::{Document, Item, TableLike};

use super::mistakes::{Place, Step, WorldMistake};

/// Levels of lists and objects inside each other, at most.
const DEEPEST: usize = 64;

/// Text of a file, in the language that it is written in.
pub enum Source<'t> {
    Toml(&'t str, Box<Document<&'t str>>),
    Json(&'t str),
}

/// A place in a TOML document on the way to another.
enum Node<'d> {
    Item(&'d Item),
    Table(&'d dyn TableLike),
    Value(&'d toml_edit::Value),
}

impl<'t> Source<'t> {
    /// The text and what it holds. The name decides on the language, or its beginning where the name says nothing.
    ///
    /// # Errors
    /// It is neither, or is nested too deeply.
    pub fn read(text: &'t str, path: &Path) -> Result<(Self, Map<String, Value>), WorldMistake> {
        let is_json = match path.extension().and_then(|extension| extension.to_str()) {
            Some(extension) if extension.eq_ignore_ascii_case("json") => true,
            Some(extension) if extension.eq_ignore_ascii_case("toml") => false,
            _ => text.trim_start().starts_with('{'),
        };
        let (source, values) = if is_json { Self::json(text)? } else { Self::toml(text)? };
        if values.values().any(|value| !is_shallow(value, DEEPEST)) {
            return Err(WorldMistake::of_file(format!("It is nested deeper than {DEEPEST} levels.")));
        }
        Ok((source, values))
    }

    fn json(text: &'t str) -> Result<(Self, Map<String, Value>), WorldMistake> {
        let values = serde_json::from_str(text).map_err(|error| {
            let words = error.to_string();
            let (words, _) = split_position(&words);
            WorldMistake {
                place: (error.line() > 0).then(|| (error.line(), error.column().max(1))),
                sentence: format!("It is not a JSON object: {words}."),
            }
        })?;
        Ok((Self::Json(text), values))
    }

    fn toml(text: &'t str) -> Result<(Self, Map<String, Value>), WorldMistake> {
        let document = Document::parse(text).map_err(|error| WorldMistake {
            place: error.span().map(|span| position(text, span.start)),
            sentence: format!("It is not TOML: {}.", error.message().trim().replace('\n', ", ")),
        })?;
        let values = object(document.as_table());
        Ok((Self::Toml(text, Box::new(document)), values))
    }

    /// Line and column of the last thing on the way to a place that is there; none for the whole file.
    pub fn locate(&self, place: &Place) -> Option<(usize, usize)> {
        match self {
            Self::Toml(text, document) => {
                let mut node = Node::Table(document.as_table());
                let mut found = None;
                for step in &place.0 {
                    let Some((next, span)) = node.step(step) else { break };
                    (node, found) = (next, span.or(found));
                }
                found.map(|span| position(text, span.start))
            }
            Self::Json(text) => {
                let mut inner = *text;
                let mut found = None;
                for step in &place.0 {
                    let Some(next) = json_step(inner, step) else { break };
                    // Slices of one text: the distance of their beginnings is an offset in it.
                    found = (next.as_ptr() as usize).checked_sub(text.as_ptr() as usize);
                    inner = next;
                }
                found.map(|offset| position(text, offset))
            }
        }
    }
}

impl<'d> Node<'d> {
    /// What stands inside, and the span of its name or of itself.
    fn step(&self, step: &Step) -> Option<(Node<'d>, Option<Range<usize>>)> {
        match step {
            Step::Key(key) => {
                let (name, item) = self.table()?.get_key_value(key)?;
                Some((Node::Item(item), name.span().or_else(|| item.span())))
            }
            Step::Item(at) => match self {
                Node::Item(Item::ArrayOfTables(tables)) => {
                    let table = tables.get(*at)?;
                    Some((Node::Table(table), table.span()))
                }
                Node::Item(Item::Value(value)) => item_of(value, *at),
                Node::Value(value) => item_of(value, *at),
                _ => None,
            },
        }
    }

    fn table(&self) -> Option<&'d dyn TableLike> {
        match *self {
            Node::Item(item) => item.as_table_like(),
            Node::Table(table) => Some(table),
            Node::Value(value) => value.as_inline_table().map(|table| table as &dyn TableLike),
        }
    }
}

fn item_of(value: &toml_edit::Value, at: usize) -> Option<(Node<'_>, Option<Range<usize>>)> {
    let item = value.as_array()?.get(at)?;
    Some((Node::Value(item), item.span()))
}

/// Text of the value inside that a step leads to.
fn json_step<'t>(text: &'t str, step: &Step) -> Option<&'t str> {
    match step {
        Step::Key(key) => {
            let members = serde_json::from_str::<IndexMap<String, &RawValue>>(text).ok()?;
            members.get(key).map(|value| value.get())
        }
        Step::Item(at) => {
            let items = serde_json::from_str::<Vec<&RawValue>>(text).ok()?;
            items.get(*at).map(|value| value.get())
        }
    }
}

fn object(table: &dyn TableLike) -> Map<String, Value> {
    table.iter().map(|(key, item)| (key.to_owned(), from_item(item))).collect()
}

fn from_item(item: &Item) -> Value {
    match item {
        Item::None => Value::Null,
        Item::Value(value) => from_value(value),
        Item::Table(table) => Value::Object(object(table)),
        Item::ArrayOfTables(tables) => tables.iter().map(|table| Value::Object(object(table))).collect(),
    }
}

fn from_value(value: &toml_edit::Value) -> Value {
    match value {
        toml_edit::Value::String(text) => text.value().as_str().into(),
        toml_edit::Value::Integer(number) => (*number.value()).into(),
        toml_edit::Value::Float(number) => (*number.value()).into(),
        toml_edit::Value::Boolean(flag) => (*flag.value()).into(),
        toml_edit::Value::Datetime(moment) => moment.value().to_string().into(),
        toml_edit::Value::Array(items) => items.iter().map(from_value).collect(),
        toml_edit::Value::InlineTable(table) => Value::Object(object(table)),
    }
}

fn is_shallow(value: &Value, left: usize) -> bool {
    let Some(left) = left.checked_sub(1) else { return false };
    match value {
        Value::Array(items) => items.iter().all(|item| is_shallow(item, left)),
        Value::Object(members) => members.values().all(|member| is_shallow(member, left)),
        _ => true,
    }
}

/// Line and column of an offset, from 1; columns count characters.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

/// Words of an error of JSON without the position that it repeats, and that position.
pub fn split_position(words: &str) -> (&str, &str) {
    words.rsplit_once(" at line ").unwrap_or((words, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locate(text: &str, name: &str, place: &Place) -> Option<(usize, usize)> {
        Source::read(text, Path::new(name)).unwrap_or_else(|mistake| panic!("{mistake:?}")).0.locate(place)
    }

    #[test]
    fn both_languages_say_the_same_and_where() {
        let toml = "a = 1\n[[tools]]\nname = \"x\"\n[[tools]]\n  name = \"y\"\n  when = { at = 2026-01-02T03:04:05Z, n = [1, { b = true }] }\n";
        let json = "{\"a\": 1, \"tools\": [\n  {\"name\": \"x\"},\n  {\"name\": \"y\",\n   \"when\": {\"at\": \"2026-01-02T03:04:05Z\", \"n\": [1, {\"b\": true}]}}]}";
        let (_, from_toml) = Source::read(toml, Path::new("w")).unwrap_or_else(|mistake| panic!("{mistake:?}"));
        let (_, from_json) = Source::read(json, Path::new("w")).unwrap_or_else(|mistake| panic!("{mistake:?}"));
        assert_eq!(from_toml, from_json);
        let second = Place::default().key("tools").item(1);
        assert_eq!(locate(toml, "w.toml", &second.key("name")), Some((5, 3)));
        assert_eq!(locate(json, "w.json", &second.key("name")), Some((3, 12)));
        let inside = second.key("when").key("n").item(1).key("b");
        assert_eq!(locate(toml, "w", &inside), Some((6, 49)));
        assert_eq!(locate(json, "w", &inside), Some((4, 58)));
        assert_eq!(locate(toml, "w", &second.key("missing")), Some((4, 1)), "the last thing that is there");
        assert_eq!(locate(toml, "w", &Place::default()), None);
    }

    #[test]
    fn what_is_neither_is_told_with_its_place() {
        let wrong = |text: &str, name: &str| Source::read(text, Path::new(name)).err().expect("a mistake");
        assert_eq!(wrong("a = 1\nb = = 2\n", "w.toml").place, Some((2, 5)));
        let json = wrong("{\"a\": 1,\n \"b\" 2}", "w.json");
        assert_eq!(json.place, Some((2, 6)));
        assert!(!json.sentence.contains("at line"), "{}", json.sentence);
        assert!(wrong("[1]", "w.json").sentence.contains("JSON object"));
        let deep = format!("{{\"a\": {}{}}}", "[".repeat(100), "]".repeat(100));
        assert!(wrong(&deep, "w.json").sentence.contains("64 levels"));
        assert!(wrong(&format!("{{\"a\": {}", "[".repeat(100_000)), "w.json").place.is_some(), "no overflow");
        wrong(&format!("a = {}", "[".repeat(100_000)), "w.toml");
    }
}
