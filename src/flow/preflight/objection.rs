//! Objections to a call as data: one order and one set of words for every front.

use std::borrow::Cow;
use std::iter;

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use super::scopes::scopes_to_ask;
use crate::domain::{
    ConnectionName, EffectSource, Fault, FaultKind, Identifier, JsonText, Mode, Status, Tool, ToolEffect, Untrusted,
    listed,
};
use crate::flow::tool_trust::DefinitionChange;
use crate::schema::InputProblem;

/// Columns of a name in a sentence: as whom a tool runs is not pushed out of sight by a name of any length.
const MAX_NAME: usize = 80;

/// Columns of an input in a question.
const MAX_INPUT: usize = 240;

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
    /// Scopes that the account was granted; none where they are not known.
    pub granted: Option<&'a [Untrusted]>,
    /// Difference between its definition and the one that is trusted; none where there is none.
    pub changed: Option<&'a DefinitionChange>,
    /// Its input.
    pub input: &'a JsonText,
    /// Faults of the input, held against the tool's schema.
    pub problems: &'a [InputProblem],
    /// Whether the same call was sent before.
    pub again: bool,
    /// Mode of the environment, as far as it asks: a command line that names the tool is the asking itself, so there
    /// [`Mode::Ask`] is [`Mode::Free`].
    pub mode: Mode,
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
    /// The account lacks a scope that the tool needs.
    Scope,
    /// The server has changed the tool since it was trusted; sending trusts it as it is now.
    Changed,
    /// The tool takes something away, by its definition or its name.
    Effect,
    /// The call was sent before, and is not known to read only: it may do twice what it does.
    Again,
    /// The mode asks before every call that is not known to read.
    Mode,
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
            Self::Effect | Self::Again | Self::Mode => Waiver::Yes,
            Self::Status | Self::Scope | Self::Changed | Self::Input => Waiver::Anyway,
        }
    }

    /// Kind of the fault where nobody can be asked and no waiver was given.
    pub fn fault(self) -> FaultKind {
        match self {
            Self::Status | Self::Scope => FaultKind::NeedsAuthorization,
            Self::Changed => FaultKind::Conflict,
            Self::Effect | Self::Again | Self::Mode => FaultKind::Usage,
            Self::Input => FaultKind::InvalidInput,
        }
    }
}

/// Everything that speaks against sending `call`, in the order in which it is told.
pub fn objections(call: &ProposedCall<'_>) -> Vec<Objection> {
    let sentences = |kind| move |sentence| Objection { kind, sentence };
    let status = status(call).map(sentences(ObjectionKind::Status));
    let scope = scope(call).map(sentences(ObjectionKind::Scope));
    let changed = call.changed.map(DefinitionChange::sentence).map(sentences(ObjectionKind::Changed));
    let effect = effect(call).map(sentences(ObjectionKind::Effect));
    let again = again(call).map(sentences(ObjectionKind::Again));
    // One sentence on the effect is enough.
    let asks = call.mode.asks_before(call.tool.reading()) && effect.is_none() && again.is_none();
    let mode = asks.then(|| asked_sentence(call.tool)).map(sentences(ObjectionKind::Mode));
    status
        .into_iter()
        .chain(scope)
        .chain(changed)
        .chain(effect)
        .chain(again)
        .chain(mode)
        .chain(input(call.problems).map(sentences(ObjectionKind::Input)))
        .collect()
}

/// Question whether a call goes out in spite of its objections: as whom, and with what.
pub fn question(call: &ProposedCall<'_>, objections: &[Objection]) -> String {
    let names = [call.identifier.to_string(), call.connection.to_string()];
    let [identifier, connection] = names.each_ref().map(|name| short(name, MAX_NAME));
    let anyway = if objections.iter().all(|objection| objection.kind.waiver() == Waiver::Yes) { "" } else { " anyway" };
    let input = shown(call.input);
    format!("Run it{anyway} as {identifier} on {connection} with {}?", short(&input, MAX_INPUT))
}

/// The input on one line, safe to show.
fn shown(input: &JsonText) -> String {
    let bytes = input.raw().len().min(4 * MAX_INPUT);
    let beginning = input.raw().get(..input.raw().floor_char_boundary(bytes)).unwrap_or_default();
    let words: Vec<_> = beginning.split_whitespace().collect();
    Untrusted::from(words.join(" ")).to_string()
}

/// Refusal of a call for objections that nobody could be asked about and nothing answers.
pub fn refusal(objections: &[Objection]) -> Option<Fault> {
    let first = objections.first()?;
    let mut options: Vec<_> = objections.iter().map(|objection| objection.kind.waiver().option()).collect();
    options.sort_unstable();
    options.dedup();
    let sentences: Vec<_> = objections.iter().map(|objection| closed(&objection.sentence)).collect();
    let message = format!(
        "{} Nothing was sent, as nobody can be asked. Use {} to send it.",
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

fn scope(call: &ProposedCall<'_>) -> Option<String> {
    let ask = scopes_to_ask(call.tool, call.granted?)?;
    let (tool, needed) = (call.tool.name.to_string(), listed(&call.tool.scopes, " or "));
    let (connection, identifier) = (call.connection, call.identifier);
    Some(format!(
        "{connection}/{identifier} was not granted what {} needs: {needed}. Authorize it again with {}.",
        short(&tool, MAX_NAME),
        listed(&ask, ", ")
    ))
}

fn effect(call: &ProposedCall<'_>) -> Option<String> {
    (call.tool.effect == ToolEffect::Destroys).then(|| effect_sentence(call.tool))
}

/// Sentence on what a tool does, and how that is known.
pub(super) fn effect_sentence(tool: &Tool) -> String {
    let name = tool.name.to_string();
    let name = short(&name, MAX_NAME);
    let does = match tool.effect {
        ToolEffect::Reads => "reads",
        ToolEffect::Writes => "writes",
        ToolEffect::Destroys => "is destructive",
        ToolEffect::Unknown => "may change something",
    };
    format!("{name} {does} ({}).", tool.effect_reason())
}

/// Sentence on a tool that the mode asks about: one that reads is asked about only for who says so.
fn asked_sentence(tool: &Tool) -> String {
    match (tool.effect, tool.effect_source) {
        (ToolEffect::Reads, EffectSource::Server) => {
            format!("{} reads, by its server's word alone.", short(&tool.name.to_string(), MAX_NAME))
        }
        _ => effect_sentence(tool),
    }
}

/// A destructive tool has its own objection.
fn again(call: &ProposedCall<'_>) -> Option<String> {
    let name = call.tool.name.to_string();
    let name = short(&name, MAX_NAME);
    match call.tool.effect {
        _ if !call.again => None,
        ToolEffect::Reads | ToolEffect::Destroys => None,
        ToolEffect::Writes => Some(format!("{name} writes ({}), and ran before.", call.tool.effect_reason())),
        ToolEffect::Unknown => Some(format!("{name} ran before, and may change something.")),
    }
}

fn input(problems: &[InputProblem]) -> impl Iterator<Item = String> {
    let named = problems.iter().take(MAX_PROBLEMS).map(|problem| format!("Input: {problem}"));
    let more = problems.len().saturating_sub(MAX_PROBLEMS);
    named.chain(iter::once(more).filter(|more| *more > 0).map(|more| format!("And {more} more in the input.")))
}

/// At most so many columns of a text.
fn short(name: &str, most: usize) -> Cow<'_, str> {
    if name.width() <= most {
        return name.into();
    }
    let mut columns = 0;
    let kept = name.graphemes(true).take_while(|grapheme| {
        columns += grapheme.width();
        columns < most
    });
    format!("{}…", kept.collect::<String>()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::JsonText;
    use crate::schema::Validator;

    #[test]
    fn a_tool_that_reads_by_its_servers_word_alone_is_asked_about_for_that() {
        let tool =
            Tool { effect: ToolEffect::Reads, effect_source: EffectSource::Server, ..Tool::unknown("note_read") };
        assert_eq!(asked_sentence(&tool), "note_read reads, by its server's word alone.");
        let tool = Tool { effect: ToolEffect::Writes, ..tool };
        assert_eq!(asked_sentence(&tool), "note_read writes (declared by the server).");
    }

    fn with<T>(
        tool: &Tool,
        status: &Status,
        problems: &[InputProblem],
        then: impl FnOnce(&ProposedCall<'_>) -> T,
    ) -> T {
        let (connection, identifier) = ("linear".into(), "ada@acme.dev".into());
        let input = JsonText::parse(r#"{ "id": "LIN-1" }"#.to_owned()).unwrap();
        let status = Some(status);
        let (connection, identifier, input) = (&connection, &identifier, &input);
        let granted = None;
        then(&ProposedCall {
            tool,
            connection,
            identifier,
            status,
            granted,
            changed: None,
            input,
            problems,
            again: false,
            mode: Mode::Free,
        })
    }

    fn told(tool: &Tool, status: &Status, problems: &[InputProblem]) -> Vec<Objection> {
        with(tool, status, problems, objections)
    }

    fn asked(tool: &Tool, status: &Status, problems: &[InputProblem]) -> String {
        with(tool, status, problems, |call| question(call, &objections(call)))
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
        assert_eq!(sentences[1], "linear_issue_delete is destructive (a guess from its name).");
        assert!(sentences[2].starts_with("Input: f0"), "{sentences:?}");
        assert_eq!(sentences[8], "And 2 more in the input.");
        let rest = "as ada@acme.dev on linear with { \"id\": \"LIN-1\" }?";
        assert_eq!(asked(&tool, &Status::Expired, &problems(8)), format!("Run it anyway {rest}"));
        assert_eq!(asked(&tool, &Status::Active, &[]), format!("Run it {rest}"));
        assert_eq!(told(&Tool::unknown("linear_issue_get"), &Status::Active, &[]), []);
    }

    #[test]
    fn what_may_happen_twice_is_asked_about() {
        let again = |name: &str| {
            with(&Tool::unknown(name), &Status::Active, &[], |call| objections(&ProposedCall { again: true, ..*call }))
        };
        let kinds = |name: &str| again(name).into_iter().map(|objection| objection.kind).collect::<Vec<_>>();
        assert_eq!(kinds("mail_get"), []);
        assert_eq!(kinds("mail_send"), [ObjectionKind::Again]);
        assert_eq!(kinds("mail_delete"), [ObjectionKind::Effect], "once is enough");
        assert_eq!(kinds("frobnicate"), [ObjectionKind::Again], "nobody knows what it does");
    }

    #[test]
    fn every_mode_asks_about_every_effect_as_its_table_says() {
        use EffectSource::{Declared, Name};
        use ObjectionKind::{Again, Effect};
        let tool = |effect, effect_source| Tool { effect, effect_source, ..Tool::unknown("x_y") };
        let of = |mode, again, effect, source| {
            let found = with(&tool(effect, source), &Status::Active, &[], |call| {
                objections(&ProposedCall { mode, again, ..*call })
            });
            found.into_iter().map(|objection| objection.kind).collect::<Vec<_>>()
        };
        for (effect, source, first, asks_again) in [
            (ToolEffect::Reads, Declared, vec![], vec![]),
            (ToolEffect::Reads, Name, vec![ObjectionKind::Mode], vec![ObjectionKind::Mode]),
            (ToolEffect::Writes, Declared, vec![ObjectionKind::Mode], vec![Again]),
            (ToolEffect::Unknown, Name, vec![ObjectionKind::Mode], vec![Again]),
            (ToolEffect::Destroys, Name, vec![Effect], vec![Effect]),
        ] {
            assert_eq!(of(Mode::Ask, false, effect, source), first, "{effect:?} {source:?}");
            assert_eq!(of(Mode::Ask, true, effect, source), asks_again, "{effect:?} {source:?}, again");
            // What destroys and what goes out again is asked about in every mode.
            let without = |kinds: Vec<ObjectionKind>| {
                kinds.into_iter().filter(|kind| *kind != ObjectionKind::Mode).collect::<Vec<_>>()
            };
            for mode in [Mode::Free, Mode::Read] {
                assert_eq!(of(mode, false, effect, source), without(first.clone()), "{mode:?} {effect:?}");
                assert_eq!(of(mode, true, effect, source), without(asks_again.clone()), "{mode:?} {effect:?}");
            }
        }
        let sentence = |effect, source| {
            let asked = with(&tool(effect, source), &Status::Active, &[], |call| {
                objections(&ProposedCall { mode: Mode::Ask, ..*call })
            });
            asked[0].sentence.clone()
        };
        assert_eq!(sentence(ToolEffect::Reads, Name), "x_y reads (a guess from its name).");
        assert_eq!(sentence(ToolEffect::Writes, Declared), "x_y writes (declared by the vendor).");
        assert!(sentence(ToolEffect::Unknown, Name).starts_with("x_y may change something (the vendor does not say"));
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
        let end = "Nothing was sent, as nobody can be asked. Use --anyway and --yes to send it.";
        assert!(message.ends_with(end), "{message}");
        let (kind, message) = refused("x_delete", &Status::Active, 0).unwrap();
        assert_eq!(kind, FaultKind::Usage);
        assert!(message.ends_with(" Use --yes to send it."), "{message}");
        let (kind, message) = refused("x_get", &Status::Active, 1).unwrap();
        assert_eq!(kind, FaultKind::InvalidInput);
        assert!(message.contains(". Nothing") && message.ends_with(" Use --anyway to send it."), "{message}");
    }

    #[test]
    fn a_scope_that_was_not_granted_is_said_with_what_to_ask_for() {
        let tool =
            Tool { scopes: vec!["issues:create".into(), "write".into()], ..Tool::unknown("linear_issue_create") };
        let told = |granted: Option<&[Untrusted]>| {
            with(&tool, &Status::Active, &[], |call| objections(&ProposedCall { granted, ..*call }))
        };
        let lacking = told(Some(&["read".into(), "comments:create".into()]));
        assert_eq!(lacking.len(), 1);
        assert_eq!((lacking[0].kind, lacking[0].kind.waiver()), (ObjectionKind::Scope, Waiver::Anyway));
        assert_eq!(
            lacking[0].sentence,
            "linear/ada@acme.dev was not granted what linear_issue_create needs: issues:create or write. Authorize it \
             again with read, comments:create, issues:create."
        );
        assert!(told(None).is_empty() && told(Some(&["write".into()])).is_empty());
    }

    #[test]
    fn long_names_leave_room_for_as_whom() {
        let found = told(&Tool::unknown(&format!("{}_delete", "界".repeat(300))), &Status::Active, &[]);
        let sentence = &found[0].sentence;
        assert!(sentence.starts_with(&"界".repeat(39)) && sentence.contains("… is destructive ("));
        assert!(!sentence.contains(&"界".repeat(40)), "{sentence}");
    }
}
