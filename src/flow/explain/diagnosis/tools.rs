//! Whether the tool exists, belongs to the connection's provider, and is listed.

use super::{Examination, MAX_NAMED};
use crate::domain::{Status, ToolName};
use crate::flow::explain::cause::Cause;
use crate::flow::explain::evidence::Evidence;
use crate::flow::explain::facts::Offered;
use crate::flow::explain::question::Question;
use crate::flow::explain::reading::{is_same, relevant};

impl Examination<'_> {
    /// Whether the tool exists, and whether it belongs to the connection's provider.
    pub(super) fn tool(&mut self) {
        let (Some(tool), Some(found)) = (&self.question.tool, self.facts.tool.told()) else { return };
        let offered = self.facts.offered.told().is_some_and(|offered| offered.names.contains(tool));
        let Some(first) = found.first() else {
            if offered {
                return self.evidence.push(Evidence::good(tool.to_string(), "a tool of this account alone"));
            }
            return self.no_such_tool(tool);
        };
        let provider = &first.provider;
        self.evidence.push(Evidence::good(tool.to_string(), format!("a tool of {provider}")));
        let (own, known) = (self.own(), self.known());
        let listed = known.iter().find(|known| is_same(&known.provider, provider)).map(|known| known.name.clone());
        let at = self.question.connection.as_ref();
        let leads_to = at.and_then(|at| known.iter().find(|known| known.name == *at)).map(|at| &at.provider);
        match (at, leads_to) {
            (Some(connection), Some(other)) if !is_same(other, provider) => {
                let theirs = own.iter().find(|account| is_same(&account.provider, provider));
                let right = theirs.map(|account| account.connection.clone()).or(listed);
                self.evidence.push(Evidence::bad(connection.to_string(), format!("leads to {other}")));
                // Whatever is wrong with the account, this call could not work.
                self.causes.insert(
                    0,
                    Cause::OtherProvider {
                        tool: tool.clone(),
                        provider: provider.clone(),
                        connection: connection.clone(),
                        right,
                        identifier: self.question.identifier.clone(),
                    },
                );
            }
            (None, _) if !own.is_empty() && relevant(self.question, self.facts).next().is_none() => {
                let identifier = self.question.identifier.clone().unwrap_or_default();
                self.evidence.push(Evidence::bad(format!("{identifier} at {provider}"), "no account"));
                self.causes.push(match listed {
                    Some(connection) => Cause::AccountMissing { identifier, connection },
                    None => Cause::NoConnectionTo(provider.clone()),
                });
            }
            _ => {}
        }
    }

    fn no_such_tool(&mut self, tool: &ToolName) {
        self.evidence.push(Evidence::bad(tool.to_string(), "no tool of this name"));
        for near in self.facts.near_tools.iter().take(MAX_NAMED) {
            self.evidence.push(Evidence::nearest("nearest", &near.to_string(), &tool.to_string()));
        }
        let identifier = self.question.identifier.clone();
        let cause = match self.facts.near_tools.first() {
            Some(meant) => Cause::ToolRenamed { wanted: tool.clone(), meant: meant.clone(), identifier },
            None => Cause::ToolUnknown(tool.clone()),
        };
        // A tool of one account alone is listed nowhere else, so that of an account that does not work is not known.
        let listed = identifier_is_whole(self.question) && self.facts.offered.told().is_none();
        if listed { self.weak.push(cause) } else { self.causes.push(cause) }
    }

    /// Whether the environment lists tools, all of them, and this one among them.
    pub(super) fn offered(&mut self) {
        let Some(offered) = self.facts.offered.told() else { return };
        let Offered { names, stated, batches, whole } = offered;
        let came = names.len() as u64;
        let total = stated.unwrap_or(came).max(came);
        let cut = *whole && total > came;
        let pages = if *batches > 1 { ", on more than one page" } else { "" };
        let asked = match &self.question.connection {
            Some(connection) => format!("tools listed on {connection}"),
            None => "tools listed".to_owned(),
        };
        self.evidence.push(match (came, cut) {
            (_, true) => Evidence::bad(asked, format!("{came} of {total}")),
            (0, false) => Evidence::bad(asked, "none"),
            (_, false) => Evidence::good(asked, format!("{total}{pages}")),
        });
        let account = relevant(self.question, self.facts).find(|account| account.status == Status::Active);
        let exists = self.facts.tool.told().is_some_and(|found| !found.is_empty());
        let misses = self.question.tool.as_ref().filter(|tool| exists && *whole && !names.contains(tool));
        match (cut, account, misses) {
            (true, ..) => self.causes.push(Cause::ListCutOff { stated: total, listed: came }),
            (false, Some(account), _) if came == 0 => {
                self.causes.push(Cause::NothingListed(Box::new(account.clone())));
            }
            (false, Some(account), Some(tool)) => {
                self.evidence.push(Evidence::bad(format!("{tool} among them"), "no"));
                let account = Box::new(account.clone());
                self.causes.push(Cause::ToolNotOffered { tool: tool.clone(), account });
            }
            _ => {}
        }
    }
}

/// True if somebody and a connection are named, so that one account is meant.
fn identifier_is_whole(question: &Question) -> bool {
    question.identifier.is_some() && question.connection.is_some()
}
