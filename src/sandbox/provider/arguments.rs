//! Reading a call's arguments.

use serde_json::{Map, Value};

use super::call::ProviderRefusal;

/// Mistake in an argument.
#[derive(Debug)]
pub enum Problem {
    Missing,
    NotText,
    NotANumber,
    NotTexts,
    NotAFlag,
}

/// Arguments of one call, and how this provider complains about them.
pub struct Arguments<'a> {
    pub map: &'a Map<String, Value>,
    pub complain: fn(&str, Problem) -> ProviderRefusal,
}

impl<'a> Arguments<'a> {
    /// An optional text; null and empty count as absent.
    pub fn text(&self, name: &str) -> Result<Option<&'a str>, ProviderRefusal> {
        match self.map.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|text| !text.trim().is_empty())),
            Some(_) => Err((self.complain)(name, Problem::NotText)),
        }
    }

    pub fn required_text(&self, name: &str) -> Result<&'a str, ProviderRefusal> {
        self.text(name)?.ok_or_else(|| (self.complain)(name, Problem::Missing))
    }

    /// An optional whole number. The vendor's schemas declare some numbers as strings, so both are
    /// read; 3.0 is whole too, because numbers on this wire go through a double.
    pub fn number(&self, name: &str) -> Result<Option<i64>, ProviderRefusal> {
        let number = match self.map.get(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) if text.is_empty() => return Ok(None),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(value) => value.as_i64().or_else(|| value.as_f64().and_then(whole)),
        };
        number.map(Some).ok_or_else(|| (self.complain)(name, Problem::NotANumber))
    }

    pub fn required_number(&self, name: &str) -> Result<i64, ProviderRefusal> {
        self.number(name)?.ok_or_else(|| (self.complain)(name, Problem::Missing))
    }

    /// An optional yes or no; a query writes it out.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, ProviderRefusal> {
        match self.map.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) if text == "true" || text == "false" => Ok(Some(text == "true")),
            Some(_) => Err((self.complain)(name, Problem::NotAFlag)),
        }
    }

    /// A list of texts; empty when absent.
    pub fn texts(&self, name: &str) -> Result<Vec<&'a str>, ProviderRefusal> {
        self.optional_texts(name).map(Option::unwrap_or_default)
    }

    /// A list of texts, where an empty one means something else than none.
    pub fn optional_texts(&self, name: &str) -> Result<Option<Vec<&'a str>>, ProviderRefusal> {
        let texts = match self.map.get(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Array(items)) => items.iter().map(Value::as_str).collect::<Option<Vec<_>>>(),
            Some(_) => None,
        };
        texts.map(Some).ok_or_else(|| (self.complain)(name, Problem::NotTexts))
    }

    /// The rows of one numbered page: `page` from 1, `per_page` of at most 100.
    pub fn page<T>(&self, rows: impl Iterator<Item = T>) -> Result<Vec<T>, ProviderRefusal> {
        const DEFAULT: i64 = 30;
        const LARGEST: i64 = 100;
        let size = self.number("per_page")?.unwrap_or(DEFAULT).clamp(1, LARGEST);
        let before = self.number("page")?.unwrap_or(1).max(1).saturating_sub(1).saturating_mul(size);
        let count = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
        Ok(rows.skip(count(before)).take(count(size)).collect())
    }
}

fn whole(number: f64) -> Option<i64> {
    const LARGEST: f64 = 9_007_199_254_740_992.0;
    (number.fract() == 0.0 && number.abs() <= LARGEST).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::sandbox::provider::ProviderRefusalKind;

    fn read<T>(value: Value, read: impl Fn(&Arguments<'_>) -> Result<T, ProviderRefusal>) -> Result<T, String> {
        let map = Map::from_iter([("a".into(), value)]);
        let complain = |name: &str, problem| ProviderRefusal {
            kind: ProviderRefusalKind::Input,
            code: "",
            message: format!("{name} {problem:?}"),
        };
        read(&Arguments { map: &map, complain }).map_err(|trouble| trouble.message)
    }

    #[test]
    fn numbers_and_flags_may_be_written_out() {
        let number = |value| read(value, |arguments| arguments.number("a"));
        assert_eq!(number(json!("12")), Ok(Some(12)));
        assert_eq!(number(json!(3.0)), Ok(Some(3)));
        assert_eq!(number(json!(null)), Ok(None));
        for bad in [json!(3.5), json!(1e300), json!("x"), json!([1])] {
            assert_eq!(number(bad), Err("a NotANumber".into()));
        }
        let flag = |value| read(value, |arguments| arguments.flag("a"));
        assert_eq!(
            (flag(json!(true)), flag(json!("false")), flag(json!(""))),
            (Ok(Some(true)), Ok(Some(false)), Ok(None))
        );
        assert_eq!(flag(json!(1)), Err("a NotAFlag".into()));
    }

    #[test]
    fn an_empty_list_is_not_an_absent_one() {
        let texts = |value| read(value, |arguments| Ok(arguments.optional_texts("a")?.map(|texts| texts.len())));
        assert_eq!((texts(json!([])), texts(json!(["x"])), texts(json!(null))), (Ok(Some(0)), Ok(Some(1)), Ok(None)));
        assert_eq!(texts(json!(["x", 1])), Err("a NotTexts".into()));
    }
}
