//! Faults of a contract file, with their lines.

use std::fmt;

use toml_edit::{Document, Item};

use crate::domain::Untrusted;

/// One thing that is wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractProblem {
    /// Line, from one on; none where it is about the whole file.
    pub line: Option<usize>,
    /// A sentence.
    pub sentence: Untrusted,
}

impl ContractProblem {
    /// A problem of the whole file.
    pub fn of_file(sentence: impl Into<Untrusted>) -> Self {
        Self { line: None, sentence: sentence.into() }
    }

    /// A problem of the key `key` of a file, which can be read.
    pub fn of_key(text: &str, key: &str, sentence: &str) -> Self {
        let span = Document::parse(text).ok().and_then(|document| child(document.as_item(), key)?.1);
        at(text, span, sentence.to_owned())
    }
}

/// `line 7: The path begins with /.`
impl fmt::Display for ContractProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        self.sentence.fmt(f)
    }
}

/// Collects what is wrong, each at the line of the key that it is about.
pub(super) struct Problems<'a> {
    text: &'a str,
    document: Document<&'a str>,
    found: Vec<ContractProblem>,
}

impl<'a> Problems<'a> {
    /// # Errors
    /// The text is not TOML.
    pub fn of(text: &'a str) -> Result<Self, ContractProblem> {
        match Document::parse(text) {
            Ok(document) => Ok(Self { text, document, found: Vec::new() }),
            Err(error) => Err(at(text, error.span(), format!("It is not TOML: {}.", error.message().trim()))),
        }
    }

    /// Tells what is wrong with the key that `path` leads to, or with the last one on the way that is there.
    pub fn tell(&mut self, path: &[&str], sentence: impl Into<String>) {
        let mut item = self.document.as_item();
        let mut span = None;
        for step in path {
            let Some(next) = child(item, step) else { break };
            (item, span) = next;
        }
        let problem = at(self.text, span, sentence.into());
        self.found.push(problem);
    }

    /// The value, unless something was wrong.
    ///
    /// # Errors
    /// Everything that was told, in the order of the lines.
    pub fn end<T>(mut self, value: Option<T>) -> Result<T, Vec<ContractProblem>> {
        match value {
            Some(value) if self.found.is_empty() => Ok(value),
            _ => {
                self.found.sort_by_key(|problem| problem.line);
                Err(self.found)
            }
        }
    }
}

type Span = Option<std::ops::Range<usize>>;

/// Member of a table of any form, and where its key stands.
fn child<'a>(item: &'a Item, step: &str) -> Option<(&'a Item, Span)> {
    let table = item.as_table_like()?;
    let (key, member) = table.get_key_value(step)?;
    Some((member, key.span().or_else(|| member.span())))
}

/// A problem at a place of the text.
pub(super) fn at(text: &str, span: Span, sentence: String) -> ContractProblem {
    let before = span.and_then(|span| text.get(..span.start));
    let line = before.map(|before| before.bytes().filter(|byte| *byte == b'\n').count() + 1);
    ContractProblem { line, sentence: sentence.into() }
}
