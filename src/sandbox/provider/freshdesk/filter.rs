//! Filtering tickets: `"priority:4 AND status:2 OR tag:'invoice'"`. `AND` binds closer; there are no brackets.

use std::cmp::Ordering;
use std::sync::Arc;

use serde_json::{Value, json};

use super::desk::{Ticket, time};
use super::{Freshdesk, input};
use crate::sandbox::people::Persona;
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::ProviderRefusal;

/// Rows on a page, and pages there are at most.
const PAGE: usize = 30;
const MOST_PAGES: i64 = 10;

/// Characters in a query.
const LONGEST: usize = 512;

/// One condition: a field, how its value compares, and with what.
struct Condition<'a> {
    field: &'a str,
    order: Option<Ordering>,
    value: &'a str,
}

const FIELDS: [&str; 8] = ["agent_id", "group_id", "priority", "status", "tag", "type", "created_at", "updated_at"];

impl<'a> Condition<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let (field, value) = text.trim().split_once(':')?;
        let (order, value) = match value.split_at_checked(1)? {
            (">", rest) => (Some(Ordering::Greater), rest),
            ("<", rest) => (Some(Ordering::Less), rest),
            _ => (None, value),
        };
        let value = value.trim_matches('\'');
        FIELDS.contains(&field).then_some(Self { field, order, value })
    }
}

impl<'a> Condition<'a> {
    /// Conditions that must hold together.
    fn read_all(text: &'a str) -> Result<Vec<Self>, ProviderRefusal> {
        let read =
            |text: &'a str| Self::read(text).ok_or_else(|| input(format!("query: Given query is invalid near {text}")));
        split(text, " AND ").map(read).collect()
    }
}

impl Freshdesk {
    pub fn filter(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let query = arguments.required_text("query")?.trim().trim_matches('"');
        if query.chars().count() > LONGEST {
            return Err(input("query: It should not be longer than 512 characters".into()));
        }
        let any: Vec<Vec<Condition<'_>>> = split(query, " OR ").map(Condition::read_all).collect::<Result<_, _>>()?;
        let page = arguments.number("page")?.unwrap_or(1);
        if !(1..=MOST_PAGES).contains(&page) {
            return Err(input(format!("page: It should be between 1 and {MOST_PAGES}")));
        }
        let wanted = |ticket: &&Ticket| {
            ticket.group.has(person) && any.iter().any(|all| all.iter().all(|condition| self.holds(condition, ticket)))
        };
        let found: Vec<_> = self.0.tickets.iter().rev().filter(wanted).collect();
        let before = usize::try_from(page - 1).unwrap_or_default() * PAGE;
        let rows: Vec<_> = found.iter().skip(before).take(PAGE).map(|ticket| self.0.render(ticket, true)).collect();
        Ok(json!({"total": found.len(), "results": rows}))
    }

    fn holds(&self, Condition { field, order, value }: &Condition<'_>, ticket: &Ticket) -> bool {
        let number = |found: Option<i64>| match (found, value.parse::<i64>()) {
            (None, Err(_)) => *value == "null",
            (Some(found), Ok(wanted)) => found.cmp(&wanted) == order.unwrap_or(Ordering::Equal),
            _ => false,
        };
        match *field {
            "agent_id" => number(ticket.responder.as_ref().map(|agent| self.0.agent_id(agent))),
            "group_id" => number(Some(ticket.group.id)),
            "priority" => number(Some(ticket.priority)),
            "status" => number(Some(ticket.status)),
            "tag" => ticket.tags.iter().any(|tag| tag == value),
            "type" => ticket.kind.as_deref() == Some(value),
            name => {
                let at = if name == "created_at" { ticket.created_at } else { ticket.updated_at };
                // A day stands at the beginning of what is written.
                let found = time(at).chars().take(value.len()).collect::<String>();
                found.as_str().cmp(value) == order.unwrap_or(Ordering::Equal)
            }
        }
    }
}

fn split<'a>(text: &'a str, word: &'static str) -> impl Iterator<Item = &'a str> {
    text.split(word).map(str::trim)
}
