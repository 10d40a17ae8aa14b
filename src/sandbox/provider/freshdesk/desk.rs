//! One support desk: groups of agents, and the tickets they look at.

use std::ops::RangeInclusive;
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

const DATA: &str = include_str!("../../../../assets/sandbox/data/freshdesk.json");

/// The status of a ticket nobody has dealt with, and all there are.
pub const OPEN: i64 = 2;
pub const STATUSES: RangeInclusive<i64> = 2..=5;
/// From low to urgent.
pub const PRIORITIES: RangeInclusive<i64> = 1..=4;

pub struct Desk {
    ids: Ids,
    people: People,
    pub groups: Vec<Arc<AgentGroup>>,
    /// Tickets, oldest first.
    pub tickets: Vec<Ticket>,
}

pub struct AgentGroup {
    pub id: i64,
    name: String,
    agents: Vec<Arc<Persona>>,
}

pub struct Ticket {
    pub id: i64,
    pub group: Arc<AgentGroup>,
    pub subject: String,
    pub description: String,
    /// Somebody's address; customers are nobody we know.
    pub requester: String,
    pub status: i64,
    pub priority: i64,
    pub tags: Vec<String>,
    pub replies: Vec<Reply>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

pub struct Reply {
    pub id: i64,
    pub agent: Arc<Persona>,
    pub body: String,
    pub created_at: Timestamp,
}

/// The data file. People go by their keys, groups by their names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeskData {
    groups: Vec<AgentGroupData>,
    tickets: Vec<TicketData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AgentGroupData {
    name: String,
    agents: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TicketData {
    group: String,
    subject: String,
    description: String,
    requester: String,
    status: Option<i64>,
    priority: i64,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    replies: Vec<ReplyData>,
    created: SignedDuration,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReplyData {
    agent: String,
    body: String,
    created: SignedDuration,
}

impl AgentGroup {
    pub fn has(&self, person: &Arc<Persona>) -> bool {
        self.agents.contains(person)
    }
}

impl Desk {
    /// Reads the data file; `created` counts from `now`.
    pub fn open(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        let data: DeskData = serde_json::from_str(DATA)?;
        let from_now = |offset: SignedDuration| now.checked_add(offset).map_err(serde_json::Error::custom);
        let mut desk = Self { ids, people: people.clone(), groups: Vec::new(), tickets: Vec::new() };
        for AgentGroupData { name, agents } in data.groups {
            let id = desk.id(&format!("group/{name}"));
            let agents = agents.iter().map(|key| people.named(key)).collect::<Result<_, _>>()?;
            desk.groups.push(Arc::new(AgentGroup { id, name, agents }));
        }
        for data in data.tickets {
            let group = resolve(desk.groups.iter().cloned(), |group| group.name == data.group, &data.group)?;
            let reply = |(id, reply): (i64, ReplyData)| {
                let agent = people.named(&reply.agent)?;
                Ok(Reply { id, agent, body: reply.body, created_at: from_now(reply.created)? })
            };
            let id = desk.next_id();
            desk.tickets.push(Ticket {
                id,
                group,
                subject: data.subject,
                description: data.description,
                requester: data.requester,
                status: data.status.unwrap_or(OPEN),
                priority: data.priority,
                tags: data.tags,
                replies: (id * 1000..).zip(data.replies).map(reply).collect::<Result<_, serde_json::Error>>()?,
                created_at: from_now(data.created)?,
                updated_at: from_now(data.created)?,
            });
        }
        desk.tickets.order_by_key(|ticket| ticket.created_at);
        Ok(desk)
    }

    /// Tickets are counted from 4001.
    pub fn next_id(&self) -> i64 {
        4001 + i64::try_from(self.tickets.len()).unwrap_or_default()
    }

    /// Everybody who is in a group.
    pub fn agents(&self) -> impl Iterator<Item = &Arc<Persona>> {
        self.people.iter().filter(|person| self.groups.iter().any(|group| group.has(person)))
    }

    fn id(&self, name: &str) -> i64 {
        101_000_000_000
            + i64::try_from(self.ids.number(&format!("freshdesk/{name}")) % 1_000_000_000).unwrap_or_default()
    }

    fn agent_id(&self, person: &Persona) -> i64 {
        self.id(&format!("agent/{}", person.key))
    }

    pub fn render(&self, ticket: &Ticket, full: bool) -> Value {
        let mut row = json!({
            "id": ticket.id,
            "subject": ticket.subject,
            "status": ticket.status,
            "priority": ticket.priority,
            "group_id": ticket.group.id,
            "requester": {"email": ticket.requester},
            "tags": ticket.tags,
            "created_at": time(ticket.created_at),
            "updated_at": time(ticket.updated_at),
        });
        if full {
            extend(&mut row, [("description", ticket.description.as_str().into())]);
        }
        row
    }

    pub fn render_reply(&self, reply: &Reply) -> Value {
        json!({
            "id": reply.id,
            "body": reply.body,
            "user_id": self.agent_id(&reply.agent),
            "from_email": reply.agent.email,
            "created_at": time(reply.created_at),
        })
    }

    pub fn render_agent(&self, person: &Arc<Persona>) -> Value {
        let groups: Vec<_> = self.groups.iter().filter(|group| group.has(person)).map(|group| group.id).collect();
        json!({
            "id": self.agent_id(person),
            "contact": {"name": person.name, "email": person.email, "active": true},
            "group_ids": groups,
            "occasional": false,
        })
    }
}

fn time(at: Timestamp) -> String {
    format!("{at:.0}")
}
