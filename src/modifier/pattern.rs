//! Patterns of tool names.

use crate::domain::Untrusted;

/// Name of a tool in which `*` stands for any letters, none included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolPattern(String);

impl ToolPattern {
    /// The pattern that is written so.
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The pattern as it is written, safe to show once displayed.
    pub fn text(&self) -> Untrusted {
        self.0.as_str().into()
    }

    /// Whether the whole of `name` is meant. Case counts, as it does in names of tools.
    pub fn fits(&self, name: &str) -> bool {
        let mut parts = self.0.split('*');
        // Splitting always yields a first part.
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = name.strip_prefix(first) else { return false };
        let mut parts = parts.peekable();
        if parts.peek().is_none() {
            return rest.is_empty();
        }
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                return rest.ends_with(part);
            }
            // The first place leaves the most to the parts that follow.
            match rest.split_once(part) {
                Some((_, after)) => rest = after,
                None => return false,
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_any_letters_and_everything_else_is_itself() {
        for (pattern, name, fits) in [
            ("linear_issue_get", "linear_issue_get", true),
            ("linear_issue_get", "linear_issue_get2", false),
            ("linear_issue_get", "Linear_issue_get", false),
            ("linear_*", "linear_", true),
            ("linear_*", "linear_issue_get", true),
            ("linear_*", "my_linear_issue", false),
            ("*_get", "linear_issue_get", true),
            ("*_get", "linear_get_issue", false),
            ("linear_*_get", "linear_issue_get", true),
            ("linear_*_get", "linear_get", false),
            ("a*b*c", "a_b_b_c", true),
            ("a*b*c", "a_c_b", false),
            ("*a*", "banana", true),
            ("ab*ba", "aba", false),
            ("a*a", "a", false),
            ("**", "", true),
            ("*", "x", true),
            ("", "", true),
            ("", "x", false),
            ("a.c", "abc", false),
            ("[ab]", "a", false),
        ] {
            assert_eq!(ToolPattern::new(pattern).fits(name), fits, "{pattern} {name}");
        }
    }

    proptest::proptest! {
        #[test]
        fn it_fits_what_the_same_regular_expression_fits(pattern in "[ab*]{0,6}", name in "[ab]{0,8}") {
            let expression = format!("^{}$", pattern.replace('*', ".*"));
            let expected = regex::Regex::new(&expression).unwrap().is_match(&name);
            proptest::prop_assert_eq!(ToolPattern::new(&pattern).fits(&name), expected);
        }
    }
}
