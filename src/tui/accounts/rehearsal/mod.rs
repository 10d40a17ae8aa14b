//! Popup: a rehearsal of verification on a throw-away account, check by check.

pub mod tasks;
mod view;

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::backend::AuthorizationLink;
use crate::domain::{Account, ConnectionName, Fault, Identifier};
use crate::flow::rehearsal::{Check, Rehearsal, RehearsalStep, Remains, markdown};
use crate::tui::accounts::authorize::links::open_link;
use crate::tui::accounts::authorize::whole_link::WholeLink;
use crate::tui::accounts::rehearsal::tasks::{RehearsalEnded, RehearsalProgress, Rehearse};
use crate::tui::core::component::Component;
use crate::tui::core::cx::Cx;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{Ask, CopyText};
use crate::tui::core::toast::Level;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::spinner;

/// Order: begin a rehearsal on this connection.
#[derive(Debug)]
pub struct BeginRehearsal(ConnectionName);

/// A rehearsal, under way or over.
pub struct RehearsalPopup {
    pub(super) connection: ConnectionName,
    /// Identifier of the throw-away account, once it has one.
    pub(super) identifier: Option<Identifier>,
    pub(super) checks: Vec<Check>,
    /// Link that waits for a consent, and which consent that is.
    pub(super) link: Option<(AuthorizationLink, u32)>,
    pub(super) is_cleaning_up: bool,
    pub(super) ended: Option<Result<Rehearsal, Fault>>,
    /// Program uptime at the start of what it waits for.
    pub(super) since: Duration,
    stop: CancellationToken,
}

/// Asks whether a rehearsal is meant, which makes an account.
pub(super) fn ask(account: &Account, cx: &mut Cx) {
    let connection = account.connection.clone();
    cx.send(Ask {
        title: format!("Rehearse verification on {connection}"),
        lines: vec![format!(
            "A throw-away account is made on {connection}, and you consent for it in the browser, as whoever you \
                 like. Wrong answers, the right one and a repeated one are sent. The account is deleted at the end."
        )],
        yes: "rehearse".into(),
        then: Message::new(BeginRehearsal(connection)),
    });
}

/// Takes what a rehearsal reports, whether or not its popup is open, and the order to begin one.
///
/// # Errors
/// The message, where it is for somebody else.
pub(super) fn receive(message: Message, cx: &mut Cx) -> Result<(), Message> {
    message
        .take()
        .map(|BeginRehearsal(connection)| begin(connection, cx))
        .or_else(|message| {
            message.take().map(|RehearsalEnded(result)| {
                cx.jobs.finish(Rehearse::SLOT);
                say_end(&result, cx);
            })
        })
        .or_else(|message| message.take().map(|RehearsalProgress(_)| ()))
}

fn begin(connection: ConnectionName, cx: &mut Cx) {
    let stop = CancellationToken::new();
    cx.start(Rehearse { connection: connection.clone(), stop: stop.clone() });
    cx.open(RehearsalPopup {
        connection,
        identifier: None,
        checks: Vec::new(),
        link: None,
        is_cleaning_up: false,
        ended: None,
        since: cx.now.uptime,
        stop,
    });
}

/// Says what became of one that nobody looks at any more.
fn say_end(result: &Result<Rehearsal, Fault>, cx: &mut Cx) {
    match result {
        Ok(rehearsal) => {
            let is_left = matches!(rehearsal.remains, Remains::Left(_));
            cx.say(if is_left { Level::Problem } else { Level::Note }, rehearsal.remains());
        }
        Err(fault) => cx.say(Level::Problem, fault.to_string()),
    }
}

impl RehearsalPopup {
    fn take(&mut self, step: RehearsalStep, cx: &Cx) {
        self.since = cx.now.uptime;
        match step {
            RehearsalStep::Account(identifier) => self.identifier = Some(identifier),
            RehearsalStep::Consent(link, round) => self.link = Some((link, round)),
            RehearsalStep::Checked(check) => {
                // Whatever comes after the link was made waits for nobody to open it.
                self.link = None;
                self.checks.push(check);
            }
            RehearsalStep::CleaningUp => (self.link, self.is_cleaning_up) = (None, true),
        }
    }

    fn rehearsal(&self) -> Option<&Rehearsal> {
        self.ended.as_ref().and_then(|result| result.as_ref().ok())
    }
}

impl Component for RehearsalPopup {
    fn context(&self) -> Context {
        Context::Rehearsal
    }

    fn availability(&self, action: Action, _cx: &Cx) -> Availability {
        match action {
            Action::OpenBrowser | Action::WholeLink => Availability::here(self.link.is_some()),
            Action::Copy => Availability::here(self.link.is_some() || self.rehearsal().is_some()),
            Action::CloseFinished => Availability::here(self.ended.is_some()),
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        let url = self.link.as_ref().map(|(link, _)| link.url.clone());
        match (action, url) {
            (Action::OpenBrowser, Some(url)) => open_link(url, cx),
            (Action::WholeLink, Some(url)) => cx.open(WholeLink { url }),
            (Action::Copy, Some(url)) => cx.send(CopyText { text: url.to_string(), what: "the link".to_owned() }),
            (Action::Copy, None) => {
                if let Some(rehearsal) = self.rehearsal() {
                    cx.send(CopyText { text: markdown(rehearsal), what: "the checklist as Markdown".to_owned() });
                }
            }
            (Action::CloseFinished, _) => cx.close(),
            _ => {}
        }
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        let message = match message.take() {
            Ok(RehearsalProgress(step)) => {
                self.take(step, cx);
                return Ok(());
            }
            Err(message) => message,
        };
        let RehearsalEnded(result) = message.take()?;
        cx.jobs.finish(Rehearse::SLOT);
        (self.link, self.is_cleaning_up) = (None, false);
        if matches!(&result, Ok(Rehearsal { remains: Remains::Left(_), .. })) {
            say_end(&result, cx);
        }
        self.ended = Some(result);
        Ok(())
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, self, cx);
    }

    fn wakes_in(&self, _cx: &Cx) -> Option<Duration> {
        self.ended.is_none().then_some(spinner::PERIOD)
    }

    /// One that is left is stopped, and its account deleted.
    fn close(&mut self, cx: &mut Cx) {
        if self.ended.is_none() {
            self.stop.cancel();
            cx.say(Level::Note, "The rehearsal is stopped. Its account is being deleted.");
        }
    }
}
