//! stub
use super::canvas::Canvas;
use super::json_view::Fold;
use super::list::Move;
use crate::domain::JsonText;
use ratatui::layout::Rect;
/// o
#[derive(Debug, Default)]
pub struct OutlineView;
impl OutlineView {
    /// s
    pub fn show(&mut self, _: Option<JsonText>) {}
    /// s
    pub fn step(&mut self, _: Move, _: usize) {}
    /// c
    pub fn click(&mut self, _: usize, _: usize) {}
    /// f
    pub fn fold(&mut self, _: Fold, _: usize) {}
    /// d
    pub fn draw(&self, _: &mut Canvas<'_>, _: Rect, _: bool) {}
}
