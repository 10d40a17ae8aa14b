//! The people of the world. They exist at the providers; the broker knows only identifiers.

use std::sync::Arc;

use serde::Deserialize;

use super::refs::resolve;

const DATA: &str = include_str!("../../assets/sandbox/people.json");

/// Made-up person.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Persona {
    /// Key by which the data files refer to them.
    pub key: String,
    pub name: String,
    /// At the providers; also the identifier under which an application would know them.
    pub email: String,
}

/// Everybody in the world of the sandbox.
#[derive(Clone, Debug)]
pub struct People(Vec<Arc<Persona>>);

impl People {
    pub fn read() -> Result<Self, serde_json::Error> {
        serde_json::from_str::<Vec<Persona>>(DATA).map(|people| Self(people.into_iter().map(Arc::new).collect()))
    }

    /// These people, in their order.
    pub fn from_people(people: Vec<Arc<Persona>>) -> Self {
        Self(people)
    }

    /// Adds people behind those that there are.
    pub fn extend(&mut self, people: impl IntoIterator<Item = Arc<Persona>>) {
        self.0.extend(people);
    }

    pub fn iter(&self) -> impl Iterator<Item = &Arc<Persona>> {
        self.0.iter()
    }

    /// The person a data file means.
    pub fn named(&self, key: &str) -> Result<Arc<Persona>, serde_json::Error> {
        resolve(self.0.iter().cloned(), |person| person.key == key, key)
    }

    pub fn find(&self, key: &str) -> Option<&Arc<Persona>> {
        self.0.iter().find(|person| person.key == key)
    }

    pub fn with_email(&self, email: &str) -> Option<&Arc<Persona>> {
        self.0.iter().find(|person| person.email == email)
    }
}
