//! The file that saved environments lie in, which a person may edit.
//!
//! ```toml
//! use = "acme"
//!
//! [profile.acme]
//! kind = "scalekit"                                 # may be left out
//! url = "https://acme.scalekit.dev"
//! client_id = "skc_1"
//! user_verify_url = "https://app.acme.dev/verify"   # may be left out
//! match = "email"                                   # how identifiers and people go together; may be left out
//! mode = "ask"                                      # read, ask or free; may be left out, and means ask then
//!
//! [profile.mine]
//! kind = "local"                                    # an environment of one's own, on this machine
//! folder = "/home/ada/mine"                         # may be left out, and means the one of `--local` then
//! ```

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item, Table, TableLike, value};
use url::Url;

use super::home::{local, write_private};
use super::name::ProfileName;
use crate::domain::{
    Environment, EnvironmentUrl, Fault, FaultKind, MatchRule, Mode, Untrusted, decode_utf8, trim_quotes,
};
use crate::files;

/// Kind of back-end that a profile without a `kind` is for.
const SCALEKIT: &str = "scalekit";

/// Kind of an environment of one's own.
const LOCAL: &str = "local";

/// Environment that was saved under a name; its secret lies elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Name that the person gave it.
    pub name: ProfileName,
    /// Environment that it opens.
    pub target: ProfileTarget,
    /// Freedom of calls to it; none where the file does not say.
    pub mode: Option<Mode>,
    /// Rule by which a provider's user and an identifier are held to be one person.
    pub match_rule: MatchRule,
}

/// Target of a profile, by the kind of its back-end: `kind` in the file, where nothing means `scalekit`.
#[derive(Clone, Debug, PartialEq)]
pub enum ProfileTarget {
    /// A Scalekit environment.
    Scalekit(ScalekitTarget),
    /// An environment of one's own on this machine.
    Local(LocalTarget),
}

impl ProfileTarget {
    /// Scalekit environment that it opens; none for another kind.
    pub fn scalekit(&self) -> Option<&ScalekitTarget> {
        match self {
            Self::Scalekit(target) => Some(target),
            Self::Local(_) => None,
        }
    }

    /// Word of the kind, as the file spells it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Scalekit(_) => SCALEKIT,
            Self::Local(_) => LOCAL,
        }
    }
}

/// An environment of one's own: connections and accounts in a folder, secrets in the keychain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalTarget {
    /// Folder of its files, absolute or below that of the settings; none for the one that is always there.
    pub folder: Option<PathBuf>,
}

/// A Scalekit environment, without its secret.
#[derive(Clone, Debug, PartialEq)]
pub struct ScalekitTarget {
    /// Base URL of its API.
    pub url: EnvironmentUrl,
    /// Client id: `skc_…`.
    pub client_id: Untrusted,
    /// URL where the application confirms who consented, for environments that verify by themselves
    /// (reference: section 5).
    pub user_verify_url: Option<Url>,
}

/// Contents of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Saved {
    /// In the file's order.
    pub profiles: Vec<Profile>,
    /// The one to open when nothing else is said; it need not exist.
    pub in_use: Option<ProfileName>,
}

impl Saved {
    /// The profile of that name.
    ///
    /// # Errors
    /// [`FaultKind::NotFound`], naming those that exist.
    pub fn get(&self, name: &ProfileName) -> Result<&Profile, Fault> {
        self.profiles.iter().find(|profile| profile.name == *name).ok_or_else(|| {
            let names: Vec<_> = self.profiles.iter().map(|profile| profile.name.as_str()).collect();
            let others =
                if names.is_empty() { "None is saved.".into() } else { format!("Saved: {}.", names.join(", ")) };
            Fault::new(FaultKind::NotFound, format!("There is no profile “{name}”. {others}"))
        })
    }
}

/// Path of the file, and how to read and write it.
#[derive(Clone)]
pub(super) struct File {
    pub path: PathBuf,
}

impl File {
    /// The file as it stands; empty if there is none.
    pub fn document(&self) -> Result<DocumentMut, Fault> {
        let bytes = match files::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(DocumentMut::new()),
            Err(error) => return Err(local("read", &self.path, &error)),
        };
        let text = decode_utf8(&bytes).map_err(|why| self.odd(&why.to_string()))?;
        text.parse().map_err(|error: toml_edit::TomlError| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            self.odd(&format!("line {line}: {}", Untrusted::from(error.message())))
        })
    }

    /// Puts `document` in the place of the file.
    pub fn write(&self, document: &DocumentMut) -> Result<(), Fault> {
        write_private(&self.path, document.to_string().as_bytes())
    }

    /// Profiles in `document`.
    pub fn read(&self, document: &DocumentMut) -> Result<Saved, Fault> {
        let in_use = match document.get("use").map(Item::as_str) {
            None | Some(Some("")) => None,
            Some(name) => Some(
                name.and_then(|name| ProfileName::parse(name).ok())
                    .ok_or_else(|| self.odd("“use” is not a profile's name"))?,
            ),
        };
        let Some(item) = document.get("profile") else { return Ok(Saved { profiles: Vec::new(), in_use }) };
        let tables = item.as_table_like().ok_or_else(|| self.odd("“profile” is not a table"))?;
        let profiles = tables.iter().map(|(name, item)| self.profile(name, item)).collect::<Result<_, _>>()?;
        Ok(Saved { profiles, in_use })
    }

    fn profile(&self, name: &str, item: &Item) -> Result<Profile, Fault> {
        let shown = Untrusted::from(name);
        let name = ProfileName::parse(name)
            .map_err(|fault| self.odd(&format!("“{shown}” cannot name a profile. {}", fault.message)))?;
        let table = item.as_table_like().ok_or_else(|| self.odd(&format!("profile “{name}” is not a table")))?;
        let target = match text(table, "kind") {
            None | Some(SCALEKIT) => ProfileTarget::Scalekit(self.scalekit(&name, table)?),
            Some(LOCAL) => ProfileTarget::Local(LocalTarget { folder: text(table, "folder").map(PathBuf::from) }),
            Some(kind) => {
                let kind = Untrusted::from(kind);
                let message = format!("Profile “{name}” is of a kind that this version does not know: “{kind}”.");
                return Err(Fault::new(FaultKind::NoEnvironment, message));
            }
        };
        let mode = self.mode(&name, table)?;
        let match_rule = self.match_rule(&name, table)?;
        Ok(Profile { name, target, mode, match_rule })
    }

    fn match_rule(&self, name: &ProfileName, table: &dyn TableLike) -> Result<MatchRule, Fault> {
        let Some(item) = table.get("match") else { return Ok(MatchRule::Auto) };
        let rule = item.as_str().ok_or_else(|| "It is a text.".to_owned()).and_then(MatchRule::parse);
        rule.map_err(|why| {
            self.odd(&format!("the match of profile “{name}” is no rule: {}", why.trim_end_matches('.')))
        })
    }

    /// One that cannot be understood is no mode at all: a slip must not open more than was meant.
    fn mode(&self, name: &ProfileName, table: &dyn TableLike) -> Result<Option<Mode>, Fault> {
        let Some(item) = table.get("mode") else { return Ok(None) };
        let mode = item.as_str().ok_or("a text").and_then(Mode::parse);
        mode.map(Some).map_err(|_| self.odd(&format!("the mode of profile “{name}” is not read, ask or free")))
    }

    fn scalekit(&self, name: &ProfileName, table: &dyn TableLike) -> Result<ScalekitTarget, Fault> {
        let missing: Vec<_> = ["url", "client_id"].into_iter().filter(|key| text(table, key).is_none()).collect();
        let (Some(url), Some(client_id)) = (text(table, "url"), text(table, "client_id")) else {
            let message = format!("Profile “{name}” is incomplete: {} is missing.", missing.join(" and "));
            return Err(Fault::new(FaultKind::NoEnvironment, message));
        };
        let of_profile =
            |fault: Fault| Fault::new(FaultKind::NoEnvironment, format!("Profile “{name}”: {}", fault.message));
        let url = EnvironmentUrl::parse(url).map_err(of_profile)?;
        let user_verify_url = text(table, "user_verify_url").map(|url| {
            verify_url(url)
                .ok_or_else(|| self.odd(&format!("the user_verify_url of profile “{name}” is not a web address")))
        });
        let client_id = Environment::read_client_id(client_id).map_err(of_profile)?;
        Ok(ScalekitTarget { url, client_id, user_verify_url: user_verify_url.transpose()? })
    }

    fn odd(&self, what: &str) -> Fault {
        let file = Untrusted::from(self.path.to_string_lossy().as_ref());
        Fault::new(FaultKind::Local, format!("{file} cannot be understood: {what}."))
    }
}

/// Reads the address of a page; none for anything that a browser would not open as one.
pub fn verify_url(text: &str) -> Option<Url> {
    Url::parse(trim_quotes(text)).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// Adds a profile behind the others.
pub(super) fn insert(document: &mut DocumentMut, profile: &Profile) {
    let mut table = Table::new();
    match &profile.target {
        ProfileTarget::Scalekit(target) => {
            table.insert("url", value(target.url.as_str()));
            table.insert("client_id", value(target.client_id.raw()));
            if let Some(url) = &target.user_verify_url {
                table.insert("user_verify_url", value(url.as_str()));
            }
        }
        ProfileTarget::Local(target) => {
            table.insert("kind", value(LOCAL));
            if let Some(folder) = target.folder.as_deref().and_then(Path::to_str) {
                table.insert("folder", value(folder));
            }
        }
    }
    if let Some(mode) = profile.mode {
        table.insert("mode", value(mode.word()));
    }
    if profile.match_rule != MatchRule::Auto {
        table.insert("match", value(profile.match_rule.text()));
    }
    let profiles = document.entry("profile").or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    if let Some(profiles) = profiles.as_table_like_mut() {
        profiles.insert(profile.name.as_str(), Item::Table(table));
    }
}

/// Writes a profile anew where it stands, under its new name, so that the comments around it stay.
pub(super) fn change(document: &mut DocumentMut, name: &ProfileName, profile: &Profile) {
    let Some(profiles) = document.get_mut("profile").and_then(Item::as_table_like_mut) else { return };
    if let Some(table) = profiles.get_mut(name.as_str()).and_then(Item::as_table_like_mut) {
        // A profile never changes its kind, and the folder of a local one is not changed from here.
        if let ProfileTarget::Scalekit(target) = &profile.target {
            put(table, "url", target.url.as_str());
            put(table, "client_id", target.client_id.raw());
            match &target.user_verify_url {
                Some(url) => put(table, "user_verify_url", url.as_str()),
                None => drop(table.remove("user_verify_url")),
            }
        }
        match profile.mode {
            Some(mode) => put(table, "mode", mode.word()),
            None => drop(table.remove("mode")),
        }
        match &profile.match_rule {
            MatchRule::Auto => drop(table.remove("match")),
            rule => put(table, "match", rule.text()),
        }
    }
    if profile.name != *name
        && let Some(item) = profiles.remove(name.as_str())
    {
        profiles.insert(profile.name.as_str(), item);
    }
}

/// Puts a text there; what stands around the old one stays.
fn put(table: &mut dyn TableLike, key: &str, text: &str) {
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(current) => {
            let decor = current.decor().clone();
            *current = text.into();
            *current.decor_mut() = decor;
        }
        None => drop(table.insert(key, value(text))),
    }
}

/// Takes a profile out, with the comments at it.
pub(super) fn remove(document: &mut DocumentMut, name: &ProfileName) {
    if let Some(profiles) = document.get_mut("profile").and_then(Item::as_table_like_mut) {
        profiles.remove(name.as_str());
    }
}

/// Names the profile in use, or none; in place, so that the comments around it stay.
pub(super) fn put_in_use(document: &mut DocumentMut, name: Option<&ProfileName>) {
    let name = name.map_or("", ProfileName::as_str);
    match document.get_mut("use").and_then(Item::as_value_mut) {
        Some(current) => {
            let decor = current.decor().clone();
            *current = name.into();
            *current.decor_mut() = decor;
        }
        None => drop(document.insert("use", value(name))),
    }
}

/// A text that says something.
fn text<'a>(table: &'a dyn TableLike, key: &str) -> Option<&'a str> {
    table.get(key).and_then(Item::as_str).filter(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn an_odd_file_is_said_with_its_place() {
        use FaultKind::*;
        let cases = [
            ("use = \"a\"\n[profile", Local, "line 2"),
            ("use = 7", Local, "“use” is not"),
            ("profile = 7", Local, "“profile” is not a table"),
            ("[profile]\nacme = 7", Local, "profile “acme” is not a table"),
            ("[profile.\"a\\u001b\"]", Local, "“a␛” cannot name a profile"),
            ("[profile.acme]", NoEnvironment, "url and client_id is missing"),
            (
                "[profile.acme]\nkind = \"loc\\u001bal\"",
                NoEnvironment,
                "a kind that this version does not know: “loc␛al”",
            ),
            ("[profile.acme]\nurl = \"https://a.dev\"\nclient_id = \"\"", NoEnvironment, ": client_id is missing"),
            (
                "[profile.acme]\nurl = \"http://a.dev\"\nclient_id = \"x\"",
                NoEnvironment,
                "Profile “acme”: The environment URL",
            ),
            (
                "[profile.acme]\nurl = \"https://a.dev\"\nclient_id = \"x\"\nuser_verify_url = \"ftp://x\"",
                Local,
                "is not a web address",
            ),
            (
                "[profile.acme]\nurl = \"https://a.dev\"\nclient_id = \"skc_1\"\nmatch = \"whatever\"",
                Local,
                "the match of profile “acme” is no rule: It is auto, email, id",
            ),
        ];
        for (text, kind, said) in cases {
            let dir = tempfile::tempdir().expect("a directory");
            let file = File { path: dir.path().join("profiles.toml") };
            fs::write(&file.path, text).expect("written");
            let fault = file.document().and_then(|document| file.read(&document)).expect_err(text);
            assert_eq!(fault.kind, kind, "{text}: {fault}");
            assert!(fault.message.contains(said), "{text}: {fault}");
        }
    }

    #[test]
    fn a_rule_of_matching_is_kept_and_the_usual_one_is_not_written() {
        let text = "[profile.acme]\nurl = \"https://a.dev\"\nclient_id = \"skc_1\"\nmatch = \"acme-{id}\"\n";
        let file = File { path: "profiles.toml".into() };
        let mut document: DocumentMut = text.parse().expect("TOML");
        let mut profile = file.read(&document).expect("read").profiles.remove(0);
        assert_eq!(profile.match_rule, MatchRule::Pattern("acme-{id}".into()));
        let name = profile.name.clone();
        profile.match_rule = MatchRule::Id;
        change(&mut document, &name, &profile);
        assert!(document.to_string().contains("match = \"id\""), "{document}");
        profile.match_rule = MatchRule::Auto;
        change(&mut document, &name, &profile);
        assert!(!document.to_string().contains("match"), "{document}");
    }

    #[test]
    fn a_file_from_windows_is_read_or_said_to_be_utf_16() {
        let dir = tempfile::tempdir().expect("a directory");
        let file = File { path: dir.path().join("profiles.toml") };
        fs::write(&file.path, "\u{feff}use = \"acme\"").expect("written");
        let saved = file.document().and_then(|document| file.read(&document)).expect("read");
        assert_eq!(saved.in_use.expect("in use").as_str(), "acme");
        let utf16: Vec<u8> = "use = \"acme\"".encode_utf16().flat_map(u16::to_le_bytes).collect();
        fs::write(&file.path, utf16).expect("written");
        let fault = file.document().expect_err("UTF-16");
        assert!(fault.message.contains("it is UTF-16; save it as UTF-8"), "{fault}");
    }
}
