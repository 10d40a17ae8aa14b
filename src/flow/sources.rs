//! Everything that environments can come from, as one process finds it.
//!
//! Files may be slow and a keychain may wait for a person, so whatever is asked here is done on a
//! blocking thread. One that is not waited for any more goes on to its end unheard.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::contracts::ContractLibrary;
use super::modifiers::ModifierFiles;
use crate::backend::local::VAULT;
use crate::background;
use crate::domain::{Environment, Fault, FaultKind, Mode, Secret};
use crate::profile::{
    self, Home, OpenChoice, OpenTarget, Profile, ProfileName, Profiles, Saved, SourceList, TrustQuestion, TrustStore,
};
use crate::provider::{OwnFileProblem, ProviderTable};
use crate::secrets::{AskPassphrase, FallbackStore, Keychain, PASSPHRASE_FILE, PassphraseSource, Vault};

/// Variable that names the file which the sandbox is kept in.
pub const SANDBOX_STATE: &str = "JACKFIELD_SANDBOX_STATE";

/// Variable that makes every environment at least as strict.
pub const MODE: &str = "JACKFIELD_MODE";

/// Reads one variable of the environment.
pub type Vars = Arc<dyn Fn(&str) -> Option<OsString> + Send + Sync>;

/// The sources of one process. Clones share what is kept in memory alone.
#[derive(Clone)]
pub struct Sources {
    profiles: Profiles,
    place: TrustStore,
    modifiers: ModifierFiles,
    vars: Vars,
    /// File that the sandbox is kept in.
    sandbox_state: Option<PathBuf>,
    /// Whether what that file holds is given up.
    sandbox_anew: bool,
    /// Mode that the command line names.
    mode: Option<Mode>,
    /// Whether that was said of another environment than the one to be opened.
    mode_of_another: bool,
    /// Asks somebody for the passphrase of a vault.
    passphrase: Option<AskPassphrase>,
}

/// Mode that was asked for from outside an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AskedMode {
    /// Counts in the place of the environment's own.
    exactly: Option<Mode>,
    /// The environment's own counts only where it is no looser.
    at_most: Option<Mode>,
}

impl AskedMode {
    /// The mode of an environment whose own is `own`.
    pub fn over(self, own: Mode) -> Mode {
        self.exactly.unwrap_or_else(|| self.at_most.map_or(own, |most| own.min(most)))
    }
}

impl Sources {
    /// Those of this process: its variables, the folder it was started in, this user's profiles with
    /// their secrets in the keychain.
    ///
    /// # Errors
    /// [`FaultKind::Local`] if this user has no home directory.
    pub fn from_process() -> Result<Self, Fault> {
        let (home, profiles) = (home()?, profiles()?);
        let place = TrustStore::new(std::env::current_dir().ok(), &home);
        Ok(Self::new(profiles, place, Arc::new(|name| std::env::var_os(name))))
    }

    /// Sources that are given, for tests and for other homes.
    pub fn new(profiles: Profiles, place: TrustStore, vars: Vars) -> Self {
        let sandbox_state = vars(SANDBOX_STATE).filter(|path| !path.is_empty()).map(PathBuf::from);
        let modifiers = ModifierFiles::new(place.home(), place.folder());
        Self {
            profiles,
            place,
            modifiers,
            vars,
            sandbox_state,
            sandbox_anew: false,
            mode: None,
            mode_of_another: false,
            passphrase: None,
        }
    }

    /// The same, where the command line may name a mode for the environment that it opens.
    #[must_use]
    pub fn in_mode(self, mode: Option<Mode>) -> Self {
        Self { mode, ..self }
    }

    /// The same, where somebody can be asked for the passphrase of a vault.
    #[must_use]
    pub fn with_passphrase(self, passphrase: Option<AskPassphrase>) -> Self {
        Self { passphrase, ..self }
    }

    /// Reader of the variables.
    pub(super) fn vars(&self) -> Vars {
        Arc::clone(&self.vars)
    }

    /// Store of the secrets of an environment in this folder. Touches nothing.
    pub(super) fn local_secrets(&self, folder: &Path) -> Arc<FallbackStore> {
        let file = (self.vars)(PASSPHRASE_FILE).map(PathBuf::from);
        let source = PassphraseSource::new(file, self.passphrase.clone());
        let vault = Vault::new(folder.join(VAULT), source);
        Arc::new(FallbackStore::new(Arc::clone(self.profiles.secrets()), vault))
    }

    /// Providers that are known, a person's own included; and the files that do not count.
    ///
    /// # Errors
    /// [`FaultKind::Local`] if reading them breaks down.
    pub(super) async fn providers(&self) -> Result<(ProviderTable, Vec<OwnFileProblem>), Fault> {
        self.blocking(|own| ProviderTable::read(own.profiles.settings())).await
    }

    /// The same for another environment than the command line opens: what was said of that one loosens nothing here.
    #[must_use]
    pub fn for_another(self) -> Self {
        Self { mode_of_another: true, ..self }
    }

    /// Mode that was asked for. The variable only makes an environment stricter; the command line may loosen what it
    /// opens, and counts more than the variable.
    ///
    /// # Errors
    /// [`FaultKind::Usage`] for a variable that is no mode.
    pub(super) fn mode(&self) -> Result<AskedMode, Fault> {
        let set = (self.vars)(MODE).filter(|value| !value.is_empty());
        let set = set.map(|value| value.to_str().ok_or("read, ask or free").and_then(Mode::parse)).transpose();
        let set = set.map_err(|words| Fault::new(FaultKind::Usage, format!("{MODE} must be {words}.")))?;
        Ok(match self.mode {
            Some(mode) if !self.mode_of_another => AskedMode { exactly: Some(mode), at_most: None },
            mode => AskedMode { exactly: None, at_most: mode.into_iter().chain(set).min() },
        })
    }

    /// The same where the command line may name the file that the sandbox is kept in.
    #[must_use]
    pub fn asked_for(mut self, request: &OpenTarget) -> Self {
        if let OpenTarget::SandboxIn(path) = request {
            self.sandbox_state = Some(path.clone());
        }
        self
    }

    /// The same, where the sandbox begins anew although it is kept in a file.
    #[must_use]
    pub fn with_sandbox_anew(self) -> Self {
        Self { sandbox_anew: true, ..self }
    }

    /// Whether the sandbox begins anew.
    pub(super) fn begins_sandbox_anew(&self) -> bool {
        self.sandbox_anew
    }

    /// Files of modifiers.
    pub fn modifiers(&self) -> &ModifierFiles {
        &self.modifiers
    }

    /// File that the sandbox is kept in, if any.
    pub fn sandbox_state(&self) -> Option<&Path> {
        self.sandbox_state.as_deref()
    }

    /// Contracts of this program, this user and the project that it was started in.
    pub fn contracts(&self) -> ContractLibrary {
        ContractLibrary::new(Some(self.profiles.settings().to_owned()), Some(self.place.for_folder()))
    }

    /// The saved environments; whatever takes these blocks.
    pub fn profiles(&self) -> &Profiles {
        &self.profiles
    }

    /// The saved environments as the file has them.
    ///
    /// # Errors
    /// As [`Profiles::list`].
    pub async fn saved(&self) -> Result<Saved, Fault> {
        self.blocking(|own| own.profiles.list()).await?
    }

    /// Chooses what to open.
    ///
    /// # Errors
    /// As [`profile::choose`].
    pub async fn choose(&self, request: OpenTarget) -> Result<Option<OpenChoice>, Fault> {
        self.blocking(move |own| profile::choose(&request, &*own.vars, &own.place, &own.profiles)).await?
    }

    /// The environment of a profile, with its secret. Waits for the keychain.
    ///
    /// # Errors
    /// As [`Profiles::environment`].
    pub async fn environment(&self, profile: Profile) -> Result<Environment, Fault> {
        self.blocking(move |own| own.profiles.environment(&profile)).await?
    }

    /// Looks at every source; `named` is what the command line asked for.
    ///
    /// # Errors
    /// [`FaultKind::Local`] if that breaks down.
    pub async fn survey(&self, named: OpenTarget) -> Result<SourceList, Fault> {
        self.blocking(move |own| profile::list_sources(&named, &*own.vars, &own.place, &own.profiles)).await
    }

    /// Keeps an answer about a `.env`.
    ///
    /// # Errors
    /// As [`TrustStore::answer`].
    pub async fn answer(&self, question: TrustQuestion, agreed: bool) -> Result<(), Fault> {
        self.blocking(move |own| own.place.answer(&question, agreed)).await?
    }

    /// Saves a new profile, its secret in the keychain where its kind has one. Nothing is saved once this is not waited for
    /// any more.
    ///
    /// # Errors
    /// As [`Profiles::add`].
    pub async fn save(&self, profile: Profile, secret: Option<Secret>) -> Result<(), Fault> {
        let waited_for = WaitedFor(Arc::new(AtomicBool::new(true)));
        let flag = Arc::clone(&waited_for.0);
        let abandoned = move || !flag.load(Ordering::Relaxed);
        self.blocking(move |own| own.profiles.add_unless(&profile, secret.as_ref(), &abandoned)).await?
    }

    /// The profile of that name, and whether it is only in memory.
    ///
    /// # Errors
    /// As [`Profiles::get`].
    pub async fn profile(&self, name: ProfileName) -> Result<(Profile, bool), Fault> {
        let read = move |own: &Self| {
            own.profiles.get(&name).map(|profile| {
                let in_memory = own.profiles.is_kept(&profile);
                (profile, in_memory)
            })
        };
        self.blocking(read).await?
    }

    /// Changes a profile, and its secret where there is a new one. Nothing is changed once this is not waited for
    /// any more.
    ///
    /// # Errors
    /// As [`Profiles::edit`].
    pub async fn edit(&self, name: ProfileName, changed: Profile, secret: Option<Secret>) -> Result<(), Fault> {
        let waited_for = WaitedFor(Arc::new(AtomicBool::new(true)));
        let flag = Arc::clone(&waited_for.0);
        let abandoned = move || !flag.load(Ordering::Relaxed);
        self.blocking(move |own| own.profiles.edit(&name, &changed, secret.as_ref(), &abandoned)).await?
    }

    /// Keeps a new profile and its secret until the program ends.
    ///
    /// # Errors
    /// As [`Profiles::keep`].
    pub async fn keep(&self, profile: Profile, secret: Secret) -> Result<(), Fault> {
        self.blocking(move |own| own.profiles.keep(profile, secret)).await?
    }

    /// Makes a profile the one that is opened where nothing else is said.
    ///
    /// # Errors
    /// As [`Profiles::put_in_use`].
    pub async fn put_in_use(&self, name: ProfileName) -> Result<(), Fault> {
        self.blocking(move |own| own.profiles.put_in_use(&name)).await?
    }

    /// Removes a profile and its secret.
    ///
    /// # Errors
    /// As [`Profiles::remove`].
    pub async fn remove(&self, name: ProfileName) -> Result<(), Fault> {
        self.blocking(move |own| own.profiles.remove(&name)).await?
    }

    async fn blocking<T: Send + 'static>(&self, ask: impl FnOnce(&Self) -> T + Send + 'static) -> Result<T, Fault> {
        let own = self.clone();
        let answer = background::blocking(move || ask(&own)).await;
        answer.map_err(|_| Fault::new(FaultKind::Local, "Looking for an environment broke down."))
    }
}

/// True until it is dropped.
struct WaitedFor(Arc<AtomicBool>);

impl Drop for WaitedFor {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// Directories of this user's files.
///
/// # Errors
/// [`FaultKind::Local`] if this user has no home directory.
pub fn home() -> Result<Home, Fault> {
    Home::resolve(std::env::var_os("JACKFIELD_HOME").map(PathBuf::from))
}

/// The environments that this user saved, with their secrets in the keychain. Blocks when it comes
/// to those.
///
/// # Errors
/// [`FaultKind::Local`] if this user has no home directory.
pub fn profiles() -> Result<Profiles, Fault> {
    Ok(Profiles::new(&home()?, Arc::new(Keychain)))
}
