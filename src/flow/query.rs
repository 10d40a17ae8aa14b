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
    let (out, broken) = match tokio::time::timeout(limit, ask(program, &head("", &[filter], value), value)).await {
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
    let asked = tokio::time::timeout(LIMIT, ask(&program, &head("", &[filter], b"null"), b"null")).await;
    match asked.ok().transpose()? {
        Some((_, Some(Broken { message, is_unreadable: true }))) => {
            Err(Fault::new(FaultKind::Usage, format!("jq filter: {message}")))
        }
        _ => Ok(()),
    }
}

/// Filters that are run in one child at most.
const LONGEST_PIPE: usize = 64;

/// Failure of one filter of several.
#[derive(Debug)]
pub struct PipeFault {
    /// Place of the filter that failed, counted from zero; none where the failure is of none of them.
    pub filter: Option<usize>,
    /// Kind as of [`query`]; the message is the filter's own words.
    pub fault: Fault,
}

/// Runs filters one after another in one child of `program`, this one where none is named: each gets the result of the
/// one before, and gives one result.
///
/// # Errors
/// As of [`query`], of the first filter that fails or gives no result, or several.
pub async fn pipe(program: Option<&Path>, filters: &[&str], value: &JsonText) -> Result<JsonText, PipeFault> {
    let none = |fault| PipeFault { filter: None, fault };
    if filters.is_empty() {
        return Ok(value.clone());
    }
    if filters.len() > LONGEST_PIPE {
        let message = format!("At most {LONGEST_PIPE} filters can follow one another.");
        return Err(none(Fault::new(FaultKind::Usage, message)));
    }
    if value.bytes().len() > LARGEST {
        return Err(none(Fault::new(FaultKind::TooLarge, format!("jq takes values up to {} MB.", LARGEST >> 20))));
    }
    let own = std::env::current_exe().map_err(|error| none(broke(error)))?;
    let asked =
        tokio::time::timeout(LIMIT, ask(program.unwrap_or(&own), &head(PIPE, filters, value.bytes()), value.bytes()))
            .await;
    let (out, broken) = asked.map_err(|_| none(Fault::new(FaultKind::InvalidInput, TOO_MUCH)))?.map_err(none)?;
    if let Some(Broken { message, .. }) = broken {
        let (filter, message) = match message.split_once(' ').map(|(at, rest)| (at.parse().ok(), rest)) {
            Some((Some(at), rest)) => (Some(at), rest.to_owned()),
            _ => (None, message),
        };
        return Err(PipeFault { filter, fault: Fault::new(FaultKind::InvalidInput, message) });
    }
    let last = lines(&out).into_iter().next_back().and_then(|line| JsonText::parse(line).ok());
    last.ok_or_else(|| none(Fault::new(FaultKind::Local, "jq did not return JSON.")))
}

/// Reason why a filter gave no more results.
struct Broken {
    message: String,
    /// True if it cannot be read at all, whatever it is given.
    is_unreadable: bool,
}

/// Output of a child that is asked with this [`head`], and the reason why there is no more of it if it broke off: in a
/// pipe that begins with the place of the filter. Dropped, the child is killed.
async fn ask(program: &Path, head: &str, value: &[u8]) -> Result<(Vec<u8>, Option<Broken>), Fault> {
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
        let _ = stdin.write_all(head.as_bytes()).await;
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
    let Some((is_pipe, filters, value)) = asked() else { return 1 };
    // A machine that has no thread to spare leaves it to the limits.
    let _ = std::thread::Builder::new().spawn(end_with_input);
    let mut out = io::BufWriter::new(io::stdout().lock());
    let result = match filters.as_slice() {
        [only] if !is_pipe => evaluate(only, &value, &mut out).map_err(|fault| (None, fault)),
        several => piped(several, value, &mut out),
    };
    let flushed = out.flush();
    let Err((filter, fault)) = result else { return u8::from(flushed.is_err()) };
    let (said, code) = match fault {
        QueryFault::Unread => return 1,
        QueryFault::Filter(at, message) => {
            let text = filters.get(filter.unwrap_or_default()).map_or("", String::as_str);
            let column = text.get(..at).unwrap_or(text).chars().count() + 1;
            (format!("{message} (column {column})"), UNREADABLE)
        }
        QueryFault::Document(message) | QueryFault::Failed(message) => (message, FAILED),
    };
    let place = filter.map(|at| format!("{at} ")).unwrap_or_default();
    let _ = io::stderr().write_all(format!("{place}{}", brief(&said)).as_bytes());
    u8::try_from(code).unwrap_or(1)
}

/// Runs filters one after another, each on the one result of the one before. The place of the one that failed.
fn piped(filters: &[String], value: Vec<u8>, out: &mut dyn io::Write) -> Result<(), (Option<usize>, QueryFault)> {
    let mut value = value;
    for (at, filter) in filters.iter().enumerate() {
        let of_this = |fault| (Some(at), fault);
        let mut results = Vec::new();
        evaluate(filter, &value, &mut results).map_err(of_this)?;
        // A result stands on one line.
        let count = results.iter().filter(|byte| **byte == b'\n').count();
        if count != 1 {
            let count = if count == 0 { "no result".to_owned() } else { format!("{count} results") };
            return Err(of_this(QueryFault::Failed(format!("It gives {count} where one is needed"))));
        }
        value = results;
    }
    out.write_all(&value).map_err(|_| (None, QueryFault::Unread))
}

/// Mark of a [`head`] whose filters follow one another, each with one result.
const PIPE: &str = "| ";

/// First line of what a child reads, lengths in bytes, with the filters behind it.
fn head(mark: &str, filters: &[&str], value: &[u8]) -> String {
    let lengths: String = filters.iter().map(|filter| format!("{} ", filter.len())).collect();
    format!("{mark}{lengths}{}\n{}", value.len(), filters.concat())
}

/// Whether the filters are a pipe, the filters, and the value, as [`ask`] writes them.
fn asked() -> Option<(bool, Vec<String>, Vec<u8>)> {
    let mut input = io::stdin().lock();
    let mut line = String::new();
    (&mut input).take(1 << 11).read_line(&mut line).ok()?;
    let lengths = line.strip_prefix(PIPE);
    let is_pipe = lengths.is_some();
    let lengths: Option<Vec<usize>> =
        lengths.unwrap_or(&line).split_whitespace().map(|length| length.parse().ok()).collect();
    let lengths = lengths?;
    let mut read = |length: usize| {
        let mut bytes = vec![0; Some(length).filter(|length| *length <= LARGEST)?];
        input.read_exact(&mut bytes).ok().map(|()| bytes)
    };
    let (value, filters) = lengths.split_last()?;
    let filters = filters.iter().map(|length| String::from_utf8(read(*length)?).ok()).collect::<Option<Vec<_>>>()?;
    Some((is_pipe, filters, read(*value)?))
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
