//! `jackfield accounts rehearse`.

use std::sync::Arc;

use clap::Args;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::output::CliOutput;
use super::receipts::NEEDS_YOU;
use super::{completions, exit, style};
use crate::backend::AuthorizationLink;
use crate::domain::Fault;
use crate::flow::browser;
use crate::flow::environment::Opened;
use crate::flow::record::Records;
use crate::flow::rehearsal::{Check, Rehearsal, RehearsalStep, Remains, document, rehearse};

#[derive(Debug, Args)]
pub(super) struct Rehearse {
    /// Connection to rehearse on
    #[arg(value_name = "CONNECTION", add = completions::connections())]
    connection: String,
    /// Print the link instead of opening a browser
    #[arg(long)]
    no_browser: bool,
}

impl Rehearse {
    pub(super) async fn perform(
        &self,
        opened: &Opened,
        records: &Arc<Records>,
        output: &CliOutput,
    ) -> Result<u8, Fault> {
        let local = !self.no_browser && browser::is_local(|name| std::env::var(name).ok());
        let (steps, mut progress) = mpsc::unbounded_channel();
        let report = move |step| {
            let _ = steps.send(step);
        };
        let backend = Arc::clone(&opened.backend);
        let connection = self.connection.as_str().into();
        let rehearsal = rehearse(backend, connection, Some(Arc::clone(records)), CancellationToken::new(), report);
        tokio::pin!(rehearsal);
        let rehearsal = loop {
            tokio::select! {
                biased;
                Some(step) = progress.recv() => say(step, local, output).await,
                ended = &mut rehearsal => break ended?,
            }
        };
        while let Ok(step) = progress.try_recv() {
            say(step, local, output).await;
        }
        self.print(&rehearsal, output)
    }

    fn print(&self, rehearsal: &Rehearsal, output: &CliOutput) -> Result<u8, Fault> {
        if output.is_json() {
            output.document(&document(rehearsal))?;
        } else {
            let head = format!(
                "Verification of {} in {}, rehearsed {:.0}",
                rehearsal.connection, rehearsal.environment, rehearsal.began
            );
            let width = rehearsal.checks.iter().map(|check| check.name.len()).max().unwrap_or_default();
            let checks: Vec<String> = rehearsal.checks.iter().map(|check| line(check, width, output)).collect();
            output.print(&format!("{head}\n\n{}\n\n{}", checks.join("\n"), rehearsal.verdict()))?;
        }
        match &rehearsal.remains {
            Remains::Left(_) => output.warning(&rehearsal.remains()),
            _ if output.is_json() => {}
            _ => output.remark(&rehearsal.remains()),
        }
        Ok(match &rehearsal.fault {
            Some(fault) => exit::code(fault.kind),
            None if !rehearsal.passed() || matches!(rehearsal.remains, Remains::Left(_)) => NEEDS_YOU,
            None => 0,
        })
    }
}

fn line(check: &Check, width: usize, output: &CliOutput) -> String {
    let (mark, painted) = if check.passed { ("✓", style::GOOD) } else { ("✖", style::BAD) };
    let mark = style::painted(mark, painted, output.is_colored());
    let took = check.took.as_secs_f64();
    format!("{mark} {:<width$}  {took:>6.1} s  {} → {}", check.name, check.sent, check.came)
}

async fn say(step: RehearsalStep, local: bool, output: &CliOutput) {
    match step {
        RehearsalStep::Account(identifier) => {
            output.remark(&format!("The account {identifier} is made for this, and deleted at the end."));
        }
        RehearsalStep::Checked(check) => {
            output.remark(&format!("{} {}.", if check.passed { "✓" } else { "✖" }, check.name));
        }
        RehearsalStep::Consent(link, round) => show(&link, round, local, output).await,
        RehearsalStep::CleaningUp => output.remark("Deleting the account …"),
    }
}

async fn show(link: &AuthorizationLink, round: u32, local: bool, output: &CliOutput) {
    output.remark(match round {
        1 => "Open this link on this machine and allow access, as whoever you like:",
        _ => "The wrong answer used the first consent up. Open this one as well:",
    });
    output.remark(link.url.as_str());
    if local {
        match browser::open(&link.url).await {
            Ok(()) => output.remark("Opened in your browser."),
            Err(fault) => output.remark(&fault.to_string()),
        }
    }
    output.remark("Waiting for consent …");
}
