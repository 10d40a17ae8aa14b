//! A back-end that is nothing but a list in memory: three accounts and two tools, no connections, no
//! changes, no forms, no log, no proxy, no snippets.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::stream::{self, StreamExt as _};
use jackfield::testing::backend::{
    About, AccountFilter, Accounts, Ask, Authorization, AuthorizationLink, Authorizer, Backend, Batch, Batches, Step,
    ToolScope, Tools, Verification,
};
use jackfield::testing::domain::{
    Account, AccountRef, AuthorizationType, AuthorizedBy, Execution, Fault, FaultKind, JsonText, Status, Tool,
    ToolCall, ToolEffect, ToolName,
};
use jackfield::testing::flow::environment::Opened;
use jackfield::testing::profile::Source;

pub struct Toy {
    about: About,
    pub accounts: Vec<Account>,
    tools: Vec<Tool>,
}

impl Toy {
    pub fn new() -> Self {
        let account = |id: &str, identifier: &str, status| Account {
            id: id.into(),
            identifier: identifier.into(),
            connection: "shelf".into(),
            connection_id: "".into(),
            provider: "SHELF".into(),
            status,
            authorization: AuthorizationType::new(AuthorizedBy::Consent, Some("device"), ""),
            token_expires_at: None,
            updated_at: None,
            last_used_at: None,
            org_wide: false,
            raw: JsonText::parse(format!(r#"{{"id":"{id}"}}"#)).unwrap(),
        };
        let tool = |name, effect| Tool { effect, provider: "SHELF".into(), ..Tool::unknown(name) };
        Self {
            about: About { kind: "toy", product: "Toy", name: "toy".into(), recorded_as: "toy:one".into() },
            accounts: vec![
                account("1", "ada@acme.dev", Status::Active),
                account("2", "bob@acme.dev", Status::Expired),
                account("3", "cleo@acme.dev", Status::Active),
            ],
            tools: vec![tool("shelf_list", ToolEffect::Reads), tool("shelf_clear", ToolEffect::Destroys)],
        }
    }

    pub fn opened() -> Opened {
        Opened::new(Arc::new(Self::new()), Source::Sandbox)
    }
}

impl Backend for Toy {
    fn about(&self) -> &About {
        &self.about
    }

    fn accounts(&self) -> &dyn Accounts {
        self
    }

    fn tools(&self) -> &dyn Tools {
        self
    }

    fn authorizer(&self) -> &dyn Authorizer {
        self
    }
}

#[async_trait]
impl Accounts for Toy {
    fn stream(&self, filter: AccountFilter) -> Batches<'_, Account> {
        let fits = |account: &&Account| {
            filter.identifier.as_ref().is_none_or(|wanted| *wanted == account.identifier)
                && filter.connection.as_ref().is_none_or(|wanted| *wanted == account.connection)
        };
        let found = self.accounts.iter().filter(fits).cloned().collect();
        stream::iter([Ok(Batch::whole(found))]).boxed()
    }

    async fn get(&self, account: &AccountRef) -> Result<Account, Fault> {
        let found = self.accounts.iter().find(|known| match account {
            AccountRef::Id(id) => known.id == *id,
            pair => known.pair() == *pair,
        });
        found.cloned().ok_or_else(|| Fault::new(FaultKind::NotFound, "There is no such account."))
    }
}

#[async_trait]
impl Tools for Toy {
    fn stream(&self, scope: ToolScope, names: Vec<ToolName>) -> Batches<'_, Tool> {
        let listed = self.tools.iter().filter(|tool| names.is_empty() || names.contains(&tool.name));
        let account = match scope {
            ToolScope::Person(identifier, _) => self.accounts.iter().find(|account| account.identifier == identifier),
            ToolScope::Environment(_) => None,
        };
        let bind = |tool: &Tool| Tool {
            account: account.map(|account| account.id.clone()),
            identifier: account.map(|account| account.identifier.clone()),
            ..tool.clone()
        };
        stream::iter([Ok(Batch::whole(listed.map(bind).collect()))]).boxed()
    }

    async fn call(&self, call: &ToolCall) -> Result<Execution, Fault> {
        let data = JsonText::parse(format!(r#"{{"ran":"{}","as":"{}"}}"#, call.tool.raw(), call.identifier.raw()));
        Ok(Execution { id: None, data: data.unwrap(), http_status: 200, took: Duration::from_millis(1) })
    }
}

/// A code on a page, and nobody who refuses.
struct Code(Ask, Vec<Step>);

#[async_trait]
impl Authorizer for Toy {
    async fn begin(&self, account: &Account, _: Verification) -> Result<Box<dyn Authorization + '_>, Fault> {
        let link = AuthorizationLink {
            url: "https://toy.dev/device".parse().unwrap(),
            expires_at: None,
            callback_port: None,
            renews_at: None,
        };
        let done = Account { status: Status::Active, ..account.clone() };
        Ok(Box::new(Code(Ask::DeviceCode(link, "BIRD-42".into()), vec![Step::Done(done), Step::Consented])))
    }
}

#[async_trait]
impl Authorization for Code {
    fn ask(&self) -> &Ask {
        &self.0
    }

    async fn next(&mut self) -> Result<Step, Fault> {
        Ok(self.1.pop().unwrap())
    }
}
