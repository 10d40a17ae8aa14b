//! `jackfield accounts prove`: who the provider says that accounts are.

use anstyle::{AnsiColor, Style};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::completions;
use super::output::CliOutput;
use super::table::{Cell, Table};
use super::target::AccountArg;
use super::time::local;
use crate::backend::{AccountFilter, Backend};
use crate::domain::{Account, AccountId, Fault, FaultKind, Identity, MatchRule, Proof, ProofOutcome, Untrusted};
use crate::flow::environment::Opened;
use crate::flow::identity::{self, Proofs, Swept, Verdict};
use crate::flow::record::Recorder;
use crate::flow::{accounts, sources, suggest};
use crate::order::StableOrder as _;

/// Exit code where somebody acts as another person, or an account that should work does not.
const NEEDS_YOU: u8 = 9;

#[derive(Debug, Args)]
pub(super) struct ProveAccounts {
    /// Account id (ca_…) or CONNECTION/IDENTIFIER; may be repeated
    #[arg(value_name = "ACCOUNT", value_parser = AccountArg::parse, add = completions::accounts(),
          required_unless_present_any = ["all", "connection", "identifier"])]
    accounts: Vec<AccountArg>,
    /// All accounts of the environment
    #[arg(long, conflicts_with = "accounts")]
    all: bool,
    /// All accounts on this connection
    #[arg(long, value_name = "CONNECTION", conflicts_with = "accounts", add = completions::connections())]
    connection: Option<String>,
    /// All accounts of this identifier
    #[arg(long, value_name = "IDENTIFIER", conflicts_with = "accounts", add = completions::identifiers())]
    identifier: Option<String>,
    #[command(flatten)]
    how: ProofOptions,
}

/// How accounts are asked who they are.
#[derive(Debug, Args)]
pub(super) struct ProofOptions {
    /// Accounts to ask about at once, 1 to 64
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    at_once: Option<u8>,
    /// Identifiers are the person's: auto, email, id, or a pattern such as acme-{id}
    #[arg(long = "match", value_name = "RULE", value_parser = MatchRule::parse)]
    rule: Option<MatchRule>,
}

impl ProofOptions {
    /// Asks who each of `accounts` is, and tells of the progress. Earlier proofs count where they tell two people
    /// apart.
    pub(super) async fn prove(
        &self,
        opened: &Opened,
        recorder: &Recorder,
        accounts: Vec<Account>,
        output: &CliOutput,
    ) -> Proofs {
        let (table, problems) = identity::table(sources::home().ok().as_ref());
        for problem in &problems {
            output.warning(&format!("providers/{} does not count. {}", problem.file, problem.sentence));
        }
        let mut proofs = Proofs::new(self.rule.clone().unwrap_or_else(|| opened.match_rule.clone()));
        match identity::kept(recorder).await {
            Ok(kept) => kept.into_iter().for_each(|proof| proofs.insert(proof)),
            Err(fault) => output.warning(&format!("Earlier proofs are not counted. {fault}")),
        }
        let bar = bar(accounts.len() as u64);
        let on = |swept| match swept {
            Swept::Proof(proof) => {
                proofs.insert(proof);
                bar.inc(1);
            }
            Swept::Waits(wait) => bar.set_message(format!("waits {} s for a rate limit", wait.as_secs().max(1))),
            Swept::NotKept(fault) => output.warning(&format!("Proofs are not kept. {fault}")),
        };
        identity::sweep(
            opened.backend.as_ref(),
            &recorder.clone().probing(),
            &table,
            accounts,
            self.at_once.map_or(opened.proofs_at_once, usize::from),
            on,
        )
        .await;
        bar.finish_and_clear();
        proofs
    }
}

/// A bar on standard error, where that is a terminal.
pub(super) fn bar(accounts: u64) -> ProgressBar {
    let style =
        ProgressStyle::with_template("Proving {human_pos} of {human_len}  {bar:24}  {per_sec}, {eta} left  {msg}");
    ProgressBar::new(accounts).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

impl ProveAccounts {
    pub(super) async fn perform(&self, opened: &Opened, recorder: &Recorder, output: &CliOutput) -> Result<u8, Fault> {
        let backend = opened.backend.as_ref();
        let wanted = self.read(backend).await?;
        if wanted.is_empty() {
            return Err(Fault::new(FaultKind::NotFound, "There is no such account."));
        }
        let proofs = self.how.prove(opened, recorder, wanted.clone(), output).await;
        let mut judged: Vec<_> = wanted.iter().filter_map(|account| Judged::new(&proofs, &account.id)).collect();
        judged.order_by_key(|judged| (judged.verdict.rank(), label(judged.proof)));
        let mut table = Table::new(output, "proofs", ["VERDICT", "CONNECTION", "IDENTIFIER", "REALLY", "WHEN", "ID"]);
        table.add(&judged, Judged::document, |judged| judged.row());
        table.end()?;
        Ok(if judged.iter().any(|judged| judged.verdict.needs_you()) { NEEDS_YOU } else { 0 })
    }

    async fn read(&self, backend: &dyn Backend) -> Result<Vec<Account>, Fault> {
        let mut found = Vec::new();
        if self.accounts.is_empty() {
            let filter = AccountFilter {
                connection: self.connection.as_deref().map(Into::into),
                identifier: self.identifier.as_deref().map(Into::into),
            };
            let mismatch = accounts::load(backend, &filter, |page, _| found.extend(page)).await?;
            if let Some(mismatch) = mismatch.filter(|mismatch| mismatch.missing() > 0) {
                return Err(Fault::new(FaultKind::BadAnswer, mismatch.told("account")));
            }
        }
        for account in &self.accounts {
            let account = suggest::account(backend, &account.resolve(backend)?).await?;
            if !found.contains(&account) {
                found.push(account);
            }
        }
        Ok(found)
    }
}

/// Key to order proofs of one verdict by.
fn label(proof: &Proof) -> (String, String) {
    (proof.identifier.raw().to_lowercase(), proof.connection.raw().to_owned())
}

/// A proof with the verdict on it.
pub(super) struct Judged<'a> {
    proof: &'a Proof,
    verdict: Verdict,
}

impl<'a> Judged<'a> {
    /// The proof of an account; none where it was not asked about.
    pub(super) fn new(proofs: &'a Proofs, account: &AccountId) -> Option<Self> {
        Some(Self { proof: proofs.get(account)?, verdict: proofs.verdict(account)? })
    }

    fn row(&self) -> [Cell; 6] {
        [
            Cell { text: self.verdict.word().to_owned(), style: style(&self.verdict) },
            self.proof.connection.to_string().into(),
            self.proof.identifier.to_string().into(),
            self.really().into(),
            local(self.proof.at).into(),
            Cell { text: self.proof.account.to_string(), style: Style::new().dimmed() },
        ]
    }

    /// Cells for a list of accounts.
    pub(super) fn cells(&self) -> [Cell; 2] {
        [Cell { text: self.verdict.word().to_owned(), style: style(&self.verdict) }, self.really().into()]
    }

    /// The provider's answer in a few words.
    fn really(&self) -> String {
        let who = match &self.proof.outcome {
            ProofOutcome::Identified(identity) => named(identity),
            ProofOutcome::Refused(said) | ProofOutcome::NotProvable(said) | ProofOutcome::Failed(said) => {
                said.to_string()
            }
        };
        match &self.verdict {
            Verdict::Shared(other) => format!("{who}, as is {other}"),
            Verdict::Split(connection, other) => format!("{who}; on {connection} it is {other}"),
            _ => who,
        }
    }

    /// Fields for programs.
    pub(super) fn document(&self) -> Value {
        let proof = self.proof;
        let text = |part: &Option<Untrusted>| part.as_ref().map(|part| part.raw().to_owned());
        let identity = match &proof.outcome {
            ProofOutcome::Identified(identity) => Some(json!({
                "id": text(&identity.id),
                "name": text(&identity.name),
                "email": text(&identity.email),
                "workspace": text(&identity.workspace),
            })),
            _ => None,
        };
        let said = match &proof.outcome {
            ProofOutcome::Identified(_) => None,
            ProofOutcome::Refused(said) | ProofOutcome::NotProvable(said) | ProofOutcome::Failed(said) => {
                Some(said.raw().to_owned())
            }
        };
        let (other_identifier, other_connection) = match &self.verdict {
            Verdict::Shared(other) => (Some(other.raw()), None),
            Verdict::Split(connection, _) => (None, Some(connection.raw())),
            _ => (None, None),
        };
        json!({
            "id": proof.account.raw(),
            "connector": proof.connection.raw(),
            "identifier": proof.identifier.raw(),
            "provider": proof.provider.raw(),
            "status": proof.status.name(),
            "verdict": self.verdict.word().replace(' ', "_"),
            "identity": identity,
            "said": said,
            "other_identifier": other_identifier,
            "other_connection": other_connection,
            "at": proof.at.to_string(),
            "took_ms": u64::try_from(proof.took.as_millis()).unwrap_or(u64::MAX),
            "execution_id": proof.execution.as_ref().map(|id| id.raw()),
        })
    }
}

/// Somebody in a few words: `ada@acme.dev (Acme)`.
fn named(identity: &Identity) -> String {
    let who = identity.label().map_or_else(|| "nobody".to_owned(), ToString::to_string);
    match &identity.workspace {
        Some(workspace) => format!("{who} ({workspace})"),
        None => who,
    }
}

fn style(verdict: &Verdict) -> Style {
    match verdict {
        Verdict::Proven => AnsiColor::Green.on_default(),
        Verdict::Mismatch | Verdict::Refused => AnsiColor::Red.on_default(),
        Verdict::Shared(_) | Verdict::Split(..) | Verdict::Failed => AnsiColor::Yellow.on_default(),
        Verdict::Unusable | Verdict::Identified | Verdict::NotProvable => Style::new().dimmed(),
    }
}
