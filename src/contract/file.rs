//! A contract as its file has it.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::answer::ErrorRule;
use super::page::PageFile;
use super::upload::UploadStep;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ContractFile {
    pub name: String,
    #[serde(default)]
    pub title: String,
    pub description: String,
    pub provider: String,
    pub effect: String,
    #[serde(default)]
    pub scopes: Vec<String>,
    #[serde(default)]
    pub schema: Map<String, Value>,
    pub input: Option<String>,
    pub output: Option<String>,
    pub answer: Option<String>,
    pub request: Option<RequestFile>,
    pub graphql: Option<GraphqlFile>,
    pub page: Option<PageFile>,
    pub upload: Option<UploadStep>,
    pub errors: Option<ErrorRule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestFile {
    pub method: String,
    pub path: String,
    #[serde(default)]
    pub query: Map<String, Value>,
    #[serde(default)]
    pub headers: Map<String, Value>,
    pub body: Option<Value>,
    pub form: Option<Map<String, Value>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GraphqlFile {
    pub document: String,
    pub path: Option<String>,
    #[serde(default)]
    pub headers: Map<String, Value>,
    pub variables: Option<Map<String, Value>>,
}
