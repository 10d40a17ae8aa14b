//! The file of connections, which a person may write too.
//!
//! ```toml
//! [connection.linear]
//! provider = "LINEAR"
//! auth = "oauth"                       # oauth, device, api-key, token, mcp or exchange
//! client_id = "…"
//! scopes = ["read", "write"]
//!
//! [connection.work]
//! provider = "ASANA"
//! auth = "token"
//! key = { env = "ASANA_TOKEN" }        # or: { command = ["pass", "asana"] }
//! identifier = "ada@acme.dev"          # of the account with that key; may be left out
//!
//! [connection.docs]
//! url = "https://mcp.acme.dev/mcp"     # an MCP server: auth is "mcp", or "token" with a key
//! headers = { X-Workspace = "acme", X-Api-Key = { env = "ACME_KEY" }, X-Token = { keychain = true } }
//!
//! [connection.files]
//! command = ["npx", "-y", "files-server"]
//! environment = { FILES_TOKEN = { env = "FILES_TOKEN" } }
//! ```

use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use toml_edit::{DocumentMut, Item, Table, TableLike};

use super::connection_spec::ConnectionSpec;
use crate::domain::{ConnectionName, Fault, FaultKind, Untrusted, decode_utf8};
use crate::files;

/// Name of the file.
pub(super) const FILE: &str = "connections.toml";

/// The file, read anew where its time stamp changed.
pub(super) struct ConnectionsFile {
    path: PathBuf,
    known: Mutex<Option<(Stamp, Arc<[ConnectionEntry]>)>>,
}

/// Time and length of the file; none where there is no file.
type Stamp = Option<(SystemTime, u64)>;

/// One connection, or the reason why it does not count.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum ConnectionEntry {
    Good(Arc<ConnectionSpec>),
    Broken { name: ConnectionName, why: String },
}

impl ConnectionEntry {
    pub fn name(&self) -> &ConnectionName {
        match self {
            Self::Good(spec) => &spec.name,
            Self::Broken { name, .. } => name,
        }
    }
}

impl ConnectionsFile {
    pub fn new(path: PathBuf) -> Self {
        Self { path, known: Mutex::default() }
    }

    /// Path of the file; safe to show.
    pub fn name(&self) -> String {
        Untrusted::from(self.path.to_string_lossy().as_ref()).to_string()
    }

    /// All connections in the file's order; none if there is no file.
    ///
    /// # Errors
    /// [`FaultKind::Local`] for a file that cannot be read or understood at all, saying where.
    pub fn all(&self) -> Result<Arc<[ConnectionEntry]>, Fault> {
        let stamp = self.stamp();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, entries)) = known.as_ref().filter(|(known, _)| *known == stamp) {
            return Ok(Arc::clone(entries));
        }
        let entries: Arc<[_]> = entries(&self.document()?).map_err(|why| self.odd(&why))?.into();
        *known = Some((stamp, Arc::clone(&entries)));
        Ok(entries)
    }

    /// The connection of this name.
    ///
    /// # Errors
    /// [`FaultKind::NotFound`], and as [`ConnectionsFile::all`]; [`FaultKind::NoEnvironment`] for one that does not count.
    pub fn get(&self, name: &ConnectionName) -> Result<Arc<ConnectionSpec>, Fault> {
        match self.all()?.iter().find(|entry| entry.name() == name) {
            Some(ConnectionEntry::Good(spec)) => Ok(Arc::clone(spec)),
            Some(ConnectionEntry::Broken { why, .. }) => {
                let message = format!("Connection {name} cannot be used: {why} ({}).", self.name());
                Err(Fault::new(FaultKind::NoEnvironment, message))
            }
            None => Err(Fault::new(FaultKind::NotFound, format!("There is no connection {name} in this environment."))),
        }
    }

    /// Puts a connection there, in place of one of its name; comments stay.
    ///
    /// # Errors
    /// [`FaultKind::Conflict`] where that name is another provider's; as [`ConnectionsFile::all`], and where the file
    /// cannot be written.
    pub fn put(&self, spec: &ConnectionSpec) -> Result<(), Fault> {
        let _lock = files::lock(&self.path);
        let mut document = self.document()?;
        let connections = document.entry("connection").or_insert_with(|| {
            let mut table = Table::new();
            table.set_implicit(true);
            Item::Table(table)
        });
        let odd = || self.odd("“connection” is not a table");
        let connections = connections.as_table_like_mut().ok_or_else(odd)?;
        let provider = |table: &dyn TableLike| match ConnectionSpec::read(spec.name.raw(), table) {
            // The key of a server follows from it, and need not stand there.
            Ok(there) => Some(there.provider.raw().to_owned()),
            Err(_) => table.get("provider").and_then(Item::as_str).map(str::to_owned),
        };
        let other = connections.get(spec.name.raw()).and_then(Item::as_table_like).and_then(provider);
        if let Some(other) = other.filter(|other| other != spec.provider.raw()) {
            let (name, other) = (&spec.name, Untrusted::from(other));
            let message = format!("There is a connection {name} already, to {other}. Choose another name.");
            return Err(Fault::new(FaultKind::Conflict, message));
        }
        match connections.get_mut(spec.name.raw()).and_then(Item::as_table_like_mut) {
            Some(table) => spec.write(table),
            None => drop(connections.insert(spec.name.raw(), Item::Table(spec.to_table()))),
        }
        files::write_private(&self.path, document.to_string().as_bytes())?;
        self.known.lock().unwrap_or_else(PoisonError::into_inner).take();
        Ok(())
    }

    fn stamp(&self) -> Stamp {
        let found = std::fs::metadata(&self.path).ok()?;
        Some((found.modified().ok()?, found.len()))
    }

    fn document(&self) -> Result<DocumentMut, Fault> {
        let bytes = match files::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(DocumentMut::new()),
            Err(error) => return Err(files::local("read", &self.path, &error)),
        };
        let text = decode_utf8(&bytes).map_err(|why| self.odd(&why.to_string()))?;
        text.parse().map_err(|error: toml_edit::TomlError| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            // The parser's own message may quote the line, which may hold what should not be in it.
            self.odd(&format!("line {line} is not TOML"))
        })
    }

    fn odd(&self, what: &str) -> Fault {
        Fault::new(FaultKind::Local, format!("{} cannot be understood: {what}.", self.name()))
    }
}

fn entries(document: &DocumentMut) -> Result<Vec<ConnectionEntry>, String> {
    let Some(item) = document.get("connection") else { return Ok(Vec::new()) };
    let tables = item.as_table_like().ok_or("“connection” is not a table")?;
    let entry = |(name, item): (&str, &Item)| {
        let read = item.as_table_like().ok_or_else(|| "it is not a table".to_owned());
        match read.and_then(|table| ConnectionSpec::read(name, table)) {
            Ok(spec) => ConnectionEntry::Good(Arc::new(spec)),
            Err(why) => ConnectionEntry::Broken { name: name.into(), why },
        }
    };
    Ok(tables.iter().map(entry).collect())
}

#[cfg(test)]
mod tests {
    use super::super::connection_spec::ConnectionAuth;
    use super::*;

    fn spec(name: &str, auth: ConnectionAuth) -> ConnectionSpec {
        ConnectionSpec::new(name.into(), "LINEAR".into(), auth)
    }

    fn names(file: &ConnectionsFile) -> Vec<String> {
        file.all().unwrap().iter().map(|entry| entry.name().to_string()).collect()
    }

    #[test]
    fn comments_stay_and_what_a_person_writes_is_read_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("local/connections.toml");
        let file = ConnectionsFile::new(path.clone());
        assert!(names(&file).is_empty() && !path.exists(), "looking makes nothing");
        file.put(&spec("linear", ConnectionAuth::OAuth)).unwrap();
        assert_eq!(names(&file), ["linear"]);
        let text = std::fs::read_to_string(&path).unwrap();
        let text = format!("# mine\n{}", text.replace("auth = \"oauth\"", "auth = \"oauth\" # consent"))
            + "\n[connection.own]\nprovider = \"ACME\"\nauth = \"token\"\n";
        std::fs::write(&path, &text).unwrap();
        assert_eq!(names(&file), ["linear", "own"]);
        file.put(&spec("linear", ConnectionAuth::ApiKey)).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("# mine\n") && text.contains("auth = \"api-key\" # consent"), "{text}");
        assert_eq!(file.get(&"linear".into()).unwrap().auth, ConnectionAuth::ApiKey);

        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn one_that_is_wrong_does_not_take_the_others_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let file = ConnectionsFile::new(path.clone());
        let text = "[connection.odd]\nprovider = \"A\"\nauth = \"magic\"\n[connection.good]\nprovider = \"A\"\nauth = \"token\"\n";
        std::fs::write(&path, text).unwrap();
        assert!(file.get(&"good".into()).is_ok());
        let fault = file.get(&"odd".into()).unwrap_err();
        assert!(fault.message.contains("cannot be used: “auth” is “magic”"), "{fault}");
        assert_eq!(file.get(&"none".into()).unwrap_err().kind, FaultKind::NotFound);
        std::fs::write(&path, "[connection.a]\nkey = lin_api_hunter2\n").unwrap();
        let fault = file.all().unwrap_err();
        assert!(fault.message.contains("line 2") && !fault.message.contains("hunter2"), "{fault}");
        assert!(file.put(&spec("b", ConnectionAuth::Token)).is_err(), "it is not replaced");
    }

    #[test]
    fn two_that_write_at_once_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let threads: Vec<_> = (0..8)
            .map(|nth| {
                let file = ConnectionsFile::new(path.clone());
                std::thread::spawn(move || file.put(&spec(&format!("c{nth}"), ConnectionAuth::Token)).unwrap())
            })
            .collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!(names(&ConnectionsFile::new(path)).len(), 8);
    }
}
