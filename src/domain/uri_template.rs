//! Templates of URIs, in the simplest form (RFC 6570, level 1): `file:///{name}`.

use std::fmt::Write as _;

/// Template with its variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UriTemplate {
    parts: Vec<UriPart>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum UriPart {
    Literal(String),
    Variable(String),
}

/// Variables of one template; one with more is filled in as a whole.
const MOST_VARIABLES: usize = 64;

impl UriTemplate {
    /// The template, where it is one of the simplest form; none where it uses operators, or braces without their like.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((literal, after)) = rest.split_once('{') {
            let (name, more) = after.split_once('}')?;
            let is_name = |c: char| c.is_ascii_alphanumeric() || "_.%-".contains(c);
            if literal.contains('}') || name.is_empty() || !name.chars().all(is_name) {
                return None;
            }
            parts.push(UriPart::Literal(literal.to_owned()));
            parts.push(UriPart::Variable(name.to_owned()));
            rest = more;
        }
        if rest.contains('}') || parts.len() > 2 * MOST_VARIABLES {
            return None;
        }
        parts.push(UriPart::Literal(rest.to_owned()));
        Some(Self { parts })
    }

    /// Names of its variables, each once, in their order.
    pub fn variables(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for part in &self.parts {
            if let UriPart::Variable(name) = part
                && !names.contains(&name.as_str())
            {
                names.push(name);
            }
        }
        names
    }

    /// The URI with these values, everything but unreserved characters encoded (RFC 6570, 3.2.2). What has no value is
    /// left out.
    pub fn expand(&self, value: impl Fn(&str) -> Option<String>) -> String {
        let mut uri = String::new();
        for part in &self.parts {
            match part {
                UriPart::Literal(literal) => uri.push_str(literal),
                UriPart::Variable(name) => {
                    for byte in value(name).unwrap_or_default().bytes() {
                        match byte {
                            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                                uri.push(char::from(byte));
                            }
                            // Writing to a string does not fail.
                            _ => drop(write!(uri, "%{byte:02X}")),
                        }
                    }
                }
            }
        }
        uri
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(template: &str) -> Option<String> {
        let value = |name: &str| (name != "undef").then(|| format!("{name} é/1"));
        UriTemplate::parse(template).map(|template| template.expand(value))
    }

    #[test]
    fn values_are_encoded_and_what_has_none_is_left_out() {
        assert_eq!(expanded("file:///{path}").as_deref(), Some("file:///path%20%C3%A9%2F1"));
        assert_eq!(expanded("x:{a}{a}-{undef}!").as_deref(), Some("x:a%20%C3%A9%2F1a%20%C3%A9%2F1-!"));
        assert_eq!(UriTemplate::parse("x:{a}/{b}/{a}").expect("simple").variables(), ["a", "b"]);
        assert_eq!(expanded("plain").as_deref(), Some("plain"));
    }

    #[test]
    fn what_is_not_of_the_simplest_form_is_none() {
        for odd in ["{+path}", "{?a,b}", "{a,b}", "{}", "{", "}", "a}b{c}", "{a", "{a:3}", "{a*}", "{ä}"] {
            assert_eq!(UriTemplate::parse(odd), None, "{odd}");
        }
        assert_eq!(UriTemplate::parse(&"{a}".repeat(MOST_VARIABLES + 1)), None);
    }
}
