//! The model that an agent works with: its server, its key, and whether it is only a script.
//!
//! There is one server: that of `ANTHROPIC_BASE_URL`, or the vendor's. The key in the environment goes to it, else the
//! one that was kept for exactly its origin; so no key ever meets a server that it was not given for. Where there is none,
//! the embedded sandbox's script stands in.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderValue;
use url::Url;
use zeroize::Zeroizing;

use super::environment::Opened;
use super::sources::{Sources, Vars};
use crate::background;
use crate::domain::{Fault, FaultKind, Secret, is_loopback, reject_placeholder};
use crate::model_api::{ModelClient, ModelEndpoint, ModelKey};
use crate::oauth::{endpoint, host};
use crate::profile::LocalTarget;
use crate::secrets::{FallbackStore, SecretKey, SecretStore as _, StoreKind};

/// Model where neither a person nor the settings name one.
pub const USUAL_MODEL: &str = "claude-sonnet-5-5";

/// Version of the API where the settings name none: the one that every server of it knows.
pub const USUAL_VERSION: &str = "2023-06-01";

/// Id of the sandbox's script, asked for as a model.
pub const SCRIPT: &str = "script";

/// Variable of a key.
pub const API_KEY: &str = "ANTHROPIC_API_KEY";

/// Variable of a token that is sent as a bearer, where there is no key.
pub const AUTH_TOKEN: &str = "ANTHROPIC_AUTH_TOKEN";

/// Variable of the base URL.
pub const BASE_URL: &str = "ANTHROPIC_BASE_URL";

/// Key that is none: it stands in the place of one for SDKs that do not start without, where nobody asks for it.
pub const NO_KEY: &str = "sandbox-needs-no-key";

/// Base URL where the variable names none.
const VENDOR: &str = "https://api.anthropic.com";

/// Time that a server on this machine has to list its models before an agent begins.
const FOR_MODELS: Duration = Duration::from_secs(2);

/// A model that can be asked.
#[derive(Clone, Debug)]
pub struct ModelAccess {
    /// Client of its server.
    pub client: ModelClient,
    /// Whether it is the sandbox's script, which stands in for a model where there is no key.
    pub is_script: bool,
    /// Id of the model where nobody names one.
    pub usual_model: String,
    /// Name of the server for people: its host, or that it is the sandbox's script.
    pub server: String,
}

/// Choice of the model, by a person and their settings.
#[derive(Clone, Debug, Default)]
pub struct ModelChoice {
    /// Id of the model that the person names now.
    pub model: Option<String>,
    /// Id of the model that the settings name.
    pub usual: Option<String>,
    /// Version of the API that the settings name.
    pub version: Option<String>,
}

/// Origin of the key for a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyOrigin {
    /// This variable of the environment.
    Variable(&'static str),
    /// It was kept for this server.
    Kept,
    /// There is none.
    None,
}

/// The keys for models, of one process. Clones share what is kept in memory alone.
#[derive(Clone)]
pub struct ModelKeys {
    vars: Vars,
    store: Arc<FallbackStore>,
}

/// Opens the way to a model for an agent in this environment. The store of keys is only asked where the environment
/// names none, and may wait for a person.
///
/// # Errors
/// [`FaultKind::NoModelKey`] if there is no key, and no script to stand in; [`FaultKind::InvalidInput`] for a base URL
/// that no key may be sent to; [`FaultKind::Local`] for a store that does not answer.
pub async fn open(opened: &Opened, keys: &ModelKeys, choice: &ModelChoice) -> Result<ModelAccess, Fault> {
    let script = opened.sandbox_url();
    if let (Some(url), Some(SCRIPT)) = (script, choice.model.as_deref()) {
        return Ok(scripted(url, choice));
    }
    let base_url = match (keys.server(), script) {
        (Ok(base_url), _) => base_url,
        (Err(_), Some(url)) if choice.model.is_none() => return Ok(scripted(url, choice)),
        (Err(fault), _) => return Err(fault),
    };
    let key = match (keys.key(&base_url).await, script) {
        (Ok(key), _) => key,
        // A keychain that nobody opens is no reason against a script that needs no key.
        (Err(_), Some(_)) if choice.model.is_none() => None,
        (Err(fault), _) => return Err(fault),
    };
    // On this machine, whoever names a server says that it is enough.
    if key.is_some() || (is_loopback(&base_url) && keys.names_server()) {
        let server = host(&base_url);
        let is_somebody_elses = key.is_none();
        let client = ModelClient::new(ModelEndpoint { base_url, key, version: version(choice) });
        let usual_model = match &choice.usual {
            Some(usual) => usual.clone(),
            None if is_somebody_elses && choice.model.is_none() => first_model(&client).await,
            None => USUAL_MODEL.to_owned(),
        };
        return Ok(ModelAccess { client, is_script: false, usual_model, server });
    }
    match script {
        Some(url) if choice.model.is_none() => Ok(scripted(url, choice)),
        _ => Err(Fault::new(FaultKind::NoModelKey, format!("There is no key for {}.", host(&base_url)))),
    }
}

/// The usual model if this server has it, else the first that it lists: one on this machine that wants no key is not the
/// vendor's. What does not answer at once is asked for the usual one, and says itself what is wrong.
async fn first_model(client: &ModelClient) -> String {
    let listed = tokio::time::timeout(FOR_MODELS, client.models()).await;
    let models = listed.ok().and_then(Result::ok).unwrap_or_default();
    let is_there = models.iter().any(|model| model.id.raw() == USUAL_MODEL);
    let first = models.into_iter().next().filter(|_| !is_there);
    first.map_or_else(|| USUAL_MODEL.to_owned(), |model| model.id.raw().to_owned())
}

fn scripted(url: &Url, choice: &ModelChoice) -> ModelAccess {
    let endpoint = ModelEndpoint { base_url: url.clone(), key: None, version: version(choice) };
    ModelAccess {
        client: ModelClient::new(endpoint),
        is_script: true,
        usual_model: SCRIPT.to_owned(),
        server: "the sandbox's script".to_owned(),
    }
}

fn version(choice: &ModelChoice) -> String {
    choice.version.clone().unwrap_or_else(|| USUAL_VERSION.to_owned())
}

impl ModelKeys {
    /// Those of these sources. Touches nothing.
    pub fn new(sources: &Sources) -> Self {
        let folder = sources.profiles().folder(&LocalTarget::default());
        Self { vars: sources.vars(), store: sources.local_secrets(&folder) }
    }

    /// Base URL of the server.
    ///
    /// # Errors
    /// [`FaultKind::InvalidInput`] for one that no key may be sent to.
    pub fn server(&self) -> Result<Url, Fault> {
        let named = self.variable(BASE_URL)?;
        let url = endpoint(
            &format!("base URL of the model's server ({BASE_URL})"),
            named.as_ref().map_or(VENDOR, |named| named.as_str()),
        )?;
        if url.query().is_some() {
            return Err(Fault::new(FaultKind::InvalidInput, format!("{BASE_URL} must not hold a ?.")));
        }
        Ok(url)
    }

    /// Where the key for this server would come from. May wait for a person.
    ///
    /// # Errors
    /// [`FaultKind::Local`] for a store that does not answer; [`FaultKind::InvalidInput`] for a variable that holds no
    /// key.
    pub async fn origin(&self, server: &Url) -> Result<KeyOrigin, Fault> {
        if let Some((name, _)) = self.environment_key()? {
            return Ok(KeyOrigin::Variable(name));
        }
        let kept = self.kept(server).await?;
        Ok(kept.map_or(KeyOrigin::None, |_| KeyOrigin::Kept))
    }

    /// Keeps a key for this server and for no other, in the place of an earlier one. Says where it went: in memory alone
    /// it is gone with the program.
    ///
    /// # Errors
    /// [`FaultKind::InvalidInput`] for what is no key; [`FaultKind::Local`] for a store that does not take it.
    pub async fn keep(&self, server: &Url, key: &Secret) -> Result<StoreKind, Fault> {
        let (name, key) = (name(server), checked("The key", key.expose())?);
        self.blocking(move |store| {
            store.set(&name, &key)?;
            Ok(store.kind())
        })
        .await
    }

    /// Forgets the key that is kept for this server; fine if there is none.
    ///
    /// # Errors
    /// [`FaultKind::Local`] for a store that does not answer.
    pub async fn forget(&self, server: &Url) -> Result<(), Fault> {
        let name = name(server);
        self.blocking(move |store| store.delete(&name)).await
    }

    /// The key for this server, from the environment, else from the store.
    async fn key(&self, server: &Url) -> Result<Option<ModelKey>, Fault> {
        if let Some((_, key)) = self.environment_key()? {
            return Ok(Some(key));
        }
        Ok(self.kept(server).await?.map(ModelKey::ApiKey))
    }

    fn environment_key(&self) -> Result<Option<(&'static str, ModelKey)>, Fault> {
        type Form = fn(Secret) -> ModelKey;
        let forms: [(&'static str, Form); 2] = [(API_KEY, ModelKey::ApiKey), (AUTH_TOKEN, ModelKey::Bearer)];
        for (name, form) in forms {
            if let Some(text) = self.variable(name)?.filter(|text| **text != NO_KEY) {
                return Ok(Some((name, form(checked(name, &text)?))));
            }
        }
        Ok(None)
    }

    async fn kept(&self, server: &Url) -> Result<Option<Secret>, Fault> {
        let name = name(server);
        self.blocking(move |store| store.get(&name)).await
    }

    fn names_server(&self) -> bool {
        self.variable(BASE_URL).is_ok_and(|named| named.is_some())
    }

    /// A variable; one that is set to nothing counts as not set.
    fn variable(&self, name: &str) -> Result<Option<Zeroizing<String>>, Fault> {
        let Some(value) = (self.vars)(name) else { return Ok(None) };
        let text = value.into_string().map(Zeroizing::new);
        let text = text.map_err(|_| Fault::new(FaultKind::InvalidInput, format!("{name} is not UTF-8 text.")))?;
        Ok((!text.trim().is_empty()).then_some(text))
    }

    async fn blocking<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&FallbackStore) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let store = Arc::clone(&self.store);
        let answer = background::blocking(move || ask(&store)).await;
        answer.map_err(|_| Fault::new(FaultKind::Local, "Looking for the model's key broke down."))?
    }
}

fn name(server: &Url) -> SecretKey {
    SecretKey::model(&server.origin().ascii_serialization())
}

/// A key as a person or a variable gives it; no error repeats it.
fn checked(name: &str, text: &str) -> Result<Secret, Fault> {
    let key = reject_placeholder(text, name)?;
    if key.is_empty() {
        return Err(Fault::new(FaultKind::InvalidInput, format!("{name} is empty.")));
    }
    if key.contains(char::is_whitespace) || HeaderValue::from_str(key).is_err() || !key.is_ascii() {
        return Err(Fault::new(FaultKind::InvalidInput, format!("{name} holds characters that no key has.")));
    }
    Ok(Secret::new(key.to_owned()))
}
