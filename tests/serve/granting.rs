//! A call whose person has not granted the resource yet: its page goes to whoever can show it.

use std::sync::Arc;
use std::time::Duration;

use jackfield::testing::domain::Mode;
use jackfield::testing::flow::contracts::ContractLibrary;
use jackfield::testing::flow::offer::{OfferScope, ServeOrder};
use jackfield::testing::flow::record::Recorder;
use jackfield::testing::journal::Front;
use jackfield::testing::profile::OpenTarget;
use jackfield::testing::serve::EnvironmentHost;
use rmcp::model::{ElicitResult, ElicitationAction};
use serde_json::json;

use super::{Connected, Heard, eras};
use crate::local::zone::{Zone, viewer};
use crate::support::token_service::GITHUB;

fn host(zone: &Zone) -> Arc<EnvironmentHost> {
    let opened = zone.own.another().with_contracts(ContractLibrary::new(None, None));
    opened.mode.set(Mode::Free);
    let order = ServeOrder {
        target: OpenTarget::Sandbox,
        mode: Some(Mode::Free),
        limits: Default::default(),
        scope: OfferScope { identifier: "ada".into(), connections: vec!["linear".into()], patterns: Vec::new() },
        http: None,
        approval_limit: Duration::from_secs(60),
        records: false,
        options: " --local".into(),
        state: None,
    };
    Arc::new(EnvironmentHost::new(Arc::new(opened), Recorder::new("test", Front::Server, None), order))
}

#[tokio::test]
async fn the_page_to_grant_a_resource_is_put_before_the_person_and_the_same_call_works() {
    let zone = Zone::new().await;
    zone.service.name_page();
    zone.own.provider.answers().says = Some(viewer());
    zone.sign_in(zone.draft("linear", GITHUB).await).await.unwrap();
    let page = zone.service.url("/connect").to_string();
    let [era, _] = eras();

    let blind = Connected::new(host(&zone), era.clone(), None).await;
    let (failed, words) = blind.said("linear_viewer_get", json!({})).await;
    assert!(failed && words.starts_with("Not granted yet (the person)") && words.contains(&page), "{words}");
    assert!(words.contains("Give this link to the person"), "{words}");
    blind.leave().await;

    let mut shows = Connected::new(host(&zone), era, Some(ElicitResult::new(ElicitationAction::Accept))).await;
    let (failed, words) = shows.said("linear_viewer_get", json!({})).await;
    assert!(failed && words.contains("was given the page to grant it"), "{words}");
    let Some(Heard::Asked(asked)) = shows.hears.recv().await else { panic!("nobody was asked") };
    assert_eq!(asked["mode"], "url");
    assert!(asked["url"].as_str().unwrap().starts_with(&page), "{asked}");
    zone.service.grant("ada", GITHUB);
    let (failed, words) = shows.said("linear_viewer_get", json!({})).await;
    assert!(!failed && words.contains("ada@acme.dev"), "{words}");
    shows.leave().await;
}
