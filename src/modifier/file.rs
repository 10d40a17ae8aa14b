//! From the file's text to modifiers and problems.

use std::fmt;
use std::ops::Range;

use toml_edit::{Document, Item, TableLike};

use super::{Modifier, Scope, ToolPattern, footer};
use crate::domain::{ToolName, Untrusted, nearest_name};

/// Key of the entries.
const MODIFIER: &str = "modifier";

/// Key that turns the footer on.
const FOOTER: &str = "footer";

/// Keys of an entry.
const KNOWN: [&str; 5] = ["name", "tools", "profile", "before", "after"];

/// Characters of a name at most.
const LONGEST_NAME: usize = 60;

/// A file of modifiers, as far as it can be understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModifierFile {
    /// Modifiers in the order in which they apply.
    pub modifiers: Vec<Modifier>,
    /// Mistakes in the file, in the order of its lines.
    pub problems: Vec<ModifierProblem>,
}

/// Something that the file says wrongly. The entry it stands in does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModifierProblem {
    /// Line it stands in, counted from one; none where the whole file is meant.
    pub line: Option<usize>,
    /// A sentence, safe to show.
    pub sentence: String,
    affects: Affected,
}

/// Calls that would go out otherwise than somebody meant, because of a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Affected {
    /// Any call: nobody knows what the file says.
    Everything,
    /// Those of an entry that tells what it is for.
    These(Scope),
    /// None that can be named.
    Unknown,
}

impl ModifierProblem {
    /// Whether a call of `tool` would go out otherwise than somebody meant.
    pub fn affects(&self, tool: &ToolName, profile: Option<&str>) -> bool {
        match &self.affects {
            Affected::Everything => true,
            Affected::These(scope) => scope.fits(tool, profile),
            Affected::Unknown => false,
        }
    }
}

impl fmt::Display for ModifierProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.sentence),
            None => f.write_str(&self.sentence),
        }
    }
}

impl ModifierFile {
    /// A file that could not be read, and why: a sentence, safe to show.
    pub fn unreadable(sentence: String) -> Self {
        let problem = ModifierProblem { line: None, sentence, affects: Affected::Everything };
        Self { problems: vec![problem], ..Self::default() }
    }

    /// Modifiers in a file's text.
    pub fn parse(text: &str) -> Self {
        let document = match Document::parse(text) {
            Ok(document) => document,
            Err(error) => {
                let what = Untrusted::from(error.message());
                let line = error.span().map(|span| line_of(text, &span));
                let problem = ModifierProblem {
                    line,
                    sentence: format!("This is not TOML ({what}). Nothing in the file counts."),
                    affects: Affected::Everything,
                };
                return Self { problems: vec![problem], ..Self::default() };
            }
        };
        let mut reader = Reader { text, file: Self::default() };
        let table = document.as_table();
        for (name, item) in table {
            match name {
                MODIFIER => reader.entries(table, item),
                FOOTER => {}
                _ => {
                    let name_shown = Untrusted::from(name);
                    let sentence = format!("There is no “{name_shown}” here, only [[{MODIFIER}]] and {FOOTER}.");
                    reader.problem(key_span(table, name), sentence, Affected::Unknown);
                }
            }
        }
        // Behind all others: it is the last paragraph.
        if let Some(item) = table.get(FOOTER) {
            reader.footer(item, key_span(table, FOOTER));
        }
        reader.file.problems.sort_by_key(|problem| problem.line);
        reader.file
    }
}

struct Reader<'t> {
    text: &'t str,
    file: ModifierFile,
}

/// Mistake in an entry: its place, if it has one of its own, and a sentence.
type Mistake = (Option<Range<usize>>, String);

impl Reader<'_> {
    fn problem(&mut self, span: Option<Range<usize>>, sentence: String, affects: Affected) {
        let line = span.map(|span| line_of(self.text, &span));
        self.file.problems.push(ModifierProblem { line, sentence, affects });
    }

    fn footer(&mut self, item: &Item, span: Option<Range<usize>>) {
        let footer = footer::modifier();
        let why = match item.as_bool() {
            Some(false) => return,
            Some(true) if self.file.modifiers.iter().any(|other| other.name == footer.name) => {
                "another modifier has its name"
            }
            Some(true) => return self.file.modifiers.push(footer),
            None => "“footer” is true or false, and stands before the first [[modifier]]",
        };
        self.problem(span, format!("The footer does not count: {why}."), Affected::These(footer.scope));
    }

    fn entries(&mut self, table: &dyn TableLike, item: &Item) {
        if let Some(entries) = item.as_array_of_tables() {
            for entry in entries {
                self.entry(entry, entry.span());
            }
            return;
        }
        let inline = item.as_array().map(|array| array.iter().map(|value| (value.as_inline_table(), value.span())));
        for (entry, span) in inline.into_iter().flatten() {
            match entry {
                Some(entry) => self.entry(entry, span),
                None => self.problem(span, "A modifier is a table.".to_owned(), Affected::Everything),
            }
        }
        if item.as_array().is_none() {
            let sentence = format!("Modifiers are written [[{MODIFIER}]], with two brackets. Nothing here counts.");
            self.problem(key_span(table, MODIFIER), sentence, Affected::Everything);
        }
    }

    fn entry(&mut self, entry: &dyn TableLike, span: Option<Range<usize>>) {
        let mut mistakes: Vec<Mistake> = Vec::new();
        let name = match text(entry, "name") {
            Ok(Some(name)) if !name.trim().is_empty() && name.chars().count() <= LONGEST_NAME => {
                Some(Untrusted::from(name.trim()))
            }
            Ok(None) => {
                mistakes.push((None, "“name” is missing".to_owned()));
                None
            }
            _ => {
                let why = format!("“name” is a text of 1 to {LONGEST_NAME} characters");
                mistakes.push((key_span(entry, "name"), why));
                None
            }
        };
        if name.as_ref().is_some_and(|name| self.file.modifiers.iter().any(|other| other.name == *name)) {
            mistakes.push((key_span(entry, "name"), "another modifier has this name".to_owned()));
        }
        let tools = tools(entry).map_err(|why| mistakes.push((key_span(entry, "tools"), why)));
        let mut word = |key| match text(entry, key) {
            Ok(word) => word.map(str::to_owned),
            Err(why) => {
                mistakes.push((key_span(entry, key), why));
                None
            }
        };
        let (profile, before, after) = (word("profile"), word("before"), word("after"));
        // Said of a profile that cannot be read, it might be meant for any.
        let scope = tools.ok().map(|tools| Scope { tools, profile });
        let is_misspelt = entry.iter().any(|(key, _)| !KNOWN.contains(&key));
        // A filter under another name is told of as that.
        if entry.get("before").is_none() && entry.get("after").is_none() && !is_misspelt {
            mistakes.push((None, "it needs “before” or “after”, a jq filter".to_owned()));
        }
        for (key, _) in entry.iter().filter(|(key, _)| !KNOWN.contains(key)) {
            let meant = nearest_name(key, KNOWN).map(|known| format!("; is “{known}” meant?"));
            let why = format!("there is no “{}”{}", Untrusted::from(key), meant.unwrap_or_default());
            mistakes.push((key_span(entry, key), why));
        }
        match (name, scope, mistakes.is_empty()) {
            (Some(name), Some(scope), true) => self.file.modifiers.push(Modifier { name, scope, before, after }),
            (name, scope, _) => {
                let whose = name.map_or_else(|| "A modifier".to_owned(), |name| format!("Modifier “{name}”"));
                let affects = scope.map_or(Affected::Unknown, Affected::These);
                for (own, why) in mistakes {
                    let sentence = format!("{whose} does not count: {why}.");
                    self.problem(own.or_else(|| span.clone()), sentence, affects.clone());
                }
            }
        }
    }
}

/// The text under a key; none where there is no such key.
fn text<'a>(entry: &'a dyn TableLike, key: &str) -> Result<Option<&'a str>, String> {
    let Some(item) = entry.get(key) else { return Ok(None) };
    item.as_str().map(Some).ok_or_else(|| format!("“{key}” is a text"))
}

/// Patterns of the tools: a list, or a single one.
fn tools(entry: &dyn TableLike) -> Result<Vec<ToolPattern>, String> {
    let item = entry.get("tools").ok_or("“tools” is missing: names of tools, or patterns such as linear_*")?;
    let names: Option<Vec<&str>> = match (item.as_str(), item.as_array()) {
        (Some(one), _) => Some(vec![one]),
        (None, Some(several)) => several.iter().map(|value| value.as_str()).collect(),
        (None, None) => None,
    };
    let names = names.filter(|names| !names.is_empty() && names.iter().all(|name| !name.is_empty()));
    let names = names.ok_or("“tools” is a list of names of tools, or of patterns such as linear_*")?;
    Ok(names.into_iter().map(ToolPattern::new).collect())
}

fn key_span(table: &dyn TableLike, name: &str) -> Option<Range<usize>> {
    table.get_key_value(name).and_then(|(key, item)| key.span().or_else(|| item.span()))
}

fn line_of(text: &str, span: &Range<usize>) -> usize {
    text.get(..span.start).unwrap_or_default().matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(file: &ModifierFile) -> Vec<String> {
        file.modifiers.iter().map(|modifier| modifier.name.to_string()).collect()
    }

    fn problems(text: &str) -> Vec<String> {
        ModifierFile::parse(text).problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn entries_are_read_in_the_order_of_the_file() {
        let text = r#"
[[modifier]]
name = "keep-it-short"
tools = ["linear_*", "gmail_fetch_mails"]
profile = "acme"
before = '.limit = (.limit // 10)'
after  = '{ total: (.items | length) }'

[[modifier]]
name = "again"
tools = "*"
after = '''
.
'''
"#;
        let file = ModifierFile::parse(text);
        assert_eq!(file.problems, []);
        assert_eq!(names(&file), ["keep-it-short", "again"]);
        let first = &file.modifiers[0];
        assert_eq!(first.scope.profile.as_deref(), Some("acme"));
        assert_eq!(first.before.as_deref(), Some(".limit = (.limit // 10)"));
        assert!(first.after.is_some() && first.scope.tools.len() == 2);
        let second = &file.modifiers[1];
        assert_eq!((second.before.as_deref(), second.after.as_deref()), (None, Some(".\n")));
        let inline = "modifier = [{ name = 'a', tools = 'x', before = '.' }]";
        assert_eq!(names(&ModifierFile::parse(inline)), ["a"]);
        assert_eq!(ModifierFile::parse(""), ModifierFile::default());
    }

    #[test]
    fn a_broken_entry_is_named_with_its_line_and_the_others_count() {
        let good = "\n[[modifier]]\nname = 'good'\ntools = 'x_*'\nbefore = '.'\n";
        for (entry, said) in [
            ("tools = 'x'\nbefore = '.'", "line 1: A modifier does not count: “name” is missing."),
            ("name = 7\ntools = 'x'\nbefore = '.'", "line 2: A modifier does not count: “name” is a text of 1 to 60"),
            ("name = 'a'\nbefore = '.'", "line 1: Modifier “a” does not count: “tools” is missing"),
            ("name = 'a'\ntools = []\nbefore = '.'", "line 3: Modifier “a” does not count: “tools” is a list"),
            ("name = 'a'\ntools = ['x', 7]\nbefore = '.'", "line 3: Modifier “a” does not count: “tools” is a list"),
            ("name = 'a'\ntools = 'x'", "line 1: Modifier “a” does not count: it needs “before” or “after”"),
            ("name = 'a'\ntools = 'x'\nbefore = 7", "line 4: Modifier “a” does not count: “before” is a text."),
            (
                "name = 'a'\ntools = 'x'\nbefore = '.'\nafer = '.'",
                "line 5: Modifier “a” does not count: there is no “afer”; is “after” meant?",
            ),
            ("name = 'a'\ntools = 'x'\nbefore = '.'\nprofile = 1", "line 5: Modifier “a” does not count: “profile”"),
            ("name = 'a'\ntools = 'x'\nbefor = '.'", "line 4: Modifier “a” does not count: there is no “befor”; is"),
        ] {
            let text = format!("[[modifier]]\n{entry}\n{good}");
            let file = ModifierFile::parse(&text);
            assert_eq!(names(&file), ["good"], "{entry}");
            let told = problems(&text);
            assert!(told.len() == 1 && told[0].starts_with(said), "{entry}: {told:?}");
        }
        let twice = format!("{good}{good}");
        assert_eq!(problems(&twice), ["line 8: Modifier “good” does not count: another modifier has this name."]);
        assert_eq!(names(&ModifierFile::parse(&twice)), ["good"]);
        assert!(problems("modifer = 1\n")[0].starts_with("line 1: There is no “modifer” here"));
        assert!(problems("[modifier]\nname = 'a'")[0].contains("with two brackets"));
    }

    #[test]
    fn the_footer_is_turned_on_by_one_line_and_comes_last() {
        let entry = "[[modifier]]\nname = 'a'\ntools = '*'\nbefore = '.'\n";
        assert_eq!(names(&ModifierFile::parse(&format!("footer = true\n{entry}"))), ["a", "footer"]);
        assert_eq!(names(&ModifierFile::parse(&format!("footer = false\n{entry}"))), ["a"]);
        let file = ModifierFile::parse("footer = 'yes'");
        assert!(
            file.problems[0].to_string().starts_with("line 1: The footer does not count: “footer” is true or false")
        );
        assert!(file.problems[0].affects(&"linear_issue_create".into(), None));
        assert!(!file.problems[0].affects(&"linear_issue_get".into(), None));
        let taken = format!("footer = true\n{}", entry.replace("'a'", "'footer'"));
        assert_eq!(problems(&taken), ["line 1: The footer does not count: another modifier has its name."]);
    }

    #[test]
    fn what_a_problem_affects_is_known_where_the_entry_tells() {
        let affects = |text: &str, tool: &str, profile| {
            let file = ModifierFile::parse(text);
            file.problems[0].affects(&tool.into(), profile)
        };
        let broken = "[[modifier]]\nname = 'a'\ntools = 'x_*'\nprofile = 'acme'\nbefore = 7";
        assert!(affects(broken, "x_get", Some("acme")));
        assert!(!affects(broken, "x_get", None) && !affects(broken, "y_get", Some("acme")));
        assert!(affects("not toml", "any", None), "nobody knows what it says");
        assert!(!affects("[[modifier]]\nname = 'a'\nbefore = '.'", "any", None));
        assert!(ModifierFile::unreadable("It cannot be read.".into()).problems[0].affects(&"any".into(), None));
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_fatal(text in "[a-z\\[\\]=\"' \n,0-9.{}]{0,60}") {
            for problem in ModifierFile::parse(&format!("[[modifier]]\n{text}")).problems {
                let line = problem.line.unwrap_or(1);
                proptest::prop_assert!(line >= 1 && line <= text.matches('\n').count() + 2);
            }
        }
    }
}
