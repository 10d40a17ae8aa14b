//! Token exchange of a connection, as the file has it.
//!
//! ```toml
//! [connection.tracker]
//! provider = "LINEAR"                      # or a url, for an MCP server
//! auth = "exchange"
//! issuer = "https://zone.example.com"      # asked for its endpoints (RFC 8414)
//! client_id = "…"                          # your application there
//! client_secret = { env = "ZONE_SECRET" }  # or client_key, client_assertion, confidential = true, or nothing
//! resource = "https://api.linear.app"      # letter by letter as it is registered there
//! scopes = ["openid"]                      # of the sign-in, not of the calls
//!
//! [connection.tracker.tool_scopes]
//! linear_issue_update = ["write"]          # in place of what the contract says
//! "linear_*_list" = ["read"]
//! ```

use strum::{EnumString, IntoStaticStr};
use toml_edit::{Array, Item, Table, TableLike, Value, value};
use url::Url;

use super::connection_spec::{ConnectionAuth, ConnectionSpec};
use super::exchange::ExchangeUse;
use super::members::{checked_url, reference, referred, text};
use crate::domain::{ToolName, Untrusted};
use crate::oauth::{ClientAuth, ResourceIndicator, ServerAuth};
use crate::secrets::SecretReference;

/// Keys that only connections with token exchange have.
pub(super) const KEYS: [&str; 8] = [
    "resource",
    "sign_in_resource",
    "client_key",
    "client_key_id",
    "client_assertion",
    "grant_url",
    "secret_form",
    TOOL_SCOPES,
];

const TOOL_SCOPES: &str = "tool_scopes";

/// Keys of other ways, which mean nothing beside it: the issuer names its endpoints.
const NOT_BESIDE: [&str; 8] =
    ["authorize_url", "token_url", "revoke_url", "device_url", "announces_iss", "actor", "key", "client_metadata"];

/// Exchange of a person's sign-in for a token of one resource (RFC 8693). It holds no secret.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExchangeSpec {
    /// Resource, letter by letter as the authorization server has it.
    pub resource: String,
    /// Resource that the sign-in itself is for, where the authorization server wants one named.
    pub sign_in_resource: Option<ResourceIndicator>,
    /// Place of the private key that the application signs its assertions with.
    pub client_key: Option<SecretReference>,
    /// Name of that key at the authorization server.
    pub client_key_id: Option<String>,
    /// Place of an assertion that something else signs.
    pub client_assertion: Option<SecretReference>,
    /// Page on which a person grants the resource.
    pub grant_url: Option<Url>,
    /// Form in which the resource takes what the exchange gives.
    pub secret_form: SecretForm,
    /// Scopes of tools in place of those that their contracts name: patterns and scopes, in the file's order.
    pub tool_scopes: Vec<(String, Vec<String>)>,
}

/// Form in which a resource takes what an exchange gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum SecretForm {
    /// As a bearer token.
    #[default]
    Bearer,
    /// As the provider takes its keys: for a resource whose stored secret the authorization server gives out.
    Key,
}

impl ExchangeSpec {
    /// Reads the keys of a table whose `auth` is `exchange`.
    ///
    /// # Errors
    /// What is wrong with them, as the end of a sentence.
    pub fn read(table: &dyn TableLike) -> Result<Self, String> {
        if let Some(odd) = NOT_BESIDE.iter().find(|key| table.get(key).is_some()) {
            return Err(format!("“{odd}” means nothing beside token exchange"));
        }
        let issuer = text(table, "issuer")?.ok_or("“issuer” is missing: the URL of the authorization server")?;
        checked_url("issuer", issuer)?;
        if text(table, "client_id")?.is_none() {
            return Err("“client_id” is missing: the id of your application at the issuer".to_owned());
        }
        let resource = text(table, "resource")?.ok_or("“resource” is missing: its name at the issuer")?;
        if resource.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err("“resource” holds a blank".to_owned());
        }
        let proofs = ["client_secret", "client_key", "client_assertion"];
        if let [one, other, ..] = &proofs.into_iter().filter(|key| table.get(key).is_some()).collect::<Vec<_>>()[..] {
            return Err(format!("“{one}” and “{other}” both say how your application proves who it is"));
        }
        let spec = Self {
            resource: resource.to_owned(),
            sign_in_resource: text(table, "sign_in_resource")?.map(indicator).transpose()?,
            client_key: reference(table, "client_key")?,
            client_key_id: text(table, "client_key_id")?.map(str::to_owned),
            client_assertion: reference(table, "client_assertion")?,
            grant_url: text(table, "grant_url")?.map(|text| checked_url("grant_url", text)).transpose()?,
            secret_form: secret_form(table)?,
            tool_scopes: tool_scopes(table)?,
        };
        if spec.client_key_id.is_some() && spec.client_key.is_none() {
            return Err("“client_key_id” names a key, and there is no “client_key”".to_owned());
        }
        if spec.client_assertion.is_some() || spec.client_key.is_some() {
            let odd = ["confidential", "client_auth"].into_iter().find(|key| table.get(key).is_some());
            if let Some(odd) = odd {
                return Err(format!("“{odd}” is about a client secret, and your application has none"));
            }
        }
        Ok(spec)
    }

    /// Makes sure that a table without token exchange has none of its keys.
    ///
    /// # Errors
    /// The first of them, as the end of a sentence.
    pub fn refuse(table: &dyn TableLike) -> Result<(), String> {
        match KEYS.iter().find(|key| table.get(key).is_some()) {
            Some(odd) => Err(format!("“{odd}” belongs to token exchange: “auth” would be “exchange”")),
            None => Ok(()),
        }
    }

    /// Writes the keys into a table; none where there is no exchange. Comments stay.
    pub fn write(spec: Option<&Self>, table: &mut dyn TableLike) {
        let text = |text: &Option<String>| text.as_deref().map(Value::from);
        let place = |place: &Option<SecretReference>| place.as_ref().map(referred);
        let written = spec.map(|spec| {
            [
                ("resource", Some(spec.resource.as_str().into())),
                ("sign_in_resource", spec.sign_in_resource.as_ref().map(|name| name.as_str().into())),
                ("client_key", place(&spec.client_key)),
                ("client_key_id", text(&spec.client_key_id)),
                ("client_assertion", place(&spec.client_assertion)),
                ("grant_url", spec.grant_url.as_ref().map(|url| url.as_str().into())),
                ("secret_form", (spec.secret_form == SecretForm::Key).then(|| <&str>::from(SecretForm::Key).into())),
            ]
        });
        for key in KEYS.into_iter().filter(|key| *key != TOOL_SCOPES) {
            let new = written.iter().flatten().find(|(name, _)| *name == key).and_then(|(_, new)| new.clone());
            match (table.get_mut(key).and_then(Item::as_value_mut), new) {
                (Some(current), Some(mut new)) => {
                    *new.decor_mut() = current.decor().clone();
                    *current = new;
                }
                (None, Some(new)) => drop(table.insert(key, value(new))),
                (_, None) => drop(table.remove(key)),
            }
        }
        let scopes = spec.map(|spec| spec.tool_scopes.as_slice()).unwrap_or_default();
        if tool_scopes(table).is_ok_and(|there| there == scopes) {
            return;
        }
        table.remove(TOOL_SCOPES);
        if !scopes.is_empty() {
            let mut own = Table::new();
            for (pattern, scopes) in scopes {
                own.insert(pattern, value(scopes.iter().collect::<Array>()));
            }
            table.insert(TOOL_SCOPES, Item::Table(own));
        }
    }

    /// The same as members of a JSON document.
    pub fn document(&self) -> serde_json::Value {
        let scopes = self.tool_scopes.iter().map(|(pattern, scopes)| (pattern.clone(), scopes.clone().into()));
        let mut document = serde_json::json!({
            "resource": self.resource,
            "sign_in_resource": self.sign_in_resource.as_ref().map(ResourceIndicator::as_str),
            "client_key_id": self.client_key_id,
            "proves_itself_by": self.client_auth().map(<&str>::from),
            "grant_url": self.grant_url.as_ref().map(Url::as_str),
            "secret_form": <&str>::from(self.secret_form),
            "tool_scopes": scopes.collect::<serde_json::Map<_, _>>(),
        });
        if let Some(members) = document.as_object_mut() {
            members.retain(|_, value| !value.is_null() && value.as_object().is_none_or(|members| !members.is_empty()));
        }
        document
    }

    /// Way in which the application proves who it is; none where a secret does, or nothing.
    pub fn client_auth(&self) -> Option<ClientAuth> {
        match (&self.client_key, &self.client_assertion) {
            (Some(_), _) => Some(ClientAuth::PrivateKeyJwt),
            (None, Some(_)) => Some(ClientAuth::Assertion),
            (None, None) => None,
        }
    }

    /// Scopes to ask for: those of the first pattern that fits the tool, else the first of those of which it needs one; none
    /// where nobody says, or nothing is called, and the authorization server decides.
    pub(super) fn scopes_for(&self, usage: &ExchangeUse) -> Vec<String> {
        usage.tool.as_ref().map(|tool| self.scopes_of(tool, &usage.needs_one_of)).unwrap_or_default()
    }

    fn scopes_of(&self, tool: &ToolName, needs_one_of: &[Untrusted]) -> Vec<String> {
        let own = self.tool_scopes.iter().find(|(pattern, _)| fits(pattern, tool.raw()));
        match own {
            Some((_, scopes)) => scopes.clone(),
            None => needs_one_of.first().map(|scope| scope.raw().to_owned()).into_iter().collect(),
        }
    }
}

impl ConnectionSpec {
    /// Makes it a connection with token exchange. What it said of endpoints was another server's; what it says of the
    /// exchange itself stays.
    pub fn exchange_at(&mut self, issuer: &str, resource: &str) {
        let known = self.exchange.take();
        if known.is_none() {
            (self.client_secret, self.is_confidential, self.client_auth) = (None, false, None);
            self.scopes.clear();
        }
        (self.authorize_url, self.token_url, self.revoke_url, self.device_url) = (None, None, None, None);
        (self.announces_iss, self.actor, self.key) = (false, None, None);
        if let Some(server) = &mut self.server {
            server.client_metadata = None;
        }
        self.auth = ConnectionAuth::Exchange;
        self.issuer = Some(issuer.to_owned());
        self.exchange = Some(ExchangeSpec { resource: resource.to_owned(), ..known.unwrap_or_default() });
    }

    /// Makes it a connection whose accounts are authorized in another way than token exchange.
    pub fn authorize_by(&mut self, auth: ConnectionAuth) {
        self.auth = auth;
        if self.exchange.take().is_some() {
            self.issuer = None;
        }
    }

    /// Forgets how the application proves who it is: another one has another secret or key.
    pub fn forget_application(&mut self) {
        (self.client_secret, self.is_confidential) = (None, false);
        if let Some(exchange) = &mut self.exchange {
            (exchange.client_key, exchange.client_key_id, exchange.client_assertion) = (None, None, None);
        }
    }

    /// Redirect URIs of the application that a person signs in with.
    pub fn sign_in_redirects(&self) -> Vec<String> {
        let mut quirks = ServerAuth::quirks();
        if !self.ports.is_empty() {
            quirks.redirect_ports.clone_from(&self.ports);
        }
        quirks.redirect_uris()
    }
}

/// True if `name` is like `pattern`, in which a `*` stands for any text.
fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let mut parts: Vec<_> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.split_once(part) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    rest.ends_with(last)
}

fn indicator(text: &str) -> Result<ResourceIndicator, String> {
    ResourceIndicator::parse(text).map_err(|_| "“sign_in_resource” is no URL that a token can be for".to_owned())
}

fn secret_form(table: &dyn TableLike) -> Result<SecretForm, String> {
    let Some(word) = text(table, "secret_form")? else { return Ok(SecretForm::default()) };
    let odd = || format!("“secret_form” is “{}”; this version knows bearer and key", Untrusted::from(word));
    word.parse().map_err(|_| odd())
}

fn tool_scopes(table: &dyn TableLike) -> Result<Vec<(String, Vec<String>)>, String> {
    let Some(item) = table.get(TOOL_SCOPES) else { return Ok(Vec::new()) };
    let own = item.as_table_like().ok_or("“tool_scopes” is not a table of tools and their scopes")?;
    let read = |(pattern, item): (&str, &Item)| {
        let odd = || format!("“{}” in “tool_scopes” is not a list of scopes", Untrusted::from(pattern));
        let list = item.as_array().ok_or_else(odd)?;
        let is_scope = |text: &&str| !text.is_empty() && !text.chars().any(|c| c.is_whitespace() || c.is_control());
        let scope = |value: &Value| value.as_str().filter(is_scope).map(str::to_owned).ok_or_else(odd);
        Ok((pattern.to_owned(), list.iter().map(scope).collect::<Result<_, _>>()?))
    };
    own.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use toml_edit::DocumentMut;

    use super::*;

    const LEAST: &str =
        "issuer = \"https://zone.acme.dev\"\nclient_id = \"app\"\nresource = \"https://api.acme.dev\"\n";

    fn read(more: &str) -> Result<ExchangeSpec, String> {
        let document: DocumentMut = format!("{LEAST}{more}").parse().unwrap();
        ExchangeSpec::read(document.as_table())
    }

    #[test]
    fn all_that_is_written_is_read_again_and_comments_stay() {
        let spec = ExchangeSpec {
            resource: "https://api.acme.dev".into(),
            sign_in_resource: Some(ResourceIndicator::parse("https://app.acme.dev").unwrap()),
            client_key: Some(SecretReference::Command(vec!["pass".into(), "key".into()])),
            client_key_id: Some("k1".into()),
            client_assertion: None,
            grant_url: Some("https://zone.acme.dev/grants".parse().unwrap()),
            secret_form: SecretForm::Key,
            tool_scopes: vec![("a_*".into(), vec!["read".into()]), ("b".into(), vec!["write".into(), "more".into()])],
        };
        let mut document: DocumentMut = LEAST.parse().unwrap();
        ExchangeSpec::write(Some(&spec), document.as_table_mut());
        assert_eq!(ExchangeSpec::read(document.as_table()), Ok(spec.clone()));
        ExchangeSpec::write(None, document.as_table_mut());
        assert!(ExchangeSpec::refuse(document.as_table()).is_ok(), "{document}");
        let text =
            format!("{LEAST}secret_form = \"key\" # of the vault\n[tool_scopes]\n# the team's\nlist = [\"read\"]\n");
        let mut document: DocumentMut = text.parse().unwrap();
        let same = ExchangeSpec::read(document.as_table()).unwrap();
        ExchangeSpec::write(Some(&same), document.as_table_mut());
        assert_eq!(document.to_string(), text);
    }

    #[test]
    fn what_is_wrong_is_named_and_no_secret_stands_in_a_file() {
        for (more, says) in [
            ("token_url = \"https://a.dev/t\"", "“token_url” means nothing beside token exchange"),
            ("client_key = \"-----BEGIN hunter2\"", "and never is one"),
            ("client_key = { env = \"K\" }\nclient_assertion = { env = \"A\" }", "both say how your application"),
            ("client_key = { env = \"K\" }\nconfidential = true", "your application has none"),
            ("client_key_id = \"k\"", "there is no “client_key”"),
            ("grant_url = \"http://evil.dev\"", "must start with https"),
            ("secret_form = \"header\"", "“secret_form” is “header”"),
            ("tool_scopes = [\"a\"]", "not a table of tools"),
            ("tool_scopes = { list = [\"a b\"] }", "“list” in “tool_scopes”"),
            ("sign_in_resource = \"app\"", "no URL that a token can be for"),
        ] {
            let why = read(more).unwrap_err();
            assert!(why.contains(says) && !why.contains("hunter2"), "{more}: {why}");
        }
        let without = |key: &str| {
            let text: String = LEAST.lines().filter(|line| !line.starts_with(key)).map(|l| format!("{l}\n")).collect();
            ExchangeSpec::read(text.parse::<DocumentMut>().unwrap().as_table()).unwrap_err()
        };
        for key in ["issuer", "client_id", "resource"] {
            assert!(without(key).contains(&format!("“{key}” is missing")));
        }
        let http = LEAST.replace("https://zone", "http://zone").parse::<DocumentMut>().unwrap();
        assert!(ExchangeSpec::read(http.as_table()).unwrap_err().contains("must start with https"));
    }

    #[test]
    fn scopes_are_the_contracts_least_unless_a_pattern_fits() {
        let spec = read("tool_scopes = { \"issue_*\" = [\"a\", \"b\"], \"*_list\" = [\"c\"], none = [] }").unwrap();
        let scopes = |tool: &str| spec.scopes_of(&tool.into(), &["issues:create".into(), "write".into()]);
        assert_eq!(scopes("issue_list"), ["a", "b"]);
        assert_eq!(scopes("user_list"), ["c"]);
        assert_eq!(scopes("none"), [""; 0]);
        assert_eq!(scopes("comment_create"), ["issues:create"], "the least is the first");
        assert_eq!(spec.scopes_of(&"x".into(), &[]), [""; 0]);
    }

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, name, is_like) in [
            ("*", "", true),
            ("a", "a", true),
            ("a", "ab", false),
            ("a*", "a", true),
            ("a*c", "abc", true),
            ("a*b*c", "axbxxc", true),
            ("a*b*b", "ab", false),
            ("*b", "a", false),
            ("GET *", "GET /x", true),
        ] {
            assert_eq!(fits(pattern, name), is_like, "{pattern} {name}");
        }
    }
}
