//! Slack's tools. Results look like the Web API's, and so do refusals: an answer that went well by
//! its status and says `"ok": false`.

mod channels;
mod messages;
mod team;
mod users;

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use self::team::{Channel, ChannelKind, SlackMessage, SlackTeam};
use super::arguments::{Arguments, Problem};
use super::call::{MockProvider, ProviderCall, ProviderRefusal, ProviderRefusalKind};
use super::data::ProviderData;
use super::usual_status;
use crate::sandbox::ids::Ids;
use crate::sandbox::people::{People, Persona};

/// Rows on a page when `limit` is left out, and at most.
const PAGE: i64 = 100;
const LARGEST_PAGE: i64 = 1000;

/// Slack, as one team.
pub struct Slack(SlackTeam);

impl MockProvider for Slack {
    fn run(&mut self, tool: &str, call: &ProviderCall<'_>) -> Option<Result<ProviderData, ProviderRefusal>> {
        let arguments = &Arguments { map: call.arguments, complain };
        let person = call.person;
        let answer = match tool {
            "slack_auth_test" => Ok(self.0.render_identity(person)),
            "slack_list_channels" => self.channels(person, arguments),
            "slack_list_users" => self.users(arguments),
            "slack_get_user_info" => self.user(arguments),
            "slack_get_user_profile" => self.profile(person, arguments),
            "slack_lookup_user_by_email" => self.user_by_email(arguments),
            "slack_get_bot_info" => self.bot(arguments),
            "slack_get_team_info" => Ok(json!({"ok": true, "team": self.0.render_team()})),
            "slack_get_conversation_info" => self.channel_info(person, arguments),
            "slack_list_channel_members" => self.members(person, arguments),
            "slack_list_user_conversations" => self.conversations(person, arguments),
            "slack_create_channel" => self.create_channel(person, arguments),
            "slack_join_conversation" => self.join(person, arguments),
            "slack_leave_conversation" => self.leave(person, arguments),
            "slack_invite_users_to_channel" => self.invite(person, arguments),
            "slack_set_conversation_topic" => self.set_topic(person, arguments),
            "slack_open_conversation" => self.open_conversation(person, arguments),
            "slack_fetch_conversation_history" => self.history(person, arguments),
            "slack_get_conversation_replies" => self.replies(person, arguments),
            "slack_send_message" => self.send(call, arguments),
            "slack_send_rich_message" => self.send_rich(call, arguments),
            "slack_update_message" => self.update(call, arguments),
            "slack_delete_message" => self.delete(person, arguments),
            "slack_get_permalink" => self.permalink(person, arguments),
            "slack_add_reaction" => self.react(person, arguments, true),
            "slack_remove_reaction" => self.react(person, arguments, false),
            "slack_get_reactions" => self.reactions(person, arguments),
            "slack_search_messages" => self.search(person, arguments),
            _ => return None,
        };
        let answer = answer.unwrap_or_else(|ProviderRefusal { code, message, .. }| match message.as_str() {
            "" => json!({"ok": false, "error": code}),
            message => json!({"ok": false, "error": code, "response_metadata": {"messages": [message]}}),
        });
        Some(Ok(answer.into()))
    }
}

impl Slack {
    pub fn open(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        SlackTeam::open(ids, people, now).map(Self)
    }

    fn history(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let channel = self.channel(person, arguments)?;
        let (oldest, latest) = (arguments.text("oldest")?, arguments.text("latest")?);
        let wanted = |message: &&SlackMessage| {
            message.channel.id == channel.id
                && oldest.is_none_or(|oldest| message.ts.as_str() > oldest)
                && latest.is_none_or(|latest| message.ts.as_str() < latest)
        };
        let rows = self.0.messages.iter().rev().filter(wanted).map(|message| self.0.render_message(message)).collect();
        page("messages", rows, arguments)
    }

    fn send(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let blocks = match arguments.text("blocks")? {
            None => Value::Null,
            Some(text) => serde_json::from_str(text).map_err(|_| no("invalid_blocks"))?,
        };
        self.post(call, arguments, blocks)
    }

    fn send_rich(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        self.post(call, arguments, call.arguments.get("blocks").cloned().unwrap_or_default())
    }

    fn post(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
        blocks: Value,
    ) -> Result<Value, ProviderRefusal> {
        let channel = self.channel(call.person, arguments)?;
        let text = arguments.text("text")?.ok_or(no("no_text"))?.to_owned();
        let kind = |block: &Value| block.get("type").is_some_and(Value::is_string);
        if !blocks.is_null() && !blocks.as_array().is_some_and(|blocks| blocks.iter().all(kind)) {
            return Err(no("invalid_blocks"));
        }
        let thread_ts = arguments.text("thread_ts")?.map(str::to_owned);
        let answers =
            |message: &SlackMessage| message.channel.id == channel.id && Some(&message.ts) == thread_ts.as_ref();
        if thread_ts.is_some() && !self.0.messages.iter().any(answers) {
            return Err(no("thread_not_found"));
        }
        let id = channel.id.clone();
        let ts = self.0.say(channel, call.person, text, thread_ts, blocks, call.now).ts.clone();
        let message = self.0.messages.last().map(|message| self.0.render_message(message));
        Ok(json!({"ok": true, "channel": id, "ts": ts, "message": message}))
    }

    fn search(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let query = arguments.text("query")?.ok_or(no("no_query"))?.to_lowercase();
        let count = arguments.number("count")?.unwrap_or(20).clamp(1, 100);
        let page = arguments.number("page")?.unwrap_or(1).max(1);
        let fits = |message: &SlackMessage, word: &str| match word.split_once(':') {
            Some(("from", who)) => message.from.key == who.trim_start_matches('@'),
            Some(("in", channel)) => message.channel.name == channel.trim_start_matches('#'),
            _ => message.text.to_lowercase().contains(word),
        };
        let found =
            self.0.messages.iter().rev().filter(|message| {
                message.channel.has(person) && query.split_whitespace().all(|word| fits(message, word))
            });
        let found: Vec<_> = found.map(|message| self.0.render_match(message)).collect();
        let size = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
        let total = found.len();
        let skipped = size(page.saturating_sub(1).saturating_mul(count));
        let matches: Vec<_> = found.into_iter().skip(skipped).take(size(count)).collect();
        Ok(json!({
            "ok": true,
            "query": query,
            "messages": {"total": total, "matches": matches, "paging": {"count": count, "page": page, "total": total}},
        }))
    }

    /// A channel the person is in.
    fn channel(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Arc<Channel>, ProviderRefusal> {
        let channel = self.seen(person, arguments)?;
        if channel.has(person) { Ok(channel) } else { Err(no("not_in_channel")) }
    }

    /// A channel the person may see, by id, by name or by the id of somebody to talk to.
    fn seen(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Arc<Channel>, ProviderRefusal> {
        let name = arguments.text("channel")?.ok_or(no("channel_not_found"))?;
        let other = self.with_id(name).ok().cloned();
        if let Some(other) = other {
            return Ok(self.0.direct(person, &other));
        }
        let bare = name.trim_start_matches('#');
        let is_meant =
            |channel: &&Arc<Channel>| channel.id == name || channel.name == bare && channel.kind != ChannelKind::Direct;
        let channel = self.0.channels.iter().filter(|channel| channel.shows_to(person)).find(is_meant);
        channel.cloned().ok_or(no("channel_not_found"))
    }
}

/// A page of `limit` rows; the cursor says how many came before it.
fn page(name: &str, rows: Vec<Value>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
    let limit = arguments.number("limit")?.unwrap_or(PAGE);
    if !(1..=LARGEST_PAGE).contains(&limit) {
        return Err(no("invalid_limit"));
    }
    let start: usize = arguments.text("cursor")?.map_or(Ok(0), str::parse).map_err(|_| no("invalid_cursor"))?;
    let end = start.saturating_add(usize::try_from(limit).unwrap_or_default());
    let more = end < rows.len();
    let rows: Vec<_> = rows.into_iter().skip(start).take(end - start).collect();
    let cursor = if more { end.to_string() } else { String::new() };
    Ok(json!({"ok": true, name: rows, "has_more": more, "response_metadata": {"next_cursor": cursor}}))
}

/// Refusals before a method is asked: of a token that nobody accepts, and of a path that is none of the methods, to
/// which Slack answers 200 as to every mistake.
pub fn refusal(trouble: &ProviderRefusal) -> (u16, Value) {
    let (status, error) = match trouble.kind {
        ProviderRefusalKind::TooOften(_) => (usual_status(trouble.kind), "ratelimited"),
        ProviderRefusalKind::NotFound => (200, "unknown_method"),
        _ => (usual_status(trouble.kind), "invalid_auth"),
    };
    (status, json!({"ok": false, "error": error}))
}

fn no(code: &'static str) -> ProviderRefusal {
    ProviderRefusal { kind: ProviderRefusalKind::Input, code, message: String::new() }
}

fn complain(name: &str, problem: Problem) -> ProviderRefusal {
    let what = match problem {
        Problem::Missing => "missing required field",
        Problem::NotText => "must be a string",
        Problem::NotANumber => "must be an integer",
        Problem::NotTexts => "must be an array of strings",
        Problem::NotAFlag => "must be a boolean",
    };
    ProviderRefusal { message: format!("[ERROR] {what} [json-pointer:/{name}]"), ..no("invalid_arguments") }
}
