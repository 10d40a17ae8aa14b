//! Snowflake's tools over a small database. Results look like those of its SQL API, and so do refusals.

mod result;
mod sample;
mod show;
mod sql;

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::ErrorCode;
use rusqlite::types::Value as SqlValue;
use serde_json::{Value, json};

use self::result::{NoResult, SqlResult};
use self::sample::{Sample, SampleRole};
use self::show::{Showing, Shown};
use self::sql::{SqlSession, SqlToken, bare, statements, tokens, translate};
use super::arguments::{Arguments, Problem};
use super::call::{MockProvider, ProviderCall, ProviderRefusal, ProviderRefusalKind};
use super::data::ProviderData;
use super::usual_status;
use crate::sandbox::ids::Ids;
use crate::sandbox::object::extend;
use crate::sandbox::people::{People, Persona};

/// Results that are kept to be asked for again; the oldest go.
const MOST_KEPT: usize = 50;

/// Rows that the tools over the information schema return when nobody says how many.
const ROWS: i64 = 100;

/// Words that begin a statement which changes something.
const CHANGES: [&str; 19] = [
    "ALTER", "CALL", "COMMENT", "COPY", "CREATE", "DELETE", "DROP", "EXECUTE", "GRANT", "INSERT", "MERGE", "PUT",
    "REVOKE", "ROLLBACK", "SET", "TRUNCATE", "UNDROP", "UPDATE", "USE",
];

/// Snowflake, as one database that is only read.
pub struct Snowflake {
    ids: Ids,
    sample: Sample,
    kept: VecDeque<Statement>,
    statements_made: u64,
}

/// Statement that was carried out.
struct Statement {
    handle: String,
    request_id: Option<String>,
    owner: Arc<Persona>,
    result: SqlResult,
    nullable: bool,
    made_at: Timestamp,
}

impl MockProvider for Snowflake {
    fn run(&mut self, tool: &str, call: &ProviderCall<'_>) -> Option<Result<ProviderData, ProviderRefusal>> {
        let arguments = &Arguments { map: call.arguments, complain };
        let answer = match tool {
            "snowflake_execute_query" => self.execute(call, arguments),
            "snowflake_get_query_status" | "snowflake_get_query_partition" => self.get(call.person, arguments),
            "snowflake_cancel_query" => self.cancel(call.person, arguments),
            "snowflake_show_databases_schemas" => self.show_names(call, arguments),
            "snowflake_show_warehouses" => self.show(call, arguments, &Showing::all(Shown::Warehouses)),
            "snowflake_show_primary_keys" => self.show_keys(call, arguments),
            "snowflake_get_schemata" => self.look_up(
                call,
                arguments,
                "SELECT CATALOG_NAME, SCHEMA_NAME FROM INFORMATION_SCHEMA.SCHEMATA \
                 WHERE SCHEMA_NAME LIKE ifnull(?2, '%') ORDER BY 2 LIMIT ?1",
                &["schema_like"],
            ),
            "snowflake_get_tables" => self.look_up(
                call,
                arguments,
                "SELECT * FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = upper(ifnull(?2, TABLE_SCHEMA)) \
                 AND TABLE_NAME LIKE ifnull(?3, '%') ORDER BY 2, 3 LIMIT ?1",
                &["schema", "table_name_like"],
            ),
            "snowflake_get_columns" => self.look_up(
                call,
                arguments,
                "SELECT * FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = upper(ifnull(?2, TABLE_SCHEMA)) \
                 AND TABLE_NAME = upper(ifnull(?3, TABLE_NAME)) AND COLUMN_NAME LIKE ifnull(?4, '%') \
                 ORDER BY 2, 3, 5 LIMIT ?1",
                &["schema", "table", "column_name_like"],
            ),
            _ => return None,
        };
        Some(answer.map(ProviderData::from))
    }
}

impl Snowflake {
    pub fn open(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        let sample = Sample::open(people, now)?;
        Ok(Self { ids, sample, kept: VecDeque::new(), statements_made: 0 })
    }

    /// The API's own names for the same arguments are read as well.
    fn execute(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let text = arguments.required_text("statement")?;
        let request_id = arguments.text("request_id")?.or(arguments.text("requestId")?);
        let again = arguments.flag("retry")?.unwrap_or(false);
        let known = |kept: &&Statement| {
            again && kept.owner == *call.person && request_id.is_some() && kept.request_id.as_deref() == request_id
        };
        if let Some(kept) = self.kept.iter().find(known) {
            return Ok(render(kept, 0));
        }
        let (asynchronous, nullable) = (arguments.flag("async")?, arguments.flag("nullable")?.unwrap_or(true));
        let role = self.role(call.person, arguments)?;
        let tokens = tokens(text);
        let statement = match statements(&tokens).as_slice() {
            [] => return Err(wrong("000900", "SQL compilation error:\nEmpty SQL statement.")),
            [one] => one.clone(),
            many => {
                let message =
                    format!("Actual statement count {} did not match the desired statement count 1.", many.len());
                return Err(wrong("000008", &message));
            }
        };
        let words = bare(&statement);
        let first = words.first().map_or("", SqlToken::text).to_uppercase();
        let result = match first.as_str() {
            "SELECT" | "WITH" => self.query(call.person, arguments, role, &statement)?,
            "SHOW" | "DESC" | "DESCRIBE" => {
                let showing = Showing::read(&words, &self.sample.database).map_err(unexpected)?;
                self.shown(role, &showing)?
            }
            word if CHANGES.contains(&word) => {
                let message = format!("Insufficient privileges to operate on database '{}'", self.sample.database);
                return Err(wrong("003001", &format!("SQL access control error:\n{message}.")));
            }
            _ => return Err(unexpected(words.first().map_or("<EOF>", SqlToken::text))),
        };
        let kept = self.keep(call, result, nullable, request_id);
        Ok(if asynchronous == Some(true) {
            json!({
                "code": "333334",
                "message": "Asynchronous execution in progress. Use provided query id to perform query monitoring and management.",
                "statementHandle": kept.handle,
                "statementStatusUrl": format!("/api/v2/statements/{}", kept.handle),
            })
        } else {
            render(kept, 0)
        })
    }

    fn query(
        &self,
        person: &Persona,
        arguments: &Arguments<'_>,
        role: &SampleRole,
        statement: &[SqlToken<'_>],
    ) -> Result<SqlResult, ProviderRefusal> {
        let schemas: Vec<_> = self.sample.seen_by(role).map(|(name, _)| name.as_str()).collect();
        let schema = arguments.text("schema")?;
        let known = |name: &str| schemas.iter().any(|known| known.eq_ignore_ascii_case(name));
        if schema.is_some_and(|name| !known(name) && !name.eq_ignore_ascii_case(sample::INFORMATION_SCHEMA)) {
            return Err(wrong("390201", "The requested schema does not exist or not authorized."));
        }
        let usual = schemas.first().copied().unwrap_or_default();
        let current = schema.unwrap_or(usual).to_uppercase();
        let warehouse = arguments.text("warehouse")?.unwrap_or("COMPUTE_WH").to_uppercase();
        let user = person.key.to_uppercase();
        let names: Vec<_> = schemas.iter().copied().chain([sample::INFORMATION_SCHEMA]).collect();
        let session = SqlSession {
            database: &self.sample.database,
            schemas: &names,
            functions: &[
                ("CURRENT_USER", &user),
                ("CURRENT_ROLE", &role.name),
                ("CURRENT_DATABASE", &self.sample.database),
                ("CURRENT_SCHEMA", &current),
                ("CURRENT_WAREHOUSE", &warehouse),
                ("CURRENT_ACCOUNT", "SANDBOX"),
            ],
        };
        let values = bindings(arguments)?;
        let db = self.sample.connect(role, &current).map_err(|error| refused(NoResult::Sqlite(error)))?;
        SqlResult::query(&db, &translate(statement, &session), &values).map_err(refused)
    }

    /// Result of a statement over the information schema; the named arguments fill it in after the limit.
    fn look_up(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
        sql: &str,
        names: &[&str],
    ) -> Result<Value, ProviderRefusal> {
        arguments.required_text("database")?;
        let role = self.role(call.person, arguments)?;
        let limit = arguments.number("limit")?.unwrap_or(ROWS);
        if limit < 1 {
            return Err(input("limit must be at least 1"));
        }
        let mut values = vec![SqlValue::Integer(limit)];
        for name in names {
            values.push(arguments.text(name)?.map_or(SqlValue::Null, |text| SqlValue::Text(text.into())));
        }
        let db = self.sample.connect(role, "").map_err(|error| refused(NoResult::Sqlite(error)))?;
        let result = SqlResult::query(&db, sql, &values).map_err(refused)?;
        Ok(render(self.keep(call, result, true, None), 0))
    }

    fn show_names(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let kind = arguments.required_text("object_type")?;
        let what = Shown::read(kind).filter(|what| matches!(what, Shown::Databases | Shown::Schemas));
        let what = what.ok_or_else(|| input("object_type must be DATABASES or SCHEMAS"))?;
        self.show(call, arguments, &Showing::all(what))
    }

    fn show_keys(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let (schema, table) = (arguments.text("schema_name")?, arguments.text("table_name")?);
        if schema.is_some() && arguments.text("database_name")?.is_none() {
            return Err(input("database_name is required with schema_name"));
        }
        self.show(call, arguments, &Showing { schema, table, ..Showing::all(Shown::PrimaryKeys) })
    }

    fn show(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
        showing: &Showing<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let role = self.role(call.person, arguments)?;
        let like = arguments.text("like_pattern")?;
        let result = self.shown(role, &Showing { like, ..*showing })?;
        Ok(render(self.keep(call, result, true, None), 0))
    }

    fn shown(&self, role: &SampleRole, showing: &Showing<'_>) -> Result<SqlResult, ProviderRefusal> {
        if !showing.exists(&self.sample, role) {
            return Err(missing(showing.table.or(showing.schema).unwrap_or_default()));
        }
        Ok(showing.show(&self.sample, role))
    }

    /// Role to act in, with database and warehouse looked at as well.
    fn role(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<&SampleRole, ProviderRefusal> {
        for name in ["database", "database_name"] {
            if arguments.text(name)?.is_some_and(|name| !name.eq_ignore_ascii_case(&self.sample.database)) {
                return Err(wrong("390201", "The requested database does not exist or not authorized."));
            }
        }
        let warehouse = arguments.text("warehouse")?;
        let known = |name: &str| self.sample.warehouses.iter().any(|known| known.name.eq_ignore_ascii_case(name));
        if warehouse.is_some_and(|name| !known(name)) {
            return Err(wrong("390201", "The requested warehouse does not exist or not authorized."));
        }
        let wanted = arguments.text("role")?;
        let granted = |role: &&SampleRole| wanted.is_none_or(|wanted| role.name.eq_ignore_ascii_case(wanted));
        self.sample.roles_of(person).find(granted).ok_or_else(|| {
            let message = "specified in the connect string does not exist or not authorized.";
            wrong("390189", &format!("Role '{}' {message}", wanted.unwrap_or_default()))
        })
    }

    fn keep(
        &mut self,
        call: &ProviderCall<'_>,
        result: SqlResult,
        nullable: bool,
        request_id: Option<&str>,
    ) -> &Statement {
        self.statements_made += 1;
        let handle = self.ids.uuid(&format!("snowflake/statement/{}", self.statements_made));
        if self.kept.len() >= MOST_KEPT {
            self.kept.pop_front();
        }
        let owner = Arc::clone(call.person);
        let request_id = request_id.map(Into::into);
        self.kept.push_back_mut(Statement { handle, request_id, owner, result, nullable, made_at: call.now })
    }

    fn get(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let kept = self.kept(person, arguments)?;
        let partition = arguments.number("partition")?.unwrap_or(0);
        let partition = usize::try_from(partition).ok().filter(|number| *number < kept.result.partitions());
        partition.map(|number| render(kept, number)).ok_or_else(|| input("partition: there is no such partition"))
    }

    /// Every statement is done before anybody can stop it.
    fn cancel(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        self.kept(person, arguments)?;
        Err(wrong("000605", "Identified SQL statement is not currently executing."))
    }

    /// Statement of this person.
    fn kept(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<&Statement, ProviderRefusal> {
        let handle = arguments.required_text("statement_handle")?;
        let found = self.kept.iter().find(|kept| kept.handle == handle && kept.owner == *person);
        found.ok_or_else(|| ProviderRefusal {
            kind: ProviderRefusalKind::NotFound,
            code: "000709",
            message: format!("Statement {handle} not found"),
        })
    }
}

/// One partition of a result; the first tells of all.
fn render(kept: &Statement, partition: usize) -> Value {
    let data = kept.result.partition(partition, kept.nullable);
    if partition > 0 {
        return json!({"data": data});
    }
    let mut answer = json!({"resultSetMetaData": kept.result.meta_data(), "data": data});
    let more = [
        ("code", "090001".into()),
        ("sqlState", "00000".into()),
        ("message", "Statement executed successfully.".into()),
        ("statementHandle", kept.handle.as_str().into()),
        ("statementStatusUrl", format!("/api/v2/statements/{}", kept.handle).into()),
        ("createdOn", kept.made_at.as_millisecond().into()),
    ];
    extend(&mut answer, more);
    answer
}

/// Values of the question marks: `{"1": {"type": "FIXED", "value": "7"}}`.
fn bindings(arguments: &Arguments<'_>) -> Result<Vec<SqlValue>, ProviderRefusal> {
    let given = match arguments.map.get("bindings") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Object(given)) => given,
        Some(_) => return Err(input("bindings must be an object")),
    };
    let mut values = Vec::with_capacity(given.len());
    for number in 1..=given.len() {
        let unset = || wrong("002049", &format!("SQL compilation error:\nBind variable :{number} not set."));
        let binding = given.get(&number.to_string()).ok_or_else(unset)?;
        let text = match binding.get("value") {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Null) | None => {
                values.push(SqlValue::Null);
                continue;
            }
            Some(other) => other.to_string(),
        };
        let bad = || input(&format!("bindings: {number} is not of its type"));
        values.push(match binding.get("type").and_then(Value::as_str).unwrap_or("TEXT") {
            "FIXED" if !text.contains('.') => SqlValue::Integer(text.parse().map_err(|_| bad())?),
            "FIXED" | "REAL" => SqlValue::Real(text.parse().map_err(|_| bad())?),
            "BOOLEAN" => SqlValue::Integer(i64::from(text.parse::<bool>().map_err(|_| bad())?)),
            _ => SqlValue::Text(text),
        });
    }
    Ok(values)
}

/// SQLite's troubles in Snowflake's words.
fn refused(trouble: NoResult) -> ProviderRefusal {
    let error = match trouble {
        NoResult::TooLarge => {
            let message = "The sandbox keeps results of at most 10000 rows and 1 MB: add a LIMIT.";
            return wrong("100078", message);
        }
        NoResult::Sqlite(error) => error,
    };
    let message = match &error {
        rusqlite::Error::InvalidParameterCount(..) => {
            return wrong("002049", "SQL compilation error:\nThe bind variables do not fit the question marks.");
        }
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        rusqlite::Error::SqliteFailure(failure, _) if failure.code == ErrorCode::OperationInterrupted => {
            let message = "Statement reached its statement or warehouse timeout and was canceled.";
            return wrong("000630", message);
        }
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        other => other.to_string(),
    };
    let after = |words: &str| message.strip_prefix(words).map(str::to_uppercase);
    if let Some(name) = after("no such table: ") {
        return missing(&name);
    }
    if let Some(name) = after("no such column: ") {
        return wrong("000904", &format!("SQL compilation error:\ninvalid identifier '{name}'"));
    }
    if let Some(name) = after("no such function: ") {
        return wrong("002140", &format!("SQL compilation error:\nUnknown function {name}"));
    }
    if let Some((word, _)) = message.strip_prefix("near \"").and_then(|rest| rest.rsplit_once("\": ")) {
        return unexpected(word);
    }
    if message.contains("not authorized") || message.contains("prohibited") {
        return wrong("003001", "SQL access control error:\nInsufficient privileges.");
    }
    wrong("001003", &format!("SQL compilation error:\n{message}"))
}

fn missing(name: &str) -> ProviderRefusal {
    let name = name.to_uppercase();
    wrong("002003", &format!("SQL compilation error:\nObject '{name}' does not exist or not authorized."))
}

fn unexpected(word: &str) -> ProviderRefusal {
    let word = if word.is_empty() { "<EOF>" } else { word };
    wrong("001003", &format!("SQL compilation error:\nsyntax error unexpected '{word}'."))
}

/// The statement is to blame.
fn wrong(code: &'static str, message: &str) -> ProviderRefusal {
    ProviderRefusal { kind: ProviderRefusalKind::Input, code, message: message.into() }
}

fn input(message: &str) -> ProviderRefusal {
    wrong("391903", message)
}

/// SQLSTATE of a code.
fn sql_state(code: &str) -> &'static str {
    match code {
        "002003" => "42S02",
        "003001" => "42501",
        "000008" => "0A000",
        "000630" => "57014",
        "390189" | "390201" => "08004",
        _ => "42000",
    }
}

/// As the SQL API words it.
pub fn refusal(trouble: &ProviderRefusal) -> (u16, Value) {
    let status = match trouble.kind {
        ProviderRefusalKind::Input if trouble.code != "391903" => 422,
        kind => usual_status(kind),
    };
    let ProviderRefusal { code, message, .. } = trouble;
    (status, json!({"code": code, "message": message, "sqlState": sql_state(code)}))
}

fn complain(name: &str, problem: Problem) -> ProviderRefusal {
    let what = match problem {
        Problem::Missing => "is required",
        Problem::NotText => "must be a string",
        Problem::NotANumber => "must be an integer",
        Problem::NotTexts => "must be an array of strings",
        Problem::NotAFlag => "must be a boolean",
    };
    input(&format!("{name} {what}"))
}
