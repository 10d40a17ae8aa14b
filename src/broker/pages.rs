//! Reading all pages of a list, without trusting the list to end, to be whole, or to say everything
//! once.

use std::collections::HashSet;
use std::future::Future;
use std::hash::Hash;

use futures_util::stream::{self, Stream};

use crate::domain::{Fault, FaultKind, Untrusted};

/// One page of anything.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// What stands on it.
    pub items: Vec<T>,
    /// How to ask for the next one; none on the last.
    pub next: Option<PageToken>,
    /// How many the broker says there are in all.
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

/// Keeps count of what a list gave: takes out what was there before, and compares what arrived with
/// what was announced.
#[derive(Debug)]
pub struct Tally<K> {
    seen: HashSet<K>,
    repeated: u64,
    stated: Option<u64>,
}

impl<K> Default for Tally<K> {
    fn default() -> Self {
        Self { seen: HashSet::new(), repeated: 0, stated: None }
    }
}

impl<K: Hash + Eq> Tally<K> {
    /// Counts a page in and leaves on it only what is new.
    pub fn count<T>(&mut self, page: &mut Page<T>, key: impl Fn(&T) -> K) {
        let before = page.items.len();
        page.items.retain(|item| self.seen.insert(key(item)));
        self.repeated += (before - page.items.len()) as u64;
        self.stated = page.total.or(self.stated);
    }

    /// How many different ones there were.
    pub fn seen(&self) -> u64 {
        self.seen.len() as u64
    }

    /// How many came again.
    pub fn repeated(&self) -> u64 {
        self.repeated
    }

    /// The total that was stated last.
    pub fn stated(&self) -> Option<u64> {
        self.stated
    }

    /// How many were announced and never came. A list may grow while it is read, so more than were
    /// announced is no fault.
    pub fn missing(&self) -> u64 {
        self.stated.unwrap_or_default().saturating_sub(self.seen())
    }
}

/// All pages, one after the other, as they arrive. `fetch` gets the token of the page to read.
///
/// A page token that was given before would lead in a circle: the stream then ends with a
/// [`FaultKind::BadAnswer`], after everything that did arrive.
pub fn all<T, F, Fut>(fetch: F) -> impl Stream<Item = Result<Page<T>, Fault>>
where
    F: Fn(Option<PageToken>) -> Fut,
    Fut: Future<Output = Result<Page<T>, Fault>>,
{
    from(None, fetch)
}

/// The same, beginning with the page that `first` names.
pub fn from<T, F, Fut>(first: Option<PageToken>, fetch: F) -> impl Stream<Item = Result<Page<T>, Fault>>
where
    F: Fn(Option<PageToken>) -> Fut,
    Fut: Future<Output = Result<Page<T>, Fault>>,
{
    enum Next {
        Read(Option<PageToken>),
        Circle,
        Done,
    }
    let seen: HashSet<PageToken> = first.clone().into_iter().collect();
    stream::unfold((Next::Read(first), seen, fetch), |(next, mut seen, fetch)| async move {
        let token = match next {
            Next::Read(token) => token,
            Next::Circle => return Some((Err(circle()), (Next::Done, seen, fetch))),
            Next::Done => return None,
        };
        let page = fetch(token).await;
        let next = match page.as_ref().map(|page| page.next.clone()) {
            Ok(Some(token)) if !seen.insert(token.clone()) => Next::Circle,
            Ok(Some(token)) => Next::Read(Some(token)),
            Ok(None) | Err(_) => Next::Done,
        };
        Some((page, (next, seen, fetch)))
    })
}

fn circle() -> Fault {
    Fault::new(FaultKind::BadAnswer, "The broker's list leads in a circle: a page named a page before it as the next.")
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt as _;

    use super::*;

    async fn read(pages: Vec<(&str, Page<u8>)>) -> Vec<Result<Vec<u8>, FaultKind>> {
        all(|token| {
            let wanted = token.map(|t| t.raw().to_owned()).unwrap_or_default();
            let page = pages.iter().find(|(name, _)| *name == wanted).map(|(_, page)| page.clone());
            async move { page.ok_or_else(|| Fault::new(FaultKind::NotFound, "no such page")) }
        })
        .map(|page| page.map(|p| p.items).map_err(|f| f.kind))
        .collect()
        .await
    }

    fn page(items: &[u8], next: &str) -> Page<u8> {
        Page { items: items.to_vec(), next: PageToken::new(next.into()), total: None }
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

    #[tokio::test]
    async fn a_circle_back_to_where_it_began_is_one_too() {
        let fetch = |_| async { Ok(page(&[1], "a")) };
        let got: Vec<_> = from(PageToken::new("a".into()), fetch).map(|page| page.is_ok()).collect().await;
        assert_eq!(got, [true, false]);
    }

    #[test]
    fn a_tally_takes_out_what_came_before_and_knows_what_is_missing() {
        let mut tally = Tally::default();
        let mut first = Page { total: Some(5), ..page(&[1, 2, 2], "a") };
        tally.count(&mut first, |item| *item);
        let mut second = page(&[2, 3], "");
        tally.count(&mut second, |item| *item);
        assert_eq!((first.items, second.items), (vec![1, 2], vec![3]));
        assert_eq!((tally.seen(), tally.repeated(), tally.stated(), tally.missing()), (3, 2, Some(5), 2));
        tally.count(&mut Page { total: Some(2), ..page(&[], "") }, |item| *item);
        assert_eq!(tally.missing(), 0, "one was removed meanwhile");
    }

    #[tokio::test]
    async fn a_failing_page_ends_the_stream() {
        let got = read(vec![("", page(&[1], "gone"))]).await;
        assert_eq!(got, [Ok(vec![1]), Err(FaultKind::NotFound)]);
    }
}
