//! A configuration being filled in.

use std::collections::BTreeSet;

use crate::domain::{
    Connection, ConnectionName, Fault, Provider, ServerConfig, ServerConfigDraft, ToolName, ToolSelection, Untrusted,
};
use crate::tui::input::typed::Typed;
use crate::tui::widgets::typing::line_input::LineInput;

/// Characters of a name that can be typed.
const LONGEST_NAME: usize = 100;

/// Characters of a description that can be typed.
const LONGEST_DESCRIPTION: usize = 2_000;

/// The form.
pub struct ConfigForm {
    /// Configuration that is changed; none for a new one.
    pub of: Option<ServerConfig>,
    /// Name as it is typed.
    pub name: LineInput,
    /// Description as it is typed.
    pub description: LineInput,
    /// Connections to choose from, or why they are not known; none while they are read.
    pub connections: Option<Result<Vec<ConnectionChoice>, Fault>>,
    /// Row that has the keyboard.
    pub at: usize,
    changed: bool,
}

/// One connection, and what of it is offered.
#[derive(Debug)]
pub struct ConnectionChoice {
    /// Its name.
    pub name: ConnectionName,
    /// Its provider.
    pub provider: Provider,
    /// What is ticked.
    pub ticked: Ticked,
    /// Whether its tools are shown.
    pub is_open: bool,
    /// Its tools, or why they are not known; none before they are there.
    pub tools: Option<Result<Vec<ToolChoice>, Fault>>,
}

/// A tool that can be ticked.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolChoice {
    /// Its name.
    pub name: ToolName,
    /// What it does, in a line.
    pub summary: Untrusted,
}

/// What is offered of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ticked {
    /// Nothing.
    Nothing,
    /// All of its tools, those to come included.
    All,
    /// These.
    Some(BTreeSet<ToolName>),
}

/// Row of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormRow {
    /// Name of a new configuration.
    Name,
    /// Description.
    Description,
    /// Connection, by its place.
    Connection(usize),
    /// Tool of a connection, by both places.
    Tool(usize, usize),
}

impl Default for ConfigForm {
    fn default() -> Self {
        Self {
            of: None,
            name: LineInput::of_at_most(LONGEST_NAME),
            description: LineInput::of_at_most(LONGEST_DESCRIPTION),
            connections: None,
            at: 0,
            changed: false,
        }
    }
}

impl ConfigForm {
    /// The form of a configuration that exists.
    pub fn of(config: ServerConfig) -> Self {
        let description = LineInput::with(config.description.raw());
        Self { of: Some(config), description, ..Self::default() }
    }

    /// Whether somebody filled something in.
    pub fn is_changed(&self) -> bool {
        self.changed
    }

    fn choices(&self) -> &[ConnectionChoice] {
        self.connections.as_ref().and_then(|choices| choices.as_ref().ok()).map_or(&[], Vec::as_slice)
    }

    fn choice_mut(&mut self, at: usize) -> Option<&mut ConnectionChoice> {
        self.connections.as_mut()?.as_mut().ok()?.get_mut(at)
    }

    /// All rows that can have the keyboard.
    pub fn rows(&self) -> Vec<FormRow> {
        let mut rows = Vec::new();
        if self.of.is_none() {
            rows.push(FormRow::Name);
        }
        rows.push(FormRow::Description);
        for (at, choice) in self.choices().iter().enumerate() {
            rows.push(FormRow::Connection(at));
            let tools = choice.tools.as_ref().filter(|_| choice.is_open).and_then(|tools| tools.as_ref().ok());
            rows.extend((0..tools.map_or(0, Vec::len)).map(|tool| FormRow::Tool(at, tool)));
        }
        rows
    }

    /// Row that has the keyboard.
    pub fn row(&self) -> Option<FormRow> {
        self.rows().get(self.at).copied()
    }

    /// Field that takes letters.
    pub fn field(&self) -> Option<&LineInput> {
        match self.row()? {
            FormRow::Name => Some(&self.name),
            FormRow::Description => Some(&self.description),
            FormRow::Connection(_) | FormRow::Tool(..) => None,
        }
    }

    /// Moves the keyboard so many rows on.
    pub fn step(&mut self, by: isize) {
        self.at = self.at.saturating_add_signed(by).min(self.rows().len().saturating_sub(1));
    }

    /// Moves the keyboard to a row.
    pub fn go_to(&mut self, row: usize) {
        self.at = row.min(self.rows().len().saturating_sub(1));
    }

    /// Gives the field that has the keyboard what was typed.
    pub fn typed(&mut self, typed: &Typed) {
        let field = match self.row() {
            Some(FormRow::Name) => &mut self.name,
            Some(FormRow::Description) => &mut self.description,
            Some(FormRow::Connection(_) | FormRow::Tool(..)) | None => return,
        };
        match typed {
            Typed::Key(key) => self.changed |= field.key(*key),
            Typed::Paste(text) => {
                field.paste(text, false);
                self.changed = true;
            }
        }
    }

    /// Ticks what the cursor is on, or takes the tick away.
    pub fn tick(&mut self) {
        match self.row() {
            Some(FormRow::Connection(at)) => {
                if let Some(choice) = self.choice_mut(at) {
                    choice.ticked = match choice.ticked {
                        Ticked::Nothing => Ticked::All,
                        Ticked::All | Ticked::Some(_) => Ticked::Nothing,
                    };
                }
            }
            Some(FormRow::Tool(at, tool)) => {
                if let Some(choice) = self.choice_mut(at) {
                    choice.tick_tool(tool);
                }
            }
            Some(FormRow::Name | FormRow::Description) | None => return,
        }
        self.changed = true;
    }

    /// Opens or closes the connection that the cursor is on, or in. Gives its place and its provider where its tools are to
    /// be read.
    pub fn toggle_open(&mut self) -> Option<(usize, Provider)> {
        let at = match self.row()? {
            FormRow::Connection(at) | FormRow::Tool(at, _) => at,
            FormRow::Name | FormRow::Description => return None,
        };
        let choice = self.choice_mut(at)?;
        choice.is_open = !choice.is_open;
        let wanted = (choice.is_open && !matches!(choice.tools, Some(Ok(_)))).then(|| (at, choice.provider.clone()));
        // From a tool the cursor goes to its connection.
        let row = self.rows().iter().position(|row| *row == FormRow::Connection(at));
        self.at = row.unwrap_or(self.at);
        wanted
    }

    /// Takes the connections that were read. What the configuration offers is ticked, even of one that is not listed.
    pub fn offered(&mut self, result: Result<Vec<Connection>, Fault>) {
        let mappings = self.of.as_ref().map(|config| config.mappings.as_slice()).unwrap_or_default();
        let ticked = |name: &ConnectionName| match mappings.iter().find(|mapping| mapping.connection == *name) {
            None => Ticked::Nothing,
            Some(mapping) if mapping.is_whole() => Ticked::All,
            Some(mapping) => Ticked::Some(mapping.tools.iter().cloned().collect()),
        };
        let choice = |name: &ConnectionName, provider: &Provider| ConnectionChoice {
            name: name.clone(),
            provider: provider.clone(),
            ticked: ticked(name),
            is_open: false,
            tools: None,
        };
        let choices = result.map(|connections| {
            let listed: Vec<_> = connections.iter().map(|listed| choice(&listed.name, &listed.provider)).collect();
            let is_listed = |name: &ConnectionName| connections.iter().any(|listed| listed.name == *name);
            let gone = mappings.iter().filter(|mapping| !is_listed(&mapping.connection));
            gone.map(|mapping| choice(&mapping.connection, &mapping.provider)).chain(listed).collect()
        });
        self.connections = Some(choices);
    }

    /// Takes the tools of a connection. Those that are ticked and not listed stand first.
    pub fn tools_offered(&mut self, at: usize, result: Result<Vec<ToolChoice>, Fault>) {
        let Some(choice) = self.choice_mut(at) else { return };
        choice.tools = Some(result.map(|listed| {
            let known = |name: &ToolName| listed.iter().any(|tool| tool.name == *name);
            let gone: Vec<_> = match &choice.ticked {
                Ticked::Some(names) => names.iter().filter(|name| !known(name)).cloned().collect(),
                Ticked::All | Ticked::Nothing => Vec::new(),
            };
            let gone = gone.into_iter().map(|name| ToolChoice { name, summary: "not in the catalogue".into() });
            gone.chain(listed).collect()
        }));
    }

    /// Configuration as it is filled in.
    pub fn draft(&self) -> ServerConfigDraft {
        let selection = |choice: &ConnectionChoice| {
            let tools = match &choice.ticked {
                Ticked::Nothing => return None,
                Ticked::All => Vec::new(),
                Ticked::Some(names) if names.is_empty() => return None,
                Ticked::Some(names) => names.iter().cloned().collect(),
            };
            Some(ToolSelection { connection: choice.name.clone(), tools })
        };
        let name = match &self.of {
            Some(config) => config.name.clone(),
            None => self.name.raw().trim().into(),
        };
        let mappings = match &self.connections {
            Some(Ok(choices)) => choices.iter().filter_map(selection).collect(),
            // What it offers stays as long as nobody could see it.
            Some(Err(_)) | None => self.of.as_ref().map(|config| config.draft().mappings).unwrap_or_default(),
        };
        ServerConfigDraft { name, description: self.description.raw().trim().into(), mappings }
    }
}

impl ConnectionChoice {
    /// Whether a tool is offered.
    pub fn offers(&self, tool: &ToolName) -> bool {
        match &self.ticked {
            Ticked::Nothing => false,
            Ticked::All => true,
            Ticked::Some(names) => names.contains(tool),
        }
    }

    fn tick_tool(&mut self, tool: usize) {
        let Some(Ok(tools)) = &self.tools else { return };
        let Some(name) = tools.get(tool).map(|tool| tool.name.clone()) else { return };
        let mut names = match std::mem::replace(&mut self.ticked, Ticked::Nothing) {
            Ticked::Nothing => BTreeSet::new(),
            Ticked::All => tools.iter().map(|tool| tool.name.clone()).collect(),
            Ticked::Some(names) => names,
        };
        if !names.remove(&name) {
            names.insert(name);
        }
        self.ticked = if names.is_empty() { Ticked::Nothing } else { Ticked::Some(names) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AuthorizationType, ConnectionStatus, JsonText, ToolMapping};

    fn connection(name: &str) -> Connection {
        Connection {
            id: "conn_1".into(),
            name: name.into(),
            provider: name.to_uppercase().as_str().into(),
            authorization: AuthorizationType::unknown(),
            status: ConnectionStatus::Completed,
            enabled: true,
            raw: JsonText::empty_object(),
        }
    }

    fn tools(names: &[&str]) -> Vec<ToolChoice> {
        names.iter().map(|name| ToolChoice { name: (*name).into(), summary: "".into() }).collect()
    }

    fn told(form: &ConfigForm) -> Vec<(String, Vec<String>)> {
        let row = |selection: &ToolSelection| {
            let tools = selection.tools.iter().map(|tool| tool.raw().to_owned()).collect();
            (selection.connection.raw().to_owned(), tools)
        };
        form.draft().mappings.iter().map(row).collect()
    }

    #[test]
    fn a_connection_is_offered_whole_until_one_of_its_tools_is_taken_away() {
        let mut form = ConfigForm::default();
        form.offered(Ok(vec![connection("gmail"), connection("linear")]));
        assert_eq!(form.rows().len(), 4);
        form.go_to(2);
        form.tick();
        assert_eq!(told(&form), [("gmail".to_owned(), vec![])]);
        assert_eq!(form.toggle_open(), Some((0, "GMAIL".into())));
        form.tools_offered(0, Ok(tools(&["a", "b", "c"])));
        form.go_to(4);
        assert_eq!(form.row(), Some(FormRow::Tool(0, 1)));
        form.tick();
        assert_eq!(told(&form), [("gmail".to_owned(), vec!["a".to_owned(), "c".to_owned()])]);
        form.tick();
        assert_eq!(told(&form)[0].1.len(), 3, "three that are named, and not all to come");
        assert_eq!(form.toggle_open(), None, "closed, with the cursor on its connection");
        assert_eq!(form.row(), Some(FormRow::Connection(0)));
        form.tick();
        assert!(told(&form).is_empty() && form.is_changed());
    }

    #[test]
    fn what_a_configuration_offers_stays_although_nobody_lists_it_any_more() {
        let mapping = |connection: &str, names: &[&str]| ToolMapping {
            connection: connection.into(),
            connection_id: "".into(),
            provider: "X".into(),
            tools: names.iter().map(|name| (*name).into()).collect(),
            account: None,
            status: None,
        };
        let config = ServerConfig {
            id: "cfg_1".into(),
            name: "mail".into(),
            description: "d".into(),
            mappings: vec![mapping("gone", &[]), mapping("gmail", &["old"])],
            url: None,
            raw: JsonText::empty_object(),
        };
        let before = config.draft();
        let mut form = ConfigForm::of(config);
        assert_eq!(form.draft(), before, "before anything was read");
        form.offered(Ok(vec![connection("gmail")]));
        assert_eq!(form.draft(), before);
        form.go_to(2);
        form.toggle_open();
        form.tools_offered(1, Ok(tools(&["new"])));
        assert_eq!(form.rows().len(), 5);
        assert_eq!(form.draft(), before);
        form.offered(Err(Fault::new(crate::domain::FaultKind::Network, "x")));
        assert_eq!(form.draft(), before);
    }
}
