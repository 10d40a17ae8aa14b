//! Reading all pages of a list, without trusting the list to end.

use std::collections::HashSet;
use std::future::Future;

use futures_util::stream::{self, Stream};

use super::{Page, PageToken};
use crate::domain::{Fault, FaultKind};

/// All pages, one after the other, as they arrive. `fetch` gets the token of the page to read.
///
/// A page token that was given before would lead in a circle: the stream then ends with a
/// [`FaultKind::BadAnswer`], after everything that did arrive.
pub fn all<T, F, Fut>(fetch: F) -> impl Stream<Item = Result<Page<T>, Fault>>
where
    F: Fn(Option<PageToken>) -> Fut,
    Fut: Future<Output = Result<Page<T>, Fault>>,
{
    enum Next {
        Read(Option<PageToken>),
        Circle,
        Done,
    }
    stream::unfold((Next::Read(None), HashSet::new(), fetch), |(next, mut seen, fetch)| async move {
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
    async fn a_failing_page_ends_the_stream() {
        let got = read(vec![("", page(&[1], "gone"))]).await;
        assert_eq!(got, [Ok(vec![1]), Err(FaultKind::NotFound)]);
    }
}
