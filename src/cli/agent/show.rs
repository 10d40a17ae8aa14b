//! `jackfield agent show`.

use clap::Args;

use super::{Around, printer};
use crate::agent::{RunEnd, StoredRun, TranscriptItem, cost_words, end_sentence, exported, program_plan};
use crate::cli::completions;
use crate::cli::output::CliOutput;
use crate::cli::style;
use crate::cli::time::local;
use crate::domain::{Fault, JsonText, Untrusted};
use crate::export::{RunFormat, export_run};

#[derive(Debug, Args)]
pub(super) struct ShowRun {
    /// Id of the run, as jackfield agent list shows it
    #[arg(value_name = "RUN", add = completions::runs())]
    run: String,
    /// Print the model's thinking too
    #[arg(long)]
    thinking: bool,
}

impl ShowRun {
    pub(super) async fn perform(&self, around: &Around<'_>) -> Result<u8, Fault> {
        let stored = around.stored(&self.run).await?;
        let output = around.output;
        if output.is_json() {
            let run = exported(&stored, &around.settings.agent);
            let text = export_run(&run, &program_plan(&stored, None), RunFormat::Json);
            let document = JsonText::parse(text).unwrap_or_else(|_| JsonText::empty_object());
            output.document(&document)?;
            return Ok(0);
        }
        head(&stored, output)?;
        for item in &stored.transcript.items {
            self.item(item, output)?;
        }
        let cost = cost_words(&around.settings.agent, stored.head.model.raw(), stored.head.total);
        output.print(&format!("\n{}", printer::footer(&stored.transcript, cost.as_deref())))?;
        Ok(0)
    }

    fn item(&self, item: &TranscriptItem, output: &CliOutput) -> Result<(), Fault> {
        match item {
            TranscriptItem::Said(text) => {
                let text = Untrusted::from(text.as_str());
                let mut lines = text.whole_lines();
                let first = format!("› {}", lines.next().unwrap_or_default());
                output.print(&format!("\n{}", style::painted(&first, style::HEAD, output.is_colored())))?;
                lines.try_for_each(|line| output.print(&format!("  {line}")))
            }
            TranscriptItem::Text(text) => paragraphs(text, output, false),
            TranscriptItem::Thinking(text) if self.thinking => paragraphs(text, output, true),
            TranscriptItem::Thinking(_) => Ok(()),
            TranscriptItem::OtherBlock(kind) => output.print(&format!("(a block of an unknown kind: {kind})")),
            TranscriptItem::Notice(words) => output.print(&format!("({})", Untrusted::from(words.as_str()))),
            TranscriptItem::Rests(RunEnd::Answered) => Ok(()),
            TranscriptItem::Rests(end) => output.print(&end_sentence(end)),
            TranscriptItem::Call(row) => {
                let line = printer::line(row, None, output);
                output.print(&match row.returned().and_then(|returned| returned.entry) {
                    Some(entry) => format!("{line}  (entry {entry})"),
                    None => line,
                })
            }
        }
    }
}

fn head(stored: &StoredRun, output: &CliOutput) -> Result<(), Fault> {
    let head = &stored.head;
    let connections: Vec<_> = head.connections.iter().map(ToString::to_string).collect();
    let on = if connections.is_empty() { "all connections".to_owned() } else { connections.join(", ") };
    output.print(&format!("{} as {} on {on}", head.id, head.identifier))?;
    let facts = [
        head.state.to_string().replace('_', " "),
        format!("mode {}", head.mode),
        head.model.to_string(),
        local(head.began),
        head.environment.to_string(),
    ];
    output.print(&facts.join(" · "))
}

fn paragraphs(text: &Untrusted, output: &CliOutput, muted: bool) -> Result<(), Fault> {
    for line in text.whole_lines() {
        output.print(&style::painted(&line, style::MUTED, muted && output.is_colored()))?;
    }
    Ok(())
}
