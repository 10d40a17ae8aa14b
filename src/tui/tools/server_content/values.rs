//! Values for a template of resources, or for a prompt, as a small form.

use crossterm::event::KeyEvent;
use serde_json::{Map, Value};

use crate::domain::{JsonText, Prompt, Untrusted, UriTemplate};
use crate::tui::explorer::content::tasks::Wanted;
use crate::tui::input::typed::Typed;
use crate::tui::widgets::typing::line_input::LineInput;

/// Fields of one form; a prompt with more arguments has no more than these.
const MOST_FIELDS: usize = 64;

/// One value.
pub struct ValueField {
    /// Its name.
    pub name: Untrusted,
    /// Description in the server's words; empty where there is none.
    pub description: Untrusted,
    /// Whether it must be there.
    pub is_required: bool,
    /// Text as it is typed.
    pub input: LineInput,
}

/// The form.
pub struct ValuesForm {
    /// Fields from top to bottom.
    pub fields: Vec<ValueField>,
    /// Position of the field with the keyboard.
    pub at: usize,
    /// Field that lacks something, and what.
    pub problem: Option<(usize, &'static str)>,
    purpose: Purpose,
}

enum Purpose {
    Template(UriTemplate),
    /// A template that is filled in by hand.
    WholeUri,
    Prompt(Untrusted),
}

impl ValuesForm {
    /// Form for a template of URIs.
    pub fn of_template(template: &Untrusted) -> Self {
        let field = |name: &str| ValueField {
            name: name.into(),
            description: Untrusted::default(),
            is_required: true,
            input: LineInput::default(),
        };
        match UriTemplate::parse(template.raw()) {
            Some(parsed) if !parsed.variables().is_empty() => {
                let fields = parsed.variables().into_iter().take(MOST_FIELDS).map(field).collect();
                Self { fields, at: 0, problem: None, purpose: Purpose::Template(parsed) }
            }
            _ => {
                let whole = ValueField {
                    description:
                        "This template is filled in by hand: put values in the place of what stands in braces.".into(),
                    input: LineInput::with(template.raw()),
                    ..field("URI")
                };
                Self { fields: vec![whole], at: 0, problem: None, purpose: Purpose::WholeUri }
            }
        }
    }

    /// Form for a prompt.
    pub fn of_prompt(prompt: &Prompt) -> Self {
        let fields = prompt.arguments.iter().take(MOST_FIELDS).map(|argument| ValueField {
            name: argument.name.clone(),
            description: argument.description.clone(),
            is_required: argument.is_required,
            input: LineInput::default(),
        });
        Self { fields: fields.collect(), at: 0, problem: None, purpose: Purpose::Prompt(prompt.name.clone()) }
    }

    /// The field with the keyboard.
    pub fn field(&self) -> Option<&ValueField> {
        self.fields.get(self.at)
    }

    /// Moves the keyboard so many fields on, around the ends.
    pub fn step(&mut self, by: isize) {
        let fields = self.fields.len().max(1);
        self.at = (self.at + fields).saturating_add_signed(by) % fields;
    }

    /// Takes what is typed.
    pub fn typed(&mut self, typed: &Typed) {
        let Some(field) = self.fields.get_mut(self.at) else { return };
        match typed {
            Typed::Key(key) => drop(field.input.key(KeyEvent::clone(key))),
            Typed::Paste(text) => field.input.paste(text, false),
        }
        self.problem = None;
    }

    /// What is read with these values. Where something is missing, that is said beside its field, which gets the
    /// keyboard.
    pub fn filled_in(&mut self) -> Option<Wanted> {
        let lacks = |field: &ValueField| match (&self.purpose, field.input.is_blank()) {
            (_, true) if field.is_required => Some("Fill this in."),
            (Purpose::WholeUri, false) if field.input.raw().contains(['{', '}']) => {
                Some("Something in braces is left: put a value in its place.")
            }
            _ => None,
        };
        self.problem = self.fields.iter().enumerate().find_map(|(at, field)| Some((at, lacks(field)?)));
        if let Some((at, _)) = self.problem {
            self.at = at;
            return None;
        }
        let value = |name: &str| {
            let field = self.fields.iter().find(|field| field.name.raw() == name)?;
            Some(field.input.raw().to_owned())
        };
        Some(match &self.purpose {
            Purpose::Template(template) => Wanted::Resource(template.expand(value).into()),
            Purpose::WholeUri => Wanted::Resource(self.fields.first()?.input.raw().trim().into()),
            Purpose::Prompt(name) => {
                let given = self.fields.iter().filter(|field| field.is_required || !field.input.is_blank());
                let values = given.map(|field| (field.name.raw().to_owned(), Value::from(field.input.raw())));
                let values = Value::Object(values.collect::<Map<_, _>>()).to_string();
                Wanted::Prompt(name.clone(), JsonText::parse(values).ok()?)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{PromptArgument, ServerAccount};

    fn fill(form: &mut ValuesForm, values: &[&str]) {
        for value in values {
            form.typed(&Typed::Paste((*value).into()));
            form.step(1);
        }
    }

    #[test]
    fn a_template_is_filled_in_by_its_variables() {
        let mut form = ValuesForm::of_template(&"file:///{folder}/{name}".into());
        fill(&mut form, &["a b"]);
        assert!(form.filled_in().is_none() && form.at == 1 && form.problem.is_some());
        fill(&mut form, &["c"]);
        assert_eq!(form.filled_in(), Some(Wanted::Resource("file:///a%20b/c".into())));
    }

    #[test]
    fn a_template_beyond_the_simplest_form_is_filled_in_by_hand() {
        let mut form = ValuesForm::of_template(&"file:///{+path}".into());
        assert_eq!((form.fields.len(), form.fields[0].input.raw()), (1, "file:///{+path}"));
        assert!(form.filled_in().is_none());
        form.fields[0].input = LineInput::with("file:///etc/hosts ");
        assert_eq!(form.filled_in(), Some(Wanted::Resource("file:///etc/hosts".into())));
    }

    #[test]
    fn a_prompt_gets_texts_and_only_those_that_were_given() {
        let argument =
            |name: &str, is_required| PromptArgument { name: name.into(), description: "".into(), is_required };
        let seen_by = ServerAccount { account: "a".into(), connection: "c".into(), identifier: "i".into() };
        let arguments = vec![argument("code", true), argument("tone", false)];
        let (title, description) = ("".into(), "".into());
        let mut form = ValuesForm::of_prompt(&Prompt { seen_by, name: "review".into(), title, description, arguments });
        fill(&mut form, &["7"]);
        let arguments = JsonText::parse(r#"{"code":"7"}"#.to_owned()).expect("JSON");
        assert_eq!(form.filled_in(), Some(Wanted::Prompt("review".into(), arguments)));
    }
}
