//! What becomes of a megabyte, wherever it is typed or was written.

use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::input::typed::pasted;

use super::long::{fields, keys, shapes, written};
use super::stage::Stage;

/// More than fits anywhere. A whole megabyte is measured in `benches/long_texts.rs`.
const SIZE: usize = 300_000;

/// Whether some line on the screen says that it goes on.
fn is_cut(stage: &Stage) -> bool {
    stage.text().contains('…')
}

#[test]
fn a_line_takes_what_fits_and_says_so_and_a_value_is_kept_whole() {
    for field in fields() {
        for (shape, text) in shapes(SIZE) {
            let at = format!("{shape} in {}", field.name);
            let mut stage = (field.open)();
            stage.event(Event::Paste(text.as_str().into()));
            let said = stage.model.cx.toasts.said().last().map(|toast| toast.text.clone()).unwrap_or_default();
            let stands = (field.text)(&stage);
            match field.most {
                Some(most) => {
                    let fits: String = pasted(&text.as_str().into(), false).take(most).collect();
                    assert!(stands == fits, "{at}: {} characters", stands.chars().count());
                    assert_eq!(said, format!("Pasted text was longer than {most} characters; the rest was left out."));
                }
                None if field.name == "JSON" => {
                    let shown: String = serde_json::from_str(&format!("\"{}\"", stands.replace('\n', "\\n")))
                        .unwrap_or_else(|_| stands.clone());
                    assert!(shown == text || stands == text, "{at}");
                }
                None => {
                    let many_lines = field.name == "form: text";
                    let whole: String = pasted(&text.as_str().into(), many_lines).collect();
                    let nothing = !many_lines && whole.trim().is_empty();
                    assert!(stands == if nothing { "null".to_owned() } else { whole }, "{at}");
                    assert!(nothing || said.starts_with("The whole text is kept"), "{at}: {said:?}");
                }
            }
            assert!(is_cut(&stage) || shape == "blanks" || field.most.is_none(), "{at}: {}", stage.text());
            for key in keys() {
                stage.event(Event::Key(key));
                assert_eq!(stage.text().lines().count(), usize::from(stage.model.cx.screen.height), "{at}");
            }
        }
    }
}

#[test]
fn what_is_typed_where_nothing_fits_any_more_is_not_lost_in_silence() {
    for field in fields() {
        let mut stage = (field.open)();
        stage.event(Event::Paste("x".repeat(SIZE).as_str().into()));
        let before = (field.text)(&stage);
        stage.type_in("y");
        assert!((field.text)(&stage) == before, "{}", field.name);
        let said = &stage.model.cx.toasts.said().last().expect("something is said").text;
        assert!(said.contains("fit here") || said.contains("too long to edit here"), "{}: {said}", field.name);
        if field.most.is_some() {
            stage.press("Backspace").type_in("y");
            assert!((field.text)(&stage).ends_with("xy"), "{}", field.name);
        }
    }
}

#[test]
fn a_paste_stands_where_the_caret_was() {
    for field in fields().into_iter().filter(|field| field.most.is_some()) {
        let mut stage = (field.open)();
        stage.type_in("ab").press("Left");
        stage.event(Event::Paste("\u{feff}日\r\n\u{1b}本".into()));
        stage.type_in("c");
        assert_eq!((field.text)(&stage), "a日本cb", "{}", field.name);
    }
}

#[test]
fn the_terminals_cursor_stands_at_the_caret() {
    for field in fields().into_iter().filter(|field| field.name != "masked" && field.name != "secret") {
        let mut stage = (field.open)();
        stage.type_in("日7");
        let (x, y) = stage.caret().unwrap_or_else(|| panic!("{} has no cursor", field.name));
        let (start, row) = stage.find("日7");
        // Columns and characters are the same up to there but for the wide one.
        assert_eq!((x, y), (start + 3, row), "{}:\n{}", field.name, stage.text());
        stage.press("Left");
        assert_eq!(stage.caret(), Some((x - 1, y)), "{}", field.name);
        stage.press("Left");
        assert_eq!(stage.caret(), Some((x - 3, y)), "{}", field.name);
    }
}

#[test]
fn the_caret_is_in_sight_however_long_the_text_is() {
    for field in fields().into_iter().filter(|field| field.most.is_some()) {
        for (shape, text) in shapes(4_000) {
            let mut stage = (field.open)();
            stage.event(Event::Paste(text.as_str().into()));
            for key in ["Home", "End", "Left", "Left"] {
                stage.press(key);
                let (x, y) = stage.caret().unwrap_or_else(|| panic!("{shape} in {}", field.name));
                let screen = stage.model.cx.screen;
                assert!(x < screen.width && y < screen.height, "{shape} in {}", field.name);
            }
        }
    }
}

#[test]
fn a_strangers_megabyte_is_cut_and_takes_no_screen_apart() {
    let mut uncut = Vec::new();
    for (name, open) in written() {
        for (shape, text) in shapes(SIZE) {
            let mut stage = open(&text);
            let screen = stage.text();
            assert_eq!(screen.lines().count(), usize::from(stage.model.cx.screen.height), "{shape} in {name}");
            // A value that is looked at is scrolled through; jq offers plain names alone.
            let whole = shape == "blanks" || ["value looked at", "jq"].contains(&name);
            if !is_cut(&stage) && !whole && !screen.contains("too much to show here") {
                uncut.push(format!("{shape} in {name}: {screen}"));
            }
            for key in keys() {
                stage.event(Event::Key(key));
                assert_eq!(
                    stage.text().lines().count(),
                    usize::from(stage.model.cx.screen.height),
                    "{shape} in {name}"
                );
            }
        }
    }
    assert!(uncut.is_empty(), "{}", uncut.join("\n"));
}

#[test]
fn every_size_of_a_terminal_is_drawn() {
    for (columns, rows) in [(1, 1), (1_058, 50), (1_100, 50), (5_000, 5_000), (32_768, 32_768)] {
        for (name, open) in written() {
            let mut stage = open("text");
            stage.event(Event::Resize(columns, rows));
            let screen = stage.model.cx.screen;
            assert!(screen.width == columns.min(1_000) && screen.height == rows.min(400), "{name}");
            assert_eq!(stage.text().lines().count(), usize::from(screen.height), "{name}");
        }
    }
}

#[test]
fn a_list_takes_its_share_of_a_wide_terminal() {
    let stage = Stage::with_accounts(1_100, 50, super::stage::accounts());
    let screen = stage.text();
    let edge = screen.lines().nth(2).and_then(|line| line.chars().position(|c| c == '╮')).expect("a pane");
    assert!((600..700).contains(&edge), "{edge}");
}
