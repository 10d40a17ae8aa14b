//! Drawing of proofs: the column, the sentence in the detail, the progress of a sweep.

use jiff::Timestamp;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::domain::{Account, Proof, ProofOutcome};
use crate::flow::identity::Verdict;
use crate::tui::core::cx::Cx;
use crate::tui::core::state::proof_store::{ProofStore, Sweep};
use crate::tui::input::action::Action;
use crate::tui::theme::Theme;
use crate::tui::widgets::{text, time};

/// Mark and style of a verdict.
pub(in crate::tui::accounts) fn mark(verdict: &Verdict, theme: &Theme) -> (&'static str, Style) {
    match verdict {
        Verdict::Proven => ("✓", theme.ok),
        Verdict::Mismatch | Verdict::Refused => ("✖", theme.bad),
        Verdict::Shared(_) | Verdict::Split(..) => ("!", theme.warn),
        Verdict::Failed => ("?", theme.warn),
        Verdict::Identified => ("·", Style::new()),
        Verdict::Unusable | Verdict::NotProvable => ("–", theme.muted),
    }
}

/// Person or trouble, and behind it what is wrong with the person, for where there is room.
fn words(proof: &Proof, verdict: &Verdict) -> (String, String) {
    let who = match &proof.outcome {
        ProofOutcome::Identified(identity) => {
            identity.label().map_or_else(|| "nobody".to_owned(), |label| label.scrubbed().into_owned())
        }
        ProofOutcome::Refused(_) if *verdict == Verdict::Unusable => {
            return ("cannot be used".to_owned(), String::new());
        }
        ProofOutcome::Refused(said) | ProofOutcome::Failed(said) => {
            return (format!("{}: {}", verdict.word(), said.scrubbed()), String::new());
        }
        ProofOutcome::NotProvable(_) => return ("not provable here".to_owned(), String::new()),
    };
    let more = match verdict {
        Verdict::Mismatch => " mismatch".to_owned(),
        Verdict::Shared(other) => format!(" shared with {other}"),
        Verdict::Split(connection, other) => format!(", {other} on {connection}"),
        _ => String::new(),
    };
    (who, more)
}

/// Status cell of an account whose verdict has no column of its own: what needs somebody is seen all the same.
pub(in crate::tui::accounts) fn in_place_of_status(
    account: &Account,
    proofs: &ProofStore,
    theme: &Theme,
) -> Option<(String, Style)> {
    let verdict = proofs.verdict(account).filter(Verdict::needs_you)?;
    let (mark, style) = mark(&verdict, theme);
    Some((format!("{mark} {}", verdict.word()), style))
}

/// Widest cell that anything in the column needs.
const WIDEST: usize = 34;

/// Cells that the column takes; none where nothing was proven.
pub(in crate::tui::accounts) fn width(proofs: &ProofStore) -> Option<usize> {
    (!proofs.is_empty()).then_some(WIDEST)
}

/// Cell of an account: mark, person, and the age of the proof where there is room.
pub(in crate::tui::accounts) fn cell(
    account: &Account,
    proofs: &ProofStore,
    width: usize,
    now: Timestamp,
    theme: &Theme,
) -> Vec<Span<'static>> {
    let blank = |cells: usize| Span::raw(" ".repeat(cells));
    let (Some(proof), Some(verdict)) = (proofs.of(account), proofs.verdict(account)) else { return vec![blank(width)] };
    let (mark, style) = mark(&verdict, theme);
    let room = width.saturating_sub(3);
    let age = time::since(Some(proof.at), now);
    let (mut said, more) = words(proof, &verdict);
    if text::width(&said) + text::width(&more) <= room {
        said.push_str(&more);
    }
    let with_age = text::width(&said) + 2 + text::width(&age) <= room;
    let room_for_words = if with_age { room - text::width(&age) - 1 } else { room };
    let said = text::fit(&said, room_for_words).into_owned();
    let gap = room_for_words.saturating_sub(text::width(&said));
    let mut spans = vec![Span::styled(format!("{mark} "), style), Span::styled(said, style), blank(gap)];
    if with_age {
        spans.extend([blank(1), Span::styled(age, theme.muted)]);
    }
    spans.push(blank(1));
    spans
}

/// Sentence on an account whose proof says something that its status does not.
pub(in crate::tui::accounts) fn sentence(account: &Account, proofs: &ProofStore) -> Option<String> {
    let (proof, verdict) = (proofs.of(account)?, proofs.verdict(account)?);
    let who = match &proof.outcome {
        ProofOutcome::Identified(identity) => identity.label().map(ToString::to_string).unwrap_or_default(),
        ProofOutcome::Refused(said) | ProofOutcome::NotProvable(said) | ProofOutcome::Failed(said) => said.to_string(),
    };
    let identifier = &account.identifier;
    Some(match &verdict {
        Verdict::Mismatch => format!("Calls for {identifier} act as {who}."),
        Verdict::Shared(other) => format!("Calls for {identifier} act as {who}, and so do those for {other}."),
        Verdict::Split(connection, other) => {
            format!("Calls for {identifier} act as {who} here, and as {other} on {connection}.")
        }
        Verdict::Refused => format!("It says active, but the provider refuses its calls: {who}"),
        _ => return None,
    })
}

/// `✓ ada@acme.dev (Acme), 2 min ago`, for the facts.
pub(in crate::tui::accounts) fn fact(account: &Account, proofs: &ProofStore, now: Timestamp) -> Option<Vec<String>> {
    let (proof, verdict) = (proofs.of(account)?, proofs.verdict(account)?);
    let mut lines = vec![format!("{}, {}", verdict.word(), time::relative(proof.at, now))];
    match &proof.outcome {
        ProofOutcome::Identified(identity) => {
            let parts = [
                ("e-mail", &identity.email),
                ("name", &identity.name),
                ("user id", &identity.id),
                ("workspace", &identity.workspace),
            ];
            let known = parts.into_iter().filter_map(|(name, part)| Some(format!("{name} {}", part.as_ref()?)));
            lines.extend(known);
        }
        ProofOutcome::Refused(said) | ProofOutcome::NotProvable(said) | ProofOutcome::Failed(said) => {
            lines.push(said.to_string());
        }
    }
    lines.extend(proof.execution.as_ref().map(|id| format!("execution {id}")));
    Some(lines)
}

/// Cells of the bar.
const BAR: usize = 16;

/// Progress of a sweep: bar, count, rate, time left, key that stops it.
pub(in crate::tui::accounts) fn progress(sweep: &Sweep, cx: &Cx, theme: &Theme) -> Vec<Span<'static>> {
    let now = cx.now.uptime;
    let filled = (BAR * sweep.done).checked_div(sweep.total).unwrap_or(BAR).min(BAR);
    let mut said = format!(" {} of {}", sweep.done, sweep.total);
    if let Some(wait) = sweep.waits_until.and_then(|until| until.checked_sub(now)) {
        said.push_str(&format!(" · waits {} s for a rate limit", wait.as_secs() + 1));
    } else if let Some(left) = sweep.left(now).filter(|_| sweep.total > 1) {
        let rate = sweep.rate(now).unwrap_or_default();
        said.push_str(&format!(" · {rate:.0}/s · {} left", time::clock(left.as_secs())));
    }
    let key = cx.key_for(Action::StopLoading);
    let stop = if key.is_empty() { String::new() } else { format!(" · {key} stops") };
    vec![
        Span::styled("Proving ", theme.muted),
        Span::styled("━".repeat(filled), theme.accent),
        Span::styled("─".repeat(BAR - filled), theme.muted),
        Span::raw(said),
        Span::styled(stop, theme.muted),
    ]
}
