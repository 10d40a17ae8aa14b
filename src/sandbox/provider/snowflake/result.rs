//! Results as the SQL API has them: every cell is text, or null.

use jiff::civil::{Date, DateTime, date};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Rows};
use serde_json::{Value, json};

/// Rows in a partition, and in a result.
pub const PARTITION: usize = 1000;
const MOST_ROWS: usize = 10_000;

/// Bytes in a result, about.
const LARGEST: usize = 1_000_000;

/// Columns and rows of a result.
#[derive(Debug)]
pub struct SqlResult {
    columns: Vec<ResultColumn>,
    rows: Vec<Vec<Option<String>>>,
}

#[derive(Debug)]
struct ResultColumn {
    name: String,
    kind: ResultKind,
    precision: Option<i64>,
    scale: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum ResultKind {
    Fixed,
    Real,
    Text,
    Boolean,
    Date,
    Timestamp,
}

/// Why there is no result.
#[derive(Debug)]
pub enum NoResult {
    Sqlite(rusqlite::Error),
    TooLarge,
}

impl From<rusqlite::Error> for NoResult {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl SqlResult {
    /// Runs a statement; values take the places of its question marks.
    pub fn query(db: &Connection, sql: &str, values: &[rusqlite::types::Value]) -> Result<Self, NoResult> {
        let mut statement = db.prepare(sql)?;
        let declared: Vec<_> = statement
            .columns()
            .map(|column| (column.name().to_owned(), column.decl_type().map(str::to_owned)))
            .collect();
        // Names that nobody put in quotes are in capitals.
        let quoted = |name: &str| sql.contains(&format!("\"{name}\""));
        let column = |(name, kind): &(String, Option<String>)| {
            ResultColumn::new(if quoted(name) { name.clone() } else { name.to_uppercase() }, kind.as_deref())
        };
        let mut columns: Vec<_> = declared.iter().map(column).collect();
        let computed: Vec<_> = declared.iter().map(|(_, kind)| kind.is_none()).collect();
        let mut rows = statement.query(rusqlite::params_from_iter(values))?;
        let rows = collect(&mut rows, &mut columns, &computed)?;
        Ok(Self { columns, rows })
    }

    /// A result that was not asked of a table: names of columns, and rows of text.
    pub fn listed(names: &[&str], rows: Vec<Vec<String>>) -> Self {
        let columns = names.iter().map(|name| ResultColumn::new((*name).into(), Some("VARCHAR"))).collect();
        Self { columns, rows: rows.into_iter().map(|row| row.into_iter().map(Some).collect()).collect() }
    }

    pub fn partitions(&self) -> usize {
        self.rows.len().div_ceil(PARTITION).max(1)
    }

    /// The rows of one partition. Without `nullable`, what is null is the word.
    pub fn partition(&self, number: usize, nullable: bool) -> Value {
        let cell = |cell: &Option<String>| match cell {
            None if !nullable => "null".into(),
            cell => json!(cell),
        };
        let rows = self.rows.iter().skip(number.saturating_mul(PARTITION)).take(PARTITION);
        rows.map(|row| row.iter().map(cell).collect::<Value>()).collect()
    }

    pub fn meta_data(&self) -> Value {
        let row_type = |column: &ResultColumn| {
            json!({
                "name": column.name,
                "database": "",
                "schema": "",
                "table": "",
                "type": column.kind.name(),
                "nullable": true,
                "precision": column.precision,
                "scale": column.scale,
                "length": if column.kind == ResultKind::Text { Some(16_777_216) } else { None },
                "byteLength": if column.kind == ResultKind::Text { Some(16_777_216) } else { None },
                "collation": null,
            })
        };
        let part = |rows: &[Vec<Option<String>>]| {
            let size: usize = rows.iter().flatten().map(|cell| cell.as_ref().map_or(4, String::len) + 3).sum();
            json!({"rowCount": rows.len(), "uncompressedSize": size})
        };
        let mut partitions: Vec<_> = self.rows.chunks(PARTITION).map(part).collect();
        if partitions.is_empty() {
            partitions.push(part(&[]));
        }
        json!({
            "numRows": self.rows.len(),
            "format": "jsonv2",
            "partitionInfo": partitions,
            "rowType": self.columns.iter().map(row_type).collect::<Vec<_>>(),
        })
    }
}

impl ResultColumn {
    fn new(name: String, declared: Option<&str>) -> Self {
        let (kind, size) = declared.unwrap_or_default().split_once('(').unwrap_or((declared.unwrap_or_default(), ""));
        let size: Vec<i64> =
            size.trim_end_matches(')').split(',').filter_map(|part| part.trim().parse().ok()).collect();
        let kind = match kind {
            "NUMBER" => ResultKind::Fixed,
            "BOOLEAN" => ResultKind::Boolean,
            "DATE" => ResultKind::Date,
            "TIMESTAMP_NTZ" => ResultKind::Timestamp,
            _ => ResultKind::Text,
        };
        let mut column = Self { name, kind, precision: size.first().copied(), scale: size.get(1).copied() };
        if kind == ResultKind::Timestamp {
            (column.precision, column.scale) = (Some(0), Some(9));
        }
        column
    }

    /// A column that was computed: what it holds tells what it is.
    fn learn(&mut self, cell: ValueRef<'_>) {
        (self.kind, self.precision, self.scale) = match cell {
            ValueRef::Integer(_) if self.kind != ResultKind::Real => (ResultKind::Fixed, Some(38), Some(0)),
            ValueRef::Real(_) | ValueRef::Integer(_) => (ResultKind::Real, None, None),
            ValueRef::Null => return,
            ValueRef::Text(_) | ValueRef::Blob(_) => (ResultKind::Text, None, None),
        };
    }

    fn write(&self, cell: ValueRef<'_>) -> Option<String> {
        let text = match cell {
            ValueRef::Null => return None,
            ValueRef::Integer(number) if self.kind == ResultKind::Boolean => (number != 0).to_string(),
            ValueRef::Integer(number) => match self.scale {
                Some(scale @ 1..=30) if self.kind == ResultKind::Fixed => {
                    format!("{number}.{}", "0".repeat(usize::try_from(scale).unwrap_or_default()))
                }
                _ => number.to_string(),
            },
            ValueRef::Real(number) => match self.scale.and_then(|scale| usize::try_from(scale).ok()) {
                Some(scale) if self.kind == ResultKind::Fixed => format!("{number:.scale$}"),
                _ => number.to_string(),
            },
            ValueRef::Text(text) => self.write_text(&String::from_utf8_lossy(text)),
            ValueRef::Blob(bytes) => bytes.iter().map(|byte| format!("{byte:02X}")).collect(),
        };
        Some(text)
    }

    /// Days and seconds since 1970, where the text is a date or a time.
    fn write_text(&self, text: &str) -> String {
        let written = match self.kind {
            ResultKind::Date => text.parse::<Date>().ok().and_then(|day| {
                let days = date(1970, 1, 1).until(day).ok()?.get_days();
                Some(days.to_string())
            }),
            ResultKind::Timestamp => text.parse::<DateTime>().ok().and_then(|at| {
                let at = at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
                Some(format!("{}.{:09}", at.as_second(), at.subsec_nanosecond()))
            }),
            _ => None,
        };
        written.unwrap_or_else(|| text.into())
    }
}

impl ResultKind {
    fn name(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Real => "real",
            Self::Text => "text",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Timestamp => "timestamp_ntz",
        }
    }
}

fn collect(
    rows: &mut Rows<'_>,
    columns: &mut [ResultColumn],
    computed: &[bool],
) -> Result<Vec<Vec<Option<String>>>, NoResult> {
    let (mut found, mut size) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let mut cells = Vec::with_capacity(columns.len());
        for (at, (column, computed)) in columns.iter_mut().zip(computed).enumerate() {
            let cell = row.get_ref(at)?;
            if *computed {
                column.learn(cell);
            }
            let cell = column.write(cell);
            size += cell.as_ref().map_or(4, String::len);
            cells.push(cell);
        }
        found.push(cells);
        if found.len() > MOST_ROWS || size > LARGEST {
            return Err(NoResult::TooLarge);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(sql: &str) -> SqlResult {
        let db = Connection::open_in_memory().expect("a database");
        db.execute_batch(
            "CREATE TABLE T (N NUMBER(10,2), B BOOLEAN, D DATE, AT TIMESTAMP_NTZ, S VARCHAR);
             INSERT INTO T VALUES (9.5, 1, '1970-02-01', '1970-01-01 00:01:00', 'x'), (4, 0, NULL, NULL, NULL);",
        )
        .expect("a table");
        SqlResult::query(&db, sql, &[]).expect("a result")
    }

    #[test]
    fn cells_are_written_by_their_kind() {
        let whole = result("select * from t");
        assert_eq!(
            whole.partition(0, true),
            json!([["9.50", "true", "31", "60.000000000", "x"], ["4.00", "false", null, null, null]])
        );
        assert_eq!(whole.partition(0, false)[1][2], "null");
        assert_eq!(whole.partition(1, true), json!([]));
        let kinds: Vec<_> = whole.columns.iter().map(|column| column.kind.name()).collect();
        assert_eq!(kinds, ["fixed", "boolean", "date", "timestamp_ntz", "text"]);
    }

    #[test]
    fn computed_columns_are_what_they_hold() {
        let computed = result("select count(*), avg(n) mean, max(s) as \"most\", null from t");
        let meta = computed.meta_data();
        let column = |at: usize, field: &str| meta["rowType"][at][field].clone();
        assert_eq!((column(0, "name"), column(0, "type")), (json!("COUNT(*)"), json!("fixed")));
        assert_eq!((column(1, "name"), column(1, "type")), (json!("MEAN"), json!("real")));
        assert_eq!((column(2, "name"), column(2, "type")), (json!("most"), json!("text")));
        assert_eq!(meta["partitionInfo"][0]["rowCount"], 1);
    }

    #[test]
    fn a_large_result_is_refused() {
        let db = Connection::open_in_memory().expect("a database");
        let count = |rows: usize| {
            let sql = format!(
                "with recursive n(i) as (select 1 union all select i + 1 from n where i < {rows}) select i from n"
            );
            SqlResult::query(&db, &sql, &[])
        };
        assert_eq!(count(2500).expect("small enough").partitions(), 3);
        assert!(matches!(count(MOST_ROWS + 1), Err(NoResult::TooLarge)));
    }
}
