//! The socket and its messages.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};

use super::LARGEST;
use crate::profile::create_private;

/// One end of a conversation.
pub(super) struct Line {
    read: BufReader<OwnedReadHalf>,
    write: OwnedWriteHalf,
}

/// A socket that this process alone listens at, for as long as it holds the lock.
pub(super) struct Held {
    pub listener: UnixListener,
    path: PathBuf,
    _lock: File,
}

impl Drop for Held {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

fn path(state: &Path) -> PathBuf {
    state.join("approval.sock")
}

/// Listens, in the place of a socket that a process left behind; none where another process holds it.
///
/// # Errors
/// The folder or the socket cannot be used.
pub(super) fn hold(state: &Path) -> io::Result<Option<Held>> {
    create_private(state).map_err(|fault| io::Error::other(fault.message.to_string()))?;
    let lock =
        File::options().create(true).truncate(false).write(true).mode(0o600).open(state.join("approval.lock"))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(std::fs::TryLockError::WouldBlock) => return Ok(None),
        Err(std::fs::TryLockError::Error(error)) => return Err(error),
    }
    let path = path(state);
    // Whoever left it is gone, or would hold the lock.
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(&path)?;
    // The folder is closed to others already.
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    Ok(Some(Held { listener, path, _lock: lock }))
}

/// A line to whoever listens.
///
/// # Errors
/// Nobody listens, or somebody else than this user does.
pub(super) async fn call(state: &Path) -> io::Result<Line> {
    Line::new(UnixStream::connect(path(state)).await?)
}

impl Line {
    /// A line over a stream whose other end is this user.
    ///
    /// # Errors
    /// [`ErrorKind::PermissionDenied`]: it is somebody else.
    pub fn new(stream: UnixStream) -> io::Result<Self> {
        if stream.peer_cred()?.uid() != rustix::process::geteuid().as_raw() {
            return Err(io::Error::new(ErrorKind::PermissionDenied, "the other end is another user"));
        }
        let (read, write) = stream.into_split();
        Ok(Self { read: BufReader::new(read), write })
    }

    /// Sends one message.
    ///
    /// # Errors
    /// It is too large, or nobody is there any more.
    pub async fn send(&mut self, message: &impl Serialize) -> io::Result<()> {
        let mut bytes = serde_json::to_vec(message)?;
        if bytes.len() >= LARGEST {
            return Err(ErrorKind::FileTooLarge.into());
        }
        bytes.push(b'\n');
        self.write.write_all(&bytes).await
    }

    /// Next message; none at the end, and where something came that is no message.
    pub async fn next<T: DeserializeOwned>(&mut self) -> Option<T> {
        let mut bytes = Vec::new();
        (&mut self.read).take(LARGEST as u64).read_until(b'\n', &mut bytes).await.ok()?;
        serde_json::from_slice(&bytes).ok()
    }
}
