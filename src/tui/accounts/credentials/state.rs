//! Credentials being typed in, for a new account or in the place of those that one has.

use std::collections::HashSet;

use crossterm::event::KeyEvent;

use crate::domain::{
    Account, AccountRef, AuthorizationType, ConnectionName, Credentials, Fault, FaultKind, Identifier, Provider,
    Untrusted,
};
use crate::flow::credentials::{Asked, CredentialTarget};
use crate::tui::accounts::credentials::field::{Field, Name, usual_names};
use crate::tui::widgets::typing::line_input::LineInput;

/// Source of the fields of the form.
#[derive(Debug)]
pub enum Form {
    /// Not known yet: the provider is being asked.
    Loading,
    /// Fields that the provider declares.
    Declared {
        /// Title and description of this way to authorize.
        about: String,
    },
    /// Names and values, because nobody says what is asked for; why.
    Rows(String),
    /// No fields: nothing is asked for.
    Nothing,
}

/// Form that credentials are typed into.
pub struct CredentialsForm {
    /// Account that the credentials are for.
    pub holder: CredentialTarget,
    /// `freshdesk/ken@acme.dev`, safe to show.
    pub label: String,
    /// The provider's name for people, safe to show.
    pub provider: String,
    /// Source of the fields.
    pub form: Form,
    /// Fields in the order of the screen.
    pub fields: Vec<Field>,
    /// Position of the cell that takes the keys, among the cells.
    at: usize,
    /// Whether the masked cell with the keyboard is shown all the same.
    pub revealed: bool,
    /// Whether it is on its way.
    pub sending: bool,
    /// Fault with which the broker refused them.
    pub refusal: Option<Fault>,
}

/// The part of a field that keys go into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Name of the field, where that is typed.
    Name,
    /// Value of the field.
    Value,
}

impl CredentialsForm {
    /// Form for an account that does not exist yet.
    pub fn for_new(connection: ConnectionName, identifier: Identifier, provider: &Provider) -> Self {
        let label = format!("{connection}/{identifier}");
        Self::empty(CredentialTarget::New(connection, identifier), label, provider)
    }

    /// In the place of those that an account has.
    pub fn for_known(account: &Account) -> Self {
        let holder = CredentialTarget::Known(AccountRef::Id(account.id.clone()));
        Self::empty(holder, account.label(), &account.provider)
    }

    fn empty(holder: CredentialTarget, label: String, provider: &Provider) -> Self {
        Self {
            holder,
            label,
            provider: provider.to_string(),
            form: Form::Loading,
            fields: Vec::new(),
            at: 0,
            revealed: false,
            sending: false,
            refusal: None,
        }
    }

    /// Takes the fields to ask for, or the reason why they are not known.
    pub fn asked(&mut self, asked: Asked, authorization: &AuthorizationType) {
        match asked {
            Asked::Declared { provider, pattern } => {
                self.provider = provider.to_string();
                let title =
                    if pattern.title.is_empty() { authorization.to_string() } else { pattern.title.to_string() };
                let about = [title, pattern.description.to_string()];
                self.form = Form::Declared { about: about.join(". ").trim_end_matches([' ', '.']).to_owned() };
                // Where somebody's own host is asked for, it comes before the key to it.
                let fields = pattern.account_fields.into_iter().chain(pattern.fields);
                self.fields = fields.filter(|field| !field.name.is_empty()).map(Field::declared).collect();
            }
            Asked::Unknown(why) => {
                self.form = Form::Rows(why);
                self.fields = usual_names(authorization).iter().map(|name| Field::row(name)).collect();
            }
        }
        self.at = self.cells().iter().position(|(_, part)| *part == Part::Value).unwrap_or(0);
    }

    /// Cells that can take keys, from top to bottom.
    fn cells(&self) -> Vec<(usize, Part)> {
        let cells = self.fields.iter().enumerate().flat_map(|(at, field)| {
            let name = matches!(field.name, Name::Typed(_)).then_some((at, Part::Name));
            name.into_iter().chain([(at, Part::Value)])
        });
        cells.collect()
    }

    /// The field and the part of it that keys go into.
    pub fn focus(&self) -> Option<(usize, Part)> {
        self.cells().get(self.at).copied()
    }

    /// Whether the last cell has the keyboard, or there is none.
    pub fn is_at_end(&self) -> bool {
        self.at + 1 >= self.cells().len()
    }

    /// Moves the keyboard so many cells on, around the ends; what was revealed is masked again.
    pub fn step(&mut self, by: isize) {
        let cells = self.cells().len().max(1);
        self.at = (self.at + cells).saturating_add_signed(by) % cells;
        self.revealed = false;
    }

    /// Moves the keyboard into a field.
    pub fn go_to(&mut self, field: usize) {
        self.at = self.cells().iter().position(|cell| *cell == (field, Part::Value)).unwrap_or(self.at);
        self.revealed = false;
    }

    /// Whether what has the keyboard is masked unless it is revealed.
    pub fn is_masked(&self) -> bool {
        self.focus().is_some_and(|(at, part)| part == Part::Value && self.fields.get(at).is_some_and(|f| f.masked))
    }

    /// Adds a row with a name and a value to type.
    pub fn add_row(&mut self) {
        self.fields.push(Field::row(""));
        self.at = self.cells().len().saturating_sub(2);
        self.revealed = false;
    }

    /// Line that takes the keys, and whether line breaks belong into it; none where an option is chosen.
    pub fn typed(&self) -> Option<(&LineInput, bool)> {
        let (at, part) = self.focus().filter(|_| !self.sending)?;
        let field = self.fields.get(at)?;
        match (&field.name, part) {
            (Name::Typed(name), Part::Name) => Some((name, false)),
            _ => field.options.is_empty().then_some((&field.value, field.many_lines)),
        }
    }

    fn typed_mut(&mut self) -> Option<(&mut LineInput, bool)> {
        let (at, part) = self.focus().filter(|_| !self.sending)?;
        let field = self.fields.get_mut(at)?;
        match (&mut field.name, part) {
            (Name::Typed(name), Part::Name) => Some((name, false)),
            _ => field.options.is_empty().then_some((&mut field.value, field.many_lines)),
        }
    }

    /// Gives what has the keyboard a key.
    pub fn key(&mut self, key: KeyEvent) {
        let Some((at, part)) = self.focus().filter(|_| !self.sending) else { return };
        let Some(field) = self.fields.get_mut(at) else { return };
        let changed = match (&mut field.name, part) {
            (Name::Typed(name), Part::Name) => name.key(key),
            _ if !field.options.is_empty() => field.choose(key),
            _ => field.value.key(key),
        };
        if changed {
            field.problem = None;
        }
    }

    /// Pastes into what has the keyboard.
    pub fn paste(&mut self, text: &Untrusted) {
        let Some((input, many_lines)) = self.typed_mut() else { return };
        input.paste(text, many_lines);
        if let Some(field) = self.focus().and_then(|(at, _)| self.fields.get_mut(at)) {
            field.problem = None;
        }
    }

    /// Credentials as filled in. Where they are not enough, the problems are said beside the fields, and the first
    /// of those fields gets the keyboard.
    pub fn filled_in(&mut self) -> Option<Credentials> {
        let mut seen = HashSet::new();
        let mut filled = Credentials::default();
        for field in &mut self.fields {
            field.problem = field.shortfall();
            let (Some(name), Some(value)) = (field.wire_name(), field.secret()) else { continue };
            if !seen.insert(name.clone()) {
                field.problem = Some("Another one has this name already.".into());
            }
            filled.set(name, value);
        }
        let nothing = filled.is_empty() && !matches!(self.form, Form::Nothing);
        if let (true, Some(first)) = (nothing, self.fields.first_mut()) {
            first.problem.get_or_insert_with(|| "Nothing is filled in yet.".into());
        }
        match self.fields.iter().position(|field| field.problem.is_some()) {
            Some(first) => {
                self.go_to(first);
                if self.fields.get(first).is_some_and(|field| field.wire_name().is_none()) {
                    // The name of a row stands right before its value.
                    self.at = self.at.saturating_sub(1);
                }
                None
            }
            None => Some(filled),
        }
    }

    /// The broker, or the way to it, refused. Everything typed stays.
    pub fn refused(&mut self, fault: Fault) {
        self.sending = false;
        for violation in &fault.violations {
            let path = violation.field.raw();
            let named =
                |field: &&mut Field| field.wire_name().is_some_and(|name| path.rsplit('.').next() == Some(name.raw()));
            if let Some(field) = self.fields.iter_mut().find(named) {
                field.problem = Some(violation.description.to_string());
            }
        }
        // Made by somebody else meanwhile: what was typed can still be given to it.
        if let (FaultKind::Conflict, CredentialTarget::New(connection, identifier)) = (fault.kind, &self.holder) {
            self.holder = CredentialTarget::Known(AccountRef::Pair(connection.clone(), identifier.clone()));
        }
        self.refusal = Some(fault);
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyModifiers};

    use super::*;
    use crate::backend::scalekit::words;
    use crate::domain::{AuthField, AuthPattern, FieldOption, Violation};

    fn field(name: &str, kind: &str, required: bool, options: &[&str]) -> AuthField {
        AuthField {
            name: name.into(),
            label: "".into(),
            input: words::input_kind(kind),
            hint: "".into(),
            required,
            options: options.iter().map(|o| FieldOption { value: (*o).into(), label: (*o).into() }).collect(),
        }
    }

    fn form(fields: Vec<AuthField>) -> CredentialsForm {
        let authorization = words::authorization("API_KEY");
        let mut form = CredentialsForm::for_new("freshdesk".into(), "ken".into(), &"FRESHDESK".into());
        let pattern = AuthPattern {
            authorization: authorization.clone(),
            title: "".into(),
            description: "".into(),
            fields,
            account_fields: vec![field("domain", "text", true, &[])],
        };
        form.asked(Asked::Declared { provider: "Freshdesk".into(), pattern }, &authorization);
        form
    }

    fn press(form: &mut CredentialsForm, code: KeyCode) {
        form.key(KeyEvent::new(code, KeyModifiers::NONE));
    }

    fn sent(form: &mut CredentialsForm) -> Vec<(String, String)> {
        let filled = form.filled_in().expect("enough");
        filled.iter().map(|(name, value)| (name.raw().to_owned(), value.expose().to_owned())).collect()
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn what_is_missing_is_said_beside_it() {
        let mut form = form(vec![field("api_key", "password", true, &[]), field("note", "text", false, &[])]);
        form.paste(&"acme.freshdesk.com\n".into());
        assert!(form.filled_in().is_none());
        assert_eq!(form.fields[1].problem.as_deref(), Some("This must be filled in."));
        assert_eq!(form.focus(), Some((1, Part::Value)), "the keyboard is where something is missing");
        form.paste(&"ada-1".into());
        assert_eq!(form.fields[1].problem, None);
        assert_eq!(sent(&mut form), [pair("domain", "acme.freshdesk.com"), pair("api_key", "ada-1")]);
    }

    #[test]
    fn what_sounds_secret_is_masked_whatever_was_declared() {
        let names = ["api_key", "client_secret", "accessToken", "pin", "Password"];
        let form = form(names.map(|name| field(name, "text", false, &[])).to_vec());
        assert!(!form.fields[0].masked, "a domain is none");
        assert!(form.fields.iter().skip(1).all(|field| field.masked));
    }

    #[test]
    fn what_was_revealed_is_masked_again_when_the_keyboard_moves_on() {
        let mut form = form(vec![field("api_key", "password", true, &[])]);
        form.step(1);
        assert!(form.is_masked());
        form.revealed = true;
        form.step(1);
        assert!(!form.revealed);
        assert_eq!(form.focus(), Some((0, Part::Value)), "around the end");
    }

    #[test]
    fn options_are_gone_through() {
        let mut form = form(vec![field("region", "select", false, &["eu", "us"])]);
        form.paste(&"d".into());
        form.step(1);
        let mut seen = Vec::new();
        for _ in 0..3 {
            press(&mut form, KeyCode::Right);
            seen.push(form.fields[1].chosen);
        }
        assert_eq!(seen, [Some(0), Some(1), None]);
        press(&mut form, KeyCode::Left);
        assert_eq!(sent(&mut form), [pair("domain", "d"), pair("region", "us")]);
    }

    #[test]
    fn rows_of_ones_own_need_names_of_their_own() {
        let authorization = words::authorization("BASIC_AUTH");
        let mut form = CredentialsForm::for_new("x".into(), "ken".into(), &"X".into());
        form.asked(Asked::Unknown("Nobody knows.".into()), &authorization);
        assert!(form.filled_in().is_none());
        assert_eq!(form.fields[0].problem.as_deref(), Some("Nothing is filled in yet."));
        form.paste(&"ken".into());
        form.add_row();
        form.paste(&"username".into());
        form.step(1);
        form.paste(&"other".into());
        assert!(form.filled_in().is_none());
        assert_eq!(form.fields[2].problem.as_deref(), Some("Another one has this name already."));
        form.step(-1);
        (0..8).for_each(|_| press(&mut form, KeyCode::Backspace));
        assert!(form.filled_in().is_none());
        assert!(form.fields[2].problem.as_deref().is_some_and(|problem| problem.contains("name")));
        form.paste(&"note".into());
        assert_eq!(sent(&mut form), [pair("username", "ken"), pair("note", "other")]);
    }

    #[test]
    fn a_refusal_keeps_everything_and_stands_where_it_belongs() {
        let mut form = form(vec![field("api_key", "password", true, &[])]);
        form.paste(&"d".into());
        form.step(1);
        form.paste(&"ada-1".into());
        form.sending = true;
        press(&mut form, KeyCode::Char('x'));
        let mut fault = Fault::new(FaultKind::InvalidInput, "Refused.");
        let path = "connected_account.authorization_details.static_auth.details.api_key";
        fault.violations = Box::new([Violation { field: path.into(), description: "too short".into() }]);
        form.refused(fault);
        assert_eq!(form.fields[1].problem.as_deref(), Some("too short"));
        assert_eq!(sent(&mut form), [pair("domain", "d"), pair("api_key", "ada-1")]);
        form.refused(Fault::new(FaultKind::Conflict, "This account exists already."));
        assert!(matches!(&form.holder, CredentialTarget::Known(AccountRef::Pair(..))), "the next try replaces them");
    }
}
