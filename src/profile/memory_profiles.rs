//! Profiles that live as long as the program, for machines without a keychain: written nowhere.

use std::sync::{MutexGuard, PoisonError};

use super::file::Profile;
use super::name::ProfileName;
use super::profiles::{Profiles, taken};
use crate::domain::{Fault, Secret};

impl Profiles {
    /// Keeps a profile and its secret in memory, for this program and its clones of `self`.
    ///
    /// # Errors
    /// [`FaultKind::Conflict`](crate::domain::FaultKind::Conflict) if the name is taken.
    pub fn keep(&self, profile: Profile, secret: Secret) -> Result<(), Fault> {
        // A file that cannot be read takes no name.
        let saved = self.list().unwrap_or_default();
        let mut kept = self.all_kept();
        if saved.get(&profile.name).is_ok() || kept.iter().any(|(other, _)| other.name == profile.name) {
            return Err(taken(&profile.name));
        }
        kept.push((profile, secret));
        Ok(())
    }

    /// Those that are kept in memory alone.
    pub fn only_kept(&self) -> Vec<Profile> {
        self.all_kept().iter().map(|(profile, _)| profile.clone()).collect()
    }

    /// True if this one is among them, so that no keychain is asked for it.
    pub fn is_kept(&self, profile: &Profile) -> bool {
        self.all_kept().iter().any(|(kept, _)| kept == profile)
    }

    pub(super) fn kept(&self, name: &ProfileName) -> Option<(Profile, Secret)> {
        self.all_kept().iter().find(|(profile, _)| profile.name == *name).cloned()
    }

    /// Removes it; true if it was there.
    pub(super) fn forget(&self, name: &ProfileName) -> bool {
        let mut kept = self.all_kept();
        let before = kept.len();
        kept.retain(|(profile, _)| profile.name != *name);
        kept.len() < before
    }

    /// Puts `changed` in its place, with the same secret unless there is a new one.
    pub(super) fn change_kept(&self, name: &ProfileName, changed: &Profile, secret: Option<&Secret>) {
        if let Some((profile, kept)) = self.all_kept().iter_mut().find(|(profile, _)| profile.name == *name) {
            profile.clone_from(changed);
            if let Some(secret) = secret {
                kept.clone_from(secret);
            }
        }
    }

    fn all_kept(&self) -> MutexGuard<'_, Vec<(Profile, Secret)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
