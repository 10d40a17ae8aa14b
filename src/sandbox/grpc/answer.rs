//! The message that a REST answer becomes.

use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::Response;
use futures_util::StreamExt as _;
use prost_reflect::{DeserializeOptions, DynamicMessage, MessageDescriptor};
use tonic::Status;

use super::schema::Schema;
use super::status::refused;

/// Most bytes of JSON that become a message: more than a client takes in one.
const LARGEST: usize = 16 * 1024 * 1024;

/// What an answer has and the schema has not is left out; a word of an enum that it has not becomes 0, since one SDK
/// fails on numbers it does not know.
const LENIENT: DeserializeOptions = DeserializeOptions::new().deny_unknown_fields(false);

/// # Errors
/// The status of a refusal, or of an answer that did not come whole.
pub async fn message(schema: &Schema, answer: Response, output: &MessageDescriptor) -> Result<DynamicMessage, Status> {
    let (head, body) = answer.into_parts();
    let body = read(body).await?;
    if !head.status.is_success() {
        return Err(refused(schema, head.status, &head.headers, &body));
    }
    if head.status == StatusCode::NO_CONTENT {
        return Ok(DynamicMessage::new(output.clone()));
    }
    from_json(output, &body).map_err(|error| Status::internal(format!("The answer is no {}: {error}.", output.name())))
}

/// # Errors
/// No JSON of such a message.
pub fn from_json(output: &MessageDescriptor, json: &[u8]) -> serde_json::Result<DynamicMessage> {
    let mut json = serde_json::Deserializer::from_slice(json);
    let message = DynamicMessage::deserialize_with_options(output.clone(), &mut json, &LENIENT)?;
    json.end()?;
    Ok(message)
}

/// A whole body. One that fails before it begins is a connection that ended.
async fn read(body: axum::body::Body) -> Result<Vec<u8>, Status> {
    let mut pieces = body.into_data_stream();
    let mut whole = Vec::new();
    while let Some(piece) = pieces.next().await {
        let piece: Bytes = match piece {
            Ok(piece) => piece,
            Err(_) if whole.is_empty() => {
                return Err(Status::unavailable("The connection ended before an answer came."));
            }
            Err(_) => return Err(Status::internal(format!("The answer broke off after {} bytes.", whole.len()))),
        };
        if whole.len() + piece.len() > LARGEST {
            let most = LARGEST / (1024 * 1024);
            return Err(Status::resource_exhausted(format!(
                "The answer has more than {most} MB, the most that the sandbox puts into one message. Ask for smaller pages."
            )));
        }
        whole.extend_from_slice(&piece);
    }
    Ok(whole)
}
