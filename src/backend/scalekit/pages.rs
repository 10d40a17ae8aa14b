//! Reading all pages of a list, without trusting the list to end.

use std::collections::HashSet;
use std::future::Future;

use futures_util::stream::{self, Stream, StreamExt as _};

use crate::backend::{Batch, Batches};
use crate::domain::{Fault, FaultKind, Untrusted, pluralize};

/// One page of anything.
#[derive(Clone, Debug)]
pub struct ListPage<T> {
    /// Rows of the page.
    pub items: Vec<T>,
    /// Token of the next one; none on the last.
    pub next: Option<PageToken>,
    /// Number of rows in all, as the broker announces it.
    pub total: Option<u64>,
}

/// An opaque page token, as the broker gave it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageToken(Untrusted);

impl PageToken {
    /// None for the empty token that stands on the last page.
    pub fn new(token: String) -> Option<Self> {
        (!token.is_empty()).then(|| Self(token.into()))
    }

    /// As it goes back onto the wire.
    pub fn raw(&self) -> &str {
        self.0.raw()
    }
}

impl<T> From<ListPage<T>> for Batch<T> {
    fn from(page: ListPage<T>) -> Self {
        Self { items: page.items, total: page.total, more: page.next.is_some(), left_out: Vec::new() }
    }
}

/// The same list as [`all`], as the rest of the program knows it: without tokens.
pub(super) fn batches<'a, T, F, Fut>(fetch: F) -> Batches<'a, T>
where
    T: Send + 'a,
    F: Fn(Option<PageToken>) -> Fut + Send + 'a,
    Fut: Future<Output = Result<ListPage<T>, Fault>> + Send + 'a,
{
    all(fetch).map(|page| page.map(Batch::from)).boxed()
}

/// Rows that a list may hold beyond its total: it may grow while it is read.
const SLACK: u64 = 10_000;

/// Pages in a row that may bring nothing new.
const BARREN: u32 = 20;

/// Pages that are read of one list at most, whatever it says of itself.
const MOST_PAGES: u32 = 20_000;

/// All pages, one after the other, as they arrive. `fetch` gets the token of the page to read.
///
/// A list that does not end is not followed for ever: a page token that was given before would lead in
/// a circle, and more rows than were announced, page after page without a row, or pages without number
/// lead nowhere. The stream then ends with a [`FaultKind::BadAnswer`], after everything that did arrive.
pub fn all<T, F, Fut>(fetch: F) -> impl Stream<Item = Result<ListPage<T>, Fault>>
where
    F: Fn(Option<PageToken>) -> Fut,
    Fut: Future<Output = Result<ListPage<T>, Fault>>,
{
    enum Next {
        Read(Option<PageToken>),
        Stop(Fault),
        Done,
    }
    stream::unfold((Next::Read(None), PagingProgress::default(), fetch), |(next, mut way, fetch)| async move {
        let token = match next {
            Next::Read(token) => token,
            Next::Stop(fault) => return Some((Err(fault), (Next::Done, way, fetch))),
            Next::Done => return None,
        };
        let page = fetch(token).await;
        let next = match page.as_ref().map(|page| (page.next.clone(), way.after(page))) {
            Ok((Some(_), Err(fault))) => Next::Stop(fault),
            Ok((Some(token), Ok(()))) => Next::Read(Some(token)),
            Ok((None, _)) | Err(_) => Next::Done,
        };
        Some((page, (next, way, fetch)))
    })
}

/// Progress through the pages of a list, to find out when it will never end.
#[derive(Default)]
struct PagingProgress {
    tokens: HashSet<PageToken>,
    pages: u32,
    rows: u64,
    empty: u32,
}

impl PagingProgress {
    /// Checks that going on after this page makes sense.
    fn after<T>(&mut self, page: &ListPage<T>) -> Result<(), Fault> {
        self.pages += 1;
        self.rows += page.items.len() as u64;
        self.empty = if page.items.is_empty() { self.empty + 1 } else { 0 };
        if page.next.clone().is_some_and(|token| !self.tokens.insert(token)) {
            return Err(circle());
        }
        if let Some(total) = page.total.filter(|total| self.rows > total.saturating_add(SLACK)) {
            return Err(endless(format!("{} came where {total} were announced", pluralize(self.rows, "row"))));
        }
        if self.empty >= BARREN {
            return Err(endless(format!("its last {BARREN} pages were empty")));
        }
        if self.pages >= MOST_PAGES {
            return Err(endless(format!("{MOST_PAGES} pages were read")));
        }
        Ok(())
    }
}

fn endless(why: String) -> Fault {
    Fault::new(
        FaultKind::BadAnswer,
        format!("The environment's list does not end: {why}, and there is always one more."),
    )
}

fn circle() -> Fault {
    Fault::new(
        FaultKind::BadAnswer,
        "The environment's list leads in a circle: a page named a page before it as the next.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(pages: Vec<(&str, ListPage<u8>)>) -> Vec<Result<Vec<u8>, FaultKind>> {
        all(|token| {
            let wanted = token.map(|t| t.raw().to_owned()).unwrap_or_default();
            let page = pages.iter().find(|(name, _)| *name == wanted).map(|(_, page)| page.clone());
            async move { page.ok_or_else(|| Fault::new(FaultKind::NotFound, "no such page")) }
        })
        .map(|page| page.map(|p| p.items).map_err(|f| f.kind))
        .collect()
        .await
    }

    fn page(items: &[u8], next: &str) -> ListPage<u8> {
        ListPage { items: items.to_vec(), next: PageToken::new(next.into()), total: None }
    }

    #[tokio::test]
    async fn pages_come_in_order_until_the_empty_token() {
        let got = read(vec![("", page(&[1, 2], "a")), ("a", page(&[3], "b")), ("b", page(&[], ""))]).await;
        assert_eq!(got, [Ok(vec![1, 2]), Ok(vec![3]), Ok(vec![])]);
    }

    #[tokio::test]
    async fn a_circle_ends_with_a_fault_and_keeps_what_came() {
        let got = read(vec![("", page(&[1], "a")), ("a", page(&[2], "b")), ("b", page(&[3], "a"))]).await;
        assert_eq!(got, [Ok(vec![1]), Ok(vec![2]), Ok(vec![3]), Err(FaultKind::BadAnswer)]);
    }

    /// Number of pages that are read of a list that names a new page as the next for ever, and the error it
    /// ends with.
    async fn followed(page_of: impl Fn(u32) -> (Vec<u32>, Option<u64>)) -> (u32, String) {
        let fetch = |token: Option<PageToken>| {
            let at = token.map_or(0, |token| token.raw().parse().unwrap());
            let (items, total) = page_of(at);
            let next = PageToken::new((at + 1).to_string());
            async move { Ok(ListPage { items, next, total }) }
        };
        let (mut pages, mut end) = (0, None);
        let mut list = std::pin::pin!(all(fetch));
        while let Some(page) = list.next().await {
            assert!(end.is_none(), "nothing comes after the fault");
            match page {
                Ok(_) => pages += 1,
                Err(fault) => end = Some(fault.message),
            }
        }
        (pages, end.unwrap().into())
    }

    #[tokio::test]
    async fn a_list_without_end_is_not_followed_for_ever() {
        let (pages, end) = followed(|at| (vec![at; usize::from(at < 5)], None)).await;
        assert_eq!(pages, 5 + BARREN);
        assert!(end.contains("does not end: its last 20 pages were empty"), "{end}");

        let (pages, end) = followed(|at| (vec![at; 1_000], Some(3_000))).await;
        assert_eq!(pages, 14);
        assert!(end.contains("does not end: 14000 rows came where 3000 were announced"), "{end}");

        let (pages, end) = followed(|at| (vec![at], Some(u64::from(at) + 2))).await;
        assert_eq!(pages, MOST_PAGES);
        assert!(end.contains("does not end: 20000 pages were read"), "{end}");
    }

    #[tokio::test]
    async fn a_failing_page_ends_the_stream() {
        let got = read(vec![("", page(&[1], "gone"))]).await;
        assert_eq!(got, [Ok(vec![1]), Err(FaultKind::NotFound)]);
    }
}
