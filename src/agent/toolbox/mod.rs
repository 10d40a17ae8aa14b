//! Tools as a model is told of them, and what their names stand for.

mod mend;
mod names;

use std::time::{Duration, Instant};

use super::stored::WishDocument;
use crate::domain::{Fault, Identifier, Mode, Tool, nearest, pluralize};
use crate::flow::environment::Opened;
use crate::flow::offer::{self, Offer, OfferScope, Offers};
use crate::flow::record::blocking;
use crate::model_api::ToolDefinition;

use self::mend::Mended;
use self::names::Names;

/// Time that a list is as good as a new one, while nothing is known to have changed.
const FRESH: Duration = Duration::from_secs(20);

/// Tools from which on it is said that there are many.
const MANY: usize = 128;

/// Characters of a description that a model is told.
const LONGEST_DESCRIPTION: usize = 8_000;

/// Tools that are named in a remark.
const NAMED: usize = 5;

/// Names like one that does not exist, at most.
const NEAREST: usize = 3;

/// Tools that a model may call as one person.
pub(super) struct Toolbox {
    scope: OfferScope,
    names: Names,
    offers: Vec<(String, Offer)>,
    definitions: Vec<ToolDefinition>,
    remarks: Vec<String>,
    read: Option<(Instant, Mode)>,
    /// Whether something keeps tools away, which may have gone meanwhile.
    is_lacking: bool,
}

impl Toolbox {
    /// Tools of this person on these connections, not read yet. Tools that the model was told of in an earlier part of the
    /// run keep their names.
    pub fn new(
        identifier: Identifier,
        connections: Vec<crate::domain::ConnectionName>,
        known: &[WishDocument],
    ) -> Self {
        let names = Names::known(known.iter().map(|wish| (wish.name.clone(), wish.tool(), wish.connection())));
        Self {
            scope: OfferScope { identifier, connections, patterns: Vec::new() },
            names,
            offers: Vec::new(),
            definitions: Vec::new(),
            remarks: Vec::new(),
            read: None,
            is_lacking: false,
        }
    }

    /// Reads the tools, unless they were read just now in the same mode.
    ///
    /// # Errors
    /// The list cannot be read; the tools are those of before.
    pub async fn read(&mut self, opened: &Opened, anyway: bool) -> Result<(), Fault> {
        let mode = opened.mode.get();
        let is_fresh = !self.is_lacking && self.read.is_some_and(|(at, then)| at.elapsed() < FRESH && then == mode);
        if is_fresh && !anyway {
            return Ok(());
        }
        let offers = offer::load_with_waiting(opened.backend.as_ref(), &self.scope).await?;
        self.is_lacking = !offers.remarks.is_empty();
        let mut names = self.names.clone();
        let (names, filled) = blocking(move || {
            let filled = fill(&mut names, offers);
            Ok((names, filled))
        })
        .await?;
        self.names = names;
        (self.offers, self.definitions, self.remarks) = filled;
        self.read = Some((Instant::now(), mode));
        Ok(())
    }

    /// Has them read anew before the next request.
    pub fn forget(&mut self) {
        self.read = None;
    }

    /// Definitions for the model, in an order that stays.
    pub fn definitions(&self) -> &[ToolDefinition] {
        &self.definitions
    }

    /// What keeps other tools away, and what was changed in definitions, in sentences.
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// What a name stands for.
    pub fn find(&self, name: &str) -> Option<&Offer> {
        self.offers.iter().find(|(known, _)| known == name).map(|(_, offer)| offer)
    }

    /// Names like one that does not exist.
    pub fn like(&self, name: &str) -> Vec<String> {
        let names = self.offers.iter().map(|(known, _)| known.clone());
        nearest(name, names, |name| name.as_str()).into_iter().take(NEAREST).collect()
    }
}

type Filled = (Vec<(String, Offer)>, Vec<ToolDefinition>, Vec<String>);

/// Names and definitions of what is offered.
fn fill(names: &mut Names, Offers { offers, mut remarks }: Offers) -> Filled {
    let named = names.assign(offers);
    let (mut mended, mut opened) = (Vec::new(), Vec::new());
    let definitions: Vec<_> = named
        .iter()
        .map(|(name, offer)| {
            let (schema, how) = mend::schema(&offer.tool);
            match how {
                Mended::No => {}
                Mended::Schema => mended.push(name.as_str()),
                Mended::GivenUp => opened.push(name.as_str()),
            }
            ToolDefinition {
                name: name.clone(),
                description: description(&offer.tool, offer, name),
                input_schema: schema,
            }
        })
        .collect();
    if definitions.len() > MANY {
        let count = pluralize(definitions.len() as u64, "tool");
        remarks.push(format!("{count} are offered, which costs many tokens. Name connections to offer fewer."));
    }
    let renamed: Vec<_> =
        named.iter().filter(|(name, offer)| name != offer.tool.name.raw()).map(|(name, _)| name.as_str()).collect();
    let told = [
        (&renamed, "The model knows under other names"),
        (&mended, "Input schemas were mended for the model"),
        (&opened, "Input schemas were left out, as no model would take them"),
    ];
    remarks.extend(told.into_iter().filter(|(names, _)| !names.is_empty()).map(|(names, words)| {
        let shown: Vec<_> = names.iter().take(NAMED).copied().collect();
        let more = names.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{words}: {}{more}.", shown.join(", "))
    }));
    (named, definitions, remarks)
}

/// Description for the model, in which nothing hides. Where the name does not tell the connection, this does.
fn description(tool: &Tool, offer: &Offer, name: &str) -> String {
    let text = if tool.description.is_empty() { &tool.title } else { &tool.description };
    let lines: Vec<_> = text.whole_lines().collect();
    let mut told = lines.join("\n");
    if let Some((end, _)) = told.char_indices().nth(LONGEST_DESCRIPTION) {
        told.truncate(end);
        told.push('…');
    }
    if name != tool.name.raw() {
        told.push_str(&format!("\n({} on connection {})", tool.name, offer.connection));
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::JsonText;

    fn offer(tool: &str, connection: &str, schema: &str) -> Offer {
        let input_schema = Some(JsonText::parse(schema.to_owned()).unwrap());
        Offer { tool: Tool { input_schema, ..Tool::unknown(tool) }, connection: connection.into() }
    }

    #[test]
    fn what_was_changed_for_the_model_is_said_once_for_many() {
        let mut offers: Vec<_> = (0..20).map(|n| offer(&format!("files.read{n}"), "files", "{}")).collect();
        offers.push(offer("plain", "files", r#"{"type":"object","properties":{}}"#));
        let (named, definitions, remarks) = fill(&mut Names::default(), Offers { offers, remarks: Vec::new() });
        assert_eq!(definitions.len(), 21);
        assert!(definitions.iter().all(|definition| definition.input_schema.raw().contains(r#""type":"object""#)));
        assert_eq!(remarks.len(), 2, "{remarks:?}");
        assert!(
            remarks[0].ends_with("files_read0, files_read1, files_read10, files_read11, files_read12 and 15 more.")
        );
        let renamed = &definitions[named.iter().position(|(name, _)| name == "files_read0").unwrap()];
        assert!(renamed.description.contains("(files.read0 on connection files)"), "{}", renamed.description);
    }

    #[test]
    fn a_description_hides_nothing() {
        let tool = Tool { description: "Reads.\n\u{e0041}\u{202e}x".into(), ..Tool::unknown("x") };
        let offer = Offer { tool: tool.clone(), connection: "c".into() };
        assert_eq!(description(&tool, &offer, "x"), "Reads.\n‹E0041›‹202E›x");
    }
}
