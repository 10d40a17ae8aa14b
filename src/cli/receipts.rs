//! `jackfield accounts receipts`, and the receipt that `accounts authorize` ends with.

use anstyle::Style;
use clap::Args;
use serde_json::Value;

use super::accounts;
use super::completions;
use super::output::CliOutput;
use super::style;
use super::table::{Cell, Table};
use super::target::AccountArg;
use super::time::local;
use crate::domain::{Account, AccountRef, Fault, JsonText, Untrusted};
use crate::flow::environment::Opened;
use crate::flow::receipt::{self, Outcome, Receipt, document};
use crate::flow::record::Records;
use crate::flow::suggest;
use crate::journal::KeptReceipt;
use crate::json::Document;
use crate::json::edit::{PathStep, set};

/// Exit code where an account is authorized and something about it is not as it should be.
pub(super) const NEEDS_YOU: u8 = 9;

#[derive(Debug, Args)]
pub(super) struct ListReceipts {
    /// Account id (ca_…) or CONNECTION/IDENTIFIER; all accounts without it
    #[arg(value_name = "ACCOUNT", value_parser = AccountArg::parse, add = completions::accounts())]
    account: Option<AccountArg>,
    /// Show at most N receipts
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
}

impl ListReceipts {
    pub(super) async fn perform(&self, opened: &Opened, records: &Records, output: &CliOutput) -> Result<u8, Fault> {
        let backend = opened.backend.as_ref();
        let account = match &self.account {
            None => None,
            Some(account) => match account.resolve(backend)? {
                // One that is gone may have receipts all the same.
                AccountRef::Id(id) => Some(id),
                pair @ AccountRef::Pair(..) => Some(suggest::account(backend, &pair).await?.id),
            },
        };
        let kept = receipt::kept(records, &opened.about().recorded_as, account, self.limit).await?;
        let mut table = Table::new(output, "receipts", ["WHEN", "CONNECTION", "IDENTIFIER", "OUTCOME", "RECEIPT"]);
        table.add(&kept, |kept| kept.document.clone(), |kept| row(kept, output));
        table.end()?;
        Ok(0)
    }
}

fn row(kept: &KeptReceipt, output: &CliOutput) -> [Cell; 5] {
    let told: Value = serde_json::from_str(kept.document.raw()).unwrap_or_default();
    let text = |name: &str| Untrusted::from(told.get(name).and_then(Value::as_str).unwrap_or("-")).to_string();
    let outcome = text("outcome");
    let is_clean = told.get("is_clean").and_then(Value::as_bool) == Some(true);
    let (glyph, style) = look(&outcome, is_clean);
    let words = outcome.replace('_', " ");
    [
        local(kept.at).into(),
        text("connection").into(),
        text("identifier").into(),
        Cell { text: if output.has_glyphs() { format!("{glyph} {words}") } else { words }, style },
        text("summary").into(),
    ]
}

/// Glyph and style of an outcome by its name: only what is proven is green.
fn look(outcome: &str, is_clean: bool) -> (&'static str, Style) {
    match outcome {
        "proven" if is_clean => ("✓", style::GOOD),
        "proven" | "unproven" => ("!", style::WARN),
        _ => ("✖", style::BAD),
    }
}

/// Prints an account that was authorized, and the receipt of that. Returns the exit code.
pub(super) fn print(account: &Account, receipt: &Receipt, output: &CliOutput) -> Result<u8, Fault> {
    let outcome = receipt.outcome();
    let code = match &outcome {
        Outcome::Proven | Outcome::Unproven(_) if !receipt.needs_you() => 0,
        _ => NEEDS_YOU,
    };
    if output.is_json() {
        output.document(&with_receipt(account, receipt))?;
        return Ok(code);
    }
    accounts::print(account, output)?;
    let (glyph, painted) = look(outcome.name(), receipt.is_clean());
    let glyph = if output.has_glyphs() { format!("{glyph} ") } else { String::new() };
    let head = receipt.headline();
    let facts = receipt.facts(local);
    let width = facts.iter().map(|(name, _)| name.len()).max().unwrap_or_default() + 2;
    let facts: Vec<String> = facts.into_iter().map(|(name, fact)| format!("{name:<width$}{fact}")).collect();
    let head = style::painted(&format!("{glyph}{head}"), painted, output.is_colored());
    output.print(&format!("\n{head}\n\n{}", facts.join("\n")))?;
    if let Some(call) = &receipt.failed_call {
        output.next(&format!("jackfield history replay {}", call.entry));
    }
    Ok(code)
}

/// The account as it came, with its receipt behind the other members.
fn with_receipt(account: &Account, receipt: &Receipt) -> JsonText {
    let Ok(told) = Document::index(account.raw.clone()) else { return account.raw.clone() };
    let text = set(&told, &[PathStep::Key("receipt".to_owned())], &document(receipt).to_string());
    JsonText::parse(text).unwrap_or_else(|_| account.raw.clone())
}
