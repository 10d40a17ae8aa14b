//! One Slack team: channels, some private, and what is said in them.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::Error as _;
use serde_json::{Value, json};

use crate::order::StableOrder as _;
use crate::sandbox::ids::Ids;
use crate::sandbox::object::extend;
use crate::sandbox::people::{People, Persona};
use crate::sandbox::refs::resolve;

const DATA: &str = include_str!("../../../../assets/sandbox/data/slack.json");

pub struct SlackTeam {
    ids: Ids,
    name: String,
    domain: String,
    pub people: People,
    pub channels: Vec<Arc<Channel>>,
    /// Messages, oldest first.
    pub messages: Vec<SlackMessage>,
    /// How many messages and channels people made.
    made: usize,
}

#[derive(Clone)]
pub struct Channel {
    pub id: String,
    pub name: String,
    pub topic: String,
    pub kind: ChannelKind,
    pub members: Vec<Arc<Persona>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelKind {
    Public,
    Private,
    /// Direct messages between two people.
    Direct,
}

pub struct SlackMessage {
    pub channel: Arc<Channel>,
    pub from: Arc<Persona>,
    /// When, and which: no two are alike.
    pub ts: String,
    pub text: String,
    pub thread_ts: Option<String>,
    pub blocks: Value,
    /// When it was changed last.
    pub edited_ts: Option<String>,
    pub reactions: Vec<Reaction>,
}

/// An emoji under a message, and who put it there.
pub struct Reaction {
    pub name: String,
    pub people: Vec<Arc<Persona>>,
}

/// The data file. People go by their keys, channels by their names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TeamFile {
    team: SlackTeamData,
    channels: Vec<ChannelData>,
    messages: Vec<SlackMessageData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SlackTeamData {
    name: String,
    domain: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChannelData {
    name: String,
    topic: String,
    #[serde(default)]
    private: bool,
    members: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SlackMessageData {
    channel: String,
    from: String,
    sent: SignedDuration,
    text: String,
    /// Answers the message before.
    #[serde(default)]
    reply: bool,
}

impl Channel {
    /// A private channel does not exist for those who are not in it.
    pub fn shows_to(&self, person: &Arc<Persona>) -> bool {
        self.kind == ChannelKind::Public || self.has(person)
    }

    pub fn has(&self, person: &Arc<Persona>) -> bool {
        self.members.contains(person)
    }
}

impl SlackTeam {
    /// Reads the data file; `sent` counts from `now`.
    pub fn open(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        let TeamFile { team: SlackTeamData { name, domain }, channels, messages } = serde_json::from_str(DATA)?;
        let mut team =
            Self { ids, name, domain, people: people.clone(), channels: Vec::new(), messages: Vec::new(), made: 0 };
        for ChannelData { name, topic, private, members } in channels {
            team.channels.push(Arc::new(Channel {
                id: ids.code("C", &format!("slack/channel/{name}")),
                name,
                topic,
                kind: if private { ChannelKind::Private } else { ChannelKind::Public },
                members: members.iter().map(|key| people.named(key)).collect::<Result<_, _>>()?,
            }));
        }
        for SlackMessageData { channel, from, sent, text, reply } in messages {
            let channel = resolve(team.channels.iter().cloned(), |known| known.name == channel, &channel)?;
            let sent_at = now.checked_add(sent).map_err(serde_json::Error::custom)?;
            let thread_ts = team.messages.last().filter(|_| reply).map(|before| before.ts.clone());
            team.say(channel, &people.named(&from)?, text, thread_ts, Value::Null, sent_at);
        }
        Ok(team)
    }

    pub fn say(
        &mut self,
        channel: Arc<Channel>,
        from: &Arc<Persona>,
        text: String,
        thread_ts: Option<String>,
        blocks: Value,
        now: Timestamp,
    ) -> &SlackMessage {
        let ts = format!("{}.{:06}", now.as_second(), 100 + self.made);
        self.made += 1;
        let (from, edited_ts, reactions) = (Arc::clone(from), None, Vec::new());
        self.messages.push_mut(SlackMessage { channel, from, ts, text, thread_ts, blocks, edited_ts, reactions })
    }

    /// A channel with one person in it; none when the name is taken.
    pub fn create(&mut self, name: &str, private: bool, by: &Arc<Persona>) -> Option<Arc<Channel>> {
        if self.channels.iter().any(|channel| channel.name == name) {
            return None;
        }
        self.made += 1;
        let channel = Arc::new(Channel {
            id: self.ids.code("C", &format!("slack/channel/{name}/{}", self.made)),
            name: name.into(),
            topic: String::new(),
            kind: if private { ChannelKind::Private } else { ChannelKind::Public },
            members: vec![Arc::clone(by)],
        });
        self.channels.push(Arc::clone(&channel));
        Some(channel)
    }

    /// Changes a channel, for the messages in it as well.
    pub fn change(&mut self, id: &str, change: impl FnOnce(&mut Channel)) {
        let Some(place) = self.channels.iter_mut().find(|channel| channel.id == id) else { return };
        change(Arc::make_mut(place));
        let changed = Arc::clone(place);
        for message in self.messages.iter_mut().filter(|message| message.channel.id == id) {
            message.channel = Arc::clone(&changed);
        }
    }

    pub fn bot_id(&self) -> String {
        self.ids.code("B", "slack/bot")
    }

    /// The application that the tokens were granted to.
    pub fn render_bot(&self) -> Value {
        json!({
            "id": self.bot_id(),
            "app_id": self.ids.code("A", "slack/app"),
            "name": "sandbox",
            "deleted": false,
            "updated": 0,
            "icons": {},
        })
    }

    pub fn render_team(&self) -> Value {
        json!({"id": self.team_id(), "name": self.name, "domain": self.domain, "email_domain": "acme.dev"})
    }

    /// Address of a message.
    pub fn permalink(&self, message: &SlackMessage) -> String {
        let SlackMessage { channel, ts, .. } = message;
        format!("https://{}.slack.com/archives/{}/p{}", self.domain, channel.id, ts.replace('.', ""))
    }

    /// The conversation between two people, which begins when somebody looks for it.
    pub fn direct(&mut self, one: &Arc<Persona>, other: &Arc<Persona>) -> Arc<Channel> {
        let is_it = |channel: &&Arc<Channel>| {
            channel.kind == ChannelKind::Direct
                && channel.has(one)
                && channel.has(other)
                && (one != other || channel.members.len() == 1)
        };
        if let Some(channel) = self.channels.iter().find(is_it) {
            return Arc::clone(channel);
        }
        let mut members = vec![Arc::clone(one), Arc::clone(other)];
        members.order_by(|a, b| a.key.cmp(&b.key));
        members.dedup();
        let names: Vec<_> = members.iter().map(|person| person.key.as_str()).collect();
        let id = self.ids.code("D", &format!("slack/direct/{}", names.join("/")));
        let channel =
            Arc::new(Channel { id, name: String::new(), topic: String::new(), kind: ChannelKind::Direct, members });
        self.channels.push(Arc::clone(&channel));
        channel
    }

    pub fn user_id(&self, person: &Persona) -> String {
        self.ids.code("U", &format!("slack/user/{}", person.key))
    }

    fn team_id(&self) -> String {
        self.ids.code("T", "slack/team")
    }

    pub fn render_identity(&self, person: &Persona) -> Value {
        json!({
            "ok": true,
            "url": format!("https://{}.slack.com/", self.domain),
            "team": self.name,
            "user": person.key,
            "team_id": self.team_id(),
            "user_id": self.user_id(person),
            "is_enterprise_install": false,
        })
    }

    pub fn render_user(&self, person: &Persona) -> Value {
        json!({
            "id": self.user_id(person),
            "team_id": self.team_id(),
            "name": person.key,
            "deleted": false,
            "real_name": person.name,
            "profile": {"real_name": person.name, "display_name": person.key, "email": person.email},
            "is_bot": false,
        })
    }

    pub fn render_channel(&self, channel: &Channel, person: &Arc<Persona>) -> Value {
        json!({
            "id": channel.id,
            "name": channel.name,
            "is_channel": channel.kind != ChannelKind::Direct,
            "is_private": channel.kind != ChannelKind::Public,
            "is_im": channel.kind == ChannelKind::Direct,
            "is_archived": false,
            "is_member": channel.has(person),
            "topic": {"value": channel.topic},
            "num_members": channel.members.len(),
        })
    }

    pub fn render_message(&self, message: &SlackMessage) -> Value {
        let SlackMessage { ts, text, thread_ts, from, blocks, .. } = message;
        let mut row =
            json!({"type": "message", "user": self.user_id(from), "text": text, "ts": ts, "team": self.team_id()});
        if let Some(thread_ts) = thread_ts {
            extend(&mut row, [("thread_ts", thread_ts.as_str().into())]);
        }
        if !blocks.is_null() {
            extend(&mut row, [("blocks", blocks.clone())]);
        }
        if let Some(edited) = &message.edited_ts {
            extend(&mut row, [("edited", json!({"user": self.user_id(from), "ts": edited}))]);
        }
        if !message.reactions.is_empty() {
            let reaction = |Reaction { name, people }: &Reaction| {
                let users: Vec<_> = people.iter().map(|person| self.user_id(person)).collect();
                json!({"name": name, "count": users.len(), "users": users})
            };
            extend(&mut row, [("reactions", message.reactions.iter().map(reaction).collect())]);
        }
        let replies = self.messages.iter().filter(|reply| {
            reply.channel.id == message.channel.id && reply.thread_ts.as_ref() == Some(ts) && reply.ts != *ts
        });
        let count = replies.count();
        if count > 0 {
            extend(&mut row, [("thread_ts", ts.as_str().into()), ("reply_count", count.into())]);
        }
        row
    }

    /// As search finds it: with its channel.
    pub fn render_match(&self, message: &SlackMessage) -> Value {
        let mut row = self.render_message(message);
        let SlackMessage { channel, from, .. } = message;
        let permalink = self.permalink(message);
        let more = [
            ("channel", json!({"id": channel.id, "name": channel.name})),
            ("username", from.key.as_str().into()),
            ("permalink", permalink.into()),
        ];
        extend(&mut row, more);
        row
    }
}
