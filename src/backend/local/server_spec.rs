//! The server of a connection that speaks the Model Context Protocol, as the file has it.

use std::path::PathBuf;

use reqwest::header::HeaderName;
use toml_edit::{Array, InlineTable, Item, TableLike, Value, value};
use url::{Host, Url};

use super::members::{checked_url, flag, reference_of, referred, text};
use crate::domain::{Fault, Provider, Secret, Untrusted};
use crate::redact;
use crate::secrets::SecretReference;

/// Beginning of the key of every provider that is a server: no contract and no question who somebody is is meant for it,
/// whatever the server or its connection is called.
const PREFIX: &str = Provider::SERVER;

/// Keys that only connections to a server have.
pub(super) const KEYS: [&str; 7] =
    ["url", "headers", "command", "environment", "folder", "trust_hints", "client_metadata"];

/// Keys of an API, which mean nothing beside those of a server.
const NOT_BESIDE: [&str; 6] = ["actor", "authorize_url", "token_url", "revoke_url", "device_url", "api_url"];

/// Key of a header whose value is kept here.
const KEYCHAIN: &str = "keychain";

/// Headers that the protocol sets itself.
const OWN_HEADERS: [&str; 7] =
    ["host", "content-length", "content-type", "accept", "connection", "transfer-encoding", "last-event-id"];

/// Server that speaks the Model Context Protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerSpec {
    /// Way to it.
    pub place: ServerPlace,
    /// True where the person takes what the server says of its tools' effects for true.
    pub trust_hints: bool,
    /// URL of a document that describes the client, for authorization servers that take one in place of a registration.
    pub client_metadata: Option<Url>,
}

/// Way to a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerPlace {
    /// A URL, with headers that each request bears.
    Http {
        /// The URL; https, or http on this machine.
        url: Url,
        /// Names and values of headers.
        headers: Vec<(String, GivenValue)>,
    },
    /// A program that is started here, and spoken to over its standard input and output.
    Process {
        /// The program and its arguments.
        command: Vec<String>,
        /// Variables that it gets beside the few that every program gets.
        environment: Vec<(String, GivenValue)>,
        /// Folder that it runs in.
        folder: Option<PathBuf>,
    },
}

/// Value of a header or a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GivenValue {
    /// The value itself, which is no secret.
    Plain(String),
    /// A secret, which lies elsewhere.
    Secret(SecretReference),
    /// A secret that is kept here, for this server and this connection alone.
    Kept,
    /// A secret that was just typed in. It is kept as soon as its connection is saved.
    Typed(TypedValue),
}

/// Secret that was typed in.
#[derive(Clone, Debug)]
pub struct TypedValue(pub Secret);

impl PartialEq for TypedValue {
    fn eq(&self, other: &Self) -> bool {
        self.0.expose() == other.0.expose()
    }
}

impl Eq for TypedValue {}

impl GivenValue {
    /// The value; `kept` tells the one that is kept here. May run a program and wait for it.
    ///
    /// # Errors
    /// Those of the reference, and of `kept`.
    pub fn resolve(&self, kept: impl FnOnce() -> Result<Secret, Fault>) -> Result<Secret, Fault> {
        match self {
            Self::Plain(text) => Ok(Secret::new(text.clone())),
            Self::Secret(reference) => reference.resolve(),
            Self::Kept => kept(),
            Self::Typed(value) => Ok(value.0.clone()),
        }
    }

    /// True unless it stands in the file.
    pub fn is_secret(&self) -> bool {
        match self {
            Self::Plain(_) => false,
            Self::Secret(_) | Self::Kept | Self::Typed(_) => true,
        }
    }

    fn written(&self) -> Value {
        match self {
            Self::Plain(text) => text.as_str().into(),
            Self::Secret(reference) => referred(reference),
            Self::Kept | Self::Typed(_) => {
                let mut place = InlineTable::new();
                place.insert(KEYCHAIN, true.into());
                place.into()
            }
        }
    }
}

impl ServerSpec {
    /// A server at this URL, of which nothing else is said.
    pub fn at(url: Url) -> Self {
        Self::new(ServerPlace::Http { url, headers: Vec::new() })
    }

    /// A program that is a server.
    pub fn process(command: Vec<String>) -> Self {
        Self::new(ServerPlace::Process { command, environment: Vec::new(), folder: None })
    }

    fn new(place: ServerPlace) -> Self {
        Self { place, trust_hints: false, client_metadata: None }
    }

    /// True for a name that a header may have here.
    pub fn is_header(name: &str) -> bool {
        header_name(name)
    }

    /// URL of the server; none for a program.
    pub fn url(&self) -> Option<&Url> {
        match &self.place {
            ServerPlace::Http { url, .. } => Some(url),
            ServerPlace::Process { .. } => None,
        }
    }

    /// The server in one word, as the log of requests calls it: an origin, or the name of a program.
    pub fn origin(&self) -> String {
        match &self.place {
            ServerPlace::Http { url, .. } => url.origin().ascii_serialization(),
            ServerPlace::Process { command, .. } => {
                let program = command.first().map(String::as_str).unwrap_or_default();
                Untrusted::from(program.rsplit('/').next().unwrap_or(program)).to_string()
            }
        }
    }

    /// Key of the server as a provider: that of no other kind of provider.
    pub fn provider(&self, connection: &str) -> Provider {
        let name = match self.url().and_then(Url::host) {
            Some(Host::Domain(host)) => host.to_owned(),
            Some(address) => address.to_string(),
            None => connection.to_owned(),
        };
        let name = name.to_uppercase();
        let key = if name.starts_with(PREFIX) { name } else { format!("{PREFIX}{name}") };
        key.as_str().into()
    }

    /// Reads the keys of a server; none where the connection leads to an API.
    ///
    /// # Errors
    /// What is wrong with them, as the end of a sentence.
    pub fn read(table: &dyn TableLike) -> Result<Option<Self>, String> {
        let url = text(table, "url")?.map(|text| server_url("url", text)).transpose()?;
        let command = command(table)?;
        let place = match (url, command) {
            (None, None) => {
                let odd = KEYS.iter().find(|key| table.get(key).is_some());
                return odd.map_or(Ok(None), |odd| {
                    Err(format!("“{odd}” belongs to an MCP server, and neither “url” nor “command” names one"))
                });
            }
            (Some(_), Some(_)) => return Err("“url” and “command” both name a server".to_owned()),
            (Some(url), None) => {
                let odd = ["environment", "folder"].into_iter().find(|key| table.get(key).is_some());
                if let Some(odd) = odd {
                    return Err(format!("“{odd}” is for a server that is a “command”"));
                }
                ServerPlace::Http { url, headers: values(table, "headers", header_name)? }
            }
            (None, Some(command)) => {
                if table.get("headers").is_some() {
                    return Err("“headers” are for a server with a “url”".to_owned());
                }
                let environment = values(table, "environment", variable_name)?;
                let folder = text(table, "folder")?.map(PathBuf::from);
                ServerPlace::Process { command, environment, folder }
            }
        };
        if let Some(odd) = NOT_BESIDE.iter().find(|key| table.get(key).is_some()) {
            return Err(format!("“{odd}” means nothing beside an MCP server"));
        }
        let client_metadata = text(table, "client_metadata")?.map(|text| checked_url("client_metadata", text));
        Ok(Some(Self {
            place,
            trust_hints: flag(table, "trust_hints")?,
            client_metadata: client_metadata.transpose()?,
        }))
    }

    /// Writes the keys into a table; those that say the same already stay as they are.
    pub fn write(server: Option<&Self>, table: &mut dyn TableLike) {
        if Self::read(table).is_ok_and(|there| there.as_ref() == server) {
            return;
        }
        let (mut written, trust_hints) = (Vec::new(), server.is_some_and(|server| server.trust_hints));
        if let Some(server) = server {
            match &server.place {
                ServerPlace::Http { url, headers } => {
                    written.push(("url", Value::from(url.as_str())));
                    written.extend(inline(headers).map(|headers| ("headers", headers)));
                }
                ServerPlace::Process { command, environment, folder } => {
                    written.push(("command", command.iter().collect::<Array>().into()));
                    written.extend(inline(environment).map(|environment| ("environment", environment)));
                    let folder = folder.as_ref().map(|folder| folder.to_string_lossy().into_owned());
                    written.extend(folder.map(|folder| ("folder", folder.into())));
                }
            }
            written.extend(trust_hints.then(|| ("trust_hints", true.into())));
            written.extend(server.client_metadata.as_ref().map(|url| ("client_metadata", url.as_str().into())));
        }
        for key in KEYS {
            let new = written.iter().position(|(name, _)| *name == key).map(|at| written.swap_remove(at).1);
            match (table.get_mut(key).and_then(Item::as_value_mut), new) {
                (Some(current), Some(mut new)) => {
                    *new.decor_mut() = current.decor().clone();
                    *current = new;
                }
                (None, Some(new)) => drop(table.insert(key, value(new))),
                (_, None) => drop(table.remove(key)),
            }
        }
    }

    /// The same as JSON, for whoever wants to see all of it. Values that are referred to are not in it.
    pub fn document(&self) -> serde_json::Value {
        let given = |given: &[(String, GivenValue)]| {
            let pair = |(name, value): &(String, GivenValue)| match value {
                GivenValue::Plain(text) => (name.clone(), redact::text(text).into_owned().into()),
                GivenValue::Secret(_) | GivenValue::Kept | GivenValue::Typed(_) => {
                    (name.clone(), serde_json::Value::from("…"))
                }
            };
            given.iter().map(pair).collect::<serde_json::Map<_, _>>()
        };
        let mut document = match &self.place {
            ServerPlace::Http { url, headers } => {
                serde_json::json!({ "url": url.as_str(), "headers": given(headers) })
            }
            ServerPlace::Process { command, environment, folder } => serde_json::json!({
                "command": command.iter().map(|word| redact::text(word)).collect::<Vec<_>>(),
                "environment": given(environment),
                "folder": folder.as_ref().map(|folder| folder.to_string_lossy()),
            }),
        };
        if let Some(members) = document.as_object_mut() {
            members.insert("trust_hints".to_owned(), self.trust_hints.into());
            members.retain(|_, value| !value.is_null() && value.as_object().is_none_or(|members| !members.is_empty()));
        }
        document
    }
}

/// Reads the URL of a server.
///
/// # Errors
/// What is wrong with it, as the end of a sentence.
fn server_url(key: &str, text: &str) -> Result<Url, String> {
    let url = checked_url(key, text)?;
    if url.fragment().is_some() {
        return Err(format!("“{key}” holds a #, which is never sent"));
    }
    Ok(url)
}

/// True for a name that a header may have here.
fn header_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    HeaderName::from_bytes(name.as_bytes()).is_ok()
        && !OWN_HEADERS.contains(&name.as_str())
        && !name.starts_with("mcp-")
}

/// True for a name that a variable may have.
fn variable_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(['=', '\0'])
}

fn command(table: &dyn TableLike) -> Result<Option<Vec<String>>, String> {
    let Some(item) = table.get("command") else { return Ok(None) };
    let odd = || "“command” is not a list of texts: a program and its arguments".to_owned();
    let words = item.as_array().filter(|words| !words.is_empty()).ok_or_else(odd)?;
    let words: Vec<_> =
        words.iter().map(|word| word.as_str().map(str::to_owned).ok_or_else(odd)).collect::<Result<_, _>>()?;
    if words.first().is_none_or(|program| program.trim().is_empty()) { Err(odd()) } else { Ok(Some(words)) }
}

/// Headers or variables. A value that is a credential by its name or its looks is refused: it has no place in a file.
fn values(table: &dyn TableLike, key: &str, is_name: fn(&str) -> bool) -> Result<Vec<(String, GivenValue)>, String> {
    let Some(item) = table.get(key) else { return Ok(Vec::new()) };
    let given = item.as_table_like().ok_or_else(|| format!("“{key}” is not a table of names and values"))?;
    let read = |(name, item): (&str, &Item)| {
        let shown = Untrusted::from(name);
        if !is_name(name) {
            return Err(format!("“{shown}” cannot be set in “{key}”"));
        }
        let value = match item.as_str() {
            Some(text) if redact::names_a_credential(name) || redact::text(text) != text => {
                return Err(format!(
                    "“{shown}” in “{key}” is a secret: name its place by {{ env = \"NAME\" }} or {{ command = [\"program\"] }}"
                ));
            }
            Some(text) => GivenValue::Plain(text.to_owned()),
            None if is_kept(item) && key == "headers" => GivenValue::Kept,
            None => GivenValue::Secret(reference_of(&format!("{shown}” in “{key}"), item)?),
        };
        Ok((name.to_owned(), value))
    };
    given.iter().map(read).collect()
}

/// True for a value that is kept here, and so stands in no file.
fn is_kept(item: &Item) -> bool {
    let place = item.as_table_like().filter(|place| place.len() == 1);
    place.and_then(|place| place.get(KEYCHAIN)?.as_bool()) == Some(true)
}

fn inline(values: &[(String, GivenValue)]) -> Option<Value> {
    if values.is_empty() {
        return None;
    }
    let mut table = InlineTable::new();
    for (name, value) in values {
        table.insert(name, value.written());
    }
    Some(table.into())
}

#[cfg(test)]
mod tests {
    use toml_edit::{DocumentMut, Table};

    use super::*;

    fn read(text: &str) -> Result<Option<ServerSpec>, String> {
        let document: DocumentMut = text.parse().unwrap();
        ServerSpec::read(document.as_table())
    }

    #[test]
    fn all_that_is_written_is_read_again_and_comments_stay() {
        let http = ServerSpec {
            place: ServerPlace::Http {
                url: "https://mcp.acme.dev/mcp".parse().unwrap(),
                headers: vec![
                    ("X-Workspace".into(), GivenValue::Plain("acme".into())),
                    ("X-Api-Key".into(), GivenValue::Secret(SecretReference::Env("ACME_KEY".into()))),
                    ("X-Token".into(), GivenValue::Kept),
                ],
            },
            trust_hints: true,
            client_metadata: Some("https://acme.dev/client.json".parse().unwrap()),
        };
        let process = ServerSpec::new(ServerPlace::Process {
            command: vec!["npx".into(), "-y".into(), "server".into()],
            environment: vec![
                ("MODE".into(), GivenValue::Plain("fast".into())),
                ("ACME_TOKEN".into(), GivenValue::Secret(SecretReference::Command(vec!["pass".into(), "acme".into()]))),
            ],
            folder: Some("/srv".into()),
        });
        for server in [http.clone(), process] {
            let mut table = Table::new();
            ServerSpec::write(Some(&server), &mut table);
            assert_eq!(ServerSpec::read(&table), Ok(Some(server)));
            ServerSpec::write(None, &mut table);
            assert!(table.is_empty(), "{table}");
        }
        let text = "url = \"https://mcp.acme.dev/mcp\" # ours\n[headers]\n# of the team\nX-Workspace = \"acme\"\n";
        let mut document: DocumentMut = text.parse().unwrap();
        let same = ServerSpec::read(document.as_table()).unwrap();
        ServerSpec::write(same.as_ref(), document.as_table_mut());
        assert_eq!(document.to_string(), text);
        ServerSpec::write(Some(&http), document.as_table_mut());
        assert!(document.to_string().contains("mcp\" # ours"), "{document}");
    }

    #[test]
    fn what_is_wrong_is_named_and_no_secret_stands_in_a_file() {
        for (text, says) in [
            ("url = \"http://evil.dev/mcp\"", "must start with https"),
            ("url = \"https://a.dev/mcp\"\ncommand = [\"x\"]", "both name a server"),
            ("command = \"npx -y server\"", "not a list of texts"),
            ("command = []", "not a list of texts"),
            ("headers = { A = \"b\" }", "neither “url” nor “command”"),
            ("url = \"https://a.dev/mcp\"\nfolder = \"/srv\"", "“folder” is for a server that is a “command”"),
            ("url = \"https://a.dev/mcp\"\napi_url = \"https://a.dev\"", "“api_url” means nothing beside"),
            ("command = [\"x\"]\nheaders = { A = \"b\" }", "“headers” are for a server with a “url”"),
            (
                "url = \"https://a.dev/mcp\"\nheaders = { X-Api-Key = \"hunter2\" }",
                "“X-Api-Key” in “headers” is a secret",
            ),
            ("command = [\"x\"]\nenvironment = { GITHUB_TOKEN = \"hunter2\" }", "is a secret: name its place"),
            ("command = [\"x\"]\nenvironment = { A = { keychain = true } }", "and never is one"),
            ("url = \"https://a.dev/mcp\"\nheaders = { A = { keychain = \"hunter2\" } }", "and never is one"),
            ("url = \"https://a.dev/mcp\"\nheaders = { Host = \"b\" }", "“Host” cannot be set in “headers”"),
            ("url = \"https://a.dev/mcp\"\nheaders = { A = { file = \"hunter2\" } }", "and never is one"),
            ("url = \"https://a.dev/mcp\"\ntrust_hints = \"yes\"", "is not true or false"),
        ] {
            let why = read(text).unwrap_err();
            assert!(why.contains(says) && !why.contains("hunter2"), "{text}: {why}");
        }
        assert_eq!(read("provider = \"LINEAR\""), Ok(None));
    }

    #[test]
    fn a_server_is_a_provider_of_its_own() {
        let key = |url: &str| ServerSpec::at(url.parse().unwrap()).provider("linear");
        assert_eq!(key("https://mcp.linear.app/mcp").raw(), "MCP.LINEAR.APP");
        assert_eq!(key("https://linear/mcp").raw(), "MCP.LINEAR");
        assert_eq!(ServerSpec::process(vec!["npx".into()]).provider("linear").raw(), "MCP.LINEAR");
    }
}
