//! Lines that a person types while a run is under way.

use std::io;
use std::sync::mpsc;

use rustix::termios::{QueueSelector, tcflush};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// Lines of standard input, one for each that is asked for.
///
/// A thread of its own waits for them. Whoever stops waiting for a line leaves it to the next one who asks: a thread that
/// waits for a terminal cannot be called back.
pub(super) struct Lines {
    ask: mpsc::Sender<()>,
    typed: UnboundedReceiver<Option<String>>,
    /// Whether the thread waits for a line already.
    is_asked: bool,
}

impl Lines {
    pub(super) fn new() -> Self {
        let (ask, asked) = mpsc::channel::<()>();
        let (sender, typed) = unbounded_channel();
        let read = move || {
            while asked.recv().is_ok() {
                let mut line = String::new();
                let line = match io::stdin().read_line(&mut line) {
                    Ok(1..) => Some(line.trim_end_matches(['\r', '\n']).to_owned()),
                    Ok(0) | Err(_) => None,
                };
                if sender.send(line).is_err() {
                    break;
                }
            }
        };
        // Without a thread nothing is ever typed, which is the end of what is typed.
        let _ = std::thread::Builder::new().name("lines".into()).spawn(read);
        Self { ask, typed, is_asked: false }
    }

    /// The next line; none at the end of what is typed. Nothing is lost by dropping the future.
    pub(super) async fn next(&mut self) -> Option<String> {
        if !self.is_asked {
            self.ask.send(()).ok()?;
            self.is_asked = true;
        }
        let line = self.typed.recv().await.flatten();
        self.is_asked = false;
        line
    }

    /// Forgets what was typed before a question was there to be read: it cannot be the answer.
    pub(super) fn forget(&mut self) {
        let _ = tcflush(io::stdin(), QueueSelector::IFlush);
        while self.typed.try_recv().is_ok() {
            self.is_asked = false;
        }
    }
}
