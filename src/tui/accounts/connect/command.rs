//! A server that runs on this machine: the command that starts it, and the variables that it gets.

use crossterm::event::KeyEvent;

use crate::flow::connect::{ConnectTarget, GivenValue, ServerPlace, ServerSpec};
use crate::flow::process;
use crate::secrets::SecretReference;
use crate::tui::input::typed::Typed;
use crate::tui::widgets::typing::line_input::LineInput;

/// The two lines, and the one with the keyboard.
#[derive(Default)]
pub struct CommandForm {
    /// Command as a shell reads it.
    pub command: LineInput,
    /// Names of variables, `NAME` or `NAME=VARIABLE`, with blanks between.
    pub variables: LineInput,
    /// Whether the variables have the keyboard.
    pub in_variables: bool,
    /// What is wrong with the line that has the keyboard.
    pub problem: Option<&'static str>,
}

impl CommandForm {
    /// The form with a command that was typed already.
    pub(super) fn begun(command: &str) -> Self {
        let mut form = Self::default();
        form.command.paste(&command.into(), false);
        form
    }

    /// The line with the keyboard.
    pub fn input(&self) -> &LineInput {
        if self.in_variables { &self.variables } else { &self.command }
    }

    /// Goes to the other line.
    pub(super) fn step(&mut self) {
        self.in_variables = !self.in_variables;
        self.problem = None;
    }

    /// Takes what is typed.
    pub(super) fn typed(&mut self, typed: &Typed) {
        let input = if self.in_variables { &mut self.variables } else { &mut self.command };
        match typed {
            Typed::Key(key) => drop(input.key(KeyEvent::clone(key))),
            Typed::Paste(text) => input.paste(text, false),
        }
        self.problem = None;
    }

    /// The server that is described. Where something is wrong, that is noted, and its line gets the keyboard.
    pub(super) fn target(&mut self) -> Option<ConnectTarget> {
        let Some(command) = process::words(self.command.raw()) else {
            (self.in_variables, self.problem) = (false, Some("Type the command that starts it; close every quote."));
            return None;
        };
        let mut environment = Vec::new();
        for word in self.variables.raw().split_whitespace() {
            let (name, variable) = word.split_once('=').unwrap_or((word, word));
            if name.is_empty() || variable.is_empty() {
                (self.in_variables, self.problem) = (true, Some("Name variables: NAME, or NAME=VARIABLE."));
                return None;
            }
            let reference = SecretReference::Env(variable.to_owned());
            environment.push((name.to_owned(), GivenValue::Secret(reference)));
        }
        let mut server = ServerSpec::process(command);
        if let ServerPlace::Process { environment: given, .. } = &mut server.place {
            *given = environment;
        }
        Some(ConnectTarget::Server(server))
    }

    /// Whether something was typed that would be lost.
    pub(super) fn holds_input(&self) -> bool {
        !self.command.is_blank() || !self.variables.is_blank()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(command: &str, variables: &str) -> CommandForm {
        let (command, variables) = (LineInput::with(command), LineInput::with(variables));
        CommandForm { command, variables, ..CommandForm::default() }
    }

    #[test]
    fn a_command_is_read_as_a_shell_reads_it_and_values_are_only_named() {
        let Some(ConnectTarget::Server(server)) = form("npx -y 'a b'", "TOKEN KEY=MY_KEY").target() else {
            panic!("a server")
        };
        let ServerPlace::Process { command, environment, .. } = server.place else { panic!("a process") };
        assert_eq!(command, ["npx", "-y", "a b"]);
        let named = |name: &str, variable: &str| {
            (name.to_owned(), GivenValue::Secret(SecretReference::Env(variable.to_owned())))
        };
        assert_eq!(environment, [named("TOKEN", "TOKEN"), named("KEY", "MY_KEY")]);
    }

    #[test]
    fn what_is_wrong_gets_the_keyboard() {
        for (command, variables, in_variables) in [("", "", false), ("a 'b", "", false), ("a", "=x", true)] {
            let mut form = form(command, variables);
            form.in_variables = !in_variables;
            assert!(form.target().is_none() && form.problem.is_some() && form.in_variables == in_variables);
        }
    }
}
