//! Credentials that were sent and received, and the file they must not be in.

use std::fs;
use std::path::Path;
use std::time::Duration;

use jackfield::testing::domain::{JsonText, ProxyBody, ProxyMethod, ProxyRequest};
use jackfield::testing::flow::proxy_journal;
use jackfield::testing::journal::{CallKind, CallOutcome, Ending, Front, Journal, NewCall, Retention, StoredBody};

const SECRETS: [&str; 10] = [
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "1/1200000000000001:0123456789abcdef0123456789abcdef",
    "2/1200000000000001/1200000000000002:0123456789abcdef0123456789abcdef",
    "GOCSPX-abcdefghijklmnopqrstuvwxyz01",
    "1//0gabcdefghijklmnopqrstuvwxyz-0123456789",
    "xoxd-abcdefghijklmnop%2Fqrstuvwxyz",
    "whsec_abcdefghijklmnopqrstuvwxyz012345",
    "lin_wh_abcdefghijklmnopqrstuvwxyz",
    "AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ",
    "pypi-AgEIcHlwaS5vcmcCJGFiY2RlZmdoLWlqa2wtbW5vcC1xcnN0LXV2d3h5ejAxMjM0NQ",
];

fn json(value: &serde_json::Value) -> JsonText {
    JsonText::parse(value.to_string()).unwrap()
}

fn call(kind: CallKind, name: &str, arguments: JsonText) -> NewCall {
    NewCall {
        environment: "https://acme.dev".into(),
        kind,
        name: name.into(),
        connection: "linear".into(),
        identifier: "ada".into(),
        account: "ca_1".into(),
        arguments,
        agent_run: None,
        front: Front::CommandLine,
        probe: false,
        modifiers: Vec::new(),
        client: None,
        wish: None,
    }
}

/// A request with the credential in each part of it.
fn request(secret: &str, body: ProxyBody) -> ProxyRequest {
    ProxyRequest {
        connection: "linear".into(),
        identifier: "ada".into(),
        method: ProxyMethod::Post,
        path: format!("/v1/{secret}/x").into(),
        query: vec![("page".into(), secret.into()), ("code".into(), "hunter2".into())],
        headers: vec![("X-Auth-Key".into(), "hunter2".into()), ("X-Other".into(), secret.into())],
        body,
    }
}

/// Everything that the journal's files hold, with what is packed in them.
fn kept(folder: &Path, journal: &Journal, entries: &[jackfield::testing::journal::EntryId]) -> String {
    let files = fs::read_dir(folder).unwrap().map(|file| fs::read(file.unwrap().path()).unwrap());
    let mut all = String::from_utf8_lossy(&files.collect::<Vec<_>>().concat()).into_owned();
    for id in entries {
        let entry = journal.entry(*id).unwrap().unwrap();
        for body in [&entry.arguments, &entry.result] {
            let StoredBody::Kept(json) = body else { continue };
            all.push_str(json.raw());
        }
        all.push_str(entry.summary.name.raw());
    }
    all
}

#[test]
fn no_credential_of_a_call_or_its_result_is_in_the_journal_s_files() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path(), Retention::default()).unwrap();
    let mut entries = Vec::new();
    for secret in SECRETS {
        let form = ProxyBody::Raw(format!("password=hunter2&t={secret}&n=1").into());
        let bytes = ProxyBody::Raw([b"\xff\xfe", secret.as_bytes(), b"\0"].concat().into());
        let requests = [form, bytes].map(|body| request(secret, body));
        let mut calls: Vec<NewCall> = requests
            .iter()
            .map(|request| {
                call(CallKind::Proxy, &format!("POST {}", request.path.raw()), proxy_journal::arguments(request))
            })
            .collect();
        let nested = serde_json::json!({ "name": "password", "value": "hunter2", "s": secret }).to_string();
        calls.push(call(
            CallKind::Tool,
            "a_tool",
            json(&serde_json::json!({ "note": secret, "body": nested, secret: 1 })),
        ));
        for call in calls {
            let id = journal.begin(&call).unwrap();
            let received = [b"\xff\0set-cookie: hunter2\n", secret.as_bytes(), &[0]].concat();
            let ending = Ending {
                outcome: CallOutcome::Failed,
                fault: Some(
                    jackfield::testing::domain::Fault::new(
                        jackfield::testing::domain::FaultKind::ProviderFailed,
                        "No.",
                    )
                    .said(secret),
                ),
                status: Some(400),
                execution: None,
                took: Duration::ZERO,
                result: Some(proxy_journal::as_json(&received.into())),
            };
            journal.complete(id, &call, &ending).unwrap();
            entries.push(id);
        }
    }
    let opened = |text: &str| -> String {
        use base64::Engine as _;
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && !"+/=".contains(c));
        let bytes = words.filter_map(|word| base64::engine::general_purpose::STANDARD.decode(word).ok());
        bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect()
    };
    let all = kept(folder.path(), &journal, &entries);
    let all = [opened(&all), all].concat();
    assert!(all.matches("[redacted]").count() >= SECRETS.len() * 10);
    for secret in SECRETS.into_iter().chain(["hunter2"]) {
        assert!(!all.contains(secret), "{secret}");
    }
    let hidden = |entry: usize| -> Vec<String> {
        let entry = journal.entry(entries[entry]).unwrap().unwrap();
        entry.hidden.iter().map(|pointer| pointer.raw().to_owned()).collect()
    };
    assert_eq!(hidden(0), ["/query/0/page", "/query/1/code", "/headers/0/X-Auth-Key", "/headers/1/X-Other", "/bytes"]);
    assert_eq!(hidden(2), ["/note", "/body", "/[redacted]"]);
}
