//! Tools and their execution. Reference: sections 3.3 and 8.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use super::paging::Paging;
use super::{lenient, null_as_default};

/// Page size of tools that we ask for; the reference states no rule for the scoped list (1.6).
pub const PAGE_SIZE: u32 = 100;

/// Largest page of the list of all tools; more is clamped (1.6).
pub const MAX_PAGE_SIZE: u32 = 1000;

/// The same with `filter.query`.
pub const MAX_PAGE_SIZE_WITH_QUERY: u32 = 100;

/// One tool. `definition` is free-form on the wire and kept raw; it is most of a page, so it is borrowed.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct WireTool<'a> {
    /// Id of the tool: `tol_…`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub id: String,
    /// Key of the provider.
    #[serde(default, deserialize_with = "lenient::text")]
    pub provider: String,
    /// Name, description, schema and more; see [`Definition`].
    #[serde(borrow, default)]
    pub definition: Option<&'a RawValue>,
}

/// Fields of a definition that we read (section 8).
#[derive(Debug, Default, Deserialize)]
pub struct Definition<'a> {
    /// As it is called.
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: String,
    /// A title for people.
    #[serde(default, deserialize_with = "lenient::text")]
    pub display_name: String,
    /// Description in the vendor's words.
    #[serde(default, deserialize_with = "lenient::text")]
    pub description: String,
    /// JSON Schema of the input.
    #[serde(borrow, default)]
    pub input_schema: Option<&'a RawValue>,
    /// The schema's other name. No alias of the first: a definition may hold both.
    #[serde(borrow, default)]
    pub input: Option<&'a RawValue>,
    /// Hints about what it does to the world.
    #[serde(default)]
    pub annotations: Option<Annotations>,
    /// REST call at the provider that the tool maps to, where it does.
    #[serde(default)]
    pub rest_api_info: Option<RestApiInfo>,
}

/// Hints, snake_case on this wire.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Annotations {
    /// True if it changes nothing, says the vendor.
    #[serde(default, deserialize_with = "lenient::open_flag", skip_serializing_if = "Option::is_none")]
    pub read_only_hint: Option<bool>,
    /// May take something away.
    #[serde(default, deserialize_with = "lenient::open_flag", skip_serializing_if = "Option::is_none")]
    pub destructive_hint: Option<bool>,
}

/// The provider call behind a tool.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct RestApiInfo {
    /// HTTP method of the provider's API.
    #[serde(default, deserialize_with = "lenient::text")]
    pub method: String,
}

/// A tool as one identifier may call it; `T` may be raw JSON.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de> + Default"))]
pub struct ScopedTool<T> {
    /// The tool itself, nested.
    #[serde(default)]
    pub tool: T,
    /// Identifier of the person who may call it.
    #[serde(default, deserialize_with = "lenient::text")]
    pub identifier: String,
    /// Id of the account it would run with.
    #[serde(default, deserialize_with = "lenient::text")]
    pub connected_account_id: String,
}

/// Answer of `GET /api/v1/tools/scoped`; `T` may be raw JSON, for readers that keep what came.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub struct ListScopedToolsResponse<T> {
    /// Tools of this page.
    #[serde(default = "Vec::new", deserialize_with = "null_as_default")]
    pub tools: Vec<T>,
    /// Fields beside the rows.
    #[serde(flatten)]
    pub paging: Paging,
}

/// Answer of `GET /api/v1/tools`; `T` may be raw JSON.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub struct ListToolsResponse<T> {
    /// This page; empty where only a summary was asked for.
    #[serde(default = "Vec::new", deserialize_with = "null_as_default")]
    pub tools: Vec<T>,
    /// Fields beside the rows.
    #[serde(flatten)]
    pub paging: Paging,
}

/// Body of `POST /api/v1/execute_tool`.
#[derive(Debug, Serialize, Deserialize)]
pub struct ExecuteToolRequest {
    /// Name of the tool.
    #[serde(default)]
    pub tool_name: String,
    /// Id of the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connected_account_id: Option<String>,
    /// Or: for whom …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// … on which connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connector: Option<String>,
    /// The tool's input, an object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub params: Option<Box<RawValue>>,
    /// Groups calls in the environment's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_run_id: Option<String>,
}

/// Answer of an execution that the provider carried out, as it is written.
#[derive(Debug, Serialize)]
pub struct ExecuteToolResponse<T: Serialize> {
    /// Result of the tool, whatever its shape.
    pub data: T,
    /// The broker's name for this call.
    pub execution_id: String,
}

fn even_null<'a, D: Deserializer<'a>>(wire: D) -> Result<Option<&'a RawValue>, D::Error> {
    <&RawValue>::deserialize(wire).map(Some)
}

/// The same answer as it is read: borrowing, so that a large result is never copied.
#[derive(Debug, Deserialize)]
pub struct ExecuteToolResponseRef<'a> {
    /// The tool's result, raw; `null` is a result like any other.
    #[serde(borrow, default, deserialize_with = "even_null")]
    pub data: Option<&'a RawValue>,
    /// The broker's name for this call, raw: a result must not be lost for want of a text here.
    #[serde(borrow, default)]
    pub execution_id: Option<&'a RawValue>,
}
