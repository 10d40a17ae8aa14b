//! SOQL, read: fields and aggregates of one kind of records, conditions, groups, order, and how many. Queries inside
//! queries are not known.

use serde_json::Value;

use super::tokens::{Token, tokens, unexpected};

/// Parentheses inside each other, at most.
const DEEPEST: usize = 32;

/// Characters of a query, at most.
const LONGEST: usize = 100_000;

/// A query as it is written; names are not looked up yet.
#[derive(Debug, Default)]
pub struct Query {
    pub selected: Vec<Selected>,
    pub from: String,
    pub condition: Option<SoqlCondition>,
    pub groups: Vec<String>,
    pub order: Vec<Sorting>,
    pub limit: Option<usize>,
    pub offset: usize,
}

#[derive(Debug, PartialEq)]
pub enum Selected {
    /// A field, with dots where it is another record's.
    Field(String),
    /// `FIELDS(ALL)` and its like.
    All,
    /// `COUNT()`: only how many there are.
    Count,
    Aggregate {
        function: Aggregate,
        field: String,
        alias: Option<String>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Aggregate {
    Count,
    CountDistinct,
    Sum,
    Average,
    Least,
    Largest,
}

const AGGREGATES: [(&str, Aggregate); 6] = [
    ("COUNT", Aggregate::Count),
    ("COUNT_DISTINCT", Aggregate::CountDistinct),
    ("SUM", Aggregate::Sum),
    ("AVG", Aggregate::Average),
    ("MIN", Aggregate::Least),
    ("MAX", Aggregate::Largest),
];

#[derive(Debug)]
pub enum SoqlCondition {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Compare { field: String, operator: SoqlOperator, values: Vec<Literal> },
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SoqlOperator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Like,
    In,
    NotIn,
}

const SIGNS: [(&str, SoqlOperator); 7] = [
    ("=", SoqlOperator::Equal),
    ("!=", SoqlOperator::NotEqual),
    ("<>", SoqlOperator::NotEqual),
    ("<", SoqlOperator::Less),
    ("<=", SoqlOperator::LessOrEqual),
    (">", SoqlOperator::Greater),
    (">=", SoqlOperator::GreaterOrEqual),
];

#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// A text, number, flag or null.
    Value(Value),
    /// A day, a moment, or a word for a time.
    Time(String),
}

#[derive(Debug)]
pub struct Sorting {
    pub field: String,
    pub falling: bool,
    pub nulls_last: bool,
}

/// Reads a query.
///
/// # Errors
/// What is wrong, as the provider says it.
pub fn read(text: &str) -> Result<Query, String> {
    if text.chars().count() > LONGEST {
        return Err(format!("the query is longer than {LONGEST} characters"));
    }
    let mut reader = Reader { tokens: tokens(text)?, at: 0 };
    let query = reader.query()?;
    match reader.next() {
        None => Ok(query),
        Some(token) => Err(unexpected(Some(&token))),
    }
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
}

impl Reader {
    fn next(&mut self) -> Option<Token> {
        self.at += 1;
        self.tokens.get(self.at - 1).cloned()
    }

    fn is_next(&self, ahead: usize, word: &str) -> bool {
        match self.tokens.get(self.at + ahead) {
            Some(Token::Word(found)) => found.eq_ignore_ascii_case(word),
            Some(Token::Sign(found)) => found == word,
            _ => false,
        }
    }

    /// Passes over a word or sign, if it is the next one.
    fn skips(&mut self, word: &str) -> bool {
        let there = self.is_next(0, word);
        self.at += usize::from(there);
        there
    }

    fn expect(&mut self, word: &str) -> Result<(), String> {
        if self.skips(word) { Ok(()) } else { Err(format!("expecting {word}, found {}", self.described())) }
    }

    fn described(&self) -> String {
        match self.tokens.get(self.at) {
            None => "<EOF>".into(),
            Some(Token::Word(word) | Token::Sign(word)) => format!("'{word}'"),
            Some(Token::Text(text)) => format!("''{text}''"),
        }
    }

    fn name(&mut self) -> Result<String, String> {
        match self.next() {
            Some(Token::Word(word)) if word.starts_with(|sign: char| sign.is_alphabetic()) => Ok(word),
            other => Err(unexpected(other.as_ref())),
        }
    }

    fn query(&mut self) -> Result<Query, String> {
        self.expect("SELECT")?;
        let mut query = Query::default();
        loop {
            let selected = self.selected()?;
            query.selected.push(selected);
            if !self.skips(",") {
                break;
            }
        }
        self.expect("FROM")?;
        query.from = self.name()?;
        if self.skips(",") {
            return Err("only one object may be queried here".into());
        }
        if self.skips("WHERE") {
            query.condition = Some(self.conditions(1)?);
        }
        if self.skips("GROUP") {
            self.expect("BY")?;
            query.groups = self.names()?;
        }
        if self.is_next(0, "HAVING") {
            return Err("HAVING is not known here".into());
        }
        if self.skips("ORDER") {
            self.expect("BY")?;
            loop {
                let sorting = self.sorting()?;
                query.order.push(sorting);
                if !self.skips(",") {
                    break;
                }
            }
        }
        if self.skips("LIMIT") {
            query.limit = Some(self.count()?);
        }
        if self.skips("OFFSET") {
            query.offset = self.count()?;
        }
        Ok(query)
    }

    fn names(&mut self) -> Result<Vec<String>, String> {
        let mut names = vec![self.name()?];
        while self.skips(",") {
            names.push(self.name()?);
        }
        Ok(names)
    }

    fn count(&mut self) -> Result<usize, String> {
        match self.next() {
            Some(Token::Word(word)) => word.parse().map_err(|_| unexpected(Some(&Token::Word(word)))),
            other => Err(unexpected(other.as_ref())),
        }
    }

    fn selected(&mut self) -> Result<Selected, String> {
        if self.is_next(0, "(") {
            return Err("queries inside queries are not known here".into());
        }
        let name = self.name()?;
        if !self.skips("(") {
            return Ok(Selected::Field(name));
        }
        if name.eq_ignore_ascii_case("FIELDS") {
            let which = self.name()?;
            self.expect(")")?;
            let known = ["ALL", "STANDARD"].iter().any(|known| which.eq_ignore_ascii_case(known));
            return if known { Ok(Selected::All) } else { Err(format!("unexpected token: '{which}'")) };
        }
        let known = AGGREGATES.iter().find(|(known, _)| known.eq_ignore_ascii_case(&name));
        let function = known.ok_or_else(|| format!("{name} is not known here"))?.1;
        if function == Aggregate::Count && self.skips(")") {
            return Ok(Selected::Count);
        }
        let field = self.name()?;
        self.expect(")")?;
        let alias = if self.is_next(0, ",") || self.is_next(0, "FROM") { None } else { Some(self.name()?) };
        Ok(Selected::Aggregate { function, field, alias })
    }

    fn sorting(&mut self) -> Result<Sorting, String> {
        let mut field = self.name()?;
        if self.skips("(") {
            field = format!("{field}({})", self.name()?);
            self.expect(")")?;
        }
        let falling = self.skips("DESC");
        if !falling {
            self.skips("ASC");
        }
        let nulls_last = if self.skips("NULLS") {
            let last = self.skips("LAST");
            if !last {
                self.expect("FIRST")?;
            }
            last
        } else {
            false
        };
        Ok(Sorting { field, falling, nulls_last })
    }

    /// Conditions joined by AND, or by OR; which of the two comes first is not said, so that they do not mix.
    fn conditions(&mut self, depth: usize) -> Result<SoqlCondition, String> {
        if depth > DEEPEST {
            return Err("too many parentheses".into());
        }
        let first = self.condition(depth)?;
        let (and, or) = (self.is_next(0, "AND"), self.is_next(0, "OR"));
        let mut all = vec![first];
        while (and && self.skips("AND")) || (or && self.skips("OR")) {
            all.push(self.condition(depth)?);
        }
        if (and && self.is_next(0, "OR")) || (or && self.is_next(0, "AND")) {
            return Err(format!("unexpected token: {}; put parentheses where AND and OR meet", self.described()));
        }
        Ok(match (and, or) {
            (true, _) => SoqlCondition::All(all),
            _ => SoqlCondition::Any(all),
        })
    }

    fn condition(&mut self, depth: usize) -> Result<SoqlCondition, String> {
        if self.skips("NOT") {
            if depth > DEEPEST {
                return Err("too many parentheses".into());
            }
            return Ok(SoqlCondition::Not(Box::new(self.condition(depth + 1)?)));
        }
        if self.skips("(") {
            let inner = self.conditions(depth + 1)?;
            self.expect(")")?;
            return Ok(inner);
        }
        let field = self.name()?;
        let operator = match self.next() {
            Some(Token::Sign(sign)) => {
                let known = SIGNS.iter().find(|(known, _)| *known == sign);
                known.ok_or_else(|| format!("unexpected token: '{sign}'"))?.1
            }
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("LIKE") => SoqlOperator::Like,
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("IN") => SoqlOperator::In,
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("NOT") && self.skips("IN") => SoqlOperator::NotIn,
            other => return Err(unexpected(other.as_ref())),
        };
        let values = if matches!(operator, SoqlOperator::In | SoqlOperator::NotIn) {
            self.expect("(")?;
            if self.is_next(0, "SELECT") {
                return Err("queries inside queries are not known here".into());
            }
            let mut values = vec![self.literal()?];
            while self.skips(",") {
                values.push(self.literal()?);
            }
            self.expect(")")?;
            values
        } else {
            vec![self.literal()?]
        };
        Ok(SoqlCondition::Compare { field, operator, values })
    }

    fn literal(&mut self) -> Result<Literal, String> {
        match self.next() {
            Some(Token::Text(text)) => Ok(Literal::Value(text.into())),
            Some(Token::Word(word)) => Ok(match word.to_ascii_lowercase().as_str() {
                "true" => Literal::Value(true.into()),
                "false" => Literal::Value(false.into()),
                "null" => Literal::Value(Value::Null),
                number => match number.parse::<f64>().ok().filter(|number| number.is_finite()) {
                    Some(number) => Literal::Value(number.into()),
                    None => Literal::Time(word),
                },
            }),
            other => Err(unexpected(other.as_ref())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::provider::salesforce::tokens::LONGEST_TEXT;

    #[test]
    fn a_query_is_read_whole() {
        let text = "select Id, Account.Name, COUNT(Id) total from Opportunity where (Name LIKE 'O\\'Neill\\_%' or Amount >= 12.5) \
                    and not (StageName in ('a', 'b') ) group by Account.Name order by Amount desc nulls last, COUNT(Id) limit 5 offset 2";
        let query = read(text).expect("good");
        assert_eq!((query.from.as_str(), query.limit, query.offset), ("Opportunity", Some(5), 2));
        assert_eq!(query.selected.first(), Some(&Selected::Field("Id".into())));
        let alias = Some("total".to_owned());
        let counted = Selected::Aggregate { function: Aggregate::Count, field: "Id".into(), alias };
        assert_eq!(query.selected.last(), Some(&counted));
        let order: Vec<_> = query.order.iter().map(|by| (by.field.as_str(), by.falling, by.nulls_last)).collect();
        assert_eq!(order, [("Amount", true, true), ("COUNT(Id)", false, false)]);
        let written = format!("{:?}", query.condition);
        assert!(written.contains("O'Neill\\\\_%") && written.contains("Not(") && written.contains("12.5"), "{written}");
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, said) in [
            ("", "expecting SELECT"),
            ("SELECT FROM Account", "expecting FROM"),
            ("SELECT Id Account", "expecting FROM, found 'Account'"),
            ("SELECT Id FROM Account WHERE", "<EOF>"),
            ("SELECT Id FROM Account WHERE Name ~ 'x'", "unexpected character"),
            ("SELECT Id FROM Account WHERE Name = 'x", "unclosed string"),
            ("SELECT Id FROM Account WHERE a = 1 AND b = 2 OR c = 3", "put parentheses"),
            ("SELECT (SELECT Id FROM Contacts) FROM Account", "queries inside queries"),
            ("SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact)", "queries inside queries"),
            ("SELECT toLabel(Name) FROM Account", "toLabel is not known"),
            ("SELECT Id FROM Account LIMIT many", "unexpected token: 'many'"),
            ("SELECT Id FROM Account FOR VIEW", "unexpected token: 'FOR'"),
            ("SELECT Id FROM Account, Contact", "only one object"),
        ] {
            let error = read(text).expect_err(text);
            assert!(error.contains(said), "{text}: {error}");
        }
        let deep = format!("SELECT Id FROM Account WHERE {}", "(".repeat(50_000));
        assert_eq!(read(&deep).expect_err("deep"), "too many parentheses");
        let deep = format!("SELECT Id FROM Account WHERE {}", "NOT ".repeat(20_000));
        assert_eq!(read(&deep).expect_err("deep"), "too many parentheses");
        assert!(read(&" ".repeat(LONGEST + 1)).expect_err("long").contains("longer than"));
        let long = format!("SELECT Id FROM Account WHERE Name = '{}'", "x".repeat(LONGEST_TEXT + 1));
        assert!(read(&long).expect_err("long").contains("string literal"));
    }
}
