//! The real program in a pseudo-terminal, with an emulator that knows what is on the screen.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::cli::process::signal;
use crate::waiting::{PATIENCE, until};

/// Ends a frame.
const FRAME_END: &[u8] = b"\x1b[?2026l";

struct Shown {
    parser: vt100::Parser,
    raw: Vec<u8>,
    closed: bool,
}

impl Shown {
    /// Whether no frame is under way: half a frame is nothing that anybody ever sees.
    fn is_whole(&self) -> bool {
        self.last(FRAME_END) >= self.last(b"\x1b[?2026h")
    }

    /// Position of the last such bytes.
    fn last(&self, bytes: &[u8]) -> Option<usize> {
        self.raw.windows(bytes.len()).rposition(|found| found == bytes)
    }
}

/// A running program and its screen.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Option<Box<dyn MasterPty + Send>>,
    keys: Option<Box<dyn Write + Send>>,
    shown: Arc<(Mutex<Shown>, Condvar)>,
    reader: Option<JoinHandle<()>>,
    hung_up: Arc<AtomicBool>,
    from_shell: bool,
    /// How long anything on screen is waited for.
    pub patience: Duration,
}

/// What is left once the program has ended.
pub struct Ended {
    /// Its exit code.
    pub code: u32,
    /// Every byte it printed.
    pub raw: String,
    /// The screen as it left it.
    pub screen: vt100::Screen,
}

/// Notes how the terminal is set up, becomes the program in a process of its own, and says
/// afterwards how that ended and how the terminal is set up then.
const SHELL: &str = r#"stty -g; /bin/sh -c 'echo "process $$"; exec "$0" "$@"' "$0" "$@"; echo "code $?"; stty -g"#;

impl Terminal {
    /// Starts the program with these arguments and nothing of the surrounding environment but what
    /// is given, in a home of its own.
    pub fn start(size: (u16, u16), home: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        Self::start_as(env!("CARGO_BIN_EXE_jackfield"), arguments, size, home, environment)
    }

    /// The same through another program that becomes it.
    pub fn start_as(
        program: &str,
        arguments: &[&str],
        size: (u16, u16),
        home: &Path,
        environment: &[(&str, &str)],
    ) -> Self {
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        Self::spawn(size, home, command, environment)
    }

    /// The same from a shell, which is still there when the program has ended.
    pub fn start_from_shell(size: (u16, u16), home: &Path) -> Self {
        Self::start_from_shell_with(size, home, &[])
    }

    /// The same with these arguments.
    pub fn start_from_shell_with(size: (u16, u16), home: &Path, arguments: &[&str]) -> Self {
        let mut command = CommandBuilder::new("/bin/sh");
        command.args(["-c", SHELL, env!("CARGO_BIN_EXE_jackfield")]);
        command.args(arguments);
        let mut terminal = Self::spawn(size, home, command, &[]);
        terminal.from_shell = true;
        terminal
    }

    fn spawn(size: (u16, u16), home: &Path, mut command: CommandBuilder, environment: &[(&str, &str)]) -> Self {
        let (columns, rows) = size;
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        command.env_clear();
        command.env("PATH", "/usr/bin:/bin");
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.env("HOME", home);
        command.env("JACKFIELD_HOME", home);
        command.cwd(home);
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        // While we hold the other end open, its end of file never comes.
        drop(pair.slave);
        let output = pair.master.try_clone_reader().unwrap();
        let keys = pair.master.take_writer().unwrap();
        let parser = vt100::Parser::new(rows.try_into().unwrap(), columns.try_into().unwrap(), 0);
        let shown = Arc::new((Mutex::new(Shown { parser, raw: Vec::new(), closed: false }), Condvar::new()));
        let hung_up = Arc::new(AtomicBool::new(false));
        let reader = std::thread::spawn({
            let (shown, hung_up) = (Arc::clone(&shown), Arc::clone(&hung_up));
            move || read(output, &shown, &hung_up)
        });
        Self {
            child,
            master: Some(pair.master),
            keys: Some(keys),
            shown,
            reader: Some(reader),
            hung_up,
            from_shell: false,
            patience: PATIENCE,
        }
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `found` finds something between two frames; shows the screen if it never does.
    fn wait<T>(&self, what: &str, found: impl Fn(&Shown) -> Option<T>) -> T {
        let deadline = Instant::now() + self.patience;
        let mut shown = self.shown();
        loop {
            if let Some(found) = Some(&*shown).filter(|shown| shown.is_whole()).and_then(&found) {
                return found;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero() && !shown.closed, "{what}; the screen is:\n{}", shown.parser.screen().contents());
            shown = self.shown.1.wait_timeout(shown, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits until the program that was lent the terminal has given it back and the screen was drawn anew. What stood
    /// on the screen before is not told apart from that by looking at it.
    pub fn wait_for_return(&self) {
        self.wait("the terminal given back", |shown| {
            let (left, entered) = (shown.last(b"\x1b[?1049l")?, shown.last(b"\x1b[?1049h")?);
            (left < entered && Some(entered) < shown.last(FRAME_END)).then_some(())
        });
    }

    /// Waits until `found` says yes to the screen, and gives the screen.
    pub fn wait_until(&self, what: &str, found: impl Fn(&str) -> bool) -> String {
        self.wait(what, |shown| Some(shown.parser.screen().contents()).filter(|screen| found(screen)))
    }

    /// Waits until `text` stands on the screen, and gives the screen.
    pub fn wait_for(&self, text: &str) -> String {
        self.wait_until(&format!("never saw {text:?}"), |screen| screen.contains(text))
    }

    /// Waits until `text` stands on the screen no more.
    pub fn wait_gone(&self, text: &str) -> String {
        self.wait_until(&format!("{text:?} never went"), |screen| !screen.contains(text))
    }

    /// Waits until more was printed than these many bytes.
    pub fn wait_printed(&self, more_than: usize) {
        self.wait("nothing more was printed", |shown| (shown.raw.len() > more_than).then_some(()));
    }

    /// How many bytes were printed so far.
    pub fn printed(&self) -> usize {
        self.shown().raw.len()
    }

    /// Sends keys as the terminal would.
    pub fn send(&mut self, keys: &str) {
        let writer = self.keys.as_mut().unwrap();
        writer.write_all(keys.as_bytes()).unwrap();
        writer.flush().unwrap();
    }

    /// Changes the terminal's size.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.shown().parser.screen_mut().set_size(rows.try_into().unwrap(), columns.try_into().unwrap());
        self.master.as_ref().unwrap().resize(size).unwrap();
    }

    /// The program's process; under a shell, what the shell printed of it.
    pub fn process(&self) -> u32 {
        let printed = |shown: &Shown| {
            let raw = String::from_utf8_lossy(&shown.raw);
            let (number, _) = raw.split_once("process ")?.1.split_once('\r')?;
            number.parse().ok()
        };
        if self.from_shell { self.wait("no process", printed) } else { self.child.process_id().unwrap() }
    }

    /// Whether keys reach the program one by one and unseen.
    pub fn is_raw(&self) -> bool {
        let settings = self.master.as_ref().unwrap().get_termios().unwrap();
        // Its type is of a crate that is not ours to name.
        !format!("{:?}", settings.local_flags).contains("ICANON")
    }

    /// Sends the program a signal by name.
    pub fn signal(&self, name: &str) {
        signal(self.process(), name);
    }

    /// Closes the terminal under the program, as a lost connection does.
    pub fn hang_up(&mut self) {
        self.hung_up.store(true, Ordering::SeqCst);
        // The reader holds the terminal open too, and lets go of it with the next thing it reads.
        self.send("?");
        until("the reader's end", || self.reader.as_ref().unwrap().is_finished().then_some(()));
        self.keys = None;
        self.master = None;
    }

    /// Whether the program has ended.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Waits for the program, or the shell around it, to end.
    pub fn ended(mut self) -> Ended {
        let status = until("its end", || self.child.try_wait().unwrap());
        until("the reader's end", || self.reader.as_ref().unwrap().is_finished().then_some(()));
        self.reader.take().unwrap().join().unwrap();
        let shown = self.shown();
        let raw = String::from_utf8_lossy(&shown.raw).into_owned();
        Ended { code: status.exit_code(), raw, screen: shown.parser.screen().clone() }
    }
}

fn read(mut output: Box<dyn Read + Send>, shown: &(Mutex<Shown>, Condvar), hung_up: &AtomicBool) {
    let mut buffer = [0; 1 << 16];
    loop {
        let read = output.read(&mut buffer).unwrap_or(0);
        let mut shown_now = shown.0.lock().unwrap_or_else(PoisonError::into_inner);
        shown_now.parser.process(&buffer[..read]);
        shown_now.raw.extend_from_slice(&buffer[..read]);
        shown_now.closed = read == 0 || hung_up.load(Ordering::SeqCst);
        shown.1.notify_all();
        if shown_now.closed {
            return;
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
