//! The providers behind the connections: what a tool really does.

mod arguments;
mod asana;
mod call;
mod data;
mod fathom;
mod freshdesk;
mod github;
mod gmail;
mod gong;
mod googlecalendar;
mod googledrive;
mod hubspot;
mod linear;
mod notion;
mod rest;
mod salesforce;
mod slack;
mod snowflake;
mod warehouse;

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::value::RawValue;
use serde_json::{Value, json};

pub use self::call::{MockProvider, ProviderCall, ProviderRefusal, ProviderRefusalKind};
pub use self::data::ProviderData;
pub use self::rest::{RestAnswer, RestRequest};
use super::ids::Ids;
use super::people::People;

/// One provider as it is built in.
pub struct BuiltInProvider {
    /// Its key on the wire.
    pub key: &'static str,
    /// An MCP server of the environment's owner: its tools belong to its accounts alone.
    pub custom: bool,
    /// Definitions of its tools, as they are served.
    pub tools: fn() -> DefinitionsResult,
    /// Opens its part of the world; times in the data count from the timestamp.
    pub open: fn(Ids, &People, Timestamp) -> OpenResult,
    /// Headers on its answers over REST.
    pub headers: &'static [(&'static str, &'static str)],
    /// The status with which a POST over REST succeeds.
    pub created: u16,
    /// Status and body of a refusal over REST.
    pub refusal: fn(&ProviderRefusal) -> (u16, Value),
}

/// Tools' definitions, or what is wrong with them.
type DefinitionsResult = Result<Vec<Cow<'static, RawValue>>, serde_json::Error>;

/// A provider, or what is wrong with its data.
type OpenResult = Result<Box<dyn MockProvider>, serde_json::Error>;

/// Providers that are built in, in the order of their ids.
pub static PROVIDERS: [BuiltInProvider; 15] = [
    BuiltInProvider {
        key: "LINEAR",
        custom: false,
        tools: || embedded(include_str!("../../../assets/sandbox/tools/linear.json")),
        open: |ids, people, now| Ok(Box::new(linear::Linear::open(ids, people, now)?)),
        headers: &[],
        created: 200,
        refusal: listed_errors,
    },
    BuiltInProvider {
        key: "ASANA",
        custom: false,
        tools: || embedded(include_str!("../../../assets/sandbox/tools/asana.json")),
        open: |ids, people, now| Ok(Box::new(asana::Asana::open(ids, people, now)?)),
        headers: &[("asana-api-version", "1.0")],
        created: 201,
        refusal: listed_errors,
    },
    BuiltInProvider {
        key: "GMAIL",
        custom: false,
        tools: || embedded(include_str!("../../../assets/sandbox/tools/gmail.json")),
        open: |ids, people, now| Ok(Box::new(gmail::Gmail::open(ids, people, now)?)),
        headers: &[("server", "ESF")],
        created: 200,
        refusal: gmail::refusal,
    },
    BuiltInProvider {
        key: "SLACK",
        custom: false,
        tools: || embedded(include_str!("../../../assets/sandbox/tools/slack.json")),
        open: |ids, people, now| Ok(Box::new(slack::Slack::open(ids, people, now)?)),
        headers: &[("x-slack-backend", "r")],
        created: 200,
        refusal: slack::refusal,
    },
    BuiltInProvider {
        key: "GITHUB",
        custom: false,
        tools: || embedded(include_str!("../../../assets/sandbox/tools/github.json")),
        open: |ids, people, now| Ok(Box::new(github::GitHub::open(ids, people, now)?)),
        headers: &[("x-github-media-type", "github.v3; format=json"), ("x-github-api-version-selected", "2022-11-28")],
        created: 201,
        refusal: github::refusal,
    },
    BuiltInProvider {
        key: "FRESHDESK",
        custom: false,
        tools: || embedded(include_str!("../../../assets/sandbox/tools/freshdesk.json")),
        open: |ids, people, now| Ok(Box::new(freshdesk::Freshdesk::open(ids, people, now)?)),
        headers: &[("x-freshdesk-api-version", "latest=v2; requested=v2")],
        created: 201,
        refusal: freshdesk::refusal,
    },
    BuiltInProvider {
        key: "WAREHOUSE:20417",
        custom: true,
        tools: warehouse::tools,
        open: |ids, _, now| Ok(Box::new(warehouse::Warehouse::open(ids, now)?)),
        headers: &[],
        created: 200,
        refusal: listed_errors,
    },
    BuiltInProvider {
        key: "GOOGLECALENDAR",
        custom: false,
        tools: || embedded(include_str!("../../../assets/sandbox/tools/googlecalendar.json")),
        open: |ids, people, now| Ok(Box::new(googlecalendar::GoogleCalendar::open(ids, people, now)?)),
        headers: &[("server", "ESF")],
        created: 200,
        refusal: googlecalendar::refusal,
    },
    BuiltInProvider {
        key: "NOTION",
        custom: false,
        tools: || embedded(include_str!("../../../assets/sandbox/tools/notion.json")),
        open: |ids, people, now| Ok(Box::new(notion::Notion::open(ids, people, now)?)),
        headers: &[],
        created: 200,
        refusal: notion::refusal,
    },
    BuiltInProvider {
        key: "HUBSPOT",
        custom: false,
        tools: || embedded(include_str!("../../../assets/sandbox/tools/hubspot.json")),
        open: |ids, people, now| Ok(Box::new(hubspot::HubSpot::open(ids, people, now)?)),
        headers: &[],
        created: 201,
        refusal: hubspot::refusal,
    },
    BuiltInProvider {
        key: "SALESFORCE",
        custom: false,
        tools: || embedded(include_str!("../../../assets/sandbox/tools/salesforce.json")),
        open: |ids, people, now| Ok(Box::new(salesforce::Salesforce::open(ids, people, now)?)),
        headers: &[],
        created: 201,
        refusal: salesforce::refusal,
    },
    BuiltInProvider {
        key: "GOOGLEDRIVE",
        custom: false,
        tools: || embedded(include_str!("../../../assets/sandbox/tools/googledrive.json")),
        open: |ids, people, now| Ok(Box::new(googledrive::GoogleDrive::open(ids, people, now)?)),
        headers: &[("server", "ESF")],
        created: 200,
        refusal: googledrive::refusal,
    },
    BuiltInProvider {
        key: "SNOWFLAKE",
        custom: false,
        tools: || embedded(include_str!("../../../assets/sandbox/tools/snowflake.json")),
        open: |ids, people, now| Ok(Box::new(snowflake::Snowflake::open(ids, people, now)?)),
        headers: &[],
        created: 200,
        refusal: snowflake::refusal,
    },
    BuiltInProvider {
        key: "GONG",
        custom: false,
        tools: || embedded(include_str!("../../../assets/sandbox/tools/gong.json")),
        open: |ids, people, now| Ok(Box::new(gong::Gong::open(ids, people, now)?)),
        headers: &[],
        created: 201,
        refusal: gong::refusal,
    },
    BuiltInProvider {
        key: "FATHOM",
        custom: false,
        tools: || embedded(include_str!("../../../assets/sandbox/tools/fathom.json")),
        open: |ids, people, now| Ok(Box::new(fathom::Fathom::open(ids, people, now)?)),
        headers: &[],
        created: 201,
        refusal: fathom::refusal,
    },
];

/// Scope that a token needs to change anything at this provider, where that is looked at.
pub fn scope_to_change(provider: &str) -> Option<&'static str> {
    (provider == "GITHUB").then_some("repo")
}

fn embedded(tools: &'static str) -> DefinitionsResult {
    serde_json::from_str::<Vec<&'static RawValue>>(tools).map(|tools| tools.into_iter().map(Cow::Borrowed).collect())
}

/// The status most providers would choose.
pub fn usual_status(kind: ProviderRefusalKind) -> u16 {
    match kind {
        ProviderRefusalKind::Input => 400,
        ProviderRefusalKind::Unauthorized => 401,
        ProviderRefusalKind::Forbidden => 403,
        ProviderRefusalKind::NotFound => 404,
        ProviderRefusalKind::TooOften(_) => 429,
        ProviderRefusalKind::Failed { status, .. } => status,
    }
}

fn listed_errors(trouble: &ProviderRefusal) -> (u16, Value) {
    (usual_status(trouble.kind), json!({"errors": [{"message": trouble.message}]}))
}
