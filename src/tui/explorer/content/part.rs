//! One part of a content, made of a block, a message or a resource.

use bytes::Bytes;

use crate::domain::{JsonText, PromptMessage, ResourceBody, ResourceContent, Untrusted};
use crate::json::{
    BlockKind, ContentBlock, Document, EmbeddedBody, NodeId, ToolResult, content_block, media_size, pretty_value,
    text_at,
};
use crate::tui::widgets::text;

/// Characters of one text that are shown, and of all of them together.
const SHOWN: usize = 256 << 10;
const SHOWN_IN_ALL: usize = 2 << 20;

/// Bytes of a text that is looked at for JSON.
const LARGEST_JSON: usize = 1 << 20;

/// One part.
pub struct ContentPart {
    /// Its kind and what tells of it, safe to show.
    pub heading: String,
    /// The part itself.
    pub body: PartBody,
}

/// Body of a part.
pub enum PartBody {
    /// Text.
    Text {
        /// As much of it as is shown.
        text: Untrusted,
        /// Whether that is all.
        is_whole: bool,
        /// The value that it spells, where it is JSON.
        json: Option<JsonValue>,
    },
    /// Picture, sound, or other bytes.
    Media {
        /// Media type; empty where it is not said.
        media_type: Untrusted,
        /// The bytes, or where they stand encoded.
        data: MediaData,
    },
    /// A resource to be read.
    Link {
        /// Its URI.
        uri: Untrusted,
        /// Description in the server's words.
        description: Untrusted,
    },
    /// Nothing that can be shown: the value as it came.
    Other(JsonValue),
    /// No content came.
    Empty,
}

/// A value to explore.
#[derive(Clone)]
pub struct JsonValue {
    /// The way to it, as a jq filter.
    pub filter: String,
    /// The value.
    pub text: JsonText,
}

/// Bytes of a part.
#[derive(Clone)]
pub enum MediaData {
    /// Base64 at a place of a document.
    Encoded(Document, NodeId),
    /// As they are.
    Plain(Bytes),
}

impl MediaData {
    /// Number of the bytes.
    pub fn size(&self) -> usize {
        match self {
            Self::Encoded(document, node) => media_size(document, *node),
            Self::Plain(bytes) => bytes.len(),
        }
    }
}

/// Room that is left for texts.
struct Budget(usize);

impl Budget {
    fn take(&mut self, document: &Document, node: NodeId) -> (Untrusted, bool) {
        let (text, is_whole) = text_at(document, node, SHOWN.min(self.0));
        self.0 = self.0.saturating_sub(text.raw().len());
        (text, is_whole)
    }
}

/// Parts of a tool's result: what is structured first.
pub(super) fn of_result(document: &Document, result: &ToolResult) -> Vec<ContentPart> {
    let mut budget = Budget(SHOWN_IN_ALL);
    let mut parts = Vec::new();
    if let Some(node) = result.structured {
        let pretty = pretty_value(document, node);
        let end = pretty.floor_char_boundary(SHOWN.min(pretty.len()));
        let shown = pretty.get(..end).unwrap_or_default();
        let body = PartBody::Text {
            text: shown.into(),
            is_whole: end == pretty.len(),
            json: value_at(document, node, document.jq_path(node).raw()),
        };
        parts.push(ContentPart { heading: "structured content".to_owned(), body });
    }
    parts.extend(result.blocks.iter().map(|block| of_block(document, block, &mut budget)));
    if result.more > 0 {
        let heading = format!("{} more parts that are not shown one by one", result.more);
        parts.push(ContentPart { heading, body: PartBody::Empty });
    }
    if parts.is_empty() {
        parts.push(ContentPart { heading: "no content".to_owned(), body: PartBody::Empty });
    }
    parts
}

/// Parts of a prompt's messages, each with whose it is.
pub(super) fn of_messages(messages: &[PromptMessage]) -> Vec<ContentPart> {
    let mut budget = Budget(SHOWN_IN_ALL);
    let part = |message: &PromptMessage| {
        let document = Document::index(message.content.clone()).ok()?;
        let block = content_block(&document, document.root());
        let part = of_block(&document, &block, &mut budget);
        Some(ContentPart { heading: format!("{} · {}", message.role, part.heading), ..part })
    };
    let mut parts: Vec<_> = messages.iter().filter_map(part).collect();
    if parts.is_empty() {
        parts.push(ContentPart { heading: "no messages".to_owned(), body: PartBody::Empty });
    }
    parts
}

/// Parts of a resource.
pub(super) fn of_resource(contents: Vec<ResourceContent>) -> Vec<ContentPart> {
    let part = |content: ResourceContent| {
        let ResourceContent { uri, media_type, body } = content;
        let kind = if media_type.is_empty() { String::new() } else { format!(" · {media_type}") };
        match body {
            ResourceBody::Text(text) => {
                let size = text::size(text.raw().len());
                let json = json_in(&text, ".");
                let end = text.raw().floor_char_boundary(SHOWN.min(text.raw().len()));
                let is_whole = end == text.raw().len();
                let text = if is_whole { text } else { text.raw().get(..end).unwrap_or_default().into() };
                let body = PartBody::Text { text, is_whole, json };
                ContentPart { heading: format!("{uri}{kind} · {size}"), body }
            }
            ResourceBody::Bytes(bytes) => {
                let size = text::size(bytes.len());
                let body = PartBody::Media { media_type, data: MediaData::Plain(bytes.into()) };
                ContentPart { heading: format!("{uri}{kind} · {size}"), body }
            }
        }
    };
    let mut parts: Vec<_> = contents.into_iter().map(part).collect();
    if parts.is_empty() {
        parts.push(ContentPart { heading: "empty resource".to_owned(), body: PartBody::Empty });
    }
    parts
}

fn of_block(document: &Document, block: &ContentBlock, budget: &mut Budget) -> ContentPart {
    let mut text = |node: NodeId| {
        let (text, is_whole) = budget.take(document, node);
        let filter = format!("{} | fromjson", document.jq_path(node).raw());
        let json = if is_whole { json_in(&text, &filter) } else { None };
        PartBody::Text { text, is_whole, json }
    };
    let media = |media_type: &Untrusted, node| {
        let data = MediaData::Encoded(document.clone(), node);
        let kind = if media_type.is_empty() { "bytes of no said type".to_owned() } else { media_type.to_string() };
        let heading = format!("{kind} · {}", text::size(data.size()));
        ContentPart { heading, body: PartBody::Media { media_type: media_type.clone(), data } }
    };
    match &block.kind {
        BlockKind::Text(node) => {
            let body = text(*node);
            let is_json = matches!(&body, PartBody::Text { json: Some(_), .. });
            let kind = if is_json { "text that is JSON" } else { "text" };
            ContentPart { heading: kind.to_owned(), body }
        }
        BlockKind::Media(media_type, node) => media(media_type, *node),
        BlockKind::Link { uri, title, description, media_type } => {
            let kind = if media_type.is_empty() { String::new() } else { format!(" · {media_type}") };
            let title = if title.is_empty() { String::new() } else { format!(" · {title}") };
            let body = PartBody::Link { uri: uri.clone(), description: description.clone() };
            ContentPart { heading: format!("resource{title}{kind}"), body }
        }
        BlockKind::Embedded { uri, media_type, body } => match body {
            EmbeddedBody::Text(node) => {
                let kind = if media_type.is_empty() { String::new() } else { format!(" · {media_type}") };
                ContentPart { heading: format!("resource {uri}{kind}"), body: text(*node) }
            }
            EmbeddedBody::Bytes(node) => {
                let part = media(media_type, *node);
                ContentPart { heading: format!("resource {uri} · {}", part.heading), ..part }
            }
            EmbeddedBody::Missing => {
                ContentPart { heading: format!("resource {uri} without content"), body: PartBody::Empty }
            }
        },
        BlockKind::Other(kind) => {
            let heading = if kind.is_empty() {
                "a part of no known kind".to_owned()
            } else {
                format!("a part of the kind “{kind}”, which is not known here")
            };
            let value = value_at(document, block.node, document.jq_path(block.node).raw());
            ContentPart { heading, body: value.map_or(PartBody::Empty, PartBody::Other) }
        }
    }
}

fn value_at(document: &Document, node: NodeId, filter: &str) -> Option<JsonValue> {
    let raw = document.text().bytes().slice(document.range(node));
    Some(JsonValue { filter: filter.to_owned(), text: JsonText::parse(raw).ok()? })
}

/// The object or array that a text consists of.
fn json_in(text: &Untrusted, filter: &str) -> Option<JsonValue> {
    let raw = text.raw();
    if raw.len() > LARGEST_JSON || !raw.trim_start().starts_with(['{', '[']) {
        return None;
    }
    Some(JsonValue { filter: filter.to_owned(), text: JsonText::parse(raw.to_owned()).ok()? })
}
