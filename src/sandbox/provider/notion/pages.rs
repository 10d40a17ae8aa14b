//! Pages: finding, reading, making and changing them.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::property::Column;
use super::text::{markdown, plain};
use super::workspace::{Parent, Stamp};
use super::{Notion, input, is_id, list, unknown};
use crate::order::StableOrder as _;
use crate::sandbox::people::Persona;
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::{ProviderCall, ProviderRefusal};

impl Notion {
    /// Pages and databases whose title holds the query, the last changed first.
    pub(super) fn search(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let query = arguments.text("query")?.unwrap_or_default().to_lowercase();
        let given = |object: &str, name: &str| arguments.map.get(object)?.get(name)?.as_str();
        let only = given("filter", "value");
        let direction = arguments.text("sort_direction")?.or(given("sort", "direction"));
        let by = arguments.text("sort_timestamp")?.or(given("sort", "timestamp")).unwrap_or("last_edited_time");
        let mut rows = Vec::new();
        if only.is_none_or(|only| only == "page") {
            let pages = self.0.pages.iter().filter(|page| !page.archived && self.0.page_shows(page, person));
            let pages = pages.filter(|page| self.0.title(page).to_lowercase().contains(&query));
            rows.extend(pages.map(|page| self.0.render_page(page)));
        }
        if only.is_none_or(|only| only != "page") {
            let seen = self.0.databases.iter().filter(|database| self.0.database_shows(database, person));
            let seen = seen.filter(|database| plain(&database.title).to_lowercase().contains(&query));
            rows.extend(seen.map(|database| self.0.render_database(database)));
        }
        if !matches!(by, "last_edited_time" | "created_time") {
            return Err(input(format!("body failed validation: {by} is not a timestamp to sort by")));
        }
        let time = |row: &Value| row.get(by).and_then(Value::as_str).unwrap_or_default().to_owned();
        match direction.unwrap_or("descending") {
            "ascending" => rows.order_by_key(time),
            "descending" => rows.order_by(|a, b| time(b).cmp(&time(a))),
            other => return Err(input(format!("body failed validation: {other} is not a direction"))),
        }
        list(rows, "page_or_database", arguments)
    }

    pub(super) fn page_get(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        self.page(person, arguments.required_text("page_id")?).map(|page| self.0.render_page(page))
    }

    /// A page as Markdown, title left out, as the API has it.
    pub(super) fn markdown(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let page = self.page(person, arguments.required_text("page_id")?)?;
        let blocks = self.0.blocks.iter().filter(|block| block.within == page.id);
        let lines: Vec<_> = blocks.map(|block| markdown(&block.kind, &block.content)).collect();
        Ok(json!({
            "object": "page_markdown", "id": page.id, "markdown": lines.join("\n"), "truncated": false,
            "unknown_block_ids": [],
        }))
    }

    /// A page in a database, or below another page.
    pub(super) fn page_create(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let given = |name: &str| {
            ["parent", "_parent"].iter().find_map(|parent| arguments.map.get(*parent)?.get(name)?.as_str())
        };
        let database = arguments.text("database_id")?.or(given("database_id")).or(given("data_source_id"));
        let page = arguments.text("parent_page_id")?.or(given("page_id"));
        let parent = match (database, page) {
            (Some(id), None) => Parent::Database(self.database(call.person, id)?.id.clone()),
            (None, Some(id)) => Parent::Page(self.page(call.person, id)?.id.clone()),
            _ => return Err(input("body failed validation: either database_id or parent_page_id should be defined")),
        };
        self.new_page(call, arguments, parent)
    }

    pub(super) fn new_page(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
        parent: Parent,
    ) -> Result<Value, ProviderRefusal> {
        let values = self.written(&parent, arguments, Map::new())?;
        let blocks = self.blocks(arguments, &["child_blocks", "children"])?;
        let stamp = Stamp::new(call.person, call.now);
        let id = self.0.add_page(parent, values, stamp.clone(), None);
        for (kind, content) in blocks {
            self.0.add_block(&id, kind, content, stamp.clone());
        }
        self.decorate(&id, arguments);
        self.page(call.person, &id).map(|page| self.0.render_page(page))
    }

    pub(super) fn page_update(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let page = self.page(call.person, arguments.required_text("page_id")?)?;
        let (id, parent, values) = (page.id.clone(), page.parent.clone(), page.values.clone());
        let archived = arguments.flag("archived")?.or(arguments.flag("in_trash")?);
        if page.archived && archived != Some(false) {
            return Err(input("Can't edit block that is archived. You must unarchive the block before editing."));
        }
        let values = self.written(&parent, arguments, values)?;
        if let Some(page) = self.0.pages.iter_mut().find(|page| page.id == id) {
            page.values = values;
            page.archived = archived.unwrap_or(page.archived);
            page.stamp.edit(call.person, call.now);
        }
        self.decorate(&id, arguments);
        self.page(call.person, &id).map(|page| self.0.render_page(page))
    }

    /// Sets icon and cover.
    fn decorate(&mut self, id: &str, arguments: &Arguments<'_>) {
        let object = |name: &str| arguments.map.get(name).filter(|value| value.is_object()).cloned();
        if let Some(page) = self.0.pages.iter_mut().find(|page| page.id == id) {
            page.icon = object("icon").unwrap_or_else(|| page.icon.take());
            page.cover = object("cover").unwrap_or_else(|| page.cover.take());
        }
    }

    /// The values of a page after the `properties` of a call, each checked against its column.
    fn written(
        &mut self,
        parent: &Parent,
        arguments: &Arguments<'_>,
        mut values: Map<String, Value>,
    ) -> Result<Map<String, Value>, ProviderRefusal> {
        let properties = match arguments.map.get("properties") {
            None | Some(Value::Null) => return Ok(values),
            Some(Value::Object(properties)) => properties,
            Some(_) => return Err(input("body failed validation: body.properties should be an object")),
        };
        let mut columns = match parent {
            Parent::Database(id) => {
                let database = self.0.databases.iter().find(|database| database.id == *id);
                database.ok_or_else(|| unknown("database", id))?.columns.clone()
            }
            _ => vec![Column::title("title")],
        };
        for (name, value) in properties {
            // The title goes by this name whatever its column is called.
            let is_meant = |column: &&mut Column| {
                column.name == *name || column.id == *name || (name == "title" && column.kind == "title")
            };
            let column = columns.iter_mut().find(is_meant);
            let column = column.ok_or_else(|| input(format!("{name} is not a property that exists.")))?;
            let value = column.write(value, |id| self.0.render_user_of(id)).map_err(input)?;
            values.insert(column.name.clone(), value);
        }
        if let Parent::Database(id) = parent
            && let Some(database) = self.0.databases.iter_mut().find(|database| is_id(&database.id, id))
        {
            database.columns = columns;
        }
        Ok(values)
    }
}
