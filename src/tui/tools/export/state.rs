//! Tools as definitions for a model or a protocol, and what that would refuse of them.

use std::collections::HashSet;
use std::sync::Arc;

use bytes::Bytes;

use crate::domain::{JsonText, Tool, Untrusted};
use crate::export::{Dialect, LintProblem, autofix, definitions, estimate_tokens, lint};
use crate::json::{escaped, pretty};
use crate::tui::widgets::list::{Cursor, Move};

/// So many complaints are told one by one.
const TOLD: usize = 500;

/// Of so many tools the definitions are shown; all of them are copied and saved.
const SHOWN: usize = 20;

/// Which tools, and for whom.
pub struct Export {
    /// The tools.
    pub tools: Arc<[Tool]>,
    /// Whether they were marked one by one.
    pub marked: bool,
    /// The dialect under the cursor.
    pub cursor: Cursor,
    /// The definitions in this dialect; none while they are being written.
    pub made: Option<Made>,
    /// The first line shown of what there is to read.
    pub top: usize,
    /// Whether what would be refused is mended.
    pub mended: bool,
}

/// What is to be written.
#[derive(Clone)]
pub struct Wanted {
    /// Which tools.
    pub tools: Arc<[Tool]>,
    /// For whom.
    pub dialect: Dialect,
    /// Whether what would be refused is mended.
    pub mended: bool,
}

impl std::fmt::Debug for Wanted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Wanted({}, {})", self.tools.len(), self.dialect.word())
    }
}

/// Definitions as they were written.
pub struct Made {
    /// For whom.
    pub dialect: Dialect,
    /// All of them, one tool a line.
    pub text: Bytes,
    /// What they weigh in a model's tokens, roughly.
    pub weight: u64,
    /// How many of the tools are to be looked at.
    pub refused: usize,
    /// How many were mended, where that was wanted.
    pub mended: Option<usize>,
    /// What there is to read: complaints, then the definitions.
    pub lines: Vec<Said>,
}

/// One line to read, safe to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// What would be refused.
    Complaint(String),
    /// What would be passed over.
    Doubt(String),
    /// A remark of ours.
    Remark(String),
    /// A line of a definition.
    Code(String),
}

impl std::fmt::Debug for Made {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Made({} bytes for {})", self.text.len(), self.dialect.word())
    }
}

impl Wanted {
    /// Writes the definitions. Takes a while where there are thousands.
    pub fn make(&self) -> Made {
        let better: Vec<Option<Tool>> =
            self.tools.iter().map(|tool| autofix(tool, self.dialect).filter(|_| self.mended)).collect();
        let mended = self.mended.then(|| better.iter().flatten().count());
        let tools: Vec<Tool> =
            self.tools.iter().zip(better).map(|(tool, better)| better.unwrap_or_else(|| tool.clone())).collect();
        let text = definitions(&tools, self.dialect);
        let complaints = lint(&tools, self.dialect);
        let refused: HashSet<&str> = complaints.iter().map(|complaint| complaint.tool.raw()).collect();
        let mut lines = told(&complaints);
        if mended.is_some_and(|mended| mended > 0) && !complaints.is_empty() {
            lines.push(Said::Remark("The rest cannot be mended without another name or meaning.".into()));
        }
        lines.push(Said::Remark(String::new()));
        let shown = tools.get(..SHOWN).unwrap_or(&tools);
        if shown.len() < tools.len() {
            lines.push(Said::Remark(format!("The first {SHOWN} of {}:", tools.len())));
        }
        let shown = JsonText::parse(definitions(shown, self.dialect)).ok();
        let shown = shown.map(|shown| Untrusted::from(escaped(&pretty(&shown)).into_owned())).unwrap_or_default();
        lines.extend(shown.scrubbed_lines().map(|line| Said::Code(line.into_owned())));
        Made {
            dialect: self.dialect,
            weight: estimate_tokens(text.as_bytes()),
            refused: refused.len(),
            mended,
            lines,
            text: format!("{text}\n").into(),
        }
    }
}

fn told(complaints: &[LintProblem]) -> Vec<Said> {
    if complaints.is_empty() {
        return vec![Said::Remark("Nothing in them would be refused, as far as their makers say.".into())];
    }
    let mut lines: Vec<Said> =
        complaints.iter().take(TOLD).map(|complaint| said(complaint)(complaint.to_string())).collect();
    if let Some(more @ 1..) = complaints.len().checked_sub(TOLD) {
        lines.push(Said::Remark(format!("And {more} more.")));
    }
    lines
}

fn said(complaint: &LintProblem) -> fn(String) -> Said {
    if complaint.refused { Said::Complaint } else { Said::Doubt }
}

impl Export {
    /// These tools, for the first dialect.
    pub fn new(tools: Vec<Tool>, marked: bool) -> Self {
        Self { tools: tools.into(), marked, cursor: Cursor::default(), made: None, top: 0, mended: false }
    }

    /// The dialect under the cursor.
    pub fn dialect(&self) -> Dialect {
        Dialect::ALL.get(self.cursor.row).copied().unwrap_or(Dialect::Mcp)
    }

    /// What is to be written for it.
    pub fn wanted(&self) -> Wanted {
        Wanted { tools: Arc::clone(&self.tools), dialect: self.dialect(), mended: self.mended }
    }

    /// Row by row to another dialect, else through what there is to read, of which `height` lines are
    /// seen. Whether the dialect is another one.
    pub fn step(&mut self, step: Move, height: usize) -> bool {
        let before = self.cursor.row;
        if let Move::By(_) = step {
            self.cursor.step(step, Dialect::ALL.len(), Dialect::ALL.len());
            return self.cursor.row != before;
        }
        let by = match step {
            Move::By(by) => by,
            Move::Pages(pages) => pages.saturating_mul(height.max(2) as isize - 1),
            Move::Top => isize::MIN,
            Move::Bottom => isize::MAX,
        };
        self.scroll(by, height);
        false
    }

    /// Through what there is to read.
    pub fn scroll(&mut self, lines: isize, height: usize) {
        let all = self.made.as_ref().map_or(0, |made| made.lines.len());
        self.top = self.top.saturating_add_signed(lines).min(all.saturating_sub(height));
    }
}
