//! Authorization links. Whoever holds one can use it, once.

use std::sync::Arc;

use jiff::Timestamp;
use url::Url;

use crate::sandbox::people::Persona;
use crate::sandbox::random;

/// Far more than anybody follows at a time; beyond that the oldest is forgotten.
const MOST_LINKS: usize = 1000;

/// One link and the authorization that it starts. All its names are drawn at once, so that nothing
/// later in the flow can fail for want of randomness.
#[derive(Debug)]
pub struct Link {
    /// The last part of its URL.
    pub id: String,
    /// The account it is for.
    pub account: u64,
    pub expires_at: Timestamp,
    pub return_to: Option<ReturnTo>,
    /// The OAuth `state` between broker and provider.
    pub provider_state: String,
    /// The OAuth code that the provider gives out on consent.
    pub code: String,
    /// The broker's name for the consent while it waits to be verified.
    pub auth_request_id: String,
    /// Person who consented at the provider.
    pub signed_in: Option<Arc<Persona>>,
    /// The flow is complete.
    pub used: bool,
}

/// URL to which the application wants the browser back. Reference: section 5.
#[derive(Clone, Debug)]
pub struct ReturnTo {
    pub url: Url,
    pub state: Option<String>,
}

impl ReturnTo {
    /// The URL with these parameters, and the application's `state`.
    pub fn with(&self, parameters: &[(&str, &str)]) -> Url {
        let mut url = self.url.clone();
        url.query_pairs_mut().extend_pairs(parameters).extend_pairs(self.state.iter().map(|state| ("state", state)));
        url
    }
}

/// Reason why a link does not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkError {
    Unknown,
    Expired,
    Used,
}

/// Next stop of the browser once the provider has sent it back with a code.
#[derive(Debug)]
pub enum Landing {
    /// The account is ACTIVE.
    Done { link: String },
    /// The application must verify who it was.
    Verify(Url),
    /// Somebody must sign in to the dashboard for what waits under this name.
    SignIn { auth_request_id: String },
    /// The application must verify, and gave no address for it.
    NowhereToVerify,
}

/// Links that were issued and not yet forgotten.
#[derive(Debug, Default)]
pub struct LinkStore(Vec<Link>);

impl LinkStore {
    /// Links that were issued before.
    pub fn from_links(links: Vec<Link>) -> Self {
        Self(links)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Link> {
        self.0.iter()
    }

    /// A new link. Older ones for the same account go on working.
    pub fn issue(
        &mut self,
        account: u64,
        expires_at: Timestamp,
        return_to: Option<ReturnTo>,
    ) -> Result<String, getrandom::Error> {
        let id = format!("{}_o", random::uuid()?);
        let link = Link {
            id: id.clone(),
            account,
            expires_at,
            return_to,
            provider_state: random::text()?,
            code: random::text()?,
            auth_request_id: random::text()?,
            signed_in: None,
            used: false,
        };
        if self.0.len() == MOST_LINKS {
            self.0.remove(0);
        }
        self.0.push(link);
        Ok(id)
    }

    /// A link in whatever state it is.
    pub fn find(&self, id: &str) -> Option<&Link> {
        self.0.iter().find(|link| link.id == id)
    }

    /// The link of this id, if it works.
    pub fn open(&mut self, id: &str, now: Timestamp) -> Result<&mut Link, LinkError> {
        self.alive(|link| link.id == id, now)
    }

    /// The link of this OAuth `state`, if it works.
    pub fn at_provider(&mut self, state: &str, now: Timestamp) -> Result<&mut Link, LinkError> {
        self.alive(|link| link.provider_state == state, now)
    }

    fn alive(&mut self, is_meant: impl Fn(&Link) -> bool, now: Timestamp) -> Result<&mut Link, LinkError> {
        match self.0.iter_mut().find(|link| is_meant(link)) {
            None => Err(LinkError::Unknown),
            Some(link) if link.used => Err(LinkError::Used),
            Some(link) if link.expires_at <= now => Err(LinkError::Expired),
            Some(link) => Ok(link),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn a_link_works_until_its_time_is_up_or_it_is_used() {
        let mut links = LinkStore::default();
        let issued = Timestamp::UNIX_EPOCH;
        let later = |seconds| issued + SignedDuration::from_secs(seconds);
        let id = links.issue(1, later(60), None).expect("random bytes");
        assert_eq!(links.open("another", issued).err(), Some(LinkError::Unknown));
        assert_eq!(links.open(&id, later(60)).err(), Some(LinkError::Expired));
        let link = links.open(&id, later(59)).expect("alive");
        link.used = true;
        assert_eq!(links.open(&id, issued).err(), Some(LinkError::Used));
    }

    #[test]
    fn the_way_back_keeps_what_its_url_holds() {
        let url = Url::parse("https://app.example/verify?tenant=a").expect("a URL");
        let back = ReturnTo { url, state: Some("r4&nd".into()) };
        assert_eq!(back.with(&[("x", "1")]).as_str(), "https://app.example/verify?tenant=a&x=1&state=r4%26nd");
    }
}
