//! Reports of the tasks of past calls, and what other features ask of them.

use crate::tui::activity::call_actions::open_call;
use crate::tui::activity::diff::Difference;
use crate::tui::activity::note::{NoteSet, NoteWritten, SetNote};
use crate::tui::activity::order::OrderBy;
use crate::tui::activity::screen::Activity;
use crate::tui::activity::snippet::AsCode;
use crate::tui::activity::tasks::{
    CallRead, EntryRead, FollowLog, LogFollowed, LogRead, PageRead, ReadCall, ReadEntry, ReadLog, ReadPage,
};
use crate::tui::core::cx::Cx;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{CallsWritten, GoToCalls, OpenCall, ShowDifference, ShowSnippets};
use crate::tui::core::toast::Level;
use crate::tui::explorer::actions as explorer;
use crate::tui::input::tabs::Tab;

impl Activity {
    /// Takes a message, or gives it back if it is for somebody else.
    ///
    /// # Errors
    /// The message, for whoever understands it.
    pub(super) fn take_message(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        let message = match message.take::<PageRead>() {
            Ok(PageRead(result)) => {
                cx.jobs.finish(ReadPage::SLOT);
                self.page(result);
                self.go_to_sought();
                if std::mem::take(&mut self.is_stale) {
                    self.calls_written(cx);
                }
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<LogRead>() {
            Ok(LogRead(result)) => {
                cx.jobs.finish(ReadLog::SLOT);
                self.log_read(result, cx.now.uptime);
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<LogFollowed>() {
            Ok(LogFollowed(result)) => {
                cx.jobs.finish(FollowLog::SLOT);
                self.log_followed(result, cx);
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<EntryRead>() {
            Ok(EntryRead(result)) => {
                cx.jobs.finish(ReadEntry::SLOT);
                match result {
                    Ok(shown) => self.shown = Some(*shown),
                    Err(fault) => cx.say(Level::Problem, fault.to_string()),
                }
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<OpenCall>() {
            Ok(OpenCall(entry)) => {
                cx.start(ReadCall(entry));
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<CallRead>() {
            Ok(CallRead(result)) => {
                cx.jobs.finish(ReadCall::SLOT);
                match result {
                    Ok(shown) => open_call(&shown, cx),
                    Err(fault) => cx.say(Level::Problem, fault.to_string()),
                }
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<CallsWritten>() {
            Ok(CallsWritten) => {
                self.calls_written(cx);
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<NoteWritten>() {
            Ok(NoteWritten) => {
                self.read_again(cx);
                return Ok(());
            }
            Err(message) => message,
        };
        // Its popup is closed.
        let message = match message.take::<NoteSet>() {
            Ok(NoteSet { result, .. }) => {
                cx.jobs.finish(SetNote::SLOT);
                match result {
                    Ok(()) => cx.send(NoteWritten),
                    Err(fault) => cx.say(Level::Problem, fault.to_string()),
                }
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<ShowDifference>() {
            Ok(show) => {
                Difference::open_results(show, cx);
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<ShowSnippets>() {
            Ok(ShowSnippets(forms)) => {
                cx.open(AsCode::new(forms));
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match self.apply_filter(message, cx) {
            Ok(()) => return Ok(()),
            Err(message) => message,
        };
        let message = match message.take::<GoToCalls>() {
            Ok(calls) => {
                self.show_run(&calls, cx);
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<OrderBy>() {
            Ok(OrderBy(by)) => {
                self.reorder(by, cx);
                return Ok(());
            }
            Err(message) => message,
        };
        match cx.tab {
            Tab::Activity => explorer::receive(self.view_mut(), message, cx),
            _ => Err(message),
        }
    }
}
