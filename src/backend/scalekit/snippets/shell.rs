//! Words of a shell, written so that bash, zsh and fish read them alike.

use std::fmt::Write as _;

use crate::backend::{SnippetKind, SnippetTarget};
use crate::domain::is_hostile;

/// The option that selects an environment.
pub(super) fn option(target: &SnippetTarget) -> Option<String> {
    match target {
        SnippetTarget::Variables => None,
        SnippetTarget::Sandbox => Some("--sandbox".to_owned()),
        SnippetTarget::Local => Some("--local".to_owned()),
        SnippetTarget::Profile(name) => Some(format!("--profile={}", word(name))),
        SnippetTarget::EnvFile(path) => Some(format!("--env-file={}", word(path))),
    }
}

/// Line that says where the variables come from, in forms that need them set.
pub(super) fn remark(form: SnippetKind, target: &SnippetTarget) -> String {
    let comment = match form {
        SnippetKind::Jackfield => return String::new(),
        SnippetKind::Curl | SnippetKind::Python => "#",
        SnippetKind::Node => "//",
    };
    match target {
        SnippetTarget::Sandbox => {
            format!("{comment} \"jackfield sandbox\" serves the sandbox and prints its variables\n")
        }
        SnippetTarget::Variables | SnippetTarget::Local | SnippetTarget::Profile(_) | SnippetTarget::EnvFile(_) => {
            String::new()
        }
    }
}

/// Text for the inside of single quotes. There fish takes `\\` for one backslash and `\'` for a quote, which bash
/// and zsh do not: a backslash before either stands outside.
pub(super) fn inside_single_quotes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\'' => out.push_str(r"'\''"),
            '\\' if matches!(rest.peek(), None | Some('\\' | '\'')) => out.push_str(r"'\\'"),
            c => out.push(c),
        }
    }
    out
}

/// One word of a shell. What would not be seen in it, or would steer the terminal that it is pasted into, is
/// written byte by byte and put together by `printf`, which every shell has.
pub(super) fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@%+=:,./-_".contains(c);
    // zsh reads `=name` as the path of a command.
    if !text.is_empty() && text.chars().all(plain) && !text.starts_with('=') {
        return text.to_owned();
    }
    if !text.chars().any(|c| is_hostile(c) && !matches!(c, '\n' | '\t')) {
        return format!("'{}'", inside_single_quotes(text));
    }
    // Line ends at the end of a command's output are lost; they are put behind it.
    let (head, ends) = text.split_at(text.trim_end_matches('\n').len());
    let mut word = String::from("\"$(printf '");
    for (at, c) in head.char_indices() {
        match c {
            '%' => word.push_str("%%"),
            // At the beginning it would be taken for an option of printf.
            '-' if at == 0 => word.push_str(r"\055"),
            c if is_hostile(c) || matches!(c, '\'' | '\\' | '\n' | '\t') => {
                for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                    // Writing to a String cannot fail.
                    let _ = write!(word, r"\{byte:03o}");
                }
            }
            c => word.push(c),
        }
    }
    word.push_str("')\"");
    if !ends.is_empty() {
        let _ = write!(word, "'{ends}'");
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backslash_before_a_quote_or_another_stands_outside_of_the_quotes() {
        assert_eq!(inside_single_quotes(r#"{"a":"\n \" it's"}"#), r#"{"a":"\n \" it'\''s"}"#);
        assert_eq!(inside_single_quotes(r"a\\b\"), r"a'\\'\b'\\'");
        assert_eq!(inside_single_quotes(r"\'"), r"'\\''\''");
    }

    #[test]
    fn an_environment_is_selected_by_its_option() {
        assert_eq!(option(&SnippetTarget::Sandbox).as_deref(), Some("--sandbox"));
        assert_eq!(option(&SnippetTarget::EnvFile("a b".into())).as_deref(), Some("--env-file='a b'"));
        assert_eq!(option(&SnippetTarget::Variables), None);
        assert!(remark(SnippetKind::Node, &SnippetTarget::Sandbox).starts_with("// \"jackfield sandbox\""));
    }
}
