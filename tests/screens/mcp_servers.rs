//! MCP servers that the environment provisions.

use std::time::Duration;

use jackfield::testing::backend::{Abilities, Arrival};
use jackfield::testing::domain::{
    AccessLevel, AuthorizationType, Connection, ConnectionAuthState, ConnectionStatus, Elicitation, ElicitationAnswer,
    ElicitationRequest, Fault, FaultKind, JsonText, Mode, Secret, ServerConfig, ServerInstance, ServerOfPerson,
    SessionToken, Status, TokenTarget, ToolEffect, ToolMapping,
};
use jackfield::testing::flow::mcp_servers::trial::{ToolPresence, Trial, TriedTool};
use jackfield::testing::json::Document;
use jackfield::testing::tui::core::effect::Effect;
use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::core::message::Message;
use jackfield::testing::tui::core::state::environment::Environment;
use jackfield::testing::tui::input::action::{Action, Availability};
use jackfield::testing::tui::mcp_servers::auth_states::tasks::{AuthStatesRead, ReadAuthStates};
use jackfield::testing::tui::mcp_servers::call::tasks::{CallEnd, CallHeard, CallThrough, CalledThrough};
use jackfield::testing::tui::mcp_servers::form::state::ToolChoice;
use jackfield::testing::tui::mcp_servers::form::tasks::{
    ConnectionsOffered, OfferConnections, OfferTools, ToolsOffered,
};
use jackfield::testing::tui::mcp_servers::tasks::{
    ChangeServer, ListServers, MintToken, ServerChanged, ServerRows, ServersListed, TokenMinted,
};
use jackfield::testing::tui::mcp_servers::trial::tasks::{ServerTried, TryServer};
use jackfield::testing::tui::playground::elicitation::ElicitationPopup;
use jackfield::testing::tui::shell::dispatch::availability;
use tokio::sync::oneshot;

use super::stage::{Stage, account, accounts, now, tool};

const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 12)];

fn pictures(name: &str, stage: impl Fn(u16, u16) -> Stage) {
    for (columns, rows) in SIZES {
        insta::assert_snapshot!(format!("{name}_{columns}x{rows}"), stage(columns, rows).text());
    }
}

fn mapping(connection: &str, tools: &[&str]) -> ToolMapping {
    ToolMapping {
        connection: connection.into(),
        connection_id: format!("conn_{connection}").as_str().into(),
        provider: connection.to_uppercase().as_str().into(),
        tools: tools.iter().map(|tool| (*tool).into()).collect(),
        account: None,
        status: None,
    }
}

fn config(name: &str, mappings: Vec<ToolMapping>) -> ServerConfig {
    ServerConfig {
        id: format!("cfg_{name}").as_str().into(),
        name: name.into(),
        description: "What is new since yesterday: issues, mail and messages".into(),
        mappings,
        url: Some(format!("https://acme.scalekit.dev/mcp/v3/servers/{name}").parse().unwrap()),
        raw: JsonText::empty_object(),
    }
}

fn instance(name: &str, of: &str, identifier: &str) -> ServerInstance {
    ServerInstance {
        id: format!("inst_{name}").as_str().into(),
        name: name.into(),
        identifier: identifier.into(),
        config: of.into(),
        url: Secret::new("https://acme.scalekit.dev/mcp/hunter2".into()),
        last_used_at: Some(now() - Duration::from_secs(3_600)),
        updated_at: Some(now() - Duration::from_secs(86_400)),
        raw: JsonText::empty_object(),
    }
}

fn rows() -> ServerRows {
    ServerRows {
        configs: vec![
            config(
                "morning-digest",
                vec![mapping("asana", &["asana_me_get", "asana_task_create"]), mapping("linear", &[])],
            ),
            config("chat", vec![mapping("slack", &[])]),
        ],
        instances: Ok(vec![
            instance("ada-morning", "morning-digest", "ada@acme.dev"),
            instance("lost", "gone", "grace@acme.dev"),
        ]),
        remark: None,
    }
}

fn asked(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::with_accounts(columns, rows, accounts());
    stage.model.cx.acting_as = Some("ada@acme.dev".into());
    stage.press("M");
    stage
}

fn listed(columns: u16, height: u16) -> Stage {
    let mut stage = asked(columns, height);
    stage.send(ListServers::SLOT, ServersListed(Ok(rows())));
    stage
}

#[test]
fn the_list_and_what_is_under_the_cursor() {
    pictures("mcp_servers", listed);
    let mut stage = listed(120, 40);
    assert!(!stage.press("j").text().contains("hunter2"), "the URL of an instance is a credential");
    assert!(stage.text().contains("whoever has it needs no token"));
    pictures("mcp_servers_instance", |columns, rows| {
        let mut stage = listed(columns, rows);
        stage.press("j");
        stage
    });
}

#[test]
fn nothing_yet_still_asking_and_refused() {
    let nothing = || ServerRows { configs: Vec::new(), instances: Ok(Vec::new()), remark: None };
    pictures("mcp_servers_none", |columns, rows| {
        let mut stage = asked(columns, rows);
        stage.send(ListServers::SLOT, ServersListed(Ok(nothing())));
        stage
    });
    assert!(asked(80, 24).text().contains("Asking for the servers"));
    let mut stage = asked(80, 24);
    let fault =
        Fault::new(FaultKind::NotOffered, "This environment does not provision MCP servers, or not in this way.");
    stage.send(ListServers::SLOT, ServersListed(Err(fault)));
    assert!(stage.text().contains("does not provision"), "{}", stage.text());
    let mut stage = asked(80, 24);
    let instances = Err(Fault::new(FaultKind::NotOffered, "Not in this way."));
    stage.send(ListServers::SLOT, ServersListed(Ok(ServerRows { instances, ..rows() })));
    assert!(stage.text().contains("Instances: Not in this way."), "{}", stage.text());
}

#[test]
fn an_environment_without_the_ability_says_so_before_the_key() {
    let mut stage = Stage::with_accounts(80, 24, accounts());
    let Environment::Open(card) = &mut stage.model.cx.environment else { panic!("open") };
    card.abilities = Abilities { mcp_servers: false, ..Abilities::ALL };
    assert_eq!(
        availability(Action::McpServers, &stage.model),
        Availability::No("This environment provisions no MCP servers.".into())
    );
    stage.press("M");
    assert!(!stage.runs(ListServers::SLOT) && stage.text().contains("provisions no MCP servers"));
}

#[test]
fn a_server_acts_as_somebody_and_nothing_is_guessed() {
    let mut stage = Stage::with_accounts(120, 40, accounts());
    stage.press("M");
    stage.send(ListServers::SLOT, ServersListed(Ok(rows())));
    for action in [Action::TryServer, Action::ServerAccounts, Action::SessionToken, Action::EnsureInstance] {
        let reason = availability(action, &stage.model);
        assert!(matches!(&reason, Availability::No(why) if why.contains("Choose a user first")), "{reason:?}");
    }
    stage.press("i").type_in("grace");
    stage.press("Enter");
    assert!(stage.text().contains("as grace@acme.dev"), "{}", stage.text());
    stage.press("a");
    let task: &ReadAuthStates = stage.task_of();
    assert_eq!(task.server, ServerOfPerson::Config("cfg_morning-digest".into(), "grace@acme.dev".into()));
    stage.press("Esc j a");
    let task: &ReadAuthStates = stage.task_of();
    assert_eq!(task.server, ServerOfPerson::Instance("inst_ada-morning".into()), "an instance has its own person");
}

#[test]
fn read_only_nothing_is_changed() {
    let mut stage = listed(120, 40);
    let Environment::Open(card) = &mut stage.model.cx.environment else { panic!("open") };
    card.mode = Mode::Read;
    for action in [Action::AddServer, Action::EditServer, Action::DeleteServer, Action::EnsureInstance] {
        let reason = availability(action, &stage.model);
        assert!(matches!(&reason, Availability::No(why) if why.contains("read-only")), "{action:?} {reason:?}");
    }
    stage.press("t");
    assert!(stage.text().contains("read only, as ada@acme.dev"), "{}", stage.text());
    stage.press("Tab");
    assert!(stage.text().contains("read only, as ada@acme.dev"), "only such a token is given");
}

#[test]
fn deleting_asks_and_names_what_goes() {
    let mut stage = listed(80, 24);
    stage.press("D");
    assert!(stage.text().contains("The configuration morning-digest (cfg_morning-digest)"), "{}", stage.text());
    stage.press("Enter");
    assert!(!stage.runs(ChangeServer::SLOT), "Enter is a no");
    stage.press("D y");
    assert!(matches!(stage.task_of::<ChangeServer>(), ChangeServer::Delete(id, _) if id.raw() == "cfg_morning-digest"));
    stage.send(ChangeServer::SLOT, ServerChanged(Ok("morning-digest is deleted.".into())));
    assert!(stage.runs(ListServers::SLOT) && stage.text().contains("morning-digest is deleted."));
    stage.send(ListServers::SLOT, ServersListed(Ok(rows())));
    stage.press("j D y");
    assert!(
        matches!(stage.task_of::<ChangeServer>(), ChangeServer::DeleteInstance(id, _) if id.raw() == "inst_ada-morning")
    );
}

#[test]
fn a_change_that_nobody_waits_for_any_more_is_told_and_ends() {
    let mut stage = listed(80, 24);
    stage.press("D y Esc");
    assert!(stage.runs(ChangeServer::SLOT), "what is on its way is not taken back");
    stage.send(ChangeServer::SLOT, ServerChanged(Ok("morning-digest is deleted.".into())));
    assert!(stage.text().contains("morning-digest is deleted."));
    assert!(!stage.model.cx.jobs.are_shown(), "nothing turns any more");
}

fn connection(name: &str) -> Connection {
    Connection {
        id: format!("conn_{name}").as_str().into(),
        name: name.into(),
        provider: name.to_uppercase().as_str().into(),
        authorization: AuthorizationType::unknown(),
        status: ConnectionStatus::Completed,
        enabled: true,
        raw: JsonText::empty_object(),
    }
}

fn form(columns: u16, height: u16) -> Stage {
    let mut stage = listed(columns, height);
    stage.press("n");
    stage.send(OfferConnections::SLOT, ConnectionsOffered(Ok(vec![connection("asana"), connection("linear")])));
    stage.type_in("issues");
    stage.press("Down").type_in("Reads issues");
    stage.press("Down Space Right");
    let choice = |name: &str| ToolChoice { name: name.into(), summary: format!("What {name} does").into() };
    let tools = ["asana_me_get", "asana_task_create"].map(choice).to_vec();
    stage.send(OfferTools::slot_of(0), ToolsOffered { at: 0, result: Ok(tools) });
    stage.press("Down Down Space");
    stage
}

#[test]
fn a_configuration_is_filled_in_and_saved() {
    pictures("mcp_servers_form", form);
    let mut stage = form(120, 40);
    stage.press("Enter");
    let ChangeServer::Create(draft) = stage.task_of::<ChangeServer>() else { panic!("it is created") };
    assert_eq!((draft.name.raw(), draft.description.raw()), ("issues", "Reads issues"));
    let [asana] = draft.mappings.as_slice() else { panic!("one connection: {draft:?}") };
    assert_eq!(asana.tools, ["asana_me_get".into()]);
    let fault = Fault::new(FaultKind::Conflict, "There is an MCP configuration of this name already.");
    stage.send(ChangeServer::SLOT, ServerChanged(Err(fault)));
    assert!(stage.text().contains("of this name already") && stage.text().contains("Reads issues"), "{}", stage.text());
    stage.press("Enter");
    stage.send(ChangeServer::SLOT, ServerChanged(Ok("issues is created.".into())));
    assert!(stage.runs(ListServers::SLOT), "the list is read again");
}

#[test]
fn what_breaks_a_rule_is_said_before_it_is_sent() {
    let mut stage = listed(80, 24);
    stage.press("n");
    stage.send(OfferConnections::SLOT, ConnectionsOffered(Ok(vec![connection("asana")])));
    stage.type_in("My agent");
    stage.press("Enter");
    assert!(stage.text().contains("lower-case letters"), "{}", stage.text());
    assert!(!stage.runs(ChangeServer::SLOT));
}

#[test]
fn editing_begins_with_what_there_is() {
    let mut stage = listed(120, 40);
    stage.press("e");
    stage.send(OfferConnections::SLOT, ConnectionsOffered(Ok(vec![connection("asana"), connection("slack")])));
    stage.press("Down Down Down Space Enter");
    let ChangeServer::Update(id, draft) = stage.task_of::<ChangeServer>() else { panic!("it is changed") };
    assert_eq!(id.raw(), "cfg_morning-digest");
    let connections: Vec<_> = draft.mappings.iter().map(|mapping| mapping.connection.raw()).collect();
    assert_eq!(connections, ["linear", "asana", "slack"], "one that is not listed any more stays");
    let mut stage = listed(80, 24);
    stage.press("j e").type_in("-2");
    stage.press("Enter");
    assert!(matches!(stage.task_of::<ChangeServer>(), ChangeServer::Rename(_, name) if name == "ada-morning-2"));
}

fn state(connection: &str, account: Option<&str>, status: Status, link: bool) -> ConnectionAuthState {
    ConnectionAuthState {
        connection: connection.into(),
        connection_id: "".into(),
        provider: connection.to_uppercase().as_str().into(),
        account: account.map(Into::into),
        status,
        link: link.then(|| format!("https://acme.scalekit.dev/magicLink/{connection}").parse().unwrap()),
    }
}

fn states(links: bool) -> Vec<ConnectionAuthState> {
    vec![
        state("asana", Some("ca_102"), Status::Active, false),
        state("linear", Some("ca_101"), Status::Expired, links),
        state("slack", None, Status::Unspecified, links),
        state("odd", Some("ca_9"), Status::Other("REVOKED".into()), links),
    ]
}

fn authorized(columns: u16, rows: u16, links: bool) -> Stage {
    let mut stage = listed(columns, rows);
    stage.press("a");
    stage.send(ReadAuthStates::SLOT, AuthStatesRead(Ok(states(links))));
    stage.press("j");
    stage
}

#[test]
fn the_accounts_of_a_server_with_their_links() {
    pictures("mcp_servers_accounts", |columns, rows| authorized(columns, rows, true));
    let mut stage = authorized(80, 24, false);
    assert!(
        matches!(availability(Action::Copy, &stage.model), Availability::No(why) if why.contains("make links first"))
    );
    stage.press("l");
    assert!(stage.text().contains("3 connections that wait") && stage.text().contains("created."), "{}", stage.text());
    stage.press("y");
    assert!(stage.task_of::<ReadAuthStates>().with_links);
    stage.send(ReadAuthStates::SLOT, AuthStatesRead(Ok(states(true))));
    stage.press("y");
    let copied =
        stage.effects.iter().any(|effect| matches!(effect, Effect::Copy(text) if text.contains("magicLink/linear")));
    assert!(copied, "{:?}", stage.effects);
    stage.wait(Duration::from_secs(61));
    assert!(stage.text().contains("The link has ended."), "{}", stage.text());
    assert!(matches!(availability(Action::Copy, &stage.model), Availability::No(why) if why.contains("has ended")));
}

#[test]
fn authorizing_goes_on_in_the_popup_that_does_it() {
    let mut stage = authorized(80, 24, false);
    stage.press("k");
    assert!(matches!(availability(Action::Authorize, &stage.model), Availability::No(why) if why.contains("already")));
    stage.press("j a");
    assert!(stage.authorizes(), "{}", stage.text());
}

#[test]
fn a_token_is_masked_counts_down_and_is_gone_when_it_is_closed() {
    let minted = |columns, rows| {
        let mut stage = listed(columns, rows);
        stage.press("t Tab Tab Enter");
        let token = SessionToken {
            token: Secret::new("eyJhunter2".into()),
            expires_at: Some(now() + Duration::from_secs(3_600)),
        };
        stage.send(MintToken::SLOT, TokenMinted(Ok(token)));
        stage
    };
    pictures("mcp_servers_token", minted);
    let mut stage = listed(80, 24);
    stage.press("t Tab Enter");
    let MintToken(request) = stage.task_of::<MintToken>();
    assert_eq!(
        (&request.target, request.access),
        (&TokenTarget::Config("cfg_morning-digest".into()), AccessLevel::ReadOnly)
    );
    let mut stage = minted(80, 24);
    assert!(!stage.text().contains("hunter2") && stage.text().contains("ends in 60:00"), "{}", stage.text());
    stage.press("y");
    assert!(stage.effects.iter().any(|effect| matches!(effect, Effect::Copy(text) if text == "eyJhunter2")));
    stage.wait(Duration::from_secs(3_601));
    assert!(stage.text().contains("It has ended."), "{}", stage.text());
    assert!(!availability(Action::Copy, &stage.model).is_yes());
    stage.press("Esc t");
    assert!(!stage.text().contains("ends in") && !stage.model.cx.jobs.is_running(MintToken::SLOT), "nothing is kept");
}

#[test]
fn a_token_that_is_refused_says_why() {
    let mut stage = listed(80, 24);
    stage.press("t Enter");
    let fault = Fault::new(FaultKind::NeedsAuthorization, "An account that this server needs is not active.");
    stage.send(MintToken::SLOT, TokenMinted(Err(fault)));
    assert!(stage.text().contains("is not active"), "{}", stage.text());
}

fn tried(columns: u16, height: u16) -> Stage {
    let mut stage = listed(columns, height);
    stage.press("x");
    let one = |name: &str, effect, presence| TriedTool {
        tool: tool(name, effect, r#"{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}"#),
        connection: Some("asana".into()),
        presence,
    };
    let trial = Trial {
        provisioned: (&rows().configs.remove(0)).into(),
        identifier: "ada@acme.dev".into(),
        access: AccessLevel::Full,
        server: "virtual-mcp 3.1".into(),
        protocol: "2026-07-28".into(),
        tools: vec![
            one("asana_me_get", ToolEffect::Reads, ToolPresence::Same),
            one("asana_project_delete", ToolEffect::Destroys, ToolPresence::LeftOut),
            one("asana_task_create", ToolEffect::Writes, ToolPresence::Missing),
            one("asana_extra", ToolEffect::Unknown, ToolPresence::OnlyOnServer),
        ],
    };
    stage.send(TryServer::SLOT, ServerTried(Ok(trial)));
    stage
}

#[test]
fn what_a_server_offers_stands_beside_what_the_person_may_call() {
    pictures("mcp_servers_trial", tried);
    let mut stage = tried(80, 24);
    stage.press("j");
    assert!(
        matches!(availability(Action::TryTool, &stage.model), Availability::No(why) if why.contains("does not offer"))
    );
    stage.press("Tab");
    assert_eq!(stage.task_of::<TryServer>().access, AccessLevel::ReadOnly);
    let mut stage = listed(80, 24);
    stage.press("x");
    assert!(stage.text().contains("Opening the server"), "{}", stage.text());
    stage.send(TryServer::SLOT, ServerTried(Err(Fault::new(FaultKind::NeedsAuthorization, "Not active."))));
    assert!(stage.text().contains("Not active."), "{}", stage.text());
    stage.press("x Esc");
    assert!(!stage.model.cx.jobs.is_running(TryServer::SLOT));
}

#[test]
fn a_tool_is_called_through_the_server_after_what_speaks_against_it_is_told() {
    let called = |columns, rows| {
        let mut stage = tried(columns, rows);
        stage.press("Enter Ctrl-R");
        let data = JsonText::parse(r#"{"content":[{"type":"text","text":"Ada"}],"isError":false}"#).unwrap();
        let document = Document::index(data.clone()).ok();
        let end = CallEnd { data, document, facts: "120 ms · 60 bytes".into(), reported: None };
        stage.send(CallThrough::SLOT, CalledThrough::Ended(Ok(end)));
        stage
    };
    pictures("mcp_servers_call", called);
    let mut stage = tried(80, 24);
    stage.press("Enter Ctrl-R");
    assert!(!stage.task_of::<CallThrough>().insists);
    let input = JsonText::parse(r#"{"name":""}"#).unwrap();
    let lines = vec!["asana_me_get writes.".to_owned(), "Run it as ada@acme.dev?".to_owned()];
    stage.send(CallThrough::SLOT, CalledThrough::Objected { lines, input });
    assert!(stage.text().contains("asana_me_get writes."), "{}", stage.text());
    stage.press("Enter");
    assert!(!stage.model.cx.jobs.is_running(CallThrough::SLOT), "Enter is a no");
    stage.press("Ctrl-R");
    let input = JsonText::parse("{}").unwrap();
    stage.send(CallThrough::SLOT, CalledThrough::Objected { lines: vec!["Sure?".into()], input });
    stage.press("y");
    assert!(stage.task_of::<CallThrough>().insists);
    stage.press("Esc");
    assert!(
        !stage.model.cx.jobs.is_running(CallThrough::SLOT) && stage.text().contains("Stopped waiting"),
        "{}",
        stage.text()
    );
    let fault = Fault::new(FaultKind::ProviderFailed, "The server did not answer.");
    stage.press("Ctrl-R");
    stage.send(CallThrough::SLOT, CalledThrough::Ended(Err(Box::new(fault))));
    assert!(stage.text().contains("The server did not answer."), "{}", stage.text());
}

fn heard(stage: &mut Stage, arrival: Arrival) {
    stage.event(Event::Message(Message::new(CallHeard(arrival))));
}

fn asks(stage: &mut Stage) -> oneshot::Receiver<ElicitationAnswer> {
    let (reply, answer) = oneshot::channel();
    let request = ElicitationRequest::Url("https://pay.acme.dev/".parse().unwrap());
    let question = Elicitation { server: "Digest".into(), message: "Pay first.".into(), request };
    heard(stage, Arrival::Asked(Box::new(question), reply));
    answer
}

#[test]
fn a_server_that_asks_in_the_middle_of_a_call_is_answered_in_the_same_popup_as_any() {
    let mut stage = tried(120, 40);
    stage.press("Enter Ctrl-R");
    heard(&mut stage, Arrival::Progress { done: 3.0, total: Some(10.0), message: "Reading mails".into() });
    assert!(stage.text().contains("3 of 10") && stage.text().contains("Reading mails"), "{}", stage.text());
    let mut answer = asks(&mut stage);
    assert!(stage.popup::<ElicitationPopup>().is_some() && stage.text().contains("Pay first."), "{}", stage.text());
    assert!(stage.text().contains("as ada@acme.dev on asana"), "{}", stage.text());
    stage.press("d");
    assert_eq!(answer.try_recv(), Ok(ElicitationAnswer::Decline));
    // A second one while something else has the keyboard.
    stage.press("Ctrl-P");
    let mut second = asks(&mut stage);
    assert!(stage.popup::<ElicitationPopup>().is_none());
    stage.press("Esc");
    assert!(stage.text().contains("any key shows it"), "{}", stage.text());
    stage.press("j");
    assert!(stage.popup::<ElicitationPopup>().is_some());
    // The call is over: nobody waits for the answer.
    let fault = Fault::new(FaultKind::ProviderFailed, "The server did not answer.");
    stage.send(CallThrough::SLOT, CalledThrough::Ended(Err(Box::new(fault))));
    assert!(stage.popup::<ElicitationPopup>().is_none());
    assert_eq!(second.try_recv(), Err(oneshot::error::TryRecvError::Closed));
}

#[test]
fn the_call_that_a_server_asks_in_is_stopped_from_its_question() {
    let mut stage = tried(80, 24);
    stage.press("Enter Ctrl-R");
    let mut answer = asks(&mut stage);
    let key = stage.model.cx.key_for(Action::Stop).to_owned();
    stage.press(&key);
    assert!(!stage.model.cx.jobs.is_running(CallThrough::SLOT), "{}", stage.text());
    assert!(stage.popup::<ElicitationPopup>().is_none());
    assert_eq!(answer.try_recv(), Err(oneshot::error::TryRecvError::Closed));
}

#[test]
fn a_server_is_handed_over_without_its_token() {
    pictures("mcp_servers_hand_over", |columns, rows| {
        let mut stage = listed(columns, rows);
        stage.press("h");
        stage
    });
    let mut stage = listed(80, 24);
    stage.press("h j y");
    let copied = stage.effects.iter().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.clone()),
        _ => None,
    });
    assert!(copied.is_some_and(|text| text.contains("${MORNING_DIGEST_TOKEN}") && text.contains("mcpServers")));
}

#[test]
fn the_list_is_found_where_accounts_are_and_in_the_palette() {
    let mut stage = Stage::with_accounts(80, 24, vec![account("ca_1", "linear", "ada@acme.dev", "ACTIVE", None, None)]);
    stage.press("Ctrl-P").type_in("mcp serv");
    assert!(stage.text().contains("MCP servers"), "{}", stage.text());
    stage.press("Enter");
    assert!(stage.runs(ListServers::SLOT));
}
