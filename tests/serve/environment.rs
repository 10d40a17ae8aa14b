//! One person's tools in the sandbox, served; and what the journal keeps of it.

use std::sync::Arc;
use std::time::Duration;

use jackfield::testing::domain::Mode;
use jackfield::testing::flow::authorize::Verification;
use jackfield::testing::flow::environment::Opened;
use jackfield::testing::flow::offer::{OfferScope, ServeOrder};
use jackfield::testing::flow::record::{Recorder, Records};
use jackfield::testing::journal::{CallOutcome, EntrySummary, Front, JournalFilter};
use jackfield::testing::modifier::ToolPattern;
use jackfield::testing::profile::{OpenTarget, Source};
use jackfield::testing::sandbox::{Options, VerifyMode};
use jackfield::testing::serve::EnvironmentHost;
use rmcp::model::{ElicitResult, ElicitationAction};
use serde_json::json;

use super::{Connected, Heard, eras, request};
use crate::browser::visit;
use crate::flow::{World, pair};
use crate::waiting::soon;

/// A sandbox, a home of its own, and the host.
pub struct Served {
    world: World,
    pub home: tempfile::TempDir,
    pub records: Arc<Records>,
    pub host: Arc<EnvironmentHost>,
}

pub struct Wanted {
    pub identifier: &'static str,
    pub connections: &'static [&'static str],
    pub patterns: &'static [&'static str],
    pub mode: Mode,
    pub limit: Duration,
    pub faults: &'static [&'static str],
}

impl Wanted {
    pub fn new(identifier: &'static str, mode: Mode) -> Self {
        Self { identifier, connections: &[], patterns: &[], mode, limit: Duration::from_secs(60), faults: &[] }
    }
}

impl Served {
    pub async fn new(wanted: Wanted) -> Self {
        let faults = wanted.faults.iter().map(|rule| rule.parse().unwrap()).collect();
        let world = World::with(Options { verify: VerifyMode::None, faults, ..Options::default() }, |_| {}).await;
        let home = tempfile::tempdir().unwrap();
        let opened = Opened::new(world.backend.clone(), Source::Sandbox);
        opened.mode.set(wanted.mode);
        let records = Arc::new(Records::below(Some(home.path().to_owned())));
        let recorder = Recorder::new("test", Front::Server, Some(Arc::clone(&records)));
        let order = ServeOrder {
            target: OpenTarget::Sandbox,
            mode: Some(wanted.mode),
            limits: Default::default(),
            scope: OfferScope {
                identifier: wanted.identifier.into(),
                connections: wanted.connections.iter().map(|name| (*name).into()).collect(),
                patterns: wanted.patterns.iter().map(|pattern| ToolPattern::new(pattern)).collect(),
            },
            http: None,
            approval_limit: wanted.limit,
            records: true,
            options: " --sandbox".into(),
            state: Some(home.path().join("state")),
        };
        let host = Arc::new(EnvironmentHost::new(Arc::new(opened), recorder, order));
        Self { world, home, records, host }
    }

    /// Has a person authorize an account, as at a browser.
    pub async fn authorize(&self, connection: &str, identifier: &str) {
        let mut following = self.world.authorize(pair(connection, identifier), Verification::ThisMachine(None));
        visit(&following.link().await, None, "allow").await;
        following.outcome().await.0.unwrap();
    }

    /// Calls in the journal, the newest first.
    pub async fn calls(&self, filter: &str) -> Vec<EntrySummary> {
        self.records.settle().await;
        let filter = JournalFilter::parse(filter, jiff::Timestamp::now()).unwrap();
        self.records.journal().await.unwrap().list(&filter, None, 100).unwrap().calls
    }
}

#[tokio::test]
async fn a_person_is_offered_exactly_what_they_may_call() {
    for era in eras() {
        let served = Served::new(Wanted { connections: &["asana"], ..Wanted::new("ada@acme.dev", Mode::Free) }).await;
        let server = Connected::new(served.host.clone(), era, None).await;
        let names = server.names().await;
        assert!(names.iter().all(|name| name.starts_with("asana_")) && names.len() > 3, "{names:?}");
        let (failed, words) = server.said("asana_me_get", json!({})).await;
        assert!(!failed && words.contains("Ada Marlow"), "{words}");
        server.leave().await;
    }
}

#[tokio::test]
async fn patterns_and_the_mode_narrow_what_is_offered() {
    let wanted = Wanted { patterns: &["*_create", "asana_me_*"], ..Wanted::new("ada@acme.dev", Mode::Free) };
    let served = Served::new(wanted).await;
    let [era, _] = eras();
    let server = Connected::new(served.host.clone(), era.clone(), None).await;
    let names = server.names().await;
    assert!(names.iter().all(|name| name.ends_with("_create") || name.starts_with("asana_me_")), "{names:?}");
    server.leave().await;

    let served = Served::new(Wanted::new("ada@acme.dev", Mode::Read)).await;
    let server = Connected::new(served.host.clone(), era, None).await;
    let tools = soon("the tools", server.client.list_all_tools()).await.unwrap();
    assert!(!tools.is_empty());
    for tool in tools {
        assert_eq!(tool.annotations.unwrap().read_only_hint, Some(true), "{}", tool.name);
    }
    let instructions = server.client.peer_info().unwrap().instructions.clone().unwrap_or_default();
    assert!(instructions.contains("Only tools that are known to read are offered."), "{instructions}");
    server.leave().await;
}

#[tokio::test]
async fn a_list_that_is_empty_says_why() {
    let served = Served::new(Wanted::new("Ada@acme.dev", Mode::Free)).await;
    served.host.look().await.unwrap();
    let [era, _] = eras();
    let server = Connected::new(served.host.clone(), era, None).await;
    assert!(server.names().await.is_empty());
    let instructions = server.client.peer_info().unwrap().instructions.clone().unwrap_or_default();
    assert!(instructions.contains("but ada@acme.dev has. Case matters."), "{instructions}");
    server.leave().await;
}

#[tokio::test]
async fn every_call_is_in_the_journal_with_its_client_and_its_run() {
    for era in eras() {
        let served = Served::new(Wanted::new("ada@acme.dev", Mode::Free)).await;
        for _ in 0..2 {
            let server = Connected::new(served.host.clone(), era.clone(), None).await;
            server.call("asana_me_get", json!({})).await.unwrap();
            server.call("asana_projects_list", json!({})).await.unwrap();
            server.leave().await;
        }
        let calls = served.calls("front:serve client:test-agent").await;
        assert_eq!(calls.len(), 4);
        assert!(calls.iter().all(|call| call.client.as_ref().unwrap().raw() == "test-agent 1.2"));
        assert!(calls.iter().all(|call| call.outcome == CallOutcome::Succeeded));
        let run = calls[0].agent_run.clone().unwrap();
        assert_eq!(served.calls(&format!("run:{run}")).await.len(), 2, "a session is a run");
    }
}

#[tokio::test]
async fn a_call_whose_client_goes_away_stands_in_the_journal_as_stopped() {
    for era in eras() {
        let faults = &["POST /api/v1/execute_tool hang"];
        let served = Served::new(Wanted { faults, ..Wanted::new("ada@acme.dev", Mode::Free) }).await;
        let server = Connected::new(served.host.clone(), era, None).await;
        let peer = server.client.peer().clone();
        let call = tokio::spawn(async move { peer.call_tool_once(request("asana_me_get", json!({}))).await });
        let running = async {
            while served.calls("status:running").await.is_empty() {
                tokio::task::yield_now().await;
            }
        };
        soon("a call under way", running).await;
        server.leave().await;
        let _ = soon("its end", call).await;
        let calls = served.calls("").await;
        assert_eq!((calls.len(), calls[0].outcome), (1, CallOutcome::Stopped));
    }
}

#[tokio::test]
async fn arguments_that_do_not_fit_are_the_models_to_mend_and_nothing_is_sent() {
    let served = Served::new(Wanted::new("ada@acme.dev", Mode::Free)).await;
    let [era, _] = eras();
    let server = Connected::new(served.host.clone(), era, None).await;
    let (failed, words) = server.said("asana_task_get", json!({"task": [1]})).await;
    assert!(failed && words.starts_with("Invalid input (your input)"), "{words}");
    assert!(words.contains("Nothing was sent.") && words.contains("Mend the arguments"), "{words}");
    assert!(served.calls("").await.is_empty());
    server.leave().await;
}

#[tokio::test]
async fn where_nobody_can_be_asked_a_call_is_denied_and_that_is_written_down() {
    for era in eras() {
        let served = Served::new(Wanted::new("ada@acme.dev", Mode::Ask)).await;
        let server = Connected::new(served.host.clone(), era, None).await;
        let (failed, words) = server.said("slack_send_message", json!({"channel": "C1", "text": "hello"})).await;
        assert!(failed && words.contains("nobody is there"), "{words}");
        assert!(words.contains("open the full-screen program"), "{words}");
        let calls = served.calls("").await;
        assert_eq!((calls.len(), calls[0].outcome), (1, CallOutcome::Failed));
        assert_eq!(calls[0].fault.as_ref().unwrap().0, "denied");
        server.leave().await;
    }
}

#[tokio::test]
async fn a_person_at_the_client_allows_a_call_once_or_for_the_run_or_denies_it() {
    for era in eras() {
        let served = Served::new(Wanted::new("ada@acme.dev", Mode::Ask)).await;
        let answer =
            |words: &str| ElicitResult::new(ElicitationAction::Accept).with_content(json!({"decision": words}));
        let mut server = Connected::new(served.host.clone(), era, Some(answer("allow once"))).await;
        let message = json!({"channel": "C1", "text": "hello"});
        let asked = |server: &mut Connected| {
            let mut count = 0;
            while let Ok(Heard::Asked(question)) = server.hears.try_recv() {
                let message = question["message"].as_str().unwrap();
                assert!(message.contains("run slack_send_message as ada@acme.dev on slack"), "{message}");
                count += 1;
            }
            count
        };
        for _ in 0..2 {
            server.said("slack_send_message", message.clone()).await;
        }
        assert_eq!(asked(&mut server), 2, "once is for one call");
        server.client.service().answers(answer("allow for this run"));
        for _ in 0..3 {
            server.said("slack_send_message", message.clone()).await;
        }
        assert_eq!(asked(&mut server), 1);
        server.client.service().answers(answer("deny"));
        let (failed, words) =
            server.said("gmail_send_message", json!({"to": "x@y.dev", "subject": "s", "body": "b"})).await;
        assert!(
            failed && (words.contains("The person denied this call.") || words.contains("Invalid input")),
            "{words}"
        );
        server.leave().await;
    }
}

#[tokio::test]
async fn an_account_that_expired_answers_with_a_fresh_link() {
    let served = Served::new(Wanted { connections: &["linear"], ..Wanted::new("grace@acme.dev", Mode::Free) }).await;
    let [era, _] = eras();
    // Declared active, and refused by the provider: found out by calling.
    let server = Connected::new(served.host.clone(), era.clone(), None).await;
    let (failed, words) = server.said("linear_viewer_get", json!({})).await;
    assert!(failed && words.starts_with("Needs authorization (this account)"), "{words}");
    assert!(words.contains("http://127.0.0.1:") && words.contains("authorize linear/grace@acme.dev"), "{words}");
    server.leave().await;

    let yes = ElicitResult::new(ElicitationAction::Accept);
    let mut server = Connected::new(served.host.clone(), era, Some(yes)).await;
    let (_, words) = server.said("linear_viewer_get", json!({})).await;
    assert!(words.contains("was given the page to authorize it") && !words.contains("http://"), "{words}");
    let Some(Heard::Asked(question)) = server.hears.recv().await else { panic!("a page was shown") };
    assert!(question["url"].as_str().unwrap().starts_with("http://127.0.0.1:"), "{question}");
    server.leave().await;
}

#[tokio::test]
async fn a_client_hears_of_the_tools_of_an_account_that_is_authorized_meanwhile() {
    let connections = &["linear", "asana"];
    let served = Served::new(Wanted { connections, ..Wanted::new("grace@acme.dev", Mode::Free) }).await;
    let [era, _] = eras();
    let mut server = Connected::new(served.host.clone(), era, None).await;
    assert!(server.names().await.iter().all(|name| name.starts_with("linear_")), "the other one is not active");
    // A link is handed out: from now on somebody may be authorizing.
    let (failed, _) = server.said("linear_viewer_get", json!({})).await;
    assert!(failed, "its provider does not take it any more");
    served.authorize("asana", "grace@acme.dev").await;
    server.hears_of(|names| names.iter().any(|name| name.starts_with("asana_"))).await;
    server.leave().await;
}
