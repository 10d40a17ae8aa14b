//! File that a sandbox is kept in from one run to the next.
//!
//! One program at a time has it: a change that another one makes meanwhile would be lost. It is written whole after
//! whatever changed the world, before that is answered.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};

use super::environment::SandboxEnvironment;
use super::error::RpcError;
use super::world::{Snapshot, World};
use crate::background;
use crate::domain::{Fault, FaultKind, Untrusted};
use crate::files;

/// Larger ones were not written by this program, in bytes.
const LARGEST: u64 = 64 << 20;

/// Time that another program has to finish with the file, and how often it is asked.
const PATIENCE: u32 = 50;
const PAUSE: Duration = Duration::from_millis(100);

/// Mark of the format. Another version is not touched.
const FORMAT: &str = "jackfield sandbox 1";

#[derive(Serialize, Deserialize)]
struct Content {
    format: String,
    world: Snapshot,
}

/// The file, held for as long as this lives.
pub struct StateFile {
    path: PathBuf,
    /// Bytes on disk.
    written: Mutex<Vec<u8>>,
    _lock: File,
}

impl StateFile {
    /// Takes the file for this program, and reads it; none where it does not exist yet.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: another program has it, it cannot be read, or it is no file of this program's.
    pub async fn open(path: &Path) -> Result<(Self, Option<Snapshot>), Fault> {
        // Whatever becomes of the current folder.
        let path = std::path::absolute(path).map_err(|error| broken(path, "cannot be found").because(error))?;
        let lock = take(&path).await?;
        let bytes = read(&path)?;
        let snapshot = match &bytes {
            None => None,
            Some(bytes) => match serde_json::from_slice::<Content>(bytes) {
                Ok(content) if content.format == FORMAT => Some(content.world),
                _ => return Err(broken(&path, "is not a sandbox that this version wrote; it is left as it is")),
            },
        };
        let file = Self { path, written: Mutex::new(bytes.unwrap_or_default()), _lock: lock };
        Ok((file, snapshot))
    }

    /// Fault of a file whose parts do not fit each other.
    pub fn damaged(&self, error: impl std::error::Error + Send + Sync + 'static) -> Fault {
        broken(&self.path, "is damaged; it is left as it is").because(error)
    }

    /// Writes the world, unless it is there already: whole or not at all, readable by its owner alone.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: it cannot be written.
    pub fn save(&self, world: impl FnOnce() -> Snapshot) -> Result<(), Fault> {
        // Taken first: an older world never takes the place of a newer one.
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let write = || -> io::Result<Option<Vec<u8>>> {
            let bytes = serde_json::to_vec(&Content { format: FORMAT.to_owned(), world: world() })?;
            if bytes == *written {
                return Ok(None);
            }
            if bytes.len() as u64 > LARGEST {
                return Err(io::Error::new(ErrorKind::FileTooLarge, "it has grown beyond 64 MB"));
            }
            let target = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
            // Born readable by the owner alone.
            let mut new = tempfile::NamedTempFile::new_in(folder(&target))?;
            new.write_all(&bytes)?;
            new.persist(&target)?;
            Ok(Some(bytes))
        };
        match write() {
            Ok(Some(bytes)) => *written = bytes,
            Ok(None) => {}
            Err(error) => return Err(broken(&self.path, "cannot be written").because(error)),
        }
        Ok(())
    }
}

/// The lock beside the file, which stays where it is while the file is replaced.
async fn take(path: &Path) -> Result<File, Fault> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    let beside = folder(path).join(name);
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let open = files::regular(&beside).and_then(|()| options.open(&beside));
    let lock = open.map_err(|error| broken(path, "cannot be taken for this program alone").because(error))?;
    for _ in 0..PATIENCE {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::WouldBlock) => tokio::time::sleep(PAUSE).await,
            Err(TryLockError::Error(error)) => {
                return Err(broken(path, "cannot be taken for this program alone").because(error));
            }
        }
    }
    Err(broken(path, "is in use by another jackfield. Stop that one, use its address, or name another file"))
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, Fault> {
    let read = || -> io::Result<Vec<u8>> {
        files::regular(path)?;
        let mut bytes = Vec::new();
        File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    match read() {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(broken(path, "cannot be read").because(error)),
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("/"))
}

fn broken(path: &Path, why: &str) -> Fault {
    let path = Untrusted::from(path.to_string_lossy().as_ref());
    Fault::new(FaultKind::Local, format!("The sandbox's state in {path} {why}."))
}

/// Keeps what a request changed before it is answered. One that cannot be kept is answered with that.
pub async fn keep(State(env): State<Arc<SandboxEnvironment>>, request: Request, next: Next) -> Response {
    // Only pages change something when they are read.
    let only_reads = request.method() == Method::GET && request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    if only_reads {
        return response;
    }
    match background::blocking(move || env.save()).await {
        Ok(Err(fault)) => RpcError::internal(fault.to_string()).into_response(),
        Ok(Ok(())) | Err(_) => response,
    }
}

impl SandboxEnvironment {
    /// Writes the world to its file, where it has one and is not there already.
    ///
    /// # Errors
    /// As [`StateFile::save`].
    pub fn save(&self) -> Result<(), Fault> {
        match &self.state {
            Some(file) => file.save(|| World::snapshot(&self.world())),
            None => Ok(()),
        }
    }
}
