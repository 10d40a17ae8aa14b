//! Where environments come from, up to the first answer of each.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex};

use jackfield::testing::backend::AccountFilter;
use jackfield::testing::backend::scalekit::Limits;
use jackfield::testing::domain::{AccountRef, EnvironmentUrl, Fault, FaultKind, MatchRule, Secret};
use jackfield::testing::flow::accounts;
use jackfield::testing::flow::connection_test;
use jackfield::testing::flow::environment::{Attempt, IfNone, Opened, open_from};
use jackfield::testing::flow::sources::Sources;
use jackfield::testing::profile::{
    Home, OpenTarget, Profile, ProfileName, ProfileTarget, Profiles, ScalekitTarget, Source, SourceState,
    TrustQuestion, TrustStore,
};
use jackfield::testing::sandbox::{Options, Sandbox};
use jackfield::testing::secrets::{MemoryStore, SecretKey, SecretStore};

use crate::waiting::{soon, until};

/// A user with a folder, and a sandbox to go to.
struct World {
    root: tempfile::TempDir,
    sandbox: Sandbox,
    store: Arc<dyn SecretStore>,
    vars: Vec<(&'static str, String)>,
}

impl World {
    async fn start() -> Self {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("project")).unwrap();
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        Self { root, sandbox, store: Arc::new(MemoryStore::default()), vars: Vec::new() }
    }

    fn home(&self) -> Home {
        Home::resolve(Some(self.root.path().join("home"))).unwrap()
    }

    /// What a program that is started now sees.
    fn sources(&self) -> Sources {
        let profiles = Profiles::new(&self.home(), Arc::clone(&self.store));
        let place = TrustStore::new(Some(self.root.path().join("project")), &self.home());
        let vars = self.vars.clone();
        let var = move |name: &str| vars.iter().find(|(other, _)| *other == name).map(|(_, value)| value.into());
        Sources::new(profiles, place, Arc::new(var))
    }

    fn dotenv(&self) -> PathBuf {
        // As the program finds it: one folder may be reached by several paths.
        fs::canonicalize(self.root.path()).unwrap().join("project/.env")
    }

    fn write_dotenv(&self, url: &str) {
        let (id, secret) = (self.sandbox.client_id(), self.sandbox.client_secret().expose());
        let text = format!("SCALEKIT_ENV_URL={url}\nSCALEKIT_CLIENT_ID={id}\nSCALEKIT_CLIENT_SECRET={secret}\n");
        fs::write(self.dotenv(), text).unwrap();
    }

    fn profile(&self, name: &str) -> Profile {
        Profile {
            name: ProfileName::parse(name).unwrap(),
            target: ProfileTarget::Scalekit(ScalekitTarget {
                url: EnvironmentUrl::parse(self.sandbox.url().as_str()).unwrap(),
                client_id: self.sandbox.client_id().into(),
                user_verify_url: Some("https://app.dev/verify".parse().unwrap()),
            }),
            mode: None,
            match_rule: MatchRule::Auto,
        }
    }
}

async fn open(sources: &Sources, request: OpenTarget) -> Result<Attempt, Fault> {
    soon("an attempt", open_from(sources, request, IfNone::Sandbox, Limits::default(), |_| {})).await
}

async fn opened(sources: &Sources, request: OpenTarget) -> Opened {
    match open(sources, request).await.unwrap() {
        Attempt::Open(opened) => *opened,
        Attempt::Ask(question) => panic!("{question:?}"),
    }
}

async fn asked(sources: &Sources, request: OpenTarget) -> TrustQuestion {
    match open(sources, request).await.unwrap() {
        Attempt::Ask(question) => *question,
        Attempt::Open(opened) => panic!("{}", opened.source),
    }
}

/// How many accounts come of it.
async fn count(opened: &Opened) -> usize {
    let mut count = 0;
    let page = |accounts: Vec<_>, _| count += accounts.len();
    soon("accounts", accounts::load(opened.backend.as_ref(), &AccountFilter::default(), page)).await.unwrap();
    count
}

#[tokio::test]
async fn a_dotenv_is_used_once_it_was_agreed_to_and_never_at_another_url() {
    let world = World::start().await;
    world.write_dotenv(world.sandbox.url().as_str());
    let sources = world.sources();
    let question = asked(&sources, OpenTarget::Here).await;
    assert_eq!(question.file, world.dotenv());
    sources.answer(question, true).await.unwrap();
    let opened_now = opened(&sources, OpenTarget::Here).await;
    assert_eq!(opened_now.source, Source::DotEnv(world.dotenv()));
    assert_eq!(count(&opened_now).await, 23);
    let next_run = opened(&world.sources(), OpenTarget::Here).await;
    assert_eq!(next_run.source, Source::DotEnv(world.dotenv()));

    world.write_dotenv("https://evil.example");
    let question = asked(&world.sources(), OpenTarget::Here).await;
    assert_eq!(question.url.as_str(), "https://evil.example");
    sources.answer(question, false).await.unwrap();
    assert_eq!(opened(&world.sources(), OpenTarget::Here).await.source, Source::Sandbox);
    world.write_dotenv(world.sandbox.url().as_str());
    assert_eq!(opened(&world.sources(), OpenTarget::Here).await.source, Source::DotEnv(world.dotenv()));
}

#[tokio::test]
async fn a_headless_request_never_looks_at_it() {
    let world = World::start().await;
    world.write_dotenv(world.sandbox.url().as_str());
    world.sources().answer(asked(&world.sources(), OpenTarget::Here).await, true).await.unwrap();
    let refused = open_from(&world.sources(), OpenTarget::Configured, IfNone::Refuse, Limits::default(), |_| {}).await;
    assert_eq!(refused.err().map(|fault| fault.kind), Some(FaultKind::NoEnvironment));
}

#[tokio::test]
async fn half_a_dotenv_is_an_error_and_no_profile_completes_it() {
    let world = World::start().await;
    let sources = world.sources();
    sources.save(world.profile("acme"), Some(world.sandbox.client_secret().clone())).await.unwrap();
    fs::write(world.dotenv(), "SCALEKIT_ENVIRONMENT_URL=https://evil.example\n").unwrap();
    let fault = open(&sources, OpenTarget::Here).await.err().unwrap();
    assert_eq!(fault.kind, FaultKind::NoEnvironment);
    assert!(fault.message.contains("missing SCALEKIT_CLIENT_ID and SCALEKIT_CLIENT_SECRET"), "{fault}");
    assert_eq!(opened(&sources, OpenTarget::Configured).await.source, Source::Profile(world.profile("acme").name));
}

#[tokio::test]
async fn a_profile_is_opened_with_its_secret_and_the_wait_is_told() {
    let world = World::start().await;
    let sources = world.sources();
    let acme = world.profile("acme");
    sources.save(acme.clone(), Some(world.sandbox.client_secret().clone())).await.unwrap();
    let told = Mutex::new(Vec::new());
    let tell = |name: &ProfileName| told.lock().unwrap().push(name.to_string());
    let attempt = soon("an attempt", open_from(&sources, OpenTarget::Here, IfNone::Refuse, Limits::default(), tell))
        .await
        .unwrap();
    let Attempt::Open(opened) = attempt else { panic!() };
    let ProfileTarget::Scalekit(target) = acme.target else { panic!("another kind") };
    assert_eq!(
        (opened.source.clone(), opened.user_verify_url.clone()),
        (Source::Profile(acme.name), target.user_verify_url)
    );
    assert_eq!((count(&opened).await, told.into_inner().unwrap()), (23, vec!["acme".to_owned()]));
}

#[tokio::test]
async fn one_that_is_kept_in_memory_opens_without_a_keychain_and_only_in_this_run() {
    let world = World { store: Arc::new(Locked::default()), ..World::start().await };
    let sources = world.sources();
    let profile = world.profile("today");
    sources.keep(profile.clone(), world.sandbox.client_secret().clone()).await.unwrap();
    let request = OpenTarget::Profile(profile.name.clone());
    let opened = opened(&sources, request.clone()).await;
    assert_eq!(count(&opened).await, 23);
    let survey = sources.survey(OpenTarget::Here).await.unwrap();
    let kept = survey.entries.iter().find(|entry| entry.source == Source::Profile(profile.name.clone())).unwrap();
    assert_eq!(kept.state, SourceState::Kept);
    assert_eq!(open(&world.sources(), request).await.err().unwrap().kind, FaultKind::NotFound);
    assert!(!world.root.path().join("home").exists(), "nothing was written");
}

/// A keychain that waits for somebody to unlock it.
#[derive(Default)]
struct Locked {
    asked: Mutex<bool>,
    unlocked: Mutex<bool>,
    changed: Condvar,
    inner: MemoryStore,
}

impl Locked {
    fn wait(&self) {
        *self.asked.lock().unwrap() = true;
        let unlocked = self.unlocked.lock().unwrap();
        drop(self.changed.wait_while(unlocked, |unlocked| !*unlocked).unwrap());
    }

    fn unlock(&self) {
        *self.unlocked.lock().unwrap() = true;
        self.changed.notify_all();
    }
}

impl SecretStore for Locked {
    fn get(&self, key: &SecretKey) -> Result<Option<Secret>, Fault> {
        self.wait();
        self.inner.get(key)
    }

    fn set(&self, key: &SecretKey, secret: &Secret) -> Result<(), Fault> {
        self.wait();
        self.inner.set(key, secret)
    }

    fn delete(&self, key: &SecretKey) -> Result<(), Fault> {
        self.inner.delete(key)
    }
}

#[tokio::test]
async fn who_stops_waiting_for_the_keychain_has_saved_nothing_even_if_it_opens_later() {
    let store = Arc::new(Locked::default());
    let world = World { store: Arc::clone(&store) as Arc<dyn SecretStore>, ..World::start().await };
    let (sources, profile) = (world.sources(), world.profile("acme"));
    let saving = tokio::spawn({
        let (sources, profile) = (sources.clone(), profile.clone());
        async move { sources.save(profile, Some(Secret::new("sks_late".into()))).await }
    });
    let asked = Arc::clone(&store);
    tokio::task::spawn_blocking(move || until("the question", || asked.asked.lock().unwrap().then_some(())))
        .await
        .unwrap();
    saving.abort();
    assert!(saving.await.unwrap_err().is_cancelled());
    store.unlock();
    // The thread that waited goes on to its end, and takes back what it had put there.
    let target = profile.target.scalekit().unwrap();
    let key = SecretKey::new(&target.url, &target.client_id);
    let gone = tokio::task::spawn_blocking(move || {
        until("the end of it", || {
            (Arc::strong_count(&store) <= 3 && store.inner.get(&key).unwrap().is_none()).then_some(())
        });
    });
    gone.await.unwrap();
    assert_eq!(sources.survey(OpenTarget::Here).await.unwrap().entries.len(), 2, "those that are always there");
}

#[tokio::test]
async fn the_survey_tells_every_source_in_the_order_they_are_tried() {
    let mut world = World::start().await;
    world.vars.push(("SCALEKIT_CLIENT_ID", "skc_1".into()));
    world.write_dotenv("https://file.example");
    let sources = world.sources();
    sources.save(world.profile("one"), Some(Secret::new("s".into()))).await.unwrap();
    sources.save(world.profile("two"), Some(Secret::new("s".into()))).await.unwrap();
    sources.keep(world.profile("today"), Secret::new("s".into())).await.unwrap();
    let named = world.root.path().join("named.env");
    fs::copy(world.dotenv(), &named).unwrap();
    let survey = sources.survey(OpenTarget::EnvFile(named.clone())).await.unwrap();
    let told: Vec<_> = survey.entries.iter().map(|entry| entry.source.clone()).collect();
    let profile = |name| Source::Profile(ProfileName::parse(name).unwrap());
    assert_eq!(
        told,
        [
            Source::EnvFile(named),
            Source::Variables,
            Source::DotEnv(world.dotenv()),
            profile("one"),
            profile("two"),
            profile("today"),
            Source::Local,
            Source::Sandbox,
        ]
    );
    assert!(matches!(survey.entries[1].state, SourceState::Broken(_)));
    assert!(matches!(survey.entries[2].state, SourceState::Asked(_, None)));
    assert_eq!((&survey.entries[3].state, &survey.entries[4].state), (&SourceState::InUse, &SourceState::Ready));
    fs::write(world.home().config.join("profiles.toml"), "[profile").unwrap();
    let survey = sources.survey(OpenTarget::Here).await.unwrap();
    assert_eq!(survey.entries.last().unwrap().source, Source::Sandbox);
    assert!(survey.troubles[0].contains("profiles.toml"), "{:?}", survey.troubles);
}

#[tokio::test]
async fn a_test_says_what_answers_and_whose_the_trouble_is() {
    let world = World::start().await;
    let sources = world.sources();
    let target = || OpenTarget::Profile(ProfileName::parse("acme").unwrap());
    let tested = async || soon("a test", connection_test::test(&sources, target(), Limits::default())).await;
    assert_eq!(tested().await.unwrap_err().kind, FaultKind::NotFound);
    let secret = || Secret::new(world.sandbox.client_secret().expose().to_owned());
    sources.save(world.profile("acme"), Some(secret())).await.unwrap();
    let answered = tested().await.unwrap();
    assert!(answered.accounts.is_some_and(|count| count > 3), "{answered:?}");
    let wrong = Some(Secret::new("sks_wrong".into()));
    sources.edit(ProfileName::parse("acme").unwrap(), world.profile("acme"), wrong).await.unwrap();
    assert_eq!(tested().await.unwrap_err().kind, FaultKind::KeyRefused);
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut nowhere = world.profile("acme");
    let ProfileTarget::Scalekit(target) = &mut nowhere.target else { panic!("another kind") };
    target.url = EnvironmentUrl::parse(&format!("http://127.0.0.1:{port}")).unwrap();
    sources.edit(ProfileName::parse("acme").unwrap(), nowhere, Some(secret())).await.unwrap();
    let fault = tested().await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Unreachable, "{fault}");
}

#[tokio::test]
async fn a_sandbox_that_is_kept_in_a_file_begins_anew_where_somebody_wants_that() {
    let mut world = World::start().await;
    let file = world.root.path().join("world.json");
    world.vars.push(("JACKFIELD_SANDBOX_STATE", file.to_str().unwrap().to_owned()));
    let sources = world.sources();
    let first = opened(&sources, OpenTarget::Sandbox).await;
    let before = count(&first).await;
    let pair = AccountRef::Pair("linear".into(), "ada@acme.dev".into());
    first.backend.account_admin().unwrap().delete(&pair).await.unwrap();
    drop(first);
    let kept = opened(&sources, OpenTarget::Sandbox).await;
    assert_eq!(count(&kept).await, before - 1);
    drop(kept);
    drop(opened(&sources.clone().with_sandbox_anew(), OpenTarget::Sandbox).await);
    assert_eq!(count(&opened(&sources, OpenTarget::Sandbox).await).await, before);
}
