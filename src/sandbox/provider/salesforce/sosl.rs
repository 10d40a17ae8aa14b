//! SOSL: words to look for, and the kinds of records to look in.

use super::malformed;
use super::objects::OBJECTS;
use crate::sandbox::provider::call::ProviderRefusal;

/// Records of an answer, at most.
const MOST: usize = 200;

/// A search: words, and for each kind of records the query that brings what may fit.
#[derive(Debug, PartialEq)]
pub struct Search {
    pub words: Vec<String>,
    pub queries: Vec<String>,
    pub limit: usize,
}

impl Search {
    pub fn new(text: &str, queries: Vec<String>) -> Self {
        let word = |word: &str| word.trim_matches(['*', '"', '?']).replace('\\', "").to_lowercase();
        let words = text.split_whitespace().map(word).filter(|word| !word.is_empty()).collect();
        Self { words, queries, limit: MOST }
    }
}

/// Reads `FIND {words} [IN … FIELDS] [RETURNING Kind(fields …), …] [LIMIT n]`.
pub fn read(text: &str) -> Result<Search, ProviderRefusal> {
    let unexpected =
        |found: &str| malformed(format!("unexpected token: '{}'", found.chars().take(40).collect::<String>()));
    let rest = after(text, "FIND").ok_or_else(|| unexpected(text))?;
    let (words, mut rest) = rest
        .trim_start()
        .strip_prefix('{')
        .and_then(|rest| rest.split_once('}'))
        .ok_or_else(|| malformed("the words to find stand in braces"))?;
    if let Some(fields) = after(rest, "IN") {
        let end = fields.to_ascii_uppercase().find(" FIELDS").and_then(|at| fields.get(at + 7..));
        rest = end.ok_or_else(|| unexpected(fields))?;
    }
    let mut queries = Vec::new();
    if let Some(mut kinds) = after(rest, "RETURNING") {
        loop {
            let (query, more) = kind(kinds)?;
            if queries.len() == OBJECTS.len() {
                return Err(malformed("too many objects in RETURNING"));
            }
            queries.push(query);
            rest = more;
            match more.trim_start().strip_prefix(',') {
                Some(more) => kinds = more,
                None => break,
            }
        }
    } else {
        let searched = OBJECTS.iter().filter(|object| object.name != "Task");
        queries.extend(searched.map(|object| format!("SELECT Id FROM {}", object.name)));
    }
    let mut search = Search::new(words, queries);
    if let Some(limit) = after(rest, "LIMIT") {
        search.limit = limit.trim().parse().map_err(|_| unexpected(limit))?;
    } else if !rest.trim().is_empty() {
        return Err(unexpected(rest.trim()));
    }
    Ok(search)
}

/// What follows a word, if the text begins with it.
fn after<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let text = text.trim_start();
    let (head, rest) = text.split_at_checked(word.len())?;
    let ends = rest.is_empty() || rest.starts_with(|sign: char| !sign.is_alphanumeric());
    (head.eq_ignore_ascii_case(word) && ends).then_some(rest)
}

/// The query that one kind with its fields stands for, and what follows.
fn kind(text: &str) -> Result<(String, &str), ProviderRefusal> {
    let text = text.trim_start();
    let end = text.find(|sign: char| !sign.is_alphanumeric() && sign != '_').unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    if name.is_empty() {
        return Err(malformed("unexpected token: <EOF>"));
    }
    let Some(inner) = rest.trim_start().strip_prefix('(') else {
        return Ok((format!("SELECT Id FROM {name}"), rest));
    };
    // Parentheses may stand in a condition, and in its texts.
    let (mut depth, mut quoted, mut escaped) = (1, false, false);
    let close = inner.char_indices().find(|(_, sign)| {
        match sign {
            '\'' if !escaped => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        escaped = *sign == '\\' && !escaped;
        depth == 0
    });
    let unclosed = || malformed("unexpected token: <EOF>");
    let (inside, rest) = close.and_then(|(at, _)| inner.split_at_checked(at)).ok_or_else(unclosed)?;
    let upper = inside.to_ascii_uppercase();
    let cut =
        [" WHERE ", " ORDER BY ", " LIMIT "].iter().filter_map(|word| upper.find(word)).min().unwrap_or(inside.len());
    let (fields, conditions) = inside.split_at_checked(cut).unwrap_or((inside, ""));
    Ok((format!("SELECT {fields} FROM {name}{conditions}"), rest.strip_prefix(')').unwrap_or(rest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_read() {
        let text =
            "find {United*} in all fields returning Account(Id, Name where Name != 'a (b)' limit 2), Contact limit 5";
        let search = read(text).expect("good");
        assert_eq!((search.words, search.limit), (vec!["united".to_owned()], 5));
        assert_eq!(
            search.queries,
            ["SELECT Id, Name FROM Account where Name != 'a (b)' limit 2", "SELECT Id FROM Contact"]
        );
        assert_eq!(read("FIND {x}").expect("good").queries.len(), 6);
        for bad in [
            "",
            "FIND x",
            "FIND {x} IN Name",
            "FIND {x} RETURNING Account(Id",
            "FIND {x} RETURNING ",
            "FIND {x} LIMIT y",
            "FIND {x} WITH y",
        ] {
            assert_eq!(read(bad).expect_err(bad).code, "MALFORMED_QUERY", "{bad}");
        }
    }
}
