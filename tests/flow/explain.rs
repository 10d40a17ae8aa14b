//! Why a list is empty or a call fails, told by the control questions.

use std::sync::{Arc, Mutex};

use futures_util::TryStreamExt as _;
use jackfield::testing::backend::Backend;
use jackfield::testing::backend::http_log::HttpLog;
use jackfield::testing::backend::scalekit::{Client, Limits, Scalekit};
use jackfield::testing::domain::{Environment, EnvironmentUrl, Fault, JsonText, MatchRule, Secret, Status, ToolCall};
use jackfield::testing::flow::environment::Opened;
use jackfield::testing::flow::explain::{Cause, Diagnosis, EvidenceKind, Question, Remedy, Step, Witnesses, explain};
use jackfield::testing::flow::sources::Sources;
use jackfield::testing::profile::{
    Home, Profile, ProfileName, ProfileTarget, Profiles, ScalekitTarget, Source, TrustStore,
};
use jackfield::testing::sandbox::{Options, Sandbox, VerifyMode};
use jackfield::testing::secrets::{SecretKey, SecretStore};

use super::World;

async fn ask(backend: Arc<dyn Backend>, question: Question, sources: Option<&Sources>, others: bool) -> Diagnosis {
    let opened = Opened::new(backend, Source::Variables);
    let witnesses = Witnesses { opened: &opened, records: None, sources, others, limits: Limits::default() };
    explain(question, &witnesses, &|_| ()).await
}

fn question(identifier: &str, connection: &str, tool: &str) -> Question {
    let named = |name: &'static str| (!name.is_empty()).then_some(name);
    let leak = |text: &str| named(Box::leak(text.to_owned().into_boxed_str()));
    Question {
        identifier: leak(identifier).map(Into::into),
        connection: leak(connection).map(Into::into),
        tool: leak(tool).map(Into::into),
        call: None,
    }
}

async fn asked(world: &World, identifier: &str, connection: &str, tool: &str) -> Diagnosis {
    ask(world.backend.clone(), question(identifier, connection, tool), None, false).await
}

#[tokio::test]
async fn each_trouble_of_the_sandbox_is_named_with_its_evidence() {
    let world = World::start(VerifyMode::Custom).await;
    // Whom, where, which tool; the cause, a part of its sentence, of the evidence, and the remedy.
    for (whom, slug, sentence, evidence, remedy) in [
        (
            ["radia@acme.dev", "GITHUB", ""],
            "connection_case",
            "The connection is called Github.",
            "(only the case)",
            "list_tools",
        ),
        (
            ["radia@acme.dev", "github", ""],
            "connection_case",
            "The connection is called Github.",
            "no account",
            "list_tools",
        ),
        (["ada@acme.dve", "linear", ""], "identifier_neighbour", "but ada@acme.dev has", "ada@acme.dev", "list_tools"),
        (
            ["Ada@acme.dev", "linear", ""],
            "identifier_neighbour",
            "Identifiers are case-sensitive.",
            "(only the case)",
            "list_tools",
        ),
        (
            ["nobody.here@else.where", "linear", ""],
            "identifier_unknown",
            "has no account in this environment",
            "none",
            "connect",
        ),
        (
            ["ada@acme.dev", "linear", ""],
            "expired",
            "linear/ada@acme.dev is EXPIRED",
            "expired (EXPIRED), 2 h ago",
            "authorize",
        ),
        (
            ["linus@acme.dev", "linear", ""],
            "pending_auth",
            "nobody has finished authorizing it",
            "to authorize",
            "authorize",
        ),
        (
            ["grace@acme.dev", "asana", ""],
            "pending_verification",
            "verification route was never called",
            "to verify",
            "authorize",
        ),
        (["linus@acme.dev", "asana", ""], "disconnected", "credentials were removed", "disconnected", "authorize"),
        (["margaret@acme.dev", "linear", ""], "status_unknown", "is REVOKED, not ACTIVE", "REVOKED", "authorize"),
        (
            ["ada@acme.dev", "github-connect", ""],
            "other_connection",
            "on the connection github, not on github-connect",
            "none named github-connect",
            "list_tools",
        ),
        (["ada@acme.dev", "linaer", ""], "connection_unknown", "The nearest name is linear.", "linear", "list_tools"),
        (
            ["barbara@acme.dev", "hubspot-legacy", ""],
            "connection_disabled",
            "hubspot-legacy is switched off",
            "switched off",
            "enable_connection",
        ),
        (
            ["linus@acme.dev", "gmail", ""],
            "account_missing",
            "linus@acme.dev has no account on gmail.",
            "no account",
            "connect",
        ),
        (
            ["ada@acme.dev", "asana", "linear_issue_create"],
            "tool_of_other_provider",
            "belongs to LINEAR",
            "leads to ASANA",
            "list_tools",
        ),
        (
            ["ada@acme.dev", "asana", "asana_create_task"],
            "tool_renamed",
            "The nearest name is asana_task_create.",
            "no tool of this name",
            "show_tool",
        ),
        (
            ["ada@acme.dev", "asana", "xylophone_play"],
            "tool_unknown",
            "There is no tool named xylophone_play",
            "no tool",
            "search_tools",
        ),
        (
            ["linus@acme.dev", "", "gmail_fetch_mails"],
            "account_missing",
            "no account on gmail",
            "linus@acme.dev at GMAIL",
            "connect",
        ),
    ] {
        let [identifier, connection, tool] = whom;
        let finding = asked(&world, identifier, connection, tool).await;
        let cause = finding.cause.as_ref().unwrap_or_else(|| panic!("{whom:?}: {:?}", finding.evidence));
        assert_eq!(cause.slug(), slug, "{whom:?}: {:?}", finding.evidence);
        assert!(finding.sentence().contains(sentence), "{}", finding.sentence());
        let tells = finding.evidence.iter().any(|told| told.answer.contains(evidence) || told.asked.contains(evidence));
        assert!(tells, "{evidence}: {:?}", finding.evidence);
        assert_eq!(cause.remedy().slug(), remedy, "{whom:?}");
        assert!(finding.evidence.iter().any(|told| told.kind == EvidenceKind::Bad));
    }
}

#[tokio::test]
async fn what_works_has_no_cause() {
    let world = World::start(VerifyMode::Custom).await;
    for whom in
        [["ada@acme.dev", "asana", ""], ["ada@acme.dev", "asana", "asana_task_get"], ["", "linear", ""], ["", "", ""]]
    {
        let [identifier, connection, tool] = whom;
        let finding = asked(&world, identifier, connection, tool).await;
        assert_eq!(finding.cause, None, "{whom:?}");
        assert!(!finding.evidence.is_empty() && finding.sentence().starts_with("Nothing is wrong here"));
    }
}

#[tokio::test]
async fn the_case_of_a_name_is_marked_letter_by_letter() {
    let world = World::start(VerifyMode::Custom).await;
    let finding = asked(&world, "radia@acme.dev", "GITHUB", "").await;
    let near = finding.evidence.iter().find(|told| told.asked == "nearest").expect("the nearest");
    assert_eq!((near.answer.as_str(), near.carets().as_str()), ("Github  (only the case)", " ^^^^^"));
    let Some(Cause::ConnectionCase { meant, .. }) = &finding.cause else { panic!() };
    assert_eq!(meant.raw(), "Github");
    let Some(Remedy::ListTools(who, Some(place))) = finding.cause.as_ref().map(Cause::remedy) else { panic!() };
    assert_eq!((who.raw(), place.raw()), ("radia@acme.dev", "Github"));
}

#[tokio::test]
async fn access_that_was_revoked_at_the_provider_is_told_by_the_calls_of_others() {
    let world = World::start(VerifyMode::Custom).await;
    // Her agent was refused before the account changed last: that is only possible.
    let before = asked(&world, "grace@acme.dev", "linear", "").await;
    assert_eq!(before.cause, None);
    assert_eq!(before.also_possible.iter().map(Cause::slug).collect::<Vec<_>>(), ["revoked_at_provider"]);
    // Somebody else's program is refused now, and the environment logs it.
    let account = world.account("linear", "grace@acme.dev").await;
    let call = ToolCall {
        tool: "linear_viewer_get".into(),
        account: account.id,
        identifier: account.identifier,
        connection: account.connection,
        input: JsonText::empty_object(),
        agent_run: None,
    };
    world.backend.tools().call(&call).await.unwrap_err();
    let finding = asked(&world, "grace@acme.dev", "linear", "").await;
    let Some(Cause::RevokedAtProvider { account, said }) = &finding.cause else { panic!("{:?}", finding.cause) };
    assert_eq!(account.status, Status::Active, "it claims to be active all the same");
    assert_eq!(said, "Linear does not accept this access token any more");
}

#[tokio::test]
async fn a_scope_that_was_never_granted_is_told_in_the_providers_words() {
    let world = World::start(VerifyMode::Custom).await;
    let account = world.account("Github", "radia@acme.dev").await;
    let call = ToolCall {
        tool: "github_issue_create".into(),
        account: account.id,
        identifier: account.identifier,
        connection: account.connection,
        input: JsonText::parse(r#"{"owner":"acme","repo":"storefront","title":"x"}"#).unwrap(),
        agent_run: None,
    };
    let fault = world.backend.tools().call(&call).await.unwrap_err();
    assert_eq!(fault.http_status, Some(403));
    let failed = Question::failure(call.identifier.clone(), call.connection.clone(), Some(call.tool.clone()), &fault);
    for question in [question("radia@acme.dev", "Github", "github_issue_create"), failed] {
        let finding = ask(world.backend.clone(), question, None, false).await;
        let Some(Cause::ScopeMissing { scopes, said, .. }) = &finding.cause else { panic!("{:?}", finding.cause) };
        assert_eq!(scopes.as_slice(), ["repo"]);
        assert!(said.contains("missing scope: repo"), "{said}");
    }
    // What reads needs none.
    assert_eq!(asked(&world, "radia@acme.dev", "Github", "github_issues_list").await.cause, None);
}

#[tokio::test]
async fn lists_that_lie_are_named() {
    let cut = World::meddled(VerifyMode::Custom, |backend| backend.missing_tools = 3).await;
    let finding = asked(&cut, "ada@acme.dev", "asana", "").await;
    assert_eq!(finding.cause, Some(Cause::ListCutOff { stated: 31, listed: 28 }));
    let none = World::meddled(VerifyMode::Custom, |backend| backend.hides_tools = true).await;
    assert_eq!(asked(&none, "ada@acme.dev", "asana", "").await.cause.map(|cause| cause.slug()), Some("nothing_listed"));
    let off = World::meddled(VerifyMode::Custom, |backend| backend.switched_off = true).await;
    assert_eq!(
        asked(&off, "ada@acme.dev", "asana", "").await.cause.map(|cause| cause.slug()),
        Some("connection_disabled")
    );
}

/// A client of a sandbox, and the log of its requests.
fn logged(sandbox: &Sandbox) -> (Arc<dyn Backend>, Arc<HttpLog>) {
    let log = Arc::new(HttpLog::new(500));
    let client = Client::new(environment(sandbox)).with_log(Arc::clone(&log));
    (Arc::new(Scalekit::new(client)), log)
}

fn environment(sandbox: &Sandbox) -> Environment {
    Environment {
        url: EnvironmentUrl::parse(sandbox.url().as_str()).unwrap(),
        client_id: sandbox.client_id().into(),
        client_secret: sandbox.client_secret().clone(),
    }
}

#[tokio::test]
async fn a_large_environment_is_not_read_whole_and_nothing_but_reads_is_sent() {
    let sandbox = Sandbox::start(Options { accounts: Some(5_000), ..Options::default() }).await.unwrap();
    for whom in [["ada@acme.dve", "linear"], ["ada@acme.dev", "linear"], ["nobody", "nowhere"], ["", ""]] {
        let (backend, log) = logged(&sandbox);
        let finding = ask(backend, question(whom[0], whom[1], ""), None, false).await;
        let sent = log.after(0);
        assert!(sent.len() <= 16, "{whom:?}: {} requests", sent.len());
        let changes = sent.iter().filter(|sent| sent.method != "GET" && !sent.target.starts_with("/oauth/token"));
        assert_eq!(changes.count(), 0);
        let unasked = finding.evidence.iter().filter(|told| told.kind == EvidenceKind::Unknown);
        assert_eq!(unasked.count(), 0, "{:?}", finding.evidence);
    }
}

#[tokio::test]
async fn every_question_is_told_as_it_is_asked_and_answered() {
    let world = World::start(VerifyMode::Custom).await;
    let steps = Mutex::new(Vec::new());
    let opened = Opened::new(world.backend.clone(), Source::Variables);
    let witnesses =
        Witnesses { opened: &opened, records: None, sources: None, others: false, limits: Limits::default() };
    explain(question("ada@acme.dev", "asana", ""), &witnesses, &|step| steps.lock().unwrap().push(step)).await;
    let steps = steps.into_inner().unwrap();
    let asked: Vec<_> = steps.iter().filter(|step| matches!(step, Step::Asked(_))).collect();
    assert_eq!(asked.len() * 2, steps.len(), "{steps:?}");
    assert!(steps.contains(&Step::Answered("connections")) && steps.contains(&Step::Asked("tools")), "{steps:?}");
}

/// A keychain that must not be asked: it may make the desktop ask for a password.
struct Untouchable;

impl SecretStore for Untouchable {
    fn get(&self, _: &SecretKey) -> Result<Option<Secret>, Fault> {
        panic!("the keychain was asked")
    }
    fn set(&self, _: &SecretKey, _: &Secret) -> Result<(), Fault> {
        Ok(())
    }
    fn delete(&self, _: &SecretKey) -> Result<(), Fault> {
        panic!("the keychain was changed")
    }
}

#[tokio::test]
async fn environments_of_ones_own_are_asked_without_a_secret() {
    use jackfield::testing::backend::clock::Clock;
    use jackfield::testing::backend::http_log::HttpLog;
    use jackfield::testing::backend::local::{ConnectionAuth, ConnectionSpec, Local, LocalParts};
    use jackfield::testing::backend::{Backend as _, ConnectionDraft};
    use jackfield::testing::domain::Credentials;
    use jackfield::testing::profile::LocalTarget;
    use jackfield::testing::provider::ProviderTable;
    use jackfield::testing::secrets::MemoryStore;

    let here = World::start(VerifyMode::Custom).await;
    let root = tempfile::tempdir().unwrap();
    let home = Home::resolve(Some(root.path().to_owned())).unwrap();
    let profiles = Profiles::new(&home, Arc::new(Untouchable));
    let mine = LocalTarget { folder: Some("mine".into()) };
    let own = Profile {
        name: ProfileName::parse("own").unwrap(),
        target: ProfileTarget::Local(mine.clone()),
        mode: None,
        match_rule: MatchRule::Auto,
    };
    profiles.add(&own, &Secret::new(String::new())).unwrap();
    let sources = Sources::new(profiles.clone(), TrustStore::new(None, &home), Arc::new(|_| None));
    let question = question("grace@home.dev", "tracker", "");

    let unused = ask(here.backend.clone(), question.clone(), Some(&sources), true).await;
    assert!(!unused.evidence.iter().any(|told| told.asked.contains("own")), "{:?}", unused.evidence);
    assert!(!profiles.folder(&mine).exists(), "looking makes nothing");

    let local = Local::new(LocalParts {
        folder: profiles.folder(&mine),
        is_usual: false,
        secrets: Arc::new(MemoryStore::default()),
        providers: ProviderTable::built_in(),
        limits: Limits::default(),
        log: Arc::new(HttpLog::new(1)),
        clock: Arc::new(Clock::default()),
        uses: Arc::default(),
    });
    let mut spec = ConnectionSpec::new("tracker".into(), "ACME".into(), ConnectionAuth::Token);
    spec.api_url = Some("https://api.acme.dev".parse().unwrap());
    local.connection_admin().unwrap().save(ConnectionDraft { spec, client_secret: None }).await.unwrap();
    let key: Credentials = [("token", Secret::new("t".into()))].into_iter().collect();
    let admin = local.account_admin().unwrap();
    admin.create(&"tracker".into(), &"grace@home.dev".into(), Some(&key)).await.unwrap();

    let finding = ask(here.backend.clone(), question, Some(&sources), true).await;
    let Some(Cause::OtherEnvironment { account, source, .. }) = &finding.cause else { panic!("{:?}", finding.cause) };
    assert_eq!(account.as_deref(), Some("tracker/grace@home.dev"));
    assert_eq!(source, &Some(Source::Profile(ProfileName::parse("own").unwrap())));
}

#[tokio::test]
async fn another_environment_is_asked_only_where_somebody_wants_that_and_no_keychain_is_touched() {
    let here = World::start(VerifyMode::Custom).await;
    let there = Sandbox::start(Options { accounts: Some(30), ..Options::default() }).await.unwrap();
    let (backend, _) = logged(&there);
    let mut list = backend.accounts().stream(Default::default());
    let rows = list.try_next().await.unwrap().unwrap().items;
    drop(list);
    let acme = |identifier: &str| identifier.ends_with("@acme.dev") || identifier.contains('\u{1b}');
    let other = rows.iter().find(|row| row.status == Status::Active && !acme(row.identifier.raw())).expect("one");
    let root = tempfile::tempdir().unwrap();
    let home = Home::resolve(Some(root.path().to_owned())).unwrap();
    let profiles = Profiles::new(&home, Arc::new(Untouchable));
    let target = |url: &str| {
        ProfileTarget::Scalekit(ScalekitTarget {
            url: EnvironmentUrl::parse(url).unwrap(),
            client_id: there.client_id().into(),
            user_verify_url: None,
        })
    };
    let profile = |name: &str, url: &str| Profile {
        name: ProfileName::parse(name).unwrap(),
        target: target(url),
        mode: None,
        match_rule: MatchRule::Auto,
    };
    profiles.add(&profile("locked", "https://locked.example"), &Secret::new("sks_locked".into())).unwrap();
    profiles.keep(profile("staging", there.url().as_str()), there.client_secret().clone()).unwrap();
    let sources = Sources::new(profiles, TrustStore::new(None, &home), Arc::new(|_| None));
    let question = question(other.identifier.raw(), other.connection.raw(), "");

    let quiet = ask(here.backend.clone(), question.clone(), Some(&sources), false).await;
    assert!(quiet.cause.as_ref().unwrap().slug().starts_with("identifier_"), "{:?}", quiet.cause);
    assert!(!quiet.evidence.iter().any(|told| told.asked.contains("staging")), "{:?}", quiet.evidence);

    let finding = ask(here.backend.clone(), question, Some(&sources), true).await;
    let Some(Cause::OtherEnvironment { account, source, .. }) = &finding.cause else { panic!("{:?}", finding.cause) };
    assert_eq!(account.as_deref(), Some(other.label().as_str()));
    assert_eq!(source, &Some(Source::Profile(ProfileName::parse("staging").unwrap())));
    assert_eq!(finding.also_possible[0], quiet.cause.unwrap());
    let locked = finding.evidence.iter().find(|told| told.asked.contains("locked")).expect("it is named");
    assert!(locked.answer.starts_with("not asked") && locked.kind == EvidenceKind::Unknown);
}
