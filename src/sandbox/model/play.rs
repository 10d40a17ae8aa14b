//! A story under way. It is told from its beginning for every request: what it asked for is answered by the results
//! that the conversation holds, and the first wish without one ends the telling. So the server keeps nothing.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde_json::Value;

use super::answer::Piece;
use super::command::Command;
use super::conversation::{Block, Message, PAUSED, ToolResult};
use super::offered::Offered;
use super::request::{MessagesRequest, ToolChoice};
use super::returned::Returned;
use crate::model_api::Role;

/// The story waits for results.
#[derive(Debug)]
pub struct Waiting;

/// Part of a story: its outcome, unless it waits for results.
pub type Scene<T> = Result<T, Waiting>;

/// A story under way.
pub struct Play<'a> {
    /// The person's last message.
    pub prompt: String,
    pub now: Timestamp,
    pub offered: Offered<'a>,
    /// Results from before the person's last message.
    pub earlier: Vec<Returned>,
    /// Pauses since the person's last message.
    pub pauses: usize,
    /// The wish that it waits for is cut off in the middle.
    pub cuts: bool,
    /// Sentences for the end.
    pub report: Vec<String>,
    /// Results since the person's last message, a list for each time that the story asked.
    rounds: VecDeque<Vec<ToolResult>>,
    /// What is said since the last results.
    pieces: Vec<Piece>,
    thinks: bool,
    one_at_once: bool,
}

impl<'a> Play<'a> {
    /// The story's beginning, and the results that it will find.
    pub fn new(request: &MessagesRequest<'a>, now: Timestamp) -> Self {
        let messages = &request.messages;
        let last = messages.iter().rposition(|message| message.role == Role::User && !texts(message).is_empty());
        let (before, after) = match last {
            Some(last) => messages.split_at(last),
            None => (&[][..], messages.as_slice()),
        };
        let asked = messages.get(last.unwrap_or_default());
        let ahead = before.iter().chain(last.and(asked)).flat_map(results);
        let since = after.iter().skip(1);
        let paused =
            |message: &Message| message.blocks.iter().filter(|block| **block == Block::Text(PAUSED.into())).count();
        let offered = match request.choice {
            ToolChoice::None => Offered::default(),
            _ => request.offered.clone(),
        };
        Self {
            prompt: last.and(asked).map(|message| prompt(&texts(message))).unwrap_or_default(),
            now,
            offered,
            earlier: ahead.map(|(_, result)| Returned::read(result)).collect(),
            pauses: after.iter().filter(|message| message.role == Role::Assistant).map(paused).sum(),
            cuts: false,
            report: Vec::new(),
            rounds: rounds(since),
            pieces: Vec::new(),
            thinks: request.thinks,
            one_at_once: request.one_at_once,
        }
    }

    /// Says something to the person.
    pub fn say(&mut self, text: impl Into<String>) {
        self.pieces.push(Piece::Text(text.into()));
    }

    /// Thinks aloud, where that is not switched off. Thinking stands ahead of what is said.
    pub fn think(&mut self, text: impl Into<String>) {
        if self.thinks {
            let thought = self.pieces.iter().take_while(|piece| matches!(piece, Piece::Thinking(_))).count();
            self.pieces.insert(thought, Piece::Thinking(text.into()));
        }
    }

    /// Says all that was found out.
    pub fn conclude(&mut self) {
        if !self.report.is_empty() {
            let report = self.report.join("\n\n");
            self.say(report);
        }
    }

    /// Adds a block of any kind.
    pub fn add(&mut self, piece: Piece) {
        self.pieces.push(piece);
    }

    /// What is said since the last results. A client puts texts that stand beside each other together as they
    /// are, so the first ends its line.
    pub fn said(mut self) -> Vec<Piece> {
        let mut next_is_text = false;
        for piece in self.pieces.iter_mut().rev() {
            match piece {
                Piece::Text(text) if next_is_text => text.push('\n'),
                _ => {}
            }
            next_is_text = matches!(piece, Piece::Text(_));
        }
        self.pieces
    }

    /// Calls a tool that is known by this name.
    pub fn call(&mut self, known: &str, input: Value) -> Scene<Returned> {
        let mut returned = self.call_all(&[(known, input)])?;
        Ok(returned.pop().unwrap_or_else(|| Returned::NotOffered(known.to_owned())))
    }

    /// Calls several at once. What comes back stands in the same order; a tool that is not offered is not called.
    pub fn call_all(&mut self, wishes: &[(&str, Value)]) -> Scene<Vec<Returned>> {
        let fitted = wishes.iter().map(|(known, input)| {
            let tool = self.offered.find(known)?;
            Some((tool.name.to_owned(), tool.fit(input).to_string()))
        });
        let fitted: Vec<_> = fitted.collect();
        let asked: Vec<_> = fitted.iter().flatten().cloned().collect();
        let mut came = VecDeque::from(self.ask(asked)?);
        let of_wish = |(wish, fitted): (&(&str, Value), &Option<_>)| {
            let result = fitted.as_ref().and_then(|_| came.pop_front());
            result.unwrap_or_else(|| Returned::NotOffered(wish.0.to_owned()))
        };
        Ok(wishes.iter().zip(&fitted).map(of_wish).collect())
    }

    /// Asks for calls by the names that the request has, with inputs as they are. Returns what came back for each.
    pub fn ask(&mut self, wishes: Vec<(String, String)>) -> Scene<Vec<Returned>> {
        let mut came = Vec::new();
        while came.len() < wishes.len() {
            match self.rounds.pop_front() {
                Some(round) => {
                    // All of it was said when this was asked.
                    self.pieces.clear();
                    came.extend(round.iter().map(Returned::read));
                }
                None => {
                    let most = if self.one_at_once { 1 } else { usize::MAX };
                    let rest = wishes.into_iter().skip(came.len()).take(most);
                    self.pieces.extend(rest.map(|(tool, input)| Piece::Call(tool, input)));
                    return Err(Waiting);
                }
            }
        }
        came.truncate(wishes.len());
        Ok(came)
    }
}

/// The prompt in a message. Where it holds several texts, what was said before was stopped, or said while something else
/// was at work: the last order counts, else the last text.
fn prompt(texts: &[&str]) -> String {
    let order = texts.iter().rev().find(|text| Command::parse(text).is_some());
    order.or(texts.last()).copied().unwrap_or_default().to_owned()
}

fn texts(message: &Message) -> Vec<&str> {
    let texts = message.blocks.iter().filter_map(|block| match block {
        Block::Text(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

fn results(message: &Message) -> impl Iterator<Item = (&str, &ToolResult)> {
    message.blocks.iter().filter_map(|block| match block {
        Block::ToolResult(id, result) => Some((id.as_str(), result)),
        _ => None,
    })
}

/// The results for each message of the model that wishes for some, in the order of the wishes.
fn rounds<'m>(messages: impl Iterator<Item = &'m Message>) -> VecDeque<Vec<ToolResult>> {
    let mut rounds = VecDeque::new();
    let mut wished: Vec<&str> = Vec::new();
    for message in messages {
        match message.role {
            Role::Assistant => {
                let ids = message.blocks.iter().filter_map(|block| match block {
                    Block::ToolUse(id) => Some(id.as_str()),
                    _ => None,
                });
                wished = ids.collect();
            }
            Role::User if !wished.is_empty() => {
                let of_id =
                    |id: &&str| results(message).find(|(other, _)| other == id).map(|(_, result)| result.clone());
                rounds.push_back(wished.iter().filter_map(of_id).collect());
                wished.clear();
            }
            Role::User => {}
        }
    }
    rounds
}
