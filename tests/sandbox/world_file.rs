//! A world of one's own, from a file.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use jackfield::testing::domain::{Fault, FaultKind};
use jackfield::testing::sandbox::{Options, Sandbox, VerifyMode};
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::{NamedTempFile, TempDir};

use super::mcp_client::{BOTH, McpClient};
use super::mcp_configs::create;
use super::mcp_tokens::token;
use super::{Env, attribute, query, send};

const MIA: &str = "mia@globex.example";
const NOOR: &str = "noor@globex.example";
const LOGS: &str = "agentkit/tool_call_logs";

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/sandbox-world/helpdesk.toml")
}

fn file(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

async fn played() -> Env {
    Env::with(Options { world: Some(example()), verify: VerifyMode::None, ..Options::default() }).await
}

async fn with(text: &str) -> Env {
    let file = file(text);
    Env::with(Options { world: Some(file.path().into()), verify: VerifyMode::None, ..Options::default() }).await
}

async fn refused(options: Options) -> Fault {
    Sandbox::start(options).await.err().expect("a fault")
}

fn names(rows: &Value, pointer: &str) -> Vec<String> {
    let rows = rows.as_array().expect("rows").iter();
    rows.map(|row| row.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn a_world_has_its_own_rows_and_no_others() {
    let env = played().await;
    let connections = env.get("connections/app", &[("page_size", "30")]).await.json();
    assert_eq!(names(&connections["connections"], "/key_id"), ["helpdesk", "pager"]);
    let types = names(&connections["connections"], "/type");
    assert_eq!(types, ["OAUTH", "API_KEY"]);
    let accounts = env.get("connected_accounts", &[]).await.json();
    assert_eq!(names(&accounts["connected_accounts"], "/identifier"), [MIA, NOOR, "guest-7", NOOR]);
    assert_eq!(names(&accounts["connected_accounts"], "/status"), ["ACTIVE", "ACTIVE", "EXPIRED", "ACTIVE"]);
    let providers = env.get("providers", &[("page_size", "50")]).await.json();
    assert_eq!(names(&providers["providers"], "/identifier"), ["HELPDESK", "PAGER"]);
    assert_eq!(names(&providers["providers"], "/display_name"), ["Globex Helpdesk", "Pager"]);
    let pager = &providers["providers"][1]["auth_patterns"][0];
    assert_eq!((&pager["type"], &pager["fields"][0]["field_name"]), (&json!("API_KEY"), &json!("api_key")));
    let tools = env.get("tools", &[]).await.json();
    assert_eq!(tools["total_size"], 9);
    let create =
        tools["tools"].as_array().unwrap().iter().find(|tool| tool["definition"]["name"] == "helpdesk_ticket_create");
    let create = create.unwrap();
    assert_eq!((&create["tags"], &create["is_default"]), (&json!(["tickets"]), &json!(true)));
    assert_eq!(create["definition"]["input_schema"]["required"], json!(["title"]));
    assert_eq!(create["definition"]["rest_api_info"], json!({"method": "POST", "path_template": "/tickets"}));
    let scoped = env.get("tools/scoped", &[("identifier", NOOR), ("filter.connection_names", "pager")]).await.json();
    assert_eq!(names(&scoped["tools"], "/tool/definition/name"), ["pager_page_send"]);
    let found = env.post("tools:search", json!({"query": "open a ticket", "identifier": MIA})).await.json();
    assert!(names(&found["tools"], "/name").contains(&"helpdesk_ticket_create".to_owned()), "{found}");
    assert_eq!(env.get(LOGS, &[]).await.json()["tool_call_logs"], json!([]));
    env.execute("linear_viewer_get", "linear", MIA, json!({})).await.refused(404, 5, "RESOURCE_NOT_FOUND");
    let config = env.get("connected_accounts/details", &[("connector", "pager"), ("identifier", NOOR)]).await.json();
    assert_eq!(config["connected_account"]["api_config"], json!({"region": "eu"}));
}

#[tokio::test]
async fn tools_answer_as_the_file_says() {
    let env = played().await;
    let create = async |params| env.execute("helpdesk_ticket_create", "helpdesk", MIA, params).await;
    let made = create(json!({"title": "Monitor", "labels": ["hardware", 7.5]})).await;
    made.refused(400, 3, "TOOL_ERROR");
    let made = create(json!({"title": "Monitor", "labels": ["hardware"]})).await.json()["data"].clone();
    assert_eq!(made["ok"], true);
    assert_eq!((&made["ticket"]["id"], &made["ticket"]["labels"]), (&json!("T-2"), &json!(["hardware"])));
    assert_eq!((&made["ticket"]["requester"], &made["ticket"]["state"]), (&json!(MIA), &json!("open")));
    made["ticket"]["created_at"].as_str().unwrap().parse::<Timestamp>().unwrap();

    let urgent = create(json!({"title": "Fire", "urgent": true})).await;
    let info = urgent.refused(429, 8, "TOOL_ERROR")["tool_error_info"].clone();
    assert_eq!(info["tool_error_code"], "TOO_MANY_URGENT");
    assert_eq!(info["tool_error_message"], "One urgent ticket a minute, Mia Torres.");
    assert_eq!(urgent.headers["retry-after"], "30");
    let again = create(json!({"title": "Fire", "urgent": true})).await.json();
    assert_eq!((&again["data"]["ticket"]["id"], again["data"]["ticket"].get("labels")), (&json!("T-3"), None));

    let broker = create(json!({"title": "outage"})).await;
    broker.refused(503, 14, "UNAVAILABLE");
    assert_eq!(broker.json()["message"], "The broker is being updated.");

    let list = async |filter: Value| {
        let answer = env.execute("helpdesk_tickets_list", "helpdesk", MIA, filter).await.json();
        names(&answer["data"]["tickets"], "/id")
    };
    assert_eq!(list(json!({})).await, ["T-1", "T-2", "T-3"]);
    let one = json!({"ticket_id": "T-2"});
    let closed = env.execute("helpdesk_ticket_close", "helpdesk", MIA, one.clone()).await.json()["data"].clone();
    assert_eq!(
        (&closed["state"], &closed["closed_by"], &closed["title"]),
        (&json!("closed"), &json!("mia"), &json!("Monitor"))
    );
    assert_eq!(list(json!({"state": "open"})).await, ["T-1", "T-3"]);
    let get = async || env.execute("helpdesk_ticket_get", "helpdesk", MIA, one.clone()).await;
    assert_eq!(get().await.json()["data"], closed);
    let gone = env.execute("helpdesk_ticket_delete", "helpdesk", MIA, one.clone()).await.json();
    assert_eq!(gone["data"], json!({"deleted": "T-2"}));
    let info = get().await.refused(404, 5, "TOOL_ERROR")["tool_error_info"].clone();
    assert_eq!(
        (&info["tool_error_code"], &info["tool_error_message"]),
        (&json!("NOT_FOUND"), &json!("There is no T-2 in tickets."))
    );

    let page = env.execute("pager_page_send", "pager", NOOR, json!({"whom": "Mia"})).await.json()["data"].clone();
    assert_eq!((&page["whom"], &page["by"], &page["number"]), (&json!("Mia"), &json!(NOOR), &json!(1)));
    let logs = env.get(LOGS, &[("page_size", "50")]).await.json();
    let row = |tool: &str| {
        let rows = logs["tool_call_logs"].as_array().expect("rows").clone();
        rows.into_iter().find(|row| row["tool_name"] == tool).unwrap_or_else(|| panic!("no {tool} in {logs}"))
    };
    assert_eq!(
        (&row("pager_page_send")["status"], &row("pager_page_send")["identifier"]),
        (&json!("success"), &json!(NOOR))
    );
}

#[tokio::test]
async fn whose_an_account_is_decides_and_so_do_its_scopes() {
    let env = played().await;
    let me = async |identifier| env.execute("helpdesk_me_get", "helpdesk", identifier, json!({})).await;
    assert_eq!(me(MIA).await.json()["data"]["email"], MIA);
    assert_eq!(me(NOOR).await.json()["data"]["email"], MIA, "it says Noor, and is Mia's");
    me("guest-7").await.refused(400, 9, "FAILED_PRECONDITION");
    let notes = async |identifier| {
        let answer = env.execute("helpdesk_notes_list", "helpdesk", identifier, json!({})).await.json();
        names(&answer["data"]["notes"], "/text")
    };
    assert_eq!(notes(MIA).await, ["Ask Noor about the printer."]);
    assert_eq!(notes(NOOR).await, ["Ask Noor about the printer."], "the same person");
    let create = env.execute("helpdesk_ticket_create", "helpdesk", NOOR, json!({"title": "x"})).await;
    let info = create.refused(403, 7, "TOOL_ERROR")["tool_error_info"].clone();
    assert!(info["tool_error_message"].as_str().unwrap().contains("tickets:write"), "{info}");
    let auth = async |identifier| {
        let query = [("connector", "helpdesk"), ("identifier", identifier)];
        env.get("connected_accounts/auth", &query).await.json()["connected_account"]["authorization_details"].clone()
    };
    assert_eq!(auth(NOOR).await["oauth_token"]["scopes"], json!(["tickets:read"]));
    assert_eq!(auth(MIA).await["oauth_token"]["scopes"], json!(["tickets:read", "tickets:write"]));
    let query = [("connector", "pager"), ("identifier", NOOR)];
    let keyed = env.get("connected_accounts/auth", &query).await.json();
    assert_eq!(keyed["connected_account"]["authorization_details"]["static_auth"]["details"]["api_key"], "noor-51c0");

    // Consent by herself: the account is Noor's from now on, with all scopes and notes of her own.
    env.connect("helpdesk", NOOR, "noor").await;
    assert_eq!(me(NOOR).await.json()["data"]["email"], NOOR);
    assert_eq!(notes(NOOR).await, [""; 0]);
    env.execute("helpdesk_note_create", "helpdesk", NOOR, json!({"text": "mine"})).await;
    assert_eq!((notes(NOOR).await, notes(MIA).await.len()), (vec!["mine".to_owned()], 1));
    assert_eq!(env.execute("helpdesk_ticket_create", "helpdesk", NOOR, json!({"title": "x"})).await.status, 200);
}

#[tokio::test]
async fn consent_is_given_by_its_people_and_keys_are_theirs() {
    let options = Options { world: Some(example()), verify: VerifyMode::Custom, ..Options::default() };
    let env = Env::with(options).await;
    let link = env.link("helpdesk", "guest-7", json!({"user_verify_url": "http://127.0.0.1:9/back"})).await;
    let page = env.open(&link).await;
    assert!(page.text.contains("Globex Helpdesk"), "{}", page.text);
    let consent = env.open(&attribute(&page.text, "<a class=\"go\"", "href")).await;
    for shown in ["Mia Torres", "Noor Haddad", "Open and close tickets in your name"] {
        assert!(consent.text.contains(shown), "no {shown} in {}", consent.text);
    }
    assert!(!consent.text.contains("Ada Marlow"));
    let back = env.decide(&link, Some("mia"), "allow").await;
    let request = query(back.location(), "auth_request_id").unwrap();
    let verify =
        env.post("connected_accounts/user/verify", json!({"auth_request_id": request, "identifier": "guest-7"})).await;
    assert_eq!(verify.status, 200, "{}", verify.text);
    let me = env.execute("helpdesk_me_get", "helpdesk", "guest-7", json!({})).await.json();
    assert_eq!(me["data"]["id"], "mia");

    let body = json!({"connector": "pager", "identifier": "guest-8", "connected_account": {}});
    assert_eq!(env.post("connected_accounts", body).await.status, 201);
    let link = env.link("pager", "guest-8", json!({})).await;
    let page = env.open(&link).await;
    assert!(page.text.contains("mia-1234"), "{}", page.text);
    let form = async |key: &str| {
        let link = env.link("pager", "guest-8", json!({})).await;
        let done = send(env.http.post(&link).form(&[("api_key", key)])).await;
        assert!(done.location().ends_with("/done"), "{}", done.text);
        env.execute("pager_page_send", "pager", "guest-8", json!({"whom": "x"})).await
    };
    let unanswered = form("mia-1").await.refused(400, 3, "TOOL_ERROR");
    assert!(unanswered.to_string().contains("no answer for this call of pager_page_send"), "{unanswered}");
    form("nobody's").await.refused(401, 16, "TOOL_ERROR");
}

#[tokio::test]
async fn requests_over_the_proxy_are_answered_too() {
    let env = played().await;
    let answer = send(env.proxy(Method::GET, "/tickets/T-9/history", "helpdesk", MIA)).await;
    assert_eq!((answer.status, answer.json()), (200, json!([{"ticket": "T-9", "event": "opened"}])));
    let made = send(env.proxy(Method::POST, "/tickets", "helpdesk", MIA).json(&json!({"title": "By hand"}))).await;
    assert_eq!((made.status, &made.json()["ticket"]["id"]), (200, &json!("T-2")));
    let listed = send(env.proxy(Method::GET, "/tickets?state=open", "helpdesk", MIA)).await;
    assert_eq!(names(&listed.json()["tickets"], "/id"), ["T-1", "T-2"]);
    let urgent = json!({"title": "By hand", "urgent": true});
    let refused = send(env.proxy(Method::POST, "/tickets", "helpdesk", MIA).json(&urgent)).await;
    assert_eq!((refused.status, &refused.json()["error"]["code"]), (429, &json!("TOO_MANY_URGENT")));
    assert_eq!(refused.headers["retry-after"], "30");
    let broker = send(env.proxy(Method::POST, "/tickets", "helpdesk", MIA).json(&json!({"title": "outage"}))).await;
    broker.refused(503, 14, "UNAVAILABLE");
    let scope = send(env.proxy(Method::POST, "/tickets", "helpdesk", NOOR).json(&json!({"title": "x"}))).await;
    assert_eq!(scope.status, 403);
    let nowhere = send(env.proxy(Method::GET, "/nowhere", "helpdesk", MIA)).await;
    assert_eq!((nowhere.status, &nowhere.json()["error"]["code"]), (404, &json!("NOT_FOUND")));
    send(env.proxy(Method::GET, "/pages", "pager", NOOR)).await.refused(400, 9, "FAILED_PRECONDITION");
}

#[tokio::test]
async fn its_servers_offer_its_tools() {
    let env = played().await;
    let config = env.get("mcp/configs", &[]).await.json()["configs"][0].clone();
    assert_eq!(config["name"], "desk");
    let token = token(&env, &config, NOOR, "").await;
    let url = config["mcp_server_url"].as_str().unwrap();
    for spoken in BOTH {
        let client = McpClient::connect(url, Some(&token), spoken).await;
        let mut tools = client.tools().await;
        tools.sort();
        assert_eq!(tools, ["helpdesk_me_get", "helpdesk_ticket_create", "helpdesk_tickets_list"]);
        let me = client.result("helpdesk_me_get", json!({})).await;
        assert_eq!(me["email"], MIA, "{spoken:?}");
        let refusal = client.failure("helpdesk_ticket_create", json!({"title": "x"})).await;
        assert!(refusal.contains("tickets:write"), "{refusal}");
    }
    create(&env, "all", json!([{"connection_name": "pager", "tools": ["pager_page_send"]}])).await;
}

#[tokio::test]
async fn the_built_in_world_may_stand_beside_it_and_its_tools_may_be_answered() {
    let env = with(
        r#"
format = 1
extends = "sandbox"

[[people]]
key = "zoe"
name = "Zoe Ito"
email = "zoe@acme.dev"

[[accounts]]
connection = "github"
identifier = "zoe@acme.dev"

[[tools]]
name = "linear_issue_create"
answers = [{ when = { title = "boom" }, error = { status = 500, message = "Linear is down." } }]

[[tools]]
name = "github_stars_list"
provider = "GITHUB"
description = "Stars."
answers = [{ result = { stars = 3 } }]
"#,
    )
    .await;
    let accounts = env.get("connected_accounts", &[("page_size", "99")]).await.json();
    assert_eq!(accounts["total_size"], 24);
    env.connect("linear", "ada@acme.dev", "ada").await;
    let viewer = env.run("linear_viewer_get", "ada@acme.dev", json!({})).await;
    let team = &viewer["viewer"]["teams"]["nodes"][0]["id"];
    let create = async |title: &str| {
        let params = json!({"teamId": team, "title": title});
        env.execute("linear_issue_create", "linear", "ada@acme.dev", params).await
    };
    let boom = create("boom").await.refused(500, 13, "TOOL_ERROR");
    assert_eq!(boom["tool_error_info"]["tool_error_message"], "Linear is down.");
    let made = create("Fine").await;
    assert_eq!(made.status, 200, "{}", made.text);
    let stars = env.execute("github_stars_list", "github", "zoe@acme.dev", json!({})).await.json();
    assert_eq!(stars["data"], json!({"stars": 3}));
    let me = env.execute("github_user_get_authenticated", "github", "zoe@acme.dev", json!({})).await;
    assert!(me.status == 200 && me.text.contains("zoe@acme.dev"), "{}", me.text);
    let me = env.run("asana_me_get", "ada@acme.dev", json!({})).await;
    assert!(me.to_string().contains("ada@acme.dev"), "{me}");
}

#[tokio::test]
async fn a_connection_to_a_provider_that_is_built_in_brings_its_tools_to_newcomers() {
    let env = with(
        r#"
format = 1
people = [{ key = "zoe", name = "Zoe Ito", email = "zoe@z.example" }, { key = "ada", name = "Ada Z", email = "ada@z.example" }]
connections = [{ name = "mail", provider = "GMAIL" }, { name = "issues", provider = "LINEAR" }]
accounts = [
  { connection = "mail", identifier = "zoe@z.example" },
  { connection = "mail", identifier = "ada@z.example" },
  { connection = "issues", identifier = "zoe@z.example" },
]
"#,
    )
    .await;
    let tools = env.get("tools", &[]).await.json();
    let mut providers = names(&tools["tools"], "/provider");
    providers.dedup();
    assert_eq!(providers, ["LINEAR", "GMAIL"]);
    let mails = async |identifier| {
        let answer = env.execute("gmail_fetch_mails", "mail", identifier, json!({})).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["data"]["messages"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(mails("zoe@z.example").await, 0, "an empty mailbox of her own");
    assert!(mails("ada@z.example").await > 0, "who has a built-in person's key holds what that one holds");
    let viewer = env.execute("linear_viewer_get", "issues", "zoe@z.example", json!({})).await;
    assert!(viewer.status == 200 && viewer.text.contains("Zoe Ito"), "{}", viewer.text);
}

#[tokio::test]
async fn a_state_goes_on_with_the_same_file_and_no_other() {
    let folder = TempDir::new().unwrap();
    let (state, world) = (folder.path().join("state.json"), folder.path().join("world.toml"));
    let text = std::fs::read_to_string(example()).unwrap();
    std::fs::write(&world, &text).unwrap();
    let options = || Options {
        world: Some(world.clone()),
        state: Some(state.clone()),
        verify: VerifyMode::None,
        ..Options::default()
    };
    let urgent = json!({"title": "Fire", "urgent": true});
    {
        let env = Env::with(options()).await;
        env.execute("helpdesk_ticket_create", "helpdesk", MIA, json!({"title": "Kept"})).await;
        env.execute("helpdesk_ticket_create", "helpdesk", MIA, urgent.clone()).await.refused(429, 8, "TOOL_ERROR");
        env.connect("helpdesk", "guest-7", "noor").await;
    }
    let written = std::fs::read_to_string(&state).unwrap();
    assert!(!written.contains("noor-51c0"), "what was typed in is not in the state");
    {
        let env = Env::with(options()).await;
        let listed = env.execute("helpdesk_tickets_list", "helpdesk", "guest-7", json!({})).await.json();
        assert_eq!(names(&listed["data"]["tickets"], "/title"), ["The printer is on fire", "Kept"]);
        let made = env.execute("helpdesk_ticket_create", "helpdesk", MIA, urgent).await;
        assert_eq!(made.status, 200, "the refusal was used up before: {}", made.text);
        let query = [("connector", "pager"), ("identifier", NOOR)];
        let keyed = env.get("connected_accounts/auth", &query).await.json();
        assert_eq!(
            keyed["connected_account"]["authorization_details"]["static_auth"]["details"]["api_key"],
            "noor-51c0"
        );
        let read_only = env.execute("helpdesk_ticket_create", "helpdesk", NOOR, json!({"title": "x"})).await;
        assert_eq!(read_only.status, 403, "{}", read_only.text);
    }
    let without = refused(Options { world: None, ..options() }).await;
    assert!(without.kind == FaultKind::Usage && without.message.contains("--world"), "{without}");
    std::fs::write(&world, text.replace("Mia Torres", "Mia T.")).unwrap();
    let changed = refused(options()).await;
    assert!(changed.kind == FaultKind::Usage && changed.message.contains("--reset"), "{changed}");
    let env = Env::with(Options { anew: true, ..options() }).await;
    let listed = env.execute("helpdesk_tickets_list", "helpdesk", MIA, json!({})).await.json();
    assert_eq!(names(&listed["data"]["tickets"], "/id"), ["T-1"], "it begins anew");
    drop(env);
    let built_in = folder.path().join("built_in.json");
    drop(Env::with(Options { state: Some(built_in.clone()), ..Options::default() }).await);
    let other = refused(Options { state: Some(built_in), ..options() }).await;
    assert!(other.message.contains("not with a world file"), "{other}");
}

#[tokio::test]
async fn what_is_wrong_is_told_and_nothing_starts() {
    let start = async |text: &str| {
        let file = file(text);
        refused(Options { world: Some(file.path().into()), ..Options::default() }).await
    };
    let wrong = start("format = 1\n[[connections]]\nname = \"a\"\nprovidr = \"A\"\nenabled = 1\n").await;
    assert_eq!(wrong.kind, FaultKind::Usage);
    assert!(wrong.message.contains("3 mistakes in the world file"), "{wrong}");
    let told: Vec<_> = wrong.violations.iter().map(|told| (told.field.raw(), told.description.raw())).collect();
    assert_eq!(told[0], ("line 2, column 1", "“provider” is missing."));
    assert_eq!(told[1], ("line 4, column 1", "“providr” means nothing here. Is “provider” meant?"));
    assert_eq!(told[2], ("line 5, column 1", "“enabled” must be true or false, not a number."));
    assert_eq!(start("format = 1\nx = \"\u{1b}[2J\"\n").await.kind, FaultKind::Usage);
    assert_eq!(Sandbox::check_world(&example()).unwrap(), "2 people, 2 connections, 4 accounts, 9 tools");
    let far = file(
        "format = 1\nconnections = [{ name = \"a\", provider = \"A\" }]\naccounts = [{ connection = \"a\", identifier = \"x\", status = \"EXPIRED\", updated = \"100000000h\" }]\n",
    );
    assert_eq!(Sandbox::check_world(far.path()).unwrap_err().kind, FaultKind::Local);
    let missing = refused(Options { world: Some("/nowhere/world.toml".into()), ..Options::default() }).await;
    assert!(missing.kind == FaultKind::Local && missing.message.contains("/nowhere/world.toml"), "{missing}");
    let large = start(&format!("format = 1\n#{}", "x".repeat(1 << 20))).await;
    assert!(large.said.as_ref().is_some_and(|said| said.raw().contains("1 MB")), "{large:?}");
    let folder = TempDir::new().unwrap();
    assert_eq!(
        refused(Options { world: Some(folder.path().into()), ..Options::default() }).await.kind,
        FaultKind::Local
    );
}

#[tokio::test]
async fn other_options_go_with_it() {
    let catalog = file("{\"connector\":\"zoom\",\"name\":\"zoom_meeting_get\",\"description\":\"A page.\"}\n");
    let options = Options {
        world: Some(example()),
        accounts: Some(30),
        catalog: Some(catalog.path().into()),
        catalog_for: MIA.into(),
        seed: 9,
        ..Options::default()
    };
    let env = Env::with(options.clone()).await;
    assert_eq!(env.get("connected_accounts", &[]).await.json()["total_size"], 4 + 30 + 1);
    let meeting = env.execute("zoom_meeting_get", "zoom", MIA, json!({"id": 1})).await;
    assert_eq!(meeting.status, 200, "{}", meeting.text);
    let id = env.account("helpdesk", MIA).await["id"].clone();
    assert_eq!(Env::with(options.clone()).await.account("helpdesk", MIA).await["id"], id, "the seed decides");
    assert_ne!(Env::with(Options { seed: 10, ..options }).await.account("helpdesk", MIA).await["id"], id);
    let bare = file("format = 1\n");
    let fault = refused(Options { world: Some(bare.path().into()), accounts: Some(3), ..Options::default() }).await;
    assert!(fault.kind == FaultKind::Usage && fault.message.contains("--accounts"), "{fault}");
    assert_eq!(with("{\"format\": 1}").await.get("connected_accounts", &[]).await.json()["total_size"], 0);
}
