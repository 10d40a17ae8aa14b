//! Servers being connected on screen: by a provider's name, by a URL, by a command.

use jackfield::testing::backend::{Abilities, local::ConnectionAuth, local::ConnectionSpec};
use jackfield::testing::flow::connect::{
    ConnectGuide, ConnectOffer, ConnectTarget, ServerNeeds, ServerPlace, ServerSpec,
};
use jackfield::testing::provider::SecretNeed;
use jackfield::testing::tui::accounts::connect::Connect;
use jackfield::testing::tui::accounts::connect::tasks::{
    AskGuide, GuideAsked, ListOffers, OffersListed, SLOT, SaveConnection,
};
use jackfield::testing::tui::core::state::environment::Environment;

use super::stage::Stage;

fn offers() -> Vec<ConnectOffer> {
    let ways = vec![ConnectionAuth::OAuth, ConnectionAuth::ApiKey];
    let mcp_url = Some("https://mcp.linear.app/mcp".parse().unwrap());
    vec![ConnectOffer { provider: "LINEAR".into(), title: "Linear".into(), ways, mcp_url }]
}

fn guide(server: ServerSpec, needs: ServerNeeds, ways: &[ConnectionAuth]) -> ConnectGuide {
    let spec = ConnectionSpec {
        server: Some(server),
        ..ConnectionSpec::new("linear".into(), "MCP.LINEAR".into(), ConnectionAuth::Mcp)
    };
    ConnectGuide {
        title: "mcp.linear.app".into(),
        ways: ways.to_vec(),
        register_app: None,
        redirect_uris: vec!["http://127.0.0.1:51763/oauth/callback".into()],
        get_key: None,
        secret: SecretNeed::Optional,
        scopes: Vec::new(),
        actors: Vec::new(),
        mcp_url: None,
        server: Some(needs),
        is_known: false,
        spec,
    }
}

fn choice(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::with_accounts(columns, rows, Vec::new());
    if let Environment::Open(card) = &mut stage.model.cx.environment {
        card.abilities = Abilities::ALL;
    }
    stage.press("n");
    let ListOffers = stage.task_of();
    stage.send(SLOT, OffersListed(Ok(offers())));
    stage
}

fn at_linear() -> ServerSpec {
    ServerSpec::at("https://mcp.linear.app/mcp".parse().unwrap())
}

fn consent(registers_itself: bool) -> ServerNeeds {
    let issuer = "https://mcp.linear.app".into();
    ServerNeeds::Consent { issuer, registers_itself, scopes: vec!["read".into(), "write".into()] }
}

fn form(columns: u16, rows: u16, needs: ServerNeeds) -> Stage {
    let mut stage = choice(columns, rows);
    stage.press("Enter Enter");
    let AskGuide(target) = stage.task_of();
    assert_eq!(*target, ConnectTarget::Server(at_linear()));
    let guide = guide(at_linear(), needs, &[ConnectionAuth::Mcp, ConnectionAuth::Token]);
    stage.send(SLOT, GuideAsked(Ok((guide, Vec::new()))));
    stage
}

#[test]
fn pictures() {
    for (columns, rows) in [(120, 40), (80, 24), (40, 12)] {
        let size = format!("{columns}x{rows}");
        let mut stage = choice(columns, rows);
        stage.press("Enter");
        insta::assert_snapshot!(format!("connect_ways_{size}"), stage.text());
        insta::assert_snapshot!(format!("connect_server_{size}"), form(columns, rows, consent(true)).text());
        let mut stage = choice(columns, rows);
        stage.press("Down Enter");
        insta::assert_snapshot!(format!("connect_command_{size}"), stage.text());
    }
}

#[test]
fn each_way_says_what_it_costs_and_the_server_comes_first() {
    let mut stage = choice(120, 40);
    stage.press("Enter");
    let screen = stage.text();
    let server = screen.find("through Linear's MCP server").expect("the server");
    assert!(server < screen.find("with an API key").expect("the key") && screen.contains("nothing to register"));
    stage.press("Down Down Enter");
    let AskGuide(target) = stage.task_of();
    assert_eq!(*target, ConnectTarget::Provider("LINEAR".into()));
    stage.press("Esc Esc");
    assert!(stage.text().contains("a provider's name"), "{}", stage.text());
}

#[test]
fn a_server_that_registers_its_clients_asks_for_nothing_but_a_name() {
    let mut stage = form(120, 40, consent(true));
    assert!(!stage.text().contains("client id") && stage.text().contains("to be registered"));
    stage.press("Enter");
    let SaveConnection(request) = stage.task_of();
    let spec = &request.draft.spec;
    assert_eq!((spec.auth, spec.client_id.as_deref()), (ConnectionAuth::Mcp, None));
}

#[test]
fn a_server_that_does_not_needs_an_app() {
    let mut stage = form(120, 40, consent(false));
    assert!(stage.text().contains("Register an app"), "{}", stage.text());
    stage.press("Enter");
    let is_saving = stage.model.cx.is_running(SLOT);
    assert!(!is_saving && stage.text().contains("Register an app first"), "{}", stage.text());
}

#[test]
fn a_command_is_typed_and_what_it_starts_is_named_after_its_connection() {
    let mut stage = choice(120, 40);
    stage.press("Down Enter Enter");
    assert!(stage.text().contains("Type the command that starts it"), "{}", stage.text());
    stage.type_in("npx -y files").press("Tab").type_in("TOKEN").press("Enter");
    let AskGuide(target) = stage.task_of();
    let ConnectTarget::Server(server) = target.clone() else { panic!("{target:?}") };
    assert!(matches!(&server.place, ServerPlace::Process { command, .. } if command.len() == 3));
    let guide = guide(server, ServerNeeds::Started, &[ConnectionAuth::Mcp]);
    stage.send(SLOT, GuideAsked(Ok((guide, Vec::new()))));
    assert!(stage.text().contains("It is started next"), "{}", stage.text());
    stage.press("Tab").type_in("-files").press("Enter");
    let SaveConnection(request) = stage.task_of();
    let spec = &request.draft.spec;
    assert_eq!((spec.name.raw(), spec.provider.raw()), ("linear-files", "MCP.LINEAR-FILES"));
    assert!(stage.popup::<Connect>().is_some());
}
