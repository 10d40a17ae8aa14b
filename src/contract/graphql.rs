//! Documents of GraphQL: whether they can be read, and what they ask for.

use std::collections::BTreeSet;

use graphql_parser::query::{
    Definition, Directive, Document, OperationDefinition, Selection, SelectionSet, Type, Value, VariableDefinition,
    parse_query,
};

/// The one operation of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Operation {
    pub is_mutation: bool,
    /// Variables with whether they must be given.
    pub variables: Vec<(String, bool)>,
}

/// # Errors
/// A sentence: it cannot be read, has not exactly one operation, or uses a variable that it does not declare.
pub(super) fn operation(text: &str) -> Result<Operation, String> {
    let document: Document<'_, String> = parse_query(text).map_err(|error| {
        let words = error.to_string();
        let words = words.trim_start_matches("query parse error:").split_whitespace().collect::<Vec<_>>().join(" ");
        format!("The document is no GraphQL: {words}.")
    })?;
    let mut operations = document.definitions.iter().filter_map(|definition| match definition {
        Definition::Operation(operation) => Some(operation),
        Definition::Fragment(_) => None,
    });
    let (Some(only), None) = (operations.next(), operations.next()) else {
        return Err("The document must hold exactly one operation.".into());
    };
    let none = Vec::new();
    let (is_mutation, variables, selection) = match only {
        OperationDefinition::Query(query) => (false, &query.variable_definitions, &query.selection_set),
        OperationDefinition::Mutation(mutation) => (true, &mutation.variable_definitions, &mutation.selection_set),
        OperationDefinition::SelectionSet(selection) => (false, &none, selection),
        OperationDefinition::Subscription(_) => return Err("A subscription cannot be called.".into()),
    };
    let mut used = BTreeSet::new();
    walk(selection, &mut used);
    for definition in &document.definitions {
        if let Definition::Fragment(fragment) = definition {
            walk(&fragment.selection_set, &mut used);
        }
    }
    let declared: BTreeSet<_> = variables.iter().map(|variable| variable.name.as_str()).collect();
    if let Some(name) = used.iter().find(|name| !declared.contains(**name)) {
        return Err(format!("The document uses ${name}, which it does not declare."));
    }
    if let Some(name) = declared.iter().find(|name| !used.contains(*name)) {
        return Err(format!("The document declares ${name}, and does not use it."));
    }
    Ok(Operation { is_mutation, variables: variables.iter().map(needed).collect() })
}

fn needed(variable: &VariableDefinition<'_, String>) -> (String, bool) {
    let must = matches!(variable.var_type, Type::NonNullType(_)) && variable.default_value.is_none();
    (variable.name.clone(), must)
}

fn walk<'a>(selection: &'a SelectionSet<'_, String>, used: &mut BTreeSet<&'a str>) {
    for item in &selection.items {
        match item {
            Selection::Field(field) => {
                field.arguments.iter().for_each(|(_, value)| take(value, used));
                directives(&field.directives, used);
                walk(&field.selection_set, used);
            }
            Selection::InlineFragment(fragment) => {
                directives(&fragment.directives, used);
                walk(&fragment.selection_set, used);
            }
            Selection::FragmentSpread(spread) => directives(&spread.directives, used),
        }
    }
}

fn directives<'a>(directives: &'a [Directive<'_, String>], used: &mut BTreeSet<&'a str>) {
    for directive in directives {
        directive.arguments.iter().for_each(|(_, value)| take(value, used));
    }
}

fn take<'a>(value: &'a Value<'_, String>, used: &mut BTreeSet<&'a str>) {
    match value {
        Value::Variable(name) => drop(used.insert(name)),
        Value::List(items) => items.iter().for_each(|item| take(item, used)),
        Value::Object(members) => members.values().for_each(|member| take(member, used)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_tells_what_it_needs() {
        let found = operation("query X($id: ID!, $n: Int = 3, $f: [F!]) { a(id: $id) { b(n: $n, f: { g: [$f] }) } }");
        let variables = vec![("id".into(), true), ("n".into(), false), ("f".into(), false)];
        assert_eq!(found, Ok(Operation { is_mutation: false, variables }));
        assert!(operation("mutation { a { b } }").unwrap().is_mutation);
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, says) in [
            ("query {", "no GraphQL"),
            ("", "no GraphQL"),
            ("{ a } query { b }", "exactly one operation"),
            ("subscription { a }", "cannot be called"),
            ("query { a(id: $id) }", "uses $id"),
            ("query X($id: ID!) { a }", "declares $id"),
        ] {
            let problem = operation(text).unwrap_err();
            assert!(problem.contains(says), "{text}: {problem}");
        }
    }
}
