//! Freshdesk's tools. An agent sees the tickets of the groups they are in.

mod contacts;
mod desk;
mod filter;

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use self::desk::{AgentGroup, Desk, Reply, Ticket};
use super::arguments::{Arguments, Problem};
use super::call::{MockProvider, ProviderCall, ProviderRefusal, ProviderRefusalKind};
use super::data::ProviderData;
use super::rest::{RestAnswer, RestRequest};
use super::usual_status;
use crate::sandbox::ids::Ids;
use crate::sandbox::object::extend;
use crate::sandbox::people::{People, Persona};

/// Freshdesk, as one company's desk.
pub struct Freshdesk(Desk);

impl MockProvider for Freshdesk {
    fn run(&mut self, tool: &str, call: &ProviderCall<'_>) -> Option<Result<ProviderData, ProviderRefusal>> {
        let arguments = Arguments { map: call.arguments, complain };
        let answer = match tool {
            "freshdesk_tickets_list" => self.list(call.person, &arguments),
            "freshdesk_ticket_get" => self.get(call.person, &arguments),
            "freshdesk_ticket_create" => self.create(call, &arguments),
            "freshdesk_tickets_reply" => self.reply(call, &arguments),
            "freshdesk_ticket_update" => self.update(call, &arguments),
            "freshdesk_agents_list" => self.agents(&arguments),
            "freshdesk_agent_get" => self.agent(&arguments),
            "freshdesk_tickets_filter" => self.filter(call.person, &arguments),
            "freshdesk_ticket_note_create" => self.note(call, &arguments),
            "freshdesk_ticket_delete" => self.delete(call.person, &arguments),
            "freshdesk_contacts_list" => self.contacts(&arguments),
            "freshdesk_contact_get" => self.contact(&arguments),
            "freshdesk_contact_create" => self.create_contact(call, &arguments),
            "freshdesk_contact_update" => self.update_contact(call, &arguments),
            "freshdesk_contact_delete" => self.delete_contact(&arguments),
            "freshdesk_companies_list" => self.companies(&arguments),
            "freshdesk_company_get" => self.company(&arguments),
            "freshdesk_groups_list" => Ok(self.0.groups.iter().map(|group| self.0.render_group(group)).collect()),
            "freshdesk_roles_list" => Ok(json!([
                {"id": 1, "name": "Account Administrator", "default": true},
                {"id": 2, "name": "Agent", "default": true},
            ])),
            _ => return None,
        };
        Some(answer.map(ProviderData::from))
    }

    /// Agent that the key belongs to. No tool of the catalogue asks for this.
    fn rest(&mut self, person: &Arc<Persona>, request: &RestRequest<'_>, _: Timestamp) -> Option<RestAnswer> {
        let asked = request.method == "GET" && request.path == "/agents/me";
        asked.then(|| RestAnswer::json(200, &self.0.render_agent(person)))
    }
}

impl Freshdesk {
    pub fn open(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        Desk::open(ids, people, now).map(Self)
    }

    /// Lists tickets, newest first.
    fn list(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let email = arguments.text("email")?;
        let open = arguments.text("filter")? == Some("new_and_my_open");
        let requester = arguments.number("requester_id")?;
        let company = arguments.number("company_id")?;
        let since = self.moment(arguments, "updated_since")?;
        let full =
            arguments.text("include")?.is_some_and(|include| include.split(',').any(|part| part == "description"));
        let asker = |ticket: &Ticket| self.0.with_email(&ticket.requester);
        let wanted = |ticket: &&Ticket| {
            ticket.group.has(person)
                && email.is_none_or(|email| ticket.requester == email)
                && requester.is_none_or(|id| asker(ticket).is_some_and(|contact| contact.id == id))
                && company.is_none_or(|id| asker(ticket).is_some_and(|contact| contact.company == Some(id)))
                && since.is_none_or(|since| ticket.updated_at >= since)
                && (!open || ticket.status == desk::OPEN)
        };
        let page = arguments.page(self.0.tickets.iter().rev().filter(wanted))?;
        Ok(page.into_iter().map(|ticket| self.0.render(ticket, full)).collect())
    }

    fn get(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let ticket = self.0.tickets.get(self.place(person, arguments)?).ok_or_else(unknown)?;
        let mut answer = self.0.render(ticket, true);
        if arguments.text("include")?.is_some_and(|include| include.split(',').any(|part| part == "conversations")) {
            let replies = ticket.replies.iter().map(|reply| self.0.render_reply(reply)).collect();
            extend(&mut answer, [("conversations", replies)]);
        }
        Ok(answer)
    }

    fn create(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let group = self.group(arguments)?;
        let usual = || self.0.groups.iter().find(|group| group.has(call.person)).or(self.0.groups.first()).cloned();
        let group = group.or_else(usual).ok_or_else(|| input("group_id: It should be a valid group".into()))?;
        let known = arguments.number("requester_id")?.map(|id| self.contact_with(id)).transpose()?;
        let requester = match (known, arguments.text("email")?) {
            (Some(contact), _) => contact.email.clone(),
            (None, Some(email)) => email.to_owned(),
            (None, None) => return Err(complain("email", Problem::Missing)),
        };
        let responder = self.responder(arguments)?;
        let ticket = Ticket {
            id: 0,
            group,
            subject: arguments.required_text("subject")?.into(),
            description: arguments.required_text("description")?.into(),
            requester,
            status: one_of(arguments, "status", desk::STATUSES)?.unwrap_or(desk::OPEN),
            priority: one_of(arguments, "priority", desk::PRIORITIES)?.unwrap_or(1),
            tags: arguments.texts("tags")?.into_iter().map(Into::into).collect(),
            kind: arguments.text("type")?.map(Into::into),
            cc: arguments.texts("cc_emails")?.into_iter().map(Into::into).collect(),
            responder,
            replies: Vec::new(),
            created_at: call.now,
            updated_at: call.now,
        };
        if self.0.with_email(&ticket.requester).is_none() {
            let name = arguments.text("name")?.unwrap_or(&ticket.requester).to_owned();
            let contact = self.0.contact(name, ticket.requester.clone(), call.now);
            self.0.contacts.push(contact);
        }
        let ticket = Ticket { id: self.0.next_id(), ..ticket };
        let answer = self.0.render(&ticket, true);
        self.0.tickets.push(ticket);
        Ok(answer)
    }

    fn reply(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        self.write(call, arguments, false, false)
    }

    fn note(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let private = arguments.flag("private")?.unwrap_or(true);
        self.write(call, arguments, true, private)
    }

    fn write(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
        note: bool,
        private: bool,
    ) -> Result<Value, ProviderRefusal> {
        let place = self.place(call.person, arguments)?;
        let body = arguments.required_text("body")?.into();
        let ticket = self.0.tickets.get_mut(place).ok_or_else(unknown)?;
        let id = ticket.id * 1000 + i64::try_from(ticket.replies.len()).unwrap_or_default();
        let agent = Arc::clone(call.person);
        ticket.replies.push(Reply { note, private, id, agent, body, created_at: call.now });
        ticket.updated_at = call.now;
        let reply = self.0.tickets.get(place).and_then(|ticket| ticket.replies.last());
        reply.map(|reply| self.0.render_reply(reply)).ok_or_else(unknown)
    }

    fn update(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let place = self.place(call.person, arguments)?;
        let status = one_of(arguments, "status", desk::STATUSES)?;
        let priority = one_of(arguments, "priority", desk::PRIORITIES)?;
        let (subject, description) = (arguments.text("subject")?, arguments.text("description")?);
        let tags = arguments.optional_texts("tags")?;
        let (group, responder) = (self.group(arguments)?, self.responder(arguments)?);
        let ticket = self.0.tickets.get_mut(place).ok_or_else(unknown)?;
        ticket.status = status.unwrap_or(ticket.status);
        ticket.priority = priority.unwrap_or(ticket.priority);
        ticket.subject = subject.map_or_else(|| std::mem::take(&mut ticket.subject), Into::into);
        ticket.description = description.map_or_else(|| std::mem::take(&mut ticket.description), Into::into);
        if let Some(group) = group {
            ticket.group = group;
        }
        ticket.responder = responder.or(ticket.responder.take());
        if let Some(tags) = tags {
            ticket.tags = tags.into_iter().map(Into::into).collect();
        }
        ticket.updated_at = call.now;
        self.0.tickets.get(place).map(|ticket| self.0.render(ticket, true)).ok_or_else(unknown)
    }

    fn delete(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let place = self.place(person, arguments)?;
        self.0.tickets.remove(place);
        Ok(Value::Null)
    }

    fn group(&self, arguments: &Arguments<'_>) -> Result<Option<Arc<AgentGroup>>, ProviderRefusal> {
        let Some(id) = arguments.number("group_id")? else { return Ok(None) };
        let group = self.0.groups.iter().find(|group| group.id == id).cloned();
        group.map(Some).ok_or_else(|| input("group_id: It should be a valid group".into()))
    }

    fn responder(&self, arguments: &Arguments<'_>) -> Result<Option<Arc<Persona>>, ProviderRefusal> {
        let Some(id) = arguments.number("responder_id")? else { return Ok(None) };
        let agent = self.0.agent(id).cloned();
        agent.map(Some).ok_or_else(|| input("responder_id: There is no agent matching the given responder_id".into()))
    }

    fn moment(&self, arguments: &Arguments<'_>, name: &str) -> Result<Option<Timestamp>, ProviderRefusal> {
        let moment = arguments.text(name)?.map(str::parse).transpose();
        moment.map_err(|_| input(format!("{name}: It should be in the combined date and time ISO8601 format")))
    }

    fn agent(&self, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let agent = self.0.agent(arguments.required_number("agent_id")?);
        agent.map(|agent| self.0.render_agent(agent)).ok_or_else(|| missing("agent"))
    }

    fn agents(&self, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let email = arguments.text("email")?;
        let agents = self.0.agents().filter(|agent| email.is_none_or(|email| agent.email == email));
        Ok(arguments.page(agents)?.into_iter().map(|agent| self.0.render_agent(agent)).collect())
    }

    /// Index of the ticket that is meant.
    fn place(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<usize, ProviderRefusal> {
        let id = arguments.required_number("ticket_id")?;
        let seen = self.0.tickets.iter().position(|ticket| ticket.id == id);
        let seen = seen.ok_or_else(unknown)?;
        if self.0.tickets.get(seen).is_some_and(|ticket| ticket.group.has(person)) {
            return Ok(seen);
        }
        let message = "You are not authorized to perform this action.".into();
        Err(ProviderRefusal { kind: ProviderRefusalKind::Forbidden, code: "access_denied", message })
    }
}

fn one_of(
    arguments: &Arguments<'_>,
    name: &str,
    known: std::ops::RangeInclusive<i64>,
) -> Result<Option<i64>, ProviderRefusal> {
    let number = arguments.number(name)?;
    match number.filter(|number| !known.contains(number)) {
        Some(_) => {
            Err(input(format!("{name}: It should be one of these values: {} to {}", known.start(), known.end())))
        }
        None => Ok(number),
    }
}

/// As Freshdesk words it over REST.
pub fn refusal(trouble: &ProviderRefusal) -> (u16, Value) {
    (usual_status(trouble.kind), json!({"code": trouble.code, "message": trouble.message}))
}

fn input(message: String) -> ProviderRefusal {
    ProviderRefusal { kind: ProviderRefusalKind::Input, code: "invalid_value", message }
}

fn unknown() -> ProviderRefusal {
    missing("ticket")
}

fn missing(what: &str) -> ProviderRefusal {
    let message = format!("There is no such {what}.");
    ProviderRefusal { kind: ProviderRefusalKind::NotFound, code: "not_found", message }
}

fn complain(name: &str, problem: Problem) -> ProviderRefusal {
    let what = match problem {
        Problem::Missing => "It should not be blank as this is a mandatory field",
        Problem::NotText => "It should be a/an String",
        Problem::NotANumber => "It should be a/an Positive Integer",
        Problem::NotTexts => "It should be a/an Array",
        Problem::NotAFlag => "It should be a/an Boolean",
    };
    input(format!("{name}: {what}"))
}
