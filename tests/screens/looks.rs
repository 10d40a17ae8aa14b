//! A value looked at as what it is.

use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::core::messages::BROWSER;
use jackfield::testing::tui::explorer::inspect::{InspectValue, Inspected};
use jackfield::testing::tui::shell::desktop::tasks::OpenBrowser;
use jackfield::testing::tui::shell::save::WriteFile;

use super::explorer::{copied, exploring};
use super::stage::Stage;

/// The first value of this object, looked at.
fn looking(columns: u16, rows: u16, json: &str) -> Stage {
    let mut stage = exploring(columns, rows, json);
    stage.press("j v");
    let look = stage.task_of::<InspectValue>();
    let faces = look.faces();
    stage.send(InspectValue::SLOT, Inspected(Ok(faces)));
    stage
}

#[test]
fn a_text_is_shown_with_its_lines_and_scrolled() {
    let lines: Vec<_> = (0..60).map(|n| format!("line {n}")).collect();
    let mut stage = looking(80, 24, &format!(r#"{{"body":"{}\r\nend"}}"#, lines.join(r"\r\n")));
    let screen = stage.text();
    assert!(screen.contains("line 1 ") && screen.contains("61 lines") && !screen.contains('␍'), "{screen}");
    stage.press("G");
    assert!(stage.text().contains("end"), "{}", stage.text());
    stage.press("y");
    assert!(copied(&stage).starts_with("line 0\r\nline 1\r\n"), "what is copied is as it came");
    stage.event(Event::Resize(40, 12));
    assert!(stage.text().contains("line 46"), "{}", stage.text());
}

#[test]
fn a_link_is_taken_apart_and_opened_after_its_host_was_named() {
    let url = "https://user:pw@acme.dev:8443/a%20b?q=caf%C3%A9&next=%2Fhome#top";
    let mut stage = looking(120, 36, &format!(r#"{{"url":"{url}"}}"#));
    let screen = stage.text();
    for fact in ["acme.dev", "8443", "/a b", "?q", "café", "/home", "top", "user (not part of the host)"] {
        assert!(screen.contains(fact), "{fact}: {screen}");
    }
    stage.press("Enter");
    assert!(stage.text().contains("Open acme.dev in the browser?") && !stage.runs(BROWSER));
    stage.press("n Enter y");
    let OpenBrowser(opened) = stage.task_of::<OpenBrowser>();
    assert_eq!(opened.as_str(), url);
}

#[test]
fn a_moment_is_told_in_words() {
    let screen = looking(120, 36, r#"{"at":1772622000}"#).text();
    for fact in ["1 h ago", "Wednesday, 2026-03-04 11:00:00", "seconds since 1970"] {
        assert!(screen.contains(fact), "{fact}: {screen}");
    }
    let screen = looking(120, 36, r#"{"at":"2026-03-05T12:00:00Z"}"#).text();
    assert!(screen.contains("in 24 h") && screen.contains("ISO 8601"), "{screen}");
}

#[test]
fn json_in_a_text_is_explored_and_left_again() {
    let mut stage = looking(120, 36, r#"{"payload":"{\"deep\":[1,{\"x\":2}]}","n":1}"#);
    assert!(stage.text().contains("\"deep\": ["), "{}", stage.text());
    stage.press("Enter");
    let screen = stage.text();
    assert!(screen.contains("jq .payload | fromjson") && screen.contains("\"x\": 2"), "{screen}");
    stage.press("Esc");
    assert!(stage.text().contains("\"payload\":"), "{}", stage.text());
    let mut stage = looking(120, 36, r#"{"hidden":"eyJhIjpbMSwyXX0="}"#);
    stage.press("Enter");
    assert!(stage.text().contains("jq .hidden | @base64d | fromjson"), "{}", stage.text());
}

#[test]
fn bytes_are_dumped_and_what_they_are_is_guessed() {
    let mut stage = looking(120, 36, r#"{"icon":"iVBORw0KGgoAAAANSUhEUg=="}"#);
    let screen = stage.text();
    assert!(screen.contains("00000000  89 50 4e 47") && screen.contains("·PNG"), "{screen}");
    assert!(screen.contains("16 B · looks like a PNG picture"), "{screen}");
    stage.press("y");
    assert!(stage.text().contains("Binary data cannot be copied"));
    stage.press("w Enter");
    let WriteFile(saving, _) = stage.task_of::<WriteFile>();
    assert_eq!((saving.name.as_str(), saving.bytes.len()), ("value.bin", 16));
    stage.press("Tab");
    assert!(stage.text().contains("iVBORw0KGgo"), "as the text that it is too");
    stage.press("Esc");
    assert!(!stage.text().contains("16 B"));
}

#[test]
fn what_cannot_be_looked_at_says_why() {
    let mut stage = exploring(120, 36, r#"{"n":12,"yes":true}"#);
    stage.press("v");
    assert!(stage.text().contains("Objects and arrays are shown already"));
    stage.press("j v");
    assert!(stage.text().contains("This number does not look like a timestamp."));
    stage.press("j v");
    assert!(stage.text().contains("Nothing more to show for this value.") && !stage.runs(InspectValue::SLOT));
}

#[test]
fn help_comes_while_a_large_text_is_still_looked_at() {
    let mut stage = exploring(120, 36, r#"{"a":"text"}"#);
    stage.press("j v");
    assert!(stage.text().contains("Decoding"));
    stage.press("?");
    assert!(stage.text().contains("Keys: "));
    stage.press("Esc Esc");
    assert!(!stage.runs(InspectValue::SLOT), "nobody waits for it any more");
}

#[test]
fn pictures() {
    for (columns, rows) in [(120, 36), (80, 24), (40, 12)] {
        let link = looking(columns, rows, r#"{"url":"https://acme.dev/issues?team=ENG&state=in%20progress"}"#);
        insta::assert_snapshot!(format!("looks_link_{columns}x{rows}"), link.text());
        let dump = looking(
            columns,
            rows,
            r#"{"icon":"iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAYAAAAf8/9hAAAAAXNSR0IArs4c6QAAAARnQU1B"}"#,
        );
        insta::assert_snapshot!(format!("looks_bytes_{columns}x{rows}"), dump.text());
    }
}
