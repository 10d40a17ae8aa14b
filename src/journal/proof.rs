//! Proofs that were taken: the last of every account.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::params;
use serde_json::{Value, json};

use super::body::{pack, unpack};
use super::record::StoredBody;
use super::store::{Journal, unusable};
use crate::domain::{
    AccountId, ConnectionName, ExecutionId, Fault, Identifier, Identity, JsonText, Proof, ProofOutcome, Provider,
    Status, Untrusted,
};
use crate::redact;

impl Journal {
    /// Keeps proofs, each in the place of an earlier one of its account. What looks like a credential in the other
    /// side's words is replaced.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local): the file cannot be written.
    pub fn keep_proofs(&self, environment: &str, proofs: &[Proof]) -> Result<(), Fault> {
        let mut connection = self.connection();
        let mut write = || -> rusqlite::Result<()> {
            let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            for proof in proofs {
                transaction.execute(
                    "INSERT OR REPLACE INTO proof (environment, account, at, outcome, document) \
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![
                        environment,
                        proof.account.raw(),
                        proof.at.as_millisecond(),
                        word(&proof.outcome),
                        document(proof).as_ref().and_then(pack).unwrap_or_default(),
                    ],
                )?;
            }
            transaction.commit()
        };
        write().map_err(unusable)
    }

    /// All proofs that are kept of an environment, in no order. A row that cannot be read is left out.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local): the file cannot be read.
    pub fn proofs(&self, environment: &str) -> Result<Vec<Proof>, Fault> {
        let connection = self.connection();
        let read = || -> rusqlite::Result<Vec<Proof>> {
            let sql = "SELECT account, at, document FROM proof WHERE environment = ?1";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([environment])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let (account, at): (String, i64) = (row.get(0)?, row.get(1)?);
                let stored: Vec<u8> = row.get(2)?;
                let at = Timestamp::from_millisecond(at).unwrap_or_default();
                if let StoredBody::Kept(json) = unpack(Some(&stored)) {
                    found.extend(proof(AccountId::new(account), at, &json));
                }
            }
            Ok(found)
        };
        read().map_err(unusable)
    }

    /// Forgets the proofs of these accounts.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local): the file cannot be written.
    pub fn forget_proofs(&self, environment: &str, accounts: &[AccountId]) -> Result<(), Fault> {
        let connection = self.connection();
        let mut statement =
            connection.prepare_cached("DELETE FROM proof WHERE environment = ?1 AND account = ?2").map_err(unusable)?;
        accounts
            .iter()
            .try_for_each(|account| statement.execute(params![environment, account.raw()]).map(drop))
            .map_err(unusable)
    }
}

fn word(outcome: &ProofOutcome) -> &'static str {
    match outcome {
        ProofOutcome::Identified(_) => "identified",
        ProofOutcome::Refused(_) => "refused",
        ProofOutcome::NotProvable(_) => "not provable",
        ProofOutcome::Failed(_) => "failed",
    }
}

fn document(proof: &Proof) -> Option<JsonText> {
    let text = |part: &Option<Untrusted>| part.as_ref().map(|part| part.raw().to_owned());
    let (identity, said) = match &proof.outcome {
        ProofOutcome::Identified(identity) => (Some(identity), None),
        ProofOutcome::Refused(said) | ProofOutcome::NotProvable(said) | ProofOutcome::Failed(said) => {
            (None, Some(redact::text(said.raw()).into_owned()))
        }
    };
    let document = json!({
        "connection": proof.connection.raw(),
        "identifier": proof.identifier.raw(),
        "provider": proof.provider.raw(),
        "status": proof.status.name(),
        "token_expires_at": proof.token_expires_at.map(|at| at.to_string()),
        "took_us": u64::try_from(proof.took.as_micros()).unwrap_or(u64::MAX),
        "execution": proof.execution.as_ref().map(|id| id.raw()),
        "outcome": word(&proof.outcome),
        "identity": identity.map(|identity| json!({
            "id": text(&identity.id),
            "name": text(&identity.name),
            "email": text(&identity.email),
            "workspace": text(&identity.workspace),
        })),
        "said": said,
    });
    JsonText::parse(document.to_string()).ok()
}

fn proof(account: AccountId, at: Timestamp, json: &JsonText) -> Option<Proof> {
    let document: Value = serde_json::from_slice(json.bytes()).ok()?;
    let text = |name: &str| document.get(name).and_then(Value::as_str);
    let said = || Untrusted::from(text("said").unwrap_or_default());
    let outcome = match text("outcome")? {
        "identified" => {
            let part = |name: &str| {
                document.pointer(&format!("/identity/{name}")).and_then(Value::as_str).map(Untrusted::from)
            };
            let [id, name, email, workspace] = ["id", "name", "email", "workspace"].map(part);
            ProofOutcome::Identified(Identity { id, name, email, workspace })
        }
        "refused" => ProofOutcome::Refused(said()),
        "not provable" => ProofOutcome::NotProvable(said()),
        _ => ProofOutcome::Failed(said()),
    };
    Some(Proof {
        account,
        connection: ConnectionName::new(text("connection")?),
        identifier: Identifier::new(text("identifier")?),
        provider: Provider::new(text("provider")?),
        status: Status::from_name(text("status")?),
        token_expires_at: text("token_expires_at").and_then(|at| at.parse().ok()),
        at,
        took: Duration::from_micros(document.get("took_us").and_then(Value::as_u64).unwrap_or_default()),
        execution: text("execution").map(ExecutionId::new),
        outcome,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Retention;

    fn proof(account: &str, outcome: ProofOutcome) -> Proof {
        Proof {
            account: account.into(),
            connection: "linear".into(),
            identifier: "ada@acme.dev".into(),
            provider: "LINEAR".into(),
            status: Status::Active,
            token_expires_at: Some(Timestamp::UNIX_EPOCH),
            at: Timestamp::from_millisecond(1_700_000_000_123).unwrap(),
            took: Duration::from_micros(41_007),
            execution: Some("exec_1".into()),
            outcome,
        }
    }

    #[test]
    fn the_last_proof_of_an_account_is_kept_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(folder.path(), Retention::default()).unwrap();
        let identity = Identity { id: Some("U1".into()), email: Some("ada@acme.dev".into()), ..Identity::default() };
        let proofs = [
            proof("ca_1", ProofOutcome::Identified(identity)),
            proof("ca_2", ProofOutcome::Refused("token revoked".into())),
            proof("ca_3", ProofOutcome::NotProvable("nothing to ask".into())),
            proof("ca_4", ProofOutcome::Failed("timed out".into())),
        ];
        let failed = proof("ca_2", ProofOutcome::Failed("earlier".into()));
        journal.keep_proofs("sandbox", &[failed]).unwrap();
        journal.keep_proofs("sandbox", &proofs).unwrap();
        journal.keep_proofs("other", &proofs[..1]).unwrap();
        let mut kept = journal.proofs("sandbox").unwrap();
        kept.sort_by(|a, b| a.account.raw().cmp(b.account.raw()));
        assert_eq!(kept, proofs);
        journal.forget_proofs("sandbox", &["ca_1".into()]).unwrap();
        assert_eq!(journal.proofs("sandbox").unwrap().len(), 3);
        assert_eq!(journal.proofs("other").unwrap().len(), 1);
    }

    #[test]
    fn credentials_in_what_was_said_are_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(folder.path(), Retention::default()).unwrap();
        let said = "bad token=ghp_abcdefghijklmnopqrstuvwxyz0123456789";
        journal.keep_proofs("sandbox", &[proof("ca_1", ProofOutcome::Refused(said.into()))]).unwrap();
        let kept = journal.proofs("sandbox").unwrap();
        assert!(!format!("{kept:?}").contains("abcdefghij"), "{kept:?}");
    }
}
