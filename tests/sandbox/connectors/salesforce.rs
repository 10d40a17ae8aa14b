//! Salesforce: records, SOQL and SOSL.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Hand, signed_in, texts};

async fn rows(who: &Hand<'_>, query: &str, field: &str) -> Vec<String> {
    texts(&who.run("soql_execute", json!({"soql_query": query})).await, "/records", field)
}

#[tokio::test]
async fn queries_find_what_somebody_sees() {
    let env = signed_in("salesforce", &["ada", "barbara"]).await;
    let (ada, barbara) = (Hand::of(&env, "salesforce", "ada"), Hand::of(&env, "salesforce", "barbara"));
    let all = ada.run("soql_execute", json!({"soql_query": "SELECT Id, Name FROM Account"})).await;
    assert_eq!((&all["totalSize"], &all["done"]), (&json!(4), &json!(true)));
    assert_eq!(all["records"][0].as_object().unwrap().keys().collect::<Vec<_>>(), ["attributes", "Id", "Name"]);
    assert_eq!(all["records"][0]["Id"].as_str().unwrap().len(), 18);
    let ada = &ada;
    for (query, expected) in [
        (
            "SELECT Name FROM Account WHERE Name LIKE '%united%' ORDER BY Name",
            &["United Bakeries", "United Ferries"][..],
        ),
        (
            "select name from account where (BillingCountry = 'Germany' or BillingCountry = 'Norway') and not (Name = 'Harbour Fund')",
            &["United Ferries"],
        ),
        (
            "SELECT Name FROM Account WHERE NumberOfEmployees > 100 ORDER BY NumberOfEmployees DESC",
            &["United Ferries", "Northwind"],
        ),
        ("SELECT Name FROM Account WHERE NumberOfEmployees = null", &["Harbour Fund"]),
        (
            "SELECT Name FROM Account WHERE Industry IN ('Retail', 'Finance') ORDER BY Name LIMIT 1 OFFSET 1",
            &["Northwind"],
        ),
        (
            "SELECT Name FROM Account WHERE Industry NOT IN ('Retail', 'Finance') AND Name != 'United Bakeries'",
            &["United Ferries"],
        ),
        ("SELECT Name FROM Account WHERE Owner.Email = 'margaret@acme.dev'", &["Harbour Fund"]),
        ("SELECT Name FROM Account WHERE AnnualRevenue <= 31000000 AND CreatedDate < TODAY", &["Northwind"]),
        ("SELECT Name FROM Opportunity WHERE CloseDate > TODAY", &["United Ferries pilot"]),
        ("SELECT Name FROM Opportunity WHERE CloseDate <= LAST_N_DAYS:1", &["United Ferries enterprise plan"]),
        ("SELECT Name FROM Opportunity WHERE IsClosed = false", &["United Ferries pilot"]),
        ("SELECT Name FROM Lead WHERE Email = 'jane@tidewater.example' LIMIT 1", &["Jane Adeyemi"]),
        (
            "SELECT Name FROM Account ORDER BY AnnualRevenue NULLS LAST, Name DESC",
            &["Northwind", "United Ferries", "United Bakeries", "Harbour Fund"],
        ),
    ] {
        assert_eq!(rows(ada, query, "/Name").await, expected, "{query}");
    }
    assert_eq!(
        rows(
            ada,
            "SELECT Account.Name, Account.Owner.Name FROM Contact WHERE Account.Name LIKE 'North%'",
            "/Account/Owner/Name"
        )
        .await,
        ["Barbara Nwosu"]
    );
    assert_eq!(rows(&barbara, "SELECT Name FROM Opportunity", "/Name").await.len(), 4);
    let count = ada.run("query_soql", json!({"query": "SELECT COUNT() FROM Opportunity"})).await;
    assert_eq!((&count["totalSize"], &count["records"]), (&json!(2), &json!([])));
    let grouped = barbara.run("query_all", json!({"query": "SELECT Account.Name, COUNT(Id) n, SUM(Amount), AVG(Amount), MIN(Amount), MAX(Amount), COUNT_DISTINCT(StageName) FROM Opportunity GROUP BY Account.Name ORDER BY COUNT(Id) DESC, Account.Name"})).await;
    let ferries = &grouped["records"][0];
    assert_eq!(
        (&ferries["Name"], &ferries["n"], &ferries["expr0"]),
        (&json!("United Ferries"), &json!(2), &json!(102_500.0))
    );
    assert_eq!((&ferries["expr1"], &ferries["expr4"]), (&json!(51_250.0), &json!(2)));
    assert_eq!(grouped["totalSize"], 3);
    let whole = ada.run("soql_execute", json!({"soql_query": "SELECT FIELDS(ALL) FROM Lead LIMIT 200"})).await;
    assert_eq!(whole["records"][0]["Status"], "Open - Not Contacted");

    for (query, code) in [
        ("", "MALFORMED_QUERY"),
        ("SELECT FROM Account", "MALFORMED_QUERY"),
        ("SELECT Shoe FROM Account", "INVALID_FIELD"),
        ("SELECT Boss.Name FROM Account", "MALFORMED_QUERY"),
        ("SELECT Id FROM Cats", "INVALID_TYPE"),
        ("SELECT Id FROM Account WHERE Shoe = 1", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE NumberOfEmployees = 'many'", "INVALID_TYPE"),
        ("SELECT Id FROM Account WHERE Name = THIS_MONTH", "MALFORMED_QUERY"),
        ("SELECT Id FROM Opportunity WHERE CloseDate = '2027-01-01'", "INVALID_TYPE"),
        ("SELECT Name, COUNT(Id) FROM Account", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account ORDER BY Shoe", "INVALID_FIELD"),
    ] {
        let (status, _) = ada.refused("soql_execute", json!({"soql_query": query})).await;
        let path = format!("/query?q={}", url::form_urlencoded::byte_serialize(query.as_bytes()).collect::<String>());
        let rest = ada.rest(Method::GET, &path, None).await;
        assert_eq!(
            (status, rest.status, &rest.json()[0]["errorCode"]),
            (400, 400, &json!(code)),
            "{query}: {}",
            rest.text
        );
    }
}

#[tokio::test]
async fn records_are_made_changed_and_deleted() {
    let env = signed_in("salesforce", &["ada", "barbara"]).await;
    let (ada, barbara) = (Hand::of(&env, "salesforce", "ada"), Hand::of(&env, "salesforce", "barbara"));
    let account = ada.run("account_create", json!({"Name": "Tidewater", "NumberOfEmployees": 12})).await["id"].clone();
    let made = [
        ("account", account.clone(), json!({"Industry": "Energy"}), "Industry"),
        ("contact", ada.run("contact_create", json!({"LastName": "Adeyemi", "FirstName": "Jane", "AccountId": account})).await["id"].clone(), json!({"Title": "CEO"}), "Title"),
        ("lead", ada.run("lead_create", json!({"LastName": "Roe", "Company": "Roe & Co"})).await["id"].clone(), json!({"Status": "Working - Contacted"}), "Status"),
        ("opportunity", ada.run("opportunity_create", json!({"Name": "Tidewater plan", "StageName": "Prospecting", "CloseDate": "2030-01-31", "Amount": "900", "AccountId": account})).await["id"].clone(), json!({"StageName": "Closed Won"}), "StageName"),
        ("case", ada.run("case_create", json!({"Subject": "Broken"})).await["id"].clone(), json!({"Status": "Closed"}), "Status"),
    ];
    for (one, id, change, field) in &made {
        let id_of = |more: Value| {
            let mut all = json!({format!("{one}_id"): id});
            all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            all
        };
        assert_eq!(ada.run(&format!("{one}_update"), id_of(change.clone())).await, json!({}));
        let get = ada
            .run(
                &format!("{one}_get"),
                id_of(json!({"fields": format!("{field},Owner.Name").split(',').next().unwrap()})),
            )
            .await;
        assert_eq!(
            (&get[*field], &get["attributes"]["type"].as_str().unwrap().to_lowercase()),
            (&change[*field], &(*one).to_owned())
        );
        assert_eq!(ada.refused(&format!("{one}_get"), id_of(json!({"fields": "Shoe"}))).await.0, 400);
    }
    let won = ada.run("opportunity_get", json!({"opportunity_id": made[3].1})).await;
    assert_eq!((&won["IsWon"], &won["Amount"], &won["CloseDate"]), (&json!(true), &json!(900.0), &json!("2030-01-31")));
    let short: String = made[3].1.as_str().unwrap().chars().take(15).collect();
    assert_eq!(
        ada.run("opportunity_get", json!({"opportunity_id": short})).await["Id"],
        made[3].1,
        "15 characters do as well"
    );
    let closed = ada.run("case_get", json!({"case_id": made[4].1})).await;
    assert!(closed["IsClosed"] == true && closed["CaseNumber"].as_str().unwrap().len() == 8, "{closed}");
    assert_eq!(ada.run("accounts_list", json!({"limit": 2})).await["records"][0]["Name"], "Tidewater");
    assert_eq!(ada.run("opportunities_list", json!({})).await["totalSize"], 3);

    let northwind = barbara
        .run("soql_execute", json!({"soql_query": "SELECT Id FROM Account WHERE Name = 'Northwind'"}))
        .await["records"][0]["Id"]
        .clone();
    assert_eq!(ada.run("account_get", json!({"account_id": northwind})).await["Name"], "Northwind", "all see accounts");
    assert_eq!(ada.refused("account_update", json!({"account_id": northwind, "Phone": "1"})).await.0, 403);
    assert_eq!(ada.refused("account_delete", json!({"account_id": northwind})).await.0, 403);
    let theirs = barbara
        .run("soql_execute", json!({"soql_query": "SELECT Id FROM Lead WHERE Company = 'Polder Labs'"}))
        .await["records"][0]["Id"]
        .clone();
    assert_eq!(ada.refused("lead_get", json!({"lead_id": theirs})).await.0, 404, "nobody sees others' leads");
    for (one, id, _, _) in made.iter().rev() {
        assert_eq!(ada.run(&format!("{one}_delete"), json!({format!("{one}_id"): id})).await, json!({}));
        assert_eq!(ada.refused(&format!("{one}_get"), json!({format!("{one}_id"): id})).await.0, 404);
    }
    for (tool, bad, said) in [
        ("account_create", json!({}), "Required fields are missing: [Name]"),
        ("lead_create", json!({"LastName": "x"}), "[Company]"),
        ("opportunity_create", json!({"Name": "x", "StageName": "y", "CloseDate": "soon"}), "date"),
        (
            "opportunity_create",
            json!({"Name": "x", "StageName": "y", "CloseDate": "2030-01-01", "Amount": "much"}),
            "double",
        ),
        ("account_create", json!({"Name": "x", "Shoe": 1}), "No such column 'Shoe'"),
        ("account_create", json!({"Name": "x", "CreatedDate": "2030-01-01"}), "Unable to create/update fields"),
        ("contact_create", json!({"LastName": "x", "AccountId": theirs}), "id value of incorrect type"),
        ("account_create", json!({"Name": "x".repeat(32_001)}), "too large"),
        ("account_create", json!({"Name": {"x": 1}}), "string"),
        ("sobject_create", json!({"sobject_type": "Task", "fields": "x"}), "must be an object"),
    ] {
        let (status, told) = ada.refused(tool, bad).await;
        assert!(status == 400 && told.contains(said), "{tool}: {told}");
    }
}

#[tokio::test]
async fn any_kind_is_described_searched_and_written_over_rest() {
    let env = signed_in("salesforce", &["ada"]).await;
    let ada = Hand::of(&env, "salesforce", "ada");
    let kinds = ada.run("global_describe", json!({})).await;
    assert!(texts(&kinds, "/sobjects", "/name").contains(&"Opportunity".to_owned()), "{kinds}");
    let lead = ada.run("object_describe", json!({"sobject": "lead"})).await;
    let company = lead["fields"].as_array().unwrap().iter().find(|field| field["name"] == "Company").unwrap().clone();
    assert_eq!((&company["nillable"], &company["type"]), (&json!(false), &json!("string")));
    assert_eq!(ada.refused("object_describe", json!({"sobject": "Cat"})).await.0, 404);
    let found = ada.run("search_sosl", json!({"search_query": "FIND {united} IN ALL FIELDS RETURNING Account(Id, Name ORDER BY Name), Opportunity(Name)"})).await;
    assert_eq!(
        texts(&found, "/searchRecords", "/Name"),
        ["United Bakeries", "United Ferries", "United Ferries pilot", "United Ferries enterprise plan"]
    );
    let found = ada
        .run("search_parameterized", json!({"search_text": "jo bap*", "sobject": "Contact", "fields": "Name"}))
        .await;
    assert_eq!(texts(&found, "/searchRecords", "/Name"), ["Jo Baptiste"]);
    for bad in ["FIND {x}  RETURNING Cat(Id)", "FIND {}", "LOOK {x}"] {
        assert_eq!(ada.refused("search_sosl", json!({"search_query": bad})).await.0, 400, "{bad}");
    }
    assert_eq!(ada.refused("search_parameterized", json!({"sobject": "Contact"})).await.0, 400);

    let me = ada.rest(Method::GET, "/chatter/users/me", None).await.json();
    assert_eq!((&me["email"], &me["name"]), (&json!("ada@acme.dev"), &json!("Ada Marlow")));
    let lead = ada
        .rest(Method::GET, "/query?q=SELECT+Id,+Status+FROM+Lead+WHERE+Email+=+'jane@tidewater.example'+LIMIT+1", None)
        .await
        .json();
    let id = lead["records"][0]["Id"].as_str().unwrap().to_owned();
    let path = format!("/sobjects/Lead/{id}");
    assert_eq!(ada.rest(Method::PATCH, &path, Some(json!({"Status": "Working - Contacted"}))).await.status, 204);
    assert_eq!(ada.rest(Method::GET, &path, None).await.json()["Status"], "Working - Contacted");
    let task = json!({"WhoId": id, "Subject": "Discovery call", "Status": "Completed", "ActivityDate": "2030-04-10"});
    let task = ada.rest(Method::POST, "/sobjects/Task", Some(task)).await;
    assert_eq!((task.status, &task.json()["success"]), (201, &json!(true)), "{}", task.text);
    let record = json!({"sobject_type": "Task", "record_id": task.json()["id"]});
    assert_eq!(ada.run("sobject_get", record.clone()).await["WhoId"], id.as_str());
    let mut change = record.clone();
    change["fields"] = json!({"Priority": "High"});
    ada.run("sobject_update", change).await;
    assert_eq!(ada.run("sobject_get", record.clone()).await["Priority"], "High");
    ada.run("sobject_delete", record.clone()).await;
    assert_eq!(ada.refused("sobject_get", record).await.0, 404);
    let made = ada.run("sobject_create", json!({"sobject_type": "Case", "fields": {"Subject": "By kind"}})).await;
    assert_eq!(made["success"], true);
    assert_eq!(ada.refused("sobject_create", json!({"sobject_type": "User", "fields": {"Name": "x"}})).await.0, 400);
    assert_eq!(ada.rest(Method::GET, "/sobjects/Cat/1", None).await.status, 404);
}
