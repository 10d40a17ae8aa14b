//! Something stands in the way of a call: what, and what helps.

use crate::domain::Tool;
use crate::tui::playground::screen::Subject;
use crate::tui::tools::suggested_fix::Remedy;

/// What stands in the way, and the ways around it.
pub struct Obstacle {
    /// What cannot be done.
    pub title: String,
    /// What stands in the way, line by line, safe to show.
    pub lines: Vec<String>,
    /// What helps.
    pub remedy: Option<Remedy>,
    /// What can be done all the same.
    pub insist: Option<Insist>,
    /// The tool that somebody else might call.
    pub tool: Option<Box<Tool>>,
}

/// What can be done although something stands in the way.
#[derive(Debug)]
pub enum Insist {
    /// Open the tool; nothing is sent by that.
    Open(Box<Subject>),
    /// Send the call.
    Run,
}

impl Insist {
    /// What it does, in a few words.
    pub fn words(&self) -> &'static str {
        match self {
            Self::Open(_) => "open it all the same",
            Self::Run => "send it all the same",
        }
    }
}
