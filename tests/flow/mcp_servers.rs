//! Provisioned MCP servers, against the sandbox.

use std::sync::Arc;
use std::time::Duration;

use jackfield::testing::backend::Backend;
use jackfield::testing::backend::http_log::ExchangeKind;
use jackfield::testing::domain::{
    AccessLevel, Fault, FaultKind, Identifier, JsonText, Mode, ServerConfig, ServerConfigDraft, ServerInstanceFilter,
    ServerOfPerson, TokenRequest, TokenTarget, ToolSelection,
};
use jackfield::testing::flow::environment::Opened;
use jackfield::testing::flow::mcp_servers::trial::{self, ToolPresence};
use jackfield::testing::flow::mcp_servers::{self, ClientProgram, ProvisionedServer, lookup};
use jackfield::testing::flow::record::Recorder;
use jackfield::testing::journal::Front;
use jackfield::testing::profile::Source;
use jackfield::testing::sandbox::VerifyMode;

use super::World;

async fn world() -> World {
    World::start(VerifyMode::None).await
}

fn draft(name: &str, connections: &[(&str, &[&str])]) -> ServerConfigDraft {
    let selection = |(connection, tools): &(&str, &[&str])| ToolSelection {
        connection: (*connection).into(),
        tools: tools.iter().map(|tool| (*tool).into()).collect(),
    };
    ServerConfigDraft {
        name: name.into(),
        description: "for a test".into(),
        mappings: connections.iter().map(selection).collect(),
    }
}

async fn names(backend: &dyn Backend) -> Vec<String> {
    let mut names = Vec::new();
    let gap = mcp_servers::configs(backend, |page| names.extend(page.into_iter().map(|config| config.name))).await;
    assert_eq!(gap, Ok(None));
    names.iter().map(|name| name.raw().to_owned()).collect()
}

#[tokio::test]
async fn a_configuration_is_made_found_changed_and_deleted() {
    let world = world().await;
    let backend = world.backend.as_ref();
    let wanted = draft("issues", &[("github", &["github_issues_list"]), ("slack", &[])]);
    let made = mcp_servers::create(backend, &wanted).await.expect("created");
    assert_eq!(made.draft(), wanted);
    assert!(names(backend).await.contains(&"issues".to_owned()));
    for word in ["issues", made.id.raw()] {
        assert_eq!(lookup::config(backend, word).await.expect("found").id, made.id, "{word}");
    }
    let fault = lookup::config(backend, "isues").await.expect_err("no such name");
    assert!(fault.kind == FaultKind::NotFound && fault.message.contains("Did you mean issues?"), "{fault}");
    let taken = mcp_servers::create(backend, &wanted).await.expect_err("taken");
    assert_eq!(taken.kind, FaultKind::Conflict);
    let other = ServerConfigDraft { mappings: wanted.mappings[1..].to_vec(), ..wanted };
    let changed = mcp_servers::update(backend, &made.id, &other).await.expect("changed");
    assert_eq!(changed.connections(), ["slack".into()]);
    mcp_servers::delete(backend, &made.id).await.expect("deleted");
    assert!(!names(backend).await.contains(&"issues".to_owned()));
}

#[tokio::test]
async fn a_draft_that_breaks_a_rule_is_not_sent() {
    let world = world().await;
    let backend = world.backend.as_ref();
    for (wanted, words) in [
        (draft("My agent", &[("slack", &[])]), "lower-case"),
        (draft("empty", &[]), "needs a connection"),
        (draft("twice", &[("slack", &[]), ("slack", &["x"])]), "named twice"),
    ] {
        let fault = mcp_servers::create(backend, &wanted).await.expect_err("refused");
        assert!(fault.kind == FaultKind::InvalidInput && fault.http_status.is_none(), "{fault}");
        assert!(fault.message.contains(words), "{fault}");
    }
}

#[tokio::test]
async fn an_instance_is_one_persons_and_made_once() {
    let world = world().await;
    let backend = world.backend.as_ref();
    let config = mcp_servers::create(backend, &draft("chat", &[("slack", &[])])).await.expect("created");
    let grace = Identifier::from("grace@acme.dev");
    let made = mcp_servers::ensure_instance(backend, &config.name, &grace, Some("chat-grace")).await.expect("made");
    let again = mcp_servers::ensure_instance(backend, &config.name, &grace, Some("chat-grace")).await.expect("there");
    assert_eq!(made.id, again.id);
    let renamed = mcp_servers::rename_instance(backend, &made.id, "talk").await.expect("renamed");
    assert_eq!(renamed.name.raw(), "talk");
    assert_eq!(lookup::instance(backend, "talk").await.expect("found").id, made.id);
    let found = lookup::either(backend, "talk").await.expect("found");
    assert!(matches!(found, lookup::ServerFound::Instance(instance) if instance.id == made.id));
    let mut hers = Vec::new();
    let filter = ServerInstanceFilter { identifier: Some(grace), ..ServerInstanceFilter::default() };
    mcp_servers::instances(backend, filter, |page| hers.extend(page)).await.expect("listed");
    assert_eq!(hers.iter().map(|instance| instance.id.raw()).collect::<Vec<_>>(), [made.id.raw()]);
    mcp_servers::delete_instance(backend, &made.id).await.expect("deleted");
    assert_eq!(lookup::instance(backend, "talk").await.expect_err("gone").kind, FaultKind::NotFound);
}

#[tokio::test]
async fn the_accounts_of_a_server_are_told_and_links_only_where_they_are_asked_for() {
    let world = world().await;
    let backend = world.backend.as_ref();
    let config = mcp_servers::create(backend, &draft("both", &[("linear", &[]), ("slack", &[])])).await.expect("made");
    let server = ServerOfPerson::Config(config.id, "ada@acme.dev".into());
    let states = mcp_servers::auth_states(backend, &server, false).await.expect("states");
    assert_eq!(states.len(), 2);
    assert!(states.iter().all(|state| state.link.is_none()));
    let linear = states.iter().find(|state| state.connection.raw() == "linear").expect("linear");
    assert!(!linear.is_ready(), "{linear:?}");
    let states = mcp_servers::auth_states(backend, &server, true).await.expect("states");
    let with_links: Vec<_> = states.iter().map(|state| (state.is_ready(), state.link.is_some())).collect();
    assert!(with_links.iter().all(|(ready, link)| ready != link), "{with_links:?}");
}

#[tokio::test]
async fn a_token_lives_as_long_as_rules_allow_and_needs_every_account() {
    let world = world().await;
    let backend = world.backend.as_ref();
    let request = |target: TokenTarget, lifetime| TokenRequest {
        target,
        identifier: "ada@acme.dev".into(),
        lifetime,
        access: AccessLevel::Full,
    };
    let slack = || TokenTarget::Connection("slack".into());
    for seconds in [59, 86_401] {
        let fault = mcp_servers::mint_token(backend, &request(slack(), Some(Duration::from_secs(seconds)))).await;
        let fault = fault.expect_err("refused");
        assert_eq!((fault.kind, fault.http_status), (FaultKind::InvalidInput, None), "{seconds}");
    }
    let token = mcp_servers::mint_token(backend, &request(slack(), Some(Duration::from_secs(60)))).await;
    assert!(token.expect("a token").expires_at.is_some());
    let config = mcp_servers::create(backend, &draft("late", &[("linear", &[])])).await.expect("created");
    let fault = mcp_servers::mint_token(backend, &request(TokenTarget::Config(config.id), None)).await;
    assert_eq!(fault.expect_err("ada's linear has expired").kind, FaultKind::NeedsAuthorization);
}

#[tokio::test]
async fn read_only_nothing_is_changed_and_only_such_tokens_are_minted_as_read() {
    let world = world().await;
    let opened = Opened::new(Arc::clone(&world.backend) as Arc<dyn Backend>, Source::Sandbox);
    opened.mode.set(Mode::Read);
    let backend = opened.backend.as_ref();
    let config = config_of(backend).await;
    let refused = |result: Result<(), Fault>| assert_eq!(result.expect_err("refused").kind, FaultKind::ReadOnly);
    refused(mcp_servers::create(backend, &draft("x", &[("slack", &[])])).await.map(drop));
    refused(mcp_servers::update(backend, &config.id, &config.draft()).await.map(drop));
    refused(mcp_servers::delete(backend, &config.id).await);
    refused(mcp_servers::ensure_instance(backend, &config.name, &"ada@acme.dev".into(), None).await.map(drop));
    let server = ServerOfPerson::Config(config.id.clone(), "ada@acme.dev".into());
    refused(mcp_servers::auth_states(backend, &server, true).await.map(drop));
    assert!(mcp_servers::auth_states(backend, &server, false).await.is_ok());
    let token = |access| TokenRequest {
        target: TokenTarget::Config(config.id.clone()),
        identifier: "ada@acme.dev".into(),
        lifetime: None,
        access,
    };
    refused(mcp_servers::mint_token(backend, &token(AccessLevel::Full)).await.map(drop));
    assert!(mcp_servers::mint_token(backend, &token(AccessLevel::ReadOnly)).await.is_ok());
}

fn opened(world: &World) -> Opened {
    Opened::new(Arc::clone(&world.backend) as Arc<dyn Backend>, Source::Sandbox)
}

async fn digest(opened: &Opened) -> ProvisionedServer {
    (&config_of(opened.backend.as_ref()).await).into()
}

/// The configuration that the sandbox begins with.
async fn config_of(backend: &dyn Backend) -> ServerConfig {
    lookup::config(backend, "morning-digest").await.expect("the sandbox begins with one")
}

#[tokio::test]
async fn a_server_is_handed_over_without_its_token() {
    let world = world().await;
    let config = config_of(world.backend.as_ref()).await;
    for program in ClientProgram::ALL {
        let texts = mcp_servers::hand_over(&(&config).into(), *program).expect("texts");
        assert!(!texts.is_empty());
        for text in texts {
            assert!(text.text.contains(config.url.as_ref().expect("a URL").as_str()), "{}", text.text);
            assert!(!text.text.contains("eyJ") && text.note.is_some(), "{}", text.text);
        }
    }
}

#[tokio::test]
async fn a_server_is_tried_as_one_person_beside_their_own_tools() {
    let world = world().await;
    let opened = opened(&world);
    let server = digest(&opened).await;
    let ada = Identifier::from("ada@acme.dev");
    let trial = trial::look(&opened, &server, &ada, AccessLevel::Full).await.expect("it opens");
    assert_eq!(trial.odd(), 0, "{:?}", trial.tools.iter().filter(|tool| tool.presence.is_odd()).collect::<Vec<_>>());
    let mapped = trial.offered("gmail_fetch_mails").expect("it is offered");
    assert_eq!((mapped.presence.clone(), mapped.connection.clone()), (ToolPresence::Same, Some("gmail".into())));
    assert!(trial.offered("gmail_send_message").is_none());
    let read_only = trial::look(&opened, &server, &ada, AccessLevel::ReadOnly).await.expect("it opens");
    assert!(read_only.offered("github_issue_comment_create").is_none() && read_only.count() < trial.count());
    assert_eq!(read_only.odd(), 0);
}

#[tokio::test]
async fn a_call_through_a_server_is_cleared_and_answered_as_one_person_and_stands_in_the_log_of_requests() {
    let world = world().await;
    let opened = opened(&world);
    let backend = opened.backend.as_ref();
    let ada = Identifier::from("ada@acme.dev");
    let slack = ProvisionedServer::of_connection(backend, &"slack".into()).await.expect("it has one");
    for (server, tool) in [(digest(&opened).await, "gmail_fetch_mails"), (slack, "slack_auth_test")] {
        let found = trial::look(&opened, &server, &ada, AccessLevel::Full).await.expect("it opens");
        let tool = found.offered(tool).expect("it is offered");
        let account = trial::account(backend, &ada, tool).await.expect("her account");
        let call = account.call(backend, &tool.tool, JsonText::empty_object(), None).expect("cleared");
        let recorder = Recorder::new("sandbox", Front::CommandLine, None);
        let watch = Arc::new(|_| ());
        let recorded = trial::call(&opened, &recorder, &server, AccessLevel::Full, &call, watch).await;
        let execution = recorded.result.expect("an answer");
        assert!(execution.data.raw().contains("content"), "{}", execution.data.raw());
        assert_eq!(recorded.reported, None);
        let wanted = format!("tools/call {}", tool.tool.name);
        let log = opened.http_log.after(0);
        assert!(log.iter().any(|exchange| exchange.kind == ExchangeKind::Rpc && exchange.target == wanted), "{log:?}");
        assert!(!format!("{log:?}").contains("eyJ"), "a token");
    }
}
