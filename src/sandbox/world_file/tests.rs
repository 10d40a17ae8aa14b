//! Whole files: what is read, and what is told of what is wrong.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::sandbox::ids::Ids;
use crate::sandbox::provider::ProviderRefusalKind;
use crate::sandbox::world::World;

const EXAMPLE: &str = include_str!("../../../docs/sandbox-world/helpdesk.toml");

fn parse(text: &str) -> Result<WorldFile, Vec<WorldMistake>> {
    WorldFile::parse(text, Path::new("world"), |extends| World::base(extends).unwrap())
}

fn mistakes(text: &str) -> Vec<String> {
    let mistakes = parse(text).err().unwrap_or_default();
    mistakes.into_iter().map(|mistake| format!("{}: {}", mistake.label(), mistake.sentence)).collect()
}

/// One provider, with one person and one connection; `more` follows.
fn with(more: &str) -> String {
    let begin = "format = 1\npeople = [{ key = \"mia\", name = \"Mia\", email = \"mia@x.example\" }]\n";
    format!("{begin}connections = [{{ name = \"desk\", provider = \"DESK\" }}]\n{more}")
}

fn input(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

/// A call of a tool by Mia; the refusal's code and message where it is refused.
fn call(mock: &mut MockTools, tool: &str, arguments: Value) -> Result<Value, (ProviderRefusalKind, String)> {
    let person = Persona { key: "mia".into(), name: "Mia".into(), email: "mia@x.example".into() };
    let arguments = input(arguments);
    let picked = mock.pick(tool, "mia@x.example", &arguments).unwrap();
    let facts = CallFacts {
        identifier: "mia@x.example",
        connection: "desk",
        account: "ca_1",
        person: &person,
        input: &arguments,
        now: "2026-03-04T12:00:00Z".parse().unwrap(),
    };
    let answer = mock.perform(&picked, &facts).map(|data| serde_json::to_value(data).unwrap());
    answer.map_err(|refusal| (refusal.kind, refusal.message))
}

fn mock(text: &str) -> MockTools {
    MockTools::new(Ids::new(1), &parse(text).unwrap_or_else(|mistakes| panic!("{mistakes:?}")))
}

#[test]
fn the_example_is_read_and_says_the_same_in_json() {
    let from_toml = parse(EXAMPLE).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    assert_eq!(from_toml.summary(), "2 people, 2 connections, 4 accounts, 9 tools");
    let (_, members) = Source::read(EXAMPLE, Path::new("w.toml")).unwrap_or_else(|mistake| panic!("{mistake:?}"));
    let from_json = parse(&Value::Object(members).to_string()).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    assert_eq!(format!("{:?}", from_json.tools), format!("{:?}", from_toml.tools));
    assert_eq!(format!("{:?}", from_json.accounts), format!("{:?}", from_toml.accounts));
}

#[test]
fn the_page_holds_the_example() {
    let page = include_str!("../../../docs/sandbox-world.md");
    assert!(page.contains(&format!("```toml\n{EXAMPLE}```")), "docs/sandbox-world.md holds the example word for word");
}

#[test]
fn everything_that_is_wrong_is_told_at_once_with_its_place() {
    let text = r#"format = 1
peple = []

[[people]]
key = "mia"
name = "Mia"
email = "mia@x.example"
holds.notes = []

[[connections]]
name = "desk"
provider = "DESK"
type = "OAUHT"

[[accounts]]
connection = "dsek"
identifier = "mia@x.example"
status = "ACTIV"

[[accounts]]
connection = "desk"
identifier = "else@x.example"

[[tools]]
name = "desk_ticket_create"
provider = "DEKS"
description = "Opens."
input_schema = '{"type": "object", "properties": {"title": {"type": "strng"}}}'

[[tools.answers]]
when = { titel = "a" }
result = { title = "{{input.tile}}", by = "{{emial}}" }

[[tools.answers]]
create = "tickets"
error = { message = "x" }
"#;
    let told = mistakes(text);
    for expected in [
        "line 2, column 1: “peple” means nothing here. Is “people” meant?",
        "line 8, column 7: There is no collection “notes”.",
        "line 13, column 1: There is no type “OAUHT”. Is “OAUTH” meant?",
        "line 16, column 1: There is no connection “dsek”. Is “desk” meant?",
        "line 18, column 1: There is no status “ACTIV”. Is “ACTIVE” meant?",
        "line 20, column 1: Nobody has the e-mail address “else@x.example”: say with “acts_as” whose account it is at the \
         provider.",
        "line 26, column 1: There is no provider “DEKS”. Is “DESK” meant?",
        "line 31, column 1: The input schema has no “titel”. Is “title” meant?",
        "line 32, column 12: The input schema has no “tile”. Is “title” meant?",
        "line 32, column 38: There is no {{emial}} here. Is “email” meant?",
    ] {
        assert!(told.iter().any(|told| told == expected), "{expected}\nin {told:#?}");
    }
    assert!(told.iter().any(|told| told.starts_with("line 28") && told.contains("no JSON Schema")), "{told:#?}");
    assert!(told.iter().any(|told| told.starts_with("line 34") && told.contains("An answer is one of")), "{told:#?}");
    let lines: Vec<u32> =
        told.iter().filter_map(|told| told.strip_prefix("line ")?.split(',').next()?.parse().ok()).collect();
    assert!(lines.is_sorted(), "{told:#?}");
}

#[test]
fn a_file_without_its_format_or_of_another_one_is_not_read() {
    assert_eq!(mistakes(""), ["the file: “format = 1” is missing."]);
    assert_eq!(mistakes("format = 2"), ["line 1, column 1: This version reads “format = 1”."]);
    assert_eq!(mistakes("{\"format\": 1}"), [""; 0]);
    assert_eq!(mistakes("{\"format\": 1,\n \"extends\": \"sandbx\"}").len(), 1);
}

#[test]
fn names_are_held_against_those_that_are_built_in() {
    let told = mistakes(&with(
        "extends = \"sandbox\"\n[[accounts]]\nconnection = \"linear\"\nidentifier = \"ada@acme.dev\"\n",
    ));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("has an account on “linear” already"), "{told:?}");
    let told = mistakes(
        "format = 1\n[[connections]]\nname = \"l\"\nprovider = \"Linear\"\n[[connections]]\nname = \"f\"\nprovider = \"FRESHDESK\"\ntype = \"OAUTH\"\n",
    );
    assert!(told[0].contains("Is “LINEAR” meant?"), "{told:?}");
    assert!(told[1].contains("FRESHDESK is built in, and has no connections of type “OAUTH”"), "{told:?}");
    let overlay = "[[tools]]\nname = \"linear_issue_create\"\nanswers = [{ error = { message = \"no\" } }]\n";
    assert!(mistakes(&with(overlay))[0].contains("to which there is no connection"));
    assert_eq!(mistakes(&with(&format!("extends = \"sandbox\"\n{overlay}"))), [""; 0]);
    let misspelt = overlay.replace("issue_create", "isue_create");
    assert!(mistakes(&with(&misspelt)).iter().any(|told| told.contains("Is “linear_issue_create” meant?")));
}

#[test]
fn the_first_answer_that_fits_is_given_and_each_as_often_as_it_may() {
    let mut mock = mock(&with(
        r#"
[[tools]]
name = "desk_do"
provider = "DESK"
description = "Does."
answers = [
  { as = "somebody else", result = { n = 0 } },
  { when = { a = 1 }, times = 2, result = { n = 1 } },
  { when = { a = 1, b = true }, error = { status = 418, code = "TEAPOT", message = "No, {{input.b}}." } },
  { result = { n = 3, call = "{{call}}" } },
]
"#,
    ));
    assert_eq!(call(&mut mock, "desk_do", json!({"a": 1, "b": true})), Ok(json!({"n": 1})));
    assert_eq!(call(&mut mock, "desk_do", json!({"a": 2})), Ok(json!({"n": 3, "call": 2})));
    assert_eq!(call(&mut mock, "desk_do", json!({"a": 1.0})), Ok(json!({"n": 1})));
    let teapot = ProviderRefusalKind::Failed { status: 418, wait: None };
    assert_eq!(call(&mut mock, "desk_do", json!({"a": 1, "b": true})), Err((teapot, "No, true.".into())));
    assert_eq!(call(&mut mock, "desk_do", json!({"a": 1})), Ok(json!({"n": 3, "call": 5})));
}

#[test]
fn a_collection_keeps_what_tools_make() {
    let mut mock = mock(&with(
        r#"
[collections.cards]
id = "{{n}}"
id_field = "number"
items = [{ number = 2, text = "old" }]
[[tools]]
name = "desk_card_create"
provider = "DESK"
description = "Makes."
input_schema = { type = "object", properties = { text = { type = "string" } }, required = ["text"] }
answers = [{ create = "cards" }]
[[tools]]
name = "desk_card_update"
provider = "DESK"
description = "Changes."
input_schema = { type = "object", properties = { number = { type = "integer" }, text = { type = "string" } } }
answers = [{ update = "cards" }]
[[tools]]
name = "desk_card_delete"
provider = "DESK"
description = "Deletes."
answers = [{ delete = "cards", key = "number" }]
[[tools]]
name = "desk_cards_list"
provider = "DESK"
description = "Lists."
answers = [{ list = "cards", filter = "text", result = { found = "{{items}}", first = "{{items.0.text}}" } }]
"#,
    ));
    let list = |mock: &mut MockTools, filter: Value| call(mock, "desk_cards_list", filter).unwrap()["found"].clone();
    // The number 2 is taken, so that the second new one is the third.
    assert_eq!(call(&mut mock, "desk_card_create", json!({"text": "a"})), Ok(json!({"number": 3, "text": "a"})));
    let missing = call(&mut mock, "desk_card_create", json!({"txt": "a"})).unwrap_err();
    assert!(missing.1.starts_with("The input does not fit: text"), "{missing:?}");
    assert_eq!(
        call(&mut mock, "desk_card_update", json!({"number": 3, "text": "b"})),
        Ok(json!({"number": 3, "text": "b"}))
    );
    let state = serde_json::to_string(&mock.state()).unwrap();
    assert_eq!(list(&mut mock, json!({"text": "b"})), json!([{"number": 3, "text": "b"}]));
    assert_eq!(call(&mut mock, "desk_card_delete", json!({"number": "3"})), Ok(json!({"number": 3, "text": "b"})));
    let gone = call(&mut mock, "desk_card_delete", json!({"number": 3})).unwrap_err();
    assert_eq!(gone, (ProviderRefusalKind::NotFound, "There is no 3 in cards.".to_owned()));
    assert_eq!(list(&mut mock, json!({})), json!([{"number": 2, "text": "old"}]));
    mock.restore(serde_json::from_str(&state).unwrap());
    assert_eq!(list(&mut mock, json!({})).as_array().map(Vec::len), Some(2), "as it was kept");
    assert_eq!(call(&mut mock, "desk_card_create", json!({"text": "c"})).unwrap()["number"], 4);
}

#[test]
fn what_is_kept_holds_no_credentials() {
    let mut mock = mock(&with(
        "[collections.keys]\n[[tools]]\nname = \"desk_key_create\"\nprovider = \"DESK\"\ndescription = \"x\"\nanswers = [{ create = \"keys\" }]\n",
    ));
    call(&mut mock, "desk_key_create", json!({"password": "correct horse battery", "text": "kept"})).unwrap();
    let kept = serde_json::to_string(&mock.state().without_credentials()).unwrap();
    assert!(!kept.contains("correct horse") && kept.contains("kept"), "{kept}");
}

/// Answers with conditions on one member, in any order.
fn any_answers() -> impl Strategy<Value = Vec<(Option<u8>, Option<u8>)>> {
    prop::collection::vec((prop::option::of(0_u8..3), prop::option::of(1_u8..3)), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn in_any_order_the_first_that_fits_and_is_left_wins(
        answers in any_answers(), calls in prop::collection::vec(0_u8..4, 1..12)
    ) {
        let rows: Vec<_> = answers.iter().enumerate().map(|(at, (when, times))| {
            let mut row = json!({"result": {"at": at}});
            if let Some(when) = when { row["when"] = json!({"k": when}); }
            if let Some(times) = times { row["times"] = json!(times); }
            row
        }).collect();
        let file = json!({
            "format": 1, "connections": [{"name": "desk", "provider": "DESK"}],
            "tools": [{"name": "t", "provider": "DESK", "description": "d", "answers": rows}],
        });
        let parsed = WorldFile::parse(&file.to_string(), Path::new("w.json"), |_| Base::default());
        let mut mock = MockTools::new(Ids::new(1), &parsed.unwrap_or_else(|mistakes| panic!("{mistakes:?}")));
        let mut left: Vec<u8> = answers.iter().map(|(_, times)| times.unwrap_or(u8::MAX)).collect();
        for k in calls {
            let expected = answers.iter().enumerate().position(|(at, (when, _))| left[at] > 0 && when.is_none_or(|when| when == k));
            let got = call(&mut mock, "t", json!({"k": k}));
            match expected {
                Some(at) => {
                    left[at] -= 1;
                    prop_assert_eq!(got, Ok(json!({"at": at})));
                }
                None => prop_assert!(got.unwrap_err().1.contains("no answer")),
            }
        }
    }

    #[test]
    fn no_text_makes_the_reader_fall_over(text in "(format = 1\n)?([a-z\\[\\]{}=\"'.,:\n 0-9]|tools|answers|people|\\[\\[){0,60}") {
        let _ = WorldFile::parse(&text, Path::new("w"), |_| Base::default());
    }

    #[test]
    fn no_values_make_the_reader_fall_over(name in "people|connections|accounts|tools|proxy|providers|collections|mcp_servers|extends", value in any_value()) {
        let file = json!({"format": 1, "connections": [{"name": "d", "provider": "D"}], name: value});
        let _ = WorldFile::parse(&file.to_string(), Path::new("w.json"), |_| Base::default());
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let key = "name|key|email|holds|answers|when|result|error|create|list|item|items|input_schema|provider|path|scopes|id|rest|x";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[{}a-z/]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..4).prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}
