//! The passphrase of the vault, asked for on the screen.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

use jackfield::testing::domain::{Fault, FaultKind, Secret};
use jackfield::testing::secrets::{
    FallbackStore, PassphraseQuestion, PassphraseSource, SecretKey, SecretStore, StoreKind, Vault,
};
use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::core::message::Message;
use jackfield::testing::tui::core::work::event_queue::EventSender;
use jackfield::testing::tui::environments::passphrase::{PassphraseForm, PassphraseRequest};
use jackfield::testing::tui::runtime::passphrase::ask_by_popup;

use super::stage::{Stage, accounts};

fn asked(columns: u16, rows: u16, question: PassphraseQuestion) -> (Stage, Receiver<Secret>) {
    let mut stage = Stage::with_accounts(columns, rows, accounts());
    let (answer, answered) = sync_channel(1);
    stage.event(Event::Message(Message::new(PassphraseRequest { question, answer })));
    (stage, answered)
}

#[test]
fn pictures() {
    for (columns, rows) in [(120, 36), (80, 24), (40, 12)] {
        for (name, question) in [("new", PassphraseQuestion::New), ("again", PassphraseQuestion::Again)] {
            let (mut stage, _answered) = asked(columns, rows, question);
            if question == PassphraseQuestion::New {
                stage.type_in("correct horse").press("Tab").type_in("correct");
            }
            insta::assert_snapshot!(format!("passphrase_{name}_{columns}x{rows}"), stage.text());
        }
    }
}

#[test]
fn a_passphrase_is_never_shown_and_goes_to_whoever_waits() {
    let (mut stage, answered) = asked(80, 24, PassphraseQuestion::Open);
    stage.press("Enter");
    assert!(stage.text().contains("Enter a passphrase."), "{}", stage.text());
    stage.type_in("hunter").event(Event::Paste("2\n".into()));
    assert!(!stage.text().contains("hunter") && stage.text().contains("•••••••"), "{}", stage.text());
    stage.press("Enter");
    assert_eq!(answered.recv().unwrap().expose(), "hunter2");
    assert!(stage.popup::<PassphraseForm>().is_none());
}

#[test]
fn that_of_a_new_vault_is_typed_twice() {
    let (mut stage, answered) = asked(80, 24, PassphraseQuestion::New);
    stage.type_in("one").press("Enter").type_in("other").press("Enter");
    assert!(stage.text().contains("The two passphrases differ."), "{}", stage.text());
    assert!(answered.try_recv().is_err() && !stage.text().contains('•'));
    stage.type_in("one").press("Enter").type_in("one").press("Enter");
    assert_eq!(answered.recv().unwrap().expose(), "one");
}

#[test]
fn back_says_what_becomes_of_the_secrets() {
    let (mut stage, answered) = asked(80, 24, PassphraseQuestion::New);
    stage.type_in("half").press("Esc");
    assert!(answered.recv().is_err(), "whoever waits hears of it");
    assert!(stage.text().contains("kept in memory, for this run only"), "{}", stage.text());
    let (mut stage, answered) = asked(80, 24, PassphraseQuestion::Open);
    stage.press("Esc");
    assert!(answered.recv().is_err() && stage.text().contains("The vault stays locked."), "{}", stage.text());
}

/// A machine without a keychain.
struct Absent;

impl SecretStore for Absent {
    fn get(&self, _: &SecretKey) -> Result<Option<Secret>, Fault> {
        Err(Fault::new(FaultKind::Local, "There is no keychain."))
    }

    fn set(&self, _: &SecretKey, _: &Secret) -> Result<(), Fault> {
        Err(Fault::new(FaultKind::Local, "There is no keychain."))
    }

    fn delete(&self, _: &SecretKey) -> Result<(), Fault> {
        Ok(())
    }

    fn is_missing(&self) -> bool {
        true
    }
}

/// Keeps a secret, while whatever is asked on the screen is answered with these keys.
async fn keep(keys: &[&str]) -> (StoreKind, bool) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.age");
    let (events, mut reports) = EventSender::new();
    let source = PassphraseSource::new(None, Some(ask_by_popup(events)));
    let store = Arc::new(FallbackStore::new(Arc::new(Absent), Vault::new(path.clone(), source)));
    let key = SecretKey::key("LINEAR", "la_1");
    let keeping = {
        let (store, key) = (Arc::clone(&store), key.clone());
        tokio::task::spawn_blocking(move || store.set(&key, &Secret::new("s".into())).unwrap())
    };
    let mut stage = Stage::with_accounts(80, 24, accounts());
    stage.event(reports.recv().await.unwrap());
    for key in keys {
        stage.press(key);
    }
    keeping.await.unwrap();
    assert_eq!(store.get(&key).unwrap().unwrap().expose(), "s");
    (store.kind(), path.exists())
}

#[tokio::test]
async fn without_a_keychain_a_passphrase_makes_a_vault_and_without_one_nothing_is_written() {
    assert_eq!(keep(&["x", "y", "Enter", "x", "y", "Enter"]).await, (StoreKind::Vault, true));
    assert_eq!(keep(&["Esc"]).await, (StoreKind::Memory, false));
}
