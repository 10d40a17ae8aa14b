//! Place of the cursor in a JSON text that may not be finished.

use std::ops::Range;

use crate::json::edit::PathStep;

/// Part of the text that is typed: a name, or a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaretPlace {
    /// Steps to the object whose name it is, or to the value itself.
    pub path: Vec<PathStep>,
    /// Names that the object has already; none where it is a value.
    pub names: Option<Vec<String>>,
    /// Text that is typed, up to the cursor, without a quote.
    pub typed: String,
    /// Range that a completion replaces, in bytes.
    pub range: Range<usize>,
    /// True if a colon follows.
    pub has_colon: bool,
}

/// What an object waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Awaits {
    Name,
    Value,
}

enum Frame {
    Object { names: Vec<String>, name: String, awaits: Awaits },
    Array(usize),
}

/// The place at `caret`, in bytes; none where nothing is being typed. Costs the length of the text.
pub fn caret_place(text: &str, caret: usize) -> Option<CaretPlace> {
    let mut frames: Vec<Frame> = Vec::new();
    let mut found: Option<(CaretPlace, usize)> = None;
    let mut at = 0;
    while let Some(first) = text.as_bytes().get(at).copied() {
        let end = match first {
            b'"' => string_end(text, at),
            _ if is_word(first) => word_end(text, at),
            _ => at + 1,
        };
        let is_here = found.is_none() && at < caret && is_within(text, at..end, caret);
        match first {
            b'{' => frames.push(Frame::Object { names: Vec::new(), name: String::new(), awaits: Awaits::Name }),
            b'[' => frames.push(Frame::Array(0)),
            b'}' | b']' => {
                let closed = frames.pop();
                if let (Some((place, depth)), Some(Frame::Object { names, .. })) = (&mut found, closed)
                    && *depth == frames.len() + 1
                {
                    if place.names.is_some() {
                        place.names = Some(names);
                    }
                    break;
                }
            }
            b',' => match frames.last_mut() {
                Some(Frame::Object { awaits, .. }) => *awaits = Awaits::Name,
                Some(Frame::Array(count)) => *count += 1,
                None => {}
            },
            b':' => {
                if let Some(Frame::Object { awaits, .. }) = frames.last_mut() {
                    *awaits = Awaits::Value;
                }
            }
            _ if first.is_ascii_whitespace() => {}
            _ if is_here => found = Some((place(text, at, caret, &frames)?, frames.len())),
            b'"' => {
                if let Some(Frame::Object { names, name, awaits: Awaits::Name }) = frames.last_mut() {
                    *name = serde_json::from_str(text.get(at..end).unwrap_or_default()).unwrap_or_default();
                    names.push(name.clone());
                }
            }
            _ => {}
        }
        at = end;
    }
    let (mut place, depth) = found?;
    if let (Some(Frame::Object { names, .. }), Some(known)) = (frames.get(depth.wrapping_sub(1)), &mut place.names)
        && known.is_empty()
    {
        known.clone_from(names);
    }
    Some(place)
}

fn place(text: &str, start: usize, caret: usize, frames: &[Frame]) -> Option<CaretPlace> {
    let (last, around) = frames.split_last()?;
    let step = |frame: &Frame| match frame {
        Frame::Object { name, .. } => PathStep::Key(name.clone()),
        Frame::Array(at) => PathStep::Item(*at),
    };
    let mut path: Vec<_> = around.iter().map(step).collect();
    let is_name = matches!(last, Frame::Object { awaits: Awaits::Name, .. });
    if !is_name {
        path.push(step(last));
    }
    let quote = usize::from(text.get(start..)?.starts_with('"'));
    let rest = text.get(caret..)?;
    let word = rest.bytes().take_while(|byte| is_word(*byte) && *byte < 0x80).count();
    let quoted = quote == 1 && rest.get(word..).is_some_and(|rest| rest.starts_with('"'));
    let end = caret + word + usize::from(quoted);
    Some(CaretPlace {
        path,
        names: is_name.then(Vec::new),
        typed: text.get(start + quote..caret)?.to_owned(),
        range: start..end,
        has_colon: text.get(end..)?.trim_start().starts_with(':'),
    })
}

/// Whether the cursor is in the token, or at the end of one that is not closed.
fn is_within(text: &str, token: Range<usize>, caret: usize) -> bool {
    let closed =
        text.get(token.clone()).is_some_and(|text| text.len() > 1 && text.starts_with('"') && text.ends_with('"'));
    caret < token.end || caret == token.end && !closed
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$' | b'+') || byte >= 0x80
}

fn word_end(text: &str, from: usize) -> usize {
    from + text.bytes().skip(from).take_while(|byte| is_word(*byte)).count()
}

/// End of a string: behind its quote, or the end of the line.
fn string_end(text: &str, from: usize) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(from + 1) {
        match byte {
            b'\n' => return at,
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The place at the `|` in a text.
    fn at(marked: &str) -> Option<CaretPlace> {
        let caret = marked.find('|').expect("a cursor");
        caret_place(&marked.replacen('|', "", 1), caret)
    }

    #[test]
    fn the_place_is_found_in_text_that_is_not_json_yet() {
        let key = |name: &str| PathStep::Key(name.into());
        let place = at("{\"a\": 1, \"na|\n \"b\": 2}").unwrap();
        assert_eq!((place.path.len(), place.typed.as_str()), (0, "na"));
        assert_eq!(place.names, Some(vec!["a".to_owned(), "b".to_owned()]));
        let place = at("{\"x\": [{}, {\"k\": \"v|\"}]").unwrap();
        assert_eq!(place.path, [key("x"), PathStep::Item(1), key("k")]);
        assert_eq!((place.names, place.range), (None, 17..20));
        let place = at("{\"done\": t|").unwrap();
        assert_eq!((place.path, place.typed.as_str()), (vec![key("done")], "t"));
        assert!(at("{\"na|\": 1}").unwrap().has_colon);
        for nothing in ["{|}", "{\"a\"|: 1}", "{\"a\": |}", "|", "abc|"] {
            assert_eq!(at(nothing), None, "{nothing}");
        }
    }
}
