//! Tools as definitions for a model or a protocol, and what that would refuse of them.

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;

use crate::domain::{Fault, JsonText, Tool, Untrusted};
use crate::export::{Dialect, LintProblem, autofix, definitions, estimate_tokens, lint};
use crate::json::{escaped, pretty};
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task, compute};

/// Complaints that are told one by one.
const TOLD: usize = 500;

/// Tools whose definitions are shown; those of all of them are copied and saved.
const SHOWN: usize = 20;

/// Writes tools as definitions. Takes a while where there are thousands.
#[derive(Clone)]
pub struct WriteDefinitions {
    /// Tools to be written.
    pub tools: Arc<[Tool]>,
    /// Dialect they are written in.
    pub dialect: Dialect,
    /// Whether what would be refused is mended.
    pub mended: bool,
}

impl std::fmt::Debug for WriteDefinitions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WriteDefinitions({}, {})", self.tools.len(), self.dialect.word())
    }
}

/// Tools as they were written.
pub struct Definitions {
    /// Dialect they are written in.
    pub dialect: Dialect,
    /// Definitions, one tool a line.
    pub text: Bytes,
    /// Estimated tokens of a model that they take.
    pub weight: u64,
    /// Number of tools that would be refused or passed over.
    pub refused: usize,
    /// Number of tools that were mended, where that was wanted.
    pub mended: Option<usize>,
    /// Lines to read: complaints, then the definitions.
    pub lines: Vec<ExportLine>,
}

/// Line to read, safe to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportLine {
    /// A reason for which a tool would be refused.
    Complaint(String),
    /// Doubt about a part that would be passed over.
    Doubt(String),
    /// A remark of ours.
    Remark(String),
    /// A line of a definition.
    Code(String),
}

impl std::fmt::Debug for Definitions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Definitions({} bytes for {})", self.text.len(), self.dialect.word())
    }
}

impl WriteDefinitions {
    /// Writes the definitions.
    pub fn write(&self) -> Definitions {
        let better: Vec<Option<Tool>> =
            self.tools.iter().map(|tool| autofix(tool, self.dialect).filter(|_| self.mended)).collect();
        let mended = self.mended.then(|| better.iter().flatten().count());
        let tools: Vec<Tool> =
            self.tools.iter().zip(better).map(|(tool, better)| better.unwrap_or_else(|| tool.clone())).collect();
        let text = definitions(&tools, self.dialect);
        let complaints = lint(&tools, self.dialect);
        let refused: HashSet<&str> = complaints.iter().map(|complaint| complaint.tool.raw()).collect();
        let mut lines = complaint_lines(&complaints);
        if mended.is_some_and(|mended| mended > 0) && !complaints.is_empty() {
            lines.push(ExportLine::Remark("The rest cannot be mended without another name or meaning.".into()));
        }
        lines.push(ExportLine::Remark(String::new()));
        let shown = tools.get(..SHOWN).unwrap_or(&tools);
        if shown.len() < tools.len() {
            lines.push(ExportLine::Remark(format!("The first {SHOWN} of {}:", tools.len())));
        }
        let shown = JsonText::parse(definitions(shown, self.dialect)).ok();
        let shown = shown.map(|shown| Untrusted::from(escaped(&pretty(&shown)).into_owned())).unwrap_or_default();
        lines.extend(shown.scrubbed_lines().map(|line| ExportLine::Code(line.into_owned())));
        Definitions {
            dialect: self.dialect,
            weight: estimate_tokens(text.as_bytes()),
            refused: refused.len(),
            mended,
            lines,
            text: format!("{text}\n").into(),
        }
    }
}

fn complaint_lines(complaints: &[LintProblem]) -> Vec<ExportLine> {
    if complaints.is_empty() {
        return vec![ExportLine::Remark("Nothing in them would be refused, as far as their makers say.".into())];
    }
    let mut lines: Vec<ExportLine> =
        complaints.iter().take(TOLD).map(|complaint| line_kind(complaint)(complaint.to_string())).collect();
    if let Some(more @ 1..) = complaints.len().checked_sub(TOLD) {
        lines.push(ExportLine::Remark(format!("And {more} more.")));
    }
    lines
}

fn line_kind(complaint: &LintProblem) -> fn(String) -> ExportLine {
    if complaint.refused { ExportLine::Complaint } else { ExportLine::Doubt }
}

/// The definitions are written.
#[derive(Debug)]
pub struct Written(pub Result<Definitions, Fault>);

/// Slot of the task.
pub const SLOT: Slot = Slot::new("export").shown();

#[async_trait]
impl Task for WriteDefinitions {
    fn slot(&self) -> Slot {
        SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(Written(Err(fault)))
    }

    async fn run(self: Box<Self>, _services: Services, reporter: Reporter) {
        reporter.send(Written(Ok(compute(move || self.write()).await)));
    }
}
