//! An answer as server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};

use super::answer::{Answer, Frame, Piece, message};
use super::api_error::ApiError;
use super::conversation::UNKNOWN_BLOCK;

/// Characters of a piece of text.
const PIECE: usize = 14;

/// Pause ahead of every event of a slow answer.
const PAUSE: Duration = Duration::from_millis(40);

/// The events of an answer, in their order. One that breaks off ends in the middle, with an error.
pub fn events(answer: &Answer, frame: &Frame<'_>, request_id: &str) -> Vec<Value> {
    let mut events = vec![json!({"type": "message_start", "message": message(frame, Vec::new())})];
    for (place, piece) in answer.pieces.iter().enumerate() {
        let (block, deltas) = block(answer, frame, place, piece);
        events.push(json!({"type": "content_block_start", "index": place, "content_block": block}));
        if place == 0 {
            events.push(json!({"type": "ping"}));
        }
        let delta = |delta| json!({"type": "content_block_delta", "index": place, "delta": delta});
        events.extend(deltas.into_iter().map(delta));
        events.push(json!({"type": "content_block_stop", "index": place}));
    }
    if answer.delivery.breaks_off {
        events.truncate(events.len().div_ceil(2).max(3));
        events.push(ApiError::of_status(529, "Overloaded").body(request_id));
        return events;
    }
    let mut end = json!({"stop_reason": answer.stop.word(), "stop_sequence": answer.stop.sequence()});
    if let Some(details) = answer.stop.details() {
        crate::sandbox::object::extend(&mut end, [("stop_details", details)]);
    }
    events.push(json!({"type": "message_delta", "delta": end, "usage": frame.usage(answer.tokens())}));
    events.push(json!({"type": "message_stop"}));
    events
}

/// A block as it begins, and what is added to it.
fn block(answer: &Answer, frame: &Frame<'_>, place: usize, piece: &Piece) -> (Value, Vec<Value>) {
    match piece {
        Piece::Text(text) => {
            let delta = |text| json!({"type": "text_delta", "text": text});
            (json!({"type": "text", "text": ""}), pieces(text).map(delta).collect())
        }
        Piece::Thinking(text) => {
            let delta = |text| json!({"type": "thinking_delta", "thinking": text});
            let mut deltas: Vec<_> = pieces(text).map(delta).collect();
            // Thinking that was cut off is not signed.
            if !answer.is_cut_at(place) {
                deltas.push(json!({"type": "signature_delta", "signature": frame.signer.sign(text)}));
            }
            (json!({"type": "thinking", "thinking": "", "signature": ""}), deltas)
        }
        Piece::Unknown(text) => (json!({"type": UNKNOWN_BLOCK, "note": text}), Vec::new()),
        Piece::Call(tool, input) => {
            // As in the API: an empty piece first, and nothing else where the input is empty.
            let input = if input == "{}" { "" } else { input };
            let texts = std::iter::once(String::new()).chain(pieces(input));
            let deltas = texts.map(|text| json!({"type": "input_json_delta", "partial_json": text})).collect();
            (json!({"type": "tool_use", "id": frame.wish_id(place), "name": tool, "input": {}}), deltas)
        }
    }
}

fn pieces(text: &str) -> impl Iterator<Item = String> {
    let mut rest = text.chars();
    std::iter::from_fn(move || {
        let piece: String = rest.by_ref().take(PIECE).collect();
        (!piece.is_empty()).then_some(piece)
    })
}

/// The events as a body.
pub fn body(events: Vec<Value>, is_slow: bool) -> Body {
    let written = events.into_iter().map(|event| {
        let name = event.get("type").and_then(Value::as_str).unwrap_or_default();
        Bytes::from(format!("event: {name}\ndata: {event}\n\n"))
    });
    let events = stream::iter(written).then(move |event| async move {
        if is_slow {
            tokio::time::sleep(PAUSE).await;
        }
        Ok::<_, Infallible>(event)
    });
    Body::from_stream(events)
}
