//! A finding as text: for a ticket, and for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Diagnosis;
use super::cause::Cause;
use super::evidence::{Evidence, EvidenceKind};
use crate::redact;

/// Said where nothing is wrong.
pub const NOTHING_WRONG: &str = "Nothing is wrong here, as far as the control questions can tell.";

impl Diagnosis {
    /// The cause in a sentence, or that there is none; safe to show.
    pub fn sentence(&self) -> String {
        self.cause.as_ref().map_or_else(|| NOTHING_WRONG.to_owned(), ToString::to_string)
    }

    /// The finding as plain text for somebody else, credentials replaced. Identifiers stay: without them it says
    /// nothing.
    pub fn report(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}\n{}", self.question, self.sentence());
        let _ = writeln!(text, "\nenvironment  {}\nat           {}", self.environment, self.at);
        if let Some(cause) = &self.cause {
            let _ = writeln!(text, "cause        {}\nremedy       {}", cause.slug(), cause.remedy().words());
        }
        let _ = writeln!(text, "\nchecked");
        let width = self.evidence.iter().map(|told| told.asked.chars().count()).max().unwrap_or_default();
        for told in &self.evidence {
            let _ = writeln!(text, "  {} {:<width$}  {}", mark(told), told.asked, told.answer);
            if !told.other_case.is_empty() {
                let _ = writeln!(text, "    {:<width$}  {}", "", told.carets());
            }
        }
        if !self.also_possible.is_empty() {
            let _ = writeln!(text, "\nalso possible");
            for cause in &self.also_possible {
                let _ = writeln!(text, "  {}: {cause}", cause.slug());
            }
        }
        redact::text(text.trim_end()).into_owned()
    }

    /// The finding for programs, credentials replaced.
    pub fn document(&self) -> Value {
        let clean = |text: String| redact::text(&text).into_owned();
        let of_cause = |cause: &Cause| {
            let remedy = cause.remedy();
            json!({
                "cause": cause.slug(),
                "sentence": clean(cause.to_string()),
                "remedy": { "kind": remedy.slug(), "words": remedy.words() },
            })
        };
        json!({
            "question": clean(self.question.to_string()),
            "environment": self.environment,
            "at": self.at.to_string(),
            "cause": self.cause.as_ref().map(Cause::slug),
            "sentence": clean(self.sentence()),
            "evidence": self.evidence.iter().map(|told| json!({
                "asked": clean(told.asked.clone()),
                "answer": clean(told.answer.clone()),
                "verdict": told.kind.slug(),
            })).collect::<Vec<_>>(),
            "remedy": self.cause.as_ref().map(Cause::remedy).map(|remedy| json!({
                "kind": remedy.slug(),
                "words": remedy.words(),
            })),
            "also_possible": self.also_possible.iter().map(of_cause).collect::<Vec<_>>(),
            "report": self.report(),
        })
    }
}

fn mark(told: &Evidence) -> char {
    match told.kind {
        EvidenceKind::Good => '+',
        EvidenceKind::Bad => '!',
        EvidenceKind::Plain => ' ',
        EvidenceKind::Unknown => '?',
    }
}
