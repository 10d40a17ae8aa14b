//! Copying from a result: the menu of what can be copied, and the text of it.

use std::sync::atomic::AtomicBool;

use async_trait::async_trait;

use crate::domain::{Fault, Untrusted};
use crate::json::{Document, NodeId, NodeKind, TableExport, TableFormat, compact_value, excerpt, pretty_value};
use crate::tui::core::cx::Cx;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{CopyText, MenuEntry, OpenMenu};
use crate::tui::core::toast::Level;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task, stoppable};
use crate::tui::explorer::json_view::JsonView;

/// Values up to this many bytes are written at once; larger ones elsewhere.
const AT_ONCE: usize = 1 << 20;

/// Characters of a value that the menu shows.
const PREVIEW: usize = 80;

/// Part of a result that can be copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Value under the cursor, as indented JSON.
    Value,
    /// Value under the cursor: a text without its quotes, anything else as JSON on one line.
    Plain,
    /// Place of the value, as a jq path.
    Path,
    /// Place of the value, as a JSON Pointer.
    Pointer,
    /// Key that the value stands under.
    Key,
    /// All of the result, as indented JSON.
    Whole,
    /// Filter that gave the result.
    Filter,
    /// Table as it is shown.
    Table(TableFormat),
}

/// Copy this part of what is explored.
#[derive(Debug)]
struct CopyPart(Part);

/// A text to copy that takes a while to write.
#[derive(Debug)]
pub struct WriteText {
    /// Content of the text.
    pub source: TextSource,
    /// Name for the message, safe to show.
    what: String,
}

/// Content of a text to copy.
#[derive(Clone)]
pub enum TextSource {
    /// A value, indented.
    Value(Document, NodeId),
    /// A value on one line.
    Line(Document, NodeId),
    /// A table.
    Table(TableExport, TableFormat),
}

impl std::fmt::Debug for TextSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Value(document, node) | Self::Line(document, node) => {
                write!(f, "Value({} bytes)", document.raw(*node).len())
            }
            Self::Table(table, format) => write!(f, "{table:?} as {}", format.name()),
        }
    }
}

/// The text is written; or what was to write it broke down.
#[derive(Debug)]
pub struct TextWritten(pub Result<CopyText, Fault>);

impl TextSource {
    /// Writes the text.
    fn write(&self, stop: &AtomicBool) -> String {
        match self {
            Self::Value(document, node) => pretty_value(document, *node),
            Self::Line(document, node) => compact_value(document, *node),
            Self::Table(table, format) => table.write(*format, stop),
        }
    }

    fn is_small(&self) -> bool {
        match self {
            Self::Value(document, node) | Self::Line(document, node) => document.raw(*node).len() <= AT_ONCE,
            Self::Table(..) => false,
        }
    }
}

impl WriteText {
    /// Place of the text that is being written.
    pub const SLOT: Slot = Slot::new("copied text");

    /// Writes it, unless `stop` is set meanwhile.
    pub fn write(&self, stop: &AtomicBool) -> CopyText {
        CopyText { text: self.source.write(stop), what: self.what.clone() }
    }
}

#[async_trait]
impl Task for WriteText {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(TextWritten(Err(fault)))
    }

    async fn run(self: Box<Self>, _services: Services, reporter: Reporter) {
        reporter.send(TextWritten(Ok(stoppable(move |stop| self.write(stop)).await)));
    }
}

/// Opens the menu of what can be copied of a result.
pub fn open_menu(view: &JsonView, cx: &mut Cx) {
    let (document, node) = (view.document(), view.node());
    let shown = |node| Untrusted::from(document.display_string(node, PREVIEW).text.raw());
    let entry = |letter, label: &str, preview: Untrusted, part| MenuEntry::new(letter, label, preview, CopyPart(part));
    let mut entries = vec![entry('y', "value as JSON", shown(node), Part::Value)];
    entries.push(match document.kind(node) {
        NodeKind::String => entry('v', "text without quotes", excerpt(document.raw(node), PREVIEW).text, Part::Plain),
        _ => entry('v', "value on one line", shown(node), Part::Plain),
    });
    entries.push(entry('p', "path (jq)", view.path().into(), Part::Path));
    entries.push(entry('/', "JSON Pointer", view.pointer().into(), Part::Pointer));
    if let Some(key) = document.key(node) {
        entries.push(entry('n', "key", excerpt(key, PREVIEW).text, Part::Key));
    }
    if let Some(table) = view.table() {
        let (rows, columns) = (table.rows(), table.shown_columns());
        let size: Untrusted = format!("{rows} × {columns}").into();
        for (letter, format) in [
            ('c', TableFormat::Csv),
            ('t', TableFormat::Tsv),
            ('m', TableFormat::Markdown),
            ('l', TableFormat::JsonLines),
        ] {
            entries.push(entry(letter, &format!("table as {}", format.name()), size.clone(), Part::Table(format)));
        }
    }
    if let Some(filter) = view.filter() {
        entries.push(entry('f', "jq filter", filter.into(), Part::Filter));
    }
    entries.push(entry('a', "whole result", shown(document.root()), Part::Whole));
    cx.send(OpenMenu { title: "Copy".to_owned(), entries });
}

/// Copies a part of the result.
pub fn copy(view: &JsonView, part: Part, cx: &mut Cx) {
    let (document, node) = (view.document().clone(), view.node());
    let mut say = |text: String, what: &str| cx.send(CopyText { text, what: what.to_owned() });
    let (source, what) = match part {
        Part::Path => return say(view.path(), "the path"),
        Part::Pointer => return say(view.pointer(), "the pointer"),
        Part::Key => {
            let key = document.key(node).map(|key| excerpt(key, usize::MAX).text);
            return key.into_iter().for_each(|key| say(key.raw().to_owned(), "the key"));
        }
        Part::Filter => return view.raw_filter().into_iter().for_each(|filter| say(filter.to_owned(), "the filter")),
        Part::Plain if document.kind(node) == NodeKind::String => {
            return say(excerpt(document.raw(node), usize::MAX).text.raw().to_owned(), "the text");
        }
        Part::Plain => (TextSource::Line(document, node), "the value".to_owned()),
        Part::Value => (TextSource::Value(document, node), "the value".to_owned()),
        Part::Whole => {
            let root = document.root();
            (TextSource::Value(document, root), "the result".to_owned())
        }
        Part::Table(format) => {
            let Some(table) = view.table() else { return };
            (TextSource::Table(table.export(), format), format!("the table as {}", format.name()))
        }
    };
    let work = WriteText { source, what };
    match work.source.is_small() {
        true => cx.send(work.write(&AtomicBool::new(false))),
        false => cx.start(work),
    }
}

/// Takes a choice of the menu, and a text that was written elsewhere.
///
/// # Errors
/// The message, where it is for somebody else.
pub fn receive(view: Option<&JsonView>, message: Message, cx: &mut Cx) -> Result<(), Message> {
    let message = match message.take::<TextWritten>() {
        Ok(TextWritten(result)) => {
            cx.jobs.finish(WriteText::SLOT);
            match result {
                Ok(copying) => cx.send(copying),
                Err(fault) => cx.say(Level::Problem, fault.to_string()),
            }
            return Ok(());
        }
        Err(message) => message,
    };
    let CopyPart(part) = message.take()?;
    if let Some(view) = view {
        copy(view, part, cx);
    }
    Ok(())
}
