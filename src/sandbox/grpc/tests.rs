//! Content types, and any message there and back.

use axum::http::HeaderValue;
use proptest::prelude::*;
use prost::Message as _;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, SerializeOptions};
use serde_json::{Map, Value, json};

use super::answer::from_json;
use super::codec_name;
use super::request::RestRequest;
use super::schema::{Method, PathPart, Schema};

/// Free-form JSON, whose numbers are doubles.
fn free() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(|number| Value::from(f64::from(number))),
        any::<f64>().prop_filter_map("a number of JSON", |number| number.is_finite().then(|| Value::from(number))),
        any::<String>().prop_map(Value::from),
    ];
    let nested = leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(any::<String>(), inner, 0..4).prop_map(|map| map.into_iter().collect()),
        ]
    });
    nested.boxed()
}

fn object() -> BoxedStrategy<Value> {
    prop::collection::hash_map(any::<String>(), free(), 0..4).prop_map(|map| map.into_iter().collect()).boxed()
}

fn time() -> BoxedStrategy<Value> {
    // The years 1 to 9999 are all that this wire has. An odd number of nanoseconds is written in one form only.
    let parts = (-62_135_596_800_i64..253_402_207_200, (0_i32..500_000_000).prop_map(|half| half * 2 + 1));
    parts
        .prop_filter_map("a time of jiff", |(seconds, nanos)| jiff::Timestamp::new(seconds, nanos).ok())
        .prop_map(|time| time.to_string().into())
        .boxed()
}

fn one(kind: &Kind) -> BoxedStrategy<Value> {
    match kind {
        Kind::String => any::<String>().prop_map(Value::from).boxed(),
        Kind::Bool => any::<bool>().prop_map(Value::from).boxed(),
        Kind::Int32 => any::<i32>().prop_map(Value::from).boxed(),
        Kind::Uint32 => any::<u32>().prop_map(Value::from).boxed(),
        Kind::Int64 => any::<i64>().prop_map(|number| number.to_string().into()).boxed(),
        Kind::Double => any::<i32>().prop_map(|number| Value::from(f64::from(number) / 8.0)).boxed(),
        Kind::Enum(words) => {
            let words: Vec<Value> = words.values().map(|word| word.name().into()).collect();
            prop::sample::select(words).boxed()
        }
        Kind::Message(message) => match message.name() {
            "Timestamp" => time(),
            "Duration" => (0..315_576_000_000_u64).prop_map(|seconds| format!("{seconds}s").into()).boxed(),
            "Struct" => object(),
            "ListValue" => prop::collection::vec(free(), 0..4).prop_map(Value::from).boxed(),
            "StringValue" => any::<String>().prop_map(Value::from).boxed(),
            "BoolValue" => any::<bool>().prop_map(Value::from).boxed(),
            _ => whole(message),
        },
        other => panic!("no values of {other:?} are made"),
    }
}

fn field(field: &FieldDescriptor) -> BoxedStrategy<Value> {
    if field.is_map() {
        return prop::collection::hash_map(any::<String>(), any::<String>(), 0..3)
            .prop_map(|map| map.into_iter().map(|(name, value)| (name, Value::from(value))).collect())
            .boxed();
    }
    let value = one(&field.kind());
    if field.is_list() { prop::collection::vec(value, 0..3).prop_map(Value::from).boxed() } else { value }
}

/// JSON of any message of a type, with at most one field of each choice.
fn whole(message: &MessageDescriptor) -> BoxedStrategy<Value> {
    let fields: Vec<FieldDescriptor> = message.fields().collect();
    let values: Vec<_> = fields.iter().map(|known| prop::option::of(field(known))).collect();
    let choice = |field: &FieldDescriptor| field.containing_oneof().map(|choice| choice.name().to_owned());
    values
        .prop_map(move |values| {
            let mut chosen = Vec::new();
            let mut json = Map::new();
            for (field, value) in fields.iter().zip(values) {
                let Some(value) = value else { continue };
                if let Some(choice) = choice(field) {
                    if chosen.contains(&choice) {
                        continue;
                    }
                    chosen.push(choice);
                }
                json.insert(field.name().to_owned(), value);
            }
            Value::Object(json)
        })
        .boxed()
}

/// JSON of a message, every field of it.
fn json(message: &DynamicMessage) -> Value {
    let options = SerializeOptions::new().use_proto_field_name(true);
    message.serialize_with_options(serde_json::value::Serializer, &options).expect("JSON")
}

/// The same without the zeros, which a message does not tell from none.
fn without_zeros(message: &MessageDescriptor, json: Value) -> Value {
    let Value::Object(fields) = json else { return json };
    let kept = fields.into_iter().filter_map(|(name, value)| {
        let field = message.get_field_by_name(&name).expect("a field");
        let is_zero = match (&field.kind(), &value) {
            (_, Value::Array(items)) if field.is_list() => items.is_empty(),
            (_, Value::Object(entries)) if field.is_map() => entries.is_empty(),
            _ if field.supports_presence() => false,
            (Kind::Enum(words), value) => *value == words.default_value().name(),
            (Kind::Int64, value) => value == "0",
            (_, value) => [json!(""), json!(0), json!(0.0), json!(false)].contains(value),
        };
        let value = match field.kind() {
            _ if is_zero => return None,
            Kind::Message(inner) if !field.is_map() && inner.package_name() != "google.protobuf" => match value {
                Value::Array(items) => items.into_iter().map(|item| without_zeros(&inner, item)).collect(),
                value => without_zeros(&inner, value),
            },
            _ => value,
        };
        Some((name, value))
    });
    Value::Object(kept.collect())
}

/// A method of the schema, and the JSON of a message that one of its sides has.
fn messages(side: fn(&Method) -> MessageDescriptor) -> impl Strategy<Value = (String, Value)> {
    let schema = Schema::get().expect("a schema");
    prop::sample::select(schema.paths()).prop_flat_map(move |path| {
        let message = side(schema.method(&path).expect("a method"));
        (Just(path), whole(&message))
    })
}

#[test]
fn content_types_of_calls_are_told_from_others() {
    for (text, expected) in [
        ("application/grpc", Some("")),
        ("Application/gRPC+proto; charset=utf-8", Some("proto")),
        ("application/grpc+json", Some("json")),
        ("application/grpc-web+proto", Some("-web+proto")),
        ("application/json", None),
        ("text/plain; application/grpc", None),
    ] {
        assert_eq!(codec_name(&HeaderValue::from_static(text)).as_deref(), expected, "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_answer_becomes_its_message_and_comes_back((path, answer) in messages(|method| method.output.clone())) {
        let output = &Schema::get().expect("a schema").method(&path).expect("a method").output;
        let message = from_json(output, answer.to_string().as_bytes()).expect("a message");
        let sent = DynamicMessage::decode(output.clone(), message.encode_to_vec().as_slice()).expect("the same");
        prop_assert_eq!(json(&sent), without_zeros(output, answer));
    }

    #[test]
    fn any_message_becomes_a_request_of_its_route((path, message) in messages(|method| method.input.clone())) {
        let schema = Schema::get().expect("a schema");
        let method = schema.method(&path).expect("a method");
        let message = DynamicMessage::deserialize(method.input.clone(), message).expect("a message");
        let Ok(request) = RestRequest::new(schema, method, &message) else {
            // Only an empty field of the path is refused.
            prop_assert!(method.routes.iter().all(|route| route.path_fields().next().is_some()));
            return Ok(());
        };
        let (place, _) = request.target.split_once('?').unwrap_or((&request.target, ""));
        let fits = method.routes.iter().any(|route| {
            let depth: usize = route.path.iter().map(|part| match part {
                PathPart::Text(text) => text.matches('/').count(),
                PathPart::Field(_) => 0,
            }).sum();
            route.method == request.method && place.matches('/').count() == depth
        });
        prop_assert!(fits, "{}", request.target);
        prop_assert!(request.target.parse::<axum::http::Uri>().is_ok(), "{}", request.target);
    }

    #[test]
    fn no_bytes_are_too_odd(at in any::<prop::sample::Index>(), bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let schema = Schema::get().expect("a schema");
        let paths = schema.paths();
        let method = schema.method(at.get::<String>(&paths)).expect("a method");
        if let Ok(message) = DynamicMessage::decode(method.input.clone(), bytes.as_slice()) {
            let _ = RestRequest::new(schema, method, &message);
        }
    }

    #[test]
    fn no_time_is_too_odd(seconds in any::<i64>(), nanos in any::<i32>(), log in any::<bool>()) {
        let schema = Schema::get().expect("a schema");
        let (path, field) = match log {
            true => ("/scalekit.v1.agentkit_logs.AgentkitLogsService/ListToolCallLogs", "start_time"),
            false => ("/scalekit.v1.mcp.McpService/CreateMcpSessionToken", "expiry"),
        };
        let method = schema.method(path).expect("a method");
        let mut message = DynamicMessage::new(method.input.clone());
        let Some(Kind::Message(time)) = method.input.get_field_by_name(field).map(|field| field.kind()) else { panic!() };
        let mut value = DynamicMessage::new(time);
        value.set_field_by_name("seconds", prost_reflect::Value::I64(seconds));
        value.set_field_by_name("nanos", prost_reflect::Value::I32(nanos));
        message.set_field_by_name(field, prost_reflect::Value::Message(value));
        if !log {
            message.set_field_by_name("key_id", prost_reflect::Value::String("linear".into()));
        }
        let _ = RestRequest::new(schema, method, &message);
    }
}
