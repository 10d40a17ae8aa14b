//! Configurations as somebody wants them. Reference: section 3.5.

use crate::domain::{ConnectionName, Fault, FaultKind, ServerConfigDraft, ToolName, ToolSelection};

/// Characters of a name at most.
const LONGEST_NAME: usize = 100;

/// Connections of a configuration at most.
pub const MOST_CONNECTIONS: usize = 25;

/// Holds a draft against the rules for new configurations.
///
/// # Errors
/// [`FaultKind::InvalidInput`], with the first rule that it breaks.
pub fn check(draft: &ServerConfigDraft) -> Result<(), Fault> {
    if let Some(problem) = name_problem(draft.name.raw()) {
        return Err(invalid(problem));
    }
    check_mappings(draft)
}

/// Rule that a name breaks; none where it is a good one.
pub fn name_problem(name: &str) -> Option<&'static str> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
    if name.is_empty() {
        Some("A configuration needs a name.")
    } else if name.len() > LONGEST_NAME {
        Some("The name of a configuration has 100 characters at most.")
    } else if !name.chars().all(allowed) {
        Some("The name of a configuration has lower-case letters, digits, - and _ only.")
    } else {
        None
    }
}

/// Holds what a draft offers against the rules.
///
/// # Errors
/// [`FaultKind::InvalidInput`], with the first rule that it breaks.
pub fn check_mappings(draft: &ServerConfigDraft) -> Result<(), Fault> {
    let mappings = &draft.mappings;
    if mappings.is_empty() {
        return Err(invalid("A configuration needs a connection."));
    }
    if mappings.len() > MOST_CONNECTIONS {
        return Err(invalid("A configuration has 25 connections at most."));
    }
    let twice = mappings
        .iter()
        .enumerate()
        .find(|(at, mapping)| mappings.iter().take(*at).any(|earlier| earlier.connection == mapping.connection));
    match twice {
        Some((_, mapping)) => Err(invalid(&format!("{} is named twice.", mapping.connection))),
        None => Ok(()),
    }
}

fn invalid(message: &str) -> Fault {
    Fault::new(FaultKind::InvalidInput, message)
}

/// Reads `CONNECTION` or `CONNECTION=TOOL,TOOL`.
///
/// # Errors
/// What is wrong with it.
pub fn selection(text: &str) -> Result<ToolSelection, String> {
    let (connection, tools) = match text.split_once('=') {
        Some((connection, tools)) => (connection, Some(tools)),
        None => (text, None),
    };
    if connection.is_empty() {
        return Err("a mapping is CONNECTION, or CONNECTION=TOOL,TOOL".to_owned());
    }
    let names = tools.into_iter().flat_map(|tools| tools.split(',')).map(str::trim);
    let tools: Vec<_> = names.filter(|name| !name.is_empty()).map(ToolName::from).collect();
    if text.contains('=') && tools.is_empty() {
        return Err(format!("name a tool after {connection}=, or leave the = out for all of them"));
    }
    Ok(ToolSelection { connection: ConnectionName::from(connection), tools })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(name: &str, connections: &[&str]) -> ServerConfigDraft {
        let mappings = connections.iter().map(|text| selection(text).unwrap()).collect();
        ServerConfigDraft { name: name.into(), mappings, ..ServerConfigDraft::default() }
    }

    #[test]
    fn every_rule_has_its_sentence() {
        assert_eq!(check(&draft("email-agent_2", &["gmail"])), Ok(()));
        let many: Vec<_> = (0..26).map(|n| format!("c{n}")).collect();
        let many: Vec<_> = many.iter().map(String::as_str).collect();
        let long = "a".repeat(101);
        for (draft, words) in [
            (draft("", &["gmail"]), "needs a name"),
            (draft("My agent", &["gmail"]), "lower-case"),
            (draft(&long, &["gmail"]), "100 characters"),
            (draft("a", &[]), "needs a connection"),
            (draft("a", &many), "25 connections"),
            (draft("a", &["gmail", "linear", "gmail=x"]), "gmail is named twice"),
        ] {
            let fault = check(&draft).unwrap_err();
            assert!(fault.kind == FaultKind::InvalidInput && fault.message.contains(words), "{fault}");
        }
    }

    #[test]
    fn a_selection_is_a_connection_and_perhaps_some_of_its_tools() {
        let selection_of =
            |text| selection(text).map(|selection| (selection.connection.raw().to_owned(), selection.tools.len()));
        assert_eq!(selection_of("gmail"), Ok(("gmail".into(), 0)));
        assert_eq!(selection_of("gmail=a, b,"), Ok(("gmail".into(), 2)));
        for wrong in ["", "=a", "gmail=", "gmail=,"] {
            assert!(selection(wrong).is_err(), "{wrong:?}");
        }
    }
}
