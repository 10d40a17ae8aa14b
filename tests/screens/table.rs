//! An array of objects as a table.

use jackfield::testing::tui::explorer::copy::{TextWritten, WriteText};
use jackfield::testing::tui::explorer::json_find::{Find, MatchesFound};
use jackfield::testing::tui::explorer::table::{TableReady, Tabulate};
use jackfield::testing::tui::shell::save::WriteFile;

use super::explorer::{copied, exploring};
use super::stage::Stage;

const ISSUES: &str = r#"{"total":3,"issues":[
    {"id":"ENG-1","title":"Login is broken","priority":10,"labels":["bug"]},
    {"id":"ENG-2","title":"Make it fast","priority":9},
    {"id":"OPS-7","title":"日本語 title","priority":9,"due":"2026-03-04","url":"https://acme.dev/x?y=1"}]}"#;

/// Does what the runner would: finds out what was asked about a table.
fn tabulated(stage: &mut Stage) {
    let work = stage.task_of::<Tabulate>();
    let found = work.clone().find_out(&false.into());
    stage.send(Tabulate::SLOT, TableReady(Ok(found)));
}

fn tabular(columns: u16, rows: u16, json: &str, keys: &str) -> Stage {
    let mut stage = exploring(columns, rows, json);
    stage.press(keys).press("t");
    tabulated(&mut stage);
    stage
}

/// Some issues as a table.
pub fn issues(columns: u16, rows: u16) -> Stage {
    tabular(columns, rows, ISSUES, "j j")
}

/// The ids from above to below.
fn ids(stage: &Stage) -> Vec<String> {
    let screen = stage.text();
    let words = screen.split_whitespace().filter(|word| word.starts_with("ENG-") || word.starts_with("OPS-"));
    words.map(|word| word.trim_end_matches('│').to_owned()).collect()
}

#[test]
fn an_array_of_objects_becomes_a_table_and_a_cell_leads_back() {
    let mut stage = tabular(160, 36, ISSUES, "j j");
    let screen = stage.text();
    let head = screen.lines().find(|line| line.contains("priority")).expect("a line of names");
    assert!(head.find("id") < head.find("title") && head.find("priority") < head.find("labels"), "{screen}");
    assert!(screen.contains("row 1 of 3") && screen.contains("日本語 title"), "{screen}");
    stage.press("j l Y");
    assert_eq!(copied(&stage), ".issues[1].title");
    stage.press("y");
    assert_eq!(copied(&stage), "\"Make it fast\"");
    stage.press("Enter");
    let screen = stage.text();
    assert!(
        screen.contains("▌        \"title\": \"Make it fast\"") || screen.contains("\"title\": \"Make it fast\""),
        "{screen}"
    );
    stage.press("Y");
    assert_eq!(copied(&stage), ".issues[1].title");
}

#[test]
fn from_inside_an_item_its_row_is_shown() {
    let mut stage = tabular(160, 36, ISSUES, "j j j J j j");
    assert!(stage.text().contains("row 2 of 3"));
    stage.press("Y");
    assert_eq!(copied(&stage), ".issues[1].title");
    stage.press("Esc");
    assert!(!stage.text().contains("row 2 of 3") && stage.text().contains("\"total\""));
}

#[test]
fn rows_are_ordered_by_a_column_and_stay_under_the_cursor() {
    let mut stage = tabular(160, 36, ISSUES, "j j");
    stage.press("l l o");
    tabulated(&mut stage);
    assert_eq!(ids(&stage), ["ENG-2", "OPS-7", "ENG-1"], "9 before 10, equals as they came");
    assert!(stage.text().contains("priority ▲") && stage.text().contains("row 3 of 3"), "{}", stage.text());
    stage.press("o");
    tabulated(&mut stage);
    assert_eq!(ids(&stage), ["ENG-1", "ENG-2", "OPS-7"]);
    assert!(stage.text().contains("priority ▼"));
    stage.press("o");
    assert!(!stage.text().contains("priority ▼") && stage.text().contains("row 1 of 3"));
    stage.press("Y");
    assert_eq!(copied(&stage), ".issues[0].priority");
}

#[test]
fn columns_are_picked_by_name() {
    let mut stage = tabular(160, 36, ISSUES, "j j");
    stage.press("f").type_in("title");
    let screen = stage.text();
    assert!(screen.contains("▌ ✓ title  in 3 of 3 rows") && screen.contains("6 of 6 shown"), "{screen}");
    assert!(screen.contains("Enter toggle"), "{screen}");
    stage.press("Enter");
    let screen = stage.text();
    assert!(screen.contains("▌   title") && screen.contains("5 of 6 shown"), "{screen}");
    stage.press("Esc");
    let screen = stage.text();
    assert!(!screen.contains("Make it fast") && screen.contains("1 hidden"), "{screen}");
    stage.press("f").type_in("title").press("Space");
    assert!(stage.text().contains("✓ title"), "a space shows and hides too: {}", stage.text());
    stage.press("Esc");
    assert!(stage.text().contains("Make it fast") && !stage.text().contains("hidden"));
}

#[test]
fn what_is_typed_matches_the_names_of_columns_alone_and_one_column_stays() {
    let mut stage = tabular(160, 36, r#"[{"id":1,"of":2}]"#, "g");
    stage.press("f").type_in("f");
    assert!(!stage.text().contains("id  in 1"), "{}", stage.text());
    stage.press("Enter Ctrl-U").type_in("hidden");
    assert!(stage.text().contains("No column matches."), "{}", stage.text());
    stage.press("Ctrl-U Enter");
    assert!(stage.text().contains("The last column cannot be hidden."), "{}", stage.text());
}

#[test]
fn the_first_column_stays_while_others_scroll() {
    let mut stage = tabular(80, 24, ISSUES, "j j");
    stage.press("l l l l l");
    let screen = stage.text();
    assert_eq!(ids(&stage), ["ENG-1", "ENG-2", "OPS-7"], "{screen}");
    assert!(
        screen.contains("https://acme") && !screen.contains("Make it fast") && screen.contains("OPS-7│"),
        "{screen}"
    );
    stage.press("h h h h");
    assert!(stage.text().contains("Make it fast") && !stage.text().contains("OPS-7│"), "{}", stage.text());
}

const MAILS: &str = r#"[{"id":"m1","payload":{"headers":[{"name":"From","value":"Ada Lovelace"}]}},
    {"id":"m2","payload":{"headers":[{"name":"From","value":"Grace"},{"name":"To","value":"Adam"}]}},
    {"id":"m3","payload":{"headers":[{"ada":"Linus"}]}}]"#;

#[test]
fn a_filter_shows_the_rows_that_match_and_where_in_a_cell() {
    let mut stage = tabular(160, 36, MAILS, "g");
    stage.press("/").type_in("ada");
    searched(&mut stage);
    let screen = stage.text();
    assert!(screen.contains("m1") && screen.contains("m2") && !screen.contains("m3"), "not by keys or names: {screen}");
    assert!(screen.contains("Ada Love…") && screen.contains("row 1 of 2, 3 in all"), "{screen}");
    assert!(screen.contains("match in payload.headers[0].value"), "{screen}");
    let (x, y) = stage.find("Adam");
    assert_ne!(
        stage.buffer()[(x, y)].style(),
        stage.buffer()[(x + 3, y)].style(),
        "“ada” is pointed out, the m is not"
    );
    stage.press("Enter n");
    assert!(stage.text().contains("row 2 of 2, 3 in all"), "{}", stage.text());
    stage.press("n");
    assert!(stage.text().contains("row 1 of 2, 3 in all"), "around the end: {}", stage.text());
    stage.press("Esc");
    assert!(stage.text().contains("row 1 of 3") && stage.text().contains("m3"), "{}", stage.text());
    stage.press("/").type_in("nobody");
    searched(&mut stage);
    assert!(
        stage.text().contains("No row matches.") && stage.text().contains("row 0 of 0, 3 in all"),
        "{}",
        stage.text()
    );
    stage.press("Esc");
    assert!(stage.text().contains("row 1 of 3"), "{}", stage.text());
}

#[test]
fn rows_that_are_left_are_ordered_copied_and_saved_as_they_are_shown() {
    let mut stage = tabular(160, 36, ISSUES, "j j");
    stage.press("/").type_in("eng");
    searched(&mut stage);
    stage.press("Enter l l o");
    tabulated(&mut stage);
    assert_eq!(ids(&stage), ["ENG-2", "ENG-1"]);
    stage.press("f").type_in("labels").press("Space Ctrl-U").type_in("title").press("Space Esc Ctrl-Y c");
    let text = stage.task_of::<WriteText>().write(&false.into());
    stage.send(WriteText::SLOT, TextWritten(Ok(text)));
    assert_eq!(copied(&stage), "id,priority,due,url\nENG-2,9,,\nENG-1,10,,\n");
    assert!(stage.text().contains("the table as CSV"), "{}", stage.text());
    stage.press("w");
    assert!(
        stage.text().contains("asana_task_create-result.csv") && stage.text().contains("2 rows as CSV"),
        "{}",
        stage.text()
    );
    stage.press("End Backspace Backspace Backspace").type_in("md");
    assert!(stage.text().contains("2 rows as Markdown"), "{}", stage.text());
    stage.press("Enter");
    let WriteFile(file, table) = stage.task_of::<WriteFile>();
    assert_eq!((file.name.as_str(), table.is_some()), ("asana_task_create-result.md", true));
}

/// Does what the runner would: searches.
fn searched(stage: &mut Stage) {
    let found = stage.task_of::<Find>().search(&false.into());
    stage.send(Find::SLOT, MatchesFound(Ok(found)));
}

#[test]
fn the_array_in_what_an_answer_is_wrapped_in_is_found() {
    let mut stage = exploring(120, 36, r#"{"data":{"tags":["a"],"issues":{"nodes":[{"id":7}]}}}"#);
    stage.press("t");
    assert!(stage.runs(Tabulate::SLOT));
}

#[test]
fn what_is_no_table_says_so() {
    let mut stage = exploring(120, 36, r#"{"a":[1,2],"b":[]}"#);
    stage.press("j j t");
    assert!(stage.text().contains("No array of objects here") && !stage.runs(Tabulate::SLOT));
}

#[test]
fn a_search_goes_to_the_cell_and_goes_on_in_the_tree() {
    let mut stage = tabular(160, 36, ISSUES, "j j");
    stage.press("/").type_in("2026");
    let find = stage.task_of::<Find>();
    let found = MatchesFound(Ok(find.search(&false.into())));
    stage.send(Find::SLOT, found);
    stage.press("Enter");
    assert!(stage.text().contains("row 1 of 1, 3 in all"), "{}", stage.text());
    stage.press("Y");
    assert_eq!(copied(&stage), ".issues[2].due");
    stage.press("Enter");
    searched(&mut stage);
    assert!(stage.text().contains("\"due\": \"2026-03-04\"") && stage.text().contains("1 of 1"), "{}", stage.text());
    stage.press("/ Ctrl-U").type_in("total");
    searched(&mut stage);
    assert!(stage.text().contains("/ total   1 of 1"), "in the tree all is searched: {}", stage.text());
}

#[test]
fn a_hundred_thousand_rows_are_stepped_through_by_what_is_seen() {
    let rows: Vec<_> = (0..100_000).map(|n| format!(r#"{{"id":"ENG-{n}","n":{}}}"#, (n * 7919) % 100_003)).collect();
    let mut stage = tabular(120, 36, &format!("[{}]", rows.join(",")), "g");
    stage.press("G");
    assert!(stage.text().contains("row 100000 of 100000") && stage.text().contains("ENG-99999"));
    stage.press("l o");
    tabulated(&mut stage);
    stage.press("g");
    assert_eq!(ids(&stage)[0], "ENG-0");
}

#[test]
fn pictures() {
    for (columns, rows) in [(120, 36), (80, 24), (40, 12)] {
        let mut stage = tabular(columns, rows, ISSUES, "j j");
        stage.press("j l l");
        insta::assert_snapshot!(format!("table_{columns}x{rows}"), stage.text());
    }
}
