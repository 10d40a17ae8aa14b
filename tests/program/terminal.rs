//! The real program in a pseudo-terminal, with an emulator that knows what is on the screen.

use std::io::{Read as _, Write};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// How long anything may take before a test gives up; a slow machine must not fail it.
const PATIENCE: Duration = Duration::from_secs(60);

struct Shown {
    parser: vt100::Parser,
    raw: Vec<u8>,
    closed: bool,
}

/// A running program and its screen.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Option<Box<dyn MasterPty + Send>>,
    keys: Option<Box<dyn Write + Send>>,
    shown: Arc<(Mutex<Shown>, Condvar)>,
    reader: Option<JoinHandle<()>>,
}

impl Terminal {
    /// Starts the program with these arguments and nothing of the surrounding environment but what
    /// is given, in a home of its own.
    pub fn start(size: (u16, u16), home: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let (columns, rows) = size;
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_jackfield"));
        command.args(arguments);
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
        let mut output = pair.master.try_clone_reader().unwrap();
        let keys = pair.master.take_writer().unwrap();
        let parser = vt100::Parser::new(rows.try_into().unwrap(), columns.try_into().unwrap(), 0);
        let shown = Arc::new((Mutex::new(Shown { parser, raw: Vec::new(), closed: false }), Condvar::new()));
        let seen = shown.clone();
        let reader = std::thread::spawn(move || {
            let mut buffer = [0; 1 << 16];
            loop {
                let read = output.read(&mut buffer).unwrap_or(0);
                let mut shown = seen.0.lock().unwrap();
                shown.parser.process(&buffer[..read]);
                shown.raw.extend_from_slice(&buffer[..read]);
                shown.closed = read == 0;
                seen.1.notify_all();
                if read == 0 {
                    break;
                }
            }
        });
        Self { child, master: Some(pair.master), keys: Some(keys), shown, reader: Some(reader) }
    }

    /// Waits until `found` says yes to the screen; shows the screen if it never does.
    fn until(&self, what: &str, found: impl Fn(&str) -> bool) -> String {
        let deadline = Instant::now() + PATIENCE;
        let mut shown = self.shown.0.lock().unwrap();
        loop {
            let screen = shown.parser.screen().contents();
            if found(&screen) {
                return screen;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero() && !shown.closed, "{what}; the screen is:\n{screen}");
            shown = self.shown.1.wait_timeout(shown, left).unwrap().0;
        }
    }

    /// Waits until `text` stands on the screen, and gives the screen.
    pub fn wait_for(&self, text: &str) -> String {
        self.until(&format!("never saw {text:?}"), |screen| screen.contains(text))
    }

    /// Waits until `text` stands on the screen no more.
    pub fn wait_gone(&self, text: &str) -> String {
        self.until(&format!("{text:?} never went"), |screen| !screen.contains(text))
    }

    /// Sends keys as the terminal would.
    pub fn send(&mut self, keys: &str) {
        if let Some(writer) = &mut self.keys {
            writer.write_all(keys.as_bytes()).unwrap();
            writer.flush().unwrap();
        }
    }

    /// Changes the terminal's size.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.shown.0.lock().unwrap().parser.screen_mut().set_size(rows.try_into().unwrap(), columns.try_into().unwrap());
        self.master.as_ref().unwrap().resize(size).unwrap();
    }

    /// Sends a signal by name.
    pub fn signal(&self, name: &str) {
        let process = self.child.process_id().unwrap().to_string();
        let status = std::process::Command::new("kill").args(["-s", name, &process]).status().unwrap();
        assert!(status.success());
    }

    /// Closes the terminal under the program, as a lost connection does.
    pub fn hang_up(&mut self) {
        self.keys = None;
        self.master = None;
    }

    /// Waits for the program to end; its exit code and every byte it printed.
    pub fn ended(mut self) -> (u32, Vec<u8>) {
        let deadline = Instant::now() + PATIENCE;
        let code = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status.exit_code();
            }
            assert!(Instant::now() < deadline, "the program did not end");
            std::thread::sleep(Duration::from_millis(5));
        };
        if self.master.is_some() {
            self.reader.take().unwrap().join().unwrap();
        }
        let raw = std::mem::take(&mut self.shown.0.lock().unwrap().raw);
        (code, raw)
    }

    /// Every byte printed so far.
    pub fn raw(&self) -> Vec<u8> {
        self.shown.0.lock().unwrap().raw.clone()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}
