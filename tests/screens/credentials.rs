//! Credentials typed in, on screen: the form of a provider, and what becomes of what was typed.

use jackfield::testing::backend::scalekit::words;
use jackfield::testing::domain::{
    Account, AuthField, AuthPattern, AuthorizationType, Connection, ConnectionStatus, Fault, FaultKind, JsonText,
    Violation,
};
use jackfield::testing::flow::credentials::{Asked, CredentialTarget};
use jackfield::testing::tui::accounts::authorize::tasks::FollowAuthorization;
use jackfield::testing::tui::accounts::credentials::tasks::AskProvider;
use jackfield::testing::tui::accounts::credentials::tasks::HandOver;
use jackfield::testing::tui::accounts::credentials::tasks::HandedOver;
use jackfield::testing::tui::accounts::credentials::tasks::ProviderAsked;
use jackfield::testing::tui::accounts::new_account::tasks::ConnectionsRead;
use jackfield::testing::tui::accounts::new_account::tasks::ReadConnections;
use jackfield::testing::tui::core::state::account_store::CHANGING;

use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::theme::Depth;

use super::stage::{Stage, account, accounts};

const KEY: &str = "ken-s3cret-4711";

fn api_key() -> AuthorizationType {
    words::authorization("API_KEY")
}

fn freshdesk(id: &str, identifier: &str, status: &str) -> Account {
    Account { authorization: api_key(), ..account(id, "freshdesk", identifier, status, None, None) }
}

fn world() -> Vec<Account> {
    let mut world = accounts();
    world.push(freshdesk("ca_109", "ken@acme.dev", "PENDING_AUTH"));
    world
}

fn declared() -> Asked {
    let field = |name: &str, label: &str, kind: &str, hint: &str| AuthField {
        name: name.into(),
        label: label.into(),
        input: words::input_kind(kind),
        hint: hint.into(),
        required: true,
        options: Vec::new(),
    };
    Asked::Declared {
        provider: "Freshdesk".into(),
        pattern: AuthPattern {
            authorization: api_key(),
            title: "API key".into(),
            description: "Every agent finds a key of their own under Profile settings.".into(),
            fields: vec![field("api_key", "API key", "password", "Forty letters and digits")],
            account_fields: vec![field("domain", "Domain", "text", "Such as acme.freshdesk.com")],
        },
    }
}

/// The form for an account that waits for its credentials.
fn form(columns: u16, rows: u16, depth: Depth) -> Stage {
    let mut stage = Stage::with_depth(columns, rows, depth);
    stage.load(world());
    stage.press("/").type_in("connection:fresh").press("Enter c");
    let AskProvider(provider, authorization) = stage.task_of();
    assert_eq!((provider.raw(), authorization.own_word().as_str()), ("FRESHDESK", "API_KEY"));
    stage.send(AskProvider::SLOT, ProviderAsked(declared(), api_key()));
    stage
}

fn filled(columns: u16, rows: u16) -> Stage {
    let mut stage = form(columns, rows, Depth::Sixteen);
    stage.event(Event::Paste("acme.freshdesk.com\n".into()));
    stage.press("Enter").type_in(KEY);
    stage
}

#[test]
fn the_form() {
    for (columns, rows) in [(120, 40), (80, 24), (40, 12)] {
        insta::assert_snapshot!(format!("credentials_{columns}x{rows}"), filled(columns, rows).text());
    }
    insta::assert_snapshot!("credentials_no_color", form(80, 24, Depth::None).attributes());
}

#[test]
fn what_is_masked_is_shown_on_purpose_and_only_while_it_has_the_keyboard() {
    let mut stage = filled(100, 30);
    let screen = stage.text();
    assert!(!screen.contains(KEY) && screen.contains("•••••••••••••••"), "{screen}");
    assert!(screen.contains("masked  F2 shows it") && screen.contains("acme.freshdesk.com"), "{screen}");
    stage.press("F2");
    assert!(stage.text().contains(KEY));
    stage.press("Tab Tab");
    assert!(!stage.text().contains(KEY));
}

#[test]
fn what_is_missing_stands_beside_its_field_and_nothing_is_sent() {
    let mut stage = form(100, 30, Depth::Sixteen);
    stage.press("Tab Enter");
    let screen = stage.text();
    assert_eq!(screen.matches("✗ This must be filled in.").count(), 2, "{screen}");
    assert!(!stage.runs(CHANGING));
}

#[test]
fn what_was_typed_is_handed_over_and_the_form_goes_when_it_was_taken() {
    let mut stage = filled(100, 30);
    stage.press("Enter");
    let HandOver(holder, credentials) = stage.task_of();
    assert!(matches!(holder, CredentialTarget::Known(account) if account.to_string() == "ca_109"));
    let sent: Vec<_> = credentials.iter().map(|(name, value)| (name.raw(), value.expose())).collect();
    assert_eq!(sent, [("domain", "acme.freshdesk.com"), ("api_key", KEY)]);
    assert!(!format!("{:?}", stage.task_of::<HandOver>()).contains(KEY), "nothing that is printed holds it");
    assert!(stage.text().contains("Handing it over"));
    stage.send(CHANGING, HandedOver(Ok(freshdesk("ca_109", "ken@acme.dev", "ACTIVE"))));
    let screen = stage.text();
    assert!(screen.contains("freshdesk/ken@acme.dev is active now.") && !screen.contains("Credentials of"), "{screen}");
    assert_eq!(stage.model.accounts.selected(&stage.model.cx.accounts).map(|account| account.id.raw()), Some("ca_109"));
}

#[test]
fn a_refusal_keeps_everything_typed() {
    let mut stage = filled(100, 30);
    stage.press("Enter");
    let mut fault =
        Fault::new(FaultKind::InvalidInput, "The environment refused the change, so the account is as it was.");
    let field = "connected_account.authorization_details.static_auth.details.api_key".into();
    fault.violations = Box::new([Violation { field, description: "this key is too short".into() }]);
    stage.send(CHANGING, HandedOver(Err(fault)));
    let screen = stage.text();
    assert!(
        screen.contains("✗ this key is too short") && screen.contains("✖ Invalid input: The environment refused"),
        "{screen}"
    );
    assert!(screen.contains("Everything you typed is still here."));
    stage.press("Enter");
    let HandOver(_, credentials) = stage.task_of();
    assert_eq!(credentials.get("api_key").map(|key| key.expose().to_owned()).as_deref(), Some(KEY));
}

#[test]
fn escape_stops_waiting_first_and_leaves_the_form_second() {
    let mut stage = filled(100, 30);
    stage.press("Enter Esc");
    assert!(!stage.runs(CHANGING));
    assert!(stage.text().contains("Credentials of freshdesk/ken@acme.dev"));
    stage.press("Esc");
    assert!(!stage.text().contains("Credentials of"));
}

#[test]
fn where_nobody_declares_anything_names_and_values_are_typed() {
    let mut stage = Stage::with_accounts(100, 30, world());
    stage.press("/").type_in("as:ken").press("Enter c");
    let why = "FRESHDESK declares no fields for accounts of the type API key.";
    stage.send(AskProvider::SLOT, ProviderAsked(Asked::Unknown(why.into()), api_key()));
    let screen = stage.text();
    assert!(screen.contains("FRESHDESK declares no fields") && screen.contains("name  api_key"), "{screen}");
    stage.type_in("abcd").press("Ctrl-N").type_in("domain").press("Tab").type_in("acme").press("Enter");
    let HandOver(_, credentials) = stage.task_of();
    let sent: Vec<_> = credentials.iter().map(|(name, value)| (name.raw(), value.expose())).collect();
    assert_eq!(sent, [("api_key", "abcd"), ("domain", "acme")]);
}

#[test]
fn an_account_that_consents_takes_nothing_typed() {
    let mut stage = Stage::with_accounts(100, 30, world());
    stage.press("c");
    assert!(!stage.runs(AskProvider::SLOT));
    assert!(stage.text().contains("authorized by consent"), "{}", stage.text());
}

fn choosing(identifier: &str) -> Stage {
    let connection = |name: &str, kind: &str, enabled| Connection {
        id: format!("conn_{name}").as_str().into(),
        name: name.into(),
        provider: name.to_uppercase().as_str().into(),
        authorization: words::authorization(kind),
        status: ConnectionStatus::Completed,
        enabled,
        raw: JsonText::empty_object(),
    };
    let mut stage = Stage::with_accounts(100, 30, world());
    stage.press("n");
    let connections = vec![
        connection("hubspot", "OAUTH", false),
        connection("freshdesk", "API_KEY", true),
        connection("github", "OAUTH", true),
        connection("Github", "OAUTH", true),
    ];
    stage.send(ReadConnections::SLOT, ConnectionsRead(Ok((connections, None))));
    let screen = stage.text();
    assert!(screen.contains("not Github: only the case differs") && screen.contains("✖ switched off"), "{screen}");
    stage.press("Enter").type_in(identifier);
    stage
}

#[test]
fn a_new_account_on_a_connection_without_consent_asks_for_credentials() {
    let mut stage = choosing("zoe@acme.dev");
    stage.press("Enter");
    assert!(!stage.authorizes());
    stage.send(AskProvider::SLOT, ProviderAsked(declared(), api_key()));
    assert!(stage.text().contains("Connect freshdesk/zoe@acme.dev"), "{}", stage.text());
    stage.type_in("d").press("Enter").type_in(KEY).press("Enter");
    let HandOver(CredentialTarget::New(connection, identifier), _) = stage.task_of() else { panic!() };
    assert_eq!((connection.raw(), identifier.raw()), ("freshdesk", "zoe@acme.dev"));
    stage.send(CHANGING, HandedOver(Err(Fault::new(FaultKind::Conflict, "It exists already."))));
    assert!(stage.text().contains("It was made meanwhile."), "{}", stage.text());
    stage.press("Enter");
    let HandOver(CredentialTarget::Known(account), _) = stage.task_of() else { panic!() };
    assert_eq!(account.to_string(), "freshdesk/zoe@acme.dev");
}

#[test]
fn who_is_known_is_suggested_and_who_has_one_is_pointed_out() {
    let mut stage = choosing("ke");
    assert!(stage.text().contains("ken@acme.dev  has one here: to authorize"), "{}", stage.text());
    stage.press("Down Enter");
    assert!(stage.text().contains("This account exists and is to authorize"), "{}", stage.text());
    stage.press("Enter");
    assert!(stage.text().contains("Credentials of freshdesk/ken@acme.dev"), "{}", stage.text());
    let stage = choosing("Ken@acme.dev");
    assert!(stage.text().contains("Not ken@acme.dev: only the case differs."), "{}", stage.text());
}

#[test]
fn a_link_can_be_made_instead() {
    let mut stage = choosing("zoe@acme.dev");
    stage.press("Enter Ctrl-L");
    let FollowAuthorization { account, .. } = stage.task_of();
    assert_eq!(account.to_string(), "freshdesk/zoe@acme.dev");
    assert!(!stage.runs(AskProvider::SLOT));
}
