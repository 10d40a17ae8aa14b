//! What a text weighs in a model's tokens, roughly.

/// About how many tokens a model makes of `text`: JSON and code come to some 3.5 bytes a token with
/// today's vocabularies, other scripts to about one character. Good to a fifth or so, for any of
/// them; always to be labelled as an estimate.
pub fn tokens(text: &[u8]) -> u64 {
    let ascii = text.iter().filter(|byte| byte.is_ascii()).count() as u64;
    // Continuation bytes do not begin a character.
    let others = text.iter().filter(|byte| !byte.is_ascii() && (**byte & 0xc0) != 0x80).count() as u64;
    (ascii * 2).div_ceil(7) + others
}

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
}
