//! `SHOW` and `DESCRIBE`: what there is, rather than what is in it.

use regex::RegexBuilder;

use super::result::SqlResult;
use super::sample::{INFORMATION_SCHEMA, Sample, SampleRole, SampleTable};
use super::sql::SqlToken;

/// What to show, and how much of it.
pub struct Showing<'a> {
    pub what: Shown,
    /// Pattern of names; `%` and `_` stand for anything.
    pub like: Option<&'a str>,
    pub schema: Option<&'a str>,
    pub table: Option<&'a str>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shown {
    Databases,
    Schemas,
    Tables,
    Columns,
    PrimaryKeys,
    Warehouses,
}

const KINDS: [(&str, Shown); 5] = [
    ("DATABASES", Shown::Databases),
    ("SCHEMAS", Shown::Schemas),
    ("TABLES", Shown::Tables),
    ("COLUMNS", Shown::Columns),
    ("WAREHOUSES", Shown::Warehouses),
];

impl Shown {
    pub fn read(word: &str) -> Option<Self> {
        KINDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, kind)| *kind)
    }
}

impl<'a> Showing<'a> {
    pub fn all(what: Shown) -> Self {
        Self { what, like: None, schema: None, table: None }
    }

    /// Reads a statement without its spaces; the first word is known. What cannot be read is given back.
    pub fn read(tokens: &[SqlToken<'a>], database: &str) -> Result<Self, &'a str> {
        let mut rest = tokens.iter().map(SqlToken::text).skip(1).peekable();
        if tokens.first().is_some_and(|first| !first.is("SHOW")) {
            rest.next_if(|word| word.eq_ignore_ascii_case("TABLE"));
            let mut showing = Self::all(Shown::Columns);
            return showing.name_scope(&mut rest, database).map(|()| showing);
        }
        rest.next_if(|word| word.eq_ignore_ascii_case("TERSE"));
        let word = rest.next().unwrap_or_default();
        let primary =
            word.eq_ignore_ascii_case("PRIMARY") && rest.next_if(|word| word.eq_ignore_ascii_case("KEYS")).is_some();
        let what = if primary { Shown::PrimaryKeys } else { Shown::read(word).ok_or(word)? };
        let mut showing = Self::all(what);
        if rest.next_if(|word| word.eq_ignore_ascii_case("LIKE")).is_some() {
            showing.like = Some(rest.next().unwrap_or_default().trim_matches('\''));
        }
        if rest.next_if(|word| word.eq_ignore_ascii_case("IN")).is_some() {
            let kind = rest.next_if(|word| {
                ["ACCOUNT", "DATABASE", "SCHEMA", "TABLE"].iter().any(|kind| kind.eq_ignore_ascii_case(word))
            });
            match kind.map(str::to_uppercase).as_deref() {
                Some("ACCOUNT") => {}
                Some("TABLE") => showing.name_scope(&mut rest, database)?,
                _ => {
                    showing.name_scope(&mut rest, database)?;
                    // `ACME` alone names the database, anything else a schema.
                    let last = showing.table.take().filter(|name| !name.eq_ignore_ascii_case(database));
                    showing.schema = last.or(showing.schema);
                }
            }
        }
        rest.next().map_or(Ok(showing), Err)
    }

    /// A name of up to three parts, of which the last is a table.
    fn name_scope(
        &mut self,
        rest: &mut std::iter::Peekable<impl Iterator<Item = &'a str>>,
        database: &str,
    ) -> Result<(), &'a str> {
        let mut parts = vec![rest.next().ok_or("")?.trim_matches('"')];
        while rest.next_if(|sign| *sign == ".").is_some() {
            parts.push(rest.next().ok_or(".")?.trim_matches('"'));
        }
        self.table = parts.pop();
        self.schema = parts.pop().filter(|name| !name.eq_ignore_ascii_case(database) || !parts.is_empty());
        Ok(())
    }

    pub fn show(&self, sample: &Sample, role: &SampleRole) -> SqlResult {
        let database = &sample.database;
        let named = |name: &str| self.like.is_none_or(|pattern| is_like(name, pattern));
        let in_schema = |name: &str| self.schema.is_none_or(|schema| schema.eq_ignore_ascii_case(name));
        let in_table = |name: &str| self.table.is_none_or(|table| table.eq_ignore_ascii_case(name));
        let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let tables = || -> Vec<(&String, &String, &SampleTable)> {
            let schemas = sample.seen_by(role).filter(|(schema, _)| in_schema(schema));
            let tables =
                schemas.flat_map(|(schema, tables)| tables.iter().map(move |(name, table)| (schema, name, table)));
            tables.filter(|(_, name, _)| in_table(name)).collect()
        };
        match self.what {
            Shown::Databases => {
                let rows = named(database).then(|| row(&[database, "Y", "SYSADMIN", "STANDARD"]));
                SqlResult::listed(&["name", "is_current", "owner", "kind"], rows.into_iter().collect())
            }
            Shown::Schemas => {
                let names = sample.seen_by(role).map(|(name, _)| name.as_str()).chain([INFORMATION_SCHEMA]);
                let rows = names.filter(|name| named(name)).map(|name| row(&[name, database, "SYSADMIN"]));
                SqlResult::listed(&["name", "database_name", "owner"], rows.collect())
            }
            Shown::Warehouses => {
                let warehouses = sample.warehouses.iter().filter(|warehouse| named(&warehouse.name));
                let rows = warehouses.map(|warehouse| row(&[&warehouse.name, "STARTED", "STANDARD", &warehouse.size]));
                SqlResult::listed(&["name", "state", "type", "size"], rows.collect())
            }
            Shown::Tables => {
                let found = tables().into_iter().filter(|(_, name, _)| named(name));
                let rows = found.map(|(schema, name, _)| row(&[name, database, schema, "TABLE", "SYSADMIN"]));
                SqlResult::listed(&["name", "database_name", "schema_name", "kind", "owner"], rows.collect())
            }
            Shown::Columns => {
                let rows = tables().into_iter().flat_map(|(schema, table, of)| {
                    let columns = of.columns.iter().filter(|column| named(&column.name));
                    let rows = columns.map(|column| {
                        let nullable = if of.key.contains(&column.name) { "N" } else { "Y" };
                        row(&[&column.name, &column.kind, nullable, table, schema, database])
                    });
                    rows.collect::<Vec<_>>()
                });
                let names = ["name", "type", "null?", "table_name", "schema_name", "database_name"];
                SqlResult::listed(&names, rows.collect())
            }
            Shown::PrimaryKeys => {
                let rows = tables().into_iter().flat_map(|(schema, table, of)| {
                    let keys = (1..).zip(&of.key);
                    keys.map(|(at, column)| row(&[database, schema, table, column, &i32::to_string(&at)]))
                        .collect::<Vec<_>>()
                });
                let names = ["database_name", "schema_name", "table_name", "column_name", "key_sequence"];
                SqlResult::listed(&names, rows.collect())
            }
        }
    }

    /// Whether the table that is named is there for the role; true where none is.
    pub fn exists(&self, sample: &Sample, role: &SampleRole) -> bool {
        let schemas = || {
            let fits = |name: &str| self.schema.is_none_or(|schema| schema.eq_ignore_ascii_case(name));
            sample.seen_by(role).filter(move |(name, _)| fits(name))
        };
        let is_there =
            |table: &str| schemas().any(|(_, tables)| tables.keys().any(|name| name.eq_ignore_ascii_case(table)));
        match (self.schema, self.table) {
            (_, Some(table)) => is_there(table),
            (Some(schema), None) => schemas().next().is_some() || schema.eq_ignore_ascii_case(INFORMATION_SCHEMA),
            (None, None) => true,
        }
    }
}

/// A pattern of SQL: `%` for anything, `_` for one sign; case does not matter.
fn is_like(text: &str, pattern: &str) -> bool {
    let mut expression = String::from("^");
    for sign in pattern.chars() {
        match sign {
            '%' => expression.push_str(".*"),
            '_' => expression.push('.'),
            sign => expression.push_str(&regex_syntax::escape(sign.encode_utf8(&mut [0; 4]))),
        }
    }
    expression.push('$');
    let mut builder = RegexBuilder::new(&expression);
    builder.case_insensitive(true).dot_matches_new_line(true).size_limit(1 << 20);
    builder.build().is_ok_and(|pattern| pattern.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::super::sql::{bare, tokens};
    use super::*;

    type Read<'a> = (Shown, Option<&'a str>, Option<&'a str>, Option<&'a str>);

    fn read(text: &str) -> Result<Read<'_>, &str> {
        let tokens = bare(&tokens(text));
        Showing::read(&tokens, "ACME").map(|Showing { what, like, schema, table }| (what, like, schema, table))
    }

    #[test]
    fn statements_are_read() {
        assert_eq!(read("show databases"), Ok((Shown::Databases, None, None, None)));
        assert_eq!(
            read("SHOW TERSE TABLES LIKE 'ord%' IN ACME.SALES"),
            Ok((Shown::Tables, Some("ord%"), Some("SALES"), None))
        );
        assert_eq!(read("show tables in database acme"), Ok((Shown::Tables, None, None, None)));
        assert_eq!(read("show schemas in account"), Ok((Shown::Schemas, None, None, None)));
        assert_eq!(
            read("show primary keys in table sales.orders"),
            Ok((Shown::PrimaryKeys, None, Some("sales"), Some("orders")))
        );
        assert_eq!(read("desc table acme.sales.orders"), Ok((Shown::Columns, None, Some("sales"), Some("orders"))));
        assert_eq!(read("describe orders"), Ok((Shown::Columns, None, None, Some("orders"))));
        assert_eq!(read("show wishes"), Err("wishes"));
        assert_eq!(read("show tables please"), Err("please"));
        assert_eq!(read("desc"), Err(""));
    }

    #[test]
    fn patterns_are_those_of_sql() {
        assert!(is_like("ORDER_LINES", "order%") && is_like("ORDERS", "ORDER_") && is_like("A.B", "a.b"));
        assert!(!is_like("ORDERS", "ORDER") && !is_like("AXB", "a.b"));
    }
}
