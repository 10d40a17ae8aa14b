//! jq over a value, in a child process of this program.
//!
//! The child starts with an empty environment and bounded memory, reads filter and value from its
//! standard input and knows nothing else. Whoever stops waiting kills it.

use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;

use crate::domain::{Fault, FaultKind, JsonText, Untrusted};
use crate::json::query::{QueryFault, evaluate};

/// The hidden command that makes this program the child.
pub const COMMAND: &str = "evaluate-query";

/// Values up to this many bytes can be asked; of larger ones a part must be chosen first.
pub const LARGEST: usize = 16 << 20;

/// Results up to this many bytes are taken.
const MOST: u64 = 64 << 20;

/// The child may use this much memory, in bytes: a value takes some thirteen times its text.
const MEMORY: u64 = 2 << 30;

/// And this much time of a processor, in seconds, should nobody be left to stop it.
const SECONDS: u64 = 120;

/// What a filter gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The one result, or all of them in an array.
    pub value: JsonText,
    /// How many there were.
    pub count: usize,
    /// Why there were no more, if the filter broke off.
    pub broken: Option<String>,
}

/// Runs a filter on a value.
///
/// # Errors
/// [`FaultKind::InvalidInput`]: the filter means nothing, fails before its first result, or wants too much.
/// [`FaultKind::TooLarge`]: value or results. [`FaultKind::Local`]: no child could be started.
pub async fn query(filter: &str, value: &[u8]) -> Result<Answer, Fault> {
    let program = std::env::current_exe().map_err(broke)?;
    query_in(&program, filter, value).await
}

/// The same, with this program as the child.
///
/// # Errors
/// As of [`query`].
pub async fn query_in(program: &Path, filter: &str, value: &[u8]) -> Result<Answer, Fault> {
    if value.len() > LARGEST {
        let message = format!("jq takes values up to {} MB. Choose a part of this one.", LARGEST >> 20);
        return Err(Fault::new(FaultKind::TooLarge, message));
    }
    let mut child = Command::new(program)
        .arg(COMMAND)
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(broke)?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(mut stdin), Some(stdout), Some(stderr)) = (stdin, stdout, stderr) else {
        return Err(Fault::new(FaultKind::Local, "jq could not be run."));
    };
    let send = async {
        // A child that fails early reads no further; what it says of that counts.
        let _ = stdin.write_all(format!("{}\n{filter}", filter.len()).as_bytes()).await;
        let _ = stdin.write_all(value).await;
        drop(stdin);
    };
    let (mut out, mut said) = (Vec::new(), Vec::new());
    let (mut stdout, mut stderr) = (stdout.take(MOST + 1), stderr.take(1 << 16));
    let read_out = async {
        stdout.read_to_end(&mut out).await?;
        // Closed, so that a child with still more to say ends.
        drop(stdout);
        io::Result::Ok(())
    };
    let ((), read, told) = tokio::join!(send, read_out, stderr.read_to_end(&mut said));
    read.and(told.map(drop)).map_err(broke)?;
    if out.len() as u64 > MOST {
        return Err(Fault::new(FaultKind::TooLarge, format!("The results are larger than {} MB.", MOST >> 20)));
    }
    let status = child.wait().await.map_err(broke)?;
    let broken = match status.code() {
        Some(0) => None,
        Some(FAILED) => Some(Untrusted::from(String::from_utf8_lossy(&said).trim()).to_string()),
        _ => Some("The filter wanted more memory or time than it is given.".to_owned()),
    };
    let results = lines(&out);
    if let (Some(broken), true) = (&broken, results.is_empty()) {
        return Err(Fault::new(FaultKind::InvalidInput, broken.clone()));
    }
    let count = results.len();
    let value = match <[String; 1]>::try_from(results) {
        Ok([one]) => one,
        Err(several) => format!("[{}]", several.join(",")),
    };
    let value =
        JsonText::parse(value).map_err(|_| Fault::new(FaultKind::Local, "jq gave something that is no JSON."))?;
    Ok(Answer { value, count, broken })
}

fn broke(error: io::Error) -> Fault {
    Fault::new(FaultKind::Local, "jq could not be run.").said(error.to_string())
}

/// The results; what JSON cannot write, such as `nan`, as text. One that was cut off is none.
fn lines(out: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(out);
    let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
    let json = |line: &str| match JsonText::parse(line.to_owned()) {
        Ok(_) => line.to_owned(),
        Err(_) => serde_json::Value::from(line).to_string(),
    };
    whole.split('\n').filter(|line| !line.is_empty()).map(json).collect()
}

/// Exit code of a child whose filter failed and said why.
const FAILED: i32 = 5;

/// What the child does. Returns its exit code.
pub fn child() -> u8 {
    confine();
    let mut input = Vec::new();
    if io::stdin().lock().read_to_end(&mut input).is_err() {
        return 1;
    }
    let Some((filter, value)) = parts(&input) else { return 1 };
    let mut out = io::BufWriter::new(io::stdout().lock());
    let result = evaluate(filter, value, &mut out);
    let flushed = out.flush();
    let said = match result {
        Ok(()) => return u8::from(flushed.is_err()),
        Err(QueryFault::Unread) => return 1,
        Err(QueryFault::Filter(at, message)) => {
            let column = filter.get(..at).unwrap_or(filter).chars().count() + 1;
            format!("{message} (at {column})")
        }
        Err(QueryFault::Document(message) | QueryFault::Failed(message)) => message,
    };
    let _ = io::stderr().write_all(said.as_bytes());
    u8::try_from(FAILED).unwrap_or(1)
}

fn parts(input: &[u8]) -> Option<(&str, &[u8])> {
    let end = input.iter().position(|byte| *byte == b'\n')?;
    let length: usize = std::str::from_utf8(input.get(..end)?).ok()?.parse().ok()?;
    let rest = input.get(end + 1..)?;
    let filter = std::str::from_utf8(rest.get(..length)?).ok()?;
    Some((filter, rest.get(length..)?))
}

#[cfg(unix)]
fn confine() {
    use rlimit::Resource;
    // Where a bound cannot be set there is still the process's own.
    let _ = Resource::AS.set(MEMORY, MEMORY);
    let _ = Resource::CPU.set(SECONDS, SECONDS);
    let _ = Resource::CORE.set(0, 0);
}

#[cfg(not(unix))]
fn confine() {}
