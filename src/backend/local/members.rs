//! Members of the tables of `connections.toml`, read and written.

use toml_edit::{Array, InlineTable, Item, TableLike, Value};
use url::Url;

use crate::secrets::SecretReference;

/// Reads a URL that credentials are sent to: https, or http on this machine.
///
/// # Errors
/// What is wrong with it, as the end of a sentence.
pub fn checked_url(key: &str, text: &str) -> Result<Url, String> {
    crate::oauth::endpoint(&format!("“{key}”"), text).map_err(|fault| fault.message.trim_end_matches('.').to_owned())
}

pub(super) fn text<'a>(table: &'a dyn TableLike, key: &str) -> Result<Option<&'a str>, String> {
    let Some(item) = table.get(key) else { return Ok(None) };
    match item.as_str() {
        Some(text) if !text.trim().is_empty() => Ok(Some(text)),
        _ => Err(format!("“{key}” is not a text")),
    }
}

pub(super) fn flag(table: &dyn TableLike, key: &str) -> Result<bool, String> {
    let Some(item) = table.get(key) else { return Ok(false) };
    item.as_bool().ok_or_else(|| format!("“{key}” is not true or false"))
}

pub(super) fn texts(table: &dyn TableLike, key: &str) -> Result<Vec<String>, String> {
    let Some(item) = table.get(key) else { return Ok(Vec::new()) };
    let odd = || format!("“{key}” is not a list of texts");
    let list = item.as_array().ok_or_else(odd)?;
    list.iter().map(|value| value.as_str().map(str::to_owned).ok_or_else(odd)).collect()
}

/// A secret by reference. The secret itself is refused: it has no place in a file.
pub(super) fn reference(table: &dyn TableLike, key: &str) -> Result<Option<SecretReference>, String> {
    table.get(key).map(|item| reference_of(key, item)).transpose()
}

/// The same of one value, which `key` names.
pub(super) fn reference_of(key: &str, item: &Item) -> Result<SecretReference, String> {
    let odd =
        || format!("“{key}” names a secret by {{ env = \"NAME\" }} or {{ command = [\"program\"] }}, and never is one");
    let place = item.as_table_like().filter(|place| place.len() == 1).ok_or_else(odd)?;
    if let Some(name) = place.get("env").and_then(Item::as_str).filter(|name| !name.is_empty()) {
        return Ok(SecretReference::Env(name.to_owned()));
    }
    let words = place.get("command").and_then(Item::as_array).filter(|words| !words.is_empty()).ok_or_else(odd)?;
    let words = words.iter().map(|word| word.as_str().map(str::to_owned).ok_or_else(odd));
    words.collect::<Result<_, _>>().map(SecretReference::Command)
}

pub(super) fn referred(reference: &SecretReference) -> Value {
    let mut place = InlineTable::new();
    match reference {
        SecretReference::Env(name) => place.insert("env", name.as_str().into()),
        SecretReference::Command(words) => place.insert("command", words.iter().collect::<Array>().into()),
    };
    place.into()
}
