//! Pages of a list and their tokens. Reference: section 1.6.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::error::RpcError;
use super::params::Params;

/// What a row is sorted by and found again by: the numbers of its ids.
pub type Key = Vec<u64>;

/// The default everywhere: "typically 10" for accounts, not stated for the other lists.
const DEFAULT_SIZE: usize = 10;

/// Which page is asked for.
#[derive(Debug)]
pub struct PageRequest {
    size: usize,
    from: Cursor,
}

#[derive(Debug)]
enum Cursor {
    Start,
    After(Key),
    Before(Key),
}

impl PageRequest {
    /// Reads `page_size`, which must not exceed `max`, and `page_token`.
    pub fn read(params: &Params, max: Option<u32>) -> Result<Self, RpcError> {
        let number = |text: &str| {
            text.parse::<u32>().map_err(|_| RpcError::violation("page_size", "value must be a uint32", "uint32"))
        };
        let size = params.one("page_size").map_or(Ok(0), number)?;
        if let Some(max) = max.filter(|max| size > *max) {
            let description = format!("value must be less than or equal to {max}");
            return Err(RpcError::violation("page_size", description, "uint32.lte"));
        }
        let bad_token = || RpcError::violation("page_token", "value is not a page token of this list", "page_token");
        let from = params.one("page_token").map_or(Some(Cursor::Start), Cursor::read).ok_or_else(bad_token)?;
        let size = if size == 0 { DEFAULT_SIZE } else { usize::try_from(size).unwrap_or(usize::MAX) };
        Ok(Self { size, from })
    }

    /// Cuts the page out of all rows, which must be sorted by `key`.
    pub fn cut<T>(&self, name: &'static str, mut rows: Vec<T>, key: impl Fn(&T) -> Key) -> Listing<T> {
        let total = rows.len();
        let (start, end) = match &self.from {
            Cursor::Start => (0, self.size.min(total)),
            Cursor::After(last) => {
                let start = rows.partition_point(|row| key(row) <= *last);
                (start, start.saturating_add(self.size).min(total))
            }
            Cursor::Before(first) => {
                let end = rows.partition_point(|row| key(row) < *first);
                (end.saturating_sub(self.size), end)
            }
        };
        rows.truncate(end);
        rows.drain(..start);
        let token = |row: Option<&T>, to: fn(Key) -> Cursor| row.map(|row| to(key(row)).token()).unwrap_or_default();
        let next = if end < total { token(rows.last(), Cursor::After) } else { String::new() };
        let prev = if start > 0 { token(rows.first(), Cursor::Before) } else { String::new() };
        Listing { name, rows, total, next, prev }
    }
}

impl Cursor {
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
pub struct Listing<T> {
    name: &'static str,
    rows: Vec<T>,
    total: usize,
    next: String,
    prev: String,
}

impl<T> Listing<T> {
    /// Puts every row into its wire form.
    pub fn map<U>(self, form: impl FnMut(T) -> U) -> Listing<U> {
        let Self { name, rows, total, next, prev } = self;
        Listing { name, rows: rows.into_iter().map(form).collect(), total, next, prev }
    }
}

impl<T: Serialize> Serialize for Listing<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry(self.name, &self.rows)?;
        map.serialize_entry("total_size", &self.total)?;
        map.serialize_entry("next_page_token", &self.next)?;
        map.serialize_entry("prev_page_token", &self.prev)?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(query: &str) -> Listing<u64> {
        let request = PageRequest::read(&Params::parse(query.as_bytes()), Some(99)).expect("a good request");
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
        let token = Cursor::After(vec![113_453_695_454_151_836]).token();
        assert_eq!(token, ">:WzExMzQ1MzY5NTQ1NDE1MTgzNl0=");
        assert!(token.len() <= 32);
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
            assert!(PageRequest::read(&Params::parse(bad.as_bytes()), Some(99)).is_err(), "{bad}");
        }
    }
}
