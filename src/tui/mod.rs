//! Floor 4: the full-screen front.
//!
//! # The loop
//!
//! Terminal input, a finished task or a timer becomes an [`event`](event::Event).
//! [`update`](update::update) takes it into the [`model`](model::Model) and answers with
//! [`effects`](effect::Effect), plain data that the [`runner`] turns into cancellable tasks; what they
//! have to say comes back as events that carry their [`job`](effect::Job), so that answers to a
//! question nobody asks any more are dropped. [`draw`](view::draw) makes a frame from the model alone
//! and remembers what can be clicked where.
//!
//! A frame is drawn when something happened and nothing more is waiting to be handled, at most once
//! in [`FRAME`], between synchronized-update marks. There is no clock tick: a timer exists only while
//! something on screen moves by itself ([`timer`]).
//!
//! Everything a person can do is a row of the [`actions`] table; [`availability`] says whether it
//! applies now, [`perform`] does it.

pub mod action;
pub mod actions;
pub mod availability;
pub mod brokers_clock;
pub mod checking;
pub mod clipboard;
pub mod context;
pub mod effect;
pub mod event;
mod exploring;
mod filling;
pub mod formats;
pub mod handover;
mod history;
pub mod hits;
pub mod keymap;
pub mod keys;
pub mod matching;
pub mod memory;
pub mod model;
pub mod navigation;
mod opening;
mod outcomes;
mod perform;
pub mod place;
pub mod popups;
mod presets;
pub mod queries;
pub mod remap;
pub mod remedy;
mod replaying;
mod runner;
pub mod screens;
pub mod session;
pub mod switching;
mod terminal;
pub mod theme;
pub mod timer;
pub mod toast;
pub mod trying;
mod typing;
pub mod update;
pub mod view;
mod voice;
pub mod widgets;

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::mem::ManuallyDrop;
use std::os::fd::AsFd as _;
use std::time::{Duration, Instant};

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{
    DisableMouseCapture, EnableMouseCapture, Event as Input, EventStream, MouseButton, MouseEvent, MouseEventKind,
};
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use crossterm::{execute, queue};
use futures_util::StreamExt as _;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use self::effect::Effect;
use self::event::{Event, Now};
use self::handover::Handover;
use self::hits::Hits;
use self::memory::Memory;
use self::model::Model;
use self::opening::Origin;
use self::runner::Runner;
use self::terminal::Screen;
use crate::domain::{Fault, FaultKind};
use crate::flow::sources::{self, Sources};
use crate::profile::{Home, Request};
use crate::settings::Settings;

/// The shortest time between two frames.
pub const FRAME: Duration = Duration::from_millis(8);

/// How long the end of the program waits for the disk at most.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Runs the full-screen front until the person leaves or a signal ends it. Returns the exit code.
///
/// # Errors
/// Standard output is no terminal, or the terminal is lost.
pub fn run(request: Request, settings: &Settings) -> io::Result<u8> {
    let screen = Screen::enter()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    // Where the loop panics it is left as it is: dropping would wait for threads that may wait for a person.
    let runtime = ManuallyDrop::new(runtime);
    let app = App::start(request, settings, screen)?;
    let records = app.runner.records();
    let code = match runtime.block_on(app.run()) {
        // A frame that was under way when the terminal went is cut off before the signal is seen.
        Err(error) if error.raw_os_error() == Some(EIO) => Ok(HANG_UP),
        ended => ended,
    };
    // What came of the last call is known: it is not to be called unknown.
    let _ = runtime.block_on(async { tokio::time::timeout(LAST_WORDS, records.settle()).await });
    // A browser launcher or a keychain may still hold a thread; nobody waits for it.
    ManuallyDrop::into_inner(runtime).shutdown_background();
    code
}

/// How far one turn of the wheel goes, in rows.
const WHEEL: i32 = 3;

type Output = CrosstermBackend<BufWriter<File>>;

struct App {
    screen: Screen,
    model: Model,
    runner: Runner,
    /// Never dropped: that would show the cursor after the screen was left, and panic where the
    /// terminal is gone and takes no complaint either.
    terminal: ManuallyDrop<Terminal<Output>>,
    hits: Hits,
    started: Instant,
    first: Vec<Effect>,
    tasks: mpsc::UnboundedReceiver<Event>,
    handover: Option<Handover>,
    /// Where things are remembered, and what was remembered last.
    memory: Option<(Home, Memory)>,
    quit: Option<u8>,
}

impl App {
    fn start(request: Request, settings: &Settings, screen: Screen) -> io::Result<Self> {
        // Not `io::stdout()`: its own line buffer would cut a frame into pieces.
        let out = File::from(io::stdout().as_fd().try_clone_to_owned()?);
        let terminal = Terminal::new(CrosstermBackend::new(BufWriter::with_capacity(1 << 16, out)))?;
        let var = |name: &str| std::env::var(name).ok();
        let size = terminal.size()?;
        let area = Rect::new(0, 0, size.width, size.height);
        let home = sources::home().ok();
        let before = home.as_ref().map(Memory::read).unwrap_or_default();
        let (mut model, first) = Model::begin(area, settings, before.clone(), var);
        model.queries = home.as_ref().map(queries::read).unwrap_or_default();
        let memory = home.map(|home| (home, before));
        // Somebody looks, who can be asked about a `.env`.
        let named = if request == Request::Configured { Request::Here } else { request };
        let origin = Origin { named, sources: Sources::of_process(), limits: opening::limits(settings) };
        let (events, tasks) = mpsc::unbounded_channel();
        Ok(Self {
            screen,
            model,
            runner: Runner::new(origin, events),
            terminal: ManuallyDrop::new(terminal),
            hits: Hits::default(),
            started: Instant::now(),
            first,
            tasks,
            handover: None,
            memory,
            quit: None,
        })
    }

    async fn run(mut self) -> io::Result<u8> {
        self.tell_time();
        if !self.model.mouse {
            execute!(self.terminal.backend_mut(), DisableMouseCapture)?;
        }
        let first = std::mem::take(&mut self.first);
        self.carry_out(first)?;
        self.draw()?;
        let mut drawn = Instant::now();
        let (mut reader, mut input) = read_terminal();
        let mut signals = Signals::listen()?;
        let mut dirty = false;
        loop {
            if dirty && drawn.elapsed() >= FRAME {
                self.draw()?;
                drawn = Instant::now();
                dirty = false;
            }
            let wake = if dirty {
                Some(drawn + FRAME)
            } else {
                self.tell_time();
                timer::next(&self.model).map(|wait| Instant::now() + wait)
            };
            let event = tokio::select! {
                code = signals.next() => Some(Event::End(code)),
                Some(event) = self.tasks.recv() => Some(event),
                event = input.recv() => self.translate(event),
                () = sleep_until(wake), if wake.is_some() => (!dirty).then_some(Event::Tick),
            };
            let Some(event) = event else { continue };
            dirty = true;
            self.handle(event)?;
            // Whatever else has arrived is handled before anything is drawn.
            loop {
                let next = match self.tasks.try_recv() {
                    Ok(event) => Some(event),
                    Err(_) => match input.try_recv() {
                        Ok(event) => self.translate(Some(event)),
                        Err(_) => break,
                    },
                };
                if let Some(event) = next {
                    self.handle(event)?;
                }
                if self.quit.is_some() {
                    break;
                }
            }
            if let Some(code) = self.quit {
                self.remember();
                return Ok(code);
            }
            if let Some(handover) = self.handover.take() {
                // Two readers of one terminal would share its keys between them.
                reader.abort();
                let _ = reader.await;
                self.lend(handover).await?;
                (reader, input) = read_terminal();
            }
        }
    }

    fn handle(&mut self, event: Event) -> io::Result<()> {
        self.tell_time();
        let effects = update::update(&mut self.model, event);
        self.carry_out(effects)
    }

    fn remember(&self) {
        let now = self.model.memory();
        if let Some((home, before)) = &self.memory
            && *before != now
        {
            now.write(home);
        }
    }

    fn tell_time(&mut self) {
        self.model.now = Now { wall: jiff::Timestamp::now(), uptime: self.started.elapsed() };
    }

    fn carry_out(&mut self, effects: Vec<Effect>) -> io::Result<()> {
        for effect in effects {
            match effect {
                Effect::Start(job, task) => self.runner.start(job, task),
                Effect::Cancel(slot) => self.runner.cancel(slot),
                Effect::Copy(text) => execute!(self.terminal.backend_mut(), CopyToClipboard::to_clipboard_from(text))?,
                Effect::HandOver(handover) => self.handover = Some(handover),
                Effect::Mouse(true) => execute!(self.terminal.backend_mut(), EnableMouseCapture)?,
                Effect::Mouse(false) => execute!(self.terminal.backend_mut(), DisableMouseCapture)?,
                Effect::Suspend => self.suspend()?,
                Effect::Quit(code) => self.quit = Some(code),
            }
        }
        Ok(())
    }

    /// Sleeps until the shell wakes us; the terminal may have changed meanwhile.
    fn suspend(&mut self) -> io::Result<()> {
        self.screen.pause();
        signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)?;
        self.take_back()
    }

    /// Lends the terminal to another program and waits for it; background tasks go on meanwhile.
    async fn lend(&mut self, handover: Handover) -> io::Result<()> {
        self.screen.pause();
        let back = tokio::task::spawn_blocking(move || handover.run()).await;
        self.take_back()?;
        let broke = |_| Fault::new(FaultKind::Local, "The other program could not be run.");
        self.handle(Event::HandedBack(back.map_err(broke).flatten()))
    }

    /// The terminal is ours again, and may be another one than before.
    fn take_back(&mut self) -> io::Result<()> {
        self.screen.resume()?;
        if !self.model.mouse {
            execute!(self.terminal.backend_mut(), DisableMouseCapture)?;
        }
        let size = self.terminal.size()?;
        // Everything is drawn anew. Clearing would do that too, but asks the terminal where its
        // cursor is, and the answer goes to the task that reads keys.
        self.terminal.resize(Rect::new(0, 0, size.width, size.height))?;
        update::update(&mut self.model, Event::Resize(size.width, size.height));
        Ok(())
    }

    fn draw(&mut self) -> io::Result<()> {
        let Self { model, terminal, hits, .. } = self;
        queue!(terminal.backend_mut(), BeginSynchronizedUpdate)?;
        terminal.draw(|frame| {
            let (drawn, cursor) = view::draw(model, frame.buffer_mut());
            *hits = drawn;
            if let Some(cursor) = cursor {
                frame.set_cursor_position(cursor);
            }
        })?;
        queue!(terminal.backend_mut(), EndSynchronizedUpdate)?;
        terminal.backend_mut().flush()
    }

    /// What the terminal reports, as an event; none for what changes nothing.
    fn translate(&self, input: Option<io::Result<Input>>) -> Option<Event> {
        match input {
            Some(Ok(Input::Key(key))) => Some(Event::Key(key)),
            Some(Ok(Input::Paste(text))) => Some(Event::Paste(text.into())),
            Some(Ok(Input::Resize(columns, rows))) => Some(Event::Resize(columns, rows)),
            Some(Ok(Input::Mouse(mouse))) => self.mouse(mouse),
            Some(Ok(Input::FocusGained | Input::FocusLost)) => None,
            // The terminal is gone, as after a hang-up.
            Some(Err(_)) | None => Some(Event::End(HANG_UP)),
        }
    }

    fn mouse(&self, mouse: MouseEvent) -> Option<Event> {
        let target = || self.hits.at(mouse.column, mouse.row);
        match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) => target().map(Event::Click),
            MouseEventKind::ScrollUp => target().map(|target| Event::Scroll(target, -WHEEL)),
            MouseEventKind::ScrollDown => target().map(|target| Event::Scroll(target, WHEEL)),
            _ => None,
        }
    }
}

/// Reads the terminal in a task of its own, for as long as the handle lives. The crate's stream
/// remembers only the waker of its first unanswered poll, so it must be polled from one place.
fn read_terminal() -> (AbortOnDropHandle<()>, mpsc::UnboundedReceiver<io::Result<Input>>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let reader = tokio::spawn(async move {
        let mut stream = EventStream::new();
        while let Some(input) = stream.next().await {
            if sender.send(input).is_err() {
                break;
            }
        }
    });
    (AbortOnDropHandle::new(reader), receiver)
}

async fn sleep_until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment.into()).await,
        None => std::future::pending().await,
    }
}

/// Exit code after a hang-up: 128 and the signal's number, as shells count.
const HANG_UP: u8 = 129;

/// What the system says of a terminal that is gone; the same number on every Unix.
const EIO: i32 = 5;

/// The signals that end the program, each with its exit code.
struct Signals {
    hang_up: Signal,
    interrupt: Signal,
    quit: Signal,
    terminate: Signal,
}

impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self {
            hang_up: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) -> u8 {
        tokio::select! {
            _ = self.hang_up.recv() => HANG_UP,
            _ = self.interrupt.recv() => 130,
            _ = self.quit.recv() => 131,
            _ = self.terminate.recv() => 143,
        }
    }
}
