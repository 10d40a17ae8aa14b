//! Credentials by name, as a person types them in.

use std::fmt;

use super::{Secret, Untrusted};

/// Named credentials, such as `api_key`, or `username` and `password`: what the provider's auth
/// pattern asks for. Order is kept. `Debug` gives the names and nothing else.
#[derive(Clone, Default)]
pub struct Credentials(Vec<(Untrusted, Secret)>);

impl Credentials {
    /// Sets one field, in place of an earlier one of this name.
    pub fn set(&mut self, name: impl Into<Untrusted>, value: Secret) {
        let name = name.into();
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name, value)),
        }
    }

    /// Value of one field.
    pub fn get(&self, name: &str) -> Option<&Secret> {
        self.iter().find(|(known, _)| known.raw() == name).map(|(_, value)| value)
    }

    /// All fields in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Untrusted, &Secret)> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// Values without their names, for whoever must blank them elsewhere.
    pub fn values(&self) -> impl Iterator<Item = &Secret> {
        self.iter().map(|(_, value)| value)
    }

    /// True for an account that needs no credentials, or has none yet.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: Into<Untrusted>> FromIterator<(N, Secret)> for Credentials {
    fn from_iter<I: IntoIterator<Item = (N, Secret)>>(fields: I) -> Self {
        let mut credentials = Self::default();
        fields.into_iter().for_each(|(name, value)| credentials.set(name, value));
        credentials
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_gives_the_names_alone() {
        let mut fields: Credentials = [("domain", "acme.dev"), ("api_key", "hunter2")]
            .map(|(name, value)| (name, Secret::new(value.into())))
            .into_iter()
            .collect();
        fields.set("domain", Secret::new("hunter3".into()));
        assert_eq!(fields.get("domain").map(Secret::expose), Some("hunter3"));
        assert_eq!(fields.iter().len(), 2);
        let shown = format!("{fields:?}");
        assert!(shown.contains(r#"{"domain", "api_key"}"#) && !shown.contains("hunter"), "{shown}");
    }
}
