//! Reading a provider's file.

use std::str::FromStr;

use toml_edit::{Array, Document, Item, TableLike, Value};
use url::Url;

use super::shapes::{ErrorShape, RateHeaders};
use super::spec::{HeaderForm, KeySpec, OAuthSpec, ProviderSpec, ScopeSpec, SecretNeed};
use crate::loopback::LoopbackHost;
use crate::oauth::{Endpoints, Quirks, RefusalKind, RefusalRule, endpoint};

/// Members of `[oauth]`.
const OAUTH: [&str; 18] = [
    "authorize",
    "token",
    "revoke",
    "revocation",
    "device",
    "issuer",
    "announces_iss",
    "secret",
    "client_auth",
    "separator",
    "prompt",
    "actors",
    "redirect",
    "ports",
    "register",
    "params",
    "refusals",
    "comment",
];

impl ProviderSpec {
    /// A provider's file; what others read in it is passed over.
    ///
    /// # Errors
    /// A sentence that tells what is wrong in it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let document = Document::parse(text).map_err(|error| format!("It is not TOML: {}", error.message()))?;
        let table = Section { name: "", table: document.as_table() };
        let key = table.text("provider")?.ok_or("It names no provider.")?;
        let api = table.section("api")?;
        let oauth = table.section("oauth")?;
        let key_section = table.section("key")?;
        let base = api.as_ref().map(|api| api.url("base")).transpose()?.flatten();
        let base = base.filter(|base| !base.cannot_be_a_base());
        Ok(Self {
            title: table.text("title")?.unwrap_or_else(|| key.clone()),
            key: key.as_str().into(),
            api: base,
            headers: match &api {
                Some(api) => {
                    api.only(&["base", "headers"])?;
                    api.pairs("headers")?
                }
                None => Vec::new(),
            },
            oauth: oauth.as_ref().map(read_oauth).transpose()?.flatten(),
            key_form: key_section.as_ref().map(read_key).transpose()?,
            scopes: read_scopes(&table)?,
            errors: table.section("errors")?.map(|errors| read_errors(&errors)).transpose()?.unwrap_or_default(),
            rate_headers: table.section("rate")?.map(|rate| read_rate(&rate)).transpose()?.unwrap_or_default(),
            mcp: match table.section("mcp")? {
                Some(mcp) => {
                    mcp.only(&["url"])?;
                    mcp.url("url")?
                }
                None => None,
            },
            register_app: oauth.as_ref().map(|oauth| oauth.url("register")).transpose()?.flatten(),
            get_key: key_section.as_ref().map(|key| key.url("page")).transpose()?.flatten(),
            is_built_in: false,
        })
    }
}

/// OAuth, or none where only the page to register at is known.
fn read_oauth(oauth: &Section<'_>) -> Result<Option<OAuthSpec>, String> {
    oauth.only(&OAUTH)?;
    let (authorize, token) = match (oauth.url("authorize")?, oauth.url("token")?) {
        (Some(authorize), Some(token)) => (authorize, token),
        (None, None) => return Ok(None),
        _ => return Err("[oauth] names both authorize and token, or neither.".to_owned()),
    };
    let (redirect_host, redirect_path) = match oauth.text("redirect")? {
        Some(text) => redirect(&text)?,
        None => (LoopbackHost::default(), Quirks::default().redirect_path),
    };
    let endpoints = Endpoints {
        authorize,
        token,
        revoke: oauth.url("revoke")?,
        device: oauth.url("device")?,
        issuer: oauth.text("issuer")?,
        announces_iss: oauth.flag("announces_iss")?,
    };
    if endpoints.announces_iss && endpoints.issuer.is_none() {
        return Err("[oauth] announces_iss goes with an issuer.".to_owned());
    }
    let quirks = Quirks {
        separator: oauth.text("separator")?.unwrap_or_else(|| " ".to_owned()),
        params: oauth.pairs("params")?,
        prompt: oauth.text("prompt")?,
        actors: oauth.texts("actors")?,
        client_auth: oauth.word("client_auth")?,
        client_key_id: None,
        redirect_host,
        redirect_path,
        redirect_ports: oauth.ports("ports")?,
        revocation: oauth.word("revocation")?,
        refusals: refusals(oauth)?,
    };
    Ok(Some(OAuthSpec { endpoints, quirks, secret: oauth.word::<SecretNeed>("secret")? }))
}

fn redirect(text: &str) -> Result<(LoopbackHost, String), String> {
    let wrong = || format!("[oauth] redirect is http://127.0.0.1/PATH or http://localhost/PATH, not “{text}”.");
    let url = Url::parse(text).map_err(|_| wrong())?;
    let host = match url.host_str() {
        Some("127.0.0.1") => LoopbackHost::Ip,
        Some("localhost") => LoopbackHost::Localhost,
        _ => return Err(wrong()),
    };
    // What the page listens on means itself alone.
    let plain = |c: char| c.is_ascii_alphanumeric() || "/-_.".contains(c);
    let good = url.scheme() == "http" && url.port().is_none() && url.query().is_none() && url.fragment().is_none();
    if !good || !url.path().chars().all(plain) || url.path().contains("//") {
        return Err(wrong());
    }
    Ok((host, url.path().to_owned()))
}

fn refusals(oauth: &Section<'_>) -> Result<Vec<RefusalRule>, String> {
    let wrong =
        || "[oauth] refusals is a list such as [{ code = \"no_admin\", means = \"approval_pending\" }].".to_owned();
    let Some(rows) = oauth.array("refusals")? else { return Ok(Vec::new()) };
    let row = |row: &Value| {
        let row = row.as_inline_table().ok_or_else(wrong)?;
        let text = |name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
        let means = text("means").and_then(|means| RefusalKind::from_str(&means).ok()).ok_or_else(wrong)?;
        let (code, says) = (text("code"), text("says"));
        if code.is_none() && says.is_none() { Err(wrong()) } else { Ok(RefusalRule { code, says, means }) }
    };
    rows.iter().map(row).collect()
}

fn read_key(key: &Section<'_>) -> Result<KeySpec, String> {
    key.only(&["form", "name", "page", "prefix"])?;
    let name = |what: &str| key.text("name")?.ok_or_else(|| format!("[key] names the {what} in “name”."));
    let form = match key.text("form")?.as_deref() {
        None | Some("bearer") => HeaderForm::Bearer,
        Some("bare") => HeaderForm::Bare,
        Some("scheme") => HeaderForm::Scheme(name("scheme")?),
        Some("header") => HeaderForm::Header(header(name("header")?)?),
        Some("query") => HeaderForm::Query(name("parameter")?),
        Some("basic_user") => HeaderForm::BasicUser,
        Some("basic_password") => HeaderForm::BasicPassword(name("user")?),
        Some(form) => {
            let known = "bearer, bare, scheme, header, query, basic_user, basic_password";
            return Err(format!("[key] form “{form}” is unknown. Known: {known}."));
        }
    };
    Ok(KeySpec { form, prefix: key.text("prefix")? })
}

fn header(name: String) -> Result<String, String> {
    let good = reqwest::header::HeaderName::from_str(&name).is_ok();
    if good { Ok(name) } else { Err(format!("“{name}” is no name of a header.")) }
}

fn read_scopes(table: &Section<'_>) -> Result<Vec<ScopeSpec>, String> {
    let wrong = || "[[scope]] has a name and a meaning, and default = true where it is ticked at first.".to_owned();
    let Some(item) = table.table.get("scope") else { return Ok(Vec::new()) };
    let rows = item.as_array_of_tables().ok_or_else(wrong)?;
    let read = |row: &toml_edit::Table| {
        let row = Section { name: "scope", table: row };
        row.only(&["name", "meaning", "default"])?;
        let name = row.text("name")?.filter(|name| !name.contains(char::is_whitespace)).ok_or_else(wrong)?;
        Ok(ScopeSpec { name, meaning: row.text("meaning")?.ok_or_else(wrong)?, default: row.flag("default")? })
    };
    let scopes: Vec<ScopeSpec> = rows.iter().map(read).collect::<Result<_, String>>()?;
    let twice = scopes.iter().enumerate().find(|(at, scope)| scopes.iter().take(*at).any(|s| s.name == scope.name));
    match twice {
        Some((_, scope)) => Err(format!("The scope {} is there twice.", scope.name)),
        None => Ok(scopes),
    }
}

fn read_errors(errors: &Section<'_>) -> Result<ErrorShape, String> {
    errors.only(&["message", "code", "limited", "refused"])?;
    let pointers = |name: &str| {
        let texts = errors.texts(name)?;
        let good = texts.iter().all(|text| text.starts_with('/'));
        if good { Ok(texts) } else { Err(format!("[errors] {name} is a JSON Pointer such as \"/error/{name}\".")) }
    };
    Ok(ErrorShape {
        message: pointers("message")?,
        code: pointers("code")?,
        limited: errors.texts("limited")?,
        refused: errors.texts("refused")?,
    })
}

fn read_rate(rate: &Section<'_>) -> Result<RateHeaders, String> {
    rate.only(&["limit", "remaining", "reset", "unit"])?;
    let name = |part: &str| rate.text(part)?.map(header).transpose();
    Ok(RateHeaders {
        limit: name("limit")?,
        remaining: name("remaining")?,
        reset: name("reset")?,
        unit: rate.word("unit")?,
    })
}

/// A table of the file, with its name for sentences.
struct Section<'a> {
    name: &'static str,
    table: &'a dyn TableLike,
}

impl<'a> Section<'a> {
    fn at(&self, name: &str) -> String {
        if self.name.is_empty() { format!("“{name}”") } else { format!("[{}] {name}", self.name) }
    }

    fn only(&self, known: &[&str]) -> Result<(), String> {
        match self.table.iter().find(|(name, _)| !known.contains(name)) {
            Some((name, _)) => Err(format!("{} means nothing here. Known: {}.", self.at(name), known.join(", "))),
            None => Ok(()),
        }
    }

    fn section(&self, name: &'static str) -> Result<Option<Section<'a>>, String> {
        let Some(item) = self.table.get(name) else { return Ok(None) };
        let table = item.as_table_like().ok_or_else(|| format!("{} is a table.", self.at(name)))?;
        Ok(Some(Section { name, table }))
    }

    fn text(&self, name: &str) -> Result<Option<String>, String> {
        let Some(item) = self.table.get(name) else { return Ok(None) };
        let text = item.as_str().filter(|text| !text.is_empty());
        text.map(|text| Some(text.to_owned())).ok_or_else(|| format!("{} is a text.", self.at(name)))
    }

    fn flag(&self, name: &str) -> Result<bool, String> {
        let Some(item) = self.table.get(name) else { return Ok(false) };
        item.as_bool().ok_or_else(|| format!("{} is true or false.", self.at(name)))
    }

    fn word<T: FromStr + Default>(&self, name: &str) -> Result<T, String> {
        let Some(text) = self.text(name)? else { return Ok(T::default()) };
        T::from_str(&text).map_err(|_| format!("{} cannot be “{text}”.", self.at(name)))
    }

    fn url(&self, name: &str) -> Result<Option<Url>, String> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        endpoint("URL", &text).map(Some).map_err(|fault| format!("{}: {}", self.at(name), fault.message))
    }

    fn array(&self, name: &str) -> Result<Option<&'a Array>, String> {
        let Some(item) = self.table.get(name) else { return Ok(None) };
        item.as_array().map(Some).ok_or_else(|| format!("{} is a list.", self.at(name)))
    }

    /// A text, or a list of them.
    fn texts(&self, name: &str) -> Result<Vec<String>, String> {
        if let Some(one) = self.table.get(name).and_then(Item::as_str) {
            return Ok(vec![one.to_owned()]);
        }
        let Some(all) = self.array(name)? else { return Ok(Vec::new()) };
        let texts: Option<_> = all.iter().map(|text| text.as_str().map(str::to_owned)).collect();
        texts.ok_or_else(|| format!("{} is a list of texts.", self.at(name)))
    }

    fn ports(&self, name: &str) -> Result<Vec<u16>, String> {
        let Some(all) = self.array(name)? else { return Ok(Vec::new()) };
        let port = |port: &Value| port.as_integer().and_then(|p| u16::try_from(p).ok()).filter(|port| *port >= 1024);
        let ports: Option<_> = all.iter().map(port).collect();
        ports.ok_or_else(|| format!("{} is a list of ports from 1024 to 65535.", self.at(name)))
    }

    fn pairs(&self, name: &str) -> Result<Vec<(String, String)>, String> {
        let Some(item) = self.table.get(name) else { return Ok(Vec::new()) };
        let wrong = || format!("{} is a table of texts.", self.at(name));
        let pairs = item.as_table_like().ok_or_else(wrong)?.iter();
        pairs.map(|(name, value)| Ok((name.to_owned(), value.as_str().ok_or_else(wrong)?.to_owned()))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::{ClientAuth, RevocationForm};

    /// The example in the documentation of the module.
    fn documented() -> String {
        let head = include_str!("mod.rs");
        let example = head.split("```").nth(1).unwrap().strip_prefix("toml").unwrap();
        example.lines().map(|line| line.trim_start_matches("//!").trim_start()).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_documented_file_says_what_it_says() {
        let acme = ProviderSpec::parse(&documented()).unwrap();
        assert_eq!((acme.key.raw(), acme.title.as_str()), ("ACME", "Acme"));
        assert_eq!(acme.headers, [("Acme-Version".to_owned(), "2026-01-01".to_owned())]);
        let oauth = acme.oauth.unwrap();
        assert_eq!((oauth.secret, oauth.quirks.client_auth), (SecretNeed::Optional, ClientAuth::Body));
        assert_eq!(
            oauth.quirks.redirect_uris(),
            ["http://127.0.0.1:51763/callback", "http://127.0.0.1:51764/callback"]
        );
        assert_eq!(oauth.quirks.refusals[0].means, RefusalKind::ApprovalPending);
        assert_eq!((oauth.quirks.revocation, oauth.quirks.actors.len()), (RevocationForm::Standard, 2));
        assert_eq!(acme.key_form.unwrap().form, HeaderForm::Bearer);
        assert!(acme.scopes[0].default && acme.errors.limited == ["rate_limited"]);
        assert!(acme.register_app.is_some() && acme.get_key.is_some() && acme.rate_headers.limit.is_none());
    }

    #[test]
    fn what_is_wrong_is_said() {
        let oauth = "provider='X'\n[oauth]\nauthorize='https://a.example'\ntoken='https://a.example/t'\n";
        for (text, says) in [
            ("title = 'X'".to_owned(), "no provider"),
            ("provider = 7".to_owned(), "“provider” is a text"),
            ("provider='X'\napi='https://a.example'".to_owned(), "“api” is a table"),
            ("provider='X'\n[api]\nbase='http://a.example'".to_owned(), "[api] base: The URL must start with https"),
            ("provider='X'\n[oauth]\ntoken='https://a.example'".to_owned(), "both authorize and token"),
            (format!("{oauth}flow='implicit'"), "[oauth] flow means nothing"),
            (format!("{oauth}secret='maybe'"), "cannot be “maybe”"),
            (format!("{oauth}redirect='http://a.example/x'"), "not “http://a.example/x”"),
            (format!("{oauth}redirect='http://localhost/{{x}}'"), "redirect is"),
            (format!("{oauth}ports=[80]"), "ports from 1024"),
            (format!("{oauth}announces_iss=true"), "goes with an issuer"),
            (format!("{oauth}refusals=[{{means='denied'}}]"), "list such as"),
            ("provider='X'\n[key]\nform='header'".to_owned(), "names the header"),
            ("provider='X'\n[key]\nform='header'\nname='a b'".to_owned(), "no name of a header"),
            ("provider='X'\n[key]\nform='cookie'".to_owned(), "“cookie” is unknown"),
            ("provider='X'\n[[scope]]\nname='a b'\nmeaning='x'".to_owned(), "a name and a meaning"),
            ("provider='X'\n[[scope]]\nname='a'\nmeaning='x'\n[[scope]]\nname='a'\nmeaning='y'".to_owned(), "twice"),
            ("provider='X'\n[errors]\ncode='code'".to_owned(), "JSON Pointer"),
            ("provider='X'\n[rate]\nunit='hours'".to_owned(), "cannot be “hours”"),
        ] {
            let problem = ProviderSpec::parse(&text).unwrap_err();
            assert!(problem.contains(says), "{text}: {problem}");
        }
    }
}
