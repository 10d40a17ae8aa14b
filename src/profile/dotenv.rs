//! `.env` files: `KEY=VALUE` lines as shells and their many imitations read them.
//!
//! `export`, comments, and single or double quotes over several lines are understood. Nothing is
//! ever filled in: `$HOME` stays `$HOME`, so that a file means the same wherever it is read.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use zeroize::Zeroizing;

use super::variables::shown;
use crate::domain::{Fault, FaultKind, Secret};

/// A larger file is none that a person wrote, in bytes.
const MAX_SIZE: u64 = 1 << 20;

/// What a file sets. Every value may be a key, so every value is a secret.
pub(super) struct DotEnv(Vec<(String, Secret)>);

/// Why a file cannot be read. Never quotes it.
#[derive(Debug)]
pub(super) enum Unreadable {
    Io(io::Error),
    TooLarge,
    NotText,
    /// A line, counted from 1, that is not understood.
    Line {
        at: usize,
    },
}

impl Unreadable {
    /// What is said of `file`, which was named or speaks of an environment.
    pub fn about(self, file: &Path) -> Fault {
        let why = match self {
            Self::Io(error) => format!("cannot be read: {error}"),
            Self::TooLarge => "is too large for a file of variables".into(),
            Self::NotText => "is not text".into(),
            Self::Line { at } => format!("cannot be understood: line {at} is not NAME=VALUE"),
        };
        Fault::new(FaultKind::NoEnvironment, format!("{} {why}.", shown(file)))
    }
}

impl DotEnv {
    pub fn read(path: &Path) -> Result<Self, Unreadable> {
        let bytes = bytes(path)?;
        Self::parse(std::str::from_utf8(&bytes).map_err(|_| Unreadable::NotText)?)
    }

    /// Whether `word` stands anywhere in a file, which need not be understood for that.
    pub fn speaks_of(path: &Path, word: &str) -> bool {
        bytes(path).is_ok_and(|bytes| bytes.windows(word.len()).any(|at| at == word.as_bytes()))
    }

    fn parse(text: &str) -> Result<Self, Unreadable> {
        let mut rest = text.trim_start_matches('\u{feff}');
        let mut found = Vec::new();
        loop {
            rest = rest.trim_start();
            if rest.is_empty() {
                return Ok(Self(found));
            }
            if rest.starts_with('#') {
                rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
                continue;
            }
            let (key, value, after) = assignment(rest).ok_or_else(|| {
                let before = text.len() - rest.len();
                Unreadable::Line { at: text.bytes().take(before).filter(|b| *b == b'\n').count() + 1 }
            })?;
            found.push((key.to_owned(), value));
            rest = after;
        }
    }

    /// The value of `key`; the last one, where there are several.
    pub fn get(&self, key: &str) -> Option<String> {
        self.0.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value.expose().to_owned())
    }
}

fn bytes(path: &Path) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
    let file = File::open(path).map_err(Unreadable::Io)?;
    // Room for all of it at once: a buffer that grows leaves copies behind.
    let size = file.metadata().map_err(Unreadable::Io)?.len().min(MAX_SIZE) + 1;
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(size).unwrap_or_default()));
    file.take(MAX_SIZE + 1).read_to_end(&mut bytes).map_err(Unreadable::Io)?;
    if bytes.len() as u64 > MAX_SIZE {
        return Err(Unreadable::TooLarge);
    }
    Ok(bytes)
}

/// One `KEY=VALUE` at the beginning of `text`: key, value, and what comes behind its line.
fn assignment(text: &str) -> Option<(&str, Secret, &str)> {
    let line = text.lines().next()?;
    let key = line.split_once('=')?.0;
    let value = text.get(key.len() + 1..)?;
    let key = key.trim_end();
    let key = key.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t'])).map_or(key, str::trim_start);
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    if key.is_empty() || !key.chars().all(is_name) {
        return None;
    }
    let value = value.trim_start_matches([' ', '\t']);
    let (value, rest) = match value.chars().next() {
        Some('\'') => quoted(value.get(1..)?, '\'', false)?,
        Some('"') => quoted(value.get(1..)?, '"', true)?,
        _ => {
            let (line, rest) = value.split_once('\n').unwrap_or((value, ""));
            let comment = line.char_indices().find(|(at, c)| {
                *c == '#' && line.get(..*at).is_none_or(|before| before.is_empty() || before.ends_with([' ', '\t']))
            });
            let plain = comment.and_then(|(at, _)| line.get(..at)).unwrap_or(line);
            return Some((key, Secret::new(plain.trim().to_owned()), rest));
        }
    };
    let (behind, rest) = rest.split_once('\n').unwrap_or((rest, ""));
    let behind = behind.trim();
    (behind.is_empty() || behind.starts_with('#')).then_some((key, value, rest))
}

/// A value up to its closing quote, and what stands behind that.
fn quoted(text: &str, quote: char, escapes: bool) -> Option<(Secret, &str)> {
    let mut value = Zeroizing::new(String::with_capacity(text.len().min(4096)));
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        if c == quote {
            return Some((Secret::new(std::mem::take(&mut *value)), text.get(at + 1..)?));
        }
        if c != '\\' || !escapes {
            value.push(c);
            continue;
        }
        match chars.next()?.1 {
            'n' => value.push('\n'),
            'r' => value.push('\r'),
            't' => value.push('\t'),
            c @ ('"' | '\\' | '$' | '`') => value.push(c),
            c => value.extend(['\\', c]),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        let file = DotEnv::parse(text).expect(text);
        file.0.iter().map(|(key, value)| (key.clone(), value.expose().to_owned())).collect()
    }

    #[test]
    fn values_are_read_as_shells_read_them() {
        let cases = [
            ("A=b", "b"),
            ("  A = b  ", "b"),
            ("export A=b", "b"),
            ("export\tA=b", "b"),
            ("A=", ""),
            ("A=#", ""),
            ("A=b # c", "b"),
            ("A=b#c", "b#c"),
            ("A=b=c", "b=c"),
            ("A='b # c' # d", "b # c"),
            ("A='b\\n'", "b\\n"),
            ("A=\"b\\n\\\"c\\\" \\$D \\x\"", "b\n\"c\" $D \\x"),
            ("A=\"one\ntwo\"", "one\ntwo"),
            ("A=$HOME/${B}`c`", "$HOME/${B}`c`"),
            ("A=\"$HOME\"", "$HOME"),
            ("A=b\r\n", "b"),
            ("\u{feff}A=grüße", "grüße"),
        ];
        for (text, value) in cases {
            assert_eq!(read(text), [("A".to_owned(), value.to_owned())], "{text:?}");
        }
    }

    #[test]
    fn empty_lines_and_comments_say_nothing_and_the_last_value_counts() {
        let text = "# A=0\n\nA=1\n   # A=2\nexport B='x'\n\nA=3";
        assert_eq!(read(text).len(), 3);
        assert_eq!(DotEnv::parse(text).expect("read").get("A").as_deref(), Some("3"));
        assert_eq!(DotEnv::parse("").expect("read").get("A"), None);
        assert_eq!(read("exported=1"), [("exported".to_owned(), "1".to_owned())]);
    }

    #[test]
    fn what_is_not_understood_is_said_by_its_line_alone() {
        for (text, line) in
            [("A=1\nhunter2", 2), ("=hunter2", 1), ("A B=1", 1), ("A=1\n\nB=\"hunter2\nC=1", 3), ("A='b' c", 1)]
        {
            match DotEnv::parse(text).map(|_| ()) {
                Err(Unreadable::Line { at }) => assert_eq!(at, line, "{text:?}"),
                other => panic!("{text:?}: {other:?}"),
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn no_file_breaks_it(text in "[A-C=\"'\\\\#\n\r $é]{0,40}") {
            let _ = DotEnv::parse(&text);
        }
    }
}
