//! Content of a Model Context Protocol server's answers: the kind of each block, and where it stands in the document.
//!
//! Nothing is decoded before it is asked for. Servers are strangers: whatever has another shape is a block of no known
//! kind, and counts of blocks and lengths of names are bounded.
//!
//! Reference: the protocol's schema of 2025-11-25, `CallToolResult`, `ContentBlock`.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;

use super::excerpt::{excerpt, unescaped, unquoted};
use super::{Document, NodeId, NodeKind};
use crate::domain::Untrusted;

/// Blocks of one answer that are told apart; more are only counted.
const MOST_BLOCKS: usize = 1_000;

/// Members of an object that are looked at for a name.
const MOST_MEMBERS: usize = 64;

/// Characters of a name, a title, a media type, a URI.
const LONGEST_NAME: usize = 4_096;

/// Result of a tool, as the protocol has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolResult {
    /// `structuredContent`, where there is some.
    pub structured: Option<NodeId>,
    /// `content`, in its order.
    pub blocks: Vec<ContentBlock>,
    /// Number of blocks that are not told apart.
    pub more: usize,
    /// `isError`: the tool says of itself that it failed.
    pub is_error: bool,
}

/// One block of content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentBlock {
    /// Place of the whole block.
    pub node: NodeId,
    /// Kind of it.
    pub kind: BlockKind,
}

/// Kind of a block, with what tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// Text, at this place.
    Text(NodeId),
    /// Picture or sound: its media type, and the place of its base64.
    Media(Untrusted, NodeId),
    /// Resource to be read by its URI.
    Link {
        /// The URI.
        uri: Untrusted,
        /// Title, else its name.
        title: Untrusted,
        /// Description in the server's words.
        description: Untrusted,
        /// Media type; empty where it is not said.
        media_type: Untrusted,
    },
    /// Resource that came along.
    Embedded {
        /// The URI.
        uri: Untrusted,
        /// Media type; empty where it is not said.
        media_type: Untrusted,
        /// Place of its content.
        body: EmbeddedBody,
    },
    /// Something else, by the name of its type; empty where it has none.
    Other(Untrusted),
}

/// Place of a resource's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmbeddedBody {
    /// A text.
    Text(NodeId),
    /// Base64.
    Bytes(NodeId),
    /// There is none.
    Missing,
}

/// The result of a tool that `document` is; none where it has another shape.
pub fn tool_result(document: &Document) -> Option<ToolResult> {
    let root = document.root();
    let content = member(document, root, "content").filter(|node| document.kind(*node) == NodeKind::Array);
    let structured = member(document, root, "structuredContent").filter(|node| document.kind(*node).is_container());
    if content.is_none() && structured.is_none() {
        return None;
    }
    let blocks = content.into_iter().flat_map(|list| document.children(list));
    let blocks: Vec<_> = blocks.take(MOST_BLOCKS).map(|node| content_block(document, node)).collect();
    let all = content.map_or(0, |list| document.count(list) as usize);
    let is_error = member(document, root, "isError").is_some_and(|node| document.raw(node) == b"true");
    Some(ToolResult { structured, more: all - blocks.len().min(all), blocks, is_error })
}

/// The block of content at this place.
pub fn content_block(document: &Document, node: NodeId) -> ContentBlock {
    let name = |object, name| member(document, object, name).and_then(|node| short(document, node)).unwrap_or_default();
    let string = |object, name| member(document, object, name).filter(|node| document.kind(*node) == NodeKind::String);
    let kind = name(node, "type");
    let kind = match kind.raw() {
        "text" => string(node, "text").map(BlockKind::Text),
        "image" | "audio" => string(node, "data").map(|data| BlockKind::Media(name(node, "mimeType"), data)),
        "resource_link" => string(node, "uri").map(|_| {
            let title = name(node, "title");
            BlockKind::Link {
                uri: name(node, "uri"),
                title: if title.is_empty() { name(node, "name") } else { title },
                description: name(node, "description"),
                media_type: name(node, "mimeType"),
            }
        }),
        "resource" => member(document, node, "resource").map(|resource| BlockKind::Embedded {
            uri: name(resource, "uri"),
            media_type: name(resource, "mimeType"),
            body: match (string(resource, "text"), string(resource, "blob")) {
                (Some(text), _) => EmbeddedBody::Text(text),
                (None, Some(bytes)) => EmbeddedBody::Bytes(bytes),
                (None, None) => EmbeddedBody::Missing,
            },
        }),
        _ => None,
    };
    let unknown = || BlockKind::Other(name(node, "type"));
    ContentBlock { node, kind: kind.unwrap_or_else(unknown) }
}

/// The last member of this name, as most readers of JSON have it.
fn member(document: &Document, object: NodeId, name: &str) -> Option<NodeId> {
    if document.kind(object) != NodeKind::Object {
        return None;
    }
    let is_it = |node: &NodeId| {
        let key = document.key(*node).unwrap_or_default();
        unescaped(unquoted(key).unwrap_or(key)).eq(name.chars())
    };
    document.children(object).take(MOST_MEMBERS).filter(is_it).last()
}

fn short(document: &Document, node: NodeId) -> Option<Untrusted> {
    (document.kind(node) == NodeKind::String).then(|| excerpt(document.raw(node), LONGEST_NAME).text)
}

/// The text at this place, at most so many characters of it, and whether that is all.
pub fn text_at(document: &Document, node: NodeId, most: usize) -> (Untrusted, bool) {
    let shown = excerpt(document.raw(node), most);
    (shown.text, !shown.cut)
}

/// Bytes behind the base64 at this place, without decoding it.
pub fn media_size(document: &Document, node: NodeId) -> usize {
    let letters = unquoted(document.raw(node)).unwrap_or_default();
    let padding = letters.iter().rev().take(2).filter(|letter| **letter == b'=').count();
    (letters.len() / 4 * 3 + letters.len() % 4 * 3 / 4).saturating_sub(padding)
}

/// The bytes behind the base64 at this place; none where it is not base64. Takes a while for large ones.
pub fn media_at(document: &Document, node: NodeId) -> Option<Bytes> {
    let letters: String = unescaped(unquoted(document.raw(node))?).filter(|c| !c.is_ascii_whitespace()).collect();
    let url_safe = letters.bytes().any(|byte| b"-_".contains(&byte));
    let alphabet = if url_safe { alphabet::URL_SAFE } else { alphabet::STANDARD };
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(&alphabet, config).decode(letters).ok().map(Bytes::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::JsonText;

    fn document(text: &str) -> Document {
        Document::index(JsonText::parse(text.to_owned()).expect("JSON")).expect("indexed")
    }

    fn kinds(content: &str) -> Vec<BlockKind> {
        let document = document(&format!(r#"{{"content":{content}}}"#));
        tool_result(&document).expect("a result").blocks.into_iter().map(|block| block.kind).collect()
    }

    #[test]
    fn each_kind_of_block_is_told() {
        let document = document(
            r#"{"isError":true,"structuredContent":{"a":1},"content":[
            {"type":"text","text":"one\n\"two\""},
            {"type":"image","mimeType":"image/png","data":"aGVsbG8="},
            {"type":"resource_link","uri":"file:///a","name":"a","title":"The A"},
            {"type":"resource","resource":{"uri":"file:///b","mimeType":"text/plain","text":"b"}},
            {"type":"resource","resource":{"uri":"file:///c","blob":"AA=="}}]}"#,
        );
        let result = tool_result(&document).expect("a result");
        assert!(result.is_error && result.structured.is_some() && result.more == 0);
        let kinds: Vec<_> = result.blocks.iter().map(|block| &block.kind).collect();
        let [BlockKind::Text(text), BlockKind::Media(kind, data), link, embedded, bytes] = kinds[..] else {
            panic!("{kinds:?}");
        };
        assert_eq!(text_at(&document, *text, 99), ("one\n\"two\"".into(), true));
        assert_eq!(text_at(&document, *text, 3), ("one".into(), false));
        assert_eq!((kind.raw(), media_size(&document, *data)), ("image/png", 5));
        assert_eq!(media_at(&document, *data).expect("bytes").as_ref(), b"hello");
        assert!(matches!(link, BlockKind::Link { title, .. } if title.raw() == "The A"));
        assert!(matches!(embedded, BlockKind::Embedded { body: EmbeddedBody::Text(_), .. }));
        assert!(matches!(bytes, BlockKind::Embedded { body: EmbeddedBody::Bytes(_), .. }));
    }

    #[test]
    fn odd_shapes_are_blocks_of_no_known_kind() {
        let odd = kinds(
            r#"[null,7,"text",[],{},{"type":7},{"type":"text"},{"type":"text","text":7},{"type":"image"},
            {"type":"resource"},{"type":"resource","resource":7},{"type":"video","text":"x"}]"#,
        );
        assert_eq!(odd.len(), 12);
        let others = odd.iter().filter(|kind| matches!(kind, BlockKind::Other(_))).count();
        assert_eq!(others, 11);
        assert!(matches!(&odd[10], BlockKind::Embedded { body: EmbeddedBody::Missing, .. }));
        assert!(matches!(&odd[11], BlockKind::Other(kind) if kind.raw() == "video"));
    }

    #[test]
    fn what_is_no_result_is_none() {
        for text in ["[]", "7", "{}", r#"{"content":"x"}"#, r#"{"structuredContent":7}"#, r#"{"data":{"content":[]}}"#]
        {
            assert_eq!(tool_result(&document(text)), None, "{text}");
        }
        assert!(tool_result(&document(r#"{"content":[]}"#)).is_some());
    }

    #[test]
    fn what_contradicts_itself_and_what_is_endless_is_read_all_the_same() {
        let twice = document(r#"{"content":7,"content":[{"type":"text","type":"image","text":"x","data":"!"}]}"#);
        let result = tool_result(&twice).expect("a result");
        let BlockKind::Media(kind, data) = &result.blocks[0].kind else { panic!("{result:?}") };
        assert!(kind.is_empty() && media_at(&twice, *data).is_none());
        let endless = document(&format!(r#"{{"content":[{}0]}}"#, "0,".repeat(5_000)));
        let result = tool_result(&endless).expect("a result");
        assert_eq!((result.blocks.len(), result.more), (MOST_BLOCKS, 4_001));
    }
}
