//! What a provider granted, with everything that the next refresh needs.

use std::fmt;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use oauth2::TokenResponse as _;
use oauth2::basic::BasicTokenType;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use url::Url;

use super::answer::{TokenAnswer, is_sendable};
use super::endpoints::{ClientAuth, checked};
use super::quirks::{RefusalRule, RevocationForm};
use super::resource_indicator::ResourceIndicator;
use crate::domain::{Fault, FaultKind, Secret, Untrusted};

/// Time before its end at which a token is renewed; a quarter of a short life.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// A clock that was set back by less was only corrected.
const CORRECTION: SignedDuration = SignedDuration::from_mins(1);

/// Room for the text of a grant, so that it is not copied while it grows.
const TEXT: usize = 16 << 10;

/// Tokens of one account. It is kept as one secret text ([`TokenGrant::to_secret`]); `Debug` tells nothing of the tokens.
#[derive(Clone, Serialize, Deserialize)]
pub struct TokenGrant {
    /// Sent with each call.
    #[serde(serialize_with = "expose")]
    pub access: Secret,
    /// Buys the next access token; none where the provider gave none.
    #[serde(default, serialize_with = "expose_some", skip_serializing_if = "Option::is_none")]
    pub refresh: Option<Secret>,
    /// End of the access token by this machine's clock, reckoned from the answer; none where the provider named none.
    pub expires_at: Option<Timestamp>,
    /// Moment of the answer, by this machine's clock.
    pub obtained_at: Timestamp,
    /// The provider's last answer was that of a refresh.
    #[serde(default)]
    pub refreshed: bool,
    /// What the grant is bound to.
    #[serde(flatten)]
    pub terms: GrantTerms,
    /// Account as the token endpoint told of it.
    #[serde(default)]
    pub account: Option<GrantedAccount>,
    /// Scopes that were granted; none where the provider told none, which means as asked (RFC 6749, 5.1).
    #[serde(default, with = "texts")]
    pub granted: Option<Vec<Untrusted>>,
    /// A refresh was begun then, and its end was never kept.
    #[serde(default)]
    pub(super) pending: Option<Timestamp>,
    /// The provider refused the refresh token for good, with these words.
    #[serde(default)]
    pub(super) ended: Option<EndedGrant>,
}

/// What stays the same over all refreshes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantTerms {
    /// Scopes that were asked for.
    pub asked: Vec<String>,
    /// Token endpoint.
    pub token_url: Url,
    /// Revocation endpoint.
    pub revoke_url: Option<Url>,
    /// Form of a revocation.
    #[serde(default)]
    pub revocation: RevocationForm,
    /// The authorization server's own name.
    pub issuer: Option<String>,
    /// Application that the grant belongs to.
    pub client_id: String,
    /// The way in which it proves who it is. Its secret is kept elsewhere, for it may be replaced.
    pub client_auth: ClientAuth,
    /// Name of the private key by which it proves that, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_key_id: Option<String>,
    /// The provider's own refusals.
    #[serde(default)]
    pub refusals: Vec<RefusalRule>,
    /// Server that the tokens are for (RFC 8707), which each refresh names again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<ResourceIndicator>,
}

/// Account that a token endpoint told of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantedAccount {
    /// The provider's id for the user.
    #[serde(with = "text")]
    pub id: Option<Untrusted>,
    /// Name.
    #[serde(with = "text")]
    pub name: Option<Untrusted>,
    /// E-mail address.
    #[serde(with = "text")]
    pub email: Option<Untrusted>,
}

/// End of a grant.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct EndedGrant {
    pub message: String,
    pub said: String,
    pub code: String,
}

/// Age of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    /// Good, as far as the clock tells.
    Fresh,
    /// Good, and near its end; or the clock was set back, so that nobody knows.
    Aging,
    /// Over.
    Over,
}

impl TokenGrant {
    pub(super) fn new(terms: GrantTerms, answer: &TokenAnswer, now: Timestamp) -> Result<Self, Fault> {
        let told = |name| answer.told(name).map(Untrusted::from);
        let account = GrantedAccount { id: told("gid"), name: told("name"), email: told("email") };
        let told_any = account.id.is_some() || account.name.is_some() || account.email.is_some();
        Ok(Self {
            access: usable(answer)?,
            refresh: answer.refresh_token().map(|token| Secret::new(token.secret().clone())),
            expires_at: ends(now, answer.expires_in()),
            obtained_at: now,
            refreshed: false,
            terms,
            account: told_any.then_some(account),
            granted: scopes(answer),
            pending: None,
            ended: None,
        })
    }

    /// Grant after a refresh. What the answer leaves out stays as it was, the refresh token first of all.
    pub(super) fn renewed(&self, answer: &TokenAnswer, now: Timestamp) -> Result<Self, Fault> {
        let fresh = Self::new(self.terms.clone(), answer, now)?;
        Ok(Self {
            refresh: fresh.refresh.or_else(|| self.refresh.clone()),
            account: fresh.account.or_else(|| self.account.clone()),
            granted: fresh.granted.or_else(|| self.granted.clone()),
            refreshed: true,
            ..fresh
        })
    }

    /// Scopes as they count: granted ones, else those that were asked for.
    pub fn scopes(&self) -> Vec<Untrusted> {
        let asked = || self.terms.asked.iter().map(|scope| scope.as_str().into()).collect();
        self.granted.clone().unwrap_or_else(asked)
    }

    /// True if the provider has refused its refresh token for good.
    pub fn is_ended(&self) -> bool {
        self.ended.is_some()
    }

    pub(super) fn age(&self, now: Timestamp) -> Age {
        let was_set_back = now.saturating_add(CORRECTION).is_ok_and(|now| now < self.obtained_at);
        let Some(end) = self.expires_at else {
            return Age::Fresh;
        };
        if now >= end {
            return Age::Over;
        }
        let life = end.duration_since(self.obtained_at);
        let ahead = AHEAD.min(life / 4);
        if was_set_back || end.duration_since(now) <= ahead { Age::Aging } else { Age::Fresh }
    }

    /// The one text that is kept.
    ///
    /// # Errors
    /// Never for a grant that came from a provider; a fault rather than a panic for others.
    pub fn to_secret(&self) -> Result<Secret, Fault> {
        let mut text = Vec::with_capacity(TEXT);
        let written = serde_json::to_writer(&mut text, self).ok().and_then(|()| String::from_utf8(text).ok());
        written.map(Secret::new).ok_or_else(|| Fault::new(FaultKind::Local, "The grant cannot be written down."))
    }

    /// Grant that was kept.
    ///
    /// # Errors
    /// [`FaultKind::Local`] for anything else.
    pub fn from_secret(text: &Secret) -> Result<Self, Fault> {
        let unknown = "What is kept for this account is no grant that this version understands. Authorize it again.";
        let grant: Self = serde_json::from_str(text.expose()).map_err(|_| Fault::new(FaultKind::Local, unknown))?;
        checked("token URL", &grant.terms.token_url)?;
        grant.terms.revoke_url.iter().try_for_each(|url| checked("revocation URL", url))?;
        Ok(grant)
    }
}

impl fmt::Debug for TokenGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let refresh = self.refresh.is_some();
        let mut shown = f.debug_struct("TokenGrant");
        shown.field("client_id", &self.terms.client_id).field("token_url", &self.terms.token_url.as_str());
        shown.field("expires_at", &self.expires_at).field("refresh", &refresh).field("granted", &self.granted);
        shown.finish_non_exhaustive()
    }
}

/// The access token, if it can be sent at all.
fn usable(answer: &TokenAnswer) -> Result<Secret, Fault> {
    let refuse = |why: &str| Err(Fault::new(FaultKind::BadAnswer, format!("The provider gave a token that {why}.")));
    let token = Secret::new(answer.access_token().secret().clone());
    if !is_sendable(&token) {
        return refuse("cannot be used: it is empty or torn");
    }
    match answer.token_type() {
        BasicTokenType::Mac => refuse("has to be signed (MAC), which is not supported"),
        BasicTokenType::Extension(kind) if kind == "dpop" => refuse("is bound to a key (DPoP), which is not supported"),
        _ => Ok(token),
    }
}

pub(super) fn ends(now: Timestamp, life: Option<Duration>) -> Option<Timestamp> {
    now.checked_add(life?).ok()
}

fn scopes(answer: &TokenAnswer) -> Option<Vec<Untrusted>> {
    let scopes = answer.scopes()?.iter().map(|scope| scope.as_str().into()).collect::<Vec<_>>();
    (!scopes.is_empty()).then_some(scopes)
}

fn expose<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}

fn expose_some<S: Serializer>(secret: &Option<Secret>, serializer: S) -> Result<S::Ok, S::Error> {
    match secret {
        Some(secret) => serializer.serialize_some(secret.expose()),
        None => serializer.serialize_none(),
    }
}

mod text {
    use super::*;

    pub(super) fn serialize<S: Serializer>(text: &Option<Untrusted>, serializer: S) -> Result<S::Ok, S::Error> {
        text.as_ref().map(Untrusted::raw).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Untrusted>, D::Error> {
        Ok(Option::<String>::deserialize(deserializer)?.map(Untrusted::from))
    }
}

mod texts {
    use super::*;

    pub(super) fn serialize<S: Serializer>(texts: &Option<Vec<Untrusted>>, serializer: S) -> Result<S::Ok, S::Error> {
        let texts = texts.as_ref().map(|texts| texts.iter().map(Untrusted::raw).collect::<Vec<_>>());
        texts.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Untrusted>>, D::Error> {
        let texts = Option::<Vec<String>>::deserialize(deserializer)?;
        Ok(texts.map(|texts| texts.into_iter().map(Untrusted::from).collect()))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn terms() -> GrantTerms {
        GrantTerms {
            asked: vec!["read".to_owned(), "write".to_owned()],
            token_url: Url::parse("https://a.example/token").unwrap(),
            revoke_url: None,
            revocation: RevocationForm::Standard,
            issuer: None,
            client_id: "app".to_owned(),
            client_auth: ClientAuth::None,
            client_key_id: None,
            refusals: Vec::new(),
            resource: None,
        }
    }

    pub(crate) fn grant(answer: &str, now: &str) -> TokenGrant {
        TokenGrant::new(terms(), &serde_json::from_str(answer).unwrap(), now.parse().unwrap()).unwrap()
    }

    #[test]
    fn what_an_answer_leaves_out_stays() {
        let first = r#"{"access_token":"a1","refresh_token":"r1","expires_in":3600,"scope":"read",
                        "data":{"gid":"7","name":"Ada","email":"ada@acme.dev"}}"#;
        let first = grant(first, "2026-11-20T10:00:00Z");
        let answer = serde_json::from_str(r#"{"access_token":"a2"}"#).unwrap();
        let next = first.renewed(&answer, "2026-11-20T11:00:00Z".parse().unwrap()).unwrap();
        assert_eq!((next.access.expose(), next.refresh.as_ref().map(Secret::expose)), ("a2", Some("r1")));
        assert_eq!((&next.account, &next.granted), (&first.account, &first.granted));
        assert_eq!(next.expires_at, None, "the old end is not that of the new token");
        assert_eq!(next.terms, first.terms);
        let answer =
            serde_json::from_str(r#"{"access_token":"a3","refresh_token":"r2","scope":"read write"}"#).unwrap();
        let next = next.renewed(&answer, "2026-11-20T12:00:00Z".parse().unwrap()).unwrap();
        assert_eq!(next.refresh.as_ref().map(Secret::expose), Some("r2"));
        assert_eq!(next.scopes().len(), 2);
    }

    #[test]
    fn a_grant_comes_back_from_its_text_and_shows_no_token() {
        let kept = r#"{"access_token":"hunter2","refresh_token":"hunter3","expires_in":60,"data":{"name":"Ada"}}"#;
        let kept = grant(kept, "2026-11-20T10:00:00Z");
        let back = TokenGrant::from_secret(&kept.to_secret().unwrap()).unwrap();
        assert_eq!(back.access.expose(), "hunter2");
        assert_eq!(back.refresh.as_ref().map(Secret::expose), Some("hunter3"));
        assert_eq!((back.expires_at, back.obtained_at), (kept.expires_at, kept.obtained_at));
        assert_eq!((&back.terms, &back.account, &back.granted), (&kept.terms, &kept.account, &kept.granted));
        assert!(!format!("{back:?}").contains("hunter"), "{back:?}");
        for odd in ["", "{}", "hunter2", "null"] {
            let fault = TokenGrant::from_secret(&Secret::new(odd.to_owned())).unwrap_err();
            assert!(!format!("{fault:?}").contains("hunter2"));
        }
        let text = kept.to_secret().unwrap().expose().replace("https://a.example", "http://a.example");
        assert!(TokenGrant::from_secret(&Secret::new(text)).unwrap_err().message.contains("https"));
    }

    #[test]
    fn age_goes_by_our_clock_from_the_answer_on() {
        let hour = grant(r#"{"access_token":"a","expires_in":3600}"#, "2026-11-20T10:00:00Z");
        let at = |grant: &TokenGrant, moment: &str| grant.age(moment.parse().unwrap());
        assert_eq!(at(&hour, "2026-11-20T10:00:00Z"), Age::Fresh);
        assert_eq!(at(&hour, "2026-11-20T10:54:00Z"), Age::Fresh);
        assert_eq!(at(&hour, "2026-11-20T10:55:00Z"), Age::Aging);
        assert_eq!(at(&hour, "2026-11-20T11:00:00Z"), Age::Over);
        assert_eq!(at(&hour, "2026-11-20T09:59:30Z"), Age::Fresh, "a clock that was corrected a little");
        assert_eq!(at(&hour, "2026-11-20T09:00:00Z"), Age::Aging, "a clock that was set back");
        let minute = grant(r#"{"access_token":"a","expires_in":60}"#, "2026-11-20T10:00:00Z");
        assert_eq!(at(&minute, "2026-11-20T10:00:44Z"), Age::Fresh, "a short life is not renewed all the time");
        assert_eq!(at(&minute, "2026-11-20T10:00:45Z"), Age::Aging);
        let endless = grant(r#"{"access_token":"a"}"#, "2026-11-20T10:00:00Z");
        assert_eq!(at(&endless, "2036-11-20T10:00:00Z"), Age::Fresh);
        assert_eq!(at(&endless, "2016-11-20T10:00:00Z"), Age::Fresh, "the clock says nothing of it");
    }

    #[test]
    fn tokens_that_cannot_be_sent_are_refused() {
        for (answer, says) in [
            (r#"{"access_token":""}"#, "empty or torn"),
            (r#"{"access_token":"a\nb"}"#, "empty or torn"),
            (r#"{"access_token":"a","token_type":"mac"}"#, "MAC"),
            (r#"{"access_token":"a","token_type":"DPoP"}"#, "DPoP"),
        ] {
            let answer = serde_json::from_str(answer).unwrap();
            let fault = TokenGrant::new(terms(), &answer, Timestamp::UNIX_EPOCH).unwrap_err();
            assert!(fault.kind == FaultKind::BadAnswer && fault.message.contains(says), "{fault}");
        }
    }
}
