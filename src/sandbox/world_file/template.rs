//! Values with placeholders: `{{input.title}}`.
//!
//! A placeholder that is the whole text stands for its value, of any type; inside a text it is written out. What is
//! not there is left out, with the member that would hold nothing else.

use std::cell::Cell;

use serde_json::{Map, Value};

use super::fields::unknown;
use super::mistakes::{Mistakes, Place};
use crate::domain::nearest_name;

/// Largest value that is made of a template, in bytes.
const LARGEST: usize = 8 << 20;

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

/// What a placeholder asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    Input,
    Identifier,
    /// Key of the person who acts.
    Person,
    Name,
    Email,
    Connection,
    /// Id of the account.
    Account,
    Now,
    /// Another id at each call.
    Id,
    /// Number of the call of this tool, from 1.
    Call,
    Item,
    Items,
    /// Number of a new item, from 1.
    Number,
}

/// Values of placeholders, for one call.
pub trait Values {
    /// The value of a name; none where it has none.
    fn value(&self, slot: Slot) -> Option<Value>;

    /// The value at a path inside; without a copy of the whole where that is large.
    fn inside(&self, slot: Slot, path: &[String]) -> Option<Value> {
        follow(&self.value(slot)?, path).cloned()
    }
}

/// Member of a member, and item by number.
pub fn follow<'v>(value: &'v Value, path: &[String]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, step| match value {
        Value::Object(members) => members.get(step),
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        _ => None,
    })
}

/// A value with placeholders.
#[derive(Clone, Debug, PartialEq)]
pub enum Template {
    Fixed(Value),
    Whole(Slot, Vec<String>),
    Text(Vec<Piece>),
    List(Vec<Template>),
    Object(Vec<(String, Template)>),
}

/// Part of a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    Fixed(String),
    Slot(Slot, Vec<String>),
}

/// The value grew beyond all bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge;

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

impl Template {
    /// The value with everything filled in; none where it is one placeholder of something that is not there.
    ///
    /// # Errors
    /// It would be larger than 8 MB.
    pub fn fill(&self, values: &dyn Values) -> Result<Option<Value>, TooLarge> {
        self.within(values, &Cell::new(LARGEST))
    }

    /// Whether a placeholder asks for this.
    pub fn asks(&self, slot: Slot) -> bool {
        match self {
            Self::Fixed(_) => false,
            Self::Whole(known, _) => *known == slot,
            Self::Text(pieces) => pieces.iter().any(|piece| matches!(piece, Piece::Slot(known, _) if *known == slot)),
            Self::List(items) => items.iter().any(|item| item.asks(slot)),
            Self::Object(members) => members.iter().any(|(_, member)| member.asks(slot)),
        }
    }

    /// As [`Template::fill`], as a text.
    ///
    /// # Errors
    /// As there.
    pub fn fill_text(&self, values: &dyn Values) -> Result<String, TooLarge> {
        Ok(self.fill(values)?.as_ref().map(written).unwrap_or_default())
    }

    fn within(&self, values: &dyn Values, left: &Cell<usize>) -> Result<Option<Value>, TooLarge> {
        let value = match self {
            Self::Fixed(value) => {
                spend(left, value)?;
                value.clone()
            }
            Self::Whole(slot, path) => match ask(values, *slot, path) {
                Some(value) => {
                    spend(left, &value)?;
                    value
                }
                None => return Ok(None),
            },
            Self::Text(pieces) => {
                let mut text = String::new();
                for piece in pieces {
                    match piece {
                        Piece::Fixed(fixed) => text.push_str(fixed),
                        Piece::Slot(slot, path) => {
                            if let Some(value) = ask(values, *slot, path) {
                                spend(left, &value)?;
                                text.push_str(&written(&value));
                            }
                        }
                    }
                }
                text.into()
            }
            Self::List(items) => {
                let mut filled = Vec::with_capacity(items.len());
                for item in items {
                    filled.extend(item.within(values, left)?);
                }
                Value::Array(filled)
            }
            Self::Object(members) => {
                let mut filled = Map::new();
                for (key, member) in members {
                    if let Some(value) = member.within(values, left)? {
                        filled.insert(key.clone(), value);
                    }
                }
                Value::Object(filled)
            }
        };
        Ok(Some(value))
    }
}

fn ask(values: &dyn Values, slot: Slot, path: &[String]) -> Option<Value> {
    let value = if path.is_empty() { values.value(slot) } else { values.inside(slot, path) };
    value.filter(|value| !value.is_null() || !path.is_empty())
}

/// A value inside a text.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn spend(left: &Cell<usize>, value: &Value) -> Result<(), TooLarge> {
    left.set(left.get().checked_sub(size(value)).ok_or(TooLarge)?);
    Ok(())
}

/// About as many bytes as the value is long when written.
pub fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 2,
        Value::Array(items) => 2 + items.iter().map(|item| size(item) + 1).sum::<usize>(),
        Value::Object(members) => 2 + members.iter().map(|(key, value)| key.len() + size(value) + 4).sum::<usize>(),
        _ => 8,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    struct Sample(Value);

    impl Values for Sample {
        fn value(&self, slot: Slot) -> Option<Value> {
            match slot {
                Slot::Input => Some(self.0.clone()),
                Slot::Email => Some("mia@globex.example".into()),
                Slot::Call => Some(3.into()),
                _ => None,
            }
        }
    }

    fn read(value: Value, standing: Standing, input: Option<&[&str]>) -> (Template, usize) {
        let mistakes = Mistakes::default();
        let template = TemplateReader { standing, input, mistakes: &mistakes }.read(&value, &Place::default());
        let source = super::super::source::Source::Json("{}");
        (template, mistakes.located(&source).len())
    }

    fn filled(template: Value, input: Value) -> Value {
        let (template, mistakes) = read(template, Standing::Plain, None);
        assert_eq!(mistakes, 0);
        template.fill(&Sample(input)).unwrap().unwrap_or(Value::Null)
    }

    #[test]
    fn a_whole_placeholder_keeps_its_type_and_one_in_a_text_is_written() {
        let input = json!({"n": 5, "list": [1, {"b": true}], "text": "x", "none": null});
        let template = json!({
            "n": "{{input.n}}", "list": "{{ input.list }}", "inner": "{{input.list.1.b}}", "call": "{{call}}",
            "text": "{{input.text}}-{{input.n}} {{input.list.1}} {{email}}!{{input.gone}}{{input.none}}",
            "fixed": [1, "a"], "braces": "{{\"{{\"}}x{{\"}}\"}}",
        });
        let expected = json!({
            "n": 5, "list": [1, {"b": true}], "inner": true, "call": 3,
            "text": "x-5 {\"b\":true} mia@globex.example!", "fixed": [1, "a"], "braces": "{{x}}",
        });
        assert_eq!(filled(template, input), expected);
    }

    #[test]
    fn what_is_not_there_is_left_out() {
        let template = json!({"a": "{{input.gone}}", "b": ["{{input.gone}}", 1], "c": {"d": "{{input.gone}}"}, "e": "{{input.none}}"});
        assert_eq!(filled(template, json!({"none": null})), json!({"b": [1], "c": {}, "e": null}));
    }

    #[test]
    fn names_that_mean_nothing_are_mistakes() {
        let count = |text: &str, standing| read(text.into(), standing, Some(&["title"])).1;
        assert_eq!(count("{{input.title}} {{email}}", Standing::Plain), 0);
        for wrong in
            ["{{imput.title}}", "{{input.titel}}", "{{email.x}}", "{{item}}", "{{n}}", "{{", "{{}}", "{{input.}}"]
        {
            assert_eq!(count(wrong, Standing::Plain), 1, "{wrong}");
        }
        assert_eq!(
            count("{{item.id}}", Standing::Item) + count("{{items}}", Standing::Items) + count("{{n}}", Standing::Id),
            0
        );
    }

    #[test]
    fn a_template_does_not_blow_up() {
        let many: Vec<_> = std::iter::repeat_n("{{input}}", 100).collect();
        let (template, _) = read(json!(many), Standing::Plain, None);
        assert_eq!(template.fill(&Sample(json!({"x": "y".repeat(1 << 20)}))), Err(TooLarge));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[{}\"a-z. ]{0,12}".prop_map(Value::from),
            prop_oneof!["{{input.a}}", "{{input.0.b}}", "x{{input}}y", "{{now}}", "{{\"{{input.a}}"]
                .prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec(("[ab0]", inner), 0..4)
                    .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn nothing_that_is_written_makes_it_fall_over(template in any_json(), input in any_json()) {
            let (read, _) = read(template, Standing::Plain, None);
            prop_assert!(read.fill(&Sample(input.clone())).is_ok());
            prop_assert!(read.fill_text(&Sample(input)).is_ok());
        }

        #[test]
        fn a_value_without_braces_is_itself(value in any_json()) {
            prop_assume!(!value.to_string().contains("{{"));
            prop_assert_eq!(filled(value.clone(), json!({})), value);
        }
    }
}
