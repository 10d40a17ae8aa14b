//! Secrets that lie elsewhere and are only referred to: in a variable, or with another program.

use std::collections::HashMap;
use std::io::Read as _;
use std::process::{Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError, mpsc};
use std::time::Duration;

use zeroize::Zeroizing;

use crate::domain::{Fault, FaultKind, Secret, Untrusted, decode_utf8};

/// Time that a program has for its answer; it may ask a person.
const PATIENCE: Duration = Duration::from_secs(60);

/// The longest secret, in bytes.
const LONGEST: usize = 1 << 16;

/// Place of a secret outside this program.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SecretReference {
    /// Variable of this name.
    Env(String),
    /// Standard output of this program with these arguments. No shell reads them.
    Command(Vec<String>),
}

impl SecretReference {
    /// The secret, without the line end behind it. A program is run once a process. Blocks.
    ///
    /// # Errors
    /// [`FaultKind::NoEnvironment`] for a variable that is not set, [`FaultKind::Local`] for a program that cannot be run,
    /// fails, says nothing, or takes too long.
    pub fn resolve(&self) -> Result<Secret, Fault> {
        match self {
            Self::Env(name) => from_variable(name, |name| std::env::var_os(name)),
            Self::Command(words) => from_program(words, PATIENCE),
        }
    }

    /// The same for a secret that is another one each time: a program is run again. Blocks.
    ///
    /// # Errors
    /// As of [`SecretReference::resolve`].
    pub fn resolve_anew(&self) -> Result<Secret, Fault> {
        match self {
            Self::Env(_) => self.resolve(),
            Self::Command(words) => run(words, PATIENCE),
        }
    }
}

fn from_variable(name: &str, vars: impl Fn(&str) -> Option<std::ffi::OsString>) -> Result<Secret, Fault> {
    let shown = Untrusted::from(name);
    let value = vars(name).and_then(|value| value.into_string().ok());
    let value = value.map(Zeroizing::new).filter(|value| !value.trim().is_empty());
    let value = value.ok_or_else(|| {
        Fault::new(FaultKind::NoEnvironment, format!("The variable {shown}, which a secret is taken from, is not set."))
    })?;
    Ok(Secret::new(value.trim_end_matches(['\r', '\n']).to_owned()))
}

/// Answers of programs that were run.
fn answers() -> &'static Mutex<HashMap<Vec<String>, Secret>> {
    static ANSWERS: OnceLock<Mutex<HashMap<Vec<String>, Secret>>> = OnceLock::new();
    ANSWERS.get_or_init(Mutex::default)
}

fn from_program(words: &[String], patience: Duration) -> Result<Secret, Fault> {
    // Held while it runs: whoever wants the same waits for the one answer, and a person is asked once.
    let mut answers = answers().lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = answers.get(words) {
        return Ok(known.clone());
    }
    let secret = run(words, patience)?;
    answers.insert(words.to_vec(), secret.clone());
    Ok(secret)
}

fn run(words: &[String], patience: Duration) -> Result<Secret, Fault> {
    let Some((program, arguments)) = words.split_first() else {
        return Err(Fault::new(FaultKind::Local, "A secret is to come from a program, and none is named."));
    };
    let program = program.as_str();
    let failed = |what: &str| {
        let message = format!("The program {}, which a secret is taken from, {what}.", Untrusted::from(program));
        Fault::new(FaultKind::Local, message)
    };
    let started = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        // Whatever it says there may quote the secret, and would draw over a screen.
        .stderr(Stdio::null())
        .spawn();
    let mut child = started.map_err(|error| failed("cannot be run").because(error))?;
    let Some(mut out) = child.stdout.take() else { return Err(failed("cannot be read")) };
    let (sender, answer) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST + 1));
        let read = out.by_ref().take(LONGEST as u64 + 1).read_to_end(&mut bytes);
        let _ = sender.send(read.map(|_| bytes));
    });
    let read = answer.recv_timeout(patience);
    if read.is_err() || matches!(&read, Ok(Ok(bytes)) if bytes.len() > LONGEST) {
        let _ = child.kill();
    }
    let status = child.wait().map_err(|error| failed("cannot be waited for").because(error))?;
    let Ok(read) = read else { return Err(failed(&format!("did not answer within {} seconds", patience.as_secs()))) };
    let bytes = read.map_err(|error| failed("cannot be read").because(error))?;
    if bytes.len() > LONGEST {
        return Err(failed("says too much for a secret"));
    }
    if !status.success() {
        let end =
            status.code().map_or_else(|| "was ended by a signal".to_owned(), |code| format!("ended with code {code}"));
        return Err(failed(&end));
    }
    let text = decode_utf8(&bytes).map_err(|_| failed("does not answer with text"))?.trim_end_matches(['\r', '\n']);
    if text.is_empty() { Err(failed("says nothing")) } else { Ok(Secret::new(text.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(words: &[&str]) -> SecretReference {
        SecretReference::Command(words.iter().map(|word| (*word).to_owned()).collect())
    }

    #[test]
    fn a_variable_is_read_without_its_line_end() {
        let read = |name: &str| from_variable(name, |name| (name == "KEY").then(|| "lin_api_1\n".into()));
        assert_eq!(read("KEY").unwrap().expose(), "lin_api_1");
        let fault = read("OTHER").unwrap_err();
        assert!(fault.kind == FaultKind::NoEnvironment && fault.message.contains("OTHER"), "{fault}");
    }

    #[test]
    fn a_program_is_run_once_and_no_shell_reads_its_arguments() {
        let folder = tempfile::tempdir().unwrap();
        let count = folder.path().join("count");
        let script = format!("echo run >> '{}'; printf 'a $b\\n'", count.display());
        let reference = command(&["sh", "-c", &script]);
        for _ in 0..3 {
            assert_eq!(reference.resolve().unwrap().expose(), "a $b");
        }
        assert_eq!(std::fs::read_to_string(&count).unwrap().lines().count(), 1);
        assert_eq!(command(&["echo", "$HOME; id"]).resolve().unwrap().expose(), "$HOME; id");
    }

    #[test]
    fn what_goes_wrong_with_it_is_said_without_its_words() {
        for (words, says) in [
            (&["sh", "-c", "echo hunter2; exit 3"][..], "ended with code 3"),
            (&["true"], "says nothing"),
            (&["no-such-program-anywhere"], "cannot be run"),
            (&[], "none is named"),
            (&["sh", "-c", "head -c 100000 /dev/zero"], "too much"),
        ] {
            let fault = command(words).resolve().unwrap_err();
            assert!(fault.message.contains(says) && !fault.message.contains("hunter2"), "{words:?}: {fault}");
        }
        let words = ["sleep".to_owned(), "600".to_owned()];
        let fault = from_program(&words, Duration::from_millis(1)).unwrap_err();
        assert!(fault.message.contains("did not answer"), "{fault}");
    }
}
