//! Favourite and recent tools, notes on calls, and the facts of an account gone through one by one.

use jackfield::testing::domain::{Fault, FaultKind, ToolName};
use jackfield::testing::journal::{CallOutcome, EntrySummary, RecentTool};
use jackfield::testing::tui::activity::note::{NotePopup, NoteSet, SetNote};
use jackfield::testing::tui::activity::screen::Found;
use jackfield::testing::tui::activity::tasks::{EntryRead, PageRead, ReadEntry, ReadPage};
use jackfield::testing::tui::core::effect::Effect;
use jackfield::testing::tui::core::state::catalogue::CatalogueTool;
use jackfield::testing::tui::core::state::tool_usage::ToolUsage;
use jackfield::testing::tui::input::context::Context;
use jackfield::testing::tui::input::tabs::{Pane, Tab};
use jackfield::testing::tui::playground::recent::{ReadTool, ToolRead};
use jackfield::testing::tui::shell::palette::Palette;
use jackfield::testing::tui::shell::palette::tasks::{CatalogueEnd, CataloguePage, ListCatalogue};
use jackfield::testing::tui::tools::usage::{FavouriteSet, ReadUsage, SetFavourite, UsageRead};

use super::activity::{call, shown};
use super::stage::{Stage, accounts, tools};
use super::tools::listed;

fn recent(tool: &str) -> RecentTool {
    RecentTool {
        tool: tool.into(),
        account: "ca_102".into(),
        connection: "asana".into(),
        identifier: "ada@acme.dev".into(),
    }
}

fn usage(stage: &mut Stage, favourites: &[&str], recents: &[&str]) {
    let favourites: Vec<ToolName> = favourites.iter().map(|tool| (*tool).into()).collect();
    let read = ToolUsage::new(favourites, recents.iter().map(|tool| recent(tool)).collect());
    stage.send(ReadUsage::SLOT, UsageRead(Ok(read)));
}

#[test]
fn a_favourite_has_a_star_which_stays_only_where_it_could_be_written() {
    let mut stage = listed(120, 36);
    stage.press("*");
    let SetFavourite { environment, tool, is_favourite } = stage.task_of();
    assert_eq!((environment.as_str(), *is_favourite), ("sandbox", true));
    let tool = tool.clone();
    assert!(stage.text().contains(&format!("★ {tool}")), "{}", stage.text());
    stage.press("*");
    assert!(!stage.text().contains('★'));
    stage.press("*");
    let full = Fault::new(FaultKind::Local, "The disk is full.");
    stage.send(SetFavourite::SLOT, FavouriteSet { tool, is_favourite: true, result: Err(full) });
    assert!(!stage.text().contains('★') && stage.text().contains("The disk is full."), "{}", stage.text());
}

#[test]
fn the_palette_lists_favourites_then_recent_tools_before_others() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("Ctrl-P");
    usage(&mut stage, &["asana_task_create"], &["asana_projects_list"]);
    let page: Vec<_> = tools().iter().map(CatalogueTool::new).collect();
    stage.send(ListCatalogue::SLOT, CataloguePage(page, None));
    stage.send(ListCatalogue::SLOT, CatalogueEnd(Ok(())));
    stage.type_in("asana_");
    let palette: &Palette = stage.popup().expect("the palette");
    let found: Vec<_> = palette.entries().iter().filter(|entry| entry.key == "tool").collect();
    let names: Vec<_> = found.iter().map(|entry| entry.label.to_string()).collect();
    assert_eq!(names[..3], ["asana_task_create", "asana_projects_list", "asana_me_get"]);
    assert!(found[0].note.starts_with('★') && !found[1].note.starts_with('★'));
}

#[test]
fn an_empty_playground_offers_the_tools_that_ran_last() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("3");
    assert!(!stage.text().contains("Recent tools"), "nothing ran yet");
    usage(&mut stage, &[], &["asana_me_get", "asana_task_create"]);
    for (columns, rows) in [(120, 36), (80, 24), (40, 12)] {
        let mut stage = Stage::with_accounts(columns, rows, accounts());
        stage.press("3");
        usage(&mut stage, &[], &["asana_me_get", "asana_task_create"]);
        insta::assert_snapshot!(format!("recent_{columns}x{rows}"), stage.text());
    }
    stage.press("j Enter");
    let ReadTool(read) = stage.task_of();
    assert_eq!(read.tool.to_string(), "asana_task_create", "its definition is not in the list, so it is read");
    let gone = Fault::new(FaultKind::NotFound, "There is no such account. Nothing was sent.");
    stage.send(ReadTool::SLOT, ToolRead(Err(gone)));
    assert!(stage.text().contains("There is no such account."), "{}", stage.text());
}

#[test]
fn a_recent_tool_that_is_listed_opens_at_once_with_its_account() {
    let mut stage = listed(120, 36);
    usage(&mut stage, &[], &["asana_task_create"]);
    stage.press("3 Enter");
    assert!(stage.text().contains("asana_task_create  as ada@acme.dev on asana"), "{}", stage.text());
}

#[test]
fn what_runs_is_recent_from_then_on() {
    let mut stage = listed(120, 36);
    usage(&mut stage, &[], &["asana_projects_list"]);
    stage.press("Enter Ctrl-R");
    let ran: Vec<_> = stage.model.cx.usage.recent().iter().map(|recent| recent.tool.to_string()).collect();
    assert_eq!(ran, ["asana_me_get", "asana_projects_list"]);
}

/// One call in the list, and its entry.
fn remembered(summary: EntrySummary) -> Stage {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("4");
    let calls = vec![summary.clone()];
    stage.send(
        ReadPage::SLOT,
        PageRead(Ok(Found { calls, runs: Default::default(), unreadable: 0, total: 1, first: true })),
    );
    stage.send(ReadEntry::SLOT, EntryRead(Ok(Box::new(shown(summary, &[])))));
    stage
}

#[test]
fn a_note_is_typed_written_and_shown() {
    let mut stage = remembered(call(1, "asana_task_create", CallOutcome::Succeeded));
    stage.press("n");
    assert_eq!(stage.model.component().context(), Context::Note);
    stage.type_in("the one that broke it");
    insta::assert_snapshot!("note_120x36", stage.text());
    stage.press("Enter");
    let SetNote { call: id, note } = stage.task_of();
    assert_eq!((id.0, note.as_str()), (1, "the one that broke it"));
    let refused = Fault::new(FaultKind::Local, "The disk is full.");
    stage.send(SetNote::SLOT, NoteSet { is_empty: false, result: Err(refused) });
    assert!(stage.popup::<NotePopup>().is_some() && stage.text().contains("The disk is full."), "the text stays");
    stage.press("Enter");
    stage.send(SetNote::SLOT, NoteSet { is_empty: false, result: Ok(()) });
    assert!(stage.model.popups.is_empty() && stage.text().contains("The note is saved."));
    assert!(stage.model.cx.is_running(ReadPage::SLOT), "the list is read again");

    let noted = EntrySummary { note: Some("broke it".into()), ..call(1, "asana_task_create", CallOutcome::Succeeded) };
    let mut stage = remembered(noted);
    let screen = stage.text();
    assert!(screen.matches('✎').count() == 2 && screen.contains("✎ broke it"), "in the list and beside it: {screen}");
    stage.press("n");
    assert!(stage.text().contains("note broke it"), "it can be changed: {}", stage.text());
    stage.press("Esc");
    assert!(stage.model.popups.is_empty());
}

#[test]
fn the_cursor_goes_through_the_facts_and_copies_the_one_under_it() {
    let copied = |stage: &Stage| match stage.effects.last() {
        Some(Effect::Copy(text)) => text.clone(),
        other => panic!("{other:?}"),
    };
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("y");
    assert_eq!(copied(&stage), "ca_101");
    stage.press("Enter");
    assert_eq!(stage.model.accounts.focus, Pane::Side);
    for fact in ["ca_101", "EXPIRED", "ada@acme.dev", "linear"] {
        stage.press("y");
        assert_eq!(copied(&stage), fact);
        stage.press("j");
    }
    insta::assert_snapshot!("facts_120x36", stage.text());
    stage.press("k k y");
    assert_eq!(copied(&stage), "ada@acme.dev");
    assert_eq!(stage.model.cx.tab, Tab::Accounts);
    let mut small = Stage::with_accounts(40, 12, accounts());
    small.press("Enter G y");
    assert!(small.effects.is_empty() && small.text().contains("There is nothing here to copy."), "{}", small.text());
    small.press("k y");
    assert_eq!(copied(&small), "false", "shared by nobody, as the environment has it");
    assert!(small.text().contains('▌'), "its fact is in sight: {}", small.text());
}
