//! As many made-up accounts as one likes, cheap and always the same for a seed.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::accounts::{AccountTable, Grant};
use super::connections::ConnectionRecord;
use crate::domain::Status;
use crate::sandbox::ids::Ids;
use crate::sandbox::people::Persona;

/// The customers whose people they are.
const TENANTS: [&str; 6] = ["alder", "birch", "cedar", "elm", "hazel", "rowan"];

/// Share of each status, out of twenty.
const STATUSES: [(u64, Status); 5] = [
    (14, Status::Active),
    (2, Status::Expired),
    (2, Status::PendingAuth),
    (1, Status::PendingVerification),
    (1, Status::Disconnected),
];

/// Adds `count` accounts. Those that ever consented act as one of `people`: nobody else exists at
/// the providers.
pub fn add(
    accounts: &mut AccountTable,
    count: usize,
    ids: Ids,
    connections: &[Arc<ConnectionRecord>],
    people: &[&Arc<Persona>],
    now: Timestamp,
) {
    accounts.reserve(count);
    for ordinal in 0..count as u64 {
        let mut dice = ids.number(&format!("crowd/{ordinal}"));
        let mut roll = |sides: usize| {
            let side = dice % sides.max(1) as u64;
            dice = dice.rotate_right(13) ^ side;
            side
        };
        let Some(connection) = pick(connections, roll(connections.len())) else { return };
        let tenant = pick(&TENANTS, roll(TENANTS.len())).copied().unwrap_or_default();
        let status = status(roll(20));
        let person = pick(people, roll(people.len()));
        let minutes = |most: usize, dice: &mut dyn FnMut(usize) -> u64| {
            SignedDuration::from_mins(i64::try_from(dice(most)).unwrap_or_default())
        };
        let (age, left) = (minutes(60 * 24 * 30, &mut roll), minutes(600, &mut roll));
        let updated_at = now.checked_sub(age).unwrap_or(now);
        let account = accounts.create(connection, &format!("user-{:05}@{tenant}.example", ordinal + 1), updated_at);
        let consented = matches!(status, Status::Active | Status::Expired);
        account.grant = person.filter(|_| consented).map(|person| Grant { person: Arc::clone(person), refused: false });
        account.last_used_at = consented.then_some(updated_at);
        account.token_expires_at = match (&status, connection.token_lifetime) {
            (Status::Active, Some(_)) => now.checked_add(left).ok(),
            (Status::Expired, Some(_)) => Some(updated_at),
            _ => None,
        };
        account.status = status;
    }
}

fn pick<T>(all: &[T], at: u64) -> Option<&T> {
    usize::try_from(at).ok().and_then(|at| all.get(at))
}

fn status(roll: u64) -> Status {
    let mut left = roll;
    for (share, status) in STATUSES {
        if left < share {
            return status;
        }
        left -= share;
    }
    Status::Unspecified
}
