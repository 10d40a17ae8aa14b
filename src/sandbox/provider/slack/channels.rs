//! Channels: which there are, who is in them, and what they are about.

use std::sync::Arc;

use serde_json::{Value, json};

use super::team::{Channel, ChannelKind};
use super::{Slack, no, page};
use crate::sandbox::people::Persona;
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::ProviderRefusal;

/// Characters in the name of a channel, and in a topic.
const LONGEST_NAME: usize = 80;
const LONGEST_TOPIC: usize = 250;

impl Slack {
    pub fn channels(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let wanted = kinds(arguments)?;
        let seen = self.0.channels.iter().filter(|channel| channel.shows_to(person) && wanted.contains(&channel.kind));
        page("channels", seen.map(|channel| self.0.render_channel(channel, person)).collect(), arguments)
    }

    /// Channels that somebody is in, as far as one sees them oneself.
    pub fn conversations(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let wanted = kinds(arguments)?;
        let other = arguments.text("user")?.map_or(Ok(person), |id| self.with_id(id))?;
        let seen = self
            .0
            .channels
            .iter()
            .filter(|channel| channel.shows_to(person) && channel.has(other) && wanted.contains(&channel.kind));
        page("channels", seen.map(|channel| self.0.render_channel(channel, person)).collect(), arguments)
    }

    pub fn channel_info(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let channel = self.seen(person, arguments)?;
        Ok(json!({"ok": true, "channel": self.0.render_channel(&channel, person)}))
    }

    pub fn members(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let channel = self.seen(person, arguments)?;
        page("members", channel.members.iter().map(|member| self.0.user_id(member).into()).collect(), arguments)
    }

    pub fn create_channel(
        &mut self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let name = arguments.text("name")?.ok_or(no("invalid_name_required"))?;
        if name.chars().count() > LONGEST_NAME {
            return Err(no("invalid_name_maxlength"));
        }
        let allowed = |sign: char| sign.is_lowercase() || sign.is_ascii_digit() || matches!(sign, '-' | '_');
        if !name.chars().all(allowed) {
            return Err(no("invalid_name_specials"));
        }
        let private = arguments.flag("is_private")?.unwrap_or(false);
        let channel = self.0.create(name, private, person).ok_or(no("name_taken"))?;
        Ok(json!({"ok": true, "channel": self.0.render_channel(&channel, person)}))
    }

    pub fn join(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let channel = self.seen(person, arguments)?;
        match channel.kind {
            ChannelKind::Public if !channel.has(person) => {
                self.0.change(&channel.id, |channel| channel.members.push(Arc::clone(person)));
            }
            ChannelKind::Public => {}
            ChannelKind::Private | ChannelKind::Direct => return Err(no("method_not_supported_for_channel_type")),
        }
        self.answer(person, &channel.id)
    }

    pub fn leave(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let channel = self.seen(person, arguments)?;
        if channel.kind == ChannelKind::Direct {
            return Err(no("method_not_supported_for_channel_type"));
        }
        if channel.name == "general" {
            return Err(no("cant_leave_general"));
        }
        if !channel.has(person) {
            return Ok(json!({"ok": true, "not_in_channel": true}));
        }
        self.0.change(&channel.id, |channel| channel.members.retain(|member| member != person));
        Ok(json!({"ok": true}))
    }

    pub fn invite(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let channel = self.own(person, arguments)?;
        let ids = arguments.text("users")?.ok_or(no("no_user"))?;
        let ids = ids.split(',').map(str::trim).filter(|id| !id.is_empty());
        let new: Vec<_> = ids.map(|id| self.with_id(id).cloned()).collect::<Result<_, _>>()?;
        if new.contains(person) {
            return Err(no("cant_invite_self"));
        }
        if new.iter().any(|other| channel.has(other)) {
            return Err(no("already_in_channel"));
        }
        self.0.change(&channel.id, |channel| {
            for other in new {
                if !channel.has(&other) {
                    channel.members.push(other);
                }
            }
        });
        self.answer(person, &channel.id)
    }

    pub fn set_topic(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let channel = self.own(person, arguments)?;
        let topic = arguments.text("topic")?.unwrap_or_default();
        if topic.chars().count() > LONGEST_TOPIC {
            return Err(no("too_long"));
        }
        self.0.change(&channel.id, |channel| channel.topic = topic.into());
        self.answer(person, &channel.id)
    }

    /// The conversation with one other person.
    pub fn open_conversation(
        &mut self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let channel = match (arguments.text("users")?, arguments.text("channel")?) {
            (Some(ids), _) if ids.contains(',') => return Err(no("users_list_not_supplied")),
            (Some(id), _) => {
                let other = Arc::clone(self.with_id(id.trim())?);
                self.0.direct(person, &other)
            }
            (None, Some(_)) => self.seen(person, arguments)?,
            (None, None) => return Err(no("users_list_not_supplied")),
        };
        if arguments.flag("return_im")?.unwrap_or(false) {
            return self.answer(person, &channel.id);
        }
        Ok(json!({"ok": true, "channel": {"id": channel.id}}))
    }

    /// A channel of a group of people that one is in.
    fn own(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Arc<Channel>, ProviderRefusal> {
        let channel = self.channel(person, arguments)?;
        match channel.kind {
            ChannelKind::Direct => Err(no("method_not_supported_for_channel_type")),
            ChannelKind::Public | ChannelKind::Private => Ok(channel),
        }
    }

    fn answer(&self, person: &Arc<Persona>, id: &str) -> Result<Value, ProviderRefusal> {
        let channel = self.0.channels.iter().find(|channel| channel.id == id).ok_or(no("channel_not_found"))?;
        Ok(json!({"ok": true, "channel": self.0.render_channel(channel, person)}))
    }
}

/// Kinds of channels that are asked for.
fn kinds(arguments: &Arguments<'_>) -> Result<Vec<ChannelKind>, ProviderRefusal> {
    let types = arguments.text("types")?.unwrap_or("public_channel");
    let kind = |name: &str| match name {
        "public_channel" => Ok(Some(ChannelKind::Public)),
        "private_channel" => Ok(Some(ChannelKind::Private)),
        "im" => Ok(Some(ChannelKind::Direct)),
        // Conversations of several people; there are none here.
        "mpim" => Ok(None),
        _ => Err(no("invalid_types")),
    };
    types.split(',').map(str::trim).map(kind).filter_map(Result::transpose).collect()
}
