//! Failures as each provider tells of them, where a contract says nothing of them itself.

use jackfield::testing::backend::Backend as _;
use jackfield::testing::domain::{Fault, FaultKind};
use jackfield::testing::flow::contracts::ContractLibrary;
use serde_json::{Value, json};

use super::world::{Provider, World, call};

async fn answering(status: u16, body: &'static str) -> Provider {
    Provider::start(move |_| (status, Vec::new(), body.to_owned())).await
}

fn words(fault: &Fault) -> (FaultKind, &str, &str) {
    let word = |text: &Option<jackfield::testing::domain::Untrusted>| text.as_ref().map(|text| text.raw().to_owned());
    let (said, code) = (word(&fault.said).unwrap_or_default(), word(&fault.code).unwrap_or_default());
    (fault.kind, String::leak(said), String::leak(code))
}

async fn failed(world: &impl jackfield::testing::backend::Backend, tool: &str, account: &str, input: Value) -> Fault {
    world.tools().call(&call(tool, account, input)).await.unwrap_err()
}

#[tokio::test]
async fn a_provider_that_refuses_with_a_good_status_is_understood() {
    let body = r#"{"errors":[{"message":"Authentication required","extensions":{"type":"authentication error",
        "userPresentableMessage":"You need to authenticate."}}],"data":null}"#;
    let provider = answering(200, body).await;
    let fault = failed(&World::local(&provider.url), "linear_teams_list", "1", json!({})).await;
    assert_eq!(words(&fault), (FaultKind::NeedsAuthorization, "You need to authenticate.", "authentication error"));
    let body = r#"{"errors":[{"message":"slow down","extensions":{"code":"RATELIMITED"}}]}"#;
    let provider = answering(400, body).await;
    let fault = failed(&World::local(&provider.url), "linear_teams_list", "1", json!({})).await;
    assert_eq!(words(&fault), (FaultKind::ProviderLimited, "slow down", "RATELIMITED"));
}

const CONTRACT: &str = "name = 'acme_items_list'\ndescription = 'List items.'\nprovider = 'ACME'\neffect = 'reads'\n\
    [request]\nmethod = 'GET'\npath = '/items'\n";

#[tokio::test]
async fn a_persons_own_provider_tells_in_its_own_way_and_a_contract_in_another() {
    let root = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = root.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("contracts/items.toml", CONTRACT);
    let world =
        |base: &str| World::new("scalekit", base).with(ContractLibrary::new(Some(root.path().to_owned()), None));
    let provider = answering(200, r#"{"fault":{"text":"Bad key.","kind":"bad_key"},"message":"m"}"#).await;
    let world = world(&provider.url);
    let good = world.tools().call(&call("acme_items_list", "2", json!({}))).await;
    assert!(good.is_ok(), "nothing is known of this provider");
    let shape =
        "provider = 'ACME'\n[errors]\nmessage = ['/fault/text']\ncode = ['/fault/kind']\nrefused = ['bad_key']\n";
    write("providers/acme.toml", shape);
    let fault = failed(&world, "acme_items_list", "2", json!({})).await;
    assert_eq!(words(&fault), (FaultKind::NeedsAuthorization, "Bad key.", "bad_key"), "the file is read as it is now");
    write("contracts/items.toml", &format!("{CONTRACT}[errors]\nmessage = ['/message']\n"));
    let fault = failed(&world, "acme_items_list", "2", json!({})).await;
    assert_eq!(words(&fault), (FaultKind::NeedsAuthorization, "m", "bad_key"), "its own rule counts first");
}

#[tokio::test]
async fn no_bytes_leave_for_this_machine_where_the_api_is_elsewhere() {
    let bucket = answering(200, "").await;
    let url = format!("{}/x", bucket.url);
    let provider = Provider::start(move |_| (200, Vec::new(), json!({ "url": url }).to_string())).await;
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(root.path().join("contracts")).unwrap();
    let text = "name = 'acme_file_put'\ndescription = 'Put a file.'\nprovider = 'ACME'\neffect = 'writes'\n\
        [schema]\nrequired = ['content']\nproperties.content = { type = 'string' }\n\
        [request]\nmethod = 'POST'\npath = '/files'\n[upload]\ncontent = 'content'\nurl = '/url'\n";
    std::fs::write(root.path().join("contracts/put.toml"), text).unwrap();
    for (kind, is_sent) in [("scalekit", false), ("local", true)] {
        let library = ContractLibrary::new(Some(root.path().to_owned()), None);
        let world = World::new(kind, &provider.url).with(library);
        let put = world.tools().call(&call("acme_file_put", "2", json!({"content": "aGVsbG8="}))).await;
        assert_eq!((put.is_ok(), bucket.seen().len()), (is_sent, usize::from(is_sent)), "{kind}: {put:?}");
    }
}
