//! Proofs of identity on the command line.

use serde_json::Value;

use super::process::{jackfield, run};

fn prove(home: &std::path::Path, arguments: &[&str]) -> super::process::Ran {
    run(jackfield(home, &[&["--sandbox", "accounts"], arguments].concat()), "")
}

fn verdicts(document: &Value) -> Vec<String> {
    let rows = document["proofs"].as_array().unwrap();
    rows.iter()
        .map(|row| {
            let text = |key: &str| row[key].as_str().unwrap().to_owned();
            format!("{} {}/{}", text("verdict"), text("connector"), text("identifier"))
        })
        .collect()
}

#[test]
fn every_account_has_its_verdict_and_the_worst_come_first() {
    let home = tempfile::tempdir().unwrap();
    let ran = prove(home.path(), &["prove", "--all", "--json"]);
    assert_eq!(ran.code, 9, "{}", ran.err);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    let told = verdicts(&document);
    assert_eq!(told.len(), 23);
    assert_eq!(told[..2], ["mismatch gmail/barbara@acme.dev", "refused linear/grace@acme.dev"]);
    for verdict in
        ["proven asana/ada@acme.dev", "unusable linear/ada@acme.dev", "not_provable warehouse/radia@acme.dev"]
    {
        assert!(told.iter().any(|row| row == verdict), "{verdict}: {told:?}");
    }
    let mismatch = &document["proofs"][0];
    assert_eq!(mismatch["identity"]["email"], "dennis@acme.dev");
    assert!(mismatch["execution_id"].as_str().is_some_and(|id| !id.is_empty()) && mismatch["at"].is_string());
    assert_eq!(document["proofs"][1]["said"], "Linear does not accept this access token any more");
}

#[test]
fn one_account_is_proven_by_its_name_and_the_rule_can_be_another() {
    let home = tempfile::tempdir().unwrap();
    let ran = prove(home.path(), &["prove", "asana/ada@acme.dev"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("proven") && ran.out.contains("ada@acme.dev (Acme)"), "{}", ran.out);
    let ran = prove(home.path(), &["prove", "asana/ada@acme.dev", "--match", "acme-{local}"]);
    assert_eq!(ran.code, 9, "{}", ran.err);
    assert!(ran.out.contains("mismatch"), "{}", ran.out);
    let said = prove(home.path(), &["prove", "asana/ada@acme.dev", "--match", "whatever"]);
    assert!(said.refused(2).contains("auto, email, id, or a pattern"), "{}", said.err);
    let said = prove(home.path(), &["prove"]);
    assert_eq!(said.code, 2);
}

#[test]
fn probes_stand_in_the_history_marked_as_such_and_fill_nothing_in() {
    let home = tempfile::tempdir().unwrap();
    prove(home.path(), &["prove", "asana/ada@acme.dev"]);
    let listed = run(jackfield(home.path(), &["history", "list", "probe:yes", "--json"]), "");
    let document = listed.json();
    let calls = document.as_array().or_else(|| document["calls"].as_array()).unwrap();
    assert_eq!(calls.len(), 1, "{document}");
    assert_eq!((&calls[0]["name"], &calls[0]["probe"]), (&Value::from("asana_me_get"), &Value::from(true)));
    let listed = run(jackfield(home.path(), &["history", "list", "probe:no"]), "");
    assert!(!listed.text().contains("asana_me_get"), "{}", listed.out);
}

#[test]
fn a_list_holds_the_proofs_where_it_is_asked_for_them() {
    let home = tempfile::tempdir().unwrap();
    let ran = prove(home.path(), &["list", "--prove", "--connection", "gmail", "--json"]);
    let rows = ran.json();
    let rows = rows["connected_accounts"].as_array().unwrap().clone();
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|row| row["proof"]["verdict"].is_string() && row["status"].is_string()));
    let ran = prove(home.path(), &["list", "--prove", "--connection", "gmail"]);
    assert!(ran.text().contains("VERDICT") && ran.out.contains("mismatch"), "{}", ran.out);
}

#[test]
fn a_provider_of_ones_own_is_asked_as_its_file_says() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("config/providers");
    std::fs::create_dir_all(&folder).unwrap();
    let file = "provider = 'FRESHDESK'\ntool = 'freshdesk_tickets_delete'\nid = '/id'\n";
    std::fs::write(folder.join("bad.toml"), file).unwrap();
    std::fs::write(folder.join("linear.toml"), "provider = 'LINEAR'\nget = '/me'\nid = '/id'\n").unwrap();
    let ran = prove(home.path(), &["prove", "linear/barbara@acme.dev", "--json"]);
    assert!(ran.err.contains("providers/bad.toml does not count."), "{}", ran.err);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    assert_ne!(document["proofs"][0]["verdict"], "proven", "the path is not there: {document}");
}
