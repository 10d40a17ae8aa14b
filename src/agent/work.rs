//! The loop: ask the model, carry out what it wishes for, tell it what came of that, until it has finished.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use jiff::Zoned;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::begin::Begun;
use super::call::{CallCommand, Wish, carry_out};
use super::conversation::ToolResult;
use super::event::{AgentEvent, RunEnd};
use super::fate::{not_sent, stopped};
use super::handle::AgentCommand;
use super::heard::Heard;
use super::instructions::instructions;
use super::run::{Commands, Interrupted};
use super::stored::{Fate, WishDocument};
use crate::domain::{ConnectionName, Fault, FaultKind, JsonText, Untrusted};
use crate::model_api::{ContentBlock, CreateMessage, ModelAnswer, StopReason, ToolUse};

/// Pauses of the model's server that are gone through for one message of the person.
const MOST_PAUSES: u32 = 10;

/// Words of other servers on a conversation that is too long, which come as a refusal of the request.
const TOO_LONG: [&str; 3] = ["prompt is too long", "context window", "context limit"];

/// Nobody holds a handle any more.
pub(super) struct Gone;

/// End of waiting for an answer.
enum Asked {
    Answered(Box<ModelAnswer>),
    Failed(Box<Fault>),
    Interrupted(Interrupted),
}

impl Begun {
    /// Works until the run rests.
    ///
    /// # Errors
    /// Nobody holds a handle any more: everything is given up, and written down.
    pub async fn work(&mut self, commands: &mut Commands) -> Result<RunEnd, Gone> {
        let (mut turns, mut pauses) = (0, 0);
        loop {
            let is_new_message = self.conversation.has_said();
            if is_new_message {
                (turns, pauses) = (0, 0);
            }
            if turns >= self.order.limits.max_turns {
                return Ok(RunEnd::MaxTurns);
            }
            match commands.during(self.refresh(is_new_message)).await {
                Ok(Ok(())) => {}
                Ok(Err(fault)) => return Ok(RunEnd::Failed(Box::new(fault))),
                Err(interrupted) => return ended(interrupted),
            }
            turns += 1;
            self.conversation.compose();
            self.keeper.turn().await;
            (self.on)(AgentEvent::Turn(turns));
            let answer = match self.ask(commands).await {
                Asked::Answered(answer) => answer,
                Asked::Failed(fault) if is_too_long(&fault) => return Ok(RunEnd::ContextFull),
                Asked::Failed(fault) => return Ok(RunEnd::Failed(fault)),
                Asked::Interrupted(interrupted) => return ended(interrupted),
            };
            let wishes = self.take_in(&answer).await;
            let runs = matches!(answer.stop, StopReason::ToolUse | StopReason::PauseTurn) && !wishes.is_empty();
            if runs {
                if let Err(interrupted) = self.carry_out(wishes, commands).await {
                    return ended(interrupted);
                }
                continue;
            }
            self.leave(wishes, &answer.stop).await;
            let end = match answer.stop {
                StopReason::PauseTurn if pauses < MOST_PAUSES => {
                    pauses += 1;
                    continue;
                }
                StopReason::PauseTurn => RunEnd::MaxTurns,
                StopReason::EndTurn | StopReason::StopSequence => RunEnd::Answered,
                StopReason::ToolUse => {
                    self.tell("The model says that it waits for tools, and called none.").await;
                    RunEnd::Answered
                }
                StopReason::MaxTokens => RunEnd::MaxTokens,
                StopReason::Refusal => RunEnd::Refused(answer.stop_details),
                StopReason::ContextExceeded => RunEnd::ContextFull,
                StopReason::Other(reason) => RunEnd::UnknownReason(reason),
            };
            // What was said meanwhile is answered at once, where the model could go on.
            let goes_on = matches!(end, RunEnd::Answered | RunEnd::MaxTokens) && self.conversation.has_said();
            if !goes_on {
                return Ok(end);
            }
        }
    }

    /// Asks the model for the next message.
    async fn ask(&mut self, commands: &mut Commands) -> Asked {
        let mode = self.parts.opened.mode.get();
        let date = Zoned::now().date().to_string();
        let name = &self.parts.opened.about().name;
        let system = instructions(self.order.acting_as.identifier(), name, &self.order.connections, mode, &date);
        let client = self.parts.model.client.clone();
        let (toolbox, conversation) = (&self.toolbox, self.conversation.clone());
        let request = CreateMessage {
            model: &self.order.model,
            max_tokens: self.order.limits.max_tokens,
            system: &system,
            tools: toolbox.definitions(),
            messages: conversation.messages(),
        };
        let heard = Heard::new(Arc::clone(&self.on));
        let asked = {
            let mut hear = |event| heard.take(event);
            let create = client.create(&request, &mut hear);
            tokio::pin!(create);
            loop {
                tokio::select! {
                    biased;
                    command = commands.next() => match command {
                        None => break Asked::Interrupted(Interrupted::Gone),
                        Some(AgentCommand::Stop) => break Asked::Interrupted(Interrupted::Stopped),
                        Some(AgentCommand::Say(text)) => {
                            self.keeper.said(&text).await;
                            if !text.trim().is_empty() {
                                (self.on)(AgentEvent::Said(text.clone()));
                                self.conversation.say(text);
                            }
                        }
                        Some(AgentCommand::Decide(..) | AgentCommand::GoOn(_)) => {}
                    },
                    answer = &mut create => break match answer {
                        Ok(answer) => Asked::Answered(Box::new(answer)),
                        Err(fault) => Asked::Failed(Box::new(fault)),
                    },
                }
            }
        };
        if !matches!(asked, Asked::Answered(_)) {
            let (thinking, text) = heard.pieces();
            self.keeper.partial(thinking, text).await;
        }
        asked
    }

    /// Takes in an answer: into the journal first, then into the conversation. Returns its wishes.
    async fn take_in(&mut self, answer: &ModelAnswer) -> Vec<Wish> {
        self.total = self.total.plus(answer.usage);
        let mut wishes: Vec<Wish> = Vec::new();
        for block in &answer.blocks {
            match block {
                ContentBlock::ToolUse(wish) if wishes.iter().any(|known| known.id == wish.id) => {
                    self.tell("The model wished for two calls by one id: only the first is looked at.").await;
                }
                ContentBlock::ToolUse(wish) => wishes.push(self.wish(wish)),
                ContentBlock::Other(block) => (self.on)(AgentEvent::OtherBlock(block.clone())),
                ContentBlock::Text(_) | ContentBlock::Thinking(_) => {}
            }
        }
        // A refusal is no part of what goes on: the API would refuse every message after it.
        let is_kept = answer.stop != StopReason::Refusal;
        let documents: Vec<_> = wishes.iter().map(document).collect();
        let numbers = self.keeper.answer(answer, is_kept, &documents, self.total).await;
        wishes.iter_mut().zip(numbers).for_each(|(wish, number)| wish.number = number);
        if is_kept {
            self.conversation.answered(answer.content.clone());
        }
        (self.on)(AgentEvent::Usage { total: self.total, last: answer.usage });
        for wish in &wishes {
            let (tool, connection) = match &wish.offer {
                Some(offer) => (offer.tool.name.clone(), offer.connection.clone()),
                None => (wish.name.raw().into(), ConnectionName::new("")),
            };
            (self.on)(AgentEvent::Proposed { call: wish.id.clone(), tool, connection, input: wish.input.clone() });
        }
        wishes
    }

    fn wish(&self, ToolUse { id, name, input }: &ToolUse) -> Wish {
        let offer = self.toolbox.find(name.raw()).cloned();
        let like = if offer.is_none() { self.toolbox.like(name.raw()) } else { Vec::new() };
        let input = match input {
            Ok(input) if input.is_object() => Ok(input.clone()),
            Ok(input) => Err(Untrusted::from(input.raw())),
            Err(text) => Err(text.clone()),
        };
        let (id, name) = (id.clone(), name.clone());
        Wish { number: None, id, name, offer, like, input, is_sending: false.into(), awaits: Mutex::default() }
    }

    /// Carries out wishes, as many at once as the order allows.
    async fn carry_out(&mut self, wishes: Vec<Wish>, commands: &mut Commands) -> Result<(), Interrupted> {
        let context = Arc::clone(&self.context);
        let mut fates: Vec<Option<Fate>> = wishes.iter().map(|_| None).collect();
        let mut ways: HashMap<Untrusted, UnboundedSender<CallCommand>> = HashMap::new();
        let mut interrupted = None;
        {
            let keeper = &self.keeper;
            let mut running: FuturesUnordered<_> = wishes
                .iter()
                .enumerate()
                .map(|(at, wish)| {
                    let (way, says) = unbounded_channel();
                    ways.insert(wish.id.clone(), way);
                    let context = &context;
                    async move { (at, carry_out(context, keeper, wish, says).await) }
                })
                .collect();
            loop {
                tokio::select! {
                    biased;
                    command = commands.next() => match command {
                        None => break interrupted = Some(Interrupted::Gone),
                        Some(AgentCommand::Stop) => break interrupted = Some(Interrupted::Stopped),
                        Some(AgentCommand::Decide(call, decision)) => {
                            let _ = ways.get(&call).map(|way| way.send(CallCommand::Decide(decision)));
                        }
                        Some(AgentCommand::GoOn(call)) => {
                            let _ = ways.get(&call).map(|way| way.send(CallCommand::GoOn));
                        }
                        Some(AgentCommand::Say(text)) if text.trim().is_empty() => {}
                        Some(AgentCommand::Say(text)) => {
                            keeper.said(&text).await;
                            (self.on)(AgentEvent::Said(text.clone()));
                            self.conversation.say(text);
                        }
                    },
                    done = running.next() => match done {
                        None => break,
                        Some((at, fate)) => {
                            if let Some(place) = fates.get_mut(at) {
                                *place = Some(fate);
                            }
                        }
                    },
                }
            }
        }
        let mut results = Vec::with_capacity(wishes.len());
        for (wish, fate) in wishes.iter().zip(fates) {
            let fate = match fate {
                Some(fate) => fate,
                None => {
                    let entry = self.keeper.entry(wish.number).await;
                    self.end(wish, stopped(wish, entry)).await
                }
            };
            results.push(ToolResult::new(wish.id.raw(), &fate.returned));
        }
        self.conversation.returned(results);
        interrupted.map_or(Ok(()), Err)
    }

    /// Leaves wishes undone that nobody may carry out, and tells the model why.
    async fn leave(&mut self, wishes: Vec<Wish>, stop: &StopReason) {
        let words = match stop {
            StopReason::MaxTokens => {
                "The answer was cut off at the limit of its tokens, so this call may not be whole. Nothing was sent. Call \
                 again, with less beside it."
            }
            _ => {
                "The answer ended before this call could be carried out. Nothing was sent. Call again if it is needed."
            }
        };
        let mut results = Vec::with_capacity(wishes.len());
        for wish in &wishes {
            let fault = Fault::new(FaultKind::Cancelled, "The answer ended before this call could be sent.");
            let fate = self.end(wish, not_sent(words.to_owned(), fault)).await;
            results.push(ToolResult::new(wish.id.raw(), &fate.returned));
        }
        if *stop != StopReason::Refusal {
            self.conversation.returned(results);
        }
    }

    /// Ends a wish that was not carried out.
    async fn end(&self, wish: &Wish, fate: Fate) -> Fate {
        self.keeper.end(wish.number, &fate).await;
        (self.on)(AgentEvent::Returned { call: wish.id.clone(), result: fate.returned.clone() });
        fate
    }

    async fn tell(&self, words: &str) {
        self.keeper.notice(words).await;
        (self.on)(AgentEvent::Notice(words.to_owned()));
    }
}

fn ended(interrupted: Interrupted) -> Result<RunEnd, Gone> {
    match interrupted {
        Interrupted::Stopped => Ok(RunEnd::Stopped),
        Interrupted::Gone => Err(Gone),
    }
}

fn is_too_long(fault: &Fault) -> bool {
    let said = fault.said.as_ref().map(|said| said.raw().to_lowercase()).unwrap_or_default();
    matches!(fault.http_status, Some(400 | 413)) && TOO_LONG.iter().any(|words| said.contains(words))
}

fn document(wish: &Wish) -> WishDocument {
    let (tool, connection) = match &wish.offer {
        Some(offer) => (offer.tool.name.raw().to_owned(), offer.connection.raw().to_owned()),
        None => (wish.name.raw().to_owned(), String::new()),
    };
    let raw = |input: &JsonText| serde_json::value::RawValue::from_string(input.raw().to_owned()).ok();
    WishDocument {
        id: wish.id.raw().to_owned(),
        name: wish.name.raw().to_owned(),
        tool,
        connection,
        input: wish.input.as_ref().ok().and_then(raw),
        malformed: wish.input.as_ref().err().map(|text| text.raw().to_owned()),
    }
}
