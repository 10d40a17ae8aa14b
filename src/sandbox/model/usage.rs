//! Tokens of a request, counted in a way that anybody can follow: a quarter of the characters.

use serde_json::Value;

/// Characters of one token.
const PER_TOKEN: usize = 4;

/// Tokens that a request brings.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct InputTokens {
    /// Neither read from the cache nor put into it.
    pub fresh: usize,
    /// Put into the cache.
    pub written: usize,
    /// Read from the cache.
    pub read: usize,
}

/// Part of a request that is counted on its own.
struct Part {
    tokens: usize,
    /// The cache ends here, or further on.
    is_breakpoint: bool,
    /// Place of its message; none for tools and instructions, which stand before all of them.
    message: Option<usize>,
}

impl Part {
    fn new(message: Option<usize>, value: &Value) -> Self {
        let is_breakpoint = value.get("cache_control").is_some_and(|mark| !mark.is_null());
        Self { tokens: tokens(&value.to_string()), is_breakpoint, message }
    }
}

/// Tokens of a text, at least one.
pub fn tokens(text: &str) -> usize {
    text.chars().count().div_ceil(PER_TOKEN).max(1)
}

/// Beginning of a text that has so many tokens.
pub fn beginning(text: &str, tokens: usize) -> String {
    text.chars().take(tokens.saturating_mul(PER_TOKEN)).collect()
}

impl InputTokens {
    /// Counts a request. What stood in the request before this one, up to the last mark for the cache, is read from
    /// it: nothing is kept here, so that is everything ahead of the model's last message.
    pub fn count(body: &Value) -> Self {
        let parts = parts(body);
        let whole = body.get("cache_control").is_some_and(|mark| !mark.is_null());
        let cached = match whole {
            true => parts.len(),
            false => parts.iter().rposition(|part| part.is_breakpoint).map_or(0, |last| last + 1),
        };
        let messages = body.get("messages").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let said = messages.iter().rposition(|message| message.get("role").is_some_and(|role| role == "assistant"));
        let mut count = Self::default();
        for (place, part) in parts.iter().enumerate() {
            let was_sent = said.is_some_and(|said| part.message.is_none_or(|message| message < said));
            let sum = match place < cached {
                true if was_sent => &mut count.read,
                true => &mut count.written,
                false => &mut count.fresh,
            };
            *sum += part.tokens;
        }
        count
    }
}

fn parts(body: &Value) -> Vec<Part> {
    let blocks = |message: Option<usize>, value: &Value| -> Vec<Part> {
        match value {
            Value::Array(blocks) => blocks.iter().map(|block| Part::new(message, block)).collect(),
            Value::Null => Vec::new(),
            text => vec![Part::new(message, text)],
        }
    };
    let ahead = ["tools", "system"].into_iter().filter_map(|field| body.get(field));
    let mut parts: Vec<_> = ahead.flat_map(|value| blocks(None, value)).collect();
    let messages = body.get("messages").and_then(Value::as_array).into_iter().flatten();
    for (place, message) in messages.enumerate() {
        parts.extend(message.get("content").into_iter().flat_map(|content| blocks(Some(place), content)));
    }
    parts
}
