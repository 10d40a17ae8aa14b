//! Estimate of a text's size in a model's tokens.

use crate::domain::Tool;

/// About how many tokens a model makes of `text`: JSON and code come to some 3.5 bytes a token with
/// today's vocabularies, other scripts to about one character. Good to a fifth or so, for any of
/// them; always to be labelled as an estimate.
pub fn tokens(text: &[u8]) -> u64 {
    if text.is_ascii() {
        return (text.len() as u64 * 2).div_ceil(7);
    }
    let ascii = text.iter().filter(|byte| byte.is_ascii()).count() as u64;
    // Continuation bytes do not begin a character.
    let others = text.iter().filter(|byte| !byte.is_ascii() && (**byte & 0xc0) != 0x80).count() as u64;
    (ascii * 2).div_ceil(7) + others
}

/// So much of a large text is counted, in bytes.
const COUNTED: usize = 16 << 10;

/// The same of a text of any size, in no time: of a large one, by what its beginning weighs.
pub fn estimate_tokens(text: &[u8]) -> u64 {
    match text.get(..COUNTED) {
        Some(beginning) => (tokens(beginning) as f64 * (text.len() as f64 / COUNTED as f64)) as u64,
        None => tokens(text),
    }
}

/// Estimated tokens of a tool's definition, whatever the dialect.
pub fn tool_tokens(tool: &Tool) -> u64 {
    let schema = tool.input_schema.as_ref().map_or(0, |schema| estimate_tokens(schema.bytes()));
    AROUND + estimate_tokens(tool.name.raw().as_bytes()) + estimate_tokens(tool.description.raw().as_bytes()) + schema
}

/// The names of a definition's members, and what stands between them.
const AROUND: u64 = 13;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_weighs_nothing_and_more_weighs_more() {
        assert_eq!(tokens(b""), 0);
        assert_eq!(tokens(b"a"), 1);
        assert_eq!(tokens("日本語".as_bytes()), 3);
        let json = br#"{"title":"Login is broken","priority":1}"#;
        assert!((8..=16).contains(&tokens(json)), "{}", tokens(json));
    }

    #[test]
    fn a_large_text_is_estimated_by_its_beginning() {
        for text in ["word ", "日本語, 語"] {
            let (small, large) = (text.repeat(100), text.repeat(100_000));
            assert_eq!(estimate_tokens(small.as_bytes()), tokens(small.as_bytes()));
            let (about, exact) = (estimate_tokens(large.as_bytes()), tokens(large.as_bytes()));
            assert!(about.abs_diff(exact) < exact / 100, "{about} {exact}");
        }
    }
}
