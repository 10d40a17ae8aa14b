//! Texts of any size in every place that takes one: what is typed into, and what strangers write.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jackfield::testing::backend::Abilities;
use jackfield::testing::backend::scalekit::words;
use jackfield::testing::domain::{
    Account, AuthField, AuthPattern, Connection, ConnectionStatus, Execution, Fault, FaultKind, FieldOption, JsonText,
    MatchRule, Tool, ToolEffect, Violation,
};
use jackfield::testing::flow::credentials::Asked;
use jackfield::testing::journal::{
    CallKind, CallOutcome as Came, EntryId, EntrySummary, Front, JournalEntry, Preset, PresetName, StoredBody,
};
use jackfield::testing::json::Document;
use jackfield::testing::profile::SourceList;
use jackfield::testing::redact::Redacted;
use jackfield::testing::tui::accounts::credentials::state::CredentialsForm;
use jackfield::testing::tui::accounts::credentials::tasks::AskProvider;
use jackfield::testing::tui::accounts::credentials::tasks::ProviderAsked;
use jackfield::testing::tui::accounts::new_account::NewAccount;
use jackfield::testing::tui::accounts::new_account::tasks::ConnectionsRead;
use jackfield::testing::tui::accounts::new_account::tasks::ReadConnections;
use jackfield::testing::tui::accounts::tasks::AccountsEnd;
use jackfield::testing::tui::accounts::tasks::LoadAccounts;
use jackfield::testing::tui::activity::screen::{Found, Shown};
use jackfield::testing::tui::activity::tasks::{EntryRead, PageRead, ReadEntry, ReadPage};
use jackfield::testing::tui::core::state::environment::EnvironmentCard;
use jackfield::testing::tui::core::toast::Level;
use jackfield::testing::tui::environments::open_environment::{self, OpeningReport};
use jackfield::testing::tui::environments::profile_form::form::ProfileForm;
use jackfield::testing::tui::environments::profile_task::{self, SourcesListed};
use jackfield::testing::tui::explorer::inspect::{InspectValue, Inspected};
use jackfield::testing::tui::explorer::jq::Query;
use jackfield::testing::tui::playground::presets::tasks::{PresetList, PresetTask};
use jackfield::testing::tui::playground::presets::{Presets, PresetsReport};
use jackfield::testing::tui::playground::tasks::{CallEnded, RunResult, RunTool};
use jackfield::testing::tui::shell::palette::Palette;
use jackfield::testing::tui::shell::picker::Picker;
use jackfield::testing::tui::tools::account_picker::AccountPicker;
use jackfield::testing::tui::tools::loading::{LOADING, ToolsLoaded, ToolsPage};

use super::stage::{Stage, account, accounts, now, tool};

/// A text of about so many bytes in every shape that has its own way of being slow.
pub fn shapes(size: usize) -> Vec<(&'static str, String)> {
    let of = |one: &str| one.repeat(size / one.len());
    vec![
        ("lines", of("a line of words\n")),
        ("one word", of("x")),
        ("blanks", of(" ")),
        ("marks", format!("e{}", of("\u{301}"))),
        ("wide", of("日")),
        ("joined", of("\u{1f469}\u{200d}\u{1f4bb}")),
        ("flags", of("\u{1f1e9}\u{1f1ea}")),
        ("hidden", of("\u{202e}")),
        ("quotes", of("\"\\")),
    ]
}

/// A place that is typed into: how it is reached, and what stands there.
pub struct Field {
    pub name: &'static str,
    pub open: fn() -> Stage,
    pub text: fn(&Stage) -> String,
    /// So many characters fit; none where a text of any length does.
    pub most: Option<usize>,
}

const LINE: Option<usize> = Some(4_096);
const SECRET: Option<usize> = Some(65_536);

fn field(name: &'static str, most: Option<usize>, open: fn() -> Stage, text: fn(&Stage) -> String) -> Field {
    Field { name, open, text, most }
}

pub fn fields() -> Vec<Field> {
    vec![
        field("accounts", LINE, || accounts_and("/"), |stage| stage.model.accounts.filter.text().into()),
        field("tools", LINE, || listed("/"), |stage| stage.model.tools.filter.text().into()),
        field("activity", LINE, || activity("asana", "/"), |stage| stage.model.activity.filter.text().into()),
        field("palette", LINE, || listed("Ctrl-P"), typed_into_popup),
        field("act as", LINE, || accounts_and("2 T"), typed_into_popup),
        field("connection", LINE, || connecting("asana", ""), typed_into_popup),
        field("identifier", LINE, || connecting("asana", "Enter"), typed_into_popup),
        field("picker", LINE, || filling("title", "string", "Ctrl-T"), typed_into_popup),
        field("preset", LINE, || presets("x", "s"), typed_into_popup),
        field("jq", LINE, || explored("{\"a\":1}", ":"), typed_into_popup),
        field("find", LINE, || explored("{\"a\":1}", "/"), |stage| found(stage).into()),
        field("expression", LINE, || explored("{\"a\":1}", "/ Ctrl-T"), |stage| found(stage).into()),
        field("credential", SECRET, || credentials("Domain", ""), typed_into_popup),
        field("masked", SECRET, || credentials("Domain", "Tab"), typed_into_popup),
        field("profile", SECRET, || profile(""), typed_into_popup),
        field("secret", SECRET, || profile("Tab Tab Tab"), typed_into_popup),
        field("JSON", None, || opened("string", "Ctrl-A"), |stage| stage.model.playground.input_text().into()),
        field("form: text", None, || filling("title", "string", ""), value),
        field("form: number", None, || filling("title", "number", "Ctrl-U"), value),
        field("form: JSON", None, || filling("title", "", ""), value),
    ]
}

fn found(stage: &Stage) -> &str {
    stage.model.playground.output.view().map(|view| view.find.input.text()).unwrap_or_default()
}

fn value(stage: &Stage) -> String {
    let input: serde_json::Value = serde_json::from_str(stage.model.playground.input_text()).unwrap();
    input["title"].as_str().map_or_else(|| input["title"].to_string(), str::to_owned)
}

fn typed_into_popup(stage: &Stage) -> String {
    if let Some(palette) = stage.popup::<Palette>() {
        return palette.input.text().into();
    }
    if let Some(query) = stage.popup::<Query>() {
        return query.input.text().into();
    }
    if let Some(form) = stage.popup::<NewAccount>() {
        return form.typed().text().into();
    }
    if let Some(form) = stage.popup::<CredentialsForm>() {
        let focused = form.focus().and_then(|(at, _)| form.fields.get(at));
        return focused.map(|field| field.value.raw()).unwrap_or_default().into();
    }
    if let Some(popup) = stage.popup::<Picker>() {
        return popup.filter.text().into();
    }
    if let Some(popup) = stage.popup::<AccountPicker>() {
        return popup.filter.text().into();
    }
    if let Some(popup) = stage.popup::<Presets>() {
        return popup.naming.as_ref().map(|name| name.text()).unwrap_or_default().into();
    }
    if let Some(form) = stage.popup::<ProfileForm>() {
        return form.fields[form.at].input.raw().into();
    }
    panic!("nothing is typed there")
}

const COLUMNS: u16 = 250;
const ROWS: u16 = 80;

/// Presses keys, none for none.
fn then(mut stage: Stage, keys: &str) -> Stage {
    if !keys.is_empty() {
        stage.press(keys);
    }
    stage
}

fn accounts_and(keys: &str) -> Stage {
    then(Stage::with_accounts(COLUMNS, ROWS, accounts()), keys)
}

fn list(tools: Vec<Tool>, keys: &str) -> Stage {
    let mut stage = accounts_and("/");
    stage.type_in("ada asana").press("Enter t");
    let total = tools.len() as u64;
    stage.send(LOADING, ToolsPage(tools, Some(total)));
    stage.send(LOADING, ToolsLoaded(Ok(None)));
    then(stage, keys)
}

fn listed(keys: &str) -> Stage {
    list(super::stage::tools(), keys)
}

fn asks_for(kind: &str) -> Tool {
    let kind = if kind.is_empty() { String::new() } else { format!(r#""type":"{kind}""#) };
    let schema = format!(
        r#"{{"type":"object","required":["title"],"properties":{{"title":{{{kind}}},"n":{{"type":"integer"}}}}}}"#
    );
    tool("asana_task_create", ToolEffect::Writes, &schema)
}

fn opened(kind: &str, keys: &str) -> Stage {
    let stage = list(vec![asks_for(kind)], "Enter");
    then(stage, keys)
}

fn filling(label: &str, kind: &str, keys: &str) -> Stage {
    let stage = opened(kind, "F2");
    assert_eq!(stage.model.playground.form.selected().map(|field| field.label.raw()), Some(label));
    then(stage, keys)
}

fn explored(json: &str, keys: &str) -> Stage {
    let mut stage = opened("string", "Ctrl-R");
    let data = JsonText::parse(json.to_owned()).unwrap();
    let document = Document::index(data.clone()).unwrap();
    let execution = Execution { id: Some("exec_1".into()), data, http_status: 200, took: Duration::from_millis(4) };
    stage.send(RunTool::SLOT, CallEnded(Ok(RunResult { execution, document, reported: None, shown: None })));
    then(stage, keys)
}

fn presets(name: &str, keys: &str) -> Stage {
    let mut stage = opened("string", "F6");
    let arguments =
        Redacted { json: JsonText::parse(format!(r#"{{"a":{}}}"#, quoted(name))).unwrap(), hidden: Vec::new() };
    let name = PresetName::parse(name).or_else(|_| PresetName::parse("x")).unwrap();
    let kept = vec![Preset { tool: "asana_task_create".into(), name, saved: now(), arguments }];
    stage.send(PresetTask::SLOT, PresetsReport(Ok(PresetList { kept, saved: None, said: None })));
    then(stage, keys)
}

fn connecting(name: &str, keys: &str) -> Stage {
    let mut stage = accounts_and("n");
    let connection = Connection {
        id: "conn_1".into(),
        name: name.into(),
        provider: name.into(),
        authorization: words::authorization(name),
        status: ConnectionStatus::Completed,
        enabled: true,
        raw: JsonText::empty_object(),
    };
    stage.send(ReadConnections::SLOT, ConnectionsRead(Ok((vec![connection], None))));
    then(stage, keys)
}

fn credentials(label: &str, keys: &str) -> Stage {
    let key = || words::authorization("API_KEY");
    let waiting = Account { authorization: key(), ..account("ca_9", "freshdesk", "ken", "PENDING_AUTH", None, None) };
    let mut stage = Stage::with_accounts(COLUMNS, ROWS, vec![waiting]);
    stage.press("c");
    let of = |name: &str, kind: &str| AuthField {
        name: name.into(),
        label: label.into(),
        input: words::input_kind(kind),
        hint: label.into(),
        required: true,
        options: vec![FieldOption { value: label.into(), label: label.into() }],
    };
    let pattern = AuthPattern {
        authorization: key(),
        title: label.into(),
        description: label.into(),
        fields: vec![of("api_key", "password"), of("region", "select")],
        account_fields: vec![of("domain", "text")],
    };
    stage.send(AskProvider::SLOT, ProviderAsked(Asked::Declared { provider: label.into(), pattern }, key()));
    then(stage, keys)
}

fn profile(keys: &str) -> Stage {
    let mut stage = accounts_and("O");
    stage.send(profile_task::SLOT, SourcesListed(Ok(SourceList { entries: Vec::new(), troubles: Vec::new() })));
    then(stage, if keys.is_empty() { "n Tab".to_owned() } else { format!("n Tab {keys}") }.as_str())
}

fn call(text: &str) -> EntrySummary {
    EntrySummary {
        id: EntryId(1),
        began: now() - jiff::SignedDuration::from_mins(10),
        environment: "sandbox".into(),
        kind: CallKind::Tool,
        name: text.into(),
        connection: text.into(),
        identifier: text.into(),
        account: text.into(),
        outcome: Came::Failed,
        fault: Some((text.into(), text.into())),
        status: Some(500),
        execution: Some(text.into()),
        took: Some(Duration::from_millis(12)),
        size: Some(1_234),
        agent_run: Some(text.into()),
        front: Front::Screen,
        note: None,
        probe: false,
        modifiers: Vec::new(),
        client: None,
    }
}

fn activity(text: &str, keys: &str) -> Stage {
    let mut stage = accounts_and("4");
    let found = Found { calls: vec![call(text)], total: 1, first: true, runs: Default::default(), unreadable: 0 };
    stage.send(ReadPage::SLOT, PageRead(Ok(found)));
    let body = JsonText::parse(quoted(text)).unwrap();
    let kept = || StoredBody::Kept(body.clone());
    let entry = JournalEntry { summary: call(text), arguments: kept(), hidden: Vec::new(), result: kept() };
    let document = || Document::index(body.clone()).ok();
    stage.send(ReadEntry::SLOT, EntryRead(Ok(Box::new(Shown::new(entry, document(), document())))));
    then(stage, keys)
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn named(text: &str) -> Vec<Account> {
    vec![account(text, text, text, text, None, None), account("ca_2", "asana", "ada@acme.dev", "ACTIVE", None, None)]
}

fn failed(text: &str) -> Fault {
    let mut fault =
        Fault::new(FaultKind::InvalidInput, format!("It said: {}", jackfield::testing::domain::Untrusted::from(text)));
    fault.said = Some(text.into());
    fault.code = Some(text.into());
    fault.execution_id = Some(Box::new(text.into()));
    fault.violations = Box::new([Violation { field: text.into(), description: text.into() }]);
    fault
}

/// A schema in which the text stands wherever a text can.
fn wordy(text: &str) -> Tool {
    let text = quoted(text);
    let schema = format!(
        r#"{{"type":"object","title":{text},"description":{text},"required":[{text}],"properties":{{
            {text}:{{"type":"string","title":{text},"description":{text},"default":{text},"examples":[{text}],"format":{text},"pattern":{text}}},
            "chosen":{{"enum":[{text},"b"],"description":{text}}},"const":{{"const":{text}}}}}}}"#
    );
    let named: String = serde_json::from_str(&text).unwrap();
    Tool {
        name: named.as_str().into(),
        title: named.as_str().into(),
        description: named.as_str().into(),
        provider: named.as_str().into(),
        ..tool("asana_task_create", ToolEffect::Writes, &schema)
    }
}

/// A screen on which a text stands that somebody else wrote.
pub type Written = (&'static str, fn(&str) -> Stage);

pub fn written() -> Vec<Written> {
    vec![
        ("account", |text| Stage::with_accounts(COLUMNS, ROWS, named(text))),
        ("account detail", |text| then(Stage::with_accounts(COLUMNS, ROWS, named(text)), "Tab")),
        ("account, grouped", |text| then(Stage::with_accounts(COLUMNS, ROWS, named(text)), "b b")),
        ("accounts to act as", |text| then(Stage::with_accounts(COLUMNS, ROWS, named(text)), "2 T")),
        ("acted as", |text| then(Stage::with_accounts(COLUMNS, ROWS, named(text)), "2 T Enter")),
        ("palette", |text| {
            let mut stage = Stage::with_accounts(COLUMNS, ROWS, named(text));
            stage.press("Ctrl-P").type_in("a");
            stage
        }),
        ("disconnecting", |text| then(Stage::with_accounts(COLUMNS, ROWS, named(text)), "d")),
        ("environment", |text| {
            let mut stage = Stage::new(COLUMNS, ROWS);
            let card = EnvironmentCard {
                name: jackfield::testing::domain::Untrusted::from(text).to_string(),
                source: jackfield::testing::profile::Source::Sandbox,
                recorded_as: "sandbox".into(),
                user_verify_url: None,
                match_rule: MatchRule::Auto,
                remark: None,
                abilities: Abilities::ALL,
                mode: jackfield::testing::domain::Mode::Free,
            };
            stage.send(open_environment::SLOT, OpeningReport::Opened(Ok(card)));
            stage
        }),
        ("accounts that failed", |text| {
            let mut stage = Stage::new(COLUMNS, ROWS);
            stage.open();
            stage.send(LoadAccounts::SLOT, AccountsEnd(Err(failed(text))));
            stage
        }),
        ("tools", |text| list(vec![wordy(text)], "")),
        ("tool found", |text| {
            let mut stage = list(vec![wordy(text)], "/");
            stage.type_in("a");
            stage
        }),
        ("schema", |text| list(vec![wordy(text)], "Tab")),
        ("as definitions", |text| list(vec![wordy(text)], "e")),
        ("sample", |text| list(vec![wordy(text)], "Enter")),
        ("form", |text| list(vec![wordy(text)], "Enter F2")),
        ("values to pick", |text| list(vec![wordy(text)], "Enter F2 Ctrl-T")),
        ("call as code", |text| list(vec![wordy(text)], "Enter F4")),
        ("failure", |text| {
            let mut stage = opened("string", "Ctrl-R");
            stage.send(RunTool::SLOT, CallEnded(Err(failed(text))));
            stage
        }),
        ("result", |text| explored(&format!(r#"{{"a":{0},{0}:[1]}}"#, quoted(text)), "")),
        ("result, wrapped", |text| explored(&format!(r#"{{"a":{0},{0}:[1]}}"#, quoted(text)), "W j")),
        ("result as a table", |text| explored(&format!(r#"[{{"a":{0},{0}:[1]}}]"#, quoted(text)), "t")),
        ("value looked at", |text| {
            let mut stage = explored(&format!(r#"{{"a":{0}}}"#, quoted(text)), "j v");
            let look = stage.task_of::<InspectValue>();
            let faces = look.faces();
            stage.send(InspectValue::SLOT, Inspected(Ok(faces)));
            stage
        }),
        ("value used", |text| explored(&format!(r#"{{"a":{0}}}"#, quoted(text)), "j u")),
        ("jq", |text| explored(&format!(r#"{{{}:1}}"#, quoted(text)), ":")),
        ("connections", |text| connecting(text, "")),
        ("credentials", |text| credentials(text, "")),
        ("preset", |text| presets(text, "")),
        ("activity", |text| activity(text, "")),
        ("entry", |text| activity(text, "Tab")),
        ("messages", |text| {
            let mut stage = accounts_and("m");
            stage.model.cx.toasts.say(
                Level::Problem,
                jackfield::testing::domain::Untrusted::from(text).to_string(),
                stage.model.cx.now.uptime,
            );
            stage
        }),
    ]
}

/// Keys after which everything is looked at once more.
pub fn keys() -> [KeyEvent; 5] {
    [KeyCode::Char('x'), KeyCode::Left, KeyCode::Down, KeyCode::Home, KeyCode::Backspace]
        .map(|code| KeyEvent::new(code, KeyModifiers::NONE))
}
