//! Snowflake: statements over a small database, by role.

use reqwest::Method;
use serde_json::{Value, json};

use super::Env;
use super::provider_calls::{Caller, fields};

async fn rows(caller: &Caller<'_>, statement: &str) -> Value {
    caller.run("execute_query", json!({"statement": statement})).await["data"].clone()
}

#[tokio::test]
async fn statements_read_tables() {
    let env = Env::without_verification().await;
    let ada = Caller::signed_in(&env, "snowflake", "ada").await;
    let answer = ada
        .run("execute_query", json!({"statement": "select name, business from customers where customer_id = 1;"}))
        .await;
    assert_eq!(answer["data"], json!([["Northwind", "true"]]));
    assert_eq!((&answer["code"], &answer["sqlState"]), (&json!("090001"), &json!("00000")));
    assert_eq!(fields(&answer, "/resultSetMetaData/rowType", "/name"), ["NAME", "BUSINESS"]);
    assert_eq!(fields(&answer, "/resultSetMetaData/rowType", "/type"), ["text", "boolean"]);
    let joined = "select c.name, count(*) as orders from ACME.SALES.ORDERS o join sales.customers c \
                  using (customer_id) group by 1 order by 2 desc limit 1";
    assert_eq!(rows(&ada, joined).await[0][0], "Northwind");
    assert_eq!(
        rows(&ada, "select current_user(), current_role(), current_database(), current_schema()").await,
        json!([["ADA", "ANALYST", "ACME", "SALES"]])
    );
    assert_eq!(rows(&ada, "with t as (select 1 as a) select iff(a = 1, 'yes', 'no') from t").await, json!([["yes"]]));
    let bound = json!({"statement": "select name from products where price > ? and category = ?", "bindings":
        {"1": {"type": "REAL", "value": "100"}, "2": {"type": "TEXT", "value": "Light"}}});
    assert_eq!(ada.run("execute_query", bound).await["data"], json!([["Floor lamp"]]));
    let empty = json!({"statement": "select solved from support.tickets where ticket_id = 4005", "nullable": false});
    assert_eq!(ada.run("execute_query", empty).await["data"], json!([["null"]]));

    let handle = answer["statementHandle"].clone();
    assert_eq!(ada.run("get_query_status", json!({"statement_handle": handle})).await, answer);
    let later = ada.run("execute_query", json!({"statement": "select 1", "async": true})).await;
    assert_eq!((&later["code"], later.get("data")), (&json!("333334"), None));
    assert_eq!(
        ada.run("get_query_status", json!({"statement_handle": later["statementHandle"]})).await["data"],
        json!([["1"]])
    );
    let many = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 1500) select i from n";
    let many = ada.run("execute_query", json!({"statement": many})).await;
    assert_eq!(fields(&many, "/resultSetMetaData/partitionInfo", "/rowCount"), [1000, 500]);
    let part = |partition: i64| json!({"statement_handle": many["statementHandle"], "partition": partition});
    assert_eq!(ada.run("get_query_partition", part(1)).await["data"][499], json!(["1500"]));
    ada.refused(400, "get_query_partition", part(2)).await;
    let told = ada.refused(400, "cancel_query", json!({"statement_handle": handle})).await;
    assert!(told.contains("not currently executing"), "{told}");
    let again = json!({"statement": "select 1", "request_id": "r-1", "retry": true});
    let once = ada.run("execute_query", again.clone()).await["statementHandle"].clone();
    assert_eq!(ada.run("execute_query", again).await["statementHandle"], once, "the same request, the same statement");
    let grace = Caller::signed_in(&env, "snowflake", "grace").await;
    grace.refused(404, "get_query_status", json!({"statement_handle": handle})).await;
}

#[tokio::test]
async fn what_there_is_depends_on_the_role() {
    let env = Env::without_verification().await;
    let ada = Caller::signed_in(&env, "snowflake", "ada").await;
    let grace = Caller::signed_in(&env, "snowflake", "grace").await;
    let names = async |caller: &Caller<'_>, tool: &str, params: Value, at: &str| {
        fields(&caller.run(tool, params).await, "/data", at)
            .into_iter()
            .map(|v| v.as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let schemas = json!({"object_type": "SCHEMAS"});
    assert_eq!(
        names(&ada, "show_databases_schemas", schemas.clone(), "/0").await,
        ["SALES", "SUPPORT", "INFORMATION_SCHEMA"]
    );
    let as_finance = json!({"object_type": "schemas", "role": "finance", "like_pattern": "f%"});
    assert_eq!(names(&grace, "show_databases_schemas", as_finance.clone(), "/0").await, ["FINANCE"]);
    assert!(ada.refused(400, "show_databases_schemas", as_finance).await.contains("not exist or not authorized"));
    ada.refused(400, "show_databases_schemas", json!({"object_type": "TABLES"})).await;
    assert_eq!(names(&ada, "show_warehouses", json!({"like_pattern": "etl%"}), "/0").await, ["ETL_WH"]);
    let keys = json!({"database_name": "ACME", "schema_name": "SALES", "table_name": "ORDER_LINES"});
    assert_eq!(names(&ada, "show_primary_keys", keys, "/3").await, ["ORDER_ID", "LINE"]);
    ada.refused(400, "show_primary_keys", json!({"schema_name": "SALES"})).await;
    ada.refused(400, "show_primary_keys", json!({"table_name": "SALARIES"})).await;
    assert_eq!(
        names(&ada, "get_schemata", json!({"database": "acme", "schema_like": "S%"}), "/1").await,
        ["SALES", "SUPPORT"]
    );
    let tables = json!({"database": "ACME", "schema": "sales", "table_name_like": "order%"});
    assert_eq!(names(&ada, "get_tables", tables, "/2").await, ["ORDERS", "ORDER_LINES"]);
    let columns = json!({"database": "ACME", "table": "CUSTOMERS", "limit": 2});
    assert_eq!(names(&ada, "get_columns", columns, "/3").await, ["CUSTOMER_ID", "NAME"]);
    for (tool, bad) in [
        ("get_tables", json!({})),
        ("get_tables", json!({"database": "OTHER"})),
        ("get_columns", json!({"database": "ACME", "limit": 0})),
        ("show_warehouses", json!({"warehouse": "BIG_WH"})),
    ] {
        ada.refused(400, tool, bad).await;
    }
    assert_eq!(
        names(&ada, "execute_query", json!({"statement": "show tables like 'ord%' in acme.sales"}), "/0").await,
        ["ORDERS", "ORDER_LINES"]
    );
    let salaries = "select sum(euro) from finance.salaries";
    assert!(
        ada.refused(400, "execute_query", json!({"statement": salaries}))
            .await
            .contains("does not exist or not authorized")
    );
    let sum = grace.run("execute_query", json!({"statement": salaries, "role": "FINANCE"})).await["data"].clone();
    assert_eq!(sum, json!([["30400"]]));
}

#[tokio::test]
async fn other_statements_are_refused() {
    let env = Env::without_verification().await;
    let ada = Caller::signed_in(&env, "snowflake", "ada").await;
    for (statement, told) in [
        ("delete from orders", "Insufficient privileges"),
        ("attach 'x' as y", "unexpected 'attach'"),
        ("pragma database_list", "unexpected 'pragma'"),
        ("with t as (select 1) delete from orders", "Insufficient privileges"),
        ("select * from sqlite_master", "Insufficient privileges"),
        ("select luck from orders", "invalid identifier 'LUCK'"),
        ("select * from nowhere", "Object 'NOWHERE' does not exist"),
        ("select nonsense(1)", "Unknown function NONSENSE"),
        ("select from where", "unexpected 'from'"),
        ("select 1; select 2", "statement count 2"),
        (" -- nothing\n;", "Empty SQL statement"),
        ("show wishes", "unexpected 'wishes'"),
        ("describe table nowhere", "'NOWHERE' does not exist"),
        ("select name from products where price > ?", "bind variables"),
        ("select * from order_lines a, order_lines b, order_lines c", "add a LIMIT"),
        ("with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n", "timeout"),
        ("select zeroblob(900000000)", "SQL compilation error"),
    ] {
        let answer = ada.refused(400, "execute_query", json!({"statement": statement})).await;
        assert!(answer.contains(told), "{statement}: {answer}");
    }
    ada.refused(400, "execute_query", json!({"statement": "select 1", "bindings": "x"})).await;
    ada.refused(400, "execute_query", json!({"statement": "select 1", "schema": "FINANCE"})).await;
    ada.refused(400, "execute_query", json!({})).await;
    ada.refused(404, "get_query_status", json!({"statement_handle": "nothing"})).await;

    let posted = ada.rest(Method::POST, "/api/v2/statements", Some(json!({"statement": "select 7 as n"}))).await;
    assert_eq!((posted.status, &posted.json()["data"]), (200, &json!([["7"]])));
    let url = posted.json()["statementStatusUrl"].as_str().unwrap().to_owned();
    assert_eq!(ada.rest(Method::GET, &format!("{url}?partition=0"), None).await.json(), posted.json());
    let wrong = ada.rest(Method::POST, "/api/v2/statements", Some(json!({"statement": "select * from nowhere"}))).await;
    assert_eq!(
        (wrong.status, &wrong.json()["code"], &wrong.json()["sqlState"]),
        (422, &json!("002003"), &json!("42S02"))
    );
}
