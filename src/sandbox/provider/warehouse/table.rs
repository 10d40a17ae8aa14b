//! Tables whose rows follow from the seed, so that they need not be kept.

use jiff::{SignedDuration, Timestamp};
use serde::de::Error as _;
use serde_json::{Map, Value, json};

use crate::sandbox::ids::Ids;

const DATA: &str = include_str!("../../../../assets/sandbox/data/warehouse.json");

/// Rows in every table.
pub const ROWS: u64 = 1000;

const WORDS: [&str; 16] = [
    "alder", "amber", "birch", "cobalt", "cedar", "coral", "elm", "fern", "hazel", "indigo", "larch", "ochre", "rowan",
    "slate", "umber", "willow",
];

pub struct WarehouseTable {
    ids: Ids,
    now: Timestamp,
    pub name: String,
    pub columns: Vec<WarehouseColumn>,
}

pub struct WarehouseColumn {
    pub name: String,
    kind: ColumnKind,
}

#[derive(Clone, Copy)]
enum ColumnKind {
    Integer,
    Number,
    Text,
    Boolean,
    Timestamp,
}

const KINDS: [(&str, ColumnKind); 5] = [
    ("integer", ColumnKind::Integer),
    ("number", ColumnKind::Number),
    ("text", ColumnKind::Text),
    ("boolean", ColumnKind::Boolean),
    ("timestamp", ColumnKind::Timestamp),
];

/// All tables; each column of the data file is a name and a kind.
pub fn read(ids: Ids, now: Timestamp) -> Result<Vec<WarehouseTable>, serde_json::Error> {
    let data: Map<String, Value> = serde_json::from_str(DATA)?;
    let column = |text: &String| {
        let (name, kind) = text.split_once(' ')?;
        let (_, kind) = KINDS.iter().find(|(known, _)| *known == kind)?;
        Some(WarehouseColumn { name: name.into(), kind: *kind })
    };
    let build = |(name, columns): (String, Value)| {
        let columns: Vec<String> = serde_json::from_value(columns)?;
        let columns = columns.iter().map(column).collect::<Option<_>>();
        let columns = columns.ok_or_else(|| serde_json::Error::custom(format_args!("a column of {name}")))?;
        Ok(WarehouseTable { ids, now, name, columns })
    };
    data.into_iter().map(build).collect()
}

impl WarehouseTable {
    pub fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|known| known.name == column)
    }

    /// The row of this number, from 1.
    pub fn row(&self, number: u64) -> Value {
        let cells = self.columns.iter().enumerate().map(|(place, column)| {
            let dice = self.ids.number(&format!("warehouse/{}/{number}/{place}", self.name));
            let value = match column.kind {
                // The first column numbers the rows.
                ColumnKind::Integer if place == 0 => number.into(),
                ColumnKind::Integer => (dice % 100 + 1).into(),
                ColumnKind::Number => json!((dice % 100_000) as f64 / 100.0),
                ColumnKind::Text => usize::try_from(dice % 16).ok().and_then(|at| WORDS.get(at)).copied().into(),
                ColumnKind::Boolean => (!dice.is_multiple_of(4)).into(),
                ColumnKind::Timestamp => {
                    let ago = SignedDuration::from_mins(i64::try_from(dice % 500_000).unwrap_or_default());
                    self.now.checked_sub(ago).map(|at| format!("{at:.0}")).ok().into()
                }
            };
            (column.name.clone(), value)
        });
        Value::Object(cells.collect())
    }

    pub fn render_columns(&self) -> Value {
        let kind = |column: &WarehouseColumn| match column.kind {
            ColumnKind::Integer => "integer",
            ColumnKind::Number => "number",
            ColumnKind::Text => "text",
            ColumnKind::Boolean => "boolean",
            ColumnKind::Timestamp => "timestamp",
        };
        let columns: Vec<_> =
            self.columns.iter().map(|column| json!({"name": column.name, "type": kind(column)})).collect();
        json!({"table": self.name, "columns": columns})
    }
}
