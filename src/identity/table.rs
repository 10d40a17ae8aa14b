//! All calls that ask who an account is, by provider.

use std::collections::HashMap;
use std::path::Path;

use super::call::IdentityCall;
use crate::domain::Provider;
use crate::provider::{self, OwnFileProblem, each_own_file};

/// Calls by provider.
#[derive(Clone, Debug)]
pub struct IdentityTable {
    calls: HashMap<String, IdentityCall>,
}

impl IdentityTable {
    /// The built-in calls.
    pub fn built_in() -> Self {
        let mut table = Self { calls: HashMap::new() };
        for text in provider::FILES {
            // A test holds that each of them can be read.
            if let Ok(mut call) = IdentityCall::parse(text) {
                call.is_built_in = true;
                table.insert(call);
            }
        }
        table
    }

    /// The built-in calls, and in their place or beside them those in a person's folder of settings. A file that says
    /// something wrong does not count.
    pub fn read(config: &Path) -> (Self, Vec<OwnFileProblem>) {
        let mut table = Self::built_in();
        let problems = each_own_file(config, |text| {
            IdentityCall::parse_if_any(text)?.into_iter().for_each(|call| table.insert(call));
            Ok(())
        });
        (table, problems)
    }

    fn insert(&mut self, call: IdentityCall) {
        self.calls.insert(key(&call.provider), call);
    }

    /// Call for a provider, in whatever case it is written.
    pub fn get(&self, provider: &Provider) -> Option<&IdentityCall> {
        self.calls.get(&key(provider))
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

    #[test]
    fn every_built_in_file_counts() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/providers");
        let files: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path())).collect();
        assert_eq!(files.len(), provider::FILES.len());
        for text in files {
            let text = text.unwrap();
            let call = IdentityCall::parse(&text).unwrap_or_else(|problem| panic!("{problem}\n{text}"));
            assert!(provider::FILES.contains(&text.as_str()), "{} is not in the table", call.provider);
        }
        assert_eq!(IdentityTable::built_in().calls.len(), provider::FILES.len(), "no provider twice");
    }

    #[test]
    fn a_person_adds_their_own_and_replaces_ours() {
        let config = tempfile::tempdir().unwrap();
        let (table, problems) = IdentityTable::read(config.path());
        assert!(problems.is_empty() && table.get(&"linear".into()).is_some() && table.get(&"ACME".into()).is_none());
        let folder = config.path().join(FOLDER);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("acme.toml"), "provider='ACME'\nget='/me'\nid='/id'").unwrap();
        fs::write(folder.join("linear.toml"), "provider='LINEAR'\nget='/mine'\nid='/id'").unwrap();
        fs::write(folder.join("odd.toml"), "provider='ODD'\ntool='odd_delete'\nid='/id'").unwrap();
        fs::write(folder.join("notes.txt"), "nothing").unwrap();
        fs::write(folder.join("plain.toml"), "provider='PLAIN'\n[api]\nbase='https://plain.example'").unwrap();
        let (table, problems) = IdentityTable::read(config.path());
        assert_eq!(table.get(&"Acme".into()).unwrap().label().raw(), "GET /me");
        assert_eq!(table.get(&"LINEAR".into()).unwrap().label().raw(), "GET /mine");
        assert!(table.get(&"ODD".into()).is_none());
        assert_eq!(problems.len(), 1);
        assert!(problems[0].file.raw() == "odd.toml" && problems[0].sentence.raw().contains("not known to read"));
    }
}
