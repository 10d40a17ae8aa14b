//! The list of models, page by page.

use std::collections::HashSet;

use jiff::Timestamp;
use reqwest::Method;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::client::ModelInfo;
use super::connection::Connection;
use super::event::{member, parsed};
use super::failure::Failure;
use super::retry::Tries;
use crate::domain::{Fault, FaultKind, Untrusted};

/// Models that are asked for at once, as many as the API gives.
const PAGE: &str = "1000";

/// Pages that are read.
const PAGES: usize = 50;

#[derive(Deserialize)]
struct Page {
    data: Vec<Box<RawValue>>,
    #[serde(default)]
    has_more: bool,
    #[serde(default)]
    last_id: Option<String>,
}

/// Reads the whole list. A row that makes no sense is left out.
pub(super) async fn list(connection: &Connection) -> Result<Vec<ModelInfo>, Fault> {
    let (mut models, mut seen, mut after) = (Vec::new(), HashSet::new(), None);
    for _ in 0..PAGES {
        let page = page(connection, after.as_deref()).await?;
        models.extend(page.data.iter().filter_map(|row| model(row)));
        if !page.has_more {
            return Ok(models);
        }
        let last = page.last_id.or_else(|| text(page.data.last()?, "id"));
        let Some(last) = last.filter(|last| seen.insert(last.clone())) else { break };
        after = Some(last);
    }
    let message = format!("{} does not come to the end of its list of models.", connection.told(None).host);
    Err(Fault::new(FaultKind::ModelFailed, message))
}

async fn page(connection: &Connection, after: Option<&str>) -> Result<Page, Fault> {
    let mut tries = Tries::new();
    loop {
        match once(connection, after).await {
            Ok(page) => return Ok(page),
            Err(failure) => tries.again(failure, &mut |_| {}).await?,
        }
    }
}

async fn once(connection: &Connection, after: Option<&str>) -> Result<Page, Failure> {
    let request = connection.request(Method::GET, "/v1/models").await.map_err(Failure::last)?;
    let (client, request) = request.build_split();
    let mut request = request.map_err(|error| {
        Failure::last(Fault::new(FaultKind::Local, "The request for models could not be built.").caused_by(error))
    })?;
    // Dropped before anything is waited for: what writes a query cannot go to another thread.
    {
        let mut query = request.url_mut().query_pairs_mut();
        query.append_pair("limit", PAGE);
        if let Some(after) = after {
            query.append_pair("after_id", after);
        }
    }
    let request = reqwest::RequestBuilder::from_parts(client, request);
    let response = connection.send(request, None).await?;
    let body = connection.read(response, connection.limits.event).await.map_err(Failure::last)?;
    serde_json::from_slice(&body).map_err(|error| {
        let message = format!("{} answered with something other than a list of models.", connection.told(None).host);
        Failure::last(Fault::new(FaultKind::ModelFailed, message).caused_by(error))
    })
}

fn model(row: &RawValue) -> Option<ModelInfo> {
    let id = Untrusted::from(text(row, "id").filter(|id| !id.is_empty())?);
    let number = |name: &str| -> Option<u64> { parsed(member(row, name).as_deref()) };
    let retires_at: Option<Timestamp> = parsed(member(row, "retires_at").as_deref());
    Some(ModelInfo {
        title: text(row, "display_name").map_or_else(|| id.clone(), Untrusted::from),
        max_input_tokens: number("max_input_tokens"),
        max_tokens: number("max_tokens"),
        lifecycle: text(row, "lifecycle").map(Untrusted::from),
        retires_at,
        id,
    })
}

fn text(row: &RawValue, name: &str) -> Option<String> {
    parsed(member(row, name).as_deref())
}
