//! The real program as a child process, with nothing of the surrounding environment but what it is given.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use serde_json::Value;
use tempfile::TempDir;

use crate::waiting::{PATIENCE, until};

/// Makes a program at `path` of this shell script. Another process writes it: while this one has it open for
/// writing, so does whatever a parallel test has just forked, and the system runs no file that is written to.
pub fn script(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let write = "umask 077; printf '#!/bin/sh\\n%s\\n' \"$1\" > \"$0\" && chmod u+x \"$0\"";
    let written = Command::new("/bin/sh").args(["-c", write]).arg(path).arg(text).status().unwrap();
    assert!(written.success());
}

/// A call of the program in a home of its own.
pub fn jackfield(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jackfield"));
    command.args(arguments).current_dir(home).env_clear();
    command.env("PATH", "/usr/bin:/bin").env("HOME", home).env("JACKFIELD_HOME", home);
    command
}

/// A call with the variables of an environment at `url`.
pub fn against(url: &str, home: &Path, arguments: &[&str]) -> Command {
    let mut command = jackfield(home, arguments);
    command.env("SCALEKIT_ENVIRONMENT_URL", url);
    command.env("SCALEKIT_CLIENT_ID", "skc_1").env("SCALEKIT_CLIENT_SECRET", "sks_1");
    command
}

/// What a call came to.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// The one JSON document on standard output.
    pub fn json(&self) -> Value {
        assert_eq!(self.code, 0, "{}", self.err);
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }

    /// The standard output of a call that must succeed.
    pub fn text(&self) -> &str {
        assert_eq!(self.code, 0, "{}", self.err);
        &self.out
    }

    /// What stands on standard error, after nothing on standard output.
    pub fn refused(&self, code: i32) -> &str {
        assert_eq!((self.code, self.out.as_str()), (code, ""), "{}", self.err);
        &self.err
    }

    /// The same under `--json`: the last line is the fault. Returns its fields.
    pub fn refused_json(&self, code: i32, kind: &str) -> Value {
        let last = self.refused(code).lines().last().unwrap_or_default();
        let fault: Value = serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {}", self.err));
        assert_eq!(fault["error"]["kind"], kind, "{fault}");
        fault["error"].clone()
    }
}

/// Runs a call to its end, with `input` to read from.
pub fn run(command: Command, input: &str) -> Ran {
    let output = assert_cmd::Command::from_std(command).write_stdin(input).timeout(PATIENCE).output().unwrap();
    Ran {
        code: output.status.code().expect("an exit code"),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A call under way; killed when dropped.
pub struct Running {
    child: Child,
    out: PathBuf,
    err: PathBuf,
    _output: TempDir,
}

impl Running {
    pub fn start(mut command: Command) -> Self {
        let output = tempfile::tempdir().unwrap();
        let (out, err) = (output.path().join("out"), output.path().join("err"));
        command.stdin(std::process::Stdio::null());
        command.stdout(File::create(&out).unwrap()).stderr(File::create(&err).unwrap());
        Self { child: command.spawn().unwrap(), out, err, _output: output }
    }

    /// Standard output once `complete` finds it to be so.
    pub fn wait_out(&self, complete: impl Fn(&str) -> bool) -> String {
        until("that output", || fs::read_to_string(&self.out).ok().filter(|text| complete(text)))
    }

    /// The same of standard error.
    pub fn wait_err(&self, complete: impl Fn(&str) -> bool) -> String {
        until("that remark", || fs::read_to_string(&self.err).ok().filter(|text| complete(text)))
    }

    pub fn signal(&self, name: &str) {
        signal(self.child.id(), name);
    }

    /// Waits for its end.
    pub fn ended(mut self) -> Ran {
        let status = until("its end", || self.child.try_wait().unwrap());
        let read = |file| fs::read_to_string(file).unwrap();
        Ran { code: status.code().expect("an exit code"), out: read(&self.out), err: read(&self.err) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal by name. Shells bring their own `kill`; the program of that name may be missing.
pub fn signal(process: u32, name: &str) {
    let status = Command::new("/bin/sh").args(["-c", &format!("kill -s {name} {process}")]).status().unwrap();
    assert!(status.success());
}

/// Waits until a process is stopped, as the system has it.
#[cfg(target_os = "linux")]
pub fn wait_until_stopped(process: u32) {
    until("its stop", || {
        let line = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        line.rsplit_once(") ")?.1.starts_with('T').then_some(())
    });
}

/// `jackfield sandbox` as an environment for other calls.
pub struct Served {
    _sandbox: Running,
    pub variables: Vec<(String, String)>,
    pub home: TempDir,
}

impl Served {
    pub fn start(arguments: &[&str]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let sandbox = Running::start(jackfield(home.path(), &[&["sandbox"], arguments].concat()));
        // Said once everything is printed.
        sandbox.wait_err(|text| text.contains("The sandbox is running."));
        let printed = sandbox.wait_out(|text| text.ends_with('\n'));
        let variables = printed.lines().filter(|line| !line.starts_with('#')).map(|line| {
            let (name, value) = line.strip_prefix("export ").unwrap().split_once('=').unwrap();
            (name.to_owned(), value.to_owned())
        });
        Self { variables: variables.collect(), _sandbox: sandbox, home }
    }

    /// A call with the variables set.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = jackfield(self.home.path(), arguments);
        command.envs(self.variables.iter().cloned());
        command
    }

    /// Runs a call to its end, and sees to it that it did not tell the secret.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.keeps_the_secret(run(self.command(arguments), ""))
    }

    pub fn keeps_the_secret(&self, ran: Ran) -> Ran {
        let (name, secret) = &self.variables[2];
        assert_eq!(name, "SCALEKIT_CLIENT_SECRET");
        assert!(!ran.out.contains(secret) && !ran.err.contains(secret), "{}{}", ran.out, ran.err);
        ran
    }

    /// One account as `accounts show --json` has it.
    pub fn account(&self, account: &str) -> Value {
        self.run(&["accounts", "show", account, "--json"]).json()
    }
}
