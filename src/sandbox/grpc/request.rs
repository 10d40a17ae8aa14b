//! The REST request that a message becomes, as a gateway would have had it. Reference: section 1.5.

use axum::http::Method as HttpMethod;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use prost_reflect::{DynamicMessage, SerializeOptions};
use serde_json::{Map, Number, Value};
use url::form_urlencoded::Serializer;

use super::schema::{Method, PathPart, Route, RouteBody, Schema};
use crate::sandbox::error::RpcError;

/// Whatever may not stand in a path as it is, and the colon, behind which verbs stand.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Names as on the wire. Fields that are not set are left out, as SDKs of REST do.
const JSON: SerializeOptions = SerializeOptions::new().use_proto_field_name(true);

/// One REST request.
#[derive(Debug, PartialEq)]
pub struct RestRequest {
    pub method: HttpMethod,
    /// Path and query.
    pub target: String,
    pub body: Option<Value>,
}

impl RestRequest {
    /// # Errors
    /// A field that the path needs is empty, or a value has no JSON form.
    pub fn new(schema: &Schema, method: &Method, message: &DynamicMessage) -> Result<Self, RpcError> {
        let json = message.serialize_with_options(serde_json::value::Serializer, &JSON);
        let mut json = json.map_err(|error| RpcError::invalid(format!("request message: {error}")))?;
        write_whole_numbers(&mut json);
        let Value::Object(mut fields) = json else { return Err(RpcError::internal("a message is an object")) };

        let route = choose(method, &fields)?;
        let mut target = path(schema, route, &fields);
        for field in route.path_fields() {
            fields.shift_remove(field);
        }
        let body = match &route.body {
            RouteBody::None => None,
            RouteBody::Rest => Some(Value::Object(std::mem::take(&mut fields))),
            RouteBody::Field(name) => Some(fields.shift_remove(name).unwrap_or_else(|| Value::Object(Map::new()))),
        };
        let query = query(&fields);
        if !query.is_empty() {
            target = format!("{target}?{query}");
        }
        Ok(Self { method: route.method.clone(), target, body })
    }
}

/// The first route whose path has all its fields, before one whose path has none.
fn choose<'a>(method: &'a Method, fields: &Map<String, Value>) -> Result<&'a Route, RpcError> {
    let missing = |route: &'a Route| route.path_fields().find(|name| text(fields, name).is_empty());
    let named = |route: &&Route| route.path_fields().next().is_some();
    let routes = || method.routes.iter();
    let fitting = routes().filter(named).find(|route| missing(route).is_none());
    let fitting = fitting.or_else(|| routes().find(|route| !named(route)));
    fitting.ok_or_else(|| {
        let field = routes().find_map(missing).unwrap_or_default();
        RpcError::violation(field, "value is required", "required")
    })
}

/// A path field's value; it is a text.
fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> &'a str {
    fields.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn path(schema: &Schema, route: &Route, fields: &Map<String, Value>) -> String {
    let write = |value: fn(&str) -> String| -> String {
        let parts = route.path.iter().map(|part| match part {
            PathPart::Text(text) => text.clone(),
            PathPart::Field(name) => value(text(fields, name)),
        });
        parts.collect()
    };
    let path = write(|value| utf8_percent_encode(value, IN_PATH).to_string());
    // An id that is a word of some other route must not lead there.
    if route.path_fields().next().is_some() && schema.is_fixed_path(&path) {
        return write(|value| value.bytes().map(|byte| format!("%{byte:02X}")).collect());
    }
    path
}

/// Nested fields have dots in their names, and lists repeat theirs. A message that is there but empty is written as
/// `name={}`, since one that has to be there must be told from none.
fn query(fields: &Map<String, Value>) -> String {
    let mut query = Serializer::new(String::new());
    let mut pairs = Vec::new();
    for (name, value) in fields {
        flatten(name.clone(), value, &mut pairs);
    }
    query.extend_pairs(pairs);
    query.finish()
}

fn flatten(name: String, value: &Value, pairs: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::String(text) => pairs.push((name, text.clone())),
        Value::Array(items) => items.iter().for_each(|item| flatten(name.clone(), item, pairs)),
        Value::Object(fields) if !fields.is_empty() => {
            fields.iter().for_each(|(field, value)| flatten(format!("{name}.{field}"), value, pairs));
        }
        Value::Object(_) | Value::Bool(_) | Value::Number(_) => pairs.push((name, value.to_string())),
    }
}

/// Every number of a free-form object is a double on this wire. JSON has whole ones without a decimal point
/// (reference: section 1.4), and so do their readers.
fn write_whole_numbers(value: &mut Value) {
    match value {
        Value::Number(number) => {
            if let Some(whole) = whole(number) {
                *number = whole;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(write_whole_numbers),
        Value::Object(fields) => fields.values_mut().for_each(write_whole_numbers),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

fn whole(number: &Number) -> Option<Number> {
    /// From here on a double does not fit into 64 bits.
    const END: f64 = 9_223_372_036_854_775_808.0;
    let double = number.as_f64().filter(|_| number.is_f64())?;
    (double.fract() == 0.0 && (-END..END).contains(&double)).then(|| Number::from(double as i64))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn request(name: &str, message: Value) -> Result<RestRequest, RpcError> {
        let schema = Schema::get().expect("a schema");
        let method = schema.method(&format!("/scalekit.v1.{name}")).expect(name);
        let message = DynamicMessage::deserialize(method.input.clone(), message).expect("a message");
        RestRequest::new(schema, method, &message)
    }

    fn made(name: &str, message: Value) -> (String, Option<Value>) {
        let request = request(name, message).expect(name);
        (format!("{} {}", request.method, request.target), request.body)
    }

    #[test]
    fn what_is_not_in_the_path_stands_in_the_query() {
        let message = json!({"filter": {"provider": "A&B", "tool_name": ["x", "y"], "summary": false}, "page_size": 5});
        assert_eq!(
            made("tools.ToolService/ListTools", message).0,
            "GET /api/v1/tools?filter.summary=false&filter.provider=A%26B&filter.tool_name=x&filter.tool_name=y&page_size=5"
        );
        let message = json!({"start_time": "2026-10-12T09:30:00Z", "status": ["success"]});
        let (target, _) = made("agentkit_logs.AgentkitLogsService/ListToolCallLogs", message);
        assert_eq!(target, "GET /api/v1/agentkit/tool_call_logs?start_time=2026-10-12T09%3A30%3A00Z&status=success");
        let (target, body) = made(
            "mcp.McpService/GetMcpInstanceAuthState",
            json!({"instance_id": "inst_1", "include_auth_links": true}),
        );
        assert_eq!(
            (target.as_str(), body),
            ("POST /api/v1/mcp/instances/inst_1:get_auth_state?include_auth_links=true", None)
        );
    }

    #[test]
    fn an_empty_message_is_told_from_none() {
        let scoped = |message| made("tools.ToolService/ListScopedTools", message).0;
        assert_eq!(scoped(json!({"identifier": "a"})), "GET /api/v1/tools/scoped?identifier=a");
        assert_eq!(
            scoped(json!({"identifier": "a", "filter": {}})),
            "GET /api/v1/tools/scoped?identifier=a&filter=%7B%7D"
        );
    }

    #[test]
    fn bodies_are_the_rest_or_one_field() {
        let (target, body) = made("mcp.McpService/UpdateMcpConfig", json!({"config_id": "cfg_1", "description": "d"}));
        assert_eq!((target.as_str(), body), ("PUT /api/v1/mcp/configs/cfg_1", Some(json!({"description": "d"}))));
        let (target, body) = made(
            "providers.ProviderService/UpdateCustomProvider",
            json!({"identifier": "A:1", "provider": {"display_name": "n", "metadata": {"k": "v"}}}),
        );
        assert_eq!(target, "PUT /api/v1/custom-providers/A%3A1");
        assert_eq!(body, Some(json!({"display_name": "n", "metadata": {"k": "v"}})));
        assert_eq!(made("mcp.McpService/CreateMcpConfig", json!({})).1, Some(json!({})));
    }

    #[test]
    fn the_route_follows_from_what_is_set() {
        let accounts =
            |method: &str, message| made(&format!("connected_accounts.ConnectedAccountService/{method}"), message).0;
        assert_eq!(accounts("GetConnectedAccount", json!({})), "GET /api/v1/connected_accounts/this");
        assert_eq!(accounts("GetConnectedAccount", json!({"id": "ca_1"})), "GET /api/v1/connected_accounts/ca_1");
        assert_eq!(accounts("DisconnectConnectedAccount", json!({})), "POST /api/v1/connected_accounts/-:disconnect");
        let (target, body) = made(
            "mcp.McpService/CreateMcpSessionToken",
            json!({"key_id": "linear", "identifier": "a", "expiry": "60s"}),
        );
        assert_eq!(target, "POST /api/v1/mcp/connections/linear/tokens");
        assert_eq!(body, Some(json!({"identifier": "a", "expiry": "60s"})));
        let refused = request("mcp.McpService/GetMcpConfig", json!({})).expect_err("no id");
        assert_eq!(refused.said().0, "INVALID_ARGUMENT");
    }

    #[test]
    fn an_id_never_leads_to_another_route() {
        let connection =
            |id: &str| made("connections.ConnectionService/GetEnvironmentConnection", json!({"connection_id": id})).0;
        assert_eq!(connection("conn_1"), "GET /api/v1/connections/conn_1");
        assert_eq!(connection("app"), "GET /api/v1/connections/%61%70%70");
        assert_eq!(connection("a/../b?c#d:e"), "GET /api/v1/connections/a%2F..%2Fb%3Fc%23d%3Ae");
    }

    #[test]
    fn numbers_of_free_form_objects_lose_no_form() {
        let params =
            json!({"a": 3, "b": -2.5, "c": [9_007_199_254_740_992_u64], "d": {"e": 1e300}, "f": null, "g": true});
        let (_, body) = made("tools.ToolService/ExecuteTool", json!({"tool_name": "t", "params": params}));
        assert_eq!(body.expect("a body").get("params"), Some(&params));
    }
}
