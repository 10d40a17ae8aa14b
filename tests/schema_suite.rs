//! The official JSON Schema test suite: whatever it comes up with has a form, or falls back to JSON.

use std::path::{Path, PathBuf};
use std::process::Command;

use jackfield::testing::domain::JsonText;
use jackfield::testing::json::Document;
use jackfield::testing::json::edit::{remove, set};
use jackfield::testing::schema::{
    FieldKind, Outline, SampleScope, SchemaForm, Validator, VariantChoices, initial_value, missing_required, sample,
    switch_variant,
};
use jiff::Timestamp;
use jsonschema_valid as _;
use serde_json::Value;

/// Where the suite lies: it comes as part of a crate.
fn suite() -> PathBuf {
    let metadata = Command::new(env!("CARGO"))
        // For this platform alone: what others need may never have been downloaded.
        .args(["metadata", "--format-version", "1", "--offline", "--filter-platform", "host-tuple", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .expect("cargo");
    let metadata: Value = serde_json::from_slice(&metadata.stdout).expect("what cargo knows of the packages");
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "jsonschema-valid").unwrap();
    let manifest = Path::new(package["manifest_path"].as_str().unwrap());
    manifest.with_file_name("JSON-Schema-Test-Suite").join("tests")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
}

fn json(value: &Value) -> JsonText {
    JsonText::parse(value.to_string()).unwrap()
}

fn document(text: JsonText) -> Document {
    Document::index(text).unwrap()
}

/// Fills in what the form of `value` offers, each row once, and takes it out again.
fn fill_in(schema: &JsonText, value: &Document) -> usize {
    let mut choices = VariantChoices::new();
    let form = SchemaForm::new(schema, value, &choices);
    let begun = |text: String| document(JsonText::parse(text).expect("what is begun with is JSON"));
    for field in &form.fields {
        let start = begun(initial_value(schema, value, &choices, &field.path, Timestamp::UNIX_EPOCH));
        let filled = set(value, &field.path, start.text().raw());
        let filled = document(JsonText::parse(filled).expect("a filled-in value is JSON"));
        assert!(filled.at(&field.path).is_some(), "{:?} in {:?}", field.path, filled.text().raw());
        JsonText::parse(remove(&filled, &field.path)).expect("so is one with something taken out");
        let rows = SchemaForm::new(schema, &filled, &choices).fields;
        assert!(rows.iter().all(|row| row.kind != FieldKind::Json || row.note.is_some()), "{rows:?}");
        if let FieldKind::Variant { names, .. } = &field.kind {
            for alternative in 0..names.len() {
                choices.insert(field.path.clone(), alternative);
                begun(switch_variant(schema, value, &choices, &field.path, Timestamp::UNIX_EPOCH));
            }
            choices.clear();
        }
    }
    form.fields.len()
}

#[test]
fn every_schema_of_the_official_suite_renders_or_falls_back() {
    let mut found = Vec::new();
    files(&suite(), &mut found);
    let (mut schemas, mut rows) = (0, 0);
    for file in &found {
        let cases: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        for case in cases.as_array().unwrap() {
            let schema = json(&case["schema"]);
            schemas += 1;
            Outline::from_schema(&schema);
            for fill in [SampleScope::RequiredOnly, SampleScope::Everything] {
                let begun =
                    document(JsonText::parse(sample(&schema, fill, Timestamp::UNIX_EPOCH)).expect("a sample is JSON"));
                rows += fill_in(&schema, &begun);
            }
            let validator = Validator::compile(&schema).validator;
            for test in case["tests"].as_array().unwrap() {
                let data = json(&test["data"]);
                missing_required(&schema, &data);
                // Only that it ends, and how: a schema that is wrong keeps nobody from sending.
                drop(validator.validate(&data));
                rows += fill_in(&schema, &document(data));
            }
        }
    }
    assert!(
        found.len() > 150 && schemas > 1_000 && rows > 1_000,
        "{} files, {schemas} schemas, {rows} rows",
        found.len()
    );
}
