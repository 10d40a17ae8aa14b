//! Properties of pages: what a database asks for, what is written, and what is compared.

use serde_json::{Map, Value, json};

use super::text::{plain, read_rich};

/// Kinds of properties that can be set.
const KINDS: [&str; 12] = [
    "title",
    "rich_text",
    "number",
    "select",
    "status",
    "multi_select",
    "date",
    "people",
    "checkbox",
    "url",
    "email",
    "phone_number",
];

/// One column of a database, or the title of a page that is in none.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub id: String,
    pub name: String,
    pub kind: String,
    /// Names of the options, where there are some.
    pub options: Vec<String>,
}

impl Column {
    pub fn title(name: &str) -> Self {
        Self { id: "title".into(), name: name.into(), kind: "title".into(), options: Vec::new() }
    }

    /// Reads a column as callers define it, such as `{"select": {"options": […]}}`.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn read(name: &str, definition: &Value, id: String) -> Result<Self, String> {
        let known =
            KINDS.iter().chain(&["created_time", "last_edited_time"]).find(|kind| definition.get(**kind).is_some());
        let kind = known.ok_or_else(|| format!("body failed validation: body.properties.{name} has no known type"))?;
        let options = definition.pointer(&format!("/{kind}/options")).and_then(Value::as_array);
        let name_of = |option: &Value| option.get("name").or(Some(option)).and_then(Value::as_str).map(str::to_owned);
        let options = options.map(Vec::as_slice).unwrap_or_default().iter().filter_map(name_of).collect();
        let id = if *kind == "title" { "title".into() } else { id };
        Ok(Self { id, name: name.into(), kind: (*kind).into(), options })
    }

    pub fn render(&self) -> Value {
        let inner = if self.options.is_empty() && !matches!(self.kind.as_str(), "select" | "multi_select" | "status") {
            json!({})
        } else {
            json!({"options": self.options.iter().map(|name| option(name)).collect::<Vec<_>>()})
        };
        json!({"id": self.id, "name": self.name, "type": self.kind, &self.kind: inner})
    }

    /// Value that nothing was written into.
    pub fn empty(&self) -> Value {
        match self.kind.as_str() {
            "title" | "rich_text" | "multi_select" | "people" => json!([]),
            "checkbox" => false.into(),
            _ => Value::Null,
        }
    }

    /// Reads what is written into this column. A choice that is new becomes an option, except of a status.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn write(&mut self, value: &Value, user: impl Fn(&str) -> Option<Value>) -> Result<Value, String> {
        let expected = || format!("{} is expected to be {}.", self.name, self.kind);
        let inner = match value {
            Value::Object(fields) => match fields.get(&self.kind) {
                Some(inner) => inner,
                None if fields.get("type").is_some() || fields.keys().any(|key| KINDS.contains(&key.as_str())) => {
                    return Err(expected());
                }
                None => value,
            },
            value => value,
        };
        if inner.is_null() {
            return Ok(self.empty());
        }
        match self.kind.as_str() {
            "title" | "rich_text" => read_rich(inner).ok_or_else(expected),
            "number" => inner.is_number().then(|| inner.clone()).ok_or_else(expected),
            "checkbox" => inner.is_boolean().then(|| inner.clone()).ok_or_else(expected),
            "url" | "email" | "phone_number" => inner.is_string().then(|| inner.clone()).ok_or_else(expected),
            "date" => {
                let text = |name: &str| inner.get(name).and_then(Value::as_str);
                let start = text("start").or(inner.as_str()).ok_or_else(expected)?;
                let end = text("end");
                for date in [Some(start), end].into_iter().flatten() {
                    if date.parse::<jiff::civil::Date>().is_err() && date.parse::<jiff::Timestamp>().is_err() {
                        return Err(format!(
                            "body failed validation: {}: {date} is not a valid ISO 8601 date",
                            self.name
                        ));
                    }
                }
                Ok(json!({"start": start, "end": end, "time_zone": null}))
            }
            "select" | "status" => {
                let name = inner.get("name").or(Some(inner)).and_then(Value::as_str).map(str::to_owned);
                self.choose(&name.ok_or_else(expected)?)
            }
            "multi_select" => {
                let items = inner.as_array().ok_or_else(expected)?.clone();
                let names: Option<Vec<_>> =
                    items.iter().map(|item| item.get("name").or(Some(item))?.as_str()).collect();
                names.ok_or_else(expected)?.into_iter().map(|name| self.choose(name)).collect()
            }
            "people" => {
                let items = inner.as_array().ok_or_else(expected)?;
                let found = items.iter().map(|item| user(item.get("id").or(Some(item))?.as_str()?));
                found.collect::<Option<Vec<_>>>().map(Value::from).ok_or_else(|| "Could not find user.".into())
            }
            _ => Err(format!("{} cannot be written.", self.name)),
        }
    }

    fn choose(&mut self, name: &str) -> Result<Value, String> {
        if !self.options.iter().any(|known| known == name) {
            if self.kind == "status" {
                return Err(format!("Invalid status option. Status option \"{name}\" does not exist."));
            }
            self.options.push(name.into());
        }
        Ok(option(name))
    }
}

fn option(name: &str) -> Value {
    json!({"id": format!("opt-{}", name.to_lowercase().replace(' ', "-")), "name": name, "color": "default"})
}

/// A value as it stands on a page.
pub fn render(column: &Column, value: &Value) -> Value {
    json!({"id": column.id, "type": column.kind, &column.kind: value})
}

/// Texts of a value that are compared: what it says, or the names and ids in it.
pub fn texts(kind: &str, value: &Value) -> Vec<String> {
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    match (kind, value) {
        (_, Value::Null) => Vec::new(),
        ("title" | "rich_text", value) => Some(plain(value)).filter(|text| !text.is_empty()).into_iter().collect(),
        ("select" | "status", value) => text(value, "name").into_iter().collect(),
        ("date", value) => text(value, "start").into_iter().collect(),
        ("multi_select", Value::Array(items)) => items.iter().filter_map(|item| text(item, "name")).collect(),
        ("people", Value::Array(items)) => items.iter().filter_map(|item| text(item, "id")).collect(),
        (_, Value::String(text)) => vec![text.clone()],
        (_, other) => vec![other.to_string()],
    }
}

/// Columns and values of a page as its properties.
pub fn properties(columns: &[Column], values: &Map<String, Value>) -> Value {
    let row = |column: &Column| {
        let value = values.get(&column.name).cloned().unwrap_or_else(|| column.empty());
        (column.name.clone(), render(column, &value))
    };
    Value::Object(columns.iter().map(row).collect())
}
