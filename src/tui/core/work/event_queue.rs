//! Events on their way to the loop: what the terminal reports, and what tasks report.
//!
//! The two take turns where both wait, so that neither a burst of reports delays a key nor a stream of mouse
//! movements the reports. Input is bounded: a terminal that sends more waits, in its own buffer. Reports come
//! from callbacks that cannot wait, and holding back a task would let its requests time out; most of them are
//! bounded by the list that they fill. What reports for as long as somebody looks, as the request log does, waits
//! for [`EventSender::room`], and then reports once what has come together.

use std::io;
use std::sync::Arc;

use crossterm::event::Event as Input;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use crate::tui::core::event::Event;

/// Inputs that are read ahead.
const INPUTS: usize = 1_024;

/// Reports that may wait before [`EventSender::room`] does.
const REPORTS: usize = 256;

/// A report, and its place in the queue if there was one.
type Queued = (Event, Option<OwnedSemaphorePermit>);

/// The way of tasks to the loop. Cheap to clone.
#[derive(Clone)]
pub struct EventSender {
    queue: mpsc::UnboundedSender<Queued>,
    places: Arc<Semaphore>,
}

impl EventSender {
    /// A sender, and where its events arrive.
    pub fn new() -> (Self, Reports) {
        let (queue, reports) = mpsc::unbounded_channel();
        (Self { queue, places: Arc::new(Semaphore::new(REPORTS)) }, Reports(reports))
    }

    /// Sends without waiting. Nobody receives any more once the program is ending.
    pub fn send(&self, event: Event) {
        let _ = self.queue.send((event, Arc::clone(&self.places).try_acquire_owned().ok()));
    }

    /// Waits until the loop has caught up.
    pub async fn room(&self) {
        // The semaphore is never closed.
        let _ = self.places.acquire().await;
    }
}

/// Events that tasks have reported.
pub struct Reports(mpsc::UnboundedReceiver<Queued>);

impl Reports {
    /// The next report, as soon as there is one; none where nobody can report any more.
    pub async fn recv(&mut self) -> Option<Event> {
        self.0.recv().await.map(|(event, _)| event)
    }

    /// The next report, if one waits.
    pub fn try_recv(&mut self) -> Option<Event> {
        self.0.try_recv().ok().map(|(event, _)| event)
    }
}

/// Input from the terminal; an error and nothing after it where the terminal is gone.
pub type Inputs = mpsc::Receiver<io::Result<Input>>;

/// A way from the terminal to the loop.
pub fn inputs() -> (mpsc::Sender<io::Result<Input>>, Inputs) {
    mpsc::channel(INPUTS)
}

/// Arrival at the loop.
#[derive(Debug)]
pub enum Arrival {
    /// Input from the terminal; none where it is gone.
    Input(Option<io::Result<Input>>),
    /// Event from a task.
    Report(Box<Event>),
}

/// Inbox of the loop.
pub struct Inbox {
    /// Input from the terminal.
    pub inputs: Inputs,
    reports: Reports,
    /// Whether the terminal had the last turn.
    was_input: bool,
}

impl Inbox {
    /// An inbox for both.
    pub fn new(inputs: Inputs, reports: Reports) -> Self {
        Self { inputs, reports, was_input: false }
    }

    /// The next arrival, as soon as there is one. Nothing is lost where it is given up.
    pub async fn next(&mut self) -> Arrival {
        if let Some(arrival) = self.try_next() {
            return arrival;
        }
        tokio::select! {
            input = self.inputs.recv() => self.input(input),
            Some(event) = self.reports.recv() => self.report(event),
        }
    }

    /// The next arrival, if one waits.
    pub fn try_next(&mut self) -> Option<Arrival> {
        if self.was_input
            && let Some(event) = self.reports.try_recv()
        {
            return Some(self.report(event));
        }
        match self.inputs.try_recv() {
            Ok(input) => Some(self.input(Some(input))),
            Err(_) => self.reports.try_recv().map(|event| self.report(event)),
        }
    }

    fn input(&mut self, input: Option<io::Result<Input>>) -> Arrival {
        self.was_input = true;
        Arrival::Input(input)
    }

    fn report(&mut self, event: Event) -> Arrival {
        self.was_input = false;
        Arrival::Report(Box::new(event))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    use super::*;

    fn key() -> io::Result<Input> {
        Ok(Input::Key(KeyEvent::new(KeyCode::Down, KeyModifiers::NONE)))
    }

    #[tokio::test]
    async fn a_burst_of_reports_goes_before_a_key_with_one_at_most_and_all_of_it_arrives() {
        let (terminal, inputs) = inputs();
        let (sender, reports) = EventSender::new();
        let mut inbox = Inbox::new(inputs, reports);
        (0..10_000).for_each(|_| sender.send(Event::Tick));
        let (mut before, mut all) = (0, 0);
        for pressed in 1..=100 {
            terminal.send(key()).await.unwrap();
            while let Arrival::Report(_) = inbox.next().await {
                before += 1;
                all += 1;
            }
            assert!(before <= pressed, "{before} reports before key {pressed}");
        }
        while inbox.try_next().is_some() {
            all += 1;
        }
        assert_eq!(all, 10_000);
    }

    #[tokio::test]
    async fn a_stream_of_inputs_lets_reports_through_and_waits_where_nobody_reads() {
        let (terminal, inputs) = inputs();
        let (sender, reports) = EventSender::new();
        let mut inbox = Inbox::new(inputs, reports);
        while terminal.try_send(key()).is_ok() {}
        assert_eq!(terminal.capacity(), 0, "there is an end to what is read ahead");
        (0..10).for_each(|_| sender.send(Event::Tick));
        let arrived: Vec<_> = std::iter::from_fn(|| inbox.try_next()).take(20).collect();
        assert_eq!(arrived.iter().filter(|arrival| matches!(arrival, Arrival::Report(_))).count(), 10);
    }

    #[tokio::test]
    async fn what_reports_without_end_waits_for_the_loop() {
        let (sender, mut reports) = EventSender::new();
        (0..REPORTS + 1).for_each(|_| sender.send(Event::Tick));
        let waiting = || tokio::time::timeout(Duration::ZERO, sender.room());
        assert!(waiting().await.is_err());
        assert!(reports.try_recv().is_some());
        assert!(waiting().await.is_ok());
    }

    #[tokio::test]
    async fn a_terminal_that_is_gone_is_told() {
        let (terminal, inputs) = inputs();
        let (_sender, reports) = EventSender::new();
        let mut inbox = Inbox::new(inputs, reports);
        drop(terminal);
        assert!(inbox.try_next().is_none());
        assert!(matches!(inbox.next().await, Arrival::Input(None)));
    }
}
