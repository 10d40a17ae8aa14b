//! Exchanges with servers, and what servers say beside their answers, as the log of requests has them.

use std::borrow::Cow;

use crate::backend::http_log::{Exchange, ExchangeKind, KEPT_BODY, KeptBody};
use crate::domain::{Fault, JsonText, Secret, Untrusted};
use crate::mcp::client::{MessageSource, ServerExchange, ServerMessage};
use crate::redact;

/// Length of a secret that is looked for in what a server says; a shorter one would be found in every second word.
const MIN_SECRET: usize = 4;

/// Bytes of a message in the list.
const LINE: usize = 300;

/// Stands where a secret was.
const HIDDEN: &str = "…";

/// An exchange of the protocol, without credentials.
pub fn exchange(exchange: &ServerExchange, secrets: &[Secret]) -> Exchange {
    let name = exchange.name.raw();
    let between = if name.is_empty() { "" } else { " " };
    let fault = exchange.problem.as_ref().map(|problem| problem.fault().clone().without(secrets));
    Exchange {
        kind: ExchangeKind::Rpc,
        at: exchange.at,
        method: "MCP".to_owned(),
        origin: exchange.origin.clone(),
        target: line(&format!("{}{between}{name}", exchange.method), secrets),
        attempt: 1,
        status: exchange.status,
        fault: fault.as_ref().map(|fault| fault.kind),
        sent: exchange.sent_bytes,
        received: exchange.received_bytes,
        took: exchange.took,
        problem: fault.as_ref().map(Fault::to_string).map(|text| redact::text(&text).into_owned()),
        sent_body: body(&exchange.sent, exchange.sent_bytes, secrets),
        received_body: body(&exchange.received, exchange.received_bytes, secrets),
        ..Exchange::default()
    }
}

/// A log notification, or a line that a process wrote, without credentials.
pub fn message(message: &ServerMessage, origin: &str, secrets: &[Secret]) -> Exchange {
    let method = match message.source {
        MessageSource::Log => "LOG",
        MessageSource::Stderr => "STDERR",
        MessageSource::Stdout => "STDOUT",
        MessageSource::Client => "NOTE",
    };
    let words = [message.level.raw(), message.logger.raw(), message.text.raw()];
    let words: Vec<_> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let bytes = message.text.raw().len() as u64;
    Exchange {
        kind: ExchangeKind::Message,
        at: message.at,
        method: method.to_owned(),
        origin: origin.to_owned(),
        target: line(&words.join(" "), secrets),
        attempt: 1,
        received: bytes,
        received_body: body(&message.text, bytes, secrets),
        ..Exchange::default()
    }
}

/// Beginning of a text on one line, safe to show.
fn line(text: &str, secrets: &[Secret]) -> String {
    let shown = without(text, secrets);
    let beginning = shown.get(..shown.floor_char_boundary(LINE)).unwrap_or_default();
    let words: Vec<_> = beginning.split_whitespace().collect();
    Untrusted::from(redact::text(&words.join(" ")).into_owned()).to_string()
}

fn body(text: &Untrusted, bytes: u64, secrets: &[Secret]) -> Option<KeptBody> {
    let raw = text.raw();
    if raw.is_empty() {
        return None;
    }
    let kept = raw.get(..raw.floor_char_boundary(KEPT_BODY)).unwrap_or_default();
    let shown = without(kept, secrets);
    let text = match JsonText::parse(shown.clone().into_owned()) {
        Ok(json) => redact::json(&json).json.raw().to_owned(),
        Err(_) => redact::text(&shown).into_owned(),
    };
    Some(KeptBody { text, cut: bytes > kept.len() as u64 })
}

/// The text without the values that this program itself gave the server.
fn without<'a>(text: &'a str, secrets: &[Secret]) -> Cow<'a, str> {
    let mut shown = Cow::Borrowed(text);
    for secret in secrets.iter().map(|secret| secret.expose().trim()) {
        if secret.chars().take(MIN_SECRET).count() == MIN_SECRET && shown.contains(secret) {
            shown = Cow::Owned(shown.replace(secret, HIDDEN));
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_exchange_tells_method_and_tool_and_no_credential() {
        let told = ServerExchange {
            at: jiff::Timestamp::UNIX_EPOCH,
            method: "tools/call".into(),
            name: "create_issue".into(),
            origin: "https://mcp.acme.dev".into(),
            target: "/mcp".into(),
            status: Some(200),
            took: Duration::from_millis(7),
            sent: r#"{"params":{"api_key":"hunter2hunter2","note":"s3cret-value"}}"#.into(),
            sent_bytes: 61,
            received: "not JSON s3cret-value".into(),
            received_bytes: 1 << 20,
            problem: None,
        };
        let secrets = [Secret::new("s3cret-value".into())];
        let kept = exchange(&told, &secrets);
        assert_eq!((kept.method.as_str(), kept.target.as_str()), ("MCP", "tools/call create_issue"));
        let text = format!("{kept:?}");
        assert!(!text.contains("hunter2") && !text.contains("s3cret"), "{text}");
        assert!(kept.received_body.unwrap().cut && !kept.sent_body.unwrap().cut);
    }

    #[test]
    fn a_line_of_a_process_is_told_as_one() {
        let told = ServerMessage {
            at: jiff::Timestamp::UNIX_EPOCH,
            source: MessageSource::Stderr,
            level: "".into(),
            logger: "".into(),
            text: "started\nwith\x1b[31m s3cret-value".into(),
        };
        let kept = message(&told, "npx", &[Secret::new("s3cret-value".into())]);
        assert_eq!((kept.kind, kept.method.as_str(), kept.origin.as_str()), (ExchangeKind::Message, "STDERR", "npx"));
        assert!(kept.target.starts_with("started with") && !kept.target.contains('\x1b'), "{}", kept.target);
        assert!(!format!("{kept:?}").contains("s3cret"));
    }
}
