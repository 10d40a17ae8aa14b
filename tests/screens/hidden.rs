//! What would not be seen, on its way into the input: it stands there as an escape, and that is what is sent.

use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::core::event::Returned;

use super::explorer::exploring;
use super::form::form;
use super::playground::opened;
use super::stage::Stage;

const HIDDEN: &str = "abc\u{200b}\u{202e}def";
const SHOWN: &str = r"abc\u200b\u202edef";

fn input(stage: &Stage) -> serde_json::Value {
    serde_json::from_str(stage.model.playground.input_text()).unwrap()
}

#[test]
fn a_value_of_a_result_that_is_used() {
    let mut stage = exploring(120, 36, &format!(r#"{{"a":"{HIDDEN}"}}"#));
    stage.press("j u Enter Tab");
    let call = stage.model.playground.call().unwrap();
    assert!(call.input.raw().contains(SHOWN) && !call.input.raw().contains('\u{202e}'), "{}", call.input.raw());
    assert!(stage.text().contains(SHOWN), "{}", stage.text());
    assert_eq!(input(&stage)["name"], HIDDEN, "and means what it meant");
}

#[test]
fn a_text_that_comes_back_from_another_editor() {
    let mut stage = opened(120, 36);
    stage.event(Event::Returned(Ok(Returned::Edited(format!("\u{feff}{{\"name\": \"{HIDDEN}\"}}\n")))));
    assert_eq!(stage.model.playground.input_text(), format!("{{\"name\": \"{SHOWN}\"}}"));
    assert!(stage.model.playground.syntax.is_none() && stage.text().contains(SHOWN));
}

#[test]
fn a_field_that_comes_back_from_another_editor() {
    let mut stage = form(120, 36);
    stage.press("Ctrl-E");
    stage.event(Event::Returned(Ok(Returned::Edited(format!("\u{feff}{HIDDEN}\n")))));
    assert!(stage.model.playground.input_text().contains(SHOWN), "{}", stage.model.playground.input_text());
    assert_eq!(input(&stage)["title"], HIDDEN);
}

#[test]
fn a_field_that_is_pasted_into_or_typed_on() {
    let mut stage = form(120, 36);
    stage.event(Event::Paste(format!("\u{feff}{HIDDEN}").into()));
    stage.press("Left").type_in("x");
    assert!(stage.model.playground.input_text().contains(r"abc\u200b\u202edexf"), "{}", stage.text());
    assert!(stage.text().contains("abc‹200B›‹202E›dexf"), "the line says what it holds: {}", stage.text());
}
