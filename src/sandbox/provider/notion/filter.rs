//! Conditions of a query over the rows of a database, and their order.

use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use serde_json::{Map, Value};

use super::property::{Column, texts};

/// Conditions inside each other, at most: two, as the real provider has it.
const DEEPEST: usize = 3;

#[derive(Debug)]
pub enum Filter {
    All(Vec<Self>),
    Any(Vec<Self>),
    One { column: String, kind: String, test: Test, against: Value },
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Test {
    Equals,
    Differs,
    Contains,
    Lacks,
    StartsWith,
    EndsWith,
    Empty,
    NotEmpty,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

const TESTS: [(&str, Test); 16] = [
    ("equals", Test::Equals),
    ("does_not_equal", Test::Differs),
    ("contains", Test::Contains),
    ("does_not_contain", Test::Lacks),
    ("starts_with", Test::StartsWith),
    ("ends_with", Test::EndsWith),
    ("is_empty", Test::Empty),
    ("is_not_empty", Test::NotEmpty),
    ("less_than", Test::Less),
    ("less_than_or_equal_to", Test::LessOrEqual),
    ("greater_than", Test::Greater),
    ("greater_than_or_equal_to", Test::GreaterOrEqual),
    ("before", Test::Less),
    ("on_or_before", Test::LessOrEqual),
    ("after", Test::Greater),
    ("on_or_after", Test::GreaterOrEqual),
];

/// One row: its values, and its two times.
pub struct Row<'a> {
    pub values: &'a Map<String, Value>,
    pub created_at: Timestamp,
    pub edited_at: Timestamp,
}

impl Row<'_> {
    fn texts(&self, column: &str, kind: &str) -> Vec<String> {
        match kind {
            "created_time" => vec![self.created_at.to_string()],
            "last_edited_time" => vec![self.edited_at.to_string()],
            kind => texts(kind, self.values.get(column).unwrap_or(&Value::Null)),
        }
    }
}

impl Filter {
    /// Reads a filter object.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn read(filter: &Value, columns: &[Column], depth: usize) -> Result<Self, String> {
        if depth > DEEPEST {
            return Err("body failed validation: body.filter is nested too deeply".into());
        }
        let fields = filter.as_object().ok_or("body failed validation: body.filter should be an object")?;
        let many = |value: &Value| -> Result<Vec<Self>, String> {
            let items = value.as_array().ok_or("body failed validation: and and or should be arrays")?;
            items.iter().map(|item| Self::read(item, columns, depth + 1)).collect()
        };
        match (fields.get("and"), fields.get("or")) {
            (Some(all), None) => return many(all).map(Self::All),
            (None, Some(any)) => return many(any).map(Self::Any),
            (Some(_), Some(_)) => return Err("body failed validation: either and or or should be there".into()),
            (None, None) => {}
        }
        let text = |name: &str| fields.get(name).and_then(Value::as_str);
        let (column, kind) = match (text("property"), text("timestamp")) {
            (Some(name), _) => {
                let column = find(columns, name)?;
                (column.name.clone(), column.kind.clone())
            }
            (None, Some(kind @ ("created_time" | "last_edited_time"))) => (kind.into(), kind.into()),
            _ => return Err("body failed validation: body.filter.property should be defined".into()),
        };
        // A condition on the property's own type; that of a text is taken for any type of text.
        let conditions = fields.get(&kind).or_else(|| fields.get("rich_text").filter(|_| kind == "title"));
        let given = || fields.keys().find(|key| !["property", "timestamp", "type"].contains(&key.as_str()));
        let conditions = conditions.and_then(Value::as_object).ok_or_else(|| {
            let given = given().map_or("nothing", String::as_str);
            format!("database property {kind} does not match filter {given}")
        })?;
        let (name, against) = conditions.iter().next().ok_or("body failed validation: the condition is empty")?;
        let test = TESTS.iter().find(|(known, _)| known == name);
        let test = test.ok_or_else(|| format!("body failed validation: {name} is not a condition of {kind}"))?.1;
        Ok(Self::One { column, kind, test, against: against.clone() })
    }

    pub fn holds(&self, row: &Row<'_>) -> bool {
        match self {
            Self::All(all) => all.iter().all(|one| one.holds(row)),
            Self::Any(any) => any.iter().any(|one| one.holds(row)),
            Self::One { column, kind, test, against } => {
                let found = row.texts(column, kind);
                let wanted = match against {
                    Value::String(text) => text.to_lowercase(),
                    other => other.to_string(),
                };
                let any = |fits: &dyn Fn(&str) -> bool| found.iter().any(|text| fits(&text.to_lowercase()));
                let compare =
                    |fits: fn(Ordering) -> bool| found.iter().any(|text| order(text, &wanted).is_some_and(fits));
                let equal = || {
                    any(&|text| text == wanted) || (kind != "title" && kind != "rich_text" && compare(Ordering::is_eq))
                };
                // A choice is contained only as a whole.
                let contains = || match kind.as_str() {
                    "multi_select" | "people" => any(&|text| text == wanted),
                    _ => any(&|text| text.contains(&wanted)),
                };
                match test {
                    Test::Equals => equal(),
                    Test::Differs => !equal(),
                    Test::Contains => contains(),
                    Test::Lacks => !contains(),
                    Test::StartsWith => any(&|text| text.starts_with(&wanted)),
                    Test::EndsWith => any(&|text| text.ends_with(&wanted)),
                    Test::Empty => found.is_empty(),
                    Test::NotEmpty => !found.is_empty(),
                    Test::Less => compare(Ordering::is_lt),
                    Test::LessOrEqual => compare(Ordering::is_le),
                    Test::Greater => compare(Ordering::is_gt),
                    Test::GreaterOrEqual => compare(Ordering::is_ge),
                }
            }
        }
    }
}

/// The column of a name or an id.
pub fn find<'a>(columns: &'a [Column], name: &str) -> Result<&'a Column, String> {
    let found = columns.iter().find(|column| column.name == name || column.id == name);
    found.ok_or_else(|| format!("Could not find property with name or id: {name}"))
}

/// Order of two rows by one of `sorts`.
///
/// # Errors
/// What is wrong with it, in words.
pub fn sorting(sort: &Value, columns: &[Column]) -> Result<impl Fn(&Row<'_>, &Row<'_>) -> Ordering + use<>, String> {
    let text = |name: &str| sort.get(name).and_then(Value::as_str);
    let (column, kind) = match (text("property"), text("timestamp")) {
        (Some(name), None) => {
            let column = find(columns, name)?;
            (column.name.clone(), column.kind.clone())
        }
        (None, Some(kind @ ("created_time" | "last_edited_time"))) => (kind.to_owned(), kind.to_owned()),
        _ => return Err("body failed validation: a sort needs either property or timestamp".into()),
    };
    let falling = match text("direction").unwrap_or("ascending") {
        "ascending" => false,
        "descending" => true,
        other => return Err(format!("body failed validation: direction {other} is neither ascending nor descending")),
    };
    Ok(move |a: &Row<'_>, b: &Row<'_>| {
        let value = |row: &Row<'_>| row.texts(&column, &kind).join(", ");
        let (a, b) = (value(a), value(b));
        // What is empty comes last in both directions.
        match (a.is_empty(), b.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => {
                let order = order(&a, &b).unwrap_or_else(|| a.to_lowercase().cmp(&b.to_lowercase()));
                if falling { order.reverse() } else { order }
            }
        }
    })
}

/// Order of two numbers or two dates; a day begins at midnight in UTC.
fn order(a: &str, b: &str) -> Option<Ordering> {
    let moment = |text: &str| {
        let text = text.to_uppercase();
        let day = || Offset::UTC.to_timestamp(text.parse::<Date>().ok()?.at(0, 0, 0, 0)).ok();
        text.parse::<Timestamp>().ok().or_else(day)
    };
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => a.partial_cmp(&b),
        _ => Some(moment(a)?.cmp(&moment(b)?)),
    }
}
