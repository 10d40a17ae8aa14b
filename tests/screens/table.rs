//! An array of objects as a table.

use jackfield::testing::tui::explorer::json_find::{Find, MatchesFound};
use jackfield::testing::tui::explorer::table::{TableReady, Tabulate};

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
    words.map(str::to_owned).collect()
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
    assert!(stage.text().contains("in 3 of 3"), "{}", stage.text());
    stage.press("Enter");
    assert!(stage.text().contains("hidden"));
    stage.press("Esc");
    let screen = stage.text();
    assert!(!screen.contains("Make it fast") && screen.contains("1 hidden"), "{screen}");
    stage.press("f").type_in("title").press("Enter Esc");
    assert!(stage.text().contains("Make it fast") && !stage.text().contains("hidden"));
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
    assert!(stage.text().contains("There is no array of objects here") && !stage.runs(Tabulate::SLOT));
}

#[test]
fn a_search_goes_to_the_cell_and_out_of_the_table_where_it_must() {
    let mut stage = tabular(160, 36, ISSUES, "j j");
    stage.press("/").type_in("2026");
    let find = stage.task_of::<Find>();
    let found = MatchesFound(Ok((find.document.clone(), find.search(&false.into()))));
    stage.send(Find::SLOT, found);
    stage.press("Enter");
    assert!(stage.text().contains("row 3 of 3"));
    stage.press("Y");
    assert_eq!(copied(&stage), ".issues[2].due");
    stage.press("/ Ctrl-U").type_in("total");
    let find = stage.task_of::<Find>();
    let found = MatchesFound(Ok((find.document.clone(), find.search(&false.into()))));
    stage.send(Find::SLOT, found);
    assert!(!stage.text().contains("row 3 of 3") && stage.text().contains("\"total\": 3"), "{}", stage.text());
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
