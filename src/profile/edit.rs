//! Changes of a profile that is saved already.

use super::file::{self, Profile};
use super::home::lock;
use super::name::ProfileName;
use super::profiles::{Profiles, key, taken};
use crate::domain::{Fault, FaultKind, Secret};

/// Sentence where a secret would go to a place that it was not saved for.
const OTHER_KEY: &str = "The secret was saved for another URL or client id. Enter the one that goes with these.";

impl Profiles {
    /// Puts `changed` in the place of the profile of this name, which may get another. The secret stays where URL and
    /// client id do, and no new one is given.
    ///
    /// If `abandoned` says so by the time the keychain has answered, nothing is changed but a secret that was replaced
    /// in it.
    ///
    /// # Errors
    /// [`FaultKind::NotFound`] if there is none of that name; [`FaultKind::Conflict`] if the new name is taken;
    /// [`FaultKind::InvalidInput`] if a secret is missing; [`FaultKind::Cancelled`]; and as [`Profiles::list`]. An old
    /// secret that cannot be deleted is said so; the profile is changed all the same.
    pub fn edit(
        &self,
        name: &ProfileName,
        changed: &Profile,
        secret: Option<&Secret>,
        abandoned: &dyn Fn() -> bool,
    ) -> Result<(), Fault> {
        let is_taken = |saved: &file::Saved| {
            changed.name != *name && (saved.get(&changed.name).is_ok() || self.kept(&changed.name).is_some())
        };
        if let Some((old, _)) = self.kept(name) {
            if is_taken(&self.list().unwrap_or_default()) {
                return Err(taken(&changed.name));
            }
            if secret.is_none() && key(&old) != key(changed) {
                return Err(Fault::new(FaultKind::InvalidInput, OTHER_KEY));
            }
            self.change_kept(name, changed, secret);
            return Ok(());
        }
        let saved = self.list()?;
        let before = key(saved.get(name)?);
        if is_taken(&saved) {
            return Err(taken(&changed.name));
        }
        match secret {
            // The secret first: a profile without one is of no use, a secret without one does no harm.
            Some(secret) => key(changed).map_or(Ok(()), |key| self.secrets.set(&key, secret))?,
            None if before != key(changed) => return Err(Fault::new(FaultKind::InvalidInput, OTHER_KEY)),
            None => {}
        }
        // The keychain may have taken its time: the file is read anew.
        let locked = lock(&self.file.path);
        let mut document = self.file.document()?;
        let saved = self.file.read(&document)?;
        saved.get(name)?;
        if abandoned() {
            return Err(Fault::new(FaultKind::Cancelled, "Nothing was changed."));
        }
        if is_taken(&saved) {
            return Err(taken(&changed.name));
        }
        file::change(&mut document, name, changed);
        if saved.in_use.as_ref() == Some(name) {
            file::put_in_use(&mut document, Some(&changed.name));
        }
        self.file.write(&document)?;
        drop(locked);
        let needed = saved.profiles.iter().any(|other| other.name != *name && key(other) == before);
        if before == key(changed) || needed {
            return Ok(());
        }
        let Some(before) = before else { return Ok(()) };
        self.secrets.delete(&before).map_err(|fault| Fault {
            message: format!("The profile is changed, but its old secret is still in the keychain. {}", fault.message)
                .into(),
            ..fault
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Arc;

    use super::super::file::{ProfileTarget, ScalekitTarget};
    use super::super::home::Home;
    use super::*;
    use crate::domain::{EnvironmentUrl, MatchRule};
    use crate::secrets::{MemoryStore, SecretStore as _};

    struct World {
        _dir: tempfile::TempDir,
        secrets: Arc<MemoryStore>,
        profiles: Profiles,
    }

    fn name(name: &str) -> ProfileName {
        ProfileName::parse(name).expect("a name")
    }

    fn profile(named: &str, url: &str) -> Profile {
        Profile {
            name: name(named),
            target: ProfileTarget::Scalekit(ScalekitTarget {
                url: EnvironmentUrl::parse(url).expect("a URL"),
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

    /// Two profiles, the first in use.
    fn world() -> World {
        let dir = tempfile::tempdir().expect("a directory");
        let secrets = Arc::new(MemoryStore::default());
        let home = Home::resolve(Some(dir.path().to_owned())).expect("a home");
        let profiles = Profiles::new(&home, Arc::clone(&secrets) as Arc<dyn crate::secrets::SecretStore>);
        for (named, url) in [("one", "https://one.dev"), ("two", "https://two.dev")] {
            profiles.add(&profile(named, url), &secret(named)).expect("saved");
        }
        World { _dir: dir, secrets, profiles }
    }

    fn edit(world: &World, named: &str, to: &Profile, new: Option<&str>) -> Result<(), Fault> {
        world.profiles.edit(&name(named), to, new.map(secret).as_ref(), &|| false)
    }

    fn kept(world: &World, profile: &Profile) -> Option<String> {
        world
            .secrets
            .get(&key(profile).expect("a secret of its own"))
            .expect("works")
            .map(|secret| secret.expose().to_owned())
    }

    #[test]
    fn a_new_name_keeps_the_secret_the_place_the_comments_and_the_use() {
        let world = world();
        let path = &world.profiles.file.path;
        let text = fs::read_to_string(path).expect("a file");
        fs::write(path, text.replace("[profile.one]", "# mine\n[profile.one]\nnote = 7")).expect("written");
        edit(&world, "one", &profile("uno", "https://one.dev"), None).expect("changed");
        let text = fs::read_to_string(path).expect("a file");
        assert!(text.starts_with("use = \"uno\"\n"), "{text}");
        assert!(text.find("# mine\n[profile.uno]\nnote = 7") < text.find("[profile.two]"), "{text}");
        let saved = world.profiles.list().expect("read");
        let uno = saved.get(&name("uno")).expect("there");
        assert_eq!(world.profiles.environment(uno).expect("opens").client_secret.expose(), "one");
        assert!(saved.get(&name("one")).is_err());
    }

    #[test]
    fn a_secret_never_goes_to_another_url_by_itself() {
        let world = world();
        let moved = profile("one", "https://evil.dev");
        let fault = edit(&world, "one", &moved, None).expect_err("refused");
        assert_eq!(fault.kind, FaultKind::InvalidInput);
        assert_eq!(kept(&world, &moved), None);
        edit(&world, "one", &moved, Some("new")).expect("changed");
        assert_eq!(kept(&world, &moved).as_deref(), Some("new"));
        assert_eq!(kept(&world, &profile("one", "https://one.dev")), None, "the old one is gone");
    }

    #[test]
    fn a_new_secret_takes_the_place_of_the_old_and_a_page_comes_and_goes() {
        let world = world();
        let mut page = profile("one", "https://one.dev");
        let ProfileTarget::Scalekit(target) = &mut page.target else { panic!("another kind") };
        target.user_verify_url = Some("https://app.dev/verify".parse().expect("a URL"));
        edit(&world, "one", &page, Some("rotated")).expect("changed");
        assert_eq!(kept(&world, &page).as_deref(), Some("rotated"));
        assert_eq!(world.profiles.get(&name("one")), Ok(page));
        let without = profile("one", "https://one.dev");
        edit(&world, "one", &without, None).expect("changed");
        assert_eq!(world.profiles.get(&name("one")), Ok(without));
    }

    #[test]
    fn what_cannot_be_changed_stays() {
        let world = world();
        let before = world.profiles.list().expect("read");
        let taken = edit(&world, "one", &profile("two", "https://one.dev"), None).expect_err("taken");
        let unknown = edit(&world, "none", &profile("x", "https://one.dev"), None).expect_err("unknown");
        let stopped = world.profiles.edit(&name("one"), &profile("x", "https://one.dev"), None, &|| true);
        let kinds = [taken.kind, unknown.kind, stopped.expect_err("stopped").kind];
        assert_eq!(kinds, [FaultKind::Conflict, FaultKind::NotFound, FaultKind::Cancelled]);
        assert_eq!(world.profiles.list().expect("read"), before);
    }

    #[test]
    fn one_that_is_kept_in_memory_is_changed_there() {
        let world = world();
        world.profiles.keep(profile("mem", "https://mem.dev"), secret("kept")).expect("kept");
        edit(&world, "mem", &profile("memory", "https://mem.dev"), None).expect("changed");
        let changed = world.profiles.get(&name("memory")).expect("there");
        assert_eq!(world.profiles.environment(&changed).expect("opens").client_secret.expose(), "kept");
        assert!(edit(&world, "memory", &profile("memory", "https://evil.dev"), None).is_err());
        assert!(world.profiles.get(&name("mem")).is_err());
    }
}
