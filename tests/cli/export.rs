//! Definitions that models refuse, and definitions mended.

use std::io::Write as _;

use serde_json::Value;

use super::process::Served;

/// A catalogue with one tool of an older draft, and one that says what nobody has to know.
fn odd() -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    for (name, schema) in [
        (
            "asana_old_make",
            r#"{"type":"object","properties":{"n":{"type":"integer","minimum":0,"exclusiveMinimum":true}}}"#,
        ),
        ("asana_odd_make", r#"{"type":"object","properties":{"s":{"type":"string","nullable":true}}}"#),
    ] {
        let line = format!(r#"{{"connector":"asana","name":"{name}","description":"Makes.","input_schema":{schema}}}"#);
        writeln!(file, "{line}").unwrap();
    }
    file
}

#[test]
fn what_a_model_refuses_is_told_with_its_place_and_mended() {
    let file = odd();
    let served = Served::start(&["--catalog", file.path().to_str().unwrap()]);
    let export = |flags: &[&str]| served.run(&[&["tools", "export", "--as", "ada@acme.dev"][..], flags].concat());
    let lint = export(&["--lint", "asana_old_make"]);
    assert_eq!(lint.code, 7);
    assert!(lint.out.starts_with("asana_old_make at /properties/n/exclusiveMinimum: "), "{}", lint.out);
    // What is only passed over is told, and is no failure.
    let doubts = export(&["--lint", "--json", "asana_odd_make"]);
    let complaints = &serde_json::from_str::<Value>(&doubts.out).unwrap()["complaints"];
    assert_eq!(
        (doubts.code, &complaints[0]["refused"], &complaints[0]["path"]),
        (0, &Value::Bool(false), &"/properties/s/nullable".into())
    );
    let mended = export(&["--mend", "asana_old_make", "asana_odd_make"]);
    assert!(mended.err.contains("2 fixed, 0 with problems"), "{}", mended.err);
    let tools: Value = serde_json::from_str(mended.text()).unwrap();
    let properties = |name: &str| {
        tools.as_array().unwrap().iter().find(|tool| tool["name"] == name).unwrap()["input_schema"]["properties"]
            .clone()
    };
    assert_eq!(properties("asana_old_make")["n"], serde_json::json!({"type":"integer","exclusiveMinimum":0}));
    assert_eq!(properties("asana_odd_make")["s"]["type"], serde_json::json!(["string", "null"]));
    assert_eq!(export(&["--mend", "--lint", "asana_old_make", "asana_odd_make"]).text(), "");
}
