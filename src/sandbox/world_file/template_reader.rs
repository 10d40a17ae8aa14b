//! From values of the file to templates.

use serde_json::Value;

use super::fields::unknown;
use super::mistakes::{Mistakes, Place};
use super::template::{Piece, Slot, Template};
use crate::domain::nearest_name;

/// Where a template stands, and so which names mean something in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// In a result or a refusal.
    Plain,
    /// In the result of something that finds or makes one item of a collection.
    Item,
    /// In the result of something that lists items of a collection.
    Items,
    /// In the id of a new item.
    Id,
}

/// Names that may be asked for without a path.
const NAMES: [(&str, Slot); 12] = [
    ("input", Slot::Input),
    ("identifier", Slot::Identifier),
    ("person", Slot::Person),
    ("name", Slot::Name),
    ("email", Slot::Email),
    ("connection", Slot::Connection),
    ("account", Slot::Account),
    ("now", Slot::Now),
    ("id", Slot::Id),
    ("call", Slot::Call),
    ("item", Slot::Item),
    ("items", Slot::Items),
];

/// Name of the number of a new item, in its id.
const NUMBER: &str = "n";

/// Reads templates, and tells what is wrong in them.
pub struct TemplateReader<'r> {
    pub standing: Standing,
    /// Names that the input may have; none where that is not known.
    pub input: Option<&'r [&'r str]>,
    pub mistakes: &'r Mistakes,
}

impl TemplateReader<'_> {
    /// Reads a value. Mistakes in it are told.
    pub fn read(&self, value: &Value, place: &Place) -> Template {
        match value {
            Value::String(text) => self.text(text, place),
            Value::Array(items) => {
                let read = |(at, item)| self.read(item, &place.item(at));
                fixed_or(items.iter().enumerate().map(read).collect(), value, Template::List)
            }
            Value::Object(members) => {
                let read = |(key, member): (&String, &Value)| (key.clone(), self.read(member, &place.key(key)));
                let members: Vec<_> = members.iter().map(read).collect();
                match members.iter().all(|(_, member)| matches!(member, Template::Fixed(_))) {
                    true => Template::Fixed(value.clone()),
                    false => Template::Object(members),
                }
            }
            other => Template::Fixed(other.clone()),
        }
    }

    /// Reads a text.
    pub fn text(&self, text: &str, place: &Place) -> Template {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("{{") {
            let Some((name, after)) = behind.split_once("}}") else {
                let sentence = format!("“{{{{” is not closed in “{text}”. {{{{\"{{{{\"}}}} stands for the braces.");
                self.mistakes.tell(place.clone(), sentence);
                return Template::Fixed(text.into());
            };
            push(&mut pieces, before);
            // Braces in quotes: the closing ones may stand in them.
            match quoted(behind) {
                Some((literal, after)) => {
                    push(&mut pieces, &literal);
                    rest = after;
                }
                None => {
                    match self.slot(name.trim(), place) {
                        Some((slot, path)) => pieces.push(Piece::Slot(slot, path)),
                        None => return Template::Fixed(text.into()),
                    }
                    rest = after;
                }
            }
        }
        push(&mut pieces, rest);
        match pieces.as_slice() {
            [] => Template::Fixed("".into()),
            [Piece::Fixed(text)] => Template::Fixed(text.as_str().into()),
            [Piece::Slot(slot, path)] => Template::Whole(*slot, path.clone()),
            _ => Template::Text(pieces),
        }
    }

    fn slot(&self, text: &str, place: &Place) -> Option<(Slot, Vec<String>)> {
        let mut steps = text.split('.').map(str::to_owned);
        let name = steps.next().unwrap_or_default();
        let path: Vec<String> = steps.collect();
        let is_known = |slot: Slot| match slot {
            Slot::Item => self.standing == Standing::Item,
            Slot::Items => self.standing == Standing::Items,
            Slot::Number => self.standing == Standing::Id,
            _ => true,
        };
        let names: Vec<_> = NAMES.into_iter().chain([(NUMBER, Slot::Number)]).filter(|(_, s)| is_known(*s)).collect();
        let known: Vec<_> = names.iter().map(|(name, _)| *name).collect();
        let Some((_, slot)) = names.iter().find(|(known, _)| *known == name).copied() else {
            let meant = nearest_name(&name, known.iter().copied());
            self.mistakes.tell(place.clone(), unknown(&format!("There is no {{{{{text}}}}} here"), meant, &known));
            return None;
        };
        let may_have_path = matches!(slot, Slot::Input | Slot::Item | Slot::Items);
        if path.iter().any(String::is_empty) || (!may_have_path && !path.is_empty()) {
            let sentence = format!("{{{{{text}}}}} goes too far: “{name}” has nothing of that name inside.");
            self.mistakes.tell(place.clone(), sentence);
            return None;
        }
        if let (Slot::Input, Some(first), Some(members)) = (slot, path.first(), self.input)
            && !members.contains(&first.as_str())
        {
            let meant = nearest_name(first, members.iter().copied());
            let what = format!("The input schema has no “{first}”");
            self.mistakes.tell(place.clone(), unknown(&what, meant, members));
        }
        Some((slot, path))
    }
}

fn push(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(Piece::Fixed(last)) => last.push_str(text),
        _ => pieces.push(Piece::Fixed(text.to_owned())),
    }
}

/// A text in quotes in place of a name, and what follows its closing braces.
fn quoted(behind: &str) -> Option<(String, &str)> {
    let start = behind.trim_start();
    if !start.starts_with('"') {
        return None;
    }
    let mut texts = serde_json::Deserializer::from_str(start).into_iter::<String>();
    let literal = texts.next()?.ok()?;
    let after = start.get(texts.byte_offset()..)?;
    after.trim_start().strip_prefix("}}").map(|after| (literal, after))
}

fn fixed_or(read: Vec<Template>, value: &Value, make: impl FnOnce(Vec<Template>) -> Template) -> Template {
    let is_fixed = read.iter().all(|item| matches!(item, Template::Fixed(_)));
    if is_fixed { Template::Fixed(value.clone()) } else { make(read) }
}
