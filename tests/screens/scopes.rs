//! Whose tools are listed, who is acted as, and with which account a tool of everybody's is tried.

use std::fmt::Write as _;
use std::time::Duration;

use jackfield::testing::domain::{EffectSource, Status, Tool, ToolEffect};
use jackfield::testing::flow::tally::Mismatch;
use jackfield::testing::flow::tools::ToolsGap;
use jackfield::testing::tui::accounts::authorize::tasks::FollowAuthorization;
use jackfield::testing::tui::accounts::new_account::NewAccount;
use jackfield::testing::tui::accounts::tasks::AccountsEnd;
use jackfield::testing::tui::accounts::tasks::AccountsPage;
use jackfield::testing::tui::accounts::tasks::LoadAccounts;

use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::input::tabs::{Pane, Tab};
use jackfield::testing::tui::playground::tasks::RunTool;
use jackfield::testing::tui::tools::account_picker::AccountPicker;
use jackfield::testing::tui::tools::blocked::Blocked;
use jackfield::testing::tui::tools::loading::{LOADING, LoadTools, ToolsLoaded, ToolsPage};
use jackfield::testing::tui::tools::screen::Scope;

use super::stage::{Stage, account, accounts, tool};
use super::tools::listed;

/// A tool that belongs to nobody.
fn loose(provider: &str, name: &str, effect: ToolEffect) -> Tool {
    Tool { provider: provider.into(), account: None, identifier: None, ..tool(name, effect, "{}") }
}

fn catalogue() -> Vec<Tool> {
    let mut tools = vec![
        loose("LINEAR", "linear_issue_get", ToolEffect::Reads),
        loose("LINEAR", "linear_issue_create", ToolEffect::Writes),
        loose("NOTION", "notion_page_delete", ToolEffect::Destroys),
        loose("ASANA", "asana_task_get", ToolEffect::Reads),
        loose("LINEAR", "linear_frobnicate", ToolEffect::Unknown),
    ];
    tools[0].effect_source = EffectSource::Declared;
    tools[2].effect_source = EffectSource::Method;
    tools
}

fn said(stage: &mut Stage, tools: Vec<Tool>) {
    let total = tools.len() as u64;
    stage.send(LOADING, ToolsPage(tools, Some(total)));
    stage.send(LOADING, ToolsLoaded(Ok(None)));
}

/// Everything there is, with nobody acted as.
pub fn everything(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::with_accounts(columns, rows, accounts());
    stage.press("2");
    said(&mut stage, catalogue());
    stage
}

/// The same, acting as grace, who has linear, and asana that does not work.
pub fn as_grace(columns: u16, rows: u16) -> Stage {
    let mut stage = everything(columns, rows);
    stage.press("T").type_in("grace").press("Enter");
    said(&mut stage, vec![]);
    stage.press("s");
    stage
}

fn selected(stage: &Stage) -> &str {
    stage.model.tools.selected(&stage.model.cx.tools).map_or("nothing", |tool| tool.name.raw())
}

fn scope(stage: &Stage) -> &Scope {
    &stage.task_of::<LoadTools>().0
}

#[test]
fn with_nobody_to_act_as_everything_there_is_is_listed() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("2");
    assert_eq!(*scope(&stage), Scope::Environment);
    said(&mut stage, catalogue());
    let screen = stage.text();
    for words in ["Tools of the whole environment", "LINEAR  3 tools", "NOTION  1 tool", "1 of 5"] {
        assert!(screen.contains(words), "{words}: {screen}");
    }
    assert!(screen.contains("as nobody"));
}

#[test]
fn the_environment_is_asked_when_it_opens_if_the_screen_is_there_already() {
    let mut stage = Stage::new(120, 36);
    stage.press("2");
    assert!(!stage.runs(LOADING));
    assert!(stage.text().contains("Waiting for the environment"));
    stage.open();
    assert_eq!(*scope(&stage), Scope::Environment);
}

#[test]
fn the_scope_goes_from_one_connection_to_all_to_everything_and_back() {
    let mut stage = listed(120, 36);
    stage.press("s");
    assert_eq!(*scope(&stage), Scope::Person("ada@acme.dev".into(), None));
    assert!(stage.text().contains("Tools of ada@acme.dev on every connection"));
    stage.press("s");
    assert_eq!(*scope(&stage), Scope::Environment);
    said(&mut stage, catalogue());
    assert!(stage.text().contains("as ada@acme.dev"), "still acted as");
    stage.press("s");
    assert_eq!(*scope(&stage), Scope::Person("ada@acme.dev".into(), Some("asana".into())));
    stage.press("s s");
    assert!(!stage.runs(LOADING), "what everybody has is not asked for again");
    assert_eq!(stage.model.tools.shown(), 5);
    stage.press("R");
    assert_eq!(*scope(&stage), Scope::Environment);
}

#[test]
fn what_belongs_together_stands_under_its_heading_and_the_cursor_passes_over_headings() {
    let mut stage = everything(120, 36);
    let mut walk = String::new();
    for _ in 0..5 {
        write!(walk, "{} ", selected(&stage)).unwrap();
        stage.press("j");
    }
    assert_eq!(walk, "linear_issue_get linear_issue_create linear_frobnicate notion_page_delete asana_task_get ");
    stage.press("k");
    assert_eq!(selected(&stage), "notion_page_delete");
    stage.press("} {");
    assert_eq!(selected(&stage), "notion_page_delete");
    stage.press("g {");
    assert_eq!((selected(&stage), stage.model.tools.cursor.top), ("linear_issue_get", 0));
    let (column, row) = stage.find("ASANA");
    let target = stage.hits().at(column, row).unwrap();
    stage.event(Event::Click(target));
    assert_eq!(selected(&stage), "asana_task_get", "a heading stands for what is below it");
}

#[test]
fn a_heading_that_scrolled_away_comes_back_with_its_first_row() {
    let mut stage = everything(40, 12);
    stage.press("G g");
    assert!(stage.text().contains("LINEAR  3 tools"), "{}", stage.text());
}

#[test]
fn reads_and_writes_can_be_looked_for() {
    let mut stage = everything(120, 36);
    stage.press("/").type_in("writes");
    assert_eq!(stage.model.tools.shown(), 1);
    stage.press("Esc /").type_in("issue reads");
    assert_eq!((stage.model.tools.shown(), selected(&stage)), (1, "linear_issue_get"));
}

#[test]
fn how_an_effect_is_known_can_be_told_apart() {
    let mut stage = everything(120, 36);
    for (mark, reason) in [
        ("reads ", "declared by the vendor"),
        ("writes? ", "a guess from its name"),
        ("unknown ", "the vendor does not say"),
        ("destroys? ", "a guess from its HTTP method"),
    ] {
        stage.press("Tab Tab");
        let screen = stage.text();
        let line = screen.lines().find(|line| line.contains('▌')).unwrap();
        assert!(line.contains(mark), "{mark}: {line}");
        assert!(screen.contains(reason), "{reason}: {screen}");
        stage.press("j");
    }
}

#[test]
fn somebody_to_act_as_is_chosen_on_the_spot() {
    let mut stage = everything(120, 36);
    stage.press("T");
    let screen = stage.text();
    for words in ["Act as", "ada@acme.dev", "linear, asana", "1 of 4"] {
        assert!(screen.contains(words), "{words}: {screen}");
    }
    stage.type_in("mar").press("Enter");
    assert_eq!(*scope(&stage), Scope::Person("margaret@acme.dev".into(), None));
    assert!(stage.text().contains("as margaret@acme.dev"));
    stage.press("T");
    assert!(stage.text().contains("4 of 4"), "the cursor is on who is acted as: {}", stage.text());
    stage.type_in("zoe@acme.dev");
    assert!(stage.text().contains("as typed"));
    stage.press("Enter");
    assert_eq!(*scope(&stage), Scope::Person("zoe@acme.dev".into(), None));
}

#[test]
fn a_tool_of_everybodys_opens_with_the_one_account_that_fits() {
    let mut stage = as_grace(120, 36);
    assert!(stage.text().contains("● linear/grace@acme.dev is active"), "{}", stage.text());
    stage.press("Enter");
    assert_eq!(stage.model.cx.tab, Tab::Playground);
    let subject = stage.model.playground.subject.as_ref().unwrap();
    assert_eq!((subject.account.raw(), subject.tool.name.raw()), ("ca_103", "linear_issue_get"));
}

#[test]
fn an_account_that_does_not_work_is_named_with_the_key_that_repairs_it() {
    let mut stage = as_grace(120, 36);
    assert!(stage.text().contains("asana/grace@acme.dev is to verify"));
    stage.press("G Enter");
    let screen = stage.text();
    for words in ["grace@acme.dev cannot call asana_task_get", "is to verify.", "authorize asana/grace@acme.dev"] {
        assert!(screen.contains(words), "{words}: {screen}");
    }
    assert_eq!(stage.model.cx.tab, Tab::Tools);
    stage.press("i");
    assert_eq!(stage.model.cx.tab, Tab::Playground, "it opens for who insists");
    assert!(!stage.runs(RunTool::SLOT));
    stage.press("Esc Esc Enter a");
    let FollowAuthorization { account: whom, .. } = stage.task_of();
    assert_eq!(whom.to_string(), "ca_104");
}

#[test]
fn a_missing_account_is_named_and_can_be_connected() {
    let mut stage = as_grace(120, 36);
    stage.press("} Enter");
    let screen = stage.text();
    assert!(screen.contains("grace@acme.dev has no account at NOTION."), "{screen}");
    assert!(!screen.contains("somebody else"), "nobody else has one either");
    stage.press("a");
    let screen = stage.text();
    assert!(screen.contains("Connect an account") && screen.contains("NOTION"), "{screen}");
    assert!(screen.contains("grace@acme.dev"));
}

#[test]
fn where_somebody_else_has_an_account_it_can_be_tried_as_them() {
    let mut stage = Stage::with_accounts(
        120,
        36,
        vec![
            account("ca_1", "linear", "ada@acme.dev", "ACTIVE", None, None),
            account("ca_2", "asana", "grace@acme.dev", "ACTIVE", None, None),
        ],
    );
    stage.press("G T");
    said(&mut stage, vec![]);
    stage.press("s");
    said(&mut stage, catalogue());
    let who = stage.model.cx.acting_as.clone().unwrap();
    stage.press(if who.raw() == "ada@acme.dev" { "G Enter" } else { "g Enter" });
    assert!(stage.text().contains("1 account of somebody else exists there."), "{}", stage.text());
    stage.press("T Enter");
    let subject = stage.model.playground.subject.as_ref().unwrap();
    assert_ne!(subject.identifier, who);
    assert_eq!(stage.model.cx.acting_as.as_ref(), Some(&who), "that was for this one tool");
}

#[test]
fn where_several_accounts_fit_it_is_asked_which() {
    let mut stage = everything(120, 36);
    stage.press("Enter");
    let screen = stage.text();
    assert!(screen.contains("With which account"), "{screen}");
    let first = screen.lines().find(|line| line.contains("linear/")).unwrap();
    assert!(first.contains("▌ linear/grace@acme.dev") && first.contains('●'), "what works comes first: {first}");
    stage.type_in("grace").press("Enter");
    assert_eq!(stage.model.cx.tab, Tab::Playground);
    assert_eq!(stage.model.cx.acting_as.as_ref().map(|who| who.raw()), Some("grace@acme.dev"));
}

#[test]
fn a_chosen_account_that_does_not_work_is_an_obstacle_too() {
    let mut stage = everything(120, 36);
    stage.press("Enter").type_in("linear/ada").press("Enter");
    assert!(stage.popup::<Blocked>().is_some(), "{}", stage.text());
    assert!(stage.text().contains("linear/ada@acme.dev is expired."));
}

#[test]
fn while_accounts_are_loading_nobody_is_said_to_have_none() {
    let mut stage = Stage::new(120, 36);
    stage.open();
    stage.press("2");
    said(&mut stage, catalogue());
    stage.press("Enter");
    assert!(stage.text().contains("The accounts are still being loaded"), "{}", stage.text());
    assert!(stage.model.popups.is_empty());
}

#[test]
fn accounts_whose_tools_are_missing_from_a_list_are_named() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("T");
    said(&mut stage, super::stage::tools());
    assert!(stage.text().contains("not listed: linear (expired)  a to repair"), "{}", stage.text());
    stage.press("a");
    assert_eq!(stage.task_of::<FollowAuthorization>().account.to_string(), "ca_101");
}

/// A list of which so many were announced, and so many came.
fn short_of(stated: u64, arrived: u64) -> Mismatch {
    Mismatch { first: stated, last: stated, arrived, repeated: 0, overlaps: false }
}

#[test]
fn every_cause_stands_there_with_what_helps() {
    let who = || "ada@acme.dev".into();
    let expired = accounts().swap_remove(0);
    let causes = [
        (ToolsGap::UnknownIdentifier { identifier: who(), twin: Some("Ada@acme.dev".into()) }, "act as Ada@acme.dev"),
        (ToolsGap::UnknownIdentifier { identifier: who(), twin: None }, "act as another user"),
        (ToolsGap::OtherCase { wanted: "Linear".into(), twin: "linear".into() }, "list the tools on linear"),
        (ToolsGap::NoConnection("notion".into()), "list the tools on every connection"),
        (ToolsGap::SwitchedOff("linear".into()), "list the tools on every connection"),
        (ToolsGap::Inactive(Box::new(expired)), "authorize linear/ada@acme.dev"),
        (ToolsGap::NoAccount { identifier: who(), connection: "slack".into() }, "connect an account for ada@acme.dev"),
        (ToolsGap::NothingListed, "load again"),
        (ToolsGap::Mismatch(short_of(9, 0)), "load again"),
    ];
    for (cause, help) in causes {
        let mut stage = Stage::with_accounts(120, 36, accounts());
        stage.press("t");
        let words = cause.to_string();
        stage.send(LOADING, ToolsLoaded(Ok(Some(cause))));
        let screen = stage.text();
        for word in words.split_whitespace() {
            assert!(screen.contains(word), "{word} of {words:?}: {screen}");
        }
        assert!(screen.contains(help), "{help}: {screen}");
    }
}

#[test]
fn what_helps_is_one_key_away() {
    let empty = |cause| {
        let mut stage = Stage::with_accounts(120, 36, accounts());
        stage.press("t");
        stage.send(LOADING, ToolsLoaded(Ok(Some(cause))));
        stage.press("a");
        stage
    };
    let stage = empty(ToolsGap::Inactive(Box::new(accounts().swap_remove(0))));
    assert_eq!(stage.task_of::<FollowAuthorization>().account.to_string(), "ca_101");
    let stage = empty(ToolsGap::OtherCase { wanted: "Linear".into(), twin: "linear".into() });
    assert_eq!(*scope(&stage), Scope::Person("ada@acme.dev".into(), Some("linear".into())));
    let stage = empty(ToolsGap::UnknownIdentifier { identifier: "ada".into(), twin: None });
    assert!(stage.popup::<AccountPicker>().is_some());
    let stage = empty(ToolsGap::NoAccount { identifier: "ada".into(), connection: "slack".into() });
    assert!(stage.popup::<NewAccount>().is_some());
}

#[test]
fn what_was_missing_is_asked_for_once_its_account_works_again() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("t");
    stage.send(LOADING, ToolsLoaded(Ok(Some(ToolsGap::Inactive(Box::new(accounts().swap_remove(0)))))));
    stage.press("a");
    let fresh = account("ca_101", "linear", "ada@acme.dev", "ACTIVE", Some(60), None);
    stage.authorize_end(Ok(fresh));
    assert_eq!(*scope(&stage), Scope::Person("ada@acme.dev".into(), Some("linear".into())));
}

#[test]
fn a_page_that_is_missing_is_said_over_what_did_arrive() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("2");
    stage.send(LOADING, ToolsPage(catalogue(), Some(9)));
    stage.send(LOADING, ToolsLoaded(Ok(Some(ToolsGap::Mismatch(short_of(9, 5))))));
    assert!(stage.text().contains("its pages held only 5"), "{}", stage.text());
    stage.wait(Duration::from_secs(60));
    assert!(stage.text().contains("1 of 5 shown · 9 in all · incomplete"), "{}", stage.text());
    assert_eq!(stage.model.tools.shown(), 5);
}

#[test]
fn tools_that_came_twice_are_told_and_the_list_is_whole() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("2");
    stage.send(LOADING, ToolsPage(catalogue(), Some(6)));
    let twice = Mismatch { repeated: 1, ..short_of(6, 5) };
    stage.send(LOADING, ToolsLoaded(Ok(Some(ToolsGap::Mismatch(twice)))));
    assert!(stage.text().contains("1 tool came more than once and is listed once."), "{}", stage.text());
    stage.wait(Duration::from_secs(60));
    assert!(!stage.text().contains("incomplete"), "{}", stage.text());
    stage.press("s s");
    assert_eq!(stage.model.tools.shown(), 5, "nothing is asked for again");
}

#[test]
fn pages_keep_the_cursor_on_its_tool() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("2");
    stage.send(LOADING, ToolsPage(catalogue(), Some(10)));
    stage.press("G");
    let more = vec![loose("LINEAR", "linear_team_get", ToolEffect::Reads)];
    stage.send(LOADING, ToolsPage(more, Some(10)));
    assert_eq!(selected(&stage), "asana_task_get", "although a row came above it");
    assert_eq!(stage.model.tools.focus, Pane::List);
    assert!(stage.text().contains("loading 6 of 10"));
}

#[test]
fn the_status_that_counts_is_the_newest_one_known() {
    let mut stage = as_grace(120, 36);
    stage.press("Enter Esc 1 R");
    let mut now = accounts();
    now[2].status = Status::Expired;
    let total = now.len() as u64;
    stage.send(LoadAccounts::SLOT, AccountsPage(now, Some(total)));
    stage.send(LoadAccounts::SLOT, AccountsEnd(Ok(None)));
    stage.press("3 Ctrl-R");
    assert!(!stage.runs(RunTool::SLOT));
    assert!(stage.text().contains("Not sent"), "{}", stage.text());
}
