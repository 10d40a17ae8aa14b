//! The providers as the broker's catalogue lists them. What they do stands in `provider`.

use std::sync::Arc;

use serde::Deserialize;

use crate::backend::scalekit::wire::providers::{WireAuthField, WireAuthPattern, WireProvider};
use crate::sandbox::ids::Ids;

const DATA: &str = include_str!("../../../assets/sandbox/providers.json");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VendorData {
    token_prefix: String,
    provider: WireProvider,
}

/// Provider in the broker's catalogue.
#[derive(Debug)]
pub struct Vendor {
    /// Its id without the prefix.
    pub number: u64,
    /// Prefix of its access tokens.
    pub token_prefix: String,
    /// As it is listed.
    pub listed: WireProvider,
    /// Its auth patterns, read.
    patterns: Vec<WireAuthPattern>,
}

impl Vendor {
    /// Its key on the wire, such as `LINEAR`.
    pub fn key(&self) -> &str {
        &self.listed.identifier
    }

    /// Its name for people.
    pub fn title(&self) -> &str {
        &self.listed.display_name
    }

    /// Fields that a person fills in on a connection of this kind.
    pub fn fields(&self, kind: &str) -> impl Iterator<Item = &WireAuthField> {
        let patterns = self.patterns.iter().filter(move |pattern| pattern.kind == kind);
        patterns.flat_map(|pattern| pattern.account_fields.iter().chain(&pattern.fields))
    }

    /// A provider that somebody made. Patterns that are not of the usual form have no fields.
    pub fn custom(number: u64, token_prefix: String, listed: WireProvider) -> Self {
        let patterns = listed.auth_patterns.iter().filter_map(|raw| serde_json::from_str(raw.get()).ok()).collect();
        Self { number, token_prefix, patterns, listed }
    }

    /// Types that its connections may have, by its auth patterns.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.patterns.iter().map(|pattern| pattern.kind.as_str())
    }

    /// A provider that is listed like this.
    ///
    /// # Errors
    /// An auth pattern is none.
    pub fn build(
        ids: Ids,
        ordinal: u64,
        token_prefix: String,
        provider: WireProvider,
    ) -> Result<Self, serde_json::Error> {
        let number = ids.snowflake("prv", ordinal);
        let patterns = provider.auth_patterns.iter().map(|raw| serde_json::from_str(raw.get()));
        Ok(Self {
            number,
            token_prefix,
            patterns: patterns.collect::<Result<_, _>>()?,
            listed: WireProvider { id: format!("prv_{number}"), ..provider },
        })
    }
}

/// All providers that are built in, in the order of their ids.
pub fn read(ids: Ids) -> Result<Vec<Arc<Vendor>>, serde_json::Error> {
    let data: Vec<VendorData> = serde_json::from_str(DATA)?;
    let build = |(ordinal, data): (u64, VendorData)| {
        Vendor::build(ids, ordinal, data.token_prefix, data.provider).map(Arc::new)
    };
    (0..).zip(data).map(build).collect()
}

/// A provider that is known only by its connector's name.
pub fn unknown(ids: Ids, ordinal: u64, connector: &str) -> Vendor {
    let number = ids.snowflake("prv", ordinal);
    let listed = WireProvider {
        id: format!("prv_{number}"),
        identifier: connector.to_uppercase(),
        display_name: connector.into(),
        ..WireProvider::default()
    };
    Vendor { number, token_prefix: String::new(), listed, patterns: Vec::new() }
}
