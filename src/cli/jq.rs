//! `--jq`: the answer through a filter, as `jq -r` prints it.

use serde_json::value::RawValue;

use super::output::CliOutput;
use super::style;
use crate::domain::{Fault, FaultKind, JsonText, Untrusted};
use crate::flow::query::{self, QueryResult};
use crate::json::{escaped, pretty};

/// Prints each result of `filter` on a line of its own: strings as they are, everything else as JSON.
///
/// # Errors
/// As of [`query::query`]; and where the filter broke off after its first results.
pub(super) async fn print(filter: &str, answer: &[u8], output: &CliOutput) -> Result<(), Fault> {
    let QueryResult { value, count, broken } = query::query(filter, answer).await?;
    let unread = |error| Fault::new(FaultKind::Local, "The result of the filter cannot be read.").because(error);
    let results = match count {
        1 => vec![value],
        _ => {
            let results: Vec<&RawValue> = serde_json::from_str(value.raw()).map_err(unread)?;
            let parsed = results.into_iter().map(|result| JsonText::parse(result.get().to_owned()));
            parsed.collect::<Result<_, _>>().map_err(unread)?
        }
    };
    for result in &results {
        output.print(&line(result, style::is_terminal()))?;
    }
    broken.map_or(Ok(()), |why| Err(Fault::new(FaultKind::InvalidInput, why)))
}

/// A result. On a terminal nothing in it steers that, and JSON stands on lines of its own.
fn line(result: &JsonText, is_terminal: bool) -> String {
    match serde_json::from_str::<String>(result.raw()) {
        Ok(text) if is_terminal => Untrusted::from(text).whole_lines().collect::<Vec<_>>().join("\n"),
        Ok(text) => text,
        Err(_) if is_terminal => escaped(&pretty(result)).into_owned(),
        Err(_) => escaped(result.raw()).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_raw_and_harmless_on_a_terminal() {
        let json = |text: &str| JsonText::parse(text.to_owned()).unwrap();
        let hostile = json(r#""a\u001b[31m\nb""#);
        assert_eq!(line(&hostile, false), "a\u{1b}[31m\nb");
        assert!(!line(&hostile, true).contains('\u{1b}') && line(&hostile, true).ends_with("\nb"));
        assert_eq!(line(&json(r#"{"a":1.10}"#), false), r#"{"a":1.10}"#);
        assert_eq!(line(&json(r#"{"a":1}"#), true), "{\n  \"a\": 1\n}");
    }
}
