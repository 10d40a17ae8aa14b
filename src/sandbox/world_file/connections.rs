//! `[[providers]]` and `[[connections]]`.

use jiff::SignedDuration;

use super::base::Base;
use super::fields::{Fields, unknown};
use crate::backend::scalekit::wire::providers::WireAuthField;
use crate::domain::nearest_name;

/// Types of connection that an application may have. Reference: section 3.2, ConnectionType.
const TYPES: [&str; 9] =
    ["OAUTH", "API_KEY", "BASIC", "BEARER", "OAUTH_M2M", "TRELLO_OAUTH1", "GOOGLE_DWD", "SMART_FHIR", "NO_AUTH"];

/// Lifetime of an access token where none is named.
const TOKEN_LIFETIME: SignedDuration = SignedDuration::from_hours(1);

/// A provider of the file's own.
#[derive(Clone, Debug)]
pub struct ProviderEntry {
    /// Its key on the wire.
    pub key: String,
    /// Its name for people.
    pub name: String,
    pub description: String,
    pub categories: Vec<String>,
    pub token_prefix: String,
    /// Base URL that is told for the proxy; nothing is ever sent there.
    pub proxy_url: Option<String>,
    /// What a person types in where that is not the usual for the type.
    pub fields: Vec<WireAuthField>,
}

/// A connection as the file has it.
#[derive(Clone, Debug)]
pub struct ConnectionEntry {
    pub name: String,
    pub provider: String,
    /// Its type on the wire.
    pub kind: String,
    /// Names, and what each allows in words.
    pub scopes: Vec<(String, String)>,
    pub enabled: bool,
    pub token_lifetime: Option<SignedDuration>,
}

/// Reads the providers. Those that only connections name are made up later.
pub fn read_providers(root: &Fields<'_>, base: &Base) -> Vec<ProviderEntry> {
    let mut providers: Vec<ProviderEntry> = Vec::new();
    for row in root.rows("providers") {
        let key = row.required_text("key").unwrap_or_default().to_owned();
        check_provider(&row, "key", &key);
        if base.providers.iter().any(|known| known.key == key) {
            row.tell("key", format!("The provider “{key}” is built in."));
        } else if providers.iter().any(|known| known.key == key) {
            row.tell("key", format!("There is a provider “{key}” already."));
        }
        let text = |key| row.text(key).unwrap_or_default().to_owned();
        let (name, description, token_prefix) = (text("name"), text("description"), text("token_prefix"));
        let categories = row.texts("categories").unwrap_or_default().into_iter().map(str::to_owned).collect();
        let proxy_url = row.text("proxy_url").map(str::to_owned);
        if proxy_url.as_ref().is_some_and(|url| !url.starts_with("https://") && !url.starts_with("http://")) {
            row.tell("proxy_url", "“proxy_url” begins with https:// or http://.");
        }
        let fields = row.rows("fields").into_iter().filter_map(field).collect();
        row.end();
        let name = if name.is_empty() { title(&key) } else { name };
        providers.push(ProviderEntry { key, name, description, categories, token_prefix, proxy_url, fields });
    }
    providers
}

fn field(row: Fields<'_>) -> Option<WireAuthField> {
    let name = row.required_text("name").map(str::to_owned);
    let label = row.text("label").map(str::to_owned);
    let secret = row.flag("secret").unwrap_or(true);
    let hint = row.text("hint").unwrap_or_default().to_owned();
    let required = row.flag("required").unwrap_or(true);
    row.end();
    let name = name?;
    Some(WireAuthField {
        label: label.unwrap_or_else(|| title(&name)),
        field_name: name,
        input_type: if secret { "password" } else { "text" }.into(),
        hint,
        required,
        options: Vec::new(),
    })
}

/// Reads the connections.
pub fn read(root: &Fields<'_>, base: &Base, providers: &mut Vec<ProviderEntry>) -> Vec<ConnectionEntry> {
    let mut connections: Vec<ConnectionEntry> = Vec::new();
    for row in root.rows("connections") {
        let name = row.required_text("name").unwrap_or_default().to_owned();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | ' ' | '-');
        if name.len() > 400 || !name.chars().all(is_plain) {
            row.tell("name", "A connection's “name” has up to 400 letters, digits, blanks, _, : and -.");
        }
        let taken = base.connections.iter().map(|known| &known.name).chain(connections.iter().map(|known| &known.name));
        if taken.into_iter().any(|known| *known == name) {
            row.tell("name", format!("There is a connection “{name}” already."));
        }
        let provider = row.required_text("provider").unwrap_or_default().to_owned();
        let built_in = base.providers.iter().find(|known| known.key == provider);
        let kinds: Vec<_> = match built_in {
            Some(known) => known.types.iter().map(String::as_str).collect(),
            None => TYPES.to_vec(),
        };
        let kind = row.text("type").unwrap_or_else(|| kinds.first().copied().unwrap_or_default()).to_owned();
        if !kinds.contains(&kind.as_str()) {
            let what = match built_in {
                Some(_) => format!("{provider} is built in, and has no connections of type “{kind}”"),
                None => format!("There is no type “{kind}”"),
            };
            row.tell("type", unknown(&what, nearest_name(&kind, kinds.iter().copied()), &kinds));
        }
        check_own_provider(&row, &provider, base, providers);
        let token_lifetime = row.duration("token_lifetime");
        if token_lifetime.is_some_and(|lifetime| lifetime <= SignedDuration::ZERO) {
            row.tell("token_lifetime", "“token_lifetime” is longer than nothing.");
        }
        let token_lifetime = token_lifetime.or((kind == "OAUTH").then_some(TOKEN_LIFETIME));
        let scopes = scopes(&row);
        let enabled = row.flag("enabled").unwrap_or(true);
        row.end();
        connections.push(ConnectionEntry { name, provider, kind, scopes, enabled, token_lifetime });
    }
    connections
}

/// A provider that nobody has heard of is made up, unless its name looks like that of another one.
fn check_own_provider(row: &Fields<'_>, provider: &str, base: &Base, providers: &mut Vec<ProviderEntry>) {
    let built_in = base.providers.iter().map(|known| known.key.as_str());
    let known: Vec<_> = built_in.chain(providers.iter().map(|known| known.key.as_str())).collect();
    if provider.is_empty() || known.contains(&provider) {
        return;
    }
    check_provider(row, "provider", provider);
    // Keys are in capitals; one that differs in case alone would be another provider.
    if let Some(meant) = known.iter().find(|known| known.eq_ignore_ascii_case(provider)) {
        row.tell("provider", format!("There is no provider “{provider}”. Is “{meant}” meant?"));
        return;
    }
    providers.push(ProviderEntry {
        key: provider.to_owned(),
        name: title(provider),
        description: String::new(),
        categories: Vec::new(),
        token_prefix: String::new(),
        proxy_url: None,
        fields: Vec::new(),
    });
}

fn check_provider(row: &Fields<'_>, member: &str, key: &str) {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '-');
    if key.len() > 50 || !key.chars().all(is_plain) {
        row.tell(member, "A provider's key has up to 50 letters, digits, _, : and -, such as HELPDESK.");
    }
}

fn scopes(row: &Fields<'_>) -> Vec<(String, String)> {
    match row.get("scopes") {
        Some(serde_json::Value::Array(items)) if items.iter().any(serde_json::Value::is_object) => {
            let scope = |scope: Fields<'_>| {
                let name = scope.required_text("name").map(str::to_owned);
                let allows = scope.text("allows").unwrap_or_default().to_owned();
                scope.end();
                name.map(|name| (name, allows))
            };
            row.rows("scopes").into_iter().filter_map(scope).collect()
        }
        _ => {
            let names = row.texts("scopes").unwrap_or_default();
            names.into_iter().map(|name| (name.to_owned(), String::new())).collect()
        }
    }
}

/// `HELP_DESK` as people write it.
fn title(key: &str) -> String {
    let words = key.split(['_', ':', '-']).filter(|word| !word.is_empty());
    let capital = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters.map(|letter| letter.to_ascii_lowercase())).collect::<String>()
    };
    words.map(capital).collect::<Vec<_>>().join(" ")
}
