//! Modes of an environment, from the profile to what goes over the wire.

use std::sync::Arc;

use jackfield::testing::backend::scalekit::Limits;
use jackfield::testing::backend::{Ability, Verification};
use jackfield::testing::cli::run_in;
use jackfield::testing::domain::{
    AccountRef, Credentials, EnvironmentUrl, FaultKind, MatchRule, Mode, ProxyBody, ProxyMethod, ProxyRequest,
};
use jackfield::testing::flow::authorize::{authorize, make_link};
use jackfield::testing::flow::credentials::{CredentialTarget, hand_over};
use jackfield::testing::flow::environment::{Attempt, IfNone, Opened, open_from};
use jackfield::testing::flow::sources::Sources;
use jackfield::testing::profile::{
    Home, OpenTarget, Profile, ProfileName, ProfileTarget, Profiles, ScalekitTarget, TrustStore,
};
use jackfield::testing::sandbox::{Options, Sandbox};
use jackfield::testing::secrets::{MemoryStore, SecretStore};

use crate::waiting::soon;

/// A sandbox that a profile leads to.
struct World {
    root: tempfile::TempDir,
    sandbox: Sandbox,
    store: Arc<MemoryStore>,
}

impl World {
    async fn start() -> Self {
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        Self { root: tempfile::tempdir().unwrap(), sandbox, store: Arc::default() }
    }

    /// A user who has saved it with this mode, and has set this variable.
    fn sources(&self, mode: Option<Mode>, variable: &'static str) -> Sources {
        let home = Home::resolve(Some(self.root.path().join(format!("{mode:?}")))).unwrap();
        let profiles = Profiles::new(&home, Arc::clone(&self.store) as Arc<dyn SecretStore>);
        let target = ScalekitTarget {
            url: EnvironmentUrl::parse(self.sandbox.url().as_str()).unwrap(),
            client_id: self.sandbox.client_id().into(),
            user_verify_url: None,
        };
        let profile =
            Profile { name: name(), target: ProfileTarget::Scalekit(target), mode, match_rule: MatchRule::Auto };
        if profiles.get(&name()).is_err() {
            profiles.add(&profile, self.sandbox.client_secret()).unwrap();
        }
        let vars = move |asked: &str| (asked == "JACKFIELD_MODE").then(|| variable.into());
        Sources::new(profiles, TrustStore::new(None, &home), Arc::new(vars))
    }

    async fn open(&self, mode: Mode) -> Opened {
        open(&self.sources(Some(mode), ""), OpenTarget::Profile(name())).await
    }
}

fn name() -> ProfileName {
    ProfileName::parse("acme").unwrap()
}

async fn open(sources: &Sources, target: OpenTarget) -> Opened {
    let attempt = open_from(sources, target, IfNone::Refuse, Limits::default(), |_| ());
    match soon("an environment", attempt).await.unwrap() {
        Attempt::Open(opened) => *opened,
        Attempt::Ask(question) => panic!("{question:?}"),
    }
}

/// Requests that went out and were no reads, but for tokens.
fn sent(opened: &Opened) -> Vec<String> {
    let line = |method: &str, target: &str| format!("{method} {target}");
    let all = opened.http_log.after(0);
    let all = all.iter().map(|exchange| line(&exchange.method, &exchange.target));
    let reads = |line: &str| line.starts_with("GET ") || line.starts_with("HEAD ") || line == "POST /oauth/token";
    all.filter(|line| !reads(line)).collect()
}

fn pair(connection: &str, identifier: &str) -> AccountRef {
    AccountRef::Pair(connection.into(), identifier.into())
}

#[tokio::test]
async fn the_mode_is_the_profiles_unless_something_stricter_or_the_command_line_says_otherwise() {
    let world = World::start().await;
    let profile = || OpenTarget::Profile(name());
    for (own, variable, line, mode, elsewhere) in [
        (None, "", None, Mode::Ask, Mode::Ask),
        (Some(Mode::Read), "", None, Mode::Read, Mode::Read),
        (Some(Mode::Free), "", None, Mode::Free, Mode::Free),
        // The variable only tightens.
        (Some(Mode::Free), "ask", None, Mode::Ask, Mode::Ask),
        (Some(Mode::Read), "free", None, Mode::Read, Mode::Read),
        (None, "read", None, Mode::Read, Mode::Read),
        // The command line speaks for what it opens; elsewhere it only tightens.
        (Some(Mode::Read), "", Some(Mode::Free), Mode::Free, Mode::Read),
        (Some(Mode::Free), "read", Some(Mode::Ask), Mode::Ask, Mode::Read),
        (Some(Mode::Free), "", Some(Mode::Read), Mode::Read, Mode::Read),
    ] {
        let sources = world.sources(own, variable).in_mode(line);
        let opened = open(&sources, profile()).await;
        assert_eq!((opened.mode.get(), opened.backend.mode()), (mode, mode), "{own:?} {variable} {line:?}");
        let opened = open(&sources.for_another(), profile()).await;
        assert_eq!(opened.backend.mode(), elsewhere, "{own:?} {variable} {line:?}, from elsewhere");
    }
    let sandbox = |variable, line| world.sources(None, variable).in_mode(line);
    for (sources, mode) in [
        (sandbox("", None), Mode::Free),
        (sandbox("ask", None), Mode::Ask),
        (sandbox("", Some(Mode::Read)), Mode::Read),
    ] {
        assert_eq!(open(&sources, OpenTarget::Sandbox).await.backend.mode(), mode);
    }
}

#[tokio::test]
async fn a_variable_that_is_no_mode_opens_nothing() {
    let world = World::start().await;
    let sources = world.sources(Some(Mode::Free), "readonly");
    let attempt = open_from(&sources, OpenTarget::Profile(name()), IfNone::Refuse, Limits::default(), |_| ()).await;
    let fault = attempt.err().unwrap();
    assert_eq!(fault.kind, FaultKind::Usage);
    assert_eq!(&*fault.message, "JACKFIELD_MODE must be read, ask or free.");
}

/// Commands that change something, or may.
const WRITES: [&str; 15] = [
    "accounts add --connection linear --identifier new@acme.dev",
    "accounts add --connection linear --identifier new@acme.dev --link",
    "accounts add --connection linear --identifier new@acme.dev --credentials @/nowhere",
    "accounts update freshdesk/ada@acme.dev --credentials @/nowhere",
    "accounts disconnect github/linus@acme.dev --yes",
    "accounts delete github/linus@acme.dev --yes",
    "accounts authorize linear/ada@acme.dev --no-browser",
    "accounts authorize linear/ada@acme.dev --no-wait",
    "accounts authorize linear/new@acme.dev --no-wait",
    "run linear_issue_create --as linus@acme.dev --input {\"teamId\":\"x\",\"title\":\"y\"} --yes --anyway",
    "run asana_task_delete --as ada@acme.dev --input {\"task_gid\":\"1\"} --yes --anyway",
    // It reads, but nobody says so: a guess is not knowledge.
    "run asana_me_get --as ada@acme.dev --yes --anyway",
    "run no_such_tool_get --as ada@acme.dev --connection asana --yes --anyway",
    "request POST /graphql --connection linear --as linus@acme.dev --body {}",
    "request OPTIONS /graphql --connection linear --as linus@acme.dev",
];

#[tokio::test]
async fn in_read_only_no_command_and_no_option_sends_anything_but_reads() {
    let world = World::start().await;
    let opened = world.open(Mode::Read).await;
    for line in WRITES {
        let fault = soon(line, run_in(&opened, line.split(' '))).await.expect_err(line);
        assert_eq!(fault.kind, FaultKind::ReadOnly, "{line}: {fault}");
        assert!(fault.message.contains("(mode = read)") && fault.message.ends_with("Nothing was sent."), "{fault}");
    }
    assert_eq!(sent(&opened), [""; 0]);
    for line in [
        "accounts list",
        "connections list",
        "tools list --as ada@acme.dev",
        "run gmail_get_profile --as ada@acme.dev",
        "request GET /gmail/v1/users/me/profile --connection gmail --as ada@acme.dev",
    ] {
        assert_eq!(soon(line, run_in(&opened, line.split(' '))).await, Ok(0), "{line}");
    }
    let executed = sent(&opened);
    assert!(executed.len() == 1 && executed[0].contains("execute"), "{executed:?}");
}

#[tokio::test]
async fn whoever_goes_past_the_commands_is_refused_all_the_same() {
    let world = World::start().await;
    let opened = world.open(Mode::Read).await;
    let backend = opened.backend.as_ref();
    let account = backend.accounts().get(&pair("github", "linus@acme.dev")).await.unwrap();
    let admin = backend.account_admin().expect("it could, in another mode");
    let none = Credentials::default();
    let request = |method| ProxyRequest {
        connection: "gmail".into(),
        identifier: "ada@acme.dev".into(),
        method,
        path: "/gmail/v1/users/me/profile".into(),
        query: Vec::new(),
        headers: Vec::new(),
        body: ProxyBody::None,
    };
    let proxy = backend.proxy().unwrap();
    let new = CredentialTarget::New("freshdesk".into(), "new@acme.dev".into());
    let refused = [
        admin.create(&"linear".into(), &"new@acme.dev".into(), None).await.map(drop),
        admin.update(&account.pair(), &none).await.map(drop),
        admin.disconnect(&account.id).await.map(drop),
        admin.delete(&account.pair()).await,
        backend.authorizer().begin(&account, Verification::None).await.map(drop),
        backend.links().unwrap().link(&account, None).await.map(drop),
        proxy.send(&request(ProxyMethod::Delete)).await.map(drop),
        proxy.send(&request(ProxyMethod::Options)).await.map(drop),
        authorize(backend, &account.pair(), Verification::None, |_| ()).await.map(drop),
        make_link(backend, &account.pair(), None).await.map(drop),
        hand_over(backend, &new, none.clone()).await.map(drop),
        Ability::AccountAdmin.require(backend),
        Ability::Links.require(backend),
    ];
    for (at, refused) in refused.into_iter().enumerate() {
        assert_eq!(refused.map_err(|fault| fault.kind), Err(FaultKind::ReadOnly), "{at}");
    }
    assert_eq!(sent(&opened), [""; 0]);
    assert!(proxy.send(&request(ProxyMethod::Head)).await.is_ok() && Ability::Proxy.require(backend).is_ok());

    // The switch is shared: what begins after it was turned goes out.
    opened.mode.set(Mode::Ask);
    assert!(make_link(backend, &account.pair(), None).await.is_ok());
    assert_eq!(sent(&opened).len(), 1);
    opened.mode.set(Mode::Read);
    assert!(make_link(backend, &account.pair(), None).await.is_err());
}

#[tokio::test]
async fn on_a_command_line_asking_is_free_and_only_what_destroys_is_asked_about() {
    let world = World::start().await;
    for mode in [Mode::Ask, Mode::Free] {
        let opened = world.open(mode).await;
        let run = |line: &'static str| run_in(&opened, line.split(' '));
        assert_eq!(run("run asana_me_get --as ada@acme.dev").await, Ok(0), "{mode:?}");
        let create = "run asana_task_create --as ada@acme.dev --input {\"name\":\"x\"} --anyway";
        let fault = run(create).await.err();
        // Whatever the provider says of it, it was sent.
        assert!(fault.as_ref().is_none_or(|fault| fault.kind != FaultKind::Usage), "{mode:?}: {fault:?}");
        let before = sent(&opened).len();
        assert_eq!(before, 2, "{mode:?}");
        let delete = "run asana_task_delete --as ada@acme.dev --input {\"task_gid\":\"1\"} --anyway";
        assert_eq!(run(delete).await.unwrap_err().kind, FaultKind::Usage, "{mode:?}");
        assert_eq!(sent(&opened).len(), before, "{mode:?}");
    }
}
