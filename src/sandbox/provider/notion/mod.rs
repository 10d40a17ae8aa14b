//! Notion's tools. Pages, databases, blocks and refusals look like those of its API.

mod content;
mod databases;
mod filter;
mod pages;
mod property;
mod render;
mod text;
mod workspace;

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use self::workspace::{NotionWorkspace, Page};
use super::arguments::{Arguments, Problem};
use super::call::{MockProvider, ProviderCall, ProviderRefusal, ProviderRefusalKind};
use super::data::ProviderData;
use super::usual_status;
use crate::sandbox::ids::Ids;
use crate::sandbox::people::{People, Persona};

/// Rows on a page when `page_size` is left out, and at most.
const PAGE: i64 = 10;
const LARGEST_PAGE: i64 = 100;

/// Notion, as one workspace.
pub struct Notion(NotionWorkspace);

impl MockProvider for Notion {
    fn run(&mut self, tool: &str, call: &ProviderCall<'_>) -> Option<Result<ProviderData, ProviderRefusal>> {
        let arguments = Arguments { map: call.arguments, complain };
        let person = call.person;
        let answer = match tool {
            "notion_user_get_self" => Ok(self.0.render_bot(person)),
            "notion_user_list" => self.users(&arguments),
            "notion_user_get" => self.user(person, &arguments),
            "notion_page_search" | "notion_data_fetch" => self.search(person, &arguments),
            "notion_page_get" => self.page_get(person, &arguments),
            "notion_page_create" => self.page_create(call, &arguments),
            "notion_page_update" => self.page_update(call, &arguments),
            "notion_page_markdown_get" => self.markdown(person, &arguments),
            "notion_page_content_get" => self.children(person, &arguments),
            "notion_page_content_append" => self.append(call, &arguments),
            "notion_block_retrieve" => self.block_get(person, &arguments),
            "notion_block_update" => self.block_update(call, &arguments),
            "notion_block_delete" => self.block_delete(person, &arguments),
            "notion_comments_fetch" => self.comments(person, &arguments),
            "notion_comment_create" => self.comment(call, &arguments),
            "notion_database_fetch" | "notion_data_source_fetch" => self.database_get(person, &arguments),
            "notion_database_create" => self.database_create(call, &arguments),
            "notion_database_query" => self.query(person, &arguments, "database_id"),
            "notion_data_source_query" => self.query(person, &arguments, "data_source_id"),
            "notion_database_insert_row" => self.insert(call, &arguments, "database_id"),
            "notion_data_source_insert_row" => self.insert(call, &arguments, "data_source_id"),
            _ => return None,
        };
        Some(answer.map(ProviderData::from))
    }
}

impl Notion {
    pub fn open(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        NotionWorkspace::open(ids, people, now).map(Self)
    }

    fn users(&self, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let rows: Vec<_> = self.0.people.iter().map(|person| self.0.render_user(person)).collect();
        list(rows, "user", arguments)
    }

    fn user(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let id = arguments.required_text("user_id")?;
        let bot = self.0.render_bot(person);
        if id == "me" || bot.get("id").and_then(Value::as_str) == Some(id) {
            return Ok(bot);
        }
        self.0.render_user_of(id).ok_or_else(|| unknown("user", id))
    }

    /// A page that somebody sees, by its id with or without hyphens.
    fn page(&self, person: &Arc<Persona>, id: &str) -> Result<&Page, ProviderRefusal> {
        let seen = self.0.pages.iter().find(|page| is_id(&page.id, id) && self.0.page_shows(page, person));
        seen.ok_or_else(|| unknown("page", id))
    }
}

/// Whether two ids are the same, hyphens or not.
fn is_id(known: &str, given: &str) -> bool {
    known == given || (!given.is_empty() && known.replace('-', "") == given.replace('-', "").to_lowercase())
}

/// One page of a list. The cursor is the id of the first row on the next one.
fn list(rows: Vec<Value>, kind: &str, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
    let size = arguments.number("page_size")?.unwrap_or(PAGE);
    if !(1..=LARGEST_PAGE).contains(&size) {
        return Err(input(format!("body failed validation: body.page_size should be between 1 and {LARGEST_PAGE}")));
    }
    let id = |row: &Value| row.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let start = match arguments.text("start_cursor")? {
        None => 0,
        Some(cursor) => {
            let place = rows.iter().position(|row| id(row) == cursor);
            place.ok_or_else(|| input("body failed validation: body.start_cursor is not known"))?
        }
    };
    let end = start.saturating_add(usize::try_from(size).unwrap_or_default()).min(rows.len());
    let next = rows.get(end).map(id);
    Ok(json!({
        "object": "list",
        "results": rows.get(start..end).unwrap_or_default(),
        "next_cursor": next,
        "has_more": next.is_some(),
        "type": kind,
        kind: {},
    }))
}

/// As Notion words it over REST.
pub fn refusal(trouble: &ProviderRefusal) -> (u16, Value) {
    let status = usual_status(trouble.kind);
    (status, json!({"object": "error", "status": status, "code": trouble.code, "message": trouble.message}))
}

fn input(message: impl Into<String>) -> ProviderRefusal {
    ProviderRefusal { kind: ProviderRefusalKind::Input, code: "validation_error", message: message.into() }
}

fn unknown(what: &str, id: &str) -> ProviderRefusal {
    let message = format!(
        "Could not find {what} with ID: {id}. Make sure the relevant pages and databases are shared with your integration."
    );
    ProviderRefusal { kind: ProviderRefusalKind::NotFound, code: "object_not_found", message }
}

fn complain(name: &str, problem: Problem) -> ProviderRefusal {
    let what = match problem {
        Problem::Missing => "should be defined",
        Problem::NotText => "should be a string",
        Problem::NotANumber => "should be a number",
        Problem::NotTexts => "should be an array of strings",
        Problem::NotAFlag => "should be a boolean",
    };
    input(format!("body failed validation: body.{name} {what}"))
}
