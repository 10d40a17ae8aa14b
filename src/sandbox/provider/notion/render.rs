//! How people, pages, databases, blocks and comments look to callers.

use serde_json::{Value, json};

use super::property::properties;
use super::text::plain;
use super::workspace::{Block, Comment, Database, NotionWorkspace, Page, Parent, Stamp};
use crate::sandbox::people::Persona;

impl NotionWorkspace {
    /// The integration that acts for somebody.
    pub fn render_bot(&self, person: &Persona) -> Value {
        json!({
            "object": "user",
            "id": self.ids.uuid(&format!("notion/bot/{}", person.key)),
            "name": "Agent",
            "avatar_url": null,
            "type": "bot",
            "bot": {"owner": {"type": "user", "user": self.render_user(person)}, "workspace_name": self.name},
        })
    }

    pub fn render_user(&self, person: &Persona) -> Value {
        json!({
            "object": "user", "id": self.user_id(person), "name": person.name, "avatar_url": null,
            "type": "person", "person": {"email": person.email},
        })
    }

    pub fn render_user_of(&self, id: &str) -> Option<Value> {
        self.people.iter().find(|person| self.user_id(person) == id).map(|person| self.render_user(person))
    }

    pub fn render_page(&self, page: &Page) -> Value {
        let number = page.id.replace('-', "");
        let mut row = json!({
            "object": "page",
            "id": page.id,
            "parent": render_parent(&page.parent),
            "archived": page.archived,
            "in_trash": page.archived,
            "icon": page.icon,
            "cover": page.cover,
            "properties": properties(&self.columns_of(page), &page.values),
            "url": format!("https://www.notion.so/{number}"),
            "public_url": null,
        });
        self.stamp(&mut row, &page.stamp);
        row
    }

    pub fn render_database(&self, database: &Database) -> Value {
        let columns = database.columns.iter().map(|column| (column.name.clone(), column.render()));
        let mut row = json!({
            "object": "database",
            "id": database.id,
            "title": database.title,
            "description": [],
            "parent": render_parent(&database.parent),
            "properties": Value::Object(columns.collect()),
            "data_sources": [{"id": database.data_source, "name": plain(&database.title)}],
            "archived": false,
            "in_trash": false,
            "is_inline": false,
            "url": format!("https://www.notion.so/{}", database.id.replace('-', "")),
        });
        self.stamp(&mut row, &database.stamp);
        row
    }

    pub fn render_block(&self, block: &Block) -> Value {
        let on_page = self.pages.iter().any(|page| page.id == block.within);
        let (kind, name) = if on_page { ("page_id", "page_id") } else { ("block_id", "block_id") };
        let mut row = json!({
            "object": "block",
            "id": block.id,
            "parent": {"type": kind, name: block.within},
            "has_children": self.blocks.iter().any(|other| other.within == block.id),
            "archived": false,
            "in_trash": false,
            "type": block.kind,
            &block.kind: block.content,
        });
        self.stamp(&mut row, &block.stamp);
        row
    }

    pub fn render_comment(&self, comment: &Comment) -> Value {
        let mut row = json!({
            "object": "comment",
            "id": comment.id,
            "parent": {"type": "page_id", "page_id": comment.page},
            "discussion_id": comment.discussion,
            "rich_text": comment.text,
        });
        self.stamp(&mut row, &comment.stamp);
        row
    }

    fn stamp(&self, row: &mut Value, stamp: &Stamp) {
        let user = |person: &Persona| json!({"object": "user", "id": self.user_id(person)});
        let fields = [
            ("created_time", format!("{:.3}", stamp.created_at).into()),
            ("last_edited_time", format!("{:.3}", stamp.edited_at).into()),
            ("created_by", user(&stamp.creator)),
            ("last_edited_by", user(&stamp.editor)),
        ];
        crate::sandbox::object::extend(row, fields);
    }
}

fn render_parent(parent: &Parent) -> Value {
    match parent {
        Parent::Workspace => json!({"type": "workspace", "workspace": true}),
        Parent::Page(id) => json!({"type": "page_id", "page_id": id}),
        Parent::Database(id) => json!({"type": "database_id", "database_id": id}),
    }
}
