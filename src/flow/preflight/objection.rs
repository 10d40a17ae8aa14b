//! Objections to a call as data: one order and one set of words for every front.

use std::borrow::Cow;
use std::iter;

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use crate::domain::{ConnectionName, Fault, FaultKind, Identifier, Status, Tool, ToolEffect};
use crate::schema::InputProblem;

/// Columns of a name in a sentence: as whom a tool runs is not pushed out of sight by a name of any length.
const MAX_NAME: usize = 80;

/// Faults of an input that are named one by one.
const MAX_PROBLEMS: usize = 6;

/// A call as it was asked for, with what is known before it is sent.
#[derive(Clone, Copy, Debug)]
pub struct ProposedCall<'a> {
    /// Its tool; [`Tool::unknown`] where no definition could be read.
    pub tool: &'a Tool,
    /// Connection of its account.
    pub connection: &'a ConnectionName,
    /// Person it runs as.
    pub identifier: &'a Identifier,
    /// Status of the account; none where it is not known.
    pub status: Option<&'a Status>,
    /// Faults of the input, held against the tool's schema.
    pub problems: &'a [InputProblem],
}

/// One thing that speaks against sending a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    /// Ground on which it rests.
    pub kind: ObjectionKind,
    /// A sentence, safe to show.
    pub sentence: String,
}

/// Grounds for an objection, in the order in which they are told. That an account is somebody else's is none of
/// them: [`super::resolve_account`] fails for that, and nothing overrides it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ObjectionKind {
    /// The account is not active.
    Status,
    /// The tool takes something away, by its definition or its name.
    Effect,
    /// The input does not fit the tool's schema.
    Input,
}

/// Ways to answer objections in advance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiver {
    /// `--yes`: something may be taken away.
    Yes,
    /// `--anyway`: it is sent although it can hardly succeed.
    Anyway,
}

impl Waiver {
    /// The option of the command line.
    pub fn option(self) -> &'static str {
        match self {
            Self::Yes => "--yes",
            Self::Anyway => "--anyway",
        }
    }
}

impl ObjectionKind {
    /// The waiver that answers it.
    pub fn waiver(self) -> Waiver {
        match self {
            Self::Effect => Waiver::Yes,
            Self::Status | Self::Input => Waiver::Anyway,
        }
    }

    /// Kind of the fault where nobody can be asked and no waiver was given.
    pub fn fault(self) -> FaultKind {
        match self {
            Self::Status => FaultKind::NeedsAuthorization,
            Self::Effect => FaultKind::Usage,
            Self::Input => FaultKind::InvalidInput,
        }
    }
}

/// Everything that speaks against sending `call`, in the order in which it is told.
pub fn objections(call: &ProposedCall<'_>) -> Vec<Objection> {
    let sentences = |kind| move |sentence| Objection { kind, sentence };
    let status = status(call).map(sentences(ObjectionKind::Status));
    let effect = effect(call).map(sentences(ObjectionKind::Effect));
    status.into_iter().chain(effect).chain(input(call.problems).map(sentences(ObjectionKind::Input))).collect()
}

/// Question whether a call goes out in spite of its objections.
pub fn question(objections: &[Objection]) -> &'static str {
    match objections.iter().all(|objection| objection.kind == ObjectionKind::Effect) {
        true => "Run it?",
        false => "Run it all the same?",
    }
}

/// Refusal of a call for objections that nobody could be asked about and nothing answers.
pub fn refusal(objections: &[Objection]) -> Option<Fault> {
    let first = objections.first()?;
    let mut options: Vec<_> = objections.iter().map(|objection| objection.kind.waiver().option()).collect();
    options.sort_unstable();
    options.dedup();
    let answers = if options.len() == 1 { "answers" } else { "answer" };
    let sentences: Vec<_> = objections.iter().map(|objection| closed(&objection.sentence)).collect();
    let message = format!(
        "{} Nothing was sent: there is no terminal to ask at. {} {answers} in advance.",
        sentences.join(" "),
        options.join(" and ")
    );
    Some(Fault::new(first.kind.fault(), message))
}

/// The sentence with a full stop.
fn closed(sentence: &str) -> Cow<'_, str> {
    if sentence.ends_with('.') { sentence.into() } else { format!("{sentence}.").into() }
}

fn status(call: &ProposedCall<'_>) -> Option<String> {
    let status = call.status.filter(|status| **status != Status::Active)?;
    Some(inactive(call.connection, call.identifier, status))
}

/// Sentence on an account that is not active.
pub fn inactive(connection: &ConnectionName, identifier: &Identifier, status: &Status) -> String {
    format!("{connection}/{identifier} is {}. {}", status.word(), status.meaning())
}

fn effect(call: &ProposedCall<'_>) -> Option<String> {
    let ProposedCall { tool, connection, identifier, .. } = call;
    if tool.effect != ToolEffect::Destroys {
        return None;
    }
    let names = [tool.name.to_string(), identifier.to_string(), connection.to_string()];
    let [name, identifier, connection] = names.each_ref().map(|name| short(name));
    Some(format!("{name} takes something away, as {identifier} on {connection} ({}).", tool.effect_reason()))
}

fn input(problems: &[InputProblem]) -> impl Iterator<Item = String> {
    let named = problems.iter().take(MAX_PROBLEMS).map(|problem| format!("The input: {problem}"));
    let more = problems.len().saturating_sub(MAX_PROBLEMS);
    named.chain(iter::once(more).filter(|more| *more > 0).map(|more| format!("And {more} more in the input.")))
}

/// At most [`MAX_NAME`] columns of a name.
fn short(name: &str) -> Cow<'_, str> {
    if name.width() <= MAX_NAME {
        return name.into();
    }
    let mut columns = 0;
    let kept = name.graphemes(true).take_while(|grapheme| {
        columns += grapheme.width();
        columns < MAX_NAME
    });
    format!("{}…", kept.collect::<String>()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{EffectSource, JsonText};
    use crate::schema::Validator;

    fn told(tool: &Tool, status: &Status, problems: &[InputProblem]) -> Vec<Objection> {
        let (connection, identifier) = ("linear".into(), "ada@acme.dev".into());
        let status = Some(status);
        objections(&ProposedCall { tool, connection: &connection, identifier: &identifier, status, problems })
    }

    fn problems(count: usize) -> Vec<InputProblem> {
        let names: Vec<String> = (0..count).map(|n| format!("\"f{n}\"")).collect();
        let schema = JsonText::parse(format!(r#"{{"required":[{}]}}"#, names.join(","))).unwrap();
        Validator::compile(&schema).check(&JsonText::empty_object()).problems
    }

    #[test]
    fn everything_is_told_in_one_order() {
        let tool = Tool::unknown("linear_issue_delete");
        assert_eq!((tool.effect, tool.effect_source), (ToolEffect::Destroys, EffectSource::Name));
        let found = told(&tool, &Status::Expired, &problems(8));
        let kinds: Vec<_> = found.iter().map(|objection| objection.kind).collect();
        assert!(kinds.is_sorted() && kinds.len() == 9, "{found:?}");
        let sentences: Vec<_> = found.iter().map(|objection| objection.sentence.as_str()).collect();
        assert!(sentences[0].starts_with("linear/ada@acme.dev is expired. "), "{sentences:?}");
        assert_eq!(
            sentences[1],
            "linear_issue_delete takes something away, as ada@acme.dev on linear (a guess from its name)."
        );
        assert!(sentences[2].starts_with("The input: f0"), "{sentences:?}");
        assert_eq!(sentences[8], "And 2 more in the input.");
        assert_eq!(question(&found), "Run it all the same?");
        assert_eq!(question(&told(&tool, &Status::Active, &[])), "Run it?");
        assert_eq!(told(&Tool::unknown("linear_issue_get"), &Status::Active, &[]), []);
    }

    #[test]
    fn a_refusal_has_the_kind_of_the_first_and_names_every_option() {
        let refused = |tool: &str, status: &Status, count| {
            let found = told(&Tool::unknown(tool), status, &problems(count));
            refusal(&found).map(|fault| (fault.kind, fault.message))
        };
        assert_eq!(refused("x_get", &Status::Active, 0), None);
        let (kind, message) = refused("x_delete", &Status::Expired, 1).unwrap();
        assert_eq!(kind, FaultKind::NeedsAuthorization);
        let end = "Nothing was sent: there is no terminal to ask at. --anyway and --yes answer in advance.";
        assert!(message.ends_with(end), "{message}");
        let (kind, message) = refused("x_delete", &Status::Active, 0).unwrap();
        assert_eq!(kind, FaultKind::Usage);
        assert!(message.ends_with(" --yes answers in advance."), "{message}");
        let (kind, message) = refused("x_get", &Status::Active, 1).unwrap();
        assert_eq!(kind, FaultKind::InvalidInput);
        assert!(message.contains(". Nothing") && message.ends_with(" --anyway answers in advance."), "{message}");
    }

    #[test]
    fn long_names_leave_room_for_as_whom() {
        let found = told(&Tool::unknown(&format!("{}_delete", "界".repeat(300))), &Status::Active, &[]);
        let sentence = &found[0].sentence;
        assert!(sentence.starts_with(&"界".repeat(39)) && sentence.contains("… takes something away, as ada@"));
        assert!(!sentence.contains(&"界".repeat(40)), "{sentence}");
    }
}
