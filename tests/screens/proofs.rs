//! Who the accounts really are: the column, the verdicts, the progress.

use std::time::Duration;

use jackfield::testing::domain::{Fault, FaultKind, Identity, Proof, ProofOutcome, Status, Untrusted};
use jackfield::testing::tui::accounts::proof::tasks::{
    LoadProofs, ProofsFound, ProofsKept, ProveAccounts, ProvingEnded, ProvingWaits,
};

use super::stage::{Stage, accounts, now};

fn proof(id: &str, outcome: ProofOutcome) -> Proof {
    let account = accounts().into_iter().find(|account| account.id.raw() == id).unwrap();
    Proof {
        account: account.id,
        connection: account.connection,
        identifier: account.identifier,
        provider: account.provider,
        status: account.status,
        token_expires_at: account.token_expires_at,
        at: now() - Duration::from_secs(120),
        took: Duration::from_millis(41),
        execution: Some("exec_7".into()),
        outcome,
    }
}

fn is(id: &str, email: &str) -> ProofOutcome {
    let some = |text: &str| (!text.is_empty()).then(|| Untrusted::from(text));
    ProofOutcome::Identified(Identity { id: some(id), email: some(email), name: some(id), workspace: some("Acme") })
}

fn actives() -> Vec<String> {
    let active = accounts().into_iter().filter(|account| account.status == Status::Active);
    active.map(|account| account.id.raw().to_owned()).collect()
}

/// The screen after two accounts were proven to be somebody else and to be refused.
pub fn proven(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::with_accounts(columns, rows, accounts());
    stage.press("V");
    let actives = actives();
    let found = vec![
        proof(&actives[0], is("U7", "mallory@else.where")),
        proof(&actives[1], ProofOutcome::Refused("token revoked".into())),
    ];
    stage.send(ProveAccounts::SLOT, ProofsFound(found));
    stage.send(ProveAccounts::SLOT, ProvingEnded(None));
    stage
}

#[test]
fn who_acts_as_somebody_else_comes_first_and_is_counted() {
    let before = Stage::with_accounts(120, 36, accounts()).model.cx.accounts.needing_you();
    let mut stage = proven(120, 36);
    assert_eq!(stage.model.cx.accounts.needing_you(), before + 2);
    let screen = stage.text();
    assert!(screen.contains("really") && screen.contains("✖ mallory@else.where"), "{screen}");
    assert!(screen.contains("✖ refused: token revoked"), "{screen}");
    assert!(screen.contains("Proved 2 accounts") && screen.contains("2 need you: ! shows them."), "{screen}");
    stage.press("g");
    let first = stage.model.accounts.selected(&stage.model.cx.accounts).unwrap();
    assert!(actives().contains(&first.id.raw().to_owned()), "{}", first.label());
    stage.wait(Duration::from_secs(2));
    assert!(stage.text().contains("Calls for ada@acme.dev act as"), "{}", stage.text());
    insta::assert_snapshot!("proofs", stage.text());
    stage.press("!");
    assert_eq!(stage.model.accounts.shown(), before + 2);
    stage.press("Esc / p r o o f : m i s Enter");
    assert_eq!(stage.model.accounts.shown(), 1, "{}", stage.text());
}

#[test]
fn what_cannot_be_told_is_not_called_proven() {
    let untold = || ProofOutcome::NotProvable("MCP has no call that says who an account is.".into());
    let told = |first: ProofOutcome| {
        let mut stage = Stage::with_accounts(120, 36, accounts());
        stage.press("V");
        let first = [first].into_iter().chain(std::iter::repeat_with(untold));
        let found = accounts().iter().zip(first).map(|(account, outcome)| proof(account.id.raw(), outcome)).collect();
        stage.send(ProveAccounts::SLOT, ProofsFound(found));
        stage.send(ProveAccounts::SLOT, ProvingEnded(None));
        stage.text()
    };
    let screen = told(untold());
    assert!(screen.contains("Nothing is proven: who these 8 accounts are cannot be told."), "{screen}");
    assert!(!screen.contains("None acts as somebody else"), "{screen}");
    let screen = told(is("ada", "ada@acme.dev"));
    assert!(screen.contains("Proved 1 account. 7 cannot be told. None acts as somebody else."), "{screen}");
}

#[test]
fn the_reason_why_nothing_is_proven_is_read_to_its_end() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("V");
    let why = "It could only be asked by a request to the provider, and none is passed on.";
    let found = actives().iter().map(|id| proof(id, ProofOutcome::NotProvable(why.into()))).collect();
    stage.send(ProveAccounts::SLOT, ProofsFound(found));
    stage.send(ProveAccounts::SLOT, ProvingEnded(None));
    stage.press("/").type_in("asana ada").press("Enter").wait(Duration::from_secs(1));
    let screen = stage.text();
    assert!(screen.contains("passed on."), "{screen}");
}

#[test]
fn narrow_screens_keep_the_verdict() {
    let stage = proven(80, 24);
    insta::assert_snapshot!("proofs_80", stage.text());
    let stage = proven(40, 12);
    insta::assert_snapshot!("proofs_40", stage.text());
}

#[test]
fn proving_shows_its_progress_waits_and_can_be_stopped() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    assert!(stage.runs(LoadProofs::SLOT));
    stage.send(LoadProofs::SLOT, ProofsKept(Ok(Vec::new())));
    assert!(!stage.text().contains("really"), "nothing is proven yet");
    stage.press("V");
    let total = stage.task_of::<ProveAccounts>().accounts.len();
    assert_eq!(total, accounts().len());
    assert!(stage.text().contains(&format!("0 of {total}")), "{}", stage.text());
    stage.press("V");
    assert!(stage.text().contains("Accounts are being proven already."));
    let ids: Vec<String> = accounts().iter().map(|account| account.id.raw().to_owned()).collect();
    stage.wait(Duration::from_secs(2));
    let found = ids.iter().take(4).map(|id| proof(id, is(id, ""))).collect();
    stage.send(ProveAccounts::SLOT, ProofsFound(found));
    assert!(stage.text().contains(&format!("4 of {total} · 2/s · 0:02 left · Esc stops")), "{}", stage.text());
    stage.send(ProveAccounts::SLOT, ProvingWaits(Duration::from_secs(30)));
    assert!(stage.text().contains("waits 31 s for a rate limit"), "{}", stage.text());
    stage.press("Esc");
    assert!(!stage.runs(ProveAccounts::SLOT));
    assert!(stage.text().contains(&format!("Stopped after 4 accounts of {total}.")), "{}", stage.text());
    assert_eq!(stage.model.cx.accounts.proofs.all().len(), 4, "what is known stays");
}

#[test]
fn only_what_is_marked_is_proven_and_a_failure_is_told() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    stage.press("g v");
    assert_eq!(stage.task_of::<ProveAccounts>().accounts.len(), 1);
    stage.send(ProveAccounts::SLOT, ProvingEnded(Some(Fault::new(FaultKind::Local, "It broke."))));
    assert!(stage.text().contains("It broke."));
    stage.press("Space Space Space v");
    assert_eq!(stage.task_of::<ProveAccounts>().accounts.len(), 3);
}

#[test]
fn a_proof_says_nothing_of_an_account_that_has_changed() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    let actives = actives();
    let old = Proof { status: Status::Expired, ..proof(&actives[0], is("U1", "eve@acme.dev")) };
    stage.send(LoadProofs::SLOT, ProofsKept(Ok(vec![old])));
    assert!(!stage.text().contains("eve@acme.dev"), "{}", stage.text());
}

#[test]
fn a_hostile_name_of_the_provider_is_scrubbed() {
    let mut stage = Stage::with_accounts(120, 36, accounts());
    let actives = actives();
    let hostile = proof(&actives[0], is("U1", "e\u{202e}ve\u{1b}]0;owned\u{7}@x"));
    stage.send(LoadProofs::SLOT, ProofsKept(Ok(vec![hostile])));
    let screen = stage.text();
    assert!(!screen.contains('\u{202e}') && !screen.contains('\u{1b}') && screen.contains("✖ e‹202E›ve"), "{screen}");
}

#[test]
fn an_account_of_ones_own_is_read_again_where_the_question_found_its_key_refused_or_good() {
    use jackfield::testing::backend::Abilities;
    use jackfield::testing::backend::local::ConnectionAuth;
    use jackfield::testing::domain::Account;
    use jackfield::testing::tui::accounts::tasks::ReadAccount;
    use jackfield::testing::tui::core::state::environment::Environment;

    use super::stage::account;

    let refused = || ProofOutcome::Refused("bad key".into());
    for (status, outcome, is_own, is_read) in [
        ("ACTIVE", refused(), true, true),
        ("ACTIVE", refused(), false, false),
        ("ACTIVE", is("U1", "ada@acme.dev"), true, false),
        ("ACTIVE", ProofOutcome::Failed("no network".into()), true, false),
        ("EXPIRED", refused(), true, false),
    ] {
        let row = account("ca_101", "linear", "ada@acme.dev", status, None, None);
        let key = Account { authorization: ConnectionAuth::ApiKey.authorization(), ..row };
        let mut stage = Stage::with_accounts(120, 36, vec![key]);
        if let Environment::Open(card) = &mut stage.model.cx.environment {
            card.abilities = Abilities { links: !is_own, ..Abilities::ALL };
        }
        stage.press("v");
        let before = stage.runs(ReadAccount::SLOT);
        stage.send(ProveAccounts::SLOT, ProofsFound(vec![proof("ca_101", outcome.clone())]));
        assert_eq!(stage.runs(ReadAccount::SLOT) && !before, is_read, "{status} {outcome:?} {is_own}");
    }
}
