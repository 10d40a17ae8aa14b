//! Actions on a part of a content, wherever it stands.

use crate::domain::{JsonText, Untrusted};
use crate::json::Document;
use crate::tui::core::component::Input;
use crate::tui::core::cx::Cx;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{CopyText, SaveFile};
use crate::tui::core::toast::Level;
use crate::tui::explorer::content::ContentView;
use crate::tui::explorer::content::media::ending;
use crate::tui::explorer::content::part::{JsonValue, MediaData, PartBody};
use crate::tui::explorer::content::tasks::{DecodeMedia, MediaDecoded};
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::list::Move;

/// What opening a part leads to.
pub enum PartOpening {
    /// A value to explore, and the filter that gives it.
    Explore(String, Document),
    /// A resource to read.
    Read(Untrusted),
}

/// Whether an action applies to the part under the cursor.
pub fn availability(view: &ContentView, action: Action) -> Availability {
    use Availability::{No, NotHere, Yes};
    let Some(part) = view.part() else { return NotHere };
    match (action, &part.body) {
        (Action::OpenPart, PartBody::Text { json: Some(_), .. } | PartBody::Link { .. } | PartBody::Other(_)) => Yes,
        (Action::OpenPart, PartBody::Text { json: None, .. }) => {
            No("This is plain text: there is nothing to open.".into())
        }
        (Action::OpenPart, PartBody::Media { .. }) => {
            No("A terminal shows no pictures and plays no sounds: save it.".into())
        }
        (Action::SavePart, PartBody::Text { is_whole: true, .. } | PartBody::Media { .. }) => Yes,
        (Action::SavePart, PartBody::Text { is_whole: false, .. }) => {
            No("Not all of this text is here: save the whole result.".into())
        }
        (Action::SavePart, PartBody::Link { .. }) => No("This is a link: read it first.".into()),
        (Action::SavePart, PartBody::Other(_)) => No("Its JSON can be saved with the whole result.".into()),
        (Action::Copy, PartBody::Text { .. } | PartBody::Link { .. } | PartBody::Other(_)) => Yes,
        (Action::Copy, PartBody::Media { .. }) => No("Bytes cannot be copied: save them.".into()),
        (Action::OpenPart | Action::SavePart | Action::Copy, PartBody::Empty) => No("There is nothing here.".into()),
        _ => NotHere,
    }
}

/// Opens the part under the cursor; none where there is nothing to open.
pub fn open(view: &ContentView) -> Option<PartOpening> {
    match &view.part()?.body {
        PartBody::Text { json: Some(JsonValue { filter, text }), .. } | PartBody::Other(JsonValue { filter, text }) => {
            let document = Document::index(JsonText::clone(text)).ok()?;
            Some(PartOpening::Explore(filter.clone(), document))
        }
        PartBody::Link { uri, .. } => Some(PartOpening::Read(uri.clone())),
        PartBody::Text { json: None, .. } | PartBody::Media { .. } | PartBody::Empty => None,
    }
}

/// Carries out an action on the part under the cursor that needs nobody else.
pub fn act(view: &ContentView, action: Action, cx: &mut Cx) {
    let Some(part) = view.part() else { return };
    match (action, &part.body) {
        (Action::SavePart, PartBody::Text { text, json, .. }) => {
            let ending = if json.is_some() { "json" } else { "txt" };
            let name = format!("{}.{ending}", view.name);
            cx.send(SaveFile { name, bytes: text.raw().to_owned().into() });
        }
        (Action::SavePart, PartBody::Media { media_type, data }) => {
            let name = format!("{}.{}", view.name, ending(media_type));
            match data {
                MediaData::Plain(bytes) => cx.send(SaveFile { name, bytes: bytes.clone() }),
                MediaData::Encoded(document, node) => {
                    cx.start(DecodeMedia { name, document: document.clone(), node: *node });
                }
            }
        }
        (Action::Copy, PartBody::Text { text, .. }) => {
            cx.send(CopyText { text: text.raw().to_owned(), what: "the text".into() });
        }
        (Action::Copy, PartBody::Link { uri, .. }) => {
            cx.send(CopyText { text: uri.raw().to_owned(), what: "the URI".into() });
        }
        (Action::Copy, PartBody::Other(value)) => {
            cx.send(CopyText { text: value.text.raw().to_owned(), what: "the value".into() });
        }
        _ => {}
    }
}

/// Takes steps, clicks and turns of the wheel.
pub fn input(view: &mut ContentView, input: &Input) {
    match input {
        Input::Step(step) => view.step(*step),
        Input::Click(Target::Row(_, row)) => view.select(*row),
        Input::Scroll(_, rows) => view.step(Move::By(*rows)),
        Input::Typed(_) | Input::Click(_) => {}
    }
}

/// Takes what the task reports: decoded bytes are saved.
///
/// # Errors
/// The message, where it is for somebody else.
pub fn receive(message: Message, cx: &mut Cx) -> Result<(), Message> {
    let MediaDecoded(result) = message.take()?;
    cx.jobs.finish(DecodeMedia::SLOT);
    match result {
        Ok(file) => cx.send(file),
        Err(fault) => cx.say(Level::Problem, fault.to_string()),
    }
    Ok(())
}
