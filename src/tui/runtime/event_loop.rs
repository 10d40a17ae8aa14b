//! The loop: events in, effects carried out, frames drawn.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::mem::ManuallyDrop;
use std::os::fd::AsFd as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::tui::environments::open_environment as opening;
use crate::tui::explorer::jq::history as queries;
use crate::tui::runtime::drafts_file::{self, DraftsKeeper};
use crate::tui::runtime::drafts_timer::DraftsTimer;
use crate::tui::runtime::{notification, passphrase, signals};
use crate::tui::shell::redraw as timer;
use crate::tui::shell::{update, view};
use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{
    DisableMouseCapture, EnableMouseCapture, Event as Input, EventStream, KeyCode, KeyEvent, MouseButton, MouseEvent,
    MouseEventKind,
};
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use crossterm::{execute, queue};
use futures_util::StreamExt as _;
use ratatui::backend::CrosstermBackend;
use ratatui::{Terminal, TerminalOptions, Viewport};

use tokio_util::task::{AbortOnDropHandle, TaskTracker};

use crate::domain::{Fault, FaultKind, Mode};
use crate::flow::lent_text;
use crate::flow::record::Records;
use crate::flow::sources::{self, Sources};
use crate::profile::OpenTarget;
use crate::settings::Settings;
use crate::tui::approval::tasks::ListenAtDesk;
use crate::tui::core::effect::{Effect, ExternalProgram};
use crate::tui::core::event::{Event, Now};
use crate::tui::core::layout;
use crate::tui::core::state::opened::Origin;
use crate::tui::core::state::session::Session;
use crate::tui::core::toast::Level;
use crate::tui::core::work::event_queue::{self, Arrival, EventSender, Inbox, Inputs, Reports};
use crate::tui::input::hit_test::Hits;
use crate::tui::input::typed::is_letter;
use crate::tui::runtime::runner::Runner;
use crate::tui::runtime::session_file::{self, Noted};
use crate::tui::runtime::signals::{HANG_UP, Heard, Signals};
use crate::tui::runtime::terminal::Screen;
use crate::tui::shell::jump::Typed;
use crate::tui::shell::model::Model;

/// The shortest time between two frames.
pub const FRAME: Duration = Duration::from_millis(8);

/// Time that events are handled before a frame is drawn and signals are looked for, however many come.
const TURN: Duration = Duration::from_millis(40);

/// Time that a program which has the terminal has for its end. The signals' own patience is longer.
const BORROWERS_END: Duration = Duration::from_millis(500);

/// Longest time that the end of the program waits for the disk.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Runs the full-screen front until the person leaves or a signal ends it; `mode` is what the command line says of the
/// environment's freedom. Returns the exit code.
///
/// # Errors
/// [`FaultKind::Usage`]: standard output is no terminal, one that cannot place text, or it is lost.
pub fn run(request: OpenTarget, mode: Option<Mode>, settings: &Settings) -> Result<u8, Fault> {
    if let Some(term) = std::env::var("TERM").ok().filter(|term| matches!(term.as_str(), "dumb" | "unknown")) {
        let message = format!(
            "This terminal cannot place text (TERM={term}), and the full-screen program needs that. The \
             commands in --help work without it, jackfield accounts list for instance."
        );
        return Err(Fault::new(FaultKind::Usage, message));
    }
    run_on_terminal((request, mode), settings).map_err(|error| {
        let message = "The full-screen program needs a terminal. The commands in --help work without one.";
        Fault::new(FaultKind::Usage, message).because(error)
    })
}

fn run_on_terminal(request: (OpenTarget, Option<Mode>), settings: &Settings) -> io::Result<u8> {
    let home = sources::home().ok();
    let before = home.as_ref().map(session_file::read).unwrap_or_default();
    let noted = home.clone().map(|home| Arc::new(Noted::new(home, before.clone())));
    let keeper = home.clone().filter(|_| settings.keep_drafts.unwrap_or(true)).map(DraftsKeeper::new).map(Arc::new);
    let signals = Signals::listen(noted.clone(), keeper.clone())?;
    let screen = Screen::enter()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    // Where the loop panics it is left as it is: dropping would wait for threads that may wait for a person.
    let runtime = ManuallyDrop::new(runtime);
    let (events, reports) = EventSender::new();
    let mut app = App::start(request, settings, screen, events, before, noted)?;
    app.drafts.keep_with(keeper.clone());
    if let Some(home) = home.filter(|_| keeper.is_some()) {
        match drafts_file::read(&home, jiff::Timestamp::now()) {
            Ok(left) => (app.model.cx.unsent, app.model.cx.unsent_messages) = (left.inputs, left.messages),
            Err(fault) => app.model.cx.say(Level::Problem, fault.to_string()),
        }
    }
    let (records, tasks) = (app.runner.records(), app.runner.tasks());
    let code = match runtime.block_on(app.run(signals, reports)) {
        // A frame that was under way when the terminal went is cut off before the signal is seen.
        Err(error) if error.raw_os_error() == Some(EIO) => Ok(HANG_UP),
        ended => ended,
    };
    // What came of the last call is known: it is not to be called unknown.
    runtime.block_on(settle(&records, &tasks));
    if let Some(keeper) = keeper {
        let save = runtime.spawn_blocking(move || keeper.save());
        if let Ok(Ok(Err(fault))) = runtime.block_on(async { tokio::time::timeout(LAST_WORDS, save).await }) {
            let _ = writeln!(io::stderr(), "Unsent input is not kept: {fault}");
        }
    }
    // A browser launcher or a keychain may still hold a thread; nobody waits for it.
    ManuallyDrop::into_inner(runtime).shutdown_background();
    code
}

/// Waits for what came of the last call, and says so where that takes a while.
async fn settle(records: &Records, tasks: &TaskTracker) {
    let settled = async {
        // One that was cancelled writes down that it was.
        tasks.wait().await;
        records.settle().await;
    };
    tokio::pin!(settled);
    if tokio::time::timeout(Duration::from_secs(1), &mut settled).await.is_err() {
        let _ = writeln!(io::stderr(), "Writing down what came of the last call …");
        let _ = tokio::time::timeout(LAST_WORDS, settled).await;
    }
}

/// Rows of one turn of the wheel.
const WHEEL: i32 = 3;

type TerminalOutput = CrosstermBackend<BufWriter<File>>;

struct App {
    screen: Screen,
    model: Model,
    runner: Runner,
    /// Never dropped: that would show the cursor after the screen was left, and panic where the
    /// terminal is gone and takes no complaint either.
    terminal: ManuallyDrop<Terminal<TerminalOutput>>,
    hits: Hits,
    started: Instant,
    first: Vec<Effect>,
    lending: Option<ExternalProgram>,
    /// Session to remember; none for a user without a home.
    noted: Option<Arc<Noted>>,
    drafts: DraftsTimer,
    /// The terminal is not ours until somebody wakes us.
    away: bool,
    quit: Option<u8>,
}

impl App {
    fn start(
        (request, mode): (OpenTarget, Option<Mode>),
        settings: &Settings,
        screen: Screen,
        events: EventSender,
        before: Session,
        noted: Option<Arc<Noted>>,
    ) -> io::Result<Self> {
        // Not `io::stdout()`: its own line buffer would cut a frame into pieces.
        let out = File::from(io::stdout().as_fd().try_clone_to_owned()?);
        let var = |name: &str| std::env::var(name).ok();
        let backend = CrosstermBackend::new(BufWriter::with_capacity(1 << 16, out));
        let (columns, rows) = crossterm::terminal::size()?;
        let area = layout::screen(columns, rows);
        let terminal = Terminal::with_options(backend, TerminalOptions { viewport: Viewport::Fixed(area) })?;
        let (mut model, first) = Model::begin(area, settings, before, var);
        model.cx.start(ListenAtDesk);
        let first = first.into_iter().chain(model.cx.take_effects()).collect();
        model.names.salt(getrandom::u64().unwrap_or_default());
        model.cx.queries = sources::home().ok().as_ref().map(queries::read).unwrap_or_default();
        // Somebody looks, who can be asked about a `.env`.
        let named = if request == OpenTarget::Configured { OpenTarget::Here } else { request };
        let ask = passphrase::ask_by_popup(events.clone());
        let sources =
            Sources::from_process().map(|sources| sources.asked_for(&named).in_mode(mode).with_passphrase(Some(ask)));
        let origin = Origin { named, sources, limits: opening::limits(settings) };
        Ok(Self {
            screen,
            model,
            drafts: DraftsTimer::new(events.clone()),
            runner: Runner::new(origin, events),
            terminal: ManuallyDrop::new(terminal),
            hits: Hits::default(),
            started: Instant::now(),
            first,
            lending: None,
            noted,
            away: false,
            quit: None,
        })
    }

    async fn run(mut self, mut signals: Signals, reports: Reports) -> io::Result<u8> {
        self.tell_time();
        if !self.model.cx.mouse {
            execute!(self.terminal.backend_mut(), DisableMouseCapture)?;
        }
        let first = std::mem::take(&mut self.first);
        self.carry_out(first)?;
        self.draw()?;
        let mut drawn = Instant::now();
        let (mut reader, inputs) = read_terminal();
        let mut inbox = Inbox::new(inputs, reports);
        sweep();
        let mut dirty = false;
        loop {
            if dirty && !self.away && drawn.elapsed() >= FRAME {
                self.draw()?;
                drawn = Instant::now();
                dirty = false;
            }
            let wake = if self.away {
                None
            } else if dirty {
                Some(drawn + FRAME)
            } else {
                self.tell_time();
                timer::next(&self.model).map(|wait| Instant::now() + wait)
            };
            let due = self.drafts.due();
            let event = tokio::select! {
                biased;
                heard = signals.next() => self.hear(heard)?,
                arrival = inbox.next() => self.translate(arrival),
                () = sleep_until(due), if due.is_some() => {
                    self.drafts.save();
                    None
                }
                () = sleep_until(wake), if wake.is_some() => (!dirty).then_some(Event::Tick),
            };
            let Some(event) = event else { continue };
            dirty = true;
            self.handle(event)?;
            // Whatever else has arrived is handled before anything is drawn, but not for ever.
            let begun = Instant::now();
            while begun.elapsed() < TURN {
                let Some(arrival) = inbox.try_next() else { break };
                if let Some(event) = self.translate(arrival) {
                    self.handle(event)?;
                }
                if self.quit.is_some() {
                    break;
                }
            }
            if let (None, Some(program)) = (self.quit, self.lending.take()) {
                // Two readers of one terminal would share its keys between them.
                reader.abort();
                let _ = reader.await;
                self.lend(program, &mut signals).await?;
                (reader, inbox.inputs) = read_terminal();
            }
            if let Some(code) = self.quit {
                self.remember();
                return Ok(code);
            }
        }
    }

    fn handle(&mut self, event: Event) -> io::Result<()> {
        self.tell_time();
        let effects = update::update(&mut self.model, event);
        self.carry_out(effects)
    }

    fn remember(&mut self) {
        self.drafts.note(&self.model);
        if let Some(noted) = &self.noted {
            noted.note(self.model.session());
            noted.save();
        }
    }

    fn tell_time(&mut self) {
        self.model.cx.now = Now { wall: jiff::Timestamp::now(), uptime: self.started.elapsed() };
    }

    fn carry_out(&mut self, effects: Vec<Effect>) -> io::Result<()> {
        for effect in effects {
            match effect {
                Effect::Start(job, task) => self.runner.start(job, task),
                Effect::Cancel(slot) => self.runner.cancel(slot),
                Effect::Copy(text) => execute!(self.terminal.backend_mut(), CopyToClipboard::to_clipboard_from(text))?,
                Effect::Lend(program) => self.lending = Some(program),
                Effect::Mouse(true) => execute!(self.terminal.backend_mut(), EnableMouseCapture)?,
                Effect::Mouse(false) => execute!(self.terminal.backend_mut(), DisableMouseCapture)?,
                Effect::Bell => {
                    let out = self.terminal.backend_mut();
                    out.write_all(b"\x07")?;
                    io::Write::flush(out)?;
                }
                Effect::Notify(way, text) => {
                    let out = self.terminal.backend_mut();
                    out.write_all(notification::sequence(way, &text).as_bytes())?;
                    io::Write::flush(out)?;
                }
                Effect::Redraw => self.terminal.resize(self.model.cx.screen)?,
                Effect::Suspend => self.suspend()?,
                Effect::Quit(code) => self.quit = Some(code),
            }
        }
        Ok(())
    }

    /// A signal, as an event; none for what is done with at once.
    fn hear(&mut self, heard: Heard) -> io::Result<Option<Event>> {
        match heard {
            Heard::End(code) => return Ok(Some(Event::End(code))),
            Heard::Stop => self.suspend()?,
            Heard::Awake => {
                // Whoever stopped us without asking may have left the terminal in any state.
                self.screen.pause();
                self.away = false;
                self.take_back()?;
                return Ok(Some(Event::Tick));
            }
        }
        Ok(None)
    }

    /// Sleeps until the shell wakes us, which is a signal of its own.
    fn suspend(&mut self) -> io::Result<()> {
        self.screen.pause();
        self.away = true;
        signals::stop()
    }

    /// Lends the terminal to another program and waits for it; background tasks go on meanwhile. Where a signal
    /// ends us, which that program is told of too, it is not waited for any longer than for its own end.
    async fn lend(&mut self, program: ExternalProgram, signals: &mut Signals) -> io::Result<()> {
        self.screen.pause();
        if self.drafts.due().is_some() {
            self.drafts.save();
        }
        let borrower = signals.borrower.clone();
        let mut lent = tokio::task::spawn_blocking(move || program.run(&borrower));
        let back = loop {
            tokio::select! {
                biased;
                heard = signals.next() => if let Heard::End(code) = heard {
                    self.quit = Some(code);
                    let _ = tokio::time::timeout(BORROWERS_END, &mut lent).await;
                    return Ok(());
                },
                back = &mut lent => break back,
            }
        };
        self.take_back()?;
        let broke = |_| Fault::new(FaultKind::Local, "The other program could not be run.");
        self.handle(Event::Returned(back.map_err(broke).flatten()))
    }

    /// Takes back the terminal, which may be another one than before.
    fn take_back(&mut self) -> io::Result<()> {
        self.screen.resume()?;
        if !self.model.cx.mouse {
            execute!(self.terminal.backend_mut(), DisableMouseCapture)?;
        }
        let size = self.terminal.size()?;
        // Everything is drawn anew. Clearing would do that too, but asks the terminal where its
        // cursor is, and the answer goes to the task that reads keys.
        self.terminal.resize(layout::screen(size.width, size.height))?;
        update::update(&mut self.model, Event::Resize(size.width, size.height));
        Ok(())
    }

    fn draw(&mut self) -> io::Result<()> {
        // Where a key and a new size come at once, the reader of the terminal may tell of the key alone.
        let (columns, rows) = crossterm::terminal::size()?;
        if layout::screen(columns, rows) != self.model.cx.screen {
            self.handle(Event::Resize(columns, rows))?;
        }
        let Self { model, terminal, hits, .. } = self;
        queue!(terminal.backend_mut(), BeginSynchronizedUpdate)?;
        if terminal.get_frame().area() != model.cx.screen {
            terminal.resize(model.cx.screen)?;
        }
        terminal.draw(|frame| {
            let (drawn, cursor) = view::draw(model, frame.buffer_mut());
            *hits = drawn;
            if let Some(cursor) = cursor {
                frame.set_cursor_position(cursor);
            }
        })?;
        queue!(terminal.backend_mut(), EndSynchronizedUpdate)?;
        terminal.backend_mut().flush()?;
        if let Some(noted) = &self.noted {
            noted.note(self.model.session());
        }
        self.drafts.note(&self.model);
        Ok(())
    }

    /// Event for an arrival; none where it changes nothing.
    fn translate(&self, arrival: Arrival) -> Option<Event> {
        let input = match arrival {
            Arrival::Report(event) => return Some(*event),
            Arrival::Input(input) => input,
        };
        match input {
            Some(Ok(Input::Key(key))) => Some(self.key(key)),
            Some(Ok(Input::Paste(text))) => Some(Event::Paste(text.into())),
            Some(Ok(Input::Resize(columns, rows))) => Some(Event::Resize(columns, rows)),
            Some(Ok(Input::Mouse(mouse))) => self.mouse(mouse),
            Some(Ok(Input::FocusGained)) => Some(Event::Focus(true)),
            Some(Ok(Input::FocusLost)) => Some(Event::Focus(false)),
            // The terminal is gone, as after a hang-up.
            Some(Err(_)) | None => Some(Event::End(HANG_UP)),
        }
    }

    /// A key, or a letter of a label: only here is known where everything was drawn.
    fn key(&self, key: KeyEvent) -> Event {
        let KeyCode::Char(letter) = key.code else { return Event::Key(key) };
        let jump = self.model.jump.as_ref().filter(|_| is_letter(key));
        match jump.map(|jump| jump.with(letter, &self.hits)) {
            Some(Typed::Label(target)) => Event::Jump(letter, Some(target)),
            Some(Typed::Beginning) => Event::Jump(letter, None),
            Some(Typed::Nothing) | None => Event::Key(key),
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
fn read_terminal() -> (AbortOnDropHandle<()>, Inputs) {
    let (sender, receiver) = event_queue::inputs();
    let reader = tokio::spawn(async move {
        let mut stream = EventStream::new();
        while let Some(input) = stream.next().await {
            if sender.send(input).await.is_err() {
                break;
            }
        }
    });
    (AbortOnDropHandle::new(reader), receiver)
}

/// Removes the texts that programs which are gone have left, off the way to the first frame.
fn sweep() {
    if let Ok(home) = sources::home() {
        tokio::task::spawn_blocking(move || lent_text::sweep(&home));
    }
}

async fn sleep_until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment.into()).await,
        None => std::future::pending().await,
    }
}

/// Error number of the system for a terminal that is gone; the same on every Unix.
const EIO: i32 = 5;
