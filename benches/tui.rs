//! What a key press costs in a large environment: ten thousand accounts, a catalogue of tools, and
//! frames of 250 columns and 80 rows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jackfield::testing::backend::Abilities;
use jackfield::testing::backend::scalekit::words;
use jackfield::testing::domain::{Account, EffectSource, Execution, JsonText, MatchRule, Tool, ToolEffect, ToolOrigin};
use jackfield::testing::json::Document;
use jackfield::testing::profile::Source;
use jackfield::testing::schema::{Outline, SampleScope, SchemaForm, Validator, VariantChoices, sample};
use jackfield::testing::settings::ThemeVariant;
use jackfield::testing::tui::accounts::tasks::AccountsEnd;
use jackfield::testing::tui::accounts::tasks::AccountsPage;
use jackfield::testing::tui::accounts::tasks::LoadAccounts;
use jackfield::testing::tui::core::effect::Effect;
use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::core::message::{Message, Payload};
use jackfield::testing::tui::core::state::catalogue::CatalogueTool;
use jackfield::testing::tui::core::state::environment::EnvironmentCard;
use jackfield::testing::tui::core::work::job::Job;
use jackfield::testing::tui::core::work::job::Slot;
use jackfield::testing::tui::environments::open_environment::{self, OpeningReport};
use jackfield::testing::tui::playground::tasks::{CallEnded, RunResult, RunTool};
use jackfield::testing::tui::shell::model::Model;
use jackfield::testing::tui::shell::palette::tasks::{CatalogueEnd, CataloguePage, ListCatalogue};
use jackfield::testing::tui::shell::update::update;
use jackfield::testing::tui::shell::view::draw;
use jackfield::testing::tui::theme::{Depth, Theme};
use jackfield::testing::tui::tools::loading::{LOADING, ToolsLoaded, ToolsPage};
use jackfield::testing::tui::widgets::matching::{SearchedRow, rank};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const ACCOUNTS: usize = 10_000;
const TOOLS: usize = 15_956;
const SCREEN: Rect = Rect { x: 0, y: 0, width: 250, height: 80 };

const SCHEMA: &str = r#"{"type":"object","required":["title","team_id"],"properties":{
    "title":{"type":"string","minLength":1,"description":"What it is about"},"team_id":{"type":"string","format":"uuid"},
    "priority":{"type":"integer","enum":[0,1,2,3,4]},"due":{"type":["string","null"],"format":"date"},
    "labels":{"type":"array","items":{"type":"string","pattern":"^[a-z-]+$"}},
    "where":{"anyOf":[{"type":"string"},{"type":"object","properties":{"page":{"type":"integer"}}}]}}}"#;

fn account(n: usize) -> Account {
    const STATUSES: [&str; 4] = ["ACTIVE", "EXPIRED", "PENDING_AUTH", "DISCONNECTED"];
    let connection = ["linear", "asana", "gmail", "github", "notion"][n % 5];
    Account {
        id: format!("ca_{n:08}").as_str().into(),
        identifier: format!("person-{:05}@customer-{}.example", n / 5, n % 97).as_str().into(),
        connection: connection.into(),
        connection_id: format!("conn_{connection}").as_str().into(),
        provider: connection.to_uppercase().as_str().into(),
        status: words::status(STATUSES[n % 7 % 4]),
        authorization: words::authorization("OAUTH"),
        token_expires_at: Some(jiff::Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_secs(n as i64)),
        updated_at: None,
        last_used_at: None,
        org_wide: false,
        raw: JsonText::empty_object(),
    }
}

fn tool_name(n: usize) -> String {
    const VERBS: [&str; 6] = ["create", "list", "get", "update", "delete", "search"];
    const THINGS: [&str; 7] = ["issue", "comment", "project", "message", "branch", "calendar_event", "file"];
    format!("provider{}_{}_{}_{n}", n / 42, THINGS[n / 6 % 7], VERBS[n % 6])
}

fn prose(n: usize) -> String {
    format!("Does number {n} to the things of provider {}, and says what came of it in some more words.", n / 42)
}

fn tool(n: usize) -> Tool {
    Tool {
        name: tool_name(n).as_str().into(),
        title: "".into(),
        description: prose(n).into(),
        provider: "LINEAR".into(),
        input_schema: Some(JsonText::parse(SCHEMA).unwrap()),
        effect: ToolEffect::Writes,
        effect_source: EffectSource::Name,
        origin: ToolOrigin::Environment,
        scopes: Vec::new(),
        account: Some(account(0).id),
        identifier: Some(account(0).identifier),
        raw: JsonText::empty_object(),
    }
}

/// The program without a terminal.
struct Program {
    model: Model,
    jobs: Vec<Job>,
}

impl Program {
    /// With its accounts loaded.
    fn start() -> Self {
        let (model, effects) = Model::start(SCREEN, Theme::new(ThemeVariant::Dark, Depth::Sixteen), true);
        let mut program = Self { model, jobs: Vec::new() };
        program.take(effects);
        let card = EnvironmentCard {
            name: "bench".into(),
            source: Source::Sandbox,
            recorded_as: "bench".into(),
            user_verify_url: None,
            match_rule: MatchRule::Auto,
            remark: None,
            abilities: Abilities::ALL,
            mode: jackfield::testing::domain::Mode::Free,
        };
        program.send(open_environment::SLOT, OpeningReport::Opened(Ok(card)));
        let all = (0..ACCOUNTS).map(account).collect();
        program.send(LoadAccounts::SLOT, AccountsPage(all, Some(ACCOUNTS as u64)));
        program.send(LoadAccounts::SLOT, AccountsEnd(Ok(None)));
        program
    }

    fn take(&mut self, effects: Vec<Effect>) {
        self.jobs.extend(effects.iter().filter_map(|effect| match effect {
            Effect::Start(job, _) => Some(*job),
            _ => None,
        }));
    }

    fn event(&mut self, event: Event) {
        let effects = update(&mut self.model, event);
        self.take(effects);
    }

    fn send(&mut self, slot: Slot, payload: impl Payload) {
        let job = *self.jobs.iter().rfind(|job| job.slot == slot).expect("a job");
        self.event(Event::Task(job, Message::new(payload)));
    }

    fn key(&mut self, code: KeyCode) {
        self.event(Event::Key(KeyEvent::new(code, KeyModifiers::NONE)));
    }

    fn type_in(&mut self, text: &str) {
        text.chars().for_each(|c| self.key(KeyCode::Char(c)));
    }

    /// The tools of the first account: rows that name another one are not opened.
    fn list_tools(&mut self) {
        self.type_in("/person-00000@customer-0.");
        self.key(KeyCode::Enter);
        self.type_in("t");
        let page = ToolsPage((0..TOOLS).map(tool).collect(), Some(TOOLS as u64));
        self.send(LOADING, page);
        self.send(LOADING, ToolsLoaded(Ok(None)));
    }

    /// The tool under the cursor, run, with a result of some size.
    fn run(&mut self) {
        self.key(KeyCode::Enter);
        self.event(Event::Key(KeyEvent::new(KeyCode::Char('r'), KeyModifiers::CONTROL)));
        if !self.jobs.iter().any(|job| job.slot == RunTool::SLOT) {
            self.type_in("y");
        }
        let rows: Vec<_> = (0..5_000).map(|n| format!(r#"{{"id":{n},"title":"Row {n}","tags":["a","b"]}}"#)).collect();
        let data = JsonText::parse(format!(r#"{{"rows":[{}]}}"#, rows.join(","))).unwrap();
        let document = Document::index(data.clone()).unwrap();
        let execution = Execution { id: None, data, http_status: 200, took: Duration::from_millis(412) };
        let ended = CallEnded(Ok(RunResult { execution, document, reported: None, shown: None }));
        self.send(RunTool::SLOT, ended);
    }

    fn draw(&self, buffer: &mut Buffer) {
        buffer.reset();
        black_box(draw(&self.model, buffer));
    }
}

fn keys(criterion: &mut Criterion) {
    let mut buffer = Buffer::empty(SCREEN);
    let mut program = Program::start();
    criterion.bench_function("10,000 accounts/a row down, drawn", |b| {
        b.iter(|| {
            program.key(KeyCode::Down);
            program.draw(&mut buffer);
        });
    });
    program.type_in("/");
    criterion.bench_function("10,000 accounts/a letter of the filter and back, drawn", |b| {
        b.iter(|| {
            program.type_in("7");
            program.draw(&mut buffer);
            program.key(KeyCode::Backspace);
        });
    });
}

/// Everything by name: opening it, and a letter more.
fn finding(criterion: &mut Criterion) {
    let mut program = Program::start();
    let open = KeyEvent::new(KeyCode::Char('p'), KeyModifiers::CONTROL);
    program.event(Event::Key(open));
    let page = (0..TOOLS).map(|n| CatalogueTool::new(&tool(n))).collect();
    program.send(ListCatalogue::SLOT, CataloguePage(page, Some(TOOLS as u64)));
    program.send(ListCatalogue::SLOT, CatalogueEnd(Ok(())));
    program.key(KeyCode::Esc);
    let mut group = criterion.benchmark_group("the palette over 10,000 accounts and 15,956 tools");
    group.bench_function("open and close", |b| {
        b.iter(|| {
            program.event(Event::Key(open));
            program.key(KeyCode::Esc);
        });
    });
    group.bench_function("open, two letters and close", |b| {
        b.iter(|| {
            program.event(Event::Key(open));
            program.type_in("is");
            program.key(KeyCode::Esc);
        });
    });
    group.finish();
}

fn searching(criterion: &mut Criterion) {
    let texts: Vec<(String, String)> = (0..TOOLS).map(|n| (tool_name(n), prose(n))).collect();
    let rows = || texts.iter().map(|(name, prose)| SearchedRow { name, prose: ["", prose] });
    for wanted in ["i", "issue", "isscr", "issue create 9", "nothing like it"] {
        criterion.bench_function(&format!("15,956 tools/{wanted}"), |b| b.iter(|| rank(rows(), black_box(wanted))));
    }
}

fn frames(criterion: &mut Criterion) {
    let mut buffer = Buffer::empty(SCREEN);
    let mut group = criterion.benchmark_group("a frame of 250x80");
    let mut program = Program::start();
    group.bench_function("accounts", |b| b.iter(|| program.draw(&mut buffer)));
    program.list_tools();
    group.bench_function("tools", |b| b.iter(|| program.draw(&mut buffer)));
    program.run();
    group.bench_function("playground", |b| b.iter(|| program.draw(&mut buffer)));
    program.event(Event::Key(KeyEvent::new(KeyCode::Char('p'), KeyModifiers::CONTROL)));
    group.bench_function("palette", |b| b.iter(|| program.draw(&mut buffer)));
    group.finish();
}

fn checking(criterion: &mut Criterion) {
    let schema = JsonText::parse(SCHEMA).unwrap();
    let input =
        JsonText::parse(r#"{"title":"","priority":9,"due":"soon","labels":["A"],"where":{"page":"x"}}"#).unwrap();
    let compiled = Validator::compile(&schema);
    assert_eq!(compiled.validator.validate(&input).unwrap().len(), 6);
    criterion.bench_function("a schema/compile", |b| b.iter(|| Validator::compile(black_box(&schema))));
    criterion.bench_function("a schema/check", |b| b.iter(|| compiled.validator.validate(black_box(&input))));
}

/// Schemas of any depth are read on the thread that draws.
fn deep_schemas(criterion: &mut Criterion) {
    let deep = format!("{}{{}}{}", r#"{"properties":{"a":"#.repeat(50_000), "}}".repeat(50_000));
    let schema = JsonText::parse(format!(r#"{{"type":"object","properties":{{"deep":{deep}}}}}"#)).unwrap();
    let input = Document::index(JsonText::empty_object()).unwrap();
    let mut group = criterion.benchmark_group("a schema of 100,000 levels");
    group.bench_function("outline", |b| b.iter(|| Outline::from_schema(black_box(&schema))));
    group
        .bench_function("form", |b| b.iter(|| SchemaForm::new(black_box(&schema), &input, &VariantChoices::default())));
    group.bench_function("sample", |b| {
        b.iter(|| sample(black_box(&schema), SampleScope::Everything, jiff::Timestamp::UNIX_EPOCH))
    });
    group.finish();
}

criterion_group!(benches, keys, finding, searching, frames, checking, deep_schemas);
criterion_main!(benches);
