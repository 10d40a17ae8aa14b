//! Status of every account, and tokens that end.

use jiff::{SignedDuration, Timestamp};

use super::Subject;
use super::finding::{Check, Finding, Remedy, Severity};
use crate::domain::{Account, Status, pluralize};

/// Accounts that somebody must do something about; the others in one line.
pub(super) fn status(subject: &Subject<'_>) -> Vec<Finding> {
    let (mut active, mut disconnected, mut found) = (0, 0, Vec::new());
    for account in &subject.accounts {
        match account.status {
            Status::Active => active += 1,
            Status::Disconnected => disconnected += 1,
            _ => {
                let status = &account.status;
                let sentence = format!("{}. {}", capital(&status.word()), status.meaning());
                found.push(about(account, Check::Accounts, Severity::Bad, sentence));
            }
        }
    }
    let set_aside = match disconnected {
        0 => String::new(),
        count => format!(" {count} disconnected, as somebody decided."),
    };
    let (severity, sentence) = match subject.accounts.len() as u64 {
        0 => (Severity::Note, "There are no accounts.".to_owned()),
        all => (Severity::Ok, format!("{active} of {} active.{set_aside}", pluralize(all, "account"))),
    };
    found.push(Finding::new(Check::Accounts, severity, "accounts", sentence));
    found
}

/// Active accounts whose token ends within the time that was named. One that has ended already is a contradiction,
/// which has a check of its own.
pub(super) fn expiry(subject: &Subject<'_>) -> Vec<Finding> {
    let within = subject.options.expires_within;
    let limit = within.and_then(|within| subject.now.checked_add(within).ok()).unwrap_or(subject.now);
    let Some(within) = within else { return Vec::new() };
    let mut found = Vec::new();
    let active = subject.accounts.iter().filter(|account| account.status == Status::Active);
    for (account, expires) in active.filter_map(|account| Some((account, account.token_expires_at?))) {
        if (subject.now..=limit).contains(&expires) {
            let sentence = format!("Its token ends in {}.", told(expires.duration_since(subject.now)));
            found.push(about(account, Check::Expiry, Severity::Warning, sentence));
        }
    }
    if found.is_empty() {
        let sentence = format!("No token ends within {}.", told(SignedDuration::try_from(within).unwrap_or_default()));
        found.push(Finding::new(Check::Expiry, Severity::Ok, "tokens", sentence));
    }
    found
}

pub(super) fn about(account: &Account, check: Check, severity: Severity, sentence: String) -> Finding {
    let Account { id, connection, identifier, .. } = account;
    let subject = format!("{}/{}", connection.raw(), identifier.raw());
    let finding = Finding::new(check, severity, subject, sentence);
    let moment = |name: &str, moment: Option<Timestamp>| moment.map(|moment| format!("{name} {}", utc(moment)));
    let evidence = [
        Some(format!("account {id}")),
        Some(format!("status {}", account.status.name())),
        moment("token expires", account.token_expires_at),
        moment("updated", account.updated_at),
        moment("last used", account.last_used_at),
    ];
    let remedy = Remedy::Authorize(id.clone(), connection.clone(), identifier.clone());
    Finding { evidence: evidence.into_iter().flatten().collect(), ..finding.remedied(remedy) }
}

/// A moment in a line of evidence, to the second.
pub(super) fn utc(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// A length of time in its two largest units.
fn told(time: SignedDuration) -> String {
    let minutes = time.as_secs() / 60;
    match (minutes / 60 / 24, minutes / 60 % 24, minutes % 60) {
        (0, 0, 0) => format!("{} s", time.as_secs()),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, 0, _) => format!("{days} d"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_have_two_units_at_most() {
        let cases =
            [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3_600, "1 h"), (5_430, "1 h 30 min"), (90_000, "1 d 1 h")];
        for (seconds, expected) in cases {
            assert_eq!(told(SignedDuration::from_secs(seconds)), expected);
        }
        assert_eq!(capital("to authorize"), "To authorize");
    }
}
