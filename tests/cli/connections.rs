//! `connections list`.

use super::process::Served;

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
