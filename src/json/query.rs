//! jq, for a process of its own: a filter can end the process it runs in, read its environment, use
//! up its memory or overflow its stack. Nothing here may be called anywhere else.

use std::io::{self, Write};

use jaq_core::load::{Arena, File, Loader, lex, parse};
use jaq_core::{Compiler, Ctx, Vars, data, load};
use jaq_json::write::Pp;
use jaq_json::{Val, read};

/// Reason why a filter gave no more results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueryFault {
    /// The filter means nothing; where, as a byte offset, and why.
    Filter(usize, String),
    /// The document cannot be read.
    Document(String),
    /// The filter failed on this document, in its own words.
    Failed(String),
    /// The results could not be written: nobody reads them any more.
    Unread,
}

/// Runs `filter` on `document` and writes each result on a line. `halt` ends it, without a fault.
///
/// # Errors
/// Why there were no more results.
pub fn evaluate(filter: &str, document: &[u8], out: &mut dyn Write) -> Result<(), QueryFault> {
    let defs = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    let funs = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
    let arena = Arena::default();
    let modules = Loader::new(defs).load(&arena, File { code: filter, path: () });
    let modules = modules.map_err(|errors| load_fault(filter, errors))?;
    let compiled = Compiler::default().with_funs(funs).compile(modules).map_err(|errors| {
        let mut undefined = errors.into_iter().flat_map(|(_, errors)| errors);
        match undefined.next() {
            Some((name, kind)) => at(filter, name, format!("Unknown {} {name}", kind.as_str())),
            None => QueryFault::Filter(0, "Not a jq filter".into()),
        }
    })?;
    let input = read::parse_single(document).map_err(|error| QueryFault::Document(error.to_string()))?;
    let context = Ctx::<data::JustLut<Val>>::new(&compiled.lut, Vars::new([]));
    for result in compiled.id.run((context, input)) {
        match result {
            Ok(value) => line(out, &value).map_err(|_| QueryFault::Unread)?,
            Err(exception) => {
                return match exception.get_err() {
                    Ok(error) => Err(QueryFault::Failed(error.to_string())),
                    // Told to stop, and nothing else.
                    Err(_) => Ok(()),
                };
            }
        }
    }
    Ok(())
}

fn line(out: &mut dyn Write, value: &Val) -> io::Result<()> {
    jaq_json::write::write(out, &Pp::default(), 0, value)?;
    out.write_all(b"\n")
}

fn load_fault(filter: &str, errors: load::Errors<&str, ()>) -> QueryFault {
    let first = errors.into_iter().next().map(|(_, error)| error);
    match first {
        Some(load::Error::Lex(errors)) => match errors.into_iter().next() {
            Some((wanted, found)) => at(filter, found, lexed(&wanted)),
            None => at(filter, "", String::new()),
        },
        Some(load::Error::Parse(errors)) => match errors.into_iter().next() {
            Some((wanted, found)) => at(filter, found, parsed(&wanted, found)),
            None => at(filter, "", String::new()),
        },
        _ => QueryFault::Filter(0, "Modules cannot be used here".into()),
    }
}

fn lexed(wanted: &lex::Expect<&str>) -> String {
    match wanted {
        lex::Expect::Delim("(") => "Missing “)”".to_owned(),
        lex::Expect::Delim("[") => "Missing “]”".to_owned(),
        lex::Expect::Delim("{") => "Missing “}”".to_owned(),
        lex::Expect::Delim(_) => "Missing closing quote".to_owned(),
        lex::Expect::Digit => "Missing digit".to_owned(),
        lex::Expect::Ident => "Missing name".to_owned(),
        lex::Expect::Escape => "Unknown escape sequence".to_owned(),
        lex::Expect::Unicode => "Expected four hexadecimal digits".to_owned(),
        lex::Expect::Token => "Unexpected character".to_owned(),
        _ => format!("Missing {}", wanted.as_str()),
    }
}

fn parsed(wanted: &parse::Expect<&str>, found: &str) -> String {
    let wanted = match wanted {
        parse::Expect::Just(text) => format!("“{text}”"),
        parse::Expect::Var => "a variable".to_owned(),
        parse::Expect::Pattern => "a pattern".to_owned(),
        parse::Expect::ElseOrEnd => "“else” or “end”".to_owned(),
        parse::Expect::CommaOrRBrack => "“,” or “]”".to_owned(),
        parse::Expect::CommaOrRBrace => "“,” or “}”".to_owned(),
        parse::Expect::SemicolonOrRParen => "“;” or “)”".to_owned(),
        parse::Expect::Term => "a value or path".to_owned(),
        parse::Expect::Key => "a key".to_owned(),
        parse::Expect::Ident => "a name".to_owned(),
        parse::Expect::Arg => "an argument".to_owned(),
        parse::Expect::Str => "a string".to_owned(),
        parse::Expect::Nothing => "the end of the filter".to_owned(),
        _ => wanted.as_str().to_owned(),
    };
    match found.split_whitespace().next() {
        None => format!("Expected {wanted} at the end"),
        Some(found) => format!("Expected {wanted}, found “{found}”"),
    }
}

/// `part` is a piece of `filter`, or the nothing at its end.
fn at(filter: &str, part: &str, message: String) -> QueryFault {
    let offset = (part.as_ptr() as usize).checked_sub(filter.as_ptr() as usize).filter(|at| *at <= filter.len());
    QueryFault::Filter(offset.unwrap_or(filter.len()), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(filter: &str, document: &str) -> (String, Result<(), QueryFault>) {
        let mut out = Vec::new();
        let result = evaluate(filter, document.as_bytes(), &mut out);
        (String::from_utf8(out).unwrap(), result)
    }

    #[test]
    fn results_stand_on_a_line_each() {
        let document = r#"{"issues":[{"id":1,"t":"a"},{"id":2,"t":"b"}],"n":123456789012345678901234567890}"#;
        assert_eq!(run(".issues[].t", document), ("\"a\"\n\"b\"\n".into(), Ok(())));
        assert_eq!(run(".issues|map(.id)|add", document).0, "3\n");
        assert_eq!(run(".n", document).0, "123456789012345678901234567890\n");
        assert_eq!(run("1, halt, 2", "null"), ("1\n".into(), Ok(())));
        assert_eq!(run("empty", "null").0, "");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let wrong = |filter: &str| match run(filter, "{}").1 {
            Err(QueryFault::Filter(at, said)) => format!("{said} @{at}"),
            other => panic!("{filter}: {other:?}"),
        };
        assert_eq!(wrong(".a[0"), "Missing “]” @4");
        assert_eq!(wrong("map(.a"), "Missing “)” @6");
        assert_eq!(wrong(".a | {x"), "Missing “}” @7");
        assert!(wrong("\"abc").starts_with("Missing closing quote @"));
        assert_eq!(wrong(".a b"), "Expected the end of the filter, found “b” @3");
        assert!(
            matches!(run(".a | nope", "{}").1, Err(QueryFault::Filter(5, said)) if said.contains("Unknown filter nope"))
        );
        assert!(
            matches!(run(".a | ", "{}").1, Err(QueryFault::Filter(_, said)) if said == "Expected a value or path at the end")
        );
        assert!(matches!(run("\"abc", "{}").1, Err(QueryFault::Filter(..))));
        assert!(matches!(run("$x", "{}").1, Err(QueryFault::Filter(0, _))));
        assert!(matches!(run("1, .a.b", r#"{"a":1}"#), (out, Err(QueryFault::Failed(_))) if out == "1\n"));
        assert!(matches!(run("error(\"no\")", "1").1, Err(QueryFault::Failed(said)) if said.contains("no")));
        assert!(matches!(run(".", "{").1, Err(QueryFault::Document(_))));
        assert!(matches!(run("import \"x\" as x; .", "{").1, Err(QueryFault::Filter(..))));
    }
}
