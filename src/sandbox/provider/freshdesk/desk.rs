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
    /// Tickets, oldest first; those in the trash are gone.
    pub tickets: Vec<Ticket>,
    pub companies: Vec<Company>,
    /// Contacts, in the order they were made.
    pub contacts: Vec<Contact>,
    tickets_made: i64,
    contacts_made: i64,
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
    pub kind: Option<String>,
    pub cc: Vec<String>,
    /// Agent who is to answer.
    pub responder: Option<Arc<Persona>>,
    pub replies: Vec<Reply>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// An answer, or a note among agents.
pub struct Reply {
    pub note: bool,
    pub private: bool,
    pub id: i64,
    pub agent: Arc<Persona>,
    pub body: String,
    pub created_at: Timestamp,
}

pub struct Company {
    pub id: i64,
    name: String,
    domains: Vec<String>,
    created_at: Timestamp,
}

/// A person who asks.
pub struct Contact {
    pub id: i64,
    pub name: String,
    pub email: String,
    pub phone: Option<String>,
    pub mobile: Option<String>,
    pub job_title: Option<String>,
    pub description: Option<String>,
    pub company: Option<i64>,
    pub tags: Vec<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// The data file. People go by their keys, groups by their names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeskData {
    groups: Vec<AgentGroupData>,
    companies: Vec<CompanyData>,
    contacts: Vec<ContactData>,
    tickets: Vec<TicketData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CompanyData {
    name: String,
    domains: Vec<String>,
    created: SignedDuration,
}

/// Contacts belong to the company whose domain their address has.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ContactData {
    name: String,
    email: String,
    job_title: Option<String>,
    created: SignedDuration,
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
        let mut desk = Self {
            ids,
            people: people.clone(),
            groups: Vec::new(),
            tickets: Vec::new(),
            companies: Vec::new(),
            contacts: Vec::new(),
            tickets_made: 0,
            contacts_made: 0,
        };
        for AgentGroupData { name, agents } in data.groups {
            let id = desk.id(&format!("group/{name}"));
            let agents = agents.iter().map(|key| people.named(key)).collect::<Result<_, _>>()?;
            desk.groups.push(Arc::new(AgentGroup { id, name, agents }));
        }
        for CompanyData { name, domains, created } in data.companies {
            let id = desk.id(&format!("company/{name}"));
            desk.companies.push(Company { id, name, domains, created_at: from_now(created)? });
        }
        for ContactData { name, email, job_title, created } in data.contacts {
            let contact = desk.contact(name, email, from_now(created)?);
            desk.contacts.push(Contact { job_title, ..contact });
        }
        for data in data.tickets {
            let group = resolve(desk.groups.iter().cloned(), |group| group.name == data.group, &data.group)?;
            let reply = |(id, reply): (i64, ReplyData)| {
                let agent = people.named(&reply.agent)?;
                let created_at = from_now(reply.created)?;
                Ok(Reply { note: false, private: false, id, agent, body: reply.body, created_at })
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
                kind: None,
                cc: Vec::new(),
                responder: None,
                replies: (id * 1000..).zip(data.replies).map(reply).collect::<Result<_, serde_json::Error>>()?,
                created_at: from_now(data.created)?,
                updated_at: from_now(data.created)?,
            });
        }
        desk.tickets.order_by_key(|ticket| ticket.created_at);
        Ok(desk)
    }

    /// Tickets are counted from 4001.
    pub fn next_id(&mut self) -> i64 {
        self.tickets_made += 1;
        4000 + self.tickets_made
    }

    /// A contact of whom only name and address are known.
    pub fn contact(&mut self, name: String, email: String, now: Timestamp) -> Contact {
        self.contacts_made += 1;
        let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
        let company = self.companies.iter().find(|company| company.domains.iter().any(|known| known == domain));
        Contact {
            id: self.id(&format!("contact/{}", self.contacts_made)),
            company: company.map(|company| company.id),
            name,
            email,
            phone: None,
            mobile: None,
            job_title: None,
            description: None,
            tags: Vec::new(),
            created_at: now,
            updated_at: now,
        }
    }

    pub fn with_email(&self, email: &str) -> Option<&Contact> {
        self.contacts.iter().find(|contact| contact.email.eq_ignore_ascii_case(email))
    }

    pub fn agent(&self, id: i64) -> Option<&Arc<Persona>> {
        self.agents().find(|agent| self.agent_id(agent) == id)
    }

    /// Everybody who is in a group.
    pub fn agents(&self) -> impl Iterator<Item = &Arc<Persona>> {
        self.people.iter().filter(|person| self.groups.iter().any(|group| group.has(person)))
    }

    fn id(&self, name: &str) -> i64 {
        101_000_000_000
            + i64::try_from(self.ids.number(&format!("freshdesk/{name}")) % 1_000_000_000).unwrap_or_default()
    }

    pub fn agent_id(&self, person: &Persona) -> i64 {
        self.id(&format!("agent/{}", person.key))
    }

    pub fn render(&self, ticket: &Ticket, full: bool) -> Value {
        let mut row = json!({
            "id": ticket.id,
            "subject": ticket.subject,
            "status": ticket.status,
            "priority": ticket.priority,
            "group_id": ticket.group.id,
            "type": ticket.kind,
            "responder_id": ticket.responder.as_ref().map(|agent| self.agent_id(agent)),
            "requester_id": self.with_email(&ticket.requester).map(|contact| contact.id),
            "requester": {"email": ticket.requester},
            "cc_emails": ticket.cc,
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
            "private": reply.private,
            "incoming": false,
            "source": if reply.note { 2 } else { 0 },
            "user_id": self.agent_id(&reply.agent),
            "from_email": reply.agent.email,
            "created_at": time(reply.created_at),
        })
    }

    pub fn render_group(&self, group: &AgentGroup) -> Value {
        let agents: Vec<_> = group.agents.iter().map(|agent| self.agent_id(agent)).collect();
        json!({"id": group.id, "name": group.name, "agent_ids": agents})
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

pub fn render_company(company: &Company) -> Value {
    let Company { id, name, domains, created_at } = company;
    json!({"id": id, "name": name, "domains": domains, "created_at": time(*created_at)})
}

pub fn render_contact(contact: &Contact) -> Value {
    json!({
        "id": contact.id,
        "name": contact.name,
        "email": contact.email,
        "phone": contact.phone,
        "mobile": contact.mobile,
        "job_title": contact.job_title,
        "description": contact.description,
        "company_id": contact.company,
        "tags": contact.tags,
        "active": false,
        "created_at": time(contact.created_at),
        "updated_at": time(contact.updated_at),
    })
}

pub fn time(at: Timestamp) -> String {
    format!("{at:.0}")
}
