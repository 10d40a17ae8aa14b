//! Who the accounts really are: asked, shown beside the identifiers, and kept.

pub mod tasks;
pub(super) mod view;

use crate::backend::Ability;
use crate::domain::{Account, Proof, ProofOutcome, Status, pluralize};
use crate::tui::accounts::actions::ReadAgain;
use crate::tui::accounts::lines::ShownLine;
use crate::tui::accounts::proof::tasks::{
    LoadProofs, ProofsFound, ProofsKept, ProveAccounts, ProvingEnded, ProvingRemark, ProvingWaits,
};
use crate::tui::accounts::screen::Accounts;
use crate::tui::core::cx::Cx;
use crate::tui::core::message::Message;
use crate::tui::core::state::proof_store::Sweep;
use crate::tui::core::toast::Level;
use crate::tui::input::action::Action;

/// True where the question itself may have changed what the environment says of the account: one of one's own notes
/// that a key was refused, or works again.
fn has_moved(proof: &Proof, cx: &Cx) -> bool {
    let is_own = cx.environment.lacks(Ability::Links).is_some();
    let account = cx.accounts.all().iter().find(|account| account.id == proof.account);
    is_own
        && account.is_some_and(|account| {
            account.authorization.is_typed_in()
                && match (&proof.outcome, &account.status) {
                    (ProofOutcome::Refused(_), status) => *status == Status::Active,
                    (ProofOutcome::Identified(_), status) => *status == Status::KeyRefused,
                    (ProofOutcome::NotProvable(_) | ProofOutcome::Failed(_), _) => false,
                }
        })
}

/// True where nothing can be asked, or the question failed: that proves nothing.
fn is_untold(proof: &Proof) -> bool {
    matches!(proof.outcome, ProofOutcome::NotProvable(_) | ProofOutcome::Failed(_))
}

impl Accounts {
    /// Asks who the chosen accounts are: those that are marked, else the one under the cursor.
    pub(super) fn prove_chosen(&mut self, cx: &mut Cx) {
        let chosen: Vec<Account> = match self.acts_on_several() {
            true => self.chosen(&cx.accounts).into_iter().cloned().collect(),
            false => self.target(&cx.accounts).into_iter().cloned().collect(),
        };
        prove(chosen, cx);
    }

    /// Asks who all accounts are that are shown.
    pub(super) fn prove_shown(&mut self, cx: &mut Cx) {
        let shown = self.lines_from(&cx.accounts, 0).filter_map(|(_, line)| match line {
            ShownLine::Account(account) => Some(account.clone()),
            ShownLine::Heading(_) => None,
        });
        let shown = shown.collect();
        prove(shown, cx);
    }

    /// Stops asking; what is known stays.
    pub(super) fn stop_proving(&mut self, cx: &mut Cx) {
        cx.cancel(ProveAccounts::SLOT);
        self.proving_ended("Stopped after", cx);
    }

    /// Takes what the tasks of proving report.
    pub(super) fn receive_proofs(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        message
            .take()
            .map(|ProofsKept(kept)| {
                cx.jobs.finish(LoadProofs::SLOT);
                match kept {
                    Ok(kept) if kept.is_empty() => {}
                    Ok(kept) => {
                        // What was proven meanwhile is newer.
                        let newer: Vec<_> = cx.accounts.proofs.all().iter().cloned().collect();
                        kept.into_iter().chain(newer).for_each(|proof| cx.accounts.proofs.insert(proof));
                        self.judged(cx);
                    }
                    Err(fault) => cx.say(Level::Problem, format!("Earlier proofs are not shown. {fault}")),
                }
            })
            .or_else(|message| {
                message.take().map(|ProofsFound(proofs)| {
                    if let Some(sweep) = &mut cx.accounts.proofs.sweep {
                        sweep.done += proofs.len();
                        sweep.untold += proofs.iter().filter(|proof| is_untold(proof)).count();
                        sweep.waits_until = None;
                    }
                    let moved: Vec<_> = proofs.iter().filter(|proof| has_moved(proof, cx)).cloned().collect();
                    cx.accounts.prove(proofs);
                    moved.into_iter().for_each(|proof| cx.send(ReadAgain(proof.account)));
                })
            })
            .or_else(|message| {
                message.take().map(|ProvingWaits(wait)| {
                    let until = cx.now.uptime + wait;
                    if let Some(sweep) = &mut cx.accounts.proofs.sweep {
                        sweep.waits_until = Some(until);
                    }
                })
            })
            .or_else(|message| message.take().map(|ProvingRemark(text)| cx.say(Level::Problem, text)))
            .or_else(|message| {
                message.take().map(|ProvingEnded(fault)| {
                    cx.jobs.finish(ProveAccounts::SLOT);
                    match fault {
                        None => self.proving_ended("Proved", cx),
                        Some(fault) => {
                            cx.accounts.proofs.sweep = None;
                            cx.say(Level::Problem, fault.to_string());
                        }
                    }
                })
            })
    }

    /// Says what came of it, after the words for how it ended.
    fn proving_ended(&mut self, ended: &str, cx: &mut Cx) {
        let Some(Sweep { done, total, untold, .. }) = cx.accounts.proofs.sweep.take() else { return };
        self.judged(cx);
        let troubled = cx.accounts.doubted();
        let of = if done < total { format!(" of {total}") } else { String::new() };
        let asked = match untold {
            0 => format!("{ended} {}{of}.", pluralize(done as u64, "account")),
            _ if untold < done => {
                // Whoever stopped it is told how far it came.
                let told = if done < total { done } else { done - untold };
                format!("{ended} {}{of}. {untold} cannot be told.", pluralize(told as u64, "account"))
            }
            1 => "Nothing is proven: who this account is cannot be told.".to_owned(),
            _ => format!("Nothing is proven: who these {untold} accounts are cannot be told."),
        };
        match (troubled, untold < done || done == 0) {
            (0, true) => return cx.say(Level::Done, format!("{asked} None acts as somebody else.")),
            (0, false) => return cx.say(Level::Note, asked),
            _ => {}
        }
        let needs = if troubled == 1 { "needs" } else { "need" };
        let shows = match cx.key_for(Action::OnlyNeedy) {
            "" => ".".to_owned(),
            key => format!(": {key} shows them."),
        };
        cx.say(Level::Problem, format!("{asked} {troubled} {needs} you{shows}"));
    }

    /// Verdicts changed: counts and rows follow.
    fn judged(&mut self, cx: &mut Cx) {
        cx.accounts.judged();
        self.reorder(&cx.accounts);
    }
}

fn prove(accounts: Vec<Account>, cx: &mut Cx) {
    if accounts.is_empty() {
        return;
    }
    cx.accounts.proofs.sweep =
        Some(Sweep { total: accounts.len(), done: 0, untold: 0, began: cx.now.uptime, waits_until: None });
    let at_once = cx.proofs_at_once;
    let recording = cx.recording;
    cx.start(ProveAccounts { accounts, at_once, recording });
}
