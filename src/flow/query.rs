//! jq over a value, in a child process of this program.
//!
//! The child starts with an empty environment and bounded memory, reads filter and value from its
//! standard input and knows nothing else. Whoever stops waiting kills it; it ends by itself when its
//! standard input does, which stays open for as long as anybody waits.

use std::io::{self, BufRead as _, Read as _, Write as _};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

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

/// This much time, of a processor and of the clock.
const LIMIT: Duration = Duration::from_secs(120);

/// Length of what is said of a filter, in characters. A filter that fails on a long array quotes all of it.
const MESSAGE: usize = 200;

/// Results of a filter.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryResult {
    /// The one result, or all of them in an array.
    pub value: JsonText,
    /// Number of results.
    pub count: usize,
    /// Reason why there were no more, if the filter broke off.
    pub broken: Option<String>,
}

/// Runs a filter on a value.
///
/// # Errors
/// [`FaultKind::InvalidInput`]: the filter means nothing, fails before its first result, or wants too much.
/// [`FaultKind::TooLarge`]: value or results. [`FaultKind::Local`]: no child could be started.
pub async fn query(filter: &str, value: &[u8]) -> Result<QueryResult, Fault> {
    let program = std::env::current_exe().map_err(broke)?;
    query_in(&program, filter, value, LIMIT).await
}

/// The same, with this program as the child and for this long at most.
///
/// # Errors
/// As of [`query`].
pub async fn query_in(program: &Path, filter: &str, value: &[u8], limit: Duration) -> Result<QueryResult, Fault> {
    if value.len() > LARGEST {
        let message = format!("jq takes values up to {} MB. Select a smaller part.", LARGEST >> 20);
        return Err(Fault::new(FaultKind::TooLarge, message));
    }
    let (out, broken) = match tokio::time::timeout(limit, ask(program, filter, value)).await {
        Ok(answered) => answered?,
        Err(_) => return Err(Fault::new(FaultKind::InvalidInput, TOO_MUCH)),
    };
    let results = lines(&out);
    let broken = broken.map(|broken| broken.message);
    if let (Some(broken), true) = (&broken, results.is_empty()) {
        return Err(Fault::new(FaultKind::InvalidInput, broken.clone()));
    }
    let count = results.len();
    let value = match <[String; 1]>::try_from(results) {
        Ok([one]) => one,
        Err(several) => format!("[{}]", several.join(",")),
    };
    let value = JsonText::parse(value).map_err(|_| Fault::new(FaultKind::Local, "jq did not return JSON."))?;
    Ok(QueryResult { value, count, broken })
}

/// Checks that a filter can be read; whether it fits any value is not asked.
///
/// # Errors
/// [`FaultKind::Usage`] with the column, [`FaultKind::Local`]: no child could be started.
pub async fn check(filter: &str) -> Result<(), Fault> {
    let program = std::env::current_exe().map_err(broke)?;
    let asked = tokio::time::timeout(LIMIT, ask(&program, filter, b"null")).await;
    match asked.ok().transpose()? {
        Some((_, Some(Broken { message, is_unreadable: true }))) => {
            Err(Fault::new(FaultKind::Usage, format!("jq filter: {message}")))
        }
        _ => Ok(()),
    }
}

/// Reason why a filter gave no more results.
struct Broken {
    message: String,
    /// True if it cannot be read at all, whatever it is given.
    is_unreadable: bool,
}

/// Output of a child, and the reason why there is no more of it if it broke off. Dropped, the child is
/// killed.
async fn ask(program: &Path, filter: &str, value: &[u8]) -> Result<(Vec<u8>, Option<Broken>), Fault> {
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
    let (Some(mut stdin), Some(stdout), Some(mut stderr)) = (stdin, stdout, stderr) else {
        return Err(Fault::new(FaultKind::Local, "jq could not be run."));
    };
    let send = async {
        // A child that fails early reads no further; what it says of that counts.
        let _ = stdin.write_all(format!("{} {}\n{filter}", filter.len(), value.len()).as_bytes()).await;
        let _ = stdin.write_all(value).await;
        stdin
    };
    let (mut out, mut said) = (Vec::new(), Vec::new());
    let mut stdout = stdout.take(MOST + 1);
    let read_out = async {
        stdout.read_to_end(&mut out).await?;
        // Closed, so that a child with still more to say ends.
        drop(stdout);
        io::Result::Ok(())
    };
    let read_err = async {
        (&mut stderr).take(1 << 16).read_to_end(&mut said).await?;
        // Whatever else there is: a child that is not heard out never ends.
        tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await
    };
    let (stdin, read, told) = tokio::join!(send, read_out, read_err);
    read.and(told.map(drop)).map_err(broke)?;
    if out.len() as u64 > MOST {
        return Err(Fault::new(FaultKind::TooLarge, format!("The results are larger than {} MB.", MOST >> 20)));
    }
    let status = child.wait().await.map_err(broke)?;
    drop(stdin);
    let broken = match status.code() {
        Some(0) => None,
        Some(code @ (FAILED | UNREADABLE)) => Some(Broken {
            message: brief(&Untrusted::from(String::from_utf8_lossy(&said).trim()).to_string()),
            is_unreadable: code == UNREADABLE,
        }),
        _ => Some(Broken { message: TOO_MUCH.to_owned(), is_unreadable: false }),
    };
    Ok((out, broken))
}

/// Said of a filter that was stopped.
const TOO_MUCH: &str = "The filter needs more memory or time than it may use.";

/// A message without its middle, where it is long: the reason stands at its end.
fn brief(message: &str) -> String {
    let count = message.chars().count();
    if count <= MESSAGE {
        return message.to_owned();
    }
    let end = MESSAGE / 3;
    let beginning = message.chars().take(MESSAGE - end - 3);
    beginning.chain(" … ".chars()).chain(message.chars().skip(count - end)).collect()
}

fn broke(error: io::Error) -> Fault {
    Fault::new(FaultKind::Local, "jq could not be run.").because(error)
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

/// The same of one whose filter cannot be read.
const UNREADABLE: i32 = 6;

/// Entry point of the child. Returns its exit code.
pub fn child() -> u8 {
    confine();
    let Some((filter, value)) = asked() else { return 1 };
    // A machine that has no thread to spare leaves it to the limits.
    let _ = std::thread::Builder::new().spawn(end_with_input);
    let mut out = io::BufWriter::new(io::stdout().lock());
    let result = evaluate(&filter, &value, &mut out);
    let flushed = out.flush();
    let (said, code) = match result {
        Ok(()) => return u8::from(flushed.is_err()),
        Err(QueryFault::Unread) => return 1,
        Err(QueryFault::Filter(at, message)) => {
            let column = filter.get(..at).unwrap_or(&filter).chars().count() + 1;
            (format!("{message} (column {column})"), UNREADABLE)
        }
        Err(QueryFault::Document(message) | QueryFault::Failed(message)) => (message, FAILED),
    };
    let _ = io::stderr().write_all(brief(&said).as_bytes());
    u8::try_from(code).unwrap_or(1)
}

/// Filter and value, as [`ask`] writes them: their lengths in bytes on a line, then both.
fn asked() -> Option<(String, Vec<u8>)> {
    let mut input = io::stdin().lock();
    let mut line = String::new();
    (&mut input).take(64).read_line(&mut line).ok()?;
    let (filter, value) = line.trim_end().split_once(' ')?;
    let mut read = |length: &str, most: usize| {
        let length = length.parse().ok().filter(|length| *length <= most)?;
        let mut bytes = vec![0; length];
        input.read_exact(&mut bytes).ok().map(|()| bytes)
    };
    Some((String::from_utf8(read(filter, LARGEST)?).ok()?, read(value, LARGEST)?))
}

/// Ends this process once nobody waits for it any more: standard input then ends, even where whoever
/// waited was killed.
fn end_with_input() {
    let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
    std::process::exit(1);
}

fn confine() {
    use rlimit::Resource;
    // Where a bound cannot be set there is still the process's own.
    let _ = Resource::AS.set(MEMORY, MEMORY);
    let _ = Resource::CPU.set(LIMIT.as_secs(), LIMIT.as_secs());
    let _ = Resource::CORE.set(0, 0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_message_keeps_beginning_and_end() {
        let message = format!("cannot index [{}] with \"name\"", "1,".repeat(1_000));
        let said = brief(&message);
        assert_eq!(said.chars().count(), MESSAGE);
        assert!(said.starts_with("cannot index [1,") && said.contains(" … ") && said.ends_with(" with \"name\""));
        assert_eq!(brief(&"é".repeat(MESSAGE)), "é".repeat(MESSAGE));
    }
}
