//! The catalogue of providers. Reference: section 3.4.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::paging::Paging;
use super::{lenient, null_as_default};

/// One provider of the catalogue.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct WireProvider {
    /// Id of the row; connections refer to the identifier instead.
    #[serde(default, deserialize_with = "lenient::text")]
    pub id: String,
    /// Its key, `LINEAR`; a custom one may hold a colon.
    #[serde(default, deserialize_with = "lenient::text")]
    pub identifier: String,
    /// Its name for people.
    #[serde(default, deserialize_with = "lenient::text")]
    pub display_name: String,
    /// Description in the broker's words.
    #[serde(default, deserialize_with = "lenient::text")]
    pub description: String,
    /// Categories of the catalogue.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub categories: Vec<String>,
    /// Ways to authorize it; free-form objects, see [`WireAuthPattern`].
    #[serde(default, deserialize_with = "null_as_default")]
    pub auth_patterns: Vec<Box<RawValue>>,
    /// URL of an icon.
    #[serde(default, deserialize_with = "lenient::text")]
    pub icon_src: String,
    /// Position in a list.
    #[serde(default, deserialize_with = "lenient::whole")]
    pub display_priority: i32,
    /// Announced only: it cannot be connected yet.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub coming_soon: bool,
    /// Base URL that proxy requests go to.
    #[serde(default, deserialize_with = "lenient::text")]
    pub proxy_url: String,
    /// True if proxy requests are let through.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub proxy_enabled: bool,
    /// Made by the environment's owner.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub is_custom: bool,
    /// An MCP server of the environment's owner.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub is_custom_mcp: bool,
    /// Further data, read as text.
    #[serde(default, deserialize_with = "null_as_default")]
    pub metadata: Map<String, Value>,
}

/// Page size that we ask for; the reference states no rule (1.6).
pub const PAGE_SIZE: u32 = 100;

/// `filter.provider_type`: the catalogue's own and the environment's own.
pub const ALL: &str = "ALL";

/// Auth pattern as far as the SDKs know it; its fields `F` may be raw JSON.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "F: Deserialize<'de>"))]
pub struct WireAuthPattern<F = WireAuthField> {
    /// `OAUTH`, `API_KEY`, `BASIC`, `BEARER`, `NO_AUTH`, …
    #[serde(default, deserialize_with = "lenient::text", rename = "type")]
    pub kind: String,
    /// Its name for people.
    #[serde(default, deserialize_with = "lenient::text")]
    pub display_name: String,
    /// Description in the broker's words.
    #[serde(default, deserialize_with = "lenient::text")]
    pub description: String,
    /// Fields that a person types in as credentials.
    #[serde(default = "Vec::new", deserialize_with = "null_as_default")]
    pub fields: Vec<F>,
    /// Further fields of the account, such as the person's own host.
    #[serde(default = "Vec::new", deserialize_with = "null_as_default")]
    pub account_fields: Vec<F>,
}

/// One field of a form.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct WireAuthField {
    /// Its key in `static_auth.details`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub field_name: String,
    /// Its name for people.
    #[serde(default, deserialize_with = "lenient::text")]
    pub label: String,
    /// `text`, `password`, `select` or `textarea`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub input_type: String,
    /// Hint to show in the empty field.
    #[serde(default, deserialize_with = "lenient::text")]
    pub hint: String,
    /// Must be filled in.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub required: bool,
    /// Options of a `select`; the shape of one is not stated.
    #[serde(default, deserialize_with = "null_as_default", skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Box<RawValue>>,
}

/// One thing to choose in a `select`, where it is an object. Its names are a guess.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct WireFieldOption {
    /// Value that is sent.
    #[serde(default, deserialize_with = "lenient::text")]
    pub value: String,
    /// Label that is shown.
    #[serde(default, deserialize_with = "lenient::text")]
    pub label: String,
}

/// Answer of `GET /api/v1/providers`; `P` may be raw JSON.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "P: Deserialize<'de>"))]
pub struct ListProvidersResponse<P = WireProvider> {
    /// Providers of this page.
    #[serde(default = "Vec::new", deserialize_with = "null_as_default")]
    pub providers: Vec<P>,
    /// Fields beside the rows.
    #[serde(flatten)]
    pub paging: Paging,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_providers_is_read() {
        let page: ListProvidersResponse = serde_json::from_str(
            r#"{"providers":[{"id":"p1","identifier":"GOOGLEWORKSPACE:12345","display_name":"Workspace","description":"",
                "categories":["mail"],"auth_patterns":[{"type":"API_KEY","display_name":"Key","fields":[{"field_name":"api_key",
                "label":"API key","input_type":"select","hint":"From your profile","required":true,"options":["eu",{"value":"us"}]}],
                "account_fields":null,"is_mcp":false,"oauth_config":{"pkce_enabled":true}}],
                "icon_src":"https://x/i.svg","display_priority":3,"coming_soon":false,"proxy_url":"https://x","proxy_enabled":true,
                "is_custom":true,"is_custom_mcp":false,"metadata":{"team":"data"}}],
                "next_page_token":"","prev_page_token":"","total_size":1}"#,
        )
        .expect("a page");
        let provider = page.providers.first().expect("one");
        assert_eq!((provider.identifier.as_str(), provider.display_priority), ("GOOGLEWORKSPACE:12345", 3));
        assert!(provider.proxy_enabled && provider.is_custom);
        let raw = provider.auth_patterns.first().expect("a pattern").get();
        assert!(raw.contains("pkce_enabled"), "kept as it came");
        let pattern: WireAuthPattern = serde_json::from_str(raw).expect("a pattern");
        let field = pattern.fields.first().expect("a field");
        assert_eq!((pattern.kind.as_str(), field.field_name.as_str(), field.required), ("API_KEY", "api_key", true));
        assert_eq!(
            field.options.iter().map(|option| option.get()).collect::<Vec<_>>(),
            [r#""eu""#, r#"{"value":"us"}"#]
        );
        assert!(pattern.account_fields.is_empty());
    }
}
