//! Lists that a provider gives page by page, put together.

use serde::Deserialize;
use serde_json::Value;
use url::form_urlencoded;

use super::{Contract, Inputs, Outgoing};
use crate::domain::{Fault, FaultKind, JsonText, ProxyResponse};
use crate::json::{Document, NodeKind};

/// Pages that are asked for at most, where a contract says nothing of it.
pub(super) const USUAL: u32 = 10;

/// Pages that a contract may ask for at most.
pub(super) const MOST: u32 = 100;

/// Bytes of all pages together, at most.
const LARGEST: usize = 32 << 20;

/// Declaration of how a list goes on.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub next: NextPage,
    /// JSON Pointer to the list, in the answer as it came.
    pub items: String,
    pub most: u32,
    /// Members of the input that ask for one page: it is given as it came.
    pub unless: Vec<String>,
}

/// Place of the way to the next page.
#[derive(Clone, Debug)]
pub(super) enum NextPage {
    /// The answer holds a word for it, which goes into a variable or a parameter.
    Cursor { at: String, more: Option<String>, into: String },
    /// A number that grows: by a fixed step, or by the number of items.
    Offset { into: String, from: u64, step: Option<u64>, full: Option<u64> },
    /// The header `Link` (RFC 8288) holds an address, of which the query counts.
    Link,
}

/// `[page]` of a file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PageFile {
    pub kind: String,
    pub items: String,
    pub cursor: Option<String>,
    pub more: Option<String>,
    pub into: Option<String>,
    pub from: Option<u64>,
    pub step: Option<u64>,
    pub full: Option<u64>,
    pub most: Option<u32>,
    #[serde(default)]
    pub unless: Vec<String>,
}

impl PageFile {
    /// # Errors
    /// The key that is wrong, and a sentence on it.
    pub fn read(self) -> Result<Page, (&'static str, String)> {
        if let Some(key) = ["items", "cursor", "more"].into_iter().find(|key| match *key {
            "items" => !is_pointer(&self.items),
            "cursor" => self.cursor.as_deref().is_some_and(|at| !is_pointer(at)),
            _ => self.more.as_deref().is_some_and(|at| !is_pointer(at)),
        }) {
            return Err((key, "A JSON Pointer begins with /, or is empty for the whole answer.".into()));
        }
        let into = self.into.filter(|into| !into.is_empty());
        let next = match self.kind.as_str() {
            "cursor" => NextPage::Cursor {
                at: self.cursor.ok_or(("kind", "A cursor needs “cursor”: where in the answer it stands.".into()))?,
                more: self.more,
                into: into.ok_or(("kind", "A cursor needs “into”: the variable or parameter that takes it.".into()))?,
            },
            "offset" => NextPage::Offset {
                into: into
                    .ok_or(("kind", "An offset needs “into”: the variable or parameter that takes it.".into()))?,
                from: self.from.unwrap_or(0),
                step: self.step.filter(|step| *step > 0),
                full: self.full,
            },
            "link" => NextPage::Link,
            _ => return Err(("kind", "The kinds of paging are cursor, offset and link.".into())),
        };
        let most = self.most.unwrap_or(USUAL);
        if most == 0 || most > MOST {
            return Err(("most", format!("From 1 to {MOST} pages can be asked for.")));
        }
        Ok(Page { next, items: self.items, most, unless: self.unless })
    }
}

/// True for a JSON Pointer (RFC 6901).
pub(super) fn is_pointer(text: &str) -> bool {
    text.is_empty() || text.starts_with('/')
}

/// Pages of one call as they come.
#[derive(Debug)]
pub struct Pages<'a> {
    page: Option<&'a Page>,
    /// Items of the pages before the last, as JSON.
    items: Vec<String>,
    bytes: usize,
    count: u32,
    /// Number that the last page was asked with.
    offset: u64,
    /// Word that the last page was asked with.
    cursor: Option<String>,
}

/// Result of taking a page in.
#[derive(Debug)]
pub enum Step {
    /// One more page is to be asked for.
    Next(Box<Outgoing>),
    /// All pages, as one answer in the shape of the last.
    Whole(JsonText),
}

impl Contract {
    /// Begins to read the pages of a call.
    pub fn pages(&self, inputs: &Inputs) -> Pages<'_> {
        let page = self.0.page.as_ref().filter(|page| !page.unless.iter().any(|name| inputs.has(name)));
        let offset = match page.map(|page| &page.next) {
            Some(NextPage::Offset { from, .. }) => *from,
            _ => 0,
        };
        Pages { page, items: Vec::new(), bytes: 0, count: 0, offset, cursor: None }
    }
}

impl Pages<'_> {
    /// Takes the page that `asked` brought.
    ///
    /// # Errors
    /// [`FaultKind::BadAnswer`]: the list does not end. [`FaultKind::TooLarge`].
    pub fn take(&mut self, asked: &Outgoing, answer: JsonText, response: &ProxyResponse) -> Result<Step, Fault> {
        let Some(page) = self.page else { return Ok(Step::Whole(answer)) };
        let Ok(document) = Document::index(answer.clone()) else { return Ok(Step::Whole(answer)) };
        let Some(list) = document.at_pointer(&page.items).filter(|at| document.kind(*at) == NodeKind::Array) else {
            return if self.count == 0 { Ok(Step::Whole(answer)) } else { Err(no_list(&page.items)) };
        };
        let items = document.children(list).map(|item| String::from_utf8_lossy(document.raw(item)).into_owned());
        let items: Vec<_> = items.collect();
        let fresh = items.len() as u64;
        self.bytes += items.iter().map(String::len).sum::<usize>();
        if self.bytes > LARGEST {
            let message = format!("The pages together are larger than {} MB.", LARGEST >> 20);
            return Err(Fault::new(FaultKind::TooLarge, message));
        }
        self.items.extend(items);
        self.count += 1;
        let next = if self.count < page.most { self.next(page, &document, asked, response, fresh)? } else { None };
        Ok(match next {
            Some(next) => Step::Next(Box::new(next)),
            None if self.count == 1 => Step::Whole(answer),
            None => Step::Whole(answer.with([(document.range(list), format!("[{}]", self.items.join(",")))])),
        })
    }

    fn next(
        &mut self,
        page: &Page,
        document: &Document,
        asked: &Outgoing,
        response: &ProxyResponse,
        fresh: u64,
    ) -> Result<Option<Outgoing>, Fault> {
        let raw = |pointer: &str| {
            let found = document.at_pointer(pointer)?;
            serde_json::from_slice::<Value>(document.raw(found)).ok()
        };
        match &page.next {
            NextPage::Cursor { at, more, into } => {
                let ends = more.as_deref().is_some_and(|more| raw(more) != Some(Value::Bool(true)));
                let cursor = raw(at).filter(|cursor| !ends && !matches!(cursor, Value::Null | Value::Bool(_)));
                let Some(cursor) = cursor.map(|cursor| cursor.to_string()).filter(|text| text != "\"\"") else {
                    return Ok(None);
                };
                if self.cursor.as_ref() == Some(&cursor) {
                    let message = "The provider's list does not end: it tells the same next page again.";
                    return Err(Fault::new(FaultKind::BadAnswer, message));
                }
                let next = asked.with(into, &cursor);
                self.cursor = Some(cursor);
                Ok(Some(next))
            }
            NextPage::Offset { into, step, full, .. } => {
                if fresh == 0 || full.is_some_and(|full| fresh < full) {
                    return Ok(None);
                }
                self.offset += step.unwrap_or(fresh);
                Ok(Some(asked.with(into, &self.offset.to_string())))
            }
            NextPage::Link => {
                let Some(query) = response.header("link").and_then(|link| next_query(link.raw())) else {
                    return Ok(None);
                };
                if query == asked.query {
                    let message = "The provider's list does not end: it tells the same next page again.";
                    return Err(Fault::new(FaultKind::BadAnswer, message));
                }
                Ok(Some(Outgoing { query, ..asked.clone() }))
            }
        }
    }
}

fn no_list(items: &str) -> Fault {
    Fault::new(FaultKind::BadAnswer, format!("A further page of the provider holds no list at {items}."))
}

/// Query of the address with `rel="next"`. Host and path are not taken: a request stays where its contract sends it.
fn next_query(link: &str) -> Option<Vec<(String, String)>> {
    let mut rest = link;
    loop {
        let (target, after) = rest.split_once('<')?.1.split_once('>')?;
        let parameters = after.split('<').next().unwrap_or_default().trim_end().trim_end_matches(',');
        let is_next = parameters.split(';').any(|parameter| {
            let (name, value) = parameter.trim().split_once('=').unwrap_or_default();
            let mut relations = value.trim().trim_matches('"').split_whitespace();
            name.trim().eq_ignore_ascii_case("rel") && relations.any(|relation| relation.eq_ignore_ascii_case("next"))
        });
        if is_next {
            let query = target.split_once('?')?.1.split('#').next().unwrap_or_default();
            return Some(form_urlencoded::parse(query.as_bytes()).into_owned().collect());
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_address_gives_its_query_alone() {
        let query = |link: &str| next_query(link);
        let pairs = vec![("page".to_owned(), "2".to_owned()), ("q".to_owned(), "a b".to_owned())];
        for link in [
            r#"<https://api.acme.dev/repositories/1/issues?page=2&q=a+b>; rel="next", <https://api.acme.dev/x?page=9>; rel="last""#,
            r#"<https://api.acme.dev/x?page=1>; rel="prev",<https://evil.dev/y?page=2&q=a%20b>; title="a"; rel=next"#,
            r#"</x?page=2&q=a%20b>; rel="last next""#,
        ] {
            assert_eq!(query(link).as_ref(), Some(&pairs), "{link}");
        }
        for link in ["", "<>", r#"<https://a.dev/x?page=1>; rel="prev""#, "<https://a.dev", "rel=next"] {
            assert_eq!(query(link), None, "{link}");
        }
    }
}
