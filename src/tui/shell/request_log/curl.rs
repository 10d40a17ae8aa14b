//! An exchange as a command for a shell, without its credential.

use crate::backend::http_log::Exchange;

/// Headers that curl sets itself.
const OWN: [&str; 4] = ["host", "content-length", "user-agent", "accept-encoding"];

/// The request as a curl command. The token stands in a variable; what was replaced stays replaced.
pub fn command(exchange: &Exchange) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
    let mut parts =
        vec![format!("curl -X {} {}", exchange.method, quoted(&format!("{}{}", exchange.origin, exchange.target)))];
    for (name, value) in exchange.sent_headers.iter().filter(|(name, _)| !OWN.contains(&name.as_str())) {
        parts.push(match name.as_str() {
            "authorization" => r#"-H "Authorization: Bearer $SCALEKIT_TOKEN""#.to_owned(),
            name => format!("-H {}", quoted(&format!("{name}: {value}"))),
        });
    }
    parts.extend(exchange.sent_body.iter().map(|body| format!("--data-raw {}", quoted(&body.text))));
    parts.join(" \\\n  ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::http_log::KeptBody;

    #[test]
    fn the_token_is_a_variable_and_quotes_stay_quotes() {
        let exchange = Exchange {
            method: "POST".into(),
            origin: "https://a.dev".into(),
            target: "/api/v1/execute_tool".into(),
            sent_headers: vec![
                ("authorization".into(), "…".into()),
                ("content-type".into(), "application/json".into()),
            ],
            sent_body: Some(KeptBody { text: r#"{"name":"it's $HOME"}"#.into(), cut: false }),
            ..Exchange::default()
        };
        assert_eq!(
            command(&exchange),
            concat!(
                "curl -X POST 'https://a.dev/api/v1/execute_tool' \\\n",
                "  -H \"Authorization: Bearer $SCALEKIT_TOKEN\" \\\n",
                "  -H 'content-type: application/json' \\\n",
                r#"  --data-raw '{"name":"it'\''s $HOME"}'"#
            )
        );
    }
}
