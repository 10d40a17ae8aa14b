//! Requests passed on to the provider with an account's credentials. Reference: section 7.
//!
//! What the broker itself refuses comes in the form of its other refusals: a guess.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value};

use super::execute::usable;
use super::selection::{AccountSelection, no_account, no_connection};
use crate::sandbox::call_origin::CallOrigin;
use crate::sandbox::control::Call;
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::error::RpcError;
use crate::sandbox::limits::{CONNECTOR, IDENTIFIER, check, required};
use crate::sandbox::params::Params;
use crate::sandbox::people::Persona;
use crate::sandbox::provider::{RestAnswer, RestRequest};
use crate::sandbox::world::{Forwarded, Record};

/// The account is named in headers of these names, underscore and all.
const CONNECTION_NAME: &str = "connection_name";
const IDENTIFIER_HEADER: &str = "identifier";

pub async fn forward(
    State(env): State<Arc<SandboxEnvironment>>,
    Path(path): Path<String>,
    method: Method,
    headers: HeaderMap,
    query: Params,
    body: Bytes,
) -> Result<Response, RpcError> {
    let header = |name: &str| headers.get(name).and_then(|value| std::str::from_utf8(value.as_bytes()).ok());
    let (connector, identifier) = (header(CONNECTION_NAME), header(IDENTIFIER_HEADER));
    check([(CONNECTION_NAME, connector, required(CONNECTOR)), (IDENTIFIER_HEADER, identifier, required(IDENTIFIER))])?;

    let (began, clock) = (env.now(), Instant::now());
    let path = format!("/{path}");
    let request = RestRequest { method: method.as_str(), path: &path, arguments: arguments(&headers, &query, &body)? };
    let mut record = Record::begin(CallOrigin::Proxy.logged(), "", "", began);
    let selection = AccountSelection { connector, identifier, ..AccountSelection::default() };
    let outcome = pass_on(&env, selection, &request, &mut record);
    match &outcome {
        Err(error) => {
            let (code, message) = error.said();
            record.turned_away(code, message);
        }
        Ok((Forwarded { id, tool, refused, .. }, _)) => {
            record.executed(id);
            record.set_tool(tool.as_ref().map_or("", |tool| &tool.name));
            match refused {
                None => record.succeeded(),
                Some(trouble) => record.refused(trouble),
            }
        }
    }
    let took = clock.elapsed();
    if let Some(control) = &env.control {
        let call = Call::new(&record, CallOrigin::Proxy, took).of(&request.arguments).to(request.method, &path);
        control.calls.add(match &outcome {
            Ok((Forwarded { answer, .. }, person)) => call.by(person.clone()).answered(answer),
            Err(_) => call,
        });
    }
    env.world().log(record, took);
    outcome.map(|(forwarded, _)| respond(forwarded.answer))
}

/// With the person that the provider took the caller for.
fn pass_on(
    env: &SandboxEnvironment,
    selection: AccountSelection<'_>,
    request: &RestRequest<'_>,
    record: &mut Record,
) -> Result<(Forwarded, Option<Arc<Persona>>), RpcError> {
    let mut world = env.world();
    let connector = selection.connector.unwrap_or_default();
    let connection = world.connection(connector).ok_or_else(|| no_connection(connector))?;
    let account = world.account(&selection.named()?).ok_or_else(no_account)?;
    record.on(account);
    usable(account)?;
    let off = || RpcError::precondition("proxy not enabled for provider");
    if !connection.provider.listed.proxy_enabled {
        return Err(off());
    }
    let number = account.number;
    let person = world.acting(number).cloned();
    let forwarded = world.forward(number, request, env.now()).ok_or_else(off)?;
    Ok((forwarded, person))
}

/// Arguments in the query and the body: a JSON object, or a form. A name that comes more than once is a
/// list.
fn arguments(headers: &HeaderMap, query: &Params, body: &Bytes) -> Result<Map<String, Value>, RpcError> {
    let mut arguments = pairs(query);
    let form =
        headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    if form {
        arguments.extend(pairs(&Params::parse(body)));
    } else if !body.is_empty() {
        let fields: Map<String, Value> = serde_json::from_slice(body)
            .map_err(|_| RpcError::invalid("the body must be a JSON object or a form: the sandbox reads no other"))?;
        arguments.extend(fields);
    }
    Ok(arguments)
}

fn pairs(params: &Params) -> Map<String, Value> {
    let mut arguments = Map::new();
    for (name, value) in params.pairs() {
        match arguments.get_mut(name) {
            None => drop(arguments.insert(name.into(), value.into())),
            Some(Value::Array(values)) => values.push(value.into()),
            Some(first) => *first = Value::Array(vec![first.take(), value.into()]),
        }
    }
    arguments
}

fn respond(answer: RestAnswer) -> Response {
    let RestAnswer { status, headers: theirs, content_type, retry_after, body } = answer;
    let mut headers = HeaderMap::new();
    for (name, value) in theirs.iter().chain(&[("content-type", content_type)]).filter(|(_, value)| !value.is_empty()) {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if let Some(seconds) = retry_after {
        headers.insert(RETRY_AFTER, seconds.into());
    }
    (StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY), headers, body).into_response()
}
