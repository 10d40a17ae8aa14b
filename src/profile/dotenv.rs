//! `.env` files: `KEY=VALUE` lines as shells and their many imitations read them.
//!
//! `export`, comments, and single, double or slanted quotes over several lines are understood. Nothing
//! is ever filled in: `$HOME` stays `$HOME`, so that a file means the same wherever it is read. What is
//! no such line is somebody else's: it is skipped, and told.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use zeroize::Zeroizing;

use super::variables::{PREFIX, shown};
use crate::domain::{Fault, FaultKind, NotText, Secret, decode_utf8, trim_quotes};

/// Size of the file at most, in bytes: a larger one is none that a person wrote.
const MAX_SIZE: u64 = 1 << 20;

/// Skipped lines that are named one by one.
const MAX_NAMED: usize = 4;

/// Variables that a file sets. Every value may be a key, so every value is a secret.
#[derive(Default)]
pub(super) struct DotEnv {
    set: Vec<(String, Secret)>,
    /// Lines that are not understood, counted from 1.
    skipped: Vec<usize>,
    /// True if a skipped line was meant to name an environment.
    skipped_ours: bool,
}

/// Reason why a file cannot be read. Never quotes it.
#[derive(Debug)]
pub(super) enum Unreadable {
    Io(io::Error),
    TooLarge,
    NotText(NotText),
}

impl Unreadable {
    /// Fault for a person, with the path of `file`.
    pub fn about(&self, file: &Path) -> Fault {
        let why = match self {
            Self::Io(error) => error.to_string(),
            Self::TooLarge => "it is too large for a file of variables".into(),
            Self::NotText(why) => why.to_string(),
        };
        Fault::new(FaultKind::NoEnvironment, format!("{} cannot be read: {why}.", shown(file)))
    }
}

impl DotEnv {
    pub fn read(path: &Path) -> Result<Self, Unreadable> {
        let bytes = bytes(path)?;
        decode_utf8(&bytes).map(Self::parse).map_err(Unreadable::NotText)
    }

    fn parse(text: &str) -> Self {
        let mut file = Self::default();
        let (mut rest, mut line) = (text, 1);
        while !rest.is_empty() {
            let (first, behind) = rest.split_once('\n').unwrap_or((rest, ""));
            let mut after = behind;
            match first.trim() {
                blank if blank.is_empty() || blank.starts_with('#') => {}
                _ => match assignment(rest.trim_start()) {
                    Some((key, value, behind)) => {
                        file.set.push((key.to_owned(), value));
                        after = behind;
                    }
                    None => {
                        file.skipped.push(line);
                        let first = first.trim_start();
                        file.skipped_ours |=
                            first.strip_prefix("export").unwrap_or(first).trim_start().starts_with(PREFIX);
                    }
                },
            }
            let done = rest.len() - after.len();
            line += rest.bytes().take(done).filter(|byte| *byte == b'\n').count();
            rest = after;
        }
        file
    }

    /// The value of `key`; the last one, where there are several.
    pub fn get(&self, key: &str) -> Option<OsString> {
        self.set.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value.expose().into())
    }

    /// True if a line that was skipped was meant to name an environment.
    pub fn skipped_ours(&self) -> bool {
        self.skipped_ours
    }

    /// The lines of `file` that were skipped, in a sentence; none where none were. Never quotes one.
    pub fn remark(&self, file: &Path) -> Option<String> {
        let named: Vec<_> = self.skipped.iter().take(MAX_NAMED).map(ToString::to_string).collect();
        let (lines, were) = match self.skipped.len() {
            0 => return None,
            1 => ("line", "is not NAME=VALUE and was skipped"),
            _ => ("lines", "are not NAME=VALUE and were skipped"),
        };
        let more = match self.skipped.len() - named.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        Some(format!("{}: {lines} {}{more} {were}.", shown(file), named.join(", ")))
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
        Some(quote @ ('\'' | '`')) => quoted(value.get(1..)?, quote, false)?,
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
    let behind = trim_quotes(behind);
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
        let file = DotEnv::parse(text);
        assert_eq!(file.skipped, [] as [usize; 0], "{text:?}");
        file.set.iter().map(|(key, value)| (key.clone(), value.expose().to_owned())).collect()
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
            ("A=`b # \"c\"` # d", "b # \"c\""),
            ("A=\"b\\n\\\"c\\\" \\$D \\x\"", "b\n\"c\" $D \\x"),
            ("A=\"one\ntwo\"", "one\ntwo"),
            ("A=$HOME/${B}`c`", "$HOME/${B}`c`"),
            ("A=\"$HOME\"", "$HOME"),
            ("A=b\r\n", "b"),
            ("A=grüße", "grüße"),
        ];
        for (text, value) in cases {
            assert_eq!(read(text), [("A".to_owned(), value.to_owned())], "{text:?}");
        }
    }

    #[test]
    fn empty_lines_and_comments_say_nothing_and_the_last_value_counts() {
        let text = "# A=0\n\nA=1\n   # A=2\nexport B='x'\n\nA=3";
        assert_eq!(read(text).len(), 3);
        assert_eq!(DotEnv::parse(text).get("A"), Some("3".into()));
        assert_eq!(DotEnv::parse("").get("A"), None);
        assert_eq!(read("exported=1"), [("exported".to_owned(), "1".to_owned())]);
    }

    #[test]
    fn what_is_not_understood_is_skipped_and_told_by_its_line_alone() {
        for (text, lines, set) in [
            ("A=1\nhunter2\nB=2", &[2][..], &["A", "B"][..]),
            ("=hunter2\n\nA=1", &[1], &["A"]),
            ("A B=1\r\nC=1\r\n", &[1], &["C"]),
            ("A=1\n\nB=\"hunter2\nC=1", &[3], &["A", "C"]),
            ("A='b' c\nD=\"x\ny\"\nhunter2\n", &[1, 4], &["D"]),
            ("<<<<<<< hunter2\nA=1\n=======\nA=2\n>>>>>>>", &[1, 3, 5], &["A", "A"]),
        ] {
            let file = DotEnv::parse(text);
            assert_eq!(file.skipped, lines, "{text:?}");
            assert_eq!(file.set.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), set, "{text:?}");
            let said = file.remark(Path::new("x.env")).expect("told");
            assert!(!said.contains("hunter2"), "{said}");
        }
        let said = |text| DotEnv::parse(text).remark(Path::new("x.env"));
        assert_eq!(said("A=1\n# x\n"), None);
        assert_eq!(said("x").as_deref(), Some("x.env: line 1 is not NAME=VALUE and was skipped."));
        let many = said("a\nb\nc\nd\ne\nf\n");
        assert_eq!(many.as_deref(), Some("x.env: lines 1, 2, 3, 4 and 2 more are not NAME=VALUE and were skipped."));
        for ours in ["SCALEKIT_CLIENT_ID: skc_1", " export SCALEKIT_CLIENT_ID"] {
            assert!(DotEnv::parse(ours).skipped_ours(), "{ours}");
        }
        assert!(!DotEnv::parse("a: b\necho $SCALEKIT_CLIENT_ID").skipped_ours());
    }

    proptest::proptest! {
        #[test]
        fn no_file_breaks_it(text in "[A-C=\"'\\\\#\n\r $é]{0,40}") {
            let _ = DotEnv::parse(&text);
        }
    }
}
