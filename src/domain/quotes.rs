//! A value that somebody copied from somewhere, with what came along around it.

use super::untrusted::is_hostile;
use super::{Fault, FaultKind};

/// Quotes that stand around a value, as languages, shells and word processors write them.
const QUOTES: [(char, char); 10] = [
    ('"', '"'),
    ('\'', '\''),
    ('`', '`'),
    ('“', '”'),
    ('‘', '’'),
    ('„', '“'),
    ('‚', '‘'),
    ('«', '»'),
    ('»', '«'),
    ('”', '”'),
];

/// `text` without the white space, line ends and unseen characters around it, and without one layer of
/// quotes.
pub fn trim_quotes(text: &str) -> &str {
    let surrounds = |c: char| c.is_whitespace() || is_hostile(c);
    let text = text.trim_matches(surrounds);
    let inside = QUOTES.iter().find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close));
    inside.map_or(text, |inside| inside.trim_matches(surrounds))
}

/// The same; `name` is what to call it.
///
/// # Errors
/// [`FaultKind::InvalidInput`] where it still refers to a variable, which nothing fills in here.
pub fn reject_placeholder<'a>(text: &'a str, name: &str) -> Result<&'a str, Fault> {
    let text = trim_quotes(text);
    if refers_to_a_variable(text) {
        // Never quoted: it may be a secret all the same.
        let message = format!("{name} still refers to a variable, as ${{NAME}} does. Write the value itself there.");
        return Err(Fault::new(FaultKind::InvalidInput, message));
    }
    Ok(text)
}

/// True if there is a `${NAME}` in it, with or without a default, or it is a `$NAME` as a whole.
fn refers_to_a_variable(text: &str) -> bool {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let braced = |rest: &str| {
        let inside = rest.split_once('}').map_or("", |(inside, _)| inside);
        is_name(inside.split([':', '-', '?']).next().unwrap_or_default())
    };
    text.split("${").skip(1).any(braced) || text.strip_prefix('$').is_some_and(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_surrounds_a_copied_value_goes() {
        for text in [
            "sks_1",
            " sks_1\r\n",
            "\u{feff}sks_1\u{200b}",
            "\"sks_1\"",
            "'sks_1'\r",
            "`sks_1`",
            "“sks_1”",
            "‘sks_1’",
            "„sks_1“",
            "«sks_1»",
            "\u{2060}' sks_1\t' ",
        ] {
            assert_eq!(trim_quotes(text), "sks_1", "{text:?}");
        }
    }

    #[test]
    fn one_layer_of_quotes_goes_and_only_where_both_are_there() {
        for (text, is) in [
            ("\"'a'\"", "'a'"),
            ("\"a", "\"a"),
            ("a'", "a'"),
            ("'a\"", "'a\""),
            ("\"", "\""),
            ("''", ""),
            ("a b", "a b"),
            ("", ""),
        ] {
            assert_eq!(trim_quotes(text), is, "{text:?}");
        }
    }

    #[test]
    fn a_variable_that_nothing_has_filled_in_is_told() {
        for text in ["${HOST}", "https://${HOST}/x", "'${A:-b}'", "$HOST", "x${_a1}", "${A?must be set}"] {
            let fault = reject_placeholder(text, "The environment URL").expect_err(text);
            assert!(fault.message.starts_with("The environment URL still refers to a variable"), "{fault}");
        }
        for text in ["", "a$b", "$", "$1x", "${", "${}", "${a b}", "pa$$word", "$a-b", "{HOST}"] {
            assert_eq!(reject_placeholder(text, "It").expect(text), text);
        }
    }
}
