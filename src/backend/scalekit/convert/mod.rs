//! From the wire's shapes to the words of the field. Lenient: what makes no sense is left out, what
//! is unknown is kept, and no row is lost for either.

mod account;
mod call;
mod connection;
mod lenient;
mod mcp;
mod members;
mod provider;
mod tool;

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::value::RawValue;
use url::Url;

pub(super) use self::account::account;
pub(super) use self::call::call;
pub(super) use self::connection::connection;
pub(super) use self::lenient::lenient;
pub(super) use self::mcp::{auth_state, server_config, server_instance};
pub(super) use self::provider::provider;
pub(super) use self::tool::{scoped_tool, tool};
use crate::backend::scalekit::pages::{ListPage, PageToken};
use crate::backend::scalekit::wire::paging::Paging;

/// One page, whose rows are parts of `body`. A total of nothing beside something that did come says
/// nothing.
pub(super) fn page<T>(
    body: &Bytes,
    rows: Vec<&RawValue>,
    convert: impl Fn(&Bytes, &RawValue) -> T,
    paging: Paging,
) -> ListPage<T> {
    let total = Some(paging.total_size).filter(|total| *total > 0 || rows.is_empty());
    let items = rows.into_iter().map(|row| convert(body, row)).collect();
    ListPage { items, next: PageToken::new(paging.next_page_token), total }
}

/// RFC 3339, or nothing. The year 1 is the zero of Go's clock and means never.
pub(super) fn timestamp(wire: Option<String>) -> Option<Timestamp> {
    wire?.parse().ok().filter(|at: &Timestamp| *at >= Timestamp::UNIX_EPOCH)
}

/// A URL that a browser may be sent to.
pub(super) fn web_url(wire: &str) -> Option<Url> {
    Url::parse(wire).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// The wire writes the empty string for what is not there.
fn some(wire: String) -> Option<String> {
    (!wire.is_empty()).then_some(wire)
}

/// Converts a row that stands alone, as a test writes it.
#[cfg(test)]
fn row<T>(convert: impl Fn(&Bytes, &RawValue) -> T, json: &str) -> T {
    let body = Bytes::copy_from_slice(json.as_bytes());
    convert(&body, serde_json::from_slice(&body).expect("JSON"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_total_is_believed_unless_it_denies_what_came() {
        let body = Bytes::from_static(b"1");
        let one: &RawValue = serde_json::from_slice(&body).expect("JSON");
        let total = |rows, total_size| page(&body, rows, |_, _| (), Paging { total_size, ..Paging::default() }).total;
        assert_eq!(total(vec![one], 0), None);
        assert_eq!(total(vec![one], 7), Some(7));
        assert_eq!(total(vec![], 0), Some(0));
    }

    #[test]
    fn a_browser_is_sent_to_web_addresses_only() {
        assert!(web_url("https://acme.scalekit.dev/magicLink/1_o").is_some());
        for bad in ["", "javascript:alert(1)", "file:///etc/passwd", "/magicLink/1", "https://"] {
            assert_eq!(web_url(bad), None, "{bad}");
        }
    }
}
