//! All providers.

use std::collections::HashMap;
use std::path::Path;

use super::built_in::FILES;
use super::own_files::{OwnFileProblem, each_own_file};
use super::spec::ProviderSpec;
use crate::domain::Provider;

/// Providers by key.
#[derive(Clone, Debug, Default)]
pub struct ProviderTable {
    specs: HashMap<String, ProviderSpec>,
}

impl ProviderTable {
    /// The providers that come with the program.
    pub fn built_in() -> Self {
        let mut table = Self { specs: HashMap::new() };
        for text in FILES {
            // A test holds that each of them can be read.
            if let Ok(spec) = ProviderSpec::parse(text) {
                table.insert(ProviderSpec { is_built_in: true, ..spec });
            }
        }
        table
    }

    /// The same, and in their place or beside them those in a person's folder of settings. A file that says something
    /// wrong does not count. One that tells only who an account is leaves the rest to ours.
    pub fn read(config: &Path) -> (Self, Vec<OwnFileProblem>) {
        let mut table = Self::built_in();
        let problems = each_own_file(config, |text| {
            let spec = ProviderSpec::parse(text)?;
            if spec.says_something() || table.get(&spec.key).is_none() {
                table.insert(spec);
            }
            Ok(())
        });
        (table, problems)
    }

    fn insert(&mut self, spec: ProviderSpec) {
        self.specs.insert(key(&spec.key), spec);
    }

    /// A provider, in whatever case it is written.
    pub fn get(&self, provider: &Provider) -> Option<&ProviderSpec> {
        self.specs.get(&key(provider))
    }

    /// All of them, by title.
    pub fn all(&self) -> Vec<&ProviderSpec> {
        let mut all: Vec<_> = self.specs.values().collect();
        all.sort_by(|a, b| (a.title.to_lowercase(), a.key.raw()).cmp(&(b.title.to_lowercase(), b.key.raw())));
        all
    }
}

impl ProviderSpec {
    /// True if accounts can be connected to it by what its file says.
    pub fn is_connectable(&self) -> bool {
        self.oauth.is_some() || self.key_form.is_some()
    }

    fn says_something(&self) -> bool {
        self.is_connectable() || self.api.is_some() || !self.scopes.is_empty()
    }
}

fn key(provider: &Provider) -> String {
    provider.raw().to_lowercase()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::provider::FOLDER;
    use crate::provider::{HeaderForm, SecretNeed};

    #[test]
    fn every_built_in_file_counts() {
        for text in FILES {
            ProviderSpec::parse(text).unwrap_or_else(|problem| panic!("{problem}\n{text}"));
        }
        let table = ProviderTable::built_in();
        assert_eq!(table.specs.len(), FILES.len(), "no provider twice");
        for spec in table.all() {
            assert!(spec.is_built_in && !spec.title.is_empty());
            assert!(
                !spec.is_connectable() || spec.api.is_some(),
                "{}: a credential without a place to send it",
                spec.key
            );
        }
    }

    #[test]
    fn three_providers_are_known_deeply() {
        let table = ProviderTable::built_in();
        for name in ["LINEAR", "ASANA", "GITHUB"] {
            let spec = table.get(&name.into()).unwrap();
            let oauth = spec.oauth.as_ref().unwrap();
            assert!(spec.scopes.len() >= 6 && spec.scopes.iter().any(|scope| scope.default), "{name}");
            assert!(oauth.endpoints.revoke.is_some() && spec.register_app.is_some() && spec.get_key.is_some());
            assert!(!oauth.quirks.redirect_ports.is_empty() || name == "GITHUB");
            assert!(!spec.errors.message.is_empty() && spec.rate_headers.remaining.is_some() || name == "ASANA");
        }
        let linear = table.get(&"linear".into()).unwrap();
        let oauth = linear.oauth.as_ref().unwrap();
        assert_eq!((oauth.secret, oauth.quirks.separator.as_str()), (SecretNeed::Optional, ","));
        assert_eq!(linear.key_form.as_ref().unwrap().form, HeaderForm::Bare);
        let asana = table.get(&"asana".into()).unwrap().oauth.as_ref().unwrap();
        assert_eq!((asana.secret, asana.quirks.redirect_uris()[0].contains("localhost")), (SecretNeed::Required, true));
        assert!(table.get(&"GitHub".into()).unwrap().oauth.as_ref().unwrap().endpoints.device.is_some());
    }

    #[test]
    fn a_person_adds_their_own_and_replaces_ours() {
        let config = tempfile::tempdir().unwrap();
        let folder = config.path().join(FOLDER);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("acme.toml"), "provider='ACME'\n[api]\nbase='https://acme.example'\n[key]\n").unwrap();
        fs::write(folder.join("asana.toml"), "provider='ASANA'\nget='/me'\nid='/id'").unwrap();
        fs::write(folder.join("github.toml"), "provider='GITHUB'\n[api]\nbase='https://git.acme.example/api/v3'")
            .unwrap();
        fs::write(folder.join("odd.toml"), "provider='ODD'\n[api]\nbase='ftp://x'").unwrap();
        let (table, problems) = ProviderTable::read(config.path());
        let acme = table.get(&"acme".into()).unwrap();
        assert!(acme.is_connectable() && !acme.is_built_in && acme.title == "ACME");
        assert!(table.get(&"asana".into()).unwrap().oauth.is_some(), "a probe alone replaces nothing");
        let github = table.get(&"github".into()).unwrap();
        assert!(github.oauth.is_none() && github.api.as_ref().unwrap().host_str() == Some("git.acme.example"));
        assert_eq!(problems.len(), 1);
        assert!(problems[0].file.raw() == "odd.toml" && problems[0].sentence.raw().contains("https"));
    }
}
