//! The log file: what the program was about, for whoever looks for a fault in it.
//!
//! Off unless somebody asks for it. Only this program's own words go there, which hold no secret in the first
//! place ([`Exchange`](crate::backend::http_log::Exchange)), and the errors behind faults, which may quote what
//! they were given: every line is redacted. A thread of
//! its own writes the file, so that nobody waits for the disk; what the disk does not take is lost,
//! and said so once it takes something again.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::Duration;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::domain::pluralize;
use crate::files;
use crate::profile::{Home, create_private};
use crate::redact;
use crate::settings::LogLevel;

/// The file's name; the one before it has `.1` behind.
pub const FILE: &str = "jackfield.log";

/// Size at which the file makes room for a new one, in bytes. Two such files are kept.
const LIMIT: u64 = 1 << 20;

/// Lines that wait for the disk at most.
const WAITING: usize = 1_024;

/// Longest time that the end of the program waits for the disk.
const FAREWELL: Duration = Duration::from_millis(500);

/// Path of the log, written or not.
pub fn path(home: &Home) -> PathBuf {
    home.state.join(FILE)
}

/// Logs for as long as it lives; what is still on its way when it is dropped is written then.
pub struct Log {
    lines: LogQueue,
}

/// Begins to log for this process. None if nothing is to be logged, or something logs already.
pub fn begin(level: LogLevel, home: &Home) -> Option<Log> {
    let level = match level {
        LogLevel::Off => return None,
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    let lines = write_to(Rotating::new(path(home), LIMIT));
    let layer = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(lines.clone());
    let subscriber = tracing_subscriber::registry().with(ours(level)).with(layer);
    tracing::subscriber::set_global_default(subscriber).ok().map(|()| Log { lines })
}

/// What is logged: this program's own words. Libraries are not heard at any level; some of them log what they send.
fn ours(level: LevelFilter) -> Targets {
    Targets::new().with_target(env!("CARGO_PKG_NAME"), level)
}

impl Drop for Log {
    fn drop(&mut self) {
        let (done, is_done) = sync_channel(1);
        // Where there is no room, the disk is stuck and nothing can be waited for.
        if self.lines.queue.try_send(LogMessage::Flush(done)).is_ok() {
            let _ = is_done.recv_timeout(FAREWELL);
        }
    }
}

enum LogMessage {
    Line(Vec<u8>),
    /// Answered once everything before it was written or lost.
    Flush(SyncSender<()>),
}

/// The way to the thread that writes.
#[derive(Clone)]
struct LogQueue {
    queue: SyncSender<LogMessage>,
    lost: Arc<AtomicU64>,
}

fn write_to(file: Rotating) -> LogQueue {
    let (queue, lines) = sync_channel(WAITING);
    let lost = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&lost);
    // A machine that has no thread to spare has no log.
    let _ = std::thread::Builder::new().name("log".into()).spawn(move || keep(&lines, file, &counted));
    LogQueue { queue, lost }
}

fn keep(lines: &Receiver<LogMessage>, mut file: Rotating, lost: &AtomicU64) {
    while let Ok(message) = lines.recv() {
        match message {
            LogMessage::Line(line) => {
                let before = lost.swap(0, Ordering::Relaxed);
                let gap =
                    if before > 0 { format!("({} left out here)\n", pluralize(before, "line")) } else { String::new() };
                // An error of a library may quote what it was given.
                let line = String::from_utf8_lossy(&line);
                if file.append(gap.as_bytes(), redact::text(&line).as_bytes()).is_err() {
                    lost.fetch_add(before + 1, Ordering::Relaxed);
                }
            }
            LogMessage::Flush(done) => drop(done.send(())),
        }
    }
}

/// One line on its way; sent as a whole when it is dropped.
struct LogLine<'a> {
    text: Vec<u8>,
    lines: &'a LogQueue,
}

impl Write for LogLine<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for LogLine<'_> {
    fn drop(&mut self) {
        let line = LogMessage::Line(std::mem::take(&mut self.text));
        if let Err(TrySendError::Full(_)) = self.lines.queue.try_send(line) {
            self.lines.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl<'a> MakeWriter<'a> for LogQueue {
    type Writer = LogLine<'a>;

    fn make_writer(&'a self) -> LogLine<'a> {
        LogLine { text: Vec::with_capacity(160), lines: self }
    }
}

/// A file that makes room for a new one when it is full.
struct Rotating {
    path: PathBuf,
    limit: u64,
    file: Option<File>,
}

impl Rotating {
    fn new(path: PathBuf, limit: u64) -> Self {
        Self { path, limit, file: None }
    }

    /// Appends a line, with something before it, in one write: other copies of the program append to
    /// the same file. The file is opened anew after a failure.
    fn append(&mut self, before: &[u8], line: &[u8]) -> io::Result<()> {
        let mut file = match self.file.take() {
            Some(file) if is_at(&file, &self.path) => file,
            // Another copy has moved it away.
            _ => open(&self.path)?,
        };
        if file.metadata()?.len() + line.len() as u64 > self.limit {
            fs::rename(&self.path, self.path.with_added_extension("1"))?;
            file = open(&self.path)?;
        }
        file.write_all(&[before, line].concat())?;
        self.file = Some(file);
        Ok(())
    }
}

fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        create_private(folder).map_err(io::Error::other)?;
    }
    files::regular(path)?;
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(ours), Ok(there)) => (ours.dev(), ours.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flush(lines: &LogQueue) {
        let (done, is_done) = sync_channel(1);
        lines.queue.send(LogMessage::Flush(done)).unwrap();
        is_done.recv().unwrap();
    }

    fn say(lines: &LogQueue, text: &str) {
        writeln!(lines.make_writer(), "{text}").unwrap();
        flush(lines);
    }

    #[test]
    fn it_grows_to_twice_its_limit_and_no_further_and_belongs_to_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/jackfield.log");
        let lines = write_to(Rotating::new(path.clone(), 100));
        for n in 0..100 {
            say(&lines, &format!("line {n:03}"));
        }
        let text = |path: &Path| fs::read_to_string(path).unwrap();
        let (new, old) = (text(&path), text(&path.with_added_extension("1")));
        assert!(new.len() <= 100 && old.len() <= 100, "{} {}", new.len(), old.len());
        assert!(new.ends_with("line 099\n") && format!("{old}{new}").contains("line 090\nline 091\n"), "{old}{new}");
        assert_eq!(fs::read_dir(folder.path().join("state")).unwrap().count(), 2);
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        }
    }

    #[test]
    fn no_library_is_heard_whatever_level_is_asked_for() {
        use tracing::Level;
        for asked in [LevelFilter::ERROR, LevelFilter::INFO, LevelFilter::DEBUG, LevelFilter::TRACE] {
            for target in ["rmcp", "rmcp::service", "rmcp::transport::worker", "hyper_util::client", "reqwest"] {
                for level in [Level::ERROR, Level::INFO, Level::DEBUG, Level::TRACE] {
                    assert!(!ours(asked).would_enable(target, &level), "{target} at {level}");
                }
            }
            assert!(ours(asked).would_enable("jackfield::mcp::client", &Level::ERROR));
        }
    }

    #[test]
    fn what_an_error_quotes_is_written_without_its_credentials() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jackfield.log");
        say(&write_to(Rotating::new(path.clone(), 1_000)), "cause=no proxy at http://ada:hunter2@proxy.acme.dev");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains("no proxy at") && text.ends_with('\n') && !text.contains("hunter2"), "{text}");
    }

    #[test]
    fn two_copies_write_to_one_file_and_move_it_away_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jackfield.log");
        let copies = [(); 2].map(|()| write_to(Rotating::new(path.clone(), 100)));
        for n in 0..15 {
            say(&copies[n % 2], &format!("line {n:03}"));
        }
        let old = fs::read_to_string(path.with_added_extension("1")).unwrap();
        let all = old + &fs::read_to_string(&path).unwrap();
        assert_eq!(all.lines().count(), 15, "{all}");
    }

    #[test]
    fn a_disk_that_takes_nothing_costs_lines_and_the_gap_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state");
        fs::write(&state, "in the way").unwrap();
        let lines = write_to(Rotating::new(state.join("jackfield.log"), 1_000));
        say(&lines, "lost");
        say(&lines, "lost too");
        fs::remove_file(&state).unwrap();
        say(&lines, "kept");
        let text = fs::read_to_string(state.join("jackfield.log")).unwrap();
        assert_eq!(text, "(2 lines left out here)\nkept\n");
    }

    #[test]
    fn nobody_waits_for_a_disk_that_is_stuck() {
        // Nothing takes from this queue, as with a disk that never answers.
        let (queue, _stuck) = sync_channel(2);
        let lines = LogQueue { queue, lost: Arc::default() };
        for _ in 0..5 {
            writeln!(lines.make_writer(), "x").unwrap();
        }
        assert_eq!(lines.lost.load(Ordering::Relaxed), 3);
        drop(Log { lines });
    }
}
