//! Conditions on a row. They nest; a caller's JSON bounds how deep.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::table::WarehouseTable;

#[derive(Debug)]
pub enum RowCondition {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Compare { column: String, op: Op, value: Value },
}

#[derive(Clone, Copy, Debug)]
pub enum Op {
    Equal,
    Different,
    Less,
    Greater,
    Contains,
}

const OPS: [(&str, Op); 5] =
    [("=", Op::Equal), ("!=", Op::Different), ("<", Op::Less), (">", Op::Greater), ("contains", Op::Contains)];

impl RowCondition {
    pub fn read(condition: &Value, table: &WarehouseTable) -> Result<Self, String> {
        let fields = condition.as_object().ok_or("where must be an object")?;
        let many = |value: &Value| -> Result<Vec<Self>, String> {
            let items = value.as_array().ok_or("all and any must be arrays")?;
            items.iter().map(|item| Self::read(item, table)).collect()
        };
        match (fields.get("all"), fields.get("any"), fields.get("not")) {
            (Some(all), None, None) => many(all).map(Self::All),
            (None, Some(any), None) => many(any).map(Self::Any),
            (None, None, Some(not)) => Ok(Self::Not(Box::new(Self::read(not, table)?))),
            (None, None, None) => Self::compare(fields, table),
            _ => Err("only one of all, any and not may stand in a condition".into()),
        }
    }

    fn compare(fields: &Map<String, Value>, table: &WarehouseTable) -> Result<Self, String> {
        let column = fields.get("column").and_then(Value::as_str).ok_or("column is required")?;
        if !table.has(column) {
            return Err(format!("{} has no column {column}", table.name));
        }
        let op = fields.get("op").map_or(Some("="), Value::as_str).unwrap_or_default();
        let (_, op) = OPS.iter().find(|(known, _)| *known == op).ok_or_else(|| format!("{op} is not an operator"))?;
        let value = fields.get("value").cloned().ok_or("value is required")?;
        Ok(Self::Compare { column: column.into(), op: *op, value })
    }

    pub fn holds(&self, row: &Value) -> bool {
        match self {
            Self::All(all) => all.iter().all(|condition| condition.holds(row)),
            Self::Any(any) => any.iter().any(|condition| condition.holds(row)),
            Self::Not(condition) => !condition.holds(row),
            Self::Compare { column, op, value } => {
                let Some(found) = row.get(column) else { return false };
                match op {
                    Op::Equal => order(found, value) == Some(Ordering::Equal),
                    Op::Different => order(found, value) != Some(Ordering::Equal),
                    Op::Less => order(found, value) == Some(Ordering::Less),
                    Op::Greater => order(found, value) == Some(Ordering::Greater),
                    Op::Contains => {
                        found.as_str().zip(value.as_str()).is_some_and(|(found, part)| found.contains(part))
                    }
                }
            }
        }
    }
}

/// None for values of different kinds.
fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        _ => a.as_f64()?.partial_cmp(&b.as_f64()?),
    }
}
