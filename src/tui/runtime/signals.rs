//! Signals, heard on a thread of their own: whatever the loop is busy with keeps none of them waiting.
//!
//! The loop is told and ends by itself, with everything in order. Where it does not within
//! `PATIENCE`, or a second signal comes, the thread gives the terminal back and ends the program.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGSTOP, SIGTERM, SIGTSTP};
use signal_hook::low_level::raise;
use tokio::sync::mpsc;

use crate::tui::runtime::drafts_file::DraftsKeeper;
use crate::tui::runtime::session_file::Noted;
use crate::tui::runtime::terminal;

/// Time that the loop has for its end.
const PATIENCE: Duration = Duration::from_secs(1);

/// Exit code after a signal, as shells count.
const fn code(signal: i32) -> u8 {
    128 + signal as u8
}

/// Exit code after a hang-up.
pub const HANG_UP: u8 = code(SIGHUP);

/// Message of a signal to the loop.
#[derive(Debug, PartialEq, Eq)]
pub enum Heard {
    /// The program is to end, with this exit code.
    End(u8),
    /// It is to stop until somebody wakes it.
    Stop,
    /// Somebody woke it: the terminal is not as it was left.
    Awake,
}

/// Holder of the terminal, and the signal that ends us.
struct Lending {
    holder: Holder,
    ending: Option<i32>,
}

/// Program that has the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holder {
    Us,
    /// Another program, which may still be starting.
    Other(Option<u32>),
}

/// The program that has the terminal, if it is lent.
#[derive(Clone)]
pub struct Borrower(Arc<Mutex<Lending>>);

impl Borrower {
    /// Lends the terminal to another program for as long as the answer lives.
    pub fn lend(&self) -> impl Drop + use<> {
        struct Lent(Borrower);
        impl Drop for Lent {
            fn drop(&mut self) {
                self.0.lock().holder = Holder::Us;
            }
        }
        self.lock().holder = Holder::Other(None);
        Lent(self.clone())
    }

    /// Names the process that the terminal is lent to. One that was started while a signal ended us is told at once.
    pub fn is(&self, process: u32) {
        let mut lending = self.lock();
        lending.holder = Holder::Other(Some(process));
        if let Some(signal) = lending.ending {
            pass_on(signal, process);
        }
    }

    /// Tells whoever has the terminal, now or from the next moment on, that this signal ends us.
    fn end(&self, signal: i32) {
        let mut lending = self.lock();
        lending.ending = Some(signal);
        if let Holder::Other(Some(process)) = lending.holder {
            pass_on(signal, process);
        }
    }

    fn holder(&self) -> Holder {
        self.lock().holder
    }

    fn lock(&self) -> MutexGuard<'_, Lending> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The signals of this process, as long as the loop goes on.
pub struct Signals {
    heard: mpsc::UnboundedReceiver<Heard>,
    /// Whom signals at the terminal are meant for.
    pub borrower: Borrower,
    over: Arc<AtomicBool>,
}

impl Signals {
    /// Begins to listen. What was noted last of `noted` and `drafts` is kept where the loop cannot do that any more.
    ///
    /// # Errors
    /// The system has no thread to spare.
    pub fn listen(noted: Option<Arc<Noted>>, drafts: Option<Arc<DraftsKeeper>>) -> io::Result<Self> {
        let watched = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGCONT];
        let mut signals = signal_hook::iterator::Signals::new(watched)?;
        let (sender, heard) = mpsc::unbounded_channel();
        let borrower = Borrower(Arc::new(Mutex::new(Lending { holder: Holder::Us, ending: None })));
        let over = Arc::new(AtomicBool::new(false));
        let own = Self { heard, borrower: borrower.clone(), over: Arc::clone(&over) };
        thread::Builder::new().name("signals".into()).spawn(move || {
            let mut ending = false;
            for signal in signals.forever() {
                // Nobody listens to what is said after the end of the loop.
                let say = |heard| drop(sender.send(heard));
                match (signal, borrower.holder()) {
                    // The whole job is stopped; its terminal is not ours to give back.
                    (SIGTSTP, Holder::Other(_)) => drop(raise(SIGSTOP)),
                    // The terminal sends these to all of a job, and means whoever has it.
                    (SIGCONT | SIGINT | SIGQUIT, Holder::Other(_)) => {}
                    (SIGTSTP, Holder::Us) => say(Heard::Stop),
                    (SIGCONT, Holder::Us) => say(Heard::Awake),
                    (signal, _) if ending => end(code(signal)),
                    (signal, _) => {
                        ending = true;
                        borrower.end(signal);
                        say(Heard::End(code(signal)));
                        let (noted, drafts, over) = (noted.clone(), drafts.clone(), Arc::clone(&over));
                        thread::spawn(move || {
                            thread::sleep(PATIENCE);
                            if !over.load(Ordering::SeqCst) {
                                if let Some(noted) = noted {
                                    noted.save();
                                }
                                if let Some(drafts) = drafts {
                                    let _ = drafts.save();
                                }
                                end(code(signal));
                            }
                        });
                    }
                }
            }
        })?;
        Ok(own)
    }

    /// Waits for the next signal.
    pub async fn next(&mut self) -> Heard {
        match self.heard.recv().await {
            Some(heard) => heard,
            // The thread ends with the process.
            None => std::future::pending().await,
        }
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
    }
}

/// Stops this process until somebody wakes it.
pub fn stop() -> io::Result<()> {
    raise(SIGSTOP)
}

fn pass_on(signal: i32, process: u32) {
    let named = Signal::from_named_raw(signal);
    if let (Some(signal), Some(process)) = (named, i32::try_from(process).ok().and_then(Pid::from_raw)) {
        let _ = kill_process(process, signal);
    }
}

/// Ends the process, whatever its other threads do.
fn end(code: u8) -> ! {
    terminal::leave_at_once();
    std::process::exit(code.into())
}
