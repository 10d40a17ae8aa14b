//! Links for people, and whether who consented is confirmed.

use super::Subject;
use super::finding::{Check, Finding, Remedy, Severity};
use crate::domain::{Status, pluralize};

/// Whether people can be sent links, and somebody confirms who used them. The environment does not say whether it
/// wants that: accounts that wait for it tell.
pub(super) fn verification(subject: &Subject<'_>, has_verify_url: bool, has_links: bool) -> Option<Finding> {
    let by_consent = subject.accounts.iter().filter(|account| account.authorization.is_oauth()).count();
    let waiting = subject.accounts.iter().filter(|account| account.status == Status::PendingVerification).count();
    let say = |severity, sentence: String| Some(Finding::new(Check::Verification, severity, "links", sentence));
    if !has_links {
        return say(Severity::Note, "Accounts are authorized only while somebody waits for it here.".into());
    }
    match (has_verify_url, waiting as u64) {
        (true, _) => say(Severity::Ok, "Links can be sent, and a verify URL is set.".into()),
        (false, 0) if by_consent == 0 => say(Severity::Ok, "No account is authorized by consent.".into()),
        (false, 0) => say(
            Severity::Note,
            "No verify URL is set: links for somebody else work only if the environment verifies nobody.".into(),
        ),
        (false, count) => {
            let sentence = format!(
                "{} for verification, and no verify URL is set: links for somebody else end there.",
                if count == 1 { "1 account waits".to_owned() } else { format!("{} wait", pluralize(count, "account")) }
            );
            say(Severity::Warning, sentence).map(|finding| finding.remedied(Remedy::SetVerifyUrl))
        }
    }
}
