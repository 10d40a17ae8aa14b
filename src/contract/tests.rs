//! Whole contracts: files, requests, pages, answers.

use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::*;
use crate::domain::{Fault, FaultKind, ProxyBody, ProxyResponse};
use crate::provider::ErrorShape;

/// A stand-in for jq that knows two filters and remembers what it was asked.
#[derive(Default)]
struct Filters(Mutex<Vec<String>>);

#[async_trait]
impl Jq for Filters {
    async fn run(&self, filter: &str, value: &JsonText) -> Result<JsonText, Fault> {
        self.0.lock().unwrap().push(filter.to_owned());
        match filter {
            "." => Ok(value.clone()),
            "{wrapped: .}" => Ok(JsonText::parse(format!(r#"{{"wrapped":{}}}"#, value.raw())).unwrap()),
            _ => Err(Fault::new(FaultKind::InvalidInput, "Cannot index number")),
        }
    }

    async fn check(&self, _: &str) -> Result<(), Fault> {
        Ok(())
    }
}

const HEAD: &str = "name = 'acme_x'\ndescription = 'Does x.'\nprovider = 'ACME'\neffect = 'reads'\n";

fn contract(rest: &str) -> Contract {
    let text = format!("{HEAD}{rest}");
    Contract::parse(&text, "x.toml").unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"))
}

fn inputs(contract: &Contract, input: Value) -> Inputs {
    Inputs::read(contract, &JsonText::parse(input.to_string()).unwrap()).unwrap()
}

async fn asked(contract: &Contract, input: Value) -> Outgoing {
    contract.request(&inputs(contract, input), &Filters::default()).await.unwrap()
}

fn answered(status: u16, headers: &[(&str, &str)], body: &str) -> ProxyResponse {
    let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    ProxyResponse { status, headers, body: body.to_owned().into(), took: Duration::ZERO }
}

#[tokio::test]
async fn an_input_becomes_a_request() {
    let contract = contract(
        "[schema]\nrequired = ['id']\n[schema.properties]\nid = { type = 'string' }\nq = { type = 'string' }\n\
         n = { type = 'integer', default = 25 }\n[request]\nmethod = 'get'\npath = '/a/{id}/b'\n\
         query = { q = '{q}', limit = '{n}', fixed = 1 }\nheaders = { x-part = 'p {q}' }",
    );
    let request = asked(&contract, json!({"id": "7/8"})).await.for_account(&"acme".into(), &"ada".into());
    let query = vec![("limit".into(), "25".into()), ("fixed".into(), "1".into())];
    assert_eq!((request.method, request.path.raw(), request.query), (ProxyMethod::Get, "/a/7%2F8/b", query));
    assert!(request.headers.is_empty() && request.body == ProxyBody::None);
    let request =
        asked(&contract, json!({"id": "7", "q": "a&b", "n": 3})).await.for_account(&"acme".into(), &"ada".into());
    assert_eq!(request.query[0], ("q".into(), "a&b".into()));
    assert_eq!(request.headers, [("x-part".into(), "p a&b".into())]);
    let lacking = contract.request(&inputs(&contract, json!({})), &Filters::default()).await.unwrap_err();
    assert_eq!(lacking.kind, FaultKind::InvalidInput);
    assert!(lacking.message.contains("needs “id”") && lacking.message.contains("Nothing was sent."));
}

const DOCUMENT: &str = "[schema]\nrequired = ['id']\n[schema.properties]\nid = { type = 'string' }\nn = { type = 'integer' }\n\
    after = { type = 'string' }\n[graphql]\ndocument = 'query A($id: ID!, $n: Int, $after: String) { a(id: $id, first: $n, after: $after) { id } }'\n";

fn payload(request: &Outgoing) -> Value {
    let ProxyBody::Json(json) = request.for_account(&"acme".into(), &"ada".into()).body else { panic!("JSON") };
    serde_json::from_slice(json.bytes()).unwrap()
}

#[tokio::test]
async fn a_document_takes_its_variables_from_the_input_a_template_or_a_filter() {
    let plain = contract(DOCUMENT);
    let body = payload(&asked(&plain, json!({"id": "7", "other": 1})).await);
    assert_eq!(body["variables"], json!({"id": "7"}));
    assert!(body["query"].as_str().unwrap().starts_with("query A("));
    let template = contract(
        &DOCUMENT
            .replace("type = 'integer'", "type = 'string'")
            .replace("[graphql]", "[graphql.variables]\nid = '{id}'\nn = '{n:integer}'\nafter = '{after}'\n[graphql]"),
    );
    assert_eq!(payload(&asked(&template, json!({"id": "7", "n": "3"})).await)["variables"], json!({"id": "7", "n": 3}));
    let update = built_in().iter().find(|contract| contract.name().raw() == "linear_issue_update").unwrap();
    let nothing = asked(update, json!({"issueId": "X-1"})).await;
    assert_eq!(payload(&nothing)["variables"], json!({"id": "X-1", "input": {}}), "what must be there is there");
    let text = format!("{HEAD}input = '.'\n{DOCUMENT}");
    let filter = Contract::parse(&text, "x").unwrap();
    assert_eq!(payload(&asked(&filter, json!({"id": "7", "z": 1})).await)["variables"], json!({"id": "7", "z": 1}));
}

#[tokio::test]
async fn two_filters_run_at_most_and_say_which_failed() {
    let text = format!(
        "{HEAD}input = '.'\noutput = '{{wrapped: .}}'\nanswer = '/data'\n[schema.properties]\na = {{}}\n\
         [request]\nmethod = 'POST'\npath = '/x'\n"
    );
    let contract = Contract::parse(&text, "x").unwrap();
    let filters = Filters::default();
    contract.request(&inputs(&contract, json!({"a": 1})), &filters).await.unwrap();
    let answer = JsonText::parse(r#"{"data":{"n": 1.10}}"#.to_owned()).unwrap();
    let result = contract.result(answer, &filters).await.unwrap();
    assert_eq!(result.raw(), r#"{"wrapped":{"n": 1.10}}"#);
    assert_eq!(filters.0.lock().unwrap().len(), 2);
    let broken = Contract::parse(&text.replace("{wrapped: .}", ".a.b").replace("reads", "writes"), "x").unwrap();
    let fault = broken.result(JsonText::empty_object(), &filters).await.unwrap_err();
    assert!(fault.message.contains("“output” failed: Cannot index number"), "{fault}");
    assert!(fault.may_have_been_carried_out(), "the call ran");
}

async fn read(contract: &Contract, input: Value, answers: &[ProxyResponse]) -> (Result<JsonText, Fault>, Vec<Value>) {
    let inputs = inputs(contract, input);
    let mut pages = contract.pages(&inputs);
    let mut request = contract.request(&inputs, &Filters::default()).await.unwrap();
    let mut sent = Vec::new();
    for answer in answers {
        let asked = request.for_account(&"acme".into(), &"ada".into());
        let query: Vec<_> = asked.query.iter().map(|(name, value)| format!("{}={}", name.raw(), value.raw())).collect();
        sent.push(match asked.body {
            ProxyBody::Json(_) => payload(&request)["variables"].clone(),
            _ => query.join("&").into(),
        });
        let page = match contract.answer(&request, answer, &ErrorShape::default()) {
            Ok(page) => page,
            Err(fault) => return (Err(fault), sent),
        };
        match pages.take(&request, page, answer) {
            Ok(Step::Whole(whole)) => return (Ok(whole), sent),
            Ok(Step::Next(next)) => request = *next,
            Err(fault) => return (Err(fault), sent),
        }
    }
    panic!("more pages are asked for than there are: {sent:?}")
}

#[tokio::test]
async fn pages_by_cursor_become_one_list_in_the_shape_of_the_last() {
    let page = "[page]\nkind = 'cursor'\nitems = '/data/a'\ncursor = '/data/end'\nmore = '/data/more'\ninto = 'after'\nmost = 3\nunless = ['n']\n";
    let contract = contract(&format!("{DOCUMENT}{page}"));
    let answer = |items: &str, end: &str, more: bool| {
        answered(200, &[], &format!(r#"{{"data":{{"a":{items},"end":{end},"more":{more}}}}}"#))
    };
    let answers = [answer("[1.10, 2]", "\"x\"", true), answer("[3]", "\"y\"", true), answer("[]", "null", false)];
    let (whole, sent) = read(&contract, json!({"id": "7"}), &answers).await;
    assert_eq!(whole.unwrap().raw(), r#"{"data":{"a":[1.10,2,3],"end":null,"more":false}}"#);
    assert_eq!(sent, [json!({"id": "7"}), json!({"id": "7", "after": "x"}), json!({"id": "7", "after": "y"})]);
    let endless = [answer("[1]", "\"x\"", true), answer("[2]", "\"x\"", true)];
    assert_eq!(read(&contract, json!({"id": "7"}), &endless).await.0.unwrap_err().kind, FaultKind::BadAnswer);
    let many: Vec<_> = (0..9).map(|n| answer("[0]", &format!("\"{n}\""), true)).collect();
    let (whole, sent) = read(&contract, json!({"id": "7"}), &many).await;
    assert_eq!((sent.len(), whole.unwrap().raw()), (3, r#"{"data":{"a":[0,0,0],"end":"2","more":true}}"#));
    let (whole, sent) = read(&contract, json!({"id": "7", "n": 1}), &many).await;
    assert_eq!(
        (sent.len(), whole.unwrap().raw()),
        (1, r#"{"data":{"a":[0],"end":"0","more":true}}"#),
        "one was asked for"
    );
}

#[tokio::test]
async fn pages_by_number_and_by_link_end_where_they_should() {
    let request = "[request]\nmethod = 'GET'\npath = '/x'\nquery = { a = '1' }\n[page]\nitems = ''\n";
    let offset = contract(&format!("{request}kind = 'offset'\ninto = 'page'\nfrom = 1\nstep = 1\nfull = 2\n"));
    let answers = [answered(200, &[], "[1,2]"), answered(200, &[], "[3,4]"), answered(200, &[], "[5]")];
    let (whole, sent) = read(&offset, json!({}), &answers).await;
    assert_eq!(whole.unwrap().raw(), "[1,2,3,4,5]");
    assert_eq!(sent, ["a=1", "a=1&page=2", "a=1&page=3"].map(Value::from));
    let link = contract(&format!("{request}kind = 'link'\n"));
    let next = ("link", r#"<https://evil.dev/y?a=1&page=2>; rel="next""#);
    let answers = [answered(200, &[next], "[1]"), answered(200, &[], "[2]")];
    let (whole, sent) = read(&link, json!({}), &answers).await;
    assert_eq!((whole.unwrap().raw(), sent[1].as_str().unwrap()), ("[1,2]", "a=1&page=2"));
    let round = [answered(200, &[next], "[1]"), answered(200, &[next], "[2]")];
    assert_eq!(read(&link, json!({}), &round).await.0.unwrap_err().kind, FaultKind::BadAnswer);
    let no_list = [answered(200, &[next], "[1]"), answered(200, &[], "{}")];
    assert_eq!(read(&link, json!({}), &no_list).await.0.unwrap_err().kind, FaultKind::BadAnswer);
}

#[tokio::test]
async fn failures_are_told_in_the_providers_words_and_by_whose_they_are() {
    let graphql = contract(DOCUMENT);
    let rest = contract("[request]\nmethod = 'GET'\npath = '/x'\n");
    let entity = r#"{"errors":[{"message":"Entity not found","extensions":{"code":"INPUT_ERROR","userPresentableMessage":"Could not find it."}}],"data":null}"#;
    for (is_graphql, status, body, kind, said) in [
        (true, 200, entity, FaultKind::InvalidInput, "Could not find it."),
        (true, 400, entity, FaultKind::InvalidInput, "Could not find it."),
        (true, 200, r#"{"data":{"issueDelete":{"success":false}}}"#, FaultKind::ReportedFailure, ""),
        (
            true,
            200,
            r#"{"errors":[{"message":"slow","extensions":{"code":"RATELIMITED"}}]}"#,
            FaultKind::ProviderLimited,
            "slow",
        ),
        (
            true,
            401,
            r#"{"errors":[{"message":"no","extensions":{"code":"AUTHENTICATION_ERROR"}}]}"#,
            FaultKind::NeedsAuthorization,
            "no",
        ),
        (true, 200, r#"{"data":{"a":1},"errors":[{"message":"half"}]}"#, FaultKind::ReportedFailure, "half"),
        (
            false,
            404,
            r#"{"errors":[{"message":"task: Unknown object","help":"…"}]}"#,
            FaultKind::NotFound,
            "task: Unknown object",
        ),
        (false, 402, r#"{"errors":[{"message":"Payment Required"}]}"#, FaultKind::ProviderFailed, "Payment Required"),
        (false, 403, r#"{"message":"Must have admin rights"}"#, FaultKind::ProviderFailed, "Must have admin rights"),
        (false, 429, "", FaultKind::ProviderLimited, ""),
        (false, 500, "<html>", FaultKind::ProviderFailed, ""),
        (false, 200, r#"{"ok":false,"error":"not_in_channel"}"#, FaultKind::ReportedFailure, "not_in_channel"),
        (false, 200, "<html>", FaultKind::BadAnswer, ""),
    ] {
        let contract = if is_graphql { &graphql } else { &rest };
        let request = asked(contract, json!({"id": "7"})).await;
        let fault = contract
            .answer(&request, &answered(status, &[("retry-after", "7")], body), &ErrorShape::default())
            .unwrap_err();
        let words = fault.said.as_ref().map_or("", |said| said.raw());
        assert_eq!((fault.kind, words), (kind, said), "{status} {body}");
        assert!(!fault.may_have_been_carried_out(), "it only reads");
    }
    let none = ErrorShape::default();
    let limited = answered(429, &[("retry-after", "7")], "{}");
    let limited = rest.answer(&asked(&rest, json!({})).await, &limited, &none).unwrap_err();
    assert_eq!(limited.retry_after, Some(Duration::from_secs(7)));
    let writes = Contract::parse(
        &format!("{}{DOCUMENT}", HEAD.replace("reads", "writes")).replace("query A", "mutation A"),
        "x",
    );
    let writes = writes.unwrap();
    let request = asked(&writes, json!({"id": "7"})).await;
    assert!(writes.answer(&request, &answered(502, &[], "{}"), &none).unwrap_err().may_have_been_carried_out());
    assert!(!writes.answer(&request, &answered(400, &[], "{}"), &none).unwrap_err().may_have_been_carried_out());
    for body in ["", " \n"] {
        assert_eq!(
            rest.answer(&asked(&rest, json!({})).await, &answered(204, &[], body), &none).unwrap().raw(),
            "null"
        );
    }
    let own = contract(
        "[request]\nmethod = 'GET'\npath = '/x'\n[errors]\nmessage = ['/why']\ncode = ['/no']\nsuccess = ['/fine']\n",
    );
    let answer = answered(200, &[], r#"{"fine":false,"why":"w","no":"n1","message":"m","code":"c"}"#);
    let provider = ErrorShape { message: vec!["/message".into()], code: vec!["/code".into()], ..ErrorShape::default() };
    let fault = own.answer(&asked(&own, json!({})).await, &answer, &provider);
    let fault = fault.unwrap_err();
    assert_eq!((fault.said.unwrap().raw(), fault.code.unwrap().raw()), ("w", "n1"));
}

#[tokio::test]
async fn a_contract_without_a_rule_of_its_own_reads_the_errors_of_its_provider() {
    let providers = crate::provider::ProviderTable::built_in();
    for (tool, status, body, kind, said, code) in [
        (
            "asana_me_get",
            402,
            r#"{"errors":[{"message":"Not in your plan","help":"…","phrase":"6 sad squid snuggle softly"}]}"#,
            FaultKind::ProviderFailed,
            "Not in your plan",
            "6 sad squid snuggle softly",
        ),
        (
            "github_user_get_authenticated",
            422,
            r#"{"message":"Validation Failed","errors":[{"code":"missing_field","field":"title"}],"status":"422"}"#,
            FaultKind::InvalidInput,
            "Validation Failed",
            "missing_field",
        ),
        (
            "linear_viewer_get",
            200,
            r#"{"errors":[{"extensions":{"type":"authentication error"}}]}"#,
            FaultKind::NeedsAuthorization,
            "authentication error",
            "authentication error",
        ),
    ] {
        let contract = built_in().iter().find(|contract| contract.name().raw() == tool).unwrap();
        let shape = &providers.get(contract.provider()).unwrap().errors;
        let request = asked(contract, json!({})).await;
        let fault = contract.answer(&request, &answered(status, &[], body), shape).unwrap_err();
        let word = |text: &Option<Untrusted>| text.as_ref().map(|text| text.raw().to_owned()).unwrap_or_default();
        assert_eq!((fault.kind, &*word(&fault.said), &*word(&fault.code)), (kind, said, code), "{tool}");
    }
}

#[tokio::test]
async fn bytes_go_where_the_provider_asks_for_them_and_only_over_tls() {
    let upload = built_in().iter().find(|contract| contract.name().raw() == "linear_file_upload").unwrap();
    let given = inputs(upload, json!({"content": "aGVsbG8=", "contentType": "text/plain", "filename": "a.txt"}));
    let request = upload.request(&given, &Filters::default()).await.unwrap();
    assert_eq!(payload(&request)["variables"], json!({"contentType": "text/plain", "filename": "a.txt", "size": 5}));
    let bytes = upload.bytes(&given).unwrap();
    assert_eq!(bytes.as_deref(), Some(&b"hello"[..]));
    let answer = |url: &str| {
        let file = json!({"uploadUrl": url, "headers": [{"key": "x-goog-a", "value": "1"}]});
        JsonText::parse(json!({"data": {"fileUpload": {"uploadFile": file}}}).to_string()).unwrap()
    };
    let handover =
        upload.handover(&given, &answer("https://storage.dev/x?sig=1"), bytes.clone(), false).unwrap().unwrap();
    assert_eq!(handover.headers, [("x-goog-a".into(), "1".into()), ("content-type".into(), "text/plain".into())]);
    for url in
        ["http://storage.dev/x", "file:///etc/passwd", "https://u:p@storage.dev/", "x", "http://127.0.0.1.evil.dev/"]
    {
        assert!(upload.handover(&given, &answer(url), bytes.clone(), true).is_err(), "{url}");
    }
    for url in ["http://127.0.0.1:9/x", "http://localhost:9/x", "http://[::1]:9/x"] {
        assert!(upload.handover(&given, &answer(url), bytes.clone(), true).is_ok(), "{url}");
        assert!(upload.handover(&given, &answer(url), bytes.clone(), false).is_err(), "an API elsewhere names {url}");
    }
    assert!(upload.bytes(&inputs(upload, json!({"content": "?"}))).is_err());
}

#[test]
fn what_is_wrong_in_a_file_is_said_with_its_line() {
    let request = "[request]\nmethod = 'GET'\npath = '/x'\n";
    for (text, line, says) in [
        ("name = ".to_owned(), Some(1), "not TOML"),
        (format!("{HEAD}frob = 1\n{request}"), Some(5), "frob"),
        (HEAD.to_owned(), None, "needs [request] or [graphql]"),
        (format!("{HEAD}{request}").replace("acme_x", "acme x"), Some(1), "letters, digits"),
        (format!("{HEAD}{request}").replace("reads", "looks"), Some(4), "reads, writes and destroys"),
        (format!("{HEAD}{request}").replace("GET", "FETCH"), Some(6), "none of HTTP's"),
        (format!("{HEAD}{request}").replace("GET", "DELETE"), Some(4), "DELETE changes something"),
        (format!("{HEAD}{request}").replace("'/x'", "'/../x'"), Some(7), "begins with /"),
        (format!("{HEAD}{request}").replace("'/x'", "'https://evil.dev/x'"), Some(7), "begins with /"),
        (format!("{HEAD}{request}").replace("'/x'", "'//evil.dev/x'"), Some(7), "begins with /"),
        (format!("{HEAD}{request}").replace("'/x'", "'/{id}'"), Some(7), "“id” is no property"),
        (format!("{HEAD}{request}headers = {{ Authorization = 'x' }}\n"), Some(8), "belongs to the connection"),
        (format!("{HEAD}{request}body = {{ a = 1 }}\n"), Some(6), "has no body"),
        (format!("{HEAD}[schema.properties]\nid = {{}}\n{request}"), Some(6), "used nowhere"),
        (format!("{HEAD}[schema]\nrequired = ['id']\n{request}"), Some(6), "is no property"),
        (format!("{HEAD}[schema]\ntype = 'array'\n{request}"), Some(6), "is an object"),
        (format!("{HEAD}[schema.properties]\nid = {{ type = 'strin' }}\n{request}"), Some(6), "JSON Schema"),
        (format!("{HEAD}answer = 'data'\n{request}"), Some(5), "begins with /"),
        (format!("{HEAD}output = ''\n{request}"), Some(5), "filter is empty"),
        (format!("{HEAD}{request}[page]\nkind = 'tree'\nitems = ''\n"), Some(9), "cursor, offset and link"),
        (format!("{HEAD}{request}[page]\nkind = 'link'\nitems = ''\nmost = 1000\n"), Some(11), "From 1 to 100"),
        (format!("{HEAD}{DOCUMENT}").replace("reads", "writes"), Some(4), "its document is a query"),
        (format!("{HEAD}{DOCUMENT}").replace("query A", "mutation A"), Some(4), "its document is a mutation"),
        (format!("{HEAD}{DOCUMENT}").replace("required = ['id']\n", ""), Some(11), "does not require"),
        (format!("{HEAD}{DOCUMENT}").replace("{ id }", "{ id "), Some(12), "no GraphQL"),
        (format!("{HEAD}{DOCUMENT}[graphql.variables]\nid = '{{id}}'\nz = '{{n}}'\n"), Some(15), "declares no $z"),
    ] {
        let problems = Contract::parse(&text, "x").unwrap_err();
        let found = problems.iter().any(|problem| problem.line == line && problem.sentence.raw().contains(says));
        assert!(found, "{says} at {line:?}: {problems:#?}\n{text}");
    }
    let many = Contract::parse("name=''\ndescription=''\nprovider=''\neffect=''\n", "x").unwrap_err();
    assert_eq!(many.len(), 5, "all of it at once: {many:#?}");
}

#[test]
fn a_contract_is_a_row_of_the_tool_list() {
    let text = format!("{HEAD}scopes = ['a', 'b']\n[request]\nmethod = 'GET'\npath = '/x'\n");
    let tool = Contract::parse(&text, "mine.toml").unwrap().tool(Some((&"la_1".into(), &"ada".into())));
    assert_eq!((tool.effect_mark(), tool.effect_reason()), ("reads".into(), "declared by its contract"));
    assert_eq!((tool.account, tool.identifier), (Some("la_1".into()), Some("ada".into())));
    assert_eq!(tool.origin.contract().as_deref(), Some("contract mine.toml"));
    assert_eq!(tool.scopes, ["a".into(), "b".into()]);
    let raw: Value = serde_json::from_slice(tool.raw.bytes()).unwrap();
    assert_eq!((&raw["tool"]["definition"]["name"], &raw["connected_account_id"]), (&json!("acme_x"), &json!("la_1")));
}
