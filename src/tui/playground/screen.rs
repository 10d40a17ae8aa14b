//! State of the playground, and what is done to its input.

use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::Timestamp;
use ratatui::layout::{Rect, Size};

use crate::domain::{Account, JsonText, Mode, Tool, ToolCall, Untrusted};
use crate::flow::preflight::{Objection, ProposedCall, objections, question};
use crate::flow::request_input::EXAMPLE;
use crate::journal::SentArguments;
use crate::json::{SyntaxProblem, check, pretty};
use crate::schema::{InputCheck, InputProblem, SampleScope, missing_required, sample, unfilled_required};
use crate::tui::core::layout;
use crate::tui::core::state::draft::Draft;
use crate::tui::core::state::unsent::UnsentInput;
use crate::tui::input::tabs::Pane;
use crate::tui::input::typed::BYTE_ORDER_MARK;
use crate::tui::playground::completion::Completion;
use crate::tui::playground::drafts::earlier::Origin;
use crate::tui::playground::drafts::{DraftKey, Drafts, LeftTool, StoredInput};
use crate::tui::playground::drift::Definition;
use crate::tui::playground::elicitation::queue::Questions;
use crate::tui::playground::form::{Change, InputForm};
use crate::tui::playground::modifiers::ToolModifiers;
use crate::tui::playground::output::content_face::ContentFace;
use crate::tui::playground::prefill::Prefill;
use crate::tui::playground::tasks::SharedValidators;
use crate::tui::playground::validator_cache::{Check, Review};
use crate::tui::widgets::call_progress::CallProgress;
use crate::tui::widgets::list::Cursor;
use crate::tui::widgets::typing::editor::Editor;

/// The input's part of the screen, in percent.
pub const SHARE: u16 = 46;

pub use crate::tui::core::state::subject::Subject;
pub use crate::tui::playground::output::Output;

/// Way the input is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputView {
    /// As the text that it is.
    #[default]
    Json,
    /// As a form, field by field.
    Form,
}

/// State of the Playground screen.
#[derive(Default)]
pub struct Playground {
    /// Tool and account to try.
    pub subject: Option<Subject>,
    /// Text of the input.
    pub editor: Editor,
    /// Way the input is shown.
    pub view: InputView,
    /// Way the person chose last, in which other inputs open.
    pub preferred: InputView,
    /// The input as a form.
    pub form: InputForm,
    /// Whether a single text of the form is in another editor, and not the whole input.
    pub lent_field: bool,
    /// Names and values offered while JSON is typed.
    pub completion: Completion,
    /// Place where the input is not JSON.
    pub syntax: Option<SyntaxProblem>,
    /// Problems of the input beside that: at first those seen at a glance, then all of them.
    pub problems: Vec<InputProblem>,
    /// Required fields that hold an empty text.
    pub unfilled: Vec<String>,
    /// Parts of the schema that are not checked, a line each.
    pub unchecked: Vec<String>,
    /// Outcome of the last run.
    pub output: Output,
    /// Whether the call that is out has left this machine, as far as is known.
    pub(super) gone: bool,
    /// Bytes that have come of the answer to the last run, where it is heard of on the way.
    pub(super) came: u64,
    /// The result part by part, where it has parts.
    pub content: Option<ContentFace>,
    /// The tool's definition, held against the one that is trusted.
    pub(super) definition: Definition,
    /// Progress that the other side told of the last run.
    pub progress: Option<CallProgress>,
    /// Questions of the call that is out, which nobody has seen yet.
    pub(super) questions: Questions,
    /// Number of the last run.
    pub(super) number: u64,
    /// Cursor among the tools that ran lately, while no tool is open.
    pub(super) recent: Cursor,
    /// Modifiers of the tool.
    pub modifiers: ToolModifiers,
    /// Pane that has the keyboard.
    pub focus: Pane,
    /// Inputs typed for other tools and accounts in this run of the program.
    pub(super) drafts: Drafts,
    /// Source of an input that nobody has typed.
    pub prefill: Prefill,
    /// Source of the text in the input, and whether it has to be kept.
    pub(super) origin: Origin,
    /// Text of the call that is out.
    pub(super) calling: Option<String>,
    /// Number of the changes to what has to be kept.
    pub(super) revision: u64,
    /// Inputs of earlier runs that were taken over or dropped, without their texts.
    pub(super) used: Vec<Arc<UnsentInput>>,
    /// Whether it was said that inputs cannot be kept.
    pub(super) told_not_kept: bool,
    /// Time by the clock of this machine, as of the last event.
    pub(super) wall: Timestamp,
    /// Whether the input was typed or changed, and not sent since.
    pub(super) unsent: bool,
    /// Program uptime at the end of the last run.
    pub(super) ended: Option<Duration>,
    /// The environment: its name in the journal, and its name on screen. None while none is open.
    environment: Option<(String, String)>,
    /// Schemas compiled lately, shared with the tasks.
    pub(super) validators: SharedValidators,
    /// Rows of the form that are seen.
    pub(super) form_rows: usize,
    /// Room for the result.
    pub(super) output_size: Size,
}

impl Playground {
    /// Puts a tool here, with what was last typed for it, else a sample.
    pub fn open(&mut self, subject: Subject) -> Review {
        self.put_away();
        let draft = self.drafts.take(&DraftKey::new(self.environment(), &subject));
        let sample = first_sample(&subject.tool, self.form.now);
        self.prefill = draft.as_ref().map_or_else(|| Prefill::new(sample.clone()), |_| Prefill::default());
        let StoredInput { editor, origin } =
            draft.unwrap_or_else(|| StoredInput { editor: Editor::new(&sample), origin: Origin::begin(&sample) });
        self.editor = editor;
        self.form.begin(subject.tool.input_schema.clone());
        // Without a schema there is no form.
        self.view = subject.tool.input_schema.as_ref().map_or(InputView::Json, |_| self.preferred);
        self.subject = Some(subject);
        self.unsent = false;
        self.focus = Pane::List;
        let review = self.changed();
        self.origin = origin;
        review
    }

    /// Takes the tool away and keeps what was typed for it, its undo steps included.
    pub fn put_away(&mut self) {
        let unsent = self.unsent_here();
        let input = StoredInput { editor: std::mem::take(&mut self.editor), origin: std::mem::take(&mut self.origin) };
        if let Some(old) = self.subject.take() {
            self.drafts.put(DraftKey::new(self.environment(), &old), input, unsent);
        }
        self.calling = None;
        self.revision += 1;
        self.output = Output::Empty;
        (self.progress, self.content) = (None, None);
        self.definition = Definition::NotChecked;
        self.reset_modifiers();
        self.completion.close();
        self.syntax = None;
        self.problems.clear();
        self.unchecked.clear();
    }

    /// Name of the environment in the journal.
    pub(super) fn environment(&self) -> &str {
        self.environment.as_ref().map_or("", |(recorded_as, _)| recorded_as)
    }

    /// Comes back to what was typed in this environment before.
    pub(super) fn arrive(&mut self, recorded_as: String, name: String) -> Review {
        let left = self.drafts.come_back(&recorded_as);
        self.environment = Some((recorded_as, name));
        let Some(LeftTool { subject, prefill }) = left else { return Review::Unchanged };
        let review = self.open(subject);
        self.prefill = prefill;
        review
    }

    /// Keeps what was typed until the person is back in this environment. The tool it was typed for, and the name of
    /// the environment.
    pub(super) fn leave(&mut self) -> Option<(Subject, String)> {
        let prefill = std::mem::take(&mut self.prefill);
        let subject = self.subject.clone();
        self.put_away();
        self.form.begin(None);
        self.focus = Pane::default();
        let (recorded_as, name) = self.environment.take()?;
        let subject = subject?;
        self.drafts.leave(recorded_as, LeftTool { subject: subject.clone(), prefill });
        Some((subject, name))
    }

    /// Facts about the input for other features.
    pub(super) fn draft(&self) -> Draft {
        let schema = self.subject.as_ref().map(|subject| subject.tool.input_schema.is_some());
        Draft {
            has_tool: schema.is_some(),
            has_schema: schema == Some(true),
            is_json: schema.is_some() && self.syntax.is_none(),
        }
    }

    /// Rows that the input takes, frame and remarks included.
    pub(super) fn wanted_rows(&self) -> u16 {
        let (rows, remarks) = match self.view {
            InputView::Json => {
                let remarks = usize::from(self.syntax.is_some()) + usize::from(!self.unfilled.is_empty());
                (self.editor.lines(), self.problems.len() + remarks)
            }
            InputView::Form => (self.form.form.fields.len(), self.problems.len() + 2),
        };
        u16::try_from(rows + remarks + 3).unwrap_or(u16::MAX)
    }

    /// Rows that the input takes, and rows of the head beside the identity bar.
    pub(super) fn rows(&self) -> [u16; 2] {
        [self.wanted_rows(), self.head_rows()]
    }

    /// The input as typed.
    pub fn input_text(&self) -> &str {
        self.editor.text()
    }

    /// A key for the editor, or for the form.
    pub fn key(&mut self, key: KeyEvent) -> Review {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let done = match (self.view, key.code) {
            (InputView::Json, _) => self.editor.key(key),
            // Steps back go across both.
            (InputView::Form, KeyCode::Char('z')) if ctrl => self.editor.undo(),
            (InputView::Form, KeyCode::Char('y')) if ctrl => self.editor.redo(),
            (InputView::Form, _) => {
                let change = self.form.key(key);
                return self.take(change);
            }
        };
        if done { self.changed() } else { Review::Unchanged }
    }

    /// A paste, one undo step.
    pub fn paste(&mut self, text: &Untrusted) -> Review {
        if self.view == InputView::Form {
            let change = self.form.paste(text);
            return self.take(change);
        }
        self.editor.paste(text);
        self.changed()
    }

    /// Takes the text that the form made.
    pub fn take(&mut self, change: Option<Change>) -> Review {
        let Some(Change { text, run }) = change else { return Review::Unchanged };
        if self.editor.fill(&text, run) { self.changed() } else { Review::Unchanged }
    }

    /// Shows the input the other way, at the same place.
    pub fn turn(&mut self) {
        match self.view {
            InputView::Json => {
                self.view = InputView::Form;
                self.form.look(self.editor.text());
                self.form.go_to_offset(self.editor.offset());
            }
            InputView::Form => {
                self.view = InputView::Json;
                if let Some(offset) = self.form.offset() {
                    self.editor.go_to(offset);
                }
            }
        }
        self.preferred = self.view;
    }

    /// The input, or a text of it, came back from another editor. Undo brings back what stood there.
    pub fn edited(&mut self, text: &str) -> Review {
        let text = text.trim_end_matches('\n');
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        if std::mem::take(&mut self.lent_field) {
            let change = self.form.wrote(text);
            return self.take(change);
        }
        if text == self.input_text() {
            return Review::Unchanged;
        }
        self.editor.replace(text);
        self.changed()
    }

    /// Puts a whole input in the place of the one that stands there. Undo brings that back.
    pub fn fill(&mut self, text: &str) -> Review {
        self.editor.replace(text);
        self.changed()
    }

    /// Takes the arguments that were sent last for this tool and account. Fills them in, unless somebody has typed
    /// or run something meanwhile.
    pub fn recall(&mut self, sent: &SentArguments) -> Review {
        let text = pretty(&sent.arguments.to_fill_in());
        let untouched = matches!(self.output, Output::Empty);
        match untouched && self.prefill.accept(self.editor.text(), sent.began, &text) {
            true => {
                let review = self.fill(&text);
                self.origin.settle(self.editor.text());
                review
            }
            false => Review::Unchanged,
        }
    }

    /// Follows a change of the input.
    fn changed(&mut self) -> Review {
        if self.view == InputView::Form {
            self.form.look(self.editor.text());
        }
        self.review()
    }

    /// Replaces the input by a sample: of required fields, or of all where that stands there already. Undo brings
    /// back what stood there. Unchanged where no sample would be another one.
    pub fn sample(&mut self) -> Review {
        let Some(schema) = self.subject.as_ref().and_then(|subject| subject.tool.input_schema.as_ref()) else {
            return Review::Unchanged;
        };
        let is_request = self.subject.as_ref().is_some_and(Subject::is_request);
        let made = |scope| match scope {
            SampleScope::Everything if is_request => EXAMPLE.to_owned(),
            scope => sample(schema, scope, self.form.now),
        };
        let required = made(SampleScope::RequiredOnly);
        let text = if required == self.input_text() { made(SampleScope::Everything) } else { required };
        if text == self.input_text() {
            return Review::Unchanged;
        }
        self.editor.replace(&text);
        self.changed()
    }

    /// Looks the input over for what is seen at a glance; says whether more is to be found out. A
    /// long input is not looked at while it is typed.
    pub fn review(&mut self) -> Review {
        self.revision += 1;
        self.origin.change(self.wall);
        self.syntax = None;
        self.problems.clear();
        self.unfilled.clear();
        if self.editor.is_long() {
            return Review::Settled;
        }
        self.look()
    }

    /// Looks at the input, however long it is.
    pub fn look(&mut self) -> Review {
        self.problems.clear();
        self.unfilled.clear();
        let text = self.input_text().to_owned();
        self.syntax = check(&text).err();
        if self.syntax.is_some() {
            return Review::Settled;
        }
        let schema = self.subject.as_ref().and_then(|subject| subject.tool.input_schema.clone());
        let (Ok(input), Some(schema)) = (JsonText::parse(text), schema) else { return Review::Settled };
        if let Some(subject) = &mut self.subject {
            subject.follow(&input);
        }
        self.problems = missing_required(&schema, &input);
        self.unfilled = unfilled_required(&schema, &input);
        // Every tool takes an object, whatever its schema says.
        match input.is_object() {
            true => Review::Due(Check { schema, input }),
            false => Review::Settled,
        }
    }

    /// Takes the findings of a check against the schema.
    pub fn found(&mut self, findings: &InputCheck) {
        self.problems = findings.problems.clone();
        self.unchecked = findings.dropped.iter().map(ToString::to_string).collect();
    }

    /// The tool call that running would make; none while the input is not JSON, or no tool is here.
    pub fn call(&self) -> Option<ToolCall> {
        let subject = self.subject.as_ref().filter(|subject| !subject.is_request())?;
        Some(ToolCall {
            tool: subject.tool.name.clone(),
            account: subject.account.clone(),
            identifier: subject.identifier.clone(),
            connection: subject.connection.clone(),
            input: JsonText::parse(self.input_text().to_owned()).ok()?,
            agent_run: None,
        })
    }

    /// Objections to sending the call, and the question that puts them. Whether it was sent `again` counts too, and what
    /// its account was `granted`.
    pub fn objections(&self, again: bool, granted: Option<&[Untrusted]>, mode: Mode) -> (Vec<Objection>, String) {
        let ready = self.ready_input();
        let input = match ready {
            Some(ready) => Some(ready.sent.clone()),
            None => JsonText::parse(self.input_text().to_owned()).ok(),
        };
        let (Some(Subject { tool, connection, identifier, status, .. }), Some(input)) = (&self.subject, &input) else {
            return (Vec::new(), String::new());
        };
        let problems = ready.map_or(&self.problems, |ready| &ready.check.problems).as_slice();
        let status = status.as_ref();
        let changed = self.definition.change();
        let call =
            ProposedCall { tool, connection, identifier, status, granted, changed, input, problems, again, mode };
        let objections = objections(&call);
        let question = question(&call, &objections);
        (objections, question)
    }

    /// Takes an account that was authorized anew; the bar says so if it is the one that is used here.
    pub fn account_changed(&mut self, account: &Account) {
        if let Some(subject) = self.subject.as_mut().filter(|subject| subject.account == account.id) {
            subject.status = Some(account.status.clone());
        }
    }
}

fn first_sample(tool: &Tool, now: Timestamp) -> String {
    let required = |schema| sample(schema, SampleScope::RequiredOnly, now);
    tool.input_schema.as_ref().map_or_else(|| "{}".to_owned(), required)
}

/// Rows that the input has at least where the panes stand one above the other, frame included, and its part of the
/// room at most, in percent.
const LEAST_INPUT: u16 = 6;
const MOST_INPUT: u16 = 65;

/// The identity bar with its `head` rows more, and the two panes below it. Where they stand one above the other, the
/// input has the `wanted` rows if that leaves enough to the result.
pub fn areas(body: layout::Body, focus: Pane, [wanted, head]: [u16; 2]) -> (Rect, layout::Panes) {
    let area = body.area;
    let bar = area.height.min(
        match area {
            Rect { width: ..60, .. } => 2,
            Rect { height: ..28, .. } => 1,
            _ => 3,
        } + head,
    );
    let below = layout::Body { area: Rect { y: area.y + bar, height: area.height - bar, ..area }, ..body };
    let mut panes = layout::panes(below, focus, SHARE);
    if !panes.list.is_empty() && panes.side.y > panes.list.y {
        let whole = panes.list.height + panes.side.height;
        let most = u16::try_from(u32::from(whole) * u32::from(MOST_INPUT) / 100).unwrap_or(whole);
        panes.list.height = wanted.max(LEAST_INPUT).min(most);
        panes.side.y = panes.list.bottom();
        panes.side.height = whole - panes.list.height;
    }
    (Rect { height: bar, ..area }, panes)
}
