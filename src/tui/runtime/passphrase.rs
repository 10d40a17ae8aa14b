//! Asking the person at the screen for the passphrase of the vault, from a thread that may wait.

use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};

use crate::secrets::AskPassphrase;
use crate::tui::core::event::Event;
use crate::tui::core::message::Message;
use crate::tui::core::work::event_queue::EventSender;
use crate::tui::environments::passphrase::PassphraseRequest;

/// Asks with a popup. Whoever asks waits until it is answered or closed, or the program ends: then there is no
/// passphrase. One question stands on the screen at a time.
pub fn ask_by_popup(events: EventSender) -> AskPassphrase {
    let turn = Mutex::new(());
    Arc::new(move |question| {
        let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
        let (answer, answered) = sync_channel(1);
        events.send(Event::Message(Message::new(PassphraseRequest { question, answer })));
        Ok(answered.recv().ok())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Secret;
    use crate::secrets::PassphraseQuestion;
    use crate::tui::core::work::event_queue::Reports;

    async fn request(reports: &mut Reports) -> PassphraseRequest {
        let Some(Event::Message(message)) = reports.recv().await else { panic!("a message") };
        message.take().expect("a request")
    }

    #[tokio::test]
    async fn whoever_asks_gets_what_was_typed_or_hears_that_there_is_none() {
        let (events, mut reports) = EventSender::new();
        let ask = ask_by_popup(events);
        let asking = |question| {
            let ask = Arc::clone(&ask);
            tokio::task::spawn_blocking(move || ask(question).unwrap().map(|secret| secret.expose().to_owned()))
        };
        let first = asking(PassphraseQuestion::Open);
        let asked = request(&mut reports).await;
        assert_eq!(asked.question, PassphraseQuestion::Open);
        let second = asking(PassphraseQuestion::New);
        asked.answer.send(Secret::new("correct horse".into())).unwrap();
        assert_eq!(first.await.unwrap().as_deref(), Some("correct horse"));
        drop(request(&mut reports).await);
        assert_eq!(second.await.unwrap(), None, "the popup was closed");
        let third = asking(PassphraseQuestion::Again);
        let waiting = request(&mut reports).await;
        let fourth = asking(PassphraseQuestion::Open);
        drop((waiting, reports));
        assert_eq!((third.await.unwrap(), fourth.await.unwrap()), (None, None), "the program ends");
    }
}
