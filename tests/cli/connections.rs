//! `connections list`.

use super::process::{Served, against, run};
use crate::client::server::{Reply, Server};

#[test]
fn connections_are_listed_by_the_name_that_calls_use() {
    let served = Served::start(&[]);
    let ran = served.run(&["connections", "list"]);
    assert!(ran.text().lines().next().unwrap().starts_with("CONNECTION"), "{}", ran.out);
    let linear = ran.out.lines().find(|line| line.starts_with("linear ")).unwrap();
    for said in ["LINEAR", "OAuth", "complete", "yes", "conn_"] {
        assert!(linear.contains(said), "{said}: {linear}");
    }
    let list = served.run(&["connections", "list", "--json"]).json();
    let linear = list["connections"].as_array().unwrap().iter().find(|c| c["key_id"] == "linear").unwrap();
    let names: Vec<_> = linear.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names[..6], ["id", "provider", "type", "status", "enabled", "provider_key"], "as they came");
    assert_eq!(linear["id"], served.account("linear/ada@acme.dev")["connection_id"]);
    assert_eq!(list["total_size"], ran.out.lines().count() - 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_comes_twice_stands_there_once_and_one_that_is_missing_is_told() {
    let server = Server::with_tokens(|seen, _| {
        let next = if seen.target.contains("page_token=") { "" } else { ">:2" };
        let row = r#"{"id":"conn_1","key_id":"linear","enabled":true}"#;
        Reply::json(200, &format!(r#"{{"connections":[{row}],"total_size":3,"next_page_token":"{next}"}}"#))
    })
    .await;
    let home = tempfile::tempdir().unwrap();
    let ran = run(against(&server.url, home.path(), &["connections", "list"]), "");
    assert_eq!((ran.code, ran.out.lines().count()), (8, 2), "{}", ran.out);
    let says = "The environment speaks of 3 connections, but its pages held only 1: 1 is missing. 1 connection came more than once";
    assert!(ran.err.contains(says), "{}", ran.err);
}
