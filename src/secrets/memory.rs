//! Secrets in memory alone.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::{SecretKey, SecretStore};
use crate::domain::{Fault, Secret};

/// Keeps secrets for as long as the program runs.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<HashMap<SecretKey, Secret>>);

impl SecretStore for MemoryStore {
    fn get(&self, key: &SecretKey) -> Result<Option<Secret>, Fault> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned())
    }

    fn set(&self, key: &SecretKey, secret: &Secret) -> Result<(), Fault> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone(), secret.clone());
        Ok(())
    }

    fn delete(&self, key: &SecretKey) -> Result<(), Fault> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::EnvironmentUrl;

    #[test]
    fn memory_keeps_what_it_is_given() {
        let store = MemoryStore::default();
        let url = EnvironmentUrl::parse("https://acme.scalekit.dev").expect("a URL");
        let (one, other) = (SecretKey::new(&url, &"skc_1".into()), SecretKey::new(&url, &"skc_2".into()));
        store.set(&one, &Secret::new("a".into())).expect("kept");
        store.set(&one, &Secret::new("b".into())).expect("kept");
        assert_eq!(store.get(&one).expect("works").expect("is there").expose(), "b");
        assert!(store.get(&other).expect("works").is_none());
        store.delete(&one).expect("gone");
        store.delete(&one).expect("fine");
        assert!(store.get(&one).expect("works").is_none());
    }
}
