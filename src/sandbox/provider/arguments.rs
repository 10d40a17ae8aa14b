//! Reading a call's arguments.

use serde_json::{Map, Value};

use super::call::Trouble;

/// What is wrong with an argument.
#[derive(Debug)]
pub enum Problem {
    Missing,
    NotText,
    NotANumber,
    NotTexts,
}

/// Arguments of one call, and how this provider complains about them.
pub struct Arguments<'a> {
    pub map: &'a Map<String, Value>,
    pub complain: fn(&str, Problem) -> Trouble,
}

impl<'a> Arguments<'a> {
    /// An optional text; null and empty count as absent.
    pub fn text(&self, name: &str) -> Result<Option<&'a str>, Trouble> {
        match self.map.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|text| !text.trim().is_empty())),
            Some(_) => Err((self.complain)(name, Problem::NotText)),
        }
    }

    pub fn required_text(&self, name: &str) -> Result<&'a str, Trouble> {
        self.text(name)?.ok_or_else(|| (self.complain)(name, Problem::Missing))
    }

    /// An optional whole number. The vendor's schemas declare some numbers as strings, so both are read.
    pub fn number(&self, name: &str) -> Result<Option<i64>, Trouble> {
        let number = match self.map.get(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) if text.is_empty() => return Ok(None),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(value) => value.as_i64(),
        };
        number.map(Some).ok_or_else(|| (self.complain)(name, Problem::NotANumber))
    }

    /// A list of texts; empty when absent.
    pub fn texts(&self, name: &str) -> Result<Vec<&'a str>, Trouble> {
        let texts = match self.map.get(name) {
            None | Some(Value::Null) => Some(Vec::new()),
            Some(Value::Array(items)) => items.iter().map(Value::as_str).collect(),
            Some(_) => None,
        };
        texts.ok_or_else(|| (self.complain)(name, Problem::NotTexts))
    }
}
