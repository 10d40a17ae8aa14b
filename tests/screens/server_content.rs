//! Resources and prompts of servers.

use std::time::Duration;

use jackfield::testing::domain::{
    Fault, FaultKind, JsonText, Prompt, PromptArgument, PromptMessage, Resource, ServerAccount,
};
use jackfield::testing::tui::explorer::content::tasks::{ContentArrived, ContentRead, ReadContent, Wanted};
use jackfield::testing::tui::input::action::{Action, Availability};
use jackfield::testing::tui::input::context::Context;
use jackfield::testing::tui::shell::dispatch;
use jackfield::testing::tui::tools::loading::{LOADING, ToolsLoaded, ToolsPage};
use jackfield::testing::tui::tools::server_content::ServerContentPopup;
use jackfield::testing::tui::tools::server_content::shelf::{Offer, Shelf};
use jackfield::testing::tui::tools::server_content::tasks::{
    LoadOffers, OffersChanged, OffersLoaded, OffersPage, WatchOffers,
};

use super::elicitation::{listed as tools_listed, served};
use super::stage::{Stage, accounts};

fn seen_by() -> ServerAccount {
    ServerAccount { account: "ca_102".into(), connection: "asana".into(), identifier: "ada@acme.dev".into() }
}

fn resource(uri: &str, title: &str) -> Offer {
    Offer::Resource(Resource {
        seen_by: seen_by(),
        uri: uri.into(),
        is_template: uri.contains('{'),
        title: title.into(),
        description: format!("What {title} holds.").into(),
        media_type: "text/markdown".into(),
        size: Some(1_234),
    })
}

fn prompt(name: &str, arguments: &[(&str, bool)]) -> Offer {
    let argument = |(name, is_required): &(&str, bool)| PromptArgument {
        name: (*name).into(),
        description: format!("The {name}.").into(),
        is_required: *is_required,
    };
    Offer::Prompt(Prompt {
        seen_by: seen_by(),
        name: name.into(),
        title: "".into(),
        description: "Reviews something.".into(),
        arguments: arguments.iter().map(argument).collect(),
    })
}

fn opened(columns: u16, rows: u16) -> Stage {
    let mut stage = tools_listed(columns, rows, vec![served("trip_find", "{}")]);
    stage.press("v");
    stage
}

fn resources(columns: u16, rows: u16) -> Stage {
    let mut stage = opened(columns, rows);
    let page = vec![resource("docs://readme", "Readme"), resource("docs://{folder}/{name}", "A page")];
    stage.send(LoadOffers::SLOT, OffersPage(Shelf::Resources, page));
    stage.send(LoadOffers::SLOT, OffersLoaded(Shelf::Resources, Ok(Vec::new())));
    stage
}

fn prompts(columns: u16, rows: u16) -> Stage {
    let mut stage = resources(columns, rows);
    stage.press("v");
    let page = vec![prompt("review", &[("code", true), ("tone", false)]), prompt("hello", &[])];
    stage.send(LoadOffers::SLOT, OffersPage(Shelf::Prompts, page));
    stage.send(LoadOffers::SLOT, OffersLoaded(Shelf::Prompts, Ok(Vec::new())));
    stage
}

#[test]
fn an_mcp_server_takes_no_requests_of_ones_own() {
    let mut accounts = accounts();
    accounts.iter_mut().filter(|account| account.connection.raw() == "asana").for_each(|account| {
        account.provider = "MCP.ASANA".into();
    });
    let mut stage = Stage::with_accounts(120, 40, accounts);
    stage.press("/").type_in("asana ada").press("Enter");
    let Availability::No(why) = dispatch::availability(Action::OpenRequest, &stage.model) else { panic!("offered") };
    assert!(why.contains("leads to an MCP server"), "{why}");
    stage.press("p");
    assert!(stage.text().contains("takes no other requests"), "{}", stage.text());
}

#[test]
fn pictures() {
    for (columns, rows) in [(120, 40), (80, 24), (40, 12)] {
        let size = format!("{columns}x{rows}");
        insta::assert_snapshot!(format!("server_resources_{size}"), resources(columns, rows).text());
        let mut stage = prompts(columns, rows);
        insta::assert_snapshot!(format!("server_prompts_{size}"), stage.text());
        stage.press("Enter");
        insta::assert_snapshot!(format!("server_prompt_form_{size}"), stage.text());
        stage.type_in("x = 1").press("Enter");
        let content = r#"{"type":"text","text":"Please review x = 1."}"#;
        let content = JsonText::parse(content.to_owned()).unwrap();
        let messages = vec![PromptMessage { role: "user".into(), content }];
        stage.send(ReadContent::SLOT, ContentArrived(Ok(ContentRead::Prompt(messages))));
        insta::assert_snapshot!(format!("server_prompt_messages_{size}"), stage.text());
        let mut stage = opened(columns, rows);
        stage.send(LoadOffers::SLOT, OffersLoaded(Shelf::Resources, Ok(Vec::new())));
        insta::assert_snapshot!(format!("server_resources_none_{size}"), stage.text());
    }
}

#[test]
fn they_are_those_of_the_person_and_the_connection_whose_tools_are_listed() {
    let stage = opened(120, 40);
    let LoadOffers { shelf, identifier, connections } = stage.task_of();
    assert_eq!((*shelf, identifier.raw(), connections[0].raw()), (Shelf::Resources, "ada@acme.dev", "asana"));
    assert!(stage.text().contains("Loading the resources of ada@acme.dev"), "{}", stage.text());
}

#[test]
fn without_a_person_it_says_whom_to_choose() {
    let mut stage = Stage::with_accounts(120, 40, accounts());
    stage.press("2");
    let Availability::No(why) = dispatch::availability(Action::ServerContent, &stage.model) else { panic!("nobody") };
    assert!(why.contains("No user to act as yet"), "{why}");
}

#[test]
fn a_resource_is_read_and_a_template_asks_for_its_variables_first() {
    let mut stage = resources(120, 40);
    stage.press("Enter");
    assert_eq!(stage.task_of::<ReadContent>().wanted, Wanted::Resource("docs://readme".into()));
    stage.press("Esc j Enter");
    assert_eq!(stage.model.contexts()[0], Context::Values);
    stage.type_in("a b").press("Enter");
    assert!(stage.text().contains("Fill this in"), "{}", stage.text());
    stage.type_in("q").press("Enter");
    assert_eq!(stage.task_of::<ReadContent>().wanted, Wanted::Resource("docs://a%20b/q".into()));
    stage.press("Esc");
    assert_eq!(stage.model.contexts()[0], Context::Values, "what was typed is still here");
}

#[test]
fn a_prompt_without_values_is_read_at_once() {
    let mut stage = prompts(120, 40);
    stage.press("j Enter");
    let wanted = Wanted::Prompt("hello".into(), JsonText::empty_object());
    assert_eq!(stage.task_of::<ReadContent>().wanted, wanted);
}

#[test]
fn the_filter_is_that_of_the_tools_and_goes_first() {
    let mut stage = tools_listed(120, 40, vec![served("trip_find", "{}")]);
    stage.press("/").type_in("read").press("Enter v");
    let page = vec![resource("docs://readme", "Readme"), resource("docs://other", "Other")];
    stage.send(LoadOffers::SLOT, OffersPage(Shelf::Resources, page));
    assert!(stage.text().contains("Readme") && !stage.text().contains("docs://other"), "{}", stage.text());
    stage.press("Esc");
    assert!(stage.text().contains("docs://other"), "{}", stage.text());
    stage.press("Esc");
    assert!(stage.popup::<ServerContentPopup>().is_none() && !stage.runs(LoadOffers::SLOT));
}

#[test]
fn a_fault_says_whose_it_is_and_what_came_stays() {
    let mut stage = opened(120, 40);
    let fault = Fault::new(FaultKind::Unreachable, "The server does not answer.");
    stage.send(LoadOffers::SLOT, OffersLoaded(Shelf::Resources, Err(fault.clone())));
    assert!(stage.text().contains("The server does not answer."), "{}", stage.text());
    stage.press("r");
    stage.send(LoadOffers::SLOT, OffersPage(Shelf::Resources, vec![resource("docs://readme", "Readme")]));
    stage.send(LoadOffers::SLOT, OffersLoaded(Shelf::Resources, Err(fault)));
    assert!(stage.text().contains("Readme") && stage.text().contains("incomplete"), "{}", stage.text());
}

#[test]
fn a_server_that_offers_something_else_now_is_asked_again() {
    let mut stage = resources(120, 40);
    stage.send(WatchOffers::SLOT, OffersChanged);
    assert!(stage.runs(LoadOffers::SLOT) && stage.runs(LOADING), "both lists are loaded again");
    let mut stage = tools_listed(120, 40, vec![served("trip_find", "{}")]);
    let mut change = |again: bool| {
        stage.send(WatchOffers::SLOT, OffersChanged);
        assert_eq!(stage.model.cx.is_running(LOADING), again, "{}", stage.text());
        if again {
            stage.send(LOADING, ToolsPage(vec![served("trip_find", "{}")], Some(1)));
            stage.send(LOADING, ToolsLoaded(Ok(None)));
        }
        // The message lies over the foot for a while.
        stage.wait(Duration::from_secs(12));
        stage.text().contains("changed since")
    };
    assert!(!change(true));
    assert!(change(false), "a server that changes all the time does not take the list away each time");
    let mut stage = resources(120, 40);
    stage.press("j Enter");
    stage.send(WatchOffers::SLOT, OffersChanged);
    let is_loading = stage.model.cx.is_running(LoadOffers::SLOT);
    assert!(!is_loading, "who is filling something in keeps the row that it is for");
    assert_eq!(stage.model.contexts()[0], Context::Values);
}
