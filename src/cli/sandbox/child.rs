//! `jackfield sandbox -- COMMAND`: a program that runs for as long as it likes, and the sandbox with it.
//!
//! It has our standard input, output and error, and our place in front of the terminal. Its end is ours, with its exit code.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::ExitStatus;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, getpgrp, getpid, getppid, kill_process, waitid};
use tokio::process::{Child, Command};
use tokio::signal::unix::{self, SignalKind, signal};

use super::signals::{self, Signals};
use crate::cli::output::CliOutput;
use crate::domain::{Fault, FaultKind, Untrusted};
use crate::flow::process;

/// Exit codes of a command that cannot be started, as shells have them.
const NOT_FOUND: u8 = 127;
const NOT_EXECUTABLE: u8 = 126;

/// First argument of the process of this program that becomes the command.
pub(in crate::cli) const BECOME: &str = "become-command";

/// Runs a command with these variables set, until it ends. Returns its exit code, or the one of what kept it from running,
/// which is said.
pub(super) async fn run(
    command: &[OsString],
    variables: Vec<(&'static str, OsString)>,
    signals: &mut Signals,
    output: &CliOutput,
) -> u8 {
    let name = command.first().map(OsString::as_os_str).unwrap_or_default();
    let mut program = program(command);
    program.envs(variables);
    // On this thread, which lives until the end: the system watches the thread that starts the command. Changes of it are
    // listened for before there can be any.
    let mut start = || -> io::Result<_> { Ok((signal(SignalKind::child())?, process::spawn_entrusted(&mut program)?)) };
    match start() {
        Ok((changes, child)) => {
            follow(child, changes, signals).await.map_or_else(|error| refuse(name, &error, output), code)
        }
        Err(error) => refuse(name, &error, output),
    }
}

/// The command, by way of a process of ours that sees to it that it does not outlive us.
#[cfg(target_os = "linux")]
fn program(command: &[OsString]) -> Command {
    let Ok(own) = std::env::current_exe() else { return directly(command) };
    let mut program = Command::new(own);
    program.arg(BECOME).arg(getpid().as_raw_nonzero().to_string()).args(command);
    program
}

#[cfg(not(target_os = "linux"))]
fn program(command: &[OsString]) -> Command {
    directly(command)
}

fn directly(command: &[OsString]) -> Command {
    let mut program = Command::new(command.first().map(OsString::as_os_str).unwrap_or_default());
    program.args(command.get(1..).unwrap_or_default());
    program
}

/// Passes signals on until it ends.
async fn follow(mut child: Child, mut changes: unix::Signal, signals: &mut Signals) -> io::Result<ExitStatus> {
    let Some(process) = child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?)) else { return child.wait().await };
    loop {
        tokio::select! {
            status = child.wait() => return status,
            signal = signals.next() => {
                // The terminal sends these to all that stand in front of it.
                let is_told = [Signal::INT, Signal::QUIT].contains(&signal) && is_in_front();
                if !is_told {
                    let _ = kill_process(process, signal);
                }
            }
            _ = changes.recv() => if is_stopped(process) && is_in_front() {
                // Else the shell, which knows us alone, would wait for ever.
                let _ = kill_process(getpid(), Signal::STOP);
                let _ = kill_process(process, Signal::CONT);
            }
        }
    }
}

/// True if keys at a terminal reach this process and those beside it.
fn is_in_front() -> bool {
    let Ok(terminal) = File::open("/dev/tty") else { return false };
    rustix::termios::tcgetpgrp(&terminal).is_ok_and(|group| group == getpgrp())
}

/// True if a child has been stopped and not woken again.
fn is_stopped(process: Pid) -> bool {
    let options = WaitIdOptions::STOPPED | WaitIdOptions::NOHANG;
    waitid(WaitId::Pid(process), options).is_ok_and(|status| status.is_some())
}

/// Exit code of a program that has ended.
fn code(status: ExitStatus) -> u8 {
    let number = status.code().or_else(|| Some(status.signal()? + signals::OF_SIGNALS));
    number.and_then(|number| u8::try_from(number).ok()).unwrap_or(u8::MAX)
}

/// Says why a command does not run. Returns the exit code.
fn refuse(name: &OsStr, error: &io::Error, output: &CliOutput) -> u8 {
    let name = Untrusted::from(name.to_string_lossy().as_ref());
    let has_folder = name.raw().contains('/');
    let (code, message) = match error.kind() {
        ErrorKind::NotFound if has_folder => {
            (NOT_FOUND, format!("There is no program {name}, or what its first line names is not there."))
        }
        ErrorKind::NotFound => (
            NOT_FOUND,
            format!("There is no program “{name}” in the folders of PATH. Check its name, or give its path."),
        ),
        ErrorKind::PermissionDenied => {
            (NOT_EXECUTABLE, format!("{name} may not be run. If it is a program, chmod +x makes it executable."))
        }
        _ => (NOT_EXECUTABLE, format!("{name} cannot be run: {error}.")),
    };
    output.fault(&Fault::new(FaultKind::Local, message));
    code
}

/// A process of ours that becomes a command.
#[derive(Debug)]
pub(in crate::cli) struct BecomeCommand {
    /// The sandbox that it must not outlive.
    parent: Option<Pid>,
    command: Vec<OsString>,
}

impl BecomeCommand {
    /// Of the arguments that [`program`] gives, behind the first.
    pub fn read(parent: &OsStr, command: &[OsString]) -> Self {
        let parent = parent.to_str().and_then(|number| Pid::from_raw(number.parse().ok()?));
        Self { parent, command: command.to_vec() }
    }

    /// Becomes it. Returns the exit code where that fails.
    pub fn run(&self) -> u8 {
        // Asked to end, and not killed: it may have something to clear away, and children of its own.
        #[cfg(target_os = "linux")]
        let _ = rustix::process::set_parent_process_death_signal(Some(Signal::TERM));
        // It may have ended before that was said.
        if self.parent.is_none() || getppid() != self.parent {
            return signals::code(Signal::TERM);
        }
        let name = self.command.first().map(OsString::as_os_str).unwrap_or_default();
        let error = directly(&self.command).as_std_mut().exec();
        refuse(name, &error, &CliOutput::new(false))
    }
}
