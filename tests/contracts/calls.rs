//! Calls of contracts, from the input to the result.

use jackfield::testing::backend::Backend as _;
use jackfield::testing::contract::Contract;
use jackfield::testing::domain::{AccountRef, FaultKind};
use jackfield::testing::flow::contracts::ContractLibrary;
use serde_json::{Value, json};

use super::world::{Provider, Seen, World, call};

type Reply = (u16, Vec<(&'static str, String)>, String);

fn ok(body: Value) -> Reply {
    (200, Vec::new(), body.to_string())
}

/// GraphQL as Linear speaks it: a list of two pages, a mutation that may not succeed.
fn linear(seen: &Seen) -> Reply {
    let body = seen.json();
    let (document, variables) = (body["query"].as_str().unwrap(), &body["variables"]);
    if document.contains("teams(") {
        let (node, more) = if variables["after"].is_null() { (1, true) } else { (2, false) };
        let page = json!({"hasNextPage": more, "endCursor": "c1"});
        return ok(json!({"data": {"teams": {"nodes": [{"id": node}], "pageInfo": page}}}));
    }
    if document.contains("issueCreate") {
        let success = variables["input"]["title"] != "refused";
        return ok(json!({"data": {"issueCreate": {"success": success, "issue": variables["input"]}}}));
    }
    if document.contains("issues(") {
        return ok(json!({"data": {"issues": {"nodes": [variables], "pageInfo": {"hasNextPage": false}}}}));
    }
    ok(json!({"errors": [{"message": "Entity not found", "extensions": {"code": "INPUT_ERROR"}}], "data": null}))
}

async fn run(
    world: &impl jackfield::testing::backend::Backend,
    tool: &str,
    input: Value,
) -> Result<Value, (FaultKind, String)> {
    let result = world.tools().call(&call(tool, "1", input)).await;
    let result = result.map_err(|fault| (fault.kind, format!("{fault} {}", fault.said.clone().unwrap_or_default())))?;
    Ok(serde_json::from_slice(result.data.bytes()).unwrap())
}

#[tokio::test]
async fn documents_run_over_the_proxy_of_any_environment() {
    let provider = Provider::start(linear).await;
    let world = World::local(&provider.url);
    let teams = run(&world, "linear_teams_list", json!({})).await.unwrap();
    assert_eq!(teams["teams"]["nodes"], json!([{"id": 1}, {"id": 2}]), "both pages");
    let one = run(&world, "linear_teams_list", json!({"first": 1})).await.unwrap();
    assert_eq!((&one["teams"]["nodes"], &one["teams"]["pageInfo"]["endCursor"]), (&json!([{"id": 1}]), &json!("c1")));
    let input = json!({"teamId": "t", "title": "x", "priority": "2"});
    let made = run(&world, "linear_issue_create", input).await.unwrap();
    assert_eq!(made["issueCreate"]["issue"], json!({"teamId": "t", "title": "x", "priority": 2}));
    let seen = provider.seen();
    assert_eq!(seen.len(), 4);
    assert!(seen.iter().all(|seen| seen.method == "POST" && seen.target == "/graphql"));
}

#[tokio::test]
async fn a_filter_in_a_child_makes_the_variables() {
    let provider = Provider::start(linear).await;
    let world = World::local(&provider.url);
    let input = json!({"state": "Done", "priority": "1", "before": "c"});
    let listed = run(&world, "linear_issues_list", input).await.unwrap();
    let filter = json!({"priority": {"eq": 1}, "state": {"name": {"eq": "Done"}}});
    assert_eq!(listed["issues"]["nodes"][0], json!({"filter": filter, "before": "c", "last": 50}));
    let failed = run(&world, "linear_issues_list", json!({"priority": "high"})).await.unwrap_err();
    assert!(failed.0 == FaultKind::InvalidInput && failed.1.contains("jq filter “input” failed"), "{failed:?}");
    assert_eq!(provider.seen().len(), 1, "nothing was sent for it");
}

#[tokio::test]
async fn failures_inside_a_success_are_failures() {
    let provider = Provider::start(linear).await;
    let world = World::local(&provider.url);
    let refused = run(&world, "linear_issue_create", json!({"teamId": "t", "title": "refused"})).await.unwrap_err();
    assert_eq!(refused.0, FaultKind::ReportedFailure, "{refused:?}");
    let missing = run(&world, "linear_issue_get", json!({"issueId": "X-1"})).await.unwrap_err();
    assert!(missing.0 == FaultKind::InvalidInput && missing.1.contains("Entity not found"), "{missing:?}");
    let unfit = run(&world, "linear_issue_get", json!([])).await.unwrap_err();
    assert!(unfit.1.contains("must be a JSON object"), "{unfit:?}");
}

#[tokio::test]
async fn bytes_go_to_the_address_that_the_provider_names_without_the_credential() {
    let bucket = Provider::start(|_| (200, Vec::new(), String::new())).await;
    let url = format!("{}/x?sig=1", bucket.url);
    let provider = Provider::start(move |_| {
        let file =
            json!({"uploadUrl": url, "assetUrl": "https://a.dev/1", "headers": [{"key": "x-amz-a", "value": "1"}]});
        ok(json!({"data": {"fileUpload": {"success": true, "uploadFile": file}}}))
    })
    .await;
    let world = World::local(&provider.url);
    let input = json!({"content": "aGVsbG8=", "contentType": "text/plain", "filename": "a.txt"});
    let result = run(&world, "linear_file_upload", input).await.unwrap();
    assert_eq!(
        result["fileUpload"]["uploadFile"],
        json!({"assetUrl": "https://a.dev/1"}),
        "the spent address is left out"
    );
    let put = bucket.seen().remove(0);
    assert_eq!((put.method.as_str(), put.target.as_str(), put.body.as_slice()), ("PUT", "/x?sig=1", &b"hello"[..]));
    assert!(put.authorization.is_none() && put.headers.iter().any(|name| name == "x-amz-a"), "{put:?}");
    assert!(provider.seen()[0].authorization.is_some(), "only the provider hears of it");
}

#[tokio::test]
async fn an_upload_that_is_refused_or_sent_elsewhere_fails() {
    for status in [302, 403] {
        let bucket = Provider::start(move |_| (status, vec![("location", "/y".to_owned())], String::new())).await;
        let url = format!("{}/x", bucket.url);
        let provider = Provider::start(move |_| {
            ok(json!({"data": {"fileUpload": {"success": true, "uploadFile": {"uploadUrl": url}}}}))
        })
        .await;
        let input = json!({"content": "aGVsbG8=", "contentType": "text/plain", "filename": "a.txt"});
        let failed = run(&World::local(&provider.url), "linear_file_upload", input).await.unwrap_err();
        assert!(failed.0 == FaultKind::ProviderFailed && failed.1.contains(&status.to_string()), "{failed:?}");
        assert_eq!(bucket.seen().len(), 1, "not sent on");
    }
}

const ACME: &str = "name = 'acme_items_list'\ndescription = 'List items.'\nprovider = 'ACME'\neffect = 'reads'\n\
    output = 'map(.id)'\n[schema.properties]\nq = {}\n[request]\nmethod = 'GET'\npath = '/items'\nquery = { q = '{q}' }\n\
    [page]\nkind = 'link'\nitems = ''\n";

#[tokio::test]
async fn rest_is_read_page_by_page_below_the_providers_base_alone() {
    let provider = Provider::start(|seen| {
        let second = seen.target.contains("page=2");
        let link = if second { String::new() } else { "<https://evil.dev/z?q=a&page=2>; rel=\"next\"".into() };
        (200, vec![("link", link)], format!(r#"[{{"id":{}}}]"#, if second { 2 } else { 1 }))
    })
    .await;
    let library = ContractLibrary::of(Contract::parse(ACME, "acme.toml").unwrap());
    // Not a local environment: a person's own contracts run wherever there is a proxy.
    let world = World::new("scalekit", &provider.url).with(library);
    let result = world.tools().call(&call("acme_items_list", "2", json!({"q": "a"}))).await.unwrap();
    assert_eq!((result.data.raw(), result.http_status), ("[1,2]", 200));
    let targets: Vec<_> = provider.seen().into_iter().map(|seen| seen.target).collect();
    assert_eq!(targets, ["/items?q=a", "/items?q=a&page=2"]);
}

#[tokio::test]
async fn a_contract_runs_with_an_account_of_its_own_provider_only() {
    let provider = Provider::start(linear).await;
    let library = ContractLibrary::of(Contract::parse(ACME, "acme.toml").unwrap());
    let world = World::new("scalekit", &provider.url).with(library);
    let own = world.tools().call(&call("acme_items_list", "1", json!({}))).await.unwrap();
    assert_eq!(own.data.raw(), r#"{"own":"acme_items_list"}"#, "the environment's to answer");
    let mut other = call("acme_items_list", "2", json!({}));
    other.connection = "linear".into();
    let fault = world.tools().call(&other).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::OtherAccount, "{fault}");
    assert!(provider.seen().is_empty());
    assert!(world.accounts().get(&AccountRef::Id("2".into())).await.is_ok());
}
