//! What stands on pages: blocks, and comments beside them.

use std::sync::Arc;

use serde_json::{Value, json};

use super::text::{read_block, read_rich};
use super::workspace::{Block, Comment, Stamp};
use super::{Notion, input, is_id, list, unknown};
use crate::sandbox::people::Persona;
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::{ProviderCall, ProviderRefusal};

/// Blocks that one call may add.
const MOST_BLOCKS: usize = 100;

impl Notion {
    pub(super) fn children(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let within = self.container(person, arguments.required_text("block_id")?)?;
        let blocks = self.0.blocks.iter().filter(|block| block.within == within);
        list(blocks.map(|block| self.0.render_block(block)).collect(), "block", arguments)
    }

    pub(super) fn append(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let within = self.container(call.person, arguments.required_text("block_id")?)?;
        let blocks = self.blocks(arguments, &["blocks", "children"])?;
        if blocks.is_empty() {
            return Err(input("body failed validation: body.children should be defined"));
        }
        let mut made = Vec::new();
        for (kind, content) in blocks {
            made.push(self.0.add_block(&within, kind, content, Stamp::new(call.person, call.now)));
        }
        self.touch(&within, call);
        let rows = self.0.blocks.iter().filter(|block| made.contains(&block.id));
        let rows: Vec<_> = rows.map(|block| self.0.render_block(block)).collect();
        Ok(
            json!({"object": "list", "results": rows, "next_cursor": null, "has_more": false, "type": "block", "block": {}}),
        )
    }

    pub(super) fn block_get(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        self.block(person, arguments.required_text("block_id")?).map(|(_, block)| self.0.render_block(block))
    }

    pub(super) fn block_update(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let (place, block) = self.block(call.person, arguments.required_text("block_id")?)?;
        let kind = arguments.text("type")?.unwrap_or(&block.kind);
        if kind != block.kind {
            return Err(input(format!("body failed validation: the block is a {}, not a {kind}", block.kind)));
        }
        // Over REST the content stands under the kind's own name.
        let given =
            arguments.map.get(kind).cloned().unwrap_or_else(
                || json!({"text": arguments.map.get("text"), "language": arguments.map.get("language")}),
            );
        let (_, mut content) = read_block(&json!({"type": kind, kind: given})).map_err(input)?;
        for kept in ["language", "checked"] {
            let before = block.content.get(kept).filter(|_| given.get(kept).is_none_or(Value::is_null));
            if let (Some(before), Some(content)) = (before, content.as_object_mut()) {
                content.insert(kept.into(), before.clone());
            }
        }
        let within = block.within.clone();
        if let Some(block) = self.0.blocks.get_mut(place) {
            block.content = content;
            block.stamp.edit(call.person, call.now);
        }
        self.touch(&within, call);
        self.0.blocks.get(place).map(|block| self.0.render_block(block)).ok_or_else(|| unknown("block", ""))
    }

    /// Takes a block out, and what stands in it.
    pub(super) fn block_delete(
        &mut self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let (place, block) = self.block(person, arguments.required_text("block_id")?)?;
        let mut row = self.0.render_block(block);
        crate::sandbox::object::extend(&mut row, [("archived", true.into()), ("in_trash", true.into())]);
        let mut gone = vec![self.0.blocks.remove(place).id];
        while let Some(id) = gone.pop() {
            let (inner, kept) = std::mem::take(&mut self.0.blocks).into_iter().partition(|block| block.within == id);
            self.0.blocks = kept;
            let inner: Vec<Block> = inner;
            gone.extend(inner.into_iter().map(|block| block.id));
        }
        Ok(row)
    }

    pub(super) fn comments(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let page = self.container(person, arguments.required_text("block_id")?)?;
        let comments = self.0.comments.iter().filter(|comment| comment.page == page);
        list(comments.map(|comment| self.0.render_comment(comment)).collect(), "comment", arguments)
    }

    /// A comment on a page, or an answer in a discussion.
    pub(super) fn comment(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let comment = arguments.map.get("comment").unwrap_or(&Value::Null);
        let text = comment
            .get("rich_text")
            .or(arguments.map.get("rich_text"))
            .or(Some(comment).filter(|text| text.is_string()));
        let text = text
            .and_then(read_rich)
            .ok_or_else(|| input("body failed validation: body.rich_text should be defined"))?;
        let parent = ["parent", "comment"].iter().find_map(|name| {
            let parent = arguments.map.get(*name)?;
            parent.get("page_id").or(parent.pointer("/parent/page_id"))?.as_str()
        });
        let discussion = arguments.text("discussion_id")?.or_else(|| comment.get("discussion_id")?.as_str());
        let (page, discussion) = match (discussion, parent) {
            (Some(id), _) => {
                let first = self.0.comments.iter().find(|known| is_id(&known.discussion, id));
                let first = first.ok_or_else(|| unknown("discussion", id))?;
                (self.page(call.person, &first.page)?.id.clone(), first.discussion.clone())
            }
            (None, Some(id)) => (self.page(call.person, id)?.id.clone(), self.0.next_id("discussion")),
            (None, None) => {
                return Err(input("body failed validation: either parent.page_id or discussion_id should be defined"));
            }
        };
        let id = self.0.next_id("comment");
        let comment = Comment { id, page, discussion, text, stamp: Stamp::new(call.person, call.now) };
        let row = self.0.render_comment(&comment);
        self.0.comments.push(comment);
        Ok(row)
    }

    /// Blocks that a call brings, read before anything changes.
    pub(super) fn blocks(
        &self,
        arguments: &Arguments<'_>,
        names: &[&str],
    ) -> Result<Vec<(String, Value)>, ProviderRefusal> {
        let given = names.iter().find_map(|name| arguments.map.get(*name).filter(|value| !value.is_null()));
        let blocks = match given {
            None => return Ok(Vec::new()),
            Some(Value::Array(blocks)) => blocks,
            Some(_) => return Err(input("body failed validation: body.children should be an array")),
        };
        if blocks.len() > MOST_BLOCKS {
            return Err(input(format!("body failed validation: body.children.length should be ≤ {MOST_BLOCKS}")));
        }
        blocks.iter().map(read_block).collect::<Result<_, _>>().map_err(input)
    }

    /// Id of a page or block that somebody sees.
    fn container(&self, person: &Arc<Persona>, id: &str) -> Result<String, ProviderRefusal> {
        match self.page(person, id) {
            Ok(page) => Ok(page.id.clone()),
            Err(_) => self.block(person, id).map(|(_, block)| block.id.clone()),
        }
    }

    fn block(&self, person: &Arc<Persona>, id: &str) -> Result<(usize, &Block), ProviderRefusal> {
        let found = self.0.blocks.iter().enumerate().find(|(_, block)| is_id(&block.id, id));
        let seen = found.filter(|(_, block)| self.page_of(block).is_some_and(|page| self.page(person, page).is_ok()));
        seen.ok_or_else(|| unknown("block", id))
    }

    /// Id of the page that a block stands on, however deep.
    fn page_of<'a>(&'a self, block: &'a Block) -> Option<&'a str> {
        let mut at = block;
        // Blocks stand in older ones, so that this ends.
        while let Some(outer) = self.0.blocks.iter().find(|other| other.id == at.within) {
            at = outer;
        }
        Some(&at.within)
    }

    /// The page has changed, whatever changed on it.
    fn touch(&mut self, within: &str, call: &ProviderCall<'_>) {
        let block = self.0.blocks.iter().find(|block| block.id == within);
        let id = block.and_then(|block| self.page_of(block)).unwrap_or(within).to_owned();
        if let Some(page) = self.0.pages.iter_mut().find(|page| page.id == id) {
            page.stamp.edit(call.person, call.now);
        }
    }
}
