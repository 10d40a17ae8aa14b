//! Pictures of the screens at three sizes, and without colour.

use jackfield::testing::flow::tools::ToolsGap;
use jackfield::testing::tui::theme::Depth;
use jackfield::testing::tui::tools::loading::{LOADING, ToolsLoaded};

use super::authorize::waiting;
use super::form::{filled_in, form};
use super::playground::{done, opened};
use super::scopes::{as_grace, everything};
use super::sending::dangerous;
use super::stage::{Stage, account, accounts};
use super::tools::listed;

const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 12)];

fn pictures(name: &str, stage: impl Fn(u16, u16) -> Stage) {
    for (columns, rows) in SIZES {
        insta::assert_snapshot!(format!("{name}_{columns}x{rows}"), stage(columns, rows).text());
    }
}

#[test]
fn the_accounts() {
    pictures("accounts", |columns, rows| Stage::with_accounts(columns, rows, accounts()));
}

#[test]
fn an_authorization() {
    pictures("authorize", waiting);
}

#[test]
fn the_tools() {
    pictures("tools", listed);
}

#[test]
fn everything_there_is() {
    pictures("everything", everything);
    pictures("everything_as_grace", as_grace);
}

#[test]
fn somebody_to_act_as() {
    pictures("act_as", |columns, rows| {
        let mut stage = everything(columns, rows);
        stage.press("w");
        stage
    });
}

#[test]
fn something_in_the_way() {
    pictures("obstacle", |columns, rows| {
        let mut stage = as_grace(columns, rows);
        stage.press("G Enter");
        stage
    });
    pictures("not_sent", |columns, rows| {
        let mut stage = dangerous(columns, rows);
        stage.press("Ctrl-A").type_in("{}");
        let expired = account("ca_102", "asana", "ada@acme.dev", "EXPIRED", None, None);
        stage.model.playground.account_changed(&expired);
        stage.press("Ctrl-R");
        stage
    });
}

#[test]
fn the_playground() {
    pictures("playground", opened);
}

#[test]
fn a_result() {
    pictures("result", done);
}

#[test]
fn help() {
    pictures("help", |columns, rows| {
        let mut stage = Stage::with_accounts(columns, rows, accounts());
        stage.press("?");
        stage
    });
}

#[test]
fn the_palette() {
    pictures("palette", |columns, rows| {
        let mut stage = Stage::with_accounts(columns, rows, accounts());
        stage.press("Ctrl-P").type_in("a");
        stage
    });
}

#[test]
fn nothing_to_show_yet() {
    insta::assert_snapshot!("empty_tools", {
        let mut stage = Stage::with_accounts(80, 24, accounts());
        stage.press("2");
        stage.send(LOADING, ToolsLoaded(Ok(Some(ToolsGap::EmptyCatalogue))));
        stage.text()
    });
    insta::assert_snapshot!("empty_playground", {
        let mut stage = Stage::with_accounts(80, 24, accounts());
        stage.press("3");
        stage.text()
    });
    insta::assert_snapshot!("no_tools_and_why", {
        let mut stage = Stage::with_accounts(80, 24, accounts());
        stage.press("t");
        let expired = ToolsGap::Inactive(Box::new(accounts().swap_remove(0)));
        stage.send(LOADING, ToolsLoaded(Ok(Some(expired))));
        stage.text()
    });
}

#[test]
fn too_small() {
    for (columns, rows) in [(39, 12), (40, 11), (20, 6), (10, 3), (2, 2), (1, 1)] {
        let stage = Stage::with_accounts(columns, rows, accounts());
        assert!(stage.text().lines().count() <= usize::from(rows));
    }
    insta::assert_snapshot!("too_small", Stage::with_accounts(30, 8, accounts()).text());
}

#[test]
fn without_colour_the_selection_is_still_seen() {
    let mut stage = Stage::with_depth(80, 24, Depth::None);
    stage.load(accounts());
    let picture = stage.attributes();
    assert!(!picture.contains('c') || !picture.split("--- attributes").nth(1).unwrap().contains('c'));
    insta::assert_snapshot!("accounts_no_color", picture);
}

#[test]
fn a_form() {
    pictures("form", form);
    pictures("form_filled_in", filled_in);
    pictures("picked_from", |columns, rows| {
        let mut stage = form(columns, rows);
        stage.press("Down Ctrl-T");
        stage
    });
}
