//! Fields beside the rows of every page. Reference: section 1.6.

use serde::Deserialize;

use super::lenient;

/// The total, and the way to the pages around this one.
#[derive(Debug, Default, Deserialize)]
pub struct Paging {
    /// Number of rows in all. A string where the wire counts in 64 bits (section 1.4); zero where it is
    /// neither: a page is not lost for a total.
    #[serde(default, deserialize_with = "lenient::whole")]
    pub total_size: u64,
    /// Empty on the last page.
    #[serde(default, deserialize_with = "lenient::text")]
    pub next_page_token: String,
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;
    use crate::backend::scalekit::wire::accounts::ListAccountsResponse;

    #[test]
    fn a_total_is_a_number_or_a_text_or_nothing() {
        for (written, total) in [("7", 7), ("\"7\"", 7), ("null", 0), ("-1", 0), ("\"many\"", 0), ("[7]", 0)] {
            let page: Paging = serde_json::from_str(&format!(r#"{{"total_size":{written}}}"#)).expect(written);
            assert_eq!(page.total_size, total, "{written}");
        }
    }

    #[test]
    fn rows_beside_it_are_borrowed_as_they_came() {
        let text = r#"{"total_size":"2","connected_accounts":[{"b":1.10},7],"news":[{}],"next_page_token":">:x"}"#;
        let page: ListAccountsResponse<&RawValue> = serde_json::from_str(text).expect("a page");
        let rows: Vec<_> = page.connected_accounts.iter().map(|row| row.get()).collect();
        assert_eq!(rows, [r#"{"b":1.10}"#, "7"]);
        assert_eq!((page.paging.total_size, page.paging.next_page_token.as_str()), (2, ">:x"));
    }

    #[test]
    fn a_token_that_cannot_be_read_as_text_is_no_page() {
        for token in ["{}", "[]", "1.5"] {
            let page = serde_json::from_str::<Paging>(&format!(r#"{{"next_page_token":{token}}}"#));
            assert!(page.is_err(), "the list would seem to end: {token}");
        }
        let page: Paging = serde_json::from_str(r#"{"next_page_token":7}"#).expect("a page");
        assert_eq!(page.next_page_token, "7");
    }
}
