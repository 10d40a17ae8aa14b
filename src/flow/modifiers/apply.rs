//! Modifiers at work: the input on its way out, the result on its way in.

use super::Selection;
use crate::domain::{Fault, FaultKind, JsonText, Untrusted};
use crate::flow::query;
use crate::modifier::{Modifier, footer};

/// Said where a call of this program does not say for whom it is.
const NAMELESS: &str = "The footer does not know on whose behalf this call is. Nothing was sent.";

impl Selection {
    /// Whether an input is changed before it is sent.
    pub fn changes_input(&self) -> bool {
        self.modifiers.iter().any(|modifier| modifier.before.is_some())
    }

    /// Whether a result is changed before it is shown.
    pub fn changes_result(&self) -> bool {
        self.modifiers.iter().any(|modifier| modifier.after.is_some())
    }

    /// Input as it is sent.
    ///
    /// # Errors
    /// As [`Self::require`]; [`FaultKind::InvalidInput`] with the name of the modifier that fails, or that makes something
    /// else of the input than an object. Nothing is sent then.
    pub async fn before(&self, typed: &JsonText) -> Result<JsonText, Fault> {
        self.require()?;
        let not_sent = |fault: Fault| Fault { message: format!("{} Nothing was sent.", fault.message).into(), ..fault };
        let (mut filters, names) = self.filters(|modifier| modifier.before.as_deref());
        for filter in filters.iter_mut().filter(|filter| footer::needs_names(filter)) {
            *filter = self.footer.as_deref().ok_or_else(|| Fault::new(FaultKind::Local, NAMELESS))?;
        }
        let sent = self.run(&filters, &names, "the input", typed).await.map_err(not_sent)?;
        if !filters.is_empty() && !sent.is_object() {
            // Every one before the last may have made what the last one passed on.
            let last = names.last().map(ToString::to_string).unwrap_or_default();
            let message = format!("Modifier “{last}” makes no object of the input.");
            return Err(not_sent(Fault::new(FaultKind::InvalidInput, message)));
        }
        Ok(sent)
    }

    /// Result as it is shown.
    ///
    /// # Errors
    /// [`FaultKind::InvalidInput`] or [`FaultKind::TooLarge`] with the name of the modifier that fails. The result is shown
    /// as it came then.
    pub async fn after(&self, came: &JsonText) -> Result<JsonText, Fault> {
        let (filters, names) = self.filters(|modifier| modifier.after.as_deref());
        self.run(&filters, &names, "the result", came).await
    }

    /// Filters of one side, and the names of their modifiers.
    fn filters<'a>(&'a self, side: impl Fn(&'a Modifier) -> Option<&'a str>) -> (Vec<&'a str>, Vec<&'a Untrusted>) {
        self.modifiers.iter().filter_map(|modifier| Some((side(modifier)?, &modifier.name))).unzip()
    }

    async fn run(
        &self,
        filters: &[&str],
        names: &[&crate::domain::Untrusted],
        what: &str,
        value: &JsonText,
    ) -> Result<JsonText, Fault> {
        query::pipe(self.program.as_deref(), filters, value).await.map_err(|failed| {
            let whose = match failed.filter.and_then(|at| names.get(at)) {
                Some(name) => format!("Modifier “{name}” failed on {what}"),
                // Too large, too slow, or no child: nobody knows which of several it was.
                None => {
                    let names: Vec<_> = names.iter().map(|name| format!("“{name}”")).collect();
                    let noun = if names.len() == 1 { "Modifier" } else { "Modifiers" };
                    format!("{noun} {} failed on {what}", names.join(", "))
                }
            };
            let why = failed.fault.message.trim_end_matches('.').to_owned();
            Fault { message: format!("{whose}: {why}.").into(), ..failed.fault }
        })
    }
}
