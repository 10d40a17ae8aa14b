//! Saved environments: everything but their secrets in a file, the secrets elsewhere.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::file::{self, File, LocalTarget, Profile, ProfileTarget, Saved, ScalekitTarget};
use super::home::{Home, lock};
use super::name::ProfileName;
use crate::domain::{Environment, Fault, FaultKind, Secret};
use crate::secrets::{SecretKey, SecretStore};

/// The saved environments and their secrets. Cheap to clone; the file is read anew every time.
#[derive(Clone)]
pub struct Profiles {
    pub(super) file: File,
    pub(super) secrets: Arc<dyn SecretStore>,
    /// Folder of the environment of one's own that is always there.
    local: PathBuf,
    /// Those that are written nowhere, with their secrets.
    pub(super) kept: Arc<Mutex<Vec<(Profile, Secret)>>>,
}

impl Profiles {
    /// Those below `home`, with their secrets in `secrets`. Touches neither yet.
    pub fn new(home: &Home, secrets: Arc<dyn SecretStore>) -> Self {
        let local = home.state.join("local");
        Self { file: File { path: home.config.join("profiles.toml") }, secrets, local, kept: Arc::default() }
    }

    /// Folder of an environment of one's own.
    pub fn folder(&self, target: &LocalTarget) -> PathBuf {
        let below = |folder: &PathBuf| self.file.path.parent().map(|settings| settings.join(folder));
        target.folder.as_ref().and_then(below).unwrap_or_else(|| self.local.clone())
    }

    /// Folder of the files that a person may edit.
    pub fn settings(&self) -> &Path {
        self.file.path.parent().unwrap_or(Path::new("."))
    }

    /// Store of the secrets.
    pub fn secrets(&self) -> &Arc<dyn SecretStore> {
        &self.secrets
    }

    /// Everything in the file; nothing if there is none.
    ///
    /// # Errors
    /// [`FaultKind::Local`] for a file that cannot be read or understood, saying where;
    /// [`FaultKind::NoEnvironment`] for a profile that lacks something, saying what.
    pub fn list(&self) -> Result<Saved, Fault> {
        self.file.read(&self.file.document()?)
    }

    /// Saves a new profile and its secret. The first one is put in use.
    ///
    /// # Errors
    /// [`FaultKind::Conflict`] if the name is taken, and as [`Profiles::list`]. Nothing is saved then.
    pub fn add(&self, profile: &Profile, secret: &Secret) -> Result<(), Fault> {
        self.add_unless(profile, Some(secret), &|| false)
    }

    /// The same for somebody who may stop waiting for the keychain: if `abandoned` says so by the
    /// time it has answered, nothing is saved. A profile whose target has no secret goes without.
    ///
    /// # Errors
    /// [`FaultKind::Cancelled`] then, and as [`Profiles::add`].
    pub fn add_unless(
        &self,
        profile: &Profile,
        secret: Option<&Secret>,
        abandoned: &dyn Fn() -> bool,
    ) -> Result<(), Fault> {
        if self.list()?.get(&profile.name).is_ok() || self.kept(&profile.name).is_some() {
            return Err(taken(&profile.name));
        }
        // The secret first: a profile without one is of no use, a secret without one does no harm.
        if let (Some(key), Some(secret)) = (key(profile), secret) {
            self.secrets.set(&key, secret)?;
        }
        // The keychain may have taken its time; who else wanted to save something did so meanwhile.
        let locked = lock(&self.file.path);
        let mut document = self.file.document()?;
        let saved = self.file.read(&document)?;
        let refused = if abandoned() {
            Fault::new(FaultKind::Cancelled, "Nothing was saved.")
        } else if saved.get(&profile.name).is_ok() {
            taken(&profile.name)
        } else {
            file::insert(&mut document, profile);
            if saved.in_use.is_none() {
                file::put_in_use(&mut document, Some(&profile.name));
            }
            return self.file.write(&document);
        };
        drop(locked);
        if let Some(key) =
            key(profile).filter(|key| !saved.profiles.iter().any(|other| self::key(other).as_ref() == Some(key)))
        {
            self.secrets.delete(&key)?;
        }
        Err(refused)
    }

    /// The profile of that name.
    ///
    /// # Errors
    /// [`FaultKind::NotFound`], naming those that exist, and as [`Profiles::list`].
    pub fn get(&self, name: &ProfileName) -> Result<Profile, Fault> {
        match self.kept(name) {
            Some((profile, _)) => Ok(profile),
            None => self.list()?.get(name).cloned(),
        }
    }

    /// Puts a profile in use.
    ///
    /// # Errors
    /// [`FaultKind::NotFound`] if there is none of that name, and as [`Profiles::list`].
    pub fn put_in_use(&self, name: &ProfileName) -> Result<(), Fault> {
        let _lock = lock(&self.file.path);
        let mut document = self.file.document()?;
        self.file.read(&document)?.get(name)?;
        file::put_in_use(&mut document, Some(name));
        self.file.write(&document)
    }

    /// Removes a profile, and its secret unless another profile goes by the same. As long as the keychain
    /// has not answered, nothing has changed.
    ///
    /// # Errors
    /// [`FaultKind::NotFound`] if there is none of that name, and as [`Profiles::list`]. A secret
    /// that cannot be deleted is said so; the profile is gone all the same.
    pub fn remove(&self, name: &ProfileName) -> Result<(), Fault> {
        if self.forget(name) {
            return Ok(());
        }
        let saved = self.list()?;
        let key = key(saved.get(name)?);
        let shared = saved.profiles.iter().any(|other| other.name != *name && self::key(other) == key);
        let forgotten = match key.filter(|_| !shared) {
            Some(key) => self.secrets.delete(&key),
            None => Ok(()),
        };
        // The keychain may have taken its time: the file is read anew.
        let _lock = lock(&self.file.path);
        let mut document = self.file.document()?;
        let saved = self.file.read(&document)?;
        saved.get(name)?;
        file::remove(&mut document, name);
        if saved.in_use.as_ref() == Some(name) {
            file::put_in_use(&mut document, None);
        }
        self.file.write(&document)?;
        forgotten.map_err(|fault| Fault {
            message: format!("The profile is removed, but its secret is still in the keychain. {}", fault.message)
                .into(),
            ..fault
        })
    }

    /// The environment of a profile, with its secret. Blocks on the keychain.
    ///
    /// # Errors
    /// [`FaultKind::NoEnvironment`] if no secret is kept for this URL and client id;
    /// [`FaultKind::Local`] if the keychain cannot be used.
    pub fn environment(&self, profile: &Profile) -> Result<Environment, Fault> {
        let ProfileTarget::Scalekit(target) = &profile.target else {
            let message =
                format!("Profile “{}” is an environment on this machine: it has no URL and no key.", profile.name);
            return Err(Fault::new(FaultKind::NoEnvironment, message));
        };
        let kept = self.kept(&profile.name).filter(|(kept, _)| kept == profile);
        let secret = match kept {
            Some((_, secret)) => secret,
            None => self.secrets.get(&SecretKey::new(&target.url, &target.client_id))?.ok_or_else(|| {
                let (name, ScalekitTarget { url, client_id, .. }) = (&profile.name, target);
                let message = format!("The keychain holds no client secret for profile “{name}” ({url}, {client_id}).");
                Fault::new(FaultKind::NoEnvironment, message)
            })?,
        };
        Ok(Environment { url: target.url.clone(), client_id: target.client_id.clone(), client_secret: secret })
    }
}

pub(super) fn taken(name: &ProfileName) -> Fault {
    Fault::new(FaultKind::Conflict, format!("There is a profile “{name}” already."))
}

/// Key of its secret; none where its target has no secret of its own.
pub(super) fn key(profile: &Profile) -> Option<SecretKey> {
    let target = profile.target.scalekit()?;
    Some(SecretKey::new(&target.url, &target.client_id))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::home::write_private;
    use super::*;
    use crate::domain::{EnvironmentUrl, MatchRule};
    use crate::secrets::MemoryStore;

    struct World {
        dir: tempfile::TempDir,
        secrets: Arc<MemoryStore>,
        profiles: Profiles,
    }

    impl World {
        fn new() -> Self {
            let dir = tempfile::tempdir().expect("a directory");
            let secrets = Arc::new(MemoryStore::default());
            let home = Home::resolve(Some(dir.path().to_owned())).expect("a home");
            let profiles = Profiles::new(&home, Arc::clone(&secrets) as Arc<dyn SecretStore>);
            Self { dir, secrets, profiles }
        }

        fn with(text: &str) -> Self {
            let world = Self::new();
            write_private(&world.profiles.file.path, text.as_bytes()).expect("written");
            world
        }

        fn text(&self) -> String {
            fs::read_to_string(&self.profiles.file.path).expect("a file")
        }

        fn secret(&self, profile: &Profile) -> Option<String> {
            self.secrets.get(&key(profile).expect("has one")).expect("works").map(|secret| secret.expose().to_owned())
        }
    }

    fn name(name: &str) -> ProfileName {
        ProfileName::parse(name).expect("a name")
    }

    fn profile(named: &str) -> Profile {
        Profile {
            name: name(named),
            target: ProfileTarget::Scalekit(ScalekitTarget {
                url: EnvironmentUrl::parse("https://acme.scalekit.dev").expect("a URL"),
                client_id: "skc_1".into(),
                user_verify_url: None,
            }),
            mode: None,
            match_rule: MatchRule::Auto,
        }
    }

    fn secret(text: &str) -> Secret {
        Secret::new(text.into())
    }

    #[test]
    fn what_is_saved_comes_back_and_the_secret_is_not_in_any_file() {
        let world = World::new();
        let acme = Profile {
            target: ProfileTarget::Scalekit(ScalekitTarget {
                url: EnvironmentUrl::parse("https://acme.scalekit.dev").expect("a URL"),
                user_verify_url: Some("https://app.dev/verify?x=1".parse().expect("a URL")),
                client_id: "skc_\"\u{1b}1".into(),
            }),
            ..profile("acme.eu")
        };
        world.profiles.add(&acme, &secret("sks_hunter2")).expect("saved");
        let saved = world.profiles.list().expect("read");
        assert_eq!(saved, Saved { profiles: vec![acme.clone()], in_use: Some(name("acme.eu")) });
        let environment = world.profiles.environment(&acme).expect("an environment");
        assert_eq!(environment.client_secret.expose(), "sks_hunter2");
        let files: Vec<_> = fs::read_dir(world.dir.path().join("config")).expect("listed").collect();
        assert_eq!(files.len(), 1);
        assert!(!world.text().contains("hunter2"));
    }

    #[test]
    fn the_file_reads_well_and_a_persons_comments_stay() {
        let world = World::with(
            "# mine\nuse = \"old\" # for now\n\n# the old one\n[profile.old]\nurl = \"https://old.dev\" # behind the VPN\nclient_id = \"skc_0\"\nnote = 7\n",
        );
        world.profiles.add(&profile("acme"), &secret("s")).expect("saved");
        world.profiles.put_in_use(&name("acme")).expect("in use");
        assert_eq!(
            world.text(),
            "# mine\nuse = \"acme\" # for now\n\n# the old one\n[profile.old]\nurl = \"https://old.dev\" # behind the VPN\nclient_id = \"skc_0\"\nnote = 7\n\n[profile.acme]\nurl = \"https://acme.scalekit.dev\"\nclient_id = \"skc_1\"\n"
        );
        world.profiles.remove(&name("acme")).expect("removed");
        assert!(world.text().starts_with("# mine\nuse = \"\" # for now\n"), "{}", world.text());
        assert_eq!(world.profiles.list().expect("read").in_use, None);
    }

    #[test]
    fn the_first_profile_is_put_in_use_and_later_ones_are_not() {
        let world = World::new();
        for named in ["one", "two"] {
            world.profiles.add(&profile(named), &secret("s")).expect("saved");
        }
        assert_eq!(world.profiles.list().expect("read").in_use, Some(name("one")));
        assert!(world.text().starts_with("use = \"one\"\n"), "{}", world.text());
    }

    #[test]
    fn a_name_is_taken_once() {
        let world = World::new();
        world.profiles.add(&profile("acme"), &secret("first")).expect("saved");
        let fault = world.profiles.add(&profile("acme"), &secret("second")).expect_err("taken");
        assert_eq!(fault.kind, FaultKind::Conflict);
        assert_eq!(world.secret(&profile("acme")).as_deref(), Some("first"));
    }

    #[test]
    fn a_profile_that_does_not_exist_can_be_neither_used_nor_removed() {
        let world = World::new();
        for fault in [world.profiles.put_in_use(&name("x")), world.profiles.remove(&name("x"))] {
            assert_eq!(fault.expect_err("none").to_string(), "There is no profile “x”. None is saved.");
        }
    }

    #[test]
    fn a_secret_goes_with_the_last_profile_that_needs_it() {
        let world = World::new();
        for named in ["one", "two"] {
            world.profiles.add(&profile(named), &secret("s")).expect("saved");
        }
        world.profiles.remove(&name("one")).expect("removed");
        assert_eq!(world.secret(&profile("two")).as_deref(), Some("s"));
        world.profiles.remove(&name("two")).expect("removed");
        assert_eq!(world.secret(&profile("two")), None);
    }

    #[test]
    fn a_changed_url_or_client_id_finds_no_secret() {
        let world = World::new();
        world.profiles.add(&profile("acme"), &secret("s")).expect("saved");
        let text = world.text();
        for (from, to) in [("https://acme.scalekit.dev", "https://evil.dev"), ("skc_1", "skc_2")] {
            write_private(&world.profiles.file.path, text.replace(from, to).as_bytes()).expect("written");
            let saved = world.profiles.list().expect("read");
            let fault = world.profiles.environment(&saved.profiles[0]).expect_err("no secret");
            assert_eq!(fault.kind, FaultKind::NoEnvironment);
            assert!(fault.message.contains(to), "{fault}");
        }
    }

    /// A keychain that is not there.
    struct Gone;

    impl SecretStore for Gone {
        fn get(&self, _: &SecretKey) -> Result<Option<Secret>, Fault> {
            Err(Fault::new(FaultKind::Local, "No keychain."))
        }

        fn set(&self, _: &SecretKey, _: &Secret) -> Result<(), Fault> {
            Err(Fault::new(FaultKind::Local, "No keychain."))
        }

        fn delete(&self, _: &SecretKey) -> Result<(), Fault> {
            Err(Fault::new(FaultKind::Local, "No keychain."))
        }
    }

    #[test]
    fn without_a_keychain_nothing_is_saved_and_removing_tells_what_stays() {
        let world = World::new();
        let gone = Profiles { secrets: Arc::new(Gone), ..world.profiles.clone() };
        assert_eq!(gone.add(&profile("acme"), &secret("s")).expect_err("refused").kind, FaultKind::Local);
        assert_eq!(world.profiles.list().expect("read"), Saved::default());
        world.profiles.add(&profile("acme"), &secret("s")).expect("saved");
        let fault = gone.remove(&name("acme")).expect_err("half done");
        assert!(fault.message.contains("still in the keychain"), "{fault}");
        assert_eq!(world.profiles.list().expect("read").profiles, []);
    }

    #[test]
    fn who_stops_waiting_for_the_keychain_has_saved_nothing() {
        let world = World::new();
        let fault = world.profiles.add_unless(&profile("acme"), Some(&secret("s")), &|| true).expect_err("abandoned");
        assert_eq!(fault.kind, FaultKind::Cancelled);
        assert_eq!((world.profiles.list().expect("read"), world.secret(&profile("acme"))), (Saved::default(), None));
        world.profiles.add(&profile("one"), &secret("s")).expect("saved");
        world.profiles.add_unless(&profile("two"), Some(&secret("s")), &|| true).expect_err("abandoned");
        assert_eq!(world.secret(&profile("one")).as_deref(), Some("s"), "that of another profile stays");
    }

    #[test]
    fn without_a_keychain_one_can_be_kept_for_as_long_as_the_program_runs() {
        let world = World::new();
        let gone = Profiles { secrets: Arc::new(Gone), ..world.profiles.clone() };
        gone.keep(profile("acme"), secret("sks_kept")).expect("kept");
        let kept = gone.clone().get(&name("acme")).expect("is there");
        assert_eq!(gone.environment(&kept).expect("opens").client_secret.expose(), "sks_kept");
        assert!(fs::read_dir(world.dir.path()).expect("listed").next().is_none(), "nothing is written");
        for again in [gone.keep(profile("acme"), secret("s")), gone.add(&profile("acme"), &secret("s"))] {
            assert_eq!(again.expect_err("taken").kind, FaultKind::Conflict);
        }
        assert!(gone.put_in_use(&name("acme")).is_err(), "the next run would not know it");
        gone.remove(&name("acme")).expect("forgotten");
        assert!(gone.get(&name("acme")).is_err());
    }

    #[test]
    fn a_kept_one_does_not_stand_in_for_a_saved_one_of_its_name() {
        let world = World::new();
        world.profiles.add(&profile("acme"), &secret("saved")).expect("saved");
        assert_eq!(world.profiles.keep(profile("acme"), secret("s")).expect_err("taken").kind, FaultKind::Conflict);
    }
}
