//! One field of a form for credentials.

use crossterm::event::{KeyCode, KeyEvent};

use crate::domain::{AuthField, AuthorizationType, AuthorizedBy, FieldOption, InputKind, Secret, Untrusted};
use crate::tui::widgets::typing::line_input::LineInput;

/// One thing to fill in.
pub struct Field {
    /// What it is called on the wire.
    pub name: Name,
    /// Its name for people, safe to show.
    pub label: String,
    /// What to put there.
    pub hint: Untrusted,
    /// Whether it must be filled in.
    pub required: bool,
    /// Whether nobody may look over a shoulder.
    pub masked: bool,
    /// Whether line breaks belong into it.
    pub many_lines: bool,
    /// What there is to choose from, and what is chosen; empty where text is typed.
    pub options: Vec<FieldOption>,
    /// What is chosen among the options.
    pub chosen: Option<usize>,
    /// What is typed.
    pub value: LineInput,
    /// What is wrong with it, safe to show.
    pub problem: Option<String>,
}

/// A name among the credentials.
pub enum Name {
    /// The provider's.
    Given(Untrusted),
    /// The person's own.
    Typed(LineInput),
}

impl Field {
    /// As a provider declares it.
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

    /// What it is called on the wire; none where that was not typed yet.
    pub(crate) fn wire_name(&self) -> Option<Untrusted> {
        match &self.name {
            Name::Given(name) => Some(name.clone()),
            Name::Typed(name) => (!name.is_blank()).then(|| name.raw().trim().into()),
        }
    }

    /// What is to be sent; none where nothing is filled in.
    pub(crate) fn secret(&self) -> Option<Secret> {
        match self.chosen.and_then(|at| self.options.get(at)) {
            Some(option) => Some(Secret::new(option.value.raw().to_owned())),
            None => (!self.value.is_blank()).then(|| self.value.secret()),
        }
    }

    /// What is missing, in words.
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

/// What the fields are called where nobody declares them.
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
