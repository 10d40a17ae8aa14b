//! One call that a model wished for, from the wish to what the model is told of it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;
use tokio::sync::mpsc::UnboundedReceiver;

use super::event::{AgentEvent, EventSink, Question};
use super::fate::{fate, no_such_tool, not_sent};
use super::handle::CallDecision;
use super::order::{ActingAs, RunId};
use super::stored::{Fate, Keeper};
use super::told::{self, Told};
use crate::backend::{Arrival, Watch};
use crate::domain::{AccountRef, ElicitationAnswer, Fault, FaultKind, JsonText, Untrusted, pluralize};
use crate::flow::delegated_call::{
    AllowedCall, AskedCall, CallRefusal, Delegate, Examined, Permissions, Sent, denied, unasked,
};
use crate::flow::environment::Opened;
use crate::flow::offer::Offer;
use crate::flow::preflight::ObjectionKind;
use crate::flow::record::{Recorder, blocking};
use crate::journal::WishNumber;

/// Bytes of an answer from which on its coming is told.
const TOLD_FROM: u64 = 64 << 10;

/// Context that all calls of a run share. Whom they act as is in here and nowhere in a wish.
pub(super) struct CallContext {
    pub opened: Arc<Opened>,
    pub acting_as: ActingAs,
    pub run: RunId,
    /// Name that created texts are submitted by: this program's agent, and the model.
    pub client: Untrusted,
    pub recorder: Recorder,
    pub permissions: Permissions,
    /// Places for calls that are under way.
    pub places: Semaphore,
    pub on: EventSink,
    /// Set when tools may have changed.
    pub may_have_changed: AtomicBool,
}

/// A wish, and what its name stands for.
#[derive(Debug)]
pub(super) struct Wish {
    pub number: Option<WishNumber>,
    pub id: Untrusted,
    /// Name, as the model knows it.
    pub name: Untrusted,
    pub offer: Option<Offer>,
    /// Names like it, where it stands for nothing.
    pub like: Vec<String>,
    pub input: Result<JsonText, Untrusted>,
    /// Whether it is under way, for whoever gives it up.
    pub is_sending: AtomicBool,
    /// Fault of its account while it waits for that to be authorized, for whoever gives it up.
    pub awaits: Mutex<Option<Box<Fault>>>,
}

impl Wish {
    /// Takes note that it waits for its account because of this, or does no more.
    fn await_because(&self, fault: Option<&Fault>) {
        *self.awaits.lock().unwrap_or_else(PoisonError::into_inner) = fault.cloned().map(Box::new);
    }
}

/// Command of a person to a call.
#[derive(Clone, Debug)]
pub(super) enum CallCommand {
    Decide(CallDecision),
    GoOn,
}

/// Carries out a wish: examines it, has it allowed, waits for its account, sends it once. Tells of it on the way; the end
/// is written down before it is told.
pub(super) async fn carry_out(
    context: &CallContext,
    keeper: &Keeper,
    wish: &Wish,
    mut says: UnboundedReceiver<CallCommand>,
) -> Fate {
    let fate = match (&wish.offer, &wish.input) {
        (None, _) => not_sent(no_such_tool(wish), Fault::new(FaultKind::NotFound, "There is no such tool.")),
        (Some(_), Err(_)) => {
            let words = "The input is no JSON object. Nothing was sent. Send the whole input again, as one JSON object that \
                         fits the tool's schema.";
            not_sent(words.into(), Fault::new(FaultKind::InvalidInput, "The input is no JSON object."))
        }
        (Some(offer), Ok(input)) => {
            let call = Call {
                context,
                wish,
                offer,
                says: &mut says,
                edited: None,
                decision: None,
                accepted: Vec::new(),
                asks_anyway: false,
            };
            call.run(input.clone()).await
        }
    };
    keeper.end(wish.number, &fate).await;
    (context.on)(AgentEvent::Returned { call: wish.id.clone(), result: fate.returned.clone() });
    fate
}

/// A call under way.
struct Call<'a> {
    context: &'a CallContext,
    wish: &'a Wish,
    offer: &'a Offer,
    says: &'a mut UnboundedReceiver<CallCommand>,
    edited: Option<JsonText>,
    decision: Option<&'static str>,
    /// Grounds that the person accepted for this call.
    accepted: Vec<ObjectionKind>,
    /// Whether they are asked whatever they accepted: what they said last was no answer.
    asks_anyway: bool,
}

/// Next step of a call.
enum Next {
    Send(Box<AllowedCall>, JsonText),
    Examine(JsonText),
    End(Fate),
}

impl Call<'_> {
    async fn run(mut self, mut input: JsonText) -> Fate {
        let mut fate = loop {
            let next = match self.examined(&input).await {
                Err(refusal) if is_about_account(&refusal.fault) => {
                    let account = refusal.fault.account().cloned().unwrap_or_else(|| self.pair());
                    self.await_account(account, *refusal.fault, input.clone()).await
                }
                Err(CallRefusal { fault, next }) => {
                    Next::End(fate(told::failure(&fault, &next), None, Some(*fault), true, None, None))
                }
                Ok(Examined::Held(held)) if held.is_account => {
                    self.await_account(held.account.pair(), held.fault, input.clone()).await
                }
                // What the person wrote does not fit: they may write something else.
                Ok(Examined::Held(held)) if self.edited.is_some() => {
                    let reasons = vec![format!("Your input does not fit. {}", held.fault.message)];
                    self.ask_again(reasons, input.clone()).await
                }
                Ok(Examined::Held(held)) => {
                    let next = "Mend the input by the tool's schema, and call again.";
                    Next::End(fate(told::failure(&held.fault, next), None, Some(held.fault), true, None, None))
                }
                Ok(Examined::Ready(asked)) => self.allow(asked, input.clone()).await,
            };
            match next {
                Next::Examine(again) => input = again,
                Next::End(fate) => break fate,
                Next::Send(allowed, sent) => match self.send(*allowed, sent).await {
                    Next::Examine(again) => input = again,
                    Next::End(fate) => break fate,
                    Next::Send(..) => {}
                },
            }
        };
        fate.edited = self.edited;
        fate.decision = self.decision;
        fate
    }

    async fn examined(&self, input: &JsonText) -> Result<Examined, CallRefusal> {
        let _place = self.context.places.acquire().await;
        self.delegate().examine(self.offer, input).await
    }

    fn delegate(&self) -> Delegate<'_> {
        let CallContext { opened, acting_as, run, client, .. } = self.context;
        Delegate::new(opened, acting_as.identifier(), run.as_str()).for_client(client)
    }

    fn pair(&self) -> AccountRef {
        AccountRef::Pair(self.offer.connection.clone(), self.context.acting_as.identifier().clone())
    }

    fn recorder(&self) -> Recorder {
        match self.wish.number {
            Some(number) => self.context.recorder.clone().wished(number.0),
            None => self.context.recorder.clone(),
        }
    }

    /// Has the person allow it, where anything speaks against sending it unasked.
    async fn allow(&mut self, asked: Box<AskedCall>, input: JsonText) -> Next {
        let asked = match asked.unasked(&self.context.permissions) {
            Ok(allowed) => return Next::Send(Box::new(allowed), input),
            Err(asked) => asked,
        };
        let grounds = asked.grounds();
        // A definition that changed may have changed once more.
        let is_accepted = |ground: &ObjectionKind| *ground != ObjectionKind::Changed && self.accepted.contains(ground);
        if !self.asks_anyway && grounds.iter().all(is_accepted) {
            return Next::Send(Box::new(asked.allowed()), input);
        }
        let mut reasons = asked.reasons();
        let goes_out = &asked.call().input;
        if *goes_out != input {
            let names: Vec<_> = asked.modifiers().iter().map(|name| format!("“{name}”")).collect();
            reasons.push(format!("Its input was changed by {}.", names.join(", ")));
        }
        let sent = (self.wish.input.as_ref() != Ok(goes_out)).then(|| goes_out.clone());
        let is_changed = grounds.contains(&ObjectionKind::Changed);
        let question = Question { reasons, sent, is_changed };
        match self.ask(question).await {
            CallDecision::Once => {
                (self.decision, self.accepted) = (Some("once"), grounds);
                Next::Send(Box::new(asked.allowed()), input)
            }
            CallDecision::Run => {
                (self.decision, self.accepted) = (Some("run"), grounds);
                self.context.permissions.give(asked.permission());
                Next::Send(Box::new(asked.allowed()), input)
            }
            CallDecision::Edited(edited) => {
                (self.decision, self.accepted) = (Some("edited"), grounds);
                self.edit(edited, input)
            }
            CallDecision::Deny(reason) => {
                self.decision = Some("denied");
                self.not_allowed(asked, denied(&reason)).await
            }
            CallDecision::Unasked(why) => self.not_allowed(asked, unasked(&why)).await,
        }
    }

    async fn not_allowed(&self, asked: Box<AskedCall>, fault: Fault) -> Next {
        let recorded = asked.not_allowed(&self.recorder(), &fault).await;
        Next::End(fate(denial(&fault), None, Some(fault), true, recorded.entry, None))
    }

    /// Asks about an input of the person's that cannot go out.
    async fn ask_again(&mut self, reasons: Vec<String>, input: JsonText) -> Next {
        let question = Question { reasons, sent: Some(input.clone()), is_changed: false };
        match self.ask(question).await {
            CallDecision::Once | CallDecision::Run => Next::Examine(input),
            CallDecision::Edited(edited) => self.edit(edited, input),
            CallDecision::Deny(reason) => Next::End(self.deny(&reason)),
            CallDecision::Unasked(why) => Next::End(ended_unsent(unasked(&why))),
        }
    }

    fn edit(&mut self, edited: JsonText, input: JsonText) -> Next {
        if edited.is_object() {
            self.edited = Some(edited.clone());
            return Next::Examine(edited);
        }
        (self.context.on)(AgentEvent::Notice("An input is a JSON object: the call still waits.".to_owned()));
        self.asks_anyway = true;
        Next::Examine(input)
    }

    fn deny(&mut self, reason: &str) -> Fate {
        self.decision = Some("denied");
        ended_unsent(denied(reason))
    }

    /// Asks the person, and waits for the decision.
    async fn ask(&mut self, question: Question) -> CallDecision {
        self.asks_anyway = false;
        self.forget_what_was_said();
        (self.context.on)(AgentEvent::Asking { call: self.wish.id.clone(), question });
        loop {
            match self.says.recv().await {
                Some(CallCommand::Decide(decision)) => return decision,
                Some(CallCommand::GoOn) => {}
                None => return std::future::pending().await,
            }
        }
    }

    /// Waits until the account may have been authorized.
    async fn await_account(&mut self, account: AccountRef, fault: Fault, input: JsonText) -> Next {
        self.wish.is_sending.store(false, Ordering::SeqCst);
        self.forget_what_was_said();
        self.wish.await_because(Some(&fault));
        let call = self.wish.id.clone();
        (self.context.on)(AgentEvent::AwaitingAccount { call, account, fault: Box::new(fault) });
        let next = loop {
            match self.says.recv().await {
                Some(CallCommand::GoOn) => {
                    self.context.may_have_changed.store(true, Ordering::SeqCst);
                    break Next::Examine(input);
                }
                Some(CallCommand::Decide(CallDecision::Deny(reason))) => break Next::End(self.deny(&reason)),
                Some(CallCommand::Decide(_)) => {}
                None => return std::future::pending().await,
            }
        };
        self.wish.await_because(None);
        next
    }

    /// What was said before a question is no answer to it.
    fn forget_what_was_said(&mut self) {
        while self.says.try_recv().is_ok() {}
    }

    /// Sends it.
    async fn send(&mut self, allowed: AllowedCall, input: JsonText) -> Next {
        let edited = self.edited.clone();
        (self.context.on)(AgentEvent::Sending { call: self.wish.id.clone(), edited });
        let Sent { result, reported, remarks, entry, unwritten, took, .. } = {
            let _place = self.context.places.acquire().await;
            self.wish.is_sending.store(true, Ordering::SeqCst);
            allowed.send(self.delegate(), &self.recorder(), self.watch()).await
        };
        if let Some(fault) = unwritten {
            (self.context.on)(AgentEvent::Notice(format!("A call is not in the history: {fault}")));
        }
        match result {
            Ok(result) => {
                let (whole, admitted) = (result.clone(), reported.clone());
                let told = blocking(move || Ok(told::result(&result, admitted.as_ref(), &remarks))).await;
                let told = told.unwrap_or_else(|fault| Told::failed(fault.message.to_string()));
                Next::End(fate(told, Some(whole), reported, false, entry, took))
            }
            Err(fault) if fault.kind == FaultKind::NeedsAuthorization && !fault.may_have_been_carried_out() => {
                let account = self.pair();
                self.await_account(account, fault, input).await
            }
            Err(fault) => {
                let CallRefusal { fault, next } = fault.into();
                let not_sent = fault.kind == FaultKind::ReadOnly;
                Next::End(fate(told::failure(&fault, &next), None, Some(*fault), not_sent, entry, None))
            }
        }
    }

    /// Tells of a call while it is under way. A question that its server asks in between is declined.
    fn watch(&self) -> Watch {
        let (on, call) = (Arc::clone(&self.context.on), self.wish.id.clone());
        Arc::new(move |arrival| match arrival {
            Arrival::Coming { bytes, .. } if bytes >= TOLD_FROM => {
                on(AgentEvent::Progress { call: call.clone(), words: format!("{} kB came", bytes / 1_000) });
            }
            Arrival::Coming { .. } | Arrival::Broken { .. } => {}
            Arrival::Progress { done, total, message } => {
                let figures = match total {
                    Some(total) => format!("{done} of {total}"),
                    None => pluralize(done as u64, "step"),
                };
                let words = if message.is_empty() { figures } else { message.to_string() };
                on(AgentEvent::Progress { call: call.clone(), words });
            }
            Arrival::Asked(asked, reply) => {
                let _ = reply.send(ElicitationAnswer::Decline);
                on(AgentEvent::Notice(format!(
                    "{} asked in the middle of a call, which an agent does not answer; it was declined: {}",
                    asked.server, asked.message
                )));
            }
        })
    }
}

fn ended_unsent(fault: Fault) -> Fate {
    fate(denial(&fault), None, Some(fault), true, None, None)
}

fn denial(fault: &Fault) -> Told {
    told::failure(fault, "Do not try it again unless the person asks for it.")
}

/// Whether authorizing an account mends it, or makes the account that is missing.
fn is_about_account(fault: &Fault) -> bool {
    match fault.kind {
        FaultKind::NeedsAuthorization => true,
        FaultKind::NotFound => fault.account().is_some(),
        _ => false,
    }
}
