//! Databases: their columns, and the pages in them as rows.

use std::sync::Arc;

use serde_json::{Value, json};

use super::filter::{Filter, Row, sorting};
use super::text::read_rich;
use super::workspace::{Database, Page, Parent, Stamp};
use super::{Notion, input, is_id, list, unknown};
use crate::order::StableOrder as _;
use crate::sandbox::people::Persona;
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::{ProviderCall, ProviderRefusal};

/// Orders one behind the other, at most.
const MOST_SORTS: usize = 100;

impl Notion {
    /// A database that somebody sees, by its id or by that of its one data source.
    pub(super) fn database(&self, person: &Arc<Persona>, id: &str) -> Result<&Database, ProviderRefusal> {
        let is_meant = |database: &Database| is_id(&database.id, id) || is_id(&database.data_source, id);
        let seen = self.0.databases.iter().find(|known| is_meant(known) && self.0.database_shows(known, person));
        seen.ok_or_else(|| unknown("database", id))
    }

    pub(super) fn database_get(
        &self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let database = self.database(person, arguments.required_text("database_id")?)?;
        Ok(self.0.render_database(database))
    }

    /// A database below a page. It needs one column for the titles.
    pub(super) fn database_create(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let undefined = |name: &str| input(format!("body failed validation: body.{name} should be defined"));
        let page = arguments.map.get("parent").and_then(|parent| parent.get("page_id")?.as_str());
        let parent = Parent::Page(self.page(call.person, page.ok_or_else(|| undefined("parent.page_id"))?)?.id.clone());
        let title = arguments.map.get("title").and_then(read_rich).ok_or_else(|| undefined("title"))?;
        let columns = arguments.map.get("properties").and_then(Value::as_object);
        let columns = self.0.columns(columns.ok_or_else(|| undefined("properties"))?).map_err(input)?;
        if columns.iter().filter(|column| column.kind == "title").count() != 1 {
            return Err(input("Title is not provided."));
        }
        let id = self.0.add_database(title, parent, columns, Stamp::new(call.person, call.now), None);
        self.database(call.person, &id).map(|database| self.0.render_database(database))
    }

    pub(super) fn query(
        &self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
        id: &str,
    ) -> Result<Value, ProviderRefusal> {
        let database = self.database(person, arguments.required_text(id)?)?;
        let filter = arguments.map.get("filter").filter(|filter| !filter.is_null() && **filter != json!({}));
        let filter = filter.map(|filter| Filter::read(filter, &database.columns, 1)).transpose().map_err(input)?;
        let within = Parent::Database(database.id.clone());
        let rows = self.0.pages.iter().filter(|page| page.parent == within && !page.archived);
        let rows = rows.filter(|page| self.0.page_shows(page, person));
        let mut rows: Vec<_> =
            rows.filter(|page| filter.as_ref().is_none_or(|filter| filter.holds(&row(page)))).collect();
        // The newest come first, unless something else is asked for.
        rows.reverse();
        if let Some(Value::Array(sorts)) = arguments.map.get("sorts") {
            if sorts.len() > MOST_SORTS {
                return Err(input(format!("body failed validation: body.sorts.length should be ≤ {MOST_SORTS}")));
            }
            for sort in sorts.iter().rev() {
                let compare = sorting(sort, &database.columns).map_err(input)?;
                rows.order_by(|a, b| compare(&row(a), &row(b)));
            }
        }
        list(rows.into_iter().map(|page| self.0.render_page(page)).collect(), "page_or_database", arguments)
    }

    pub(super) fn insert(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
        id: &str,
    ) -> Result<Value, ProviderRefusal> {
        let database = self.database(call.person, arguments.required_text(id)?)?.id.clone();
        if !arguments.map.get("properties").is_some_and(Value::is_object) {
            return Err(input("body failed validation: body.properties should be defined"));
        }
        self.new_page(call, arguments, Parent::Database(database))
    }
}

fn row(page: &Page) -> Row<'_> {
    Row { values: &page.values, created_at: page.stamp.created_at, edited_at: page.stamp.edited_at }
}
