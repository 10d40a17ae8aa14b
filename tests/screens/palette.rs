//! The palette.

use jackfield::testing::domain::{Fault, FaultKind, ToolEffect};
use jackfield::testing::profile::{ProfileName, Source, SourceEntry, SourceList, SourceState};
use jackfield::testing::tui::core::effect::Effect;
use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::core::state::catalogue::CatalogueTool;
use jackfield::testing::tui::environments::open_environment::{self, OpenEnvironment};
use jackfield::testing::tui::environments::profile_task::{self, SourcesListed};
use jackfield::testing::tui::input::context::Context;
use jackfield::testing::tui::input::tabs::Tab;
use jackfield::testing::tui::shell::model::Model;
use jackfield::testing::tui::shell::palette::Palette;
use jackfield::testing::tui::shell::palette::tasks::{
    CatalogueEnd, CataloguePage, FindThings, ListCatalogue, PresetsRead, ReadPresets, ThingsFound,
};
use jackfield::testing::tui::tools::account_picker::AccountPicker;
use jackfield::testing::tui::tools::loading::{LOADING, LoadTools, ToolsLoaded, ToolsPage};
use jackfield::testing::tui::tools::screen::Scope;

use super::activity::remembered;
use super::playground::done;
use super::presets::preset;
use super::stage::{Stage, accounts, tool, tools};
use super::tools::listed;

fn selected(model: &Model) -> Option<String> {
    model.accounts.selected(&model.cx.accounts).map(|account| account.label())
}

/// What the palette lists, each with its key or kind.
fn entries(stage: &Stage) -> Vec<String> {
    let palette: &Palette = stage.popup().expect("the palette is open");
    palette.entries().iter().map(|entry| format!("{} {}", entry.label, entry.key)).collect()
}

fn find(stage: &mut Stage, text: &str) -> Vec<String> {
    stage.press("Ctrl-P").type_in(text);
    entries(stage)
}

fn with_accounts() -> Stage {
    Stage::with_accounts(120, 36, accounts())
}

/// The palette's list of tools arrives.
fn catalogue(stage: &mut Stage) {
    let page: Vec<_> = tools().iter().map(CatalogueTool::new).collect();
    let total = page.len() as u64;
    stage.send(ListCatalogue::SLOT, CataloguePage(page, Some(total)));
    stage.send(ListCatalogue::SLOT, CatalogueEnd(Ok(())));
}

#[test]
fn it_offers_what_can_be_done_here_by_name_with_its_key() {
    let mut stage = with_accounts();
    stage.press("Ctrl-P");
    let screen = stage.text();
    assert!(screen.contains("Authorize                   a          Make an authorization link"), "{screen}");
    stage.type_in("quit").press("Enter");
    assert!(matches!(stage.effects[..], [Effect::Quit(0)]));
}

#[test]
fn people_find_a_command_by_the_word_they_know_for_it() {
    for (typed, title) in [
        ("disconnect", "Disconnect"),
        ("sort", "Order accounts"),
        ("delete", "Delete account"),
        ("remove", "Delete account"),
        ("login", "Authorize"),
        ("connect", "Authorize"),
        ("switch", "Environments"),
        ("history", "Go to Activity"),
        ("save", "Save to file"),
        ("export", "Export tools"),
        ("compare", "Compare calls"),
        ("diff", "Compare calls"),
        ("jq", "Jq query"),
        ("query", "Jq query"),
        ("presets", "Presets"),
        ("dark", "Theme"),
    ] {
        let found = find(&mut with_accounts(), typed);
        let named = |entry: &String| entry.starts_with(title);
        assert!(found.iter().take(6).any(named), "{typed}: {found:?}");
    }
}

#[test]
fn what_is_written_so_comes_before_scattered_letters() {
    let found = find(&mut with_accounts(), "ada");
    assert!(found.len() == 2 && found.iter().all(|entry| entry.contains("/ada@acme.dev account")), "{found:?}");
    let mut stage = with_accounts();
    let found = find(&mut stage, "dscnnct");
    assert_eq!(found.first().map(String::as_str), Some("Disconnect d"), "{found:?}");
    let found = find(&mut with_accounts(), "qqq");
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn nothing_that_fits_is_said_shortly() {
    let mut stage = with_accounts();
    stage.press("Ctrl-P").type_in("qqq");
    assert!(stage.text().contains("No match."));
}

#[test]
fn accounts_are_found_by_status_provider_and_id() {
    let all = accounts();
    let expired = all.iter().filter(|account| account.status.word() == "expired").count();
    let found = find(&mut with_accounts(), "expired");
    assert_eq!(found.iter().filter(|entry| entry.ends_with(" account")).count(), expired, "{found:?}");
    let found = find(&mut with_accounts(), all[2].id.raw());
    assert_eq!(found, [format!("{} account", all[2].label())]);
}

#[test]
fn it_goes_to_an_account_whatever_the_filters_hide() {
    let mut stage = with_accounts();
    stage.press("s Ctrl-P").type_in("grace asana");
    assert!(stage.text().contains("account    to verify"), "{}", stage.text());
    stage.press("Enter");
    assert_eq!(selected(&stage.model).as_deref(), Some("asana/grace@acme.dev"));
    assert_eq!(stage.model.accounts.shown(), 8);
}

#[test]
fn it_goes_to_a_tool_that_is_listed() {
    let mut stage = listed(120, 36);
    stage.press("1 Ctrl-P");
    catalogue(&mut stage);
    stage.type_in("task_cr").press("Enter");
    assert_eq!(stage.model.cx.tab, Tab::Tools);
    assert!(!stage.model.cx.is_running(LOADING));
    assert_eq!(
        stage.model.tools.selected(&stage.model.cx.tools).map(|tool| tool.name.raw()),
        Some("asana_task_create")
    );
}

#[test]
fn tools_are_found_although_nobody_has_looked_at_any() {
    let mut stage = with_accounts();
    stage.press("Ctrl-P").type_in("task_cr");
    assert!(stage.text().contains("tools: 0"), "it says that they are on their way: {}", stage.text());
    assert!(entries(&stage).is_empty());
    catalogue(&mut stage);
    assert_eq!(entries(&stage), ["asana_task_create tool"]);
    stage.press("Enter");
    let LoadTools(scope) = stage.task_of();
    assert_eq!(*scope, Scope::Environment);
    stage.send(LOADING, ToolsPage(tools(), None));
    stage.send(LOADING, ToolsLoaded(Ok(None)));
    assert_eq!(
        stage.model.tools.selected(&stage.model.cx.tools).map(|tool| tool.name.raw()),
        Some("asana_task_create")
    );
    stage.press("Ctrl-P");
    assert!(!stage.model.cx.is_running(ListCatalogue::SLOT), "they are asked for once");
}

#[test]
fn loading_goes_on_while_it_is_closed_and_can_be_stopped() {
    let mut stage = with_accounts();
    stage.press("Ctrl-P Esc");
    let page = vec![CatalogueTool::new(&tool("linear_issue_get", ToolEffect::Reads, "{}"))];
    stage.send(ListCatalogue::SLOT, CataloguePage(page, Some(7)));
    stage.press("Ctrl-P").type_in("issue_get");
    assert_eq!(entries(&stage), ["linear_issue_get tool"]);
    stage.press("Ctrl-X");
    assert!(!stage.runs(ListCatalogue::SLOT));
    assert!(stage.text().contains("tools: 1 of 7, stopped"), "{}", stage.text());
    stage.press("Esc Ctrl-P");
    stage.send(ListCatalogue::SLOT, CatalogueEnd(Err(Fault::new(FaultKind::Forbidden, "The line is dead."))));
    assert!(stage.text().contains("The line is dead."), "{}", stage.text());
}

#[test]
fn among_many_it_searches_without_holding_the_keyboard_up() {
    let mut stage = with_accounts();
    stage.press("Ctrl-P");
    let many = |n| CatalogueTool::new(&tool(&format!("linear_tool_{n:04}"), ToolEffect::Reads, "{}"));
    stage.send(ListCatalogue::SLOT, CataloguePage((0..3_000).map(many).collect(), Some(3_000)));
    stage.send(ListCatalogue::SLOT, CatalogueEnd(Ok(())));
    stage.type_in("tool_2999");
    assert!(stage.runs(FindThings::SLOT) && entries(&stage).is_empty());
    let found = stage.task_of::<FindThings>().0.run();
    stage.send(FindThings::SLOT, ThingsFound(found));
    assert_eq!(entries(&stage), ["linear_tool_2999 tool"]);
    stage.press("Backspace Backspace Backspace");
    let found = stage.task_of::<FindThings>().0.run();
    stage.send(FindThings::SLOT, ThingsFound(found));
    assert_eq!(entries(&stage).len(), 100);
    assert!(stage.text().contains("100 of 1000"), "{}", stage.text());
    stage.press("Backspace Esc");
    assert!(!stage.runs(FindThings::SLOT), "nobody waits for it");
}

#[test]
fn a_command_of_another_screen_is_done_there() {
    let mut stage = with_accounts();
    stage.press("Ctrl-P").type_in("export tools").press("Enter");
    assert_eq!(stage.model.cx.tab, Tab::Tools);
    assert!(stage.text().contains("There is no tool here to mark or export."), "{}", stage.text());
    let mut stage = listed(120, 36);
    stage.press("1 Ctrl-P").type_in("order tools").press("Enter");
    assert_eq!(stage.model.cx.tab, Tab::Tools);
    let mut stage = done(120, 36);
    stage.press("1 Ctrl-P").type_in("Jq query").press("Enter");
    assert_eq!(stage.model.cx.tab, Tab::Playground);
    assert!(stage.model.contexts().contains(&Context::Query));
}

#[test]
fn from_a_popup_the_way_leads_out_of_it_but_not_out_of_a_form() {
    let mut stage = with_accounts();
    stage.press("m Ctrl-P").type_in("go to tools").press("Enter");
    assert!(stage.model.popups.is_empty() && stage.model.cx.tab == Tab::Tools);
    let mut stage = with_accounts();
    stage.press("n Ctrl-P").type_in("go to tools").press("Enter");
    assert!(stage.text().contains("Finish or close this form first."), "{}", stage.text());
    stage.press("Esc");
    assert_eq!(stage.model.popups.len(), 1, "the form is still there");
}

#[test]
fn a_colon_opens_it_in_lists_and_is_jq_in_results() {
    for mut stage in [with_accounts(), listed(120, 36), remembered(120, 36)] {
        stage.press(":");
        assert!(stage.popup::<Palette>().is_some());
    }
    let mut stage = done(120, 36);
    stage.press(":");
    assert!(stage.popup::<Palette>().is_none());
}

#[test]
fn environments_and_presets_are_found_by_name() {
    let mut stage = with_accounts();
    stage.press("Ctrl-P");
    let entry = |source| SourceEntry::new(source, None, SourceState::Ready);
    let staging = Source::Profile(ProfileName::parse("staging").unwrap());
    let entries_of = vec![entry(Source::Sandbox), entry(staging)];
    let sources = SourceList { entries: entries_of, ..SourceList::default() };
    stage.send(profile_task::SLOT, SourcesListed(Ok(sources)));
    stage.send(ReadPresets::SLOT, PresetsRead(vec![preset("ship it", "{}", &[])]));
    stage.type_in("ship");
    assert_eq!(entries(&stage), ["ship it preset"]);
    stage.press("Esc Ctrl-P").type_in("staging");
    assert!(entries(&stage).is_empty(), "they are read again, for others may have changed them");
    stage.send(
        profile_task::SLOT,
        SourcesListed(Ok(SourceList {
            entries: vec![entry(Source::Sandbox), entry(Source::Profile(ProfileName::parse("staging").unwrap()))],
            ..SourceList::default()
        })),
    );
    let found = entries(&stage);
    assert!(found.len() == 1 && found[0].contains("staging") && found[0].ends_with("environment"), "{found:?}");
    stage.press("Enter");
    assert!(stage.runs(open_environment::SLOT));
    assert!(stage.task_of::<OpenEnvironment>().target.is_some());
}

/// A preset of `asana_task_create`, chosen.
fn choose_preset(stage: &mut Stage) {
    stage.press("Ctrl-P");
    stage.send(ReadPresets::SLOT, PresetsRead(vec![preset("ship it", r#"{"name":"Ship"}"#, &[])]));
    stage.type_in("ship").press("Enter");
}

#[test]
fn a_preset_opens_filled_in() {
    let mut stage = listed(120, 36);
    choose_preset(&mut stage);
    assert_eq!(stage.model.cx.tab, Tab::Playground);
    assert!(stage.model.playground.input_text().contains("\"Ship\""), "{}", stage.text());
    assert!(stage.text().contains("Filled in “ship it”."), "{}", stage.text());
    stage.press("Ctrl-A").type_in("{}").press("Esc 1");
    choose_preset(&mut stage);
    assert_eq!(stage.model.cx.tab, Tab::Playground, "its tool is open already");
    assert!(stage.model.playground.input_text().contains("\"Ship\""), "{}", stage.text());
}

#[test]
fn a_preset_of_a_tool_that_is_not_listed_waits_for_it_and_for_the_account() {
    let wanted = |stage: &mut Stage| {
        choose_preset(stage);
        stage.send(
            LOADING,
            ToolsPage(
                tools()
                    .into_iter()
                    .map(|mut tool| {
                        (tool.account, tool.identifier) = (None, None);
                        tool
                    })
                    .collect(),
                Some(3),
            ),
        );
        stage.send(LOADING, ToolsLoaded(Ok(None)));
        assert!(stage.popup::<AccountPicker>().is_some(), "two could call it: {}", stage.text());
    };
    let mut stage = with_accounts();
    wanted(&mut stage);
    stage.press("Enter");
    assert!(stage.model.playground.input_text().contains("\"Ship\""), "{}", stage.text());
    let mut stage = with_accounts();
    wanted(&mut stage);
    stage.press("Esc Enter Enter");
    assert_eq!(stage.model.cx.tab, Tab::Playground);
    assert!(!stage.model.playground.input_text().contains("\"Ship\""), "who thought better of it is not surprised");
}

#[test]
fn what_does_not_apply_is_offered_with_its_reason_and_not_done() {
    let mut stage = Stage::new(120, 36);
    stage.load(Vec::new());
    stage.press("Ctrl-P").type_in("authorize");
    assert!(stage.text().contains("No account is selected."));
    stage.press("Enter");
    assert!(!stage.authorizes());
    assert!(stage.popup::<Palette>().is_some(), "it stays open");
}

#[test]
fn an_entry_can_be_clicked_and_escape_closes() {
    let mut stage = with_accounts();
    stage.press("Ctrl-P").type_in("margaret");
    let (column, row) = stage.find("asana/margaret@acme.dev");
    let target = stage.hits().at(column, row).unwrap();
    stage.event(Event::Click(target));
    assert_eq!(selected(&stage.model).as_deref(), Some("asana/margaret@acme.dev"));
    stage.press("Ctrl-P Esc");
    assert!(stage.popup::<Palette>().is_none());
}
