//! Floor 1: HTML made from our own templates, with every value escaped on its way in.

/// HTML that is safe to send.
#[derive(Debug, Default)]
pub struct Html(String);

/// Replacement for one `{{name}}` of a template.
pub enum HtmlValue<'a> {
    /// Text from anywhere; it is escaped.
    Text(&'a str),
    /// HTML that was made here, put in as it is.
    Html(Html),
}

impl Html {
    /// Fills a template. A name that no value is given for stays empty.
    pub fn fill(template: &'static str, values: &[(&str, HtmlValue<'_>)]) -> Self {
        let mut out = String::with_capacity(template.len() * 2);
        let mut rest = template;
        while let Some((before, name, after)) = next_name(rest) {
            out.push_str(before);
            match values.iter().find(|(known, _)| *known == name) {
                Some((_, HtmlValue::Text(text))) => escape_into(&mut out, text),
                Some((_, HtmlValue::Html(html))) => out.push_str(&html.0),
                None => {}
            }
            rest = after;
        }
        out.push_str(rest);
        Self(out)
    }

    /// The text to send.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl FromIterator<Html> for Html {
    fn from_iter<I: IntoIterator<Item = Html>>(parts: I) -> Self {
        Self(parts.into_iter().map(Html::into_string).collect())
    }
}

fn next_name(template: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = template.split_once("{{")?;
    let (name, after) = rest.split_once("}}")?;
    Some((before, name, after))
}

/// Good for text and for attribute values in double quotes.
fn escape_into(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_and_parts_are_not() {
        let part = Html::fill("<b>{{who}}</b>", &[("who", HtmlValue::Text("<i a='1' b=\"2\">&"))]);
        let whole = Html::fill("<p>{{part}}{{nothing}}!", &[("part", HtmlValue::Html(part))]);
        assert_eq!(whole.into_string(), "<p><b>&lt;i a=&#39;1&#39; b=&quot;2&quot;&gt;&amp;</b>!");
    }

    #[test]
    fn a_value_is_not_a_template() {
        let html = Html::fill("{{a}}{{b}}", &[("a", HtmlValue::Text("{{b}}")), ("b", HtmlValue::Text("x"))]);
        assert_eq!(html.into_string(), "{{b}}x");
    }
}
