//! A text that matches a regular expression.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Parts of patterns that are written, and so about as many characters.
const MAX_STEPS: u32 = 4_000;

/// More of what repeats than must be there, where the text is too short otherwise.
const MAX_MORE: u32 = 64;

/// Characters to take of a set, the likeliest first.
const LIKELY: [&str; 3] = ["abcdefghijklmnopqrstuvwxyz", "1234567890", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"];

/// A text of at least so many characters that matches, as short as it may be, and never empty where something may
/// stand there. None where the pattern cannot be read, or asks for more than anyone types.
pub(super) fn text_matching(pattern: &str, least: usize) -> Option<String> {
    let hir = regex_syntax::parse(pattern).ok()?;
    (0..=MAX_MORE).find_map(|more| {
        let (mut text, mut steps) = (String::new(), MAX_STEPS);
        write(&hir, more, &mut text, &mut steps)?;
        let length = text.chars().count();
        (length >= least && (length > 0 || more == MAX_MORE)).then_some(text)
    })
}

/// Appends what matches, with `more` rounds of whatever may repeat, in so many `steps` at most.
fn write(hir: &Hir, more: u32, out: &mut String, steps: &mut u32) -> Option<()> {
    *steps = steps.checked_sub(1)?;
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(class) => out.push(likely(class, out.chars().count())?),
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(u32::MAX);
            for _ in 0..repetition.min.saturating_add(more).min(most) {
                write(&repetition.sub, more, out, steps)?;
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, more, out, steps)?,
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| write(part, more, out, steps))?,
        HirKind::Alternation(parts) => write(parts.first()?, more, out, steps)?,
    }
    Some(())
}

/// A character of the set, another one at the next place where it has several.
fn likely(class: &Class, at: usize) -> Option<char> {
    let Class::Unicode(class) = class else { return None };
    let holds = |c: &char| class.iter().any(|range| range.start() <= *c && *c <= range.end());
    for characters in LIKELY {
        let all: Vec<char> = characters.chars().filter(holds).collect();
        if let Some(c) = all.get(at.checked_rem(all.len()).unwrap_or(0)) {
            return Some(*c);
        }
    }
    class.iter().map(|range| range.start()).find(|c| !c.is_control()).or_else(|| class.iter().next().map(|r| r.start()))
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;

    #[test]
    fn what_is_made_matches() {
        for (pattern, least) in [
            ("^[CGD][A-Z0-9]{8,}$", 0),
            (r"^\d{4}-\d{2}$", 0),
            ("^(open|closed)$", 0),
            ("^[a-z0-9_-]+$", 5),
            ("x*", 3),
            (r"^#?\w{1,80}$", 0),
            (r"[^\n]", 0),
            ("^$", 0),
        ] {
            let text = text_matching(pattern, least).expect(pattern);
            assert!(Regex::new(pattern).unwrap().is_match(&text), "{text:?} for {pattern}");
            assert!(text.chars().count() >= least, "{text:?} for {pattern}");
        }
        assert_eq!(text_matching("^(?!x)", 0), None, "cannot be read");
        assert_eq!(text_matching("(a{1000}){1000}", 0), None, "too long");
    }
}
