//! Servers that are programs of this machine.

use std::os::unix::process::ExitStatusExt as _;
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncReadExt as _, BufReader};
use tokio::process::{Child, ChildStderr, Command};
use tokio::task::JoinHandle;

use super::endpoint::ProcessEndpoint;
use super::fault::McpFault;
use super::ledger::{Ledger, bounded};
use super::lines::{LineTransport, Peer};
use super::options::MessageSource;
use crate::domain::{Fault, FaultKind, Untrusted};

/// Variables that a program needs to find its way, and nothing that could be a credential.
const INHERITED: [&str; 14] = [
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LOGNAME",
    "SHELL",
    "TERM",
    "TMPDIR",
    "TZ",
    "USER",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
];

/// Time that a process has to end by itself, once after each request to do so.
const GRACE: Duration = Duration::from_secs(2);

/// Time for a process to be gone once nothing more comes from it.
const LAST_WORDS: Duration = Duration::from_millis(1_500);

/// Bytes of one line of standard error.
const LONGEST_LINE: usize = 16 << 10;

/// Bytes of the last line that a fault quotes.
const QUOTED: usize = 400;

/// A running server, and everything that it started.
pub(super) struct Process {
    child: Child,
    group: Arc<ProcessGroup>,
    program: String,
    last_line: Arc<Mutex<String>>,
    stderr: JoinHandle<()>,
}

/// The processes of a server, which are killed when it is dropped.
#[derive(Debug)]
pub(super) struct ProcessGroup {
    leader: Option<Pid>,
    is_over: AtomicBool,
}

impl ProcessGroup {
    fn signal(&self, signal: Signal) {
        if let Some(leader) = self.leader.filter(|_| !self.is_over.load(Ordering::Acquire)) {
            // Whoever is gone already needs no signal.
            let _ = kill_process_group(leader, signal);
        }
    }

    /// Kills whatever is left of it, once: its number may be somebody else's later.
    pub fn kill(&self) {
        self.signal(Signal::KILL);
        self.is_over.store(true, Ordering::Release);
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Starts a server.
///
/// # Errors
/// [`FaultKind::Local`] if it cannot be started.
pub(super) fn start(
    endpoint: &ProcessEndpoint,
    ledger: &Arc<Ledger>,
) -> Result<(LineTransport<Process>, Arc<ProcessGroup>), McpFault> {
    // Before it runs, nothing but its path helps to find it.
    let path = Untrusted::from(endpoint.program.as_str()).to_string();
    let program = ledger.names.label.clone();
    let mut command = Command::new(&endpoint.program);
    command.args(&endpoint.arguments).env_clear();
    command.envs(INHERITED.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    command.envs(endpoint.environment.iter().map(|(name, value)| (name, value.expose())));
    if let Some(folder) = &endpoint.folder {
        command.current_dir(folder);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // Keys that stop or end this program are not meant for that one.
    command.process_group(0).kill_on_drop(true);
    let mut child = command.spawn().map_err(|error| unstarted(&path, endpoint, error))?;
    let group = Arc::new(ProcessGroup {
        leader: child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?)),
        is_over: AtomicBool::new(false),
    });
    let (Some(stdin), Some(stdout), Some(stderr)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Err(McpFault::new(FaultKind::Local, format!("{program} has no standard input and output.")));
    };
    let last_line = Arc::default();
    let stderr = tokio::spawn(listen(stderr, Arc::clone(ledger), Arc::clone(&last_line)));
    let process = Process { child, group: Arc::clone(&group), program, last_line, stderr };
    Ok((LineTransport::new(stdout, stdin, process, Arc::clone(ledger)), group))
}

fn unstarted(program: &str, endpoint: &ProcessEndpoint, error: std::io::Error) -> McpFault {
    let no_folder = endpoint.folder.as_ref().filter(|folder| !folder.is_dir());
    let message = match (error.kind(), no_folder) {
        (_, Some(folder)) => {
            let folder = Untrusted::from(folder.display().to_string());
            format!("{program} cannot be started: there is no folder {folder}.")
        }
        (std::io::ErrorKind::NotFound, None) => format!("There is no program {program}."),
        (std::io::ErrorKind::PermissionDenied, None) => format!("{program} may not be run."),
        (_, None) => {
            return McpFault::Other(
                Fault::new(FaultKind::Local, format!("{program} cannot be started.")).because(error),
            );
        }
    };
    McpFault::Other(Fault::new(FaultKind::Local, message).caused_by(error))
}

/// Tells every line of standard error, and keeps the last one that says something.
async fn listen(stderr: ChildStderr, ledger: Arc<Ledger>, last_line: Arc<Mutex<String>>) {
    let (mut stderr, mut line, mut buffer) = (BufReader::new(stderr), Vec::new(), [0; 4096]);
    let tell = |line: &[u8]| {
        let text = String::from_utf8_lossy(line);
        let text = text.trim_end();
        if !text.trim().is_empty() {
            *last_line.lock().unwrap_or_else(PoisonError::into_inner) = bounded(text, QUOTED);
            ledger.say(MessageSource::Stderr, Untrusted::default(), Untrusted::default(), text);
        }
    };
    while let Ok(count @ 1..) = stderr.read(&mut buffer).await {
        for byte in buffer.iter().take(count) {
            match byte {
                b'\n' => {
                    tell(&line);
                    line.clear();
                }
                byte if line.len() < LONGEST_LINE => line.push(*byte),
                _ => {}
            }
        }
    }
    tell(&line);
}

impl Peer for Process {
    async fn last_words(&mut self) -> Fault {
        let status = tokio::time::timeout(LAST_WORDS, self.child.wait()).await;
        // The last line is on its way.
        let _ = tokio::time::timeout(LAST_WORDS, &mut self.stderr).await;
        let program = &self.program;
        let message = match status {
            Ok(Ok(status)) => format!("{program} {}.", ending(status)),
            _ => format!("{program} closed its standard output."),
        };
        let last_line = self.last_line.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Fault::new(FaultKind::Local, message).said(last_line.as_str())
    }

    async fn end(&mut self) {
        // Its standard input is closed by now, which is how it is asked to end.
        if tokio::time::timeout(GRACE, self.child.wait()).await.is_err() {
            self.group.signal(Signal::TERM);
            if tokio::time::timeout(GRACE, self.child.wait()).await.is_err() {
                self.group.signal(Signal::KILL);
                let _ = tokio::time::timeout(GRACE, self.child.wait()).await;
            }
        }
        self.group.kill();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.group.kill();
        self.stderr.abort();
    }
}

/// End of a program in words, to go behind its name.
fn ending(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("ended with exit code {code}"),
        (None, Some(signal)) => format!("was ended by signal {signal}"),
        (None, None) => "ended".to_owned(),
    }
}
