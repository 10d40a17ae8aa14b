//! Values with placeholders: `{{input.title}}`.
//!
//! A placeholder that is the whole text stands for its value, of any type; inside a text it is written out. What is
//! not there is left out, with the member that would hold nothing else.

use std::cell::Cell;

use serde_json::{Map, Value};

/// Largest value that is made of a template, in bytes.
const LARGEST: usize = 8 << 20;

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

    use super::super::mistakes::{Mistakes, Place};
    use super::super::template_reader::{Standing, TemplateReader};
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
            prop::sample::select(vec!["{{input.a}}", "{{input.0.b}}", "x{{input}}y", "{{now}}", "{{\"{{input.a}}"])
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
