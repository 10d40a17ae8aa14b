//! Floor 1: the engine under the JSON explorer. No terminal.
//!
//! A [`Document`] is an index of byte ranges over a body that stays as it came; a [`View`] adds what
//! is folded and walks the visible rows; the rest reads one value, one path or one line at a time.
//! Well-formed documents only, except for [`lex_line`] and [`check()`], which look at what is being typed.

mod bits;
mod build;
mod check;
mod compare;
mod content;
mod diff;
pub mod edit;
mod ends;
mod excerpt;
mod folds;
mod index;
mod indexer;
mod inspect;
mod lex;
mod literal;
mod moment;
mod number;
mod path;
mod pattern;
mod pretty;
pub mod query;
mod reported_failure;
mod rows;
mod scan;
mod search;
#[cfg(test)]
mod strategy;
mod table;
mod table_export;
mod tool_definition;

pub use check::{SyntaxProblem, check};
pub use compare::{ComparedRecord, FieldDifference, FieldValue, RecordComparison};
pub use content::{
    BlockKind, ContentBlock, EmbeddedBody, ToolResult, content_block, media_at, media_size, text_at, tool_result,
};
pub use diff::{DiffEntry, Ignore, diff};
pub use excerpt::{excerpt, is_mistakable};
pub use folds::View;
pub use index::{Document, NodeId, NodeKind};
pub use indexer::Indexer;
pub use inspect::{Inspection, InspectionKind, can_inspect, inspect};
pub use lex::{LineState, TokenKind, lex_line};
pub use literal::{HiddenValues, Language, literal};
pub use moment::Moment;
pub use pattern::Pattern;
pub use pretty::{compact_value, escaped, pretty, pretty_value, quoted};
pub use reported_failure::{ReportedFailure, reported_failure, reported_in};
pub use rows::{JsonRow, RowInfo, RowShape};
pub use search::DocumentSearch;
pub use table::{JsonTable, TableMatches};
pub use table_export::{TableExport, TableFormat};
pub use tool_definition::{ToolDeclarations, tool_declarations};
