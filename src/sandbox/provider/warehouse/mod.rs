//! A custom MCP server over a data warehouse: more tools than a page holds, conditions that nest,
//! and answers as large as one likes. Results look like MCP's, and so do refusals: an answer that
//! went well by its status and says `"isError": true`.

mod condition;
mod table;

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use self::condition::RowCondition;
use self::table::{ROWS, WarehouseTable};
use super::DefinitionsResult;
use super::arguments::{Arguments, Problem};
use super::call::{MockProvider, ProviderCall, ProviderRefusal, ProviderRefusalKind};
use super::data::ProviderData;
use crate::sandbox::ids::Ids;

/// Prefix of every tool's name. Reference: section 8 on custom MCP tools.
const PREFIX: &str = "c-warehouse_";

/// The tools of one table, with `@table` and `@columns` to be filled in.
const TOOLS: &str = include_str!("../../../../assets/sandbox/tools/warehouse.json");

/// The largest answer, in MB.
const LARGEST: i64 = 64;

/// Warehouse as a provider: its tables.
pub struct Warehouse(Vec<WarehouseTable>);

/// The same tools for every table.
pub fn tools() -> DefinitionsResult {
    let templates: Vec<&RawValue> = serde_json::from_str(TOOLS)?;
    let mut tools = Vec::new();
    for table in table::read(Ids::new(0), Timestamp::UNIX_EPOCH)? {
        let columns = Value::from_iter(table.columns.iter().map(|column| column.name.as_str())).to_string();
        for template in &templates {
            let text = template.get().replace("\"@columns\"", &columns).replace("@table", &table.name);
            tools.push(Cow::Owned(RawValue::from_string(text)?));
        }
    }
    Ok(tools)
}

impl MockProvider for Warehouse {
    fn run(&mut self, tool: &str, call: &ProviderCall<'_>) -> Option<Result<ProviderData, ProviderRefusal>> {
        let (table, verb) = tool.strip_prefix(PREFIX)?.rsplit_once('_')?;
        let table = self.0.iter().find(|known| known.name == table)?;
        let arguments = Arguments { map: call.arguments, complain };
        let answer = match verb {
            "describe" => Ok(result(table.render_columns())),
            "count" => Ok(result(json!({"rows": ROWS}))),
            "get" => get(table, &arguments),
            "query" => query(table, &arguments),
            "export" => export(table, &arguments),
            _ => return None,
        };
        Some(Ok(answer.unwrap_or_else(|trouble| {
            json!({"content": [{"type": "text", "text": trouble.message}], "isError": true}).into()
        })))
    }
}

impl Warehouse {
    pub fn open(ids: Ids, now: Timestamp) -> Result<Self, serde_json::Error> {
        table::read(ids, now).map(Self)
    }
}

fn get(table: &WarehouseTable, arguments: &Arguments<'_>) -> Result<ProviderData, ProviderRefusal> {
    let row = u64::try_from(arguments.required_number("row")?).ok().filter(|row| (1..=ROWS).contains(row));
    let row = row.ok_or_else(|| input(format!("row must be between 1 and {ROWS}")))?;
    Ok(result(table.row(row)))
}

fn query(table: &WarehouseTable, arguments: &Arguments<'_>) -> Result<ProviderData, ProviderRefusal> {
    let condition = arguments.map.get("where").filter(|condition| !condition.is_null());
    let condition = condition.map(|condition| RowCondition::read(condition, table)).transpose().map_err(input)?;
    let limit = arguments.number("limit")?.unwrap_or(20);
    let limit = usize::try_from(limit).ok().filter(|limit| (1..=1000).contains(limit));
    let limit = limit.ok_or_else(|| input("limit must be between 1 and 1000".into()))?;
    let columns = arguments.optional_texts("columns")?;
    if let Some(unknown) = columns.iter().flatten().find(|name| !table.has(name)) {
        return Err(input(format!("{} has no column {unknown}", table.name)));
    }
    let rows = (1..=ROWS).map(|row| table.row(row));
    let rows = rows.filter(|row| condition.as_ref().is_none_or(|condition| condition.holds(row))).take(limit);
    let narrow = |mut row: Value| {
        if let (Some(columns), Some(row)) = (&columns, row.as_object_mut()) {
            row.retain(|name, _| columns.contains(&name.as_str()));
        }
        row
    };
    let rows: Vec<_> = rows.map(narrow).collect();
    Ok(result(json!({"count": rows.len(), "rows": rows})))
}

/// Written out as text: as values it would take many times the memory.
fn export(table: &WarehouseTable, arguments: &Arguments<'_>) -> Result<ProviderData, ProviderRefusal> {
    let size = arguments.number("megabytes")?.unwrap_or(1);
    let size = usize::try_from(size).ok().filter(|_| (1..=LARGEST).contains(&size));
    let size = size.ok_or_else(|| input(format!("megabytes must be between 1 and {LARGEST}")))? * 1_000_000;
    let rows = Value::from_iter((1..=ROWS).map(|row| table.row(row))).to_string();
    let mut text = String::with_capacity(size + rows.len() + 200);
    text.push_str(&format!(
        "{{\"content\":[],\"isError\":false,\"structuredContent\":{{\"table\":\"{}\",\"parts\":[",
        table.name
    ));
    let mut parts = 0;
    while text.len() < size {
        parts += 1;
        let comma = if parts == 1 { "" } else { "," };
        text.push_str(&format!("{comma}{{\"part\":{parts},\"rows\":{rows}}}"));
    }
    text.push_str("]}}");
    RawValue::from_string(text).map(ProviderData::Text).map_err(|e| input(e.to_string()))
}

fn result(content: Value) -> ProviderData {
    json!({"content": [{"type": "text", "text": content.to_string()}], "structuredContent": content, "isError": false})
        .into()
}

fn input(message: String) -> ProviderRefusal {
    ProviderRefusal { kind: ProviderRefusalKind::Input, code: "INVALID_PARAMS", message }
}

fn complain(name: &str, problem: Problem) -> ProviderRefusal {
    let what = match problem {
        Problem::Missing => "is required",
        Problem::NotText => "must be a string",
        Problem::NotANumber => "must be an integer",
        Problem::NotTexts => "must be an array of strings",
        Problem::NotAFlag => "must be a boolean",
    };
    input(format!("{name} {what}"))
}
