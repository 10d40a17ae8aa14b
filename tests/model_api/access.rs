//! Which server and key an agent gets.

use std::sync::Arc;

use jackfield::testing::backend::scalekit::Limits;
use jackfield::testing::domain::{Fault, FaultKind, Secret};
use jackfield::testing::flow::environment::{Attempt, IfNone, Opened, open_from};
use jackfield::testing::flow::model_access::{
    self, KeyOrigin, ModelAccess, ModelChoice, ModelKeys, SCRIPT, USUAL_MODEL,
};
use jackfield::testing::flow::sources::Sources;
use jackfield::testing::model_api::ModelKey;
use jackfield::testing::profile::{Home, OpenTarget, Profiles, TrustStore};
use jackfield::testing::sandbox::{Options, Sandbox};
use jackfield::testing::secrets::{MemoryStore, SecretKey, SecretStore, StoreKind};
use serde_json::json;
use url::Url;

use crate::support::ModelReply;
use crate::support::model_server::ModelServer;
use crate::waiting::soon;

/// A user, what their environment says, and a keychain.
struct World {
    root: tempfile::TempDir,
    keychain: Arc<dyn SecretStore>,
    vars: Vec<(&'static str, &'static str)>,
}

impl World {
    fn new(vars: &[(&'static str, &'static str)]) -> Self {
        let root = tempfile::tempdir().unwrap();
        Self { root, keychain: Arc::new(MemoryStore::default()), vars: vars.to_vec() }
    }

    /// The same user with other variables.
    fn with(&mut self, vars: &[(&'static str, &'static str)]) -> &Self {
        self.vars = vars.to_vec();
        self
    }

    fn sources(&self) -> Sources {
        let home = Home::resolve(Some(self.root.path().join("home"))).unwrap();
        let profiles = Profiles::new(&home, Arc::clone(&self.keychain));
        let mut vars = self.vars.clone();
        // An environment that is not the sandbox, and that nobody speaks to.
        vars.extend([
            ("SCALEKIT_ENVIRONMENT_URL", "https://acme.scalekit.dev"),
            ("SCALEKIT_CLIENT_ID", "skc_1"),
            ("SCALEKIT_CLIENT_SECRET", "sks_1"),
        ]);
        let var = move |name: &str| vars.iter().find(|(other, _)| *other == name).map(|(_, value)| value.into());
        Sources::new(profiles, TrustStore::new(None, &home), Arc::new(var))
    }

    fn keys(&self) -> ModelKeys {
        ModelKeys::new(&self.sources())
    }

    async fn opened(&self, target: OpenTarget) -> Opened {
        let sources = self.sources();
        let attempt = open_from(&sources, target, IfNone::Refuse, Limits::default(), |_| {});
        let Attempt::Open(opened) = soon("an environment", attempt).await.unwrap() else { panic!("asks") };
        *opened
    }

    async fn access(&self, target: OpenTarget, choice: &ModelChoice) -> Result<ModelAccess, Fault> {
        let opened = self.opened(target).await;
        soon("a model", model_access::open(&opened, &self.keys(), choice)).await
    }

    async fn in_sandbox(&self, model: Option<&str>) -> Result<ModelAccess, Fault> {
        self.access(OpenTarget::Sandbox, &asked(model)).await
    }

    async fn in_broker(&self) -> Result<ModelAccess, Fault> {
        self.access(OpenTarget::default(), &asked(None)).await
    }
}

fn asked(model: Option<&str>) -> ModelChoice {
    ModelChoice { model: model.map(str::to_owned), ..ModelChoice::default() }
}

fn key(access: &ModelAccess) -> String {
    match &access.client.endpoint().key {
        Some(ModelKey::ApiKey(key)) => format!("key {}", key.expose()),
        Some(ModelKey::Bearer(token)) => format!("bearer {}", token.expose()),
        None => "none".to_owned(),
    }
}

fn url(access: &ModelAccess) -> &str {
    access.client.endpoint().base_url.as_str()
}

#[tokio::test]
async fn without_a_key_the_sandboxs_script_stands_in() {
    for vars in [&[][..], &[("ANTHROPIC_API_KEY", ""), ("ANTHROPIC_AUTH_TOKEN", "  "), ("ANTHROPIC_BASE_URL", "")]] {
        let world = World::new(vars);
        let opened = world.opened(OpenTarget::Sandbox).await;
        let access = model_access::open(&opened, &world.keys(), &asked(None)).await.unwrap();
        assert!(access.is_script && access.usual_model == SCRIPT && access.server == "the sandbox's script");
        assert_eq!((key(&access).as_str(), access.client.endpoint().base_url.host_str()), ("none", Some("127.0.0.1")));
        let fault = world.in_broker().await.unwrap_err();
        assert_eq!(
            (fault.kind, &*fault.message.to_string()),
            (FaultKind::NoModelKey, "There is no key for api.anthropic.com.")
        );
        // Who asks for a model is not given the script for it.
        let fault = world.in_sandbox(Some("claude-opus-5-5")).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::NoModelKey);
    }
}

#[tokio::test]
async fn a_key_of_the_environment_goes_to_the_server_of_the_environment() {
    let mut world = World::new(&[("ANTHROPIC_API_KEY", " sk-1\n"), ("ANTHROPIC_AUTH_TOKEN", "t-1")]);
    for access in [world.in_sandbox(None).await.unwrap(), world.in_broker().await.unwrap()] {
        assert_eq!((url(&access), key(&access).as_str()), ("https://api.anthropic.com/", "key sk-1"));
        assert_eq!((access.server.as_str(), access.usual_model.as_str()), ("api.anthropic.com", USUAL_MODEL));
        assert_eq!((access.is_script, access.client.endpoint().version.as_str()), (false, "2023-06-01"));
    }
    let scripted = world.in_sandbox(Some(SCRIPT)).await.unwrap();
    assert_eq!((scripted.is_script, key(&scripted).as_str()), (true, "none"));
    world.with(&[("ANTHROPIC_AUTH_TOKEN", "t-1"), ("ANTHROPIC_BASE_URL", "https://gateway.example/anthropic/")]);
    let access = world.in_broker().await.unwrap();
    assert_eq!((url(&access), key(&access).as_str()), ("https://gateway.example/anthropic/", "bearer t-1"));
    let choice =
        ModelChoice { model: None, usual: Some("claude-haiku-5-5".to_owned()), version: Some("2026-10-21".to_owned()) };
    let access = world.access(OpenTarget::default(), &choice).await.unwrap();
    let version = &access.client.endpoint().version;
    assert_eq!((access.usual_model.as_str(), version.as_str()), ("claude-haiku-5-5", "2026-10-21"));
}

#[tokio::test]
async fn a_kept_key_goes_only_to_the_server_that_it_was_kept_for() {
    let mut world = World::new(&[]);
    let vendor = world.keys().server().unwrap();
    let kept = world.keys().keep(&vendor, &Secret::new("  sk-kept \n".to_owned())).await.unwrap();
    assert_eq!((kept, world.keys().origin(&vendor).await), (StoreKind::Keychain, Ok(KeyOrigin::Kept)));
    let name = SecretKey::model("https://api.anthropic.com");
    assert_eq!(world.keychain.get(&name).unwrap().unwrap().expose(), "sk-kept");
    for access in [world.in_broker().await.unwrap(), world.in_sandbox(None).await.unwrap()] {
        assert_eq!((url(&access), key(&access).as_str()), ("https://api.anthropic.com/", "key sk-kept"));
    }
    // A variable names another server: what was kept is not for it.
    for elsewhere in
        ["https://api.anthropic.com.evil.example", "https://api.anthropic.com:8443", "https://evil.example"]
    {
        world.with(&[("ANTHROPIC_BASE_URL", elsewhere)]);
        assert_eq!(world.in_broker().await.unwrap_err().kind, FaultKind::NoModelKey, "{elsewhere}");
    }
    world.with(&[("ANTHROPIC_BASE_URL", "https://api.anthropic.com/elsewhere")]);
    assert_eq!(key(&world.in_broker().await.unwrap()), "key sk-kept");
    world.with(&[("ANTHROPIC_API_KEY", "sk-1")]);
    assert_eq!(key(&world.in_broker().await.unwrap()), "key sk-1");
    assert_eq!(world.keys().origin(&vendor).await, Ok(KeyOrigin::Variable("ANTHROPIC_API_KEY")));
    world.with(&[]);
    world.keys().forget(&vendor).await.unwrap();
    world.keys().forget(&vendor).await.unwrap();
    assert_eq!(world.keys().origin(&vendor).await, Ok(KeyOrigin::None));
    assert_eq!(world.in_broker().await.unwrap_err().kind, FaultKind::NoModelKey);
}

#[tokio::test]
async fn a_server_on_this_machine_needs_no_key_if_it_is_named() {
    let mut world = World::new(&[("ANTHROPIC_BASE_URL", "http://127.0.0.1:9/x")]);
    for access in [world.in_broker().await.unwrap(), world.in_sandbox(None).await.unwrap()] {
        assert_eq!((url(&access), key(&access).as_str(), access.is_script), ("http://127.0.0.1:9/x", "none", false));
    }
    for wrong in [
        "http://models.example",
        "ftp://127.0.0.1",
        "models",
        "https://u:hunter2@a.example",
        "https://a.example/?k=hunter2",
    ] {
        world.vars = vec![("ANTHROPIC_API_KEY", "sk-1"), ("ANTHROPIC_BASE_URL", wrong)];
        let fault = world.in_broker().await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::InvalidInput, "{wrong}");
        assert!(fault.message.contains("ANTHROPIC_BASE_URL") && !fault.message.contains("hunter2"), "{fault}");
        assert!(world.in_sandbox(Some(SCRIPT)).await.unwrap().is_script);
    }
}

#[tokio::test]
async fn what_is_no_key_is_refused_and_not_repeated() {
    let mut world = World::new(&[]);
    let vendor = world.keys().server().unwrap();
    for odd in ["", " ", "hunter2 hunter3", "hunter2\r\nx-evil: 1", "hunter2é", "${HUNTER2}"] {
        let fault = world.keys().keep(&vendor, &Secret::new(odd.to_owned())).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::InvalidInput);
        assert!(!format!("{fault:?}").to_lowercase().contains("hunter"), "{fault:?}");
        if !odd.trim().is_empty() {
            world.vars = vec![("ANTHROPIC_API_KEY", odd)];
            let fault = world.in_broker().await.unwrap_err();
            assert!(fault.kind == FaultKind::InvalidInput && fault.message.contains("ANTHROPIC_API_KEY"), "{fault}");
        }
    }
}

/// A keychain that nobody opens.
struct Locked;

impl SecretStore for Locked {
    fn get(&self, _: &SecretKey) -> Result<Option<Secret>, Fault> {
        Err(Fault::new(FaultKind::Local, "The keychain is locked, and nobody opened it."))
    }

    fn set(&self, key: &SecretKey, _: &Secret) -> Result<(), Fault> {
        self.get(key).map(drop)
    }

    fn delete(&self, key: &SecretKey) -> Result<(), Fault> {
        self.get(key).map(drop)
    }
}

#[tokio::test]
async fn a_locked_keychain_is_no_reason_against_the_script() {
    let mut world = World { keychain: Arc::new(Locked), ..World::new(&[]) };
    assert!(world.in_sandbox(None).await.unwrap().is_script);
    let fault = world.in_broker().await.unwrap_err();
    assert!(fault.kind == FaultKind::Local && fault.message.contains("locked"), "{fault}");
    let server = Url::parse("https://api.anthropic.com").unwrap();
    assert_eq!(world.keys().keep(&server, &Secret::new("sk-1".to_owned())).await.unwrap_err().kind, FaultKind::Local);
    // A key of the environment needs no keychain.
    world.with(&[("ANTHROPIC_API_KEY", "sk-1")]);
    assert_eq!(key(&world.in_broker().await.unwrap()), "key sk-1");
}

#[tokio::test]
async fn a_server_of_this_machine_that_wants_no_key_is_asked_for_a_model_that_it_has() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let base = sandbox.url().to_string();
    let world = World::new(&[("ANTHROPIC_BASE_URL", base.leak())]);
    assert_eq!(world.in_broker().await.unwrap().usual_model, SCRIPT);
    // Whoever names one gets it, and a server that lists the usual one is asked for that.
    let choice = ModelChoice { usual: Some("claude-haiku-5-5".to_owned()), ..ModelChoice::default() };
    let access = world.access(OpenTarget::default(), &choice).await.unwrap();
    assert_eq!(access.usual_model, "claude-haiku-5-5");
    let server = ModelServer::start().await;
    let models = [json!({ "type": "model", "id": "first" }), json!({ "type": "model", "id": USUAL_MODEL })];
    server.page(ModelReply::json(200, &json!({ "data": models, "has_more": false })));
    let world = World::new(&[("ANTHROPIC_BASE_URL", server.url().to_string().leak())]);
    assert_eq!(world.in_broker().await.unwrap().usual_model, USUAL_MODEL);
    // One that does not say is asked for the usual one.
    server.page(ModelReply::error(404, "not_found_error", "no such path"));
    assert_eq!(world.in_broker().await.unwrap().usual_model, USUAL_MODEL);
}
