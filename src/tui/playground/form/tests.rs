//! Whatever is done to a row of the form leaves JSON, and every other value.

use proptest::prelude::*;
use serde_json::Value;

use super::*;

const SCHEMA: &str = r##"{"type":"object","required":["a"],"properties":{"a":{"type":"string"},"b":{"type":"integer"},
    "c":{"type":["boolean","null"]},"d":{"enum":["x",1]},"e":{"type":"array","items":{"$ref":"#"}},
    "f":{"oneOf":[{"type":"string"},{"type":"object","required":["k"],"properties":{"k":{"const":1}}}]},"g":{}}}"##;

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-zé\"\\\\\n]{0,6}".prop_map(Value::from),
    ];
    let key = prop_oneof!["[a-g]", "[a-h/~ ]{0,3}"];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..5).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

fn form(text: &str) -> InputForm {
    let mut form = InputForm::default();
    form.begin(JsonText::parse(SCHEMA).ok());
    form.look(text);
    form
}

proptest! {
    #[test]
    fn whatever_is_done_to_a_row_leaves_json_and_every_other_value(
        value in any_value(), pretty in any::<bool>(), which in any::<prop::sample::Index>(), act in 0_u8..6,
    ) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let mut form = form(&text);
        prop_assume!(!form.form.fields.is_empty());
        form.select(which.index(form.form.fields.len()));
        let path = form.selected().unwrap().path.clone();
        let change = match act {
            0 => form.leave_out(),
            1 => form.put("null"),
            2 => form.empty(),
            3 => form.start(),
            4 => form.choose(1),
            _ => form.paste(&"7".into()),
        };
        let Some(change) = change else { return Ok(()) };
        let mut now: Value = serde_json::from_str(&change.text).unwrap();
        let mut before = value;
        // Taking the place itself out of both leaves the same.
        let at = pointer(&path);
        if let Some((around, _)) = at.rsplit_once('/') {
            for value in [&mut now, &mut before] {
                match (value.pointer_mut(around), path.last()) {
                    (Some(Value::Object(members)), Some(PathStep::Key(name))) => { members.shift_remove(name); }
                    (Some(Value::Array(items)), Some(PathStep::Item(_))) => items.clear(),
                    _ => {}
                }
            }
            prop_assert_eq!(now, before, "{}", change.text);
        }
        form.look(&change.text);
        prop_assert!(form.is_there());
    }

    #[test]
    fn what_is_typed_is_what_stands_there(typed in "[ -~é]{1,12}", row in 0_usize..7) {
        let mut form = form("{}");
        form.select(row);
        let path = form.selected().unwrap().path.clone();
        let reading = form.cell.as_ref().map(Cell::input_reading);
        let Some(change) = form.paste(&typed.as_str().into()) else { return Ok(()) };
        form.look(&change.text);
        let shown = form.cell.as_ref().map(|cell| cell.input.raw().to_owned());
        let now: Value = serde_json::from_str(&change.text).unwrap();
        let value = now.pointer(&pointer(&path));
        let read = serde_json::from_str::<Value>(typed.trim()).ok();
        let wanted = match reading {
            Some(Reading::Json) => read,
            Some(Reading::Number) => read.filter(Value::is_number),
            _ => None,
        };
        let wanted = wanted.unwrap_or_else(|| Value::from(typed.as_str()));
        let left_out = reading != Some(Reading::Text) && typed.trim().is_empty();
        prop_assert_eq!(value, (!left_out).then_some(&wanted));
        // What was typed is still on the line, however it was read.
        if value.is_some_and(|value| !value.is_null()) {
            prop_assert_eq!(shown, Some(typed));
        }
    }
}
