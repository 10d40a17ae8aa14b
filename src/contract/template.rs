//! Texts and values with placeholders: `{name}` stands for a member of the input.
//!
//! A placeholder alone in a text stands for the member itself, whatever its type; among other text it is written into
//! that. `{name:integer}` turns a text into a number on the way; `{{` and `}}` are braces. What the input lacks is left
//! out, with the table that would hold nothing else.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::Value;
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::request::Inputs;

/// Everything that would end or begin a step of a path, or mean something to whoever decodes it.
const STEP: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b':')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'@')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b';')
    .add(b'&')
    .add(b'=')
    .add(b'+')
    .add(b',');

/// Type that a member of the input is turned into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub(super) enum Cast {
    /// Whole number.
    Integer,
    /// Number.
    Number,
    /// True or false.
    Boolean,
    /// Text.
    Text,
    /// A text with commas as a list of texts; a list stays one.
    List,
    /// A list as a text with commas.
    Commas,
    /// Number of bytes that a Base64 text stands for.
    Size,
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Text(String),
    Slot { name: String, cast: Option<Cast> },
}

/// Text with placeholders.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Template(Vec<Part>);

impl Template {
    /// # Errors
    /// A sentence on what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (mut parts, mut plain, mut rest) = (Vec::new(), String::new(), text);
        while let Some(at) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(at);
            plain.push_str(before);
            if let Some(after) = from.strip_prefix("{{") {
                plain.push('{');
                rest = after;
            } else if let Some(after) = from.strip_prefix("}}") {
                plain.push('}');
                rest = after;
            } else if let Some(after) = from.strip_prefix('{') {
                let (inside, after) = after.split_once('}').ok_or("A { is not closed. {{ writes a brace.")?;
                if !plain.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                }
                parts.push(slot(inside)?);
                rest = after;
            } else {
                return Err("A } closes nothing. }} writes a brace.".into());
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Self(parts))
    }

    /// Names of the placeholders.
    pub fn slots(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Slot { name, .. } => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    /// The text before the first placeholder.
    pub fn beginning(&self) -> &str {
        match self.0.first() {
            Some(Part::Text(text)) => text,
            _ => "",
        }
    }

    /// The path, each placeholder a step or a part of one.
    ///
    /// # Errors
    /// A sentence: the input lacks a member, or one leads elsewhere.
    pub fn path(&self, input: &Inputs) -> Result<String, String> {
        let mut path = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => path.push_str(text),
                Part::Slot { name, cast } => {
                    let text = input.get(name).map(|raw| plain(name, raw, *cast)).transpose()?.flatten();
                    let text = text.filter(|text| !text.is_empty());
                    let text = text.ok_or_else(|| format!("The path needs “{name}”, which the input lacks."))?;
                    path.extend(utf8_percent_encode(&text, STEP));
                }
            }
        }
        // A step that is only dots would lead out of the path.
        if path.split('/').any(|step| matches!(step, "." | "..")) {
            return Err("A value makes the path lead elsewhere.".into());
        }
        Ok(path)
    }

    /// The text; none where the input lacks a member, or has null for it.
    ///
    /// # Errors
    /// A sentence: a member is of a type that cannot be written into a text.
    pub fn text(&self, input: &Inputs) -> Result<Option<String>, String> {
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Text(plain) => text.push_str(plain),
                Part::Slot { name, cast } => match input.get(name) {
                    None => return Ok(None),
                    Some(raw) => match plain(name, raw, *cast)? {
                        None => return Ok(None),
                        Some(value) => text.push_str(&value),
                    },
                },
            }
        }
        Ok(Some(text))
    }

    /// The value as JSON; none where the input lacks a member.
    fn json(&self, input: &Inputs) -> Result<Option<String>, String> {
        match self.0.as_slice() {
            [Part::Slot { name, cast }] => match (input.get(name), cast) {
                (None, _) => Ok(None),
                (Some(raw), None) => Ok(Some(raw.to_owned())),
                (Some("null"), Some(_)) => Ok(Some("null".to_owned())),
                (Some(raw), Some(cast)) => cast.apply(name, raw).map(|value| Some(value.to_string())),
            },
            _ => Ok(self.text(input)?.map(|text| Value::from(text).to_string())),
        }
    }
}

/// A value as text; none for null.
fn plain(name: &str, raw: &str, cast: Option<Cast>) -> Result<Option<String>, String> {
    let value = match cast {
        None | Some(Cast::Text) => serde_json::from_str(raw).unwrap_or_default(),
        Some(cast) => cast.apply(name, raw)?,
    };
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        // As it was written: a number may be larger than we can count.
        Value::Number(_) if cast.is_none() => Ok(Some(raw.to_owned())),
        Value::Number(number) => Ok(Some(number.to_string())),
        Value::Bool(flag) => Ok(Some(flag.to_string())),
        Value::Array(_) | Value::Object(_) => Err(format!("“{name}” must be a text, a number, true or false.")),
    }
}

fn slot(inside: &str) -> Result<Part, String> {
    let (name, cast) = match inside.split_once(':') {
        None => (inside, None),
        Some((name, cast)) => {
            let known = || Cast::VARIANTS.iter().map(|cast| <&str>::from(*cast)).collect::<Vec<_>>().join(", ");
            let parsed = cast.parse().map_err(|_| format!("“{cast}” is no type. Known: {}.", known()))?;
            (name, Some(parsed))
        }
    };
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    if name.is_empty() || !name.chars().all(is_name) {
        return Err(format!("“{{{inside}}}” is no placeholder. {{{{ writes a brace."));
    }
    Ok(Part::Slot { name: name.to_owned(), cast })
}

impl Cast {
    fn apply(self, name: &str, raw: &str) -> Result<Value, String> {
        let value: Value = serde_json::from_str(raw).unwrap_or_default();
        let cast = match (self, &value) {
            (Self::Integer, Value::Number(number)) if number.is_i64() || number.is_u64() => Some(value.clone()),
            (Self::Integer, Value::String(text)) => text.trim().parse::<i64>().ok().map(Value::from),
            (Self::Number, Value::Number(_)) => Some(value.clone()),
            (Self::Number, Value::String(text)) => match text.trim().parse::<i64>() {
                Ok(whole) => Some(whole.into()),
                Err(_) => text.trim().parse::<f64>().ok().filter(|number| number.is_finite()).map(Value::from),
            },
            (Self::Boolean, Value::Bool(_)) => Some(value.clone()),
            (Self::Boolean, Value::String(text)) => text.trim().parse::<bool>().ok().map(Value::from),
            (Self::Text, Value::String(_)) => Some(value.clone()),
            (Self::Text, Value::Number(_) | Value::Bool(_)) => Some(raw.into()),
            (Self::List, Value::Array(_)) => Some(value.clone()),
            (Self::List, Value::String(text)) => {
                let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
                Some(items.map(Value::from).collect::<Vec<_>>().into())
            }
            (Self::Commas, Value::String(_)) => Some(value.clone()),
            (Self::Commas, Value::Array(items)) => {
                let items: Option<Vec<_>> = items.iter().map(Value::as_str).collect();
                items.map(|items| items.join(",").into())
            }
            (Self::Size, Value::String(text)) => super::upload::decode(text).map(|bytes| bytes.len().into()),
            _ => None,
        };
        cast.ok_or_else(|| match self {
            Self::Size => format!("“{name}” must be Base64."),
            Self::List | Self::Commas => format!("“{name}” must be a list, or texts with commas between them."),
            other => format!("“{name}” cannot be read as {}.", <&str>::from(other)),
        })
    }
}

/// Value whose texts hold placeholders.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum ValueTemplate {
    Plain(Value),
    Text(Template),
    List(Vec<ValueTemplate>),
    Table(Vec<(String, ValueTemplate)>),
}

impl ValueTemplate {
    /// # Errors
    /// A sentence on what is wrong with a text in it.
    pub fn of(value: Value) -> Result<Self, String> {
        Ok(match value {
            Value::String(text) => Self::Text(Template::parse(&text)?),
            Value::Array(items) => Self::List(items.into_iter().map(Self::of).collect::<Result<_, _>>()?),
            Value::Object(members) => {
                let member = |(name, value)| Ok::<_, String>((name, Self::of(value)?));
                Self::Table(members.into_iter().map(member).collect::<Result<_, _>>()?)
            }
            plain => Self::Plain(plain),
        })
    }

    /// Names of the placeholders.
    pub fn slots(&self) -> Vec<&str> {
        match self {
            Self::Plain(_) => Vec::new(),
            Self::Text(template) => template.slots().collect(),
            Self::List(items) => items.iter().flat_map(Self::slots).collect(),
            Self::Table(members) => members.iter().flat_map(|(_, value)| value.slots()).collect(),
        }
    }

    /// The value as JSON. A table or list that is left with nothing is left out, unless it was written empty.
    ///
    /// # Errors
    /// A sentence: a member of the input is of another type than is wanted.
    pub fn json(&self, input: &Inputs) -> Result<Option<String>, String> {
        match self {
            Self::Plain(value) => Ok(Some(value.to_string())),
            Self::Text(template) => template.json(input),
            Self::List(items) => {
                let found = items.iter().filter_map(|item| item.json(input).transpose());
                let found = found.collect::<Result<Vec<_>, _>>()?;
                let is_left_out = found.is_empty() && !items.is_empty();
                Ok((!is_left_out).then(|| format!("[{}]", found.join(","))))
            }
            Self::Table(members) => {
                let found = self.members(input)?;
                let is_left_out = found.is_empty() && !members.is_empty();
                let written = found.into_iter().map(|(name, json)| format!("{}:{json}", Value::from(name)));
                Ok((!is_left_out).then(|| format!("{{{}}}", written.collect::<Vec<_>>().join(","))))
            }
        }
    }

    /// Members of a table that the input fills, each with its JSON; none of anything else.
    ///
    /// # Errors
    /// As [`ValueTemplate::json`].
    pub fn members(&self, input: &Inputs) -> Result<Vec<(&str, String)>, String> {
        let Self::Table(members) = self else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for (name, value) in members {
            found.extend(value.json(input)?.map(|json| (name.as_str(), json)));
        }
        Ok(found)
    }

    /// Names of the members that are tables themselves.
    pub fn tables(&self) -> impl Iterator<Item = &str> {
        let members = match self {
            Self::Table(members) => members.as_slice(),
            _ => &[],
        };
        members.iter().filter(|(_, value)| matches!(value, Self::Table(_))).map(|(name, _)| name.as_str())
    }

    /// Names of the members of a table.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let members = match self {
            Self::Table(members) => members.as_slice(),
            _ => &[],
        };
        members.iter().map(|(name, _)| name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use percent_encoding::percent_decode_str;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn text(template: &str, input: &str) -> Result<Option<String>, String> {
        Template::parse(template).unwrap().text(&Inputs::from(input))
    }

    fn body(template: Value, input: &str) -> Option<String> {
        ValueTemplate::of(template).unwrap().json(&Inputs::from(input)).unwrap()
    }

    #[test]
    fn placeholders_are_filled_and_what_lacks_is_left_out() {
        assert_eq!(text("a {x}, {{y}} {n}", r#"{"x":"b","n":7}"#), Ok(Some("a b, {y} 7".into())));
        assert_eq!(text("{x}", "{}"), Ok(None));
        assert_eq!(text("{x}", r#"{"x":null}"#), Ok(None));
        assert!(text("{x}", r#"{"x":[1]}"#).unwrap_err().contains("must be a text"));
        let template = json!({"a": "{x}", "b": {"c": "{y}"}, "d": [{"e": "{y}"}], "f": {}, "g": 1});
        assert_eq!(body(template.clone(), r#"{"x":null}"#).unwrap(), r#"{"a":null,"f":{},"g":1}"#);
        let whole = r#"{"a":[1.10],"b":{"c":123456789012345678901},"d":[{"e":123456789012345678901}],"f":{},"g":1}"#;
        assert_eq!(body(template, r#"{"x":[1.10],"y":123456789012345678901}"#).unwrap(), whole, "byte for byte");
        assert_eq!(body(json!({"a": {"b": "{x}"}}), "{}"), None);
    }

    #[test]
    fn types_are_changed_on_the_way() {
        for (cast, given, made) in [
            ("integer", r#""3""#, "3"),
            ("integer", "3", "3"),
            ("number", r#"" 1.5 ""#, "1.5"),
            ("number", r#""2""#, "2"),
            ("boolean", r#""true""#, "true"),
            ("text", "12345678901234567890123", r#""12345678901234567890123""#),
            ("list", r#""a, b,""#, r#"["a","b"]"#),
            ("list", r#"["a"]"#, r#"["a"]"#),
            ("commas", r#"["a","b"]"#, r#""a,b""#),
            ("size", r#""aGVsbG8=""#, "5"),
            ("integer", "null", "null"),
        ] {
            let template = Value::from(format!("{{x:{cast}}}"));
            assert_eq!(body(template, &format!(r#"{{"x":{given}}}"#)).as_deref(), Some(made), "{cast} of {given}");
        }
        for (cast, given) in
            [("integer", r#""x""#), ("integer", "1.5"), ("boolean", "1"), ("list", "1"), ("size", "\"?\"")]
        {
            let template = ValueTemplate::of(Value::from(format!("{{x:{cast}}}"))).unwrap();
            assert!(template.json(&Inputs::from(format!(r#"{{"x":{given}}}"#).as_str())).is_err(), "{cast} of {given}");
        }
    }

    #[test]
    fn a_path_is_closed_to_whatever_leads_out_of_it() {
        let path = |id: &str| {
            Template::parse("/a/{id}/b").unwrap().path(&Inputs::from(json!({"id": id}).to_string().as_str()))
        };
        assert_eq!(path("x y/ü?#%").unwrap(), "/a/x%20y%2F%C3%BC%3F%23%25/b");
        for id in ["", ".", ".."] {
            assert!(path(id).is_err(), "{id:?}");
        }
    }

    #[test]
    fn what_is_no_template_is_said() {
        for text in ["{", "}", "{}", "{a b}", "{a:frob}", "{a", "a}b"] {
            assert!(Template::parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_written_with_doubled_braces(text in ".*") {
            let written = text.replace('{', "{{").replace('}', "}}");
            let read = Template::parse(&written).unwrap().text(&Inputs::default()).unwrap();
            prop_assert_eq!(read, Some(text));
        }

        #[test]
        fn any_value_is_one_step_of_a_path_and_comes_back(value in "\\PC+") {
            let input = json!({"x": value}).to_string();
            if let Ok(path) = Template::parse("/a/{x}/z").unwrap().path(&Inputs::from(input.as_str())) {
                let steps: Vec<_> = path.split('/').collect();
                prop_assert_eq!(steps.len(), 4);
                prop_assert_eq!(percent_decode_str(steps[2]).decode_utf8().unwrap(), value);
                prop_assert!(!path.contains(['?', '#', '\\', ' ']));
            }
        }

        #[test]
        fn any_input_makes_json(value in "\\PC*", number in any::<f64>(), flag in any::<bool>()) {
            let input = json!({"a": value, "b": [number], "c": flag}).to_string();
            let template = json!({"x": "{a}", "y": {"z": "{b}"}, "w": "to {a}: {c}", "v": ["{d}"]});
            let made: Value = serde_json::from_str(&body(template, &input).unwrap()).unwrap();
            prop_assert_eq!(&made["x"], &Value::from(value.as_str()));
            prop_assert_eq!(&made["w"], &Value::from(format!("to {value}: {flag}")));
            prop_assert!(made.get("v").is_none());
        }

        #[test]
        fn no_text_makes_the_reader_fail_otherwise_than_in_words(text in "\\PC*") {
            let _ = Template::parse(&text);
            let _ = super::super::Contract::parse(&text, "x");
        }
    }
}
