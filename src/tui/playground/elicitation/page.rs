//! A page that a server asks the person to visit.

use url::Url;

/// Beginning of a part of a host that stands for letters beyond ASCII (RFC 5890).
const ENCODED: &str = "xn--";

/// The page, and whether the person has its address.
pub(super) struct Page {
    url: Url,
    taken: bool,
}

impl Page {
    /// A page that nobody has opened.
    pub(super) fn new(url: Url) -> Self {
        Self { url, taken: false }
    }

    /// Its address.
    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// Takes note that the person opened it, or copied its address.
    pub(super) fn take(&mut self) {
        self.taken = true;
    }

    /// Whether they did.
    pub(super) fn was_taken(&self) -> bool {
        self.taken
    }

    /// Host and port as they are asked for: names beyond ASCII in their encoded form.
    pub(super) fn host(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Warnings about the address, a sentence each.
    pub(super) fn warnings(&self) -> Vec<&'static str> {
        let host = self.url.host_str().unwrap_or_default();
        let encoded = host.split('.').any(|part| part.starts_with(ENCODED));
        let named = !self.url.username().is_empty() || self.url.password().is_some();
        let cases = [
            (encoded, "The host is in its encoded form: as letters it may look like another one."),
            (self.url.scheme() != "https", "Not encrypted: others on the way can read and change it."),
            (named, "A user is named before the host. It is the host that is asked."),
        ];
        cases.into_iter().filter_map(|(holds, words)| holds.then_some(words)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(url: &str) -> Page {
        Page::new(url.parse().expect("a URL"))
    }

    #[test]
    fn a_host_is_shown_as_it_is_asked() {
        assert_eq!(page("https://аррӏе.com/x").host(), "xn--80ak6aa92e.com");
        assert_eq!(page("https://apple.com@evil.dev:8443/").host(), "evil.dev:8443");
    }

    #[test]
    fn what_is_odd_about_an_address_is_said() {
        assert!(page("https://acme.dev/").warnings().is_empty());
        assert!(page("https://xn--80ak6aa92e.com/").warnings()[0].contains("encoded form"));
        assert!(page("http://acme.dev/").warnings()[0].contains("Not encrypted"));
        assert!(page("https://acme.dev@evil.dev/").warnings()[0].contains("before the host"));
    }
}
