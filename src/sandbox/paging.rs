//! Pages of a list and their tokens. Reference: section 1.6.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::error::RpcError;
use super::params::Params;

/// Sort key of a row: the numbers of its ids. A page token holds one.
pub type RowKey = Vec<u64>;

/// Length of a list's pages.
#[derive(Clone, Copy, Debug)]
pub struct PageSize {
    /// When no size is asked for.
    pub default: usize,
    pub most: Most,
}

/// The longest page there is.
#[derive(Clone, Copy, Debug)]
pub enum Most {
    /// As long as one likes.
    Any,
    /// A longer one is refused.
    Refused(u32),
    /// A longer one is cut to this.
    Clamped(u32),
}

impl PageSize {
    /// "Typically 10" for accounts, not stated for most other lists.
    pub const fn ten(most: Most) -> Self {
        Self { default: 10, most }
    }
}

/// Page that is asked for.
#[derive(Debug)]
pub struct PageRequest {
    size: usize,
    from: PageCursor,
}

#[derive(Debug)]
enum PageCursor {
    Start,
    After(RowKey),
    Before(RowKey),
}

impl PageRequest {
    /// Reads `page_size` and `page_token`.
    pub fn read(params: &Params, PageSize { default, most }: PageSize) -> Result<Self, RpcError> {
        let number = |text: &str| {
            text.parse::<u32>().map_err(|_| RpcError::violation("page_size", "value must be a uint32", "uint32"))
        };
        let size = params.one("page_size").map_or(Ok(0), number)?;
        let size = match most {
            Most::Refused(most) if size > most => {
                let description = format!("value must be less than or equal to {most}");
                return Err(RpcError::violation("page_size", description, "uint32.lte"));
            }
            Most::Clamped(most) => size.min(most),
            _ => size,
        };
        let bad_token = || RpcError::violation("page_token", "value is not a page token of this list", "page_token");
        let from = params.one("page_token").map_or(Some(PageCursor::Start), PageCursor::read).ok_or_else(bad_token)?;
        let size = if size == 0 { default } else { usize::try_from(size).unwrap_or(usize::MAX) };
        Ok(Self { size, from })
    }

    /// Cuts the page out of all rows, which must be sorted by `key`.
    pub fn cut<T>(&self, name: &'static str, mut rows: Vec<T>, key: impl Fn(&T) -> RowKey) -> PageResponse<T> {
        let total = rows.len();
        let (start, end) = match &self.from {
            PageCursor::Start => (0, self.size.min(total)),
            PageCursor::After(last) => {
                let start = rows.partition_point(|row| key(row) <= *last);
                (start, start.saturating_add(self.size).min(total))
            }
            PageCursor::Before(first) => {
                let end = rows.partition_point(|row| key(row) < *first);
                (end.saturating_sub(self.size), end)
            }
        };
        rows.truncate(end);
        rows.drain(..start);
        let token =
            |row: Option<&T>, to: fn(RowKey) -> PageCursor| row.map(|row| to(key(row)).token()).unwrap_or_default();
        let next = if end < total { token(rows.last(), PageCursor::After) } else { String::new() };
        let prev = if start > 0 { token(rows.first(), PageCursor::Before) } else { String::new() };
        PageResponse { name, rows, total, total_as_text: false, next, prev }
    }
}

impl PageCursor {
    /// A direction, and base64 of a JSON array with the key of the row next to the page. Bare
    /// numbers, because an account's token must fit into 32 characters.
    fn token(&self) -> String {
        let (direction, key) = match self {
            Self::Start => return String::new(),
            Self::After(key) => ('>', key),
            Self::Before(key) => ('<', key),
        };
        let numbers: Vec<String> = key.iter().map(u64::to_string).collect();
        format!("{direction}:{}", BASE64_STANDARD.encode(format!("[{}]", numbers.join(","))))
    }

    fn read(token: &str) -> Option<Self> {
        let (direction, key) = token.split_once(':')?;
        let key = serde_json::from_slice(&BASE64_STANDARD.decode(key).ok()?).ok()?;
        match direction {
            ">" => Some(Self::After(key)),
            "<" => Some(Self::Before(key)),
            _ => None,
        }
    }
}

/// One page as it is answered: the rows under the list's own name, then the paging fields.
#[derive(Debug)]
pub struct PageResponse<T> {
    name: &'static str,
    rows: Vec<T>,
    total: usize,
    total_as_text: bool,
    next: String,
    prev: String,
}

impl<T> PageResponse<T> {
    /// Puts every row into its wire form.
    pub fn map<U>(self, form: impl FnMut(T) -> U) -> PageResponse<U> {
        let Self { name, rows, total, total_as_text, next, prev } = self;
        PageResponse { name, rows: rows.into_iter().map(form).collect(), total, total_as_text, next, prev }
    }

    /// Writes `total_size` as a string, for lists where it is an int64 (reference: section 1.4).
    pub fn with_total_as_text(self) -> Self {
        Self { total_as_text: true, ..self }
    }

    pub fn rows(&self) -> &[T] {
        &self.rows
    }

    /// The same page without its rows.
    pub fn without_rows(self) -> Self {
        Self { rows: Vec::new(), ..self }
    }
}

impl<T: Serialize> Serialize for PageResponse<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry(self.name, &self.rows)?;
        if self.total_as_text {
            map.serialize_entry("total_size", &self.total.to_string())?;
        } else {
            map.serialize_entry("total_size", &self.total)?;
        }
        map.serialize_entry("next_page_token", &self.next)?;
        map.serialize_entry("prev_page_token", &self.prev)?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNTS: PageSize = PageSize::ten(Most::Refused(99));

    fn page(query: &str) -> PageResponse<u64> {
        let request = PageRequest::read(&Params::parse(query.as_bytes()), ACCOUNTS).expect("a good request");
        request.cut("rows", (1..=25).collect(), |n| vec![*n])
    }

    fn follow(token: &str) -> String {
        let escaped: String = url::form_urlencoded::byte_serialize(token.as_bytes()).collect();
        format!("page_size=10&page_token={escaped}")
    }

    #[test]
    fn pages_go_forth_and_back() {
        let first = page("");
        assert_eq!((first.rows.len(), first.total, first.prev.as_str()), (10, 25, ""));
        let second = page(&follow(&first.next));
        let third = page(&follow(&second.next));
        assert_eq!(third.rows, [21, 22, 23, 24, 25]);
        assert_eq!(third.next, "");
        assert_eq!(page(&follow(&third.prev)).rows, second.rows);
        assert_eq!(page(&follow(&second.prev)).rows, first.rows);
    }

    #[test]
    fn a_token_says_direction_and_key_and_is_short_enough() {
        let token = PageCursor::After(vec![113_453_695_454_151_836]).token();
        assert_eq!(token, ">:WzExMzQ1MzY5NTQ1NDE1MTgzNl0=");
        assert!(token.len() <= 32);
    }

    #[test]
    fn a_size_is_refused_cut_or_taken_as_it_is() {
        let size = |most, size: &str| {
            let params = Params::parse(format!("page_size={size}").as_bytes());
            PageRequest::read(&params, PageSize { default: 300, most }).map(|page| page.size).ok()
        };
        assert_eq!((size(Most::Refused(30), "30"), size(Most::Refused(30), "31")), (Some(30), None));
        assert_eq!(size(Most::Clamped(1000), "4000000000"), Some(1000));
        assert_eq!((size(Most::Any, "4000000000"), size(Most::Any, "0")), (Some(4_000_000_000), Some(300)));
    }

    #[test]
    fn a_bad_size_or_token_is_refused() {
        for bad in [
            "page_size=100",
            "page_size=-1",
            "page_size=x",
            "page_token=zzz",
            "page_token=%3E%3A!!",
            "page_token=!:WzFd",
        ] {
            assert!(PageRequest::read(&Params::parse(bad.as_bytes()), ACCOUNTS).is_err(), "{bad}");
        }
    }
}
