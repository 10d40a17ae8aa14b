//! One company's database: schemas, tables, and the roles that may read them.

use std::sync::Arc;

use indexmap::IndexMap;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rusqlite::hooks::{AuthAction, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::Value as SqlValue;
use rusqlite::{Connection, params_from_iter};
use serde::Deserialize;
use serde::de::Error as _;
use serde_json::Value;

use crate::sandbox::people::{People, Persona};

const DATA: &str = include_str!("../../../../assets/sandbox/data/snowflake.json");

/// Schema that tells of all others.
pub const INFORMATION_SCHEMA: &str = "INFORMATION_SCHEMA";

/// Steps of SQLite's machine after which a statement is stopped, and how often they are counted.
const MOST_STEPS: i32 = 20_000_000;
const STEPS: i32 = 10_000;

/// Length of a statement, a text or a row, in bytes.
const LONGEST: i32 = 1_000_000;

pub struct Sample {
    pub database: String,
    pub warehouses: Vec<ComputeWarehouse>,
    pub roles: Vec<SampleRole>,
    pub schemas: IndexMap<String, IndexMap<String, SampleTable>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComputeWarehouse {
    pub name: String,
    pub size: String,
}

pub struct SampleRole {
    pub name: String,
    pub schemas: Vec<String>,
    people: Vec<Arc<Persona>>,
}

pub struct SampleTable {
    /// Columns of the primary key.
    pub key: Vec<String>,
    pub columns: Vec<SampleColumn>,
    rows: Vec<Vec<SqlValue>>,
}

pub struct SampleColumn {
    pub name: String,
    /// As Snowflake writes it, such as `NUMBER(10,2)`.
    pub kind: String,
}

/// The data file. People go by their keys; times count from the start.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleData {
    database: String,
    warehouses: Vec<ComputeWarehouse>,
    roles: Vec<SampleRoleData>,
    schemas: IndexMap<String, IndexMap<String, SampleTableData>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleRoleData {
    name: String,
    schemas: Vec<String>,
    people: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleTableData {
    key: Vec<String>,
    /// Name and kind, with a space between them.
    columns: Vec<String>,
    rows: Vec<Vec<Value>>,
}

impl Sample {
    pub fn open(people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        let data: SampleData = serde_json::from_str(DATA)?;
        let role = |SampleRoleData { name, schemas, people: keys }| {
            let people = keys.iter().map(|key: &String| people.named(key)).collect::<Result<_, _>>()?;
            Ok(SampleRole { name, schemas, people })
        };
        let tables = |(schema, tables): (String, IndexMap<String, SampleTableData>)| {
            let tables = tables.into_iter().map(|(name, table)| Ok((name, SampleTable::read(table, now)?)));
            Ok((schema, tables.collect::<Result<_, serde_json::Error>>()?))
        };
        Ok(Self {
            database: data.database,
            warehouses: data.warehouses,
            roles: data.roles.into_iter().map(role).collect::<Result<_, serde_json::Error>>()?,
            schemas: data.schemas.into_iter().map(tables).collect::<Result<_, serde_json::Error>>()?,
        })
    }

    /// Roles that were granted to a person, the usual one first.
    pub fn roles_of(&self, person: &Arc<Persona>) -> impl Iterator<Item = &SampleRole> {
        self.roles.iter().filter(move |role| role.people.contains(person))
    }

    /// The schemas that a role may read, with their tables.
    pub fn seen_by<'a>(
        &'a self,
        role: &'a SampleRole,
    ) -> impl Iterator<Item = (&'a String, &'a IndexMap<String, SampleTable>)> {
        self.schemas.iter().filter(|(name, _)| role.schemas.contains(name))
    }

    /// A database in memory with what a role may read, and no way to do anything else with it. Names without a
    /// schema are looked up in `first`, and then in the others.
    ///
    /// # Errors
    /// SQLite's, of which there are none for the sample.
    pub fn connect(&self, role: &SampleRole, first: &str) -> rusqlite::Result<Connection> {
        let mut db = Connection::open_in_memory()?;
        let mut schemas: Vec<_> = self.seen_by(role).collect();
        if let Some(at) = schemas.iter().position(|(name, _)| name.eq_ignore_ascii_case(first)) {
            let schema = schemas.remove(at);
            schemas.insert(0, schema);
        }
        for (schema, tables) in &schemas {
            db.execute(&format!("ATTACH ':memory:' AS \"{schema}\""), [])?;
            for (name, table) in *tables {
                let columns: Vec<_> =
                    table.columns.iter().map(|column| format!("\"{}\" {}", column.name, column.kind)).collect();
                fill(&db, schema, name, &columns.join(", "), &table.rows)?;
            }
        }
        self.describe(&db, role)?;
        db.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
        db.set_limit(Limit::SQLITE_LIMIT_LENGTH, LONGEST)?;
        db.set_limit(Limit::SQLITE_LIMIT_SQL_LENGTH, LONGEST)?;
        let mut steps = 0;
        db.progress_handler(
            STEPS,
            Some(move || {
                steps += STEPS;
                steps >= MOST_STEPS
            }),
        )?;
        db.authorizer(Some(|context: rusqlite::hooks::AuthContext<'_>| match context.action {
            // SQLite's own tables would tell of what it is.
            AuthAction::Read { table_name, .. } if table_name.starts_with("sqlite_") => Authorization::Deny,
            AuthAction::Select | AuthAction::Read { .. } | AuthAction::Function { .. } | AuthAction::Recursive => {
                Authorization::Allow
            }
            _ => Authorization::Deny,
        }))?;
        Ok(db)
    }

    /// The schema that tells of the others.
    fn describe(&self, db: &Connection, role: &SampleRole) -> rusqlite::Result<()> {
        let text = |text: &str| SqlValue::Text(text.to_owned());
        let catalog = || text(&self.database);
        let (mut schemata, mut tables, mut columns) = (Vec::new(), Vec::new(), Vec::new());
        for (schema, seen) in self.seen_by(role) {
            schemata.push(vec![catalog(), text(schema)]);
            for (name, table) in seen {
                let count = i64::try_from(table.rows.len()).unwrap_or_default();
                tables.push(vec![catalog(), text(schema), text(name), text("BASE TABLE"), SqlValue::Integer(count)]);
                for (at, column) in (1..).zip(&table.columns) {
                    let nullable = if table.key.contains(&column.name) { "NO" } else { "YES" };
                    let kind = column.kind.split('(').next().unwrap_or_default();
                    let kind = if kind == "VARCHAR" { "TEXT" } else { kind };
                    let row = [schema.as_str(), name, &column.name];
                    let row = row.into_iter().map(text).chain([SqlValue::Integer(at), text(nullable), text(kind)]);
                    columns.push([catalog()].into_iter().chain(row).collect());
                }
            }
        }
        db.execute(&format!("ATTACH ':memory:' AS {INFORMATION_SCHEMA}"), [])?;
        let table =
            |name: &str, columns: &str, rows: &[Vec<SqlValue>]| fill(db, INFORMATION_SCHEMA, name, columns, rows);
        table("SCHEMATA", "CATALOG_NAME VARCHAR, SCHEMA_NAME VARCHAR", &schemata)?;
        table(
            "TABLES",
            "TABLE_CATALOG VARCHAR, TABLE_SCHEMA VARCHAR, TABLE_NAME VARCHAR, TABLE_TYPE VARCHAR, ROW_COUNT NUMBER(38,0)",
            &tables,
        )?;
        table(
            "COLUMNS",
            "TABLE_CATALOG VARCHAR, TABLE_SCHEMA VARCHAR, TABLE_NAME VARCHAR, COLUMN_NAME VARCHAR, \
             ORDINAL_POSITION NUMBER(38,0), IS_NULLABLE VARCHAR, DATA_TYPE VARCHAR",
            &columns,
        )
    }
}

fn fill(db: &Connection, schema: &str, name: &str, columns: &str, rows: &[Vec<SqlValue>]) -> rusqlite::Result<()> {
    db.execute(&format!("CREATE TABLE \"{schema}\".\"{name}\" ({columns})"), [])?;
    let places = vec!["?"; columns.split(", ").count()].join(",");
    let mut insert = db.prepare(&format!("INSERT INTO \"{schema}\".\"{name}\" VALUES ({places})"))?;
    for row in rows {
        insert.execute(params_from_iter(row))?;
    }
    Ok(())
}

impl SampleTable {
    fn read(data: SampleTableData, now: Timestamp) -> Result<Self, serde_json::Error> {
        let column = |text: String| {
            let (name, kind) = text.split_once(' ').ok_or_else(|| serde_json::Error::custom(&text))?;
            Ok(SampleColumn { name: name.into(), kind: kind.into() })
        };
        let columns: Vec<SampleColumn> =
            data.columns.into_iter().map(column).collect::<Result<_, serde_json::Error>>()?;
        let row = |row: Vec<Value>| columns.iter().zip(row).map(|(column, cell)| column.cell(cell, now)).collect();
        let rows = data.rows.into_iter().map(row).collect::<Result<_, serde_json::Error>>()?;
        Ok(Self { key: data.key, columns, rows })
    }
}

impl SampleColumn {
    fn cell(&self, cell: Value, now: Timestamp) -> Result<SqlValue, serde_json::Error> {
        let at = |cell: Value| -> Result<_, serde_json::Error> {
            let offset: SignedDuration = serde_json::from_value(cell)?;
            let at = now.checked_add(offset).map_err(serde_json::Error::custom)?;
            Ok(at.to_zoned(TimeZone::UTC).datetime())
        };
        Ok(match (self.kind.as_str(), cell) {
            (_, Value::Null) => SqlValue::Null,
            ("DATE", cell) => SqlValue::Text(at(cell)?.date().to_string()),
            ("TIMESTAMP_NTZ", cell) => SqlValue::Text(at(cell)?.strftime("%Y-%m-%d %H:%M:%S").to_string()),
            (_, Value::Bool(flag)) => SqlValue::Integer(i64::from(flag)),
            (_, Value::Number(number)) => match number.as_i64() {
                Some(number) => SqlValue::Integer(number),
                None => SqlValue::Real(number.as_f64().unwrap_or_default()),
            },
            (_, Value::String(text)) => SqlValue::Text(text),
            (kind, _) => return Err(serde_json::Error::custom(format_args!("a cell of kind {kind}"))),
        })
    }
}
