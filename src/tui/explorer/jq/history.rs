//! The jq filters that were run, kept for the next run of the program.

use crate::domain::Fault;
use crate::files;
use crate::profile::{Home, lock, write_private};
use crate::redact::{MARK, names_a_credential, text};

/// The name of the file, in the folder of what the program remembers.
pub const FILE: &str = "jq-history.json";

/// Filters that are kept.
pub const KEPT: usize = 200;

/// Filters kept below `home`, the newest last; a file that is not there or not readable is nothing.
pub fn read(home: &Home) -> Vec<String> {
    let text = files::read(&home.state.join(FILE)).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

/// Keeps a filter below `home`, readable by its owner alone, without what looks like a credential.
///
/// # Errors
/// The file cannot be written.
pub fn keep(home: &Home, filter: &str) -> Result<(), Fault> {
    let file = home.state.join(FILE);
    let _lock = lock(&file);
    let mut kept = read(home);
    remember(&mut kept, redacted(filter));
    // Texts alone are always written.
    let text = serde_json::to_vec_pretty(&kept).unwrap_or_default();
    write_private(&file, &text)
}

/// Adds a filter as the newest one, once.
pub fn remember(filters: &mut Vec<String>, filter: String) {
    filters.retain(|other| *other != filter);
    filters.push(filter);
    filters.drain(..filters.len().saturating_sub(KEPT));
}

/// The filter without what looks like a credential. Where a credential is named, so that it may be
/// compared with one, no text in it is kept either.
fn redacted(filter: &str) -> String {
    let shown = text(filter);
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    if !filter.split(|c| !is_part(c)).any(names_a_credential) {
        return shown.into_owned();
    }
    let mut out = String::new();
    let mut rest = shown.as_ref();
    while let Some((before, after)) = rest.split_once('"') {
        let (literal, behind) = split_literal(after);
        let kept = if names_a_credential(literal) { literal } else { MARK };
        out.extend([before, "\"", kept, "\""]);
        rest = behind;
    }
    out + rest
}

/// Text before the quote that ends a literal, and the text behind it.
fn split_literal(text: &str) -> (&str, &str) {
    let mut escaped = false;
    let end = text.char_indices().find(|(_, c)| {
        let ends = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    end.and_then(|(at, _)| Some((text.get(..at)?, text.get(at + 1..)?))).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn home() -> (tempfile::TempDir, Home) {
        let folder = tempfile::tempdir().expect("a folder");
        let home = Home::resolve(Some(folder.path().to_owned())).expect("a home");
        (folder, home)
    }

    #[test]
    fn filters_are_kept_once_in_order_and_belong_to_their_owner() {
        let (_folder, home) = home();
        assert_eq!(read(&home), [""; 0]);
        for filter in [".a", ".b", ".a"] {
            keep(&home, filter).expect("kept");
        }
        assert_eq!(read(&home), [".b", ".a"]);
        let mode = fs::metadata(home.state.join(FILE)).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn copies_that_keep_at_once_lose_nothing() {
        let (_folder, home) = home();
        let keep = |copy: usize| (0..10).for_each(|n| keep(&home, &format!(".a[{copy}][{n}]")).expect("kept"));
        std::thread::scope(|scope| (0..4).for_each(|copy| drop(scope.spawn(move || keep(copy)))));
        assert_eq!(read(&home).len(), 40);
    }

    #[test]
    fn only_the_newest_are_kept() {
        let mut filters = Vec::new();
        (0..KEPT + 3).for_each(|n| remember(&mut filters, format!(".a[{n}]")));
        assert_eq!((filters.len(), filters[0].as_str()), (KEPT, ".a[3]"));
    }

    #[test]
    fn a_broken_file_is_nothing_and_is_replaced() {
        let (_folder, home) = home();
        write_private(&home.state.join(FILE), b"[\".a\", 7").expect("written");
        assert_eq!(read(&home), [""; 0]);
        keep(&home, ".b").expect("kept");
        assert_eq!(read(&home), [".b"]);
    }

    #[test]
    fn what_looks_like_a_credential_is_not_kept() {
        for (filter, kept) in [
            (r#".[] | select(.name == "Ada")"#, r#".[] | select(.name == "Ada")"#),
            (r#"select(.password == "hunter2").id"#, r#"select(.password == "[redacted]").id"#),
            (r#".["api_key"] == "a\"b" | .x"#, r#".["api_key"] == "[redacted]" | .x"#),
            (r#".next_page_token == "abc""#, r#".next_page_token == "abc""#),
            (r#"test("ghp_abcdefghijklmnopqrstuvwx")"#, r#"test("[redacted]")"#),
            (r#".token == "cut"#, r#".token == "[redacted]""#),
        ] {
            assert_eq!(redacted(filter), kept);
        }
    }
}
