//! Providers that the environment's owner made. Reference: section 3.4.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::World;
use super::snapshot::without_credentials;
use super::vendors::Vendor;
use crate::backend::scalekit::wire::providers::WireProvider;

/// More than anybody makes.
const MOST_PROVIDERS: u64 = 1000;

/// Place of the first one among the ids: behind every provider that the world begins with.
const FIRST_ORDINAL: u64 = 100_000;

/// A custom provider as its owner describes it.
pub struct CustomProvider {
    pub display_name: String,
    pub description: String,
    /// Free-form objects.
    pub auth_patterns: Vec<Box<RawValue>>,
    /// One of the patterns is that of an MCP server.
    pub is_mcp: bool,
    pub proxy_url: String,
    pub proxy_enabled: bool,
    pub icon_src: String,
    pub metadata: Map<String, Value>,
}

/// Reason why a custom provider is not made, changed or deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderError {
    /// There is none of this identifier. Those of the catalogue are not custom.
    Unknown,
    /// Another custom one has the name: a guess.
    NameTaken,
    /// A connection uses it.
    InUse,
    TooMany,
}

/// All custom providers as they are written to a file.
#[derive(Serialize, Deserialize)]
pub struct CustomProviderState {
    made: u64,
    rows: Vec<CustomProviderRow>,
}

#[derive(Serialize, Deserialize)]
struct CustomProviderRow {
    number: u64,
    provider: WireProvider,
}

impl CustomProvider {
    fn listed(self, number: u64, identifier: String) -> WireProvider {
        WireProvider {
            id: format!("prv_{number}"),
            identifier,
            display_name: self.display_name,
            description: self.description,
            auth_patterns: self.auth_patterns,
            icon_src: self.icon_src,
            proxy_url: self.proxy_url,
            proxy_enabled: self.proxy_enabled,
            is_custom: true,
            is_custom_mcp: self.is_mcp,
            metadata: self.metadata,
            ..WireProvider::default()
        }
    }
}

impl World {
    /// # Errors
    /// The name is taken, or there are too many.
    pub fn create_custom_provider(&mut self, provider: CustomProvider) -> Result<&Vendor, ProviderError> {
        if self.custom_made == MOST_PROVIDERS {
            return Err(ProviderError::TooMany);
        }
        self.name_is_free(&provider.display_name, None)?;
        let number = self.ids.snowflake("prv", FIRST_ORDINAL + self.custom_made);
        let identifier = self.identifier(&provider.display_name);
        self.custom_made += 1;
        Ok(self.vendors.push_mut(Arc::new(Vendor::custom(number, String::new(), provider.listed(number, identifier)))))
    }

    /// The custom provider of this identifier.
    pub fn custom_provider(&self, identifier: &str) -> Option<&Vendor> {
        self.custom_vendor(identifier).map(|vendor| &**vendor)
    }

    /// Takes the whole description.
    ///
    /// # Errors
    /// There is none, or the name is taken.
    pub fn update_custom_provider(
        &mut self,
        identifier: &str,
        provider: CustomProvider,
    ) -> Result<&Vendor, ProviderError> {
        self.name_is_free(&provider.display_name, Some(identifier))?;
        let number = self.custom_vendor(identifier).ok_or(ProviderError::Unknown)?.number;
        self.replace(number, provider.listed(number, identifier.to_owned())).ok_or(ProviderError::Unknown)
    }

    /// # Errors
    /// There is none, or a connection uses it.
    pub fn delete_custom_provider(&mut self, identifier: &str) -> Result<(), ProviderError> {
        let number = self.custom_vendor(identifier).ok_or(ProviderError::Unknown)?.number;
        if self.connections().any(|connection| connection.provider.number == number) {
            return Err(ProviderError::InUse);
        }
        self.vendors.retain(|vendor| vendor.number != number);
        Ok(())
    }

    /// Custom providers, to be written down. Whatever looks like a credential in their metadata is left out.
    pub(super) fn custom_provider_state(&self) -> CustomProviderState {
        let custom = self.vendors().filter(|vendor| vendor.listed.is_custom);
        let rows = custom.map(|vendor| {
            let metadata = without_credentials(&vendor.listed.metadata);
            CustomProviderRow { number: vendor.number, provider: WireProvider { metadata, ..vendor.listed.clone() } }
        });
        CustomProviderState { made: self.custom_made, rows: rows.collect() }
    }

    /// Custom providers as they were written, in place of those that the world begins with.
    pub(super) fn restore_custom_providers(&mut self, state: CustomProviderState) {
        self.custom_made = state.made;
        let is_kept = |vendor: &Vendor| state.rows.iter().any(|row| row.number == vendor.number);
        self.vendors.retain(|vendor| !vendor.listed.is_custom || is_kept(vendor));
        for CustomProviderRow { number, provider } in state.rows {
            if self.vendors().any(|vendor| vendor.number == number) {
                self.replace(number, provider);
            } else {
                self.vendors.push(Arc::new(Vendor::custom(number, String::new(), provider)));
            }
        }
    }

    /// Describes a provider anew, for its connections and their accounts as well. None where there is no such provider.
    fn replace(&mut self, number: u64, listed: WireProvider) -> Option<&Vendor> {
        let vendor = self.vendors.iter_mut().find(|vendor| vendor.number == number)?;
        let token_prefix = vendor.token_prefix.clone();
        *vendor = Arc::new(Vendor::custom(number, token_prefix, listed));
        for connection in self.connections.iter_mut().filter(|known| known.provider.number == number) {
            *connection = Arc::new(connection.with_provider(Arc::clone(vendor)));
            for account in self.accounts.rows.iter_mut().filter(|row| row.connection.number == connection.number) {
                account.connection = Arc::clone(connection);
            }
        }
        Some(vendor)
    }

    fn custom_vendor(&self, identifier: &str) -> Option<&Arc<Vendor>> {
        self.vendors().find(|vendor| vendor.listed.is_custom && vendor.key() == identifier)
    }

    fn name_is_free(&self, name: &str, identifier: Option<&str>) -> Result<(), ProviderError> {
        let others = self.vendors().filter(|vendor| vendor.listed.is_custom && Some(vendor.key()) != identifier);
        match others.map(|vendor| vendor.title()).any(|title| title.eq_ignore_ascii_case(name)) {
            true => Err(ProviderError::NameTaken),
            false => Ok(()),
        }
    }

    /// The name in capitals without spaces, a colon, and five digits: `GOOGLEWORKSPACE:12345`.
    fn identifier(&self, display_name: &str) -> String {
        let name: String = display_name.chars().filter(|c| *c != ' ').collect::<String>().to_uppercase();
        let identifier = |draw: u64| {
            let digits = 10_000 + self.ids.number(&format!("custom/{}/{draw}", self.custom_made)) % 90_000;
            format!("{name}:{digits}")
        };
        let is_free = |identifier: &String| self.vendors().all(|vendor| vendor.key() != identifier);
        (0..).map(identifier).find(is_free).unwrap_or_default()
    }
}
