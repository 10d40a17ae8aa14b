//! A run under way: its events are printed, its questions answered, and what a person types goes to it.

use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_util::task::AbortOnDropHandle;

use super::lines::Lines;
use super::printer::Printer;
use super::questions::{self, Asking, Decided};
use super::{Around, HowToRun, document};
use crate::agent::{
    ActingAs, AgentCommand, AgentEvent, AgentHandle, AgentParts, AgentStart, CallDecision, CallState, Question, RunEnd,
    Transcript, TranscriptItem, cost_words, drive,
};
use crate::cli::output::CliOutput;
use crate::cli::{embedded, exit, prompt};
use crate::domain::{AccountRef, Fault, FaultKind, Untrusted};
use crate::flow::environment::Opened;

/// Exit code where an answer came, and calls were not sent because nobody could be asked.
const UNCONFIRMED: u8 = 2;

/// Exit codes of an end that somebody asked for, as shells count.
const INTERRUPTED: u8 = 130;
const TERMINATED: u8 = 143;

/// Time that a run has to put everything in order once the program is told to end.
const FOR_ORDER: Duration = Duration::from_secs(2);

/// Mark before what a person types.
const PROMPT: &str = "› ";

/// A run under way.
pub(super) struct Conversation<'a> {
    around: &'a Around<'a>,
    how: &'a HowToRun,
    opened: Arc<Opened>,
    acting_as: ActingAs,
    /// Id of the model, for its prices.
    model: String,
    is_recorded: bool,
    handle: AgentHandle,
    events: UnboundedReceiver<AgentEvent>,
    _driving: AbortOnDropHandle<()>,
    transcript: Transcript,
    printer: Printer,
    lines: Lines,
    /// Whether a call was not sent because nobody could be asked.
    unasked: bool,
    /// Account that a call waited for, where nobody could authorize it.
    unauthorized: Option<Fault>,
}

/// Something that happened.
enum Heard {
    Event(AgentEvent),
    /// The run is over.
    Over,
    Interrupted,
    Terminated,
}

/// Signals that end or stop.
struct Interrupts {
    interrupt: Signal,
    terminate: Signal,
}

impl Interrupts {
    fn new() -> Result<Self, Fault> {
        let unheard = |error| Fault::new(FaultKind::Local, "Signals cannot be heard.").because(error);
        let interrupt = signal(SignalKind::interrupt()).map_err(unheard)?;
        Ok(Self { interrupt, terminate: signal(SignalKind::terminate()).map_err(unheard)? })
    }

    async fn next(&mut self) -> Heard {
        tokio::select! {
            _ = self.interrupt.recv() => Heard::Interrupted,
            _ = self.terminate.recv() => Heard::Terminated,
        }
    }
}

impl<'a> Conversation<'a> {
    /// Begins to drive a run. Nothing is sent before somebody says something.
    pub(super) fn begin(around: &'a Around<'a>, parts: AgentParts, start: AgentStart, how: &'a HowToRun) -> Self {
        let (handle, commands) = AgentHandle::new();
        let (sender, events) = unbounded_channel();
        let order = match &start {
            AgentStart::New(order) | AgentStart::Continue(_, order) => order,
        };
        let (acting_as, model) = (order.acting_as.clone(), order.model.clone());
        let (opened, is_recorded) = (Arc::clone(&parts.opened), parts.recorder.records().is_some());
        let on = Arc::new(move |event| drop(sender.send(event)));
        Self {
            around,
            how,
            opened,
            acting_as,
            model,
            is_recorded,
            handle,
            events,
            _driving: AbortOnDropHandle::new(tokio::spawn(drive(parts, start, commands, on))),
            transcript: Transcript::default(),
            printer: Printer::new(around.output, how.events, how.thinking),
            lines: Lines::new(),
            unasked: false,
            unauthorized: None,
        }
    }

    fn output(&self) -> &'a CliOutput {
        self.around.output
    }

    /// Holds the conversation: one message where one is given, else what a person types. Returns the exit code.
    pub(super) async fn hold(&mut self, prompt: Option<String>) -> Result<u8, Fault> {
        let mut interrupts = Interrupts::new()?;
        let Some(prompt) = prompt else { return self.talk(&mut interrupts).await };
        let ended = self.say(prompt, &mut interrupts).await?;
        let code = self.code(&ended);
        match &ended {
            Ended::Rested(end) => {
                if self.output().is_json() {
                    let cost = self.cost();
                    self.output().document(&document::of(&self.transcript, end, cost.as_deref()))?;
                }
            }
            Ended::Terminated => {
                self.output().fault(&Fault::new(FaultKind::Cancelled, "Terminated."));
            }
        }
        self.tell_of_going_on().await;
        Ok(code)
    }

    /// What a person types, message by message, until they end it.
    async fn talk(&mut self, interrupts: &mut Interrupts) -> Result<u8, Fault> {
        prompt::someone_is_there("Give the prompt, or - to read it from standard input.")?;
        self.output().remark("Ctrl-C stops the model, Ctrl-D ends the conversation.");
        loop {
            let _ = std::io::Write::write_all(&mut std::io::stderr(), PROMPT.as_bytes());
            let line = tokio::select! {
                line = self.lines.next() => line,
                heard = interrupts.next() => {
                    self.output().remark("");
                    self.tell_of_going_on().await;
                    return Ok(if matches!(heard, Heard::Terminated) { TERMINATED } else { INTERRUPTED });
                }
            };
            let Some(line) = line else {
                self.output().remark("");
                self.tell_of_going_on().await;
                return Ok(0);
            };
            if line.trim().is_empty() {
                continue;
            }
            if let Ended::Terminated = self.say(line, interrupts).await? {
                return Ok(TERMINATED);
            }
        }
    }

    /// Says something, and follows the run until it rests.
    async fn say(&mut self, message: String, interrupts: &mut Interrupts) -> Result<Ended, Fault> {
        self.handle.send(AgentCommand::Say(message));
        let mut was_stopped = false;
        loop {
            let heard = tokio::select! {
                biased;
                heard = interrupts.next() => heard,
                event = self.events.recv() => event.map_or(Heard::Over, Heard::Event),
            };
            let event = match heard {
                Heard::Event(event) => event,
                // Nothing that is said would be heard any more.
                Heard::Over => return Err(Fault::new(FaultKind::Local, "The run broke down.")),
                // Whoever insists does not wait until everything is put in order.
                Heard::Interrupted if was_stopped => return Ok(Ended::Rested(RunEnd::Stopped)),
                Heard::Interrupted => {
                    was_stopped = true;
                    self.handle.send(AgentCommand::Stop);
                    continue;
                }
                Heard::Terminated => return Ok(self.terminate().await),
            };
            self.transcript.apply(event.clone());
            self.printer.event(&event, &self.transcript)?;
            match event {
                AgentEvent::Asking { call, question } if !was_stopped => {
                    let heard = tokio::select! {
                        biased;
                        heard = interrupts.next() => Err(heard),
                        decided = decide(self, &call, &question) => Ok(decided?),
                    };
                    match heard {
                        Ok(decision) => drop(self.handle.send(AgentCommand::Decide(call, decision))),
                        Err(Heard::Terminated) => return Ok(self.terminate().await),
                        Err(_) => {
                            was_stopped = true;
                            self.handle.send(AgentCommand::Stop);
                        }
                    }
                }
                AgentEvent::AwaitingAccount { call, account, fault } if !was_stopped => {
                    let heard = tokio::select! {
                        biased;
                        heard = interrupts.next() => Err(heard),
                        answer = await_account(self, call, &account, *fault) => Ok(answer?),
                    };
                    match heard {
                        Ok(command) => {
                            was_stopped |= command == AgentCommand::Stop;
                            self.handle.send(command);
                        }
                        Err(Heard::Terminated) => return Ok(self.terminate().await),
                        Err(_) => {
                            was_stopped = true;
                            self.handle.send(AgentCommand::Stop);
                        }
                    }
                }
                AgentEvent::Rests(end) => {
                    let cost = self.cost();
                    // Nobody stopped it: it waits for an account, which is told of.
                    let told = match &self.unauthorized {
                        Some(fault) => RunEnd::Failed(Box::new(fault.clone())),
                        None => end.clone(),
                    };
                    self.printer.rests(&told, &self.transcript, cost.as_deref())?;
                    return Ok(Ended::Rested(end));
                }
                _ => {}
            }
        }
    }

    /// Stops the run, and gives it a moment to write down how it stands.
    async fn terminate(&mut self) -> Ended {
        self.handle.send(AgentCommand::Stop);
        let rests = async {
            while let Some(event) = self.events.recv().await {
                let is_end = matches!(event, AgentEvent::Rests(_));
                self.transcript.apply(event);
                if is_end {
                    break;
                }
            }
        };
        let _ = tokio::time::timeout(FOR_ORDER, rests).await;
        Ended::Terminated
    }

    /// Cost so far, where prices are set.
    fn cost(&self) -> Option<String> {
        cost_words(&self.around.settings.agent, &self.model, self.transcript.total)
    }

    /// Says how the run goes on, where it can.
    async fn tell_of_going_on(&self) {
        let was_sent = |item: &TranscriptItem| match item {
            TranscriptItem::Call(call) => !matches!(&call.state, CallState::Returned(returned) if returned.not_sent),
            _ => false,
        };
        if self.transcript.items.iter().any(was_sent) {
            embedded::tell_of_loss_of("whatever these calls changed", &self.opened, self.output());
        }
        let Some(run) = self.transcript.run.as_ref().filter(|_| self.is_recorded) else { return };
        // A journal that took nothing has nothing to go on from, and that was said.
        if !self.output().is_json() && !self.how.events && self.around.stored(run.as_str()).await.is_ok() {
            self.output().next(&format!("jackfield agent continue {run}"));
        }
    }

    fn code(&self, ended: &Ended) -> u8 {
        if let Some(fault) = &self.unauthorized {
            return exit::code(fault.kind);
        }
        match ended {
            Ended::Terminated => TERMINATED,
            Ended::Rested(RunEnd::Answered) if self.unasked => UNCONFIRMED,
            Ended::Rested(RunEnd::Answered) => 0,
            Ended::Rested(RunEnd::Stopped) => INTERRUPTED,
            Ended::Rested(RunEnd::Failed(fault)) => exit::code(fault.kind),
            Ended::Rested(
                RunEnd::MaxTokens
                | RunEnd::MaxTurns
                | RunEnd::Refused(_)
                | RunEnd::ContextFull
                | RunEnd::UnknownReason(_),
            ) => 1,
        }
    }
}

/// End of saying something.
enum Ended {
    Rested(RunEnd),
    Terminated,
}

async fn decide(of: &mut Conversation<'_>, call: &Untrusted, question: &Question) -> Result<CallDecision, Fault> {
    let Some(row) = of.transcript.call(call).cloned() else { return Ok(CallDecision::Deny(String::new())) };
    let asking = Asking {
        opened: &of.opened,
        identifier: of.acting_as.identifier(),
        run: &of.transcript,
        output: of.around.output,
        yes: of.how.yes,
        someone: prompt::is_someone_there() && !of.how.events,
    };
    let Decided { decision, unasked } = asking.decide(&row, question, &mut of.lines, &mut of.printer).await?;
    of.unasked |= unasked;
    Ok(decision)
}

async fn await_account(
    of: &mut Conversation<'_>,
    call: Untrusted,
    account: &AccountRef,
    fault: Fault,
) -> Result<AgentCommand, Fault> {
    let someone = prompt::is_someone_there() && !of.how.events && !of.around.output.is_json();
    if !someone {
        of.unauthorized = Some(fault.about(account.clone()));
        return Ok(AgentCommand::Stop);
    }
    // Without the next step of other places: here it is taken at once.
    of.printer.beside(&format!("{}: {fault}", fault.headline()))?;
    let recorder = of.around.recorder(&of.opened);
    match questions::authorize(&of.opened, &recorder, account, &mut of.printer, of.around.output).await? {
        true => Ok(AgentCommand::GoOn(call)),
        false => {
            let why = "The account was not authorized.".to_owned();
            Ok(AgentCommand::Decide(call, CallDecision::Deny(why)))
        }
    }
}
