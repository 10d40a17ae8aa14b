//! Field of a form for credentials.

use crossterm::event::{KeyCode, KeyEvent};

use crate::domain::{AuthField, AuthorizationType, AuthorizedBy, FieldOption, InputKind, Secret, Untrusted};
use crate::tui::widgets::typing::line_input::LineInput;

/// Value to fill in, with its name and the rules for it.
pub struct Field {
    /// Name on the wire.
    pub name: Name,
    /// Name for people, safe to show.
    pub label: String,
    /// Provider's words on what to fill in.
    pub hint: Untrusted,
    /// Whether it must be filled in.
    pub required: bool,
    /// Whether nobody may look over a shoulder.
    pub masked: bool,
    /// Whether line breaks belong into it.
    pub many_lines: bool,
    /// Options to choose from; empty where text is typed.
    pub options: Vec<FieldOption>,
    /// Position of the chosen option.
    pub chosen: Option<usize>,
    /// Text that is typed; unused where there are options.
    pub value: LineInput,
    /// Problem with the value, safe to show.
    pub problem: Option<String>,
}

/// A name among the credentials.
pub enum Name {
    /// Declared by the provider.
    Given(Untrusted),
    /// Typed by the person.
    Typed(LineInput),
}

impl Field {
    /// Field that a provider declares.
    pub(crate) fn declared(field: AuthField) -> Self {
        let label = if field.label.is_empty() { &field.name } else { &field.label }.to_string();
        let masked = field.input.is_secret() || sounds_secret(field.name.raw()) || sounds_secret(&label);
        let options = if field.input == InputKind::Select { field.options } else { Vec::new() };
        Self {
            label,
            hint: field.hint,
            required: field.required,
            masked: masked && options.is_empty(),
            many_lines: field.input == InputKind::TextArea,
            options,
            name: Name::Given(field.name),
            ..Self::row("")
        }
    }

    /// A name and a value, both to be typed.
    pub(crate) fn row(name: &str) -> Self {
        Self {
            name: Name::Typed(LineInput::with(name)),
            label: String::new(),
            hint: Untrusted::default(),
            required: false,
            masked: true,
            many_lines: false,
            options: Vec::new(),
            chosen: None,
            value: LineInput::default(),
            problem: None,
        }
    }

    /// Name on the wire; none where that was not typed yet.
    pub(crate) fn wire_name(&self) -> Option<Untrusted> {
        match &self.name {
            Name::Given(name) => Some(name.clone()),
            Name::Typed(name) => (!name.is_blank()).then(|| name.raw().trim().into()),
        }
    }

    /// Value to send; none where nothing is filled in.
    pub(crate) fn secret(&self) -> Option<Secret> {
        match self.chosen.and_then(|at| self.options.get(at)) {
            Some(option) => Some(Secret::new(option.value.raw().to_owned())),
            None => (!self.value.is_blank()).then(|| self.value.secret()),
        }
    }

    /// Problem in words where the name or the value is missing.
    pub(crate) fn shortfall(&self) -> Option<String> {
        match (self.wire_name(), self.secret()) {
            (None, Some(_)) => Some("Give it the name under which the provider knows it.".into()),
            (Some(_), None) if self.required && !self.options.is_empty() => Some("Choose one.".into()),
            (Some(_), None) if self.required => Some("This must be filled in.".into()),
            _ => None,
        }
    }

    /// Goes through the options; from the last one of an optional field to none.
    pub(crate) fn choose(&mut self, key: KeyEvent) -> bool {
        let choices = self.options.len() + usize::from(!self.required);
        let now = self.chosen.unwrap_or(self.options.len());
        let next = match (key.code, self.chosen) {
            (KeyCode::Right | KeyCode::Char(' '), None) => 0,
            (KeyCode::Left, None) => self.options.len().saturating_sub(1),
            (KeyCode::Right | KeyCode::Char(' '), Some(_)) => (now + 1) % choices,
            (KeyCode::Left, Some(_)) => (now + choices - 1) % choices,
            _ => return false,
        };
        self.chosen = (next < self.options.len()).then_some(next);
        true
    }
}

/// Names of the fields where no provider declares them.
pub(crate) fn usual_names(authorization: &AuthorizationType) -> &'static [&'static str] {
    match authorization.by() {
        AuthorizedBy::Fields(names) => names,
        _ => &[""],
    }
}

/// Whether a name is one that keys and passwords go by, whatever the provider declares.
fn sounds_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    ["secret", "token", "passw", "passphrase", "credential", "private", "apikey"].iter().any(|word| name.contains(word))
        || name.split(|c: char| !c.is_alphanumeric()).any(|word| matches!(word, "key" | "pin" | "pwd"))
}
