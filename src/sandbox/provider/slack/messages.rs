//! What becomes of messages: answers, changes, reactions.

use std::sync::Arc;

use serde_json::{Value, json};

use super::team::{Reaction, SlackMessage};
use super::{Slack, no, page};
use crate::sandbox::people::Persona;
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::{ProviderCall, ProviderRefusal};

/// Reactions under one message at most.
const MOST_REACTIONS: usize = 23;

impl Slack {
    /// A message and its answers, oldest first.
    pub fn replies(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let place = self.place(person, arguments, "ts")?;
        let first = self.0.messages.get(place).ok_or(no("thread_not_found"))?;
        // An answer stands for its thread.
        let ts = first.thread_ts.as_ref().unwrap_or(&first.ts);
        let (oldest, latest) = (arguments.text("oldest")?, arguments.text("latest")?);
        let inclusive = arguments.flag("inclusive")?.unwrap_or(false);
        let rows = self.0.messages.iter().filter(|message| {
            message.channel.id == first.channel.id
                && (message.ts == *ts
                    || message.thread_ts.as_ref() == Some(ts)
                        && oldest
                            .is_none_or(|oldest| message.ts.as_str() > oldest || inclusive && message.ts == oldest)
                        && latest
                            .is_none_or(|latest| message.ts.as_str() < latest || inclusive && message.ts == latest))
        });
        page("messages", rows.map(|message| self.0.render_message(message)).collect(), arguments)
    }

    pub fn update(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let place = self.place(call.person, arguments, "ts")?;
        let text = arguments.text("text")?;
        let blocks = arguments.text("blocks")?.map(serde_json::from_str::<Value>).transpose();
        let blocks = blocks.map_err(|_| no("invalid_blocks"))?;
        if text.is_none() && blocks.is_none() {
            return Err(no("no_text"));
        }
        let message = self.0.messages.get_mut(place).ok_or(no("message_not_found"))?;
        if message.from != *call.person {
            return Err(no("cant_update_message"));
        }
        message.text = text.map_or_else(|| std::mem::take(&mut message.text), Into::into);
        message.blocks = blocks.unwrap_or_else(|| message.blocks.take());
        message.edited_ts = Some(format!("{}.000000", call.now.as_second()));
        let message = self.0.messages.get(place).ok_or(no("message_not_found"))?;
        let row = self.0.render_message(message);
        Ok(json!({"ok": true, "channel": message.channel.id, "ts": message.ts, "text": message.text, "message": row}))
    }

    pub fn delete(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let place = self.place(person, arguments, "ts")?;
        if self.0.messages.get(place).is_some_and(|message| message.from != *person) {
            return Err(no("cant_delete_message"));
        }
        let SlackMessage { channel, ts, .. } = self.0.messages.remove(place);
        Ok(json!({"ok": true, "channel": channel.id, "ts": ts}))
    }

    pub fn permalink(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let place = self.place(person, arguments, "message_ts")?;
        let message = self.0.messages.get(place).ok_or(no("message_not_found"))?;
        Ok(json!({"ok": true, "channel": message.channel.id, "permalink": self.0.permalink(message)}))
    }

    pub fn react(
        &mut self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
        add: bool,
    ) -> Result<Value, ProviderRefusal> {
        let name = arguments.text("name")?.ok_or(no("no_item_specified"))?.trim_matches(':');
        let known = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || "_+-':".contains(sign);
        if name.is_empty() || !name.chars().all(known) {
            return Err(no("invalid_name"));
        }
        let place = self.place(person, arguments, "timestamp")?;
        let message = self.0.messages.get_mut(place).ok_or(no("message_not_found"))?;
        let reactions = &mut message.reactions;
        let known = reactions.iter().position(|reaction| reaction.name == name);
        let full = reactions.len() >= MOST_REACTIONS;
        let there = known.and_then(|place| reactions.get_mut(place));
        match (there, add) {
            (Some(reaction), true) if reaction.people.contains(person) => return Err(no("already_reacted")),
            (Some(reaction), true) => reaction.people.push(Arc::clone(person)),
            (None, true) if full => return Err(no("too_many_emoji")),
            (None, true) => reactions.push(Reaction { name: name.into(), people: vec![Arc::clone(person)] }),
            (Some(reaction), false) if reaction.people.contains(person) => {
                reaction.people.retain(|other| other != person);
            }
            (_, false) => return Err(no("no_reaction")),
        }
        message.reactions.retain(|reaction| !reaction.people.is_empty());
        Ok(json!({"ok": true}))
    }

    pub fn reactions(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let place = self.place(person, arguments, "timestamp")?;
        let message = self.0.messages.get(place).ok_or(no("message_not_found"))?;
        let row = self.0.render_message(message);
        Ok(json!({"ok": true, "type": "message", "channel": message.channel.id, "message": row}))
    }

    /// Index of a message in a channel that one is in; its timestamp stands under `name`.
    fn place(
        &mut self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
        name: &str,
    ) -> Result<usize, ProviderRefusal> {
        let channel = self.channel(person, arguments)?;
        let ts = arguments.text(name)?.ok_or(no("message_not_found"))?;
        let is_meant = |message: &SlackMessage| message.channel.id == channel.id && message.ts == ts;
        self.0.messages.iter().position(is_meant).ok_or(no("message_not_found"))
    }
}
