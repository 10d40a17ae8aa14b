//! A provider being connected on screen: the choice, what is needed, what is typed, and what becomes of it.

use jackfield::testing::backend::{Abilities, local::ConnectionAuth, local::ConnectionSpec};
use jackfield::testing::domain::{Account, Fault, FaultKind};
use jackfield::testing::flow::connect::{ConnectGuide, ConnectOffer, ConnectTarget};
use jackfield::testing::provider::{ScopeSpec, SecretNeed};
use jackfield::testing::tui::accounts::authorize::tasks::FollowAuthorization;
use jackfield::testing::tui::accounts::connect::Connect;
use jackfield::testing::tui::accounts::connect::tasks::{
    AskGuide, ConnectByKey, ConnectionSaved, GuideAsked, KeyConnected, ListOffers, OffersListed, SLOT, SaveConnection,
};

use jackfield::testing::tui::core::state::environment::Environment;

use super::stage::{Stage, account};

const KEY: &str = "lin_api_s3cret";

fn offers() -> Vec<ConnectOffer> {
    let offer = |key: &str, title: &str, ways: &[ConnectionAuth]| ConnectOffer {
        provider: key.into(),
        title: title.into(),
        ways: ways.to_vec(),
        mcp_url: None,
    };
    vec![
        offer("ASANA", "Asana", &[ConnectionAuth::OAuth, ConnectionAuth::Token]),
        offer("LINEAR", "Linear", &[ConnectionAuth::OAuth, ConnectionAuth::ApiKey, ConnectionAuth::Token]),
    ]
}

fn guide(is_known: bool) -> ConnectGuide {
    let scope = |name: &str, meaning: &str, default| ScopeSpec { name: name.into(), meaning: meaning.into(), default };
    let mut spec = ConnectionSpec::new("linear".into(), "LINEAR".into(), ConnectionAuth::OAuth);
    if is_known {
        spec.client_id = Some("client_1".into());
        spec.scopes = vec!["write".into(), "unheard:of".into()];
        spec.is_confidential = true;
    }
    ConnectGuide {
        mcp_url: None,
        server: None,
        title: "Linear".into(),
        ways: vec![ConnectionAuth::OAuth, ConnectionAuth::ApiKey, ConnectionAuth::Token],
        register_app: Some("https://linear.app/settings/api/applications/new".parse().unwrap()),
        redirect_uris: vec!["http://localhost:51763/oauth/callback".into()],
        get_key: Some("https://linear.app/settings/account/security".parse().unwrap()),
        secret: SecretNeed::Optional,
        scopes: vec![
            scope("read", "Read everything that the user sees.", true),
            scope("write", "Create and change everything that the user may change.", false),
        ],
        actors: vec!["user".into(), "app".into()],
        is_known,
        spec,
    }
}

/// The choice of providers, in an environment of one's own.
fn choice(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::with_accounts(columns, rows, Vec::new());
    if let Environment::Open(card) = &mut stage.model.cx.environment {
        card.abilities = Abilities::ALL;
    }
    assert!(stage.text().contains("connect a provider"), "{}", stage.text());
    stage.press("n");
    let ListOffers = stage.task_of();
    stage.send(SLOT, OffersListed(Ok(offers())));
    stage
}

/// The form of Linear.
fn form(columns: u16, rows: u16, is_known: bool) -> Stage {
    let mut stage = choice(columns, rows);
    stage.type_in("lin").press("Enter");
    let AskGuide(target) = stage.task_of();
    assert_eq!(target, &ConnectTarget::Provider("LINEAR".into()));
    stage.send(SLOT, GuideAsked(Ok((guide(is_known), vec![vec!["linear_viewer_get".into()], Vec::new()]))));
    stage
}

#[test]
fn a_provider_is_chosen_and_what_it_needs_is_said() {
    for (columns, rows, size) in [(120, 36, ""), (80, 24, "_80"), (40, 12, "_40")] {
        insta::assert_snapshot!(format!("connect_choice{size}"), choice(columns, rows).text());
        insta::assert_snapshot!(format!("connect_form{size}"), form(columns, rows, false).text());
    }
}

#[test]
fn what_names_no_provider_is_taken_for_a_command() {
    let mut stage = choice(120, 36);
    stage.type_in("npx -y notes");
    assert!(stage.text().contains("Enter takes what is typed for the command"), "{}", stage.text());
    stage.press("Enter");
    let screen = stage.text();
    assert!(
        screen.contains("Connect a server that runs on this machine") && screen.contains("npx -y notes"),
        "{screen}"
    );
    let mut stage = choice(120, 36);
    stage.type_in("mcp server by").press("Enter");
    let screen = stage.text();
    assert!(screen.contains("npx -y a-server") && !screen.contains("mcp server by"), "{screen}");
}

#[test]
fn consent_is_the_next_step_once_the_connection_is_saved() {
    let mut stage = form(120, 36, false);
    stage.press("Enter");
    assert!(stage.text().contains("Register an app first"), "{}", stage.text());
    stage.type_in("client_9").press("Tab Tab Tab Tab Tab Tab Space Enter");
    let SaveConnection(request) = stage.task_of();
    let spec = &request.draft.spec;
    assert_eq!((spec.client_id.as_deref(), spec.scopes.join(" ").as_str()), (Some("client_9"), "read write"));
    assert_eq!((spec.actor.as_deref(), request.draft.client_secret.is_none()), (Some("user"), true));
    stage.send(SLOT, ConnectionSaved(Err(Fault::new(FaultKind::Local, "The disk is full."))));
    assert!(stage.text().contains("The disk is full.") && stage.text().contains("client_9"), "{}", stage.text());
    stage.press("Enter");
    stage.send(
        SLOT,
        ConnectionSaved(Ok(jackfield::testing::domain::Connection {
            id: "linear".into(),
            name: "linear".into(),
            provider: "LINEAR".into(),
            authorization: ConnectionAuth::OAuth.authorization(),
            status: jackfield::testing::domain::ConnectionStatus::Completed,
            enabled: true,
            raw: jackfield::testing::domain::JsonText::empty_object(),
        })),
    );
    assert!(stage.popup::<Connect>().is_none());
    let FollowAuthorization { account, .. } = stage.task_of();
    assert_eq!(account.to_string(), "linear/me");
}

#[test]
fn a_key_is_masked_handed_over_and_never_shown() {
    let mut stage = form(120, 36, false);
    stage.press("Right");
    assert!(stage.text().contains("Make a key at https://linear.app"), "{}", stage.text());
    stage.press("Tab").type_in(KEY);
    assert!(!stage.text().contains(KEY), "{}", stage.text());
    stage.press("F2");
    assert!(stage.text().contains(KEY));
    stage.press("Enter");
    let ConnectByKey { request, .. } = stage.task_of();
    assert_eq!(request.typed.as_ref().unwrap().expose(), KEY);
    assert!(!stage.text().contains(KEY), "masked again: {}", stage.text());
    stage.send(SLOT, KeyConnected(Err(Fault::new(FaultKind::Denied, "Linear refused the key."))));
    assert!(
        stage.text().contains("Linear refused the key.") && stage.text().contains("still here"),
        "{}",
        stage.text()
    );
    stage.press("Esc");
    assert!(stage.text().contains("Connect a provider"), "{}", stage.text());
    stage.press("Esc");
    assert!(stage.popup::<Connect>().is_none());
}

#[test]
fn a_connection_that_is_known_keeps_what_is_not_asked_here() {
    let mut stage = form(120, 36, true);
    assert!(stage.text().contains("This connection exists") && stage.text().contains("client_1"), "{}", stage.text());
    assert!(stage.text().contains("kept, unless you enter a new one"), "{}", stage.text());
    stage.press("Enter");
    let SaveConnection(request) = stage.task_of();
    let spec = &request.draft.spec;
    assert_eq!((spec.scopes.join(" ").as_str(), spec.is_confidential), ("unheard:of write", true));
    let mut stage = form(120, 36, true);
    stage.press("Tab").type_in("x").press("Enter");
    let SaveConnection(request) = stage.task_of();
    assert!(!request.draft.spec.is_confidential, "another app has another secret");
}

#[test]
fn a_url_stands_for_any_api_and_waiting_can_be_stopped() {
    let mut stage = choice(120, 36);
    stage.type_in("https://api.acme.dev/v1");
    assert!(stage.text().contains("Enter asks api.acme.dev"), "{}", stage.text());
    stage.press("Enter");
    let AskGuide(target) = stage.task_of();
    assert_eq!(target, &ConnectTarget::Url("https://api.acme.dev/v1".parse().unwrap()));
    stage.press("Esc");
    assert!(!stage.runs(SLOT) && stage.popup::<Connect>().is_some(), "only the wait ends");
}

#[test]
fn an_account_with_a_key_is_offered_no_link_where_there_are_none() {
    let key = Account {
        authorization: ConnectionAuth::ApiKey.authorization(),
        ..account("la_1", "linear", "me", "EXPIRED", None, None)
    };
    let mut stage = Stage::with_accounts(120, 36, vec![key]);
    if let Environment::Open(card) = &mut stage.model.cx.environment {
        card.abilities = Abilities { links: false, ..Abilities::ALL };
    }
    let screen = stage.text();
    assert!(!screen.contains("a link") && screen.contains("replace the credentials"), "{screen}");
    stage.press("a");
    assert!(stage.text().contains("replace its credentials"), "{}", stage.text());
    assert!(!stage.authorizes());
    stage.press("Y");
    assert!(!stage.authorizes(), "{}", stage.text());
}

/// The form of Linear where tokens are exchanged.
fn exchange_form(columns: u16, rows: u16) -> Stage {
    let mut stage = choice(columns, rows);
    stage.type_in("lin").press("Enter");
    let mut known = guide(false);
    known.ways.push(ConnectionAuth::Exchange);
    stage.send(SLOT, GuideAsked(Ok((known, vec![Vec::new(), Vec::new()]))));
    stage.press("Left");
    stage
}

#[test]
fn a_zone_is_connected_by_its_issuer_and_the_resource_there() {
    for (columns, rows, size) in [(120, 40, ""), (80, 24, "_80"), (40, 12, "_40")] {
        insta::assert_snapshot!(format!("connect_exchange{size}"), exchange_form(columns, rows).text());
    }
    let mut stage = exchange_form(120, 40);
    stage.press("Tab").type_in("http://zone.acme.dev").press("Enter");
    assert!(stage.text().contains("Enter the URL of the authorization server"), "{}", stage.text());
    let mut stage = exchange_form(120, 40);
    stage.press("Tab").type_in("https://zone.acme.dev").press("Enter");
    assert!(stage.text().contains("Enter the resource by the name"), "{}", stage.text());
    stage.type_in("https://api.linear.app").press("Tab").type_in("app").press("Tab").type_in(KEY);
    assert!(!stage.text().contains(KEY), "{}", stage.text());
    stage.press("Enter");
    let SaveConnection(request) = stage.task_of();
    let spec = &request.draft.spec;
    assert_eq!((spec.auth, spec.issuer.as_deref()), (ConnectionAuth::Exchange, Some("https://zone.acme.dev")));
    assert_eq!(spec.exchange.as_ref().unwrap().resource, "https://api.linear.app");
    assert_eq!((spec.client_id.as_deref(), spec.actor.as_deref(), spec.scopes.len()), (Some("app"), None, 0));
    assert_eq!(request.draft.client_secret.as_ref().unwrap().expose(), KEY);
}
